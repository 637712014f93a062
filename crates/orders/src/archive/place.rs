use crate::desk::region::PROVINCES;

/// Words behind a province's name.
const KINDS: [&str; 8] = [
    "维吾尔自治区",
    "壮族自治区",
    "回族自治区",
    "自治区",
    "特别行政区",
    "直辖市",
    "省",
    "市",
];
/// Provinces that are one city.
const CITIES: [&str; 6] = ["北京", "天津", "上海", "重庆", "香港", "澳门"];
/// Characters of a city's name at most: `黔西南布依族苗族自治州`.
const LONGEST: usize = 12;

/// Province and city an address begins with, as it is read aloud: `浙江` and `杭州`. The city is empty where the
/// province is one, or where it is not told; an address without a province says nothing.
pub(crate) fn place(address: &str) -> Option<(String, String)> {
    let address = address.trim_start().trim_start_matches("中国").trim_start();
    let province = PROVINCES.iter().find(|name| address.starts_with(**name))?;
    let rest = behind(&address[province.len()..]);
    if CITIES.contains(province) {
        return Some(((*province).to_owned(), String::new()));
    }
    Some(((*province).to_owned(), city(rest)))
}

fn behind(rest: &str) -> &str {
    let kind = KINDS.iter().find(|kind| rest.starts_with(**kind));
    rest[kind.map_or(0, |kind| kind.len())..]
        .trim_start_matches(|c: char| c.is_whitespace() || ",，-/".contains(c))
}

fn city(rest: &str) -> String {
    let word: String = rest
        .chars()
        .take(LONGEST)
        .take_while(|c| !c.is_whitespace() && !",，-/*".contains(*c))
        .collect();
    if let Some(at) = word.find("自治州") {
        return word[..at + "自治州".len()].to_owned();
    }
    for (kind, kept) in [("地区", "地区"), ("盟", "盟"), ("市", "")] {
        // A place's name has two characters at least: 市中区 is no city.
        if let Some(at) = word.find(kind).filter(|at| word[..*at].chars().count() >= 2) {
            return format!("{}{kept}", &word[..at]);
        }
    }
    // Parts set apart by blanks, without their kinds: 浙江 杭州 西湖区.
    let apart = rest[word.len()..].starts_with(char::is_whitespace);
    let length = word.chars().count();
    let smaller = ["区", "县", "镇", "路", "街道"]
        .iter()
        .any(|kind| word.ends_with(kind));
    if apart && (2..=6).contains(&length) && !smaller {
        word
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn addresses_say_province_and_city_however_they_are_written() {
        for (address, province, city) in [
            ("浙江省杭州市西湖区文三路9号", "浙江", "杭州"),
            ("浙江省 杭州市 西湖区 文三路9号", "浙江", "杭州"),
            ("浙江 杭州 西湖区文三路9号", "浙江", "杭州"),
            ("中国广西壮族自治区南宁市青秀区", "广西", "南宁"),
            ("吉林省延边朝鲜族自治州延吉市", "吉林", "延边朝鲜族自治州"),
            ("内蒙古自治区锡林郭勒盟锡林浩特市", "内蒙古", "锡林郭勒盟"),
            ("新疆维吾尔自治区喀什地区疏附县", "新疆", "喀什地区"),
            ("上海 上海市 浦东新区 世纪大道1号", "上海", ""),
            ("浙江省杭州市****", "浙江", "杭州"),
            ("浙江省****", "浙江", ""),
            ("山东省市中区经七路", "山东", ""),
        ] {
            assert_eq!(
                place(address),
                Some((province.to_owned(), city.to_owned())),
                "{address}"
            );
        }
        assert_eq!(place("文三路9号"), None);
        assert_eq!(place(""), None);
    }
}
