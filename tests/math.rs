//! exp, ln, tanh and sigmoid: error against f64, behaviour at the ends of f32, and the four-lane versions bit by bit. Every run measures
//! about a million inputs spread over all of f32; all 2^32 of them are measured by the ignored test and by `examples/math_error.rs`.

#[path = "math/measure.rs"]
mod measure;

use lstm_playground::kernels::simd::F32x4;
use lstm_playground::math::{Num, exp, ln, sigmoid, tanh};
use measure::{FUNCTIONS, Worst, measure, measure_all};

/// Bounds that the engine promises: 3 ulp where the true result is normal, 2^-126 below.
fn check(name: &str, worst: Worst) {
    assert!(worst.ulp <= 3.0, "{name}({:e}) is off by {:.2} ulp", worst.ulp_at, worst.ulp);
    assert!(worst.below_normal <= 1.0, "{name}({:e}) is off by {:.2} * 2^-126", worst.below_normal_at, worst.below_normal);
}

/// Inputs where something changes: signs, subnormals, powers of two, and both sides of every clip and branch.
fn edges() -> Vec<f32> {
    #[rustfmt::skip]
    let bounds = [
        0.0, 1e-45, 1e-40, 1.2e-38, 1e-30, 1e-10, 1e-4, 0.34, 0.35, 0.5, 0.625, 0.7, 0.708, 1.0, 1.41, 1.5, 2.0, 8.5, 9.0,
        9.1, 10.0, 16.0, 17.0, 18.0, 44.0, 45.0, 87.0, 87.3, 87.4, 88.0, 88.3, 88.4, 88.7, 88.73, 89.0, 89.5, 90.0, 100.0,
        103.0, 103.9, 104.0, 105.0, 1e3, 1e10, 1e30, f32::MAX,
    ];
    let near =
        bounds.iter().flat_map(|&x: &f32| (-200..=200).map(move |step| f32::from_bits(x.to_bits().saturating_add_signed(step))));
    near.flat_map(|x| [x, -x]).chain([f32::INFINITY, f32::NEG_INFINITY, f32::NAN, -f32::NAN]).collect()
}

#[test]
fn errors_over_a_sample_of_all_inputs() {
    for function in FUNCTIONS {
        check(function.name, measure(&function, 0..1 << 32, 4093)); // a prime: every mantissa pattern comes by
    }
}

#[test]
fn errors_where_something_changes() {
    for function in FUNCTIONS {
        for x in edges() {
            let bits = u64::from(x.to_bits());
            check(function.name, measure(&function, bits..bits + 1, 1));
        }
        // densely over the range in which a network lives
        let (small, large) = (u64::from(0.01_f32.to_bits()), u64::from(20.0_f32.to_bits()));
        check(function.name, measure(&function, small..large, 97));
        check(function.name, measure(&function, small + (1 << 31)..large + (1 << 31), 97));
    }
}

#[test]
#[ignore = "all 2^32 inputs of four functions take minutes; `cargo run --release --example math_error` prints the same as a table"]
fn errors_over_every_f32() {
    for function in FUNCTIONS {
        check(function.name, measure_all(&function, |_| ()));
    }
}

