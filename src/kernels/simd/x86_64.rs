//! x86-64's SSE2, which is part of every x86-64: so its intrinsics may be called wherever this file is compiled. Only the last function asks
//! for AVX2, and says so.

use super::Pair;
use core::arch::x86_64::*;
pub type Vector = __m128;
pub type Wide = __m128d;
#[inline(always)]
pub fn splat(x: f32) -> __m128 {
    // SAFETY: see the file
    unsafe { _mm_set1_ps(x) }
}
#[inline(always)]
pub fn from_array(x: [f32; 4]) -> __m128 {
    // SAFETY: see the file
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
#[inline(always)]
pub fn add(a: __m128, b: __m128) -> __m128 {
    // SAFETY: see the file
    unsafe { _mm_add_ps(a, b) }
}
#[inline(always)]
pub fn sub(a: __m128, b: __m128) -> __m128 {
    // SAFETY: see the file
    unsafe { _mm_sub_ps(a, b) }
}
#[inline(always)]
pub fn mul(a: __m128, b: __m128) -> __m128 {
    // SAFETY: see the file
    unsafe { _mm_mul_ps(a, b) }
}
#[inline(always)]
pub fn div(a: __m128, b: __m128) -> __m128 {
    // SAFETY: see the file
    unsafe { _mm_div_ps(a, b) }
}
#[inline(always)]
pub fn sqrt(v: __m128) -> __m128 {
    // SAFETY: see the file
    unsafe { _mm_sqrt_ps(v) }
}
#[inline(always)]
pub fn neg(v: __m128) -> __m128 {
    // SAFETY: see the file
    unsafe { _mm_xor_ps(v, _mm_set1_ps(-0.0)) }
}
#[inline(always)]
pub fn select_less(a: __m128, b: __m128, then: __m128, otherwise: __m128) -> __m128 {
    // SAFETY: see the file
    unsafe {
        let less = _mm_cmplt_ps(a, b);
        _mm_or_ps(_mm_and_ps(less, then), _mm_andnot_ps(less, otherwise))
    }
}
#[inline(always)]
pub fn equal_pairs(a: [__m128; 2], b: [__m128; 2]) -> bool {
    // SAFETY: see the file
    unsafe { _mm_movemask_ps(_mm_and_ps(_mm_cmpeq_ps(a[0], b[0]), _mm_cmpeq_ps(a[1], b[1]))) == 0b1111 }
}
#[inline(always)]
pub fn zero_where_less(v: __m128, a: __m128, b: __m128) -> __m128 {
    // SAFETY: see the file
    unsafe { _mm_andnot_ps(_mm_cmplt_ps(a, b), v) }
}
#[inline(always)]
pub fn shift_left_23(v: __m128) -> __m128 {
    // SAFETY: see the file
    unsafe { _mm_castsi128_ps(_mm_slli_epi32::<23>(_mm_castps_si128(v))) }
}
#[inline(always)]
pub fn abs(a: __m128) -> __m128 {
    // SAFETY: see the file
    unsafe { _mm_andnot_ps(_mm_set1_ps(-0.0), a) }
}
#[inline(always)]
pub fn signed_as(a: __m128, x: __m128, size: __m128) -> __m128 {
    // SAFETY: see the file
    unsafe { _mm_or_ps(a, _mm_xor_ps(x, size)) }
}
/// minps and maxps are comparison and choice in one: the second operand where the comparison is false.
#[inline(always)]
pub fn at_most(a: __m128, bound: __m128) -> __m128 {
    // SAFETY: see the file
    unsafe { _mm_min_ps(bound, a) }
}
#[inline(always)]
pub fn at_least(a: __m128, bound: __m128) -> __m128 {
    // SAFETY: see the file
    unsafe { _mm_max_ps(bound, a) }
}
#[inline(always)]
pub fn wide(a: f64, b: f64) -> __m128d {
    // SAFETY: see the file
    unsafe { _mm_set_pd(b, a) }
}
#[inline(always)]
pub fn wide_to_array(v: __m128d) -> [f64; 2] {
    // SAFETY: see the file
    unsafe { [_mm_cvtsd_f64(v), _mm_cvtsd_f64(_mm_unpackhi_pd(v, v))] }
}
/// Two rows interleaved, then two of such pairs.
#[inline(always)]
pub fn turned([a, b, c, d]: [__m128; 4]) -> [__m128; 4] {
    // SAFETY: see the file
    unsafe {
        let (ab, ab_high, cd, cd_high) =
            (_mm_unpacklo_ps(a, b), _mm_unpackhi_ps(a, b), _mm_unpacklo_ps(c, d), _mm_unpackhi_ps(c, d));
        [_mm_movelh_ps(ab, cd), _mm_movehl_ps(cd, ab), _mm_movelh_ps(ab_high, cd_high), _mm_movehl_ps(cd_high, ab_high)]
    }
}
/// Two f32 as f64.
/// # Safety
/// `from` must be readable for 2 f32.
#[inline(always)]
pub unsafe fn load_wide(from: *const f32) -> __m128d {
    // SAFETY: the caller's promise; loadl has no alignment requirement
    unsafe { _mm_cvtps_pd(_mm_castsi128_ps(_mm_loadl_epi64(from.cast()))) }
}
/// Two times two f64 rounded to four f32.
#[inline(always)]
pub fn narrow(low: __m128d, high: __m128d) -> __m128 {
    // SAFETY: see the file
    unsafe { _mm_movelh_ps(_mm_cvtpd_ps(low), _mm_cvtpd_ps(high)) }
}
#[inline(always)]
pub fn wide_add(a: __m128d, b: __m128d) -> __m128d {
    // SAFETY: see the file
    unsafe { _mm_add_pd(a, b) }
}
#[inline(always)]
pub fn wide_mul(a: __m128d, b: __m128d) -> __m128d {
    // SAFETY: see the file
    unsafe { _mm_mul_pd(a, b) }
}
#[inline(always)]
pub fn wide_div(a: __m128d, b: __m128d) -> __m128d {
    // SAFETY: see the file
    unsafe { _mm_div_pd(a, b) }
}
/// # Safety
/// `from` must be readable for 1 f32.
#[inline(always)]
pub unsafe fn load_splat(from: *const f32) -> __m128 {
    // SAFETY: the caller's promise
    unsafe { _mm_set1_ps(*from) }
}
/// Whether the processor has AVX2.
pub fn has_eight_lanes() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
}
/// 4 rows of A by two panels of B, added to `sums` in 8 accumulators of 8 lanes; element (r, k) of A is `a[r * row_step + k * depth_step]`,
/// a panel of B is `[depth][8]`, the second one follows the first.
///
/// # Safety
/// The processor must have AVX2; `a` must be readable at all its elements, `b` for 16 * depth f32.
#[target_feature(enable = "avx2")]
pub unsafe fn four_rows_by_two(
    a: *const f32,
    row_step: usize,
    depth_step: usize,
    b: *const f32,
    depth: usize,
    sums: &mut [[Pair; 2]; 4],
) {
    let [from0, from1, from2, from3] = sums;
    let (mut s00, mut s01) = (joined(from0[0]), joined(from0[1]));
    let (mut s10, mut s11) = (joined(from1[0]), joined(from1[1]));
    let (mut s20, mut s21) = (joined(from2[0]), joined(from2[1]));
    let (mut s30, mut s31) = (joined(from3[0]), joined(from3[1]));
    let (mut a, mut b) = (a, b);
    for _ in 0..depth {
        // SAFETY: the caller's promise
        unsafe {
            let (b0, b1) = (_mm256_loadu_ps(b), _mm256_loadu_ps(b.wrapping_add(8 * depth)));
            let x = _mm256_broadcast_ss(&*a);
            s00 = _mm256_add_ps(s00, _mm256_mul_ps(x, b0));
            s01 = _mm256_add_ps(s01, _mm256_mul_ps(x, b1));
            let x = _mm256_broadcast_ss(&*a.wrapping_add(row_step));
            s10 = _mm256_add_ps(s10, _mm256_mul_ps(x, b0));
            s11 = _mm256_add_ps(s11, _mm256_mul_ps(x, b1));
            let x = _mm256_broadcast_ss(&*a.wrapping_add(2 * row_step));
            s20 = _mm256_add_ps(s20, _mm256_mul_ps(x, b0));
            s21 = _mm256_add_ps(s21, _mm256_mul_ps(x, b1));
            let x = _mm256_broadcast_ss(&*a.wrapping_add(3 * row_step));
            s30 = _mm256_add_ps(s30, _mm256_mul_ps(x, b0));
            s31 = _mm256_add_ps(s31, _mm256_mul_ps(x, b1));
        }
        a = a.wrapping_add(depth_step);
        b = b.wrapping_add(8);
    }
    // array::map would not be compiled for AVX2
    *sums = [[parted(s00), parted(s01)], [parted(s10), parted(s11)], [parted(s20), parted(s21)], [parted(s30), parted(s31)]];
}
/// A panel's two vectors of 4 lanes as one of 8.
#[inline]
#[target_feature(enable = "avx2")]
fn joined(pair: Pair) -> __m256 {
    _mm256_set_m128(pair[1].0, pair[0].0)
}
/// A vector of 8 lanes as a panel's two of 4.
#[inline]
#[target_feature(enable = "avx2")]
fn parted(v: __m256) -> Pair {
    [super::F32x4(_mm256_castps256_ps128(v)), super::F32x4(_mm256_extractf128_ps::<1>(v))]
}
