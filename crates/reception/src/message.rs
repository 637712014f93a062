use base::{Fen, Id, Ms, Problem, clean_line, clean_text, snippet};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::{Row, Tx, args, text_enum};

/// Characters of a text; longer is split by the sender or refused.
pub const TEXT_LIMIT: usize = 5_000;
/// Milliseconds of a voice message.
pub const VOICE_LIMIT_MS: i64 = 60_000;

text_enum! {
    /// Who wrote a message.
    pub enum Sender {
        /// The buyer.
        Buyer = "buyer",
        /// A person of the team.
        Agent = "agent",
        /// The program; never counts as human.
        Auto = "auto",
        /// What happened to the conversation.
        System = "system",
    }
}

text_enum! {
    /// What became of a message.
    pub enum Standing {
        /// It stands.
        Sent = "sent",
        /// Taken back with a trace.
        Recalled = "recalled",
        /// Taken back before it was read.
        Undone = "undone",
    }
}

text_enum! {
    /// The kinds of messages.
    pub enum Kind {
        /// Words.
        Text = "text",
        /// A picture.
        Image = "image",
        /// A voice message.
        Voice = "voice",
        /// Any other file.
        File = "file",
        /// A product.
        Product = "product",
        /// An order, to be looked at or confirmed.
        Order = "order",
        /// A coupon.
        Coupon = "coupon",
        /// Questions to be answered.
        Form = "form",
        /// For the team only.
        Note = "note",
        /// What happened.
        System = "system",
    }
}

/// A message as it goes over the wire to the team.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Message {
    /// Its conversation.
    pub conversation: Id,
    /// Its number there, gapless from 1.
    pub seq: i64,
    /// Grows when it changes (recalled, answered).
    pub rev: i64,
    /// Who wrote it.
    pub from: Sender,
    /// What it is.
    pub kind: Kind,
    /// By kind, see docs/sockets.md.
    #[schema(value_type = Object)]
    pub body: Box<RawValue>,
    /// The person of the team who wrote it.
    pub person: Option<Id>,
    /// Their display name at that time.
    pub name: Option<String>,
    /// When.
    pub at: Ms,
    /// The sender's own id of it.
    pub client_id: Option<String>,
    /// The number of the message it quotes.
    pub quote: Option<i64>,
    /// What became of it.
    pub state: Standing,
}

/// A message as the buyer sees it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum BuyerMessage<'a> {
    /// One the buyer sees.
    Shown {
        /// Its number.
        seq: i64,
        /// Grows when it changes.
        rev: i64,
        /// Who wrote it.
        from: Sender,
        /// What it is.
        kind: Kind,
        /// By kind.
        body: &'a RawValue,
        /// The agent's display name.
        name: Option<&'a str>,
        /// When.
        at: Ms,
        /// The sender's own id of it.
        client_id: Option<&'a str>,
        /// Quoted number.
        quote: Option<i64>,
        /// What became of it.
        state: Standing,
    },
    /// The number of one the buyer does not see, so that there is no gap.
    Hidden {
        /// Always `hidden`.
        kind: &'static str,
        /// Its number.
        seq: i64,
        /// Grows when it changes.
        rev: i64,
    },
}

/// System events the buyer sees.
const SHOWN_EVENTS: [&str; 4] = ["\"assigned\"", "\"transferred\"", "\"closed\"", "\"timed_out\""];

impl Message {
    /// The columns [`Message::read`] expects.
    pub const COLUMNS: &'static str =
        "conversation_id, seq, rev, at, sender, kind, body, person_id, name, client_id, quote, state";

    /// Reads a row selected with [`Message::COLUMNS`].
    pub fn read(row: &Row<'_>) -> Result<Message, Problem> {
        let body: String = row.get(6)?;
        let client_id: Option<String> = row.get(9)?;
        Ok(Message {
            conversation: row.get(0)?,
            seq: row.get(1)?,
            rev: row.get(2)?,
            at: row.get(3)?,
            from: row.get(4)?,
            kind: row.get(5)?,
            body: RawValue::from_string(body).map_err(|_| Problem::internal())?,
            person: row.get(7)?,
            name: row.get(8)?,
            // Stored with its sender in front, because it is unique per sender.
            client_id: client_id.and_then(|c| c.split_once(':').map(|(_, own)| own.to_owned())),
            quote: row.get(10)?,
            state: row.get(11)?,
        })
    }

    /// Message `seq` of a conversation.
    pub fn load(tx: &mut Tx<'_>, org: Id, conversation: Id, seq: i64) -> Result<Option<Message>, Problem> {
        tx.row(
            "SELECT conversation_id, seq, rev, at, sender, kind, body, person_id, name, client_id, quote, state
             FROM message WHERE org_id = $1 AND conversation_id = $2 AND seq = $3",
            args![org, conversation, seq],
            Message::read,
        )
    }