#[test]
fn special_values() {
    let (infinity, nan) = (f32::INFINITY, f32::NAN);
    for (function, name) in [(exp as fn(f32) -> f32, "exp"), (ln, "ln"), (tanh, "tanh"), (sigmoid, "sigmoid")] {
        assert!(function(nan).is_nan() && function(-nan).is_nan(), "{name} of NaN");
    }
    assert_eq!((exp(0.0), exp(-0.0), exp(infinity), exp(-infinity)), (1.0, 1.0, infinity, 0.0));
    assert_eq!((exp(88.8), exp(f32::MAX), exp(-104.0), exp(f32::MIN)), (infinity, infinity, 0.0, 0.0));
    assert!(exp(88.7) < infinity && exp(-103.0) > 0.0, "a subnormal result is not 0");
    assert_eq!((ln(1.0), ln(0.0), ln(-0.0), ln(infinity)), (0.0, -infinity, -infinity, infinity));
    assert!(ln(-1.0).is_nan() && ln(-1e-45).is_nan() && ln(-infinity).is_nan());
    assert!((ln(1e-45) + 103.278_93).abs() < 1e-4, "ln of the smallest subnormal is {}", ln(1e-45));
    assert_eq!((tanh(infinity), tanh(-infinity), tanh(20.0), tanh(-20.0)), (1.0, -1.0, 1.0, -1.0));
    assert_eq!((tanh(0.0).to_bits(), tanh(-0.0).to_bits()), (0.0_f32.to_bits(), (-0.0_f32).to_bits()));
    assert_eq!((sigmoid(0.0), sigmoid(-0.0), sigmoid(infinity), sigmoid(-infinity)), (0.5, 0.5, 1.0, 0.0));
    assert_eq!((sigmoid(100.0), sigmoid(f32::MAX), sigmoid(f32::MIN)), (1.0, 1.0, 0.0));
}

/// What sigmoid, tanh and exp leave out of the general exp changes no bit of them.
#[test]
fn shortened_ways_have_the_bits_of_the_formulas() {
    for x in (0..=u32::MAX).step_by(4093).map(f32::from_bits).chain(edges()).filter(|x| !x.is_nan()) {
        assert_eq!(sigmoid(x).to_bits(), (1.0 / (1.0 + exp(-x))).to_bits(), "sigmoid({x:e})");
        if x.abs() >= 0.625 {
            assert_eq!(tanh(x).to_bits(), (1.0 - 2.0 / (exp(2.0 * x.abs()) + 1.0)).copysign(x).to_bits(), "tanh({x:e})");
        }
        if (-86.5..=89.0).contains(&x) {
            let four = F32x4::of(x);
            assert_eq!(four.exp_normal().to_array().map(f32::to_bits), [exp(x).to_bits(); 4], "exp({x:e})");
        }
    }
}

/// A gate is never outside [0, 1], a state never outside [-1, 1], not even by a rounding error; tanh is odd to the last bit.
#[test]
fn results_stay_in_their_range() {
    let sample = (0..=u32::MAX).step_by(4093).map(f32::from_bits).chain(edges()).filter(|x| !x.is_nan());
    for x in sample {
        assert!((0.0..=1.0).contains(&sigmoid(x)), "sigmoid({x:e}) = {:e}", sigmoid(x));
        assert!((-1.0..=1.0).contains(&tanh(x)), "tanh({x:e}) = {:e}", tanh(x));
        assert!(exp(x) >= 0.0, "exp({x:e}) = {:e}", exp(x));
        assert_eq!(tanh(-x).to_bits(), (-tanh(x)).to_bits(), "tanh(-{x:e})");
    }
}

/// Four side by side give the bits of one alone, whichever lane a number stands in. NaN has no bits to keep.
#[test]
fn four_lanes_equal_one() {
    let sample: Vec<f32> = (0..=u32::MAX).step_by(4093).map(f32::from_bits).chain(edges()).collect();
    let same = |name: &str, x: &[f32; 4], four: F32x4, one: fn(f32) -> f32| {
        for (x, four) in x.iter().zip(four.to_array()) {
            let one = one(*x);
            assert!(
                four.to_bits() == one.to_bits() || four.is_nan() && one.is_nan(),
                "{name}({x:e}): {four:e} in a lane, {one:e} alone"
            );
        }
    };
    for rotation in 0..4 {
        for x in sample[rotation..].as_chunks::<4>().0 {
            let lanes = F32x4::from_array(*x);
            same("exp", x, lanes.exp(), exp);
            same("tanh", x, lanes.tanh(), tanh);
            same("sigmoid", x, lanes.sigmoid(), sigmoid);
            same("relu", x, lanes.relu(), |x| x.relu());
            same("sqrt", x, lanes.sqrt(), f32::sqrt);
        }
    }
}
