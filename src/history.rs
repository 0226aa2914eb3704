//! What can be looked back at: the weights of earlier training steps, spaced logarithmically, and the curve of losses, thinned.
//! Both are bounded and allocated once, so that a training step never waits for memory; neither has any influence on training.

/// Most snapshots that are kept.
pub const MAX_SNAPSHOTS: usize = 64;
/// Most bytes of snapshots that are kept.
pub const MAX_SNAPSHOT_BYTES: usize = 64 << 20;
/// Most points of the loss curve.
pub const MAX_LOSSES: usize = 2048;
/// Added to training steps before they are compared, so that the first few do not take all the room.
const OFFSET: u64 = 10;

/// How many snapshots of `n` numbers are kept: none where two do not fit, since the first alone is no history.
pub fn capacity(n: usize) -> usize {
    let most = (MAX_SNAPSHOT_BYTES / size_of::<f32>() / n.max(1)).min(MAX_SNAPSHOTS);
    if most < 2 { 0 } else { most }
}

/// Snapshots of the weights. The first one stays. A new one is taken when (s + 10) has grown by 2 % since the last, so that copying costs
/// little; when there is no room, of the inner ones that one goes whose (s_next + 10) / (s_prev + 10) is smallest.
///
/// So neighbours lie less than 11 % apart (of s + 10) in the first 1,000 training steps of a run, less than 20 % up to 20,000, 24 % up to 100,000
/// and 30 % up to a million, where 64 snapshots cannot stand closer; a training step lies at most half as far from the nearest one. The
/// first is never dropped: after a minute at full speed the minute's beginning can still be shown. Room for all snapshots is reserved at the beginning, but not touched: the system hands it out as it is filled.
#[derive(Debug)]
pub struct History {
    /// numbers of a snapshot
    n: usize,
    /// training step of each snapshot, ascending, and its place in `numbers`
    snapshots: Vec<(u64, usize)>,
    numbers: Vec<f32>,
}

impl History {
    /// Room for snapshots of `n` numbers each.
    pub fn new(n: usize) -> History {
        let most = capacity(n);
        History { n, snapshots: Vec::with_capacity(most), numbers: Vec::with_capacity(most * n) }
    }

    /// Training steps of the snapshots, ascending.
    pub fn steps(&self) -> Vec<u64> {
        self.snapshots.iter().map(|snapshot| snapshot.0).collect()
    }

    /// Every snapshot with its training step, ascending.
    pub fn snapshots(&self) -> impl ExactSizeIterator<Item = (u64, &[f32])> {
        self.snapshots.iter().map(|&(step, place)| (step, self.at(place)))
    }

    /// The snapshot nearest to a training step, the earlier one of two; None when the model is too large for any.
    pub fn nearest(&self, step: u64) -> Option<(u64, &[f32])> {
        let &(nearest, place) = self.snapshots.iter().min_by_key(|snapshot| snapshot.0.abs_diff(step))?;
        Some((nearest, self.at(place)))
    }

    /// Forgets everything and begins with these weights.
    ///
    /// # Panics
    /// When the number of weights is not the one that the history was made for.
    pub fn restart(&mut self, step: u64, values: &[f32]) {
        self.snapshots.clear();
        self.numbers.clear();
        self.consider(step, values);
    }

    /// Takes a snapshot after a training step when one is due; allocates nothing.
    ///
    /// # Panics
    /// When the number of weights is not the one that the history was made for.
    pub fn consider(&mut self, step: u64, values: &[f32]) {
        let due = match self.snapshots.last() {
            None => capacity(self.n) > 0,
            Some(&(last, _)) => 100 * (step + OFFSET) >= 102 * (last + OFFSET),
        };
        if due {
            self.take(step, values);
        }
    }

