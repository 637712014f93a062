//! A small net: features to a layer of [`WIDTH`] values to topics. It sees which features stand for each other, as
//! a linear model cannot. It knows no texts.
//!
//! The shape is that of fastText (Joulin and others, Bag of Tricks for Efficient Text Classification, 2017), with
//! a bent layer in every second net, features left out at random (Srivastava and others, Dropout, 2014) and
//! steps by `AdaGrad` kept by row rather than by weight. Several nets of different seeds are asked together, which
//! is better than each of them.

use super::linear::{Sample, softmax};
use super::noise::Noise;

/// Values of the middle layer.
const WIDTH: usize = 128;
/// First step; it falls to a twentieth.
const STEP: f32 = 0.1;
/// Steps of the weights towards topics beside those of features.
const TOPIC_STEP: f32 = 0.5;
/// Features left out of a sample.
const FEATURES_LEFT_OUT: f32 = 0.4;
/// Values left out of the layer.
const VALUES_LEFT_OUT: f32 = 0.5;
/// Spread of the first weights of features: small beside what is learned, so that rare features say what was
/// learned about them rather than noise.
const SPREAD: f32 = 0.2;
/// Where sums of squares begin. It is large enough to keep the first steps of a rare feature short.
const FIRST_SQUARE: f32 = 1e-2;

/// What a net keeps of one feature: its values and the sum of squares that shortens its steps.
#[derive(Clone, Debug)]
pub(super) struct Net {
    topics: usize,
    bent: bool,
    features: Vec<f32>,
    feature_squares: Vec<f32>,
    outputs: Vec<f32>,
    output_squares: Vec<f32>,
    common: Vec<f32>,
    common_square: f32,
    noise: Noise,
}

impl Net {
    /// A net that knows nothing yet.
    pub(super) fn new(features: usize, topics: usize, seed: u64) -> Net {
        let mut noise = Noise::new(seed);
        let spread = 2.0 / (WIDTH as f32).sqrt();
        let first = |count: usize, spread: f32, noise: &mut Noise| -> Vec<f32> {
            (0..count).map(|_| (noise.unit() - 0.5) * spread).collect()
        };
        Net {
            topics,
            bent: seed.is_multiple_of(2),
            features: first(features * WIDTH, SPREAD, &mut noise),
            feature_squares: vec![FIRST_SQUARE; features],
            outputs: first(WIDTH * topics, spread, &mut noise),
            output_squares: vec![FIRST_SQUARE; WIDTH],
            common: vec![0.0; topics],
            common_square: FIRST_SQUARE,
            noise,
        }
    }

    /// Takes over what another net knows: `features` and `topics` say which of the other's each of this one's
    /// is, if any.
    pub(super) fn inherit(&mut self, other: &Net, features: &[Option<usize>], topics: &[Option<usize>]) {
        for (to, from) in features.iter().enumerate() {
            let Some(from) = from else { continue };
            self.features[to * WIDTH..][..WIDTH].copy_from_slice(&other.features[from * WIDTH..][..WIDTH]);
            self.feature_squares[to] = other.feature_squares[*from];
        }
        for (to, from) in topics.iter().enumerate() {
            let Some(from) = from else { continue };
            self.common[to] = other.common[*from];
            for at in 0..WIDTH {
                self.outputs[at * self.topics + to] = other.outputs[at * other.topics + from];
            }
        }
        self.output_squares.copy_from_slice(&other.output_squares);
        self.common_square = other.common_square;
    }

    /// Learns the samples at these places, in that many passes.
    pub(super) fn learn(&mut self, samples: &[Sample], places: &[usize], passes: usize) {
        let mut order = places.to_vec();
        let mut scratch = Scratch::new(self.topics);
        for pass in 0..passes {
            self.noise.shuffle(&mut order);
            let step = STEP * (1.0 - pass as f32 / passes as f32).max(0.05);
            for at in &order {
                self.improve(&samples[*at], step, &mut scratch);
            }
        }
    }

    fn improve(&mut self, sample: &Sample, step: f32, scratch: &mut Scratch) {
        let Scratch {
            kept,
            layer,
            slope,
            missing,
            back,
        } = scratch;
        let Net { noise, .. } = self;
        let louder = (1.0 - FEATURES_LEFT_OUT).sqrt().recip();
        kept.clear();
        kept.extend(
            sample
                .vector
                .iter()
                .filter(|_| noise.unit() >= FEATURES_LEFT_OUT)
                .map(|(f, v)| (*f, v * louder)),
        );
        for value in slope.iter_mut() {
            *value = if noise.unit() < VALUES_LEFT_OUT {
                0.0
            } else {
                1.0 / (1.0 - VALUES_LEFT_OUT)
            };
        }
        self.sum(kept, layer);
        for (value, slope) in layer.iter_mut().zip(slope.iter_mut()) {
            let bent = if self.bent { value.tanh() } else { *value };
            *value = bent * *slope;
            *slope *= if self.bent { 1.0 - bent * bent } else { 1.0 };
        }
        self.outputs(layer, missing);
        softmax(missing);
        missing[sample.topic] -= 1.0;
        self.step_outputs(layer, slope, missing, back, step);
        self.step_features(kept, back, step);
    }

