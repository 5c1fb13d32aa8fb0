//! A seller says who they are in the sense of tax law, and gives or takes back the mandate to invoice in their name.

use std::sync::Arc;

use comptoir_domain::document::SupplierParty;
use comptoir_domain::seller::{IdentifySeller, Seller, SellerCommand, SellerError, SellerVat};
use comptoir_domain::values::{PersonId, Role, Sealed, SellerId, Sha256Hex, SubjectId, TermsVersion};
use comptoir_ledger::{Append, Loaded};
use serde::{Deserialize, Serialize};

use crate::aggregates::{Attempts, Freshness};
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;
use crate::vault::VaultError;

/// The context under which a seller's identity is sealed.
pub const SELLER_IDENTITY_CONTEXT: &str = "seller.identity";

/// Who a seller is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SellerIdentity {
    /// What stands on their documents. Sealed before it is stored. Who writes in their name is not theirs to say.
    pub party: SupplierParty,
    /// Whether they charge VAT.
    pub vat: SellerVat,
}

/// The wording of a mandate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MandateText {
    /// SHA-256 of the exact wording that was accepted.
    pub text_hash: Sha256Hex,
    /// The platform's name of the wording.
    pub version: TermsVersion,
}

/// The answer to a change of a seller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SellerChanged {
    /// The seller.
    pub seller_id: SellerId,
}

/// A seller as their stream says.
#[derive(Debug, Clone)]
pub struct SellerRead {
    /// What is known.
    pub seller: Arc<Loaded<Seller>>,
    /// Who they are; none if they have not said so, were erased, or the reader may not see it.
    pub identity: Option<SupplierParty>,
    /// How many paid orders wait for them to say who they are, or to give the mandate.
    pub waiting_orders: u64,
}

impl Engine {
    /// Says who a seller is, for the first time or anew. Documents that were issued keep what stands on them.
    #[tracing::instrument(name = "engine.seller.identify", skip_all, fields(%seller_id))]
    pub async fn identify_seller(
        &self,
        request: &RequestContext,
        seller_id: SellerId,
        identity: SellerIdentity,
    ) -> Result<Answered<SellerChanged>, UseCaseError> {
        let first = self.append_identity(request, seller_id, identity);
        self.once(request, "identify_seller", first).await
    }

    /// Gives the mandate to invoice in a seller's name. Invoices that waited for it are issued.
    #[tracing::instrument(name = "engine.seller.accept_mandate", skip_all, fields(%seller_id))]
    pub async fn accept_mandate(
        &self,
        request: &RequestContext,
        seller_id: SellerId,
        mandate: MandateText,
    ) -> Result<Answered<SellerChanged>, UseCaseError> {
        let command = SellerCommand::AcceptMandate {
            text_hash: mandate.text_hash,
            version: mandate.version,
            actor: request.actor.clone(),
            at: self.now(),
        };
        let first = async {
            self.refuse_erased(seller_id.into()).await?;
            self.append_to_seller(request, "accept_mandate", seller_id, command)
                .await
        };
        self.once(request, "accept_mandate", first).await
    }

    /// Takes the mandate back. What was issued by it stays; what is sold from now on waits.
    #[tracing::instrument(name = "engine.seller.withdraw_mandate", skip_all, fields(%seller_id))]
    pub async fn withdraw_mandate(
        &self,
        request: &RequestContext,
        seller_id: SellerId,
    ) -> Result<Answered<SellerChanged>, UseCaseError> {
        let command = SellerCommand::WithdrawMandate {
            actor: request.actor.clone(),
            at: self.now(),
        };
        let first = self.append_to_seller(request, "withdraw_mandate", seller_id, command);
        self.once(request, "withdraw_mandate", first).await
    }

