use std::collections::BTreeMap;
use std::sync::Arc;

use base::{Calendar, Id, Ms, Problem};
use serde_json::{Value, json};
use store::Tx;
use team::{Setting, SettingKind};

use crate::automatic::Automatic;
use crate::conversation::Stage;
use crate::template::{OWN, OwnSteps};
use crate::threat::ThreatWords;

macro_rules! seconds {
    ($name:ident, $key:literal, $default:literal, $max:literal, $zh:expr, $en:expr, $source:literal) => {
        /// A setting of reception; its texts say what it does.
        pub(crate) const $name: Setting = Setting {
            key: $key,
            kind: SettingKind::Seconds { min: 1, max: $max },
            default: || json!($default),
            zh: $zh,
            en: $en,
            source: $source,
            shop_level: true,
        };
    };
}

seconds!(
    WARN_PRE,
    "reception.warn_pre",
    10,
    86_400,
    ("售前响应提醒", "买家等待超过这么久，计时变为琥珀色"),
    ("Pre-sale warning", "The buyer's wait turns amber after this"),
    "row 75"
);
seconds!(
    BREACH_PRE,
    "reception.breach_pre",
    30,
    86_400,
    ("售前响应超时", "买家等待超过这么久，计时变红并记为超时"),
    (
        "Pre-sale limit",
        "The buyer's wait turns red and counts as a breach after this"
    ),
    "row 82"
);
seconds!(
    WARN_IN,
    "reception.warn_in",
    10,
    86_400,
    ("售中响应提醒", "买家等待超过这么久，计时变为琥珀色"),
    ("In-sale warning", "The buyer's wait turns amber after this"),
    "row 75"
);
seconds!(
    BREACH_IN,
    "reception.breach_in",
    30,
    86_400,
    ("售中响应超时", "买家等待超过这么久，计时变红并记为超时"),
    (
        "In-sale limit",
        "The buyer's wait turns red and counts as a breach after this"
    ),
    "row 82"
);
seconds!(
    WARN_AFTER,
    "reception.warn_after",
    60,
    86_400,
    ("售后响应提醒", "买家等待超过这么久，计时变为琥珀色"),
    ("After-sale warning", "The buyer's wait turns amber after this"),
    "row 247"
);
seconds!(
    BREACH_AFTER,
    "reception.breach_after",
    300,
    86_400,
    ("售后响应超时", "买家等待超过这么久，计时变红并记为超时"),
    (
        "After-sale limit",
        "The buyer's wait turns red and counts as a breach after this"
    ),
    "row 247"
);
seconds!(
    SESSION_END,
    "reception.session_end",
    600,
    86_400,
    (
        "会话自动结束",
        "客服最后一次有效回复后买家这么久没有回应，接待自动结束"
    ),
    (
        "Session end",
        "A session ends by itself when the buyer has not answered for this long"
    ),
    "practice 2.7 最长等待时间"
);
seconds!(
    SLOW_AFTER,
    "reception.slow_after",
    120,
    3_600,
    ("慢响应标准", "一次回复超过这么久记为一次慢响应"),
    ("Slow response", "An answer that took longer counts as slow"),
    "row 306"
);
seconds!(
    UNTOUCHED,
    "reception.untouched",
    900,
    86_400,
    ("会话悬置提醒", "进行中的会话这么久无人处理时提醒"),
    (
        "Untouched conversation",
        "Raises an alarm when nobody touches an open conversation for this long"
    ),
    "row 286"
);
seconds!(
    VANISHED,
    "reception.vanished",
    60,
    3_600,
    ("客服掉线回收", "客服掉线这么久后，他的会话回到排队"),
    (
        "Vanished agent",
        "Conversations of an agent who vanished go back to the queue after this"
    ),
    "design: Reception"
);
seconds!(
    RISE,
    "reception.rise",
    300,
    7_200,
    ("排队优先级上升", "排队超过这么久的买家优先级升一级"),
    ("Queue rise", "A buyer who waits this long rises one priority"),
    "design: Reception"
);
seconds!(
    UNDO,
    "reception.undo",
    5,
    60,
    ("撤销发送", "发送后这么久内、对方未读时可以撤销"),
    ("Undo", "A message that was not read can be undone for this long"),
    "design: Reception"
);
seconds!(
    RECALL,
    "reception.recall",
    120,
    600,
    ("撤回消息", "发送后这么久内可以撤回，会留下痕迹"),
    (
        "Recall",
        "A message can be recalled for this long; it leaves a trace"
    ),
    "design: Reception"
);

/// How often a slow answer raises the alarm.
pub(crate) const SLOW_TIMES: Setting = Setting {
    key: "reception.slow_times",
    kind: SettingKind::Number {
        min: 1,
        max: 20,
        unit: "",
    },
    default: || json!(3),
    zh: ("慢响应次数", "一次接待里慢响应达到这么多次时提醒"),
    en: (
        "Slow responses",
        "Raises an alarm at this many slow answers in a session",
    ),
    source: "row 306",
    shop_level: true,
};

