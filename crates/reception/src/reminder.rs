use base::{Actor, Id, Ms, Permission, Problem, clean_text};
use serde::Serialize;
use serde_json::json;
use store::{Tx, args, record};

use crate::card::Card;
use crate::conversation::{Conversation, Stage};
use crate::telling::{Shown, changed};

record! {
    /// A follow-up on a conversation: rings once at its time, stays until done.
    #[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
    pub struct Reminder {
        /// Its id.
        pub id: Id = "id",
        /// The conversation.
        pub conversation: Id = "conversation_id",
        /// Whose it is.
        pub person: Id = "person_id",
        /// What to do.
        pub text: String = "text",
        /// When.
        pub due: Ms = "due",
        /// Whether it rang.
        pub rung: bool = "rung",
        /// The shop.
        pub shop: Id = "shop_id",
        /// What the buyer is called.
        pub buyer: String = "customer_name",
        /// The stage the conversation is in (row 1).
        pub stage: Stage = "stage",
    }
}

/// Sets a follow-up for oneself. Refused with `went_on` where the buyer goes on in another conversation.
pub fn remind(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    due: Ms,
    text: &str,
) -> Result<Reminder, Problem> {
    who.need(Permission::Talk)?;
    let person = who.person().ok_or_else(Problem::forbidden)?;
    let text = clean_text("text", text, 200)?;
    if due <= now || due > now.plus(366 * 86_400_000) {
        return Err(Problem::input(
            "at",
            "time_past",
            "A time from now on, within a year.",
        ));
    }
    let mut conversation = Conversation::of(tx, who, id)?;
    conversation.need_buyer(tx)?;
    let reminder = Reminder {
        id: tx.id(),
        conversation: id,
        person,
        text,
        due,
        rung: false,
        shop: conversation.shop,
        buyer: conversation.customer_name.clone(),
        stage: conversation.stage,
    };
    tx.exec(
        "INSERT INTO reminder (org_id, id, conversation_id, shop_id, person_id, text, due, rung, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)",
        args![
            who.org,
            reminder.id,
            id,
            conversation.shop,
            person,
            &reminder.text,
            due,
            now
        ],
    )?;
    set_next(tx, &mut conversation)?;
    conversation.finish(tx, &[], Shown::ToShop)?;
    changed(
        tx,
        now,
        who,
        &conversation,
        "reminder.set",
        json!({"reminder": reminder.id, "due": due}),
    )?;
    Ok(reminder)
}

/// Gives one's own follow-up to a colleague who receives buyers of its shop (`agent_cannot` otherwise), also when
/// somebody else has the conversation by now. The clock rings it for them, again if it rang before.
pub fn give(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, to: Id) -> Result<(), Problem> {
    who.need(Permission::Talk)?;
    let person = who.person().ok_or_else(Problem::forbidden)?;
    let conversation: Option<Id> = tx.value(
        "SELECT conversation_id FROM reminder WHERE org_id = $1 AND id = $2 AND person_id = $3 AND done_at IS NULL",
        args![who.org, id, person],
    )?;
    let mut conversation = talk_of(tx, who, conversation)?;
    let able = |to: &Actor| to.may(Permission::Talk) && to.shops.has(conversation.shop);
    if to == person || !team::actor_of(tx, who.org, to)?.is_some_and(|to| able(&to)) {
        return Err(Problem::input(
            "to_person",
            "agent_cannot",
            "A colleague who receives buyers of this shop.",
        ));
    }
    tx.exec(
        "UPDATE reminder SET person_id = $3, rung = 0 WHERE org_id = $1 AND id = $2",
        args![who.org, id, to],
    )?;
    set_next(tx, &mut conversation)?;
    conversation.finish(tx, &[], Shown::ToShop)?;
    let data = json!({"reminder": id, "to": to});
    changed(tx, now, who, &conversation, "reminder.given", data)
}

/// The conversation of one's own follow-up: in one's shops, whoever has it by now.
fn talk_of(tx: &mut Tx<'_>, who: &Actor, conversation: Option<Id>) -> Result<Conversation, Problem> {
    let found = Conversation::load(tx, who.org, conversation.ok_or_else(Problem::not_found)?)?;
    found
        .filter(|talk| who.shops.has(talk.shop))
        .ok_or_else(Problem::not_found)
}

