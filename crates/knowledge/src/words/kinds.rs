use store::text_enum;

text_enum! {
    /// The part of a sale a text is for.
    pub enum WordStage {
        /// All of it.
        Any = "any",
        /// Before the sale.
        Pre = "pre",
        /// Paid and not yet received.
        In = "in",
        /// After the sale.
        After = "after",
    }
}

text_enum! {
    /// How a buyer bargains (rows 104 to 110).
    pub enum Bargain {
        /// 允诺型: cheaper now, and I bring friends.
        Promise = "promise",
        /// 对比型: others are cheaper.
        Compare = "compare",
        /// 武断型: all is well but the price.
        Flat = "flat",
        /// 威逼利诱型: or else.
        Threat = "threat",
        /// 贪小便宜型: a gift, then.
        Gift = "gift",
        /// 博取同情: I have so little.
        Pity = "pity",
        /// 借口型: my account holds only so much.
        Excuse = "excuse",
    }
}

text_enum! {
    /// Where a script or policy stands.
    pub enum Status {
        /// Being written.
        Draft = "draft",
        /// In use.
        Published = "published",
        /// Out of use.
        Retired = "retired",
    }
}

text_enum! {
    /// Where an entry stands.
    pub enum FaqStatus {
        /// Being written.
        Draft = "draft",
        /// Proposed by an agent, not yet decided.
        Proposed = "proposed",
        /// In use.
        Published = "published",
        /// Out of use, or declined (then with a reason).
        Retired = "retired",
    }
}

text_enum! {
    /// Whose a script is.
    pub enum Scope {
        /// The shop's, or all shops'.
        Shop = "shop",
        /// A group's.
        Group = "group",
        /// A person's own.
        Personal = "personal",
    }
}

text_enum! {
    /// What kind of words.
    pub enum WordKind {
        /// A script.
        Script = "script",
        /// An entry.
        Faq = "faq",
        /// A policy.
        Policy = "policy",
    }
}

text_enum! {
    /// The language of a text.
    pub enum Language {
        /// Chinese.
        Zh = "zh",
        /// English.
        En = "en",
    }
}

/// The steps of soothing a complaint (row 115): 安抚, 查明原因, 表明立场, 全力解决, 真诚道歉, 感谢理解.
pub(crate) const STEPS: std::ops::RangeInclusive<i64> = 1..=6;

/// The category whose texts must say who is speaking (row 76).
pub(crate) const GREETING: &str = "greeting";
/// The category the kinds of bargaining belong to.
pub(crate) const BARGAINING: &str = "bargaining";
/// The category the steps of soothing belong to.
pub(crate) const COMPLAINT: &str = "complaint";
