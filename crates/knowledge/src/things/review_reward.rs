//! Platforms forbid to reward reviews; nothing that does is kept here.

use base::Problem;

const REVIEWS: [&str; 9] = [
    "好评",
    "五星",
    "5星",
    "晒图",
    "晒单",
    "追评",
    "评价",
    "买家秀",
    "review",
];
const REWARDS: [&str; 10] = [
    "返", "红包", "有礼", "奖励", "送券", "领券", "送礼", "免单", "reward", "cashback",
];

/// Refuses a text of which one sentence speaks of reviews and of a reward (`review_reward`, with the word).
pub(crate) fn refuse(field: &'static str, text: &str) -> Result<(), Problem> {
    let folded = text.to_lowercase();
    let sentences = folded.split(['。', '！', '!', '？', '?', '；', ';', '\n']);
    for sentence in sentences {
        let review = REVIEWS.iter().find(|word| sentence.contains(**word));
        if let Some(word) = review.filter(|_| REWARDS.iter().any(|word| sentence.contains(word))) {
            let detail = "Reviews must not be rewarded: platforms forbid it.";
            return Err(Problem::input(field, "review_reward", detail).with("word", *word));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::refuse;

    #[test]
    fn rewards_for_reviews_are_refused_and_campaigns_are_not() {
        for text in ["五星好评返现5元", "晒图领券", "满299减30。好评有礼！"] {
            assert!(refuse("text", text).is_err(), "{text}");
        }
        for text in [
            "满299减30，收藏店铺，新品早知道",
            "收货满意欢迎评价。下单返20元券",
            "",
        ] {
            assert!(refuse("text", text).is_ok(), "{text}");
        }
    }
}
