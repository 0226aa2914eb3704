//! Gives the pairs of a link their meaning. It refuses to fail: whatever arrives gives a recipe with a notice for each thing that is not as
//! it was written, and nothing is taken for a claim (version, digest, unknown keys) that the checksum does not cover.

use crate::decimal;
use crate::settings::{NAME_SETTINGS, NumberSetting, Settings};

use super::keys::{can_keep, is_digest, is_reserved, is_short_name, is_text_key, is_weights};
use super::view;
use super::{Change, ChangeKey, Decoded, Fragment, Notice, NoticeKind, Recipe, RecipeText, Status, VERSION};
use super::{MAX_CHANGES, MAX_ENCODED, MAX_LINK, MAX_PAIRS, MAX_SHORT_VALUE, MAX_STEPS, text};

/// Reads a fragment, with or without its `#`. Never fails and never panics; takes no memory beyond a small multiple of the limits.
pub fn decode(fragment: &str) -> Decoded {
    let fragment = Fragment::parse(fragment);
    let mut reader = Reader { status: fragment.status, recipe: Recipe::default(), notices: Vec::new(), seen: Vec::new() };
    if let Some(length) = fragment.too_long {
        reader.note(NoticeKind::TextTooLong, None, Some(&length.to_string()), Some(MAX_LINK as f64));
        return reader.finish();
    }
    reader.note_status();
    reader.version(&fragment);
    let last = fragment.pairs.len().wrapping_sub(1);
    for (index, (key, value)) in fragment.pairs.iter().enumerate() {
        reader.pair(key, value, fragment.last_is_cut && index == last);
    }
    if fragment.status == Status::Cut && !fragment.last_is_cut {
        reader.note(NoticeKind::Cut, None, None, None);
    }
    if fragment.pairs_left > 0 {
        reader.note(NoticeKind::Unknown, None, Some(&fragment.pairs_left.to_string()), Some(MAX_PAIRS as f64));
    }
    if fragment.status != Status::ViewOnly && !reader.seen.contains(&"text") {
        reader.note(NoticeKind::NoText, None, None, None);
    }
    reader.finish()
}

struct Reader<'a> {
    status: Status,
    recipe: Recipe,
    notices: Vec<Notice>,
    /// keys so far; `text` stands for p, x and z
    seen: Vec<&'a str>,
}

impl<'a> Reader<'a> {
    fn note(&mut self, kind: NoticeKind, key: Option<&str>, value: Option<&str>, limit: Option<f64>) {
        let listed = |text: &str| text.chars().take(64).collect::<String>();
        self.notices.push(Notice { kind, key: key.map(listed), value: value.map(listed), limit });
    }

    fn note_status(&mut self) {
        match self.status {
            Status::Damaged => self.note(NoticeKind::Damaged, None, None, None),
            Status::NotChecked => self.note(NoticeKind::NotChecked, None, None, None),
            Status::Cut | Status::Checked | Status::ViewOnly => {}
        }
    }

    fn finish(mut self) -> Decoded {
        // the link as a whole comes first, also where only its last pair said how it was cut
        let (mut notices, others): (Vec<_>, Vec<_>) = self.notices.into_iter().partition(|notice| notice.kind == NoticeKind::Cut);
        notices.extend(others);
        if self.status != Status::Checked {
            self.recipe.digest = None;
            self.recipe.engine = None;
        }
        if self.status == Status::Damaged {
            self.recipe.unknown.clear();
        }
        Decoded { recipe: self.recipe, notices, status: self.status }
    }

