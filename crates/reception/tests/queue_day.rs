//! Days of the queue: buyers of two shops and ten agents, some of them in skill groups, who come, go, hand over and
//! vanish at random, and buyers who become VIPs or complain while they wait.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use base::{Actor, Id, Ms};
use reception::{Mark, Stage, State, To, Waiting};
use store::on_both;
use team::{NewGroup, Presence};

use crate::kit::*;
use crate::queueing::loads;

/// A small generator; the same seed plays the same day.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    /// A place in a list that is not empty.
    fn place(&mut self, length: usize) -> usize {
        self.roll(length as u64) as usize
    }
}

/// Somebody who receives buyers.
struct Agent {
    who: Actor,
    shops: Vec<Id>,
    groups: Vec<Id>,
    /// Helps with pre-sale talks of other groups when idle.
    helps: bool,
    socket: Option<Id>,
    away: bool,
}

impl Agent {
    fn id(&self) -> Id {
        pid(&self.who)
    }

    /// Whether this buyer is one of theirs at all, while they have so many.
    fn suits(&self, waiting: &Waiting, load: i64) -> bool {
        let of_group = waiting.group.is_none_or(|group| self.groups.contains(&group));
        let helps = self.helps && load == 0 && waiting.stage == Stage::Pre;
        self.shops.contains(&waiting.shop) && (of_group || helps)
    }

    fn is_online(&self) -> bool {
        self.socket.is_some() && !self.away
    }
}

/// A desk with ten agents: five of the tea shop, three of the fruit shop, two of both; one group for what comes before
/// the sale of tea, one for what comes after any sale.
struct Day {
    d: Desk,
    agents: Vec<Agent>,
    groups: [Id; 2],
    capacity: i64,
    buyers: Vec<(Actor, Id)>,
    /// How often somebody was dealt before one who came earlier and whom the same agent could have received.
    overtook: usize,
    /// How often somebody waited on while a later one found an agent of theirs.
    stepped_aside: usize,
}

impl Day {
    async fn begin(db: &store::testing::TestDb, capacity: i64) -> Day {
        let d = desk(db).await;
        let mut agents: Vec<Agent> = Vec::new();
        for (number, name) in ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"]
            .into_iter()
            .enumerate()
        {
            let shops = match number {
                0..=4 => vec![d.shop],
                5..=7 => vec![d.side],
                _ => vec![d.shop, d.side],
            };
            let who = d.person(name, "pre_sale", Some(shops.clone()), capacity).await;
            let socket = Some(d.online(&who, NOW).await);
            agents.push(Agent {
                who,
                shops,
                groups: Vec::new(),
                helps: false,
                socket,
                away: false,
            });
        }
        let (first, then) = ([0, 1, 8], [2, 5, 9]);
        let ids =
            |places: [usize; 3]| -> Vec<Id> { places.iter().map(|place| agents[*place].id()).collect() };
        let before = NewGroup {
            name: "售前组".into(),
            stage: Some("pre".into()),
            shops: Some(vec![d.shop]),
            members: ids(first),
            ..Default::default()
        };
        let after = NewGroup {
            name: "售后组".into(),
            stage: Some("after".into()),
            members: ids(then),
            overflow: vec!["pre".into()],
            ..Default::default()
        };
        let groups = [d.group(before).await, d.group(after).await];
        for place in first {
            agents[place].groups.push(groups[0]);
        }
        for place in then {
            agents[place].groups.push(groups[1]);
            agents[place].helps = true;
        }
        Day {
            d,
            agents,
            groups,
            capacity,
            buyers: Vec::new(),
            overtook: 0,
            stepped_aside: 0,
        }
    }

