//! Weights files between this crate and real PyTorch, both ways: what is written here loads there with `strict=True` and gives the same
//! logits, and the other way round. Without torch it says that it was skipped; it never installs anything.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use lstm_playground::cell::{Activation, CellKind};
use lstm_playground::model::{Activations, Initialisation, Model, Shape};
use lstm_playground::safetensors::{read, read_model, write, write_model};

const TOLERANCE: f32 = 1e-5;
const VOCABULARY: &str = "\nabcd字汉";
const TEXT: &str = "abc\ndcba汉字";
const HIDDEN_SIZE: usize = 7;

/// Cell kind, its keys in a recipe, the module that must hold it.
const KINDS: [(CellKind, &str, &str, &str); 9] = [
    (CellKind::Rnn(Activation::Tanh), "rnn", "tanh", "torch.nn.RNN"),
    (CellKind::Rnn(Activation::Relu), "rnn", "relu", "torch.nn.RNN"),
    (CellKind::Rnn(Activation::Sigmoid), "rnn", "sigmoid", "cells.RnnSigmoid"),
    (CellKind::Lstm, "lstm", "tanh", "torch.nn.LSTM"),
    (CellKind::Lstm1997, "lstm_1997", "tanh", "cells.Lstm1997"),
    (CellKind::LstmPeephole, "lstm_peephole", "tanh", "cells.LstmPeephole"),
    (CellKind::LstmCifg, "lstm_cifg", "tanh", "cells.LstmCifg"),
    (CellKind::Gru, "gru", "tanh", "torch.nn.GRU"),
    (CellKind::GruCho, "gru_cho", "tanh", "cells.GruCho"),
];

/// Prints past the test harness, which hides the output of tests that pass.
fn say(line: &str) {
    writeln!(std::io::stderr(), "pytorch: {line}").expect("standard error");
}

/// The first Python that can import torch, with torch's version.
fn python_with_torch() -> Option<(String, String)> {
    let candidates = std::env::var("PYTHON").into_iter().chain(["/usr/bin/python3".into(), "python3".into()]);
    candidates.into_iter().find_map(|python| {
        let output = Command::new(&python).args(["-c", "import torch; print(torch.__version__)"]).output().ok()?;
        output.status.success().then(|| (python, String::from_utf8_lossy(&output.stdout).trim().to_string()))
    })
}

/// Standard output of a Python script of this project; a failure shows what Python said.
fn run(python: &str, script: &str, arguments: &[&str]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(script);
    let output = Command::new(python).env("PYTHONDONTWRITEBYTECODE", "1").arg(script).args(arguments).output().expect("python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn empty_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for the files");
    folder
}

fn tokens() -> Vec<u32> {
    let token = |character| VOCABULARY.chars().position(|other| other == character).expect("in the vocabulary") as u32;
    TEXT.chars().map(token).collect()
}

/// Logits of TEXT from a zero state, T * V.
fn logits(model: &Model<f32>, shape: Shape) -> Vec<f32> {
    let tokens = tokens();
    let mut run = Activations::<f32>::new(shape, tokens.len(), 1);
    model.forward(&mut run, &tokens);
    run.logits().to_vec()
}

fn shape(kind: CellKind, num_layers: usize) -> Shape {
    Shape { kind, vocab_size: VOCABULARY.chars().count(), hidden_size: HIDDEN_SIZE, num_layers }
}

/// Writes a model's file and, beside it, the logits that PyTorch must find.
fn write_case(folder: &Path, name: &str, model: &Model<f32>, shape: Shape, recipe: &str) {
    let vocabulary: Vec<char> = VOCABULARY.chars().collect();
    let file = write_model(model.entries(), model.values(), &vocabulary, recipe);
    fs::write(folder.join(format!("{name}.safetensors")), file).expect("a file");
    let logits = write(&[("logits", &[tokens().len(), 1, shape.vocab_size], &logits(model, shape))], &[("text", TEXT)]);
    fs::write(folder.join(format!("{name}.logits.safetensors")), logits).expect("a file");
}

