//! The engine as the page loads it: what `lstm_playground::wasm` exports.
#![cfg(target_arch = "wasm32")]

pub use lstm_playground::wasm;
