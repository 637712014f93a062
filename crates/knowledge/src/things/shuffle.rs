//! An order that follows from a number. Pure.

/// The same things in an order that follows from `seed` (Fisher and Yates, with the numbers of SplitMix64).
pub(crate) fn shuffled<T>(mut things: Vec<T>, mut seed: u64) -> Vec<T> {
    for last in (1..things.len()).rev() {
        seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = seed;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^= number >> 31;
        let place = number % (last as u64 + 1);
        things.swap(last, usize::try_from(place).unwrap_or(last));
    }
    things
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::shuffled;

    #[test]
    fn another_number_gives_another_order() {
        let things: Vec<i32> = (0..20).collect();
        assert_ne!(shuffled(things.clone(), 1), shuffled(things, 2));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_the_order_follows_from_the_number(things in proptest::collection::vec(any::<u8>(), 0..50), seed: u64) {
            let once = shuffled(things.clone(), seed);
            prop_assert_eq!(&once, &shuffled(things.clone(), seed));
            let (mut once, mut before) = (once, things);
            once.sort_unstable();
            before.sort_unstable();
            prop_assert_eq!(once, before);
        }
    }
}
