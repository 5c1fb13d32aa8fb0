//! The ledger against a plain model in memory: the same operations at random, the same answers.

mod operation;
mod reference;
mod run;

use proptest::test_runner::{Config, TestRunner};

/// Each case has a database of its own, so that a failing one can be made smaller.
const CASES: u32 = 12;

#[test]
fn the_ledger_answers_as_a_plain_model_does() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let config = Config {
        cases: CASES,
        max_shrink_iters: 60,
        failure_persistence: None,
        ..Config::default()
    };
    let result = TestRunner::new(config).run(&operation::history(), |history| {
        runtime.block_on(run::history(&history))
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}
