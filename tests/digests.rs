//! The same recipe gives the same weights, byte for byte: digests.json holds small recipes with their digests. This file replays them natively and, compiled
//! for the browser, in Node; the end-to-end tests replay them in the built page. A digest changes only in a commit that says why.

use lstm_playground::settings::Settings;
use lstm_playground::trainer::Trainer;
use serde::Deserialize;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    name: String,
    text: String,
    settings: Settings,
    training_steps: usize,
    digest: String,
}

#[test]
fn recipes_give_their_digests() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("digests.json")).unwrap();
    let found: Vec<_> = cases.iter().map(|case| (case.name.as_str(), replay(case, &[case.training_steps]))).collect();
    let expected: Vec<_> = cases.iter().map(|case| (case.name.as_str(), case.digest.clone())).collect();
    assert_eq!(found, expected);
}

#[test]
fn slices_of_training_do_not_change_a_bit() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("digests.json")).unwrap();
    for case in &cases {
        let slices = [1, 3, case.training_steps - 4];
        assert_eq!(replay(case, &slices), replay(case, &[case.training_steps]), "{}", case.name);
    }
}

/// The digest after training in slices of so many training steps.
fn replay(case: &Case, slices: &[usize]) -> String {
    let mut trainer = Trainer::new(&case.settings, &case.text).unwrap();
    for &steps in slices {
        assert_eq!(trainer.train(steps).losses.len(), steps, "{}", case.name);
    }
    trainer.digest()
}
