//! Tries what the defaults could be: optimizer, learning rate and its decay, clip norm and initial scales, one table of each, on texts from 5 characters
//! to a megabyte; and for three cells what each of the settings for a short text does. Prints Markdown tables. It refuses to choose. `cargo run --release --example sweep -- --help`

mod measure;

use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use lstm_playground::model::RecurrentInit;
use lstm_playground::optimizer::OptimizerKind;
use lstm_playground::settings::{Kind, Settings};
use lstm_playground::trainer::{HELD_OUT_FROM, Trainer, VALIDATED, bits};

use measure::{in_parallel, processors, read_options, steps_until_known};

const OPTIMIZERS: [(&str, OptimizerKind); 6] = [
    ("adam", OptimizerKind::Adam),
    ("adamw", OptimizerKind::Adamw),
    ("rmsprop", OptimizerKind::Rmsprop),
    ("adagrad", OptimizerKind::Adagrad),
    ("momentum", OptimizerKind::Momentum),
    ("sgd", OptimizerKind::Sgd),
];
const LEARNING_RATES: [f32; 6] = [0.001, 0.003, 0.012, 0.03, 0.1, 1.0];
const DECAYS: [u32; 4] = [0, 300, 1000, 3000];
const CLIPS: [f32; 4] = [0.25, 1.0, 5.0, 1e22];
const FORGET_BIASES: [f32; 3] = [-1.0, 0.0, 1.0];
const SCALES: [(f32, f32); 4] = [(1.0, 0.5), (1.0, 1.0), (4.0, 0.5), (4.0, 1.0)];

const KINDS: [(&str, Kind); 3] = [("lstm", Kind::Lstm), ("gru", Kind::Gru), ("rnn", Kind::Rnn)];
/// What a row changes.
type Change = fn(&mut Settings);
/// One of the settings for a short text taken away at a time, and all of them.
const SHORT_ROWS: [(&str, Change); 12] = [
    ("**as suits a short text**", |_| {}),
    ("recurrent weights as drawn", |s| s.recurrent_init = RecurrentInit::Uniform),
    ("no time scales", |s| s.time_scale = 1.0),
    ("time scales up to 30", |s| s.time_scale = 30.0),
    ("recurrent weights × 0.5", |s| s.recurrent_scale = 0.5),
    ("recurrent weights × 1.8", |s| s.recurrent_scale = 1.8),
    ("input weights × 4", |s| s.input_scale = 4.0),
    ("clip norm 1", |s| s.clip = 1.0),
    ("learning rate 0.012", |s| s.learning_rate = 0.012),
    ("the rate falls over 1,000", |s| s.learning_rate_decay = 1000),
    ("windows of 64 time steps", |s| s.seq_len = 64),
    ("the defaults of a long text", |s| *s = Settings { kind: s.kind, ..Settings::default() }),
];

const HELP: &str = "cargo run --release --example sweep -- [options]

  --cell KIND     cell kind (lstm)
  --steps N       training steps of each run (500)
  --seeds N       seeds 1 to N (3)
  --threads N     runs at once (as many as the machine has processors)
  --only TABLE    optimizers, decay, clip, scales or short";

/// A text and what it is called in the table.
struct Sample {
    name: &'static str,
    text: String,
}

/// A row of a table.
struct Row {
    name: String,
    settings: Settings,
}

struct Options {
    settings: Settings,
    steps: usize,
    seeds: usize,
    threads: usize,
    only: Option<String>,
}

fn main() -> ExitCode {
    let prepared = parse().and_then(|options| Ok((options, texts()?)));
    let (options, texts) = match prepared {
        Ok(prepared) => prepared,
        Err(sentence) => {
            eprintln!("{sentence}");
            return ExitCode::FAILURE;
        }
    };
    println!(
        "Below {HELD_OUT_FROM} characters: training steps until the text is written back exactly from its first character, most of {} seeds \
         (in brackets: on how many seeds it was, when not on all). From there on: validation loss in bits per character after {} training \
         steps, mean of the seeds; the first {VALIDATED} characters of the held-out part. The defaults are in bold.",
        options.seeds, options.steps
    );
    for (name, title, rows) in tables(&options.settings) {
        if options.only.as_deref().is_none_or(|only| only == name) {
            print_table(title, &rows, &texts, &options);
        }
    }
    if options.only.as_deref().is_none_or(|only| only == "short") {
        print_short_table(&texts, &options);
    }
    ExitCode::SUCCESS
}

