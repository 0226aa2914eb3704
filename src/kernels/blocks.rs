//! The fast matrix product and long sums, in register blocks of [`F32x4`], and the product of f64. Lanes run over independent outputs, never along a sum, so
//! every result has the bits of [`super::plain`].

use crate::kernels::plain;
use crate::kernels::simd::{Block, F32x4, F64x2, Pair, four_rows_by_two, fours_by_panel, has_two_panels, row_by_panels};
use crate::kernels::{COLUMNS, Left, Panels, ROWS, Start};
use crate::math::Num;

/// Fours of rows that go through a panel while it is in the first-level cache, themselves in the second.
const FOURS: usize = 8;

/// C (m x n) from A (m x k) and B (k x n), see [`super::product`], in register blocks of 4 rows by 2 vectors (larger ones gain
/// nothing or spill in V8), of 4 by 2 longer ones where the machine has them; a single row takes 8 vectors, so that the additions do not wait for one another.
pub fn product(c: &mut [f32], stride: usize, rows: usize, a: Left<'_, f32>, b: &Panels<f32, COLUMNS>, start: Start) {
    let (depth, panels, whole) = (b.depth(), b.panels(), b.columns() / COLUMNS);
    let (row_step, depth_step) = a.steps();
    let output = Output { columns: b.columns(), start };
    let apart = start == Start::AddToC;
    let in_twos = if has_two_panels() { panels - panels % 2 } else { 0 };
    let mut row = 0;
    while row + ROWS <= rows {
        let fours = ((rows - row) / ROWS).min(FOURS);
        for row in (row..row + fours * ROWS).step_by(ROWS) {
            let x = a.rest_from(row, depth);
            let at = [row * stride, (row + 1) * stride, (row + 2) * stride, (row + 3) * stride];
            for panel in (0..in_twos).step_by(2) {
                let from = [
                    [output.read(c, at[0], panel), output.read(c, at[0], panel + 1)],
                    [output.read(c, at[1], panel), output.read(c, at[1], panel + 1)],
                    [output.read(c, at[2], panel), output.read(c, at[2], panel + 1)],
                    [output.read(c, at[3], panel), output.read(c, at[3], panel + 1)],
                ];
                let sums = four_rows_by_two(x, row_step, depth_step, b.panels_from(panel), depth, from);
                for (at, [left, right]) in at.into_iter().zip(sums) {
                    output.write(c, at, panel, left);
                    output.write(c, at, panel + 1, right);
                }
            }
        }
        let x = a.rest_from(row, depth);
        let four_step = if depth == 0 { 0 } else { a.offset(row + ROWS, 0) - a.offset(row, 0) };
        let fours_by = |block: Block<'_>, panel: usize| match depth_step {
            1 => fours_by_panel::<1>(block, x, row_step, four_step, b.panel(panel), depth, fours),
            _ => fours_by_panel::<ROWS>(block, x, row_step, four_step, b.panel(panel), depth, fours),
        };
        for panel in in_twos..whole {
            fours_by(Block { c: &mut c[row * stride + panel * COLUMNS..], stride, apart }, panel);
        }
        if panels > whole.max(in_twos) {
            // the last panel is narrower than its padding: a block beside C stands for its columns
            let (mut padded, left) = ([0.0; FOURS * ROWS * COLUMNS], whole * COLUMNS..b.columns());
            let at = |row: usize| row * stride + left.start..row * stride + left.end;
            for (row, place) in (row..row + fours * ROWS).zip(padded.chunks_exact_mut(COLUMNS)) {
                place[..left.len()].copy_from_slice(&c[at(row)]);
            }
            fours_by(Block { c: &mut padded, stride: COLUMNS, apart }, whole);
            for (row, place) in (row..row + fours * ROWS).zip(padded.chunks_exact(COLUMNS)) {
                c[at(row)].copy_from_slice(&place[..left.len()]);
            }
        }
        row += fours * ROWS;
    }
    for row in row..rows {
        let (at, fours, x) = (row * stride, whole / 4, a.rest_from(row, depth));
        if fours > 0 {
            let block = Block { c: &mut c[at..], stride, apart };
            match depth_step {
                1 => row_by_panels::<1>(block, x, b.panels_from(0), depth, fours),
                _ => row_by_panels::<ROWS>(block, x, b.panels_from(0), depth, fours),
            }
        }
        for panel in 4 * fours..panels {
            let mut sums = output.read(c, at, panel);
            for (columns, &x) in b.panel(panel).as_chunks::<COLUMNS>().0.iter().zip(x.iter().step_by(depth_step)) {
                let x = F32x4::of(x);
                sums = [sums[0] + x * F32x4::load(columns, 0), sums[1] + x * F32x4::load(columns, 4)];
            }
            output.write(c, at, panel, sums);
        }
    }
}

