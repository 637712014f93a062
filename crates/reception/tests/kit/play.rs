//! Short names for the verbs, and the clock.

use base::{Actor, Id, Ms, Problem};
use reception::{BuyerSays, Card, Conversation, Message, Say, Saying, Session, To};
use store::Tx;

use super::{Desk, fresh};

pub(crate) fn text(words: &str) -> Saying {
    Saying::Text { text: words.into() }.check().expect("a text")
}

pub(crate) fn say(conversation: Id, words: &str) -> Say {
    Say {
        conversation,
        client_id: fresh("c"),
        saying: text(words),
        quote: None,
        typed_ms: None,
        promise_ms: None,
        confirmed: Some(Vec::new()),
        filled: None,
    }
}

pub(crate) fn as_buyer(shop: Id, words: &str) -> BuyerSays {
    BuyerSays {
        shop,
        client_id: fresh("b"),
        saying: text(words),
        quote: None,
        stage: None,
        language: None,
    }
}

/// An inside note.
pub(crate) fn note(conversation: Id, words: &str) -> Say {
    let saying = Saying::Note {
        text: words.into(),
        mentions: Vec::new(),
    };
    Say {
        saying,
        ..say(conversation, "-")
    }
}

pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, Problem>) -> String {
    result.expect_err("refused").code.to_string()
}

impl Desk {
    pub(crate) async fn buyer_says(
        &self,
        now: Ms,
        who: &Actor,
        says: BuyerSays,
    ) -> Result<(Message, Card), Problem> {
        let who = who.clone();
        self.write(move |tx| reception::buyer_says(tx, now, &who, &says))
            .await
    }

    /// The buyer writes to the shop they visit.
    pub(crate) async fn asks(&self, now: Ms, who: &Actor, words: &str) -> Card {
        let base::Shops::Only(shops) = &who.shops else {
            panic!("a buyer")
        };
        self.buyer_says(now, who, as_buyer(shops[0], words))
            .await
            .expect("taken")
            .1
    }

    pub(crate) async fn say(&self, now: Ms, who: &Actor, say: Say) -> Result<(Message, Card), Problem> {
        let who = who.clone();
        self.write(move |tx| reception::say(tx, now, &who, &say)).await
    }

    /// The agent writes to the buyer.
    pub(crate) async fn answers(&self, now: Ms, who: &Actor, conversation: Id, words: &str) -> Message {
        self.say(now, who, say(conversation, words))
            .await
            .expect("said")
            .0
    }

    pub(crate) async fn claim(&self, now: Ms, who: &Actor, id: Id) -> Result<Card, Problem> {
        let who = who.clone();
        self.write(move |tx| reception::claim(tx, now, &who, id)).await
    }

    pub(crate) async fn transfer(&self, now: Ms, who: &Actor, id: Id, to: To) -> Result<Card, Problem> {
        let who = who.clone();
        self.write(move |tx| reception::transfer(tx, now, &who, id, to, "请接一下"))
            .await
    }

    pub(crate) async fn release(&self, now: Ms, who: &Actor, id: Id) -> Result<Card, Problem> {
        let who = who.clone();
        self.write(move |tx| reception::release(tx, now, &who, id, "误接"))
            .await
    }

    pub(crate) async fn take_over(&self, now: Ms, who: &Actor, id: Id) -> Result<Card, Problem> {
        let who = who.clone();
        self.write(move |tx| reception::take_over(tx, now, &who, id))
            .await
    }

    pub(crate) async fn close(
        &self,
        now: Ms,
        who: &Actor,
        id: Id,
        reason: Option<&'static str>,
    ) -> Result<Card, Problem> {
        let who = who.clone();
        self.write(move |tx| reception::close(tx, now, &who, id, reason))
            .await
    }

    pub(crate) async fn reopen(&self, now: Ms, who: &Actor, id: Id) -> Result<Card, Problem> {
        let who = who.clone();
        self.write(move |tx| reception::reopen(tx, now, &who, id)).await
    }

    pub(crate) async fn mark(
        &self,
        now: Ms,
        who: &Actor,
        id: Id,
        mark: reception::Mark,
    ) -> Result<Card, Problem> {
        let who = who.clone();
        self.write(move |tx| reception::mark(tx, now, &who, id, &mark))
            .await
    }

    pub(crate) async fn reads(&self, who: &Actor, id: Id, seq: i64) {
        let who = who.clone();
        self.write(move |tx| reception::read(tx, &who, id, seq))
            .await
            .expect("read");
    }

    /// Deals the queue until nothing more can be dealt.
    pub(crate) async fn deal(&self, now: Ms) -> Vec<reception::Place> {
        let org = self.org;
        loop {
            let dealt = self
                .write(move |tx| reception::deal(tx, now, org))
                .await
                .expect("dealt");
            if !dealt.more {
                return dealt.places;
            }
        }
    }

    /// A conversation with an agent of the tea shop, answered nothing yet.
    pub(crate) async fn talk(&self, now: Ms, agent: &Actor) -> (Actor, Id) {
        let buyer = self.buyer().await;
        let id = self.asks(now, &buyer, "在吗").await.id;
        self.claim(now, agent, id).await.expect("claimed");
        (buyer, id)
    }

    pub(crate) async fn conversation(&self, id: Id) -> Conversation {
        let org = self.org;
        self.read(move |tx| Conversation::load(tx, org, id))
            .await
            .expect("a conversation")
    }

    pub(crate) async fn messages(&self, id: Id) -> Vec<Message> {
        let org = self.org;
        self.read(move |tx| Message::page(tx, org, id, Some(0), None, 100_000))
            .await
    }

    /// What happened, by the names of the system messages.
    pub(crate) async fn events(&self, id: Id) -> Vec<String> {
        let system = self
            .messages(id)
            .await
            .into_iter()
            .filter(|m| m.kind == reception::Kind::System);
        system
            .map(|m| body(&m)["event"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Sessions, the first first.
    pub(crate) async fn sessions(&self, id: Id) -> Vec<Session> {
        let who = Actor::program(self.org);
        let mut sessions = self.read(move |tx| reception::sessions(tx, &who, id)).await;
        sessions.reverse();
        sessions
    }

    /// Nothing may differ from what the messages say.
    pub(crate) async fn check(&self, id: Id) {
        let org = self.org;
        let differs = self.read(move |tx| reception::rebuild(tx, org, id, false)).await;
        assert_eq!(differs, Vec::<String>::new());
    }

    /// Does what is due at `now`, as the program's loop does it.
    pub(crate) async fn tick(&self, now: Ms) -> usize {
        let mut count = 0;
        loop {
            let jobs = self
                .write(move |tx| tx.claim_jobs(now, 30_000, 64))
                .await
                .expect("claimed");
            if jobs.is_empty() {
                return count;
            }
            for job in jobs {
                count += 1;
                let ring = move |tx: &mut Tx<'_>| {
                    if tx.finish_job(&job)? && !reception::run_job(tx, now, &job)? {
                        assert!(!job.kind.starts_with("reception."), "{}", job.kind);
                    }
                    Ok(())
                };
                self.write(ring).await.expect("rung");
            }
        }
    }

    /// Lets time pass up to `to`, every clock ringing when it is due.
    pub(crate) async fn until(&self, to: Ms) {
        while let Some(due) = self.read(|tx| tx.next_job()).await.filter(|due| *due <= to) {
            self.tick(due).await;
        }
    }
}

/// A message's body.
pub(crate) fn body(message: &Message) -> serde_json::Value {
    serde_json::from_str(message.body.get()).expect("a body")
}
