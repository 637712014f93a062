//! Fills an empty folder, through the rooms' own verbs.

use std::collections::HashMap;
use std::sync::Arc;

use base::{Actor, Id, Ms, Problem};
use store::{NewFile, Tx};
use team::PasswordHash;
use team::http::random;

use super::content::{PICTURES, VOICES};
use super::{Content, PASSWORD, load_buyers, load_desk, load_knowledge, load_team};
use crate::app::App;

/// What was drawn or computed before the transaction, which may run twice.
pub(super) struct Prepared {
    pub(super) content: Arc<Content>,
    pub(super) hash: PasswordHash,
    /// Key and identity secret of each shop.
    pub(super) keys: Vec<(String, String)>,
    pub(super) files: HashMap<&'static str, NewFile>,
}

/// What stands there so far.
pub(super) struct Site<'a> {
    pub(super) now: Ms,
    pub(super) who: Actor,
    pub(super) with: &'a Prepared,
    /// Shops by their key in the files.
    pub(super) shops: HashMap<String, Id>,
    /// People by login.
    pub(super) people: HashMap<String, Id>,
}

impl Site<'_> {
    /// A shop of the files.
    pub(super) fn shop(&self, key: &str) -> Result<Id, Problem> {
        self.shops.get(key).copied().ok_or_else(|| missing("shop", key))
    }

    /// Shops of the files; all of them together is no list.
    pub(super) fn shops(&self, keys: &[String]) -> Result<Vec<Id>, Problem> {
        keys.iter().map(|key| self.shop(key)).collect()
    }
}

/// Something the files name and nobody made.
pub(super) fn missing(what: &str, key: &str) -> Problem {
    tracing::error!(what, key, "a file of the demo names what it does not hold");
    Problem::internal()
}

/// Loads everything but the talks.
pub(crate) async fn load(app: &App, content: &Arc<Content>) -> Result<(), Problem> {
    let salt = random::bytes()?;
    let hash = tokio::task::spawn_blocking(move || PasswordHash::new(PASSWORD, &salt));
    let hash = hash.await.map_err(|_| Problem::internal())??;
    let mut keys = Vec::new();
    for _ in &content.shop.shop {
        keys.push((random::shop_key()?, random::secret()?));
    }
    let mut files = HashMap::new();
    for (name, file, bytes) in PICTURES.iter().chain(VOICES) {
        files.insert(*name, app.files.take(file, bytes.to_vec()).await?);
    }
    let prepared = Prepared {
        content: Arc::clone(content),
        hash,
        keys,
        files,
    };
    let now = app.edge.now();
    app.edge.db.write(move |tx| everything(tx, now, &prepared)).await
}

fn everything(tx: &mut Tx<'_>, now: Ms, with: &Prepared) -> Result<(), Problem> {
    let org = team::found_org(tx, now, &with.content.shop.organisation.name)?;
    let mut site = Site {
        now,
        who: Actor::program(org),
        with,
        shops: HashMap::new(),
        people: HashMap::new(),
    };
    load_team::shops(tx, &mut site)?;
    load_team::people(tx, &mut site)?;
    load_team::replies(tx, &site)?;
    load_buyers::products(tx, &site)?;
    load_knowledge::everything(tx, &site)?;
    load_desk::rules(tx, &site)?;
    let orders = load_buyers::customers(tx, &site)?;
    load_desk::morning(tx, &site, &orders)
}
