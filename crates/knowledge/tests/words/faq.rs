use base::{Actor, Id, PageAsk, Problem};
use knowledge::{Faq, FaqFilter, FaqSort, FaqStatus, NewFaq, Propose, Publish};
use store::on_both;

use crate::kit::{DAY, NOW, Scene, TABLES, code, refused, scene};

pub(crate) async fn add(s: &Scene, who: &Actor, new: NewFaq) -> Result<Faq, Problem> {
    s.write(who, move |tx, who| knowledge::add_faq(tx, NOW, who, &new))
        .await
}

async fn change(s: &Scene, who: &Actor, id: Id, new: NewFaq) -> Result<Faq, Problem> {
    s.write(who, move |tx, who| {
        knowledge::change_faq(tx, NOW.plus(1), who, id, &new)
    })
    .await
}

async fn list(s: &Scene, who: &Actor, filter: FaqFilter) -> Vec<String> {
    let page = s
        .read(who, move |tx, who| {
            knowledge::faqs(tx, who, &filter, &PageAsk::default())
        })
        .await;
    page.expect("a list")
        .items
        .into_iter()
        .map(|entry| entry.question)
        .collect()
}

/// An entry of the tea shop.
pub(crate) fn of(s: &Scene, question: &str, similar: &[&str]) -> NewFaq {
    NewFaq {
        shop: Some(s.tea),
        similar: similar.iter().map(|text| (*text).to_owned()).collect(),
        ..NewFaq::new(question, "有的亲")
    }
}

fn proposal(s: &Scene, question: &str) -> Propose {
    Propose {
        shop: s.tea,
        question: question.into(),
        answer: "可以的，随包裹寄出".into(),
        category: "invoice".into(),
        conversation: Some(Id(77)),
        seq: Some(3),
    }
}

