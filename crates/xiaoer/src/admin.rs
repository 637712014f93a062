//! What the command line asks of the data: done here when the folder is free, else by the program that has
//! it, over its local socket. Both ways run the same code.

use std::collections::BTreeMap;
use std::path::Path;

use base::{Actor, Id, Ms, Problem};
use futures_util::FutureExt as _;
use knowledge::Defaults;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Tx;
use team::http::random;
use team::{NewPerson, NewShop, NewToken, PasswordHash};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};

use crate::app::App;
use crate::config::Where;
use crate::waiting::{self, Progress, Waiting};

/// One thing asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(crate) enum Ask {
    /// A new shop; the first one founds the organisation.
    ShopAdd { name: String, platform: String },
    /// All shops.
    ShopList,
    /// A new person.
    UserAdd {
        login: String,
        name: String,
        role: String,
        password: Option<String>,
    },
    /// All people.
    UserList,
    /// Nobody signs in as them any more.
    UserDisable { login: String },
    /// A new password, told once.
    UserResetPassword { login: String },
    /// A token for programs, told once.
    UserToken { login: String, name: String },
    /// Search, as the API does it.
    Search {
        text: String,
        shop: Option<String>,
        limit: usize,
    },
    /// Sessions and rounds against messages.
    Rebuild { mend: bool },
    /// Everything into one archive.
    Backup {
        path: std::path::PathBuf,
        passphrase: Option<String>,
    },
    /// Looks at everything.
    Check,
    /// Files of platforms.
    Import(crate::commands::import::ImportFiles),
    /// Questions with answers.
    ImportFaq(crate::commands::import_faq::FaqFiles),
    /// Couriers' files that say where parcels stand.
    ImportTraces(crate::commands::import_traces::TraceFiles),
    /// Orders into a file.
    ExportOrders(crate::commands::export::ExportOrders),
}

/// A new organisation, which knows from the first day what ships: scripts, answers, policies.
fn found(tx: &mut Tx<'_>, now: Ms, name: &str) -> Result<Id, Problem> {
    let org = team::found_org(tx, now, name)?;
    knowledge::load_defaults(tx, now, &Actor::program(org), &Defaults::default())?;
    Ok(org)
}

/// Does it on the data, wherever that is.
pub(crate) async fn ask(place: &Where, ask: Ask) -> Result<Value, Problem> {
    done_where_it_is(place, ask, &Waiting::nobody()).await
}

/// The same for long work: how far it is can be shown, and Ctrl-C calls it off.
pub(crate) async fn attend(place: &Where, ask: Ask, shown: bool) -> Result<Value, Problem> {
    let (waiting, waiter) = waiting::pair();
    waiter.attend(done_where_it_is(place, ask, &waiting), shown).await
}

async fn done_where_it_is(place: &Where, ask: Ask, waiting: &Waiting) -> Result<Value, Problem> {
    match App::open(place).await {
        Ok(app) => {
            let done = carry_out(&app, ask, waiting).await;
            app.edge.db.close();
            done
        }
        Err(problem) if problem.code == "folder_locked" => over_socket(place.folder(), &ask, waiting).await,
        Err(problem) => Err(problem),
    }
}

/// What the server says on the local socket, a line each: how far it is any number of times, then one of the others.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    Progress(Progress),
    Ok(Value),
    Problem(Value),
}

/// The line that calls off what was asked.
const OFF: &str = "off\n";

