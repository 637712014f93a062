//! What the black-box tests share: the real binary on a place of its own, and clients as a stranger would
//! write them from docs/sockets.md. It looks into no table of a running server.

pub(crate) mod agent;
pub(crate) mod api;
pub(crate) mod buyer;
pub(crate) mod cutter;
pub(crate) mod ground;
pub(crate) mod held;
pub(crate) mod talk;
pub(crate) mod wire;
pub(crate) mod world;

use std::time::Duration;

/// Waits until `look` answers true; panics with `what` after `most`.
pub(crate) async fn until(what: &str, most: Duration, mut look: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !look().await {
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    };
    if tokio::time::timeout(most, waiting).await.is_err() {
        panic!("not within {most:?}: {what}");
    }
}
