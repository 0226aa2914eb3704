//! Training: truncated BPTT over the text's windows, one training step after another. Owns model, optimizer, windows and carried state.
//! A training step allocates nothing. A parameter is never NaN or infinite: loss and norm are checked before the optimizer runs.

mod changes;
mod evaluation;
mod held_out;
mod recall;
mod update;

use crate::batches::{Batches, Mode, Window};
use crate::error::Error;
use crate::history::{History, LossCurve};
use crate::model::{Activations, Model, Shape};
use crate::optimizer::{Optimizer, clip_scale, grad_norm};
use crate::recipe::{Change, MAX_STEPS, Recipe};
use crate::settings::{Settings, check_memory};
use crate::vocab::Vocab;
use serde::Serialize;

pub use evaluation::{bits, check_hold, digest};
pub use held_out::{HELD_OUT_FROM, VALIDATED};

/// Why training has stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StopReason {
    /// the loss of a window was not finite, or beyond [`LARGEST_LOSS`]; the parameters are those before it
    NonFiniteLoss,
    /// the gradient's norm was not finite; the parameters are those before it
    NonFiniteGradient,
    /// the target loss was reached
    Target,
    /// the number of training steps asked for was reached
    Steps,
}

/// What training steps have measured.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Progress {
    /// loss of each training step's window before its update, nats per character
    pub losses: Vec<f32>,
    /// gradient norm of each before clipping
    pub norms: Vec<f32>,
}

/// Nats per character beyond which a loss measures nothing any more: e^-745 is the smallest probability that even f64 can hold.
pub const LARGEST_LOSS: f64 = 745.0;
/// Weight of the newest loss in the running mean that the target is compared with.
const TARGET_WEIGHT: f64 = 0.15;

/// A model in training on a text.
#[derive(Debug, Clone)]
pub struct Trainer {
    pub(crate) settings: Settings,
    pub(crate) text: String,
    vocab: Vocab,
    tokens: Vec<u32>,
    /// characters of the training part; the rest is held out
    training: usize,
    pub(crate) model: Model<f32>,
    pub(crate) optimizer: Optimizer,
    pub(crate) batches: Batches,
    window: Window,
    pub(crate) run: Activations<f32>,
    grads: Vec<f32>,
    /// whether `run` holds the backward pass of the update that made the present parameters
    run_is_of_update: bool,
    pub(crate) steps_done: u64,
    pub(crate) changes: Vec<Change>,
    /// changes of a recipe that still lie ahead
    pub(crate) ahead: Vec<Change>,
    pub(crate) replayable: bool,
    pub(crate) stop_at: Option<u64>,
    pub(crate) target_loss: Option<f32>,
    /// exponential mean of the losses, nats
    pub(crate) running_loss: Option<f64>,
    pub(crate) stop_reason: Option<StopReason>,
    pub(crate) history: History,
    pub(crate) losses: LossCurve,
    /// the snapshot looked at last, and whether it is the one chosen
    past: Option<recall::Past>,
    recalled: bool,
    validation: Option<held_out::Validation>,
}

impl Trainer {
    /// A new model for `text`. Everything is checked before anything is allocated.
    ///
    /// # Errors
    /// `OutOfRange`, `BadValue`, `EmptyText`, `TextTooLong`, `TextTooShort`, `VocabularyTooLarge`, `TooMuchMemory`.
    pub fn new(settings: &Settings, text: &str) -> Result<Trainer, Error> {
        settings.validate()?;
        let newline: &[char] = if settings.mode == Mode::Stream { &[] } else { &['\n'] };
        let vocab = Vocab::from_text(text, newline)?;
        let tokens = vocab.encode(text)?;
        if tokens.len() < 2 {
            return Err(Error::TextTooShort);
        }
        check_memory(settings, vocab.size(), tokens.len())?;
        let newline = vocab.id('\n');
        let training = held_out::training_part(settings, &tokens, newline);
        let batches = Batches::new(
            settings.mode,
            tokens[..training].to_vec(),
            newline,
            vocab.id(':'),
            settings.seq_len,
            settings.batch_size,
        );
        if batches.is_empty() {
            return Err(Error::EmptyText);
        }
        let shape = Shape {
            kind: settings.cell_kind(),
            vocab_size: vocab.size(),
            hidden_size: settings.hidden_size,
            num_layers: settings.num_layers,
        };
        let mut model = Model::new(shape);
        model.initialise(&settings.initialisation());
        let n = model.values().len();
        let mut history = History::new(n);
        history.restart(0, model.values());
        Ok(Trainer {
            settings: *settings,
            text: text.to_string(),
            tokens,
            training,
            optimizer: Optimizer::new(settings.optimizer, n),
            window: batches.window(),
            run: Activations::new(shape, batches.seq_len(), batches.batch_size()),
            grads: vec![0.0; n],
            run_is_of_update: false,
            vocab,
            model,
            batches,
            steps_done: 0,
            changes: Vec::new(),
            ahead: Vec::new(),
            replayable: true,
            stop_at: None,
            target_loss: None,
            running_loss: None,
            stop_reason: None,
            history,
            losses: LossCurve::new(),
            past: None,
            recalled: false,
            validation: None,
        })
    }

