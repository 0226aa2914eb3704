//! A run that was saved, restored and trained on has the bits of one that was never interrupted, wherever it was cut; and no bytes make
//! the reader panic.
#![cfg(not(target_arch = "wasm32"))]

use lstm_playground::batches::Mode;
use lstm_playground::cell::Activation;
use lstm_playground::checkpoint::{restore, save};
use lstm_playground::error::Error;
use lstm_playground::optimizer::OptimizerKind;
use lstm_playground::recipe::{Change, ChangeKey, Recipe};
use lstm_playground::settings::{Kind, Settings};
use lstm_playground::trainer::{StopReason, Trainer};

const KINDS: [Kind; 7] = [Kind::Rnn, Kind::Lstm, Kind::Lstm1997, Kind::LstmPeephole, Kind::LstmCifg, Kind::Gru, Kind::GruCho];
const OPTIMIZERS: [OptimizerKind; 6] = [
    OptimizerKind::Sgd,
    OptimizerKind::Momentum,
    OptimizerKind::Rmsprop,
    OptimizerKind::Adagrad,
    OptimizerKind::Adam,
    OptimizerKind::Adamw,
];
const SUMS: &str = "1+1:2\n2+3:5\n12+13:25\n7+8:15\nno colon here, and longer than a window\n4+4:8\n";

/// Everything of a run that shows: its own bytes.
fn bytes_of(trainer: &Trainer) -> Vec<u8> {
    save(trainer, true)
}

/// Trains `before` training steps, saves, restores, trains on; and once without the interruption.
fn assert_continues(settings: &Settings, text: &str, before: usize, after: usize) {
    let mut straight = Trainer::new(settings, text).unwrap();
    straight.train(before);
    let mut restored = restore(&save(&straight, true)).unwrap();
    let mut without_history = restore(&save(&straight, false)).unwrap();
    assert_eq!(bytes_of(&restored), bytes_of(&straight), "{settings:?}: a checkpoint of the restored run is the same");
    let expected = straight.train(after);
    assert_eq!(restored.train(after), expected, "{settings:?}: losses and norms");
    assert_eq!(without_history.train(after), expected);
    assert_eq!(bytes_of(&restored), bytes_of(&straight), "{settings:?}, cut after {before}");
    assert_eq!(save(&without_history, false), save(&straight, false));
}

#[test]
fn every_kind_goes_on_in_every_mode() {
    for kind in KINDS {
        for mode in [Mode::Stream, Mode::Lines, Mode::Answer] {
            for num_layers in [1, 2] {
                let settings =
                    Settings { kind, mode, num_layers, hidden_size: 5, seq_len: 6, batch_size: 3, ..Settings::default() };
                // lines are longer than a window, so that 4 training steps end in the middle of one; 40 pass the end of the text
                assert_continues(&settings, SUMS, 4, 7);
                assert_continues(&settings, SUMS, 40, 9);
            }
        }
    }
}

#[test]
fn every_optimizer_goes_on() {
    for optimizer in OPTIMIZERS {
        let settings = Settings { optimizer, hidden_size: 6, learning_rate: 0.003, ..Settings::default() };
        assert_continues(&settings, "the rat, the cat, the dog", 0, 5);
        assert_continues(&settings, "the rat, the cat, the dog", 1, 5);
        assert_continues(&settings, "the rat, the cat, the dog", 23, 30);
    }
}

#[test]
fn every_training_step_around_the_seam_can_be_the_cut() {
    let settings = Settings { hidden_size: 4, seq_len: 3, batch_size: 2, activation: Activation::Relu, ..Settings::default() };
    for kind in [Kind::Rnn, Kind::Lstm, Kind::GruCho] {
        for before in 0..12 {
            assert_continues(&Settings { kind, ..settings }, "天地玄黄，宇宙洪荒🌊", before, 8);
        }
    }
}

