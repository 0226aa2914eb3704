//! One time step of one layer as formulas: the states it starts from are read, everything else is a tree over them. It refuses to know the
//! words and the order of a derivation.

use super::formula::{Element, Factor, Formula, Function, Reference};
use super::{Notation, Question};
use crate::cell::{Activation, CellKind, Holds};
use crate::gradient_flow::held_value;
use crate::model::Model;
use crate::trace::{Kept, read_in_chunks};

/// Index of a layer's tensors among its entries.
pub(super) mod tensor {
    pub const WEIGHT_IH: usize = 0;
    pub const WEIGHT_HH: usize = 1;
    pub const BIAS_IH: usize = 2;
    pub const BIAS_HH: usize = 3;
    pub const PEEPHOLE_I: usize = 4;
    pub const PEEPHOLE_F: usize = 5;
    pub const PEEPHOLE_O: usize = 6;
}

/// The time step that a question is about, and the states round it.
pub(super) struct TimeStep<'a> {
    pub model: &'a Model<f32>,
    pub kind: CellKind,
    pub hidden: usize,
    pub layer: usize,
    pub t: usize,
    pub notation: Notation,
    holds: &'a [Option<Holds<f32>>],
    /// whether the state before it is the zero one
    first: bool,
    /// `[H]` h of the layer below; empty for the bottom layer
    x: Vec<f32>,
    token: u32,
    /// `[H]` each
    h_before: Vec<f32>,
    c_before: Vec<f32>,
    /// `[H]` the GRU's reset gate of all units
    r: Vec<f32>,
    /// `[H]` h of the top layer after it
    pub h_top: Vec<f32>,
}

