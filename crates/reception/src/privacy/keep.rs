use base::{Actor, Id, Ms, Problem};
use serde_json::json;
use store::{FileRow, Tx, args};
use team::{Setting, SettingKind};

use super::blank::blank;
use super::erase::{Erased, forget};

/// For how many months after it was said a message is kept.
pub const KEEP: Setting = Setting {
    key: "reception.keep_months",
    kind: SettingKind::Number {
        min: 0,
        max: 120,
        unit: "个月",
    },
    default: || json!(0),
    zh: (
        "会话内容保留期",
        "消息满多少个月后清除内容和文件；谁在什么时候说过话、接待与回合的统计保留。0 表示一直保留。清除后不能恢复，先到“个人资料”页看会清除多少。",
    ),
    en: (
        "Keep what was said",
        "Months after which texts and files of messages are erased; who wrote when, sessions and rounds stay. 0 keeps them. It cannot be undone: see on the page Personal data how much would go.",
    ),
    source: "practice: privacy",
    shop_level: false,
};

/// The number of the last message before `$2` of conversation `c`.
const LAST_OLD: &str = "(SELECT m.seq FROM message m
   WHERE m.org_id = c.org_id AND m.conversation_id = c.id AND m.at < $2 ORDER BY m.seq DESC LIMIT 1)";

/// Conversations with messages that are older than they may be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OldTalks {
    /// Each with the number of its last such message.
    pub talks: Vec<(Id, i64)>,
    /// After which conversation to look on; `None` at the end.
    pub next: Option<Id>,
}

/// Closed conversations after `after` with messages from before `cutoff` that are not emptied, among the next `limit`.
/// Reads only.
pub fn old_talks(tx: &mut Tx<'_>, org: Id, cutoff: Ms, after: Id, limit: usize) -> Result<OldTalks, Problem> {
    let sql = format!(
        "SELECT c.id, c.erased_seq, CASE WHEN c.state = 'closed' AND c.session_open = 0 THEN {LAST_OLD} ELSE NULL END
         FROM conversation c WHERE c.org_id = $1 AND c.id > $3 AND c.created_at < $2 ORDER BY c.id LIMIT $4"
    );
    let rows: Vec<(Id, i64, Option<i64>)> = tx.rows(&sql, args![org, cutoff, after, limit], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    let next = rows.last().filter(|_| rows.len() == limit).map(|row| row.0);
    let old = rows
        .into_iter()
        .filter_map(|(id, done, last)| last.filter(|last| *last > done).map(|last| (id, last)));
    Ok(OldTalks {
        talks: old.collect(),
        next,
    })
}

/// How many messages that would be.
pub fn old_messages(tx: &mut Tx<'_>, org: Id, cutoff: Ms) -> Result<i64, Problem> {
    let sql = "SELECT COUNT(*) FROM conversation c
               JOIN message m ON m.org_id = c.org_id AND m.conversation_id = c.id
               WHERE c.org_id = $1 AND c.created_at < $2 AND c.state = 'closed' AND c.session_open = 0
                 AND m.at < $2 AND m.seq > c.erased_seq AND m.sender <> 'system'";
    Ok(tx.value(sql, args![org, cutoff])?.unwrap_or_default())
}

/// Empties some messages of a closed conversation up to number `upto`, which were said before `cutoff`, and forgets
/// what else is that old: comments, solutions, files.
pub fn retain_talk(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    (conversation, upto): (Id, i64),
    cutoff: Ms,
    limit: usize,
) -> Result<Erased, Problem> {
    let org = who.org;
    let closed: Option<Id> = tx.value(
        "SELECT id FROM conversation WHERE org_id = $1 AND id = $2 AND state = 'closed' AND session_open = 0",
        args![org, conversation],
    )?;
    if closed.is_none() {
        return Ok(Erased {
            done: true,
            ..Erased::default()
        });
    }
    let messages = blank(tx, now, who, conversation, upto, limit)?;
    let mut files = 0;
    let done = messages < limit;
    if done {
        for sql in [
            "UPDATE rating SET comment = NULL WHERE org_id = $1 AND conversation_id = $2 AND rated_at < $3",
            "UPDATE record SET topic = '', solution = '' WHERE org_id = $1 AND conversation_id = $2 AND at < $3",
            "DELETE FROM reminder
             WHERE org_id = $1 AND conversation_id = $2 AND at < $3 AND done_at IS NOT NULL",
        ] {
            tx.exec(sql, args![org, conversation, cutoff])?;
        }
        let old = FileRow::of_subject(tx, org, conversation)?;
        let old = FileRow::before(tx, org, old, cutoff)?;
        files = forget(tx, org, old)?;
    }
    Ok(Erased {
        messages: messages as i64,
        files,
        done,
    })
}
