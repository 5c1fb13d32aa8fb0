-- Promotion codes, and what orders agreed beside their lines: a read model `promotions`, and two columns of `orders`.
CREATE SCHEMA read_promotions;

CREATE TABLE read_promotions.promotions (
    id               uuid        PRIMARY KEY,
    code             text        NOT NULL,
    created_by       uuid        NOT NULL,
    terms            json        NOT NULL,
    created_at       timestamptz NOT NULL,
    created_position bigint      NOT NULL UNIQUE,
    deactivated_at   timestamptz,
    updated_at       timestamptz NOT NULL,
    revision         bigint      NOT NULL,
    position         bigint      NOT NULL
) WITH (fillfactor = 70);

COMMENT ON COLUMN read_promotions.promotions.created_position IS 'orders lists: the ids of promotions are derived, not in the order of time';

CREATE INDEX promotions_by_maker ON read_promotions.promotions (created_by, created_position);

-- The orders that use a promotion now.
CREATE TABLE read_promotions.promotion_uses (
    promotion_id uuid NOT NULL,
    order_id     uuid NOT NULL,
    buyer_id     uuid NOT NULL,
    standing     text NOT NULL,
    PRIMARY KEY (promotion_id, order_id)
) WITH (fillfactor = 80);

COMMENT ON COLUMN read_promotions.promotion_uses.standing IS 'reserved, redeemed, or redeemed_beyond_caps: paid late, after the caps were full';

ALTER TABLE read_orders.orders ADD COLUMN promotion json;
ALTER TABLE read_orders.orders ADD COLUMN tax json;

COMMENT ON COLUMN read_orders.orders.tax IS 'who bought and where, in the sense of tax law; the VAT id stands in the sealed billing details';

-- Statements that build the tables are checked at compile time under this default; at run time the runner sets its own.
DO $$
DECLARE
    known text;
BEGIN
    SELECT split_part(setting, '=', 2) INTO known
    FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase, unnest(setconfig) AS setting
    WHERE datname = current_database() AND setrole = 0 AND setting LIKE 'search_path=%';
    EXECUTE format(
        'ALTER DATABASE %I SET search_path = %s, read_promotions', current_database(), coalesce(known, 'public')
    );
END
$$;
