//! The optimizers against PyTorch's formulas and constants written once more in f64, and what they promise beyond PyTorch: state too
//! small to matter is 0, and nothing that is not finite is ever written into a parameter.

use lstm_playground::cell::Activation;
use lstm_playground::optimizer::{Optimizer, OptimizerKind, clip_scale, grad_norm};
use lstm_playground::rng::Rng;
use lstm_playground::settings::{Kind, Settings};
use lstm_playground::trainer::Trainer;

const KINDS: [OptimizerKind; 6] = [
    OptimizerKind::Sgd,
    OptimizerKind::Momentum,
    OptimizerKind::Rmsprop,
    OptimizerKind::Adagrad,
    OptimizerKind::Adam,
    OptimizerKind::Adamw,
];

/// torch.optim in f64: one parameter, all constants spelt out.
#[derive(Default)]
struct Textbook {
    t: i32,
    m: f64,
    v: f64,
}

impl Textbook {
    fn update(&mut self, kind: OptimizerKind, p: f64, g: f64, lr: f64) -> f64 {
        self.t += 1;
        match kind {
            OptimizerKind::Sgd => p - lr * g,
            OptimizerKind::Momentum => {
                self.m = if self.t == 1 { g } else { 0.9 * self.m + g };
                p - lr * self.m
            }
            OptimizerKind::Rmsprop => {
                self.v = 0.99 * self.v + (1.0 - 0.99) * g * g;
                p - lr * g / (self.v.sqrt() + 1e-8)
            }
            OptimizerKind::Adagrad => {
                self.v += g * g;
                p - lr * g / (self.v.sqrt() + 1e-10)
            }
            OptimizerKind::Adam => self.adam(p, g, lr),
            OptimizerKind::Adamw => self.adam(p - lr * 0.01 * p, g, lr),
        }
    }

    fn adam(&mut self, p: f64, g: f64, lr: f64) -> f64 {
        self.m = 0.9 * self.m + (1.0 - 0.9) * g;
        self.v = 0.999 * self.v + (1.0 - 0.999) * g * g;
        let (m, v) = (self.m / (1.0 - 0.9_f64.powi(self.t)), self.v / (1.0 - 0.999_f64.powi(self.t)));
        p - lr * m / (v.sqrt() + 1e-8)
    }
}

/// 200 updates of 11 parameters (two blocks of four lanes and a rest) with gradients of very different sizes.
#[test]
fn every_optimizer_follows_pytorch() {
    const SIZES: [f32; 11] = [1.0, 1e-6, 1e3, 0.0, 1e-3, 10.0, 1e-9, 0.1, 1e6, 1.0, 1e-4];
    for kind in KINDS {
        let mut rng = Rng::parameters(7);
        let mut values: Vec<f32> = SIZES.map(|_| rng.uniform_within(1.0)).to_vec();
        let mut expected: Vec<f64> = values.iter().map(|&p| p.into()).collect();
        let mut textbooks: [Textbook; 11] = Default::default();
        let mut optimizer = Optimizer::new(kind, values.len());
        assert_eq!(optimizer.kind(), kind);
        for _ in 0..200 {
            let grads = SIZES.map(|size| rng.uniform_within(size));
            optimizer.update(&mut values, &grads, 1.0, 0.01);
            for ((p, textbook), g) in expected.iter_mut().zip(&mut textbooks).zip(grads) {
                *p = textbook.update(kind, *p, g.into(), 0.01_f32.into());
            }
        }
        for (index, (p, expected)) in values.iter().zip(&expected).enumerate() {
            let error = (f64::from(*p) - expected).abs() / expected.abs().max(1.0);
            assert!(error < 2e-5, "{kind:?}: parameter {index} is {p}, expected {expected}");
        }
    }
}

/// What PyTorch 2.15 gives after the first update, computable by hand: 1 - 0.01 * (first step of each).
#[test]
fn first_updates_have_the_size_that_the_constants_say() {
    let first = |kind: OptimizerKind, grad: f32| {
        let mut value = [1.0];
        Optimizer::new(kind, 1).update(&mut value, &[grad], 1.0, 0.01);
        f64::from(1.0 - value[0])
    };
    let near = |kind: OptimizerKind, grad: f32, expected: f64| {
        let moved = first(kind, grad);
        assert!((moved - expected).abs() < 1e-7, "{kind:?} moved by {moved}, expected {expected}");
    };
    near(OptimizerKind::Sgd, 2.0, 0.02);
    near(OptimizerKind::Momentum, 2.0, 0.02);
    near(OptimizerKind::Rmsprop, 2.0, 0.1); // 1 / sqrt(1 - 0.99)
    near(OptimizerKind::Adagrad, 2.0, 0.01);
    near(OptimizerKind::Adam, 2.0, 0.01);
    near(OptimizerKind::Adamw, 2.0, 0.0101);
    near(OptimizerKind::Adam, 1e-8, 0.005); // eps stands outside the square root: 1e-8 / (1e-8 + 1e-8)
    near(OptimizerKind::Rmsprop, 1e-7, 0.05); // 1e-7 / (1e-8 + 1e-8)
    near(OptimizerKind::Adagrad, 1e-10, 0.005); // 1e-10 / (1e-10 + 1e-10)
}

