INSERT INTO reviews (
    id, product_id, author_id, seller_id, order_id, purchased_at, purchase, status, rating, helpful_count, content,
    posted_at, posted_position, revision, position, open_reports
)
SELECT
    id, product_id, author_id, seller_id, order_id, purchased_at, purchase, status, rating, helpful_count,
    content::json, posted_at, posted_position, revision, position, open_reports
FROM unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::timestamptz[], $7::text[], $8::text[],
    $9::smallint[], $10::bigint[], $11::text[], $12::timestamptz[], $13::bigint[], $14::bigint[], $15::bigint[],
    $16::integer[]
) AS changed (
    id, product_id, author_id, seller_id, order_id, purchased_at, purchase, status, rating, helpful_count, content,
    posted_at, posted_position, revision, position, open_reports
)
ON CONFLICT (id) DO UPDATE
SET seller_id = excluded.seller_id,
    order_id = excluded.order_id,
    purchased_at = excluded.purchased_at,
    purchase = excluded.purchase,
    status = excluded.status,
    rating = excluded.rating,
    helpful_count = excluded.helpful_count,
    content = excluded.content,
    posted_at = excluded.posted_at,
    posted_position = excluded.posted_position,
    revision = excluded.revision,
    position = excluded.position,
    open_reports = excluded.open_reports
