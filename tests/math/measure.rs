//! How far the engine's exp, ln, tanh and sigmoid are from the truth, which is computed in f64. Used by `tests/math.rs` and by
//! `examples/math_error.rs`, which prints the table over every f32 there is.

use lstm_playground::math;
use std::ops::Range;

/// One function of the engine and the same in f64.
#[derive(Clone, Copy)]
pub struct Function {
    pub name: &'static str,
    pub ours: fn(f32) -> f32,
    pub exact: fn(f64) -> f64,
}

pub const FUNCTIONS: [Function; 4] = [
    Function { name: "exp", ours: math::exp, exact: libm::exp },
    Function { name: "ln", ours: math::ln, exact: libm::log },
    Function { name: "tanh", ours: math::tanh, exact: libm::tanh },
    Function { name: "sigmoid", ours: math::sigmoid, exact: |x| 1.0 / (1.0 + libm::exp(-x)) },
];

/// Largest errors seen, and where.
#[derive(Debug, Clone, Copy, Default)]
pub struct Worst {
    /// in units of the last place of the true result, where that is normal (at least 2^-126)
    pub ulp: f64,
    pub ulp_at: f32,
    /// in units of 2^-126, where the true result is smaller than that
    pub below_normal: f64,
    pub below_normal_at: f32,
}

/// The smallest normal f32, 2^-126.
const SMALLEST_NORMAL: f64 = f32::MIN_POSITIVE as f64;
/// 2^128, the place of infinity on the scale of f32.
const INFINITY: f64 = 2.0 * (1_u128 << 127) as f64;

impl Worst {
    /// Measures one input. A NaN that should be a number, or a number that should be NaN, is an infinite error.
    fn add(&mut self, function: &Function, x: f32) {
        let (ours, exact) = (f64::from((function.ours)(x)), (function.exact)(x.into()));
        if ours.is_nan() && exact.is_nan() {
            return;
        }
        let exact = exact.clamp(-INFINITY, INFINITY);
        let error = (ours.clamp(-INFINITY, INFINITY) - exact).abs();
        let error = if error.is_nan() { f64::INFINITY } else { error };
        if exact.abs() < SMALLEST_NORMAL {
            if error > self.below_normal * SMALLEST_NORMAL {
                (self.below_normal, self.below_normal_at) = (error / SMALLEST_NORMAL, x);
            }
        } else if error > self.ulp * unit_in_the_last_place(exact) {
            (self.ulp, self.ulp_at) = (error / unit_in_the_last_place(exact), x);
        }
    }

    /// The worse of both.
    pub fn join(self, other: Worst) -> Worst {
        let mut worst = self;
        if other.ulp > worst.ulp {
            (worst.ulp, worst.ulp_at) = (other.ulp, other.ulp_at);
        }
        if other.below_normal > worst.below_normal {
            (worst.below_normal, worst.below_normal_at) = (other.below_normal, other.below_normal_at);
        }
        worst
    }
}

/// Distance of the f32 numbers around a value that is normal in f32.
fn unit_in_the_last_place(value: f64) -> f64 {
    let power_of_two = f64::from_bits(value.to_bits() & 0x7ff0_0000_0000_0000);
    power_of_two * f64::from(f32::EPSILON)
}

/// Worst errors over the inputs whose bits are in the range, every `stride`-th of them.
pub fn measure(function: &Function, bits: Range<u64>, stride: usize) -> Worst {
    let mut worst = Worst::default();
    for bits in bits.step_by(stride) {
        worst.add(function, f32::from_bits(bits as u32));
    }
    worst
}

/// Worst errors over every f32 there is, on two threads; `done` hears how many inputs have been measured since it was last told.
pub fn measure_all(function: &Function, done: impl Fn(u64) + Sync) -> Worst {
    const PART: u64 = 1 << 24;
    let half = |first: u64| {
        let parts = (0..128).map(|part| {
            let start = first + part * PART;
            let worst = measure(function, start..start + PART, 1);
            done(PART);
            worst
        });
        parts.fold(Worst::default(), Worst::join)
    };
    std::thread::scope(|scope| {
        let negative = scope.spawn(|| half(1 << 31));
        half(0).join(negative.join().expect("the other half"))
    })
}
