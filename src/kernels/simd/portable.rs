//! Lanes as arrays, which the compiler vectorises where the machine can.

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
pub fn equal_pairs(a: [Vector; 2], b: [Vector; 2]) -> bool {
    a == b
}
#[inline(always)]
pub fn zero_where_less(v: Vector, a: Vector, b: Vector) -> Vector {
    std::array::from_fn(|i| if a[i] < b[i] { 0.0 } else { v[i] })
}
#[inline(always)]
pub fn shift_left_23(v: Vector) -> Vector {
    v.map(|x| f32::from_bits(x.to_bits() << 23))
}
#[inline(always)]
pub fn abs(a: Vector) -> Vector {
    a.map(f32::abs)
}
#[inline(always)]
pub fn signed_as(a: Vector, x: Vector, size: Vector) -> Vector {
    std::array::from_fn(|i| f32::from_bits(a[i].to_bits() | (x[i].to_bits() ^ size[i].to_bits())))
}
#[inline(always)]
pub fn at_most(a: Vector, bound: Vector) -> Vector {
    each(a, bound, |x, bound| if bound < x { bound } else { x })
}
#[inline(always)]
pub fn at_least(a: Vector, bound: Vector) -> Vector {
    each(a, bound, |x, bound| if x < bound { bound } else { x })
}
#[inline(always)]
pub fn turned(rows: [Vector; 4]) -> [Vector; 4] {
    std::array::from_fn(|column| rows.map(|row| row[column]))
}
/// Two f64 lanes.
pub type Wide = [f64; 2];
#[inline(always)]
pub fn wide(a: f64, b: f64) -> Wide {
    [a, b]
}
#[inline(always)]
pub fn wide_to_array(v: Wide) -> [f64; 2] {
    v
}
/// Two f32 as f64.
/// # Safety
/// `from` must be readable for 2 f32.
#[inline(always)]
pub unsafe fn load_wide(from: *const f32) -> Wide {
    // SAFETY: the caller's promise
    unsafe { [from.read().into(), from.add(1).read().into()] }
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
/// # Safety
/// `from` must be readable for 1 f32.
#[inline(always)]
pub unsafe fn load_splat(from: *const f32) -> Vector {
    // SAFETY: the caller's promise
    [unsafe { *from }; 4]
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