async fn over_socket(folder: &Path, ask: &Ask, waiting: &Waiting) -> Result<Value, Problem> {
    let unreachable = |error: std::io::Error| {
        Problem::conflict(
            "folder_locked",
            format!("Another program uses this folder and does not answer: {error}."),
        )
    };
    let stream = UnixStream::connect(App::admin_socket(folder))
        .await
        .map_err(unreachable)?;
    let (read, mut write) = stream.into_split();
    let mut line = serde_json::to_string(ask).map_err(|_| Problem::internal())?;
    line.push('\n');
    write.write_all(line.as_bytes()).await.map_err(unreachable)?;
    let mut lines = BufReader::new(read).lines();
    let mut off = std::pin::pin!(waiting.called_off().fuse());
    loop {
        let line = tokio::select! {
            line = lines.next_line() => line.map_err(unreachable)?.ok_or_else(Problem::internal)?,
            () = &mut off => {
                write.write_all(OFF.as_bytes()).await.map_err(unreachable)?;
                continue;
            }
        };
        match serde_json::from_str(&line).map_err(|_| Problem::internal())? {
            Said::Progress(progress) => waiting.tell(progress),
            Said::Ok(done) => return Ok(done),
            Said::Problem(problem) => {
                let detail = problem["detail"].as_str().unwrap_or_default().to_owned();
                let code = problem["code"].as_str().unwrap_or("internal").to_owned();
                return Err(Problem::conflict("refused", format!("{code}: {detail}")));
            }
        }
    }
}

/// Answers the local socket: only who may read the folder can open it.
pub(crate) async fn listen(app: App) -> Result<(), Problem> {
    let path = App::admin_socket(&app.folder);
    // What a killed program left would be in the way; the folder is ours, so nobody listens there.
    let _ = std::fs::remove_file(&path);
    let unusable = |error: std::io::Error| {
        Problem::input(
            "data",
            "folder_unusable",
            format!("Cannot listen on {}: {error}", path.display()),
        )
    };
    let listener = UnixListener::bind(&path).map_err(unusable)?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(app.clone(), stream));
        }
    });
    Ok(())
}

async fn answer(app: App, stream: UnixStream) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let asked = match lines.next_line().await {
        Ok(line) => serde_json::from_str::<Ask>(&line.unwrap_or_default()),
        Err(_) => return,
    };
    let said = match asked {
        Ok(ask) => attended(&app, ask, &mut lines, &mut write).await,
        Err(_) => Said::Problem(json!(Problem::new(
            422,
            "bad_frame",
            "This program and the server are of different versions.",
        ))),
    };
    let _ = say(&mut write, &said).await;
}

/// Carries it out, says how far it is, and listens for it to be called off. Who only goes away, killed perhaps,
/// calls nothing off.
async fn attended(
    app: &App,
    ask: Ask,
    lines: &mut Lines<BufReader<OwnedReadHalf>>,
    write: &mut OwnedWriteHalf,
) -> Said {
    let (waiting, mut waiter) = waiting::pair();
    let mut work = std::pin::pin!(carry_out(app, ask, &waiting));
    let mut there = true;
    loop {
        tokio::select! {
            done = &mut work => return match done {
                Ok(done) => Said::Ok(done),
                Err(problem) => Said::Problem(json!(problem)),
            },
            Some(progress) = waiter.progress.recv(), if there => {
                there = say(write, &Said::Progress(progress)).await.is_ok();
            }
            line = lines.next_line(), if there => match line {
                Ok(Some(_)) => waiter.call_off(),
                Ok(None) | Err(_) => there = false,
            },
        }
    }
}

async fn say(write: &mut OwnedWriteHalf, said: &Said) -> std::io::Result<()> {
    let line = serde_json::to_string(said)?;
    write.write_all(format!("{line}\n").as_bytes()).await
}

