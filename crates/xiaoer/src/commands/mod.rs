//! The command line.

mod demo;
mod eval;
mod eval_replies;
mod eval_search;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod import_faq;
pub(crate) mod import_traces;
mod serve;

pub(crate) use serve::Running;

use std::process::ExitCode;

use base::Problem;
use clap::{Parser, Subcommand};
use serde_json::Value;

use crate::admin::{self, Ask};
use crate::config::Where;
use crate::edge;

/// Xiaoer 小二: the service desk of an online shop.
#[derive(Parser, Debug)]
#[command(name = "xiaoer", version, about, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    place: Where,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Run the shop's desk.
    Serve(serve::Serve),
    /// Run a shop with invented people, goods and talks, to look around in.
    Demo(demo::Demo),
    /// Shops.
    #[command(subcommand)]
    Shop(Shop),
    /// People of the team.
    #[command(subcommand)]
    User(User),
    /// Look for something in all messages, customers and orders.
    Search {
        /// Words, a number, a name.
        text: String,
        /// In this shop only: its id or its name.
        #[arg(long)]
        shop: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 20)]
        limit: usize,
        /// JSON instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Measure against labels.
    #[command(subcommand)]
    Eval(eval::Eval),
    /// Take in files of platforms, or questions with their answers.
    Import(import::Import),
    /// Write what there is into a file.
    #[command(subcommand)]
    Export(export::Export),
    /// Play both sides of real sessions over real sockets and compare what was kept with the file.
    Replay(crate::replay::Replay),
    /// Write everything into one archive, also while a server runs.
    Backup {
        /// The archive (.tar.gz).
        file: std::path::PathBuf,
        /// Take secrets along, sealed with the passphrase in this environment variable.
        #[arg(long, value_name = "ENV")]
        secrets: Option<String>,
    },
    /// Bring an archive into an empty database of either engine.
    Restore {
        /// The archive.
        file: std::path::PathBuf,
        /// Open its secrets with the passphrase in this environment variable.
        #[arg(long, value_name = "ENV")]
        secrets: Option<String>,
    },
    /// Verify the data; with --rebuild, mend sessions and rounds from the messages.
    Check {
        /// Make sessions and rounds again from the messages.
        #[arg(long)]
        rebuild: bool,
    },
    /// Print the OpenAPI document.
    Openapi,
    /// Print the configuration in force, without secrets.
    Config,
    /// Print the version.
    Version,
}

#[derive(Subcommand, Debug)]
enum Shop {
    /// Add a shop; the first one founds the organisation.
    Add {
        /// What buyers call it.
        name: String,
        /// taobao, tmall, jd, pdd, douyin, distributor or web.
        #[arg(long, default_value = "web")]
        platform: String,
    },
    /// List the shops.
    List,
}

#[derive(Subcommand, Debug)]
enum User {
    /// Add a person; prints the password.
    Add {
        /// What they sign in with.
        login: String,
        /// Their name.
        #[arg(long)]
        name: Option<String>,
        /// owner, supervisor, pre_sale, after_sale, auditor, shipper, checker, finance, outsourced, read_only.
        #[arg(long, default_value = "owner")]
        role: String,
    },
    /// List the people.
    List,
    /// Nobody signs in as them any more.
    Disable {
        /// Their login.
        login: String,
    },
    /// Make a new password; prints it.
    ResetPassword {
        /// Their login.
        login: String,
    },
    /// Make an API token with their rights; prints it.
    Token {
        /// Their login.
        login: String,
        /// What it is for.
        #[arg(long, default_value = "command line")]
        name: String,
    },
}

