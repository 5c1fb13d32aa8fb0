//! Why a file is not taken or not handed out.

use comptoir_domain::values::MediaType;

/// Why a file is not taken or not handed out.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The product has no file of that name any more.
    #[error("the product has no such file")]
    NotFound,
    /// The file has no bytes.
    #[error("the file is empty")]
    Empty,
    /// The file has too many bytes.
    #[error("the file must have at most {bytes_max} bytes")]
    TooLarge {
        /// The most bytes allowed.
        bytes_max: u64,
    },
    /// Files of that type are not taken.
    #[error("files of the type {} are not taken", media_type.as_str())]
    TypeNotTaken {
        /// The type.
        media_type: MediaType,
    },
    /// The sender stopped before the end.
    #[error("the upload broke off: {0}")]
    BrokeOff(String),
    /// The link was not made here, or has been changed.
    #[error("the link is not one of ours")]
    LinkForged,
    /// The link has ended.
    #[error("the link has ended")]
    LinkEnded,
    /// The store cannot be reached, or refuses.
    #[error("the store of files failed")]
    Store(#[source] object_store::Error),
}

impl From<object_store::Error> for FileError {
    fn from(error: object_store::Error) -> Self {
        Self::Store(error)
    }
}
