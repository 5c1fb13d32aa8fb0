//! The payment as every answer and every webhook shows it: 113 keys, in the order of the original, nulls written out.
//! (`attempts` and `captures`, the other two of the 115, are left out unless they are asked for.)

use serde::Serialize;
use serde_json::value::RawValue;

use super::refund::RefundResponse;
use super::{AuthenticationType, CaptureMethod, PaymentStatus, SetupFutureUsage, Timestamp};

/// A key that the stand-in never fills.
type AlwaysNull = ();

/// `PaymentsResponse` of the original.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the original has them")]
pub(crate) struct PaymentResponse<'a> {
    pub(crate) payment_id: &'a str,
    pub(crate) merchant_id: &'a str,
    pub(crate) status: PaymentStatus,
    pub(crate) amount: i64,
    pub(crate) net_amount: i64,
    pub(crate) shipping_cost: Option<i64>,
    pub(crate) amount_capturable: i64,
    pub(crate) amount_received: Option<i64>,
    pub(crate) processor_merchant_id: &'a str,
    pub(crate) initiator: AlwaysNull,
    pub(crate) sdk_authorization: Option<&'a str>,
    pub(crate) connector: Option<&'static str>,
    pub(crate) state_metadata: AlwaysNull,
    pub(crate) client_secret: &'a str,
    pub(crate) created: Timestamp,
    pub(crate) modified_at: Timestamp,
    pub(crate) connector_customer_id: AlwaysNull,
    pub(crate) currency: &'a str,
    pub(crate) customer_id: Option<&'a str>,
    pub(crate) customer: Option<CustomerResponse<'a>>,
    pub(crate) description: Option<&'a str>,
    pub(crate) refunds: Option<Vec<RefundResponse<'a>>>,
    pub(crate) disputes: AlwaysNull,
    pub(crate) mandate_id: AlwaysNull,
    pub(crate) mandate_data: AlwaysNull,
    pub(crate) setup_future_usage: Option<SetupFutureUsage>,
    pub(crate) off_session: AlwaysNull,
    pub(crate) capture_on: AlwaysNull,
    pub(crate) capture_method: Option<CaptureMethod>,
    pub(crate) payment_method: Option<&'static str>,
    pub(crate) payment_method_data: Option<PaymentMethodData<'a>>,
    pub(crate) payment_token: AlwaysNull,
    pub(crate) shipping: Option<&'a RawValue>,
    pub(crate) billing: Option<&'a RawValue>,
    pub(crate) order_details: Option<&'a RawValue>,
    pub(crate) email: Option<&'a str>,
    pub(crate) name: Option<&'a str>,
    pub(crate) phone: Option<&'a str>,
    pub(crate) return_url: Option<&'a str>,
    pub(crate) authentication_type: Option<AuthenticationType>,
    pub(crate) statement_descriptor_name: AlwaysNull,
    pub(crate) statement_descriptor_suffix: AlwaysNull,
    pub(crate) next_action: Option<NextAction<'a>>,
    pub(crate) cancellation_reason: Option<&'a str>,
    pub(crate) error_code: Option<&'a str>,
    pub(crate) error_message: Option<&'a str>,
    pub(crate) unified_code: Option<&'a str>,
    pub(crate) unified_message: Option<&'a str>,
    pub(crate) error_details: AlwaysNull,
    pub(crate) payment_experience: AlwaysNull,
    pub(crate) payment_method_type: Option<&'a str>,
    pub(crate) connector_label: AlwaysNull,
    pub(crate) business_country: AlwaysNull,
    pub(crate) business_label: AlwaysNull,
    pub(crate) business_sub_label: AlwaysNull,
    pub(crate) allowed_payment_method_types: AlwaysNull,
    pub(crate) manual_retry_allowed: Option<bool>,
    pub(crate) connector_transaction_id: Option<&'a str>,
    pub(crate) frm_message: AlwaysNull,
    pub(crate) metadata: Option<&'a RawValue>,
    pub(crate) connector_metadata: AlwaysNull,
    pub(crate) connector_response_metadata: AlwaysNull,
    pub(crate) feature_metadata: AlwaysNull,
    pub(crate) reference_id: AlwaysNull,
    pub(crate) payment_link: AlwaysNull,
    pub(crate) profile_id: &'a str,
    pub(crate) surcharge_details: AlwaysNull,
    pub(crate) attempt_count: u16,
    pub(crate) merchant_decision: AlwaysNull,
    pub(crate) merchant_connector_id: Option<&'static str>,
    pub(crate) incremental_authorization_allowed: bool,
    pub(crate) authorization_count: AlwaysNull,
    pub(crate) incremental_authorizations: AlwaysNull,
    pub(crate) external_authentication_details: AlwaysNull,
    pub(crate) external_3ds_authentication_attempted: bool,
    pub(crate) expires_on: Timestamp,
    pub(crate) fingerprint: AlwaysNull,
    pub(crate) browser_info: AlwaysNull,
    pub(crate) payment_channel: AlwaysNull,
    pub(crate) payment_method_id: AlwaysNull,
    pub(crate) network_transaction_id: AlwaysNull,
    pub(crate) network_transaction_link_id: AlwaysNull,
    pub(crate) payment_method_status: AlwaysNull,
    pub(crate) updated: Timestamp,
    pub(crate) split_payments: AlwaysNull,
    pub(crate) frm_metadata: AlwaysNull,
    pub(crate) extended_authorization_applied: AlwaysNull,
    pub(crate) extended_authorization_last_applied_at: AlwaysNull,
    pub(crate) request_extended_authorization: AlwaysNull,
    pub(crate) capture_before: AlwaysNull,
    pub(crate) merchant_order_reference_id: Option<&'a str>,
    pub(crate) order_tax_amount: Option<i64>,
    pub(crate) connector_mandate_id: AlwaysNull,
    pub(crate) card_discovery: Option<&'static str>,
    pub(crate) force_3ds_challenge: bool,
    pub(crate) force_3ds_challenge_trigger: bool,
    pub(crate) issuer_error_code: AlwaysNull,
    pub(crate) issuer_error_message: AlwaysNull,
    pub(crate) is_iframe_redirection_enabled: AlwaysNull,
    pub(crate) whole_connector_response: AlwaysNull,
    pub(crate) enable_partial_authorization: AlwaysNull,
    pub(crate) enable_overcapture: AlwaysNull,
    pub(crate) is_overcapture_enabled: AlwaysNull,
    pub(crate) network_details: AlwaysNull,
    pub(crate) is_stored_credential: AlwaysNull,
    pub(crate) mit_category: AlwaysNull,
    pub(crate) billing_descriptor: AlwaysNull,
    pub(crate) tokenization: AlwaysNull,
    pub(crate) partner_merchant_identifier_details: AlwaysNull,
    pub(crate) payment_method_tokenization_details: AlwaysNull,
    pub(crate) installment_options: AlwaysNull,
    pub(crate) installment_data: AlwaysNull,
    pub(crate) sender_payment_instrument_id: AlwaysNull,
}

