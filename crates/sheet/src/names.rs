use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use crate::cell;
use crate::headers::Headers;

/// Under which names the columns of a room are found: a table in a data file, and what a person has taught.
///
/// ```toml
/// [columns]
/// order_no = ["订单编号", "主订单编号", "订单号"]
/// paid = ["买家实际支付金额", "买家实付金额"]
/// ```
///
/// Where a file has several names of one column, the first of the list is taken and the others stay unknown.
/// Names are compared without regard to width, blanks and case (`export-headers`, Q4, Q6, Q12).
#[derive(Clone, Debug, Default)]
pub struct Names {
    columns: Vec<String>,
    /// What a name is compared by: its column and its place in that column's list.
    by_key: HashMap<String, Vec<(usize, usize)>>,
}

#[derive(Deserialize)]
struct File {
    columns: BTreeMap<String, Vec<String>>,
}

impl Names {
    /// Reads the table of a data file. Refuses, in words for its author, what is no such table, a column
    /// without a name and a name twice in one column.
    pub fn parse(toml: &str) -> Result<Names, String> {
        let file: File = toml::from_str(toml).map_err(|error| error.to_string())?;
        let mut names = Names::default();
        for (column, aliases) in file.columns {
            let at = names.columns.len();
            for (place, alias) in aliases.iter().enumerate() {
                let known = names.by_key.entry(cell::key(alias)).or_default();
                if alias.trim().is_empty() || known.iter().any(|(column, _)| *column == at) {
                    return Err(format!("{column}: {alias:?} is empty or stands there twice"));
                }
                known.push((at, place + 1));
            }
            names.columns.push(column);
        }
        Ok(names)
    }

    /// Takes the header `name` for `column` from now on, before every name of the file, and for no other
    /// column; `false` if there is no such column.
    pub fn learn(&mut self, column: &str, name: &str) -> bool {
        let Some(at) = self.columns.iter().position(|known| known == column) else {
            return false;
        };
        self.by_key.insert(cell::key(name), vec![(at, 0)]);
        true
    }

    /// Whether a header of this name belongs to a column.
    pub fn knows(&self, name: &str) -> bool {
        self.by_key.contains_key(&cell::key(name))
    }

    /// The columns there are.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(String::as_str)
    }

    /// Where each column stands in a file with these headers.
    pub fn map(&self, headers: &Headers) -> Columns {
        let mut best: Vec<Option<(usize, usize)>> = vec![None; self.columns.len()];
        for (index, key) in headers.keys().iter().enumerate() {
            for (column, place) in self.by_key.get(key).into_iter().flatten() {
                let better = best[*column].is_none_or(|(taken, _)| *place < taken);
                if better {
                    best[*column] = Some((*place, index));
                }
            }
        }
        let at: BTreeMap<String, usize> = self
            .columns
            .iter()
            .zip(best)
            .filter_map(|(column, best)| Some((column.clone(), best?.1)))
            .collect();
        let taken: Vec<usize> = at.values().copied().collect();
        let unknown = headers
            .iter()
            .enumerate()
            .filter(|(index, name)| !name.is_empty() && !taken.contains(index))
            .map(|(index, name)| (index, name.to_owned()))
            .collect();
        Columns { at, unknown }
    }
}

/// Where the columns of a room stand in one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Columns {
    at: BTreeMap<String, usize>,
    unknown: Vec<(usize, String)>,
}

impl Columns {
    /// The index of `column`, `None` if the file has it not; ask once, then read rows with it.
    pub fn at(&self, column: &str) -> Option<usize> {
        self.at.get(column).copied()
    }

    /// The columns that were found.
    pub fn found(&self) -> impl Iterator<Item = (&str, usize)> {
        self.at.iter().map(|(column, index)| (column.as_str(), *index))
    }

    /// Named columns that belong to nothing, with their index; a room keeps them beside the rest.
    pub fn unknown(&self) -> &[(usize, String)] {
        &self.unknown
    }
}

#[cfg(test)]
mod tests {
    use super::Names;
    use crate::headers::Headers;

    const FILE: &str = "[columns]
order_no = ['订单编号', '主订单编号', '订单号']
paid = ['买家实际支付金额', '买家实付金额', '用户实付金额(元)']
reason = ['手工退款/系统退款']
";

    #[test]
    fn the_first_name_of_the_list_wins_and_the_others_stay_unknown() {
        let names = Names::parse(FILE).expect("a table");
        let headers = Headers::named(["主订单编号", "", "订单编号", "用户实付金额（元）", "宝贝标题"]);
        let columns = names.map(&headers);
        assert_eq!(
            (columns.at("order_no"), columns.at("paid"), columns.at("reason")),
            (Some(2), Some(3), None)
        );
        assert_eq!(
            columns.unknown(),
            [(0, "主订单编号".into()), (4, "宝贝标题".into())]
        );
    }

    #[test]
    fn blanks_and_width_do_not_matter_and_what_was_taught_wins() {
        let mut names = Names::parse(FILE).expect("a table");
        assert!(names.knows("手工退款 ／ 系统退款") && !names.knows("商品 ID"));
        assert!(names.learn("order_no", "商品 id") && !names.learn("price", "价格"));
        let columns = names.map(&Headers::named(["订单编号", "商品ID"]));
        assert_eq!(columns.at("order_no"), Some(1));
    }

    #[test]
    fn a_wrong_table_is_refused_in_words() {
        for wrong in [
            "columns = 3",
            "[columns]\na = ['x', ' Ｘ ']",
            "[columns]\na = ['']",
        ] {
            assert!(Names::parse(wrong).is_err(), "{wrong}");
        }
    }
}
