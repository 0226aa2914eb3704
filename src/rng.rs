//! Random numbers that are the same on every machine: SplitMix64 (Steele, Lea & Flood 2014), high 32 bits of each output.
//! Not for secrets. Parameters draw from `Rng::parameters(seed)`, samples from `Rng::samples(seed)`, so that sampling never changes training.

/// A stream of random numbers; its whole state is one u64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rng {
    state: u64,
}

impl Rng {
    /// The stream that parameters are drawn from: state = seed.
    pub fn parameters(seed: u32) -> Rng {
        Rng { state: u64::from(seed) }
    }

    /// The stream that samples are drawn from: state = seed + 2^32.
    pub fn samples(seed: u32) -> Rng {
        Rng { state: u64::from(seed) + (1 << 32) }
    }

    /// The stream that the texts of presets are drawn from: state = number + 2^33.
    pub fn texts(number: u32) -> Rng {
        Rng { state: u64::from(number) + (1 << 33) }
    }

    /// High 32 bits of the next output.
    pub fn next_u32(&mut self) -> u32 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = self.state;
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 32) as u32
    }

    /// Uniform in [0, 1): (u32 >> 8) * 2^-24.
    pub fn uniform(&mut self) -> f32 {
        (self.next_u32() >> 8) as f32 * (1.0 / 16_777_216.0)
    }

    /// Uniform in [-bound, bound): (2u - 1) * bound, in f32.
    pub fn uniform_within(&mut self, bound: f32) -> f32 {
        (2.0 * self.uniform() - 1.0) * bound
    }
}
