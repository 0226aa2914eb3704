//! The fast kernels against their definition, bit by bit: the product in every small shape, layout and start, and formulas over any
//! number of elements. NaN canaries stand wherever a kernel must neither read nor write.

#[path = "kernels/numbers.rs"]
mod numbers;
#[path = "kernels/products.rs"]
mod products;

use lstm_playground::kernels::simd::F32x4;
use lstm_playground::kernels::{Elementwise, blocks, for_each_element, plain, sum_of, sum_of_columns, transpose};
use lstm_playground::loss::{LongSum, softmax};
use lstm_playground::math::{Num, exp};
use lstm_playground::rng::Rng;
use numbers::{CANARY, bits, canaries, matrix, spread};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn quotients_have_the_bits_of_the_division() {
    let mut rng = Rng::parameters(8);
    for n in [0, 1, 3, 4, 7, 40, 3962] {
        for divisor in [1.0, 3.0, 1.0 + f64::EPSILON, 40.5, 3961.999, 1e-310, 1e300, 0.0, f64::INFINITY, f64::NAN] {
            let mut numbers = matrix(&mut rng, 1, n);
            numbers.iter_mut().zip([f32::MAX, f32::MIN_POSITIVE, f32::NAN, f32::INFINITY]).for_each(|(x, special)| *x = special);
            let mut plainly = numbers.clone();
            blocks::divide_all(&mut numbers, divisor);
            plain::divide_all(&mut plainly, divisor);
            assert_eq!(bits(&numbers), bits(&plainly), "{n} / {divisor}");
        }
    }
}

#[test]
fn the_range_of_any_number_of_elements() {
    let mut rng = Rng::parameters(11);
    for n in 1..=70 {
        for _ in 0..20 {
            let mut numbers = matrix(&mut rng, 1, n);
            assert_eq!(blocks::range(&numbers), plain::range(&numbers), "{numbers:?}");
            let at = rng.next_u32() as usize % n;
            numbers[at] = if at > 0 { f32::NAN } else { f32::NEG_INFINITY };
            assert_eq!(blocks::range(&numbers), plain::range(&numbers), "{numbers:?}");
        }
    }
}

/// Among them rows whose smallest exponentials are subnormal or 0, which go another way.
#[test]
fn probabilities_have_the_bits_of_their_formula() {
    let mut rng = Rng::parameters(12);
    for n in [1, 7, 40, 65, 3962] {
        for spread in [0.0, 1.0, 43.2, 43.3, 60.0, 200.0, f32::MAX] {
            let row: Vec<f32> = (0..n).map(|_| rng.uniform_within(1.0) * spread).collect();
            let max = row.iter().copied().fold(f32::MIN, f32::max);
            let exponentials: Vec<f32> = row.iter().map(|y| exp(y - max)).collect();
            let mut sum = LongSum::default();
            exponentials.iter().for_each(|&e| sum.add(f64::from(e)));
            let expected: Vec<f32> = exponentials.iter().map(|&e| (f64::from(e) / sum.total()) as f32).collect();
            let mut fast = row.clone();
            assert_eq!(softmax(&mut fast), (sum.total(), max));
            assert_eq!(bits(&fast), bits(&expected), "{n} logits within {spread}");
        }
    }
}

/// Quotients halfway between two f32, and one f64 beside it: where a product with the reciprocal would round to the other side.
#[test]
fn quotients_at_the_edge_of_rounding_have_the_bits_of_the_division() {
    let mut rng = Rng::parameters(9);
    let mut decided_otherwise = 0;
    for _ in 0..200_000 {
        let x = 0.5 + rng.uniform_within(0.5).abs();
        let quotient = 0.5 + rng.uniform_within(0.25).abs();
        let halfway = f64::from(quotient) + f64::from(f32::EPSILON) / 4.0 * if quotient < 1.0 { 1.0 } else { 2.0 };
        let divisor = f64::from(x) / halfway;
        let (mut fast, mut plainly) = ([x; 8], [x; 8]);
        blocks::divide_all(&mut fast, divisor);
        plain::divide_all(&mut plainly, divisor);
        assert_eq!(bits(&fast), bits(&plainly), "{x} / {divisor}");
        decided_otherwise += usize::from((f64::from(x) * (1.0 / divisor)) as f32 != plainly[0]);
    }
    assert!(decided_otherwise > 1000, "only {decided_otherwise} of these quotients tell the two apart");
}

#[test]
fn columns_of_a_matrix_have_the_bits_of_its_transpose() {
    let mut rng = Rng::parameters(10);
    for (width, vocab, rows) in [(1, 1, 1), (12, 5, 7), (16, 30, 40), (33, 9, 4), (128, 50, 3)] {
        let (weight, bias) = (matrix(&mut rng, width, vocab), matrix(&mut rng, 1, width));
        let tokens: Vec<u32> = (0..rows).map(|_| rng.next_u32() % vocab as u32).collect();
        let mut turned = vec![0.0; width * vocab];
        transpose(&weight, vocab, &mut turned);
        let mut out = [canaries(8), vec![0.0; width * rows], canaries(8)].concat();
        sum_of_columns(&mut out[8..8 + width * rows], &bias, &weight, &tokens);
        for (row, &token) in out[8..8 + width * rows].chunks_exact(width).zip(&tokens) {
            let mut expected = vec![0.0; width];
            sum_of(&mut expected, &bias, &turned[token as usize * width..(token as usize + 1) * width]);
            assert_eq!(bits(row), bits(&expected), "{width} x {vocab}, character {token}");
        }
        assert!(out[..8].iter().chain(&out[8 + width * rows..]).all(|x| x.to_bits() == CANARY));
    }
}

