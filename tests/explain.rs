//! What the equation drawer prints: every line of every kind, quantity and notation is parsed and evaluated, compared with the textbook
//! (`reference/mod.rs`), and every operand leads to an equation that gives it.

#[path = "explain/evaluator.rs"]
mod evaluator;
mod reference;

use evaluator::evaluate;
use lstm_playground::cell::{CellKind, Holds};
use lstm_playground::error::Error;
use lstm_playground::explain::{Explanation, Function, Line, Notation, Note, Question, explain};
use lstm_playground::model::{Model, Shape};
use lstm_playground::trace::{Wanted, trace};
use reference::problem::{KINDS, Problem};
use reference::{Hold, Trace};

const SEQ_LEN: usize = 7;
const HIDDEN: usize = 3;

/// A model, its holds, and the text it reads.
struct Subject {
    problem: Problem,
    model: Model<f32>,
    holds: Vec<Option<Holds<f32>>>,
}

impl Subject {
    fn new(kind: CellKind, num_layers: usize, hidden_size: usize, holds: &[Hold]) -> Subject {
        let shape = Shape { kind, vocab_size: 5, hidden_size, num_layers };
        let problem = Problem::changed(shape, SEQ_LEN, 1, false, |problem| {
            problem.h0.fill(0.0);
            problem.c0.fill(0.0);
            problem.holds = holds.to_vec();
        });
        let mut model = Model::<f32>::new(shape);
        model.set_values(&problem.values.iter().map(|&value| value as f32).collect::<Vec<f32>>());
        let mut of_layers = vec![None; num_layers];
        for hold in holds {
            let of_layer: &mut Option<Holds<f32>> = &mut of_layers[hold.layer];
            of_layer.get_or_insert_with(|| Holds::new(hidden_size)).hold(hold.quantity, hold.unit, hold.value);
        }
        Subject { problem, model, holds: of_layers }
    }

    fn ask(&self, layer: usize, t: usize, what: &str, unit: usize, notation: Notation) -> Result<Explanation, Error> {
        let question = Question { layer, t, what, unit, notation, anchor: None };
        explain(&self.model, &self.holds, &self.problem.inputs, question)
    }

    fn is_held(&self, layer: usize, quantity: char, unit: usize) -> bool {
        self.problem.holds.iter().any(|hold| (hold.layer, hold.quantity, hold.unit) == (layer, quantity, unit))
    }
}

/// Quantities after their nonlinearity.
fn quantities(kind: CellKind) -> &'static [&'static str] {
    match kind {
        CellKind::Rnn(_) => &["h"],
        CellKind::Gru | CellKind::GruCho => &["r", "z", "q", "n", "h"],
        _ => &["f", "i", "g", "c", "o", "h"],
    }
}

/// Everything that can be asked about a unit.
fn questions(kind: CellKind) -> Vec<String> {
    let mut all: Vec<String> = quantities(kind).iter().map(|what| what.to_string()).collect();
    for base in ["wx", "uh", "b", "a"] {
        all.push(base.to_string());
        all.extend(kind.gates().iter().map(|gate| format!("{base}_{gate}")));
    }
    all
}

/// Some of each kind's quantities held, in both layers.
fn holds(kind: CellKind, quantity: char) -> [Hold; 2] {
    let high = if matches!(quantity, 'g' | 'n' | 'h') && !matches!(kind, CellKind::Rnn(_)) { -0.75 } else { 0.75 };
    [Hold { layer: 0, quantity, unit: 1, value: 0.25 }, Hold { layer: 1, quantity, unit: 2, value: high }]
}

fn subjects() -> Vec<Subject> {
    let mut all = Vec::new();
    for kind in KINDS {
        all.extend((1..=3).map(|num_layers| Subject::new(kind, num_layers, HIDDEN, &[])));
        let gates = kind.gates().iter().copied().filter(|&gate| gate != 'h');
        for quantity in gates.chain(kind.has_cell_state().then_some('c')).chain(['h']) {
            all.push(Subject::new(kind, 2, HIDDEN, &holds(kind, quantity)));
        }
    }
    all
}

