//! What the lessons claim about cells, as measurements of one seed each: train on a text, ask the model, hand back one number.
//! It refuses to judge: which number makes a claim true is the business of the table and of the test that replays it.

use lstm_playground::batches::Mode;
use lstm_playground::cell::{Activation, Holds};
use lstm_playground::gradient_flow::{LayerFlow, gradient_flow};
use lstm_playground::model::RecurrentInit;
use lstm_playground::optimizer::OptimizerKind;
use lstm_playground::presets::preset;
use lstm_playground::settings::{Kind, Settings};
use lstm_playground::trace::{Columns, Wanted, trace};
use lstm_playground::trainer::{Trainer, bits};

/// What every claim and lesson states in full and then changes, so that no number moves with the page's defaults: the same as COURSE in
/// www/lessons/setups.js.
pub const COURSE: Settings = Settings {
    kind: Kind::Lstm,
    activation: Activation::Tanh,
    hidden_size: 32,
    num_layers: 1,
    seq_len: 32,
    batch_size: 8,
    optimizer: OptimizerKind::Adam,
    learning_rate: 0.01,
    learning_rate_decay: 0,
    clip: 1.0,
    forget_bias: 1.0,
    time_scale: 1.0,
    recurrent_init: RecurrentInit::Uniform,
    input_scale: 1.0,
    recurrent_scale: 1.0,
    held_out: 0.1,
    mode: Mode::Stream,
    seed: 1,
};
/// The time step that the lessons look back from.
pub const CURSOR: usize = 123;
/// Training steps between two looks at the answers.
const INTERVAL: usize = 10;

/// A model of a preset, trained for some training steps.
pub fn trained(name: &str, settings: &Settings, training_steps: usize) -> Trainer {
    let text = preset(name).expect("the name of a preset");
    let mut trainer = Trainer::new(settings, &text).expect("a text that can be learned");
    trainer.train(training_steps);
    trainer
}

fn read(trainer: &Trainer, tokens: &[u32]) -> Columns {
    trace(trainer.model(), &trainer.no_holds(), tokens, Wanted { from: 0, layer: 0, probabilities: true, preactivations: false })
}

fn values<'a>(columns: &'a Columns, name: &str) -> &'a [f32] {
    &columns.values.iter().find(|(known, _)| known == name).expect("a quantity of the cell").1
}

fn most_likely(columns: &Columns, t: usize, vocab_size: usize) -> usize {
    let row = &columns.probabilities[t * vocab_size..][..vocab_size];
    (0..vocab_size).fold(0, |best, k| if row[k] > row[best] { k } else { best })
}

/// Mean loss in nats of the letters that begin a syllable of `elman`, and of those that follow.
pub fn syllable_losses(kind: Kind, seed: u32, training_steps: usize) -> (f64, f64) {
    let trainer = trained("elman", &Settings { kind, seed, hidden_size: 10, ..COURSE }, training_steps);
    let tokens = &trainer.tokens()[trainer.training_characters()..];
    let columns = read(&trainer, tokens);
    let mut sums = [(0.0, 0.0); 2];
    // the first syllable of the held-out part may be cut
    for t in 6..tokens.len() - 1 {
        let sum = &mut sums[usize::from(!"bdg".contains(trainer.vocab().character(tokens[t + 1])))];
        *sum = (sum.0 + f64::from(columns.losses[t]), sum.1 + 1.0);
    }
    (sums[0].0 / sums[0].1, sums[1].0 / sums[1].1)
}

/// Largest |correlation| of any unit's memory (C, or h where there is no C) with the bracket depth of `dyck`.
pub fn depth_correlation(kind: Kind, seed: u32, hidden_size: usize, training_steps: usize) -> f64 {
    let trainer = trained("dyck", &Settings { kind, seed, hidden_size, ..COURSE }, training_steps);
    let tokens = trainer.tokens();
    let columns = read(&trainer, tokens);
    let memory = values(&columns, if matches!(kind, Kind::Lstm) { "c" } else { "h" });
    let mut depth = 0.0;
    let depths: Vec<f64> = tokens
        .iter()
        .map(|&token| {
            match trainer.vocab().character(token) {
                '(' => depth += 1.0,
                ')' => depth -= 1.0,
                _ => depth = 0.0,
            }
            depth
        })
        .collect();
    let of_unit = |unit: usize| {
        let series: Vec<f64> = (0..tokens.len()).map(|t| f64::from(memory[t * hidden_size + unit])).collect();
        correlation(&series, &depths).abs()
    };
    (0..hidden_size).map(of_unit).fold(0.0, f64::max)
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len() as f64;
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let covariance = |x: &[f64], mx: f64, y: &[f64], my: f64| x.iter().zip(y).map(|(p, q)| (p - mx) * (q - my)).sum::<f64>();
    let spread = (covariance(a, mean_a, a, mean_a) * covariance(b, mean_b, b, mean_b)).sqrt();
    if spread > 0.0 { covariance(a, mean_a, b, mean_b) / spread } else { 0.0 }
}

/// Largest n up to `limit` such that for every smaller one too the model, after aⁿX, expects exactly n b and then the line's end.
pub fn counts_up_to(kind: Kind, seed: u32, training_steps: usize, limit: usize) -> f64 {
    let settings = Settings { kind, seed, hidden_size: 10, mode: Mode::Lines, held_out: 0.0, ..COURSE };
    let trainer = trained("anbn", &settings, training_steps);
    let vocab = trainer.vocab();
    let is_right = |n: usize| {
        let line = format!("\n{}X{}\n", "a".repeat(n), "b".repeat(n));
        let tokens = vocab.encode(&line).expect("characters of the text");
        let columns = read(&trainer, &tokens);
        (n + 1..tokens.len() - 1).all(|t| most_likely(&columns, t, vocab.size()) == tokens[t + 1] as usize)
    };
    (1..=limit).take_while(|&n| is_right(n)).count() as f64
}

