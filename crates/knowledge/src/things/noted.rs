use base::{Actor, Id, Ms, Problem};
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::{Event, Tx};

/// A longer value stands in its own table only; the log says that it changed.
const LONGEST: usize = 400;

/// What a verb changed, as events carry it: `{"field": [from, to]}`.
#[derive(Debug, Default)]
pub(crate) struct Noted(Map<String, Value>);

impl Noted {
    /// Notes a field, if it changed.
    pub(crate) fn note<T: Serialize + PartialEq + ?Sized>(&mut self, field: &str, from: &T, to: &T) {
        if from != to {
            self.0.insert(field.to_owned(), json!([short(from), short(to)]));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}

/// Writes to the log what was done to something of the whole organisation.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    kind: &'static str,
    subject: Id,
    data: Value,
) -> Result<(), Problem> {
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind,
        subject,
        data,
    })
}

fn short<T: Serialize + ?Sized>(value: &T) -> Value {
    let value = json!(value);
    if value.to_string().len() > LONGEST {
        json!("…")
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Noted;

    #[test]
    fn what_stayed_and_what_is_long_is_not_told() {
        let mut noted = Noted::default();
        noted.note("title", "a", "a");
        assert!(noted.is_empty());
        noted.note("title", "a", "b");
        noted.note("text", "a", &"长".repeat(500));
        assert_eq!(
            noted.into_value(),
            json!({ "title": ["a", "b"], "text": ["a", "…"] })
        );
    }
}
