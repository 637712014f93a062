//! Words in and out by file: previews, mistakes with their places, nothing half done, the same file again.

use base::{Actor, Id, PageAsk, Problem};
use knowledge::{
    CampaignKind, CampaignStep, FaqFilter, FaqStatus, Format, NewCampaign, NewFaq, NewPolicy, NewScript,
    Parsed, ScriptFilter, Status, WordKind, WordStage, WordsReport,
};
use store::on_both;

use crate::faq::of;
use crate::kit::{DAY, NOW, Scene, TABLES, code, scene};

fn parse(kind: WordKind, text: &str, name: &str) -> Parsed {
    knowledge::parse_words(kind, text.as_bytes(), name).expect("parsed")
}

async fn import(s: &Scene, who: &Actor, file: Parsed, apply: bool) -> Result<WordsReport, Problem> {
    let shop = s.tea;
    s.write(who, move |tx, who| {
        knowledge::import_words(tx, NOW, who, Some(shop), &file, apply)
    })
    .await
}

/// The mistakes as (row, column, code).
fn wrong(report: &WordsReport) -> Vec<(Option<u64>, Option<&str>, &str)> {
    let places = report.errors.iter();
    places
        .map(|one| (one.row, one.column.as_deref(), one.code.as_str()))
        .collect()
}

fn counts(report: &WordsReport) -> (u64, u64, u64, u64, u64, bool) {
    (
        report.read,
        report.created,
        report.changed,
        report.unchanged,
        report.refused,
        report.applied,
    )
}

async fn questions(s: &Scene) -> Vec<String> {
    let page = s
        .read(&s.boss, |tx, who| {
            let all = PageAsk {
                limit: Some(200),
                ..PageAsk::default()
            };
            knowledge::faqs(tx, who, &FaqFilter::default(), &all)
        })
        .await;
    let mut found: Vec<String> = page
        .expect("a list")
        .items
        .into_iter()
        .map(|entry| entry.question)
        .collect();
    found.sort();
    found
}

const TABLE: &str = "问题,相似问,答案,分类\n什么时候发货,多久发货；几天发货,48小时内发货,shipping\n能开发票吗,,可以的亲,invoice\n";

