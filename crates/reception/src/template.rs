use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// The keys of the templates that ship, for the setting's choices.
pub const KEYS: &[&str] = &["five", "seven", "seven_sale", "seven_pre", "eight"];

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

/// The templates there are.
pub fn templates() -> &'static [Template] {
    &TEMPLATES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_of_five_six_seven_and_eight_steps_ship() {
        let mut keys: Vec<&str> = templates().iter().map(|t| t.key.as_str()).collect();
        let mut known = KEYS.to_vec();
        keys.sort_unstable();
        known.sort_unstable();
        assert_eq!(keys, known);
        let steps = |key: &str| templates().iter().find(|t| t.key == key).map(|t| t.steps.len());
        assert_eq!((steps("five"), steps("seven"), steps("seven_sale"), steps("seven_pre"), steps("eight")), (Some(5), Some(7), Some(7), Some(7), Some(8)));
    }
}
