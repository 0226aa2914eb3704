//! Training as a whole: what counts, when it stops, and that whatever is
//! done beside training changes no weight.
#![cfg(not(target_arch = "wasm32"))]

use lstm_playground::batches::Mode;
use lstm_playground::error::Error;
use lstm_playground::model::{Activations, Initialisation, Model, Shape};
use lstm_playground::presets::preset;
use lstm_playground::recipe::{Change, ChangeKey, MAX_CHANGES, Recipe};
use lstm_playground::rng::Rng;
use lstm_playground::sampler::{Draw, Reader};
use lstm_playground::settings::{Kind, Settings};
use lstm_playground::trace::{Wanted, mean_loss, trace, trace_unit};
use lstm_playground::trainer::{StopReason, Trainer, bits};

const KINDS: [Kind; 7] = [Kind::Rnn, Kind::Lstm, Kind::Lstm1997, Kind::LstmPeephole, Kind::LstmCifg, Kind::Gru, Kind::GruCho];

#[test]
fn a_masked_position_has_gradient_exactly_zero() {
    let (seq_len, lanes) = (5, 3);
    let mut rng = Rng::parameters(8);
    // character 5 is read at masked time steps alone, after all that count
    let counted: Vec<bool> = (0..seq_len * lanes).map(|k| k / lanes < 3 && k % 4 != 1).collect();
    let inputs: Vec<u32> = (0..seq_len * lanes).map(|k| if k / lanes < 3 { rng.next_u32() % 5 } else { 5 }).collect();
    let targets: Vec<u32> = inputs.iter().map(|_| rng.next_u32() % 6).collect();
    for kind in KINDS {
        let settings = Settings { kind, ..Settings::default() };
        let shape = Shape { kind: settings.cell_kind(), vocab_size: 6, hidden_size: 5, num_layers: 2 };
        let mut model: Model<f32> = Model::new(shape);
        model.initialise(&Initialisation { seed: 3, forget_bias: 1.0, ..Initialisation::default() });
        let gradients = |targets: &[u32], inputs: &[u32]| {
            let mut run = Activations::new(shape, seq_len, lanes);
            let mut grads = vec![f32::NAN; model.values().len()];
            model.forward(&mut run, inputs);
            let loss = model.loss(&mut run, targets, Some(&counted));
            model.backward(&mut run, inputs, targets, Some(&counted), &mut grads);
            (loss, grads, run)
        };
        let (loss, grads, run) = gradients(&targets, &inputs);
        for (k, d_logits) in run.probabilities().chunks_exact(6).enumerate() {
            assert_eq!(d_logits.iter().all(|&d| d == 0.0), !counted[k], "{kind:?}: prediction {k}");
        }
        for t in 3..seq_len {
            let width = shape.kind.num_gates() * 5 * lanes;
            for layer in 0..2 {
                assert!(
                    run.layer(layer).d_gates[t * width..(t + 1) * width].iter().all(|&d| d == 0.0),
                    "{kind:?}: time step {t}"
                );
            }
        }
        let weight_ih = &grads[model.entries()[0].range.clone()];
        assert!(weight_ih.chunks_exact(6).all(|row| row[5] == 0.0), "{kind:?}: a character that only masked time steps read");
        let changed = |tokens: &[u32], change: &dyn Fn(usize) -> bool| -> Vec<u32> {
            tokens.iter().enumerate().map(|(k, &token)| if change(k) { (token + 1) % 6 } else { token }).collect()
        };
        let other_targets = changed(&targets, &|k| !counted[k]);
        let other_inputs = changed(&inputs, &|k| k / lanes >= 3);
        assert_eq!(gradients(&other_targets, &inputs).1, grads, "{kind:?}: targets that do not count");
        let (other_loss, other_grads, _) = gradients(&targets, &other_inputs);
        assert_eq!((other_loss, &other_grads), (loss, &grads), "{kind:?}: inputs after all that counts");
    }
}

