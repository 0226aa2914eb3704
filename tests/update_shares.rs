//! What the last update came from: the parts of a bias's gradient that each time step adds are those that the optimizer got, in every kind of cell, and
//! positions that nothing counts after add exactly nothing.
#![cfg(not(target_arch = "wasm32"))]

use lstm_playground::batches::Mode;
use lstm_playground::cell::{Activation, CellKind};
use lstm_playground::error::Error;
use lstm_playground::model::{Activations, Initialisation, Model, Shape};
use lstm_playground::settings::{Kind, Settings};
use lstm_playground::trainer::{StopReason, Trainer};
use lstm_playground::update_shares::{BiasShares, contributions, update_shares};

const KINDS: [CellKind; 9] = [
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
const HIDDEN: usize = 5;
const TIME_STEPS: usize = 7;
const LANES: usize = 3;

/// A model after one backward pass in which every time step reads a character of its own, the same in all lanes; gradients flat.
fn after_backward(kind: CellKind, counted: Option<&[bool]>) -> (Model<f32>, Activations<f32>, Vec<f32>) {
    let shape = Shape { kind, vocab_size: TIME_STEPS, hidden_size: HIDDEN, num_layers: 2 };
    let mut model = Model::<f32>::new(shape);
    model.initialise(&Initialisation { seed: 3, forget_bias: 1.0, ..Initialisation::default() });
    let mut run = Activations::<f32>::new(shape, TIME_STEPS, LANES);
    let inputs: Vec<u32> = (0..TIME_STEPS * LANES).map(|k| (k / LANES) as u32).collect();
    let targets: Vec<u32> = (0..TIME_STEPS * LANES).map(|k| (k * 5 % TIME_STEPS) as u32).collect();
    let mut grads = vec![0.0; model.values().len()];
    model.forward(&mut run, &inputs);
    model.loss(&mut run, &targets, counted);
    model.backward(&mut run, &inputs, &targets, counted, &mut grads);
    (model, run, grads)
}

fn gradient<'a>(model: &Model<f32>, grads: &'a [f32], name: &str) -> &'a [f32] {
    &grads[model.entries().iter().find(|entry| entry.name == name).unwrap().range.clone()]
}

/// Equal but for the rounding of an f32 sum of `size`.
fn assert_near(ours: f64, theirs: f32, size: f64, what: &str) {
    assert!((ours - f64::from(theirs)).abs() <= 1e-6 * size + 1e-12, "{what}: {ours} against {theirs}");
}

#[test]
fn the_time_steps_add_up_to_the_gradient_of_the_bias() {
    for kind in KINDS {
        let (model, run, grads) = after_backward(kind, None);
        for layer in 0..2 {
            for (block, (gate, parts)) in contributions(kind, &run, layer).iter().enumerate() {
                let side = if *gate == 'q' { "hh" } else { "ih" };
                let first = if *gate == 'q' { 2 * HIDDEN } else { block * HIDDEN };
                let bias = &gradient(&model, &grads, &format!("rnn.bias_{side}_l{layer}"))[first..first + HIDDEN];
                assert!(bias.iter().any(|&d| d != 0.0));
                for unit in 0..HIDDEN {
                    let of_unit = || parts.chunks_exact(HIDDEN).map(|part| part[unit]);
                    let size = of_unit().map(f64::abs).sum();
                    assert_near(of_unit().sum(), bias[unit], size, &format!("{kind:?} layer {layer} {gate} unit {unit}"));
                }
            }
        }
    }
}

/// A character that only one time step reads gets that time step's part and no other: the column of W says the same by another way.
#[test]
fn each_part_is_the_column_of_the_character_that_only_this_time_step_reads() {
    for kind in KINDS {
        let (model, run, grads) = after_backward(kind, None);
        let weight_ih = gradient(&model, &grads, "rnn.weight_ih_l0");
        for (block, (gate, parts)) in contributions(kind, &run, 0).iter().take(kind.num_gates()).enumerate() {
            for (t, part) in parts.chunks_exact(HIDDEN).enumerate() {
                for (unit, &d) in part.iter().enumerate() {
                    let row = block * HIDDEN + unit;
                    assert_near(d, weight_ih[row * TIME_STEPS + t], 0.1, &format!("{kind:?} {gate} t = {t} unit {unit}"));
                }
            }
        }
    }
}

