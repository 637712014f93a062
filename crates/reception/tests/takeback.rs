//! Taking back: undo within seconds and unread, recall within minutes and with a trace.

use base::{Ms, Topic};
use reception::{Standing, To};
use store::on_both;

use crate::kit::*;

impl Desk {
    async fn undo(
        &self,
        now: Ms,
        who: &base::Actor,
        id: base::Id,
        seq: i64,
    ) -> Result<(reception::Message, reception::Card), base::Problem> {
        let who = who.clone();
        self.write(move |tx| reception::undo(tx, now, &who, id, seq))
            .await
    }

    async fn recall(
        &self,
        now: Ms,
        who: &base::Actor,
        id: base::Id,
        seq: i64,
    ) -> Result<(reception::Message, reception::Card), base::Problem> {
        let who = who.clone();
        self.write(move |tx| reception::recall(tx, now, &who, id, seq))
            .await
    }
}

on_both! { TABLES;
    async fn an_undone_answer_was_none(db: &TestDb) {
        let d = desk(db).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        let said = d.answers(NOW.plus(8 * S), &d.man, id, "打错了").await;
        assert_eq!(d.conversation(id).await.waiting_since, None);
        let (message, card) = d.undo(NOW.plus(13 * S), &d.man, id, said.seq).await.expect("undone");
        assert_eq!((message.state, message.body.get(), message.rev), (Standing::Undone, "{}", 2));
        assert_eq!((card.waiting_since, card.warn_at, card.breach_at), (Some(NOW), Some(NOW.plus(10 * S)), Some(NOW.plus(30 * S))));
        let c = d.conversation(id).await;
        assert_eq!((c.human_at, c.warned), (None, 0));
        d.check(id).await;
        // The round goes on from the buyer's question, and its clock too.
        db.frames();
        d.until(NOW.plus(29 * S)).await;
        assert_eq!(alarms(&db.frames(), Topic::Person(pid(&d.man))), ["warn"]);
        d.answers(NOW.plus(29 * S), &d.man, id, "您好").await;
        let round = d.sessions(id).await[0].rounds[0].clone();
        assert_eq!((round.began_at, round.ended_at), (NOW, Some(NOW.plus(29 * S))));
        assert_eq!(d.sessions(id).await[0].rounds.len(), 1);
        d.check(id).await;
    }

    async fn undo_ends_with_reading_and_after_five_seconds(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        let said = d.answers(NOW, &d.man, id, "一").await;
        assert_eq!(code(d.undo(NOW.plus(5 * S + 1), &d.man, id, said.seq).await), "too_late");
        d.undo(NOW.plus(5 * S), &d.man, id, said.seq).await.expect("at five seconds");
        let said = d.answers(NOW, &d.man, id, "二").await;
        d.reads(&buyer, id, said.seq).await;
        assert_eq!(code(d.undo(NOW.plus(S), &d.man, id, said.seq).await), "too_late");
        // What the buyer writes below it they wrote having it before their eyes.
        let said = d.answers(NOW, &d.man, id, "三").await;
        d.asks(NOW, &buyer, "？").await;
        assert_eq!(code(d.undo(NOW.plus(S), &d.man, id, said.seq).await), "too_late");
        // A note they never read, whatever its number.
        let inside = d.say(NOW, &d.man, note(id, "内部")).await.expect("a note").0;
        d.asks(NOW, &buyer, "在吗").await;
        d.undo(NOW.plus(S), &d.man, id, inside.seq).await.expect("undone");
        d.check(id).await;
    }

    async fn only_ones_own_message_and_only_once(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        let said = d.answers(NOW, &d.man, id, "一").await;
        for (who, seq) in [(&d.boss, said.seq), (&d.man, 1), (&d.man, 99), (&d.man, 2)] {
            assert_eq!(code(d.undo(NOW, who, id, seq).await), "not_found", "message {seq}");
            assert_eq!(code(d.recall(NOW, who, id, seq).await), "not_found", "message {seq}");
        }
        assert_eq!(code(d.undo(NOW, &buyer, id, 1).await), "forbidden", "a buyer recalls");
        assert_eq!(code(d.recall(NOW, &buyer, id, said.seq).await), "not_found");
        d.undo(NOW, &d.man, id, said.seq).await.expect("undone");
        assert_eq!(code(d.undo(NOW, &d.man, id, said.seq).await), "taken_back");
        assert_eq!(code(d.recall(NOW, &d.man, id, said.seq).await), "taken_back");
    }

    async fn a_recall_leaves_a_trace_and_the_round_its_answer(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        let said = d.answers(NOW.plus(20 * S), &d.man, id, "这款八折").await;
        d.reads(&buyer, id, said.seq).await;
        assert_eq!(code(d.recall(NOW.plus(20 * S + 2 * MIN + 1), &d.man, id, said.seq).await), "too_late");
        d.recall(NOW.plus(20 * S + 2 * MIN), &d.man, id, said.seq).await.expect("recalled");
        let round = d.sessions(id).await[0].rounds[0].clone();
        assert_eq!((round.ended_at, round.reply_seq, round.ended.as_deref()), (Some(NOW.plus(20 * S)), Some(said.seq), Some("answered")));
        assert_eq!(d.events(id).await, ["queued", "assigned", "recalled"]);
        let asked = d.asks(NOW.plus(3 * MIN), &buyer, "发错人了").await.last_seq;
        d.recall(NOW.plus(4 * MIN), &buyer, id, asked).await.expect("the buyer's own");
        assert!(d.conversation(id).await.waiting_since.is_some(), "a question that was asked");
        d.check(id).await;
    }

    async fn silence_counts_from_what_still_stands(db: &TestDb) {
        let d = desk(db).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        d.answers(NOW, &d.man, id, "在的").await;
        let second = d.answers(NOW.plus(2 * MIN), &d.man, id, "打错").await;
        d.undo(NOW.plus(2 * MIN + S), &d.man, id, second.seq).await.expect("undone");
        assert_eq!(d.conversation(id).await.human_at, Some(NOW));
        d.until(NOW.plus(20 * MIN)).await;
        assert_eq!(d.sessions(id).await[0].ended_at, Some(NOW.plus(10 * MIN)));
        // A talk that never was: opened, said, undone.
        d.reopen(NOW.plus(30 * MIN), &d.man, id).await.expect("open");
        let only = d.answers(NOW.plus(30 * MIN), &d.man, id, "发错人").await;
        d.undo(NOW.plus(30 * MIN), &d.man, id, only.seq).await.expect("undone");
        assert_eq!(d.conversation(id).await.human_at, None);
        d.check(id).await;
    }

    async fn an_undone_or_recalled_promise_is_none(db: &TestDb) {
        let d = desk(db).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        let said = d.answers(NOW, &d.man, id, "您稍等2分钟").await;
        assert_eq!(d.conversation(id).await.promise_at, Some(NOW.plus(2 * MIN)));
        d.undo(NOW.plus(S), &d.man, id, said.seq).await.expect("undone");
        assert_eq!(d.conversation(id).await.promise_at, None);
        let said = d.answers(NOW.plus(2 * S), &d.man, id, "您稍等2分钟").await;
        let until = reception::Mark::Promise(Some(NOW.plus(HOUR)));
        d.mark(NOW.plus(3 * S), &d.man, id, until).await.expect("set by hand");
        d.recall(NOW.plus(4 * S), &d.man, id, said.seq).await.expect("recalled");
        assert_eq!(d.conversation(id).await.promise_at, Some(NOW.plus(HOUR)), "that one was promised apart");
    }

    async fn a_breach_is_told_once_also_around_an_undo(db: &TestDb) {
        let d = desk(db).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        db.frames();
        d.until(NOW.plus(31 * S)).await;
        let said = d.answers(NOW.plus(32 * S), &d.man, id, "在").await;
        d.undo(NOW.plus(33 * S), &d.man, id, said.seq).await.expect("undone");
        d.until(NOW.plus(5 * MIN)).await;
        assert_eq!(alarms(&db.frames(), Topic::Person(pid(&d.man))), ["warn", "breach"]);
        // A limit that passes while the answer stands is told once it is undone.
        let (_, id) = d.talk(NOW.plus(HOUR), &d.gu).await;
        let said = d.answers(NOW.plus(HOUR + 28 * S), &d.gu, id, "在").await;
        d.until(NOW.plus(HOUR + 31 * S)).await;
        db.frames();
        d.undo(NOW.plus(HOUR + 32 * S), &d.gu, id, said.seq).await.expect("undone");
        d.until(NOW.plus(HOUR + 33 * S)).await;
        assert_eq!(alarms(&db.frames(), Topic::Person(pid(&d.gu))), ["breach"]);
    }

    /// Row 306.
    async fn an_undone_slow_answer_does_not_count(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        let slow = |d: &Desk, id| { let d = d.clone(); async move { d.conversation(id).await.slow } };
        let alarmed = || alarms(&db.frames(), Topic::Person(pid(&d.man))).into_iter().filter(|a| a == "slow").count();
        let late = d.answers(NOW.plus(121 * S), &d.man, id, "打错").await;
        assert_eq!(slow(&d, id).await, 1);
        d.undo(NOW.plus(122 * S), &d.man, id, late.seq).await.expect("undone");
        assert_eq!(slow(&d, id).await, 0);
        // A prompt word that is undone takes nothing away: it counts once, when it is really said.
        d.answers(NOW.plus(130 * S), &d.man, id, "抱歉久等").await;
        let more = d.answers(NOW.plus(131 * S), &d.man, id, "再打错").await;
        d.undo(NOW.plus(132 * S), &d.man, id, more.seq).await.expect("undone");
        assert_eq!(slow(&d, id).await, 1, "it answered nobody");
        let then = NOW.plus(140 * S);
        d.asks(then, &buyer, "多少钱").await;
        let prompt = d.answers(then.plus(20 * S), &d.man, id, "错").await;
        d.undo(then.plus(21 * S), &d.man, id, prompt.seq).await.expect("undone");
        assert_eq!(slow(&d, id).await, 1, "it was not slow");
        // A recalled one may have been read: it was an answer, and a slow one.
        let second = d.answers(then.plus(125 * S), &d.man, id, "八折").await;
        d.recall(then.plus(126 * S), &d.man, id, second.seq).await.expect("recalled");
        assert_eq!((slow(&d, id).await, alarmed()), (2, 0));
        // The third raises the alarm; undone and said anew, it raises none again.
        let then = then.plus(130 * S);
        d.asks(then, &buyer, "还在吗").await;
        let third = d.answers(then.plus(121 * S), &d.man, id, "错").await;
        d.undo(then.plus(122 * S), &d.man, id, third.seq).await.expect("undone");
        d.answers(then.plus(123 * S), &d.man, id, "在的").await;
        assert_eq!((slow(&d, id).await, alarmed()), (-1, 1));
        let (man, day) = (d.man.clone(), then.plus(124 * S));
        let own = d.read(move |tx| reception::own_day(tx, day, &man, None)).await;
        assert_eq!((own.slow, own.answered), (3, 3), "what was undone is in no figure");
        d.check(id).await;
    }

    async fn who_handed_it_on_cannot_undo_in_anothers_conversation_unseen(db: &TestDb) {
        let d = desk(db).await;
        d.online(&d.gu, NOW).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        let said = d.answers(NOW, &d.man, id, "在").await;
        d.transfer(NOW.plus(S), &d.man, id, To::Person(pid(&d.gu))).await.expect("handed on");
        assert_eq!(code(d.undo(NOW.plus(2 * S), &d.man, id, said.seq).await), "not_found");
        d.check(id).await;
    }
}
