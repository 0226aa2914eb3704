//! The definition of the matrix product: the oracle of the fast version, and the one that f64 uses. It refuses to be clever.

use crate::kernels::{COLUMNS, Left, Panels, Start};
use crate::math::Num;

/// C (m x n) from A (m x k) and B (k x n), see [`super::product`]: one accumulator an output, k ascending.
pub fn product<F: Num<Scalar = F>>(c: &mut [F], stride: usize, rows: usize, a: Left<'_, F>, b: &Panels<F, COLUMNS>, start: Start) {
    for r in 0..rows {
        for j in 0..b.columns() {
            let out = &mut c[r * stride + j];
            let mut sum = if start == Start::FromC { *out } else { F::of(0.0) };
            for k in 0..b.depth() {
                sum = sum + a.data[a.offset(r, k)] * b.at(k, j);
            }
            *out = if start == Start::AddToC { *out + sum } else { sum };
        }
    }
}
