//! What the person offers, and the promotion codes that they made.

use chrono::{DateTime, Utc};
use comptoir_domain::values::{ProductId, PromoCode, PromoId, Title};
use comptoir_projections::PageRequest;
use comptoir_projections::products::query::{self as products, ProductShelf};
use comptoir_projections::promotions::query as promotions;
use serde::Serialize;

use super::super::document::Document;
use super::{Known, behind};
use crate::http::problem::Problem;

/// A product that the person offers, or did.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OfferedProduct)]
pub(crate) struct OfferedProductBody {
    /// The product.
    #[schema(value_type = String)]
    id: ProductId,
    /// Its title.
    #[schema(value_type = String)]
    title: Title,
    /// When it was started.
    created_at: DateTime<Utc>,
}

/// A promotion code that the person made.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = MadePromotion)]
pub(crate) struct MadePromotionBody {
    /// The promotion.
    #[schema(value_type = String)]
    id: PromoId,
    /// What buyers type.
    #[schema(value_type = String)]
    code: PromoCode,
    /// When it was made.
    created_at: DateTime<Utc>,
}

impl Known {
    pub(super) async fn write_products(&self, document: &mut Document) -> Result<(), Problem> {
        let pool = self.app.reads().pool();
        document.begin_list("products");
        let mut wanted = Some(PageRequest::default());
        while let Some(page) = wanted {
            let page = products::list(pool, ProductShelf::Of(self.person_id), page).await?;
            wanted = behind(&page, |view| view.product.product_id);
            for view in page.items {
                let body = OfferedProductBody {
                    id: view.product.product_id,
                    title: view.product.title,
                    created_at: view.product.created_at,
                };
                document.entry(body).await?;
            }
        }
        document.end_list();
        Ok(())
    }

    pub(super) async fn write_promotions(&self, document: &mut Document) -> Result<(), Problem> {
        let pool = self.app.reads().pool();
        document.begin_list("promotions");
        let mut wanted = Some(PageRequest::default());
        while let Some(page) = wanted {
            let page = promotions::list_for_maker(pool, self.person_id, page).await?;
            wanted = behind(&page, |row| row.promo_id);
            for row in page.items {
                let body = MadePromotionBody {
                    id: row.promo_id,
                    code: row.code,
                    created_at: row.created_at,
                };
                document.entry(body).await?;
            }
        }
        document.end_list();
        Ok(())
    }
}
