//! Trains on the command line what the page trains in the browser: same recipe, same bits. `cargo run --release --example train -- --help`
//! It refuses to draw: progress, samples, a weights file, and the digest as the last line.

mod options;

use std::borrow::Cow;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use lstm_playground::batches::Mode;
use lstm_playground::model::Activations;
use lstm_playground::presets::preset;
use lstm_playground::recipe::{self, Recipe, RecipeText};
use lstm_playground::rng::Rng;
use lstm_playground::safetensors::write_model;
use lstm_playground::sampler::{Draw, Reader};
use lstm_playground::trainer::{StopReason, Trainer, bits};

use options::Options;

/// Time between two looks at the clock and at Ctrl-C.
const SLICE: Duration = Duration::from_millis(100);
/// Characters of a sample.
const SAMPLE_LENGTH: usize = 200;
/// Training steps whose mean loss is shown.
const SHOWN_LOSSES: usize = 50;

fn main() -> ExitCode {
    let result = match options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => run(&options),
        Ok(None) => {
            println!("{}", options::help());
            Ok(())
        }
        Err(sentence) => Err(sentence),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    let text = match &options.recipe.text {
        Some(RecipeText::Text(text)) => Cow::Borrowed(text.as_str()),
        Some(RecipeText::Preset(name)) => preset(name).ok_or_else(|| format!("there is no preset {name}: add --text FILE"))?,
        None => return Err("there is no text".into()),
    };
    if options.recipe.weights.is_some() {
        eprintln!("the link holds weights as well; they are left alone and the recipe is trained");
    }
    let mut trainer = Trainer::from_recipe(&options.recipe, &text).map_err(|error| error.to_string())?;
    let prompt = trainer.vocab().encode(&prompt(&trainer, options)).map_err(|error| format!("--prompt: {error}"))?;
    if let Some(folder) = options
        .out
        .as_ref()
        .and_then(|path| Path::new(path).parent())
        .filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir())
    {
        return Err(format!("--out: there is no folder {}", folder.display()));
    }
    let interrupted = watch_for_interrupt()?;
    describe(&trainer);
    train(&mut trainer, options, &prompt, &interrupted);
    print_held_out_loss(&trainer);
    if let Some(path) = &options.out {
        let recipe = recipe::encode(&recipe_so_far(&trainer, &options.recipe));
        let file = write_model(trainer.model().entries(), trainer.model().values(), trainer.vocab().characters(), &recipe);
        std::fs::write(path, &file).map_err(|error| format!("{path}: {error}"))?;
        println!("wrote {path}, {} bytes", file.len());
    }
    if let Some(expected) = options.recipe.digest.as_ref().filter(|_| trainer.stop_reason() == Some(StopReason::Steps)) {
        let verdict = if *expected == trainer.digest() { "reproduced bit for bit" } else { "not the same weights" };
        println!("{verdict}: the link says {expected}");
    }
    println!("digest {}", trainer.digest());
    Ok(())
}

/// A flag that the first Ctrl-C raises; the second one ends the program at once.
fn watch_for_interrupt() -> Result<Arc<AtomicBool>, String> {
    let flag = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&flag);
    ctrlc::set_handler(move || {
        if raised.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    })
    .map_err(|error| error.to_string())?;
    Ok(flag)
}

fn describe(trainer: &Trainer) {
    let (seq_len, batch_size) = trainer.window_size();
    println!(
        "{} characters, {} distinct, {} held out; {} parameters; windows of {seq_len} time steps x {batch_size} lanes",
        trainer.tokens().len(),
        trainer.vocab().size(),
        trainer.tokens().len() - trainer.training_characters(),
        trainer.model().values().len(),
    );
}

fn progress_bar(steps: u32) -> ProgressBar {
    let template = "{bar:24} {pos}/{len}  {msg}  {eta} left";
    let style = ProgressStyle::with_template(template).expect("a valid template").progress_chars("━╸ ");
    ProgressBar::new(steps.into()).with_style(style)
}

