//! Sellers, told: never who they are, which is sealed.

use comptoir_domain::seller::{Seller, SellerEvent, SellerState};
use comptoir_domain::values::PersonId;

use super::words::{moment, plain};
use super::{Line, Part, Told};

impl Told for Seller {
    fn sentence(event: &SellerEvent) -> String {
        match event {
            SellerEvent::Identified(identified) => format!(
                "said who they are: established in {}, VAT {}",
                identified.country,
                plain(identified.vat.as_str())
            ),
            SellerEvent::MandateAccepted(accepted) => format!(
                "gave the mandate to invoice in their name (wording {})",
                accepted.version
            ),
            SellerEvent::MandateWithdrawn(_) => "took the mandate to invoice back".to_owned(),
        }
    }

    fn lines(state: &SellerState) -> Vec<Line> {
        let Some(facts) = state.facts() else {
            return Vec::new();
        };
        let mandate = state.mandate().map_or_else(
            || "none".to_owned(),
            |mandate| format!("since {}", moment(mandate.accepted_at)),
        );
        vec![
            ("country", facts.country.to_string()),
            ("VAT", plain(facts.vat.as_str())),
            ("mandate", mandate),
        ]
    }

    fn people(state: &SellerState) -> Vec<(PersonId, Part)> {
        let themselves = state
            .facts()
            .map(|facts| (facts.seller_id.into(), Part::Themselves));
        themselves.into_iter().collect()
    }
}
