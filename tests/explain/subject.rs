//! Small models of every kind, with and without holds, and every question that can be asked about them.

use crate::reference::Hold;
use crate::reference::problem::{KINDS, Problem};
use lstm_playground::cell::{CellKind, Holds};
use lstm_playground::error::Error;
use lstm_playground::explain::{Explanation, Notation, Question, explain};
use lstm_playground::model::{Model, Shape};

pub const SEQ_LEN: usize = 7;
pub const HIDDEN: usize = 3;

/// A model, its holds, and the text it reads.
pub struct Subject {
    pub problem: Problem,
    pub model: Model<f32>,
    pub holds: Vec<Option<Holds<f32>>>,
}

impl Subject {
    pub fn new(kind: CellKind, num_layers: usize, hidden_size: usize, holds: &[Hold]) -> Subject {
        let shape = Shape { kind, vocab_size: 5, hidden_size, num_layers };
        let problem = Problem::changed(shape, SEQ_LEN, 1, false, |problem| {
            problem.h0.fill(0.0);
            problem.c0.fill(0.0);
            problem.holds = holds.to_vec();
        });
        let mut model = Model::<f32>::new(shape);
        model.set_values(&problem.values.iter().map(|&value| value as f32).collect::<Vec<f32>>());
        let mut of_layers = vec![None; num_layers];
        for hold in holds {
            let of_layer: &mut Option<Holds<f32>> = &mut of_layers[hold.layer];
            of_layer.get_or_insert_with(|| Holds::new(hidden_size)).hold(hold.quantity, hold.unit, hold.value);
        }
        Subject { problem, model, holds: of_layers }
    }

    pub fn ask(&self, layer: usize, t: usize, what: &str, unit: usize, notation: Notation) -> Result<Explanation, Error> {
        let question = Question { layer, t, what, unit, notation, anchor: None };
        explain(&self.model, &self.holds, &self.problem.inputs, question)
    }

    pub fn is_held(&self, layer: usize, quantity: char, unit: usize) -> bool {
        self.problem.holds.iter().any(|hold| (hold.layer, hold.quantity, hold.unit) == (layer, quantity, unit))
    }
}

/// Quantities after their nonlinearity.
pub fn quantities(kind: CellKind) -> &'static [&'static str] {
    match kind {
        CellKind::Rnn(_) => &["h"],
        CellKind::Gru | CellKind::GruCho => &["r", "z", "q", "n", "h"],
        _ => &["f", "i", "g", "c", "o", "h"],
    }
}

/// Everything that can be asked about a unit.
pub fn questions(kind: CellKind) -> Vec<String> {
    let mut all: Vec<String> = quantities(kind).iter().map(|what| what.to_string()).collect();
    for base in ["wx", "uh", "b", "a"] {
        all.push(base.to_string());
        all.extend(kind.gates().iter().map(|gate| format!("{base}_{gate}")));
    }
    all
}

/// Some of each kind's quantities held, in both layers.
pub fn holds(kind: CellKind, quantity: char) -> [Hold; 2] {
    let high = if matches!(quantity, 'g' | 'n' | 'h') && !matches!(kind, CellKind::Rnn(_)) { -0.75 } else { 0.75 };
    [Hold { layer: 0, quantity, unit: 1, value: 0.25 }, Hold { layer: 1, quantity, unit: 2, value: high }]
}

pub fn subjects() -> Vec<Subject> {
    let mut all = Vec::new();
    for kind in KINDS {
        all.extend([1, 3].map(|num_layers| Subject::new(kind, num_layers, HIDDEN, &[])));
        let gates = kind.gates().iter().copied().filter(|&gate| gate != 'h');
        for quantity in gates.chain(kind.has_cell_state().then_some('c')).chain(['h']) {
            all.push(Subject::new(kind, 2, HIDDEN, &holds(kind, quantity)));
        }
    }
    all
}

/// Every explanation that a subject can give: of all layers, units and quantities, of some time steps, in both notations.
pub fn for_each_explanation(subject: &Subject, mut each: impl FnMut(&Explanation, Notation)) {
    let shape = subject.problem.shape;
    for notation in [Notation::Split, Notation::Joined] {
        for t in [0, SEQ_LEN - 2] {
            for what in questions(shape.kind) {
                for (layer, unit) in (0..shape.num_layers).flat_map(|layer| (0..shape.hidden_size).map(move |unit| (layer, unit)))
                {
                    each(&subject.ask(layer, t, &what, unit, notation).unwrap_or_else(|e| panic!("{what}: {e}")), notation);
                }
            }
            for what in ["y", "p"] {
                (0..shape.vocab_size).for_each(|k| each(&subject.ask(0, t, what, k, notation).unwrap(), notation));
            }
            each(&subject.ask(0, t, "loss", 0, notation).unwrap(), notation);
        }
    }
}
