use base::{Actor, Ms, Problem};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Tx, text_enum};

use crate::conversation::Conversation;
use crate::message::{Kind, Message, Sender};
use crate::telling::log_message;
use crate::thread::{Added, New};

text_enum! {
    /// A language that automatic messages may be written in beside the shop's own.
    pub enum Language {
        /// 中文, the shop's own.
        Zh = "zh",
        /// English.
        En = "en",
    }
}

impl Language {
    /// Of a tag such as `en-GB`; none of those that are not written.
    pub fn of(tag: &str) -> Option<Language> {
        let first = tag.split(['-', '_']).next()?.to_ascii_lowercase();
        Language::ALL.iter().copied().find(|one| one.key() == first)
    }
}

/// The automatic messages of a shop. They are marked automatic and never count as a reply.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Automatic {
    /// Said when a session begins; of several that are valid now, the one with the narrowest dates.
    #[serde(default)]
    pub welcome: Vec<AutoText>,
    /// Said once a session when the queue is long.
    #[serde(default)]
    pub busy: Vec<AutoText>,
    /// Said when a session begins outside the shop's hours, in place of the welcome.
    #[serde(default)]
    pub closed: Vec<AutoText>,
    /// Said when a session ends by itself or is closed after an answer.
    #[serde(default)]
    pub farewell: Vec<AutoText>,
}

/// One automatic message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AutoText {
    /// The text; `{shop}`, `{buyer}`, `{place}`, `{wait}` (minutes) and `{opens}` are filled.
    pub text: String,
    /// The same for buyers whose widget speaks English; they read `text` where it is left out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub en: String,
    /// Valid from (a campaign's first moment).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Ms>,
    /// Valid until (its end).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Ms>,
    /// Busy only: from this place in the queue on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<i64>,
    /// Busy only: or from this expected wait on, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_s: Option<i64>,
}

/// What the variables of a text stand for.
#[derive(Clone, Debug, Default)]
pub struct Fill<'a> {
    /// `{shop}`
    pub shop: &'a str,
    /// `{buyer}`
    pub buyer: &'a str,
    /// `{place}`
    pub place: i64,
    /// `{wait}`, whole minutes, at least 1; a text that has it is not said while nobody knows.
    pub wait_s: Option<i64>,
    /// `{opens}`, in the shop's zone.
    pub opens: String,
}

impl AutoText {
    fn valid(&self, now: Ms) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }

    fn span(&self) -> i64 {
        self.until
            .unwrap_or(Ms(i64::MAX / 2))
            .since(self.from.unwrap_or(Ms(i64::MIN / 2)))
    }

    /// The words for a buyer of that language; the shop's own where it has no others.
    fn words(&self, language: Option<&str>) -> &str {
        let english = language == Some(Language::En.key()) && !self.en.trim().is_empty();
        if english { &self.en } else { &self.text }
    }

    /// The text in a buyer's language with its variables filled.
    pub fn filled(&self, language: Option<&str>, fill: &Fill<'_>) -> String {
        self.words(language)
            .replace("{shop}", fill.shop)
            .replace("{buyer}", fill.buyer)
            .replace("{place}", &fill.place.to_string())
            .replace("{wait}", &minutes(fill.wait_s.unwrap_or_default()).to_string())
            .replace("{opens}", &fill.opens)
    }
}

/// The text of a list that is valid now: a campaign's (narrower dates) before the everyday one.
pub(crate) fn pick(texts: &[AutoText], now: Ms) -> Option<&AutoText> {
    texts
        .iter()
        .filter(|text| text.valid(now))
        .min_by_key(|text| text.span())
}

/// Whole minutes, at least 1.
fn minutes(seconds: i64) -> i64 {
    (seconds.max(1) + 59).div_euclid(60)
}

