//! Nobody sees or changes what is not theirs: every verb, asked by those who come with the ids.

use base::{Actor, Id, PageAsk, Problem};
use knowledge::{
    FaqFilter, FaqStatus, NewFaq, NewPolicy, NewQuickReply, NewScript, PolicyFilter, Propose, Publish,
    Render, ScriptFilter, Status, WordKind,
};
use serde_json::{Value, json};
use store::{Tx, args, on_both};

use crate::kit::{NOW, Scene, TABLES, scene};

#[derive(Clone, Copy)]
struct Ids {
    shop: Id,
    script: Id,
    faq: Id,
    proposed: Id,
    policy: Id,
    heard: Id,
}

type Verb = fn(&mut Tx<'_>, &Actor, Ids) -> Result<Value, Problem>;

fn told(value: impl serde::Serialize) -> Result<Value, Problem> {
    serde_json::to_value(value).map_err(|_| Problem::internal())
}

fn render(ids: Ids) -> Render {
    Render {
        shop: ids.shop,
        lang: None,
        product: None,
        sku: None,
        total_fen: None,
        items: Vec::new(),
        facts: knowledge::Facts::default(),
    }
}

fn propose(ids: Ids) -> Propose {
    Propose {
        shop: ids.shop,
        question: "新问题".into(),
        answer: "答".into(),
        category: String::new(),
        conversation: None,
        seq: None,
    }
}

/// Every verb with ids, by name; those that end in `!` need a right that plain agents lack.
const VERBS: &[(&str, Verb)] = &[
    ("script", |tx, who, ids| {
        told(knowledge::script(tx, who, ids.script)?)
    }),
    ("scripts", |tx, who, _| {
        told(knowledge::scripts(
            tx,
            NOW,
            who,
            &ScriptFilter {
                all: 1,
                ..Default::default()
            },
            &PageAsk::default(),
        )?)
    }),
    ("scripts: of the shop", |tx, who, ids| {
        told(knowledge::scripts(
            tx,
            NOW,
            who,
            &ScriptFilter {
                shop: Some(ids.shop),
                ..Default::default()
            },
            &PageAsk::default(),
        )?)
    }),
    ("add_script!", |tx, who, ids| {
        told(knowledge::add_script(
            tx,
            NOW,
            who,
            &NewScript {
                shop: Some(ids.shop),
                ..NewScript::new("新")
            },
        )?)
    }),
    ("change_script!", |tx, who, ids| {
        told(knowledge::change_script(
            tx,
            NOW,
            who,
            ids.script,
            &NewScript {
                shop: Some(ids.shop),
                ..NewScript::new("改")
            },
        )?)
    }),
    ("set_script_status!", |tx, who, ids| {
        told(knowledge::set_script_status(
            tx,
            NOW,
            who,
            ids.script,
            Status::Retired,
        )?)
    }),
    ("remove_script!", |tx, who, ids| {
        told(knowledge::remove_script(tx, NOW, who, ids.script)?)
    }),
    ("script_versions", |tx, who, ids| {
        told(knowledge::script_versions(tx, who, ids.script)?)
    }),
    ("restore_script!", |tx, who, ids| {
        told(knowledge::restore_script(tx, NOW, who, ids.script, 1)?)
    }),
    ("used_script", |tx, who, ids| {
        told(knowledge::used_script(tx, NOW, who, ids.script)?)
    }),
    ("render: script", |tx, who, ids| {
        told(knowledge::render_words(
            tx,
            NOW,
            who,
            (WordKind::Script, ids.script),
            &render(ids),
        )?)
    }),
    ("render: faq", |tx, who, ids| {
        told(knowledge::render_words(
            tx,
            NOW,
            who,
            (WordKind::Faq, ids.faq),
            &render(ids),
        )?)
    }),
    ("render: policy", |tx, who, ids| {
        told(knowledge::render_words(
            tx,
            NOW,
            who,
            (WordKind::Policy, ids.policy),
            &render(ids),
        )?)
    }),
    ("quick_replies", |tx, who, ids| {
        told(knowledge::quick_replies(tx, NOW, who, Some(ids.shop))?)
    }),
    ("keep_quick_reply!", |tx, who, ids| {
        let new = NewQuickReply {
            shop: Some(ids.shop),
            personal: false,
            code: "x".into(),
            category: String::new(),
            text: "改".into(),
            version: None,
        };
        told(knowledge::keep_quick_reply(tx, NOW, who, Some(ids.script), &new)?)
    }),
    ("faq", |tx, who, ids| told(knowledge::faq(tx, who, ids.faq)?)),
    ("faqs", |tx, who, _| {
        told(knowledge::faqs(
            tx,
            who,
            &FaqFilter::default(),
            &PageAsk::default(),
        )?)
    }),
    ("faqs: of the shop", |tx, who, ids| {
        told(knowledge::faqs(
            tx,
            who,
            &FaqFilter {
                shop: Some(ids.shop),
                ..Default::default()
            },
            &PageAsk::default(),
        )?)
    }),
    ("faq_categories", |tx, who, ids| {
        told(knowledge::faq_categories(tx, who, Some(ids.shop))?)
    }),
    ("add_faq!", |tx, who, ids| {
        told(knowledge::add_faq(
            tx,
            NOW,
            who,
            &NewFaq {
                shop: Some(ids.shop),
                ..NewFaq::new("新", "新")
            },
        )?)
    }),
    ("change_faq!", |tx, who, ids| {
        told(knowledge::change_faq(
            tx,
            NOW,
            who,
            ids.faq,
            &NewFaq {
                shop: Some(ids.shop),
                ..NewFaq::new("改", "改")
            },
        )?)
    }),
    ("set_faq_status!", |tx, who, ids| {
        told(knowledge::set_faq_status(
            tx,
            NOW,
            who,
            ids.faq,
            FaqStatus::Retired,
        )?)
    }),
    ("remove_faq!", |tx, who, ids| {
        told(knowledge::remove_faq(tx, NOW, who, ids.proposed)?)
    }),
    ("faq_versions", |tx, who, ids| {
        told(knowledge::faq_versions(tx, who, ids.faq)?)
    }),
    ("restore_faq!", |tx, who, ids| {
        told(knowledge::restore_faq(tx, NOW, who, ids.faq, 1)?)
    }),
    ("used_faq", |tx, who, ids| {
        told(knowledge::used_faq(
            tx,
            NOW,
            who,
            ids.faq,
            Some((Id(1), 1)),
            None,
        )?)
    }),
    ("picked: faq", |tx, who, ids| {
        told(knowledge::picked(
            tx,
            NOW,
            who,
            (WordKind::Faq, ids.faq),
            "开票",
            None,
        )?)
    }),
    ("picked: elsewhere", |tx, who, ids| {
        told(knowledge::picked(
            tx,
            NOW,
            who,
            (WordKind::Faq, ids.faq),
            "票据几号能给",
            Some(ids.shop),
        )?)
    }),
    ("picked: script", |tx, who, ids| {
        told(knowledge::picked(
            tx,
            NOW,
            who,
            (WordKind::Script, ids.script),
            "开票",
            None,
        )?)
    }),
    ("expiring!", |tx, who, ids| {
        told(knowledge::expiring(tx, NOW, who, Some(ids.shop), 9)?)
    }),
    ("faq_count", |tx, who, ids| {
        told(knowledge::faq_count(
            tx,
            who,
            Some(ids.shop),
            FaqStatus::Proposed,
        )?)
    }),
    ("keep_asked", |tx, who, ids| {
        told(knowledge::keep_asked(
            tx,
            NOW,
            who,
            ids.shop,
            "能不能送到楼上",
            None,
        )?)
    }),
    ("to_learn", |tx, who, ids| {
        told(knowledge::to_learn(tx, NOW, who, Some(ids.shop))?)
    }),
    ("learned", |tx, who, ids| {
        let faq = knowledge::Learned {
            kind: knowledge::LearnKind::Faq,
            id: ids.faq,
            changed_at: NOW,
        };
        told(knowledge::learned(tx, NOW, who, &[faq])?)
    }),
    ("load_defaults!", |tx, who, ids| {
        let parts = Some(vec![WordKind::Policy]);
        told(knowledge::load_defaults(
            tx,
            NOW,
            who,
            &knowledge::Defaults {
                shop: Some(ids.shop),
                parts,
            },
        )?)
    }),
    ("tone", |tx, who, ids| {
        told(knowledge::tone(tx, who, Some(ids.shop))?)
    }),
    ("propose_faq", |tx, who, ids| {
        told(knowledge::propose_faq(tx, NOW, who, &propose(ids))?)
    }),
    ("publish_faq!", |tx, who, ids| {
        told(knowledge::publish_faq(
            tx,
            NOW,
            who,
            ids.proposed,
            &Publish::default(),
        )?)
    }),
    ("decline_faq!", |tx, who, ids| {
        told(knowledge::decline_faq(tx, NOW, who, ids.proposed, "不")?)
    }),
    ("unused_faqs!", |tx, who, ids| {
        told(knowledge::unused_faqs(
            tx,
            NOW,
            who,
            Some(ids.shop),
            1,
            &PageAsk::default(),
        )?)
    }),
    ("heard!", |tx, who, ids| {
        told(knowledge::heard(
            tx,
            who,
            Some(ids.faq),
            None,
            &PageAsk::default(),
        )?)
    }),
    ("accept_heard!", |tx, who, ids| {
        told(knowledge::accept_heard(tx, NOW, who, ids.heard)?)
    }),
    ("dismiss_heard!", |tx, who, ids| {
        told(knowledge::dismiss_heard(tx, who, ids.heard)?)
    }),
    ("unanswered!", |tx, who, ids| {
        told(knowledge::unanswered(tx, NOW, who, Some(ids.shop), 30)?)
    }),
    ("dismiss_unanswered!", |tx, who, _| {
        told(knowledge::dismiss_unanswered(
            tx,
            who,
            &["SECRET 怎么弄呢".into()],
        )?)
    }),
    ("policy", |tx, who, ids| {
        told(knowledge::policy(tx, who, ids.policy)?)
    }),
    ("policies", |tx, who, _| {
        told(knowledge::policies(
            tx,
            who,
            &PolicyFilter::default(),
            &PageAsk::default(),
        )?)
    }),
    ("add_policy!", |tx, who, ids| {
        told(knowledge::add_policy(
            tx,
            NOW,
            who,
            &NewPolicy {
                shop: Some(ids.shop),
                ..NewPolicy::new("新", "新")
            },
        )?)
    }),
    ("change_policy!", |tx, who, ids| {
        told(knowledge::change_policy(
            tx,
            NOW,
            who,
            ids.policy,
            &NewPolicy {
                shop: Some(ids.shop),
                ..NewPolicy::new("改", "改")
            },
        )?)
    }),
    ("set_policy_status!", |tx, who, ids| {
        told(knowledge::set_policy_status(
            tx,
            NOW,
            who,
            ids.policy,
            Status::Draft,
        )?)
    }),
    ("remove_policy!", |tx, who, ids| {
        told(knowledge::remove_policy(tx, NOW, who, ids.policy)?)
    }),
    ("policy_versions", |tx, who, ids| {
        told(knowledge::policy_versions(tx, who, ids.policy)?)
    }),
    ("restore_policy!", |tx, who, ids| {
        told(knowledge::restore_policy(tx, NOW, who, ids.policy, 1)?)
    }),
];

/// One of everything in the tea shop, all of it marked as secret.
async fn secrets(s: &Scene) -> Ids {
    let (tea, org, man) = (s.tea, s.org, s.man.clone());
    s.write(&s.boss, move |tx, who| {
        let script = NewScript {
            shop: Some(tea),
            code: "SECRET".into(),
            ..NewScript::new("SECRET 话术")
        };
        let faq = NewFaq {
            shop: Some(tea),
            category: "SECRET".into(),
            ..NewFaq::new("SECRET 问题", "SECRET 答案")
        };
        let policy = NewPolicy {
            shop: Some(tea),
            ..NewPolicy::new("SECRET", "SECRET 政策")
        };
        let proposal = Propose {
            question: "SECRET 提议".into(),
            ..propose(Ids {
                shop: tea,
                script: Id(0),
                faq: Id(0),
                proposed: Id(0),
                policy: Id(0),
                heard: Id(0),
            })
        };
        let faq = knowledge::add_faq(tx, NOW, who, &faq)?.id;
        let asked = knowledge::Asked {
            shop: tea,
            customer: Id(1),
            conversation: Id(2),
            seq: 3,
            text: "SECRET 怎么弄呢".into(),
        };
        knowledge::keep_heard(tx, NOW, org, faq, &asked)?;
        knowledge::keep_missed(tx, NOW, org, &knowledge::Asked { seq: 4, ..asked }, None)?;
        Ok(Ids {
            shop: tea,
            script: knowledge::add_script(tx, NOW, who, &script)?.id,
            faq,
            proposed: knowledge::propose_faq(tx, NOW, &man, &proposal)?.id,
            policy: knowledge::add_policy(tx, NOW, who, &policy)?.id,
            heard: knowledge::heard(tx, who, None, None, &PageAsk::default())?.items[0].id,
        })
    })
    .await
    .expect("made")
}

/// What is kept, so that any change is seen.
async fn everything(s: &Scene) -> Vec<String> {
    let org = s.org;
    s.db.read(move |tx| {
        let mut out = Vec::new();
        for sql in [
            "SELECT 'script', id, version, uses, changed_at FROM script WHERE org_id = $1 ORDER BY id",
            "SELECT 'faq', id, version, uses, changed_at FROM faq WHERE org_id = $1 ORDER BY id",
            "SELECT 'question', id, faq_id, standard, standard FROM faq_question WHERE org_id = $1 ORDER BY id",
            "SELECT 'policy', id, version, changed_at, changed_at FROM policy WHERE org_id = $1 ORDER BY id",
            "SELECT 'heard', id, faq_id, CAST(LENGTH(state) AS BIGINT), at FROM faq_heard WHERE org_id = $1 ORDER BY id",
            "SELECT 'missed', id, conversation_id, seq, at FROM faq_missed WHERE org_id = $1 ORDER BY id",
            "SELECT 'version', subject_id, version, at, at FROM word_version WHERE org_id = $1 ORDER BY subject_id, version",
            "SELECT 'log', COUNT(*), COUNT(*), COUNT(*), COUNT(*) FROM log WHERE org_id = $1",
        ] {
            out.extend(tx.rows(sql, args![org], |row| {
                let numbers: [i64; 4] = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
                Ok(format!("{} {numbers:?}", row.get::<String>(0)?))
            })?);
        }
        Ok(out)
    })
    .await
    .expect("read")
}

/// What they find must not depend on whether the ids exist, and nothing of the shop may change.
async fn comes(s: &Scene, ids: Ids, name: &str, who: &Actor) {
    let made_up = Ids {
        shop: Id(701),
        script: Id(702),
        faq: Id(703),
        proposed: Id(704),
        policy: Id(705),
        heard: Id(706),
    };
    let before = everything(s).await;
    for (verb, call) in VERBS {
        let mut answers = Vec::new();
        for ids in [ids, made_up] {
            // Undone again, so that both questions are asked of the same house.
            let undone = s.write(who, move |tx, who| {
                let answer =
                    call(tx, who, ids).unwrap_or_else(|problem| json!([problem.status, problem.code]));
                Err::<(), _>(Problem::new(418, "undone", "").with("answer", answer))
            });
            answers.push(undone.await.expect_err("undone").params["answer"].clone());
        }
        assert!(
            !answers[0].to_string().contains("SECRET"),
            "{name}, {verb}: {}",
            answers[0]
        );
        assert_eq!(answers[0], answers[1], "{name}, {verb}");
        drop(s.write(who, move |tx, who| call(tx, who, ids)).await);
        assert_eq!(everything(s).await, before, "{name}, {verb} changed something");
    }
}

on_both! { TABLES;
    async fn another_organisation_and_another_shop_see_and_change_nothing(db: &TestDb) {
        let s = scene(db).await;
        let ids = secrets(&s).await;
        comes(&s, ids, "another owner", &s.far).await;
        comes(&s, ids, "another's program", &Actor::program(s.far.org)).await;
        comes(&s, ids, "the fruit shop's agent", &s.li).await;
        let chief = Actor { permissions: base::Permissions::all(), ..s.li.clone() };
        comes(&s, ids, "the fruit shop's chief", &chief).await;
        comes(&s, ids, "a buyer", &Actor::buyer(s.org, s.tea, Id(1))).await;
    }

    async fn an_agent_reads_what_is_in_use_and_decides_nothing(db: &TestDb) {
        let s = scene(db).await;
        let ids = secrets(&s).await;
        for (verb, call) in VERBS {
            let answer = s.write(&s.gu, move |tx, who| {
                let answer = match call(tx, who, ids) {
                    Ok(_) => "ok".to_owned(),
                    Err(problem) => problem.code.to_string(),
                };
                Err::<(), _>(Problem::new(418, "undone", "").with("answer", answer))
            }).await.expect_err("undone").params["answer"].clone();
            let expected = if verb.ends_with('!') { "forbidden" } else { "ok" };
            assert_eq!(answer, expected, "{verb}");
            let answer = s.write(&s.packer, move |tx, who| call(tx, who, ids)).await.map_err(|problem| problem.code.to_string());
            assert_eq!(answer, Err("forbidden".into()), "{verb} by one who neither talks nor edits");
        }
    }
}