    /// A seller as their stream says now: for themselves and for admins, and without who they are for auditors.
    #[tracing::instrument(name = "engine.seller.read", skip_all, fields(%seller_id))]
    pub async fn seller(
        &self,
        request: &RequestContext,
        seller_id: SellerId,
    ) -> Result<SellerRead, UseCaseError> {
        let person_id = PersonId::from(seller_id);
        let is_theirs = request.actor.may_act_for(person_id, Role::Seller);
        if !is_theirs && !request.actor.is(Role::Auditor) {
            return Err(SellerError::NotYours.into());
        }
        let seller = self.sellers.get(seller_id.as_uuid(), Freshness::Fresh).await?;
        let identity = match seller.state.facts().filter(|_| is_theirs) {
            Some(facts) => self.open_identity(&facts.identity).await?,
            None => None,
        };
        Ok(SellerRead {
            seller,
            identity,
            waiting_orders: self.waiting_count(person_id).await?,
        })
    }

    async fn append_identity(
        &self,
        request: &RequestContext,
        seller_id: SellerId,
        identity: SellerIdentity,
    ) -> Result<Answered<SellerChanged>, UseCaseError> {
        let person_id = PersonId::from(seller_id);
        let SellerIdentity { party, vat } = identity;
        let party = SupplierParty {
            issuer: None,
            ..party
        };
        if !request.actor.may_act_for(person_id, Role::Seller) {
            return Err(SellerError::NotYours.into());
        }
        let party = party.checked(vat).map_err(UseCaseError::Unnamed)?;
        self.refuse_erased(person_id).await?;
        // What is sealed anew never looks the same: whether it is, only the plain text can say.
        let seller = self.sellers.get(seller_id.as_uuid(), Freshness::Fresh).await?;
        let known = match seller.state.facts().filter(|facts| facts.vat == vat) {
            Some(facts) => self.open_identity(&facts.identity).await?,
            None => None,
        };
        if known.as_ref() == Some(&party) {
            let answer = Answered::first(SellerChanged { seller_id }, self.ledger.horizon());
            let recorded = self.recorded_answer(request, "identify_seller").await?;
            return Ok(recorded.unwrap_or(answer));
        }
        let subject = SubjectId::from(person_id);
        let sealed = self
            .vault
            .seal_json(subject, SELLER_IDENTITY_CONTEXT, &party)
            .await?;
        let command = SellerCommand::Identify(IdentifySeller {
            seller_id,
            identity: sealed,
            country: party.address.country,
            vat,
            actor: request.actor.clone(),
            at: self.now(),
        });
        self.append_to_seller(request, "identify_seller", seller_id, command)
            .await
    }

    async fn open_identity(&self, sealed: &Sealed) -> Result<Option<SupplierParty>, UseCaseError> {
        match self.vault.open_json(sealed, SELLER_IDENTITY_CONTEXT).await {
            Ok(party) => Ok(Some(party)),
            Err(VaultError::Erased) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn append_to_seller(
        &self,
        request: &RequestContext,
        operation: &'static str,
        seller_id: SellerId,
        command: SellerCommand,
    ) -> Result<Answered<SellerChanged>, UseCaseError> {
        let answer = SellerChanged { seller_id };
        let recorded =
            serde_json::to_string(&answer).map_err(|error| UseCaseError::Unreadable(error.to_string()))?;
        let id = seller_id.as_uuid();
        let mut attempts = Attempts::new();
        loop {
            let seller = self.sellers.get(id, attempts.freshness()).await?;
            let events = match seller.decide(command.clone()) {
                Ok(events) if !events.is_empty() => events,
                _ if attempts.confirm() => continue,
                Ok(_) => {
                    let unchanged = Answered::first(answer, self.ledger.horizon());
                    let recorded = self.recorded_answer(request, operation).await?;
                    return Ok(recorded.unwrap_or(unchanged));
                }
                Err(refused) => return Err(refused.into()),
            };
            let mut append = Append::new(&request.metadata()).write(&seller, &events, self.ledger.ids());
            if let Some(idempotency) = request.recording(operation, recorded.clone()) {
                append = append.idempotent(idempotency);
            }
            match self.ledger.append(append).await {
                Ok(appended) => {
                    self.sellers.remember_after(seller, &events);
                    return Ok(Answered::first(answer, appended.position));
                }
                Err(failed) => {
                    let forget = || self.sellers.forget(id);
                    self.retry_after(failed, &mut attempts, forget).await?;
                }
            }
        }
    }
}
