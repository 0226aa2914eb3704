//! Settings as they arrive from JavaScript: defaults, names, limits, and the memory they ask for.

use lstm_playground::cell::{Activation, CellKind};
use lstm_playground::error::Error;
use lstm_playground::settings::{
    Kind, MEMORY_LIMIT, NAME_SETTINGS, NUMBER_SETTINGS, SHORT_TEXT, SUITED_KEYS, SettingValue, Settings, check_memory,
    largest_that_fits, memory_needed, number_of_parameters,
};

fn from(pairs: &[(&str, SettingValue)]) -> Result<Settings, Error> {
    Settings::from_pairs(pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())))
}

fn number(name: &str, value: f64) -> Result<Settings, Error> {
    from(&[(name, SettingValue::Number(value))])
}

fn named(name: &str, value: &str) -> Result<Settings, Error> {
    from(&[(name, SettingValue::Name(value.to_owned()))])
}

#[test]
fn the_tables_say_what_the_defaults_are() {
    let defaults = Settings::default();
    assert_eq!(from(&[]), Ok(defaults));
    assert_eq!(defaults.validate(), Ok(()));
    for setting in &NUMBER_SETTINGS {
        assert_eq!(defaults.number(setting.key), f64::from(setting.default as f32), "{}", setting.name);
    }
    for setting in &NAME_SETTINGS {
        assert!(defaults.is_named(setting.key, setting.values[0]), "{}", setting.name);
    }
}

#[test]
fn every_name_of_the_tables_is_taken() {
    for setting in &NAME_SETTINGS {
        for value in setting.values {
            assert!(
                named(setting.name, value).expect("a name of the table").is_named(setting.key, value),
                "{} {value}",
                setting.name
            );
        }
        assert_eq!(named(setting.name, "nothing"), Err(Error::BadValue { field: setting.name }));
        assert_eq!(number(setting.name, 1.0), Err(Error::BadValue { field: setting.name }));
    }
    let relu = from(&[("kind", SettingValue::Name("rnn".into())), ("activation", SettingValue::Name("relu".into()))]);
    assert_eq!(relu.map(|settings| settings.cell_kind()), Ok(CellKind::Rnn(Activation::Relu)));
}

#[test]
fn numbers_are_refused_beyond_their_limits_and_never_clamped() {
    for setting in &NUMBER_SETTINGS {
        let step = if setting.whole { 1.0 } else { setting.max.max(1.0) * 0.01 };
        assert!(
            number(setting.name, setting.min).is_ok() && number(setting.name, setting.max).is_ok(),
            "{}: the limits are inside",
            setting.name
        );
        for (value, limit) in
            [(setting.min - step, setting.min), (setting.max + step, setting.max), (f64::NEG_INFINITY, setting.min)]
        {
            assert_eq!(number(setting.name, value), Err(Error::OutOfRange { field: setting.name, value, limit }));
        }
        assert!(number(setting.name, f64::NAN).is_err());
        if setting.whole {
            assert_eq!(number(setting.name, setting.min + 0.5), Err(Error::BadValue { field: setting.name }));
        }
    }
    let settings = Settings { num_layers: 5, ..Settings::default() };
    assert_eq!(settings.validate(), Err(Error::OutOfRange { field: "numLayers", value: 5.0, limit: 4.0 }));
    assert_eq!(number("hidden_size", 8.0), Err(Error::UnknownSetting { name: "hidden_size".into() }));
}

