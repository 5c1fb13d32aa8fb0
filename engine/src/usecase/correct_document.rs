//! A buyer corrects how an invoice names them: a credit note takes back all that is left of it, and a new invoice over the same
//! follows, both in one append. No money moves, and the tax of the sale stays as it was agreed: a VAT id that is added later
//! stands on the invoice and changes no rate.

use comptoir_domain::document::{
    BuyerParty, CustomerKind, Document, DocumentCommand, DocumentContent, DocumentError, DocumentKind,
    DocumentNumber, DocumentState, DrawUpError, Drawing, Parties, PostalAddress, SupplierParty,
    SupplierTerms, VatCategory, draw_up_corrected_invoice, draw_up_correction,
};
use comptoir_domain::order::PlaceError;
use comptoir_domain::tax::{TaxRefusal, VatId, vat_state};
use comptoir_domain::values::{DocumentId, Line, Role};
use comptoir_ledger::{Append, Loaded, Position};
use serde::{Deserialize, Serialize};

use crate::aggregates::{Attempts, Freshness};
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;
use crate::invoicing::{Drawn, InvoicingConfig, Named, company_number, patient};

/// The buyer as the new invoice names them. It is all of it: what is left out does not stand there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectBuyer {
    /// The name.
    pub name: Line,
    /// Where they are.
    pub address: PostalAddress,
    /// The VAT id, if a business bought that has one.
    pub vat_id: Option<VatId>,
    /// The number of the company; that of a French VAT id need not be said.
    pub company_number: Option<Line>,
}

/// The answer: the invoice was corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentCorrected {
    /// The credit note over what was left of the invoice.
    pub credit_note: DocumentId,
    /// Its number.
    pub credit_note_number: DocumentNumber,
    /// The new invoice.
    pub invoice: DocumentId,
    /// Its number.
    pub invoice_number: DocumentNumber,
}

/// An invoice that is to be corrected.
struct Correction<'a> {
    invoicing: &'a InvoicingConfig,
    content: &'a DocumentContent,
    /// The buyer as the invoice names them.
    known: &'a BuyerParty,
    /// The buyer as they are to be named.
    corrected: &'a BuyerParty,
}

/// The parties of the credit note and of the new invoice.
struct NamedParties {
    credit_note: Named,
    invoice: Named,
}

/// The two new documents.
struct Correcting {
    credit_note: Drawn,
    invoice: Drawn,
}

impl Engine {
    /// Corrects the buyer of an invoice. Only its buyer and admins may; an invoice that nothing is left of stays as it is.
    #[tracing::instrument(name = "engine.document.correct", skip_all, fields(%invoice))]
    pub async fn correct_document(
        &self,
        request: &RequestContext,
        invoice: DocumentId,
        buyer: CorrectBuyer,
    ) -> Result<Answered<DocumentCorrected>, UseCaseError> {
        let first = self.append_correction(request, invoice, buyer);
        self.once(request, "correct_document", first).await
    }

    async fn append_correction(
        &self,
        request: &RequestContext,
        invoice: DocumentId,
        buyer: CorrectBuyer,
    ) -> Result<Answered<DocumentCorrected>, UseCaseError> {
        let invoicing = self.invoicing().ok_or(UseCaseError::InvoicingOff)?;
        let document = self.fresh_document(invoice).await?;
        let content = document.state.facts().map(|facts| facts.content.clone());
        let content = content
            .filter(|content| request.actor.may_act_for(content.buyer_id, Role::Buyer))
            .ok_or(DocumentError::NotFound)?;
        only_correctable(&document.state)?;
        drop(document);
        self.refuse_erased(content.buyer_id).await?;
        let parties = self.open_parties(&content).await?;
        let known = parties.ok_or(UseCaseError::NoLongerKept)?.buyer;
        let corrected = corrected(&known, buyer);
        if corrected == known {
            return Err(UseCaseError::NothingToCorrect);
        }
        fitting_vat_id(&content, &corrected)?;
        if corrected.vat_id != known.vat_id {
            // An id that VIES does not know is refused.
            self.customer(corrected.vat_id.clone()).await?;
        }
        let correction = Correction {
            invoicing,
            content: &content,
            known: &known,
            corrected: &corrected,
        };
        let mut attempts = patient();
        loop {
            let tried = self.try_to_correct(request, &correction, &mut attempts).await?;
            if let Some((answer, position)) = tried {
                return Ok(Answered::first(answer, position));
            }
        }
    }

