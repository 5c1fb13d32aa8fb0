-- One event for one stream, with nobody waiting beside it: the common case of append.sql at a fraction of its cost, made
-- durable by its own commit. Where any expectation fails nothing happens, and append.sql says what it was.
--   $1 head position, $2 fence, $3 time of record, $4 stream, $5 expected revision (-1 no stream), $6 event id,
--   $7 type, $8 version, $9 data, $10 metadata, $11 leaf hash
WITH head AS (
    UPDATE ledger_head SET position = $1 + 1, recorded_at = $3
    WHERE singleton AND position = $1 AND fence = $2
        AND COALESCE((SELECT revision FROM events WHERE stream = $4 ORDER BY revision DESC LIMIT 1), -1) = $5
        AND NOT EXISTS (SELECT FROM events WHERE event_id = $6)
    RETURNING position, set_config('synchronous_commit', 'on', true)
),
horizon AS (
    UPDATE ledger_horizon SET position = $1 + 1
    WHERE singleton AND position <= $1 AND EXISTS (SELECT FROM head)
)
INSERT INTO events (
    position, stream, revision, event_id, event_type, schema_version, recorded_at, data, metadata, leaf_hash
)
SELECT head.position, $4, $5 + 1, $6, $7, $8, $3, $9::text::json, $10::text::json, $11
FROM head
RETURNING position
