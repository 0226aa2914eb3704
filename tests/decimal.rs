//! Decimals of links against the standard library's reader and writer, which are exact for every number.

use lstm_playground::decimal::{read, shortest_f64, write};
use lstm_playground::rng::Rng;

fn below(rng: &mut Rng, n: u32) -> u32 {
    rng.next_u32() % n
}

/// What the standard library writes: plain unless the form with an exponent is shorter.
fn expected(value: f32) -> String {
    let (plain, scientific) = (value.to_string(), format!("{value:e}"));
    if scientific.len() < plain.len() { scientific } else { plain }
}

fn assert_written_as_expected(value: f32) {
    let text = expected(value);
    assert_eq!(write(value), text, "{:08x}", value.to_bits());
    assert_eq!(shortest_f64(value).to_bits(), text.parse::<f64>().expect("a decimal").to_bits(), "{text}");
    assert_eq!(read(&text).map(f64::to_bits), Some(shortest_f64(value).to_bits()), "{text}");
}

#[test]
fn every_exponent_and_a_sample_of_all_f32_are_written_as_the_standard_library_does() {
    for value in [0.0, -0.0, 1.0, 0.1, 0.01, 1e22, 1e-22, 16_777_216.0, 9.999_999e21, 123_456.78] {
        assert_written_as_expected(value);
    }
    let (smallest, largest) = (1e-22_f32.to_bits(), 1e22_f32.to_bits());
    for exponent in smallest >> 23..=largest >> 23 {
        for bits in (exponent << 23) - 3..=(exponent << 23) + 3 {
            if (smallest..=largest).contains(&bits) {
                assert_written_as_expected(f32::from_bits(bits));
            }
        }
    }
    let mut rng = Rng::parameters(1);
    for _ in 0..200_000 {
        let bits = smallest + below(&mut rng, largest - smallest + 1);
        assert_written_as_expected(f32::from_bits(bits));
        assert_written_as_expected(-f32::from_bits(bits));
    }
}

#[test]
fn every_decimal_of_the_grammar_is_read_as_the_standard_library_does() {
    let mut rng = Rng::parameters(2);
    for _ in 0..300_000 {
        let count = 1 + below(&mut rng, 15) as usize;
        let mut text: String = (0..count).map(|_| char::from(b'0' + below(&mut rng, 10) as u8)).collect();
        let point = below(&mut rng, count as u32) as usize;
        if point > 0 {
            text.insert(point, '.');
        }
        if below(&mut rng, 2) == 0 {
            text.insert(0, '-');
        }
        if below(&mut rng, 2) == 0 {
            text += &format!("e{}", below(&mut rng, 45) as i32 - 22);
        }
        assert_eq!(read(&text).map(f64::to_bits), text.parse().ok().map(f64::to_bits), "{text}");
    }
}

#[test]
fn anything_else_is_refused() {
    for text in [
        "",
        "-",
        ".",
        "1.",
        ".5",
        "+1",
        "1e",
        "1e23",
        "1e-23",
        "1e+2",
        "1e--2",
        "1e2.0",
        "inf",
        "NaN",
        " 1",
        "1 ",
        "1E2",
        "0x1",
        "1234567890123456",
    ] {
        assert_eq!(read(text), None, "{text:?}");
    }
}

#[test]
fn a_number_that_no_link_can_hold_is_written_as_the_nearest() {
    let cases = [(f32::MAX, "1e22"), (f32::NEG_INFINITY, "-1e22"), (1e-30, "1e-22"), (f32::NAN, "0")];
    for (value, text) in cases {
        assert_eq!(write(value), text, "{value}");
    }
    assert_eq!(shortest_f64(f32::MAX), f64::from(f32::MAX));
}