    /// The supplier is named as they are now, as on every new invoice.
    async fn named_parties(
        &self,
        correction: &Correction<'_>,
        supplier: &SupplierParty,
    ) -> Result<NamedParties, UseCaseError> {
        let invoice = correction.content.document_id;
        let parties = |buyer: &BuyerParty| Parties {
            supplier: supplier.clone(),
            buyer: buyer.clone(),
        };
        let id = |kind| DocumentId::of_correction(invoice, kind);
        let (known, corrected) = (parties(correction.known), parties(correction.corrected));
        Ok(NamedParties {
            credit_note: self.name_parties(id(DocumentKind::CreditNote), known).await?,
            invoice: self.name_parties(id(DocumentKind::Invoice), corrected).await?,
        })
    }

    /// One attempt: the answer, or none if something had moved and it is to be tried again.
    async fn try_to_correct(
        &self,
        request: &RequestContext,
        correction: &Correction<'_>,
        attempts: &mut Attempts,
    ) -> Result<Option<(DocumentCorrected, Position)>, UseCaseError> {
        let Correction {
            invoicing, content, ..
        } = *correction;
        let supply = self.supply_of(invoicing, content.supplier).await?;
        let supply = supply.ok_or(DrawUpError::NoMandate)?;
        // Who is named and what the append relies on are of one look at the seller.
        let named = self.named_parties(correction, &supply.party).await?;
        let now = self.now();
        let series = [DocumentKind::CreditNote, DocumentKind::Invoice]
            .map(|kind| invoicing.series_at(content.supplier, kind, now).as_uuid());
        let _turns = self.series_turns.wait_for_all(&series).await;
        let document = self.fresh_document(content.document_id).await?;
        let drawn = self
            .drawn_correction(correction, &document, &supply.terms, &named, attempts.freshness())
            .await?;
        let Correcting { credit_note, invoice } = &drawn;
        let replaced = document.decide(DocumentCommand::Replace {
            credit_note: credit_note.content.clone(),
            by: invoice.content.clone(),
        })?;
        let answer = DocumentCorrected {
            credit_note: credit_note.content.document_id,
            credit_note_number: credit_note.content.number.clone(),
            invoice: invoice.content.document_id,
            invoice_number: invoice.content.number.clone(),
        };
        let recorded =
            serde_json::to_string(&answer).map_err(|error| UseCaseError::Unreadable(error.to_string()))?;
        let append = Append::new(&request.metadata()).write(&document, &replaced, self.ledger.ids());
        let append = invoice.add_to(credit_note.add_to(append, self), self);
        let mut append = supply.hold(append);
        if let Some(idempotency) = request.recording("correct_document", recorded) {
            append = append.idempotent(idempotency);
        }
        match self.ledger.append(append).await {
            Ok(appended) => {
                self.documents.remember_after(document, &replaced);
                drawn.credit_note.remember(self);
                drawn.invoice.remember(self);
                Ok(Some((answer, appended.position)))
            }
            Err(failed) => {
                let forget = || {
                    self.documents.forget(document.id);
                    drawn.credit_note.forget(self);
                    drawn.invoice.forget(self);
                };
                self.retry_after(failed, attempts, forget).await?;
                Ok(None)
            }
        }
    }