    /// Takes a snapshot of a training step after the last one.
    fn take(&mut self, step: u64, values: &[f32]) {
        assert_eq!(values.len(), self.n, "numbers of a snapshot");
        if self.snapshots.len() < capacity(self.n) {
            self.snapshots.push((step, self.snapshots.len()));
            self.numbers.extend_from_slice(values);
            return;
        }
        let place = self.snapshots.remove(self.least_missed(step)).1;
        self.numbers[place * self.n..(place + 1) * self.n].copy_from_slice(values);
        self.snapshots.push((step, place));
    }

    /// The snapshot between the first and a new one whose neighbours are nearest to one another.
    fn least_missed(&self, new: u64) -> usize {
        let step = |k: usize| (self.snapshots.get(k).map_or(new, |snapshot| snapshot.0) + OFFSET) as f64;
        let gap_without = |k: usize| step(k + 1) / step(k - 1);
        let inner = 1..self.snapshots.len();
        inner.min_by(|&a, &b| gap_without(a).total_cmp(&gap_without(b))).expect("a full history has inner snapshots")
    }

    fn at(&self, place: usize) -> &[f32] {
        &self.numbers[place * self.n..(place + 1) * self.n]
    }

    /// Adds a snapshot that was saved; false, and no change, when there is no room or it is not later than the last one.
    ///
    /// # Panics
    /// When the number of weights is not the one that the history was made for.
    pub(crate) fn append(&mut self, step: u64, values: &[f32]) -> bool {
        let fits = self.snapshots.len() < capacity(self.n) && self.snapshots.last().is_none_or(|last| last.0 < step);
        if fits {
            self.take(step, values);
        }
        fits
    }
}

impl Clone for History {
    /// With all its room: a plain copy of a vector would have none to spare.
    fn clone(&self) -> History {
        let mut copy = History::new(self.n);
        copy.snapshots.extend_from_slice(&self.snapshots);
        copy.numbers.extend_from_slice(&self.numbers);
        copy
    }
}

/// Losses of all training steps so far, as means over stretches of equal length; the length doubles when there is no room.
#[derive(Debug, PartialEq)]
pub struct LossCurve {
    /// training steps of a point
    pub(crate) every: u64,
    /// mean loss of each finished stretch, nats per character
    pub(crate) means: Vec<f32>,
    /// sum and number of the losses of the unfinished stretch
    pub(crate) sum: f64,
    pub(crate) count: u64,
}

impl LossCurve {
    /// No loss yet.
    pub fn new() -> LossCurve {
        LossCurve { every: 1, means: Vec::with_capacity(MAX_LOSSES), sum: 0.0, count: 0 }
    }

    /// Adds the loss of one training step; allocates nothing.
    pub fn add(&mut self, loss: f64) {
        self.sum += loss;
        self.count += 1;
        if self.count < self.every {
            return;
        }
        self.means.push((self.sum / self.every as f64) as f32);
        (self.sum, self.count) = (0.0, 0);
        if self.means.len() == MAX_LOSSES {
            for k in 0..MAX_LOSSES / 2 {
                self.means[k] = ((f64::from(self.means[2 * k]) + f64::from(self.means[2 * k + 1])) / 2.0) as f32;
            }
            self.means.truncate(MAX_LOSSES / 2);
            self.every *= 2;
        }
    }

    /// Training steps that one point is the mean of: point k is that of training steps k * every + 1 to (k + 1) * every.
    pub fn every(&self) -> u64 {
        self.every
    }

    /// The points, nats per character.
    pub fn means(&self) -> &[f32] {
        &self.means
    }
}

impl Default for LossCurve {
    fn default() -> LossCurve {
        LossCurve::new()
    }
}

impl Clone for LossCurve {
    /// With all its room: a plain copy of a vector would have none to spare.
    fn clone(&self) -> LossCurve {
        let mut copy = LossCurve { means: Vec::with_capacity(MAX_LOSSES), ..*self };
        copy.means.extend_from_slice(&self.means);
        copy
    }
}
