-- Licences in use: their keys, devices and time in the read model, how an offer's licence may be used, and files. The
-- models' versions go up with it, so that a node that starts fills the new columns from events.

ALTER TABLE read_licences.licences
    ADD COLUMN use_terms json NOT NULL DEFAULT '{"activations_max": null, "valid_days": null, "transferable": false}',
    ADD COLUMN expires_at timestamptz,
    ADD COLUMN key_digest text,
    ADD COLUMN key_hint text,
    ADD COLUMN key_sealed json,
    ADD COLUMN activations_count integer NOT NULL DEFAULT 0,
    ADD COLUMN accesses_count bigint NOT NULL DEFAULT 0,
    ADD COLUMN first_access_at timestamptz;

COMMENT ON COLUMN read_licences.licences.key_digest IS 'HMAC of the key; the key itself is nowhere in plain form';
COMMENT ON COLUMN read_licences.licences.key_sealed IS 'the key, sealed with the key of the holder';

CREATE UNIQUE INDEX licences_by_key ON read_licences.licences (key_digest);

-- The devices that use a licence.
CREATE TABLE read_licences.activations (
    licence_id    uuid        NOT NULL,
    activation_id uuid        NOT NULL,
    label         json,
    activated_at  timestamptz NOT NULL,
    PRIMARY KEY (licence_id, activation_id)
);

COMMENT ON COLUMN read_licences.activations.label IS 'sealed with the key of the holder; never in plain form';

ALTER TABLE read_products.offers
    ADD COLUMN use_terms json NOT NULL DEFAULT '{"activations_max": null, "valid_days": null, "transferable": false}';
