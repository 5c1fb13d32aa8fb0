-- A database that was filled from another ledger is a copy to look around in: it says so itself, and no node acts on it.

-- One row in a copy, none in a ledger of its own. Without `finished_at` it is still being filled.
CREATE TABLE ledger_replica (
    singleton   boolean     PRIMARY KEY DEFAULT true CHECK (singleton),
    through     bigint      NOT NULL CHECK (through >= 0),
    keys        text        NOT NULL CHECK (keys IN ('left_out', 'copied')),
    begun_at    timestamptz NOT NULL,
    finished_at timestamptz
);

COMMENT ON COLUMN ledger_replica.through IS 'the newest position that is copied';
COMMENT ON COLUMN ledger_replica.keys IS 'whether personal data can be read in it';
