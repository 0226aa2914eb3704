//! Numbers and strings as bytes, little endian, and back. Reading refuses before it allocates: every length is compared with what is left.

use crate::error::Error;

/// A checkpoint that cannot be read, and why.
pub(super) fn bad(reason: impl Into<String>) -> Error {
    Error::BadCheckpoint { reason: reason.into() }
}

/// Bytes that grow.
#[derive(Default)]
pub(super) struct Writer(pub Vec<u8>);

impl Writer {
    pub fn u8(&mut self, x: u8) {
        self.0.push(x);
    }

    pub fn u32(&mut self, x: u32) {
        self.0.extend_from_slice(&x.to_le_bytes());
    }

    pub fn u64(&mut self, x: u64) {
        self.0.extend_from_slice(&x.to_le_bytes());
    }

    pub fn f64(&mut self, x: f64) {
        self.u64(x.to_bits());
    }

    pub fn optional(&mut self, bits: Option<u64>) {
        self.u8(bits.is_some().into());
        self.u64(bits.unwrap_or(0));
    }

    pub fn text(&mut self, text: &str) {
        self.u64(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Numbers with their count before them.
    pub fn numbers(&mut self, numbers: &[f32]) {
        self.u64(numbers.len() as u64);
        self.0.extend(numbers.iter().flat_map(|x| x.to_le_bytes()));
    }
}

/// Bytes that are still to be read.
pub(super) struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub fn bytes(&mut self, n: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.0.split_at_checked(n).ok_or_else(|| bad("it ends too early"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or_else(|| bad("it ends too early"))?;
        self.0 = rest;
        Ok(*taken)
    }

    pub fn u8(&mut self) -> Result<u8, Error> {
        Ok(self.array::<1>()?[0])
    }

    pub fn u32(&mut self) -> Result<u32, Error> {
        self.array().map(u32::from_le_bytes)
    }

    pub fn u64(&mut self) -> Result<u64, Error> {
        self.array().map(u64::from_le_bytes)
    }

    pub fn f64(&mut self) -> Result<f64, Error> {
        self.u64().map(f64::from_bits)
    }

    /// An index or a count that a machine of 32 bits can hold as well.
    pub fn index(&mut self) -> Result<usize, Error> {
        let index = self.u64()?;
        u32::try_from(index).map(|index| index as usize).map_err(|_| bad(format!("it counts to {index}")))
    }

    /// A count of things that take at least `size` bytes each, all of which must follow.
    pub fn count(&mut self, size: usize) -> Result<usize, Error> {
        let count = self.index()?;
        if count > self.0.len() / size {
            return Err(bad(format!("it announces {count} entries and has {} bytes left", self.0.len())));
        }
        Ok(count)
    }

    pub fn flag(&mut self) -> Result<bool, Error> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(bad(format!("{other} is neither yes nor no"))),
        }
    }

    pub fn optional(&mut self) -> Result<Option<u64>, Error> {
        let is_some = self.flag()?;
        let bits = self.u64()?;
        Ok(is_some.then_some(bits))
    }

    pub fn text(&mut self) -> Result<&'a str, Error> {
        let length = self.count(1)?;
        std::str::from_utf8(self.bytes(length)?).map_err(|_| bad("a text is not UTF-8"))
    }

    /// Exactly `n` numbers, each of which must be `allowed`.
    pub fn numbers(&mut self, what: &str, n: usize, allowed: impl Fn(f32) -> bool) -> Result<Vec<f32>, Error> {
        let count = self.count(size_of::<f32>())?;
        if count != n {
            return Err(bad(format!("it has {count} {what}; the model has {n}")));
        }
        let numbers: Vec<f32> = self.bytes(n * size_of::<f32>())?.as_chunks().0.iter().map(|&x| f32::from_le_bytes(x)).collect();
        match numbers.iter().find(|&&x| !allowed(x)) {
            Some(x) => Err(bad(format!("{what}: {x} cannot be"))),
            None => Ok(numbers),
        }
    }
}
