INSERT INTO products (
    id, seller_id, title, description, publication, sale_status, exclusive_standing, exclusive_offer_id,
    exclusive_order_id, files, created_at, published_at, updated_at, revision, position
)
SELECT
    id, seller_id, title, description, publication, sale_status, exclusive_standing, exclusive_offer_id,
    exclusive_order_id, files::json, created_at, published_at, updated_at, revision, position
FROM unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[], $9::uuid[],
    $10::text[], $11::timestamptz[], $12::timestamptz[], $13::timestamptz[], $14::bigint[], $15::bigint[]
) AS changed (
    id, seller_id, title, description, publication, sale_status, exclusive_standing, exclusive_offer_id,
    exclusive_order_id, files, created_at, published_at, updated_at, revision, position
)
ON CONFLICT (id) DO UPDATE
SET title = excluded.title,
    description = excluded.description,
    publication = excluded.publication,
    sale_status = excluded.sale_status,
    exclusive_standing = excluded.exclusive_standing,
    exclusive_offer_id = excluded.exclusive_offer_id,
    exclusive_order_id = excluded.exclusive_order_id,
    files = excluded.files,
    published_at = excluded.published_at,
    updated_at = excluded.updated_at,
    revision = excluded.revision,
    position = excluded.position
