/// Appends the text of a piece of markup: blanks run together, entities become their characters.
pub(crate) fn push(markup: &str, to: &mut String) {
    let mut rest = markup;
    while let Some(c) = rest.chars().next() {
        if c == '&'
            && let Some((decoded, length)) = entity(rest)
        {
            to.push(decoded);
            rest = &rest[length..];
            continue;
        }
        if matches!(c, ' ' | '\t' | '\n' | '\r') {
            if !to.ends_with([' ', '\n']) {
                to.push(' ');
            }
        } else {
            to.push(c);
        }
        rest = &rest[c.len_utf8()..];
    }
}

/// The character of the entity at the beginning, and how long the entity is.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(12).position(|byte| byte == b';')?;
    let name = &text[1..end];
    let decoded = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
        None => named(name)?,
    };
    Some((decoded, end + 1))
}

/// The entities that programs write into tables.
fn named(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "yen" => '¥',
        "middot" => '·',
        "times" => '×',
        "mdash" => '—',
        "ndash" => '–',
        "hellip" => '…',
        "ldquo" => '“',
        "rdquo" => '”',
        "deg" => '°',
        "reg" => '®',
        "copy" => '©',
        "trade" => '™',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn entities_and_blanks_read_as_a_browser_shows_them() {
        let mut seen = String::new();
        super::push(
            "A&amp;B &lt;b&gt;\n   &#20320;&#x597d;&nbsp;&unknown; & ;",
            &mut seen,
        );
        assert_eq!(seen, "A&B <b> 你好\u{a0}&unknown; & ;");
    }
}
