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
    /// orthogonal recurrent weights; and a learning rate that an rnn bears and one that a gru needs.
    pub fn suited_to(kind: Kind, characters: usize) -> Settings {
        let usual = Settings { kind, ..Settings::default() };
        if characters > SHORT_TEXT {
            return usual;
        }
        Settings {
            learning_rate: match kind {
                Kind::Rnn => 0.005,
                Kind::Lstm | Kind::Lstm1997 | Kind::LstmPeephole | Kind::LstmCifg => 0.015,
                Kind::Gru | Kind::GruCho => 0.03,
            },
            learning_rate_decay: 100,
            clip: 0.1,
            seq_len: SHORT_TEXT,
            batch_size: 1,
            time_scale: 300.0,
            recurrent_init: RecurrentInit::Orthogonal,
            input_scale: 6.0,
            recurrent_scale: 1.8,
            ..usual
        }
    }
}
