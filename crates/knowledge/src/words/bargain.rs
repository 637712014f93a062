use crate::Bargain;

/// Words that speak of the price; without one of them nobody bargains.
const PRICE: [&str; 19] = [
    "便宜",
    "优惠",
    "少点",
    "少一点",
    "贵",
    "降价",
    "打折",
    "打个折",
    "折扣",
    "砍价",
    "抹零",
    "抹个零",
    "让点",
    "包邮",
    "送点",
    "送个",
    "赠品",
    "cheaper",
    "discount",
];

/// What each kind says beside the price (rows 104 to 110), the more telling first.
const KINDS: [(Bargain, &[&str]); 6] = [
    (
        Bargain::Threat,
        &[
            "差评",
            "投诉",
            "举报",
            "不买了",
            "不然",
            "否则",
            "要不我就",
            "要不就",
            "退款",
            "曝光",
        ],
    ),
    (
        Bargain::Compare,
        &[
            "别家",
            "别人家",
            "其他家",
            "其它店",
            "其他店",
            "隔壁",
            "人家",
            "那家",
            "比你",
            "比你们",
            "拼多多",
            "京东",
            "淘宝",
        ],
    ),
    (
        Bargain::Pity,
        &[
            "学生",
            "没钱",
            "穷",
            "工资",
            "可怜",
            "不容易",
            "打工",
            "生活费",
            "失业",
            "没工作",
            "家里困难",
        ],
    ),
    (
        Bargain::Excuse,
        &[
            "只有",
            "余额",
            "卡里",
            "支付宝",
            "就这么多",
            "零钱",
            "预算",
            "不够",
            "老公",
            "老婆",
            "我妈",
        ],
    ),
    (
        Bargain::Promise,
        &[
            "下次",
            "以后",
            "介绍",
            "朋友",
            "同事",
            "常来",
            "回头客",
            "老顾客",
            "长期",
            "多买",
            "还会来",
        ],
    ),
    (
        Bargain::Gift,
        &["送点", "送个", "送我", "赠品", "礼物", "小礼品", "送什么", "有送"],
    ),
];

/// The kind of bargaining a buyer's words sound like; the flat one (only the price is wrong) when they say
/// nothing beside the price.
pub(crate) fn sounds_like(text: &str) -> Option<Bargain> {
    let text = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if !says(&PRICE) {
        return None;
    }
    let kind = KINDS.iter().find(|(_, words)| says(words)).map(|(kind, _)| *kind);
    // Asking what is on offer is a question, not a bargain.
    let asks = says(&[
        "有什么优惠",
        "有优惠吗",
        "什么活动",
        "有活动",
        "包邮吗",
        "包邮么",
        "怎么优惠",
    ]);
    match kind {
        Some(kind) => Some(kind),
        None if asks => None,
        None => Some(Bargain::Flat),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_bargaining_is_heard() {
        for (text, kind) in [
            ("第一次来便宜点呗，下次介绍朋友来", Some(Bargain::Promise)),
            ("别家比你便宜20呢", Some(Bargain::Compare)),
            ("什么都好就是价格太贵了", Some(Bargain::Flat)),
            ("不便宜我就给差评", Some(Bargain::Threat)),
            ("那送个小礼品吧", Some(Bargain::Gift)),
            ("我还是学生，便宜点吧", Some(Bargain::Pity)),
            ("支付宝里只有180了，便宜点行吗", Some(Bargain::Excuse)),
            ("有优惠吗", None),
            ("什么时候发货", None),
            ("下次还来买", None),
        ] {
            assert_eq!(sounds_like(text), kind, "{text}");
        }
    }
}
