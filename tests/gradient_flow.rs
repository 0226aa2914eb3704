//! Gradient flow against central differences of the textbook (`reference/mod.rs`): a state is moved at one time step by a hold that lasts
//! this time step only. Against PyTorch's flow too (`golden/data/FORMAT.md`), where its loss is that of the last prediction alone.

#[allow(dead_code)]
#[path = "golden/fields.rs"]
mod fields;
#[allow(dead_code)]
#[path = "golden/model_case.rs"]
mod model_case;
mod reference;
#[allow(dead_code)]
#[path = "golden/safetensors.rs"]
mod safetensors;

use lstm_playground::cell::{Activation, CellKind, Holds};
use lstm_playground::gradient_flow::{GradientFlow, gradient_flow};
use lstm_playground::model::{Model, Shape};
use reference::problem::{KINDS, Problem};
use reference::{Hold, Trace, Window, forward, loss};
use std::path::Path;

const HIDDEN: usize = 3;
const SEQ_LEN: usize = 8;
const STEP: f64 = 1e-4;

/// Two layers and eight characters from a zero state.
fn problem(kind: CellKind, holds: &[Hold]) -> Problem {
    let shape = Shape { kind, vocab_size: 4, hidden_size: HIDDEN, num_layers: 2 };
    Problem::changed(shape, SEQ_LEN, 1, false, |problem| {
        problem.h0.fill(0.0);
        problem.c0.fill(0.0);
        problem.holds = holds.to_vec();
    })
}

fn model(problem: &Problem) -> (Model<f32>, Vec<Option<Holds<f32>>>) {
    let mut model = Model::<f32>::new(problem.shape);
    model.set_values(&problem.values.iter().map(|&value| value as f32).collect::<Vec<f32>>());
    let mut holds = vec![None; problem.shape.num_layers];
    for hold in &problem.holds {
        let of_layer: &mut Option<Holds<f32>> = &mut holds[hold.layer];
        of_layer.get_or_insert_with(|| Holds::new(problem.shape.hidden_size)).hold(hold.quantity, hold.unit, hold.value);
    }
    (model, holds)
}

/// The engine's flow from the last prediction of the problem.
fn flow(problem: &Problem, lags: usize) -> GradientFlow {
    let (model, holds) = model(problem);
    let tokens = [&problem.inputs[..], &problem.targets[SEQ_LEN - 1..]].concat();
    gradient_flow(&model, &holds, &tokens, lags)
}

/// The textbook reading one character after another, `moved` held at its time step only. Returns each time step's trace, and the last loss.
fn read(problem: &Problem, moved: Option<(usize, Hold)>) -> (Vec<Trace>, f64) {
    let (mut h0, mut c0) = (problem.h0.clone(), problem.c0.clone());
    let mut steps: Vec<Trace> = Vec::new();
    for (t, token) in problem.inputs.iter().enumerate() {
        let mut holds = problem.holds.clone();
        holds.extend(moved.filter(|moved| moved.0 == t).map(|moved| moved.1));
        let window = Window { inputs: &[*token], batch_size: 1, h0: &h0, c0: &c0, resets: &[], holds: &holds };
        let trace = forward(problem.shape, &problem.values, &window);
        let states =
            |quantity: char| trace.layers.iter().flat_map(|layer| layer.get(&quantity).cloned().unwrap_or_default()).collect();
        h0 = states('h');
        if problem.shape.kind.has_cell_state() {
            c0 = states('c');
        }
        steps.push(trace);
    }
    let logits = &steps.last().expect("a time step").logits;
    let last = loss(logits, problem.shape.vocab_size, &problem.targets[SEQ_LEN - 1..], None);
    (steps, last)
}

/// dL/d(state) of all units by central differences of the fourth order.
fn numerical(problem: &Problem, steps: &[Trace], quantity: char, layer: usize, t: usize) -> Vec<f64> {
    let derivative = |unit: usize| {
        let value = steps[t].layers[layer][&quantity][unit];
        let loss_at = |value: f64| read(problem, Some((t, Hold { layer, quantity, unit, value }))).1;
        let near = loss_at(value + STEP) - loss_at(value - STEP);
        let far = loss_at(value + 2.0 * STEP) - loss_at(value - 2.0 * STEP);
        (8.0 * near - far) / (12.0 * STEP)
    };
    (0..HIDDEN).map(derivative).collect()
}

