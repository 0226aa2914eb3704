//! The claims: each a sentence of the lessons, what is measured for it on every seed, and when the numbers bear it out. The lessons may say
//! nothing about who wins or fails that does not stand here. It refuses to measure: that is `experiments`.

use crate::experiments::{
    COURSE, CURSOR, answering, answers_right, counts_up_to, depth_correlation, forget_gate_held, reach, reach_of_answer, reber,
    steps_until_answered, steps_until_first_line, syllable_losses, trained,
};
use crate::of_seeds::{least, mean, most, reached};
use lstm_playground::settings::{Kind, Settings};

/// What is measured of one cell: one number a seed, NaN where a limit was reached.
pub struct Measure {
    /// cell and circumstances
    pub who: &'static str,
    /// the number of a seed
    pub run: Box<dyn Fn(u32) -> f64 + Sync>,
}

/// A sentence and what bears it out.
pub struct Claim {
    /// short name, the same as the preset's where there is one
    pub name: &'static str,
    /// what is claimed
    pub sentence: &'static str,
    /// what the numbers are
    pub unit: &'static str,
    /// whether it is quick enough to be replayed by every test run
    pub quick: bool,
    /// how many times as many seeds are tried as of the other claims, where few of them learn
    pub times: usize,
    /// rows of the table
    pub measures: Vec<Measure>,
    /// whether the numbers of all measures, `[measure][seed]`, bear the sentence out
    pub holds: fn(&[Vec<f64>]) -> bool,
}

fn measure(who: &'static str, run: impl Fn(u32) -> f64 + Sync + 'static) -> Measure {
    Measure { who, run: Box::new(run) }
}

/// One measure for each of LSTM, GRU and tanh RNN.
fn cells(run: impl Fn(Kind, u32) -> f64 + Sync + Copy + 'static) -> Vec<Measure> {
    [("LSTM", Kind::Lstm), ("GRU", Kind::Gru), ("tanh RNN", Kind::Rnn)]
        .map(|(who, kind)| measure(who, move |seed| run(kind, seed)))
        .into()
}

fn of_kind(kind: Kind, seed: u32) -> Settings {
    Settings { kind, seed, ..COURSE }
}

fn scaled(scale: f32) -> impl Fn(u32) -> f64 + Sync {
    move |seed| reach(&trained("house", &Settings { recurrent_scale: scale, ..of_kind(Kind::Rnn, seed) }, 0), CURSOR, 20).0
}

/// A letter kept over a lag, by the cells and by two forget biases.
fn kept(name: &'static str) -> Vec<Measure> {
    let of = move |kind, forget_bias| move |seed| steps_until_answered(name, &answering(kind, seed, forget_bias), 1500);
    vec![
        measure("LSTM, forget bias 1", of(Kind::Lstm, 1.0)),
        measure("LSTM, forget bias 3", of(Kind::Lstm, 3.0)),
        measure("GRU", of(Kind::Gru, 1.0)),
        measure("tanh RNN", of(Kind::Rnn, 1.0)),
    ]
}

/// Share of the error that reaches the letter of `lag20`, NaN where an answer is wrong.
fn latched(settings: &Settings, training_steps: usize) -> f64 {
    let trainer = trained("lag20", settings, training_steps);
    if answers_right(&trainer) == 100.0 { reach_of_answer(&trainer, 20) } else { f64::NAN }
}

/// All claims, in the order of the lessons.
pub fn claims() -> Vec<Claim> {
    let mut all = gradients();
    all.extend(gates());
    all.extend(memories());
    all
}

