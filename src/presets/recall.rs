//! Texts in which something has to be kept: a first letter over many others, or the order of two. In lines `question:answer` for the answer
//! mode, in which only what follows the colon counts. These begin with a line break: it is what a model has read before every line in the
//! line modes, so that a view, which reads from the first character, meets the first line as training does.

use super::{below, lines, one_of};
use crate::rng::Rng;

/// A letter, 3 to 10 dots, the same letter again: the oldest of these texts, without a colon, made by the page as well.
pub(super) fn line_end() -> String {
    lines(Rng::parameters(4), 140, |rng| {
        let letter = one_of(rng, &['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
        let dots = ".".repeat(3 + below(rng, 8));
        format!("{letter}{dots}{letter}")
    })
}

/// One of two letters, then `lag` characters, then the letter again. Between question and answer stand lag - 1 dots and the colon, so that the
/// answer is `lag` characters after the last of what says it.
pub(super) fn first_letter(lag: usize) -> String {
    let dots = ".".repeat(lag - 1);
    String::from("\n")
        + &lines(Rng::texts(5), 80, |rng| {
            let letter = one_of(rng, &['a', 'b']);
            format!("{letter}{dots}:{letter}")
        })
}

/// Temporal order (Hochreiter & Schmidhuber 1997, task 6a) at three tenths of its length: two of X and Y at places that change among letters
/// that mean nothing; XX is answered by Q, XY by R, YX by S, YY by U.
pub(super) fn temporal_order() -> String {
    String::from("\n")
        + &lines(Rng::texts(6), 400, |rng| {
            let length = 30 + below(rng, 4);
            let places = [3 + below(rng, 4), 15 + below(rng, 4)];
            let marks = [one_of(rng, &['X', 'Y']), one_of(rng, &['X', 'Y'])];
            let answer = match marks {
                ['X', 'X'] => 'Q',
                ['X', _] => 'R',
                [_, 'X'] => 'S',
                _ => 'U',
            };
            let mut line = String::from("E");
            for at in 1..length {
                line.push(
                    places.iter().position(|&place| place == at).map_or_else(|| one_of(rng, &['a', 'b', 'c', 'd']), |k| marks[k]),
                );
            }
            format!("{line}B:{answer}")
        })
}
