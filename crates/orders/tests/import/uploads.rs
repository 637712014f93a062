//! What was uploaded goes when no run can need it any more.

use std::path::{Path, PathBuf};

use base::{Actor, Id, Shops, Who};
use orders::import::{self, Import, ImportKind, ImportState, Importer};
use store::on_both;
use store::testing::TestDb;

use crate::hand::*;

/// Somebody of the team who may take orders in.
fn agent(scene: Scene) -> Actor {
    Actor {
        org: scene.org,
        who: Who::Person(Id(7)),
        permissions: [base::Permission::EditOrders].into_iter().collect(),
        shops: Shops::All,
    }
}

/// A file in the folder of uploads that was looked at.
async fn uploaded(
    db: &TestDb,
    importer: &Importer,
    scene: Scene,
    name: &str,
) -> Result<(PathBuf, Import), base::Problem> {
    let folder = db.folder.path().join("imports");
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(name);
    std::fs::write(
        &path,
        format!("订单号,买家昵称,订单金额,实付金额,订单状态\n{name},阿岚,5,5,交易成功\n"),
    )
    .expect("written");
    let looked = importer
        .look(
            &agent(scene),
            scene.shop,
            &path,
            "orders.csv",
            ask(ImportKind::Orders),
        )
        .await;
    looked.map(|run| (path, run))
}

async fn tidied(importer: &Importer, folder: &Path) {
    importer.tidy(folder).await.expect("tidied");
}

on_both! { TABLES;
    async fn a_file_goes_with_the_end_of_its_run_and_undoing_needs_none(db: &TestDb) {
        let scene = scene(db).await;
        let importer = Importer::new(db.db.clone(), clock);
        let folder = db.folder.path().join("imports");
        tidied(&importer, &folder).await;
        let (done, run) = uploaded(db, &importer, scene, "A1").await.expect("looked at");
        let (waits, _) = uploaded(db, &importer, scene, "A2").await.expect("looked at");
        let (dropped, other) = uploaded(db, &importer, scene, "A3").await.expect("looked at");
        let coming = folder.join("coming");
        std::fs::write(&coming, "订单号").expect("written");
        tidied(&importer, &folder).await;
        assert!(done.exists() && waits.exists() && dropped.exists(), "they may still be read");
        apply(db, scene, &importer, run.id).await.expect("taken in");
        db.write(move |tx| import::cancel(tx, NOW, &scene.who(), other.id)).await.expect("cancelled");
        tidied(&importer, &folder).await;
        assert_eq!((done.exists(), waits.exists(), dropped.exists(), coming.exists()), (false, true, false, true));
        db.write(move |tx| import::undo(tx, NOW, &scene.who(), run.id)).await.expect("asked");
        let undone = importer.until_ended(scene.org, run.id).await.expect("given back");
        assert_eq!((undone.state, undone.given_back), (ImportState::Undone, 1));
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM shop_order").await, 0);
    }

    async fn what_was_only_looked_at_ends_after_a_week(db: &TestDb) {
        let scene = scene(db).await;
        let (path, run) = uploaded(db, &Importer::new(db.db.clone(), clock), scene, "B1").await.expect("looked at");
        let later = Importer::new(db.db.clone(), || NOW.plus(8 * 86_400_000));
        tidied(&later, path.parent().expect("a folder")).await;
        let seen = db.read(move |tx| import::import(tx, &scene.who(), run.id)).await.expect("there");
        assert_eq!((seen.state, path.exists()), (ImportState::Cancelled, false));
    }

    async fn nobody_leaves_more_than_twenty_files(db: &TestDb) {
        let scene = scene(db).await;
        let importer = Importer::new(db.db.clone(), clock);
        let mut first = None;
        for n in 0..20 {
            let (_, run) = uploaded(db, &importer, scene, &format!("C{n}")).await.expect("looked at");
            first.get_or_insert(run.id);
        }
        let full = uploaded(db, &importer, scene, "C20").await.expect_err("refused");
        assert_eq!((full.code.as_ref(), &full.params["limit"]), ("imports_too_many", &20.into()));
        // The command line names files of its own, and one that has ended makes room.
        looked(db, scene, scene.shop, "订单号,买家昵称\nC,阿岚\n", ask(ImportKind::Orders)).await.expect("looked at");
        let first = first.expect("one");
        db.write(move |tx| import::cancel(tx, NOW, &scene.who(), first)).await.expect("cancelled");
        uploaded(db, &importer, scene, "C20").await.expect("looked at");
    }
}
