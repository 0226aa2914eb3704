//! What a model does while it reads: gates, states, probabilities and losses of a stretch of text, from a zero state, and the mean loss
//! of longer ones. Read only.

use crate::cell::{CellKind, Holds};
use crate::kernels::Real;
use crate::model::{Activations, Model};

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
    read_in_chunks(model, holds, tokens, wanted.preactivations, |run, start, length| {
        for k in (wanted.from.max(start) - start)..length {
            append_column(&mut columns, run, shape.kind, shape.hidden_size, wanted.layer, k);
        }
        let first = wanted.from.max(start);
        columns
            .losses
            .extend((first..start + length).map(|t| if t + 1 < tokens.len() { run.losses()[t - start] } else { f32::NAN }));
        if wanted.probabilities && first < start + length {
            columns
                .probabilities
                .extend_from_slice(&run.probabilities()[(first - start) * shape.vocab_size..length * shape.vocab_size]);
        }
    });
    columns
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

/// Forward over tokens in chunks of one lane, the state carried; `each` sees the run, the chunk's first time step and its length. The last
/// token has no target; its loss is that of token 0 and means nothing.
pub(crate) fn read_in_chunks(
    model: &Model<f32>,
    holds: &[Option<Holds<f32>>],
    tokens: &[u32],
    preactivations: bool,
    mut each: impl FnMut(&Activations<f32>, usize, usize),
) {
    let prepare = |length: usize| {
        let mut run = Activations::forward_only(model.shape(), length, 1);
        run.set_holds(holds.to_vec());
        if preactivations {
            run.keep_preactivations();
        }
        run
    };
    let mut run = prepare(CHUNK.min(tokens.len()));
    let mut targets = Vec::with_capacity(CHUNK);
    for (index, chunk) in tokens.chunks(CHUNK).enumerate() {
        let start = index * CHUNK;
        if index > 0 {
            let carried = run;
            run = if chunk.len() == CHUNK { carried.clone() } else { prepare(chunk.len()) };
            run.take_state(&carried);
        }
        targets.clear();
        targets.extend((start..start + chunk.len()).map(|t| tokens.get(t + 1).copied().unwrap_or(0)));
        model.forward(&mut run, chunk);
        model.loss(&mut run, &targets, None);
        each(&run, start, chunk.len());
    }
}

/// Mean loss in nats of `tokens.len() - 1` predictions, one stream from a zero state. NaN for fewer than two tokens.
pub fn mean_loss(model: &Model<f32>, holds: &[Option<Holds<f32>>], tokens: &[u32]) -> f64 {
    let mut sum = crate::loss::LongSum::default();
    read_in_chunks(model, holds, tokens, false, |run, start, length| {
        for t in start..start + length {
            if t + 1 < tokens.len() {
                sum.add(run.losses()[t - start].to_f64());
            }
        }
    });
    sum.total() / (tokens.len() as f64 - 1.0).max(0.0)
}
