//! Lists of prices and freights: looked at, carried out, taken back.

use base::{Actor, Fen, Id, PageAsk, Permission};
use catalogue::{NewProduct, NewSku};
use orders::desk::{
    self, NewPriceList, PriceBy, PriceKind, PriceLine, PriceLineState, PriceList, PriceListState, PriceRound,
    PriceRow, PriceRule,
};
use orders::{ExportFormat, NewOrder};
use store::on_both;
use store::testing::TestDb;

use crate::scene::*;

fn by(kind: PriceKind, shop: Option<Id>, by: PriceBy, value: i64) -> NewPriceList {
    NewPriceList {
        kind,
        shop,
        name: "双十二".into(),
        rows: vec![],
        q: None,
        codes: vec![],
        from: None,
        to: None,
        rule: Some(PriceRule {
            by,
            value,
            to_fen: 10,
            round: PriceRound::Near,
        }),
    }
}

fn rows(kind: PriceKind, shop: Option<Id>, rows: &[(&str, i64)]) -> NewPriceList {
    NewPriceList {
        rule: None,
        rows: rows
            .iter()
            .map(|(code, fen)| PriceRow {
                code: (*code).into(),
                fen: Fen(*fen),
            })
            .collect(),
        ..by(kind, shop, PriceBy::Set, 0)
    }
}

async fn make(db: &TestDb, who: &Actor, new: NewPriceList) -> Result<PriceList, base::Problem> {
    act(db, who, move |tx, who| desk::make_price_list(tx, NOW, who, &new)).await
}

async fn lines(db: &TestDb, who: &Actor, id: Id) -> Vec<PriceLine> {
    act(db, who, move |tx, who| {
        desk::price_lines(tx, who, id, &PageAsk::default())
    })
    .await
    .expect("lines")
    .items
}

/// Where each line stands, by code.
async fn stand(db: &TestDb, who: &Actor, id: Id) -> Vec<(String, PriceLineState, String)> {
    let stands = |line: PriceLine| (line.code, line.state, line.why);
    lines(db, who, id).await.into_iter().map(stands).collect()
}

async fn price(db: &TestDb, org: Id, sku: Id) -> (i64, i64) {
    let sku = db
        .read(move |tx| catalogue::sku(tx, org, sku))
        .await
        .expect("read")
        .expect("a SKU");
    (sku.price_fen.0, sku.floor_fen.0)
}

