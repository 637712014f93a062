use serde::{Deserialize, Serialize};

macro_rules! status {
    ($(#[$meta:meta])* $name:ident { $first:ident = $first_key:literal $first_doc:literal, $($value:ident = $key:literal $doc:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { #[doc = $first_doc] #[default] $first, $(#[doc = $doc] $value),* }

        impl $name {
            /// The name in the database and on the wire.
            pub fn key(self) -> &'static str {
                match self { $name::$first => $first_key, $($name::$value => $key),* }
            }
        }
    };
}

// The order of the values is the way an order goes: without a date, a status only moves along it.

status! {
    /// Where the trade stands.
    OrderStatus {
        Open = "open" "Going on.",
        Done = "done" "Completed.",
        Closed = "closed" "Ended without being completed, or paid back in full.",
    }
}

status! {
    /// Where the money stands.
    PayStatus {
        Unpaid = "unpaid" "Nothing was paid.",
        Paid = "paid" "Paid.",
        Refunded = "refunded" "Paid back.",
    }
}

status! {
    /// Where the goods stand.
    ShipStatus {
        None = "none" "With the shop.",
        Shipped = "shipped" "Under way.",
        Signed = "signed" "With the buyer.",
    }
}

status! {
    /// Where after-sale stands; it may open again.
    AfterStatus {
        None = "none" "There is none.",
        Open = "open" "Going on.",
        Done = "done" "Settled.",
    }
}

#[cfg(test)]
mod tests {
    use super::{OrderStatus, PayStatus, ShipStatus};

    #[test]
    fn the_key_is_the_name_on_the_wire() {
        let written = serde_json::to_value(PayStatus::Refunded).expect("json");
        assert_eq!(written, PayStatus::Refunded.key());
        assert_eq!(PayStatus::Refunded.key(), "refunded");
        assert!(ShipStatus::None < ShipStatus::Shipped && ShipStatus::Shipped < ShipStatus::Signed);
        assert_eq!(OrderStatus::default(), OrderStatus::Open);
    }
}