/// Every explanation that a subject can give: of all layers, units and quantities, of some time steps, in both notations.
fn for_each_explanation(subject: &Subject, mut each: impl FnMut(&Explanation, Notation)) {
    let shape = subject.problem.shape;
    for notation in [Notation::Split, Notation::Joined] {
        for t in [0, 1, SEQ_LEN - 1] {
            for what in questions(shape.kind) {
                for (layer, unit) in (0..shape.num_layers).flat_map(|layer| (0..shape.hidden_size).map(move |unit| (layer, unit))) {
                    each(&subject.ask(layer, t, &what, unit, notation).unwrap_or_else(|e| panic!("{what}: {e}")), notation);
                }
            }
            for what in ["y", "p"] {
                (0..shape.vocab_size).for_each(|k| each(&subject.ask(0, t, what, k, notation).unwrap(), notation));
            }
            if t + 1 < SEQ_LEN {
                each(&subject.ask(0, t, "loss", 0, notation).unwrap(), notation);
            }
        }
    }
}

/// |difference| allowed between a line's expression and its value.
fn tolerance(line: &Line) -> f64 {
    match line.function {
        Some(Function::Sigmoid | Function::Tanh) => 1e-6,
        _ if line.name == "p" => 1e-6,
        _ => 1e-6 * line.terms.iter().map(|term| term.value.abs()).sum::<f64>(),
    }
}

fn check_line(line: &Line, what: &str) {
    let what = format!("{what}: {} = {} = {}", line.symbols, line.expression, line.value);
    let allowed: &dyn Fn(char) -> bool = &|c| c.is_ascii_digit() || " .+-*/()".contains(c) || c.is_ascii_lowercase();
    assert!(line.expression.chars().all(allowed), "{what}");
    let error = (evaluate(&line.expression) - line.value).abs();
    assert!(error <= tolerance(line), "{what}: off by {error:e}");

    for term in &line.terms {
        let product: f64 = term.factors.iter().map(|factor| factor.value).product();
        assert!((product - term.value).abs() <= 1e-14 * term.value.abs(), "{what}: a term of {}", term.value);
    }
    let sum: f64 = line.terms.iter().map(|term| term.value).sum();
    assert!((value_of(line.function, sum) - line.value).abs() <= tolerance(line), "{what}: the terms give {sum}");
    check_shown(line, &what);
}

fn value_of(function: Option<Function>, sum: f64) -> f64 {
    match function {
        Some(Function::Sigmoid) => 1.0 / (1.0 + (-sum).exp()),
        Some(Function::Tanh) => sum.tanh(),
        Some(Function::Relu) => sum.max(0.0),
        Some(other) => panic!("{other:?} is no function of a line"),
        None => sum,
    }
}

/// What is shown evaluates to the result at 3 decimals, and not with a decimal less.
fn check_shown(line: &Line, what: &str) {
    let result = |value: f64| {
        let text = format!("{:.3}", value);
        if text == "-0.000" { "0.000".to_string() } else { text }
    };
    let shown: String = line.parts.iter().map(|part| part.text.as_str()).collect();
    assert_eq!(result(evaluate(&shown)), result(line.value), "{what}: {shown}");
    for part in line.parts.iter().filter(|part| part.factor.is_some()) {
        let factor = part.factor.as_ref().unwrap();
        let half = 0.5 / 10_f64.powi(line.decimals as i32);
        assert!((part.text.parse::<f64>().unwrap() - factor.value).abs() <= half * 1.000_001, "{what}: {}", part.text);
        assert_eq!(part.text.split_once('.').map(|(_, decimals)| decimals.len()), Some(line.decimals), "{what}");
    }
    assert!((3..=15).contains(&line.decimals) && line.decimals_in_full >= 3, "{what}");
    if line.decimals > 3 && line.more.is_none() {
        let fewer = |text: &str, value: f64| match text.parse::<f64>() {
            Ok(_) => format!("{:.*}", line.decimals - 1, value),
            Err(_) => text.to_string(),
        };
        let texts = line.parts.iter().map(|part| part.factor.as_ref().map_or(part.text.clone(), |f| fewer(&part.text, f.value)));
        let fewer: String = texts.collect();
        assert_ne!(result(evaluate(&fewer)), result(line.value), "{what}: {fewer} would do");
    }
}

