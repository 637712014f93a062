//! Plays one talk over real sockets: the buyer's side, and the agent's where a robot took it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};

use super::content::{Deed, Side, Talk, Turn, asset};
use super::facts::ShopFacts;
use super::player::Stage;
use super::robot::Robot;
use super::wire::{Lost, Wire};

/// The longest pause that is really waited out, s: scripts hold pauses of half an hour.
const PAUSE_S: i64 = 60;
/// How long a buyer waits for a person, s.
const PATIENCE_S: i64 = 180;
/// How often a robot tries to take a buyer, every few seconds.
const TRIES: usize = 20;
const CLOSE_REASON: &str = "已解答，买家稍后处理";

/// Who speaks to the buyer.
enum Desk {
    /// Nobody yet.
    Nobody,
    /// A robot.
    Robot(Arc<Robot>),
    /// A person: the buyer follows them.
    Person,
}

/// One talk that is being played.
pub(crate) struct Playing {
    stage: Arc<Stage>,
    talk: Arc<Talk>,
    shop: ShopFacts,
    /// Chooses wordings and robots.
    seed: u64,
    wire: Option<Wire>,
    visitor: String,
    conversation: Option<i64>,
    desk: Desk,
    /// The agent said something since the buyer's last words.
    answered: bool,
    /// Last number seen, the last order card, the session that may be rated.
    last_seq: i64,
    order_card: Option<i64>,
    invite: Option<i64>,
    sent: u64,
}

impl Playing {
    pub(crate) fn new(stage: Arc<Stage>, talk: Arc<Talk>, seed: u64) -> Option<Playing> {
        let shop = stage.facts.shops.get(&talk.shop)?.clone();
        Some(Playing {
            stage,
            talk,
            shop,
            seed,
            wire: None,
            visitor: String::new(),
            conversation: None,
            desk: Desk::Nobody,
            answered: false,
            last_seq: 0,
            order_card: None,
            invite: None,
            sent: 0,
        })
    }

    /// Plays it to its end. `lingers`: the buyer waits in the queue for a while first.
    pub(crate) async fn play(&mut self, lingers: bool) -> Result<(), Lost> {
        self.enter().await?;
        let talk = Arc::clone(&self.talk);
        for (index, turn) in talk.turns.iter().enumerate() {
            match turn.by {
                Side::Buyer => self.buyer(turn).await?,
                Side::Agent => {
                    if matches!(self.desk, Desk::Nobody) {
                        self.find_desk(lingers).await?;
                    }
                    self.agent(turn, index).await?;
                }
            }
        }
        if matches!(self.desk, Desk::Nobody) {
            self.find_desk(lingers).await?;
        }
        self.finish().await
    }

    /// Whether a person has the talk.
    pub(crate) fn with_person(&self) -> bool {
        matches!(self.desk, Desk::Person)
    }

    async fn enter(&mut self) -> Result<(), Lost> {
        let url = self
            .stage
            .http
            .socket(&format!("/widget/v1/socket?shop={}", self.shop.key));
        let mut wire = Wire::open(&url, None).await?;
        let ok = wire.ask("hello", self.hello()).await?;
        self.visitor = ok["visitor"].as_str().unwrap_or_default().to_owned();
        let last = ok["messages"].as_array().and_then(|all| all.last());
        let last = last.and_then(|message| message["seq"].as_i64());
        self.last_seq = self.last_seq.max(last.unwrap_or(0));
        self.wire = Some(wire);
        Ok(())
    }

    /// Who the buyer is and what they look at.
    fn hello(&self) -> Value {
        let mut hello = json!({"locale": if self.talk.lang == "en" { "en" } else { "zh-CN" }});
        if !self.visitor.is_empty() {
            hello["visitor"] = json!(self.visitor);
            hello["after"] = json!(self.last_seq);
        }
        if let Some(code) = &self.talk.product {
            hello["page"] = json!({"url": format!("/demo/shop?product={code}"), "title": self.talk.title});
        }
        if let Some(key) = &self.talk.customer
            && let Some(nick) = self.stage.nick(key)
        {
            hello["identity"] = self.stage.signed(&self.shop.secret, key, nick);
        }
        hello
    }

