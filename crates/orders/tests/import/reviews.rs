//! What buyers said, as files tell it.

use orders::import::{self, ImportAsk, ImportKind, ImportState, Importer};
use orders::{NewOrderReview, OrderReview};
use store::on_both;
use store::testing::TestDb;

use crate::hand::*;

const ORDERS: &str = "订单号,买家昵称,订单金额,实付金额,订单状态,下单时间,付款时间\n\
    R1,竹影,10,10,交易成功,2026-01-01 10:00:00,2026-01-01 10:00:05\n\
    R2,竹影,10,10,交易成功,2026-01-01 10:00:00,2026-01-01 10:00:05\n\
    R3,竹影,10,10,买家已付款，等待卖家发货,2026-01-01 10:00:00,2026-01-01 10:00:05\n";
const SAID: &str = "买家昵称,评价内容,评价时间,订单号,评分\n\
    竹影,很软和,2026-01-08 09:00:00,R1,5星\n\
    竹影,,2026-01-08 09:00:00,R2,差评\n\
    竹影,还没到,2026-01-08 09:00:00,R3,3\n\
    竹影,谁的,2026-01-08 09:00:00,R9,3\n\
    竹影,几颗星,2026-01-08 09:00:00,R2,七颗\n\
    竹影,什么时候,,R2,3\n";

async fn review(db: &TestDb, scene: Scene, number: &'static str) -> Option<OrderReview> {
    order(db, scene, number).await.review
}

on_both! { TABLES;
    async fn reviews_go_in_by_order_and_come_out_again(db: &TestDb) {
        let scene = scene(db).await;
        orders_in(db, scene, ORDERS).await;
        let (importer, run) = looked(db, scene, scene.shop, SAID, ImportAsk::default()).await.expect("looked at");
        assert_eq!((run.sheets[0].kind, run.sheets[0].sure), (Some(ImportKind::Reviews), true));
        let seen = importer.preview(&scene.who(), run.id).await.expect("previewed");
        assert_eq!((seen.counts.created, seen.counts.refused), (3, 3));
        assert_eq!(review(db, scene, "R1").await, None, "a preview writes nothing");
        let run = apply(db, scene, &importer, run.id).await.expect("taken in");
        assert_eq!((run.state, counts(&run)), (ImportState::Done, (3, 0, 0, 3)));
        assert_eq!(review(db, scene, "R3").await.map(|is| is.text), Some("还没到".into()), "the platform took it");
        let mut told = refused(db, scene, run.id).await;
        told.sort();
        assert_eq!(told, ["5 订单号 order_unknown", "6 评分 stars_bad", "7 评价时间 cell_empty"]);
        let is = review(db, scene, "R1").await.expect("said");
        assert_eq!((is.stars, is.text.as_str()), (Some(5), "很软和"));
        assert_eq!(review(db, scene, "R2").await.map(|is| (is.stars, is.text)), Some((Some(1), String::new())));

        let again = take_in(db, scene, scene.shop, SAID.replace("\n竹影,谁的", "\n\n竹影,谁的"), ask(ImportKind::Reviews)).await.expect("taken in");
        assert_eq!(counts(&again).0 + counts(&again).1, 0, "the same again changes nothing");

        let newer = SAID.replace("很软和,2026-01-08", "洗了变硬,2026-02-08");
        let newer = take_in(db, scene, scene.shop, newer, ask(ImportKind::Reviews)).await.expect("taken in");
        assert_eq!(counts(&newer).1, 1);
        // Somebody writes down what R2's buyer said on the phone: that is not taken back.
        let r2 = order(db, scene, "R2").await.id;
        let by_hand = NewOrderReview { stars: Some(4), text: "补发后满意".into(), at: Some(NOW) };
        db.write(move |tx| orders::review_order(tx, NOW, &scene.who(), r2, &by_hand)).await.expect("written");
        for (id, given, kept) in [(newer.id, 1, 0), (run.id, 2, 1)] {
            db.write(move |tx| import::undo(tx, NOW, &scene.who(), id)).await.expect("asked");
            let back = Importer::new(db.db.clone(), clock).until_ended(scene.org, id).await.expect("given back");
            assert_eq!((back.given_back, back.kept), (given, kept));
        }
        assert_eq!(review(db, scene, "R1").await, None);
        assert_eq!(review(db, scene, "R2").await.map(|is| is.text), Some("补发后满意".into()));
    }
}