    /// The two documents, each with the next number of its series.
    async fn drawn_correction(
        &self,
        correction: &Correction<'_>,
        document: &Loaded<Document>,
        terms: &SupplierTerms,
        named: &NamedParties,
        freshness: Freshness,
    ) -> Result<Correcting, UseCaseError> {
        let Correction {
            invoicing,
            content,
            corrected,
            ..
        } = *correction;
        let facts = document.state.facts().ok_or(DocumentError::NotFound)?;
        let at = self.now();
        let next = |kind| self.next_number(invoicing, content.supplier, kind, at, freshness);
        let (first, second) = (
            next(DocumentKind::CreditNote).await?,
            next(DocumentKind::Invoice).await?,
        );
        let drawing = Drawing {
            allotment: &first.allotment,
            terms,
            locale: content.locale,
            parties: &named.credit_note.sealed,
            at,
        };
        let credit_note = draw_up_correction(facts, drawing)?;
        let drawing = Drawing {
            allotment: &second.allotment,
            parties: &named.invoice.sealed,
            ..drawing
        };
        let invoice = draw_up_corrected_invoice(facts, customer_kind(corrected), drawing)?;
        Ok(Correcting {
            credit_note: Drawn::new(credit_note, &named.credit_note, first)?,
            invoice: Drawn::new(invoice, &named.invoice, second)?,
        })
    }
}

/// Refuses what would be refused anyway, before anything is stored for it.
fn only_correctable(state: &DocumentState) -> Result<(), DocumentError> {
    let facts = match state {
        DocumentState::Absent => return Err(DocumentError::NotFound),
        DocumentState::Replaced(_) => return Err(DocumentError::Replaced),
        DocumentState::Forgotten(_) => return Err(DocumentError::NoLongerKept),
        DocumentState::Standing(facts) => facts,
    };
    match facts.content.kind {
        DocumentKind::CreditNote => Err(DocumentError::NotAnInvoice),
        DocumentKind::Invoice if facts.left().iter().all(|left| left.gross.is_zero()) => {
            Err(DocumentError::NothingLeft)
        }
        DocumentKind::Invoice => Ok(()),
    }
}

/// The buyer as the new invoice names them. Mails go on to the same address.
fn corrected(known: &BuyerParty, buyer: CorrectBuyer) -> BuyerParty {
    let CorrectBuyer {
        name,
        address,
        vat_id,
        company_number: said,
    } = buyer;
    BuyerParty {
        name: Some(name),
        address: Some(address),
        company_number: said.or_else(|| vat_id.as_ref().and_then(company_number)),
        vat_id,
        email: known.email.clone(),
        country: known.country,
    }
}

/// A business is known by its VAT id, or, where it has none, by the number of its company.
const fn customer_kind(buyer: &BuyerParty) -> CustomerKind {
    match (&buyer.vat_id, &buyer.company_number) {
        (Some(_), _) | (None, Some(_)) => CustomerKind::Business,
        (None, None) => CustomerKind::Consumer,
    }
}

/// A VAT id is one of the state that the buyer is in, as in an order. Where the buyer owes the tax, that stays as it is: so there
/// is an id, of the state that the tax is owed in.
fn fitting_vat_id(content: &DocumentContent, buyer: &BuyerParty) -> Result<(), UseCaseError> {
    let owed_in = content
        .rates
        .iter()
        .find(|rate| rate.vat.category == VatCategory::ReverseCharge)
        .map(|rate| rate.country);
    let country = buyer
        .address
        .as_ref()
        .map_or(buyer.country, |address| address.country);
    match (&buyer.vat_id, owed_in) {
        (None, Some(state)) => Err(UseCaseError::VatIdNeeded { state }),
        (Some(vat_id), Some(state)) if vat_id.country() != state => Err(UseCaseError::VatIdNeeded { state }),
        (Some(vat_id), _) if vat_id.country() != vat_state(country) => {
            Err(PlaceError::Tax(TaxRefusal::VatIdOfAnotherCountry {
                vat_id: vat_id.country(),
                buyer: country,
            })
            .into())
        }
        (Some(_), _) | (None, None) => Ok(()),
    }
}
