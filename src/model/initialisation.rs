//! How a model begins: every parameter drawn from one stream, recurrent weights made orthogonal and gates opened where that is asked for.
//! It refuses to know settings; what the numbers do to learning is measured in docs/learning-quality.md.

use super::{Entry, Model, Number};
use crate::cell::CellKind;
use crate::math;
use crate::rng::Rng;
use serde::{Deserialize, Serialize};

/// Where the recurrent weights begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecurrentInit {
    /// as they are drawn
    #[default]
    Uniform,
    /// each H x H block with orthonormal rows (Saxe, McClelland & Ganguli 2014; torch.nn.init.orthogonal_): U h is as long as h
    Orthogonal,
}

/// What a model begins with, beside its shape.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Initialisation {
    /// seed of the stream that parameters are drawn from
    pub seed: u32,
    /// where the recurrent weights begin
    pub recurrent_init: RecurrentInit,
    /// factor on layer 0's input weights
    pub input_scale: f32,
    /// factor on all recurrent weights
    pub recurrent_scale: f32,
    /// added to the f rows of bias_ih, where there are any
    pub forget_bias: f32,
    /// longest time scale M, in time steps; 1: none
    pub time_scale: f32,
}

impl Default for Initialisation {
    /// torch.nn's own rule.
    fn default() -> Initialisation {
        Initialisation {
            seed: 1,
            recurrent_init: RecurrentInit::Uniform,
            input_scale: 1.0,
            recurrent_scale: 1.0,
            forget_bias: 0.0,
            time_scale: 1.0,
        }
    }
}

impl<F: Number> Model<F> {
    /// Uniform in [-1/sqrt(H), 1/sqrt(H)) in parameter order, row-major, from one stream (torch.nn's own rule); then layer 0's input weights
    /// times `input_scale`, all recurrent weights times `recurrent_scale`, made orthogonal before where that is asked for, and the gates that keep
    /// a state opened by `forget_bias` and `time_scale`.
    pub fn initialise(&mut self, how: &Initialisation) {
        let hidden = self.shape.hidden_size;
        let bound = 1.0 / (hidden as f32).sqrt();
        let mut rng = Rng::parameters(how.seed);
        for entry in &self.entries {
            let recurrent = entry.name.starts_with("rnn.weight_hh");
            let scale = match entry.name.as_str() {
                "rnn.weight_ih_l0" => how.input_scale,
                _ if recurrent && how.recurrent_init == RecurrentInit::Uniform => how.recurrent_scale,
                _ => 1.0,
            };
            for value in &mut self.values[entry.range.clone()] {
                *value = F::of(rng.uniform_within(bound) * scale);
            }
            if recurrent && how.recurrent_init == RecurrentInit::Orthogonal {
                for block in self.values[entry.range.clone()].chunks_exact_mut(hidden * hidden) {
                    make_orthogonal(block, hidden, how.recurrent_scale);
                }
            }
        }
        self.open_gates(how);
        self.pack();
    }

    /// The bias of unit j's keeping gate grows by ln tau_j, tau_j = M^((j + 1/2) / H): so, with a gate whose bias is 0 otherwise, a state is
    /// kept for 2 to M + 1 time steps, evenly spread on a logarithmic scale. After Tallec & Ollivier 2018 (chrono initialisation), who draw
    /// tau uniformly and shift the input gate as well. `forget_bias` is of f alone.
    fn open_gates(&mut self, how: &Initialisation) {
        let (letter, bias) = match self.shape.kind {
            CellKind::Lstm | CellKind::LstmPeephole | CellKind::LstmCifg => ('f', how.forget_bias),
            CellKind::Gru | CellKind::GruCho => ('z', 0.0),
            CellKind::Rnn(_) | CellKind::Lstm1997 => return,
        };
        let hidden = self.shape.hidden_size;
        let Some(block) = self.shape.kind.gate_index(letter) else { return };
        let is_bias = |entry: &&Entry| entry.name.starts_with("rnn.bias_ih");
        for entry in self.entries.iter().filter(is_bias) {
            let rows = &mut self.values[entry.range.clone()][block * hidden..(block + 1) * hidden];
            for (j, value) in rows.iter_mut().enumerate() {
                let ln_tau = (j as f32 + 0.5) / hidden as f32 * math::ln(how.time_scale);
                *value = *value + F::of(bias + ln_tau);
            }
        }
    }
}

/// An H x H block with orthonormal rows times `scale`.
fn make_orthogonal<F: Number>(block: &mut [F], hidden: usize, scale: f32) {
    let mut rows: Vec<f64> = block.iter().map(|value| value.to_f64()).collect();
    orthonormalise(&mut rows, hidden);
    for (value, q) in block.iter_mut().zip(rows) {
        *value = F::of(q as f32 * scale);
    }
}

/// Rows u_r of H numbers become q_r: u_r less its shares (q_p . u_r) q_p of all rows before, by its length (modified Gram-Schmidt, Golub & Van Loan,
/// algorithm 5.2.6). A row of which nothing is left, as one drawn 0 at H = 1, becomes 0.
#[inline(never)] // inside a caller of another crate it would be compiled for size
fn orthonormalise(rows: &mut [f64], hidden: usize) {
    for r in 0..hidden {
        let (before, rest) = rows.split_at_mut(r * hidden);
        let row = &mut rest[..hidden];
        for q in before.chunks_exact(hidden) {
            let share = dot(q, row);
            row.iter_mut().zip(q).for_each(|(u, q)| *u -= share * q);
        }
        let length = dot(row, row).sqrt();
        row.iter_mut().for_each(|u| *u = if length > 0.0 { *u / length } else { 0.0 });
    }
}

/// Sum of a_k b_k as every long sum here: element k into accumulator k mod 8, added in order.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (eights, others) = (a.chunks_exact(8), b.chunks_exact(8));
    let (rest, other_rest) = (eights.remainder(), others.remainder());
    for (a, b) in eights.zip(others) {
        for k in 0..8 {
            sums[k] += a[k] * b[k];
        }
    }
    sums.iter_mut().zip(rest.iter().zip(other_rest)).for_each(|(sum, (a, b))| *sum += a * b);
    sums.iter().fold(0.0, |total, sum| total + sum)
}
