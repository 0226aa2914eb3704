//! The GRU in its two forms: reset after the product (torch.nn.GRU, cuDNN) and before it (Cho et al. 2014, equations 5-8).
//!
//! ```text
//! r = s(a_r)   z = s(a_z)   h' = (1 - z) . n + z . h
//! gru       n = tanh(W_n x + b_ih,n + r . q),   q = U_n h + b_hh,n
//! gru_cho   n = tanh(W_n x + b_ih,n + b_hh,n + U_n q),   q = r . h
//! ```
//! z = 1 keeps the old state in both. `q` is what stands between the reset gate and the product, on either side of it.

use crate::cell::{Holds, freed, held, quantity as q};
use crate::kernels::{Elementwise, Real, for_each_element, sigmoid_all, tanh_all};
use crate::math::Num;

/// One lane at one time step: the reset gate, and for gru_cho q = r . h. Runs before the product of gru_cho.
pub(crate) struct Reset<'a, F> {
    pub holds: Option<&'a Holds<F>>,
    /// `[3H]`: a_r a_z a_n on entry; r on return in the first block
    pub gates: &'a mut [F],
    /// `[H]`: h_{t-1}
    pub h_prev: &'a [F],
    /// `[H]`: r . h_{t-1} on return
    pub q: &'a mut [F],
}

impl<F: Real> Reset<'_, F> {
    /// r = s(a_r), q = r . h
    pub fn run_all(self) {
        sigmoid_all(&mut self.gates[..self.q.len()]);
        for_each_element(self.q.len(), self);
    }
}

impl<F: Real> Elementwise<F> for Reset<'_, F> {
    #[inline(always)]
    fn run<L: Num<Scalar = F>>(&mut self, u: usize) {
        let r = held(self.holds, q::R, u, L::load(self.gates, u));
        r.store(self.gates, u);
        (r * L::load(self.h_prev, u)).store(self.q, u);
    }
}

/// One lane at one time step, forward.
pub(crate) struct Forward<'a, F> {
    /// gru: reset after the product, `q` = U_n h + b_hh,n is read; else the reset has run and a_n is complete
    pub reset_after: bool,
    pub holds: Option<&'a Holds<F>>,
    /// `[3H]`: a_r a_z a_n on entry (gru_cho: r a_z a_n), r z n on return
    pub gates: &'a mut [F],
    pub q: &'a [F],
    /// `[H]`: h_{t-1}
    pub h_prev: &'a [F],
    /// `[H]`: h_t
    pub h: &'a mut [F],
}

impl<F: Real> Forward<'_, F> {
    /// The formulas of the file: gates, then n, then h'.
    pub fn run_all(mut self) {
        let hidden = self.h.len();
        if self.reset_after {
            sigmoid_all(&mut self.gates[..2 * hidden]);
            for_each_element(hidden, Candidate(&mut self));
        } else {
            sigmoid_all(&mut self.gates[hidden..2 * hidden]);
        }
        tanh_all(&mut self.gates[2 * hidden..]);
        for_each_element(hidden, State(&mut self));
    }
}

/// a_n = a_n + r . q
struct Candidate<'f, 'a, F>(&'f mut Forward<'a, F>);

impl<F: Real> Elementwise<F> for Candidate<'_, '_, F> {
    #[inline(always)]
    fn run<L: Num<Scalar = F>>(&mut self, u: usize) {
        let Forward { holds, gates, q, h, .. } = &mut *self.0;
        let r = held(*holds, q::R, u, L::load(gates, u));
        r.store(gates, u);
        (L::load(gates, 2 * h.len() + u) + r * L::load(q, u)).store(gates, 2 * h.len() + u);
    }
}

/// h' = (1 - z) . n + z . h
struct State<'f, 'a, F>(&'f mut Forward<'a, F>);

