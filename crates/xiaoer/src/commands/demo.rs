use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::Problem;
use clap::Args;
use serde_json::json;

use super::serve::{LISTEN, Running, log};
use crate::app::App;
use crate::config::Where;
use crate::demo::{self, Content, Facts, page, player};
use crate::web;

/// Run a shop with invented people, goods and talks, to look around in.
#[derive(Args, Debug)]
pub(crate) struct Demo {
    /// Address and port; port 0 picks one and prints it.
    #[arg(long, env = "XIAOER_LISTEN")]
    listen: Option<String>,
    /// One line of JSON when ready, nothing else.
    #[arg(long)]
    json: bool,
    /// No talks are played: only what is there.
    #[arg(long)]
    quiet: bool,
}

impl Demo {
    pub(crate) async fn run(self, place: &Where) -> Result<(), Problem> {
        log();
        web::need_built()?;
        let place = own_folder(place);
        let listen = self
            .listen
            .or(place.file()?.listen)
            .unwrap_or_else(|| LISTEN.to_owned());
        let content = Arc::new(Content::read()?);
        let app = App::open(&place).await?;
        if app.edge.db.read(team::first_org).await?.is_none() {
            if !self.json {
                println!("正在准备演示数据 · Preparing the demo ...");
            }
            demo::load(&app, &content).await?;
        }
        let facts = Arc::new(Facts::read(&app, &content).await?);
        demo::history::play(&app, &content, &facts).await?;
        let (now, org, shops) = (app.edge.now(), facts.org, content.shop.clone());
        app.edge
            .db
            .write(move |tx| demo::reopen(tx, now, org, &shops))
            .await?;
        let running = Running::start_with(
            app,
            &listen,
            page::router(Arc::clone(&content), Arc::clone(&facts)),
        )
        .await?;
        running.tell(
            self.json,
            json!({"sign_ins": facts.sign_ins(), "owner_token": facts.owner_token(), "shop_page": page::PATH}),
        );
        if !self.json {
            show(&running, &facts, self.quiet);
        }
        let talks = (!self.quiet).then(|| {
            let mut host = running.address;
            // The wildcard address is where one listens, not where one calls.
            if host.ip().is_unspecified() {
                host.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
            }
            tokio::spawn(player::run(host.to_string(), content, facts))
        });
        running.wait().await;
        if let Some(talks) = talks {
            talks.abort();
        }
        Ok(())
    }
}

/// The demo keeps out of the folder of a real shop: in place of `data` it has `data/demo`.
fn own_folder(place: &Where) -> Where {
    let data = if place.data == Path::new("data") {
        PathBuf::from("data/demo")
    } else {
        place.data.clone()
    };
    Where {
        data,
        ..place.clone()
    }
}

/// What somebody who tries it needs, on the terminal.
fn show(running: &Running, facts: &Facts, quiet: bool) {
    println!("\n店铺页面 Shop page    http://{}{}", running.address, page::PATH);
    println!(
        "密码 Password         {}  （每个人都一样 · the same for everybody）\n",
        demo::PASSWORD
    );
    for person in &facts.people {
        let note = match person.login.as_str() {
            login if login == demo::NEWCOMER => "← 从这里开始接待 · start here as an agent",
            login if demo::facts::speaks(login) && !quiet => "自动应答 · answers by itself",
            _ => "",
        };
        println!(
            "  {:<14}{:<24}{}  {note}",
            person.login,
            person.roles.join(", "),
            person.name
        );
    }
    println!(
        "\n掌柜的 API 令牌 Owner's API token    {}",
        facts.owner_token().unwrap_or_default()
    );
    println!("按 Ctrl-C 结束 · Ctrl-C ends it.");
}