/// Adam's corrections are products that run in f64: after 100,000 updates they are 1 and nothing has drifted.
#[test]
fn adams_correction_ends_at_one() {
    let mut optimizer = Optimizer::new(OptimizerKind::Adam, 1);
    let mut value = [0.0];
    for _ in 0..100_000 {
        optimizer.update(&mut value, &[1.0], 1.0, 0.001);
    }
    let before = value[0];
    optimizer.update(&mut value, &[1.0], 1.0, 0.001);
    assert!((before - value[0] - 0.001).abs() < 1e-5, "moved by {}", before - value[0]);
}

/// A gradient of 0 from the start moves nothing; AdamW decays by 1 - lr * 0.01 each time.
#[test]
fn zero_gradients() {
    for kind in KINDS {
        let start = [1.0, -2.0, 0.0, -0.0, 1e-30];
        let mut values = start;
        let mut optimizer = Optimizer::new(kind, 5);
        for _ in 0..10 {
            optimizer.update(&mut values, &[0.0; 5], 1.0, 0.1);
        }
        for (value, start) in values.iter().zip(start) {
            let expected = if kind == OptimizerKind::Adamw { f64::from(start) * 0.999_f64.powi(10) } else { start.into() };
            assert!((f64::from(*value) - expected).abs() <= 1e-6 * expected.abs(), "{kind:?}: {start} became {value}");
        }
    }
}

/// The scale of clipping multiplies the gradient before the optimizer sees it.
#[test]
fn clipping_scales_the_gradient() {
    for kind in KINDS {
        let (mut clipped, mut scaled) = ([0.5, -0.25], [0.5, -0.25]);
        let (mut one, mut other) = (Optimizer::new(kind, 2), Optimizer::new(kind, 2));
        for step in 1..20_i16 {
            let grads = [f32::from(step), -0.5];
            one.update(&mut clipped, &grads, 0.125, 0.01);
            other.update(&mut scaled, &grads.map(|g| g * 0.125), 1.0, 0.01);
        }
        assert_eq!(clipped, scaled, "{kind:?}");
    }
}

#[test]
fn norms_and_scales() {
    assert_eq!(grad_norm(&[]), 0.0);
    assert_eq!(grad_norm(&[3.0, 0.0, -4.0]), 5.0);
    let many = vec![1e-3_f32; 1_000_000];
    assert!((grad_norm(&many) - f64::from(1e-3_f32) * 1000.0).abs() < 1e-12, "the sum of a million squares is made in f64");
    assert!((grad_norm(&[3e38, 3e38, -3e38]) / (f64::from(3e38_f32) * 3.0_f64.sqrt()) - 1.0).abs() < 1e-15, "squares beyond f32");
    assert!(grad_norm(&[1e-40; 4]) > 0.0, "squares below f32");

    assert_eq!(clip_scale(2.0, 1.0), (1.0 / 2.000_001_f64) as f32);
    assert_eq!(clip_scale(0.5, 1.0), 1.0);
    assert_eq!(clip_scale(1.0, 1.0), (1.0 / 1.000_001_f64) as f32); // PyTorch: norm + 1e-6
    assert_eq!(clip_scale(0.0, 1.0), 1.0);
    assert_eq!(clip_scale(1e300, f32::INFINITY), 1.0);
    assert_eq!(clip_scale(4.0, 2.0), (2.0 / 4.000_001_f64) as f32);
}

/// The norm is what the trainer looks at before it calls an optimizer: it must be non-finite whenever a gradient is, wherever it stands.
#[test]
fn a_non_finite_gradient_shows_in_the_norm() {
    for length in [1, 2, 7, 8, 9, 31] {
        for at in 0..length {
            for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                let mut grads = vec![0.5_f32; length];
                grads[at] = bad;
                assert!(!grad_norm(&grads).is_finite(), "{bad} at {at} of {length}");
            }
        }
    }
}

/// Gradients at the end of f32 are finite and pass the check of the norm: with clipping on, no optimizer makes anything else of them.
#[test]
fn huge_clipped_gradients_never_make_a_parameter_non_finite() {
    for kind in KINDS {
        let (mut values, mut optimizer) = (vec![0.5_f32; 9], Optimizer::new(kind, 9));
        for step in 0..200 {
            let grads = vec![if step % 7 == 3 { f32::MIN } else { f32::MAX }; 9];
            let scale = clip_scale(grad_norm(&grads), 5.0);
            optimizer.update(&mut values, &grads, scale, 0.1);
            assert!(values.iter().all(|p| p.is_finite()), "{kind:?}, update {step}: {values:?}");
        }
    }
}

