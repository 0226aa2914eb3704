//! Four f32 side by side, and the blocked matrix product made of them: wasm's simd128, x86-64's SSE2 (part of every x86-64), and
//! elsewhere an array that the compiler vectorises. The only file with `unsafe`. Lanes run over independent outputs, never along a
//! sum, and nothing is fused, so every result has the bits of [`super::plain`].

use crate::kernels::{COLUMNS, Left, Panels, ROWS, Start};
use crate::math::{Num, Single, exp_single, sigmoid_single, tanh_single};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Four f32 lanes.
#[derive(Clone, Copy)]
pub struct F32x4(machine::Vector);

/// The machine's own four lanes: each function is one instruction.
#[cfg(target_arch = "wasm32")]
mod machine {
    use core::arch::wasm32::*;
    pub type Vector = v128;
    #[inline(always)]
    pub fn splat(x: f32) -> v128 {
        f32x4_splat(x)
    }
    #[inline(always)]
    pub fn from_array(x: [f32; 4]) -> v128 {
        f32x4(x[0], x[1], x[2], x[3])
    }
    #[inline(always)]
    pub fn to_array(v: v128) -> [f32; 4] {
        [f32x4_extract_lane::<0>(v), f32x4_extract_lane::<1>(v), f32x4_extract_lane::<2>(v), f32x4_extract_lane::<3>(v)]
    }
    /// # Safety
    /// `from` must be readable for 4 f32.
    #[inline(always)]
    pub unsafe fn load(from: *const f32) -> v128 {
        // SAFETY: the caller's promise; v128_load has no alignment requirement
        unsafe { v128_load(from.cast()) }
    }
    /// # Safety
    /// `to` must be writable for 4 f32.
    #[inline(always)]
    pub unsafe fn store(to: *mut f32, v: v128) {
        // SAFETY: the caller's promise; v128_store has no alignment requirement
        unsafe { v128_store(to.cast(), v) }
    }
    /// # Safety
    /// `from` must be readable for 1 f32.
    #[inline(always)]
    pub unsafe fn load_splat(from: *const f32) -> v128 {
        // SAFETY: the caller's promise
        unsafe { v128_load32_splat(from.cast()) }
    }
    pub use core::arch::wasm32::{
        f32x4_add as add, f32x4_div as div, f32x4_mul as mul, f32x4_neg as neg, f32x4_sqrt as sqrt, f32x4_sub as sub,
    };
    #[inline(always)]
    pub fn select_less(a: v128, b: v128, then: v128, otherwise: v128) -> v128 {
        v128_bitselect(then, otherwise, f32x4_lt(a, b))
    }
    #[inline(always)]
    pub fn shift_left_23(v: v128) -> v128 {
        u32x4_shl(v, 23)
    }
    #[inline(always)]
    pub fn wide_splat(x: f64) -> v128 {
        f64x2_splat(x)
    }
    #[inline(always)]
    pub fn wide(a: f64, b: f64) -> v128 {
        f64x2(a, b)
    }
    #[inline(always)]
    pub fn wide_to_array(v: v128) -> [f64; 2] {
        [f64x2_extract_lane::<0>(v), f64x2_extract_lane::<1>(v)]
    }
    /// The lower and the upper two of four f32 as f64.
    #[inline(always)]
    pub fn widen(v: v128) -> [v128; 2] {
        [f64x2_promote_low_f32x4(v), f64x2_promote_low_f32x4(i64x2_shuffle::<1, 1>(v, v))]
    }
    /// Two times two f64 rounded to four f32.
    #[inline(always)]
    pub fn narrow(low: v128, high: v128) -> v128 {
        i64x2_shuffle::<0, 2>(f32x4_demote_f64x2_zero(low), f32x4_demote_f64x2_zero(high))
    }
    pub use core::arch::wasm32::{f64x2_add as wide_add, f64x2_div as wide_div, f64x2_mul as wide_mul};
}

