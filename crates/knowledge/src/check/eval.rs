//! How good the check is: its findings against labels a person gave (`tests/labels/README.md`).

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::checker::Checker;
use super::rule::{CheckRules, Reply, Rule};

/// Which rows to look at: the split is by hash, so that nobody chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// The half for developing (even hashes).
    Dev,
    /// The half that is reported (odd hashes).
    Reported,
}

/// The files of the sources a label may name, below the folder of the data.
pub const SOURCES: [(&str, &str); 4] = [
    ("jd-chat", "jd-chat/sessions.jsonl"),
    ("jd-csat", "jd-csat/sessions.jsonl"),
    ("jd-store-refs", "jd-store-refs/sessions.jsonl"),
    ("taobao-chat", "taobao-chat/windows.jsonl"),
];

/// A labelled reply with its text.
#[derive(Clone, Debug)]
pub struct Row {
    /// `source:id:turn`.
    pub key: String,
    /// The labels; none means that it is fine.
    pub labels: Vec<Rule>,
    /// Whether it was drawn at random rather than searched for.
    pub random: bool,
    /// The reply, with what the source masked put in its kind's place.
    pub text: String,
    /// The buyer's turn before it.
    pub buyer: Option<String>,
    platform: &'static str,
}

/// How often the check and the label agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Score {
    /// Both say so.
    pub hit: u32,
    /// Only the check says so.
    pub false_alarm: u32,
    /// Only the label says so.
    pub missed: u32,
    /// Share of the check's findings that are right; null without a finding.
    pub precision: Option<f64>,
    /// Share of the labels that were found; null without a label.
    pub recall: Option<f64>,
    /// The harmonic mean of both.
    pub f1: Option<f64>,
}

/// The scores of one rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Scores {
    /// Over all rows.
    pub all: Score,
    /// Over rows drawn at random: what an agent would feel.
    pub random: Score,
    /// Over rows searched for: faults and what looks like them.
    pub searched: Score,
}

/// The figures of a half.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Rows looked at.
    pub rows: usize,
    /// Of those, drawn at random.
    pub random: usize,
    /// By rule.
    pub rules: BTreeMap<String, Scores>,
    /// Rows that are fine and in which something was found all the same.
    pub disturbed: usize,
    /// Rows that are fine.
    pub fine: usize,
}

/// A row on which check and label differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// `source:id:turn`.
    pub key: String,
    /// The rule they differ in.
    pub rule: Rule,
    /// Whether the check found it; else the label has it.
    pub found: bool,
}

/// Reads labels and the replies they belong to. `open` gives the text of a source's file.
///
/// Says in English which line is wrong, or which reply is not in the data.
pub fn read(
    labels: &str,
    half: Option<Half>,
    mut open: impl FnMut(&str) -> Result<String, String>,
) -> Result<Vec<Row>, String> {
    let mut talks: HashMap<(&str, String), Vec<Turn>> = HashMap::new();
    for (source, file) in SOURCES {
        if labels.lines().any(|line| line.starts_with(source)) {
            for line in open(file)?.lines() {
                let talk: Talk = serde_json::from_str(line).map_err(|error| format!("{file}: {error}"))?;
                talks.insert((source, talk.id), talk.turns);
            }
        }
    }
    let mut rows = Vec::new();
    for (number, line) in labels.lines().enumerate() {
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        let wrong = |what: &str| format!("line {}: {what}", number + 1);
        let [source, id, turn, labels, how] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(wrong("five columns are expected"));
        };
        let key = format!("{source}:{id}:{turn}");
        if half.is_some_and(|half| half != half_of(&key)) {
            continue;
        }
        let (source, _) = SOURCES
            .iter()
            .find(|(name, _)| *name == source)
            .ok_or_else(|| wrong("an unknown source"))?;
        let turns = talks
            .get(&(*source, id.to_owned()))
            .ok_or_else(|| wrong("the data has no such session"))?;
        let turn: usize = turn.parse().map_err(|_| wrong("the turn is no number"))?;
        let said = turns
            .get(turn)
            .ok_or_else(|| wrong("the session has no such turn"))?;
        let buyer = turns[..turn].iter().rev().find(|turn| turn.role == "buyer");
        let labels = labels
            .split(',')
            .filter(|label| *label != "ok")
            .map(|label| {
                Rule::ALL
                    .iter()
                    .copied()
                    .find(|rule| rule.key() == label)
                    .ok_or_else(|| wrong("an unknown label"))
            })
            .collect::<Result<_, _>>()?;
        rows.push(Row {
            labels,
            random: how == "random",
            text: unmasked(&said.words(), "13912345678"),
            buyer: buyer.map(|turn| unmasked(&turn.words(), "13700001111")),
            platform: if source.starts_with("jd") { "jd" } else { "taobao" },
            key,
        });
    }
    Ok(rows)
}

