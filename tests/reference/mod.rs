//! The seven cells as a textbook writes them: vectors and loops in f64, straight from the formulas of `tests/golden/data/FORMAT.md`,
//! meant to be read beside them. It shares no kernel, no layout and no gradient with the engine, and refuses to be fast.
#![allow(dead_code)] // each test file compiles this module by itself and uses its own part of it

pub mod problem;

use lstm_playground::cell::{Activation, CellKind};
use lstm_playground::model::Shape;
use std::collections::BTreeMap;

/// `quantity` (a gate after its nonlinearity, c or h) of one unit is `value` at every time step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hold {
    pub layer: usize,
    pub quantity: char,
    pub unit: usize,
    pub value: f64,
}

/// One window: B lanes of T characters.
pub struct Window<'a> {
    /// `[T][B]` token ids
    pub inputs: &'a [u32],
    pub batch_size: usize,
    /// `[L][B][H]` state before the window; `c0` is not read where the kind has no cell state
    pub h0: &'a [f64],
    pub c0: &'a [f64],
    /// (time step, lane) before which the state starts from zero
    pub resets: &'a [(usize, usize)],
    pub holds: &'a [Hold],
}

/// Everything that a forward pass computes.
pub struct Trace {
    /// of each layer, by quantity (gates after the nonlinearity; c and h after the time step): `[T][B][H]`
    pub layers: Vec<BTreeMap<char, Vec<f64>>>,
    /// `[T][B][V]`
    pub logits: Vec<f64>,
    /// smallest |a| that a relu has seen: how far its kink is
    pub nearest_kink: f64,
}

/// Names and shapes of all parameters in their one order.
pub fn parameter_shapes(shape: Shape) -> Vec<(String, Vec<usize>)> {
    let (h, v, g) = (shape.hidden_size, shape.vocab_size, gates(shape.kind).len());
    let mut all = Vec::new();
    for k in 0..shape.num_layers {
        let inputs = if k == 0 { v } else { h };
        all.push((format!("rnn.weight_ih_l{k}"), vec![g * h, inputs]));
        all.push((format!("rnn.weight_hh_l{k}"), vec![g * h, h]));
        all.push((format!("rnn.bias_ih_l{k}"), vec![g * h]));
        all.push((format!("rnn.bias_hh_l{k}"), vec![g * h]));
        if shape.kind == CellKind::LstmPeephole {
            all.extend(["pi", "pf", "po"].map(|name| (format!("rnn.weight_{name}_l{k}"), vec![h])));
        }
    }
    all.push(("decoder.weight".to_string(), vec![v, h]));
    all.push(("decoder.bias".to_string(), vec![v]));
    all
}

/// Order of the H-row blocks.
fn gates(kind: CellKind) -> &'static str {
    match kind {
        CellKind::Rnn(_) => "h",
        CellKind::Lstm | CellKind::LstmPeephole => "ifgo",
        CellKind::Lstm1997 => "igo",
        CellKind::LstmCifg => "fgo",
        CellKind::Gru | CellKind::GruCho => "rzn",
    }
}

/// One layer: its parameters by PyTorch's names, row-major.
struct Layer<'a> {
    kind: CellKind,
    hidden_size: usize,
    weight_ih: &'a [f64],
    weight_hh: &'a [f64],
    bias_ih: &'a [f64],
    bias_hh: &'a [f64],
    /// p_i, p_f, p_o; empty without peepholes
    peepholes: Vec<&'a [f64]>,
    holds: Vec<Hold>,
}

/// What one layer has computed in one time step of one lane: H numbers a quantity.
type Quantities = BTreeMap<char, Vec<f64>>;

/// Cuts the flat parameter vector into layers, and the decoder's weight and bias.
fn cut<'a>(shape: Shape, values: &'a [f64], holds: &[Hold]) -> (Vec<Layer<'a>>, &'a [f64], &'a [f64]) {
    let mut rest = values;
    let mut parts = parameter_shapes(shape).into_iter().map(|(_, dimensions)| {
        let (part, after) = rest.split_at(dimensions.iter().product());
        rest = after;
        part
    });
    let mut next = || parts.next().expect("one part for each parameter");
    let layer = |index: usize, next: &mut dyn FnMut() -> &'a [f64]| Layer {
        kind: shape.kind,
        hidden_size: shape.hidden_size,
        weight_ih: next(),
        weight_hh: next(),
        bias_ih: next(),
        bias_hh: next(),
        peepholes: if shape.kind == CellKind::LstmPeephole { vec![next(), next(), next()] } else { Vec::new() },
        holds: holds.iter().copied().filter(|hold| hold.layer == index).collect(),
    };
    let layers = (0..shape.num_layers).map(|index| layer(index, &mut next)).collect();
    (layers, next(), next())
}

