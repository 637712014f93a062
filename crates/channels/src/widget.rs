//! The buyer's door: what docs/sockets.md says of `/widget/v1/socket`.

use std::collections::VecDeque;
use std::sync::Arc;

use base::{Actor, Id, Live, Ms, Problem, Topic, clean_line};
use hub::Seat;
use hub::http::{Door, fields};
use reception::{Answer, BuyerSays, Card, Conversation, Language, Message, Saying, Stage, State, WEB};
use serde::Deserialize;
use serde_json::{Value, json};
use store::Tx;
use team::Shop;

use crate::http::Desk;
use crate::identity::{Signed, verify};
use crate::lifting::Lifting;
use crate::limits::{Bucket, Greeted, Key, Slot};
use crate::pages::Page;
use crate::rules::{ADDRESS_MESSAGES, ADDRESS_SOCKETS, MENU, VISITOR_MESSAGES};
use crate::visitor::{Visitor, new_token, token_hash};

/// Commands of any kind one socket may give in [`COMMANDS_PER_MS`]: far more than a person at a widget does, and far
/// fewer than it takes to keep a screen of the team, or the database, busy. Messages have limits of their own.
const COMMANDS_MOST: i64 = 600;
const COMMANDS_PER_MS: i64 = 60_000;

/// One socket of a buyer.
pub(crate) struct Widget {
    pub(crate) desk: Desk,
    pub(crate) org: Id,
    pub(crate) shop: Shop,
    pub(crate) address: String,
    /// What lifts its limits.
    pub(crate) lifting: Option<Lifting>,
    /// Its place among the sockets of the address; none while its limits are lifted.
    pub(crate) slot: Option<Slot>,
    /// Says that the visitor is here, since their hello.
    pub(crate) greeted: Option<Greeted>,
    pub(crate) visitor: Option<Visitor>,
    pub(crate) conversation: Option<Id>,
    /// What the shop's page says is looked at.
    pub(crate) page: Option<Page>,
    /// What the widget speaks, since its hello.
    pub(crate) language: Option<Language>,
    /// This socket among all of the program.
    pub(crate) socket: u64,
    /// Commands it may still give.
    pub(crate) commands: Bucket,
    pub(crate) most: Most,
}

/// The limits of the shop, read when the socket opens.
#[derive(Clone, Copy, Default)]
pub(crate) struct Most {
    visitor: i64,
    address: i64,
    /// Sockets of an address.
    pub(crate) sockets: i64,
}

impl Most {
    pub(crate) fn of(tx: &mut Tx<'_>, org: Id, shop: Id) -> Result<Most, Problem> {
        let number =
            |tx: &mut Tx<'_>, setting| team::setting(tx, org, shop, setting).map(|v| v.as_i64().unwrap_or(1));
        Ok(Most {
            visitor: number(tx, &VISITOR_MESSAGES)?,
            address: number(tx, &ADDRESS_MESSAGES)?,
            sockets: number(tx, &ADDRESS_SOCKETS)?,
        })
    }
}

#[derive(Deserialize)]
struct Hello {
    #[serde(default)]
    visitor: Option<String>,
    #[serde(default)]
    identity: Option<Signed>,
    #[serde(default)]
    page: Option<Page>,
    /// A tag such as `en-GB`.
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    after: Option<i64>,
}

#[derive(Deserialize)]
struct Send {
    client_id: String,
    #[serde(flatten)]
    saying: Saying,
    #[serde(default)]
    quote: Option<i64>,
    #[serde(default)]
    stage: Option<Stage>,
}

#[derive(Deserialize)]
struct History {
    #[serde(default)]
    before: Option<i64>,
    #[serde(default)]
    after: Option<i64>,
    #[serde(default)]
    limit: Option<usize>,
}

#[derive(Deserialize)]
struct Typing {
    on: bool,
    #[serde(default)]
    text: Option<String>,
}

#[derive(Deserialize)]
struct Seq {
    seq: i64,
}

#[derive(Deserialize)]
struct Answering {
    seq: i64,
    #[serde(flatten)]
    answer: Answer,
}

#[derive(Deserialize)]
struct Rating {
    session: i64,
    score: i64,
    #[serde(default)]
    comment: Option<String>,
}

#[derive(Deserialize)]
struct Offline {
    name: String,
    contact: String,
    text: String,
    client_id: String,
}

