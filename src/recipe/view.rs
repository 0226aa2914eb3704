//! The keys of a link that decide what is shown: names from fixed lists and places. It refuses to know what they look like;
//! `www/link.js` has the same lists.

use crate::decimal;

/// What a view key's value may be; lists of names are separated by spaces.
enum Values {
    /// one name of a list
    One(&'static str),
    /// names of a list, joined by `.`
    Some(&'static str),
    /// a whole number of a range
    Whole(f64, f64),
    /// a number of a range
    Real(f64, f64),
}

const PANELS: &str = "cell unrolled heatmap text prediction gradient weights activations race strip loss sample";
const PARTS: &str =
    "text settings train reset share generate tabs m a h l t b o lr ld clip fb ts ui ws us val mode s n tl tmp pace";
const LESSONS: &str = "1 2 3 4 5 6 7 8 9 10 11 12 13 14 experiments";
/// characters of the longest text that can be typed, one byte each
const LAST_CHARACTER: f64 = (2 << 20) as f64 - 1.0;

const VIEW_KEYS: [(&str, Values); 15] = [
    ("tmp", Values::Real(0.05, 5.0)),
    ("view", Values::Some(PANELS)),
    ("pace", Values::One("watch full")),
    ("embed", Values::One("1")),
    ("lang", Values::One("en zh")),
    ("theme", Values::One("auto light dark")),
    ("hide", Values::Some(PARTS)),
    ("lock", Values::Some(PARTS)),
    ("tour", Values::One(LESSONS)),
    ("loading", Values::One("click visible eager")),
    ("at", Values::Whole(0.0, LAST_CHARACTER)),
    ("layer", Values::Whole(1.0, 4.0)),
    ("unit", Values::Whole(1.0, 512.0)),
    ("shown", Values::Whole(0.0, super::MAX_STEPS as f64)),
    ("order", Values::One("index activity similarity")),
];

/// A value as it was read.
pub(super) enum Reading {
    /// as it stands
    Good(String),
    /// out of its range: the limit, and its decimals
    Clamped(f64, String),
    /// none of the list, or no number
    Bad,
}

/// Whether a key decides only what is shown.
pub(super) fn is_view_key(key: &str) -> bool {
    VIEW_KEYS.iter().any(|(name, _)| *name == key)
}

fn is_listed(names: &str, name: &str) -> bool {
    names.split(' ').any(|listed| listed == name)
}

/// Reads the value of a view key.
pub(super) fn read(key: &str, value: &str) -> Reading {
    let Some((_, values)) = VIEW_KEYS.iter().find(|(name, _)| *name == key) else { return Reading::Bad };
    let (number, min, max) = match values {
        Values::One(names) => return if is_listed(names, value) { Reading::Good(value.to_owned()) } else { Reading::Bad },
        Values::Some(names) => {
            let known = value.split('.').all(|name| is_listed(names, name));
            return if known { Reading::Good(value.to_owned()) } else { Reading::Bad };
        }
        Values::Whole(min, max) => (decimal::read_whole(value), *min, *max),
        Values::Real(min, max) => (decimal::read(value), *min, *max),
    };
    match number {
        None => Reading::Bad,
        Some(number) if number < min => Reading::Clamped(min, min.to_string()),
        Some(number) if number > max => Reading::Clamped(max, max.to_string()),
        Some(_) => Reading::Good(value.to_owned()),
    }
}
