//! One printed line of a derivation, made from a formula: its expression in full, its terms, and what a page shows of it: the six largest
//! terms, the sum of the others, and as many decimals as make the line true.

use super::formula::{Factor, Formula, Function, Piece, applied, exact, rounded, separated};
use serde::Serialize;

/// Terms that are shown one by one when there are more than one over it.
const SHOWN_TERMS: usize = 6;
/// Decimals of a result, and the fewest of an operand.
const DECIMALS: usize = 3;
/// Most decimals of an operand: beyond them f64 itself has none.
const MOST_DECIMALS: usize = 15;

/// One term of the sum on a line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Term {
    /// what is multiplied
    pub factors: Vec<Factor>,
    /// the product
    pub value: f64,
}

/// The terms that are not shown one by one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct More {
    /// how many
    pub count: usize,
    /// their sum
    pub value: f64,
}

/// A piece of a line as it is shown: joined, their texts are an expression.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// signs and brackets, or the rounded number
    pub text: String,
    /// the number behind the text
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor: Option<Factor>,
}

/// One line of a derivation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// what it computes, as `explain` takes it; m and sum in the lines of p
    pub name: String,
    /// the line in the notes' symbols
    pub symbols: String,
    /// digits, + - * /, brackets, sigmoid() tanh() relu() exp() ln(); evaluated in f64 it equals `value`
    pub expression: String,
    /// the result
    pub value: f64,
    /// the function of the sum of the terms, where there is one
    pub function: Option<Function>,
    /// the terms, in the order of the expression
    pub terms: Vec<Term>,
    /// indices of the terms that are shown one by one; the largest first where not all are
    pub shown: Vec<usize>,
    /// the other terms
    pub more: Option<More>,
    /// fewest decimals, at least 3, at which what is shown evaluates to the result at 3 decimals
    pub decimals: usize,
    /// the same for the whole expression
    pub decimals_in_full: usize,
    /// what is shown, its operands rounded to `decimals`; the one without a symbol is the sum of the other terms
    pub parts: Vec<Part>,
}

impl Line {
    pub(super) fn new(name: &str, symbols: &str, formula: &Formula) -> Line {
        let all = Sum::of(formula);
        let terms: Vec<Term> = all.terms.iter().map(|term| Term { factors: factors(term), value: term.value(None) }).collect();
        let shown = shown(&terms);
        let more = (shown.len() < terms.len()).then(|| {
            let others = terms.iter().enumerate().filter(|(index, _)| !shown.contains(index));
            More { count: terms.len() - shown.len(), value: others.fold(0.0, |sum, (_, term)| sum + term.value) }
        });
        let rest = more.map(|more| Formula::Operand(Factor::leaf("", more.value)));
        let short =
            Sum { function: all.function, terms: shown.iter().map(|&index| all.terms[index]).chain(rest.as_ref()).collect() };
        let value = formula.value(None) + 0.0; // no -0
        let decimals = short.decimals(value);
        let mut expression = String::new();
        all.pieces(&mut |piece| match piece {
            Piece::Text(text) => expression.push_str(text),
            Piece::Constant(x) => expression.push_str(&exact(x)),
            Piece::Operand(factor) => {
                let number = exact(factor.value);
                let bracket = needs_brackets(&number, &expression);
                expression.push_str(if bracket { "(" } else { "" });
                expression.push_str(&number);
                expression.push_str(if bracket { ")" } else { "" });
            }
        });
        let parts = short.parts(decimals);
        Line {
            name: name.to_string(),
            symbols: symbols.to_string(),
            expression,
            value,
            function: all.function,
            decimals_in_full: if more.is_some() { all.decimals(value) } else { decimals },
            terms,
            shown,
            more,
            decimals,
            parts,
        }
    }
}

/// A line's formula as a function of a sum.
struct Sum<'a> {
    function: Option<Function>,
    terms: Vec<&'a Formula>,
}

impl<'a> Sum<'a> {
    fn of(formula: &'a Formula) -> Sum<'a> {
        let (function, argument) = match formula {
            Formula::Apply(function, argument) => (Some(*function), &**argument),
            other => (None, other),
        };
        match argument {
            Formula::Sum(terms) => Sum { function, terms: terms.iter().collect() },
            other => Sum { function, terms: vec![other] },
        }
    }

    fn value(&self, decimals: usize) -> f64 {
        let sum = self.terms.iter().fold(0.0, |sum, term| sum + term.value(Some(decimals)));
        self.function.map_or(sum, |function| function.of(sum))
    }

    fn decimals(&self, value: f64) -> usize {
        let result = rounded(value, DECIMALS);
        (DECIMALS..MOST_DECIMALS).find(|&decimals| rounded(self.value(decimals), DECIMALS) == result).unwrap_or(MOST_DECIMALS)
    }

    fn pieces(&self, each: &mut dyn FnMut(Piece<'a>)) {
        let terms = |each: &mut dyn FnMut(Piece<'a>)| separated(self.terms.iter().copied(), " + ", false, each);
        match self.function {
            None => terms(each),
            Some(function) => applied(function, each, terms),
        }
    }

    fn parts(&self, decimals: usize) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut text = String::new();
        self.pieces(&mut |piece| match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Constant(x) => text.push_str(&exact(x)),
            Piece::Operand(factor) => {
                let number = rounded(factor.value, decimals);
                // every operand but the first has a sign before it
                let bracket = needs_brackets(&number, &text);
                text.push_str(if bracket { "(" } else { "" });
                parts.push(Part { text: std::mem::take(&mut text), factor: None });
                parts.push(Part { text: number, factor: Some(factor.clone()) });
                text.push_str(if bracket { ")" } else { "" });
            }
        });
        parts.push(Part { text, factor: None });
        parts.retain(|part| !part.text.is_empty());
        parts
    }
}

/// Whether a negative number stands behind a sign.
fn needs_brackets(number: &str, before: &str) -> bool {
    number.starts_with('-') && !before.is_empty() && !before.ends_with('(')
}

/// What is multiplied in a term; a part such as 1 - z or tanh(C) is one factor, and a divisor its reciprocal.
fn factors(term: &Formula) -> Vec<Factor> {
    let factor = |formula: &Formula| match formula {
        Formula::Operand(factor) => factor.clone(),
        other => {
            let operand = other.first_operand();
            Factor {
                symbol: other.symbols(),
                value: other.value(None),
                reference: operand.and_then(|operand| operand.reference.clone()),
                held: operand.is_some_and(|operand| operand.held),
                parameter: None,
            }
        }
    };
    match term {
        Formula::Product(all) => all.iter().map(factor).collect(),
        Formula::Quotient(pair) => {
            let reciprocal = Formula::quotient(Formula::Constant(1.0), pair[1].clone());
            vec![factor(&pair[0]), factor(&reciprocal)]
        }
        other => vec![factor(other)],
    }
}

/// All terms in their order when they are few, else the largest first, ties by index.
fn shown(terms: &[Term]) -> Vec<usize> {
    let order: Vec<usize> = (0..terms.len()).collect();
    if terms.len() > SHOWN_TERMS + 1 {
        let mut largest: Vec<usize> = Vec::new();
        for term in order {
            let place = largest.partition_point(|&other| terms[other].value.abs() >= terms[term].value.abs());
            largest.insert(place, term);
            largest.truncate(SHOWN_TERMS);
        }
        return largest;
    }
    order
}
