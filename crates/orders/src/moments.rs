use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use base::Ms;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

macro_rules! fields {
    ($($field:ident = $name:literal),* $(,)?) => {
        /// A field of an order that versions tell.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Field { $($field),* }

        const NAMES: &[&str] = &[$($name),*];
    };
}

fields! {
    Customer = "customer",
    TotalFen = "total_fen",
    PaidFen = "paid_fen",
    PlacedAt = "placed_at",
    PaidAt = "paid_at",
    ShippedAt = "shipped_at",
    SignedAt = "signed_at",
    DoneAt = "done_at",
    Payment = "payment",
    Delivery = "delivery",
    Remark = "remark",
    Receiver = "receiver",
    Phone = "phone",
    Address = "address",
    Lines = "lines",
    PostFen = "post_fen",
    BuyerNote = "buyer_note",
    Courier = "courier",
    Waybill = "waybill",
    CloseReason = "close_reason",
    Words = "words",
    PromiseAt = "promise_at",
    Extra = "extra",
    Rough = "rough",
    DueAt = "due_at",
}

const COUNT: usize = 25;

/// The moment of the version each field came from.
///
/// Most orders are told by one version or two, so that nearly all fields share one moment: it is written once,
/// under the empty name, with a bit for each field that has it; the others follow by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Moments([Option<Ms>; COUNT]);

impl Moments {
    pub(crate) fn get(&self, field: Field) -> Option<Ms> {
        self.0[field as usize]
    }

    pub(crate) fn set(&mut self, field: Field, at: Option<Ms>) {
        self.0[field as usize] = at;
    }

    /// Adds its JSON to `text`.
    pub(crate) fn write(&self, text: &mut String) {
        let (base, bits) = self.common().unwrap_or_default();
        text.push('{');
        let mut comma = "";
        // Writing to a string does not fail.
        if bits != 0 {
            let _ = write!(text, "\"\":[{},{bits}]", base.0);
            comma = ",";
        }
        for (index, (name, at)) in NAMES.iter().zip(self.0).enumerate() {
            if let Some(at) = at.filter(|_| bits & (1 << index) == 0) {
                let _ = write!(text, "{comma}\"{name}\":{}", at.0);
                comma = ",";
            }
        }
        text.push('}');
    }

    /// The moment that most fields share, and which.
    fn common(&self) -> Option<(Ms, u64)> {
        let bits = |at: Ms| {
            let same = self.0.iter().enumerate().filter(|(_, known)| **known == Some(at));
            same.fold(0_u64, |bits, (index, _)| bits | 1 << index)
        };
        let first = self.0.iter().flatten().next().copied()?;
        let mut best = (first, bits(first));
        if best.1.count_ones() as usize * 2 < self.0.iter().flatten().count() {
            for at in self.0.iter().flatten() {
                let found = bits(*at);
                if found.count_ones() > best.1.count_ones() {
                    best = (*at, found);
                }
            }
        }
        Some(best)
    }
}

impl Serialize for Moments {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let (base, bits) = self.common().unwrap_or_default();
        if bits != 0 {
            map.serialize_entry("", &(base.0, bits))?;
        }
        for (index, (name, at)) in NAMES.iter().zip(self.0).enumerate() {
            if let Some(at) = at.filter(|_| bits & (1 << index) == 0) {
                map.serialize_entry(name, &at.0)?;
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Moments {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Moments, D::Error> {
        deserializer.deserialize_map(Reader)
    }
}

struct Reader;

/// A moment of one field, or the one that many share.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Said {
    One(i64),
    Shared(i64, u64),
}

impl<'de> Visitor<'de> for Reader {
    type Value = Moments;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("moments by field")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Moments, A::Error> {
        let mut moments = Moments::default();
        let mut named = BTreeMap::<String, i64>::new();
        while let Some((name, said)) = map.next_entry::<String, Said>()? {
            match said {
                Said::One(at) => drop(named.insert(name, at)),
                Said::Shared(at, bits) => {
                    for index in (0..COUNT).filter(|index| bits & (1 << index) != 0) {
                        moments.0[index] = Some(Ms(at));
                    }
                }
            }
        }
        for (index, name) in NAMES.iter().enumerate() {
            if let Some(at) = named.get(*name) {
                moments.0[index] = Some(Ms(*at));
            }
        }
        Ok(moments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_moments_are_written_once_and_all_come_back() {
        let mut moments = Moments::default();
        assert_eq!(serde_json::to_string(&moments).expect("json"), "{}");
        for field in [Field::Customer, Field::TotalFen, Field::Rough] {
            moments.set(field, Some(Ms(77)));
        }
        moments.set(Field::Remark, Some(Ms(0)));
        let text = serde_json::to_string(&moments).expect("json");
        assert_eq!(text, r#"{"":[77,8388611],"remark":0}"#);
        assert_eq!(serde_json::from_str::<Moments>(&text).expect("read"), moments);
    }

    #[test]
    fn what_was_written_field_by_field_is_still_read() {
        let moments: Moments = serde_json::from_str(r#"{"remark":5,"phone":9}"#).expect("read");
        assert_eq!(moments.get(Field::Remark), Some(Ms(5)));
        assert_eq!(moments.get(Field::Phone), Some(Ms(9)));
        assert_eq!(moments.get(Field::Address), None);
        assert_eq!(NAMES.len(), COUNT);
    }
}
