//! What `quality`, `sweep` and `claims` share: how soon a text is known by heart, runs on as many seeds at once as the machine has
//! processors, and options read from the command line.
//! It refuses to judge: limits and tables are the examples' own.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use lstm_playground::model::Activations;
use lstm_playground::rng::Rng;
use lstm_playground::sampler::{Draw, Reader};
use lstm_playground::settings::Settings;
use lstm_playground::trainer::Trainer;

/// Training steps between two attempts to write a text back.
const INTERVAL: usize = 10;

/// One `--name value` of the command line.
pub struct Choice {
    /// name with its dashes
    pub name: String,
    /// what follows it
    pub value: String,
}

impl Choice {
    /// The value as a whole number above 0; Err is the sentence to print.
    pub fn number(&self) -> Result<usize, String> {
        let number = self.value.parse().ok().filter(|&number| number > 0);
        number.ok_or_else(|| format!("{} {}: not a whole number above 0", self.name, self.value))
    }

    /// What an example says of an option that it does not take.
    pub fn refuse(&self) -> Result<(), String> {
        Err(format!("{} {}: there is no such option; --help lists them all", self.name, self.value))
    }
}

/// Hands every option to `take`; Err is the sentence to print, the help where that was asked for.
pub fn read_options(help: &str, mut take: impl FnMut(Choice) -> Result<(), String>) -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        if name == "--help" {
            return Err(help.into());
        }
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value; --help lists all options"))?;
        take(Choice { name, value })?;
    }
    Ok(())
}

/// Threads that the machine runs at once.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Runs `job(index)` for 0..count on some threads; the results in order.
pub fn in_parallel<T: Send>(count: usize, threads: usize, job: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new((0..count).map(|_| None).collect::<Vec<Option<T>>>());
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                break;
            }
            let result = job(index);
            results.lock().expect("no job panicked")[index] = Some(result);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads.min(count) {
            scope.spawn(work);
        }
    });
    results.into_inner().expect("no job panicked").into_iter().flatten().collect()
}

/// The training step after which the model writes the text back, None when it does not within the limit.
pub fn steps_until_known(text: &str, settings: &Settings, limit: usize) -> Option<u64> {
    let mut trainer = Trainer::new(settings, text).expect("a text that can be learned");
    while trainer.steps_done() < limit as u64 && trainer.stop_reason().is_none() {
        trainer.train(INTERVAL);
        if is_known(&trainer) {
            return Some(trainer.steps_done());
        }
    }
    None
}

/// Whether the model writes the whole text from its first character, always taking the most likely next one.
fn is_known(trainer: &Trainer) -> bool {
    let tokens = trainer.tokens();
    let mut reader = Reader::new(Activations::new(trainer.model().shape(), 1, 1));
    let most_likely = Draw { temperature: 1.0, top_k: Some(1) };
    let mut written = Vec::with_capacity(tokens.len());
    let length = tokens.len() - 1;
    reader.generate(trainer.model(), &tokens[..1], length, most_likely, &mut Rng::samples(1), |token, _| written.push(token));
    written == tokens[1..]
}