    fn sum(&self, vector: &[(u32, f32)], layer: &mut [f32]) {
        layer.fill(0.0);
        for (feature, value) in vector {
            let row = &self.features[*feature as usize * WIDTH..][..WIDTH];
            for (sum, weight) in layer.iter_mut().zip(row) {
                *sum += value * weight;
            }
        }
    }

    fn outputs(&self, layer: &[f32], out: &mut [f32]) {
        out.copy_from_slice(&self.common);
        for (value, row) in layer.iter().zip(self.outputs.chunks_exact(self.topics)) {
            if *value == 0.0 {
                continue;
            }
            for (logit, weight) in out.iter_mut().zip(row) {
                *logit += value * weight;
            }
        }
    }

    fn step_outputs(&mut self, layer: &[f32], slope: &[f32], missing: &[f32], back: &mut [f32], step: f32) {
        let square = mean_square(missing);
        let rows = self.outputs.chunks_exact_mut(self.topics);
        for (at, row) in rows.enumerate() {
            back[at] = slope[at] * row.iter().zip(missing).map(|(w, m)| w * m).sum::<f32>();
            if layer[at] == 0.0 {
                continue;
            }
            self.output_squares[at] += layer[at] * layer[at] * square;
            let step = TOPIC_STEP * step * layer[at] / self.output_squares[at].sqrt();
            for (weight, m) in row.iter_mut().zip(missing) {
                *weight -= step * m;
            }
        }
        self.common_square += square;
        let step = step / self.common_square.sqrt();
        for (weight, m) in self.common.iter_mut().zip(missing) {
            *weight -= step * m;
        }
    }

    fn step_features(&mut self, kept: &[(u32, f32)], back: &[f32], step: f32) {
        let square = mean_square(back);
        for (feature, value) in kept {
            let sum = &mut self.feature_squares[*feature as usize];
            *sum += value * value * square;
            let step = step * value / sum.sqrt();
            let row = &mut self.features[*feature as usize * WIDTH..][..WIDTH];
            for (weight, b) in row.iter_mut().zip(back) {
                *weight -= step * b;
            }
        }
    }

    /// Adds the logarithm of each topic's chance, times a weight.
    pub(super) fn add_logs(&self, vector: &[(u32, f32)], weight: f32, out: &mut [f32]) {
        let mut layer = [0.0; WIDTH];
        self.sum(vector, &mut layer);
        if self.bent {
            for value in &mut layer {
                *value = value.tanh();
            }
        }
        let mut logits = vec![0.0; self.topics];
        self.outputs(&layer, &mut logits);
        let most = logits.iter().copied().fold(f32::MIN, f32::max);
        let sum: f32 = logits.iter().map(|logit| (logit - most).exp()).sum();
        for (out, logit) in out.iter_mut().zip(&logits) {
            *out += weight * (logit - most - sum.ln());
        }
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        4 * (self.features.len() + self.feature_squares.len() + self.outputs.len() + WIDTH + self.topics)
    }
}

fn mean_square(values: &[f32]) -> f32 {
    values.iter().map(|v| v * v).sum::<f32>() / values.len() as f32
}

/// What one sample needs while it is learned; one for all, so that nothing is allocated in between.
struct Scratch {
    kept: Vec<(u32, f32)>,
    layer: Vec<f32>,
    slope: Vec<f32>,
    missing: Vec<f32>,
    back: Vec<f32>,
}

impl Scratch {
    fn new(topics: usize) -> Scratch {
        Scratch {
            kept: Vec::new(),
            layer: vec![0.0; WIDTH],
            slope: vec![0.0; WIDTH],
            missing: vec![0.0; topics],
            back: vec![0.0; WIDTH],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Net;
    use crate::answers::linear::Sample;

    /// Topics 0 and 1, said with one of two features each.
    fn samples() -> Vec<Sample> {
        (0..80u32)
            .map(|n| Sample {
                vector: vec![(n % 4, 0.9), (4 + n % 3, 0.4)],
                topic: (n % 4 / 2) as usize,
            })
            .collect()
    }

    fn logs(net: &Net, feature: u32) -> Vec<f32> {
        let mut out = vec![0.0; 2];
        net.add_logs(&[(feature, 1.0)], 1.0, &mut out);
        out
    }

    #[test]
    fn it_learns_and_passes_on_what_it_knows() {
        let samples = samples();
        let places: Vec<usize> = (0..samples.len()).collect();
        for seed in [1, 2] {
            let mut net = Net::new(7, 2, seed);
            net.learn(&samples, &places, 10);
            for feature in 0..4 {
                let logs = logs(&net, feature);
                let right = feature as usize / 2;
                assert!(logs[right] > logs[1 - right] + 1.0, "{feature} {logs:?}");
            }
            // Features and topics change places.
            let mut heir = Net::new(7, 2, seed);
            heir.inherit(
                &net,
                &[Some(3), Some(2), Some(1), Some(0), None, None, None],
                &[Some(1), Some(0)],
            );
            let (old, new) = (logs(&net, 0), logs(&heir, 3));
            assert!((old[0] - new[1]).abs() < 1e-5 && (old[1] - new[0]).abs() < 1e-5);
        }
    }

    #[test]
    fn the_same_seed_learns_the_same() {
        let samples = samples();
        let places: Vec<usize> = (0..samples.len()).collect();
        let learned = || {
            let mut net = Net::new(7, 2, 5);
            net.learn(&samples, &places, 2);
            net.features
        };
        assert_eq!(learned(), learned());
    }
}
