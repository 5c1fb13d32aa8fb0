-- A rebuild goes on where it was interrupted, and a stream that a read model cannot take can be left out of it, on record.

-- Rebuilds that are under way or were interrupted, by the name under which they grow (`orders@next`).
CREATE TABLE projection_rebuilds (
    name            text        PRIMARY KEY,
    version         integer     NOT NULL,
    fingerprint     text        NOT NULL,
    stage           text        NOT NULL CHECK (stage IN ('filling', 'indexed')),
    begun_at        timestamptz NOT NULL,
    failed_position bigint,
    failure         text
);

COMMENT ON COLUMN projection_rebuilds.version IS 'the version of the code that builds the new tables';
COMMENT ON COLUMN projection_rebuilds.fingerprint IS 'what the new tables depend on beside events: where it differs, they are begun anew';
COMMENT ON COLUMN projection_rebuilds.failed_position IS 'the event that it could not apply when it was tried last';
COMMENT ON COLUMN projection_rebuilds.stage IS 'filling: without the indexes that only readers need; indexed: with all of them';

-- How far each of its lanes has come: a lane applies the events of the streams that fall to it.
CREATE TABLE projection_rebuild_lanes (
    name      text     NOT NULL,
    lane      smallint NOT NULL,
    position  bigint   NOT NULL,
    leaf_hash bytea,
    PRIMARY KEY (name, lane)
) WITH (fillfactor = 50);

COMMENT ON COLUMN projection_rebuild_lanes.leaf_hash IS 'of the event at that position: a ledger that has another one there is another ledger';

-- The streams that the tables in use leave out, and from where on. Written with the tables; what was decided, by whom and
-- when, stands in the ledger (`projection.stream_quarantined`).
CREATE TABLE projection_quarantines (
    name          text   NOT NULL,
    stream        text   NOT NULL,
    from_position bigint NOT NULL,
    PRIMARY KEY (name, stream)
);

-- Raised by whoever wants a stuck projection to try again at once.
ALTER TABLE projection_state ADD COLUMN retries_asked bigint NOT NULL DEFAULT 0;
