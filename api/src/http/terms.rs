//! The wording of a licence: as it is offered, and as it was bought.

use comptoir_domain::values::{LicenceTerms, ProductId, TermsHash, TermsText, TermsVersion};
use comptoir_projections::products::query;
use serde::Serialize;

use super::App;
use super::problem::{Problem, ProblemKind};

/// The wording of a licence.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Wording)]
pub(crate) struct WordingBody {
    /// The seller's name of this wording.
    #[schema(value_type = String, example = "2026-03")]
    version: TermsVersion,
    /// The wording itself.
    #[schema(value_type = String)]
    text: TermsText,
    /// SHA-256 of the wording, in hex.
    #[schema(value_type = String)]
    hash: TermsHash,
}

impl From<LicenceTerms> for WordingBody {
    fn from(terms: LicenceTerms) -> Self {
        Self {
            version: terms.version,
            text: terms.text,
            hash: terms.hash,
        }
    }
}

/// The wording that something was sold under. It is found by its hash, so that it is the one that was bought, whatever
/// has become of product and offer since.
pub(crate) async fn sold_under(
    app: &App,
    product_id: ProductId,
    version: TermsVersion,
    hash: TermsHash,
) -> Result<WordingBody, Problem> {
    let text = query::wording(app.reads().pool(), product_id, hash).await?;
    let text = text.ok_or_else(|| {
        Problem::new(ProblemKind::Internal).cause(format!("{product_id} has no wording with the hash {hash}"))
    })?;
    Ok(WordingBody { version, text, hash })
}
