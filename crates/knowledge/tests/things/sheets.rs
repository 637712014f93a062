//! Products' facts in sheets: looked at first, taken in as a whole, given out and taken in again.

use base::Actor;
use knowledge::{FactsImport, FactsReport, RowAction, SheetForm, read_facts_file, write_facts_file};
use store::on_both;
use store::testing::TestDb;

use crate::scene::*;

const ZONE: &str = "Asia/Shanghai";
const LOOK: FactsImport = FactsImport {
    apply: false,
    skip_refused: false,
};
const APPLY: FactsImport = FactsImport {
    apply: true,
    skip_refused: false,
};

const GOOD: &str = "商品编码,类目,产地,生产日期,保质期（天）,功能,检测数据,尺码表\n\
    SJ01,bedding,江苏南通,2026-08-01,365,\"可机洗\n可烘干\",甲醛含量 | 未检出 | mg/kg | GB 18401,\"cm | 被套长（平铺量）±2 | 床单宽（平铺量）±2\n1.8m床 | 220 | 245\"\n\
    ZT01,bedding,浙江,,,,,\n";

async fn import(
    db: &TestDb,
    who: &Actor,
    text: &str,
    how: FactsImport,
) -> Result<FactsReport, base::Problem> {
    let file = read_facts_file(text.as_bytes().to_vec(), "facts.csv", ZONE);
    did(db, who, move |tx, who| {
        knowledge::import_facts(tx, NOW, who, &file, how)
    })
    .await
}

fn sums(report: &FactsReport) -> [usize; 5] {
    [
        report.read,
        report.created,
        report.changed,
        report.unchanged,
        report.refused,
    ]
}

