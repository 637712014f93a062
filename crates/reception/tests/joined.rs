//! Two cards of one person, joined by hand: what stands here of the one is the other's.

use base::{Id, PageAsk};
use customers::{NewJoin, Side};
use reception::Conversation;
use store::on_both;

use crate::kit::*;

/// Joins `from` into `into`, and what the program's reaction does of it.
pub(crate) async fn join(d: &Desk, from: Id, into: Id) {
    let (owner, org) = (d.owner.clone(), d.org);
    d.write(move |tx| {
        let new = NewJoin {
            from,
            name: Side::Into,
            level: Side::Into,
            real_name: Side::Into,
            phone: Side::Into,
            address: Side::Into,
        };
        customers::join_customers(tx, NOW.plus(MIN), &owner, into, &new)?;
        reception::customers_joined(tx, NOW.plus(MIN), org, from, into)
    })
    .await
    .expect("joined");
}

on_both! { TABLES;
    async fn orders_and_the_only_talk_go_along(db: &TestDb) {
        let d = desk(db).await;
        let (from, into) = (d.known().await, d.known().await);
        let order = d.order(customer(&from), paid).await;
        let talk = d.asks(NOW, &from, "我的茶呢").await.id;
        join(&d, customer(&from), customer(&into)).await;
        let (owner, whose) = (d.owner.clone(), customer(&into));
        let (orders, order_of) = d.read(move |tx| {
            let page = orders::of_customer(tx, &owner, whose, &PageAsk::default())?;
            Ok((page.items.len(), orders::order(tx, &owner, order)?.customer))
        }).await;
        assert_eq!((orders, order_of), (1, Some(whose)));
        let is = d.conversation(talk).await;
        assert_eq!((is.customer, is.waiting_since, is.unread), (whose, Some(NOW), 1), "the same wait, under the other card");
        let org = d.org;
        assert_eq!(d.read(move |tx| reception::rebuild(tx, org, talk, false)).await, [""; 0]);
    }

    async fn an_open_question_is_asked_on_in_the_talk_that_stays(db: &TestDb) {
        let d = desk(db).await;
        let (from, into) = (d.known().await, d.known().await);
        let stays = d.asks(NOW, &into, "还有货吗").await.id;
        d.claim(NOW.plus(S), &d.man, stays).await.expect("claimed");
        d.answers(NOW.plus(2 * S), &d.man, stays, "您好，有的").await;
        let ends = d.asks(NOW.plus(3 * S), &from, "能开发票吗").await.id;
        join(&d, customer(&from), customer(&into)).await;
        let (one, other) = (d.conversation(stays).await, d.conversation(ends).await);
        assert_eq!((one.customer, one.waiting_since.is_some()), (customer(&into), true));
        assert_eq!(one.last_text, "能开发票吗");
        assert!(!other.session_open, "the other talk has ended");
        let (org, shop, whose) = (d.org, d.shop, customer(&into));
        let found = d.read(move |tx| Conversation::of_buyer(tx, org, shop, whose, reception::WEB)).await;
        assert_eq!(found.map(|one| one.id), Some(stays), "one talk with the shop");
        for talk in [stays, ends] {
            assert_eq!(d.read(move |tx| reception::rebuild(tx, org, talk, false)).await, [""; 0]);
        }
    }
}
