//! Whatever happens in whatever order: what is written is what the messages make, on either engine.

use base::{Actor, Calendar, Hours, Id, Ms};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use reception::{Mark, Stage, State, To};
use serde_json::json;
use store::{Tx, args, on_both};

use crate::kit::*;

/// One step of a long history; numbers choose among the three buyers and three agents.
#[derive(Clone, Debug)]
enum Step {
    Asks(usize),
    Answers(usize, usize),
    Notes(usize, usize),
    Claims(usize, usize),
    Deals,
    Releases(usize, usize),
    ToPerson(usize, usize, usize),
    ToGroup(usize, usize, bool),
    TakesOver(usize),
    MovesAll(usize),
    Closes(usize, usize),
    Leaves(usize),
    Reopens(usize, usize),
    Undoes(usize, usize),
    Recalls(usize, usize),
    Stages(usize, Stage),
    Limits(i64),
    Calendar(bool),
    GroupHours(bool),
    Vanishes(usize),
    Returns(usize),
    Rates(usize),
    /// Time passes, with or without the clocks ringing.
    Passes(i64, bool),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (b, a) = (0..3_usize, 0..3_usize);
    let pair = (b.clone(), a.clone());
    let stage = prop_oneof![Just(Stage::Pre), Just(Stage::In), Just(Stage::After)];
    let time = prop_oneof![4 => 0..3_000_i64, 3 => 0..60_000_i64, 2 => 0..900_000_i64, 1 => 0..7_200_000_i64];
    proptest::collection::vec(
        prop_oneof![
            10 => b.clone().prop_map(Step::Asks),
            12 => pair.clone().prop_map(|(b, a)| Step::Answers(b, a)),
            2 => pair.clone().prop_map(|(b, a)| Step::Notes(b, a)),
            4 => pair.clone().prop_map(|(b, a)| Step::Claims(b, a)),
            5 => Just(Step::Deals),
            2 => pair.clone().prop_map(|(b, a)| Step::Releases(b, a)),
            3 => (b.clone(), a.clone(), a.clone()).prop_map(|(b, a, to)| Step::ToPerson(b, a, to)),
            2 => (b.clone(), a.clone(), any::<bool>()).prop_map(|(b, a, g)| Step::ToGroup(b, a, g)),
            2 => b.clone().prop_map(Step::TakesOver),
            1 => a.clone().prop_map(Step::MovesAll),
            3 => pair.clone().prop_map(|(b, a)| Step::Closes(b, a)),
            1 => b.clone().prop_map(Step::Leaves),
            2 => pair.clone().prop_map(|(b, a)| Step::Reopens(b, a)),
            5 => pair.clone().prop_map(|(b, a)| Step::Undoes(b, a)),
            1 => pair.prop_map(|(b, a)| Step::Recalls(b, a)),
            2 => (b.clone(), stage).prop_map(|(b, s)| Step::Stages(b, s)),
            1 => (11..600_i64).prop_map(Step::Limits),
            1 => any::<bool>().prop_map(Step::Calendar),
            1 => any::<bool>().prop_map(Step::GroupHours),
            1 => a.clone().prop_map(Step::Vanishes),
            1 => a.prop_map(Step::Returns),
            1 => b.prop_map(Step::Rates),
            12 => (time, any::<bool>()).prop_map(|(ms, clocks)| Step::Passes(ms, clocks)),
        ],
        10..90,
    )
}

fn shop_hours(open: bool) -> Calendar {
    let day = vec![
        Hours {
            from: 9 * 60,
            to: 12 * 60,
        },
        Hours {
            from: 13 * 60,
            to: 23 * 60,
        },
    ];
    let week = if open {
        Default::default()
    } else {
        std::array::from_fn(|_| day.clone())
    };
    Calendar {
        zone: "Asia/Shanghai".into(),
        week,
        special: vec![],
    }
}

struct Play {
    d: Desk,
    now: Ms,
    buyers: Vec<Actor>,
    agents: Vec<Actor>,
    sockets: Vec<Option<Id>>,
    groups: [Id; 2],
    ids: Vec<Option<Id>>,
}