#[test]
fn every_printed_line_evaluates_to_its_printed_result() {
    let mut lines = 0;
    for subject in subjects() {
        for_each_explanation(&subject, |explanation, _| {
            let what = format!("{:?} {} layer {} t {}", subject.problem.shape, explanation.name, explanation.layer, explanation.t);
            assert!(!explanation.lines.is_empty(), "{what}");
            explanation.lines.iter().for_each(|line| check_line(line, &what));
            lines += explanation.lines.len();
        });
    }
    assert!(lines > 50_000, "only {lines} lines");
}

/// The textbook's number for what an explanation ends in; None where it keeps none (sums).
fn expected(subject: &Subject, trace: &Trace, explanation: &Explanation) -> Option<f64> {
    let shape = subject.problem.shape;
    let logits = &trace.logits[explanation.t * shape.vocab_size..(explanation.t + 1) * shape.vocab_size];
    let total: f64 = logits.iter().map(|y| y.exp()).sum();
    match explanation.name.as_str() {
        "y" => Some(logits[explanation.unit]),
        "p" => Some(logits[explanation.unit].exp() / total),
        "loss" => Some((total.ln() - logits[subject.problem.inputs[explanation.t + 1] as usize]) / std::f64::consts::LN_2),
        name if name.len() == 1 => {
            let numbers = trace.layers[explanation.layer].get(&name.chars().next()?)?;
            Some(numbers[explanation.t * shape.hidden_size + explanation.unit])
        }
        _ => None,
    }
}

#[test]
fn every_result_is_the_textbooks() {
    let mut compared = 0;
    for subject in subjects() {
        let trace = subject.problem.trace();
        for_each_explanation(&subject, |explanation, _| {
            if let Some(expected) = expected(&subject, &trace, explanation) {
                let value = explanation.lines.last().unwrap().value;
                let what = format!("{:?} {}", subject.problem.shape, explanation.name);
                assert!((value - expected).abs() <= 2e-6 * expected.abs().max(1.0), "{what}: {value}, expected {expected}");
                compared += 1;
            }
        });
    }
    assert!(compared > 10_000, "only {compared} results");
}

/// Every operand is a leaf or has an equation, in the same notation, that ends in its number.
#[test]
fn every_operand_leads_to_its_equation() {
    let mut followed = 0;
    for subject in subjects() {
        for_each_explanation(&subject, |explanation, notation| {
            for factor in explanation.lines.iter().flat_map(|line| &line.parts).filter_map(|part| part.factor.as_ref()) {
                let what = format!("{:?} {} {}", subject.problem.shape, explanation.name, factor.symbol);
                let Some(place) = &factor.reference else {
                    let leaf = factor.parameter.is_some() || factor.held || matches!(factor.symbol.as_str(), "m" | "sum" | "");
                    assert!(leaf || factor.value == 0.0 && explanation.t == 0, "{what} leads nowhere");
                    continue;
                };
                assert!(factor.parameter.is_none() && !factor.held, "{what}");
                assert!(place.t <= explanation.t, "{what} leads to the future");
                let next = subject.ask(place.layer, place.t, &place.what, place.unit, notation).unwrap_or_else(|e| panic!("{what}: {e}"));
                let value = next.lines.last().unwrap().value;
                assert!((value - factor.value).abs() <= 1e-6 * value.abs().max(1.0), "{what}: {value}, expected {}", factor.value);
                followed += 1;
            }
        });
    }
    assert!(followed > 50_000, "only {followed} operands");
}

