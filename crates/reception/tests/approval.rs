//! Row 131: a price that was asked for in a talk is decided within what its buyer was promised there.

use base::{Actor, Fen, Id, Live, Ms, Shops, Topic};
use orders::desk::{self, Ask, AskKind, DecideAsk, NewAsk};
use reception::{Mark, PromisedPrice};
use store::on_both;

use crate::kit::*;

impl Desk {
    /// The agent asks for a price of an unpaid order of the buyer, as the console does it from the talk, and the log is
    /// read at once.
    pub(crate) async fn asks_price(&self, now: Ms, who: &Actor, order: Id, talk: Id) -> Ask {
        let ask = self.requests_price(now, who, order, talk).await;
        let (org, id) = (self.org, ask.id);
        let read = move |tx: &mut store::Tx<'_>| reception::price_asked(tx, org, talk, id);
        self.write(read).await.expect("read");
        ask
    }

    async fn requests_price(&self, now: Ms, who: &Actor, order: Id, talk: Id) -> Ask {
        let who = who.clone();
        let asked = move |tx: &mut store::Tx<'_>| {
            let new = NewAsk {
                kind: AskKind::Price,
                text: "老客再少点".into(),
                flag: None,
                courier: None,
                hard: false,
                sku: None,
                quantity: None,
                fen: Some(Fen(12_000)),
                until: None,
                receiver: None,
                phone: None,
                address: None,
                conversation: Some(talk),
            };
            desk::add_ask(tx, now, &who, order, &new)
        };
        self.write(asked).await.expect("asked")
    }

    pub(crate) async fn decides(&self, now: Ms, ask: &Ask) {
        let (owner, id, talk) = (self.owner.clone(), ask.id, ask.conversation.expect("a talk"));
        let decided = move |tx: &mut store::Tx<'_>| {
            let said = DecideAsk {
                accept: true,
                note: "可以".into(),
            };
            desk::decide_ask(tx, now, &owner, id, &said)?;
            reception::price_answered(tx, owner.org, talk)
        };
        self.write(decided).await.expect("decided");
    }

    pub(crate) async fn promised(&self, who: &Actor, shop: Option<Id>) -> Vec<PromisedPrice> {
        let who = who.clone();
        self.read(move |tx| reception::promised_prices(tx, &who, shop))
            .await
    }

    /// A talk of the agent, and an unpaid order of its buyer.
    async fn bargain(&self, agent: &Actor) -> (Id, Id) {
        let buyer = self.known().await;
        let id = self.asks(NOW, &buyer, "能便宜点吗").await.id;
        self.claim(NOW, agent, id).await.expect("claimed");
        (id, self.order(customer(&buyer), unpaid).await)
    }
}

pub(crate) fn dues(found: &[PromisedPrice]) -> Vec<(Id, Ms)> {
    found.iter().map(|one| (one.ask.id, one.due)).collect()
}

/// What those who decide were told of prices that wait, with until when.
pub(crate) fn told(frames: &[Live], shop: Id) -> Vec<(i64, i64)> {
    let near = heard(frames, Topic::Desk(shop))
        .into_iter()
        .filter(|frame| frame["alarm"] == "price_near");
    near.map(|frame| {
        assert!(
            frame["text"]
                .as_str()
                .is_some_and(|number| number.starts_with('T')),
            "{frame}"
        );
        assert!(
            frame.get("name").is_none() && frame.get("conversation").is_none(),
            "nothing of the talk: {frame}"
        );
        (
            frame["ask"].as_i64().expect("an ask"),
            frame["at"].as_i64().expect("a time"),
        )
    })
    .collect()
}

