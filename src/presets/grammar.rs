//! Texts of small grammars: syllables, counting, brackets, and the grammar of Reber. The older four, which the page makes itself as well,
//! draw from the state that is their number; the others from the stream of texts.

use super::{below, lines, one_of};
use crate::rng::Rng;

const SYLLABLES: [&str; 3] = ["ba", "dii", "guuu"];

/// aⁿXbⁿ with n from 1 to 9, a line each.
pub(super) fn count() -> String {
    lines(Rng::parameters(1), 160, |rng| counted(1 + below(rng, 9)))
}

/// ba, dii or guuu, twelve a line: the consonant decides the vowel and how often it comes.
pub(super) fn syllables() -> String {
    lines(Rng::parameters(2), 60, |rng| (0..12).map(|_| one_of(rng, &SYLLABLES)).collect())
}

/// Nested brackets of two kinds, at most four deep, a figure inside the deepest.
pub(super) fn brackets() -> String {
    lines(Rng::parameters(3), 120, |rng| {
        let depth = 1 + below(rng, 4);
        let opened: Vec<(char, char)> = (0..depth).map(|_| one_of(rng, &[('(', ')'), ('[', ']')])).collect();
        let figure = below(rng, 10).to_string();
        opened.iter().map(|pair| pair.0).chain(figure.chars()).chain(opened.iter().rev().map(|pair| pair.1)).collect()
    })
}

/// 1,000 syllables ba, dii, guuu in one stream (Elman 1990): each consonant costs ln 3 nats, each vowel nothing.
pub(super) fn elman() -> String {
    let mut rng = Rng::texts(1);
    (0..1000).map(|_| one_of(&mut rng, &SYLLABLES)).collect()
}

/// Balanced brackets of one kind, at most twelve deep, 2 to 40 characters a line: a model has to keep the depth (Suzgun et al. 2019).
pub(super) fn dyck() -> String {
    lines(Rng::texts(2), 160, |rng| {
        let pairs = 1 + below(rng, 20);
        let (mut line, mut depth, mut left) = (String::new(), 0, pairs);
        while left > 0 || depth > 0 {
            let opens = depth == 0 || (left > 0 && depth < 12 && below(rng, 2) == 0);
            line.push(if opens { '(' } else { ')' });
            if opens {
                depth += 1;
                left -= 1;
            } else {
                depth -= 1;
            }
        }
        line
    })
}

/// aⁿXbⁿ with n from 1 to 10, a line each, the range of Chen 2017; begins with a line break, as the texts in `recall` do.
pub(super) fn anbn() -> String {
    String::from("\n") + &lines(Rng::texts(3), 200, |rng| counted(1 + below(rng, 10)))
}

fn counted(n: usize) -> String {
    "a".repeat(n) + "X" + &"b".repeat(n)
}

/// States of the Reber grammar: two letters that may come, and the state after each.
const REBER: [[(char, usize); 2]; 5] =
    [[('T', 1), ('P', 2)], [('S', 1), ('X', 3)], [('T', 2), ('V', 4)], [('X', 2), ('S', 5)], [('P', 3), ('V', 5)]];

/// 500 strings of the embedded Reber grammar, one after the other without a break (Gers et al. 2000): the second letter comes again as the
/// last but one, and nothing says where a string ends.
pub(super) fn reber() -> String {
    let mut rng = Rng::texts(4);
    let mut text = String::new();
    for _ in 0..500 {
        let branch = one_of(&mut rng, &['T', 'P']);
        text.extend(['B', branch, 'B']);
        let mut state = 0;
        while state < REBER.len() {
            let (letter, next) = one_of(&mut rng, &REBER[state]);
            text.push(letter);
            state = next;
        }
        text.extend(['E', branch, 'E']);
    }
    text
}
