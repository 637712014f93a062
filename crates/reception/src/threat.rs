//! Hears a buyer who threatens with a bad review, a complaint or exposure (row 107).

use std::sync::LazyLock;

use base::Problem;
use serde::Deserialize;
use serde_json::Value;
use store::Tx;

use crate::conversation::Conversation;
use crate::rules::Rules;
use crate::saying::Saying;

/// What a threat sounds like, folded.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ThreatWords {
    /// Enough by itself.
    alone: Vec<String>,
    /// What is threatened with.
    lever: Vec<String>,
    /// What for.
    condition: Vec<String>,
    /// What only sounds like it.
    harmless: Vec<String>,
}

/// Words of one list at most.
const MOST_WORDS: usize = 300;

/// What ships.
static SHIPPED: LazyLock<Value> = LazyLock::new(|| {
    toml::from_str(include_str!("../defaults/threat.toml")).unwrap_or_else(|error| {
        tracing::error!(%error, "the shipped words of threats cannot be read");
        Value::Null
    })
});

/// Small letters without spaces and punctuation: "差 评 ！" is 差评.
fn folded(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

impl ThreatWords {
    /// The shipped words, as the setting's default.
    pub(crate) fn shipped() -> Value {
        SHIPPED.clone()
    }

    /// Refuses what is no such lists.
    pub(crate) fn check(value: &Value) -> Result<(), String> {
        let words: ThreatWords = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
        for list in [&words.alone, &words.lever, &words.condition, &words.harmless] {
            if list.len() > MOST_WORDS || list.iter().any(|word| folded(word).chars().count() < 2) {
                return Err("up to 300 words a list, each of two letters at least".to_owned());
            }
        }
        Ok(())
    }

    /// The words of a setting's value, ready to be looked for.
    pub(crate) fn of(value: Value) -> ThreatWords {
        let words: ThreatWords = serde_json::from_value(value).unwrap_or_default();
        let fold = |list: Vec<String>| {
            let mut list: Vec<String> = list.iter().map(|word| folded(word)).filter(|word| !word.is_empty()).collect();
            // The longer first, so that a short one does not tear it apart.
            list.sort_by_key(|word| std::cmp::Reverse(word.len()));
            list
        };
        ThreatWords {
            alone: fold(words.alone),
            lever: fold(words.lever),
            condition: fold(words.condition),
            harmless: fold(words.harmless),
        }
    }

    /// Whether a buyer who says this threatens.
    pub(crate) fn threatens(&self, text: &str) -> bool {
        let mut text = folded(text);
        for word in &self.harmless {
            if text.contains(word.as_str()) {
                text = text.replace(word.as_str(), " ");
            }
        }
        let says = |list: &[String]| list.iter().any(|word| text.contains(word.as_str()));
        says(&self.alone) || (says(&self.lever) && says(&self.condition))
    }
}

/// Marks the conversation when its buyer threatens for the first time in this session; answers whether they do.
pub(crate) fn hear(
    tx: &mut Tx<'_>,
    conversation: &mut Conversation,
    saying: &Saying,
) -> Result<bool, Problem> {
    let Saying::Text { text } = saying else {
        return Ok(false);
    };
    if conversation.risk.is_some() {
        return Ok(false);
    }
    let rules = Rules::at(tx, conversation.org, conversation.shop, conversation.rules)?;
    let threatens = rules.threats.threatens(text);
    if threatens {
        conversation.risk = Some("threat".to_owned());
    }
    Ok(threatens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threat_is_heard_and_a_complaint_is_none() {
        assert!(ThreatWords::check(&ThreatWords::shipped()).is_ok());
        let words = ThreatWords::of(ThreatWords::shipped());
        for text in [
            "不给我优惠我就给你差评",
            "给你 差 评！",
            "再不退款我就投诉到平台了",
            "你们不赔我就打12315",
            "信不信我发小红书曝光你们",
            "Refund me or I will leave a bad review",
            "5-star? no, ONE STAR unless you refund me",
        ] {
            assert!(words.threatens(text), "{text}");
        }
        for text in [
            "我要投诉快递，三天没动了",
            "看到差评说会掉色，是真的吗",
            "放心，我不会给差评的",
            "能便宜点吗，不然我再看看",
            "怎么申请退款",
            "我要投诉",
            "有差评吗，不然我不敢买",
            "It is a good product, otherwise I would not ask",
        ] {
            assert!(!words.threatens(text), "{text}");
        }
    }
}
