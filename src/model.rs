//! A character model: one-hot input, stacked recurrent layers, linear decoder, softmax. Forward, loss and exact backward over a window.
//! It refuses to know settings, text and optimizers.

mod number;

pub use crate::activations::Activations;
use crate::cell::{CellKind, lstm::Peepholes};
use crate::kernels::{COLUMNS, Left, Panels, Start, product, sum_of};
use crate::layer::{LayerMemory, LayerRun, Recurrent};
use crate::loss::{LongSum, cross_entropy, cross_entropy_backward};
pub use crate::parameters::{Entry, Shape};
use crate::rng::Rng;
use crate::weight_gradients::{Grouping, WeightGradients};
pub use number::Number;
use std::ops::Range;

/// Packed copies of one layer's weights, made anew after every update.
#[derive(Debug, Clone)]
struct PackedLayer<F> {
    recurrent: Recurrent<F>,
    /// layer 0: W transposed, a row a character; above: empty
    table: Vec<F>,
    /// above layer 0: W transposed (H x G*H) and W (G*H x H)
    input: Panels<F, COLUMNS>,
    input_backward: Panels<F, COLUMNS>,
    /// b_ih + b_hh; for the GRU's n b_ih alone
    bias: Vec<F>,
}

/// Parameters of a model, flat and packed.
#[derive(Debug, Clone)]
pub struct Model<F> {
    shape: Shape,
    entries: Vec<Entry>,
    values: Vec<F>,
    layers: Vec<PackedLayer<F>>,
    decoder: Panels<F, COLUMNS>,
    decoder_backward: Panels<F, COLUMNS>,
}

impl<F: Number> Model<F> {
    /// A model whose parameters are all 0.
    pub fn new(shape: Shape) -> Model<F> {
        let (hidden, width, vocab) = (shape.hidden_size, shape.width(), shape.vocab_size);
        let layer = |index: usize| {
            let above = if index == 0 { 0 } else { hidden };
            PackedLayer {
                recurrent: Recurrent::new(shape.kind, hidden),
                table: vec![F::of(0.0); if index == 0 { vocab * width } else { 0 }],
                input: Panels::new(above, width),
                input_backward: Panels::new(if index == 0 { 0 } else { width }, above),
                bias: vec![F::of(0.0); width],
            }
        };
        Model {
            shape,
            entries: shape.entries(),
            values: vec![F::of(0.0); shape.num_parameters()],
            layers: (0..shape.num_layers).map(layer).collect(),
            decoder: Panels::new(hidden, vocab),
            decoder_backward: Panels::new(vocab, hidden),
        }
    }

    /// What the model was made from.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// All parameters in their one order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// All parameters, flat, in parameter order.
    pub fn values(&self) -> &[F] {
        &self.values
    }

    /// Replaces all parameters.
    pub fn set_values(&mut self, values: &[F]) {
        self.values.copy_from_slice(values);
        self.pack();
    }

    /// Changes parameters in place, then packs them anew.
    pub fn update(&mut self, change: impl FnOnce(&mut [F])) {
        change(&mut self.values);
        self.pack();
    }

    /// Uniform in [-1/sqrt(H), 1/sqrt(H)) in parameter order, row-major, from one stream (torch.nn's own rule); then layer 0's input weights
    /// times `input_scale`, all recurrent weights times `recurrent_scale`, and `forget_bias` added to the f rows of bias_ih.
    pub fn initialise(&mut self, seed: u32, input_scale: f32, recurrent_scale: f32, forget_bias: f32) {
        let hidden = self.shape.hidden_size;
        let bound = 1.0 / (hidden as f32).sqrt();
        let mut rng = Rng::parameters(seed);
        let forget = match self.shape.kind {
            CellKind::Lstm | CellKind::LstmPeephole | CellKind::LstmCifg => self.shape.kind.gate_index('f'),
            _ => None,
        };
        for entry in &self.entries {
            let scale = match entry.name.as_str() {
                "rnn.weight_ih_l0" => input_scale,
                name if name.starts_with("rnn.weight_hh") => recurrent_scale,
                _ => 1.0,
            };
            for value in &mut self.values[entry.range.clone()] {
                *value = F::of(rng.uniform_within(bound) * scale);
            }
            if let (Some(block), true) = (forget, entry.name.starts_with("rnn.bias_ih")) {
                for value in &mut self.values[entry.range.clone()][block * hidden..(block + 1) * hidden] {
                    *value = *value + F::of(forget_bias);
                }
            }
        }
        self.pack();
    }

