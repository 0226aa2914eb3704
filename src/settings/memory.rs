//! How much memory settings ask for, in u64, decided before anything is allocated. It refuses to be exact: it counts what is large, and each
//! count is an upper bound.

use crate::batches::Mode;
use crate::error::Error;

use super::{Kind, Settings};

/// What a model may need in memory: 512 MiB.
pub const MEMORY_LIMIT: u64 = 512 << 20;
const HISTORY_BYTES: u64 = 64 << 20;
const TRACED_CHARACTERS: u64 = 1024;
/// values that a trace holds of each unit: at most four gates, c and h
const TRACED_VALUES: u64 = 6;
/// parameters, gradients, two moments of the optimizer, the copy that is packed for the kernels
const COPIES_OF_PARAMETERS: u64 = 5;

fn product(factors: &[u64]) -> u64 {
    factors.iter().fold(1, |product, &factor| product.saturating_mul(factor))
}

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

/// Bytes that a run of these settings needs at most, on a text of so many characters, `vocab_size` of them distinct. Saturates; allocates nothing.
pub fn memory_needed(settings: &Settings, vocab_size: usize, characters: usize) -> u64 {
    let (hidden, layers, vocab) = (settings.hidden_size as u64, settings.num_layers as u64, vocab_size as u64);
    let gates = settings.cell_kind().num_gates() as u64;
    let (seq_len, batch_size) = window(settings, characters);
    let per_unit = product(&[hidden, 2 * gates + 4]);
    let numbers = sum(&[
        product(&[COPIES_OF_PARAMETERS, number_of_parameters(settings, vocab_size)]),
        product(&[layers, seq_len, batch_size, per_unit]),
        product(&[seq_len, batch_size, vocab]),
        product(&[TRACED_CHARACTERS, sum(&[product(&[hidden, TRACED_VALUES, layers]), vocab])]),
        characters as u64,
    ]);
    sum(&[product(&[4, numbers]), HISTORY_BYTES])
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
