//! What platforms say of a receiver with stars, beside what is known in full (row 301). A star hides; what is legible
//! can still contradict: then the order goes elsewhere by now, and the full value is no longer true.

use base::Ms;
use serde::{Deserialize, Serialize};

use crate::desk::region;
use crate::secret::Secret;

/// What was said last with stars, and when.
pub(crate) type Starred = Option<(Ms, String)>;

/// What was said with stars of what is known in full, as long as nothing was said in full since.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Stars {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) receiver: Starred,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Starred,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address: Starred,
}

impl Stars {
    /// As the row keeps them; nothing where there are none.
    pub(crate) fn written(&self) -> Option<String> {
        let some = *self != Stars::default();
        some.then(|| serde_json::to_string(self).ok()).flatten()
    }

    /// As [`Stars::written`] wrote them.
    pub(crate) fn read(text: Option<String>) -> Stars {
        text.and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default()
    }

    /// Where it goes by now: what contradicts `full` stands in its place.
    pub(crate) fn over(&self, full: Secret) -> Secret {
        let pick =
            |starred: &Starred, full: Option<String>, contradicts: fn(&str, &str) -> bool| match starred {
                Some((_, said)) if full.as_deref().is_some_and(|full| contradicts(said, full)) => {
                    Some(said.clone())
                }
                _ => full,
            };
        Secret {
            receiver: pick(&self.receiver, full.receiver, name_contradicts),
            phone: pick(&self.phone, full.phone, phone_contradicts),
            address: pick(&self.address, full.address, address_contradicts),
        }
    }
}

/// What is legible of a masked text, between the stars: letters and figures only, all small.
fn legible(text: &str) -> Vec<String> {
    fold(text)
        .split('*')
        .filter(|run| !run.is_empty())
        .map(str::to_owned)
        .collect()
}

fn fold(text: &str) -> String {
    let text = text.replace('＊', "*");
    let known = text.chars().filter(|c| c.is_alphanumeric() || *c == '*');
    known.flat_map(char::to_lowercase).collect()
}

/// A cipher in place of a name says nothing.
fn is_cipher(text: &str) -> bool {
    !text.contains(['*', '＊'])
}

/// Whether the runs stand in a text one after the other.
fn in_order(runs: &[String], text: &str) -> bool {
    let mut rest = text;
    runs.iter().all(|run| match rest.find(run.as_str()) {
        Some(at) => {
            rest = &rest[at + run.len()..];
            true
        }
        None => false,
    })
}

fn name_contradicts(masked: &str, full: &str) -> bool {
    let (runs, full) = (legible(masked), fold(full));
    let begins =
        fold(masked).starts_with('*') || runs.first().is_none_or(|run| full.starts_with(run.as_str()));
    !(is_cipher(masked) || begins && in_order(&runs, &full))
}

/// A number that a platform made up for one parcel (`17012345678-1234`) has nothing in common with the buyer's own.
fn phone_contradicts(masked: &str, full: &str) -> bool {
    let made_up = |text: &str| {
        text.trim()
            .chars()
            .skip(8)
            .any(|c| matches!(c, '-' | '转' | ',' | '，'))
    };
    if is_cipher(masked) || made_up(masked) || made_up(full) {
        return false;
    }
    let figures = |text: &str| {
        let text = fold(text);
        text.chars()
            .filter(|c| c.is_ascii_digit() || *c == '*')
            .collect::<String>()
    };
    let (masked, full) = (figures(masked), figures(full));
    let bare = masked.strip_prefix("86").unwrap_or(&masked);
    ![masked.as_str(), bare]
        .into_iter()
        .any(|masked| in_order(&legible(masked), &full))
}

/// Of each level of an address the words that end it: what one address tells of a level and another does not name at
/// all contradicts nothing.
const LEVELS: [&[&str]; 4] = [
    &["省", "自治区"],
    &["自治州", "盟", "地区"],
    &["市", "区", "县", "旗"],
    &["街道", "镇", "乡"],
];

/// Whether an address with stars is another than the full one: another province, or a city, a district, a street that
/// it does not have. Files write one address in many ways: blanks, the kinds of regions, and a level that is left out
/// count for nothing.
fn address_contradicts(masked: &str, full: &str) -> bool {
    if is_cipher(masked) {
        return false;
    }
    if let (Some(one), Some(other)) = (region::province(masked), region::province(full))
        && one != other
    {
        return true;
    }
    let full = fold(full);
    // Blanks part what is legible, too.
    let parts = masked.split(|c: char| !c.is_alphanumeric());
    parts.flat_map(pieces).any(|(piece, level)| {
        let stem = level.map_or(piece.as_str(), |ends| {
            let end = ends.iter().find(|end| piece.ends_with(**end));
            end.and_then(|end| piece.strip_suffix(end)).unwrap_or(&piece)
        });
        let of_province = region::PROVINCES
            .iter()
            .any(|province| piece.starts_with(province))
            || piece.contains('辖');
        let named = level.is_none_or(|ends| ends.iter().any(|end| full.contains(end)));
        !stem.is_empty() && !of_province && named && !full.contains(stem)
    })
}

