//! What ships with the program: the words every shop may begin with. It reads no database.

use std::sync::OnceLock;

use base::Problem;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Bargain, WordStage};

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, utoipa::ToSchema)]
pub struct Both {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShippedScript {
    pub(crate) key: String,
    pub(crate) category: String,
    pub(crate) stage: WordStage,
    pub(crate) bargain: Option<Bargain>,
    pub(crate) step: Option<i64>,
    pub(crate) code: String,
    pub(crate) title: Both,
    pub(crate) text: Both,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShippedFaq {
    pub(crate) key: String,
    pub(crate) category: String,
    pub(crate) question: Both,
    pub(crate) similar: Vec<String>,
    pub(crate) answer: Both,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShippedPolicy {
    pub(crate) key: String,
    pub(crate) category: String,
    pub(crate) title: Both,
    pub(crate) text: Both,
}

/// Signs for one mood.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Mood {
    /// Its name, stable.
    pub mood: String,
    /// What it is called.
    pub title: Both,
    /// The signs.
    pub items: Vec<Sign>,
}

/// A sign of the palette (row 86).
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// The sign itself.
    pub sign: String,
    /// What it says, in Chinese.
    pub zh: String,
    /// What it says, in English.
    pub en: String,
}

#[derive(Debug, Deserialize)]
struct Scripts {
    script: Vec<ShippedScript>,
}

#[derive(Debug, Deserialize)]
struct Faqs {
    faq: Vec<ShippedFaq>,
}

#[derive(Debug, Deserialize)]
struct Policies {
    policy: Vec<ShippedPolicy>,
}

#[derive(Debug, Default, Deserialize)]
struct Politeness {
    polite: Vec<String>,
    curt: Vec<String>,
    emoji: Vec<Mood>,
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    // A test reads every file, so this cannot happen to anybody else.
    toml::from_str(text).map_err(|_| Problem::internal())
}

pub(crate) fn scripts() -> Result<Vec<ShippedScript>, Problem> {
    Ok(parse::<Scripts>(include_str!("../../defaults/scripts.toml"))?.script)
}

pub(crate) fn faqs() -> Result<Vec<ShippedFaq>, Problem> {
    Ok(parse::<Faqs>(include_str!("../../defaults/faq.toml"))?.faq)
}

/// The questions that ship, as the ranking takes them.
#[cfg(test)]
pub(crate) fn entries() -> Vec<search::answers::Entry> {
    let faqs = faqs().expect("can be read");
    (1..)
        .zip(faqs)
        .map(|(id, one)| search::answers::Entry {
            id,
            group: String::new(),
            question: one.question.zh,
            similar: one.similar,
            answer: one.answer.zh,
        })
        .collect()
}

pub(crate) fn policies() -> Result<Vec<ShippedPolicy>, Problem> {
    Ok(parse::<Policies>(include_str!("../../defaults/policies.toml"))?.policy)
}

/// How the shop speaks, as it ships. It stays, since it is asked for with every palette and every report.
fn politeness() -> &'static Politeness {
    static FILE: OnceLock<Politeness> = OnceLock::new();
    FILE.get_or_init(|| parse(include_str!("../../defaults/politeness.toml")).unwrap_or_default())
}

/// The signs agents may choose from, by mood (row 86).
pub fn emoji() -> &'static [Mood] {
    &politeness().emoji
}

/// Words that make a reply polite, and those by which it is none (row 167).
pub(crate) fn manners() -> (&'static [String], &'static [String]) {
    (&politeness().polite, &politeness().curt)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::check_variables;
    use crate::words::kinds::{BARGAINING, COMPLAINT};

    #[test]
    fn every_category_of_the_guides_ships_with_scripts() {
        let scripts = scripts().expect("parsed");
        let categories: BTreeSet<&str> = scripts.iter().map(|one| one.category.as_str()).collect();
        for category in [
            "greeting",
            "bargaining",
            "inquiry",
            "farewell",
            "stock",
            "payment",
            "parcels",
            "after-sale",
            "reviews",
        ] {
            assert!(categories.contains(category), "{category}");
        }
    }

    #[test]
    fn each_kind_of_bargaining_and_each_step_of_soothing_has_three_scripts() {
        let scripts = scripts().expect("parsed");
        for kind in Bargain::ALL {
            let count = scripts
                .iter()
                .filter(|one| one.category == BARGAINING && one.bargain == Some(*kind))
                .count();
            assert!(count >= 3, "{kind:?}: {count}");
        }
        for step in 1..=6 {
            let count = scripts
                .iter()
                .filter(|one| one.category == COMPLAINT && one.step == Some(step))
                .count();
            assert!(count >= 3, "step {step}: {count}");
        }
    }

    #[test]
    fn keys_are_unique_and_variables_known() {
        let mut keys = BTreeSet::new();
        let mut codes = BTreeSet::new();
        for one in scripts().expect("parsed") {
            assert!(keys.insert(one.key.clone()), "{}", one.key);
            assert!(codes.insert(one.code.clone()), "{}", one.code);
            for text in [&one.text.zh, &one.text.en] {
                assert_eq!(check_variables("text", text), Ok(()), "{}", one.key);
            }
        }
        for one in faqs().expect("parsed") {
            assert!(keys.insert(format!("faq {}", one.key)), "{}", one.key);
            assert_eq!(check_variables("answer", &one.answer.zh), Ok(()), "{}", one.key);
            assert!(one.similar.len() >= 3 && !one.answer.en.is_empty(), "{}", one.key);
        }
        for one in policies().expect("parsed") {
            assert!(keys.insert(format!("policy {}", one.key)), "{}", one.key);
            assert_eq!(check_variables("text", &one.text.zh), Ok(()), "{}", one.key);
        }
    }

    #[test]
    fn every_text_ships_in_both_languages() {
        let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        let both = |key: &str, text: &Both| {
            assert!(chinese(&text.zh), "{key}: {:?} is not Chinese", text.zh);
            let words = text.en.chars().any(|c| c.is_ascii_alphabetic());
            assert!(words && !chinese(&text.en), "{key}: {:?} is not English", text.en);
        };
        for one in scripts().expect("parsed") {
            both(&one.key, &one.title);
            both(&one.key, &one.text);
        }
        for one in faqs().expect("parsed") {
            both(&one.key, &one.question);
            both(&one.key, &one.answer);
        }
        for one in policies().expect("parsed") {
            both(&one.key, &one.title);
            both(&one.key, &one.text);
            assert_eq!(check_variables("text", &one.text.en), Ok(()), "{}", one.key);
        }
    }

    #[test]
    fn the_palette_has_signs_of_every_mood() {
        assert!(emoji().iter().map(|mood| mood.items.len()).sum::<usize>() >= 20);
    }
}
