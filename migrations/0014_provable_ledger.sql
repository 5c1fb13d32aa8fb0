-- The ledger becomes provable to outsiders: its Merkle tree is kept as it grows, its roots are signed, and a follower knows
-- the event that it stands behind, so that it notices a ledger that has lost its end.

-- The tree so far: how many leaves, and the roots of its full subtrees, largest first (docs/LEDGER-FORMAT.md, section 4).
CREATE TABLE ledger_tree (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    size      bigint  NOT NULL CHECK (size >= 0),
    peaks     bytea   NOT NULL,
    newest    bytea
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
INSERT INTO ledger_tree (size, peaks) VALUES (0, '');

COMMENT ON COLUMN ledger_tree.peaks IS '32 bytes each';
COMMENT ON COLUMN ledger_tree.newest IS 'the leaf hash of the event at position `size`; NULL for an empty tree';

-- The roots of full subtrees of 256, 65536, 16777216, ... leaves: proofs are made of these and of leaf hashes, without
-- reading more than a few hundred of either.
CREATE TABLE ledger_tree_nodes (
    level smallint NOT NULL CHECK (level > 0),
    index bigint   NOT NULL CHECK (index >= 0),
    root  bytea    NOT NULL CHECK (octet_length(root) = 32),
    PRIMARY KEY (level, index)
);

COMMENT ON COLUMN ledger_tree_nodes.level IS 'the subtree has 256^level leaves';

-- What was signed: a note (C2SP tlog-checkpoint) over the size and the root of the tree.
CREATE TABLE ledger_checkpoints (
    size      bigint      PRIMARY KEY CHECK (size > 0),
    root      bytea       NOT NULL CHECK (octet_length(root) = 32),
    note      text        NOT NULL,
    signed_at timestamptz NOT NULL
);
CREATE INDEX ledger_checkpoints_signed_at ON ledger_checkpoints (signed_at);

-- The leaf hash of the event at the checkpoint's position. NULL at the start of the ledger.
ALTER TABLE subscription_checkpoints ADD COLUMN leaf_hash bytea;

-- Whoever moves a checkpoint, the hash goes with it.
CREATE FUNCTION subscription_checkpoint_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.leaf_hash := (SELECT leaf_hash FROM public.events WHERE position = NEW.position);
    RETURN NEW;
END
$$;
CREATE TRIGGER subscription_checkpoint_leaf BEFORE INSERT OR UPDATE OF position ON subscription_checkpoints
    FOR EACH ROW EXECUTE FUNCTION subscription_checkpoint_leaf();
UPDATE subscription_checkpoints SET position = position;