/// Trains in slices of about [`SLICE`] until the recipe, the target or Ctrl-C stops it.
fn train(trainer: &mut Trainer, options: &Options, prompt: &[u32], interrupted: &AtomicBool) {
    let steps = options.recipe.steps;
    let bar = progress_bar(steps);
    let (seq_len, batch_size) = trainer.window_size();
    let sample_every = (steps / options.samples.max(1)).max(1);
    let mut next_sample = if options.samples == 0 { u64::MAX } else { sample_every.into() };
    let mut losses: Vec<f32> = Vec::new();
    let mut slice = 1;
    let began = Instant::now();
    while !interrupted.load(Ordering::SeqCst) {
        let slice_began = Instant::now();
        slice = slice.min(next_sample.saturating_sub(trainer.steps_done()).max(1) as usize);
        let progress = trainer.train(slice);
        losses.extend(&progress.losses);
        losses.drain(..losses.len().saturating_sub(SHOWN_LOSSES));
        let speed = (trainer.steps_done() as usize * seq_len * batch_size) as f64 / began.elapsed().as_secs_f64();
        let said = format!("{:.3} bits per character  {} characters/s", mean_bits(&losses), speed.round());
        bar.set_message(said.clone());
        bar.set_position(trainer.steps_done());
        if trainer.steps_done() >= next_sample {
            next_sample = (trainer.steps_done() / u64::from(sample_every) + 1) * u64::from(sample_every);
            bar.suspend(|| {
                println!("\ntraining step {}  {said}\n{}", trainer.steps_done(), sample(trainer, prompt, options.temperature))
            });
        }
        if progress.losses.len() < slice {
            break;
        }
        let ratio = SLICE.as_secs_f64() / slice_began.elapsed().as_secs_f64().max(1e-6);
        slice = ((slice as f64 * ratio.clamp(0.5, 2.0)) as usize).clamp(1, 10_000);
    }
    bar.finish_and_clear();
    println!("\n{}", ending(trainer, &losses));
}

/// Why it ended, where, and at what loss.
fn ending(trainer: &Trainer, losses: &[f32]) -> String {
    let why = match trainer.stop_reason() {
        Some(StopReason::Steps) => "all training steps made",
        Some(StopReason::Target) => "target loss reached",
        Some(StopReason::NonFiniteLoss) => "stopped: the loss is no longer finite; the weights are those before",
        Some(StopReason::NonFiniteGradient) => "stopped: the gradient is no longer finite; the weights are those before",
        None => "interrupted",
    };
    format!(
        "{why}: training step {}, {:.4} bits per character (mean of the last {})",
        trainer.steps_done(),
        mean_bits(losses),
        losses.len()
    )
}

fn print_held_out_loss(trainer: &Trainer) {
    const MOST: usize = 20_000;
    if let Some(nats) = trainer.validate(MOST + 1) {
        println!("held-out part: {:.4} bits per character (its first {MOST} predictions at most)", bits(nats));
    }
}

/// What a sample begins with: in the line modes a newline, else the text's first character, unless the user said something.
fn prompt(trainer: &Trainer, options: &Options) -> String {
    match (options.prompt.as_str(), trainer.settings().mode) {
        ("", Mode::Stream) => trainer.text().chars().take(1).collect(),
        ("", Mode::Lines | Mode::Answer) => "\n".into(),
        (said, _) => said.into(),
    }
}

/// What the model writes now, after `prompt`. Draws from a stream of its own: training does not notice.
fn sample(trainer: &Trainer, prompt: &[u32], temperature: f32) -> String {
    let mut rng = Rng::samples(trainer.settings().seed);
    let draw = Draw { temperature, top_k: None };
    let mut reader = Reader::new(Activations::new(trainer.model().shape(), 1, 1));
    let mut written = prompt.to_vec();
    reader.generate(trainer.model(), prompt, SAMPLE_LENGTH, draw, &mut rng, |token, _| written.push(token));
    written.into_iter().map(|token| trainer.vocab().character(token)).collect()
}

/// Mean of the losses in bits per character.
fn mean_bits(losses: &[f32]) -> f64 {
    bits(losses.iter().copied().map(f64::from).sum::<f64>() / losses.len().max(1) as f64)
}

/// The recipe that gives the weights as they are now.
fn recipe_so_far(trainer: &Trainer, asked: &Recipe) -> Recipe {
    Recipe {
        steps: trainer.steps_done().min(u64::from(u32::MAX)) as u32,
        changes: trainer.changes().to_vec(),
        digest: Some(trainer.digest()),
        engine: Some(env!("CARGO_PKG_VERSION").into()),
        target_loss: None,
        weights: None,
        ..asked.clone()
    }
}
