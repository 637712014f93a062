//! Rules of audit and of gifts.

use base::{Actor, Fen, Id, Shops};
use orders::NewOrder;
use orders::desk::{
    self, AuditRuleChange, GiftPiece, GiftStep, NewAuditRule, NewGiftRule, ParcelState, Range, RuleFilter,
    Then, TriedOutcome, TryRules, When,
};
use store::on_both;
use store::testing::TestDb;

use crate::scene::*;

fn rule(name: &str, priority: i64, when: When, then: Then) -> NewAuditRule {
    NewAuditRule {
        shop: None,
        name: name.into(),
        priority,
        on: true,
        when,
        then,
    }
}

fn hold(reason: &str) -> Then {
    Then::Hold {
        reason: reason.into(),
        text: "规则".into(),
        minutes: None,
    }
}

async fn add(db: &TestDb, s: &Scene, new: NewAuditRule) -> Result<desk::AuditRule, base::Problem> {
    act(db, &s.boss, move |tx, who| {
        desk::add_audit_rule(tx, NOW, who, &new)
    })
    .await
}

fn of(mut new: NewOrder, nick: &str) -> NewOrder {
    new.buyer.as_mut().expect("a buyer").value = nick.into();
    new
}

on_both! { TABLES;
    async fn rules_act_by_priority_and_pass_only_what_is_right(db: &TestDb) {
        let s = scene(db).await;
        let xinjiang = When { regions: Some(vec!["新疆".into()]), ..When::default() };
        let dear = When { total_fen: Some(Range { min: Some(50_000), max: None }), ..When::default() };
        add(db, &s, rule("新疆发EMS", 10, xinjiang, Then::Courier { courier: "EMS".into() })).await.expect("made");
        add(db, &s, rule("大额人工看", 20, dear, hold("attention"))).await.expect("made");
        let waited = When { paid_min: Some(30), ..When::default() };
        add(db, &s, rule("其余通过", 30, waited, Then::Pass)).await.expect("made");
        assert_eq!(code(add(db, &s, rule("同级", 30, When::default(), Then::Pass)).await), "priority_taken");

        let far = NewOrder { address: Some("新疆维吾尔自治区乌鲁木齐市天山区解放路1号".into()), ..paid(s.one, "T1") };
        let far = take_in(db, s.org, of(far, "a")).await.id;
        let far = parcel_of(db, s.org, far).await;
        assert_eq!((far.state, far.courier.as_deref(), far.passed.as_ref().map(|p| p.rule.is_some() && p.by.is_none())), (ParcelState::Passed, Some("EMS"), Some(true)));
        let dear = NewOrder { lines: vec![line("ZT-M", "", 6)], ..paid(s.one, "T2") };
        let dear = take_in(db, s.org, of(dear, "b")).await.id;
        assert_eq!(reasons(&parcel_of(db, s.org, dear).await), ["attention"]);
        let wrong = NewOrder { phone: Some("1".into()), ..paid(s.one, "T3") };
        let wrong = take_in(db, s.org, of(wrong, "c")).await.id;
        assert_eq!(parcel_of(db, s.org, wrong).await.state, ParcelState::Held);
        // Just paid: the clock passes it by itself.
        let young = NewOrder { paid_at: Some(NOW), ..paid(s.one, "T4") };
        let young = take_in(db, s.org, of(young, "d")).await.id;
        assert_eq!(parcel_of(db, s.org, young).await.state, ParcelState::Waiting);
        work(db, NOW.plus(30 * 60_000)).await;
        assert_eq!(parcel_of(db, s.org, young).await.state, ParcelState::Passed);
        let rules = act(db, &s.boss, |tx, who| desk::audit_rules(tx, NOW.plus(HOUR), who, &RuleFilter::default())).await.expect("read");
        assert_eq!(rules.iter().map(|rule| (rule.priority, rule.hits_7d)).collect::<Vec<_>>(), [(10, 0), (20, 0), (30, 2)]);
    }

    async fn a_rule_that_is_changed_is_tried_on_what_waits(db: &TestDb) {
        let s = scene(db).await;
        let order = take_in(db, s.org, paid(s.one, "T1")).await.id;
        let made = add(db, &s, rule("先都挂起", 10, When::default(), hold("attention"))).await.expect("made");
        work(db, NOW).await;
        assert_eq!(reasons(&parcel_of(db, s.org, order).await), ["attention"]);
        let change = AuditRuleChange { then: Some(Then::Pass), ..AuditRuleChange::default() };
        let id = made.id;
        act(db, &s.boss, move |tx, who| desk::change_audit_rule(tx, NOW, who, id, &change)).await.expect("changed");
        work(db, NOW).await;
        assert_eq!(parcel_of(db, s.org, order).await.state, ParcelState::Passed);
        act(db, &s.boss, move |tx, who| desk::remove_audit_rule(tx, NOW, who, id)).await.expect("removed");
        assert_eq!(parcel_of(db, s.org, order).await.state, ParcelState::Passed);
        assert_eq!(log(db, "audit_rule.changed").await.len(), 3);
    }

    async fn a_dry_run_says_what_would_be_and_changes_nothing(db: &TestDb) {
        let s = scene(db).await;
        for (i, phone) in ["13812345678", "1", "13812345679"].into_iter().enumerate() {
            let new = NewOrder { phone: Some(phone.into()), ..paid(s.one, &format!("T{i}")) };
            take_in(db, s.org, of(new, &format!("b{i}"))).await;
        }
        let shipped = NewOrder { shipped_at: Some(NOW), ..paid(s.one, "T9") };
        take_in(db, s.org, of(shipped, "b9")).await;
        let before = list(db, &s.boss, desk::ParcelFilter::default()).await.expect("listed");
        let ask = TryRules {
            rules: Some(vec![rule("通过", 10, When::default(), Then::Pass), rule("加急", 5, When::default(), Then::Urgent)]),
            from: Some(NOW.plus(-24 * HOUR)), to: Some(NOW.plus(HOUR)), ..TryRules::default()
        };
        let tried = db.read({ let (who, ask) = (s.boss.clone(), ask.clone()); move |tx| desk::try_rules(tx, NOW, &who, &ask) }).await.expect("tried");
        assert_eq!((tried.orders, tried.pass, tried.hold, tried.person, tried.more), (4, 3, 1, 0, false));
        assert_eq!(tried.by_rule.iter().map(|rule| (rule.name.as_str(), rule.orders)).collect::<Vec<_>>(), [("加急", 4), ("通过", 4)]);
        assert_eq!(tried.by_reason.iter().map(|reason| reason.name.as_str()).collect::<Vec<_>>(), ["phone"]);
        assert_eq!(tried.sample.iter().filter(|order| order.outcome == TriedOutcome::Hold).map(|order| order.number.as_str()).collect::<Vec<_>>(), ["T1"]);
        assert_eq!(list(db, &s.boss, desk::ParcelFilter::default()).await.expect("listed"), before);
        // Without rules, everything is for people.
        let none = TryRules { from: ask.from, to: ask.to, ..TryRules::default() };
        let tried = db.read({ let who = s.boss.clone(); move |tx| desk::try_rules(tx, NOW, &who, &none) }).await.expect("tried");
        assert_eq!((tried.pass, tried.hold, tried.person), (0, 1, 3));
    }

    async fn rules_that_say_nothing_sensible_or_are_not_ones_own_are_refused(db: &TestDb) {
        let s = scene(db).await;
        for (bad, said) in [
            (rule(" ", 10, When::default(), Then::Pass), "text_empty"),
            (rule("a", 0, When::default(), Then::Pass), "out_of_range"),
            (rule("a", 10, When::default(), hold("refund")), "unknown_reason"),
            (rule("a", 10, When::default(), Then::Courier { courier: "NONE".into() }), "unknown_courier"),
            (rule("a", 10, When::default(), Then::Flag { flag: 11 }), "out_of_range"),
        ] {
            assert_eq!(code(add(db, &s, bad).await), said);
        }
        let made = add(db, &s, rule("a", 10, When::default(), Then::Pass)).await.expect("made").id;
        let own = add(db, &s, NewAuditRule { shop: Some(s.two), ..rule("b", 20, When::default(), Then::Pass) }).await.expect("made").id;
        let limited = Actor { shops: Shops::only(vec![s.one]), ..s.boss.clone() };
        let stranger = Actor { org: s.other, ..s.boss.clone() };
        for who in [&limited, &stranger] {
            for id in [made, own] {
                assert_eq!(code(act(db, who, move |tx, who| desk::remove_audit_rule(tx, NOW, who, id)).await), "not_found");
                assert_eq!(code(act(db, who, move |tx, who| desk::change_audit_rule(tx, NOW, who, id, &AuditRuleChange::default())).await), "not_found");
            }
        }
        assert_eq!(code(act(db, &Actor { shops: Shops::All, ..s.auditor.clone() }, move |tx, who| desk::remove_audit_rule(tx, NOW, who, made)).await), "forbidden");
        let ids = desk::RuleOrder { ids: vec![own, made] };
        let ordered = act(db, &s.boss, move |tx, who| desk::order_audit_rules(tx, NOW, who, &ids)).await.expect("ordered");
        assert_eq!(ordered.iter().map(|rule| (rule.id, rule.priority)).collect::<Vec<_>>(), [(own, 10), (made, 20)]);
        let some = desk::RuleOrder { ids: vec![own] };
        assert_eq!(code(act(db, &s.boss, move |tx, who| desk::order_audit_rules(tx, NOW, who, &some)).await), "not_all_rules");
    }

    async fn gifts_are_given_once_and_no_more_than_there_are(db: &TestDb) {
        let s = scene(db).await;
        let gift = NewGiftRule {
            shop: None, name: "满199送毯".into(), priority: 1, on: true, from: None, until: None,
            steps: vec![GiftStep { min_fen: Some(Fen(19_800)), min_pieces: Some(2), gifts: vec![GiftPiece { sku: s.blanket, quantity: 1 }] }],
            codes: vec![], times: false, once_per_buyer: true, limit: Some(2),
        };
        assert_eq!(code(act(db, &s.auditor, { let gift = gift.clone(); move |tx, who| desk::set_gift_rule(tx, NOW, who, None, &gift) }).await), "not_found");
        act(db, &s.boss, move |tx, who| desk::set_gift_rule(tx, NOW, who, None, &gift)).await.expect("made");
        let two = |number: &str, nick: &str| of(NewOrder { lines: vec![line("ZT-M", "", 2)], ..paid(s.one, number) }, nick);
        let mut gifts = Vec::new();
        for (number, nick) in [("T1", "a"), ("T2", "a"), ("T3", "b"), ("T4", "c")] {
            let order = take_in(db, s.org, two(number, nick)).await.id;
            gifts.push(parcel_of(db, s.org, order).await.lines.iter().filter(|line| line.gift).count());
        }
        // The second of a has had it; for c there is none left.
        assert_eq!(gifts, [1, 0, 1, 0]);
        let rules = act(db, &s.boss, desk::gift_rules).await.expect("read");
        assert_eq!(rules[0].given, 2);
        // The order changes; what was given stays.
        take_in(db, s.org, NewOrder { lines: vec![line("ZT-M", "", 3)], changed_at: Some(NOW), ..two("T1", "a") }).await;
        let first = list(db, &s.boss, desk::ParcelFilter { q: Some("T1".into()), ..desk::ParcelFilter::default() }).await.expect("listed");
        assert_eq!((first[0].pieces, first[0].lines.iter().filter(|line| line.gift).count()), (4, 1));
        assert!(first[0].lines.iter().all(|line| line.order != Id::NONE));
        // What was to go with an order that is closed goes with another.
        take_in(db, s.org, NewOrder { order_status: Some(orders::OrderStatus::Closed), changed_at: Some(NOW.plus(5)), ..two("T3", "b") }).await;
        assert_eq!(act(db, &s.boss, desk::gift_rules).await.expect("read")[0].given, 1);
        let order = take_in(db, s.org, two("T5", "d")).await.id;
        assert_eq!(parcel_of(db, s.org, order).await.lines.iter().filter(|line| line.gift).count(), 1);
    }
}
