//! The door to the matrix products: packed operands, and one function that chooses between [`plain`] (the definition) and [`blocks`]
//! (the same bits, faster, in the lanes of [`simd`]). It knows neither layers nor gates.

pub mod plain;
pub mod simd;
pub mod blocks;

use crate::math::Num;

/// Rows of a register block.
pub const ROWS: usize = 4;
/// Columns of a panel: two vectors of four.
pub const COLUMNS: usize = 8;

/// A number type that the network runs in: f32 (training, tracing) or f64 (gradient flow, oracles).
pub trait Real: Num<Scalar = Self> + PartialOrd + Default + std::fmt::Debug + 'static {
    /// As many of them side by side as the machine takes at once; what the cells' formulas run in.
    type Lanes: Num<Scalar = Self>;
    /// The product's implementation for this type; use [`product`].
    fn product(c: &mut [Self], stride: usize, rows: usize, a: Left<'_, Self>, b: &Panels<Self, COLUMNS>, start: Start);
    /// Adds the elements in f64 to 8 accumulators, element j to j mod 8: the eights of the slice; returns what is left, fewer than 8.
    fn add_eights<'a>(sums: &mut [f64; 8], elements: &'a [Self], squared: bool) -> &'a [Self];
    /// Each element divided by `divisor` in f64, rounded once.
    fn divide_all(elements: &mut [Self], divisor: f64);
    /// Nearest f64.
    fn to_f64(self) -> f64;
    /// Nearest of this type, ties to even.
    fn from_f64(x: f64) -> Self;
}

impl Real for f32 {
    type Lanes = simd::F32x4;
    #[inline]
    fn product(c: &mut [f32], stride: usize, rows: usize, a: Left<'_, f32>, b: &Panels<f32, COLUMNS>, start: Start) {
        blocks::product(c, stride, rows, a, b, start);
    }
    fn add_eights<'a>(sums: &mut [f64; 8], elements: &'a [f32], squared: bool) -> &'a [f32] {
        blocks::add_eights(sums, elements, squared)
    }
    fn divide_all(elements: &mut [f32], divisor: f64) {
        blocks::divide_all(elements, divisor);
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
    fn product(c: &mut [f64], stride: usize, rows: usize, a: Left<'_, f64>, b: &Panels<f64, COLUMNS>, start: Start) {
        blocks::product_f64(c, stride, rows, a, b, start);
    }
    fn add_eights<'a>(sums: &mut [f64; 8], elements: &'a [f64], squared: bool) -> &'a [f64] {
        plain::add_eights(sums, elements, squared)
    }
    fn divide_all(elements: &mut [f64], divisor: f64) {
        plain::divide_all(elements, divisor);
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
pub enum Start {
    /// c = c + a b, the accumulator starting from c: a bias, or the sum of an earlier product that goes on
    FromC,
    /// c = c + (0 + a b): a sum of its own, then added
    AddToC,
}

/// The left operand A (rows x depth) of a product.
#[derive(Clone, Copy)]
pub struct Left<'a, F> {
    /// The numbers.
    pub data: &'a [F],
    layout: Layout,
}

#[derive(Clone, Copy)]
enum Layout {
    Rows { stride: usize },
    Panels { depth: usize },
}

impl<'a, F: Num<Scalar = F>> Left<'a, F> {
    /// A row-major matrix whose rows stand `stride` apart.
    pub fn rows(data: &'a [F], stride: usize) -> Left<'a, F> {
        Left { data, layout: Layout::Rows { stride } }
    }

    /// The transpose of what was packed: columns of the panels are the rows of A.
    pub fn transposed(panels: &'a Panels<F, ROWS>) -> Left<'a, F> {
        Left { data: &panels.data, layout: Layout::Panels { depth: panels.depth } }
    }
}

impl<'a, F> Left<'a, F> {
    /// Index of element (row, k).
    #[inline(always)]
    pub(crate) fn offset(&self, row: usize, k: usize) -> usize {
        match self.layout {
            Layout::Rows { stride } => row * stride + k,
            Layout::Panels { depth } => (row / ROWS) * depth * ROWS + k * ROWS + row % ROWS,
        }
    }

    /// The numbers from element (row, 0) on; empty where there is none.
    #[inline(always)]
    pub(crate) fn rest_from(&self, row: usize, depth: usize) -> &'a [F] {
        if depth == 0 { &[] } else { &self.data[self.offset(row, 0)..] }
    }

    /// How far apart neighbours stand: rows of one block of [`ROWS`], and numbers of one row.
    #[inline(always)]
    pub(crate) fn steps(&self) -> (usize, usize) {
        match self.layout {
            Layout::Rows { stride } => (stride, 1),
            Layout::Panels { .. } => (1, ROWS),
        }
    }
}

/// A matrix (depth x columns) packed in panels of W columns, [panel][depth][W], the last one padded with zeros: a product then reads
/// both operands straight on.
#[derive(Debug, Clone, Default)]
pub struct Panels<F, const W: usize> {
    data: Vec<F>,
    depth: usize,
    columns: usize,
}

impl<F: Num<Scalar = F>, const W: usize> Panels<F, W> {
    /// Room for depth x columns zeros.
    pub fn new(depth: usize, columns: usize) -> Panels<F, W> {
        Panels { data: vec![F::of(0.0); columns.div_ceil(W) * depth * W], depth, columns }
    }

