//! A visitor proves in the middle of a talk who they are: it ends, and what is owed to them goes on in their own.

use base::{Actor, Id, Ms, Topic};
use reception::State;
use store::on_both;

use crate::approval::{dues, told};
use crate::kit::*;

impl Desk {
    /// The shop vouches for a visitor, as the widget's door takes it.
    async fn proves(&self, now: Ms, sub: &str, visitor: &Actor) -> Actor {
        let (org, shop, sub, before) = (self.org, self.shop, sub.to_owned(), customer(visitor));
        let prove = move |tx: &mut store::Tx<'_>| {
            let proved = customers::prove(tx, now, org, shop, &sub, Some("青柠"), Some(before))?;
            reception::customer_proved(tx, now, org, shop, proved.customer, proved.merged)?;
            Ok(Actor::buyer(org, shop, proved.customer))
        };
        self.write(prove).await.expect("proved")
    }

    /// A member whose last talk, with 谷雨, is over: who they are, and that talk.
    async fn member(&self, sub: &str) -> (Actor, Id) {
        let visitor = self.buyer().await;
        let member = self.proves(NOW.plus(-HOUR), sub, &visitor).await;
        let own = self.asks(NOW.plus(-HOUR), &member, "在吗").await.id;
        self.claim(NOW.plus(-HOUR), &self.gu, own).await.expect("claimed");
        self.answers(NOW.plus(-HOUR), &self.gu, own, "在的").await;
        self.close(NOW.plus(-HOUR + MIN), &self.gu, own, None)
            .await
            .expect("closed");
        (member, own)
    }

    async fn both_check(&self, own: Id, ended: Id) {
        self.check(own).await;
        self.check(ended).await;
    }
}

