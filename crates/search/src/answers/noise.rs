//! Numbers that look random and are the same in every run. No secret hangs on them.

/// A xorshift generator of 64 bits (Marsaglia, Xorshift RNGs, 2003).
#[derive(Clone, Debug)]
pub(super) struct Noise(u64);

impl Noise {
    /// A row of numbers for each seed.
    pub(super) fn new(seed: u64) -> Noise {
        Noise(
            seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .wrapping_add(88_172_645_463_325_252)
                | 1,
        )
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// From 0 up to 1.
    pub(super) fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u32 << 24) as f32
    }

    /// Fisher and Yates.
    pub(super) fn shuffle(&mut self, items: &mut [usize]) {
        for last in (1..items.len()).rev() {
            items.swap(last, (self.next() % (last as u64 + 1)) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Noise;

    #[test]
    fn a_shuffle_keeps_all_and_is_the_same_again() {
        let mut items: Vec<usize> = (0..100).collect();
        let mut again = items.clone();
        Noise::new(3).shuffle(&mut items);
        Noise::new(3).shuffle(&mut again);
        assert_eq!(items, again);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn units_lie_between_nought_and_one() {
        let mut noise = Noise::new(1);
        let units: Vec<f32> = (0..1000).map(|_| noise.unit()).collect();
        assert!(units.iter().all(|u| (0.0..1.0).contains(u)));
        let mean = units.iter().sum::<f32>() / 1000.0;
        assert!((0.45..0.55).contains(&mean), "{mean}");
    }
}
