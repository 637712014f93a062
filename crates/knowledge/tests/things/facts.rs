//! What is known of products: facts, batches, certificates, warranties, pre-sale marks.

use base::{Fen, Id, Ms, PageAsk, Shops};
use catalogue::ProductFilter;
use knowledge::{
    BasicsChange, BatchFilter, CertificateChange, CertificateFilter, CertificateKind, Holding,
    NewCertificate, NewPreorder, NewProductBatch, NewWarranty, ProductBatchChange, ProductFactsChange,
    ProductRowChange, RepairPrice, SizeColumn, SizeRow, SizeTable, StockState, TestValue, WarrantyChange,
};
use serde_json::json;
use store::{FileRow, Files, on_both};

use crate::scene::*;

pub(crate) fn sizes(method: &str) -> SizeTable {
    let column = |name: &str, method: &str| SizeColumn {
        name: name.into(),
        method: method.into(),
        tolerance: Some(2.0),
    };
    SizeTable {
        unit: "cm".into(),
        columns: vec![
            column("被套长", "平铺从左边缘量到右边缘"),
            column("床单宽", method),
        ],
        rows: vec![SizeRow {
            size: "1.8m床".into(),
            values: vec!["220".into(), "245".into()],
        }],
        note: "手工测量".into(),
    }
}

fn facts() -> ProductFactsChange {
    ProductFactsChange {
        category: Some("bedding".into()),
        features: Some(vec!["活性印染".into(), "可机洗".into()]),
        advantages: Some(vec!["40 支新疆棉".into()]),
        origin: Some("江苏南通".into()),
        made_at: Some(Some(NOW.plus(-90 * DAY))),
        shelf_life_days: Some(Some(180)),
        tests: Some(vec![TestValue {
            name: "甲醛含量".into(),
            value: "未检出".into(),
            unit: "mg/kg".into(),
            source: "GB 18401-2010 A 类".into(),
        }]),
        picture_note: Some("灰色在暖光下偏米色。".into()),
        defects: Some("无".into()),
        competitor_note: Some("克重高 20%。".into()),
        size_table: Some(Some(sizes("平铺从上边缘量到下边缘"))),
        ..ProductFactsChange::default()
    }
}

fn batch(code: &str, made: i64, expires: Option<i64>) -> NewProductBatch {
    NewProductBatch {
        code: code.into(),
        made_at: NOW.plus(made * DAY),
        expires_at: expires.map(|days| NOW.plus(days * DAY)),
        sku: None,
        note: String::new(),
    }
}

fn certificate(number: &str, ends: Option<i64>) -> NewCertificate {
    NewCertificate {
        kind: CertificateKind::Quality,
        number: number.into(),
        issuer: "南通纤检所".into(),
        file: None,
        expires_at: ends.map(|days| NOW.plus(days * DAY)),
        note: String::new(),
    }
}

fn warranty(part: &str, months: i64) -> NewWarranty {
    NewWarranty {
        part: part.into(),
        months,
        scope: "非人为开线、拉链损坏".into(),
        chargeable: "人为撕裂、烫坏".into(),
        prices: vec![RepairPrice {
            item: "换拉链".into(),
            fen: Fen(1_500),
        }],
    }
}

