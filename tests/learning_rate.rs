//! The learning rate that falls: its formula against f64, and against the same learning rates set by hand before each training step.

use lstm_playground::recipe::ChangeKey;
use lstm_playground::settings::Settings;
use lstm_playground::trainer::Trainer;

#[test]
fn it_is_the_inverse_square_root() {
    let settings = Settings { learning_rate: 0.02, learning_rate_decay: 100, ..Settings::default() };
    assert_eq!(settings.learning_rate_after(0), 0.02);
    for (steps, divisor) in [(100, 2f64.sqrt()), (300, 2.0), (800, 3.0), (9_900, 10.0)] {
        let expected = f64::from(0.02f32) / divisor;
        assert!((f64::from(settings.learning_rate_after(steps)) - expected).abs() < 1e-7 * expected, "after {steps}");
    }
    assert!(settings.learning_rate_after(u64::MAX) > 0.0);
    let constant = Settings { learning_rate_decay: 0, ..settings };
    assert!([0, 1, u64::MAX].iter().all(|&steps| constant.learning_rate_after(steps) == 0.02));
}

#[test]
fn it_trains_as_the_same_rates_set_by_hand() {
    let falling = Settings { hidden_size: 5, learning_rate: 0.1, learning_rate_decay: 7, ..Settings::default() };
    let text = "to be or not to be";
    let mut trainer = Trainer::new(&falling, text).unwrap();
    let mut by_hand = Trainer::new(&Settings { learning_rate_decay: 0, ..falling }, text).unwrap();
    let start = trainer.digest();
    for steps in 0..30 {
        trainer.train(1);
        by_hand.set(ChangeKey::Lr, falling.learning_rate_after(steps).into()).unwrap();
        by_hand.train(1);
        assert_eq!(trainer.digest(), by_hand.digest(), "after {steps} training steps");
    }
    assert_ne!(trainer.digest(), start);
}

#[test]
fn a_learning_rate_set_on_the_way_falls_on_from_where_the_training_stands() {
    let settings = Settings { hidden_size: 5, learning_rate: 0.1, learning_rate_decay: 9, ..Settings::default() };
    let mut trainer = Trainer::new(&settings, "abcabd").unwrap();
    trainer.train(27);
    trainer.set(ChangeKey::Lr, 0.06).unwrap();
    assert_eq!(trainer.settings().learning_rate_after(trainer.steps_done()), 0.03);
}