impl Door for Widget {
    async fn command(&mut self, seat: &mut Seat, name: &str, frame: &str) -> Result<String, Problem> {
        self.look_again(seat).await?;
        if self.lifting.is_none() {
            self.commands
                .take(self.desk.edge.now(), COMMANDS_MOST, COMMANDS_PER_MS)?;
        }
        let ok = match name {
            "hello" => self.hello(seat, fields(frame)?).await?,
            "ping" => json!({"at": self.desk.edge.now()}),
            _ if self.visitor.is_none() => {
                return Err(Problem::new(
                    409,
                    "not_hello",
                    "The first command of a socket is hello.",
                ));
            }
            "send" => self.send(seat, fields(frame)?).await?,
            "history" => self.history(fields(frame)?).await?,
            "typing" => self.typing(&fields(frame)?).await?,
            "read" => self.read(fields::<Seq>(frame)?.seq).await?,
            "page" => self.look(fields(frame)?),
            "recall" => self.recall(fields::<Seq>(frame)?.seq).await?,
            "answer" => self.answer(fields(frame)?).await?,
            "delivery" => self.delivery(fields::<Seq>(frame)?.seq).await?,
            "rate" => self.rate(fields(frame)?).await?,
            "end" => self.end().await?,
            "offline" => self.offline(seat, fields(frame)?).await?,
            _ => return Err(Problem::new(422, "unknown_command", "There is no such command.")),
        };
        Ok(ok.to_string())
    }

    async fn handing_out(&mut self, seat: &mut Seat, _frames: &mut VecDeque<Arc<str>>) {
        // What could not be found out stays asked.
        let _ = self.look_again(seat).await;
    }

    async fn tick(&mut self, seat: &mut Seat) -> bool {
        if let Some(lifting) = &mut self.lifting {
            lifting.tick(seat);
            let _ = self.look_again(seat).await;
        }
        true
    }

    async fn gone(self) {
        if let Some(conversation) = self.conversation {
            self.tell_typing(conversation, false, None);
            self.desk.pages.leave(&self.desk.hub, conversation, self.socket);
        }
    }
}

impl Widget {
    async fn hello(&mut self, seat: &mut Seat, hello: Hello) -> Result<Value, Problem> {
        let (now, org, shop) = (self.desk.edge.now(), self.org, self.shop.id);
        let (token, visitor) = self.visitor_of(now, hello.visitor, hello.identity).await?;
        let customer = visitor.customer;
        self.greeted = Some(
            self.desk
                .limits
                .greet(shop, &visitor.token, self.lifting.is_some()),
        );
        self.visitor = Some(visitor);
        self.page = hello.page.map(Page::clean);
        self.language = hello.language.as_deref().and_then(Language::of);
        let found = self
            .desk
            .edge
            .db
            .read(move |tx| match customer {
                Some(customer) => Ok(Conversation::of_buyer(tx, org, shop, customer, WEB)?.map(|c| c.id)),
                None => Ok(None),
            })
            .await?;
        // Listening comes before reading, so that nothing falls between the two.
        match found {
            Some(conversation) => self.listen(seat, conversation),
            None => self.turn_away(seat),
        }
        self.state(now, token, hello.after).await
    }

    /// The token to go on with, and who that is. A token for whose owner the shop vouched leads to them with a
    /// signature only: without one, whoever sits at that browser now is a stranger with a token of their own.
    async fn visitor_of(
        &self,
        now: Ms,
        token: Option<String>,
        signed: Option<Signed>,
    ) -> Result<(String, Visitor), Problem> {
        let (org, shop) = (self.org, self.shop.id);
        let token = match token.filter(|token| token_hash(token).is_some()) {
            Some(token) => token,
            None => new_token()?,
        };
        let find = token_hash(&token).ok_or_else(Problem::internal)?;
        let found = self
            .desk
            .edge
            .db
            .read(move |tx| Visitor::find(tx, org, shop, find.clone()))
            .await?;
        match signed {
            Some(signed) => Ok((token, self.prove(now, found, &signed).await?)),
            None if !found.vouched => Ok((token, found)),
            None => {
                let token = new_token()?;
                let hash = token_hash(&token).ok_or_else(Problem::internal)?;
                Ok((token, Visitor::stranger(org, shop, hash)))
            }
        }
    }