/// A run of an address by its levels, each with the words that end its level: 浙江省, 杭州市, 西湖区, 文三.
fn pieces(run: &str) -> Vec<(String, Option<&'static [&'static str]>)> {
    let mut out = Vec::new();
    let mut piece = String::new();
    for c in fold(run).chars() {
        piece.push(c);
        let level = LEVELS
            .into_iter()
            .find(|ends| ends.iter().any(|end| piece.ends_with(end)));
        if level.is_some_and(|ends| ends.contains(&piece.as_str())) {
            // The name before it is hidden, or it begins one, as in 镇江: it says nothing by itself.
            piece.clear();
        } else if level.is_some() {
            out.push((std::mem::take(&mut piece), level));
        }
    }
    if !piece.is_empty() {
        out.push((piece, None));
    }
    out
}

#[cfg(test)]
mod tests {
    use base::{mask_contact, mask_name};
    use customers::mask_address;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn another_place_is_seen_through_the_stars_and_another_way_of_writing_is_none() {
        let full = "浙江省杭州市西湖区西溪街道文三路9号";
        for same in [
            "浙江省杭州市西湖区****",
            "浙江省 杭州市 西湖区 西溪街道 文***9号",
            "浙江 杭州市 西湖区 ***",
            "**省**市**区**",
            "**市西湖区****",
            "浙江省杭州市西湖区西溪街道文三路**",
            "＊＊＊＊",
            "$$密文$$",
        ] {
            assert!(!address_contradicts(same, full), "{same}");
        }
        for other in [
            "江苏省南京市玄武区****",
            "浙江省宁波市海曙区****",
            "浙江省杭州市滨江区***",
            "浙江省杭州市西湖区古荡街道***",
            "浙江省杭州市西湖区西溪街道古墩路***",
            "浙江省 杭州市 西湖区 *** 8幢",
        ] {
            assert!(address_contradicts(other, full), "{other}");
        }
        for (masked, full) in [
            ("上海 上海市 浦东新区 ***", "上海市浦东新区世纪大道1号"),
            ("重庆市 市辖区 渝中区 ***", "重庆渝中区民生路1号"),
            ("广西壮族自治区南宁市****", "广西南宁青秀区民族大道1号"),
            ("浙江省杭州市西湖区西溪街道***", "浙江省杭州市西湖区文三路9号"),
            ("江苏省镇江市***", "江苏省镇江市京口区学府路1号"),
            ("**省**市**区**", "浙江杭州西湖文三路9号"),
        ] {
            assert!(!address_contradicts(masked, full), "{masked} {full}");
        }
    }

    #[test]
    fn another_name_or_number_is_seen_and_a_made_up_number_says_nothing() {
        for (masked, full, is) in [
            ("周**", "周晓棠", false),
            ("*晓棠", "周晓棠", false),
            ("李*", "周晓棠", true),
            ("##abc##", "周晓棠", false),
        ] {
            assert_eq!(name_contradicts(masked, full), is, "{masked}");
        }
        for (masked, full, is) in [
            ("138****5678", "13812345678", false),
            ("86-138****5678", "13812345678", false),
            ("138****5678", "+86 138 1234 5678", false),
            ("139****0001", "13812345678", true),
            ("138****5678", "17012345678-1234", false),
            ("170****0001-9876", "13812345678", false),
        ] {
            assert_eq!(phone_contradicts(masked, full), is, "{masked} {full}");
        }
    }

    fn address() -> impl Strategy<Value = String> {
        let word = prop::sample::select(vec![
            "浙江省",
            "浙江",
            "杭州市",
            "西湖区",
            "上海",
            "广西壮族自治区",
            "阿坝自治州",
            "桐庐县",
            "西溪街道",
            "镇江",
            "周庄镇",
            "文三路",
            "9号",
            "2幢301",
            " ",
            "A座",
            "（东门）",
            "市",
            "区",
            "自治区",
        ]);
        proptest::collection::vec(word, 1..9).prop_map(|words| words.concat())
    }

    proptest! {
        #[test]
        fn what_is_masked_never_contradicts_what_it_was_made_of(
            full in address(), hidden in proptest::collection::vec(any::<bool>(), 40), name in "[周晓棠A ]{1,6}", phone in "1[0-9]{10}"
        ) {
            let stars: String = full.chars().enumerate().map(|(i, c)| if hidden[i % 40] { '*' } else { c }).collect();
            prop_assert!(!address_contradicts(&stars, &full), "{stars} {full}");
            prop_assert!(!address_contradicts(&mask_address(&full), &full), "{full}");
            prop_assert!(!name_contradicts(&mask_name(&name), &name));
            prop_assert!(!phone_contradicts(&mask_contact(&phone), &phone));
        }
    }
}
