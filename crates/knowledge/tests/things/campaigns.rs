//! Campaigns: who makes them, when they run, what they give and what is missing.

use base::{Fen, Id, Ms, PageAsk};
use knowledge::{
    CampaignChange, CampaignFilter, CampaignKind, CampaignStep, CampaignWords, Cart, CartItem, NewCampaign,
    NewRelation, NewScript, Period, RelationKind, Render, WordKind,
};
use serde_json::json;
use store::on_both;
use store::testing::TestDb;

use crate::scene::*;

fn off(threshold: i64, off: i64) -> CampaignStep {
    CampaignStep {
        threshold_fen: Fen(threshold),
        off_fen: Some(Fen(off)),
        gift: None,
        price_fen: None,
    }
}

fn step(threshold: i64, gift: Option<&str>, price: Option<i64>) -> CampaignStep {
    CampaignStep {
        threshold_fen: Fen(threshold),
        off_fen: None,
        gift: gift.map(Into::into),
        price_fen: price.map(Fen),
    }
}

fn campaign(kind: CampaignKind, title: &str, steps: Vec<CampaignStep>) -> NewCampaign {
    NewCampaign {
        title: title.into(),
        kind,
        text: String::new(),
        starts_at: NOW.plus(-DAY),
        ends_at: NOW.plus(DAY),
        shops: None,
        products: None,
        steps,
        repeats: false,
        coupon: String::new(),
        favourite: false,
        note: String::new(),
    }
}

fn reduction() -> NewCampaign {
    let text = "全场满299减30，满499减60".into();
    NewCampaign {
        text,
        favourite: true,
        ..campaign(
            CampaignKind::FullReduction,
            "秋被节",
            vec![off(29_900, 3_000), off(49_900, 6_000)],
        )
    }
}

async fn add(db: &TestDb, who: &base::Actor, new: NewCampaign) -> Result<knowledge::Campaign, base::Problem> {
    did(db, who, move |tx, who| {
        knowledge::add_campaign(tx, NOW, who, &new)
    })
    .await
}

async fn offers(
    db: &TestDb,
    who: &base::Actor,
    shop: Id,
    cart: Cart,
) -> Result<Vec<knowledge::CampaignOffer>, base::Problem> {
    saw(db, who, move |tx, who| {
        knowledge::offers(tx, NOW, who, shop, &cart)
    })
    .await
}

async fn running(db: &TestDb, org: Id, shop: Id, at: Ms) -> Vec<String> {
    let found = db
        .read(move |tx| knowledge::running(tx, at, org, shop))
        .await
        .expect("campaigns");
    found.into_iter().map(|one| one.title).collect()
}

