//! One payment.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::value::RawValue;

use super::Books;
use crate::chance::random_text;
use crate::clock;
use crate::hyperswitch::account::Account;
use crate::hyperswitch::cards::{self, Decline, PaymentEnd, RefundPlan};
use crate::hyperswitch::wire::{
    AuthenticationType, CaptureMethod, CardRequest, CardResponse, CustomerDetails, CustomerResponse,
    EventType, NextAction, PaymentMethodData, PaymentRequest, PaymentResponse, PaymentStatus,
    SetupFutureUsage, Timestamp,
};

pub(crate) const CONNECTOR: &str = "stripe_test";
pub(crate) const MERCHANT_CONNECTOR_ID: &str = "mca_sandboxConnector000001";
const SESSION_EXPIRY_SECONDS_DEFAULT: u32 = 900;

/// A payment and all that was said of it.
#[derive(Debug)]
pub(crate) struct Payment {
    pub(crate) id: String,
    pub(crate) client_secret: String,
    sdk_authorization: String,
    pub(crate) status: PaymentStatus,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    shipping_cost: Option<i64>,
    order_tax_amount: Option<i64>,
    pub(super) amount_received: Option<i64>,
    created: DateTime<Utc>,
    pub(super) updated: DateTime<Utc>,
    pub(crate) expires_on: DateTime<Utc>,
    customer: Option<CustomerDetails>,
    description: Option<String>,
    pub(crate) return_url: Option<String>,
    metadata: Option<Box<RawValue>>,
    order_details: Option<Box<RawValue>>,
    billing: Option<Box<RawValue>>,
    shipping: Option<Box<RawValue>>,
    merchant_order_reference_id: Option<String>,
    capture_method: Option<CaptureMethod>,
    authentication_type: Option<AuthenticationType>,
    setup_future_usage: Option<SetupFutureUsage>,
    pub(crate) attempt: Option<Attempt>,
    attempt_count: u16,
    pub(crate) decline: Option<Decline>,
    /// Set while the buyer is sent to a page of their bank.
    pub(crate) redirect: Option<Redirect>,
    pub(crate) cancellation_reason: Option<String>,
    pub(crate) refunds: Vec<String>,
    pub(super) events_sent: Vec<EventType>,
}

/// The bank's page, and what comes of opening it.
#[derive(Debug)]
pub(crate) struct Redirect {
    pub(crate) url: String,
    pub(crate) end: PaymentEnd,
}

/// The latest attempt to pay.
#[derive(Debug)]
pub(crate) struct Attempt {
    last4: String,
    isin: String,
    exp_month: String,
    exp_year: String,
    holder_name: Option<String>,
    payment_method_type: String,
    transaction_id: String,
    pub(crate) refund_plan: RefundPlan,
}

impl Attempt {
    pub(crate) fn new(card: &CardRequest, payment_method_type: Option<String>) -> Self {
        let number = &card.card_number;
        Self {
            last4: number[number.len() - 4..].to_owned(),
            isin: number[..6].to_owned(),
            exp_month: card.card_exp_month.clone(),
            exp_year: card.card_exp_year.clone(),
            holder_name: card.card_holder_name.clone(),
            payment_method_type: payment_method_type.unwrap_or_else(|| "credit".to_owned()),
            transaction_id: format!("pay_{}", random_text(20)),
            refund_plan: cards::find(number).refund,
        }
    }

    /// The attempt of a payment whose status was forced from outside.
    pub(super) fn of_test_card() -> Self {
        Self {
            last4: "4242".to_owned(),
            isin: "424242".to_owned(),
            exp_month: "03".to_owned(),
            exp_year: "30".to_owned(),
            holder_name: None,
            payment_method_type: "credit".to_owned(),
            transaction_id: format!("pay_{}", random_text(20)),
            refund_plan: RefundPlan::Succeeds,
        }
    }

    fn response(&self) -> PaymentMethodData<'_> {
        let card = CardResponse {
            last4: &self.last4,
            card_type: (),
            card_network: (),
            card_issuer: (),
            card_issuing_country: (),
            card_isin: &self.isin,
            card_extended_bin: (),
            card_exp_month: &self.exp_month,
            card_exp_year: &self.exp_year,
            card_holder_name: self.holder_name.as_deref(),
            payment_checks: (),
            authentication_data: (),
            auth_code: (),
        };
        PaymentMethodData { card, billing: () }
    }
}

impl CustomerDetails {
    fn response(&self) -> CustomerResponse<'_> {
        CustomerResponse {
            id: self.id.as_deref(),
            name: self.name.as_deref(),
            email: self.email.as_deref(),
            phone: self.phone.as_deref(),
            phone_country_code: self.phone_country_code.as_deref(),
            customer_document_details: (),
        }
    }
}

