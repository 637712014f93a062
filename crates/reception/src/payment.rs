use std::sync::LazyLock;

use base::Problem;
use serde::{Deserialize, Serialize};

use crate::template::{Step, Words};

/// Where a buyer can stand with paying, with the checklist for it.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PaymentCase {
    /// Its key.
    pub key: String,
    /// Its name.
    pub title: Words,
    /// What to do.
    pub steps: Vec<Step>,
}

#[derive(Deserialize)]
struct File {
    case: Vec<PaymentCase>,
}

static CASES: LazyLock<Vec<PaymentCase>> = LazyLock::new(|| {
    // The file ships inside the program and a test reads it.
    let file = toml::from_str::<File>(include_str!("../templates/payment_cases.toml"));
    file.map(|file| file.case).unwrap_or_default()
});

/// The payment cases there are.
pub fn payment_cases() -> &'static [PaymentCase] {
    &CASES
}

/// The steps that are done, each once and in the checklist's order; refuses what the case does not have.
pub(crate) fn check(case: Option<&str>, done: &[String]) -> Result<Vec<String>, Problem> {
    let Some(key) = case else { return Ok(Vec::new()) };
    let unknown = |field| {
        Problem::input(
            field,
            "choice_unknown",
            "There is no such case, or no such step in it.",
        )
    };
    let case = CASES
        .iter()
        .find(|case| case.key == key)
        .ok_or_else(|| unknown("case"))?;
    let known = |step: &String| case.steps.iter().any(|s| s.key == *step);
    if !done.iter().all(known) {
        return Err(unknown("done"));
    }
    Ok(case
        .steps
        .iter()
        .filter(|step| done.contains(&step.key))
        .map(|step| step.key.clone())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_payment_cases_ship_each_with_its_own_checklist() {
        let cases: Vec<(&str, usize)> = payment_cases()
            .iter()
            .map(|c| (c.key.as_str(), c.steps.len()))
            .collect();
        assert_eq!(cases, [("unpaid", 3), ("price", 4), ("paid", 3)]);
    }

    #[test]
    fn a_checklist_takes_its_own_steps_only_each_once() {
        let done = |steps: &[&str]| steps.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            check(Some("paid"), &done(&["address", "goods", "address"])),
            Ok(done(&["goods", "address"]))
        );
        assert_eq!(check(None, &done(&["goods"])), Ok(Vec::new()));
        assert!(check(Some("paid"), &done(&["change"])).is_err());
        assert!(check(Some("barter"), &[]).is_err());
    }
}
