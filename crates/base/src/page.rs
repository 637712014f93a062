use serde::{Deserialize, Serialize};

/// What a list was asked for: where to go on, and how many rows.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageAsk {
    /// The `next` of the page before; left out for the first page.
    pub cursor: Option<String>,
    /// How many rows, at most 200; 50 when left out.
    pub limit: Option<u32>,
}

impl PageAsk {
    /// Rows asked for, within 1..=200.
    pub fn limit(&self) -> usize {
        self.limit.unwrap_or(50).clamp(1, 200) as usize
    }

    /// The cursor's numbers (cursors are whole numbers joined by `.`), or `None` on the first page.
    /// A cursor that does not parse counts as none: it reads the first page again, which loses nothing.
    pub fn numbers<const N: usize>(&self) -> Option<[i64; N]> {
        let mut out = [0; N];
        let mut parts = self.cursor.as_deref()?.split('.');
        for slot in &mut out {
            *slot = parts.next()?.parse().ok()?;
        }
        parts.next().is_none().then_some(out)
    }
}

/// One page of a list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The rows, in the list's order.
    pub items: Vec<T>,
    /// Give this as `cursor` for the rows after these; null on the last page.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of rows read with one more than `limit`; `key` gives the cursor numbers of a row.
    pub fn cut(mut items: Vec<T>, limit: usize, key: impl Fn(&T) -> Vec<i64>) -> Page<T> {
        let more = items.len() > limit;
        items.truncate(limit);
        let next = match items.last() {
            Some(last) if more => Some(key(last).iter().map(i64::to_string).collect::<Vec<_>>().join(".")),
            _ => None,
        };
        Page { items, next }
    }
}