impl Payment {
    /// A payment as it is before anything was attempted.
    pub(crate) fn new(account: &Account, amount: i64, currency: String, request: PaymentRequest) -> Self {
        let id = request
            .payment_id
            .map_or_else(|| format!("pay_{}", random_text(20)), |id| id.0);
        let client_secret = format!("{id}_secret_{}", random_text(20));
        let created = clock::now();
        let seconds = request.session_expiry.unwrap_or(SESSION_EXPIRY_SECONDS_DEFAULT);
        Self {
            sdk_authorization: sdk_authorization(account, &client_secret),
            id,
            client_secret,
            status: PaymentStatus::RequiresPaymentMethod,
            amount,
            currency,
            shipping_cost: request.shipping_cost,
            order_tax_amount: request.order_tax_amount,
            amount_received: None,
            created,
            updated: created,
            expires_on: created + TimeDelta::seconds(seconds.into()),
            customer: customer_of(
                request.customer,
                request.customer_id.map(|id| id.0),
                [
                    request.name,
                    request.email,
                    request.phone,
                    request.phone_country_code,
                ],
            ),
            description: request.description,
            return_url: request.return_url.map(|url| url.0),
            metadata: request.metadata.map(|metadata| metadata.0),
            order_details: request.order_details.map(|details| details.0),
            billing: request.billing,
            shipping: request.shipping,
            merchant_order_reference_id: request.merchant_order_reference_id,
            capture_method: request.capture_method,
            authentication_type: request.authentication_type,
            setup_future_usage: request.setup_future_usage,
            attempt: None,
            attempt_count: 1,
            decline: None,
            redirect: None,
            cancellation_reason: None,
            refunds: Vec::new(),
            events_sent: Vec::new(),
        }
    }

    /// Notes a new attempt; the first one was counted when the payment was created.
    pub(crate) fn begin_attempt(&mut self, attempt: Attempt) {
        if self.attempt.replace(attempt).is_some() {
            self.attempt_count += 1;
        }
        self.decline = None;
        self.redirect = None;
    }

    /// What the buyer pays in all.
    pub(crate) fn net_amount(&self) -> i64 {
        self.amount + self.shipping_cost.unwrap_or(0) + self.order_tax_amount.unwrap_or(0)
    }

    fn amount_capturable(&self) -> i64 {
        match self.status {
            PaymentStatus::RequiresPaymentMethod
            | PaymentStatus::RequiresConfirmation
            | PaymentStatus::RequiresCustomerAction
            | PaymentStatus::RequiresMerchantAction
            | PaymentStatus::RequiresCapture
            | PaymentStatus::PartiallyAuthorizedAndRequiresCapture
            | PaymentStatus::PartiallyCapturedAndCapturable
            | PaymentStatus::Processing => self.net_amount(),
            PaymentStatus::Succeeded
            | PaymentStatus::Failed
            | PaymentStatus::Cancelled
            | PaymentStatus::CancelledPostCapture
            | PaymentStatus::PartiallyCaptured
            | PaymentStatus::PartiallyCapturedAndProcessing
            | PaymentStatus::Conflicted
            | PaymentStatus::Expired
            | PaymentStatus::Review => 0,
        }
    }

