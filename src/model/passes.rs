//! The passes of a model over a window of T time steps and B lanes, time first: layers, decoder, loss, and exactly the same way back.
//! It refuses to change a parameter.

use super::{Activations, Entry, Model, Number};
use crate::cell::{CellKind, lstm::Peepholes};
use crate::kernels::{Left, Start, product, sum_of, sum_of_columns};
use crate::layer::{LayerMemory, LayerRun};
use crate::loss::{LongSum, cross_entropy, cross_entropy_backward};
use crate::weight_gradients::{Factor, Grouping, WeightGradients};
use std::ops::Range;

/// Rows of logits that become gradients while they are in the second-level cache: as many as a product takes through a panel at a time.
const ROWS_AT_A_TIME: usize = 32;

/// The gradients of two parameters.
fn two_of<'a, F>(grads: &'a mut [F], first: &Entry, second: &Entry) -> [&'a mut [F]; 2] {
    grads.get_disjoint_mut([first.range.clone(), second.range.clone()]).expect("parameters stand one after another")
}

/// Of so many predictions, those that count.
fn number_of(counted: Option<&[bool]>, predictions: usize) -> usize {
    counted.map_or(predictions, |counted| counted.iter().filter(|&&counts| counts).count())
}

/// Mean of the losses of which n count and the others are 0; 0 where none does.
fn mean_of<F: Number>(losses: &[F], n: usize) -> f64 {
    let mut sum = LongSum::default();
    losses.iter().for_each(|loss| sum.add(loss.to_f64()));
    if n == 0 { 0.0 } else { sum.total() / n as f64 }
}

impl<F: Number> Model<F> {
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

    pub(super) fn read_all(&self, run: &mut Activations<F>, inputs: &[u32]) {
        let (hidden, width, rows) = (self.shape.hidden_size, self.shape.width(), run.seq_len * run.lanes);
        assert_eq!(inputs.len(), rows, "inputs of a window");
        for index in 0..self.layers.len() {
            let layer = &self.layers[index];
            let mut memory = std::mem::take(&mut run.layers[index]);
            if index == 0 && layer.table.is_empty() {
                sum_of_columns(&mut memory.gates, &layer.bias, self.value(0), inputs);
            } else if index == 0 {
                for (a, &token) in memory.gates.chunks_exact_mut(width).zip(inputs) {
                    let column = &layer.table[token as usize * width..(token as usize + 1) * width];
                    sum_of(a, &layer.bias, column);
                }
            } else {
                let x = &run.layers[index - 1].h[run.lanes * hidden..];
                product(&mut memory.gates, width, rows, Left::rows(x, hidden), &layer.input, Start::From(&layer.bias));
            }
            self.layer_run(index, run).forward(&mut memory);
            run.layers[index] = memory;
        }
    }

    pub(super) fn decode_rows(&self, run: &mut Activations<F>, rows: Range<usize>) {
        let (hidden, vocab) = (self.shape.hidden_size, self.shape.vocab_size);
        let outputs = &mut run.outputs[rows.start * vocab..rows.end * vocab];
        let bias = self.value(self.entries.len() - 1);
        let h = &run.layers[self.layers.len() - 1].h[(run.lanes + rows.start) * hidden..];
        product(outputs, vocab, rows.len(), Left::rows(h, hidden), &self.decoder, Start::From(bias));
    }

    pub(super) fn mean_loss(&self, run: &mut Activations<F>, targets: &[u32], counted: Option<&[bool]>) -> f64 {
        self.take_losses(run, 0..targets.len(), targets, counted);
        mean_of(&run.losses, number_of(counted, targets.len()))
    }

    pub(super) fn decode_to_gradients_pass(&self, run: &mut Activations<F>, targets: &[u32], counted: Option<&[bool]>) -> f64 {
        let (all, n) = (targets.len(), number_of(counted, targets.len()));
        for start in (0..all).step_by(ROWS_AT_A_TIME) {
            let rows = start..all.min(start + ROWS_AT_A_TIME);
            self.decode_rows(run, rows.clone());
            self.take_losses(run, rows.clone(), targets, counted);
            self.to_gradients(run, rows.clone(), targets, counted, n);
            self.decode_rows_backward(run, rows);
        }
        mean_of(&run.losses, n)
    }

    /// Logits of some rows to probabilities, and their losses; 0 where a prediction does not count.
    fn take_losses(&self, run: &mut Activations<F>, rows: Range<usize>, targets: &[u32], counted: Option<&[bool]>) {
        let vocab = self.shape.vocab_size;
        assert_eq!(targets.len(), run.seq_len * run.lanes, "targets of a window");
        for (k, y) in rows.clone().zip(run.outputs[rows.start * vocab..].chunks_exact_mut(vocab)) {
            let loss = cross_entropy(y, targets[k]);
            run.losses[k] = if counted.is_none_or(|counted| counted[k]) { loss } else { F::of(0.0) };
        }
    }

