//! Why a product refuses a command.

use thiserror::Error;

use super::Product;

/// Why a product refuses a command.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProductError {
    /// There is no such product.
    #[error("the product does not exist")]
    NotFound,
    /// Another product has that id.
    #[error("the product already exists")]
    AlreadyExists,
    /// The actor neither owns the product as a seller nor is an admin.
    #[error("only the seller of the product or an admin may do this")]
    NotYours,
    /// The product has no such offer.
    #[error("the product has no such offer")]
    UnknownOffer,
    /// Another offer has that id.
    #[error("the offer already exists with other content")]
    OfferExists,
    /// The offer was taken back.
    #[error("the offer was withdrawn")]
    OfferWithdrawn,
    /// The price is negative or too high.
    #[error("the price must be from 0 to {limit} minor units", limit = Product::PRICE_LIMIT_MINOR)]
    PriceOutOfRange,
    /// The product has as many offers as it can have.
    #[error("a product has at most {limit} offers", limit = Product::OFFERS_LIMIT)]
    TooManyOffers,
    /// The product has as many files as it can have.
    #[error("a product has at most {limit} files", limit = Product::FILES_LIMIT)]
    TooManyFiles,
    /// A product goes on sale with at least one offer that was not withdrawn.
    #[error("a product without an offer cannot go on sale")]
    NothingOffered,
    /// The product is not on sale.
    #[error("the product is not on sale")]
    NotOnSale,
    /// Only an exclusive offer can be reserved.
    #[error("the offer is not exclusive")]
    NotExclusive,
    /// Another order keeps the exclusive licence.
    #[error("the exclusive licence is reserved for another order")]
    ExclusiveReserved,
    /// The order has not reserved the exclusive licence that it wants to buy.
    #[error("the exclusive licence is not reserved for this order")]
    ExclusiveNotReserved,
    /// The exclusive licence is sold, and with it the product is off sale.
    #[error("the exclusive licence is sold")]
    ExclusiveSold,
}
