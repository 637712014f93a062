//! What the demo is made of, as the files of `demo/` say it; their heads tell the shapes.

use base::Problem;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::desk::DeskFile;
use super::known::KnowledgeFile;

/// All of it.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) shop: ShopFile,
    pub(crate) people: PeopleFile,
    pub(crate) products: Vec<Product>,
    pub(crate) customers: Vec<Customer>,
    pub(crate) replies: ReplyFile,
    pub(crate) knowledge: KnowledgeFile,
    pub(crate) desk: DeskFile,
    pub(crate) talks: Vec<Talk>,
}

/// A picture or a recording: its name without the ending, its file name, its bytes.
pub(crate) type Asset = (&'static str, &'static str, &'static [u8]);

macro_rules! assets {
    ($($folder:literal / $name:literal . $ending:literal),* $(,)?) => {
        &[$(($name, concat!($name, ".", $ending), include_bytes!(concat!("../../demo/", $folder, "/", $name, ".", $ending)))),*]
    };
}

/// Pictures of goods and of what buyers show.
pub(crate) static PICTURES: &[Asset] = assets![
    "pictures" / "bedding-set" . "png", "pictures" / "broken-zipper" . "png", "pictures" / "crushed-box" . "png",
    "pictures" / "curtain-room" . "png", "pictures" / "dented-pillow" . "png", "pictures" / "loose-thread" . "png",
    "pictures" / "loungewear" . "png", "pictures" / "pillow" . "png", "pictures" / "quilt" . "png",
    "pictures" / "size-label" . "png", "pictures" / "slippers" . "png", "pictures" / "tablecloth" . "png",
    "pictures" / "towel" . "png", "pictures" / "wrong-colour" . "png",
];

/// Recordings of buyers.
pub(crate) static VOICES: &[Asset] =
    assets!["voices" / "bed-size" . "ogg", "voices" / "parcel-stuck" . "ogg"];

/// The asset of a name.
pub(crate) fn asset(name: &str) -> Option<&'static Asset> {
    PICTURES.iter().chain(VOICES).find(|asset| asset.0 == name)
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ShopFile {
    pub(crate) organisation: Organisation,
    pub(crate) shop: Vec<Shop>,
    pub(crate) calendar: Vec<Hours>,
    pub(crate) auto: Vec<Auto>,
    pub(crate) coupon: Vec<Coupon>,
    pub(crate) courier: Vec<Courier>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Organisation {
    pub(crate) name: String,
    pub(crate) time_zone: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Shop {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) platform: String,
    pub(crate) kind: String,
    pub(crate) edition: String,
    pub(crate) edition_until_days: i64,
    pub(crate) color: String,
    pub(crate) calendar: String,
    pub(crate) slogan: String,
    pub(crate) featured: Vec<String>,
    #[serde(default)]
    pub(crate) paper: Vec<Paper>,
    #[serde(default)]
    pub(crate) menu: Vec<Menu>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Paper {
    pub(crate) kind: String,
    pub(crate) number: String,
    pub(crate) valid_in_days: i64,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Menu {
    pub(crate) key: String,
    pub(crate) zh: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Hours {
    pub(crate) key: String,
    #[serde(default)]
    pub(crate) stretch_to_now: bool,
    pub(crate) weekdays: Vec<Vec<String>>,
    #[serde(default)]
    pub(crate) day: Vec<OtherDay>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct OtherDay {
    pub(crate) in_days: i64,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) hours: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Auto {
    pub(crate) shop: String,
    pub(crate) kind: String,
    pub(crate) on: bool,
    pub(crate) zh: String,
    pub(crate) en: String,
    pub(crate) from_days: Option<i64>,
    pub(crate) until_days: Option<i64>,
    pub(crate) queue: Option<i64>,
    pub(crate) wait_s: Option<i64>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Coupon {
    pub(crate) code: String,
    pub(crate) title: String,
    pub(crate) amount_fen: i64,
    pub(crate) floor_fen: i64,
    pub(crate) until_days: i64,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Courier {
    pub(crate) key: String,
    pub(crate) name: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PeopleFile {
    pub(crate) group: Vec<Group>,
    pub(crate) shift: Vec<Shift>,
    pub(crate) rotation: Rotation,
    pub(crate) person: Vec<Person>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Group {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) stage: Option<String>,
    pub(crate) shops: Vec<String>,
    #[serde(default)]
    pub(crate) overflow_stages: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Shift {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) color: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Rotation {
    pub(crate) shifts: Vec<String>,
    pub(crate) every_days: i64,
    pub(crate) people: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Person {
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) nick: String,
    pub(crate) number: i64,
    pub(crate) roles: Vec<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) shops: Option<Vec<String>>,
    pub(crate) capacity: i64,
    pub(crate) shift: Option<String>,
    pub(crate) outsourced: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Product {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) shops: Vec<String>,
    pub(crate) picture: String,
    pub(crate) campaign: Option<String>,
    pub(crate) material: String,
    pub(crate) care: String,
    pub(crate) size_note: String,
    pub(crate) points: Vec<String>,
    pub(crate) skus: Vec<Sku>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Sku {
    pub(crate) code: String,
    pub(crate) spec: String,
    pub(crate) price_fen: i64,
    pub(crate) floor_fen: i64,
    pub(crate) cost_fen: i64,
    pub(crate) on_hand: i64,
    pub(crate) safety: i64,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Customer {
    pub(crate) key: String,
    pub(crate) nick: String,
    pub(crate) name: String,
    pub(crate) phone: String,
    pub(crate) province_city: String,
    pub(crate) address: String,
    pub(crate) level: i64,
    pub(crate) vip: bool,
    #[serde(default)]
    pub(crate) vip_note: String,
    #[serde(default)]
    pub(crate) note: String,
    pub(crate) blocked: Option<Blocked>,
    #[serde(default)]
    pub(crate) order: Vec<Order>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Blocked {
    pub(crate) reason: String,
    pub(crate) days: i64,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Order {
    pub(crate) number: String,
    pub(crate) shop: String,
    pub(crate) days_ago: i64,
    pub(crate) at: String,
    pub(crate) order_status: orders::OrderStatus,
    pub(crate) pay_status: orders::PayStatus,
    pub(crate) ship_status: orders::ShipStatus,
    pub(crate) after_status: orders::AfterStatus,
    pub(crate) lines: Vec<Line>,
    pub(crate) total_fen: i64,
    pub(crate) courier: Option<String>,
    pub(crate) waybill: Option<String>,
    #[serde(default)]
    pub(crate) remark: String,
    #[serde(default)]
    pub(crate) memo: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Line {
    pub(crate) product: String,
    pub(crate) sku: String,
    pub(crate) quantity: i64,
    pub(crate) price_fen: i64,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ReplyFile {
    pub(crate) category: Vec<Category>,
    pub(crate) quick_reply: Vec<QuickReply>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Category {
    pub(crate) key: String,
    pub(crate) zh: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct QuickReply {
    pub(crate) code: String,
    pub(crate) category: String,
    pub(crate) zh: String,
}

/// One scripted talk.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Talk {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) stage: reception::Stage,
    pub(crate) shop: String,
    pub(crate) lang: String,
    pub(crate) customer: Option<String>,
    pub(crate) order: Option<String>,
    pub(crate) product: Option<String>,
    pub(crate) hours: Option<String>,
    pub(crate) bargain_mark: Option<String>,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    pub(crate) record: Option<Record>,
    pub(crate) rating: Option<Rating>,
    pub(crate) close_reason: Option<String>,
    pub(crate) turns: Vec<Turn>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Record {
    pub(crate) topic: String,
    pub(crate) solution: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Rating {
    pub(crate) score: i64,
    #[serde(default)]
    pub(crate) comment: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Side {
    Buyer,
    Agent,
}

/// What is done in a turn; a text when nothing else is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Deed {
    #[default]
    Text,
    Image,
    Voice,
    Product,
    Order,
    Coupon,
    Note,
    Transfer,
    Leave,
    Back,
    Confirm,
    Pay,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Turn {
    pub(crate) by: Side,
    pub(crate) after: i64,
    #[serde(default)]
    pub(crate) kind: Deed,
    #[serde(default)]
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) alt: Vec<String>,
    #[serde(default)]
    pub(crate) nudge: bool,
    pub(crate) picture: Option<String>,
    pub(crate) voice: Option<String>,
    pub(crate) ms: Option<i64>,
    pub(crate) sku: Option<String>,
    pub(crate) coupon: Option<String>,
    pub(crate) to: Option<String>,
}

impl Turn {
    /// Its words, one of several wordings by `choice`, said by an agent called `agent`.
    pub(crate) fn words(&self, choice: u64, agent: &str) -> String {
        let wordings = self.alt.len() as u64 + 1;
        let chosen = usize::try_from(choice % wordings).unwrap_or(0);
        let words = chosen
            .checked_sub(1)
            .and_then(|i| self.alt.get(i))
            .unwrap_or(&self.text);
        words.replace("{agent}", agent)
    }
}

impl Content {
    /// Reads the files the program carries.
    pub(crate) fn read() -> Result<Content, Problem> {
        #[derive(Deserialize)]
        struct Products {
            product: Vec<Product>,
        }
        #[derive(Deserialize)]
        struct Customers {
            customer: Vec<Customer>,
        }
        #[derive(Deserialize)]
        struct Talks {
            talk: Vec<Talk>,
        }
        Ok(Content {
            shop: parse("shop", include_str!("../../demo/shop.toml"))?,
            people: parse("people", include_str!("../../demo/people.toml"))?,
            products: parse::<Products>("products", include_str!("../../demo/products.toml"))?.product,
            customers: parse::<Customers>("customers", include_str!("../../demo/customers.toml"))?.customer,
            replies: parse("quick_replies", include_str!("../../demo/quick_replies.toml"))?,
            knowledge: parse("knowledge", include_str!("../../demo/knowledge.toml"))?,
            desk: parse("desk", include_str!("../../demo/desk.toml"))?,
            talks: parse::<Talks>("talks", include_str!("../../demo/talks.toml"))?.talk,
        })
    }
}

fn parse<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, Problem> {
    toml::from_str(text).map_err(|error| {
        tracing::error!(name, %error, "a file of the demo cannot be read");
        Problem::internal()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_can_be_read_and_name_what_there_is() {
        let content = Content::read().expect("the demo's files");
        for talk in &content.talks {
            assert!(
                content.shop.shop.iter().any(|shop| shop.key == talk.shop),
                "{}",
                talk.key
            );
            let known = |key: &String| content.customers.iter().any(|customer| customer.key == *key);
            assert!(talk.customer.as_ref().is_none_or(known), "{}", talk.key);
            for turn in &talk.turns {
                for name in turn.picture.iter().chain(&turn.voice) {
                    assert!(asset(name).is_some(), "{name}");
                }
            }
        }
        for product in &content.products {
            assert!(asset(&product.picture).is_some(), "{}", product.picture);
        }
    }
}
