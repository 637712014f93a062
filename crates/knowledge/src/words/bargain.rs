use crate::Bargain;

/// Words that ask for a better price or call this one too high; they bargain by themselves.
const ASKS: [&str; 39] = [
    "便宜点",
    "便宜些",
    "便宜一点",
    "便宜一些",
    "便宜吧",
    "便宜呗",
    "能便宜",
    "可以便宜",
    "再便宜",
    "不便宜",
    "太贵",
    "好贵",
    "有点贵",
    "有些贵",
    "贵了",
    "贵啊",
    "贵呀",
    "真贵",
    "偏贵",
    "嫌贵",
    "少点",
    "少一点",
    "少几块",
    "打个折",
    "能打折",
    "打折吗",
    "打点折",
    "砍价",
    "还价",
    "抹零",
    "抹个零",
    "让点",
    "让一点",
    "优惠点",
    "优惠一点",
    "再优惠",
    "给个优惠",
    "cheaper",
    "discount",
];

/// Words that only speak of the price: with one of the kinds below they bargain, alone they ask.
const PRICE: [&str; 8] = ["便宜", "优惠", "贵", "降价", "打折", "折扣", "包邮", "价格"];

/// Words that have a word of the price in them and speak of something else.
const ELSE: [&str; 8] = [
    "优惠券",
    "优惠劵",
    "优惠卷",
    "贵姓",
    "名贵",
    "贵重",
    "贵州",
    "不贵",
];

/// What one is given and does not bargain for: 送个运费险, 送人, 送到.
const NO_GIFT: [&str; 8] = [
    "运费险",
    "送人",
    "送货",
    "送到",
    "送达",
    "送个朋友",
    "送个长辈",
    "送上门",
];

/// Words that ask for a gift.
const GIFT: [&str; 9] = [
    "送点",
    "送个",
    "送我",
    "送一个",
    "小礼品",
    "送什么",
    "有送",
    "多送",
    "送份",
];

/// What each kind says beside the price (rows 104 to 110), the more telling first.
const KINDS: [(Bargain, &[&str]); 5] = [
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
            "就退款",
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
];

/// The kind of bargaining a buyer's words sound like; the flat one (only the price is wrong) when they say
/// nothing beside the price. Speaking of an offer, a coupon or a fall of the price is no bargaining.
pub(crate) fn sounds_like(text: &str) -> Option<Bargain> {
    let mut text = text.to_lowercase();
    for word in ELSE {
        text = text.replace(word, "");
    }
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&GIFT) && !says(&NO_GIFT) {
        return Some(Bargain::Gift);
    }
    let asks = says(&ASKS);
    if !asks && !says(&PRICE) {
        return None;
    }
    let kind = KINDS.iter().find(|(_, words)| says(words)).map(|(kind, _)| *kind);
    match kind {
        // 下次, 京东 and the like bargain only with a wish.
        Some(Bargain::Threat) => kind,
        Some(_) if asks || !is_question(&text) => kind,
        _ => asks.then_some(Bargain::Flat),
    }
}

fn is_question(text: &str) -> bool {
    const WORDS: [&str; 11] = [
        "吗",
        "么",
        "怎么",
        "多少",
        "什么",
        "哪",
        "几",
        "?",
        "？",
        "会不会",
        "是不是",
    ];
    WORDS.iter().any(|word| text.contains(word))
}

/// Whether the words only greet: 你好在吗, 有人吗, hello.
pub(crate) fn is_greeting(text: &str) -> bool {
    const GREETINGS: [&str; 16] = [
        "在吗",
        "在不在",
        "在么",
        "在不",
        "你好",
        "您好",
        "有人吗",
        "有人在吗",
        "hello",
        "哈喽",
        "客服在吗",
        "早上好",
        "下午好",
        "晚上好",
        "嗨",
        "hi",
    ];
    const BESIDE: &str = "亲客服店家老板人在呢啊呀哦吗您你掌柜小二";
    let mut rest = super::input::folded(text).to_lowercase();
    let before = rest.len();
    for word in GREETINGS {
        rest = rest.replace(word, "");
    }
    rest.len() < before && rest.chars().all(|c| BESIDE.contains(c) || !c.is_alphanumeric())
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
            ("优惠券用不了", None),
            ("双十一会降价吗", None),
            ("能不能送个运费险", None),
            ("刚买就降价了能退款吗", None),
            ("送人的，送个长辈合适吗", None),
            ("京东也有优惠吗", None),
            ("能便宜吗", Some(Bargain::Flat)),
            ("多送点吧", Some(Bargain::Gift)),
            ("什么时候发货", None),
            ("下次还来买", None),
        ] {
            assert_eq!(sounds_like(text), kind, "{text}");
        }
    }

    #[test]
    fn a_greeting_says_nothing_else() {
        for text in ["你好在吗", "在吗？", "您好", "亲，有人吗", "hello", "客服在吗"] {
            assert!(is_greeting(text), "{text}");
        }
        for text in ["你好，什么时候发货", "在吗有货没", "你们好用吗", "", "好"] {
            assert!(!is_greeting(text), "{text}");
        }
    }
}
