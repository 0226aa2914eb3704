//! Sums over a window that make gradients of weights: products over T*B in the one fixed order. Lanes fall into 4 groups (group
//! 4*b/B); inside a group t ascends, then b; group sums are added in group order. So several workers could share the work one day without
//! new bits. It refuses to know which weights these are.

use crate::kernels::{COLUMNS, LINE, Left, Panels, ROWS, Real, Start, add_rows_to, add_to, begin_with, in_fours, product};
use std::ops::Range;

/// Number of groups of lanes.
const GROUPS: usize = 4;

/// Which rows of a window belong together, and where a lane's former state counts as zero.
#[derive(Clone, Copy)]
pub(crate) struct Grouping<'a> {
    pub seq_len: usize,
    pub lanes: usize,
    /// (time step, lane) whose right factor is 0
    pub resets: &'a [(usize, usize)],
}

impl Grouping<'_> {
    /// Lanes of each group, group 4*b/B.
    fn groups(&self) -> impl Iterator<Item = Range<usize>> {
        let lanes = self.lanes;
        (0..GROUPS)
            .map(move |g| (g * lanes).div_ceil(GROUPS)..((g + 1) * lanes).div_ceil(GROUPS))
            .filter(|range| !range.is_empty())
    }

    /// Rows t*B + b of a group in their order, each with whether its right factor is zero.
    fn rows(&self, group: Range<usize>) -> impl Iterator<Item = (usize, bool)> + '_ {
        let lanes = self.lanes;
        (0..self.seq_len)
            .flat_map(move |t| group.clone().map(move |b| (t, b)))
            .map(move |(t, b)| (t * lanes + b, !self.resets.is_empty() && self.resets.contains(&(t, b))))
    }
}

/// The left factor of a product over T*B, `[T*B]` rows of `width`: these blocks of each.
#[derive(Clone)]
pub(crate) struct Factor<'a, F> {
    pub numbers: &'a [F],
    pub width: usize,
    pub blocks: Range<usize>,
}

impl<'a, F> Factor<'a, F> {
    /// Whole rows.
    pub fn whole(numbers: &'a [F], width: usize) -> Factor<'a, F> {
        Factor { numbers, width, blocks: 0..width }
    }
}

/// The sum of a group to those of the groups before.
fn add_group<F: Real>(total: &mut [F], sum: &[F], group: usize) {
    if group == 0 { total.copy_from_slice(sum) } else { add_to(total, sum) }
}

/// How many rows of so many numbers make a strip that stays in the second-level cache while it is worked on: 256 KB, whole register blocks and cache lines.
fn strip_of(numbers: usize) -> usize {
    const IN_CACHE: usize = 1 << 16;
    const BLOCKS: usize = 8 * ROWS;
    (IN_CACHE / numbers.max(1)).next_multiple_of(BLOCKS).max(BLOCKS)
}

/// grad `[width, V]` = the sums `[V][width]` of some characters, turned, and 0 for all others. A few rows of all characters at a time: a column from end to end
/// would put each of its numbers into a cache line that the next one throws out. A function of its own: in a large one V8 keeps the counters in memory.
#[inline(never)]
fn write_columns<F: Real>(grad: &mut [F], vocab: usize, sums: &[F], characters: &[u32]) {
    let (width, strip) = (grad.len() / vocab, strip_of(vocab));
    for (n, grad) in grad.chunks_mut(strip * vocab).enumerate() {
        grad.fill(F::of(0.0));
        for (k, rows) in grad.chunks_mut(LINE * vocab).enumerate() {
            for &token in characters {
                let sums = &sums[token as usize * width + n * strip + k * LINE..];
                for (row, &sum) in rows.chunks_exact_mut(vocab).zip(sums) {
                    row[token as usize] = sum;
                }
            }
        }
    }
}

/// Scratch memory of these sums.
#[derive(Debug, Clone)]
pub(crate) struct WeightGradients<F> {
    left: Panels<F, ROWS>,
    /// rows of a gradient that are made together
    strip: usize,
    right: Panels<F, COLUMNS>,
    /// `[V][G*H]` sums of one group by character
    table: Vec<F>,
    /// `[V][G*H]` sums of all groups
    total: Vec<F>,
    /// characters of one group, of the whole window
    touched: Vec<u32>,
    touched_in_window: Vec<u32>,
    /// bit 0: in this group, bit 1: in this window
    is_touched: Vec<u8>,
    zeros: Vec<F>,
    sum: Vec<F>,
}

impl<F: Real> WeightGradients<F> {
    pub fn new(seq_len: usize, lanes: usize, width: usize, hidden: usize, vocab: usize) -> WeightGradients<F> {
        let depth = seq_len * lanes.div_ceil(GROUPS);
        let widest = width.max(vocab);
        let strip = strip_of(depth).min(widest);
        WeightGradients {
            left: Panels::new(depth, strip),
            strip,
            right: Panels::new(depth, hidden),
            table: vec![F::of(0.0); vocab * width],
            total: vec![F::of(0.0); vocab * width],
            touched: Vec::with_capacity(vocab),
            touched_in_window: Vec::with_capacity(vocab),
            is_touched: vec![0; vocab],
            zeros: vec![F::of(0.0); hidden],
            sum: vec![F::of(0.0); widest],
        }
    }

