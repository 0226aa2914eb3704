//! exp, tanh and sigmoid for f32 lanes and ln for one f32, after Cephes, from sums, products and bits alone. It refuses to know how many lanes there are.

use super::Single;

/// The constants of exp and tanh.
struct Constants {
    /// Beyond these exp is 0 and infinity.
    least: f32,
    most: f32,
    log2_e: f32,
    round: f32,
    /// of [`Single::power_of_two`]
    bias: f32,
    /// the same for 2^(n - 1)
    bias_less_one: f32,
    least_normal: f32,
    ln2_high: f32,
    ln2_low: f32,
    exp: [f32; 6],
    tanh: [f32; 5],
    /// Below it tanh is its polynomial.
    small: f32,
    half: f32,
    one: f32,
    two: f32,
}

static CONSTANTS: Constants = Constants {
    least: -104.0,
    most: 89.0,
    log2_e: std::f32::consts::LOG2_E,
    round: ROUND,
    bias: ROUND + 127.0,
    bias_less_one: ROUND + 126.0,
    least_normal: LEAST_NORMAL,
    ln2_high: LN2_HIGH,
    ln2_low: LN2_LOW,
    exp: [1.987_569_1e-4, 1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5],
    tanh: [-5.704_988_7e-3, 2.063_909e-2, -5.373_971_6e-2, 1.333_144_2e-1, -3.333_328e-1],
    small: 0.625,
    half: 0.5,
    one: 1.0,
    two: 2.0,
};

/// Kept from the compiler's eyes: read from memory a constant of four lanes costs one instruction, written into the code V8 makes three of it,
/// more than the arithmetic.
#[inline(always)]
fn constants() -> &'static Constants {
    std::hint::black_box(&CONSTANTS)
}

/// From here on exp(x) is a normal number, and so is 2^(n - 1).
pub(crate) const LEAST_NORMAL: f32 = -86.5;
/// 1.5 * 2^23: adding and subtracting it rounds to the nearest whole number, ties to even.
const ROUND: f32 = 12_582_912.0;
/// ln 2 in two parts; the first has 9 bits, so that its product with a whole number is exact.
const LN2_HIGH: f32 = 0.693_359_4;
const LN2_LOW: f32 = -2.121_944_4e-4;

/// x = n ln 2 + r, n whole and |r| <= ln 2 / 2; returns n and exp(r).
#[inline(always)]
fn exp_reduced<L: Single>(k: &Constants, x: L) -> (L, L) {
    let round = L::of(k.round);
    let n = (x * L::of(k.log2_e) + round) - round;
    let r = (x - n * L::of(k.ln2_high)) - n * L::of(k.ln2_low);
    let p = L::of(k.exp[0]);
    let p = p * r + L::of(k.exp[1]);
    let p = p * r + L::of(k.exp[2]);
    let p = p * r + L::of(k.exp[3]);
    let p = p * r + L::of(k.exp[4]);
    let p = p * r + L::of(k.exp[5]);
    (n, (p * (r * r) + r) + L::of(k.one))
}

/// exp for any f32 lanes: 2^n exp(r). 2^n is made as two factors, so that results below 2^-126 and the overflow to infinity come out of the
/// multiplication itself.
#[inline(always)]
pub(crate) fn exp_single<L: Single>(x: L) -> L {
    let k = constants();
    let (round, bias) = (L::of(k.round), L::of(k.bias));
    let (n, e) = exp_reduced(k, x.at_least(L::of(k.least)).at_most(L::of(k.most)));
    let half = (n * L::of(k.half) + round) - round;
    (e * L::power_of_two(half + bias)) * L::power_of_two((n - half) + bias)
}

/// [`exp_single`], the same bits, for lanes from [`LEAST_NORMAL`] to 89: (2 exp(r)) 2^(n - 1). Nothing is below 2^-126 there, and 2^127 still has its bits.
#[inline(always)]
pub(crate) fn exp_normal_single<L: Single>(x: L) -> L {
    let k = constants();
    let (n, e) = exp_reduced(k, x);
    (e + e) * L::power_of_two(n + L::of(k.bias_less_one))
}

/// tanh for any f32 lanes: below 0.625 an odd polynomial, above it 1 - 2 / (exp(2|x|) + 1) with the sign of x.
#[inline(always)]
pub(crate) fn tanh_single<L: Single>(x: L) -> L {
    let k = constants();
    let one = L::of(k.one);
    let size = x.abs();
    let z = x * x;
    let p = L::of(k.tanh[0]);
    let p = p * z + L::of(k.tanh[1]);
    let p = p * z + L::of(k.tanh[2]);
    let p = p * z + L::of(k.tanh[3]);
    let p = p * z + L::of(k.tanh[4]);
    let small = x * (one + p * z);
    let exp = exp_normal_single((size + size).at_most(L::of(k.most)));
    let large = one - L::of(k.two) / (exp + one);
    L::select_less(size, L::of(k.small), small, large.signed_as(x, size))
}

/// sigmoid for any f32 lanes. 0 - x is -x but for the sign of a zero, which exp does not see, and one instruction instead of three. An exp(-x) too
/// small for its bits is nothing beside 1.
#[inline(always)]
pub(crate) fn sigmoid_single<L: Single>(x: L) -> L {
    let k = constants();
    let one = L::of(k.one);
    one / (one + exp_normal_single((L::of(0.0) - x).at_least(L::of(k.least_normal)).at_most(L::of(k.most))))
}

/// Natural logarithm; at most 3 ulp. -inf at 0, NaN below. x = m 2^e with m in [sqrt(1/2), sqrt(2)); ln x = ln m + e ln 2.
pub fn ln(x: f32) -> f32 {
    if x.is_nan() || x < 0.0 {
        return f32::NAN;
    }
    if x == 0.0 {
        return f32::NEG_INFINITY;
    }
    if x == f32::INFINITY {
        return x;
    }
    let (scaled, shift) = if x < f32::MIN_POSITIVE { (x * 8_388_608.0, -23) } else { (x, 0) };
    let bits = scaled.to_bits();
    let mut exponent = (bits >> 23) as i32 - 126 + shift;
    let mut m = f32::from_bits((bits & 0x007f_ffff) | 0x3f00_0000); // in [1/2, 1)
    if m < std::f32::consts::FRAC_1_SQRT_2 {
        exponent -= 1;
        m = m + m - 1.0;
    } else {
        m -= 1.0;
    }
    let e = exponent as f32;
    let z = m * m;
    let p = 7.037_684e-2;
    let p = p * m - 1.151_461e-1;
    let p = p * m + 1.167_699_9e-1;
    let p = p * m - 1.242_014_1e-1;
    let p = p * m + 1.424_932_3e-1;
    let p = p * m - 1.666_805_8e-1;
    let p = p * m + 2.000_071_5e-1;
    let p = p * m - 2.499_999_4e-1;
    let p = p * m + 3.333_333e-1;
    let y = p * m * z + e * LN2_LOW - 0.5 * z;
    (m + y) + e * LN2_HIGH
}
