//! What parameters a model has: names, shapes and places in one flat vector, in PyTorch's names, order and layout. The one enumeration
//! that optimizer, clipping, digest, files and tests use. It refuses to hold a number.

use crate::cell::CellKind;
use std::ops::Range;

/// What a model is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// kind of every layer
    pub kind: CellKind,
    /// V
    pub vocab_size: usize,
    /// H
    pub hidden_size: usize,
    /// L
    pub num_layers: usize,
}

/// One parameter tensor: where it stands in the flat vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// name in the state_dict of a module with members `rnn` and `decoder`
    pub name: String,
    /// shape, row-major
    pub shape: Vec<usize>,
    /// place in the flat vector
    pub range: Range<usize>,
}

impl Shape {
    /// G*H, rows of the gate blocks.
    pub(crate) fn width(&self) -> usize {
        self.kind.num_gates() * self.hidden_size
    }

    /// All parameters in their one order: each layer's weight_ih, weight_hh, bias_ih, bias_hh, weight_pi, weight_pf, weight_po, then
    /// decoder.weight, decoder.bias.
    pub fn entries(&self) -> Vec<Entry> {
        let (hidden, width) = (self.hidden_size, self.width());
        let mut named: Vec<(String, Vec<usize>)> = Vec::new();
        for layer in 0..self.num_layers {
            let input = if layer == 0 { self.vocab_size } else { hidden };
            named.push((format!("rnn.weight_ih_l{layer}"), vec![width, input]));
            named.push((format!("rnn.weight_hh_l{layer}"), vec![width, hidden]));
            named.push((format!("rnn.bias_ih_l{layer}"), vec![width]));
            named.push((format!("rnn.bias_hh_l{layer}"), vec![width]));
            if self.kind == CellKind::LstmPeephole {
                for gate in ["pi", "pf", "po"] {
                    named.push((format!("rnn.weight_{gate}_l{layer}"), vec![hidden]));
                }
            }
        }
        named.push(("decoder.weight".into(), vec![self.vocab_size, hidden]));
        named.push(("decoder.bias".into(), vec![self.vocab_size]));
        let mut at = 0;
        let mut place = |(name, shape): (String, Vec<usize>)| {
            let start = at;
            at += shape.iter().product::<usize>();
            Entry { name, shape, range: start..at }
        };
        named.drain(..).map(&mut place).collect()
    }

    /// Number of parameters.
    pub fn num_parameters(&self) -> usize {
        self.entries().last().map_or(0, |entry| entry.range.end)
    }

    /// Index of the first entry of a layer.
    pub(crate) fn first_entry(&self, layer: usize) -> usize {
        layer * if self.kind == CellKind::LstmPeephole { 7 } else { 4 }
    }
}