/// A leaf that is a weight names PyTorch's element.
#[test]
fn weights_are_named() {
    for kind in KINDS {
        let subject = Subject::new(kind, 2, HIDDEN, &[]);
        for_each_explanation(&subject, |explanation, _| {
            let factors = explanation.lines.iter().flat_map(|line| &line.terms).flat_map(|term| &term.factors);
            for factor in factors.filter(|factor| factor.parameter.is_some()) {
                let element = factor.parameter.as_ref().unwrap();
                let entry = subject.model.entries().iter().find(|entry| entry.name == element.name).expect("a parameter's name");
                let columns = entry.shape.get(1).copied();
                assert_eq!(columns.is_some(), element.column.is_some());
                let index = element.row * columns.unwrap_or(1) + element.column.unwrap_or(0);
                assert_eq!(f64::from(subject.model.values()[entry.range.clone()][index]), factor.value, "{}", factor.symbol);
            }
        });
    }
}

#[test]
fn what_is_held_is_an_assignment() {
    for kind in KINDS {
        for quantity in quantities(kind).iter().filter(|&&what| what != "q" && !(what == "i" && kind == CellKind::LstmCifg)) {
            if (kind, *quantity) == (CellKind::Lstm1997, "f") {
                continue;
            }
            let letter = quantity.chars().next().unwrap();
            let subject = Subject::new(kind, 2, HIDDEN, &holds(kind, letter));
            let explanation = subject.ask(0, 3, quantity, 1, Notation::Split).unwrap();
            assert_eq!((explanation.note, explanation.lines.len()), (Some(Note::Held), 1));
            let line = &explanation.lines[0];
            assert!(line.symbols.ends_with(":=") && line.value == 0.25 && line.expression == "0.25", "{kind:?} {line:?}");
            for_each_explanation(&subject, |explanation, _| {
                for factor in explanation.lines.iter().flat_map(|line| &line.parts).filter_map(|part| part.factor.as_ref()) {
                    let of_hold = factor.reference.as_ref().is_some_and(|place| {
                        place.what == *quantity && subject.is_held(place.layer, letter, place.unit)
                    });
                    assert!(!of_hold, "{kind:?}: a held {quantity} has an equation");
                }
            });
        }
    }
}

fn symbols(kind: CellKind, layer: usize, what: &str, notation: Notation) -> Vec<String> {
    let explanation = Subject::new(kind, 2, HIDDEN, &[]).ask(layer, 1, what, 0, notation).unwrap();
    explanation.lines.iter().map(|line| line.symbols.clone()).collect()
}

#[test]
fn the_notes_symbols_in_both_notations() {
    let split = ["W_f x_t", "U_f h_{t-1}", "b_f = b_{ih,f} + b_{hh,f}", "a_f = W_f x_t + U_f h_{t-1} + b_f", "f_t = σ(W_f x_t + U_f h_{t-1} + b_f)"];
    assert_eq!(symbols(CellKind::Lstm, 0, "f", Notation::Split), split);
    let joined =
        ["W_f·[h_{t-1}, x_t]", "b_f = b_{ih,f} + b_{hh,f}", "a_f = W_f·[h_{t-1}, x_t] + b_f", "f_t = σ(W_f·[h_{t-1}, x_t] + b_f)"];
    assert_eq!(symbols(CellKind::Lstm, 0, "f", Notation::Joined), joined);
    let last = |kind, layer, what, notation| symbols(kind, layer, what, notation).pop().unwrap();
    let above = "o_t = σ(W_o h_t^{(1)} + U_o h_{t-1} + b_o + p_o ⊙ C_t)";
    assert_eq!(last(CellKind::LstmPeephole, 1, "o", Notation::Split), above);
    assert_eq!(last(CellKind::GruCho, 0, "n", Notation::Joined), "n_t = tanh(W_n·[r_t ⊙ h_{t-1}, x_t] + b_n)");
    assert_eq!(last(CellKind::GruCho, 0, "n", Notation::Split), "n_t = tanh(W_n x_t + U_n (r_t ⊙ h_{t-1}) + b_n)");
    for notation in [Notation::Split, Notation::Joined] {
        assert_eq!(last(CellKind::Gru, 0, "n", notation), "n_t = tanh(W_n x_t + b_n + r_t ⊙ q_t)");
        assert_eq!(last(CellKind::LstmCifg, 0, "i", notation), "i_t = 1 - f_t");
        assert_eq!(last(CellKind::Lstm1997, 0, "c", notation), "C_t = C_{t-1} + i_t ⊙ C\u{303}_t");
    }
}