impl Play {
    async fn begin(db: &store::Db, now: Ms) -> Play {
        let d = found(db, "青禾商贸").await;
        let agents = vec![d.man.clone(), d.gu.clone(), d.boss.clone()];
        let mut buyers = Vec::new();
        for _ in 0..3 {
            buyers.push(d.buyer().await);
        }
        let mut sockets = Vec::new();
        for agent in &agents {
            sockets.push(Some(d.online(agent, now).await));
        }
        let members: Vec<Id> = agents.iter().map(pid).collect();
        let plain = d
            .group(team::NewGroup {
                name: "普通组".into(),
                members: members.clone(),
                ..Default::default()
            })
            .await;
        let early = team::NewGroup {
            name: "早班组".into(),
            members,
            stage: Some("in".into()),
            calendar: Some(shop_hours(false)),
            ..Default::default()
        };
        let early = d.group(early).await;
        Play {
            d,
            now,
            buyers,
            agents,
            sockets,
            groups: [plain, early],
            ids: vec![None; 3],
        }
    }

    async fn step(&mut self, step: &Step) {
        let (d, now) = (self.d.clone(), self.now);
        let of = |b: usize| self.ids[b].unwrap_or(Id(1));
        // Refusals belong to the play: what may not be done must change nothing.
        match *step {
            Step::Asks(b) => {
                let card = d.asks(now, &self.buyers[b], "请问").await;
                self.ids[b] = Some(card.id);
            }
            Step::Answers(b, a) => drop(d.say(now, &self.agents[a], say(of(b), "您稍等2分钟")).await),
            Step::Notes(b, a) => drop(d.say(now, &self.agents[a], note(of(b), "内部")).await),
            Step::Claims(b, a) => drop(d.claim(now, &self.agents[a], of(b)).await),
            Step::Deals => drop(d.deal(now).await),
            Step::Releases(b, a) => drop(d.release(now, &self.agents[a], of(b)).await),
            Step::ToPerson(b, a, to) => drop(
                d.transfer(now, &self.agents[a], of(b), To::Person(pid(&self.agents[to])))
                    .await,
            ),
            Step::ToGroup(b, a, early) => drop(
                d.transfer(
                    now,
                    &self.agents[a],
                    of(b),
                    To::Group(self.groups[usize::from(early)]),
                )
                .await,
            ),
            Step::TakesOver(b) => drop(d.take_over(now, &d.boss, of(b)).await),
            Step::MovesAll(a) => {
                let (boss, from) = (d.boss.clone(), pid(&self.agents[a]));
                drop(
                    d.write(move |tx| {
                        reception::move_all(tx, now, &boss, from, None, "下班", None).map(drop)
                    })
                    .await,
                );
            }
            Step::Closes(b, a) => drop(d.close(now, &self.agents[a], of(b), Some("说完了")).await),
            Step::Leaves(b) => {
                let (buyer, id) = (self.buyers[b].clone(), of(b));
                drop(d.write(move |tx| reception::leave(tx, now, &buyer, id)).await);
            }
            Step::Reopens(b, a) => drop(d.reopen(now, &self.agents[a], of(b)).await),
            Step::Undoes(b, a) | Step::Recalls(b, a) => {
                let Some(id) = self.ids[b] else { return };
                let own = d
                    .messages(id)
                    .await
                    .into_iter()
                    .rev()
                    .find(|m| m.person == Some(pid(&self.agents[a])));
                let (agent, undo) = (self.agents[a].clone(), matches!(step, Step::Undoes(..)));
                let Some(seq) = own.map(|m| m.seq) else { return };
                drop(
                    d.write(move |tx| match undo {
                        true => reception::undo(tx, now, &agent, id, seq).map(drop),
                        false => reception::recall(tx, now, &agent, id, seq).map(drop),
                    })
                    .await,
                );
            }
            Step::Stages(b, stage) => drop(d.mark(now, &d.boss, of(b), Mark::Stage(stage)).await),
            Step::Limits(seconds) => d.set(now, "reception.breach_pre", json!(seconds)).await,
            Step::Calendar(open) => d.set(now, "team.calendar", json!(shop_hours(open))).await,
            Step::GroupHours(own) => {
                let (owner, org, group) = (d.owner.clone(), d.org, self.groups[1]);
                let calendar = own.then(|| shop_hours(false));
                d.write(move |tx| {
                    let change = team::GroupChange {
                        calendar: Some(calendar.clone()),
                        ..Default::default()
                    };
                    team::change_group(tx, now, &owner, group, change)?;
                    reception::group_changed(tx, now, org, group)
                })
                .await
                .expect("changed");
            }
            Step::Vanishes(a) => {
                if let Some(socket) = self.sockets[a].take() {
                    d.vanish(&self.agents[a], now, socket).await;
                }
            }
            Step::Returns(a) => {
                if self.sockets[a].is_none() {
                    self.sockets[a] = Some(d.online(&self.agents[a], now).await);
                }
            }
            Step::Rates(b) => {
                let (buyer, id) = (self.buyers[b].clone(), of(b));
                let session = match self.ids[b] {
                    Some(id) => d.conversation(id).await.session,
                    None => 0,
                };
                drop(
                    d.write(move |tx| reception::rate(tx, now, &buyer, id, session, 5, Some("closed")))
                        .await,
                );
            }
            Step::Passes(ms, clocks) => {
                self.now = now.plus(ms);
                if clocks {
                    d.until(self.now).await;
                }
            }
        }
    }

