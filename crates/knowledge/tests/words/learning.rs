//! What an agent has still to read.

use base::{Actor, Id, Ms, Problem};
use knowledge::{
    LearnKind, Learned, NewFaq, NewNotice, NewPolicy, NoticeKind, ProductFactsChange, Status, ToLearn,
};
use store::on_both;

use crate::faq::{add, of};
use crate::kit::{DAY, NOW, Scene, TABLES, code, scene};

async fn list(s: &Scene, who: &Actor, at: Ms) -> Result<Vec<ToLearn>, Problem> {
    s.read(who, move |tx, who| knowledge::to_learn(tx, at, who, None))
        .await
}

async fn titles(s: &Scene, who: &Actor) -> Vec<(LearnKind, String, bool)> {
    let list = list(s, who, NOW.plus(DAY)).await.expect("a list");
    list.into_iter()
        .map(|one| (one.kind, one.title, one.new))
        .collect()
}

async fn read(s: &Scene, who: &Actor, all: &[ToLearn]) -> Result<usize, Problem> {
    let read: Vec<Learned> = all
        .iter()
        .map(|one| Learned {
            kind: one.kind,
            id: one.id,
            changed_at: one.changed_at,
        })
        .collect();
    s.write(who, move |tx, who| {
        knowledge::learned(tx, NOW.plus(DAY), who, &read)
    })
    .await
}

on_both! { TABLES;
    async fn what_is_new_or_changed_is_read_once_by_each(db: &TestDb) {
        let s = scene(db).await;
        let (tea, fruit) = (s.tea, s.fruit);
        let entry = add(&s, &s.boss, of(&s, "能开发票吗", &[])).await.expect("kept");
        let product = s.product("LJ", None).await.id;
        s.write(&s.owner, move |tx, who| {
            knowledge::add_policy(tx, NOW.plus(1), who, &NewPolicy { shop: Some(tea), ..NewPolicy::new("价保", "30天") })?;
            knowledge::add_policy(tx, NOW.plus(1), who, &NewPolicy { shop: Some(tea), status: Status::Draft, ..NewPolicy::new("草稿", "x") })?;
            knowledge::add_faq(tx, NOW, who, &NewFaq { shop: Some(fruit), ..NewFaq::new("苹果甜吗", "甜") })?;
            knowledge::change_facts(tx, NOW.plus(2), who, product, &ProductFactsChange { features: Some(vec!["清香".into()]), defects: Some("无".into()), ..Default::default() })?;
            knowledge::issue_notice(tx, NOW.plus(3), who, &NewNotice { kind: NoticeKind::Recall, title: "召回".into(), text: "别卖".into(), shops: None, until: None })
        }).await.expect("kept");
        let all = list(&s, &s.man, NOW.plus(DAY)).await.expect("a list");
        let shown: Vec<_> = all.iter().map(|one| (one.kind, one.title.as_str(), one.text.as_str())).collect();
        assert_eq!(shown, [
            (LearnKind::Notice, "召回", "别卖"), (LearnKind::Product, "明前龙井", "清香\n无"), (LearnKind::Policy, "价保", "30天"), (LearnKind::Faq, "能开发票吗", entry.answer.as_str()),
        ]);
        assert!(all.iter().all(|one| one.new));
        assert_eq!(read(&s, &s.man, &all).await.expect("read"), 4);
        assert_eq!(read(&s, &s.man, &all[1..]).await.expect("read"), 0, "and no second time");
        assert!(titles(&s, &s.man).await.is_empty());
        assert_eq!(titles(&s, &s.gu).await.len(), 4, "each reads for themselves");

        // Changed since, it is to be read again; somebody who read the older state still has the newer before them.
        let next = NewFaq { answer: "可以，电子票".into(), ..of(&s, "能开发票吗", &[]) };
        let id = entry.id;
        s.write(&s.boss, move |tx, who| knowledge::change_faq(tx, NOW.plus(9), who, id, &next)).await.expect("changed");
        assert_eq!(titles(&s, &s.man).await, [(LearnKind::Faq, "能开发票吗".to_owned(), false)]);
        read(&s, &s.gu, &all).await.expect("read");
        assert_eq!(titles(&s, &s.gu).await, [(LearnKind::Faq, "能开发票吗".to_owned(), false)]);
        assert!(list(&s, &s.man, NOW.plus(90 * DAY)).await.expect("a list").is_empty(), "what is old is not new");

        assert_eq!(titles(&s, &s.li).await.iter().filter(|one| one.0 == LearnKind::Faq).map(|one| one.1.as_str()).collect::<Vec<_>>(), ["苹果甜吗"]);
        let foreign = ToLearn { kind: LearnKind::Faq, id: entry.id, ..all[0].clone() };
        assert_eq!(read(&s, &s.li, std::slice::from_ref(&foreign)).await.expect("passed over"), 0);
        assert_eq!(read(&s, &s.far, &[foreign]).await.expect("passed over"), 0);
        assert_eq!(code(list(&s, &s.packer, NOW).await), "forbidden");
        assert_eq!(code(s.read(&s.man, move |tx, who| knowledge::to_learn(tx, NOW, who, Some(fruit))).await), "not_found");
        assert_eq!(code(s.read(&Actor::buyer(s.org, s.tea, Id(1)), |tx, who| knowledge::to_learn(tx, NOW, who, None)).await), "forbidden");
    }
}
