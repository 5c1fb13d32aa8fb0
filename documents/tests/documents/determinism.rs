//! The same content gives the same bytes: in every process, thread, time zone and language.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::thread;

use comptoir_documents::{fixtures, json};

use crate::{PROGRAM, rendered};

/// All samples as another process writes them.
fn by_another_process(environment: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(PROGRAM);
    command
        .arg("samples")
        .arg(folder.path())
        .envs(environment.iter().copied());
    assert!(command.status().unwrap().success());
    let files = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap());
    let files = files.map(|file| {
        (
            file.file_name().into_string().unwrap(),
            fs::read(file.path()).unwrap(),
        )
    });
    files.collect()
}

#[test]
fn processes_time_zones_and_languages_make_no_difference() {
    let here = by_another_process(&[
        ("TZ", "Pacific/Auckland"),
        ("LANG", "fr_FR.UTF-8"),
        ("RAYON_NUM_THREADS", "1"),
    ]);
    let there = by_another_process(&[("TZ", "America/Adak"), ("LANG", "C"), ("LC_ALL", "tr_TR.UTF-8")]);
    assert_eq!(here.len(), 3 * fixtures::all().len());
    let differ: Vec<&String> = here
        .iter()
        .filter(|(name, bytes)| there.get(*name) != Some(bytes))
        .map(|(name, _)| name)
        .collect();
    assert!(differ.is_empty(), "{differ:?}");
}

#[test]
fn threads_make_no_difference_and_do_not_disturb_each_other() {
    let samples: Vec<_> = ["b2c_fr", "credit_note_partial", "three_pages"]
        .map(|name| fixtures::named(name).unwrap())
        .into();
    let alone: Vec<_> = samples.iter().map(rendered).collect();
    thread::scope(|scope| {
        for start in 0..4 {
            let (samples, alone) = (&samples, &alone);
            scope.spawn(move || {
                for turn in 0..6 {
                    let index = (start + turn) % samples.len();
                    assert_eq!(rendered(&samples[index]), alone[index], "{}", samples[index].name);
                }
            });
        }
    });
}

#[test]
fn rendering_goes_on_without_taking_more_memory() {
    let status = Command::new(PROGRAM).args(["soak", "300"]).status().unwrap();
    assert!(status.success());
}

#[test]
fn the_json_has_the_figures_of_the_content_and_nothing_sealed() {
    for fixture in fixtures::all() {
        let json = json(&fixture.content, &fixture.parties);
        assert_eq!(
            json["totals"]["gross"]["amount"],
            fixture.content.totals.gross.amount
        );
        assert_eq!(
            json["lines"].as_array().unwrap().len(),
            fixture.content.lines.len()
        );
        assert_eq!(json["supplier"]["name"], fixture.parties.supplier.name.as_str());
        assert!(!json.to_string().contains("ciphertext"));
    }
}