#[test]
fn notes_say_what_a_cell_cannot() {
    let note = |kind, what| Subject::new(kind, 1, HIDDEN, &[]).ask(0, 1, what, 0, Notation::Joined).unwrap().note;
    assert_eq!(note(CellKind::Lstm1997, "f"), Some(Note::NoForgetGate));
    for what in ["n", "q", "a_n", "wx_n", "uh_n"] {
        assert_eq!(note(CellKind::Gru, what), Some(Note::NotJoinable), "{what}");
        assert_eq!(note(CellKind::GruCho, what), None, "{what}");
    }
    assert_eq!(note(CellKind::Gru, "r"), None);
}

#[test]
fn peephole_terms_stand_last() {
    let subject = Subject::new(CellKind::LstmPeephole, 1, HIDDEN, &[]);
    for gate in ["i", "f", "o"] {
        for notation in [Notation::Split, Notation::Joined] {
            let explanation = subject.ask(0, 2, &format!("a_{gate}"), 1, notation).unwrap();
            let last = &explanation.lines.last().unwrap().terms.last().unwrap().factors;
            assert_eq!(last[0].parameter.as_ref().unwrap().name, format!("rnn.weight_p{gate}_l0"));
            assert_eq!(last[1].reference.as_ref().unwrap().t, if gate == "o" { 2 } else { 1 });
        }
    }
}

/// Six terms by size and the sum of the others, all of them still there.
#[test]
fn long_sums_show_their_largest_terms() {
    for kind in KINDS {
        let subject = Subject::new(kind, 2, 40, &[]);
        for what in questions(kind) {
            let explanation = subject.ask(1, SEQ_LEN - 1, &what, 7, Notation::Split).unwrap();
            for line in &explanation.lines {
                check_line(line, &format!("{kind:?} {what}"));
                let Some(more) = line.more else {
                    assert_eq!(line.shown, (0..line.terms.len()).collect::<Vec<usize>>());
                    assert!(line.shown.len() <= 7);
                    continue;
                };
                assert_eq!((line.shown.len(), line.shown.len() + more.count), (6, line.terms.len()));
                let size = |index: usize| line.terms[index].value.abs();
                assert!(line.shown.windows(2).all(|pair| size(pair[0]) >= size(pair[1])));
                let others = (0..line.terms.len()).filter(|index| !line.shown.contains(index));
                let (mut sum, smallest) = (0.0, size(line.shown[5]));
                for index in others {
                    sum += line.terms[index].value;
                    assert!(size(index) <= smallest);
                }
                assert!((sum - more.value).abs() < 1e-14);
                let last = line.parts.iter().rev().find_map(|part| part.factor.as_ref()).unwrap();
                assert_eq!((last.symbol.as_str(), last.value), ("", more.value));
            }
        }
    }
}

/// A character of which the model was certain that it would not come: p is 0 even in f64, the surprise is not infinite.
#[test]
fn an_impossible_character_has_a_finite_surprise() {
    let shape = Shape { kind: CellKind::Gru, vocab_size: 2, hidden_size: 1, num_layers: 1 };
    let mut model = Model::<f32>::new(shape);
    model.update(|values| *values.last_mut().unwrap() = -900.0);
    let question = Question { what: "loss", ..Question::default() };
    let explanation = explain(&model, &[None], &[0, 1], question).unwrap();
    let line = explanation.lines.last().unwrap();
    check_line(line, "impossible");
    assert!((line.value - 900.0 / std::f64::consts::LN_2).abs() < 1e-9);
    let certain = explain(&model, &[None], &[0, 0], question).unwrap();
    assert_eq!(certain.lines.last().unwrap().value, 0.0);
}

