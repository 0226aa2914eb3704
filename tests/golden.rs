//! Golden cases computed by PyTorch in f64 (`golden/data/FORMAT.md`): every number of every case within the tolerances of check.py.
//! `GOLDEN_DIR=<folder>` runs another folder of the same format, `GOLDEN_OUT=<folder>` writes result files for check.py. Nothing is
//! skipped in silence: what is not run is counted and named, and a folder in which nothing ran fails.

#[path = "golden/fields.rs"]
mod fields;
#[path = "golden/model_case.rs"]
mod model_case;
#[path = "golden/optimizer_case.rs"]
mod optimizer_case;
#[path = "golden/safetensors.rs"]
mod safetensors;
#[path = "golden/tolerance.rs"]
mod tolerance;

use fields::{Case, Fields, Tensor, write_result};
use serde_json::Value;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use tolerance::{Precision, compare};

#[test]
fn every_case_in_f32() {
    let report = Report::of(&golden_folder(), Precision::F32, std::env::var_os("GOLDEN_OUT").map(PathBuf::from).as_deref());
    report.print("f32");
    report.require_success();
    assert!(report.ran > 0, "no golden case ran");
}

/// The same formulas in f64 must agree a million times better: rounding cannot excuse a wrong term.
#[test]
fn every_model_case_in_f64() {
    let results = std::env::var_os("GOLDEN_OUT").map(|folder| Path::new(&folder).join("f64"));
    let report = Report::of(&golden_folder(), Precision::F64, results.as_deref());
    report.print("f64");
    report.require_success();
}

fn golden_folder() -> PathBuf {
    std::env::var_os("GOLDEN_DIR").map_or(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/data"), PathBuf::from)
}

/// What became of the cases of a folder.
#[derive(Default)]
struct Report {
    ran: usize,
    /// case or case/run, and why
    skipped: Vec<(String, String)>,
    /// case, and one line for every field that fails
    failed: Vec<(String, Vec<String>)>,
    /// largest error/limit, its case and field
    worst: (f64, String),
}

impl Report {
    fn of(folder: &Path, precision: Precision, results: Option<&Path>) -> Report {
        let mut report = Report::default();
        match case_names(folder) {
            Ok(names) => names.iter().for_each(|name| report.add(folder, name, precision, results)),
            Err(reason) => report.failed.push((folder.display().to_string(), vec![reason])),
        }
        report
    }

    fn add(&mut self, folder: &Path, name: &str, precision: Precision, results: Option<&Path>) {
        let outcome = catch_unwind(AssertUnwindSafe(|| self.run(folder, name, precision, results)));
        let lines = outcome.unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
            Err(format!("panicked: {}", text.unwrap_or("without a message")))
        });
        match lines.unwrap_or_else(|reason| vec![reason]) {
            lines if lines.is_empty() => {}
            lines => self.failed.push((name.to_string(), lines)),
        }
    }

    /// Runs one case; the lines say what fails.
    fn run(&mut self, folder: &Path, name: &str, precision: Precision, results: Option<&Path>) -> Result<Vec<String>, String> {
        let case = Case::read(folder, name)?;
        let kind = case.json["kind"].as_str().unwrap_or_default();
        let extra = case.json["config"]["extra"].as_bool() == Some(true);
        if extra {
            self.skipped.push((name.to_string(), format!("extra: cell {}", case.json["config"]["cell"])));
            return Ok(Vec::new());
        }
        let (expected, actual): (Fields, Fields) = match (kind, precision) {
            ("model", Precision::F32) => (case.expected()?, model_case::run::<f32>(&case)?),
            ("model", Precision::F64) => (case.expected()?, model_case::run::<f64>(&case)?),
            ("optim_fixed" | "optim_train", Precision::F64) => {
                self.skipped.push((name.to_string(), "optimizers exist in f32 only".to_string()));
                return Ok(Vec::new());
            }
            ("optim_fixed" | "optim_train", Precision::F32) => {
                let outcome = optimizer_case::run(&case)?;
                let runs = outcome.skipped.into_iter().map(|run| (format!("{name}/{run}"), "extra: optimizer".to_string()));
                self.skipped.extend(runs);
                (outcome.expected, outcome.actual)
            }
            _ => return Err(format!("unknown kind {}", case.json["kind"])),
        };
        self.ran += 1;
        if let Some(results) = results {
            write_result(results, &case.name, &actual)?;
        }
        let (ratios, mut failures) = compare(&expected, &actual, kind == "optim_train", precision);
        if expected.is_empty() {
            failures.push("the file expects nothing".to_string());
        }
        for (field, ratio) in ratios {
            if ratio > self.worst.0 {
                self.worst = (ratio, format!("{name} {field}"));
            }
        }
        Ok(failures)
    }

    /// To stdout itself, so that the counts are seen without `--nocapture`.
    fn print(&self, title: &str) {
        let mut text = format!(
            "golden {title}: {} cases ran, {} failed, {} skipped; largest error/limit {:.2e} ({})\n",
            self.ran,
            self.failed.len(),
            self.skipped.len(),
            self.worst.0,
            self.worst.1
        );
        for (name, reason) in &self.skipped {
            text += &format!("  skipped {name}: {reason}\n");
        }
        std::io::stdout().write_all(text.as_bytes()).expect("stdout");
    }

    fn require_success(&self) {
        let lines = self.failed.iter().map(|(case, lines)| format!("\n{case}\n    {}", lines.join("\n    ")));
        assert!(self.failed.is_empty(), "{} golden cases fail:{}", self.failed.len(), lines.collect::<String>());
    }
}