/// Checks every row and compares.
pub fn compare(rows: &[Row], rules: &CheckRules) -> (Figures, Vec<Difference>) {
    let checker = Checker::new(rules);
    let mut scores = [Scores::default(); Rule::ALL.len()];
    let mut differences = Vec::new();
    let (mut fine, mut disturbed) = (0, 0);
    for row in rows {
        let found = row.rules_found(&checker);
        if row.labels.is_empty() {
            fine += 1;
            disturbed += usize::from(!found.is_empty());
        }
        for rule in Rule::ALL {
            let (label, found) = (row.labels.contains(rule), found.contains(rule));
            let scores = &mut scores[*rule as usize];
            let part = if row.random {
                &mut scores.random
            } else {
                &mut scores.searched
            };
            part.count(label, found);
            scores.all.count(label, found);
            if label != found {
                differences.push(Difference {
                    key: row.key.clone(),
                    rule: *rule,
                    found,
                });
            }
        }
    }
    let rules = Rule::ALL.iter().filter(|rule| **rule != Rule::Forbidden);
    let figures = Figures {
        rows: rows.len(),
        random: rows.iter().filter(|row| row.random).count(),
        rules: rules
            .map(|rule| (rule.key().to_owned(), scores[*rule as usize].worked_out()))
            .collect(),
        disturbed,
        fine,
    };
    (figures, differences)
}

impl Row {
    /// The rules that find something in it.
    pub fn rules_found(&self, checker: &Checker) -> Vec<Rule> {
        let reply = Reply {
            text: &self.text,
            buyer: self.buyer.as_deref(),
            platform: self.platform,
            free_hand: false,
            limit: None,
        };
        let mut rules: Vec<Rule> = checker
            .check(&reply)
            .into_iter()
            .map(|finding| finding.rule)
            .collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }
}

impl Score {
    fn count(&mut self, label: bool, found: bool) {
        self.hit += u32::from(label && found);
        self.false_alarm += u32::from(!label && found);
        self.missed += u32::from(label && !found);
    }

    fn worked_out(mut self) -> Score {
        let share = |part: u32, of: u32| (of > 0).then(|| f64::from(part) / f64::from(of));
        self.precision = share(self.hit, self.hit + self.false_alarm);
        self.recall = share(self.hit, self.hit + self.missed);
        self.f1 = share(2 * self.hit, 2 * self.hit + self.false_alarm + self.missed);
        self
    }
}

impl Scores {
    fn worked_out(self) -> Scores {
        Scores {
            all: self.all.worked_out(),
            random: self.random.worked_out(),
            searched: self.searched.worked_out(),
        }
    }
}

#[derive(Deserialize)]
struct Talk {
    id: String,
    turns: Vec<Turn>,
}

#[derive(Deserialize)]
struct Turn {
    role: String,
    #[serde(default)]
    text: Option<String>,
    /// Several wordings of one reply, the messages of each parted by a mark.
    #[serde(default)]
    refs: Vec<String>,
}

impl Turn {
    fn words(&self) -> String {
        match &self.text {
            Some(text) => text.clone(),
            None => self
                .refs
                .first()
                .map(|first| first.replace("!@@@!", " "))
                .unwrap_or_default(),
        }
    }
}

/// The half a row belongs to: by the last bit of the FNV-1a hash of its key.
fn half_of(key: &str) -> Half {
    let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    if hash.is_multiple_of(2) {
        Half::Dev
    } else {
        Half::Reported
    }
}

/// A text with something of its kind where the source put a mask, because the check meets no masks in
/// use. `phone` stands for a masked number, another one for each side, as the source does not say whether
/// they are the same. A masked link is taken as a page of the platform, unless it is called an official site.
fn unmasked(text: &str, phone: &str) -> String {
    let mut out = text
        .replace("[数字x]-[数字x]-[数字x]", "400-820-8820")
        .replace("[数字x]%", "100%");
    for site in ["官方网站:", "官网(", "官网:", "官方网站("] {
        out = out.replace(&format!("{site}[链接x]"), &format!("{site}www.example-brand.com"));
    }
    for (mask, stands_for) in [
        ("[电话x]", phone),
        ("[邮箱x]", "service@example-brand.com"),
        ("[链接x]", "https://item.jd.com/100.html"),
        ("[数字x]", "2"),
        ("[金额x]", "50元"),
        ("[订单x]", "E2026112200"),
        ("[身份证号x]", "310101199001011234"),
        ("[姓名x]", "王芳"),
        ("[地址x]", "城关镇"),
        ("[日期x]", "11月20日"),
        ("[时间x]", "18:00"),
        ("[站点x]", "站点"),
        ("[组织机构x]", "公司"),
    ] {
        out = out.replace(mask, stands_for);
    }
    out
}