    /// grad `[blocks, H]` = sum over the window of d_gates (rows `blocks` of `width`) times right `[T*B, H]`; bias `[blocks]`, if wanted, the sum of
    /// d_gates alone, whose rows are at hand here.
    pub fn weight(
        &mut self,
        grouping: Grouping<'_>,
        d_gates: Factor<'_, F>,
        right: &[F],
        grad: &mut [F],
        mut bias: Option<&mut [F]>,
    ) {
        let Factor { numbers, width, blocks } = d_gates;
        let (all, hidden) = (blocks.len(), grad.len() / blocks.len());
        for (group, lanes) in grouping.groups().enumerate() {
            let depth = grouping.seq_len * lanes.len();
            self.left.set_depth(depth);
            self.right.set_depth(depth);
            let row_of = |(row, zero)| if zero { &self.zeros[..] } else { &right[row * hidden..(row + 1) * hidden] };
            in_fours(grouping.rows(lanes.clone()).map(row_of), |k, rows| self.right.pack_rows(k, rows));
            for start in (0..all).step_by(self.strip) {
                let strip = start..all.min(start + self.strip);
                self.left.set_columns(strip.len(), self.strip);
                let sum = &mut self.sum[..strip.len()];
                sum.fill(F::of(0.0));
                let row_of = |(row, _)| &numbers[row * width + blocks.start..][strip.clone()];
                in_fours(grouping.rows(lanes.clone()).map(row_of), |k, rows| {
                    self.left.pack_rows(k, rows);
                    if bias.is_some() {
                        add_rows_to(sum, rows);
                    }
                });
                if let Some(bias) = &mut bias {
                    add_group(&mut bias[strip.clone()], sum, group);
                }
                let from = if group == 0 { Start::From(&self.zeros) } else { Start::AddToC };
                let grad = &mut grad[strip.start * hidden..strip.end * hidden];
                product(grad, hidden, strip.len(), Left::transposed(&self.left), &self.right, from);
            }
        }
    }

    /// grad `[blocks]` = sum over the window of d_gates.
    pub fn bias(&mut self, grouping: Grouping<'_>, Factor { numbers, width, blocks }: Factor<'_, F>, grad: &mut [F]) {
        for (group, lanes) in grouping.groups().enumerate() {
            let sum = &mut self.sum[..blocks.len()];
            sum.fill(F::of(0.0));
            for (row, _) in grouping.rows(lanes) {
                add_to(sum, &numbers[row * width..(row + 1) * width][blocks.clone()]);
            }
            add_group(grad, sum, group);
        }
    }

    /// grad `[H]` = sum over the window of d_gates (H of them from `block` on) times c.
    pub fn peephole(&mut self, grouping: Grouping<'_>, d_gates: &[F], width: usize, block: usize, c: &[F], grad: &mut [F]) {
        let hidden = grad.len();
        grad.fill(F::of(0.0));
        for group in grouping.groups() {
            let sum = &mut self.sum[..hidden];
            sum.fill(F::of(0.0));
            for (row, _) in grouping.rows(group).filter(|&(_, zero)| !zero) {
                let d_a = &d_gates[row * width + block..row * width + block + hidden];
                for ((sum, &d_a), &c) in sum.iter_mut().zip(d_a).zip(&c[row * hidden..(row + 1) * hidden]) {
                    *sum = *sum + d_a * c;
                }
            }
            add_to(grad, sum);
        }
    }

    /// grad `[width, V]` of one-hot inputs: the d_gates of each character's time steps, scattered to its column; bias `[width]`, the sum of d_gates.
    pub fn gather(&mut self, grouping: Grouping<'_>, d_gates: Factor<'_, F>, inputs: &[u32], grad: &mut [F], bias: &mut [F]) {
        let Factor { numbers, width, .. } = d_gates;
        let vocab = grad.len() / width;
        let mut all = std::mem::take(&mut self.touched_in_window);
        all.clear();
        for (group, lanes) in grouping.groups().enumerate() {
            self.touched.clear();
            self.sum[..width].fill(F::of(0.0));
            for (row, _) in grouping.rows(lanes) {
                let token = inputs[row] as usize;
                let d_a = &numbers[row * width..(row + 1) * width];
                add_to(&mut self.sum[..width], d_a);
                let sum = &mut self.table[token * width..(token + 1) * width];
                if self.is_touched[token] & 1 == 0 {
                    self.is_touched[token] |= 1;
                    self.touched.push(token as u32);
                    begin_with(sum, d_a);
                } else {
                    add_to(sum, d_a);
                }
            }
            add_group(bias, &self.sum[..width], group);
            for &token in &self.touched {
                let token = token as usize;
                let columns = token * width..(token + 1) * width;
                let (total, sum) = (&mut self.total[columns.clone()], &self.table[columns]);
                if self.is_touched[token] & 2 == 0 {
                    all.push(token as u32);
                    begin_with(total, sum);
                } else {
                    add_to(total, sum);
                }
                self.is_touched[token] = 2;
            }
        }
        write_columns(grad, vocab, &self.total, &all);
        for &token in &all {
            self.is_touched[token as usize] = 0;
        }
        self.touched_in_window = all;
    }
}