/// Does it.
pub(crate) async fn carry_out(app: &App, ask: Ask, waiting: &Waiting) -> Result<Value, Problem> {
    let (db, now) = (&app.edge.db, app.edge.now());
    match ask {
        Ask::ShopAdd { name, platform } => {
            let key = random::shop_key()?;
            db.write(move |tx| {
                let org = match team::first_org(tx)? {
                    Some(org) => org,
                    None => found(tx, now, &name)?,
                };
                let new = NewShop {
                    key: key.clone(),
                    name: name.clone(),
                    platform: platform.clone(),
                    ..NewShop::default()
                };
                let shop = team::add_shop(tx, now, &Actor::program(org), new)?;
                Ok(json!({"shop": shop.id, "key": shop.key, "name": shop.name}))
            })
            .await
        }
        Ask::ShopList => {
            let list = db.read(|tx| {
                let who = Actor::program(first_org(tx)?);
                team::shops(tx, &who)
            });
            Ok(json!(list.await?))
        }
        Ask::UserAdd {
            login,
            name,
            role,
            password,
        } => {
            let password = match password {
                Some(password) => password,
                None => random::spoken()?,
            };
            let hash = hashed(&login, &password).await?;
            let told = json!({"login": login, "password": password});
            db.write(move |tx| {
                let org = first_org(tx)?;
                let found = team::role_by_key(tx, org, &role)?;
                let found = found
                    .ok_or_else(|| Problem::input("role", "choice_unknown", "There is no such role."))?;
                let new = NewPerson {
                    login: login.clone(),
                    name: name.clone(),
                    roles: vec![found.id],
                    password: Some(hash.clone()),
                    ..NewPerson::default()
                };
                team::add_person(tx, now, &Actor::program(org), new)
            })
            .await?;
            Ok(told)
        }
        Ask::UserList => {
            let list = db.read(|tx| {
                let who = Actor::program(first_org(tx)?);
                team::people(tx, &who, None)
            });
            Ok(json!(list.await?))
        }
        Ask::UserDisable { login } => {
            let done = db.write(move |tx| {
                let (org, person) = by_login(tx, &login)?;
                team::disable_person(tx, now, &Actor::program(org), person)
            });
            Ok(json!({"disabled": done.await?.login}))
        }
        Ask::UserResetPassword { login } => {
            let password = random::spoken()?;
            let hash = hashed(&login, &password).await?;
            let told = json!({"login": login, "password": password});
            db.write(move |tx| {
                let (org, person) = by_login(tx, &login)?;
                team::reset_password(tx, now, &Actor::program(org), person, hash.clone())
            })
            .await?;
            Ok(told)
        }
        Ask::UserToken { login, name } => {
            let secret = random::token()?;
            let told = json!({"token": secret});
            db.write(move |tx| {
                let (org, person) = by_login(tx, &login)?;
                let who = team::actor_of(tx, org, person)?.ok_or_else(Problem::not_found)?;
                let roles = team::person(tx, org, person)?
                    .map(|p| p.roles)
                    .unwrap_or_default();
                let new = NewToken {
                    name: name.clone(),
                    roles,
                    permissions: Vec::new(),
                    shops: None,
                    lifts_limits: who.may(base::Permission::LiftLimits),
                };
                team::add_token(tx, now, &who, new, &secret)
            })
            .await?;
            Ok(told)
        }
        Ask::Search { text, shop, limit } => {
            let org = db.read(first_org).await?;
            let shop = match shop {
                Some(name) => Some(db.read(move |tx| shop_named(tx, org, &name)).await?),
                None => None,
            };
            let ask = crate::messages::SearchAsk::new(text, shop, limit);
            Ok(json!(
                crate::messages::search_all(app, &Actor::program(org), ask).await?
            ))
        }
        Ask::Rebuild { mend } => rebuild(app, mend).await,
        Ask::Backup { path, passphrase } => crate::backup::backup(app, path, passphrase).await,
        Ask::Check => crate::backup::check(app).await,
        Ask::Import(files) => crate::commands::import::carry_out(app, files, waiting).await,
        Ask::ImportFaq(files) => crate::commands::import_faq::carry_out(app, files).await,
        Ask::ImportTraces(files) => crate::commands::import_traces::carry_out(app, files).await,
        Ask::ExportOrders(asked) => crate::commands::export::carry_out(app, asked).await,
    }
}

