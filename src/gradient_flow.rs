//! How far back an error reaches: norms of dL/dh and dL/dc at every time step before one prediction, and what the belt (or the activations)
//! alone would carry back. Forward and backward in f64 over the visible lags. Read only: it makes no gradient of a weight.

use crate::cell::{Activation, CellKind, HELD, Holds, freed, held, lstm::Peepholes};
use crate::kernels::{COLUMNS, Left, Panels, Start, product};
use crate::layer::{LayerMemory, LayerRun, Recurrent};
use crate::loss::{cross_entropy, cross_entropy_backward};
use crate::model::{Activations, Model, Shape};
use crate::trace::{Kept, read_in_chunks};

/// Norms of one layer, one number a time step from [`GradientFlow::from`] to the cursor.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerFlow {
    /// ||dL/dh_t||, total: everything that h_t influences counts
    pub dh_norm: Vec<f64>,
    /// ||dL/dc_t||, total; empty where the kind has no cell state
    pub dc_norm: Vec<f64>,
    /// what would arrive along one path alone: LSTM kinds ||(prod f) . dL/dc_at||, GRU ||(prod z) . dL/dh_at||, RNN ||(prod act') . dL/dh_at||
    pub belt_alone: Vec<f64>,
}

/// Gradient flow of one prediction.
#[derive(Debug, Clone, PartialEq)]
pub struct GradientFlow {
    /// time step of the first number, counted from the first token read
    pub from: usize,
    /// bottom layer first
    pub layers: Vec<LayerFlow>,
}

/// The gradient of the loss of predicting the last of `tokens` from all before it, read from a zero state, at the last `lags` + 1 time steps.
/// What is held passes nothing back; the gradient that arrives at it is still reported. Before the visible lags the text is read in f32.
///
/// # Panics
/// When there are fewer than two tokens or one is not below V.
pub fn gradient_flow(model: &Model<f32>, holds: &[Option<Holds<f32>>], tokens: &[u32], lags: usize) -> GradientFlow {
    let (&target, inputs) = tokens.split_last().expect("a prediction has a target");
    let from = inputs.len() - 1 - lags.min(inputs.len() - 1);
    let holds64: Vec<Option<Holds<f64>>> =
        holds.iter().map(|holds| holds.as_ref().map(|holds| widened(holds, model.shape().hidden_size))).collect();
    let layers: Vec<Layer> =
        (0..model.shape().num_layers).map(|index| Layer::new(model, index, holds64[index].as_ref())).collect();
    let mut memories = start(model, holds, &inputs[..from], inputs.len() - from);
    forward(&layers, &mut memories, &inputs[from..]);
    backward(model, &layers, &mut memories, target);
    GradientFlow { from, layers: layers.iter().zip(&memories).map(|(layer, memory)| layer.flow(memory)).collect() }
}

/// The value at which a quantity of a unit is held, None where it is free.
pub(crate) fn held_value(holds: Option<&Holds<f32>>, quantity: char, unit: usize) -> Option<f64> {
    let row = HELD.iter().position(|&held| held == quantity)?;
    (freed(holds, row, unit, 1.0_f32) == 0.0).then(|| f64::from(held(holds, row, unit, 0.0_f32)))
}

fn widened(holds: &Holds<f32>, hidden_size: usize) -> Holds<f64> {
    let mut wide = Holds::new(hidden_size);
    for (quantity, unit) in HELD.iter().flat_map(|&quantity| (0..hidden_size).map(move |unit| (quantity, unit))) {
        if let Some(value) = held_value(Some(holds), quantity, unit) {
            wide.hold(quantity, unit, value);
        }
    }
    wide
}

/// Memory for `seq_len` time steps of every layer, the state before them read from `earlier`.
fn start(model: &Model<f32>, holds: &[Option<Holds<f32>>], earlier: &[u32], seq_len: usize) -> Vec<LayerMemory<f64>> {
    let Shape { kind, hidden_size: hidden, num_layers, .. } = model.shape();
    let mut memories: Vec<LayerMemory<f64>> = (0..num_layers).map(|_| LayerMemory::new(kind, hidden, seq_len, 1, true)).collect();
    read_in_chunks(model, holds, earlier, Kept::STATES, |run: &Activations<f32>, start, length| {
        if start + length < earlier.len() {
            return;
        }
        for (index, memory) in memories.iter_mut().enumerate() {
            let read = run.layer(index);
            let last = |states: &[f32], to: &mut [f64]| {
                to.iter_mut().zip(&states[length * hidden..]).for_each(|(to, &state)| *to = f64::from(state));
            };
            last(&read.h, &mut memory.h[..hidden]);
            if kind.has_cell_state() {
                last(&read.c, &mut memory.c[..hidden]);
            }
        }
    });
    memories
}

