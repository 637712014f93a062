use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Permission, Problem, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, args, pad, record, text_enum};

use crate::customer::survivor;
use crate::told::told;

/// Tags of an organisation at most: more is a second archive.
const TAGS: i64 = 200;
/// Tags of one customer at most.
const TAGS_EACH: i64 = 30;
/// Characters of a tag's name.
const NAME: usize = 20;

text_enum! {
    /// The colour of a tag.
    pub enum TagColor {
        /// Grey.
        Grey = "grey",
        /// Blue.
        Blue = "blue",
        /// Green.
        Green = "green",
        /// Amber.
        Amber = "amber",
        /// Red.
        Red = "red",
    }
}

record! {
    /// A tag the organisation gives its customers (row 51).
    #[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
    pub struct Tag {
        /// Its id.
        pub id: Id = "id",
        /// What it says.
        pub name: String = "name",
        /// In which colour.
        pub color: TagColor = "color",
    }
}

/// A tag with how many customers have it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct TagCount {
    /// The tag.
    #[serde(flatten)]
    pub tag: Tag,
    /// Customers who have it.
    pub customers: i64,
}

/// What a tag is to say.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTag {
    /// At most 20 characters; no other tag says the same.
    pub name: String,
    /// In which colour.
    pub color: TagColor,
}