/// The cases of index.json, or every JSON file where there is none.
fn case_names(folder: &Path) -> Result<Vec<String>, String> {
    let index = folder.join("index.json");
    if index.exists() {
        let text = std::fs::read_to_string(&index).map_err(|e| format!("index.json: {e}"))?;
        let index: Value = serde_json::from_str(&text).map_err(|e| format!("index.json: {e}"))?;
        return serde_json::from_value(index["cases"].clone()).map_err(|e| format!("index.json: cases: {e}"));
    }
    let files = std::fs::read_dir(folder).map_err(|e| e.to_string())?;
    let paths = files.filter_map(|file| file.ok().map(|file| file.path()));
    let cases = paths.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let mut names: Vec<String> = cases.filter_map(|path| Some(path.file_stem()?.to_str()?.to_string())).collect();
    names.sort();
    Ok(names)
}

/// A folder in Cargo's scratch directory with one case, made from a golden one by `change`.
fn changed_case(folder: &str, change: impl FnOnce(&mut Value)) -> PathBuf {
    let name = "lstm_l1_h3_v5_t2_b1";
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    std::fs::create_dir_all(&folder).expect("scratch folder");
    let mut json = Case::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/data"), name).expect("golden case").json;
    change(&mut json);
    std::fs::write(folder.join(format!("{name}.json")), json.to_string()).expect("scratch file");
    folder
}

fn failures_of(folder: &Path) -> String {
    Report::of(folder, Precision::F32, None).failed.into_iter().flat_map(|(case, lines)| [vec![case], lines].concat()).collect()
}

#[test]
fn a_wrong_number_fails_by_case_and_field() {
    let folder = changed_case("wrong_number", |json| json["expected"]["grads"]["rnn.weight_hh_l0"]["data"][4] = 0.5.into());
    let failures = failures_of(&folder);
    assert!(failures.starts_with("lstm_l1_h3_v5_t2_b1grads.rnn.weight_hh_l0[4]: "), "{failures}");
}

#[test]
fn unknown_kinds_and_cells_fail_and_extra_ones_are_counted() {
    let kind = changed_case("unknown_kind", |json| json["kind"] = "onnx".into());
    assert_eq!(failures_of(&kind), "lstm_l1_h3_v5_t2_b1unknown kind \"onnx\"");
    let cell = changed_case("unknown_cell", |json| json["config"]["cell"] = "lstm_projected".into());
    assert_eq!(failures_of(&cell), "lstm_l1_h3_v5_t2_b1unknown cell \"lstm_projected\"");
    let extra = changed_case("extra", |json| json["config"]["extra"] = true.into());
    let report = Report::of(&extra, Precision::F32, None);
    assert_eq!((report.ran, report.skipped.len(), report.failed.len()), (0, 1, 0));
}

#[test]
fn tolerance_scales_are_those_of_check_py() {
    let compare_one = |field: &str, golden: &[f64], ours: &[f64]| {
        let fields = |numbers: &[f64]| Fields::from([(field.to_string(), Tensor::new(&[numbers.len()], numbers.to_vec()))]);
        compare(&fields(golden), &fields(ours), false, Precision::F32).1.is_empty()
    };
    assert!(compare_one("flow.0.dh_norm", &[1e-18], &[1.0009e-18]) && !compare_one("flow.0.dh_norm", &[1e-18], &[1.0011e-18]));
    assert!(compare_one("grad_h0", &[1e-9, 0.0], &[1e-9, 1.9e-14]) && !compare_one("grad_h0", &[1e-9, 0.0], &[1e-9, 2.1e-14]));
    assert!(compare_one("logits", &[0.0, 0.1], &[0.9e-5, 0.1]) && !compare_one("logits", &[0.0, 0.1], &[1.1e-5, 0.1]));
    assert!(compare_one("grads.w", &[0.0], &[0.9e-7]) && !compare_one("grads.w", &[0.0], &[1.1e-7]));
    assert!(!compare_one("logits", &[0.0], &[f64::NAN]) && !compare_one("logits", &[0.0], &[0.0, 0.0]));
}
