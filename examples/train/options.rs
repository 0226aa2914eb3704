//! The options of the command line: one table, from which both the parser and the help are made. It refuses to guess: an unknown option,
//! a missing value and a value out of its range each end with one sentence.

use lstm_playground::recipe::{self, Recipe, RecipeText};
use lstm_playground::settings::{NAME_SETTINGS, NUMBER_SETTINGS, SHORT_TEXT, SUITED_KEYS, SettingValue, Settings};

/// Options that are settings of the model and its training: option, link key.
const SETTINGS: [(&str, &str); 18] = [
    ("--cell", "m"),
    ("--activation", "a"),
    ("--hidden", "h"),
    ("--layers", "l"),
    ("--seq-len", "t"),
    ("--batch-size", "b"),
    ("--optimizer", "o"),
    ("--learning-rate", "lr"),
    ("--learning-rate-decay", "ld"),
    ("--clip", "clip"),
    ("--forget-bias", "fb"),
    ("--time-scale", "ts"),
    ("--input-scale", "ws"),
    ("--recurrent-scale", "us"),
    ("--recurrent-init", "ui"),
    ("--held-out", "val"),
    ("--mode", "mode"),
    ("--seed", "s"),
];

/// All other options: option, what stands for its value, what it does.
const OTHERS: [(&str, &str, &str); 9] = [
    (
        "--text",
        "FILE",
        "text to learn, UTF-8; with --recipe: the text of its preset; one of at most 256\n                          characters is learned with what suits it, where nothing of that is given",
    ),
    ("--recipe", "FRAGMENT", "replay a recipe link, with or without what stands before its #"),
    ("--steps", "N", "training steps (1000; of a recipe: its own)"),
    ("--target-loss", "BITS", "stop at this loss in bits per character"),
    ("--out", "FILE", "weights file to write (safetensors)"),
    ("--samples", "N", "samples on the way (10)"),
    ("--prompt", "TEXT", "what a sample begins with"),
    ("--temperature", "X", "of the samples, 0.05 to 5 (0.8)"),
    ("--help", "", "this list"),
];

/// What the command line asks for.
pub struct Options {
    /// what to train
    pub recipe: Recipe,
    /// weights file to write
    pub out: Option<String>,
    /// number of samples on the way
    pub samples: u32,
    /// beginning of a sample
    pub prompt: String,
    /// temperature of a sample
    pub temperature: f32,
}

/// Reads the options; None when only help was asked for.
pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let given = split(arguments)?;
    let value = |option: &str| given.iter().rev().find(|(other, _)| other == option).map(|(_, value)| value.as_str());
    if value("--help").is_some() {
        return Ok(None);
    }
    let mut recipe = match value("--recipe") {
        Some(link) => read_link(link, &given)?,
        None => Recipe { steps: 1000, ..Recipe::default() },
    };
    let mut characters = usize::MAX;
    if let Some(path) = value("--text") {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?.replace("\r\n", "\n");
        characters = text.chars().count();
        recipe.text = Some(RecipeText::Text(text));
    }
    if value("--recipe").is_none() {
        recipe.settings = settings(&given, characters)?;
    }
    if recipe.text.is_none() {
        return Err("there is no text: add --text FILE, or --recipe with a link that holds one".into());
    }
    if let Some(steps) = value("--steps") {
        recipe.steps = whole("--steps", steps)?;
    }
    if let Some(bits) = value("--target-loss") {
        recipe.target_loss = Some(number("--target-loss", bits)? as f32);
    }
    Ok(Some(Options {
        recipe,
        out: value("--out").map(String::from),
        samples: value("--samples").map_or(Ok(10), |text| whole("--samples", text))?,
        prompt: value("--prompt").unwrap_or("").into(),
        temperature: value("--temperature").map_or(Ok(0.8), temperature)?,
    }))
}

/// Pairs (option, value) in the order given.
fn split(mut arguments: impl Iterator<Item = String>) -> Result<Vec<(String, String)>, String> {
    let mut given = Vec::new();
    while let Some(argument) = arguments.next() {
        let (option, joined) = match argument.split_once('=') {
            Some((option, value)) if option.starts_with("--") => (option.to_string(), Some(value.to_string())),
            _ => (argument, None),
        };
        let known = SETTINGS.iter().map(|setting| setting.0).chain(OTHERS.iter().map(|other| other.0));
        if !known.clone().any(|known| known == option) {
            return Err(format!("there is no option {option}; --help lists them all"));
        }
        let value = match joined {
            Some(value) => value,
            None if option == "--help" => String::new(),
            None => arguments.next().ok_or_else(|| format!("{option} needs a value"))?,
        };
        given.push((option, value));
    }
    Ok(given)
}

