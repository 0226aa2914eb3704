//! Writes a recipe as a link: only what differs from the default, in one fixed order. It refuses to write a claim that nobody could check:
//! a run beyond the limits of a link leaves out its training steps, its changes and its digest.

use crate::decimal;
use crate::settings::{NAME_SETTINGS, NUMBER_SETTINGS, Settings};

use super::{Change, MAX_CHANGES, MAX_STEPS, Recipe, RecipeText, VERSION, checksum, keys, text, view};

/// Writes a recipe as a fragment without `#`, checksum last. What no link can hold is left out: a text above the limits (the reader is then
/// told that there is none), values with characters outside `[A-Za-z0-9=_.-]`, and of a run that cannot be replayed what claims to be one.
pub fn encode(recipe: &Recipe) -> String {
    let mut pairs = Pairs(vec![("v".to_owned(), recipe.version.max(1).to_string())]);
    write_settings(recipe, &mut pairs);
    let text = recipe.text.as_ref().and_then(written_text);
    let text_fits = recipe.text.is_none() || text.is_some();
    if text_fits && recipe.steps <= MAX_STEPS && recipe.changes.len() <= MAX_CHANGES {
        write_run(recipe, &mut pairs);
    }
    for (key, value) in &recipe.view {
        if let view::Reading::Good(value) | view::Reading::Clamped(_, value) = view::read(key, value) {
            pairs.push(key, value);
        }
    }
    for (key, value) in &recipe.unknown {
        let free = recipe.version > VERSION || !keys::is_known_key(key);
        let second_text = text.is_some() && keys::is_text_key(key);
        if free && !second_text && keys::can_keep(key, value) && !pairs.has(key) {
            pairs.push(key, value.clone());
        }
    }
    if let Some((key, value)) = text {
        pairs.push(key, value);
    }
    if let Some(weights) = recipe.weights.as_ref().filter(|value| keys::is_weights(value)) {
        pairs.push("w", weights.clone());
    }
    let body = pairs.0.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&");
    let checksum = checksum(&body);
    format!("{body}&k={checksum}")
}

struct Pairs(Vec<(String, String)>);

impl Pairs {
    fn push(&mut self, key: &str, value: String) {
        self.0.push((key.to_owned(), value));
    }

    fn has(&self, key: &str) -> bool {
        self.0.iter().any(|(other, _)| other == key)
    }
}

fn write_settings(recipe: &Recipe, pairs: &mut Pairs) {
    let (settings, defaults) = (&recipe.settings, Settings::of_version(recipe.version));
    for setting in &NAME_SETTINGS {
        let name = setting.values.iter().find(|name| settings.is_named(setting.key, name));
        if let Some(name) = name.filter(|name| !defaults.is_named(setting.key, name)) {
            pairs.push(setting.key, (*name).to_owned());
        }
    }
    for setting in &NUMBER_SETTINGS {
        let value = settings.number(setting.key);
        if value != defaults.number(setting.key) {
            // whole numbers up to 2^32 do not fit an f32
            let text = if setting.whole { (value as u64).to_string() } else { decimal::write(value as f32) };
            pairs.push(setting.key, text);
        }
    }
}

fn write_run(recipe: &Recipe, pairs: &mut Pairs) {
    if recipe.steps > 0 {
        pairs.push("n", recipe.steps.to_string());
    }
    if let Some(loss) = recipe.target_loss {
        pairs.push("tl", decimal::write(loss));
    }
    if !recipe.changes.is_empty() {
        let change = |change: &Change| format!("{}_{}_{}", change.step, change.key.key(), decimal::write(change.value));
        pairs.push("c", recipe.changes.iter().map(change).collect::<Vec<_>>().join("__"));
    }
    if let Some(digest) = recipe.digest.as_ref().filter(|digest| keys::is_digest(digest)) {
        pairs.push("d", digest.clone());
    }
    if let Some(engine) = recipe.engine.as_ref().filter(|engine| keys::is_short_name(engine)) {
        pairs.push("e", engine.clone());
    }
}

fn written_text(text: &RecipeText) -> Option<(&'static str, String)> {
    match text {
        RecipeText::Preset(name) => keys::is_short_name(name).then(|| ("p", name.clone())),
        RecipeText::Text(text) => text::write(text),
    }
}
