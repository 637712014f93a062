//! Two organisations, and two shops in one: whoever comes with every id of the other sees and changes
//! nothing, and is answered as if the ids did not exist.

use base::{Actor, Id, Page, PageAsk, Permissions, Problem, Shops, Topic};
use reception::{Answer, Asked, BuyerSays, Conversation, Mark, Say, Saying, Stage, Tab, To, Upload};
use serde_json::{Value, json};
use store::{Tx, args, on_both};

use crate::kit::*;

/// Ids that one may come with: those of the tea shop, or made-up ones.
#[derive(Clone, Copy, Debug)]
struct Ids {
    shop: Id,
    open: Id,
    queued: Id,
    closed: Id,
    seq: i64,
    customer: Id,
    person: Id,
    group: Id,
    order: Id,
    product: Id,
    file: Id,
    reminder: Id,
    /// A conversation of one's own, where there is one.
    own: Id,
}

type Verb = fn(&mut Tx<'_>, &Actor, Ids) -> Result<Value, Problem>;

fn told<T: serde::Serialize>(answer: T) -> Result<Value, Problem> {
    serde_json::to_value(answer).map_err(|_| Problem::internal())
}

fn saying(conversation: Id, saying: Saying) -> Say {
    Say {
        conversation,
        client_id: fresh("x"),
        saying,
        quote: None,
        typed_ms: None,
        promise_ms: None,
        confirmed: Some(Vec::new()),
        filled: None,
    }
}

fn in_all(
    tx: &mut Tx<'_>,
    ids: Ids,
    mut verb: impl FnMut(&mut Tx<'_>, Id) -> Result<Value, Problem>,
) -> Result<Value, Problem> {
    let each: Vec<Value> = [ids.open, ids.queued, ids.closed]
        .map(|id| verb(tx, id).unwrap_or_else(|problem| json!([problem.status, problem.code])))
        .into();
    Ok(Value::Array(each))
}

fn marked(tx: &mut Tx<'_>, who: &Actor, ids: Ids, mark: &Mark) -> Result<Value, Problem> {
    in_all(tx, ids, |tx, id| told(reception::mark(tx, NOW, who, id, mark)?))
}

/// Every public verb that acts for somebody, with every kind of id it takes.
const VERBS: &[(&str, Verb)] = &[
    ("say", |tx, who, ids| {
        in_all(tx, ids, |tx, id| {
            told(reception::say(tx, NOW, who, &saying(id, text("嗨")))?.0)
        })
    }),
    ("say: a note", |tx, who, ids| {
        in_all(tx, ids, |tx, id| {
            told(reception::say(tx, NOW, who, &note(id, "嗨"))?.0)
        })
    }),
    ("say: a mention", |tx, who, ids| {
        told(
            reception::say(
                tx,
                NOW,
                who,
                &saying(
                    ids.own,
                    Saying::Note {
                        text: "看".into(),
                        mentions: vec![ids.person],
                    },
                ),
            )?
            .0,
        )
    }),
    ("say: a file", |tx, who, ids| {
        told(
            reception::say(
                tx,
                NOW,
                who,
                &saying(
                    ids.own,
                    Saying::File(Upload {
                        file: ids.file,
                        ms: None,
                    }),
                ),
            )?
            .0,
        )
    }),
    ("say: a product", |tx, who, ids| {
        told(
            reception::say(
                tx,
                NOW,
                who,
                &saying(
                    ids.own,
                    Saying::Product {
                        product: ids.product,
                        sku: None,
                    },
                ),
            )?
            .0,
        )
    }),
    ("buyer_says", |tx, who, ids| {
        told(reception::buyer_says(tx, NOW, who, &as_buyer(ids.shop, "嗨"))?.0)
    }),
    ("buyer_says: a file", |tx, who, ids| {
        let Shops::Only(shops) = &who.shops else {
            return Err(Problem::not_found());
        };
        let says = BuyerSays {
            saying: Saying::File(Upload {
                file: ids.file,
                ms: None,
            }),
            ..as_buyer(shops[0], "-")
        };
        told(reception::buyer_says(tx, NOW, who, &says)?.0)
    }),
    ("claim", |tx, who, ids| {
        in_all(tx, ids, |tx, id| told(reception::claim(tx, NOW, who, id)?))
    }),
    ("transfer", |tx, who, ids| {
        in_all(tx, ids, |tx, id| {
            told(reception::transfer(
                tx,
                NOW,
                who,
                id,
                To::Person(who.person().unwrap_or_default()),
                "接",
            )?)
        })
    }),
    ("transfer: to a person", |tx, who, ids| {
        told(reception::transfer(
            tx,
            NOW,
            who,
            ids.own,
            To::Person(ids.person),
            "接",
        )?)
    }),
    ("transfer: to a group", |tx, who, ids| {
        told(reception::transfer(
            tx,
            NOW,
            who,
            ids.own,
            To::Group(ids.group),
            "接",
        )?)
    }),
    ("take_over", |tx, who, ids| {
        in_all(tx, ids, |tx, id| told(reception::take_over(tx, NOW, who, id)?))
    }),
    ("whisper", |tx, who, ids| {
        in_all(tx, ids, |tx, id| {
            told(reception::whisper(tx, NOW, who, id, "嘘")?)
        })
    }),
    ("release", |tx, who, ids| {
        in_all(tx, ids, |tx, id| {
            told(reception::release(tx, NOW, who, id, "放")?)
        })
    }),
    ("close", |tx, who, ids| {
        in_all(tx, ids, |tx, id| {
            told(reception::close(tx, NOW, who, id, Some("关"))?)
        })
    }),
    ("leave", |tx, who, ids| {
        in_all(tx, ids, |tx, id| told(reception::leave(tx, NOW, who, id)?))
    }),
    ("reopen", |tx, who, ids| {
        in_all(tx, ids, |tx, id| told(reception::reopen(tx, NOW, who, id)?))
    }),
    ("move_all", |tx, who, ids| {
        told(reception::move_all(tx, NOW, who, ids.person, None, "走", None)?)
    }),
    ("move_all: some", |tx, who, ids| {
        told(reception::move_all(
            tx,
            NOW,
            who,
            ids.person,
            Some(To::Group(ids.group)),
            "走",
            Some(&[ids.open]),
        )?)
    }),
    ("undo", |tx, who, ids| {
        in_all(tx, ids, |tx, id| {
            told(reception::undo(tx, NOW, who, id, ids.seq)?.0)
        })
    }),
    ("recall", |tx, who, ids| {
        in_all(tx, ids, |tx, id| {
            told(reception::recall(tx, NOW, who, id, ids.seq)?.0)
        })
    }),
    ("mark: stage", |tx, who, ids| {
        marked(tx, who, ids, &Mark::Stage(Stage::After))
    }),
    ("mark: template", |tx, who, ids| {
        marked(tx, who, ids, &Mark::Template("five".into()))
    }),
    ("mark: step", |tx, who, ids| marked(tx, who, ids, &Mark::Step(1))),
    ("mark: bargain", |tx, who, ids| {
        marked(tx, who, ids, &Mark::Bargain(Some("greedy".into())))
    }),
    ("mark: tags", |tx, who, ids| {
        marked(tx, who, ids, &Mark::Tags(vec!["x".into()]))
    }),
    ("mark: complaint", |tx, who, ids| {
        marked(tx, who, ids, &Mark::Complaint(true))
    }),
    ("mark: payment", |tx, who, ids| {
        marked(
            tx,
            who,
            ids,
            &Mark::Payment {
                case: Some("paid".into()),
                done: vec![],
            },
        )
    }),
    ("mark: promise", |tx, who, ids| {
        marked(tx, who, ids, &Mark::Promise(Some(NOW.plus(HOUR))))
    }),
    ("remind", |tx, who, ids| {
        in_all(tx, ids, |tx, id| {
            told(reception::remind(tx, NOW, who, id, NOW.plus(HOUR), "回访")?)
        })
    }),
    ("done", |tx, who, ids| {
        told(reception::done(tx, NOW, who, ids.reminder)?)
    }),
    ("give", |tx, who, ids| {
        told(reception::give(tx, NOW, who, ids.reminder, ids.person)?)
    }),
    ("reminders", |tx, who, ids| {
        told(reception::reminders(tx, who, Some(ids.open))?)
    }),
    ("keep_record", |tx, who, ids| {
        in_all(tx, ids, |tx, id| {
            told(reception::keep_record(tx, NOW, who, id, "题", None, "解")?)
        })
    }),
    ("keep_record: a product", |tx, who, ids| {
        told(reception::keep_record(
            tx,
            NOW,
            who,
            ids.own,
            "题",
            Some(ids.product),
            "解",
        )?)
    }),
    ("records", |tx, who, ids| {
        in_all(tx, ids, |tx, id| told(reception::records(tx, who, id)?))
    }),
    ("invite", |tx, who, ids| {
        in_all(tx, ids, |tx, id| told(reception::invite(tx, NOW, who, id)?))
    }),
    ("rate", |tx, who, ids| {
        in_all(tx, ids, |tx, id| {
            told(reception::rate(tx, NOW, who, id, 1, 5, None)?)
        })
    }),
    ("answer", |tx, who, ids| {
        let answer = Answer {
            answer: Some("confirmed".into()),
            note: None,
            answers: None,
        };
        in_all(tx, ids, |tx, id| {
            told(reception::answer(tx, NOW, who, id, ids.seq, &answer)?)
        })
    }),
    ("delivery", |tx, who, ids| {
        in_all(tx, ids, |tx, id| {
            told(reception::delivery(tx, NOW, who, id, ids.seq)?)
        })
    }),
    ("send_order", |tx, who, ids| {
        in_all(tx, ids, |tx, id| {
            told(reception::send_order(tx, NOW, who, id, "o1", ids.order, true)?.0)
        })
    }),
    ("send_order: an order", |tx, who, ids| {
        told(reception::send_order(tx, NOW, who, ids.own, "o2", ids.order, true)?.0)
    }),
    ("read", |tx, who, ids| {
        in_all(tx, ids, |tx, id| told(reception::read(tx, who, id, 2)?))
    }),
    ("keep_draft", |tx, who, ids| {
        in_all(tx, ids, |tx, id| {
            told(reception::keep_draft(tx, NOW, who, id, "草", "稿")?)
        })
    }),
    ("draft", |tx, who, ids| {
        in_all(tx, ids, |tx, id| told(reception::draft(tx, who, id)?))
    }),
    ("sessions", |tx, who, ids| {
        in_all(tx, ids, |tx, id| told(reception::sessions(tx, who, id)?))
    }),
    ("Conversation::of", |tx, who, ids| {
        in_all(tx, ids, |tx, id| told(Conversation::of(tx, who, id)?.card()))
    }),
    ("cards", |tx, who, ids| {
        told(reception::cards(tx, who, &[ids.open, ids.queued, ids.closed])?)
    }),
    ("of_customer", |tx, who, ids| {
        told(reception::of_customer(tx, who, ids.customer)?)
    }),
    ("conversations", |tx, who, ids| {
        let mut lists: Vec<Value> = Vec::new();
        for tab in [Tab::Mine, Tab::Queue, Tab::All] {
            for asked in [
                Asked {
                    tab,
                    ..Asked::default()
                },
                Asked {
                    tab,
                    shop: Some(ids.shop),
                    ..Asked::default()
                },
                Asked {
                    tab,
                    agent: Some(ids.person),
                    ..Asked::default()
                },
            ] {
                let list = reception::conversations(tx, NOW, who, &asked, &PageAsk::default());
                lists.push(list.map_or_else(|problem| json!(problem.code), |page: Page<_>| json!(page)));
            }
        }
        told(lists)
    }),
    ("counts", |tx, who, _| told(reception::counts(tx, who)?)),
    ("team_manners", |tx, who, ids| {
        told(reception::team_manners(
            tx,
            who,
            Some(ids.shop),
            NOW.plus(-HOUR),
            NOW.plus(HOUR),
        )?)
    }),
    ("wall", |tx, who, ids| {
        told(reception::wall(tx, NOW, who, Some(ids.shop))?)
    }),
    ("promised_prices", |tx, who, ids| {
        told(reception::promised_prices(tx, who, Some(ids.shop))?)
    }),
    ("price_asked", |tx, who, ids| {
        in_all(tx, ids, |tx, id| {
            told(reception::price_asked(tx, who.org, id, ids.order)?)
        })
    }),
    ("price_answered", |tx, who, ids| {
        in_all(tx, ids, |tx, id| {
            told(reception::price_answered(tx, who.org, id)?)
        })
    }),
    ("own_day", |tx, who, ids| {
        told(reception::own_day(tx, NOW, who, Some(ids.shop))?)
    }),
    ("team_file", |tx, who, ids| {
        told(reception::team_file(tx, who, ids.file)?)
    }),
    ("buyer_file", |tx, who, ids| {
        let base::Who::Buyer(own) = who.who else {
            return Err(Problem::not_found());
        };
        let Shops::Only(shops) = &who.shops else {
            return Err(Problem::not_found());
        };
        told(reception::buyer_file(tx, who.org, shops[0], Some(own), ids.file)?)
    }),
    ("shop_templates", |tx, who, ids| {
        told(reception::shop_templates(tx, who, Some(ids.shop))?.len())
    }),
    // The program's own work goes by organisation: another's ids name nothing in it.
    ("rebuild", |tx, who, ids| {
        in_all(tx, ids, |tx, id| told(reception::rebuild(tx, who.org, id, true)?))
    }),
    ("order_paid", |tx, who, ids| {
        told(reception::order_paid(tx, NOW, who.org, ids.order)?)
    }),
    ("of_agent", |tx, who, ids| {
        told(reception::of_agent(tx, who.org, ids.person)?.len())
    }),
    ("customer_changed", |tx, who, ids| {
        told(reception::customer_changed(tx, NOW, who.org, ids.customer)?)
    }),
    ("customer_proved", |tx, who, ids| {
        told(reception::customer_proved(
            tx,
            NOW,
            who.org,
            ids.shop,
            ids.customer,
            None,
        )?)
    }),
    ("customers_joined", |tx, who, ids| {
        told(reception::customers_joined(
            tx,
            NOW,
            who.org,
            ids.customer,
            ids.customer,
        )?)
    }),
    ("held_talks", |tx, who, ids| {
        let held = reception::privacy::held_talks(tx, who, &[ids.customer])?;
        let rows: Vec<usize> = held.iter().map(|held| held.rows.len()).collect();
        told((rows, format!("{held:?}")))
    }),
    ("erase_talks", |tx, who, ids| {
        let customers = [ids.customer];
        let open = reception::privacy::open_talks(tx, who.org, &customers)?;
        let erased = reception::privacy::erase_talks(tx, NOW, who, &customers, 9)?;
        let talks = reception::privacy::talks_of(tx, who.org, &customers)?;
        told((open, erased.messages, erased.files, talks))
    }),
    ("seen_talk", |tx, who, ids| {
        told(reception::seen_talk(tx, who, ids.open)?.map(|talk| talk.shop))
    }),
    ("settings_changed", |tx, who, ids| {
        told(reception::settings_changed(tx, NOW, who.org, Some(ids.shop))?)
    }),
    ("group_changed", |tx, who, ids| {
        told(reception::group_changed(tx, NOW, who.org, ids.group)?)
    }),
    ("agent_vanished", |tx, who, ids| {
        told(reception::agent_vanished(tx, NOW, who.org, ids.person)?)
    }),
    ("rights_changed", |tx, who, ids| {
        told(reception::rights_changed(tx, NOW, who.org, Some(ids.person))?)
    }),
    ("still_waiting", |tx, who, ids| {
        told(reception::still_waiting(tx, who.org, &[ids.queued])?.len())
    }),
];

/// What needs no actor and takes no id of another's: pure, or the program's round over an organisation.
const APART: &[&str] = &[
    "ring",
    "run_job",
    "deal",
    "free",
    "loads",
    "waiting",
    "ids_after",
    "pending",
    "payment_cases",
    "templates",
    "promised_ms",
    "effective_priority",
    "places",
    "plan",
    "sort",
    "check_client_id",
    "hand_over_quick_replies",
    "asked",
    "serves_itself",
    "answer_by_itself",
    "accounts_changed",
    "woven",
];

#[test]
fn the_table_holds_every_public_verb() {
    let lib = include_str!("../src/lib.rs");
    let exports = lib
        .split("pub use ")
        .skip(1)
        .filter_map(|line| line.split(';').next());
    let names = exports.flat_map(|line| {
        line.split(&['{', '}', ',', ' ', '\n', ':'][..])
            .skip(1)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
    let verbs: Vec<String> = names
        .filter(|name| name.starts_with(char::is_lowercase))
        .collect();
    assert!(verbs.len() > 60, "{verbs:?}");
    for verb in verbs {
        let listed = VERBS
            .iter()
            .any(|(name, _)| name.split(':').next() == Some(verb.as_str()));
        assert!(
            listed || APART.contains(&verb.as_str()),
            "{verb} is not in the table"
        );
    }
}

/// Everything that is kept of an organisation, so that any change is seen.
async fn everything(d: &Desk) -> Vec<String> {
    let org = d.org;
    d.read(move |tx| {
        let mut out = Vec::new();
        for sql in [
            "SELECT 'conversation', id, rev, last_seq, unread FROM conversation WHERE org_id = $1 ORDER BY id",
            "SELECT 'message', conversation_id, seq, rev, at FROM message WHERE org_id = $1 ORDER BY conversation_id, seq",
            "SELECT 'session', conversation_id, no, rules, COALESCE(ended_at, 0) FROM session WHERE org_id = $1 ORDER BY conversation_id, no",
            "SELECT 'round', conversation_id, no, breach_at, COALESCE(ended_at, 0) FROM round WHERE org_id = $1 ORDER BY conversation_id, no",
            "SELECT 'rating', conversation_id, session, invited_at, COALESCE(score, 0) FROM rating WHERE org_id = $1 ORDER BY conversation_id",
            "SELECT 'draft', conversation_id, person_id, at, at FROM draft WHERE org_id = $1 ORDER BY conversation_id, person_id",
            "SELECT 'record', id, conversation_id, customer_id, at FROM record WHERE org_id = $1 ORDER BY id",
            "SELECT 'reminder', id, due, rung, COALESCE(done_at, 0) FROM reminder WHERE org_id = $1 ORDER BY id",
            "SELECT 'file', id, subject, owner_id, at FROM file WHERE org_id = $1 ORDER BY id",
            "SELECT 'job', subject, due, stamp, attempts FROM job WHERE org_id = $1 ORDER BY id",
            "SELECT 'log', count(*), count(*), count(*), count(*) FROM log WHERE org_id = $1 AND kind NOT LIKE 'presence%'",
        ] {
            out.extend(tx.rows(sql, args![org], |row| {
                let numbers: [i64; 4] = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
                Ok(format!("{} {numbers:?}", row.get::<String>(0)?))
            })?);
        }
        Ok(out)
    })
    .await
}

/// A tea shop with something of everything, all of it marked as secret.
async fn tea(d: &Desk) -> Ids {
    for who in [&d.man, &d.gu] {
        d.online(who, NOW).await;
    }
    let buyer = d.known().await;
    let open = d.asks(NOW, &buyer, "SECRET 问题").await.id;
    d.claim(NOW, &d.man, open).await.expect("claimed");
    let seq = d.answers(NOW, &d.man, open, "SECRET 回答").await.seq;
    d.asks(NOW, &buyer, "SECRET 还有").await;
    let waits = d.buyer().await;
    let queued = d.asks(NOW, &waits, "SECRET 排队").await.id;
    let (_, closed) = d.talk(NOW, &d.gu).await;
    d.answers(NOW, &d.gu, closed, "SECRET").await;
    d.close(NOW, &d.gu, closed, Some("SECRET")).await.expect("closed");
    let (product, _) = d.product_in("SECRET 茶", Some(vec![d.shop])).await;
    let man = d.man.clone();
    let reminder = d
        .write(move |tx| {
            reception::keep_record(tx, NOW, &man, open, "SECRET", Some(product), "SECRET")?;
            reception::keep_draft(tx, NOW, &man, open, "SECRET", "SECRET")?;
            reception::invite(tx, NOW, &man, open)?;
            let reminder = reception::remind(tx, NOW, &man, open, NOW.plus(HOUR), "SECRET")?.id;
            Ok(reminder)
        })
        .await
        .expect("made");
    let file = d.file(&buyer, d.shop, "SECRET.gif", PICTURE).await.id;
    d.buyer_says(
        NOW,
        &buyer,
        BuyerSays {
            saying: Saying::Image(Upload { file, ms: None }),
            ..as_buyer(d.shop, "-")
        },
    )
    .await
    .expect("taken");
    let group = team::NewGroup {
        name: "SECRET".into(),
        shops: Some(vec![d.shop]),
        members: vec![pid(&d.man)],
        ..Default::default()
    };
    let group = d.group(group).await;
    let order = d.order(customer(&buyer), paid).await;
    Ids {
        shop: d.shop,
        open,
        queued,
        closed,
        seq,
        customer: customer(&buyer),
        person: pid(&d.man),
        group,
        order,
        product,
        file,
        reminder,
        own: Id::NONE,
    }
}

/// Somebody who comes with the ids: what they find must not depend on whether the ids exist, and nothing
/// of the tea shop may change. `apart` names verbs that are the actor's own good right.
async fn comes(
    db: &store::testing::TestDb,
    d: &Desk,
    ids: Ids,
    name: &str,
    who: &Actor,
    own: Id,
    apart: &[&str],
) {
    let real = Ids { own, ..ids };
    let made_up = Ids {
        shop: Id(701),
        open: Id(702),
        queued: Id(703),
        closed: Id(704),
        customer: Id(705),
        person: Id(706),
        group: Id(707),
        order: Id(708),
        product: Id(709),
        file: Id(710),
        reminder: Id(711),
        own,
        seq: ids.seq,
    };
    let before = everything(d).await;
    for (verb, call) in VERBS.iter().filter(|(verb, _)| !apart.contains(verb)) {
        let mut answers = Vec::new();
        for ids in [real, made_up] {
            let who = who.clone();
            // Undone again, so that both questions are asked of the same house.
            let undone = d.write(move |tx| {
                let answer = call(tx, &who, ids)
                    .unwrap_or_else(|problem| json!([problem.status, problem.code, problem.params]));
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
        // And for good.
        let (who, ids) = (
            who.clone(),
            Ids {
                own: Id::NONE,
                ..real
            },
        );
        db.frames();
        drop(d.write(move |tx| call(tx, &who, ids)).await);
        let theirs = [
            Topic::Shop(ids.shop),
            Topic::ShopQueue(ids.shop),
            Topic::ShopMessages(ids.shop),
            Topic::Conversation(ids.open),
            Topic::Conversation(ids.queued),
            Topic::Buyer(ids.open),
            Topic::Buyer(ids.queued),
            Topic::Person(ids.person),
        ];
        let heard = db.frames();
        assert!(
            !heard
                .iter()
                .any(|live| live.topics.iter().any(|topic| theirs.contains(topic))),
            "{name}, {verb} told somebody"
        );
        assert_eq!(everything(d).await, before, "{name}, {verb} changed something");
    }
}

/// The program's own verbs: they ask no rights and go by organisation.
const PROGRAM: &[&str] = &[
    "rebuild",
    "order_paid",
    "of_agent",
    "customer_changed",
    "customer_proved",
    "customers_joined",
    "erase_talks",
    "settings_changed",
    "group_changed",
    "agent_vanished",
    "rights_changed",
    "still_waiting",
];

on_both! { TABLES;
    async fn another_organisation_sees_and_changes_nothing(db: &TestDb) {
        let d = desk(db).await;
        let ids = tea(&d).await;
        let far = found(&d.db, "远山数码").await;
        let (buyer, own) = far.talk(NOW, &far.owner).await;
        comes(db, &d, ids, "another owner", &far.owner, own, &[]).await;
        comes(db, &d, ids, "another's buyer", &buyer, own, &["buyer_says: a file"]).await;
        let program = Actor::program(far.org);
        comes(db, &d, ids, "another's program", &program, own, &[]).await;
    }

    async fn another_shop_of_the_organisation_sees_and_changes_nothing(db: &TestDb) {
        let d = desk(db).await;
        let ids = tea(&d).await;
        let visitor = d.visitor(d.side).await;
        let own = d.asks(NOW, &visitor, "在吗").await.id;
        d.claim(NOW, &d.li, own).await.expect("claimed");
        let chief = Actor { permissions: Permissions::all(), ..d.li.clone() };
        comes(db, &d, ids, "the fruit shop's chief", &chief, own, PROGRAM).await;
        comes(db, &d, ids, "the fruit shop's agent", &d.li, own, PROGRAM).await;
        let buyers = [PROGRAM, &["buyer_says: a file"]].concat();
        comes(db, &d, ids, "the fruit shop's buyer", &visitor, own, &buyers).await;
    }

    async fn another_buyer_of_the_shop_sees_and_changes_nothing(db: &TestDb) {
        let d = desk(db).await;
        let ids = tea(&d).await;
        let buyer = d.buyer().await;
        let apart = [PROGRAM, &["buyer_says", "buyer_says: a file"]].concat();
        comes(db, &d, ids, "another buyer", &buyer, Id::NONE, &apart).await;
        let says = BuyerSays { saying: Saying::Image(Upload { file: ids.file, ms: None }), ..as_buyer(d.shop, "-") };
        assert_eq!(code(d.buyer_says(NOW, &buyer, says).await), "not_found");
    }

    async fn an_agent_without_the_right_sees_their_own_and_the_queue(db: &TestDb) {
        let d = desk(db).await;
        let ids = tea(&d).await;
        let (_, own) = d.talk(NOW, &d.gu).await;
        for (verb, call) in VERBS.iter().filter(|(verb, _)| !PROGRAM.contains(verb)) {
            let who = d.gu.clone();
            // The open talk of a colleague, by itself; the queue and her own closed talk are hers to see.
            let ids = Ids { queued: ids.open, closed: ids.open, own, ..ids };
            let undone = d.write(move |tx| {
                let answer = call(tx, &who, ids).unwrap_or_else(|problem| json!([problem.status, problem.code]));
                Err::<(), _>(Problem::new(418, "undone", "").with("answer", answer))
            });
            let answer = undone.await.expect_err("undone").params["answer"].clone();
            let shared = ["conversations", "say: a product", "transfer: to a person", "transfer: to a group"];
            let text = answer.to_string();
            let told = text.contains("SECRET 问题") || text.contains("SECRET 回答") || text.contains("SECRET 还有");
            assert!(!told && (shared.contains(verb) || !text.contains("SECRET")), "{verb}: {text}");
        }
        let gu = d.gu.clone();
        let lists = d.read(move |tx| {
            let of = |tx: &mut Tx<'_>, tab| {
                let page = reception::conversations(tx, NOW, &gu, &Asked { tab, ..Asked::default() }, &PageAsk::default())?;
                Ok::<_, Problem>(page.items.iter().map(|c| c.id).collect::<std::collections::BTreeSet<_>>())
            };
            Ok((of(tx, Tab::Mine)?, of(tx, Tab::Queue)?, of(tx, Tab::All)?, reception::counts(tx, &gu)?))
        }).await;
        assert_eq!((lists.0, lists.1, lists.2), ([own].into(), [ids.queued].into(), [own, ids.queued, ids.closed].into()));
        assert_eq!(lists.3, reception::Counts { mine: 1, queue: 1, all: 2, waiting: 1 });
        // Who neither receives nor looks on has no lists at all.
        let shipper = d.person("发货", "shipper", None, 8).await;
        assert_eq!(code(d.db.read({ let who = shipper.clone(); move |tx| reception::conversations(tx, NOW, &who, &Asked { tab: Tab::All, ..Asked::default() }, &PageAsk::default()) }).await), "forbidden");
        assert_eq!(d.read(move |tx| reception::counts(tx, &shipper)).await, reception::Counts::default());
        // One who may look on sees everything of the shop and touches nothing.
        let looks = d.person("阅", "read_only", Some(vec![d.shop]), 8).await;
        let page = d.read({ let who = looks.clone(); move |tx| reception::conversations(tx, NOW, &who, &Asked { tab: Tab::Queue, ..Asked::default() }, &PageAsk::default()) }).await;
        assert_eq!(page.items.len(), 1);
        assert_eq!(d.read(move |tx| reception::counts(tx, &looks)).await, reception::Counts { mine: 0, queue: 1, all: 3, waiting: 0 });
    }
}
