//! Which time steps of its window an update came from. The gradient of a bias is a sum over time: dL/db = sum over t of d_t, where d_t is dL/da of
//! that time step summed over the lanes. The share of time step t is |d_t| / sum of all |d_t|. It reads what the backward pass has left, in f64, and
//! refuses to change any of it.

use crate::activations::Activations;
use crate::cell::CellKind;

/// One bias of a layer, taken apart by time step.
#[derive(Debug, Clone, PartialEq)]
pub struct BiasShares {
    /// the gate whose bias it is; `q` for the GRU's bias_hh of n, which stands inside the product with r and has a gradient of its own
    pub gate: char,
    /// `[T]` shares of the time steps, first to last; they add up to 1, or are all 0 where nothing came
    pub shares: Vec<f64>,
    /// what the time steps leave of one another: |sum of d_t| / sum of |d_t|, 1 where all point one way, 0 where nothing came
    pub remaining: f64,
}

/// d_t of every bias of a layer after a backward pass: gate and `[T][H]`, time first, in parameter order, the GRU's `q` last.
///
/// # Panics
/// When `layer` does not exist.
pub fn contributions(kind: CellKind, run: &Activations<f32>, layer: usize) -> Vec<(char, Vec<f64>)> {
    let memory = run.layer(layer);
    let hidden = memory.d_gates.len() / (run.seq_len * run.lanes * kind.num_gates());
    let gates = kind.gates();
    let block = |k: usize| summed_over_lanes(&memory.d_gates, run, gates.len() * hidden, k * hidden, hidden);
    let mut biases: Vec<(char, Vec<f64>)> = gates.iter().enumerate().map(|(k, &gate)| (gate, block(k))).collect();
    if kind == CellKind::Gru {
        biases.push(('q', summed_over_lanes(&memory.d_q, run, hidden, 0, hidden)));
    }
    biases
}

/// `[T][H]`: `hidden` numbers from `first` on in rows `[T][B][width]`, the lanes of a time step added up.
fn summed_over_lanes(rows: &[f32], run: &Activations<f32>, width: usize, first: usize, hidden: usize) -> Vec<f64> {
    let mut sums = vec![0.0; run.seq_len * hidden];
    for (t, sum) in sums.chunks_exact_mut(hidden).enumerate() {
        for lane in rows[t * run.lanes * width..(t + 1) * run.lanes * width].chunks_exact(width) {
            sum.iter_mut().zip(&lane[first..]).for_each(|(sum, &d_a)| *sum += f64::from(d_a));
        }
    }
    sums
}

/// The shares of every bias of a layer after a backward pass, in the order of [`contributions`].
///
/// # Panics
/// When `layer` does not exist.
pub fn update_shares(kind: CellKind, run: &Activations<f32>, layer: usize) -> Vec<BiasShares> {
    contributions(kind, run, layer).into_iter().map(|(gate, sums)| shares_of(gate, &sums, sums.len() / run.seq_len)).collect()
}

fn shares_of(gate: char, sums: &[f64], hidden: usize) -> BiasShares {
    let mut total = vec![0.0; hidden];
    for sum in sums.chunks_exact(hidden) {
        total.iter_mut().zip(sum).for_each(|(total, d)| *total += d);
    }
    let norms: Vec<f64> = sums.chunks_exact(hidden).map(norm).collect();
    let whole: f64 = norms.iter().sum();
    let part = |norm: f64| if whole > 0.0 { norm / whole } else { 0.0 };
    BiasShares { gate, remaining: part(norm(&total)), shares: norms.into_iter().map(part).collect() }
}

fn norm(vector: &[f64]) -> f64 {
    vector.iter().map(|x| x * x).sum::<f64>().sqrt()
}
