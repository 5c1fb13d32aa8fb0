//! Writes down everything that follows from events: what each golden file says, the state of each stream of a ledger, and each row of
//! each read model, built anew. `determinism <database url> <events at a time> <lanes>`
//!
//! The tests run it in processes with different settings and compare what they write, byte for byte. Each state is folded
//! twice, in threads of their own.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io::Write;
use std::path::Path;

use comptoir_domain::document::{Document, DocumentEvent};
use comptoir_domain::invoicing::{Invoicing, InvoicingEvent};
use comptoir_domain::licence::{Licence, LicenceEvent};
use comptoir_domain::order::{Order, OrderEvent};
use comptoir_domain::person::{Person, PersonEvent};
use comptoir_domain::product::{Product, ProductEvent};
use comptoir_domain::projection::{Projection, ProjectionEvent};
use comptoir_domain::promo::{Promo, PromoEvent};
use comptoir_domain::refund::{Refund, RefundEvent};
use comptoir_domain::review::{Review, ReviewEvent};
use comptoir_domain::seller::{Seller, SellerEvent};
use comptoir_domain::webhook::{Webhook, WebhookEvent};
use comptoir_domain::{Decider, DomainEvent};
use comptoir_ledger::{Filter, Ledger, LedgerOptions, Position, RecordedEvent};
use comptoir_projections::{Lanes, ReadModel, RebuildOptions};
use sqlx::{AssertSqlSafe, PgPool};

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(piece_events), Some(lanes)) = (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("usage: determinism <database url> <events at a time> <lanes>".into());
    };
    let options = RebuildOptions {
        piece_events: piece_events.parse()?,
        lanes: Lanes::Exactly(lanes.parse()?),
        ..RebuildOptions::default()
    };
    let mut out = std::io::stdout().lock();
    golden_files(&mut out)?;
    let ledger = Ledger::start(PgPool::connect(&url).await?, LedgerOptions::default()).await?;
    states(&ledger, &mut out).await?;
    for model in ReadModel::ALL {
        model.rebuild(&ledger, &options, |_| {}).await?;
        rows(ledger.pool(), model, &mut out).await?;
    }
    ledger.stop().await;
    Ok(())
}

/// Every event of every version that was ever written, as it is read today.
fn golden_files(out: &mut impl Write) -> Result<(), Failure> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/golden");
    let mut names: Vec<String> = std::fs::read_dir(folder.clone())?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_, std::io::Error>>()?;
    names.sort();
    for name in names {
        let (event_type, version) = name
            .strip_suffix(".json")
            .and_then(|name| name.rsplit_once(".v"))
            .ok_or_else(|| format!("{name} is named otherwise than golden files are"))?;
        let text = std::fs::read_to_string(folder.join(&name))?;
        let read = twice(|| golden_file(event_type, version.parse().unwrap_or(0), &text))?;
        writeln!(out, "golden {name} {read}")?;
    }
    Ok(())
}

fn golden_file(event_type: &str, version: i32, text: &str) -> String {
    fn read<E: DomainEvent + Debug>(event_type: &str, version: i32, text: &str) -> String {
        format!("{:?}", E::from_json(event_type, version, text))
    }
    let read = match event_type.split('.').next().unwrap_or_default() {
        "product" => read::<ProductEvent>,
        "order" => read::<OrderEvent>,
        "promo" => read::<PromoEvent>,
        "licence" => read::<LicenceEvent>,
        "refund" => read::<RefundEvent>,
        "review" => read::<ReviewEvent>,
        "invoicing" => read::<InvoicingEvent>,
        "document" => read::<DocumentEvent>,
        "seller" => read::<SellerEvent>,
        "person" => read::<PersonEvent>,
        "projection" => read::<ProjectionEvent>,
        _ => read::<WebhookEvent>,
    };
    read(event_type, version, text)
}

/// The state of each stream after each of its events.
async fn states(ledger: &Ledger, out: &mut impl Write) -> Result<(), Failure> {
    let page = ledger.read_page(Position::START, &Filter::All, 1_000_000).await?;
    let mut streams: BTreeMap<String, Vec<RecordedEvent>> = BTreeMap::new();
    for event in page.events {
        streams.entry(event.stream.clone()).or_default().push(event);
    }
    for (stream, events) in &streams {
        let folded = twice(|| match stream.split('-').next().unwrap_or_default() {
            "product" => fold::<Product>(events),
            "order" => fold::<Order>(events),
            "promo" => fold::<Promo>(events),
            "licence" => fold::<Licence>(events),
            "refund" => fold::<Refund>(events),
            "review" => fold::<Review>(events),
            "invoicing" => fold::<Invoicing>(events),
            "document" => fold::<Document>(events),
            "seller" => fold::<Seller>(events),
            "person" => fold::<Person>(events),
            "projection" => fold::<Projection>(events),
            _ => fold::<Webhook>(events),
        })?;
        writeln!(out, "state {stream} {folded}")?;
    }
    Ok(())
}

fn fold<D: Decider>(events: &[RecordedEvent]) -> String
where
    D::State: Debug,
{
    let mut state = D::State::default();
    let mut told = Vec::new();
    for event in events {
        match event.decode::<D::Event>() {
            Ok(event) => state = D::evolve(state, &event),
            Err(error) => told.push(format!("unreadable: {error}")),
        }
        told.push(format!("{state:?}"));
    }
    told.join("; ")
}

/// What comes out, if it comes out the same in two threads.
fn twice(what: impl Fn() -> String + Sync) -> Result<String, Failure> {
    let (one, other) = std::thread::scope(|scope| {
        let (one, other) = (scope.spawn(&what), scope.spawn(&what));
        (one.join(), other.join())
    });
    match (one, other) {
        (Ok(one), Ok(other)) if one == other => Ok(one),
        (Ok(one), Ok(other)) => Err(format!("folded twice, it is {one} and {other}").into()),
        _ => Err("folding panicked".into()),
    }
}

async fn rows(pool: &PgPool, model: ReadModel, out: &mut impl Write) -> Result<(), Failure> {
    let schema = format!("read_{model}");
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = $1 ORDER BY tablename")
            .bind(&schema)
            .fetch_all(pool)
            .await?;
    if tables.is_empty() {
        return Err(format!("{model} has no tables").into());
    }
    for table in tables {
        // Names cannot be parameters; these are of the catalogue.
        let select = format!("SELECT (t.*)::text FROM {schema}.{table} t ORDER BY 1");
        let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(select)).fetch_all(pool).await?;
        for row in rows {
            writeln!(out, "row {table} {row}")?;
        }
    }
    Ok(())
}