fn parse() -> Result<Options, String> {
    let mut options = Options { settings: Settings::default(), steps: 500, seeds: 3, threads: processors(), only: None };
    read_options(HELP, |choice| {
        match choice.name.as_str() {
            "--cell" if options.settings.set_name("m", &choice.value) => {}
            "--steps" => options.steps = choice.number()?,
            "--seeds" => options.seeds = choice.number()?,
            "--threads" => options.threads = choice.number()?,
            "--only" if ["optimizers", "decay", "clip", "scales", "short"].contains(&choice.value.as_str()) => {
                options.only = Some(choice.value)
            }
            _ => return choice.refuse(),
        }
        Ok(())
    })?;
    Ok(options)
}

/// The texts, read from the folder `texts`.
fn texts() -> Result<Vec<Sample>, String> {
    let read = |file: &str| std::fs::read_to_string(format!("texts/{file}")).map_err(|error| format!("texts/{file}: {error}"));
    let (house, shijing, founding) = (read("en_house.txt")?, read("zh_shijing3.txt")?, read("en_us_founding.txt")?);
    let beginning = |text: &str, length: usize| text.chars().take(length).collect::<String>();
    Ok(vec![
        Sample { name: "hello", text: "hello".into() },
        Sample { name: "house, 50", text: beginning(&house, 50) },
        Sample { name: "诗经, 200", text: beginning(&shijing, 200) },
        Sample { name: "founding, 200", text: beginning(&founding, 200) },
        Sample { name: "house, 2 k", text: house },
        Sample { name: "founding, 55 k", text: founding },
        Sample { name: "KJV, 1 M", text: read("en_kjv.txt")? },
    ])
}

/// The tables: name, title, rows.
fn tables(base: &Settings) -> Vec<(&'static str, &'static str, Vec<Row>)> {
    let optimizers = OPTIMIZERS.iter().flat_map(|&(name, optimizer)| {
        LEARNING_RATES.map(|learning_rate| Row {
            name: format!("{name}, {learning_rate}"),
            settings: Settings { optimizer, learning_rate, ..*base },
        })
    });
    let clips = CLIPS.iter().flat_map(|&clip| {
        let said = if clip > 1e10 { "none".into() } else { clip.to_string() };
        [0.003, 0.012, 0.03].map(|learning_rate| Row {
            name: format!("{said}, {learning_rate}"),
            settings: Settings { clip, learning_rate, ..*base },
        })
    });
    let decays = DECAYS.iter().flat_map(|&learning_rate_decay| {
        [0.012, 0.02].map(|learning_rate| Row {
            name: format!("{learning_rate_decay}, {learning_rate}"),
            settings: Settings { learning_rate_decay, learning_rate, ..*base },
        })
    });
    let scales = FORGET_BIASES.iter().flat_map(|&forget_bias| {
        SCALES.map(|(input_scale, recurrent_scale)| Row {
            name: format!("{forget_bias}, {input_scale}, {recurrent_scale}"),
            settings: Settings { forget_bias, input_scale, recurrent_scale, ..*base },
        })
    });
    vec![
        ("optimizers", "optimizer, learning rate", optimizers.collect()),
        ("decay", "decay of the learning rate (0: none), learning rate", decays.collect()),
        ("clip", "clip norm, learning rate", clips.collect()),
        ("scales", "forget bias, scale of layer 0's input weights, of the recurrent weights", scales.collect()),
    ]
}

