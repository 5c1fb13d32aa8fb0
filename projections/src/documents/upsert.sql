INSERT INTO documents (
    id, kind, series, number, order_id, buyer_id, customer, seller_id, issued_on, locale, currency, net_minor, tax_minor,
    gross_minor, preceding, reason, refund_id, credited_minor, replaced_by, undone_by, rendering, mailed_at, mail_failure,
    mail_attempts, handed_over_at, handed_over_by, retention_ended_at, issued_at, issued_position, updated_at, position
)
SELECT
    id, kind, series, number, order_id, buyer_id, customer, seller_id, issued_on, locale, currency, net_minor, tax_minor,
    gross_minor, preceding::json, reason, refund_id, credited_minor, replaced_by, undone_by, rendering::json, mailed_at,
    mail_failure, mail_attempts, handed_over_at, handed_over_by, retention_ended_at, issued_at, issued_position,
    updated_at, position
FROM unnest(
    $1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::uuid[], $9::date[],
    $10::text[], $11::text[], $12::bigint[], $13::bigint[], $14::bigint[], $15::text[], $16::text[], $17::uuid[],
    $18::bigint[], $19::uuid[], $20::uuid[], $21::text[], $22::timestamptz[], $23::text[], $24::integer[],
    $25::timestamptz[], $26::text[], $27::timestamptz[], $28::timestamptz[], $29::bigint[], $30::timestamptz[],
    $31::bigint[]
) AS document (
    id, kind, series, number, order_id, buyer_id, customer, seller_id, issued_on, locale, currency, net_minor, tax_minor,
    gross_minor, preceding, reason, refund_id, credited_minor, replaced_by, undone_by, rendering, mailed_at, mail_failure,
    mail_attempts, handed_over_at, handed_over_by, retention_ended_at, issued_at, issued_position, updated_at, position
)
ON CONFLICT (id) DO UPDATE
SET credited_minor = excluded.credited_minor,
    replaced_by = excluded.replaced_by,
    undone_by = excluded.undone_by,
    rendering = excluded.rendering,
    mailed_at = excluded.mailed_at,
    mail_failure = excluded.mail_failure,
    mail_attempts = excluded.mail_attempts,
    handed_over_at = excluded.handed_over_at,
    handed_over_by = excluded.handed_over_by,
    retention_ended_at = excluded.retention_ended_at,
    updated_at = excluded.updated_at,
    position = excluded.position
