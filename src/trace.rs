//! What a model does while it reads: gates, states, probabilities and losses of a stretch of text, from a zero state, and the mean loss
//! of longer ones. Read only.

use crate::cell::{CellKind, Holds};
use crate::kernels::Real;
use crate::loss::{LongSum, cross_entropy};
use crate::model::{Activations, Model};
use std::ops::Range;

/// Most characters that one trace reads.
pub const MAX_TRACED: usize = 1024;
/// Time steps that are read at once.
const CHUNK: usize = 128;

/// Where the reading of a view begins, so that what is shown does not depend on where its window begins: character 0 while t < 768, else
/// the last multiple of 256 that is at least 512 before t.
pub fn anchor(t: usize) -> usize {
    if t < 768 { 0 } else { (t - 512) / 256 * 256 }
}

/// Which columns are wanted of a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// first time step handed over, counted from the first token read
    pub from: usize,
    /// layer whose values are handed over
    pub layer: usize,
    /// whether probabilities of the next character are handed over
    pub probabilities: bool,
    /// whether pre-activations are handed over
    pub preactivations: bool,
}

/// Values of a stretch of text, time step major.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Columns {
    /// name (i f g o c h | r z n h | h, with a suffix `_pre` for pre-activations) and `[columns * H]`
    pub values: Vec<(String, Vec<f32>)>,
    /// `[columns]` loss in nats of the token after each column; NaN after the last token
    pub losses: Vec<f32>,
    /// `[columns * V]`, when wanted
    pub probabilities: Vec<f32>,
}

/// Reads `tokens` from a zero state and hands over the columns from `wanted.from` on.
///
/// # Panics
/// When a token is not below V or the layer does not exist.
pub fn trace(model: &Model<f32>, holds: &[Option<Holds<f32>>], tokens: &[u32], wanted: Wanted) -> Columns {
    let shape = model.shape();
    let names = traced_names(shape.kind);
    let mut columns = Columns { values: names.iter().map(|name| (name.to_string(), Vec::new())).collect(), ..Columns::default() };
    if wanted.preactivations {
        columns.values.extend(shape.kind.gates().iter().map(|gate| (format!("{gate}_pre"), Vec::new())));
    }
    let kept = Kept { outputs_from: wanted.from, preactivations: wanted.preactivations };
    read_in_chunks(model, holds, tokens, kept, |run, start, length| {
        let first = wanted.from.clamp(start, start + length);
        for k in first - start..length {
            append_column(&mut columns, run, shape.kind, shape.hidden_size, wanted.layer, k);
        }
        columns
            .losses
            .extend((first..start + length).map(|t| if t + 1 < tokens.len() { run.losses()[t - start] } else { f32::NAN }));
        if wanted.probabilities {
            columns
                .probabilities
                .extend_from_slice(&run.probabilities()[(first - start) * shape.vocab_size..length * shape.vocab_size]);
        }
    });
    columns
}

/// One quantity of one unit, as [`trace`] names it, while `tokens` are read from a zero state; None when the kind has no such quantity.
///
/// # Panics
/// As [`trace`], and when the unit does not exist.
pub fn trace_unit(
    model: &Model<f32>,
    holds: &[Option<Holds<f32>>],
    tokens: &[u32],
    layer: usize,
    name: &str,
    unit: usize,
) -> Option<Vec<f32>> {
    let shape = model.shape();
    let name = traced_names(shape.kind).iter().find(|&&known| known == name)?;
    let mut column = Columns { values: vec![(name.to_string(), Vec::new())], ..Columns::default() };
    let mut curve = Vec::with_capacity(tokens.len());
    read_in_chunks(model, holds, tokens, Kept::STATES, |run, _, length| {
        for k in 0..length {
            column.values[0].1.clear();
            append_column(&mut column, run, shape.kind, shape.hidden_size, layer, k);
            curve.push(column.values[0].1[unit]);
        }
    });
    Some(curve)
}

/// Names of what a kind's trace holds: gates, then c, h.
pub fn traced_names(kind: CellKind) -> &'static [&'static str] {
    match kind {
        CellKind::Rnn(_) => &["h"],
        CellKind::Gru | CellKind::GruCho => &["r", "z", "n", "h"],
        _ => &["i", "f", "g", "o", "c", "h"],
    }
}

fn append_column(columns: &mut Columns, run: &Activations<f32>, kind: CellKind, hidden: usize, layer: usize, k: usize) {
    let memory = run.layer(layer);
    let width = kind.num_gates() * hidden;
    let block = |gate: char| kind.gate_index(gate).map(|block| k * width + block * hidden..k * width + (block + 1) * hidden);
    for (name, numbers) in &mut columns.values {
        let mut letters = name.chars();
        let gate = letters.next().unwrap_or('h');
        if letters.next().is_some() {
            numbers
                .extend_from_slice(&memory.preactivations[block(gate).expect("pre-activations are those of the kind's gates")]);
            continue;
        }
        match (gate, block(gate)) {
            ('h', _) => numbers.extend_from_slice(&memory.h[(k + 1) * hidden..(k + 2) * hidden]),
            ('c', _) => numbers.extend_from_slice(&memory.c[(k + 1) * hidden..(k + 2) * hidden]),
            (_, Some(range)) => numbers.extend_from_slice(&memory.gates[range]),
            // lstm_1997 has f = 1; the coupled cell i = 1 - f
            ('i', None) => {
                let f = block('f').expect("a cell without i has f");
                numbers.extend(memory.gates[f].iter().map(|f| 1.0 - f));
            }
            (_, None) => numbers.resize(numbers.len() + hidden, 1.0),
        }
    }
}

