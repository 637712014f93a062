//! Urgent notices: who issues them, who hears of them, who signed.

use base::{Id, PageAsk, Topic};
use knowledge::{NewNotice, NoticeFilter, NoticeKind, NoticeState, NoticeView};
use serde_json::{Value, json};
use store::on_both;
use store::testing::TestDb;

use crate::scene::*;

fn notice(shops: Option<Vec<Id>>) -> NewNotice {
    NewNotice {
        kind: NoticeKind::PriceError,
        title: "四件套标错价".into(),
        text: "SJ01 标成了 29.9，先不要引导下单，已拍的统一报给林主管。<b>急</b>".into(),
        shops,
        until: Some(NOW.plus(DAY)),
    }
}

async fn issue(db: &TestDb, who: &base::Actor, new: NewNotice) -> Result<knowledge::Notice, base::Problem> {
    did(db, who, move |tx, who| {
        knowledge::issue_notice(tx, NOW, who, &new)
    })
    .await
}

async fn list(db: &TestDb, who: &base::Actor, state: NoticeView, at: base::Ms) -> Vec<Id> {
    let filter = NoticeFilter {
        state: Some(state),
        shop: None,
    };
    let page = saw(db, who, move |tx, who| {
        knowledge::notices(tx, at, who, &filter, &PageAsk::default())
    })
    .await
    .expect("a list");
    page.items.into_iter().map(|one| one.said.id).collect()
}

fn frames(db: &TestDb) -> Vec<(Vec<Topic>, Value)> {
    db.frames()
        .into_iter()
        .map(|live| (live.topics, serde_json::from_str(&live.frame).expect("json")))
        .collect()
}

