-- A batch in which every expectation names a revision and is thought to hold: append.sql at little more than half its cost.
-- A stream that must not be there yet, an event id and an idempotency key are left to the unique indexes; where one of them
-- is taken the statement fails, where another expectation fails it records nothing, and append.sql says who was refused.
--   $1 head position, $2 fence, $3 time of record
--   $4-$5 expectations to be looked up: stream, expected revision (-1 no stream)
--   $6-$10 idempotency: scope, key, fingerprint, answer, position
--   $11-$18 events: stream, revision, id, type, version, data, metadata, leaf hash
--   $19 whether this very commit is to reach the disk and move the durable horizon
WITH head AS (
    UPDATE ledger_head SET position = $1 + cardinality($13::uuid[]), recorded_at = $3
    WHERE singleton AND position = $1 AND fence = $2
        AND NOT EXISTS (
            SELECT FROM unnest($4::text[], $5::int8[]) AS x (stream, expected)
            WHERE x.expected <> COALESCE(
                (SELECT e.revision FROM events e WHERE e.stream = x.stream ORDER BY e.revision DESC LIMIT 1), -1
            )
        )
    RETURNING position, set_config('synchronous_commit', CASE WHEN $19 THEN 'on' ELSE 'off' END, true)
),
horizon AS (
    UPDATE ledger_horizon z SET position = head.position FROM head
    WHERE $19 AND z.singleton AND z.position < head.position
),
keyed AS (
    INSERT INTO idempotency_keys (scope, key, fingerprint, answer, position, recorded_at)
    SELECT k.scope, k.key, k.fingerprint, k.answer::json, k.position, $3
    FROM head, unnest($6::text[], $7::text[], $8::bytea[], $9::text[], $10::int8[])
        AS k (scope, key, fingerprint, answer, position)
)
INSERT INTO events (
    position, stream, revision, event_id, event_type, schema_version, recorded_at, data, metadata, leaf_hash
)
SELECT $1 + n.ord, n.stream, n.revision, n.event_id, n.event_type, n.schema_version, $3, n.data::json, n.metadata::json,
    n.leaf_hash
FROM head, unnest(
    $11::text[], $12::int8[], $13::uuid[], $14::text[], $15::int4[], $16::text[], $17::text[], $18::bytea[]
) WITH ORDINALITY AS n (stream, revision, event_id, event_type, schema_version, data, metadata, leaf_hash, ord)
