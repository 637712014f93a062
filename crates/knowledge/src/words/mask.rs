use search::words::fold;

/// Characters of a question that is kept; what is longer is a story.
const QUESTION_MAX: usize = 80;
/// Digits in one stretch that make it a number somebody is known by: phones, order and waybill numbers.
const DIGITS: usize = 7;
/// Digits that are enough where the words before them, or letters beside them, say what they are: accounts, short numbers.
const NAMED_DIGITS: usize = 5;
/// Words before a number that say it is somebody's.
const NAMES: [&str; 17] = [
    "微信", "vx", "wx", "v信", "weixin", "wechat", "qq", "扣扣", "电话", "手机", "号码", "单号", "订单",
    "账号", "帐号", "卡号", "加我",
];
/// Characters before a number in which such a word is looked for.
const NEAR: usize = 8;
/// Words that stand in addresses; two of them with a number between are one.
const PLACES: [char; 14] = [
    '省', '市', '区', '县', '镇', '乡', '村', '路', '街', '巷', '弄', '栋', '室', '楼',
];

/// A buyer's question as it may be kept outside of the talk: numbers and mail addresses masked. `None` for
/// what is too long, too short, or looks like an address or a name with a number: texts like that stay in
/// their talk.
pub(crate) fn question(text: &str) -> Option<String> {
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = text.chars().count();
    if !(2..=QUESTION_MAX).contains(&length) || looks_like_address(&text) {
        return None;
    }
    Some(mask(&text))
}

fn looks_like_address(text: &str) -> bool {
    let places = text.chars().filter(|c| PLACES.contains(c)).count();
    let digits = text.chars().filter_map(fold).any(|c| c.is_ascii_digit());
    places >= 3 || (places >= 2 && digits)
}

/// Every run of letters, digits and what joins them in numbers and mail addresses, masked if it is a mail
/// address or has a number somebody is known by. Sizes, prices, standards and days (200x230, 10000元,
/// GB18401, 2026-12-01) are none.
fn mask(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars() {
        let folded = fold(c).unwrap_or(c);
        if folded.is_ascii_alphanumeric() || matches!(folded, '-' | '_' | '.' | '@' | '+') {
            run.push(c);
        } else {
            close(&mut run, &mut out);
            out.push(c);
        }
    }
    close(&mut run, &mut out);
    out
}

fn close(run: &mut String, out: &mut String) {
    let folded: String = run.chars().filter_map(fold).collect();
    if folded.contains('@') || is_somebodys(&folded, out) {
        out.push_str("***");
    } else {
        out.push_str(run);
    }
    run.clear();
}

fn is_somebodys(run: &str, before: &str) -> bool {
    let stretches = run.split(|c: char| c.is_ascii_alphabetic());
    let longest = stretches.filter(|one| !is_day(one)).map(digits).max();
    match longest.unwrap_or(0) {
        DIGITS.. => true,
        NAMED_DIGITS.. => {
            let mut near: Vec<char> = before.chars().rev().filter_map(fold).take(NEAR).collect();
            near.reverse();
            let near: String = near.into_iter().chain(run.chars()).collect();
            NAMES.iter().any(|name| near.contains(name)) || run.contains(['-', '_'])
        }
        _ => false,
    }
}

fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

/// Whether a stretch is a day: 2026-12-01, 2026.12.1, 20261201.
fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['-', '.']).collect();
    let (year, month, day) = match parts.as_slice() {
        [year, month, day] => (*year, *month, *day),
        [whole] if whole.len() == 8 => (&whole[..4], &whole[4..6], &whole[6..]),
        _ => return false,
    };
    let within =
        |text: &str, range: std::ops::RangeInclusive<u32>| text.parse().is_ok_and(|n| range.contains(&n));
    within(year, 1990..=2099) && within(month, 1..=12) && within(day, 1..=31)
}

/// Whether a text has a number somebody may be known by, or a mail address.
pub(crate) fn has_number(text: &str) -> bool {
    mask(text) != text
}

/// Whether a text asks something.
pub(crate) fn asks(text: &str) -> bool {
    const WORDS: [&str; 22] = [
        "?",
        "？",
        "吗",
        "呢",
        "么",
        "怎",
        "多少",
        "几",
        "哪",
        "啥",
        "谁",
        "能不能",
        "可不可以",
        "是不是",
        "有没有",
        "会不会",
        "要不要",
        "可以",
        "为何",
        "如何",
        "什么",
        "多久",
    ];
    let length = text.chars().count();
    (4..=QUESTION_MAX).contains(&length) && WORDS.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_tells_who_asked_is_masked() {
        assert_eq!(
            question("订单2026112200018什么时候发货").as_deref(),
            Some("订单***什么时候发货")
        );
        assert_eq!(
            question("打我电话１３８１２３４５６７８行吗").as_deref(),
            Some("打我电话***行吗")
        );
        assert_eq!(
            question("发到 wang@example.com 可以吗").as_deref(),
            Some("发到 *** 可以吗")
        );
        assert_eq!(
            question("加我vx qing-12345 行不").as_deref(),
            Some("加我vx *** 行不")
        );
        for kept in [
            "175cm穿什么码",
            "200x230的被套有吗",
            "GB18401是什么",
            "10000元能打折吗",
            "2026-12-01前能到吗",
            "20261201能到吗",
        ] {
            assert_eq!(question(kept).as_deref(), Some(kept));
        }
        assert_eq!(question("微信号是 12345 吗").as_deref(), Some("微信号是 *** 吗"));
    }

    #[test]
    fn addresses_and_stories_are_not_kept() {
        assert_eq!(question("能寄到杭州市西湖区文三路8号吗"), None);
        assert_eq!(question("3栋2单元501室放门口可以吗"), None);
        assert_eq!(question(&"很长".repeat(41)), None);
        assert_eq!(question("在"), None);
        assert!(question("能发到外省吗").is_some());
    }

    #[test]
    fn a_question_is_told_from_a_remark() {
        assert!(asks("什么时候发货") && asks("这个多少钱") && asks("can I return it?"));
        assert!(!asks("好的谢谢") && !asks("在吗") && !asks("收到了"));
    }

    proptest! {
        #[test]
        fn no_long_number_is_ever_kept(head in "[你好a-c]{0,5}", number in "[0-9]{9,20}", tail in "[吗呢]{1,3}") {
            let kept = question(&format!("{head}{number}{tail}"));
            prop_assert!(kept.is_none_or(|kept| !kept.contains(&number)));
        }
    }
}
