//! What was promised in a talk, and what follows of it.

use base::{Actor, Fen, Id, Permission, Shops};
use orders::desk::{
    self, Ask, AskFilter, AskKind, AskState, AsksOfOrder, DecideAsk, NewAsk, NewStopArea, ParcelFilter,
    ParcelState,
};
use orders::{NewOrder, OrderSecret};
use store::on_both;
use store::testing::TestDb;

use crate::scene::*;

fn new(kind: AskKind) -> NewAsk {
    NewAsk {
        kind,
        text: String::new(),
        flag: None,
        courier: None,
        hard: false,
        sku: None,
        quantity: None,
        fen: None,
        until: None,
        receiver: None,
        phone: None,
        address: None,
        conversation: Some(Id(55)),
    }
}

async fn ask(db: &TestDb, who: &Actor, order: Id, new: NewAsk) -> Result<Ask, base::Problem> {
    act(db, who, move |tx, who| desk::add_ask(tx, NOW, who, order, &new)).await
}

on_both! { TABLES;
    async fn what_was_promised_stands_with_the_parcel(db: &TestDb) {
        let s = scene(db).await;
        let order = take_in(db, s.org, paid(s.one, "T1")).await.id;
        ask(db, &s.agent, order, NewAsk { text: "轻拿轻放".into(), ..new(AskKind::Remark) }).await.expect("kept");
        ask(db, &s.agent, order, NewAsk { text: "换成防潮袋".into(), ..new(AskKind::Remark) }).await.expect("kept");
        ask(db, &s.agent, order, NewAsk { flag: Some(5), ..new(AskKind::Flag) }).await.expect("kept");
        ask(db, &s.agent, order, new(AskKind::Urgent)).await.expect("kept");
        let gift = ask(db, &s.agent, order, NewAsk { sku: Some(s.blanket), quantity: Some(2), ..new(AskKind::Gift) }).await.expect("kept");
        let parcel = parcel_of(db, s.org, order).await;
        let texts: Vec<&str> = parcel.asks.iter().map(|ask| ask.text.as_str()).filter(|text| !text.is_empty()).collect();
        assert_eq!((texts, parcel.flag, parcel.urgent), (vec!["换成防潮袋"], Some(5), true));
        assert!(parcel.asks.iter().all(|ask| ask.by.id == Id(9) && ask.conversation == Some(Id(55))));
        let given: Vec<(&str, i64)> = parcel.lines.iter().filter(|line| line.gift).map(|line| (line.code.as_str(), line.quantity)).collect();
        assert_eq!((given, gift.sku_code.as_deref()), (vec![("MT-1", 2)], Some("MT-1")));
        let all = db.read(move |tx| desk::asks_of(tx, &Actor::program(s.org), order, &AsksOfOrder { all: Some(true) })).await.expect("read");
        assert_eq!(all.len(), 5);
        // Taken back, the gift goes; another's promise needs the right.
        let id = gift.id;
        let colleague = Actor { who: base::Who::Person(Id(11)), ..s.agent.clone() };
        assert_eq!(code(act(db, &colleague, move |tx, who| desk::withdraw_ask(tx, NOW, who, id)).await), "forbidden");
        let gone = act(db, &s.agent, move |tx, who| desk::withdraw_ask(tx, NOW, who, id)).await.expect("taken back");
        assert_eq!(gone.state, AskState::Withdrawn);
        assert!(parcel_of(db, s.org, order).await.lines.iter().all(|line| !line.gift));
        let told = log(db, "order.asked").await;
        assert!(told.len() == 5 && told.iter().all(|row| !row.data.contains("轻拿") && !row.data.contains("防潮")));
    }

    async fn a_promise_after_audit_sends_it_back(db: &TestDb) {
        let s = scene(db).await;
        let order = take_in(db, s.org, paid(s.one, "T1")).await.id;
        let id = parcel_of(db, s.org, order).await.id;
        pass(db, &s.auditor, id).await.expect("passed");
        let back = ask(db, &s.agent, order, NewAsk { text: "送一张贺卡".into(), ..new(AskKind::Special) }).await.expect("kept");
        assert_eq!(back.sent_back, [id]);
        let parcel = self::parcel(db, s.org, id).await;
        assert_eq!((parcel.state, reasons(&parcel)), (ParcelState::Held, vec!["changed"]));
        assert_eq!(frames(db, "desk_alarm").len(), 1);
        // A price says nothing of the parcel, and stands once paid.
        assert_eq!(code(ask(db, &s.agent, order, NewAsk { fen: Some(Fen(9_000)), ..new(AskKind::Price) }).await), "already_paid");
    }

    async fn a_wish_without_fail_blocks_every_other_courier(db: &TestDb) {
        let s = scene(db).await;
        let order = take_in(db, s.org, paid(s.one, "T1")).await.id;
        let set = |code: &str, rev| desk::SetCourierOf { courier: code.into(), rev };
        ask(db, &s.agent, order, NewAsk { courier: Some("SF".into()), ..new(AskKind::Courier) }).await.expect("kept");
        let parcel = parcel_of(db, s.org, order).await;
        assert_eq!((parcel.courier.as_deref(), parcel.courier_hard), (Some("SF"), false));
        // A soft wish may be passed over.
        let (id, to) = (parcel.id, set("ZTO", parcel.rev));
        let other = act(db, &s.auditor, move |tx, who| desk::set_courier_of(tx, NOW, who, id, &to)).await.expect("set");
        assert_eq!(other.courier.as_deref(), Some("ZTO"));
        ask(db, &s.agent, order, NewAsk { courier: Some("EMS".into()), hard: true, text: "务必发EMS".into(), ..new(AskKind::Courier) }).await.expect("kept");
        let parcel = self::parcel(db, s.org, id).await;
        assert_eq!((parcel.courier.as_deref(), parcel.courier_hard), (Some("EMS"), true));
        let to = set("YUNDA", parcel.rev);
        assert_eq!(code(act(db, &s.auditor, move |tx, who| desk::set_courier_of(tx, NOW, who, id, &to)).await), "courier_wished");
        let to = set("EMS", parcel.rev - 1);
        assert_eq!(code(act(db, &s.auditor, move |tx, who| desk::set_courier_of(tx, NOW, who, id, &to)).await), "changed_meanwhile");
        assert_eq!(code(ask(db, &s.agent, order, NewAsk { courier: Some("NONE".into()), ..new(AskKind::Courier) }).await), "unknown_courier");
    }

    async fn another_address_is_kept_masked_and_goes_before_the_platforms(db: &TestDb) {
        let s = scene(db).await;
        let order = take_in(db, s.org, paid(s.one, "T1")).await.id;
        let id = parcel_of(db, s.org, order).await.id;
        pass(db, &s.auditor, id).await.expect("passed");
        let to = NewAsk { address: Some("江苏省南京市玄武区中山路321号".into()), ..new(AskKind::Address) };
        let kept = ask(db, &s.agent, order, to).await.expect("kept");
        assert_eq!(kept.address.as_ref().and_then(|to| to.address_masked.as_deref()), Some("江苏省南京市****"));
        let parcel = self::parcel(db, s.org, id).await;
        assert_eq!((parcel.state, parcel.address_changed, parcel.address_masked.as_deref()), (ParcelState::Held, true, Some("江苏省南京市****")));
        assert_eq!(parcel.receiver_masked.as_deref(), Some("周**"));
        let ask_id = kept.id;
        assert_eq!(code(act(db, &s.agent, move |tx, who| desk::reveal_ask(tx, NOW, who, ask_id, OrderSecret::Address)).await), "forbidden");
        let full = act(db, &s.auditor, move |tx, who| desk::reveal_ask(tx, NOW, who, ask_id, OrderSecret::Address)).await.expect("revealed");
        assert_eq!(full.as_deref(), Some("江苏省南京市玄武区中山路321号"));
        assert_eq!(log(db, "order.revealed").await.len(), 1);
        let nothing = new(AskKind::Address);
        assert_eq!(code(ask(db, &s.agent, order, nothing).await), "missing");
        let masked = NewAsk { receiver: Some("李**".into()), ..new(AskKind::Address) };
        assert_eq!(code(ask(db, &s.agent, order, masked).await), "masked");
    }

    async fn a_stop_area_holds_and_names_who_goes_there(db: &TestDb) {
        let s = scene(db).await;
        let order = take_in(db, s.org, paid(s.one, "T1")).await.id;
        let id = parcel_of(db, s.org, order).await.id;
        pass(db, &s.auditor, id).await.expect("passed");
        let area = NewStopArea { courier: Some("YUNDA".into()), region: "浙江杭州".into(), from: NOW, until: Some(NOW.plus(24 * HOUR)), note: "管控停收".into() };
        assert_eq!(code(act(db, &s.auditor, { let area = area.clone(); move |tx, who| desk::set_stop_area(tx, NOW, who, None, &area) }).await), "forbidden");
        let made = act(db, &s.boss, { let area = area.clone(); move |tx, who| desk::set_stop_area(tx, NOW, who, None, &area) }).await.expect("made");
        work(db, NOW).await;
        let held = self::parcel(db, s.org, id).await;
        assert_eq!((held.state, reasons(&held)), (ParcelState::Held, vec!["changed", "stop_area"]));
        assert_eq!(held.holds[1].text, "管控停收");
        // The parcel says where its courier does not go and who does.
        let stop = held.stop.clone().expect("stopped");
        assert_eq!((held.province.as_deref(), stop.region.as_str(), stop.note.as_str(), stop.until), (Some("浙江"), "浙江杭州", "管控停收", Some(NOW.plus(24 * HOUR))));
        assert!(stop.others.contains(&"SF".to_owned()) && !stop.others.contains(&"YUNDA".to_owned()));
        // Who was told of it is kept with the hold; the list finds those who were not.
        let hold = held.holds[1].id;
        let waits = |told| list(db, &s.agent, ParcelFilter { reason: Some("stop_area".into()), told: Some(told), ..ParcelFilter::default() });
        assert_eq!((waits(false).await.expect("listed").len(), waits(true).await.expect("listed").len()), (1, 0));
        let told = desk::NewTold { of: desk::ToldOf::Hold, id: hold, told: true };
        act(db, &s.agent, move |tx, who| desk::set_told(tx, NOW, who, &told)).await.expect("written");
        assert_eq!((waits(false).await.expect("listed").len(), waits(true).await.expect("listed").len()), (0, 1));
        let held = self::parcel(db, s.org, id).await;
        assert_eq!(held.holds[1].told.as_ref().map(|told| told.at), Some(NOW));
        let to = desk::SetCourierOf { courier: "YUNDA".into(), rev: held.rev };
        let refused = act(db, &s.auditor, move |tx, who| desk::set_courier_of(tx, NOW, who, id, &to)).await.expect_err("refused");
        assert_eq!(refused.code, "stop_area");
        assert!(refused.params["others"].as_array().is_some_and(|others| others.contains(&"SF".into()) && !others.contains(&"YUNDA".into())));
        let to = desk::SetCourierOf { courier: "SF".into(), rev: held.rev };
        let sent = act(db, &s.auditor, move |tx, who| desk::set_courier_of(tx, NOW, who, id, &to)).await.expect("set");
        assert_eq!((sent.courier.as_deref(), reasons(&sent)), (Some("SF"), vec!["changed"]));
        // When it is over, it stops nobody.
        let made = made.id;
        act(db, &s.boss, move |tx, who| desk::remove_stop_area(tx, NOW, who, made)).await.expect("removed");
        let odd = NewStopArea { region: "东边".into(), ..area };
        assert_eq!(code(act(db, &s.boss, move |tx, who| desk::set_stop_area(tx, NOW, who, None, &odd)).await), "no_province");
    }

    async fn a_price_is_decided_once_by_those_who_may(db: &TestDb) {
        let s = scene(db).await;
        let order = take_in(db, s.org, NewOrder { paid_at: None, ..paid(s.one, "T1") }).await.id;
        let kept = ask(db, &s.agent, order, NewAsk { fen: Some(Fen(9_000)), text: "老客再少点".into(), ..new(AskKind::Price) }).await.expect("kept");
        let open = db.read({ let who = s.auditor.clone(); move |tx| desk::asks(tx, &who, &AskFilter { kind: Some(AskKind::Price), ..AskFilter::default() }, &base::PageAsk::default()) }).await.expect("listed");
        assert_eq!(open.items.iter().map(|ask| ask.id).collect::<Vec<_>>(), [kept.id]);
        assert!(!frames(db, "desk").is_empty(), "whoever decides need not ask again and again");
        let id = kept.id;
        let said = |accept| DecideAsk { accept, note: "可以".into() };
        assert_eq!(code(act(db, &s.agent, move |tx, who| desk::decide_ask(tx, NOW, who, id, &said(true))).await), "forbidden");
        let done = act(db, &s.auditor, move |tx, who| desk::decide_ask(tx, NOW, who, id, &said(true))).await.expect("decided");
        assert_eq!((done.state, done.decided.map(|d| (d.by.id, d.note))), (AskState::Done, Some((Id(7), "可以".into()))));
        assert_eq!(frames(db, "desk").len(), 1);
        assert_eq!(code(act(db, &s.auditor, move |tx, who| desk::decide_ask(tx, NOW, who, id, &said(false))).await), "already_decided");
        // Paid meanwhile at the full price: it can only be refused.
        let late = ask(db, &s.agent, order, NewAsk { fen: Some(Fen(8_000)), ..new(AskKind::Price) }).await.expect("kept").id;
        take_in(db, s.org, paid(s.one, "T1")).await;
        assert_eq!(code(act(db, &s.auditor, move |tx, who| desk::decide_ask(tx, NOW, who, late, &said(true))).await), "already_paid");
        let no = act(db, &s.auditor, move |tx, who| desk::decide_ask(tx, NOW, who, late, &said(false))).await.expect("refused");
        assert_eq!(no.state, AskState::Refused);
    }

    async fn promises_of_others_are_none_of_ones_business(db: &TestDb) {
        let s = scene(db).await;
        let order = take_in(db, s.org, paid(s.two, "T1")).await.id;
        let kept = ask(db, &s.auditor, order, NewAsk { text: "放门口".into(), ..new(AskKind::Remark) }).await.expect("kept").id;
        let stranger = Actor { org: s.other, shops: Shops::All, ..s.boss.clone() };
        for who in [&s.agent, &stranger] {
            assert_eq!(code(ask(db, who, order, NewAsk { text: "x".into(), ..new(AskKind::Remark) }).await), "not_found");
            assert_eq!(code(act(db, who, move |tx, who| desk::asks_of(tx, who, order, &AsksOfOrder::default())).await), "not_found");
            assert_eq!(code(act(db, who, move |tx, who| desk::withdraw_ask(tx, NOW, who, kept)).await), "not_found");
            assert_eq!(code(act(db, who, move |tx, who| desk::reveal_ask(tx, NOW, who, kept, OrderSecret::Phone)).await), "not_found");
            let items = db.read({ let who = who.clone(); move |tx| desk::asks(tx, &who, &AskFilter::default(), &base::PageAsk::default()) }).await.expect("a list").items;
            assert!(items.is_empty());
        }
        let reader = Actor { permissions: [Permission::SeeOrders].into_iter().collect(), ..s.auditor.clone() };
        assert_eq!(code(ask(db, &reader, order, NewAsk { text: "x".into(), ..new(AskKind::Remark) }).await), "forbidden");
        let left = take_in(db, s.org, NewOrder { shipped_at: Some(NOW), ..paid(s.two, "T2") }).await.id;
        assert_eq!(code(ask(db, &s.auditor, left, NewAsk { text: "x".into(), ..new(AskKind::Remark) }).await), "already_shipped");
        for (bad, said) in [
            (new(AskKind::Remark), "text_empty"), (new(AskKind::Flag), "missing"), (NewAsk { flag: Some(11), ..new(AskKind::Flag) }, "out_of_range"),
            (new(AskKind::Courier), "missing"), (new(AskKind::Gift), "text_empty"), (NewAsk { until: Some(NOW), ..new(AskKind::Wait) }, "in_the_past"),
            (NewAsk { text: "长".repeat(301), ..new(AskKind::Special) }, "text_too_long"),
        ] {
            assert_eq!(code(ask(db, &s.auditor, order, bad).await), said);
        }
    }
}