#[test]
fn changes_and_stop_settings_are_kept() {
    let change = |step, key, value| Change { step, key, value };
    let recipe = Recipe {
        settings: Settings { hidden_size: 4, ..Settings::default() },
        steps: 60,
        target_loss: Some(0.001),
        changes: vec![change(10, ChangeKey::Lr, 0.003), change(30, ChangeKey::Clip, 0.5), change(30, ChangeKey::Lr, 0.001)],
        ..Recipe::default()
    };
    let mut straight = Trainer::from_recipe(&recipe, "so much depends").unwrap();
    straight.train(20);
    straight.set(ChangeKey::Clip, 2.0).unwrap();
    let mut restored = restore(&save(&straight, true)).unwrap();
    straight.train(1000);
    restored.train(1000);
    assert_eq!(restored.stop_reason(), Some(StopReason::Steps));
    assert_eq!(restored.steps_done(), 60);
    assert_eq!(restored.changes().len(), 4);
    assert_eq!(bytes_of(&restored), bytes_of(&straight));
    let again = restore(&bytes_of(&straight)).unwrap();
    assert_eq!(again.stop_reason(), Some(StopReason::Steps));
    assert_eq!(again.changes(), straight.changes());
}

#[test]
fn imported_weights_stay_not_replayable() {
    let mut trainer = Trainer::new(&Settings { hidden_size: 3, ..Settings::default() }, "abcabd").unwrap();
    assert!(restore(&save(&trainer, true)).unwrap().is_replayable());
    trainer.import_weights(&vec![0.25; trainer.model().values().len()]);
    assert!(!restore(&save(&trainer, true)).unwrap().is_replayable());
}

fn small() -> Vec<u8> {
    let settings = Settings { hidden_size: 2, num_layers: 2, seq_len: 4, batch_size: 2, ..Settings::default() };
    let mut trainer = Trainer::new(&settings, "abcdefgh").unwrap();
    trainer.train(3);
    save(&trainer, true)
}

/// The checksum of changed bytes set right, so that the reader itself must find what is wrong.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.len() - 4;
    let checksum = crc32fast::hash(&bytes[..end]);
    bytes[end..].copy_from_slice(&checksum.to_le_bytes());
    bytes
}

fn reason(bytes: &[u8]) -> String {
    match restore(bytes) {
        Err(Error::BadCheckpoint { reason }) => reason,
        other => panic!("expected BadCheckpoint, got {:?}", other.map(|trainer| trainer.digest())),
    }
}

#[test]
fn cut_changed_and_foreign_bytes_are_refused() {
    let bytes = small();
    assert!(restore(&bytes).is_ok());
    for end in 0..bytes.len() {
        reason(&bytes[..end]);
    }
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        reason(&changed);
    }
    let with_more = |more: &[u8]| [&bytes[..bytes.len() - 4], more, &[0; 4]].concat();
    assert_eq!(reason(&sealed(with_more(b"x"))), "1 bytes are left over");
    assert_eq!(reason(b"PK\x03\x04 something else entirely"), "it is not a checkpoint");
    let mut newer = bytes.clone();
    newer[8] = 4;
    assert_eq!(reason(&sealed(newer)), "it has format 4; this engine reads format 3");
}

#[test]
fn no_bytes_make_it_panic_even_under_a_right_checksum() {
    let bytes = small();
    for at in 0..bytes.len() - 4 {
        for value in [0, 1, 0x7f, 0x80, 0xff] {
            let mut changed = bytes.clone();
            changed[at] = value;
            if let Ok(mut trainer) = restore(&sealed(changed)) {
                trainer.train(4);
                trainer.model_at(1);
            }
        }
        let mut huge = bytes.clone();
        let end = (at + 8).min(bytes.len() - 4);
        huge[at..end].fill(0xff);
        if let Ok(mut trainer) = restore(&sealed(huge)) {
            trainer.train(4);
        }
        let mut cut = bytes[..at].to_vec();
        cut.extend_from_slice(&[0; 4]);
        if cut.len() > 4 {
            assert!(restore(&sealed(cut)).is_err());
        }
    }
}

#[test]
fn another_engine_version_is_restored_but_not_replayable() {
    let mut bytes = small();
    let version = env!("CARGO_PKG_VERSION");
    let at = 8 + 4 + 8; // magic, format, length of the version
    assert_eq!(&bytes[at..at + version.len()], version.as_bytes());
    bytes[at] = b'9';
    let trainer = restore(&sealed(bytes)).unwrap();
    assert!(!trainer.is_replayable());
    assert_eq!(trainer.steps_done(), 3);
}
