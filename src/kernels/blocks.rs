//! The fast matrix product and long sums, in register blocks of [`F32x4`], and the product of f64. Lanes run over independent outputs, never along a sum, so
//! every result has the bits of [`super::plain`].

use crate::kernels::plain;
use crate::kernels::simd::{Block, F32x4, F64x2, Pair, four_rows_by_two, fours_by_panel, has_two_panels, row_by_panels};
use crate::kernels::{COLUMNS, Left, Panels, ROWS, Start};
use crate::math::{Num, Single};

/// Fours of rows that go through a panel while it is in the first-level cache, themselves in the second.
const FOURS: usize = 8;

/// C (m x n) from A (m x k) and B (k x n), see [`super::product`], in register blocks of 4 rows by 2 vectors (larger ones gain
/// nothing or spill in V8), of 4 by 2 longer ones where the machine has them; a single row takes 8 vectors, so that the additions do not wait for one another.
pub fn product(c: &mut [f32], stride: usize, rows: usize, a: Left<'_, f32>, b: &Panels<f32, COLUMNS>, start: Start<'_, f32>) {
    let mut row = 0;
    while row + ROWS <= rows {
        let fours = ((rows - row) / ROWS).min(FOURS);
        let in_twos = if has_two_panels() { b.panels() - b.panels() % 2 } else { 0 };
        for row in (row..row + fours * ROWS).step_by(ROWS) {
            four_rows(&mut c[row * stride..], stride, row, a, b, in_twos, start);
        }
        for panel in in_twos..b.panels() {
            rows_by_panel(&mut c[row * stride..], stride, row, a, b, panel, fours, start);
        }
        row += fours * ROWS;
    }
    for row in row..rows {
        one_row(&mut c[row * stride..], stride, row, a, b, start);
    }
}

/// Some fours of rows of C, the first of them A's row `row`, in one panel.
#[inline(always)] // what is the same for all panels is then computed once
#[allow(clippy::too_many_arguments)] // three operands and which part of them
fn rows_by_panel(
    c: &mut [f32],
    stride: usize,
    row: usize,
    a: Left<'_, f32>,
    b: &Panels<f32, COLUMNS>,
    panel: usize,
    fours: usize,
    start: Start<'_, f32>,
) {
    let (depth, (row_step, depth_step)) = (b.depth(), a.steps());
    let (x, b_panel) = (a.rest_from(row, depth), b.panel(panel));
    let four_step = if depth == 0 { 0 } else { a.offset(row + ROWS, 0) - a.offset(row, 0) };
    let fours_by = |block: Block<'_>| match depth_step {
        1 => fours_by_panel::<1>(block, x, row_step, four_step, b_panel, depth, fours),
        _ => fours_by_panel::<ROWS>(block, x, row_step, four_step, b_panel, depth, fours),
    };
    let columns = panel * COLUMNS..b.columns().min((panel + 1) * COLUMNS);
    if columns.len() == COLUMNS {
        let start = if let Start::From(row) = start { Start::From(&row[columns.clone()]) } else { start };
        return fours_by(Block { c: &mut c[columns.start..], stride, start });
    }
    // the last panel is narrower than its padding: a block beside C stands for its columns
    let mut beside = [0.0; FOURS * ROWS * COLUMNS];
    for (place, c) in beside.chunks_exact_mut(COLUMNS).zip(c.chunks_mut(stride)).take(fours * ROWS) {
        let from = if let Start::From(row) = start { row } else { c };
        place[..columns.len()].copy_from_slice(&from[columns.clone()]);
    }
    let start = if let Start::From(_) = start { Start::FromC } else { start };
    fours_by(Block { c: &mut beside, stride: COLUMNS, start });
    for (place, c) in beside.chunks_exact(COLUMNS).zip(c.chunks_mut(stride)).take(fours * ROWS) {
        c[columns.clone()].copy_from_slice(&place[..columns.len()]);
    }
}

/// Four rows of C, the first of them A's row `row`, in the first panels, two at a time.
fn four_rows(
    c: &mut [f32],
    stride: usize,
    row: usize,
    a: Left<'_, f32>,
    b: &Panels<f32, COLUMNS>,
    panels: usize,
    start: Start<'_, f32>,
) {
    let (x, (row_step, depth_step)) = (a.rest_from(row, b.depth()), a.steps());
    let (output, at) = (Output { columns: b.columns(), start }, [0, stride, 2 * stride, 3 * stride]);
    for panel in (0..panels).step_by(2) {
        let from = at.map(|at| [output.read(c, at, panel), output.read(c, at, panel + 1)]);
        let sums = four_rows_by_two(x, row_step, depth_step, b.panels_from(panel), b.depth(), from);
        for (at, [left, right]) in at.into_iter().zip(sums) {
            output.write(c, at, panel, left);
            output.write(c, at, panel + 1, right);
        }
    }
}