    fn value(&self, entry: usize) -> &[F] {
        &self.values[self.entries[entry].range.clone()]
    }

    /// Makes the packed copies anew.
    fn pack(&mut self) {
        F::pack(self);
    }

    /// Forward over a window: `inputs` `[T*B]`, time first. Leaves gates and states in the layers, logits in `logits()`.
    ///
    /// # Panics
    /// When `inputs` has another length or a token is not below V.
    pub fn forward(&self, run: &mut Activations<F>, inputs: &[u32]) {
        self.read(run, inputs);
        self.decode(run, 0..run.seq_len * run.lanes);
    }

    /// The layers of [`Model::forward`] alone: gates and states, no logits.
    ///
    /// # Panics
    /// As [`Model::forward`].
    pub fn read(&self, run: &mut Activations<F>, inputs: &[u32]) {
        F::read(self, run, inputs);
    }

    /// Logits after [`Model::read`], of some rows t * B + b alone.
    pub fn decode(&self, run: &mut Activations<F>, rows: Range<usize>) {
        F::decode(self, run, rows);
    }

    /// Logits to probabilities, and the mean loss in nats over the predictions that count (all, where `counted` is None). 0 where none does.
    pub fn loss(&self, run: &mut Activations<F>, targets: &[u32], counted: Option<&[bool]>) -> f64 {
        F::loss(self, run, targets, counted)
    }

    /// Exact gradients of the mean loss of the last `forward` and `loss` with respect to all parameters, flat, overwritten; leaves dL/dh and
    /// dL/dc of every time step in the layers. A prediction that does not count has gradient exactly 0.
    ///
    /// # Panics
    /// When `run` was made for forward passes alone, or lengths differ.
    pub fn backward(&self, run: &mut Activations<F>, inputs: &[u32], targets: &[u32], counted: Option<&[bool]>, grads: &mut [F]) {
        F::backward(self, run, inputs, targets, counted, grads);
    }

    fn pack_all(&mut self) {
        let (shape, hidden, width) = (self.shape, self.shape.hidden_size, self.shape.width());
        let part = |values: &[F], entry: &Entry| -> Range<usize> {
            debug_assert!(entry.range.end <= values.len());
            entry.range.clone()
        };
        for (index, layer) in self.layers.iter_mut().enumerate() {
            let first = shape.first_entry(index);
            let at = |k: usize| &self.values[part(&self.values, &self.entries[first + k])];
            let (weight_ih, bias_ih, bias_hh) = (at(0), at(2), at(3));
            layer.recurrent.pack(at(1));
            if index == 0 {
                for (row, weights) in weight_ih.chunks_exact(shape.vocab_size).enumerate() {
                    for (token, &weight) in weights.iter().enumerate() {
                        layer.table[token * width + row] = weight;
                    }
                }
            } else {
                layer.input.pack_transposed(weight_ih);
                layer.input_backward.pack(weight_ih);
            }
            for (k, bias) in layer.bias.iter_mut().enumerate() {
                let apart = shape.kind == CellKind::Gru && k >= 2 * hidden;
                *bias = if apart { bias_ih[k] } else { bias_ih[k] + bias_hh[k] };
            }
        }
        let decoder = self.entries[self.entries.len() - 2].range.clone();
        self.decoder.pack_transposed(&self.values[decoder.clone()]);
        self.decoder_backward.pack(&self.values[decoder]);
    }

