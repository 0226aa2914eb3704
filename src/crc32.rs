//! CRC-32 (IEEE 802.3, as in zip and PNG): the checksum of links and checkpoints. Its table is made when it is called: 256 numbers that
//! nothing compresses would otherwise stand in the page. It refuses to be fast beyond a byte a look-up.

/// The checksum of all bytes.
pub(crate) fn hash(bytes: &[u8]) -> u32 {
    let table: [u32; 256] =
        std::array::from_fn(|index| (0..8).fold(index as u32, |rest, _| (rest >> 1) ^ (0xedb8_8320 * (rest & 1))));
    !bytes.iter().fold(!0, |rest, &byte| (rest >> 8) ^ table[usize::from(rest as u8 ^ byte)])
}
