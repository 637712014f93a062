//! Files, goods and orders for the talks, and what sockets heard.

use base::{Actor, Fen, Id, Live, Ms, Topic};
use catalogue::{NewProduct, NewSku};
use orders::{NewLine, NewOrder, PayStatus, ShipStatus};
use serde_json::Value;
use store::{FileRow, Files, Tx};

use super::{Desk, HOUR, NOW, fresh};

pub(crate) const PICTURE: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";
pub(crate) const VOICE: &[u8] = b"OggS\0\x02\0\0\0\0\0\0\0\0not much of a voice";

impl Desk {
    /// Uploads a file as somebody.
    pub(crate) async fn file(&self, who: &Actor, shop: Id, name: &str, bytes: &[u8]) -> FileRow {
        let folder = std::env::temp_dir().join(fresh(&format!("xiaoer-files-{}-", std::process::id())));
        let files = Files::folder(&folder).expect("a folder");
        let new = files.take(name, bytes.to_vec()).await.expect("a file");
        std::fs::remove_dir_all(folder).expect("removed");
        let who = who.clone();
        self.write(move |tx| FileRow::keep(tx, NOW, &who, shop, &new))
            .await
            .expect("kept")
    }

    /// A product with one SKU, sold in all shops.
    pub(crate) async fn product(&self, title: &str) -> (Id, Id) {
        self.product_in(title, None).await
    }

    /// A product with one SKU.
    pub(crate) async fn product_in(&self, title: &str, shops: Option<Vec<Id>>) -> (Id, Id) {
        let (org, code, title) = (self.org, fresh("P"), title.to_owned());
        let made = move |tx: &mut Tx<'_>| {
            let sku = NewSku {
                code: format!("{code}-1"),
                spec: Some("250 克".into()),
                price_fen: Some(Fen(6_800)),
                cost_fen: None,
                floor_fen: None,
                on_hand: Some(100),
                safety: None,
                active: None,
            };
            let new = NewProduct {
                code: code.clone(),
                title: Some(title.clone()),
                picture: None,
                url: None,
                selling_points: None,
                active: None,
                shops: shops.clone(),
                skus: vec![sku],
            };
            catalogue::upsert_product(tx, NOW, &Actor::program(org), &new)
        };
        let product = self.write(made).await.expect("made");
        (product.id, product.skus[0].id)
    }

    /// An order of the tea shop, as `with` completes it.
    pub(crate) async fn order(&self, customer: Id, with: impl FnOnce(NewOrder) -> NewOrder) -> Id {
        let line = NewLine {
            sku: None,
            code: None,
            title: "明前龙井".into(),
            spec: Some("250 克".into()),
            quantity: 2,
            price_fen: Fen(6_800),
        };
        let new = with(NewOrder {
            shop: self.shop,
            number: fresh("T"),
            customer: Some(customer),
            placed_at: Some(NOW),
            receiver: Some("王小明".into()),
            phone: Some("13812345678".into()),
            address: Some("浙江省杭州市西湖区文三路 9 号".into()),
            lines: vec![line],
            ..NewOrder::default()
        });
        let program = Actor::program(self.org);
        let learnt = NOW.plus(60 * 24 * HOUR);
        self.write(move |tx| orders::upsert(tx, learnt, &program, &new))
            .await
            .expect("an order")
            .id
    }
}

pub(crate) fn unpaid(order: NewOrder) -> NewOrder {
    NewOrder {
        pay_status: Some(PayStatus::Unpaid),
        ..order
    }
}

pub(crate) fn paid(order: NewOrder) -> NewOrder {
    NewOrder {
        pay_status: Some(PayStatus::Paid),
        paid_at: Some(NOW),
        ..order
    }
}

pub(crate) fn shipped(at: Ms) -> impl FnOnce(NewOrder) -> NewOrder {
    move |order| NewOrder {
        ship_status: Some(ShipStatus::Shipped),
        shipped_at: Some(at),
        ..paid(order)
    }
}

/// What a topic heard, in order.
pub(crate) fn heard(frames: &[Live], topic: Topic) -> Vec<Value> {
    let mine = frames.iter().filter(|live| live.topics.contains(&topic));
    mine.filter_map(|live| serde_json::from_str(&live.frame).ok())
        .collect()
}

/// The alarms a topic heard, by name.
pub(crate) fn alarms(frames: &[Live], topic: Topic) -> Vec<String> {
    let all = heard(frames, topic)
        .into_iter()
        .filter(|frame| frame["on"] == "alarm");
    all.map(|frame| frame["alarm"].as_str().unwrap_or_default().to_owned())
        .collect()
}
