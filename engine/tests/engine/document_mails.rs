//! Documents on their way: by mail to the buyer, and into the folder of an e-invoicing platform.

use std::path::Path;
use std::time::Duration;

use chrono::TimeDelta;
use comptoir_domain::document::{Document, MailFailure, Mailing};
use comptoir_domain::person::Acquaintance;
use comptoir_domain::values::{DocumentId, OrderId};
use comptoir_engine::gateway::mail::{MailConfig, MailSecurity, MailSender};
use comptoir_engine::invoicing::{HandOverConfig, HandOverScope};
use comptoir_engine::worker::{Sweep, SweepReport};
use comptoir_engine::{EngineConfig, Secret};
use comptoir_sandbox::smtp::{Fault, Moment, Reply, SmtpSink, SmtpSinkOptions};
use serde_json::Value;

use crate::documents::{PressRoom, admin, documents, facts, id, issuing_with, just_paid, paid, refunded};
use crate::given::buyer;
use crate::world::{World, work};

const DONE: SweepReport = SweepReport {
    taken_up: 1,
    failed: 0,
};
const FAILED: SweepReport = SweepReport {
    taken_up: 1,
    failed: 1,
};

fn mail(sink: &SmtpSink) -> MailConfig {
    MailConfig {
        host: sink.addr().ip().to_string(),
        port: sink.addr().port(),
        security: MailSecurity::None,
        credentials: None,
        sender: MailSender::try_new("Comptoir <invoices@comptoir.example>").unwrap(),
        timeout: Duration::from_secs(10),
        give_up_after: Duration::from_hours(72),
    }
}

async fn mailing() -> (World, PressRoom, SmtpSink) {
    mailing_with(|_| {}).await
}

async fn mailing_with(change: impl FnOnce(&mut MailConfig)) -> (World, PressRoom, SmtpSink) {
    let sink = SmtpSink::start(SmtpSinkOptions::default()).await.unwrap();
    let mut mail = mail(&sink);
    change(&mut mail);
    let (world, press) = issuing_with(|config| config.mail = Some(mail)).await;
    (world, press, sink)
}

async fn first(world: &World, order: OrderId) -> DocumentId {
    id(&documents(world, order).await.remove(0))
}

async fn state(world: &World, order: OrderId) -> Mailing {
    facts(&documents(world, order).await[0]).mailing
}

async fn last_event(world: &World, order: OrderId) -> String {
    let document = first(world, order).await;
    world.names::<Document>(document.as_uuid()).await.pop().unwrap()
}

#[tokio::test]
async fn the_buyer_is_sent_each_document_once() {
    let (world, _press, sink) = mailing().await;
    let order = paid(&world).await;
    refunded(&world, order, 1000).await;
    world.begin_again().await;
    world.work().await;
    let mails = sink.mails();
    assert_eq!(mails.len(), 2);
    let document = first(&world, order).await;
    let invoice = &mails[0];
    assert_eq!(invoice.from, "invoices@comptoir.example");
    assert_eq!(invoice.to, ["ada@analytical.example"]);
    assert_eq!(invoice.header("Subject").unwrap(), "Votre facture FA-2026-000001");
    assert_eq!(
        invoice.header("Message-ID").unwrap(),
        format!("<{document}@comptoir.example>")
    );
    assert_eq!(invoice.header("Date").unwrap(), "Mon, 01 Jun 2026 12:00:00 +0000");
    let pdf = invoice.attachment("FA-2026-000001.pdf").unwrap();
    assert!(pdf.starts_with(b"%PDF"));
    assert!(mails[1].attachment("AV-2026-000001.pdf").is_some());
    assert!(matches!(state(&world, order).await, Mailing::Sent { .. }));
}

#[tokio::test]
async fn what_the_mail_server_does_not_take_now_is_sent_later() {
    let (world, _press, sink) = mailing().await;
    for (at, reply) in [
        (Moment::Greeting, Reply::HangUp),
        (Moment::Sender, Reply::Refuse(421)),
        (Moment::Recipient, Reply::Refuse(450)),
        (Moment::End, Reply::Refuse(452)),
        (Moment::End, Reply::HangUp),
    ] {
        sink.fail(Fault { at, reply, times: 2 });
        let sent = sink.mails().len();
        let order = paid(&world).await;
        assert_eq!(state(&world, order).await, Mailing::NotYet, "{at:?} {reply:?}");
        world.advance(TimeDelta::seconds(15));
        assert_eq!(world.sweep(Sweep::Mails).await, FAILED);
        world.advance(TimeDelta::seconds(30));
        assert_eq!(world.sweep(Sweep::Mails).await, DONE);
        assert!(matches!(state(&world, order).await, Mailing::Sent { .. }));
        assert_eq!(sink.mails().len(), sent + 1);
    }
}

