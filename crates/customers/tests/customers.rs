//! Who the buyers are, on both engines: identities, proofs, merging, secrets, blocks.

use base::{Actor, Fen, Id, Ms, PageAsk, Permission, Permissions, Problem, Shops, Who};
use customers::{
    CustomerChange, CustomerFilter, CustomerView, IdentityKind, NewBlock, NewContact, Proved, SecretField,
};
use store::testing::TestDb;
use store::{LogRow, Schema, Tx, args, on_both};

const TABLES: &[Schema] = &[team::SCHEMA, customers::SCHEMA];
const NOW: Ms = Ms(1_790_000_000_000);

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

fn agent(org: Id, rights: &[Permission], shops: Shops) -> Actor {
    Actor {
        org,
        who: Who::Person(Id(7)),
        permissions: rights.iter().copied().collect(),
        shops,
    }
}

async fn visit(db: &TestDb, org: Id, shop: Id, token: &'static str) -> Id {
    db.write(move |tx| customers::visitor(tx, NOW, org, shop, token))
        .await
        .expect("a visitor")
        .id
}

async fn prove(
    db: &TestDb,
    org: Id,
    shop: Id,
    sub: &'static str,
    name: Option<&'static str>,
    visitor: Option<Id>,
) -> Proved {
    db.write(move |tx| customers::prove(tx, NOW, org, shop, sub, name, visitor))
        .await
        .expect("proved")
}

async fn see(db: &TestDb, org: Id, id: Id) -> CustomerView {
    db.read(move |tx| customers::customer(tx, NOW, &Actor::program(org), id))
        .await
        .expect("seen")
}

