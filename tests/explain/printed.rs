//! What must be true of every printed line: it evaluates to its result, in full, by its terms, and as it is shown.

use crate::evaluator::evaluate;
use lstm_playground::explain::{Function, Line};

/// |difference| allowed between a line's expression and its value.
fn tolerance(line: &Line) -> f64 {
    match line.function {
        Some(Function::Sigmoid | Function::Tanh) => 1e-6,
        _ if line.name == "p" => 1e-6,
        _ => 1e-6 * line.terms.iter().map(|term| term.value.abs()).sum::<f64>(),
    }
}

pub fn check_line(line: &Line, what: &str) {
    let what = format!("{what}: {} = {} = {}", line.symbols, line.expression, line.value);
    let allowed: &dyn Fn(char) -> bool = &|c| c.is_ascii_digit() || " .+-*/()".contains(c) || c.is_ascii_lowercase();
    assert!(line.expression.chars().all(allowed), "{what}");
    let error = (evaluate(&line.expression) - line.value).abs();
    assert!(error <= tolerance(line), "{what}: off by {error:e}");

    for term in &line.terms {
        let product: f64 = term.factors.iter().map(|factor| factor.value).product();
        assert!((product - term.value).abs() <= 1e-14 * term.value.abs(), "{what}: a term of {}", term.value);
    }
    let sum: f64 = line.terms.iter().map(|term| term.value).sum();
    assert!((value_of(line.function, sum) - line.value).abs() <= tolerance(line), "{what}: the terms give {sum}");
    check_shown(line, &what);
}

fn value_of(function: Option<Function>, sum: f64) -> f64 {
    match function {
        Some(Function::Sigmoid) => 1.0 / (1.0 + (-sum).exp()),
        Some(Function::Tanh) => sum.tanh(),
        Some(Function::Relu) => sum.max(0.0),
        Some(other) => panic!("{other:?} is no function of a line"),
        None => sum,
    }
}

/// What is shown evaluates to the result at 3 decimals, and not with a decimal less.
fn check_shown(line: &Line, what: &str) {
    let result = |value: f64| {
        let text = format!("{:.3}", value);
        if text == "-0.000" { "0.000".to_string() } else { text }
    };
    let shown: String = line.parts.iter().map(|part| part.text.as_str()).collect();
    assert_eq!(result(evaluate(&shown)), result(line.value), "{what}: {shown}");
    for part in line.parts.iter().filter(|part| part.factor.is_some()) {
        let factor = part.factor.as_ref().unwrap();
        let half = 0.5 / 10_f64.powi(line.decimals as i32);
        assert!((part.text.parse::<f64>().unwrap() - factor.value).abs() <= half * 1.000_001, "{what}: {}", part.text);
        assert_eq!(part.text.split_once('.').map(|(_, decimals)| decimals.len()), Some(line.decimals), "{what}");
    }
    assert!((3..=15).contains(&line.decimals) && line.decimals_in_full >= 3, "{what}");
    if line.decimals > 3 && line.more.is_none() {
        let fewer = |text: &str, value: f64| match text.parse::<f64>() {
            Ok(_) => format!("{:.*}", line.decimals - 1, value),
            Err(_) => text.to_string(),
        };
        let texts = line.parts.iter().map(|part| part.factor.as_ref().map_or(part.text.clone(), |f| fewer(&part.text, f.value)));
        let fewer: String = texts.collect();
        assert_ne!(result(evaluate(&fewer)), result(line.value), "{what}: {fewer} would do");
    }
}
