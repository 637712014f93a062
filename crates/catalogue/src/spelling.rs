//! How titles are typed in pinyin: in full and by initials, as they are kept for `LIKE`.

use std::collections::BTreeSet;

use search::pinyin::readings;

/// Characters on either side of one that has another reading, for which that reading is kept.
const ROUND: usize = 8;

/// What is typed for each row of Chinese characters, the most common readings in full and by their initials; and
/// for each character that has other readings, the same of these with the few characters round it. All readings
/// of all characters together would be thousands for one title.
pub(crate) fn spelled(title: &str) -> String {
    let mut ways: BTreeSet<String> = BTreeSet::new();
    for row in title.split(|c: char| readings(c).is_empty()) {
        let row: Vec<Vec<String>> = row.chars().map(readings).collect();
        let common: Vec<&str> = row
            .iter()
            .filter_map(|all| all.first())
            .map(String::as_str)
            .collect();
        ways.extend(typed(&common));
        for (at, others) in row.iter().enumerate() {
            let (from, to) = (at.saturating_sub(ROUND), (at + ROUND + 1).min(row.len()));
            for other in others.iter().skip(1) {
                let mut near = common[from..to].to_vec();
                near[at - from] = other;
                ways.extend(typed(&near));
            }
        }
    }
    ways.remove("");
    ways.into_iter().collect::<Vec<_>>().join(" ")
}

/// Whether a word can be pinyin or initials. One letter stands in nearly every title.
pub(crate) fn can_be_pinyin(word: &str) -> bool {
    word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// In full and by initials.
fn typed(row: &[&str]) -> [String; 2] {
    let initials = row.iter().filter_map(|reading| reading.chars().next()).collect();
    [row.concat(), initials]
}

#[cfg(test)]
mod tests {
    use super::{can_be_pinyin, spelled};

    #[test]
    fn a_title_is_spelled_in_full_and_by_initials() {
        let kept = spelled("晨雾四件套 1.8m 纯棉");
        for typed in ["sijiantao", "sjt", "cwsjt", "chunmian", "cm"] {
            assert!(kept.contains(typed), "{typed}: {kept}");
        }
        assert_eq!(spelled("Down 1.8m"), "");
    }

    #[test]
    fn a_character_of_several_readings_is_found_by_each() {
        for (title, typed) in [
            ("重庆火锅底料", ["chongqinghuoguodiliao", "cqhgdl"]),
            ("长款羽绒服女冬季加厚", ["changkuan", "ck"]),
            (
                "新疆若羌灰枣一级大枣特产干果零食重庆发货",
                ["chongqingfahuo", "cqfh"],
            ),
        ] {
            let kept = spelled(title);
            assert!(typed.iter().all(|typed| kept.contains(typed)), "{title}: {kept}");
        }
    }

    #[test]
    fn the_longest_title_of_many_readings_stays_small() {
        let kept = spelled(&"单重行长乐".repeat(40));
        assert!(kept.len() < 10_000, "{}", kept.len());
    }

    #[test]
    fn codes_numbers_and_single_letters_are_no_pinyin() {
        assert!(can_be_pinyin("sjt"));
        for word in ["s", "sj01", "四件套", "s_t", ""] {
            assert!(!can_be_pinyin(word), "{word}");
        }
    }
}
