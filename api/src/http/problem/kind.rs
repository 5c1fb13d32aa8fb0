//! The closed list of problem types: code, status, title. `docs/problems.md` has a section for each.

use axum::http::StatusCode;

macro_rules! kinds {
    ($($(#[$meta:meta])* $name:ident = $code:literal, $status:ident, $title:literal;)+) => {
        /// A type of problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ProblemKind {
            $($(#[$meta])* $name,)+
        }

        impl ProblemKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The stable code that clients may rely on.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The HTTP status.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)+ }
            }

            /// What kind of problem it is, the same for every occurrence.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }

            /// Where the type is explained, as a URI reference.
            pub const fn type_uri(self) -> &'static str {
                match self { $(Self::$name => concat!("/docs/problems#", $code),)+ }
            }
        }
    };
}

kinds! {
    /// The body is not JSON.
    InvalidJson = "invalid_json", BAD_REQUEST, "The body is not valid JSON";
    /// A parameter of path or query is wrong.
    InvalidParameter = "invalid_parameter", BAD_REQUEST, "A parameter of the request is wrong";
    /// A header is wrong.
    InvalidHeader = "invalid_header", BAD_REQUEST, "A header of the request is wrong";
    /// A signed webhook cannot be read.
    MalformedWebhook = "malformed_webhook", BAD_REQUEST, "The webhook cannot be read";
    /// There is no usable token.
    Unauthenticated = "unauthenticated", UNAUTHORIZED, "A valid bearer token is needed";
    /// The webhook is not signed as it must be.
    InvalidSignature = "invalid_signature", UNAUTHORIZED, "The webhook's signature is missing or wrong";
    /// The caller may not do this.
    Forbidden = "forbidden", FORBIDDEN, "The caller may not do this";
    /// The caller may not say this about the product or the review.
    ReviewNotAllowed = "review_not_allowed", FORBIDDEN, "The caller may not review this, or not do this to the review";
    /// The node works on a copy of another ledger.
    ReadOnlyReplica = "read_only_replica", FORBIDDEN, "This is a copy that takes no changes";
    /// There is no such route.
    RouteNotFound = "route_not_found", NOT_FOUND, "There is nothing at this address";
    /// There is no such product, or the caller may not know.
    ProductNotFound = "product_not_found", NOT_FOUND, "The product does not exist";
    /// The product has no such offer.
    OfferNotFound = "offer_not_found", NOT_FOUND, "The offer does not exist";
    /// There is no such order, or it is somebody else's.
    OrderNotFound = "order_not_found", NOT_FOUND, "The order does not exist";
    /// The order has no such line, or it is another seller's.
    OrderLineNotFound = "order_line_not_found", NOT_FOUND, "The order has no such line";
    /// There is no such licence, or it is somebody else's.
    LicenceNotFound = "licence_not_found", NOT_FOUND, "The licence does not exist";
    /// There is no such promotion, or it is somebody else's.
    PromotionNotFound = "promotion_not_found", NOT_FOUND, "The promotion does not exist";
    /// There is no such refund, or it concerns somebody else.
    RefundNotFound = "refund_not_found", NOT_FOUND, "The refund does not exist";
    /// There is no such dispute, or it concerns somebody else.
    DisputeNotFound = "dispute_not_found", NOT_FOUND, "The dispute does not exist";
    /// There is no such invoice or credit note, or it is somebody else's.
    DocumentNotFound = "document_not_found", NOT_FOUND, "The document does not exist";
    /// The document need not be kept any longer, and is not.
    DocumentNoLongerKept = "document_no_longer_kept", GONE, "The document is no longer kept";
    /// It is not said which of the invoices of an order is meant.
    SeveralInvoices = "several_invoices", CONFLICT, "The order has several invoices";
    /// The document is in a state in which this cannot be done.
    DocumentConflict = "document_conflict", CONFLICT, "The document is in a state in which this cannot be done";
    /// The correction says what the invoice says already.
    NothingToCorrect = "nothing_to_correct", UNPROCESSABLE_ENTITY, "The invoice says this already";
    /// Nobody has configured who invoices.
    InvoicingOff = "invoicing_off", CONFLICT, "No invoices are issued here";
    /// The seller has not said who they are, or is somebody else.
    SellerNotFound = "seller_not_found", NOT_FOUND, "Nothing is known of this seller";
    /// The seller must say who they are first.
    SellerNotIdentified = "seller_not_identified", CONFLICT, "The seller has not said who they are";
    /// The document cannot be had in any form that the client takes.
    NotAcceptable = "not_acceptable", NOT_ACCEPTABLE, "The document cannot be had in this form";
    /// The product has no such file.
    FileNotFound = "file_not_found", NOT_FOUND, "The file does not exist";
    /// The link was not made here.
    LinkInvalid = "link_invalid", FORBIDDEN, "The download link is not a valid one";
    /// The link has ended.
    LinkEnded = "link_ended", GONE, "The download link has ended";
    /// The licence may not be used now.
    LicenceNotLive = "licence_not_live", FORBIDDEN, "The licence may not be used now";
    /// The licence is in a state in which this cannot be done.
    LicenceConflict = "licence_conflict", CONFLICT, "The licence is in a state in which this cannot be done";
    /// Files of that type are not taken.
    FileTypeNotTaken = "file_type_not_taken", UNSUPPORTED_MEDIA_TYPE, "Files of this type are not taken";
    /// The file cannot be taken as it is.
    InvalidFile = "invalid_file", UNPROCESSABLE_ENTITY, "The file cannot be taken as it is";
    /// The file has no such bytes.
    RangeNotSatisfiable = "range_not_satisfiable", RANGE_NOT_SATISFIABLE, "The file has no such bytes";
    /// Nothing is known of the person, or the caller may not know.
    PersonNotFound = "person_not_found", NOT_FOUND, "Nothing is known of this person";
    /// There is no such review, or the caller cannot see it.
    ReviewNotFound = "review_not_found", NOT_FOUND, "The review does not exist";
    /// Nothing of the ledger was signed yet.
    CheckpointNotFound = "checkpoint_not_found", NOT_FOUND, "No state of the ledger was signed yet";
    /// The ledger has no such event, or has not come that far.
    ProofNotFound = "proof_not_found", NOT_FOUND, "There is no proof of this";
    /// The route exists with another method.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "The address does not know this method";
    /// The product is in a state in which this cannot be done.
    ProductConflict = "product_conflict", CONFLICT, "The product is in a state in which this cannot be done";
    /// The order is in a state in which this cannot be done.
    OrderConflict = "order_conflict", CONFLICT, "The order is in a state in which this cannot be done";
    /// The order is not paid, so that nothing can go back.
    OrderNotPaid = "order_not_paid", CONFLICT, "The order is not paid";
    /// The buyer's bank has the payment in dispute.
    OrderDisputed = "order_disputed", CONFLICT, "The payment of the order is disputed";
    /// All of it has gone back, or is on its way.
    NothingToRefund = "nothing_to_refund", CONFLICT, "There is nothing left to refund";
    /// More is to go back than is left.
    RefundTooLarge = "refund_too_large", CONFLICT, "More is to be refunded than is left";
    /// The time for this refund is over.
    RefundWindowOver = "refund_window_over", CONFLICT, "The time to refund this order is over";
    /// The buyer cannot withdraw, or not any more.
    WithdrawalNotPossible = "withdrawal_not_possible", CONFLICT, "A withdrawal is not possible";
    /// Something in the order is not to be had any more, or not at that price.
    OrderUnavailable = "order_unavailable", CONFLICT, "Something in the order is not to be had as it was asked for";
    /// The review is in a state in which this cannot be done.
    ReviewConflict = "review_conflict", CONFLICT, "The review is in a state in which this cannot be done";
    /// The promotion code does not hold for the order.
    PromotionRefused = "promotion_refused", CONFLICT, "The promotion code does not hold for this order";
    /// The promotion code was given out before.
    PromotionCodeTaken = "promotion_code_taken", CONFLICT, "The promotion code was given out before";
    /// The same idempotency key is being worked on.
    IdempotencyKeyInUse = "idempotency_key_in_use", CONFLICT, "A request with this idempotency key is running";
    /// Too many requests change the same thing at once.
    Contended = "contended", CONFLICT, "Too many requests change the same thing at once";
    /// The person's data was erased.
    PersonErased = "person_erased", CONFLICT, "The personal data of this person has been erased";
    /// The person cannot be erased before their orders are invoiced.
    InvoicesOwed = "invoices_owed", CONFLICT, "Invoices that must name this person are still to be issued";
    /// The body has more bytes than allowed.
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE, "The body is too large";
    /// The body is not declared as JSON.
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "The body must be JSON";
    /// A field of the body is wrong.
    InvalidRequest = "invalid_request", UNPROCESSABLE_ENTITY, "A field of the body is wrong";
    /// A line of the order is wrong.
    InvalidOrder = "invalid_order", UNPROCESSABLE_ENTITY, "The order cannot be placed as it was asked for";
    /// The idempotency key was used for another request.
    IdempotencyKeyReused = "idempotency_key_reused", UNPROCESSABLE_ENTITY, "The idempotency key belongs to another request";
    /// The caller makes too many requests.
    RateLimited = "rate_limited", TOO_MANY_REQUESTS, "Too many requests";
    /// A fault of this program.
    Internal = "internal", INTERNAL_SERVER_ERROR, "Something went wrong on our side";
    /// The payment provider failed.
    PaymentProviderFailed = "payment_provider_failed", BAD_GATEWAY, "The payment provider did not answer as it should";
    /// There is more to do than can be done.
    Overloaded = "overloaded", SERVICE_UNAVAILABLE, "There is too much to do at the moment";
    /// Something this program needs is away.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "The service is not available at the moment";
    /// The read model has not seen the wanted position in time.
    PositionNotReached = "position_not_reached", SERVICE_UNAVAILABLE, "The wanted position has not been reached in time";
    /// The request took too long.
    TimedOut = "timed_out", GATEWAY_TIMEOUT, "The request took too long";
}