    async fn differences(&self) -> Vec<String> {
        let mut all = Vec::new();
        let org = self.d.org;
        for id in self.ids.iter().flatten().copied() {
            all.extend(
                self.d
                    .read(move |tx| reception::rebuild(tx, org, id, false))
                    .await,
            );
            let c = self.d.conversation(id).await;
            // Every conversation is owned, queued or closed, and a waiting one is watched by a clock.
            let sound = match c.state {
                State::Open => c.agent.is_some() && c.queued_at.is_none() && c.session_open,
                State::Queued => c.queued_at.is_some() && c.session_open,
                State::Closed => c.queued_at.is_none() && !c.session_open && c.waiting_since.is_none(),
            };
            // Once everything was told there is nothing left to ring for.
            if !sound || (c.state == State::Open && !c.idle && c.clock_at.is_none()) {
                all.push(format!("unsound: {c:?}"));
            }
        }
        all
    }
}

/// Plays many histories on one database; a failing one is made shorter before it is told.
async fn play(db: &store::Db, cases: u32) {
    let runtime = tokio::runtime::Handle::current();
    let mut runner = TestRunner::new_with_rng(
        Config {
            cases,
            max_shrink_iters: 200,
            failure_persistence: None,
            ..Config::default()
        },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let mut begin = NOW;
    let mut begins = move || {
        begin = begin.plus(48 * HOUR);
        begin
    };
    let started = std::cell::RefCell::new(&mut begins);
    let played = tokio::task::block_in_place(|| {
        runner.run(&steps(), |steps| {
            let now = (started.borrow_mut())();
            runtime.block_on(async {
                let mut play = Play::begin(db, now).await;
                for (index, step) in steps.iter().enumerate() {
                    play.step(step).await;
                    let differs = play.differences().await;
                    prop_assert!(differs.is_empty(), "after step {index}, {step:?}: {differs:#?}");
                }
                db.write(|tx| tx.exec("DELETE FROM job", args![]))
                    .await
                    .expect("cleared");
                Ok(())
            })
        })
    });
    if let Err(error) = played {
        panic!("{error}");
    }
}

on_both! { TABLES;
    async fn random_long_histories_rebuild_identically(db: &TestDb) {
        play(&db.db, 24).await;
    }

    async fn a_corrupted_row_is_found_and_mended(db: &TestDb) {
        let d = desk(db).await;
        d.online(&d.gu, NOW).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        d.answers(NOW.plus(S), &d.man, id, "在的").await;
        d.until(NOW.plus(20 * MIN)).await;
        d.asks(NOW.plus(HOUR), &buyer, "还有货吗").await;
        d.claim(NOW.plus(HOUR), &d.man, id).await.expect("claimed");
        d.transfer(NOW.plus(HOUR + S), &d.man, id, To::Person(pid(&d.gu))).await.expect("transferred");
        d.mark(NOW.plus(HOUR + 2 * S), &d.gu, id, Mark::Stage(Stage::After)).await.expect("marked");
        d.check(id).await;
        let good = (d.sessions(id).await, d.conversation(id).await.card());
        let org = d.org;
        for harm in [
            "UPDATE session SET ended_at = ended_at + 1 WHERE org_id = $1 AND conversation_id = $2 AND no = 1",
            "UPDATE session SET opened_by = 'agent', ended = 'closed' WHERE org_id = $1 AND conversation_id = $2 AND no = 1",
            "UPDATE session SET stage = 'after', rules = 7 WHERE org_id = $1 AND conversation_id = $2 AND no = 2",
            "DELETE FROM session WHERE org_id = $1 AND conversation_id = $2 AND no = 1",
            "UPDATE round SET agent_id = 1 WHERE org_id = $1 AND conversation_id = $2 AND no = 2",
            "UPDATE round SET warn_at = 0, breach_at = 1 WHERE org_id = $1 AND conversation_id = $2 AND no = 3",
            "UPDATE round SET reply_seq = NULL, ended = NULL, ended_at = NULL WHERE org_id = $1 AND conversation_id = $2 AND no = 1",
            "DELETE FROM round WHERE org_id = $1 AND conversation_id = $2 AND no >= 2",
            "INSERT INTO round (org_id, conversation_id, no, session, shop_id, buyer_seq, buyer_at, began_at, warn_at, breach_at)
             VALUES ($1, $2, 9, 2, 1, 1, 1, 1, 1, 1)",
            "UPDATE conversation SET waiting_since = NULL, round_open = 0, warn_at = NULL, breach_at = NULL WHERE org_id = $1 AND id = $2",
            "UPDATE conversation SET state = 'closed', session_open = 0 WHERE org_id = $1 AND id = $2",
            "UPDATE conversation SET last_seq = 3, round = 1, session = 1 WHERE org_id = $1 AND id = $2",
            "UPDATE conversation SET agent_id = NULL, state = 'queued', queued_at = 5 WHERE org_id = $1 AND id = $2",
        ] {
            d.write(move |tx| tx.exec(harm, args![org, id])).await.expect("harmed");
            let found = d.read(move |tx| reception::rebuild(tx, org, id, false)).await;
            assert!(!found.is_empty(), "{harm}");
            let mended = d.write(move |tx| reception::rebuild(tx, org, id, true)).await.expect("mended");
            assert_eq!(found, mended);
            d.check(id).await;
            let now = (d.sessions(id).await, d.conversation(id).await.card());
            let fields = |card: &reception::Card| (card.state, card.agent, card.agent_name.clone(), card.waiting_since, card.breach_at, card.session, card.last_seq);
            assert_eq!((&now.0, fields(&now.1)), (&good.0, fields(&good.1)), "{harm}");
        }
        // What is lost for good is at least told.
        d.write(move |tx| tx.exec("DELETE FROM message WHERE org_id = $1 AND conversation_id = $2 AND seq = 2", args![org, id])).await.expect("lost");
        let found = d.read(move |tx: &mut Tx<'_>| reception::rebuild(tx, org, id, false)).await;
        assert!(found.iter().any(|line| line.contains("messages up to number")), "{found:?}");
    }

    async fn all_conversations_are_gone_through_in_slices(db: &TestDb) {
        let d = desk(db).await;
        for _ in 0..7 { d.talk(NOW, &d.man).await; }
        let org = d.org;
        let (mut after, mut seen) = (Id::NONE, Vec::new());
        loop {
            let ids = d.read(move |tx| reception::ids_after(tx, org, after, 3)).await;
            let Some(last) = ids.last() else { break };
            after = *last;
            seen.extend(ids);
        }
        let mut sorted = seen.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!((seen.len(), sorted), (7, seen));
    }
}
