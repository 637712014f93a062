//! What reception kept once and other rooms own now, and what it asks of them.

use base::{Id, PageAsk};
use store::{args, on_both};

use crate::kit::*;

on_both! { TABLES;
    async fn quick_replies_of_an_older_version_become_scripts(db: &TestDb) {
        let d = desk(db).await;
        let (org, shop, man) = (d.org, d.shop, pid(&d.man));
        d.write(move |tx| {
            for (id, shop, person, code, uses) in [(71, shop, None, "kd", 5), (72, Id::NONE, Some(man), "ml", 0)] {
                tx.exec(
                    "INSERT INTO quick_reply (org_id, id, shop_id, person_id, code, category, text, uses, at)
                     VALUES ($1, $2, $3, $4, $5, '物流', '亲，{number}号为您查快递', $6, $7)",
                    args![org, Id(id), shop, person, code, uses, NOW],
                )?;
            }
            Ok(())
        }).await.expect("kept by an older version");
        for moved in [2, 0] {
            let count = d.write(|tx| reception::hand_over_quick_replies(tx, NOW)).await.expect("handed over");
            assert_eq!(count, moved);
        }
        let (man, gu) = (d.man.clone(), d.gu.clone());
        let replies = d.read(move |tx| knowledge::quick_replies(tx, NOW, &man, Some(shop))).await;
        let told: Vec<_> = replies.iter().map(|one| (one.id.0, one.code.as_str(), one.category.as_str(), one.uses)).collect();
        assert_eq!(told, [(71, "kd", "物流", 5), (72, "ml", "物流", 0)]);
        let found = d.read(move |tx| {
            let typed = knowledge::ScriptFilter { q: Some("qin".into()), ..Default::default() };
            knowledge::scripts(tx, NOW, &gu, &typed, &PageAsk::default())
        }).await;
        assert_eq!(found.items.iter().map(|one| one.id.0).collect::<Vec<_>>(), [71], "another's own stays their own");
    }

    async fn a_text_with_an_open_variable_is_not_sent(db: &TestDb) {
        let d = desk(db).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        let before = d.conversation(id).await.last_seq;
        let refused = d.say(NOW, &d.man, say(id, "亲，现价{price}元")).await.expect_err("refused");
        assert_eq!((refused.code.as_ref(), refused.field.as_deref()), ("variable_unfilled", Some("body.text")));
        assert_eq!(d.conversation(id).await.last_seq, before);
        d.say(NOW, &d.man, say(id, "亲，{笑}现价9元")).await.expect("braces alone are text");
        d.say(NOW, &d.man, note(id, "{price} 忘了填")).await.expect("a note is not sent");
    }
}