/// So many characters in lines of 10 with their newlines.
#[test]
fn it_stops_at_the_training_steps_asked_for() {
    let recipe = Recipe { settings: Settings { hidden_size: 3, ..Settings::default() }, steps: 7, ..Recipe::default() };
    let mut trainer = Trainer::from_recipe(&recipe, "hello").unwrap();
    assert_eq!(trainer.train(5).losses.len(), 5);
    assert_eq!(trainer.stop_reason(), None);
    assert_eq!(trainer.train(100).losses.len(), 2);
    assert_eq!((trainer.stop_reason(), trainer.steps_done()), (Some(StopReason::Steps), 7));
    assert_eq!(trainer.train(1).losses.len(), 0);
    trainer.set_stop(None, None);
    assert_eq!((trainer.train(3).norms.len(), trainer.stop_reason()), (3, None));
}

#[test]
fn it_stops_at_the_target() {
    let settings = Settings { hidden_size: 16, ..Settings::default() };
    let mut trainer = Trainer::new(&settings, "hello world").unwrap();
    trainer.set_stop(None, Some(0.5));
    let losses = trainer.train(5000).losses;
    assert_eq!(trainer.stop_reason(), Some(StopReason::Target));
    assert!(losses.len() > 10 && losses.len() < 1000, "{} training steps", losses.len());
    let mean = losses.iter().map(|&loss| f64::from(loss)).reduce(|mean, loss| mean + 0.15 * (loss - mean)).unwrap();
    assert!(bits(mean) <= 0.5001, "the running mean is {} bits", bits(mean));
}

#[test]
fn it_stops_before_anything_is_not_finite() {
    let settings = Settings { kind: Kind::Rnn, hidden_size: 1, seq_len: 8, batch_size: 1, ..Settings::default() };
    // weight_ih (1 x 2), weight_hh, bias_ih, bias_hh, decoder.weight (2 x 1), decoder.bias
    let cases = [
        ([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3e38, -3e38], StopReason::NonFiniteLoss),
        ([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1e4, -1e4], StopReason::NonFiniteLoss),
        // h = 0 all along, but dL/dh grows by 1e20 a time step
        ([0.0, 0.0, 1e20, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0], StopReason::NonFiniteGradient),
    ];
    for (values, reason) in cases {
        let mut trainer = Trainer::new(&settings, "abbaabab").unwrap();
        trainer.train(3);
        trainer.import_weights(&values);
        for _ in 0..2 {
            let progress = trainer.train(10);
            assert_eq!((progress.losses.len(), trainer.stop_reason()), (0, Some(reason)));
            assert_eq!(trainer.model().values(), values, "the weights are those before");
            assert_eq!(trainer.steps_done(), 3);
        }
        trainer.import_weights(&[0.1; 9]);
        assert_eq!(trainer.train(10).losses.len(), 10, "it can go on from other weights");
        assert_eq!(trainer.stop_reason(), None);
    }
}

#[test]
fn a_changed_learning_rate_is_replayed_to_the_same_digest() {
    let settings = Settings { hidden_size: 8, ..Settings::default() };
    let text = "the quick brown fox jumps over the lazy dog";
    let mut trainer = Trainer::new(&settings, text).unwrap();
    trainer.train(100);
    trainer.set(ChangeKey::Lr, 0.002).unwrap();
    trainer.train(30);
    trainer.set(ChangeKey::Clip, 0.25).unwrap();
    trainer.set(ChangeKey::Clip, 0.5).unwrap(); // of two between the same training steps the last counts
    trainer.train(20);
    let change = |step, key, value| Change { step, key, value };
    assert_eq!(trainer.changes(), [change(100, ChangeKey::Lr, 0.002), change(130, ChangeKey::Clip, 0.5)]);
    let recipe = Recipe { settings, steps: 150, changes: trainer.changes().to_vec(), ..Recipe::default() };
    for slice in [1000, 7] {
        let mut again = Trainer::from_recipe(&recipe, text).unwrap();
        while again.train(slice).losses.len() == slice {}
        assert_eq!(again.stop_reason(), Some(StopReason::Steps));
        assert_eq!(again.digest(), trainer.digest());
        assert_eq!(again.changes(), trainer.changes());
    }
    let mut unchanged = Trainer::new(&settings, text).unwrap();
    unchanged.train(150);
    assert_ne!(unchanged.digest(), trainer.digest());
    assert_eq!(trainer.set(ChangeKey::Lr, 0.0), Err(Error::OutOfRange { field: "learningRate", value: 0.0, limit: 1e-22 }));
    assert!(trainer.is_replayable());
    for _ in 0..MAX_CHANGES {
        trainer.train(1);
        trainer.set(ChangeKey::Lr, 0.003).unwrap();
    }
    assert!(!trainer.is_replayable(), "more changes than a link holds");
}

