use serde_json::{Map, Value, json};

/// What a verb changed, as events carry it: `{"field": [from, to]}`.
#[derive(Debug, Default)]
pub(crate) struct Changes(Map<String, Value>);

impl Changes {
    /// Notes a field, if it changed.
    pub(crate) fn note<T: serde::Serialize + PartialEq>(&mut self, field: &str, from: &T, to: &T) {
        if from != to {
            self.0.insert(field.to_owned(), json!([from, to]));
        }
    }

    /// Notes that a field changed whose values must not stand in the log.
    pub(crate) fn note_hidden(&mut self, field: &str) {
        self.0.insert(field.to_owned(), json!(["***", "***"]));
    }

    /// Notes a name, masked.
    pub(crate) fn note_name(&mut self, field: &str, from: &str, to: &str) {
        if from != to {
            self.0.insert(
                field.to_owned(),
                json!([base::mask_name(from), base::mask_name(to)]),
            );
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}
