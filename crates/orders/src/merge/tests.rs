use proptest::prelude::*;

use super::*;

fn dated(at: i64) -> Version {
    Version {
        changed_at: Some(Ms(at)),
        ..Version::default()
    }
}

fn merged(versions: &[Version]) -> Merged {
    let mut merged = Merged::default();
    for version in versions {
        merged.hear(version);
    }
    merged
}

fn both_ways(one: &Version, two: &Version) -> Merged {
    let forth = merged(&[one.clone(), two.clone()]);
    assert_eq!(forth, merged(&[two.clone(), one.clone()]));
    forth
}

#[test]
fn an_older_version_overwrites_nothing_but_fills_what_is_empty() {
    let old = Version {
        remark: Some("旧".into()),
        payment: Some("支付宝".into()),
        ..dated(5)
    };
    let new = Version {
        remark: Some("新".into()),
        ..dated(9)
    };
    let both = both_ways(&old, &new);
    assert_eq!(
        (both.remark.as_deref(), both.payment.as_deref()),
        (Some("新"), Some("支付宝"))
    );
    assert_eq!(both.changed_at, Some(Ms(9)));
}

#[test]
fn a_newer_version_may_correct_a_status_and_an_undated_one_only_moves_it_forward() {
    let shipped = Version {
        ship: Some(ShipStatus::Shipped),
        ..dated(5)
    };
    let not_yet = Version {
        ship: Some(ShipStatus::None),
        ..dated(9)
    };
    assert_eq!(
        both_ways(&shipped, &not_yet).ship_status(),
        ShipStatus::None,
        "a parcel that did not leave"
    );
    let undated = Version {
        ship: Some(ShipStatus::Signed),
        ..Version::default()
    };
    assert_eq!(both_ways(&shipped, &undated).ship_status(), ShipStatus::Signed);
    let behind = Version {
        ship: Some(ShipStatus::None),
        ..Version::default()
    };
    assert_eq!(both_ways(&shipped, &behind).ship_status(), ShipStatus::Shipped);
}

#[test]
fn of_two_equally_new_the_one_further_on_is_newer() {
    let paid = Version {
        paid_at: Some(Ms(5)),
        pay: Some(PayStatus::Paid),
        ship: Some(ShipStatus::None),
        address: Some("旧地址".into()),
        words: Some("买家已付款".into()),
        remark: Some("只在旧的里".into()),
        ..Version::default()
    };
    let shipped = Version {
        paid_at: Some(Ms(5)),
        pay: Some(PayStatus::Paid),
        ship: Some(ShipStatus::Shipped),
        address: Some("新地址".into()),
        words: Some("卖家已发货".into()),
        ..Version::default()
    };
    let both = both_ways(&paid, &shipped);
    let told = [&both.address, &both.words, &both.remark].map(|told| told.as_deref());
    assert_eq!(told, [Some("新地址"), Some("卖家已发货"), Some("只在旧的里")]);
}

#[test]
fn after_sale_may_open_again() {
    let settled = Version {
        after: Some(AfterStatus::Done),
        ..Version::default()
    };
    let again = Version {
        after: Some(AfterStatus::Open),
        ..dated(9)
    };
    assert_eq!(both_ways(&settled, &again).after_status(), AfterStatus::Open);
    let closed = Version {
        after: Some(AfterStatus::Done),
        ..dated(12)
    };
    assert_eq!(both_ways(&again, &closed).after_status(), AfterStatus::Done);
    let undated = Version {
        after: Some(AfterStatus::Open),
        ..Version::default()
    };
    assert_eq!(both_ways(&dated(3), &undated).after_status(), AfterStatus::Open);
}

#[test]
fn a_time_says_the_status_it_stands_for() {
    let paid = Version {
        paid_at: Some(Ms(7)),
        ..Version::default()
    };
    let refunded = Version {
        pay: Some(PayStatus::Refunded),
        ..dated(5)
    };
    assert_eq!(merged(std::slice::from_ref(&paid)).pay_status(), PayStatus::Paid);
    assert_eq!(
        both_ways(&refunded, &paid).pay_status(),
        PayStatus::Refunded,
        "what was said is more"
    );
    let signed = Version {
        shipped_at: Some(Ms(3)),
        signed_at: Some(Ms(4)),
        ..Version::default()
    };
    assert_eq!(merged(&[signed]).ship_status(), ShipStatus::Signed);
}

