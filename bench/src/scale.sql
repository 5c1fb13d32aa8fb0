-- Events as the ledger would have stored them, made by the server itself: time-ordered ids, a payload of some 500
-- bytes, one event in each stream. The leaf hash has its length but not its value: nothing here reads it.
--   $1 first position, $2 last position, $3 payload
INSERT INTO events (
    position, stream, revision, event_id, event_type, schema_version, recorded_at, data, metadata, leaf_hash
)
SELECT n, 'order-01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'), 0,
    ('01900000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, 'order.placed', 1,
    '2026-01-01T00:00:00Z'::timestamptz, $3::json, '{}', decode(repeat(lpad(to_hex(n), 16, '0'), 4), 'hex')
FROM generate_series($1::bigint, $2::bigint) AS n
