//! The order of a heatmap's rows against an example worked by hand, and what must hold for any numbers: a permutation, settled by index.
#![cfg(not(target_arch = "wasm32"))]

use lstm_playground::row_order::{by_activity, by_similarity};

/// Rows of units over time as the trace has them: time step major.
fn time_major(units: &[&[f32]]) -> Vec<f32> {
    (0..units[0].len()).flat_map(|t| units.iter().map(move |unit| unit[t])).collect()
}

// Standard deviations 1, 3, 2, 1.118. r: a and c 1, b and d 0.894, d with a and with c 0.447, b with a and with c 0.
const A: [f32; 4] = [1.0, -1.0, 1.0, -1.0];
const B: [f32; 4] = [3.0, 3.0, -3.0, -3.0];
const C: [f32; 4] = [2.0, -2.0, 2.0, -2.0];
const D: [f32; 4] = [1.5, 0.5, -0.5, -1.5];

#[test]
fn activity_is_the_standard_deviation_descending() {
    assert_eq!(by_activity(&time_major(&[&A, &B, &C, &D]), 4), [1, 2, 3, 0]);
}

#[test]
fn equal_activity_is_settled_by_index() {
    assert_eq!(by_activity(&time_major(&[&C, &A, &C, &A]), 4), [0, 2, 1, 3]);
}

#[test]
fn similar_units_are_neighbours() {
    // a joins c, b joins d; then d's end is nearer to {a, c} than b's: a c d b. b is more active than a, so it comes on top.
    assert_eq!(by_similarity(&time_major(&[&A, &B, &C, &D]), 4), [1, 3, 2, 0]);
}

#[test]
fn opposite_units_stand_apart() {
    let negative: Vec<f32> = D.iter().map(|x| -x).collect();
    let order = by_similarity(&time_major(&[&D, &negative, &D, &negative]), 4);
    assert_eq!(order, [0, 2, 1, 3], "each pair of equals is one block");
}

#[test]
fn a_unit_that_is_still_resembles_none() {
    // the still one is at distance 1 from every other, farther than a, c and d are from each other
    let still = [0.25_f32; 4];
    let order = by_similarity(&time_major(&[&A, &still, &C, &D]), 4);
    assert!(order[0] == 1 || order[3] == 1, "{order:?}");
}

#[test]
fn any_numbers_give_a_permutation() {
    for (steps, hidden) in [(0, 3), (1, 1), (1, 4), (300, 37)] {
        let mut state = 1_u32;
        let h: Vec<f32> = (0..steps * hidden)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / (1 << 23) as f32 - 1.0
            })
            .collect();
        for order in [by_activity(&h, hidden), by_similarity(&h, hidden)] {
            let mut sorted = order.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, (0..hidden as u32).collect::<Vec<_>>(), "{steps} time steps, {hidden} units");
        }
    }
    for odd in [f32::NAN, f32::INFINITY] {
        assert_eq!(by_similarity(&[odd, 0.0, odd, 1.0], 2).len(), 2);
    }
}

/// The nearest pair by brute force, cluster by cluster: the cached neighbours must choose the same tree.
#[test]
fn the_nearest_pair_is_always_joined_first() {
    let hidden = 12;
    let h: Vec<f32> = (0..40 * hidden).map(|k| ((k * k * 7 + k * 13) % 101) as f32 / 101.0).collect();
    let order = by_similarity(&h, hidden);
    assert_eq!(order, slow_order(&h, hidden));
}

fn slow_order(h: &[f32], hidden: usize) -> Vec<u32> {
    let steps = h.len() / hidden;
    let unit = |u: usize| (0..steps).map(move |t| f64::from(h[t * hidden + u]));
    let mean = |u: usize| unit(u).sum::<f64>() / steps as f64;
    let product = |a: usize, b: usize| unit(a).zip(unit(b)).map(|(x, y)| (x - mean(a)) * (y - mean(b))).sum::<f64>();
    let apart = |a: u32, b: u32| {
        let (a, b) = (a as usize, b as usize);
        1.0 - product(a, b) / (product(a, a) * product(b, b)).sqrt()
    };
    let mut clusters: Vec<Vec<u32>> = (0..hidden as u32).map(|u| vec![u]).collect();
    while clusters.len() > 1 {
        let mut best = (f64::INFINITY, 0, 0);
        for a in 0..clusters.len() {
            for b in a + 1..clusters.len() {
                let pairs = clusters[a].iter().flat_map(|&x| clusters[b].iter().map(move |&y| (x, y)));
                let mean = pairs.map(|(x, y)| apart(x, y)).sum::<f64>() / (clusters[a].len() * clusters[b].len()) as f64;
                if mean < best.0 {
                    best = (mean, a, b);
                }
            }
        }
        let (mut a, mut b) = (clusters[best.1].clone(), clusters.remove(best.2));
        let (la, lb) = (a.len() - 1, b.len() - 1);
        let ends = [apart(a[la], b[0]), apart(a[la], b[lb]), apart(a[0], b[0]), apart(a[0], b[lb])];
        let way = (0..4).min_by(|&x, &y| ends[x].total_cmp(&ends[y])).unwrap();
        if way >= 2 {
            a.reverse();
        }
        if way % 2 == 1 {
            b.reverse();
        }
        a.extend(b);
        clusters[best.1] = a;
    }
    let order = clusters.remove(0);
    let (top, bottom) = (order[0] as usize, order[hidden - 1] as usize);
    if product(bottom, bottom) > product(top, top) { order.into_iter().rev().collect() } else { order }
}