on_both! { TABLES;
    async fn a_list_of_prices_is_looked_at_carried_out_and_taken_back(db: &TestDb) {
        let s = scene(db).await;
        // Floors: 8,000 of 9,900. A tenth off is above it, a quarter off is not.
        let list = make(db, &s.boss, by(PriceKind::Price, None, PriceBy::Percent, 9_000)).await.expect("made");
        assert_eq!((list.state, list.counts.open, list.counts.left), (PriceListState::Made, 2, 0));
        assert_eq!(price(db, s.org, s.pillow).await, (9_900, 8_000), "nothing has changed yet");
        let preview = lines(db, &s.boss, list.id).await;
        assert!(preview.iter().all(|line| (line.old_fen, line.new_fen) == (Fen(9_900), Fen(8_910))), "{preview:?}");
        let below = make(db, &s.boss, by(PriceKind::Price, None, PriceBy::Percent, 7_500)).await.expect("made");
        assert!(stand(db, &s.boss, below.id).await.iter().all(|(_, state, why)| (*state, why.as_str()) == (PriceLineState::Left, "below_floor")));
        let id = list.id;
        let done = act(db, &s.boss, move |tx, who| desk::apply_price_list(tx, NOW, who, id)).await.expect("carried out");
        assert_eq!((done.state, done.counts.done), (PriceListState::Applied, 2));
        assert_eq!((price(db, s.org, s.pillow).await, price(db, s.org, s.blanket).await), ((8_910, 8_000), (8_910, 8_000)));
        assert_eq!(log(db, "sku.changed").await.len(), 2, "each change is told");
        assert_eq!(code(act(db, &s.boss, move |tx, who| desk::apply_price_list(tx, NOW, who, id)).await), "wrong_state");
        // Somebody changes one of them; the other is as it was.
        let other = make(db, &s.boss, rows(PriceKind::Price, None, &[("MT-1", 8_800)])).await.expect("made").id;
        act(db, &s.boss, move |tx, who| desk::apply_price_list(tx, NOW, who, other)).await.expect("carried out");
        let back = act(db, &s.boss, move |tx, who| desk::revoke_price_list(tx, NOW, who, id)).await.expect("taken back");
        assert_eq!((back.state, back.counts.back, back.counts.kept), (PriceListState::Revoked, 1, 1));
        assert_eq!((price(db, s.org, s.pillow).await.0, price(db, s.org, s.blanket).await.0), (9_900, 8_800));
        let kept = stand(db, &s.boss, id).await.into_iter().find(|(code, ..)| code == "MT-1").expect("a line");
        assert_eq!((kept.1, kept.2.as_str()), (PriceLineState::Kept, "later_list"));
        // The later list brings it back to where it was before both, not to the price of the one taken back.
        act(db, &s.boss, move |tx, who| desk::revoke_price_list(tx, NOW, who, other)).await.expect("taken back");
        assert_eq!(price(db, s.org, s.blanket).await, (9_900, 8_000));
        assert_eq!(code(act(db, &s.boss, move |tx, who| desk::revoke_price_list(tx, NOW, who, id)).await), "wrong_state");
        for kind in ["price_list.made", "price_list.applied", "price_list.revoked"] {
            assert!(!log(db, kind).await.is_empty(), "{kind}");
        }
    }

    /// Rows 20 and 21: thousands of lines are made, carried out piece by piece and taken back.
    async fn a_list_of_thousands_of_lines_goes_in_pieces_and_comes_back(db: &TestDb) {
        let s = scene(db).await;
        let org = s.org;
        const MANY: i64 = 650;
        for from in (0..MANY).step_by(50) {
            let skus = (from..from + 50).map(|n| NewSku { code: format!("K{n:04}"), spec: Some(n.to_string()), price_fen: Some(Fen(1_000)), cost_fen: None, floor_fen: Some(Fen(100)), on_hand: None, safety: None, active: None }).collect();
            let new = NewProduct { code: format!("P-K{from}"), title: Some("毛巾".into()), picture: None, url: None, selling_points: None, active: None, shops: None, skus };
            db.write(move |tx| catalogue::upsert_product(tx, NOW, &Actor::program(org), &new)).await.expect("made");
        }
        let told: Vec<(String, i64)> = (0..MANY).map(|n| (format!("K{n:04}"), 900)).collect();
        let told: Vec<(&str, i64)> = told.iter().map(|(code, fen)| (code.as_str(), *fen)).collect();
        let list = make(db, &s.boss, rows(PriceKind::Price, None, &told)).await.expect("made");
        assert_eq!(list.counts.open, MANY);
        let id = list.id;
        let begun = act(db, &s.boss, move |tx, who| desk::apply_price_list(tx, NOW, who, id)).await.expect("begun");
        assert_eq!((begun.state, begun.counts.done + begun.counts.open), (PriceListState::Applying, MANY));
        assert!(begun.counts.done > 0 && begun.counts.open > 0, "{:?}", begun.counts);
        assert_eq!(code(act(db, &s.boss, move |tx, who| desk::revoke_price_list(tx, NOW, who, id)).await), "list_busy");
        jobs(db, NOW).await;
        let read = || { let who = s.boss.clone(); async move { db.read(move |tx| desk::price_list(tx, &who, id)).await.expect("read") } };
        assert_eq!((read().await.state, read().await.counts.done), (PriceListState::Applied, MANY));
        assert!(log(db, "sku.changed").await.iter().all(|row| row.actor == Id(10)), "each change is the person's who released it");
        let page = PageAsk { limit: Some(200), ..PageAsk::default() };
        let who = s.boss.clone();
        let first = db.read(move |tx| desk::price_lines(tx, &who, id, &page)).await.expect("a page");
        assert_eq!((first.items.len(), first.next.is_some()), (200, true), "looked at page by page");
        act(db, &s.boss, move |tx, who| desk::revoke_price_list(tx, NOW, who, id)).await.expect("begun");
        jobs(db, NOW).await;
        assert_eq!((read().await.state, read().await.counts.back), (PriceListState::Revoked, MANY));
        let too_many: Vec<(&str, i64)> = vec![("K0001", 900); 20_001];
        assert_eq!(code(make(db, &s.boss, rows(PriceKind::Price, None, &too_many)).await), "too_many");
    }

    /// Rows 20 and 21: where a shop wants four eyes, who made a list does not carry it out.
    async fn a_second_person_carries_a_list_out_where_the_shop_wants_it(db: &TestDb) {
        let s = scene(db).await;
        let (org, shop) = (s.org, s.one);
        db.write(move |tx| {
            let eyes = desk::SETTINGS.iter().find(|one| one.key == "orders.price_four_eyes").expect("a setting");
            team::set_setting(tx, NOW, &Actor::program(org), Some(shop), eyes, &serde_json::json!(true))
        }).await.expect("set");
        let list = make(db, &s.boss, rows(PriceKind::Price, Some(s.one), &[("ZT-M", 9_000)])).await.expect("made");
        assert!(list.four_eyes);
        let id = list.id;
        assert_eq!(code(act(db, &s.boss, move |tx, who| desk::apply_price_list(tx, NOW, who, id)).await), "four_eyes");
        assert_eq!(code(act(db, &Actor::program(s.org), move |tx, who| desk::apply_price_list(tx, NOW, who, id)).await), "four_eyes");
        assert_eq!(price(db, s.org, s.pillow).await.0, 9_900);
        let second = Actor { who: base::Who::Person(Id(11)), ..s.boss.clone() };
        assert_eq!(act(db, &second, move |tx, who| desk::apply_price_list(tx, NOW, who, id)).await.expect("carried out").state, PriceListState::Applied);
        assert_eq!(price(db, s.org, s.pillow).await.0, 9_000);
        // Whoever made it may take it back, and in the other shop nobody is asked.
        act(db, &s.boss, move |tx, who| desk::revoke_price_list(tx, NOW, who, id)).await.expect("taken back");
        let other = make(db, &s.boss, rows(PriceKind::Price, Some(s.two), &[("ZT-M", 9_000)])).await.expect("made");
        let id = other.id;
        assert!(!other.four_eyes);
        act(db, &s.boss, move |tx, who| desk::apply_price_list(tx, NOW, who, id)).await.expect("carried out");
    }

    /// Rows 20 and 21: what a list changes is taken to the platform as a file.
    async fn a_list_of_prices_is_a_file_for_the_platform(db: &TestDb) {
        let s = scene(db).await;
        let list = make(db, &s.boss, rows(PriceKind::Price, None, &[("ZT-M", 9_600), ("XX", 100), ("MT-1", 9_900)])).await.expect("made").id;
        let file = |who: &Actor| { let who = who.clone(); async move {
            db.read(move |tx| desk::price_list_file(tx, &who, list, ExportFormat::Csv)).await
        }};
        let text = String::from_utf8(file(&s.boss).await.expect("a file")).expect("text");
        let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines, ["商家编码,商品,原价,新价", "ZT-M,栖竹ZT-M 雾白 M,99.00,96.00"], "only what changes");
        assert_eq!(code(file(&s.agent).await), "not_found", "a list of all shops is not for one shop's agent");
    }

    /// Rows 93 and 148: a shop never offers more than its share of what is sellable, which safety stock is not.
    async fn what_a_shop_may_offer_is_a_file_and_never_more_than_sellable(db: &TestDb) {
        let s = scene(db).await;
        let org = s.org;
        let sku = NewSku { code: "AN-1".into(), spec: Some("米".into()), price_fen: Some(Fen(100)), cost_fen: None, floor_fen: None, on_hand: Some(14), safety: None, active: None };
        let new = NewProduct { code: "P-AN".into(), title: Some("安全库存".into()), picture: None, url: None, selling_points: None, active: None, shops: None, skus: vec![sku] };
        db.write(move |tx| {
            let id = catalogue::upsert_product(tx, NOW, &Actor::program(org), &new)?.skus[0].id;
            catalogue::lock(tx, NOW, &Actor::program(org), id, 2).map(drop)
        }).await.expect("made");
        let offered = |who: &Actor, shop: Id| { let who = who.clone(); async move {
            let bytes = db.read(move |tx| desk::stock_file(tx, &who, shop, ExportFormat::Csv)).await?;
            let text = String::from_utf8(bytes).expect("text");
            let rows = text.lines().skip(1).filter_map(|row| Some((row.split(',').next()?.to_owned(), row.rsplit(',').next()?.to_owned())));
            Ok::<_, base::Problem>(rows.collect::<std::collections::BTreeMap<_, _>>())
        }};
        let all = offered(&s.boss, s.one).await.expect("a file");
        assert_eq!((all["ZT-M"].as_str(), all["MT-1"].as_str(), all["AN-1"].as_str()), ("100", "5", "9"), "14 on hand, 2 locked, 3 kept back");
        let half = s.one;
        db.write(move |tx| {
            let share = desk::SETTINGS.iter().find(|one| one.key == "orders.stock_share").expect("a setting");
            team::set_setting(tx, NOW, &Actor::program(org), Some(half), share, &serde_json::json!(50))
        }).await.expect("set");
        let half = offered(&s.boss, s.one).await.expect("a file");
        assert_eq!((half["ZT-M"].as_str(), half["MT-1"].as_str(), half["AN-1"].as_str()), ("50", "2", "4"), "rounded down");
        assert_eq!(offered(&s.boss, s.two).await.expect("a file")["ZT-M"], "100", "each shop its own");
        assert_eq!(code(offered(&s.agent, s.two).await), "not_found", "a shop out of reach");
        // One SKU by a rule of its own: a share, a limit, or both; rounded down too. The other shop has none.
        let sets = |who: &Actor, sku: Id, percent, most| {
            let (who, new) = (who.clone(), desk::NewStockOffer { shop: s.one, sku, percent, most });
            async move { db.write(move |tx| desk::set_stock_offer(tx, NOW, &who, &new)).await }
        };
        assert_eq!(sets(&s.boss, s.pillow, Some(33), None).await.map(|rule| (rule.sellable, rule.offered)), Ok((100, 33)));
        let rule = sets(&s.boss, s.blanket, None, Some(1)).await.expect("set").id;
        let own = offered(&s.boss, s.one).await.expect("a file");
        assert_eq!((own["ZT-M"].as_str(), own["MT-1"].as_str(), own["AN-1"].as_str()), ("33", "1", "4"));
        assert_eq!(sets(&s.boss, s.pillow, Some(90), Some(40)).await.map(|rule| rule.offered), Ok(40), "one rule for each");
        assert_eq!(offered(&s.boss, s.two).await.expect("a file")["ZT-M"], "100");
        for (percent, most, said) in [(Some(101), None, "out_of_range"), (None, Some(-1), "out_of_range"), (None, None, "missing")] {
            assert_eq!(code(sets(&s.boss, s.pillow, percent, most).await), said);
        }
        let elsewhere = Actor { shops: base::Shops::only(vec![s.two]), ..s.boss.clone() };
        let removes = |who: &Actor| { let who = who.clone(); async move { db.write(move |tx| desk::remove_stock_offer(tx, NOW, &who, rule)).await } };
        assert_eq!((code(sets(&elsewhere, s.pillow, Some(1), None).await), code(removes(&elsewhere).await)), ("not_found".into(), "not_found".into()));
        assert_eq!((code(sets(&s.auditor, s.pillow, Some(1), None).await), code(removes(&s.auditor).await)), ("forbidden".into(), "forbidden".into()));
        removes(&s.boss).await.expect("removed");
        assert_eq!(offered(&s.boss, s.one).await.expect("a file")["MT-1"], "2", "the shop's share again");
        let who = s.agent.clone();
        let rules = db.read(move |tx| desk::stock_offers(tx, &who, &desk::OfferAsk { shop: s.one })).await.expect("listed");
        assert_eq!(rules.iter().map(|rule| (rule.code.as_str(), rule.percent, rule.most)).collect::<Vec<_>>(), [("ZT-M", Some(90), Some(40))]);
    }

    async fn rows_of_a_file_say_what_cannot_be_done(db: &TestDb) {
        let s = scene(db).await;
        let list = make(db, &s.boss, rows(PriceKind::Price, None, &[("ZT-M", 9_600), ("ZT-M", 9_600), ("XX", 100), ("MT-1", 9_900)])).await.expect("made");
        assert_eq!(stand(db, &s.boss, list.id).await, [
            ("ZT-M".to_owned(), PriceLineState::Open, String::new()),
            ("XX".to_owned(), PriceLineState::Left, "unknown".to_owned()),
            ("MT-1".to_owned(), PriceLineState::Left, "unchanged".to_owned()),
        ], "the same row twice is one");
        let twice = make(db, &s.boss, rows(PriceKind::Price, None, &[("ZT-M", 9_500), ("MT-1", 9_000), (" ZT-M", 9_600)])).await.expect_err("refused");
        assert_eq!((twice.code.as_ref(), &twice.params["first"], &twice.params["second"]), ("row_repeated", &1.into(), &3.into()));
        // Changed between looking and carrying out: left.
        let quick = make(db, &s.boss, rows(PriceKind::Price, None, &[("ZT-M", 9_700)])).await.expect("made").id;
        act(db, &s.boss, move |tx, who| desk::apply_price_list(tx, NOW, who, quick)).await.expect("carried out");
        let id = list.id;
        act(db, &s.boss, move |tx, who| desk::apply_price_list(tx, NOW, who, id)).await.expect("carried out");
        assert_eq!(stand(db, &s.boss, id).await[0].2, "changed_meanwhile");
        assert_eq!(price(db, s.org, s.pillow).await.0, 9_700);
    }

    async fn freight_of_unpaid_orders_changes_their_total_and_comes_back(db: &TestDb) {
        let s = scene(db).await;
        let unpaid = |number: &str, post: i64| NewOrder { paid_at: None, placed_at: Some(NOW), total_fen: Some(Fen(9_900 + post)), post_fen: Some(Fen(post)), ..paid(s.one, number) };
        let a = take_in(db, s.org, unpaid("U1", 1_000)).await;
        let b = take_in(db, s.org, unpaid("U2", 1_200)).await;
        take_in(db, s.org, NewOrder { post_fen: Some(Fen(800)), ..paid(s.one, "P1") }).await;
        let list = make(db, &s.auditor, by(PriceKind::Freight, Some(s.one), PriceBy::Set, 500)).await.expect("made");
        assert_eq!((list.counts.open, list.counts.left), (2, 0), "a paid order is not among them");
        let id = list.id;
        act(db, &s.auditor, move |tx, who| desk::apply_price_list(tx, NOW, who, id)).await.expect("carried out");
        let org = s.org;
        let order = |id: Id| async move { db.read(move |tx| orders::order(tx, &Actor::program(org), id)).await.expect("an order") };
        assert_eq!((order(a.id).await.post_fen, order(a.id).await.total_fen), (Some(Fen(500)), Fen(10_400)));
        assert_eq!(order(b.id).await.total_fen, Fen(10_400));
        // One is paid meanwhile: its freight stays and is listed.
        take_in(db, s.org, NewOrder { paid_at: Some(NOW), changed_at: Some(NOW.plus(1)), ..paid(s.one, "U2") }).await;
        act(db, &s.auditor, move |tx, who| desk::revoke_price_list(tx, NOW, who, id)).await.expect("taken back");
        assert_eq!((order(a.id).await.post_fen, order(a.id).await.total_fen), (Some(Fen(1_000)), Fen(10_900)));
        assert_eq!(order(b.id).await.post_fen, Some(Fen(500)));
        let mut stands = stand(db, &s.auditor, id).await;
        stands.sort_by_key(|stand| stand.0.clone());
        assert_eq!(stands.iter().map(|(_, state, why)| (*state, why.as_str())).collect::<Vec<_>>(), [(PriceLineState::Back, ""), (PriceLineState::Kept, "not_unpaid")]);
        let file = make(db, &s.auditor, rows(PriceKind::Freight, Some(s.one), &[("P1", 0), ("U1", 0), ("N9", 0)])).await.expect("made");
        assert_eq!(stand(db, &s.auditor, file.id).await.into_iter().map(|(_, _, why)| why).collect::<Vec<_>>(), ["", "not_unpaid", "unknown"]);
    }

    async fn numbers_beyond_all_bounds_are_refused(db: &TestDb) {
        let s = scene(db).await;
        for how in [PriceBy::Percent, PriceBy::Amount, PriceBy::Set] {
            for value in [i64::MIN, i64::MIN + 1, i64::MAX, -(1 << 62)] {
                assert_eq!(code(make(db, &s.boss, by(PriceKind::Price, None, how, value)).await), "out_of_range");
            }
        }
        let file = make(db, &s.boss, rows(PriceKind::Price, None, &[("ZT-M", i64::MIN), ("MT-1", i64::MAX)])).await.expect("made");
        assert!(stand(db, &s.boss, file.id).await.iter().all(|(_, state, why)| (*state, why.as_str()) == (PriceLineState::Left, "out_of_range")));
    }

    async fn lists_ask_for_their_right_and_shop(db: &TestDb) {
        let s = scene(db).await;
        assert_eq!(code(make(db, &s.auditor, by(PriceKind::Price, Some(s.one), PriceBy::Set, 1)).await), "forbidden");
        assert_eq!(code(make(db, &s.agent, by(PriceKind::Freight, Some(s.one), PriceBy::Set, 1)).await), "forbidden");
        assert_eq!(code(make(db, &s.agent, by(PriceKind::Freight, Some(s.two), PriceBy::Set, 1)).await), "not_found");
        assert_eq!(code(make(db, &s.boss, by(PriceKind::Freight, None, PriceBy::Set, 1)).await), "missing");
        let seller = Actor { permissions: [Permission::EditCatalogue, Permission::SeeOrders].into_iter().collect(), ..s.agent.clone() };
        assert_eq!(code(make(db, &seller, by(PriceKind::Price, None, PriceBy::Set, 1)).await), "missing");
        assert_eq!(code(make(db, &s.boss, by(PriceKind::Freight, Some(s.one), PriceBy::Set, 1)).await), "nothing_to_change");
        let list = make(db, &s.boss, by(PriceKind::Price, None, PriceBy::Percent, 9_500)).await.expect("made").id;
        let stranger = Actor { org: s.other, ..s.boss.clone() };
        for who in [&stranger, &seller] {
            assert_eq!(code(act(db, who, move |tx, who| desk::price_list(tx, who, list)).await), "not_found");
            assert_eq!(code(act(db, who, move |tx, who| desk::apply_price_list(tx, NOW, who, list)).await), "not_found");
        }
    }
}
