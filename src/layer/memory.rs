//! What a layer keeps of a window: gates and states of every time step, and their gradients. It refuses to compute any of them.

use crate::cell::CellKind;
use crate::kernels::Real;

/// All values of one layer for a window of T time steps and B lanes, time first. Index 0 of `h`, `c`, `d_h`, `d_c` is the state before
/// the window, index t + 1 the one after time step t.
#[derive(Debug, Clone, Default)]
pub struct LayerMemory<F> {
    /// `[T][B][G*H]` gates after their nonlinearity, blocks in gate order
    pub gates: Vec<F>,
    /// `[T+1][B][H]`
    pub h: Vec<F>,
    /// `[T+1][B][H]`; empty where the kind has no cell state
    pub c: Vec<F>,
    /// `[T][B][H]` LSTM: tanh c; GRU: q, what stands between reset gate and product
    pub between: Vec<F>,
    /// `[T][B][G*H]` pre-activations, kept only on demand
    pub preactivations: Vec<F>,
    /// `[T+1][B][H]` dL/dh, total: everything that h influences counts
    pub d_h: Vec<F>,
    /// `[T+1][B][H]` dL/dc, total
    pub d_c: Vec<F>,
    /// `[T][B][G*H]` dL/da, as W x sees it
    pub d_gates: Vec<F>,
    /// `[T][B][H]` GRU: dL/dq
    pub d_q: Vec<F>,
    /// `[B][H]` the state before a time step at which some lane starts anew
    pub(super) h_start: Vec<F>,
    pub(super) c_start: Vec<F>,
    /// `[H]`
    pub(crate) zeros: Vec<F>,
}

impl<F: Real> LayerMemory<F> {
    /// Memory for forward passes, and for backward ones if `backward`.
    pub fn new(kind: CellKind, hidden: usize, seq_len: usize, lanes: usize, backward: bool) -> LayerMemory<F> {
        let zeros = |n: usize| vec![F::of(0.0); n];
        let states = (seq_len + 1) * lanes * hidden;
        let steps = seq_len * lanes * hidden;
        let cell_state = if kind.has_cell_state() { states } else { 0 };
        let is_gru = matches!(kind, CellKind::Gru | CellKind::GruCho);
        let when = |wanted: bool, n: usize| zeros(if wanted { n } else { 0 });
        LayerMemory {
            gates: zeros(steps * kind.num_gates()),
            h: zeros(states),
            c: zeros(cell_state),
            between: when(is_gru || kind.has_cell_state(), steps),
            preactivations: Vec::new(),
            d_h: when(backward, states),
            d_c: when(backward, cell_state),
            d_gates: when(backward, steps * kind.num_gates()),
            d_q: when(backward && is_gru, steps),
            h_start: zeros(lanes * hidden),
            c_start: when(kind.has_cell_state(), lanes * hidden),
            zeros: zeros(hidden),
        }
    }
}
