//! Labels of couriers by file: kept for a shop and a courier, refused with the place, printed with the courier's number.

use orders::desk::{self, LabelLook, NewBatch, NewLabel, Paper};
use store::on_both;
use store::testing::TestDb;

use crate::parcels_leave::{batch, print};
use crate::scene::*;

const EXAMPLE: &str = include_str!("../../data/label-example.toml");

fn new(shop: base::Id, text: &str) -> NewLabel {
    NewLabel {
        shop,
        text: text.to_owned(),
    }
}

async fn page(db: &TestDb, s: &Scene, batch: base::Id, reason: &'static str) -> String {
    let made = print(db, s, batch, Paper::Label, reason)
        .await
        .expect("printed")
        .id;
    act(db, &s.shipper, move |tx, who| {
        desk::print_page(tx, NOW, who, made)
    })
    .await
    .expect("a page")
}

on_both! { TABLES;
    async fn a_courier_label_is_printed_with_the_courier_number_and_no_other(db: &TestDb) {
        let s = scene(db).await;
        let order = take_in(db, s.org, paid(s.one, "T1")).await.id;
        let wish = desk::NewAsk { kind: desk::AskKind::Remark, text: "放<驿站> & 勿折".into(), flag: None, courier: None, hard: false, sku: None, quantity: None, fen: None, until: None, receiver: None, phone: None, address: None, conversation: None };
        act(db, &s.agent, move |tx, who| desk::add_ask(tx, NOW, who, order, &wish)).await.expect("promised");
        let id = parcel_of(db, s.org, order).await.id;
        pass(db, &s.auditor, id).await.expect("passed");
        let courier = parcel(db, s.org, id).await.courier.expect("a courier");
        let code_of = courier.clone();
        let kept = act(db, &s.boss, move |tx, who| desk::set_label(tx, NOW, who, &code_of, &new(s.one, EXAMPLE))).await.expect("kept");
        assert_eq!((kept.width, kept.height, kept.courier.as_str()), (10_000, 15_000, courier.as_str()));
        let made = batch(db, &s, NewBatch::default()).await.expect("a batch").batch;
        let html = page(db, &s, made.id, "").await;
        assert!(html.contains("内部面单") && !html.contains("class=\"agreed\""), "without the courier's number it is ours");
        act(db, &s.shipper, move |tx, who| desk::set_waybill(tx, NOW, who, id, &desk::SetWaybill { waybill: "YT8800001".into(), courier: None })).await.expect("a number");
        let html = page(db, &s, made.id, "有单号了").await;
        assert!(html.contains("class=\"agreed\"") && !html.contains("内部面单"), "{html}");
        assert!(html.contains("@page t0{size:100.00mm 150.00mm;margin:0}") && html.contains("page:t0;"));
        for words in ["周晓棠", "13812345678", "浙江省杭州市西湖区文三路9号", "备注：放&lt;驿站&gt; &amp; 勿折", "YT8800001", "<svg class=\"barcode\""] {
            assert!(html.contains(words), "{words}: {html}");
        }
        assert!(!html.contains("<script") && !html.contains("<驿站>") && !html.contains("http"));
        // Taken away, it is ours again, and says so.
        let code_of = courier.clone();
        act(db, &s.boss, move |tx, who| desk::remove_label(tx, NOW, who, s.one, &code_of)).await.expect("gone");
        let html = page(db, &s, made.id, "换回自己的").await;
        assert!(html.contains("内部面单") && html.contains("YT8800001"));
    }

    async fn labels_are_kept_by_shop_and_courier_replaced_looked_at_and_refused_with_the_place(db: &TestDb) {
        let s = scene(db).await;
        let (boss, one) = (s.boss.clone(), s.one);
        let list = |db: &TestDb| { let (db, boss) = (db.db.clone(), boss.clone()); async move { db.read(move |tx| desk::labels(tx, &boss, one)).await.expect("listed") } };
        act(db, &s.boss, move |tx, who| desk::set_label(tx, NOW, who, "YTO", &new(one, EXAMPLE))).await.expect("kept");
        let narrow = EXAMPLE.replacen("height_mm = 150", "height_mm = 180", 1);
        act(db, &s.boss, move |tx, who| desk::set_label(tx, NOW, who, "YTO", &new(one, &narrow))).await.expect("replaced");
        assert_eq!(list(db).await.iter().map(|one| (one.courier.as_str(), one.height)).collect::<Vec<_>>(), [("YTO", 18_000)]);
        assert_eq!(log(db, "label.changed").await.len(), 2);
        let look = LabelLook { shop: one, courier: "YTO".into(), text: None };
        let seen = act(db, &s.boss, move |tx, who| desk::look_at_label(tx, who, &look)).await.expect("seen").page;
        assert!(seen.contains("林小满") && seen.contains("size:100.00mm 180.00mm"), "{seen}");
        let torn = LabelLook { shop: one, courier: "YTO".into(), text: Some(EXAMPLE.replacen("x_mm = 4", "x_mm = 99", 1)) };
        let refused = act(db, &s.boss, move |tx, who| desk::look_at_label(tx, who, &torn)).await.expect_err("refused");
        assert_eq!((refused.code.as_ref(), refused.params["at"].as_str()), ("label_off_page", Some("field 1 w_mm")));
        let off = EXAMPLE.replacen("shows = \"courier\"", "shows = \"moon\"", 1);
        let refused = act(db, &s.boss, move |tx, who| desk::set_label(tx, NOW, who, "YTO", &new(one, &off))).await.expect_err("refused");
        assert_eq!((refused.code.as_ref(), refused.params["line"].as_i64()), ("label_unreadable", Some(8)));
        assert_eq!(list(db).await.len(), 1, "what is refused replaces nothing");
        // Another courier, another shop, somebody without the right.
        let stranger = act(db, &s.boss, move |tx, who| desk::set_label(tx, NOW, who, "NOBODY", &new(one, EXAMPLE))).await;
        assert_eq!(code(stranger), "unknown_courier");
        let agent = act(db, &s.agent, move |tx, who| desk::set_label(tx, NOW, who, "YTO", &new(one, EXAMPLE))).await;
        assert_eq!(code(agent), "forbidden");
        let missing = act(db, &s.boss, move |tx, who| desk::remove_label(tx, NOW, who, one, "SF")).await;
        assert_eq!(code(missing), "not_found");
    }

    async fn what_was_promised_is_printed_behind_a_label_that_has_no_place_for_it(db: &TestDb) {
        let s = scene(db).await;
        let bare = EXAMPLE.replacen("shows = \"wishes\"", "shows = \"pieces\"", 1);
        for code in ["YUNDA", "ZTO", "YTO", "SF"] {
            let bare = bare.clone();
            act(db, &s.boss, move |tx, who| desk::set_label(tx, NOW, who, code, &new(s.one, &bare))).await.expect("kept");
        }
        let wish = |text: String| desk::NewAsk { kind: desk::AskKind::Special, text, flag: None, courier: None, hard: false, sku: None, quantity: None, fen: None, until: None, receiver: None, phone: None, address: None, conversation: None };
        for (number, waybill) in [("T1", "YT8800001"), ("T2", "YT8800002")] {
            let mut order = paid(s.one, number);
            order.buyer.as_mut().expect("a buyer").value = number.into();
            let order = take_in(db, s.org, order).await.id;
            if number == "T1" {
                let wish = wish("务必放在三楼东侧快递柜".into());
                act(db, &s.agent, move |tx, who| desk::add_ask(tx, NOW, who, order, &wish)).await.expect("promised");
            }
            let id = parcel_of(db, s.org, order).await.id;
            pass(db, &s.auditor, id).await.expect("passed");
            act(db, &s.shipper, move |tx, who| desk::set_waybill(tx, NOW, who, id, &desk::SetWaybill { waybill: waybill.into(), courier: None })).await.expect("a number");
        }
        let made = batch(db, &s, NewBatch::default()).await.expect("a batch").batch;
        let html = page(db, &s, made.id, "").await;
        // Two labels, and one sheet behind the label of the parcel something was promised of.
        assert_eq!((html.matches("class=\"agreed\"").count(), html.matches("内部随单").count()), (3, 1), "{html}");
        assert!(html.contains("特殊要求：务必放在三楼东侧快递柜"), "{html}");
        let slip = html.find("内部随单").expect("a sheet");
        assert!(html.find("YT8800001") < Some(slip) && Some(slip) < html.find("YT8800002"), "behind its own label");
        // A look at the template shows the sheet; one that bears promises needs none.
        let one = s.one;
        let seen = |text: String| act(db, &s.boss, move |tx, who| desk::look_at_label(tx, who, &LabelLook { shop: one, courier: "YTO".into(), text: Some(text.clone()) }));
        assert!(seen(bare).await.expect("seen").page.contains("内部随单"));
        assert!(!seen(EXAMPLE.into()).await.expect("seen").page.contains("内部随单"));
    }
}
