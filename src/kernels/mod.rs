//! The door to the matrix products: packed operands, and one function that chooses between [`plain`] (the definition) and [`blocks`]
//! (the same bits, faster, in the lanes of [`simd`]). It knows neither layers nor gates.

pub mod operands;
pub mod plain;
pub mod simd;
pub mod blocks;

use crate::math::{Num, Two};

pub use operands::{COLUMNS, LINE, Left, Panels, ROWS, TOGETHER, in_fours, transpose};

/// A number type that the network runs in: f32 (training, tracing) or f64 (gradient flow, oracles).
pub trait Real: Num<Scalar = Self> + PartialOrd + Default + std::fmt::Debug + 'static {
    /// As many of them side by side as the machine takes at once; what the cells' formulas run in.
    type Lanes: Num<Scalar = Self>;
    /// Two times as many, where a formula takes long.
    type Twos: Num<Scalar = Self>;
    /// The product's implementation for this type; use [`product`].
    fn product(c: &mut [Self], stride: usize, rows: usize, a: Left<'_, Self>, b: &Panels<Self, COLUMNS>, start: Start<'_, Self>);
    /// Adds the elements in f64 to 8 accumulators, element j to j mod 8: the eights of the slice; returns what is left, fewer than 8.
    fn add_eights<'a>(sums: &mut [f64; 8], elements: &'a [Self], squared: bool) -> &'a [Self];
    /// The least and the largest of elements of which there is one; NaN is neither.
    fn range(elements: &[Self]) -> (Self, Self);
    /// Each element divided by `divisor` in f64, the quotient rounded to this type.
    fn divide_all(elements: &mut [Self], divisor: f64);
    /// Turns a block (rows x columns, row-major, rows `stride` apart): element (row, column) goes to `out[column * out_stride + row]`.
    fn turn(block: &[Self], stride: usize, rows: usize, columns: usize, out: &mut [Self], out_stride: usize);
    /// Nearest f64.
    fn to_f64(self) -> f64;
    /// Nearest of this type, ties to even.
    fn from_f64(x: f64) -> Self;
}

impl Real for f32 {
    type Lanes = simd::F32x4;
    type Twos = Two<simd::F32x4>;
    #[inline]
    fn product(c: &mut [f32], stride: usize, rows: usize, a: Left<'_, f32>, b: &Panels<f32, COLUMNS>, start: Start<'_, f32>) {
        blocks::product(c, stride, rows, a, b, start);
    }
    fn add_eights<'a>(sums: &mut [f64; 8], elements: &'a [f32], squared: bool) -> &'a [f32] {
        blocks::add_eights(sums, elements, squared)
    }
    fn range(elements: &[f32]) -> (f32, f32) {
        blocks::range(elements)
    }
    fn divide_all(elements: &mut [f32], divisor: f64) {
        blocks::divide_all(elements, divisor);
    }
    fn turn(block: &[f32], stride: usize, rows: usize, columns: usize, out: &mut [f32], out_stride: usize) {
        blocks::turn(block, stride, rows, columns, out, out_stride);
    }
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
    fn from_f64(x: f64) -> f32 {
        x as f32
    }
}

impl Real for f64 {
    type Lanes = f64;
    type Twos = f64;
    fn product(c: &mut [f64], stride: usize, rows: usize, a: Left<'_, f64>, b: &Panels<f64, COLUMNS>, start: Start<'_, f64>) {
        blocks::product_f64(c, stride, rows, a, b, start);
    }
    fn add_eights<'a>(sums: &mut [f64; 8], elements: &'a [f64], squared: bool) -> &'a [f64] {
        plain::add_eights(sums, elements, squared)
    }
    fn range(elements: &[f64]) -> (f64, f64) {
        plain::range(elements)
    }
    fn divide_all(elements: &mut [f64], divisor: f64) {
        plain::divide_all(elements, divisor);
    }
    fn turn(block: &[f64], stride: usize, rows: usize, columns: usize, out: &mut [f64], out_stride: usize) {
        plain::turn(block, stride, rows, columns, out, out_stride);
    }
    fn to_f64(self) -> f64 {
        self
    }
    fn from_f64(x: f64) -> f64 {
        x
    }
}

