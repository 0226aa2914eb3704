//! Text to token ids and back. A character is a Unicode scalar value; ids follow ascending code points. It never normalises: the text is
//! the code points that arrive.

use crate::error::Error;

/// Largest number of distinct characters.
pub const MAX_VOCAB_SIZE: usize = 8192;
/// Largest text in bytes of UTF-8.
pub const MAX_TEXT_BYTES: usize = 2 << 20;

/// The distinct characters of a text in ascending order of code point; a character's index is its token id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocab {
    characters: Vec<char>,
}

impl Vocab {
    /// The vocabulary of `text` and `also` (the newline in the line modes).
    ///
    /// # Errors
    /// `EmptyText`, `TextTooLong`, `VocabularyTooLarge`.
    pub fn from_text(text: &str, also: &[char]) -> Result<Vocab, Error> {
        if text.is_empty() {
            return Err(Error::EmptyText);
        }
        if text.len() > MAX_TEXT_BYTES {
            return Err(Error::TextTooLong { value: text.len() as u64, limit: MAX_TEXT_BYTES as u64 });
        }
        // a bit for every code point, read in ascending order: smaller and faster than sorting the text
        let mut seen = vec![0_u64; (char::MAX as usize + 1) / 64];
        for c in text.chars().chain(also.iter().copied()) {
            seen[c as usize / 64] |= 1 << (c as usize % 64);
        }
        let distinct: u32 = seen.iter().map(|bits| bits.count_ones()).sum();
        if distinct as usize > MAX_VOCAB_SIZE {
            return Err(Error::VocabularyTooLarge { value: u64::from(distinct), limit: MAX_VOCAB_SIZE as u64 });
        }
        let is_seen = |code: &u32| seen[*code as usize / 64] >> (code % 64) & 1 == 1;
        Ok(Vocab { characters: (0..=char::MAX as u32).filter(is_seen).filter_map(char::from_u32).collect() })
    }

    /// V, the number of distinct characters.
    pub fn size(&self) -> usize {
        self.characters.len()
    }

    /// The characters in order of their ids.
    pub fn characters(&self) -> &[char] {
        &self.characters
    }

    /// Id of one character.
    pub fn id(&self, character: char) -> Option<u32> {
        self.characters.binary_search(&character).ok().map(|id| id as u32)
    }

    /// Ids of a text.
    ///
    /// # Errors
    /// `UnknownCharacter` with the position (in characters) of the first one that is not in the vocabulary.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, Error> {
        text.chars().enumerate().map(|(position, c)| self.id(c).ok_or(Error::UnknownCharacter { position })).collect()
    }

    /// Character of an id.
    ///
    /// # Panics
    /// When the id is not below `size()`.
    pub fn character(&self, id: u32) -> char {
        self.characters[id as usize]
    }
}
