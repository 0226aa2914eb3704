//! How a number comes about: the equations of one quantity of one unit at one time step, with this moment's operands, each with the place of
//! its own equation, down to weights and earlier time steps. What is printed evaluates to what is shown. It refuses to write sentences:
//! the page has the words in every language.
//!
//! States of earlier time steps are those of the f32 model that everything else shows; the one time step itself is computed in f64.

mod formula;
mod gates;
mod line;
mod output;
mod time_step;

pub use formula::{Element, Factor, Function, Reference};
pub use line::{Line, More, Part, Term};

use crate::cell::{CellKind, Holds};
use crate::error::Error;
use crate::model::Model;
use crate::trace::{self, MAX_TRACED};
use serde::{Deserialize, Serialize};
use time_step::TimeStep;

/// The notes' two ways to write a pre-activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Notation {
    /// W x + U h + b
    #[default]
    #[serde(alias = "separate")]
    Split,
    /// W·[h, x] + b
    Joined,
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Question<'a> {
    /// layer, from 0; y, p and loss stand above all layers
    pub layer: usize,
    /// time step, counted from the first token
    pub t: usize,
    /// i f g o c h r z n q y p loss; wx uh b a of all gates, or of one with its letter: a_f
    pub what: &'a str,
    /// unit, from 0; for y and p the id of a character; not read for loss
    pub unit: usize,
    /// how pre-activations are written
    pub notation: Notation,
    /// time step at which the reading begins, from a zero state; None: [`trace::anchor`] of t
    pub anchor: Option<usize>,
}

/// Something that a page says beside the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Note {
    /// the value is held: its line is an assignment
    Held,
    /// f = 1: this cell has no forget gate
    NoForgetGate,
    /// the line cannot be written W·[h, x]
    NotJoinable,
}

/// The derivation of one quantity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// what was asked
    pub name: String,
    /// layer asked for, from 0
    pub layer: usize,
    /// time step asked for, counted from the first token
    pub t: usize,
    /// unit asked for, from 0; for y and p the id of a character
    pub unit: usize,
    /// where the reading began
    pub anchor: usize,
    /// what to say beside it
    pub note: Option<Note>,
    /// in the order of computation; the last one gives the quantity asked for
    pub lines: Vec<Line>,
}

/// The derivation of a quantity while `model` reads `tokens`.
///
/// # Errors
/// `NoSuchPlace` for a layer, time step, unit or beginning that does not exist, `BadValue` for a quantity that the kind does not have,
/// `TooManyCharacters` when the beginning lies too far back.
///
/// # Panics
/// When a token is not below V.
pub fn explain(
    model: &Model<f32>,
    holds: &[Option<Holds<f32>>],
    tokens: &[u32],
    question: Question<'_>,
) -> Result<Explanation, Error> {
    let shape = model.shape();
    let (base, gate) = parse(shape.kind, question.what).ok_or(Error::BadValue { field: "what" })?;
    let units = match base {
        "y" | "p" => shape.vocab_size,
        "loss" => usize::MAX,
        _ => shape.hidden_size,
    };
    check("layer", question.layer, shape.num_layers)?;
    check("t", question.t, if base == "loss" { tokens.len().saturating_sub(1) } else { tokens.len() })?;
    check("unit", question.unit, units)?;
    let anchor = checked_anchor(question.anchor, question.t)?;
    let step = TimeStep::read(model, holds, tokens, anchor, question);
    let (note, lines) = match base {
        "y" | "p" | "loss" => (None, step.output_lines(base, question.unit, tokens.get(question.t + 1).copied())),
        _ => step.lines(base, gate, question.unit),
    };
    let Question { layer, t, unit, .. } = question;
    Ok(Explanation { name: question.what.to_string(), layer, t, unit, anchor, note, lines })
}

/// Where the reading for time step `t` begins: what was asked for, else [`trace::anchor`].
///
/// # Errors
/// `NoSuchPlace` after `t`, `TooManyCharacters` too far before it.
pub fn checked_anchor(asked: Option<usize>, t: usize) -> Result<usize, Error> {
    let anchor = asked.unwrap_or(trace::anchor(t));
    check("anchor", anchor, t + 1)?;
    let read = t - anchor + 1;
    if read > MAX_TRACED { Err(Error::TooManyCharacters { value: read as u64, limit: MAX_TRACED as u64 }) } else { Ok(anchor) }
}

fn check(field: &'static str, value: usize, size: usize) -> Result<(), Error> {
    let wrong = || Error::NoSuchPlace { field, value: i64::try_from(value).unwrap_or(i64::MAX), limit: size as i64 - 1 };
    if value < size { Ok(()) } else { Err(wrong()) }
}

/// A quantity that the kind has, and the gate that it names: a quantity after its nonlinearity is its own gate.
fn parse(kind: CellKind, what: &str) -> Option<(&str, Option<char>)> {
    if let Some((base @ ("wx" | "uh" | "b" | "a"), gate)) = what.split_once('_') {
        let mut letters = gate.chars();
        let gate = letters.next().filter(|&gate| letters.next().is_none() && kind.gates().contains(&gate))?;
        return Some((base, Some(gate)));
    }
    let is_gru = matches!(kind, CellKind::Gru | CellKind::GruCho);
    let exists = match what {
        "wx" | "uh" | "b" | "a" | "y" | "p" | "loss" | "h" => true,
        "i" | "f" | "g" | "o" | "c" => kind.has_cell_state(),
        "r" | "z" | "n" | "q" => is_gru,
        _ => false,
    };
    exists.then(|| (what, what.chars().next().filter(|_| what.len() == 1 && !matches!(what, "b" | "a" | "y" | "p"))))
}
