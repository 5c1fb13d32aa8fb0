INSERT INTO licences (
    id, order_id, line, unit, holder_id, seller_id, product_id, offer_id, title, kind, terms_version, terms_hash,
    use_terms, status, key_digest, key_hint, key_sealed, activations_count, accesses_count, first_access_at, issued_at,
    expires_at, issued_position, revision, position, causes, upgrade_of, superseded_by
)
SELECT
    id, order_id, line, unit, holder_id, seller_id, product_id, offer_id, title, kind, terms_version, terms_hash,
    use_terms::json, status, key_digest, key_hint, key_sealed::json, activations_count, accesses_count,
    first_access_at, issued_at, expires_at, issued_position, revision, position, causes::json,
    upgrade_of, superseded_by
FROM unnest(
    $1::uuid[], $2::uuid[], $3::integer[], $4::integer[], $5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[], $9::text[],
    $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[],
    $18::integer[], $19::bigint[], $20::timestamptz[], $21::timestamptz[], $22::timestamptz[], $23::bigint[],
    $24::bigint[], $25::bigint[], $26::text[], $27::uuid[], $28::uuid[]
) AS changed (
    id, order_id, line, unit, holder_id, seller_id, product_id, offer_id, title, kind, terms_version, terms_hash,
    use_terms, status, key_digest, key_hint, key_sealed, activations_count, accesses_count, first_access_at, issued_at,
    expires_at, issued_position, revision, position, causes, upgrade_of, superseded_by
)
ON CONFLICT (id) DO UPDATE
SET holder_id = excluded.holder_id,
    status = excluded.status,
    causes = excluded.causes,
    superseded_by = excluded.superseded_by,
    key_digest = excluded.key_digest,
    key_hint = excluded.key_hint,
    key_sealed = excluded.key_sealed,
    activations_count = excluded.activations_count,
    accesses_count = excluded.accesses_count,
    first_access_at = excluded.first_access_at,
    revision = excluded.revision,
    position = excluded.position