    /// Up to `limit` messages with numbers in `(after, before)`, ascending; from the lower end when
    /// `after` is given, else the last ones.
    pub fn page(
        tx: &mut Tx<'_>,
        org: Id,
        conversation: Id,
        after: Option<i64>,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Message>, Problem> {
        let (low, high) = (after.unwrap_or(0), before.unwrap_or(i64::MAX));
        let args = args![org, conversation, low, high, limit];
        if after.is_some() {
            return tx.rows(
                "SELECT conversation_id, seq, rev, at, sender, kind, body, person_id, name, client_id, quote, state
                 FROM message WHERE org_id = $1 AND conversation_id = $2 AND seq > $3 AND seq < $4
                 ORDER BY seq LIMIT $5",
                args,
                Message::read,
            );
        }
        let mut page = tx.rows(
            "SELECT conversation_id, seq, rev, at, sender, kind, body, person_id, name, client_id, quote, state
             FROM message WHERE org_id = $1 AND conversation_id = $2 AND seq > $3 AND seq < $4
             ORDER BY seq DESC LIMIT $5",
            args,
            Message::read,
        )?;
        page.reverse();
        Ok(page)
    }

    /// The message as the buyer sees it.
    pub fn for_buyer(&self) -> BuyerMessage<'_> {
        let body = self.body.get();
        let hidden = match self.kind {
            Kind::Note => true,
            Kind::System => !SHOWN_EVENTS.iter().any(|event| body.contains(event)),
            _ => self.state == Standing::Undone,
        };
        if hidden {
            return BuyerMessage::Hidden { kind: "hidden", seq: self.seq, rev: self.rev };
        }
        BuyerMessage::Shown {
            seq: self.seq,
            rev: self.rev,
            from: self.from,
            kind: self.kind,
            body: &self.body,
            name: self.name.as_deref(),
            at: self.at,
            client_id: self.client_id.as_deref(),
            quote: self.quote,
            state: self.state,
        }
    }
}

/// What somebody says, as it came in; checked by [`Saying::check`].
#[derive(Clone, Debug, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(tag = "kind", content = "body", rename_all = "snake_case")]
pub enum Saying {
    /// Words.
    Text {
        /// The words.
        text: String,
    },
    /// A picture that was uploaded.
    Image(Upload),
    /// A voice message that was uploaded.
    Voice(Upload),
    /// Another file that was uploaded.
    File(Upload),
    /// A product, filled from the catalogue.
    Product {
        /// Its id.
        product: Id,
        /// One of its SKUs.
        #[serde(default)]
        sku: Option<Id>,
    },
    /// A coupon.
    Coupon {
        /// What it is.
        title: String,
        /// What it takes off.
        amount_fen: Fen,
        /// From this order amount on.
        floor_fen: Fen,
        /// The code to enter.
        code: String,
        /// Valid until.
        until: Ms,
    },
    /// Questions.
    Form {
        /// What it is about.
        title: String,
        /// The questions.
        fields: Vec<FormField>,
    },
    /// For the team only.
    Note {
        /// The words.
        text: String,
        /// Persons to tell.
        #[serde(default)]
        mentions: Vec<Id>,
    },
}

/// A file of a message, by the id its upload gave.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, utoipa::ToSchema)]
pub struct Upload {
    /// The file's id.
    pub file: Id,
    /// Length of a voice message in ms.
    #[serde(default)]
    pub ms: Option<i64>,
}

/// One question of a form.
#[derive(Clone, Debug, Deserialize, Serialize, utoipa::ToSchema)]
pub struct FormField {
    /// Its name in the answers.
    pub name: String,
    /// The question.
    pub title: String,
    /// `text` or `choice`.
    pub kind: String,
    /// What can be chosen.
    #[serde(default)]
    pub choices: Vec<String>,
    /// Whether it must be answered.
    #[serde(default)]
    pub required: bool,
}

/// What is kept and shown of a saying.
pub(crate) struct Said {
    pub(crate) kind: Kind,
    pub(crate) body: String,
    /// First words, for lists.
    pub(crate) line: String,
}

impl Saying {
    /// The kind of message it makes.
    pub fn kind(&self) -> Kind {
        match self {
            Saying::Text { .. } => Kind::Text,
            Saying::Image(_) => Kind::Image,
            Saying::Voice(_) => Kind::Voice,
            Saying::File(_) => Kind::File,
            Saying::Product { .. } => Kind::Product,
            Saying::Coupon { .. } => Kind::Coupon,
            Saying::Form { .. } => Kind::Form,
            Saying::Note { .. } => Kind::Note,
        }
    }

