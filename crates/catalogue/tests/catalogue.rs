//! What the catalogue promises, on both engines.

use std::sync::Arc;

use base::{Actor, Fen, Id, Ms, PageAsk, Permission, Permissions, Problem, Shops, Who};
use catalogue::{
    NewComing, NewProduct, NewSku, Product, ProductFilter, Received, SETTINGS, SkuCost, Stock, StockAsk,
    add_coming, card, drop_coming, products, receive_coming, set_cost, stock_answers, upsert_product,
};
use serde_json::json;
use store::testing::TestDb;
use store::{LogRow, Schema, Tx, args, on_both};

const TABLES: &[Schema] = &[team::SCHEMA, catalogue::SCHEMA];
const NOW: Ms = Ms(1_790_000_000_000);

/// One of the four that move stock.
type Verb = fn(&mut Tx<'_>, Ms, &Actor, Id, i64) -> Result<Option<Stock>, Problem>;

/// Two organisations; the first has two shops.
struct Scene {
    org: Id,
    other: Id,
    shops: [Id; 2],
}

async fn scene(db: &TestDb) -> Scene {
    db.write(|tx| {
        let org = team::found_org(tx, NOW, "栖竹家纺")?;
        let other = team::found_org(tx, NOW, "别家")?;
        let shops = [shop(tx, org, "栖竹旗舰店")?, shop(tx, org, "阿栖小铺")?];
        Ok(Scene { org, other, shops })
    })
    .await
    .expect("a scene")
}

fn shop(tx: &mut Tx<'_>, org: Id, name: &str) -> Result<Id, Problem> {
    let key = format!("{:0>16}", tx.id());
    let new = team::NewShop {
        key,
        name: name.into(),
        ..team::NewShop::default()
    };
    Ok(team::add_shop(tx, NOW, &Actor::program(org), new)?.id)
}

fn editor(org: Id, shops: Shops) -> Actor {
    let permissions = [Permission::EditCatalogue].into_iter().collect();
    Actor {
        org,
        who: Who::Person(Id(7)),
        permissions,
        shops,
    }
}

fn new_sku(code: &str, price: i64, on_hand: i64) -> NewSku {
    NewSku {
        code: code.into(),
        spec: Some("1.8m床".into()),
        price_fen: Some(Fen(price)),
        cost_fen: None,
        floor_fen: None,
        on_hand: Some(on_hand),
        safety: None,
        active: None,
    }
}

fn new_product(code: &str, title: &str, skus: Vec<NewSku>) -> NewProduct {
    NewProduct {
        code: code.into(),
        title: Some(title.into()),
        picture: Some("https://shop.example/a.jpg".into()),
        url: None,
        selling_points: Some(vec!["双面磨毛".into(), "不易起球".into()]),
        active: None,
        shops: None,
        skus,
    }
}

async fn add(db: &TestDb, who: &Actor, new: NewProduct) -> Result<Product, Problem> {
    let who = who.clone();
    db.write(move |tx| upsert_product(tx, NOW, &who, &new)).await
}

async fn list(db: &TestDb, who: &Actor, q: &str, shop: Option<Id>) -> Result<Vec<String>, Problem> {
    let (who, filter) = (
        who.clone(),
        ProductFilter {
            q: Some(q.into()),
            shop,
            active: None,
        },
    );
    let page = db
        .read(move |tx| products(tx, &who, &filter, &PageAsk::default()))
        .await?;
    Ok(page.items.into_iter().map(|product| product.code).collect())
}

async fn log(db: &TestDb) -> Vec<LogRow> {
    let sql = format!("SELECT {} FROM log ORDER BY seq", LogRow::COLUMNS);
    db.read(move |tx| tx.rows(&sql, args![], LogRow::read))
        .await
        .expect("the log")
}

fn code<T: std::fmt::Debug>(result: Result<T, Problem>) -> String {
    result.expect_err("refused").code.to_string()
}

on_both! { TABLES;
    async fn a_product_is_made_and_changed_by_its_code(db: &TestDb) {
        let Scene { org, .. } = scene(db).await;
        let who = editor(org, Shops::All);
        let made = add(db, &who, new_product("SJ01", "晨雾四件套", vec![new_sku("SJ01-18", 29_900, 10)])).await.expect("made");
        assert_eq!((made.skus[0].safety, made.skus[0].sellable, made.skus[0].floor_fen), (3, 7, Fen(29_900)));
        assert_eq!((made.price_fen, made.selling_points.len()), (Some(Fen(29_900)), 2));

        let change = NewProduct { title: Some("晨雾磨毛四件套".into()), picture: None, selling_points: None,
            ..new_product("SJ01", "", vec![NewSku { price_fen: Some(Fen(25_900)), floor_fen: Some(Fen(24_900)), on_hand: None, spec: None, ..new_sku("SJ01-18", 0, 0) }]) };
        let changed = add(db, &who, change.clone()).await.expect("changed");
        assert_eq!((changed.id, changed.skus[0].id), (made.id, made.skus[0].id));
        assert_eq!(changed.picture, made.picture, "what is left out stays");
        assert_eq!((changed.skus[0].on_hand, changed.skus[0].spec.as_str()), (10, "1.8m床"));

        let before = log(db).await.len();
        let again = add(db, &who, change).await.expect("the same");
        assert_eq!(again, changed);
        let rows = log(db).await;
        assert_eq!(rows.len(), before, "nothing changed, so nothing is told");
        let told: Vec<_> = rows.iter().filter(|row| row.kind.starts_with("product.") || row.kind.starts_with("sku.")).collect();
        let kinds: Vec<&str> = told.iter().map(|row| row.kind.as_str()).collect();
        assert_eq!(kinds, ["sku.created", "product.created", "sku.changed", "product.changed"]);
        let data: serde_json::Value = serde_json::from_str(&told[2].data).expect("json");
        assert_eq!(data, json!({ "price_fen": [29_900, 25_900], "floor_fen": [29_900, 24_900] }));
    }

    async fn wrong_products_are_refused_by_field(db: &TestDb) {
        let Scene { org, .. } = scene(db).await;
        let who = editor(org, Shops::All);
        add(db, &who, new_product("A", "甲", vec![new_sku("A-1", 100, 1)])).await.expect("made");
        let sku = |change: fn(&mut NewSku)| { let mut sku = new_sku("B-1", 100, 1); change(&mut sku); new_product("B", "乙", vec![sku]) };
        for (new, wanted) in [
            (new_product("B", "乙", vec![]), "sku_missing"),
            (new_product("B", "乙", vec![new_sku("A-1", 100, 1)]), "sku_code_taken"),
            (NewProduct { title: None, ..new_product("B", "", vec![new_sku("B-1", 1, 1)]) }, "missing"),
            (NewProduct { picture: Some("javascript:alert(1)".into()), ..new_product("B", "乙", vec![new_sku("B-1", 1, 1)]) }, "not_an_address"),
            (NewProduct { url: Some("12".into()), ..new_product("B", "乙", vec![new_sku("B-1", 1, 1)]) }, "not_an_address"),
            (sku(|sku| sku.floor_fen = Some(Fen(101))), "floor_above_price"),
            (sku(|sku| sku.price_fen = Some(Fen(-1))), "out_of_range"),
            (sku(|sku| sku.price_fen = None), "missing"),
            (sku(|sku| sku.on_hand = Some(-1)), "out_of_range"),
            (sku(|sku| sku.code = " ".into()), "text_empty"),
        ] {
            assert_eq!(code(add(db, &who, new).await), wanted);
        }
        assert_eq!(list(db, &who, "", None).await, Ok(vec!["A".to_owned()]), "nothing of a refused product is kept");
    }

    async fn search_takes_what_is_typed_literally_and_pages(db: &TestDb) {
        let Scene { org, .. } = scene(db).await;
        let who = editor(org, Shops::All);
        for i in 0..7 {
            add(db, &who, new_product(&format!("P{i}"), &format!("Down 被 {i}%"), vec![new_sku(&format!("sku_{i}X"), 100, 1)])).await.expect("made");
        }
        assert_eq!(list(db, &who, "down 被 3%", None).await, Ok(vec!["P3".to_owned()]));
        assert_eq!(list(db, &who, "SKU_4x", None).await, Ok(vec!["P4".to_owned()]), "by SKU code, in any case");
        assert_eq!(list(db, &who, "%3", None).await, Ok(vec![]));
        assert_eq!(list(db, &who, "d_wn", None).await, Ok(vec![]));
        let mut seen = Vec::new();
        let mut cursor = None;
        loop {
            let (who, ask) = (who.clone(), PageAsk { cursor, limit: Some(3) });
            let page = db.read(move |tx| products(tx, &who, &ProductFilter::default(), &ask)).await.expect("a page");
            assert!(page.items.iter().all(|product| product.skus.len() == 1));
            seen.extend(page.items.into_iter().map(|product| product.code));
            cursor = page.next;
            if cursor.is_none() { break; }
        }
        assert_eq!(seen, ["P6", "P5", "P4", "P3", "P2", "P1", "P0"]);
    }

    async fn every_word_must_be_there_in_any_order(db: &TestDb) {
        let Scene { org, .. } = scene(db).await;
        let who = editor(org, Shops::All);
        add(db, &who, new_product("SJ01", "晨雾磨毛四件套 纯棉", vec![new_sku("SJ01-18", 100, 1)])).await.expect("made");
        add(db, &who, new_product("ZT02", "云朵枕套 纯棉", vec![new_sku("ZT02-1", 100, 1)])).await.expect("made");
        let found = async |q: &str| list(db, &who, q, None).await.expect("found");
        assert_eq!(found("纯棉 四件套").await, ["SJ01"]);
        assert_eq!(found("枕套\u{3000}zt02 云朵").await, ["ZT02"], "also by its code");
        assert_eq!(found("纯棉").await, ["ZT02", "SJ01"]);
        assert!(found("枕套 四件套").await.is_empty(), "one word is not enough");
        assert!(found("纯棉 %").await.is_empty(), "a word is taken literally");
        let one = Actor { shops: Shops::only(vec![Id(1)]), ..who.clone() };
        assert_eq!(list(db, &one, "纯棉 枕套", None).await, Ok(vec!["ZT02".to_owned()]), "words beside a list of shops");
    }

    async fn a_title_is_found_by_pinyin_and_its_initials(db: &TestDb) {
        let Scene { org, .. } = scene(db).await;
        let who = editor(org, Shops::All);
        add(db, &who, new_product("SJ01", "晨雾四件套 纯棉", vec![new_sku("SJ01-18", 100, 1)])).await.expect("made");
        let pillow = new_product("ZT02", "云朵枕套 纯棉", vec![new_sku("ZT02-1", 100, 1)]);
        add(db, &who, pillow.clone()).await.expect("made");
        let found = async |q: &str| list(db, &who, q, None).await.expect("found");
        for typed in ["sjt", "SiJian", "cm sjt", "chunmian 四件套", "cwsjt sj01"] {
            assert_eq!(found(typed).await, ["SJ01"], "{typed}");
        }
        assert_eq!(found("cm").await, ["ZT02", "SJ01"]);
        assert!(found("ydzt sjt").await.is_empty(), "every word must be there");
        assert!(found("y").await.is_empty(), "one letter is no initial");

        add(db, &who, NewProduct { title: Some("星河枕套".into()), ..pillow }).await.expect("changed");
        assert_eq!(found("xhzt").await, ["ZT02"], "as it is called now");
        assert!(found("ydzt").await.is_empty());

        // Those that were written before titles were spelled follow with the next that is written.
        db.write(|tx| tx.exec("UPDATE product SET spelled = NULL", args![])).await.expect("as before");
        assert!(found("xhzt").await.is_empty());
        assert_eq!(found("枕套").await, ["ZT02"], "by its words all the time");
        add(db, &who, new_product("BT03", "夏凉被", vec![new_sku("BT03-1", 100, 1)])).await.expect("made");
        assert_eq!(found("xhzt").await, ["ZT02"]);
        assert_eq!(found("sjt").await, ["SJ01"]);
    }

    async fn a_product_of_shops_out_of_reach_does_not_exist(db: &TestDb) {
        let Scene { org, other, shops: [one, two] } = scene(db).await;
        let (all, first) = (editor(org, Shops::All), editor(org, Shops::only(vec![one])));
        let mut of_two = new_product("T", "二店专供", vec![new_sku("T-1", 100, 10)]);
        of_two.shops = Some(vec![two]);
        let made = add(db, &all, of_two.clone()).await.expect("made");
        let shared = add(db, &all, new_product("S", "两店都卖", vec![new_sku("S-1", 100, 10)])).await.expect("made");
        assert_eq!((shared.shops, made.shops.clone()), (None, Some(vec![two])));
        assert_eq!(list(db, &first, "", None).await, Ok(vec!["S".to_owned()]));
        assert_eq!(list(db, &all, "", Some(two)).await, Ok(vec!["S".to_owned(), "T".to_owned()]));
        assert_eq!(list(db, &all, "", Some(one)).await, Ok(vec!["S".to_owned()]));
        assert_eq!(code(list(db, &first, "", Some(two)).await), "not_found");
        let (who, id) = (first.clone(), made.id);
        assert_eq!(code(db.read(move |tx| catalogue::product(tx, &who, id)).await), "not_found");
        assert_eq!(code(add(db, &first, of_two.clone()).await), "not_found", "by its code neither");
        let elsewhere = NewProduct { shops: Some(vec![two]), ..new_product("N", "新", vec![new_sku("N-1", 1, 1)]) };
        assert_eq!(code(add(db, &first, elsewhere).await), "not_found");
        let own = add(db, &first, new_product("N", "新", vec![new_sku("N-1", 1, 1)])).await.expect("made");
        assert_eq!(own.shops, Some(vec![one]), "a newcomer of one shop is sold in that shop");
        let both = NewProduct { shops: Some(vec![one, two]), ..new_product("N", "新", vec![]) };
        add(db, &all, both).await.expect("listed in both");
        let out = NewProduct { shops: Some(vec![one]), ..new_product("N", "新", vec![]) };
        assert_eq!(add(db, &first, out).await.expect("kept").shops, Some(vec![one, two]), "the other shop keeps it");
        let (sku, product) = (made.skus[0].id, made.id);
        assert_eq!(code(db.read(move |tx| card(tx, org, one, product, Some(sku))).await), "not_found");
        assert!(db.read(move |tx| card(tx, org, two, product, Some(sku))).await.is_ok());

        // The same from another organisation, with every id.
        let stranger = Actor::program(other);
        assert_eq!(list(db, &stranger, "", None).await, Ok(vec![]));
        let who = stranger.clone();
        assert_eq!(code(db.read(move |tx| catalogue::product(tx, &who, product)).await), "not_found");
        assert_eq!(code(db.read(move |tx| card(tx, other, two, product, None)).await), "not_found");
        assert_eq!(db.read(move |tx| catalogue::sku(tx, other, sku)).await, Ok(None));
        assert_eq!(db.read(move |tx| catalogue::sku_by_code(tx, other, "T-1")).await, Ok(None));
        for verb in [catalogue::lock, catalogue::unlock, catalogue::take, catalogue::give_back] {
            let who = stranger.clone();
            assert_eq!(code(db.write(move |tx| verb(tx, NOW, &who, sku, 1)).await), "not_found");
        }
        let foreign_shop = NewProduct { shops: Some(vec![one]), ..new_product("F", "外", vec![new_sku("F-1", 1, 1)]) };
        assert_eq!(code(add(db, &stranger, foreign_shop).await), "not_found");
        let same_code = add(db, &stranger, new_product("T", "同码不同家", vec![new_sku("T-1", 5, 1)])).await.expect("its own");
        assert_ne!(same_code.id, product);
    }

    async fn rights_are_asked(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let reader = Actor { permissions: Permissions::NONE, ..editor(org, Shops::All) };
        assert_eq!(code(add(db, &reader, new_product("A", "甲", vec![new_sku("A-1", 1, 1)])).await), "forbidden");
        assert_eq!(list(db, &reader, "", None).await, Ok(vec![]), "everybody of the team may look");
        let buyer = Actor::buyer(org, one, Id(5));
        assert_eq!(code(list(db, &buyer, "", None).await), "forbidden");
        assert_eq!(code(db.read(move |tx| catalogue::product(tx, &buyer, Id(5))).await), "forbidden");
    }

    async fn what_a_piece_costs_is_said_and_taken_back_by_those_who_may(db: &TestDb) {
        let Scene { org, other, shops: [one, two] } = scene(db).await;
        let who = editor(org, Shops::All);
        let mut of_two = new_product("C", "毛巾", vec![new_sku("C-1", 300, 1)]);
        of_two.shops = Some(vec![two]);
        let made = add(db, &who, of_two).await.expect("made");
        let (product, sku) = (made.id, made.skus[0].id);
        let set = async |who: &Actor, fen: Option<i64>| {
            let (who, new) = (who.clone(), SkuCost { cost_fen: fen.map(Fen) });
            db.write(move |tx| set_cost(tx, NOW, &who, sku, new)).await.map(|is| is.cost_fen)
        };
        let seen = async |who: &Actor| {
            let who = who.clone();
            db.read(move |tx| catalogue::product(tx, &who, product)).await.expect("read").skus[0].cost_fen
        };
        let reader = Actor { permissions: Permissions::NONE, ..who.clone() };
        assert_eq!(set(&who, Some(150)).await, Ok(Some(Fen(150))));
        assert_eq!(set(&who, Some(150)).await, Ok(Some(Fen(150))), "the same changes nothing");
        assert_eq!((seen(&who).await, seen(&reader).await), (Some(Fen(150)), None));
        for (who, said) in [(&reader, "forbidden"), (&editor(org, Shops::only(vec![one])), "not_found"), (&editor(other, Shops::All), "not_found")] {
            assert_eq!(code(set(who, Some(1)).await), said);
        }
        let refused = set(&who, Some(-1)).await.expect_err("refused");
        assert_eq!((refused.code.as_ref(), refused.field.as_deref()), ("out_of_range", Some("cost_fen")));
        assert_eq!(set(&who, None).await, Ok(None));
        assert_eq!(seen(&who).await, None, "nobody knows it again");
        let told: Vec<String> = log(db).await.into_iter().filter(|row| row.kind == "sku.changed").map(|row| row.data).collect();
        assert_eq!(told, [json!({"cost": true}).to_string(), json!({"cost": true}).to_string()], "the log tells no costs");
    }

    async fn a_card_shows_what_is_sold(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let who = editor(org, Shops::All);
        let mut bare = new_sku("C-3", 30, 1);
        bare.spec = None;
        let made = add(db, &who, new_product("C", "毛巾", vec![new_sku("C-1", 300, 1), new_sku("C-2", 200, 1), bare])).await.expect("made");
        let id = made.id;
        let ask = move |sku: Option<Id>| db.read(move |tx| card(tx, org, one, id, sku));
        let whole = ask(None).await.expect("a card");
        assert_eq!((whole.price_fen, whole.spec, whole.sku), (Fen(30), None, None));
        let first = ask(Some(made.skus[0].id)).await.expect("a card");
        assert_eq!((first.price_fen, first.spec.as_deref(), first.picture.as_deref()), (Fen(300), Some("1.8m床"), Some("https://shop.example/a.jpg")));
        assert_eq!(ask(Some(made.skus[2].id)).await.expect("a card").spec, None);
        assert_eq!(code(ask(Some(Id(1))).await), "not_found");
        let stop = NewProduct { skus: vec![NewSku { active: Some(false), ..new_sku("C-3", 30, 1) }], ..new_product("C", "毛巾", vec![]) };
        assert_eq!(add(db, &who, stop).await.expect("changed").price_fen, Some(Fen(200)));
        assert_eq!(code(ask(Some(made.skus[2].id)).await), "not_found");
        add(db, &who, NewProduct { active: Some(false), ..new_product("C", "毛巾", vec![]) }).await.expect("ended");
        assert_eq!(code(ask(None).await), "not_found");
    }

    async fn stock_is_promised_up_to_safety_and_never_falls_below_zero(db: &TestDb) {
        let Scene { org, .. } = scene(db).await;
        let who = editor(org, Shops::All);
        let id = add(db, &who, new_product("D", "毯子", vec![new_sku("D-1", 100, 10)])).await.expect("made").skus[0].id;
        let actor = who.clone();
        let run = move |verb: Verb, n: i64| {
            let who = actor.clone();
            db.write(move |tx| verb(tx, NOW, &who, id, n))
        };
        let left = |stock: Result<Option<Stock>, Problem>| stock.expect("known").map(|s| (s.on_hand, s.locked, s.sellable()));
        assert_eq!(left(run(catalogue::lock, 8).await), None, "three are kept back");
        assert_eq!(left(run(catalogue::lock, 7).await), Some((10, 7, 0)));
        assert_eq!(left(run(catalogue::unlock, 8).await), None);
        assert_eq!(left(run(catalogue::unlock, 2).await), Some((10, 5, 2)));
        assert_eq!(left(run(catalogue::take, 11).await), None);
        assert_eq!(left(run(catalogue::take, 9).await), Some((1, 5, 0)), "more is promised than is there");
        assert_eq!(left(run(catalogue::give_back, 9).await), Some((10, 5, 2)));
        for n in [0, -1] {
            assert_eq!(code(run(catalogue::lock, n).await), "out_of_range");
            assert_eq!(code(run(catalogue::give_back, n).await), "out_of_range");
        }
    }

    async fn stock_never_falls_below_zero_under_concurrent_takes(db: &TestDb) {
        let Scene { org, .. } = scene(db).await;
        let who = Arc::new(editor(org, Shops::All));
        let id = add(db, &who, new_product("E", "枕头", vec![new_sku("E-1", 100, 20)])).await.expect("made").skus[0].id;
        let tasks: Vec<_> = (0..40).map(|i| {
            let (db, who) = (db.db.clone(), Arc::clone(&who));
            tokio::spawn(async move {
                db.write(move |tx| {
                    if i % 2 == 0 { return catalogue::take(tx, NOW, &who, id, 1); }
                    match catalogue::lock(tx, NOW, &who, id, 1)? {
                        Some(_) => { catalogue::unlock(tx, NOW, &who, id, 1)?; catalogue::take(tx, NOW, &who, id, 1) }
                        None => Ok(None),
                    }
                }).await.expect("answered")
            })
        }).collect();
        let mut taken = 0;
        for task in tasks {
            if let Some(stock) = task.await.expect("done") {
                assert!(stock.on_hand >= 0 && stock.locked == 0);
                taken += 1;
            }
        }
        let left = db.read(move |tx| catalogue::sku(tx, org, id)).await.expect("read").expect("there");
        assert_eq!(left.on_hand, 20 - taken);
        assert_eq!(left.locked, 0);
        assert!((17..=20).contains(&taken), "twenty may leave, those who lock first keep three back: {taken}");
    }

    async fn what_is_under_way_is_told_and_received_once(db: &TestDb) {
        let s = scene(db).await;
        let who = editor(s.org, Shops::All);
        let sku = add(db, &who, new_product("P-1", "竹纤维枕", vec![new_sku("ZT-1", 9_900, 3)])).await.expect("made").skus[0].id;
        let new = |quantity| NewComing { quantity, due_at: NOW.plus(86_400_000), note: "绍兴厂".into() };
        let adds = |who: &Actor, new: NewComing| { let who = who.clone(); async move { db.write(move |tx| add_coming(tx, NOW, &who, sku, &new)).await } };
        let coming = adds(&who, new(30)).await.expect("written");
        assert_eq!(code(adds(&who, new(0)).await), "out_of_range");
        assert_eq!(code(adds(&who, NewComing { due_at: NOW.plus(400 * 86_400_000), ..new(1) }).await), "out_of_range");
        let powerless = Actor { permissions: [Permission::SeeOrders].into_iter().collect(), ..who.clone() };
        let stranger = editor(s.other, Shops::All);
        assert_eq!((code(adds(&powerless, new(1)).await), code(adds(&stranger, new(1)).await)), ("forbidden".into(), "not_found".into()));
        let asks = || { let who = powerless.clone(); async move { db.read(move |tx| stock_answers(tx, &who, &StockAsk { q: "竹纤维".into(), ..StockAsk::default() })).await.expect("answered").remove(0) } };
        let told = asks().await;
        assert_eq!((told.on_hand, told.coming), (3, vec![coming.clone()]));
        let receives = |who: &Actor, quantity| { let (who, id) = (who.clone(), coming.id); async move { db.write(move |tx| receive_coming(tx, NOW, &who, id, &Received { quantity })).await } };
        assert_eq!((code(receives(&powerless, None).await), code(receives(&stranger, None).await)), ("forbidden".into(), "not_found".into()));
        receives(&who, Some(28)).await.expect("two were missing");
        assert_eq!(code(receives(&who, None).await), "not_found");
        let told = asks().await;
        assert_eq!((told.on_hand, told.coming), (31, vec![]));
        assert_eq!(log(db).await.last().expect("written").kind, "sku.received");
        let id = adds(&who, new(5)).await.expect("written").id;
        let drops = |who: &Actor| { let who = who.clone(); async move { db.write(move |tx| drop_coming(tx, NOW, &who, id)).await } };
        assert_eq!(code(drops(&stranger).await), "not_found");
        // What became a set while pieces of it were under way has no shelf to lie on.
        let part = add(db, &who, new_product("P-2", "枕套", vec![new_sku("ZT-2", 2_900, 1)])).await.expect("made").skus[0].id;
        let makes = |parts: Vec<catalogue::NewBundlePart>| { let who = who.clone(); let new = catalogue::NewBundle { parts }; async move { db.write(move |tx| catalogue::set_bundle(tx, NOW, &who, sku, &new)).await } };
        makes(vec![catalogue::NewBundlePart { sku: part, quantity: 2 }]).await.expect("a set");
        let receives = { let who = who.clone(); db.write(move |tx| receive_coming(tx, NOW, &who, id, &Received { quantity: None })) };
        assert_eq!(code(receives.await), "is_bundle");
        makes(vec![]).await.expect("a piece again");
        drops(&who).await.expect("dropped");
        assert_eq!((asks().await.on_hand, asks().await.coming), (31, vec![]));
    }

    async fn two_who_make_the_same_code_make_one_product(db: &TestDb) {
        let Scene { org, .. } = scene(db).await;
        let who = editor(org, Shops::All);
        let tasks: Vec<_> = (0..8).map(|i| {
            let (db, who) = (db.db.clone(), who.clone());
            let new = new_product("F", &format!("被芯 {i}"), vec![new_sku("F-1", 100, 5)]);
            tokio::spawn(async move { db.write(move |tx| upsert_product(tx, NOW, &who, &new)).await })
        }).collect();
        let mut ids = Vec::new();
        for task in tasks { ids.push(task.await.expect("done").expect("written").id); }
        ids.dedup();
        assert_eq!(ids.len(), 1);
        assert_eq!(list(db, &who, "被芯", None).await, Ok(vec!["F".to_owned()]));
    }

    async fn the_safety_stock_is_a_setting(db: &TestDb) {
        let Scene { org, .. } = scene(db).await;
        db.write(move |tx| team::set_setting(tx, NOW, &Actor::program(org), None, &SETTINGS[0], &json!(0))).await.expect("set");
        let made = add(db, &editor(org, Shops::All), new_product("G", "浴巾", vec![new_sku("G-1", 100, 2)])).await.expect("made");
        assert_eq!((made.skus[0].safety, made.skus[0].sellable), (0, 2));
    }
}
