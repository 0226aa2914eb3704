//! The fragment of an address taken apart into pairs, and whether it arrived as it was written. `www/link.js` does the same before the
//! engine is there. It refuses to know what a value means.

use serde::{Deserialize, Serialize};

use super::{MAX_LINK, MAX_PAIRS, checksum, view};

/// How a link arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// starts with `v` and the checksum is right
    Checked,
    /// `v` without a whole checksum
    Cut,
    /// the checksum is wrong
    Damaged,
    /// neither `v` nor `k`: written by hand
    NotChecked,
    /// nothing, or nothing but what is shown: no claim to check
    ViewOnly,
}

/// The pairs of a link.
#[derive(Debug, Clone, PartialEq)]
pub struct Fragment {
    /// how it arrived
    pub status: Status,
    /// (key, value) in order, duplicates included, at most [`MAX_PAIRS`], without the checksum
    pub pairs: Vec<(String, String)>,
    /// pairs beyond [`MAX_PAIRS`], not read
    pub pairs_left: usize,
    /// of a cut link: whether its last pair is the one that was cut
    pub last_is_cut: bool,
    /// length of a link that is too long to be read at all
    pub too_long: Option<usize>,
}

impl Fragment {
    /// Takes a fragment apart, with or without its `#`. Reads nothing of one longer than [`MAX_LINK`] bytes.
    pub fn parse(fragment: &str) -> Fragment {
        if fragment.len() > MAX_LINK {
            let status = Status::Damaged;
            return Fragment { status, pairs: Vec::new(), pairs_left: 0, last_is_cut: false, too_long: Some(fragment.len()) };
        }
        let text = clean(fragment);
        let checksum_at = find_checksum(&text);
        let body = &text[..checksum_at.unwrap_or(text.len())];
        let mut pieces = body.split('&').filter(|piece| !piece.is_empty());
        let mut pairs: Vec<(String, String)> = pieces.by_ref().take(MAX_PAIRS).map(pair).collect();
        let mut pairs_left = pieces.count();
        let status = match checksum_at {
            Some(at) if body.starts_with("v=") && text[at..at + 11] == format!("&k={}", checksum(body)) => Status::Checked,
            Some(_) => Status::Damaged,
            None if pairs.iter().any(|(key, _)| key.eq_ignore_ascii_case("v") || key.eq_ignore_ascii_case("k")) => Status::Cut,
            None if pairs_left == 0 && pairs.iter().all(|(key, _)| view::is_view_key(key)) => Status::ViewOnly,
            None => Status::NotChecked,
        };
        let checksum_begun = pairs.iter().position(|(key, _)| key.eq_ignore_ascii_case("k"));
        if let (Status::Cut, Some(index)) = (status, checksum_begun) {
            // what follows half a checksum is the host's, as behind a whole one
            pairs.truncate(index + 1);
            pairs_left = 0;
        }
        let last_is_cut = status == Status::Cut && pairs_left == 0 && (checksum_begun.is_some() || !body.ends_with('&'));
        Fragment { status, pairs, pairs_left, last_is_cut, too_long: None }
    }
}

/// The fragment without what hosts add to it: cut at a second `#`, `%xx` and `&amp;` undone, white space dropped.
fn clean(fragment: &str) -> String {
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    let mut text = fragment.split('#').next().unwrap_or("").to_owned();
    // twice: a link that is quoted in a quoted message is escaped twice
    for _ in 0..2 {
        text = undo_ampersands(&undo_percent(&text));
    }
    text.retain(|character| !character.is_whitespace() && !matches!(character, '\u{200B}' | '\u{AD}' | '\u{FEFF}'));
    text
}

/// Undoes `&amp;`. By hand, like the list of changes: the standard library's search for strings would be a hundredth of the page.
fn undo_ampersands(text: &str) -> String {
    let mut pieces = text.split('&');
    let mut undone = String::with_capacity(text.len());
    undone.push_str(pieces.next().unwrap_or(""));
    for piece in pieces {
        undone.push('&');
        undone.push_str(piece.strip_prefix("amp;").unwrap_or(piece));
    }
    undone
}

/// Undoes `%xx`; a percent sign that begins no such triple stays, bytes that are no UTF-8 become U+FFFD.
fn undo_percent(text: &str) -> String {
    let hex = |byte: u8| char::from(byte).to_digit(16);
    let mut rest = text.as_bytes();
    let mut bytes = Vec::with_capacity(rest.len());
    while let Some((&first, after)) = rest.split_first() {
        let escaped = match (first, after) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Where the last `&k=` with 8 hex digits begins; upper case is found too, so that a link in capitals is seen to be damaged.
fn find_checksum(text: &str) -> Option<usize> {
    let is_checksum = |window: &[u8]| window[..3].eq_ignore_ascii_case(b"&k=") && window[3..].iter().all(u8::is_ascii_hexdigit);
    text.as_bytes().windows(11).rposition(is_checksum)
}

fn pair(piece: &str) -> (String, String) {
    let (key, value) = piece.split_once('=').unwrap_or((piece, ""));
    (key.to_owned(), value.to_owned())
}