/// The busy text for a place and an expected wait: the one with the highest conditions that hold. While nobody
/// knows how long it takes, none that names the wait to this buyer.
pub(crate) fn pick_busy<'a>(
    texts: &'a [AutoText],
    now: Ms,
    place: i64,
    wait_s: Option<i64>,
    language: Option<&str>,
) -> Option<&'a AutoText> {
    let long = |text: &AutoText| text.wait_s.zip(wait_s).is_some_and(|(least, wait)| wait >= least);
    texts
        .iter()
        .filter(|text| text.valid(now))
        .filter(|text| wait_s.is_some() || !text.words(language).contains("{wait}"))
        .filter(|text| text.queue.is_some_and(|least| place >= least) || long(text))
        .max_by_key(|text| (text.queue.unwrap_or(0), text.wait_s.unwrap_or(0)))
}

impl Automatic {
    /// What a shop says before anybody changed it.
    pub(crate) fn default_json() -> Value {
        json!({
            "welcome": [{"text": "您好，欢迎光临{shop}！请问有什么可以帮您？", "en": "Hello and welcome to {shop}! How can we help you?"}],
            "busy": [
                {"text": "让您久等了，现在咨询的买家较多，您排在第 {place} 位，预计等待 {wait} 分钟，我们会按顺序尽快回复您。", "en": "Sorry to keep you waiting: many buyers are writing to us. You are number {place} in the queue, about {wait} min to go.", "queue": 3, "wait_s": 120},
                {"text": "让您久等了，您排在第 {place} 位，客服上线后会按顺序尽快回复您。", "en": "Sorry to keep you waiting. You are number {place} in the queue; we answer in turn as soon as a colleague is back.", "queue": 3}
            ],
            "closed": [{"text": "您好，现在不在营业时间，我们将在 {opens} 回复您。您可以先留言，客服上线后会第一时间联系您。", "en": "Hello, we are closed at the moment and answer from {opens}. Leave us a message and we get back to you first thing."}],
            "farewell": [{"text": "感谢您的咨询，祝您购物愉快，有需要随时找我们。", "en": "Thank you for writing to us. Enjoy your shopping, and come back whenever you need us."}]
        })
    }

    /// Says what is wrong with a value of the setting.
    pub(crate) fn check(value: &Value) -> Result<(), String> {
        let automatic: Automatic = serde_json::from_value(value.clone()).map_err(|e| e.to_string())?;
        let all = [
            ("welcome", &automatic.welcome),
            ("busy", &automatic.busy),
            ("closed", &automatic.closed),
            ("farewell", &automatic.farewell),
        ];
        for (name, texts) in all {
            for (index, text) in texts.iter().enumerate() {
                if text.text.trim().is_empty() || text.text.chars().count() > 1_000 {
                    return Err(format!("{name}[{index}].text must have 1 to 1000 characters"));
                }
                if text.en.chars().count() > 1_000 {
                    return Err(format!("{name}[{index}].en must have at most 1000 characters"));
                }
                if let (Some(from), Some(until)) = (text.from, text.until)
                    && until <= from
                {
                    return Err(format!("{name}[{index}].until must be after from"));
                }
                if name == "busy" && text.queue.is_none() && text.wait_s.is_none() {
                    return Err(format!("busy[{index}] needs queue or wait_s"));
                }
            }
        }
        Ok(())
    }
}

/// Adds an automatic message: marked, and no reply for any figure.
pub(crate) fn auto(
    tx: &mut Tx<'_>,
    now: Ms,
    conversation: &mut Conversation,
    text: &AutoText,
    fill: Fill<'_>,
) -> Result<Message, Problem> {
    let shop = team::shop(tx, conversation.org, conversation.shop)?
        .map(|shop| shop.name)
        .unwrap_or_default();
    let buyer = conversation.customer_name.clone();
    let fill = Fill {
        shop: &shop,
        buyer: &buyer,
        ..fill
    };
    let body = json!({"text": text.filled(conversation.language.as_deref(), &fill)}).to_string();
    auto_message(tx, now, conversation, Kind::Text, body, None)
}

