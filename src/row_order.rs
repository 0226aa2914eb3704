//! Orders in which the units of a layer can stand in a heatmap: by how much they move, or beside what moves like them. Read only, and
//! deterministic: equal numbers are settled by index. It refuses to know where the numbers come from.

/// Below this standard deviation a unit is still: it resembles no other.
const STILL: f64 = 1e-6;

/// Units by the standard deviation of `h` (`[T * H]`, time step major), the largest first, ties by index.
pub fn by_activity(h: &[f32], hidden_size: usize) -> Vec<u32> {
    let deviations = deviations(h, hidden_size);
    // by insertion: a few hundred units do not pay for the standard library's sort
    (0..hidden_size).fold(Vec::with_capacity(hidden_size), |mut order: Vec<u32>, unit| {
        let place = order.partition_point(|&other| deviations[other as usize].total_cmp(&deviations[unit]).is_ge());
        order.insert(place, unit as u32);
        order
    })
}

/// Units so that similar ones are neighbours: average linkage on 1 - r of `h` (`[T * H]`, time step major), r = 0 for a unit that is still.
/// Of all pairs of clusters the nearest is joined first, each time on the more similar ends; at last the more active end comes on top.
/// Work O(T * H²) and about O(H²) for the clustering (Müllner, "Modern hierarchical, agglomerative clustering algorithms", 2011).
pub fn by_similarity(h: &[f32], hidden_size: usize) -> Vec<u32> {
    let deviations = deviations(h, hidden_size);
    let between_units = distances(h, &deviations);
    let mut order = Clusters::of_units(hidden_size, between_units.clone()).join_all(&between_units);
    if let (Some(&top), Some(&bottom)) = (order.first(), order.last())
        && deviations[bottom as usize] > deviations[top as usize]
    {
        order.reverse();
    }
    order
}

fn mean(h: &[f32], hidden_size: usize, unit: usize) -> f64 {
    let (sum, count) =
        h.iter().skip(unit).step_by(hidden_size).fold((0.0, 0.0), |(sum, count), &x| (sum + f64::from(x), count + 1.0));
    sum / f64::max(count, 1.0)
}

/// Standard deviation of each unit over the time steps; 0 where it is not finite.
fn deviations(h: &[f32], hidden_size: usize) -> Vec<f64> {
    let steps = (h.len() / hidden_size.max(1)).max(1) as f64;
    let deviation = |unit| {
        let mean = mean(h, hidden_size, unit);
        let squares: f64 = h.iter().skip(unit).step_by(hidden_size).map(|&x| (f64::from(x) - mean) * (f64::from(x) - mean)).sum();
        let deviation = (squares / steps).sqrt();
        if deviation.is_finite() { deviation } else { 0.0 }
    };
    (0..hidden_size).map(deviation).collect()
}

/// 1 - r of every two units, `[H * H]`.
fn distances(h: &[f32], deviations: &[f64]) -> Vec<f64> {
    let hidden_size = deviations.len();
    let steps = (h.len() / hidden_size.max(1)) as f64;
    let standard: Vec<Vec<f64>> = deviations
        .iter()
        .enumerate()
        .map(|(unit, &deviation)| {
            let mean = mean(h, hidden_size, unit);
            let scale = if deviation < STILL { 0.0 } else { 1.0 / (deviation * steps.sqrt()) };
            h.iter()
                .skip(unit)
                .step_by(hidden_size)
                .map(|&x| if scale == 0.0 { 0.0 } else { (f64::from(x) - mean) * scale })
                .collect()
        })
        .collect();
    let mut distances = vec![0.0; hidden_size * hidden_size];
    for a in 0..hidden_size {
        for b in a + 1..hidden_size {
            let r: f64 = standard[a].iter().zip(&standard[b]).map(|(x, y)| x * y).sum();
            distances[a * hidden_size + b] = 1.0 - r;
            distances[b * hidden_size + a] = 1.0 - r;
        }
    }
    distances
}

