//! What the other rooms lean on: people as actors, tokens, presence by leases, settings with versions.

use crate::common::{NOW, TABLES, code, house, pid};
use base::{Id, Ms, Permission, Shops, Topic};
use serde_json::json;
use store::on_both;
use team::{NewToken, Presence, Setting, SettingKind};

static WARN: Setting = Setting {
    key: "reception.warn_pre",
    kind: SettingKind::Seconds { min: 1, max: 3600 },
    default: || json!(10),
    zh: ("售前首响提醒", "买家等到这时变黄"),
    en: ("First response, pre-sale: warn", "The wait turns amber then"),
    source: "row 24",
    shop_level: true,
};
static ALL: [Setting; 1] = [Setting {
    key: "reception.warn_pre",
    kind: SettingKind::Seconds { min: 1, max: 3600 },
    default: || json!(10),
    zh: ("售前首响提醒", "买家等到这时变黄"),
    en: ("First response, pre-sale: warn", "The wait turns amber then"),
    source: "row 24",
    shop_level: true,
}];

on_both! { TABLES;
    async fn people_act_with_the_rights_of_their_roles_in_their_shops(db: &TestDb) {
        let h = house(db).await;
        assert!(h.owner.may(Permission::Tokens) && h.owner.shops == Shops::All);
        assert!(h.xiaoman.may(Permission::Talk) && !h.xiaoman.may(Permission::Reveal));
        assert_eq!(h.xiaoman.shops, Shops::only(vec![h.tea]));
        let (x, f) = (h.clone(), h.clone());
        let seen = db.read(move |tx| team::people(tx, &x.xiaoman, None)).await.expect("read");
        let names: Vec<_> = seen.iter().map(|p| p.name.as_str()).collect();
        assert_eq!(names, ["linyuan", "baolu", "xiaoman"], "nobody of the other shop or organisation");
        let key = db.read(|tx| team::shop_by_key(tx, "teateateateatea1")).await.expect("read").expect("there");
        assert_eq!((key.0, key.1.id), (f.org, f.tea));
        assert_eq!(db.read(team::first_org).await, Ok(Some(f.org)));
    }

    async fn a_token_does_what_it_and_its_maker_both_may(db: &TestDb) {
        let h = house(db).await;
        let o = h.owner.clone();
        let tea = h.tea;
        let token = db.write(move |tx| {
            let new = NewToken { name: "对接".into(), permissions: vec![Permission::SeeOrders, Permission::LiftLimits],
                shops: Some(vec![tea]), lifts_limits: true, ..NewToken::default() };
            team::add_token(tx, NOW, &o, new, "xr_secret-of-32-bytes")
        }).await.expect("made");
        let (actor, info) = db.read(|tx| team::actor_by_token(tx, NOW, "xr_secret-of-32-bytes")).await.expect("read").expect("there");
        assert_eq!((info.id, info.lifts_limits, info.stale), (token.id, true, true));
        assert!(actor.may(Permission::SeeOrders) && !actor.may(Permission::Talk));
        assert_eq!(actor.shops, Shops::only(vec![h.tea]));
        assert_eq!(db.read(|tx| team::actor_by_token(tx, NOW, "xr_wrong")).await, Ok(None));
        let (o, id) = (h.other.owner.clone(), token.id);
        assert_eq!(code(db.write(move |tx| team::remove_token(tx, NOW, &o, id)).await), "not_found");
    }

    async fn a_person_is_present_while_a_socket_lives_and_a_dead_nodes_people_vanish(db: &TestDb) {
        let h = house(db).await;
        let org = h.org;
        let (a, b) = (pid(&h.xiaoman), pid(&h.guyu));
        let at = |ms: i64| NOW.plus(ms);
        let ready = |ms: i64| db.read(move |tx| team::ready(tx, at(ms), org));
        assert!(ready(0).await.expect("read").is_empty());
        db.write(move |tx| {
            team::lease(tx, at(0), org, a, Id(1), "n1", at(30_000))?;
            team::lease(tx, at(0), org, a, Id(2), "n2", at(30_000))?;
            team::lease(tx, at(0), org, b, Id(3), "n1", at(30_000))
        }).await.expect("leased");
        let two = ready(1).await.expect("read");
        assert_eq!(two.iter().map(|r| (r.person, r.presence)).collect::<Vec<_>>(), [(a, Presence::Online), (b, Presence::Online)]);
        assert!(two[0].permissions.has(Permission::Talk) && two[0].capacity == 8);
        let x = h.xiaoman.clone();
        db.write(move |tx| team::set_presence(tx, at(5_000), &x, Presence::Away, Some("午餐"))).await.expect("set");
        // Node n1 dies; n2 goes on renewing.
        db.write(move |tx| team::lease(tx, at(20_000), org, a, Id(2), "n2", at(50_000))).await.expect("renewed");
        let still = ready(31_000).await.expect("read");
        assert_eq!(still.iter().map(|r| (r.person, r.presence)).collect::<Vec<_>>(), [(a, Presence::Away)]);
        let gone = db.write(move |tx| team::expire_leases(tx, at(31_000))).await.expect("expired");
        assert_eq!(gone, [(org, b)]);
        assert_eq!(db.write(move |tx| team::expire_leases(tx, at(31_000))).await, Ok(vec![]));
        db.write(move |tx| team::drop_lease(tx, at(40_000), org, a, Id(2))).await.expect("closed");
        assert!(ready(40_001).await.expect("read").is_empty());
        // What was chosen holds again with the next socket.
        db.write(move |tx| team::lease(tx, at(60_000), org, a, Id(4), "n2", at(90_000))).await.expect("leased");
        assert_eq!(ready(60_001).await.expect("read")[0].presence, Presence::Away);
        let spans = db.read(move |tx| team::presence_spans(tx, org, at(0), at(99_000))).await.expect("read");
        let told: Vec<_> = spans.iter().map(|s| (s.person, s.state, s.from.since(NOW), s.until.map(|u| u.since(NOW)))).collect();
        assert_eq!(told, [
            (a, Presence::Online, 0, Some(5_000)),
            (a, Presence::Away, 5_000, Some(40_000)),
            (a, Presence::Away, 60_000, None),
            (b, Presence::Online, 0, Some(30_000)),
        ], "a span ends where the lease ended, not where it was found");
        assert!(db.frames().iter().any(|l| l.topics.contains(&Topic::Shop(h.tea)) && l.frame.contains(r#""state":"away""#)));
    }

    async fn a_person_whose_lease_ran_out_unseen_was_off_in_between(db: &TestDb) {
        let h = house(db).await;
        let (org, a) = (h.org, pid(&h.xiaoman));
        db.write(move |tx| team::lease(tx, NOW, org, a, Id(1), "n1", NOW.plus(30_000))).await.expect("leased");
        db.write(move |tx| team::lease(tx, NOW.plus(90_000), org, a, Id(1), "n1", NOW.plus(120_000))).await.expect("back");
        let spans = db.read(move |tx| team::presence_spans(tx, org, NOW, NOW.plus(99_000))).await.expect("read");
        assert_eq!(spans.iter().map(|s| (s.from.since(NOW), s.until)).collect::<Vec<_>>(),
            [(0, Some(NOW.plus(30_000))), (90_000, None)]);
    }

    async fn settings_fall_back_and_every_version_can_be_read_again(db: &TestDb) {
        let h = house(db).await;
        let (org, tea, fruit) = (h.org, h.tea, h.fruit);
        let value = |shop: Id| db.read(move |tx| team::setting(tx, org, shop, &WARN));
        let version = || db.read(move |tx| team::settings_version(tx, org));
        let set = |shop: Option<Id>, value: i64| {
            let o = h.owner.clone();
            db.write(move |tx| team::set_setting(tx, NOW, &o, shop, &WARN, &json!(value)))
        };
        let v0 = version().await.expect("read");
        assert_eq!((v0, value(tea).await), (Id::NONE, Ok(json!(10))));
        set(None, 15).await.expect("set");
        let v1 = version().await.expect("read");
        set(Some(tea), 20).await.expect("set");
        let v2 = version().await.expect("read");
        set(Some(tea), 20).await.expect("nothing to do");
        assert_eq!(version().await, Ok(v2));
        let o = h.owner.clone();
        db.write(move |tx| team::reset_setting(tx, NOW, &o, Some(tea), &WARN)).await.expect("reset");
        let v3 = version().await.expect("read");
        assert_eq!((value(tea).await, value(fruit).await), (Ok(json!(15)), Ok(json!(15))));
        for (version, in_tea, in_fruit) in [(v0, 10, 10), (v1, 15, 15), (v2, 20, 15), (v3, 15, 15)] {
            for (shop, expected) in [(tea, in_tea), (fruit, in_fruit)] {
                let then = db.read(move |tx| team::settings_at(tx, org, shop, &ALL, version)).await.expect("read");
                assert_eq!(then["reception.warn_pre"], json!(expected), "{version} {shop}");
            }
        }
        assert_eq!(code(set(None, 0).await), "setting_value");
        let s = h.supervisor.clone();
        assert_eq!(code(db.write(move |tx| team::set_setting(tx, NOW, &s, None, &WARN, &json!(9))).await), "forbidden");
        let s = h.supervisor.clone();
        assert_eq!(code(db.write(move |tx| team::set_setting(tx, NOW, &s, Some(fruit), &WARN, &json!(9))).await), "not_found");
        let (s, far) = (h.owner.clone(), h.other.shop);
        assert_eq!(code(db.write(move |tx| team::set_setting(tx, NOW, &s, Some(far), &WARN, &json!(9))).await), "not_found");
        let s = h.supervisor.clone();
        db.write(move |tx| team::set_setting(tx, Ms(1), &s, Some(tea), &WARN, &json!(9))).await.expect("their own shop");
    }
}
