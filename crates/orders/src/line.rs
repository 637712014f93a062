use std::collections::BTreeMap;

use base::{Fen, Id, Problem};
use serde::{Deserialize, Serialize};
use store::{Arg, Tx, args, pad};

use crate::state::State;

/// One thing that was bought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OrderLine {
    /// Its id.
    pub id: Id,
    /// The SKU, if it is in the catalogue.
    pub sku: Option<Id>,
    /// The merchant code.
    pub code: Option<String>,
    /// What the buyer read.
    pub title: String,
    /// Colour, size and so on; may be empty.
    pub spec: String,
    /// Pieces.
    pub quantity: i64,
    /// What one piece costs.
    pub price_fen: Fen,
}

/// A line as versions of an order tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) sku: Option<Id>,
    pub(crate) code: Option<String>,
    pub(crate) title: String,
    pub(crate) spec: String,
    pub(crate) quantity: i64,
    pub(crate) price_fen: Fen,
}

impl OrderLine {
    /// The lines of these orders, in the orders' own order.
    pub(crate) fn of_orders(
        tx: &mut Tx<'_>,
        org: Id,
        orders: &[Id],
    ) -> Result<BTreeMap<Id, Vec<OrderLine>>, Problem> {
        let sql = format!(
            "SELECT order_id, id, sku_id, code, title, spec, quantity, price_fen FROM order_line
             WHERE org_id = $1 AND order_id IN {} ORDER BY order_id, place",
            Tx::in_list(2, orders.len())
        );
        let mut arguments = args![org].to_vec();
        arguments.extend(pad(orders));
        let rows = tx.rows(&sql, &arguments, |row| {
            let line = OrderLine {
                id: row.get(1)?,
                sku: row.get(2)?,
                code: row.get(3)?,
                title: row.get(4)?,
                spec: row.get(5)?,
                quantity: row.get(6)?,
                price_fen: row.get(7)?,
            };
            Ok((row.get::<Id>(0)?, line))
        })?;
        let mut lines = BTreeMap::<Id, Vec<OrderLine>>::new();
        for (order, line) in rows {
            lines.entry(order).or_default().push(line);
        }
        Ok(lines)
    }

    /// What a version told of it.
    pub(crate) fn told(&self) -> Line {
        Line {
            sku: self.sku,
            code: self.code.clone(),
            title: self.title.clone(),
            spec: self.spec.clone(),
            quantity: self.quantity,
            price_fen: self.price_fen,
        }
    }
}

/// Writes the lines of an order in place of those it has; a line that stays in its place keeps its id.
pub(crate) fn write(
    tx: &mut Tx<'_>,
    org: Id,
    order: Id,
    was: &[OrderLine],
    is: &[Line],
) -> Result<(), Problem> {
    tx.exec(
        "DELETE FROM order_line WHERE org_id = $1 AND order_id = $2",
        args![org, order],
    )?;
    let mut arguments = Vec::with_capacity(is.len() * WIDTH);
    for (i, line) in is.iter().enumerate() {
        let id = was.get(i).map_or_else(|| tx.id(), |line| line.id);
        arguments.extend(values(order, i + 1, id, line));
    }
    tx.insert_alike(INSERT, args![org], WIDTH, "", &arguments)?;
    Ok(())
}

/// Writes the lines of new orders.
pub(crate) fn make(tx: &mut Tx<'_>, org: Id, new: &[(&State, Option<&str>)]) -> Result<(), Problem> {
    let mut arguments = Vec::with_capacity(new.len() * WIDTH);
    for (state, _) in new {
        for (i, line) in state.merged.lines.iter().flatten().enumerate() {
            arguments.extend(values(state.id, i + 1, tx.id(), line));
        }
    }
    tx.insert_alike(INSERT, args![org], WIDTH, "", &arguments)?;
    Ok(())
}

const INSERT: &str = "INSERT INTO order_line (org_id, order_id, place, id, sku_id, code, title, spec, quantity, \
     price_fen)";
const WIDTH: usize = 9;

fn values(order: Id, place: usize, id: Id, line: &Line) -> [Arg<'_>; WIDTH] {
    [
        order.into(),
        place.into(),
        id.into(),
        line.sku.into(),
        (&line.code).into(),
        (&line.title).into(),
        (&line.spec).into(),
        line.quantity.into(),
        line.price_fen.into(),
    ]
}

/// Finds the SKUs of lines that name a merchant code only. A code the catalogue does not know stays a code.
pub(crate) fn find_skus<'a>(
    tx: &mut Tx<'_>,
    org: Id,
    lines: impl Iterator<Item = &'a mut Line>,
) -> Result<(), Problem> {
    let mut lines: Vec<&mut Line> = lines
        .filter(|line| line.sku.is_none() && line.code.is_some())
        .collect();
    let mut codes: Vec<&str> = lines.iter().filter_map(|line| line.code.as_deref()).collect();
    codes.sort_unstable();
    codes.dedup();
    let known = catalogue::skus_by_codes(tx, org, &codes)?;
    for line in &mut lines {
        line.sku = line.code.as_ref().and_then(|code| known.get(code)).copied();
    }
    Ok(())
}
