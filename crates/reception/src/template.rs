use std::sync::LazyLock;

use base::{Actor, Id, Problem, Who};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Tx;

use crate::rules::Rules;

/// The keys of the templates, for the setting's choices; `own` is the shop's own.
pub const KEYS: &[&str] = &["five", "seven", "seven_sale", "seven_pre", "eight", OWN];

/// The key of a shop's own steps.
pub(crate) const OWN: &str = "own";
/// Steps of a template at most.
const MOST_STEPS: usize = 12;

/// A way to receive a buyer, step by step.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = StageTemplate)]
pub struct Template {
    /// Its key.
    pub key: String,
    /// Its name.
    pub title: Words,
    /// Its steps, in order.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = TemplateStep)]
pub struct Step {
    /// Its key in the template.
    pub key: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
}

/// A name in both languages.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Words {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

#[derive(Deserialize)]
struct File {
    template: Vec<Template>,
}

static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(|| {
    // The file ships inside the program and a test reads it.
    let file = toml::from_str::<File>(include_str!("../templates/stage_templates.toml"));
    file.map(|file| file.template).unwrap_or_default()
});

/// The templates that ship.
pub fn templates() -> &'static [Template] {
    &TEMPLATES
}

/// The templates of a shop: those that ship, and its own steps if it has some.
pub(crate) fn templates_of(rules: &Rules) -> Vec<Template> {
    TEMPLATES
        .iter()
        .cloned()
        .chain(rules.own_steps.template())
        .collect()
}

/// The templates an actor may choose from in a shop; without a shop, those that ship.
pub fn shop_templates(tx: &mut Tx<'_>, who: &Actor, shop: Option<Id>) -> Result<Vec<Template>, Problem> {
    if matches!(who.who, Who::Buyer(_)) {
        return Err(Problem::forbidden());
    }
    let Some(shop) = shop else {
        return Ok(TEMPLATES.clone());
    };
    who.need_shop(shop)?;
    let (_, rules) = Rules::now(tx, who.org, shop)?;
    Ok(templates_of(&rules))
}

/// A shop's own steps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct OwnSteps {
    #[serde(default)]
    title: String,
    #[serde(default)]
    steps: Vec<String>,
}

impl OwnSteps {
    /// As a template; `None` while the shop has none.
    pub(crate) fn template(&self) -> Option<Template> {
        let words = |text: &str| Words {
            zh: text.to_owned(),
            en: text.to_owned(),
        };
        let steps = self.steps.iter().enumerate();
        let steps: Vec<Step> = steps
            .map(|(i, text)| Step {
                key: format!("own{}", i + 1),
                zh: text.clone(),
                en: text.clone(),
            })
            .collect();
        (!steps.is_empty()).then(|| Template {
            key: OWN.to_owned(),
            title: words(&self.title),
            steps,
        })
    }

    /// Says what is wrong with a value of the setting.
    pub(crate) fn check(value: &Value) -> Result<(), String> {
        let own: OwnSteps = serde_json::from_value(value.clone()).map_err(|e| e.to_string())?;
        let fits = |text: &str, most: usize| !text.trim().is_empty() && text.chars().count() <= most;
        if own.steps.len() > MOST_STEPS {
            return Err(format!("steps: at most {MOST_STEPS}"));
        }
        if !own.steps.is_empty() && !fits(&own.title, 20) {
            return Err("title must have 1 to 20 characters".to_owned());
        }
        match own.steps.iter().position(|step| !fits(step, 20)) {
            Some(wrong) => Err(format!("steps[{wrong}] must have 1 to 20 characters")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_of_five_six_seven_and_eight_steps_ship() {
        let mut keys: Vec<&str> = templates().iter().map(|t| t.key.as_str()).collect();
        let mut known: Vec<&str> = KEYS.iter().copied().filter(|key| *key != OWN).collect();
        keys.sort_unstable();
        known.sort_unstable();
        assert_eq!(keys, known);
        let steps = |key: &str| {
            let template = templates().iter().find(|t| t.key == key).expect("it ships");
            let names = template.steps.iter().map(|step| step.zh.as_str());
            names.collect::<Vec<_>>().join(" ")
        };
        // Rows 71, 73, 134, 165 and 183, in the words of the guides.
        assert_eq!(
            steps("seven"),
            "问候 确认需求 提供方案 协商 确认订单 提供售后服务 结束接待"
        );
        assert_eq!(steps("seven_sale"), "欢迎语 对话 议价 支付 物流 售后 欢送与邀评");
        assert_eq!(steps("five"), "欢迎语 宝贝介绍 活动告知 订单确认与备注 收藏店铺");
        assert_eq!(steps("eight"), "招呼 询问 推荐 议价 快递 核实 道别 跟进");
        assert_eq!(steps("seven_pre"), "招呼 询问 推荐 议价 核实 道别 跟进");
        // Row 73's guard: a rating is asked for, and nothing is promised for it.
        let said = include_str!("../templates/stage_templates.toml");
        for word in ["返现", "红包", "五星", "好评"] {
            assert!(!said.contains(word), "{word}");
        }
    }

    #[test]
    fn a_shops_own_steps_are_a_template_and_a_wrong_one_is_named() {
        let value = serde_json::json!({"title": "一呼二问", "steps": ["招呼", "询问"]});
        assert_eq!(OwnSteps::check(&value), Ok(()));
        let own: OwnSteps = serde_json::from_value(value).expect("steps");
        assert_eq!(own.template().map(|t| t.steps.len()), Some(2));
        assert_eq!(OwnSteps::default().template().map(|t| t.key), None);
        let wrong = serde_json::json!({"title": "一", "steps": ["招呼", " "]});
        assert_eq!(
            OwnSteps::check(&wrong),
            Err("steps[1] must have 1 to 20 characters".into())
        );
    }
}