/// One layer in f64.
struct Layer<'a> {
    kind: CellKind,
    hidden: usize,
    holds: Option<&'a Holds<f64>>,
    recurrent: Recurrent<f64>,
    /// `[G*H, V]` of the bottom layer, as the model has it: its products are columns
    table: &'a [f32],
    /// above the bottom layer: W transposed and W
    input: Panels<f64, COLUMNS>,
    input_backward: Panels<f64, COLUMNS>,
    /// b_ih + b_hh; for the GRU's n b_ih alone
    bias: Vec<f64>,
    bias_hh_n: Vec<f64>,
    /// p_i, p_f, p_o, or nothing
    peepholes: Vec<Vec<f64>>,
}

impl<'a> Layer<'a> {
    fn new(model: &'a Model<f32>, index: usize, holds: Option<&'a Holds<f64>>) -> Layer<'a> {
        let Shape { kind, hidden_size: hidden, num_layers, .. } = model.shape();
        let entries = model.entries();
        let per_layer = (entries.len() - 2) / num_layers;
        let values = |k: usize| &model.values()[entries[index * per_layer + k].range.clone()];
        let wide = |k: usize| -> Vec<f64> { values(k).iter().map(|&value| f64::from(value)).collect() };
        let (width, above) = (kind.num_gates() * hidden, if index == 0 { 0 } else { hidden });
        let mut recurrent = Recurrent::new(kind, hidden);
        recurrent.pack(&wide(1));
        let (mut input, mut input_backward) = (Panels::new(above, width), Panels::new(if index == 0 { 0 } else { width }, above));
        if index > 0 {
            let weight_ih = wide(0);
            input.pack_transposed(&weight_ih);
            input_backward.pack(&weight_ih);
        }
        let (mut bias, bias_hh) = (wide(2), wide(3));
        let joint = if kind == CellKind::Gru { 2 * hidden } else { width };
        bias[..joint].iter_mut().zip(&bias_hh).for_each(|(bias, more)| *bias += more);
        Layer {
            kind,
            hidden,
            holds,
            recurrent,
            table: if index == 0 { values(0) } else { &[] },
            input,
            input_backward,
            bias,
            bias_hh_n: bias_hh[joint..].to_vec(),
            peepholes: (4..per_layer).map(wide).collect(),
        }
    }

    fn run(&self, seq_len: usize) -> LayerRun<'_, f64> {
        let peepholes = match &self.peepholes[..] {
            [i, f, o] => Some(Peepholes { i, f, o }),
            _ => None,
        };
        LayerRun {
            kind: self.kind,
            hidden: self.hidden,
            seq_len,
            lanes: 1,
            weights: &self.recurrent,
            bias_hh_n: &self.bias_hh_n,
            peepholes,
            holds: self.holds,
            resets: &[],
        }
    }

    /// b + W x of the bottom layer: a column of W for every token.
    fn look_up(&self, gates: &mut [f64], tokens: &[u32]) {
        let width = self.bias.len();
        let vocab = self.table.len() / width;
        for (a, &token) in gates.chunks_exact_mut(width).zip(tokens) {
            for (row, a) in a.iter_mut().enumerate() {
                *a = self.bias[row] + f64::from(self.table[row * vocab + token as usize]);
            }
        }
    }

    /// Norms of what `backward` has left in the layer's memory.
    fn flow(&self, memory: &LayerMemory<f64>) -> LayerFlow {
        let norms =
            |gradients: &[f64]| gradients.chunks_exact(self.hidden).skip(1).map(|step| norm(step.iter().copied())).collect();
        let dh_norm: Vec<f64> = norms(&memory.d_h);
        let along = if self.kind.has_cell_state() { &memory.d_c } else { &memory.d_h };
        let at_cursor = &along[along.len() - self.hidden..];
        let mut belt = vec![1.0; self.hidden];
        let mut belt_alone = vec![0.0; dh_norm.len()];
        for (t, alone) in belt_alone.iter_mut().enumerate().rev() {
            *alone = norm(belt.iter().zip(at_cursor).map(|(belt, gradient)| belt * gradient));
            belt.iter_mut().enumerate().for_each(|(unit, belt)| *belt *= self.passed(memory, t, unit));
        }
        LayerFlow { dh_norm, dc_norm: norms(&memory.d_c), belt_alone }
    }

    /// What one time step lets pass back along the belt of a unit: f, z or act'; nothing where the state itself is held.
    fn passed(&self, memory: &LayerMemory<f64>, t: usize, unit: usize) -> f64 {
        let gates = &memory.gates[t * self.bias.len()..(t + 1) * self.bias.len()];
        let gate = |gate: char| self.kind.gate_index(gate).map_or(1.0, |block| gates[block * self.hidden + unit]);
        let (state, factor) = match self.kind {
            CellKind::Rnn(activation) => {
                let h = gates[unit];
                let slope = match activation {
                    Activation::Tanh => 1.0 - h * h,
                    Activation::Relu => f64::from(u8::from(h > 0.0)),
                    Activation::Sigmoid => h * (1.0 - h),
                };
                ('h', slope)
            }
            CellKind::Gru | CellKind::GruCho => ('h', gate('z')),
            _ => ('c', gate('f')),
        };
        let row = HELD.iter().position(|&held| held == state).expect("states can be held");
        freed(self.holds, row, unit, factor)
    }
}