/// One row of C, A's row `row`: four panels at a time, what is left panel by panel.
fn one_row(c: &mut [f32], stride: usize, row: usize, a: Left<'_, f32>, b: &Panels<f32, COLUMNS>, start: Start<'_, f32>) {
    let (depth, depth_step) = (b.depth(), a.steps().1);
    let (x, fours) = (a.rest_from(row, depth), b.columns() / COLUMNS / 4);
    if fours > 0 {
        let block = Block { c: &mut *c, stride, start };
        match depth_step {
            1 => row_by_panels::<1>(block, x, b.panels_from(0), depth, fours),
            _ => row_by_panels::<ROWS>(block, x, b.panels_from(0), depth, fours),
        }
    }
    let output = Output { columns: b.columns(), start };
    for panel in 4 * fours..b.panels() {
        let mut sums = output.read(c, 0, panel);
        for (columns, &x) in b.panel(panel).as_chunks::<COLUMNS>().0.iter().zip(x.iter().step_by(depth_step)) {
            let x = F32x4::of(x);
            sums = [sums[0] + x * F32x4::load(columns, 0), sums[1] + x * F32x4::load(columns, 4)];
        }
        output.write(c, 0, panel, sums);
    }
}

/// The product in f64: a row by a panel at a time, its eight sums side by side.
pub fn product_f64(c: &mut [f64], stride: usize, rows: usize, a: Left<'_, f64>, b: &Panels<f64, COLUMNS>, start: Start<'_, f64>) {
    let (depth, depth_step) = (b.depth(), a.steps().1);
    for row in 0..rows {
        let x = a.rest_from(row, depth);
        for panel in 0..b.panels() {
            let (at, width) = (row * stride + panel * COLUMNS, COLUMNS.min(b.columns() - panel * COLUMNS));
            let mut old = [0.0; COLUMNS];
            old[..width].copy_from_slice(if let Start::From(r) = start {
                &r[panel * COLUMNS..][..width]
            } else {
                &c[at..at + width]
            });
            let pair = |k: usize| F64x2::new(old[k], old[k + 1]);
            let old = [pair(0), pair(2), pair(4), pair(6)];
            let mut sums = if start == Start::AddToC { [F64x2::new(0.0, 0.0); 4] } else { old };
            for (columns, &x) in b.panel(panel).as_chunks::<COLUMNS>().0.iter().zip(x.iter().step_by(depth_step)) {
                let (x, pair) = (F64x2::new(x, x), |k: usize| F64x2::new(columns[k], columns[k + 1]));
                sums = [sums[0] + x * pair(0), sums[1] + x * pair(2), sums[2] + x * pair(4), sums[3] + x * pair(6)];
            }
            for (k, (sum, old)) in sums.into_iter().zip(old).enumerate() {
                let pair = if start == Start::AddToC { old + sum } else { sum }.to_array();
                let left = width.saturating_sub(2 * k).min(2);
                c[at + width.min(2 * k)..][..left].copy_from_slice(&pair[..left]);
            }
        }
    }
}

/// How a row's part in one panel comes from and goes to C; the last panel may be narrower.
#[derive(Clone, Copy)]
struct Output<'a> {
    columns: usize,
    start: Start<'a, f32>,
}

impl Output<'_> {
    /// What the accumulators start from.
    #[inline(always)]
    fn read(self, c: &[f32], row_start: usize, panel: usize) -> Pair {
        match self.start {
            Start::FromC => self.old(c, row_start, panel),
            Start::From(row) => self.old(row, 0, panel),
            Start::AddToC => [F32x4::of(0.0); 2],
        }
    }

    /// Numbers of a row; zeros beyond the last column.
    #[inline(always)]
    fn old(self, c: &[f32], row_start: usize, panel: usize) -> Pair {
        let (at, left) = (row_start + panel * COLUMNS, self.columns - panel * COLUMNS);
        if left >= COLUMNS {
            return [F32x4::load(c, at), F32x4::load(c, at + 4)];
        }
        let mut padded = [0.0; COLUMNS];
        padded[..left].copy_from_slice(&c[at..at + left]);
        [F32x4::load(&padded, 0), F32x4::load(&padded, 4)]
    }

    #[inline(always)]
    fn write(self, c: &mut [f32], row_start: usize, panel: usize, sums: Pair) {
        let sums = if self.start == Start::AddToC {
            let old = self.old(c, row_start, panel);
            [old[0] + sums[0], old[1] + sums[1]]
        } else {
            sums
        };
        let (at, left) = (row_start + panel * COLUMNS, self.columns - panel * COLUMNS);
        if left >= COLUMNS {
            sums[0].store(c, at);
            sums[1].store(c, at + 4);
            return;
        }
        let mut padded = [0.0; COLUMNS];
        sums[0].store(&mut padded, 0);
        sums[1].store(&mut padded, 4);
        c[at..at + left].copy_from_slice(&padded[..left]);
    }
}

