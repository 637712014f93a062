//! Cards that ask something: orders to be confirmed, forms to be filled.

use std::collections::BTreeMap;

use base::{Id, Problem};
use reception::{Answer, FormField, Kind, Message, Say, Saying, Sender};
use serde_json::json;
use store::on_both;

use crate::kit::*;

impl Desk {
    async fn shows(&self, who: &base::Actor, id: Id, order: Id) -> Result<Message, Problem> {
        let (who, client) = (who.clone(), fresh("o"));
        self.write(move |tx| reception::send_order(tx, NOW, &who, id, &client, order, true).map(|(m, _)| m))
            .await
    }

    async fn replies(&self, who: &base::Actor, id: Id, seq: i64, answer: Answer) -> Result<Message, Problem> {
        let who = who.clone();
        self.write(move |tx| reception::answer(tx, NOW.plus(MIN), &who, id, seq, &answer))
            .await
    }
}

fn word(word: &str, note: Option<&str>) -> Answer {
    Answer {
        answer: Some(word.into()),
        note: note.map(Into::into),
        answers: None,
    }
}

fn filled(pairs: &[(&str, &str)]) -> Answer {
    let answers: BTreeMap<String, String> = pairs.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
    Answer {
        answer: None,
        note: None,
        answers: Some(answers),
    }
}