/// Forward through all layers.
fn forward(layers: &[Layer<'_>], memories: &mut [LayerMemory<f64>], tokens: &[u32]) {
    for (index, layer) in layers.iter().enumerate() {
        let (below, this) = memories.split_at_mut(index);
        let gates = &mut this[0].gates;
        match below.last() {
            None => layer.look_up(gates, tokens),
            Some(below) => {
                let width = layer.bias.len();
                let x = Left::rows(&below.h[layer.hidden..], layer.hidden);
                product(gates, width, tokens.len(), x, &layer.input, Start::From(&layer.bias));
            }
        }
        layer.run(tokens.len()).forward(&mut this[0]);
    }
}

/// Backward from the loss of the last time step's prediction through all layers.
fn backward(model: &Model<f32>, layers: &[Layer<'_>], memories: &mut [LayerMemory<f64>], target: u32) {
    let (hidden, entries) = (model.shape().hidden_size, model.entries());
    let values = |entry: usize| &model.values()[entries[entry].range.clone()];
    let (weight, bias) = (values(entries.len() - 2), values(entries.len() - 1));
    let top = memories.last_mut().expect("a model has a layer");
    let (steps, last) = (top.h.len() / hidden - 1, top.h.len() - hidden);
    let row = |h: &[f64], weights: &[f32]| weights.iter().zip(h).fold(0.0, |sum, (&weight, h)| sum + f64::from(weight) * h);
    let mut outputs: Vec<f64> =
        weight.chunks_exact(hidden).zip(bias).map(|(weights, &bias)| f64::from(bias) + row(&top.h[last..], weights)).collect();
    cross_entropy(&mut outputs, target);
    cross_entropy_backward(&mut outputs, target, 1.0);
    for (weights, output) in weight.chunks_exact(hidden).zip(&outputs) {
        top.d_h[last..].iter_mut().zip(weights).for_each(|(d_h, &weight)| *d_h += output * f64::from(weight));
    }
    for (index, layer) in layers.iter().enumerate().rev() {
        let (below, this) = memories.split_at_mut(index);
        layer.run(steps).backward(&mut this[0]);
        if let Some(below) = below.last_mut() {
            let d_gates = Left::rows(&this[0].d_gates, layer.bias.len());
            product(&mut below.d_h[hidden..], hidden, steps, d_gates, &layer.input_backward, Start::AddToC);
        }
    }
}

/// L2 norm, scaled by the largest number so that its square cannot vanish; what is not finite stays so.
fn norm(numbers: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = numbers.clone().fold(0.0_f64, |most, x| if x.abs() > most || x.is_nan() { x.abs() } else { most });
    if largest == 0.0 || !largest.is_finite() {
        return largest;
    }
    largest * numbers.fold(0.0, |sum, x| sum + (x / largest) * (x / largest)).sqrt()
}