on_both! { TABLES;
    async fn a_row_of_the_sheet_changes_a_product_and_what_is_known_of_it_together(db: &TestDb) {
        let scene = scene(db).await;
        let id = set(db, &scene).await.id;
        let there = Some(vec![scene.shops[1]]);
        product(db, scene.org, "ZT01", "乳胶枕", &[("ZT01-1", "", 9_900, 5)], there).await;
        let change = |rev: i64, title: &str, days: i64| ProductRowChange {
            basics: Some(BasicsChange { title: Some(title.into()), ..BasicsChange::default() }),
            facts: Some(ProductFactsChange { rev: Some(rev), shelf_life_days: Some(Some(days)), ..ProductFactsChange::default() }),
        };
        let one = change(0, "晨雾四件套", 365);
        let row = did(db, &scene.editor, move |tx, who| knowledge::change_product_row(tx, NOW, who, id, &one)).await.expect("changed");
        assert_eq!((row.product.title.as_str(), row.product.skus.len(), row.facts.rev, row.facts.shelf_life_days), ("晨雾四件套", 2, 1, Some(365)));
        let rows = saw(db, &scene.editor, |tx, who| knowledge::product_rows(tx, who, &ProductFilter::default(), &PageAsk::default())).await.expect("rows").items;
        let known: Vec<_> = rows.iter().map(|row| (row.product.code.as_str(), row.facts.product == row.product.id, row.facts.rev)).collect();
        assert_eq!(known, [("ZT01", true, 0), ("SJ01", true, 1)]);
        assert_eq!(rows[1], row);
        let near = saw(db, &scene.agent, |tx, who| knowledge::product_rows(tx, who, &ProductFilter::default(), &PageAsk::default())).await.expect("rows").items;
        assert_eq!(near.len(), 1, "what only another shop sells is not shown");
        // What somebody else wrote meanwhile is not written over, and what is refused takes the rest of the row with it.
        for (wrong, expected) in [(change(0, "旧的", 30), "changed_meanwhile"), (change(1, "旧的", 0), "out_of_range")] {
            let result = did(db, &scene.editor, move |tx, who| knowledge::change_product_row(tx, NOW, who, id, &wrong)).await;
            assert_eq!(code(result), expected);
        }
        let same = saw(db, &scene.editor, move |tx, who| catalogue::product(tx, who, id)).await.expect("a product");
        assert_eq!(same.title, "晨雾四件套");
        let nothing = ProductRowChange::default();
        for (who, expected) in [(&scene.stranger, "not_found"), (&scene.agent, "forbidden")] {
            let (change, nothing) = (change(1, "别人的", 30), nothing.clone());
            assert_eq!(code(did(db, who, move |tx, who| knowledge::change_product_row(tx, NOW, who, id, &change)).await), expected);
            let result = did(db, who, move |tx, who| knowledge::change_product_row(tx, NOW, who, id, &nothing)).await;
            assert_eq!(result.is_ok(), expected == "forbidden", "nothing at all may be changed by whoever sees it");
        }
    }

    async fn facts_are_written_compared_and_told(db: &TestDb) {
        let scene = scene(db).await;
        let id = set(db, &scene).await.id;
        let empty = saw(db, &scene.agent, move |tx, who| knowledge::facts(tx, who, id)).await.expect("facts");
        assert_eq!((empty.rev, empty.product, empty.changed_at), (0, id, None));

        let made = did(db, &scene.editor, move |tx, who| knowledge::change_facts(tx, NOW, who, id, &facts())).await.expect("written");
        assert_eq!((made.rev, made.shelf_life_days, made.changed_by), (1, Some(180), scene.editor.person()));
        assert_eq!(saw(db, &scene.agent, move |tx, who| knowledge::facts(tx, who, id)).await.expect("facts"), made);

        let again = did(db, &scene.editor, move |tx, who| knowledge::change_facts(tx, NOW, who, id, &facts())).await.expect("the same");
        assert_eq!(again, made, "nothing changed");
        assert_eq!(told(db, "product.facts_changed").await.len(), 1);

        let one = ProductFactsChange { rev: Some(1), origin: Some(" ".into()), size_table: Some(None), ..ProductFactsChange::default() };
        let changed = did(db, &scene.editor, { let one = one.clone(); move |tx, who| knowledge::change_facts(tx, NOW, who, id, &one) }).await.expect("changed");
        assert_eq!((changed.origin.as_str(), &changed.size_table, &changed.features), ("", &None, &made.features));
        let data = &told(db, "product.facts_changed").await[1];
        assert_eq!((&data["origin"], data["features"].is_null()), (&json!(["江苏南通", ""]), true));
        let late = did(db, &scene.editor, move |tx, who| knowledge::change_facts(tx, NOW, who, id, &one)).await.expect_err("refused");
        assert_eq!((late.code.as_ref(), &late.params["rev"]), ("changed_meanwhile", &json!(2)));
    }

    async fn what_is_wrong_with_facts_is_named_and_nothing_is_written(db: &TestDb) {
        let scene = scene(db).await;
        let id = set(db, &scene).await.id;
        let none = ProductFactsChange::default();
        let mut table = sizes("");
        table.rows[0].values.pop();
        let long = "长".repeat(201);
        for (change, field, code) in [
            (ProductFactsChange { shelf_life_days: Some(Some(0)), ..none.clone() }, "shelf_life_days", "out_of_range"),
            (ProductFactsChange { made_at: Some(Some(Ms(1_790_000_000))), ..none.clone() }, "made_at", "out_of_range"),
            (ProductFactsChange { features: Some(vec![long]), ..none.clone() }, "features", "text_too_long"),
            (ProductFactsChange { features: Some(vec!["a".into(); 21]), ..none.clone() }, "features", "too_many"),
            (ProductFactsChange { features: Some(vec![" ".into()]), ..none.clone() }, "features", "text_empty"),
            (ProductFactsChange { size_table: Some(Some(table)), ..none.clone() }, "size_table.rows", "size_row"),
            (ProductFactsChange { category: Some("x".repeat(1 << 20)), ..none.clone() }, "category", "text_too_long"),
        ] {
            let change = ProductFactsChange { origin: Some("江苏".into()), ..change };
            let problem = did(db, &scene.editor, move |tx, who| knowledge::change_facts(tx, NOW, who, id, &change)).await.expect_err(code);
            assert_eq!((problem.status, problem.field.as_deref(), problem.code.as_ref()), (422, Some(field), code));
        }
        let script = ProductFactsChange { origin: Some("<script>alert(1)</script>\0".into()), ..none };
        let kept = did(db, &scene.editor, move |tx, who| knowledge::change_facts(tx, NOW, who, id, &script)).await.expect("kept as text");
        assert_eq!((kept.origin.as_str(), kept.rev), ("<script>alert(1)</script>", 1));
    }

    async fn facts_of_products_out_of_reach_do_not_exist(db: &TestDb) {
        let scene = scene(db).await;
        let id = product(db, scene.org, "ZT", "枕头", &[("ZT-1", "", 9_900, 5)], Some(vec![scene.shops[0]])).await.id;
        for who in [&scene.far, &scene.stranger, &somebody(scene.org, &[], Shops::only(vec![scene.shops[1]]))] {
            assert_eq!(code(saw(db, who, move |tx, who| knowledge::facts(tx, who, id)).await), "not_found");
            assert_eq!(code(did(db, who, move |tx, who| knowledge::change_facts(tx, NOW, who, id, &facts())).await), "not_found");
            assert_eq!(code(did(db, who, move |tx, who| knowledge::add_batch(tx, NOW, who, id, &batch("A", -1, None))).await), "not_found");
            assert_eq!(code(did(db, who, move |tx, who| knowledge::add_certificate(tx, NOW, who, id, &certificate("A", None))).await), "not_found");
            assert_eq!(code(did(db, who, move |tx, who| knowledge::add_warranty(tx, NOW, who, id, &warranty("面料", 1))).await), "not_found");
        }
        let agent = &scene.agent;
        assert_eq!(code(did(db, agent, move |tx, who| knowledge::change_facts(tx, NOW, who, id, &facts())).await), "forbidden");
        assert_eq!(code(did(db, agent, move |tx, who| knowledge::add_batch(tx, NOW, who, id, &batch("A", -1, None))).await), "forbidden");
        assert_eq!(code(did(db, agent, move |tx, who| knowledge::add_certificate(tx, NOW, who, id, &certificate("A", None))).await), "forbidden");
        assert_eq!(code(did(db, agent, move |tx, who| knowledge::add_warranty(tx, NOW, who, id, &warranty("面料", 1))).await), "forbidden");
        let buyer = base::Actor::buyer(scene.org, scene.shops[0], Id(9));
        assert_eq!(code(saw(db, &buyer, move |tx, who| knowledge::facts(tx, who, id)).await), "forbidden");
    }

    async fn batches_expire_by_their_own_day_or_by_shelf_life(db: &TestDb) {
        let scene = scene(db).await;
        let set = set(db, &scene).await;
        let (id, sku) = (set.id, set.skus[0].id);
        let editor = &scene.editor;
        did(db, editor, move |tx, who| knowledge::change_facts(tx, NOW, who, id, &facts())).await.expect("facts");
        let by_life = did(db, editor, move |tx, who| knowledge::add_batch(tx, NOW, who, id, &batch("B1", -150, None))).await.expect("added");
        assert_eq!((by_life.expires_at, by_life.state, by_life.days_left), (Some(NOW.plus(30 * DAY)), Holding::Expiring, Some(30)));
        let past = did(db, editor, move |tx, who| knowledge::add_batch(tx, NOW, who, id, &batch("B2", -150, Some(-1)))).await.expect("added");
        assert_eq!((past.state, past.days_left), (Holding::Expired, Some(-1)));
        let of_sku = NewProductBatch { sku: Some(sku), ..batch("B3", -1, Some(300)) };
        let fresh = did(db, editor, move |tx, who| knowledge::add_batch(tx, NOW, who, id, &of_sku)).await.expect("added");
        assert_eq!((fresh.state, fresh.sku), (Holding::Ok, Some(sku)));

        let refused = [(batch("B1", -1, None), "batch_exists"), (batch("B4", 0, Some(-1)), "expires_before_made"), (NewProductBatch { sku: Some(Id(5)), ..batch("B5", 0, None) }, "not_found")];
        for (new, why) in refused {
            assert_eq!(code(did(db, editor, move |tx, who| knowledge::add_batch(tx, NOW, who, id, &new)).await), why);
        }
        let clash = ProductBatchChange { code: Some("B2".into()), ..ProductBatchChange::default() };
        assert_eq!(code(did(db, editor, move |tx, who| knowledge::change_batch(tx, NOW, who, by_life.id, &clash)).await), "batch_exists");
        let never = ProductBatchChange { expires_at: Some(None), ..ProductBatchChange::default() };
        let kept = did(db, editor, move |tx, who| knowledge::change_batch(tx, NOW, who, by_life.id, &never)).await.expect("changed");
        assert_eq!((kept.expires_at, kept.state, kept.days_left), (None, Holding::Ok, None));

        let list = |who: &base::Actor, state: Option<Holding>| {
            let filter = BatchFilter { shop: None, state };
            saw(db, who, move |tx, who| knowledge::batches(tx, NOW, who, &filter, &PageAsk::default()))
        };
        let codes = |page: base::Page<knowledge::ProductBatch>| page.items.into_iter().map(|one| one.code).collect::<Vec<_>>();
        assert_eq!(codes(list(&scene.agent, None).await.expect("all")), ["B2", "B3", "B1"]);
        assert_eq!(codes(list(&scene.agent, Some(Holding::Expired)).await.expect("expired")), ["B2"]);
        assert_eq!(codes(list(&scene.agent, Some(Holding::Ok)).await.expect("good")), ["B3", "B1"]);
        assert_eq!(list(&scene.stranger, None).await.expect("nothing").items.len(), 0);
        assert_eq!(saw(db, &scene.agent, move |tx, who| knowledge::batches_of(tx, NOW, who, id)).await.expect("of it").len(), 3);
        let (paged, rest) = saw(db, &scene.agent, |tx, who| {
            let first = knowledge::batches(tx, NOW, who, &BatchFilter::default(), &PageAsk { cursor: None, limit: Some(2) })?;
            let rest = PageAsk { cursor: first.next.clone(), limit: Some(2) };
            Ok((first.items.len(), knowledge::batches(tx, NOW, who, &BatchFilter::default(), &rest)?.items.len()))
        }).await.expect("pages");
        assert_eq!((paged, rest), (2, 1));

        assert_eq!(code(did(db, &scene.stranger, move |tx, who| knowledge::remove_batch(tx, NOW, who, fresh.id)).await), "not_found");
        assert_eq!(code(did(db, &scene.agent, move |tx, who| knowledge::remove_batch(tx, NOW, who, fresh.id)).await), "forbidden");
        did(db, editor, move |tx, who| knowledge::remove_batch(tx, NOW, who, fresh.id)).await.expect("removed");
        assert_eq!(code(did(db, editor, move |tx, who| knowledge::remove_batch(tx, NOW, who, fresh.id)).await), "not_found");
    }

    async fn certificates_have_a_document_and_an_end(db: &TestDb) {
        let scene = scene(db).await;
        let id = set(db, &scene).await.id;
        let files = Files::folder(&db.folder.path().join("files")).expect("files");
        let keep = |bytes: Vec<u8>, name: &'static str, who: base::Actor, shop: Id| {
            let files = files.clone();
            async move {
                let new = files.take(name, bytes).await.expect("stored");
                db.write(move |tx| FileRow::keep(tx, NOW, &who, shop, &new)).await.expect("kept").id
            }
        };
        let editor = &scene.editor;
        let pdf = keep(b"%PDF-1.4\n1 0 obj\n".to_vec(), "质检报告.pdf", editor.clone(), scene.shops[0]).await;
        let text = keep(b"not a picture at all".to_vec(), "质检报告.png", editor.clone(), scene.shops[0]).await;
        let buyers = keep(b"%PDF-1.4\n1 0 obj\n".to_vec(), "a.pdf", base::Actor::buyer(scene.org, scene.shops[0], Id(9)), scene.shops[0]).await;
        let with = |file: Id| NewCertificate { file: Some(file), ..certificate("QC-1", Some(20)) };
        let made = did(db, editor, move |tx, who| knowledge::add_certificate(tx, NOW, who, id, &with(pdf))).await.expect("added");
        assert_eq!((made.file, made.state, made.days_left), (Some(pdf), Holding::Expiring, Some(20)));
        let problem = did(db, editor, move |tx, who| knowledge::add_certificate(tx, NOW, who, id, &with(text))).await.expect_err("refused");
        assert_eq!((problem.status, problem.code.as_ref(), problem.field.as_deref()), (422, "file_kind", Some("file")));
        assert_eq!(code(did(db, editor, move |tx, who| knowledge::add_certificate(tx, NOW, who, id, &with(buyers))).await), "not_found", "what a buyer sent is no certificate");
        assert_eq!(code(did(db, editor, move |tx, who| knowledge::add_certificate(tx, NOW, who, id, &with(Id(77)))).await), "not_found");
        assert_eq!(code(did(db, &scene.far, move |tx, who| knowledge::add_certificate(tx, NOW, who, id, &with(pdf))).await), "not_found", "a file of another shop");

        did(db, editor, move |tx, who| knowledge::add_certificate(tx, NOW, who, id, &certificate("QC-2", None))).await.expect("without end");
        let later = CertificateChange { expires_at: Some(Some(NOW.plus(400 * DAY))), ..CertificateChange::default() };
        let changed = did(db, &scene.far, move |tx, who| knowledge::change_certificate(tx, NOW, who, made.id, &later)).await.expect("the file stays though it is out of reach");
        assert_eq!((changed.state, changed.file), (Holding::Ok, Some(pdf)));
        let list = |state: Option<Holding>, at: Ms| {
            let filter = CertificateFilter { shop: Some(scene.shops[0]), state, kind: Some(CertificateKind::Quality) };
            saw(db, &scene.agent, move |tx, who| knowledge::certificates(tx, at, who, &filter, &PageAsk::default()))
        };
        let numbers = |page: base::Page<knowledge::Certificate>| page.items.into_iter().map(|one| one.number).collect::<Vec<_>>();
        assert_eq!(numbers(list(None, NOW).await.expect("all")), ["QC-1", "QC-2"]);
        assert_eq!(numbers(list(Some(Holding::Expiring), NOW.plus(380 * DAY)).await.expect("soon")), ["QC-1"]);
        assert_eq!(numbers(list(Some(Holding::Expired), NOW.plus(400 * DAY)).await.expect("ended")), ["QC-1"], "on its very end it has ended");
        assert_eq!(code(did(db, &scene.agent, move |tx, who| knowledge::remove_certificate(tx, NOW, who, made.id)).await), "forbidden");
        assert_eq!(code(did(db, &scene.stranger, move |tx, who| knowledge::remove_certificate(tx, NOW, who, made.id)).await), "not_found");
        did(db, editor, move |tx, who| knowledge::remove_certificate(tx, NOW, who, made.id)).await.expect("removed");
        assert_eq!(saw(db, &scene.agent, move |tx, who| knowledge::certificates_of(tx, NOW, who, id)).await.expect("left").len(), 1);
    }

    async fn a_part_has_one_warranty_with_its_prices(db: &TestDb) {
        let scene = scene(db).await;
        let id = set(db, &scene).await.id;
        let editor = &scene.editor;
        let made = did(db, editor, move |tx, who| knowledge::add_warranty(tx, NOW, who, id, &warranty("拉链", 24))).await.expect("added");
        let other = did(db, editor, move |tx, who| knowledge::add_warranty(tx, NOW, who, id, &warranty("面料", 3))).await.expect("added");
        assert_eq!(code(did(db, editor, move |tx, who| knowledge::add_warranty(tx, NOW, who, id, &warranty("拉链", 1))).await), "warranty_exists");
        let clash = WarrantyChange { part: Some("拉链".into()), ..WarrantyChange::default() };
        assert_eq!(code(did(db, editor, move |tx, who| knowledge::change_warranty(tx, NOW, who, other.id, &clash)).await), "warranty_exists");
        let dear = WarrantyChange { prices: Some(vec![RepairPrice { item: "换拉链".into(), fen: Fen(-1) }]), ..WarrantyChange::default() };
        assert_eq!(code(did(db, editor, move |tx, who| knowledge::change_warranty(tx, NOW, who, made.id, &dear)).await), "out_of_range");
        let longer = WarrantyChange { months: Some(36), ..WarrantyChange::default() };
        did(db, editor, move |tx, who| knowledge::change_warranty(tx, NOW, who, made.id, &longer)).await.expect("changed");
        let all = saw(db, &scene.agent, move |tx, who| knowledge::warranties(tx, who, id)).await.expect("all");
        assert_eq!(all.iter().map(|one| (one.part.as_str(), one.months, one.prices[0].fen)).collect::<Vec<_>>(), [("拉链", 36, Fen(1_500)), ("面料", 3, Fen(1_500))]);
        assert_eq!(code(did(db, &scene.agent, move |tx, who| knowledge::remove_warranty(tx, NOW, who, made.id)).await), "forbidden");
        did(db, editor, move |tx, who| knowledge::remove_warranty(tx, NOW, who, made.id)).await.expect("removed");
        assert_eq!(told(db, "warranty.changed").await, [json!({ "months": [24, 36] })]);
    }

    async fn a_sku_is_sold_before_it_is_there(db: &TestDb) {
        let scene = scene(db).await;
        let set = set(db, &scene).await;
        let (id, out, shop) = (set.id, set.skus[1].id, scene.shops[0]);
        let mark = |days: i64| NewPreorder { ships_at: NOW.plus(days * DAY), note: "工厂排期".into() };
        assert_eq!(code(did(db, &scene.agent, move |tx, who| knowledge::set_preorder(tx, NOW, who, out, &mark(9))).await), "forbidden");
        assert_eq!(code(did(db, &scene.stranger, move |tx, who| knowledge::set_preorder(tx, NOW, who, out, &mark(9))).await), "not_found");
        did(db, &scene.editor, move |tx, who| knowledge::set_preorder(tx, NOW, who, out, &mark(3))).await.expect("marked");
        let moved = did(db, &scene.editor, move |tx, who| knowledge::set_preorder(tx, NOW, who, out, &mark(9))).await.expect("moved");
        assert_eq!((moved.late, moved.code.as_str()), (false, "SJ01-15"));
        let brief = saw(db, &scene.agent, move |tx, who| knowledge::product_brief(tx, NOW, who, id, shop, Fen(0))).await.expect("a brief");
        let states: Vec<_> = brief.stock.iter().map(|one| (one.state, one.preorder.as_ref().map(|mark| mark.ships_at))).collect();
        assert_eq!(states, [(StockState::InStock, None), (StockState::Preorder, Some(NOW.plus(9 * DAY)))]);
        let list = saw(db, &scene.agent, |tx, who| knowledge::preorders(tx, NOW.plus(10 * DAY), who, None)).await.expect("a list");
        assert_eq!(list.iter().map(|one| (one.sku, one.late)).collect::<Vec<_>>(), [(out, true)]);
        assert!(saw(db, &scene.stranger, |tx, who| knowledge::preorders(tx, NOW, who, None)).await.expect("a list").is_empty());
        did(db, &scene.editor, move |tx, who| knowledge::end_preorder(tx, NOW, who, out)).await.expect("ended");
        assert_eq!(code(did(db, &scene.editor, move |tx, who| knowledge::end_preorder(tx, NOW, who, out)).await), "not_found");
    }
}
