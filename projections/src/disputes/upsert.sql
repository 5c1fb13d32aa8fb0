INSERT INTO disputes (
    id, order_id, provider_dispute_id, amount_minor, currency, stage, status, standing, reason, respond_by, opened_at,
    opened_position, closed_at, updated_at, position
)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::timestamptz[], $11::timestamptz[], $12::bigint[], $13::timestamptz[], $14::timestamptz[], $15::bigint[]
)
ON CONFLICT (id) DO UPDATE
SET amount_minor = excluded.amount_minor,
    currency = excluded.currency,
    stage = excluded.stage,
    status = excluded.status,
    standing = excluded.standing,
    reason = excluded.reason,
    respond_by = excluded.respond_by,
    closed_at = excluded.closed_at,
    updated_at = excluded.updated_at,
    position = excluded.position
