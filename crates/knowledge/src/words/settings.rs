use base::{Actor, Id, Problem};
use serde::Serialize;
use serde_json::json;
use store::Tx;
use team::{Setting, SettingKind, setting};

use crate::place;

/// What an organisation may set of its words.
pub static SETTINGS: &[Setting] = &[TONE, ADDRESS, EMOJI, CONFIDENT];

/// How the shop speaks, in its own words.
const TONE: Setting = Setting {
    key: "knowledge.tone",
    kind: SettingKind::Text { max: 500 },
    default: || json!("亲切、简洁、专业；先说能怎么办，再说原因。"),
    zh: (
        "品牌语气",
        "本店客服说话的风格，显示在话术编辑和接待侧栏，供客服与质检参照。",
    ),
    en: (
        "Brand tone",
        "How the shop's agents speak; shown beside scripts and talks for agents and quality checks.",
    ),
    source: "row 297",
    shop_level: true,
};

/// What buyers are called.
const ADDRESS: Setting = Setting {
    key: "knowledge.address",
    kind: SettingKind::Choice(&["亲", "您", "亲亲", "顾客您"]),
    default: || json!("亲"),
    zh: ("对买家的称呼", "写话术时统一使用的称呼。"),
    en: (
        "How buyers are addressed",
        "The form of address that scripts use.",
    ),
    source: "row 297",
    shop_level: true,
};

/// Whether signs are welcome.
const EMOJI: Setting = Setting {
    key: "knowledge.emoji",
    kind: SettingKind::Bool,
    default: || json!(true),
    zh: ("使用表情", "关闭后，输入框不再显示表情面板。"),
    en: ("Use emoji", "When off, the composer shows no palette."),
    source: "rows 86, 297",
    shop_level: true,
};

/// How likely an entry must answer to be called an answer.
const CONFIDENT: Setting = Setting {
    key: "knowledge.confident",
    kind: SettingKind::Number {
        min: 30,
        max: 95,
        unit: "%",
    },
    default: || json!(60),
    zh: (
        "推荐答案的把握",
        "答对的可能性达到这个百分比才算有把握；达不到的只作参考，并记入“没有条目能回答”的报告。可能性按本店自己的相似问法学出来。",
    ),
    en: (
        "When an answer is sure",
        "From this likelihood on an entry counts as the answer; below it is shown as doubtful and the question is reported as unanswered. The likelihood is learned from the shop's own similar questions.",
    ),
    source: "row 54",
    shop_level: true,
};

/// From which likelihood on an entry answers, 0 to 1; without a shop as the organisation wants it.
pub fn confident_from(tx: &mut Tx<'_>, org: Id, shop: Option<Id>) -> Result<f64, Problem> {
    let percent = setting(tx, org, shop.unwrap_or(Id::NONE), &CONFIDENT)?;
    Ok(percent.as_f64().unwrap_or(60.0) / 100.0)
}

/// How a shop speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Tone {
    /// In its own words.
    pub tone: String,
    /// What buyers are called.
    pub address: String,
    /// Whether signs are welcome.
    pub emoji: bool,
}

/// How a shop speaks; without one, how the organisation does (row 297).
pub fn tone(tx: &mut Tx<'_>, who: &Actor, shop: Option<Id>) -> Result<Tone, Problem> {
    place::reader(who)?;
    if let Some(shop) = shop {
        place::known(tx, who, shop)?;
    }
    let shop = shop.unwrap_or(Id::NONE);
    let mut text = |one: &Setting| -> Result<String, Problem> {
        Ok(setting(tx, who.org, shop, one)?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    };
    let (tone, address) = (text(&TONE)?, text(&ADDRESS)?);
    let emoji = setting(tx, who.org, shop, &EMOJI)?.as_bool().unwrap_or(true);
    Ok(Tone { tone, address, emoji })
}