/// Where an output's accumulator starts, and what happens to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start<'a, F> {
    /// c = c + a b, the accumulator starting from c: the sum of an earlier product that goes on
    FromC,
    /// c = r + a b, the accumulator starting from the number r of this row above c's column: a bias. What C held is not read
    From(&'a [F]),
    /// c = c + (0 + a b): a sum of its own, then added
    AddToC,
}

/// C = C + A B, or what else `start` says, for the first `rows` rows of C, which stand `stride` apart: each output has one accumulator, k ascending.
///
/// # Panics
/// When C or A is too short for the shapes; both numbers are in the message.
#[inline]
pub fn product<F: Real>(c: &mut [F], stride: usize, rows: usize, a: Left<'_, F>, b: &Panels<F, COLUMNS>, start: Start<'_, F>) {
    if rows == 0 || b.columns() == 0 {
        return;
    }
    let need = (rows - 1) * stride + b.columns();
    assert!(need <= c.len(), "C has {} numbers, the product writes {need}", c.len());
    if let Start::From(row) = start {
        assert_eq!(row.len(), b.columns(), "the row that sums start from, and the columns of B");
    }
    let last = if b.depth() == 0 { 0 } else { a.offset(rows - 1, b.depth() - 1) + 1 };
    assert!(last <= a.data.len(), "A has {} numbers, the product reads {last}", a.data.len());
    F::product(c, stride, rows, a, b, start);
}

/// A formula for the elements `at..at + L::WIDTH` of its slices.
pub trait Elementwise<F> {
    /// Computes these elements.
    fn run<L: Num<Scalar = F>>(&mut self, at: usize);
}

/// Runs a formula for `n` elements: as many at once as the machine takes, then one by one.
#[inline(always)]
pub fn for_each_element<F: Real>(n: usize, formula: impl Elementwise<F>) {
    from(0, n, formula);
}

/// The same for a formula that takes long, two at a time as far as they go.
#[inline(always)]
pub fn for_each_element_in_twos<F: Real>(n: usize, mut formula: impl Elementwise<F>) {
    let mut at = 0;
    while at + F::Twos::WIDTH <= n {
        formula.run::<F::Twos>(at);
        at += F::Twos::WIDTH;
    }
    from(at, n, formula);
}

#[inline(always)]
fn from<F: Real>(mut at: usize, n: usize, mut formula: impl Elementwise<F>) {
    while at + F::Lanes::WIDTH <= n {
        formula.run::<F::Lanes>(at);
        at += F::Lanes::WIDTH;
    }
    // where one at a time is all the machine takes, nothing is left
    while F::Lanes::WIDTH > 1 && at < n {
        formula.run::<F>(at);
        at += 1;
    }
}

struct Sum<'a, F> {
    out: &'a mut [F],
    a: &'a [F],
    b: &'a [F],
}

impl<F: Real> Elementwise<F> for Sum<'_, F> {
    #[inline(always)]
    fn run<L: Num<Scalar = F>>(&mut self, at: usize) {
        (L::load(self.a, at) + L::load(self.b, at)).store(self.out, at);
    }
}

/// out = a + b, element by element.
#[inline]
pub fn sum_of<F: Real>(out: &mut [F], a: &[F], b: &[F]) {
    for_each_element(out.len(), Sum { out, a, b });
}

struct Addition<'a, F> {
    sum: &'a mut [F],
    terms: &'a [F],
}

impl<F: Real> Elementwise<F> for Addition<'_, F> {
    #[inline(always)]
    fn run<L: Num<Scalar = F>>(&mut self, at: usize) {
        (L::load(self.sum, at) + L::load(self.terms, at)).store(self.sum, at);
    }
}

