/// Whether an address lies in a region such as `新疆`, `浙江省` or `浙江省杭州市`. Blanks and the words for
/// kinds of regions count for nothing, and neither does a country or a province said twice.
pub(crate) fn within(address: &str, region: &str) -> bool {
    let (address, region) = (fold(address), fold(region));
    if region.is_empty() {
        return false;
    }
    if address.starts_with(&region) {
        return true;
    }
    // 上海上海市浦东新区: a municipality stands for its own province.
    let head: String = address.chars().take(2).collect();
    let rest: String = address.chars().skip(2).collect();
    !head.is_empty() && rest.starts_with(&head) && rest.starts_with(&region)
}

/// The province an address begins with, without its kind.
pub(crate) fn province(address: &str) -> Option<&'static str> {
    let folded = fold(address);
    PROVINCES
        .iter()
        .copied()
        .find(|province| folded.starts_with(province))
}

/// Whether an address begins with a province.
pub(crate) fn has_province(address: &str) -> bool {
    province(address).is_some()
}

/// The names of the provinces, without their kinds.
pub(crate) const PROVINCES: [&str; 34] = [
    "北京",
    "天津",
    "河北",
    "山西",
    "内蒙古",
    "辽宁",
    "吉林",
    "黑龙江",
    "上海",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "重庆",
    "四川",
    "贵州",
    "云南",
    "西藏",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
    "台湾",
    "香港",
    "澳门",
];

const KINDS: [&str; 8] = [
    "维吾尔自治区",
    "壮族自治区",
    "回族自治区",
    "自治区",
    "特别行政区",
    "中国",
    "省",
    "市",
];

fn fold(text: &str) -> String {
    let mut folded: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, ',' | '，' | '-' | '/'))
        .collect();
    for kind in KINDS {
        folded = folded.replace(kind, "");
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::{has_province, within};

    #[test]
    fn regions_hold_their_addresses_however_they_are_written() {
        for (address, region) in [
            ("新疆维吾尔自治区 乌鲁木齐市 天山区 解放路1号", "新疆"),
            ("浙江省杭州市西湖区文三路9号", "浙江省"),
            ("浙江 杭州 西湖区文三路9号", "浙江省杭州市"),
            ("上海 上海市 浦东新区 世纪大道1号", "上海浦东新区"),
            ("上海市浦东新区世纪大道1号", "上海"),
            ("中国广西壮族自治区南宁市青秀区", "广西南宁"),
        ] {
            assert!(within(address, region), "{address} {region}");
        }
        for (address, region) in [
            ("江苏省南京市上海路1号", "上海"),
            ("浙江省宁波市海曙区", "浙江省杭州市"),
            ("浙江省杭州市", ""),
        ] {
            assert!(!within(address, region), "{address} {region}");
        }
        assert!(has_province("内蒙古呼和浩特") && !has_province("文三路9号"));
    }
}