/// Runs a command: 0 on success, 1 when something was refused or wrong.
pub(crate) async fn run(cli: Cli) -> ExitCode {
    let place = &cli.place;
    let done = match cli.command {
        Command::Serve(serve) => serve.run(place).await,
        Command::Demo(demo) => demo.run(place).await,
        Command::Eval(eval) => eval.run(),
        Command::Replay(replay) => replay.run(place).await,
        Command::Import(import) => import.run(place).await,
        Command::Export(export) => print(export.run(place).await),
        Command::Backup { file, secrets } => match passphrase(secrets) {
            Ok(passphrase) => print(
                admin::ask(
                    place,
                    Ask::Backup {
                        path: absolute(file),
                        passphrase,
                    },
                )
                .await,
            ),
            Err(problem) => Err(problem),
        },
        Command::Restore { file, secrets } => match passphrase(secrets) {
            Ok(passphrase) => print(crate::backup::restore(place, &file, passphrase).await),
            Err(problem) => Err(problem),
        },
        Command::Check { rebuild } => check(place, rebuild).await,
        Command::Openapi => {
            print!("{}", edge::document());
            Ok(())
        }
        Command::Version => {
            println!("xiaoer {}", env!("CARGO_PKG_VERSION"));
            Ok(())
        }
        Command::Config => config(place),
        Command::Shop(Shop::Add { name, platform }) => {
            print(admin::ask(place, Ask::ShopAdd { name, platform }).await)
        }
        Command::Shop(Shop::List) => print(admin::ask(place, Ask::ShopList).await),
        Command::User(user) => print(admin::ask(place, user.ask()).await),
        Command::Search {
            text,
            shop,
            limit,
            json,
        } => {
            let found = admin::ask(place, Ask::Search { text, shop, limit }).await;
            if json {
                print(found)
            } else {
                found.map(|found| print_found(&found))
            }
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("xiaoer: {problem}");
            ExitCode::FAILURE
        }
    }
}

impl User {
    fn ask(self) -> Ask {
        match self {
            User::Add { login, name, role } => Ask::UserAdd {
                name: name.unwrap_or_else(|| login.clone()),
                login,
                role,
                password: None,
            },
            User::List => Ask::UserList,
            User::Disable { login } => Ask::UserDisable { login },
            User::ResetPassword { login } => Ask::UserResetPassword { login },
            User::Token { login, name } => Ask::UserToken { login, name },
        }
    }
}

/// Says what is wrong; refused unless all is well.
async fn check(place: &Where, rebuild: bool) -> Result<(), Problem> {
    let mut told = admin::ask(place, Ask::Check).await?;
    let rounds = admin::ask(place, Ask::Rebuild { mend: rebuild }).await?;
    let fine = told["sound"] == true && (rebuild || rounds["differing"] == 0);
    told["sessions_and_rounds"] = rounds;
    print(Ok(told))?;
    if fine {
        Ok(())
    } else {
        Err(Problem::conflict(
            "unsound",
            "Something is not as it should be; see above.",
        ))
    }
}

/// A server in another folder would take a relative path for its own.
fn absolute(path: std::path::PathBuf) -> std::path::PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

/// A passphrase does not belong on a command line, where every process can read it.
fn passphrase(variable: Option<String>) -> Result<Option<String>, Problem> {
    let Some(name) = variable else { return Ok(None) };
    match std::env::var(&name) {
        Ok(passphrase) if passphrase.chars().count() >= 12 => Ok(Some(passphrase)),
        _ => Err(Problem::input(
            "secrets",
            "passphrase",
            "The variable must hold a passphrase of at least 12 characters.",
        )),
    }
}

/// One line for each hit: what it is, its id, whose, the words round it.
fn print_found(found: &Value) {
    let items = found["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    if items.is_empty() {
        println!("nothing found");
    }
    for item in items {
        let text = |field: &str| {
            item[field]
                .as_str()
                .unwrap_or_default()
                .replace(['\u{1}', '\u{2}', '\n'], "")
        };
        let seq = item["seq"]
            .as_i64()
            .map(|seq| format!("#{seq}"))
            .unwrap_or_default();
        println!(
            "{}  {}{seq}  {}  {}",
            text("kind"),
            item["id"],
            text("title"),
            text("snippet")
        );
    }
}

fn print(answer: Result<Value, Problem>) -> Result<(), Problem> {
    let answer = answer?;
    println!(
        "{}",
        serde_json::to_string_pretty(&answer).map_err(|_| Problem::internal())?
    );
    Ok(())
}

fn config(place: &Where) -> Result<(), Problem> {
    let file = place.file()?;
    let database = place.database()?;
    // A password in the address is not printed.
    let shown = match database.split_once('@') {
        Some((head, tail)) if head.contains("://") => {
            let scheme = head.split("://").next().unwrap_or_default();
            format!("{scheme}://***@{tail}")
        }
        _ => database,
    };
    println!(
        "data = {:?}\ndatabase = {shown:?}\nfiles = {:?}",
        place.folder(),
        place.files()?.unwrap_or_else(|| "(in data)".into())
    );
    println!(
        "listen = {:?}\nproxy_trusted = {}",
        file.listen.as_deref().unwrap_or(serve::LISTEN),
        file.proxy_trusted.unwrap_or(false)
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn no_two_options_are_mixed_up() {
        super::Cli::command().debug_assert();
    }
}