/// The forward pass.
pub fn forward(shape: Shape, values: &[f64], window: &Window) -> Trace {
    let (h, v, lanes) = (shape.hidden_size, shape.vocab_size, window.batch_size);
    let (layers, decoder_weight, decoder_bias) = cut(shape, values, window.holds);
    let mut states: Vec<(Vec<f64>, Vec<f64>)> = (0..shape.num_layers * lanes)
        .map(|state| (window.h0[state * h..(state + 1) * h].to_vec(), window.c0[state * h..(state + 1) * h].to_vec()))
        .collect();
    let mut trace = Trace { layers: vec![Quantities::new(); shape.num_layers], logits: Vec::new(), nearest_kink: f64::INFINITY };
    for (position, &token) in window.inputs.iter().enumerate() {
        let (t, lane) = (position / lanes, position % lanes);
        let mut x: Vec<f64> = (0..v).map(|column| if column == token as usize { 1.0 } else { 0.0 }).collect();
        for (index, layer) in layers.iter().enumerate() {
            let state = &mut states[index * lanes + lane];
            if window.resets.contains(&(t, lane)) {
                *state = (vec![0.0; h], vec![0.0; h]);
            }
            let (new, kink) = layer.time_step(&x, &state.0, &state.1);
            trace.nearest_kink = trace.nearest_kink.min(kink);
            state.0 = new[&'h'].clone();
            state.1 = new.get(&'c').cloned().unwrap_or_default();
            x = new[&'h'].clone();
            for (quantity, numbers) in new {
                trace.layers[index].entry(quantity).or_default().extend(numbers);
            }
        }
        trace.logits.extend((0..v).map(|row| decoder_bias[row] + dot(&decoder_weight[row * h..(row + 1) * h], &x)));
    }
    trace
}

/// Mean loss in nats over the predictions that count: logsumexp(logits) - logits[target].
pub fn loss(logits: &[f64], vocab_size: usize, targets: &[u32], counted: Option<&[bool]>) -> f64 {
    let rows = logits.chunks(vocab_size).zip(targets).enumerate();
    let losses: Vec<f64> = rows
        .filter(|(position, _)| counted.is_none_or(|counted| counted[*position]))
        .map(|(_, (row, &target))| {
            let largest = row.iter().fold(f64::NEG_INFINITY, |most, &y| most.max(y));
            largest + row.iter().map(|y| (y - largest).exp()).sum::<f64>().ln() - row[target as usize]
        })
        .collect();
    losses.iter().sum::<f64>() / losses.len() as f64
}