/// The customer as the payment shows it.
#[derive(Debug, Serialize)]
pub(crate) struct CustomerResponse<'a> {
    pub(crate) id: Option<&'a str>,
    pub(crate) name: Option<&'a str>,
    pub(crate) email: Option<&'a str>,
    pub(crate) phone: Option<&'a str>,
    pub(crate) phone_country_code: Option<&'a str>,
    pub(crate) customer_document_details: AlwaysNull,
}

/// The payment method that was used: always a card here.
#[derive(Debug, Serialize)]
pub(crate) struct PaymentMethodData<'a> {
    pub(crate) card: CardResponse<'a>,
    pub(crate) billing: AlwaysNull,
}

/// What is told of a card.
#[derive(Debug, Serialize)]
pub(crate) struct CardResponse<'a> {
    pub(crate) last4: &'a str,
    pub(crate) card_type: AlwaysNull,
    pub(crate) card_network: AlwaysNull,
    pub(crate) card_issuer: AlwaysNull,
    pub(crate) card_issuing_country: AlwaysNull,
    pub(crate) card_isin: &'a str,
    pub(crate) card_extended_bin: AlwaysNull,
    pub(crate) card_exp_month: &'a str,
    pub(crate) card_exp_year: &'a str,
    pub(crate) card_holder_name: Option<&'a str>,
    pub(crate) payment_checks: AlwaysNull,
    pub(crate) authentication_data: AlwaysNull,
    pub(crate) auth_code: AlwaysNull,
}

/// What the browser has to do next.
#[derive(Debug, Serialize)]
pub(crate) struct NextAction<'a> {
    pub(crate) redirect_to_url: &'a str,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
}
