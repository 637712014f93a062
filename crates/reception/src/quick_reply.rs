use base::{Actor, Id, Ms, Permission, Problem, clean_line, clean_text};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args, record};

record! {
    /// A text that is inserted by a short code; a person's own, or the shop's.
    #[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
    pub struct QuickReply {
        /// Its id.
        pub id: Id = "id",
        /// The shop, or none for all shops.
        pub shop: Id = "shop_id",
        /// Whose own it is; null: everybody's.
        pub person: Option<Id> = "person_id",
        /// What is typed after `/`.
        pub code: String = "code",
        /// Where it belongs.
        pub category: String = "category",
        /// The text.
        pub text: String = "text",
        /// How often it was used.
        pub uses: i64 = "uses",
    }
}

/// A quick reply to be kept.
#[derive(Clone, Debug, Deserialize, Serialize, utoipa::ToSchema)]
pub struct NewQuickReply {
    /// The shop; left out: all shops.
    #[serde(default)]
    pub shop: Option<Id>,
    /// One's own, or everybody's (which needs a right).
    #[serde(default)]
    pub personal: bool,
    /// What is typed after `/`.
    pub code: String,
    /// Where it belongs.
    #[serde(default)]
    pub category: String,
    /// The text.
    pub text: String,
}

const COLUMNS: &str = "id, shop_id, person_id, code, category, text, uses";

/// Those the actor may use, the most used first. The console filters them as one types.
pub fn quick_replies(tx: &mut Tx<'_>, who: &Actor, shop: Option<Id>) -> Result<Vec<QuickReply>, Problem> {
    who.need(Permission::Talk)?;
    let person = who.person().unwrap_or(Id::NONE);
    let sql = format!(
        "SELECT {COLUMNS} FROM quick_reply WHERE org_id = $1 AND (person_id IS NULL OR person_id = $2)
         AND ($3 = 0 OR shop_id = 0 OR shop_id = $3) ORDER BY uses DESC, id LIMIT 2000"
    );
    let mut found = tx.rows(
        &sql,
        args![who.org, person, shop.unwrap_or(Id::NONE)],
        QuickReply::read,
    )?;
    found.retain(|reply| reply.shop == Id::NONE || who.shops.has(reply.shop));
    Ok(found)
}

/// Keeps a new one, or (with `id`) changes one.
pub fn keep_quick_reply(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Option<Id>,
    new: &NewQuickReply,
) -> Result<QuickReply, Problem> {
    who.need(Permission::Talk)?;
    let person = who.person().ok_or_else(Problem::forbidden)?;
    let shop = new.shop.unwrap_or(Id::NONE);
    if shop == Id::NONE && !new.personal && who.shops != base::Shops::All {
        return Err(Problem::input(
            "shop",
            "shop_required",
            "Choose one of your shops.",
        ));
    }
    if shop != Id::NONE {
        who.need_shop(shop)?;
        team::shop(tx, who.org, shop)?.ok_or_else(Problem::not_found)?;
    }
    if !new.personal {
        who.need(Permission::EditReplies)?;
    }
    let code = clean_line("code", &new.code, 30)?;
    let text = clean_text("text", &new.text, 2_000)?;
    let category = if new.category.is_empty() {
        String::new()
    } else {
        clean_line("category", &new.category, 30)?
    };
    let owner = new.personal.then_some(person);
    let kept = match id {
        None => {
            let id = tx.id();
            tx.exec(
                "INSERT INTO quick_reply (org_id, id, shop_id, person_id, code, category, text, uses, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)",
                args![who.org, id, shop, owner, &code, &category, &text, now],
            )?;
            QuickReply {
                id,
                shop,
                person: owner,
                code,
                category,
                text,
                uses: 0,
            }
        }
        Some(id) => {
            let before = editable(tx, who, id)?;
            let sql = format!(
                "UPDATE quick_reply SET shop_id = $3, person_id = $4, code = $5, category = $6, text = $7
                 WHERE org_id = $1 AND id = $2 RETURNING {COLUMNS}"
            );
            let owner = if new.personal {
                before.person.or(owner)
            } else {
                None
            };
            let args = args![who.org, id, shop, owner, &code, &category, &text];
            tx.row(&sql, args, QuickReply::read)?
                .ok_or_else(Problem::not_found)?
        }
    };
    changed(tx, now, who, &kept, "quick_reply.kept")?;
    Ok(kept)
}

/// Removes one.
pub fn remove_quick_reply(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let gone = editable(tx, who, id)?;
    tx.exec(
        "DELETE FROM quick_reply WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    changed(tx, now, who, &gone, "quick_reply.removed")
}

/// Counts a use.
pub fn used_quick_reply(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<(), Problem> {
    who.need(Permission::Talk)?;
    let shop: Option<Id> = tx.row(
        "UPDATE quick_reply SET uses = uses + 1
         WHERE org_id = $1 AND id = $2 AND (person_id IS NULL OR person_id = $3) RETURNING shop_id",
        args![who.org, id, who.person().unwrap_or(Id::NONE)],
        |row| row.get(0),
    )?;
    match shop {
        Some(shop) if shop == Id::NONE || who.shops.has(shop) => Ok(()),
        _ => Err(Problem::not_found()),
    }
}

fn editable(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<QuickReply, Problem> {
    who.need(Permission::Talk)?;
    let sql = format!("SELECT {COLUMNS} FROM quick_reply WHERE org_id = $1 AND id = $2");
    let reply = tx
        .row(&sql, args![who.org, id], QuickReply::read)?
        .ok_or_else(Problem::not_found)?;
    if reply.shop != Id::NONE && !who.shops.has(reply.shop) {
        return Err(Problem::not_found());
    }
    match reply.person {
        Some(person) if Some(person) == who.person() => Ok(reply),
        Some(_) => Err(Problem::not_found()),
        None => {
            who.need(Permission::EditReplies)?;
            // What holds in all shops is changed by those who have them all.
            if reply.shop == Id::NONE && who.shops != base::Shops::All {
                return Err(Problem::forbidden());
            }
            Ok(reply)
        }
    }
}

fn changed(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    reply: &QuickReply,
    kind: &'static str,
) -> Result<(), Problem> {
    let data = json!({"code": reply.code, "personal": reply.person.is_some()});
    tx.emit(Event {
        at: now,
        who,
        shop: reply.shop,
        kind,
        subject: reply.id,
        data,
    })
}
