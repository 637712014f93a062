//! Who was erased, as far as it has to be known: an old file must not make them again.
//!
//! Of each identity stands a hash under a key of the organisation, with when it was erased. What a file tells from
//! before that moment is taken in without the person; what happened after it is a new customer's, as somebody who
//! buys again is there again of their own will.

use std::collections::HashMap;

use base::{Id, Ms, Problem};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use store::{Arg, Tx, args};

use crate::identity::IdentityKind;

/// Of these nicks of a shop, those whose buyer was erased, and when. Called by imports, which check the rights.
pub fn erased_nicks(
    tx: &mut Tx<'_>,
    org: Id,
    shop: Id,
    nicks: &[&str],
) -> Result<HashMap<String, Ms>, Problem> {
    let Some(key) = key(tx, org)?.filter(|_| !nicks.is_empty()) else {
        return Ok(HashMap::new());
    };
    let hashes: Vec<String> = nicks
        .iter()
        .map(|nick| hashed(&key, IdentityKind::Nick.key(), shop, nick))
        .collect::<Result<_, _>>()?;
    let sql = format!(
        "SELECT hash, erased_at FROM customer_erased WHERE org_id = $1 AND hash IN {}",
        Tx::in_list(2, hashes.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(hashes.iter().map(Arg::from));
    arguments.resize(
        1 + hashes.len().next_power_of_two(),
        Arg::from(&hashes[hashes.len() - 1]),
    );
    let found: HashMap<String, Ms> = tx
        .rows(&sql, &arguments, |row| Ok((row.get(0)?, row.get(1)?)))?
        .into_iter()
        .collect();
    let named = nicks.iter().zip(&hashes);
    Ok(named
        .filter_map(|(nick, hash)| Some(((*nick).to_owned(), *found.get(hash)?)))
        .collect())
}

/// When the buyer whom a shop recognised by this was erased; `None` when nobody was. Called by orders, which check
/// the rights.
pub fn erased_at(
    tx: &mut Tx<'_>,
    org: Id,
    shop: Id,
    kind: IdentityKind,
    value: &str,
) -> Result<Option<Ms>, Problem> {
    let Some(key) = key(tx, org)? else {
        return Ok(None);
    };
    let hash = hashed(&key, kind.key(), shop, value.trim())?;
    tx.value(
        "SELECT erased_at FROM customer_erased WHERE org_id = $1 AND hash = $2",
        args![org, &hash],
    )
}

/// When a customer was erased, by an id they had; `None` for one who was not. Called by orders, which check the rights.
pub fn customer_erased_at(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Ms>, Problem> {
    let sql = "SELECT erased_at FROM customer WHERE org_id = $1 AND id = $2";
    Ok(tx.value::<Option<Ms>>(sql, args![org, id])?.flatten())
}

/// Remembers all identities of a customer as erased, and takes them away. `key` is the organisation's from now on,
/// where it has none yet.
pub(crate) fn erase_identities(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    customer: Id,
    key: &str,
) -> Result<u64, Problem> {
    tx.exec(
        "INSERT INTO customer_erased_key (org_id, key) VALUES ($1, $2) ON CONFLICT (org_id) DO NOTHING",
        args![org, key],
    )?;
    let key = self::key(tx, org)?.ok_or_else(Problem::internal)?;
    let identities: Vec<(String, Id, String)> = tx.rows(
        "DELETE FROM customer_identity WHERE org_id = $1 AND customer_id = $2 RETURNING kind, shop_id, value",
        args![org, customer],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    for (kind, shop, value) in &identities {
        // A browser's token is drawn anew by whoever comes back.
        if kind == IdentityKind::Visitor.key() {
            continue;
        }
        tx.exec(
            "INSERT INTO customer_erased (org_id, hash, erased_at) VALUES ($1, $2, $3)
             ON CONFLICT (org_id, hash) DO UPDATE SET erased_at = excluded.erased_at",
            args![org, &hashed(&key, kind, *shop, value)?, now],
        )?;
    }
    Ok(identities.len() as u64)
}

fn key(tx: &mut Tx<'_>, org: Id) -> Result<Option<String>, Problem> {
    tx.value(
        "SELECT key FROM customer_erased_key WHERE org_id = $1",
        args![org],
    )
}

fn hashed(key: &str, kind: &str, shop: Id, value: &str) -> Result<String, Problem> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).map_err(|_| Problem::internal())?;
    mac.update(format!("{kind}\u{0}{shop}\u{0}{value}").as_bytes());
    let hash = mac.finalize().into_bytes();
    Ok(hash.iter().map(|byte| format!("{byte:02x}")).collect())
}
