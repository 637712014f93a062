//! Refused rows are given back as they stand in the file, mended, and sent again.

use base::{Actor, Id, Permission, Shops, Who};
use orders::import::{FileLanguage, ImportKind, Importer, write_refused};
use sheet::{Book, Column, Value, Writer};
use store::on_both;
use store::testing::TestDb;

use crate::hand::*;

const HEAD: &str = "订单号,买家昵称,订单金额,实付金额,订单状态,下单时间,备注\n";

/// The refused rows of a run, or of a file that was only looked at: a table a sheet.
async fn book(db: &TestDb, scene: Scene, id: Id, language: FileLanguage) -> Vec<Vec<Vec<String>>> {
    let rows = Importer::new(db.db.clone(), clock)
        .refused(&scene.who(), id)
        .await
        .expect("rows");
    let bytes = write_refused(&rows, language).expect("a workbook");
    let path = put(db, "refused.xlsx", bytes);
    let mut book = Book::open(&path).expect("a workbook");
    (0..book.sheets().len())
        .map(|sheet| {
            let mut table = book.table_below(sheet, 1).expect("a table");
            let head = table.headers().iter().map(str::to_owned).collect();
            let rows = table
                .by_ref()
                .map(|row| row.expect("a row").iter().map(str::to_owned).collect());
            std::iter::once(head).chain(rows).collect()
        })
        .collect()
}

/// The table as somebody saves it.
fn saved(table: &[Vec<String>]) -> Vec<u8> {
    let columns: Vec<Column> = table[0].iter().map(Column::new).collect();
    let zone = jiff::tz::TimeZone::UTC;
    let mut writer = Writer::xlsx(std::io::Cursor::new(Vec::new()), "订单", zone, &columns).expect("begun");
    for row in &table[1..] {
        writer
            .row(row.iter().map(|text| Value::from(text.as_str())))
            .expect("written");
    }
    writer.finish().expect("ended").into_inner()
}

