//! Tags and consent.

use base::{Id, PageAsk, Permission};
use customers::{
    ConsentChannel, ConsentSource, ConsentState, CustomerFilter, IdentityKind, NewConsent, NewTag, TagColor,
};
use store::on_both;
use store::testing::TestDb;

use crate::scene::{NOW, Scene, TABLES, act, code, log, scene};

fn tag(name: &str) -> NewTag {
    NewTag {
        name: name.into(),
        color: TagColor::Blue,
    }
}

fn consent(state: ConsentState, proof: &str, at: i64) -> NewConsent {
    NewConsent {
        channel: ConsentChannel::Sms,
        state,
        source: ConsentSource::Talk,
        proof: proof.into(),
        said_at: Some(NOW.plus(at)),
    }
}

async fn tagged(db: &TestDb, scene: &Scene, tag: Id) -> Vec<Id> {
    let filter = CustomerFilter {
        tag: Some(tag),
        ..CustomerFilter::default()
    };
    let page = act(db, &scene.head(), move |tx, who| {
        customers::customers(tx, NOW, who, &filter, &PageAsk::default())
    })
    .await
    .expect("a page");
    page.items.into_iter().map(|view| view.customer.id).collect()
}

on_both! { TABLES;
    async fn customers_are_tagged_and_found_by_tag(db: &TestDb) {
        let scene = scene(db).await;
        let head = scene.head();
        let (a, b) = (scene.buyer(db, "竹影").await, scene.buyer(db, "青柠").await);
        let loyal = act(db, &head, |tx, who| customers::add_tag(tx, NOW, who, &tag("老客户"))).await.expect("made").id;
        let fussy = act(db, &head, |tx, who| customers::add_tag(tx, NOW, who, &tag("Fussy"))).await.expect("made").id;
        assert_eq!(code(act(db, &head, |tx, who| customers::add_tag(tx, NOW, who, &tag("fussy"))).await), "tag_exists");
        assert_eq!(code(act(db, &head, |tx, who| customers::add_tag(tx, NOW, who, &tag(" "))).await), "text_empty");
        assert_eq!(code(act(db, &head, move |tx, who| customers::edit_tag(tx, NOW, who, fussy, &tag("老客户"))).await), "tag_exists");
        for (customer, tag) in [(a, loyal), (a, fussy), (b, loyal), (b, loyal)] {
            act(db, &head, move |tx, who| customers::tag_customer(tx, NOW, who, customer, tag)).await.expect("tagged");
        }
        assert_eq!(tagged(db, &scene, loyal).await, [b, a]);
        assert_eq!(tagged(db, &scene, fussy).await, [a]);
        let names: Vec<String> = scene.see(db, a).await.tags.into_iter().map(|tag| tag.name).collect();
        assert_eq!(names, ["Fussy", "老客户"]);
        act(db, &head, move |tx, who| customers::untag_customer(tx, NOW, who, a, loyal)).await.expect("untagged");
        act(db, &head, move |tx, who| customers::remove_tag(tx, NOW, who, fussy)).await.expect("removed");
        assert!(scene.see(db, a).await.tags.is_empty());
        let counts = act(db, &head, customers::tags).await.expect("a list");
        assert_eq!(counts.iter().map(|one| (one.tag.id, one.customers)).collect::<Vec<_>>(), [(loyal, 1)]);
        let kinds: Vec<String> = log(db).await.into_iter().filter(|row| row.subject == a).map(|row| row.kind).collect();
        assert_eq!(kinds, ["customer.created", "customer.tagged", "customer.tagged", "customer.untagged"]);
    }

    async fn nothing_gives_consent_but_what_was_written_down(db: &TestDb) {
        let scene = scene(db).await;
        let head = scene.head();
        let id = scene.buyer(db, "竹影").await;
        let may = || act(db, &head, move |tx, who| customers::may_contact(tx, who.org, id, ConsentChannel::Sms));
        assert_eq!(may().await, Ok(false));
        let set = |new: NewConsent| act(db, &head, move |tx, who| customers::set_consent(tx, NOW, who, id, &new));
        assert_eq!(code(set(consent(ConsentState::Given, "", 0)).await), "proof_missing");
        assert_eq!(code(set(consent(ConsentState::Given, "可以发", 1)).await), "in_the_future");
        set(consent(ConsentState::Given, "可以，有活动发我", -5)).await.expect("kept");
        assert_eq!(may().await, Ok(true));
        let mail = act(db, &head, move |tx, who| customers::may_contact(tx, who.org, id, ConsentChannel::Mail)).await;
        assert_eq!(mail, Ok(false), "one channel says nothing of another");
        set(consent(ConsentState::Refused, "", 0)).await.expect("kept");
        assert_eq!(may().await, Ok(false));
        let shown = scene.see(db, id).await.consents;
        assert_eq!(shown.iter().map(|one| one.consent.state).collect::<Vec<_>>(), [ConsentState::Refused]);
        let all = act(db, &head, move |tx, who| customers::consents(tx, who, id)).await.expect("history");
        assert_eq!(all.iter().map(|one| (one.consent.state, one.consent.replaced_at.is_some())).collect::<Vec<_>>(),
            [(ConsentState::Refused, false), (ConsentState::Given, true)]);
        assert_eq!(all[1].consent.said_at, NOW.plus(-5));
        let told: Vec<_> = log(db).await.into_iter().filter(|row| row.kind == "customer.consent_changed").collect();
        assert_eq!(told.len(), 2);
        assert!(told[1].data.contains(r#"["given","refused"]"#) && !told[0].data.contains("可以"), "{}", told[0].data);
    }

    async fn what_was_said_last_is_in_force_whenever_it_is_written_down(db: &TestDb) {
        let scene = scene(db).await;
        let head = scene.head();
        let id = scene.buyer(db, "竹影").await;
        let may = || act(db, &head, move |tx, who| customers::may_contact(tx, who.org, id, ConsentChannel::Sms));
        let set = |new: NewConsent| act(db, &head, move |tx, who| customers::set_consent(tx, NOW, who, id, &new));
        set(consent(ConsentState::Refused, "", -1_000)).await.expect("kept");
        let older = set(consent(ConsentState::Given, "早先的表单", -2_000)).await.expect("kept as history");
        assert_eq!((older.replaced_at, may().await), (Some(NOW), Ok(false)));
        set(consent(ConsentState::Given, "同一刻", -1_000)).await.expect("kept as history");
        assert_eq!(may().await, Ok(false), "of two said at once the refusal holds");
        set(consent(ConsentState::Given, "后来又说可以", -500)).await.expect("kept");
        assert_eq!(may().await, Ok(true));
        set(consent(ConsentState::Refused, "", -600)).await.expect("kept as history");
        assert_eq!(may().await, Ok(true));
        // What was written was a mistake: from then on what is written holds, whenever it was said.
        set(consent(ConsentState::Unknown, "", -9_000)).await.expect("kept");
        assert_eq!(may().await, Ok(false));
        set(consent(ConsentState::Given, "纸质登记", -8_000)).await.expect("kept");
        assert_eq!(may().await, Ok(true));
        let all = act(db, &head, move |tx, who| customers::consents(tx, who, id)).await.expect("history");
        assert_eq!((all.len(), all.iter().filter(|one| one.consent.replaced_at.is_none()).count()), (7, 1));
        assert_eq!(code(set(consent(ConsentState::Refused, "", -NOW.0 - 5)).await), "out_of_range");
    }

    async fn one_who_is_merged_brings_tags_and_the_stricter_consent(db: &TestDb) {
        let scene = scene(db).await;
        let (org, shop, head) = (scene.org, scene.shop, scene.head());
        let visitor = db.write(move |tx| customers::visitor(tx, NOW, org, shop, "t")).await.expect("a visitor").id;
        let known = db.write(move |tx| customers::prove(tx, NOW, org, shop, "u1", None, None)).await.expect("proved").customer;
        let one = act(db, &head, |tx, who| customers::add_tag(tx, NOW, who, &tag("甲"))).await.expect("made").id;
        let two = act(db, &head, |tx, who| customers::add_tag(tx, NOW, who, &tag("乙"))).await.expect("made").id;
        for (customer, tag) in [(visitor, one), (visitor, two), (known, two)] {
            act(db, &head, move |tx, who| customers::tag_customer(tx, NOW, who, customer, tag)).await.expect("tagged");
        }
        for (customer, state) in [(known, ConsentState::Given), (visitor, ConsentState::Refused)] {
            act(db, &head, move |tx, who| customers::set_consent(tx, NOW, who, customer, &consent(state, "说过", 0))).await.expect("kept");
        }
        db.write(move |tx| customers::prove(tx, NOW, org, shop, "u1", None, Some(visitor))).await.expect("proved");
        let seen = scene.see(db, visitor).await;
        assert_eq!(seen.customer.id, known);
        assert_eq!(seen.tags.iter().map(|tag| tag.id).collect::<Vec<_>>().len(), 2);
        assert_eq!(seen.consents.iter().map(|one| one.consent.state).collect::<Vec<_>>(), [ConsentState::Refused]);
        let known_by = act(db, &head, move |tx, who| customers::by_identity(tx, who.org, IdentityKind::ShopUser, shop, "u1")).await;
        assert_eq!(known_by, Ok(Some(known)));
    }

    async fn tags_and_consent_ask_for_rights_and_stay_in_their_organisation(db: &TestDb) {
        let scene = scene(db).await;
        let id = scene.buyer(db, "竹影").await;
        let own = act(db, &scene.head(), |tx, who| customers::add_tag(tx, NOW, who, &tag("甲"))).await.expect("made").id;
        for (who, refusal) in [(scene.stranger(), "not_found"), (scene.with(&[Permission::SeeCustomers]), "forbidden")] {
            assert_eq!(code(act(db, &who, move |tx, who| customers::tag_customer(tx, NOW, who, id, own)).await), refusal);
            assert_eq!(code(act(db, &who, move |tx, who| customers::untag_customer(tx, NOW, who, id, own)).await), refusal);
            assert_eq!(code(act(db, &who, move |tx, who| customers::edit_tag(tx, NOW, who, own, &tag("乙"))).await), refusal);
            assert_eq!(code(act(db, &who, move |tx, who| customers::remove_tag(tx, NOW, who, own)).await), refusal);
            let new = consent(ConsentState::Refused, "", 0);
            assert_eq!(code(act(db, &who, move |tx, who| customers::set_consent(tx, NOW, who, id, &new)).await), refusal);
        }
        assert_eq!(code(act(db, &scene.with(&[]), customers::tags).await), "forbidden");
        assert_eq!(code(act(db, &scene.with(&[]), move |tx, who| customers::consents(tx, who, id)).await), "forbidden");
        assert_eq!(act(db, &scene.stranger(), customers::tags).await.map(|tags| tags.len()), Ok(0));
        assert_eq!(code(act(db, &scene.stranger(), move |tx, who| customers::consents(tx, who, id)).await), "not_found");
    }
}
