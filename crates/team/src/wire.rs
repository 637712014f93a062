//! How lists stand in columns and how a patch tells "null" from "left out".

use base::{Id, Problem, Shops};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

/// A value as the JSON text of a column.
pub(crate) fn to_text<T: Serialize>(value: &T) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|error| {
        tracing::error!(%error, "a value could not be written as JSON");
        Problem::internal()
    })
}

/// A value from the JSON text of a column.
pub(crate) fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| {
        tracing::error!(%error, "a column holds JSON that cannot be read");
        Problem::internal()
    })
}

/// Like [`to_text`], keeping `None` as a null column.
pub(crate) fn to_text_opt<T: Serialize>(value: Option<&T>) -> Result<Option<String>, Problem> {
    value.map(to_text).transpose()
}

/// Like [`from_text`], reading a null column as `None`.
pub(crate) fn from_text_opt<T: DeserializeOwned>(text: Option<&str>) -> Result<Option<T>, Problem> {
    text.map(from_text).transpose()
}

/// A column of shops as a set: null is all.
pub(crate) fn shop_set(shops: Option<&[Id]>) -> Shops {
    shops.map_or(Shops::All, |shops| Shops::only(shops.to_vec()))
}

/// Sorted, each once.
pub(crate) fn sorted(mut ids: Vec<Id>) -> Vec<Id> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// In a patch: left out is `None`, null is `Some(None)`.
pub(crate) fn nullable<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
