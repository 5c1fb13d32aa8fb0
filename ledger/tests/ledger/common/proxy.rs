//! A network between the ledger and its database that can break.

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Passes bytes on until it is cut.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    cut: watch::Sender<()>,
}

impl Proxy {
    /// A way to the server on this port of 127.0.0.1.
    pub(crate) async fn to(server_port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (cut, cuts) = watch::channel(());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass_on(client, server_port, cuts.clone()));
            }
        });
        Self { port, cut }
    }

    /// Cuts every connection on the ledger's side; new ones are let through. The database does not hear of it, so that
    /// it goes on with what it was told to do.
    pub(crate) fn cut(&self) {
        self.cut.send_replace(());
    }
}

async fn pass_on(mut client: TcpStream, server_port: u16, mut cuts: watch::Receiver<()>) {
    cuts.mark_unchanged();
    let mut server = TcpStream::connect(("127.0.0.1", server_port)).await.unwrap();
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
        Ok(()) = cuts.changed() => {
            drop(client);
            std::future::pending::<()>().await;
        }
    }
}
