use base::{Actor, PageAsk, Problem};
use knowledge::{NewPolicy, Policy, PolicyFilter, Status};
use store::on_both;

use crate::kit::{NOW, Scene, TABLES, code, refused, scene};

async fn add(s: &Scene, who: &Actor, new: NewPolicy) -> Result<Policy, Problem> {
    s.write(who, move |tx, who| knowledge::add_policy(tx, NOW, who, &new))
        .await
}

async fn list(s: &Scene, who: &Actor, filter: PolicyFilter) -> Vec<String> {
    let page = s
        .read(who, move |tx, who| {
            knowledge::policies(tx, who, &filter, &PageAsk::default())
        })
        .await;
    page.expect("a list")
        .items
        .into_iter()
        .map(|one| one.title)
        .collect()
}

fn of(s: &Scene, title: &str) -> NewPolicy {
    NewPolicy {
        shop: Some(s.tea),
        ..NewPolicy::new(title, "签收后七天内，不影响二次销售")
    }
}

on_both! { TABLES;
    async fn policies_are_found_by_words_platform_and_category(db: &TestDb) {
        let s = scene(db).await;
        add(&s, &s.boss, NewPolicy { category: "returns".into(), ..of(&s, "七天无理由") }).await.expect("kept");
        add(&s, &s.boss, NewPolicy { platform: "jd".into(), text: "京东价保30天".into(), ..of(&s, "价保") }).await.expect("kept");
        let none = PolicyFilter::default;
        assert_eq!(list(&s, &s.man, PolicyFilter { q: Some("二次销售".into()), ..none() }).await, ["七天无理由"]);
        assert_eq!(list(&s, &s.man, PolicyFilter { platform: Some("taobao".into()), ..none() }).await, ["七天无理由"]);
        assert_eq!(list(&s, &s.man, PolicyFilter { platform: Some("jd".into()), ..none() }).await, ["价保", "七天无理由"]);
        assert_eq!(list(&s, &s.man, PolicyFilter { category: Some("returns".into()), ..none() }).await, ["七天无理由"]);
        assert_eq!(refused(add(&s, &s.boss, NewPolicy { platform: "ebay".into(), ..of(&s, "a") }).await), ("choice_unknown".into(), "platform".into()));
    }

    async fn of_two_policies_one_is_called_so(db: &TestDb) {
        let s = scene(db).await;
        let first = add(&s, &s.boss, of(&s, "七天无理由")).await.expect("kept").id;
        let exists = || ("title_exists".to_owned(), "title".to_owned());
        assert_eq!(refused(add(&s, &s.boss, of(&s, "七天，无理由")).await), exists(), "a file would not tell them apart");
        add(&s, &s.boss, NewPolicy { platform: "jd".into(), ..of(&s, "七天无理由") }).await.expect("another platform's");
        add(&s, &s.owner, NewPolicy::new("七天无理由", "各店一样")).await.expect("of all shops");
        let other = add(&s, &s.boss, of(&s, "运费险")).await.expect("kept").id;
        let change = async |id, new: NewPolicy| {
            s.write(&s.boss, move |tx, who| knowledge::change_policy(tx, NOW, who, id, &new)).await
        };
        assert_eq!(refused(change(other, of(&s, "七天无理由")).await), exists());
        change(first, NewPolicy { text: "改了".into(), ..of(&s, "七天无理由") }).await.expect("itself");
        s.write(&s.boss, move |tx, who| knowledge::set_policy_status(tx, NOW, who, first, Status::Retired)).await.expect("retired");
        change(other, of(&s, "七天无理由")).await.expect("it is free");
        assert_eq!(refused(s.write(&s.boss, move |tx, who| knowledge::set_policy_status(tx, NOW, who, first, Status::Published)).await), exists());
    }

    async fn a_policy_has_versions_and_is_hidden_when_out_of_use(db: &TestDb) {
        let s = scene(db).await;
        let id = add(&s, &s.boss, of(&s, "运费险")).await.expect("kept").id;
        let new = NewPolicy { text: "改了".into(), ..of(&s, "运费险") };
        s.write(&s.boss, move |tx, who| knowledge::change_policy(tx, NOW, who, id, &new)).await.expect("changed");
        let back = s.write(&s.boss, move |tx, who| knowledge::restore_policy(tx, NOW, who, id, 1)).await.expect("back");
        assert_eq!((back.version, back.text.as_str()), (3, "签收后七天内，不影响二次销售"));
        s.write(&s.boss, move |tx, who| knowledge::set_policy_status(tx, NOW, who, id, Status::Retired)).await.expect("retired");
        assert!(list(&s, &s.man, PolicyFilter::default()).await.is_empty());
        assert_eq!(list(&s, &s.boss, PolicyFilter::default()).await, ["运费险"]);
        assert_eq!(s.read(&s.man, move |tx, who| knowledge::policy_versions(tx, who, id)).await.expect("versions").len(), 4);
        s.write(&s.boss, move |tx, who| knowledge::remove_policy(tx, NOW, who, id)).await.expect("removed");
        assert_eq!(code(s.read(&s.man, move |tx, who| knowledge::policy(tx, who, id)).await), "not_found");
    }
}
