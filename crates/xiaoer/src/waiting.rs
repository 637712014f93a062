//! Long work and who waits for it at a command line: they are told how far it is, and may call it off. Where the
//! work is done, in this process or in the server, they see and do the same.

use std::io::Write as _;

use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, watch};

/// How far a file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// Its name.
    pub(crate) file: String,
    /// Bytes read.
    pub(crate) done: u64,
    /// Bytes there are.
    pub(crate) total: u64,
}

/// The end of who works.
pub(crate) struct Waiting {
    progress: mpsc::UnboundedSender<Progress>,
    off: watch::Receiver<bool>,
}

/// The end of who waits.
pub(crate) struct Waiter {
    /// What is told.
    pub(crate) progress: mpsc::UnboundedReceiver<Progress>,
    off: watch::Sender<bool>,
}

/// Both ends.
pub(crate) fn pair() -> (Waiting, Waiter) {
    let (tell, progress) = mpsc::unbounded_channel();
    let (off, called_off) = watch::channel(false);
    let waiting = Waiting {
        progress: tell,
        off: called_off,
    };
    (waiting, Waiter { progress, off })
}

impl Waiting {
    /// Nobody waits: nothing is shown or called off.
    pub(crate) fn nobody() -> Waiting {
        pair().0
    }

    /// Tells how far a file is.
    pub(crate) fn tell(&self, progress: Progress) {
        // Who went away is told nothing.
        let _ = self.progress.send(progress);
    }

    /// Whether the work was called off.
    pub(crate) fn is_off(&self) -> bool {
        *self.off.borrow()
    }

    /// Comes back once the work is called off, and not before.
    pub(crate) async fn called_off(&self) {
        let mut off = self.off.clone();
        if off.wait_for(|off| *off).await.is_err() {
            // Who waited is gone and calls nothing off: the work goes on to its end.
            std::future::pending::<()>().await;
        }
    }
}

impl Waiter {
    /// Calls the work off.
    pub(crate) fn call_off(&self) {
        self.off.send_replace(true);
    }

    /// Waits for the work; shows how far it is if that is wanted, and calls it off with Ctrl-C.
    pub(crate) async fn attend<T>(mut self, work: impl Future<Output = T>, shown: bool) -> T {
        let mut work = std::pin::pin!(work);
        let mut line = Line {
            wanted: shown,
            begun: false,
        };
        loop {
            tokio::select! {
                done = &mut work => return done,
                Some(progress) = self.progress.recv() => line.show(&progress),
                Ok(()) = tokio::signal::ctrl_c() => self.call_off(),
            }
        }
    }
}

/// The line of a terminal that says how far it is; ends with it.
struct Line {
    wanted: bool,
    begun: bool,
}

impl Line {
    fn show(&mut self, progress: &Progress) {
        if self.wanted {
            self.begun = true;
            let share = progress.done.saturating_mul(100).checked_div(progress.total);
            let share = share.unwrap_or_default();
            let _ = write!(std::io::stderr(), "\r{}: {share} %", progress.file);
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.begun {
            eprintln!();
        }
    }
}