    /// Checks and cleans it; the parts that stand in the database are looked up by [`fill`].
    pub fn check(self) -> Result<Saying, Problem> {
        Ok(match self {
            Saying::Text { text } => Saying::Text { text: clean_text("body.text", &text, TEXT_LIMIT)? },
            Saying::Note { text, mentions } => {
                if mentions.len() > 20 {
                    return Err(Problem::input("body.mentions", "too_many", "At most 20 people at once."));
                }
                Saying::Note { text: clean_text("body.text", &text, TEXT_LIMIT)?, mentions }
            }
            Saying::Voice(upload) if upload.ms.is_none_or(|ms| !(1..=VOICE_LIMIT_MS).contains(&ms)) => {
                return Err(Problem::input("body.ms", "voice_length", "A voice message has 1 to 60,000 ms."));
            }
            Saying::Coupon { title, amount_fen, floor_fen, code, until } => {
                if amount_fen.0 <= 0 || floor_fen.0 < 0 {
                    return Err(Problem::input("body.amount_fen", "amount_invalid", "The amount must be above zero."));
                }
                Saying::Coupon {
                    title: clean_line("body.title", &title, 60)?,
                    amount_fen,
                    floor_fen,
                    code: clean_line("body.code", &code, 40)?,
                    until,
                }
            }
            Saying::Form { title, fields } => {
                if !(1..=12).contains(&fields.len()) {
                    return Err(Problem::input("body.fields", "form_fields", "A form has 1 to 12 questions."));
                }
                Saying::Form {
                    title: clean_line("body.title", &title, 60)?,
                    fields: fields.into_iter().map(FormField::check).collect::<Result<_, _>>()?,
                }
            }
            other => other,
        })
    }
}

impl FormField {
    fn check(self) -> Result<FormField, Problem> {
        let choice = self.kind == "choice";
        if !choice && self.kind != "text" {
            return Err(Problem::input("body.fields.kind", "choice_unknown", "text or choice."));
        }
        if choice && !(2..=20).contains(&self.choices.len()) {
            return Err(Problem::input("body.fields.choices", "form_choices", "A choice has 2 to 20 answers."));
        }
        Ok(FormField {
            name: clean_line("body.fields.name", &self.name, 40)?,
            title: clean_line("body.fields.title", &self.title, 100)?,
            choices: self.choices.iter().map(|c| clean_line("body.fields.choices", c, 60)).collect::<Result<_, _>>()?,
            kind: self.kind,
            required: self.required,
        })
    }
}

/// Completes a checked saying from the database: the file's measures, the product's price of now.
/// A file must belong to the organisation and the same conversation or sender.
pub(crate) fn fill(tx: &mut Tx<'_>, who: &base::Actor, shop: Id, conversation: Id, saying: &Saying) -> Result<Said, Problem> {
    let (body, line) = match saying {
        Saying::Text { text } | Saying::Note { text, .. } => (serde_json::to_string(&Body::of(saying)), snippet(text, 60)),
        Saying::Image(upload) => {
            let file = store::FileRow::usable(tx, who, shop, upload.file, store::FileKind::Image)?;
            file.belongs(tx, who.org, conversation)?;
            let body = serde_json::json!({"file": file.id, "width": file.width, "height": file.height, "size": file.size});
            (Ok(body.to_string()), String::new())
        }
        Saying::Voice(upload) => {
            let file = store::FileRow::usable(tx, who, shop, upload.file, store::FileKind::Voice)?;
            file.belongs(tx, who.org, conversation)?;
            let body = serde_json::json!({"file": file.id, "ms": upload.ms, "size": file.size});
            (Ok(body.to_string()), String::new())
        }
        Saying::File(upload) => {
            let file = store::FileRow::usable(tx, who, shop, upload.file, store::FileKind::File)?;
            file.belongs(tx, who.org, conversation)?;
            let line = snippet(&file.name, 60);
            let body = serde_json::json!({"file": file.id, "name": file.name, "size": file.size, "type": file.media});
            (Ok(body.to_string()), line)
        }
        Saying::Product { product, sku } => {
            let card = catalogue::card(tx, who.org, shop, *product, *sku)?;
            let line = snippet(&card.title, 60);
            (serde_json::to_string(&card), line)
        }
        Saying::Coupon { title, .. } | Saying::Form { title, .. } => {
            (serde_json::to_string(&Body::of(saying)), snippet(title, 60))
        }
    };
    Ok(Said { kind: saying.kind(), body: body.map_err(|_| Problem::internal())?, line })
}

/// The body of kinds that are kept as they were said.
#[derive(Serialize)]
#[serde(untagged)]
enum Body<'a> {
    Text { text: &'a str },
    Note { text: &'a str, mentions: &'a [Id], whisper: bool },
    Coupon { title: &'a str, amount_fen: Fen, floor_fen: Fen, code: &'a str, until: Ms },
    Form { title: &'a str, fields: &'a [FormField], answers: Option<()> },
    Nothing {},
}

impl Body<'_> {
    fn of(saying: &Saying) -> Body<'_> {
        match saying {
            Saying::Text { text } => Body::Text { text },
            Saying::Note { text, mentions } => Body::Note { text, mentions, whisper: false },
            Saying::Coupon { title, amount_fen, floor_fen, code, until } => {
                Body::Coupon { title, amount_fen: *amount_fen, floor_fen: *floor_fen, code, until: *until }
            }
            Saying::Form { title, fields } => Body::Form { title, fields, answers: None },
            _ => Body::Nothing {},
        }
    }
}