/// Loads the file that PyTorch wrote and compares logits; the largest difference.
fn read_case(folder: &Path, name: &str, shape: Shape) -> f32 {
    let mut model = Model::<f32>::new(shape);
    let file = fs::read(folder.join(format!("{name}.torch.safetensors"))).expect("PyTorch wrote a file");
    let values = read_model(&file, model.entries(), &[]).expect("a file of PyTorch");
    model.set_values(&values);
    let theirs = fs::read(folder.join(format!("{name}.torch.logits.safetensors"))).expect("PyTorch wrote its logits");
    let theirs = &read(&theirs).expect("logits").tensors[0].values;
    let ours = logits(&model, shape);
    assert_eq!(ours.len(), theirs.len(), "{name}");
    ours.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn files_go_to_pytorch_and_back_with_the_same_logits() {
    let Some((python, version)) = python_with_torch() else { return say("skipped: torch is not installed") };
    let folder = empty_folder("pytorch");
    let mut cases = Vec::new();
    for (kind, name, activation, module) in KINDS {
        for num_layers in [1, 2] {
            let shape = shape(kind, num_layers);
            let mut model = Model::<f32>::new(shape);
            model.initialise(&Initialisation {
                seed: 20 + num_layers as u32,
                input_scale: 1.5,
                recurrent_scale: 1.5,
                forget_bias: 1.0,
                ..Initialisation::default()
            });
            let case = if name == "rnn" { format!("rnn_{activation}_{num_layers}") } else { format!("{name}_{num_layers}") };
            write_case(&folder, &case, &model, shape, &format!("m={name}&a={activation}&h={HIDDEN_SIZE}&l={num_layers}"));
            cases.push((case, shape, module));
        }
    }
    let report = run(&python, "tests/pytorch.py", &[folder.to_str().expect("UTF-8")]);
    say(&format!("torch {version}; largest difference of logits there and here:"));
    for (case, shape, module) in &cases {
        let line =
            report.lines().find(|line| line.split('\t').next() == Some(case)).unwrap_or_else(|| panic!("no line for {case}"));
        let columns: Vec<&str> = line.split('\t').collect();
        assert_eq!(columns[1], *module, "{case}");
        let there: f32 = columns[2].parse().expect("a number");
        let here = read_case(&folder, case, *shape);
        say(&format!("{case:<22}{module:<20}{there:<10.2e}{here:.2e}"));
        assert!(there <= TOLERANCE && here <= TOLERANCE, "{case}: {there} there, {here} here");
    }
    assert_eq!(report.lines().count(), cases.len());
}

#[test]
fn continue_trains_on_and_load_prints_logits() {
    let Some((python, _)) = python_with_torch() else { return say("skipped: torch is not installed") };
    let folder = empty_folder("pytorch_continue");
    let shape = shape(CellKind::LstmPeephole, 2);
    let mut model = Model::<f32>::new(shape);
    model.initialise(&Initialisation { seed: 3, forget_bias: 1.0, ..Initialisation::default() });
    write_case(&folder, "start", &model, shape, "v=2&m=lstm_peephole&h=7&l=2&n=40&c=5_lr_0.02&p=none&k=00000000");
    let path = |name: &str| folder.join(name).to_str().expect("UTF-8").to_string();
    fs::write(path("text.txt"), TEXT.repeat(4)).expect("a text");
    let printed =
        run(&python, "examples/pytorch/continue.py", &[&path("start.safetensors"), &path("text.txt"), "--steps", "150"]);
    let bits: Vec<f32> =
        printed.lines().filter_map(|line| line.strip_suffix(" bits per character")?.rsplit(' ').next()?.parse().ok()).collect();
    assert!(bits.len() >= 11 && bits[bits.len() - 1] < 0.5 * bits[0], "{printed}");

    let written = path("start-continued.safetensors");
    let bytes = fs::read(&written).expect("a file");
    let file = read(&bytes).expect("a valid file");
    assert_eq!(
        file.metadata_value("recipe"),
        Some("m=lstm_peephole&h=7&l=2&t=64&b=4&lr=0.02&ld=1000"),
        "no claim to be replayable"
    );
    let vocabulary: Vec<char> = VOCABULARY.chars().collect();
    model.set_values(&read_model(&bytes, model.entries(), &vocabulary).expect("the same tensors"));

    let printed = run(&python, "examples/pytorch/load.py", &[&written, TEXT]);
    let theirs: Vec<f32> = printed
        .lines()
        .flat_map(|line| {
            line.split_once('\t').expect("character and logits").1.split(' ').map(|number| number.parse().expect("a number"))
        })
        .collect();
    let ours = logits(&model, shape);
    assert_eq!(ours.len(), theirs.len());
    assert!(ours.iter().zip(&theirs).all(|(a, b)| (a - b).abs() <= TOLERANCE), "{printed}");
}
