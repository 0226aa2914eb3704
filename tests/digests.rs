//! The same recipe gives the same weights, byte for byte: digests.json holds small recipes with their digests. This file replays them natively and, compiled
//! for the browser, in Node; e2e/engine.test.mjs and e2e/digests.test.mjs replay them in the built page. A digest changes only in a commit that says why.

use lstm_playground::recipe::{Change, NoticeKind, Recipe, decode};
use lstm_playground::settings::Settings;
use lstm_playground::trainer::{StopReason, Trainer};
use serde::Deserialize;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Case {
    name: String,
    text: String,
    settings: Settings,
    /// the same settings as a link writes them, for the page
    link: String,
    #[serde(default)]
    changes: Vec<Change>,
    training_steps: u32,
    digest: String,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("digests.json")).unwrap()
}

#[test]
fn recipes_give_their_digests() {
    let cases = cases();
    let found: Vec<_> = cases.iter().map(|case| (case.name.as_str(), replay(case, usize::MAX))).collect();
    let expected: Vec<_> = cases.iter().map(|case| (case.name.as_str(), case.digest.clone())).collect();
    assert_eq!(found, expected);
}

#[test]
fn slices_of_training_do_not_change_a_bit() {
    for case in &cases() {
        assert_eq!(replay(case, 3), case.digest, "{}", case.name);
    }
}

#[test]
fn links_say_what_the_settings_say() {
    for case in cases() {
        let decoded = decode(&format!("x=a{}", case.link));
        assert_eq!(decoded.recipe.settings, case.settings, "{}", case.name);
        assert!(decoded.notices.iter().all(|notice| notice.kind == NoticeKind::NotChecked), "{:?}", decoded.notices);
    }
}

#[test]
fn the_recipes_cover_what_can_be_chosen() {
    let cases = cases();
    let has = |setting: &str, name: &str| cases.iter().any(|case| case.settings.is_named(setting, name));
    for setting in lstm_playground::settings::NAME_SETTINGS {
        for name in setting.values {
            assert!(has(setting.key, name), "no recipe with {} = {name}", setting.name);
        }
    }
    assert!([1, 3, 8].iter().all(|&batch_size| cases.iter().any(|case| case.settings.batch_size == batch_size)));
    assert!(cases.iter().any(|case| !case.changes.is_empty()) && cases.iter().any(|case| case.text.chars().count() == 5));
}

/// The digest after training in slices of at most so many training steps.
fn replay(case: &Case, slice: usize) -> String {
    let recipe =
        Recipe { settings: case.settings, steps: case.training_steps, changes: case.changes.clone(), ..Recipe::default() };
    let mut trainer = Trainer::from_recipe(&recipe, &case.text).unwrap();
    let mut left = case.training_steps as usize + 1;
    while left > 0 {
        trainer.train(slice.min(left));
        left = left.saturating_sub(slice);
    }
    assert_eq!(
        (trainer.stop_reason(), trainer.steps_done()),
        (Some(StopReason::Steps), case.training_steps.into()),
        "{}",
        case.name
    );
    trainer.digest()
}
