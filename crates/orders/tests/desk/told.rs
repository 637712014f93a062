//! What platforms are told of parcels that left: files, what became of them, what failed.

use base::{Id, PageAsk, Permission};
use orders::ExportFormat;
use orders::desk::{
    self, NewStatusFile, StatusFailure, StatusFilter, StatusResult, StatusState, StatusWaiting,
};
use store::on_both;
use store::testing::TestDb;

use crate::parcels_leave::left_from;
use crate::scene::*;

fn file(shop: Id, failed: bool) -> NewStatusFile {
    NewStatusFile {
        shop,
        platform: "taobao".into(),
        failed,
    }
}

async fn text(db: &TestDb, s: &Scene, id: Id) -> String {
    let bytes = act(db, &s.shipper, move |tx, who| {
        desk::status_file_bytes(tx, who, id, ExportFormat::Csv)
    })
    .await
    .expect("a file");
    String::from_utf8(bytes).expect("text")
}

async fn waiting(db: &TestDb, s: &Scene) -> Vec<StatusWaiting> {
    act(db, &s.shipper, |tx, who| desk::status_waiting(tx, who, None))
        .await
        .expect("sums")
}

async fn failed(db: &TestDb, s: &Scene) -> Vec<(String, String, i64)> {
    let filter = StatusFilter::default();
    act(db, &s.shipper, move |tx, who| {
        desk::status_lines(tx, who, &filter, &PageAsk::default())
    })
    .await
    .expect("lines")
    .items
    .into_iter()
    .map(|line| (line.number, line.why, line.tries))
    .collect()
}

on_both! { TABLES;
    async fn what_left_is_told_to_its_platform_by_file_and_what_failed_again(db: &TestDb) {
        let s = scene(db).await;
        left_from(db, &s, "T1", "taobao", "YT10000001").await;
        left_from(db, &s, "T2", "taobao", "YT10000002").await;
        left_from(db, &s, "W1", "web", "YT10000003").await;
        let sum = |waiting, sent, failed| vec![StatusWaiting { shop: s.one, platform: "taobao".into(), waiting, sent, failed }];
        assert_eq!(waiting(db, &s).await, sum(2, 0, 0), "the shop's own page tells nobody");
        let new = file(s.one, false);
        let made = act(db, &s.shipper, move |tx, who| desk::make_status_file(tx, NOW, who, &new)).await.expect("made");
        assert_eq!((made.lines, made.told_at, made.failed), (2, None, 0));
        let written = text(db, &s, made.id).await;
        let rows: Vec<&str> = written.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(rows, ["订单编号,物流公司,物流单号", "T1,韵达快递,YT10000001", "T2,韵达快递,YT10000002"]);
        assert_eq!(waiting(db, &s).await, sum(0, 2, 0));
        let again = file(s.one, false);
        assert_eq!(code(act(db, &s.shipper, move |tx, who| desk::make_status_file(tx, NOW, who, &again)).await), "nothing_to_tell");
        let id = made.id;
        let wrong = StatusResult { failed: vec![StatusFailure { number: "T9".into(), why: String::new() }] };
        assert_eq!(code(act(db, &s.shipper, move |tx, who| desk::set_status_result(tx, NOW, who, id, &wrong)).await), "not_in_the_file");
        let said = StatusResult { failed: vec![StatusFailure { number: " T2 ".into(), why: "运单号无效".into() }] };
        let told = act(db, &s.shipper, move |tx, who| desk::set_status_result(tx, NOW, who, id, &said)).await.expect("told");
        assert_eq!((told.failed, told.told_at), (1, Some(NOW)));
        assert_eq!(waiting(db, &s).await, sum(0, 0, 1));
        assert_eq!(failed(db, &s).await, [("T2".to_owned(), "运单号无效".to_owned(), 1)]);
        // What failed goes into a file of its own, and is done when the platform takes it.
        let new = file(s.one, true);
        let second = act(db, &s.shipper, move |tx, who| desk::make_status_file(tx, NOW, who, &new)).await.expect("made");
        assert_eq!((second.lines, text(db, &s, second.id).await.contains("\nT1,")), (1, false));
        let id = second.id;
        act(db, &s.shipper, move |tx, who| desk::set_status_result(tx, NOW, who, id, &StatusResult { failed: vec![] })).await.expect("told");
        assert!(waiting(db, &s).await.is_empty() && failed(db, &s).await.is_empty());
        let filter = StatusFilter { file: Some(id), ..StatusFilter::default() };
        let line = act(db, &s.shipper, move |tx, who| desk::status_lines(tx, who, &filter, &PageAsk::default())).await.expect("lines").items.remove(0);
        assert_eq!((line.state, line.tries, line.waybill.as_str()), (StatusState::Done, 2, "YT10000002"));
        assert_eq!(log(db, "status_file.made").await.len(), 2);
    }

    async fn what_came_back_is_told_to_nobody_and_others_see_nothing(db: &TestDb) {
        let s = scene(db).await;
        let parcel = left_from(db, &s, "T1", "taobao", "YT10000001").await;
        let new = file(s.one, false);
        assert_eq!(code(act(db, &s.auditor, move |tx, who| desk::make_status_file(tx, NOW, who, &new)).await), "forbidden");
        let new = file(s.two, false);
        assert_eq!(code(act(db, &s.agent, move |tx, who| desk::make_status_file(tx, NOW, who, &new)).await), "not_found");
        let stranger = base::Actor { org: s.other, ..s.boss.clone() };
        assert!(act(db, &stranger, |tx, who| desk::status_waiting(tx, who, None)).await.expect("sums").is_empty());
        let blind = base::Actor { permissions: [Permission::ShipOrders].into_iter().collect(), ..s.shipper.clone() };
        assert_eq!(code(act(db, &blind, |tx, who| desk::status_waiting(tx, who, None)).await), "forbidden");
        act(db, &s.shipper, move |tx, who| desk::unship(tx, NOW, who, parcel)).await.expect("back");
        assert!(waiting(db, &s).await.is_empty());
    }
}
