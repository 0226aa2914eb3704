//! x86-64's SSE2, which is part of every x86-64: so its intrinsics may be called wherever this file is compiled.

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
pub fn shift_left_23(v: __m128) -> __m128 {
    // SAFETY: see the file
    unsafe { _mm_castsi128_ps(_mm_slli_epi32::<23>(_mm_castps_si128(v))) }
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
/// The lower and the upper two of four f32 as f64.
#[inline(always)]
pub fn widen(v: __m128) -> [__m128d; 2] {
    // SAFETY: see the file
    unsafe { [_mm_cvtps_pd(v), _mm_cvtps_pd(_mm_movehl_ps(v, v))] }
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
