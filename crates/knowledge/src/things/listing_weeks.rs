use base::{Actor, Id, Ms, Problem};
use serde::Serialize;
use store::{Tx, args};

use crate::things::reach::{Looked, sold_in, staff};

/// How many tasks of listings came and went in seven days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ListingWeek {
    /// Its first moment.
    pub from: Ms,
    /// Its end, which is the beginning of the next.
    pub to: Ms,
    /// Tasks that came.
    pub opened: usize,
    /// Tasks that were done.
    pub closed: usize,
    /// Tasks that stood open at its end.
    pub open: usize,
}

const WEEK_MS: i64 = 7 * 86_400_000;
/// Weeks that are told.
const WEEKS: i64 = 8;
/// Tasks that are counted; the newest.
const MOST: usize = 20_000;

/// How many tasks came, went and stood open in each of the last eight weeks (seven days each, the last ends at `now`),
/// of products in reach, the oldest week first. A task that was opened again counts as never done.
pub fn listing_weeks(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Option<Id>,
) -> Result<Vec<ListingWeek>, Problem> {
    staff(who)?;
    if let Some(shop) = shop {
        who.need_shop(shop)?;
    }
    let begin = now.plus(-WEEKS * WEEK_MS);
    // Two statements, each along an index of its own.
    let mut tasks: Vec<Task> = Vec::new();
    for condition in ["state = 'open' AND $2 <> 0", "done_at >= $2"] {
        let sql = format!(
            "SELECT product_id, opened_at, done_at FROM listing_task WHERE org_id = $1 AND {condition}
             ORDER BY id DESC LIMIT {MOST}"
        );
        tasks.extend(tx.rows(&sql, args![who.org, begin], |row| {
            Ok(Task {
                product: row.get(0)?,
                opened: row.get(1)?,
                done: row.get(2)?,
            })
        })?);
    }
    let mut looked = Looked::of(tx, who, tasks.iter().map(|task| task.product))?;
    let mut mine = Vec::with_capacity(tasks.len());
    for task in tasks {
        let found = looked.product(tx, who, task.product)?;
        if found.is_some_and(|one| shop.is_none_or(|shop| sold_in(one, shop))) {
            mine.push(task);
        }
    }
    Ok((0..WEEKS).map(|n| week(begin.plus(n * WEEK_MS), &mine)).collect())
}

struct Task {
    product: Id,
    opened: Ms,
    done: Option<Ms>,
}

fn week(from: Ms, tasks: &[Task]) -> ListingWeek {
    let to = from.plus(WEEK_MS);
    // What happens at this very moment belongs to the week that ends now.
    let within = |at: Ms| from < at && at <= to;
    let count = |one: &dyn Fn(&Task) -> bool| tasks.iter().filter(|task| one(task)).count();
    ListingWeek {
        from,
        to,
        opened: count(&|task| within(task.opened)),
        closed: count(&|task| task.done.is_some_and(within)),
        open: count(&|task| task.opened <= to && task.done.is_none_or(|done| done > to)),
    }
}
