INSERT INTO offers (
    product_id, offer_id, ordinal, kind, price_minor, currency, terms_version, terms_hash, tax_category, use_terms,
    standing, added_at
)
SELECT
    product_id, offer_id, ordinal, kind, price_minor, currency, terms_version, terms_hash, tax_category,
    use_terms::json, standing, added_at
FROM unnest(
    $1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::text[], $12::timestamptz[]
) AS changed (
    product_id, offer_id, ordinal, kind, price_minor, currency, terms_version, terms_hash, tax_category, use_terms,
    standing, added_at
)
ON CONFLICT (product_id, offer_id) DO UPDATE
SET price_minor = excluded.price_minor,
    currency = excluded.currency,
    standing = excluded.standing