/// Adds any message of the program's, perhaps as an answer to message `quote`.
pub(crate) fn auto_message(
    tx: &mut Tx<'_>,
    now: Ms,
    conversation: &mut Conversation,
    kind: Kind,
    body: String,
    quote: Option<i64>,
) -> Result<Message, Problem> {
    let new = New {
        sender: Sender::Auto,
        kind,
        body,
        quote,
        ..New::default()
    };
    let message = match conversation.add(tx, now, new)? {
        Added::New(message) | Added::Known(message) => message,
    };
    log_message(tx, &Actor::program(conversation.org), conversation, &message)?;
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str, from: Option<i64>, until: Option<i64>) -> AutoText {
        AutoText {
            text: text.into(),
            from: from.map(Ms),
            until: until.map(Ms),
            ..AutoText::default()
        }
    }

    #[test]
    fn a_campaigns_welcome_is_said_on_its_days_only() {
        let texts = [text("everyday", None, None), text("11.11", Some(100), Some(200))];
        assert_eq!(pick(&texts, Ms(150)).map(|t| t.text.as_str()), Some("11.11"));
        assert_eq!(pick(&texts, Ms(200)).map(|t| t.text.as_str()), Some("everyday"));
        assert_eq!(pick(&texts[1..], Ms(99)), None);
    }

    #[test]
    fn the_busy_text_depends_on_place_and_wait() {
        let mut few = text("few", None, None);
        few.queue = Some(3);
        let mut many = text("many", None, None);
        many.queue = Some(10);
        let mut long = text("{wait} minutes", None, None);
        (long.queue, long.wait_s) = (Some(3), Some(120));
        let texts = [few, many, long];
        let picked = |place, wait| pick_busy(&texts, Ms(0), place, wait, None).map(|t| t.text.as_str());
        assert_eq!(picked(2, Some(0)), None);
        assert_eq!(picked(2, Some(120)), Some("{wait} minutes"));
        assert_eq!(picked(5, Some(0)), Some("{wait} minutes"));
        assert_eq!(
            picked(5, None),
            Some("few"),
            "nobody is there who could say how long"
        );
        assert_eq!(picked(12, Some(0)), Some("many"));
    }

    #[test]
    fn a_text_is_said_in_the_buyers_language_where_it_is_written_in_it() {
        assert_eq!(Language::of("en-GB"), Some(Language::En));
        assert_eq!(Language::of("ZH_hant"), Some(Language::Zh));
        assert_eq!(Language::of("fr"), None);
        let mut both = text("您好，{shop}", None, None);
        both.en = "Hello from {shop}".into();
        let fill = Fill {
            shop: "青禾",
            ..Fill::default()
        };
        assert_eq!(both.filled(Some("en"), &fill), "Hello from 青禾");
        assert_eq!(both.filled(Some("zh"), &fill), "您好，青禾");
        assert_eq!(both.filled(None, &fill), "您好，青禾", "nobody told");
        both.en = " ".into();
        assert_eq!(both.filled(Some("en"), &fill), "您好，青禾", "nothing is written");
        // Which busy text names the wait depends on the words that are read.
        let mut busy = text("{wait} 分钟", None, None);
        (busy.en, busy.queue) = ("Many buyers are here".into(), Some(3));
        let texts = [busy];
        assert!(pick_busy(&texts, Ms(0), 5, None, None).is_none());
        assert!(pick_busy(&texts, Ms(0), 5, None, Some("en")).is_some());
    }

    #[test]
    fn the_defaults_are_valid_and_a_wrong_value_is_named() {
        assert_eq!(Automatic::check(&Automatic::default_json()), Ok(()));
        let shipped: Automatic = serde_json::from_value(Automatic::default_json()).expect("texts");
        let all = [shipped.welcome, shipped.busy, shipped.closed, shipped.farewell].concat();
        assert!(all.iter().all(|text| !text.en.is_empty()), "both languages");
        let wrong = json!({"welcome": [{"text": "a", "from": 5, "until": 4}]});
        assert_eq!(
            Automatic::check(&wrong),
            Err("welcome[0].until must be after from".into())
        );
    }
}