on_both! { TABLES;
    async fn a_price_is_to_be_decided_within_what_the_buyer_was_promised(db: &TestDb) {
        let d = desk(db).await;
        let mine = Topic::Person(pid(&d.man));
        let (id, order) = d.bargain(&d.man).await;
        d.answers(NOW, &d.man, id, "您稍等3分钟，我问一下").await;
        assert_eq!(dues(&d.promised(&d.owner, None).await), [], "nothing was asked for");
        let ask = d.asks_price(NOW.plus(10 * S), &d.man, order, id).await;
        let due = NOW.plus(3 * MIN);
        assert_eq!(dues(&d.promised(&d.owner, None).await), [(ask.id, due)]);
        // A minute before, those who decide are told; another message keeps nothing, as the price is what was promised.
        db.frames();
        d.until(due.plus(-MIN - 1)).await;
        assert_eq!(told(&db.frames(), d.shop), []);
        d.until(due.plus(-MIN)).await;
        let frames = db.frames();
        assert_eq!((told(&frames, d.shop), alarms(&frames, mine)), (vec![(ask.id.0, due.0)], vec![]));
        d.answers(due.plus(-30 * S), &d.man, id, "正在帮您申请").await;
        assert_eq!(d.conversation(id).await.promise_at, Some(due));
        // It breaks: the agent hears that the price is not decided, and it stands as overdue until it is.
        db.frames();
        d.until(due).await;
        let frames = db.frames();
        assert_eq!((alarms(&frames, mine), told(&frames, d.shop)), (vec!["promise_price".to_owned()], vec![]));
        d.until(due.plus(5 * MIN)).await;
        assert_eq!(alarms(&db.frames(), mine), Vec::<String>::new(), "told once");
        assert_eq!(dues(&d.promised(&d.owner, Some(d.shop)).await), [(ask.id, due)]);
        d.decides(due.plus(6 * MIN), &ask).await;
        assert_eq!((d.conversation(id).await.promise_at, dues(&d.promised(&d.owner, None).await)), (None, vec![]));
        d.check(id).await;
    }

    async fn a_promise_may_also_come_after_the_price_or_move(db: &TestDb) {
        let d = desk(db).await;
        let (id, order) = d.bargain(&d.man).await;
        let (other, second) = d.bargain(&d.gu).await;
        let ask = d.asks_price(NOW, &d.man, order, id).await;
        d.answers(NOW, &d.gu, other, "请稍等2分钟").await;
        db.frames();
        // Promised a minute: there is no minute before it.
        d.answers(NOW, &d.man, id, "稍等1分钟").await;
        assert_eq!(heard(&db.frames(), Topic::Desk(d.shop)).iter().filter(|frame| frame["on"] == "desk").count(), 1, "lists are read again");
        d.until(NOW).await;
        assert_eq!(told(&db.frames(), d.shop), [(ask.id.0, NOW.plus(MIN).0)]);
        // Promised anew: a new time, of which they are told again.
        let later = NOW.plus(30 * S + 5 * MIN);
        d.answers(NOW.plus(30 * S), &d.man, id, "抱歉，再稍等5分钟").await;
        d.until(NOW.plus(2 * MIN)).await;
        assert_eq!(told(&db.frames(), d.shop), [], "the other talk asked for nothing");
        // Asked for in the last minute.
        db.frames();
        let late = d.asks_price(NOW.plus(90 * S), &d.gu, second, other).await;
        assert_eq!(told(&db.frames(), d.shop), [], "that promise is broken and told");
        d.answers(NOW.plus(2 * MIN), &d.gu, other, "再给我1分钟").await;
        d.until(NOW.plus(2 * MIN)).await;
        assert_eq!(told(&db.frames(), d.shop), [(late.id.0, NOW.plus(3 * MIN).0)]);
        let more = d.asks_price(NOW.plus(130 * S), &d.gu, second, other).await;
        assert_eq!(told(&db.frames(), d.shop), [(more.id.0, NOW.plus(3 * MIN).0)], "at once, and of the new one alone");
        assert_eq!(dues(&d.promised(&d.owner, None).await), [(late.id, NOW.plus(3 * MIN)), (more.id, NOW.plus(3 * MIN)), (ask.id, later)]);
        d.until(later.plus(-MIN)).await;
        assert!(told(&db.frames(), d.shop).contains(&(ask.id.0, later.0)));
    }

    async fn a_price_decided_in_time_leaves_the_promise_to_the_agent(db: &TestDb) {
        let d = desk(db).await;
        let (id, order) = d.bargain(&d.man).await;
        d.answers(NOW, &d.man, id, "您稍等3分钟").await;
        let ask = d.asks_price(NOW, &d.man, order, id).await;
        d.decides(NOW.plus(MIN), &ask).await;
        assert_eq!(d.conversation(id).await.promise_at, Some(NOW.plus(3 * MIN)), "the buyer does not know yet");
        db.frames();
        d.until(NOW.plus(3 * MIN)).await;
        let frames = db.frames();
        assert_eq!((alarms(&frames, Topic::Person(pid(&d.man))), told(&frames, d.shop)), (vec!["promise".to_owned()], vec![]));
        // Told in time, it is kept; and taken back by hand, it is none.
        d.answers(NOW.plus(4 * MIN), &d.man, id, "再等3分钟").await;
        d.answers(NOW.plus(5 * MIN), &d.man, id, "给您改好了").await;
        assert_eq!(d.conversation(id).await.promise_at, None);
        let again = d.asks_price(NOW.plus(5 * MIN), &d.man, order, id).await;
        d.mark(NOW.plus(5 * MIN), &d.man, id, Mark::Promise(Some(NOW.plus(9 * MIN)))).await.expect("set");
        assert_eq!(dues(&d.promised(&d.owner, None).await), [(again.id, NOW.plus(9 * MIN))]);
        d.mark(NOW.plus(6 * MIN), &d.man, id, Mark::Promise(None)).await.expect("taken back");
        assert_eq!(dues(&d.promised(&d.owner, None).await), []);
    }

    async fn promised_prices_are_seen_by_those_who_see_the_orders(db: &TestDb) {
        let d = desk(db).await;
        let (id, order) = d.bargain(&d.man).await;
        d.answers(NOW, &d.man, id, "您稍等3分钟").await;
        d.asks_price(NOW, &d.man, order, id).await;
        // A price of this shop's order that names a talk of another shop is none of that talk's.
        let visitor = d.visitor(d.side).await;
        let elsewhere = d.asks(NOW, &visitor, "在吗").await.id;
        d.claim(NOW, &d.li, elsewhere).await.expect("claimed");
        d.answers(NOW, &d.li, elsewhere, "您稍等3分钟").await;
        d.asks_price(NOW, &d.man, order, elsewhere).await;
        assert_eq!(d.promised(&d.owner, None).await.len(), 1);
        assert_eq!(d.promised(&d.owner, Some(d.side)).await, []);
        let auditor = d.person("秋分", "auditor", Some(vec![d.shop]), 0).await;
        assert_eq!(d.promised(&auditor, None).await.len(), 1);
        let side = Actor { shops: Shops::Only([d.side].into()), ..auditor.clone() };
        assert_eq!(d.promised(&side, None).await, []);
        let (shop, nobody) = (d.shop, Actor { permissions: base::Permissions::default(), ..auditor });
        assert_eq!(code(d.db.read(move |tx| reception::promised_prices(tx, &side, Some(shop))).await), "not_found");
        assert_eq!(code(d.db.read(move |tx| reception::promised_prices(tx, &nobody, None)).await), "forbidden");
    }

    /// However promise, request, clock and the reading of the log fall together.
    async fn those_who_decide_are_told_of_a_price_once_for_a_promise(db: &TestDb) {
        let d = desk(db).await;
        for seconds in [30, 59, 60, 61] {
            for order in ["promise ask clock log", "promise clock ask log", "ask promise clock log", "ask promise log clock", "promise ask log clock log", "ask log promise clock log"] {
                let (id, of) = d.bargain(&d.man).await;
                let due = NOW.plus(seconds * S);
                let mut ask = None;
                db.frames();
                for step in order.split(' ') {
                    match step {
                        "promise" => drop(d.answers(NOW, &d.man, id, &format!("请稍等{seconds}秒")).await),
                        "ask" => ask = Some(d.requests_price(NOW, &d.man, of, id).await),
                        "clock" => d.until(due.plus(-S)).await,
                        _ => {
                            let (org, ask) = (d.org, ask.as_ref().expect("asked").id);
                            d.write(move |tx| reception::price_asked(tx, org, id, ask)).await.expect("read");
                        }
                    }
                }
                assert_eq!(told(&db.frames(), d.shop), [(ask.expect("asked").id.0, due.0)], "{seconds} s: {order}");
                d.close(NOW, &d.man, id, Some("谈完了")).await.expect("closed");
            }
        }
    }
}