impl<'a> TimeStep<'a> {
    /// Reads the text from a zero state up to the time step.
    pub fn read(
        model: &'a Model<f32>,
        holds: &'a [Option<Holds<f32>>],
        tokens: &[u32],
        from: usize,
        question: Question<'_>,
    ) -> TimeStep<'a> {
        let (shape, Question { layer, t, notation, .. }) = (model.shape(), question);
        let (kind, hidden) = (shape.kind, shape.hidden_size);
        let mut step = TimeStep {
            model,
            kind,
            hidden,
            layer,
            t,
            notation,
            holds,
            first: t == from,
            x: Vec::new(),
            token: tokens[t],
            h_before: Vec::new(),
            c_before: Vec::new(),
            r: Vec::new(),
            h_top: Vec::new(),
        };
        read_in_chunks(model, holds, &tokens[from..=t], Kept::STATES, |run, start, length| {
            if from + start + length <= t {
                return;
            }
            let state = |states: &[f32], index: usize| states[index * hidden..(index + 1) * hidden].to_vec();
            let memory = run.layer(layer);
            step.h_before = state(&memory.h, length - 1);
            if kind.has_cell_state() {
                step.c_before = state(&memory.c, length - 1);
            }
            if kind.gate_index('r').is_some() {
                step.r = state(&memory.gates, (length - 1) * kind.num_gates());
            }
            if layer > 0 {
                step.x = state(&run.layer(layer - 1).h, length);
            }
            step.h_top = state(&run.layer(shape.num_layers - 1).h, length);
        });
        step
    }

    /// Whether its input is the h of a layer and no character.
    pub fn has_layer_below(&self) -> bool {
        !self.x.is_empty()
    }

    pub fn held(&self, quantity: char, unit: usize) -> Option<f64> {
        held_value(self.holds[self.layer].as_ref(), quantity, unit)
    }

    /// The place of a quantity's equation in this layer at this time step.
    pub fn reference(&self, what: &str, unit: usize) -> Option<Reference> {
        Some(Reference { what: what.to_string(), layer: self.layer, t: self.t, unit })
    }

    /// A state as an operand: held, zero or with the place of its equation.
    fn state(&self, symbol: &str, quantity: char, layer: usize, t: Option<usize>, unit: usize, value: f32) -> Formula {
        let held = t.is_some() && held_value(self.holds[layer].as_ref(), quantity, unit).is_some();
        let place = |t| Reference { what: quantity.to_string(), layer, t, unit };
        let reference = t.filter(|_| !held).map(place);
        Formula::Operand(Factor { reference, held, ..Factor::leaf(symbol, value.into()) })
    }

    /// h_{t-1} or C_{t-1} of a unit.
    pub fn before(&self, quantity: char, unit: usize) -> Formula {
        let t = if self.first { None } else { Some(self.t - 1) };
        match quantity {
            'c' => self.state("C_{t-1}", 'c', self.layer, t, unit, self.c_before[unit]),
            _ => self.state("h_{t-1}", 'h', self.layer, t, unit, self.h_before[unit]),
        }
    }

    /// h_t of the top layer.
    pub fn top(&self, unit: usize) -> Formula {
        self.state("h_t", 'h', self.model.shape().num_layers - 1, Some(self.t), unit, self.h_top[unit])
    }

    /// The symbol of the layer's input.
    pub fn input_symbol(&self) -> String {
        if self.has_layer_below() { format!("h_t^{{({})}}", self.layer) } else { "x_t".to_string() }
    }

    /// A quantity of this time step as an operand of another one.
    pub fn now(&self, quantity: char, unit: usize) -> Formula {
        let held = self.held(quantity, unit);
        let value = held.unwrap_or_else(|| self.formula(quantity, unit).value(None));
        let reference = if held.is_some() { None } else { self.reference(quantity.encode_utf8(&mut [0; 4]), unit) };
        Formula::Operand(Factor { reference, held: held.is_some(), ..Factor::leaf(&format!("{}_t", letter(quantity)), value) })
    }

    /// One element of one of the layer's tensors.
    pub fn parameter(&self, tensor: usize, symbol: &str, row: usize, column: Option<usize>) -> Formula {
        let entries = self.model.entries();
        let per_layer = (entries.len() - 2) / self.model.shape().num_layers;
        self.element(self.layer * per_layer + tensor, symbol, row, column)
    }

    /// One element of one of the model's tensors.
    pub fn element(&self, entry: usize, symbol: &str, row: usize, column: Option<usize>) -> Formula {
        let entry = &self.model.entries()[entry];
        let columns = entry.shape.get(1).copied().unwrap_or(1);
        let value = self.model.values()[entry.range.start + row * columns + column.unwrap_or(0)];
        let parameter = Some(Element { name: entry.name.clone(), row, column });
        Formula::Operand(Factor { parameter, ..Factor::leaf(symbol, value.into()) })
    }

    /// Row of a unit in a gate's block.
    pub fn row(&self, gate: char, unit: usize) -> usize {
        self.kind.gate_index(gate).expect("gates are checked before they come here") * self.hidden + unit
    }

    /// The terms of W x.
    pub fn input_product(&self, gate: char, unit: usize, symbol: &str) -> Vec<Formula> {
        let row = self.row(gate, unit);
        let weight = |column: usize| self.parameter(tensor::WEIGHT_IH, symbol, row, Some(column));
        if !self.has_layer_below() {
            return vec![weight(self.token as usize)];
        }
        let x = self.input_symbol();
        let term =
            |(unit, &value)| Formula::Product(vec![weight(unit), self.state(&x, 'h', self.layer - 1, Some(self.t), unit, value)]);
        self.x.iter().enumerate().map(term).collect()
    }

    /// The terms of U h; of U (r . h) for gru_cho's n.
    pub fn recurrent_product(&self, gate: char, unit: usize, symbol: &str) -> Vec<Formula> {
        let row = self.row(gate, unit);
        let reset_before = self.kind == CellKind::GruCho && gate == 'n';
        let term = |unit: usize| {
            let mut factors = vec![self.parameter(tensor::WEIGHT_HH, symbol, row, Some(unit))];
            if reset_before {
                factors.push(self.state("r_t", 'r', self.layer, Some(self.t), unit, self.r[unit]));
            }
            factors.push(self.before('h', unit));
            Formula::Product(factors)
        };
        (0..self.hidden).map(term).collect()
    }

    /// The formula of a quantity, whether it is held or not. A gate's is a function of its pre-activation.
    pub fn formula(&self, quantity: char, unit: usize) -> Formula {
        use Formula::{Product, Sum};
        let (now, before) = (|quantity| self.now(quantity, unit), |quantity| self.before(quantity, unit));
        match (self.kind, quantity) {
            (CellKind::Lstm1997, 'f') => Formula::Constant(1.0),
            (CellKind::LstmCifg, 'i') => Formula::complement(now('f')),
            (CellKind::Lstm1997, 'c') => Sum(vec![before('c'), Product(vec![now('i'), now('g')])]),
            (_, 'c') => Sum(vec![Product(vec![now('f'), before('c')]), Product(vec![now('i'), now('g')])]),
            (CellKind::Gru, 'q') => {
                let mut terms = self.recurrent_product('n', unit, "U_n");
                terms.push(self.parameter(tensor::BIAS_HH, "b'_n", self.row('n', unit), None));
                Sum(terms)
            }
            (_, 'q') => Product(vec![now('r'), before('h')]),
            (CellKind::Gru | CellKind::GruCho, 'h') => {
                Sum(vec![Product(vec![Formula::complement(now('z')), now('n')]), Product(vec![now('z'), before('h')])])
            }
            (kind, 'h') if kind.has_cell_state() => Product(vec![now('o'), Formula::apply(Function::Tanh, now('c'))]),
            (kind, gate) => Formula::apply(nonlinearity(kind, gate), self.preactivation(gate, unit)),
        }
    }
}

fn nonlinearity(kind: CellKind, gate: char) -> Function {
    match (kind, gate) {
        (CellKind::Rnn(Activation::Tanh), _) | (_, 'g' | 'n') => Function::Tanh,
        (CellKind::Rnn(Activation::Relu), _) => Function::Relu,
        _ => Function::Sigmoid,
    }
}

/// The notes' letter of a quantity.
pub(super) fn letter(quantity: char) -> String {
    match quantity {
        'g' => "C\u{303}".to_string(),
        'c' => "C".to_string(),
        other => other.to_string(),
    }
}
