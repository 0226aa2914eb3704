//! The operands of a product as they stand in memory: the left one row by row or as what was packed to be transposed, the right one packed in
//! panels, so that a product reads both straight on. It multiplies nothing.

use crate::kernels::Real;
use crate::math::Num;

/// Rows of a register block.
pub const ROWS: usize = 4;
/// Columns of a panel: two vectors of four.
pub const COLUMNS: usize = 8;

/// Numbers of f32 in a cache line: as many rows are turned into columns together.
pub const LINE: usize = 16;

/// How many rows are best packed together.
pub const TOGETHER: usize = 4;

/// Hands on rows in their order, [`TOGETHER`] of them at a time and at last those that are left; k is the place of the first.
#[inline(always)]
pub fn in_fours<'a, F: 'a>(rows: impl Iterator<Item = &'a [F]>, mut each: impl FnMut(usize, &[&'a [F]])) {
    let (mut four, mut count): ([&[F]; TOGETHER], usize) = ([&[]; TOGETHER], 0);
    for row in rows {
        four[count % TOGETHER] = row;
        count += 1;
        if count % TOGETHER == 0 {
            each(count - TOGETHER, &four);
        }
    }
    let left = count % TOGETHER;
    if left > 0 {
        each(count - left, &four[..left]);
    }
}

/// out (columns x rows) = the transpose of a row-major matrix. Rows are turned together that fill one cache line of the result: a row by itself
/// would put each of its numbers into a line that is gone before the next row comes.
pub fn transpose<F: Real>(matrix: &[F], columns: usize, out: &mut [F]) {
    assert_eq!(matrix.len(), out.len());
    let rows = matrix.len() / columns;
    for (strip, source) in matrix.chunks(LINE * columns).enumerate() {
        F::turn(source, columns, source.len() / columns, columns, &mut out[strip * LINE..], rows);
    }
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

    /// Packs some rows of the matrix, the first of them row k. Panels often stand a power of two apart, where few cache lines find room at a
    /// time: [`TOGETHER`] rows fill theirs.
    #[inline(never)]
    pub fn pack_rows(&mut self, k: usize, rows: &[&[F]]) {
        let (columns, step) = (self.columns, self.depth * W);
        let whole = columns / W;
        match rows {
            // the usual case without a question for every piece
            [a, b, c, d] => {
                let [a, b, c, d] = [a, b, c, d].map(|row| row[..columns].as_chunks::<W>().0);
                let panels = self.data.get_mut(k * W..).unwrap_or_default().chunks_mut(step.max(1));
                for ((((a, b), c), d), panel) in a.iter().zip(b).zip(c).zip(d).zip(panels) {
                    let [to_a, to_b, to_c, to_d, ..] = panel.as_chunks_mut::<W>().0 else {
                        panic!("the panel ends before its four rows")
                    };
                    (*to_a, *to_b, *to_c, *to_d) = (*a, *b, *c, *d);
                }
            }
            _ => {
                for (row, k) in rows.iter().zip(k..) {
                    for (panel, columns) in row[..columns].as_chunks::<W>().0.iter().enumerate() {
                        self.data[panel * step + k * W..][..W].copy_from_slice(columns);
                    }
                }
            }
        }
        let rest = whole * W..columns;
        for (row, k) in rows.iter().zip(k..).filter(|_| !rest.is_empty()) {
            let place = &mut self.data[whole * step + k * W..][..W];
            place.fill(F::of(0.0)); // the padding may hold an earlier packing
            place[..rest.len()].copy_from_slice(&row[rest.clone()]);
        }
    }

    /// Packs a row-major matrix (depth x columns).
    pub fn pack(&mut self, matrix: &[F]) {
        assert_eq!(matrix.len(), self.depth * self.columns);
        in_fours(matrix.chunks_exact(self.columns.max(1)), |k, rows| self.pack_rows(k, rows));
    }
}

impl<F: Real, const W: usize> Panels<F, W> {
    /// Packs the transpose of a row-major matrix (columns x depth).
    pub fn pack_transposed(&mut self, matrix: &[F]) {
        assert_eq!(matrix.len(), self.depth * self.columns);
        let depth = self.depth;
        for (source, panel) in matrix.chunks(W * depth).zip(self.data.chunks_exact_mut(W * depth)) {
            F::turn(source, depth, source.len() / depth, depth, panel, W);
        }
    }
}
