//! Replays the quick claims of the lessons on a few seeds. The whole of it, on more seeds, is `cargo run --release --example claims`.

#[path = "../examples/claims/experiments.rs"]
mod experiments;
#[path = "../examples/claims/of_seeds.rs"]
mod of_seeds;
#[path = "../examples/claims/table.rs"]
mod table;

use table::claims;

const SEEDS: u32 = 3;

#[test]
fn the_quick_claims_hold() {
    let quick: Vec<table::Claim> = claims().into_iter().filter(|claim| claim.quick).collect();
    assert!(quick.len() >= 7, "only {} claims are replayed", quick.len());
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let running: Vec<_> = quick.iter().map(|claim| scope.spawn(move || replay(claim))).collect();
        running.into_iter().filter_map(|run| run.join().expect("a claim is measured")).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn replay(claim: &table::Claim) -> Option<String> {
    let results: Vec<Vec<f64>> =
        claim.measures.iter().map(|measure| (1..=SEEDS * claim.times as u32).map(|seed| (measure.run)(seed)).collect()).collect();
    let rows = || {
        claim
            .measures
            .iter()
            .zip(&results)
            .map(|(measure, numbers)| format!("  {}: {numbers:?}", measure.who))
            .collect::<Vec<_>>()
            .join("\n")
    };
    (!(claim.holds)(&results)).then(|| format!("{}: {} ({})\n{}", claim.name, claim.sentence, claim.unit, rows()))
}