/// Far into a long text: the same states that the trace shows from the same beginning.
#[test]
fn a_late_time_step_is_read_from_its_anchor() {
    let subject = Subject::new(CellKind::Lstm, 2, HIDDEN, &[]);
    let tokens: Vec<u32> = (0..2000).map(|t| subject.problem.inputs[t * t % 5]).collect();
    for (t, anchor) in [(767, 0), (768, 256), (1500, 768)] {
        let question = Question { layer: 1, t, what: "c", unit: 2, ..Question::default() };
        let explanation = explain(&subject.model, &subject.holds, &tokens, question).unwrap();
        assert_eq!(explanation.anchor, anchor);
        let wanted = Wanted { from: t - anchor, layer: 1, probabilities: false, preactivations: false };
        let columns = trace(&subject.model, &subject.holds, &tokens[anchor..=t], wanted);
        let traced = columns.values.iter().find(|(name, _)| name == "c").unwrap().1[2];
        let value = explanation.lines.last().unwrap().value;
        assert!((value - f64::from(traced)).abs() < 1e-6, "t {t}: {value}, traced {traced}");
        let pinned = Question { anchor: Some(t - 300), ..question };
        assert_eq!(explain(&subject.model, &subject.holds, &tokens, pinned).unwrap().anchor, t - 300);
    }
}

#[test]
fn what_does_not_exist_is_refused() {
    let subject = Subject::new(CellKind::Lstm, 1, HIDDEN, &[]);
    let ask = |layer, t, what, unit| subject.ask(layer, t, what, unit, Notation::Split).unwrap_err();
    for what in ["", "r", "n", "q", "x", "a_r", "a_", "a_ff", "wx_c", "f_a", "é", "p_f", "loss_"] {
        assert_eq!(ask(0, 0, what, 0), Error::BadValue { field: "what" }, "{what}");
    }
    assert_eq!(ask(1, 0, "f", 0), Error::NoSuchPlace { field: "layer", value: 1, limit: 0 });
    assert_eq!(ask(0, 7, "f", 0), Error::NoSuchPlace { field: "t", value: 7, limit: 6 });
    assert_eq!(ask(0, 6, "loss", 0), Error::NoSuchPlace { field: "t", value: 6, limit: 5 });
    assert_eq!(ask(0, 0, "f", 3), Error::NoSuchPlace { field: "unit", value: 3, limit: 2 });
    assert_eq!(ask(0, 0, "p", 5), Error::NoSuchPlace { field: "unit", value: 5, limit: 4 });
    let anchored = |t, anchor| {
        let question = Question { t, what: "h", anchor: Some(anchor), ..Question::default() };
        explain(&subject.model, &subject.holds, &vec![0; 2000], question).unwrap_err()
    };
    assert_eq!(anchored(3, 4), Error::NoSuchPlace { field: "anchor", value: 4, limit: 3 });
    assert_eq!(anchored(1024, 0), Error::TooManyCharacters { value: 1025, limit: 1024 });
}

/// Rounding is true, ties away from zero as JavaScript's toFixed does it, and zero has no sign.
#[test]
fn operands_are_rounded_as_the_page_rounds() {
    let shape = Shape { kind: CellKind::Rnn(Default::default()), vocab_size: 1, hidden_size: 1, num_layers: 1 };
    for (value, text) in [(0.0625, "0.063"), (-0.0625, "-0.063"), (0.1875, "0.188"), (-0.0001, "0.000"), (2.0, "2.000"), (0.3335, "0.334")] {
        let mut model = Model::<f32>::new(shape);
        model.update(|values| values[0] = value);
        let explanation = explain(&model, &[None], &[0], Question { what: "wx", ..Question::default() }).unwrap();
        let parts: String = explanation.lines[0].parts.iter().map(|part| part.text.as_str()).collect();
        assert_eq!(parts, if text.starts_with('-') { format!("({text})") } else { text.to_string() });
    }
}
