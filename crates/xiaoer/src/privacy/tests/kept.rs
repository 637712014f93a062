//! What a buyer may take along, and what is kept for how long.

use base::{Actor, HeldValue, Id, Permission, Problem, Shops};
use orders::NewOrder;
use serde_json::json;
use store::{args, on_both};

use super::{DAY, NICK, NOW, THEIRS, act, order, places_of, scene};
use crate::app::SCHEMAS;
use crate::privacy::{export, retain};

on_both! { SCHEMAS;
    async fn what_is_held_of_a_buyer_is_told_whole_and_logged(db: &TestDb) {
        let scene = scene(db).await;
        let (boss, id) = (scene.boss.clone(), scene.customer);
        let held = move |who: Actor| db.write(move |tx| {
            export::begin(tx, NOW, &who, id)?;
            export::held(tx, &who, id)
        });
        let (all, zone) = held(boss.clone()).await.expect("told");
        let texts: Vec<&str> = all.iter().flat_map(|held| &held.rows).flatten().filter_map(|value| match value {
            HeldValue::Text(text) => Some(text.as_str()),
            _ => None,
        }).collect();
        for what in THEIRS {
            assert!(texts.iter().any(|text| text.contains(what)), "{what} is told");
        }
        for held in &all {
            assert!(held.rows.iter().all(|row| row.len() == held.columns.len()), "{}", held.title);
        }
        assert!(customers::write_held(&all, zone).expect("written").starts_with(b"PK"));
        assert_eq!(places_of(db, "customer.exported").await, ["log.kind"]);
        // Of another shop's orders and talks one learns nothing.
        let elsewhere = Actor { shops: Shops::only(vec![Id(1)]), ..boss.clone() };
        let (all, _) = held(elsewhere).await.expect("told");
        let rows = |title: &str| all.iter().find(|held| held.title == title).map(|held| held.rows.len());
        assert_eq!((rows("订单"), rows("消息"), rows("会话")), (Some(0), Some(0), Some(0)));
        for right in [Permission::Export, Permission::Reveal, Permission::SeeCustomers, Permission::SeeOrders, Permission::SeeAllTalks] {
            let without = Actor { permissions: boss.permissions.without(right), ..boss.clone() };
            assert_eq!(held(without).await.expect_err("refused").code, "forbidden");
        }
    }

    async fn what_is_too_old_loses_its_person_and_the_rest_stays(db: &TestDb) {
        let scene = scene(db).await;
        scene.close(db).await;
        let (org, shop, program) = (scene.org, scene.shop, Actor::program(scene.org));
        let open = NewOrder { order_status: None, ship_status: None, done_at: None, ..order(shop, "T2", NOW.plus(-DAY)) };
        act(db, move |tx| orders::upsert(tx, NOW, &program, &open)).await;
        let later = NOW.plus(100 * DAY);
        assert_eq!(retain::pass(db, later, org).await, Ok((0, 0)), "all is kept unless somebody sets otherwise");
        let boss = scene.boss.clone();
        let ask = retain::RetentionAsk { messages_months: 3, orders_months: 3 };
        let seen = db.read(move |tx| retain::preview(tx, later, &boss, ask)).await.expect("seen");
        let conversation = scene.conversation;
        let (of_people, all) = db.read(move |tx| {
            let mut count = |of: &str| {
                let sql = format!("SELECT COUNT(*) FROM message WHERE org_id = $1 AND conversation_id = $2 {of}");
                Ok::<i64, Problem>(tx.value(&sql, args![org, conversation])?.unwrap_or_default())
            };
            Ok((count("AND sender <> 'system'")?, count("")?))
        }).await.expect("counted");
        assert!(of_people >= 3 && all > of_people);
        assert_eq!((seen.messages.expect("some").count, seen.orders.expect("some").count), (of_people, 1));
        let boss = scene.boss.clone();
        act(db, move |tx| {
            team::set_setting(tx, NOW, &boss, None, &reception::privacy::KEEP, &json!(3))?;
            team::set_setting(tx, NOW, &boss, None, &orders::privacy::KEEP, &json!(3))
        }).await;
        assert_eq!(retain::pass(db, later, org).await, Ok((all, 1)));
        assert_eq!(retain::pass(db, later, org).await, Ok((0, 0)), "twice is once");
        assert_eq!(places_of(db, "住三楼没电梯").await, [""; 0]);
        assert!(!places_of(db, NICK).await.is_empty(), "the customer is still one");
        assert_eq!(places_of(db, "放门卫").await, ["shop_order.buyer_note"], "an order that is open keeps its person");
        let differs = db.read(move |tx| reception::rebuild(tx, org, conversation, false)).await.expect("read");
        assert_eq!(differs, [""; 0]);
        let boss = Actor { permissions: scene.boss.permissions.without(Permission::EditSettings), ..scene.boss.clone() };
        let refused = db.read(move |tx| retain::preview(tx, later, &boss, ask)).await;
        assert_eq!(refused.expect_err("refused").code, "forbidden");
    }
}
