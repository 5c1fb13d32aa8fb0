//! From and until: positions, times, days; and a single category.

use comptoir_audit::export::{
    Asked, ExportError, ExportOpened, Format, NotRecorded, RecordExport, RecordExportError, export, export_to,
};
use comptoir_audit::moment::Moment;

use crate::support::{House, all};

fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

async fn positions(house: &House, asked: &Asked) -> (i64, i64, u64) {
    let range = asked.range(&house.ledger).await.unwrap();
    let (sender, receiver) = std::sync::mpsc::channel();
    let out = Lines(sender);
    let events = export_to(&house.ledger, out, asked, &NotRecorded, |_| {})
        .await
        .unwrap();
    let bytes: usize = receiver.iter().sum();
    assert_eq!(bytes == 0, events == 0);
    (range.after.get() + 1, range.through.get(), events)
}

struct Lines(std::sync::mpsc::Sender<usize>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.send(bytes.len()).unwrap();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_range_is_named_by_positions_times_or_days_and_both_its_ends_are_in_it() {
    let house = House::new().await;
    let cases = [
        (None, None, (1, 60, 60)),
        (Some(moment("10")), Some(moment("12")), (10, 12, 3)),
        (Some(moment("2026-06-02T12:00:00.000001Z")), None, (21, 60, 40)),
        (Some(moment("2026-06-02T12:00:00.000002Z")), None, (41, 60, 20)),
        (None, Some(moment("2026-06-02T12:00:00.000001Z")), (1, 40, 40)),
        (None, Some(moment("2026-06-02T12:00:00Z")), (1, 20, 20)),
        (
            Some(moment("2026-06-02")),
            Some(moment("2026-06-02")),
            (21, 40, 20),
        ),
        (Some(moment("2027-01-01")), None, (61, 60, 0)),
        (Some(moment("50")), Some(moment("1000")), (50, 60, 11)),
    ];
    for (from, until, expected) in cases {
        let asked = Asked {
            from,
            until,
            ..all(Format::Jsonl)
        };
        assert_eq!(positions(&house, &asked).await, expected, "{from:?} {until:?}");
    }
}

#[tokio::test]
async fn an_end_before_the_beginning_is_an_empty_export() {
    let house = House::new().await;
    let asked = Asked {
        from: Some(moment("20")),
        until: Some(moment("10")),
        ..all(Format::Parquet)
    };
    let manifest = house.export(&asked).await.unwrap().manifest;
    assert_eq!((manifest.events, manifest.parts.len()), (0, 0));
    assert!(house.check(&[]).is_sound());
}

#[tokio::test]
async fn a_single_category_is_exported_with_its_own_positions_and_checks_as_such() {
    let house = House::new().await;
    let asked = Asked {
        category: Some("other".to_owned()),
        ..all(Format::Parquet)
    };
    let manifest = house.export(&asked).await.unwrap().manifest;
    assert_eq!((manifest.events, manifest.root), (20, None));
    assert_eq!(manifest.parts[0].first_position, 2);
    let report = house.check(&[]);
    assert!(report.is_sound(), "{:?}", report.findings);
    assert!(!report.root_recomputed);
}

#[tokio::test]
async fn parquet_is_refused_for_a_pipe() {
    let house = House::new().await;
    let refused = export_to(
        &house.ledger,
        Vec::new(),
        &all(Format::Parquet),
        &NotRecorded,
        |_| {},
    )
    .await;
    assert!(matches!(refused, Err(ExportError::ParquetToPipe)));
}

struct Refusing;

impl RecordExport for Refusing {
    async fn record(&self, opened: &ExportOpened<'_>) -> Result<(), RecordExportError> {
        assert_eq!(opened.range.through.get(), 60);
        Err(RecordExportError("the ledger is away".into()))
    }
}

#[tokio::test]
async fn an_export_that_cannot_be_recorded_does_not_take_place() {
    let house = House::new().await;
    let folder = house.exported();
    let refused = export(&house.ledger, &folder, &all(Format::Jsonl), &Refusing, |_| {}).await;
    assert!(matches!(refused, Err(ExportError::Record(_))));
    assert!(!folder.join("events").exists());
    let (sender, receiver) = std::sync::mpsc::channel();
    let refused = export_to(
        &house.ledger,
        Lines(sender),
        &all(Format::Jsonl),
        &Refusing,
        |_| {},
    )
    .await;
    assert!(matches!(refused, Err(ExportError::Record(_))));
    assert_eq!(receiver.iter().count(), 0);
}