    /// The model of a recipe before its first training step: applies each change before its training step, stops at its steps or target.
    ///
    /// # Errors
    /// Those of [`Trainer::new`]; `text` is the recipe's text, presets resolved by the caller.
    pub fn from_recipe(recipe: &Recipe, text: &str) -> Result<Trainer, Error> {
        let mut trainer = Trainer::new(&recipe.settings, text)?;
        trainer.set_changes(Vec::new(), recipe.changes.clone());
        trainer.stop_at = Some(u64::from(recipe.steps));
        trainer.target_loss = recipe.target_loss;
        Ok(trainer)
    }

    /// At most `n` training steps; fewer when something stops it, see [`Trainer::stop_reason`].
    pub fn train(&mut self, n: usize) -> Progress {
        let mut progress = Progress { losses: Vec::with_capacity(n), norms: Vec::with_capacity(n) };
        for _ in 0..n {
            match self.training_step() {
                Some((loss, norm)) => {
                    progress.losses.push(loss);
                    progress.norms.push(norm);
                }
                None => break,
            }
        }
        progress
    }

    /// One training step; allocates nothing. Returns loss and norm, None when training has stopped.
    pub fn training_step(&mut self) -> Option<(f32, f32)> {
        self.stop_reason = self.stop_due();
        if self.stop_reason.is_some() {
            return None;
        }
        self.apply_changes_due();
        loop {
            self.batches.next(&mut self.window);
            self.run.set_resets(&self.window.resets);
            self.model.read(&mut self.run, &self.window.inputs);
            if self.window.counted.contains(&true) {
                break;
            }
            self.run.carry_state(); // a window in which nothing counts makes no update
        }
        let Window { inputs, targets, counted, .. } = &self.window;
        let loss = self.model.decode_to_gradients(&mut self.run, targets, Some(counted));
        if !loss.is_finite() || loss > LARGEST_LOSS {
            return self.stop(StopReason::NonFiniteLoss);
        }
        self.run_is_of_update = false;
        self.model.backward_from_outputs(&mut self.run, inputs, &mut self.grads);
        let norm = grad_norm(&self.grads);
        if !norm.is_finite() {
            return self.stop(StopReason::NonFiniteGradient);
        }
        let scale = clip_scale(norm, self.settings.clip);
        let learning_rate = self.settings.learning_rate_after(self.steps_done);
        let (optimizer, grads) = (&mut self.optimizer, &self.grads);
        self.model.update(|values| optimizer.update(values, grads, scale, learning_rate));
        self.run_is_of_update = true;
        self.run.carry_state();
        self.steps_done += 1;
        let mean = self.running_loss.map_or(loss, |mean| mean + TARGET_WEIGHT * (loss - mean));
        self.running_loss = Some(mean);
        self.losses.add(loss);
        self.history.consider(self.steps_done, self.model.values());
        Some((loss as f32, norm as f32))
    }

    /// The state carried into the next window may not be finite either: it starts from zero.
    fn stop(&mut self, reason: StopReason) -> Option<(f32, f32)> {
        self.run.zero_state();
        self.stop_reason = Some(reason);
        None
    }

    /// Why the last `train` returned fewer losses than asked for.
    pub fn stop_reason(&self) -> Option<StopReason> {
        self.stop_reason
    }

    /// Training steps made.
    pub fn steps_done(&self) -> u64 {
        self.steps_done
    }

    /// Whether text, settings, seed and changes give these weights again: not after imported weights or too many changes or steps.
    pub fn is_replayable(&self) -> bool {
        self.replayable && self.steps_done <= u64::from(MAX_STEPS)
    }

    /// First 8 hex digits of the SHA-256 of all parameters, f32 little endian, in parameter order.
    pub fn digest(&self) -> String {
        digest(self.model.values())
    }

    /// Replaces the weights by imported ones; the run is then no longer replayable. Optimizer state and carried state start anew.
    pub fn import_weights(&mut self, values: &[f32]) {
        self.model.set_values(values);
        self.optimizer = Optimizer::new(self.settings.optimizer, values.len());
        self.run.zero_state();
        self.run_is_of_update = false;
        self.replayable = false;
        self.validation = None;
        self.forget_history();
    }

    /// Settings as they are now.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The model.
    pub fn model(&self) -> &Model<f32> {
        &self.model
    }

    /// The vocabulary.
    pub fn vocab(&self) -> &Vocab {
        &self.vocab
    }

    /// The text that it learns.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All tokens of the text, the held-out part last.
    pub fn tokens(&self) -> &[u32] {
        &self.tokens
    }

    /// T' and B' of a window: (seq_len, batch_size) after shrinking to the text.
    pub fn window_size(&self) -> (usize, usize) {
        (self.batches.seq_len(), self.batches.batch_size())
    }

    /// Lines that count whole in answer mode because they have no colon.
    pub fn lines_without_colon(&self) -> usize {
        self.batches.lines_without_colon()
    }
}