    fn pair(&mut self, key: &'a str, value: &'a str, is_cut: bool) {
        let slot = if is_text_key(key) { "text" } else { key };
        let is_duplicate = self.seen.contains(&slot);
        if is_cut && (is_duplicate || slot != "text") {
            return self.note(NoticeKind::Cut, Some(key), Some(value), None);
        }
        if is_duplicate {
            return self.note(NoticeKind::Duplicate, Some(key), Some(value), None);
        }
        self.seen.push(slot);
        match key {
            "v" => {} // read before everything else
            "n" | "tl" => self.stop(key, value),
            "c" => self.changes(value),
            "d" | "e" | "w" => self.word(key, value),
            "p" | "x" | "z" => self.text(key, value, is_cut),
            _ if NumberSetting::of_key(key).is_some() => self.number(key, value),
            _ if NAME_SETTINGS.iter().any(|setting| setting.key == key) => {
                if !self.recipe.settings.set_name(key, value) {
                    self.bad_value(key, value);
                }
            }
            _ if view::is_view_key(key) => self.view(key, value),
            _ if is_reserved(key) => {}
            _ => self.unknown(key, value),
        }
    }

    /// A value that cannot be read; a newer page may know it, so it is kept for that.
    fn bad_value(&mut self, key: &str, value: &str) {
        self.note(NoticeKind::BadValue, Some(key), Some(value), None);
        if self.recipe.version > VERSION && can_keep(key, value) {
            self.recipe.unknown.push((key.to_owned(), value.to_owned()));
        }
    }

    /// The version, on which the defaults of all other pairs depend. A link without one was written by hand and is of the first, which does
    /// not change; one that says nothing of a model is not about any version.
    fn version(&mut self, fragment: &Fragment) {
        let whole = fragment.pairs.len() - usize::from(fragment.last_is_cut);
        let Some((_, value)) = fragment.pairs[..whole].iter().find(|(key, _)| key == "v") else {
            if self.status != Status::ViewOnly {
                self.of_version(1);
            }
            return;
        };
        match decimal::read_whole(value).filter(|version| (1.0..=1e6).contains(version)) {
            None => {
                self.of_version(1);
                self.note(NoticeKind::BadValue, Some("v"), Some(value), None);
            }
            Some(version) if version as u32 > VERSION && self.status != Status::Damaged => {
                self.of_version(version as u32);
                self.note(NoticeKind::Newer, Some("v"), Some(value), Some(VERSION.into()));
            }
            Some(version) => self.of_version((version as u32).min(VERSION)),
        }
    }

    fn of_version(&mut self, version: u32) {
        self.recipe.version = version;
        self.recipe.settings = Settings::of_version(version);
    }

    /// The number within its limits, each correction noted.
    fn limited(&mut self, key: &str, value: &str, number: f64, min: f64, max: f64) -> f64 {
        let limit = if number < min { min } else { max };
        if (min..=max).contains(&number) {
            return number;
        }
        self.note(NoticeKind::Clamped, Some(key), Some(value), Some(limit));
        limit
    }

    fn number(&mut self, key: &str, value: &str) {
        let Some(setting) = NumberSetting::of_key(key) else { return };
        let number = if setting.whole { decimal::read_whole(value) } else { decimal::read(value) };
        match number {
            Some(number) => {
                let number = self.clamped_setting(key, setting, value, number);
                self.recipe.settings.set_number(key, number);
            }
            None => self.bad_value(key, value),
        }
    }

    fn clamped_setting(&mut self, key: &str, setting: &NumberSetting, value: &str, number: f64) -> f64 {
        let limit = setting.broken_limit(number);
        if limit.is_some() {
            self.note(NoticeKind::Clamped, Some(key), Some(value), limit);
        }
        limit.unwrap_or(number)
    }

    fn stop(&mut self, key: &str, value: &str) {
        let number = if key == "n" { decimal::read_whole(value) } else { decimal::read(value) };
        let Some(number) = number else { return self.bad_value(key, value) };
        let number = self.limited(key, value, number, 0.0, MAX_STEPS.into());
        if key == "n" {
            self.recipe.steps = number as u32;
        } else {
            self.recipe.target_loss = Some(number as f32);
        }
    }

    fn changes(&mut self, value: &str) {
        let count = entries(value).count();
        if count > MAX_CHANGES {
            self.note(NoticeKind::Clamped, Some("c"), Some(&count.to_string()), Some(MAX_CHANGES as f64));
        }
        for entry in entries(value).take(MAX_CHANGES) {
            match self.change(entry) {
                Some(change) => {
                    let place = self.recipe.changes.partition_point(|other| other.step <= change.step);
                    self.recipe.changes.insert(place, change);
                }
                None => self.note(NoticeKind::BadValue, Some("c"), Some(entry), None),
            }
        }
    }

