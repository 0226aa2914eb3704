//! Softmax cross-entropy over the characters, forward and backward, and the long sums of design notes "Bits are a promise".
//! It refuses to know where the logits come from.

use crate::kernels::{Elementwise, Real, for_each_element, for_each_element_in_twos};
use crate::math::{LEAST_NORMAL, Num};

/// Sum in f64 over 8 accumulators, element j into j mod 8, added in order.
#[derive(Debug, Clone, Default)]
pub struct LongSum {
    sums: [f64; 8],
    next: usize,
}

impl LongSum {
    /// Adds one element.
    #[inline(always)]
    pub fn add(&mut self, x: f64) {
        self.sums[self.next] += x;
        self.next = (self.next + 1) & 7;
    }

    /// Adds every element of a slice, or its square.
    pub fn add_all<F: Real>(&mut self, elements: &[F], squared: bool) {
        let term = |x: F| if squared { x.to_f64() * x.to_f64() } else { x.to_f64() };
        let (first, rest) = elements.split_at(elements.len().min((8 - self.next) & 7));
        first.iter().for_each(|&x| self.add(term(x)));
        // now at accumulator 0, or nothing is left
        let rest = F::add_eights(&mut self.sums, rest, squared);
        rest.iter().for_each(|&x| self.add(term(x)));
    }

    /// The sum.
    pub fn total(&self) -> f64 {
        self.sums.iter().fold(0.0, |total, sum| total + sum)
    }
}

/// e_v = exp(y_v - max); NORMAL: none of them is below 2^-126.
struct Exponentials<'a, F, const NORMAL: bool> {
    row: &'a mut [F],
    max: F,
}

impl<F: Real, const NORMAL: bool> Elementwise<F> for Exponentials<'_, F, NORMAL> {
    #[inline(always)]
    fn run<L: Num<Scalar = F>>(&mut self, at: usize) {
        let y = L::load(self.row, at) - L::load(&[self.max; 8], 0);
        if NORMAL { y.exp_normal() } else { y.exp() }.store(self.row, at);
    }
}

/// Softmax of one row of logits in place: p_v = e_v / sum e, e_v = exp(y_v - max). Returns (sum in f64, max).
pub fn softmax<F: Real>(row: &mut [F]) -> (f64, F) {
    // where the largest is a zero, its sign makes no difference to exp(y - max)
    let (min, max) = F::range(row);
    if min - max >= F::of(LEAST_NORMAL) {
        for_each_element_in_twos(row.len(), Exponentials::<F, true> { row: &mut *row, max });
    } else {
        for_each_element_in_twos(row.len(), Exponentials::<F, false> { row: &mut *row, max });
    }
    let mut sum = LongSum::default();
    sum.add_all(row, false);
    let total = sum.total();
    F::divide_all(row, total);
    (total, max)
}

/// Logits of one prediction to probabilities in place; returns its loss in nats, ln(sum e) - (y_target - max).
pub fn cross_entropy<F: Loss>(row: &mut [F], target: u32) -> F {
    let y = row[target as usize];
    let (sum, max) = softmax(row);
    F::ln(F::from_f64(sum)) - (y - max)
}

/// x = x factor
struct Scaled<'a, F> {
    row: &'a mut [F],
    factor: F,
}

impl<F: Real> Elementwise<F> for Scaled<'_, F> {
    #[inline(always)]
    fn run<L: Num<Scalar = F>>(&mut self, at: usize) {
        (L::load(self.row, at) * L::load(&[self.factor; 8], 0)).store(self.row, at);
    }
}

/// Gradient of the mean loss with respect to the logits, in place of the probabilities: (p - 1[target]) / n.
pub fn cross_entropy_backward<F: Real>(row: &mut [F], target: u32, one_over_n: F) {
    row[target as usize] = row[target as usize] - F::of(1.0);
    for_each_element(row.len(), Scaled { row, factor: one_over_n });
}

/// A number type with a logarithm for the loss.
pub trait Loss: Real {
    /// Natural logarithm.
    fn ln(x: Self) -> Self;
}

impl Loss for f32 {
    fn ln(x: f32) -> f32 {
        crate::math::ln(x)
    }
}

impl Loss for f64 {
    fn ln(x: f64) -> f64 {
        libm::log(x)
    }
}
