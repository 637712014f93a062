use super::paper::{self, Sheet};

/// What stands on a label.
#[derive(Clone, Debug, Default)]
pub(crate) struct LabelFacts {
    pub(crate) waybill: String,
    pub(crate) courier: String,
    pub(crate) number: String,
    pub(crate) orders: String,
    pub(crate) receiver: String,
    pub(crate) phone: String,
    pub(crate) address: String,
    pub(crate) shop: String,
    pub(crate) goods: String,
    pub(crate) pieces: String,
    pub(crate) wishes: String,
}

impl LabelFacts {
    /// Those of a parcel that has the courier's number.
    pub(crate) fn of_sheet(sheet: &Sheet, waybill: &str) -> LabelFacts {
        let parcel = &sheet.parcel;
        let orders: Vec<&str> = parcel.orders.iter().map(|order| order.number.as_str()).collect();
        let goods: Vec<String> = parcel
            .lines
            .iter()
            .map(|line| {
                let gift = if line.gift { "赠品 " } else { "" };
                let named = if line.code.is_empty() {
                    &line.title
                } else {
                    &line.code
                };
                format!("{gift}{named} {} ×{}", line.spec, line.quantity)
            })
            .collect();
        let wishes: Vec<String> = paper::wishes(parcel)
            .into_iter()
            .map(|(name, words)| {
                if words.is_empty() {
                    name.to_owned()
                } else {
                    format!("{name}：{words}")
                }
            })
            .collect();
        LabelFacts {
            waybill: waybill.to_owned(),
            courier: parcel.courier_name.clone().unwrap_or_default(),
            number: sheet.number.clone(),
            orders: orders.join("、"),
            receiver: sheet.to.receiver.clone().unwrap_or_default(),
            phone: sheet.to.phone.clone().unwrap_or_default(),
            address: sheet.to.address.clone().unwrap_or_default(),
            shop: sheet.shop.clone(),
            goods: goods.join("\n"),
            pieces: parcel.pieces.to_string(),
            wishes: wishes.join("\n"),
        }
    }

    /// Somebody who does not exist, for a look at a template.
    pub(crate) fn invented(shop: String, courier: String) -> LabelFacts {
        LabelFacts {
            waybill: "1101234567890".to_owned(),
            courier,
            number: "261122-001-001".to_owned(),
            orders: "271531000000000017".to_owned(),
            receiver: "林小满".to_owned(),
            phone: "13800000017".to_owned(),
            address: "浙江省杭州市西湖区竹影路 9 号 2 幢 301".to_owned(),
            shop,
            goods: "ZT-M 雾白 ×1\n赠品 SX-01 枕套 ×2".to_owned(),
            pieces: "3".to_owned(),
            wishes: "备注：放门口\n加急".to_owned(),
        }
    }
}
