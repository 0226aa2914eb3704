//! Decimals of links and settings: a narrow grammar that every language reads to the same f64, and the shortest decimal that gives an f32
//! back. Both are exact for what a link can hold (at most 15 digits, 1e-22 to 1e22) in whole numbers of 128 bits; the standard library's
//! reader and writer, which know no such limits, would be a tenth of the page. It refuses every other number.

/// Largest power of ten that a link writes, and minus the smallest.
const LARGEST_EXPONENT: i32 = 22;

/// Reads `-?digits(.digits)?(e-?digits)?` with at most 15 digits before the exponent and an exponent within ±22; anything else is None.
/// No sign `+`, no inf, no NaN, no space, so the result is always finite.
pub fn read(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let unsigned = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let exponent_digits = exponent.strip_prefix('-').unwrap_or(exponent);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) || !is_number(exponent_digits) || exponent_digits.len() > 2 {
        return None;
    }
    let digits = unsigned.bytes().filter(u8::is_ascii_digit);
    let exponent: i32 = exponent.parse().ok()?;
    if digits.clone().count() > 15 || exponent.abs() > LARGEST_EXPONENT {
        return None;
    }
    let decimals = if unsigned.split_once('.').is_some() { fraction.len() as i32 } else { 0 };
    let value = nearest(digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0')), exponent - decimals);
    Some(if mantissa.starts_with('-') { -value } else { value })
}

/// Reads a whole number, at most 15 digits.
pub fn read_whole(text: &str) -> Option<f64> {
    read(text).filter(|value| value.fract() == 0.0)
}

/// The shortest decimal that rounds to this f32, plain unless the form with an exponent is shorter. A number that no link can hold is
/// written as the nearest that it can: 0 for NaN.
pub fn write(value: f32) -> String {
    let Some((number, exponent)) = shortest(value) else {
        let limit = if value.is_nan() { 0.0 } else { value.abs().clamp(1e-22, 1e22).copysign(value) };
        return write(limit);
    };
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let plain = plain(number, exponent);
    let digits = number.to_string();
    let (first, others) = digits.split_at(1);
    let point = if others.is_empty() { "" } else { "." };
    let scientific = format!("{first}{point}{others}e{}", exponent + others.len() as i32);
    format!("{sign}{}", if scientific.len() < plain.len() { scientific } else { plain })
}

/// The f64 of the shortest decimal that gives this f32: 0.01 stays 0.01 where JavaScript would print 0.009999999776482582. Rounding it gives
/// the same f32 again. A number that no link can hold stays as it is.
pub fn shortest_f64(value: f32) -> f64 {
    shortest(value).map_or(f64::from(value), |(number, exponent)| nearest(number, exponent).copysign(value.into()))
}

/// number * 10^exponent without an exponent.
fn plain(number: u64, exponent: i32) -> String {
    let digits = number.to_string();
    let zeros = |count: usize| "0".repeat(count);
    let decimals = exponent.unsigned_abs() as usize;
    if exponent >= 0 {
        digits + &zeros(decimals)
    } else if decimals < digits.len() {
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        format!("{whole}.{fraction}")
    } else {
        format!("0.{}{digits}", zeros(decimals - digits.len()))
    }
}

/// (number, exponent) with the fewest digits whose number * 10^exponent rounds to the size of this f32, no zero at the end of the number.
/// None outside of 1e-22 to 1e22, zero excepted.
fn shortest(value: f32) -> Option<(u64, i32)> {
    let size = value.abs();
    if size == 0.0 {
        return Some((0, 0));
    }
    if !(1e-22..=1e22).contains(&size) {
        return None;
    }
    let leading = (-LARGEST_EXPONENT..LARGEST_EXPONENT).find(|&exponent| f64::from(size) < power_of_ten(exponent + 1));
    (0..9).map(|decimals| leading.unwrap_or(LARGEST_EXPONENT) - decimals).find_map(|mut exponent| {
        // the power that is whole: the quotient or product is then exact wherever it lies half way between two decimals
        let power = power_of_ten(exponent.abs());
        let number = if exponent < 0 { f64::from(size) * power } else { f64::from(size) / power };
        let mut number = number.round() as u64;
        while number > 0 && number.is_multiple_of(10) {
            (number, exponent) = (number / 10, exponent + 1);
        }
        (nearest(number, exponent) as f32 == size).then_some((number, exponent))
    })
}

fn power_of_ten(exponent: i32) -> f64 {
    let power = 10_u128.pow(exponent.unsigned_abs()) as f64;
    if exponent < 0 { 1.0 / power } else { power }
}

/// The f64 nearest to number * 10^exponent, ties to even, for a number below 10^15 and an exponent of -36 to 22: a division of whole
/// numbers, bit by bit, to one bit more than an f64 has and one that says whether anything is left.
fn nearest(number: u64, exponent: i32) -> f64 {
    let power = 10_u128.pow(exponent.unsigned_abs());
    let (mut rest, mut divisor) = if exponent < 0 { (number.into(), power) } else { (u128::from(number) * power, 1) };
    if rest == 0 {
        return 0.0;
    }
    let mut binary_exponent = 0;
    while rest < divisor {
        rest *= 2;
        binary_exponent -= 1;
    }
    while rest >= 2 * divisor {
        divisor *= 2;
        binary_exponent += 1;
    }
    let mut bits = 0_u64;
    for _ in 0..54 {
        let fits = rest >= divisor;
        rest = 2 * (if fits { rest - divisor } else { rest });
        bits = 2 * bits + u64::from(fits);
    }
    let bits = 2 * bits + u64::from(rest > 0);
    bits as f64 * f64::from_bits(((1023 + binary_exponent - 54) as u64) << 52)
}
