//! The texts behind `p=`: frozen by name, and made of what their rules say. It trains nothing.

use lstm_playground::presets::{made, names, preset};
use lstm_playground::trainer::Trainer;
use lstm_playground::{batches::Mode, settings::Settings};
use sha2::{Digest, Sha256};

/// Name and first 16 hex digits of the SHA-256 of the text. A line of this table never changes; the first ten are also what
/// `www/examples.js` makes.
const FROZEN: [(&str, &str); 17] = [
    ("house", "aaaf86e03de39a90"),
    ("shijing", "e86c049c35a122bd"),
    ("hello", "b94d27b9934d3e08"),
    ("genesis", "a3529bbc90991c6e"),
    ("declaration", "91fa6a7ff9af8189"),
    ("tang", "c176f7b3c7847154"),
    ("count", "75805c80079f827b"),
    ("syllables", "caf6e6d2d35d407f"),
    ("brackets", "110a3e49045d504a"),
    ("recall", "56e0147139c13019"),
    ("elman", "9a625614168cedc0"),
    ("dyck", "8714cff4973fb828"),
    ("anbn", "a2c13654c61067ed"),
    ("reber", "51cc645deb3e2422"),
    ("lag20", "fa7fcd40f8da7b49"),
    ("lag40", "c37224369f1487c7"),
    ("order", "47a66ddbc53b5875"),
];

fn text(name: &str) -> String {
    preset(name).unwrap_or_else(|| panic!("no preset {name}")).into_owned()
}

#[test]
fn texts_are_frozen() {
    let digest = |name| Sha256::digest(text(name)).iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>();
    let found: Vec<(&str, String)> = names().map(|name| (name, digest(name))).collect();
    let frozen: Vec<(&str, String)> = FROZEN.iter().map(|&(name, digest)| (name, digest.to_string())).collect();
    assert_eq!(found, frozen);
    assert!(names().all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')));
    assert_eq!(preset("no-such-name"), None);
    assert_eq!(made("house"), None, "the page has its written texts itself");
}

#[test]
fn every_text_can_be_learned() {
    for name in names() {
        let mode = if text(name).contains(':') && made(name).is_some() { Mode::Answer } else { Mode::Stream };
        let trainer = Trainer::new(&Settings { mode, hidden_size: 2, ..Settings::default() }, &text(name));
        assert_eq!(trainer.map(|trainer| trainer.lines_without_colon()), Ok(0), "{name}");
    }
}

#[test]
fn syllables_are_drawn_evenly() {
    let text = text("elman");
    let consonants: Vec<char> = text.chars().filter(|character| "bdg".contains(*character)).collect();
    assert_eq!(consonants.len(), 1000);
    for letter in ['b', 'd', 'g'] {
        let count = consonants.iter().filter(|&&other| other == letter).count();
        assert!((290..=380).contains(&count), "{letter}: {count} of 1,000");
    }
    assert_eq!(text.replace("ba", "").replace("dii", "").replace("guuu", ""), "");
}

#[test]
fn brackets_balance() {
    for line in text("dyck").lines() {
        let mut depth = 0_i32;
        for character in line.chars() {
            depth += if character == '(' { 1 } else { -1 };
            assert!((0..=12).contains(&depth), "{line}");
        }
        assert_eq!(depth, 0, "{line}");
        assert!((2..=40).contains(&line.len()), "{line}");
    }
}

#[test]
fn as_many_b_as_a() {
    let text = text("anbn");
    let counts: Vec<usize> = text.trim_start().lines().map(|line| line.find('X').expect("a line has an X")).collect();
    assert!(text.trim_start().lines().zip(&counts).all(|(line, &n)| line == "a".repeat(n) + "X" + &"b".repeat(n)));
    assert_eq!((counts.iter().min(), counts.iter().max()), (Some(&1), Some(&10)));
}

/// Whether a word is one of the Reber grammar, without its B and E: read off the diagram, not off the generator.
fn is_reber(word: &str) -> bool {
    let states = word.chars().try_fold(0, |state, letter| match (state, letter) {
        (0, 'T') | (1, 'S') => Some(1),
        (0, 'P') | (2, 'T') | (3, 'X') => Some(2),
        (1, 'X') | (4, 'P') => Some(3),
        (2, 'V') => Some(4),
        (3, 'S') | (4, 'V') => Some(5),
        _ => None,
    });
    states == Some(5)
}

#[test]
fn strings_are_of_the_embedded_reber_grammar() {
    let text = text("reber");
    let mut rest = text.as_str();
    let mut strings = 0;
    while !rest.is_empty() {
        let branch = rest.chars().nth(1).expect("a second letter");
        assert!(rest.starts_with('B') && "TP".contains(branch), "{rest}");
        let end = rest.find('E').expect("an inner word ends");
        assert!(rest[2..].starts_with('B') && is_reber(&rest[3..end]), "{}", &rest[..end]);
        assert_eq!(&rest[end..end + 3], format!("E{branch}E"));
        rest = &rest[end + 3..];
        strings += 1;
    }
    assert_eq!(strings, 500);
}

#[test]
fn answers_are_what_the_question_says() {
    for (name, lag) in [("lag20", 20), ("lag40", 40)] {
        for line in text(name).trim_start().lines() {
            let (question, answer) = line.split_once(':').expect("a question has an answer");
            assert_eq!((question.len(), &question[..1]), (lag, answer), "{line}");
        }
    }
    for line in text("order").trim_start().lines() {
        let (question, answer) = line.split_once(':').expect("a question has an answer");
        let marks: String = question.chars().filter(|character| "XY".contains(*character)).collect();
        let expected = match marks.as_str() {
            "XX" => "Q",
            "XY" => "R",
            "YX" => "S",
            "YY" => "U",
            _ => panic!("{line}"),
        };
        assert_eq!(answer, expected, "{line}");
        assert!(question.starts_with('E') && question.ends_with('B') && (31..=34).contains(&question.len()), "{line}");
    }
}
