//! The inner loops of the matrix product: register blocks that no compiler finds by itself. It knows panels and rows, and refuses to know matrices.

use super::{F32x4, machine};
use crate::kernels::Start;
use crate::math::Num;

/// Two vectors: the columns of one panel.
pub type Pair = [F32x4; 2];

/// Where a block of C stands, and where its accumulators start.
pub struct Block<'a> {
    /// From the block's first number on.
    pub c: &'a mut [f32],
    /// How far apart its rows stand.
    pub stride: usize,
    /// See there; a row to start from begins with the block's first column.
    pub start: Start<'a, f32>,
}

/// count step + more; where that is no number any more, the largest one, which is beyond every slice.
#[inline(always)]
fn reach(count: usize, step: usize, more: usize) -> usize {
    count.saturating_mul(step).saturating_add(more)
}

impl Block<'_> {
    /// Asserts that C has so many rows of so many columns, and the row to start from as many columns; looked at once, not with every vector.
    fn assert_holds(&self, rows: usize, columns: usize) {
        assert!(reach(rows - 1, self.stride, columns) <= self.c.len(), "C is too short for its rows");
        if let Start::From(row) = self.start {
            assert!(columns <= row.len(), "the row to start from is too short");
        }
    }

    /// What the two accumulators of a row start from, in the panel whose first column is this one of the block.
    ///
    /// # Safety
    /// C must have 8 numbers from `at` on, a row to start from as many from `column` on.
    #[inline(always)]
    unsafe fn begin(&self, at: usize, column: usize) -> Pair {
        // SAFETY: the caller's promise
        let pair = |from: *const f32| unsafe { [F32x4(machine::load(from)), F32x4(machine::load(from.wrapping_add(4)))] };
        match self.start {
            Start::FromC => pair(self.c.as_ptr().wrapping_add(at)),
            Start::From(row) => pair(row.as_ptr().wrapping_add(column)),
            Start::AddToC => [F32x4::of(0.0); 2],
        }
    }

    /// Puts them where they belong.
    ///
    /// # Safety
    /// C must have 8 numbers from `at` on.
    #[inline(always)]
    unsafe fn end(&mut self, at: usize, mut sums: Pair) {
        let to = self.c.as_mut_ptr().wrapping_add(at);
        // SAFETY: the caller's promise
        unsafe {
            if matches!(self.start, Start::AddToC) {
                sums = [F32x4(machine::load(to)) + sums[0], F32x4(machine::load(to.wrapping_add(4))) + sums[1]];
            }
            machine::store(to, sums[0].0);
            machine::store(to.wrapping_add(4), sums[1].0);
        }
    }
}

/// One k of a block: each of 4 rows' numbers times the 8 of a panel, added to the accumulators.
///
/// # Safety
/// Every `a` must be readable for 1 f32, `b` for 8.
#[inline(always)]
unsafe fn add_products(s: [Pair; 4], a: [*const f32; 4], b: *const f32) -> [Pair; 4] {
    // SAFETY: the caller's promise
    unsafe {
        let (b0, b1) = (F32x4(machine::load(b)), F32x4(machine::load(b.add(4))));
        let (x0, x1) = (F32x4(machine::load_splat(a[0])), F32x4(machine::load_splat(a[1])));
        let (x2, x3) = (F32x4(machine::load_splat(a[2])), F32x4(machine::load_splat(a[3])));
        let s0 = [s[0][0] + x0 * b0, s[0][1] + x0 * b1];
        let s1 = [s[1][0] + x1 * b0, s[1][1] + x1 * b1];
        let s2 = [s[2][0] + x2 * b0, s[2][1] + x2 * b1];
        let s3 = [s[3][0] + x3 * b0, s[3][1] + x3 * b1];
        [s0, s1, s2, s3]
    }
}

/// Some fours of rows of A by one panel of B over the whole depth, four rows at a time in 8 accumulators. Element (r, k) of a four is
/// `a[r * row_step + k * DEPTH_STEP]`, where row_step is 1 if the depth step is not, and the next four begins `four_step` further on; the panel is `[depth][8]`.
///
/// A function of its own and a small one: in a large one V8 keeps counters and pointers in memory, and computes addresses anew for every k.
///
/// # Panics
/// When A, B or C is too short; so no pointer below leaves them.
#[inline(never)]
pub fn fours_by_panel<const DEPTH_STEP: usize>(
    mut block: Block<'_>,
    a: &[f32],
    row_step: usize,
    four_step: usize,
    b: &[f32],
    depth: usize,
    fours: usize,
) {
    assert!(fours > 0, "no rows");
    let row_step = if DEPTH_STEP == 1 { row_step } else { 1 };
    let last = reach(fours - 1, four_step, reach(3, row_step, reach(depth.saturating_sub(1), DEPTH_STEP, 0)));
    assert!(depth == 0 || last < a.len(), "A is too short for its rows");
    assert!(reach(8, depth, 0) <= b.len(), "B is too short for its depth");
    block.assert_holds(4 * fours, 8);
    for four in 0..fours {
        let at = four * 4 * block.stride;
        let at = [at, at + block.stride, at + 2 * block.stride, at + 3 * block.stride];
        // SAFETY: the largest index of A, of B and of C was asserted to lie inside
        unsafe {
            let mut sums = at.map(|at| block.begin(at, 0));
            let mut a0 = a.as_ptr().wrapping_add(four * four_step);
            let [mut a1, mut a2, mut a3] =
                [a0.wrapping_add(row_step), a0.wrapping_add(2 * row_step), a0.wrapping_add(3 * row_step)];
            let (mut b, mut left) = (b.as_ptr(), depth);
            // each k ends with a question: between two, V8 does not carry loads forward that would fill all its registers
            while left > 0 {
                let of =
                    |k: usize| [a0.add(k * DEPTH_STEP), a1.add(k * DEPTH_STEP), a2.add(k * DEPTH_STEP), a3.add(k * DEPTH_STEP)];
                sums = add_products(sums, of(0), b);
                if left == 1 {
                    break;
                }
                sums = add_products(sums, of(1), b.add(8));
                if left == 2 {
                    break;
                }
                sums = add_products(sums, of(2), b.add(16));
                if left == 3 {
                    break;
                }
                sums = add_products(sums, of(3), b.add(24));
                let on = |a: *const f32| a.wrapping_add(4 * DEPTH_STEP);
                [a0, a1, a2, a3] = [on(a0), on(a1), on(a2), on(a3)];
                (b, left) = (b.wrapping_add(32), left - 4);
            }
            for (at, sums) in at.into_iter().zip(sums) {
                block.end(at, sums);
            }
        }
    }
}

