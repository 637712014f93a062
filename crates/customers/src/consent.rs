use base::{Actor, Id, Ms, Permission, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args, record, text_enum};

use crate::check;
use crate::customer::survivor;

text_enum! {
    /// A way to contact a buyer outside the talk.
    pub enum ConsentChannel {
        /// Text messages.
        Sms = "sms",
        /// Mail.
        Mail = "mail",
        /// Calls.
        Phone = "phone",
        /// A group for members.
        MemberGroup = "member_group",
    }
}

text_enum! {
    /// What the buyer said of it.
    pub enum ConsentState {
        /// They agreed.
        Given = "given",
        /// They do not want it, or no longer.
        Refused = "refused",
        /// Nothing is known: what was written before was a mistake.
        Unknown = "unknown",
    }
}

text_enum! {
    /// Where from it is known.
    pub enum ConsentSource {
        /// Said in a talk.
        Talk = "talk",
        /// Said on the phone.
        Call = "call",
        /// A form or a box that was ticked.
        Form = "form",
        /// The platform's membership.
        Membership = "membership",
        /// On paper.
        Paper = "paper",
        /// Answered to a message: unsubscribed.
        Reply = "reply",
        /// Otherwise.
        Other = "other",
    }
}

record! {
    /// What a buyer said of being contacted on a channel (row 51; practice.md: consent is kept with source, time and
    /// wording, and silence is no consent).
    #[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
    pub struct Consent {
        /// Its id.
        pub id: Id = "id",
        /// The channel.
        pub channel: ConsentChannel = "channel",
        /// What they said.
        pub state: ConsentState = "state",
        /// When they said so.
        pub said_at: Ms = "said_at",
        /// Where from it is known.
        pub source: ConsentSource = "source",
        /// Their words, or the form and its version; may be empty.
        pub proof: String = "proof",
        /// Who wrote it down; 0: the program.
        pub written_by: Id = "written_by",
        /// When it was written down.
        pub written_at: Ms = "written_at",
        /// When something else was written; null while it is in force.
        pub replaced_at: Option<Ms> = "replaced_at",
    }
}

impl Consent {
    /// Whether this one binds more than `other` where two customers turn out to be one: a refusal before everything,
    /// then what was said before what is unknown, then the later word.
    pub(crate) fn stricter_than(&self, other: &Consent) -> bool {
        let rank = |one: &Consent| match one.state {
            ConsentState::Refused => 2,
            ConsentState::Given => 1,
            ConsentState::Unknown => 0,
        };
        (rank(self), self.said_at, self.id) > (rank(other), other.said_at, other.id)
    }

    /// Whether this one, written down after `was`, is in force from now on: what was said last is, and of two said
    /// at once a refusal, however late either is written down. Only what is unknown goes by when it was written: it
    /// takes back what was written before, and says nothing of its own.
    fn follows(&self, was: &Consent) -> bool {
        let unknown = |one: &Consent| one.state == ConsentState::Unknown;
        let told = |one: &Consent| (one.said_at, one.state == ConsentState::Refused);
        unknown(self) || unknown(was) || told(self) >= told(was)
    }
}

/// A consent with the name of who wrote it down.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ConsentView {
    /// What was said.
    #[serde(flatten)]
    pub consent: Consent,
    /// Who wrote it down, by name; null: the program.
    pub by: Option<String>,
}

/// What a buyer said of being contacted.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConsent {
    /// On which channel.
    pub channel: ConsentChannel,
    /// What they said.
    pub state: ConsentState,
    /// Where from it is known.
    pub source: ConsentSource,
    /// Their words, or the form and its version, at most 300 characters; whoever writes down that consent was given
    /// has to tell it.
    #[serde(default)]
    pub proof: String,
    /// When they said so; left out: now.
    pub said_at: Option<Ms>,
}

/// Nobody was asked before the year 2000.
const EARLIEST: Ms = Ms(946_684_800_000);