on_both! { TABLES;
    async fn everybody_concerned_hears_of_a_notice_at_once_and_signs_it(db: &TestDb) {
        let scene = scene(db).await;
        let [one, _] = scene.shops;
        db.frames();
        let made = issue(db, &scene.editor, notice(Some(vec![one]))).await.expect("issued");
        let id = made.said.id;
        assert_eq!((made.read_at, made.read, made.concerned), (Some(NOW), 1, 2), "林主管 and 小满; 阿远 works elsewhere");
        let told = frames(db);
        let (topics, frame) = &told[0];
        assert_eq!((told.len(), topics), (1, &vec![Topic::Shop(one), Topic::ShopQueue(one)]));
        assert_eq!((&frame["on"], &frame["notice"]["id"], &frame["notice"]["kind"], &frame["notice"]["state"]), (&json!("notice"), &json!(id), &json!("price_error"), &json!("current")));
        assert_eq!((&frame["notice"]["issued_by_name"], frame["notice"].get("read_at")), (&json!("林主管"), None));

        assert_eq!(list(db, &scene.agent, NoticeView::Unread, NOW).await, [id]);
        assert_eq!(list(db, &scene.editor, NoticeView::Unread, NOW).await, []);
        assert_eq!(list(db, &scene.far, NoticeView::All, NOW).await, []);
        assert_eq!(list(db, &scene.stranger, NoticeView::All, NOW).await, []);
        let readers = saw(db, &scene.editor, move |tx, who| knowledge::notice_readers(tx, NOW, who, id)).await.expect("readers");
        assert_eq!((readers.read.len(), readers.unread.iter().map(|one| one.name.as_str()).collect::<Vec<_>>()), (1, vec!["小满"]));
        let sign = |who: &base::Actor, at: i64| did(db, who, move |tx, who| knowledge::read_notice(tx, NOW.plus(at), who, id));
        let signed = sign(&scene.agent, 5).await.expect("signed");
        assert_eq!((signed.read_at, signed.read), (Some(NOW.plus(5)), 2));
        assert_eq!(frames(db), [(vec![Topic::Person(scene.agent.person().expect("somebody"))], json!({ "on": "notice_read", "notice": id }))]);
        assert_eq!(sign(&scene.agent, 9).await.expect("again").read_at, Some(NOW.plus(5)), "twice is once");
        assert!(frames(db).is_empty());
        assert_eq!(list(db, &scene.agent, NoticeView::Unread, NOW).await, []);
        assert_eq!(list(db, &scene.agent, NoticeView::Current, NOW).await, [id]);
        for who in [&scene.far, &scene.stranger] {
            assert_eq!(code(sign(who, 1).await), "not_found");
            assert_eq!(code(saw(db, who, move |tx, who| knowledge::notice_readers(tx, NOW, who, id)).await), "not_found");
        }
        assert_eq!(code(saw(db, &scene.agent, move |tx, who| knowledge::notice_readers(tx, NOW, who, id)).await), "forbidden");
        assert_eq!(code(sign(&base::Actor::program(scene.org), 1).await), "forbidden", "a program reads nothing");
    }

    async fn only_those_with_the_right_issue_and_withdraw(db: &TestDb) {
        let scene = scene(db).await;
        let [one, two] = scene.shops;
        assert_eq!(code(issue(db, &scene.agent, notice(Some(vec![one]))).await), "forbidden");
        assert_eq!(code(issue(db, &scene.far, notice(Some(vec![one]))).await), "not_found");
        assert_eq!(code(issue(db, &scene.far, notice(None)).await), "shop_required");
        assert_eq!(code(issue(db, &scene.stranger, notice(Some(vec![one]))).await), "not_found");
        assert_eq!(code(issue(db, &scene.editor, NewNotice { until: Some(NOW), ..notice(None) }).await), "ends_before_start");
        assert_eq!(code(issue(db, &scene.editor, NewNotice { text: " \0".into(), ..notice(None) }).await), "text_empty");
        assert_eq!(code(issue(db, &scene.editor, NewNotice { text: "长".repeat(2_001), ..notice(None) }).await), "text_too_long");
        db.frames();
        let all = issue(db, &scene.editor, notice(None)).await.expect("to all").said.id;
        assert_eq!(frames(db)[0].0, [Topic::Org(scene.org)]);
        let withdraw = |who: &base::Actor, id: Id| did(db, who, move |tx, who| knowledge::withdraw_notice(tx, NOW, who, id));
        assert_eq!(code(withdraw(&scene.far, all).await), "forbidden", "it holds in a shop they do not have");
        assert_eq!(code(withdraw(&scene.agent, all).await), "forbidden");
        assert_eq!(code(withdraw(&scene.stranger, all).await), "not_found");
        let theirs = issue(db, &scene.far, notice(Some(vec![two]))).await.expect("in their shop").said.id;
        db.frames();
        let gone = withdraw(&scene.far, theirs).await.expect("withdrawn");
        assert_eq!((gone.said.state, gone.said.withdrawn_at), (NoticeState::Withdrawn, Some(NOW)));
        assert_eq!(frames(db), [(vec![Topic::Shop(two), Topic::ShopQueue(two)], json!({ "on": "notice_gone", "notice": theirs }))]);
        assert_eq!(code(withdraw(&scene.far, theirs).await), "notice_withdrawn");
        assert_eq!(list(db, &scene.far, NoticeView::Current, NOW).await, [all]);
        assert_eq!(list(db, &scene.far, NoticeView::Current, NOW.plus(DAY)).await, [], "its time is over");
        assert_eq!(list(db, &scene.far, NoticeView::All, NOW.plus(DAY)).await, [theirs, all]);
    }

    async fn notices_of_other_shops_never_hide_ones_own(db: &TestDb) {
        let scene = scene(db).await;
        let [one, two] = scene.shops;
        let mine = issue(db, &scene.editor, notice(Some(vec![one]))).await.expect("issued").said.id;
        for _ in 0..25 {
            issue(db, &scene.editor, notice(Some(vec![two]))).await.expect("issued");
        }
        let everywhere = issue(db, &scene.editor, notice(None)).await.expect("issued").said.id;
        assert_eq!(list(db, &scene.agent, NoticeView::Unread, NOW).await, [everywhere, mine]);
    }

    async fn a_refused_notice_tells_nobody(db: &TestDb) {
        let scene = scene(db).await;
        db.frames();
        let refused: Result<(), _> = did(db, &scene.editor, |tx, who| {
            knowledge::issue_notice(tx, NOW, who, &notice(None))?;
            Err(base::Problem::unavailable())
        }).await;
        assert_eq!(code(refused), "unavailable");
        assert!(db.frames().is_empty());
        assert_eq!(list(db, &scene.editor, NoticeView::All, NOW).await, []);
    }
}