    fn layer_run<'a>(&'a self, index: usize, run: &'a Activations<F>) -> LayerRun<'a, F> {
        let shape = self.shape;
        let first = shape.first_entry(index);
        let peepholes = (shape.kind == CellKind::LstmPeephole).then(|| Peepholes {
            i: self.value(first + 4),
            f: self.value(first + 5),
            o: self.value(first + 6),
        });
        let bias_hh_n = if shape.kind == CellKind::Gru { &self.value(first + 3)[2 * shape.hidden_size..] } else { &[] };
        LayerRun {
            kind: shape.kind,
            hidden: shape.hidden_size,
            seq_len: run.seq_len,
            lanes: run.lanes,
            weights: &self.layers[index].recurrent,
            bias_hh_n,
            peepholes,
            holds: run.holds[index].as_ref(),
            resets: &run.resets,
        }
    }

    fn read_all(&self, run: &mut Activations<F>, inputs: &[u32]) {
        let (hidden, width, rows) = (self.shape.hidden_size, self.shape.width(), run.seq_len * run.lanes);
        assert_eq!(inputs.len(), rows, "inputs of a window");
        for index in 0..self.layers.len() {
            let layer = &self.layers[index];
            let mut memory = std::mem::take(&mut run.layers[index]);
            if index == 0 {
                for (a, &token) in memory.gates.chunks_exact_mut(width).zip(inputs) {
                    let column = &layer.table[token as usize * width..(token as usize + 1) * width];
                    sum_of(a, &layer.bias, column);
                }
            } else {
                memory.gates.chunks_exact_mut(width).for_each(|a| a.copy_from_slice(&layer.bias));
                let x = &run.layers[index - 1].h[run.lanes * hidden..];
                product(&mut memory.gates, width, rows, Left::rows(x, hidden), &layer.input, Start::FromC);
            }
            self.layer_run(index, run).forward(&mut memory);
            run.layers[index] = memory;
        }
    }

    fn decode_rows(&self, run: &mut Activations<F>, rows: Range<usize>) {
        let (hidden, vocab) = (self.shape.hidden_size, self.shape.vocab_size);
        let outputs = &mut run.outputs[rows.start * vocab..rows.end * vocab];
        let bias = self.value(self.entries.len() - 1);
        outputs.chunks_exact_mut(vocab).for_each(|y| y.copy_from_slice(bias));
        let h = &run.layers[self.layers.len() - 1].h[(run.lanes + rows.start) * hidden..];
        product(outputs, vocab, rows.len(), Left::rows(h, hidden), &self.decoder, Start::FromC);
    }

    fn mean_loss(&self, run: &mut Activations<F>, targets: &[u32], counted: Option<&[bool]>) -> f64 {
        assert_eq!(targets.len(), run.seq_len * run.lanes, "targets of a window");
        let mut sum = LongSum::default();
        let mut n = 0;
        for (k, y) in run.outputs.chunks_exact_mut(self.shape.vocab_size).enumerate() {
            let loss = cross_entropy(y, targets[k]);
            let counts = counted.is_none_or(|counted| counted[k]);
            run.losses[k] = if counts { loss } else { F::of(0.0) };
            n += usize::from(counts);
            sum.add(run.losses[k].to_f64());
        }
        if n == 0 { 0.0 } else { sum.total() / n as f64 }
    }