    /// Reads `step_key_value`.
    fn change(&mut self, entry: &str) -> Option<Change> {
        let mut parts = entry.splitn(3, '_');
        let (step, key, value) = (parts.next()?, parts.next()?, parts.next()?);
        let key = [ChangeKey::Lr, ChangeKey::Clip].into_iter().find(|known| known.key() == key)?;
        let setting = NumberSetting::of_key(key.key())?;
        let (step_number, number) = (decimal::read_whole(step)?, decimal::read(value)?);
        let step = self.limited("c", step, step_number, 0.0, MAX_STEPS.into()) as u32;
        let value = self.clamped_setting("c", setting, value, number) as f32;
        Some(Change { step, key, value })
    }

    fn word(&mut self, key: &str, value: &str) {
        let is_good = match key {
            "d" => is_digest(value),
            "e" => is_short_name(value),
            _ => is_weights(value),
        };
        match key {
            "w" if value.len() > MAX_ENCODED + 1 => {
                let length = value.len().to_string();
                self.note(NoticeKind::BadValue, Some(key), Some(&length), Some(MAX_ENCODED as f64));
            }
            _ if !is_good => self.bad_value(key, value),
            "d" => self.recipe.digest = Some(value.to_owned()),
            "e" => self.recipe.engine = Some(value.to_owned()),
            _ => self.recipe.weights = Some(value.to_owned()),
        }
    }

    fn text(&mut self, key: &str, value: &str, is_cut: bool) {
        let reading = match key {
            "p" if is_cut => return self.note(NoticeKind::Cut, Some(key), Some(value), None),
            "p" if is_short_name(value) => {
                self.recipe.text = Some(RecipeText::Preset(value.to_owned()));
                return;
            }
            "p" => return self.bad_value(key, value),
            "x" => text::read_short(value),
            _ => text::read_deflated(value),
        };
        let (text, is_whole) = match reading {
            text::Reading::Whole(text) => (text, true),
            text::Reading::Beginning(text) => (text, false),
            text::Reading::TooLong(length, limit) => {
                let length = length.map(|length| length.to_string());
                return self.note(NoticeKind::TextTooLong, Some(key), length.as_deref(), Some(limit as f64));
            }
        };
        let characters = text.chars().count().to_string();
        if is_cut {
            self.note(NoticeKind::Cut, Some(key), Some(&characters), None);
        } else if !is_whole {
            self.note(NoticeKind::TextDamaged, Some(key), Some(&characters), None);
            if text.is_empty() && self.recipe.version > VERSION && can_keep(key, value) {
                self.recipe.unknown.push((key.to_owned(), value.to_owned()));
            }
        }
        if is_whole || !text.is_empty() {
            self.recipe.text = Some(RecipeText::Text(text));
        }
    }

    fn view(&mut self, key: &str, value: &str) {
        match view::read(key, value) {
            view::Reading::Good(value) => self.recipe.view.push((key.to_owned(), value)),
            view::Reading::Clamped(limit, clamped) => {
                self.note(NoticeKind::Clamped, Some(key), Some(value), Some(limit));
                self.recipe.view.push((key.to_owned(), clamped));
            }
            view::Reading::Bad => self.bad_value(key, value),
        }
    }

    fn unknown(&mut self, key: &str, value: &str) {
        if can_keep(key, value) {
            self.note(NoticeKind::Unknown, Some(key), Some(value), None);
            self.recipe.unknown.push((key.to_owned(), value.to_owned()));
        } else {
            self.note(NoticeKind::BadValue, Some(key), Some(value), Some(MAX_SHORT_VALUE as f64));
        }
    }
}

/// The entries of `a__b__c`.
fn entries(list: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(list);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = text.as_bytes().windows(2).position(|pair| pair == b"__");
        rest = end.map(|end| &text[end + 2..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}
