//! A file row by row and the verb for one order end in the same order, sums and stock.

use base::{Actor, Fen, Id, Ms};
use catalogue::{NewProduct, NewSku};
use customers::IdentityKind;
use orders::import::{ImportAsk, ImportKind};
use orders::{Buyer, NewLine, NewOrder, Order};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use store::on_both;
use store::testing::TestDb;

use crate::hand::*;

/// One row, in the words of the file and of the verb.
#[derive(Clone, Debug)]
struct Row {
    order: usize,
    nick: Option<&'static str>,
    total: Option<i64>,
    paid: Option<i64>,
    refund: Option<i64>,
    word: Option<usize>,
    times: [Option<i64>; 4],
    remark: Option<&'static str>,
    phone: Option<&'static str>,
    line: Option<(usize, i64)>,
}

const WORDS: &[&str] = &[
    "等待买家付款",
    "等待卖家发货",
    "等待买家确认收货",
    "交易成功",
    "天晓得",
];
const HEAD: &str = "订单号,买家昵称,订单金额,实付金额,退款金额,订单状态,付款时间,发货时间,订单完成时间,修改时间,备注,手机,标题,数量,价格,商家编码\n";
const EPOCH: i64 = 1_780_000_000_000;

fn row() -> impl Strategy<Value = Row> {
    use proptest::option::{of, weighted};
    let time = || weighted(0.35, 0..40_i64);
    let words = (
        weighted(0.7, prop_oneof![Just("阿岚"), Just("小满"), Just("岚**")]),
        weighted(0.5, prop_oneof![Just("送礼"), Just("急")]),
        weighted(0.5, prop_oneof![Just("13800000001"), Just("138****0001")]),
    );
    let sums = (of(1..9_i64), of(0..9_i64), weighted(0.3, 1..9_i64));
    let line = weighted(0.6, (0..2_usize, 1..4_i64));
    (
        0..3_usize,
        words,
        sums,
        of(0..WORDS.len()),
        (time(), time(), time(), time()),
        line,
    )
        .prop_map(|(order, words, sums, word, times, line)| Row {
            order,
            nick: words.0,
            total: sums.0,
            paid: sums.1,
            // Never more than it cost, and never nothing but a sum: such rows are refused.
            refund: sums.2.filter(|back| sums.0.is_some_and(|total| *back <= total)),
            word: word.or((words.0, words.2, line)
                .eq(&(None, None, None))
                .then_some(WORDS.len() - 1)),
            times: [times.0, times.1, times.2, times.3],
            remark: words.1,
            phone: words.2,
            line,
        })
}

impl Row {
    fn csv(&self, run: &str) -> String {
        let yuan = |fen: Option<i64>| fen.map(|fen| format!("{fen}.{fen}0")).unwrap_or_default();
        let time = |at: Option<i64>| at.map(|at| stamp(EPOCH + at * 1_000)).unwrap_or_default();
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let (title, quantity, price, code) = match self.line {
            Some((sku, quantity)) => (
                "枕头".to_owned(),
                quantity.to_string(),
                "9.9".to_owned(),
                format!("{run}-{sku}"),
            ),
            None => Default::default(),
        };
        let cells = [
            format!("{run}{}", self.order),
            text(self.nick),
            yuan(self.total),
            yuan(self.paid),
            yuan(self.refund),
            text(self.word.map(|word| WORDS[word])),
            time(self.times[0]),
            time(self.times[1]),
            time(self.times[2]),
            time(self.times[3]),
            text(self.remark),
            text(self.phone),
            title,
            quantity,
            price,
            code,
        ];
        cells.join(",") + "\n"
    }

    /// The same for the verb; what words mean is written out here once more.
    fn new_order(&self, shop: Id, run: &str) -> NewOrder {
        use orders::{OrderStatus as O, PayStatus as P, ShipStatus as S};
        let fen = |yuan: Option<i64>| yuan.map(|n| Fen(n * 110));
        let time = |at: Option<i64>| at.map(|at| Ms(EPOCH + at * 1_000));
        let (order, pay, ship) = match self.word {
            Some(0) => (Some(O::Open), Some(P::Unpaid), Some(S::None)),
            Some(1) => (Some(O::Open), Some(P::Paid), Some(S::None)),
            Some(2) => (Some(O::Open), Some(P::Paid), Some(S::Shipped)),
            Some(3) => (Some(O::Done), Some(P::Paid), Some(S::Signed)),
            _ => (None, None, None),
        };
        let refund_fen = fen(self.refund);
        let paid_fen = fen(self.paid);
        let back = paid_fen == Some(Fen(0)) && refund_fen.is_some() && self.times[0].is_some();
        NewOrder {
            shop,
            number: format!("{run}{}", self.order),
            buyer: self.nick.map(|nick| Buyer {
                kind: IdentityKind::Nick,
                value: nick.into(),
                name: None,
            }),
            order_status: order,
            pay_status: if back { Some(P::Refunded) } else { pay },
            ship_status: ship,
            total_fen: fen(self.total),
            paid_fen,
            refund_fen,
            paid_at: time(self.times[0]),
            shipped_at: time(self.times[1]),
            done_at: time(self.times[2]),
            changed_at: time(self.times[3]),
            remark: self.remark.map(str::to_owned),
            phone: self.phone.map(str::to_owned),
            words: self.word.map(|word| WORDS[word].to_owned()),
            lines: self
                .line
                .iter()
                .map(|(sku, quantity)| NewLine {
                    sku: None,
                    code: Some(format!("{run}-{sku}")),
                    title: "枕头".into(),
                    spec: None,
                    quantity: *quantity,
                    price_fen: Fen(990),
                })
                .collect(),
            ..NewOrder::default()
        }
    }
}

