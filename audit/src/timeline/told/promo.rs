//! Promotions, told.

use comptoir_domain::promo::{Benefit, Promo, PromoEvent, PromoState, UseCount};
use comptoir_domain::values::PersonId;

use super::words::{moment, money, name};
use super::{Line, Part, Told};

impl Told for Promo {
    fn sentence(event: &PromoEvent) -> String {
        match event {
            PromoEvent::Created(created) => {
                format!(
                    "code {} made: {} off",
                    created.code,
                    benefit(created.terms.benefit)
                )
            }
            PromoEvent::Reserved(reserved) => {
                format!("used by order {}, which is yet to be paid", reserved.order_id)
            }
            PromoEvent::Released(released) => {
                format!(
                    "given back by order {}: {}",
                    released.order_id,
                    name(&released.reason)
                )
            }
            PromoEvent::Redeemed(redeemed) => {
                let beyond = match redeemed.count {
                    UseCount::WithinCaps => "",
                    UseCount::BeyondCaps => ", beyond its caps: the money had come late",
                };
                format!("redeemed by order {}{beyond}", redeemed.order_id)
            }
            PromoEvent::Deactivated(_) => "ended".to_owned(),
        }
    }

    fn lines(state: &PromoState) -> Vec<Line> {
        let status = match state {
            PromoState::Absent => return Vec::new(),
            PromoState::Active(_) => "active",
            PromoState::Deactivated(_) => "ended",
        };
        let Some(facts) = state.facts() else {
            return Vec::new();
        };
        let cap = facts
            .terms
            .uses_max
            .map_or_else(|| "any number".to_owned(), |cap| cap.to_string());
        vec![
            ("status", status.to_owned()),
            ("code", facts.code.to_string()),
            ("takes off", benefit(facts.terms.benefit)),
            ("in use by orders", facts.uses.len().to_string()),
            ("uses at most", cap),
            (
                "ends",
                facts.terms.ends_at.map_or_else(|| "never".to_owned(), moment),
            ),
        ]
    }

    fn people(state: &PromoState) -> Vec<(PersonId, Part)> {
        state
            .facts()
            .map(|facts| (facts.created_by, Part::Maker))
            .into_iter()
            .collect()
    }
}

fn benefit(benefit: Benefit) -> String {
    match benefit {
        Benefit::Percent { basis_points } => {
            let hundredths = u32::from(basis_points);
            format!("{}.{:02} %", hundredths / 100, hundredths % 100)
        }
        Benefit::Fixed { amount } => money(amount),
    }
}
