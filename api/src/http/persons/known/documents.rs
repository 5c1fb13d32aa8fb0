//! The invoices and credit notes that the person stands on, and who they are as a seller.

use comptoir_domain::values::{DocumentId, SellerId};
use comptoir_engine::RequestContext;
use comptoir_projections::documents::DocumentRow;
use comptoir_projections::documents::query::{self, DocumentFilter};
use comptoir_projections::persons::TraceKind;
use comptoir_projections::{ListPage, PageRequest, Side};

use super::super::document::Document;
use super::{Known, behind};
use crate::http::documents::body::DocumentBody;
use crate::http::documents::summary::SummaryBody;
use crate::http::problem::Problem;
use crate::http::sellers::body::SellerBody;

impl Known {
    /// Those that were made out to them, with all that stands on them: they outlive the person's own key.
    pub(super) async fn write_documents(&self, document: &mut Document) -> Result<(), Problem> {
        let context = RequestContext::of(self.own.0.clone());
        document.begin_list("documents");
        let mut wanted = Some(PageRequest::default());
        while let Some(page) = wanted {
            let page = self.documents(Side::Buyer(self.person_id), page).await?;
            wanted = behind(&page, |row| row.document_id);
            for row in page.items {
                let read = self.app.engine().document(&context, row.document_id).await?;
                document.entry(DocumentBody::of(&read)?).await?;
            }
        }
        document.end_list();
        Ok(())
    }

    /// Those in their name as a seller, without the buyers: these are other people.
    pub(super) async fn write_documents_issued(&self, document: &mut Document) -> Result<(), Problem> {
        document.begin_list("documents_issued");
        let mut wanted = Some(PageRequest::default());
        while let Some(page) = wanted {
            let page = self.documents(Side::Seller(self.person_id), page).await?;
            wanted = behind(&page, |row| row.document_id);
            for row in page.items {
                document.entry(SummaryBody::from(row)).await?;
            }
        }
        document.end_list();
        Ok(())
    }

    /// Who they said they are, as a seller who invoices.
    pub(super) async fn write_seller(&self, document: &mut Document) -> Result<(), Problem> {
        let seller = if self.traces(TraceKind::SellerIdentified, None).await?.is_empty() {
            None
        } else {
            let context = RequestContext::of(self.own.0.clone());
            let seller_id = SellerId::from(self.person_id);
            let read = self.app.engine().seller(&context, seller_id).await?;
            Some(SellerBody::seen_by(&self.own, read)?)
        };
        document.field("seller", seller).await
    }

    async fn documents(
        &self,
        side: Side,
        page: PageRequest<DocumentId>,
    ) -> Result<ListPage<DocumentRow>, Problem> {
        Ok(query::list(self.app.reads().pool(), side, &DocumentFilter::default(), page).await?)
    }
}
