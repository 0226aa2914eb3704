//! Numbers and the four functions that a cell needs: exp, ln, tanh, sigmoid, the same bits on every machine.
//! [`Num`] is what a formula is written for: one f32, four f32 side by side, or one f64. It refuses to call the platform's
//! mathematics library: its results differ from machine to machine.
//!
//! The f32 functions follow Cephes (Moshier, single precision); worst errors over all f32 inputs are measured by `tests/math.rs`.

mod two;

pub use two::Two;

use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number, or several side by side, in which the cells' formulas are written.
pub trait Num:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// The type of one number.
    type Scalar: Copy;
    /// How many stand side by side.
    const WIDTH: usize;
    /// A constant in every lane.
    fn of(constant: f32) -> Self;
    /// `WIDTH` numbers from `slice[at..]`.
    fn load(slice: &[Self::Scalar], at: usize) -> Self;
    /// The numbers to `slice[at..]`.
    fn store(self, slice: &mut [Self::Scalar], at: usize);
    /// Lane by lane: `if a < b { then } else { otherwise }`; a comparison with NaN is false.
    fn select_less(a: Self, b: Self, then: Self, otherwise: Self) -> Self;
    /// Lane by lane: `if a < b { 0 } else { self }`.
    #[inline(always)]
    fn zero_where_less(self, a: Self, b: Self) -> Self {
        Self::select_less(a, b, Self::of(0.0), self)
    }
    /// e to the power of self.
    fn exp(self) -> Self;
    /// Hyperbolic tangent.
    fn tanh(self) -> Self;
    /// 1 / (1 + exp(-self))
    fn sigmoid(self) -> Self;
    /// Square root, correctly rounded.
    fn sqrt(self) -> Self;

    /// |self|
    #[inline(always)]
    fn abs(self) -> Self {
        Self::select_less(self, Self::of(0.0), -self, self)
    }

    /// max(0, self); NaN stays NaN.
    #[inline(always)]
    fn relu(self) -> Self {
        Self::select_less(self, Self::of(0.0), Self::of(0.0), self)
    }
}

/// What the f32 functions need beyond [`Num`]: f32 lanes whose bits can be written directly.
pub trait Single: Num<Scalar = f32> {
    /// 2^n for a whole n in -127..=128 (0 and infinity at the ends), given n + 1.5 * 2^23 + 127: n + 127 stands in the low bits of its mantissa,
    /// and shifted by 23 it is the exponent.
    fn power_of_two(biased: Self) -> Self;
    /// Self, which is not negative, with the sign of x; size: |x|.
    fn signed_as(self, x: Self, size: Self) -> Self;
    /// `if bound < self { bound } else { self }`; NaN stays NaN.
    fn at_most(self, bound: Self) -> Self;
    /// `if self < bound { bound } else { self }`; NaN stays NaN.
    fn at_least(self, bound: Self) -> Self;
}

/// The constants of exp and tanh.
struct Constants {
    /// Beyond these exp is 0 and infinity.
    least: f32,
    most: f32,
    log2_e: f32,
    round: f32,
    /// of [`Single::power_of_two`]
    bias: f32,
    ln2_high: f32,
    ln2_low: f32,
    exp: [f32; 6],
    tanh: [f32; 5],
    /// Below it tanh is its polynomial.
    small: f32,
    half: f32,
    one: f32,
    two: f32,
}

static CONSTANTS: Constants = Constants {
    least: -104.0,
    most: 89.0,
    log2_e: std::f32::consts::LOG2_E,
    round: ROUND,
    bias: ROUND + 127.0,
    ln2_high: LN2_HIGH,
    ln2_low: LN2_LOW,
    exp: [1.987_569_1e-4, 1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5],
    tanh: [-5.704_988_7e-3, 2.063_909e-2, -5.373_971_6e-2, 1.333_144_2e-1, -3.333_328e-1],
    small: 0.625,
    half: 0.5,
    one: 1.0,
    two: 2.0,
};

