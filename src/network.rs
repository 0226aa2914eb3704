//! LSTM Playground: the network, the part of the core that training and writing spend their time in.
//!
//! A crate of its own because a crate is what Cargo compiles for speed or for size: this one for speed, all else (`lib.rs`, which offers
//! these modules as its own) for size, since the page carries it. Nothing here knows text, settings, links or the browser.

pub mod math;
pub mod kernels;
pub mod rng;
pub mod cell;
pub mod parameters;
pub mod layer;
pub mod loss;
pub(crate) mod weight_gradients;
pub mod activations;
pub mod model;
pub mod update_shares;
pub mod optimizer;
pub mod sampler;