on_both! { TABLES;
    /// Row 308.
    async fn an_order_card_is_shown_to_its_proven_owner_only(db: &TestDb) {
        let d = desk(db).await;
        let far = found(&d.db, "远山数码").await;
        let owner = d.known().await;
        let order = d.order(customer(&owner), paid).await;
        let id = d.asks(NOW, &owner, "我的订单").await.id;
        assert_eq!(code(d.shows(&d.man, id, order).await), "not_yours");
        d.claim(NOW, &d.man, id).await.expect("claimed");
        let (stranger, other) = d.talk(NOW, &d.man).await;
        assert_eq!(code(d.shows(&d.man, other, order).await), "identity_not_proven");
        let known = d.known().await;
        let third = d.asks(NOW, &known, "看看订单").await.id;
        d.claim(NOW, &d.man, third).await.expect("claimed");
        assert_eq!(code(d.shows(&d.man, third, order).await), "order_not_theirs");
        // An order that an anonymous visitor is said to have proves nothing.
        let theirs = d.order(customer(&stranger), paid).await;
        assert_eq!(code(d.shows(&d.man, other, theirs).await), "identity_not_proven");
        let foreign = far.known().await;
        let far_order = far.order(customer(&foreign), paid).await;
        for unknown in [Id(12345), far_order] { assert_eq!(code(d.shows(&d.man, id, unknown).await), "not_found"); }
        let shown = d.shows(&d.man, id, order).await.expect("shown");
        let card = body(&shown);
        assert_eq!((&card["receiver"], &card["address"], &card["confirm"], &card["answer"]), (&json!("王**"), &json!("浙江省杭州市****"), &json!(true), &json!(null)));
        assert_eq!(card["lines"], json!([{"title": "明前龙井", "spec": "250 克", "quantity": 2, "price_fen": 6800}]));
        assert!(!card.to_string().contains("138"), "no phone");
        assert_eq!(d.conversation(id).await.waiting_since, None, "the agent's own message: an answer");
        d.check(id).await;
        // The same send again is the same card, also when the talk is over.
        let (man, client) = (d.man.clone(), shown.client_id.clone().expect("an id"));
        d.close(NOW, &d.man, id, Some("好")).await.expect("closed");
        let again = d.write(move |tx| reception::send_order(tx, NOW, &man, id, &client, order, true)).await.expect("found");
        assert_eq!(again.0.seq, shown.seq);
    }

    /// Rows 72 and 172: goods, price, payment and delivery; the answer is kept with card and order.
    async fn the_buyers_answer_to_an_order_card_is_kept_once(db: &TestDb) {
        let d = desk(db).await;
        let buyer = d.known().await;
        let order = d.order(customer(&buyer), |o| orders::NewOrder { payment: Some("支付宝".into()), delivery: Some("顺丰".into()), ..paid(o) }).await;
        let id = d.asks(NOW, &buyer, "确认下").await.id;
        d.claim(NOW, &d.man, id).await.expect("claimed");
        let shown = d.shows(&d.man, id, order).await.expect("shown");
        assert_eq!((&body(&shown)["pay"], &body(&shown)["ship"], &body(&shown)["total_fen"]), (&json!("支付宝"), &json!("顺丰"), &json!(13_600)));
        for wrong in [word("maybe", None), Answer { answer: None, note: None, answers: None }] {
            assert_eq!(code(d.replies(&buyer, id, shown.seq, wrong).await), "choice_unknown");
        }
        assert_eq!(code(d.replies(&d.man, id, shown.seq, word("confirmed", None)).await), "forbidden", "an agent does not answer for the buyer");
        assert_eq!(code(d.replies(&d.buyer().await, id, shown.seq, word("confirmed", None)).await), "not_found");
        assert_eq!(code(d.replies(&buyer, id, 1, word("confirmed", None)).await), "no_question");
        assert_eq!(code(d.replies(&buyer, id, 99, word("confirmed", None)).await), "not_found");
        let wrong = d.replies(&buyer, id, shown.seq, word("wrong", Some("地址要改"))).await.expect("answered");
        assert_eq!((body(&wrong)["answer"].clone(), body(&wrong)["note"].clone(), wrong.rev), (json!("wrong"), json!("地址要改"), 2));
        assert_eq!(code(d.replies(&buyer, id, shown.seq, word("confirmed", None)).await), "answered");
        let program = base::Actor::program(d.org);
        let seen = || { let (d, program) = (d.clone(), program.clone()); async move { d.read(move |tx| orders::order(tx, &program, order)).await.confirmed_at } };
        assert_eq!(seen().await, None);
        let second = d.shows(&d.man, id, order).await.expect("shown again");
        d.replies(&buyer, id, second.seq, word("confirmed", None)).await.expect("answered");
        assert_eq!(seen().await, Some(NOW.plus(MIN)));
        d.close(NOW.plus(2 * MIN), &d.man, id, None).await.expect("nothing is open any more");
        d.check(id).await;
    }

    /// Row 172: the card has receiver and address masked, for the team reads it; its buyer checks them in full.
    async fn a_buyer_sees_where_their_own_order_goes_in_full(db: &TestDb) {
        let d = desk(db).await;
        let buyer = d.known().await;
        let order = d.order(customer(&buyer), |o| orders::NewOrder { receiver: Some("林小叶".into()), phone: Some("13800001234".into()), address: Some("浙江省 杭州市 西湖区 竹影路 7号".into()), ..paid(o) }).await;
        let id = d.asks(NOW, &buyer, "确认下").await.id;
        d.claim(NOW, &d.man, id).await.expect("claimed");
        let shown = d.shows(&d.man, id, order).await.expect("shown");
        assert!(!body(&shown).to_string().contains("竹影路"));
        let looks = |who: &base::Actor, seq| { let (d, who) = (d.clone(), who.clone()); async move { d.write(move |tx| reception::delivery(tx, NOW, &who, id, seq)).await } };
        let seen = looks(&buyer, shown.seq).await.expect("theirs");
        assert_eq!((seen.receiver.as_deref(), seen.phone.as_deref(), seen.address.as_deref()), (Some("林小叶"), Some("13800001234"), Some("浙江省 杭州市 西湖区 竹影路 7号")));
        let org = d.org;
        let logged = d.read(move |tx| tx.rows("SELECT actor_kind, subject FROM log WHERE org_id = $1 AND kind = 'order.revealed'", store::args![org], |row| Ok((row.get::<String>(0)?, row.get::<base::Id>(1)?)))).await;
        assert_eq!(logged, [("buyer".to_owned(), order)]);
        assert_eq!(code(looks(&d.man, shown.seq).await), "forbidden", "the team reveals by its own right");
        assert_eq!(code(looks(&d.known().await, shown.seq).await), "not_found");
        for seq in [1, 99] { assert_eq!(code(looks(&buyer, seq).await), "not_found", "no card"); }
    }

    /// Row 230: what is flawed stands on the card, the buyer is asked, and the answer is kept with its time.
    async fn what_is_flawed_is_known_to_the_buyer_before_it_leaves(db: &TestDb) {
        let d = desk(db).await;
        let buyer = d.known().await;
        let program = base::Actor::program(d.org);
        let product = d.write({ let program = program.clone(); move |tx| {
            let sku = |code: &str| catalogue::NewSku { code: code.into(), spec: None, price_fen: Some(base::Fen(6_800)), cost_fen: None, floor_fen: None, on_hand: Some(9), safety: Some(0), active: None };
            let new = catalogue::NewProduct { code: "LJ".into(), title: Some("明前龙井".into()), picture: None, url: None, selling_points: None, active: None, shops: None, skus: vec![sku("LJ-1")] };
            Ok(catalogue::upsert_product(tx, NOW, &program, &new)?.id)
        }}).await.expect("a product");
        let writes = |text: &'static str| { let (d, program) = (d.clone(), program.clone()); async move {
            let change = knowledge::ProductFactsChange { defects: Some(text.into()), ..Default::default() };
            d.write(move |tx| knowledge::change_facts(tx, NOW, &program, product, &change)).await.expect("written");
        }};
        let coded = |mut new: orders::NewOrder| { new.lines[0].code = Some("LJ-1".into()); paid(new) };
        let order = d.order(customer(&buyer), coded).await;
        let id = d.asks(NOW, &buyer, "确认下").await.id;
        d.claim(NOW, &d.man, id).await.expect("claimed");
        writes("无").await;
        assert!(body(&d.shows(&d.man, id, order).await.expect("shown"))["lines"][0].get("flaw").is_none(), "none is none");
        writes("外盒有压痕，不影响茶叶").await;
        // Also where nobody asked for a confirmation.
        let (man, client) = (d.man.clone(), fresh("o"));
        let shown = d.write(move |tx| reception::send_order(tx, NOW, &man, id, &client, order, false).map(|(m, _)| m)).await.expect("shown");
        assert_eq!((&body(&shown)["lines"][0]["flaw"], &body(&shown)["confirm"]), (&json!("外盒有压痕，不影响茶叶"), &json!(true)));
        let known = d.replies(&buyer, id, shown.seq, word("confirmed", None)).await.expect("answered");
        assert_eq!((&body(&known)["lines"][0]["flaw"], &body(&known)["answered_at"]), (&json!("外盒有压痕，不影响茶叶"), &json!(NOW.plus(MIN))));
        d.check(id).await;
    }

    /// Row 172: the check after payment.
    async fn a_paid_order_is_sent_to_be_checked_once_and_counts_as_no_answer(db: &TestDb) {
        let d = desk(db).await;
        let buyer = d.known().await;
        let id = d.asks(NOW, &buyer, "我去付款").await.id;
        let order = d.order(customer(&buyer), paid).await;
        let org = d.org;
        let ask = || { let d = d.clone(); async move { d.write(move |tx| reception::order_paid(tx, NOW.plus(S), org, order)).await.expect("fine") } };
        assert!(ask().await.is_none(), "nobody has the talk yet");
        d.claim(NOW, &d.man, id).await.expect("claimed");
        let old = d.order(customer(&buyer), |new| orders::NewOrder { paid_at: Some(NOW.plus(-2 * HOUR)), ..paid(new) }).await;
        assert!(d.write(move |tx| reception::order_paid(tx, NOW.plus(S), org, old)).await.expect("fine").is_none(), "it came with a file");
        let card = ask().await.expect("sent");
        assert_eq!((card.from, card.kind, body(&card)["confirm"].clone()), (Sender::Auto, Kind::Order, json!(true)));
        assert!(ask().await.is_none(), "once an order");
        assert!(d.conversation(id).await.waiting_since.is_some(), "the buyer still waits for a person");
        d.replies(&buyer, id, card.seq, word("confirmed", None)).await.expect("answered");
        // Not to somebody else, not where the shop does not want it, not to who is not proven.
        let stranger = d.talk(NOW, &d.man).await.0;
        let theirs = d.order(customer(&stranger), paid).await;
        assert!(d.write(move |tx| reception::order_paid(tx, NOW, org, theirs)).await.expect("fine").is_none());
        d.set(NOW.plus(S), "reception.order_check", json!(false)).await;
        let other = d.order(customer(&buyer), paid).await;
        assert!(d.write(move |tx| reception::order_paid(tx, NOW.plus(S), org, other)).await.expect("fine").is_none());
        d.check(id).await;
    }

    async fn a_form_is_filled_once_with_its_own_questions(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        let field = |name: &str, choices: &[&str], required| FormField {
            name: name.into(), title: name.into(), kind: if choices.is_empty() { "text" } else { "choice" }.into(),
            choices: choices.iter().map(|c| (*c).into()).collect(), required,
        };
        let fields = vec![field("size", &["大", "小"], true), field("remark", &[], false)];
        let form = Saying::Form { title: "定制登记".into(), fields }.check().expect("fine");
        let (asked, _) = d.say(NOW, &d.man, Say { saying: form, ..say(id, "-") }).await.expect("said");
        for (answer, wrong) in [
            (filled(&[]), "required"),
            (filled(&[("size", "中")]), "choice_unknown"),
            (filled(&[("size", "大"), ("remark", &"长".repeat(501))]), "text_too_long"),
        ] {
            assert_eq!(code(d.replies(&buyer, id, asked.seq, answer).await), wrong);
        }
        let answer = filled(&[("size", "大"), ("remark", " <b>刻字</b> "), ("extra", "x")]);
        let done = d.replies(&buyer, id, asked.seq, answer).await.expect("filled");
        assert_eq!(body(&done)["answers"], json!({"size": "大", "remark": "<b>刻字</b>"}));
        assert_eq!(code(d.replies(&buyer, id, asked.seq, filled(&[("size", "小")])).await), "answered");
        let man = d.man.clone();
        d.write(move |tx| reception::recall(tx, NOW.plus(MIN), &man, id, asked.seq).map(drop)).await.expect("recalled");
        assert_eq!(code(d.replies(&buyer, id, asked.seq, filled(&[("size", "小")])).await), "not_found");
    }
}