fn norm(numbers: &[f64]) -> f64 {
    numbers.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// What a time step lets pass along the belt, by the textbook.
fn passed(problem: &Problem, step: &Trace, layer: usize, unit: usize) -> f64 {
    let kind = problem.shape.kind;
    let state = if kind.has_cell_state() { 'c' } else { 'h' };
    if problem.holds.iter().any(|hold| (hold.layer, hold.quantity, hold.unit) == (layer, state, unit)) {
        return 0.0;
    }
    let value = |quantity: char| step.layers[layer][&quantity][unit];
    match kind {
        CellKind::Rnn(Activation::Tanh) => 1.0 - value('h') * value('h'),
        CellKind::Rnn(Activation::Relu) => f64::from(u8::from(value('h') > 0.0)),
        CellKind::Rnn(Activation::Sigmoid) => value('h') * (1.0 - value('h')),
        CellKind::Gru | CellKind::GruCho => value('z'),
        _ => value('f'),
    }
}

fn near(ours: f64, theirs: f64, what: &str) {
    assert!((ours - theirs).abs() <= 1e-8 * theirs + 1e-11, "{what}: {ours:e}, expected {theirs:e}");
}

fn check(kind: CellKind, holds: &[Hold]) {
    let problem = problem(kind, holds);
    let (steps, _) = read(&problem, None);
    let flow = flow(&problem, usize::MAX);
    assert_eq!(flow.from, 0);
    for (layer, ours) in flow.layers.iter().enumerate() {
        let numerical = |quantity: char, t: usize| numerical(&problem, &steps, quantity, layer, t);
        let has_c = kind.has_cell_state();
        assert_eq!((ours.dh_norm.len(), ours.dc_norm.len()), (SEQ_LEN, if has_c { SEQ_LEN } else { 0 }));
        let at_cursor = numerical(if has_c { 'c' } else { 'h' }, SEQ_LEN - 1);
        let mut belt = [1.0; HIDDEN];
        for t in (0..SEQ_LEN).rev() {
            let what = format!("{kind:?} {holds:?} layer {layer} t {t}");
            near(ours.dh_norm[t], norm(&numerical('h', t)), &format!("{what} dh"));
            if has_c {
                near(ours.dc_norm[t], norm(&numerical('c', t)), &format!("{what} dc"));
            }
            let alone: Vec<f64> = belt.iter().zip(&at_cursor).map(|(belt, gradient)| belt * gradient).collect();
            near(ours.belt_alone[t], norm(&alone), &format!("{what} alone"));
            belt.iter_mut().enumerate().for_each(|(unit, belt)| *belt *= passed(&problem, &steps[t], layer, unit));
        }
    }
}

#[test]
fn equals_central_differences() {
    KINDS.into_iter().for_each(|kind| check(kind, &[]));
}

#[test]
fn equals_central_differences_under_holds() {
    for kind in KINDS {
        let gates = kind.gates().iter().copied().filter(|&gate| gate != 'h');
        for quantity in gates.chain(kind.has_cell_state().then_some('c')).chain(['h']) {
            let hold = |layer, unit, value| Hold { layer, quantity, unit, value };
            check(kind, &[hold(0, 1, 0.25), hold(1, 2, 0.75)]);
        }
    }
}

/// A state that is held in all units is a wall: nothing reaches what lies before it but what comes round it.
#[test]
fn what_is_held_passes_nothing_back() {
    for kind in [CellKind::Lstm, CellKind::Gru, CellKind::Rnn(Activation::Tanh)] {
        let all = |quantity| (0..HIDDEN).map(move |unit| Hold { layer: 1, quantity, unit, value: 0.5 });
        let holds: Vec<Hold> = if kind.has_cell_state() { all('c').chain(all('h')).collect() } else { all('h').collect() };
        let flow = flow(&problem(kind, &holds), usize::MAX);
        assert!(flow.layers[1].dh_norm[SEQ_LEN - 1] > 0.0, "{kind:?}: the gradient that arrives is reported");
        assert!(flow.layers[1].dh_norm[..SEQ_LEN - 1].iter().all(|&norm| norm == 0.0), "{kind:?}");
        assert!(flow.layers[0].dh_norm.iter().all(|&norm| norm == 0.0), "{kind:?}");
        assert!(flow.layers[1].belt_alone[..SEQ_LEN - 1].iter().all(|&norm| norm == 0.0), "{kind:?}");
    }
}

/// Fewer lags are the same numbers, but for the f32 state that they start from.
#[test]
fn fewer_lags_show_the_same() {
    for kind in KINDS {
        let problem = problem(kind, &[Hold { layer: 0, quantity: 'h', unit: 0, value: 0.5 }]);
        let (all, few) = (flow(&problem, usize::MAX), flow(&problem, 3));
        assert_eq!(few.from, SEQ_LEN - 4);
        for (all, few) in all.layers.iter().zip(&few.layers) {
            let lines = [(&all.dh_norm, &few.dh_norm), (&all.dc_norm, &few.dc_norm), (&all.belt_alone, &few.belt_alone)];
            for (all, few) in lines {
                assert!(few.is_empty() == all.is_empty() && [0, 4].contains(&few.len()));
                for (ours, theirs) in few.iter().rev().zip(all.iter().rev()) {
                    assert!((ours - theirs).abs() <= 1e-5 * theirs + 1e-12, "{kind:?}: {ours:e}, expected {theirs:e}");
                }
            }
        }
        assert_eq!(flow(&problem, 0).layers[1].dh_norm.len(), 1);
    }
}

/// Norms whose square f64 cannot hold are still norms.
#[test]
fn a_vanishing_gradient_is_not_rounded_to_zero() {
    let shape = Shape { kind: CellKind::Rnn(Activation::Tanh), vocab_size: 2, hidden_size: 1, num_layers: 1 };
    let mut model = Model::<f32>::new(shape);
    model.set_values(&[0.0, 0.0, 1e-3, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0]);
    let flow = gradient_flow(&model, &[None], &[0; 82], usize::MAX);
    let (first, last) = (flow.layers[0].dh_norm[0], flow.layers[0].dh_norm[80]);
    assert!(first > 0.0 && (first / last / 1e-240 - 1.0).abs() < 1e-5, "{first:e} of {last:e}");
    assert_eq!(flow.layers[0].belt_alone[0], last, "the derivative of tanh at 0 is 1");
}

/// Every case of one prediction from a zero state; the mean over B lanes is one flow a lane.
#[test]
fn equals_golden_flow() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/data");
    let index: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(folder.join("index.json")).unwrap()).unwrap();
    let mut compared = 0;
    for name in index["cases"].as_array().unwrap() {
        let case = fields::Case::read(&folder, name.as_str().unwrap()).unwrap();
        let json = &case.json["config"];
        let one_prediction = json["loss"] == "last" || json["seq_len"] == 1;
        if case.json["kind"] == "model" && one_prediction && json["init_state"] == "zero" && json["extra"] != true {
            compare_with_golden(&case);
            compared += 1;
        }
    }
    assert!(compared >= 6, "only {compared} golden cases have one prediction from a zero state");
}

