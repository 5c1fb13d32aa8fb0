INSERT INTO orders (
    id, buyer_id, status, currency, total_minor, tax_total_minor, received_minor, billing, consent, payment_id,
    payment_status, payment_updated, failure_code, placed_at, expires_at, paid_at, closed_at,
    cancel_reason, revived, needs_review, review_flags, refunds, updated_at, revision, position, promotion, tax,
    after_sale
)
SELECT
    id, buyer_id, status, currency, total_minor, tax_total_minor, received_minor, billing::json, consent::json,
    payment_id, payment_status, payment_updated, failure_code, placed_at, expires_at, paid_at,
    closed_at, cancel_reason, revived, needs_review, review_flags::json, refunds::json, updated_at, revision, position,
    promotion::json, tax::json, after_sale::json
FROM unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::text[],
    $10::uuid[], $11::text[], $12::timestamptz[], $13::text[], $14::timestamptz[], $15::timestamptz[],
    $16::timestamptz[], $17::timestamptz[], $18::text[], $19::boolean[], $20::boolean[], $21::text[], $22::text[],
    $23::timestamptz[], $24::bigint[], $25::bigint[], $26::text[], $27::text[], $28::text[]
) AS placed (
    id, buyer_id, status, currency, total_minor, tax_total_minor, received_minor, billing, consent, payment_id,
    payment_status, payment_updated, failure_code, placed_at, expires_at, paid_at, closed_at,
    cancel_reason, revived, needs_review, review_flags, refunds, updated_at, revision, position, promotion, tax,
    after_sale
)
