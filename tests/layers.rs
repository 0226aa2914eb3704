//! The rules of the Rust sources that a compiler does not check: who may use whom, who may be unsafe, who may know the browser, and what may never be
//! near a weight because its bits differ from machine to machine. It reads the sources as text and refuses to understand Rust: a rule that needs a parser
//! belongs in review.
#![cfg(not(target_arch = "wasm32"))]

mod sources;

use sources::{Source, code_of, sources, words};

/// A file is one idea: past the first number it should be split, past the second it must.
const LINES_WARN: usize = 300;
const LINES_FAIL: usize = 400;

/// The roots of the two crates, the one below first.
const ROOTS: [&str; 2] = ["network.rs", "lib.rs"];

/// Modules in the order in which the roots declare them.
fn layers(sources: &[Source]) -> Vec<String> {
    let root = |path: &&str| sources.iter().find(|s| s.path == *path).expect("the root of a crate");
    let words = ROOTS.iter().flat_map(|path| words(&root(path).code)).collect::<Vec<_>>();
    words.windows(3).filter(|w| w[0].1 == "mod" && w[2].1 == ";").map(|w| w[1].1.to_string()).collect()
}

/// The top module that a file belongs to: `cell` for cell/lstm.rs, `loss` for loss.rs.
fn top_of(path: &str) -> &str {
    path.split('/').next().unwrap().trim_end_matches(".rs")
}

/// How many `super::` lead from a file's own items to the crate root.
fn depth_of(path: &str) -> usize {
    path.split('/').count() - usize::from(path.ends_with("/mod.rs"))
}

/// Modules named directly below the crate root: `crate::a`, `crate::{a, b::c}`, and `super::a` where `super` is the root.
fn used_modules(source: &Source) -> Vec<(usize, &str)> {
    let words = words(&source.code);
    let colons = |k: usize| words.get(k).is_some_and(|w| w.1 == ":") && words.get(k + 1).is_some_and(|w| w.1 == ":");
    let mut used = Vec::new();
    for k in 0..words.len() {
        let mut after = k;
        if words[k].1 == "crate" && colons(k + 1) {
            after = k + 3;
        } else if words[k].1 == "super" && (k < 3 || words[k - 3].1 != "super") {
            let mut climbed = 0;
            while words.get(after).is_some_and(|w| w.1 == "super") && colons(after + 1) {
                climbed += 1;
                after += 3;
            }
            if climbed < depth_of(&source.path) {
                continue;
            }
        }
        if after > k {
            used.extend(names_at(&words, after));
        }
    }
    used
}

/// The name at a place, or the first names of each entry of a braced list there.
fn names_at<'a>(words: &[(usize, &'a str)], at: usize) -> Vec<(usize, &'a str)> {
    let Some(&first) = words.get(at) else { return Vec::new() };
    if first.1 != "{" {
        return vec![first];
    }
    let (mut names, mut depth, mut entry_begins) = (Vec::new(), 0, false);
    for &(line, word) in &words[at..] {
        match word {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ if entry_begins => names.push((line, word)),
            _ => {}
        }
        entry_begins = depth == 1 && (word == "{" || word == ",");
        if depth == 0 {
            break;
        }
    }
    names
}

fn report(rule: &str, broken: Vec<String>) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

/// Lines of files (chosen by `applies`) whose code contains one of the words.
fn lines_with(sources: &[Source], forbidden: &[&str], applies: impl Fn(&str) -> bool) -> Vec<String> {
    let mut broken = Vec::new();
    for source in sources.iter().filter(|s| applies(&s.path)) {
        for (line, word) in words(&source.code) {
            if forbidden.contains(&word) {
                broken.push(format!("src/{}:{line}: {word}", source.path));
            }
        }
    }
    broken
}

fn is_browser_face(path: &str) -> bool {
    path == "wasm.rs" || path.starts_with("wasm/")
}

#[test]
fn a_module_uses_only_modules_above_it_in_lib_rs() {
    let sources = sources();
    let layers = layers(&sources);
    let mut broken = Vec::new();
    for source in sources.iter().filter(|s| !ROOTS.contains(&s.path.as_str())) {
        let top = top_of(&source.path);
        let Some(own) = layers.iter().position(|l| l == top) else {
            broken.push(format!("src/{}: no root declares the module {top}", source.path));
            continue;
        };
        for (line, name) in used_modules(source) {
            if let Some(other) = layers.iter().position(|l| l == name).filter(|&other| other > own) {
                broken.push(format!("src/{}:{line}: {top} uses {}, which stands below it", source.path, layers[other]));
            }
        }
    }
    report("network.rs and lib.rs list the modules in the order of the data flow, and a module uses only those above it", broken);
}

