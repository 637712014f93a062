use base::{Actor, Id, Ms, Problem, clean_line};
use serde_json::json;
use store::{Event, Tx, args, record};

use crate::role;

record! {
    /// An organisation: the tenant, to whom everything belongs.
    #[derive(Clone, Debug, PartialEq, serde::Serialize, utoipa::ToSchema)]
    pub struct Org {
        /// Its id.
        pub id: Id = "org_id",
        /// What it is called.
        pub name: String = "name",
        /// When it was founded.
        pub made_at: Ms = "made_at",
    }
}

/// Founds an organisation with the roles every one begins with. Refuses an empty name.
pub fn found_org(tx: &mut Tx<'_>, now: Ms, name: &str) -> Result<Id, Problem> {
    let name = clean_line("name", name, 60)?;
    let org = tx.id();
    tx.exec(
        "INSERT INTO org (org_id, name, made_at) VALUES ($1, $2, $3)",
        args![org, &name, now],
    )?;
    role::add_builtin(tx, org)?;
    let who = Actor::program(org);
    tx.emit(Event {
        at: now,
        who: &who,
        shop: Id::NONE,
        kind: "org.founded",
        subject: org,
        data: json!({}),
    })?;
    Ok(org)
}

/// The organisation founded first: the one that runs this installation.
pub fn first_org(tx: &mut Tx<'_>) -> Result<Option<Id>, Problem> {
    tx.value("SELECT org_id FROM org ORDER BY org_id LIMIT 1", args![])
}

/// An organisation, by id.
pub fn org(tx: &mut Tx<'_>, id: Id) -> Result<Option<Org>, Problem> {
    tx.row(
        &format!("SELECT {} FROM org WHERE org_id = $1", Org::COLUMNS),
        args![id],
        Org::read,
    )
}

/// All organisations, in the order of their founding.
pub fn orgs(tx: &mut Tx<'_>) -> Result<Vec<Org>, Problem> {
    tx.rows(
        &format!("SELECT {} FROM org ORDER BY org_id", Org::COLUMNS),
        args![],
        Org::read,
    )
}
