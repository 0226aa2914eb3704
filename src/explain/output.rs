//! The derivations above the layers: y = V h + c, p = softmax(y) and the surprise -log2 p of the character that came.

use super::formula::{Factor, Formula, Function, Reference};
use super::line::Line;
use super::time_step::TimeStep;

/// Below it -ln p says nothing any more, and the loss is written with y.
const SMALLEST_PROBABILITY: f64 = 1e-300;

impl TimeStep<'_> {
    /// The lines of y or p of a character, or of the loss of `next`, the one that came.
    pub fn output_lines(&self, base: &str, character: usize, next: Option<u32>) -> Vec<Line> {
        match (base, next) {
            ("y", _) => vec![Line::new("y", "y_t = V h_t + c", &self.y_formula(character))],
            ("loss", Some(next)) => vec![self.loss_line(next as usize)],
            _ => Softmax::of(self).lines(self, character),
        }
    }

    fn y_formula(&self, character: usize) -> Formula {
        let decoder = self.model.entries().len() - 2;
        let term = |unit| Formula::Product(vec![self.element(decoder, "V", character, Some(unit)), self.top(unit)]);
        let bias = self.element(decoder + 1, "c", character, None);
        Formula::Sum((0..self.hidden).map(term).chain([bias]).collect())
    }

    /// All y, summed in the order of their formulas.
    fn logits(&self) -> Vec<f64> {
        let (entries, values) = (self.model.entries(), self.model.values());
        let [weight, bias] = [2, 1].map(|from_end| &values[entries[entries.len() - from_end].range.clone()]);
        let product = |row: &[f32]| row.iter().zip(&self.h_top).fold(0.0, |sum, (&v, &h)| sum + f64::from(v) * f64::from(h));
        weight.chunks_exact(self.hidden).zip(bias).map(|(row, &c)| product(row) + f64::from(c)).collect()
    }

    fn above(&self, what: &str, character: usize) -> Option<Reference> {
        let layer = self.model.shape().num_layers - 1;
        Some(Reference { what: what.to_string(), layer, t: self.t, unit: character })
    }

    fn loss_line(&self, next: usize) -> Line {
        let softmax = Softmax::of(self);
        let p = softmax.p_formula(self, next).value(None);
        let ln_2 = Formula::apply(Function::Ln, Formula::Constant(2.0));
        if p >= SMALLEST_PROBABILITY {
            let p = Formula::Operand(Factor { reference: self.above("p", next), ..Factor::leaf("p_t", p) });
            let surprise = Formula::Minus(Box::new(Formula::apply(Function::Ln, p)));
            return Line::new("loss", "-ln(p_t) / ln(2)", &Formula::quotient(surprise, ln_2));
        }
        let sum = Formula::apply(Function::Ln, softmax.sum_operand());
        let nats = Formula::Sum(vec![sum, softmax.m_operand(), Formula::Minus(Box::new(softmax.y_operand(self, next)))]);
        Line::new("loss", "(ln(sum) + m - y_t) / ln(2)", &Formula::quotient(nats, ln_2))
    }
}

/// p = exp(y - m) / sum, m the largest y.
struct Softmax {
    logits: Vec<f64>,
    /// the character with the largest y
    largest: usize,
    sum: f64,
}

impl Softmax {
    fn of(step: &TimeStep<'_>) -> Softmax {
        let logits = step.logits();
        let largest = (1..logits.len()).fold(0, |best, k| if logits[k] > logits[best] { k } else { best });
        let sum = logits.iter().fold(0.0, |sum, y| sum + Function::Exp.of(y - logits[largest]));
        Softmax { logits, largest, sum }
    }

    fn y_operand(&self, step: &TimeStep<'_>, character: usize) -> Formula {
        Formula::Operand(Factor { reference: step.above("y", character), ..Factor::leaf("y_t", self.logits[character]) })
    }

    fn m_operand(&self) -> Formula {
        Formula::Operand(Factor::leaf("m", self.logits[self.largest]))
    }

    fn sum_operand(&self) -> Formula {
        Formula::Operand(Factor::leaf("sum", self.sum))
    }

    /// exp(y - m)
    fn exponential(&self, step: &TimeStep<'_>, character: usize) -> Formula {
        let difference = Formula::Difference(Box::new([self.y_operand(step, character), self.m_operand()]));
        Formula::apply(Function::Exp, difference)
    }

    fn p_formula(&self, step: &TimeStep<'_>, character: usize) -> Formula {
        Formula::quotient(self.exponential(step, character), self.sum_operand())
    }

    fn lines(&self, step: &TimeStep<'_>, character: usize) -> Vec<Line> {
        let sum = Formula::Sum((0..self.logits.len()).map(|k| self.exponential(step, k)).collect());
        vec![
            Line::new("m", "m = max y_t", &self.y_operand(step, self.largest)),
            Line::new("sum", "sum = Σ exp(y_t - m)", &sum),
            Line::new("p", "p_t = exp(y_t - m) / sum", &self.p_formula(step, character)),
        ]
    }
}
