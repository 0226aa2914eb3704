//! The part of a text that is kept from training: which one it is, and the loss on it, at once and in pieces.
#![cfg(not(target_arch = "wasm32"))]

use lstm_playground::batches::Mode;
use lstm_playground::error::Error;
use lstm_playground::model::Activations;
use lstm_playground::sampler::Reader;
use lstm_playground::settings::Settings;
use lstm_playground::trainer::{HELD_OUT_FROM, Trainer, VALIDATED};
use std::task::Poll;

fn lines_of_ten(characters: usize) -> String {
    (0..characters).map(|k| if k % 10 == 9 { '\n' } else { char::from(b'a' + (k * k % 23) as u8) }).collect()
}

#[test]
fn the_last_tenth_of_a_long_text_is_held_out() {
    let settings = Settings { hidden_size: 3, ..Settings::default() };
    let split = |settings: &Settings, text: &str| Trainer::new(settings, text).unwrap().training_characters();
    assert_eq!(split(&settings, &lines_of_ten(HELD_OUT_FROM - 1)), 999);
    assert_eq!(split(&settings, &lines_of_ten(1000)), 900);
    assert_eq!(split(&settings, &lines_of_ten(1015)), 1015 - 101);
    assert_eq!(split(&Settings { held_out: 0.0, ..settings }, &lines_of_ten(2000)), 2000);
    assert_eq!(split(&Settings { held_out: 0.25, ..settings }, &lines_of_ten(2000)), 1500);
    for mode in [Mode::Lines, Mode::Answer] {
        assert_eq!(split(&Settings { mode, ..settings }, &lines_of_ten(1015)), 920, "the line on the border is learned whole");
        assert_eq!(split(&Settings { mode, ..settings }, &"x".repeat(1500)), 1500, "a single line is learned whole");
    }
    let text = format!("{}ZZZ", lines_of_ten(1200));
    let trainer = Trainer::new(&settings, &text).unwrap();
    assert!(trainer.vocab().id('Z').is_some(), "the vocabulary comes from the whole text");
}

#[test]
fn validation_reads_the_held_out_part_from_a_zero_state() {
    let settings = Settings { hidden_size: 6, ..Settings::default() };
    let text = lines_of_ten(1500);
    let mut trainer = Trainer::new(&settings, &text).unwrap();
    trainer.train(30);
    let held_out: String = text.chars().skip(trainer.training_characters()).collect();
    assert_eq!(held_out.len(), 150);
    assert_eq!(trainer.validate(VALIDATED), Some(trainer.evaluate(&held_out, &trainer.no_holds()).unwrap()));
    assert_eq!(trainer.validate(40), Some(trainer.evaluate(&held_out[..40], &trainer.no_holds()).unwrap()));
    // character by character: the mean of -ln p(next)
    let tokens = trainer.vocab().encode(&held_out).unwrap();
    let mut reader = Reader::new(Activations::forward_only(trainer.model().shape(), 1, 1));
    let mut sum = 0.0;
    for pair in tokens.windows(2) {
        reader.read(trainer.model(), pair[0]);
        let logits: Vec<f64> = reader.run().logits().iter().map(|&y| y.into()).collect();
        sum += logits.iter().map(|y| y.exp()).sum::<f64>().ln() - logits[pair[1] as usize];
    }
    assert!((trainer.validate(VALIDATED).unwrap() - sum / 149.0).abs() < 1e-5);
    assert_eq!(Trainer::new(&settings, "short").unwrap().validate(VALIDATED), None);
    let unknown = trainer.evaluate("abc?", &trainer.no_holds());
    assert_eq!(unknown, Err(Error::UnknownCharacter { position: 3 }));
}

#[test]
fn validation_in_pieces_has_the_bits_of_validation_at_once() {
    let settings = Settings { hidden_size: 6, num_layers: 2, ..Settings::default() };
    let mut trainer = Trainer::new(&settings, &lines_of_ten(3330)).unwrap();
    trainer.train(20);
    let in_pieces = |trainer: &mut Trainer| {
        let mut pending = 0;
        loop {
            match trainer.validate_piece() {
                Poll::Ready(loss) => return (pending, loss),
                Poll::Pending => pending += 1,
            }
        }
    };
    let whole = trainer.validate(VALIDATED);
    let (pending, loss) = in_pieces(&mut trainer);
    assert_eq!(loss.map(f64::to_bits), whole.map(f64::to_bits));
    assert!(pending > 10, "333 characters in {pending} pieces are no slices");
    // begun, then trained: what was read with the old weights does not count
    assert_eq!(trainer.validate_piece(), Poll::Pending);
    trainer.train(1);
    let (again, loss) = in_pieces(&mut trainer);
    assert_eq!((again, loss), (pending, trainer.validate(VALIDATED)));
    assert_ne!(loss, whole);
    assert_eq!(trainer.validate_piece(), Poll::Pending);
    let zeros = vec![0.0; trainer.model().values().len()];
    trainer.import_weights(&zeros);
    assert_eq!(in_pieces(&mut trainer).1, trainer.validate(VALIDATED), "imported weights are other weights");
    assert_eq!(Trainer::new(&settings, "short").unwrap().validate_piece(), Poll::Ready(None));
}
