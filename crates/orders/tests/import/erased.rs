//! Files that tell of somebody who was erased.

use base::{Actor, Id};
use orders::import::ImportKind;
use store::on_both;
use store::testing::TestDb;

use crate::hand::*;

const HEAD: &str =
    "订单号,买家昵称,订单金额,实付金额,订单状态,下单时间,付款时间,收货人,手机,收货地址,备注,客服记的话\n";
const OLD: &str = "E1,松风,10.00,10.00,交易成功,2026-01-01 10:00:00,2026-01-01 10:00:05,林小叶,13800001111,浙江省杭州市西湖区文三路9号,门卫收,住三楼\n";

/// Erases whoever the shop knows by this nick, as it is done across the rooms.
async fn erase(db: &TestDb, scene: Scene, nick: &'static str) -> Id {
    db.write(move |tx| {
        let who = scene.who();
        let kind = customers::IdentityKind::Nick;
        let id = customers::by_identity(tx, scene.org, kind, scene.shop, nick)?.expect("known");
        customers::begin_erasure(tx, NOW, &who, id, &id.to_string(), "a key")?;
        while orders::privacy::erase_orders(tx, NOW, &Actor::program(scene.org), &[id], 1)? > 0 {}
        let mut after = Id::NONE;
        while let Some((run, _)) = orders::privacy::forget_cells(tx, scene.org, after)? {
            after = run;
        }
        Ok(id)
    })
    .await
    .expect("erased")
}

on_both! { TABLES;
    async fn an_old_file_brings_nobody_back(db: &TestDb) {
        let scene = scene(db).await;
        let wrong = "E3,松风,要13800001111,1.00,交易成功,2026-01-02 10:00:00,,林小叶,13800001111,,,\n";
        let first = orders_in(db, scene, format!("{HEAD}{OLD}{wrong}")).await;
        assert_eq!(counts(&first), (1, 0, 0, 1));
        let changed = OLD.replace("门卫收", "放前台");
        orders_in(db, scene, format!("{HEAD}{changed}")).await;
        assert!(number_of(db, "SELECT COUNT(*) FROM import_row").await > 0, "what it was is remembered");
        let samples = "SELECT COUNT(*) FROM import_run WHERE sheets LIKE '%住三楼%'";
        assert!(number_of(db, samples).await > 0, "and samples of a column nobody knows");
        let gone = erase(db, scene, "松风").await;
        for sql in [
            "SELECT COUNT(*) FROM import_row",
            "SELECT COUNT(*) FROM order_secret",
            "SELECT COUNT(*) FROM import_fault WHERE fault LIKE '%13800001111%'",
            samples,
        ] {
            assert_eq!(number_of(db, sql).await, 0, "{sql}");
        }
        assert_eq!(refused(db, scene, first.id).await, ["3 订单金额 number_bad"], "what was wrong is still known");

        let older = OLD.replace("E1,", "E0,");
        // The morning after the erasure.
        let later = OLD.replace("E1,", "E9,").replace("2026-01-01", "2026-09-22");
        let run = orders_in(db, scene, format!("{HEAD}{OLD}{older}{later}")).await;
        assert_eq!(run.counts.masked_buyers, 2, "told as rows that name nobody");
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM order_secret").await, 1, "of who bought again");
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM shop_order WHERE remark IS NOT NULL").await, 1);
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM shop_order WHERE customer_id IS NULL AND number = 'E0'").await, 1);
        let whose = format!("SELECT COUNT(*) FROM shop_order WHERE customer_id = {gone}");
        assert_eq!(number_of(db, Box::leak(whose.into_boxed_str())).await, 1, "the books of who was erased");
        assert_eq!(number_of(db, "SELECT CAST(SUM(paid_fen) AS BIGINT) FROM shop_order").await, 3_000);
    }

    async fn a_list_of_members_is_refused_by_row(db: &TestDb) {
        let scene = scene(db).await;
        orders_in(db, scene, format!("{HEAD}{OLD}")).await;
        erase(db, scene, "松风").await;
        let csv = "买家昵称,会员等级,电话\n松风,2,13800001111\n竹影,1,13900002222\n";
        let run = take_in(db, scene, scene.shop, csv, ask(ImportKind::Customers)).await.expect("taken in");
        assert_eq!(counts(&run), (1, 0, 0, 1));
        let told = refused(db, scene, run.id).await;
        assert!(told[0].ends_with("buyer_erased"), "{told:?}");
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM customer_secret").await, 1);
    }
}