    async fn buyer(&mut self, turn: &Turn) -> Result<(), Lost> {
        if turn.nudge {
            // Said only while nobody answers.
            if self.wait(turn.after, true).await? {
                return Ok(());
            }
        } else {
            self.wait(turn.after.min(PAUSE_S), false).await?;
        }
        match turn.kind {
            Deed::Leave => self.wire = None,
            Deed::Back => self.enter().await?,
            Deed::Text => {
                self.typing(&turn.text).await;
                self.send("text", json!({"text": turn.text})).await?;
            }
            Deed::Image | Deed::Voice => {
                // A talk goes on without its picture.
                if let Err(lost) = self.show(turn).await {
                    tracing::debug!(%lost, talk = self.talk.key, "a picture of the demo was not sent");
                }
            }
            Deed::Confirm => {
                if let (Some(seq), Some(wire)) = (self.order_card, &mut self.wire) {
                    wire.ask("answer", json!({"seq": seq, "answer": "confirmed"}))
                        .await?;
                }
            }
            Deed::Pay => self.pay().await,
            _ => {}
        }
        Ok(())
    }

    /// The agent sees what is being typed.
    async fn typing(&mut self, text: &str) {
        let half: String = text.chars().take(text.chars().count() / 2).collect();
        let begun = self.conversation.is_some();
        if let Some(wire) = self.wire.as_mut().filter(|_| begun) {
            let _ = wire.ask("typing", json!({"on": true, "text": half})).await;
            let _ = self.wait(2, false).await;
        }
        if let Some(wire) = self.wire.as_mut().filter(|_| begun) {
            let _ = wire.ask("typing", json!({"on": false})).await;
        }
    }

    async fn send(&mut self, kind: &str, body: Value) -> Result<(), Lost> {
        if self.wire.is_none() {
            self.enter().await?;
        }
        let Some(wire) = &mut self.wire else { return Ok(()) };
        self.sent += 1;
        let client_id = format!("demo-{:x}-{}", self.seed, self.sent);
        let mut fields = json!({"client_id": client_id, "kind": kind, "body": body});
        if self.conversation.is_none() {
            fields["stage"] = json!(self.talk.stage);
        }
        let ok = wire.ask("send", fields).await?;
        if self.conversation.is_none() {
            // The first words began it; what it is called, the door says in `hello`.
            let hello = self.hello();
            let state = match &mut self.wire {
                Some(wire) => wire.ask("hello", hello).await?,
                None => Value::Null,
            };
            self.conversation = state["conversation"].as_i64();
        }
        self.last_seq = self.last_seq.max(ok["message"]["seq"].as_i64().unwrap_or(0));
        self.answered = false;
        Ok(())
    }

    async fn show(&mut self, turn: &Turn) -> Result<(), Lost> {
        let name = turn.picture.as_ref().or(turn.voice.as_ref());
        let Some((_, file, bytes)) = name.and_then(|name| asset(name)) else {
            return Ok(());
        };
        let path = format!("/widget/v1/files?shop={}", self.shop.key);
        let kept = self.stage.http.upload(&path, &self.visitor, file, bytes).await?;
        match turn.kind {
            Deed::Voice => {
                self.send(
                    "voice",
                    json!({"file": kept["file"], "ms": turn.ms.unwrap_or(3_000)}),
                )
                .await
            }
            _ => self.send("image", json!({"file": kept["file"]})).await,
        }
    }

    /// The shop's own program says that the order was paid.
    async fn pay(&self) {
        let (Some(number), Some(token)) = (&self.talk.order, self.stage.facts.owner_token()) else {
            return;
        };
        let now = crate::clock::now();
        let version = json!({"shop": self.shop.id, "number": number, "pay_status": "paid", "paid_at": now, "changed_at": now});
        if let Err(lost) = self.stage.http.post("/api/v1/orders", token, &version).await {
            tracing::debug!(%lost, number, "an order of the demo was not paid");
        }
    }

