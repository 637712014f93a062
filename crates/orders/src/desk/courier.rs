use std::collections::BTreeMap;
use std::sync::LazyLock;

use base::{Actor, Fen, Id, Ms, Permission, Problem, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args};

/// A courier the shops may send with (rows 94 and 114).
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Courier {
    /// What files and programs name it by.
    pub code: String,
    /// What buyers call it.
    pub name: String,
    /// Whether it is sent with.
    pub on: bool,
    /// What a buyer pays who asks for it.
    pub surcharge_fen: Fen,
    /// Where the buyer pays that.
    pub surcharge_url: String,
    /// Where a parcel is looked up.
    pub query_url: String,
}

/// A courier as it shall be.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewCourier {
    /// What buyers call it, at most 40 characters.
    pub name: String,
    /// Whether it is sent with.
    pub on: bool,
    /// What a buyer pays who asks for it, up to 1,000 yuan.
    pub surcharge_fen: Fen,
    /// Where the buyer pays that: a web address, at most 300 characters.
    pub surcharge_url: String,
    /// Where a parcel is looked up, likewise.
    pub query_url: String,
}

#[derive(Deserialize)]
struct Known {
    courier: Vec<KnownCourier>,
}

/// A courier everybody knows.
#[derive(Deserialize)]
struct KnownCourier {
    code: String,
    name: String,
    /// By which platforms' texts mean it.
    words: Vec<String>,
}

static KNOWN: LazyLock<Vec<KnownCourier>> = LazyLock::new(|| {
    let known: Result<Known, _> = toml::from_str(include_str!("../../data/couriers.toml"));
    known.map(|known| known.courier).unwrap_or_default()
});

const MOST_SURCHARGE: i64 = 100_000;

/// The couriers of an organisation by code: those everybody knows, as far as it does not say otherwise, and
/// its own. No right is asked.
pub(crate) fn of_org(tx: &mut Tx<'_>, org: Id) -> Result<BTreeMap<String, Courier>, Problem> {
    let mut all: BTreeMap<String, Courier> = KNOWN
        .iter()
        .map(|known| {
            let courier = Courier {
                code: known.code.clone(),
                name: known.name.clone(),
                on: true,
                surcharge_fen: Fen(0),
                surcharge_url: String::new(),
                query_url: String::new(),
            };
            (known.code.clone(), courier)
        })
        .collect();
    let own = tx.rows(
        "SELECT code, name, active, surcharge_fen, surcharge_url, query_url FROM courier WHERE org_id = $1",
        args![org],
        |row| {
            Ok(Courier {
                code: row.get(0)?,
                name: row.get(1)?,
                on: row.get(2)?,
                surcharge_fen: row.get(3)?,
                surcharge_url: row.get(4)?,
                query_url: row.get(5)?,
            })
        },
    )?;
    all.extend(own.into_iter().map(|courier| (courier.code.clone(), courier)));
    Ok(all)
}

/// The courier that a platform's text means, such as 顺丰速运 or `SF123456789`.
pub(crate) fn meant(all: &BTreeMap<String, Courier>, text: &str) -> Option<String> {
    let text = text.trim().to_uppercase();
    if text.is_empty() {
        return None;
    }
    let own = all
        .values()
        .find(|courier| courier.code == text || text.contains(&courier.name.to_uppercase()));
    own.map(|courier| courier.code.clone()).or_else(|| {
        let known = KNOWN
            .iter()
            .find(|known| known.words.iter().any(|word| text.contains(word.as_str())));
        known.map(|known| known.code.clone())
    })
}

/// The couriers. Needs [`Permission::SeeOrders`].
pub fn couriers(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<Courier>, Problem> {
    who.need(Permission::SeeOrders)?;
    Ok(of_org(tx, who.org)?.into_values().collect())
}

/// Makes a courier, or says what is to be known of one. Needs [`Permission::EditDeskRules`].
pub fn set_courier(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    code: &str,
    new: &NewCourier,
) -> Result<Courier, Problem> {
    who.need(Permission::EditDeskRules)?;
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    if code.is_empty() || code.len() > 16 || !code.chars().all(plain) {
        let detail = "A code is 1 to 16 capital letters and digits.";
        return Err(Problem::input("code", "courier_code", detail));
    }
    if !(0..=MOST_SURCHARGE).contains(&new.surcharge_fen.0) {
        let detail = format!("Between 0 and {MOST_SURCHARGE} fen.");
        return Err(Problem::input("surcharge_fen", "out_of_range", detail)
            .with("min", 0)
            .with("max", MOST_SURCHARGE));
    }
    let courier = Courier {
        code: code.to_owned(),
        name: clean_line("name", &new.name, 40)?,
        on: new.on,
        surcharge_fen: new.surcharge_fen,
        surcharge_url: address("surcharge_url", &new.surcharge_url)?,
        query_url: address("query_url", &new.query_url)?,
    };
    let was = of_org(tx, who.org)?.remove(code);
    if was.as_ref() != Some(&courier) {
        tx.exec(
            "INSERT INTO courier (org_id, code, name, active, surcharge_fen, surcharge_url, query_url)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (org_id, code) DO UPDATE
             SET name = excluded.name, active = excluded.active, surcharge_fen = excluded.surcharge_fen,
                 surcharge_url = excluded.surcharge_url, query_url = excluded.query_url",
            args![
                who.org,
                code,
                &courier.name,
                courier.on,
                courier.surcharge_fen,
                &courier.surcharge_url,
                &courier.query_url
            ],
        )?;
        tx.emit(Event {
            at: now,
            who,
            shop: Id::NONE,
            kind: "courier.changed",
            subject: Id::NONE,
            data: json!({ "courier": [was, courier] }),
        })?;
    }
    Ok(courier)
}

fn address(field: &'static str, text: &str) -> Result<String, Problem> {
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    let text = clean_line(field, text, 300)?;
    if text.starts_with("https://") || text.starts_with("http://") {
        Ok(text)
    } else {
        Err(Problem::input(
            field,
            "web_address",
            "A web address begins with https://.",
        ))
    }
}

/// A courier that is sent with.
pub(crate) fn need(tx: &mut Tx<'_>, org: Id, code: &str) -> Result<Courier, Problem> {
    let found = of_org(tx, org)?.remove(code).filter(|courier| courier.on);
    found.ok_or_else(|| {
        Problem::input(
            "courier",
            "unknown_courier",
            "There is no such courier, or it is not sent with.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_courier_is_found_by_its_own_words() {
        assert!(KNOWN.len() >= 10);
        let none = BTreeMap::new();
        for known in KNOWN.iter() {
            for word in &known.words {
                assert_eq!(
                    meant(&none, &format!("{word}快递 "))
                        .filter(|code| *code == known.code || known.code == "POST"),
                    meant(&none, &format!("{word}快递 ")),
                    "{word}"
                );
            }
            assert_eq!(
                meant(&none, &known.name),
                Some(known.code.clone()),
                "{}",
                known.name
            );
        }
        assert_eq!((meant(&none, " "), meant(&none, "自提")), (None, None));
    }
}
