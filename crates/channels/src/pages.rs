use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base::{Id, Live, Topic, snippet};
use hub::Hub;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;

/// Characters of a page's title that are kept.
const TITLE_MOST: usize = 200;
/// Bytes of an address that is kept; of a longer one nothing is.
const URL_MOST: usize = 2_000;

/// What the shop's page says that a buyer looks at. It is the page's word: whoever reads it checks the product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Its address, http or https.
    #[serde(default)]
    pub url: Option<String>,
    /// Its title.
    #[serde(default)]
    pub title: String,
    /// The product on it; none where the page names it by something that is no id of ours.
    #[serde(default, deserialize_with = "id_or_none")]
    pub product: Option<Id>,
}

fn id_or_none<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Id>, D::Error> {
    Ok(match serde_json::Value::deserialize(from)? {
        serde_json::Value::Number(number) => number.as_i64().map(Id),
        serde_json::Value::String(text) => text.parse().ok().map(Id),
        _ => None,
    })
}

impl Page {
    /// The page as it may be shown: a short title, and an address that leads nowhere but to a web page.
    pub(crate) fn clean(self) -> Page {
        let web = |url: &String| {
            url.len() <= URL_MOST && (url.starts_with("https://") || url.starts_with("http://"))
        };
        Page {
            url: self.url.filter(web),
            title: snippet(&self.title, TITLE_MOST),
            product: self.product,
        }
    }
}

/// What buyers look at, by conversation and socket, on this node. Live only: it is never kept.
#[derive(Default)]
pub struct Pages {
    seen: Mutex<HashMap<Id, Vec<(u64, Page)>>>,
}

impl Pages {
    /// What the buyer of a conversation turned to last, in any of their windows that are open.
    pub fn of(&self, conversation: Id) -> Option<Page> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        Some(seen.get(&conversation)?.last()?.1.clone())
    }

    /// A window of the buyer shows this now.
    pub(crate) fn look(&self, hub: &Hub, conversation: Id, socket: u64, page: Page) {
        self.change(hub, conversation, |windows| {
            windows.retain(|(one, _)| *one != socket);
            windows.push((socket, page));
        });
    }

    /// A window is gone.
    pub(crate) fn leave(&self, hub: &Hub, conversation: Id, socket: u64) {
        self.change(hub, conversation, |windows| {
            windows.retain(|(one, _)| *one != socket)
        });
    }

    fn change(&self, hub: &Hub, conversation: Id, change: impl FnOnce(&mut Vec<(u64, Page)>)) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let windows = seen.entry(conversation).or_default();
        let last = |windows: &[(u64, Page)]| windows.last().map(|(_, page)| page.clone());
        let before = last(windows);
        change(windows);
        let after = last(windows);
        if windows.is_empty() {
            seen.remove(&conversation);
        }
        drop(seen);
        if before != after {
            let frame = json!({"on": "page", "conversation": conversation, "page": after}).to_string();
            hub.publish(&Live {
                topics: vec![Topic::Conversation(conversation)],
                frame: frame.into(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(title: &str) -> Page {
        Page {
            url: Some(format!("https://shop.example/{title}")),
            title: title.to_owned(),
            product: None,
        }
    }

    #[test]
    fn the_window_turned_to_last_counts_while_it_is_open() {
        let (pages, hub) = (Pages::default(), Hub::default());
        pages.look(&hub, Id(1), 1, page("四件套"));
        pages.look(&hub, Id(1), 2, page("枕头"));
        assert_eq!(pages.of(Id(1)), Some(page("枕头")));
        pages.look(&hub, Id(1), 1, page("被子"));
        assert_eq!(pages.of(Id(1)), Some(page("被子")));
        pages.leave(&hub, Id(1), 1);
        assert_eq!(pages.of(Id(1)), Some(page("枕头")));
        pages.leave(&hub, Id(1), 2);
        assert_eq!((pages.of(Id(1)), pages.of(Id(2))), (None, None));
    }

    #[test]
    fn what_a_page_says_is_made_harmless() {
        let said = Page {
            url: Some("javascript:alert(1)".to_owned()),
            title: "长".repeat(5_000),
            product: Some(Id(7)),
        };
        let clean = said.clean();
        assert_eq!((clean.url, clean.product), (None, Some(Id(7))));
        assert!(clean.title.chars().count() <= TITLE_MOST + 1);
        for (written, read) in [
            ("7", Some(Id(7))),
            ("\"7\"", Some(Id(7))),
            ("\"P31\"", None),
            ("{}", None),
        ] {
            let page = format!("{{\"title\":\"被子\",\"product\":{written}}}");
            let page: Page = serde_json::from_str(&page).expect("a page");
            assert_eq!(page.product, read, "{written}");
        }
    }
}
