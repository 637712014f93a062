/// `13812345678` → `138****5678`; shorter numbers keep only their last two digits.
pub fn mask_phone(phone: &str) -> String {
    let chars: Vec<char> = phone.chars().collect();
    if chars.len() >= 11 {
        let head: String = chars[..3].iter().collect();
        let tail: String = chars[chars.len() - 4..].iter().collect();
        format!("{head}****{tail}")
    } else {
        let tail: String = chars.iter().skip(chars.len().saturating_sub(2)).collect();
        format!("****{tail}")
    }
}

/// `张三丰` → `张**`.
pub fn mask_name(name: &str) -> String {
    let mut chars = name.chars();
    match chars.next() {
        Some(first) => format!("{first}{}", "*".repeat(chars.count().clamp(1, 3))),
        None => String::new(),
    }
}

/// A contact of unknown kind (mail address or number), masked.
pub fn mask_contact(contact: &str) -> String {
    match contact.split_once('@') {
        Some((user, host)) => format!("{}***@{host}", user.chars().next().unwrap_or('*')),
        None => mask_phone(contact),
    }
}

#[cfg(test)]
mod tests {
    use super::{mask_contact, mask_name, mask_phone};

    #[test]
    fn masks_keep_only_what_tells_two_people_apart() {
        assert_eq!(mask_phone("13812345678"), "138****5678");
        assert_eq!(mask_phone("5678"), "****78");
        assert_eq!(mask_name("张三丰"), "张**");
        assert_eq!(mask_name("李"), "李*");
        assert_eq!(mask_contact("wang@example.com"), "w***@example.com");
    }
}