#[test]
fn only_the_face_for_the_browser_knows_the_browser() {
    let browser = ["wasm_bindgen", "js_sys", "web_sys", "serde_wasm_bindgen", "getrandom"];
    report("only src/wasm.rs and src/wasm/ name the browser", lines_with(&sources(), &browser, |path| !is_browser_face(path)));
}

#[test]
fn unsafe_stands_in_one_file() {
    report("`unsafe` only in src/kernels/simd/", lines_with(&sources(), &["unsafe"], |path| !path.starts_with("kernels/simd/")));
}

#[test]
fn nothing_near_a_weight_differs_between_machines() {
    // Results of these depend on the platform's maths library, on fused instructions, on a random hash seed or on the clock.
    let forbidden =
        ["HashMap", "HashSet", "RandomState", "Instant", "SystemTime", "powf", "powi", "mul_add", "fadd_fast", "fmul_fast"];
    let mut broken = lines_with(&sources(), &forbidden, |path| !is_browser_face(path));
    for source in sources() {
        for (line, word) in words(&source.code) {
            if word.contains("relaxed") {
                broken.push(format!("src/{}:{line}: {word}", source.path));
            }
        }
    }
    report("no hash order, clock, platform maths, fused or relaxed arithmetic", broken);
}

/// Traits of the crate whose methods exp, tanh, ... are its own. On a plain f32 or f64 the same call would be the platform's.
const OWN_NUMBERS: [&str; 3] = ["Num", "Single", "Real"];

/// Whether the function at a place, or the impl or trait around it, is generic over the crate's own numbers.
fn is_generic_over_own_numbers(words: &[(usize, &str)], at: usize) -> bool {
    let header_names_them = |keywords: &[&str]| {
        let Some(begin) = (0..at).rev().find(|&k| keywords.contains(&words[k].1)) else { return false };
        words[begin..at].iter().take_while(|w| w.1 != "{").any(|w| OWN_NUMBERS.contains(&w.1))
    };
    header_names_them(&["fn"]) || header_names_them(&["impl", "trait"])
}

#[test]
fn no_transcendental_of_the_standard_library() {
    let functions = [
        "exp", "exp2", "exp_m1", "ln", "ln_1p", "log", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan", "atan2",
        "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "cbrt", "hypot", "sin_cos",
    ];
    let mut broken = Vec::new();
    for source in sources() {
        let words = words(&source.code);
        for k in 2..words.len().saturating_sub(1) {
            let method = words[k - 1].1 == "." && words[k + 1].1 == "(";
            let path = words[k - 1].1 == ":" && k >= 3 && matches!(words[k - 3].1, "f32" | "f64");
            if functions.contains(&words[k].1) && (path || method && !is_generic_over_own_numbers(&words, k)) {
                broken.push(format!("src/{}:{}: {}", source.path, words[k].0, words[k].1));
            }
        }
    }
    report("no exp, ln, tanh, ... of the standard library: their last bits differ between machines", broken);
}

#[test]
fn files_stay_short_and_say_what_they_are() {
    let mut broken = Vec::new();
    for source in sources() {
        let lines = source.text.lines().count();
        if lines > LINES_FAIL {
            broken.push(format!("src/{}: {lines} lines, limit {LINES_FAIL}", source.path));
        } else if lines > LINES_WARN {
            eprintln!("src/{}: {lines} lines, aim for {LINES_WARN}", source.path);
        }
        if !source.text.starts_with("//!") {
            broken.push(format!("src/{}: does not begin by saying what it is", source.path));
        }
    }
    report("file budgets", broken);
}

#[test]
fn the_rules_find_what_they_look_for() {
    let source = |path: &str, text: &str| Source { path: path.into(), text: text.into(), code: code_of(text) };
    let names = |s: &Source| used_modules(s).iter().map(|n| n.1.to_string()).collect::<Vec<_>>();
    assert_eq!(
        names(&source("a.rs", "use crate::{b::{c, d}, e};\nuse super::f; // crate::g\nlet s = \"crate::h\";")),
        ["b", "e", "f"]
    );
    assert_eq!(names(&source("a/b.rs", "use super::c; use super::super::d;")), ["d"]);
    assert_eq!(names(&source("a/mod.rs", "use super::d;")), ["d"]);
    assert_eq!(
        code_of("a('\"', \"//\", r#\"\"unsafe\"#) /* x */ // y\nb<'a>").split_whitespace().collect::<String>(),
        "a(,,)b<'a>"
    );
}