impl Layer<'_> {
    /// New quantities from the input x and the previous states, and the smallest |a| where the activation is relu.
    fn time_step(&self, x: &[f64], h: &[f64], c: &[f64]) -> (Quantities, f64) {
        match self.kind {
            CellKind::Rnn(activation) => self.rnn(activation, x, h),
            CellKind::Gru => (self.gru(x, h), f64::INFINITY),
            CellKind::GruCho => (self.gru_cho(x, h), f64::INFINITY),
            _ => (self.lstm(x, h, c), f64::INFINITY),
        }
    }

    /// h' = act(W x + b_ih + U h + b_hh)
    fn rnn(&self, activation: Activation, x: &[f64], h: &[f64]) -> (Quantities, f64) {
        let a: Vec<f64> = self.units().map(|j| self.input('h', j, x) + self.recurrent('h', j, h)).collect();
        let act = |a: f64| match activation {
            Activation::Tanh => a.tanh(),
            Activation::Relu => a.max(0.0),
            Activation::Sigmoid => sigmoid(a),
        };
        let kink = match activation {
            Activation::Relu => a.iter().fold(f64::INFINITY, |nearest, a| nearest.min(a.abs())),
            _ => f64::INFINITY,
        };
        (Quantities::from([('h', self.each('h', |j| act(a[j])))]), kink)
    }

    /// i = s(a_i + p_i . c)   f = s(a_f + p_f . c)   g = tanh(a_g)   c' = f . c + i . g   o = s(a_o + p_o . c')   h' = o . tanh(c')
    ///
    /// p = 0 without peepholes; f = 1 in lstm_1997; i = 1 - f in lstm_cifg.
    fn lstm(&self, x: &[f64], h: &[f64], c: &[f64]) -> Quantities {
        let a = |gate: char, j: usize| self.input(gate, j, x) + self.recurrent(gate, j, h);
        let p = |gate: usize, j: usize| self.peepholes.get(gate).map_or(0.0, |p| p[j]);
        let f = match self.kind {
            CellKind::Lstm1997 => vec![1.0; self.hidden_size],
            _ => self.each('f', |j| sigmoid(a('f', j) + p(1, j) * c[j])),
        };
        let i = match self.kind {
            CellKind::LstmCifg => f.iter().map(|f| 1.0 - f).collect(),
            _ => self.each('i', |j| sigmoid(a('i', j) + p(0, j) * c[j])),
        };
        let g = self.each('g', |j| a('g', j).tanh());
        let c = self.each('c', |j| f[j] * c[j] + i[j] * g[j]);
        let o = self.each('o', |j| sigmoid(a('o', j) + p(2, j) * c[j]));
        let h = self.each('h', |j| o[j] * c[j].tanh());
        Quantities::from([('i', i), ('f', f), ('g', g), ('o', o), ('c', c), ('h', h)])
    }

    /// r = s(a_r)   z = s(a_z)   n = tanh(W_n x + b_ih,n + r . (U_n h + b_hh,n))   h' = (1 - z) . n + z . h
    fn gru(&self, x: &[f64], h: &[f64]) -> Quantities {
        let r = self.each('r', |j| sigmoid(self.input('r', j, x) + self.recurrent('r', j, h)));
        let z = self.each('z', |j| sigmoid(self.input('z', j, x) + self.recurrent('z', j, h)));
        let n = self.each('n', |j| (self.input('n', j, x) + r[j] * self.recurrent('n', j, h)).tanh());
        let h = self.each('h', |j| (1.0 - z[j]) * n[j] + z[j] * h[j]);
        Quantities::from([('r', r), ('z', z), ('n', n), ('h', h)])
    }

    /// r = s(a_r)   z = s(a_z)   n = tanh(W_n x + b_ih,n + U_n (r . h) + b_hh,n)   h' = (1 - z) . n + z . h
    fn gru_cho(&self, x: &[f64], h: &[f64]) -> Quantities {
        let r = self.each('r', |j| sigmoid(self.input('r', j, x) + self.recurrent('r', j, h)));
        let z = self.each('z', |j| sigmoid(self.input('z', j, x) + self.recurrent('z', j, h)));
        let kept: Vec<f64> = self.units().map(|j| r[j] * h[j]).collect();
        let n = self.each('n', |j| (self.input('n', j, x) + self.recurrent('n', j, &kept)).tanh());
        let h = self.each('h', |j| (1.0 - z[j]) * n[j] + z[j] * h[j]);
        Quantities::from([('r', r), ('z', z), ('n', n), ('h', h)])
    }

    fn units(&self) -> std::ops::Range<usize> {
        0..self.hidden_size
    }

    /// A quantity of all units, with the values that are held in their places.
    fn each(&self, quantity: char, formula: impl Fn(usize) -> f64) -> Vec<f64> {
        let hold = |j: usize| self.holds.iter().rev().find(|hold| hold.quantity == quantity && hold.unit == j);
        self.units().map(|j| hold(j).map_or_else(|| formula(j), |hold| hold.value)).collect()
    }

    /// Row of unit j in a gate's block.
    fn row(&self, gate: char, j: usize) -> usize {
        gates(self.kind).find(gate).expect("a gate of this kind") * self.hidden_size + j
    }

    /// W x + b_ih of one unit and gate.
    fn input(&self, gate: char, j: usize, x: &[f64]) -> f64 {
        let row = self.row(gate, j);
        self.bias_ih[row] + dot(&self.weight_ih[row * x.len()..(row + 1) * x.len()], x)
    }

    /// U h + b_hh of one unit and gate.
    fn recurrent(&self, gate: char, j: usize, h: &[f64]) -> f64 {
        let row = self.row(gate, j);
        self.bias_hh[row] + dot(&self.weight_hh[row * h.len()..(row + 1) * h.len()], h)
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn sigmoid(a: f64) -> f64 {
    1.0 / (1.0 + (-a).exp())
}
