use base::{Actor, Id, Ms, Permission, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args};

use super::ask::DeskPerson;
use super::courier;
use super::label::LabelTemplate;
use super::label_facts::LabelFacts;
use super::label_print::{self, Templates};

/// A courier's label as a shop keeps it (row 303).
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Label {
    /// The shop.
    pub shop: Id,
    /// The courier's code.
    pub courier: String,
    /// How wide it is, in hundredths of a millimetre.
    pub width: i64,
    /// How high it is, in hundredths of a millimetre.
    pub height: i64,
    /// The file as it was sent.
    pub text: String,
    /// When.
    pub changed_at: Ms,
    /// By whom.
    pub changed_by: Option<DeskPerson>,
}

/// A courier's label as it shall be.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLabel {
    /// The shop.
    pub shop: Id,
    /// The file, TOML as docs/labels.md tells.
    pub text: String,
}

/// A label to look at.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelLook {
    /// The shop.
    pub shop: Id,
    /// The courier's code.
    pub courier: String,
    /// The file; left out: as it is kept.
    pub text: Option<String>,
}

/// A label as it looks.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct LabelPage {
    /// A page of HTML that loads nothing and runs nothing.
    pub page: String,
}

/// Of which shop.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LabelFilter {
    /// The shop.
    pub shop: Id,
}

/// The labels a shop keeps, by courier. Needs [`Permission::EditDeskRules`] or [`Permission::ShipOrders`], and the
/// shop.
pub fn labels(tx: &mut Tx<'_>, who: &Actor, shop: Id) -> Result<Vec<Label>, Problem> {
    if !who.may(Permission::EditDeskRules) {
        who.need(Permission::ShipOrders)?;
    }
    reached(tx, who, shop)?;
    let rows: Vec<(String, String, Ms, Id)> = tx.rows(
        "SELECT courier, text, changed_at, changed_by FROM label_template WHERE org_id = $1 AND shop_id = $2
         ORDER BY courier",
        args![who.org, shop],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
    )?;
    let people: Vec<Id> = rows.iter().map(|(.., person)| *person).collect();
    let names = team::names(tx, who.org, &people)?;
    rows.into_iter()
        .map(|(courier, text, changed_at, person)| {
            let (width, height) = LabelTemplate::read(&text)?.size();
            Ok(Label {
                shop,
                courier,
                width,
                height,
                text,
                changed_at,
                changed_by: names.get(&person).map(|name| DeskPerson {
                    id: person,
                    name: name.clone(),
                }),
            })
        })
        .collect()
}

/// Keeps the label of a courier for a shop, in the place of the one there was. A file that cannot be read is refused
/// with its place (`label_unreadable`, `label_range`, `label_off_page`, `label_without`, `label_text`,
/// `label_picture`). Needs [`Permission::EditDeskRules`] and the shop.
pub fn set_label(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    code: &str,
    new: &NewLabel,
) -> Result<Label, Problem> {
    who.need(Permission::EditDeskRules)?;
    reached(tx, who, new.shop)?;
    courier::need(tx, who.org, code)?;
    if new.text.contains('\0') {
        return Err(
            Problem::input("text", "label_unreadable", "There is a null byte in it.")
                .with("line", 1)
                .with("why", "null byte"),
        );
    }
    LabelTemplate::read(&new.text)?;
    let was = kept(tx, who.org, new.shop, code)?;
    if was.as_deref() != Some(new.text.as_str()) {
        tx.exec(
            "INSERT INTO label_template (org_id, shop_id, courier, text, changed_at, changed_by)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (org_id, shop_id, courier) DO UPDATE
             SET text = excluded.text, changed_at = excluded.changed_at, changed_by = excluded.changed_by",
            args![
                who.org,
                new.shop,
                code,
                &new.text,
                now,
                who.person().unwrap_or(Id::NONE)
            ],
        )?;
        told(
            tx,
            now,
            who,
            new.shop,
            code,
            if was.is_some() { "changed" } else { "added" },
        )?;
    }
    let all = labels(tx, who, new.shop)?;
    all.into_iter()
        .find(|label| label.courier == code)
        .ok_or_else(Problem::internal)
}

/// Takes the label of a courier away: from then on our own is printed. Needs [`Permission::EditDeskRules`] and the
/// shop.
pub fn remove_label(tx: &mut Tx<'_>, now: Ms, who: &Actor, shop: Id, code: &str) -> Result<(), Problem> {
    who.need(Permission::EditDeskRules)?;
    reached(tx, who, shop)?;
    let gone = tx.exec(
        "DELETE FROM label_template WHERE org_id = $1 AND shop_id = $2 AND courier = $3",
        args![who.org, shop, code],
    )?;
    if gone == 0 {
        return Err(Problem::not_found());
    }
    told(tx, now, who, shop, code, "removed")
}

/// The label with an order that does not exist, as a page. Needs [`Permission::EditDeskRules`] and the shop.
pub fn look_at_label(tx: &mut Tx<'_>, who: &Actor, look: &LabelLook) -> Result<LabelPage, Problem> {
    who.need(Permission::EditDeskRules)?;
    let shop = reached(tx, who, look.shop)?;
    let courier = courier::need(tx, who.org, &look.courier)?;
    let text = match &look.text {
        Some(text) => text.clone(),
        None => kept(tx, who.org, look.shop, &look.courier)?.ok_or_else(Problem::not_found)?,
    };
    let template = LabelTemplate::read(&text)?;
    let page = label_print::one_label(&template, &LabelFacts::invented(shop, courier.name));
    Ok(LabelPage { page })
}

/// The templates of these shops by shop and courier. No right is asked.
pub(crate) fn templates(tx: &mut Tx<'_>, org: Id, shops: &[Id]) -> Result<Templates, Problem> {
    let sql = format!(
        "SELECT shop_id, courier, text FROM label_template WHERE org_id = $1 AND shop_id IN {}",
        Tx::in_list(2, shops.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(store::pad(shops));
    let rows: Vec<(Id, String, String)> = tx.rows(&sql, &arguments, |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    rows.into_iter()
        .map(|(shop, courier, text)| Ok(((shop, courier), LabelTemplate::read(&text)?)))
        .collect()
}

fn kept(tx: &mut Tx<'_>, org: Id, shop: Id, code: &str) -> Result<Option<String>, Problem> {
    tx.value(
        "SELECT text FROM label_template WHERE org_id = $1 AND shop_id = $2 AND courier = $3",
        args![org, shop, code],
    )
}

/// The name of a shop in reach; any other is `not_found`.
fn reached(tx: &mut Tx<'_>, who: &Actor, shop: Id) -> Result<String, Problem> {
    who.need_shop(shop)?;
    let found = team::shop(tx, who.org, shop)?;
    found.map(|shop| shop.name).ok_or_else(Problem::not_found)
}

fn told(tx: &mut Tx<'_>, now: Ms, who: &Actor, shop: Id, code: &str, done: &str) -> Result<(), Problem> {
    tx.emit(Event {
        at: now,
        who,
        shop,
        kind: "label.changed",
        subject: Id::NONE,
        data: json!({ "courier": code, "done": done }),
    })
}