impl<F: Real> Elementwise<F> for State<'_, '_, F> {
    #[inline(always)]
    fn run<L: Num<Scalar = F>>(&mut self, u: usize) {
        let Forward { holds, gates, h_prev, h, .. } = &mut *self.0;
        let hidden = h.len();
        let z = held(*holds, q::Z, u, L::load(gates, hidden + u));
        z.store(gates, hidden + u);
        let n = held(*holds, q::N, u, L::load(gates, 2 * hidden + u));
        n.store(gates, 2 * hidden + u);
        held(*holds, q::H, u, (L::of(1.0) - z) * n + z * L::load(h_prev, u)).store(h, u);
    }
}

/// One lane at one time step, backward; for gru_cho the part above the product U_n (r . h).
pub(crate) struct Backward<'a, F> {
    pub reset_after: bool,
    pub holds: Option<&'a Holds<F>>,
    /// `[3H]`: r z n
    pub gates: &'a [F],
    /// `[H]`: q of the forward pass
    pub q: &'a [F],
    /// `[H]`: h_{t-1}
    pub h_prev: &'a [F],
    /// `[H]`: dL/dh_t, total
    pub d_h: &'a [F],
    /// `[H]`: dL/dh_{t-1}: the part along z is added
    pub d_h_prev: &'a mut [F],
    /// `[3H]`: dL/da_r (gru only), dL/da_z, dL/da_n on return
    pub d_gates: &'a mut [F],
    /// `[H]`: gru: dL/dq on return
    pub d_q: &'a mut [F],
}

impl<F: Real> Backward<'_, F> {
    /// The forward formulas mirrored, last line first.
    pub fn run_all(self) {
        for_each_element(self.d_h.len(), self);
    }
}

impl<F: Real> Elementwise<F> for Backward<'_, F> {
    #[inline(always)]
    fn run<L: Num<Scalar = F>>(&mut self, u: usize) {
        let hidden = self.d_h.len();
        let one = L::of(1.0);
        let z = L::load(self.gates, hidden + u);
        let n = L::load(self.gates, 2 * hidden + u);
        let d_h = freed(self.holds, q::H, u, L::load(self.d_h, u));
        let d_n = freed(self.holds, q::N, u, d_h * (one - z));
        let d_z = freed(self.holds, q::Z, u, d_h * (L::load(self.h_prev, u) - n));
        (L::load(self.d_h_prev, u) + d_h * z).store(self.d_h_prev, u);
        (d_z * z * (one - z)).store(self.d_gates, hidden + u);
        let d_a_n = d_n * (one - n * n);
        d_a_n.store(self.d_gates, 2 * hidden + u);
        if self.reset_after {
            let r = L::load(self.gates, u);
            let d_r = freed(self.holds, q::R, u, d_a_n * L::load(self.q, u));
            (d_r * r * (one - r)).store(self.d_gates, u);
            (d_a_n * r).store(self.d_q, u);
        }
    }
}

/// One lane at one time step, backward: gru_cho's part below the product. `d_q` = U_n^T da_n is dL/d(r . h).
pub(crate) struct ResetBackward<'a, F> {
    pub holds: Option<&'a Holds<F>>,
    /// `[3H]`: r z n
    pub gates: &'a [F],
    /// `[H]`: h_{t-1}
    pub h_prev: &'a [F],
    pub d_q: &'a [F],
    /// `[H]`: dL/dh_{t-1}: the part along r is added
    pub d_h_prev: &'a mut [F],
    /// `[3H]`: dL/da_r on return in the first block
    pub d_gates: &'a mut [F],
}

impl<F: Real> ResetBackward<'_, F> {
    /// dr = dq . h, dh = dq . r
    pub fn run_all(self) {
        for_each_element(self.d_q.len(), self);
    }
}

impl<F: Real> Elementwise<F> for ResetBackward<'_, F> {
    #[inline(always)]
    fn run<L: Num<Scalar = F>>(&mut self, u: usize) {
        let r = L::load(self.gates, u);
        let d_q = L::load(self.d_q, u);
        let d_r = freed(self.holds, q::R, u, d_q * L::load(self.h_prev, u));
        (d_r * r * (L::of(1.0) - r)).store(self.d_gates, u);
        (L::load(self.d_h_prev, u) + d_q * r).store(self.d_h_prev, u);
    }
}