    /// A robot takes the buyer, unless a person has them.
    async fn find_desk(&mut self, lingers: bool) -> Result<(), Lost> {
        let Some(id) = self.conversation else {
            return Ok(());
        };
        if lingers {
            let seconds = 40 + i64::try_from(self.seed % 50).unwrap_or(0);
            if self.wait(seconds, true).await? {
                return Ok(());
            }
        }
        let path = format!("/api/v1/conversations/{id}/claim");
        for _ in 0..TRIES {
            for robot in self.stage.robots_for(self.talk.stage, self.seed) {
                match self.stage.http.post(&path, &robot.token, &Value::Null).await {
                    Ok(_) => {
                        let _ = robot.ask("open", json!({"conversation": id})).await;
                        self.desk = Desk::Robot(robot);
                        return Ok(());
                    }
                    Err(lost) if lost.0 == "taken" => {
                        self.given_to_person();
                        return Ok(());
                    }
                    Err(lost) if lost.0 == "closed" => return Err(lost),
                    Err(lost) => {
                        tracing::debug!(%lost, robot = robot.login, "a buyer of the demo was not taken")
                    }
                }
            }
            if self.wait(6, true).await? {
                return Ok(());
            }
        }
        Err(Lost("nobody_free".to_owned()))
    }

    fn given_to_person(&mut self) {
        if !self.with_person() {
            self.desk = Desk::Person;
            self.stage.with_people.fetch_add(1, Ordering::Relaxed);
        }
    }

    async fn agent(&mut self, turn: &Turn, index: usize) -> Result<(), Lost> {
        let (Some(id), Desk::Robot(robot)) = (self.conversation, &self.desk) else {
            return self.wait_for_person().await;
        };
        let robot = Arc::clone(robot);
        let _ = robot
            .ask("read", json!({"conversation": id, "seq": self.last_seq}))
            .await;
        let seconds = turn.after.clamp(1, PAUSE_S);
        let typed = turn.kind == Deed::Text;
        if typed {
            let _ = robot.ask("typing", json!({"conversation": id, "on": true})).await;
        }
        self.wait(seconds, false).await?;
        if typed {
            let _ = robot
                .ask("typing", json!({"conversation": id, "on": false}))
                .await;
        }
        match self.robot_does(&robot, id, turn, index).await {
            Ok(()) => self.answered = true,
            // A person took it over: the buyer goes on with them.
            Err(lost) if lost.0 == "not_yours" || lost.0 == "not_found" => self.given_to_person(),
            Err(lost) if lost.0 == "gone" || lost.0 == "closed" => return Err(lost),
            Err(lost) => {
                tracing::debug!(%lost, talk = self.talk.key, index, "a turn of the demo was left out")
            }
        }
        Ok(())
    }

    async fn robot_does(
        &mut self,
        robot: &Arc<Robot>,
        id: i64,
        turn: &Turn,
        index: usize,
    ) -> Result<(), Lost> {
        let client_id = format!("demo-{:x}-{index}", self.seed);
        let (kind, body) = match turn.kind {
            Deed::Text => ("text", json!({"text": turn.words(self.seed >> 8, &robot.nick)})),
            Deed::Note => ("note", json!({"text": turn.text})),
            Deed::Product => {
                let Some(sku) = turn.sku.as_ref().and_then(|code| self.stage.facts.skus.get(code)) else {
                    return Ok(());
                };
                ("product", json!({"product": sku.product, "sku": sku.sku}))
            }
            Deed::Coupon => {
                let Some(coupon) = turn.coupon.as_ref().and_then(|code| self.stage.coupon(code)) else {
                    return Ok(());
                };
                ("coupon", coupon)
            }
            Deed::Order => {
                let Some(order) = self
                    .talk
                    .order
                    .as_ref()
                    .and_then(|number| self.stage.facts.orders.get(number))
                else {
                    return Ok(());
                };
                let path = format!("/api/v1/conversations/{id}/order-card");
                let body = json!({"client_id": client_id, "order": order, "confirm": true});
                return self.stage.http.post(&path, &robot.token, &body).await.map(drop);
            }
            Deed::Transfer => {
                let to = turn
                    .to
                    .as_ref()
                    .and_then(|login| self.stage.facts.people.iter().find(|p| p.login == *login));
                let Some(to) = to else { return Ok(()) };
                let path = format!("/api/v1/conversations/{id}/transfer");
                let body = json!({"to_person": to.id, "note": turn.text});
                self.stage.http.post(&path, &robot.token, &body).await?;
                match self.stage.robot(&to.login) {
                    Some(next) => self.desk = Desk::Robot(next),
                    None => self.given_to_person(),
                }
                return Ok(());
            }
            _ => return Ok(()),
        };
        let typed_ms = Some(turn.after * 1_000).filter(|_| turn.kind == Deed::Text);
        let said = json!({"conversation": id, "client_id": client_id, "kind": kind, "body": body, "typed_ms": typed_ms});
        robot.ask("send", said).await.map(drop)
    }