/// What a reading keeps beside gates and states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept {
    /// probabilities and losses are made from this time step on
    pub outputs_from: usize,
    pub preactivations: bool,
}

impl Kept {
    /// Gates and states alone.
    pub const STATES: Kept = Kept { outputs_from: usize::MAX, preactivations: false };
}

/// A text that is being read from a zero state in one lane, one chunk after another. Its numbers do not depend on the chunks.
#[derive(Debug, Clone)]
struct Reading {
    run: Activations<f32>,
    chunk: usize,
    /// tokens read so far
    read: usize,
    kept: Kept,
}

impl Reading {
    fn new(model: &Model<f32>, holds: &[Option<Holds<f32>>], chunk: usize, kept: Kept) -> Reading {
        Reading { run: prepared(model, holds.to_vec(), chunk, kept), chunk, read: 0, kept }
    }

    /// Reads the next chunk of `tokens` and returns its time steps. The last token has no target; its loss is that of token 0 and means nothing.
    fn go_on(&mut self, model: &Model<f32>, tokens: &[u32]) -> Range<usize> {
        let steps = self.read..tokens.len().min(self.read + self.chunk);
        if steps.len() < self.chunk {
            let mut shorter = prepared(model, std::mem::take(&mut self.run.holds), steps.len(), self.kept);
            if self.read > 0 {
                shorter.take_state(&self.run);
            }
            self.run = shorter;
        } else if self.read > 0 {
            self.run.carry_state();
        }
        model.read(&mut self.run, &tokens[steps.clone()]);
        let (first, vocab) = (self.kept.outputs_from.clamp(steps.start, steps.end), model.shape().vocab_size);
        model.decode(&mut self.run, first - steps.start..steps.len());
        let outputs = self.run.outputs.chunks_exact_mut(vocab).zip(&mut self.run.losses);
        for (t, (row, loss)) in steps.clone().zip(outputs).skip(first - steps.start) {
            *loss = cross_entropy(row, tokens.get(t + 1).copied().unwrap_or(0));
        }
        self.read = steps.end;
        steps
    }
}

fn prepared(model: &Model<f32>, holds: Vec<Option<Holds<f32>>>, length: usize, kept: Kept) -> Activations<f32> {
    let mut run = Activations::forward_only(model.shape(), length, 1);
    run.set_holds(holds);
    if kept.preactivations {
        run.keep_preactivations();
    }
    run
}

/// Forward over tokens in chunks of one lane, the state carried; `each` sees the run, the chunk's first time step and its length.
pub(crate) fn read_in_chunks(
    model: &Model<f32>,
    holds: &[Option<Holds<f32>>],
    tokens: &[u32],
    kept: Kept,
    mut each: impl FnMut(&Activations<f32>, usize, usize),
) {
    let mut reading = Reading::new(model, holds, CHUNK.min(tokens.len()), kept);
    while reading.read < tokens.len() {
        let steps = reading.go_on(model, tokens);
        each(&reading.run, steps.start, steps.len());
    }
}

/// The mean loss of a text on the way: it can be measured piece by piece, with the same bits whatever the pieces.
#[derive(Debug, Clone)]
pub struct MeanLoss {
    reading: Reading,
    sum: LongSum,
}

impl MeanLoss {
    /// Nothing read yet; each piece will be of `piece` tokens.
    pub fn new(model: &Model<f32>, holds: &[Option<Holds<f32>>], piece: usize) -> MeanLoss {
        let kept = Kept { outputs_from: 0, preactivations: false };
        MeanLoss { reading: Reading::new(model, holds, piece, kept), sum: LongSum::default() }
    }

    /// Reads the next piece of `tokens`, the same ones and the same model every time. At their end: the mean loss in nats of
    /// `tokens.len() - 1` predictions, NaN for fewer than two tokens.
    pub fn go_on(&mut self, model: &Model<f32>, tokens: &[u32]) -> Option<f64> {
        let steps = self.reading.go_on(model, tokens);
        for (loss, t) in self.reading.run.losses().iter().zip(steps.clone()) {
            if t + 1 < tokens.len() {
                self.sum.add(loss.to_f64());
            }
        }
        (steps.end == tokens.len()).then(|| self.sum.total() / (tokens.len() as f64 - 1.0).max(0.0))
    }
}

/// Mean loss in nats of `tokens.len() - 1` predictions, one stream from a zero state. NaN for fewer than two tokens.
pub fn mean_loss(model: &Model<f32>, holds: &[Option<Holds<f32>>], tokens: &[u32]) -> f64 {
    let mut loss = MeanLoss::new(model, holds, CHUNK.min(tokens.len()));
    loop {
        if let Some(mean) = loss.go_on(model, tokens) {
            return mean;
        }
    }
}
