//! From a passed parcel to one that has left: batches, papers, packing, weighing, hand-over.

use base::{Actor, Id, PageAsk, Permission, Shops};
use orders::desk::{
    self, Batch, BatchView, Copies, NewBatch, NewPrint, PackParcel, Paper, ParcelState, SetWaybill,
    ShipParcels, WaybillRow, Waybills, WeighParcel,
};
use orders::{AfterStatus, NewOrder, ShipStatus};
use store::on_both;
use store::testing::TestDb;

use crate::scene::*;

/// A passed parcel of an order of this buyer.
async fn passed(db: &TestDb, s: &Scene, number: &str, lines: Vec<orders::NewLine>) -> Id {
    let mut new = NewOrder {
        lines,
        ..paid(s.one, number)
    };
    new.buyer.as_mut().expect("a buyer").value = number.into();
    let order = take_in(db, s.org, new).await.id;
    let id = parcel_of(db, s.org, order).await.id;
    pass(db, &s.auditor, id).await.expect("passed");
    id
}

pub(crate) async fn batch(db: &TestDb, s: &Scene, new: NewBatch) -> Result<BatchView, base::Problem> {
    act(db, &s.shipper, move |tx, who| {
        desk::make_batch(tx, NOW, who, &new)
    })
    .await
}

/// Lays a paper out, to be looked at.
pub(crate) async fn lay_out(
    db: &TestDb,
    s: &Scene,
    batch: Id,
    paper: Paper,
    reason: &'static str,
) -> Result<desk::Print, base::Problem> {
    act(db, &s.shipper, move |tx, who| {
        desk::lay_out(
            tx,
            NOW,
            who,
            batch,
            &NewPrint {
                paper,
                places: None,
                reason: reason.into(),
            },
        )
    })
    .await
}

/// Prints a paper: it is laid out and came out of the printer.
pub(crate) async fn print(
    db: &TestDb,
    s: &Scene,
    batch: Id,
    paper: Paper,
    reason: &'static str,
) -> Result<desk::Print, base::Problem> {
    let laid = lay_out(db, s, batch, paper, reason).await?;
    let id = laid.id;
    let printed = act(db, &s.shipper, move |tx, who| {
        desk::mark_printed(tx, NOW, who, id)
    })
    .await?;
    Ok(desk::Print {
        left_out: laid.left_out,
        ..printed
    })
}

/// Prints, numbers and packs a passed parcel.
pub(crate) async fn packed(db: &TestDb, s: &Scene, id: Id, waybill: &'static str) {
    let made = batch(
        db,
        s,
        NewBatch {
            parcels: Some(vec![id]),
            ..NewBatch::default()
        },
    )
    .await
    .expect("a batch");
    print(db, s, made.batch.id, Paper::Label, "")
        .await
        .expect("printed");
    let set = SetWaybill {
        waybill: waybill.into(),
        courier: None,
    };
    act(db, &s.shipper, move |tx, who| {
        desk::set_waybill(tx, NOW, who, id, &set)
    })
    .await
    .expect("a number");
    let done = PackParcel {
        quality_ok: true,
        packed_as_wanted: true,
        missing: vec![],
        note: String::new(),
    };
    act(db, &s.shipper, move |tx, who| desk::pack(tx, NOW, who, id, &done))
        .await
        .expect("packed");
}

/// What a scan of this code says keeps the parcel here.
async fn stays(
    db: &TestDb,
    s: &Scene,
    code: &'static str,
) -> Option<(String, serde_json::Map<String, serde_json::Value>)> {
    let code = desk::Scan { code: code.into() };
    let found = act(db, &s.shipper, move |tx, who| desk::scan(tx, NOW, who, &code))
        .await
        .expect("found");
    found.stays.map(|stays| (stays.code, stays.params))
}

/// A parcel of an order of this buyer that has left.
pub(crate) async fn left(db: &TestDb, s: &Scene, number: &str, waybill: &'static str) -> Id {
    let id = passed(db, s, number, vec![line("ZT-M", "", 1)]).await;
    packed(db, s, id, waybill).await;
    second(db, s, id).await;
    assert_eq!(ship(db, s, id).await, Ok(()));
    id
}

/// A parcel of an order of this buyer that is packed, looked at again and not handed over.
pub(crate) async fn packed_of(db: &TestDb, s: &Scene, number: &str, waybill: &'static str) -> Id {
    let id = passed(db, s, number, vec![line("ZT-M", "", 1)]).await;
    packed(db, s, id, waybill).await;
    second(db, s, id).await;
    id
}

pub(crate) async fn ship_of(db: &TestDb, s: &Scene, id: Id) {
    assert_eq!(ship(db, s, id).await, Ok(()));
}

/// The same from a platform of its own.
pub(crate) async fn left_from(
    db: &TestDb,
    s: &Scene,
    number: &str,
    platform: &str,
    waybill: &'static str,
) -> Id {
    let mut new = NewOrder {
        platform: Some(platform.into()),
        lines: vec![line("ZT-M", "", 1)],
        ..paid(s.one, number)
    };
    new.buyer.as_mut().expect("a buyer").value = number.into();
    let order = take_in(db, s.org, new).await.id;
    let id = parcel_of(db, s.org, order).await.id;
    pass(db, &s.auditor, id).await.expect("passed");
    packed(db, s, id, waybill).await;
    second(db, s, id).await;
    assert_eq!(ship(db, s, id).await, Ok(()));
    id
}

async fn ship(db: &TestDb, s: &Scene, id: Id) -> Result<(), String> {
    let done = act(db, &s.shipper, move |tx, who| {
        desk::ship(tx, NOW, who, &ShipParcels { parcels: vec![id] })
    })
    .await
    .expect("an answer");
    match done.refused.first() {
        Some(refused) => Err(refused.code.clone()),
        None => Ok(()),
    }
}

pub(crate) async fn second(db: &TestDb, s: &Scene, id: Id) {
    act(db, &s.checker, move |tx, who| {
        desk::second_check(tx, NOW, who, id)
    })
    .await
    .expect("looked again");
}

/// What there is of a SKU: on hand, locked.
async fn shelf(db: &TestDb, s: &Scene, sku: Id) -> (i64, i64) {
    let org = s.org;
    let found = db
        .read(move |tx| catalogue::sku(tx, org, sku))
        .await
        .expect("read")
        .expect("there");
    (found.on_hand, found.locked)
}

