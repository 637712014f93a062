//! Who was joined into another, and what was proposed out of their talks.

use base::{Actor, Id, Problem};
use knowledge::{FaqStatus, Propose};
use search::{Ask, Index};
use store::testing::TestDb;
use store::{Cursor, on_both};

use super::{NICK, NOW, act, order, places_of, scene};
use crate::app::SCHEMAS;
use crate::messages::documents;

/// What the other one was called, before they were joined.
const OTHER: &str = "柳絮随风";

/// Feeds the index what the log has beyond a place; answers how far that is. Nobody else writes, so what readers are
/// held back from by transactions of other databases is read too.
async fn feed(db: &TestDb, index: &Index, from: Cursor) -> Cursor {
    let rows = db
        .read(move |tx| tx.log_present(from, 10_000))
        .await
        .expect("read");
    let last = rows.last().map_or(from, |row| row.cursor);
    let docs = db.read(move |tx| {
        let docs = rows.iter().map(|row| documents(tx, row));
        Ok(docs.collect::<Result<Vec<_>, Problem>>()?.concat())
    });
    index.put(&docs.await.expect("documents")).expect("put");
    index.commit(1).expect("kept");
    last
}

fn finds(index: &Index, org: Id, text: &str) -> Vec<i64> {
    let found = index.search(&Ask::new(org.0, text)).expect("asked");
    found.hits.iter().map(|hit| hit.id).collect()
}

on_both! { SCHEMAS;
    async fn who_was_joined_into_an_erased_buyer_is_found_by_no_name(db: &TestDb) {
        let scene = scene(db).await;
        let (org, shop, boss, into) = (scene.org, scene.shop, scene.boss.clone(), scene.customer);
        let mut theirs = order(shop, "T2", NOW);
        let buyer = theirs.buyer.as_mut().expect("a buyer");
        (buyer.value, buyer.name) = (OTHER.into(), None);
        let program = Actor::program(org);
        let from = act(db, move |tx| orders::upsert(tx, NOW, &program, &theirs)).await.customer.expect("a customer");
        let new = customers::NewJoin { from, name: Default::default(), level: Default::default(), real_name: Default::default(), phone: Default::default(), address: Default::default() };
        act(db, move |tx| customers::join_customers(tx, NOW, &boss, into, &new)).await;
        let (index, _) = Index::open(&db.folder.path().join("search"), "an epoch").expect("an index");
        let at = feed(db, &index, Cursor::default()).await;
        assert_eq!((finds(&index, org, OTHER), finds(&index, org, "liuxu")), (vec![from.0], vec![from.0]));
        scene.erased(db).await;
        feed(db, &index, at).await;
        for text in [OTHER, "liuxu", "liuxusuifeng", NICK] {
            assert_eq!(finds(&index, org, text), [0; 0], "{text}");
        }
        assert_eq!(places_of(db, OTHER).await, [""; 0]);
    }

    async fn what_was_noted_beside_a_product_in_an_erased_buyers_talk_is_gone(db: &TestDb) {
        let scene = scene(db).await;
        let program = Actor::program(scene.boss.org);
        let sku = catalogue::NewSku { code: "SJT-1".into(), spec: None, price_fen: Some(base::Fen(9_900)), cost_fen: None, floor_fen: None, on_hand: None, safety: None, active: None };
        let new = catalogue::NewProduct { code: "P-1".into(), title: Some("竹纤维四件套".into()), picture: None, url: None, selling_points: None, active: None, shops: None, skus: vec![sku] };
        let product = act(db, move |tx| catalogue::upsert_product(tx, NOW, &program, &new)).await.id;
        let note = knowledge::NewListingTask { shop: scene.shop, conversation: Some(scene.conversation), note: "柳絮小姐问了三遍尺寸".into() };
        let (agent, done) = (scene.agent.clone(), Actor::program(scene.boss.org));
        let task = act(db, move |tx| knowledge::raise_listing(tx, NOW, &agent, product, &note)).await.id;
        assert_eq!(places_of(db, "柳絮小姐").await.len(), 1);
        scene.erased(db).await;
        assert_eq!(places_of(db, "柳絮小姐").await, [""; 0]);
        let page = db.read(move |tx| knowledge::listing_tasks(tx, &done, &knowledge::ListingTaskFilter::default(), &base::PageAsk::default())).await.expect("listed");
        assert_eq!(page.items.iter().map(|one| (one.id, one.note.as_str())).collect::<Vec<_>>(), [(task, "")], "it is to be mended as before");
    }

    async fn what_was_proposed_out_of_an_erased_buyers_talk_is_gone(db: &TestDb) {
        let scene = scene(db).await;
        let (boss, agent) = (scene.boss.clone(), scene.agent.clone());
        let propose = |question: &str, seq| Propose {
            shop: scene.shop, question: question.into(), answer: "可以的".into(), category: String::new(), conversation: Some(scene.conversation), seq: Some(seq),
        };
        let (waits, checked) = (propose("住三楼没电梯送吗", 1), propose("楼上送吗", 1));
        let published = act(db, move |tx| {
            knowledge::propose_faq(tx, NOW, &agent, &waits)?;
            let id = knowledge::propose_faq(tx, NOW, &agent, &checked)?.id;
            knowledge::publish_faq(tx, NOW, &boss, id, &knowledge::Publish::default())
        }).await.id;
        assert!(places_of(db, "没电梯送吗").await.len() > 2);
        scene.erased(db).await;
        assert_eq!(places_of(db, "没电梯送吗").await, [""; 0]);
        let boss = scene.boss.clone();
        let kept = db.read(move |tx| knowledge::faq(tx, &boss, published)).await.expect("somebody checked it");
        assert_eq!((kept.status, kept.proposal.and_then(|from| from.conversation)), (FaqStatus::Published, None));
    }
}
