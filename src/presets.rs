//! The texts that a link names by `p=`: a few written out, the others made by a small rule from a fixed seed, so that a link stays short.
//! A name and its text never change; a better text gets a new name. It refuses to judge what a model makes of them.

mod grammar;
mod recall;

use crate::rng::Rng;
use std::borrow::Cow;

/// Texts written out, by name, each from the one file that the page has it from.
const WRITTEN: [(&str, &str); 6] = [
    ("house", include_str!("../www/texts/house.txt.js")),
    ("shijing", include_str!("../www/texts/shijing.txt.js")),
    ("hello", "`hello world`"),
    ("genesis", include_str!("../www/texts/genesis.txt.js")),
    ("declaration", include_str!("../www/texts/declaration.txt.js")),
    ("tang", include_str!("../www/texts/tang.txt.js")),
];

/// A rule with its seed.
type Rule = fn() -> String;

/// Texts made by a rule, by name.
const MADE: [(&str, Rule); 11] = [
    ("count", grammar::count),
    ("syllables", grammar::syllables),
    ("brackets", grammar::brackets),
    ("recall", recall::line_end),
    ("elman", grammar::elman),
    ("dyck", grammar::dyck),
    ("anbn", grammar::anbn),
    ("reber", grammar::reber),
    ("lag20", || recall::first_letter(20)),
    ("lag40", || recall::first_letter(40)),
    ("order", recall::temporal_order),
];

/// All names, those of written texts first.
pub fn names() -> impl Iterator<Item = &'static str> {
    WRITTEN.iter().map(|(name, _)| *name).chain(MADE.iter().map(|(name, _)| *name))
}

/// The text of a name; None for a name that is none.
pub fn preset(name: &str) -> Option<Cow<'static, str>> {
    let written = WRITTEN.iter().find(|(known, _)| *known == name).map(|(_, module)| Cow::Borrowed(quoted(module)));
    written.or_else(|| made(name).map(Cow::Owned))
}

/// The text of a name whose text is made by a rule; None for every other name. All that the page's engine needs to know: the written texts
/// stand in the page itself.
pub fn made(name: &str) -> Option<String> {
    MADE.iter().find(|(known, _)| *known == name).map(|(_, rule)| rule())
}

/// What stands between the first and the last backtick of a JavaScript module that holds one text.
fn quoted(module: &'static str) -> &'static str {
    let (from, to) = (module.find('`').map_or(0, |at| at + 1), module.rfind('`').unwrap_or(module.len()));
    &module[from..to.max(from)]
}

/// A whole number below a bound.
fn below(rng: &mut Rng, bound: u32) -> usize {
    ((u64::from(rng.next_u32()) * u64::from(bound)) >> 32) as usize
}

/// One of some values.
fn one_of<T: Copy>(rng: &mut Rng, values: &[T]) -> T {
    values[below(rng, values.len() as u32)]
}

/// Lines made by a rule, one after the other from the same stream, each with a line break.
fn lines(mut rng: Rng, count: usize, rule: impl Fn(&mut Rng) -> String) -> String {
    let mut text = String::new();
    for _ in 0..count {
        text.push_str(&rule(&mut rng));
        text.push('\n');
    }
    text
}
