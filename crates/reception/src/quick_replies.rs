use base::{Id, Ms, Problem};
use knowledge::QuickReply;
use store::{Tx, args};

/// Hands what an older version kept as quick replies to the room `knowledge`, whose scripts they are now;
/// the program does so once at start. Ids and counts stay. Afterwards the table is empty for good.
pub fn hand_over_quick_replies(tx: &mut Tx<'_>, now: Ms) -> Result<usize, Problem> {
    let kept: Vec<(Id, QuickReply)> = tx.rows(
        "SELECT org_id, id, shop_id, person_id, code, category, text, uses FROM quick_reply ORDER BY org_id, id",
        args![],
        |row| {
            let reply = QuickReply {
                id: row.get(1)?,
                shop: row.get(2)?,
                person: row.get(3)?,
                code: row.get(4)?,
                category: row.get(5)?,
                text: row.get(6)?,
                uses: row.get(7)?,
                version: 1,
            };
            Ok((row.get(0)?, reply))
        },
    )?;
    for (org, reply) in &kept {
        knowledge::adopt_quick_reply(tx, now, *org, reply)?;
    }
    if !kept.is_empty() {
        tx.exec("DELETE FROM quick_reply", args![])?;
    }
    Ok(kept.len())
}