/// By the definition, with loops of its own.
fn by_hand(parts: &[f64]) -> (Vec<f64>, f64) {
    let norms: Vec<f64> = parts.chunks_exact(HIDDEN).map(|part| part.iter().map(|d| d * d).sum::<f64>().sqrt()).collect();
    let whole: f64 = norms.iter().sum();
    let total = (0..HIDDEN).map(|unit| parts.iter().skip(unit).step_by(HIDDEN).sum::<f64>().powi(2)).sum::<f64>().sqrt();
    (norms.iter().map(|norm| norm / whole).collect(), total / whole)
}

#[test]
fn shares_are_the_norms_of_the_parts_and_what_remains_is_the_norm_of_their_sum() {
    for kind in KINDS {
        let (_, run, _) = after_backward(kind, None);
        for (BiasShares { gate, shares, remaining }, (_, parts)) in
            update_shares(kind, &run, 1).iter().zip(contributions(kind, &run, 1))
        {
            let (expected, left) = by_hand(&parts);
            assert_eq!(shares.len(), TIME_STEPS);
            assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{kind:?} {gate}");
            assert!(shares.iter().zip(expected).all(|(share, expected)| (share - expected).abs() < 1e-12), "{kind:?} {gate}");
            assert!((remaining - left).abs() < 1e-12 && *remaining > 0.0 && *remaining <= 1.0 + 1e-12, "{kind:?} {gate}");
        }
    }
}

/// The error runs from the predictions that count to what was read before them, never to what comes after.
#[test]
fn what_is_masked_adds_exactly_nothing() {
    let last_counted = 3;
    let counted: Vec<bool> = (0..TIME_STEPS * LANES).map(|k| k / LANES == last_counted).collect();
    for kind in KINDS {
        let (_, run, _) = after_backward(kind, Some(&counted));
        for BiasShares { gate, shares, .. } in (0..2).flat_map(|layer| update_shares(kind, &run, layer)) {
            assert!(shares[last_counted + 1..].iter().all(|&share| share == 0.0), "{kind:?} {gate}: {shares:?}");
            assert!(shares[last_counted] > 0.0, "{kind:?} {gate}");
        }
    }
    let nothing = vec![false; TIME_STEPS * LANES];
    let (_, run, _) = after_backward(CellKind::Gru, Some(&nothing));
    for BiasShares { shares, remaining, .. } in update_shares(CellKind::Gru, &run, 0) {
        assert!(remaining == 0.0 && shares == vec![0.0; TIME_STEPS]);
    }
}

/// One lane reads the lines `ab` and `1:23456`: after the end of the first the window is masked, and of the second the question counts nothing itself.
#[test]
fn lines_and_answers_end_where_their_text_does() {
    for (mode, kind) in [Mode::Lines, Mode::Answer].into_iter().flat_map(|mode| [Kind::Lstm, Kind::Gru].map(|kind| (mode, kind)))
    {
        let settings = Settings { mode, kind, hidden_size: 6, batch_size: 1, seq_len: 32, ..Settings::default() };
        let mut trainer = Trainer::new(&settings, "ab\n1:23456\n").unwrap();
        let read = [3, 8]; // characters of a line and its newline
        for characters in read {
            trainer.train(1);
            for BiasShares { gate, shares, .. } in trainer.update_shares(0).unwrap().unwrap() {
                assert_eq!(shares.len(), 8);
                assert!(shares[characters..].iter().all(|&share| share == 0.0), "{mode:?} {gate}: {shares:?}");
                // f and r act on a state that is still zero at a line's beginning
                assert!(shares[1..characters].iter().all(|&share| share > 0.0), "{mode:?} {gate}: {shares:?}");
            }
        }
    }
}

#[test]
fn only_an_update_has_shares() {
    let settings = Settings { hidden_size: 4, learning_rate: 1e22, ..Settings::default() };
    let mut trainer = Trainer::new(&settings, "abcabcabd").unwrap();
    let values = trainer.model().values().to_vec();
    assert_eq!(trainer.update_shares(0), Ok(None));
    assert_eq!(trainer.update_shares(1), Err(Error::NoSuchPlace { field: "layer", value: 1, limit: 0 }));
    trainer.train(1);
    let shares = trainer.update_shares(0).unwrap();
    assert!(shares.as_ref().is_some_and(|biases| biases.len() == 4));
    trainer.train(1);
    assert_eq!(trainer.stop_reason(), Some(StopReason::NonFiniteLoss));
    assert_eq!(trainer.update_shares(0).unwrap(), shares, "a window without an update changes nothing");
    trainer.import_weights(&values);
    assert_eq!(trainer.update_shares(0), Ok(None));
    trainer.train(1);
    assert!(trainer.update_shares(0).unwrap().is_some());
}
