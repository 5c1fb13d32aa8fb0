//! An export that broke off goes on where it was; another one does not mix with it.

use std::fs;

use comptoir_audit::export::{Asked, ExportError, Format, NotRecorded, Outcome, check, export};

use crate::support::{House, all, contents};

/// Breaks off as a crash would: at an event, in the middle of a part.
async fn break_off(house: &House, asked: &Asked) {
    let folder = house.exported();
    let broken = export(&house.ledger, &folder, asked, &NotRecorded, |progress| {
        assert!(progress.done < 60, "on purpose");
    })
    .await;
    assert!(broken.is_err());
    assert!(!folder.join("manifest.json").exists());
}

#[tokio::test]
async fn finished_parts_are_kept_and_the_result_is_the_same() {
    for format in Format::ALL {
        let broken = House::new().await;
        let asked = all(format);
        break_off(&broken, &asked).await;
        assert!(
            check(&broken.exported(), &[], |_, _| {}).is_err(),
            "it is not finished"
        );
        let first = broken.exported().join(match format {
            Format::Parquet => "events/date=2026-06-01/part-000001.parquet".to_owned(),
            Format::Jsonl | Format::Csv => format!("events/part-000001.{format}"),
        });
        let written_at = fs::metadata(&first).unwrap().modified().unwrap();
        let resumed = broken.export(&asked).await.unwrap();
        assert_eq!(resumed.outcome, Outcome::Resumed { parts_kept: 2 });
        assert_eq!(fs::metadata(&first).unwrap().modified().unwrap(), written_at);
        let report = broken.check(&[]);
        assert!(report.is_sound(), "{:?}", report.findings);

        let other = broken.path().join("at once");
        let at_once = export(&broken.ledger, &other, &asked, &NotRecorded, |_| {})
            .await
            .unwrap();
        assert_eq!(at_once.manifest, resumed.manifest);
        let parts = &resumed.manifest.parts;
        assert_eq!(contents(&other, parts), contents(&broken.exported(), parts));
    }
}

#[tokio::test]
async fn a_finished_export_is_not_written_again() {
    let house = House::new().await;
    let first = house.export(&all(Format::Jsonl)).await.unwrap();
    let again = house.export(&all(Format::Jsonl)).await.unwrap();
    assert_eq!(
        (again.outcome, again.manifest),
        (Outcome::AlreadyFinished, first.manifest)
    );
}

#[tokio::test]
async fn other_arguments_are_refused_and_named_before_and_after_the_end() {
    let house = House::new().await;
    let asked = all(Format::Jsonl);
    let other = Asked {
        until: Some("30".parse().unwrap()),
        ..all(Format::Csv)
    };
    break_off(&house, &asked).await;
    let refused = house.export(&other).await.unwrap_err().to_string();
    assert!(
        refused.contains("--format was jsonl and is csv, --until was - and is 30"),
        "{refused}"
    );
    house.export(&asked).await.unwrap();
    let refused = house.export(&other).await.unwrap_err().to_string();
    assert!(refused.contains("--until was - and is 30"), "{refused}");
}

#[tokio::test]
async fn a_journal_whose_last_line_was_cut_off_loses_that_part_only() {
    let house = House::new().await;
    break_off(&house, &all(Format::Jsonl)).await;
    let journal = house.exported().join("journal.jsonl");
    let text = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, &text[..text.len() - 10]).unwrap();
    let resumed = house.export(&all(Format::Jsonl)).await.unwrap();
    assert_eq!(resumed.outcome, Outcome::Resumed { parts_kept: 1 });
    assert!(house.check(&[]).is_sound());
}

#[tokio::test]
async fn a_finished_part_that_has_gone_or_grown_is_told() {
    let house = House::new().await;
    break_off(&house, &all(Format::Jsonl)).await;
    let part = house.exported().join("events/part-000002.jsonl");
    fs::write(&part, "").unwrap();
    assert!(
        matches!(house.export(&all(Format::Jsonl)).await, Err(ExportError::PartChanged { path }) if path == part)
    );
}

#[tokio::test]
async fn a_folder_with_anything_else_in_it_is_refused_and_left_as_it_is() {
    let house = House::new().await;
    fs::create_dir(house.exported()).unwrap();
    fs::write(house.exported().join("taxes.ods"), "mine").unwrap();
    assert!(matches!(
        house.export(&all(Format::Jsonl)).await,
        Err(ExportError::NotEmpty { .. })
    ));
    assert_eq!(fs::read_dir(house.exported()).unwrap().count(), 1);
}

#[tokio::test]
async fn one_process_at_a_time_writes_to_a_folder() {
    let house = House::new().await;
    break_off(&house, &all(Format::Jsonl)).await;
    let lock = fs::File::create(house.exported().join(".lock")).unwrap();
    lock.lock().unwrap();
    assert!(matches!(
        house.export(&all(Format::Jsonl)).await,
        Err(ExportError::Busy { .. })
    ));
    drop(lock);
    house.export(&all(Format::Jsonl)).await.unwrap();
}

#[tokio::test]
async fn an_export_does_not_go_on_from_a_ledger_that_has_lost_its_end() {
    let house = House::new().await;
    break_off(&house, &all(Format::Jsonl)).await;
    sqlx::query("UPDATE ledger_horizon SET position = 55")
        .execute(house.ledger.pool())
        .await
        .unwrap();
    let shorter = comptoir_ledger::Ledger::read_only(house.database.pool().await)
        .await
        .unwrap();
    let resumed = export(
        &shorter,
        &house.exported(),
        &all(Format::Jsonl),
        &NotRecorded,
        |_| {},
    )
    .await;
    assert!(
        matches!(resumed, Err(ExportError::LedgerChanged { .. })),
        "{resumed:?}"
    );
}

#[tokio::test]
async fn an_export_does_not_go_on_from_a_ledger_with_another_history() {
    let house = House::new().await;
    break_off(&house, &all(Format::Jsonl)).await;
    let journal = house.exported().join("journal.jsonl");
    let last = hex::encode(&house.events().await[49].leaf_hash);
    let text = fs::read_to_string(&journal)
        .unwrap()
        .replace(&last, &"ab".repeat(32));
    fs::write(&journal, text).unwrap();
    assert!(matches!(
        house.export(&all(Format::Jsonl)).await,
        Err(ExportError::LedgerChanged { .. })
    ));
}
