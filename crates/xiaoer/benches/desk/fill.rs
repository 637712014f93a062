//! A million messages in ten thousand talks, said through the rooms' own verbs.

use base::{Actor, Id, Ms, Problem};
use reception::{BuyerSays, Say, Saying};
use store::Tx;

use crate::kit::ground::Ground;

/// Talks, and messages of people in each.
pub(crate) const TALKS: usize = 10_000;
pub(crate) const MESSAGES: usize = 100;
/// Talks in one transaction.
const TOGETHER: usize = 5;

const GOODS: &[&str] = &[
    "纯棉四件套",
    "蚕丝被",
    "乳胶枕",
    "羽绒被",
    "夏凉被",
    "法兰绒毯",
    "竹纤维毛巾",
    "遮光窗帘",
    "记忆棉床垫",
    "珊瑚绒睡衣",
    "亚麻桌布",
    "儿童睡袋",
    "防滑浴垫",
    "真丝枕套",
    "羊毛被",
    "电热毯",
    "抱枕套",
    "床笠",
    "蚊帐",
    "凉席",
];
const ASKED: &[&str] = &[
    "{}还有货吗",
    "{}一米八的床能用吗",
    "拍下{}今天能发货吗",
    "{}可以机洗吗",
    "{}会不会掉色",
    "我的{}物流三天没动了",
    "{}收到有线头怎么办",
    "{}能便宜点吗",
    "{}是什么面料",
    "买两件{}有优惠吗",
    "{}发什么快递",
    "想把{}换成灰色",
    "{}的发票怎么开",
    "{}洗了会缩水吗",
    "{}支持七天无理由吗",
];
const ANSWERED: &[&str] = &[
    "您好，{}现货，下午四点前拍下当天发出",
    "{}建议手洗，水温不超过三十度",
    "帮您查了，{}的包裹已经到本市转运中心",
    "{}参加满三百减三十的活动",
    "非常抱歉给您添麻烦了，{}这边给您补发",
    "{}有灰色、米白和雾蓝三个颜色",
    "好的，已经给{}备注了",
    "{}默认发中通，需要顺丰可以补差价",
];

fn phrase(talk: usize, number: usize) -> String {
    let goods = GOODS[(talk * 7 + number / 9) % GOODS.len()];
    let words = if number.is_multiple_of(2) {
        ASKED[(talk * 3 + number) % ASKED.len()]
    } else {
        ANSWERED[(talk + number) % ANSWERED.len()]
    };
    format!("{}，{}号", words.replace("{}", goods), talk * MESSAGES + number)
}

/// Fills an organisation that has one shop and these agents.
pub(crate) async fn fill(ground: &Ground, shop: i64) {
    let db = ground.db().await;
    let (org, agents) = db
        .read(|tx| {
            let org = team::first_org(tx)?.ok_or_else(Problem::not_found)?;
            let people = team::people(tx, &Actor::program(org), None)?;
            let mut agents = Vec::new();
            for person in people.iter().filter(|person| person.login.starts_with("agent")) {
                agents.extend(team::actor_of(tx, org, person.id)?);
            }
            Ok((org, agents))
        })
        .await
        .expect("the shop");
    let mut last: Option<tokio::task::JoinHandle<()>> = None;
    for first in (0..TALKS).step_by(TOGETHER) {
        let (db, agents) = (db.clone(), agents.clone());
        let write = tokio::spawn(async move {
            let filled = db.write(move |tx| {
                (first..first + TOGETHER)
                    .try_for_each(|number| talk(tx, org, Id(shop), &agents[number % agents.len()], number))
            });
            filled.await.expect("the talk is kept");
        });
        if let Some(last) = last.replace(write) {
            last.await.expect("kept");
        }
        if first.is_multiple_of(1_000) {
            eprintln!("filled {first} of {TALKS} talks");
        }
    }
    if let Some(last) = last {
        last.await.expect("kept");
    }
    db.close();
}

/// One talk: asked and answered, then closed; the last few stay open.
fn talk(tx: &mut Tx<'_>, org: Id, shop: Id, agent: &Actor, number: usize) -> Result<(), Problem> {
    // Five minutes apart, up to a while ago.
    let began = Ms(1_795_000_000_000).plus(-300_000 * (TALKS - number) as i64);
    let customer = customers::visitor(tx, began, org, shop, &format!("{number:064x}"))?;
    let buyer = Actor::buyer(org, shop, customer.id);
    let mut conversation = Id::NONE;
    for said in 0..MESSAGES {
        let now = began.plus(4_000 * said as i64);
        let saying = Saying::Text {
            text: phrase(number, said),
        }
        .check()?;
        if said.is_multiple_of(2) {
            let says = BuyerSays {
                shop,
                client_id: format!("c{said}"),
                saying,
                quote: None,
                stage: None,
                language: None,
            };
            conversation = reception::buyer_says(tx, now, &buyer, &says)?.1.id;
        } else {
            let say = Say {
                conversation,
                client_id: format!("a{said}"),
                saying,
                quote: None,
                typed_ms: None,
                promise_ms: None,
                // Fillers of a bench confirm whatever they are asked.
                confirmed: None,
                filled: None,
            };
            reception::say(tx, now, agent, &say)?;
        }
        if said == 0 {
            reception::claim(tx, now, agent, conversation)?;
        }
    }
    if number + 20 < TALKS {
        let ended = began.plus(4_000 * MESSAGES as i64);
        reception::close(tx, ended, agent, conversation, Some("已解决"))?;
    }
    Ok(())
}
