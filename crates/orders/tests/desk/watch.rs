//! Lists that work themselves.

use base::{Actor, Id, Ms, PageAsk, Shops};
use orders::desk::{
    self, EndPickup, NewPickup, NewTold, NewTransit, NewTrouble, OverdueReason, ParcelState, PickupFilter,
    PickupState, ReplenishAsk, SolveTrouble, ToldOf, TransitAsk, TroubleFilter, TroubleKind, WatchAsk,
    WatchFilter,
};
use orders::{NewOrder, ShipStatus};
use store::on_both;

use crate::parcels_leave::{left, packed_of, ship_of};
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
        assert_eq!(late.iter().map(|late| (late.parcel.id, late.late_ms, late.since)).collect::<Vec<_>>(), [(id, Some(HOUR), NOW.plus(3 * DAY))]);
        let mut arrived = NewOrder { ship_status: Some(ShipStatus::Signed), signed_at: Some(NOW.plus(HOUR)), changed_at: Some(NOW.plus(HOUR)), lines: vec![], ..paid(s.one, "T1") };
        arrived.buyer.as_mut().expect("a buyer").value = "T1".into();
        take_in(db, s.org, arrived).await;
        assert!(overdue(NOW.plus(9 * DAY)).await.is_empty());
    }

    async fn a_parcel_of_which_nothing_is_heard_is_listed_with_reason_and_age(db: &TestDb) {
        let s = scene(db).await;
        let (one, two) = (left(db, &s, "T1", "YT8800001").await, left(db, &s, "T2", "YT8800002").await);
        let list = |now, reason| {
            let who = s.agent.clone();
            async move {
                let filter = WatchFilter { reason, ..WatchFilter::default() };
                let found = db.read(move |tx| desk::overdue(tx, now, &who, &filter, &PageAsk::default())).await.expect("listed").items;
                found.into_iter().map(|one| (one.parcel.id, one.reasons, one.quiet_ms)).collect::<Vec<_>>()
            }
        };
        let traces = |at, words: &str| {
            let (who, rows) = (s.shipper.clone(), vec![desk::TraceRow { waybill: "YT8800001".into(), words: words.into() }]);
            async move { db.write(move |tx| desk::take_traces(tx, at, &who, &desk::Traces { rows: rows.clone() })).await.expect("taken") }
        };
        use OverdueReason::{Late, Quiet};
        // A courier of which nobody was ever told anything is not missed: what it carries is late, and never quiet.
        let late = NOW.plus(3 * DAY + HOUR);
        assert!(list(late, Some(Quiet)).await.is_empty());
        assert_eq!(list(late, None).await.iter().map(|(id, reasons, _)| (*id, reasons.clone())).collect::<Vec<_>>(), [(one, vec![Late]), (two, vec![Late])]);
        // With its first word it is, of all it carries.
        traces(NOW, "快件已揽收").await;
        jobs(db, NOW).await;
        assert_eq!(list(late, Some(Quiet)).await.iter().map(|(id, ..)| *id).collect::<Vec<_>>(), [one, two], "the second, too, of which it said nothing");
        // To Zhejiang a courier takes three days and says something every three. The shop waits no longer than one.
        act(db, &s.boss, |tx, who| desk::set_transit(tx, NOW, who, &NewTransit { courier: String::new(), region: "浙江".into(), min_days: 2, max_days: 3, quiet_days: 1 })).await.expect("set");
        assert!(list(NOW.plus(2 * DAY), None).await.is_empty(), "what is under way is reckoned anew by a job");
        jobs(db, NOW).await;
        let now = NOW.plus(DAY + HOUR);
        assert_eq!(list(now, None).await, [(one, vec![Quiet], DAY + HOUR), (two, vec![Quiet], DAY + HOUR)]);
        assert!(list(now, Some(Late)).await.is_empty());
        // A word of its courier is news, the same word again is none.
        traces(now, "快件已到达杭州转运中心").await;
        assert_eq!(list(now, Some(Quiet)).await, [(two, vec![Quiet], DAY + HOUR)]);
        traces(now.plus(DAY), "快件已到达杭州转运中心").await;
        let then = now.plus(DAY + HOUR);
        assert_eq!(list(then, None).await, [(two, vec![Quiet], 2 * DAY + 2 * HOUR), (one, vec![Quiet], DAY + HOUR)]);
        // Late and quiet; then it comes.
        assert_eq!(list(late, Some(Late)).await.iter().map(|(id, reasons, _)| (*id, reasons.clone())).collect::<Vec<_>>(), [(two, vec![Late, Quiet]), (one, vec![Late, Quiet])]);
        traces(late, "已签收").await;
        assert_eq!(list(late, None).await.iter().map(|(id, ..)| *id).collect::<Vec<_>>(), [two]);
        // Without the shop's own answer what ships counts again, also for what is under way.
        let made = act(db, &s.boss, desk::transits).await.expect("listed")[0].id;
        act(db, &s.boss, move |tx, who| desk::remove_transit(tx, NOW, who, made)).await.expect("removed");
        jobs(db, NOW).await;
        assert!(list(NOW.plus(3 * DAY), None).await.is_empty());
    }

    async fn what_left_elsewhere_is_followed_until_it_arrives(db: &TestDb) {
        let s = scene(db).await;
        let gone = |number: &str, at| {
            let mut gone = NewOrder { ship_status: Some(ShipStatus::Shipped), shipped_at: Some(at), changed_at: Some(at), courier: Some("圆通速递".into()), waybill: Some("YT7700001".into()), ..paid(s.one, number) };
            gone.buyer.as_mut().expect("a buyer").value = number.into();
            gone
        };
        let order = take_in(db, s.org, gone("T1", NOW.plus(-5 * DAY))).await;
        let parcel = parcel_of(db, s.org, order.id).await;
        assert_eq!((parcel.state, parcel.elsewhere, parcel.courier.as_deref(), parcel.waybill.as_deref()), (ParcelState::Shipped, true, Some("YTO"), Some("YT7700001")));
        assert_eq!((parcel.due_at, parcel.pieces), (Some(NOW.plus(-2 * DAY)), 1), "to Zhejiang: three days at most");
        // What went in one parcel with it has its number too; an old order waits for nobody; the platform knows better.
        let with = take_in(db, s.org, NewOrder { due_at: Some(NOW.plus(HOUR)), ..gone("T2", NOW.plus(-5 * DAY)) }).await;
        let with = parcel_of(db, s.org, with.id).await;
        assert_eq!((with.waybill.as_deref(), with.due_at), (Some("YT7700001"), Some(NOW.plus(HOUR))));
        let old = take_in(db, s.org, gone("T3", NOW.plus(-91 * DAY))).await;
        assert!(parcels_of(db, s.org, old.id).await.is_empty());
        let overdue = |now| {
            let who = s.agent.clone();
            async move { db.read(move |tx| desk::overdue(tx, now, &who, &WatchFilter { reason: Some(OverdueReason::Late), ..WatchFilter::default() }, &PageAsk::default())).await.expect("listed").items.len() }
        };
        assert_eq!((overdue(NOW.plus(-2 * DAY)).await, overdue(NOW).await, overdue(NOW.plus(DAY)).await), (0, 1, 2));
        // It did not leave from here: nobody takes it back, and no second copy of it is missed.
        let id = parcel.id;
        assert_eq!(code(act(db, &s.shipper, move |tx, who| desk::unship(tx, NOW, who, id)).await), "shipped_elsewhere");
        let ask = desk::Copies { codes: vec![], from: Ms(0), to: NOW.plus(DAY) };
        assert!(act(db, &s.shipper, move |tx, who| desk::reconcile(tx, NOW, who, &ask)).await.expect("compared").missing.items.is_empty());
        for number in ["T1", "T2"] {
            take_in(db, s.org, NewOrder { ship_status: Some(ShipStatus::Signed), signed_at: Some(NOW), changed_at: Some(NOW), ..gone(number, NOW.plus(-5 * DAY)) }).await;
        }
        assert_eq!(overdue(NOW.plus(9 * DAY)).await, 0);
        let who = s.agent.clone();
        let came = db.read(move |tx| desk::arrivals(tx, NOW.plus(HOUR), &who, &WatchAsk::default())).await.expect("summed");
        assert_eq!(came, [desk::Arrivals { courier: Some("圆通速递".into()), arrived: 2, late: 1 }]);
    }

    async fn an_order_that_did_not_leave_after_all_is_audited(db: &TestDb) {
        let s = scene(db).await;
        let gone = NewOrder { ship_status: Some(ShipStatus::Shipped), shipped_at: Some(NOW.plus(-HOUR)), changed_at: Some(NOW.plus(-HOUR)), waybill: Some("YT7700001".into()), ..paid(s.one, "T1") };
        let order = take_in(db, s.org, gone).await;
        take_in(db, s.org, NewOrder { ship_status: Some(ShipStatus::None), changed_at: Some(NOW), ..paid(s.one, "T1") }).await;
        let states: Vec<(ParcelState, bool)> = parcels_of(db, s.org, order.id).await.iter().map(|one| (one.state, one.elsewhere)).collect();
        assert_eq!(states, [(ParcelState::Gone, false), (ParcelState::Waiting, false)]);
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
        let trace = parcel(db, s.org, refused).await.trace.expect("kept");
        assert_eq!((trace.words.as_str(), trace.at), ("收件人拒绝签收", NOW.plus(DAY)));
        // An older file, sent later, moves nothing back.
        let older = desk::Traces { rows: vec![row("YT8800001", "运输中")] };
        db.write({ let who = s.shipper.clone(); move |tx| desk::take_traces(tx, NOW.plus(2 * DAY), &who, &older) }).await.expect("taken");
        let last = parcel(db, s.org, came).await.trace.expect("kept");
        assert_eq!((last.words.as_str(), last.at), ("已签收，本人签收", NOW.plus(DAY)));
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

    async fn what_the_courier_last_said_is_the_buyers_to_take_along(db: &TestDb) {
        let s = scene(db).await;
        let id = left(db, &s, "T1", "YT8800001").await;
        let rows = vec![desk::TraceRow { waybill: "YT8800001".into(), words: "快件已到 文三路 3 号柜，尾号 5678 自取".into() }];
        db.write({ let who = s.shipper.clone(); move |tx| desk::take_traces(tx, NOW.plus(DAY), &who, &desk::Traces { rows: rows.clone() }) }).await.expect("taken");
        let customer = parcel(db, s.org, id).await.customer.expect("a customer");
        let org = s.org;
        let held = db.read(move |tx| orders::privacy::held_orders(tx, &Actor::program(org), &[customer])).await.expect("told");
        let parcels = held.iter().find(|held| held.title == "包裹").expect("parcels");
        let at = |name: &str| parcels.columns.iter().position(|column| *column == name).map(|at| parcels.rows[0][at].clone());
        assert_eq!(at("最新物流"), Some(base::HeldValue::Text("快件已到 文三路 3 号柜，尾号 5678 自取".into())));
        assert_eq!(at("物流时间"), Some(base::HeldValue::from(Some(NOW.plus(DAY)))));
    }

    async fn how_long_a_courier_takes_is_the_shops_own_word_first(db: &TestDb) {
        let s = scene(db).await;
        let ask = |courier: &str, address: &str| {
            let (who, ask) = (s.agent.clone(), TransitAsk { courier: courier.into(), address: address.into() });
            async move { db.read(move |tx| desk::transit_answer(tx, &who, &ask)).await.map(|way| (way.min_days, way.max_days)) }
        };
        assert_eq!(ask("SF", "浙江省杭州市").await, Ok((2, 3)));
        let new = NewTransit { courier: "SF".into(), region: "浙江".into(), min_days: 1, max_days: 1, quiet_days: 3 };
        assert_eq!(code(act(db, &s.auditor, { let new = new.clone(); move |tx, who| desk::set_transit(tx, NOW, who, &new) }).await), "forbidden");
        let made = act(db, &s.boss, { let new = new.clone(); move |tx, who| desk::set_transit(tx, NOW, who, &new) }).await.expect("set").id;
        assert_eq!((ask("SF", "浙江省杭州市").await, ask("YUNDA", "浙江省杭州市").await), (Ok((1, 1)), Ok((2, 3))));
        for (bad, said) in [
            (NewTransit { min_days: 3, max_days: 2, ..new.clone() }, "out_of_range"), (NewTransit { region: "远方".into(), ..new.clone() }, "no_province"),
            (NewTransit { quiet_days: 0, ..new.clone() }, "out_of_range"),
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
        // What is under way need not be bought.
        let sku = list[0].sku;
        let new = catalogue::NewComing { quantity: 4, due_at: NOW.plus(2 * DAY), note: String::new() };
        act(db, &s.boss, move |tx, who| catalogue::add_coming(tx, NOW, who, sku, &new)).await.expect("written");
        let who = s.auditor.clone();
        let list = db.read(move |tx| desk::replenish(tx, NOW.plus(DAY), &who, &ReplenishAsk { days: Some(14) })).await.expect("listed");
        assert_eq!((list[0].sku, list[0].buy, list[0].coming[0].quantity), (sku, 1, 4));
    }

    async fn what_other_shops_sell_is_not_on_ones_own_list_of_what_to_buy(db: &TestDb) {
        let s = scene(db).await;
        take_in(db, s.org, NewOrder { lines: vec![line("MT-1", "墨绿", 7)], ..paid(s.one, "T1") }).await;
        let codes = |who: &Actor| {
            let who = who.clone();
            async move { db.read(move |tx| desk::replenish(tx, NOW, &who, &ReplenishAsk::default())).await.expect("listed").into_iter().map(|row| row.code).collect::<Vec<_>>() }
        };
        let one_shop = |shop| Actor { shops: Shops::only(vec![shop]), ..s.auditor.clone() };
        assert_eq!((codes(&one_shop(s.one)).await, codes(&one_shop(s.two)).await), (vec!["MT-1".to_owned()], vec!["MT-1".to_owned()]), "all shops sell it");
        let (org, only) = (s.org, s.one);
        db.write(move |tx| {
            let sku = catalogue::sku_by_code(tx, org, "MT-1")?.expect("a SKU");
            let product = catalogue::product(tx, &Actor::program(org), sku.product)?;
            let new = catalogue::NewProduct { code: product.code, title: None, picture: None, url: None, selling_points: None, active: None, shops: Some(vec![only]), skus: vec![] };
            catalogue::upsert_product(tx, NOW, &Actor::program(org), &new)
        }).await.expect("of one shop");
        assert_eq!((codes(&one_shop(s.one)).await, codes(&one_shop(s.two)).await), (vec!["MT-1".to_owned()], vec![]));
    }

    async fn who_was_not_told_yet_is_found_and_telling_sends_nothing(db: &TestDb) {
        let s = scene(db).await;
        let (one, two) = (left(db, &s, "T1", "YT8800001").await, left(db, &s, "T2", "YT8800002").await);
        let sets = |who: &Actor, of, id, told| { let who = who.clone(); async move { db.write(move |tx| desk::set_told(tx, NOW.plus(HOUR), &who, &NewTold { of, id, told })).await } };
        let late = |told| {
            let who = s.agent.clone();
            async move { db.read(move |tx| desk::overdue(tx, NOW.plus(9 * DAY), &who, &WatchFilter { told, ..WatchFilter::default() }, &PageAsk::default())).await.expect("listed").items }
        };
        let ids = |list: &[desk::OverdueParcel]| list.iter().map(|one| one.parcel.id).collect::<Vec<_>>();
        let frames_before = db.frames().iter().filter(|live| live.frame.contains("\"message\"")).count();
        let told = sets(&s.agent, ToldOf::Parcel, one, true).await.expect("written").expect("told");
        assert_eq!(told.at, NOW.plus(HOUR));
        assert_eq!((ids(&late(Some(true)).await), ids(&late(Some(false)).await), late(None).await.len()), (vec![one], vec![two], 2));
        assert_eq!(late(Some(true)).await[0].told.as_ref().map(|told| told.at), Some(NOW.plus(HOUR)));
        assert_eq!(db.frames().iter().filter(|live| live.frame.contains("\"message\"")).count(), frames_before, "nothing goes to the buyer");
        let new = NewTrouble { shop: None, parcel: Some(two), sku: None, kind: TroubleKind::Stalled, text: "三天没有物流更新".into() };
        let trouble = act(db, &s.agent, move |tx, who| desk::add_trouble(tx, NOW, who, &new)).await.expect("written").id;
        let open = |told| { let who = s.agent.clone(); async move { db.read(move |tx| desk::troubles(tx, &who, &TroubleFilter { told, ..TroubleFilter::default() }, &PageAsk::default())).await.expect("listed").items.len() } };
        assert_eq!((open(Some(false)).await, open(Some(true)).await), (1, 0));
        sets(&s.agent, ToldOf::Trouble, trouble, true).await.expect("written");
        assert_eq!((open(Some(false)).await, open(Some(true)).await), (0, 1));
        sets(&s.agent, ToldOf::Trouble, trouble, false).await.expect("taken back");
        assert_eq!((open(Some(false)).await, open(Some(true)).await), (1, 0));
        let stranger = Actor { org: s.other, ..s.boss.clone() };
        let elsewhere = Actor { shops: Shops::only(vec![s.two]), ..s.boss.clone() };
        let powerless = Actor { permissions: [base::Permission::SeeOrders].into_iter().collect(), ..s.agent.clone() };
        for (who, said) in [(&stranger, "not_found"), (&elsewhere, "not_found"), (&powerless, "forbidden")] {
            assert_eq!(code(sets(who, ToldOf::Parcel, one, true).await), said);
            assert_eq!(code(sets(who, ToldOf::Trouble, trouble, true).await), said);
        }
        assert_eq!(code(sets(&s.boss, ToldOf::Hold, one, true).await), "not_found");
        let trail: Vec<String> = db.read({ let who = s.agent.clone(); move |tx| desk::parcel_trail(tx, &who, one) }).await.expect("read").items.into_iter().map(|row| row.what).collect();
        assert_eq!(trail.first().map(String::as_str), Some("parcel.told"));
    }

    async fn those_whose_work_it_is_are_told_once_before_a_promise_breaks(db: &TestDb) {
        let s = scene(db).await;
        // Paid an hour ago: 23 of 24 hours are left.
        let order = take_in(db, s.org, paid(s.one, "T1")).await.id;
        let id = parcel_of(db, s.org, order).await.id;
        work(db, NOW.plus(18 * HOUR)).await;
        let near = || frames(db, "alarm").into_iter().filter(|frame| frame["alarm"] == "promise_near").collect::<Vec<_>>();
        assert_eq!(near().len(), 0);
        for hours in [19, 20, 21] {
            work(db, NOW.plus(hours * HOUR)).await;
        }
        let told = near();
        assert_eq!(told.len(), 1, "once: {told:?}");
        assert_eq!((&told[0]["parcel"], &told[0]["shop"], &told[0]["text"]), (&serde_json::json!(id), &serde_json::json!(s.one), &"T1".into()));
        assert_eq!(told[0]["at"], serde_json::json!(NOW.plus(23 * HOUR)));
        // One whose promise is broken already is counted, not announced.
        take_in(db, s.org, NewOrder { paid_at: Some(NOW.plus(-30 * HOUR)), ..paid(s.one, "T2") }).await;
        assert_eq!(near().len(), 0);
    }

    async fn a_courier_is_asked_to_come_until_the_last_parcel_is_handed_over(db: &TestDb) {
        let s = scene(db).await;
        let first = packed_of(db, &s, "T1", "YT8800001").await;
        let second = packed_of(db, &s, "T2", "YT8800002").await;
        let waiting = |who: &Actor| { let who = who.clone(); async move { db.read(move |tx| desk::pickups_waiting(tx, &who)).await.expect("counted") } };
        let found = waiting(&s.shipper).await;
        assert_eq!(found.iter().map(|one| (one.courier.as_str(), one.parcels, one.unweighed)).collect::<Vec<_>>(), [("YUNDA", 2, 2)]);
        let new = |courier: &str| NewPickup { courier: courier.into(), from: NOW.plus(HOUR), until: NOW.plus(3 * HOUR), note: "后门".into() };
        let asks = |who: &Actor, new: NewPickup| { let who = who.clone(); async move { db.write(move |tx| desk::ask_pickup(tx, NOW, &who, &new)).await } };
        assert_eq!(code(asks(&s.agent, new("YUNDA")).await), "forbidden");
        assert_eq!(code(asks(&s.shipper, new("SF")).await), "nothing_packed");
        assert_eq!(code(asks(&s.shipper, NewPickup { until: NOW, ..new("YUNDA") }).await), "ends_before_it_begins");
        let asked = asks(&s.shipper, new("YUNDA")).await.expect("asked");
        assert_eq!((asked.parcels, asked.state, asked.by.is_none()), (2, PickupState::Asked, true));
        assert_eq!(code(asks(&s.shipper, new("YUNDA")).await), "already_asked");
        let list = |ended| { let who = s.shipper.clone(); async move { db.read(move |tx| desk::pickups(tx, &who, &PickupFilter { ended: Some(ended) }, &PageAsk::default())).await.expect("listed").items } };
        for id in [first, second] {
            assert_eq!(list(false).await.len(), 1, "awaited as long as something is left");
            ship_of(db, &s, id).await;
        }
        let (open, ended) = (list(false).await, list(true).await);
        assert_eq!((open.len(), ended[0].state, ended[0].ended_at), (0, PickupState::Came, Some(NOW)));
        // Called off by hand; then it is over.
        packed_of(db, &s, "T3", "YT8800003").await;
        let id = asks(&s.shipper, new("YUNDA")).await.expect("asked again").id;
        let ends = |who: &Actor| { let who = who.clone(); async move { db.write(move |tx| desk::end_pickup(tx, NOW, &who, id, &EndPickup { came: false })).await } };
        let stranger = Actor { org: s.other, ..s.boss.clone() };
        assert_eq!((code(ends(&s.agent).await), code(ends(&stranger).await)), ("forbidden".into(), "not_found".into()));
        // Who packs for another shop neither sees nor ends it, and is not told of it either.
        let elsewhere = Actor { shops: Shops::only(vec![s.two]), ..s.shipper.clone() };
        assert_eq!((code(ends(&elsewhere).await), code(asks(&elsewhere, new("YUNDA")).await)), ("not_found".into(), "nothing_packed".into()));
        let who = elsewhere.clone();
        let seen = db.read(move |tx| desk::pickups(tx, &who, &PickupFilter { ended: Some(false) }, &PageAsk::default())).await.expect("listed").items;
        assert_eq!(seen, []);
        assert_eq!(ends(&s.shipper).await.expect("called off").state, PickupState::Cancelled);
        assert_eq!(code(ends(&s.shipper).await), "already_ended");
        assert!(waiting(&stranger).await.is_empty());
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
