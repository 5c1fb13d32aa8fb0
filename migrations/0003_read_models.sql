-- Read models: what the API lists and shows, built from events alone. Each model has a schema of its own, so that a
-- rebuild can fill a second one beside it and swap the two by renaming. No foreign keys: only projections write here.

-- The build of each read model that is in use, next to its checkpoint in subscription_checkpoints.
CREATE TABLE projection_state (
    name             text    PRIMARY KEY,
    version          integer NOT NULL,
    generation       bigint  NOT NULL DEFAULT 1,
    rebuilt_position bigint  NOT NULL DEFAULT 0,
    changed_position bigint  NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

COMMENT ON COLUMN projection_state.version IS 'the version of the code that built the tables in use';
COMMENT ON COLUMN projection_state.generation IS 'how often the tables were replaced by a rebuild, from 1';
COMMENT ON COLUMN projection_state.rebuilt_position IS 'up to where the newest rebuild had come when it was switched in';
COMMENT ON COLUMN projection_state.changed_position IS 'the newest event that the tables have changed with';

-- Table names are unique over all these schemas: what builds the tables names them without a schema.
CREATE SCHEMA read_orders;
CREATE SCHEMA read_products;
CREATE SCHEMA read_licences;

CREATE TABLE read_orders.orders (
    id                uuid        PRIMARY KEY,
    buyer_id          uuid        NOT NULL,
    status            text        NOT NULL,
    currency          text        NOT NULL,
    total_minor       bigint      NOT NULL,
    tax_total_minor   bigint      NOT NULL,
    received_minor    bigint      NOT NULL,
    billing           json        NOT NULL,
    consent           json        NOT NULL,
    payment_id        uuid        NOT NULL,
    payment_status    text,
    payment_updated   timestamptz,
    failure_code      text,
    failure_message   text,
    placed_at         timestamptz NOT NULL,
    expires_at        timestamptz NOT NULL,
    paid_at           timestamptz,
    closed_at         timestamptz,
    cancel_reason     text,
    revived           boolean     NOT NULL,
    needs_review      boolean     NOT NULL,
    review_flags      json        NOT NULL,
    refunds           json        NOT NULL,
    updated_at        timestamptz NOT NULL,
    revision          bigint      NOT NULL,
    position          bigint      NOT NULL
) WITH (fillfactor = 70);

COMMENT ON COLUMN read_orders.orders.billing IS 'sealed with the key of the buyer; never in plain form';
COMMENT ON COLUMN read_orders.orders.payment_status IS 'what the provider said last; NULL as long as it knows of no payment';

CREATE INDEX orders_by_buyer ON read_orders.orders (buyer_id, id);
CREATE INDEX orders_by_status ON read_orders.orders (status, id);
CREATE INDEX orders_open ON read_orders.orders (expires_at)
    WHERE status IN ('awaiting_payment', 'processing', 'payment_failed');
CREATE INDEX orders_without_payment ON read_orders.orders (placed_at)
    WHERE status = 'awaiting_payment' AND payment_status IS NULL;
CREATE INDEX orders_unsettled ON read_orders.orders (id)
    WHERE status IN ('awaiting_payment', 'processing', 'payment_failed') AND payment_status IS NOT NULL;
CREATE INDEX orders_closed ON read_orders.orders (closed_at) WHERE status IN ('cancelled', 'expired');
CREATE INDEX orders_needing_review ON read_orders.orders (id) WHERE needs_review;

CREATE TABLE read_orders.order_lines (
    order_id  uuid    NOT NULL,
    line      integer NOT NULL,
    seller_id uuid    NOT NULL,
    content   json    NOT NULL,
    PRIMARY KEY (order_id, line)
);
CREATE INDEX order_lines_by_seller ON read_orders.order_lines (seller_id, order_id);

CREATE TABLE read_products.products (
    id                 uuid        PRIMARY KEY,
    seller_id          uuid        NOT NULL,
    title              text        NOT NULL,
    description        text,
    publication        text        NOT NULL,
    sale_status        text        NOT NULL,
    exclusive_standing text        NOT NULL,
    exclusive_offer_id uuid,
    exclusive_order_id uuid,
    files              json        NOT NULL,
    created_at         timestamptz NOT NULL,
    published_at       timestamptz,
    updated_at         timestamptz NOT NULL,
    revision           bigint      NOT NULL,
    position           bigint      NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX products_by_seller ON read_products.products (seller_id, id);
CREATE INDEX products_listed ON read_products.products (id) WHERE sale_status IN ('on_sale', 'reserved');

CREATE TABLE read_products.offers (
    product_id    uuid        NOT NULL,
    offer_id      uuid        NOT NULL,
    ordinal       integer     NOT NULL,
    kind          text        NOT NULL,
    price_minor   bigint      NOT NULL,
    currency      text        NOT NULL,
    terms_version text        NOT NULL,
    terms_hash    text        NOT NULL,
    tax_category  text        NOT NULL,
    standing      text        NOT NULL,
    added_at      timestamptz NOT NULL,
    PRIMARY KEY (product_id, offer_id)
) WITH (fillfactor = 80);

-- The wording of licences, apart from the offers: it is long, and pages of products do without it.
CREATE TABLE read_products.offer_terms (
    product_id uuid NOT NULL,
    offer_id   uuid NOT NULL,
    version    text NOT NULL,
    wording    text NOT NULL,
    PRIMARY KEY (product_id, offer_id)
);

CREATE TABLE read_licences.licences (
    id              uuid        PRIMARY KEY,
    order_id        uuid        NOT NULL,
    line            integer     NOT NULL,
    unit            integer     NOT NULL,
    holder_id       uuid        NOT NULL,
    seller_id       uuid        NOT NULL,
    product_id      uuid        NOT NULL,
    offer_id        uuid        NOT NULL,
    title           text        NOT NULL,
    kind            text        NOT NULL,
    terms_version   text        NOT NULL,
    terms_hash      text        NOT NULL,
    status          text        NOT NULL,
    issued_at       timestamptz NOT NULL,
    issued_position bigint      NOT NULL UNIQUE,
    revision        bigint      NOT NULL,
    position        bigint      NOT NULL
);

COMMENT ON COLUMN read_licences.licences.issued_position IS 'orders lists: the ids of licences are derived, not in the order of time';

CREATE INDEX licences_by_order ON read_licences.licences (order_id, line, unit);
CREATE INDEX licences_by_holder ON read_licences.licences (holder_id, issued_position);
CREATE INDEX licences_by_seller ON read_licences.licences (seller_id, issued_position);

-- Statements that build the tables are checked at compile time under this default; at run time the runner sets its own.
DO $$
BEGIN
    EXECUTE format(
        'ALTER DATABASE %I SET search_path = public, read_orders, read_products, read_licences', current_database()
    );
END
$$;
