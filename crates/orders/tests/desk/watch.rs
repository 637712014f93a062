//! Lists that work themselves.

use base::{Actor, Id, PageAsk, Shops};
use orders::desk::{
    self, NewTransit, NewTrouble, ReplenishAsk, SolveTrouble, TransitAsk, TroubleFilter, TroubleKind,
    WatchAsk, WatchFilter,
};
use orders::{NewOrder, ShipStatus};
use store::on_both;

use crate::parcels_leave::left;
use crate::scene::*;

const DAY: i64 = 24 * HOUR;

on_both! { TABLES;
    async fn what_is_longer_under_way_than_its_courier_needs_is_listed_until_it_arrives(db: &TestDb) {
        let s = scene(db).await;
        let id = left(db, &s, "T1", "YT8800001").await;
        let overdue = |now| {
            let who = s.agent.clone();
            async move { db.read(move |tx| desk::overdue(tx, now, &who, &WatchFilter::default(), &PageAsk::default())).await.expect("listed").items }
        };
        // To Zhejiang: three days at most.
        assert!(overdue(NOW.plus(3 * DAY)).await.is_empty());
        let late = overdue(NOW.plus(3 * DAY + HOUR)).await;
        assert_eq!(late.iter().map(|late| (late.parcel.id, late.late_ms)).collect::<Vec<_>>(), [(id, HOUR)]);
        let mut arrived = NewOrder { ship_status: Some(ShipStatus::Signed), signed_at: Some(NOW.plus(HOUR)), changed_at: Some(NOW.plus(HOUR)), lines: vec![], ..paid(s.one, "T1") };
        arrived.buyer.as_mut().expect("a buyer").value = "T1".into();
        take_in(db, s.org, arrived).await;
        assert!(overdue(NOW.plus(9 * DAY)).await.is_empty());
    }

    async fn a_couriers_file_says_what_came_and_what_is_difficult(db: &TestDb) {
        let s = scene(db).await;
        let came = left(db, &s, "T1", "YT8800001").await;
        let refused = left(db, &s, "T2", "YT8800002").await;
        left(db, &s, "T3", "YT8800003").await;
        let row = |waybill: &str, words: &str| desk::TraceRow { waybill: waybill.into(), words: words.into() };
        let file = vec![row(" YT8800001 ", "已签收，本人签收"), row("YT8800002", "收件人拒绝签收"), row("YT8800003", "运输中"), row("YT9999999", "已签收")];
        let takes = |who: &Actor| { let (who, rows) = (who.clone(), file.clone()); async move { db.write(move |tx| desk::take_traces(tx, NOW.plus(DAY), &who, &desk::Traces { rows: rows.clone() })).await } };
        let report = |arrived, troubles, unchanged| desk::TracesReport { arrived, troubles, unchanged, unknown: vec!["YT9999999".into()] };
        assert_eq!(takes(&s.shipper).await.expect("taken"), report(1, 1, 1));
        assert_eq!(takes(&s.shipper).await.expect("the same file again"), report(0, 0, 3));
        let order = parcel(db, s.org, came).await.orders[0].id;
        let (org, at) = (s.org, NOW.plus(DAY));
        let order = db.read(move |tx| orders::order(tx, &Actor::program(org), order)).await.expect("an order");
        assert_eq!((order.ship_status, order.signed_at), (ShipStatus::Signed, Some(at)));
        let who = s.shipper.clone();
        let open = db.read(move |tx| desk::troubles(tx, &who, &TroubleFilter { of_parcels: Some(true), ..TroubleFilter::default() }, &PageAsk::default())).await.expect("listed").items;
        assert_eq!(open.iter().map(|one| (one.parcel, one.kind)).collect::<Vec<_>>(), [(Some(refused), TroubleKind::Refused)]);
        assert_eq!(code(takes(&s.auditor).await), "forbidden");
        let stranger = Actor { org: s.other, ..s.boss.clone() };
        assert_eq!(takes(&stranger).await.expect("nothing of theirs").unknown.len(), 4);
    }

    async fn how_long_a_courier_takes_is_the_shops_own_word_first(db: &TestDb) {
        let s = scene(db).await;
        let ask = |courier: &str, address: &str| {
            let (who, ask) = (s.agent.clone(), TransitAsk { courier: courier.into(), address: address.into() });
            async move { db.read(move |tx| desk::transit_answer(tx, &who, &ask)).await.map(|way| (way.min_days, way.max_days)) }
        };
        assert_eq!(ask("SF", "浙江省杭州市").await, Ok((2, 3)));
        let new = NewTransit { courier: "SF".into(), region: "浙江".into(), min_days: 1, max_days: 1 };
        assert_eq!(code(act(db, &s.auditor, { let new = new.clone(); move |tx, who| desk::set_transit(tx, NOW, who, &new) }).await), "forbidden");
        let made = act(db, &s.boss, { let new = new.clone(); move |tx, who| desk::set_transit(tx, NOW, who, &new) }).await.expect("set").id;
        assert_eq!((ask("SF", "浙江省杭州市").await, ask("YUNDA", "浙江省杭州市").await), (Ok((1, 1)), Ok((2, 3))));
        for (bad, said) in [
            (NewTransit { min_days: 3, max_days: 2, ..new.clone() }, "out_of_range"), (NewTransit { region: "远方".into(), ..new.clone() }, "no_province"),
            (NewTransit { courier: "NONE".into(), ..new }, "unknown_courier"),
        ] {
            assert_eq!(code(act(db, &s.boss, move |tx, who| desk::set_transit(tx, NOW, who, &bad)).await), said);
        }
        act(db, &s.boss, move |tx, who| desk::remove_transit(tx, NOW, who, made)).await.expect("removed");
        assert_eq!(ask("SF", "浙江省杭州市").await, Ok((2, 3)));
    }

    async fn what_orders_wait_for_and_what_will_not_last_is_to_be_bought(db: &TestDb) {
        let s = scene(db).await;
        left(db, &s, "T1", "YT8800001").await;
        let mut wants = NewOrder { lines: vec![line("MT-1", "墨绿", 7)], ..paid(s.one, "T2") };
        wants.buyer.as_mut().expect("a buyer").value = "T2".into();
        take_in(db, s.org, wants).await;
        let who = s.auditor.clone();
        let list = db.read(move |tx| desk::replenish(tx, NOW.plus(DAY), &who, &ReplenishAsk { days: Some(14) })).await.expect("listed");
        // Seven wanted, five there and not promised: at least two, and what is to be kept back.
        assert_eq!(list.iter().map(|row| (row.code.as_str(), row.short, row.sold, row.buy, row.suggested_safety)).collect::<Vec<_>>(),
            [("MT-1", 7, 0, 5, 3), ("ZT-M", 0, 1, 0, 3)]);
        assert_eq!((list[0].days_left, list[1].days_left), (None, Some(99 * 14)));
    }

    async fn errors_are_summed_by_cause_and_person(db: &TestDb) {
        let s = scene(db).await;
        for (number, cause, made_in) in [("T1", desk::MistakeCause::Missing, desk::MadeIn::Pack), ("T2", desk::MistakeCause::WrongGoods, desk::MadeIn::Audit)] {
            let id = left(db, &s, number, if number == "T1" { "YT8800001" } else { "YT8800002" }).await;
            let wrong = desk::NewMistake { cause, made_in: Some(made_in), note: String::new() };
            act(db, &s.auditor, move |tx, who| desk::set_mistake(tx, NOW, who, id, Some(&wrong))).await.expect("written");
        }
        let sums = |who: Actor| async move { db.read(move |tx| desk::error_sums(tx, NOW.plus(1), &who, &WatchAsk::default())).await.expect("summed") };
        let found = sums(s.auditor.clone()).await;
        let seen: Vec<(&str, &str, Option<Id>, i64)> = found.iter().map(|sum| (sum.cause.as_str(), sum.made_in.as_str(), sum.person.as_ref().map(|p| p.id), sum.errors)).collect();
        assert_eq!(seen, [("missing", "pack", Some(Id(8)), 1), ("wrong_goods", "audit", Some(Id(7)), 1)]);
        assert!(sums(Actor { shops: Shops::only(vec![s.two]), ..s.auditor.clone() }).await.is_empty());
    }

    async fn troubles_stay_until_they_are_solved(db: &TestDb) {
        let s = scene(db).await;
        let parcel = left(db, &s, "T1", "YT8800001").await;
        let new = |parcel, shop, kind| NewTrouble { shop, parcel, sku: None, kind, text: "三天没有物流更新".into() };
        let of_parcel = new(Some(parcel), None, TroubleKind::Stalled);
        let made = act(db, &s.agent, move |tx, who| desk::add_trouble(tx, NOW, who, &of_parcel)).await.expect("written");
        assert_eq!((made.waybill.as_deref(), made.order_number.as_deref(), made.by.as_ref().map(|by| by.id)), (Some("YT8800001"), Some("T1"), None));
        let of_shop = new(None, Some(s.one), TroubleKind::Ratio);
        act(db, &s.shipper, move |tx, who| desk::add_trouble(tx, NOW, who, &of_shop)).await.expect("written");
        let nowhere = new(None, None, TroubleKind::Other);
        assert_eq!(code(act(db, &s.shipper, move |tx, who| desk::add_trouble(tx, NOW, who, &nowhere)).await), "missing");
        let elsewhere = Actor { shops: Shops::only(vec![s.two]), ..s.boss.clone() };
        let foreign = new(Some(parcel), None, TroubleKind::Lost);
        assert_eq!(code(act(db, &elsewhere, move |tx, who| desk::add_trouble(tx, NOW, who, &foreign)).await), "not_found");
        let listed = |who: Actor, filter: TroubleFilter| async move { db.read(move |tx| desk::troubles(tx, &who, &filter, &PageAsk::default())).await.expect("listed").items.len() };
        assert_eq!(listed(s.boss.clone(), TroubleFilter::default()).await, 2);
        assert_eq!(listed(s.boss.clone(), TroubleFilter { of_parcels: Some(true), ..TroubleFilter::default() }).await, 1);
        assert_eq!(listed(elsewhere.clone(), TroubleFilter::default()).await, 0);
        let id = made.id;
        let said = SolveTrouble { solution: Some("快递已重派".into()) };
        assert_eq!(code(act(db, &elsewhere, { let said = said.clone(); move |tx, who| desk::solve_trouble(tx, NOW, who, id, &said) }).await), "not_found");
        act(db, &s.agent, move |tx, who| desk::solve_trouble(tx, NOW, who, id, &said)).await.expect("solved");
        assert_eq!(listed(s.boss.clone(), TroubleFilter { solved: Some(true), ..TroubleFilter::default() }).await, 1);
        let open = SolveTrouble { solution: None };
        act(db, &s.agent, move |tx, who| desk::solve_trouble(tx, NOW, who, id, &open)).await.expect("open again");
        assert_eq!(listed(s.boss.clone(), TroubleFilter::default()).await, 2);
    }
}
