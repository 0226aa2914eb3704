//! Numbers that show every other order of a sum, and canaries that show every touch. It tests nothing.

use lstm_playground::rng::Rng;

/// A NaN that no calculation makes.
pub const CANARY: u32 = 0x7fc0_dead;

pub fn canaries(n: usize) -> Vec<f32> {
    vec![f32::from_bits(CANARY); n]
}

pub fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|x| x.to_bits()).collect()
}

/// Numbers of very different sizes, so that any other order of a sum has other bits; zeros of both signs and subnormals among them.
pub fn random(rng: &mut Rng) -> f32 {
    match rng.next_u32() % 16 {
        0 => 0.0,
        1 => -0.0,
        2 => f32::from_bits(rng.next_u32() % 1000),
        3 => rng.uniform_within(1e6),
        4 => rng.uniform_within(1e-6),
        _ => rng.uniform_within(1.0),
    }
}

pub fn matrix(rng: &mut Rng, rows: usize, columns: usize) -> Vec<f32> {
    (0..rows * columns).map(|_| random(rng)).collect()
}

/// The same matrix with its rows `stride` apart, canaries between them.
pub fn spread(matrix: &[f32], columns: usize, stride: usize, rows: usize) -> Vec<f32> {
    let mut wide = canaries((rows - 1) * stride + columns);
    for row in 0..rows {
        wide[row * stride..row * stride + columns].copy_from_slice(&matrix[row * columns..(row + 1) * columns]);
    }
    wide
}
