//! What goes with a product: relations, alternatives, main pushes, recommendations, guiding questions.

use base::{Fen, Id, PageAsk};
use knowledge::{
    AlternativeReason, ListingTaskFilter, MainPushChange, MainPushFilter, NewGuide, NewMainPush,
    NewRecommendation, NewRelation, Period, ProductFactsChange, RecommendationFilter, RecommendationKind,
    RelationChange, RelationKind, TwoWords,
};
use serde_json::json;
use store::on_both;
use store::testing::TestDb;

use crate::scene::*;

fn pair(kind: RelationKind, product: Id, other: Id) -> NewRelation {
    NewRelation {
        kind,
        product,
        other,
        sku: None,
        other_sku: None,
        note: String::new(),
        position: 0,
    }
}

async fn relate(
    db: &TestDb,
    who: &base::Actor,
    new: NewRelation,
) -> Result<knowledge::ProductRelation, base::Problem> {
    did(db, who, move |tx, who| {
        knowledge::add_relation(tx, NOW, who, &new)
    })
    .await
}

async fn seen(db: &TestDb, who: &base::Actor, product: Id, shop: Id) -> Vec<(RelationKind, Id, i64, bool)> {
    let found = saw(db, who, move |tx, who| {
        knowledge::relations(tx, who, product, shop)
    })
    .await
    .expect("relations");
    found
        .into_iter()
        .map(|one| (one.kind, one.product, one.difference_fen.0, one.reverse))
        .collect()
}

