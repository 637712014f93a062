//! Lists: first pages, paging while things change, the wall.

use std::collections::{BTreeSet, HashSet};

use base::{Actor, Id, Ms, Page, PageAsk};
use reception::{Asked, Card, Mark, State, Tab, To};
use store::on_both;

use crate::kit::*;

impl Desk {
    async fn list(
        &self,
        now: Ms,
        who: &Actor,
        asked: Asked,
        cursor: Option<String>,
        limit: u32,
    ) -> Page<Card> {
        let (who, page) = (
            who.clone(),
            PageAsk {
                cursor,
                limit: Some(limit),
            },
        );
        self.read(move |tx| reception::conversations(tx, now, &who, &asked, &page))
            .await
    }
}

fn asked(tab: Tab) -> Asked {
    Asked {
        tab,
        ..Asked::default()
    }
}

fn ids(page: &Page<Card>) -> Vec<Id> {
    page.items.iter().map(|card| card.id).collect()
}

on_both! { TABLES;
    async fn paging_through_all_is_complete_and_without_doubles_while_things_change(db: &TestDb) {
        let d = desk(db).await;
        let (mut still, mut moving) = (BTreeSet::new(), Vec::new());
        for i in 0..60_i64 {
            let buyer = d.buyer().await;
            // Several in one minute, and several minutes.
            let id = d.asks(NOW.plus(i / 7 * MIN + i * 100), &buyer, "在吗").await.id;
            if i % 5 == 0 { moving.push((id, buyer)); } else { still.insert(id); }
        }
        let (mut seen, mut cursor, mut now) = (Vec::new(), None, NOW.plus(HOUR));
        loop {
            let page = d.list(now, &d.boss, asked(Tab::All), cursor, 7).await;
            assert!(page.items.len() <= 7);
            seen.extend(ids(&page));
            cursor = page.next;
            if cursor.is_none() { break; }
            // Between pages somebody writes again, is claimed, is closed, and somebody new comes.
            now = now.plus(MIN);
            if let Some((id, buyer)) = moving.pop() {
                d.asks(now, &buyer, "还在吗").await;
                d.mark(now, &d.boss, id, Mark::Step(1)).await.expect("marked");
                d.claim(now, &d.boss, id).await.ok();
                d.close(now, &d.boss, id, Some("好")).await.expect("closed");
            }
            let newcomer = d.buyer().await;
            d.asks(now, &newcomer, "在吗").await;
        }
        let once: HashSet<Id> = seen.iter().copied().collect();
        assert_eq!(once.len(), seen.len(), "no doubles");
        assert!(still.iter().all(|id| once.contains(id)), "nothing that stood still was missed");
    }

    async fn mine_shows_who_waits_longest_first(db: &TestDb) {
        let d = desk(db).await;
        let mut talks = Vec::new();
        for at in 0..4 { talks.push(d.talk(NOW.plus(at * S), &d.man).await); }
        d.answers(NOW.plus(10 * S), &d.man, talks[0].1, "在的").await;
        d.answers(NOW.plus(11 * S), &d.man, talks[1].1, "在的").await;
        d.asks(NOW.plus(20 * S), &talks[1].0, "多少钱").await;
        let page = d.list(NOW, &d.man, asked(Tab::Mine), None, 50).await;
        assert_eq!(ids(&page), [talks[2].1, talks[3].1, talks[1].1, talks[0].1]);
        assert_eq!(page.next, None);
    }

    async fn the_queue_is_shown_in_the_order_in_which_it_is_dealt(db: &TestDb) {
        let d = desk(db).await;
        let mut queued = Vec::new();
        for at in 0..3 {
            let buyer = d.buyer().await;
            queued.push(d.asks(NOW.plus(at * 4 * MIN), &buyer, "在吗").await.id);
        }
        d.mark(NOW.plus(8 * MIN), &d.boss, queued[2], Mark::Complaint(true)).await.expect("marked");
        for (now, order) in [(8 * MIN, [2, 0, 1]), (9 * MIN, [2, 0, 1])] {
            let order: Vec<Id> = order.into_iter().map(|i: usize| queued[i]).collect();
            assert_eq!(ids(&d.list(NOW.plus(now), &d.man, asked(Tab::Queue), None, 50).await), order);
            let places: Vec<Id> = d.deal(NOW.plus(now)).await.into_iter().map(|p| p.conversation).collect();
            assert_eq!(places, order);
        }
        // A VIP came later, but the first two have waited five minutes.
        d.mark(NOW.plus(9 * MIN), &d.boss, queued[2], Mark::Complaint(false)).await.expect("marked");
        let (buyer, org) = (d.known().await, d.org);
        let vip = d.asks(NOW.plus(9 * MIN), &buyer, "在吗").await.id;
        let owner = d.owner.clone();
        d.write(move |tx| {
            let change = customers::CustomerChange { vip: Some(true), ..Default::default() };
            customers::edit_customer(tx, NOW, &owner, customer(&buyer), &change)?;
            reception::customer_changed(tx, NOW, org, customer(&buyer))
        }).await.expect("a VIP");
        assert_eq!(ids(&d.list(NOW.plus(10 * MIN), &d.man, asked(Tab::Queue), None, 50).await), [queued[0], queued[1], vip, queued[2]]);
    }

    async fn a_long_queue_is_read_page_by_page_in_its_order(db: &TestDb) {
        let d = desk(db).await;
        let mut queued = Vec::new();
        for at in 0..23 {
            let buyer = d.buyer().await;
            queued.push(d.asks(NOW.plus(at * 20 * S), &buyer, "在吗").await.id);
        }
        d.mark(NOW, &d.boss, queued[20], Mark::Complaint(true)).await.expect("marked");
        let now = NOW.plus(6 * MIN);
        let whole = ids(&d.list(now, &d.man, asked(Tab::Queue), None, 200).await);
        assert_eq!((whole.len(), whole[0]), (23, queued[20]));
        let (mut seen, mut cursor) = (Vec::new(), None);
        for step in 0.. {
            // The wait of others rises by one priority meanwhile, and somebody is served.
            let page = d.list(now.plus(step * 3 * MIN), &d.man, asked(Tab::Queue), cursor, 5).await;
            seen.extend(ids(&page));
            let count = d.read({ let man = d.man.clone(); move |tx| reception::counts(tx, &man) }).await.queue;
            assert_eq!(count, 23 - i64::from(step > 0), "the tab counts all, however many are read");
            if step == 0 { d.claim(now, &d.gu, seen[0]).await.expect("claimed"); }
            cursor = page.next;
            if cursor.is_none() { break; }
            assert_eq!(page.items.len(), 5);
        }
        assert_eq!(seen, whole, "each once, in the order of the moment the first page was read");
    }

    async fn filters_narrow_the_lists(db: &TestDb) {
        let d = desk(db).await;
        let (_, open) = d.talk(NOW, &d.man).await;
        let (_, closed) = d.talk(NOW, &d.gu).await;
        d.close(NOW, &d.gu, closed, Some("好")).await.expect("closed");
        let visitor = d.visitor(d.side).await;
        let beside = d.asks(NOW, &visitor, "在吗").await.id;
        d.mark(NOW, &d.boss, open, Mark::Stage(reception::Stage::After)).await.expect("marked");
        let all = |with: fn(Asked, &Desk) -> Asked| { let d = d.clone(); async move {
            ids(&d.list(NOW, &d.owner, with(asked(Tab::All), &d), None, 50).await).into_iter().collect::<BTreeSet<_>>()
        }};
        assert_eq!(all(|a, _| a).await, [open, closed, beside].into());
        assert_eq!(all(|a, _| Asked { state: Some(State::Closed), ..a }).await, [closed].into());
        assert_eq!(all(|a, d| Asked { shop: Some(d.side), ..a }).await, [beside].into());
        assert_eq!(all(|a, d| Asked { agent: Some(pid(&d.man)), ..a }).await, [open].into());
        assert_eq!(all(|a, _| Asked { stage: Some(reception::Stage::After), ..a }).await, [open].into());
        let queue = d.list(NOW, &d.owner, Asked { stage: Some(reception::Stage::After), ..asked(Tab::Queue) }, None, 50).await;
        assert!(queue.items.is_empty());
    }

    async fn a_customers_talks_are_listed_with_those_of_all_shops_in_reach(db: &TestDb) {
        let d = desk(db).await;
        let buyer = d.known().await;
        let one = d.asks(NOW, &buyer, "在吗").await.id;
        let (org, side, who) = (d.org, d.side, customer(&buyer));
        let there = Actor::buyer(org, side, who);
        let two = d.asks(NOW.plus(S), &there, "在吗").await.id;
        let of = |who: &Actor| { let (d, who, buyer) = (d.clone(), who.clone(), customer(&buyer)); async move {
            d.read(move |tx| reception::of_customer(tx, &who, buyer)).await.into_iter().map(|c| c.id).collect::<Vec<_>>()
        }};
        assert_eq!((of(&d.owner).await, of(&d.man).await, of(&d.li).await), (vec![two, one], vec![one], vec![two]));
    }

    async fn manners_are_of_first_answers_of_people(db: &TestDb) {
        let d = desk(db).await;
        d.online(&d.man, NOW).await;
        for (n, text) in ["您好，有货的", "有货", "规定就是这样，亲", "好的，这就为您查"].into_iter().enumerate() {
            let at = NOW.plus(n as i64 * MIN);
            let (_, talk) = d.talk(at, &d.man).await;
            d.answers(at.plus(10 * S), &d.man, talk, text).await;
            // What comes behind it answers nothing.
            d.answers(at.plus(12 * S), &d.man, talk, "库存是五件").await;
        }
        let boss = d.boss.clone();
        let of = |until: Ms| { let (d, boss) = (d.clone(), boss.clone()); async move {
            d.read(move |tx| reception::team_manners(tx, &boss, None, NOW, until)).await
        }};
        let seen = of(NOW.plus(HOUR)).await;
        assert_eq!((seen.looked, seen.more, seen.agents.len()), (4, false, 1));
        let man = &seen.agents[0];
        assert_eq!((man.person, man.answers, man.polite, man.curt, man.score), (pid(&d.man), 4, 2, 1, 50));
        assert_eq!(man.last_curt.iter().map(|one| (one.word.as_str(), one.at)).collect::<Vec<_>>(), [("规定就是这样", NOW.plus(2 * MIN + 10 * S))]);
        assert!(!man.name.is_empty());
        assert_eq!(of(NOW.plus(MIN)).await.agents[0].score, 100, "rounds that began before");
        let man = d.man.clone();
        assert_eq!(code(d.db.read(move |tx| reception::team_manners(tx, &man, None, NOW, NOW.plus(HOUR))).await), "forbidden");
    }

    async fn the_wall_counts_who_handed_on(db: &TestDb) {
        let d = desk(db).await;
        d.online(&d.man, NOW).await;
        d.online(&d.gu, NOW).await;
        let (_, one) = d.talk(NOW, &d.man).await;
        d.transfer(NOW, &d.man, one, To::Person(pid(&d.gu))).await.expect("transferred");
        d.release(NOW, &d.gu, one).await.expect("released");
        let (_, two) = d.talk(NOW, &d.man).await;
        d.release(NOW, &d.man, two).await.expect("released");
        // A supervisor's move is not the agent's.
        let (_, three) = d.talk(NOW, &d.man).await;
        d.transfer(NOW, &d.boss, three, To::Person(pid(&d.gu))).await.expect("transferred");
        let boss = d.boss.clone();
        let wall = d.read(move |tx| reception::wall(tx, NOW.plus(MIN), &boss, None)).await;
        let handed = |who: &Actor| wall.agents.iter().find(|a| a.person == pid(who)).map(|a| a.handed_today);
        assert_eq!((handed(&d.man), handed(&d.gu), wall.today.handed), (Some(2), Some(1), 3));
        let boss = d.boss.clone();
        let tomorrow = d.read(move |tx| reception::wall(tx, NOW.plus(2 * HOUR), &boss, None)).await;
        assert_eq!(tomorrow.today.handed, 0);
    }

    async fn the_wall_adds_up(db: &TestDb) {
        let d = desk(db).await;
        d.online(&d.man, NOW).await;
        d.online(&d.gu, NOW).await;
        let (_, slow) = d.talk(NOW, &d.man).await;
        d.answers(NOW.plus(40 * S), &d.man, slow, "在的").await;
        let (_, quick) = d.talk(NOW, &d.man).await;
        d.answers(NOW.plus(20 * S), &d.man, quick, "在的").await;
        let (_, handed) = d.talk(NOW, &d.man).await;
        d.transfer(NOW.plus(35 * S), &d.man, handed, To::Person(pid(&d.gu))).await.expect("transferred");
        let waits = d.buyer().await;
        d.asks(NOW.plus(10 * S), &waits, "在吗").await;
        let visitor = d.visitor(d.side).await;
        d.asks(NOW, &visitor, "在吗").await;
        let boss = d.boss.clone();
        let wall = d.read(move |tx| reception::wall(tx, NOW.plus(MIN), &boss, None)).await;
        let agent = |who: &Actor| wall.agents.iter().find(|a| a.person == pid(who)).expect("an agent");
        let man = agent(&d.man);
        assert_eq!((man.load, man.waiting, man.answered_today, man.breaches_today, man.response_ms), (2, 0, 2, 2, Some(30 * S)));
        let gu = agent(&d.gu);
        // Handed to her at 0:35; her own limit has not passed.
        assert_eq!((gu.load, gu.waiting, gu.longest_wait_ms, gu.breaches_today), (1, 1, 60 * S, 0));
        assert_eq!((wall.queue.waiting, wall.queue.longest_wait_ms), (1, 50 * S));
        // The one in the queue has waited too long by now as well: a breach that is nobody's.
        assert_eq!((wall.today.sessions, wall.today.answered, wall.today.breaches, wall.today.response_ms), (4, 2, 3, Some(30 * S)));
        assert_eq!((man.response_rate, gu.response_rate, wall.today.response_rate), (Some(1.0), None, Some(1.0)), "nobody else has waited three minutes");
        let boss = d.boss.clone();
        let later = d.read(move |tx| reception::wall(tx, NOW.plus(5 * MIN), &boss, None)).await;
        let gu = later.agents.iter().find(|a| a.person == pid(&d.gu)).expect("an agent");
        assert_eq!((gu.response_rate, later.today.response_rate), (Some(0.0), Some(0.5)), "hers and the one in the queue");
        assert!(wall.agents.iter().all(|a| a.person != pid(&d.li)), "nobody of another shop");
        let man = d.man.clone();
        assert_eq!(code(d.db.read(move |tx| reception::wall(tx, NOW, &man, None)).await), "forbidden");
    }

    async fn the_wall_begins_its_day_where_each_shop_is(db: &TestDb) {
        let d = desk(db).await;
        // When the day ends in Shanghai, six hours of it are left in Berlin.
        let berlin = serde_json::to_value(base::Calendar::always("Europe/Berlin")).expect("a calendar");
        d.set(NOW, "team.calendar", berlin).await;
        let (_, tea) = d.talk(NOW, &d.man).await;
        d.answers(NOW.plus(20 * S), &d.man, tea, "在的").await;
        let visitor = d.visitor(d.side).await;
        let fruit = d.asks(NOW, &visitor, "在吗").await.id;
        d.claim(NOW, &d.li, fruit).await.expect("claimed");
        d.answers(NOW.plus(20 * S), &d.li, fruit, "在的").await;
        d.online(&d.man, NOW).await;
        d.online(&d.li, NOW).await;
        let wall = |hours: i64, shop| { let (d, owner) = (d.clone(), d.owner.clone()); async move {
            d.read(move |tx| reception::wall(tx, NOW.plus(hours * HOUR), &owner, shop)).await
        }};
        let figures = |wall: reception::Wall| (wall.today.sessions, wall.today.answered, wall.today.response_ms);
        assert_eq!(figures(wall(0, None).await), (2, 2, Some(20 * S)));
        let later = wall(2, None).await;
        let of = |who: &Actor| later.agents.iter().find(|a| a.person == pid(who)).map(|a| a.answered_today);
        assert_eq!((of(&d.man), of(&d.li)), (Some(1), Some(0)));
        assert_eq!(figures(later), (1, 1, Some(20 * S)), "what was said in the tea shop is of today still");
        assert_eq!(figures(wall(2, Some(d.side)).await), (0, 0, None));
        assert_eq!(figures(wall(10, None).await), (0, 0, None));
    }

    /// Rows 83 and 284.
    async fn ones_own_day_agrees_with_the_wall(db: &TestDb) {
        let d = desk(db).await;
        d.online(&d.man, NOW).await;
        d.online(&d.gu, NOW).await;
        // Yesterday, which in Shanghai ended at midnight, 6400 s from now.
        let (_, old) = d.talk(NOW, &d.man).await;
        d.answers(NOW.plus(5 * S), &d.man, old, "在的").await;
        let today = NOW.plus(6_400 * S);
        let at = today.plus(HOUR);
        let (slow_buyer, slow) = d.talk(at, &d.man).await;
        d.answers(at.plus(140 * S), &d.man, slow, "在的，您稍等10分钟").await;
        d.asks(at.plus(150 * S), &slow_buyer, "好的").await;
        d.answers(at.plus(160 * S), &d.man, slow, "再稍等10分钟").await;
        let (_, handed) = d.talk(at, &d.man).await;
        d.transfer(at.plus(35 * S), &d.man, handed, To::Person(pid(&d.gu))).await.expect("transferred");
        d.answers(at.plus(45 * S), &d.gu, handed, "我来").await;
        let (buyer, rated) = d.talk(at, &d.man).await;
        d.answers(at.plus(20 * S), &d.man, rated, "您好").await;
        d.close(at.plus(30 * S), &d.man, rated, None).await.expect("closed");
        d.write(move |tx| reception::rate(tx, at, &buyer, rated, 1, 4, None)).await.expect("rated");
        let now = at.plus(3 * MIN);
        let own = |who: &Actor, shop| { let (d, who) = (d.clone(), who.clone()); async move { d.read(move |tx| reception::own_day(tx, now, &who, shop)).await } };
        let (man, gu) = (own(&d.man, None).await, own(&d.gu, None).await);
        assert_eq!((man.from, man.sessions, man.buyers, man.answered), (today, 3, 2, 3));
        assert_eq!((man.first_response_ms, man.response_ms), (Some(80 * S), Some(170 * S / 3)), "140 and 20 first, 140, 10 and 20 of all");
        assert_eq!((man.slow, man.breaches, man.promises), (1, 2, 1));
        assert_eq!((man.invited, man.ratings, man.score_hundredths), (1, 1, Some(400)));
        assert_eq!((gu.sessions, gu.buyers, gu.answered, gu.first_response_ms, gu.slow), (1, 1, 1, Some(10 * S), 0), "counted from when it was hers");
        let boss = d.boss.clone();
        let wall = d.read(move |tx| reception::wall(tx, now, &boss, None)).await;
        for (who, day) in [(&d.man, &man), (&d.gu, &gu)] {
            let agent = wall.agents.iter().find(|a| a.person == pid(who)).expect("an agent");
            assert_eq!((agent.answered_today, agent.breaches_today, agent.response_ms), (day.answered, day.breaches, day.response_ms));
        }
        assert_eq!((wall.today.answered, wall.today.breaches), (man.answered + gu.answered, man.breaches + gu.breaches));
        assert_eq!((wall.today.ratings, wall.today.score_hundredths), (1, man.score_hundredths));
        // Only in one's own shops, and only one's own.
        assert_eq!(own(&d.man, Some(d.shop)).await, man);
        let (side, man) = (d.side, d.man.clone());
        assert_eq!(code(d.db.read(move |tx| reception::own_day(tx, now, &man, Some(side))).await), "not_found");
        assert_eq!(own(&d.li, None).await, reception::OwnDay { from: today, ..Default::default() });
    }
}
