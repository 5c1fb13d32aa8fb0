//! A network between the ledger and its database that can break, and be late.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What the network does to the connections that are open when it is told. New ones are let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// What the ledger sends stays on the way.
    Late,
    /// The ledger sees the connection end, and the server does not.
    Cut,
    /// The server gets what was on the way.
    Delivered,
}

/// Passes bytes on, as long as it is let.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    state: watch::Sender<State>,
    on_the_way: Arc<Mutex<Vec<u8>>>,
}

impl Proxy {
    /// A way to the server on this port of 127.0.0.1.
    pub(crate) async fn to(server_port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (state, states) = watch::channel(State::Open);
        let on_the_way = Arc::<Mutex<Vec<u8>>>::default();
        let shared = Arc::clone(&on_the_way);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass_on(client, server_port, states.clone(), Arc::clone(&shared)));
            }
        });
        Self {
            port,
            state,
            on_the_way,
        }
    }

    /// Keeps back what the ledger sends from now on.
    pub(crate) fn delay(&self) {
        self.state.send_replace(State::Late);
    }

    /// Whether these bytes are among what is kept back.
    pub(crate) fn holds(&self, bytes: &[u8]) -> bool {
        self.on_the_way
            .lock()
            .unwrap()
            .windows(bytes.len())
            .any(|window| window == bytes)
    }

    /// Cuts every connection on the ledger's side. The database does not hear of it, so that it goes on with what it was
    /// told to do.
    pub(crate) fn cut(&self) {
        self.state.send_replace(State::Cut);
    }

    /// Lets the server have what was kept back, of connections that were cut meanwhile.
    pub(crate) fn deliver(&self) {
        self.state.send_replace(State::Delivered);
    }
}

async fn pass_on(
    client: TcpStream,
    server_port: u16,
    mut states: watch::Receiver<State>,
    on_the_way: Arc<Mutex<Vec<u8>>>,
) {
    states.mark_unchanged();
    let mut client = Some(client);
    let mut server = TcpStream::connect(("127.0.0.1", server_port)).await.unwrap();
    let (mut state, mut kept) = (State::Open, Vec::new());
    let (mut up, mut down) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        let from_client = async {
            match client.as_mut() {
                Some(client) => client.read(&mut up).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            count = from_client => match count {
                Ok(count @ 1..) if state == State::Late => {
                    kept.extend_from_slice(&up[..count]);
                    on_the_way.lock().unwrap().extend_from_slice(&up[..count]);
                }
                Ok(count @ 1..) if server.write_all(&up[..count]).await.is_ok() => {}
                _ => return,
            },
            count = server.read(&mut down) => {
                let Ok(count @ 1..) = count else { return };
                if let Some(client) = client.as_mut() && client.write_all(&down[..count]).await.is_err() {
                    return;
                }
            }
            Ok(()) = states.changed() => {
                state = *states.borrow_and_update();
                match state {
                    State::Open | State::Late => {}
                    State::Cut => client = None,
                    State::Delivered => server.write_all(&std::mem::take(&mut kept)).await.unwrap_or(()),
                }
            }
        }
    }
}
