use std::collections::{BTreeMap, BTreeSet};

use base::Problem;
use serde::{Deserialize, Serialize};

macro_rules! variables {
    ($($name:ident = $key:literal, $live:literal, $zh:literal, $en:literal, $example:literal;)*) => {
        /// What a text leaves open until it is sent: written `{agent}`, `{price}` and so on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
        pub enum Variable { $(#[doc = $en] #[serde(rename = $key)] $name),* }

        impl Variable {
            /// All of them, in the order in which they are offered.
            pub const ALL: &'static [Variable] = &[$(Variable::$name),*];

            /// The name between the braces.
            pub fn key(self) -> &'static str { match self { $(Variable::$name => $key),* } }

            /// Whether it is worked out anew each time the text is sent (row 310): prices, stock, coupons.
            pub fn live(self) -> bool { match self { $(Variable::$name => $live),* } }

            /// What it stands for, in Chinese and English.
            pub fn title(self) -> (&'static str, &'static str) { match self { $(Variable::$name => ($zh, $en)),* } }

            /// What it may turn into.
            pub fn example(self) -> &'static str { match self { $(Variable::$name => $example),* } }
        }
    };
}

variables! {
    Agent = "agent", false, "客服昵称", "The agent's nick", "小满";
    AgentNo = "agent_no", false, "客服工号", "The agent's number", "8";
    Shop = "shop", false, "店铺名称", "The shop's name", "栖竹旗舰店";
    Buyer = "buyer", false, "买家昵称", "The buyer's nick", "爱喝茶的猫";
    Order = "order", false, "订单号", "The order's number", "2026112200018";
    Product = "product", false, "商品名称", "The product's title", "竹纤维四件套";
    Price = "price", true, "现价（元，不带单位）", "The price now, in yuan", "199";
    Stock = "stock", true, "可售库存", "Pieces that can be sold now", "12";
    Alternative = "alternative", true, "可替代的商品", "What may be bought instead", "天丝四件套";
    ShipBy = "ship_by", true, "预计发货时间", "When it will be shipped", "11月24日";
    Courier = "courier", false, "快递公司", "The courier", "中通快递";
    Waybill = "waybill", false, "运单号", "The waybill's number", "75812345678901";
    Campaign = "campaign", true, "正在进行的活动", "The running campaign", "满300减40";
    Coupon = "coupon", true, "可用的优惠券", "A coupon that can be used", "满199减20券";
    Missing = "missing", true, "距下一档优惠还差的金额（元，不带单位）", "What is missing to the campaign's next step, in yuan", "12";
    Address = "address", false, "收货地址", "The address of the order", "杭州市西湖区…";
}

/// Characters a name between braces may have; what is longer is no variable but text in braces.
const NAME_MAX: usize = 30;

impl Variable {
    /// The variable of this name.
    pub fn named(name: &str) -> Option<Variable> {
        Variable::ALL.iter().copied().find(|one| one.key() == name)
    }
}

/// A piece of a text with variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    /// What stands between two braces.
    Slot(&'a str),
}

/// Cuts a text at its `{name}`s. The pieces put together again (slots with their braces) are the text. A
/// brace that has no partner on its line, or too much behind it, is text.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut from = 0;
    let mut at = 0;
    while let Some(open) = text[at..].find('{').map(|n| at + n) {
        let inside = &text[open + 1..];
        let end = inside.find(['{', '}', '\n']);
        let closed = end.filter(|end| inside[*end..].starts_with('}'));
        let name = closed.map(|end| &inside[..end]);
        let Some(name) = name.filter(|name| (1..=NAME_MAX).contains(&name.trim().chars().count())) else {
            at = open + 1;
            continue;
        };
        if open > from {
            out.push(Piece::Text(&text[from..open]));
        }
        out.push(Piece::Slot(name));
        from = open + name.len() + 2;
        at = from;
    }
    if from < text.len() {
        out.push(Piece::Text(&text[from..]));
    }
    out
}

/// Refuses a text that names a variable there is not: `variable_unknown` with its name, on `field`.
pub fn check_variables(field: &'static str, text: &str) -> Result<(), Problem> {
    for piece in pieces(text) {
        if let Piece::Slot(name) = piece
            && Variable::named(name).is_none()
        {
            let names: Vec<&str> = Variable::ALL.iter().map(|one| one.key()).collect();
            let detail = format!(
                "There is no variable {{{name}}}; use one of: {}.",
                names.join(", ")
            );
            return Err(Problem::input(field, "variable_unknown", detail).with("variable", name));
        }
    }
    Ok(())
}

/// The variables a text has, each once, in the order of the list.
pub fn variables_of(text: &str) -> Vec<Variable> {
    let found: BTreeSet<Variable> = pieces(text).into_iter().filter_map(slot).collect();
    found.into_iter().collect()
}

/// Refuses a text that still has a variable open: `variable_unfilled` with its name, on `field`. Whoever
/// sends to a buyer asks this last (row 310).
pub fn check_filled(field: &'static str, text: &str) -> Result<(), Problem> {
    // However it was typed: what a buyer would read as a gap is one.
    let typed = text.replace('｛', "{").replace('｝', "}").to_lowercase();
    match typed.split('{').skip(1).find_map(left_open) {
        None => Ok(()),
        Some(open) => {
            let detail = format!("{{{}}} is not filled in yet.", open.key());
            Err(Problem::input(field, "variable_unfilled", detail).with("variable", open.key()))
        }
    }
}

/// The variable that stands behind a brace, also with blanks around its name or without the other brace.
fn left_open(behind: &str) -> Option<Variable> {
    let name = behind.trim_start();
    let end = name
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(name.len());
    // {price list} is text in braces.
    let goes_on = name[end..]
        .trim_start()
        .starts_with(|c: char| c.is_ascii_alphanumeric());
    Variable::named(&name[..end]).filter(|_| !goes_on)
}

fn slot(piece: Piece<'_>) -> Option<Variable> {
    match piece {
        Piece::Slot(name) => Variable::named(name),
        Piece::Text(_) => None,
    }
}

/// What variables stand for at one moment. Empty values count as missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = BTreeMap<String, String>)]
pub struct Facts(BTreeMap<Variable, String>);

impl Facts {
    /// Says what a variable stands for. Braces are left out, so that no value looks like a variable.
    pub fn set(&mut self, variable: Variable, value: &str) {
        let value: String = value.chars().filter(|c| !matches!(c, '{' | '}')).collect();
        self.0.insert(variable, value.trim().to_owned());
    }

    /// Forgets what a variable stands for.
    pub fn clear(&mut self, variable: Variable) {
        self.0.remove(&variable);
    }

    /// What a variable stands for.
    pub fn get(&self, variable: Variable) -> Option<&str> {
        self.0
            .get(&variable)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// All that is known.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Variable, &str)> {
        self.0.iter().map(|(variable, value)| (*variable, value.as_str()))
    }

    /// Of these variables the live ones that are known.
    pub(crate) fn live_of(&self, asked: &[Variable]) -> Facts {
        let live = asked.iter().filter(|one| one.live());
        Facts(
            live.filter_map(|one| Some((*one, self.get(*one)?.to_owned())))
                .collect(),
        )
    }

    /// The same facts with values cleaned as [`Facts::set`] does, each at most `limit` characters.
    #[must_use]
    pub fn cleaned(&self, limit: usize) -> Facts {
        let mut clean = Facts::default();
        for (variable, value) in &self.0 {
            let short: String = value.chars().filter(|c| !c.is_control()).take(limit).collect();
            clean.set(*variable, &short);
        }
        clean
    }
}

/// A text with its variables filled in as far as the facts go; what is missing stays as it is written.
pub fn render(text: &str, facts: &Facts) -> (String, Vec<Variable>) {
    let mut out = String::with_capacity(text.len());
    let mut missing = BTreeSet::new();
    for piece in pieces(text) {
        match piece {
            Piece::Text(words) => out.push_str(words),
            Piece::Slot(name) => {
                let variable = Variable::named(name);
                match variable.and_then(|variable| facts.get(variable)) {
                    Some(value) => out.push_str(value),
                    None => {
                        out.push('{');
                        out.push_str(name);
                        out.push('}');
                        missing.extend(variable);
                    }
                }
            }
        }
    }
    (out, missing.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn facts(pairs: &[(Variable, &str)]) -> Facts {
        let mut facts = Facts::default();
        for (variable, value) in pairs {
            facts.set(*variable, value);
        }
        facts
    }

    #[test]
    fn a_text_is_filled_and_says_what_is_missing() {
        let known = facts(&[(Variable::Agent, "小满"), (Variable::Price, "¥199.00")]);
        let (text, missing) = render("您好，我是{agent}，{product}现价{price}，还剩{stock}件", &known);
        assert_eq!(text, "您好，我是小满，{product}现价¥199.00，还剩{stock}件");
        assert_eq!(missing, [Variable::Product, Variable::Stock]);
    }

    #[test]
    fn a_gap_is_a_gap_however_it_is_typed() {
        for text in [
            "{price}",
            "{ price }",
            "{PRICE}",
            "｛price｝",
            "现价{price",
            "现价{ price 元",
            "{agent\n}",
        ] {
            assert!(check_filled("text", text).is_err(), "{text}");
        }
        for text in ["{price list}", "{nope}", "{}", "price}", "{ 价格 }", "尺寸{大}"] {
            assert!(check_filled("text", text).is_ok(), "{text}");
        }
    }

    #[test]
    fn an_unknown_variable_is_named_with_its_field() {
        let problem = check_variables("text_en", "Hello {agnet}").expect_err("refused");
        assert_eq!(
            (problem.code.as_ref(), problem.field.as_deref()),
            ("variable_unknown", Some("text_en"))
        );
        assert_eq!(problem.params["variable"], "agnet");
        assert!(check_variables("text", "亲{客服}").is_err());
    }

    #[test]
    fn braces_that_hold_no_name_are_text() {
        for text in [
            "a { b",
            "{}",
            "{ }",
            "}{",
            "{\n}",
            "╮(╯▽╰)╭",
            &format!("{{{}}}", "长".repeat(31)),
        ] {
            assert_eq!(check_variables("text", text), Ok(()), "{text}");
            assert_eq!(check_filled("text", text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_is_sent_has_no_variable_left() {
        let problem = check_filled("text", "现价{price}").expect_err("refused");
        assert_eq!(
            (problem.code.as_ref(), &problem.params["variable"]),
            ("variable_unfilled", &"price".into())
        );
        assert_eq!(check_filled("text", "现价¥9.90"), Ok(()));
    }

    #[test]
    fn an_empty_fact_is_no_fact() {
        assert_eq!(
            render("{coupon}", &facts(&[(Variable::Coupon, "  ")])).1,
            [Variable::Coupon]
        );
    }

    /// Texts of braces, names and whatever else.
    fn texts() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[a-z{}\\n 亲您好]{0,6}",
            prop::sample::select(Variable::ALL).prop_map(|one| format!("{{{}}}", one.key())),
        ];
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn without_facts_a_text_stays_as_it_is(text in texts()) {
            let (same, missing) = render(&text, &Facts::default());
            prop_assert_eq!(&same, &text);
            prop_assert_eq!(missing, variables_of(&text));
        }

        #[test]
        fn with_all_facts_nothing_is_missing(text in texts(), value in "[^{}]{1,8}") {
            prop_assume!(!value.trim().is_empty());
            let all: Vec<(Variable, &str)> = Variable::ALL.iter().map(|one| (*one, value.as_str())).collect();
            let (_, missing) = render(&text, &facts(&all));
            prop_assert!(missing.is_empty());
        }

        #[test]
        fn a_value_brings_no_variable_of_its_own(value in texts()) {
            let (text, missing) = render("到手{price}元", &facts(&[(Variable::Price, &value)]));
            prop_assert!(check_filled("text", &text).is_ok() || missing == [Variable::Price]);
        }

        #[test]
        fn any_text_can_be_cut_and_checked(text in any::<String>()) {
            let whole: String = pieces(&text).iter().map(|piece| match piece {
                Piece::Text(words) => (*words).to_owned(),
                Piece::Slot(name) => format!("{{{name}}}"),
            }).collect();
            prop_assert_eq!(whole, text.clone());
            drop(check_variables("text", &text));
        }
    }
}