/// Clusters in slots, one a unit at first; a joined cluster keeps the lower slot.
struct Clusters {
    size: usize,
    /// mean distance between the units of two clusters, `[H * H]`
    distances: Vec<f64>,
    /// units from one end to the other; empty: the slot has gone into another
    units: Vec<Vec<u32>>,
    /// of each slot the nearest one above it
    nearest: Vec<Option<usize>>,
}

impl Clusters {
    fn of_units(size: usize, distances: Vec<f64>) -> Clusters {
        let mut clusters =
            Clusters { size, distances, units: (0..size as u32).map(|unit| vec![unit]).collect(), nearest: vec![None; size] };
        (0..size).for_each(|slot| clusters.nearest[slot] = clusters.nearest_above(slot));
        clusters
    }

    fn distance(&self, a: usize, b: usize) -> f64 {
        self.distances[a * self.size + b]
    }

    fn nearest_above(&self, slot: usize) -> Option<usize> {
        let above = (slot + 1..self.size).filter(|&other| !self.units[other].is_empty());
        above.min_by(|&a, &b| self.distance(slot, a).total_cmp(&self.distance(slot, b)))
    }

    /// The order of all units once one cluster is left.
    fn join_all(mut self, between_units: &[f64]) -> Vec<u32> {
        while let Some((keeper, other)) = self.closest_pair() {
            self.join(keeper, other, between_units);
        }
        self.units.into_iter().next().unwrap_or_default()
    }

    fn closest_pair(&self) -> Option<(usize, usize)> {
        let pairs =
            (0..self.size).filter(|&slot| !self.units[slot].is_empty()).filter_map(|slot| Some((slot, self.nearest[slot]?)));
        pairs.min_by(|a, b| self.distance(a.0, a.1).total_cmp(&self.distance(b.0, b.1)))
    }

    /// Puts the cluster of `other` at that of `keeper`, which stands in a lower slot.
    fn join(&mut self, keeper: usize, other: usize, between_units: &[f64]) {
        let (a, b) = (std::mem::take(&mut self.units[keeper]), std::mem::take(&mut self.units[other]));
        let (weight_a, weight_b) = (a.len() as f64, b.len() as f64);
        self.units[keeper] = joined(a, b, |x, y| between_units[x as usize * self.size + y as usize]);
        for slot in (0..self.size).filter(|&slot| slot != keeper) {
            let mean = (weight_a * self.distance(keeper, slot) + weight_b * self.distance(other, slot)) / (weight_a + weight_b);
            self.distances[keeper * self.size + slot] = mean;
            self.distances[slot * self.size + keeper] = mean;
        }
        for slot in 0..self.size {
            if self.units[slot].is_empty() {
                continue;
            }
            match self.nearest[slot] {
                Some(near) if slot != keeper && near != keeper && near != other => {
                    if slot < keeper && self.distance(slot, keeper) < self.distance(slot, near) {
                        self.nearest[slot] = Some(keeper);
                    }
                }
                _ => self.nearest[slot] = self.nearest_above(slot),
            }
        }
    }
}

/// Two rows of units as one, joined where their ends are most similar; of equal pairs of ends the first of: a's end and b's beginning, both
/// ends, both beginnings, a's beginning and b's end.
fn joined(mut a: Vec<u32>, mut b: Vec<u32>, distance: impl Fn(u32, u32) -> f64) -> Vec<u32> {
    let ends = |units: &[u32]| (units[0], units[units.len() - 1]);
    let ((first_a, last_a), (first_b, last_b)) = (ends(&a), ends(&b));
    let ways = [
        (last_a, first_b, false, false),
        (last_a, last_b, false, true),
        (first_a, first_b, true, false),
        (first_a, last_b, true, true),
    ];
    let nearest = ways.into_iter().min_by(|x, y| distance(x.0, x.1).total_cmp(&distance(y.0, y.1)));
    let (turn_a, turn_b) = nearest.map_or((false, false), |(_, _, turn_a, turn_b)| (turn_a, turn_b));
    if turn_a {
        a.reverse();
    }
    if turn_b {
        b.reverse();
    }
    a.extend(b);
    a
}
