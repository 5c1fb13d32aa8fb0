//! The mail that brings a document.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use comptoir_domain::document::{DocumentContent, DocumentKind};
use comptoir_domain::values::{DocumentId, Email, Line};
use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};

use super::config::MailSender;
use super::error::{MailError, Reply};
use super::texts;

/// The mail that brings a document.
pub(crate) struct DocumentMail<'a> {
    /// What stands on the document.
    pub(crate) content: &'a DocumentContent,
    /// To whom.
    pub(crate) to: &'a Email,
    /// Who supplies.
    pub(crate) supplier: &'a Line,
    /// The page.
    pub(crate) pdf: Vec<u8>,
    /// Now.
    pub(crate) at: DateTime<Utc>,
}

impl DocumentMail<'_> {
    /// The mail. Of one document it always has the same Message-ID, so that a repeat is recognised.
    pub(super) fn message(self, sender: &MailSender) -> Result<Message, MailError> {
        let Self {
            content,
            to,
            supplier,
            pdf,
            at,
        } = self;
        let unwritable = || MailError::AddressRefused { code: Reply::NONE };
        let to: Mailbox = to.as_str().parse().map_err(|_| unwritable())?;
        let words = texts::in_language(content.locale);
        let words = match content.kind {
            DocumentKind::Invoice => &words.invoice,
            DocumentKind::CreditNote => &words.credit_note,
        };
        let number = content.number.as_str();
        let day = content.locale.file().dates().short(content.issued_on);
        let attachment = Attachment::new(format!("{}.pdf", file_name(number)));
        let pdf_type = ContentType::parse("application/pdf").map_err(|_| unwritable())?;
        let body = MultiPart::mixed()
            .boundary(boundary(content.document_id))
            .singlepart(SinglePart::plain(words.body(number, &day, supplier.as_str())))
            .singlepart(attachment.body(pdf, pdf_type));
        let message = Message::builder()
            .from(sender.mailbox().clone())
            .to(to)
            .message_id(Some(format!("<{}@{}>", content.document_id, sender.domain())))
            .date(SystemTime::from(at))
            .subject(words.subject(number, &day, supplier.as_str()))
            .multipart(body);
        message.map_err(|_| unwritable())
    }
}

/// A number as the name of a file: it may hold a slash.
pub(crate) fn file_name(number: &str) -> String {
    number.replace('/', "-")
}

fn boundary(document_id: DocumentId) -> String {
    format!("comptoir-{}", document_id.as_uuid().simple())
}
