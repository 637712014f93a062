//! How a question is read: which words it asks for. This file does not know the index.

use crate::schema::head;
use crate::words::{self, Class};

/// Characters of a question that are read. What is longer is a whole message pasted into the search
/// field; its beginning finds it.
const CHARS_MAX: usize = 200;
/// Words of a question that are asked for.
const WORDS_MAX: usize = 32;
/// Pieces of a question that are counted when not all words are found.
const PIECES_MAX: usize = 32;
/// Shortest chunk that is tried as an id with its punctuation.
const ID_MIN: usize = 3;
/// Particles that say nothing alone. Left out when the question has anything else.
const PARTICLES: &str = "的了吗呢吧啊呀哦噢嗯嘛啦哈么呐";

/// One thing a document must have.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Word {
    /// Characters that must stand together, folded.
    Units(String),
    /// A word or number, folded; also the beginning of an id or of a name's spelling.
    Latin(String),
}

/// A piece of the question between spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// The whole piece, folded, when it may be an id with punctuation in it (`tb-1234`, `t***8`).
    pub(crate) id: Option<String>,
    /// Its words.
    pub(crate) words: Vec<Word>,
}

/// A question, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    pub(crate) chunks: Vec<Chunk>,
}

impl Plan {
    /// Reads a question. A text without any word (empty, punctuation) makes an empty plan.
    pub fn of(text: &str) -> Plan {
        let folded = words::folded(text);
        let read = read_end(&folded);
        // Particles and single characters are judged within the whole question, so read all of it first.
        let chunks: Vec<(&str, Vec<Vec<Segment>>)> = read
            .split_whitespace()
            .map(|chunk| (chunk, segments(chunk)))
            .collect();
        let all = || chunks.iter().flat_map(|(_, runs)| runs.iter().flatten());
        let telling = all().any(|s| !s.particle);
        let mut seen: Vec<Word> = Vec::new();
        let mut plan = Plan::default();
        for (chunk, runs) in &chunks {
            let mut words = Vec::new();
            for run in runs {
                for word in join(run, telling) {
                    if seen.len() < WORDS_MAX && !seen.contains(&word) {
                        seen.push(word.clone());
                        words.push(word);
                    }
                }
            }
            let id = head(chunk, words::WORD_MAX);
            let one_run = matches!(words::runs(chunk).as_slice(), [run] if run.text == id);
            let id = (!one_run && id.chars().count() >= ID_MIN).then(|| id.to_owned());
            if !words.is_empty() || id.is_some() {
                plan.chunks.push(Chunk { id, words });
            }
        }
        // Punctuation alone is a key only when nothing else was asked: "订单 --- 退款" is about 订单 and 退款.
        if plan.chunks.iter().any(|chunk| !chunk.words.is_empty()) {
            plan.chunks.retain(|chunk| !chunk.words.is_empty());
        }
        plan
    }

    /// The words asked for, each once.
    pub fn words(&self) -> impl Iterator<Item = &Word> {
        self.chunks.iter().flat_map(|chunk| &chunk.words)
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// The smallest pieces a document may share with the question: pairs of characters, single
    /// characters that are words, Latin words. Each once; of a long question those of its beginning.
    pub fn pieces(&self) -> Vec<Word> {
        let mut out: Vec<Word> = Vec::new();
        for word in self.words() {
            let pieces = match word {
                Word::Units(units) => words::pairs(units)
                    .into_iter()
                    .map(|p| Word::Units(p.to_owned()))
                    .collect(),
                Word::Latin(_) => vec![word.clone()],
            };
            for piece in pieces {
                if out.len() < PIECES_MAX && !out.contains(&piece) {
                    out.push(piece);
                }
            }
        }
        out
    }
}

/// The part of a question that is read: [`CHARS_MAX`] characters, and the word that stands there to its end.
fn read_end(folded: &str) -> &str {
    let Some((cut, _)) = folded.char_indices().nth(CHARS_MAX) else {
        return folded;
    };
    let rest = folded[cut..]
        .find(|c| words::class(c) != Class::Word)
        .unwrap_or(folded.len() - cut);
    &folded[..cut + rest]
}

struct Segment {
    class: Class,
    text: String,
    /// A particle, standing alone.
    particle: bool,
    /// A single character that no word of the dictionary took.
    single: bool,
}

fn segments(chunk: &str) -> Vec<Vec<Segment>> {
    let segment = |class, text: &str| {
        let single = class == Class::Unit && text.chars().nth(1).is_none();
        Segment {
            class,
            text: text.to_owned(),
            single,
            particle: single && PARTICLES.contains(text),
        }
    };
    let runs = words::runs(chunk).into_iter();
    runs.map(|run| match run.class {
        Class::Unit => words::cut(&run.text)
            .into_iter()
            .map(|word| segment(Class::Unit, word))
            .collect(),
        class => vec![segment(class, &run.text)],
    })
    .collect()
}

/// The words of a run: particles left out when the question has other words, and single characters that
/// stand side by side joined. What the dictionary does not know (a nick, a brand, a dialect word) falls
/// into single characters, and is meant as it was typed.
fn join(run: &[Segment], telling: bool) -> Vec<Word> {
    let mut out = Vec::new();
    let mut row = String::new();
    for segment in run {
        if segment.single && !(telling && segment.particle) {
            row.push_str(&segment.text);
            continue;
        }
        if !row.is_empty() {
            out.push(Word::Units(std::mem::take(&mut row)));
        }
        match segment.class {
            Class::Unit if !segment.single => out.push(Word::Units(segment.text.clone())),
            Class::Unit => {}
            _ => out.push(Word::Latin(segment.text.clone())),
        }
    }
    if !row.is_empty() {
        out.push(Word::Units(row));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Plan, Word, words};

    fn read(text: &str) -> Vec<String> {
        let word = |w: &Word| match w {
            Word::Units(s) | Word::Latin(s) => s.clone(),
        };
        Plan::of(text).words().map(word).collect()
    }

    #[test]
    fn a_question_is_cut_into_words_and_loses_its_particles() {
        assert_eq!(read("红色连衣裙有货吗"), ["红色", "连衣裙", "有货"]);
        assert_eq!(read("吗"), ["吗"]);
        assert_eq!(
            read("什么时候发货 iPhone１５"),
            ["什么", "时候", "发货", "iphone15"]
        );
    }

    #[test]
    fn unknown_characters_side_by_side_stay_together() {
        assert_eq!(read("翀瑸瑱发货了"), ["翀瑸瑱", "发货"]);
    }

    #[test]
    fn an_id_keeps_its_punctuation() {
        let plan = Plan::of("tb-1234 退款");
        assert_eq!(plan.chunks[0].id.as_deref(), Some("tb-1234"));
        assert_eq!(plan.chunks[1].id, None);
    }

    #[test]
    fn punctuation_counts_only_alone() {
        assert!(Plan::of("").is_empty() && Plan::of(" ，。 \0 ").is_empty());
        assert_eq!(Plan::of("订单 ---- 退款").chunks.len(), 2);
        assert_eq!(Plan::of("----").chunks.len(), 1);
    }

    #[test]
    fn a_pasted_message_is_read_from_its_beginning() {
        let plan = Plan::of(&"我想问一下这款手机什么时候能发货".repeat(400));
        assert!(plan.words().count() <= super::WORDS_MAX && !plan.is_empty());
        let long = "x".repeat(5000);
        assert_eq!(read(&long), [words::runs(&long)[0].text.clone()]);
    }
}