fn gradients() -> Vec<Claim> {
    let untrained = |kind, seed| reach(&trained("house", &of_kind(kind, seed), 0), CURSOR, 20).0;
    let after = |kind, seed| reach(&trained("house", &of_kind(kind, seed), 1000), CURSOR, 20).0;
    vec![
        Claim {
            name: "vanish",
            sentence: "The scale of U makes the gradient of an untrained tanh RNN vanish or explode at will.",
            unit: "share of the error at lag 20",
            quick: true,
            times: 1,
            measures: vec![measure("U × 0.5", scaled(0.5)), measure("U × 1", scaled(1.0)), measure("U × 8", scaled(8.0))],
            holds: |m| most(&m[0]) < 1e-8 && most(&m[1]) < 1e-2 && least(&m[2]) > 1.0,
        },
        Claim {
            name: "alone",
            sentence: "In the untrained tanh RNN the derivatives of tanh shrink the error little; the small U does the rest.",
            unit: "share at lag 20",
            quick: true,
            times: 1,
            measures: vec![
                measure("derivatives of tanh alone", |seed| reach(&trained("house", &of_kind(Kind::Rnn, seed), 0), CURSOR, 20).1),
                measure("true gradient", scaled(1.0)),
            ],
            holds: |m| least(&m[0]) > 0.3 && most(&m[1]) < 1e-2,
        },
        Claim {
            name: "untrained",
            sentence: "Before training the error reaches furthest in the LSTM, then in the GRU, least in the tanh RNN.",
            unit: "share of the error at lag 20",
            quick: true,
            times: 1,
            measures: cells(untrained),
            holds: |m| {
                least(&m[0]) > most(&m[1])
                    && mean(&m[1].iter().map(|x| x.ln()).collect::<Vec<_>>())
                        > mean(&m[2].iter().map(|x| x.ln()).collect::<Vec<_>>())
            },
        },
        Claim {
            name: "trained",
            sentence: "After training that order is gone: the error of the tanh RNN reaches about as far as that of the LSTM, thousands of times further than before.",
            unit: "share of the error at lag 20",
            quick: false,
            times: 1,
            measures: cells(after),
            holds: |m| mean(&m[2]) > mean(&m[0]) / 4.0 && mean(&m[2]) < mean(&m[0]) * 4.0 && least(&m[2]) > 0.01,
        },
        Claim {
            name: "first-line",
            sentence: "On the default texts a tanh RNN knows the first line by heart sooner than an LSTM does, on average.",
            unit: "training steps, limit 600",
            quick: false,
            times: 1,
            measures: [
                ("house", ["house: LSTM", "house: GRU", "house: tanh RNN"]),
                ("shijing", ["诗经: LSTM", "诗经: GRU", "诗经: tanh RNN"]),
            ]
            .into_iter()
            .flat_map(|(name, who)| {
                [Kind::Lstm, Kind::Gru, Kind::Rnn]
                    .into_iter()
                    .zip(who)
                    .map(move |(kind, who)| measure(who, move |seed| steps_until_first_line(name, &of_kind(kind, seed), 600)))
            })
            .collect(),
            holds: |m| mean(&m[2]) < mean(&m[0]) && mean(&m[5]) < mean(&m[3]),
        },
    ]
}

fn gates() -> Vec<Claim> {
    let held =
        |name: &'static str, which: usize| move |seed| forget_gate_held(&trained(name, &of_kind(Kind::Lstm, seed), 300))[which];
    let largest = |kind| move |seed| reber(kind, seed, 300).1;
    vec![
        Claim {
            name: "held",
            sentence: "All forget gates held open cost a trained LSTM more than all of them held shut.",
            unit: "bits per character after 300 training steps",
            quick: true,
            times: 1,
            measures: vec![
                measure("house, free", held("house", 0)),
                measure("house, f := 0", held("house", 1)),
                measure("house, f := 1", held("house", 2)),
                measure("诗经, free", held("shijing", 0)),
                measure("诗经, f := 0", held("shijing", 1)),
                measure("诗经, f := 1", held("shijing", 2)),
            ],
            holds: |m| {
                (0..m[0].len()).all(|seed| {
                    m[0][seed] < m[1][seed] && m[1][seed] < m[2][seed] && m[3][seed] < m[4][seed] && m[4][seed] < m[5][seed]
                })
            },
        },
        Claim {
            name: "grows",
            sentence: "Without a forget gate C grows as the text goes on; with one it stays small.",
            unit: "largest |C| in `reber`, 300 training steps",
            quick: true,
            times: 1,
            measures: vec![measure("LSTM of 1997", largest(Kind::Lstm1997)), measure("LSTM", largest(Kind::Lstm))],
            holds: |m| least(&m[0]) > 1000.0 && most(&m[1]) < 50.0,
        },
        Claim {
            name: "reber",
            sentence: "On continual Reber strings a forget gate, or a GRU, brings back the letter that has to be kept; the cell of 1997 does not do so reliably.",
            unit: "% right, 4,000 training steps (chance 50)",
            quick: false,
            times: 1,
            measures: [("LSTM of 1997", Kind::Lstm1997), ("LSTM", Kind::Lstm), ("GRU", Kind::Gru), ("tanh RNN", Kind::Rnn)]
                .map(|(who, kind)| measure(who, move |seed| reber(kind, seed, 4000).0))
                .into(),
            holds: |m| mean(&m[0]) < 90.0 && least(&m[1]) > 98.0 && least(&m[2]) > 98.0,
        },
    ]
}

