//! A training step allocates nothing, and what a run holds at most is what `memory_needed` has announced.
#![cfg(not(target_arch = "wasm32"))]

mod counting;

use lstm_playground::batches::Mode;
use lstm_playground::checkpoint::{restore, save};
use lstm_playground::optimizer::OptimizerKind;
use lstm_playground::recipe::{Change, ChangeKey, Recipe};
use lstm_playground::rng::Rng;
use lstm_playground::settings::{Kind, Settings, memory_needed};
use lstm_playground::trace::{Wanted, trace};
use lstm_playground::trainer::Trainer;

const KINDS: [Kind; 7] = [Kind::Rnn, Kind::Lstm, Kind::Lstm1997, Kind::LstmPeephole, Kind::LstmCifg, Kind::Gru, Kind::GruCho];
const MODES: [Mode; 3] = [Mode::Stream, Mode::Lines, Mode::Answer];
const OPTIMIZERS: [OptimizerKind; 6] = [
    OptimizerKind::Sgd,
    OptimizerKind::Momentum,
    OptimizerKind::Rmsprop,
    OptimizerKind::Adagrad,
    OptimizerKind::Adam,
    OptimizerKind::Adamw,
];
const SUMS: &str = "1+1:2\n2+3:5\n12+13:25\n7+8:15\nno colon here, and longer than a window\n4+4:8\n";

/// Allocations of each of so many training steps.
fn assert_allocates_nothing(trainer: &mut Trainer, training_steps: usize) {
    for step in 0..training_steps {
        let (result, allocations) = counting::allocations(|| trainer.training_step());
        assert!(result.is_some());
        assert_eq!(allocations, 0, "training step {step} of {:?}", trainer.settings());
    }
}

#[test]
fn no_training_step_allocates() {
    for (kind, mode) in KINDS.into_iter().flat_map(|kind| MODES.map(|mode| (kind, mode))) {
        for num_layers in [1, 2] {
            let settings = Settings { kind, mode, num_layers, hidden_size: 9, seq_len: 7, batch_size: 3, ..Settings::default() };
            // beyond 64 snapshots and the end of the text; from the very first training step on
            assert_allocates_nothing(&mut Trainer::new(&settings, SUMS).unwrap(), 100);
        }
    }
    for optimizer in OPTIMIZERS {
        let settings = Settings { optimizer, hidden_size: 8, batch_size: 1, learning_rate: 0.001, ..Settings::default() };
        assert_allocates_nothing(&mut Trainer::new(&settings, SUMS).unwrap(), 200);
    }
}

#[test]
fn nor_does_one_after_a_change_or_a_checkpoint() {
    let changes = (0..64).map(|step| Change { step: 3 * step, key: ChangeKey::Lr, value: 0.001 }).collect();
    let recipe =
        Recipe { settings: Settings { hidden_size: 4, ..Settings::default() }, steps: 5000, changes, ..Recipe::default() };
    let mut trainer = Trainer::from_recipe(&recipe, SUMS).unwrap();
    assert_allocates_nothing(&mut trainer, 30);
    assert_allocates_nothing(&mut restore(&save(&trainer, true)).unwrap(), 300);
    assert_allocates_nothing(&mut restore(&save(&trainer, false)).unwrap(), 300);
    assert_allocates_nothing(&mut trainer, 3000);
}

/// A text of so many characters, about `distinct` of them different, in lines of about 20.
fn random_text(characters: usize, distinct: u32) -> String {
    let mut rng = Rng::parameters(5);
    (0..characters)
        .map(|k| if k % 20 == 19 { '\n' } else { char::from_u32(0x4e00 + rng.next_u32() % distinct).expect("a Han character") })
        .collect()
}

/// What a page does with a model: trains, looks back, traces with everything wanted.
fn use_it(settings: &Settings, text: &str) -> Trainer {
    let mut trainer = Trainer::new(settings, text).unwrap();
    trainer.train(1);
    trainer.model_at(0);
    let tokens = &trainer.tokens()[..trainer.tokens().len().min(1024)];
    let wanted = Wanted { from: 0, layer: 0, probabilities: true, preactivations: true };
    let columns = trace(trainer.recalled(), &trainer.no_holds(), tokens, wanted);
    assert_eq!(columns.losses.len(), tokens.len());
    trainer
}

#[test]
fn memory_needed_bounds_what_is_held() {
    let small = Settings::default();
    let cases = [
        (small, 11, 8),
        (small, 300_000, 60),
        (Settings { mode: Mode::Lines, ..small }, 300_000, 60),
        (Settings { hidden_size: 128, ..small }, 2000, 100),
        (Settings { hidden_size: 128, num_layers: 3, seq_len: 100, batch_size: 32, ..small }, 5000, 90),
        (Settings { kind: Kind::GruCho, hidden_size: 256, num_layers: 2, seq_len: 64, batch_size: 16, ..small }, 5000, 90),
        (Settings { kind: Kind::LstmPeephole, hidden_size: 64, seq_len: 128, batch_size: 8, ..small }, 20_000, 4000),
        (Settings { kind: Kind::Rnn, hidden_size: 512, num_layers: 4, ..small }, 3000, 50),
        (Settings { hidden_size: 1, batch_size: 64, seq_len: 512, ..small }, 300_000, 30),
        (Settings { hidden_size: 512, num_layers: 4, ..small }, 3000, 50),
    ];
    for (settings, characters, distinct) in cases {
        let text = random_text(characters, distinct);
        let (trainer, peak) = counting::peak(|| use_it(&settings, &text));
        let needed = memory_needed(&settings, trainer.vocab().size(), trainer.tokens().len());
        let peak = peak as u64;
        println!("{:>12} needed, {:>12} held at most: {settings:?}, {characters} characters", needed, peak);
        assert!(peak <= needed, "{peak} bytes were held, {needed} announced: {settings:?}");
        assert!(needed <= 2 * peak + (64 << 20), "{needed} bytes announced, only {peak} held: {settings:?}");
    }
}