/// SSE2 is part of every x86-64, so its intrinsics may be called wherever this module is compiled.
#[cfg(target_arch = "x86_64")]
mod machine {
    use core::arch::x86_64::*;
    pub type Vector = __m128;
    #[inline(always)]
    pub fn splat(x: f32) -> __m128 {
        // SAFETY: see the module
        unsafe { _mm_set1_ps(x) }
    }
    #[inline(always)]
    pub fn from_array(x: [f32; 4]) -> __m128 {
        // SAFETY: see the module
        unsafe { _mm_set_ps(x[3], x[2], x[1], x[0]) }
    }
    #[inline(always)]
    pub fn to_array(v: __m128) -> [f32; 4] {
        let mut out = [0.0; 4];
        // SAFETY: out has room for 4 f32
        unsafe { store(out.as_mut_ptr(), v) };
        out
    }
    /// # Safety
    /// `from` must be readable for 4 f32.
    #[inline(always)]
    pub unsafe fn load(from: *const f32) -> __m128 {
        // SAFETY: the caller's promise; loadu has no alignment requirement
        unsafe { _mm_loadu_ps(from) }
    }
    /// # Safety
    /// `to` must be writable for 4 f32.
    #[inline(always)]
    pub unsafe fn store(to: *mut f32, v: __m128) {
        // SAFETY: the caller's promise; storeu has no alignment requirement
        unsafe { _mm_storeu_ps(to, v) }
    }
    /// # Safety
    /// `from` must be readable for 1 f32.
    #[inline(always)]
    pub unsafe fn load_splat(from: *const f32) -> __m128 {
        // SAFETY: the caller's promise
        unsafe { _mm_set1_ps(*from) }
    }
    #[inline(always)]
    pub fn add(a: __m128, b: __m128) -> __m128 {
        // SAFETY: see the module
        unsafe { _mm_add_ps(a, b) }
    }
    #[inline(always)]
    pub fn sub(a: __m128, b: __m128) -> __m128 {
        // SAFETY: see the module
        unsafe { _mm_sub_ps(a, b) }
    }
    #[inline(always)]
    pub fn mul(a: __m128, b: __m128) -> __m128 {
        // SAFETY: see the module
        unsafe { _mm_mul_ps(a, b) }
    }
    #[inline(always)]
    pub fn div(a: __m128, b: __m128) -> __m128 {
        // SAFETY: see the module
        unsafe { _mm_div_ps(a, b) }
    }
    #[inline(always)]
    pub fn sqrt(v: __m128) -> __m128 {
        // SAFETY: see the module
        unsafe { _mm_sqrt_ps(v) }
    }
    #[inline(always)]
    pub fn neg(v: __m128) -> __m128 {
        // SAFETY: see the module
        unsafe { _mm_xor_ps(v, _mm_set1_ps(-0.0)) }
    }
    #[inline(always)]
    pub fn select_less(a: __m128, b: __m128, then: __m128, otherwise: __m128) -> __m128 {
        // SAFETY: see the module
        unsafe {
            let less = _mm_cmplt_ps(a, b);
            _mm_or_ps(_mm_and_ps(less, then), _mm_andnot_ps(less, otherwise))
        }
    }
    #[inline(always)]
    pub fn shift_left_23(v: __m128) -> __m128 {
        // SAFETY: see the module
        unsafe { _mm_castsi128_ps(_mm_slli_epi32::<23>(_mm_castps_si128(v))) }
    }
    #[inline(always)]
    pub fn wide_splat(x: f64) -> __m128d {
        // SAFETY: see the module
        unsafe { _mm_set1_pd(x) }
    }
    #[inline(always)]
    pub fn wide(a: f64, b: f64) -> __m128d {
        // SAFETY: see the module
        unsafe { _mm_set_pd(b, a) }
    }
    #[inline(always)]
    pub fn wide_to_array(v: __m128d) -> [f64; 2] {
        // SAFETY: see the module
        unsafe { [_mm_cvtsd_f64(v), _mm_cvtsd_f64(_mm_unpackhi_pd(v, v))] }
    }
    /// The lower and the upper two of four f32 as f64.
    #[inline(always)]
    pub fn widen(v: __m128) -> [__m128d; 2] {
        // SAFETY: see the module
        unsafe { [_mm_cvtps_pd(v), _mm_cvtps_pd(_mm_movehl_ps(v, v))] }
    }
    /// Two times two f64 rounded to four f32.
    #[inline(always)]
    pub fn narrow(low: __m128d, high: __m128d) -> __m128 {
        // SAFETY: see the module
        unsafe { _mm_movelh_ps(_mm_cvtpd_ps(low), _mm_cvtpd_ps(high)) }
    }
    #[inline(always)]
    pub fn wide_add(a: __m128d, b: __m128d) -> __m128d {
        // SAFETY: see the module
        unsafe { _mm_add_pd(a, b) }
    }
    #[inline(always)]
    pub fn wide_mul(a: __m128d, b: __m128d) -> __m128d {
        // SAFETY: see the module
        unsafe { _mm_mul_pd(a, b) }
    }
    #[inline(always)]
    pub fn wide_div(a: __m128d, b: __m128d) -> __m128d {
        // SAFETY: see the module
        unsafe { _mm_div_pd(a, b) }
    }
}