/// How many days after shipping a returning buyer counts as after-sale.
pub(crate) const AFTER_DAYS: Setting = Setting {
    key: "reception.after_days",
    kind: SettingKind::Number {
        min: 1,
        max: 180,
        unit: "d",
    },
    default: || json!(21),
    zh: ("售后天数", "订单发货后这么多天内来访的买家算售后"),
    en: (
        "After-sale days",
        "A buyer whose order was shipped within so many days counts as after-sale",
    ),
    source: "practice 2.7 售后天数",
    shop_level: true,
};

/// The stage template of new sessions.
pub(crate) const TEMPLATE: Setting = Setting {
    key: "reception.template",
    kind: SettingKind::Choice(crate::template::KEYS),
    default: || json!("seven"),
    zh: ("接待流程", "新接待使用的步骤模板"),
    en: ("Reception steps", "The steps a new session shows"),
    source: "rows 71, 73, 134, 165, 183",
    shop_level: true,
};

/// A shop's own steps, for the template `own`.
pub(crate) const OWN_STEPS: Setting = Setting {
    key: "reception.own_steps",
    kind: SettingKind::Json(OwnSteps::check),
    default: || json!({"title": "", "steps": []}),
    zh: (
        "自定义接待步骤",
        "自己的步骤名称与顺序；写好后可在“接待流程”里选用",
    ),
    en: (
        "Own reception steps",
        "A title and steps of your own; then they can be chosen as the reception steps",
    ),
    source: "row 165",
    shop_level: true,
};

/// Whether a buyer in a talk is asked to check an order when it was paid.
pub(crate) const ORDER_CHECK: Setting = Setting {
    key: "reception.order_check",
    kind: SettingKind::Bool,
    default: || json!(true),
    zh: (
        "付款后自动核实订单",
        "买家付款后，若正在接待中，自动发送订单卡请其核对商品、规格与地址",
    ),
    en: (
        "Order check after payment",
        "A buyer in a talk is sent the order to check goods, size and address once it is paid",
    ),
    source: "row 172",
    shop_level: true,
};

/// Whether closing with an unpaid or unconfirmed order, or without an answer, asks for a reason.
pub(crate) const CLOSE_GUARD: Setting = Setting {
    key: "reception.close_guard",
    kind: SettingKind::Bool,
    default: || json!(true),
    zh: (
        "关闭前询问原因",
        "有未付款或未确认的订单、或买家还没得到回复时，关闭会话要写原因",
    ),
    en: (
        "Closing guard",
        "Asks for a reason when closing with an unpaid or unconfirmed order, or without an answer",
    ),
    source: "rows 138, 287",
    shop_level: true,
};

/// Whether a promise in an agent's text starts its clock.
pub(crate) const PROMISES: Setting = Setting {
    key: "reception.promises",
    kind: SettingKind::Bool,
    default: || json!(true),
    zh: ("承诺计时", "客服说“稍等2分钟”时自动开始计时"),
    en: (
        "Promise clock",
        "“Wait two minutes” in an agent's message starts a clock",
    ),
    source: "row 131",
    shop_level: true,
};

/// Whether agents see what the buyer is typing.
pub const TYPING_PREVIEW: Setting = Setting {
    key: "reception.typing_preview",
    kind: SettingKind::Bool,
    default: || json!(true),
    zh: ("输入预览", "客服可以看到买家正在输入的内容"),
    en: ("Typing preview", "Agents see what the buyer is typing"),
    source: "design: Sockets",
    shop_level: true,
};

/// Whether a session that ended with an answer asks the buyer for a rating.
pub(crate) const INVITE: Setting = Setting {
    key: "reception.invite",
    kind: SettingKind::Bool,
    default: || json!(true),
    zh: ("自动邀评", "接待结束后邀请买家评价，每次接待一次"),
    en: (
        "Invite rating",
        "Asks the buyer for a rating after a session, once a session",
    ),
    source: "row 305",
    shop_level: true,
};

/// The automatic messages, as [`Automatic`] reads them.
pub(crate) const AUTOMATIC: Setting = Setting {
    key: "reception.automatic",
    kind: SettingKind::Json(Automatic::check),
    default: Automatic::default_json,
    zh: ("自动消息", "欢迎语、繁忙、非营业时间与结束语"),
    en: ("Automatic messages", "Welcome, busy, out of hours and farewell"),
    source: "rows 8, 91, 92, 96",
    shop_level: true,
};

/// The words by which a buyer who threatens is heard, as [`ThreatWords`] reads them.
pub(crate) const THREAT_WORDS: Setting = Setting {
    key: "reception.threat_words",
    kind: SettingKind::Json(ThreatWords::check),
    default: ThreatWords::shipped,
    zh: (
        "威胁用语",
        "买家以差评、投诉或曝光相威胁时标记会话并提醒主管；空列表则不识别",
    ),
    en: (
        "Words of threats",
        "Who threatens with a bad review, a complaint or exposure is marked, and a supervisor told; empty lists hear nothing",
    ),
    source: "row 107",
    shop_level: true,
};

