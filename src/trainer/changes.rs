//! What changes on the way: learning rate and clip norm from a training step on, as the recipe remembers them, and where training ends.
//! It makes no training step.

use super::{StopReason, Trainer};
use crate::error::Error;
use crate::recipe::{Change, ChangeKey, MAX_CHANGES};

impl Trainer {
    pub(super) fn stop_due(&self) -> Option<StopReason> {
        if self.stop_at.is_some_and(|at| self.steps_done >= at) {
            return Some(StopReason::Steps);
        }
        let reached = |target: f32| self.running_loss.is_some_and(|loss| loss / std::f64::consts::LN_2 <= f64::from(target));
        self.target_loss.is_some_and(reached).then_some(StopReason::Target)
    }

    /// Changes made and still ahead, with room for all of them, so that a training step allocates nothing.
    pub(crate) fn set_changes(&mut self, made: Vec<Change>, ahead: Vec<Change>) {
        self.changes = made;
        self.changes.reserve_exact(ahead.len());
        self.ahead = ahead;
    }

    pub(super) fn apply_changes_due(&mut self) {
        while self.ahead.first().is_some_and(|change| u64::from(change.step) <= self.steps_done) {
            let change = self.ahead.remove(0);
            self.change(change.key, change.value);
        }
    }

    /// Changes the learning rate or clip norm from the next training step on; the recipe remembers it.
    ///
    /// # Errors
    /// `OutOfRange`; the old value stays.
    pub fn set(&mut self, key: ChangeKey, value: f64) -> Result<(), Error> {
        let mut changed = self.settings;
        changed.set_number(key.key(), value);
        changed.validate()?;
        self.change(key, value as f32);
        Ok(())
    }

    fn change(&mut self, key: ChangeKey, value: f32) {
        self.settings.set_number(key.key(), f64::from(value));
        let step = self.steps_done.min(u64::from(u32::MAX)) as u32;
        // of several changes between two training steps the last counts; before the first one the setting itself has changed
        self.changes.retain(|change| change.key != key || change.step != step);
        self.changes.push(Change { step, key, value });
        self.replayable &= self.changes.len() <= MAX_CHANGES;
    }

    /// Stops after so many training steps in all, or at this loss in bits (running mean); None: never.
    pub fn set_stop(&mut self, stop_at: Option<u64>, target_loss: Option<f32>) {
        self.stop_at = stop_at;
        self.target_loss = target_loss;
        self.stop_reason = None;
    }

    /// Changes of learning rate and clip so far, ascending.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }
}
