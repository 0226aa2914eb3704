//! What the numbers of several seeds come to, those of them that are there: NaN stands where a limit was reached.

/// Mean of the numbers that are there; NaN when none is.
pub fn mean(numbers: &[f64]) -> f64 {
    let there: Vec<f64> = numbers.iter().copied().filter(|number| number.is_finite()).collect();
    there.iter().sum::<f64>() / there.len() as f64
}
/// Smallest number that is there.
pub fn least(numbers: &[f64]) -> f64 {
    numbers.iter().copied().fold(f64::INFINITY, f64::min)
}
/// Largest number that is there.
pub fn most(numbers: &[f64]) -> f64 {
    numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}
/// Share of the seeds that have a number at all.
pub fn reached(numbers: &[f64]) -> f64 {
    numbers.iter().filter(|number| number.is_finite()).count() as f64 / numbers.len() as f64
}
