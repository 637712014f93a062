//! Customers as files of members tell them.

use base::{Actor, Id, Ms, Permission, Problem};
use serde::{Deserialize, Serialize};
use store::{Tx, args};

use crate::bulk;
use crate::check;
use crate::contact::{Contact, NewContact, is_masked};
use crate::customer::{Customer, CustomerChange, edit_customer, survivor};
use crate::erased::erased_nicks;
use crate::identity::{self, IdentityKind};

/// A customer as a file tells them; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewMember {
    /// Their nick in the shop.
    pub nick: String,
    /// Another nick the shop knows them by, such as a platform's number of theirs.
    pub also: Option<String>,
    /// Member level, 0 to 99.
    pub level: Option<i64>,
    /// Whether they are a VIP.
    pub vip: Option<bool>,
    /// What a VIP asks for specially, at most 500 characters.
    pub vip_note: Option<String>,
    /// What the team should know, at most 2,000 characters.
    pub note: Option<String>,
    /// The real name, at most 60 characters.
    pub real_name: Option<String>,
    /// The phone number, at most 120 characters.
    pub phone: Option<String>,
    /// The address, at most 300 characters.
    pub address: Option<String>,
}

/// What was done about a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberDone {
    /// The customer is new.
    Made,
    /// Something of them is different now.
    Changed,
    /// They were so already.
    Same,
}

/// What an import may change of a customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Kept {
    level: i64,
    vip: bool,
    vip_note: String,
    note: String,
    real_name: Option<String>,
    phone: Option<String>,
    address: Option<String>,
}

