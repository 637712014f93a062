//! The listing checklist: what the program sees, what people tick, what is left to mend.

use base::{Actor, Id, PageAsk};
use knowledge::{
    BasicsChange, CertificateKind, Listing, ListingItemState as S, ListingLookAsk, ListingTaskDone,
    ListingTaskFilter, ListingTaskOwner, ListingTaskSource, ListingTaskState, NewCertificate, NewListingMark,
    NewListingTask, ProductFactsChange,
};
use store::on_both;
use store::testing::TestDb;
use store::{FileRow, Files};

use crate::facts::sizes;
use crate::scene::*;

fn of<'a>(listing: &'a Listing, key: &str) -> (S, &'a str, &'a str) {
    let item = listing.items.iter().find(|item| item.key == key).expect(key);
    (item.state, item.reason.as_str(), item.note.as_str())
}

async fn check(db: &TestDb, who: &Actor, product: Id) -> Listing {
    did(db, who, move |tx, who| {
        knowledge::check_listing(tx, NOW, who, product)
    })
    .await
    .expect("checked")
}

async fn mark(
    db: &TestDb,
    who: &Actor,
    product: Id,
    key: &'static str,
    state: S,
) -> Result<Listing, base::Problem> {
    let new = NewListingMark {
        state,
        note: "看过了".into(),
    };
    did(db, who, move |tx, who| {
        knowledge::mark_listing(tx, NOW, who, product, key, &new)
    })
    .await
}

async fn tasks(db: &TestDb, who: &Actor, state: ListingTaskState) -> Vec<knowledge::ListingTask> {
    let filter = ListingTaskFilter {
        state: Some(state),
        ..ListingTaskFilter::default()
    };
    saw(db, who, move |tx, who| {
        knowledge::listing_tasks(tx, who, &filter, &PageAsk::default())
    })
    .await
    .expect("tasks")
    .items
}

/// A picture of this size as the product's main picture.
async fn picture(db: &TestDb, scene: &Scene, width: u32, height: u32) {
    let files = Files::folder(&db.folder.path().join("files")).expect("files");
    let mut png = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(width, height)
        .write_to(&mut png, image::ImageFormat::Png)
        .expect("a picture");
    let new = files.take("主图.png", png.into_inner()).await.expect("stored");
    let (who, shop) = (Actor::program(scene.org), scene.shops[0]);
    db.write(move |tx| {
        let file = FileRow::keep(tx, NOW, &who, shop, &new)?.id;
        let product = catalogue::NewProduct {
            picture: Some(file.to_string()),
            ..new_product("SJ01", "晨雾磨毛四件套", &[], None)
        };
        catalogue::upsert_product(tx, NOW, &who, &product)
    })
    .await
    .expect("a picture");
}

