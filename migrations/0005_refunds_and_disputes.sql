-- After the sale: refunds and disputes get read models of their own, orders and licences show what they lead to. The order
-- and licence models are rebuilt by the release that comes with this (their versions have changed).

ALTER TABLE read_orders.orders ADD COLUMN after_sale json;
COMMENT ON COLUMN read_orders.orders.after_sale IS 'disputes, deliveries and withdrawals; NULL for none';

ALTER TABLE read_licences.licences ADD COLUMN causes json NOT NULL DEFAULT '[]';
COMMENT ON COLUMN read_licences.licences.causes IS 'why it is not live: the status follows from them';

CREATE SCHEMA read_refunds;
CREATE SCHEMA read_disputes;

CREATE TABLE read_refunds.refunds (
    id              uuid        PRIMARY KEY,
    order_id        uuid        NOT NULL,
    amount_minor    bigint      NOT NULL,
    currency        text        NOT NULL,
    lines           integer[]   NOT NULL,
    parts           json        NOT NULL,
    reason          text        NOT NULL,
    note            json,
    requested_by    uuid,
    status          text        NOT NULL,
    failure_code    text,
    failure_message text,
    opened_at       timestamptz NOT NULL,
    opened_position bigint      NOT NULL UNIQUE,
    settled_at      timestamptz,
    updated_at      timestamptz NOT NULL,
    position        bigint      NOT NULL
) WITH (fillfactor = 70);

COMMENT ON COLUMN read_refunds.refunds.lines IS 'the lines of the order that it is about; none for what the first release opened';
COMMENT ON COLUMN read_refunds.refunds.note IS 'sealed with the key of who wrote it; never in plain form';
COMMENT ON COLUMN read_refunds.refunds.opened_position IS 'orders lists: some ids are derived, not in the order of time';

CREATE INDEX refunds_by_order ON read_refunds.refunds (order_id, opened_position);

CREATE TABLE read_disputes.disputes (
    id                  uuid        PRIMARY KEY,
    order_id            uuid        NOT NULL,
    provider_dispute_id text        NOT NULL,
    amount_minor        bigint      NOT NULL,
    currency            text        NOT NULL,
    stage               text        NOT NULL,
    status              text        NOT NULL,
    standing            text        NOT NULL,
    reason              text,
    respond_by          timestamptz,
    opened_at           timestamptz NOT NULL,
    opened_position     bigint      NOT NULL UNIQUE,
    closed_at           timestamptz,
    updated_at          timestamptz NOT NULL,
    position            bigint      NOT NULL
) WITH (fillfactor = 70);

CREATE INDEX disputes_by_order ON read_disputes.disputes (order_id, opened_position);

-- Statements that build the tables are checked at compile time under this default; at run time the runner sets its own.
DO $$
BEGIN
    EXECUTE format(
        'ALTER DATABASE %I SET search_path = public, %s', current_database(),
        (SELECT string_agg(quote_ident(nspname), ', ' ORDER BY nspname)
         FROM pg_namespace WHERE nspname ~ '^read_' AND nspname !~ '_(next|old)$')
    );
END
$$;
