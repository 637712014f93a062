//! What is put into the index.

/// What a document is. The numbers stand in the index: they are never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u64)]
pub enum Kind {
    /// A message of a conversation.
    Message = 1,
    /// A buyer in the archive.
    Customer = 2,
    /// An order.
    Order = 3,
    /// A question with its answer.
    Faq = 4,
    /// A script or quick reply.
    Script = 5,
    /// An after-sale case, complaint or other procedure.
    Case = 6,
    /// A product.
    Product = 7,
    /// A review.
    Review = 8,
    /// A colleague.
    Person = 9,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 9] = [
        Kind::Message,
        Kind::Customer,
        Kind::Order,
        Kind::Faq,
        Kind::Script,
        Kind::Case,
        Kind::Product,
        Kind::Review,
        Kind::Person,
    ];

    /// The number that stands in the index.
    pub fn code(self) -> u64 {
        self as u64
    }

    /// The kind of a number, or `None` when there is none.
    pub fn from_code(code: u64) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One thing to be found. A document is named by `(org, kind, id, sub)`; putting it again replaces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doc {
    /// The organisation (tenant). No search ever crosses it.
    pub org: i64,
    /// The shop; 0 for what belongs to the organisation as a whole. A search limited to shops finds
    /// it only when 0 is among them.
    pub shop: i64,
    /// What it is.
    pub kind: Kind,
    /// Its id, for example the conversation.
    pub id: i64,
    /// Its number within `id`, for example the message's sequence number; 0 when there is none.
    pub sub: i64,
    /// When, in milliseconds UTC. [`Sort::Recent`](crate::Sort::Recent) orders by it.
    pub at: i64,
    /// Title or subject. Counts more than the body in [`Sort::Best`](crate::Sort::Best).
    pub title: String,
    /// The text.
    pub body: String,
    /// Ids, order numbers, nicks: found whole and by their beginnings of three or more characters.
    pub exact: Vec<String>,
    /// Names of people and things: found by characters, by full pinyin and by pinyin initials.
    pub names: Vec<String>,
}

impl Doc {
    /// A document without any text, to be filled in with struct update syntax.
    pub fn new(org: i64, kind: Kind, id: i64, sub: i64) -> Doc {
        Doc {
            org,
            shop: 0,
            kind,
            id,
            sub,
            at: 0,
            title: String::new(),
            body: String::new(),
            exact: Vec::new(),
            names: Vec::new(),
        }
    }
}
