use base::Fen;
use proptest::prelude::*;

use super::{CampaignKind, CampaignStep, checked, reached};

fn off(threshold: i64, off: i64) -> CampaignStep {
    CampaignStep {
        threshold_fen: Fen(threshold),
        off_fen: Some(Fen(off)),
        gift: None,
        price_fen: None,
    }
}

fn gift(threshold: i64, gift: &str) -> CampaignStep {
    CampaignStep {
        threshold_fen: Fen(threshold),
        off_fen: None,
        gift: Some(gift.into()),
        price_fen: None,
    }
}

fn code(kind: CampaignKind, repeats: bool, steps: &[CampaignStep]) -> String {
    match checked(kind, repeats, steps) {
        Ok(_) => "ok".into(),
        Err(problem) => format!(
            "{} {}",
            problem.code,
            problem.params.get("step").cloned().unwrap_or_default()
        ),
    }
}

#[test]
fn steps_must_fit_their_kind_and_rise() {
    use CampaignKind as K;
    assert_eq!(
        code(K::FullReduction, false, &[off(29_900, 3_000), off(49_900, 6_000)]),
        "ok"
    );
    assert_eq!(
        code(K::FullReduction, false, &[off(29_900, 3_000), off(29_900, 6_000)]),
        "step_order 1"
    );
    assert_eq!(
        code(K::FullReduction, false, &[off(29_900, 3_000), off(49_900, 3_000)]),
        "step_off 1"
    );
    assert_eq!(code(K::Coupon, false, &[off(500, 500)]), "step_off 0");
    assert_eq!(code(K::FullReduction, false, &[off(0, 0)]), "step_fields 0");
    assert_eq!(code(K::Gift, false, &[off(100, 10)]), "step_fields 0");
    assert_eq!(code(K::Gift, true, &[gift(20_000, "枕巾")]), "ok");
    assert_eq!(
        code(K::Gift, true, &[gift(20_000, "枕巾"), gift(30_000, "枕头")]),
        "repeats_one_step null"
    );
    assert_eq!(code(K::Coupon, true, &[off(500, 50)]), "repeats_one_step null");
    assert_eq!(code(K::FreeFreight, false, &[]), "steps_missing null");
    assert_eq!(code(K::FullReduction, false, &[off(-5, 1)]), "out_of_range 0");
}

#[test]
fn twelve_yuan_more_for_the_next_step() {
    let steps = [off(29_900, 3_000), off(49_900, 6_000)];
    let now = reached(CampaignKind::FullReduction, false, &steps, Fen(48_700));
    let next = now.next.expect("a next step");
    assert_eq!(
        (now.off, next.missing, next.off),
        (Fen(3_000), Fen(1_200), Some(Fen(6_000)))
    );
    assert_eq!(
        reached(CampaignKind::FullReduction, false, &steps, Fen(49_900)).next,
        None
    );
}

#[test]
fn what_repeats_counts_as_often_as_the_amount_holds_it() {
    let now = reached(CampaignKind::Gift, true, &[gift(20_000, "枕巾")], Fen(45_000));
    let next = now.next.expect("a next step");
    assert_eq!(
        (now.gift.as_deref(), next.gift.as_deref(), next.missing),
        (Some("枕巾 ×2"), Some("枕巾 ×3"), Fen(15_000))
    );
    let none = reached(CampaignKind::Gift, true, &[gift(20_000, "枕巾")], Fen(0));
    assert_eq!(
        (none.gift, none.next.and_then(|next| next.gift).as_deref()),
        (None, Some("枕巾"))
    );
}

/// Steps that are right: thresholds and money off rise, and no step gives all away.
fn steps() -> impl Strategy<Value = Vec<CampaignStep>> {
    proptest::collection::vec((1..50_000_i64, 1..2_000_i64), 1..8).prop_map(|rises| {
        let (mut threshold, mut less) = (0, 0);
        rises
            .into_iter()
            .map(|(up, more)| {
                less += more;
                threshold = (threshold + up).max(less + 1);
                off(threshold, less)
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn the_missing_amount_is_just_enough_and_no_step_is_passed_over(steps in steps(), amount in 0..600_000_i64) {
        let kind = CampaignKind::FullReduction;
        prop_assert!(checked(kind, false, &steps).is_ok());
        let now = reached(kind, false, &steps, Fen(amount));
        match now.next {
            Some(next) => {
                prop_assert!(next.missing > Fen(0));
                let then = reached(kind, false, &steps, Fen(amount + next.missing.0));
                prop_assert_eq!(Some(then.off), next.off, "what was promised is reached");
                let just_below = reached(kind, false, &steps, Fen(amount + next.missing.0 - 1));
                prop_assert_eq!(just_below.off, now.off, "and not a fen before");
            }
            None => prop_assert_eq!(Some(now.off), steps.last().and_then(|last| last.off_fen)),
        }
    }

    #[test]
    fn more_never_takes_less_off_and_never_all(steps in steps(), amount in 0..600_000_i64, more in 0..100_000_i64, repeats: bool) {
        let kind = CampaignKind::FullReduction;
        let steps = if repeats { &steps[..1] } else { &steps[..] };
        let (now, then) = (reached(kind, repeats, steps, Fen(amount)), reached(kind, repeats, steps, Fen(amount + more)));
        prop_assert!(now.off <= then.off);
        prop_assert!(now.off == Fen(0) || now.off < Fen(amount));
    }

    #[test]
    fn what_repeats_always_has_a_next_step_within_one_threshold(threshold in 2..50_000_i64, share in 1..50_000_i64, amount in 0..600_000_i64) {
        let step = off(threshold, share.min(threshold - 1));
        let now = reached(CampaignKind::FullReduction, true, std::slice::from_ref(&step), Fen(amount));
        let next = now.next.expect("a next step");
        prop_assert!(next.missing > Fen(0) && next.missing <= Fen(threshold));
        prop_assert_eq!(next.off.expect("off").0 - now.off.0, step.off_fen.expect("off").0);
    }
}
