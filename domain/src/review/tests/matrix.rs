//! Every state of a review against every command by everybody, in one table.

use std::fmt::Write as _;

use super::*;
use crate::decider::DomainEvent as _;
use crate::testing::hold_every_variant;

/// What stands in the table: `-` for nothing, `+` and the events, `!` and the refusal.
const TABLE: &str = include_str!("matrix.txt");

const CHARGED_BACK: PurchaseStanding = PurchaseStanding::Undone(PurchaseUndone::ChargedBack);

fn states() -> Vec<(&'static str, ReviewState)> {
    vec![
        ("absent", ReviewState::Absent),
        ("visible", visible().state()),
        ("refunded", visible().and(align(REFUNDED)).state()),
        (
            "voted",
            visible().and(vote(stranger())).and(complain(stranger())).state(),
        ),
        ("charged back", visible().and(align(CHARGED_BACK)).state()),
        ("edited", visible().and(edit(buyer(), 2)).state()),
        ("answered", visible().and(answer(seller())).state()),
        ("hidden", hidden().state()),
        ("hidden, refunded", hidden().and(align(REFUNDED)).state()),
        ("removed", removed().state()),
        ("removed while hidden", hidden().and(remove(buyer())).state()),
    ]
}

fn commands() -> Vec<(String, ReviewCommand)> {
    let mut again = posting_on(paid());
    again.at = at(50);
    let mut commands = vec![
        ("post".to_owned(), ReviewCommand::Post(Box::new(again))),
        ("purchase refunded".to_owned(), align(REFUNDED)),
        ("purchase charged back".to_owned(), align(CHARGED_BACK)),
        ("purchase stands".to_owned(), align(PurchaseStanding::Stands)),
    ];
    let people = [
        ("author", buyer()),
        ("seller", seller()),
        ("stranger", stranger()),
        ("admin", admin()),
    ];
    for (who, actor) in people {
        let by = |verb: &str| format!("{verb} by {who}");
        commands.extend([
            (by("edit"), edit(actor.clone(), 2)),
            (by("answer"), answer(actor.clone())),
            (by("report"), complain(actor.clone())),
            (by("hide"), hide(actor.clone())),
            (by("restore"), restore(actor.clone())),
            (by("remove"), remove(actor.clone())),
            (by("vote"), vote(actor.clone())),
            (by("unvote"), unvote(actor)),
        ]);
    }
    commands
}

fn outcome(state: &ReviewState, command: ReviewCommand) -> String {
    match Review::decide(state, command) {
        Ok(events) if events.is_empty() => "-".to_owned(),
        Ok(events) => {
            let names = events
                .iter()
                .map(|event| event.event_type().trim_start_matches("review.").to_owned());
            format!("+{}", names.collect::<Vec<_>>().join("+"))
        }
        Err(error) => {
            let name = format!("{error:?}");
            format!("!{}", name.split([' ', '(']).next().unwrap_or_default())
        }
    }
}

#[test]
fn every_state_answers_every_command_as_the_table_says() {
    let states = states();
    let mut table = format!("{:<23}", "");
    for (name, _) in &states {
        write!(table, "{name:<25}").unwrap();
    }
    for (name, command) in commands() {
        write!(table, "\n{name:<23}").unwrap();
        for (_, state) in &states {
            write!(table, "{:<25}", outcome(state, command.clone())).unwrap();
        }
    }
    let table: Vec<&str> = table.lines().map(str::trim_end).collect();
    let expected: Vec<&str> = TABLE.lines().collect();
    assert!(
        table == expected,
        "the review decides otherwise than matrix.txt says; now it is\n{}",
        table.join("\n")
    );
}

#[test]
fn the_table_misses_no_command() {
    let commands = commands();
    hold_every_variant!(
        commands.iter().map(|(_, command)| command),
        ReviewCommand {
            Post,
            Edit,
            Answer,
            Report,
            Hide,
            Restore,
            Remove,
            VoteHelpful,
            WithdrawHelpfulVote,
            AlignPurchase,
        }
    );
}
