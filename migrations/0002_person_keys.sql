-- Personal data in events is sealed with a key of its person, so that destroying one row here forgets that person while
-- the ledger keeps verifying.

-- One key a person, itself sealed by the master key of the configuration. A destroyed key leaves its row behind, without
-- the key: the same person must never get a new one by accident, and an auditor sees that and when it was destroyed.
CREATE TABLE person_keys (
    subject      text        PRIMARY KEY CHECK (octet_length(subject) BETWEEN 1 AND 200),
    wrapped_key  bytea       CHECK (octet_length(wrapped_key) = 72),
    created_at   timestamptz NOT NULL,
    destroyed_at timestamptz,
    CHECK ((wrapped_key IS NULL) = (destroyed_at IS NOT NULL))
);

COMMENT ON COLUMN person_keys.subject IS 'whose data the key seals';
COMMENT ON COLUMN person_keys.wrapped_key IS '24 bytes of nonce, 32 of sealed key, 16 of tag; NULL once destroyed';

-- A known text sealed by the master key: a process started with another master key finds out at once, and not by writing
-- data that nobody can open again.
CREATE TABLE vault_check (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    sealed   bytea   NOT NULL
);
