//! The fast kernels against their definition, bit by bit: the product in every small shape, layout and start, and formulas over any
//! number of elements. NaN canaries stand wherever a kernel must neither read nor write.

use lstm_playground::kernels::blocks;
use lstm_playground::kernels::simd::F32x4;
use lstm_playground::kernels::{
    COLUMNS, Elementwise, Left, Panels, ROWS, Start, TOGETHER, for_each_element, plain, product, transpose,
};
use lstm_playground::math::Num;
use lstm_playground::rng::Rng;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A NaN that no calculation makes.
const CANARY: u32 = 0x7fc0_dead;

fn canaries(n: usize) -> Vec<f32> {
    vec![f32::from_bits(CANARY); n]
}

fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|x| x.to_bits()).collect()
}

/// Numbers of very different sizes, so that any other order of a sum has other bits; zeros of both signs and subnormals among them.
fn random(rng: &mut Rng) -> f32 {
    match rng.next_u32() % 16 {
        0 => 0.0,
        1 => -0.0,
        2 => f32::from_bits(rng.next_u32() % 1000),
        3 => rng.uniform_within(1e6),
        4 => rng.uniform_within(1e-6),
        _ => rng.uniform_within(1.0),
    }
}

fn matrix(rng: &mut Rng, rows: usize, columns: usize) -> Vec<f32> {
    (0..rows * columns).map(|_| random(rng)).collect()
}

/// The same matrix with its rows `stride` apart, canaries between them.
fn spread(matrix: &[f32], columns: usize, stride: usize, rows: usize) -> Vec<f32> {
    let mut wide = canaries((rows - 1) * stride + columns);
    for row in 0..rows {
        wide[row * stride..row * stride + columns].copy_from_slice(&matrix[row * columns..(row + 1) * columns]);
    }
    wide
}

#[derive(Debug, Clone, Copy)]
struct Shape {
    rows: usize,
    columns: usize,
    depth: usize,
    stride: usize,
    start: Start,
}

/// Sums in plain f32, k ascending, one accumulator an output: the definition once more, without packing.
fn by_hand(a: &[f32], b: &[f32], c: &[f32], Shape { rows, columns, depth, start, .. }: Shape) -> Vec<f32> {
    let mut out = c.to_vec();
    for row in 0..rows {
        for column in 0..columns {
            let at = row * columns + column;
            let mut sum = if start == Start::FromC { c[at] } else { 0.0 };
            for k in 0..depth {
                sum += a[row * depth + k] * b[k * columns + column];
            }
            out[at] = if start == Start::FromC { sum } else { c[at] + sum };
        }
    }
    out
}

