//! The seven cells: what kinds there are, which gates and parameters each has, and the one interface by which the model runs them.
//! A file a family: [`rnn`], [`lstm`], [`gru`], forward and backward together. It refuses to know about products, text and training.

pub mod gru;
pub mod lstm;
pub mod rnn;

use crate::kernels::Real;
use crate::math::Num;
use serde::{Deserialize, Serialize};

/// Activation of the Elman RNN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// tanh, range (-1, 1)
    #[default]
    Tanh,
    /// max(0, a); its derivative at 0 is 0
    Relu,
    /// 1 / (1 + exp(-a)), range (0, 1)
    Sigmoid,
}

/// Kind of recurrent cell. Formulas: design notes and each family's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Elman RNN (Elman 1990; torch.nn.RNN)
    Rnn(Activation),
    /// LSTM with forget gate (Gers, Schmidhuber & Cummins 2000; torch.nn.LSTM)
    Lstm,
    /// LSTM without forget gate, f = 1 (Hochreiter & Schmidhuber 1997, with the full gradient)
    Lstm1997,
    /// LSTM with peepholes (Gers & Schmidhuber 2000)
    LstmPeephole,
    /// coupled input and forget gate, i = 1 - f (variant of Greff et al. 2017)
    LstmCifg,
    /// GRU, reset after the product (torch.nn.GRU, cuDNN)
    Gru,
    /// GRU, reset before the product (Cho et al. 2014)
    GruCho,
}

impl CellKind {
    /// Gate blocks in parameter order: the H-row blocks of `weight_ih`, `weight_hh` and both biases.
    pub fn gates(self) -> &'static [char] {
        match self {
            CellKind::Rnn(_) => &['h'],
            CellKind::Lstm | CellKind::LstmPeephole => &['i', 'f', 'g', 'o'],
            CellKind::Lstm1997 => &['i', 'g', 'o'],
            CellKind::LstmCifg => &['f', 'g', 'o'],
            CellKind::Gru | CellKind::GruCho => &['r', 'z', 'n'],
        }
    }

    /// G, the number of gate blocks.
    pub fn num_gates(self) -> usize {
        self.gates().len()
    }

    /// Whether the cell has a cell state c beside h.
    pub fn has_cell_state(self) -> bool {
        matches!(self, CellKind::Lstm | CellKind::Lstm1997 | CellKind::LstmPeephole | CellKind::LstmCifg)
    }

    /// Block index of a gate, None where the kind has no such gate.
    pub fn gate_index(self, gate: char) -> Option<usize> {
        self.gates().iter().position(|&g| g == gate)
    }
}

/// The quantities of one unit that a hold can replace.
pub const HELD: [char; 9] = ['i', 'f', 'g', 'o', 'r', 'z', 'n', 'c', 'h'];

/// Values that are held in one layer: where one is held, the value after the nonlinearity is replaced at every time step, and nothing
/// flows back through it.
#[derive(Debug, Clone, PartialEq)]
pub struct Holds<F> {
    hidden_size: usize,
    /// [quantity][H]: 1 where held, else 0
    held: Vec<F>,
    /// [quantity][H]
    value: Vec<F>,
}

impl<F: Real> Holds<F> {
    /// Nothing held.
    pub fn new(hidden_size: usize) -> Holds<F> {
        Holds { hidden_size, held: vec![F::of(0.0); HELD.len() * hidden_size], value: vec![F::of(0.0); HELD.len() * hidden_size] }
    }

    /// Holds `quantity` (one of [`HELD`]) of `unit` at `value`.
    pub fn hold(&mut self, quantity: char, unit: usize, value: f64) {
        let at = Self::row(quantity) * self.hidden_size + unit;
        self.held[at] = F::of(1.0);
        self.value[at] = F::from_f64(value);
    }

    fn row(quantity: char) -> usize {
        HELD.iter().position(|&q| q == quantity).expect("quantities are checked against HELD before they come here")
    }
}

/// What a formula asks: the value itself, or the one that is held in its place.
#[inline(always)]
pub fn held<L: Num>(holds: Option<&Holds<L::Scalar>>, quantity: usize, unit: usize, value: L) -> L {
    match holds {
        None => value,
        Some(holds) => {
            let at = quantity * holds.hidden_size + unit;
            L::select_less(L::of(0.5), L::load(&holds.held, at), L::load(&holds.value, at), value)
        }
    }
}

/// What flows back through a value: its derivative, or 0 where it is held.
#[inline(always)]
pub fn freed<L: Num>(holds: Option<&Holds<L::Scalar>>, quantity: usize, unit: usize, derivative: L) -> L {
    match holds {
        None => derivative,
        Some(holds) => {
            L::select_less(L::of(0.5), L::load(&holds.held, quantity * holds.hidden_size + unit), L::of(0.0), derivative)
        }
    }
}

/// Row of each quantity in [`Holds`].
pub(crate) mod quantity {
    pub const I: usize = 0;
    pub const F: usize = 1;
    pub const G: usize = 2;
    pub const O: usize = 3;
    pub const R: usize = 4;
    pub const Z: usize = 5;
    pub const N: usize = 6;
    pub const C: usize = 7;
    pub const H: usize = 8;
}
