//! A small random model with a window of characters, its exact gradients by the engine and its numerical ones by the reference.
//! It refuses to judge how near they must be.

use super::{Hold, Trace, Window, forward, loss, parameter_shapes};
use lstm_playground::cell::{Activation, CellKind, Holds};
use lstm_playground::model::{Activations, Model, Number, Shape};
use lstm_playground::rng::Rng;

/// The seven kinds, the RNN with each of its activations.
pub const KINDS: [CellKind; 9] = [
    CellKind::Rnn(Activation::Tanh),
    CellKind::Rnn(Activation::Relu),
    CellKind::Rnn(Activation::Sigmoid),
    CellKind::Lstm,
    CellKind::Lstm1997,
    CellKind::LstmPeephole,
    CellKind::LstmCifg,
    CellKind::Gru,
    CellKind::GruCho,
];

/// Everything that determines a loss. All numbers are exact in f32, so that an f32 model reads the same ones.
#[derive(Debug, Clone)]
pub struct Problem {
    pub shape: Shape,
    pub seq_len: usize,
    pub batch_size: usize,
    pub values: Vec<f64>,
    pub inputs: Vec<u32>,
    pub targets: Vec<u32>,
    pub counted: Option<Vec<bool>>,
    pub h0: Vec<f64>,
    pub c0: Vec<f64>,
    pub resets: Vec<(usize, usize)>,
    pub holds: Vec<Hold>,
}

/// Gradients with respect to everything a problem has: parameters in their order, then `[L][B][H]` initial states.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradients {
    pub values: Vec<f64>,
    pub h0: Vec<f64>,
    pub c0: Vec<f64>,
}

impl Problem {
    /// Parameters in [-0.8, 0.8), states in [-0.7, 0.7): large enough for every nonlinearity to bend.
    pub fn new(shape: Shape, seq_len: usize, batch_size: usize, masked: bool) -> Problem {
        Problem::changed(shape, seq_len, batch_size, masked, |_| ())
    }

    /// The same with a change, such as holds, made to it. The first seed that gives a smooth problem is taken.
    pub fn changed(shape: Shape, seq_len: usize, batch_size: usize, masked: bool, change: impl Fn(&mut Problem)) -> Problem {
        let of_seed = |seed: u32| {
            let mut problem = Problem::from_seed(shape, seq_len, batch_size, masked, seed);
            change(&mut problem);
            problem
        };
        (1..200).map(of_seed).find(Problem::is_smooth).expect("a seed whose relus stay away from 0")
    }

    fn from_seed(shape: Shape, seq_len: usize, batch_size: usize, masked: bool, seed: u32) -> Problem {
        let mut rng = Rng::parameters(seed);
        let positions = seq_len * batch_size;
        let states = shape.num_layers * batch_size * shape.hidden_size;
        let size = parameter_shapes(shape).iter().map(|(_, dimensions)| dimensions.iter().product::<usize>()).sum();
        let values = (0..size).map(|_| rng.uniform_within(0.8).into()).collect();
        let h0 = (0..states).map(|_| rng.uniform_within(0.7).into()).collect();
        let c0 = (0..states).map(|_| rng.uniform_within(0.7).into()).collect();
        let mut token = || rng.next_u32() % shape.vocab_size as u32;
        let inputs = (0..positions).map(|_| token()).collect();
        let targets = (0..positions).map(|_| token()).collect();
        let counted = masked.then(|| (0..positions).map(|position| position % 3 != 1).collect());
        Problem { shape, seq_len, batch_size, values, inputs, targets, counted, h0, c0, resets: Vec::new(), holds: Vec::new() }
    }

    /// No relu so near its kink that a numerical derivative would step over it.
    fn is_smooth(&self) -> bool {
        self.trace().nearest_kink > 20.0 * STEP
    }

    pub fn trace(&self) -> Trace {
        let Problem { inputs, batch_size, h0, c0, resets, holds, .. } = self;
        forward(self.shape, &self.values, &Window { inputs, batch_size: *batch_size, h0, c0, resets, holds })
    }

    pub fn loss(&self) -> f64 {
        loss(&self.trace().logits, self.shape.vocab_size, &self.targets, self.counted.as_deref())
    }

    /// Central differences of the reference.
    pub fn numerical_gradients(&self) -> Gradients {
        let along = |part: fn(&mut Problem) -> &mut Vec<f64>| {
            let mut moved = self.clone();
            (0..part(&mut moved).len()).map(|index| moved.derivative(part, index)).collect()
        };
        Gradients { values: along(|p| &mut p.values), h0: along(|p| &mut p.h0), c0: along(|p| &mut p.c0) }
    }