/// Kept from the compiler's eyes: read from memory a constant of four lanes costs one instruction, written into the code V8 makes three of it,
/// more than the arithmetic.
#[inline(always)]
fn constants() -> &'static Constants {
    std::hint::black_box(&CONSTANTS)
}

/// 1.5 * 2^23: adding and subtracting it rounds to the nearest whole number, ties to even.
const ROUND: f32 = 12_582_912.0;
/// ln 2 in two parts; the first has 9 bits, so that its product with a whole number is exact.
const LN2_HIGH: f32 = 0.693_359_4;
const LN2_LOW: f32 = -2.121_944_4e-4;

/// exp for any f32 lanes. x = n ln 2 + r, |r| <= ln 2 / 2; exp(x) = 2^n exp(r). 2^n is made as two factors, so that results below
/// 2^-126 and the overflow to infinity come out of the multiplication itself.
#[inline(always)]
pub(crate) fn exp_single<L: Single>(x: L) -> L {
    let k = constants();
    let x = x.at_least(L::of(k.least)).at_most(L::of(k.most));
    let (round, bias) = (L::of(k.round), L::of(k.bias));
    let n = (x * L::of(k.log2_e) + round) - round;
    let r = (x - n * L::of(k.ln2_high)) - n * L::of(k.ln2_low);
    let p = L::of(k.exp[0]);
    let p = p * r + L::of(k.exp[1]);
    let p = p * r + L::of(k.exp[2]);
    let p = p * r + L::of(k.exp[3]);
    let p = p * r + L::of(k.exp[4]);
    let p = p * r + L::of(k.exp[5]);
    let e = (p * (r * r) + r) + L::of(k.one);
    let half = (n * L::of(k.half) + round) - round;
    (e * L::power_of_two(half + bias)) * L::power_of_two((n - half) + bias)
}

/// tanh for any f32 lanes: below 0.625 an odd polynomial, above it 1 - 2 / (exp(2|x|) + 1) with the sign of x.
#[inline(always)]
pub(crate) fn tanh_single<L: Single>(x: L) -> L {
    let k = constants();
    let one = L::of(k.one);
    let size = x.abs();
    let z = x * x;
    let p = L::of(k.tanh[0]);
    let p = p * z + L::of(k.tanh[1]);
    let p = p * z + L::of(k.tanh[2]);
    let p = p * z + L::of(k.tanh[3]);
    let p = p * z + L::of(k.tanh[4]);
    let small = x * (one + p * z);
    let large = one - L::of(k.two) / (exp_single(size + size) + one);
    L::select_less(size, L::of(k.small), small, large.signed_as(x, size))
}

/// sigmoid for any f32 lanes. 0 - x is -x but for the sign of a zero, which exp does not see, and one instruction instead of three.
#[inline(always)]
pub(crate) fn sigmoid_single<L: Single>(x: L) -> L {
    let one = L::of(constants().one);
    one / (one + exp_single(L::of(0.0) - x))
}

// exp, tanh and sigmoid of a single f32 serve the last units of a layer: calls, so that they are not copied into every formula
impl Num for f32 {
    type Scalar = f32;
    const WIDTH: usize = 1;
    #[inline(always)]
    fn of(constant: f32) -> f32 {
        constant
    }
    #[inline(always)]
    fn load(slice: &[f32], at: usize) -> f32 {
        slice[at]
    }
    #[inline(always)]
    fn store(self, slice: &mut [f32], at: usize) {
        slice[at] = self;
    }
    #[inline(always)]
    fn select_less(a: f32, b: f32, then: f32, otherwise: f32) -> f32 {
        if a < b { then } else { otherwise }
    }
    #[inline(never)]
    fn exp(self) -> f32 {
        exp_single(self)
    }
    #[inline(never)]
    fn tanh(self) -> f32 {
        tanh_single(self)
    }
    #[inline(never)]
    fn sigmoid(self) -> f32 {
        sigmoid_single(self)
    }
    #[inline(always)]
    fn sqrt(self) -> f32 {
        f32::sqrt(self) // correctly rounded by IEEE 754 on every machine
    }
    #[inline(always)]
    fn abs(self) -> f32 {
        f32::abs(self)
    }
}

