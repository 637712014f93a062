//! Accounts of a shop on its platform: whose, and when.

use base::{Id, Ms};
use store::on_both;
use team::{NewShopAccount, ShopAccountChange};

use crate::common::{NOW, TABLES, code, house, pid};

const DAY: i64 = 86_400_000;

fn whose(account: &str, person: Id, from: Option<i64>, until: Option<i64>) -> NewShopAccount {
    NewShopAccount {
        account: account.into(),
        person: Some(person),
        left: None,
        from: from.map(|days| NOW.plus(days * DAY)),
        until: until.map(|days| NOW.plus(days * DAY)),
    }
}

on_both! { TABLES;
    async fn an_account_is_one_persons_at_a_time(db: &TestDb) {
        let h = house(db).await;
        let (tea, org) = (h.tea, h.org);
        let (man, boss) = (pid(&h.xiaoman), pid(&h.supervisor));
        let s = h.supervisor.clone();
        let (first, second) = db.write(move |tx| Ok((
            team::add_shop_account(tx, NOW, &s, tea, whose("青禾：前台", man, None, Some(-10)))?,
            team::add_shop_account(tx, NOW, &s, tea, whose(" 青禾:前台 ", boss, Some(-10), None))?,
        ))).await.expect("added");
        assert_eq!((first.account.as_str(), second.account.as_str()), ("青禾:前台", "青禾:前台"));
        let people = db.read(move |tx| team::account_people(tx, org, tea)).await.expect("read");
        assert_eq!(people.at("青禾:前台", NOW.plus(-10 * DAY - 1)), Some(man));
        assert_eq!(people.at("青禾:前台", NOW.plus(-10 * DAY)), Some(boss));
        assert_eq!(people.at("青禾:后台", NOW), None);
        assert!(people.covers("青禾:前台", Ms(0), NOW));

        let s = h.supervisor.clone();
        let taken = db.write(move |tx| team::add_shop_account(tx, NOW, &s, tea, whose("青禾:前台", man, Some(-12), Some(-11)))).await.expect_err("taken");
        assert_eq!((taken.code.as_ref(), taken.params["until"].as_i64()), ("account_taken", Some(NOW.plus(-10 * DAY).0)));
        let s = h.supervisor.clone();
        assert_eq!(code(db.write(move |tx| team::add_shop_account(tx, NOW, &s, tea, whose("青禾:甲", man, Some(1), Some(1)))).await), "time_ends_early");
        let s = h.supervisor.clone();
        assert_eq!(code(db.write(move |tx| team::add_shop_account(tx, NOW, &s, tea, NewShopAccount { account: "青禾:甲".into(), ..NewShopAccount::default() })).await), "person_missing");
        let s = h.supervisor.clone();
        let wider = ShopAccountChange { until: Some(None), ..ShopAccountChange::default() };
        assert_eq!(code(db.write(move |tx| team::change_shop_account(tx, NOW, &s, first.id, wider.clone())).await), "account_taken");
        let s = h.supervisor.clone();
        let gap = db.write(move |tx| {
            let shorter = ShopAccountChange { until: Some(Some(NOW.plus(-20 * DAY))), ..ShopAccountChange::default() };
            team::change_shop_account(tx, NOW, &s, first.id, shorter)?;
            team::account_people(tx, org, tea)
        }).await.expect("changed");
        assert!(!gap.covers("青禾:前台", Ms(0), NOW) && gap.at("青禾:前台", NOW.plus(-15 * DAY)).is_none());
    }

    async fn an_account_of_somebody_who_left_gets_a_person_who_cannot_sign_in(db: &TestDb) {
        let h = house(db).await;
        let (tea, org, s) = (h.tea, h.org, h.supervisor.clone());
        let left = NewShopAccount { account: "青禾:老王".into(), left: Some("老王".into()), ..NewShopAccount::default() };
        let made = db.write(move |tx| team::add_shop_account(tx, NOW, &s, tea, left.clone())).await.expect("added");
        let person = db.read(move |tx| team::person(tx, org, made.person)).await.expect("read").expect("there");
        assert_eq!((person.name.as_str(), person.disabled, person.roles.len()), ("老王", true, 0));
        let s = h.supervisor.clone();
        let list = db.write(move |tx| {
            team::remove_shop_account(tx, NOW, &s, made.id)?;
            team::shop_accounts(tx, &s, tea)
        }).await.expect("removed");
        assert!(list.is_empty());
    }

    async fn who_may_not_manage_people_or_has_not_the_shop_gives_no_account_away(db: &TestDb) {
        let h = house(db).await;
        let (tea, fruit, man) = (h.tea, h.fruit, pid(&h.xiaoman));
        let s = h.supervisor.clone();
        let made = db.write(move |tx| team::add_shop_account(tx, NOW, &s, tea, whose("青禾:前台", man, None, None))).await.expect("added").id;
        for (who, shop, want) in [(h.xiaoman.clone(), tea, 403), (h.supervisor.clone(), fruit, 404), (h.other.owner.clone(), tea, 404)] {
            let refused = db.write(move |tx| team::add_shop_account(tx, NOW, &who, shop, whose("青禾:乙", man, None, None))).await.expect_err("refused");
            assert_eq!(refused.status, want, "{refused:?}");
        }
        for (who, want) in [(h.xiaoman.clone(), 403), (h.other.owner.clone(), 404)] {
            let refused = db.write(move |tx| team::remove_shop_account(tx, NOW, &who, made)).await.expect_err("refused");
            assert_eq!(refused.status, want, "{refused:?}");
        }
        let (far, s) = (pid(&h.other.owner), h.supervisor.clone());
        assert_eq!(code(db.write(move |tx| team::add_shop_account(tx, NOW, &s, tea, whose("青禾:丙", far, None, None))).await), "person_unknown");
    }
}
