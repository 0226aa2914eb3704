//! A formula as a tree whose leaves are numbers with symbols: it can be evaluated, printed in full, and printed with its operands rounded
//! to a number of decimals. It refuses to know cells.

use crate::decimal::shortest_f64;
use crate::math::Num;
use serde::Serialize;

/// The functions that a printed line may contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Function {
    /// 1 / (1 + exp(-x))
    Sigmoid,
    /// hyperbolic tangent
    Tanh,
    /// max(0, x)
    Relu,
    /// e^x
    Exp,
    /// natural logarithm
    Ln,
}

impl Function {
    /// Its name in an expression, with the opening bracket.
    fn opening(self) -> &'static str {
        match self {
            Function::Sigmoid => "sigmoid(",
            Function::Tanh => "tanh(",
            Function::Relu => "relu(",
            Function::Exp => "exp(",
            Function::Ln => "ln(",
        }
    }

    pub(super) fn of(self, x: f64) -> f64 {
        match self {
            Function::Sigmoid => Num::sigmoid(x),
            Function::Tanh => Num::tanh(x),
            Function::Relu => Num::relu(x),
            Function::Exp => Num::exp(x),
            Function::Ln => libm::log(x),
        }
    }
}

/// Where the equation of a number is: what [`super::explain`] is to be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// quantity, as `explain` takes it
    pub what: String,
    /// layer, from 0
    pub layer: usize,
    /// time step, counted from the first token of the text
    pub t: usize,
    /// unit, from 0; for y and p the id of a character
    pub unit: usize,
}

/// Which element of which parameter a leaf is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Element {
    /// PyTorch's name
    pub name: String,
    /// row, or index of a vector
    pub row: usize,
    /// column of a matrix
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
}

/// A number in a formula.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Factor {
    /// symbols with `_x`, `_{...}`, `^{...}` for what stands below and above
    pub symbol: String,
    /// its number
    pub value: f64,
    /// the equation that it comes from; None: a leaf (weight, zero state, held value)
    #[serde(rename = "ref")]
    pub reference: Option<Reference>,
    /// whether the value is held
    pub held: bool,
    /// the weight, where it is one
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<Element>,
}

impl Factor {
    /// A number that comes from nowhere else.
    pub fn leaf(symbol: &str, value: f64) -> Factor {
        Factor { symbol: symbol.to_string(), value, reference: None, held: false, parameter: None }
    }
}

/// A formula.
#[derive(Debug, Clone)]
pub(super) enum Formula {
    /// a constant of the formula itself: 1, 2; never rounded
    Constant(f64),
    Operand(Factor),
    Sum(Vec<Formula>),
    Product(Vec<Formula>),
    /// minuend, subtrahend
    Difference(Box<[Formula; 2]>),
    /// numerator, denominator
    Quotient(Box<[Formula; 2]>),
    Minus(Box<Formula>),
    Apply(Function, Box<Formula>),
}