#[test]
fn a_full_value_goes_before_a_masked_one_of_any_age() {
    let full = Version {
        phone: Some("13812345678".into()),
        ..dated(5)
    };
    let masked = Version {
        phone: Some("138****5678".into()),
        ..dated(9)
    };
    assert_eq!(both_ways(&full, &masked).phone.as_deref(), Some("13812345678"));
    let newer = Version {
        phone: Some("13987654321".into()),
        ..dated(7)
    };
    assert_eq!(both_ways(&full, &newer).phone.as_deref(), Some("13987654321"));
}

#[test]
fn a_masked_address_that_contradicts_the_full_one_says_where_it_goes_now() {
    let said = |at: i64, address: &str| Version {
        address: Some(address.into()),
        ..dated(at)
    };
    let full = said(5, "浙江省杭州市西湖区文三路9号");
    let goes = |is: &Merged| is.goes_to().address;
    let same = both_ways(&full, &said(9, "浙江省杭州市西湖区****"));
    assert_eq!((goes(&same), same.moved()), (full.address.clone(), false));
    let moved = both_ways(&full, &said(9, "江苏省南京市玄武区****"));
    assert_eq!(
        (goes(&moved).as_deref(), moved.moved(), moved.address),
        (Some("江苏省南京市玄武区****"), true, full.address.clone())
    );
    let older = both_ways(&full, &said(3, "江苏省南京市玄武区****"));
    assert_eq!(goes(&older), full.address);
    // The full one, when it comes, is believed; and what was said before it says nothing any more.
    let told = said(12, "江苏省南京市玄武区中山路321号");
    for versions in [
        [&full, &said(9, "江苏省南京市玄武区****"), &told],
        [&told, &said(9, "江苏省南京市玄武区****"), &full],
    ] {
        let is = merged(&versions.map(Version::clone));
        assert_eq!((goes(&is), is.moved()), (told.address.clone(), false));
        assert_eq!(is.stars, Stars::default());
    }
    let back = serde_json::to_string(&both_ways(&full, &said(9, "江苏省****")).stars).expect("json");
    assert_eq!(Stars::read(Some(back.clone())).written(), Some(back));
}

#[test]
fn sums_are_the_said_ones_or_follow_from_the_lines() {
    let line = |price: i64| Line {
        quantity: 2,
        price_fen: Fen(price),
        ..line(None, "枕头")
    };
    let mut order = merged(&[Version {
        lines: vec![line(100), line(50)],
        ..dated(1)
    }]);
    assert_eq!((order.total(), order.paid()), (Fen(300), Fen(0)));
    order.hear(&Version {
        pay: Some(PayStatus::Paid),
        ..dated(2)
    });
    assert_eq!(order.paid(), Fen(300));
    order.hear(&Version {
        total_fen: Some(Fen(280)),
        paid_fen: Some(Fen(270)),
        ..dated(3)
    });
    assert_eq!((order.total(), order.paid()), (Fen(280), Fen(270)));
}

fn text() -> impl Strategy<Value = Option<String>> {
    proptest::option::of(prop_oneof![
        Just("甲".to_owned()),
        Just("乙".to_owned()),
        Just("甲*".to_owned())
    ])
}

fn time() -> impl Strategy<Value = Option<Ms>> {
    proptest::option::of((1..40_i64).prop_map(Ms))
}

fn statuses() -> impl Strategy<Value = Version> {
    let order = prop_oneof![
        Just(OrderStatus::Open),
        Just(OrderStatus::Done),
        Just(OrderStatus::Closed)
    ];
    let pay = prop_oneof![
        Just(PayStatus::Unpaid),
        Just(PayStatus::Paid),
        Just(PayStatus::Refunded)
    ];
    let ship = prop_oneof![
        Just(ShipStatus::None),
        Just(ShipStatus::Shipped),
        Just(ShipStatus::Signed)
    ];
    let after = prop_oneof![
        Just(AfterStatus::None),
        Just(AfterStatus::Open),
        Just(AfterStatus::Done)
    ];
    use proptest::option::of;
    (of(order), of(pay), of(ship), of(after)).prop_map(|(order, pay, ship, after)| Version {
        order,
        pay,
        ship,
        after,
        ..Version::default()
    })
}

