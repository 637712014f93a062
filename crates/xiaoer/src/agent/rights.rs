//! What the person behind an agent's socket may: looked at again when the team's room says that it changed, before
//! anything more is told or written.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use base::{Actor, Id, Permission, Problem, Topic};
use hub::Seat;
use team::http::who_asks;

use super::{Agent, Told};

impl Agent {
    /// Looks again who is behind the socket as often as it was asked to; answers whether they may something else
    /// now. While that cannot be found out, it stays asked.
    pub(super) async fn ask_again(&mut self, seat: &mut Seat) -> Result<bool, Problem> {
        let mut changed = false;
        while seat.was_asked() {
            match self.look_again(seat).await {
                Ok(other) => changed |= other,
                Err(problem) => {
                    seat.ask();
                    return Err(problem);
                }
            }
        }
        Ok(changed)
    }

    /// Looks again who is behind the socket: somebody who signed out, was disabled or lost a right must not go on
    /// as before. Answers whether they may something else now.
    pub(super) async fn look_again(&mut self, seat: &mut Seat) -> Result<bool, Problem> {
        let (who, _) = who_asks(&self.app.edge, &self.headers).await?;
        if who.permissions == self.who.permissions && who.shops == self.who.shops {
            return Ok(false);
        }
        self.move_in(seat, who).await?;
        Ok(true)
    }

    /// Frames are about to be handed out after rights changed: with other rights none of them is, as the client
    /// reads all anew.
    pub(super) async fn hold_back(&mut self, seat: &mut Seat, frames: &mut VecDeque<Arc<str>>) {
        let instead = match self.ask_again(seat).await {
            Ok(false) => return,
            // Told by moving in.
            Ok(true) => None,
            Err(problem) if problem.status == 401 => Some(self.bye().await),
            Err(_) => Some(r#"{"on":"resync"}"#.into()),
        };
        frames.clear();
        frames.extend(instead);
    }

    /// The last frame of a socket behind which nobody is any more.
    pub(super) async fn bye(&self) -> Arc<str> {
        let (org, person) = (self.who.org, self.person);
        let found = self
            .app
            .edge
            .db
            .read(move |tx| team::person(tx, org, person))
            .await;
        if found.is_ok_and(|found| found.is_none_or(|one| one.disabled)) {
            r#"{"on":"bye","why":"disabled"}"#.into()
        } else {
            r#"{"on":"bye","why":"signed_out"}"#.into()
        }
    }

    /// Other rights, other lists: listens to what is in scope now and tells the client to read anew. What waits was
    /// told by the old rights and goes.
    async fn move_in(&mut self, seat: &mut Seat, who: Actor) -> Result<(), Problem> {
        let shops = self.shops(&who).await?;
        for shop in std::mem::take(&mut self.shops) {
            for topic in [
                Topic::Shop(shop),
                Topic::Desk(shop),
                Topic::ShopQueue(shop),
                Topic::ShopMessages(shop),
            ] {
                seat.ignore(topic);
            }
        }
        for conversation in std::mem::take(&mut self.open) {
            seat.ignore(Topic::Conversation(conversation));
            self.app.viewers.leave(&self.app.hub, conversation, self.socket);
        }
        seat.forget();
        self.who = who;
        self.moved = true;
        self.listen(seat, &shops);
        self.shops = shops;
        seat.push(r#"{"on":"resync"}"#.into());
        Ok(())
    }

    /// The shops whose lists somebody sees.
    pub(super) async fn shops(&self, who: &Actor) -> Result<Vec<Id>, Problem> {
        let who = who.clone();
        self.app
            .edge
            .db
            .read(move |tx| Ok(team::shops(tx, &who)?.into_iter().map(|s| s.id).collect()))
            .await
    }

    /// Listens to what is told of these shops, as far as the person may hear it.
    pub(super) fn listen(&self, seat: &mut Seat, shops: &[Id]) {
        seat.listen(Topic::Org(self.who.org));
        seat.listen(Topic::Cursor);
        for shop in shops {
            if self.who.may(Permission::SeeOrders) {
                seat.listen(Topic::Desk(*shop));
            }
            if self.who.may(Permission::SeeAllTalks) {
                seat.listen(Topic::Shop(*shop));
            } else if self.who.may(Permission::Talk) {
                seat.listen(Topic::ShopQueue(*shop));
            }
        }
    }

    /// Takes out what is about talks the person may not see. After a change of rights their old talks are theirs
    /// until they are back in the queue, and what is said there is told to whoever has them.
    pub(super) async fn leave_out_unseen(&self, frames: &mut VecDeque<Arc<str>>) {
        // That a talk is another's tells nothing of it.
        let about = |frame: &str| {
            let told = serde_json::from_str::<Told>(frame).ok()?;
            told.about().filter(|_| told.on != "gone")
        };
        let ids: BTreeSet<Id> = frames.iter().filter_map(|frame| about(frame)).collect();
        if ids.is_empty() {
            return;
        }
        let (who, ids) = (self.who.clone(), Vec::from_iter(ids));
        let seen = self
            .app
            .edge
            .db
            .read(move |tx| reception::cards(tx, &who, &ids))
            .await;
        let seen: BTreeSet<Id> = seen.unwrap_or_default().iter().map(|card| card.id).collect();
        frames.retain(|frame| about(frame).is_none_or(|id| seen.contains(&id)));
    }
}
