//! One recurrent layer over a window: packed weights, forward through time, backward through time. It joins the cells' formulas
//! with the products; it refuses to know characters, losses and optimizers.

mod memory;

use crate::cell::{Activation, CellKind, Holds, gru, lstm, rnn};
use crate::kernels::{COLUMNS, Left, Panels, Real, Start, product};
pub use memory::LayerMemory;

/// Recurrent weights of one layer, packed for both directions. The GRU's U_n stands apart: its product has an accumulator of its own.
#[derive(Debug, Clone, Default)]
pub struct Recurrent<F> {
    /// U transposed (H x gates), without U_n for the GRU
    forward: Panels<F, COLUMNS>,
    /// U (gates x H), without U_n for the GRU
    backward: Panels<F, COLUMNS>,
    forward_n: Panels<F, COLUMNS>,
    backward_n: Panels<F, COLUMNS>,
}

/// Rows of U that belong to the first accumulator: all, for the GRU those of r and z.
fn joint_rows(kind: CellKind, hidden: usize) -> usize {
    match kind {
        CellKind::Gru | CellKind::GruCho => 2 * hidden,
        _ => kind.num_gates() * hidden,
    }
}

impl<F: Real> Recurrent<F> {
    /// Room for the weights of a layer.
    pub fn new(kind: CellKind, hidden: usize) -> Recurrent<F> {
        let joint = joint_rows(kind, hidden);
        let apart = kind.num_gates() * hidden - joint;
        Recurrent {
            forward: Panels::new(hidden, joint),
            backward: Panels::new(joint, hidden),
            forward_n: Panels::new(hidden, apart),
            backward_n: Panels::new(apart, hidden),
        }
    }

    /// Packs weight_hh `[G*H, H]`.
    pub fn pack(&mut self, weight_hh: &[F]) {
        let (joint, apart) = weight_hh.split_at(self.backward.depth() * self.forward.depth());
        self.forward.pack_transposed(joint);
        self.backward.pack(joint);
        if !apart.is_empty() {
            self.forward_n.pack_transposed(apart);
            self.backward_n.pack(apart);
        }
    }
}

/// What a pass through one layer needs beside its memory.
pub struct LayerRun<'a, F> {
    /// of the cell
    pub kind: CellKind,
    /// H
    pub hidden: usize,
    /// T
    pub seq_len: usize,
    /// B
    pub lanes: usize,
    /// U
    pub weights: &'a Recurrent<F>,
    /// bias_hh of the GRU's n, `[H]`; empty for the other kinds
    pub bias_hh_n: &'a [F],
    /// of the kind that has them
    pub peepholes: Option<lstm::Peepholes<'a, F>>,
    /// of this layer
    pub holds: Option<&'a Holds<F>>,
    /// (time step, lane) before which the state is zero, in order of time
    pub resets: &'a [(usize, usize)],
}