#[cfg(not(any(target_arch = "wasm32", target_arch = "x86_64")))]
mod machine {
    pub type Vector = [f32; 4];
    #[inline(always)]
    fn each(a: Vector, b: Vector, f: impl Fn(f32, f32) -> f32) -> Vector {
        std::array::from_fn(|i| f(a[i], b[i]))
    }
    #[inline(always)]
    pub fn splat(x: f32) -> Vector {
        [x; 4]
    }
    #[inline(always)]
    pub fn from_array(x: [f32; 4]) -> Vector {
        x
    }
    #[inline(always)]
    pub fn to_array(v: Vector) -> [f32; 4] {
        v
    }
    /// # Safety
    /// `from` must be readable for 4 f32.
    #[inline(always)]
    pub unsafe fn load(from: *const f32) -> Vector {
        // SAFETY: the caller's promise
        unsafe { from.cast::<[f32; 4]>().read_unaligned() }
    }
    /// # Safety
    /// `to` must be writable for 4 f32.
    #[inline(always)]
    pub unsafe fn store(to: *mut f32, v: Vector) {
        // SAFETY: the caller's promise
        unsafe { to.cast::<[f32; 4]>().write_unaligned(v) }
    }
    /// # Safety
    /// `from` must be readable for 1 f32.
    #[inline(always)]
    pub unsafe fn load_splat(from: *const f32) -> Vector {
        // SAFETY: the caller's promise
        [unsafe { *from }; 4]
    }
    #[inline(always)]
    pub fn add(a: Vector, b: Vector) -> Vector {
        each(a, b, |x, y| x + y)
    }
    #[inline(always)]
    pub fn sub(a: Vector, b: Vector) -> Vector {
        each(a, b, |x, y| x - y)
    }
    #[inline(always)]
    pub fn mul(a: Vector, b: Vector) -> Vector {
        each(a, b, |x, y| x * y)
    }
    #[inline(always)]
    pub fn div(a: Vector, b: Vector) -> Vector {
        each(a, b, |x, y| x / y)
    }
    #[inline(always)]
    pub fn neg(a: Vector) -> Vector {
        a.map(|x| -x)
    }
    #[inline(always)]
    pub fn sqrt(a: Vector) -> Vector {
        a.map(f32::sqrt)
    }
    #[inline(always)]
    pub fn select_less(a: Vector, b: Vector, then: Vector, otherwise: Vector) -> Vector {
        std::array::from_fn(|i| if a[i] < b[i] { then[i] } else { otherwise[i] })
    }
    #[inline(always)]
    pub fn shift_left_23(v: Vector) -> Vector {
        v.map(|x| f32::from_bits(x.to_bits() << 23))
    }
    /// Two f64 lanes.
    pub type Wide = [f64; 2];
    #[inline(always)]
    pub fn wide_splat(x: f64) -> Wide {
        [x; 2]
    }
    #[inline(always)]
    pub fn wide(a: f64, b: f64) -> Wide {
        [a, b]
    }
    #[inline(always)]
    pub fn wide_to_array(v: Wide) -> [f64; 2] {
        v
    }
    /// The lower and the upper two of four f32 as f64.
    #[inline(always)]
    pub fn widen(v: Vector) -> [Wide; 2] {
        [[v[0].into(), v[1].into()], [v[2].into(), v[3].into()]]
    }
    /// Two times two f64 rounded to four f32.
    #[inline(always)]
    pub fn narrow(low: Wide, high: Wide) -> Vector {
        [low[0] as f32, low[1] as f32, high[0] as f32, high[1] as f32]
    }
    #[inline(always)]
    pub fn wide_add(a: Wide, b: Wide) -> Wide {
        [a[0] + b[0], a[1] + b[1]]
    }
    #[inline(always)]
    pub fn wide_mul(a: Wide, b: Wide) -> Wide {
        [a[0] * b[0], a[1] * b[1]]
    }
    #[inline(always)]
    pub fn wide_div(a: Wide, b: Wide) -> Wide {
        [a[0] / b[0], a[1] / b[1]]
    }
}

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
}

