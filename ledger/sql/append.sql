-- One batch of appends, decided and recorded in one round trip. All statements below see one snapshot;
-- it holds every event up to $1, or the compare-and-set of the head fails and nothing is written.
--   $1 head position, $2 fence, $3 time of record
--   $4-$6 expectations: append, stream, expected revision (-1 no stream, -2 any, -3 exists)
--   $7-$9 idempotency: append, scope, key; $10-$11 fingerprint, answer
--   $12-$22 events: append, expectation (1-based), offset, stream, id, type, version, data, metadata,
--           assumed revision, leaf hash under that assumption
--   $23 whether this very commit is to reach the disk and move the durable horizon: right for a lone append
WITH expectation AS MATERIALIZED (
    SELECT x.ord, x.append, x.expected,
        COALESCE(
            (SELECT e.revision FROM events e WHERE e.stream = x.stream ORDER BY e.revision DESC LIMIT 1), -1
        ) AS revision
    FROM unnest($4::int4[], $5::text[], $6::int8[]) WITH ORDINALITY AS x (append, stream, expected, ord)
),
reached AS MATERIALIZED (
    SELECT array_agg(revision ORDER BY ord) AS revisions FROM expectation
),
refused AS MATERIALIZED (
    SELECT append, 1 AS reason FROM expectation
    WHERE NOT CASE expected WHEN -2 THEN true WHEN -3 THEN revision >= 0 ELSE revision = expected END
    UNION ALL
    SELECT k.append, 2 FROM unnest($7::int4[], $8::text[], $9::text[]) AS k (append, scope, key)
    WHERE EXISTS (SELECT FROM idempotency_keys i WHERE i.scope = k.scope AND i.key = k.key)
    UNION ALL
    SELECT n.append, 3 FROM unnest($12::int4[], $16::uuid[]) AS n (append, event_id)
    WHERE EXISTS (SELECT FROM events e WHERE e.event_id = n.event_id)
),
accepted AS MATERIALIZED (
    SELECT $1 + row_number() OVER (ORDER BY n.ord) AS position, $1 + n.ord AS assumed_position,
        (SELECT revisions FROM reached)[n.expectation] + n.revision_offset AS revision, n.*
    FROM unnest(
        $12::int4[], $13::int4[], $14::int4[], $15::text[], $16::uuid[], $17::text[], $18::int4[],
        $19::text[], $20::text[], $21::int8[], $22::bytea[]
    ) WITH ORDINALITY AS n (
        append, expectation, revision_offset, stream, event_id, event_type, schema_version,
        data, metadata, assumed_revision, leaf_hash, ord
    )
    WHERE n.append NOT IN (SELECT append FROM refused)
),
head AS (
    UPDATE ledger_head SET position = position + (SELECT count(*) FROM accepted), recorded_at = $3
    WHERE singleton AND position = $1 AND fence = $2
    RETURNING position
),
inserted AS (
    INSERT INTO events (
        position, stream, revision, event_id, event_type, schema_version, recorded_at, data, metadata, leaf_hash
    )
    SELECT a.position, a.stream, a.revision, a.event_id, a.event_type, a.schema_version, $3,
        a.data::json, a.metadata::json,
        CASE WHEN a.position = a.assumed_position AND a.revision = a.assumed_revision THEN a.leaf_hash
        ELSE ledger_leaf_hash(
            a.position, a.stream, a.revision, a.event_id, a.event_type, a.schema_version, $3, a.data, a.metadata
        ) END
    FROM accepted a, head
),
keyed AS (
    INSERT INTO idempotency_keys (scope, key, fingerprint, answer, position, recorded_at)
    SELECT k.scope, k.key, k.fingerprint, k.answer::json,
        (SELECT max(a.position) FROM accepted a WHERE a.append = k.append), $3
    FROM unnest($7::int4[], $8::text[], $9::text[], $10::bytea[], $11::text[])
        AS k (append, scope, key, fingerprint, answer), head
    WHERE k.append NOT IN (SELECT append FROM refused)
),
durability AS MATERIALIZED (
    SELECT set_config('synchronous_commit', CASE WHEN $23 THEN 'on' ELSE 'off' END, true) AS setting
),
horizon AS (
    UPDATE ledger_horizon z SET position = head.position FROM head
    WHERE $23 AND z.singleton AND z.position < head.position
    RETURNING z.position
)
SELECT
    (SELECT position FROM head) AS head,
    (SELECT setting FROM durability) AS synchronous_commit,
    (SELECT revisions FROM reached) AS "revisions!",
    (SELECT array_agg(append) FROM refused) AS refused,
    (SELECT array_agg(reason) FROM refused) AS reasons
