//! Saying something: numbers, repeats, who may, and what reaches whom.

use crate::kit::*;
use store::on_both;
use store::testing::TestDb;

on_both! { TABLES;
    async fn numbers_are_gapless_when_everybody_writes_at_once(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        let mut tasks = Vec::new();
        for i in 0..40 {
            let (d, buyer) = (d.clone(), buyer.clone());
            tasks.push(tokio::spawn(async move {
                match i % 4 {
                    0 => drop(d.asks(NOW.plus(i), &buyer, "还有吗").await),
                    1 => drop(d.answers(NOW.plus(i), &d.man, id, "有的").await),
                    2 => d.reads(&buyer, id, i).await,
                    _ => drop(d.say(NOW.plus(i), &d.boss, reception::Say {
                        saying: reception::Saying::Note { text: "注意".into(), mentions: vec![] }, ..say(id, "x")
                    }).await.expect("a note")),
                }
            }));
        }
        for task in tasks { task.await.expect("done"); }
        let seqs: Vec<i64> = d.messages(id).await.iter().map(|m| m.seq).collect();
        assert_eq!(seqs, (1..=seqs.len() as i64).collect::<Vec<_>>());
        assert_eq!(d.conversation(id).await.last_seq, seqs.len() as i64);
        d.check(id).await;
    }
}
