use std::borrow::Cow;

use super::clean::{clean, half_width, key};
use crate::fault::Flaw;

/// The cleaned text; `None` for an empty cell and for what programs write into one (`export-headers`, Q5):
/// `null`, `-`, `--`, `—`, `#N/A`, `\N`.
pub fn text(raw: &str) -> Option<Cow<'_, str>> {
    let literal = raw.trim_start().starts_with('\'');
    let clean = clean(raw);
    let nothing = clean.is_empty() || (!literal && is_null(&clean));
    (!nothing).then_some(clean)
}

fn is_null(text: &str) -> bool {
    matches!(text, "-" | "--" | "—" | "——" | "#N/A" | "#NULL!" | "\\N") || text.eq_ignore_ascii_case("null")
}

/// Empty when the cleaned cell is one of `words`, else the cell: for words that mean nothing in this column
/// alone, as 无退款申请 does in one of amounts. `row.read(refund, |raw| cell::money(cell::unless(raw, &["无退款申请"])))`
pub fn unless<'a>(raw: &'a str, words: &[&str]) -> &'a str {
    let found = clean(raw);
    if words.contains(&found.as_ref()) { "" } else { raw }
}

/// 是, 否, true, 1, Y and the like. Refuses anything else with `flag_bad`.
pub fn flag(raw: &str) -> Result<Option<bool>, Flaw> {
    let Some(text) = text(raw) else {
        return Ok(None);
    };
    match key(&text).as_str() {
        "是" | "有" | "true" | "yes" | "y" | "1" | "√" => Ok(Some(true)),
        "否" | "无" | "false" | "no" | "n" | "0" | "×" => Ok(Some(false)),
        _ => Err(Flaw::new("flag_bad").seen(&text)),
    }
}

/// The values of a cell that holds several, parted by `;`, `；`, `|` or line ends (`export-headers`, Q9).
pub fn several(raw: &str) -> Vec<Cow<'_, str>> {
    let mut values = Vec::new();
    for part in raw.split([';', '；', '|', '\n', '\r']) {
        values.extend(text(part));
    }
    values
}

/// The two halves of a cell, parted at the last `at`: `SF123-顺丰速运` (`export-headers`, Q9). `None` if either
/// is empty.
pub fn pair(raw: &str, at: char) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    let (first, second) = raw.rsplit_once(at)?;
    Some((text(first)?, text(second)?))
}

/// Whether a platform has hidden part of it (`export-headers`, Q10): `王**`, `##..##`, `$$..$$`. A masked value
/// identifies nobody and clears nothing that is known in full.
pub fn masked(raw: &str) -> bool {
    let text = clean(raw);
    let wrapped = |mark: &str| text.len() > 4 && text.starts_with(mark) && text.ends_with(mark);
    text.contains(['*', '＊']) || wrapped("##") || wrapped("$$") || wrapped("~~")
}

/// Whether the cell begins a row that sums up others (`export-headers`, Q8).
pub(crate) fn sums_up(raw: &str) -> bool {
    let clean = clean(raw);
    if clean.chars().count() > 12 {
        return false;
    }
    let word = half_width(&clean);
    let word = word.trim_end_matches([':', ' ']);
    matches!(
        word,
        "合计"
            | "总计"
            | "小计"
            | "共计"
            | "汇总"
            | "汇总值"
            | "均值"
            | "平均"
            | "平均值"
            | "合 计"
            | "总 计"
    ) || word
        .strip_prefix('共')
        .and_then(|rest| rest.strip_suffix('条'))
        .is_some_and(|rows| !rows.trim().is_empty() && rows.trim().chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::{flag, masked, pair, several, sums_up, text, unless};

    #[test]
    fn words_for_nothing_are_nothing_unless_marked_as_text() {
        for nothing in ["", " ", "null", "NULL", "-", "--", "=\"\"", "\t", "'", "#N/A"] {
            assert_eq!(text(nothing), None, "{nothing:?}");
        }
        for something in ["无", "0", "null值", "'-", "'null"] {
            assert!(text(something).is_some(), "{something:?}");
        }
        assert_eq!(unless(" 无退款申请 ", &["无退款申请"]), "");
        assert_eq!(unless("12.5", &["无退款申请"]), "12.5");
    }

    #[test]
    fn several_values_and_pairs_come_apart() {
        assert_eq!(several("红色;白色；null; 蓝色 \n"), ["红色", "白色", "蓝色"]);
        assert_eq!(
            pair("SF-123-顺丰速运", '-'),
            Some(("SF-123".into(), "顺丰速运".into()))
        );
        assert_eq!(pair("SF123", '-'), None);
        assert_eq!(pair("-顺丰", '-'), None);
    }

    #[test]
    fn masks_and_sums_are_recognised() {
        for hidden in ["王**", "138****5678", "##a1b2c3##", "$$x9$y2$$", "＊＊"] {
            assert!(masked(hidden), "{hidden}");
        }
        for open in ["王小明", "13812345678", "#1", "$5", ""] {
            assert!(!masked(open), "{open}");
        }
        for sum in ["合计", "总计：", " 汇总值", "均值", "共 128 条", "'合计"] {
            assert!(sums_up(sum), "{sum}");
        }
        for row in ["合计小姐", "1", "共享单车", "汇总报表专用纸张打印机一台"] {
            assert!(!sums_up(row), "{row}");
        }
    }

    #[test]
    fn flags_are_read_in_both_languages() {
        assert_eq!(flag("是"), Ok(Some(true)));
        assert_eq!(flag("N"), Ok(Some(false)));
        assert_eq!(flag(""), Ok(None));
        assert_eq!(flag("也许").map_err(|flaw| flaw.code), Err("flag_bad"));
    }
}
