use base::{Actor, Id, Ms, Problem, Who, clean_line};
use serde::Deserialize;
use serde_json::json;
use store::{Event, Tx, args};
use subtle::ConstantTimeEq;

use crate::changes::Changes;
use crate::password::{PasswordHash, Proof};
use crate::throttle::{self, Limit};
use crate::{Person, person, sign_in};

/// What somebody changes of themselves; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct SelfChange {
    /// Their name.
    pub name: Option<String>,
    /// What buyers see.
    pub nick: Option<String>,
    /// `zh-CN` or `en`.
    pub locale: Option<String>,
    /// `light`, `dark` or `auto`.
    pub theme: Option<String>,
    /// `comfortable` or `compact`.
    pub density: Option<String>,
    /// `enter` or `ctrl_enter`.
    pub send_key: Option<String>,
}

/// Tries at one's own password from within a sign-in: a stolen one must not lead to the password.
const OWN_PASSWORD: Limit = Limit {
    tries: 5,
    window_ms: 300_000,
    wait_ms: 300_000,
    longest_ms: 3_600_000,
};

/// The acting person; tokens may not touch what belongs to the person themselves.
pub(crate) fn own(tx: &mut Tx<'_>, who: &Actor) -> Result<Person, Problem> {
    let Who::Person(id) = who.who else {
        return Err(Problem::forbidden());
    };
    person::person(tx, who.org, id)?.ok_or_else(Problem::not_found)
}

fn choice(
    field: &'static str,
    value: Option<String>,
    was: &str,
    choices: &[&'static str],
) -> Result<String, Problem> {
    match value {
        None => Ok(was.to_owned()),
        Some(value) if choices.contains(&value.as_str()) => Ok(value),
        Some(_) => {
            let detail = format!("One of: {}.", choices.join(", "));
            Err(Problem::input(field, "choice", detail).with("choices", choices.to_vec()))
        }
    }
}

/// Changes the acting person's own names and habits.
pub fn change_self(tx: &mut Tx<'_>, now: Ms, who: &Actor, change: SelfChange) -> Result<Person, Problem> {
    let before = own(tx, who)?;
    let after = Person {
        name: change
            .name
            .map_or(Ok(before.name.clone()), |name| clean_line("name", &name, 40))?,
        nick: change
            .nick
            .map_or(Ok(before.nick.clone()), |nick| clean_line("nick", &nick, 40))?,
        locale: choice("locale", change.locale, &before.locale, &["zh-CN", "en"])?,
        theme: choice("theme", change.theme, &before.theme, &["light", "dark", "auto"])?,
        density: choice(
            "density",
            change.density,
            &before.density,
            &["comfortable", "compact"],
        )?,
        send_key: choice(
            "send_key",
            change.send_key,
            &before.send_key,
            &["enter", "ctrl_enter"],
        )?,
        ..before.clone()
    };
    if before == after {
        return Ok(after);
    }
    tx.exec(
        "UPDATE person SET name = $3, nick = $4, locale = $5, theme = $6, density = $7, send_key = $8
         WHERE org_id = $1 AND id = $2",
        args![
            who.org,
            after.id,
            &after.name,
            &after.nick,
            &after.locale,
            &after.theme,
            &after.density,
            &after.send_key
        ],
    )?;
    let mut changes = Changes::default();
    changes.note_name("name", &before.name, &after.name);
    changes.note_name("nick", &before.nick, &after.nick);
    // How somebody likes their screen is nobody's business.
    if !changes.is_empty() {
        let data = changes.into_value();
        tx.emit(Event {
            at: now,
            who,
            shop: Id::NONE,
            kind: "person.changed",
            subject: after.id,
            data,
        })?;
    }
    Ok(after)
}

fn subject(person: Id) -> String {
    format!("own\n{person}")
}

/// The hash to prove one's own password against. Counts as a failed try until it is proven; refuses with
/// `throttled` after too many.
pub fn own_password(tx: &mut Tx<'_>, now: Ms, who: &Actor) -> Result<PasswordHash, Problem> {
    let me = own(tx, who)?;
    throttle::count(tx, now, &subject(me.id), OWN_PASSWORD)?;
    let sql = "SELECT password FROM person WHERE org_id = $1 AND id = $2";
    let hash = tx.value::<Option<String>>(sql, args![who.org, me.id])?.flatten();
    Ok(hash.map_or_else(PasswordHash::nobody, PasswordHash))
}

/// Refuses with `wrong_password` unless the proof is of the password the person has now.
pub(crate) fn check_proof(tx: &mut Tx<'_>, who: &Actor, proof: &Proof) -> Result<(), Problem> {
    let me = own(tx, who)?;
    let sql = "SELECT password FROM person WHERE org_id = $1 AND id = $2";
    let hash = tx.value::<Option<String>>(sql, args![who.org, me.id])?.flatten();
    if !hash.is_some_and(|hash| bool::from(hash.as_bytes().ct_eq(proof.0.as_bytes()))) {
        return Err(wrong_password());
    }
    throttle::forget(tx, &subject(me.id))
}

/// What a wrong own password answers.
pub fn wrong_password() -> Problem {
    Problem::input("old", "wrong_password", "This is not your present password.")
}

/// Sets one's own password; every other sign-in ends. `keep` is the present one.
pub fn change_password(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    proof: &Proof,
    password: &PasswordHash,
    keep: Option<Id>,
) -> Result<(), Problem> {
    let me = own(tx, who)?;
    check_proof(tx, who, proof)?;
    tx.exec(
        "UPDATE person SET password = $3 WHERE org_id = $1 AND id = $2",
        args![who.org, me.id, &password.0],
    )?;
    sign_in::end_all(tx, who.org, me.id, keep)?;
    let data = json!({ "password": ["***", "***"] });
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "person.password_changed",
        subject: me.id,
        data,
    })
}
