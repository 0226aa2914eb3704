//! Numbers and the four functions that a cell needs: exp, ln, tanh, sigmoid, the same bits on every machine.
//! [`Num`] is what a formula is written for: one f32, four f32 side by side, or one f64. It refuses to call the platform's
//! mathematics library: its results differ from machine to machine.
//!
//! The f32 functions follow Cephes (Moshier, single precision); worst errors over all f32 inputs are measured by `tests/math.rs`.

mod functions;
mod two;

pub use functions::ln;
pub(crate) use functions::{LEAST_NORMAL, exp_normal_single, exp_single, sigmoid_single, tanh_single};
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
    /// The same from -86.5 to 89, where it takes less.
    #[inline(always)]
    fn exp_normal(self) -> Self {
        self.exp()
    }
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