    /// Somebody new writes to one of the shops, with a choice from the menu.
    async fn arrives(&mut self, now: Ms, dice: &mut Dice) {
        let shop = if dice.roll(3) == 0 {
            self.d.side
        } else {
            self.d.shop
        };
        let stage = [Stage::Pre, Stage::In, Stage::After][dice.place(3)];
        let buyer = self.d.visitor(shop).await;
        let says = reception::BuyerSays {
            stage: Some(stage),
            ..as_buyer(shop, "在吗")
        };
        let card = self.d.buyer_says(now, &buyer, says).await.expect("taken").1;
        self.buyers.push((buyer, card.id));
    }

    /// A buyer becomes a VIP or complains, and counts for more from now on.
    async fn matters_more(&self, now: Ms, place: usize, complains: bool) {
        let (buyer, id) = &self.buyers[place];
        if complains {
            let mark = Mark::Complaint(true);
            let card = self.d.mark(now, &self.d.owner, *id, mark).await.expect("marked");
            assert_eq!(card.priority, 2);
            return;
        }
        let (owner, org, customer) = (self.d.owner.clone(), self.d.org, customer(buyer));
        let vip = self.d.write(move |tx| {
            let change = customers::CustomerChange {
                vip: Some(true),
                ..Default::default()
            };
            customers::edit_customer(tx, now, &owner, customer, &change)?;
            reception::customer_changed(tx, now, org, customer)
        });
        vip.await.expect("a VIP");
        let conversation = self.d.conversation(*id).await;
        let expected = if conversation.complaint { 2 } else { 1 };
        assert_eq!(conversation.priority, expected);
    }

    /// An agent does something, or a buyer does.
    async fn goes_on(&mut self, now: Ms, dice: &mut Dice) {
        let index = dice.place(self.agents.len());
        let (agent, socket) = (self.agents[index].who.clone(), self.agents[index].socket);
        let (org, person) = (self.d.org, pid(&agent));
        let theirs = self.d.read(move |tx| reception::of_agent(tx, org, person)).await;
        let pick = theirs.get(dice.place(4)).map(|c| c.id);
        let d = &self.d;
        match (dice.roll(12), pick) {
            (0..=2, Some(id)) => drop(d.say(now, &agent, say(id, "好的")).await),
            (3..=4, Some(id)) => drop(d.close(now, &agent, id, Some("说完了")).await),
            (5, Some(id)) => {
                let to = To::Person(self.agents[dice.place(10)].id());
                drop(d.transfer(now, &agent, id, to).await);
            }
            (6, Some(id)) => drop(d.release(now, &agent, id).await),
            (7, Some(id)) => {
                let to = To::Group(self.groups[dice.place(2)]);
                drop(d.transfer(now, &agent, id, to).await);
            }
            (8, _) if socket.is_some() => {
                let away = !self.agents[index].away;
                let state = if away { Presence::Away } else { Presence::Online };
                d.presence(&agent, now, state).await;
                self.agents[index].away = away;
            }
            (9, _) => match socket {
                Some(socket) if dice.roll(3) == 0 => {
                    d.vanish(&agent, now, socket).await;
                    self.agents[index].socket = None;
                }
                None => self.agents[index].socket = Some(d.online(&agent, now).await),
                Some(_) => {}
            },
            _ if self.buyers.is_empty() => {}
            (10, _) => {
                let place = dice.place(self.buyers.len());
                self.matters_more(now, place, dice.roll(2) == 0).await;
            }
            _ => {
                let (buyer, _) = &self.buyers[dice.place(self.buyers.len())];
                d.asks(now, buyer, "还在吗").await;
            }
        }
    }