on_both! { TABLES;
    async fn a_file_is_looked_at_then_taken_in_and_the_same_again_changes_nothing(db: &TestDb) {
        let s = scene(db).await;
        let file = parse(WordKind::Faq, TABLE, "faq.csv");
        let preview = import(&s, &s.boss, file.clone(), false).await.expect("a preview");
        assert_eq!(counts(&preview), (2, 2, 0, 0, 0, false));
        assert!(questions(&s).await.is_empty(), "a preview writes nothing");
        let done = import(&s, &s.boss, file.clone(), true).await.expect("taken in");
        assert_eq!(counts(&done), (2, 2, 0, 0, 0, true));
        assert_eq!(questions(&s).await, ["什么时候发货", "能开发票吗"]);
        db.frames();
        let again = import(&s, &s.boss, file, true).await.expect("again");
        assert_eq!(counts(&again), (2, 0, 0, 2, 0, true));
        let later = parse(WordKind::Faq, "question,answer\n什么时候发货？,24小时内发货\n", "later.csv");
        let later = import(&s, &s.boss, later, true).await.expect("later");
        assert_eq!(counts(&later), (1, 0, 1, 0, 0, true));
        let entry = s.read(&s.man, |tx, who| {
            let found = FaqFilter { q: Some("多久".into()), ..FaqFilter::default() };
            Ok(knowledge::faqs(tx, who, &found, &PageAsk::default())?.items.remove(0))
        }).await.expect("seen");
        assert_eq!((entry.answer.as_str(), entry.similar.len(), entry.version), ("24小时内发货", 2, 2), "a column the file lacks stays");
    }

    async fn every_mistake_has_its_row_and_column_and_nothing_is_half_done(db: &TestDb) {
        let s = scene(db).await;
        let long = "长".repeat(5_001);
        let huge = "大".repeat(400_000);
        let rows = [
            "问题,相似问,答案,状态,失效时间",
            "好的问题,,好的,启用,",
            "变量错了,,现价{prise},,",
            "好的问题？,,又来,,",
            "太长了,,{LONG},,",
            "状态错了,,好,开着,",
            "日期错了,,好,,2999-01-01",
            "没答案,,,启用,",
            "另一个,好的问题,好,,",
            ",,没问题,,",
            "一兆,,{HUGE},,",
        ];
        let text = rows.join("\n").replace("{LONG}", &long).replace("{HUGE}", &huge);
        let report = import(&s, &s.boss, parse(WordKind::Faq, &text, "坏.csv"), true).await.expect("a report");
        let mut found = wrong(&report);
        found.sort();
        assert_eq!(found, [
            (Some(3), Some("答案"), "variable_unknown"),
            (Some(4), Some("问题"), "question_twice"),
            (Some(5), Some("答案"), "text_too_long"),
            (Some(6), Some("状态"), "choice_unknown"),
            (Some(7), Some("失效时间"), "date_out_of_range"),
            (Some(8), Some("答案"), "answer_empty"),
            (Some(9), Some("相似问"), "question_twice"),
            (Some(10), Some("问题"), "text_empty"),
            (Some(11), Some("答案"), "cell_too_long"),
        ]);
        assert_eq!((report.applied, report.created, report.refused), (false, 1, 9));
        let twice = report.errors.iter().find(|one| one.row == Some(4)).expect("a mistake");
        assert_eq!((twice.params["other_row"].as_u64(), twice.file.as_str()), (Some(2), "坏.csv"));
        assert!(questions(&s).await.is_empty(), "nothing is half imported");
    }

    async fn a_question_another_entry_answers_is_refused_with_that_entry(db: &TestDb) {
        let s = scene(db).await;
        let new = of(&s, "包邮吗", &["免运费吗"]);
        let entry = s.write(&s.boss, move |tx, who| knowledge::add_faq(tx, NOW, who, &new)).await.expect("kept");
        let file = parse(WordKind::Faq, "question,answer\n免运费吗,满99包邮\n", "faq.csv");
        let report = import(&s, &s.boss, file, true).await.expect("a report");
        assert_eq!(wrong(&report), [(Some(2), Some("question"), "question_exists")]);
        assert_eq!(report.errors[0].params["faq"].as_i64(), Some(entry.id.0));
    }

    async fn lines_of_json_are_read_and_named_by_line(db: &TestDb) {
        let s = scene(db).await;
        let text = "{\"question\":\"尺码怎么选\",\"answer\":\"看尺码表\",\"intent\":\"size\",\"similar\":[\"选什么码\",\"多大码\"]}\n\n{\"question\":\"洗了缩水吗\",\"intent\":\"care\"}\n";
        let report = import(&s, &s.boss, parse(WordKind::Faq, text, "faq.jsonl"), true).await.expect("taken in");
        assert_eq!(counts(&report), (2, 2, 0, 0, 0, true));
        let found = s.read(&s.boss, |tx, who| {
            let found = FaqFilter { intent: Some("care".into()), ..FaqFilter::default() };
            Ok(knowledge::faqs(tx, who, &found, &PageAsk::default())?.items.remove(0))
        }).await.expect("seen");
        assert_eq!(found.status, FaqStatus::Draft, "without an answer it waits for one");
        let broken = parse(WordKind::Faq, "{\"question\":\"a问\",\"answer\":\"b\"}\n{oops\n{\"answer\":\"b\"}\n", "faq.jsonl");
        let report = import(&s, &s.boss, broken, true).await.expect("a report");
        assert_eq!(wrong(&report), [(Some(2), None, "json_bad"), (Some(3), Some("question"), "column_missing")]);
    }

    async fn what_is_no_table_is_one_clear_mistake(db: &TestDb) {
        let s = scene(db).await;
        for (bytes, expected) in [
            (&b"PK\x03\x04broken"[..], None),
            (&b"%PDF-1.7"[..], Some("file_kind")),
            (&b""[..], Some("file_empty")),
            ("姓名,电话\n甲,1\n".as_bytes(), Some("header_missing")),
            ("答案\n没有问题列\n".as_bytes(), Some("column_missing")),
        ] {
            let file = knowledge::parse_words(WordKind::Faq, bytes, "x.xlsx").expect("parsed");
            let report = import(&s, &s.boss, file, true).await.expect("a report");
            assert!(!report.applied && report.errors.len() == 1, "{:?}", report.errors);
            let one = &report.errors[0];
            assert!(expected.map_or(one.code.starts_with("file_"), |code| one.code == code), "{one:?}");
        }
    }

    async fn a_table_in_gbk_is_read(db: &TestDb) {
        let s = scene(db).await;
        // 问题,答案 / 包邮吗,包邮的亲 in GBK.
        let gbk: &[u8] = b"\xce\xca\xcc\xe2,\xb4\xf0\xb0\xb8\r\n\xb0\xfc\xd3\xca\xc2\xf0,\xb0\xfc\xd3\xca\xb5\xc4\xc7\xd7\r\n";
        let file = knowledge::parse_words(WordKind::Faq, gbk, "faq.csv").expect("parsed");
        let report = import(&s, &s.boss, file, true).await.expect("taken in");
        assert_eq!(counts(&report), (1, 1, 0, 0, 0, true), "{:?}", report.errors);
        assert_eq!(questions(&s).await, ["包邮吗"]);
    }

    async fn scripts_go_by_their_code_and_words_of_the_trade(db: &TestDb) {
        let s = scene(db).await;
        let text = "快捷码,标题,内容,分类,阶段,议价类型,失效时间\nxx,学生,理解您,bargaining,售前,博取同情,2026-12-01\n,无码,好的,,,,\nyy,欢迎,在的,greeting,,,\n";
        let report = import(&s, &s.boss, parse(WordKind::Script, text, "话术.csv"), true).await.expect("a report");
        assert_eq!(wrong(&report), [(Some(4), Some("内容"), "greeting_without_agent")]);
        let text = text.replace("在的", "我是{agent}");
        let report = import(&s, &s.boss, parse(WordKind::Script, &text, "话术.csv"), true).await.expect("taken in");
        assert_eq!(counts(&report), (3, 3, 0, 0, 0, true));
        let found = s.read(&s.man, |tx, who| {
            let typed = ScriptFilter { q: Some("xx".into()), ..ScriptFilter::default() };
            Ok(knowledge::scripts(tx, NOW, who, &typed, &PageAsk::default())?.items.remove(0))
        }).await.expect("seen");
        // 2026-12-02 00:00 in Shanghai: the whole of the first is still good.
        assert_eq!((found.stage, found.valid_until.map(|at| at.0)), (WordStage::Pre, Some(1_796_140_800_000)));
        let again = import(&s, &s.boss, parse(WordKind::Script, &text, "话术.csv"), true).await.expect("again");
        assert_eq!(counts(&again), (3, 0, 0, 3, 0, true));
        let twice = parse(WordKind::Script, "code,text\naa,一\nAA,二\n", "x.csv");
        let report = import(&s, &s.boss, twice, true).await.expect("a report");
        assert_eq!(wrong(&report), [(Some(3), Some("code"), "code_twice")]);
    }

    async fn what_is_written_is_read_again_without_a_change(db: &TestDb) {
        let s = scene(db).await;
        let tea = Some(s.tea);
        s.write(&s.boss, move |tx, who| {
            let until = Some(NOW.plus(3 * DAY));
            knowledge::add_faq(tx, NOW, who, &NewFaq { shop: tea, similar: vec!["=1+1吗".into(), "a,b\"c".into()], answer: "第一行\n第二行，@全体".into(), intent: "x".into(), valid_until: until, ..NewFaq::new("=CMD()吗", "") })?;
            knowledge::add_faq(tx, NOW, who, &NewFaq { shop: tea, status: FaqStatus::Draft, ..NewFaq::new("草稿问题", "") })?;
            knowledge::add_script(tx, NOW, who, &NewScript { shop: tea, code: "007".into(), stage: WordStage::After, category: "complaint".into(), step: Some(3), valid_from: Some(NOW), ..NewScript::new("-我们{courier}马上查") })?;
            knowledge::add_policy(tx, NOW, who, &NewPolicy { shop: tea, platform: "jd".into(), status: Status::Retired, ..NewPolicy::new("停用的", "+条款") })?;
            knowledge::add_policy(tx, NOW, who, &NewPolicy { shop: tea, ..NewPolicy::new("价保", "30天") })?;
            Ok(())
        }).await.expect("kept");
        for (kind, rows) in [(WordKind::Faq, 2), (WordKind::Script, 1), (WordKind::Policy, 2)] {
            for format in [Format::Xlsx, Format::Csv, Format::Jsonl] {
                let words = s.read(&s.boss, move |tx, who| knowledge::export_words(tx, who, kind, tea)).await.expect("read");
                let bytes = knowledge::write_words(&words, format).expect("written");
                let file = knowledge::parse_words(kind, &bytes, "again").expect("parsed");
                let report = import(&s, &s.boss, file, false).await.expect("a preview");
                assert_eq!(counts(&report), (rows, 0, 0, rows, 0, false), "{kind:?} {format:?} {:?}", report.errors);
            }
        }
    }

    async fn owner_products_and_campaign_are_carried_by_their_names(db: &TestDb) {
        let s = scene(db).await;
        let (tea, owner) = (Some(s.tea), s.man.person());
        let (green, far) = (s.product("LJ", None).await.id, s.product("PG", Some(vec![s.fruit])).await.id);
        let step = CampaignStep { threshold_fen: base::Fen(9_900), off_fen: None, gift: Some("茶杯".into()), price_fen: None };
        let new = NewCampaign {
            title: "双十一".into(), kind: CampaignKind::Gift, text: String::new(), starts_at: NOW.plus(-DAY), ends_at: NOW.plus(3 * DAY), shops: None, products: None,
            steps: vec![step], repeats: false, coupon: String::new(), favourite: false, note: String::new(),
        };
        let campaign = s.write(&s.owner, move |tx, who| {
            let last_year = NewCampaign { starts_at: NOW.plus(-9 * DAY), ends_at: NOW.plus(-8 * DAY), ..new.clone() };
            knowledge::add_campaign(tx, NOW, who, &new)?;
            let campaign = Some(knowledge::add_campaign(tx, NOW, who, &last_year)?.id);
            knowledge::add_faq(tx, NOW, who, &NewFaq { shop: tea, owner, products: vec![green, far], campaign, ..NewFaq::new("怎么泡", "用八十度水") })?;
            knowledge::add_script(tx, NOW, who, &NewScript { shop: tea, code: "tb".into(), campaign, ..NewScript::new("送茶杯") })?;
            knowledge::add_policy(tx, NOW, who, &NewPolicy { shop: tea, campaign, ..NewPolicy::new("退货", "赠品一起退") })?;
            Ok(campaign)
        }).await.expect("kept");
        for kind in [WordKind::Faq, WordKind::Script, WordKind::Policy] {
            for format in [Format::Xlsx, Format::Csv, Format::Jsonl] {
                let words = s.read(&s.boss, move |tx, who| knowledge::export_words(tx, who, kind, tea)).await.expect("read");
                let bytes = knowledge::write_words(&words, format).expect("written");
                if format == Format::Csv {
                    let text = String::from_utf8_lossy(&bytes);
                    assert!(text.contains("双十一"), "{text}");
                    assert!(kind != WordKind::Faq || text.contains("小满") && text.contains("LJ") && !text.contains("PG"), "{text}");
                }
                let file = knowledge::parse_words(kind, &bytes, "again").expect("parsed");
                let report = import(&s, &s.boss, file, false).await.expect("a preview");
                assert_eq!(counts(&report), (1, 0, 0, 1, 0, false), "{kind:?} {format:?} {:?} {:?}", report.errors, report.rows);
            }
        }
        // What is said anew is looked up; what is not there is named, and what is out of reach stays.
        let text = "问题,负责人,适用商品,活动\n怎么泡,谷雨,,双十一\n";
        let preview = import(&s, &s.boss, parse(WordKind::Faq, text, "a.csv"), false).await.expect("a preview");
        let shown: Vec<_> = preview.rows[0].fields.iter().map(|one| (one.field.as_str(), one.was.to_string(), one.is.to_string())).collect();
        assert_eq!(shown, [("owner", "\"小满\"".to_owned(), "\"谷雨\"".to_owned()), ("products", "[\"LJ\"]".to_owned(), "[]".to_owned())]);
        import(&s, &s.boss, parse(WordKind::Faq, text, "a.csv"), true).await.expect("taken in");
        let entry = s.read(&s.owner, |tx, who| Ok(knowledge::faqs(tx, who, &FaqFilter::default(), &PageAsk::default())?.items.remove(0))).await.expect("seen");
        assert_eq!((entry.owner_name.as_deref(), entry.products, entry.campaign), (Some("谷雨"), vec![far], campaign));
        let wrong_text = "问题,答案,负责人,适用商品,活动\na问,b,没这个人,,\nb问,b,,XX,\nc问,b,,,没这活动\n";
        let report = import(&s, &s.boss, parse(WordKind::Faq, wrong_text, "a.csv"), false).await.expect("a report");
        assert_eq!(wrong(&report), [(Some(2), Some("负责人"), "owner_unknown"), (Some(3), Some("适用商品"), "product_unknown"), (Some(4), Some("活动"), "campaign_unknown")]);
        let fresh = parse(WordKind::Policy, "标题,内容,活动\n新的,好,双十一\n", "a.csv");
        import(&s, &s.boss, fresh, true).await.expect("taken in");
        let runs = s.read(&s.boss, |tx, who| knowledge::policies(tx, who, &knowledge::PolicyFilter { q: Some("新的".into()), ..Default::default() }, &PageAsk::default())).await.expect("seen");
        assert_ne!(runs.items[0].campaign, campaign, "of two with one title the last to end");
    }

    async fn a_preview_shows_what_it_makes_and_changes(db: &TestDb) {
        let s = scene(db).await;
        import(&s, &s.boss, parse(WordKind::Faq, TABLE, "faq.csv"), true).await.expect("written");
        let next = "问题,相似问,答案,分类\n什么时候发货,多久发货；几天发货,24小时内发货,shipping\n能开发票吗,,可以的亲,invoice\n包邮吗,,满49包邮,shipping\n";
        let report = import(&s, &s.boss, parse(WordKind::Faq, next, "faq.csv"), false).await.expect("a preview");
        let shown: Vec<_> = report.rows.iter().map(|row| (row.row, row.makes, row.title.as_str())).collect();
        assert_eq!(shown, [(2, false, "什么时候发货"), (4, true, "包邮吗")]);
        let changed = &report.rows[0].fields;
        assert_eq!(changed.len(), 1, "{changed:?}");
        assert_eq!((changed[0].field.as_str(), changed[0].was.as_str(), changed[0].is.as_str()), ("answer", Some("48小时内发货"), Some("24小时内发货")));
        assert!(report.rows[1].fields.iter().any(|field| field.field == "answer" && field.was.is_null()));
    }

    async fn a_row_that_is_wrong_by_now_is_named_with_how_much_is_in(db: &TestDb) {
        let s = scene(db).await;
        let rows: String = (0..60).map(|n| format!("第{n}种茶怎么泡,水温{n}度\n")).collect();
        let (file, tea) = (parse(WordKind::Faq, &format!("问题,答案\n{rows}"), "faq.csv"), s.tea);
        let plan = s.read(&s.boss, move |tx, who| knowledge::plan_words(tx, who, Some(tea), &file)).await;
        let plan = std::sync::Arc::new(plan.expect("planned"));
        // A colleague writes one of them while the first part goes in.
        let new = NewFaq { shop: Some(tea), ..NewFaq::new("第50种茶怎么泡", "凉水") };
        s.write(&s.boss, move |tx, who| knowledge::add_faq(tx, NOW, who, &new)).await.expect("kept");
        let (mut from, mut before) = (0, 0);
        let problem = loop {
            let part = std::sync::Arc::clone(&plan);
            match s.write(&s.boss, move |tx, who| knowledge::write_words_slice(tx, NOW, who, &part, from)).await {
                Ok(next) => (before, from) = (from, next),
                Err(problem) => break problem,
            }
        };
        assert!(before < from && from <= 50, "{before} {from}");
        assert_eq!((problem.code.as_ref(), &problem.params["row"], &problem.params["written"]), ("question_exists", &serde_json::json!(52), &serde_json::json!(from)));
        assert_eq!(questions(&s).await.iter().filter(|one| one.starts_with('第')).count(), from + 1, "whole parts, and the colleague's");
    }

    async fn a_file_is_written_in_slices_and_goes_on_where_it_stopped(db: &TestDb) {
        let s = scene(db).await;
        let rows: String = (0..200).map(|n| format!("第{n}种茶怎么泡,{n}号茶的泡法；泡{n}号用什么水,水温{n}度\n")).collect();
        let text = format!("问题,相似问,答案\n{rows}");
        let tea = s.tea;
        let plan = async || {
            let file = parse(WordKind::Faq, &text, "faq.csv");
            let plan = s.read(&s.boss, move |tx, who| knowledge::plan_words(tx, who, Some(tea), &file)).await;
            std::sync::Arc::new(plan.expect("planned"))
        };
        let slice = async |plan: &std::sync::Arc<knowledge::WordsPlan>, from: usize| {
            let plan = std::sync::Arc::clone(plan);
            s.write(&s.boss, move |tx, who| knowledge::write_words_slice(tx, NOW, who, &plan, from)).await.expect("written")
        };
        let first = plan().await;
        let stopped = slice(&first, 0).await;
        assert!((10..=50).contains(&stopped), "a slice is short: {stopped}");
        let again = plan().await;
        assert_eq!((again.report().unchanged, again.len()), (stopped as u64, 200 - stopped));
        let mut from = 0;
        while from < again.len() {
            from = slice(&again, from).await;
        }
        let done = plan().await;
        assert!(done.is_empty() && done.fits() && done.report().unchanged == 200);
        // A file with one wrong row writes none of its rows.
        let wrong = parse(WordKind::Faq, "问题,答案\n新的一种,好\n什么时候发货,{prise}\n", "x.csv");
        let report = import(&s, &s.boss, wrong, true).await.expect("a report");
        assert_eq!((report.applied, report.refused), (false, 1));
        assert!(!questions(&s).await.contains(&"新的一种".to_owned()));
    }

    async fn only_those_who_edit_take_in_and_only_those_who_export_take_out(db: &TestDb) {
        let s = scene(db).await;
        let file = || parse(WordKind::Faq, TABLE, "faq.csv");
        assert_eq!(code(import(&s, &s.man, file(), false).await), "forbidden");
        assert_eq!(code(import(&s, &s.far, file(), true).await), "not_found");
        let all = s.write(&s.boss, move |tx, who| knowledge::import_words(tx, NOW, who, None, &parse(WordKind::Faq, TABLE, "x"), true)).await;
        assert_eq!(code(all), "shop_required");
        let (tea, fruit) = (s.tea, s.fruit);
        let out = async |who: &Actor, shop: Id| s.read(who, move |tx, who| knowledge::export_words(tx, who, WordKind::Faq, Some(shop)).map(drop)).await;
        assert_eq!(code(out(&s.man, tea).await), "forbidden");
        assert_eq!(code(out(&s.boss, fruit).await), "not_found");
        assert_eq!(code(out(&s.far, tea).await), "not_found");
        out(&s.boss, tea).await.expect("theirs");
    }
}
