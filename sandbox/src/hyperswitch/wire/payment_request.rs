//! `PaymentsRequest` of the original: one set of keys for create and confirm, and no other key is accepted.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::card::{PaymentMethod, PaymentMethodRequest};
use super::value::{Amount, Currency, CustomerId, Metadata, OrderDetails, PaymentId, ReturnUrl};
use super::{AuthenticationType, CaptureMethod, SetupFutureUsage};

/// Everything that may be said of a payment; what the stand-in has no use for is accepted and ignored.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(dead_code, reason = "most keys are only there to be accepted")]
pub(crate) struct PaymentRequest {
    pub(crate) amount: Option<Amount>,
    pub(crate) order_tax_amount: Option<i64>,
    pub(crate) currency: Option<Currency>,
    pub(crate) shipping_cost: Option<i64>,
    pub(crate) payment_id: Option<PaymentId>,
    pub(crate) capture_method: Option<CaptureMethod>,
    pub(crate) authentication_type: Option<AuthenticationType>,
    pub(crate) billing: Option<Box<RawValue>>,
    pub(crate) confirm: Option<bool>,
    pub(crate) customer: Option<CustomerDetails>,
    pub(crate) customer_id: Option<CustomerId>,
    pub(crate) description: Option<String>,
    pub(crate) return_url: Option<ReturnUrl>,
    pub(crate) setup_future_usage: Option<SetupFutureUsage>,
    pub(crate) payment_method_data: Option<PaymentMethodRequest>,
    pub(crate) payment_method: Option<PaymentMethod>,
    pub(crate) shipping: Option<Box<RawValue>>,
    pub(crate) order_details: Option<OrderDetails>,
    pub(crate) payment_method_type: Option<String>,
    pub(crate) metadata: Option<Metadata>,
    pub(crate) profile_id: Option<String>,
    pub(crate) session_expiry: Option<u32>,
    pub(crate) merchant_order_reference_id: Option<String>,
    pub(crate) client_secret: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) phone_country_code: Option<String>,
    amount_to_capture: Option<IgnoredAny>,
    routing: Option<IgnoredAny>,
    connector: Option<IgnoredAny>,
    off_session: Option<IgnoredAny>,
    payment_token: Option<IgnoredAny>,
    statement_descriptor_name: Option<IgnoredAny>,
    statement_descriptor_suffix: Option<IgnoredAny>,
    mandate_data: Option<IgnoredAny>,
    customer_acceptance: Option<IgnoredAny>,
    mandate_id: Option<IgnoredAny>,
    browser_info: Option<IgnoredAny>,
    payment_experience: Option<IgnoredAny>,
    business_country: Option<IgnoredAny>,
    business_label: Option<IgnoredAny>,
    merchant_connector_details: Option<IgnoredAny>,
    allowed_payment_method_types: Option<IgnoredAny>,
    connector_metadata: Option<IgnoredAny>,
    payment_link: Option<IgnoredAny>,
    payment_link_config: Option<IgnoredAny>,
    payment_link_config_id: Option<IgnoredAny>,
    surcharge_details: Option<IgnoredAny>,
    payment_type: Option<IgnoredAny>,
    request_incremental_authorization: Option<IgnoredAny>,
    frm_metadata: Option<IgnoredAny>,
    request_external_three_ds_authentication: Option<IgnoredAny>,
    three_ds_data: Option<IgnoredAny>,
    recurring_details: Option<IgnoredAny>,
    split_payments: Option<IgnoredAny>,
    request_extended_authorization: Option<IgnoredAny>,
    skip_external_tax_calculation: Option<IgnoredAny>,
    psd2_sca_exemption_type: Option<IgnoredAny>,
    ctp_service_details: Option<IgnoredAny>,
    force_3ds_challenge: Option<IgnoredAny>,
    threeds_method_comp_ind: Option<IgnoredAny>,
    is_iframe_redirection_enabled: Option<IgnoredAny>,
    all_keys_required: Option<IgnoredAny>,
    payment_channel: Option<IgnoredAny>,
    tax_status: Option<IgnoredAny>,
    discount_amount: Option<IgnoredAny>,
    shipping_amount_tax: Option<IgnoredAny>,
    duty_amount: Option<IgnoredAny>,
    order_date: Option<IgnoredAny>,
    enable_partial_authorization: Option<IgnoredAny>,
    enable_overcapture: Option<IgnoredAny>,
    is_stored_credential: Option<IgnoredAny>,
    mit_category: Option<IgnoredAny>,
    billing_descriptor: Option<IgnoredAny>,
    tokenization: Option<IgnoredAny>,
    partner_merchant_identifier_details: Option<IgnoredAny>,
    installment_options: Option<IgnoredAny>,
    installment_data: Option<IgnoredAny>,
    profile_acquirer_id: Option<IgnoredAny>,
    external_surcharge_strategy: Option<IgnoredAny>,
    retry_action: Option<IgnoredAny>,
    capture_on: Option<IgnoredAny>,
    feature_metadata: Option<IgnoredAny>,
}

/// The customer, new or known.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(dead_code, reason = "some keys are only there to be accepted")]
pub(crate) struct CustomerDetails {
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) phone_country_code: Option<String>,
    tax_registration_id: Option<IgnoredAny>,
    document_details: Option<IgnoredAny>,
}
