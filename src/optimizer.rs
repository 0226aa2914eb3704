//! The six optimizers with PyTorch's formulas and constants, and clipping by the norm of all gradients together.
//! It sees flat slices of parameters and gradients; it refuses to know what they belong to.

use crate::kernels::{Elementwise, Real, for_each_element};
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

type Twos = <f32 as Real>::Twos;

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
        let [correction1, correction2] = self.beta_products.map(|product| (1.0 - product) as f32);
        // kept from the compiler's eyes: see the constants of exp
        let formula = std::hint::black_box(Formula {
            scale,
            learning_rate,
            beta1: 0.9,
            rest1: 0.1,
            beta2: 0.999,
            rest2: 0.001,
            correction1,
            correction2,
            epsilon: 1e-8,
            tiny: TINY,
            infinity: f32::INFINITY,
            corrects: [correction1 != 1.0, correction2 != 1.0],
        });
        let (kind, first_update, n) = (self.kind, self.updates == 0, values.len());
        self.updates += 1;
        let (first, second) = (&mut self.first[..], &mut self.second[..]);
        let update = Update { formula, values, grads, first, second };
        match kind {
            OptimizerKind::Adam => Adam::<false>(update).run_all(),
            OptimizerKind::Adamw => Adam::<true>(update).run_all(),
            _ => for_each_element(n, Sweep { update, kind, first_update }),
        }
    }
}

/// Numbers of one update that all parameters share.
#[derive(Clone, Copy)]
struct Formula {
    scale: f32,
    learning_rate: f32,
    /// Adam's, each with 1 - beta
    beta1: f32,
    rest1: f32,
    beta2: f32,
    rest2: f32,
    /// 1 - beta^t: rounded to f32 they are 1 from the 165th and the 17,000th update on
    correction1: f32,
    correction2: f32,
    epsilon: f32,
    tiny: f32,
    infinity: f32,
    /// whether they are not 1
    corrects: [bool; 2],
}

impl Formula {
    /// 0 where |x| < 1e-30.
    #[inline(always)]
    fn flush<L: Num>(&self, x: L) -> L {
        x.zero_where_less(x.abs(), L::of(self.tiny))
    }

    /// 0 where x < 1e-30, for what is never negative.
    #[inline(always)]
    fn flush_positive<L: Num>(&self, x: L) -> L {
        x.zero_where_less(x, L::of(self.tiny))
    }
}

/// What one update reads and writes.
struct Update<'a> {
    formula: Formula,
    values: &'a mut [f32],
    grads: &'a [f32],
    first: &'a mut [f32],
    second: &'a mut [f32],
}

impl Update<'_> {
    /// Parameters and scaled gradients.
    #[inline(always)]
    fn read<L: Num<Scalar = f32>>(&self, at: usize) -> (L, L) {
        (L::load(self.values, at), L::load(self.grads, at) * L::of(self.formula.scale))
    }

    /// An update that overflows is not made: a parameter is never NaN or infinite.
    #[inline(always)]
    fn write<L: Num<Scalar = f32>>(&mut self, at: usize, p: L, old: L) {
        L::select_less(p.abs(), L::of(self.formula.infinity), p, old).store(self.values, at);
    }
}

/// All but Adam and AdamW.
struct Sweep<'a> {
    update: Update<'a>,
    kind: OptimizerKind,
    first_update: bool,
}

impl Elementwise<f32> for Sweep<'_> {
    #[inline(always)]
    fn run<L: Num<Scalar = f32>>(&mut self, at: usize) {
        let f = self.update.formula;
        let lr = L::of(f.learning_rate);
        let (p, g) = self.update.read::<L>(at);
        let Update { first, second, .. } = &mut self.update;
        let updated = match self.kind {
            OptimizerKind::Momentum => {
                let b = if self.first_update { g } else { f.flush(L::of(0.9) * L::load(first, at) + g) };
                b.store(first, at);
                p - lr * b
            }
            OptimizerKind::Rmsprop => {
                let v = f.flush(L::of(0.99) * L::load(second, at) + L::of(0.01) * g * g);
                v.store(second, at);
                p - lr * g / (v.sqrt() + L::of(1e-8))
            }
            OptimizerKind::Adagrad => {
                let v = f.flush(L::load(second, at) + g * g);
                v.store(second, at);
                p - lr * g / (v.sqrt() + L::of(1e-10))
            }
            _ => p - lr * g,
        };
        self.update.write(at, updated, p);
    }
}

/// m = 0.9 m + 0.1 g;  v = 0.999 v + 0.001 g^2;  p -= lr (m / c1) / (sqrt(v / c2) + 1e-8)
struct Adam<'a, const DECAYS: bool>(Update<'a>);

impl<const DECAYS: bool> Adam<'_, DECAYS> {
    /// All parameters. Some are divided by their root only when the moments of the next are on their way: who waits for two divisions and a root one after
    /// another finds nothing else to do.
    fn run_all(mut self) {
        let Update { values, grads, first, second, .. } = &mut self.0;
        // slices of one length: their ends are looked at once
        let n = values.len();
        (*grads, *first, *second) = (&grads[..n], &mut std::mem::take(first)[..n], &mut std::mem::take(second)[..n]);
        let mut at = 0;
        if n >= Twos::WIDTH {
            let mut ahead = self.moments::<Twos>(0);
            while at + 2 * Twos::WIDTH <= n {
                let next = self.moments::<Twos>(at + Twos::WIDTH);
                self.apply(at, ahead);
                (ahead, at) = (next, at + Twos::WIDTH);
            }
            self.apply(at, ahead);
            at += Twos::WIDTH;
        }
        while at < n {
            let moments = self.moments::<f32>(at);
            self.apply(at, moments);
            at += 1;
        }
    }

    /// m and v after this update; returns m / c1 and sqrt(v / c2) + 1e-8.
    #[inline(always)]
    fn moments<L: Num<Scalar = f32>>(&mut self, at: usize) -> (L, L) {
        let f = self.0.formula;
        let g = L::load(self.0.grads, at) * L::of(f.scale);
        let Update { first, second, .. } = &mut self.0;
        let m = f.flush(L::of(f.beta1) * L::load(first, at) + L::of(f.rest1) * g);
        let v = f.flush_positive(L::of(f.beta2) * L::load(second, at) + L::of(f.rest2) * g * g);
        m.store(first, at);
        v.store(second, at);
        // a division by 1 changes no bit and takes as long as any other
        let m = if f.corrects[0] { m / L::of(f.correction1) } else { m };
        let v = if f.corrects[1] { v / L::of(f.correction2) } else { v };
        (m, v.sqrt() + L::of(f.epsilon))
    }

    #[inline(always)]
    fn apply<L: Num<Scalar = f32>>(&mut self, at: usize, (m, root): (L, L)) {
        let lr = L::of(self.0.formula.learning_rate);
        let old = L::load(self.0.values, at);
        let p = if DECAYS { old - lr * L::of(0.01) * old } else { old };
        self.0.write(at, p - lr * m / root, old);
    }
}