on_both! { TABLES;
    async fn batches_are_numbered_without_a_gap_and_hold_what_is_passed(db: &TestDb) {
        let s = scene(db).await;
        assert_eq!(code(batch(db, &s, NewBatch::default()).await), "nothing_to_print");
        let many = passed(db, &s, "T1", vec![line("ZT-M", "", 2)]).await;
        let single = passed(db, &s, "T2", vec![line("ZT-M", "", 1)]).await;
        let org = s.org;
        let counts = async || db.read(move |tx| desk::parcel_counts(tx, NOW, &base::Actor::program(org), &desk::CountFilter::default())).await.expect("counted");
        assert_eq!(counts().await.to_batch, 2);
        let made = batch(db, &s, NewBatch::default()).await.expect("a batch");
        let after = counts().await;
        assert_eq!((after.to_batch, after.by_state["passed"].count), (0, 2), "they stand passed until they are printed");
        let day = made.batch.number.split('-').next().expect("a day").to_owned();
        let lying: Vec<(i64, String, Option<Id>)> = made.places.iter().map(|p| (p.place, p.number.clone(), p.parcel.as_ref().map(|p| p.id))).collect();
        assert_eq!(lying, [(1, format!("{day}-001-001"), Some(single)), (2, format!("{day}-001-002"), Some(many))]);
        assert_eq!(code(batch(db, &s, NewBatch { parcels: Some(vec![many]), ..NewBatch::default() }).await), "in_a_batch");
        let third = passed(db, &s, "T3", vec![line("ZT-M", "", 1)]).await;
        // What is refused takes no number.
        assert_eq!(code(batch(db, &s, NewBatch { parcels: Some(vec![third, many]), ..NewBatch::default() }).await), "in_a_batch");
        let next = batch(db, &s, NewBatch { parcels: Some(vec![third]), ..NewBatch::default() }).await.expect("a batch");
        assert_eq!(next.batch.number, format!("{day}-002"));
        let waits = take_in(db, s.org, paid(s.one, "T4")).await.id;
        let waits = parcel_of(db, s.org, waits).await.id;
        assert_eq!(code(batch(db, &s, NewBatch { parcels: Some(vec![waits]), ..NewBatch::default() }).await), "wrong_state");
        let org = s.org;
        let found = db.read(move |tx| desk::batches(tx, &Actor::program(org), &desk::BatchFilter::default(), &base::PageAsk::default())).await.expect("listed").items;
        assert_eq!(found.iter().map(|b: &Batch| b.parcels).collect::<Vec<_>>(), [1, 2]);
    }

    async fn papers_bear_what_was_promised_and_a_second_print_a_reason(db: &TestDb) {
        let s = scene(db).await;
        let order = take_in(db, s.org, paid(s.one, "T1")).await.id;
        let wish = desk::NewAsk { kind: desk::AskKind::Remark, text: "放<驿站> & 勿折".into(), flag: None, courier: None, hard: false, sku: None, quantity: None, fen: None, until: None, receiver: None, phone: None, address: None, conversation: None };
        let flag = desk::NewAsk { kind: desk::AskKind::Flag, text: String::new(), flag: Some(1), ..wish.clone() };
        for ask in [wish, flag] {
            act(db, &s.agent, move |tx, who| desk::add_ask(tx, NOW, who, order, &ask)).await.expect("promised");
        }
        let id = parcel_of(db, s.org, order).await.id;
        pass(db, &s.auditor, id).await.expect("passed");
        let made = batch(db, &s, NewBatch::default()).await.expect("a batch").batch;
        for (paper, words) in [
            (Paper::Pick, ["拣货单", "青柠", "颜色分类:雾白", "放&lt;驿站&gt; &amp; 勿折"]),
            (Paper::Note, ["发货单", "周晓棠", "13812345678", "放&lt;驿站&gt; &amp; 勿折"]),
            (Paper::Label, ["内部面单", "周晓棠", "浙江省杭州市西湖区文三路9号", "放&lt;驿站&gt; &amp; 勿折"]),
        ] {
            let printed = print(db, &s, made.id, paper, "").await.expect("printed");
            assert_eq!((printed.places.as_slice(), printed.again), (&[1][..], false));
            let page = printed.id;
            let html = act(db, &s.shipper, move |tx, who| desk::print_page(tx, NOW, who, page)).await.expect("a page");
            for word in words.into_iter().chain(["旗标：红旗"]) {
                assert!(html.contains(word), "{paper:?} {word}: {html}");
            }
            assert!(html.contains("<svg class=\"barcode\"") && !html.contains("http") && !html.contains("<script"));
            // Later, or by somebody else, the page is closed: it bears an address.
            assert_eq!(code(act(db, &s.shipper, move |tx, who| desk::print_page(tx, NOW.plus(HOUR), who, page)).await), "print_expired");
            assert_eq!(code(act(db, &s.boss, move |tx, who| desk::print_page(tx, NOW, who, page)).await), "print_expired");
            assert_eq!(code(print(db, &s, made.id, paper, " ").await), "missing");
            assert!(print(db, &s, made.id, paper, "打印机卡纸").await.expect("again").again);
        }
        assert_eq!(parcel(db, s.org, id).await.state, ParcelState::Printed);
        assert_eq!(log(db, "parcel.printed").await.len(), 6);
    }

    async fn what_is_looked_at_is_not_printed_until_somebody_says_so(db: &TestDb) {
        let s = scene(db).await;
        let a = passed(db, &s, "T1", vec![line("ZT-M", "", 1)]).await;
        let b = passed(db, &s, "T2", vec![line("ZT-M", "", 1)]).await;
        let made = batch(db, &s, NewBatch { parcels: Some(vec![a, b]), ..NewBatch::default() }).await.expect("a batch").batch.id;
        let printed = async || {
            let view = act(db, &s.shipper, move |tx, who| desk::batch(tx, NOW, who, made)).await.expect("read");
            let all = act(db, &s.shipper, move |tx, who| desk::prints(tx, who, &desk::PrintFilter { batch: made }, &base::PageAsk::default())).await.expect("listed");
            (view.batch.printed.label, all.items.len(), parcel(db, s.org, a).await.state)
        };
        // Looked at, twice: nothing counts, no reason is asked, and the log tells who opened the addresses.
        let seen = lay_out(db, &s, made, Paper::Label, "").await.expect("laid out");
        let other = lay_out(db, &s, made, Paper::Label, "").await.expect("laid out");
        assert_eq!((seen.again, seen.printed_at, seen.places.len(), printed().await), (false, None, 2, (0, 0, ParcelState::Passed)));
        assert_eq!((log(db, "batch.laid_out").await.len(), log(db, "batch.printed").await.len(), log(db, "parcel.printed").await.len()), (2, 0, 0));
        // Pulled between the look and the printer, a parcel is not printed.
        let mut refund = NewOrder { after_status: Some(AfterStatus::Open), changed_at: Some(NOW), lines: vec![], ..paid(s.one, "T2") };
        refund.buyer.as_mut().expect("a buyer").value = "T2".into();
        take_in(db, s.org, refund).await;
        let id = seen.id;
        let mark = async |who: &Actor| act(db, who, move |tx, who| desk::mark_printed(tx, NOW.plus(HOUR), who, id)).await;
        assert_eq!(code(mark(&s.boss).await), "not_found", "only who had it before them can say so");
        let done = mark(&s.shipper).await.expect("printed");
        assert_eq!((done.printed_at, done.left_out.iter().map(|l| l.why.as_str()).collect::<Vec<_>>()), (Some(NOW.plus(HOUR)), vec!["refund"]));
        assert_eq!((printed().await, parcel(db, s.org, b).await.state), ((1, 1, ParcelState::Printed), ParcelState::Held));
        assert_eq!(mark(&s.shipper).await.expect("once").printed_at, done.printed_at);
        assert_eq!((log(db, "batch.printed").await.len(), log(db, "parcel.printed").await.len()), (1, 1));
        // Now it is there: another look wants a reason, and what was looked at before is a second print.
        assert_eq!(code(lay_out(db, &s, made, Paper::Label, "").await), "missing");
        let id = other.id;
        assert!(act(db, &s.shipper, move |tx, who| desk::mark_printed(tx, NOW, who, id)).await.expect("printed").again);
    }

    async fn a_refund_after_print_pulls_the_label_and_the_number_stays(db: &TestDb) {
        let s = scene(db).await;
        let a = passed(db, &s, "T1", vec![line("ZT-M", "", 1)]).await;
        let b = passed(db, &s, "T2", vec![line("ZT-M", "", 1)]).await;
        let made = batch(db, &s, NewBatch { parcels: Some(vec![a, b]), ..NewBatch::default() }).await.expect("a batch").batch;
        print(db, &s, made.id, Paper::Label, "").await.expect("printed");
        let mut refund = NewOrder { after_status: Some(AfterStatus::Open), changed_at: Some(NOW), lines: vec![], ..paid(s.one, "T1") };
        refund.buyer.as_mut().expect("a buyer").value = "T1".into();
        take_in(db, s.org, refund).await;
        let rung = frames(db, "desk_alarm");
        assert_eq!((&rung[0]["why"], &rung[0]["was"], &rung[0]["batch"]), (&"refund".into(), &"printed".into(), &format!("{}-001", made.number).into()));
        let view = act(db, &s.shipper, move |tx, who| desk::batch(tx, NOW, who, made.id)).await.expect("read");
        assert_eq!((view.batch.parcels, view.batch.pulled), (2, 1));
        assert_eq!(view.places[0].pulled.as_ref().map(|p| (p.parcel, p.why.as_str())), Some((a, "refund")));
        let again = print(db, &s, made.id, Paper::Label, "重打").await.expect("printed");
        assert_eq!((again.places, again.left_out.iter().map(|l| (l.place, l.why.as_str())).collect::<Vec<_>>()), (vec![2], vec![(1, "refund")]));
        let done = PackParcel { quality_ok: true, packed_as_wanted: true, missing: vec![], note: String::new() };
        assert_eq!(code(act(db, &s.shipper, move |tx, who| desk::pack(tx, NOW, who, a, &done)).await), "parcel_held");
        let (stays, params) = stays(db, &s, "T1").await.expect("held");
        assert_eq!((stays.as_str(), &params["holds"]), ("parcel_held", &serde_json::json!(["refund"])));
    }

    async fn what_rang_rings_on_every_screen_until_somebody_has_seen_it(db: &TestDb) {
        let s = scene(db).await;
        let a = passed(db, &s, "T1", vec![line("ZT-M", "", 1)]).await;
        packed(db, &s, a, "YT8800001").await;
        let back = |after, at| {
            let mut refund = NewOrder { after_status: Some(after), changed_at: Some(at), lines: vec![], ..paid(s.one, "T1") };
            refund.buyer.as_mut().expect("a buyer").value = "T1".into();
            refund
        };
        take_in(db, s.org, back(AfterStatus::Open, NOW)).await;
        let list = |who: &Actor, seen| {
            let (who, filter) = (who.clone(), desk::AlarmFilter { shop: None, seen: Some(seen) });
            async move { db.read(move |tx| desk::desk_alarms(tx, &who, &filter, &PageAsk::default())).await.expect("listed").items }
        };
        // Whoever opens the table later finds what rang, with what stands on the paper.
        let rings = list(&s.shipper, false).await;
        let one = rings.first().expect("it rings").clone();
        assert_eq!((rings.len(), one.parcel, one.why.as_str(), one.was, one.waybill.as_deref()), (1, a, "refund", ParcelState::Packed, Some("YT8800001")));
        assert_eq!((&frames(db, "desk_alarm")[0]["id"], one.at), (&serde_json::json!(one.id), NOW));
        let elsewhere = Actor { shops: Shops::only(vec![s.two]), ..s.shipper.clone() };
        let stranger = Actor { org: s.other, ..s.boss.clone() };
        assert!(list(&elsewhere, false).await.is_empty() && list(&stranger, false).await.is_empty());
        let id = one.id;
        for (who, said) in [(&elsewhere, "not_found"), (&stranger, "not_found"), (&s.agent, "forbidden")] {
            assert_eq!(code(act(db, who, move |tx, who| desk::see_alarm(tx, NOW, who, id)).await), said);
        }
        assert_eq!(list(&s.shipper, false).await.len(), 1, "nobody has seen it");
        // Once somebody has, it is quiet everywhere; who and when stays.
        let seen = act(db, &s.shipper, move |tx, who| desk::see_alarm(tx, NOW.plus(HOUR), who, id)).await.expect("seen");
        assert_eq!(seen.seen.as_ref().map(|seen| seen.at), Some(NOW.plus(HOUR)));
        let again = act(db, &s.checker, move |tx, who| desk::see_alarm(tx, NOW.plus(2 * HOUR), who, id)).await.expect("seen");
        assert_eq!(again.seen.map(|seen| seen.at), Some(NOW.plus(HOUR)), "whose it was first");
        assert_eq!((list(&s.shipper, false).await.len(), list(&s.shipper, true).await.len()), (0, 1));
        assert_eq!((frames(db, "desk_alarm_seen").len(), log(db, "parcel.alarm_seen").await.len()), (1, 1));
        assert_eq!(log(db, "parcel.alarm_seen").await[0].actor, Id(8));
    }

    async fn what_packers_do_not_find_is_doubted_until_it_is_counted(db: &TestDb) {
        let s = scene(db).await;
        let a = passed(db, &s, "T1", vec![line("ZT-M", "", 2), line("MT-1", "", 1)]).await;
        let made = batch(db, &s, NewBatch { parcels: Some(vec![a]), ..NewBatch::default() }).await.expect("a batch").batch;
        print(db, &s, made.id, Paper::Label, "").await.expect("printed");
        let doubts = |counted| { let who = s.shipper.clone(); async move { db.read(move |tx| desk::doubts(tx, &who, &desk::DoubtFilter { counted: Some(counted) }, &PageAsk::default())).await.expect("listed").items } };
        let doubted = |skus: String| { let who = s.agent.clone(); async move { db.read(move |tx| desk::doubted(tx, &who, &desk::DoubtedAsk { skus: skus.clone() })).await.map(|all| all.iter().map(|one| one.sku).collect::<Vec<_>>()) } };
        let missing = |skus: &[Id]| PackParcel { quality_ok: true, packed_as_wanted: true, missing: skus.to_vec(), note: "货架是空的".into() };
        let foreign = missing(&[Id(77)]);
        assert_eq!(code(act(db, &s.shipper, move |tx, who| desk::pack(tx, NOW, who, a, &foreign)).await), "not_in_parcel");
        let done = missing(&[s.blanket]);
        let held = act(db, &s.shipper, move |tx, who| desk::pack(tx, NOW, who, a, &done)).await.expect("held");
        assert_eq!((held.state, reasons(&held)), (ParcelState::Held, vec!["out_of_stock"]));
        // A line by itself: the SKU, what the books say, where it showed.
        let found = doubts(false).await;
        let one = found.first().expect("doubted").clone();
        assert_eq!((found.len(), one.code.as_str(), one.cause, one.books, one.wanted, one.parcel, one.text.as_str()), (1, "MT-1", desk::DoubtCause::Missing, 5, Some(1), Some(a), "货架是空的"));
        // Whoever answers 有没有货 is told; of the other nothing is.
        assert_eq!(doubted(format!("{},{}", s.pillow, s.blanket)).await, Ok(vec![s.blanket]));
        assert_eq!(code(doubted("eins".into()).await), "bad_ids");
        // Written down by hand it is the same line.
        let sku = s.blanket;
        let by_hand = desk::NewDoubt { sku, text: "少了几条".into() };
        assert_eq!(act(db, &s.shipper, move |tx, who| desk::doubt_stock(tx, NOW.plus(HOUR), who, &by_hand)).await.map(|one| (one.id, one.times)), Ok((one.id, 2)));
        let id = one.id;
        let says = |counted, reason: &str| desk::CountStock { counted, reason: reason.into() };
        for (who, new, said) in [(&s.shipper, says(3, "盘点"), "forbidden"), (&s.boss, says(-1, "盘点"), "out_of_range"), (&s.boss, says(3, " "), "text_empty")] {
            assert_eq!(code(act(db, who, move |tx, who| desk::count_stock(tx, NOW, who, id, &new)).await), said);
        }
        let stranger = Actor { org: s.other, ..s.boss.clone() };
        let new = says(3, "盘点");
        assert_eq!(code(act(db, &stranger, { let new = new.clone(); move |tx, who| desk::count_stock(tx, NOW, who, id, &new) }).await), "not_found");
        let counted = act(db, &s.boss, { let new = new.clone(); move |tx, who| desk::count_stock(tx, NOW.plus(HOUR), who, id, &new) }).await.expect("counted");
        assert_eq!((counted.books_before, counted.counted, counted.on_hand, counted.reason.as_str()), (Some(5), Some(3), 3, "盘点"));
        assert_eq!(shelf(db, &s, s.blanket).await.0, 3, "the stock is what was counted");
        assert_eq!(code(act(db, &s.boss, move |tx, who| desk::count_stock(tx, NOW, who, id, &new)).await), "already_counted");
        assert_eq!((doubts(false).await.len(), doubts(true).await.len(), doubted(s.blanket.to_string()).await), (0, 1, Ok(vec![])));
        let told = log(db, "stock.counted").await;
        assert_eq!((told.len(), told[0].actor), (1, Id(10)));
    }

    async fn a_parcel_that_holds_more_than_the_books_have_doubts_them(db: &TestDb) {
        let s = scene(db).await;
        let id = passed(db, &s, "T1", vec![line("MT-1", "", 4)]).await;
        packed(db, &s, id, "YT8800001").await;
        second(db, &s, id).await;
        let (org, sku) = (s.org, s.blanket);
        db.write(move |tx| catalogue::take(tx, NOW, &Actor::program(org), sku, 3)).await.expect("taken");
        let ask = desk::ShipParcels { parcels: vec![id] };
        let done = act(db, &s.shipper, move |tx, who| desk::ship(tx, NOW, who, &ask)).await.expect("tried");
        assert_eq!(done.refused.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), ["stock_missing"]);
        let who = s.shipper.clone();
        let found = db.read(move |tx| desk::doubts(tx, &who, &desk::DoubtFilter::default(), &PageAsk::default())).await.expect("listed").items;
        assert_eq!(found.iter().map(|one| (one.sku, one.cause, one.books, one.wanted)).collect::<Vec<_>>(), [(s.blanket, desk::DoubtCause::StockMissing, 2, Some(4))]);
    }

    async fn a_scan_names_what_the_hand_over_would_refuse(db: &TestDb) {
        let s = scene(db).await;
        let org = s.org;
        let (set, shop) = (desk::SETTINGS.iter().find(|one| one.key == "orders.weigh").expect("a setting"), s.one);
        db.write(move |tx| team::set_setting(tx, NOW, &Actor::program(org), Some(shop), set, &serde_json::json!(true))).await.expect("set");
        let id = passed(db, &s, "T1", vec![line("MT-1", "", 4)]).await;
        let facts = async || {
            let refused = act(db, &s.shipper, move |tx, who| desk::ship(tx, NOW, who, &ShipParcels { parcels: vec![id] })).await.expect("tried").refused;
            let said = stays(db, &s, "T1").await;
            assert_eq!(said, refused.first().map(|one| (one.code.clone(), one.params.clone())), "a scan and the hand-over say the same");
            let lies = db.read({ let who = s.shipper.clone(); move |tx| desk::scanned(tx, NOW, &who, id) }).await.expect("read").stays;
            assert_eq!(said, lies.map(|is| (is.code, is.params)), "and so does looking at what was scanned");
            said.map(|(code, params)| (code, serde_json::Value::Object(params)))
        };
        let says = |code: &str, params| Some((code.to_owned(), params));
        assert_eq!(facts().await, says("wrong_state", serde_json::json!({ "state": "passed" })));
        packed(db, &s, id, "YT8800001").await;
        act(db, &s.shipper, move |tx, who| desk::drop_waybill(tx, NOW, who, id)).await.expect("void");
        assert_eq!(facts().await, says("waybill_missing", serde_json::json!({})));
        let number = SetWaybill { waybill: "YT8800002".into(), courier: None };
        act(db, &s.shipper, move |tx, who| desk::set_waybill(tx, NOW, who, id, &number)).await.expect("a number");
        assert_eq!(facts().await, says("second_missing", serde_json::json!({})));
        second(db, &s, id).await;
        assert_eq!(facts().await, says("weight_missing", serde_json::json!({})));
        act(db, &s.shipper, move |tx, who| desk::weigh(tx, NOW, who, id, &WeighParcel { g: 500, anyway: false })).await.expect("weighed");
        let sku = s.blanket;
        db.write(move |tx| catalogue::take(tx, NOW, &Actor::program(org), sku, 3)).await.expect("taken");
        assert_eq!(facts().await, says("stock_missing", serde_json::json!({ "sku": "MT-1", "on_hand": 2 })));
        db.write(move |tx| catalogue::give_back(tx, NOW, &Actor::program(org), sku, 3)).await.expect("there again");
        assert_eq!(stays(db, &s, "T1").await, None, "it may leave");
        assert_eq!(ship(db, &s, id).await, Ok(()));
        assert_eq!(facts().await, says("wrong_state", serde_json::json!({ "state": "shipped" })));
    }

    async fn a_parcel_leaves_when_all_is_done_and_stock_falls(db: &TestDb) {
        let s = scene(db).await;
        let id = passed(db, &s, "T1", vec![line("ZT-M", "", 2)]).await;
        assert_eq!(ship(db, &s, id).await, Err("wrong_state".into()));
        packed(db, &s, id, "YT8800001").await;
        assert_eq!(shelf(db, &s, s.pillow).await, (100, 2));
        assert_eq!(ship(db, &s, id).await, Err("second_missing".into()));
        // Who packs has not the right; who has it does not check what they packed themselves.
        assert_eq!(code(act(db, &s.shipper, move |tx, who| desk::second_check(tx, NOW, who, id)).await), "forbidden");
        let both = Actor { permissions: s.shipper.permissions.union(s.checker.permissions), ..s.shipper.clone() };
        assert_eq!(code(act(db, &both, move |tx, who| desk::second_check(tx, NOW, who, id)).await), "same_person");
        let code_of = desk::Scan { code: "T1".into() };
        assert_eq!(act(db, &s.checker, move |tx, who| desk::scan(tx, NOW, who, &code_of)).await.expect("seen at the table").parcel.id, id);
        second(db, &s, id).await;
        assert_eq!(ship(db, &s, id).await, Ok(()));
        assert_eq!(shelf(db, &s, s.pillow).await, (98, 0));
        let gone = parcel(db, s.org, id).await;
        assert_eq!((gone.state, gone.shipped_at), (ParcelState::Shipped, Some(NOW)));
        let (org, order) = (s.org, gone.orders[0].id);
        let shipped = db.read(move |tx| orders::order(tx, &Actor::program(org), order)).await.expect("read");
        assert_eq!((shipped.ship_status, shipped.waybill.as_deref(), shipped.courier.as_deref()), (ShipStatus::Shipped, Some("YT8800001"), Some("韵达快递")));
        assert_eq!(ship(db, &s, id).await, Err("wrong_state".into()));
        // Taken back in time, everything is as it was; later it is not.
        assert_eq!(code(act(db, &s.shipper, move |tx, who| desk::unship(tx, NOW.plus(HOUR), who, id)).await), "too_late");
        act(db, &s.shipper, move |tx, who| desk::unship(tx, NOW, who, id)).await.expect("taken back");
        assert_eq!((shelf(db, &s, s.pillow).await, parcel(db, s.org, id).await.state), ((100, 2), ParcelState::Packed));
        let back = db.read(move |tx| orders::order(tx, &Actor::program(org), order)).await.expect("read");
        assert_eq!((back.ship_status, back.shipped_at, back.waybill), (ShipStatus::None, None, None));
        assert_eq!(ship(db, &s, id).await, Ok(()));
        work(db, NOW).await;
        assert_eq!((shelf(db, &s, s.pillow).await, parcel(db, s.org, id).await.state), ((98, 0), ParcelState::Shipped));
    }

    async fn what_left_shows_where_it_was_sent(db: &TestDb) {
        let s = scene(db).await;
        let id = left(db, &s, "T1", "YT8800001").await;
        let mut moved = NewOrder { address: Some("广东省深圳市南山区科技路1号".into()), receiver: Some("李四".into()), changed_at: Some(NOW.plus(5)), ..paid(s.one, "T1") };
        moved.buyer.as_mut().expect("a buyer").value = "T1".into();
        let order = take_in(db, s.org, moved).await;
        assert_eq!(order.address_masked.as_deref(), Some("广东省深圳市****"));
        let gone = parcel(db, s.org, id).await;
        assert_eq!((gone.address_masked.as_deref(), gone.receiver_masked.as_deref()), (Some("浙江省杭州市****"), Some("周**")));
        // Printed once more it says the same; taken back, it goes where the order goes now.
        let org = s.org;
        let batch = gone.batch.expect("a batch").id;
        let again = print(db, &s, batch, Paper::Label, "留底").await.expect("printed").id;
        let html = act(db, &s.shipper, move |tx, who| desk::print_page(tx, NOW, who, again)).await.expect("a page");
        assert!(html.contains("文三路9号") && !html.contains("科技路"), "{html}");
        act(db, &s.shipper, move |tx, who| desk::unship(tx, NOW, who, id)).await.expect("taken back");
        assert_eq!(parcel(db, org, id).await.address_masked.as_deref(), Some("广东省深圳市****"));
    }

    async fn a_label_nobody_can_deliver_is_left_out(db: &TestDb) {
        let s = scene(db).await;
        let order = take_in(db, s.org, NewOrder { receiver: Some("张**".into()), phone: Some("138****0001".into()), ..paid(s.one, "T1") }).await.id;
        let held = parcel_of(db, s.org, order).await;
        assert_eq!(reasons(&held), ["masked"]);
        let id = held.id;
        act(db, &s.auditor, move |tx, who| desk::release(tx, NOW, who, id, &desk::ReleaseHold { hold: None })).await.expect("released");
        let tick = desk::TickCheck { key: desk::CheckKey::Address, ok: true };
        act(db, &s.auditor, move |tx, who| desk::check(tx, NOW, who, id, &tick)).await.expect("ticked");
        pass(db, &s.auditor, id).await.expect("passed");
        let made = batch(db, &s, NewBatch::default()).await.expect("a batch").batch.id;
        let pick = print(db, &s, made, Paper::Pick, "").await.expect("printed");
        assert_eq!((pick.places.len(), pick.left_out.len()), (1, 0), "it can be picked");
        let label = print(db, &s, made, Paper::Label, "").await.expect("printed");
        assert_eq!((label.places.len(), label.left_out.iter().map(|one| (one.place, one.why.as_str())).collect::<Vec<_>>()), (0, vec![(1, "masked")]));
        assert_eq!(parcel(db, s.org, id).await.state, ParcelState::Passed, "it is not printed");
        // The platform printed a label of the courier's: ours only goes along.
        let set = SetWaybill { waybill: "YT8800001".into(), courier: None };
        act(db, &s.shipper, move |tx, who| desk::set_waybill(tx, NOW, who, id, &set)).await.expect("a number");
        let label = print(db, &s, made, Paper::Label, "").await.expect("printed");
        assert_eq!((label.places.as_slice(), label.left_out.len()), (&[1][..], 0));
    }

    async fn what_the_desk_has_not_seen_yet_leaves_with_nobody(db: &TestDb) {
        let s = scene(db).await;
        let tell = |number: &'static str, news: NewOrder| {
            let mut news = NewOrder { changed_at: Some(NOW.plus(5)), ..news };
            news.buyer.as_mut().expect("a buyer").value = number.into();
            let org = s.org;
            // Written, and not looked at by the desk.
            db.write(move |tx| orders::upsert(tx, NOW, &Actor::program(org), &news))
        };
        for (number, waybill, news) in [
            ("T1", "YT8800001", NewOrder { order_status: Some(orders::OrderStatus::Closed), ..paid(s.one, "T1") }),
            ("T2", "YT8800002", NewOrder { ship_status: Some(ShipStatus::Shipped), shipped_at: Some(NOW), ..paid(s.one, "T2") }),
            ("T3", "YT8800003", NewOrder { lines: vec![line("ZT-M", "", 5)], ..paid(s.one, "T3") }),
        ] {
            let id = passed(db, &s, number, vec![line("ZT-M", "", 1)]).await;
            packed(db, &s, id, waybill).await;
            second(db, &s, id).await;
            tell(number, news).await.expect("told");
            let refused = ship(db, &s, id).await.expect_err("refused");
            assert!(["wrong_state", "parcel_held"].contains(&refused.as_str()), "{number} {refused}");
            work(db, NOW).await;
            assert_ne!(parcel(db, s.org, id).await.state, ParcelState::Shipped, "{number}");
        }
        assert_eq!(shelf(db, &s, s.pillow).await.0, 99, "one was shipped elsewhere, and none from here");
        // Other goods than those that were looked at are not passed.
        let order = take_in(db, s.org, paid(s.one, "T4")).await.id;
        let id = parcel_of(db, s.org, order).await.id;
        let more = NewOrder { lines: vec![line("ZT-M", "", 5)], changed_at: Some(NOW.plus(5)), ..paid(s.one, "T4") };
        let org = s.org;
        db.write(move |tx| orders::upsert(tx, NOW, &Actor::program(org), &more)).await.expect("told");
        assert_eq!(code(pass(db, &s.auditor, id).await), "changed_meanwhile");
        let closed = NewOrder { order_status: Some(orders::OrderStatus::Closed), changed_at: Some(NOW.plus(9)), ..paid(s.one, "T4") };
        db.write(move |tx| orders::upsert(tx, NOW, &Actor::program(org), &closed)).await.expect("told");
        assert_eq!(code(pass(db, &s.auditor, id).await), "wrong_state");
    }

    async fn what_the_buyer_has_is_not_taken_back(db: &TestDb) {
        let s = scene(db).await;
        for (number, waybill, news) in [
            ("T1", "YT8800001", NewOrder { signed_at: Some(NOW), ship_status: Some(ShipStatus::Signed), ..paid(s.one, "T1") }),
            ("T2", "YT8800002", NewOrder { done_at: Some(NOW), order_status: Some(orders::OrderStatus::Done), ..paid(s.one, "T2") }),
        ] {
            let id = left(db, &s, number, waybill).await;
            let before = shelf(db, &s, s.pillow).await;
            let mut news = NewOrder { changed_at: Some(NOW.plus(5)), ..news };
            news.buyer.as_mut().expect("a buyer").value = number.into();
            take_in(db, s.org, news).await;
            assert_eq!(code(act(db, &s.shipper, move |tx, who| desk::unship(tx, NOW, who, id)).await), "already_received");
            assert_eq!((parcel(db, s.org, id).await.state, shelf(db, &s, s.pillow).await), (ParcelState::Shipped, before));
        }
    }

    async fn a_note_written_after_the_audit_pulls_the_parcel_back(db: &TestDb) {
        let s = scene(db).await;
        let id = passed(db, &s, "T1", vec![line("ZT-M", "", 1)]).await;
        let mut note = NewOrder { buyer_note: Some("千万别发了".into()), changed_at: Some(NOW.plus(5)), ..paid(s.one, "T1") };
        (note.buyer.as_mut().expect("a buyer").value, note.lines) = ("T1".into(), vec![line("ZT-M", "", 1)]);
        take_in(db, s.org, note).await;
        let back = parcel(db, s.org, id).await;
        assert_eq!((back.state, reasons(&back)), (ParcelState::Held, vec!["changed", "buyer_note"]));
        // Read and let go, it is passed with its note and stays so.
        act(db, &s.auditor, move |tx, who| desk::release(tx, NOW, who, id, &desk::ReleaseHold { hold: None })).await.expect("released");
        pass(db, &s.auditor, id).await.expect("passed");
        work(db, NOW.plus(HOUR)).await;
        assert_eq!(parcel(db, s.org, id).await.state, ParcelState::Passed);
    }

    async fn halves_leave_one_by_one_and_the_order_with_the_last(db: &TestDb) {
        let s = scene(db).await;
        let order = take_in(db, s.org, NewOrder { lines: vec![line("ZT-M", "", 3), line("MT-1", "墨绿", 1)], ..paid(s.one, "T1") }).await.id;
        let id = parcel_of(db, s.org, order).await.id;
        let cut = desk::SplitParcel { lines: vec![desk::SplitLine { place: 1, quantity: 2 }] };
        let halves = act(db, &s.auditor, move |tx, who| desk::split(tx, NOW, who, id, &cut)).await.expect("cut").parcels;
        let other = halves[1].id;
        pass(db, &s.auditor, id).await.expect("passed");
        packed(db, &s, id, "YT8800001").await;
        second(db, &s, id).await;
        assert_eq!(ship(db, &s, id).await, Ok(()));
        assert_eq!((shelf(db, &s, s.pillow).await, shelf(db, &s, s.blanket).await), ((99, 2), (4, 0)));
        let org = s.org;
        let half = db.read(move |tx| orders::order(tx, &Actor::program(org), order)).await.expect("read");
        assert_eq!(half.ship_status, ShipStatus::None);
        // The order is told again; what left is not locked anew, and the other half stays.
        take_in(db, s.org, NewOrder { lines: vec![line("ZT-M", "", 3), line("MT-1", "墨绿", 1)], changed_at: Some(NOW), ..paid(s.one, "T1") }).await;
        assert_eq!((shelf(db, &s, s.pillow).await, parcels_of(db, s.org, order).await.len()), ((99, 2), 2));
        pass(db, &s.auditor, other).await.expect("passed");
        packed(db, &s, other, "YT8800002").await;
        second(db, &s, other).await;
        assert_eq!(ship(db, &s, other).await, Ok(()));
        assert_eq!(shelf(db, &s, s.pillow).await, (97, 0));
        let whole = db.read(move |tx| orders::order(tx, &Actor::program(org), order)).await.expect("read");
        assert_eq!((whole.ship_status, whole.waybill.as_deref()), (ShipStatus::Shipped, Some("YT8800001;YT8800002")));
        act(db, &s.shipper, move |tx, who| desk::unship(tx, NOW, who, other)).await.expect("taken back");
        assert_eq!(shelf(db, &s, s.pillow).await, (99, 2));
    }

    async fn what_weighs_too_little_is_looked_into(db: &TestDb) {
        let s = scene(db).await;
        let pillow = s.pillow;
        let handling = catalogue::Handling { weight_g: Some(800), bin: "A-01".into(), packing: "真空袋".into() };
        act(db, &s.boss, move |tx, who| catalogue::set_handling(tx, NOW, who, pillow, &handling)).await.expect("set");
        let id = passed(db, &s, "T1", vec![line("ZT-M", "", 2)]).await;
        packed(db, &s, id, "YT8800001").await;
        let weigh = |g, anyway| WeighParcel { g, anyway };
        let off = act(db, &s.shipper, move |tx, who| desk::weigh(tx, NOW, who, id, &weigh(800, false))).await.expect_err("refused");
        assert_eq!((off.code.as_ref(), &off.params["expected_g"], &off.params["tolerance_g"]), ("weight_off", &1_600.into(), &160.into()));
        assert_eq!(code(act(db, &s.shipper, move |tx, who| desk::weigh(tx, NOW, who, id, &weigh(800, true))).await), "forbidden");
        let right = act(db, &s.shipper, move |tx, who| desk::weigh(tx, NOW, who, id, &weigh(1_700, false))).await.expect("weighed");
        assert_eq!((right.weight.expected_g, right.weight.weighed_g), (Some(1_600), Some(1_700)));
        assert_eq!(right.lines[0].bin, "A-01");
    }

    async fn numbers_come_by_list_and_copies_are_compared(db: &TestDb) {
        let s = scene(db).await;
        let a = passed(db, &s, "T1", vec![line("ZT-M", "", 1)]).await;
        let b = passed(db, &s, "T2", vec![line("ZT-M", "", 1)]).await;
        let row = |code: &str, waybill: &str, courier: Option<&str>| WaybillRow { code: code.into(), waybill: waybill.into(), courier: courier.map(str::to_owned) };
        let list = Waybills { rows: vec![row("T1", "yt8800001", None), row("T2", "YT8800001", None), row("T9", "YT8800009", None), row("T2", "1", None), row("T2", "SF1000001", Some("顺丰速运"))] };
        let report = act(db, &s.shipper, { let list = list.clone(); move |tx, who| desk::set_waybills(tx, NOW, who, &list) }).await.expect("taken");
        assert_eq!((report.read, report.changed, report.unchanged), (5, 2, 0));
        assert_eq!(report.refused.iter().map(|r| (r.row, r.code.as_str())).collect::<Vec<_>>(), [(2, "waybill_taken"), (3, "not_found"), (4, "waybill")]);
        assert_eq!(parcel(db, s.org, b).await.courier.as_deref(), Some("SF"));
        for (id, waybill) in [(a, "YT8800001"), (b, "SF1000001")] {
            packed(db, &s, id, waybill).await;
            second(db, &s, id).await;
            assert_eq!(ship(db, &s, id).await, Ok(()));
        }
        let copies = Copies { codes: vec!["YT8800001".into(), "??".into()], from: NOW, to: NOW.plus(1) };
        let found = act(db, &s.shipper, move |tx, who| desk::reconcile(tx, NOW, who, &copies)).await.expect("compared");
        assert_eq!((found.matched, found.unknown, found.missing.items.iter().map(|p| p.id).collect::<Vec<_>>()), (vec![a], vec!["??".to_owned()], vec![b]));
    }

    async fn a_batch_of_several_shops_is_for_those_who_have_them_all(db: &TestDb) {
        let s = scene(db).await;
        let one = passed(db, &s, "T1", vec![line("ZT-M", "", 1)]).await;
        let order = take_in(db, s.org, paid(s.two, "T2")).await.id;
        let two = parcel_of(db, s.org, order).await.id;
        pass(db, &s.auditor, two).await.expect("passed");
        batch(db, &s, NewBatch { parcels: Some(vec![one, two]), ..NewBatch::default() }).await.expect("a batch");
        let seen = async |who: &Actor| act(db, who, |tx, who| desk::batches(tx, who, &desk::BatchFilter::default(), &base::PageAsk::default())).await.expect("listed").items.len();
        assert_eq!((seen(&s.shipper).await, seen(&s.boss).await, seen(&s.agent).await), (1, 1, 0));
    }

    async fn what_is_not_ones_own_is_neither_printed_nor_shipped(db: &TestDb) {
        let s = scene(db).await;
        let id = passed(db, &s, "T1", vec![line("ZT-M", "", 1)]).await;
        let made = batch(db, &s, NewBatch { parcels: Some(vec![id]), ..NewBatch::default() }).await.expect("a batch").batch.id;
        let seen = lay_out(db, &s, made, Paper::Label, "").await.expect("laid out").id;
        let stranger = Actor { org: s.other, ..s.boss.clone() };
        let elsewhere = Actor { shops: Shops::only(vec![s.two]), ..s.shipper.clone() };
        let powerless = Actor { permissions: [Permission::SeeOrders].into_iter().collect(), ..s.shipper.clone() };
        for (who, said) in [(&stranger, "not_found"), (&elsewhere, "not_found"), (&powerless, "forbidden")] {
            let new = NewPrint { paper: Paper::Label, places: None, reason: String::new() };
            assert_eq!(code(act(db, who, move |tx, who| desk::lay_out(tx, NOW, who, made, &new)).await), said);
            assert_eq!(code(act(db, who, move |tx, who| desk::mark_printed(tx, NOW, who, seen)).await), said);
            let set = SetWaybill { waybill: "YT8800001".into(), courier: None };
            assert_eq!(code(act(db, who, move |tx, who| desk::set_waybill(tx, NOW, who, id, &set)).await), said);
            let done = PackParcel { quality_ok: true, packed_as_wanted: true, missing: vec![], note: String::new() };
            assert_eq!(code(act(db, who, move |tx, who| desk::pack(tx, NOW, who, id, &done)).await), said);
            assert_eq!(code(act(db, who, move |tx, who| desk::weigh(tx, NOW, who, id, &WeighParcel { g: 1, anyway: false })).await), said);
            assert_eq!(code(act(db, who, move |tx, who| desk::second_check(tx, NOW, who, id)).await), said);
            assert_eq!(code(act(db, who, move |tx, who| desk::unship(tx, NOW, who, id)).await), said);
            let scanned = desk::Scan { code: "T1".into() };
            assert_eq!(code(act(db, who, move |tx, who| desk::scan(tx, NOW, who, &scanned)).await), said);
        }
        for who in [&stranger, &elsewhere] {
            assert_eq!(code(act(db, who, move |tx, who| desk::batch(tx, NOW, who, made)).await), "not_found");
            let refused = act(db, who, move |tx, who| desk::ship(tx, NOW, who, &ShipParcels { parcels: vec![id] })).await.expect("an answer").refused;
            assert_eq!(refused[0].code, "not_found");
        }
    }
}