#[tokio::test]
async fn what_the_mail_server_refuses_for_good_is_recorded_and_not_tried_again() {
    let (world, _press, sink) = mailing().await;
    for (at, code, reason) in [
        (Moment::Recipient, 550, MailFailure::AddressRefused),
        (Moment::Sender, 553, MailFailure::MessageRefused),
        (Moment::End, 554, MailFailure::MessageRefused),
    ] {
        let reply = Reply::Refuse(code);
        sink.fail(Fault { at, reply, times: 1 });
        let order = paid(&world).await;
        let attempts = 1;
        assert_eq!(state(&world, order).await, Mailing::Failed { reason, attempts });
        world.advance(TimeDelta::hours(2));
        assert_eq!(world.sweep(Sweep::Mails).await, SweepReport::default());
        assert_eq!(last_event(&world, order).await, "document.mail_failed");
    }
    assert_eq!(sink.mails(), []);
}

#[tokio::test]
async fn a_mail_that_was_taken_without_a_word_is_recognised_when_it_comes_again() {
    let (world, _press, sink) = mailing().await;
    sink.fail(Fault {
        at: Moment::End,
        reply: Reply::KeepAndHangUp,
        times: 1,
    });
    paid(&world).await;
    world.advance(TimeDelta::seconds(15));
    assert_eq!(world.sweep(Sweep::Mails).await, DONE);
    let mails = sink.mails();
    let ids: Vec<_> = mails.iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_mail_is_given_up_in_the_end() {
    let (world, _press, sink) = mailing().await;
    let (at, reply) = (Moment::Greeting, Reply::Refuse(554));
    sink.fail(Fault {
        at,
        reply,
        times: 100,
    });
    let order = paid(&world).await;
    let mut sweeps = 0;
    while state(&world, order).await == Mailing::NotYet {
        world.advance(TimeDelta::hours(1));
        world.sweep(Sweep::Mails).await;
        sweeps += 1;
    }
    assert_eq!(sweeps, 73);
    let Mailing::Failed { reason, .. } = state(&world, order).await else {
        panic!()
    };
    assert_eq!(reason, MailFailure::Unreachable);
}

#[tokio::test]
async fn nobody_is_written_to_whose_data_was_erased_or_about_what_is_long_past() {
    let (world, _press, sink) = mailing().await;
    let order = just_paid(&world).await;
    let buyer_id = buyer(1).actor.person_id;
    let quiet = EngineConfig {
        mail: None,
        ..world.config()
    };
    let quiet = world.another_node_with(2, quiet).await;
    work(&quiet).await;
    world
        .engine
        .erase_person(&admin(), buyer_id, Acquaintance::Known, None)
        .await
        .unwrap();
    world.work().await;
    let (reason, attempts) = (MailFailure::NoAddress, 1);
    assert_eq!(state(&world, order).await, Mailing::Failed { reason, attempts });

    // Mails are switched on later: what was issued before is not sent any more.
    let (world, _press) = issuing_with(|_| {}).await;
    let order = paid(&world).await;
    world.advance(TimeDelta::hours(73));
    let loud = EngineConfig {
        mail: Some(mail(&sink)),
        ..world.config()
    };
    let loud = world.another_node_with(2, loud).await;
    work(&loud).await;
    assert_eq!(state(&world, order).await, Mailing::NotYet);
    assert_eq!(sink.mails(), []);
}

/// A server that cannot be secured is told nothing: neither the password nor the mail.
#[tokio::test]
async fn a_server_that_cannot_be_secured_is_told_nothing() {
    let (world, _press, sink) = mailing_with(|mail| {
        mail.security = MailSecurity::StartTls;
        mail.credentials = Some(comptoir_engine::gateway::mail::MailCredentials {
            user: "comptoir".to_owned(),
            password: Secret::new("hush"),
        });
    })
    .await;
    let order = paid(&world).await;
    assert_eq!(state(&world, order).await, Mailing::NotYet);
    assert_eq!(sink.mails(), []);
}

async fn handing_over(folder: &Path, scope: HandOverScope) -> (World, PressRoom) {
    issuing_with(|config| {
        let hand_over = HandOverConfig {
            folder: folder.to_owned(),
            scope,
            since: None,
        };
        if let Some(invoicing) = &mut config.invoicing {
            invoicing.hand_over = Some(hand_over);
        }
    })
    .await
}

fn names_in(folder: &Path) -> Vec<String> {
    let Ok(files) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_document_is_handed_over_once_whole() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("platform");
    let (world, _press) = handing_over(&folder, HandOverScope::All).await;
    let order = paid(&world).await;
    let document = first(&world, order).await;
    let expected = ["json", "pdf", "xml"].map(|extension| format!("{document}.{extension}"));
    assert_eq!(names_in(&folder), expected);
    let manifest = std::fs::read(folder.join(&expected[0])).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["number"], "FA-2026-000001");
    assert_eq!(manifest["pdf"]["file"], expected[1].as_str());
    let read = documents(&world, order).await.remove(0);
    let rendering = facts(&read).rendering.as_ref().unwrap();
    assert_eq!(manifest["xml"]["sha256"], rendering.xml.sha256.to_string());
    assert!(facts(&read).handed_over.is_some());
    // The platform collects it, and it does not come again.
    std::fs::remove_dir_all(&folder).unwrap();
    world.begin_again().await;
    world.work().await;
    assert_eq!(names_in(&folder), [""; 0]);
}

