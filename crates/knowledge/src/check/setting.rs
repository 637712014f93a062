use std::collections::BTreeMap;

use base::{Id, Problem};
use serde_json::{Value, json};
use store::Tx;
use team::{Setting, SettingKind};

use super::amount;
use super::limit;
use super::rule::{CheckRules, Level, Limit, Rule};

const LEVELS: SettingKind = SettingKind::Choice(&["off", "hint", "confirm", "block"]);

/// A rule's setting: what it does in a shop.
macro_rules! level {
    ($rule:ident, $key:literal, $zh:expr, $en:expr, $source:literal) => {
        Setting {
            key: $key,
            kind: LEVELS,
            default: || json!(Rule::$rule.default_level()),
            zh: $zh,
            en: $en,
            source: $source,
            shop_level: true,
        }
    };
}

/// What a shop sets for the reply check; the first eleven are the levels of [`Rule::ALL`] in its order.
pub static CHECK_SETTINGS: [Setting; 17] = [
    level!(
        Bare,
        "knowledge.check.bare",
        ("检查：单字回复", "只回“在”“嗯”“好的”，没有别的内容。"),
        ("Check: bare reply", "Nothing but 在, 嗯 or 好的."),
        "row 168"
    ),
    level!(
        Negative,
        "knowledge.check.negative",
        (
            "检查：直接拒绝",
            "“没有”“不可以”之类，没有说明原因，也没有替代办法。"
        ),
        ("Check: bare refusal", "A no without a reason or another way."),
        "rows 74, 171"
    ),
    level!(
        FirstPerson,
        "knowledge.check.first_person",
        (
            "检查：少用“我”",
            "“我不知道”“我觉得”等，改用“您”“咱们”或不用人称。"
        ),
        ("Check: 我", "我 where 您, 咱们 or no pronoun is the polite way."),
        "row 166"
    ),
    level!(
        Quarrel,
        "knowledge.check.quarrel",
        ("检查：争执用语", "责怪、反问、讽刺或粗鲁的话。"),
        (
            "Check: quarrelling",
            "Blaming, rhetorical, sarcastic or rude words."
        ),
        "row 86"
    ),
    level!(
        Contact,
        "knowledge.check.contact",
        (
            "检查：站外联系方式",
            "电话、微信、QQ、邮箱、站外链接，包括变形写法。本店的热线与网站可在下方放行。"
        ),
        (
            "Check: outside contact",
            "Phones, WeChat, QQ, mail, outside links, also disguised. Own numbers and sites are allowed below.",
        ),
        "practice.md 6"
    ),
    level!(
        Reward,
        "knowledge.check.reward",
        ("检查：利诱评价", "用返现、红包、礼品、优惠券换取评价。"),
        ("Check: paid reviews", "Money, gifts or coupons for a review."),
        "row 73, practice.md 6"
    ),
    level!(
        Absolute,
        "knowledge.check.absolute",
        (
            "检查：极限用语",
            "“最好”“第一”“全网最低”“100%”等广告法禁用的说法。"
        ),
        (
            "Check: absolute claims",
            "Best, first, lowest, 100 %: what advertising law forbids."
        ),
        "practice.md 6"
    ),
    level!(
        Promise,
        "knowledge.check.promise",
        (
            "检查：越权承诺",
            "说死的发货与送达时间，超出权限的优惠、赔付和赠品。主管不受限。"
        ),
        (
            "Check: promises",
            "Delivery stated as certain; discounts, compensation, gifts above the agent's right. Supervisors are free.",
        ),
        "row 310, design: reply check"
    ),
    level!(
        Long,
        "knowledge.check.long",
        ("检查：过长", "一条消息太长，宜分次回答。"),
        ("Check: too long", "Too long for one message; better split."),
        "row 84"
    ),
    level!(
        ImpoliteYou,
        "knowledge.check.impolite_you",
        ("检查：用“您”", "对买家称“你”。"),
        ("Check: 你", "你 where 您 fits."),
        "row 167"
    ),
    level!(
        Forbidden,
        "knowledge.check.forbidden",
        ("检查：本店禁用词", "下方“禁用词”里的词。"),
        ("Check: own words", "The shop's own forbidden words below."),
        "design: reply check"
    ),
    LONG_LIMIT,
    GIVE_MOST,
    DISCOUNT_MOST,
    limit::BY_ROLE,
    ALLOWED,
    FORBIDDEN_WORDS,
];

