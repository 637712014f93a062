use base::{Actor, Id, Ms, Page, PageAsk, Problem, Shops};
use serde::Deserialize;
use store::{Tx, args};

use crate::things::campaign::{COLUMNS, Campaign, read};
use crate::things::holding::Period;
use crate::things::reach::{concerns, staff};

/// Which campaigns a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CampaignFilter {
    /// That hold in this shop.
    pub shop: Option<Id>,
    /// Where they stand.
    pub state: Option<Period>,
}

/// More than this many at once is no campaign but a price list.
const MOST_RUNNING: usize = 500;

/// Campaigns of the shops in reach, the last to begin first. A page may hold fewer than were asked for.
pub fn campaigns(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    filter: &CampaignFilter,
    page: &PageAsk,
) -> Result<Page<Campaign>, Problem> {
    staff(who)?;
    let mine = match filter.shop {
        Some(shop) => {
            who.need_shop(shop)?;
            Shops::only(vec![shop])
        }
        None => who.shops.clone(),
    };
    let state = filter.state.map(|state| match state {
        Period::Coming => "coming",
        Period::Running => "running",
        Period::Ended => "ended",
    });
    let [start, id] = page.numbers().unwrap_or([i64::MAX; 2]);
    let sql = format!(
        "SELECT {COLUMNS} FROM campaign
         WHERE org_id = $1 AND (starts_at < $2 OR (starts_at = $2 AND id < $3))
           AND ($4 IS NULL OR ($4 = 'ended' AND ends_at <= $5)
             OR ($4 = 'running' AND ends_at > $5 AND starts_at <= $5)
             OR ($4 = 'coming' AND ends_at > $5 AND starts_at > $5))
         ORDER BY starts_at DESC, id DESC LIMIT $6"
    );
    let arguments = args![who.org, start, id, state, now, page.limit() + 1];
    let rows = tx.rows(&sql, arguments, |row| read(row, now))?;
    let mut cut = Page::cut(rows, page.limit(), |one| vec![one.starts_at.0, one.id.0]);
    cut.items.retain(|one| concerns(&mine, one.shops.as_deref()));
    Ok(cut)
}

/// The campaigns that run in a shop now, the first to end first. No right is asked: callers show them where
/// the shop may be seen.
pub fn running(tx: &mut Tx<'_>, now: Ms, org: Id, shop: Id) -> Result<Vec<Campaign>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM campaign WHERE org_id = $1 AND ends_at > $2 AND starts_at <= $2
         ORDER BY ends_at, id LIMIT $3"
    );
    let mut found = tx.rows(&sql, args![org, now, MOST_RUNNING], |row| read(row, now))?;
    let here = Shops::only(vec![shop]);
    found.retain(|one| concerns(&here, one.shops.as_deref()));
    Ok(found)
}
