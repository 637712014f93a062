//! Plans for customers and the file of a customer.

use base::{Id, Ms, PageAsk, Permission};
use customers::{EntryKind, NewEntry, NewJoin, NewPlan, Plan, PlanDeed, PlanFilter, Side};
use store::on_both;
use store::testing::TestDb;

use crate::scene::{DAY, NOW, Scene, TABLES, act, code, log, scene};

fn plan(what: &str, every_days: Option<i64>, due: i64, person: Option<Id>) -> NewPlan {
    NewPlan {
        what: what.into(),
        every_days,
        due_at: NOW.plus(due * DAY),
        person,
    }
}

async fn listed(db: &TestDb, scene: &Scene, at: Ms, filter: PlanFilter) -> Vec<Plan> {
    act(db, &scene.head(), move |tx, who| {
        customers::plans(tx, at, who, &filter, &PageAsk::default())
    })
    .await
    .expect("a list")
    .items
}

on_both! { TABLES;
    async fn a_visit_comes_again_and_a_single_plan_ends(db: &TestDb) {
        let scene = scene(db).await;
        let head = scene.head();
        let id = scene.buyer(db, "竹影").await;
        let visit = act(db, &head, move |tx, who| customers::add_plan(tx, NOW, who, id, &plan("每月回访", Some(30), 0, None))).await.expect("made");
        let once = act(db, &head, move |tx, who| customers::add_plan(tx, NOW, who, id, &plan("寄样布", None, -2, None))).await.expect("made");
        act(db, &head, move |tx, who| customers::add_plan(tx, NOW, who, id, &plan("换季提醒", None, 9, None))).await.expect("made");
        let due = PlanFilter { due: Some(true), ..PlanFilter::default() };
        let states: Vec<(Id, String)> = listed(db, &scene, NOW, due.clone()).await.into_iter().map(|one| (one.id, one.state)).collect();
        assert_eq!(states, [(once.id, "overdue".to_owned()), (visit.id, "today".to_owned())]);
        let deed = |plan: &customers::Plan, note: &str| PlanDeed { due_at: plan.due_at, note: note.into() };
        let (said, twice, sent, again) = (deed(&visit, "都好，想要薄被"), deed(&visit, ""), deed(&once, ""), deed(&once, ""));
        let after = act(db, &head, move |tx, who| customers::do_plan(tx, NOW, who, visit.id, &said)).await.expect("done");
        assert_eq!((after.due_at, after.state.as_str(), after.done[0].note.as_str()), (NOW.plus(30 * DAY), "coming", "都好，想要薄被"));
        assert_eq!(code(act(db, &head, move |tx, who| customers::do_plan(tx, NOW, who, visit.id, &twice)).await), "plan_moved", "said twice, done once");
        let over = act(db, &head, move |tx, who| customers::do_plan(tx, NOW, who, once.id, &sent)).await.expect("done");
        assert_eq!((over.state.as_str(), over.ended_at), ("ended", Some(NOW)));
        assert_eq!(code(act(db, &head, move |tx, who| customers::do_plan(tx, NOW, who, once.id, &again)).await), "plan_ended");
        assert!(listed(db, &scene, NOW, due.clone()).await.is_empty());
        let back = act(db, &head, move |tx, who| customers::undo_plan(tx, NOW, who, once.id)).await.expect("undone");
        assert_eq!((back.state.as_str(), back.due_at, back.done.len()), ("overdue", NOW.plus(-2 * DAY), 0));
        assert_eq!(code(act(db, &head, move |tx, who| customers::undo_plan(tx, NOW, who, once.id)).await), "not_done");
        act(db, &head, move |tx, who| customers::end_plan(tx, NOW, who, once.id, true)).await.expect("given up");
        assert_eq!(listed(db, &scene, NOW.plus(30 * DAY), due).await.len(), 2, "the visit is due again");
        assert_eq!(listed(db, &scene, NOW, PlanFilter { customer: Some(id), ..PlanFilter::default() }).await.len(), 3);
        assert!(log(db).await.iter().all(|row| !row.data.contains("薄被") && !row.kind.starts_with("message")));
    }

    async fn plans_are_somebodys_and_ask_for_rights(db: &TestDb) {
        let scene = scene(db).await;
        let head = scene.head();
        let id = scene.buyer(db, "竹影").await;
        let org = scene.org;
        let other = db.write(move |tx| {
            let roles = vec![team::role_by_key(tx, org, "pre_sale")?.expect("a role").id];
            let new = team::NewPerson { login: "aqing".into(), name: "阿青".into(), roles, ..team::NewPerson::default() };
            team::add_person(tx, NOW, &base::Actor::program(org), new)
        }).await.expect("somebody").id;
        let theirs = act(db, &head, move |tx, who| customers::add_plan(tx, NOW, who, id, &plan("回访", Some(7), 0, Some(other)))).await.expect("made");
        assert_eq!(theirs.person_name.as_deref(), Some("阿青"));
        let mine = PlanFilter { mine: Some(true), ..PlanFilter::default() };
        assert!(listed(db, &scene, NOW, mine).await.is_empty());
    }

    async fn plans_refuse_what_makes_no_sense(db: &TestDb) {
        let scene = scene(db).await;
        let head = scene.head();
        let id = scene.buyer(db, "竹影").await;
        for (new, refusal) in [(plan("", None, 0, None), "text_empty"), (plan("回访", Some(0), 0, None), "days_invalid"), (plan("回访", None, 9_999, None), "too_far"), (plan("回访", None, 0, Some(Id(1))), "not_found")] {
            assert_eq!(code(act(db, &head, move |tx, who| customers::add_plan(tx, NOW, who, id, &new)).await), refusal);
        }
        let made = act(db, &head, move |tx, who| customers::add_plan(tx, NOW, who, id, &plan("回访", Some(7), 0, None))).await.expect("made").id;
        for (who, refusal) in [(scene.stranger(), "not_found"), (scene.with(&[Permission::SeeCustomers]), "forbidden")] {
            assert_eq!(code(act(db, &who, move |tx, who| customers::add_plan(tx, NOW, who, id, &plan("回访", None, 0, None))).await), refusal);
            assert_eq!(code(act(db, &who, move |tx, who| customers::end_plan(tx, NOW, who, made, true)).await), refusal);
            let deed = PlanDeed { due_at: NOW, note: String::new() };
            assert_eq!(code(act(db, &who, move |tx, who| customers::do_plan(tx, NOW, who, made, &deed)).await), refusal);
        }
        let filter = PlanFilter::default();
        assert_eq!(act(db, &scene.stranger(), move |tx, who| customers::plans(tx, NOW, who, &filter, &PageAsk::default())).await.map(|page| page.items.len()), Ok(0));
    }

    async fn a_customers_file_holds_quality_and_after_sale(db: &TestDb) {
        let scene = scene(db).await;
        let head = scene.head();
        let (id, twin) = (scene.buyer(db, "竹影").await, scene.buyer(db, "竹影2").await);
        let entry = |kind, text: &str| NewEntry { kind, text: text.into(), order_number: "TB-1".into() };
        let new = entry(EntryKind::Quality, "枕套脱线，补寄");
        let first = act(db, &head, move |tx, who| customers::add_entry(tx, NOW, who, twin, &new)).await.expect("written").id;
        let new = entry(EntryKind::AfterSale, "换了 1.8 米");
        act(db, &head, move |tx, who| customers::add_entry(tx, NOW, who, twin, &new)).await.expect("written");
        let file = |of: Id| act(db, &head, move |tx, who| customers::entries(tx, who, of, &PageAsk::default()));
        let kinds: Vec<EntryKind> = file(twin).await.expect("a file").items.into_iter().map(|one| one.entry.kind).collect();
        assert_eq!(kinds, [EntryKind::AfterSale, EntryKind::Quality]);
        act(db, &head, move |tx, who| customers::remove_entry(tx, NOW, who, first, true)).await.expect("removed");
        assert_eq!(file(twin).await.expect("a file").items.len(), 1);
        act(db, &head, move |tx, who| customers::remove_entry(tx, NOW, who, first, false)).await.expect("put back");
        let new = NewJoin { from: twin, name: Side::Into, level: Side::Into, real_name: Side::Into, phone: Side::Into, address: Side::Into };
        act(db, &head, move |tx, who| customers::add_plan(tx, NOW, who, twin, &plan("回访", None, 0, None))).await.expect("made");
        let joined = act(db, &head, move |tx, who| customers::join_customers(tx, NOW, who, id, &new)).await.expect("joined").id;
        assert_eq!(file(id).await.expect("a file").items.len(), 2, "file and plans go along");
        let of = |of: Id| PlanFilter { customer: Some(of), ..PlanFilter::default() };
        assert_eq!(listed(db, &scene, NOW, of(id)).await.len(), 1);
        act(db, &head, move |tx, who| customers::part_customers(tx, NOW, who, joined)).await.expect("parted");
        assert_eq!((file(id).await.expect("a file").items.len(), file(twin).await.expect("a file").items.len()), (0, 2));
        assert_eq!((listed(db, &scene, NOW, of(id)).await.len(), listed(db, &scene, NOW, of(twin)).await.len()), (0, 1));
        let new = entry(EntryKind::Other, "无");
        assert_eq!(code(act(db, &scene.with(&[Permission::SeeCustomers]), move |tx, who| customers::add_entry(tx, NOW, who, id, &new)).await), "forbidden");
        assert_eq!(code(act(db, &scene.stranger(), move |tx, who| customers::remove_entry(tx, NOW, who, first, true)).await), "not_found");
        assert!(log(db).await.iter().all(|row| !row.data.contains("脱线")));
    }
}