/// Share of the last 4,000 predictions of `reber` that only a memory can make, the last but one letter of a string, whose most likely letter
/// is right, in percent; and the largest |C| (or |h|) on the way.
pub fn reber(kind: Kind, seed: u32, training_steps: usize) -> (f64, f64) {
    let settings = Settings { kind, seed, hidden_size: 8, held_out: 0.0, ..COURSE };
    let trainer = trained("reber", &settings, training_steps);
    let tokens = trainer.tokens();
    let columns = read(&trainer, tokens);
    let memory = values(&columns, if matches!(kind, Kind::Lstm | Kind::Lstm1997) { "c" } else { "h" });
    let letter = |t: usize| trainer.vocab().character(tokens[t]);
    let ends: Vec<usize> =
        (tokens.len() - 4000..tokens.len() - 2).filter(|&t| letter(t) == 'E' && letter(t + 2) == 'E').collect();
    let right = ends.iter().filter(|&&t| most_likely(&columns, t, trainer.vocab().size()) == tokens[t + 1] as usize).count();
    (100.0 * right as f64 / ends.len() as f64, memory.iter().fold(0.0, |most: f64, value| most.max(f64::from(value.abs()))))
}

/// Settings for the texts that are answered: windows as long as a line, lines all learned where they are only two.
pub fn answering(kind: Kind, seed: u32, forget_bias: f32) -> Settings {
    Settings { kind, seed, forget_bias, seq_len: 64, hidden_size: 16, learning_rate: 0.02, mode: Mode::Answer, ..COURSE }
}

/// Share of lines whose answer is the most likely character, in percent. Lines of the held-out part where there is one, else all.
pub fn answers_right(trainer: &Trainer) -> f64 {
    let vocab = trainer.vocab();
    let text: String = trainer.tokens()[trainer.training_characters()..].iter().map(|&token| vocab.character(token)).collect();
    let lines: Vec<&str> = if text.is_empty() { trainer.text() } else { &text }.lines().filter(|line| !line.is_empty()).collect();
    let is_right = |line: &&&str| {
        let tokens = vocab.encode(&format!("\n{line}")).expect("characters of the text");
        let asked = &tokens[..tokens.len() - 1];
        most_likely(&read(trainer, asked), asked.len() - 1, vocab.size()) == tokens[tokens.len() - 1] as usize
    };
    100.0 * lines.iter().filter(is_right).count() as f64 / lines.len() as f64
}

/// Training steps until something is so, looked at every ten; NaN when it is not within the limit.
fn steps_until(mut trainer: Trainer, limit: usize, is_so: impl Fn(&Trainer) -> bool) -> f64 {
    while (trainer.steps_done() as usize) < limit {
        trainer.train(INTERVAL);
        if is_so(&trainer) {
            return trainer.steps_done() as f64;
        }
    }
    f64::NAN
}

/// Training steps until every answer is right, NaN when that is not within the limit.
pub fn steps_until_answered(name: &str, settings: &Settings, limit: usize) -> f64 {
    steps_until(trained(name, settings, 0), limit, |trainer| answers_right(trainer) == 100.0)
}

/// How much of an error reaches `lag` time steps back, as a share of what it is at the cursor: (dL/dh, the "alone" line).
pub fn reach(trainer: &Trainer, cursor: usize, lag: usize) -> (f64, f64) {
    let flow = gradient_flow(trainer.model(), &trainer.no_holds(), &trainer.tokens()[..cursor + 2], lag);
    let LayerFlow { dh_norm, belt_alone, .. } = &flow.layers[0];
    let at = dh_norm.len() - 1;
    (dh_norm[at - lag] / dh_norm[at], belt_alone[at - lag] / dh_norm[at])
}

/// The same for the answer of the first line of a text that is answered, back to its first letter.
pub fn reach_of_answer(trainer: &Trainer, lag: usize) -> f64 {
    let line = trainer.text().lines().find(|line| !line.is_empty()).expect("a text has a line");
    let tokens = trainer.vocab().encode(&format!("\n{line}")).expect("characters of the text");
    let dh = &gradient_flow(trainer.model(), &trainer.no_holds(), &tokens, lag).layers[0].dh_norm;
    dh[dh.len() - 1 - lag] / dh[dh.len() - 1]
}

/// Bits per character on the first 1,000 characters: free, with all forget gates at 0, with all at 1.
pub fn forget_gate_held(trainer: &Trainer) -> [f64; 3] {
    let head: String = trainer.text().chars().take(1000).collect();
    let hidden = trainer.settings().hidden_size;
    let measure = |value: Option<f32>| {
        let holds = value.map(|value| {
            let mut holds = Holds::new(hidden);
            (0..hidden).for_each(|unit| holds.hold('f', unit, value.into()));
            holds
        });
        bits(trainer.evaluate(&head, &[holds]).expect("a text that can be read"))
    };
    [measure(None), measure(Some(0.0)), measure(Some(1.0))]
}

/// Training steps until the most likely character is the true one all along the text's first line, NaN when that is not within the limit.
pub fn steps_until_first_line(name: &str, settings: &Settings, limit: usize) -> f64 {
    steps_until(trained(name, settings, 0), limit, |trainer| {
        let line = &trainer.tokens()[..trainer.text().chars().take_while(|&character| character != '\n').count()];
        let columns = read(trainer, line);
        (1..line.len()).all(|t| most_likely(&columns, t - 1, trainer.vocab().size()) == line[t] as usize)
    })
}