/// sum = sum + terms, element by element.
#[inline]
pub fn add_to<F: Real>(sum: &mut [F], terms: &[F]) {
    for_each_element(sum.len(), Addition { sum, terms });
}

struct First<'a, F> {
    sum: &'a mut [F],
    terms: &'a [F],
}

impl<F: Real> Elementwise<F> for First<'_, F> {
    #[inline(always)]
    fn run<L: Num<Scalar = F>>(&mut self, at: usize) {
        (L::of(0.0) + L::load(self.terms, at)).store(self.sum, at);
    }
}

/// sum = 0 + terms, element by element: what [`add_to`] makes of zeros.
#[inline]
pub fn begin_with<F: Real>(sum: &mut [F], terms: &[F]) {
    for_each_element(sum.len(), First { sum, terms });
}

/// Row k of `out` = bias + column `columns[k]` of a row-major matrix: a product with one-hot rows. Some rows of the matrix at a time, so that they are in cache
/// when the next column is read from them.
///
/// # Panics
/// When the matrix has no such column.
#[inline(never)]
pub fn sum_of_columns<F: Real>(out: &mut [F], bias: &[F], matrix: &[F], columns: &[u32]) {
    let (width, length) = (bias.len(), matrix.len() / bias.len());
    assert!(columns.iter().all(|&column| (column as usize) < length), "a column beyond the last");
    for (strip, (bias, rows)) in bias.chunks(LINE).zip(matrix.chunks(LINE * length)).enumerate() {
        for (out, &column) in out.chunks_exact_mut(width).zip(columns) {
            let numbers = rows.iter().skip(column as usize).step_by(length);
            for ((out, &bias), &number) in out[strip * LINE..].iter_mut().zip(bias).zip(numbers) {
                *out = bias + number;
            }
        }
    }
}

struct FourAdditions<'a, F> {
    sum: &'a mut [F],
    terms: [&'a [F]; 4],
}

impl<F: Real> Elementwise<F> for FourAdditions<'_, F> {
    #[inline(always)]
    fn run<L: Num<Scalar = F>>(&mut self, at: usize) {
        let [a, b, c, d] = self.terms.map(|terms| L::load(terms, at));
        (L::load(self.sum, at) + a + b + c + d).store(self.sum, at);
    }
}

/// sum = sum + each of some rows in their order, element by element.
pub fn add_rows_to<F: Real>(sum: &mut [F], rows: &[&[F]]) {
    match *rows {
        [a, b, c, d] => for_each_element(sum.len(), FourAdditions { sum, terms: [a, b, c, d] }),
        _ => rows.iter().for_each(|row| add_to(sum, row)),
    }
}

struct Sigmoid<'a, F>(&'a mut [F]);

impl<F: Real> Elementwise<F> for Sigmoid<'_, F> {
    #[inline(always)]
    fn run<L: Num<Scalar = F>>(&mut self, at: usize) {
        L::load(self.0, at).sigmoid().store(self.0, at);
    }
}

/// x = sigmoid(x), element by element. A pass of its own: its elements wait for nobody, while in a cell's formula one gate waits for another.
#[inline(never)]
pub fn sigmoid_all<F: Real>(x: &mut [F]) {
    for_each_element_in_twos(x.len(), Sigmoid(x));
}

struct Tanh<'a, F>(&'a mut [F]);

impl<F: Real> Elementwise<F> for Tanh<'_, F> {
    #[inline(always)]
    fn run<L: Num<Scalar = F>>(&mut self, at: usize) {
        L::load(self.0, at).tanh().store(self.0, at);
    }
}

/// x = tanh(x), element by element; see [`sigmoid_all`].
#[inline(never)]
pub fn tanh_all<F: Real>(x: &mut [F]) {
    for_each_element_in_twos(x.len(), Tanh(x));
}
