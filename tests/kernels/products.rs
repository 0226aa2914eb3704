//! The product in every small shape, layout and start against its definition, bit by bit; packing.

use crate::numbers::{CANARY, bits, canaries, matrix, random, spread};
use lstm_playground::kernels::{COLUMNS, Left, Panels, ROWS, Start, TOGETHER, blocks, plain, product};
use lstm_playground::rng::Rng;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// [`Start`] without its row.
#[derive(Debug, Clone, Copy)]
enum Begin {
    FromC,
    FromRow,
    AddToC,
}
const BEGINNINGS: [Begin; 3] = [Begin::FromC, Begin::FromRow, Begin::AddToC];

impl Begin {
    fn start<F>(self, row: &[F]) -> Start<'_, F> {
        match self {
            Begin::FromC => Start::FromC,
            Begin::FromRow => Start::From(row),
            Begin::AddToC => Start::AddToC,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Shape {
    rows: usize,
    columns: usize,
    depth: usize,
    stride: usize,
    start: Begin,
}

/// Sums in plain f32, k ascending, one accumulator an output: the definition once more, without packing.
fn by_hand(a: &[f32], b: &[f32], c: &[f32], r: &[f32], Shape { rows, columns, depth, start, .. }: Shape) -> Vec<f32> {
    let mut out = c.to_vec();
    for row in 0..rows {
        for column in 0..columns {
            let at = row * columns + column;
            let mut sum = match start {
                Begin::FromC => c[at],
                Begin::FromRow => r[column],
                Begin::AddToC => 0.0,
            };
            for k in 0..depth {
                sum += a[row * depth + k] * b[k * columns + column];
            }
            out[at] = if let Begin::AddToC = start { c[at] + sum } else { sum };
        }
    }
    out
}

type Product<F> = fn(&mut [F], usize, usize, Left<'_, F>, &Panels<F, COLUMNS>, Start<'_, F>);
const VERSIONS: [(&str, Product<f32>); 3] = [("blocks", blocks::product), ("plain", plain::product), ("door", product)];

fn check_product(rng: &mut Rng, shape: Shape) {
    let Shape { rows, columns, depth, stride, start } = shape;
    let (a, b, c) = (matrix(rng, rows, depth), matrix(rng, depth, columns), matrix(rng, rows, columns));
    let row = matrix(rng, 1, columns);
    let mut packed_b = Panels::<f32, COLUMNS>::new(depth, columns);
    packed_b.pack(&b);
    // A row by row with a gap after each, and A's transpose in panels
    let a_rows = if depth == 0 { Vec::new() } else { spread(&a, depth, depth + 3, rows) };
    let mut a_panels = Panels::<f32, ROWS>::new(depth, rows);
    let columns_of_a: Vec<Vec<f32>> = (0..depth).map(|k| (0..rows).map(|row| a[row * depth + k]).collect()).collect();
    for (n, together) in columns_of_a.chunks(TOGETHER).enumerate() {
        a_panels.pack_rows(n * TOGETHER, &together.iter().map(Vec::as_slice).collect::<Vec<_>>());
    }
    let expected = bits(&spread(&by_hand(&a, &b, &c, &row, shape), columns, stride, rows));
    for (layout, left) in [("rows", Left::rows(&a_rows, depth + 3)), ("panels", Left::transposed(&a_panels))] {
        for (version, function) in VERSIONS {
            let mut out = [canaries(8), spread(&c, columns, stride, rows), canaries(8)].concat();
            let end = out.len() - 8;
            function(&mut out[8..end], stride, rows, left, &packed_b, start.start(&row));
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
                for start in BEGINNINGS {
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
    for (rows, columns, depth) in [
        (8, 128, 32),
        (1, 512, 128),
        (16, 97, 128),
        (128, 33, 64),
        (65, 31, 200),
        (3, 8192, 5),
        (256, 8, 1),
        (37, 20, 1030),
        (4, 9, 4000),
    ] {
        for start in BEGINNINGS {
            check_product(&mut rng, Shape { rows, columns, depth, stride: columns + 1, start });
        }
    }
}

#[test]
fn products_in_f64_have_the_bits_of_the_definition() {
    let mut rng = Rng::parameters(3);
    for (rows, columns, depth) in [(1, 1, 1), (3, 7, 5), (2, 8, 0), (1, 64, 40), (5, 21, 13)] {
        let mut matrix = |n: usize| -> Vec<f64> { (0..n).map(|_| f64::from(random(&mut rng)) * 1.1).collect() };
        let (a, b, c, row) = (matrix(rows * (depth + 2)), matrix(depth * columns), matrix(rows * (columns + 1)), matrix(columns));
        let mut packed = Panels::<f64, COLUMNS>::new(depth, columns);
        packed.pack(&b);
        for start in BEGINNINGS {
            let by = |function: Product<f64>| {
                let mut out = c.clone();
                function(&mut out, columns + 1, rows, Left::rows(&a, depth + 2), &packed, start.start(&row));
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
    assert!(
        refused(&|| product(&mut canaries(18), 9, 2, Left::rows(&[0.0; 8], 4), &b, Start::From(&[0.0; 8]))),
        "the row to start from"
    );
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
    let shape = Shape { rows: 6, columns: 11, depth: 5, stride: 11, start: Begin::FromC };
    let expected = bits(&by_hand(&a, &b, &[0.0; 66], &[], shape));
    for b in [&panels, &packed_transposed] {
        let mut c = vec![0.0; 66];
        product(&mut c, 11, 6, Left::rows(&a, 5), b, Start::FromC);
        assert_eq!(bits(&c), expected);
    }
}
