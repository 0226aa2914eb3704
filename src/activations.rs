//! All values of one window: what the forward pass leaves and the backward pass reads, allocated once. It refuses to compute.

use crate::cell::Holds;
use crate::kernels::Real;
use crate::layer::LayerMemory;
use crate::parameters::Shape;
use crate::weight_gradients::WeightGradients;

/// All values of one window, allocated once.
#[derive(Debug, Clone)]
pub struct Activations<F> {
    pub(crate) seq_len: usize,
    pub(crate) lanes: usize,
    pub(crate) layers: Vec<LayerMemory<F>>,
    /// `[T][B][V]`: logits, then probabilities, then dL/dlogits
    pub outputs: Vec<F>,
    /// `[T][B]` loss of each prediction in nats
    pub losses: Vec<F>,
    pub(crate) resets: Vec<(usize, usize)>,
    /// values held in the following passes, one entry a layer
    pub holds: Vec<Option<Holds<F>>>,
    pub(crate) gradients: Option<WeightGradients<F>>,
}

impl<F: Real> Activations<F> {
    /// Memory for forward and backward passes over windows of `seq_len` time steps and `lanes` lanes.
    pub fn new(shape: Shape, seq_len: usize, lanes: usize) -> Activations<F> {
        let mut run = Activations::forward_only(shape, seq_len, lanes);
        run.layers =
            (0..shape.num_layers).map(|_| LayerMemory::new(shape.kind, shape.hidden_size, seq_len, lanes, true)).collect();
        run.gradients = Some(WeightGradients::new(seq_len, lanes, shape.width(), shape.hidden_size, shape.vocab_size));
        run
    }

    /// Memory for forward passes alone.
    pub fn forward_only(shape: Shape, seq_len: usize, lanes: usize) -> Activations<F> {
        let layer = |_| LayerMemory::new(shape.kind, shape.hidden_size, seq_len, lanes, false);
        Activations {
            seq_len,
            lanes,
            layers: (0..shape.num_layers).map(layer).collect(),
            outputs: vec![F::of(0.0); seq_len * lanes * shape.vocab_size],
            losses: vec![F::of(0.0); seq_len * lanes],
            resets: Vec::with_capacity(seq_len * lanes),
            holds: vec![None; shape.num_layers],
            gradients: None,
        }
    }

    /// Keeps the pre-activations of the following forward passes.
    pub fn keep_preactivations(&mut self) {
        for layer in &mut self.layers {
            layer.preactivations = vec![F::of(0.0); layer.gates.len()];
        }
    }

    /// State before the window of one layer, `[B*H]` each; `c` is not read where the kind has no cell state.
    pub fn set_state(&mut self, layer: usize, h: &[F], c: &[F]) {
        let memory = &mut self.layers[layer];
        memory.h[..h.len()].copy_from_slice(h);
        if !memory.c.is_empty() {
            memory.c[..c.len()].copy_from_slice(c);
        }
    }

    /// State zero before the window in all layers.
    pub fn zero_state(&mut self) {
        for memory in &mut self.layers {
            let states = memory.h.len() / (self.seq_len + 1);
            memory.h[..states].fill(F::of(0.0));
            memory.c.iter_mut().take(states).for_each(|c| *c = F::of(0.0));
        }
    }

    /// The state after the window becomes the one before it: truncated BPTT.
    pub fn carry_state(&mut self) {
        for memory in &mut self.layers {
            let states = memory.h.len() / (self.seq_len + 1);
            memory.h.copy_within(self.seq_len * states.., 0);
            if !memory.c.is_empty() {
                memory.c.copy_within(self.seq_len * states.., 0);
            }
        }
    }

    /// Starts from where `earlier`, a run of as many lanes, has ended.
    pub fn take_state(&mut self, earlier: &Activations<F>) {
        for (memory, earlier) in self.layers.iter_mut().zip(&earlier.layers) {
            let states = memory.h.len() / (self.seq_len + 1);
            memory.h[..states].copy_from_slice(&earlier.h[earlier.h.len() - states..]);
            if !memory.c.is_empty() {
                memory.c[..states].copy_from_slice(&earlier.c[earlier.c.len() - states..]);
            }
        }
    }

    /// Time steps and lanes before which the state starts from zero in the following passes, in order of time.
    pub fn set_resets(&mut self, resets: &[(usize, usize)]) {
        self.resets.clear();
        self.resets.extend_from_slice(resets);
    }

    /// Values held in the following passes, one entry a layer.
    pub fn set_holds(&mut self, holds: Vec<Option<Holds<F>>>) {
        assert_eq!(holds.len(), self.layers.len());
        self.holds = holds;
    }

    /// Values of a layer.
    pub fn layer(&self, layer: usize) -> &LayerMemory<F> {
        &self.layers[layer]
    }

    /// `[T][B][V]` after `forward`.
    pub fn logits(&self) -> &[F] {
        &self.outputs
    }

    /// `[T][B][V]` after `loss` or `softmax`.
    pub fn probabilities(&self) -> &[F] {
        &self.outputs
    }

    /// `[T][B]` loss of each prediction in nats after `loss`; 0 where it does not count.
    pub fn losses(&self) -> &[F] {
        &self.losses
    }
}