    fn next_action(&self) -> Option<NextAction<'_>> {
        let redirect = self.redirect.as_ref()?;
        Some(NextAction {
            redirect_to_url: &redirect.url,
            kind: "redirect_to_url",
        })
    }

    /// The payment as answers and webhooks show it; `GET` also shows its refunds.
    #[expect(clippy::too_many_lines, reason = "the original has 113 keys")]
    pub(crate) fn response<'a>(
        &'a self,
        account: &'a Account,
        books: Option<&'a Books>,
    ) -> PaymentResponse<'a> {
        let updated = Timestamp(self.updated);
        let customer = self.customer.as_ref();
        let attempt = self.attempt.as_ref();
        let decline = self.decline;
        let refunds = books.filter(|_| !self.refunds.is_empty()).map(|books| {
            books
                .refunds_of(self)
                .map(|refund| refund.response(account))
                .collect()
        });
        PaymentResponse {
            payment_id: &self.id,
            merchant_id: &account.merchant_id,
            status: self.status,
            amount: self.amount,
            net_amount: self.net_amount(),
            shipping_cost: self.shipping_cost,
            amount_capturable: self.amount_capturable(),
            amount_received: self.amount_received,
            processor_merchant_id: &account.merchant_id,
            initiator: (),
            sdk_authorization: Some(&self.sdk_authorization),
            connector: attempt.map(|_| CONNECTOR),
            state_metadata: (),
            client_secret: &self.client_secret,
            created: Timestamp(self.created),
            modified_at: updated,
            connector_customer_id: (),
            currency: &self.currency,
            customer_id: customer.and_then(|customer| customer.id.as_deref()),
            customer: customer.map(CustomerDetails::response),
            description: self.description.as_deref(),
            refunds,
            disputes: (),
            mandate_id: (),
            mandate_data: (),
            setup_future_usage: self.setup_future_usage,
            off_session: (),
            capture_on: (),
            capture_method: self.capture_method,
            payment_method: attempt.map(|_| "card"),
            payment_method_data: attempt.map(Attempt::response),
            payment_token: (),
            shipping: self.shipping.as_deref(),
            billing: self.billing.as_deref(),
            order_details: self.order_details.as_deref(),
            email: customer.and_then(|customer| customer.email.as_deref()),
            name: customer.and_then(|customer| customer.name.as_deref()),
            phone: customer.and_then(|customer| customer.phone.as_deref()),
            return_url: self.return_url.as_deref(),
            authentication_type: self.authentication_type,
            statement_descriptor_name: (),
            statement_descriptor_suffix: (),
            next_action: self.next_action(),
            cancellation_reason: self.cancellation_reason.as_deref(),
            error_code: decline.map(|decline| decline.code),
            error_message: decline.map(|decline| decline.message),
            unified_code: decline.map(|_| "UE_9000"),
            unified_message: decline.map(|_| "Something went wrong"),
            error_details: (),
            payment_experience: (),
            payment_method_type: attempt.map(|attempt| attempt.payment_method_type.as_str()),
            connector_label: (),
            business_country: (),
            business_label: (),
            business_sub_label: (),
            allowed_payment_method_types: (),
            manual_retry_allowed: decline.map(|_| true),
            connector_transaction_id: attempt.map(|attempt| attempt.transaction_id.as_str()),
            frm_message: (),
            metadata: self.metadata.as_deref(),
            connector_metadata: (),
            connector_response_metadata: (),
            feature_metadata: (),
            reference_id: (),
            payment_link: (),
            profile_id: &account.profile_id,
            surcharge_details: (),
            attempt_count: self.attempt_count,
            merchant_decision: (),
            merchant_connector_id: attempt.map(|_| MERCHANT_CONNECTOR_ID),
            incremental_authorization_allowed: false,
            authorization_count: (),
            incremental_authorizations: (),
            external_authentication_details: (),
            external_3ds_authentication_attempted: false,
            expires_on: Timestamp(self.expires_on),
            fingerprint: (),
            browser_info: (),
            payment_channel: (),
            payment_method_id: (),
            network_transaction_id: (),
            network_transaction_link_id: (),
            payment_method_status: (),
            updated,
            split_payments: (),
            frm_metadata: (),
            extended_authorization_applied: (),
            extended_authorization_last_applied_at: (),
            request_extended_authorization: (),
            capture_before: (),
            merchant_order_reference_id: self.merchant_order_reference_id.as_deref(),
            order_tax_amount: self.order_tax_amount,
            connector_mandate_id: (),
            card_discovery: attempt.map(|_| "manual"),
            force_3ds_challenge: false,
            force_3ds_challenge_trigger: false,
            issuer_error_code: (),
            issuer_error_message: (),
            is_iframe_redirection_enabled: (),
            whole_connector_response: (),
            enable_partial_authorization: (),
            enable_overcapture: (),
            is_overcapture_enabled: (),
            network_details: (),
            is_stored_credential: (),
            mit_category: (),
            billing_descriptor: (),
            tokenization: (),
            partner_merchant_identifier_details: (),
            payment_method_tokenization_details: (),
            installment_options: (),
            installment_data: (),
            sender_payment_instrument_id: (),
        }
    }
}

/// What a newer browser SDK sends in place of key and client secret.
fn sdk_authorization(account: &Account, client_secret: &str) -> String {
    use base64::Engine;
    let text = format!(
        "profile_id={},publishable_key={},client_secret={client_secret}",
        account.profile_id, account.publishable_key
    );
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// The customer may be named as an object or, as in the older form, by separate keys.
fn customer_of(
    customer: Option<CustomerDetails>,
    id: Option<String>,
    [name, email, phone, phone_country_code]: [Option<String>; 4],
) -> Option<CustomerDetails> {
    if customer.is_some() {
        return customer;
    }
    let nothing = [&id, &name, &email, &phone].into_iter().all(Option::is_none);
    (!nothing).then(|| CustomerDetails {
        id,
        name,
        email,
        phone,
        phone_country_code,
        ..CustomerDetails::default()
    })
}