/// Adds the elements of whole eights, or their squares, in f64 to 8 accumulators, element j to j mod 8; returns what is left.
pub fn add_eights<'a>(sums: &mut [f64; 8], elements: &'a [f32], squared: bool) -> &'a [f32] {
    let (eights, rest) = elements.as_chunks::<8>();
    let term = |x: F64x2| if squared { x * x } else { x };
    let pair = |k: usize| F64x2::new(sums[2 * k], sums[2 * k + 1]);
    let mut added = [pair(0), pair(1), pair(2), pair(3)];
    for eight in eights {
        let [a, b, c, d] = [0, 2, 4, 6].map(|at| F64x2::load(eight, at));
        added = [added[0] + term(a), added[1] + term(b), added[2] + term(c), added[3] + term(d)];
    }
    for (k, pair) in added.into_iter().enumerate() {
        [sums[2 * k], sums[2 * k + 1]] = pair.to_array();
    }
    rest
}

/// The least and the largest of elements of which there is one; NaN is neither. In 16 chains each, or a comparison would wait for the one before; where
/// one is a zero, its sign may be another than that of [`plain::range`].
pub fn range(elements: &[f32]) -> (f32, f32) {
    let (sixteens, rest) = elements.as_chunks::<16>();
    let (mut least, mut largest) = ([F32x4::of(elements[0]); 4], [F32x4::of(elements[0]); 4]);
    for sixteen in sixteens {
        let x = [0, 4, 8, 12].map(|at| F32x4::load(sixteen, at));
        least = [0, 1, 2, 3].map(|k| least[k].at_most(x[k]));
        largest = [0, 1, 2, 3].map(|k| largest[k].at_least(x[k]));
    }
    let [a, b, c, d] = least;
    let [first, others @ ..] = a.at_most(b).at_most(c.at_most(d)).to_array();
    let least = others.iter().chain(rest).fold(first, |least, &x| least.at_most(x));
    let [a, b, c, d] = largest;
    let [first, others @ ..] = a.at_least(b).at_least(c.at_least(d)).to_array();
    (least, others.iter().chain(rest).fold(first, |largest, &x| largest.at_least(x)))
}

/// Each element divided by `divisor` in f64, rounded once to f64 and once to f32.
///
/// A division takes four times as long as a product. With r a little below and R a little above 1 / divisor the quotient lies between x r and x R, and rounding
/// keeps the order: where both round to one f32 it is the quotient's. In one of some millions of cases they do not, and the division is made.
pub fn divide_all(elements: &mut [f32], divisor: f64) {
    /// Far more than the errors of a reciprocal and a product together, 2^-52.
    const MARGIN: f64 = 1.0 / (1_u64 << 50) as f64;
    let reciprocal = 1.0 / divisor;
    if !reciprocal.is_normal() {
        return plain::divide_all(elements, divisor);
    }
    let wide = |x: f64| F64x2::new(x, x);
    let (below, above) = (wide(reciprocal * (1.0 - MARGIN)), wide(reciprocal * (1.0 + MARGIN)));
    let divided = |eight: &[f32; 8], at: usize| {
        let [low, high] = [at, at + 2].map(|at| F64x2::load(eight, at));
        [F64x2::narrow(low * below, high * below), F64x2::narrow(low * above, high * above)]
    };
    let (eights, rest) = elements.as_chunks_mut::<8>();
    for eight in eights {
        let [a, also_a] = divided(eight, 0);
        let [b, also_b] = divided(eight, 4);
        if F32x4::equal_pairs([a, b], [also_a, also_b]) {
            a.store(eight, 0);
            b.store(eight, 4);
        } else {
            plain::divide_all(eight, divisor);
        }
    }
    plain::divide_all(rest, divisor);
}

/// Row r of a block becomes column r of `out`, see [`super::Real::turn`]: four rows and columns at a time, the edges one by one.
#[inline(never)]
pub fn turn(block: &[f32], stride: usize, rows: usize, columns: usize, out: &mut [f32], out_stride: usize) {
    let (whole_rows, whole_columns) = (rows - rows % 4, columns - columns % 4);
    for column in (0..whole_columns).step_by(4) {
        let (a, rest) = out[column * out_stride..].split_at_mut(out_stride);
        let (b, rest) = rest.split_at_mut(out_stride);
        let (c, d) = rest.split_at_mut(out_stride);
        let [a, b, c, d] = [a, b, c, d].map(|column| column[..whole_rows].as_chunks_mut::<4>().0);
        let mut block = &block[column..];
        for (((a, b), c), d) in a.iter_mut().zip(b).zip(c).zip(d) {
            let turned = F32x4::turned([0, stride, 2 * stride, 3 * stride].map(|at| F32x4::load(block, at)));
            for (to, four) in [a, b, c, d].into_iter().zip(turned) {
                four.store(to, 0);
            }
            block = block.get(4 * stride..).unwrap_or_default();
        }
    }
    if whole_rows < rows && whole_columns > 0 {
        plain::turn(&block[whole_rows * stride..], stride, rows - whole_rows, whole_columns, &mut out[whole_rows..], out_stride);
    }
    if whole_columns < columns {
        plain::turn(
            &block[whole_columns..],
            stride,
            rows,
            columns - whole_columns,
            &mut out[whole_columns * out_stride..],
            out_stride,
        );
    }
}
