use base::{Fen, Id};
use serde::Serialize;
use serde_json::{Map, Value};
use store::text_enum;

text_enum! {
    /// One rule of the reply check.
    #[derive(PartialOrd, Ord)]
    pub enum Rule {
        /// A lone 在 or 嗯 that says nothing more (row 168).
        Bare = "bare",
        /// A no without a reason, another way or a next step (rows 74, 171).
        Negative = "negative",
        /// 我 where 您, 咱们 or no pronoun is the polite way (row 166).
        FirstPerson = "first_person",
        /// Quarrelling, blaming or rude words (row 86).
        Quarrel = "quarrel",
        /// Contact details or an invitation off the platform (practice.md 6).
        Contact = "contact",
        /// Money, gifts or coupons for a review (row 73, practice.md 6).
        Reward = "reward",
        /// Absolute claims, which advertising law forbids.
        Absolute = "absolute",
        /// A discount, compensation or delivery promised as certain.
        Promise = "promise",
        /// Too long for one message (row 84).
        Long = "long",
        /// 你 where 您 fits (row 167).
        ImpoliteYou = "impolite_you",
        /// The shop's own forbidden words.
        Forbidden = "forbidden",
    }
}

text_enum! {
    /// What a rule does when it finds something.
    #[derive(PartialOrd, Ord)]
    pub enum Level {
        /// Nothing: the rule is not looked at.
        Off = "off",
        /// It says so; the reply may be sent.
        Hint = "hint",
        /// It asks once before the reply is sent.
        Confirm = "confirm",
        /// The reply cannot be sent.
        Block = "block",
    }
}

impl Rule {
    /// What the rule does in a shop that set nothing: by how much harm it prevents.
    pub fn default_level(self) -> Level {
        match self {
            Rule::Reward | Rule::Forbidden => Level::Block,
            // A courier's number is often the best answer.
            Rule::Contact | Rule::Quarrel | Rule::Promise | Rule::Absolute => Level::Confirm,
            Rule::Bare | Rule::Negative | Rule::FirstPerson | Rule::Long | Rule::ImpoliteYou => Level::Hint,
        }
    }
}

/// What somebody may give away on their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limit {
    /// At once.
    pub give: Fen,
    /// As a discount, percent.
    pub discount: i64,
}

/// What a shop set for its replies.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckRules {
    /// By rule, what it does.
    pub levels: [Level; Rule::ALL.len()],
    /// More characters than this are too long for one message.
    pub long_limit: usize,
    /// What an agent may give away on their own.
    pub limit: Limit,
    /// Of these roles something else.
    pub by_role: Vec<(Id, Limit)>,
    /// Words, numbers and sites that are never a finding.
    pub allowed: Vec<String>,
    /// The shop's own forbidden words.
    pub forbidden: Vec<String>,
}

impl Default for CheckRules {
    fn default() -> CheckRules {
        let mut levels = [Level::Off; Rule::ALL.len()];
        for rule in Rule::ALL {
            levels[*rule as usize] = rule.default_level();
        }
        CheckRules {
            levels,
            long_limit: 120,
            limit: Limit::default(),
            by_role: Vec::new(),
            allowed: Vec::new(),
            forbidden: Vec::new(),
        }
    }
}

/// A reply that is about to be sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reply<'a> {
    /// Its text as it stands in the box.
    pub text: &'a str,
    /// What the buyer wrote lately, a message a line, the last one last.
    pub buyer: Option<&'a str>,
    /// The shop's platform, whose own sites are not outside; empty: all are.
    pub platform: &'a str,
    /// Whether the agent may give away what they see fit.
    pub free_hand: bool,
    /// What the agent may give away; `None`: what any agent of the shop may.
    pub limit: Option<Limit>,
}

/// Something the check found.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Finding {
    /// The rule it breaks.
    pub rule: Rule,
    /// What follows from it in this shop.
    pub level: Level,
    /// Where it begins in the text, in UTF-16 units.
    pub from: u32,
    /// Where it ends in the text, in UTF-16 units.
    pub to: u32,
    /// Names the sentence that explains it.
    pub hint: String,
    /// What the sentence speaks of.
    pub params: Map<String, Value>,
    /// What may be put in its place.
    pub replacement: Option<String>,
}