#[tokio::test]
async fn only_what_must_be_invoiced_electronically_is_handed_over_unless_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let (world, _press) = handing_over(folder.path(), HandOverScope::DomesticBusiness).await;
    let order = paid(&world).await;
    assert_eq!(names_in(folder.path()), [""; 0]);
    assert_eq!(last_event(&world, order).await, "document.rendered");
    let correction = comptoir_engine::CorrectBuyer {
        name: crate::documents::line("Analytical Engines SARL"),
        address: crate::documents::platform().address,
        vat_id: crate::documents::platform().vat_id,
        company_number: None,
    };
    let corrected = world
        .engine
        .correct_document(&buyer(1), first(&world, order).await, correction)
        .await
        .unwrap()
        .answer;
    world.work().await;
    // The credit note is still one for a consumer.
    let expected = ["json", "pdf", "xml"].map(|extension| format!("{}.{extension}", corrected.invoice));
    assert_eq!(names_in(folder.path()), expected);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_to_is_tried_again() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("platform");
    std::fs::write(&folder, "in the way").unwrap();
    let (world, _press) = handing_over(&folder, HandOverScope::All).await;
    let order = paid(&world).await;
    assert_eq!(last_event(&world, order).await, "document.rendered");
    std::fs::remove_file(&folder).unwrap();
    world.advance(TimeDelta::seconds(15));
    assert_eq!(world.sweep(Sweep::Documents).await, DONE);
    assert_eq!(last_event(&world, order).await, "document.handed_over");
}

#[tokio::test]
async fn what_the_server_took_is_not_sent_again_while_it_cannot_be_recorded() {
    let (world, _press, sink) = mailing().await;
    world.forbid("document.mailed").await;
    let order = just_paid(&world).await;
    let after_three = async {
        world.refused(3).await;
        world.allow_all().await;
    };
    tokio::join!(world.work(), after_three);
    assert!(matches!(state(&world, order).await, Mailing::Sent { .. }));
    assert_eq!(sink.mails().len(), 1);
}

#[tokio::test]
async fn while_the_mail_server_is_away_one_mail_is_tried_and_the_others_keep_their_turn() {
    let (world, _press, sink) = mailing().await;
    let (at, reply) = (Moment::Greeting, Reply::HangUp);
    sink.fail(Fault { at, reply, times: 4 });
    let orders = [paid(&world).await, paid(&world).await, paid(&world).await];
    world.advance(TimeDelta::seconds(15));
    assert_eq!(world.sweep(Sweep::Mails).await, FAILED, "and two are given back");
    world.advance(TimeDelta::seconds(30));
    let all = SweepReport {
        taken_up: 3,
        failed: 0,
    };
    assert_eq!(world.sweep(Sweep::Mails).await, all);
    for order in orders {
        assert!(matches!(state(&world, order).await, Mailing::Sent { .. }));
    }
}
