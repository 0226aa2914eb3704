//! LSTM Playground: the core.
//!
//! The modules stand in the order in which data flows through them, and a module uses only modules above it:
//!
//! typed text → [`vocab`] → [`batches`] → [`model`] ([`layer`], [`cell`], [`kernels`]) → [`loss`] → backward ([`weight_gradients`]) →
//! [`optimizer`] → [`trainer`] → [`trace`], [`sampler`] (read only) → `wasm` → worker → page.
//!
//! Letters: B batch_size (lanes), T seq_len, H hidden_size, L num_layers, V vocab_size, G number of gates; t a time step. A *time step* is
//! one character, a *training step* one update. Layout is time first, row-major; names are PyTorch's.

pub use lstm_network::{
    activations, cell, kernels, layer, loss, math, model, optimizer, parameters, rng, sampler, update_shares,
};

pub mod error;
pub mod decimal;
pub mod presets;
pub mod vocab;
pub mod batches;
pub mod settings;
pub mod recipe;
pub mod trace;
pub mod gradient_flow;
pub mod row_order;
pub mod explain;
pub mod history;
pub mod trainer;
pub mod checkpoint;
pub mod safetensors;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
