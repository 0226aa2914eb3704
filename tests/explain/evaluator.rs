//! Evaluates a printed line in f64 as any reader would: numbers, + - * /, brackets and five functions, nothing else. It shares nothing with
//! the engine.

/// The value of an expression.
///
/// # Panics
/// With the expression when it is not one.
pub fn evaluate(text: &str) -> f64 {
    let mut rest = text;
    let value = sum(&mut rest);
    assert!(rest.trim().is_empty(), "{rest:?} is left over of {text:?}");
    value
}

fn accept(rest: &mut &str, token: &str) -> bool {
    match rest.trim_start().strip_prefix(token) {
        Some(after) => {
            *rest = after;
            true
        }
        None => false,
    }
}

fn sum(rest: &mut &str) -> f64 {
    let mut value = product(rest);
    loop {
        if accept(rest, "+") {
            value += product(rest);
        } else if accept(rest, "-") {
            value -= product(rest);
        } else {
            return value;
        }
    }
}

fn product(rest: &mut &str) -> f64 {
    let mut value = factor(rest);
    loop {
        if accept(rest, "*") {
            value *= factor(rest);
        } else if accept(rest, "/") {
            value /= factor(rest);
        } else {
            return value;
        }
    }
}

fn factor(rest: &mut &str) -> f64 {
    if accept(rest, "-") {
        return -factor(rest);
    }
    type Function = fn(f64) -> f64;
    let functions: [(&str, Function); 6] = [
        ("sigmoid(", |x| 1.0 / (1.0 + (-x).exp())),
        ("tanh(", f64::tanh),
        ("relu(", |x| x.max(0.0)),
        ("exp(", f64::exp),
        ("ln(", f64::ln),
        ("(", |x| x),
    ];
    for (opening, function) in functions {
        if accept(rest, opening) {
            let value = function(sum(rest));
            assert!(accept(rest, ")"), "a bracket is open before {rest:?}");
            return value;
        }
    }
    let text = rest.trim_start();
    let (digits, after) = text.split_at(text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len()));
    *rest = after;
    digits.parse().unwrap_or_else(|_| panic!("no number at {text:?}"))
}

#[test]
fn it_calculates() {
    for (text, value) in [
        ("1 + 2 * 3", 7.0),
        ("(1 - 0.25) * (-2) - 1", -2.5),
        ("-ln(0.5) / ln(2)", 1.0),
        ("relu((-3)) + relu(2)", 2.0),
        ("exp(0 - 0) / 4 / 2", 0.125),
        ("sigmoid(tanh(0))", 0.5),
    ] {
        assert_eq!(evaluate(text), value, "{text}");
    }
}
