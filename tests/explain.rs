//! What the equation drawer prints: every line of every kind, quantity and notation is parsed and evaluated, compared with the textbook
//! (`reference/mod.rs`), and every operand leads to an equation that gives it.

#[path = "explain/evaluator.rs"]
mod evaluator;
#[path = "explain/printed.rs"]
mod printed;
mod reference;
#[path = "explain/subject.rs"]
mod subject;

use lstm_playground::cell::CellKind;
use lstm_playground::error::Error;
use lstm_playground::explain::{Explanation, Notation, Note, Question, explain};
use lstm_playground::model::{Model, Shape};
use lstm_playground::trace::{Wanted, trace};
use printed::check_line;
use reference::Trace;
use reference::problem::KINDS;
use subject::{HIDDEN, SEQ_LEN, Subject, for_each_explanation, holds, quantities, questions, subjects};

#[test]
fn every_printed_line_evaluates_to_its_printed_result() {
    let mut lines = 0;
    for subject in subjects() {
        for_each_explanation(&subject, |explanation, _| {
            let what =
                format!("{:?} {} layer {} t {}", subject.problem.shape, explanation.name, explanation.layer, explanation.t);
            assert!(!explanation.lines.is_empty(), "{what}");
            explanation.lines.iter().for_each(|line| check_line(line, &what));
            lines += explanation.lines.len();
        });
    }
    assert!(lines > 40_000, "only {lines} lines");
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
    assert!(compared > 5_000, "only {compared} results");
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
                let next = subject
                    .ask(place.layer, place.t, &place.what, place.unit, notation)
                    .unwrap_or_else(|e| panic!("{what}: {e}"));
                let value = next.lines.last().unwrap().value;
                assert!(
                    (value - factor.value).abs() <= 1e-6 * value.abs().max(1.0),
                    "{what}: {value}, expected {}",
                    factor.value
                );
                followed += 1;
            }
        });
    }
    assert!(followed > 40_000, "only {followed} operands");
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
                    let of_hold = factor
                        .reference
                        .as_ref()
                        .is_some_and(|place| place.what == *quantity && subject.is_held(place.layer, letter, place.unit));
                    assert!(!of_hold, "{kind:?}: a held {quantity} has an equation");
                }
            });
        }
    }
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

/// Rounding is true (0.3335 is less in f32), ties away from zero as JavaScript's toFixed does it, and zero has no sign.
#[test]
fn operands_are_rounded_as_the_page_rounds() {
    let shape = Shape { kind: CellKind::Rnn(Default::default()), vocab_size: 1, hidden_size: 1, num_layers: 1 };
    for (value, text) in
        [(0.0625, "0.063"), (-0.0625, "-0.063"), (0.1875, "0.188"), (-0.0001, "0.000"), (2.0, "2.000"), (0.3335, "0.333")]
    {
        let mut model = Model::<f32>::new(shape);
        model.update(|values| values[0] = value);
        let explanation = explain(&model, &[None], &[0], Question { what: "wx", ..Question::default() }).unwrap();
        let parts: String = explanation.lines[0].parts.iter().map(|part| part.text.as_str()).collect();
        assert_eq!(parts, text);
    }
}
