use base::{Actor, Id, Ms, Permission, Problem, Who, mask_contact, mask_name};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use store::{Event, Tx, args, record};

use crate::check;
use crate::customer::survivor;

record! {
    /// What is kept secret of a customer.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Contact {
        /// The real name.
        pub real_name: Option<String> = "real_name",
        /// A phone number, or another way to reach them.
        pub phone: Option<String> = "phone",
        /// Where they live.
        pub address: Option<String> = "address",
    }
}

/// What is told of a customer's secrets; what is left out or empty stays as it is.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewContact {
    /// The real name, at most 60 characters.
    pub real_name: Option<String>,
    /// A phone number or another way to reach them, at most 120 characters.
    pub phone: Option<String>,
    /// Where they live, at most 300 characters.
    pub address: Option<String>,
}

/// One secret of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecretField {
    /// The real name.
    RealName,
    /// The phone number.
    Phone,
    /// The address.
    Address,
}

impl Contact {
    /// The secrets of a customer; none where nothing is known.
    pub(crate) fn get(tx: &mut Tx<'_>, org: Id, customer: Id) -> Result<Contact, Problem> {
        let columns = Contact::COLUMNS;
        let sql = format!("SELECT {columns} FROM customer_secret WHERE org_id = $1 AND customer_id = $2");
        Ok(tx
            .row(&sql, args![org, customer], Contact::read)?
            .unwrap_or_default())
    }

    /// The same with every part masked.
    pub(crate) fn masked(&self) -> Contact {
        Contact {
            real_name: self.real_name.as_deref().map(mask_name),
            phone: self.phone.as_deref().map(mask_contact),
            address: self.address.as_deref().map(mask_address),
        }
    }

    /// Writes it as the secrets of `customer`.
    pub(crate) fn put(&self, tx: &mut Tx<'_>, org: Id, customer: Id) -> Result<(), Problem> {
        tx.exec(
            "INSERT INTO customer_secret (org_id, customer_id, real_name, phone, address)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (org_id, customer_id) DO UPDATE
             SET real_name = excluded.real_name, phone = excluded.phone, address = excluded.address",
            args![org, customer, &self.real_name, &self.phone, &self.address],
        )?;
        Ok(())
    }
}

/// Whether a platform masked this value: then it says too little to be kept over a full one, and names nobody.
/// Stars, or the cipher some platforms give in place of a name (`export-headers`, Q10).
pub fn is_masked(value: &str) -> bool {
    let wrapped = |mark: &str| value.strip_prefix(mark).is_some_and(|rest| rest.contains(mark));
    value.contains('*') || value.contains('＊') || wrapped("##") || wrapped("$$")
}

/// `浙江省杭州市西湖区文三路 9 号` → `浙江省杭州市****`: the province and city, as a rule.
pub fn mask_address(address: &str) -> String {
    let head: String = address.chars().take(6).collect();
    if head.chars().count() < 6 {
        "****".to_owned()
    } else {
        format!("{head}****")
    }
}

/// `zhang-0815` → `****15`: enough to tell two of one customer apart.
pub(crate) fn mask_end(value: &str) -> String {
    let skip = value.chars().count().saturating_sub(2).max(1);
    format!("****{}", value.chars().skip(skip).collect::<String>())
}

/// Keeps what was told of a customer's secrets. Buyers tell their own; others need
/// [`Permission::EditCustomers`]. A masked value never replaces a full one.
pub fn keep_contact(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    customer: Id,
    new: &NewContact,
) -> Result<(), Problem> {
    match who.who {
        Who::Buyer(own) if own == customer => {}
        Who::Buyer(_) => return Err(Problem::not_found()),
        _ => who.need(Permission::EditCustomers)?,
    }
    let customer = survivor(tx, who.org, customer)?;
    let was = Contact::get(tx, who.org, customer)?;
    let is = Contact {
        real_name: fuller(
            &was.real_name,
            check::line("real_name", new.real_name.as_deref().unwrap_or(""), 60)?,
        ),
        phone: fuller(
            &was.phone,
            check::line("phone", new.phone.as_deref().unwrap_or(""), 120)?,
        ),
        address: fuller(
            &was.address,
            check::line("address", new.address.as_deref().unwrap_or(""), 300)?,
        ),
    };
    if was == is {
        return Ok(());
    }
    is.put(tx, who.org, customer)?;
    let (from, to) = (was.masked(), is.masked());
    let mut data = Map::<String, Value>::new();
    for (name, from, to, changed) in [
        (
            "real_name",
            from.real_name,
            to.real_name,
            was.real_name != is.real_name,
        ),
        ("phone", from.phone, to.phone, was.phone != is.phone),
        ("address", from.address, to.address, was.address != is.address),
    ] {
        if changed {
            data.insert(name.to_owned(), json!([from, to]));
        }
    }
    let shop = Id::NONE;
    tx.emit(Event {
        at: now,
        who,
        shop,
        kind: "customer.contact_changed",
        subject: customer,
        data: data.into(),
    })
}

/// The newer value, unless it is empty, or masked where the older is full.
fn fuller(was: &Option<String>, new: String) -> Option<String> {
    match was {
        Some(was) if new.is_empty() || (is_masked(&new) && !is_masked(was)) => Some(was.clone()),
        None if new.is_empty() => None,
        _ => Some(new),
    }
}

/// One secret in full, written in the log with who asked. Needs [`Permission::Reveal`]. `None` when there is
/// nothing to reveal; that it was asked for is written all the same.
pub fn reveal(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    field: SecretField,
) -> Result<Option<String>, Problem> {
    who.need(Permission::Reveal)?;
    let customer = survivor(tx, who.org, id)?;
    let contact = Contact::get(tx, who.org, customer)?;
    let (name, value) = match field {
        SecretField::RealName => ("real_name", contact.real_name),
        SecretField::Phone => ("phone", contact.phone),
        SecretField::Address => ("address", contact.address),
    };
    let data = json!({ "field": name });
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "customer.revealed",
        subject: customer,
        data,
    })?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::{fuller, is_masked, mask_address, mask_end};

    #[test]
    fn masks_keep_only_what_tells_two_places_apart() {
        assert_eq!(mask_address("浙江省杭州市西湖区文三路 9 号"), "浙江省杭州市****");
        assert_eq!(mask_address("文三路9号"), "****");
        assert_eq!(mask_end("13812345678"), "****78");
        assert_eq!(mask_end("8"), "****");
    }

    #[test]
    fn stars_and_ciphers_are_masks_and_marks_alone_are_not() {
        for masked in ["张**", "138＊＊＊＊5678", "##aGVsbG8##", "$$cGhvbmU$$x"] {
            assert!(is_masked(masked), "{masked}");
        }
        for full in ["张三丰", "##1 号楼", "$$", "a##b##"] {
            assert!(!is_masked(full), "{full}");
        }
    }

    #[test]
    fn an_empty_or_masked_value_never_clears_a_full_one() {
        let full = Some("张三丰".to_owned());
        assert_eq!(fuller(&full, String::new()), full);
        assert_eq!(fuller(&full, "张**".into()), full);
        assert_eq!(fuller(&Some("张**".into()), "张三丰".into()), full);
        assert_eq!(fuller(&None, "张**".into()).as_deref(), Some("张**"));
        assert_eq!(fuller(&full, "李四".into()).as_deref(), Some("李四"));
    }
}
