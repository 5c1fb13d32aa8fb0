-- What people did that no other read model finds by the person, so that all that is known of somebody can be found.
CREATE SCHEMA read_persons;

CREATE TABLE read_persons.person_traces (
    person_id  uuid   NOT NULL,
    kind       text   NOT NULL,
    subject_id uuid   NOT NULL,
    position   bigint NOT NULL,
    PRIMARY KEY (person_id, kind, subject_id)
);

COMMENT ON COLUMN read_persons.person_traces.kind IS 'review_written, review_joined, licence_passed or refund_asked';
COMMENT ON COLUMN read_persons.person_traces.subject_id IS 'the review, licence or refund';
COMMENT ON COLUMN read_persons.person_traces.position IS 'the first event of the kind';

-- Statements that build the tables are checked at compile time under this default; at run time the runner sets its own.
DO $$
DECLARE
    known text;
BEGIN
    SELECT split_part(setting, '=', 2) INTO known
    FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase, unnest(setconfig) AS setting
    WHERE datname = current_database() AND setrole = 0 AND setting LIKE 'search_path=%';
    EXECUTE format(
        'ALTER DATABASE %I SET search_path = %s, read_persons', current_database(), coalesce(known, 'public')
    );
END
$$;
