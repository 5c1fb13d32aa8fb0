//! The sink as a whole: started, told what to do, stopped.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use super::fault::{Fault, FaultBox};
use super::mail::Mail;
use super::session::Session;

/// Where it listens, and where mails can be looked at.
#[derive(Debug, Clone)]
pub struct SmtpSinkOptions {
    /// Where to listen.
    pub addr: SocketAddr,
    /// A folder in which each mail is written as a file too.
    pub folder: Option<PathBuf>,
}

impl Default for SmtpSinkOptions {
    fn default() -> Self {
        Self {
            addr: (Ipv4Addr::LOCALHOST, 0).into(),
            folder: None,
        }
    }
}

/// A running sink. Dropping it stops it.
pub struct SmtpSink {
    addr: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

/// What all conversations share.
pub(super) struct Shared {
    pub(super) faults: FaultBox,
    mails: Mutex<Vec<Mail>>,
    count: watch::Sender<usize>,
    folder: Option<PathBuf>,
}

impl Shared {
    pub(super) fn keep(&self, mail: Mail) {
        let mut mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = &self.folder {
            let path = folder.join(format!("{:06}.eml", mails.len() + 1));
            // It is for looking at; the mail itself is kept.
            let _ = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(path, &mail.text));
        }
        mails.push(mail);
        self.count.send_replace(mails.len());
    }
}

impl SmtpSink {
    /// Starts to listen.
    pub async fn start(options: SmtpSinkOptions) -> io::Result<Self> {
        let SmtpSinkOptions { addr, folder } = options;
        let listener = TcpListener::bind(addr).await?;
        let addr = listener.local_addr()?;
        let shared = Arc::new(Shared {
            faults: FaultBox::default(),
            mails: Mutex::default(),
            count: watch::Sender::new(0),
            folder,
        });
        let server = tokio::spawn(serve(listener, Arc::clone(&shared)));
        Ok(Self { addr, shared, server })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// From now on this goes wrong.
    pub fn fail(&self, fault: Fault) {
        self.shared.faults.set(fault);
    }

    /// What was received, in this order.
    pub fn mails(&self) -> Vec<Mail> {
        let mails = &self.shared.mails;
        mails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until so many mails were received.
    pub async fn wait_for(&self, count: usize) -> Vec<Mail> {
        let mut received = self.shared.count.subscribe();
        // The sender lives as long as the sink.
        let _ = received.wait_for(|received| *received >= count).await;
        self.mails()
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Takes conversations until it is told to stop, which ends those that are under way too.
async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut conversations = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        conversations.spawn(async move {
            // A client that goes away in the middle has sent nothing.
            let _ = Session::new(stream, &shared).converse().await;
        });
        while conversations.try_join_next().is_some() {}
    }
}