    /// Everything a widget shows when it opens.
    async fn state(&mut self, now: Ms, token: String, after: Option<i64>) -> Result<Value, Problem> {
        let (org, shop, conversation) = (self.org, self.shop.id, self.conversation);
        let (name, color) = (self.shop.name.clone(), self.shop.color.clone());
        let place = conversation.and_then(|id| self.desk.places.of(org, id));
        let queue = place.map(|p| json!({"place": p.place, "wait_s": p.wait_s}));
        let mut ok = self
            .desk
            .edge
            .db
            .read(move |tx| {
                let (_, rules) = reception::Rules::now(tx, org, shop)?;
                let open = rules.calendar.is_open(now);
                let menu = team::setting(tx, org, shop, &MENU)?;
                let shop_view = json!({
                    "name": name, "color": color, "open": open,
                    "opens_at": rules.calendar.next_open(now).filter(|_| !open), "menu": menu,
                    "limits": {"text": reception::TEXT_LIMIT, "image_bytes": store::IMAGE_LIMIT, "voice_ms": reception::VOICE_LIMIT_MS},
                });
                let Some(id) = conversation else {
                    return Ok(json!({"shop": shop_view, "conversation": null, "state": null, "agent": null,
                                     "messages": [], "agent_read_seq": 0, "buyer_read_seq": 0, "invite": null}));
                };
                let c = Conversation::load(tx, org, id)?.ok_or_else(Problem::not_found)?;
                let messages = Message::page(tx, org, id, after, None, if after.is_some() { 200 } else { 50 })?;
                let shown: Vec<_> = messages.iter().map(Message::for_buyer).collect();
                let agent = c.agent_name.as_ref().filter(|_| c.state == State::Open);
                Ok(json!({
                    "shop": shop_view, "conversation": id, "state": c.state, "agent": agent.map(|name| json!({"name": name})),
                    "messages": shown, "agent_read_seq": c.agent_read_seq,
                    "buyer_read_seq": c.buyer_read_seq, "invite": reception::pending(tx, &c)?,
                }))
            })
            .await?;
        ok["visitor"] = json!(token);
        ok["queue"] = json!(queue);
        Ok(ok)
    }

    /// Joins a signed identity with this visitor.
    async fn prove(&self, now: Ms, mut visitor: Visitor, signed: &Signed) -> Result<Visitor, Problem> {
        let (org, shop) = (self.org, self.shop.id);
        let secret = self
            .desk
            .edge
            .db
            .read(move |tx| team::identity_secret(tx, org, shop))
            .await?;
        let secret = secret.ok_or_else(|| {
            Problem::new(
                403,
                "identity_invalid",
                "The shop has no secret for identities yet.",
            )
        })?;
        let vouched = verify(now, &secret, signed)?;
        let found = visitor.clone();
        let proved = self
            .desk
            .edge
            .db
            .write(move |tx| {
                // The token leads to the proven customer from now on, also for uploads.
                let before = match found.clone().actor(tx, now)?.who {
                    base::Who::Buyer(visitor) => Some(visitor),
                    _ => None,
                };
                let proved =
                    customers::prove(tx, now, org, shop, &vouched.sub, vouched.name.as_deref(), before)?;
                customers::vouch_visitor(tx, org, shop, &found.token)?;
                reception::customer_proved(tx, now, org, shop, proved.customer, proved.merged)?;
                Ok(proved)
            })
            .await?;
        visitor.customer = Some(proved.customer);
        Ok(visitor)
    }

    /// Listens to the former conversation no more.
    fn turn_away(&mut self, seat: &mut Seat) {
        if let Some(former) = self.conversation.take() {
            seat.ignore(Topic::Buyer(former));
            self.desk.pages.leave(&self.desk.hub, former, self.socket);
        }
    }

    fn listen(&mut self, seat: &mut Seat, conversation: Id) {
        if self.conversation != Some(conversation) {
            self.turn_away(seat);
        }
        self.conversation = Some(conversation);
        seat.listen(Topic::Buyer(conversation));
        if let Some(page) = self.page.clone() {
            self.desk
                .pages
                .look(&self.desk.hub, conversation, self.socket, page);
        }
    }

