//! A document in the form that is wanted.

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse as _, Response};
use comptoir_domain::document::{DocumentFacts, DocumentKind};
use comptoir_domain::values::DocumentId;
use comptoir_engine::files::{DocumentFormat, FileError};
use comptoir_engine::{DocumentRead, RequestContext, UseCaseError};
use comptoir_ledger::Position;
use comptoir_projections::ReadModel;

use super::body::DocumentBody;
use super::form::{Form, JSON_FIRST};
use super::to_come::ToComeBody;
use crate::http::App;
use crate::http::answer::{Answer, POSITION};
use crate::http::command::Asked;
use crate::http::file::{FileHead, attachment};
use crate::http::min_position::MinPosition;
use crate::http::problem::{Problem, ProblemKind};

/// A request for a document: who asks, and in which way.
pub(crate) struct DocumentRequest {
    /// Who asks.
    pub(crate) context: RequestContext,
    /// What they have seen.
    pub(crate) min: MinPosition,
    /// In which form, and which part of it.
    pub(crate) headers: HeaderMap,
    method: Method,
}

impl FromRequestParts<App> for DocumentRequest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Asked(context) = Asked::from_request_parts(parts, app).await?;
        Ok(Self {
            context,
            min: MinPosition::from_request_parts(parts, app).await?,
            headers: parts.headers.clone(),
            method: parts.method.clone(),
        })
    }
}

/// One document of a kind, by its id: as JSON, unless another form is wanted.
pub(crate) async fn one(
    app: &App,
    request: &DocumentRequest,
    kind: DocumentKind,
    document_id: DocumentId,
) -> Result<Response, Problem> {
    let form = Form::wanted(&request.headers, JSON_FIRST)?;
    let position = app.reads().reach(&[ReadModel::Documents], request.min).await?;
    let read = app.engine().document(&request.context, document_id).await?;
    if facts_of(&read)?.content.kind != kind {
        return Err(Problem::new(ProblemKind::DocumentNotFound));
    }
    in_form(app, request, &read, form, position).await
}

/// A document in a form.
pub(crate) async fn in_form(
    app: &App,
    request: &DocumentRequest,
    read: &DocumentRead,
    form: Form,
    position: Position,
) -> Result<Response, Problem> {
    let mut response = match form {
        Form::Json => Answer::ok(DocumentBody::of(read)?, position).into_response(),
        Form::Pdf => file(app, request, read, DocumentFormat::Pdf, position).await?,
        Form::Xml => file(app, request, read, DocumentFormat::Xml, position).await?,
    };
    // The same address has other bytes for who wants another form.
    response
        .headers_mut()
        .insert(header::VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

/// What is known of a document that was read.
pub(crate) fn facts_of(read: &DocumentRead) -> Result<&DocumentFacts, Problem> {
    let facts = read.document.state.facts();
    facts.ok_or_else(|| Problem::new(ProblemKind::DocumentNotFound))
}

/// A file of a document, or some of its bytes; while it is being made, when to come again.
async fn file(
    app: &App,
    request: &DocumentRequest,
    read: &DocumentRead,
    format: DocumentFormat,
    position: Position,
) -> Result<Response, Problem> {
    let content = &facts_of(read)?.content;
    let document_id = content.document_id;
    let found = app
        .engine()
        .document_file(&request.context, document_id, format)
        .await;
    let file = match found {
        Ok(file) => file,
        Err(UseCaseError::NotYetRendered) => {
            let to_come = ToComeBody::of_document(content.order_id, document_id, content.number.clone());
            return Ok(to_come.answer(position));
        }
        Err(error) => return Err(error.into()),
    };
    let head = FileHead {
        sha256: file.content.sha256,
        bytes: file.content.bytes,
        media_type: format.media_type().to_owned(),
        disposition: attachment(&file.name),
    };
    let (mut response, range) = head.answer(&request.method, &request.headers)?;
    if let Some(range) = range {
        let bytes = app.engine().read_document_file(&file, range).await;
        *response.body_mut() = Body::from_stream(bytes.map_err(stored)?);
    }
    response
        .headers_mut()
        .insert(POSITION, HeaderValue::from(position.get()));
    Ok(response)
}

/// What the events say is stored must be there: if it is not, that is our fault.
fn stored(error: UseCaseError) -> Problem {
    if matches!(error, UseCaseError::File(FileError::NotFound)) {
        return Problem::new(ProblemKind::Internal).cause("a stored document is not in the store of files");
    }
    error.into()
}
