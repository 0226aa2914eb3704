//! How much memory settings ask for, in u64, decided before anything is allocated. It refuses to be exact: it counts what is large, and each
//! count is an upper bound.

use crate::batches::Mode;
use crate::error::Error;

use super::{Kind, Settings};

/// What a model may need in memory: 512 MiB.
pub const MEMORY_LIMIT: u64 = 512 << 20;
/// bytes that the snapshots of the history take at most, and how many there are at most: as in [`crate::history`], which stands above
const HISTORY_BYTES: u64 = 64 << 20;
const SNAPSHOTS: u64 = 64;
const TRACED_CHARACTERS: u64 = 1024;
/// time steps that a trace computes at once, and how many such runs it holds
const TRACE_CHUNKS: u64 = 3 * 128;
/// values that a trace hands over of each unit: at most four gates, their pre-activations, c and h
const TRACED_VALUES: u64 = 10;
/// vectors that grow hold up to as much again
const GROWN: u64 = 2;
/// numbers of a character of the text: its UTF-8, its token twice, and the vocabulary while it is made
const PER_CHARACTER: u64 = 8;
/// the same with its place in a line
const PER_CHARACTER_OF_LINES: u64 = 20;
/// numbers of a prediction: input, target, whether it counts, loss, and the places where states start anew
const PER_PREDICTION: u64 = 12;
/// what does not depend on anything
const FIXED: u64 = 1 << 16;

#[inline(never)] // as sum: a saturating product is long, and there are forty
fn product(factors: &[u64]) -> u64 {
    factors.iter().fold(1, |product, &factor| product.saturating_mul(factor))
}

#[inline(never)]
fn sum(terms: &[u64]) -> u64 {
    terms.iter().fold(0, |sum, &term| sum.saturating_add(term))
}

/// Number of parameters of these settings with `vocab_size` distinct characters.
pub fn number_of_parameters(settings: &Settings, vocab_size: usize) -> u64 {
    let (hidden, layers, vocab) = (settings.hidden_size as u64, settings.num_layers as u64, vocab_size as u64);
    let gates = settings.cell_kind().num_gates() as u64;
    let peepholes = if settings.kind == Kind::LstmPeephole { 3 } else { 0 };
    let inputs = sum(&[vocab, product(&[layers.saturating_sub(1), hidden])]);
    sum(&[
        product(&[gates, hidden, inputs]),
        product(&[layers, gates, hidden, hidden]),
        product(&[layers, hidden, 2 * gates + peepholes]),
        product(&[vocab, hidden.saturating_add(1)]),
    ])
}

/// Numbers of a model: its parameters, flat and packed for both directions.
fn model_numbers(settings: &Settings, vocab_size: usize) -> u64 {
    let (hidden, layers, vocab) = (settings.hidden_size as u64, settings.num_layers as u64, vocab_size as u64);
    let width = product(&[settings.cell_kind().num_gates() as u64, hidden]);
    let packed = |rows: u64, columns: u64| sum(&[product(&[padded(rows), columns]), product(&[rows, padded(columns)])]);
    sum(&[
        number_of_parameters(settings, vocab_size),
        product(&[2, layers, sum(&[packed(width, hidden), product(&[8, hidden])])]),
        product(&[vocab, width]),
        product(&[layers, width]),
        packed(vocab, hidden),
    ])
}

/// Columns come in panels of eight.
fn padded(n: u64) -> u64 {
    n.div_ceil(8).saturating_mul(8)
}

