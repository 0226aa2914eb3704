//! The symbols that the equation drawer prints: those of the study notes, in both of their notations, and what a cell has no equation for.

mod reference;
#[allow(dead_code)] // the questions and holds are for explain.rs
#[path = "explain/subject.rs"]
mod subject;

use lstm_playground::cell::CellKind;
use lstm_playground::explain::{Notation, Note};
use subject::{HIDDEN, Subject};

fn symbols(kind: CellKind, layer: usize, what: &str, notation: Notation) -> Vec<String> {
    let explanation = Subject::new(kind, 2, HIDDEN, &[]).ask(layer, 1, what, 0, notation).unwrap();
    explanation.lines.iter().map(|line| line.symbols.clone()).collect()
}

#[test]
fn the_notes_symbols_in_both_notations() {
    let split = [
        "W_f x_t",
        "U_f h_{t-1}",
        "b_f = b_{ih,f} + b_{hh,f}",
        "a_f = W_f x_t + U_f h_{t-1} + b_f",
        "f_t = σ(W_f x_t + U_f h_{t-1} + b_f)",
    ];
    assert_eq!(symbols(CellKind::Lstm, 0, "f", Notation::Split), split);
    let joined = [
        "W_f·[h_{t-1}, x_t]",
        "b_f = b_{ih,f} + b_{hh,f}",
        "a_f = W_f·[h_{t-1}, x_t] + b_f",
        "f_t = σ(W_f·[h_{t-1}, x_t] + b_f)",
    ];
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
