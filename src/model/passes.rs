//! The passes of a model over a window of T time steps and B lanes, time first: layers, decoder, loss, and exactly the same way back.
//! It refuses to change a parameter.

use super::{Activations, Model, Number};
use crate::cell::{CellKind, lstm::Peepholes};
use crate::kernels::{Left, Start, product, sum_of};
use crate::layer::{LayerMemory, LayerRun};
use crate::loss::{LongSum, cross_entropy, cross_entropy_backward};
use crate::weight_gradients::{Grouping, WeightGradients};
use std::ops::Range;

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

    pub(super) fn decode_rows(&self, run: &mut Activations<F>, rows: Range<usize>) {
        let (hidden, vocab) = (self.shape.hidden_size, self.shape.vocab_size);
        let outputs = &mut run.outputs[rows.start * vocab..rows.end * vocab];
        let bias = self.value(self.entries.len() - 1);
        outputs.chunks_exact_mut(vocab).for_each(|y| y.copy_from_slice(bias));
        let h = &run.layers[self.layers.len() - 1].h[(run.lanes + rows.start) * hidden..];
        product(outputs, vocab, rows.len(), Left::rows(h, hidden), &self.decoder, Start::FromC);
    }

    pub(super) fn mean_loss(&self, run: &mut Activations<F>, targets: &[u32], counted: Option<&[bool]>) -> f64 {
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

    pub(super) fn backward_pass(
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
