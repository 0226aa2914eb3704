//! Prints how well the page's defaults learn: validation loss on a large text, and how soon tiny texts are known by heart. A claim that
//! fails makes the program fail. `cargo run --release --example quality -- --help`; it refuses to tune anything: that is `sweep`.

mod measure;

use std::process::ExitCode;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use lstm_playground::settings::{Kind, Settings};
use lstm_playground::trainer::{Trainer, bits};

use measure::{in_parallel, processors, read_options, steps_until_known};

/// Largest mean validation loss on the large text, bits per character.
const VALIDATION_LIMIT: f64 = 1.78;
/// Predictions of the held-out part that a validation reads, as one stream from a zero state.
const VALIDATED_PREDICTIONS: usize = 20_000;
/// Training steps within which a tiny text must be known by heart.
const TINY_STEPS: usize = 500;
const TINY_KINDS: [(&str, Kind); 3] = [("lstm", Kind::Lstm), ("gru", Kind::Gru), ("rnn", Kind::Rnn)];
const FOUNDING: &str = include_str!("../texts/en_us_founding.txt");
const TANG: &str = include_str!("../texts/zh_tang300.txt");
const KJV: &str = include_str!("../texts/en_kjv.txt");
const HOUSE: &str = include_str!("../texts/en_house.txt");
const SHIJING: &str = include_str!("../texts/zh_shijing3.txt");
const CLASSICS: &str = include_str!("../texts/zh_classics.txt");
/// Stretches of each text and length, evenly spread over it, and their lengths in characters.
const STRETCHES: usize = 20;
const STRETCH_LENGTHS: [usize; 3] = [60, 120, 200];
/// Where in its twentieth of the text a stretch begins: such that none begins where the text does.
const STRETCH_BEGIN: f64 = 0.37;

const HELP: &str = "cargo run --release --example quality -- [options]

  --text FILE     the large text (texts/en_kjv.txt)
  --steps N       training steps on it (3000)
  --seeds N       seeds 1 to N (5)
  --threads N     seeds that run at once (as many as the machine has processors)
  --only PART     large, tiny or stretches";

struct Options {
    text: String,
    steps: usize,
    seeds: usize,
    threads: usize,
    only: Option<String>,
}

fn main() -> ExitCode {
    let options = match parse() {
        Ok(options) => options,
        Err(sentence) => {
            eprintln!("{sentence}");
            return ExitCode::FAILURE;
        }
    };
    let wanted = |part: &str| options.only.as_deref().is_none_or(|only| only == part);
    let tiny_holds = !wanted("tiny") || tiny(&options);
    let stretches_hold = !wanted("stretches") || stretches(&options);
    let large_holds = !wanted("large") || large(&options);
    if tiny_holds && stretches_hold && large_holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn parse() -> Result<Options, String> {
    let mut options = Options { text: "texts/en_kjv.txt".into(), steps: 3000, seeds: 5, threads: processors(), only: None };
    read_options(HELP, |choice| {
        match choice.name.as_str() {
            "--text" => options.text = choice.value,
            "--steps" => options.steps = choice.number()?,
            "--seeds" => options.seeds = choice.number()?,
            "--threads" => options.threads = choice.number()?,
            "--only" if ["large", "tiny", "stretches"].contains(&choice.value.as_str()) => options.only = Some(choice.value),
            _ => return choice.refuse(),
        }
        Ok(())
    })?;
    Ok(options)
}

/// Validation loss on the large text over the seeds. True when the claim holds.
fn large(options: &Options) -> bool {
    let text = match std::fs::read_to_string(&options.text) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{}: {error}", options.text);
            return false;
        }
    };
    let style = ProgressStyle::with_template("{bar:24} {pos}/{len} training steps  {eta} left").expect("a valid template");
    let bar = ProgressBar::new((options.steps * options.seeds) as u64).with_style(style);
    let began = Instant::now();
    let losses = in_parallel(options.seeds, options.threads, |index| {
        let settings = Settings { hidden_size: 128, seq_len: 64, batch_size: 16, seed: index as u32 + 1, ..Settings::default() };
        let mut trainer = Trainer::new(&settings, &text).expect("a text that can be learned");
        while trainer.steps_done() < options.steps as u64 && trainer.stop_reason().is_none() {
            trainer.train(10.min(options.steps - trainer.steps_done() as usize));
            bar.inc(10);
        }
        let loss = bits(trainer.validate(VALIDATED_PREDICTIONS + 1).expect("a text of 1,000 characters and more"));
        bar.suspend(|| {
            println!("seed {}: {loss:.4} bits per character after {} training steps", settings.seed, trainer.steps_done())
        });
        loss
    });
    bar.finish_and_clear();
    let mean = losses.iter().sum::<f64>() / losses.len() as f64;
    let (low, high) = losses.iter().fold((f64::MAX, f64::MIN), |(low, high), &loss| (low.min(loss), high.max(loss)));
    let holds = mean <= VALIDATION_LIMIT;
    println!(
        "{}: lstm, H=128, T=64, B=16, {} training steps: validation {mean:.4} bits per character, mean of {} seeds, {low:.4} to {high:.4}; \
         at most {VALIDATION_LIMIT}: {}  ({:.0} s)",
        options.text,
        options.steps,
        options.seeds,
        verdict(holds),
        began.elapsed().as_secs_f64(),
    );
    holds
}