/// The same without clipping: even an update that is too large for f32 leaves a finite parameter behind.
#[test]
fn huge_gradients_never_make_a_parameter_non_finite() {
    for kind in KINDS {
        for size in [1e18, 1e20, 1e30, 3e38] {
            let (mut values, mut optimizer) = (vec![0.5_f32; 9], Optimizer::new(kind, 9));
            for step in 0..50 {
                let grads = vec![if step % 7 == 3 { -size } else { size }; 9];
                optimizer.update(&mut values, &grads, 1.0, 10.0);
                assert!(values.iter().all(|p| p.is_finite()), "{kind:?}, gradient {size:e}, update {step}: {values:?}");
            }
        }
    }
}

/// Whatever the settings allow: training may stop, but every parameter of the model that it leaves behind is a number.
#[test]
fn no_settings_make_a_parameter_non_finite() {
    let mut bad = Vec::new();
    for optimizer in KINDS {
        for (kind, activation) in [(Kind::Rnn, Activation::Relu), (Kind::Lstm, Activation::Tanh), (Kind::Gru, Activation::Tanh)] {
            for (learning_rate, clip) in [(1.0, 1e22), (1e3, 1.0), (1e10, 1e22), (1e20, 1.0), (1e22, 1e22)] {
                for (input_scale, recurrent_scale, text) in [(1.0, 1.0, "aaab"), (0.01, 100.0, "abcd"), (100.0, 0.01, "aaaa")] {
                    let settings = Settings {
                        kind,
                        activation,
                        optimizer,
                        learning_rate,
                        clip,
                        input_scale,
                        recurrent_scale,
                        hidden_size: 5,
                        seq_len: 24,
                        ..Settings::default()
                    };
                    let mut trainer = Trainer::new(&settings, text).expect("settings within their limits");
                    let stops_at = (0..60)
                        .find(|_| trainer.train(1).losses.is_empty() || !trainer.model().values().iter().all(|p| p.is_finite()));
                    if !trainer.model().values().iter().all(|p| p.is_finite()) {
                        bad.push(format!("{text:?}, training step {stops_at:?}: {settings:?}"));
                    }
                }
            }
        }
    }
    assert!(bad.is_empty(), "{} runs end with a parameter that is not finite:\n{}", bad.len(), bad.join("\n"));
}

/// State below 1e-30 becomes 0: a momentum of 1e-29 fades out after 22 updates instead of living on for 900 as a denormal.
#[test]
fn state_that_is_too_small_becomes_zero() {
    let mut optimizer = Optimizer::new(OptimizerKind::Momentum, 5);
    let mut values = [0.0_f32; 5];
    optimizer.update(&mut values, &[1e-29, -1e-29, 1e-25, 0.0, 1e-31], 1.0, 1.0);
    let mut still = 0;
    for _ in 0..150 {
        let before = values;
        optimizer.update(&mut values, &[0.0; 5], 1.0, 1.0);
        still = if before == values { still + 1 } else { 0 };
    }
    // 0.9^22 * 1e-29 < 1e-30 < 0.9^21 * 1e-29: the sum of the updates made, no more
    let sum = |start: f64, updates: i32| (0..=updates).map(|k| start * 0.9_f64.powi(k)).sum::<f64>();
    assert!((f64::from(-values[0]) / sum(1e-29, 21) - 1.0).abs() < 1e-5, "{:e}", values[0]);
    assert_eq!(values[0], -values[1]);
    assert!((f64::from(-values[2]) / sum(1e-25, 109) - 1.0).abs() < 1e-5, "{:e}", values[2]);
    assert_eq!(still, 150 - 109);
}

/// The same for Adam's m, and for squares: that of a gradient of 9e-16 is below 1e-30 and counts as none.
#[test]
fn moments_that_are_too_small_become_zero() {
    let (mut value, mut adam) = ([0.0_f32], Optimizer::new(OptimizerKind::Adam, 1));
    adam.update(&mut value, &[1e-28], 1.0, 1.0); // m = 1e-29
    let mut updates = Vec::new();
    for _ in 0..100 {
        let before = value;
        adam.update(&mut value, &[0.0], 1.0, 1.0);
        updates.push(before != value);
    }
    assert_eq!(updates.iter().filter(|&&moved| moved).count(), 21);
    assert!(updates[..21].iter().all(|&moved| moved), "m fades out once and for all");

    let (mut value, mut adagrad) = ([0.0_f32], Optimizer::new(OptimizerKind::Adagrad, 1));
    adagrad.update(&mut value, &[9e-16], 1.0, 1.0);
    let moved = f64::from(-value[0]);
    assert!((moved / (9e-16 / 1e-10) - 1.0).abs() < 2e-6, "{moved:e}: with v = 8.1e-31 it would be smaller by 9e-6");
}
