//! Joining two customers by hand, and parting them again.

use base::{Fen, Id, Permission};
use customers::{
    ConsentChannel, ConsentSource, ConsentState, CustomerChange, IdentityKind, NewConsent, NewContact,
    NewJoin, NewTag, Side, TagColor,
};
use store::on_both;
use store::testing::TestDb;

use crate::scene::{DAY, NOW, Scene, TABLES, act, code, log, scene};

fn join(from: Id) -> NewJoin {
    NewJoin {
        from,
        name: Side::Into,
        level: Side::Into,
        real_name: Side::Into,
        phone: Side::Into,
        address: Side::Into,
    }
}

/// Two of one person: `into` and `from`, with contacts, tags, consents and sums.
async fn two(db: &TestDb, scene: &Scene) -> (Id, Id, [Id; 2]) {
    let head = scene.head();
    let (into, from) = (scene.buyer(db, "竹影").await, scene.buyer(db, "竹影2").await);
    let mut tags = Vec::new();
    for name in ["甲", "乙"] {
        let new = NewTag {
            name: name.into(),
            color: TagColor::Grey,
        };
        tags.push(
            act(db, &head, move |tx, who| customers::add_tag(tx, NOW, who, &new))
                .await
                .expect("made")
                .id,
        );
    }
    let tags = [tags[0], tags[1]];
    act(db, &head, move |tx, who| {
        let contact = |phone: &str, name: Option<&str>| NewContact {
            phone: Some(phone.into()),
            real_name: name.map(str::to_owned),
            address: None,
        };
        customers::keep_contact(tx, NOW, who, into, &contact("13800000001", None))?;
        customers::keep_contact(tx, NOW, who, from, &contact("13900000002", Some("林青")))?;
        customers::record_purchase(tx, NOW, who, into, Fen(100), 1)?;
        customers::record_purchase(tx, NOW, who, from, Fen(900), 2)?;
        customers::edit_customer(
            tx,
            NOW,
            who,
            from,
            &CustomerChange {
                level: Some(3),
                note: Some("怕色差".into()),
                ..CustomerChange::default()
            },
        )?;
        customers::tag_customer(tx, NOW, who, into, tags[0])?;
        customers::tag_customer(tx, NOW, who, from, tags[0])?;
        customers::tag_customer(tx, NOW, who, from, tags[1])?;
        let said = |state| NewConsent {
            channel: ConsentChannel::Sms,
            state,
            source: ConsentSource::Talk,
            proof: "说过".into(),
            said_at: None,
        };
        customers::set_consent(tx, NOW, who, into, &said(ConsentState::Given))?;
        customers::set_consent(tx, NOW, who, from, &said(ConsentState::Refused)).map(drop)
    })
    .await
    .expect("set up");
    (into, from, tags)
}

