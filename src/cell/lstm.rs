//! The LSTM family: with forget gate (Gers, Schmidhuber & Cummins 2000; torch.nn.LSTM), without it (Hochreiter & Schmidhuber 1997),
//! with peepholes (Gers & Schmidhuber 2000), with coupled gates i = 1 - f (variant of Greff et al. 2017).
//!
//! ```text
//! i = s(a_i + p_i . c)   f = s(a_f + p_f . c)   g = tanh(a_g)   c' = f . c + i . g   o = s(a_o + p_o . c')   h' = o . tanh(c')
//! ```
//! The p terms belong to the peephole cell alone. The gradient is the full one: nothing is cut.

use crate::cell::{CellKind, Holds, freed, held, quantity as q};
use crate::kernels::{Elementwise, Real, for_each_element, sigmoid_all, tanh_all};
use crate::math::Num;

/// Peephole vectors, `[H]` each.
#[derive(Clone, Copy)]
pub struct Peepholes<'a, F> {
    /// p_i
    pub i: &'a [F],
    /// p_f
    pub f: &'a [F],
    /// p_o
    pub o: &'a [F],
}

/// Where the four gates stand among a kind's blocks; None: the kind has no such block.
#[derive(Clone, Copy)]
struct Blocks {
    i: Option<usize>,
    f: Option<usize>,
    g: usize,
    o: usize,
}

impl Blocks {
    #[inline(always)]
    fn of(kind: CellKind, hidden_size: usize) -> Blocks {
        let at = |block: usize| block * hidden_size;
        match kind {
            CellKind::Lstm1997 => Blocks { i: Some(at(0)), f: None, g: at(1), o: at(2) },
            CellKind::LstmCifg => Blocks { i: None, f: Some(at(0)), g: at(1), o: at(2) },
            _ => Blocks { i: Some(at(0)), f: Some(at(1)), g: at(2), o: at(3) },
        }
    }
}

/// One lane at one time step, forward.
pub(crate) struct Forward<'a, F> {
    pub kind: CellKind,
    pub holds: Option<&'a Holds<F>>,
    pub peepholes: Option<Peepholes<'a, F>>,
    /// `[G*H]`: a = W x_t + U h_{t-1} + b on entry, the gates on return
    pub gates: &'a mut [F],
    /// `[H]`: c_{t-1}
    pub c_prev: &'a [F],
    /// `[H]`: c_t
    pub c: &'a mut [F],
    /// `[H]`: tanh c_t, kept for the backward pass
    pub tanh_c: &'a mut [F],
    /// `[H]`: h_t
    pub h: &'a mut [F],
}

impl<F: Real> Forward<'_, F> {
    /// The formulas of the file: gates, then c', then h'.
    pub fn run_all(mut self) {
        let (hidden, blocks) = (self.h.len(), Blocks::of(self.kind, self.h.len()));
        for (block, p) in [(blocks.i, self.peepholes.map(|p| p.i)), (blocks.f, self.peepholes.map(|p| p.f))] {
            if let (Some(block), Some(p)) = (block, p) {
                for_each_element(hidden, Peephole { a: &mut self.gates[block..block + hidden], p, c: self.c_prev });
            }
        }
        sigmoid_all(&mut self.gates[..blocks.g]); // i and f stand before g
        tanh_all(&mut self.gates[blocks.g..blocks.g + hidden]);
        for_each_element(hidden, State(&mut self));
        tanh_all(self.tanh_c);
        let a_o = &mut self.gates[blocks.o..blocks.o + hidden];
        if let Some(p) = self.peepholes {
            for_each_element(hidden, Peephole { a: a_o, p: p.o, c: self.c });
        }
        sigmoid_all(a_o);
        for_each_element(hidden, Output(&mut self));
    }

    /// A gate after its nonlinearity, or what it is held at; kept for the backward pass.
    #[inline(always)]
    fn gate<L: Num<Scalar = F>>(&mut self, quantity: usize, block: usize, u: usize) -> L {
        let gate = held(self.holds, quantity, u, L::load(self.gates, block + u));
        if self.holds.is_some() {
            gate.store(self.gates, block + u);
        }
        gate
    }
}

/// a = a + p . c
struct Peephole<'a, F> {
    a: &'a mut [F],
    p: &'a [F],
    c: &'a [F],
}

impl<F: Real> Elementwise<F> for Peephole<'_, F> {
    #[inline(always)]
    fn run<L: Num<Scalar = F>>(&mut self, u: usize) {
        (L::load(self.a, u) + L::load(self.p, u) * L::load(self.c, u)).store(self.a, u);
    }
}

/// c' = f . c + i . g
struct State<'f, 'a, F>(&'f mut Forward<'a, F>);

impl<F: Real> Elementwise<F> for State<'_, '_, F> {
    #[inline(always)]
    fn run<L: Num<Scalar = F>>(&mut self, u: usize) {
        let forward = &mut *self.0;
        let blocks = Blocks::of(forward.kind, forward.h.len());
        let one = L::of(1.0);
        let f = blocks.f.map_or(one, |block| forward.gate(q::F, block, u));
        let i = blocks.i.map_or(one - f, |block| forward.gate(q::I, block, u));
        let g: L = forward.gate(q::G, blocks.g, u);
        let c = held(forward.holds, q::C, u, f * L::load(forward.c_prev, u) + i * g);
        c.store(forward.c, u);
        c.store(forward.tanh_c, u); // tanh comes next
    }
}

/// h' = o . tanh(c')
struct Output<'f, 'a, F>(&'f mut Forward<'a, F>);