impl Single for f32 {
    #[inline(always)]
    fn power_of_two(biased: f32) -> f32 {
        f32::from_bits(biased.to_bits() << 23)
    }
    #[inline(always)]
    fn signed_as(self, x: f32, size: f32) -> f32 {
        f32::from_bits(self.to_bits() | (x.to_bits() ^ size.to_bits()))
    }
    #[inline(always)]
    fn at_most(self, bound: f32) -> f32 {
        if bound < self { bound } else { self }
    }
    #[inline(always)]
    fn at_least(self, bound: f32) -> f32 {
        if self < bound { bound } else { self }
    }
}

impl Num for f64 {
    type Scalar = f64;
    const WIDTH: usize = 1;
    #[inline(always)]
    fn of(constant: f32) -> f64 {
        f64::from(constant)
    }
    #[inline(always)]
    fn load(slice: &[f64], at: usize) -> f64 {
        slice[at]
    }
    #[inline(always)]
    fn store(self, slice: &mut [f64], at: usize) {
        slice[at] = self;
    }
    #[inline(always)]
    fn select_less(a: f64, b: f64, then: f64, otherwise: f64) -> f64 {
        if a < b { then } else { otherwise }
    }
    fn exp(self) -> f64 {
        libm::exp(self)
    }
    fn tanh(self) -> f64 {
        libm::tanh(self)
    }
    fn sigmoid(self) -> f64 {
        1.0 / (1.0 + libm::exp(-self))
    }
    #[inline(always)]
    fn sqrt(self) -> f64 {
        f64::sqrt(self)
    }
}

/// e^x; at most 3 ulp where the result is normal, absolute error at most 2^-126 below.
pub fn exp(x: f32) -> f32 {
    Num::exp(x)
}

/// Hyperbolic tangent; at most 3 ulp.
pub fn tanh(x: f32) -> f32 {
    Num::tanh(x)
}

/// Logistic function 1 / (1 + e^-x); at most 3 ulp where the result is normal, absolute error at most 2^-126 below.
pub fn sigmoid(x: f32) -> f32 {
    Num::sigmoid(x)
}

/// Natural logarithm; at most 3 ulp. -inf at 0, NaN below. x = m 2^e with m in [sqrt(1/2), sqrt(2)); ln x = ln m + e ln 2.
pub fn ln(x: f32) -> f32 {
    if x.is_nan() || x < 0.0 {
        return f32::NAN;
    }
    if x == 0.0 {
        return f32::NEG_INFINITY;
    }
    if x == f32::INFINITY {
        return x;
    }
    let (scaled, shift) = if x < f32::MIN_POSITIVE { (x * 8_388_608.0, -23) } else { (x, 0) };
    let bits = scaled.to_bits();
    let mut exponent = (bits >> 23) as i32 - 126 + shift;
    let mut m = f32::from_bits((bits & 0x007f_ffff) | 0x3f00_0000); // in [1/2, 1)
    if m < std::f32::consts::FRAC_1_SQRT_2 {
        exponent -= 1;
        m = m + m - 1.0;
    } else {
        m -= 1.0;
    }
    let e = exponent as f32;
    let z = m * m;
    let p = 7.037_684e-2;
    let p = p * m - 1.151_461e-1;
    let p = p * m + 1.167_699_9e-1;
    let p = p * m - 1.242_014_1e-1;
    let p = p * m + 1.424_932_3e-1;
    let p = p * m - 1.666_805_8e-1;
    let p = p * m + 2.000_071_5e-1;
    let p = p * m - 2.499_999_4e-1;
    let p = p * m + 3.333_333e-1;
    let y = p * m * z + e * LN2_LOW - 0.5 * z;
    (m + y) + e * LN2_HIGH
}
