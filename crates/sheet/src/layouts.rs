use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use crate::cell;
use crate::headers::Headers;

/// What a kind of file looks like: the headers of one platform's export of one generation.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Whose export, e.g. `taobao`.
    pub platform: String,
    /// Of what, e.g. `orders`.
    pub kind: String,
    /// Which of its generations, e.g. `2018a`.
    pub generation: String,
    /// Its headers.
    pub headers: Vec<String>,
    /// Those of them without which it is not this layout.
    #[serde(default)]
    pub needs: Vec<String>,
}

/// The layouts a room knows, a list in a data file:
///
/// ```toml
/// [[layout]]
/// platform = "pdd"
/// kind = "orders"
/// generation = "a"
/// headers = ["订单成交时间", "商品", "订单号"]
/// needs = ["订单号"]
/// ```
#[derive(Clone, Debug, Default)]
pub struct Layouts {
    layouts: Vec<Known>,
    weights: HashMap<String, f64>,
}

#[derive(Clone, Debug)]
struct Known {
    layout: Layout,
    keys: HashSet<String>,
    needs: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    layout: Vec<Layout>,
}

/// How well a file's headers agree with a layout.
#[derive(Clone, Debug, PartialEq)]
pub struct Match<'a> {
    /// The layout.
    pub layout: &'a Layout,
    /// 1 when the headers are exactly these, 0 when none is; rare headers weigh more than those every
    /// platform has. From [`Match::SURE`] on a file may be read without asking.
    pub confidence: f64,
    /// Headers of the layout that the file has not.
    pub missing: Vec<&'a str>,
    /// Headers of the file that the layout has not.
    pub extra: Vec<String>,
}

impl Match<'_> {
    /// From this confidence on no person needs to be asked. A file with half of a layout's columns and no
    /// others reaches it; two platforms' files do not reach it for each other.
    pub const SURE: f64 = 0.6;
}

impl Layouts {
    /// Reads the list of a data file; refuses what is none in words for its author.
    pub fn parse(toml: &str) -> Result<Layouts, String> {
        let file: File = toml::from_str(toml).map_err(|error| error.to_string())?;
        let mut layouts = Vec::new();
        for layout in file.layout {
            let keys: HashSet<String> = layout.headers.iter().map(|name| cell::key(name)).collect();
            let needs: Vec<String> = layout.needs.iter().map(|name| cell::key(name)).collect();
            if let Some(absent) = needs.iter().find(|need| !keys.contains(*need)) {
                let Layout {
                    platform,
                    kind,
                    generation,
                    ..
                } = &layout;
                return Err(format!(
                    "{platform} {kind} {generation} needs {absent:?} and has it not"
                ));
            }
            layouts.push(Known { layout, keys, needs });
        }
        let weights = weights(&layouts);
        Ok(Layouts { layouts, weights })
    }

    /// Whether any layout has a header of this name.
    pub fn knows(&self, name: &str) -> bool {
        self.weights.contains_key(&cell::key(name))
    }

    /// The layouts that agree with these headers, best first; none of those whose needs are not met.
    pub fn recognise(&self, headers: &Headers) -> Vec<Match<'_>> {
        let seen: HashSet<&str> = headers
            .keys()
            .iter()
            .map(String::as_str)
            .filter(|key| !key.is_empty())
            .collect();
        let mut matches: Vec<Match<'_>> = self
            .layouts
            .iter()
            .filter(|known| known.needs.iter().all(|need| seen.contains(need.as_str())))
            .map(|known| self.compare(known, headers, &seen))
            .filter(|found| found.confidence > 0.0)
            .collect();
        matches.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        matches
    }

    /// Twice the weight both share, over the weights of both.
    fn compare<'a>(&'a self, known: &'a Known, headers: &Headers, seen: &HashSet<&str>) -> Match<'a> {
        let weigh = |keys: &mut dyn Iterator<Item = &str>| keys.map(|key| self.weight(key)).sum::<f64>();
        let shared = weigh(
            &mut known
                .keys
                .iter()
                .map(String::as_str)
                .filter(|key| seen.contains(key)),
        );
        let own = weigh(&mut known.keys.iter().map(String::as_str));
        let theirs = weigh(&mut seen.iter().copied());
        let missing = known
            .layout
            .headers
            .iter()
            .filter(|name| !seen.contains(cell::key(name).as_str()))
            .map(String::as_str)
            .collect();
        let extra = headers
            .iter()
            .zip(headers.keys())
            .filter(|(name, key)| !name.is_empty() && !known.keys.contains(*key))
            .map(|(name, _)| name.to_owned())
            .collect();
        Match {
            layout: &known.layout,
            confidence: 2.0 * shared / (own + theirs),
            missing,
            extra,
        }
    }

    /// A header of no layout (the shop's own) weighs as much as one that every platform has.
    fn weight(&self, key: &str) -> f64 {
        self.weights.get(key).copied().unwrap_or(COMMON)
    }
}

/// The least weight.
const COMMON: f64 = 0.3;

/// A header weighs the more the fewer kinds of files have it.
fn weights(layouts: &[Known]) -> HashMap<String, f64> {
    let mut kinds: HashMap<&str, HashSet<(&str, &str)>> = HashMap::new();
    let mut all = HashSet::new();
    for known in layouts {
        let kind = (known.layout.platform.as_str(), known.layout.kind.as_str());
        all.insert(kind);
        for key in &known.keys {
            kinds.entry(key).or_default().insert(kind);
        }
    }
    let of_all = |found: usize| 1.0 - (found - 1) as f64 / all.len() as f64;
    kinds
        .into_iter()
        .map(|(key, found)| (key.to_owned(), of_all(found.len()).max(COMMON)))
        .collect()
}
