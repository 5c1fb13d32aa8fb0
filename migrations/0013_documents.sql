-- Invoices and credit notes get a read model, so that buyers, sellers and accountants find theirs by order, day and number.
CREATE SCHEMA read_documents;

CREATE TABLE read_documents.documents (
    id                 uuid        PRIMARY KEY,
    kind               text        NOT NULL,
    series             uuid        NOT NULL,
    number             text        NOT NULL,
    order_id           uuid        NOT NULL,
    buyer_id           uuid        NOT NULL,
    customer           text        NOT NULL,
    seller_id          uuid,
    issued_on          date        NOT NULL,
    locale             text        NOT NULL,
    currency           text        NOT NULL,
    net_minor          bigint      NOT NULL,
    tax_minor          bigint      NOT NULL,
    gross_minor        bigint      NOT NULL,
    preceding          json,
    reason             text,
    refund_id          uuid,
    credited_minor     bigint      NOT NULL,
    replaced_by        uuid,
    undone_by          uuid,
    rendering          json,
    mailed_at          timestamptz,
    mail_failure       text,
    mail_attempts      integer,
    handed_over_at     timestamptz,
    handed_over_by     text,
    retention_ended_at timestamptz,
    issued_at          timestamptz NOT NULL,
    issued_position    bigint      NOT NULL UNIQUE,
    updated_at         timestamptz NOT NULL,
    position           bigint      NOT NULL
) WITH (fillfactor = 70);

COMMENT ON COLUMN read_documents.documents.kind IS 'invoice or credit_note';
COMMENT ON COLUMN read_documents.documents.seller_id IS 'in whose name it is issued; NULL for the platform';
COMMENT ON COLUMN read_documents.documents.issued_on IS 'the day of issue, by the supplier''s time zone';
COMMENT ON COLUMN read_documents.documents.credited_minor IS 'how much credit notes take back of it, with tax';
COMMENT ON COLUMN read_documents.documents.rendering IS 'its files by SHA-256 and size, and what they were made with';
COMMENT ON COLUMN read_documents.documents.issued_position IS 'orders lists: ids are derived, not in the order of time';

CREATE INDEX documents_by_buyer ON read_documents.documents (buyer_id, kind, issued_position);
CREATE INDEX documents_by_seller ON read_documents.documents (seller_id, kind, issued_position)
    WHERE seller_id IS NOT NULL;
CREATE INDEX documents_by_kind ON read_documents.documents (kind, issued_position);
CREATE INDEX documents_by_order ON read_documents.documents (order_id, issued_position);
CREATE INDEX documents_by_day ON read_documents.documents (issued_on, issued_position);
CREATE INDEX documents_by_number ON read_documents.documents (number);

-- Sellers who said who they are leave a trace of a kind of its own; the model's version has changed with it.
COMMENT ON COLUMN read_persons.person_traces.kind IS
    'review_written, review_joined, licence_passed, refund_asked or seller_identified';

-- Statements that build the tables are checked at compile time under this default; at run time the runner sets its own.
DO $$
DECLARE
    known text;
BEGIN
    SELECT split_part(setting, '=', 2) INTO known
    FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase, unnest(setconfig) AS setting
    WHERE datname = current_database() AND setrole = 0 AND setting LIKE 'search_path=%';
    EXECUTE format(
        'ALTER DATABASE %I SET search_path = %s, read_documents', current_database(), coalesce(known, 'public')
    );
END
$$;