on_both! { TABLES;
    async fn what_conflicts_is_shown_chosen_and_the_stricter_consent_holds(db: &TestDb) {
        let scene = scene(db).await;
        let head = scene.head();
        let (into, from, _) = two(db, &scene).await;
        let preview = act(db, &head, move |tx, who| customers::join_preview(tx, NOW, who, into, from)).await.expect("shown");
        let fields: Vec<&str> = preview.conflicts.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, ["name", "level", "phone", "consent"], "a name only one of them has is no conflict");
        assert!(preview.conflicts.iter().all(|one| !one.from.contains("13900000002")));
        let chosen = NewJoin { phone: Side::From, level: Side::From, ..join(from) };
        act(db, &head, move |tx, who| customers::join_customers(tx, NOW, who, into, &chosen)).await.expect("joined");
        let is = scene.see(db, from).await;
        assert_eq!((is.customer.id, is.customer.name.as_str(), is.customer.level, is.customer.note.as_str()), (into, "竹影", 3, "怕色差"));
        assert_eq!((is.customer.spent_fen, is.customer.orders, is.tags.len()), (Fen(1_000), 3, 2));
        assert_eq!(is.consents.iter().map(|one| one.consent.state).collect::<Vec<_>>(), [ConsentState::Refused]);
        let phone = act(db, &head, move |tx, who| customers::reveal(tx, NOW, who, into, customers::SecretField::Phone)).await;
        assert_eq!(phone, Ok(Some("13900000002".into())));
        assert!(is.real_name_masked.is_some(), "what one lacked is filled");
        let refused = join(from);
        assert_eq!(code(act(db, &head, move |tx, who| customers::join_customers(tx, NOW, who, into, &refused)).await), "joined_already");
    }

    async fn parting_gives_back_what_was_moved_and_lists_what_was_touched(db: &TestDb) {
        let scene = scene(db).await;
        let (shop, head) = (scene.shop, scene.head());
        let (into, from, tags) = two(db, &scene).await;
        let (was_into, was_from) = (scene.see(db, into).await, scene.see(db, from).await);
        let new = join(from);
        let joined = act(db, &head, move |tx, who| customers::join_customers(tx, NOW, who, into, &new)).await.expect("joined");
        act(db, &head, move |tx, who| customers::edit_customer(tx, NOW, who, into, &CustomerChange { vip: Some(true), ..CustomerChange::default() })).await.expect("touched");
        act(db, &head, move |tx, who| customers::untag_customer(tx, NOW, who, into, tags[1])).await.expect("touched");
        let parted = act(db, &head, move |tx, who| customers::part_customers(tx, NOW.plus(DAY), who, joined.id)).await.expect("parted");
        assert_eq!(parted.touched, ["tag", "vip"]);
        let (is_into, is_from) = (scene.see(db, into).await, scene.see(db, from).await);
        assert_eq!(is_from.customer, was_from.customer);
        assert_eq!(is_from.identities, was_from.identities);
        assert_eq!(is_from.tags, was_from.tags);
        assert_eq!(is_from.consents.iter().map(|one| one.consent.state).collect::<Vec<_>>(), [ConsentState::Refused]);
        assert_eq!(is_into.consents.iter().map(|one| one.consent.state).collect::<Vec<_>>(), [ConsentState::Given]);
        assert!(is_into.customer.vip, "what somebody changed since stays");
        assert_eq!((is_into.customer.spent_fen, is_into.phone_masked, is_into.real_name_masked), (was_into.customer.spent_fen, was_into.phone_masked, None));
        let known = act(db, &head, move |tx, who| customers::by_identity(tx, who.org, IdentityKind::Nick, shop, "竹影2")).await;
        assert_eq!(known, Ok(Some(from)));
        assert_eq!(code(act(db, &head, move |tx, who| customers::part_customers(tx, NOW, who, joined.id)).await), "too_late");
        let kinds: Vec<String> = log(db).await.into_iter().filter(|row| row.subject == from).map(|row| row.kind).collect();
        assert!(kinds.ends_with(&["customer.merged".to_owned(), "customer.parted".to_owned()]), "{kinds:?}");
    }

    async fn joins_have_an_end_a_chain_and_rights(db: &TestDb) {
        let scene = scene(db).await;
        let head = scene.head();
        let (into, from, _) = two(db, &scene).await;
        let last = scene.buyer(db, "青柠").await;
        let (new, on) = (join(from), join(into));
        let first = act(db, &head, move |tx, who| customers::join_customers(tx, NOW, who, into, &new)).await.expect("joined").id;
        act(db, &head, move |tx, who| customers::join_customers(tx, NOW, who, last, &on)).await.expect("joined on");
        assert_eq!(scene.see(db, from).await.customer.id, last, "there is no second hop");
        assert_eq!(code(act(db, &head, move |tx, who| customers::part_customers(tx, NOW, who, first)).await), "joined_already");
        let listed = act(db, &head, move |tx, who| customers::joins(tx, NOW.plus(31 * DAY), who, last)).await.expect("a list");
        assert_eq!(listed.iter().map(|one| (one.from, one.until)).collect::<Vec<_>>(), [(into, None)]);
        let second = listed[0].id;
        assert_eq!(code(act(db, &head, move |tx, who| customers::part_customers(tx, NOW.plus(31 * DAY), who, second)).await), "too_late");
        act(db, &head, move |tx, who| customers::part_customers(tx, NOW.plus(29 * DAY), who, second)).await.expect("parted");
        assert_eq!(scene.see(db, from).await.customer.id, into);
        let again = join(into);
        assert_eq!(code(act(db, &scene.stranger(), move |tx, who| customers::part_customers(tx, NOW, who, first)).await), "not_found");
        assert_eq!(code(act(db, &scene.stranger(), { let again = again.clone(); move |tx, who| customers::join_customers(tx, NOW, who, last, &again) }).await), "not_found");
        assert_eq!(code(act(db, &scene.with(&[Permission::SeeCustomers]), move |tx, who| customers::join_customers(tx, NOW, who, last, &again)).await), "forbidden");
        let own = join(last);
        assert_eq!(code(act(db, &head, move |tx, who| customers::join_customers(tx, NOW, who, last, &own)).await), "same_customer");
    }
}