on_both! { TABLES;
    async fn an_entry_has_one_standard_question_and_similar_ones(db: &TestDb) {
        let s = scene(db).await;
        let entry = add(&s, &s.boss, of(&s, "能开发票吗", &["可以开票不", "能开发票吗？", "有发票吗", "", "有 发票 吗"])).await.expect("kept");
        let similar: Vec<_> = entry.similar.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(similar, ["可以开票不", "有发票吗"], "each question once, none like the standard one");
        let id = entry.id;
        let changed = change(&s, &s.boss, id, of(&s, "能开专票吗", &["有发票吗", "专票"])).await.expect("changed");
        assert_eq!((changed.version, changed.similar.len(), changed.question.as_str()), (2, 2, "能开专票吗"));
        let back = s.write(&s.boss, move |tx, who| knowledge::restore_faq(tx, NOW, who, id, 1)).await.expect("back");
        assert_eq!((back.question.as_str(), back.similar[0].text.as_str(), back.version), ("能开发票吗", "可以开票不", 3));
        assert_eq!(s.read(&s.man, move |tx, who| knowledge::faq_versions(tx, who, id)).await.expect("versions").len(), 3);
    }

    async fn nothing_newer_is_saved_over_by_who_says_what_they_read(db: &TestDb) {
        let s = scene(db).await;
        let read = add(&s, &s.boss, of(&s, "能开发票吗", &[])).await.expect("kept");
        let with = |answer: &str, version| NewFaq { answer: answer.into(), version, ..of(&s, "能开发票吗", &[]) };
        change(&s, &s.boss, read.id, with("可以的，随包裹寄出", Some(1))).await.expect("the first to save");
        let late = change(&s, &s.owner, read.id, with("电子发票，发邮箱", Some(1))).await.expect_err("refused");
        assert_eq!((late.code.as_ref(), late.status, late.params["version"].as_i64()), ("changed_meanwhile", 409, Some(2)));
        let over = change(&s, &s.owner, read.id, with("电子发票，发邮箱", Some(2))).await.expect("read again");
        assert_eq!((over.answer.as_str(), over.version), ("电子发票，发邮箱", 3));
        change(&s, &s.boss, read.id, with("可以的", None)).await.expect("who says nothing saves over anything");
    }

    async fn the_same_question_is_answered_once_in_a_shop(db: &TestDb) {
        let s = scene(db).await;
        let first = add(&s, &s.boss, of(&s, "什么时候发货", &["多久发货"])).await.expect("kept");
        let problem = add(&s, &s.boss, of(&s, "什么时候发货？？", &[])).await.expect_err("refused");
        assert_eq!((problem.code.as_ref(), problem.field.as_deref(), problem.params["faq"].as_i64()), ("question_exists", Some("question"), Some(first.id.0)));
        assert_eq!(refused(add(&s, &s.boss, of(&s, "几天发货", &["多久 发货"])).await), ("question_exists".into(), "similar".into()));
        let fruit = NewFaq { shop: Some(s.fruit), ..of(&s, "什么时候发货", &[]) };
        add(&s, &s.owner, fruit).await.expect("another shop answers for itself");
        let id = first.id;
        s.write(&s.boss, move |tx, who| knowledge::set_faq_status(tx, NOW, who, id, FaqStatus::Retired)).await.expect("retired");
        add(&s, &s.boss, of(&s, "什么时候发货", &[])).await.expect("free again");
        assert_eq!(code(s.write(&s.boss, move |tx, who| knowledge::set_faq_status(tx, NOW, who, id, FaqStatus::Published)).await), "question_exists");
    }

    async fn wrong_entries_are_refused_with_their_field(db: &TestDb) {
        let s = scene(db).await;
        assert_eq!(refused(add(&s, &s.boss, of(&s, "？！", &[])).await), ("text_empty".into(), "question".into()));
        assert_eq!(refused(add(&s, &s.boss, NewFaq { answer: String::new(), ..of(&s, "问", &[]) }).await), ("answer_empty".into(), "answer".into()));
        assert_eq!(refused(add(&s, &s.boss, NewFaq { answer: "{prise}".into(), ..of(&s, "问", &[]) }).await), ("variable_unknown".into(), "answer".into()));
        assert_eq!(refused(add(&s, &s.boss, NewFaq { similar: vec!["问".into(); 501], ..of(&s, "问", &[]) }).await), ("similar_too_many".into(), "similar".into()));
        assert_eq!(refused(add(&s, &s.boss, NewFaq { products: vec![Id(9)], ..of(&s, "问", &[]) }).await), ("product_unknown".into(), "products".into()));
        assert_eq!(refused(add(&s, &s.boss, NewFaq { owner: Some(Id(9)), ..of(&s, "问", &[]) }).await), ("owner_unknown".into(), "owner".into()));
        assert_eq!(refused(add(&s, &s.boss, NewFaq { status: FaqStatus::Proposed, ..of(&s, "问", &[]) }).await), ("choice_unknown".into(), "status".into()));
        assert_eq!(refused(add(&s, &s.boss, NewFaq { answer: "长".repeat(5_001), ..of(&s, "问", &[]) }).await), ("text_too_long".into(), "answer".into()));
        let draft = NewFaq { status: FaqStatus::Draft, answer: String::new(), ..of(&s, "问", &[]) };
        add(&s, &s.boss, draft).await.expect("a draft may lack its answer");
    }

    async fn entries_are_listed_by_words_category_product_and_owner(db: &TestDb) {
        let s = scene(db).await;
        let tea = s.product("LJ", None).await.id;
        let boss = s.boss.person();
        add(&s, &s.boss, NewFaq { category: "size".into(), products: vec![tea], ..of(&s, "一包多少克", &["几克一包"]) }).await.expect("kept");
        add(&s, &s.boss, NewFaq { category: "invoice".into(), owner: boss, answer: "100%可以".into(), ..of(&s, "能开发票吗", &[]) }).await.expect("kept");
        add(&s, &s.owner, NewFaq { shop: Some(s.fruit), ..of(&s, "苹果甜吗", &[]) }).await.expect("kept");
        let by = |filter: FaqFilter| list(&s, &s.boss, filter);
        let none = FaqFilter::default;
        assert_eq!(by(FaqFilter { q: Some("几克".into()), ..none() }).await, ["一包多少克"]);
        assert_eq!(by(FaqFilter { q: Some("0%可".into()), ..none() }).await, ["能开发票吗"], "a percent sign is a percent sign");
        assert_eq!(by(FaqFilter { category: Some("size".into()), ..none() }).await, ["一包多少克"]);
        assert_eq!(by(FaqFilter { product: Some(tea), ..none() }).await, ["一包多少克"]);
        assert_eq!(by(FaqFilter { owner: boss, ..none() }).await, ["能开发票吗"]);
        assert_eq!(list(&s, &s.owner, FaqFilter { shop: Some(s.fruit), ..none() }).await, ["苹果甜吗"]);
        let categories = s.read(&s.man, |tx, who| knowledge::faq_categories(tx, who, None)).await.expect("categories");
        let told: Vec<_> = categories.iter().map(|one| (one.category.as_str(), one.count)).collect();
        assert_eq!(told, [("invoice", 1), ("size", 1)]);
    }

    async fn a_long_list_pages_without_gap_or_repeat(db: &TestDb) {
        let s = scene(db).await;
        for i in 0..7 {
            add(&s, &s.boss, of(&s, &format!("第{i}问"), &[])).await.expect("kept");
        }
        for sort in [FaqSort::Changed, FaqSort::Uses] {
            let mut page = PageAsk { cursor: None, limit: Some(3) };
            let mut seen = Vec::new();
            loop {
                let asked = page.clone();
                let filter = FaqFilter { sort: Some(sort), ..FaqFilter::default() };
                let found = s.read(&s.man, move |tx, who| knowledge::faqs(tx, who, &filter, &asked)).await.expect("a page");
                seen.extend(found.items.into_iter().map(|entry| entry.id));
                page.cursor = found.next;
                if page.cursor.is_none() { break; }
            }
            assert_eq!(seen.len(), 7);
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), 7);
        }
    }

    async fn an_agent_proposes_and_a_supervisor_decides(db: &TestDb) {
        let s = scene(db).await;
        let new = proposal(&s, "能开发票吗");
        let proposed = s.write(&s.man, move |tx, who| knowledge::propose_faq(tx, NOW, who, &new)).await.expect("proposed");
        let from = proposed.proposal.as_ref().expect("a proposal");
        assert_eq!((proposed.status, from.by_name.as_deref(), from.conversation, from.seq), (FaqStatus::Proposed, Some("小满"), Some(Id(77)), Some(3)));
        let mine = FaqFilter { status: Some(FaqStatus::Proposed), ..FaqFilter::default() };
        assert_eq!(list(&s, &s.man, mine.clone()).await, ["能开发票吗"]);
        assert!(list(&s, &s.gu, mine).await.is_empty(), "others wait for the decision");
        let id = proposed.id;
        let publish = |who: Actor| {
            let edit = Publish { question: Some("可以开发票吗".into()), similar: Some(vec!["能开发票吗".into()]), ..Publish::default() };
            s.db.write(move |tx| knowledge::publish_faq(tx, NOW, &who, id, &edit))
        };
        assert_eq!(code(publish(s.man.clone()).await), "forbidden");
        let published = publish(s.boss.clone()).await.expect("published");
        assert_eq!((published.status, published.question.as_str(), published.owner), (FaqStatus::Published, "可以开发票吗", s.boss.person()));
        assert_eq!(code(publish(s.boss.clone()).await), "not_proposed");
        let new = proposal(&s, "支持货到付款吗");
        let second = s.write(&s.man, move |tx, who| knowledge::propose_faq(tx, NOW, who, &new)).await.expect("proposed").id;
        assert_eq!(code(s.write(&s.boss, move |tx, who| knowledge::decline_faq(tx, NOW, who, second, " ")).await), "text_empty");
        let declined = s.write(&s.boss, move |tx, who| knowledge::decline_faq(tx, NOW, who, second, "平台不支持")).await.expect("declined");
        assert_eq!((declined.status, declined.reason.as_deref()), (FaqStatus::Retired, Some("平台不支持")));
        s.write(&s.boss, move |tx, who| knowledge::set_faq_status(tx, NOW, who, second, FaqStatus::Published)).await.expect("after all");
        let after = s.read(&s.man, move |tx, who| knowledge::faq(tx, who, second)).await.expect("seen");
        assert_eq!(after.reason, None);
    }

    async fn what_was_proposed_out_of_a_talk_goes_with_its_buyer(db: &TestDb) {
        let s = scene(db).await;
        let propose = async |question: &str, conversation| {
            let new = Propose { conversation: Some(conversation), ..proposal(&s, question) };
            s.write(&s.man, move |tx, who| knowledge::propose_faq(tx, NOW, who, &new)).await.expect("proposed").id
        };
        let (open, declined) = (propose("三楼没电梯送吗", Id(77)).await, propose("狗咬坏了赔吗", Id(77)).await);
        let (published, others) = (propose("给我妈八十大寿用行吗", Id(78)).await, propose("支持货到付款吗", Id(79)).await);
        s.write(&s.boss, move |tx, who| knowledge::decline_faq(tx, NOW, who, declined, "太少见")).await.expect("declined");
        let edit = Publish { question: Some("适合送长辈吗".into()), ..Publish::default() };
        s.write(&s.boss, move |tx, who| knowledge::publish_faq(tx, NOW, who, published, &edit)).await.expect("published");
        s.write(&s.boss, move |tx, who| knowledge::set_faq_status(tx, NOW, who, published, FaqStatus::Retired)).await.expect("out of use since");
        let program = Actor::program(s.org);
        s.write(&program, |tx, who| knowledge::forget_proposals(tx, NOW, who, &[Id(77), Id(78)])).await.expect("forgotten");
        for id in [open, declined] {
            assert_eq!(code(s.read(&s.boss, move |tx, who| knowledge::faq(tx, who, id)).await), "not_found");
        }
        let kept = s.read(&s.boss, move |tx, who| knowledge::faq(tx, who, published)).await.expect("checked by somebody");
        let from = kept.proposal.expect("a proposal");
        assert_eq!((kept.question.as_str(), from.conversation, from.seq), ("适合送长辈吗", None, None));
        assert_eq!(s.read(&s.boss, move |tx, who| knowledge::faq_versions(tx, who, published)).await.expect("versions").len(), 2);
        let left: Vec<String> = s.db.read(|tx| {
            tx.rows("SELECT question FROM faq UNION ALL SELECT text FROM faq_question UNION ALL SELECT body FROM word_version", store::args![], |row| row.get(0))
        }).await.expect("read");
        for what in ["三楼", "狗咬", "八十大寿"] {
            assert!(!left.iter().any(|text| text.contains(what)), "{what}");
        }
        let other = s.read(&s.boss, move |tx, who| knowledge::faq(tx, who, others)).await.expect("of another buyer");
        assert_eq!(other.proposal.expect("a proposal").conversation, Some(Id(79)));
    }

    async fn a_proposal_with_somebodys_number_is_refused(db: &TestDb) {
        let s = scene(db).await;
        let new = Propose { answer: "打13812345678".into(), ..proposal(&s, "怎么联系") };
        assert_eq!(refused(s.write(&s.man, move |tx, who| knowledge::propose_faq(tx, NOW, who, &new)).await), ("personal_data".into(), "answer".into()));
        let new = Propose { shop: s.fruit, ..proposal(&s, "甜吗") };
        assert_eq!(code(s.write(&s.man, move |tx, who| knowledge::propose_faq(tx, NOW, who, &new)).await), "not_found");
    }

    async fn what_is_in_use_is_retired_before_it_is_removed(db: &TestDb) {
        let s = scene(db).await;
        let id = add(&s, &s.boss, of(&s, "包邮吗", &["免运费吗"])).await.expect("kept").id;
        assert_eq!(code(s.write(&s.boss, move |tx, who| knowledge::remove_faq(tx, NOW, who, id)).await), "still_published");
        s.write(&s.boss, move |tx, who| {
            knowledge::set_faq_status(tx, NOW, who, id, FaqStatus::Retired)?;
            knowledge::remove_faq(tx, NOW, who, id)
        }).await.expect("removed");
        assert_eq!(code(s.read(&s.boss, move |tx, who| knowledge::faq(tx, who, id)).await), "not_found");
        let kinds: Vec<_> = s.log("faq").await.into_iter().map(|row| row.kind).collect();
        assert_eq!(kinds, ["faq.added", "faq.changed", "faq.removed"]);
    }

    async fn entries_nobody_uses_are_reported_oldest_use_first(db: &TestDb) {
        let s = scene(db).await;
        let mut ids = Vec::new();
        for question in ["甲问题", "乙问题", "丙问题"] {
            ids.push(add(&s, &s.boss, of(&s, question, &[])).await.expect("kept").id);
        }
        let (a, c) = (ids[0], ids[2]);
        s.write(&s.man, move |tx, who| {
            knowledge::used_faq(tx, NOW.plus(5 * DAY), who, a, None, None)?;
            knowledge::used_faq(tx, NOW.plus(99 * DAY), who, c, None, None)
        }).await.expect("used");
        let unused = |days, at: i64| s.read(&s.boss, move |tx, who| {
            let page = knowledge::unused_faqs(tx, NOW.plus(at * DAY), who, None, days, &PageAsk::default())?;
            Ok(page.items.into_iter().map(|entry| entry.question).collect::<Vec<_>>())
        });
        assert_eq!(unused(90, 100).await.expect("a report"), ["乙问题", "甲问题"]);
        assert!(unused(90, 30).await.expect("a report").is_empty(), "they are too young to tell");
        assert_eq!(code(s.read(&s.man, |tx, who| knowledge::unused_faqs(tx, NOW, who, None, 1, &PageAsk::default())).await), "forbidden");
    }
}
