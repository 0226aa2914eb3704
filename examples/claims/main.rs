//! Prints, as a Markdown table, what the lessons say about who wins or fails, each measured on several seeds. A claim that does not hold
//! makes the program fail. `cargo run --release --example claims -- --help`; it refuses to write the sentences to suit the numbers.

mod experiments;
#[allow(dead_code)] // the rest of it is for quality and sweep
#[path = "../measure/mod.rs"]
mod measure;
mod of_seeds;
mod table;

use std::process::ExitCode;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use measure::{in_parallel, processors, read_options};
use of_seeds::{least, mean, most, reached};
use table::{Claim, claims};

const HELP: &str = "cargo run --release --example claims -- [options]

  --seeds N       seeds 1 to N (10), or as many times N as a claim asks for
  --threads N     runs at once (as many as the machine has processors)
  --only NAME     one claim, or `quick`: those that every test run replays";

struct Options {
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
    let wanted: Vec<Claim> = claims()
        .into_iter()
        .filter(|claim| options.only.as_deref().is_none_or(|only| only == claim.name || (only == "quick" && claim.quick)))
        .collect();
    let runs = wanted.iter().map(|claim| claim.measures.len() * claim.times * options.seeds).sum::<usize>();
    let style = ProgressStyle::with_template("{bar:24} {pos}/{len} runs  {msg}  {eta} left").expect("a valid template");
    let bar = ProgressBar::new(runs as u64).with_style(style);
    let began = Instant::now();
    let mut failed = Vec::new();
    for claim in &wanted {
        bar.set_message(claim.name);
        let seeds = claim.times * options.seeds;
        let results = in_parallel(claim.measures.len() * seeds, options.threads, |index| {
            let result = (claim.measures[index / seeds].run)((index % seeds) as u32 + 1);
            bar.inc(1);
            result
        });
        let results: Vec<Vec<f64>> = results.chunks(seeds).map(<[f64]>::to_vec).collect();
        let holds = (claim.holds)(&results);
        bar.suspend(|| print_claim(claim, &results, holds));
        if !holds {
            failed.push(claim.name);
        }
    }
    bar.finish_and_clear();
    println!(
        "{} claims, seeds 1 to {}, {:.0} s. Not borne out: {}.",
        wanted.len(),
        options.seeds,
        began.elapsed().as_secs_f64(),
        list(&failed)
    );
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn list(names: &[&str]) -> String {
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

fn parse() -> Result<Options, String> {
    let mut options = Options { seeds: 10, threads: processors(), only: None };
    read_options(HELP, |choice| {
        match choice.name.as_str() {
            "--seeds" => options.seeds = choice.number()?,
            "--threads" => options.threads = choice.number()?,
            "--only" if choice.value == "quick" || claims().iter().any(|claim| claim.name == choice.value) => {
                options.only = Some(choice.value)
            }
            _ => return choice.refuse(),
        }
        Ok(())
    })?;
    Ok(options)
}

fn print_claim(claim: &Claim, results: &[Vec<f64>], holds: bool) {
    println!("### {}\n\n{} **{}**\n", claim.name, claim.sentence, if holds { "Holds." } else { "DOES NOT HOLD." });
    println!("| {} | mean | range | seeds |\n|---|---|---|---|", claim.unit.replace('|', "\\|"));
    for (measure, numbers) in claim.measures.iter().zip(results) {
        let there = (reached(numbers) * numbers.len() as f64).round();
        let (middle, range) = if there == 0.0 {
            ("–".into(), "–".into())
        } else {
            (short(mean(numbers)), format!("{} to {}", short(least(numbers)), short(most(numbers))))
        };
        println!("| {} | {middle} | {range} | {there} of {} |", measure.who, numbers.len());
    }
    println!();
}

/// Three significant digits.
fn short(number: f64) -> String {
    match number.abs() {
        0.0 => "0".into(),
        size if size >= 100.0 => format!("{number:.0}"),
        size if size >= 10.0 => format!("{number:.1}"),
        size if size >= 0.01 => format!("{number:.3}"),
        _ => format!("{number:.1e}"),
    }
}