fn number(option: &str, text: &str) -> Result<f64, String> {
    let number: Option<f64> = text.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0);
    number.ok_or_else(|| format!("{option} {text}: this is not a number"))
}

fn whole(option: &str, text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("{option} {text}: this is not a whole number from 0 to {}", u32::MAX))
}

fn temperature(text: &str) -> Result<f32, String> {
    let number = number("--temperature", text)?;
    if (0.05..=5.0).contains(&number) { Ok(number as f32) } else { Err(format!("--temperature {text}: it is 0.05 to 5")) }
}

/// The settings among the options; what a short text is best learned with where none of that was asked for.
fn settings(given: &[(String, String)], characters: usize) -> Result<Settings, String> {
    let mut pairs = Vec::new();
    let mut as_suits = true;
    for (option, value) in given {
        let Some((_, key)) = SETTINGS.iter().find(|setting| setting.0 == option) else { continue };
        as_suits &= !SUITED_KEYS.contains(key);
        if let Some(setting) = NUMBER_SETTINGS.iter().find(|setting| setting.key == *key) {
            let number = value.parse().map_err(|_| format!("{option} {value}: this is not a number"))?;
            pairs.push((setting.name.to_string(), SettingValue::Number(number)));
        } else if let Some(setting) = NAME_SETTINGS.iter().find(|setting| setting.key == *key) {
            if !setting.values.contains(&value.as_str()) {
                return Err(format!("{option} {value}: it is one of {}", setting.values.join(", ")));
            }
            pairs.push((setting.name.to_string(), SettingValue::Name(value.clone())));
        }
    }
    let asked = Settings::from_pairs(pairs.clone()).map_err(|error| error.to_string())?;
    if !as_suits || characters > SHORT_TEXT {
        return Ok(asked);
    }
    eprintln!("a text of {characters} characters: settings for a short text, as no others were asked for");
    Settings::suited_to(asked.kind, characters).with_pairs(pairs).map_err(|error| error.to_string())
}

/// The recipe of a link; what is wrong with the link is told on standard error.
fn read_link(link: &str, given: &[(String, String)]) -> Result<Recipe, String> {
    if let Some((option, _)) = given.iter().find(|(option, _)| SETTINGS.iter().any(|setting| setting.0 == option)) {
        return Err(format!("{option} and --recipe: the recipe already says all settings"));
    }
    let decoded = recipe::decode(link.split_once('#').map_or(link, |(_, fragment)| fragment));
    for notice in &decoded.notices {
        let kind = serde_json::to_value(notice.kind).expect("a name");
        let parts = [notice.key.clone(), notice.value.clone(), notice.limit.map(|limit| format!("(limit {limit})"))];
        eprintln!("link: {} {}", kind.as_str().unwrap_or(""), parts.into_iter().flatten().collect::<Vec<_>>().join(" "));
    }
    Ok(decoded.recipe)
}

/// The list of all options.
pub fn help() -> String {
    let mut lines = vec!["cargo run --release --example train -- --text FILE [options]".to_string(), String::new()];
    for (option, key) in SETTINGS {
        let number = NUMBER_SETTINGS.iter().find(|setting| setting.key == key);
        let names = NAME_SETTINGS.iter().find(|setting| setting.key == key);
        let said = match (number, names) {
            (Some(setting), _) if setting.max > 1e10 => format!("{:e} to {:e} ({})", setting.min, setting.max, setting.default),
            (Some(setting), _) => format!("{} to {} ({})", setting.min, setting.max, setting.default),
            (_, Some(setting)) => format!("{} ({})", setting.values.join(" "), setting.values[0]),
            _ => String::new(),
        };
        lines.push(format!("  {option:<24}{said}"));
    }
    lines.push(String::new());
    lines.extend(OTHERS.iter().map(|(option, value, what)| format!("  {:<24}{what}", format!("{option} {value}"))));
    lines.join("\n")
}
