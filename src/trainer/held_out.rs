//! The end of a text that is not learned, and the loss on it: all at once, or in pieces between which something else may be done.

use super::Trainer;
use crate::batches::Mode;
use crate::settings::Settings;
use crate::trace::{MeanLoss, mean_loss};
use std::task::Poll;

/// Texts shorter than this hold nothing out.
pub const HELD_OUT_FROM: usize = 1000;
/// Most characters of the held-out part that a validation reads.
pub const VALIDATED: usize = 4096;
/// Characters that a validation reads between two looks at the clock: about 8 ms of the largest single layer.
const PIECE: usize = 16;

/// A validation on the way, of the weights after so many training steps.
#[derive(Debug, Clone)]
pub(super) struct Validation {
    steps: u64,
    loss: MeanLoss,
}

impl Trainer {
    /// Characters of the training part.
    pub fn training_characters(&self) -> usize {
        self.training
    }

    /// Mean loss in nats over the first `most` characters of the held-out part, one stream from a zero state; None when nothing is held out.
    pub fn validate(&self, most: usize) -> Option<f64> {
        self.validated(most).map(|held_out| mean_loss(&self.model, &self.no_holds(), held_out))
    }

    /// The next piece of a validation of the present weights over [`VALIDATED`] characters, which begins anew when a training step has come in
    /// between. Ready: the bits of [`Trainer::validate`].
    pub fn validate_piece(&mut self) -> Poll<Option<f64>> {
        let (begun, steps) = (self.validation.take(), self.steps_done);
        let Some(held_out) = self.validated(VALIDATED) else { return Poll::Ready(None) };
        let begun = begun.filter(|validation| validation.steps == steps);
        let mut validation =
            begun.unwrap_or_else(|| Validation { steps, loss: MeanLoss::new(&self.model, &self.no_holds(), PIECE) });
        let mean = validation.loss.go_on(&self.model, held_out);
        if mean.is_some() {
            return Poll::Ready(mean);
        }
        self.validation = Some(validation);
        Poll::Pending
    }

    fn validated(&self, most: usize) -> Option<&[u32]> {
        let held_out = &self.tokens[self.training..];
        (held_out.len() >= 2).then(|| &held_out[..held_out.len().min(most)])
    }
}

/// Number of characters of the training part: all of a text below 1,000 characters, else N - floor(N * held_out); whole lines in the line
/// modes.
pub(super) fn training_part(settings: &Settings, tokens: &[u32], newline: Option<u32>) -> usize {
    let n = tokens.len();
    if n < HELD_OUT_FROM {
        return n;
    }
    let training = n - (n as f64 * f64::from(settings.held_out)).floor() as usize;
    if settings.mode == Mode::Stream || training == n {
        return training.max(2);
    }
    // the line that the border falls into is learned
    tokens[training..].iter().position(|&token| Some(token) == newline).map_or(n, |k| training + k + 1)
}