on_both! { TABLES;
    async fn the_program_sees_what_it_can(db: &TestDb) {
        let scene = scene(db).await;
        let (id, editor) = (set(db, &scene).await.id, &scene.editor);
        let blank = saw(db, &scene.agent, move |tx, who| knowledge::listing(tx, who, id)).await.expect("a listing");
        assert!(blank.items.iter().all(|item| item.state == S::Open) && blank.total == blank.items.len());
        let first = check(db, editor, id).await;
        assert_eq!(of(&first, "image.square"), (S::Failed, "picture_missing", ""));
        assert_eq!(of(&first, "page.sections"), (S::Failed, "sections_missing", "features, advantages"));
        assert_eq!(of(&first, "size.method"), (S::Failed, "size_table_missing", ""));
        assert_eq!(of(&first, "certificate.valid"), (S::Failed, "certificate_missing", ""));
        assert_eq!(of(&first, "dates.present").0, S::Failed);
        assert_eq!(of(&first, "image.clear"), (S::Open, "", ""), "a person looks after it");

        picture(db, &scene, 900, 600).await;
        let listing = check(db, editor, id).await;
        assert_eq!(of(&listing, "image.square"), (S::Failed, "picture_not_square", "900×600"));
        assert_eq!(of(&listing, "image.size"), (S::Failed, "picture_small", "900×600"));
        picture(db, &scene, 900, 900).await;
        let listing = check(db, editor, id).await;
        assert_eq!((of(&listing, "image.square").0, of(&listing, "image.size").0), (S::Passed, S::Passed));

        // What is written is looked at at once.
        let facts = ProductFactsChange {
            category: Some("bedding".into()), features: Some(vec!["可机洗".into()]), advantages: Some(vec!["40 支".into()]),
            picture_note: Some("偏米色".into()), size_table: Some(Some(sizes(""))), ..ProductFactsChange::default()
        };
        did(db, editor, move |tx, who| knowledge::change_facts(tx, NOW, who, id, &facts)).await.expect("facts");
        let listing = saw(db, &scene.agent, move |tx, who| knowledge::listing(tx, who, id)).await.expect("a listing");
        assert_eq!(of(&listing, "size.method"), (S::Failed, "method_missing", "床单宽"));
        assert_eq!((of(&listing, "size.table").0, of(&listing, "image.true").0, of(&listing, "page.sections").0), (S::Passed, S::Passed, S::Passed));
        assert_eq!((of(&listing, "dates.present").0, of(&listing, "certificate.valid").0), (S::NotNeeded, S::NotNeeded), "bedding does without");
        let ended = NewCertificate { kind: CertificateKind::Quality, number: "QC-9".into(), issuer: String::new(), file: None, expires_at: Some(NOW), note: String::new() };
        did(db, editor, move |tx, who| knowledge::add_certificate(tx, NOW, who, id, &ended)).await.expect("added");
        let listing = saw(db, &scene.agent, move |tx, who| knowledge::listing(tx, who, id)).await.expect("a listing");
        assert_eq!(of(&listing, "certificate.valid"), (S::Failed, "certificate_expired", "QC-9"));
    }

    async fn a_picture_that_is_none_is_told_and_one_outside_is_for_people(db: &TestDb) {
        let scene = scene(db).await;
        let (id, org, shop) = (set(db, &scene).await.id, scene.org, scene.shops[0]);
        let files = Files::folder(&db.folder.path().join("files")).expect("files");
        let new = files.take("主图.png", "这不是图片".into()).await.expect("stored");
        let broken = files.take("主图.png", b"\x89PNG\r\n\x1a\n broken".to_vec()).await.expect_err("refused");
        assert_eq!(broken.code, "file_kind");
        let file = db.write(move |tx| Ok(FileRow::keep(tx, NOW, &Actor::program(org), shop, &new)?.id)).await.expect("kept");
        let change = BasicsChange { picture: Some(file.to_string()), ..BasicsChange::default() };
        let refused = did(db, &scene.editor, move |tx, who| knowledge::change_basics(tx, NOW, who, id, &change)).await.expect_err("no picture");
        assert_eq!((refused.code.as_ref(), refused.field.as_deref()), ("file_kind", Some("picture")));
        picture(db, &scene, 900, 900).await;
        // Its row is gone, as after a restore from elsewhere.
        db.write(move |tx| {
            let picture = catalogue::product(tx, &Actor::program(org), id)?.picture.unwrap_or_default();
            let file = FileRow::load(tx, org, Id(picture.parse().unwrap_or_default()))?.expect("the file");
            file.forget(tx, org)
        }).await.expect("gone");
        assert_eq!(of(&check(db, &scene.editor, id).await, "image.square"), (S::Failed, "picture_unreadable", ""));
        db.write(move |tx| {
            let product = catalogue::NewProduct { picture: Some("https://shop.example/a.jpg".into()), ..new_product("SJ01", "晨雾磨毛四件套", &[], None) };
            catalogue::upsert_product(tx, NOW, &Actor::program(org), &product)
        }).await.expect("an address");
        assert_eq!(of(&check(db, &scene.editor, id).await, "image.square"), (S::Open, "picture_outside", ""));
        let ticked = mark(db, &scene.editor, id, "image.square", S::Passed).await.expect("a person looked");
        assert_eq!(of(&ticked, "image.square"), (S::Passed, "", "看过了"));
        assert_eq!(of(&check(db, &scene.editor, id).await, "image.square").0, S::Passed, "the program cannot tell, so their word stands");
    }

    async fn failures_are_tasks_that_close_when_mended(db: &TestDb) {
        let scene = scene(db).await;
        let (id, editor) = (set(db, &scene).await.id, &scene.editor);
        check(db, editor, id).await;
        let count = tasks(db, editor, ListingTaskState::Open).await.len();
        check(db, editor, id).await;
        let open = tasks(db, editor, ListingTaskState::Open).await;
        assert_eq!(open.len(), count, "one task an item, however often one looks");
        let task = open.iter().find(|task| task.item == "size.method").expect("a task").clone();
        assert_eq!((task.source, task.opened_by, task.product_title.as_str()), (ListingTaskSource::Program, None, "晨雾磨毛四件套"));
        let finish = |who: &Actor, id: Id| did(db, who, move |tx, who| knowledge::finish_listing_task(tx, NOW, who, id, &ListingTaskDone { note: "已补".into() }));
        let still = finish(editor, task.id).await.expect_err("refused");
        assert_eq!((still.code.as_ref(), &still.params["reason"]), ("still_failing", &serde_json::json!("size_table_missing")));
        let facts = ProductFactsChange { size_table: Some(Some(sizes("平铺量"))), ..ProductFactsChange::default() };
        did(db, editor, move |tx, who| knowledge::change_facts(tx, NOW.plus(5), who, id, &facts)).await.expect("facts");
        let done = tasks(db, editor, ListingTaskState::Done).await;
        let closed: Vec<_> = done.iter().map(|task| (task.item.as_str(), task.done_by, task.done_at)).collect();
        assert_eq!(closed, [("size.method", None, Some(NOW.plus(5))), ("size.table", None, Some(NOW.plus(5)))]);
        assert_eq!(code(finish(editor, task.id).await), "task_done");

        // What people tick makes and closes tasks too.
        mark(db, editor, id, "image.clear", S::Failed).await.expect("marked");
        let blurred = tasks(db, editor, ListingTaskState::Open).await.into_iter().find(|task| task.item == "image.clear").expect("a task");
        assert_eq!((blurred.source, blurred.opened_by_name.as_deref(), blurred.note.as_str()), (ListingTaskSource::Person, Some("林主管"), "看过了"));
        let finished = finish(editor, blurred.id).await.expect("done");
        assert_eq!((finished.state, finished.done_by_name.as_deref(), finished.done_note.as_str()), (ListingTaskState::Done, Some("林主管"), "已补"));
        let listing = saw(db, editor, move |tx, who| knowledge::listing(tx, who, id)).await.expect("a listing");
        assert_eq!(of(&listing, "image.clear").0, S::Passed);
        let again = did(db, editor, move |tx, who| knowledge::reopen_listing_task(tx, NOW, who, blurred.id)).await.expect("again");
        assert_eq!((again.state, again.done_at), (ListingTaskState::Open, None));
        assert_eq!(code(did(db, editor, move |tx, who| knowledge::reopen_listing_task(tx, NOW, who, blurred.id)).await), "task_open");

        for who in [&scene.agent, &scene.stranger] {
            let wanted = if who.org == scene.org { "forbidden" } else { "not_found" };
            assert_eq!(code(finish(who, blurred.id).await), wanted);
            assert_eq!(code(mark(db, who, id, "image.clear", S::Passed).await), wanted);
            assert_eq!(code(did(db, who, move |tx, who| knowledge::check_listing(tx, NOW, who, id)).await), wanted);
        }
    }

    async fn a_supervisor_mends_name_picture_and_selling_points_and_the_listing_follows(db: &TestDb) {
        let scene = scene(db).await;
        let (id, org, shops) = (set(db, &scene).await.id, scene.org, scene.shops);
        check(db, &scene.editor, id).await;
        let editor = scene.editor.clone();
        let files = Files::folder(&db.folder.path().join("files")).expect("files");
        let mut uploaded = Vec::new();
        for (width, height) in [(900, 600), (900, 900)] {
            let mut png = std::io::Cursor::new(Vec::new());
            image::DynamicImage::new_rgb8(width, height).write_to(&mut png, image::ImageFormat::Png).expect("a picture");
            let (new, who) = (files.take("主图.png", png.into_inner()).await.expect("stored"), editor.clone());
            uploaded.push(db.write(move |tx| Ok(FileRow::keep(tx, NOW, &who, shops[0], &new)?.id)).await.expect("kept"));
        }
        let change = |who: &Actor, change: BasicsChange| did(db, who, move |tx, who| knowledge::change_basics(tx, NOW.plus(9), who, id, &change));
        let with = |file: Id| BasicsChange { picture: Some(file.to_string()), ..BasicsChange::default() };
        let oblong = change(&editor, with(uploaded[0])).await.expect("an oblong one");
        assert_eq!(oblong.picture, Some(uploaded[0].to_string()));
        let listing = saw(db, &editor, move |tx, who| knowledge::listing(tx, who, id)).await.expect("a listing");
        assert_eq!(of(&listing, "image.square"), (S::Failed, "picture_not_square", "900×600"), "measured as it is saved");
        let is = BasicsChange { title: Some("晨雾四件套".into()), selling_points: Some(vec!["不起球".into(), "可机洗".into()]), ..with(uploaded[1]) };
        let is = change(&editor, is).await.expect("mended");
        assert_eq!((is.title.as_str(), is.selling_points.len(), is.code.as_str(), is.skus.len()), ("晨雾四件套", 2, "SJ01", 2), "the rest stays");
        let listing = saw(db, &editor, move |tx, who| knowledge::listing(tx, who, id)).await.expect("a listing");
        assert_eq!(of(&listing, "image.square").0, S::Passed);
        let closed = tasks(db, &editor, ListingTaskState::Done).await;
        assert!(closed.iter().any(|task| task.item == "image.square" && task.done_at == Some(NOW.plus(9))));

        // Whoever is shown the product sees its picture, wherever it was uploaded; nobody else does.
        let shown = |shops: base::Shops, file: Id, org: Id| db.read(move |tx| catalogue::shows_file(tx, org, &shops, file));
        assert!(shown(base::Shops::only(vec![shops[1]]), uploaded[1], org).await.expect("read"));
        assert!(!shown(base::Shops::All, uploaded[0], org).await.expect("read"), "it is no picture of a product any more");
        assert!(!shown(base::Shops::All, uploaded[1], scene.other).await.expect("read"));

        // A file of a talk or a buyer's would be seen by every buyer.
        let said = uploaded[0];
        let theirs = db.write(move |tx| {
            let new = FileRow::load(tx, org, said)?.expect("the file");
            new.belongs(tx, org, Id(77))?;
            Ok(new.id)
        }).await.expect("said in a talk");
        assert_eq!(code(change(&editor, with(theirs)).await), "file_unknown");
        assert_eq!(code(change(&editor, with(Id(1))).await), "file_unknown");
        assert_eq!(code(change(&editor, BasicsChange { title: Some(" ".into()), ..BasicsChange::default() }).await), "text_empty");
        assert_eq!(code(change(&scene.agent, with(uploaded[1])).await), "forbidden");
        assert_eq!(code(change(&scene.stranger, with(uploaded[1])).await), "not_found");
        let bare = change(&editor, BasicsChange { picture: Some(String::new()), ..BasicsChange::default() }).await.expect("taken away");
        assert_eq!(bare.picture, None);
    }

    async fn somebody_mends_a_task_and_the_weeks_are_counted(db: &TestDb) {
        const WEEK: i64 = 7 * DAY;
        let scene = scene(db).await;
        let (id, editor, shops) = (set(db, &scene).await.id, &scene.editor, scene.shops);
        let raise = |at: i64| {
            let new = NewListingTask { shop: shops[0], conversation: None, note: "没写尺寸".into() };
            did(db, &scene.agent, move |tx, who| knowledge::raise_listing(tx, NOW.plus(at), who, id, &new))
        };
        let old = raise(-3 * WEEK - DAY).await.expect("raised").id;
        let mine = raise(-DAY).await.expect("raised").id;
        raise(-20 * WEEK).await.expect("raised long ago");
        let finish = ListingTaskDone::default();
        did(db, editor, move |tx, who| knowledge::finish_listing_task(tx, NOW.plus(-WEEK - DAY), who, old, &finish)).await.expect("done");

        let helper = db.write({
            let org = scene.org;
            move |tx| person(tx, org, "pre_sale", "阿梅", None)
        }).await.expect("somebody").person().expect("an id");
        let own = |who: &Actor, task: Id, owner: Option<Id>| did(db, who, move |tx, who| knowledge::own_listing_task(tx, NOW, who, task, ListingTaskOwner { owner }));
        let owned = own(editor, mine, Some(helper)).await.expect("owned");
        assert_eq!(owned.owner_name.as_deref(), Some("阿梅"));
        let filter = ListingTaskFilter { owner: Some(helper), ..ListingTaskFilter::default() };
        let theirs = saw(db, editor, move |tx, who| knowledge::listing_tasks(tx, who, &filter, &PageAsk::default())).await.expect("tasks").items;
        assert_eq!(theirs.iter().map(|task| task.id).collect::<Vec<_>>(), [mine]);
        assert_eq!(code(own(editor, mine, Some(Id(1))).await), "owner_unknown");
        assert_eq!(code(own(editor, old, Some(helper)).await), "task_done");
        assert_eq!(code(own(&scene.agent, mine, None).await), "forbidden");
        assert_eq!(code(own(&scene.stranger, mine, None).await), "not_found");
        assert_eq!(told(db, "listing_task.owned").await, [serde_json::json!({ "owner": [null, helper] })]);
        assert_eq!(own(editor, mine, None).await.expect("nobody's").owner, None);

        let weeks = |who: &Actor, shop: Option<Id>| saw(db, who, move |tx, who| knowledge::listing_weeks(tx, NOW, who, shop));
        let counted = weeks(editor, None).await.expect("weeks");
        let figures: Vec<_> = counted.iter().map(|week| (week.opened, week.closed, week.open)).collect();
        assert_eq!(figures, [(0, 0, 1), (0, 0, 1), (0, 0, 1), (0, 0, 1), (1, 0, 2), (0, 0, 2), (0, 1, 1), (1, 0, 2)]);
        assert_eq!((counted[7].to, counted[7].from), (NOW, NOW.plus(-WEEK)));
        assert!(weeks(&scene.stranger, None).await.expect("weeks").iter().all(|week| week.open == 0));
        assert_eq!(code(weeks(&scene.agent, Some(shops[1])).await), "not_found");
    }

    async fn the_programs_items_cannot_be_talked_over_but_may_be_not_needed(db: &TestDb) {
        let scene = scene(db).await;
        let (id, editor) = (set(db, &scene).await.id, &scene.editor);
        check(db, editor, id).await;
        assert_eq!(code(mark(db, editor, id, "size.table", S::Passed).await), "still_failing");
        assert_eq!(code(mark(db, editor, id, "size.table", S::Failed).await), "program_decides");
        assert_eq!(code(mark(db, editor, id, "size.colour", S::Passed).await), "not_found");
        let without = mark(db, editor, id, "size.table", S::NotNeeded).await.expect("not needed");
        assert_eq!((of(&without, "size.table").0, without.items.iter().find(|item| item.key == "size.table").and_then(|item| item.task)), (S::NotNeeded, None));
        assert_eq!(of(&check(db, editor, id).await, "size.table").0, S::NotNeeded, "it stays so");
        let back = mark(db, editor, id, "size.table", S::Open).await.expect("given back");
        assert_eq!(of(&back, "size.table"), (S::Failed, "size_table_missing", ""));
        assert_eq!(mark(db, editor, id, "page.focus", S::Passed).await.expect("a person's").passed, back.passed + 1);
    }

    async fn an_agent_says_in_a_talk_that_a_page_does_not_say_enough(db: &TestDb) {
        let scene = scene(db).await;
        let id = set(db, &scene).await.id;
        let raise = |who: &Actor, shop: Id, note: &str| {
            let new = NewListingTask { shop, conversation: Some(Id(41)), note: note.into() };
            did(db, who, move |tx, who| knowledge::raise_listing(tx, NOW, who, id, &new))
        };
        let task = raise(&scene.agent, scene.shops[0], "详情页没写枕套尺寸").await.expect("raised");
        assert_eq!((task.item.as_str(), task.source, task.conversation, task.opened_by_name.as_deref()), ("raised", ListingTaskSource::Agent, Some(Id(41)), Some("小满")));
        raise(&scene.agent, scene.shops[0], "也没写能不能烘干").await.expect("raised too");
        assert_eq!(code(raise(&scene.agent, scene.shops[0], " ").await), "text_empty");
        assert_eq!(code(raise(&scene.agent, scene.shops[1], "x").await), "not_found");
        assert_eq!(code(raise(&scene.stranger, scene.shops[0], "x").await), "not_found");
        let count = |who: &Actor, shop: Option<Id>| saw(db, who, move |tx, who| knowledge::open_listing_tasks(tx, who, shop));
        assert_eq!((count(&scene.editor, None).await.expect("n"), count(&scene.stranger, None).await.expect("n")), (2, 0));
        assert_eq!(code(count(&scene.agent, Some(scene.shops[1])).await), "not_found");
        let done = did(db, &scene.editor, move |tx, who| knowledge::finish_listing_task(tx, NOW, who, task.id, &ListingTaskDone::default())).await.expect("done");
        assert_eq!((done.state, count(&scene.editor, Some(scene.shops[0])).await.expect("n")), (ListingTaskState::Done, 1));
    }

    async fn all_products_are_looked_at_fifty_at_a_time(db: &TestDb) {
        let scene = scene(db).await;
        for n in 0..52 {
            let (code, sku) = (format!("F{n}"), format!("F{n}-1"));
            product(db, scene.org, &code, "小件", &[(&sku, "", 1_000, 9)], Some(vec![scene.shops[n % 2]])).await;
        }
        let look = |who: &Actor, ask: ListingLookAsk| did(db, who, move |tx, who| knowledge::check_listings(tx, NOW, who, &ask));
        let first = look(&scene.editor, ListingLookAsk::default()).await.expect("a look");
        assert_eq!((first.checked, first.failed), (50, 50));
        let rest = look(&scene.editor, ListingLookAsk { after: first.after, shop: None }).await.expect("a look");
        assert_eq!((rest.checked, rest.after), (2, None));
        assert_eq!(look(&scene.far, ListingLookAsk::default()).await.expect("a look").checked, 26);
        assert_eq!(code(look(&scene.far, ListingLookAsk { shop: Some(scene.shops[0]), after: None }).await), "not_found");
        assert_eq!(code(look(&scene.agent, ListingLookAsk::default()).await), "forbidden");
    }
}
