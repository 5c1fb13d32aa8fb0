//! Disputes of which a webhook was lost: the provider is asked, and what it says is applied like a webhook.
//!
//! A payment can be disputed for months, and few are. So the payments are not asked about one by one: the provider lists
//! its disputes, what changed last first. Each sweep reads the first page of that list and one further page, which moves on
//! from sweep to sweep and begins again behind the last one. What moves in the list meanwhile moves to its front, so that no
//! dispute is passed over. Open disputes that are known are asked about one by one besides, with growing pauses: then the
//! provider asks the processor.

use std::collections::HashMap;

use comptoir_domain::policy::on_dispute_read;
use comptoir_domain::values::{DisputeId, PaymentId, ProviderCode};
use comptoir_domain::webhook::DisputeNews;
use comptoir_projections::disputes::{DisputeRow, query};

use super::sweep::{Sweep, SweepReport};
use crate::context::by_worker;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::gateway::hyperswitch::Dispute;

/// The most disputes that the provider is asked for at once.
const PAGE_DISPUTES: usize = 100;

/// How far the disputes were read. A restart forgets it, and reads them anew.
#[derive(Debug, Default)]
pub(crate) struct DisputesRead {
    /// Where the further page of the provider's list begins; none to begin behind the first page.
    offset: Option<usize>,
    /// The last of the open disputes that were looked at.
    asked_to: Option<DisputeId>,
}

impl Engine {
    /// Reads the list, then asks about open disputes.
    pub(super) async fn sweep_disputes(&self) -> Result<SweepReport, UseCaseError> {
        let mut read = self.disputes_read.lock().await;
        let mut report = SweepReport::default();
        let first = self.read_disputes(0, &mut report).await?;
        let offset = read.offset.unwrap_or(first);
        let further = if first == 0 {
            0
        } else {
            self.read_disputes(offset, &mut report).await?
        };
        read.offset = (further > 0).then_some(offset + further);
        self.ask_about_open_disputes(&mut read.asked_to, &mut report)
            .await?;
        Ok(report)
    }

    /// Reads one page of the list and applies what is news. Says how many disputes it had.
    async fn read_disputes(&self, offset: usize, report: &mut SweepReport) -> Result<usize, UseCaseError> {
        let asked_at = self.now();
        let page = self.hyperswitch.latest_disputes(PAGE_DISPUTES, offset).await;
        let page = page.map_err(UseCaseError::Provider)?;
        let named: HashMap<DisputeId, DisputeNews> = page
            .iter()
            .filter_map(|dispute| dispute.news(asked_at).ok())
            .filter_map(|news| Some((dispute_id(&news)?, news)))
            .collect();
        let ids: Vec<DisputeId> = named.keys().copied().collect();
        let known = query::known(self.ledger.pool(), &ids).await?;
        let known: HashMap<DisputeId, DisputeRow> =
            known.into_iter().map(|row| (row.dispute_id, row)).collect();
        for (dispute_id, news) in named {
            if known.get(&dispute_id).is_none_or(|row| is_news(row, &news)) {
                let applied = self.apply_dispute(&news).await;
                count(report, dispute_id, &applied);
            }
        }
        Ok(page.len())
    }

    async fn ask_about_open_disputes(
        &self,
        asked_to: &mut Option<DisputeId>,
        report: &mut SweepReport,
    ) -> Result<(), UseCaseError> {
        let limit = self.config.workers.sweep_orders_max;
        let stretch = query::open(self.ledger.pool(), *asked_to, limit).await?;
        let is_full = u32::try_from(stretch.len()).is_ok_and(|rows| rows >= limit);
        *asked_to = stretch.last().filter(|_| is_full).map(|row| row.dispute_id);
        let now = self.now();
        for row in stretch {
            if self.dispute_reads.is_due(row.dispute_id, now) {
                let asked = self.ask_about_dispute(&row).await;
                // As long as it is open, the pauses grow; then it is asked about no more.
                self.dispute_reads.note(row.dispute_id, now, &Err::<(), _>(()));
                count(report, row.dispute_id, &asked);
            }
        }
        Ok(())
    }

    async fn ask_about_dispute(&self, row: &DisputeRow) -> Result<(), UseCaseError> {
        let asked_at = self.now();
        let answered = self
            .hyperswitch
            .sync_dispute(row.provider_dispute_id.as_str())
            .await;
        let dispute: Dispute = answered.map_err(UseCaseError::Provider)?;
        match dispute.news(asked_at) {
            Ok(news) => self.apply_dispute(&news).await,
            Err(error) => {
                tracing::error!(dispute_id = %row.dispute_id, %error, "the payment provider's dispute cannot be read");
                Ok(())
            }
        }
    }

    async fn apply_dispute(&self, news: &DisputeNews) -> Result<(), UseCaseError> {
        self.carry_out_all(vec![on_dispute_read(news)], &by_worker(Sweep::Disputes.name()))
            .await
    }
}

/// The dispute as we name it; none for a payment that is not ours: the merchant account may have others.
fn dispute_id(news: &DisputeNews) -> Option<DisputeId> {
    let payment_id: PaymentId = news.payment_id.as_ref()?.as_str().parse().ok()?;
    Some(DisputeId::of_provider(
        payment_id.order_id(),
        news.dispute_id.as_str(),
    ))
}

/// Whether the list says something else than the read model, which may be a moment behind.
fn is_news(known: &DisputeRow, news: &DisputeNews) -> bool {
    let said = (
        news.stage.as_ref().map(ProviderCode::as_str),
        news.status.as_ref().map(ProviderCode::as_str),
        news.amount,
    );
    said != (
        Some(known.stage.as_str()),
        Some(known.status.as_str()),
        Some(known.amount.amount),
    )
}

fn count(report: &mut SweepReport, dispute_id: DisputeId, result: &Result<(), UseCaseError>) {
    report.count(result);
    if let Err(error) = result {
        tracing::warn!(%dispute_id, %error, "a dispute stays due");
    }
}