/// Writes down what a buyer said of being contacted; what was written before stays as history, and what was said
/// before that becomes history at once. Nothing else ever gives consent. Needs [`Permission::EditCustomers`].
pub fn set_consent(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    customer: Id,
    new: &NewConsent,
) -> Result<Consent, Problem> {
    who.need(Permission::EditCustomers)?;
    let customer = survivor(tx, who.org, customer)?;
    let proof = check::text("proof", &new.proof, 300)?;
    if new.state == ConsentState::Given && proof.is_empty() {
        return Err(Problem::input(
            "proof",
            "proof_missing",
            "Write down what shows that they agreed.",
        ));
    }
    let said_at = new.said_at.unwrap_or(now);
    if said_at > now {
        return Err(Problem::input(
            "said_at",
            "in_the_future",
            "It cannot have been said later than now.",
        ));
    }
    if said_at < EARLIEST {
        let detail = "Give the moment they said so, in milliseconds UTC.";
        return Err(Problem::input("said_at", "out_of_range", detail).with("min", EARLIEST.0));
    }
    let was = in_force(tx, who.org, customer, Some(new.channel))?.pop();
    let mut is = Consent {
        id: tx.id(),
        channel: new.channel,
        state: new.state,
        said_at,
        source: new.source,
        proof,
        written_by: who.person().unwrap_or(Id::NONE),
        written_at: now,
        replaced_at: None,
    };
    if was.as_ref().is_some_and(|was| !is.follows(was)) {
        is.replaced_at = Some(now);
    }
    put(tx, now, who, customer, was.as_ref(), &is)?;
    Ok(is)
}

/// Writes `is` in place of what is in force, or beside it where it is history already, and tells of it.
fn put(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    customer: Id,
    was: Option<&Consent>,
    is: &Consent,
) -> Result<(), Problem> {
    if let Some(was) = was.filter(|_| is.replaced_at.is_none()) {
        tx.exec(
            "UPDATE customer_consent SET replaced_at = $3 WHERE org_id = $1 AND id = $2",
            args![who.org, was.id, now],
        )?;
    }
    tx.exec(
        "INSERT INTO customer_consent (org_id, id, customer_id, channel, state, said_at, source, proof, written_by,
             written_at, replaced_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        args![
            who.org,
            is.id,
            customer,
            is.channel,
            is.state,
            is.said_at,
            is.source,
            &is.proof,
            is.written_by,
            is.written_at,
            is.replaced_at
        ],
    )?;
    let before = was.map(|was| was.state);
    let after = before.filter(|_| is.replaced_at.is_some()).unwrap_or(is.state);
    let data = json!({
        "channel": is.channel,
        "state": [before, after],
        "said": is.state,
        "source": is.source,
        "said_at": is.said_at,
        "proof": !is.proof.is_empty(),
    });
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "customer.consent_changed",
        subject: customer,
        data,
    })
}

/// Everything that was ever written down of a customer, the last first. Needs [`Permission::SeeCustomers`].
pub fn consents(tx: &mut Tx<'_>, who: &Actor, customer: Id) -> Result<Vec<ConsentView>, Problem> {
    who.need(Permission::SeeCustomers)?;
    let customer = survivor(tx, who.org, customer)?;
    let sql = format!(
        "SELECT {} FROM customer_consent WHERE org_id = $1 AND customer_id = $2 ORDER BY id DESC LIMIT 200",
        Consent::COLUMNS
    );
    let rows = tx.rows(&sql, args![who.org, customer], Consent::read)?;
    named(tx, who.org, rows)
}

/// What is in force of a customer, of one channel or of all.
pub(crate) fn in_force(
    tx: &mut Tx<'_>,
    org: Id,
    customer: Id,
    channel: Option<ConsentChannel>,
) -> Result<Vec<Consent>, Problem> {
    let sql = format!(
        "SELECT {} FROM customer_consent
         WHERE org_id = $1 AND customer_id = $2 AND replaced_at IS NULL AND ($3 IS NULL OR channel = $3)
         ORDER BY channel",
        Consent::COLUMNS
    );
    tx.rows(
        &sql,
        args![org, customer, channel.map(ConsentChannel::key)],
        Consent::read,
    )
}

/// Whether a customer agreed to be contacted on a channel: only what is written down as given counts.
pub fn may_contact(tx: &mut Tx<'_>, org: Id, customer: Id, channel: ConsentChannel) -> Result<bool, Problem> {
    let customer = survivor(tx, org, customer)?;
    let found = in_force(tx, org, customer, Some(channel))?;
    Ok(found.iter().any(|one| one.state == ConsentState::Given))
}

/// With the names of who wrote them down.
pub(crate) fn named(tx: &mut Tx<'_>, org: Id, rows: Vec<Consent>) -> Result<Vec<ConsentView>, Problem> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let people: Vec<Id> = rows.iter().map(|one| one.written_by).collect();
    let names = team::names(tx, org, &people)?;
    let view = |consent: Consent| ConsentView {
        by: names.get(&consent.written_by).cloned(),
        consent,
    };
    Ok(rows.into_iter().map(view).collect())
}