fn stamp(ms: i64) -> String {
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai").expect("a zone");
    let at = jiff::Timestamp::from_millisecond(ms)
        .expect("a moment")
        .to_zoned(zone);
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Two SKUs of the run with a few pieces each.
async fn stock(db: &TestDb, scene: Scene, run: &str) -> Vec<Id> {
    let sku = |n: usize| NewSku {
        code: format!("{run}-{n}"),
        spec: None,
        price_fen: Some(Fen(990)),
        cost_fen: None,
        floor_fen: None,
        on_hand: Some(7),
        safety: Some(0),
        active: None,
    };
    let new = NewProduct {
        code: run.into(),
        title: Some("枕头".into()),
        picture: None,
        url: None,
        selling_points: None,
        active: None,
        shops: None,
        skus: vec![sku(0), sku(1)],
    };
    let made = db
        .write(move |tx| catalogue::upsert_product(tx, NOW, &Actor::program(scene.org), &new))
        .await;
    made.expect("made").skus.iter().map(|sku| sku.id).collect()
}

/// Everything that must be alike, without ids.
async fn end(db: &TestDb, scene: Scene, shop: Id, run: &str, skus: &[Id]) -> Vec<String> {
    let mut seen = Vec::new();
    for n in 0..3 {
        let Some(order) = order_in(db, scene, shop, &format!("{run}{n}")).await else {
            seen.push("none".to_owned());
            continue;
        };
        let buyer = match order.customer {
            Some(id) => Some(customer(db, scene, id).await),
            None => None,
        };
        seen.push(format!("{:?} {buyer:?}", bare(order)));
    }
    for sku in skus.iter().copied() {
        let sku = db
            .read(move |tx| catalogue::sku(tx, scene.org, sku))
            .await
            .expect("read")
            .expect("there");
        seen.push(format!("{} {}", sku.on_hand, sku.locked));
    }
    seen
}

fn bare(mut order: Order) -> Order {
    (order.id, order.shop, order.customer) = (Id::NONE, Id::NONE, None);
    order.number.clear();
    for line in &mut order.lines {
        (line.id, line.sku, line.code) = (Id::NONE, None, None);
    }
    order
}

on_both! { TABLES;
    async fn a_file_and_the_verb_end_alike(db: &TestDb) {
        let scene = scene(db).await;
        let mut runner = TestRunner::deterministic();
        let files = proptest::collection::vec(proptest::collection::vec(row(), 1..5), 1..4);
        for case in 0..30 {
            let mut story = files.new_tree(&mut runner).expect("a case").current();
            for file in &mut story {
                // Lines of one order stand together in one file, so each order has one row in it.
                let mut seen = std::collections::BTreeSet::new();
                file.retain(|row| seen.insert(row.order));
            }
            let (by_file, by_verb) = (format!("f{case}-"), format!("v{case}-"));
            let nicks = |text: String| text.replace("阿岚", &format!("岚{case}")).replace("小满", &format!("满{case}"));
            let skus = [stock(db, scene, &by_file).await, stock(db, scene, &by_verb).await];
            for file in &story {
                let csv: String = file.iter().map(|row| row.csv(&by_file)).collect();
                let asked = ImportAsk { platform: Some("generic".into()), ..ask(ImportKind::Orders) };
                let run = take_in(db, scene, scene.shop, nicks(format!("{HEAD}{csv}")), asked).await.expect("taken in");
                assert_eq!(run.counts.refused, 0, "{:?}", refused(db, scene, run.id).await);
                for row in file {
                    let mut new = row.new_order(scene.second, &by_verb);
                    if let Some(buyer) = &mut new.buyer {
                        buyer.value = nicks(buyer.value.clone());
                    }
                    db.write(move |tx| orders::upsert(tx, NOW, &Actor::program(scene.org), &new)).await.expect("taken in");
                }
            }
            let file = end(db, scene, scene.shop, &by_file, &skus[0]).await;
            assert_eq!(file, end(db, scene, scene.second, &by_verb, &skus[1]).await, "{story:#?}");
        }
    }
}