on_both! { TABLES;
    async fn a_campaign_runs_in_its_shops_from_its_first_to_its_last_moment(db: &TestDb) {
        let scene = scene(db).await;
        let [one, two] = scene.shops;
        let made = add(db, &scene.editor, reduction()).await.expect("added");
        assert_eq!((made.state, made.shops.is_none()), (Period::Running, true));
        add(db, &scene.far, NewCampaign { shops: Some(vec![two, two]), ..campaign(CampaignKind::FreeFreight, "满99包邮", vec![step(9_900, None, None)]) }).await.expect("in their shop");
        assert_eq!(running(db, scene.org, one, NOW).await, ["秋被节"]);
        assert_eq!(running(db, scene.org, two, NOW).await, ["秋被节", "满99包邮"]);
        assert_eq!(running(db, scene.other, one, NOW).await, [""; 0]);
        for (at, runs) in [(made.starts_at.plus(-1), false), (made.starts_at, true), (made.ends_at.plus(-1), true), (made.ends_at, false)] {
            assert_eq!(!running(db, scene.org, one, at).await.is_empty(), runs);
        }
        let list = |who: &base::Actor, state: Option<Period>, at: Ms| {
            let filter = CampaignFilter { shop: None, state };
            saw(db, who, move |tx, who| knowledge::campaigns(tx, at, who, &filter, &PageAsk::default()))
        };
        assert_eq!(list(&scene.agent, None, NOW).await.expect("a list").items.len(), 1);
        assert_eq!(list(&scene.far, Some(Period::Running), NOW).await.expect("a list").items.len(), 2);
        assert_eq!(list(&scene.far, Some(Period::Coming), NOW.plus(-2 * DAY)).await.expect("a list").items.len(), 2);
        assert_eq!(list(&scene.far, Some(Period::Ended), NOW).await.expect("a list").items.len(), 0);
        assert_eq!(list(&scene.stranger, None, NOW).await.expect("a list").items.len(), 0);

        let id = made.id;
        assert_eq!(code(did(db, &scene.far, move |tx, who| knowledge::end_campaign(tx, NOW, who, id)).await), "forbidden", "it holds in shops they do not have");
        assert_eq!(code(did(db, &scene.agent, move |tx, who| knowledge::end_campaign(tx, NOW, who, id)).await), "forbidden");
        assert_eq!(code(did(db, &scene.stranger, move |tx, who| knowledge::end_campaign(tx, NOW, who, id)).await), "not_found");
        let ended = did(db, &scene.editor, move |tx, who| knowledge::end_campaign(tx, NOW, who, id)).await.expect("ended");
        assert_eq!((ended.state, ended.ends_at), (Period::Ended, NOW));
        assert_eq!(code(did(db, &scene.editor, move |tx, who| knowledge::end_campaign(tx, NOW, who, id)).await), "campaign_ended");
        assert_eq!(told(db, "campaign.changed").await, [json!({ "ends_at": [NOW.plus(DAY), NOW] })]);
    }

    async fn what_is_wrong_with_a_campaign_is_named(db: &TestDb) {
        let scene = scene(db).await;
        let theirs = product(db, scene.org, "FAR", "床笠", &[("FAR-1", "", 9_900, 5)], Some(vec![scene.shops[1]])).await.id;
        let manager = did(db, &scene.editor, { let (org, shops) = (scene.org, vec![scene.shops[0]]); move |tx, _| person(tx, org, "supervisor", "店长", Some(shops.clone())) }).await.expect("somebody");
        let mine = Some(vec![scene.shops[0]]);
        for (new, code, step_no) in [
            (NewCampaign { ends_at: NOW.plus(-DAY), ..reduction() }, "ends_before_start", json!(null)),
            (NewCampaign { starts_at: Ms(1_790_000_000), ..reduction() }, "out_of_range", json!(null)),
            (NewCampaign { steps: vec![], ..reduction() }, "steps_missing", json!(null)),
            (NewCampaign { steps: vec![off(100, 10), off(100, 20)], ..reduction() }, "step_order", json!(1)),
            (NewCampaign { steps: vec![off(100, 10), off(200, 10)], ..reduction() }, "step_off", json!(1)),
            (NewCampaign { steps: vec![step(100, Some("枕巾"), None)], ..reduction() }, "step_fields", json!(0)),
            (NewCampaign { repeats: true, ..reduction() }, "repeats_one_step", json!(null)),
            (NewCampaign { coupon: "QB20".into(), ..reduction() }, "coupon_missing", json!(null)),
            (campaign(CampaignKind::Coupon, "店铺券", vec![off(9_900, 500)]), "coupon_missing", json!(null)),
            (NewCampaign { text: "五星好评返现5元".into(), ..reduction() }, "review_reward", json!(null)),
            (campaign(CampaignKind::Gift, "晒图有礼", vec![step(100, Some("枕巾"), None)]), "review_reward", json!(null)),
            (NewCampaign { products: Some(vec![]), ..reduction() }, "missing", json!(null)),
            (NewCampaign { products: Some(vec![theirs]), shops: mine.clone(), ..reduction() }, "not_found", json!(null)),
            (NewCampaign { shops: Some(vec![scene.shops[1]]), ..reduction() }, "not_found", json!(null)),
            (NewCampaign { shops: None, ..reduction() }, "shop_required", json!(null)),
        ] {
            let shops = if new.shops.is_some() || code == "shop_required" { new.shops.clone() } else { mine.clone() };
            let problem = add(db, &manager, NewCampaign { shops, ..new }).await.expect_err(code);
            assert_eq!((problem.code.as_ref(), problem.params.get("step").cloned().unwrap_or_default()), (code, step_no));
        }
        assert_eq!(code(add(db, &scene.agent, NewCampaign { shops: mine, ..reduction() }).await), "forbidden");
        assert!(told(db, "campaign.added").await.is_empty());
    }

    async fn what_is_missing_and_what_fills_it_up_is_told(db: &TestDb) {
        let scene = scene(db).await;
        let (agent, shop) = (&scene.agent, scene.shops[0]);
        let set = set(db, &scene).await;
        let towel = product(db, scene.org, "MJ", "毛巾", &[("MJ-1", "白", 1_900, 9), ("MJ-2", "灰", 2_500, 9)], None).await;
        let pillow = product(db, scene.org, "ZT", "乳胶枕", &[("ZT-1", "", 9_900, 9)], None).await;
        let socks = product(db, scene.org, "WZ", "袜子", &[("WZ-1", "", 900, 9)], None).await;
        product(db, scene.org, "DD", "地垫", &[("DD-1", "", 1_500, 0)], None).await;
        add(db, &scene.editor, reduction()).await.expect("added");
        let cart = Cart { items: vec![CartItem { sku: set.skus[0].id, quantity: 1 }, CartItem { sku: pillow.skus[0].id, quantity: 2 }], ..Cart::default() };
        let found = offers(db, agent, shop, cart.clone()).await.expect("offers");
        let next = found[0].next.clone().expect("a next step");
        assert_eq!((found[0].counted_fen, found[0].off_fen, next.missing_fen, next.off_fen), (Fen(49_700), Fen(3_000), Fen(200), Some(Fen(6_000))));
        let codes: Vec<_> = next.add.iter().map(|one| (one.product, one.price_fen.0)).collect();
        assert_eq!(codes, [(socks.id, 900), (towel.id, 1_900)], "the cheapest first; nothing out of stock or in the cart, one SKU a product");

        let by_total = offers(db, agent, shop, Cart { total: Fen(48_700), ..Cart::default() }).await.expect("offers");
        let next = by_total[0].next.clone().expect("a next step");
        assert_eq!((next.missing_fen, next.add.first().map(|one| one.price_fen)), (Fen(1_200), Some(Fen(1_900))));
        assert!(found[0].favourite);

        let foreign = Cart { items: vec![CartItem { sku: Id(4), quantity: 1 }], ..Cart::default() };
        assert_eq!(code(offers(db, agent, shop, foreign).await), "not_found");
        let none = Cart { items: vec![CartItem { sku: set.skus[0].id, quantity: 0 }], ..Cart::default() };
        assert_eq!(code(offers(db, agent, shop, none).await), "out_of_range");
        assert_eq!(code(offers(db, &scene.far, shop, cart.clone()).await), "not_found");
        assert_eq!(code(offers(db, &scene.stranger, shop, cart).await), "not_found");
    }

    async fn a_campaign_on_some_products_counts_those_only(db: &TestDb) {
        let scene = scene(db).await;
        let (agent, shop) = (&scene.agent, scene.shops[0]);
        let set = set(db, &scene).await;
        let pillow = product(db, scene.org, "ZT", "乳胶枕", &[("ZT-1", "", 9_900, 9)], None).await;
        let only = |new: NewCampaign| NewCampaign { products: Some(vec![pillow.id]), ..new };
        let fixed = campaign(CampaignKind::FixedPrice, "枕头一口价", vec![step(0, None, Some(7_900))]);
        let gift = NewCampaign { repeats: true, ..campaign(CampaignKind::Gift, "每满100送枕巾", vec![step(10_000, Some("枕巾"), None)]) };
        let fixed = add(db, &scene.editor, only(fixed)).await.expect("added");
        add(db, &scene.editor, only(gift)).await.expect("added");
        let cart = |product: Option<Id>, items: Vec<CartItem>| Cart { items, total: Fen(29_900), product };
        let items = vec![CartItem { sku: set.skus[0].id, quantity: 1 }, CartItem { sku: pillow.skus[0].id, quantity: 3 }];
        let found = offers(db, agent, shop, cart(None, items)).await.expect("offers");
        assert_eq!((found[0].off_fen, found[0].price_fen, found[0].counted_fen), (Fen(6_000), Some(Fen(7_900)), Fen(29_700)));
        assert_eq!((found[1].gift.as_deref(), found[1].next.as_ref().map(|next| next.missing_fen)), (Some("枕巾 ×2"), Some(Fen(300))));
        let of_set = offers(db, agent, shop, cart(Some(set.id), vec![])).await.expect("offers");
        assert_eq!(of_set.iter().map(|one| (one.covers, one.counted_fen)).collect::<Vec<_>>(), [(false, Fen(0)); 2]);
        let of_pillow = offers(db, agent, shop, cart(Some(pillow.id), vec![])).await.expect("offers");
        assert_eq!(of_pillow[1].gift.as_deref(), Some("枕巾 ×2"));
        let id = pillow.id;
        let brief = saw(db, agent, move |tx, who| knowledge::product_brief(tx, NOW, who, id, shop, Fen(0))).await.expect("a brief");
        assert_eq!(brief.campaigns.len(), 2);
        let wider = CampaignChange { products: Some(None), ..CampaignChange::default() };
        let changed = did(db, &scene.editor, move |tx, who| knowledge::change_campaign(tx, NOW, who, fixed.id, &wider)).await.expect("changed");
        assert_eq!((changed.products, changed.steps), (None, fixed.steps));
    }

    async fn what_was_written_down_to_fill_up_with_is_offered(db: &TestDb) {
        let scene = scene(db).await;
        let (set, shop) = (set(db, &scene).await, scene.shops[0]);
        let mut last = Id::NONE;
        // The shop's newest 200 products leave this one out.
        let old = product(db, scene.org, "OLD", "抱枕", &[("OLD-1", "", 1_300, 9)], None).await;
        for n in 0..201 {
            let (code, sku) = (format!("F{n}"), format!("F{n}-1"));
            last = product(db, scene.org, &code, "小件", &[(&sku, "", 90_000, 9)], None).await.id;
        }
        assert!(last > old.id);
        add(db, &scene.editor, reduction()).await.expect("added");
        let cart = Cart { total: Fen(48_700), product: Some(set.id), ..Cart::default() };
        let found = offers(db, &scene.agent, shop, cart.clone()).await.expect("offers");
        assert_eq!(found[0].next.as_ref().and_then(|next| next.add.first()).map(|one| one.price_fen), Some(Fen(90_000)));
        let new = NewRelation { kind: RelationKind::Promotion, product: set.id, other: old.id, sku: None, other_sku: None, note: String::new(), position: 0 };
        did(db, &scene.editor, move |tx, who| knowledge::add_relation(tx, NOW, who, &new)).await.expect("written down");
        let found = offers(db, &scene.agent, shop, cart).await.expect("offers");
        assert_eq!(found[0].next.as_ref().and_then(|next| next.add.first()).map(|one| one.product), Some(old.id));
    }

    async fn scripts_are_told_campaign_coupon_and_what_is_missing_now(db: &TestDb) {
        let scene = scene(db).await;
        let shop = scene.shops[0];
        let words = |at: Ms, product: Option<Id>, total: i64| {
            let cart = Cart { items: Vec::new(), total: Fen(total), product };
            saw(db, &scene.agent, move |tx, who| knowledge::campaign_words(tx, at, who, shop, &cart))
        };
        assert_eq!(words(NOW, None, 48_700).await.expect("words"), CampaignWords::default());
        add(db, &scene.editor, reduction()).await.expect("added");
        let coupon = NewCampaign { coupon: "新人券QB20".into(), ..campaign(CampaignKind::Coupon, "新人券", vec![off(9_900, 2_000)]) };
        add(db, &scene.editor, coupon).await.expect("added");
        let now = words(NOW, None, 48_700).await.expect("words");
        assert_eq!(now, CampaignWords { campaign: Some("全场满299减30，满499减60".into()), coupon: Some("新人券QB20".into()), missing: Some("12".into()) });
        let little = words(NOW, None, 9_650).await.expect("words");
        assert_eq!((little.campaign.as_deref(), little.missing.as_deref()), (Some("新人券"), Some("2.50")));
        assert_eq!(words(NOW.plus(DAY), None, 48_700).await.expect("words"), CampaignWords::default(), "over is over");
        assert_eq!(words(NOW, Some(Id(5)), 0).await.expect("words").missing.as_deref(), Some("99"));
    }

    async fn what_a_campaign_on_some_products_lacks_is_counted_by_their_pieces(db: &TestDb) {
        let scene = scene(db).await;
        let shop = scene.shops[0];
        let (set, far) = (set(db, &scene).await, scene.shops[1]);
        let towel = product(db, scene.org, "MJ01", "毛巾", &[("MJ01-1", "", 5_000, 90)], None).await;
        let gone = product(db, scene.org, "MJ02", "别店的毛巾", &[("MJ02-1", "", 5_000, 90)], Some(vec![far])).await;
        let some = NewCampaign { products: Some(vec![set.id]), ..reduction() };
        add(db, &scene.editor, some).await.expect("added");
        let of = |pieces: &[(Id, i64)], total: i64| {
            let items = pieces.iter().map(|(sku, quantity)| CartItem { sku: *sku, quantity: *quantity }).collect();
            let cart = Cart { items, total: Fen(total), product: Some(set.id) };
            saw(db, &scene.agent, move |tx, who| knowledge::campaign_words(tx, NOW, who, shop, &cart))
        };
        let (piece, other) = (set.skus[1].id, towel.skus[0].id);
        let by_pieces = of(&[(piece, 1), (other, 6)], 55_900).await.expect("words");
        assert_eq!(by_pieces.missing.as_deref(), Some("40"), "259 of the 559 count");
        let by_sum = of(&[], 55_900).await.expect("words");
        assert_eq!(by_sum.missing, None, "the sum alone tells no better");
        let with_foreign = of(&[(piece, 1), (gone.skus[0].id, 1)], 30_900).await.expect("words");
        assert_eq!(with_foreign.missing.as_deref(), Some("190"), "a cart with what is not sold here is counted by its sum");
    }

    async fn a_script_speaks_of_what_runs_when_it_is_sent(db: &TestDb) {
        let scene = scene(db).await;
        let (set, shop) = (set(db, &scene).await, scene.shops[0]);
        let near = product(db, scene.org, "SJ02", "竹影四件套", &[("SJ02-15", "米色 1.5m床", 27_900, 4)], None).await;
        let out = set.skus[1].id;
        let mark = knowledge::NewPreorder { ships_at: NOW.plus(DAY), note: String::new() };
        did(db, &scene.editor, move |tx, who| knowledge::set_preorder(tx, NOW, who, out, &mark)).await.expect("marked");
        let made = add(db, &scene.editor, reduction()).await.expect("added");
        let new = NewScript { title: "凑单".into(), ..NewScript::new("现在{campaign}，还差{missing}元；{alternative}有货，原款{ship_by}发") };
        let script = did(db, &scene.editor, move |tx, who| knowledge::add_script(tx, NOW, who, &new)).await.expect("a script").id;
        let mut facts = knowledge::Facts::default();
        facts.set(knowledge::Variable::Campaign, "去年的活动");
        let ask = Render { shop, lang: None, product: None, sku: Some(out), total_fen: Some(Fen(48_700)), items: Vec::new(), facts };
        let say = |at: Ms, ask: Render| saw(db, &scene.agent, move |tx, who| knowledge::render_words(tx, at, who, (WordKind::Script, script), &ask));
        let said = say(NOW, ask.clone()).await.expect("a text");
        assert_eq!(said.text, format!("现在全场满299减30，满499减60，还差12元；{}（米色 1.5m床）有货，原款9月22日发", near.title));
        assert!(said.missing.is_empty());
        let without_cart = say(NOW, Render { total_fen: None, ..ask.clone() }).await.expect("a text");
        assert_eq!(without_cart.missing, [knowledge::Variable::Missing], "nothing is known of the cart, so nothing is claimed");
        let over = say(made.ends_at, ask).await.expect("a text");
        assert_eq!(over.missing, [knowledge::Variable::Campaign, knowledge::Variable::Missing], "what is over is not said, whatever the caller says");
    }
}
