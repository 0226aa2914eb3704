//! The derivations inside a cell: the sums and the pre-activation of a gate in both notations, and the cell's own lines.

use super::formula::{Factor, Formula};
use super::line::Line;
use super::time_step::{TimeStep, letter, tensor};
use super::{Notation, Note};
use crate::cell::{Activation, CellKind};

/// One sum that a pre-activation is made of.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    /// W x
    Input,
    /// U h, U (r . h) for gru_cho's n
    Recurrent,
    /// W·[h, x]
    Joined,
    /// b
    Bias,
}

impl Part {
    /// Its name in a question.
    fn base(self) -> &'static str {
        match self {
            Part::Input => "wx",
            Part::Recurrent | Part::Joined => "uh",
            Part::Bias => "b",
        }
    }
}

impl TimeStep<'_> {
    /// The lines of a quantity of the cell, and what to say beside them.
    pub fn lines(&self, base: &str, gate: Option<char>, unit: usize) -> (Option<Note>, Vec<Line>) {
        if base.len() == 1 && !matches!(base, "a" | "b") {
            let quantity = gate.expect("a quantity is its own gate");
            return self.quantity_lines(quantity, unit);
        }
        let all = gate.map_or(self.kind.gates().to_vec(), |gate| vec![gate]);
        let lines = all.iter().flat_map(|&gate| self.sum_lines(base, gate, unit)).collect();
        (gate.and_then(|gate| self.not_joinable(gate)), lines)
    }

    /// gru resets the product U h itself, so that its n has no W·[h, x].
    fn not_joinable(&self, gate: char) -> Option<Note> {
        (self.kind == CellKind::Gru && matches!(gate, 'n' | 'q')).then_some(Note::NotJoinable)
    }

    fn joined(&self, gate: char) -> bool {
        self.notation == Notation::Joined && self.not_joinable(gate).is_none()
    }

    fn quantity_lines(&self, quantity: char, unit: usize) -> (Option<Note>, Vec<Line>) {
        let name = quantity.to_string();
        if let Some(value) = self.held(quantity, unit) {
            let left = format!("{}_t", letter(quantity));
            let formula = Formula::Operand(Factor { held: true, ..Factor::leaf(&left, value) });
            return (Some(Note::Held), vec![Line::new(&name, &format!("{left} :="), &formula)]);
        }
        let line = Line::new(&name, &self.symbols(quantity), &self.formula(quantity, unit));
        if (self.kind, quantity) == (CellKind::Lstm1997, 'f') {
            return (Some(Note::NoForgetGate), vec![line]);
        }
        let is_gate = self.kind.gates().contains(&quantity);
        let mut lines = if is_gate { self.sum_lines("a", quantity, unit) } else { Vec::new() };
        lines.push(line);
        (self.not_joinable(quantity), lines)
    }

    /// The lines of one of wx, uh, b, a: a pre-activation comes with the sums that it is made of.
    fn sum_lines(&self, base: &str, gate: char, unit: usize) -> Vec<Line> {
        let joined = self.joined(gate);
        match base {
            "wx" | "uh" if joined => vec![self.part_line(Part::Joined, gate, unit)],
            "wx" => vec![self.part_line(Part::Input, gate, unit)],
            "uh" => vec![self.part_line(Part::Recurrent, gate, unit)],
            "b" => vec![self.part_line(Part::Bias, gate, unit)],
            _ => {
                let parts = self.argument_parts(gate).iter();
                let mut lines: Vec<Line> = parts.map(|&part| self.part_line(part, gate, unit)).collect();
                if self.resets_product(gate) {
                    lines.push(Line::new("q", &self.symbols('q'), &self.formula('q', unit)));
                }
                let symbols = format!("a{} = {}", subscript(self.kind, gate), self.argument_symbols(gate));
                lines.push(Line::new(&named("a", self.kind, gate), &symbols, &Formula::Sum(self.argument(gate, unit))));
                lines
            }
        }
    }

    fn resets_product(&self, gate: char) -> bool {
        self.kind == CellKind::Gru && gate == 'n'
    }

    fn part_line(&self, part: Part, gate: char, unit: usize) -> Line {
        let symbols = match part {
            Part::Bias => self.bias_symbols(gate),
            _ => self.part_symbols(part, gate),
        };
        Line::new(&named(part.base(), self.kind, gate), &symbols, &Formula::Sum(self.part_terms(part, gate, unit)))
    }

    fn part_terms(&self, part: Part, gate: char, unit: usize) -> Vec<Formula> {
        let below = subscript(self.kind, gate);
        let (w, u) = (format!("W{below}"), format!("U{below}"));
        match part {
            Part::Input => self.input_product(gate, unit, &w),
            Part::Recurrent => self.recurrent_product(gate, unit, &u),
            Part::Joined => {
                let mut terms = self.recurrent_product(gate, unit, &w);
                terms.extend(self.input_product(gate, unit, &w));
                terms
            }
            Part::Bias => {
                let (row, of) = (self.row(gate, unit), bias_subscripts(self.kind, gate));
                let mut terms = vec![self.parameter(tensor::BIAS_IH, &format!("b_{{ih{of}}}"), row, None)];
                if !self.resets_product(gate) {
                    terms.push(self.parameter(tensor::BIAS_HH, &format!("b_{{hh{of}}}"), row, None));
                }
                terms
            }
        }
    }

    fn part_symbols(&self, part: Part, gate: char) -> String {
        let (below, x) = (subscript(self.kind, gate), self.input_symbol());
        let (h, bracketed) = match (self.kind, gate) {
            (CellKind::GruCho, 'n') => ("r_t ⊙ h_{t-1}", "(r_t ⊙ h_{t-1})"),
            _ => ("h_{t-1}", "h_{t-1}"),
        };
        match part {
            Part::Input => format!("W{below} {x}"),
            Part::Recurrent => format!("U{below} {bracketed}"),
            Part::Joined => format!("W{below}·[{h}, {x}]"),
            Part::Bias => format!("b{below}"),
        }
    }

    /// Both biases of PyTorch, which add up; gru's n has one here and one inside the reset.
    fn bias_symbols(&self, gate: char) -> String {
        let (left, of) = (self.part_symbols(Part::Bias, gate), bias_subscripts(self.kind, gate));
        let second = if self.resets_product(gate) { String::new() } else { format!(" + b_{{hh{of}}}") };
        format!("{left} = b_{{ih{of}}}{second}")
    }

    /// A sum as an operand of the pre-activation.
    fn part(&self, part: Part, gate: char, unit: usize) -> Formula {
        let value = Formula::Sum(self.part_terms(part, gate, unit)).value(None);
        let reference = self.reference(&named(part.base(), self.kind, gate), unit);
        Formula::Operand(Factor { reference, ..Factor::leaf(&self.part_symbols(part, gate), value) })
    }

    /// The terms of a pre-activation, peepholes last.
    fn argument(&self, gate: char, unit: usize) -> Vec<Formula> {
        let mut terms: Vec<Formula> = self.argument_parts(gate).iter().map(|&part| self.part(part, gate, unit)).collect();
        if self.resets_product(gate) {
            terms.push(Formula::Product(vec![self.now('r', unit), self.now('q', unit)]));
        }
        if let Some(tensor) = self.peephole(gate) {
            let p = self.parameter(tensor, &format!("p_{gate}"), unit, None);
            let c = if gate == 'o' { self.now('c', unit) } else { self.before('c', unit) };
            terms.push(Formula::Product(vec![p, c]));
        }
        terms
    }

    fn argument_parts(&self, gate: char) -> &'static [Part] {
        match (self.joined(gate), self.resets_product(gate)) {
            (true, _) => &[Part::Joined, Part::Bias],
            (_, true) => &[Part::Input, Part::Bias],
            _ => &[Part::Input, Part::Recurrent, Part::Bias],
        }
    }

    fn argument_symbols(&self, gate: char) -> String {
        let parts: Vec<String> = self.argument_parts(gate).iter().map(|&part| self.part_symbols(part, gate)).collect();
        let last = match self.peephole(gate) {
            _ if self.resets_product(gate) => " + r_t ⊙ q_t".to_string(),
            None => String::new(),
            Some(_) => format!(" + p_{gate} ⊙ {}", if gate == 'o' { "C_t" } else { "C_{t-1}" }),
        };
        parts.join(" + ") + &last
    }

    fn peephole(&self, gate: char) -> Option<usize> {
        match (self.kind, gate) {
            (CellKind::LstmPeephole, 'i') => Some(tensor::PEEPHOLE_I),
            (CellKind::LstmPeephole, 'f') => Some(tensor::PEEPHOLE_F),
            (CellKind::LstmPeephole, 'o') => Some(tensor::PEEPHOLE_O),
            _ => None,
        }
    }

    /// The pre-activation of a gate as an operand.
    pub fn preactivation(&self, gate: char, unit: usize) -> Formula {
        let value = Formula::Sum(self.argument(gate, unit)).value(None);
        let reference = self.reference(&named("a", self.kind, gate), unit);
        Formula::Operand(Factor { reference, ..Factor::leaf(&format!("a{}", subscript(self.kind, gate)), value) })
    }

    /// The line of a quantity in symbols, a gate's with its whole argument.
    fn symbols(&self, quantity: char) -> String {
        let right = match (self.kind, quantity) {
            (CellKind::Lstm1997, 'f') => "1".to_string(),
            (CellKind::LstmCifg, 'i') => "1 - f_t".to_string(),
            (CellKind::Lstm1997, 'c') => "C_{t-1} + i_t ⊙ C\u{303}_t".to_string(),
            (_, 'c') => "f_t ⊙ C_{t-1} + i_t ⊙ C\u{303}_t".to_string(),
            (CellKind::Gru, 'q') => "U_n h_{t-1} + b'_n".to_string(),
            (_, 'q') => "r_t ⊙ h_{t-1}".to_string(),
            (CellKind::Gru | CellKind::GruCho, 'h') => "(1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1}".to_string(),
            (kind, 'h') if kind.has_cell_state() => "o_t ⊙ tanh(C_t)".to_string(),
            (kind, gate) => {
                let function = match kind {
                    CellKind::Rnn(Activation::Relu) => "relu",
                    CellKind::Rnn(Activation::Tanh) => "tanh",
                    _ if matches!(gate, 'g' | 'n') => "tanh",
                    _ => "σ",
                };
                format!("{function}({})", self.argument_symbols(gate))
            }
        };
        format!("{}_t = {right}", letter(quantity))
    }
}

/// A sum's name: the gate is left out where the cell has but one.
fn named(base: &str, kind: CellKind, gate: char) -> String {
    if matches!(kind, CellKind::Rnn(_)) { base.to_string() } else { format!("{base}_{gate}") }
}

/// Whose weights: nothing where the cell has but one set.
fn subscript(kind: CellKind, gate: char) -> String {
    match (kind, gate) {
        (CellKind::Rnn(_), _) => String::new(),
        (_, 'g') => format!("_{{{}}}", letter('g')),
        _ => format!("_{gate}"),
    }
}

fn bias_subscripts(kind: CellKind, gate: char) -> String {
    if matches!(kind, CellKind::Rnn(_)) { String::new() } else { format!(",{}", letter(gate)) }
}
