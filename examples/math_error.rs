//! Prints the worst error of the engine's exp, ln, tanh and sigmoid over every f32 there is, against f64:
//! `cargo run --release --example math_error`. A few minutes on two cores.

#[path = "../tests/math/measure.rs"]
mod measure;

use indicatif::{ProgressBar, ProgressStyle};
use measure::{FUNCTIONS, measure_all};

fn main() {
    let bar = ProgressBar::new(FUNCTIONS.len() as u64 * (1 << 32));
    bar.set_style(ProgressStyle::with_template("{bar:40} {percent}% {eta} left").expect("a valid template"));
    println!("| function | worst error, ulp | at | worst error where the result is below 2^-126, in 2^-126 | at |");
    println!("|---|---|---|---|---|");
    for function in FUNCTIONS {
        let worst = measure_all(&function, |inputs| bar.inc(inputs));
        let (name, ulp, below) = (function.name, worst.ulp, worst.below_normal);
        bar.suspend(|| println!("| {name} | {ulp:.3} | {:e} | {below:.1e} | {:e} |", worst.ulp_at, worst.below_normal_at));
    }
    bar.finish_and_clear();
}