type Product<F> = fn(&mut [F], usize, usize, Left<'_, F>, &Panels<F, COLUMNS>, Start);
const VERSIONS: [(&str, Product<f32>); 3] = [("blocks", blocks::product), ("plain", plain::product), ("door", product)];

fn check_product(rng: &mut Rng, shape: Shape) {
    let Shape { rows, columns, depth, stride, start } = shape;
    let (a, b, c) = (matrix(rng, rows, depth), matrix(rng, depth, columns), matrix(rng, rows, columns));
    let mut packed_b = Panels::<f32, COLUMNS>::new(depth, columns);
    packed_b.pack(&b);
    // A row by row with a gap after each, and A's transpose in panels
    let a_rows = if depth == 0 { Vec::new() } else { spread(&a, depth, depth + 3, rows) };
    let mut a_panels = Panels::<f32, ROWS>::new(depth, rows);
    let columns_of_a: Vec<Vec<f32>> = (0..depth).map(|k| (0..rows).map(|row| a[row * depth + k]).collect()).collect();
    for (n, together) in columns_of_a.chunks(TOGETHER).enumerate() {
        a_panels.pack_rows(n * TOGETHER, &together.iter().map(Vec::as_slice).collect::<Vec<_>>());
    }
    let expected = bits(&spread(&by_hand(&a, &b, &c, shape), columns, stride, rows));
    for (layout, left) in [("rows", Left::rows(&a_rows, depth + 3)), ("panels", Left::transposed(&a_panels))] {
        for (version, function) in VERSIONS {
            let mut out = [canaries(8), spread(&c, columns, stride, rows), canaries(8)].concat();
            let end = out.len() - 8;
            function(&mut out[8..end], stride, rows, left, &packed_b, start);
            assert_eq!(bits(&out[8..end]), expected, "{version}, A in {layout}, {shape:?}");
            assert!(out[..8].iter().chain(&out[end..]).all(|x| x.to_bits() == CANARY), "{version} wrote outside C: {shape:?}");
        }
    }
}

#[test]
fn products_of_every_small_shape_have_the_bits_of_the_definition() {
    let mut rng = Rng::parameters(1);
    for rows in 1..=9 {
        for columns in 1..=20 {
            for depth in 0..=20 {
                for start in [Start::FromC, Start::AddToC] {
                    check_product(&mut rng, Shape { rows, columns, depth, stride: columns, start });
                    check_product(&mut rng, Shape { rows, columns, depth, stride: columns + 5, start });
                }
            }
        }
    }
}

#[test]
fn products_of_the_shapes_of_real_models() {
    let mut rng = Rng::parameters(2);
    for (rows, columns, depth) in
        [(8, 128, 32), (1, 512, 128), (16, 97, 128), (128, 33, 64), (65, 31, 200), (3, 8192, 5), (256, 8, 1)]
    {
        for start in [Start::FromC, Start::AddToC] {
            check_product(&mut rng, Shape { rows, columns, depth, stride: columns + 1, start });
        }
    }
}

#[test]
fn products_in_f64_have_the_bits_of_the_definition() {
    let mut rng = Rng::parameters(3);
    for (rows, columns, depth) in [(1, 1, 1), (3, 7, 5), (2, 8, 0), (1, 64, 40), (5, 21, 13)] {
        let mut matrix = |n: usize| -> Vec<f64> { (0..n).map(|_| f64::from(random(&mut rng)) * 1.1).collect() };
        let (a, b, c) = (matrix(rows * (depth + 2)), matrix(depth * columns), matrix(rows * (columns + 1)));
        let mut packed = Panels::<f64, COLUMNS>::new(depth, columns);
        packed.pack(&b);
        for start in [Start::FromC, Start::AddToC] {
            let by = |function: Product<f64>| {
                let mut out = c.clone();
                function(&mut out, columns + 1, rows, Left::rows(&a, depth + 2), &packed, start);
                out.iter().map(|x| x.to_bits()).collect::<Vec<_>>()
            };
            assert_eq!(by(product), by(plain::product), "{rows} x {depth} x {columns}, {start:?}");
        }
    }
}

#[test]
fn a_product_without_rows_or_columns_touches_nothing() {
    let mut c = canaries(4);
    product(&mut c, 0, 3, Left::rows(&[], 0), &Panels::new(5, 0), Start::AddToC);
    product(&mut c, 4, 0, Left::rows(&[], 5), &Panels::new(5, 4), Start::FromC);
    assert!(c.iter().all(|x| x.to_bits() == CANARY));
}

#[test]
#[cfg(not(target_arch = "wasm32"))]
fn operands_that_are_too_short_are_refused() {
    let refused = |work: &(dyn Fn() + std::panic::RefUnwindSafe)| std::panic::catch_unwind(work).is_err();
    let b = Panels::<f32, COLUMNS>::new(4, 9);
    assert!(refused(&|| product(&mut canaries(17), 9, 2, Left::rows(&[0.0; 8], 4), &b, Start::FromC)), "C");
    assert!(refused(&|| product(&mut canaries(18), 9, 2, Left::rows(&[0.0; 7], 4), &b, Start::FromC)), "A");
    let shallow = Panels::<f32, ROWS>::new(3, 2);
    assert!(refused(&|| product(&mut canaries(18), 9, 2, Left::transposed(&shallow), &b, Start::FromC)), "A in panels");
}

#[test]
fn packing_again_leaves_nothing_of_what_was_there() {
    let mut rng = Rng::parameters(3);
    let mut panels = Panels::<f32, COLUMNS>::new(7, 13);
    panels.pack(&canaries(7 * 13));
    panels.set_columns(11, 13);
    panels.set_depth(5);
    let b = matrix(&mut rng, 5, 11);
    panels.pack(&b);
    let transposed: Vec<f32> = (0..11 * 5).map(|k| b[(k % 5) * 11 + k / 5]).collect();
    let mut packed_transposed = Panels::<f32, COLUMNS>::new(5, 11);
    packed_transposed.pack_transposed(&transposed);
    let a = matrix(&mut rng, 6, 5);
    let shape = Shape { rows: 6, columns: 11, depth: 5, stride: 11, start: Start::FromC };
    let expected = bits(&by_hand(&a, &b, &[0.0; 66], shape));
    for b in [&panels, &packed_transposed] {
        let mut c = vec![0.0; 66];
        product(&mut c, 11, 6, Left::rows(&a, 5), b, Start::FromC);
        assert_eq!(bits(&c), expected);
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
