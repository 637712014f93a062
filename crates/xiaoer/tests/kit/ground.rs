//! A data folder, a database, and the real binary working on them.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use serde_json::Value;
use store::testing::{Empty, empty_postgres, empty_postgres_durable, empty_sqlite};
use store::{Db, Open, Schema};

/// A data folder and a database that go when the test ends.
pub(crate) struct Ground {
    url: String,
    data: PathBuf,
    /// Takes everything away again; nothing is taken away where there is none.
    _empty: Option<Empty>,
}

impl From<Empty> for Ground {
    fn from(empty: Empty) -> Ground {
        Ground {
            url: empty.url.clone(),
            data: empty.folder.path().join("data"),
            _empty: Some(empty),
        }
    }
}

/// The rooms' tables, as the program opens them.
pub(crate) const ROOMS: &[Schema] = &[
    team::SCHEMA,
    catalogue::SCHEMA,
    customers::SCHEMA,
    knowledge::SCHEMA,
    orders::SCHEMA,
    reception::SCHEMA,
];

impl Ground {
    /// On SQLite.
    pub(crate) fn sqlite() -> Ground {
        empty_sqlite().into()
    }

    /// On PostgreSQL; `None` where no server is named.
    pub(crate) async fn postgres() -> Option<Ground> {
        Some(empty_postgres().await?.into())
    }

    /// On a PostgreSQL that flushes every commit; `None` where no server is named.
    pub(crate) async fn durable_postgres() -> Option<Ground> {
        Some(empty_postgres_durable().await?.into())
    }

    /// On an SQLite file in a folder that stays.
    pub(crate) fn kept(data: PathBuf) -> Ground {
        Ground {
            url: format!("sqlite:{}", data.join("xiaoer.db").display()),
            data,
            _empty: None,
        }
    }

    /// The database's address.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The rooms' own door to the data, for what no command makes. Only while no server runs.
    pub(crate) async fn db(&self) -> Db {
        let open = Open {
            url: self.url.clone(),
            schemas: ROOMS.to_vec(),
            publish: Box::new(|_| ()),
        };
        Db::open(open).await.expect("the rooms' tables")
    }

    /// The data folder.
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// The binary on this place.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xiaoer"));
        for name in ["XIAOER_FILES", "XIAOER_LISTEN", "RUST_LOG"] {
            command.env_remove(name);
        }
        command
            .arg("--data")
            .arg(self.data())
            .arg("--database")
            .arg(self.url());
        command.args(args).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the binary runs")
    }

    /// Runs a command that must succeed; answers what it printed.
    pub(crate) fn told(&self, args: &[&str]) -> Value {
        let output = self.run(args);
        assert!(
            output.status.success(),
            "{args:?}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).expect("the command prints JSON")
    }

    /// Starts a server on a free port and waits until it is ready.
    pub(crate) fn serve(&self) -> Server {
        self.serve_at("127.0.0.1:0")
    }

    /// Starts a server there and waits until it is ready.
    pub(crate) fn serve_at(&self, listen: &str) -> Server {
        self.serve_with(listen, &[])
    }

    /// [`Ground::serve_at`] with variables of the environment.
    pub(crate) fn serve_with(&self, listen: &str, variables: &[(&str, &str)]) -> Server {
        let mut command = self.command(&["serve", "--json", "--listen", listen]);
        command.envs(variables.iter().copied());
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let told: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("not ready: {line:?}"));
        let address = told["address"].as_str().and_then(|a| a.strip_prefix("http://"));
        let address = address.and_then(|a| a.parse().ok()).expect("an address");
        Server { child, address }
    }
}

/// A server process; killed when dropped.
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// Asks it to end, as a service manager does, and waits until it did.
    pub(crate) fn stop(mut self) -> ExitStatus {
        let asked = Command::new("sh")
            .arg("-c")
            .arg(format!("kill -TERM {}", self.id()))
            .status();
        assert!(asked.expect("a shell").success(), "the signal is sent");
        self.child.wait().expect("it ends")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
