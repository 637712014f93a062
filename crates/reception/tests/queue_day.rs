//! A day of the queue: two hundred buyers and ten agents who come, go, hand over and vanish at random.

use std::collections::{HashMap, HashSet};

use base::{Actor, Id, Ms};
use reception::{State, To};
use store::on_both;
use team::Presence;

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
}

/// Deals and holds the outcome against the rule: nobody beyond capacity, those dealt are the first of
/// the queue as it stood, only agents who are online get anything.
async fn deal_by_the_rule(d: &Desk, now: Ms, capacity: i64, online: &HashSet<Id>) {
    let org = d.org;
    let mut before = d.read(move |tx| reception::waiting(tx, org)).await;
    reception::sort(&mut before, now);
    let had = loads(d).await;
    let places = d.deal(now).await;
    let left: HashSet<Id> = places.iter().map(|p| p.conversation).collect();
    let dealt = before
        .iter()
        .take_while(|w| !left.contains(&w.conversation))
        .count();
    assert_eq!(
        before.len() - dealt,
        left.len(),
        "a later one was dealt before an earlier one"
    );
    let mut has = loads(d).await;
    for (agent, load) in &has {
        let more = load - had.get(agent).copied().unwrap_or(0);
        assert!(
            more == 0 || (*load <= capacity && online.contains(agent)),
            "{agent} was dealt {more} and has {load}"
        );
    }
    let room = online
        .iter()
        .any(|agent| has.remove(agent).unwrap_or(0) < capacity);
    assert!(left.is_empty() || !room, "somebody waits beside a free agent");
    assert_eq!(
        places.iter().map(|p| p.place).collect::<Vec<_>>(),
        (1..=places.len() as i64).collect::<Vec<_>>()
    );
}

async fn a_day(db: &store::testing::TestDb, seed: u64) {
    const CAPACITY: i64 = 3;
    let d = desk(db).await;
    let mut agents: Vec<(Actor, Option<Id>)> = Vec::new();
    for name in ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"] {
        let agent = d.person(name, "pre_sale", Some(vec![d.shop]), CAPACITY).await;
        let socket = d.online(&agent, NOW).await;
        agents.push((agent, Some(socket)));
    }
    let mut dice = Dice(seed);
    let mut now = NOW;
    let mut buyers: Vec<(Actor, Id)> = Vec::new();
    let mut away: HashSet<Id> = HashSet::new();
    while buyers.len() < 200 {
        now = now.plus(1_000 + dice.roll(20_000) as i64);
        d.until(now).await;
        for _ in 0..dice.roll(5) {
            let buyer = d.buyer().await;
            let id = d.asks(now, &buyer, "在吗").await.id;
            buyers.push((buyer, id));
        }
        for _ in 0..6 {
            let index = dice.roll(agents.len() as u64) as usize;
            let (agent, socket) = agents[index].clone();
            let org = d.org;
            let person = pid(&agent);
            let theirs = d.read(move |tx| reception::of_agent(tx, org, person)).await;
            let pick = theirs.get(dice.roll(4) as usize).map(|c| c.id);
            match (dice.roll(10), pick) {
                (0..=2, Some(id)) => drop(d.say(now, &agent, say(id, "好的")).await),
                (3..=4, Some(id)) => drop(d.close(now, &agent, id, Some("说完了")).await),
                (5, Some(id)) => drop(
                    d.transfer(
                        now,
                        &agent,
                        id,
                        To::Person(pid(&agents[dice.roll(10) as usize].0)),
                    )
                    .await,
                ),
                (6, Some(id)) => drop(d.release(now, &agent, id).await),
                (7, _) if socket.is_some() => {
                    let back = away.remove(&person);
                    if !back {
                        away.insert(person);
                    }
                    d.presence(&agent, now, if back { Presence::Online } else { Presence::Away })
                        .await;
                }
                (8, _) => match socket {
                    Some(socket) if dice.roll(3) == 0 => {
                        d.vanish(&agent, now, socket).await;
                        agents[index].1 = None;
                    }
                    None => agents[index].1 = Some(d.online(&agent, now).await),
                    Some(_) => {}
                },
                _ => {
                    if let Some((buyer, _)) = buyers.get(dice.roll(buyers.len().max(1) as u64) as usize) {
                        d.asks(now, buyer, "还在吗").await;
                    }
                }
            }
        }
        let online = agents
            .iter()
            .filter(|(agent, socket)| socket.is_some() && !away.contains(&pid(agent)));
        deal_by_the_rule(&d, now, CAPACITY, &online.map(|(agent, _)| pid(agent)).collect()).await;
    }
    let mut states: HashMap<State, usize> = HashMap::new();
    for (_, id) in &buyers {
        let c = d.conversation(*id).await;
        assert!(c.state != State::Open || c.agent.is_some());
        *states.entry(c.state).or_default() += 1;
        d.check(*id).await;
    }
    assert!(states.len() == 3, "a day with everything in it: {states:?}");
}

on_both! { TABLES;
    async fn two_hundred_buyers_and_ten_agents_by_the_rule(db: &TestDb) {
        a_day(db, 20_261_121).await;
    }
}
