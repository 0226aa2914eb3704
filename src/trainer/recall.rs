//! Looking back: the model as it was after an earlier training step, as near as a snapshot was taken. Training does not notice.

use super::Trainer;
use crate::history::{History, LossCurve};
use crate::model::Model;

/// A model whose weights are those of a snapshot; made on demand, then used again.
#[derive(Debug, Clone)]
pub(super) struct Past {
    step: u64,
    model: Model<f32>,
}

impl Trainer {
    /// Chooses the weights that [`Trainer::recalled`] answers with: those of the snapshot nearest to training step `at`, or the present ones
    /// when they are nearer still or nothing is named. Returns their training step.
    pub fn recall(&mut self, at: Option<u64>) -> u64 {
        self.recalled = false;
        let Some(at) = at else { return self.steps_done };
        let Some((step, values)) = self.history.nearest(at) else { return self.steps_done };
        if self.steps_done.abs_diff(at) <= step.abs_diff(at) {
            return self.steps_done;
        }
        if self.past.as_ref().is_none_or(|past| past.step != step) {
            let past = self.past.get_or_insert_with(|| Past { step, model: Model::new(self.model.shape()) });
            past.model.set_values(values);
            past.step = step;
        }
        self.recalled = true;
        step
    }

    /// The model that [`Trainer::recall`] chose; the present one when it was never called.
    pub fn recalled(&self) -> &Model<f32> {
        match &self.past {
            Some(past) if self.recalled => &past.model,
            _ => &self.model,
        }
    }

    /// Training step and model nearest to training step `at`: both halves of looking back in one.
    pub fn model_at(&mut self, at: u64) -> (u64, &Model<f32>) {
        (self.recall(Some(at)), self.recalled())
    }

    /// Snapshots of the weights.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Losses so far, thinned.
    pub fn losses(&self) -> &LossCurve {
        &self.losses
    }

    /// After weights that no training step has made: what was before is of another model.
    pub(super) fn forget_history(&mut self) {
        self.history.restart(self.steps_done, self.model.values());
        self.past = None;
        self.recalled = false;
    }
}
