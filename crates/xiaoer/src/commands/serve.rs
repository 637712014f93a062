use std::net::SocketAddr;

use axum::Router;
use axum::serve::ListenerExt as _;
use base::{Live, Problem, Topic};
use clap::Args;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::app::App;
use crate::config::Where;
use crate::{admin, edge, loops, web};

/// Where a server listens unless told otherwise.
pub(crate) const LISTEN: &str = "127.0.0.1:7340";

/// Run the shop's desk.
#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// Address and port; port 0 picks one and prints it.
    #[arg(long, env = "XIAOER_LISTEN")]
    listen: Option<String>,
    /// One line of JSON when ready, nothing else.
    #[arg(long)]
    json: bool,
}

impl Serve {
    pub(crate) async fn run(self, place: &Where) -> Result<(), Problem> {
        log();
        web::need_built()?;
        let listen = self
            .listen
            .or(place.file()?.listen)
            .unwrap_or_else(|| LISTEN.to_owned());
        let app = App::open(place).await?;
        let running = Running::start(app, &listen).await?;
        running.tell(self.json, json!({}));
        running.wait().await;
        Ok(())
    }
}

/// A server that answers.
pub(crate) struct Running {
    pub(crate) app: App,
    pub(crate) address: SocketAddr,
    served: tokio::task::JoinHandle<()>,
    stop: tokio::sync::oneshot::Sender<()>,
    /// Listened for before anybody hears that the server is ready: who hears it may stop it at once.
    term: Option<Signal>,
}

impl Running {
    /// Binds, starts the loops and answers.
    pub(crate) async fn start(app: App, listen: &str) -> Result<Running, Problem> {
        Running::start_with(app, listen, Router::new()).await
    }

    /// [`Running::start`] with `more` answered beside the rooms' doors.
    pub(crate) async fn start_with(app: App, listen: &str, more: Router) -> Result<Running, Problem> {
        let unusable = |e: std::io::Error| {
            Problem::input(
                "listen",
                "listen_unusable",
                format!("Cannot listen on {listen}: {e}"),
            )
        };
        let listener = TcpListener::bind(listen).await.map_err(unusable)?;
        let address = listener.local_addr().map_err(unusable)?;
        admin::listen(app.clone()).await?;
        loops::start(&app);
        // A frame must not wait for the acknowledgement of the one before.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let router = edge::router(&app)
            .merge(more)
            .into_make_service_with_connect_info::<SocketAddr>();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let served = tokio::spawn(async move {
            let quiet = async {
                let _ = stopped.await;
            };
            if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(quiet).await {
                tracing::error!(%error, "the server stopped");
            }
        });
        Ok(Running {
            app,
            address,
            served,
            stop,
            term: signal(SignalKind::terminate()).ok(),
        })
    }

    /// Says that it is ready, with `more` to tell.
    pub(crate) fn tell(&self, as_json: bool, more: Value) {
        let address = format!("http://{}", self.address);
        if as_json {
            let mut line = json!({"address": address});
            if let (Value::Object(line), Value::Object(more)) = (&mut line, more) {
                line.extend(more);
            }
            println!("{line}");
        } else {
            println!("小二已就绪 · Xiaoer is ready: {address}");
        }
    }

    /// Serves until told to stop.
    pub(crate) async fn wait(mut self) {
        let terminated = async {
            match &mut self.term {
                Some(term) => drop(term.recv().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = terminated => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        self.stop().await;
    }

    /// Says goodbye to the sockets and lets what is under way finish.
    pub(crate) async fn stop(self) {
        let bye: std::sync::Arc<str> = r#"{"on":"bye","why":"shutdown"}"#.into();
        for topic in self.app.hub.topics() {
            if matches!(topic, Topic::Person(_) | Topic::Buyer(_)) {
                self.app.hub.publish(&Live {
                    topics: vec![topic],
                    frame: bye.clone(),
                });
            }
        }
        let _ = self.stop.send(());
        // Sockets that do not go by themselves are cut after a moment.
        let _ = tokio::time::timeout(std::time::Duration::from_secs(3), self.served).await;
        self.app.edge.db.close();
        let _ = std::fs::remove_file(App::admin_socket(&self.app.folder));
    }
}

/// Starts the program's own log, to stderr: RUST_LOG says how much.
pub(crate) fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,tantivy=error"));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}
