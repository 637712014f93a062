//! What `demo/knowledge.toml` says.

use knowledge::{
    CampaignKind, CampaignStep, CertificateKind, NewWarranty, NoticeKind, ProductFactsChange, RelationKind,
};
use serde::Deserialize;

/// All of the file.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct KnowledgeFile {
    pub(crate) fact: Vec<Fact>,
    pub(crate) certificate: Vec<Certificate>,
    pub(crate) warranty: Vec<Warranty>,
    pub(crate) preorder: Vec<Preorder>,
    pub(crate) relation: Vec<Relation>,
    pub(crate) campaign: Vec<Campaign>,
    pub(crate) main_push: Vec<MainPush>,
    pub(crate) faq: Vec<Faq>,
    pub(crate) notice: Vec<Notice>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Fact {
    pub(crate) product: String,
    pub(crate) is: ProductFactsChange,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Certificate {
    pub(crate) product: String,
    pub(crate) kind: CertificateKind,
    pub(crate) number: String,
    pub(crate) issuer: String,
    pub(crate) valid_in_days: i64,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Warranty {
    pub(crate) product: String,
    pub(crate) is: NewWarranty,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Preorder {
    pub(crate) sku: String,
    pub(crate) in_days: i64,
    pub(crate) note: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Relation {
    pub(crate) kind: RelationKind,
    pub(crate) product: String,
    pub(crate) other: String,
    pub(crate) note: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Campaign {
    pub(crate) title: String,
    pub(crate) kind: CampaignKind,
    pub(crate) text: String,
    pub(crate) from_days: i64,
    pub(crate) until_days: i64,
    pub(crate) shops: Option<Vec<String>>,
    pub(crate) products: Option<Vec<String>>,
    pub(crate) steps: Vec<CampaignStep>,
    #[serde(default)]
    pub(crate) coupon: String,
    #[serde(default)]
    pub(crate) favourite: bool,
    #[serde(default)]
    pub(crate) note: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct MainPush {
    pub(crate) product: String,
    pub(crate) shop: String,
    pub(crate) from_days: i64,
    pub(crate) until_days: i64,
    pub(crate) note: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Faq {
    pub(crate) category: String,
    pub(crate) question: String,
    pub(crate) similar: Vec<String>,
    pub(crate) answer: String,
    #[serde(default)]
    pub(crate) products: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Notice {
    pub(crate) by: String,
    pub(crate) kind: NoticeKind,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) until_days: i64,
    pub(crate) read_by: Vec<String>,
}