/// Texts of 5 to 200 characters, words, prose, poems and rhymes: those of the claim.
fn tiny_texts() -> Vec<(&'static str, String)> {
    vec![
        ("hello", "hello".into()),
        ("abcab", "abcab".into()),
        ("banana", "banana".into()),
        ("aaaab", "aaaab".into()),
        ("hello world", "hello world".into()),
        ("👩‍🚀🌍🚀🌕👩‍🚀", "👩‍🚀🌍🚀🌕👩‍🚀".into()),
        ("to be or not to be", "to be or not to be".into()),
        ("founding documents, 50", beginning(FOUNDING, 50)),
        ("founding documents, 100", beginning(FOUNDING, 100)),
        ("founding documents, 200", beginning(FOUNDING, 200)),
        ("KJV, 200", beginning(KJV, 200)),
        ("唐诗, 50", beginning(TANG, 50)),
        ("唐诗, 200", beginning(TANG, 200)),
        ("诗经, 50", beginning(SHIJING, 50)),
        ("诗经, 100", beginning(SHIJING, 100)),
        ("诗经, 200", beginning(SHIJING, 200)),
        ("the house, 50", beginning(HOUSE, 50)),
        ("the house, 100", beginning(HOUSE, 100)),
        // 51 characters are the same before "rat" and before "cat"
        ("the house, 150", beginning(HOUSE, 150)),
        ("the house, 200", beginning(HOUSE, 200)),
    ]
}

fn beginning(text: &str, length: usize) -> String {
    text.chars().take(length).collect()
}

/// How soon tiny texts are known by heart: written back exactly, always the most likely character, from their first one. True when the
/// claim holds.
fn tiny(options: &Options) -> bool {
    println!("Training steps until a text is written back exactly from its first character, most of {} seeds.", options.seeds);
    let holds = print_tiny_table(&tiny_texts(), options);
    println!("\nEvery one of them within {TINY_STEPS} training steps on every seed: {}\n", verdict(holds));
    holds
}

/// True when every text was known on every seed.
fn print_tiny_table(texts: &[(&str, String)], options: &Options) -> bool {
    print_tiny_head();
    let mut all_known = true;
    for (name, text) in texts {
        let runs = in_parallel(TINY_KINDS.len() * options.seeds, options.threads, |index| {
            tiny_run(text, TINY_KINDS[index / options.seeds].1, index % options.seeds)
        });
        let cells = runs.chunks(options.seeds).map(|runs| said(runs, &mut all_known));
        println!("| {name} | {} | {} |", text.chars().count(), cells.collect::<Vec<_>>().join(" | "));
    }
    all_known
}

/// How soon stretches from the inside of whole texts are known by heart, which nobody has chosen. True when all are.
fn stretches(options: &Options) -> bool {
    println!("{STRETCHES} stretches of each text and length: the same, most of all their runs.");
    print_tiny_head();
    let sources =
        [("founding documents", FOUNDING), ("KJV", KJV), ("the house", HOUSE), ("唐诗", TANG), ("古文与诗词", CLASSICS)];
    let mut all_known = true;
    for (name, source) in sources {
        let characters: Vec<char> = source.chars().collect();
        for length in STRETCH_LENGTHS {
            let text = |k: usize| {
                let begin = ((k as f64 + STRETCH_BEGIN) / STRETCHES as f64 * (characters.len() - length) as f64) as usize;
                characters[begin..begin + length].iter().collect::<String>()
            };
            let cells = TINY_KINDS.map(|(_, kind)| {
                let runs = in_parallel(STRETCHES * options.seeds, options.threads, |index| {
                    tiny_run(&text(index / options.seeds), kind, index % options.seeds)
                });
                said(&runs, &mut all_known)
            });
            println!("| {name} | {length} | {} |", cells.join(" | "));
        }
    }
    println!("\nEvery one of them within {TINY_STEPS} training steps on every seed: {}\n", verdict(all_known));
    all_known
}

fn print_tiny_head() {
    println!("\n| text | characters | {} |", TINY_KINDS.map(|(name, _)| name).join(" | "));
    println!("|---|---|{}", "---|".repeat(TINY_KINDS.len()));
}

/// One run with what suits the text; seeds begin at 1.
fn tiny_run(text: &str, kind: Kind, index: usize) -> Option<u64> {
    let settings = Settings { seed: index as u32 + 1, ..Settings::suited_to(kind, text.chars().count()) };
    steps_until_known(text, &settings, TINY_STEPS)
}

/// Training steps of the slowest run; where some do not know their text, how many do, and not all are known.
fn said(runs: &[Option<u64>], all_known: &mut bool) -> String {
    let known = runs.iter().flatten().count();
    *all_known &= known == runs.len();
    let most = runs.iter().flatten().max().map_or("-".into(), u64::to_string);
    if known == runs.len() { most } else { format!("{known} of {} runs", runs.len()) }
}

fn verdict(holds: bool) -> &'static str {
    if holds { "holds" } else { "FAILS" }
}
