//! What a campaign gives for an amount, and what is missing to its next step (rows 112 and 215). Pure.

use base::{Fen, Problem, clean_line};
use serde::{Deserialize, Serialize};
use store::text_enum;

use crate::bounds;

text_enum! {
    /// What a campaign gives.
    pub enum CampaignKind {
        /// 满减: money off from an amount on.
        FullReduction = "full_reduction",
        /// 满送: a gift from an amount on.
        Gift = "gift",
        /// 包邮: free freight from an amount on.
        FreeFreight = "free_freight",
        /// 优惠券: money off for those who took the coupon.
        Coupon = "coupon",
        /// 统一定价: everything at one price.
        FixedPrice = "fixed_price",
    }
}

/// From which amount on a campaign gives what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CampaignStep {
    /// The amount.
    pub threshold_fen: Fen,
    /// Money off in all (full reduction, coupon).
    #[serde(default)]
    pub off_fen: Option<Fen>,
    /// The gift (gift).
    #[serde(default)]
    pub gift: Option<String>,
    /// The price of each piece (fixed price).
    #[serde(default)]
    pub price_fen: Option<Fen>,
}

/// What an amount has reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reached {
    /// Money off.
    pub(crate) off: Fen,
    /// The gift.
    pub(crate) gift: Option<String>,
    /// Freight is free.
    pub(crate) free_freight: bool,
    /// What comes next.
    pub(crate) next: Option<NextStep>,
}

/// The next step of a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NextStep {
    /// Its amount.
    pub(crate) threshold: Fen,
    /// What is missing to it: always above zero.
    pub(crate) missing: Fen,
    /// Money off in all, once it is reached.
    pub(crate) off: Option<Fen>,
    /// The gift, once it is reached.
    pub(crate) gift: Option<String>,
    /// Freight is free, once it is reached.
    pub(crate) free_freight: bool,
}

const MOST_STEPS: usize = 20;

/// The steps of a campaign, cleaned. Refuses, with the number of the step from 0: fields its kind does not
/// take or lacks (`step_fields`), thresholds that do not rise (`step_order`), money off that does not rise
/// or eats up the amount (`step_off`); and steps for a kind that has exactly one (`repeats_one_step`), or
/// none at all (`steps_missing`).
pub(crate) fn checked(
    kind: CampaignKind,
    repeats: bool,
    steps: &[CampaignStep],
) -> Result<Vec<CampaignStep>, Problem> {
    bounds::few("steps", steps.len(), MOST_STEPS)?;
    if steps.is_empty() {
        return Err(Problem::input(
            "steps",
            "steps_missing",
            "A campaign has at least one step.",
        ));
    }
    let may_repeat = matches!(kind, CampaignKind::FullReduction | CampaignKind::Gift);
    let one_only = repeats || matches!(kind, CampaignKind::FreeFreight | CampaignKind::FixedPrice);
    if (repeats && !may_repeat) || (one_only && steps.len() > 1) {
        let detail = "Free freight, a fixed price and what repeats for every threshold have one step; only reductions and gifts repeat.";
        return Err(Problem::input("steps", "repeats_one_step", detail));
    }
    let mut clean = Vec::<CampaignStep>::with_capacity(steps.len());
    for (at, step) in steps.iter().enumerate() {
        let step = fields(kind, step).map_err(|problem| problem.with("step", at))?;
        follows(clean.last(), &step).map_err(|problem| problem.with("step", at))?;
        clean.push(step);
    }
    Ok(clean)
}

fn fields(kind: CampaignKind, step: &CampaignStep) -> Result<CampaignStep, Problem> {
    use CampaignKind as K;
    let wrong = || {
        let detail = "Reductions and coupons have off_fen, gifts have gift, a fixed price has price_fen, free freight has none of them.";
        Problem::input("steps", "step_fields", detail)
    };
    let has = (
        step.off_fen.is_some(),
        step.gift.is_some(),
        step.price_fen.is_some(),
    );
    let fits = match kind {
        K::FullReduction | K::Coupon => has == (true, false, false),
        K::Gift => has == (false, true, false),
        K::FixedPrice => has == (false, false, true) && step.threshold_fen == Fen(0),
        K::FreeFreight => has == (false, false, false),
    };
    if !fits {
        return Err(wrong());
    }
    let threshold = bounds::amount("steps", step.threshold_fen)?;
    // From nothing on only freight and a fixed price can be given.
    if threshold == Fen(0) && !matches!(kind, K::FreeFreight | K::FixedPrice) {
        return Err(wrong());
    }
    let money = |fen: Option<Fen>| fen.map(|fen| bounds::amount("steps", fen)).transpose();
    Ok(CampaignStep {
        threshold_fen: threshold,
        off_fen: money(step.off_fen)?,
        gift: step
            .gift
            .as_deref()
            .map(|gift| clean_line("steps", gift, 60))
            .transpose()?,
        price_fen: money(step.price_fen)?,
    })
}

fn follows(before: Option<&CampaignStep>, step: &CampaignStep) -> Result<(), Problem> {
    if before.is_some_and(|before| before.threshold_fen >= step.threshold_fen) {
        let detail = "Each step begins at a higher amount than the one before.";
        return Err(Problem::input("steps", "step_order", detail));
    }
    let Some(off) = step.off_fen else { return Ok(()) };
    let rises = before.and_then(|before| before.off_fen).unwrap_or(Fen(0)) < off;
    if rises && off < step.threshold_fen {
        return Ok(());
    }
    let detail = "Each step takes more off than the one before, and less than its amount.";
    Err(Problem::input("steps", "step_off", detail))
}

/// What `amount` has reached in a campaign with these (checked) steps, and what comes next.
pub(crate) fn reached(kind: CampaignKind, repeats: bool, steps: &[CampaignStep], amount: Fen) -> Reached {
    let Some(first) = steps.first() else {
        return Reached::default();
    };
    if repeats && first.threshold_fen > Fen(0) {
        return repeated(first, amount);
    }
    let met = steps.iter().rfind(|step| step.threshold_fen <= amount);
    let freight = kind == CampaignKind::FreeFreight;
    let coming = steps.iter().find(|step| step.threshold_fen > amount);
    Reached {
        off: met.and_then(|step| step.off_fen).unwrap_or_default(),
        gift: met.and_then(|step| step.gift.clone()),
        free_freight: freight && met.is_some(),
        next: coming.map(|step| NextStep {
            threshold: step.threshold_fen,
            missing: Fen(step.threshold_fen.0 - amount.0),
            off: step.off_fen,
            gift: step.gift.clone(),
            free_freight: freight,
        }),
    }
}

/// 每满: the one step counts as often as the amount holds it.
fn repeated(step: &CampaignStep, amount: Fen) -> Reached {
    let times = amount.0.max(0) / step.threshold_fen.0;
    let next = step.threshold_fen.0.saturating_mul(times + 1);
    let gift = |times: i64| {
        step.gift.as_ref().map(|gift| match times {
            1 => gift.clone(),
            _ => format!("{gift} ×{times}"),
        })
    };
    Reached {
        off: step.off_fen.map_or(Fen(0), |off| Fen(off.0 * times)),
        gift: if times > 0 { gift(times) } else { None },
        free_freight: false,
        next: Some(NextStep {
            threshold: Fen(next),
            missing: Fen(next - amount.0),
            off: step.off_fen.map(|off| Fen(off.0.saturating_mul(times + 1))),
            gift: gift(times + 1),
            free_freight: false,
        }),
    }
}

#[cfg(test)]
mod tests;