/// The organisation, and its shop of an id or a name, or its only one.
pub(crate) async fn shop_or_only(app: &App, name: Option<String>) -> Result<(Id, Id), Problem> {
    app.edge
        .db
        .read(move |tx| {
            let org = first_org(tx)?;
            if let Some(name) = &name {
                return Ok((org, shop_named(tx, org, name)?));
            }
            match team::shops(tx, &Actor::program(org))?.as_slice() {
                [only] => Ok((org, only.id)),
                _ => Err(shop_needed()),
            }
        })
        .await
}

/// Several shops, and nobody said which.
pub(crate) fn shop_needed() -> Problem {
    Problem::input("shop", "shop_needed", "Name the shop with --shop.")
}

/// The first shop there is.
pub(crate) async fn first_shop(app: &App) -> Result<Id, Problem> {
    let read = app.edge.db.read(|tx| {
        let org = first_org(tx)?;
        let shops = team::shops(tx, &Actor::program(org))?;
        shops.first().map(|shop| shop.id).ok_or_else(shop_needed)
    });
    read.await
}

/// The organisation, and our shops of these ids or names.
pub(crate) async fn own_shops(
    app: &App,
    names: BTreeMap<String, Option<String>>,
) -> Result<(Id, BTreeMap<String, Option<Id>>), Problem> {
    let read = app.edge.db.read(move |tx| {
        let org = first_org(tx)?;
        let mut shops = BTreeMap::new();
        for (theirs, ours) in &names {
            let shop = ours
                .as_deref()
                .map(|ours| shop_named(tx, org, ours))
                .transpose()?;
            shops.insert(theirs.clone(), shop);
        }
        Ok((org, shops))
    });
    read.await
}

/// The shop of an id or a name.
fn shop_named(tx: &mut store::Tx<'_>, org: Id, name: &str) -> Result<Id, Problem> {
    let shops = team::shops(tx, &Actor::program(org))?;
    shops
        .into_iter()
        .find(|shop| shop.name == name || shop.id.to_string() == name)
        .map(|shop| shop.id)
        .ok_or_else(|| {
            Problem::input(
                "shop",
                "shop_unknown",
                format!("There is no shop {name:?}; see xiaoer shop list."),
            )
        })
}

/// Goes through all conversations in slices.
async fn rebuild(app: &App, mend: bool) -> Result<Value, Problem> {
    let (mut looked, mut differs) = (0_usize, Vec::new());
    for org in app.edge.db.read(team::orgs).await? {
        let mut after = Id::NONE;
        loop {
            let (org, from) = (org.id, after);
            let ids = app
                .edge
                .db
                .read(move |tx| reception::ids_after(tx, org, from, 100))
                .await?;
            let Some(last) = ids.last() else { break };
            after = *last;
            for id in ids {
                looked += 1;
                let found = if mend {
                    app.edge
                        .db
                        .write_in(store::Lane::Bulk, move |tx| reception::rebuild(tx, org, id, true))
                        .await?
                } else {
                    app.edge
                        .db
                        .read(move |tx| reception::rebuild(tx, org, id, false))
                        .await?
                };
                differs.extend(found);
            }
        }
    }
    Ok(json!({"conversations": looked, "differing": differs.len(), "differences": differs, "mended": mend}))
}

/// The organisation there is.
pub(crate) fn first_org(tx: &mut store::Tx<'_>) -> Result<Id, Problem> {
    team::first_org(tx)?
        .ok_or_else(|| Problem::conflict("empty", "There is no shop yet: xiaoer shop add NAME."))
}

fn by_login(tx: &mut store::Tx<'_>, login: &str) -> Result<(Id, Id), Problem> {
    team::person_by_login(tx, login)?
        .ok_or_else(|| Problem::input("login", "not_found", "Nobody has this login."))
}

pub(crate) async fn hashed(login: &str, password: &str) -> Result<PasswordHash, Problem> {
    team::check_password("password", login, password)?;
    let (salt, password) = (random::bytes()?, password.to_owned());
    let hash = tokio::task::spawn_blocking(move || PasswordHash::new(&password, &salt));
    hash.await.map_err(|_| Problem::internal())?
}
