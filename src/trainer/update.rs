//! What the last update came from: the window that the run still holds, by time step. It computes nothing of a training step and changes none.

use super::Trainer;
use crate::error::Error;
use crate::update_shares::{BiasShares, update_shares};

impl Trainer {
    /// The shares of the window's time steps in the last update of each bias of a layer; None before the first training step, and after weights
    /// that no training step has made.
    ///
    /// # Errors
    /// `NoSuchPlace` for a layer that does not exist.
    pub fn update_shares(&self, layer: usize) -> Result<Option<Vec<BiasShares>>, Error> {
        let layers = self.settings.num_layers;
        if layer >= layers {
            return Err(Error::NoSuchPlace { field: "layer", value: layer as i64, limit: layers as i64 - 1 });
        }
        Ok(self.run_is_of_update.then(|| update_shares(self.settings.cell_kind(), &self.run, layer)))
    }
}