impl Single for F32x4 {
    #[inline(always)]
    fn power_of_two(n: F32x4) -> F32x4 {
        F32x4(machine::shift_left_23((n + F32x4::of(12_582_912.0 + 127.0)).0))
    }
}

/// C (m x n) from A (m x k) and B (k x n), see [`super::product`], in register blocks of 4 rows by 2 vectors (larger ones spill in
/// V8); a single row takes 8 vectors, so that the additions do not wait for one another.
pub fn product(c: &mut [f32], stride: usize, rows: usize, a: Left<'_, f32>, b: &Panels<f32, COLUMNS>, start: Start) {
    let (depth, panels, columns) = (b.depth(), b.panels(), b.columns());
    if depth > 0 {
        assert!(a.offset(rows - 1, depth - 1) < a.data.len(), "A is too short for its rows");
    }
    let (row_step, depth_step) = a.steps();
    let output = Output { columns, start };
    // no pointer is formed into an A that has no column
    let row_of_a = |row: usize| a.data[if depth > 0 { a.offset(row, 0) } else { 0 }..].as_ptr();
    let mut row = 0;
    while row + ROWS <= rows {
        for panel in 0..panels {
            // array::map is not inlined: four lines instead
            let at = [row * stride, (row + 1) * stride, (row + 2) * stride, (row + 3) * stride];
            let read = |k: usize| output.read(c, at[k], panel);
            let from = [read(0), read(1), read(2), read(3)];
            // SAFETY: the last element of these rows was asserted to lie in A, and offsets grow with row and depth; a panel has
            // depth * COLUMNS numbers
            let sums = unsafe { four_rows(row_of_a(row), row_step, depth_step, b.panel(panel).as_ptr(), depth, from) };
            for k in 0..ROWS {
                output.write(c, at[k], panel, sums[k]);
            }
        }
        row += ROWS;
    }
    for row in row..rows {
        let (at, whole) = (row * stride, panels - panels % 4);
        for panel in (0..whole).step_by(4) {
            let read = |k: usize| output.read(c, at, panel + k);
            let from = [read(0), read(1), read(2), read(3)];
            // SAFETY: as above; four panels follow one another
            let sums = unsafe { one_row(row_of_a(row), depth_step, b.panel(panel).as_ptr(), depth, from) };
            for k in 0..4 {
                output.write(c, at, panel + k, sums[k]);
            }
        }
        for panel in whole..panels {
            let from = output.read(c, at, panel);
            // SAFETY: as above
            let sums = unsafe { one_row_one_panel(row_of_a(row), depth_step, b.panel(panel).as_ptr(), depth, from) };
            output.write(c, at, panel, sums);
        }
    }
}

type Pair = [F32x4; 2];

/// 4 rows by 2 vectors over the whole depth: 8 accumulators.
///
/// # Safety
/// `a` is readable at `r * row_step + k * depth_step` for r < 4, k < depth; `b` for `depth * COLUMNS` numbers.
#[inline(always)]
unsafe fn four_rows(a: *const f32, row_step: usize, depth_step: usize, b: *const f32, depth: usize, from: [Pair; 4]) -> [Pair; 4] {
    let [[mut s00, mut s01], [mut s10, mut s11], [mut s20, mut s21], [mut s30, mut s31]] = from;
    let (mut a0, mut b) = (a, b);
    for _ in 0..depth {
        // SAFETY: the caller's promise
        unsafe {
            let b0 = F32x4(machine::load(b));
            let b1 = F32x4(machine::load(b.add(4)));
            let x = F32x4(machine::load_splat(a0));
            s00 = s00 + x * b0;
            s01 = s01 + x * b1;
            let x = F32x4(machine::load_splat(a0.wrapping_add(row_step)));
            s10 = s10 + x * b0;
            s11 = s11 + x * b1;
            let x = F32x4(machine::load_splat(a0.wrapping_add(2 * row_step)));
            s20 = s20 + x * b0;
            s21 = s21 + x * b1;
            let x = F32x4(machine::load_splat(a0.wrapping_add(3 * row_step)));
            s30 = s30 + x * b0;
            s31 = s31 + x * b1;
        }
        a0 = a0.wrapping_add(depth_step);
        b = b.wrapping_add(COLUMNS);
    }
    [[s00, s01], [s10, s11], [s20, s21], [s30, s31]]
}

