-- The ledger: every business fact is a row of `events`, written once and never changed.

CREATE TABLE events (
    position       bigint      PRIMARY KEY CHECK (position > 0),
    stream         text        NOT NULL,
    revision       bigint      NOT NULL CHECK (revision >= 0),
    event_id       uuid        NOT NULL,
    event_type     text        NOT NULL,
    schema_version integer     NOT NULL,
    recorded_at    timestamptz NOT NULL,
    data           json        NOT NULL,
    metadata       json        NOT NULL,
    leaf_hash      bytea       NOT NULL,
    CONSTRAINT events_stream_revision UNIQUE (stream, revision),
    CONSTRAINT events_event_id UNIQUE (event_id)
);

-- Reads by category: the part of the stream name before its first dash.
CREATE INDEX events_category ON events ((split_part(stream, '-', 1)), position);

-- The head: the newest position given out. Its row lock orders all writers; the fence turns away a
-- writer whose connection was lost while its statement was still under way.
CREATE TABLE ledger_head (
    singleton   boolean     PRIMARY KEY DEFAULT true CHECK (singleton),
    position    bigint      NOT NULL,
    fence       bigint      NOT NULL,
    recorded_at timestamptz NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
INSERT INTO ledger_head (position, fence, recorded_at) VALUES (0, 0, to_timestamp(0));

-- The durable horizon: the newest position that no crash can take back.
CREATE TABLE ledger_horizon (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    position  bigint  NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
INSERT INTO ledger_horizon (position) VALUES (0);

-- The first answer of each idempotent request, stored in the transaction of its events.
CREATE TABLE idempotency_keys (
    scope       text        NOT NULL,
    key         text        NOT NULL,
    fingerprint bytea       NOT NULL,
    answer      json        NOT NULL,
    position    bigint      NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_keys_recorded_at ON idempotency_keys (recorded_at);

-- How far each subscription has come, and the event that it cannot get past, if there is one.
CREATE TABLE subscription_checkpoints (
    name            text        PRIMARY KEY,
    position        bigint      NOT NULL DEFAULT 0,
    failed_position bigint,
    failure         text,
    failed_at       timestamptz
) WITH (fillfactor = 50);

-- The leaf hash of docs/LEDGER-FORMAT.md, section 3. A writer computes it before the insert; the
-- database computes it anew for events whose place was moved by a refused neighbour, and for checks.
CREATE FUNCTION ledger_leaf_hash(
    at_position bigint, stream text, revision bigint, event_id uuid, event_type text,
    schema_version integer, recorded_at timestamptz, data text, metadata text
) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(
        '\x0001'::bytea
        || int8send(at_position)
        || int4send(octet_length(convert_to(stream, 'UTF8'))) || convert_to(stream, 'UTF8')
        || int8send(revision)
        || uuid_send(event_id)
        || int4send(octet_length(convert_to(event_type, 'UTF8'))) || convert_to(event_type, 'UTF8')
        || int4send(schema_version)
        || int8send((extract(epoch FROM recorded_at) * 1000000)::bigint)
        || int4send(octet_length(convert_to(data, 'UTF8'))) || convert_to(data, 'UTF8')
        || int4send(octet_length(convert_to(metadata, 'UTF8'))) || convert_to(metadata, 'UTF8')
    )
$$;

CREATE FUNCTION events_are_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on events is refused: the ledger is append-only', TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Append an event that corrects the earlier one.';
END
$$;
CREATE TRIGGER events_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION events_are_immutable();
REVOKE UPDATE, DELETE, TRUNCATE ON events FROM PUBLIC, CURRENT_USER;