fn print_table(title: &str, rows: &[Row], texts: &[Sample], options: &Options) {
    let style = ProgressStyle::with_template("{bar:24} {pos}/{len} rows  {eta} left").expect("a valid template");
    let bar = ProgressBar::new(rows.len() as u64).with_style(style);
    let names: Vec<&str> = texts.iter().map(|sample| sample.name).collect();
    println!("\n| {title} | {} |\n|---|{}", names.join(" | "), "---|".repeat(texts.len()));
    for row in rows {
        let runs = in_parallel(texts.len() * options.seeds, options.threads, |index| {
            let seed = (index % options.seeds) as u32 + 1;
            run(&texts[index / options.seeds].text, &Settings { seed, ..row.settings }, options.steps)
        });
        let cells: Vec<String> =
            texts.iter().zip(runs.chunks(options.seeds)).map(|(sample, runs)| cell(&sample.text, runs)).collect();
        let name = if row.settings == options.settings { format!("**{}**", row.name) } else { row.name.clone() };
        bar.suspend(|| println!("| {name} | {} |", cells.join(" | ")));
        bar.inc(1);
    }
    bar.finish_and_clear();
}

/// Texts of 150 and 200 characters, three cells each.
fn print_short_table(texts: &[Sample], options: &Options) {
    let house = &texts.iter().find(|sample| sample.name == "house, 2 k").expect("the rhyme").text;
    let beginning = |length: usize| house.chars().take(length).collect();
    let short = [("house, 150", beginning(150)), ("house, 200", beginning(200))];
    let longer = texts.iter().filter(|sample| sample.name.ends_with(", 200")).map(|sample| (sample.name, sample.text.clone()));
    let columns: Vec<(&str, String, Kind, &str)> = short
        .into_iter()
        .chain(longer)
        .flat_map(|(name, text)| KINDS.map(|(kind_name, kind)| (kind_name, text.clone(), kind, name)))
        .collect();
    let heads: Vec<String> = columns.iter().map(|(kind, _, _, text)| format!("{text}, {kind}")).collect();
    println!("\n| | {} |\n|---|{}", heads.join(" | "), "---|".repeat(columns.len()));
    for (name, change) in SHORT_ROWS {
        let runs = in_parallel(columns.len() * options.seeds, options.threads, |index| {
            let (_, text, kind, _) = &columns[index / options.seeds];
            let mut settings = Settings::suited_to(*kind, text.chars().count());
            change(&mut settings);
            run(text, &Settings { seed: (index % options.seeds) as u32 + 1, ..settings }, options.steps)
        });
        let cells: Vec<String> =
            columns.iter().zip(runs.chunks(options.seeds)).map(|((_, text, ..), runs)| cell(text, runs)).collect();
        println!("| {name} | {} |", cells.join(" | "));
    }
}

/// One run: the training steps until a short text is known, the validation loss on a long one; None when the text was not learned or
/// training ended in numbers that are not finite.
fn run(text: &str, settings: &Settings, steps: usize) -> Option<f64> {
    if is_short(text) {
        return steps_until_known(text, settings, steps).map(|steps| steps as f64);
    }
    let mut trainer = Trainer::new(settings, text).expect("a text that can be learned");
    trainer.train(steps);
    trainer.validate(VALIDATED).filter(|_| trainer.stop_reason().is_none()).map(bits)
}

fn is_short(text: &str) -> bool {
    text.chars().count() < HELD_OUT_FROM
}

/// What a table's cell says of the runs of all seeds.
fn cell(text: &str, runs: &[Option<f64>]) -> String {
    let good: Vec<f64> = runs.iter().copied().flatten().collect();
    let said = match (good.is_empty(), is_short(text)) {
        (true, _) => "-".into(),
        (_, true) => good.iter().copied().fold(0.0, f64::max).to_string(),
        _ => format!("{:.2}", good.iter().sum::<f64>() / good.len() as f64),
    };
    if good.len() == runs.len() { said } else { format!("{said} ({}/{})", good.len(), runs.len()) }
}
