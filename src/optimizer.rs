//! The six optimizers with PyTorch's formulas and constants, and clipping by the norm of all gradients together.
//! It sees flat slices of parameters and gradients; it refuses to know what they belong to.

use crate::kernels::{Elementwise, for_each_element};
use crate::loss::LongSum;
use crate::math::Num;
use serde::{Deserialize, Serialize};

/// Which optimizer. Formulas: PyTorch 2.15, torch.optim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OptimizerKind {
    /// p -= lr g
    Sgd,
    /// b = 0.9 b + g (b = g at first); p -= lr b
    Momentum,
    /// v = 0.99 v + 0.01 g^2; p -= lr g / (sqrt(v) + 1e-8)
    Rmsprop,
    /// v += g^2; p -= lr g / (sqrt(v) + 1e-10)
    Adagrad,
    /// Kingma & Ba 2015: m, v with 0.9, 0.999, bias correction, 1e-8
    #[default]
    Adam,
    /// Loshchilov & Hutter 2019: p -= lr 0.01 p, then Adam
    Adamw,
}

impl OptimizerKind {
    /// How many numbers of state each parameter has.
    pub fn state_per_parameter(self) -> usize {
        match self {
            OptimizerKind::Sgd => 0,
            OptimizerKind::Momentum | OptimizerKind::Rmsprop | OptimizerKind::Adagrad => 1,
            OptimizerKind::Adam | OptimizerKind::Adamw => 2,
        }
    }
}

/// L2 norm of all gradients together, as if they were one vector, in f64.
#[inline(never)] // inside a caller of another crate it would be compiled for size
pub fn grad_norm(grads: &[f32]) -> f64 {
    let mut sum = LongSum::default();
    sum.add_all(grads, true);
    sum.total().sqrt()
}

/// clip / (norm + 1e-6), rounded once to f32, at most 1 (torch.nn.utils.clip_grad_norm_).
pub fn clip_scale(norm: f64, max_norm: f32) -> f32 {
    let scale = (f64::from(max_norm) / (norm + 1e-6)) as f32;
    if scale < 1.0 { scale } else { 1.0 }
}

/// An optimizer with its state: what a checkpoint keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct Optimizer {
    kind: OptimizerKind,
    /// momentum b, or Adam's m
    pub first: Vec<f32>,
    /// v
    pub second: Vec<f32>,
    /// beta1^t and beta2^t, running products
    pub beta_products: [f64; 2],
    /// updates made
    pub updates: u64,
}

/// Below this, state becomes 0, so that denormals neither slow nor differ.
const TINY: f32 = 1e-30;

impl Optimizer {
    /// For `n` parameters, state zero.
    pub fn new(kind: OptimizerKind, n: usize) -> Optimizer {
        let (first, second) = match kind {
            OptimizerKind::Sgd => (0, 0),
            OptimizerKind::Momentum => (n, 0),
            OptimizerKind::Rmsprop | OptimizerKind::Adagrad => (0, n),
            OptimizerKind::Adam | OptimizerKind::Adamw => (n, n),
        };
        Optimizer { kind, first: vec![0.0; first], second: vec![0.0; second], beta_products: [1.0, 1.0], updates: 0 }
    }

    /// Which one it is.
    pub fn kind(&self) -> OptimizerKind {
        self.kind
    }

    /// One update of all parameters with the gradients `scale * grads`.
    ///
    /// # Panics
    /// When the lengths differ from the one that the optimizer was made for.
    #[inline(never)] // as grad_norm
    pub fn update(&mut self, values: &mut [f32], grads: &[f32], scale: f32, learning_rate: f32) {
        assert_eq!(values.len(), grads.len());
        self.beta_products[0] *= 0.9;
        self.beta_products[1] *= 0.999;
        // kept from the compiler's eyes: see the constants of exp
        let formula = std::hint::black_box(Formula {
            beta1: 0.9,
            rest1: 0.1,
            beta2: 0.999,
            rest2: 0.001,
            epsilon: 1e-8,
            infinity: f32::INFINITY,
            first_update: self.updates == 0,
            scale,
            learning_rate,
            correction1: (1.0 - self.beta_products[0]) as f32,
            correction2: (1.0 - self.beta_products[1]) as f32,
        });
        self.updates += 1;
        let (first, second) = (&mut self.first[..], &mut self.second[..]);
        for_each_element(values.len(), Sweep { kind: self.kind, formula, values, grads, first, second });
    }
}

/// Numbers of one update that all parameters share.
#[derive(Clone, Copy)]
struct Formula {
    /// Adam's, each with 1 - beta
    beta1: f32,
    rest1: f32,
    beta2: f32,
    rest2: f32,
    epsilon: f32,
    infinity: f32,
    first_update: bool,
    scale: f32,
    learning_rate: f32,
    correction1: f32,
    correction2: f32,
}

struct Sweep<'a> {
    kind: OptimizerKind,
    formula: Formula,
    values: &'a mut [f32],
    grads: &'a [f32],
    first: &'a mut [f32],
    second: &'a mut [f32],
}

impl Elementwise<f32> for Sweep<'_> {
    #[inline(always)]
    fn run<L: Num<Scalar = f32>>(&mut self, at: usize) {
        let f = self.formula;
        let lr = L::of(f.learning_rate);
        let old = L::load(self.values, at);
        let p = old;
        let g = L::load(self.grads, at) * L::of(f.scale);
        let p = match self.kind {
            OptimizerKind::Sgd => p - lr * g,
            OptimizerKind::Momentum => {
                let b = if f.first_update { g } else { flush(L::of(0.9) * L::load(self.first, at) + g) };
                b.store(self.first, at);
                p - lr * b
            }
            OptimizerKind::Rmsprop => {
                let v = flush(L::of(0.99) * L::load(self.second, at) + L::of(0.01) * g * g);
                v.store(self.second, at);
                p - lr * g / (v.sqrt() + L::of(1e-8))
            }
            OptimizerKind::Adagrad => {
                let v = flush(L::load(self.second, at) + g * g);
                v.store(self.second, at);
                p - lr * g / (v.sqrt() + L::of(1e-10))
            }
            OptimizerKind::Adam => self.adam(at, p, g),
            OptimizerKind::Adamw => self.adam(at, p - lr * L::of(0.01) * p, g),
        };
        // an update that overflows is not made: a parameter is never NaN or infinite
        L::select_less(p.abs(), L::of(f.infinity), p, old).store(self.values, at);
    }
}

impl Sweep<'_> {
    /// m = 0.9 m + 0.1 g;  v = 0.999 v + 0.001 g^2;  p -= lr (m / c1) / (sqrt(v / c2) + 1e-8)
    #[inline(always)]
    fn adam<L: Num<Scalar = f32>>(&mut self, at: usize, p: L, g: L) -> L {
        let f = self.formula;
        let m = flush(L::of(f.beta1) * L::load(self.first, at) + L::of(f.rest1) * g);
        let v = flush(L::of(f.beta2) * L::load(self.second, at) + L::of(f.rest2) * g * g);
        m.store(self.first, at);
        v.store(self.second, at);
        p - L::of(f.learning_rate) * (m / L::of(f.correction1)) / ((v / L::of(f.correction2)).sqrt() + L::of(f.epsilon))
    }
}

/// 0 where |x| < 1e-30.
#[inline(always)]
fn flush<L: Num>(x: L) -> L {
    L::select_less(x.abs(), L::of(TINY), L::of(0.0), x)
}
