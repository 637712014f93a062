use std::collections::{BTreeMap, HashMap};

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

/// Writes the lines of an order in place of those it has; a line that stays in its place keeps its id, and what its
/// goods cost when it was made.
pub(crate) fn write(
    tx: &mut Tx<'_>,
    org: Id,
    order: Id,
    was: &[OrderLine],
    is: &[Line],
) -> Result<(), Problem> {
    let before: Vec<(Id, Option<Id>, Option<Fen>)> = tx.rows(
        "SELECT id, sku_id, cost_fen FROM order_line WHERE org_id = $1 AND order_id = $2",
        args![org, order],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    tx.exec(
        "DELETE FROM order_line WHERE org_id = $1 AND order_id = $2",
        args![org, order],
    )?;
    let costs = costs(tx, org, is.iter())?;
    let mut arguments = Vec::with_capacity(is.len() * WIDTH);
    for (i, line) in is.iter().enumerate() {
        let id = was.get(i).map_or_else(|| tx.id(), |line| line.id);
        let known = before.iter().find(|known| known.0 == id && known.1 == line.sku);
        let cost = match known {
            Some((_, _, cost)) => *cost,
            None => cost_of(&costs, line),
        };
        arguments.extend(values(order, i + 1, id, line, cost));
    }
    tx.insert_alike(INSERT, args![org], WIDTH, "", &arguments)?;
    Ok(())
}

/// Writes the lines of new orders.
pub(crate) fn make(tx: &mut Tx<'_>, org: Id, new: &[(&State, Option<&str>)]) -> Result<(), Problem> {
    let lines = new
        .iter()
        .flat_map(|(state, _)| state.merged.lines.iter().flatten());
    let costs = costs(tx, org, lines)?;
    let mut arguments = Vec::with_capacity(new.len() * WIDTH);
    for (state, _) in new {
        for (i, line) in state.merged.lines.iter().flatten().enumerate() {
            arguments.extend(values(state.id, i + 1, tx.id(), line, cost_of(&costs, line)));
        }
    }
    tx.insert_alike(INSERT, args![org], WIDTH, "", &arguments)?;
    Ok(())
}

const INSERT: &str = "INSERT INTO order_line (org_id, order_id, place, id, sku_id, code, title, spec, quantity, \
     price_fen, cost_fen)";
const WIDTH: usize = 10;

/// What the goods of these lines cost by now.
fn costs<'a>(
    tx: &mut Tx<'_>,
    org: Id,
    lines: impl Iterator<Item = &'a Line>,
) -> Result<HashMap<Id, Fen>, Problem> {
    let mut skus: Vec<Id> = lines.filter_map(|line| line.sku).collect();
    skus.sort_unstable();
    skus.dedup();
    catalogue::costs(tx, org, &skus)
}

fn cost_of(costs: &HashMap<Id, Fen>, line: &Line) -> Option<Fen> {
    costs.get(&line.sku?).copied()
}

fn values(order: Id, place: usize, id: Id, line: &Line, cost: Option<Fen>) -> [Arg<'_>; WIDTH] {
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
        cost.into(),
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