    fn backward_pass(
        &self,
        run: &mut Activations<F>,
        inputs: &[u32],
        targets: &[u32],
        counted: Option<&[bool]>,
        grads: &mut [F],
    ) {
        let (hidden, width, vocab) = (self.shape.hidden_size, self.shape.width(), self.shape.vocab_size);
        let rows = run.seq_len * run.lanes;
        assert_eq!(grads.len(), self.values.len(), "gradients of all parameters");
        let mut gradients = run.gradients.take().expect("backward needs Activations::new");
        let n = counted.map_or(rows, |counted| counted.iter().filter(|&&counts| counts).count());
        let one_over_n = F::from_f64(1.0 / n.max(1) as f64);
        for (k, y) in run.outputs.chunks_exact_mut(vocab).enumerate() {
            if counted.is_none_or(|counted| counted[k]) {
                cross_entropy_backward(y, targets[k], one_over_n);
            } else {
                y.fill(F::of(0.0));
            }
        }
        let last = self.entries.len() - 2;
        let top = self.layers.len() - 1;
        let grouping = Grouping { seq_len: run.seq_len, lanes: run.lanes, resets: &[] };
        let h = &run.layers[top].h[run.lanes * hidden..];
        gradients.weight(grouping, &run.outputs, vocab, h, hidden, 0..vocab, &mut grads[self.entries[last].range.clone()]);
        gradients.bias(grouping, &run.outputs, vocab, &mut grads[self.entries[last + 1].range.clone()]);
        run.layers[top].d_h.fill(F::of(0.0));
        let d_h = &mut run.layers[top].d_h[run.lanes * hidden..];
        product(d_h, hidden, rows, Left::rows(&run.outputs, vocab), &self.decoder_backward, Start::AddToC);

        for index in (0..self.layers.len()).rev() {
            let mut memory = std::mem::take(&mut run.layers[index]);
            self.layer_run(index, run).backward(&mut memory);
            self.layer_gradients(index, run, &memory, inputs, &mut gradients, grads);
            if index > 0 {
                let below = &mut run.layers[index - 1];
                below.d_h.fill(F::of(0.0));
                let d_x = &mut below.d_h[run.lanes * hidden..];
                product(d_x, hidden, rows, Left::rows(&memory.d_gates, width), &self.layers[index].input_backward, Start::AddToC);
            }
            run.layers[index] = memory;
        }
        run.gradients = Some(gradients);
    }

    /// Gradients of one layer's weights, biases and peepholes from its d_gates.
    fn layer_gradients(
        &self,
        index: usize,
        run: &Activations<F>,
        memory: &LayerMemory<F>,
        inputs: &[u32],
        gradients: &mut WeightGradients<F>,
        grads: &mut [F],
    ) {
        let (kind, hidden, width) = (self.shape.kind, self.shape.hidden_size, self.shape.width());
        let first = self.shape.first_entry(index);
        let range = |k: usize| self.entries[first + k].range.clone();
        let plain = Grouping { seq_len: run.seq_len, lanes: run.lanes, resets: &[] };
        let from_state = Grouping { resets: &run.resets, ..plain };
        if index == 0 {
            gradients.gather(plain, &memory.d_gates, width, inputs, self.shape.vocab_size, &mut grads[range(0)]);
        } else {
            let x = &run.layers[index - 1].h[run.lanes * hidden..];
            gradients.weight(plain, &memory.d_gates, width, x, hidden, 0..width, &mut grads[range(0)]);
        }
        let joint = if matches!(kind, CellKind::Gru | CellKind::GruCho) { 2 * hidden } else { width };
        let (grad_joint, grad_n) = grads[range(1)].split_at_mut(joint * hidden);
        gradients.weight(from_state, &memory.d_gates, width, &memory.h, hidden, 0..joint, grad_joint);
        match kind {
            CellKind::Gru => gradients.weight(from_state, &memory.d_q, hidden, &memory.h, hidden, 0..hidden, grad_n),
            // q = r . h is already 0 where a lane starts anew
            CellKind::GruCho => gradients.weight(plain, &memory.d_gates, width, &memory.between, hidden, joint..width, grad_n),
            _ => {}
        }
        gradients.bias(plain, &memory.d_gates, width, &mut grads[range(2)]);
        let (bias_ih, bias_hh) = (range(2), range(3));
        grads.copy_within(bias_ih, bias_hh.start);
        if kind == CellKind::Gru {
            gradients.bias(plain, &memory.d_q, hidden, &mut grads[bias_hh.end - hidden..bias_hh.end]);
        }
        if kind == CellKind::LstmPeephole {
            let c_after = &memory.c[run.lanes * hidden..];
            gradients.peephole(from_state, &memory.d_gates, width, 0, &memory.c, &mut grads[range(4)]);
            gradients.peephole(from_state, &memory.d_gates, width, hidden, &memory.c, &mut grads[range(5)]);
            gradients.peephole(plain, &memory.d_gates, width, 3 * hidden, c_after, &mut grads[range(6)]);
        }
    }
}