on_both! { TABLES;
    async fn refused_rows_are_mended_in_their_workbook_and_go_in(db: &TestDb) {
        let scene = scene(db).await;
        let mut csv = HEAD.to_owned();
        for n in 0..250 {
            csv.push_str(&format!("35153100017000{n:04},=买家{n},many,{n}.00,交易成功,2026-01-01 10:00:00,\"=cmd|'x'!A1, {n}\"\n"));
        }
        csv.push_str("Q1,阿岚,5,5,交易成功,2026-01-01 10:00:00,好\n");
        // Looked at, it tells the same rows as taken in.
        let (importer, run) = looked(db, scene, scene.shop, &csv, ask(ImportKind::Orders)).await.expect("looked at");
        let plain = run.sheets[0].confidence;
        let before = book(db, scene, run.id, FileLanguage::Zh).await;
        let run = apply(db, scene, &importer, run.id).await.expect("taken in");
        assert_eq!(counts(&run), (1, 0, 0, 250));
        let english = book(db, scene, run.id, FileLanguage::En).await;
        assert_eq!(&english[0][1][..4], ["2", "订单金额", "This is not a number", "Write a number such as 1234.50"]);
        let mut tables = book(db, scene, run.id, FileLanguage::Zh).await;
        assert_eq!(tables, before);
        let (mut table, more) = (tables.remove(0), tables);
        assert!(more.is_empty());
        assert_eq!(table.len(), 251, "all of them, not those that are shown");
        assert_eq!(table[0], ["※原来的行", "※有错的列", "※问题", "※怎么改", "订单号", "买家昵称", "订单金额", "实付金额", "订单状态", "下单时间", "备注"]);
        assert_eq!(table[250][..6], ["251", "订单金额", "这不是数字", "改成数字，例如 1234.50", "351531000170000249", "=买家249"]);
        assert_eq!(table[250][10], "=cmd|'x'!A1, 249", "as it stands, and no formula");

        // As it is it is refused again; mended it goes in, and says nothing beside its own columns.
        let run = take_in(db, scene, scene.shop, saved(&table), ask(ImportKind::Orders)).await.expect("recognised");
        assert_eq!(counts(&run), (0, 0, 0, 250));
        assert!((run.sheets[0].confidence - plain).abs() < 1e-6, "the same file as before");
        assert!(run.sheets[0].unknown.is_empty() && run.sheets[0].headers[0] == "※原来的行");
        let again = book(db, scene, run.id, FileLanguage::En).await;
        assert_eq!(again[0][0][4..], table[0][4..], "what we wrote the last time is not given back");
        for row in &mut table[1..] {
            row[6] = row[7].clone();
        }
        let run = take_in(db, scene, scene.shop, saved(&table), ask(ImportKind::Orders)).await.expect("recognised");
        assert_eq!(counts(&run), (250, 0, 0, 0), "{:?}", refused(db, scene, run.id).await);
        assert_eq!(number_of(db, "SELECT CAST(SUM(paid_fen) AS BIGINT) FROM shop_order").await, 249 * 250 * 50 + 500);
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM shop_order WHERE extra IS NOT NULL").await, 0);
        let one = order(db, scene, "351531000170000007").await;
        assert_eq!(one.remark.as_deref(), Some("=cmd|'x'!A1, 7"));
    }

    async fn rows_that_make_half_an_order_stand_apart(db: &TestDb) {
        let scene = scene(db).await;
        let csv = "主订单编号,子订单编号,商品标题,商品价格,购买数量,订单状态\nA,1,杯子,5,1,已发货\nB,2,盘子,six,1,已发货\nB,3,碗,6,1,已发货\nA,4,杯垫,1,1,已发货\n";
        let run = take_in(db, scene, scene.shop, csv, ask(ImportKind::Items)).await.expect("taken in");
        assert_eq!(run.counts.refused, 3);
        let tables = book(db, scene, run.id, FileLanguage::Zh).await;
        let rows = |table: &Vec<Vec<String>>, at: usize| table[1..].iter().map(|row| row[at].clone()).collect::<Vec<_>>();
        assert_eq!((tables.len(), rows(&tables[0], 0)), (2, vec!["3".to_owned(), "4".to_owned()]), "both lines of an order");
        assert_eq!((&tables[1][0][0][..], rows(&tables[1], 2)), ("※文件", vec!["5".to_owned()]));
        let mut book = std::fs::read(db.folder.path().join("refused.xlsx")).expect("the workbook");
        let (_, run) = looked(db, scene, scene.shop, std::mem::take(&mut book), ask(ImportKind::Items)).await.expect("looked at");
        let left: Vec<bool> = run.sheets.iter().map(|sheet| sheet.left_out.is_some()).collect();
        assert_eq!(left, [false, true], "nothing of them goes in");
    }

    async fn what_stands_in_refused_rows_is_not_everybodys_and_is_forgotten(db: &TestDb) {
        let scene = scene(db).await;
        let csv = format!("{HEAD}Q1,阿岚,many,5,交易成功,2026-01-01 10:00:00,电话13800001111\n");
        let run = orders_in(db, scene, csv).await;
        let stands = "SELECT COUNT(*) FROM import_fault WHERE cells LIKE '%13800001111%'";
        assert_eq!(number_of(db, stands).await, 1);
        let person = |id: i64, rights: &[Permission]| Actor {
            org: scene.org,
            who: Who::Person(Id(id)),
            permissions: rights.iter().copied().collect(),
            shops: Shops::All,
        };
        let importer = Importer::new(db.db.clone(), clock);
        let other = importer.refused(&person(7, &[Permission::EditOrders]), run.id).await;
        assert_eq!(other.expect_err("refused").code, "forbidden");
        let all = [Permission::EditOrders, Permission::Export, Permission::Reveal];
        assert_eq!(importer.refused(&person(7, &all), run.id).await.expect("rows").len(), 1);
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM log WHERE kind = 'import.refused_taken'").await, 1);
        let sent = put(db, "mine.csv", format!("{HEAD}Q2,阿岚,many,5,交易成功,2026-01-01 10:00:00,\n"));
        let me = person(8, &[Permission::EditOrders]);
        let mine = importer.look(&me, scene.shop, &sent, "mine.csv", ask(ImportKind::Orders)).await.expect("looked at");
        assert_eq!(importer.refused(&me, mine.id).await.expect("whoever sent it").len(), 1);

        // After a month, and when somebody is erased, the place and the mistake are left.
        let folder = db.folder.path().join("imports");
        importer.tidy(&folder).await.expect("tidied");
        assert_eq!(number_of(db, stands).await, 1);
        Importer::new(db.db.clone(), || NOW.plus(31 * 86_400_000)).tidy(&folder).await.expect("tidied");
        assert_eq!(number_of(db, stands).await, 0);
        let tables = book(db, scene, run.id, FileLanguage::En).await;
        assert_eq!((tables.len(), &tables[0][1][2..5]), (1, &["2".to_owned(), "订单金额".to_owned(), "This is not a number".to_owned()][..]));
        let run = orders_in(db, scene, format!("{HEAD}Q3,阿岚,many,5,交易成功,2026-01-01 10:00:00,13800001111\n")).await;
        assert_eq!(number_of(db, stands).await, 1);
        db.write(move |tx| orders::privacy::forget_cells(tx, scene.org, Id(run.id.0 - 1))).await.expect("forgotten");
        assert_eq!(number_of(db, stands).await, 0);
    }
}
