-- Names are compared byte by byte. That is what the ledger means by equal and by order; it is quicker than the rules of
-- a language; and an index in it stays right when the operating system's rules for a language change.
ALTER TABLE events
    ALTER COLUMN stream TYPE text COLLATE "C",
    ALTER COLUMN event_type TYPE text COLLATE "C";
ALTER TABLE idempotency_keys
    ALTER COLUMN scope TYPE text COLLATE "C",
    ALTER COLUMN key TYPE text COLLATE "C";
ALTER TABLE subscription_checkpoints ALTER COLUMN name TYPE text COLLATE "C";
