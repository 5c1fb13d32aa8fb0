-- What buyers say about products, and the sum of their ratings, so that a product page reads one row and not all reviews.
CREATE SCHEMA read_reviews;

CREATE TABLE read_reviews.reviews (
    id              uuid        PRIMARY KEY,
    product_id      uuid        NOT NULL,
    author_id       uuid        NOT NULL,
    seller_id       uuid        NOT NULL,
    order_id        uuid        NOT NULL,
    purchased_at    timestamptz NOT NULL,
    purchase        text        NOT NULL,
    status          text        NOT NULL,
    rating          smallint    NOT NULL,
    helpful_count   bigint      NOT NULL,
    content         json        NOT NULL,
    posted_at       timestamptz NOT NULL,
    posted_position bigint      NOT NULL,
    revision        bigint      NOT NULL,
    position        bigint      NOT NULL
) WITH (fillfactor = 70);

COMMENT ON COLUMN read_reviews.reviews.purchase IS 'stands; or refunded, charged_back: then the rating does not count';
COMMENT ON COLUMN read_reviews.reviews.content IS 'all that was said: every text is sealed with the key of who wrote it';
COMMENT ON COLUMN read_reviews.reviews.posted_position IS 'orders lists: the ids of reviews are derived, not in the order of time';

CREATE INDEX reviews_by_product ON read_reviews.reviews (product_id, posted_position) WHERE status = 'visible';
CREATE INDEX reviews_by_rating ON read_reviews.reviews (product_id, rating, posted_position) WHERE status = 'visible';
CREATE INDEX reviews_by_helpful ON read_reviews.reviews (product_id, helpful_count, posted_position)
    WHERE status = 'visible';

CREATE TABLE read_reviews.product_ratings (
    product_id  uuid    PRIMARY KEY,
    one_star    integer NOT NULL,
    two_stars   integer NOT NULL,
    three_stars integer NOT NULL,
    four_stars  integer NOT NULL,
    five_stars  integer NOT NULL
) WITH (fillfactor = 70);

COMMENT ON TABLE read_reviews.product_ratings IS 'how often each rating counts: of visible reviews whose purchase stands';

-- Statements that build the tables are checked at compile time under this default; at run time the runner sets its own.
DO $$
DECLARE
    known text;
BEGIN
    SELECT split_part(setting, '=', 2) INTO known
    FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase, unnest(setconfig) AS setting
    WHERE datname = current_database() AND setrole = 0 AND setting LIKE 'search_path=%';
    EXECUTE format(
        'ALTER DATABASE %I SET search_path = %s, read_reviews', current_database(), coalesce(known, 'public')
    );
END
$$;
