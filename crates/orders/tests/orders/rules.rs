//! What orders promise.

use base::{Actor, Fen, Id, PageAsk, Permission, Permissions, Shops};
use orders::{
    AfterStatus, NewOrder, OrderFilter, OrderSecret, OrderStatus, PayStatus, ShipStatus, StageFacts, Why,
};
use store::on_both;

use crate::scene::*;

on_both! { TABLES;
    async fn an_order_goes_its_way_with_money_and_stock(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let who = agent(org, &[Permission::EditOrders], Shops::only(vec![one]));
        let pillow = stock(db, org, "ZT-1", 10).await;
        let placed = NewOrder { buyer: buyer("u1"), placed_at: Some(NOW), lines: vec![line("ZT-1", 2)], ..version(one, "T1") };
        let made = upsert(db, &who, placed).await.expect("made");
        let customer = made.customer.expect("known");
        assert_eq!((made.status, made.total_fen, made.paid_fen, made.platform.as_str()), ("unpaid", Fen(19_800), Fen(0), "web"));
        assert_eq!(made.lines[0].sku, Some(pillow));
        assert_eq!(sums(db, org, customer).await, (0, 0));
        assert_eq!(sku(db, org, pillow).await.locked, 0);

        let paid = upsert(db, &who, NewOrder { paid_at: Some(NOW.plus(1)), paid_fen: Some(Fen(19_000)), ..version(one, "T1") }).await.expect("paid");
        assert_eq!((paid.id, paid.status, paid.lines[0].id), (made.id, "paid", made.lines[0].id));
        assert_eq!(sums(db, org, customer).await, (19_000, 1));
        assert_eq!((sku(db, org, pillow).await.locked, sku(db, org, pillow).await.on_hand), (2, 10));

        let shipped = NewOrder { shipped_at: Some(NOW.plus(2)), ..version(one, "T1") };
        for _ in 0..3 {
            assert_eq!(upsert(db, &who, shipped.clone()).await.expect("shipped").status, "shipped");
            assert_eq!((sku(db, org, pillow).await.locked, sku(db, org, pillow).await.on_hand), (0, 8), "taken once");
        }
        assert_eq!(sums(db, org, customer).await, (19_000, 1), "counted once");
        let done = upsert(db, &who, NewOrder { signed_at: Some(NOW.plus(3)), done_at: Some(NOW.plus(4)), ..version(one, "T1") }).await.expect("done");
        assert_eq!((done.status, done.order_status, done.ship_status), ("done", OrderStatus::Done, ShipStatus::Signed));
        let back = NewOrder { pay_status: Some(PayStatus::Refunded), order_status: Some(OrderStatus::Closed), changed_at: Some(NOW.plus(9)), ..version(one, "T1") };
        assert_eq!(upsert(db, &who, back).await.expect("refunded").status, "refunded");
        assert_eq!(sums(db, org, customer).await, (0, 0), "what was paid back is not spent");
        assert_eq!(sku(db, org, pillow).await.on_hand, 8, "the goods are not back by themselves");
    }

    async fn an_order_that_ends_before_it_leaves_gives_its_stock_back(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let who = Actor::program(org);
        let pillow = stock(db, org, "ZT-1", 10).await;
        let paid = NewOrder { paid_at: Some(NOW), lines: vec![line("ZT-1", 4)], ..version(one, "T1") };
        upsert(db, &who, paid).await.expect("paid");
        assert_eq!(sku(db, org, pillow).await.sellable, 6);
        upsert(db, &who, NewOrder { changed_at: Some(NOW.plus(1)), lines: vec![line("ZT-1", 1), line("ZT-1", 2)], ..version(one, "T1") }).await.expect("fewer");
        assert_eq!(sku(db, org, pillow).await.locked, 3, "two lines of one SKU are one lock");
        upsert(db, &who, NewOrder { order_status: Some(OrderStatus::Closed), ..version(one, "T1") }).await.expect("closed");
        assert_eq!((sku(db, org, pillow).await.locked, sku(db, org, pillow).await.on_hand), (0, 10));
    }

    async fn an_order_is_kept_when_there_is_too_little_and_says_so(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let who = Actor::program(org);
        let pillow = stock(db, org, "ZT-1", 3).await;
        let paid = |number: &str, quantity| NewOrder { paid_at: Some(NOW), lines: vec![line("ZT-1", quantity)], ..version(one, number) };
        assert!(!upsert(db, &who, paid("T1", 2)).await.expect("paid").short);
        assert!(upsert(db, &who, paid("T2", 2)).await.expect("paid").short, "one is left");
        assert_eq!(sku(db, org, pillow).await.locked, 2);
        upsert(db, &who, NewOrder { order_status: Some(OrderStatus::Closed), ..version(one, "T1") }).await.expect("closed");
        assert!(!upsert(db, &who, paid("T2", 2)).await.expect("again").short, "now there is enough");
        assert!(upsert(db, &who, NewOrder { shipped_at: Some(NOW), ..paid("T3", 4) }).await.expect("shipped").short);
        assert_eq!((sku(db, org, pillow).await.on_hand, sku(db, org, pillow).await.locked), (3, 2), "never below zero");
    }

    async fn orders_in_a_rush_never_promise_more_than_there_is(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let pillow = stock(db, org, "ZT-1", 10).await;
        let tasks: Vec<_> = (0..20).map(|i| {
            let db = db.db.clone();
            let new = NewOrder { paid_at: Some(NOW), lines: vec![line("ZT-1", 1)], ..version(one, &format!("R{i}")) };
            tokio::spawn(async move { db.write(move |tx| orders::upsert(tx, NOW, &Actor::program(org), &new)).await })
        }).collect();
        let mut short = 0;
        for task in tasks { short += i64::from(task.await.expect("done").expect("kept").short); }
        assert_eq!((short, sku(db, org, pillow).await.locked, sku(db, org, pillow).await.sellable), (10, 10, 0));
    }

    async fn a_code_the_catalogue_learns_later_finds_its_sku(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let who = Actor::program(org);
        let paid = NewOrder { paid_at: Some(NOW), lines: vec![line("NEW-1", 2)], ..version(one, "T1") };
        assert_eq!(upsert(db, &who, paid.clone()).await.expect("kept").lines[0].sku, None);
        let fresh = stock(db, org, "NEW-1", 5).await;
        assert_eq!(upsert(db, &who, paid).await.expect("again").lines[0].sku, Some(fresh));
        assert_eq!(sku(db, org, fresh).await.locked, 2);
    }

    async fn the_customer_may_come_later_or_change(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let who = Actor::program(org);
        let paid = NewOrder { paid_at: Some(NOW), total_fen: Some(Fen(500)), ..version(one, "T1") };
        assert_eq!(upsert(db, &who, paid).await.expect("kept").customer, None);
        let first = upsert(db, &who, NewOrder { buyer: buyer("u1"), ..version(one, "T1") }).await.expect("named").customer.expect("known");
        assert_eq!(sums(db, org, first).await, (500, 1));
        let second = upsert(db, &who, NewOrder { buyer: buyer("u2"), changed_at: Some(NOW.plus(1)), ..version(one, "T1") }).await.expect("corrected").customer.expect("known");
        assert_eq!((sums(db, org, first).await, sums(db, org, second).await), ((0, 0), (500, 1)));
        let masked = NewOrder { buyer: Some(orders::Buyer { kind: customers::IdentityKind::Nick, value: "青**".into(), name: None }), changed_at: Some(NOW.plus(2)), ..version(one, "T1") };
        assert_eq!(upsert(db, &who, masked).await.expect("kept").customer, Some(second), "a masked nick names nobody");
    }

    async fn a_merged_customer_keeps_the_orders(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let who = Actor::program(org);
        let (visitor, known) = db.write(move |tx| {
            let known = customers::prove(tx, NOW, org, one, "u1", None, None)?.customer;
            Ok((customers::visitor(tx, NOW, org, one, "token")?.id, known))
        }).await.expect("two");
        let order = upsert(db, &who, NewOrder { customer: Some(visitor), paid_at: Some(NOW), total_fen: Some(Fen(700)), ..version(one, "T1") }).await.expect("made").id;
        let actor = who.clone();
        assert_eq!(code(db.write(move |tx| orders::move_customer(tx, NOW, &actor, visitor, known)).await), "not_found", "they are two still");
        let actor = who.clone();
        db.write(move |tx| {
            let proved = customers::prove(tx, NOW, org, one, "u1", None, Some(visitor))?;
            orders::move_customer(tx, NOW, &actor, proved.merged.expect("merged"), proved.customer)
        }).await.expect("moved");
        let seen = |id| { let who = who.clone(); db.read(move |tx| orders::of_customer(tx, &who, id, &PageAsk::default())) };
        assert_eq!(seen(known).await.expect("a list").items[0].id, order);
        assert_eq!(seen(visitor).await.expect("a list").items[0].id, order, "also by the old id");
        assert_eq!(sums(db, org, known).await, (700, 1));
        upsert(db, &who, NewOrder { pay_status: Some(PayStatus::Refunded), ..version(one, "T1") }).await.expect("refunded");
        assert_eq!(sums(db, org, known).await, (0, 0), "taken back from whoever it was counted for");
    }

    async fn wrong_versions_are_refused_by_field(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let who = Actor::program(org);
        let t = || version(one, "T1");
        let with = |change: fn(&mut orders::NewLine)| { let mut one = line("A", 1); change(&mut one); NewOrder { lines: vec![one], ..t() } };
        for (new, field, wanted) in [
            (version(one, " "), "number", "text_empty"),
            (NewOrder { platform: Some("amazon".into()), ..t() }, "platform", "unknown_platform"),
            (NewOrder { total_fen: Some(Fen(-1)), ..t() }, "total_fen", "out_of_range"),
            (NewOrder { paid_at: Some(NOW.plus(2 * DAY)), ..t() }, "paid_at", "in_the_future"),
            (NewOrder { changed_at: Some(base::Ms(0)), ..t() }, "changed_at", "out_of_range"),
            (NewOrder { remark: Some("长".repeat(1_001)), ..t() }, "remark", "text_too_long"),
            (NewOrder { lines: vec![line("A", 1); 201], ..t() }, "lines", "too_many"),
            (with(|line| line.quantity = 0), "lines.quantity", "out_of_range"),
            (with(|line| line.title = "\0".into()), "lines.title", "text_empty"),
            (with(|line| line.price_fen = Fen(i64::MAX)), "lines.price_fen", "out_of_range"),
        ] {
            let problem = upsert(db, &who, new).await.expect_err("refused");
            assert_eq!((problem.code.as_ref(), problem.field.as_deref()), (wanted, Some(field)));
        }
    }

    async fn secrets_are_masked_revealed_one_by_one_and_never_logged(db: &TestDb) {
        let Scene { org, shops: [one, two], .. } = scene(db).await;
        let full = NewOrder { receiver: Some("张三丰".into()), phone: Some("13812345678".into()), address: Some("浙江省杭州市西湖区文三路 9 号".into()),
            remark: Some("放门卫老王处".into()), changed_at: Some(NOW), ..version(one, "T1") };
        let made = upsert(db, &Actor::program(org), full).await.expect("made");
        assert_eq!((made.receiver_masked.as_deref(), made.phone_masked.as_deref(), made.address_masked.as_deref()), (Some("张**"), Some("138****5678"), Some("浙江省杭州市****")));
        let masked = NewOrder { receiver: Some("张**".into()), phone: Some("138****5678".into()), changed_at: Some(NOW.plus(1)), ..version(one, "T1") };
        upsert(db, &Actor::program(org), masked).await.expect("kept");
        let id = made.id;
        let ask = |who: Actor| db.write(move |tx| orders::reveal(tx, NOW, &who, id, OrderSecret::Phone));
        let rights = [Permission::SeeOrders, Permission::Reveal];
        assert_eq!(ask(agent(org, &rights, Shops::only(vec![one]))).await.expect("revealed").as_deref(), Some("13812345678"));
        assert_eq!(code(ask(agent(org, &rights, Shops::only(vec![two]))).await), "not_found");
        assert_eq!(code(ask(agent(org, &rights[..1], Shops::All)).await), "forbidden");
        let rows = log(db).await;
        let last = rows.last().expect("a row");
        assert_eq!((last.kind.as_str(), last.subject, last.shop, last.data.as_str()), ("order.revealed", id, one, r#"{"field":"phone"}"#));
        for row in &rows {
            for secret in ["13812345678", "张三丰", "文三路", "老王"] {
                assert!(!row.data.contains(secret), "{} tells {secret}", row.kind);
            }
        }
    }

    async fn what_changed_is_told_once(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let who = Actor::program(org);
        let new = NewOrder { total_fen: Some(Fen(500)), changed_at: Some(NOW), ..version(one, "T1") };
        upsert(db, &who, new.clone()).await.expect("made");
        let before = log(db).await.len();
        upsert(db, &who, new).await.expect("the same");
        assert_eq!(log(db).await.len(), before);
        upsert(db, &who, NewOrder { pay_status: Some(PayStatus::Paid), changed_at: Some(NOW.plus(1)), ..version(one, "T1") }).await.expect("paid");
        let rows = log(db).await;
        let last = rows.last().expect("a row");
        assert_eq!((last.kind.as_str(), last.data.as_str()), ("order.changed", r#"{"paid_fen":[0,500],"pay_status":["unpaid","paid"]}"#));
    }

    async fn orders_say_the_stage_of_a_talk(db: &TestDb) {
        let Scene { org, shops: [one, two], .. } = scene(db).await;
        let who = Actor::program(org);
        let customer = upsert(db, &who, NewOrder { buyer: buyer("u1"), placed_at: Some(NOW), ..version(one, "T1") }).await.expect("made").customer.expect("known");
        let facts = |shop: Id, days| db.read(move |tx| orders::stage_facts(tx, org, shop, customer, NOW, days));
        assert_eq!(facts(one, 21).await, Ok(StageFacts { unpaid_open: true, ..StageFacts::default() }));
        assert_eq!(facts(two, 21).await, Ok(StageFacts::default()), "another shop's orders say nothing");
        upsert(db, &who, NewOrder { paid_at: Some(NOW.plus(-30 * DAY)), ..version(one, "T1") }).await.expect("paid");
        assert_eq!(facts(one, 21).await, Ok(StageFacts { paid_open: true, ..StageFacts::default() }));
        upsert(db, &who, NewOrder { shipped_at: Some(NOW.plus(-21 * DAY + 1)), ..version(one, "T1") }).await.expect("shipped");
        assert_eq!(facts(one, 21).await, Ok(StageFacts { shipped_within: true, ..StageFacts::default() }));
        assert_eq!(facts(one, 20).await, Ok(StageFacts::default()));
        upsert(db, &who, NewOrder { after_status: Some(AfterStatus::Open), ..version(one, "T1") }).await.expect("after-sale");
        assert_eq!(facts(one, 20).await, Ok(StageFacts { after_open: true, ..StageFacts::default() }));
        upsert(db, &who, NewOrder { buyer: buyer("u1"), ship_status: Some(ShipStatus::Shipped), placed_at: Some(NOW.plus(-3 * DAY)), ..version(one, "T2") }).await.expect("shipped at no known time");
        assert!(facts(one, 21).await.expect("facts").shipped_within);
    }

    async fn closing_asks_about_unpaid_and_unconfirmed_orders(db: &TestDb) {
        let Scene { org, shops: [one, two], .. } = scene(db).await;
        let who = Actor::program(org);
        let unpaid = upsert(db, &who, NewOrder { buyer: buyer("u1"), placed_at: Some(NOW), ..version(one, "T1") }).await.expect("made");
        let paid = upsert(db, &who, NewOrder { buyer: buyer("u1"), placed_at: Some(NOW.plus(5)), pay_status: Some(PayStatus::Paid), ..version(one, "T2") }).await.expect("made");
        let (customer, id) = (paid.customer.expect("known"), paid.id);
        let open = |shop: Id| async move {
            let found = db.read(move |tx| orders::unpaid_or_unconfirmed(tx, org, shop, customer)).await.expect("read");
            found.into_iter().map(|one| (one.number, one.why)).collect::<Vec<_>>()
        };
        assert_eq!(open(one).await, [("T2".to_owned(), Why::Unconfirmed), ("T1".to_owned(), Why::Unpaid)]);
        assert!(open(two).await.is_empty());
        let answer = |who: Actor, right| db.write(move |tx| orders::confirm(tx, NOW, &who, id, right));
        assert_eq!(code(answer(Actor::buyer(org, one, Id(5)), true).await), "not_found", "somebody else's order");
        assert_eq!(code(answer(Actor::buyer(org, two, customer), true).await), "not_found", "from another shop's widget");
        assert_eq!(code(answer(agent(org, &[Permission::SeeOrders], Shops::All), true).await), "forbidden");
        answer(Actor::buyer(org, one, customer), true).await.expect("confirmed");
        assert_eq!(open(one).await, [("T1".to_owned(), Why::Unpaid)]);
        let actor = who.clone();
        assert_eq!(db.read(move |tx| orders::order(tx, &actor, id)).await.expect("seen").confirmed_at, Some(NOW));
        answer(Actor::buyer(org, one, customer), false).await.expect("wrong after all");
        assert_eq!(open(one).await.len(), 2);
        for number in ["T1", "T2"] {
            upsert(db, &who, NewOrder { order_status: Some(OrderStatus::Closed), ..version(one, number) }).await.expect("closed");
        }
        assert!(open(one).await.is_empty());
        let _ = unpaid;
    }

    async fn a_card_is_for_its_owner_only(db: &TestDb) {
        let Scene { org, shops: [one, two], .. } = scene(db).await;
        let who = Actor::program(org);
        let new = NewOrder { buyer: buyer("u1"), lines: vec![line("A-1", 2)], receiver: Some("张三丰".into()), address: Some("浙江省杭州市西湖区文三路 9 号".into()),
            payment: Some("支付宝".into()), delivery: Some("顺丰到付".into()), ..version(one, "T1") };
        let made = upsert(db, &who, new).await.expect("made");
        let (id, customer) = (made.id, made.customer.expect("known"));
        let get = |who: Actor| db.read(move |tx| orders::card(tx, &who, id));
        let card = get(Actor::buyer(org, one, customer)).await.expect("a card");
        let shape = serde_json::to_value(&card).expect("json");
        assert_eq!(shape, serde_json::json!({
            "order": id, "number": "T1", "lines": [{ "title": "枕头", "spec": "成人款", "quantity": 2, "price_fen": 9_900 }], "total_fen": 19_800,
            "receiver": "张**", "address": "浙江省杭州市****", "pay": "支付宝", "ship": "顺丰到付", "confirm": false, "answer": null, "note": null, "answered_at": null,
        }));
        assert_eq!(get(agent(org, &[Permission::SeeOrders], Shops::only(vec![one]))).await, Ok(card));
        assert_eq!(code(get(agent(org, &[Permission::SeeOrders], Shops::only(vec![two]))).await), "not_found");
        assert_eq!(code(get(agent(org, &[], Shops::All)).await), "forbidden");
        assert_eq!(code(get(Actor::buyer(org, one, Id(4))).await), "not_found");
        let owned = |shop: Id, customer: Id| db.read(move |tx| orders::owned_by(tx, NOW, org, shop, id, customer));
        assert_eq!((owned(one, customer).await, owned(two, customer).await, owned(one, Id(4)).await), (Ok(true), Ok(false), Ok(false)));
        let nick = NewOrder { buyer: Some(orders::Buyer { kind: customers::IdentityKind::Nick, value: "青柠檬".into(), name: None }), ..version(one, "T2") };
        let unproven = upsert(db, &who, nick).await.expect("made");
        let (id, customer) = (unproven.id, unproven.customer.expect("somebody"));
        assert_eq!(db.read(move |tx| orders::owned_by(tx, NOW, org, one, id, customer)).await, Ok(false), "a nick proves nothing");
    }

    async fn lists_hold_the_shops_in_reach_page_by_page(db: &TestDb) {
        let Scene { org, shops: [one, two], .. } = scene(db).await;
        let who = Actor::program(org);
        for i in 0..5 {
            let shop = if i == 3 { two } else { one };
            let new = NewOrder { buyer: buyer("u1"), placed_at: Some(NOW.plus(-i)), ..version(shop, &format!("88{i}")) };
            upsert(db, &who, new).await.expect("made");
        }
        let list = |who: &Actor, filter: OrderFilter| { let who = who.clone(); async move {
            let page = db.read(move |tx| orders::orders(tx, &who, &filter, &PageAsk::default())).await?;
            Ok::<_, base::Problem>(page.items.into_iter().map(|order| order.number).collect::<Vec<_>>())
        }};
        let of_one = agent(org, &[Permission::SeeOrders], Shops::only(vec![one]));
        assert_eq!(list(&who, OrderFilter::default()).await.expect("a list"), ["880", "881", "882", "883", "884"], "the last placed first");
        assert_eq!(list(&of_one, OrderFilter::default()).await.expect("a list"), ["880", "881", "882", "884"]);
        assert_eq!(code(list(&of_one, OrderFilter { shop: Some(two), ..OrderFilter::default() }).await), "not_found");
        assert_eq!(list(&who, OrderFilter { shop: Some(two), ..OrderFilter::default() }).await.expect("a list"), ["883"]);
        let q = |q: &str| OrderFilter { q: Some(q.into()), ..OrderFilter::default() };
        assert_eq!(list(&who, q(" 882 ")).await.expect("a list"), ["882"]);
        assert_eq!(list(&who, q("88")).await.expect("a list").len(), 5);
        assert_eq!(list(&of_one, q("883")).await.expect("a list"), Vec::<String>::new());
        assert!(list(&who, q("%")).await.expect("a list").is_empty());
        let mut seen = Vec::new();
        let mut cursor = None;
        loop {
            let (who, ask) = (who.clone(), PageAsk { cursor, limit: Some(2) });
            let page = db.read(move |tx| orders::orders(tx, &who, &OrderFilter::default(), &ask)).await.expect("a page");
            seen.extend(page.items.into_iter().map(|order| order.number));
            cursor = page.next;
            if cursor.is_none() { break; }
        }
        assert_eq!(seen, ["880", "881", "882", "883", "884"]);
    }

    async fn what_belongs_to_others_does_not_exist(db: &TestDb) {
        let Scene { org, other, shops: [one, two] } = scene(db).await;
        let pillow = stock(db, org, "ZT-1", 10).await;
        let made = upsert(db, &Actor::program(org), NewOrder { buyer: buyer("u1"), lines: vec![line("ZT-1", 1)], ..version(one, "T1") }).await.expect("made");
        let (id, customer) = (made.id, made.customer.expect("known"));
        let all = Permissions::all();
        for who in [Actor::program(other), Actor { permissions: all, ..agent(org, &[], Shops::only(vec![two])) }] {
            macro_rules! refused {
                (|$tx:ident, $who:ident| $call:expr) => {{
                    let $who = who.clone();
                    assert_eq!(code(db.write(move |$tx| $call).await), "not_found", "{}", stringify!($call));
                }};
            }
            refused!(|tx, who| orders::order(tx, &who, id));
            refused!(|tx, who| orders::card(tx, &who, id));
            refused!(|tx, who| orders::reveal(tx, NOW, &who, id, OrderSecret::Phone));
            refused!(|tx, who| orders::confirm(tx, NOW, &who, id, true));
            refused!(|tx, who| orders::upsert(tx, NOW, &who, &version(one, "T1")));
            let who = who.clone();
            let filter = OrderFilter::default();
            assert!(db.read(move |tx| orders::orders(tx, &who, &filter, &PageAsk::default())).await.expect("a list").items.is_empty());
        }
        let stranger = Actor::program(other);
        let own = db.write({ let who = stranger.clone(); move |tx| {
            let key = format!("{:0>16}", tx.id());
            Ok(team::add_shop(tx, NOW, &who, team::NewShop { key, name: "别家店".into(), ..team::NewShop::default() })?.id)
        }}).await.expect("a shop");
        let foreign_sku = NewOrder { lines: vec![orders::NewLine { sku: Some(pillow), ..line("x", 1) }], ..version(own, "T1") };
        assert_eq!(code(upsert(db, &stranger, foreign_sku).await), "not_found");
        assert_eq!(code(upsert(db, &stranger, NewOrder { customer: Some(customer), ..version(own, "T1") }).await), "not_found");
        let same = upsert(db, &stranger, NewOrder { buyer: buyer("u1"), lines: vec![line("ZT-1", 1)], paid_at: Some(NOW), ..version(own, "T1") }).await.expect("its own");
        assert_ne!((same.id, same.customer), (id, Some(customer)));
        assert_eq!(same.lines[0].sku, None, "a code finds no SKU of another organisation");
        assert_eq!(sku(db, org, pillow).await.locked, 0);
        let who = stranger.clone();
        assert_eq!(code(db.read(move |tx| orders::of_customer(tx, &who, customer, &PageAsk::default())).await), "not_found");
        assert_eq!(db.read(move |tx| orders::stage_facts(tx, other, one, customer, NOW, 21)).await, Ok(StageFacts::default()));
        assert_eq!(db.read(move |tx| orders::unpaid_or_unconfirmed(tx, other, one, customer)).await, Ok(vec![]));
        assert_eq!(db.read(move |tx| orders::owned_by(tx, NOW, other, one, id, customer)).await, Ok(false));
        let unknown = upsert(db, &Actor::program(org), version(Id(99), "T1")).await;
        assert_eq!(code(unknown), "not_found", "a shop that does not exist");
    }

    /// Row 90: ordered, paid, (after-sale), received, reviewed.
    async fn an_order_ends_with_what_its_buyer_says_of_it(db: &TestDb) {
        let Scene { org, shops: [one, two], .. } = scene(db).await;
        let who = Actor::program(org);
        let id = upsert(db, &who, NewOrder { paid_at: Some(NOW), ..version(one, "T1") }).await.expect("made").id;
        let says = |who: &Actor, stars: Option<i64>, text: &'static str, at: i64| { let who = who.clone(); async move {
            let new = orders::NewOrderReview { stars, text: text.into(), at: Some(NOW.plus(at)) };
            db.write(move |tx| orders::review_order(tx, NOW.plus(9), &who, id, &new)).await
        }};
        assert_eq!(code(says(&who, Some(5), "很好", 0).await), "not_received");
        upsert(db, &who, NewOrder { shipped_at: Some(NOW.plus(1)), signed_at: Some(NOW.plus(2)), ..version(one, "T1") }).await.expect("signed");
        for (stars, text, refused) in [(Some(6), "", "out_of_range"), (Some(0), "", "out_of_range"), (None, " ", "missing")] {
            assert_eq!(code(says(&who, stars, text, 3).await), refused);
        }
        assert_eq!(code(says(&who, Some(5), "", 2 * DAY).await), "in_the_future");
        says(&who, Some(4), "蓬松，味道小", 5).await.expect("kept");
        says(&who, Some(1), "早先写的", 4).await.expect("an older one changes nothing");
        says(&who, Some(4), "蓬松，味道小", 5).await.expect("the same again");
        let kept = db.read({ let who = who.clone(); move |tx| orders::order(tx, &who, id) }).await.expect("read").review.expect("a review");
        assert_eq!((kept.stars, kept.text.as_str(), kept.at), (Some(4), "蓬松，味道小", NOW.plus(5)));
        says(&who, Some(2), "用了一周，塌了", 7).await.expect("a later one counts");
        let told: Vec<_> = log(db).await.into_iter().filter(|row| row.kind == "order.reviewed").collect();
        assert_eq!(told.len(), 2);
        assert!(told.iter().all(|row| !row.data.contains('塌') && !row.data.contains('蓬')), "words stand in their own table only");
        let all = Permissions::all();
        for far in [Actor::program(db.write(|tx| team::found_org(tx, NOW, "别家")).await.expect("another")), Actor { permissions: all, ..agent(org, &[], Shops::only(vec![two])) }] {
            assert_eq!(code(says(&far, Some(5), "", 8).await), "not_found");
        }
        assert_eq!(code(says(&agent(org, &[Permission::SeeOrders], Shops::All), Some(5), "", 8).await), "forbidden");
    }

    async fn rights_are_asked(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let reader = agent(org, &[Permission::SeeOrders], Shops::All);
        assert_eq!(code(upsert(db, &reader, version(one, "T1")).await), "forbidden");
        let writer = agent(org, &[Permission::EditOrders], Shops::All);
        let id = upsert(db, &writer, version(one, "T1")).await.expect("made").id;
        let who = writer.clone();
        assert_eq!(code(db.read(move |tx| orders::order(tx, &who, id)).await), "forbidden");
        assert_eq!(code(db.read(move |tx| orders::orders(tx, &writer, &OrderFilter::default(), &PageAsk::default())).await), "forbidden");
        let buyer = Actor::buyer(org, one, Id(3));
        assert_eq!(code(upsert(db, &buyer, version(one, "T1")).await), "forbidden");
        assert_eq!(code(db.read(move |tx| orders::order(tx, &buyer, id)).await), "forbidden");
    }
}