on_both! { TABLES;
    async fn similar_and_bundles_hold_both_ways_and_the_rest_one_way(db: &TestDb) {
        use RelationKind as K;
        let scene = scene(db).await;
        let (editor, agent, shop) = (&scene.editor, &scene.agent, scene.shops[0]);
        let set = set(db, &scene).await.id;
        let quilt = product(db, scene.org, "BX", "云朵被", &[("BX-1", "", 19_900, 3)], None).await.id;
        let pillow = product(db, scene.org, "ZT", "乳胶枕", &[("ZT-1", "", 9_900, 0)], None).await.id;
        relate(db, editor, pair(K::Similar, set, quilt)).await.expect("similar");
        relate(db, editor, pair(K::Bundle, set, pillow)).await.expect("bundle");
        relate(db, editor, pair(K::Complement, set, pillow)).await.expect("complement");
        assert_eq!(seen(db, agent, set, shop).await, [(K::Bundle, pillow, -16_000, false), (K::Complement, pillow, -16_000, false), (K::Similar, quilt, -6_000, false)]);
        assert_eq!(seen(db, agent, pillow, shop).await, [(K::Bundle, set, 16_000, true)], "what is needed with it says nothing of the way back");
        assert_eq!(seen(db, agent, quilt, shop).await, [(K::Similar, set, 6_000, true)]);
        for (kind, from, to) in [(K::Similar, set, quilt), (K::Similar, quilt, set), (K::Bundle, pillow, set), (K::Complement, set, pillow)] {
            assert_eq!(code(relate(db, editor, pair(kind, from, to)).await), "relation_exists", "{kind:?}");
        }
        relate(db, editor, pair(K::Complement, pillow, set)).await.expect("the other way round is another thing to say");
    }

    async fn a_product_with_itself_and_circles_are_refused_with_the_way(db: &TestDb) {
        use RelationKind as K;
        let scene = scene(db).await;
        let editor = &scene.editor;
        let mut ids = Vec::new();
        for (code, price) in [("P1", 10_000), ("P2", 20_000), ("P3", 30_000)] {
            let sku = format!("{code}-1");
            ids.push(product(db, scene.org, code, "手机", &[(&sku, "", price, 5)], None).await.id);
        }
        for kind in [K::Similar, K::Complement, K::Bundle, K::Promotion, K::Upsell] {
            assert_eq!(code(relate(db, editor, pair(kind, ids[0], ids[0])).await), "relation_self");
        }
        relate(db, editor, pair(K::Upsell, ids[0], ids[1])).await.expect("up");
        relate(db, editor, pair(K::Upsell, ids[1], ids[2])).await.expect("up");
        let down = relate(db, editor, pair(K::Upsell, ids[2], ids[0])).await.expect_err("refused");
        assert_eq!((down.code.as_ref(), &down.params["difference_fen"]), ("upsell_not_higher", &json!(-20_000)));
        // The first becomes the dearest, so that only the circle speaks against it.
        let dearer = new_product("P1", "手机", &[("P1-1", "", 50_000, 5)], None);
        db.write(move |tx| catalogue::upsert_product(tx, NOW, &base::Actor::program(scene.org), &dearer)).await.expect("dearer");
        let circle = relate(db, editor, pair(K::Upsell, ids[2], ids[0])).await.expect_err("refused");
        assert_eq!((circle.status, circle.code.as_ref(), &circle.params["path"]), (409, "relation_circular", &json!([ids[2], ids[0], ids[1], ids[2]])));
        assert_eq!(seen(db, &scene.agent, ids[0], scene.shops[0]).await, [], "what costs less by now is no better one");
    }

    async fn two_hundred_more_for_twice_the_memory(db: &TestDb) {
        let scene = scene(db).await;
        let phone = product(db, scene.org, "SJ", "手机", &[("SJ-256", "256GB", 399_900, 5), ("SJ-512", "512GB", 419_900, 5)], None).await;
        let up = NewRelation { sku: Some(phone.skus[0].id), other_sku: Some(phone.skus[1].id), note: "内存翻倍".into(), ..pair(RelationKind::Upsell, phone.id, phone.id) };
        let back = NewRelation { sku: up.other_sku, other_sku: up.sku, ..up.clone() };
        let foreign = NewRelation { other_sku: Some(Id(5)), ..up.clone() };
        assert_eq!(code(relate(db, &scene.editor, foreign).await), "not_found");
        let made = relate(db, &scene.editor, up).await.expect("up");
        assert_eq!(code(relate(db, &scene.editor, back).await), "upsell_not_higher");
        let (id, shop) = (phone.id, scene.shops[0]);
        let found = saw(db, &scene.agent, move |tx, who| knowledge::relations(tx, who, id, shop)).await.expect("found");
        assert_eq!((found[0].difference_fen, found[0].spec.as_deref(), found[0].note.as_str()), (Fen(20_000), Some("512GB"), "内存翻倍"));
        let change = RelationChange { note: Some(String::new()), position: Some(3) };
        did(db, &scene.editor, { let change = change.clone(); move |tx, who| knowledge::change_relation(tx, NOW, who, made.id, &change) }).await.expect("changed");
        assert_eq!(code(did(db, &scene.agent, move |tx, who| knowledge::change_relation(tx, NOW, who, made.id, &change)).await), "forbidden");
        assert_eq!(code(did(db, &scene.stranger, move |tx, who| knowledge::remove_relation(tx, NOW, who, made.id)).await), "not_found");
        did(db, &scene.editor, move |tx, who| knowledge::remove_relation(tx, NOW, who, made.id)).await.expect("removed");
    }

    async fn what_another_shop_sells_is_neither_shown_nor_related(db: &TestDb) {
        let scene = scene(db).await;
        let set = set(db, &scene).await.id;
        let theirs = product(db, scene.org, "FAR", "床笠", &[("FAR-1", "", 9_900, 5)], Some(vec![scene.shops[1]])).await.id;
        let limited = did(db, &scene.editor, { let shops = vec![scene.shops[0]]; let org = scene.org; move |tx, _| person(tx, org, "supervisor", "店长", Some(shops.clone())) }).await.expect("somebody");
        assert_eq!(code(relate(db, &limited, pair(RelationKind::Similar, set, theirs)).await), "not_found");
        assert_eq!(code(relate(db, &scene.agent, pair(RelationKind::Similar, set, theirs)).await), "not_found");
        relate(db, &scene.editor, pair(RelationKind::Similar, set, theirs)).await.expect("both in reach");
        assert_eq!(seen(db, &scene.editor, set, scene.shops[0]).await, [], "the first shop does not sell it");
        assert_eq!(seen(db, &scene.editor, set, scene.shops[1]).await.len(), 1);
        let shop = scene.shops[1];
        assert_eq!(code(saw(db, &scene.agent, move |tx, who| knowledge::relations(tx, who, set, shop)).await), "not_found");
        assert_eq!(code(relate(db, &scene.agent, pair(RelationKind::Bundle, set, set)).await), "forbidden");
    }

    async fn an_alternative_is_in_stock_of_like_spec_and_price(db: &TestDb) {
        use AlternativeReason as R;
        let scene = scene(db).await;
        let (shop, agent) = (scene.shops[0], &scene.agent);
        let set = set(db, &scene).await;
        let wanted = set.skus[1].id;
        let near = product(db, scene.org, "SJ02", "竹影四件套", &[("SJ02-15", "米色 1.5m床", 27_900, 4), ("SJ02-18", "米色 1.8m床", 29_900, 4)], None).await;
        product(db, scene.org, "SJ03", "锦缎四件套", &[("SJ03-15", "灰色 1.5m床", 59_900, 4)], None).await;
        product(db, scene.org, "SJ04", "别店四件套", &[("SJ04-15", "灰色 1.5m床", 25_900, 4)], Some(vec![scene.shops[1]])).await;
        let chosen = product(db, scene.org, "SJ05", "轻奢四件套", &[("SJ05-15", "灰色 1.5m床", 49_900, 4)], None).await;
        let found = saw(db, agent, move |tx, who| knowledge::alternatives(tx, who, wanted, shop, 5)).await.expect("found");
        let short: Vec<_> = found.iter().map(|one| (one.code.as_str(), one.difference_fen.0)).collect();
        assert_eq!(short, [("SJ02-15", 2_000), ("SJ01-18", 4_000)], "the right size of another product before another size of the same");
        assert_eq!((found[0].card.product, found[0].card.sku, found[0].sellable), (near.id, Some(near.skus[0].id), 4));
        assert_eq!(found[1].why, [R::SameProduct, R::Price]);
        let one = saw(db, agent, move |tx, who| knowledge::alternatives(tx, who, wanted, shop, 1)).await.expect("found");
        assert_eq!(one, found[..1], "the best of all, however few are asked for");

        relate(db, &scene.editor, pair(RelationKind::Similar, chosen.id, set.id)).await.expect("chosen by hand");
        let found = saw(db, agent, move |tx, who| knowledge::alternatives(tx, who, wanted, shop, 1)).await.expect("found");
        assert_eq!((found.len(), found[0].product, &found[0].why[..]), (1, chosen.id, &[R::Chosen, R::SameSpec][..]));
        for (who, place) in [(&scene.far, shop), (&scene.stranger, shop), (agent, scene.shops[1])] {
            assert_eq!(code(saw(db, who, move |tx, who| knowledge::alternatives(tx, who, wanted, place, 5)).await), "not_found");
        }
        let id = set.id;
        let brief = saw(db, agent, move |tx, who| knowledge::product_brief(tx, NOW, who, id, shop, Fen(0))).await.expect("a brief");
        assert!(brief.alternatives.is_empty(), "one size is there");
        let gone = new_product("SJ01", "晨雾磨毛四件套", &[("SJ01-18", "灰色 1.8m床", 29_900, 0)], None);
        db.write(move |tx| catalogue::upsert_product(tx, NOW, &base::Actor::program(scene.org), &gone)).await.expect("sold out");
        let brief = saw(db, agent, move |tx, who| knowledge::product_brief(tx, NOW, who, id, shop, Fen(0))).await.expect("a brief");
        assert_eq!(brief.alternatives.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), ["SJ05-15", "SJ02-18"]);
        assert_eq!(brief.card.map(|card| card.price_fen), Some(Fen(25_900)));
    }

    async fn the_main_pushes_of_a_shop_have_their_time_and_place(db: &TestDb) {
        let scene = scene(db).await;
        let (set, shop) = (set(db, &scene).await.id, scene.shops[0]);
        let push = |shop: Option<Id>, from: i64, to: i64, position: i64| NewMainPush { shop, product: set, starts_at: NOW.plus(from * DAY), ends_at: NOW.plus(to * DAY), position, note: "冲销量".into() };
        let add = |who: &base::Actor, new: NewMainPush| did(db, who, move |tx, who| knowledge::add_main_push(tx, NOW, who, &new));
        let first = add(&scene.editor, push(Some(shop), -1, 1, 2)).await.expect("running");
        let second = add(&scene.editor, push(None, -1, 5, 1)).await.expect("running in all");
        add(&scene.editor, push(Some(shop), 2, 5, 0)).await.expect("coming");
        assert_eq!((first.state, second.shop), (Period::Running, None));
        assert_eq!(code(add(&scene.editor, push(Some(shop), 1, 1, 0)).await), "ends_before_start");
        assert_eq!(code(add(&scene.far, push(None, -1, 1, 0)).await), "shop_required");
        assert_eq!(code(add(&scene.far, push(Some(shop), -1, 1, 0)).await), "not_found");
        assert_eq!(code(add(&scene.agent, push(Some(shop), -1, 1, 0)).await), "forbidden");
        let list = |who: &base::Actor, filter: MainPushFilter| saw(db, who, move |tx, who| knowledge::main_pushes(tx, NOW, who, &filter));
        let running = list(&scene.agent, MainPushFilter { shop: Some(shop), state: Some(Period::Running) }).await.expect("a list");
        assert_eq!(running.iter().map(|one| one.id).collect::<Vec<_>>(), [second.id, first.id]);
        assert_eq!(list(&scene.far, MainPushFilter::default()).await.expect("a list").len(), 1);
        let brief = saw(db, &scene.agent, move |tx, who| knowledge::product_brief(tx, NOW, who, set, shop, Fen(0))).await.expect("a brief");
        assert_eq!(brief.main_push.map(|one| one.id), Some(second.id));
        let far_change = MainPushChange { position: Some(9), ..MainPushChange::default() };
        assert_eq!(code(did(db, &scene.far, move |tx, who| knowledge::change_main_push(tx, NOW, who, second.id, &far_change)).await), "forbidden");
        assert_eq!(code(did(db, &scene.far, move |tx, who| knowledge::remove_main_push(tx, NOW, who, first.id)).await), "not_found");
        let over = MainPushChange { ends_at: Some(NOW), ..MainPushChange::default() };
        let ended = did(db, &scene.editor, move |tx, who| knowledge::change_main_push(tx, NOW, who, first.id, &over)).await.expect("changed");
        assert_eq!(ended.state, Period::Ended);
        did(db, &scene.editor, move |tx, who| knowledge::remove_main_push(tx, NOW, who, first.id)).await.expect("removed");
    }

    async fn what_was_recommended_and_bought_is_kept(db: &TestDb) {
        let scene = scene(db).await;
        let (set, shop, org) = (set(db, &scene).await.id, scene.shops[0], scene.org);
        let visitor = db.write(move |tx| customers::visitor(tx, NOW, org, shop, "t1")).await.expect("a visitor").id;
        let note = |who: &base::Actor, shop: Id, talk: i64, at: base::Ms| {
            let new = NewRecommendation { shop, conversation: Id(talk), customer: Some(visitor), product: set, sku: None, kind: RecommendationKind::Upsell };
            did(db, who, move |tx, who| knowledge::recommended(tx, at, who, &new))
        };
        let one = note(&scene.agent, shop, 41, NOW).await.expect("noted");
        let same = note(&scene.agent, shop, 41, NOW.plus(DAY - 1)).await.expect("the same");
        assert_eq!((one.id, one.person_name.as_str(), one.product_title.as_str()), (same.id, "小满", "晨雾磨毛四件套"));
        let late = note(&scene.agent, shop, 41, NOW.plus(DAY)).await.expect("another day");
        assert_ne!(one.id, late.id);
        note(&scene.editor, shop, 42, NOW.plus(-8 * DAY)).await.expect("too long ago");
        assert_eq!(code(note(&scene.agent, scene.shops[1], 41, NOW).await), "not_found");
        assert_eq!(code(note(&scene.stranger, shop, 41, NOW).await), "not_found");
        let shipper = did(db, &scene.editor, move |tx, _| person(tx, org, "shipper", "老周", None)).await.expect("somebody");
        assert_eq!(code(note(&shipper, shop, 41, NOW).await), "forbidden");

        // The visitor signs in and becomes another customer; what was told them still counts.
        let known = db.write(move |tx| customers::prove(tx, NOW, org, shop, "u1", Some("青柠"), Some(visitor))).await.expect("proven").customer;
        let buys = |order: i64| did(db, &base::Actor::program(org), move |tx, who| knowledge::bought(tx, who, known, set, Id(order), NOW.plus(2 * DAY)));
        assert_eq!((buys(900).await.expect("bought"), buys(901).await.expect("again")), (2, 0), "only what was told within seven days, and once");
        let list = |who: &base::Actor, filter: RecommendationFilter| saw(db, who, move |tx, who| knowledge::recommendations(tx, who, &filter, &PageAsk::default()));
        let bought = list(&scene.agent, RecommendationFilter { bought: Some(true), ..RecommendationFilter::default() }).await.expect("a list").items;
        assert_eq!(bought.iter().map(|one| (one.id, one.order)).collect::<Vec<_>>(), [(late.id, Some(Id(900))), (one.id, Some(Id(900)))]);
        assert_eq!(list(&scene.agent, RecommendationFilter::default()).await.expect("own").items.len(), 2);
        assert_eq!(list(&scene.editor, RecommendationFilter::default()).await.expect("all").items.len(), 3);
        assert_eq!(code(list(&scene.agent, RecommendationFilter { person: scene.editor.person(), ..RecommendationFilter::default() }).await), "forbidden");
        assert_eq!(list(&scene.far, RecommendationFilter::default()).await.expect("none").items.len(), 0);
        assert_eq!(list(&scene.stranger, RecommendationFilter::default()).await.expect("none").items.len(), 0);
        let sums = saw(db, &scene.editor, |tx, who| knowledge::recommendation_sums(tx, who, &RecommendationFilter::default())).await.expect("sums");
        assert_eq!(sums.iter().map(|sum| (sum.name.as_str(), sum.recommended, sum.bought, sum.rate)).collect::<Vec<_>>(), [("小满", 2, 2, 1.0), ("林主管", 1, 0, 0.0)]);
    }

    async fn a_shops_own_questions_stand_in_place_of_those_that_ship(db: &TestDb) {
        let scene = scene(db).await;
        let ask = |zh: &str| NewGuide { questions: vec![TwoWords { zh: zh.into(), en: String::new() }] };
        let keep = |who: &base::Actor, category: &'static str, new: NewGuide| did(db, who, move |tx, who| knowledge::keep_guide(tx, NOW, who, category, &new));
        let before = saw(db, &scene.agent, knowledge::guides).await.expect("guides");
        assert!(before.len() >= 8 && before.iter().all(|one| one.builtin));
        let kept = keep(&scene.editor, "bedding", ask("床多大？")).await.expect("kept");
        keep(&scene.editor, "宠物", ask("猫还是狗？")).await.expect("a new one");
        assert_eq!((kept.builtin, kept.questions[0].zh.as_str()), (false, "床多大？"));
        assert_eq!(code(keep(&scene.agent, "bedding", ask("？")).await), "forbidden");
        assert_eq!(code(keep(&scene.far, "bedding", ask("？")).await), "forbidden");
        assert_eq!(code(keep(&scene.editor, "bedding", NewGuide { questions: vec![] }).await), "missing");
        let set = set(db, &scene).await.id;
        let bedding = ProductFactsChange { category: Some("bedding".into()), ..ProductFactsChange::default() };
        did(db, &scene.editor, move |tx, who| knowledge::change_facts(tx, NOW, who, set, &bedding)).await.expect("facts");
        let shop = scene.shops[0];
        let brief = saw(db, &scene.agent, move |tx, who| knowledge::product_brief(tx, NOW, who, set, shop, Fen(0))).await.expect("a brief");
        assert_eq!(brief.guide.map(|guide| guide.questions.len()), Some(1));
        assert_eq!(saw(db, &scene.stranger, knowledge::guides).await.expect("guides"), before, "another organisation's are its own");
        did(db, &scene.editor, |tx, who| knowledge::drop_guide(tx, NOW, who, "bedding")).await.expect("dropped");
        did(db, &scene.editor, |tx, who| knowledge::drop_guide(tx, NOW, who, "宠物")).await.expect("dropped");
        assert_eq!(saw(db, &scene.agent, knowledge::guides).await.expect("guides"), before);
        assert_eq!(code(did(db, &scene.editor, |tx, who| knowledge::drop_guide(tx, NOW, who, "宠物")).await), "not_found");
        assert!(saw(db, &scene.agent, |tx, who| knowledge::listing_tasks(tx, who, &ListingTaskFilter::default(), &PageAsk::default())).await.expect("tasks").items.len() > 3);
    }
}
