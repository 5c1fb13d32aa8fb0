//! Loads and stores the rows of a batch, a few statements for all of them. Table names come without a schema, which the
//! runner chooses.

use comptoir_domain::values::{ProductId, Rating};
use sqlx::PgConnection;
use uuid::Uuid;

use super::row::{ReviewColumns, ReviewRow, select_reviews};
use crate::listing::QueryError;
use crate::runner::ApplyError;
use crate::text::{column, json_of};

/// The reviews with these ids, as far as they exist.
pub(super) async fn load(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<ReviewRow>, ApplyError> {
    let rows = select_reviews!("FROM reviews WHERE id = ANY($1)", ids)
        .fetch_all(connection)
        .await?;
    let rows: Result<_, QueryError> = rows.into_iter().map(ReviewRow::try_from).collect();
    Ok(rows?)
}

pub(super) async fn upsert(connection: &mut PgConnection, rows: &[&ReviewRow]) -> Result<(), sqlx::Error> {
    sqlx::query_file!(
        "src/reviews/upsert.sql",
        &column(rows, |row| row.view.review_id.as_uuid()),
        &column(rows, |row| row.view.product_id.as_uuid()),
        &column(rows, |row| row.view.author_id.as_uuid()),
        &column(rows, |row| row.view.seller_id.as_uuid()),
        &column(rows, |row| row.view.order_id.as_uuid()),
        &column(rows, |row| row.view.purchased_at),
        &column(rows, |row| row.view.purchase.as_str()) as _,
        &column(rows, |row| row.view.status.as_str()) as _,
        &column(rows, |row| i16::from(row.view.content.current.rating.get())),
        &column(rows, |row| row.view.helpful_count.cast_signed()),
        &column(rows, |row| json_of(&row.view.content)),
        &column(rows, |row| row.view.posted_at),
        &column(rows, |row| row.posted_position.get()),
        &column(rows, |row| row.revision.get()),
        &column(rows, |row| row.position.get()),
        &column(rows, |row| i32::try_from(row.view.content.open_reports())
            .unwrap_or(i32::MAX)),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Moves the counts of products' ratings. A product without a rating has no row, however it came to have none.
pub(super) async fn move_ratings(
    connection: &mut PgConnection,
    moves: &[(ProductId, [i32; Rating::LIMIT as usize])],
) -> Result<(), sqlx::Error> {
    if moves.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO product_ratings AS known (
             product_id, one_star, two_stars, three_stars, four_stars, five_stars
         )
         SELECT * FROM unnest($1::uuid[], $2::integer[], $3::integer[], $4::integer[], $5::integer[], $6::integer[])
         ON CONFLICT (product_id) DO UPDATE
         SET one_star = known.one_star + excluded.one_star,
             two_stars = known.two_stars + excluded.two_stars,
             three_stars = known.three_stars + excluded.three_stars,
             four_stars = known.four_stars + excluded.four_stars,
             five_stars = known.five_stars + excluded.five_stars",
        &column(moves, |(product_id, _)| product_id.as_uuid()),
        &column(moves, |(_, [one, _, _, _, _])| *one),
        &column(moves, |(_, [_, two, _, _, _])| *two),
        &column(moves, |(_, [_, _, three, _, _])| *three),
        &column(moves, |(_, [_, _, _, four, _])| *four),
        &column(moves, |(_, [_, _, _, _, five])| *five),
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "DELETE FROM product_ratings
         WHERE product_id = ANY($1)
             AND (one_star, two_stars, three_stars, four_stars, five_stars) = (0, 0, 0, 0, 0)",
        &column(moves, |(product_id, _)| product_id.as_uuid())
    )
    .execute(connection)
    .await?;
    Ok(())
}
