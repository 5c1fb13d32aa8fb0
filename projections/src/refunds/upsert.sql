INSERT INTO refunds (
    id, order_id, amount_minor, currency, lines, parts, reason, note, requested_by, status, failure_code, opened_at,
    opened_position, settled_at, updated_at, position
)
SELECT
    id, order_id, amount_minor, currency,
    ARRAY(SELECT (part ->> 'line')::integer FROM json_array_elements(parts::json) AS part), parts::json, reason,
    note::json, requested_by, status, failure_code, opened_at, opened_position, settled_at, updated_at, position
FROM unnest(
    $1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[], $9::text[],
    $10::text[], $11::timestamptz[], $12::bigint[], $13::timestamptz[], $14::timestamptz[], $15::bigint[]
) AS refund (
    id, order_id, amount_minor, currency, parts, reason, note, requested_by, status, failure_code, opened_at,
    opened_position, settled_at, updated_at, position
)
ON CONFLICT (id) DO UPDATE
SET status = excluded.status,
    failure_code = excluded.failure_code,
    settled_at = excluded.settled_at,
    updated_at = excluded.updated_at,
    position = excluded.position