/// 1 row by 8 vectors (4 panels) over the whole depth.
///
/// # Safety
/// `a` is readable at `k * depth_step` for k < depth; `b` for 4 panels of `depth * COLUMNS` numbers.
#[inline(always)]
unsafe fn one_row(a: *const f32, depth_step: usize, b: *const f32, depth: usize, from: [Pair; 4]) -> [Pair; 4] {
    let [[mut s0, mut s1], [mut s2, mut s3], [mut s4, mut s5], [mut s6, mut s7]] = from;
    let panel = depth * COLUMNS;
    let (mut a, mut b) = (a, b);
    for _ in 0..depth {
        // SAFETY: the caller's promise
        unsafe {
            let x = F32x4(machine::load_splat(a));
            s0 = s0 + x * F32x4(machine::load(b));
            s1 = s1 + x * F32x4(machine::load(b.wrapping_add(4)));
            s2 = s2 + x * F32x4(machine::load(b.wrapping_add(panel)));
            s3 = s3 + x * F32x4(machine::load(b.wrapping_add(panel + 4)));
            s4 = s4 + x * F32x4(machine::load(b.wrapping_add(2 * panel)));
            s5 = s5 + x * F32x4(machine::load(b.wrapping_add(2 * panel + 4)));
            s6 = s6 + x * F32x4(machine::load(b.wrapping_add(3 * panel)));
            s7 = s7 + x * F32x4(machine::load(b.wrapping_add(3 * panel + 4)));
        }
        a = a.wrapping_add(depth_step);
        b = b.wrapping_add(COLUMNS);
    }
    [[s0, s1], [s2, s3], [s4, s5], [s6, s7]]
}

/// 1 row by 2 vectors over the whole depth.
///
/// # Safety
/// `a` is readable at `k * depth_step` for k < depth; `b` for `depth * COLUMNS` numbers.
#[inline(always)]
unsafe fn one_row_one_panel(a: *const f32, depth_step: usize, b: *const f32, depth: usize, from: Pair) -> Pair {
    let [mut s0, mut s1] = from;
    let (mut a, mut b) = (a, b);
    for _ in 0..depth {
        // SAFETY: the caller's promise
        unsafe {
            let x = F32x4(machine::load_splat(a));
            s0 = s0 + x * F32x4(machine::load(b));
            s1 = s1 + x * F32x4(machine::load(b.wrapping_add(4)));
        }
        a = a.wrapping_add(depth_step);
        b = b.wrapping_add(COLUMNS);
    }
    [s0, s1]
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
    let term = |x| if squared { machine::wide_mul(x, x) } else { x };
    let pair = |k: usize| machine::wide(sums[2 * k], sums[2 * k + 1]);
    let mut added = [pair(0), pair(1), pair(2), pair(3)];
    for eight in eights {
        let [a, b] = machine::widen(F32x4::load(eight, 0).0);
        let [c, d] = machine::widen(F32x4::load(eight, 4).0);
        added[0] = machine::wide_add(added[0], term(a));
        added[1] = machine::wide_add(added[1], term(b));
        added[2] = machine::wide_add(added[2], term(c));
        added[3] = machine::wide_add(added[3], term(d));
    }
    for (k, pair) in added.into_iter().enumerate() {
        [sums[2 * k], sums[2 * k + 1]] = machine::wide_to_array(pair);
    }
    rest
}

/// Each element divided by `divisor` in f64, rounded once.
pub fn divide_all(elements: &mut [f32], divisor: f64) {
    let (fours, rest) = elements.as_chunks_mut::<4>();
    let wide = machine::wide_splat(divisor);
    for four in fours {
        let [low, high] = machine::widen(F32x4::load(four, 0).0);
        F32x4(machine::narrow(machine::wide_div(low, wide), machine::wide_div(high, wide))).store(four, 0);
    }
    for x in rest {
        *x = (f64::from(*x) / divisor) as f32;
    }
}
