use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Permission, Problem, clean_line, clean_text};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Row, Tx, args, pad};

use crate::bundle::reached;

/// What the warehouse knows of a SKU: how heavy, where it lies, how it is packed (rows 151 to 153).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Handling {
    /// One piece as it is packed, in grams, 1 to 1,000,000; null: not known.
    pub weight_g: Option<i64>,
    /// Where it lies, at most 40 characters.
    pub bin: String,
    /// How it is packed, at most 300 characters.
    pub packing: String,
}

const COLUMNS: &str = "sku_id, weight_g, bin, packing";
const HEAVIEST_G: i64 = 1_000_000;

fn read(row: &Row<'_>) -> Result<(Id, Handling), Problem> {
    let handling = Handling {
        weight_g: row.get(1)?,
        bin: row.get(2)?,
        packing: row.get(3)?,
    };
    Ok((row.get(0)?, handling))
}

/// What the warehouse knows of these SKUs, by SKU; no right is asked.
pub fn handling_of(tx: &mut Tx<'_>, org: Id, skus: &[Id]) -> Result<BTreeMap<Id, Handling>, Problem> {
    if skus.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM sku_handling WHERE org_id = $1 AND sku_id IN {}",
        Tx::in_list(2, skus.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(skus));
    Ok(tx.rows(&sql, &arguments, read)?.into_iter().collect())
}

/// What the warehouse knows of one SKU. Any other organisation's or shop's is `not_found`.
pub fn handling(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Handling, Problem> {
    reached(tx, who, id)?;
    Ok(handling_of(tx, who.org, &[id])?.remove(&id).unwrap_or_default())
}

/// Says what the warehouse knows of a SKU. Needs [`Permission::EditCatalogue`].
pub fn set_handling(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    new: &Handling,
) -> Result<Handling, Problem> {
    reached(tx, who, id)?;
    who.need(Permission::EditCatalogue)?;
    if new.weight_g.is_some_and(|g| !(1..=HEAVIEST_G).contains(&g)) {
        let detail = format!("Between 1 and {HEAVIEST_G} g.");
        return Err(Problem::input("weight_g", "out_of_range", detail)
            .with("min", 1)
            .with("max", HEAVIEST_G));
    }
    let is = Handling {
        weight_g: new.weight_g,
        bin: some(&new.bin, |text| clean_line("bin", text, 40))?,
        packing: some(&new.packing, |text| clean_text("packing", text, 300))?,
    };
    let was = handling_of(tx, who.org, &[id])?.remove(&id).unwrap_or_default();
    if was != is {
        tx.exec(
            "INSERT INTO sku_handling (org_id, sku_id, weight_g, bin, packing) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (org_id, sku_id) DO UPDATE
             SET weight_g = excluded.weight_g, bin = excluded.bin, packing = excluded.packing",
            args![who.org, id, is.weight_g, &is.bin, &is.packing],
        )?;
        let data = json!({
            "weight_g": [was.weight_g, is.weight_g], "bin": [was.bin, is.bin], "packing": [was.packing, is.packing]
        });
        tx.emit(Event {
            at: now,
            who,
            shop: Id::NONE,
            kind: "sku.handling",
            subject: id,
            data,
        })?;
    }
    Ok(is)
}

fn some(text: &str, clean: impl Fn(&str) -> Result<String, Problem>) -> Result<String, Problem> {
    if text.trim().is_empty() {
        Ok(String::new())
    } else {
        clean(text)
    }
}
