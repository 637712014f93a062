//! Multinomial logistic regression over sparse vectors, learned in its dual. It knows no texts.
//!
//! Each sample keeps what it adds to the weights, `alpha = target - chance` at the optimum, and one sample after
//! another is brought to its own optimum while the others stand still (Shalev-Shwartz and Zhang, Stochastic Dual
//! Coordinate Ascent, 2013; Yu, Huang and Lin, Dual coordinate descent for logistic regression, 2011). The optimum
//! is one only, so the order of samples does not matter in the end, and learning may begin from the alphas of
//! samples that were learned before: that is what makes a changed entry cheap.

use super::noise::Noise;

/// How much a sample may pull: the inverse of the regularisation. Found by cross-validation; 4 to 16 are alike.
const PULL: f32 = 8.0;
/// Steps towards a sample's own optimum; each multiplies what is missing by a constant below one.
const STEPS: usize = 4;
/// The feature all samples have, squared: it carries how frequent a topic is.
const COMMON: f32 = 0.1;

/// A sparse vector of length one, and the topic it stands for.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    /// Features and their weights.
    pub(super) vector: Vec<(u32, f32)>,
    /// The topic.
    pub(super) topic: usize,
}

/// Weights by feature and topic; the last row belongs to the common feature.
#[derive(Clone, Debug)]
pub(super) struct Linear {
    topics: usize,
    weights: Vec<f32>,
}

impl Linear {
    /// Learns for so many passes over all samples. `alphas` (by sample and topic) is where it begins and where it
    /// leaves what to begin with the next time.
    pub(super) fn learn(
        samples: &[Sample],
        features: usize,
        topics: usize,
        alphas: &mut [f32],
        passes: usize,
    ) -> Linear {
        let mut linear = Linear {
            topics,
            weights: vec![0.0; (features + 1) * topics],
        };
        for (sample, alpha) in samples.iter().zip(alphas.chunks_exact(topics)) {
            if alpha.iter().any(|a| *a != 0.0) {
                let step: Vec<f32> = alpha.iter().map(|a| a * PULL).collect();
                linear.add(&sample.vector, &step);
            }
        }
        let mut noise = Noise::new(1);
        let mut order: Vec<usize> = (0..samples.len()).collect();
        let mut scratch = Scratch::new(topics);
        for _ in 0..passes {
            noise.shuffle(&mut order);
            for at in &order {
                linear.improve(&samples[*at], &mut alphas[at * topics..][..topics], &mut scratch);
            }
        }
        linear
    }

    /// Brings one sample to its optimum.
    fn improve(&mut self, sample: &Sample, alpha: &mut [f32], scratch: &mut Scratch) {
        let Scratch {
            others,
            chances,
            step,
        } = scratch;
        self.logits(&sample.vector, others);
        let own = PULL * (sample.vector.iter().map(|(_, v)| v * v).sum::<f32>() + COMMON);
        for (other, a) in others.iter_mut().zip(alpha.iter()) {
            *other -= own * a;
        }
        step.copy_from_slice(alpha);
        // The softmax is 1/2-Lipschitz, so this step never overshoots.
        let rate = 1.0 / (1.0 + 0.5 * own);
        for _ in 0..STEPS {
            for ((chance, other), a) in chances.iter_mut().zip(others.iter()).zip(step.iter()) {
                *chance = other + own * a;
            }
            softmax(chances);
            for (topic, (a, chance)) in step.iter_mut().zip(chances.iter()).enumerate() {
                let target = if topic == sample.topic { 1.0 } else { 0.0 };
                *a += rate * (target - chance - *a);
            }
        }
        for (new, old) in step.iter_mut().zip(alpha.iter_mut()) {
            let change = *new - *old;
            *old = *new;
            *new = PULL * change;
        }
        self.add(&sample.vector, step);
    }

    fn add(&mut self, vector: &[(u32, f32)], step: &[f32]) {
        let common = self.weights.len() / self.topics - 1;
        let all = vector.iter().map(|(f, v)| (*f as usize, *v));
        for (feature, value) in all.chain([(common, COMMON.sqrt())]) {
            let row = &mut self.weights[feature * self.topics..][..self.topics];
            for (weight, s) in row.iter_mut().zip(step) {
                *weight += value * s;
            }
        }
    }

    /// The logit of every topic.
    pub(super) fn logits(&self, vector: &[(u32, f32)], out: &mut [f32]) {
        out.fill(0.0);
        let common = self.weights.len() / self.topics - 1;
        let all = vector.iter().map(|(f, v)| (*f as usize, *v));
        for (feature, value) in all.chain([(common, COMMON.sqrt())]) {
            let row = &self.weights[feature * self.topics..][..self.topics];
            for (logit, weight) in out.iter_mut().zip(row) {
                *logit += value * weight;
            }
        }
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.weights.len() * 4
    }
}

struct Scratch {
    others: Vec<f32>,
    chances: Vec<f32>,
    step: Vec<f32>,
}

impl Scratch {
    fn new(topics: usize) -> Scratch {
        Scratch {
            others: vec![0.0; topics],
            chances: vec![0.0; topics],
            step: vec![0.0; topics],
        }
    }
}

/// Logits to chances that sum to one.
pub(super) fn softmax(logits: &mut [f32]) {
    let most = logits.iter().copied().fold(f32::MIN, f32::max);
    let mut sum = 0.0;
    for logit in logits.iter_mut() {
        *logit = (*logit - most).exp();
        sum += *logit;
    }
    for logit in logits.iter_mut() {
        *logit /= sum;
    }
}

#[cfg(test)]
mod tests {
    use super::{Linear, Sample, softmax};

    fn samples(count: usize) -> Vec<Sample> {
        let sample = |n: usize| Sample {
            vector: vec![((n % 3) as u32, 0.8), ((3 + n * 7 % 5) as u32, 0.6)],
            topic: n % 3,
        };
        (0..count).map(sample).collect()
    }

    fn chances(linear: &Linear, vector: &[(u32, f32)]) -> Vec<f32> {
        let mut out = vec![0.0; 3];
        linear.logits(vector, &mut out);
        softmax(&mut out);
        out
    }

    #[test]
    fn it_learns_which_feature_means_which_topic() {
        let samples = samples(60);
        let linear = Linear::learn(&samples, 8, 3, &mut [0.0; 180], 10);
        for topic in 0..3 {
            let chances = chances(&linear, &[(topic as u32, 1.0)]);
            assert!(chances[topic] > 0.9, "{chances:?}");
        }
    }

    #[test]
    fn the_order_of_samples_does_not_matter_in_the_end() {
        let forth = samples(60);
        let back: Vec<Sample> = forth.iter().rev().cloned().collect();
        let a = Linear::learn(&forth, 8, 3, &mut [0.0; 180], 60);
        let b = Linear::learn(&back, 8, 3, &mut [0.0; 180], 60);
        for (a, b) in a.weights.iter().zip(&b.weights) {
            assert!((a - b).abs() < 1e-3, "{a} {b}");
        }
    }

    #[test]
    fn learning_goes_on_where_it_stood() {
        let samples = samples(60);
        let mut alphas = vec![0.0; 180];
        let before = Linear::learn(&samples, 8, 3, &mut alphas, 60);
        let after = Linear::learn(&samples, 8, 3, &mut alphas, 0);
        for (a, b) in before.weights.iter().zip(&after.weights) {
            assert!((a - b).abs() < 1e-3, "{a} {b}");
        }
    }
}
