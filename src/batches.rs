//! Tokens to windows: which characters each lane reads next, where its state starts from zero, and which predictions count.
//! Three modes: a stream of text on a circle, lines each from a zero state, and lines of which only the answer counts.

use serde::{Deserialize, Serialize};
use std::ops::Range;

/// How the training part is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// the training part is a circle; lanes start evenly spaced and carry their state
    #[default]
    Stream,
    /// a lane takes the next unread line from a zero state
    Lines,
    /// as lines; only what stands after the last `:` of a line counts
    Answer,
}

/// One window of B lanes and T time steps, time first.
#[derive(Debug, Clone, Default)]
pub struct Window {
    /// `[T*B]` token read at each time step
    pub inputs: Vec<u32>,
    /// `[T*B]` token to be predicted
    pub targets: Vec<u32>,
    /// `[T*B]` whether the prediction counts
    pub counted: Vec<bool>,
    /// time step and lane before which the state starts from zero, in order of time
    pub resets: Vec<(usize, usize)>,
}

/// Position of one lane; what a checkpoint keeps of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Lane {
    /// stream: index of the next input; lines: line being read
    pub at: usize,
    /// lines: how much of the line has been read
    pub within: usize,
    /// stream: times it has passed the seam; lines: 1 while a line is unfinished
    pub passed: u64,
}

/// An endless row of windows over the training part.
#[derive(Debug, Clone)]
pub struct Batches {
    mode: Mode,
    tokens: Vec<u32>,
    newline: u32,
    lines: Vec<Range<usize>>,
    /// first counted index of each line's targets
    answers: Vec<usize>,
    lanes: Vec<Lane>,
    next_line: usize,
    seq_len: usize,
    lines_without_colon: usize,
}

/// Sizes of a window after shrinking to the text: (T', B').
///
/// Stream: with P pairs T' = min(T, P), B' = clamp(P / T', 1, B). Line modes: T' at most the longest line and its newline, B' at most
/// the number of lines.
fn shrink(mode: Mode, pairs: usize, lines: &[Range<usize>], seq_len: usize, batch_size: usize) -> (usize, usize) {
    match mode {
        Mode::Stream => {
            let t = seq_len.min(pairs).max(1);
            (t, (pairs / t).clamp(1, batch_size))
        }
        Mode::Lines | Mode::Answer => {
            let longest = lines.iter().map(|line| line.len() + 1).max().unwrap_or(1);
            (seq_len.min(longest), batch_size.min(lines.len()).max(1))
        }
    }
}

impl Batches {
    /// Windows over `tokens`, the training part. `newline` and `colon` are token ids; `colon` is None where the text has none.
    /// Line modes skip empty lines.
    pub fn new(
        mode: Mode,
        tokens: Vec<u32>,
        newline: Option<u32>,
        colon: Option<u32>,
        seq_len: usize,
        batch_size: usize,
    ) -> Batches {
        let lines = if mode == Mode::Stream { Vec::new() } else { split_lines(&tokens, newline) };
        let answer_start = |line: &Range<usize>| {
            let colon_at = tokens[line.clone()].iter().rposition(|&token| Some(token) == colon);
            // targets of a line are its characters and the newline: target k is character k
            colon_at.map(|at| at + 1)
        };
        let starts: Vec<Option<usize>> = match mode {
            Mode::Answer => lines.iter().map(answer_start).collect(),
            _ => vec![None; lines.len()],
        };
        let lines_without_colon = if mode == Mode::Answer { starts.iter().filter(|start| start.is_none()).count() } else { 0 };
        let answers = starts.into_iter().map(|start| start.unwrap_or(0)).collect();
        let (seq_len, lanes) = shrink(mode, tokens.len(), &lines, seq_len, batch_size);
        let pairs = tokens.len();
        let lane = |index: usize| match mode {
            Mode::Stream => Lane { at: index * pairs / lanes, ..Lane::default() },
            _ => Lane::default(),
        };
        Batches {
            mode,
            newline: newline.unwrap_or(0),
            lines,
            answers,
            lanes: (0..lanes).map(lane).collect(),
            next_line: 0,
            seq_len,
            lines_without_colon,
            tokens,
        }
    }

    /// T', which is at most the seq_len asked for.
    pub fn seq_len(&self) -> usize {
        self.seq_len
    }

