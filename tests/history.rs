//! Looking back: how snapshots are spaced over a million training steps, that they are the weights they claim to be, and the loss curve.
#![cfg(not(target_arch = "wasm32"))]

use lstm_playground::history::{History, LossCurve, MAX_LOSSES, MAX_SNAPSHOT_BYTES, MAX_SNAPSHOTS, capacity};
use lstm_playground::settings::Settings;
use lstm_playground::trainer::Trainer;

/// (s + 10) of neighbours, divided.
fn largest_gap(steps: &[u64]) -> f64 {
    steps.windows(2).map(|pair| (pair[1] + 10) as f64 / (pair[0] + 10) as f64).fold(1.0, f64::max)
}

#[test]
fn a_million_training_steps_leave_evenly_spaced_snapshots() {
    let mut history = History::new(1);
    history.restart(0, &[0.0]);
    let mut copies = 0;
    for step in 1..=1_000_000_u64 {
        let last = *history.steps().last().unwrap();
        history.consider(step, &[step as f32]);
        if *history.steps().last().unwrap() == last {
            continue;
        }
        copies += 1;
        let steps = history.steps();
        assert!(steps[0] == 0 && steps.len() <= MAX_SNAPSHOTS && steps.is_sorted());
        let allowed = match step {
            0..1_000 => 1.11,
            1_000..20_000 => 1.20,
            20_000..100_000 => 1.24,
            _ => 1.30,
        };
        assert!(largest_gap(&steps) <= allowed, "after {step}: a gap of {}", largest_gap(&steps));
    }
    assert!(copies < 700, "{copies} copies are more than a training step should carry");
    for (step, values) in history.snapshots() {
        assert_eq!(values, [step as f32], "each snapshot holds its own training step's weights");
    }
}

#[test]
fn any_training_step_is_near_a_snapshot() {
    for (end, allowed) in [(1_000_u64, 0.06), (10_000, 0.09), (1_000_000, 0.15)] {
        let mut history = History::new(1);
        (0..=end).for_each(|step| history.consider(step, &[step as f32]));
        for step in (0..=end).step_by(7) {
            let (nearest, values) = history.nearest(step).unwrap();
            assert_eq!(values, [nearest as f32]);
            let distance = step.abs_diff(nearest) as f64 / (step + 10) as f64;
            assert!(distance <= allowed, "of {end}: {step} is shown as {nearest}");
        }
    }
}

#[test]
fn large_models_keep_fewer_snapshots_and_the_first_one_stays() {
    assert_eq!(capacity(1000), MAX_SNAPSHOTS);
    assert_eq!(capacity(MAX_SNAPSHOT_BYTES / 4 / 3), 3);
    assert_eq!(capacity(MAX_SNAPSHOT_BYTES / 4 / 2 + 1), 0, "one alone is no history");
    let n = MAX_SNAPSHOT_BYTES / 4 / 3;
    let mut history = History::new(n);
    for step in 0..200 {
        history.consider(step, &vec![step as f32; n]);
    }
    assert_eq!(history.steps().len(), 3);
    assert_eq!(history.steps()[0], 0);
    assert!(history.steps()[2] > 190);
    let none = History::new(n * 2);
    assert!(none.nearest(3).is_none() && none.steps().is_empty());
}

#[test]
fn the_model_of_an_earlier_training_step_is_the_one_that_stood_there() {
    let settings = Settings { hidden_size: 7, ..Settings::default() };
    let text = "she sells sea shells by the sea shore";
    let mut trainer = Trainer::new(&settings, text).unwrap();
    let mut weights = vec![trainer.model().values().to_vec()];
    for _ in 0..300 {
        trainer.train(1);
        weights.push(trainer.model().values().to_vec());
    }
    let digest = trainer.digest();
    for asked in [0, 1, 40, 150, 299, 300, 5000] {
        let (step, model) = trainer.model_at(asked);
        assert!(step.abs_diff(asked.min(300)) <= asked / 10);
        assert_eq!(model.values(), weights[step as usize]);
    }
    let step = trainer.recall(Some(150));
    let early = lstm_playground::trace::mean_loss(trainer.recalled(), &trainer.no_holds(), trainer.tokens());
    let mut twin = Trainer::new(&settings, text).unwrap();
    twin.train(step as usize);
    assert_eq!(early, twin.evaluate(text, &twin.no_holds()).unwrap(), "packed anew, not only copied");
    assert_eq!(trainer.recall(None), 300);
    assert_eq!(trainer.recalled().values(), trainer.model().values());
    assert_eq!(trainer.digest(), digest, "looking back changes nothing");
}

#[test]
fn after_tens_of_thousands_of_training_steps_the_first_ones_can_still_be_shown() {
    let settings = Settings { hidden_size: 2, seq_len: 4, batch_size: 2, ..Settings::default() };
    let mut trainer = Trainer::new(&settings, "abcab").unwrap();
    trainer.train(50_000);
    assert_eq!(trainer.steps_done(), 50_000);
    let steps = trainer.history().steps();
    assert!(steps.len() == MAX_SNAPSHOTS && steps[0] == 0 && steps.is_sorted(), "{steps:?}");
    let early = steps.iter().filter(|&&step| step < 500).count();
    assert!(early >= 20, "a hundredth of the run keeps {early} snapshots, the time in which a text is learned: {steps:?}");
    for asked in [10, 100, 500, 5_000, 40_000] {
        let (step, model) = trainer.model_at(asked);
        let (weights, mut twin) = (model.values().to_vec(), Trainer::new(&settings, "abcab").unwrap());
        assert!(step.abs_diff(asked) <= (asked + 10) / 7, "{asked} is shown as {step}");
        twin.train(step as usize);
        assert_eq!(twin.model().values(), weights, "training step {step}");
    }
}

#[test]
fn imported_weights_begin_a_new_history() {
    let mut trainer = Trainer::new(&Settings { hidden_size: 3, ..Settings::default() }, "hello world").unwrap();
    trainer.train(20);
    trainer.recall(Some(5));
    let zeros = vec![0.0; trainer.model().values().len()];
    trainer.import_weights(&zeros);
    assert_eq!(trainer.history().steps(), [20]);
    assert_eq!(trainer.recalled().values(), zeros);
}

#[test]
fn the_loss_curve_is_thinned_by_means() {
    let mut curve = LossCurve::new();
    let n = 3 * MAX_LOSSES as u64 + 5;
    (0..n).for_each(|k| curve.add(k as f64));
    assert_eq!(curve.every(), 4);
    assert_eq!(curve.means().len() as u64, n / 4);
    for (k, &mean) in curve.means().iter().enumerate() {
        assert_eq!(mean, 4.0 * k as f32 + 1.5);
    }
}