/// All settings of reception.
pub static SETTINGS: &[Setting] = &[
    crate::privacy::KEEP,
    WARN_PRE,
    BREACH_PRE,
    WARN_IN,
    BREACH_IN,
    WARN_AFTER,
    BREACH_AFTER,
    SESSION_END,
    SLOW_AFTER,
    SLOW_TIMES,
    UNTOUCHED,
    VANISHED,
    RISE,
    UNDO,
    RECALL,
    AFTER_DAYS,
    TEMPLATE,
    OWN_STEPS,
    CLOSE_GUARD,
    PROMISES,
    TYPING_PREVIEW,
    INVITE,
    ORDER_CHECK,
    AUTOMATIC,
    crate::self_service::SELF_SERVICE,
    THREAT_WORDS,
];

/// The settings of one shop as of one version: what a session runs under from its begin to its end.
#[derive(Clone, Debug)]
pub struct Rules {
    values: BTreeMap<&'static str, Value>,
    /// When the shop is open; clocks run only then.
    pub calendar: Calendar,
    /// Automatic messages.
    pub automatic: Automatic,
    /// What a threat sounds like.
    pub(crate) threats: ThreatWords,
    /// The shop's own steps.
    pub(crate) own_steps: OwnSteps,
    /// Warn and breach limits by stage, ms.
    limits: [(i64, i64); 3],
    /// A session ends by itself after this many ms.
    pub session_end: i64,
    /// Slow answers begin at this many ms.
    pub slow_after: i64,
    /// So many of them raise the alarm.
    pub slow_times: i64,
    /// An open conversation nobody touches raises an alarm after this many ms.
    pub untouched: i64,
}

impl Rules {
    /// The rules of `shop` under the settings of version `version`. Computed once per process.
    pub fn at(tx: &mut Tx<'_>, org: Id, shop: Id, version: Id) -> Result<Arc<Rules>, Problem> {
        tx.memo([org, shop, version], |tx| {
            let values = team::settings_at(tx, org, shop, SETTINGS, version)?;
            let mut calendars = team::settings_at(tx, org, shop, &[team::CALENDAR], version)?;
            let calendar = calendars.remove(team::CALENDAR.key).unwrap_or(Value::Null);
            let ms = |setting: &Setting| values.get(setting.key).and_then(Value::as_i64).unwrap_or(1) * 1_000;
            let json = |setting: &Setting| values.get(setting.key).cloned().unwrap_or(Value::Null);
            Ok(Rules {
                calendar: serde_json::from_value(calendar).unwrap_or_default(),
                automatic: serde_json::from_value(json(&AUTOMATIC)).unwrap_or_default(),
                threats: ThreatWords::of(json(&THREAT_WORDS)),
                own_steps: serde_json::from_value(json(&OWN_STEPS)).unwrap_or_default(),
                limits: [
                    (ms(&WARN_PRE), ms(&BREACH_PRE)),
                    (ms(&WARN_IN), ms(&BREACH_IN)),
                    (ms(&WARN_AFTER), ms(&BREACH_AFTER)),
                ],
                session_end: ms(&SESSION_END),
                slow_after: ms(&SLOW_AFTER),
                slow_times: values.get(SLOW_TIMES.key).and_then(Value::as_i64).unwrap_or(3),
                untouched: ms(&UNTOUCHED),
                values,
            })
        })
    }

    /// The rules of `shop` as they are now.
    pub fn now(tx: &mut Tx<'_>, org: Id, shop: Id) -> Result<(Id, Arc<Rules>), Problem> {
        let version = team::settings_version(tx, org)?;
        Ok((version, Rules::at(tx, org, shop, version)?))
    }

    /// When a wait that begins at `at` turns amber and red: time that is open in `calendar` only.
    pub fn limits(&self, stage: Stage, at: Ms, calendar: &Calendar) -> (Ms, Ms) {
        let (warn, breach) = self.limits[stage as usize];
        (
            calendar.add_open(at, warn.min(breach)),
            calendar.add_open(at, breach),
        )
    }

    /// The template of steps a new session shows.
    pub(crate) fn template(&self) -> &str {
        match self.text(&TEMPLATE) {
            OWN if self.own_steps.template().is_none() => "seven",
            key => key,
        }
    }

    /// Whether both say the same.
    pub(crate) fn same_as(&self, other: &Rules) -> bool {
        self.values == other.values && self.calendar == other.calendar
    }

    /// A switch.
    pub fn is_on(&self, setting: &Setting) -> bool {
        self.values
            .get(setting.key)
            .and_then(Value::as_bool)
            .unwrap_or(false)
    }

    /// A length of time, ms.
    pub fn ms(&self, setting: &Setting) -> i64 {
        self.values.get(setting.key).and_then(Value::as_i64).unwrap_or(0) * 1_000
    }

    /// A whole number.
    pub fn number(&self, setting: &Setting) -> i64 {
        self.values.get(setting.key).and_then(Value::as_i64).unwrap_or(0)
    }

    /// A word.
    pub fn text(&self, setting: &Setting) -> &str {
        self.values.get(setting.key).and_then(Value::as_str).unwrap_or("")
    }
}