/// The product in f64: a row by a panel at a time, its eight sums side by side.
pub fn product_f64(c: &mut [f64], stride: usize, rows: usize, a: Left<'_, f64>, b: &Panels<f64, COLUMNS>, start: Start) {
    let (depth, depth_step) = (b.depth(), a.steps().1);
    for row in 0..rows {
        let x = a.rest_from(row, depth);
        for panel in 0..b.panels() {
            let (at, width) = (row * stride + panel * COLUMNS, COLUMNS.min(b.columns() - panel * COLUMNS));
            let mut old = [0.0; COLUMNS];
            old[..width].copy_from_slice(&c[at..at + width]);
            let pair = |k: usize| F64x2::new(old[k], old[k + 1]);
            let old = [pair(0), pair(2), pair(4), pair(6)];
            let mut sums = if start == Start::FromC { old } else { [F64x2::new(0.0, 0.0); 4] };
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
struct Output {
    columns: usize,
    start: Start,
}

impl Output {
    /// What the accumulators start from.
    #[inline(always)]
    fn read(self, c: &[f32], row_start: usize, panel: usize) -> Pair {
        if self.start == Start::FromC { self.old(c, row_start, panel) } else { [F32x4::of(0.0); 2] }
    }

    /// Numbers of C; zeros beyond the last column.
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
        let [a, b] = F64x2::widen(F32x4::load(eight, 0));
        let [c, d] = F64x2::widen(F32x4::load(eight, 4));
        added = [added[0] + term(a), added[1] + term(b), added[2] + term(c), added[3] + term(d)];
    }
    for (k, pair) in added.into_iter().enumerate() {
        [sums[2 * k], sums[2 * k + 1]] = pair.to_array();
    }
    rest
}

/// Each element divided by `divisor` in f64, rounded once.
pub fn divide_all(elements: &mut [f32], divisor: f64) {
    let (fours, rest) = elements.as_chunks_mut::<4>();
    let wide = F64x2::new(divisor, divisor);
    for four in fours {
        let [low, high] = F64x2::widen(F32x4::load(four, 0));
        F64x2::narrow(low / wide, high / wide).store(four, 0);
    }
    for x in rest {
        *x = (f64::from(*x) / divisor) as f32;
    }
}

/// Row r of a block becomes column r of `out`, see [`super::Real::turn`]: four rows and columns at a time, the edges one by one.
#[inline(never)]
pub fn turn(block: &[f32], stride: usize, rows: usize, columns: usize, out: &mut [f32], out_stride: usize) {
    let (whole_rows, whole_columns) = (rows - rows % 4, columns - columns % 4);
    for column in (0..whole_columns).step_by(4) {
        for row in (0..whole_rows).step_by(4) {
            let four = |k: usize| F32x4::load(block, (row + k) * stride + column);
            let turned = F32x4::turned([four(0), four(1), four(2), four(3)]);
            for (k, four) in turned.into_iter().enumerate() {
                four.store(out, (column + k) * out_stride + row);
            }
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