async fn tell(db: &TestDb, org: Id, id: Id, phone: &'static str, real_name: &'static str) {
    let new = NewContact {
        phone: Some(phone.into()),
        real_name: Some(real_name.into()),
        address: None,
    };
    db.write(move |tx| customers::keep_contact(tx, NOW, &Actor::program(org), id, &new))
        .await
        .expect("kept");
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

fn reason(text: &str, until: Option<i64>, shop: Option<Id>) -> NewBlock {
    NewBlock {
        reason: text.into(),
        until: until.map(|ms| NOW.plus(ms)),
        shop,
    }
}

on_both! { TABLES;
    async fn a_visitor_is_recognised_by_the_token_in_that_shop(db: &TestDb) {
        let Scene { org, shops: [one, two], .. } = scene(db).await;
        let first = visit(db, org, one, "hash-a").await;
        assert_eq!(visit(db, org, one, "hash-a").await, first);
        assert_ne!(visit(db, org, two, "hash-a").await, first);
        assert_ne!(visit(db, org, one, "hash-b").await, first);
        let seen = see(db, org, first).await;
        assert!(seen.customer.name.starts_with("访客 ") && seen.customer.name.chars().count() == 7, "{}", seen.customer.name);
        assert!(!seen.customer.known);
        assert_eq!((seen.identities[0].kind.as_str(), &seen.identities[0].value), ("visitor", &None), "no token is shown");
    }

    async fn visits_at_the_same_moment_make_one_customer(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let tasks: Vec<_> = (0..12).map(|i| {
            let db = db.db.clone();
            tokio::spawn(async move {
                if i % 2 == 0 { db.write(move |tx| customers::visitor(tx, NOW, org, one, "same")).await.map(|c| c.id) }
                else { db.write(move |tx| customers::prove(tx, NOW, org, one, "u-same", None, None)).await.map(|p| p.customer) }
            })
        }).collect();
        let mut ids = Vec::new();
        for task in tasks { ids.push(task.await.expect("done").expect("written")); }
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 2, "one visitor and one proved customer");
    }

    async fn a_visitor_nobody_knew_becomes_the_known_customer(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let visitor = visit(db, org, one, "t").await;
        assert_eq!(prove(db, org, one, "u1", Some("青柠"), Some(visitor)).await, Proved { customer: visitor, merged: None });
        let seen = see(db, org, visitor).await;
        assert!(seen.customer.known);
        assert_eq!(seen.customer.name, "青柠");
        assert_eq!(prove(db, org, one, "u1", Some("青柠"), Some(visitor)).await, Proved { customer: visitor, merged: None }, "again is the same");
        assert_eq!(prove(db, org, one, "u1", None, None).await.customer, visitor, "also without the browser");
        assert_eq!(see(db, org, visitor).await.customer.name, "青柠", "a name left out clears nothing");
    }

    async fn the_known_customer_wins_over_the_anonymous_visitor(db: &TestDb) {
        let Scene { org, shops: [one, two], .. } = scene(db).await;
        let known = prove(db, org, one, "u1", Some("青柠"), None).await.customer;
        tell(db, org, known, "138****5678", "林青").await;
        let visitor = visit(db, org, one, "t").await;
        tell(db, org, visitor, "13812345678", "别的名字").await;
        let everyone = Actor::program(org);
        let (who, change) = (everyone.clone(), CustomerChange { vip: Some(true), level: Some(4), note: Some("要发顺丰".into()), ..CustomerChange::default() });
        db.write(move |tx| customers::edit_customer(tx, NOW, &who, visitor, &change)).await.expect("edited");
        let (who, other) = (everyone.clone(), CustomerChange { level: Some(2), note: Some("过敏体质".into()), ..CustomerChange::default() });
        db.write(move |tx| customers::edit_customer(tx, NOW, &who, known, &other)).await.expect("edited");
        let who = everyone.clone();
        db.write(move |tx| {
            customers::block(tx, NOW, &who, visitor, &reason("刷屏", None, Some(two)))?;
            customers::record_purchase(tx, NOW, &who, visitor, Fen(300), 1)?;
            customers::record_purchase(tx, NOW, &who, known, Fen(500), 2)
        }).await.expect("done");

        assert_eq!(prove(db, org, one, "u1", None, Some(visitor)).await, Proved { customer: known, merged: Some(visitor) });
        let seen = see(db, org, known).await;
        assert_eq!((seen.customer.vip, seen.customer.level, seen.customer.note.as_str()), (true, 4, "过敏体质\n要发顺丰"));
        assert_eq!((seen.customer.spent_fen, seen.customer.orders), (Fen(800), 3));
        assert_eq!(seen.blocked.as_ref().map(|b| b.reason.as_str()), Some("刷屏"), "a proof is no way out of a block");
        assert_eq!(seen.identities.len(), 2);
        let reveal = |field| {
            let who = everyone.clone();
            db.write(move |tx| customers::reveal(tx, NOW, &who, known, field))
        };
        assert_eq!(reveal(SecretField::Phone).await.expect("revealed").as_deref(), Some("13812345678"), "full goes over masked");
        assert_eq!(reveal(SecretField::RealName).await.expect("revealed").as_deref(), Some("林青"), "what was known stays");
        assert_eq!(see(db, org, visitor).await, seen, "the old id leads to the survivor");
        assert_eq!(visit(db, org, one, "t").await, known, "the browser is recognised as the known customer");
        assert_eq!(prove(db, org, one, "u1", None, Some(visitor)).await, Proved { customer: known, merged: None }, "once is enough");
        let left: i64 = db.read(move |tx| tx.value("SELECT COUNT(*) FROM customer_secret WHERE customer_id = $1", args![visitor])).await.expect("read").expect("a count");
        assert_eq!(left, 0, "nothing secret stays behind");
        let page = list(db, &everyone, "", None).await.expect("a list");
        assert_eq!(page, [known], "a merged one is in no list");
    }

    async fn two_people_at_one_browser_stay_two(db: &TestDb) {
        let Scene { org, shops: [one, two], .. } = scene(db).await;
        let browser = visit(db, org, one, "t").await;
        let first = prove(db, org, one, "u1", Some("先来"), Some(browser)).await;
        assert_eq!(first, Proved { customer: browser, merged: None });
        let second = prove(db, org, one, "u2", Some("后到"), Some(browser)).await;
        assert_ne!(second.customer, browser);
        assert_eq!(second.merged, None);
        assert_eq!(prove(db, org, one, "u2", None, Some(browser)).await, second, "known against known joins nobody");
        assert_eq!(see(db, org, browser).await.customer.name, "先来");
        let elsewhere = prove(db, org, two, "u1", Some("别店"), None).await.customer;
        assert_ne!(elsewhere, browser, "an id of one shop says nothing in another");
    }

    async fn merging_never_crosses_organisations(db: &TestDb) {
        let Scene { org, other, shops: [one, _] } = scene(db).await;
        let visitor = visit(db, org, one, "t").await;
        assert_eq!(code(db.write(move |tx| customers::prove(tx, NOW, other, Id(3), "u1", None, Some(visitor))).await), "not_found");
        let there: i64 = db.read(move |tx| tx.value("SELECT COUNT(*) FROM customer WHERE org_id = $1", args![other])).await.expect("read").expect("a count");
        assert_eq!(there, 0);
    }

    async fn a_masked_nick_identifies_nobody(db: &TestDb) {
        let Scene { org, other, shops: [one, two] } = scene(db).await;
        let who = agent(org, &[Permission::EditOrders], Shops::only(vec![one]));
        let ask = |shop: Id, kind, value: &'static str, name: Option<&'static str>| {
            let who = who.clone();
            db.write(move |tx| customers::of_buyer(tx, NOW, &who, shop, kind, value, name))
        };
        assert_eq!(ask(one, IdentityKind::Nick, "青**", None).await, Ok(None));
        assert_eq!(ask(one, IdentityKind::Nick, " ", None).await, Ok(None));
        let nick = ask(one, IdentityKind::Nick, "青柠檬", None).await.expect("made").expect("somebody");
        assert_eq!(ask(one, IdentityKind::Nick, "青柠檬", Some("x")).await, Ok(Some(nick)));
        let seen = see(db, org, nick).await;
        assert_eq!((seen.nick.as_deref(), seen.customer.name.as_str(), seen.customer.known), (Some("青柠檬"), "青柠檬", false));
        let member = ask(one, IdentityKind::ShopUser, "13812345678", Some("青**")).await.expect("made").expect("somebody");
        let seen = see(db, org, member).await;
        assert!(seen.customer.known && seen.customer.name.starts_with("会员 "));
        assert_eq!(seen.identities[0].value.as_deref(), Some("****78"), "a shop's id may be a phone number");
        assert_eq!(prove(db, org, one, "13812345678", None, None).await.customer, member, "the signed identity is the same person");
        assert_eq!(code(ask(two, IdentityKind::Nick, "青柠檬", None).await), "not_found", "a shop out of reach");
        assert_eq!(code(ask(one, IdentityKind::Visitor, "hash", None).await), "identity_invalid");
        let powerless = agent(org, &[Permission::SeeCustomers], Shops::All);
        assert_eq!(code(db.write(move |tx| customers::of_buyer(tx, NOW, &powerless, one, IdentityKind::Nick, "青", None)).await), "forbidden");
        assert_eq!(db.read(move |tx| customers::by_identity(tx, other, IdentityKind::Nick, one, "青柠檬")).await, Ok(None));
    }

    async fn secrets_are_masked_and_each_reveal_is_logged(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let id = visit(db, org, one, "t").await;
        let new = NewContact { real_name: Some("张三丰".into()), phone: Some("13812345678".into()), address: Some("浙江省杭州市西湖区文三路 9 号".into()) };
        let own = Actor::buyer(org, one, id);
        let told = new.clone();
        db.write(move |tx| customers::keep_contact(tx, NOW, &own, id, &told)).await.expect("a buyer tells their own");
        let stranger = Actor::buyer(org, one, Id(9));
        assert_eq!(code(db.write(move |tx| customers::keep_contact(tx, NOW, &stranger, id, &new)).await), "not_found");
        let seen = see(db, org, id).await;
        assert_eq!(seen.phone_masked.as_deref(), Some("138****5678"));
        assert_eq!(seen.real_name_masked.as_deref(), Some("张**"));
        assert_eq!(seen.address_masked.as_deref(), Some("浙江省杭州市****"));

        let blind = agent(org, &[Permission::SeeCustomers, Permission::EditCustomers], Shops::All);
        assert_eq!(code(db.write(move |tx| customers::reveal(tx, NOW, &blind, id, SecretField::Phone)).await), "forbidden");
        let seer = agent(org, &[Permission::Reveal], Shops::All);
        let who = seer.clone();
        let phone = db.write(move |tx| customers::reveal(tx, NOW, &who, id, SecretField::Phone)).await.expect("revealed");
        assert_eq!(phone.as_deref(), Some("13812345678"));
        let rows = log(db).await;
        let last = rows.last().expect("a row");
        assert_eq!((last.kind.as_str(), last.subject, last.actor, last.data.as_str()), ("customer.revealed", id, Id(7), r#"{"field":"phone"}"#));
        for row in &rows {
            for secret in ["13812345678", "张三丰", "文三路"] {
                assert!(!row.data.contains(secret), "{} tells {secret}", row.kind);
            }
        }
    }

    async fn what_the_team_writes_is_checked_and_logged_without_its_text(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let id = visit(db, org, one, "t").await;
        let who = agent(org, &[Permission::EditCustomers], Shops::All);
        let edit = |change: CustomerChange| {
            let who = who.clone();
            db.write(move |tx| customers::edit_customer(tx, NOW, &who, id, &change))
        };
        let change = CustomerChange { vip: Some(true), vip_note: Some("只要晨雾色".into()), level: Some(3), note: Some("家里两只猫".into()), ..CustomerChange::default() };
        let seen = edit(change.clone()).await.expect("edited");
        assert_eq!((seen.customer.vip, seen.customer.level, seen.customer.note.as_str()), (true, 3, "家里两只猫"));
        let before = log(db).await;
        assert_eq!(before.last().map(|row| row.data.clone()), Some(r#"{"level":[0,3],"note":[false,true],"vip":[false,true],"vip_note":[false,true]}"#.into()));
        edit(change).await.expect("the same");
        assert_eq!(log(db).await.len(), before.len());
        assert_eq!(edit(CustomerChange { note: Some(String::new()), ..CustomerChange::default() }).await.expect("cleared").customer.note, "");
        for level in [-1, 100] {
            assert_eq!(code(edit(CustomerChange { level: Some(level), ..CustomerChange::default() }).await), "out_of_range");
        }
        assert_eq!(code(edit(CustomerChange { note: Some("长".repeat(2_001)), ..CustomerChange::default() }).await), "text_too_long");
    }

    async fn a_block_has_place_end_and_somebody_who_decided(db: &TestDb) {
        let Scene { org, shops: [one, two], .. } = scene(db).await;
        let id = visit(db, org, one, "t").await;
        let head = agent(org, &[Permission::Block, Permission::SeeCustomers], Shops::All);
        let of_one = agent(org, &[Permission::Block, Permission::SeeCustomers], Shops::only(vec![one]));
        let block = |who: &Actor, new: NewBlock| { let who = who.clone(); db.write(move |tx| customers::block(tx, NOW, &who, id, &new)) };
        let unblock = |who: &Actor, shop| { let who = who.clone(); db.write(move |tx| customers::unblock(tx, NOW, &who, id, shop)) };
        let is = |shop: Id, at: Ms| db.read(move |tx| customers::blocked(tx, at, org, shop, id));
        assert_eq!(code(block(&of_one, reason("刷屏", None, None)).await), "shop_missing", "all shops need all shops");
        assert_eq!(code(block(&of_one, reason("刷屏", None, Some(two))).await), "not_found");
        assert_eq!(code(block(&head, reason("刷屏", None, Some(Id(1)))).await), "not_found", "no such shop");
        assert_eq!(code(block(&head, reason(" ", None, None)).await), "text_empty");
        assert_eq!(code(block(&head, reason("刷屏", Some(0), None)).await), "in_the_past");

        let made = block(&of_one, reason("刷屏", Some(3_600_000), Some(one))).await.expect("blocked");
        assert_eq!((made.decided_by, made.shop), (Some(Id(7)), Some(one)));
        assert_eq!(is(one, NOW).await, Ok(Some(made)));
        assert_eq!(is(two, NOW).await, Ok(None));
        assert_eq!(is(one, NOW.plus(3_600_000)).await, Ok(None), "it expires");
        let longer = block(&of_one, reason("又刷屏", None, Some(one))).await.expect("blocked anew");
        assert_eq!(is(one, NOW).await, Ok(Some(longer)));
        block(&head, reason("骚扰", None, None)).await.expect("everywhere");
        let summary = db.read(move |tx| customers::summary(tx, NOW, org, id)).await.expect("read").expect("known");
        assert!(summary.is_blocked(one) && summary.is_blocked(two));

        let open = |who: &Actor| { let who = who.clone(); db.read(move |tx| customers::blocks(tx, NOW, &who, &PageAsk::default())) };
        let texts: Vec<String> = open(&head).await.expect("a list").items.into_iter().map(|b| b.reason).collect();
        assert_eq!(texts, ["骚扰", "又刷屏"], "the one it replaced is not in force");
        unblock(&of_one, None).await.expect("what they may end");
        assert_eq!(is(one, NOW).await.expect("read").map(|b| b.reason).as_deref(), Some("骚扰"));
        assert_eq!(code(unblock(&of_one, None).await), "not_blocked");
        unblock(&head, None).await.expect("all");
        assert_eq!(is(two, NOW).await, Ok(None));
        let rows = log(db).await;
        let kinds: Vec<&str> = rows.iter().filter(|row| row.subject == id).map(|row| row.kind.as_str()).collect();
        assert_eq!(kinds, ["customer.created", "customer.blocked", "customer.blocked", "customer.blocked", "customer.unblocked", "customer.unblocked"]);
        assert!(rows.iter().all(|row| !row.data.contains("刷屏")));
    }

    async fn a_block_of_another_shop_is_not_shown(db: &TestDb) {
        let Scene { org, shops: [one, two], .. } = scene(db).await;
        let id = visit(db, org, one, "t").await;
        let new = reason("退货纠纷", None, Some(two));
        db.write(move |tx| customers::block(tx, NOW, &Actor::program(org), id, &new)).await.expect("blocked");
        let who = agent(org, &[Permission::SeeCustomers], Shops::only(vec![one]));
        let reader = who.clone();
        assert_eq!(db.read(move |tx| customers::customer(tx, NOW, &reader, id)).await.expect("seen").blocked, None);
        assert!(db.read(move |tx| customers::blocks(tx, NOW, &who, &PageAsk::default())).await.expect("a list").items.is_empty());
        assert_eq!(see(db, org, id).await.blocked.expect("blocked").by, None, "the program has no name");
    }

    async fn lists_find_names_nicks_and_ids_page_by_page(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let who = Actor::program(org);
        let mut made = Vec::new();
        for (sub, name) in [("a1", "青柠 Lime"), ("a2", "lime_2"), ("a3", "橘子"), ("a4", "100%棉")] {
            made.push(prove(db, org, one, sub, Some(name), None).await.customer);
        }
        let visitor = visit(db, org, one, "a3").await;
        assert_eq!(list(db, &who, "LIME", None).await, Ok(vec![made[1], made[0]]));
        assert_eq!(list(db, &who, "e_2", None).await, Ok(vec![made[1]]));
        assert_eq!(list(db, &who, "0%", None).await, Ok(vec![made[3]]));
        assert_eq!(list(db, &who, "a3", None).await, Ok(vec![made[2]]), "a shop's own id in full, and no visitor's token");
        assert_eq!(list(db, &who, "", Some(false)).await, Ok(vec![visitor]));
        assert_eq!(list(db, &who, "", Some(true)).await.map(|ids| ids.len()), Ok(4));
        let buyer = made[2];
        db.write(move |tx| customers::record_purchase(tx, NOW, &Actor::program(org), buyer, Fen(9_900), 1)).await.expect("bought");
        for (bought, expected) in [(true, vec![buyer]), (false, vec![visitor, made[3], made[1], made[0]])] {
            let (reader, filter) = (who.clone(), CustomerFilter { bought: Some(bought), ..CustomerFilter::default() });
            let page = db.read(move |tx| customers::customers(tx, NOW, &reader, &filter, &PageAsk::default())).await.expect("a page");
            assert_eq!(page.items.iter().map(|c| c.customer.id).collect::<Vec<_>>(), expected);
        }
        let (reader, ask) = (who.clone(), PageAsk { cursor: None, limit: Some(2) });
        let page = db.read(move |tx| customers::customers(tx, NOW, &reader, &CustomerFilter::default(), &ask)).await.expect("a page");
        let (reader, ask) = (who, PageAsk { cursor: page.next, limit: Some(9) });
        let rest = db.read(move |tx| customers::customers(tx, NOW, &reader, &CustomerFilter::default(), &ask)).await.expect("a page");
        let ids: Vec<Id> = page.items.iter().chain(&rest.items).map(|c| c.customer.id).collect();
        assert_eq!(ids, [visitor, made[3], made[2], made[1], made[0]]);
        assert_eq!(rest.next, None);
    }

    async fn another_organisations_customers_do_not_exist(db: &TestDb) {
        let Scene { org, other, shops: [one, _] } = scene(db).await;
        let id = prove(db, org, one, "u1", Some("青柠"), None).await.customer;
        tell(db, org, id, "13812345678", "林青").await;
        let who = Actor::program(other);
        macro_rules! refused {
            (|$tx:ident, $who:ident| $call:expr) => {{
                let $who = who.clone();
                assert_eq!(code(db.write(move |$tx| $call).await), "not_found", "{}", stringify!($call));
            }};
        }
        refused!(|tx, who| customers::customer(tx, NOW, &who, id));
        refused!(|tx, who| customers::edit_customer(tx, NOW, &who, id, &CustomerChange { vip: Some(true), ..CustomerChange::default() }));
        refused!(|tx, who| customers::keep_contact(tx, NOW, &who, id, &NewContact { phone: Some("1".into()), ..NewContact::default() }));
        refused!(|tx, who| customers::reveal(tx, NOW, &who, id, SecretField::Phone));
        refused!(|tx, who| customers::block(tx, NOW, &who, id, &reason("无", None, None)));
        refused!(|tx, who| customers::unblock(tx, NOW, &who, id, None));
        refused!(|tx, who| customers::record_purchase(tx, NOW, &who, id, Fen(1), 1));
        refused!(|tx, who| customers::survivor(tx, who.org, id));
        assert_eq!(list(db, &who, "", None).await, Ok(vec![]));
        assert_eq!(list(db, &who, "u1", None).await, Ok(vec![]));
        assert_eq!(db.read(move |tx| customers::summary(tx, NOW, other, id)).await, Ok(None));
        assert_eq!(db.read(move |tx| customers::blocked(tx, NOW, other, one, id)).await, Ok(None));
        assert_eq!(db.read(move |tx| customers::by_identity(tx, other, IdentityKind::ShopUser, one, "u1")).await, Ok(None));
        assert_eq!(see(db, org, id).await.customer.spent_fen, Fen(0));
    }

    async fn rights_are_asked(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let id = visit(db, org, one, "t").await;
        let who = Actor { permissions: Permissions::NONE, ..agent(org, &[], Shops::All) };
        assert_eq!(code(list(db, &who, "", None).await), "forbidden");
        macro_rules! refused {
            (|$tx:ident, $who:ident| $call:expr) => {{
                let $who = who.clone();
                assert_eq!(code(db.write(move |$tx| $call).await), "forbidden", "{}", stringify!($call));
            }};
        }
        refused!(|tx, who| customers::customer(tx, NOW, &who, id));
        refused!(|tx, who| customers::edit_customer(tx, NOW, &who, id, &CustomerChange::default()));
        refused!(|tx, who| customers::keep_contact(tx, NOW, &who, id, &NewContact::default()));
        refused!(|tx, who| customers::reveal(tx, NOW, &who, id, SecretField::Phone));
        refused!(|tx, who| customers::block(tx, NOW, &who, id, &reason("无", None, None)));
        refused!(|tx, who| customers::unblock(tx, NOW, &who, id, None));
        refused!(|tx, who| customers::blocks(tx, NOW, &who, &PageAsk::default()));
    }

    async fn summaries_of_many_come_at_once(db: &TestDb) {
        let Scene { org, shops: [one, two], .. } = scene(db).await;
        let mut ids = Vec::new();
        for token in ["a", "b", "c", "d", "e"] { ids.push(visit(db, org, one, token).await); }
        let (who, blocked) = (Actor::program(org), ids[1]);
        db.write(move |tx| customers::block(tx, NOW, &who, blocked, &reason("广告", Some(60_000), Some(two)))).await.expect("blocked");
        ids.push(Id(1));
        let asked = ids.clone();
        let found = db.read(move |tx| customers::summaries(tx, NOW.plus(59_999), org, &asked)).await.expect("found");
        assert_eq!(found.len(), 5);
        assert!(found[&ids[1]].is_blocked(two) && !found[&ids[1]].is_blocked(one) && !found[&ids[0]].is_blocked(two));
        let later = db.read(move |tx| customers::summaries(tx, NOW.plus(60_000), org, &ids)).await.expect("found");
        assert!(!later[&blocked].is_blocked(two));
        assert!(db.read(move |tx| customers::summaries(tx, NOW, org, &[])).await.expect("none").is_empty());
    }
}

async fn list(db: &TestDb, who: &Actor, q: &str, known: Option<bool>) -> Result<Vec<Id>, Problem> {
    let (who, filter) = (
        who.clone(),
        CustomerFilter {
            q: Some(q.into()),
            known,
            bought: None,
            tag: None,
        },
    );
    let page = db
        .read(move |tx| customers::customers(tx, NOW, &who, &filter, &PageAsk::default()))
        .await?;
    Ok(page.items.into_iter().map(|view| view.customer.id).collect())
}
