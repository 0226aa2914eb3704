//! A character model: one-hot input, stacked recurrent layers, linear decoder, softmax. Parameters, flat and packed; the passes over a window.
//! It refuses to know settings, text and optimizers.

mod initialisation;
mod number;
mod passes;

pub use crate::activations::Activations;
use crate::cell::CellKind;
use crate::kernels::{COLUMNS, Panels, transpose};
use crate::layer::Recurrent;
pub use crate::parameters::{Entry, Shape};
pub use initialisation::{Initialisation, RecurrentInit};
pub use number::Number;
use std::ops::Range;

/// More characters than this are no alphabet, and a window holds few of them: its columns are read from W itself rather than all of them turned after every update.
const LARGEST_TABLE: usize = 1024;

/// Packed copies of one layer's weights, made anew after every update.
#[derive(Debug, Clone)]
struct PackedLayer<F> {
    recurrent: Recurrent<F>,
    /// layer 0: W transposed, a row a character, where there are at most [`LARGEST_TABLE`]; else empty
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
                table: vec![F::of(0.0); if index == 0 && vocab <= LARGEST_TABLE { vocab * width } else { 0 }],
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

    /// After [`Model::read`], what [`Model::decode`], [`Model::loss`] and the first lines of [`Model::backward`] do one after another, with the same bits, a few
    /// rows at a time while they are in cache: logits, probabilities, loss, dL/dlogits, dL/dh. Leaves the last two. Returns the mean loss in nats.
    pub fn decode_to_gradients(&self, run: &mut Activations<F>, targets: &[u32], counted: Option<&[bool]>) -> f64 {
        F::decode_to_gradients(self, run, targets, counted)
    }

    /// [`Model::backward`] after [`Model::decode_to_gradients`].
    ///
    /// # Panics
    /// As [`Model::backward`].
    pub fn backward_from_outputs(&self, run: &mut Activations<F>, inputs: &[u32], grads: &mut [F]) {
        F::backward_from_outputs(self, run, inputs, grads);
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
        let (shape, hidden) = (self.shape, self.shape.hidden_size);
        let part = |values: &[F], entry: &Entry| -> Range<usize> {
            debug_assert!(entry.range.end <= values.len());
            entry.range.clone()
        };
        for (index, layer) in self.layers.iter_mut().enumerate() {
            let first = shape.first_entry(index);
            let at = |k: usize| &self.values[part(&self.values, &self.entries[first + k])];
            let (weight_ih, bias_ih, bias_hh) = (at(0), at(2), at(3));
            layer.recurrent.pack(at(1));
            if index == 0 && !layer.table.is_empty() {
                transpose(weight_ih, shape.vocab_size, &mut layer.table);
            } else if index > 0 {
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
}
