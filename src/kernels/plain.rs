//! The definition of the matrix product and the long sums: the oracle of the fast versions, and the long sums of f64. It refuses to be clever.

use crate::kernels::{COLUMNS, Left, Panels, Real, Start};
use crate::math::Num;

/// C (m x n) from A (m x k) and B (k x n), see [`super::product`]: one accumulator an output, k ascending.
pub fn product<F: Num<Scalar = F>>(
    c: &mut [F],
    stride: usize,
    rows: usize,
    a: Left<'_, F>,
    b: &Panels<F, COLUMNS>,
    start: Start<'_, F>,
) {
    for r in 0..rows {
        for j in 0..b.columns() {
            let out = &mut c[r * stride + j];
            let mut sum = match start {
                Start::FromC => *out,
                Start::From(row) => row[j],
                Start::AddToC => F::of(0.0),
            };
            for k in 0..b.depth() {
                sum = sum + a.data[a.offset(r, k)] * b.at(k, j);
            }
            *out = if matches!(start, Start::AddToC) { *out + sum } else { sum };
        }
    }
}

/// Adds the elements of whole eights, or their squares, to 8 accumulators, element j to j mod 8; returns what is left.
pub fn add_eights<'a, F: Real>(sums: &mut [f64; 8], elements: &'a [F], squared: bool) -> &'a [F] {
    let (eights, rest) = elements.as_chunks::<8>();
    for eight in eights {
        for (sum, x) in sums.iter_mut().zip(eight) {
            let x = x.to_f64();
            *sum += if squared { x * x } else { x };
        }
    }
    rest
}

/// The least and the largest of elements of which there is one; NaN is neither.
pub fn range<F: Real>(elements: &[F]) -> (F, F) {
    let first = (elements[0], elements[0]);
    elements.iter().fold(first, |(least, largest), &x| (if x < least { x } else { least }, if largest < x { x } else { largest }))
}

/// Each element divided by `divisor` in f64, rounded once.
pub fn divide_all<F: Real>(elements: &mut [F], divisor: f64) {
    for x in elements {
        *x = F::from_f64(x.to_f64() / divisor);
    }
}

/// Row r of a block becomes column r of `out`, see [`super::Real::turn`].
pub fn turn<F: Copy>(block: &[F], stride: usize, rows: usize, columns: usize, out: &mut [F], out_stride: usize) {
    for column in 0..columns {
        for row in 0..rows {
            out[column * out_stride + row] = block[row * stride + column];
        }
    }
}