fn compare_with_golden(case: &fields::Case) {
    let config = model_case::Config::read(&case.json["config"]).unwrap();
    let model_case::Config { shape, seq_len, batch_size, .. } = config;
    let mut model = Model::<f32>::new(shape);
    model.set_values(&model_case::parameters(case, &config, model.entries()).unwrap());
    let [inputs, targets] =
        ["inputs", "targets"].map(|field| case.tokens(&case.json[field], [seq_len, batch_size], shape.vocab_size).unwrap());
    let no_holds = vec![None; shape.num_layers];
    let lanes: Vec<GradientFlow> = (0..batch_size)
        .map(|lane| {
            let of_lane = |tokens: &[u32]| tokens.iter().skip(lane).step_by(batch_size).copied().collect::<Vec<u32>>();
            let tokens = [of_lane(&inputs), vec![*of_lane(&targets).last().unwrap()]].concat();
            gradient_flow(&model, &no_holds, &tokens, usize::MAX)
        })
        .collect();
    let expected = case.expected().unwrap();
    for layer in 0..shape.num_layers {
        for what in ["dh_norm", "dc_norm"] {
            let Some(golden) = expected.get(&format!("flow.{layer}.{what}")) else { continue };
            for (t, &golden) in golden.data.iter().enumerate() {
                let of_lane = |flow: &GradientFlow| {
                    let layer = &flow.layers[layer];
                    (if what == "dh_norm" { &layer.dh_norm } else { &layer.dc_norm })[t] / batch_size as f64
                };
                let ours = norm(&lanes.iter().map(of_lane).collect::<Vec<f64>>());
                assert!(
                    (ours - golden).abs() <= 1e-9 * golden + 1e-30,
                    "{} {what} t {t}: {ours:e}, expected {golden:e}",
                    case.name
                );
            }
        }
    }
}
