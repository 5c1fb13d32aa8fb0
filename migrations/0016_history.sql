-- The past gets an index: which events follow from an event, name a thing or concern a person, so that a timeline is put
-- together without looking through the ledger. Appends do not pay for it: a projection writes it.
CREATE SCHEMA read_history;

CREATE TABLE read_history.links (
    subject  uuid   NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (subject, position)
);

COMMENT ON COLUMN read_history.links.subject IS
    'the event''s cause, its correlation, who acted, whom it concerns, or a thing that it names';

CREATE TABLE read_history.people (
    subject   uuid NOT NULL,
    person_id uuid NOT NULL,
    PRIMARY KEY (subject, person_id)
);

COMMENT ON COLUMN read_history.people.subject IS 'the aggregate whose events concern the person';

-- The reviews of a product in whatever state, for what its ratings were.
CREATE INDEX reviews_of_product ON read_reviews.reviews (product_id, id);

-- Statements that build the tables are checked at compile time under this default; at run time the runner sets its own.
DO $$
DECLARE
    known text;
BEGIN
    SELECT split_part(setting, '=', 2) INTO known
    FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase, unnest(setconfig) AS setting
    WHERE datname = current_database() AND setrole = 0 AND setting LIKE 'search_path=%';
    EXECUTE format(
        'ALTER DATABASE %I SET search_path = %s, read_history', current_database(), coalesce(known, 'public')
    );
END
$$;