    /// (8 (L(x + s) - L(x - s)) - (L(x + 2s) - L(x - 2s))) / 12 s: error of the order s^4
    fn derivative(&mut self, part: fn(&mut Problem) -> &mut Vec<f64>, index: usize) -> f64 {
        let x = part(self)[index];
        let mut loss_at = |x: f64| {
            part(self)[index] = x;
            self.loss()
        };
        let near = loss_at(x + STEP) - loss_at(x - STEP);
        let far = loss_at(x + 2.0 * STEP) - loss_at(x - 2.0 * STEP);
        part(self)[index] = x;
        (8.0 * near - far) / (12.0 * STEP)
    }

    /// The engine's model and its memory after a forward pass.
    pub fn run<F: Number>(&self) -> (Model<F>, Activations<F>) {
        let convert = |numbers: &[f64]| numbers.iter().map(|&number| F::from_f64(number)).collect::<Vec<F>>();
        let mut model = Model::<F>::new(self.shape);
        model.set_values(&convert(&self.values));
        let mut run = Activations::<F>::new(self.shape, self.seq_len, self.batch_size);
        let states = self.batch_size * self.shape.hidden_size;
        for layer in 0..self.shape.num_layers {
            let range = layer * states..(layer + 1) * states;
            run.set_state(layer, &convert(&self.h0[range.clone()]), &convert(&self.c0[range]));
        }
        run.set_resets(&self.resets);
        let mut holds: Vec<Option<Holds<F>>> = vec![None; self.shape.num_layers];
        for hold in &self.holds {
            let of_layer = holds[hold.layer].get_or_insert_with(|| Holds::new(self.shape.hidden_size));
            of_layer.hold(hold.quantity, hold.unit, hold.value);
        }
        run.set_holds(holds);
        model.forward(&mut run, &self.inputs);
        (model, run)
    }

    /// The same in the two calls of a training step, bit by bit.
    fn assert_the_way_of_training<F: Number>(&self, loss: f64, gradients: &[F]) {
        let (model, mut run) = self.run::<F>();
        let mut again = vec![F::from_f64(f64::NAN); gradients.len()];
        assert_eq!(model.decode_to_gradients(&mut run, &self.targets, self.counted.as_deref()).to_bits(), loss.to_bits());
        model.backward_from_outputs(&mut run, &self.inputs, &mut again);
        assert!(again.iter().zip(gradients).all(|(a, b)| a.to_f64().to_bits() == b.to_f64().to_bits()));
    }

    /// Loss and gradients of the engine.
    pub fn exact_gradients<F: Number>(&self) -> (f64, Gradients) {
        let (model, mut run) = self.run::<F>();
        let loss = model.loss(&mut run, &self.targets, self.counted.as_deref());
        let mut gradients = vec![F::from_f64(f64::NAN); model.values().len()]; // backward overwrites: what it forgets shows
        model.backward(&mut run, &self.inputs, &self.targets, self.counted.as_deref(), &mut gradients);
        self.assert_the_way_of_training(loss, &gradients);
        let states = self.batch_size * self.shape.hidden_size;
        let widen = |numbers: &[F]| numbers.iter().map(|number| number.to_f64()).collect::<Vec<f64>>();
        let h0 = (0..self.shape.num_layers).flat_map(|layer| widen(&run.layer(layer).d_h[..states])).collect();
        let c0 = match self.shape.kind.has_cell_state() {
            true => (0..self.shape.num_layers).flat_map(|layer| widen(&run.layer(layer).d_c[..states])).collect(),
            false => vec![0.0; self.c0.len()],
        };
        (loss, Gradients { values: widen(&gradients), h0, c0 })
    }
}

/// Step of the numerical derivatives: rounding costs about 1e-12, truncation less.
const STEP: f64 = 1e-4;

impl Gradients {
    /// Largest difference, relative to the largest gradient; NaN where there is one.
    pub fn distance(&self, other: &Gradients) -> f64 {
        let all = |gradients: &Gradients| [&gradients.values[..], &gradients.h0, &gradients.c0].concat();
        let (ours, theirs) = (all(self), all(other));
        assert_eq!(ours.len(), theirs.len());
        let largest = theirs.iter().fold(0.0_f64, |most, g| most.max(g.abs()));
        let worst =
            ours.iter().zip(&theirs).fold(0.0_f64, |most, (a, b)| if (a - b).abs() <= most { most } else { (a - b).abs() });
        worst / largest
    }
}
