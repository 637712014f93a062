//! Moving everything of one customer to another, and what of it back.

use base::{Actor, Fen, Id, Ms, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args};

use crate::consent;
use crate::contact::{Contact, is_masked};
use crate::customer::Customer;

/// Longest note kept when two are joined, in characters.
const NOTE: usize = 4_000;

/// What was moved from one customer to another.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Moved {
    /// Kind, shop and value.
    identities: Vec<(String, Id, String)>,
    blocks: Vec<Id>,
    /// Tags the one had; and those of them the other had not.
    tags: Vec<Id>,
    new_tags: Vec<Id>,
    consents: Vec<Id>,
    /// Plans, and entries of the file.
    #[serde(default)]
    plans: Vec<Id>,
    #[serde(default)]
    entries: Vec<Id>,
    /// Consents that are not in force any more, as the other's are stricter.
    replaced: Vec<Id>,
    /// Whom the one brought.
    brought: Vec<Id>,
    /// Who brought the one, and whether the other had nobody and took that over.
    brought_by: Option<Id>,
    brought_by_moved: bool,
    /// Who was merged into the one before.
    merged: Vec<Id>,
}

/// Merges the anonymous customer `from` into `into`: everything moves, and `from` stays as a name that leads to
/// `into`.
pub(crate) fn merge(tx: &mut Tx<'_>, now: Ms, org: Id, shop: Id, from: Id, into: Id) -> Result<(), Problem> {
    move_all(tx, now, org, from, into)?;
    let who = Actor::buyer(org, shop, into);
    let data = json!({ "merged_into": [null, into] });
    tx.emit(Event {
        at: now,
        who: &who,
        shop,
        kind: "customer.merged",
        subject: from,
        data,
    })
}