const LONG_LIMIT: Setting = Setting {
    key: "knowledge.check.long_limit",
    kind: SettingKind::Number {
        min: 20,
        max: 5_000,
        unit: "字",
    },
    default: || json!(120),
    zh: ("一条消息的长度", "超过这么多字即为过长。"),
    en: ("Length of one message", "More characters than this are too long."),
    source: "row 84",
    shop_level: true,
};

const GIVE_MOST: Setting = Setting {
    key: "knowledge.check.give_most",
    kind: SettingKind::Number {
        min: 0,
        max: amount::MOST_YUAN,
        unit: "元",
    },
    default: || json!(0),
    zh: ("客服可自行让利", "一次让利、补偿不超过这个金额，不算越权。"),
    en: (
        "An agent may give",
        "Money off or compensation up to this is within the agent's right.",
    ),
    source: "design: reply check",
    shop_level: true,
};

const DISCOUNT_MOST: Setting = Setting {
    key: "knowledge.check.discount_most",
    kind: SettingKind::Number {
        min: 0,
        max: limit::MOST_PERCENT,
        unit: "%",
    },
    default: || json!(0),
    zh: ("客服可自行打折", "优惠不超过这个百分比，不算越权：10 即九折。"),
    en: (
        "An agent may discount",
        "A discount up to this percentage is within the agent's right.",
    ),
    source: "design: reply check",
    shop_level: true,
};

const ALLOWED: Setting = Setting {
    key: "knowledge.check.allowed",
    kind: SettingKind::Text { max: 4_000 },
    default: || json!(""),
    zh: ("放行的词", "一行一个：本店热线、网站、商品名等，出现时不提示。"),
    en: (
        "Allowed words",
        "One a line: the shop's hotline, site, names of goods; never a finding.",
    ),
    source: "practice.md 6",
    shop_level: true,
};

const FORBIDDEN_WORDS: Setting = Setting {
    key: "knowledge.check.forbidden_words",
    kind: SettingKind::Text { max: 4_000 },
    default: || json!(""),
    zh: ("禁用词", "一行一个：本店不允许出现在回复里的词。"),
    en: (
        "Forbidden words",
        "One a line: words that must not be in a reply.",
    ),
    source: "design: reply check",
    shop_level: true,
};

/// The rules of a shop under the settings of a version.
pub(super) fn rules_at(tx: &mut Tx<'_>, org: Id, shop: Id, version: Id) -> Result<CheckRules, Problem> {
    let values = team::settings_at(tx, org, shop, &CHECK_SETTINGS, version)?;
    let number = |setting: &Setting| number_of(&values, setting);
    let mut rules = CheckRules {
        long_limit: usize::try_from(number(&LONG_LIMIT)).unwrap_or(0),
        limit: Limit {
            give: amount::fen(number(&GIVE_MOST)),
            discount: number(&DISCOUNT_MOST),
        },
        by_role: limit::read(values.get(limit::BY_ROLE.key)),
        allowed: lines(&values, &ALLOWED),
        forbidden: lines(&values, &FORBIDDEN_WORDS),
        ..CheckRules::default()
    };
    for (rule, setting) in Rule::ALL.iter().zip(&CHECK_SETTINGS) {
        let set = values
            .get(setting.key)
            .and_then(Value::as_str)
            .unwrap_or_default();
        if let Some(level) = Level::ALL.iter().find(|level| level.key() == set) {
            rules.levels[*rule as usize] = *level;
        }
    }
    Ok(rules)
}

fn number_of(values: &BTreeMap<&'static str, Value>, setting: &Setting) -> i64 {
    values.get(setting.key).and_then(Value::as_i64).unwrap_or(0)
}

fn lines(values: &BTreeMap<&'static str, Value>, setting: &Setting) -> Vec<String> {
    let text = values
        .get(setting.key)
        .and_then(Value::as_str)
        .unwrap_or_default();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_setting_in_its_place() {
        for (rule, setting) in Rule::ALL.iter().zip(&CHECK_SETTINGS) {
            assert_eq!(setting.key, format!("knowledge.check.{}", rule.key()));
            assert_eq!((setting.default)(), json!(rule.default_level()));
        }
    }
}
