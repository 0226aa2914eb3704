//! wasm's simd128: each function is one instruction.

use core::arch::wasm32::*;
pub type Vector = v128;
pub type Wide = v128;
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
pub use core::arch::wasm32::{
    f32x4_abs as abs, f32x4_add as add, f32x4_div as div, f32x4_mul as mul, f32x4_neg as neg, f32x4_sqrt as sqrt,
    f32x4_sub as sub,
};
#[inline(always)]
pub fn select_less(a: v128, b: v128, then: v128, otherwise: v128) -> v128 {
    v128_bitselect(then, otherwise, f32x4_lt(a, b))
}
#[inline(always)]
pub fn equal_pairs(a: [v128; 2], b: [v128; 2]) -> bool {
    !v128_any_true(v128_or(f32x4_ne(a[0], b[0]), f32x4_ne(a[1], b[1])))
}
#[inline(always)]
pub fn zero_where_less(v: v128, a: v128, b: v128) -> v128 {
    v128_andnot(v, f32x4_lt(a, b))
}
#[inline(always)]
pub fn shift_left_23(v: v128) -> v128 {
    u32x4_shl(v, 23)
}
#[inline(always)]
pub fn signed_as(a: v128, x: v128, size: v128) -> v128 {
    v128_or(a, v128_xor(x, size))
}
/// pmin and pmax are comparison and choice in one: `if bound < a { bound } else { a }`.
#[inline(always)]
pub fn at_most(a: v128, bound: v128) -> v128 {
    f32x4_pmin(a, bound)
}
#[inline(always)]
pub fn at_least(a: v128, bound: v128) -> v128 {
    f32x4_pmax(a, bound)
}
/// Two rows interleaved, then two of such pairs.
#[inline(always)]
pub fn turned([a, b, c, d]: [v128; 4]) -> [v128; 4] {
    let (ab, ab_high) = (u32x4_shuffle::<0, 4, 1, 5>(a, b), u32x4_shuffle::<2, 6, 3, 7>(a, b));
    let (cd, cd_high) = (u32x4_shuffle::<0, 4, 1, 5>(c, d), u32x4_shuffle::<2, 6, 3, 7>(c, d));
    [
        u64x2_shuffle::<0, 2>(ab, cd),
        u64x2_shuffle::<1, 3>(ab, cd),
        u64x2_shuffle::<0, 2>(ab_high, cd_high),
        u64x2_shuffle::<1, 3>(ab_high, cd_high),
    ]
}
#[inline(always)]
pub fn wide(a: f64, b: f64) -> v128 {
    f64x2(a, b)
}
#[inline(always)]
pub fn wide_to_array(v: v128) -> [f64; 2] {
    [f64x2_extract_lane::<0>(v), f64x2_extract_lane::<1>(v)]
}
/// Two f32 as f64.
/// # Safety
/// `from` must be readable for 2 f32.
#[inline(always)]
pub unsafe fn load_wide(from: *const f32) -> v128 {
    // SAFETY: the caller's promise
    f64x2_promote_low_f32x4(unsafe { v128_load64_zero(from.cast()) })
}
/// Two times two f64 rounded to four f32. The halves are joined by "or": a shuffle of both LLVM takes apart, into four scalar roundings.
#[inline(always)]
pub fn narrow(low: v128, high: v128) -> v128 {
    let (low, high) = (f32x4_demote_f64x2_zero(low), f32x4_demote_f64x2_zero(high));
    v128_or(low, i64x2_shuffle::<1, 0>(high, high))
}
pub use core::arch::wasm32::{f64x2_add as wide_add, f64x2_div as wide_div, f64x2_mul as wide_mul};
/// # Safety
/// `from` must be readable for 1 f32.
#[inline(always)]
pub unsafe fn load_splat(from: *const f32) -> v128 {
    // SAFETY: the caller's promise
    unsafe { v128_load32_splat(from.cast()) }
}
/// This machine has vectors of 4 lanes only.
#[inline(always)]
pub fn has_eight_lanes() -> bool {
    false
}
/// # Safety
/// Never called: there are no vectors of 8 lanes.
pub unsafe fn four_rows_by_two(_: *const f32, _: usize, _: usize, _: *const f32, _: usize, _: &mut [[super::Pair; 2]; 4]) {
    unreachable!("no vectors of 8 lanes")
}
