//! What can be said: checked, cleaned, and completed from the database.

use base::{Actor, Fen, Id, Ms, Problem, clean_line, clean_text, snippet};
use serde::{Deserialize, Serialize};
use store::{FileKind, FileRow, Tx};

use crate::message::Kind;

/// Characters of a text; longer is split by the sender or refused.
pub const TEXT_LIMIT: usize = 5_000;
/// Milliseconds of a voice message.
pub const VOICE_LIMIT_MS: i64 = 60_000;

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

/// A text as it is kept. One in which nothing can be seen is refused: a reply nobody can read would end a buyer's
/// wait.
fn words(text: &str) -> Result<String, Problem> {
    clean_text("body.text", text, TEXT_LIMIT)
}

/// The most a coupon gives or asks for, in fen: what is more is a slip of the keyboard.
const COUPON_MOST_FEN: i64 = 10_000_000;

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
            Saying::Text { text } => Saying::Text { text: words(&text)? },
            Saying::Note { text, mentions } => {
                if mentions.len() > 20 {
                    return Err(Problem::input(
                        "body.mentions",
                        "too_many",
                        "At most 20 people at once.",
                    ));
                }
                Saying::Note {
                    text: words(&text)?,
                    mentions,
                }
            }
            Saying::Voice(upload) if upload.ms.is_none_or(|ms| !(1..=VOICE_LIMIT_MS).contains(&ms)) => {
                return Err(Problem::input(
                    "body.ms",
                    "voice_length",
                    "A voice message has 1 to 60,000 ms.",
                ));
            }
            Saying::Coupon {
                title,
                amount_fen,
                floor_fen,
                code,
                until,
            } => {
                if !(1..=COUPON_MOST_FEN).contains(&amount_fen.0)
                    || !(0..=COUPON_MOST_FEN).contains(&floor_fen.0)
                {
                    return Err(Problem::input(
                        "body.amount_fen",
                        "amount_invalid",
                        "The amount must be above zero and at most 100,000 yuan.",
                    ));
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
                    return Err(Problem::input(
                        "body.fields",
                        "form_fields",
                        "A form has 1 to 12 questions.",
                    ));
                }
                Saying::Form {
                    title: clean_line("body.title", &title, 60)?,
                    fields: fields
                        .into_iter()
                        .map(FormField::check)
                        .collect::<Result<_, _>>()?,
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
            return Err(Problem::input(
                "body.fields.kind",
                "choice_unknown",
                "text or choice.",
            ));
        }
        if choice && !(2..=20).contains(&self.choices.len()) {
            return Err(Problem::input(
                "body.fields.choices",
                "form_choices",
                "A choice has 2 to 20 answers.",
            ));
        }
        Ok(FormField {
            name: clean_line("body.fields.name", &self.name, 40)?,
            title: clean_line("body.fields.title", &self.title, 100)?,
            choices: self
                .choices
                .iter()
                .map(|c| clean_line("body.fields.choices", c, 60))
                .collect::<Result<_, _>>()?,
            kind: self.kind,
            required: self.required,
        })
    }
}

/// Completes a checked saying from the database: the file's measures, the product's price of now.
/// A file must belong to the organisation and the same conversation or sender.
pub(crate) fn fill(
    tx: &mut Tx<'_>,
    who: &Actor,
    shop: Id,
    conversation: Id,
    saying: &Saying,
) -> Result<Said, Problem> {
    let (body, line) = match saying {
        Saying::Text { text } | Saying::Note { text, .. } => {
            (serde_json::to_string(&Body::of(saying)), snippet(text, 60))
        }
        Saying::Image(upload) => {
            let file = upload_of(tx, who, shop, conversation, upload.file, FileKind::Image)?;
            let body = serde_json::json!({"file": file.id, "width": file.width, "height": file.height, "size": file.size});
            (Ok(body.to_string()), String::new())
        }
        Saying::Voice(upload) => {
            let file = upload_of(tx, who, shop, conversation, upload.file, FileKind::Voice)?;
            let body = serde_json::json!({"file": file.id, "ms": upload.ms, "size": file.size});
            (Ok(body.to_string()), String::new())
        }
        Saying::File(upload) => {
            let file = upload_of(tx, who, shop, conversation, upload.file, FileKind::File)?;
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
    Ok(Said {
        kind: saying.kind(),
        body: body.map_err(|_| Problem::internal())?,
        line,
    })
}

/// A file that goes into this conversation and belongs to it from now on. One that was said in another
/// conversation stays there, so that who may see that decides who may see it (`file_elsewhere`; the same
/// bytes uploaded again are a file of their own).
fn upload_of(
    tx: &mut Tx<'_>,
    who: &Actor,
    shop: Id,
    conversation: Id,
    id: Id,
    kind: FileKind,
) -> Result<FileRow, Problem> {
    if who.person().is_some() {
        crate::files::team_file(tx, who, id)?;
    }
    let file = FileRow::usable(tx, who, shop, id, kind)?;
    if file.subject != Id::NONE && file.subject != conversation {
        return Err(Problem::conflict(
            "file_elsewhere",
            "This file was sent in another conversation; upload it again.",
        ));
    }
    file.belongs(tx, who.org, conversation)?;
    Ok(file)
}

/// The body of kinds that are kept as they were said.
#[derive(Serialize)]
#[serde(untagged)]
enum Body<'a> {
    Text {
        text: &'a str,
    },
    Note {
        text: &'a str,
        mentions: &'a [Id],
        whisper: bool,
    },
    Coupon {
        title: &'a str,
        amount_fen: Fen,
        floor_fen: Fen,
        code: &'a str,
        until: Ms,
    },
    Form {
        title: &'a str,
        fields: &'a [FormField],
        answers: Option<()>,
    },
    Nothing {},
}

impl Body<'_> {
    fn of(saying: &Saying) -> Body<'_> {
        match saying {
            Saying::Text { text } => Body::Text { text },
            Saying::Note { text, mentions } => Body::Note {
                text,
                mentions,
                whisper: false,
            },
            Saying::Coupon {
                title,
                amount_fen,
                floor_fen,
                code,
                until,
            } => Body::Coupon {
                title,
                amount_fen: *amount_fen,
                floor_fen: *floor_fen,
                code,
                until: *until,
            },
            Saying::Form { title, fields } => Body::Form {
                title,
                fields,
                answers: None,
            },
            _ => Body::Nothing {},
        }
    }
}
