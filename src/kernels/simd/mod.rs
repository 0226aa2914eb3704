//! Four f32 side by side, and two f64: wasm's simd128, x86-64's SSE2 (part of every x86-64), and elsewhere an array that the compiler
//! vectorises. With its machines the only place of `unsafe`. Each operation rounds as the scalar one does and nothing is fused.

use crate::math::{Num, Single, exp_normal_single, exp_single, sigmoid_single, tanh_single};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Four f32 lanes.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct F32x4(machine::Vector);

#[cfg_attr(target_arch = "wasm32", path = "wasm32.rs")]
#[cfg_attr(target_arch = "x86_64", path = "x86_64.rs")]
#[cfg_attr(not(any(target_arch = "wasm32", target_arch = "x86_64")), path = "portable.rs")]
mod machine;
mod products;

pub use products::{Block, Pair, four_rows_by_two, fours_by_panel, has_two_panels, row_by_panels};

impl F32x4 {
    /// The four lanes.
    #[inline(always)]
    pub fn to_array(self) -> [f32; 4] {
        machine::to_array(self.0)
    }
    /// Four lanes from four numbers.
    #[inline(always)]
    pub fn from_array(numbers: [f32; 4]) -> F32x4 {
        F32x4(machine::from_array(numbers))
    }
    /// Whether every lane of two vectors equals its counterpart; NaN equals nothing.
    #[inline(always)]
    pub fn equal_pairs(a: [F32x4; 2], b: [F32x4; 2]) -> bool {
        machine::equal_pairs(a.map(|a| a.0), b.map(|b| b.0))
    }
    /// Four rows of four as four columns.
    #[inline(always)]
    pub fn turned([a, b, c, d]: [F32x4; 4]) -> [F32x4; 4] {
        let [a, b, c, d] = machine::turned([a.0, b.0, c.0, d.0]);
        [F32x4(a), F32x4(b), F32x4(c), F32x4(d)]
    }
}

impl Add for F32x4 {
    type Output = F32x4;
    #[inline(always)]
    fn add(self, other: F32x4) -> F32x4 {
        F32x4(machine::add(self.0, other.0))
    }
}
impl Sub for F32x4 {
    type Output = F32x4;
    #[inline(always)]
    fn sub(self, other: F32x4) -> F32x4 {
        F32x4(machine::sub(self.0, other.0))
    }
}
impl Mul for F32x4 {
    type Output = F32x4;
    #[inline(always)]
    fn mul(self, other: F32x4) -> F32x4 {
        F32x4(machine::mul(self.0, other.0))
    }
}
impl Div for F32x4 {
    type Output = F32x4;
    #[inline(always)]
    fn div(self, other: F32x4) -> F32x4 {
        F32x4(machine::div(self.0, other.0))
    }
}
impl Neg for F32x4 {
    type Output = F32x4;
    #[inline(always)]
    fn neg(self) -> F32x4 {
        F32x4(machine::neg(self.0))
    }
}

impl Num for F32x4 {
    type Scalar = f32;
    const WIDTH: usize = 4;
    #[inline(always)]
    fn of(constant: f32) -> F32x4 {
        F32x4(machine::splat(constant))
    }
    #[inline(always)]
    fn load(slice: &[f32], at: usize) -> F32x4 {
        let four = &slice[at..at + 4];
        // SAFETY: the line above has checked that 4 f32 stand there
        F32x4(unsafe { machine::load(four.as_ptr()) })
    }
    #[inline(always)]
    fn store(self, slice: &mut [f32], at: usize) {
        let four = &mut slice[at..at + 4];
        // SAFETY: the line above has checked that 4 f32 stand there
        unsafe { machine::store(four.as_mut_ptr(), self.0) }
    }
    #[inline(always)]
    fn select_less(a: F32x4, b: F32x4, then: F32x4, otherwise: F32x4) -> F32x4 {
        F32x4(machine::select_less(a.0, b.0, then.0, otherwise.0))
    }
    #[inline(always)]
    fn exp(self) -> F32x4 {
        exp_single(self)
    }
    #[inline(always)]
    fn exp_normal(self) -> F32x4 {
        exp_normal_single(self)
    }
    #[inline(always)]
    fn tanh(self) -> F32x4 {
        tanh_single(self)
    }
    #[inline(always)]
    fn sigmoid(self) -> F32x4 {
        sigmoid_single(self)
    }
    #[inline(always)]
    fn sqrt(self) -> F32x4 {
        F32x4(machine::sqrt(self.0))
    }
    #[inline(always)]
    fn abs(self) -> F32x4 {
        F32x4(machine::abs(self.0))
    }
    #[inline(always)]
    fn zero_where_less(self, a: F32x4, b: F32x4) -> F32x4 {
        F32x4(machine::zero_where_less(self.0, a.0, b.0))
    }
}

impl Single for F32x4 {
    #[inline(always)]
    fn power_of_two(biased: F32x4) -> F32x4 {
        F32x4(machine::shift_left_23(biased.0))
    }
    #[inline(always)]
    fn signed_as(self, x: F32x4, size: F32x4) -> F32x4 {
        F32x4(machine::signed_as(self.0, x.0, size.0))
    }
    #[inline(always)]
    fn at_most(self, bound: F32x4) -> F32x4 {
        F32x4(machine::at_most(self.0, bound.0))
    }
    #[inline(always)]
    fn at_least(self, bound: F32x4) -> F32x4 {
        F32x4(machine::at_least(self.0, bound.0))
    }
}

/// Two f64 lanes.
#[derive(Clone, Copy)]
pub struct F64x2(machine::Wide);

impl F64x2 {
    /// Both lanes.
    #[inline(always)]
    pub fn new(low: f64, high: f64) -> F64x2 {
        F64x2(machine::wide(low, high))
    }
    /// Both lanes.
    #[inline(always)]
    pub fn to_array(self) -> [f64; 2] {
        machine::wide_to_array(self.0)
    }
    /// Two f32 from `slice[at..]`: widened where they are loaded, no shuffle is needed.
    #[inline(always)]
    pub fn load(slice: &[f32], at: usize) -> F64x2 {
        let two = &slice[at..at + 2];
        // SAFETY: the line above has checked that 2 f32 stand there
        F64x2(unsafe { machine::load_wide(two.as_ptr()) })
    }
    /// Two times two f64, rounded.
    #[inline(always)]
    pub fn narrow(low: F64x2, high: F64x2) -> F32x4 {
        F32x4(machine::narrow(low.0, high.0))
    }
}

impl Add for F64x2 {
    type Output = F64x2;
    #[inline(always)]
    fn add(self, other: F64x2) -> F64x2 {
        F64x2(machine::wide_add(self.0, other.0))
    }
}
impl Mul for F64x2 {
    type Output = F64x2;
    #[inline(always)]
    fn mul(self, other: F64x2) -> F64x2 {
        F64x2(machine::wide_mul(self.0, other.0))
    }
}
impl Div for F64x2 {
    type Output = F64x2;
    #[inline(always)]
    fn div(self, other: F64x2) -> F64x2 {
        F64x2(machine::wide_div(self.0, other.0))
    }
}
