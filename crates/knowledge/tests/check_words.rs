//! What the reply check finds and what it leaves alone. All texts are invented.

use base::Fen;
use knowledge::check::{CheckRules, Checker, Finding, Level, Limit, Reply, Rule};
use proptest::prelude::*;

fn found(text: &str, buyer: Option<&str>) -> Vec<Finding> {
    Checker::new(&CheckRules::default()).check(&Reply {
        text,
        buyer,
        platform: "jd",
        free_hand: false,
        limit: None,
    })
}

fn rules(text: &str) -> Vec<Rule> {
    let mut rules: Vec<Rule> = found(text, None).into_iter().map(|f| f.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

/// The words a finding stands at.
fn place(text: &str, finding: &Finding) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    String::from_utf16(&units[finding.from as usize..finding.to as usize]).expect("whole characters")
}

fn has(rule: Rule, texts: &[&str]) {
    for text in texts {
        assert!(
            rules(text).contains(&rule),
            "{} should be found in {text}: {:?}",
            rule.key(),
            rules(text)
        );
    }
}

fn lacks(rule: Rule, texts: &[&str]) {
    for text in texts {
        let wrong: Vec<_> = found(text, None).into_iter().filter(|f| f.rule == rule).collect();
        assert!(wrong.is_empty(), "{text}: {wrong:?}");
    }
}

#[test]
fn a_lone_word_is_bare_whatever_is_put_around_it() {
    has(
        Rule::Bare,
        &[
            "在",
            "在的",
            "在呢~",
            "嗯嗯",
            "好",
            "好的呢。",
            "嗯，好的 😊",
            "哦",
            "好滴#E-s21",
            "在？",
            "。",
            "...",
            "1",
        ],
    );
    lacks(
        Rule::Bare,
        &[
            "在吗",
            "2 件",
            "好的亲",
            "是的",
            "可以",
            "您好",
            "收到",
            "😊",
            "好吃",
            "在的，请问有什么可以帮您",
        ],
    );
    let here = found("在的", None);
    assert!(
        here[0]
            .replacement
            .as_deref()
            .is_some_and(|text| text.contains("在的") && text.contains("您"))
    );
}

#[test]
fn a_no_needs_a_reason_another_way_or_a_next_step() {
    has(
        Rule::Negative,
        &[
            "没有",
            "不可以的亲",
            "抱歉，不支持哦",
            "这款没货了呢",
            "我们不议价的",
            "不能",
            "无法修改哦",
            "亲，这个不清楚呢",
        ],
    );
    lacks(
        Rule::Negative,
        &[
            "已经出库了，改不了地址哦",
            "这款没有货了，推荐您看看同款的米色",
            "不能指定快递，系统按地址自动分配",
            "没有的话您联系我们",
            "不客气哦",
            "没问题",
            "没关系的",
            "还没有发货呢，预计明天",
            "是不是这一款呢",
        ],
    );
}

#[test]
fn a_no_the_buyer_hopes_for_is_no_refusal() {
    let negative =
        |text: &str, buyer: &str| found(text, Some(buyer)).iter().any(|f| f.rule == Rule::Negative);
    assert!(!negative("不会的哦", "洗了会不会掉色"));
    assert!(!negative("没有的哦", "有异味吗"));
    assert!(negative("没有的哦", "有红色的吗"));
    assert!(negative("不能的哦", "会不会掉色，能退吗"));
}

#[test]
fn i_is_for_service_not_for_excuses() {
    has(
        Rule::FirstPerson,
        &[
            "这个我不知道",
            "我也没办法呀",
            "我觉得挺好看的",
            "我刚才跟您说过",
            "我这边也不清楚哦",
            "我只能这样了",
        ],
    );
    lacks(
        Rule::FirstPerson,
        &[
            "我帮您查一下",
            "我们家都是当天发",
            "请在我的订单里查看",
            "麻烦您把单号发给我",
            "我给您备注好了",
            "还有其他我可以为您做的吗",
            "我是您的专属客服小满",
        ],
    );
}

#[test]
fn rude_blaming_and_mocking_words_quarrel() {
    has(
        Rule::Quarrel,
        &[
            "爱买不买",
            "您自己没看清楚详情页",
            "难道您不知道要先量尺寸吗",
            "你有病吧",
            "？？",
            "不是给您发过了吗",
            "嫌贵您去别家买",
            "谁让您不早说",
            "说了多少遍了",
            "刚才已经跟您说过了呀",
            "这个前面就告诉您了的",
            "您怎么不早说呢",
            "您又没问过",
            "那就投诉吧",
            "这个跟我们没有关系的",
            "怎么就您有问题呢",
            "您这就是找茬",
            "想得美",
            "这是您自己选的颜色",
            "急也没用的亲",
            "您一直催也没有结果",
            "先搞清楚再来问",
            "您可以去别的店看看",
            "没人逼您买",
            "不相信就算了",
            "您随意吧",
            "您说呢",
            "您到底要不要",
            "谁跟您说的包邮",
        ],
    );
    lacks(
        Rule::Quarrel,
        &[
            "已经帮您催促过了，请您耐心等待",
            "刚才给您发的链接您看下",
            "您自己选择经济实惠的快递寄回就可以",
            "我们一直催着快递给您送",
            "店里的款式您随意挑选",
            "评价里有辱骂人的内容可以举报",
            "别着急，正在给您查",
            "请问您之前跟客服说过要改地址吗",
            "您自己在订单页也可以修改哦",
            "不是您的问题，是我们发错了",
            "请问是您自己安装吗？",
            "滚筒洗衣机可以用这款",
            "可以看看妈妈的同款",
            "您可以自己选择颜色",
        ],
    );
}

#[test]
fn ways_off_the_platform_are_found_in_disguise() {
    has(
        Rule::Contact,
        &[
            "加我微信聊吧",
            "加薇信 xiaoman_88",
            "V信：abc12345",
            "我 v 信同号",
            "vx:13812345678",
            "微 信 号 发您",
            "加·微·信",
            "ＱＱ：１２３４５６７８",
            "可以加扣扣群",
            "电话１３８-1234-5678",
            "1 3 8 1 2 3 4 5 6 7 8",
            "一三八一二三四五六七八",
            "①③⑧①②③④⑤⑥⑦⑧",
            "请拨打400-820-8820",
            "400-8208820",
            "服务热线95311",
            "您打客服电话12315",
            "客服微信发您",
            "扫码添加客服",
            "座机 021-87654321",
            "发到 Kefu@Example.com",
            "看这里 https://shop.example.cn/a?b=1",
            "www.example.net",
            "微信转账给我也行",
            "关注我们的公众号领取",
            "咱们私下交易便宜点",
            "抖音搜小满家",
        ],
    );
    lacks(
        Rule::Contact,
        &[
            "支持微信支付和支付宝",
            "退款会原路退回微信零钱",
            "订单号 13812345678901",
            "运单号SF1381234567890",
            "这单是2026-11-22 18:00发的",
            "尺寸是 120-150-180 厘米",
            "https://item.jd.com/100.html",
            "看下 jd.com 上的说明",
            "约3.5公斤",
            "请问13812345678是您的手机号吗",
            "麻烦提供一下您的电话",
            "价格是 1299.00 元",
            "1-3个工作日，5-15个工作日",
            "加微波炉加热两分钟",
        ],
    );
}

#[test]
fn a_word_taken_apart_or_written_otherwise_is_the_same_word() {
    has(
        Rule::Contact,
        &[
            "加我V：abc12345",
            "vx abc12345",
            "+wei xin abc12345",
            "加Q 12345678",
            "扣 扣 一二三四五六七八",
            "我的微信同手机号",
            "打我手机幺三八洞洞幺三八洞洞洞",
            "电话138，0013，8000",
            "闲鱼下单便宜",
            "拼多多旗舰店更便宜",
            "evil[.]com",
            "evil dot com",
            "Telegram @foo",
            "my phone number is 415-555-0101",
            "add me on WhatsApp",
            "加微#信聊",
            "加微,信聊",
            "加微1信聊",
            "加微😀信聊",
            "加微\n信聊",
            "加微\u{3164}信聊",
            "加微\u{34f}信聊",
            "加微\u{300}信聊",
            "加微\u{115f}信聊",
            "加微信聯繫",
            "加 vх 聊聊（х是西里尔字母）",
        ],
    );
    has(
        Rule::Reward,
        &[
            "好評返現",
            "好 评\n返\n现",
            "好，评返#现",
            "给个五星哦 给您发2块",
            "write a good review and I'll give you a coupon",
            "5 star review gets 5 yuan refund",
            "a small gift for your positive feedback",
        ],
    );
    has(
        Rule::Absolute,
        &["全 网 最 低", "全網最低價", "the best quality, lowest price"],
    );
    has(
        Rule::Quarrel,
        &[
            "你瞎吗",
            "你是不是傻",
            "傻*逼",
            "s b",
            "看不懂字吗",
            "fuck you",
            "are you stupid",
            "滾開",
        ],
    );
    has(
        Rule::Promise,
        &["赔您1000", "补偿您三百", "包您满意", "賠您500元"],
    );
    has(Rule::ImpoliteYou, &["妳的订单到了"]);
}

#[test]
fn what_only_looks_like_a_word_taken_apart_is_left_alone() {
    lacks(
        Rule::Contact,
        &[
            "面料稍微,信得过的厂家做的",
            "尺寸有150,180,200,22几种",
            "13812345678901,运单号",
            "一、二、三号仓都有货",
            "You can pay with WeChat Pay",
            "拼多多上的不一定是正品，价格便宜",
            "V领的这款",
            "条形码:WX42AC72DN2",
        ],
    );
    lacks(
        Rule::Reward,
        &[
            "We cannot offer a coupon for a good review, platform rules",
            "Thank you, please leave a review",
            "Your refund is on its way",
        ],
    );
    lacks(
        Rule::Quarrel,
        &[
            "sb0012型号有货",
            "型号 A-SB-12",
            "傻瓜式操作",
            "随便，你看着选",
            "XS B款",
        ],
    );
    lacks(
        Rule::Absolute,
        &["单号no.1234", "best wishes", "the best way to wash it", "top 12"],
    );
    lacks(
        Rule::Promise,
        &["补您一件小的", "退您2件的运单号发您", "一定让您满意"],
    );
}

#[test]
fn a_sum_without_its_unit_is_held_against_the_right() {
    let rules = CheckRules {
        limit: Limit {
            give: Fen(50_000),
            discount: 0,
        },
        ..CheckRules::default()
    };
    let checker = Checker::new(&rules);
    let found = |text| {
        checker
            .check(&Reply {
                text,
                ..Reply::default()
            })
            .iter()
            .any(|f| f.rule == Rule::Promise)
    };
    assert!(!found("赔您300") && !found("补偿您三百"));
    assert!(found("赔您1000") && found("补偿您八百"));
}

#[test]
fn what_the_buyer_wrote_may_be_read_back() {
    let contact = |text: &str| {
        found(text, Some("电话改成13812345678\n邮箱a@b.com"))
            .iter()
            .any(|f| f.rule == Rule::Contact)
    };
    assert!(!contact("好的，改成138 1234 5678了"));
    assert!(!contact("发票发到a@b.com"));
    assert!(contact("打13812345679"));
}

#[test]
fn nothing_is_given_for_a_review() {
    has(
        Rule::Reward,
        &[
            "好评返现5元",
            "五星好评送您一张券",
            "好平反现",
            "好 评 返 现",
            "晒图有红包哦",
            "评价后领取优惠券",
            "给个5⭐，返2元",
            "麻烦把好评截图发来",
            "改掉差评给您补偿红包",
            "收到货给个五⭐送小礼物",
        ],
    );
    lacks(
        Rule::Reward,
        &[
            "麻烦给个好评哦",
            "满意的话请给五星好评",
            "收藏店铺送优惠券",
            "这款好评如潮",
            "返修的运费我们承担",
            "这款评价很高，您可以放心",
            "请打赏一个评价哦",
        ],
    );
}

#[test]
fn claims_are_absolute_only_where_they_claim() {
    has(
        Rule::Absolute,
        &[
            "全网最低价",
            "我们是最好的",
            "销量第一",
            "100%正品",
            "价格最低了哦",
            "绝对安全",
            "这是国家级品质",
            "百分百有效",
        ],
    );
    lacks(
        Rule::Absolute,
        &[
            "最快明天发",
            "第一次购买有优惠",
            "最近比较忙",
            "最后三件",
            "您最好先量一下",
            "100%棉",
            "最低300",
            "把损耗降到最低",
            "第一款是纯棉的",
            "全网通手机",
            "最大支持32G",
        ],
    );
}

#[test]
fn what_is_promised_as_certain_is_a_promise() {
    has(
        Rule::Promise,
        &[
            "明天给您发货",
            "今晚就能送到",
            "肯定给您退款",
            "给您返5元差价",
            "送您一张优惠券",
            "给您打8折",
            "运费我们承担",
            "保证三天到货",
        ],
    );
    lacks(
        Rule::Promise,
        &[
            "预计明天送达",
            "一般三天左右到",
            "我们会尽快发货",
            "48小时内发货",
            "明天能到吗",
            "帮您申请补偿",
            "不一定明天到",
            "今天发不了哦",
            "满99送您一份试吃",
            "明天2点前联系收货人",
            "一定尽心为您服务",
        ],
    );
}

#[test]
fn what_an_agent_may_give_is_no_promise_too_many() {
    let checker = Checker::new(&CheckRules {
        limit: Limit {
            give: Fen(1_000),
            discount: 10,
        },
        ..CheckRules::default()
    });
    let promised = |text: &str, free_hand: bool| {
        let reply = Reply {
            text,
            free_hand,
            ..Reply::default()
        };
        checker
            .check(&reply)
            .into_iter()
            .find(|f| f.rule == Rule::Promise)
    };
    assert_eq!(promised("给您返10元差价", false), None);
    let above = promised("给您返11元差价", false).expect("above the right");
    assert_eq!(
        (
            above.hint.as_str(),
            &above.params["fen"],
            &above.params["most_fen"]
        ),
        ("promise_money", &1_100.into(), &1_000.into())
    );
    assert_eq!(
        promised("给您返11元差价", true),
        None,
        "who may supervise is free"
    );
    assert_eq!(promised("给您9折", false), None);
    assert_eq!(promised("给您打9折", false), None);
    assert_eq!(promised("给您打95折", false), None);
    assert!(promised("给您打8折", false).is_some());
    assert!(promised("给您打85折", false).is_some());
    assert!(
        promised("给您补差价", false).is_some(),
        "an amount nobody named may be any"
    );
}

#[test]
fn a_long_text_counts_ones_own_words() {
    let words = "这款面料柔软透气".repeat(15);
    assert_eq!(words.chars().count(), 120);
    lacks(
        Rule::Long,
        &[
            &words,
            &format!("{words} https://item.jd.com/{}.html #E-s21", "1".repeat(80)),
        ],
    );
    let long = found(&format!("{words}好"), None)
        .into_iter()
        .find(|f| f.rule == Rule::Long)
        .expect("too long");
    assert_eq!(
        (&long.params["length"], &long.params["limit"]),
        (&121.into(), &120.into())
    );
}

#[test]
fn you_is_polite() {
    let text = "你好，😀你的订单到了，你们放心";
    let findings = found(text, None);
    let polite: Vec<_> = findings.iter().filter(|f| f.rule == Rule::ImpoliteYou).collect();
    assert_eq!(polite.len(), 1);
    assert_eq!(
        (place(text, polite[0]).as_str(), polite[0].replacement.as_deref()),
        ("你", Some("您"))
    );
    assert_eq!(polite[0].from, 5, "an emoji is two units");
}

#[test]
fn a_shop_adds_words_and_lets_words_pass() {
    let rules = CheckRules {
        allowed: vec![
            "400-820-8820".into(),
            "小满官网.example.cn".into(),
            "example.com".into(),
            "最好家".into(),
        ],
        forbidden: vec!["原单".into(), "A货".into()],
        ..CheckRules::default()
    };
    let checker = Checker::new(&rules);
    let found = |text| {
        let reply = Reply {
            text,
            ..Reply::default()
        };
        checker
            .check(&reply)
            .into_iter()
            .map(|f| (f.rule, f.level))
            .collect::<Vec<_>>()
    };
    assert_eq!(found("我们的热线是400-820-8820"), []);
    assert_eq!(found("请看 https://www.example.com/size"), []);
    assert_eq!(
        found("请看 https://notexample.com"),
        [(Rule::Contact, Level::Confirm)]
    );
    assert_eq!(found("这是原 单的"), [(Rule::Forbidden, Level::Block)]);
    assert_eq!(found("这是ａ货"), [(Rule::Forbidden, Level::Block)]);
    assert_eq!(found("最好家的沙发到了"), []);
}

#[test]
fn a_rule_that_is_off_is_not_looked_at_and_a_level_is_told() {
    let mut rules = CheckRules::default();
    rules.levels[Rule::Bare as usize] = Level::Off;
    rules.levels[Rule::ImpoliteYou as usize] = Level::Block;
    let checker = Checker::new(&rules);
    let check = |text| {
        checker.check(&Reply {
            text,
            ..Reply::default()
        })
    };
    assert_eq!(check("在"), []);
    assert_eq!(check("你要哪款")[0].level, Level::Block);
}

#[test]
fn findings_keep_to_fifty_and_the_grave_ones_stay() {
    let text = format!("{}加我微信", "你，".repeat(200));
    let findings = found(&text, None);
    assert_eq!(findings.len(), 50);
    assert!(findings.iter().any(|f| f.level == Level::Confirm));
    assert!(findings.is_sorted_by_key(|f| f.from));
}

/// Pieces that meet many rules at once, to build hostile texts of.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9 .·-]{1,20}",
        "[a-z@./:]{1,20}",
        prop::sample::select(vec![
            "我",
            "你",
            "不能",
            "明天",
            "发货",
            "微",
            "信",
            "好评",
            "返现",
            "最低",
            "一定",
            "给您退",
            "差价",
            "100%",
            "😀",
            "\u{200b}",
            "。",
            "\n",
            "ﷺ",
            "①",
            "一二三",
            "#E-s2",
            "送您",
            "券",
            "QQ",
            "加",
        ])
        .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_is_checked_and_every_place_lies_in_it(pieces in prop::collection::vec(piece(), 0..60), buyer in proptest::option::of(piece())) {
        let text: String = pieces.concat().chars().take(5_000).collect();
        let units: Vec<u16> = text.encode_utf16().collect();
        for finding in found(&text, buyer.as_deref()) {
            let place = units.get(finding.from as usize..finding.to as usize);
            prop_assert!(place.is_some_and(|place| String::from_utf16(place).is_ok()), "{finding:?}");
            prop_assert!(finding.level != Level::Off);
        }
    }
}

/// No text may cost more than its length is worth: five times the text takes about five times as long. A
/// wide margin keeps a busy machine from failing this, and a square growth (25 times) does not pass.
#[test]
#[expect(clippy::disallowed_methods, reason = "the test is about time")]
fn a_hostile_text_costs_no_more_than_its_length() {
    let checker = Checker::new(&CheckRules::default());
    for unit in [
        "我不",
        "送您",
        "明天",
        "1 ",
        "一",
        "a.",
        "微 ",
        "差价退您",
        "好评返",
        "@",
        "给您退一点 ",
    ] {
        let time = |chars: usize| {
            let text: String = unit.chars().cycle().take(chars).collect();
            let reply = Reply {
                text: &text,
                ..Reply::default()
            };
            let mut best = std::time::Duration::MAX;
            for _ in 0..30 {
                let begun = std::time::Instant::now();
                std::hint::black_box(checker.check(&reply));
                best = best.min(begun.elapsed());
            }
            best
        };
        let (short, long) = (time(1_000), time(5_000));
        assert!(
            long < short * 15 + std::time::Duration::from_millis(1),
            "{unit}: {short:?} {long:?}"
        );
    }
}