    /// The shop's page shows something else now.
    fn look(&mut self, page: Page) -> Value {
        let page = page.clean();
        if let Some(conversation) = self.conversation {
            self.desk
                .pages
                .look(&self.desk.hub, conversation, self.socket, page.clone());
        }
        self.page = Some(page);
        json!({})
    }

    async fn send(&mut self, seat: &mut Seat, send: Send) -> Result<Value, Problem> {
        if matches!(
            send.saying,
            Saying::Note { .. } | Saying::Coupon { .. } | Saying::Form { .. }
        ) {
            return Err(Problem::input(
                "kind",
                "choice_unknown",
                "A buyer sends text, image, voice, file or product.",
            ));
        }
        self.allow()?;
        reception::check_client_id(&send.client_id)?;
        let saying = send.saying.check()?;
        let says = BuyerSays {
            shop: self.shop.id,
            client_id: send.client_id,
            saying,
            quote: send.quote,
            stage: send.stage,
            language: self.language,
        };
        let (message, card) = self.say(seat, says, None).await?;
        let place = self
            .desk
            .places
            .of(self.org, card.id)
            .filter(|_| card.state == State::Queued);
        Ok(json!({
            "message": message.for_buyer(),
            "queue": place.map(|p| json!({"place": p.place, "wait_s": p.wait_s})),
        }))
    }

    /// Says something, with how to reach them if they leave that, and when it began the conversation, listens from
    /// here on and reads what came in between.
    async fn say(
        &mut self,
        seat: &mut Seat,
        says: BuyerSays,
        contact: Option<customers::NewContact>,
    ) -> Result<(Message, Card), Problem> {
        let now = self.desk.edge.now();
        let visitor = self.visitor.clone().ok_or_else(Problem::internal)?;
        let (visitor, message, card) = self
            .desk
            .edge
            .db
            .write(move |tx| {
                let mut visitor = visitor.clone();
                let who = visitor.actor(tx, now)?;
                let (message, card) = reception::buyer_says(tx, now, &who, &says)?;
                if let (Some(told), base::Who::Buyer(own)) = (&contact, who.who) {
                    customers::keep_contact(tx, now, &who, own, told)?;
                }
                Ok((visitor, message, card))
            })
            .await?;
        self.visitor = Some(visitor);
        if self.conversation != Some(card.id) {
            self.listen(seat, card.id);
            let (org, id) = (self.org, card.id);
            let missed = self
                .desk
                .edge
                .db
                .read(move |tx| Message::page(tx, org, id, Some(0), None, 200))
                .await?;
            let frame = |message: &Message| {
                json!({"on": "message", "message": message.for_buyer()})
                    .to_string()
                    .into()
            };
            seat.push_first(missed.iter().map(frame));
        }
        Ok((message, card))
    }

    fn allow(&self) -> Result<(), Problem> {
        if self.lifting.is_some() {
            return Ok(());
        }
        let (now, shop) = (self.desk.edge.now(), self.shop.id);
        let visitor = self.visitor.as_ref().map(|v| v.token.clone()).unwrap_or_default();
        self.desk.limits.take(
            now,
            shop,
            Key::VisitorMessages(visitor),
            self.most.visitor,
            60_000,
        )?;
        self.desk.limits.take(
            now,
            shop,
            Key::AddressMessages(self.address.clone()),
            self.most.address,
            60_000,
        )
    }

    /// The buyer as an actor and their conversation. Another window of theirs may have proved meanwhile who
    /// they are.
    async fn buyer(&self) -> Result<(Actor, Id), Problem> {
        let customer = self
            .visitor
            .as_ref()
            .and_then(|v| v.customer)
            .ok_or_else(Problem::not_found)?;
        let conversation = self.conversation.ok_or_else(Problem::not_found)?;
        let org = self.org;
        let customer = self
            .desk
            .edge
            .db
            .read(move |tx| customers::survivor(tx, org, customer))
            .await?;
        Ok((Actor::buyer(self.org, self.shop.id, customer), conversation))
    }

    async fn history(&self, asked: History) -> Result<Value, Problem> {
        let (who, id) = self.buyer().await?;
        let messages = self
            .desk
            .edge
            .db
            .read(move |tx| {
                Conversation::of(tx, &who, id)?;
                Message::page(
                    tx,
                    who.org,
                    id,
                    asked.after,
                    asked.before,
                    asked.limit.unwrap_or(50).clamp(1, 200),
                )
            })
            .await?;
        Ok(json!({"messages": messages.iter().map(Message::for_buyer).collect::<Vec<_>>()}))
    }