impl Tag {
    /// The tag `id`; no right is asked.
    pub(crate) fn get(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Tag, Problem> {
        let sql = format!(
            "SELECT {} FROM customer_tag WHERE org_id = $1 AND id = $2",
            Tag::COLUMNS
        );
        tx.row(&sql, args![org, id], Tag::read)?
            .ok_or_else(Problem::not_found)
    }
}

/// All tags by name, each with how many have it. Needs [`Permission::SeeCustomers`].
pub fn tags(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<TagCount>, Problem> {
    who.need(Permission::SeeCustomers)?;
    let sql = format!(
        "SELECT {}, (SELECT COUNT(*) FROM customer_tagged g WHERE g.org_id = $1 AND g.tag_id = customer_tag.id)
         FROM customer_tag WHERE org_id = $1 ORDER BY folded",
        Tag::COLUMNS
    );
    tx.rows(&sql, args![who.org], |row| {
        Ok(TagCount {
            tag: Tag::read(row)?,
            customers: row.get(3)?,
        })
    })
}

/// Makes a tag. Needs [`Permission::EditCustomers`]; `tag_exists` when one says the same.
pub fn add_tag(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: &NewTag) -> Result<Tag, Problem> {
    who.need(Permission::EditCustomers)?;
    let name = clean_line("name", &new.name, NAME)?;
    let count: i64 = tx
        .value(
            "SELECT COUNT(*) FROM customer_tag WHERE org_id = $1",
            args![who.org],
        )?
        .unwrap_or_default();
    if count >= TAGS {
        return Err(
            Problem::conflict("too_many", format!("There are {TAGS} tags at most.")).with("max", TAGS),
        );
    }
    let tag = Tag {
        id: tx.id(),
        name,
        color: new.color,
    };
    let made = tx.exec(
        "INSERT INTO customer_tag (org_id, id, name, folded, color, created_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (org_id, folded) DO NOTHING",
        args![who.org, tag.id, &tag.name, &tag.name.to_lowercase(), tag.color, now],
    )?;
    if made == 0 {
        return Err(exists());
    }
    told(
        tx,
        now,
        who,
        "tag.added",
        tag.id,
        json!({ "name": [null, tag.name] }),
    )?;
    Ok(tag)
}

/// Changes what a tag says. Needs [`Permission::EditCustomers`]; `tag_exists` when another says the same.
pub fn edit_tag(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, new: &NewTag) -> Result<Tag, Problem> {
    who.need(Permission::EditCustomers)?;
    let was = Tag::get(tx, who.org, id)?;
    let name = clean_line("name", &new.name, NAME)?;
    let folded = name.to_lowercase();
    let other: Option<Id> = tx.value(
        "SELECT id FROM customer_tag WHERE org_id = $1 AND folded = $2 AND id <> $3",
        args![who.org, &folded, id],
    )?;
    if other.is_some() {
        return Err(exists());
    }
    let is = Tag {
        id,
        name,
        color: new.color,
    };
    if was != is {
        tx.exec(
            "UPDATE customer_tag SET name = $3, folded = $4, color = $5 WHERE org_id = $1 AND id = $2",
            args![who.org, id, &is.name, &folded, is.color],
        )?;
        let data = json!({ "name": [was.name, is.name], "color": [was.color, is.color] });
        told(tx, now, who, "tag.changed", id, data)?;
    }
    Ok(is)
}

/// Takes a tag away, from all who have it. Needs [`Permission::EditCustomers`].
pub fn remove_tag(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    who.need(Permission::EditCustomers)?;
    let tag = Tag::get(tx, who.org, id)?;
    let had = tx.exec(
        "DELETE FROM customer_tagged WHERE org_id = $1 AND tag_id = $2",
        args![who.org, id],
    )?;
    tx.exec(
        "DELETE FROM customer_tag WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    told(
        tx,
        now,
        who,
        "tag.removed",
        id,
        json!({ "name": [tag.name, null], "customers": had }),
    )
}

/// Gives a customer a tag; one who has it keeps it. Needs [`Permission::EditCustomers`].
pub fn tag_customer(tx: &mut Tx<'_>, now: Ms, who: &Actor, customer: Id, tag: Id) -> Result<(), Problem> {
    who.need(Permission::EditCustomers)?;
    let customer = survivor(tx, who.org, customer)?;
    Tag::get(tx, who.org, tag)?;
    let has: i64 = tx
        .value(
            "SELECT COUNT(*) FROM customer_tagged WHERE org_id = $1 AND customer_id = $2 AND tag_id <> $3",
            args![who.org, customer, tag],
        )?
        .unwrap_or_default();
    if has >= TAGS_EACH {
        let detail = format!("A customer has {TAGS_EACH} tags at most.");
        return Err(Problem::conflict("too_many", detail).with("max", TAGS_EACH));
    }
    let by = who.person().unwrap_or(Id::NONE);
    let made = tx.exec(
        "INSERT INTO customer_tagged (org_id, tag_id, customer_id, tagged_by, tagged_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org_id, tag_id, customer_id) DO NOTHING",
        args![who.org, tag, customer, by, now],
    )?;
    if made == 0 {
        return Ok(());
    }
    told(
        tx,
        now,
        who,
        "customer.tagged",
        customer,
        json!({ "tag": [null, tag] }),
    )
}

/// Takes a tag from a customer. Needs [`Permission::EditCustomers`].
pub fn untag_customer(tx: &mut Tx<'_>, now: Ms, who: &Actor, customer: Id, tag: Id) -> Result<(), Problem> {
    who.need(Permission::EditCustomers)?;
    let customer = survivor(tx, who.org, customer)?;
    Tag::get(tx, who.org, tag)?;
    let gone = tx.exec(
        "DELETE FROM customer_tagged WHERE org_id = $1 AND tag_id = $2 AND customer_id = $3",
        args![who.org, tag, customer],
    )?;
    if gone == 0 {
        return Ok(());
    }
    told(
        tx,
        now,
        who,
        "customer.untagged",
        customer,
        json!({ "tag": [tag, null] }),
    )
}

/// The tags of these customers, by name.
pub(crate) fn tags_of(tx: &mut Tx<'_>, org: Id, customers: &[Id]) -> Result<BTreeMap<Id, Vec<Tag>>, Problem> {
    if customers.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = format!(
        "SELECT t.id, t.name, t.color, g.customer_id FROM customer_tagged g
         JOIN customer_tag t ON t.org_id = g.org_id AND t.id = g.tag_id
         WHERE g.org_id = $1 AND g.customer_id IN {} ORDER BY t.folded",
        Tx::in_list(2, customers.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(customers));
    let mut found = BTreeMap::<Id, Vec<Tag>>::new();
    for (tag, customer) in tx.rows(&sql, &arguments, |row| Ok((Tag::read(row)?, row.get::<Id>(3)?)))? {
        found.entry(customer).or_default().push(tag);
    }
    Ok(found)
}

fn exists() -> Problem {
    Problem::input("name", "tag_exists", "There is such a tag already.")
}
