//! What suits a text: the defaults, and for a short one settings of its own, by the family of the cell. It refuses to decide whether they are
//! taken: page and command line take them where nobody has asked for anything else, and a link always says what was taken.

use super::{Kind, Settings};
use crate::model::RecurrentInit;

/// Texts of at most so many characters are short: one window holds all of such a text, and what it takes to know it by heart is to carry
/// what was read at its beginning as far as its end.
pub const SHORT_TEXT: usize = 256;

/// Keys of the settings that suit a text together. Where one of them was asked for, the others are as always.
pub const SUITED_KEYS: [&str; 12] = ["o", "lr", "ld", "clip", "t", "b", "fb", "ts", "ui", "ws", "us", "mode"];

impl Settings {
    /// What suits a text of so many characters. Found by the search of docs/learning-quality.md: long windows, gates that keep at first,
    /// orthogonal recurrent weights, a small clip norm and a rate that falls soon. An rnn, which has no gate, asks for smaller input weights, so
    /// that what it reads does not drown what it has read, and for a rate that falls within a few training steps.
    pub fn suited_to(kind: Kind, characters: usize) -> Settings {
        let usual = Settings { kind, ..Settings::default() };
        if characters > SHORT_TEXT {
            return usual;
        }
        let short = Settings {
            seq_len: SHORT_TEXT,
            batch_size: 1,
            clip: 0.04,
            time_scale: 200.0,
            recurrent_init: RecurrentInit::Orthogonal,
            recurrent_scale: 1.0,
            ..usual
        };
        match kind {
            Kind::Rnn => {
                Settings { learning_rate: 0.03, learning_rate_decay: 3, input_scale: 2.0, recurrent_scale: 1.3, ..short }
            }
            Kind::Lstm | Kind::Lstm1997 | Kind::LstmPeephole | Kind::LstmCifg => {
                Settings { learning_rate: 0.02, learning_rate_decay: 20, clip: 0.03, input_scale: 12.0, ..short }
            }
            Kind::Gru | Kind::GruCho => Settings { learning_rate: 0.08, learning_rate_decay: 20, input_scale: 12.0, ..short },
        }
    }
}
