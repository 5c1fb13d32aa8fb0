UPDATE orders
SET status = changed.status,
    received_minor = changed.received_minor,
    payment_status = changed.payment_status,
    payment_updated = changed.payment_updated,
    failure_code = changed.failure_code,
    paid_at = changed.paid_at,
    closed_at = changed.closed_at,
    cancel_reason = changed.cancel_reason,
    revived = changed.revived,
    needs_review = changed.needs_review,
    review_flags = changed.review_flags::json,
    refunds = changed.refunds::json,
    after_sale = changed.after_sale::json,
    updated_at = changed.updated_at,
    revision = changed.revision,
    position = changed.position
FROM unnest(
    $1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::timestamptz[], $6::text[], $7::timestamptz[],
    $8::timestamptz[], $9::text[], $10::boolean[], $11::boolean[], $12::text[], $13::text[], $14::timestamptz[],
    $15::bigint[], $16::bigint[], $17::text[]
) AS changed (
    id, status, received_minor, payment_status, payment_updated, failure_code, paid_at, closed_at,
    cancel_reason, revived, needs_review, review_flags, refunds, updated_at, revision, position, after_sale
)
WHERE orders.id = changed.id