    /// A person's answer is waited for, once a group of agent's turns.
    async fn wait_for_person(&mut self) -> Result<(), Lost> {
        if self.answered {
            return Ok(());
        }
        if self.wait(PATIENCE_S, true).await? {
            // They may have more to say.
            self.wait(8, false).await?;
            return Ok(());
        }
        Err(Lost("impatient".to_owned()))
    }

    /// Waits so many seconds; with `for_answer`, at most until somebody answered, and says so.
    async fn wait(&mut self, seconds: i64, for_answer: bool) -> Result<bool, Lost> {
        if for_answer && self.answered {
            return Ok(true);
        }
        let pause = tokio::time::sleep(Duration::from_secs(seconds.unsigned_abs()));
        tokio::pin!(pause);
        loop {
            let Some(wire) = &mut self.wire else {
                pause.await;
                return Ok(false);
            };
            let frame = tokio::select! {
                () = &mut pause => return Ok(false),
                frame = wire.push() => frame?,
            };
            if self.heard(&frame).await && for_answer {
                return Ok(true);
            }
        }
    }

    /// Takes a frame in; answers whether an agent's message came.
    async fn heard(&mut self, frame: &Value) -> bool {
        match frame["on"].as_str() {
            Some("invite") => self.invite = frame["session"].as_i64(),
            Some("message") => {
                let message = &frame["message"];
                let seq = message["seq"].as_i64().unwrap_or(0);
                let fresh = seq > self.last_seq;
                self.last_seq = self.last_seq.max(seq);
                if message["kind"] == "order" {
                    self.order_card = Some(seq);
                }
                if message["from"] == "agent" && fresh {
                    self.answered = true;
                    if let Some(wire) = &mut self.wire {
                        let _ = wire.ask("read", json!({"seq": seq})).await;
                    }
                    if matches!(self.desk, Desk::Nobody) {
                        self.given_to_person();
                    }
                    return true;
                }
            }
            _ => {}
        }
        false
    }

    /// The robot writes down what it was about and closes; the buyer rates.
    async fn finish(&mut self) -> Result<(), Lost> {
        let (Some(id), Desk::Robot(robot)) = (self.conversation, &self.desk) else {
            return Ok(());
        };
        let robot = Arc::clone(robot);
        self.wait(12, false).await?;
        let talk = Arc::clone(&self.talk);
        let mut words = Vec::new();
        if !talk.tags.is_empty() {
            words.push(("tags", json!({"tags": talk.tags})));
        }
        if let Some(mark) = &talk.bargain_mark {
            words.push(("bargain", json!({"bargain": mark})));
        }
        if let Some(record) = &talk.record {
            words.push((
                "record",
                json!({"topic": record.topic, "solution": record.solution}),
            ));
        }
        let reason = talk.close_reason.as_deref().unwrap_or(CLOSE_REASON);
        words.push(("close", json!({"reason": reason})));
        for (verb, body) in words {
            let path = format!("/api/v1/conversations/{id}/{verb}");
            if let Err(lost) = self.stage.http.post(&path, &robot.token, &body).await {
                tracing::debug!(%lost, verb, "a talk of the demo was not wound up");
            }
        }
        let _ = robot.ask("leave", json!({"conversation": id})).await;
        let Some(rating) = &talk.rating else { return Ok(()) };
        self.wait(4, false).await?;
        if let (Some(session), Some(wire)) = (self.invite, &mut self.wire) {
            wire.ask(
                "rate",
                json!({"session": session, "score": rating.score, "comment": rating.comment}),
            )
            .await?;
        }
        Ok(())
    }
}

impl Drop for Playing {
    fn drop(&mut self) {
        if self.with_person() {
            self.stage.with_people.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