/// Ticks one's own follow-up off, also when somebody else has the conversation by now.
pub fn done(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Card, Problem> {
    let person = who.person().ok_or_else(Problem::forbidden)?;
    let conversation: Option<Id> = tx.row(
        "UPDATE reminder SET done_at = $4 WHERE org_id = $1 AND id = $2 AND person_id = $3 AND done_at IS NULL
         RETURNING conversation_id",
        args![who.org, id, person, now],
        |row| row.get(0),
    )?;
    let mut conversation = talk_of(tx, who, conversation)?;
    set_next(tx, &mut conversation)?;
    conversation.finish(tx, &[], Shown::ToShop)?;
    changed(
        tx,
        now,
        who,
        &conversation,
        "reminder.done",
        json!({"reminder": id}),
    )?;
    Ok(conversation.card_for(who))
}

/// The actor's open follow-ups in their shops, soonest first; of one conversation, or all.
pub fn reminders(tx: &mut Tx<'_>, who: &Actor, conversation: Option<Id>) -> Result<Vec<Reminder>, Problem> {
    let person = who.person().ok_or_else(Problem::forbidden)?;
    let found = tx.rows(
        "SELECT r.id, r.conversation_id, r.person_id, r.text, r.due, r.rung, r.shop_id, c.customer_name, c.stage
         FROM reminder r JOIN conversation c ON c.org_id = r.org_id AND c.id = r.conversation_id
         WHERE r.org_id = $1 AND r.person_id = $2 AND r.done_at IS NULL AND ($3 = 0 OR r.conversation_id = $3)
         ORDER BY r.due LIMIT 200",
        args![who.org, person, conversation.unwrap_or(Id::NONE)],
        Reminder::read,
    )?;
    Ok(found
        .into_iter()
        .filter(|reminder| who.shops.has(reminder.shop))
        .collect())
}

/// The open follow-ups of `from` on a conversation go with it to `to`, for whom they ring again.
pub(crate) fn follow(
    tx: &mut Tx<'_>,
    conversation: &mut Conversation,
    from: Id,
    to: Id,
) -> Result<(), Problem> {
    let moved = tx.exec(
        "UPDATE reminder SET person_id = $4, rung = 0
         WHERE org_id = $1 AND conversation_id = $2 AND person_id = $3 AND done_at IS NULL",
        args![conversation.org, conversation.id, from, to],
    )?;
    if moved == 0 {
        return Ok(());
    }
    set_next(tx, conversation)?;
    conversation.finish(tx, &[], Shown::ToShop)
}

/// The open follow-ups of a conversation whose buyer goes on in another go there.
pub(crate) fn move_on(
    tx: &mut Tx<'_>,
    from: &mut Conversation,
    to: &mut Conversation,
) -> Result<(), Problem> {
    let moved = tx.exec(
        "UPDATE reminder SET conversation_id = $3 WHERE org_id = $1 AND conversation_id = $2 AND done_at IS NULL",
        args![from.org, from.id, to.id],
    )?;
    if moved == 0 {
        return Ok(());
    }
    set_next(tx, from)?;
    set_next(tx, to)
}

/// Rings what is due.
pub(crate) fn ring(tx: &mut Tx<'_>, now: Ms, conversation: &mut Conversation) -> Result<(), Problem> {
    let due: Vec<Id> = tx.rows(
        "UPDATE reminder SET rung = 1
         WHERE org_id = $1 AND conversation_id = $2 AND done_at IS NULL AND rung = 0 AND due <= $3 RETURNING person_id",
        args![conversation.org, conversation.id, now],
        |row| row.get(0),
    )?;
    for person in due {
        crate::clock::alarm_person(tx, conversation, person, "remind", now)?;
    }
    set_next(tx, conversation)
}

fn set_next(tx: &mut Tx<'_>, conversation: &mut Conversation) -> Result<(), Problem> {
    let next: Option<Option<Ms>> = tx.value(
        "SELECT min(due) FROM reminder WHERE org_id = $1 AND conversation_id = $2 AND done_at IS NULL AND rung = 0",
        args![conversation.org, conversation.id],
    )?;
    conversation.remind_at = next.flatten();
    Ok(())
}
