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
    let panels = b.panels();
    let mut r = 0;
    while r < rows {
        let mut p = 0;
        while p < panels {
            let (r_step, p_step) = match (rows - r, panels - p) {
                (1, 4..) => (1, 4),
                (1, _) => (1, 1),
                (2, 2..) => (2, 2),
                (2, _) => (2, 1),
                (3, _) => (3, 1),
                _ => (ROWS, 1),
            };
            let at = Block { c: &mut *c, stride, a, b, row: r, panel: p, start };
            match (r_step, p_step) {
                (1, 4) => at.run::<1, 4>(),
                (1, _) => at.run::<1, 1>(),
                (2, 2) => at.run::<2, 2>(),
                (2, _) => at.run::<2, 1>(),
                (3, _) => at.run::<3, 1>(),
                _ => at.run::<ROWS, 1>(),
            }
            p += p_step;
        }
        r += (rows - r).min(ROWS);
    }
}

/// One register block of the product: rows `row..row + R` by panels `panel..panel + P`.
struct Block<'a> {
    c: &'a mut [f32],
    stride: usize,
    a: Left<'a, f32>,
    b: &'a Panels<f32, COLUMNS>,
    row: usize,
    panel: usize,
    start: Start,
}

impl Block<'_> {
    #[inline(always)]
    fn run<const R: usize, const P: usize>(self) {
        let depth = self.b.depth();
        let first = self.a.offset(self.row, 0);
        if depth > 0 {
            assert!(self.a.offset(self.row + R - 1, depth - 1) < self.a.data.len(), "A is too short for its rows");
        }
        let b: [&[f32]; P] = std::array::from_fn(|p| self.b.panel(self.panel + p));
        let (row_step, depth_step) = self.a.steps();
        let mut sums = [[[F32x4::of(0.0); 2]; P]; R];
        if self.start == Start::FromC {
            for (r, row) in sums.iter_mut().enumerate() {
                for (p, pair) in row.iter_mut().enumerate() {
                    *pair = read(self.c, (self.row + r) * self.stride, self.panel + p, self.b.columns());
                }
            }
        }
        let a = self.a.data.as_ptr();
        for k in 0..depth {
            let columns: [[F32x4; 2]; P] = std::array::from_fn(|p| {
                debug_assert!(k * COLUMNS + COLUMNS <= b[p].len());
                // SAFETY: a panel has depth * COLUMNS numbers and k < depth
                unsafe {
                    let at = b[p].as_ptr().add(k * COLUMNS);
                    [F32x4(machine::load(at)), F32x4(machine::load(at.add(4)))]
                }
            });
            for (r, row) in sums.iter_mut().enumerate() {
                // SAFETY: offsets grow with row and depth, and the largest one of this block was asserted to lie in A
                let x = F32x4(unsafe { machine::load_splat(a.add(first + r * row_step + k * depth_step)) });
                for (pair, column) in row.iter_mut().zip(&columns) {
                    pair[0] = pair[0] + x * column[0];
                    pair[1] = pair[1] + x * column[1];
                }
            }
        }
        for (r, row) in sums.iter().enumerate() {
            for (p, pair) in row.iter().enumerate() {
                let at = (self.row + r) * self.stride;
                let pair = if self.start == Start::AddToC {
                    let old = read(self.c, at, self.panel + p, self.b.columns());
                    [old[0] + pair[0], old[1] + pair[1]]
                } else {
                    *pair
                };
                write(self.c, at, self.panel + p, self.b.columns(), pair);
            }
        }
    }
}

/// Columns of panel `panel` of one row of C; zeros beyond the last column.
#[inline(always)]
fn read(c: &[f32], row_start: usize, panel: usize, columns: usize) -> [F32x4; 2] {
    let left = columns - panel * COLUMNS;
    let at = row_start + panel * COLUMNS;
    if left >= COLUMNS {
        return [F32x4::load(c, at), F32x4::load(c, at + 4)];
    }
    let mut padded = [0.0; COLUMNS];
    padded[..left].copy_from_slice(&c[at..at + left]);
    [F32x4::load(&padded, 0), F32x4::load(&padded, 4)]
}

#[inline(always)]
fn write(c: &mut [f32], row_start: usize, panel: usize, columns: usize, pair: [F32x4; 2]) {
    let left = columns - panel * COLUMNS;
    let at = row_start + panel * COLUMNS;
    if left >= COLUMNS {
        pair[0].store(c, at);
        pair[1].store(c, at + 4);
        return;
    }
    let mut padded = [0.0; COLUMNS];
    pair[0].store(&mut padded, 0);
    pair[1].store(&mut padded, 4);
    c[at..at + left].copy_from_slice(&padded[..left]);
}