    /// dL/dh of the top layer from dL/dlogits of some rows.
    fn decode_rows_backward(&self, run: &mut Activations<F>, rows: Range<usize>) {
        let (hidden, vocab) = (self.shape.hidden_size, self.shape.vocab_size);
        let LayerMemory { d_h, zeros, .. } = &mut run.layers[self.layers.len() - 1];
        let d_h = &mut d_h[(run.lanes + rows.start) * hidden..];
        let d_outputs = Left::rows(&run.outputs[rows.start * vocab..], vocab);
        product(d_h, hidden, rows.len(), d_outputs, &self.decoder_backward, Start::From(zeros));
    }

    /// Probabilities of some rows to dL/dlogits, exactly 0 where a prediction does not count; n of all count.
    fn to_gradients(&self, run: &mut Activations<F>, rows: Range<usize>, targets: &[u32], counted: Option<&[bool]>, n: usize) {
        let (vocab, one_over_n) = (self.shape.vocab_size, F::from_f64(1.0 / n.max(1) as f64));
        for (k, y) in rows.clone().zip(run.outputs[rows.start * vocab..].chunks_exact_mut(vocab)) {
            if counted.is_none_or(|counted| counted[k]) {
                cross_entropy_backward(y, targets[k], one_over_n);
            } else {
                y.fill(F::of(0.0));
            }
        }
    }

    pub(super) fn backward_pass(
        &self,
        run: &mut Activations<F>,
        inputs: &[u32],
        targets: &[u32],
        counted: Option<&[bool]>,
        grads: &mut [F],
    ) {
        self.to_gradients(run, 0..targets.len(), targets, counted, number_of(counted, targets.len()));
        self.decode_rows_backward(run, 0..targets.len());
        self.backward_from_outputs_pass(run, inputs, grads);
    }

    pub(super) fn backward_from_outputs_pass(&self, run: &mut Activations<F>, inputs: &[u32], grads: &mut [F]) {
        let (hidden, width, vocab) = (self.shape.hidden_size, self.shape.width(), self.shape.vocab_size);
        assert_eq!(grads.len(), self.values.len(), "gradients of all parameters");
        let mut gradients = run.gradients.take().expect("backward needs Activations::new");
        let last = self.entries.len() - 2;
        let top = self.layers.len() - 1;
        let grouping = Grouping { seq_len: run.seq_len, lanes: run.lanes, resets: &[] };
        let h = &run.layers[top].h[run.lanes * hidden..];
        let [weight, bias] = two_of(grads, &self.entries[last], &self.entries[last + 1]);
        gradients.weight(grouping, Factor::whole(&run.outputs, vocab), h, weight, Some(bias));
        run.layers[top].d_h[..run.lanes * hidden].fill(F::of(0.0));

        for index in (0..self.layers.len()).rev() {
            let mut memory = std::mem::take(&mut run.layers[index]);
            self.layer_run(index, run).backward(&mut memory);
            self.layer_gradients(index, run, &memory, inputs, &mut gradients, grads);
            if index > 0 {
                let LayerMemory { d_h, zeros, .. } = &mut run.layers[index - 1];
                let (d_h_start, d_x) = d_h.split_at_mut(run.lanes * hidden);
                d_h_start.fill(F::of(0.0));
                let d_gates = Left::rows(&memory.d_gates, width);
                product(d_x, hidden, run.seq_len * run.lanes, d_gates, &self.layers[index].input_backward, Start::From(zeros));
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
        let d_gates = Factor::whole(&memory.d_gates, width);
        let [weight_ih, bias_ih] = two_of(grads, &self.entries[first], &self.entries[first + 2]);
        if index == 0 {
            gradients.gather(plain, d_gates.clone(), inputs, weight_ih, bias_ih);
        } else {
            let x = &run.layers[index - 1].h[run.lanes * hidden..];
            gradients.weight(plain, d_gates.clone(), x, weight_ih, Some(bias_ih));
        }
        grads.copy_within(range(2), range(3).start);
        let joint = if matches!(kind, CellKind::Gru | CellKind::GruCho) { 2 * hidden } else { width };
        let (grad_joint, grad_n) = grads[range(1)].split_at_mut(joint * hidden);
        gradients.weight(from_state, Factor { blocks: 0..joint, ..d_gates.clone() }, &memory.h, grad_joint, None);
        match kind {
            CellKind::Gru => {
                let d_q = Factor::whole(&memory.d_q, hidden);
                gradients.weight(from_state, d_q.clone(), &memory.h, grad_n, None);
                gradients.bias(plain, d_q, &mut grads[range(3)][2 * hidden..]);
            }
            // q = r . h is already 0 where a lane starts anew
            CellKind::GruCho => {
                gradients.weight(plain, Factor { blocks: joint..width, ..d_gates }, &memory.between, grad_n, None);
            }
            _ => {}
        }
        if kind == CellKind::LstmPeephole {
            let c_after = &memory.c[run.lanes * hidden..];
            gradients.peephole(from_state, &memory.d_gates, width, 0, &memory.c, &mut grads[range(4)]);
            gradients.peephole(from_state, &memory.d_gates, width, hidden, &memory.c, &mut grads[range(5)]);
            gradients.peephole(plain, &memory.d_gates, width, 3 * hidden, c_after, &mut grads[range(6)]);
        }
    }
}