    async fn typing(&self, typing: &Typing) -> Result<Value, Problem> {
        let (who, id) = self.buyer().await?;
        let text = typing.text.as_deref().map(|text| base::snippet(text, 200));
        let text = match text {
            Some(text) => {
                let shop = self.shop.id;
                let rules = self
                    .desk
                    .edge
                    .db
                    .read(move |tx| reception::Rules::now(tx, who.org, shop))
                    .await?
                    .1;
                Some(text).filter(|_| rules.is_on(&reception::TYPING_PREVIEW))
            }
            None => None,
        };
        self.tell_typing(id, typing.on, text);
        Ok(json!({}))
    }

    fn tell_typing(&self, conversation: Id, on: bool, text: Option<String>) {
        let frame =
            json!({"on": "typing", "conversation": conversation, "by": "buyer", "typing": on, "text": text});
        self.desk.hub.publish(&Live {
            topics: vec![Topic::Conversation(conversation)],
            frame: frame.to_string().into(),
        });
    }

    async fn read(&self, seq: i64) -> Result<Value, Problem> {
        let (who, id) = self.buyer().await?;
        self.desk
            .edge
            .db
            .write(move |tx| reception::read(tx, &who, id, seq))
            .await?;
        Ok(json!({}))
    }

    async fn recall(&self, seq: i64) -> Result<Value, Problem> {
        let ((who, id), now) = (self.buyer().await?, self.desk.edge.now());
        let (message, _) = self
            .desk
            .edge
            .db
            .write(move |tx| reception::recall(tx, now, &who, id, seq))
            .await?;
        Ok(json!({"message": message.for_buyer()}))
    }

    async fn answer(&self, asked: Answering) -> Result<Value, Problem> {
        let ((who, id), now) = (self.buyer().await?, self.desk.edge.now());
        let write = move |tx: &mut Tx<'_>| reception::answer(tx, now, &who, id, asked.seq, &asked.answer);
        let message = self.desk.edge.db.write(write).await?;
        Ok(json!({"message": message.for_buyer()}))
    }

    async fn delivery(&self, seq: i64) -> Result<Value, Problem> {
        self.allow()?;
        let ((who, id), now) = (self.buyer().await?, self.desk.edge.now());
        let write = move |tx: &mut Tx<'_>| reception::delivery(tx, now, &who, id, seq);
        let delivery = self.desk.edge.db.write(write).await?;
        serde_json::to_value(delivery).map_err(|_| Problem::internal())
    }

    async fn rate(&self, rating: Rating) -> Result<Value, Problem> {
        let ((who, id), now) = (self.buyer().await?, self.desk.edge.now());
        let write = move |tx: &mut Tx<'_>| {
            reception::rate(
                tx,
                now,
                &who,
                id,
                rating.session,
                rating.score,
                rating.comment.as_deref(),
            )
        };
        self.desk.edge.db.write(write).await?;
        Ok(json!({}))
    }

    async fn end(&self) -> Result<Value, Problem> {
        let ((who, id), now) = (self.buyer().await?, self.desk.edge.now());
        self.desk
            .edge
            .db
            .write(move |tx| reception::leave(tx, now, &who, id))
            .await?;
        Ok(json!({}))
    }

    /// A message out of hours: the words go into the conversation, the contact to the customer's
    /// secrets.
    async fn offline(&mut self, seat: &mut Seat, form: Offline) -> Result<Value, Problem> {
        self.allow()?;
        let name = clean_line("name", &form.name, 40)?;
        let contact = clean_line("contact", &form.contact, 100)?;
        let text = format!("{name} · {}\n{}", base::mask_contact(&contact), form.text);
        reception::check_client_id(&form.client_id)?;
        let saying = Saying::Text { text }.check()?;
        let says = BuyerSays {
            shop: self.shop.id,
            client_id: form.client_id,
            saying,
            quote: None,
            stage: None,
            language: self.language,
        };
        let told = customers::NewContact {
            real_name: Some(name),
            phone: Some(contact),
            address: None,
        };
        self.say(seat, says, Some(told)).await?;
        Ok(json!({}))
    }
}