    /// B', which is at most the batch_size asked for.
    pub fn batch_size(&self) -> usize {
        self.lanes.len()
    }

    /// Lines that count whole in answer mode because they have no colon.
    pub fn lines_without_colon(&self) -> usize {
        self.lines_without_colon
    }

    /// Whether any prediction of any window counts.
    pub fn is_empty(&self) -> bool {
        if self.mode == Mode::Stream { self.tokens.is_empty() } else { self.lines.is_empty() }
    }

    /// Where the next window begins.
    pub(crate) fn position(&self) -> (&[Lane], usize) {
        (&self.lanes, self.next_line)
    }

    /// Goes on from a position; false, and no change, when it is not one of these windows.
    pub(crate) fn go_to(&mut self, lanes: &[Lane], next_line: usize) -> bool {
        let exists = |lane: &Lane| match self.mode {
            Mode::Stream => lane.at <= self.tokens.len() && lane.within == 0 && lane.passed < 1 << 53,
            // a finished line's place is not read again
            _ => lane.at < self.lines.len() && lane.within <= self.lines[lane.at].len() + 1 && lane.passed <= 1,
        };
        let next_exists = next_line < self.lines.len().max(1);
        if lanes.len() != self.lanes.len() || !next_exists || !lanes.iter().all(exists) {
            return false;
        }
        self.lanes.copy_from_slice(lanes);
        self.next_line = next_line;
        true
    }

    /// Room for one window.
    pub fn window(&self) -> Window {
        let n = self.seq_len * self.lanes.len();
        Window { inputs: vec![0; n], targets: vec![0; n], counted: vec![false; n], resets: Vec::with_capacity(n) }
    }

    /// Writes the next window; allocates nothing.
    pub fn next(&mut self, window: &mut Window) {
        window.resets.clear();
        match self.mode {
            Mode::Stream => self.next_stream(window),
            Mode::Lines | Mode::Answer => self.next_lines(window),
        }
    }

    /// A lane that passes the seam carries its state the first, third, ... time and starts from zero the second, fourth, ... time.
    fn next_stream(&mut self, window: &mut Window) {
        let (pairs, lanes) = (self.tokens.len(), self.lanes.len());
        for t in 0..self.seq_len {
            for (b, lane) in self.lanes.iter_mut().enumerate() {
                if lane.at == pairs {
                    lane.at = 0;
                    lane.passed += 1;
                    if lane.passed % 2 == 0 {
                        window.resets.push((t, b));
                    }
                }
                let k = t * lanes + b;
                window.inputs[k] = self.tokens[lane.at];
                window.targets[k] = self.tokens[if lane.at + 1 == pairs { 0 } else { lane.at + 1 }];
                window.counted[k] = true;
                lane.at += 1;
            }
        }
    }

    /// A lane that has finished its line takes the next unread one at the window's start; the unused rest is masked.
    fn next_lines(&mut self, window: &mut Window) {
        let lanes = self.lanes.len();
        for b in 0..lanes {
            let mut lane = self.lanes[b];
            if lane.passed == 0 {
                lane = Lane { at: self.next_line, within: 0, passed: 1 };
                self.next_line = (self.next_line + 1) % self.lines.len();
                window.resets.push((0, b));
            }
            let line = &self.tokens[self.lines[lane.at].clone()];
            for t in 0..self.seq_len {
                let k = t * lanes + b;
                let unread = lane.within <= line.len();
                window.inputs[k] = if unread && lane.within > 0 { line[lane.within - 1] } else { self.newline };
                window.targets[k] = if lane.within < line.len() { line[lane.within] } else { self.newline };
                window.counted[k] = unread && lane.within >= self.answers[lane.at];
                lane.within += usize::from(unread);
            }
            if lane.within > line.len() {
                lane.passed = 0;
            }
            self.lanes[b] = lane;
        }
    }
}

/// The non-empty lines of a token sequence, without their newlines.
pub(crate) fn split_lines(tokens: &[u32], newline: Option<u32>) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for end in (0..tokens.len()).filter(|&k| Some(tokens[k]) == newline).chain([tokens.len()]) {
        if end > start {
            lines.push(start..end);
        }
        start = end + 1;
    }
    lines
}
