//! A road to a server that can be cut, or can swallow everything in silence as a closed laptop does.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// How the road is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Road {
    /// Everything passes.
    Open,
    /// Connections are cut, new ones refused.
    Cut,
    /// Connections stand, nothing passes, nobody is told.
    Silent,
}

/// A listener of our own before a server.
pub(crate) struct Cutter {
    /// Where clients connect.
    pub(crate) address: SocketAddr,
    road: watch::Sender<Road>,
}

impl Cutter {
    /// A road to `server`.
    pub(crate) async fn before(server: SocketAddr) -> Cutter {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (road, state) = watch::channel(Road::Open);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, server, state.clone()));
            }
        });
        Cutter { address, road }
    }

    /// Makes the road so.
    pub(crate) fn set(&self, road: Road) {
        self.road.send_replace(road);
    }
}

async fn carry(client: TcpStream, server: SocketAddr, state: watch::Receiver<Road>) {
    if *state.borrow() == Road::Cut {
        return;
    }
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    let mut cut = state.clone();
    tokio::select! {
        () = pump(from_client, to_server, state.clone()) => {}
        () = pump(from_server, to_client, state) => {}
        _ = cut.wait_for(|road| *road == Road::Cut) => {}
    }
}

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut state: watch::Receiver<Road>) {
    let mut buffer = vec![0; 16 << 10];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        if state.wait_for(|road| *road == Road::Open).await.is_err() {
            return;
        }
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