#[test]
fn a_trace_hands_over_the_same_columns_wherever_it_begins() {
    let settings = Settings { hidden_size: 5, ..Settings::default() };
    let mut trainer = Trainer::new(&settings, &preset("house").unwrap()).unwrap();
    trainer.train(5);
    let columns = |from: usize| {
        let wanted = Wanted { from, layer: 0, probabilities: true, preactivations: false };
        trace(trainer.model(), &trainer.no_holds(), &trainer.tokens()[..300], wanted)
    };
    let (all, vocab) = (columns(0), trainer.vocab().size());
    for from in [1, 127, 128, 200, 299] {
        let part = columns(from);
        assert_eq!(part.probabilities, all.probabilities[from * vocab..]);
        assert_eq!(bits_of(&part.losses), bits_of(&all.losses[from..]));
        for ((name, numbers), (_, whole)) in part.values.iter().zip(&all.values) {
            assert_eq!(numbers[..], whole[from * 5..], "{name} from {from}");
        }
    }
    let unit = |name: &str| trace_unit(trainer.model(), &trainer.no_holds(), &trainer.tokens()[..300], 0, name, 3);
    for (name, numbers) in &all.values {
        assert_eq!(unit(name), Some(numbers.iter().skip(3).step_by(5).copied().collect()), "{name} of a unit alone");
    }
    assert_eq!(unit("z"), None);
}

fn bits_of(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|x| x.to_bits()).collect()
}

#[test]
fn nothing_that_is_looked_at_changes_training() {
    for mode in [Mode::Stream, Mode::Lines, Mode::Answer] {
        let settings = Settings { mode, hidden_size: 7, seq_len: 9, ..Settings::default() };
        let text = "ab:defghi\n".repeat(110);
        let mut alone = Trainer::new(&settings, &text).unwrap();
        let mut watched = Trainer::new(&settings, &text).unwrap();
        alone.train(40);
        for seed in 0..40 {
            let expected = watched.train(1);
            assert_eq!(expected.losses.len(), 1);
            let run = Activations::forward_only(watched.model().shape(), 1, 1);
            let how = Draw { temperature: 0.8, top_k: Some(3) };
            Reader::new(run).generate(watched.model(), &[1], 20, how, &mut Rng::samples(seed), |_, _| ());
            watched.validate(100);
            let _ = watched.validate_piece();
            let wanted = Wanted { from: 3, layer: 0, probabilities: true, preactivations: true };
            trace(watched.model(), &watched.no_holds(), &watched.tokens()[..50], wanted);
            watched.model_at(u64::from(seed) / 2);
            mean_loss(watched.recalled(), &watched.no_holds(), &watched.tokens()[..30]);
        }
        assert_eq!(alone.digest(), watched.digest(), "{mode:?}");
    }
}

#[test]
fn texts_that_cannot_be_learned_are_refused() {
    let refusal = |settings: &Settings, text: &str| Trainer::new(settings, text).err();
    let stream = Settings::default();
    let lines = Settings { mode: Mode::Lines, ..stream };
    assert_eq!(refusal(&stream, ""), Some(Error::EmptyText));
    assert_eq!(refusal(&stream, "a"), Some(Error::TextTooShort));
    assert_eq!(refusal(&lines, "\n\n\n"), Some(Error::EmptyText));
    assert_eq!(refusal(&stream, "aa"), None, "one distinct character is the page's business");
    assert!(matches!(refusal(&stream, &"x".repeat((2 << 20) + 1)), Some(Error::TextTooLong { .. })));
    assert!(matches!(refusal(&Settings { batch_size: 65, ..stream }, "ab"), Some(Error::OutOfRange { field: "batchSize", .. })));
}