#[test]
fn blocks_of_every_small_shape_are_turned_and_nothing_beside_them_is_touched() {
    let mut rng = Rng::parameters(6);
    for (rows, columns) in (0..=18).flat_map(|rows| (0..=18).map(move |columns| (rows, columns))) {
        let (stride, out_stride) = (columns + 3, rows + 2);
        let block = spread(&matrix(&mut rng, rows.max(1), columns), columns, stride, rows.max(1));
        let (mut fast, mut plainly) = (canaries(columns * out_stride + 5), canaries(columns * out_stride + 5));
        blocks::turn(&block, stride, rows, columns, &mut fast, out_stride);
        plain::turn(&block, stride, rows, columns, &mut plainly, out_stride);
        assert_eq!(bits(&fast), bits(&plainly), "{rows} x {columns}");
        let written = plainly.iter().filter(|x| x.to_bits() != CANARY).count();
        assert_eq!(written, rows * columns, "{rows} x {columns}");
        if rows > 0 && columns > 0 {
            assert_eq!(
                plainly[(columns - 1) * out_stride + rows - 1].to_bits(),
                block[(rows - 1) * stride + columns - 1].to_bits()
            );
        }
    }
}

#[test]
fn a_transpose_has_every_number_in_its_place() {
    let mut rng = Rng::parameters(7);
    for (rows, columns) in [(1, 1), (5, 3), (16, 8), (33, 40), (128, 65)] {
        let matrix = matrix(&mut rng, rows, columns);
        let mut out = canaries(rows * columns);
        transpose(&matrix, columns, &mut out);
        let expected: Vec<f32> = (0..rows * columns).map(|at| matrix[at % rows * columns + at / rows]).collect();
        assert_eq!(bits(&out), bits(&expected), "{rows} x {columns}");
    }
}

type OneByOne = fn(f32, f32) -> f32;

#[test]
fn four_lanes_do_what_one_does() {
    let mut rng = Rng::parameters(4);
    let special =
        [0.0, -0.0, 1e-45, -1e-38, f32::MAX, f32::MIN, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, 1.0, 88.8, -104.5, 0.625];
    let mut any = || {
        if rng.next_u32().is_multiple_of(4) { special[rng.next_u32() as usize % special.len()] } else { rng.uniform_within(20.0) }
    };
    // the bits of a NaN are not defined, that it is one is
    let same = |x: f32, y: f32| x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan());
    for _ in 0..20_000 {
        let (a, b): ([f32; 4], [f32; 4]) = (std::array::from_fn(|_| any()), std::array::from_fn(|_| any()));
        let (va, vb) = (F32x4::from_array(a), F32x4::from_array(b));
        let results: [(&str, F32x4, OneByOne); 11] = [
            ("+", va + vb, |a, b| a + b),
            ("-", va - vb, |a, b| a - b),
            ("*", va * vb, |a, b| a * b),
            ("/", va / vb, |a, b| a / b),
            ("negative", -va, |a, _| -a),
            ("sqrt", va.sqrt(), |a, _| Num::sqrt(a)),
            ("select", F32x4::select_less(va, vb, vb, va), |a, b| f32::select_less(a, b, b, a)),
            ("relu", va.relu(), |a, _| Num::relu(a)),
            ("exp", Num::exp(va), |a, _| Num::exp(a)),
            ("tanh", Num::tanh(va), |a, _| Num::tanh(a)),
            ("sigmoid", va.sigmoid(), |a, _| a.sigmoid()),
        ];
        for (name, lanes, one) in results {
            for (lane, &found) in lanes.to_array().iter().enumerate() {
                let expected = one(a[lane], b[lane]);
                assert!(same(found, expected), "{name} of {:e} and {:e}: {found:e}, one alone {expected:e}", a[lane], b[lane]);
            }
        }
    }
}

/// out = 2 x + 1, and how often each element was computed.
struct Doubled<'a> {
    x: &'a [f32],
    out: &'a mut [f32],
    visits: &'a mut [f32],
}

impl Elementwise<f32> for Doubled<'_> {
    fn run<L: Num<Scalar = f32>>(&mut self, at: usize) {
        (L::load(self.x, at) * L::of(2.0) + L::of(1.0)).store(self.out, at);
        (L::load(self.visits, at) + L::of(1.0)).store(self.visits, at);
    }
}

#[test]
fn formulas_run_once_for_every_element_and_for_no_other() {
    for n in 0..=21 {
        let x: Vec<f32> = (0..n).map(|k| k as f32).collect();
        let (mut out, mut visits) = (canaries(n + 4), vec![0.0; n + 4]);
        for_each_element::<f32>(n, Doubled { x: &x, out: &mut out, visits: &mut visits });
        let expected: Vec<f32> = x.iter().map(|x| 2.0 * x + 1.0).collect();
        assert_eq!(out[..n], expected);
        assert!(out[n..].iter().all(|x| x.to_bits() == CANARY));
        assert_eq!(visits, [vec![1.0; n], vec![0.0; 4]].concat());
    }
}
