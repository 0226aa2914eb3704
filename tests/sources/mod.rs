//! The Rust sources as text, and as words without comments and literals. It refuses to understand Rust.

use std::fs;
use std::path::{Path, PathBuf};

pub struct Source {
    /// path below src/, with `/`
    pub path: String,
    /// the text as written
    pub text: String,
    /// the text without comments and without the content of literals, line by line as in `text`
    pub code: String,
}

pub fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    assert!(!files.is_empty(), "src/ holds no Rust file");
    files
        .into_iter()
        .map(|file| {
            let text = fs::read_to_string(&file).unwrap();
            let path = file.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            Source { path, code: code_of(&text), text }
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

/// Blanks comments and the content of string and character literals; newlines stay, so that line numbers hold.
pub fn code_of(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = literal_or_comment_end(&chars, at);
        if end == at {
            code.push(chars[at]);
            at += 1;
        } else {
            code.extend(chars[at..end].iter().map(|&c| if c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    code
}

/// Where the comment or literal that starts at `at` ends; `at` itself when none starts there.
fn literal_or_comment_end(chars: &[char], at: usize) -> usize {
    let rest = &chars[at..];
    let until = |from: usize, end: &[char]| {
        (from..rest.len()).find(|&k| rest[k..].starts_with(end)).map_or(chars.len(), |k| at + k + end.len())
    };
    let after_word = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
    match rest {
        ['/', '/', ..] => at + rest.iter().take_while(|&&c| c != '\n').count(),
        ['/', '*', ..] => until(2, &['*', '/']),
        ['"', ..] => at + quoted_length(rest),
        ['r', '"' | '#', ..] if !after_word => {
            let hashes = rest[1..].iter().take_while(|&&c| c == '#').count();
            if rest.get(1 + hashes) != Some(&'"') {
                return at; // r#identifier
            }
            let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            until(2 + hashes, &end)
        }
        ['\'', '\\', _, ..] => until(3, &['\'']),
        ['\'', _, '\'', ..] => at + 3,
        _ => at,
    }
}

fn quoted_length(rest: &[char]) -> usize {
    let mut k = 1;
    while k < rest.len() && rest[k] != '"' {
        k += if rest[k] == '\\' { 2 } else { 1 };
    }
    (k + 1).min(rest.len())
}

/// Identifiers and runs of other characters, with the line each stands on.
pub fn words(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            let length = if is_word(first) { rest.find(|c| !is_word(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
            if !first.is_whitespace() {
                found.push((number + 1, &rest[..length]));
            }
            rest = &rest[length..];
        }
    }
    found
}
