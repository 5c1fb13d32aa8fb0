//! Languages that documents can be written in. A language is one file, `data/locales/<language>.json`; putting it there is all
//! that it takes. It holds
//!
//! | part | is | read by |
//! | --- | --- | --- |
//! | `laws` | whose law is written in this language | [`crate::tax`] |
//! | `dates` | how days are written | [`Dates`] |
//! | `mentions` | what the law makes a document say, dated | [`crate::document`] |
//! | `legal_references` | why no tax is charged, dated | [`crate::tax`] |
//! | `mail` | the mails that documents are sent with | the engine |
//! | `page` | the words and numbers of the page | `comptoir-documents` |
//!
//! The tests of each part hold that every file has what the English one has.

mod code;
mod dates;
mod file;
mod pattern;
#[cfg(test)]
mod tests;

pub use code::Locale;
pub use dates::Dates;
pub use file::LocaleFile;
pub use pattern::{fill, gaps};

#[cfg(any(test, feature = "testing"))]
pub(crate) use file::add;
