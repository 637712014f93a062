use base::{Id, Problem};
use serde::{Deserialize, Serialize};
use store::{FromColumn, Row, text_enum};

text_enum! {
    /// What is looked at before an order is passed: 订单编号、款号、数量、颜色、码数、物流、地址 (row 142).
    pub enum CheckKey {
        /// 订单编号
        Number = "number",
        /// 款号
        Style = "style",
        /// 数量
        Quantity = "quantity",
        /// 颜色
        Colour = "colour",
        /// 码数
        Size = "size",
        /// 物流
        Courier = "courier",
        /// 地址
        Address = "address",
    }
}

/// What the program says of one check, and what a person does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// Why it does not hold; `None`: it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<String>,
    /// Who found it right all the same; it stands as long as the program says the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<Id>,
}

/// The seven checks of a parcel, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Checks(pub(crate) [Mark; 7]);

impl Checks {
    pub(crate) fn written(&self) -> Result<String, Problem> {
        serde_json::to_string(self).map_err(|_| Problem::internal())
    }

    /// What the program says now; what a person found stands where it says the same as before.
    pub(crate) fn hear(&mut self, said: [Option<&'static str>; 7]) {
        for (mark, why) in self.0.iter_mut().zip(said) {
            if mark.why.as_deref() != why {
                *mark = Mark {
                    why: why.map(str::to_owned),
                    by: None,
                };
            }
        }
    }

    /// The checks that nobody found right.
    pub(crate) fn open(&self) -> Vec<CheckKey> {
        let open = |(_, mark): &(&CheckKey, &Mark)| mark.why.is_some() && mark.by.is_none();
        CheckKey::ALL
            .iter()
            .zip(&self.0)
            .filter(open)
            .map(|(key, _)| *key)
            .collect()
    }

    pub(crate) fn of(&mut self, key: CheckKey) -> &mut Mark {
        &mut self.0[key as usize]
    }
}

impl FromColumn for Checks {
    fn from_column(row: &Row<'_>, index: usize) -> Result<Self, Problem> {
        let text: String = row.get(index)?;
        serde_json::from_str(&text).map_err(|_| Problem::internal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_found_right_stands_until_the_program_says_something_else() {
        let mut checks = Checks::default();
        assert!(checks.open().is_empty());
        let mut said = [None; 7];
        said[CheckKey::Colour as usize] = Some("spec_differs");
        checks.hear(said);
        assert_eq!(checks.open(), [CheckKey::Colour]);
        checks.of(CheckKey::Colour).by = Some(Id(7));
        checks.hear(said);
        assert!(checks.open().is_empty());
        said[CheckKey::Colour as usize] = Some("sku_unknown");
        checks.hear(said);
        assert_eq!(checks.open(), [CheckKey::Colour]);
        let kept: Checks = serde_json::from_str(&checks.written().expect("json")).expect("the same");
        assert_eq!(kept, checks);
    }
}