/// A version with times; one moment names one version.
fn line(code: Option<&str>, title: &str) -> Line {
    Line {
        sku: None,
        code: code.map(str::to_owned),
        title: title.to_owned(),
        spec: String::new(),
        quantity: 1,
        price_fen: Fen(100),
    }
}

#[test]
fn a_newer_file_without_codes_takes_no_code_from_the_lines() {
    let said = |at: i64, rough: bool, code: Option<&str>, title: &str| Version {
        rough,
        lines: vec![line(code, title)],
        ..dated(at)
    };
    for rough in [false, true] {
        let both = both_ways(
            &said(1, rough, Some("ZT-1"), "枕头"),
            &said(2, rough, None, "枕头 护颈"),
        );
        assert_eq!(both.lines, Some(vec![line(Some("ZT-1"), "枕头")]));
        let both = both_ways(
            &said(1, rough, Some("ZT-1"), "枕头"),
            &said(2, rough, Some("ZT-2"), "枕头"),
        );
        assert_eq!(both.lines, Some(vec![line(Some("ZT-2"), "枕头")]));
        let both = both_ways(&said(1, rough, None, "枕头"), &said(2, rough, None, "枕头 护颈"));
        assert_eq!(both.lines, Some(vec![line(None, "枕头 护颈")]));
    }
}

fn lines() -> impl Strategy<Value = (bool, Vec<Line>)> {
    let code = prop_oneof![Just(None), Just(Some("ZT-1")), Just(Some("ZT-2"))];
    let title = prop_oneof![Just("枕头"), Just("被套")];
    let one = (code, title).prop_map(|(code, title)| line(code, title));
    (any::<bool>(), proptest::collection::vec(one, 0..3))
}

fn timed() -> impl Strategy<Value = Version> {
    let words = (text(), text(), text(), text(), text());
    let times = (time(), time(), time(), time(), time());
    let sums = (
        proptest::option::of(0..5_i64),
        proptest::option::of(0..5_i64),
        proptest::option::of(1..4_i64),
    );
    let lines = lines();
    (statuses(), words, times, sums, 1..60_i64, lines).prop_map(|(status, words, times, sums, at, lines)| {
        Version {
            rough: lines.0,
            lines: lines.1,
            payment: words.0,
            remark: words.1,
            receiver: words.2,
            phone: words.3,
            address: words.4,
            placed_at: times.0,
            paid_at: times.1,
            shipped_at: times.2,
            signed_at: times.3,
            done_at: times.4,
            changed_at: Some(Ms(at)),
            total_fen: sums.0.map(Fen),
            paid_fen: sums.1.map(Fen),
            customer: sums.2.map(Id),
            ..status
        }
    })
}

proptest! {
    #[test]
    fn versions_in_any_order_and_any_number_end_alike(
        mut versions in proptest::collection::vec(prop_oneof![3 => timed(), 1 => statuses()], 1..8),
        picks in proptest::collection::vec(any::<proptest::sample::Index>(), 0..24),
    ) {
        let mut seen = std::collections::BTreeSet::new();
        versions.retain(|version| version.newness().is_none_or(|at| seen.insert(at)));
        let straight = merged(&versions);
        // Every version once, at least, among repeats in any order.
        let mut shuffled: Vec<Version> = picks.iter().map(|pick| pick.get(&versions).clone()).collect();
        for version in versions.iter().rev() {
            if !shuffled.contains(version) {
                shuffled.push(version.clone());
            }
        }
        prop_assert_eq!(&straight, &merged(&shuffled));
        versions.reverse();
        prop_assert_eq!(&straight, &merged(&versions));
    }

    #[test]
    fn nothing_that_is_known_is_ever_cleared(versions in proptest::collection::vec(timed(), 1..8)) {
        let mut order = Merged::default();
        for version in &versions {
            let before = order.clone();
            order.hear(version);
            prop_assert!(before.remark.is_none() || order.remark.is_some());
            prop_assert!(before.paid_at.is_none() || order.paid_at.is_some());
            prop_assert!(before.changed_at <= order.changed_at);
            if before.phone.as_deref().is_some_and(|phone| !is_masked(phone)) {
                prop_assert!(order.phone.as_deref().is_some_and(|phone| !is_masked(phone)));
            }
        }
    }
}
