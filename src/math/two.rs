//! Two numbers, or two times four, that go through a formula together: they share its constants, and one is computed while the other waits. It refuses
//! to have formulas of its own.

use super::{Num, Single, exp_normal_single, exp_single, sigmoid_single, tanh_single};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Two of the lanes L.
#[derive(Clone, Copy)]
pub struct Two<L>(L, L);

macro_rules! operators {
    ($($name:ident $function:ident $operator:tt)*) => {$(
        impl<L: Num> $name for Two<L> {
            type Output = Two<L>;
            #[inline(always)]
            fn $function(self, other: Two<L>) -> Two<L> {
                Two(self.0 $operator other.0, self.1 $operator other.1)
            }
        }
    )*};
}
operators!(Add add + Sub sub - Mul mul * Div div /);

impl<L: Num> Neg for Two<L> {
    type Output = Two<L>;
    #[inline(always)]
    fn neg(self) -> Two<L> {
        Two(-self.0, -self.1)
    }
}

impl<L: Single> Num for Two<L> {
    type Scalar = f32;
    const WIDTH: usize = 2 * L::WIDTH;
    #[inline(always)]
    fn of(constant: f32) -> Two<L> {
        let constant = L::of(constant);
        Two(constant, constant)
    }
    #[inline(always)]
    fn load(slice: &[f32], at: usize) -> Two<L> {
        Two(L::load(slice, at), L::load(slice, at + L::WIDTH))
    }
    #[inline(always)]
    fn store(self, slice: &mut [f32], at: usize) {
        self.0.store(slice, at);
        self.1.store(slice, at + L::WIDTH);
    }
    #[inline(always)]
    fn select_less(a: Two<L>, b: Two<L>, then: Two<L>, otherwise: Two<L>) -> Two<L> {
        Two(L::select_less(a.0, b.0, then.0, otherwise.0), L::select_less(a.1, b.1, then.1, otherwise.1))
    }
    #[inline(always)]
    fn exp(self) -> Two<L> {
        exp_single(self)
    }
    #[inline(always)]
    fn exp_normal(self) -> Two<L> {
        exp_normal_single(self)
    }
    #[inline(always)]
    fn tanh(self) -> Two<L> {
        tanh_single(self)
    }
    #[inline(always)]
    fn sigmoid(self) -> Two<L> {
        sigmoid_single(self)
    }
    #[inline(always)]
    fn sqrt(self) -> Two<L> {
        Two(self.0.sqrt(), self.1.sqrt())
    }
    #[inline(always)]
    fn abs(self) -> Two<L> {
        Two(self.0.abs(), self.1.abs())
    }
}

impl<L: Single> Single for Two<L> {
    #[inline(always)]
    fn power_of_two(biased: Two<L>) -> Two<L> {
        Two(L::power_of_two(biased.0), L::power_of_two(biased.1))
    }
    #[inline(always)]
    fn signed_as(self, x: Two<L>, size: Two<L>) -> Two<L> {
        Two(self.0.signed_as(x.0, size.0), self.1.signed_as(x.1, size.1))
    }
    #[inline(always)]
    fn at_most(self, bound: Two<L>) -> Two<L> {
        Two(self.0.at_most(bound.0), self.1.at_most(bound.1))
    }
    #[inline(always)]
    fn at_least(self, bound: Two<L>) -> Two<L> {
        Two(self.0.at_least(bound.0), self.1.at_least(bound.1))
    }
}