fn memories() -> Vec<Claim> {
    vec![
        Claim {
            name: "elman",
            sentence: "Every cell learns ba, dii, guuu down to what cannot be known: ln 3 = 1.0986 nats for a consonant, next to nothing for a vowel.",
            unit: "nats, held out, 300 training steps",
            quick: true,
            times: 1,
            measures: {
                let mut all = cells(|kind, seed| syllable_losses(kind, seed, 300).0);
                all.push(measure("LSTM, vowels", |seed| syllable_losses(Kind::Lstm, seed, 300).1));
                all
            },
            holds: |m| m[..3].iter().all(|cell| least(cell) > 1.05 && most(cell) < 1.17) && most(&m[3]) < 0.02,
        },
        Claim {
            name: "dyck",
            sentence: "The best unit of an LSTM of four follows the bracket depth most closely, that of a GRU less, that of a tanh RNN least. One LSTM unit alone can do it, but most seeds miss it.",
            unit: "best |r| with the depth, 1,000 training steps",
            quick: true,
            times: 1,
            measures: {
                let mut all = cells(|kind, seed| depth_correlation(kind, seed, 4, 1000));
                all.push(measure("LSTM of one unit", |seed| depth_correlation(Kind::Lstm, seed, 1, 1000)));
                all
            },
            holds: |m| mean(&m[0]) > 0.9 && mean(&m[0]) > mean(&m[1]) && mean(&m[1]) > mean(&m[2]) && mean(&m[3]) < mean(&m[0]),
        },
        Claim {
            name: "anbn",
            sentence: "Having read n up to 10, an LSTM counts further; GRU and tanh RNN stop near 10.",
            unit: "largest n, 1,000 training steps",
            quick: true,
            times: 1,
            measures: cells(|kind, seed| counts_up_to(kind, seed, 1000, 100)),
            holds: |m| least(&m[0]) > 11.0 && mean(&m[0]) > 1.3 * mean(&m[1]) && most(&m[1]) < 15.0 && most(&m[2]) < 13.0,
        },
        Claim {
            name: "lag20",
            sentence: "An LSTM learns to keep a letter over 20 characters sooner and more surely with forget bias 3 than with 1; the GRU needs no such help.",
            unit: "training steps, limit 1,500",
            quick: true,
            times: 1,
            measures: kept("lag20"),
            holds: |m| reached(&m[1]) > reached(&m[0]) && mean(&m[1]) < mean(&m[0]) && reached(&m[2]) == 1.0,
        },
        Claim {
            name: "lag40",
            sentence: "Over 40 characters too; and a tanh RNN keeps it as well, on some seeds.",
            unit: "training steps, limit 1,500",
            quick: false,
            times: 1,
            measures: kept("lag40"),
            holds: |m| reached(&m[1]) > reached(&m[0]) && reached(&m[3]) > 0.0 && reached(&m[3]) < 1.0,
        },
        Claim {
            name: "latch",
            sentence: "A single tanh unit seldom learns to answer after 20 characters; where it does, less than 1e-10 of the error reaches the letter: a vanished gradient is not a forgotten letter.",
            unit: "share of the error at the letter, where all answers are right after 2,000 training steps",
            quick: true,
            times: 6,
            measures: vec![measure("tanh RNN of one unit, U × 2", |seed| {
                latched(&Settings { hidden_size: 1, recurrent_scale: 2.0, ..answering(Kind::Rnn, seed, 1.0) }, 2000)
            })],
            holds: |m| reached(&m[0]) > 0.0 && reached(&m[0]) < 0.2 && most(&m[0]) < 1e-10,
        },
        Claim {
            name: "latch-wide",
            sentence: "A tanh RNN of 16 units learns it more often, and more of the error reaches the letter, though on some seeds next to nothing.",
            unit: "share of the error at the letter, where all answers are right after 1,000 training steps",
            quick: false,
            times: 1,
            measures: vec![measure("tanh RNN of 16 units", |seed| latched(&answering(Kind::Rnn, seed, 1.0), 1000))],
            holds: |m| reached(&m[0]) > 0.2 && least(&m[0]) < 1e-3 && least(&m[0]) > 1e-10,
        },
        Claim {
            name: "order",
            sentence: "The order of two letters among thirty: the GRU learns it, the LSTM seldom, the tanh RNN never.",
            unit: "training steps, limit 1,500",
            quick: false,
            times: 1,
            measures: kept("order"),
            holds: |m| reached(&m[2]) > 0.75 && reached(&m[0]) < 0.5 && reached(&m[1]) < 0.5 && reached(&m[3]) == 0.0,
        },
    ]
}