    /// Deals and holds the outcome against the rule, buyer by buyer in the order of the queue: whoever waits on found
    /// no agent of theirs with room, whoever was dealt went to the agent the rule names.
    async fn deals_by_the_rule(&mut self, now: Ms) {
        let (d, capacity) = (&self.d, self.capacity);
        let org = d.org;
        let mut queue = d.read(move |tx| reception::waiting(tx, org)).await;
        queue.sort_by_key(|w| {
            let risen = w.rises_at.is_some_and(|at| at <= now);
            (Reverse(w.priority + i64::from(risen)), w.since, w.conversation)
        });
        let mut has = loads(d).await;
        let places = d.deal(now).await;
        let left: HashSet<Id> = places.iter().map(|p| p.conversation).collect();
        let mut passed: Vec<&Waiting> = Vec::new();
        for waiting in &queue {
            let load = |agent: Id| has.get(&agent).copied().unwrap_or(0);
            let able: Vec<&Agent> = self
                .agents
                .iter()
                .filter(|a| a.is_online() && load(a.id()) < capacity && a.suits(waiting, load(a.id())))
                .collect();
            if left.contains(&waiting.conversation) {
                let free: Vec<Id> = able.iter().map(|a| a.id()).collect();
                assert!(free.is_empty(), "{waiting:?} waits beside {free:?}");
                passed.push(waiting);
                continue;
            }
            let last = able.iter().find(|a| Some(a.id()) == waiting.last_agent);
            let least = able
                .iter()
                .min_by_key(|a| (Some(a.id()) == waiting.given_by, load(a.id()), a.id()));
            let expected = last.or(least).map(|a| a.id());
            let dealt = d.conversation(waiting.conversation).await;
            assert_eq!(dealt.state, State::Open);
            assert_eq!(
                (dealt.agent, dealt.agent.is_some()),
                (expected, true),
                "{waiting:?}"
            );
            self.stepped_aside += passed.len();
            let agent = last.or(least).expect("somebody");
            let earlier = queue.iter().filter(|w| left.contains(&w.conversation));
            self.overtook += earlier
                .filter(|w| w.since < waiting.since && agent.suits(w, 1))
                .count();
            *has.entry(agent.id()).or_default() += 1;
        }
        assert_eq!(loads(d).await, has, "nobody got anything else");
        let mut lines: HashMap<(Id, Option<Id>), i64> = HashMap::new();
        for place in &places {
            let waiting = queue.iter().find(|w| w.conversation == place.conversation);
            let waiting = waiting.expect("they waited before");
            let number = lines.entry((waiting.shop, waiting.group)).or_default();
            *number += 1;
            assert_eq!(place.place, *number, "one line for each shop and group");
        }
    }
}

async fn a_day(db: &store::testing::TestDb, seed: u64, buyers: usize, capacity: i64) -> Day {
    let mut day = Day::begin(db, capacity).await;
    let mut dice = Dice(seed);
    let mut now = NOW;
    while day.buyers.len() < buyers {
        now = now.plus(1_000 + dice.roll(20_000) as i64);
        day.d.until(now).await;
        for _ in 0..dice.roll(5) {
            day.arrives(now, &mut dice).await;
        }
        for _ in 0..6 {
            day.goes_on(now, &mut dice).await;
        }
        day.deals_by_the_rule(now).await;
    }
    day
}

/// What is left at the end of a day is as the messages say; answers how many are in which state.
async fn left_over(day: &Day) -> HashMap<State, usize> {
    let mut states: HashMap<State, usize> = HashMap::new();
    for (_, id) in &day.buyers {
        let c = day.d.conversation(*id).await;
        assert!(c.state != State::Open || c.agent.is_some());
        *states.entry(c.state).or_default() += 1;
        day.d.check(*id).await;
    }
    states
}

on_both! { TABLES;
    async fn two_hundred_buyers_and_ten_agents_by_the_rule(db: &TestDb) {
        let day = a_day(db, 20_261_121, 200, 3).await;
        let states = left_over(&day).await;
        assert!(states.len() == 3, "a day with everything in it: {states:?}");
        assert!(day.overtook > 0, "some mattered more than those who came earlier");
        assert!(day.stepped_aside > 0, "some waited for an agent of theirs");
    }

    async fn other_dice_go_by_the_rule_too(db: &TestDb) {
        let mut overtook = 0;
        for seed in [3, 7_777, 20_260_618] {
            let day = a_day(db, seed, 50, 1).await;
            left_over(&day).await;
            overtook += day.overtook;
        }
        assert!(overtook > 0, "some mattered more than those who came earlier");
    }
}