/// Bytes that a run of these settings needs at most, on a text of so many characters, `vocab_size` of them distinct: training, its history,
/// one look at an earlier model and one trace. Saturates; allocates nothing.
pub fn memory_needed(settings: &Settings, vocab_size: usize, characters: usize) -> u64 {
    let (hidden, layers, vocab) = (settings.hidden_size as u64, settings.num_layers as u64, vocab_size as u64);
    let gates = settings.cell_kind().num_gates() as u64;
    let (seq_len, batch_size) = window(settings, characters);
    let (width, predictions) = (product(&[gates, hidden]), product(&[seq_len, batch_size]));
    let parameters = number_of_parameters(settings, vocab_size);
    let group = product(&[seq_len, batch_size.div_ceil(4)]);
    let snapshots = (HISTORY_BYTES / 4 / parameters.max(1)).min(SNAPSHOTS);
    // where two snapshots do not fit, there is no history, and no earlier model to look at
    let (history, models) = if snapshots < 2 { (0, 1) } else { (product(&[snapshots, 4, parameters]), 2) };
    let per_character = if settings.mode == Mode::Stream { PER_CHARACTER } else { PER_CHARACTER_OF_LINES };
    let numbers = sum(&[
        FIXED,
        // the model and the earlier one that is looked at; gradients and the optimizer's state
        product(&[models, model_numbers(settings, vocab_size)]),
        product(&[1 + settings.optimizer.state_per_parameter() as u64, parameters]),
        // gates, h, c, what stands between, and their gradients, with the state before the window; forward ones twice while they are made
        product(&[layers, sum(&[predictions, product(&[2, batch_size])]), sum(&[product(&[3, width]), product(&[9, hidden])])]),
        product(&[predictions, vocab.saturating_add(PER_PREDICTION)]),
        // sums that make gradients of weights: both factors of one group of lanes (of the left one only a strip is held), input weights by character
        product(&[group, sum(&[padded(width.max(vocab)), padded(hidden)])]),
        sum(&[product(&[2, vocab, width]), product(&[4, vocab]), hidden, width.max(vocab)]),
        product(&[GROWN, TRACED_CHARACTERS, sum(&[product(&[hidden, TRACED_VALUES]), vocab])]),
        product(&[TRACE_CHUNKS, sum(&[product(&[layers, sum(&[product(&[2, width]), product(&[3, hidden])])]), vocab])]),
        product(&[per_character, characters as u64]),
    ]);
    sum(&[product(&[4, numbers]), history])
}

/// T and B as a stream on a short text shrinks them; the other modes keep the batch.
fn window(settings: &Settings, characters: usize) -> (u64, u64) {
    let characters = (characters as u64).max(1);
    let seq_len = (settings.seq_len as u64).clamp(1, characters);
    let batch_size = settings.batch_size as u64;
    let lanes = if settings.mode == Mode::Stream { batch_size.min(characters / seq_len) } else { batch_size };
    (seq_len, lanes.max(1))
}

/// The largest batch size that fits with the seq_len asked for, else batch size 1 with the largest seq_len that fits:
/// `(batch_size, seq_len)`, (0, 0) when the parameters alone are too many.
pub fn largest_that_fits(settings: &Settings, vocab_size: usize, characters: usize) -> (usize, usize) {
    let fits = |&(batch_size, seq_len): &(usize, usize)| {
        memory_needed(&Settings { batch_size, seq_len, ..*settings }, vocab_size, characters) <= MEMORY_LIMIT
    };
    let batch_sizes = (1..=settings.batch_size).rev().map(|batch_size| (batch_size, settings.seq_len));
    let seq_lens = (1..settings.seq_len).rev().map(|seq_len| (1, seq_len));
    batch_sizes.chain(seq_lens).find(fits).unwrap_or((0, 0))
}

/// Refuses settings that need too much memory, before anything is allocated.
///
/// # Errors
/// [`Error::TooMuchMemory`] with what would fit.
pub fn check_memory(settings: &Settings, vocab_size: usize, characters: usize) -> Result<(), Error> {
    let value = memory_needed(settings, vocab_size, characters);
    if value <= MEMORY_LIMIT {
        return Ok(());
    }
    let (batch_size, seq_len) = largest_that_fits(settings, vocab_size, characters);
    Err(Error::TooMuchMemory { value, limit: MEMORY_LIMIT, batch_size, seq_len })
}
