//! The sink, as its clients see it.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Fault, Moment, Reply, SmtpSink, SmtpSinkOptions};

async fn sink() -> SmtpSink {
    SmtpSink::start(SmtpSinkOptions::default()).await.unwrap()
}

/// Says everything at once and listens until the sink hangs up.
async fn talk(sink: &SmtpSink, text: &str) -> String {
    let mut stream = TcpStream::connect(sink.addr()).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut heard = String::new();
    // It may hang up before it has read all.
    let _ = stream.read_to_string(&mut heard).await;
    heard
}

fn codes(heard: &str) -> Vec<&str> {
    let last_lines = heard.lines().filter(|line| !line[3..].starts_with('-'));
    last_lines.map(|line| &line[..3]).collect()
}

const MAIL: &str = "EHLO me\r\nMAIL FROM:<a@shop.example> BODY=8BITMIME\r\nRCPT TO:<b@buyer.example>\r\nDATA\r\n\
    Subject: Facture\r\n FA-1\r\n\r\n..dots\r\n.. \r\nlast\r\n.\r\nQUIT\r\n";

#[tokio::test]
async fn a_mail_is_kept_as_it_was_before_its_dots_were_stuffed() {
    let sink = sink().await;
    let heard = talk(&sink, MAIL).await;
    assert_eq!(codes(&heard), ["220", "250", "250", "250", "354", "250", "221"]);
    let mails = sink.wait_for(1).await;
    assert_eq!((mails[0].from.as_str(), mails.len()), ("a@shop.example", 1));
    assert_eq!(mails[0].to, ["b@buyer.example"]);
    assert_eq!(
        mails[0].text,
        "Subject: Facture\r\n FA-1\r\n\r\n.dots\r\n. \r\nlast\r\n"
    );
    assert_eq!(mails[0].header("subject").as_deref(), Some("Facture FA-1"));
}

#[tokio::test]
async fn commands_out_of_order_are_refused() {
    let sink = sink().await;
    let heard = talk(
        &sink,
        "HELO me\r\nDATA\r\nRCPT TO:<b@x>\r\nMAIL a@x\r\nMAIL FROM:<a@x>\r\nRSET\r\nRCPT TO:<b@x>\r\nVERB\r\nQUIT\r\n",
    )
    .await;
    assert_eq!(
        codes(&heard),
        [
            "220", "250", "503", "503", "501", "250", "250", "503", "500", "221"
        ]
    );
    assert_eq!(sink.mails(), []);
}

#[tokio::test]
async fn faults_are_met_where_they_were_told_and_wear_off() {
    for (at, met) in [
        (Moment::Greeting, 0),
        (Moment::Sender, 2),
        (Moment::Recipient, 3),
        (Moment::Data, 4),
    ] {
        let sink = sink().await;
        let reply = Reply::Refuse(451);
        sink.fail(Fault { at, reply, times: 1 });
        let heard = talk(&sink, MAIL).await;
        assert_eq!(codes(&heard)[met], "451", "{at:?}");
        talk(&sink, MAIL).await;
        sink.wait_for(1).await;
    }
}

#[tokio::test]
async fn a_mail_can_be_kept_or_lost_without_a_word() {
    for (reply, kept) in [
        (Reply::Refuse(554), 0),
        (Reply::HangUp, 0),
        (Reply::KeepAndHangUp, 1),
    ] {
        let sink = sink().await;
        let at = Moment::End;
        sink.fail(Fault { at, reply, times: 1 });
        let heard = talk(&sink, MAIL).await;
        assert!(!codes(&heard)[5..].contains(&"250"), "{heard}");
        assert_eq!(sink.mails().len(), kept, "{reply:?}");
    }
}