impl<F: Real> Elementwise<F> for Output<'_, '_, F> {
    #[inline(always)]
    fn run<L: Num<Scalar = F>>(&mut self, u: usize) {
        let forward = &mut *self.0;
        let o: L = forward.gate(q::O, Blocks::of(forward.kind, forward.h.len()).o, u);
        held(forward.holds, q::H, u, o * L::load(forward.tanh_c, u)).store(forward.h, u);
    }
}

/// One lane at one time step, backward.
pub(crate) struct Backward<'a, F> {
    pub kind: CellKind,
    pub holds: Option<&'a Holds<F>>,
    pub peepholes: Option<Peepholes<'a, F>>,
    /// `[G*H]`: the gates
    pub gates: &'a [F],
    /// `[H]`: c_{t-1}
    pub c_prev: &'a [F],
    /// `[H]`: tanh c_t
    pub tanh_c: &'a [F],
    /// `[H]`: dL/dh_t, total
    pub d_h: &'a [F],
    /// `[H]`: what reaches c_t from later time steps on entry, dL/dc_t in total on return
    pub d_c: &'a mut [F],
    /// `[H]`: what reaches c_{t-1} from this time step, on return
    pub d_c_prev: &'a mut [F],
    /// `[G*H]`: dL/da on return
    pub d_gates: &'a mut [F],
}

impl<F: Real> Backward<'_, F> {
    /// The forward formulas mirrored, last line first.
    pub fn run_all(self) {
        let n = self.d_h.len();
        let (i, f, g, o) = blocks_of(self.kind, self.gates.chunks_exact(n));
        let (d_i, d_f, d_g, d_o) = blocks_of(self.kind, self.d_gates.chunks_exact_mut(n));
        // slices of one length: their ends are looked at once
        let (c_prev, tanh_c, d_c, d_c_prev) = (&self.c_prev[..n], &self.tanh_c[..n], &mut self.d_c[..n], &mut self.d_c_prev[..n]);
        let (holds, peepholes, d_h) = (self.holds, self.peepholes, self.d_h);
        for_each_element(n, Mirror { holds, peepholes, i, f, g, o, c_prev, tanh_c, d_h, d_c, d_c_prev, d_i, d_f, d_g, d_o });
    }
}

/// The blocks i, f, g, o of a kind, from all of its blocks in their order.
#[inline(always)]
fn blocks_of<B>(kind: CellKind, mut blocks: impl Iterator<Item = B>) -> (Option<B>, Option<B>, B, B) {
    let mut next = || blocks.next().expect("as many blocks as the kind has gates");
    let i = (kind != CellKind::LstmCifg).then(&mut next);
    let f = (kind != CellKind::Lstm1997).then(&mut next);
    (i, f, next(), next())
}

/// One lane backward with its blocks apart; every slice `[H]`.
struct Mirror<'a, F> {
    holds: Option<&'a Holds<F>>,
    peepholes: Option<Peepholes<'a, F>>,
    i: Option<&'a [F]>,
    f: Option<&'a [F]>,
    g: &'a [F],
    o: &'a [F],
    c_prev: &'a [F],
    tanh_c: &'a [F],
    d_h: &'a [F],
    d_c: &'a mut [F],
    d_c_prev: &'a mut [F],
    d_i: Option<&'a mut [F]>,
    d_f: Option<&'a mut [F]>,
    d_g: &'a mut [F],
    d_o: &'a mut [F],
}

impl<F: Real> Elementwise<F> for Mirror<'_, F> {
    #[inline(always)]
    fn run<L: Num<Scalar = F>>(&mut self, u: usize) {
        let one = L::of(1.0);
        let (c_prev, tanh_c) = (L::load(self.c_prev, u), L::load(self.tanh_c, u));
        let (g, o) = (L::load(self.g, u), L::load(self.o, u));
        let f = self.f.map_or(one, |f| L::load(f, u));
        let i = self.i.map_or(one - f, |i| L::load(i, u));

        let d_h = freed(self.holds, q::H, u, L::load(self.d_h, u));
        let d_o = freed(self.holds, q::O, u, d_h * tanh_c);
        let d_a_o = d_o * o * (one - o);
        d_a_o.store(self.d_o, u);

        let mut d_c = L::load(self.d_c, u) + d_h * o * (one - tanh_c * tanh_c);
        if let Some(p) = self.peepholes {
            d_c = d_c + d_a_o * L::load(p.o, u);
        }
        d_c.store(self.d_c, u);
        let d_c = freed(self.holds, q::C, u, d_c);

        let d_g = freed(self.holds, q::G, u, d_c * i);
        (d_g * (one - g * g)).store(self.d_g, u);
        let mut d_c_prev = d_c * f;
        if let Some(d_i) = &mut self.d_i {
            let d_a_i = freed(self.holds, q::I, u, d_c * g) * i * (one - i);
            d_a_i.store(d_i, u);
            if let Some(p) = self.peepholes {
                d_c_prev = d_c_prev + d_a_i * L::load(p.i, u);
            }
        }
        if let Some(d_f) = &mut self.d_f {
            let d = if self.i.is_some() { d_c * c_prev } else { d_c * (c_prev - g) };
            let d_a_f = freed(self.holds, q::F, u, d) * f * (one - f);
            d_a_f.store(d_f, u);
            if let Some(p) = self.peepholes {
                d_c_prev = d_c_prev + d_a_f * L::load(p.f, u);
            }
        }
        d_c_prev.store(self.d_c_prev, u);
    }
}
