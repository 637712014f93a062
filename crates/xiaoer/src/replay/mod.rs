//! `xiaoer replay`: both sides of real sessions over real sockets, through the public API only; then every
//! conversation is read back and compared with the file.

mod cast;
mod http;
mod line;
mod report;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use base::Problem;
use clap::Args;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::commands::Running;
use crate::config::Where;

use cast::{Cast, Stage};
use http::Api;
use report::{Report, Tally};

/// What to play.
#[derive(Args, Debug)]
pub(crate) struct Replay {
    /// Sessions, one a line: {"id","turns":[{"role":"buyer"|"agent","text"}]}.
    #[arg(long)]
    chats: PathBuf,
    /// A running server; left out: a scratch one of its own.
    #[arg(long, requires = "token")]
    server: Option<String>,
    /// An owner's token for that server.
    #[arg(long, env = "XIAOER_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Sessions played at once.
    #[arg(long, default_value_t = 16)]
    buyers: usize,
    /// Agents.
    #[arg(long, default_value_t = 4)]
    agents: usize,
    /// Messages a second at most.
    #[arg(long)]
    rate: Option<f64>,
    /// Play the file over and over for so long; left out: once.
    #[arg(long)]
    seconds: Option<u64>,
    /// One line of JSON.
    #[arg(long)]
    json: bool,
}

/// One session of the file.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Script {
    id: String,
    turns: Vec<Turn>,
}

/// One turn.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Turn {
    role: Role,
    text: String,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    Buyer,
    Agent,
}

impl Replay {
    pub(crate) async fn run(self, place: &Where) -> Result<(), Problem> {
        let scripts = read(&self.chats)?;
        let report = match (&self.server, &self.token) {
            (Some(server), Some(token)) => self.play(Api::new(server, token)?, scripts).await?,
            _ => self.scratch(place, scripts).await?,
        };
        report.print(self.json);
        if report.clean() {
            Ok(())
        } else {
            Err(Problem::conflict(
                "differs",
                "What was kept is not what was said; see above.",
            ))
        }
    }

    /// Starts a server of its own in a folder that goes when it is done. A PostgreSQL database must be
    /// empty.
    async fn scratch(&self, place: &Where, scripts: Vec<Script>) -> Result<Report, Problem> {
        let folder = std::env::temp_dir().join(format!("xiaoer-replay-{}", std::process::id()));
        let place = Where {
            data: folder.clone(),
            database: place.database.clone(),
            files: None,
            config: None,
        };
        let app = crate::app::App::open(&place).await?;
        if app.edge.db.read(team::first_org).await?.is_some() {
            return Err(Problem::conflict(
                "not_empty",
                "Replay without --server needs an empty database.",
            ));
        }
        let nobody = crate::waiting::Waiting::nobody();
        let ask = crate::admin::Ask::ShopAdd {
            name: "回放".to_owned(),
            platform: "web".to_owned(),
        };
        crate::admin::carry_out(&app, ask, &nobody).await?;
        let user = crate::admin::Ask::UserAdd {
            login: "replay-owner".into(),
            name: "回放".into(),
            role: "owner".into(),
            password: None,
        };
        crate::admin::carry_out(&app, user, &nobody).await?;
        let token = crate::admin::Ask::UserToken {
            login: "replay-owner".into(),
            name: "replay".into(),
        };
        let token = crate::admin::carry_out(&app, token, &nobody).await?;
        let running = Running::start(app, "127.0.0.1:0").await?;
        let api = Api::new(
            &format!("http://{}", running.address),
            token["token"].as_str().unwrap_or_default(),
        )?;
        let report = self.play(api, scripts).await;
        running.stop().await;
        let _ = std::fs::remove_dir_all(folder);
        report
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a player outside the desk measures with its own clock"
    )]
    async fn play(&self, api: Api, scripts: Vec<Script>) -> Result<Report, Problem> {
        let tally = Arc::new(Tally::default());
        let stage = Arc::new(Stage::set(&api, self.agents.max(1), self.buyers.max(1), &tally).await?);
        let started = Instant::now();
        let until = self.seconds.map(|s| started + Duration::from_secs(s));
        let next = Arc::new(Mutex::new(0_usize));
        let pace = self.rate.map(|rate| {
            Arc::new(Mutex::new((
                started,
                Duration::from_secs_f64(1.0 / rate.max(0.001)),
            )))
        });
        let scripts: Arc<[Script]> = scripts.into();
        let mut players = Vec::new();
        for _ in 0..self.buyers.max(1) {
            let (stage, scripts, next, tally, pace) = (
                Arc::clone(&stage),
                Arc::clone(&scripts),
                Arc::clone(&next),
                Arc::clone(&tally),
                pace.clone(),
            );
            players.push(tokio::spawn(async move {
                loop {
                    let number = {
                        let mut next = next.lock().await;
                        *next += 1;
                        *next - 1
                    };
                    let done = match until {
                        Some(until) => Instant::now() >= until,
                        None => number >= scripts.len(),
                    };
                    let Some(script) = scripts.get(number % scripts.len().max(1)).filter(|_| !done) else {
                        return;
                    };
                    Cast {
                        stage: &stage,
                        tally: &tally,
                        pace: pace.as_deref(),
                    }
                    .play(number, script)
                    .await;
                }
            }));
        }
        for player in players {
            if let Err(gone) = player.await {
                tally.wrong(gone.to_string());
            }
        }
        let seconds = started.elapsed().as_secs_f64();
        stage.compare(&api, &scripts, &tally).await?;
        Ok(Report::of(&tally, seconds))
    }
}

fn read(path: &std::path::Path) -> Result<Vec<Script>, Problem> {
    let unusable =
        |why: String| Problem::input("chats", "file_unreadable", format!("{}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|e| unusable(e.to_string()))?;
    let scripts = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(row, line)| {
            let wrong = |e: serde_json::Error| unusable(format!("row {}: {e}", row + 1)).with("row", row + 1);
            serde_json::from_str(line).map_err(wrong)
        })
        .collect::<Result<Vec<Script>, Problem>>()?;
    if scripts.is_empty() {
        Err(unusable("it holds no session".into()))
    } else {
        Ok(scripts)
    }
}

/// The body of a text message.
pub(crate) fn text_body(text: &str) -> serde_json::Value {
    json!({"text": text})
}