/// A piece of a printed formula.
pub(super) enum Piece<'a> {
    Text(&'static str),
    Constant(f64),
    Operand(&'a Factor),
}

impl Formula {
    /// 1 - x
    pub fn complement(x: Formula) -> Formula {
        Formula::Difference(Box::new([Formula::Constant(1.0), x]))
    }

    pub fn quotient(numerator: Formula, denominator: Formula) -> Formula {
        Formula::Quotient(Box::new([numerator, denominator]))
    }

    pub fn apply(function: Function, x: Formula) -> Formula {
        Formula::Apply(function, Box::new(x))
    }

    /// Its value, the operands rounded to so many decimals if that is asked.
    pub fn value(&self, decimals: Option<usize>) -> f64 {
        match self {
            Formula::Constant(x) => *x,
            Formula::Operand(factor) => decimals.map_or(factor.value, |decimals| rounded_value(factor.value, decimals)),
            Formula::Sum(terms) => terms.iter().fold(0.0, |sum, term| sum + term.value(decimals)),
            Formula::Product(factors) => factors.iter().fold(1.0, |product, factor| product * factor.value(decimals)),
            Formula::Difference(pair) => pair[0].value(decimals) - pair[1].value(decimals),
            Formula::Quotient(pair) => pair[0].value(decimals) / pair[1].value(decimals),
            Formula::Minus(x) => -x.value(decimals),
            Formula::Apply(function, x) => function.of(x.value(decimals)),
        }
    }

    /// Its pieces from left to right; `tight`: beside a product's sign.
    pub fn pieces<'a>(&'a self, tight: bool, each: &mut dyn FnMut(Piece<'a>)) {
        use Formula::{Apply, Constant, Difference, Minus, Operand, Product, Quotient, Sum};
        let bracket = tight && matches!(self, Sum(_) | Difference(_) | Quotient(_) | Minus(_));
        if bracket {
            each(Piece::Text("("));
        }
        match self {
            Constant(x) => each(Piece::Constant(*x)),
            Operand(factor) => each(Piece::Operand(factor)),
            Sum(terms) => separated(terms.iter(), " + ", false, each),
            Product(factors) => separated(factors.iter(), " * ", true, each),
            Difference(pair) => {
                pair[0].pieces(false, each);
                each(Piece::Text(" - "));
                pair[1].pieces(true, each);
            }
            Quotient(pair) => separated(pair.iter(), " / ", true, each),
            Minus(x) => {
                each(Piece::Text("-"));
                x.pieces(true, each);
            }
            Apply(function, x) => applied(*function, each, |each| x.pieces(false, each)),
        }
        if bracket {
            each(Piece::Text(")"));
        }
    }

    /// In symbols.
    pub fn symbols(&self) -> String {
        let mut text = String::new();
        self.pieces(false, &mut |piece| match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Constant(x) => text.push_str(&exact(x)),
            Piece::Operand(factor) => text.push_str(&factor.symbol),
        });
        text
    }

    /// The first operand that has an equation of its own, or else the first.
    pub fn first_operand(&self) -> Option<&Factor> {
        let (mut first, mut referring) = (None, None);
        self.pieces(false, &mut |piece| {
            if let Piece::Operand(factor) = piece {
                first = first.or(Some(factor));
                referring = referring.or(factor.reference.is_some().then_some(factor));
            }
        });
        referring.or(first)
    }
}

/// Formulas with a sign between them.
pub(super) fn separated<'a>(
    formulas: impl Iterator<Item = &'a Formula>,
    sign: &'static str,
    tight: bool,
    each: &mut dyn FnMut(Piece<'a>),
) {
    for (index, formula) in formulas.enumerate() {
        if index > 0 {
            each(Piece::Text(sign));
        }
        formula.pieces(tight, each);
    }
}

/// A function's name and brackets round what `inside` gives.
pub(super) fn applied<'a>(function: Function, each: &mut dyn FnMut(Piece<'a>), inside: impl FnOnce(&mut dyn FnMut(Piece<'a>))) {
    each(Piece::Text(function.opening()));
    inside(each);
    each(Piece::Text(")"));
}

/// A number in full, without exponent: as an f32 where it is one.
pub(super) fn exact(x: f64) -> String {
    let single = x as f32;
    let x = if f64::from(single) == x { shortest_f64(single) } else { x };
    if x == 0.0 { "0".to_string() } else { x.to_string() }
}

/// Truly rounded to so many decimals, ties away from zero as in JavaScript's toFixed; zero has no sign.
pub(super) fn rounded(x: f64, decimals: usize) -> String {
    // (k + 1/2) 10^-d is a sum of powers of two only if x 2^(d+1) is whole, and it is a tie only if that is odd
    let tie = (x * (1_u64 << (decimals + 1)) as f64 % 2.0).abs() == 1.0;
    let text = format!("{:.decimals$}", if tie { f64::from_bits(x.to_bits() + 1) } else { x });
    match text.strip_prefix('-') {
        Some(digits) if digits.bytes().all(|byte| matches!(byte, b'0' | b'.')) => digits.to_string(),
        _ => text,
    }
}

/// The number nearest to the rounded text: the quotient of two whole numbers that an f64 holds, or x where the text has more digits than x.
fn rounded_value(x: f64, decimals: usize) -> f64 {
    match rounded(x, decimals).replace('.', "").parse::<i64>() {
        Ok(digits) if digits.unsigned_abs() <= 1 << f64::MANTISSA_DIGITS => digits as f64 / 10_u64.pow(decimals as u32) as f64,
        _ => x,
    }
}
