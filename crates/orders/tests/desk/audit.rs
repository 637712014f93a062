//! From an order that comes in to one that is passed, held and pulled back.

use base::{Actor, Fen, Permission, Shops};
use orders::desk::{self, CheckKey, CheckState, NewHold, ParcelFilter, ParcelState, ReleaseHold, TickCheck};
use orders::{AfterStatus, NewOrder, PayStatus, ShipStatus};
use store::on_both;

use crate::scene::*;

on_both! { TABLES;
    async fn a_paid_order_comes_by_itself_and_is_passed_once(db: &TestDb) {
        let s = scene(db).await;
        let order = take_in(db, s.org, paid(s.one, "T1")).await;
        let parcel = parcel_of(db, s.org, order.id).await;
        assert_eq!((parcel.state, reasons(&parcel)), (ParcelState::Waiting, vec![]));
        assert!(parcel.checks.iter().all(|check| check.state == CheckState::Ok), "{:?}", parcel.checks);
        let keys: Vec<CheckKey> = parcel.checks.iter().map(|check| check.key).collect();
        assert_eq!(keys, CheckKey::ALL);
        assert_eq!((parcel.courier.as_deref(), parcel.courier_name.as_deref()), (Some("YUNDA"), Some("韵达快递")));
        assert_eq!(parcel.promise_at, NOW.plus(23 * HOUR));
        assert_eq!((parcel.receiver_masked.as_deref(), parcel.buyer.as_deref()), (Some("周**"), Some("青柠")));
        let passed = pass(db, &s.auditor, parcel.id).await.expect("passed");
        assert_eq!((passed.state, passed.passed.as_ref().and_then(|p| p.by.as_ref()).map(|by| by.id.0)), (ParcelState::Passed, Some(7)));
        assert_eq!(code(pass(db, &s.auditor, parcel.id).await), "wrong_state");
        assert_eq!(log(db, "parcel.passed").await.len(), 1);
        // A version that says nothing new changes nothing.
        let rev = self::parcel(db, s.org, parcel.id).await.rev;
        take_in(db, s.org, paid(s.one, "T1")).await;
        assert_eq!(self::parcel(db, s.org, parcel.id).await.rev, rev);
        let unpassed = act(db, &s.auditor, move |tx, who| desk::unpass(tx, NOW, who, parcel.id)).await.expect("taken back");
        assert_eq!((unpassed.state, unpassed.passed), (ParcelState::Waiting, None));
    }

    async fn an_order_that_is_not_paid_or_has_left_is_none_of_the_desks(db: &TestDb) {
        let s = scene(db).await;
        let unpaid = take_in(db, s.org, NewOrder { paid_at: None, ..paid(s.one, "T1") }).await;
        let shipped = take_in(db, s.org, NewOrder { shipped_at: Some(NOW), ..paid(s.one, "T2") }).await;
        assert!(parcels_of(db, s.org, unpaid.id).await.is_empty());
        // It is followed on its way, and there is nothing to audit.
        let left = parcel_of(db, s.org, shipped.id).await;
        assert_eq!((left.state, left.elsewhere), (ParcelState::Shipped, true));
        assert!(list(db, &s.auditor, desk::ParcelFilter::default()).await.expect("listed").is_empty());
        // Another program ships what waits here: it goes without an alarm.
        let order = take_in(db, s.org, paid(s.one, "T3")).await;
        take_in(db, s.org, NewOrder { ship_status: Some(ShipStatus::Shipped), changed_at: Some(NOW), ..paid(s.one, "T3") }).await;
        assert_eq!(parcel_of(db, s.org, order.id).await.state, ParcelState::Gone);
        assert!(frames(db, "desk_alarm").is_empty());
    }

    async fn old_orders_of_files_that_say_nothing_else_are_history(db: &TestDb) {
        let s = scene(db).await;
        let old = |days: i64, number: &str| NewOrder { placed_at: Some(NOW.plus(-days * 24 * HOUR)), paid_at: Some(NOW.plus(-days * 24 * HOUR)), ..paid(s.one, number) };
        let history = take_in(db, s.org, old(31, "T1")).await;
        assert!(parcels_of(db, s.org, history.id).await.is_empty());
        let late = take_in(db, s.org, old(29, "T2")).await;
        assert_eq!(parcels_of(db, s.org, late.id).await.len(), 1, "late, and still to be sent");
        let told = take_in(db, s.org, NewOrder { ship_status: Some(ShipStatus::None), ..old(31, "T3") }).await;
        assert_eq!(parcels_of(db, s.org, told.id).await.len(), 1, "said to be not sent");
        let later = take_in(db, s.org, NewOrder { due_at: Some(NOW.plus(24 * HOUR)), ..old(60, "T4") }).await;
        assert_eq!(parcels_of(db, s.org, later.id).await.len(), 1, "promised for a day to come");
        // A newer file says that it waits.
        take_in(db, s.org, NewOrder { ship_status: Some(ShipStatus::None), changed_at: Some(NOW), ..old(31, "T1") }).await;
        assert_eq!(parcels_of(db, s.org, history.id).await.len(), 1);
    }

    async fn many_held_ones_are_released_or_held_at_once_each_by_its_own_rule(db: &TestDb) {
        let s = scene(db).await;
        let mut ids = Vec::new();
        for new in [
            NewOrder { buyer_note: Some("送人，别放单".into()), ..paid(s.one, "T1") },
            NewOrder { after_status: Some(AfterStatus::Open), ..paid(s.one, "T2") },
            NewOrder { remark: Some("等通知".into()), ..paid(s.two, "T3") },
            paid(s.one, "T4"),
        ] {
            // Of different buyers: else they wait for each other.
            let mut new = new;
            new.buyer.as_mut().expect("a buyer").value.clone_from(&new.number);
            let order = take_in(db, s.org, new).await;
            ids.push(parcel_of(db, s.org, order.id).await.id);
        }
        let [note, refund, elsewhere, waits] = ids[..] else { panic!("four") };
        let one_shop = Actor { shops: Shops::only(vec![s.one]), ..s.auditor.clone() };
        let ask = desk::ReleaseParcels { parcels: ids.clone() };
        let done = act(db, &one_shop, move |tx, who| desk::release_many(tx, NOW, who, &ask)).await.expect("each by itself");
        assert_eq!(done.done, [note]);
        let refused: Vec<(base::Id, &str)> = done.refused.iter().map(|one| (one.id, one.code.as_str())).collect();
        assert_eq!(refused, [(refund, "hold_blocking"), (elsewhere, "not_found"), (waits, "not_held")]);
        assert_eq!(done.refused[0].params["holds"], serde_json::json!(["refund"]));
        assert_eq!(self::parcel(db, s.org, note).await.state, ParcelState::Waiting);

        let hold = NewHold { reason: "wait_until".into(), text: "等补货".into(), until: Some(NOW.plus(HOUR)) };
        let ask = desk::HoldParcels { parcels: ids.clone(), hold: hold.clone() };
        let done = act(db, &one_shop, move |tx, who| desk::hold_many(tx, NOW, who, &ask)).await.expect("each by itself");
        assert_eq!((done.done, done.refused.len()), (vec![note, refund, waits], 1));
        let twice = desk::HoldParcels { parcels: vec![elsewhere; 3], hold: hold.clone() };
        assert_eq!(act(db, &one_shop, move |tx, who| desk::hold_many(tx, NOW, who, &twice)).await.expect("each once").refused.len(), 1, "named three times, it is one");
        let held = self::parcel(db, s.org, refund).await;
        assert_eq!((held.state, reasons(&held)), (ParcelState::Held, vec!["refund", "wait_until"]), "beside what holds it already");
        let wrong = desk::HoldParcels { parcels: ids.clone(), hold: NewHold { reason: "whim".into(), ..hold.clone() } };
        assert_eq!(code(act(db, &s.auditor, move |tx, who| desk::hold_many(tx, NOW, who, &wrong)).await), "unknown_reason", "asked once, not told of each");
        let many = desk::ReleaseParcels { parcels: vec![note; 201] };
        assert_eq!(code(act(db, &s.auditor, move |tx, who| desk::release_many(tx, NOW, who, &many)).await), "too_many");
        let none = Actor { permissions: [Permission::SeeOrders].into_iter().collect(), ..s.auditor.clone() };
        let ask = desk::ReleaseParcels { parcels: vec![note] };
        assert_eq!(code(act(db, &none, move |tx, who| desk::release_many(tx, NOW, who, &ask)).await), "forbidden");
        let ask = desk::HoldParcels { parcels: vec![note], hold };
        assert_eq!(code(act(db, &none, move |tx, who| desk::hold_many(tx, NOW, who, &ask)).await), "forbidden");
    }

    async fn what_is_wrong_with_an_order_is_named(db: &TestDb) {
        let s = scene(db).await;
        let cases: Vec<(&str, NewOrder, Vec<&str>, Vec<CheckKey>)> = vec![
            ("unknown", NewOrder { lines: vec![line("XX", "", 1)], ..paid(s.one, "A") }, vec!["sku_unknown"], vec![CheckKey::Style, CheckKey::Colour, CheckKey::Size]),
            ("size", NewOrder { lines: vec![line("ZT-M", "颜色分类:雾白;尺码:L", 1)], ..paid(s.one, "B") }, vec![], vec![CheckKey::Size]),
            ("colour", NewOrder { lines: vec![line("ZT-M", "颜色分类:墨绿;尺码:M", 1)], ..paid(s.one, "C") }, vec![], vec![CheckKey::Colour]),
            ("short", NewOrder { lines: vec![line("MT-1", "墨绿", 6)], ..paid(s.one, "D") }, vec!["short"], vec![CheckKey::Quantity]),
            ("phone", NewOrder { phone: Some("138123".into()), ..paid(s.one, "E") }, vec!["phone"], vec![CheckKey::Address]),
            ("masked", NewOrder { receiver: Some("周**".into()), ..paid(s.one, "F") }, vec!["masked"], vec![CheckKey::Address]),
            ("address", NewOrder { address: Some("文三路9号".into()), ..paid(s.one, "G") }, vec!["address"], vec![CheckKey::Address]),
            ("floor", NewOrder { paid_fen: Some(Fen(7_999)), ..paid(s.one, "H") }, vec!["price"], vec![]),
            ("note", NewOrder { buyer_note: Some("送人，别放单".into()), ..paid(s.one, "I") }, vec!["buyer_note"], vec![]),
            ("remark", NewOrder { remark: Some("等通知".into()), ..paid(s.one, "J") }, vec!["remark"], vec![]),
            ("balance", NewOrder { words: Some("定金已付，等待尾款".into()), ..paid(s.one, "K") }, vec!["balance"], vec![]),
            ("refund", NewOrder { after_status: Some(AfterStatus::Open), ..paid(s.one, "L") }, vec!["refund"], vec![]),
            ("part refund", NewOrder { refund_fen: Some(Fen(500)), ..paid(s.one, "M") }, vec!["refund"], vec![]),
        ];
        for (what, mut new, held, fails) in cases {
            // Each of a buyer of its own, so that none could go together.
            new.buyer.as_mut().expect("a buyer").value = what.into();
            let order = take_in(db, s.org, new).await;
            let parcel = parcel_of(db, s.org, order.id).await;
            let failing: Vec<CheckKey> = parcel.checks.iter().filter(|check| check.state == CheckState::Fail).map(|check| check.key).collect();
            assert_eq!((reasons(&parcel), failing), (held.clone(), fails.clone()), "{what}");
            assert_eq!(parcel.state == ParcelState::Held, !held.is_empty(), "{what}");
            let refused = if held.is_empty() { "checks_open" } else { "parcel_held" };
            if !held.is_empty() || !fails.is_empty() {
                assert_eq!(code(pass(db, &s.auditor, parcel.id).await), refused, "{what}");
            }
        }
        let counts = db.read(move |tx| desk::parcel_counts(tx, NOW, &Actor::program(s.org), &desk::CountFilter::default())).await.expect("counted");
        assert_eq!((counts.by_state["held"].count, counts.by_state["waiting"].count), (11, 2));
        assert_eq!(counts.by_reason.iter().map(|reason| reason.count).sum::<i64>(), 11);
        let held = list(db, &s.auditor, ParcelFilter { reason: Some("refund".into()), ..ParcelFilter::default() }).await.expect("listed");
        assert_eq!(held.len(), 2);
    }

    async fn what_a_person_released_or_ticked_stands_until_it_changes(db: &TestDb) {
        let s = scene(db).await;
        let new = |note: &str| NewOrder {
            buyer_note: Some(note.into()),
            changed_at: Some(NOW),
            lines: vec![line("ZT-M", "颜色分类:雾白;尺码:L", 1)],
            ..paid(s.one, "T1")
        };
        let order = take_in(db, s.org, new("送人")).await;
        let id = parcel_of(db, s.org, order.id).await.id;
        let free = act(db, &s.auditor, move |tx, who| desk::release(tx, NOW, who, id, &ReleaseHold { hold: None })).await.expect("released");
        assert_eq!((free.state, reasons(&free)), (ParcelState::Waiting, vec![]));
        work(db, NOW.plus(HOUR)).await;
        assert_eq!(parcel(db, s.org, id).await.state, ParcelState::Waiting);
        assert_eq!(code(pass(db, &s.auditor, id).await), "checks_open");
        let ticked = act(db, &s.auditor, move |tx, who| desk::check(tx, NOW, who, id, &TickCheck { key: CheckKey::Size, ok: true })).await.expect("ticked");
        assert_eq!(ticked.checks[CheckKey::Size as usize].state, CheckState::ByHand);
        assert_eq!(ticked.checks[CheckKey::Size as usize].by.as_ref().map(|by| by.id.0), Some(7));
        // Another note is another reason.
        take_in(db, s.org, new("送人，周五前到")).await;
        assert_eq!(reasons(&parcel(db, s.org, id).await), ["buyer_note"]);
        act(db, &s.auditor, move |tx, who| desk::release(tx, NOW, who, id, &ReleaseHold { hold: None })).await.expect("released");
        assert_eq!(pass(db, &s.auditor, id).await.expect("passed").state, ParcelState::Passed);
    }

    async fn people_hold_with_a_reason_and_until_a_day(db: &TestDb) {
        let s = scene(db).await;
        let order = take_in(db, s.org, paid(s.one, "T1")).await;
        let id = parcel_of(db, s.org, order.id).await.id;
        pass(db, &s.auditor, id).await.expect("passed");
        let hold = |reason: &str, text: &str, until| NewHold { reason: reason.into(), text: text.into(), until };
        let new = hold("other", " ", None);
        assert_eq!(code(act(db, &s.shipper, move |tx, who| desk::hold(tx, NOW, who, id, &new)).await), "text_empty");
        let new = hold("no such", "", None);
        assert_eq!(code(act(db, &s.shipper, move |tx, who| desk::hold(tx, NOW, who, id, &new)).await), "unknown_reason");
        let new = hold("wait_until", "周三再发", Some(NOW.plus(HOUR)));
        let held = act(db, &s.shipper, move |tx, who| desk::hold(tx, NOW, who, id, &new)).await.expect("held");
        assert_eq!((held.state, reasons(&held), held.passed.is_none()), (ParcelState::Held, vec!["wait_until"], true));
        work(db, NOW.plus(HOUR - 1)).await;
        assert_eq!(parcel(db, s.org, id).await.state, ParcelState::Held);
        work(db, NOW.plus(HOUR)).await;
        assert_eq!(parcel(db, s.org, id).await.state, ParcelState::Waiting);
    }

    async fn a_refund_that_comes_later_pulls_it_back_and_rings(db: &TestDb) {
        let s = scene(db).await;
        let order = take_in(db, s.org, paid(s.one, "T1")).await;
        let id = parcel_of(db, s.org, order.id).await.id;
        pass(db, &s.auditor, id).await.expect("passed");
        take_in(db, s.org, NewOrder { after_status: Some(AfterStatus::Open), changed_at: Some(NOW), ..paid(s.one, "T1") }).await;
        let held = parcel(db, s.org, id).await;
        assert_eq!((held.state, reasons(&held), held.passed.is_none()), (ParcelState::Held, vec!["refund"], true));
        let rung = frames(db, "desk_alarm");
        assert_eq!((rung.len(), &rung[0]["why"], &rung[0]["was"], &rung[0]["parcel"]), (1, &"refund".into(), &"passed".into(), &id.0.into()));
        // Nobody releases that by hand.
        let hold = held.holds[0].id;
        assert_eq!(code(act(db, &s.auditor, move |tx, who| desk::release(tx, NOW, who, id, &ReleaseHold { hold: Some(hold) })).await), "hold_blocking");
        assert_eq!(code(pass(db, &s.auditor, id).await), "parcel_held");
        // The buyer takes it back; then the money goes back after all.
        take_in(db, s.org, NewOrder { after_status: Some(AfterStatus::None), changed_at: Some(NOW.plus(1)), ..paid(s.one, "T1") }).await;
        assert_eq!(parcel(db, s.org, id).await.state, ParcelState::Waiting);
        take_in(db, s.org, NewOrder { pay_status: Some(PayStatus::Refunded), changed_at: Some(NOW.plus(2)), ..paid(s.one, "T1") }).await;
        assert_eq!(parcel(db, s.org, id).await.state, ParcelState::Gone);
    }

    async fn another_address_or_other_goods_after_audit_send_it_back(db: &TestDb) {
        let s = scene(db).await;
        let order = take_in(db, s.org, paid(s.one, "T1")).await;
        let id = parcel_of(db, s.org, order.id).await.id;
        pass(db, &s.auditor, id).await.expect("passed");
        take_in(db, s.org, NewOrder { address: Some("浙江省宁波市海曙区药行街1号".into()), changed_at: Some(NOW), ..paid(s.one, "T1") }).await;
        let back = parcel(db, s.org, id).await;
        assert_eq!((back.state, reasons(&back)), (ParcelState::Held, vec!["changed"]));
        act(db, &s.auditor, move |tx, who| desk::release(tx, NOW, who, id, &ReleaseHold { hold: None })).await.expect("released");
        pass(db, &s.auditor, id).await.expect("passed again");
        let more = NewOrder { lines: vec![line("ZT-M", "", 2)], changed_at: Some(NOW.plus(1)), address: None, ..paid(s.one, "T1") };
        take_in(db, s.org, more).await;
        let back = parcel(db, s.org, id).await;
        assert_eq!((back.state, reasons(&back), back.pieces), (ParcelState::Held, vec!["changed"], 2));
        assert_eq!(frames(db, "desk_alarm").len(), 2);
    }

    async fn bundles_fall_apart_and_their_parts_are_locked(db: &TestDb) {
        let s = scene(db).await;
        let set = stock(db, s.org, "SET", "四件套", 0).await;
        let (pillow, blanket) = (s.pillow, s.blanket);
        let part = |sku, quantity| catalogue::NewBundlePart { sku, quantity };
        let bundle = catalogue::NewBundle { parts: vec![part(pillow, 2), part(blanket, 1)] };
        act(db, &s.boss, move |tx, who| catalogue::set_bundle(tx, NOW, who, set, &bundle)).await.expect("a bundle");
        let nested = catalogue::NewBundle { parts: vec![part(set, 1)] };
        assert_eq!(code(act(db, &s.boss, move |tx, who| catalogue::set_bundle(tx, NOW, who, pillow, &nested)).await), "bundle_nested");
        let order = take_in(db, s.org, NewOrder { lines: vec![line("SET", "", 2)], ..paid(s.one, "T1") }).await;
        let parcel = parcel_of(db, s.org, order.id).await;
        let lines: Vec<(&str, i64, Option<&str>)> = parcel.lines.iter().map(|line| (line.code.as_str(), line.quantity, line.bundle.as_deref())).collect();
        assert_eq!(lines, [("ZT-M", 4, Some("SET")), ("MT-1", 2, Some("SET"))]);
        assert_eq!((parcel.state, reasons(&parcel)), (ParcelState::Waiting, vec![]));
        let locked = db.read(move |tx| Ok((catalogue::sku(tx, s.org, pillow)?, catalogue::sku(tx, s.org, blanket)?))).await.expect("read");
        assert_eq!((locked.0.map(|sku| sku.locked), locked.1.map(|sku| sku.locked)), (Some(4), Some(2)));
        let ask = catalogue::StockAsk { q: "set".into(), shop: None, limit: None };
        let answers = db.read(move |tx| catalogue::stock_answers(tx, &Actor::program(s.org), &ask)).await.expect("answered");
        // Three blankets are left.
        assert_eq!((answers.len(), answers[0].bundle, answers[0].sellable, answers[0].parts.len()), (1, true, 3, 2));
    }

    /// Row 299: one merchant code serves the listings of several shops, with one stock.
    async fn one_merchant_code_serves_several_shops_from_one_stock(db: &TestDb) {
        let s = scene(db).await;
        let order = |shop, number: &str, quantity| {
            let mut new = NewOrder { lines: vec![line("MT-1", "", quantity)], ..paid(shop, number) };
            new.buyer.as_mut().expect("a buyer").value = number.into();
            new
        };
        // Five blankets: three go with an order of one shop, two are left for the other.
        let one = take_in(db, s.org, order(s.one, "T1", 3)).await;
        let two = take_in(db, s.org, order(s.two, "J1", 2)).await;
        let late = take_in(db, s.org, order(s.two, "J2", 1)).await;
        let (a, b, c) = (parcel_of(db, s.org, one.id).await, parcel_of(db, s.org, two.id).await, parcel_of(db, s.org, late.id).await);
        assert_eq!((a.shop, b.shop, c.shop), (s.one, s.two, s.two));
        assert!([&a, &b, &c].iter().all(|parcel| parcel.lines[0].sku == Some(s.blanket)), "the same SKU, whichever shop sold it");
        assert_eq!((reasons(&a), reasons(&b)), (vec![], vec![]));
        assert_eq!((c.state, reasons(&c)), (ParcelState::Held, vec!["short"]), "there is one stock for both");
        let (org, sku) = (s.org, s.blanket);
        let stock = db.read(move |tx| catalogue::sku(tx, org, sku)).await.expect("read").expect("a SKU");
        assert_eq!((stock.on_hand, stock.locked, stock.sellable), (5, 5, 0));
    }

    async fn a_presale_waits_for_its_balance(db: &TestDb) {
        let s = scene(db).await;
        let order = take_in(db, s.org, NewOrder { paid_fen: Some(Fen(9_900)), ..paid(s.one, "T1") }).await.id;
        let presale = |paid| desk::NewPresale { deposit_fen: Fen(2_000), balance_fen: Fen(8_900), balance_from: Some(NOW), balance_until: Some(NOW.plus(HOUR)), balance_paid_at: paid };
        let (open, done) = (presale(None), presale(Some(NOW)));
        act(db, &s.auditor, move |tx, who| desk::set_presale(tx, NOW, who, order, &open)).await.expect("written");
        let held = parcel_of(db, s.org, order).await;
        // A balance that will have been paid some day is not paid.
        for (wrong, said) in [
            (presale(Some(NOW.plus(11 * 24 * HOUR))), "in_the_future"), (presale(Some(base::Ms(-5))), "out_of_range"),
            (desk::NewPresale { balance_from: Some(base::Ms(0)), ..presale(None) }, "out_of_range"),
            (desk::NewPresale { balance_until: Some(base::Ms(i64::MAX)), ..presale(None) }, "out_of_range"),
        ] {
            assert_eq!(code(act(db, &s.auditor, move |tx, who| desk::set_presale(tx, NOW, who, order, &wrong)).await), said);
        }
        assert_eq!((reasons(&held), code(pass(db, &s.auditor, held.id).await)), (vec!["balance"], "parcel_held".into()));
        let shown = act(db, &s.auditor, move |tx, who| orders::order(tx, who, order)).await.expect("seen").presale.expect("sold ahead");
        assert_eq!((shown.deposit_fen, shown.balance_fen, shown.balance_until, shown.balance_paid_at), (Fen(2_000), Fen(8_900), Some(NOW.plus(HOUR)), None));
        act(db, &s.auditor, move |tx, who| desk::set_presale(tx, NOW, who, order, &done)).await.expect("written");
        assert_eq!(parcel_of(db, s.org, order).await.state, ParcelState::Waiting);
    }

    async fn errors_found_later_count_back_to_who_passed(db: &TestDb) {
        let s = scene(db).await;
        for number in ["T1", "T2"] {
            let mut new = paid(s.one, number);
            new.buyer.as_mut().expect("a buyer").value = number.into();
            let order = take_in(db, s.org, new).await;
            let id = parcel_of(db, s.org, order.id).await.id;
            pass(db, &s.auditor, id).await.expect("passed");
            if number == "T1" {
                let wrong = desk::NewMistake { cause: desk::MistakeCause::WrongGoods, made_in: None, note: "码错".into() };
                let seen = act(db, &s.auditor, move |tx, who| desk::set_mistake(tx, NOW, who, id, Some(&wrong))).await.expect("written");
                assert_eq!(seen.error.map(|error| error.cause), Some("wrong_goods".into()));
            }
        }
        let auditors = db.read(move |tx| desk::auditors(tx, NOW.plus(1), &Actor::program(s.org), &desk::AuditorAsk::default())).await.expect("read");
        assert_eq!((auditors.len(), auditors[0].passed, auditors[0].errors), (1, 2, 1));
        assert!((auditors[0].rate - 0.5).abs() < 1e-9);
    }

    async fn who_may_not_sees_nothing_and_passes_nothing(db: &TestDb) {
        let s = scene(db).await;
        let order = take_in(db, s.org, paid(s.one, "T1")).await.id;
        let parcel = parcel_of(db, s.org, order).await;
        let (id, rev) = (parcel.id, parcel.rev);
        let stranger = Actor { org: s.other, ..s.boss.clone() };
        let elsewhere = Actor { shops: Shops::only(vec![s.two]), ..s.auditor.clone() };
        let powerless = Actor { permissions: [Permission::SeeOrders].into_iter().collect(), ..s.auditor.clone() };
        let blind = Actor { permissions: [Permission::Talk].into_iter().collect(), ..s.agent.clone() };
        for (who, said) in [(&stranger, "not_found"), (&elsewhere, "not_found"), (&powerless, "forbidden")] {
            assert_eq!(code(act(db, who, move |tx, who| desk::pass(tx, NOW, who, id, &desk::PassParcel { rev })).await), said);
            assert_eq!(code(act(db, who, move |tx, who| desk::unpass(tx, NOW, who, id)).await), said);
            assert_eq!(code(act(db, who, move |tx, who| desk::release(tx, NOW, who, id, &ReleaseHold { hold: None })).await), said);
            assert_eq!(code(act(db, who, move |tx, who| desk::check(tx, NOW, who, id, &TickCheck { key: CheckKey::Size, ok: true })).await), said);
            assert_eq!(code(act(db, who, move |tx, who| desk::rejoin(tx, NOW, who, id)).await), said);
            let hold = NewHold { reason: "attention".into(), text: String::new(), until: None };
            assert_eq!(code(act(db, who, move |tx, who| desk::hold(tx, NOW, who, id, &hold)).await), said);
            let courier = desk::SetCourierOf { courier: "SF".into(), rev };
            assert_eq!(code(act(db, who, move |tx, who| desk::set_courier_of(tx, NOW, who, id, &courier)).await), said);
            let lines = desk::SplitParcel { lines: vec![] };
            assert_eq!(code(act(db, who, move |tx, who| desk::split(tx, NOW, who, id, &lines)).await), said);
        }
        for who in [&stranger, &elsewhere] {
            assert_eq!(code(act(db, who, move |tx, who| desk::parcel(tx, NOW, who, id)).await), "not_found");
            assert_eq!(code(act(db, who, move |tx, who| desk::parcels_of(tx, NOW, who, order)).await), "not_found");
            assert!(list(db, who, ParcelFilter { q: Some("T1".into()), ..ParcelFilter::default() }).await.expect("a list").is_empty());
        }
        assert_eq!(code(act(db, &blind, move |tx, who| desk::parcel(tx, NOW, who, id)).await), "forbidden");
        assert_eq!(code(list(db, &blind, ParcelFilter::default()).await), "forbidden");
        assert_eq!(list(db, &s.agent, ParcelFilter::default()).await.expect("a list").len(), 1);
    }
}