impl<F: Real> LayerRun<'_, F> {
    fn resets_at(&self, t: usize) -> impl Iterator<Item = usize> + '_ {
        self.resets.iter().filter(move |reset| reset.0 == t).map(|reset| reset.1)
    }

    /// Forward through time. On entry `gates` holds b + W x for all time steps; `h` and `c` index 0 the states carried in.
    pub fn forward(&self, memory: &mut LayerMemory<F>) {
        let (hidden, lanes) = (self.hidden, self.lanes);
        let (width, states) = (self.kind.num_gates() * hidden, lanes * hidden);
        let keep = !memory.preactivations.is_empty();
        for t in 0..self.seq_len {
            let (before, after) = memory.h.split_at_mut((t + 1) * states);
            let mut h_prev = &before[t * states..];
            let h = &mut after[..states];
            let (c_before, c_after) = memory.c.split_at_mut(if self.kind.has_cell_state() { (t + 1) * states } else { 0 });
            let mut c_prev: &[F] = if c_before.is_empty() { &[] } else { &c_before[t * states..] };
            if self.resets_at(t).next().is_some() {
                memory.h_start.copy_from_slice(h_prev);
                self.resets_at(t).for_each(|lane| memory.h_start[lane * hidden..(lane + 1) * hidden].fill(F::of(0.0)));
                h_prev = &memory.h_start;
                if !c_prev.is_empty() {
                    memory.c_start.copy_from_slice(c_prev);
                    self.resets_at(t).for_each(|lane| memory.c_start[lane * hidden..(lane + 1) * hidden].fill(F::of(0.0)));
                    c_prev = &memory.c_start;
                }
            }
            let gates = &mut memory.gates[t * lanes * width..(t + 1) * lanes * width];
            product(gates, width, lanes, Left::rows(h_prev, hidden), &self.weights.forward, Start::FromC);
            let between: &mut [F] = match memory.between.is_empty() {
                true => &mut [],
                false => &mut memory.between[t * states..(t + 1) * states],
            };
            self.multiply_n(gates, h_prev, between);
            if keep {
                memory.preactivations[t * lanes * width..(t + 1) * lanes * width].copy_from_slice(gates);
            }
            for lane in 0..lanes {
                let units = lane * hidden..(lane + 1) * hidden;
                let gates = &mut gates[lane * width..(lane + 1) * width];
                let h = &mut h[units.clone()];
                match self.kind {
                    CellKind::Rnn(activation) => rnn::Forward { activation, holds: self.holds, gates, h }.run_all(),
                    CellKind::Gru | CellKind::GruCho => gru::Forward {
                        reset_after: self.kind == CellKind::Gru,
                        holds: self.holds,
                        gates,
                        q: &between[units.clone()],
                        h_prev: &h_prev[units],
                        h,
                    }
                    .run_all(),
                    _ => lstm::Forward {
                        kind: self.kind,
                        holds: self.holds,
                        peepholes: self.peepholes,
                        gates,
                        c_prev: &c_prev[units.clone()],
                        c: &mut c_after[units.clone()],
                        tanh_c: &mut between[units],
                        h,
                    }
                    .run_all(),
                }
            }
        }
    }

    /// The GRU's product with U_n. gru: q = b_hh,n + U_n h; gru_cho: q = r . h, a_n += U_n q.
    fn multiply_n(&self, gates: &mut [F], h_prev: &[F], q: &mut [F]) {
        let (hidden, width) = (self.hidden, 3 * self.hidden);
        match self.kind {
            CellKind::Gru => {
                let start = Start::From(self.bias_hh_n);
                product(q, hidden, self.lanes, Left::rows(h_prev, hidden), &self.weights.forward_n, start);
            }
            CellKind::GruCho => {
                for ((gates, h_prev), q) in
                    gates.chunks_exact_mut(width).zip(h_prev.chunks_exact(hidden)).zip(q.chunks_exact_mut(hidden))
                {
                    gru::Reset { holds: self.holds, gates, h_prev, q }.run_all();
                }
                let a_n = &mut gates[2 * hidden..];
                product(a_n, width, self.lanes, Left::rows(q, hidden), &self.weights.forward_n, Start::FromC);
            }
            _ => {}
        }
    }

    /// Backward through time. On entry `d_h` index t + 1 holds what reaches h_t from outside the layer (decoder or layer above), index 0
    /// zeros; on return `d_h`, `d_c` are total and `d_gates`, `d_q` complete.
    pub fn backward(&self, memory: &mut LayerMemory<F>) {
        let (hidden, lanes) = (self.hidden, self.lanes);
        let (width, states) = (self.kind.num_gates() * hidden, lanes * hidden);
        if !memory.d_c.is_empty() {
            memory.d_c[self.seq_len * states..].fill(F::of(0.0));
        }
        for t in (0..self.seq_len).rev() {
            let reset = self.resets_at(t).next().is_some();
            if reset {
                // what a restarted lane's former state gets from outside must come through this time step untouched
                memory.h_start.copy_from_slice(&memory.d_h[t * states..(t + 1) * states]);
            }
            match self.kind {
                CellKind::Rnn(activation) => self.backward_rnn(activation, memory, t),
                CellKind::Gru | CellKind::GruCho => self.backward_gru(memory, t),
                _ => self.backward_lstm(memory, t),
            }
            let d_gates = &memory.d_gates[t * lanes * width..(t + 1) * lanes * width];
            let d_h_prev = &mut memory.d_h[t * states..(t + 1) * states];
            product(d_h_prev, hidden, lanes, Left::rows(d_gates, width), &self.weights.backward, Start::AddToC);
            if self.kind == CellKind::Gru {
                let d_q = &memory.d_q[t * states..(t + 1) * states];
                product(d_h_prev, hidden, lanes, Left::rows(d_q, hidden), &self.weights.backward_n, Start::AddToC);
            }
            for lane in self.resets_at(t) {
                let units = lane * hidden..(lane + 1) * hidden;
                d_h_prev[units.clone()].copy_from_slice(&memory.h_start[units.clone()]);
                if !memory.d_c.is_empty() {
                    memory.d_c[t * states..][units].fill(F::of(0.0));
                }
            }
        }
    }

    /// The state before time step t of a lane: zeros where it starts anew.
    fn before<'a>(&self, states: &'a [F], zeros: &'a [F], t: usize, lane: usize) -> &'a [F] {
        if self.resets.contains(&(t, lane)) {
            return zeros;
        }
        let at = (t * self.lanes + lane) * self.hidden;
        &states[at..at + self.hidden]
    }

    fn backward_rnn(&self, activation: Activation, memory: &mut LayerMemory<F>, t: usize) {
        let states = self.lanes * self.hidden;
        // elementwise alone: all lanes are one long row, unless units are held
        for lane in 0..self.lanes {
            let at = t * states + lane * self.hidden;
            rnn::Backward {
                activation,
                holds: self.holds,
                gates: &memory.gates[at..at + self.hidden],
                d_h: &memory.d_h[at + states..at + states + self.hidden],
                d_gates: &mut memory.d_gates[at..at + self.hidden],
            }
            .run_all();
        }
    }

    fn backward_lstm(&self, memory: &mut LayerMemory<F>, t: usize) {
        let (hidden, lanes) = (self.hidden, self.lanes);
        let (width, states) = (self.kind.num_gates() * hidden, lanes * hidden);
        let (d_c_before, d_c_after) = memory.d_c.split_at_mut((t + 1) * states);
        for lane in 0..lanes {
            let at = t * states + lane * hidden;
            let blocks = (t * lanes + lane) * width..(t * lanes + lane + 1) * width;
            lstm::Backward {
                kind: self.kind,
                holds: self.holds,
                peepholes: self.peepholes,
                gates: &memory.gates[blocks.clone()],
                c_prev: self.before(&memory.c, &memory.zeros, t, lane),
                tanh_c: &memory.between[at..at + hidden],
                d_h: &memory.d_h[at + states..at + states + hidden],
                d_c: &mut d_c_after[lane * hidden..(lane + 1) * hidden],
                d_c_prev: &mut d_c_before[at..at + hidden],
                d_gates: &mut memory.d_gates[blocks],
            }
            .run_all();
        }
    }

    fn backward_gru(&self, memory: &mut LayerMemory<F>, t: usize) {
        let (hidden, lanes) = (self.hidden, self.lanes);
        let (width, states) = (3 * hidden, lanes * hidden);
        let (d_h_before, d_h_after) = memory.d_h.split_at_mut((t + 1) * states);
        let lane_blocks = |lane: usize| (t * lanes + lane) * width..(t * lanes + lane + 1) * width;
        let lane_units = |lane: usize| t * states + lane * hidden..t * states + (lane + 1) * hidden;
        for lane in 0..lanes {
            gru::Backward {
                reset_after: self.kind == CellKind::Gru,
                holds: self.holds,
                gates: &memory.gates[lane_blocks(lane)],
                q: &memory.between[lane_units(lane)],
                h_prev: self.before(&memory.h, &memory.zeros, t, lane),
                d_h: &d_h_after[lane * hidden..(lane + 1) * hidden],
                d_h_prev: &mut d_h_before[lane_units(lane)],
                d_gates: &mut memory.d_gates[lane_blocks(lane)],
                d_q: &mut memory.d_q[lane_units(lane)],
            }
            .run_all();
        }
        if self.kind == CellKind::Gru {
            return;
        }
        let d_q = &mut memory.d_q[t * states..(t + 1) * states];
        d_q.fill(F::of(0.0));
        let d_a_n = &memory.d_gates[t * lanes * width + 2 * hidden..];
        product(d_q, hidden, lanes, Left::rows(d_a_n, width), &self.weights.backward_n, Start::AddToC);
        for lane in 0..lanes {
            gru::ResetBackward {
                holds: self.holds,
                gates: &memory.gates[lane_blocks(lane)],
                h_prev: self.before(&memory.h, &memory.zeros, t, lane),
                d_q: &memory.d_q[lane_units(lane)],
                d_h_prev: &mut d_h_before[lane_units(lane)],
                d_gates: &mut memory.d_gates[lane_blocks(lane)],
            }
            .run_all();
        }
    }
}