/// Moves identities, blocks, secrets, tags, consents, referrals, notes and sums. Of levels the higher is kept, of
/// consents the stricter; what `into` lacks is filled.
pub(crate) fn move_all(tx: &mut Tx<'_>, now: Ms, org: Id, from: Id, into: Id) -> Result<Moved, Problem> {
    let gone = Customer::get(tx, org, from)?.ok_or_else(Problem::not_found)?;
    let kept = Customer::get(tx, org, into)?.ok_or_else(Problem::not_found)?;
    let mut moved = Moved {
        identities: tx.rows(
            "UPDATE customer_identity SET customer_id = $3 WHERE org_id = $1 AND customer_id = $2
             RETURNING kind, shop_id, value",
            args![org, from, into],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?,
        blocks: tx.rows(
            "UPDATE customer_block SET customer_id = $3 WHERE org_id = $1 AND customer_id = $2 RETURNING id",
            args![org, from, into],
            |row| row.get(0),
        )?,
        plans: tx.rows(
            "UPDATE customer_plan SET customer_id = $3 WHERE org_id = $1 AND customer_id = $2 RETURNING id",
            args![org, from, into],
            |row| row.get(0),
        )?,
        entries: tx.rows(
            "UPDATE customer_entry SET customer_id = $3 WHERE org_id = $1 AND customer_id = $2 RETURNING id",
            args![org, from, into],
            |row| row.get(0),
        )?,
        // Who leads to the one leads to the other: there is never a second hop.
        merged: tx.rows(
            "UPDATE customer SET merged_into = $3 WHERE org_id = $1 AND merged_into = $2 RETURNING id",
            args![org, from, into],
            |row| row.get(0),
        )?,
        ..Moved::default()
    };
    move_secrets(tx, org, from, into)?;
    moved.move_tags(tx, org, from, into)?;
    moved.move_consents(tx, now, org, from, into)?;
    moved.move_referrals(tx, org, from, into)?;
    tx.exec(
        "UPDATE customer SET level = $3, vip = $4, vip_note = $5, note = $6, spent_fen = $7, orders = $8
         WHERE org_id = $1 AND id = $2",
        args![
            org,
            into,
            kept.level.max(gone.level),
            kept.vip || gone.vip,
            &joined(&kept.vip_note, &gone.vip_note),
            &joined(&kept.note, &gone.note),
            Fen(kept.spent_fen.0 + gone.spent_fen.0),
            kept.orders + gone.orders
        ],
    )?;
    tx.exec(
        "UPDATE customer SET merged_into = $3, spent_fen = 0, orders = 0, note = '', vip_note = ''
         WHERE org_id = $1 AND id = $2",
        args![org, from, into],
    )?;
    Ok(moved)
}

/// What the known customer lacks is filled; nothing secret stays behind.
fn move_secrets(tx: &mut Tx<'_>, org: Id, from: Id, into: Id) -> Result<(), Problem> {
    let gone = Contact::get(tx, org, from)?;
    if gone == Contact::default() {
        return Ok(());
    }
    let kept = Contact::get(tx, org, into)?;
    let fill = |kept: Option<String>, gone: Option<String>| match (kept, gone) {
        (Some(kept), Some(gone)) if is_masked(&kept) && !is_masked(&gone) => Some(gone),
        (kept, gone) => kept.or(gone),
    };
    let is = Contact {
        real_name: fill(kept.real_name, gone.real_name),
        phone: fill(kept.phone, gone.phone),
        address: fill(kept.address, gone.address),
    };
    is.put(tx, org, into)?;
    tx.exec(
        "DELETE FROM customer_secret WHERE org_id = $1 AND customer_id = $2",
        args![org, from],
    )?;
    Ok(())
}

const OF_TAGGED: &str =
    "SELECT tag_id FROM customer_tagged WHERE org_id = $1 AND customer_id = $2 ORDER BY tag_id";

impl Moved {
    fn move_tags(&mut self, tx: &mut Tx<'_>, org: Id, from: Id, into: Id) -> Result<(), Problem> {
        self.tags = tx.rows(OF_TAGGED, args![org, from], |row| row.get(0))?;
        let had: Vec<Id> = tx.rows(OF_TAGGED, args![org, into], |row| row.get(0))?;
        self.new_tags = self
            .tags
            .iter()
            .copied()
            .filter(|tag| !had.contains(tag))
            .collect();
        tx.exec(
            "INSERT INTO customer_tagged (org_id, tag_id, customer_id, tagged_by, tagged_at)
             SELECT g.org_id, g.tag_id, $3, g.tagged_by, g.tagged_at FROM customer_tagged g
             WHERE g.org_id = $1 AND g.customer_id = $2
             ON CONFLICT (org_id, tag_id, customer_id) DO NOTHING",
            args![org, from, into],
        )?;
        tx.exec(
            "DELETE FROM customer_tagged WHERE org_id = $1 AND customer_id = $2",
            args![org, from],
        )?;
        Ok(())
    }

    /// What was said under either name stays as history; on each channel the stricter of the two is in force.
    fn move_consents(
        &mut self,
        tx: &mut Tx<'_>,
        now: Ms,
        org: Id,
        from: Id,
        into: Id,
    ) -> Result<(), Problem> {
        let kept = consent::in_force(tx, org, into, None)?;
        for gone in consent::in_force(tx, org, from, None)? {
            let Some(kept) = kept.iter().find(|kept| kept.channel == gone.channel) else {
                continue;
            };
            let looser = if gone.stricter_than(kept) {
                kept.id
            } else {
                gone.id
            };
            tx.exec(
                "UPDATE customer_consent SET replaced_at = $3 WHERE org_id = $1 AND id = $2",
                args![org, looser, now],
            )?;
            self.replaced.push(looser);
        }
        self.consents = tx.rows(
            "UPDATE customer_consent SET customer_id = $3 WHERE org_id = $1 AND customer_id = $2 RETURNING id",
            args![org, from, into],
            |row| row.get(0),
        )?;
        Ok(())
    }

    /// Whom either brought, and who brought either, as far as the other has nobody yet.
    fn move_referrals(&mut self, tx: &mut Tx<'_>, org: Id, from: Id, into: Id) -> Result<(), Problem> {
        self.brought_by = tx.value(
            "SELECT brought_by FROM customer_referral WHERE org_id = $1 AND customer_id = $2",
            args![org, from],
        )?;
        self.brought = tx.rows(
            "UPDATE customer_referral SET brought_by = $3
             WHERE org_id = $1 AND brought_by = $2 AND customer_id <> $3 RETURNING customer_id",
            args![org, from, into],
            |row| row.get(0),
        )?;
        let took = tx.exec(
            "UPDATE customer_referral SET customer_id = $3
             WHERE org_id = $1 AND customer_id = $2 AND brought_by <> $3
               AND NOT EXISTS (SELECT 1 FROM customer_referral r WHERE r.org_id = $1 AND r.customer_id = $3)",
            args![org, from, into],
        )?;
        self.brought_by_moved = took == 1;
        tx.exec(
            "DELETE FROM customer_referral WHERE org_id = $1 AND (customer_id = $2 OR brought_by = $2)",
            args![org, from],
        )?;
        Ok(())
    }

    /// Gives `from` back what was moved to `into` and is still there; answers of what kind the rest is, which
    /// somebody changed since. Rows of the customers themselves are the caller's.
    pub(crate) fn give_back(
        &self,
        tx: &mut Tx<'_>,
        now: Ms,
        org: Id,
        from: Id,
        into: Id,
    ) -> Result<Vec<String>, Problem> {
        let mut missing = Vec::new();
        let mut went = |kind: &str, went: u64| {
            if went == 0 && !missing.iter().any(|one| one == kind) {
                missing.push(kind.to_owned());
            }
        };
        for (kind, shop, value) in &self.identities {
            let sql = "UPDATE customer_identity SET customer_id = $3
                       WHERE org_id = $1 AND customer_id = $2 AND kind = $4 AND shop_id = $5 AND value = $6";
            went(
                "identity",
                tx.exec(sql, args![org, into, from, kind, *shop, value])?,
            );
        }
        for block in &self.blocks {
            let sql = "UPDATE customer_block SET customer_id = $3 WHERE org_id = $1 AND customer_id = $2 AND id = $4";
            went("block", tx.exec(sql, args![org, into, from, *block])?);
        }
        for tag in &self.tags {
            if self.new_tags.contains(tag) {
                let sql =
                    "DELETE FROM customer_tagged WHERE org_id = $1 AND customer_id = $2 AND tag_id = $3";
                went("tag", tx.exec(sql, args![org, into, *tag])?);
            }
            // A tag that was taken away altogether does not come back.
            tx.exec(
                "INSERT INTO customer_tagged (org_id, tag_id, customer_id, tagged_by, tagged_at)
                 SELECT t.org_id, t.id, $3, 0, $4 FROM customer_tag t WHERE t.org_id = $1 AND t.id = $2
                 ON CONFLICT (org_id, tag_id, customer_id) DO NOTHING",
                args![org, *tag, from, now],
            )?;
        }
        for consent in &self.consents {
            let sql = "UPDATE customer_consent SET customer_id = $3 WHERE org_id = $1 AND customer_id = $2 AND id = $4";
            went("consent", tx.exec(sql, args![org, into, from, *consent])?);
        }
        for plan in &self.plans {
            let sql = "UPDATE customer_plan SET customer_id = $3 WHERE org_id = $1 AND customer_id = $2 AND id = $4";
            went("plan", tx.exec(sql, args![org, into, from, *plan])?);
        }
        for entry in &self.entries {
            let sql = "UPDATE customer_entry SET customer_id = $3 WHERE org_id = $1 AND customer_id = $2 AND id = $4";
            went("entry", tx.exec(sql, args![org, into, from, *entry])?);
        }
        for replaced in &self.replaced {
            // In force again, unless something was written down on the channel since.
            let sql = "UPDATE customer_consent SET replaced_at = NULL
                       WHERE org_id = $1 AND id = $2
                         AND NOT EXISTS (SELECT 1 FROM customer_consent o
                             WHERE o.org_id = $1 AND o.customer_id = customer_consent.customer_id
                               AND o.channel = customer_consent.channel AND o.replaced_at IS NULL)";
            went("consent", tx.exec(sql, args![org, *replaced])?);
        }
        for other in &self.brought {
            let sql = "UPDATE customer_referral SET brought_by = $3
                       WHERE org_id = $1 AND brought_by = $2 AND customer_id = $4";
            went("referral", tx.exec(sql, args![org, into, from, *other])?);
        }
        if let Some(by) = self.brought_by.filter(|_| self.brought_by_moved) {
            let sql =
                "DELETE FROM customer_referral WHERE org_id = $1 AND customer_id = $2 AND brought_by = $3";
            tx.exec(sql, args![org, into, by])?;
        }
        if let Some(by) = self.brought_by {
            tx.exec(
                "INSERT INTO customer_referral (org_id, customer_id, brought_by, written_by, written_at)
                 VALUES ($1, $2, $3, 0, $4) ON CONFLICT (org_id, customer_id) DO NOTHING",
                args![org, from, by, now],
            )?;
        }
        for other in &self.merged {
            let sql =
                "UPDATE customer SET merged_into = $3 WHERE org_id = $1 AND merged_into = $2 AND id = $4";
            tx.exec(sql, args![org, into, from, *other])?;
        }
        Ok(missing)
    }
}

fn joined(kept: &str, gone: &str) -> String {
    match (kept.is_empty(), gone.is_empty()) {
        (_, true) => kept.to_owned(),
        (true, false) => gone.to_owned(),
        (false, false) => format!("{kept}\n{gone}").chars().take(NOTE).collect(),
    }
}