impl Kept {
    fn get(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Kept>, Problem> {
        let Some(customer) = Customer::get(tx, org, id)? else {
            return Ok(None);
        };
        let contact = Contact::get(tx, org, id)?;
        Ok(Some(Kept {
            level: customer.level,
            vip: customer.vip,
            vip_note: customer.vip_note,
            note: customer.note,
            real_name: contact.real_name,
            phone: contact.phone,
            address: contact.address,
        }))
    }

    fn put(&self, tx: &mut Tx<'_>, org: Id, id: Id) -> Result<(), Problem> {
        tx.exec(
            "UPDATE customer SET vip = $3, level = $4, vip_note = $5, note = $6 WHERE org_id = $1 AND id = $2",
            args![org, id, self.vip, self.level, &self.vip_note, &self.note],
        )?;
        let contact = Contact {
            real_name: self.real_name.clone(),
            phone: self.phone.clone(),
            address: self.address.clone(),
        };
        if contact == Contact::default() {
            let sql = "DELETE FROM customer_secret WHERE org_id = $1 AND customer_id = $2";
            return tx.exec(sql, args![org, id]).map(drop);
        }
        contact.put(tx, org, id)
    }

    /// The same once `new` is taken in: nothing empty, and nothing masked over what is full.
    fn with(&self, new: &NewMember) -> Result<Kept, Problem> {
        let text = |field, text: &Option<String>, limit| match text {
            Some(text) => check::text(field, text, limit).map(Some),
            None => Ok(None),
        };
        let line = |field, old: &Option<String>, new: &Option<String>, limit| -> Result<_, Problem> {
            let told = check::line(field, new.as_deref().unwrap_or_default(), limit)?;
            let keeps =
                told.is_empty() || (is_masked(&told) && old.as_deref().is_some_and(|old| !is_masked(old)));
            Ok(if keeps { old.clone() } else { Some(told) })
        };
        let fuller =
            |old: &String, new: Option<String>| new.filter(|new| !new.is_empty()).unwrap_or(old.clone());
        Ok(Kept {
            level: check::level(new.level.unwrap_or(self.level))?,
            vip: new.vip.unwrap_or(self.vip),
            vip_note: fuller(&self.vip_note, text("vip_note", &new.vip_note, 500)?),
            note: fuller(&self.note, text("note", &new.note, 2_000)?),
            real_name: line("real_name", &self.real_name, &new.real_name, 60)?,
            phone: line("phone", &self.phone, &new.phone, 120)?,
            address: line("address", &self.address, &new.address, 300)?,
        })
    }
}

const NOBODY: Kept = Kept {
    level: 0,
    vip: false,
    vip_note: String::new(),
    note: String::new(),
    real_name: None,
    phone: None,
    address: None,
};

/// Who a file tells of, and what it changes.
struct Weighed {
    done: MemberDone,
    /// Who they are and what is known of them, where anything is.
    known: Option<(Id, Kept)>,
    /// The nick of the two that is not theirs yet, where the other is or will be.
    adds: Option<String>,
}

/// What [`import_member`] would do, without doing it; all its refusals come from here. `nick_masked` for a nick
/// that names nobody, `nick_taken` where nick and other nick are two customers.
pub fn weigh_member(tx: &mut Tx<'_>, who: &Actor, shop: Id, new: &NewMember) -> Result<MemberDone, Problem> {
    weigh(tx, who, shop, new).map(|weighed| weighed.done)
}

fn weigh(tx: &mut Tx<'_>, who: &Actor, shop: Id, new: &NewMember) -> Result<Weighed, Problem> {
    who.need(Permission::EditCustomers)?;
    let nick = check::line("nick", &new.nick, 128)?;
    if nick.is_empty() || is_masked(&nick) {
        return Err(Problem::input("nick", "nick_masked", "This nick names nobody."));
    }
    let also = check::line("also", new.also.as_deref().unwrap_or_default(), 128)?;
    let also = Some(also).filter(|also| !also.is_empty() && !is_masked(also) && *also != nick);
    let nicks: Vec<&str> = std::iter::once(nick.as_str()).chain(also.as_deref()).collect();
    let known = bulk::known_nicks(tx, who, shop, &nicks)?;
    let unknown: Vec<&str> = nicks
        .iter()
        .copied()
        .filter(|nick| !known.contains_key(*nick))
        .collect();
    // Such a file tells no time: whoever was erased comes back by what they do, not by an old list.
    if !unknown.is_empty() && !erased_nicks(tx, who.org, shop, &unknown)?.is_empty() {
        let detail = "This buyer asked to be erased; take the row out of the file.";
        return Err(Problem::input("nick", "buyer_erased", detail));
    }
    let mut whose = None;
    for id in nicks.iter().filter_map(|nick| known.get(*nick)) {
        let id = survivor(tx, who.org, *id)?;
        if whose.is_some_and(|other| other != id) {
            let detail = "These are two customers; merge them first.";
            return Err(Problem::input("also", "nick_taken", detail));
        }
        whose = Some(id);
    }
    let Some(id) = whose else {
        NOBODY.with(new)?;
        return Ok(Weighed {
            done: MemberDone::Made,
            known: None,
            adds: also,
        });
    };
    let was = Kept::get(tx, who.org, id)?.ok_or_else(Problem::internal)?;
    let adds = unknown.first().map(|nick| (*nick).to_owned());
    let done = if adds.is_none() && was.with(new)? == was {
        MemberDone::Same
    } else {
        MemberDone::Changed
    };
    Ok(Weighed {
        done,
        known: Some((id, was)),
        adds,
    })
}

/// Takes in what a file tells of a customer, who is made where nobody knows the nick, and keeps what was there for
/// [`give_back_members`]. What is refused leaves nothing behind. Needs [`Permission::EditCustomers`] and the shop.
///
/// Answers also how many rows before it changed nothing after all: where they contradict each other and the customer
/// is in the end what they were before the run, the run changed nothing, and has nothing of them to give back.
pub fn import_member(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Id,
    (run, slice): (Id, i64),
    new: &NewMember,
) -> Result<(MemberDone, i64), Problem> {
    let Weighed { done, known, adds } = weigh(tx, who, shop, new)?;
    if done == MemberDone::Same {
        return Ok((done, 0));
    }
    let (id, was) = match known {
        Some((id, was)) => (id, Some(was)),
        None => {
            let nick = check::line("nick", &new.nick, 128)?;
            let made = bulk::of_nicks(tx, now, who, shop, run, &[nick.as_str()])?;
            (*made.get(&nick).ok_or_else(Problem::internal)?, None)
        }
    };
    if let Some(value) = &adds {
        if !identity::add(tx, now, who.org, IdentityKind::Nick, shop, value, id)? {
            // Somebody else just got it: looked at again, it is theirs.
            return Err(Problem::unavailable());
        }
        tx.exec(
            "INSERT INTO customer_import_nick (org_id, run_id, slice, shop_id, value, customer_id)
             VALUES ($1, $2, $3, $4, $5, $6)",
            args![who.org, run, slice, shop, value, id],
        )?;
    }
    let is = was.as_ref().unwrap_or(&NOBODY).with(new)?;
    let change = CustomerChange {
        vip: Some(is.vip),
        level: Some(is.level),
        vip_note: Some(is.vip_note.clone()),
        note: Some(is.note.clone()),
        ..CustomerChange::default()
    };
    edit_customer(tx, now, who, id, &change)?;
    let contact = NewContact {
        real_name: is.real_name.clone(),
        phone: is.phone.clone(),
        address: is.address.clone(),
    };
    crate::contact::keep_contact(tx, now, who, id, &contact)?;
    if was.is_some()
        && let Some(rows) = is_again(tx, (who.org, run, id), was.as_ref(), &is)?
    {
        return Ok((MemberDone::Same, rows));
    }
    let written = |kept: &Kept| serde_json::to_string(kept).map_err(|_| Problem::internal());
    let before = was.as_ref().map(written).transpose()?;
    // Told of twice in one slice: what was there first is what is given back.
    tx.exec(
        "INSERT INTO customer_import (org_id, run_id, slice, customer_id, was, left_as) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (org_id, run_id, slice, customer_id) DO UPDATE
         SET left_as = excluded.left_as, told = customer_import.told + 1",
        args![who.org, run, slice, id, &before, &written(&is)?],
    )?;
    Ok((done, 0))
}

/// Whether a customer is what they were before a run changed them, and nobody else did since: then the run forgets that
/// it did. Answers how many rows were counted as changing them.
fn is_again(
    tx: &mut Tx<'_>,
    (org, run, id): (Id, Id, Id),
    was: Option<&Kept>,
    is: &Kept,
) -> Result<Option<i64>, Problem> {
    // Along the index by customer, here and below: a run may have many.
    let noted: Vec<(Option<String>, String, i64)> = tx.rows(
        "SELECT was, left_as, told FROM customer_import
         WHERE org_id = $1 AND +run_id = $2 AND customer_id = $3 ORDER BY slice",
        args![org, run, id],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let (Some((Some(first), ..)), Some((_, last, _))) = (noted.first(), noted.last()) else {
        return Ok(None);
    };
    let read = |text: &str| serde_json::from_str::<Kept>(text).map_err(|_| Problem::internal());
    if read(first)? != *is || was != Some(&read(last)?) {
        return Ok(None);
    }
    let named: Option<Id> = tx.value(
        "SELECT customer_id FROM customer_import_nick
         WHERE org_id = $1 AND +run_id = $2 AND customer_id = $3 LIMIT 1",
        args![org, run, id],
    )?;
    if named.is_some() {
        return Ok(None);
    }
    tx.exec(
        "DELETE FROM customer_import WHERE org_id = $1 AND +run_id = $2 AND customer_id = $3",
        args![org, run, id],
    )?;
    Ok(Some(noted.iter().map(|(.., told)| told).sum()))
}

/// Gives back what a slice of a run did to customers. Answers how many it gave back, and who stays because
/// somebody changed them since. Called by imports, which check the rights; those a run made are taken away with
/// [`crate::forget_made`].
pub fn give_back_members(tx: &mut Tx<'_>, org: Id, run: Id, slice: i64) -> Result<(i64, Vec<Id>), Problem> {
    let rows: Vec<(Id, Option<String>, String)> = tx.rows(
        "SELECT customer_id, was, left_as FROM customer_import
         WHERE org_id = $1 AND run_id = $2 AND slice = $3 ORDER BY customer_id",
        args![org, run, slice],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    take_nicks_back(tx, org, run, slice)?;
    let read = |text: &str| serde_json::from_str::<Kept>(text).map_err(|_| Problem::internal());
    let (mut given, mut kept) = (0, Vec::new());
    for (id, was, left) in rows {
        if Kept::get(tx, org, id)? != Some(read(&left)?) {
            kept.push(id);
            continue;
        }
        let was = was.as_deref().map(read).transpose()?;
        was.as_ref().unwrap_or(&NOBODY).put(tx, org, id)?;
        given += 1;
    }
    tx.exec(
        "DELETE FROM customer_import WHERE org_id = $1 AND run_id = $2 AND slice = $3",
        args![org, run, slice],
    )?;
    Ok((given, kept))
}

/// Takes away the nicks a slice gave to customers beside their own, unless they are somebody else's by now.
fn take_nicks_back(tx: &mut Tx<'_>, org: Id, run: Id, slice: i64) -> Result<(), Problem> {
    let given: Vec<(Id, String, Id)> = tx.rows(
        "DELETE FROM customer_import_nick WHERE org_id = $1 AND run_id = $2 AND slice = $3
         RETURNING shop_id, value, customer_id",
        args![org, run, slice],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    for (shop, value, customer) in given {
        tx.exec(
            "DELETE FROM customer_identity
             WHERE org_id = $1 AND kind = $2 AND shop_id = $3 AND value = $4 AND customer_id = $5",
            args![org, IdentityKind::Nick.key(), shop, &value, customer],
        )?;
    }
    Ok(())
}
