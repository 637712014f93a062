//! Parcels put together, cut apart, and made what they were.

use base::Id;
use orders::NewOrder;
use orders::desk::{self, MergeParcels, ParcelState, ReleaseHold, SplitLine, SplitParcel};
use store::on_both;
use store::testing::TestDb;

use crate::parcels_leave::{packed, second, ship_of};
use crate::scene::*;

async fn two(db: &TestDb, s: &Scene) -> (Id, Id) {
    let a = take_in(db, s.org, paid(s.one, "T1")).await.id;
    let b = take_in(
        db,
        s.org,
        NewOrder {
            lines: vec![line("MT-1", "墨绿", 2)],
            ..paid(s.one, "T2")
        },
    )
    .await
    .id;
    work(db, NOW.plus(HOUR)).await;
    (parcel_of(db, s.org, a).await.id, parcel_of(db, s.org, b).await.id)
}

on_both! { TABLES;
    async fn orders_of_one_buyer_to_one_place_go_together_and_apart_again(db: &TestDb) {
        let s = scene(db).await;
        let (a, b) = two(db, &s).await;
        for id in [a, b] {
            assert_eq!(reasons(&parcel(db, s.org, id).await), ["merge"]);
        }
        let mates = act(db, &s.auditor, move |tx, who| desk::merge_mates(tx, NOW, who, a)).await.expect("mates");
        assert_eq!(mates.iter().map(|mate| mate.id).collect::<Vec<_>>(), [b]);
        let both = act(db, &s.auditor, move |tx, who| desk::merge(tx, NOW, who, a, &MergeParcels { parcels: vec![b] })).await.expect("merged");
        assert_eq!((both.orders.len(), both.pieces, both.kinds, both.state, reasons(&both)), (2, 3, 2, ParcelState::Waiting, vec![]));
        let gone = parcel(db, s.org, b).await;
        assert_eq!((gone.state, gone.merged_into), (ParcelState::Gone, Some(a)));
        // The desk looks at both orders again, and leaves it so.
        for number in ["T1", "T2"] {
            let lines = if number == "T1" { vec![] } else { vec![line("MT-1", "墨绿", 2)] };
            take_in(db, s.org, NewOrder { lines, changed_at: Some(NOW), ..paid(s.one, number) }).await;
        }
        let same = parcel(db, s.org, a).await;
        assert_eq!((same.orders.len(), same.pieces), (2, 3));
        let apart = act(db, &s.auditor, move |tx, who| desk::rejoin(tx, NOW, who, a)).await.expect("apart");
        assert_eq!((apart.orders.len(), apart.pieces), (1, 1));
        let back = parcel(db, s.org, b).await;
        assert!(back.state != ParcelState::Gone && back.merged_into.is_none() && back.pieces == 2);
        assert_eq!(code(act(db, &s.auditor, move |tx, who| desk::rejoin(tx, NOW, who, a)).await), "nothing_to_rejoin");
    }

    async fn what_differs_does_not_go_together(db: &TestDb) {
        let s = scene(db).await;
        let a = take_in(db, s.org, paid(s.one, "T1")).await.id;
        let a = parcel_of(db, s.org, a).await.id;
        let mut elsewhere = paid(s.one, "T2");
        elsewhere.address = Some("浙江省杭州市西湖区文三路10号".into());
        let mut stranger = paid(s.one, "T3");
        stranger.buyer.as_mut().expect("a buyer").value = "白露".into();
        let mut refunded = paid(s.one, "T4");
        refunded.after_status = Some(orders::AfterStatus::Open);
        for (new, why) in [(elsewhere, "address"), (stranger, "buyer"), (refunded, "held"), (paid(s.two, "T5"), "shop")] {
            let other = take_in(db, s.org, new).await.id;
            let other = parcel_of(db, s.org, other).await.id;
            let refused = act(db, &s.auditor, move |tx, who| desk::merge(tx, NOW, who, a, &MergeParcels { parcels: vec![other] })).await.expect_err("refused");
            assert_eq!((refused.code.as_ref(), &refused.params["why"]), ("not_mergeable", &why.into()));
        }
        assert_eq!(code(act(db, &s.auditor, move |tx, who| desk::merge(tx, NOW, who, a, &MergeParcels { parcels: vec![a] })).await), "not_mergeable");
    }

    async fn an_order_of_a_merged_parcel_that_goes_elsewhere_holds_it_until_they_are_parted(db: &TestDb) {
        let s = scene(db).await;
        let (a, b) = two(db, &s).await;
        act(db, &s.auditor, move |tx, who| desk::merge(tx, NOW, who, a, &MergeParcels { parcels: vec![b] })).await.expect("merged");
        // Before the audit: the second of the two.
        let moved = |n: i64, to: &str| NewOrder { address: Some(to.into()), changed_at: Some(NOW.plus(n)), lines: vec![], ..paid(s.one, "T2") };
        take_in(db, s.org, moved(1, "江苏省南京市玄武区中山路321号")).await;
        let held = parcel(db, s.org, a).await;
        assert_eq!((held.state, reasons(&held), held.holds[0].text.as_str(), held.holds[0].blocking), (ParcelState::Held, vec!["addresses_differ"], "T2", true));
        assert_eq!(code(pass(db, &s.auditor, a).await), "parcel_held");
        assert!(frames(db, "desk_alarm").is_empty(), "nobody has packed it");
        // Changed back, they go together again.
        take_in(db, s.org, moved(2, "浙江省杭州市西湖区 文三路9号")).await;
        assert_eq!(reasons(&parcel(db, s.org, a).await), Vec::<&str>::new());
        // Audited, printed and packed.
        pass(db, &s.auditor, a).await.expect("passed");
        packed(db, &s, a, "YT8800001").await;
        take_in(db, s.org, moved(3, "广东省深圳市南山区科技路1号")).await;
        let back = parcel(db, s.org, a).await;
        assert_eq!((back.state, reasons(&back), back.waybill.as_deref(), back.batch.is_none()), (ParcelState::Held, vec!["changed", "addresses_differ"], None, true));
        let rung = frames(db, "desk_alarm");
        assert_eq!((rung.len(), &rung[0]["was"], &rung[0]["waybill"]), (1, &"packed".into(), &"YT8800001".into()));
        // Parted, each goes where its order does.
        let apart = act(db, &s.auditor, move |tx, who| desk::rejoin(tx, NOW, who, a)).await.expect("apart");
        assert_eq!((reasons(&apart), apart.address_masked.as_deref()), (vec!["changed"], Some("浙江省杭州市****")));
        let other = parcel(db, s.org, b).await;
        assert_eq!((reasons(&other), other.address_masked.as_deref()), (vec![], Some("广东省深圳市****")));
    }

    async fn a_promise_of_one_order_does_not_move_what_it_was_merged_with(db: &TestDb) {
        let s = scene(db).await;
        let (a, b) = two(db, &s).await;
        act(db, &s.auditor, move |tx, who| desk::merge(tx, NOW, who, a, &MergeParcels { parcels: vec![b] })).await.expect("merged");
        let orders: Vec<Id> = parcel(db, s.org, a).await.orders.iter().map(|order| order.id).collect();
        let to = desk::NewAsk { kind: desk::AskKind::Address, text: String::new(), flag: None, courier: None, hard: false, sku: None, quantity: None, fen: None, until: None, receiver: None, phone: None, address: Some("江苏省南京市玄武区中山路321号".into()), conversation: None };
        let mut left = orders.into_iter();
        for (order, held) in [(left.next(), vec!["addresses_differ"]), (left.next(), vec![])] {
            let (order, to) = (order.expect("two orders"), to.clone());
            act(db, &s.agent, move |tx, who| desk::add_ask(tx, NOW, who, order, &to)).await.expect("promised");
            assert_eq!(reasons(&parcel(db, s.org, a).await), held);
        }
        assert_eq!(parcel(db, s.org, a).await.address_masked.as_deref(), Some("江苏省南京市****"));
    }

    async fn an_order_paid_back_leaves_the_parcel_it_was_put_into(db: &TestDb) {
        let s = scene(db).await;
        let (a, b) = two(db, &s).await;
        act(db, &s.auditor, move |tx, who| desk::merge(tx, NOW, who, a, &MergeParcels { parcels: vec![b] })).await.expect("merged");
        pass(db, &s.auditor, a).await.expect("passed");
        let back = NewOrder { pay_status: Some(orders::PayStatus::Refunded), changed_at: Some(NOW.plus(5)), lines: vec![], ..paid(s.one, "T2") };
        take_in(db, s.org, back).await;
        let rest = parcel(db, s.org, a).await;
        assert_eq!((rest.orders.len(), rest.pieces), (1, 1));
        assert!(!matches!(rest.state, ParcelState::Passed | ParcelState::Gone), "{:?}", rest.state);
        assert_eq!(frames(db, "desk_alarm").len(), 1);
    }

    async fn a_parcel_is_cut_and_healed(db: &TestDb) {
        let s = scene(db).await;
        let lines = vec![line("ZT-M", "", 3), line("MT-1", "墨绿", 1)];
        let order = take_in(db, s.org, NewOrder { lines, ..paid(s.one, "T1") }).await.id;
        let id = parcel_of(db, s.org, order).await.id;
        let cut = |place, quantity| SplitParcel { lines: vec![SplitLine { place, quantity }] };
        for (bad, said) in [(cut(1, 4), "split_quantity"), (cut(3, 1), "split_quantity"), (SplitParcel { lines: vec![] }, "split_all")] {
            assert_eq!(code(act(db, &s.auditor, move |tx, who| desk::split(tx, NOW, who, id, &bad)).await), said);
        }
        let halves = act(db, &s.auditor, move |tx, who| desk::split(tx, NOW, who, id, &cut(1, 2))).await.expect("cut").parcels;
        assert_eq!(halves.iter().map(|half| half.pieces).collect::<Vec<_>>(), [2, 2]);
        let new = halves[1].id;
        assert_eq!((halves[1].split_from, parcels_of(db, s.org, order).await.len()), (Some(id), 2));
        // That one buyer's halves could go together is no reason to hold them.
        work(db, NOW.plus(HOUR)).await;
        for half in [id, new] {
            assert_eq!(reasons(&parcel(db, s.org, half).await), Vec::<&str>::new());
        }
        // More is ordered: people decide which half it goes into.
        let healed = act(db, &s.auditor, move |tx, who| desk::rejoin(tx, NOW, who, new)).await.expect("healed");
        assert_eq!((healed.id, healed.pieces, healed.lines.len()), (id, 4, 2));
        assert_eq!(parcel(db, s.org, new).await.state, ParcelState::Gone);
        let _ = act(db, &s.auditor, move |tx, who| desk::release(tx, NOW, who, id, &ReleaseHold { hold: None })).await;
        assert_eq!(pass(db, &s.auditor, id).await.expect("passed").state, ParcelState::Passed);
    }

    async fn a_gift_promised_after_a_cut_goes_with_a_part_that_is_still_here(db: &TestDb) {
        let s = scene(db).await;
        let lines = vec![line("ZT-M", "", 3), line("MT-1", "墨绿", 1)];
        let order = take_in(db, s.org, NewOrder { lines, ..paid(s.one, "T1") }).await.id;
        let id = parcel_of(db, s.org, order).await.id;
        let cut = SplitParcel { lines: vec![SplitLine { place: 1, quantity: 2 }] };
        let other = act(db, &s.auditor, move |tx, who| desk::split(tx, NOW, who, id, &cut)).await.expect("cut").parcels[1].id;
        let (org, sku) = (s.org, s.blanket);
        let gifts = move |db: &TestDb| { let db = db.db.clone(); async move {
            let found = db.read(move |tx| desk::parcels_of(tx, NOW, &base::Actor::program(org), order)).await.expect("read");
            found.iter().flat_map(|parcel| parcel.lines.iter().filter(|line| line.gift).map(|line| (parcel.id, line.code.clone(), line.quantity))).collect::<Vec<_>>()
        } };
        let gift = desk::NewAsk { kind: desk::AskKind::Gift, text: String::new(), flag: None, courier: None, hard: false, sku: Some(sku), quantity: Some(2), fen: None, until: None, receiver: None, phone: None, address: None, conversation: None };
        let promise = |gift: desk::NewAsk| act(db, &s.agent, move |tx, who| desk::add_ask(tx, NOW, who, order, &gift));
        let one = promise(gift.clone()).await.expect("promised").id;
        assert_eq!(gifts(db).await, [(id, "MT-1".to_owned(), 2)]);
        act(db, &s.agent, move |tx, who| desk::withdraw_ask(tx, NOW, who, one)).await.expect("taken back");
        assert_eq!(gifts(db).await, []);
        // One part has left with its gift: the next goes with the other, and what left stays as it is.
        promise(gift.clone()).await.expect("promised");
        pass(db, &s.auditor, id).await.expect("passed");
        packed(db, &s, id, "YT8800001").await;
        second(db, &s, id).await;
        ship_of(db, &s, id).await;
        let late = promise(desk::NewAsk { quantity: Some(1), ..gift }).await.expect("promised");
        assert_eq!(gifts(db).await, [(id, "MT-1".to_owned(), 2), (other, "MT-1".to_owned(), 1)]);
        // Alone in a parcel and taken back, there is nothing to send.
        let place = parcel(db, s.org, other).await.lines.iter().find(|line| line.gift).expect("a gift").place;
        let alone = SplitParcel { lines: vec![SplitLine { place, quantity: 1 }] };
        let alone = act(db, &s.auditor, move |tx, who| desk::split(tx, NOW, who, other, &alone)).await.expect("cut").parcels[1].id;
        let late = late.id;
        act(db, &s.agent, move |tx, who| desk::withdraw_ask(tx, NOW, who, late)).await.expect("taken back");
        assert_eq!(gifts(db).await, [(id, "MT-1".to_owned(), 2)]);
        let (gone, rest) = (parcel(db, s.org, alone).await, parcel(db, s.org, other).await);
        assert_eq!((gone.state, gone.lines.len(), rest.pieces), (ParcelState::Gone, 0, 2));
    }
}