on_both! { TABLES;
    async fn a_promise_and_its_price_go_along_and_ring_once(db: &TestDb) {
        let d = desk(db).await;
        let mine = Topic::Person(pid(&d.man));
        let (_, own) = d.member("m1").await;
        let visitor = d.buyer().await;
        let ended = d.asks(NOW, &visitor, "能便宜点吗").await.id;
        d.claim(NOW, &d.man, ended).await.expect("claimed");
        let order = d.order(customer(&visitor), unpaid).await;
        d.answers(NOW.plus(10 * S), &d.man, ended, "您稍等3分钟").await;
        let (ask, due) = (d.asks_price(NOW.plus(15 * S), &d.man, order, ended).await, NOW.plus(10 * S + 3 * MIN));
        d.proves(NOW.plus(20 * S), "m1", &visitor).await;
        let (is, was) = (d.conversation(own).await, d.conversation(ended).await);
        assert_eq!((was.state, was.promise_at), (State::Closed, None));
        assert_eq!((is.promise_at, is.agent), (Some(due), Some(pid(&d.man))), "owed by whoever promised");
        let owed = d.promised(&d.owner, None).await;
        assert_eq!((dues(&owed), owed[0].ask.conversation), (vec![(ask.id, due)], Some(own)));
        db.frames();
        d.until(due.plus(-S)).await;
        assert_eq!(told(&db.frames(), d.shop), [(ask.id.0, due.0)]);
        d.until(due.plus(HOUR)).await;
        let frames = db.frames();
        assert_eq!((alarms(&frames, mine), told(&frames, d.shop)), (vec!["promise_price".to_owned()], vec![]));
        let decided = d.promised(&d.owner, None).await.remove(0).ask;
        d.decides(due.plus(HOUR), &decided).await;
        assert_eq!(d.conversation(own).await.promise_at, None);
        d.both_check(own, ended).await;
    }

    async fn one_that_outlived_its_talk_goes_along_too(db: &TestDb) {
        let d = desk(db).await;
        let (_, own) = d.member("m1").await;
        let visitor = d.buyer().await;
        let ended = d.asks(NOW, &visitor, "有没有白色").await.id;
        d.claim(NOW, &d.man, ended).await.expect("claimed");
        d.answers(NOW, &d.man, ended, "给我半个小时，我去仓库看看").await;
        d.until(NOW.plus(12 * MIN)).await;
        assert_eq!(d.conversation(ended).await.state, State::Closed);
        d.proves(NOW.plus(15 * MIN), "m1", &visitor).await;
        assert_eq!((d.conversation(own).await.promise_at, d.conversation(ended).await.promise_at), (Some(NOW.plus(30 * MIN)), None));
        db.frames();
        d.until(NOW.plus(HOUR)).await;
        assert_eq!(alarms(&db.frames(), Topic::Person(pid(&d.man))), ["promise"]);
        // Written to where the buyer reads it, and nowhere else.
        let refused = d.reopen(NOW.plus(HOUR), &d.man, ended).await.expect_err("refused");
        assert_eq!((refused.code.as_ref(), refused.params["conversation"].as_i64()), ("went_on", Some(own.0)));
        d.reopen(NOW.plus(HOUR), &d.man, own).await.expect("opened");
        d.both_check(own, ended).await;
    }

    async fn of_two_promises_the_sooner_stands_and_whoever_has_the_talk_is_told(db: &TestDb) {
        let d = desk(db).await;
        for (here, there, stands) in [(9, 5, 5), (4, 8, 4)] {
            let sub = fresh("m");
            let (member, own) = d.member(&sub).await;
            d.asks(NOW, &member, "到哪了").await;
            d.claim(NOW, &d.gu, own).await.expect("claimed");
            d.answers(NOW, &d.gu, own, &format!("您稍等{here}分钟")).await;
            let visitor = d.buyer().await;
            let ended = d.asks(NOW, &visitor, "能便宜点吗").await.id;
            d.claim(NOW, &d.man, ended).await.expect("claimed");
            let (theirs, ours) = (d.order(customer(&visitor), unpaid).await, d.order(customer(&member), unpaid).await);
            d.answers(NOW, &d.man, ended, &format!("您稍等{there}分钟")).await;
            let one = d.asks_price(NOW, &d.man, theirs, ended).await.id;
            let other = d.asks_price(NOW, &d.gu, ours, own).await.id;
            d.proves(NOW.plus(S), &sub, &visitor).await;
            let is = d.conversation(own).await;
            assert_eq!((is.promise_at, is.agent, is.state), (Some(NOW.plus(stands * MIN)), Some(pid(&d.gu)), State::Open));
            db.frames();
            d.until(NOW.plus(20 * MIN)).await;
            let frames = db.frames();
            let due = NOW.plus(stands * MIN).0;
            assert_eq!(told(&frames, d.shop), [(one.0, due), (other.0, due)]);
            let rang = |who| alarms(&frames, Topic::Person(pid(who))).iter().filter(|alarm| alarm.starts_with("promise")).count();
            assert_eq!((rang(&d.gu), rang(&d.man)), (1, 0));
            d.both_check(own, ended).await;
        }
    }

    async fn whoever_waits_waits_since_they_asked_and_is_counted_once(db: &TestDb) {
        let d = desk(db).await;
        // In an agent's hands, in the queue, and beside a talk that goes on already.
        for (claimed, going_on) in [(true, false), (false, false), (true, true)] {
            let sub = fresh("m");
            let (member, own) = d.member(&sub).await;
            let visitor = d.buyer().await;
            let ended = d.asks(NOW, &visitor, "能便宜点吗").await.id;
            if claimed {
                d.claim(NOW.plus(S), &d.man, ended).await.expect("claimed");
            }
            if going_on {
                d.asks(NOW.plus(30 * S), &member, "到哪了").await;
            }
            let at = NOW.plus(50 * S);
            d.proves(at, &sub, &visitor).await;
            let is = d.conversation(own).await;
            assert_eq!((is.state, is.waiting_since, is.queued_at), (State::Queued, Some(NOW), Some(NOW)));
            assert_eq!(d.events(own).await.last().map(String::as_str), Some("carried"));
            let rounds = async |talk| {
                let sessions = d.sessions(talk).await;
                let last = sessions.iter().max_by_key(|session| session.no).and_then(|session| session.rounds.last()).cloned().expect("a round");
                (last.began_at, last.ended_at)
            };
            assert_eq!(rounds(ended).await, (NOW, Some(at)), "until then it was measured there");
            let began = if going_on { NOW.plus(30 * S) } else { at };
            assert_eq!(rounds(own).await, (began, None));
            d.both_check(own, ended).await;
            // The answer is slow by the wait of the buyer, as after a transfer; undone, they wait since the same moment.
            d.claim(NOW.plus(60 * S), &d.gu, own).await.expect("claimed");
            let said = d.answers(NOW.plus(121 * S), &d.gu, own, "抱歉久等").await;
            assert_eq!(d.conversation(own).await.slow, 1);
            let (gu, seq): (Actor, i64) = (d.gu.clone(), said.seq);
            d.write(move |tx| reception::undo(tx, NOW.plus(122 * S), &gu, own, seq)).await.expect("undone");
            assert_eq!(d.conversation(own).await.waiting_since, Some(NOW));
            d.both_check(own, ended).await;
            d.answers(NOW.plus(123 * S), &d.gu, own, "有的").await;
            d.close(NOW.plus(124 * S), &d.gu, own, None).await.expect("closed");
        }
    }

    async fn what_is_done_in_the_talk_that_ended_counts_where_its_buyer_goes_on(db: &TestDb) {
        let d = desk(db).await;
        let (_, own) = d.member("m1").await;
        let visitor = d.buyer().await;
        let ended = d.asks(NOW, &visitor, "能便宜点吗").await.id;
        d.claim(NOW, &d.man, ended).await.expect("claimed");
        let order = d.order(customer(&visitor), unpaid).await;
        let said = d.answers(NOW.plus(10 * S), &d.man, ended, "您稍等3分钟").await;
        let (man, at) = (d.man.clone(), NOW.plus(HOUR));
        d.write(move |tx| reception::remind(tx, NOW, &man, ended, at, "回访")).await.expect("set");
        d.proves(NOW.plus(20 * S), "m1", &visitor).await;
        assert_eq!((d.conversation(own).await.remind_at, d.conversation(ended).await.remind_at), (Some(at), None));
        let (man, again) = (d.man.clone(), at.plus(HOUR));
        let late = d.write(move |tx| reception::remind(tx, NOW.plus(25 * S), &man, ended, again, "再回访")).await.expect_err("not here");
        assert_eq!((late.code.as_ref(), late.params["conversation"].as_i64()), ("went_on", Some(own.0)));
        // Whoever was writing a request while the buyer signed in.
        let ask = d.asks_price(NOW.plus(30 * S), &d.man, order, ended).await;
        let owed = d.promised(&d.owner, None).await;
        assert_eq!((dues(&owed), owed[0].ask.conversation), (vec![(ask.id, NOW.plus(10 * S + 3 * MIN))], Some(own)));
        let (man, seq) = (d.man.clone(), said.seq);
        d.write(move |tx| reception::recall(tx, NOW.plus(40 * S), &man, ended, seq)).await.expect("recalled");
        assert_eq!(d.conversation(own).await.promise_at, None);
        d.both_check(own, ended).await;
    }

    async fn what_a_blocked_member_asked_as_a_visitor_is_not_asked_again(db: &TestDb) {
        let d = desk(db).await;
        let (member, own) = d.member("m1").await;
        let (boss, who, shop) = (d.boss.clone(), customer(&member), d.shop);
        let new = customers::NewBlock { reason: "辱骂".into(), until: None, shop: Some(shop) };
        d.write(move |tx| customers::block(tx, NOW, &boss, who, &new)).await.expect("blocked");
        let visitor = d.buyer().await;
        let ended = d.asks(NOW, &visitor, "在吗").await.id;
        d.proves(NOW.plus(S), "m1", &visitor).await;
        let states = [d.conversation(ended).await.state, d.conversation(own).await.state];
        assert_eq!(states, [State::Closed, State::Closed]);
        d.both_check(own, ended).await;
    }

    async fn a_send_repeated_after_proving_is_the_same_message(db: &TestDb) {
        let d = desk(db).await;
        let (member, own) = d.member("m1").await;
        let taken = as_buyer(d.shop, "在吗");
        d.buyer_says(NOW, &member, taken.clone()).await.expect("said");
        let visitor = d.buyer().await;
        let (first, same) = (as_buyer(d.shop, "能便宜点吗"), reception::BuyerSays { saying: text("有货吗"), ..taken.clone() });
        for says in [&first, &same] {
            d.buyer_says(NOW.plus(S), &visitor, says.clone()).await.expect("said");
        }
        let who = d.proves(NOW.plus(2 * S), "m1", &visitor).await;
        // The answer to the first never reached them, and they send it again.
        let (message, card) = d.buyer_says(NOW.plus(3 * S), &who, first).await.expect("there already");
        assert_eq!((card.id, body(&message)["text"].as_str()), (own, Some("能便宜点吗")));
        let said = d.messages(own).await.into_iter().filter(|one| one.from == reception::Sender::Buyer && one.at >= NOW);
        assert_eq!(said.map(|one| body(&one)["text"].as_str().map(str::to_owned)).collect::<Vec<_>>(), ["在吗", "能便宜点吗", "有货吗"].map(|one| Some(one.to_owned())));
        d.check(own).await;
    }
}
