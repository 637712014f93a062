use base::PageAsk;
use knowledge::{Defaults, Loaded, NewFaq, NewPolicy, NewScript, Scope, ScriptFilter, Status, WordKind};
use store::on_both;

use crate::kit::{DAY, NOW, TABLES, code, scene};

on_both! { TABLES;
    async fn shipped_words_are_loaded_once_and_what_was_changed_stays(db: &TestDb) {
        let s = scene(db).await;
        let tea = s.tea;
        let load = || s.write(&s.boss, move |tx, who| knowledge::load_defaults(tx, NOW, who, &Defaults { shop: Some(tea), parts: None }));
        let first = load().await.expect("loaded");
        assert!(first.created > 200 && first.unchanged == 0, "{first:?}");
        let typed = ScriptFilter { q: Some("hyy".into()), ..ScriptFilter::default() };
        let greeting = s.read(&s.man, move |tx, who| {
            Ok(knowledge::scripts(tx, NOW, who, &typed, &PageAsk::default())?.items.remove(0))
        }).await.expect("a greeting");
        assert_eq!((greeting.category.as_str(), greeting.key.is_empty()), ("greeting", false));
        let own = NewScript { shop: Some(tea), code: greeting.code.clone(), category: "greeting".into(), ..NewScript::new("在的亲，我是{agent}") };
        s.write(&s.boss, move |tx, who| knowledge::change_script(tx, NOW, who, greeting.id, &own)).await.expect("changed");
        db.frames();
        let again = load().await.expect("loaded");
        assert_eq!(again, Loaded { created: 0, unchanged: first.created });
        let after = s.read(&s.man, move |tx, who| knowledge::script(tx, who, greeting.id)).await.expect("seen");
        assert_eq!(after.text, "在的亲，我是{agent}");
        let told = db.frames().iter().filter(|live| live.frame.contains("\"on\":\"knowledge\"")).count();
        assert_eq!(told, 3, "one frame for each kind, however many words");
    }

    async fn a_shops_own_code_and_question_go_before_those_that_ship(db: &TestDb) {
        let s = scene(db).await;
        let own = NewScript { code: "hyy".into(), ..NewScript::new("自家的") };
        s.write(&s.owner, move |tx, who| knowledge::add_script(tx, NOW, who, &own)).await.expect("kept");
        let entry = NewFaq::new("从哪里发货？", "杭州仓");
        s.write(&s.owner, move |tx, who| knowledge::add_faq(tx, NOW, who, &entry)).await.expect("kept");
        let loaded = s.write(&s.owner, |tx, who| knowledge::load_defaults(tx, NOW, who, &Defaults::default())).await.expect("loaded");
        assert_eq!(loaded.unchanged, 1, "the question is answered already");
        let tea = Defaults { shop: Some(s.tea), parts: None };
        let for_one = s.write(&s.boss, move |tx, who| knowledge::load_defaults(tx, NOW, who, &tea)).await.expect("loaded");
        assert_eq!((for_one.created, for_one.unchanged), (1, loaded.created), "what all shops have, a shop has; the answer of its own was none of them");
        let typed = ScriptFilter { q: Some("hyy".into()), ..ScriptFilter::default() };
        let found = s.read(&s.man, move |tx, who| knowledge::scripts(tx, NOW, who, &typed, &PageAsk::default())).await.expect("found");
        assert_eq!(found.items[0].text, "自家的");
    }

    async fn only_those_who_edit_words_load_them(db: &TestDb) {
        let s = scene(db).await;
        let (tea, fruit) = (s.tea, s.fruit);
        let load = async |who: &base::Actor, shop, parts: Option<Vec<WordKind>>| {
            let ask = Defaults { shop: Some(shop), parts };
            s.write(who, move |tx, who| knowledge::load_defaults(tx, NOW, who, &ask)).await
        };
        assert_eq!(code(load(&s.man, tea, None).await), "forbidden");
        assert_eq!(code(load(&s.boss, fruit, None).await), "not_found");
        assert_eq!(code(load(&s.far, tea, None).await), "not_found");
        let policies = load(&s.boss, tea, Some(vec![WordKind::Policy])).await.expect("loaded");
        assert!((10..40).contains(&policies.created), "{policies:?}");
    }

    async fn what_ends_soon_is_told_soonest_first(db: &TestDb) {
        let s = scene(db).await;
        let tea = Some(s.tea);
        s.write(&s.boss, move |tx, who| {
            let until = |days: i64| Some(NOW.plus(days * DAY));
            knowledge::add_script(tx, NOW, who, &NewScript { shop: tea, title: "三天".into(), valid_until: until(3), ..NewScript::new("a") })?;
            knowledge::add_faq(tx, NOW, who, &NewFaq { shop: tea, valid_until: until(1), ..NewFaq::new("一天", "a") })?;
            knowledge::add_policy(tx, NOW, who, &NewPolicy { shop: tea, valid_until: until(-2), ..NewPolicy::new("前天", "a") })?;
            knowledge::add_policy(tx, NOW, who, &NewPolicy { shop: tea, valid_until: until(40), ..NewPolicy::new("四十天", "a") })?;
            knowledge::add_script(tx, NOW, who, &NewScript { shop: tea, scope: Scope::Personal, title: "自己的".into(), valid_until: until(1), ..NewScript::new("a") })?;
            knowledge::add_script(tx, NOW, who, &NewScript { shop: tea, title: "退了".into(), status: Status::Retired, valid_until: until(1), ..NewScript::new("a") })?;
            Ok(())
        }).await.expect("kept");
        let titles = s.read(&s.boss, |tx, who| {
            Ok(knowledge::expiring(tx, NOW, who, None, 14)?.into_iter().map(|one| (one.title, one.kind)).collect::<Vec<_>>())
        }).await.expect("a report");
        let expected = [("前天", WordKind::Policy), ("一天", WordKind::Faq), ("三天", WordKind::Script)];
        assert_eq!(titles, expected.map(|(title, kind)| (title.to_owned(), kind)));
        assert_eq!(code(s.read(&s.man, |tx, who| knowledge::expiring(tx, NOW, who, None, 14)).await), "forbidden");
    }

    async fn a_shop_speaks_in_its_own_tone(db: &TestDb) {
        let s = scene(db).await;
        let tea = s.tea;
        let address = knowledge::SETTINGS.iter().find(|one| one.key == "knowledge.address").expect("a setting");
        s.write(&s.owner, move |tx, who| team::set_setting(tx, NOW, who, Some(tea), address, &serde_json::json!("您"))).await.expect("set");
        let tone = async |who: &base::Actor, shop| s.read(who, move |tx, who| knowledge::tone(tx, who, Some(shop))).await;
        assert_eq!(tone(&s.man, tea).await.expect("a tone").address, "您");
        assert_eq!(tone(&s.li, s.fruit).await.expect("a tone").address, "亲");
        assert_eq!(code(tone(&s.man, s.fruit).await), "not_found");
    }
}