on_both! { TABLES;
    async fn flawed_goods_are_held(db: &TestDb) {
        let s = scene(db).await;
        let id = passed(db, &s, "T1", vec![line("ZT-M", "", 1)]).await;
        let done = |quality_ok, packed_as_wanted| PackParcel { quality_ok, packed_as_wanted, missing: vec![], note: "线头".into() };
        assert_eq!(code(act(db, &s.shipper, move |tx, who| desk::pack(tx, NOW, who, id, &done(true, true))).await), "wrong_state");
        let made = batch(db, &s, NewBatch { parcels: Some(vec![id]), ..NewBatch::default() }).await.expect("a batch").batch.id;
        print(db, &s, made, Paper::Label, "").await.expect("printed");
        assert_eq!(code(act(db, &s.shipper, move |tx, who| desk::pack(tx, NOW, who, id, &done(true, false))).await), "not_packed_as_wanted");
        let held = act(db, &s.shipper, move |tx, who| desk::pack(tx, NOW, who, id, &done(false, true))).await.expect("held");
        assert_eq!((held.state, reasons(&held), held.batch.is_none()), (ParcelState::Held, vec!["flawed"], true));
        work(db, NOW.plus(HOUR)).await;
        assert_eq!(reasons(&parcel(db, s.org, id).await), ["flawed"]);
    }

    async fn a_changed_address_voids_the_waybill(db: &TestDb) {
        let s = scene(db).await;
        let id = passed(db, &s, "T1", vec![line("ZT-M", "", 1)]).await;
        packed(db, &s, id, "YT8800001").await;
        let order = parcel(db, s.org, id).await.orders[0].id;
        let to = desk::NewAsk { kind: desk::AskKind::Address, text: String::new(), flag: None, courier: None, hard: false, sku: None, quantity: None, fen: None, until: None, receiver: None, phone: None, address: Some("江苏省南京市玄武区中山路321号".into()), conversation: None };
        act(db, &s.agent, move |tx, who| desk::add_ask(tx, NOW, who, order, &to)).await.expect("promised");
        let back = parcel(db, s.org, id).await;
        assert_eq!((back.state, back.waybill, back.packed.is_none(), back.batch.is_none()), (ParcelState::Held, None, true, true));
        assert_eq!(frames(db, "desk_alarm")[0]["was"], "packed");
        // The number is free again, and a parcel elsewhere may have it.
        let other = passed(db, &s, "T2", vec![line("ZT-M", "", 1)]).await;
        packed(db, &s, other, "YT8800001").await;
        assert_eq!(parcel(db, s.org, other).await.waybill.as_deref(), Some("YT8800001"));
    }

    async fn an_address_that_changes_behind_stars_voids_the_waybill_until_somebody_knows_it(db: &TestDb) {
        let s = scene(db).await;
        let id = passed(db, &s, "T1", vec![line("ZT-M", "", 1)]).await;
        packed(db, &s, id, "YT8800001").await;
        let told = |n: i64, receiver: &str, phone: &str, address: &str| {
            let mut new = NewOrder { receiver: Some(receiver.into()), phone: Some(phone.into()), address: Some(address.into()), changed_at: Some(NOW.plus(n)), lines: vec![], ..paid(s.one, "T1") };
            new.buyer.as_mut().expect("a buyer").value = "T1".into();
            new
        };
        // The same with stars is no change.
        take_in(db, s.org, told(1, "周**", "138****5678", "浙江省 杭州市 西湖区 ****")).await;
        let same = parcel(db, s.org, id).await;
        assert_eq!((same.state, same.waybill.as_deref()), (ParcelState::Packed, Some("YT8800001")));
        let order = take_in(db, s.org, told(2, "周**", "138****5678", "江苏省 南京市 玄武区 ****")).await;
        assert!(order.address_masked.as_deref().is_some_and(|to| to.starts_with("江苏省")), "{:?}", order.address_masked);
        let back = parcel(db, s.org, id).await;
        assert_eq!((back.state, reasons(&back), back.waybill.as_deref(), back.province.as_deref()), (ParcelState::Held, vec!["changed", "moved"], None, Some("江苏")));
        assert_eq!(back.checks[desk::CheckKey::Address as usize].why.as_deref(), Some("moved"));
        assert_eq!(frames(db, "desk_alarm").len(), 1);
        // Told in full, by the buyer or by the platform, it can leave.
        let full = "江苏省南京市玄武区中山路321号";
        let to = desk::NewAsk { kind: desk::AskKind::Address, text: String::new(), flag: None, courier: None, hard: false, sku: None, quantity: None, fen: None, until: None, receiver: None, phone: None, address: Some(full.into()), conversation: None };
        let asked = order.id;
        let ask = act(db, &s.agent, move |tx, who| desk::add_ask(tx, NOW, who, asked, &to)).await.expect("promised").id;
        assert_eq!(reasons(&parcel(db, s.org, id).await), ["changed"]);
        act(db, &s.agent, move |tx, who| desk::withdraw_ask(tx, NOW, who, ask)).await.expect("taken back");
        assert_eq!(reasons(&parcel(db, s.org, id).await), ["changed", "moved"]);
        take_in(db, s.org, told(3, "周晓棠", "13812345678", full)).await;
        assert_eq!(reasons(&parcel(db, s.org, id).await), ["changed"]);
    }
}
