use std::collections::HashMap;

use base::{Actor, Id, Ms, Problem};
use store::{Tx, args};

use crate::conversation::Conversation;
use crate::wall::with_shops;

/// Writes down that `who` took a conversation out of the hands of `from` and gave it to `to`, or to the queue
/// (row 285). What nobody had is dealt out, not handed on.
pub(crate) fn handed(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    conversation: &Conversation,
    from: Option<Id>,
    to: Option<Id>,
) -> Result<(), Problem> {
    let (Some(from), Some(by)) = (from, who.person()) else {
        return Ok(());
    };
    let id = tx.id();
    tx.exec(
        "INSERT INTO handed (org_id, id, conversation_id, shop_id, from_id, by_id, to_id, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![who.org, id, conversation.id, conversation.shop, from, by, to, now],
    )?;
    Ok(())
}

/// How many conversations agents handed on of their own since `from`, by agent. What a supervisor moved is not
/// theirs.
pub(crate) fn handed_since(
    tx: &mut Tx<'_>,
    org: Id,
    shops: &[Id],
    from: Ms,
) -> Result<HashMap<Id, i64>, Problem> {
    let (list, args) = with_shops(args![org, from], shops);
    let sql = format!(
        "SELECT by_id, count(*) FROM handed
         WHERE org_id = $1 AND at >= $2 AND by_id = from_id AND shop_id IN {list} GROUP BY by_id"
    );
    let rows = tx.rows(&sql, &args, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.into_iter().collect())
}