#[test]
fn plain_objects_are_read_and_written() {
    let settings: Settings =
        serde_json::from_str(r#"{"kind": "lstm_1997", "hiddenSize": 8, "learningRate": 0.003, "mode": "lines"}"#)
            .expect("good settings");
    assert_eq!((settings.kind, settings.hidden_size, settings.learning_rate), (Kind::Lstm1997, 8, 0.003));
    let written = serde_json::to_string(&settings).expect("settings are plain");
    assert!(written.contains(r#""learningRate":0.003,"#), "shortest decimals: {written}");
    assert_eq!(serde_json::from_str::<Settings>(&written).expect("own settings are readable"), settings);
    let error = serde_json::from_str::<Settings>(r#"{"hiddenUnits": 8}"#).expect_err("unknown settings are errors");
    assert!(error.to_string().contains("hiddenUnits"));
}

#[test]
fn parameters_are_counted_as_pytorch_does() {
    let lstm = Settings { hidden_size: 32, ..Settings::default() };
    assert_eq!(number_of_parameters(&lstm, 40), 4 * 32 * (40 + 32 + 2) + 40 * 33);
    let gru = Settings { kind: Kind::Gru, num_layers: 2, hidden_size: 17, ..Settings::default() };
    assert_eq!(number_of_parameters(&gru, 27), 3 * 17 * (27 + 17 + 2) + 3 * 17 * (17 + 17 + 2) + 27 * 18);
    let peephole = Settings { kind: Kind::LstmPeephole, hidden_size: 3, ..Settings::default() };
    assert_eq!(number_of_parameters(&peephole, 5), 4 * 3 * (5 + 3 + 2) + 9 + 5 * 4);
}

#[test]
fn memory_is_decided_before_anything_is_allocated() {
    let defaults = Settings::default();
    assert_eq!(check_memory(&defaults, 100, 10_000), Ok(()));
    let wide = Settings { hidden_size: 256, seq_len: 512, batch_size: 64, ..defaults };
    let Err(Error::TooMuchMemory { value, limit, batch_size, seq_len }) = check_memory(&wide, 8192, 1 << 20) else {
        panic!("too large")
    };
    assert!(value > limit && limit == MEMORY_LIMIT);
    assert_eq!(seq_len, 512, "the batch gives way first");
    let fits = |batch_size| memory_needed(&Settings { batch_size, ..wide }, 8192, 1 << 20) <= MEMORY_LIMIT;
    assert!(fits(batch_size) && !fits(batch_size + 1));
    let largest = Settings { hidden_size: 512, num_layers: 4, seq_len: 512, batch_size: 64, ..defaults };
    assert_eq!(largest_that_fits(&largest, 8192, 1 << 20), (0, 0), "parameters alone are too many");
    let beyond = Settings { hidden_size: usize::MAX, num_layers: usize::MAX, ..largest };
    assert_eq!(memory_needed(&beyond, usize::MAX, usize::MAX), u64::MAX);
    assert_eq!(
        memory_needed(&wide, 2, 3),
        memory_needed(&Settings { seq_len: 3, batch_size: 1, ..wide }, 2, 3),
        "short texts shrink T and B"
    );
}

#[derive(serde::Deserialize)]
struct Suited {
    kind: Kind,
    characters: usize,
    settings: Settings,
}

#[test]
fn what_suits_a_text_is_the_table_that_the_page_has() {
    #[derive(serde::Deserialize)]
    struct File {
        together: Vec<String>,
        cases: Vec<Suited>,
    }
    let File { together, cases } = serde_json::from_str(include_str!("suited.json")).expect("suited.json is well formed");
    assert_eq!(together, SUITED_KEYS);
    assert!(cases.iter().any(|case| case.characters == SHORT_TEXT) && cases.iter().any(|case| case.characters == SHORT_TEXT + 1));
    for Suited { kind, characters, settings } in cases {
        let suited = Settings::suited_to(kind, characters);
        assert_eq!(suited, Settings { kind, ..settings }, "{kind:?}, {characters} characters");
        suited.validate().expect("within the ranges");
        // what is not among the keys that go together is at its default
        for setting in NUMBER_SETTINGS.iter().filter(|setting| !SUITED_KEYS.contains(&setting.key)) {
            assert_eq!(suited.number(setting.key), Settings::default().number(setting.key), "{}", setting.name);
        }
    }
}