/// Whether this machine takes 4 rows by two panels at once, see [`four_rows_by_two`].
pub fn has_two_panels() -> bool {
    machine::has_eight_lanes()
}

/// [`four_rows`] for two panels that follow one another, in vectors of 8 lanes (half of them would wait for one another with one panel).
///
/// # Panics
/// When A or B is too short, so no pointer leaves them; on a machine without such vectors, see [`has_two_panels`].
#[inline(always)]
pub fn four_rows_by_two(
    a: &[f32],
    row_step: usize,
    depth_step: usize,
    b: &[f32],
    depth: usize,
    from: [[Pair; 2]; 4],
) -> [[Pair; 2]; 4] {
    assert!(depth == 0 || reach(3, row_step, reach(depth - 1, depth_step, 0)) < a.len(), "A is too short for its rows");
    assert!(reach(16, depth, 0) <= b.len(), "B is too short for its depth");
    assert!(machine::has_eight_lanes(), "this machine has no vectors of 8 lanes");
    let mut sums = from;
    // SAFETY: the largest index of either was asserted to lie inside, and the machine has what the function is compiled for
    unsafe { machine::four_rows_by_two(a.as_ptr(), row_step, depth_step, b.as_ptr(), depth, &mut sums) };
    sums
}

/// One k of a row: its number times the 8 of each of 4 panels, added to the accumulators.
///
/// # Safety
/// `a` must be readable for 1 f32, every `b` for 8.
#[inline(always)]
unsafe fn add_row_products(s: [Pair; 4], a: *const f32, b: [*const f32; 4]) -> [Pair; 4] {
    // SAFETY: the caller's promise
    unsafe {
        let x = F32x4(machine::load_splat(a));
        let of = |b: *const f32| [x * F32x4(machine::load(b)), x * F32x4(machine::load(b.add(4)))];
        let (p0, p1, p2, p3) = (of(b[0]), of(b[1]), of(b[2]), of(b[3]));
        [
            [s[0][0] + p0[0], s[0][1] + p0[1]],
            [s[1][0] + p1[0], s[1][1] + p1[1]],
            [s[2][0] + p2[0], s[2][1] + p2[1]],
            [s[3][0] + p3[0], s[3][1] + p3[1]],
        ]
    }
}

/// One row of A by some fours of panels of B over the whole depth, 4 panels at a time in 8 accumulators, so that the additions do not wait for one
/// another; element k of A is `a[k * DEPTH_STEP]`. As [`fours_by_panel`], a function of its own.
///
/// # Panics
/// When A, B or C is too short; so no pointer below leaves them.
#[inline(never)]
pub fn row_by_panels<const DEPTH_STEP: usize>(mut block: Block<'_>, a: &[f32], b: &[f32], depth: usize, fours: usize) {
    assert!(depth == 0 || reach(depth - 1, DEPTH_STEP, 0) < a.len(), "A is too short for its row");
    assert!(reach(reach(32, depth, 0), fours, 0) <= b.len(), "B is too short for its depth");
    block.assert_holds(1, reach(32, fours, 0));
    let panel = 8 * depth;
    for four in 0..fours {
        let at = [32 * four, 32 * four + 8, 32 * four + 16, 32 * four + 24];
        // SAFETY: the largest index of A, of B and of C was asserted to lie inside
        unsafe {
            let mut sums = at.map(|at| block.begin(at, at));
            let (mut a, mut left) = (a.as_ptr(), depth);
            let mut b0 = b.as_ptr().wrapping_add(four * 4 * panel);
            let [mut b1, mut b2, mut b3] = [b0.wrapping_add(panel), b0.wrapping_add(2 * panel), b0.wrapping_add(3 * panel)];
            while left > 0 {
                let of = |k: usize| [b0.add(8 * k), b1.add(8 * k), b2.add(8 * k), b3.add(8 * k)];
                sums = add_row_products(sums, a, of(0));
                if left == 1 {
                    break;
                }
                sums = add_row_products(sums, a.add(DEPTH_STEP), of(1));
                if left == 2 {
                    break;
                }
                sums = add_row_products(sums, a.add(2 * DEPTH_STEP), of(2));
                if left == 3 {
                    break;
                }
                sums = add_row_products(sums, a.add(3 * DEPTH_STEP), of(3));
                let on = |b: *const f32| b.wrapping_add(32);
                [b0, b1, b2, b3] = [on(b0), on(b1), on(b2), on(b3)];
                (a, left) = (a.wrapping_add(4 * DEPTH_STEP), left - 4);
            }
            for (at, sums) in at.into_iter().zip(sums) {
                block.end(at, sums);
            }
        }
    }
}
