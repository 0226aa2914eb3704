//! Text from a model: temperature, the most likely k, one stream of random numbers of its own. Read only: drawing samples never changes
//! training.

use crate::kernels::Real;
use crate::math::Num;
use crate::model::{Activations, Model};
use crate::rng::Rng;

/// How characters are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Draw {
    /// logits are divided by it: below 1 bolder, above 1 wilder
    pub temperature: f32,
    /// only the k most likely characters; None: all
    pub top_k: Option<usize>,
}

/// Draws one token from a row of logits: exp((y - max) / temperature), inverse CDF in vocabulary order. `row` is scratch afterwards.
pub fn draw(row: &mut [f32], how: Draw, rng: &mut Rng) -> u32 {
    let mut max = row[0];
    for &y in row.iter() {
        if max < y {
            max = y;
        }
    }
    let floor = match how.top_k {
        Some(k) if k < row.len() => kth_largest(row, k.max(1)),
        _ => f32::NEG_INFINITY,
    };
    let mut total = 0.0_f64;
    for y in row.iter_mut() {
        *y = if *y < floor { 0.0 } else { Num::exp((*y - max) / how.temperature) };
        total += y.to_f64();
    }
    let mut left = f64::from(rng.uniform()) * total;
    for (token, &e) in row.iter().enumerate() {
        left -= e.to_f64();
        if left < 0.0 {
            return token as u32;
        }
    }
    // rounding may leave a crumb above 0: the last character that can be drawn
    row.iter().rposition(|&e| e > 0.0).unwrap_or(0) as u32
}

/// The largest number that at least k of the row reach, bit by bit from the top: positive f32 order as their bits do, negative ones
/// reversed.
fn kth_largest(row: &[f32], k: usize) -> f32 {
    let ordered = |y: f32| if y.to_bits() >> 31 == 0 { y.to_bits() | 1 << 31 } else { !y.to_bits() };
    let mut floor = 0_u32;
    for bit in (0..32).rev() {
        let higher = floor | 1 << bit;
        if row.iter().filter(|&&y| ordered(y) >= higher).count() >= k {
            floor = higher;
        }
    }
    f32::from_bits(if floor >> 31 == 1 { floor & !(1 << 31) } else { !floor })
}

/// A model that reads one character after another from a zero state: `step(character)` and generation.
#[derive(Debug, Clone)]
pub struct Reader {
    run: Activations<f32>,
    read_any: bool,
}

impl Reader {
    /// Reads with `run`, made for one time step and one lane.
    pub fn new(mut run: Activations<f32>) -> Reader {
        run.zero_state();
        Reader { run, read_any: false }
    }

    /// Reads one token: one time step. Leaves gates, states and logits in `run()`.
    #[inline(never)] // as draw_next
    pub fn read(&mut self, model: &Model<f32>, token: u32) {
        if self.read_any {
            self.run.carry_state();
        }
        self.read_any = true;
        model.forward(&mut self.run, &[token]);
    }

    /// Back to the zero state.
    pub fn reset(&mut self) {
        self.run.zero_state();
        self.read_any = false;
    }

    /// Values of the time step read last.
    pub fn run(&self) -> &Activations<f32> {
        &self.run
    }

    /// Continues `prompt` (not empty) by `length` tokens; calls `each` with every token drawn and its probability under the model.
    pub fn generate(
        &mut self,
        model: &Model<f32>,
        prompt: &[u32],
        length: usize,
        how: Draw,
        rng: &mut Rng,
        mut each: impl FnMut(u32, f32),
    ) {
        let mut row = vec![0.0; model.shape().vocab_size];
        let mut probabilities = row.clone();
        prompt.iter().for_each(|&token| self.read(model, token));
        for _ in 0..length {
            let token = self.draw_next(&mut row, &mut probabilities, how, rng);
            each(token, probabilities[token as usize]);
            self.read(model, token);
        }
    }
    /// Draws what follows the token read last; leaves the probabilities of all.
    #[inline(never)] // inside a caller of another crate it would be compiled for size
    fn draw_next(&self, row: &mut [f32], probabilities: &mut [f32], how: Draw, rng: &mut Rng) -> u32 {
        row.copy_from_slice(self.run.logits());
        probabilities.copy_from_slice(self.run.logits());
        crate::loss::softmax(probabilities);
        draw(row, how, rng)
    }
}
