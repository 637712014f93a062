use base::{Id, Ms, PageAsk};
use knowledge::{
    CampaignKind, CampaignStep, Defaults, Loaded, NewCampaign, NewFaq, NewPolicy, NewScript, Render, Scope,
    ScriptFilter, Status, WordKind,
};
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

    async fn what_belongs_to_a_campaign_ends_with_it_and_says_whose_it_is(db: &TestDb) {
        let s = scene(db).await;
        let tea = Some(s.tea);
        let owner = s.man.person();
        let (campaign, faq, policy) = s.write(&s.owner, move |tx, who| {
            let new = NewCampaign {
                title: "双十一".into(), kind: CampaignKind::Gift, text: String::new(), starts_at: NOW.plus(DAY), ends_at: NOW.plus(3 * DAY), shops: None, products: None,
                steps: vec![CampaignStep { threshold_fen: base::Fen(9_900), off_fen: None, gift: Some("茶杯".into()), price_fen: None }],
                repeats: false, coupon: String::new(), favourite: false, note: String::new(),
            };
            let campaign = knowledge::add_campaign(tx, NOW, who, &new)?.id;
            let of = Some(campaign);
            let faq = knowledge::add_faq(tx, NOW, who, &NewFaq { shop: tea, owner, campaign: of, valid_until: Some(NOW.plus(9 * DAY)), ..NewFaq::new("送什么", "送茶杯") })?.id;
            let policy = knowledge::add_policy(tx, NOW, who, &NewPolicy { shop: tea, campaign: of, ..NewPolicy::new("活动退货", "赠品一起退") })?.id;
            knowledge::add_faq(tx, NOW, who, &NewFaq { shop: tea, campaign: of, valid_until: Some(NOW.plus(-8 * DAY)), ..NewFaq::new("早已过了", "a") })?;
            knowledge::add_script(tx, NOW, who, &NewScript { shop: tea, title: "凑单".into(), campaign: of, valid_until: Some(NOW.plus(2 * DAY)), ..NewScript::new("a") })?;
            Ok((campaign, faq, policy))
        }).await.expect("kept");
        let report = s.read(&s.boss, |tx, who| knowledge::expiring(tx, NOW, who, None, 14)).await.expect("a report");
        let told: Vec<_> = report.iter().map(|one| (one.title.as_str(), one.valid_until, one.campaign_title.as_deref(), one.owner_name.as_deref())).collect();
        assert_eq!(told, [
            ("凑单", NOW.plus(2 * DAY), None, Some("林远")),
            ("送什么", NOW.plus(3 * DAY), Some("双十一"), Some("小满")),
            ("活动退货", NOW.plus(3 * DAY), Some("双十一"), Some("林远")),
        ], "the earlier of two ends counts");

        // Neither can be sent before it begins nor once it is over, nor are they good answers then.
        let render = |at: Ms, kind, id| {
            let ask = Render { shop: s.tea, lang: None, product: None, sku: None, total_fen: None, items: Vec::new(), facts: knowledge::Facts::default() };
            s.read(&s.man, move |tx, who| knowledge::render_words(tx, at, who, (kind, id), &ask))
        };
        for (kind, id) in [(WordKind::Faq, faq), (WordKind::Policy, policy)] {
            assert_eq!(code(render(NOW, kind, id).await), "expired");
            let runs = render(NOW.plus(2 * DAY), kind, id).await.expect("while it runs");
            assert_eq!(runs.until, Some(NOW.plus(3 * DAY)));
            assert_eq!(code(render(NOW.plus(3 * DAY), kind, id).await), "expired");
        }
        let unknown = NewFaq { shop: tea, campaign: Some(Id(5)), ..NewFaq::new("谁的", "a") };
        assert_eq!(code(s.write(&s.boss, move |tx, who| knowledge::add_faq(tx, NOW, who, &unknown)).await), "campaign_unknown");
        let unknown = NewPolicy { shop: tea, campaign: Some(Id(5)), ..NewPolicy::new("谁的", "a") };
        assert_eq!(code(s.write(&s.boss, move |tx, who| knowledge::add_policy(tx, NOW, who, &unknown)).await), "campaign_unknown");
        let kept = s.read(&s.boss, move |tx, who| knowledge::faq(tx, who, faq)).await.expect("kept");
        assert_eq!((kept.campaign, kept.campaign_ends), (Some(campaign), Some(NOW.plus(3 * DAY))));
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