    /// Number of rows k.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Number of columns n.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Changes the depth to at most the one that the panels were made with; contents are then to be packed anew.
    pub fn set_depth(&mut self, depth: usize) {
        assert!(self.columns.div_ceil(W) * depth * W <= self.data.len(), "panels of this depth do not fit");
        self.depth = depth;
    }

    /// Changes the number of columns to at most `room`, the one that the panels were made with; contents are then to be packed anew.
    pub fn set_columns(&mut self, columns: usize, room: usize) {
        assert!(columns <= room, "panels with {room} columns have no room for {columns}");
        self.columns = columns;
    }

    pub(crate) fn panels(&self) -> usize {
        self.columns.div_ceil(W)
    }

    #[inline(always)]
    pub(crate) fn panel(&self, index: usize) -> &[F] {
        &self.data[index * self.depth * W..(index + 1) * self.depth * W]
    }

    /// All panels from this one on.
    #[inline(always)]
    pub(crate) fn panels_from(&self, index: usize) -> &[F] {
        &self.data[index * self.depth * W..]
    }

    #[inline(always)]
    pub(crate) fn at(&self, k: usize, column: usize) -> F {
        self.data[(column / W) * self.depth * W + k * W + column % W]
    }

    /// Packs row k of the matrix.
    #[inline]
    pub fn pack_row(&mut self, k: usize, row: &[F]) {
        assert_eq!(row.len(), self.columns);
        let step = self.depth * W;
        let (whole, part) = row.as_chunks::<W>();
        let mut at = k * W;
        for columns in whole {
            if let Some(place) = self.data[at..].first_chunk_mut::<W>() {
                *place = *columns;
            }
            at += step;
        }
        if !part.is_empty() {
            // the padding may hold an earlier packing
            for (column, place) in self.data[at..at + W].iter_mut().enumerate() {
                *place = part.get(column).copied().unwrap_or(F::of(0.0));
            }
        }
    }

    /// Packs a row-major matrix (depth x columns).
    pub fn pack(&mut self, matrix: &[F]) {
        assert_eq!(matrix.len(), self.depth * self.columns);
        for (k, row) in matrix.chunks_exact(self.columns.max(1)).enumerate() {
            self.pack_row(k, row);
        }
    }

    /// Packs the transpose of a row-major matrix (columns x depth).
    pub fn pack_transposed(&mut self, matrix: &[F]) {
        assert_eq!(matrix.len(), self.depth * self.columns);
        let (step, depth) = (self.depth * W, self.depth);
        for (column, row) in matrix.chunks_exact(depth).enumerate() {
            let first = (column / W) * step + column % W;
            let panel = &mut self.data[first..];
            for (k, &x) in row.iter().enumerate() {
                panel[k * W] = x;
            }
        }
    }
}

/// C = C + A B for the first `rows` rows of C, which stand `stride` apart: each output has one accumulator, k ascending.
///
/// # Panics
/// When C or A is too short for the shapes; both numbers are in the message.
#[inline]
pub fn product<F: Real>(c: &mut [F], stride: usize, rows: usize, a: Left<'_, F>, b: &Panels<F, COLUMNS>, start: Start) {
    if rows == 0 || b.columns() == 0 {
        return;
    }
    let need = (rows - 1) * stride + b.columns();
    assert!(need <= c.len(), "C has {} numbers, the product writes {need}", c.len());
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
pub fn for_each_element<F: Real>(n: usize, mut formula: impl Elementwise<F>) {
    let mut at = 0;
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
