use base::{Actor, Id, Ms, Permission, Problem, clean_text};
use serde::Serialize;
use serde_json::json;
use store::{Tx, args, record};

use crate::book::Entry;
use crate::conversation::Conversation;
use crate::telling::{Shown, changed};

record! {
    /// What a talk was about and what was proposed, kept with the customer.
    #[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
    #[schema(as = ConsultationRecord)]
    pub struct Record {
        /// Its id.
        pub id: Id = "id",
        /// The conversation.
        pub conversation: Id = "conversation_id",
        /// Its session.
        pub session: i64 = "session",
        /// What was asked.
        pub topic: String = "topic",
        /// The product in question.
        pub product: Option<Id> = "product_id",
        /// What was proposed.
        pub solution: String = "solution",
        /// Who recorded it.
        pub person: Id = "person_id",
        /// When.
        pub at: Ms = "at",
    }
}

/// Keeps what a talk was about.
pub fn keep_record(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    topic: &str,
    product: Option<Id>,
    solution: &str,
) -> Result<Record, Problem> {
    who.need(Permission::Talk)?;
    let person = who.person().ok_or_else(Problem::forbidden)?;
    let topic = clean_text("topic", topic, 100)?;
    let solution = if solution.trim().is_empty() {
        String::new()
    } else {
        clean_text("solution", solution, 1_000)?
    };
    let mut conversation = Conversation::of(tx, who, id)?;
    if let Some(product) = product {
        catalogue::card(tx, who.org, conversation.shop, product, None)?;
    }
    let record = Record {
        id: tx.id(),
        conversation: id,
        session: conversation.session,
        topic,
        product,
        solution,
        person,
        at: now,
    };
    tx.exec(
        "INSERT INTO record (org_id, id, conversation_id, session, customer_id, shop_id, topic, product_id, solution,
           person_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        args![
            who.org, record.id, id, record.session, conversation.customer, conversation.shop, &record.topic, product,
            &record.solution, person, now
        ],
    )?;
    let message = conversation.note(
        tx,
        now,
        &json!({"event": "record", "topic": record.topic}),
        Entry::Nothing,
    )?;
    conversation.finish(tx, &[message], Shown::ToThose)?;
    changed(
        tx,
        now,
        who,
        &conversation,
        "record.kept",
        json!({"record": record.id}),
    )?;
    Ok(record)
}

/// The records of a conversation's buyer, newest first.
pub fn records(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Vec<Record>, Problem> {
    let conversation = Conversation::of(tx, who, id)?;
    tx.rows(
        "SELECT id, conversation_id, session, topic, product_id, solution, person_id, at FROM record
         WHERE org_id = $1 AND customer_id = $2 AND shop_id = $3 ORDER BY at DESC LIMIT 100",
        args![who.org, conversation.customer, conversation.shop],
        Record::read,
    )
}
