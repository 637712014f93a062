/// How long a promise in a text is, in milliseconds: "稍等2分钟", "五分钟内回复您", "wait 3 minutes".
///
/// A promise is a waiting word and a length of time behind it or before 内; a bare length ("保质期2小时") is none.
/// The longest length named counts ("2-3分钟").
pub fn promised_ms(text: &str) -> Option<i64> {
    const WAITING: [&str; 14] = [
        "稍等",
        "请等",
        "等我",
        "等一下",
        "等下",
        "稍候",
        "马上",
        "尽快",
        "内回复",
        "内答复",
        "给我",
        "moment",
        "wait",
        "within",
    ];
    let folded = text.to_lowercase();
    if !WAITING.iter().any(|word| folded.contains(word)) {
        return None;
    }
    let chars: Vec<char> = folded.chars().collect();
    let half = folded.contains("半小时") || folded.contains("半个小时");
    let mut longest = half.then_some(1_800_000);
    let mut index = 0;
    while index < chars.len() {
        let Some((number, next)) = number_at(&chars, index) else {
            index += 1;
            continue;
        };
        let rest: String = chars[next..].iter().take(12).collect();
        let rest = rest.trim_start();
        if let Some(unit) = unit_ms(rest) {
            longest = longest.max(Some(number * unit));
        }
        index = next;
    }
    longest.filter(|ms| (30_000..=86_400_000).contains(ms))
}

fn unit_ms(rest: &str) -> Option<i64> {
    const UNITS: [(&str, i64); 11] = [
        ("分钟", 60_000),
        ("个小时", 3_600_000),
        ("小时", 3_600_000),
        ("钟头", 3_600_000),
        ("min", 60_000),
        ("hour", 3_600_000),
        ("秒", 1_000),
        ("second", 1_000),
        ("个钟", 3_600_000),
        ("分半钟", 90_000),
        ("刻钟", 900_000),
    ];
    UNITS
        .iter()
        .find(|(unit, _)| rest.starts_with(unit))
        .map(|(_, ms)| *ms)
}

/// A number in digits or Chinese at `index`, and where it ends.
fn number_at(chars: &[char], index: usize) -> Option<(i64, usize)> {
    let digit = |c: char| match c {
        '0'..='9' => c.to_digit(10).map(i64::from),
        '０'..='９' => Some(i64::from(c as u32 - '０' as u32)),
        _ => None,
    };
    let word = |c: char| {
        "一二三四五六七八九"
            .chars()
            .position(|w| w == c)
            .map(|p| p as i64 + 1)
            .or((c == '两').then_some(2))
    };
    let mut end = index;
    let mut value = 0;
    while let Some(d) = chars.get(end).copied().and_then(digit) {
        value = (value * 10 + d).min(100_000);
        end += 1;
    }
    if end > index {
        return Some((value, end));
    }
    let first = chars.get(index).copied()?;
    let tens = |c: char| c == '十';
    match (word(first), chars.get(index + 1).copied()) {
        (Some(w), Some(next)) if tens(next) => {
            let ones = chars.get(index + 2).copied().and_then(word);
            Some((
                w * 10 + ones.unwrap_or(0),
                index + 2 + usize::from(ones.is_some()),
            ))
        }
        (Some(w), _) => Some((w, index + 1)),
        (None, _) if tens(first) => {
            let ones = chars.get(index + 1).copied().and_then(word);
            Some((10 + ones.unwrap_or(0), index + 1 + usize::from(ones.is_some())))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::promised_ms;

    #[test]
    fn promises_are_understood_and_mere_lengths_are_not() {
        for (text, minutes) in [
            ("您稍等2分钟", Some(2)),
            ("请稍等2-3分钟，我帮您核实", Some(3)),
            ("好的亲，十五分钟内回复您", Some(15)),
            ("马上，两分钟就好", Some(2)),
            ("给我半个小时，我去仓库看看", Some(30)),
            ("稍等１０分钟哦", Some(10)),
            ("Please wait 5 minutes", Some(5)),
            ("保质期24小时", None),
            ("请稍等", None),
            ("马上发货，3天到", None),
        ] {
            assert_eq!(promised_ms(text), minutes.map(|m: i64| m * 60_000), "{text}");
        }
    }
}
