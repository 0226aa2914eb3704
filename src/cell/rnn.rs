//! The Elman RNN: h_t = act(W x_t + U h_{t-1} + b), act = tanh, relu or sigmoid (Elman 1990; torch.nn.RNN).

use crate::cell::{Activation, Holds, freed, held, quantity as q};
use crate::kernels::{Elementwise, Real, for_each_element, sigmoid_all, tanh_all};
use crate::math::Num;

/// One lane at one time step, forward.
pub(crate) struct Forward<'a, F> {
    pub activation: Activation,
    pub holds: Option<&'a Holds<F>>,
    /// `[H]`: a = W x_t + U h_{t-1} + b on entry, act(a) on return
    pub gates: &'a mut [F],
    /// `[H]`: h_t
    pub h: &'a mut [F],
}

impl<F: Real> Forward<'_, F> {
    /// h = act(a)
    pub fn run_all(self) {
        match self.activation {
            Activation::Tanh => tanh_all(self.gates),
            Activation::Relu => {} // below
            Activation::Sigmoid => sigmoid_all(self.gates),
        }
        for_each_element(self.h.len(), self);
    }
}

impl<F: Real> Elementwise<F> for Forward<'_, F> {
    #[inline(always)]
    fn run<L: Num<Scalar = F>>(&mut self, u: usize) {
        let mut h = L::load(self.gates, u);
        if self.activation == Activation::Relu {
            h = h.relu();
            h.store(self.gates, u);
        }
        held(self.holds, q::H, u, h).store(self.h, u);
    }
}

/// One lane at one time step, backward.
pub(crate) struct Backward<'a, F> {
    pub activation: Activation,
    pub holds: Option<&'a Holds<F>>,
    /// `[H]`: act(a)
    pub gates: &'a [F],
    /// `[H]`: dL/dh_t, total
    pub d_h: &'a [F],
    /// `[H]`: dL/da on return
    pub d_gates: &'a mut [F],
}

impl<F: Real> Backward<'_, F> {
    /// da = dh * act'(a); act' = 1 - h^2, 1 where h > 0, h (1 - h)
    pub fn run_all(self) {
        for_each_element(self.d_h.len(), self);
    }
}

impl<F: Real> Elementwise<F> for Backward<'_, F> {
    #[inline(always)]
    fn run<L: Num<Scalar = F>>(&mut self, u: usize) {
        let h = L::load(self.gates, u);
        let one = L::of(1.0);
        let d_h = freed(self.holds, q::H, u, L::load(self.d_h, u));
        let d_a = match self.activation {
            Activation::Tanh => d_h * (one - h * h),
            Activation::Relu => L::select_less(L::of(0.0), h, d_h, L::of(0.0)),
            Activation::Sigmoid => d_h * h * (one - h),
        };
        d_a.store(self.d_gates, u);
    }
}
