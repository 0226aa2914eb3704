//! The number types that models are made of, and for each the passes, compiled in this crate. It refuses to compute anything itself.

use super::{Activations, Model};
use crate::loss::Loss;
use std::ops::Range;

/// A number type that models are made of. The passes are its own so that they are compiled here, for speed: a generic function is compiled
/// where it is called.
pub trait Number: Loss {
    /// See [`Model::set_values`].
    fn pack(model: &mut Model<Self>);
    /// See [`Model::read`].
    fn read(model: &Model<Self>, run: &mut Activations<Self>, inputs: &[u32]);
    /// See [`Model::decode`].
    fn decode(model: &Model<Self>, run: &mut Activations<Self>, rows: Range<usize>);
    /// See [`Model::loss`].
    fn loss(model: &Model<Self>, run: &mut Activations<Self>, targets: &[u32], counted: Option<&[bool]>) -> f64;
    /// See [`Model::decode_to_gradients`].
    fn decode_to_gradients(model: &Model<Self>, run: &mut Activations<Self>, targets: &[u32], counted: Option<&[bool]>) -> f64;
    /// See [`Model::backward_from_outputs`].
    fn backward_from_outputs(model: &Model<Self>, run: &mut Activations<Self>, inputs: &[u32], grads: &mut [Self]);
    /// See [`Model::backward`].
    fn backward(
        model: &Model<Self>,
        run: &mut Activations<Self>,
        inputs: &[u32],
        targets: &[u32],
        counted: Option<&[bool]>,
        grads: &mut [Self],
    );
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl Number for $number {
            fn pack(model: &mut Model<$number>) {
                model.pack_all();
            }
            fn read(model: &Model<$number>, run: &mut Activations<$number>, inputs: &[u32]) {
                model.read_all(run, inputs);
            }
            fn decode(model: &Model<$number>, run: &mut Activations<$number>, rows: Range<usize>) {
                model.decode_rows(run, rows);
            }
            fn loss(model: &Model<$number>, run: &mut Activations<$number>, targets: &[u32], counted: Option<&[bool]>) -> f64 {
                model.mean_loss(run, targets, counted)
            }
            #[inline(never)] // inside a caller of another crate it would be compiled for size
            fn decode_to_gradients(
                model: &Model<$number>,
                run: &mut Activations<$number>,
                targets: &[u32],
                counted: Option<&[bool]>,
            ) -> f64 {
                model.decode_to_gradients_pass(run, targets, counted)
            }
            fn backward_from_outputs(model: &Model<$number>, run: &mut Activations<$number>, inputs: &[u32], grads: &mut [$number]) {
                model.backward_from_outputs_pass(run, inputs, grads);
            }
            fn backward(
                model: &Model<$number>,
                run: &mut Activations<$number>,
                inputs: &[u32],
                targets: &[u32],
                counted: Option<&[bool]>,
                grads: &mut [$number],
            ) {
                model.backward_pass(run, inputs, targets, counted, grads);
            }
        }
    )*};
}
numbers!(f32 f64);