on_both! { TABLES;
    async fn a_sheet_is_looked_at_taken_in_and_changes_nothing_the_second_time(db: &TestDb) {
        let scene = scene(db).await;
        let id = set(db, &scene).await.id;
        product(db, scene.org, "ZT01", "乳胶枕", &[("ZT01-1", "", 9_900, 5)], None).await;
        let look = import(db, &scene.editor, GOOD, LOOK).await.expect("a look");
        assert_eq!((sums(&look), look.applied), ([2, 2, 0, 0, 0], false));
        assert_eq!((look.rows[0].row, look.rows[0].title.as_str(), look.rows[0].action), (2, "晨雾磨毛四件套", RowAction::Create));
        assert_eq!(saw(db, &scene.editor, move |tx, who| knowledge::facts(tx, who, id)).await.expect("facts").rev, 0, "a look writes nothing");
        let done = import(db, &scene.editor, GOOD, APPLY).await.expect("taken in");
        assert_eq!((sums(&done), done.applied), ([2, 2, 0, 0, 0], true));
        let facts = saw(db, &scene.editor, move |tx, who| knowledge::facts(tx, who, id)).await.expect("facts");
        let table = facts.size_table.expect("a table");
        assert_eq!((facts.shelf_life_days, &facts.features[..], table.columns[1].method.as_str()), (Some(365), &["可机洗".to_owned(), "可烘干".into()][..], "平铺量"));
        let again = import(db, &scene.editor, GOOD, APPLY).await.expect("again");
        assert_eq!(sums(&again), [2, 0, 0, 2, 0]);
        assert_eq!(told(db, "product.facts_changed").await.len(), 2);
        let other = import(db, &scene.editor, "商品编码,产地\nSJ01,\nZT01,云南\n", APPLY).await.expect("another");
        assert_eq!((sums(&other), &other.rows[1].fields[..]), ([2, 0, 1, 1, 0], &["origin".to_owned()][..]), "an empty cell never clears what is known");
    }

    async fn what_is_wrong_is_told_by_row_and_column_and_nothing_is_half_done(db: &TestDb) {
        let scene = scene(db).await;
        let id = set(db, &scene).await.id;
        product(db, scene.org, "FAR", "床笠", &[("FAR-1", "", 9_900, 5)], Some(vec![scene.shops[0]])).await;
        let long = "长".repeat(121);
        let bad = format!("商品编码,产地,保质期,尺码表,检测数据\nSJ01,江苏,,,\nNONE,江苏,,,\nSJ01,,,,\nX1,,三年,,\nX2,{long},,,\nX3,,,有大有小,\nX4,,,,甲醛\n");
        for code in ["X2", "X3", "X4"] {
            product(db, scene.org, code, "小件", &[(&format!("{code}-1"), "", 100, 5)], None).await;
        }
        let report = import(db, &scene.editor, &bad, APPLY).await.expect("a report");
        let mut told: Vec<_> = report.errors.iter().map(|one| (one.row, one.column.as_deref(), one.code.as_str())).collect();
        told.sort();
        assert_eq!(told, [
            (Some(3), Some("商品编码"), "product_unknown"), (Some(4), Some("商品编码"), "product_twice"), (Some(5), Some("保质期"), "number_bad"),
            (Some(6), Some("产地"), "text_too_long"), (Some(7), Some("尺码表"), "size_line"), (Some(8), Some("检测数据"), "test_line"),
        ]);
        assert_eq!((sums(&report), report.applied), ([7, 1, 0, 0, 6], false));
        let rev = saw(db, &scene.editor, move |tx, who| knowledge::facts(tx, who, id)).await.expect("facts").rev;
        assert_eq!(rev, 0, "nothing is half done");
        let skipped = import(db, &scene.editor, &bad, FactsImport { apply: true, skip_refused: true }).await.expect("the rest");
        assert_eq!((skipped.created, skipped.refused, skipped.applied), (1, 6, true));

        let far = import(db, &scene.far, "商品编码,产地\nFAR,江苏\n", APPLY).await.expect("a report");
        assert_eq!(far.errors[0].code, "product_unknown", "what another shop sells does not exist");
        assert_eq!(code(import(db, &scene.agent, GOOD, APPLY).await), "forbidden");
        let stranger = import(db, &scene.stranger, GOOD, APPLY).await.expect("a report");
        assert_eq!((stranger.refused, stranger.applied), (2, false));
        let broken = read_facts_file(b"PK\x03\x04 cut".to_vec(), "a.xlsx", ZONE);
        let broken = did(db, &scene.editor, move |tx, who| knowledge::import_facts(tx, NOW, who, &broken, FactsImport { apply: true, skip_refused: true })).await.expect("a report");
        assert_eq!((broken.errors[0].code.as_str(), broken.errors[0].row, broken.applied), ("file_cut", None, false));
    }

    async fn what_is_given_out_is_taken_in_unchanged(db: &TestDb) {
        let scene = scene(db).await;
        set(db, &scene).await;
        product(db, scene.org, "ZT01", "=cmd|'/C calc'!A0", &[("ZT01-1", "", 9_900, 5)], None).await;
        import(db, &scene.editor, GOOD, APPLY).await.expect("taken in");
        for form in [SheetForm::Xlsx, SheetForm::Csv] {
            let lines = saw(db, &scene.editor, |tx, who| knowledge::export_facts(tx, who, None)).await.expect("lines");
            assert_eq!(lines.len(), 2);
            let bytes = write_facts_file(&lines, form, ZONE).expect("a file");
            let file = read_facts_file(bytes, "export", ZONE);
            let report = did(db, &scene.editor, move |tx, who| knowledge::import_facts(tx, NOW, who, &file, APPLY)).await.expect("a report");
            assert_eq!((sums(&report), report.errors.len()), ([2, 0, 0, 2, 0], 0), "{form:?}");
        }
        let shop = scene.shops[0];
        assert_eq!(code(saw(db, &scene.agent, |tx, who| knowledge::export_facts(tx, who, None)).await), "forbidden");
        assert_eq!(code(saw(db, &scene.far, move |tx, who| knowledge::export_facts(tx, who, Some(shop))).await), "not_found");
        assert!(saw(db, &scene.stranger, |tx, who| knowledge::export_facts(tx, who, None)).await.expect("lines").is_empty());
    }
}
