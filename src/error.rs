//! Everything that can go wrong with what a user gives us: one enum, one sentence a variant, fit for a user's eyes.
//! It refuses to describe bugs: those are panics, and none of them can be reached from untrusted input.
#![allow(missing_docs)] // the fields are the numbers that the variant's own sentence names

use serde::Serialize;

/// An error with the numbers that its sentence needs. `kind` (the variant in camelCase) chooses the sentence on the page, in either language;
/// `Display` is the English one.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Error {
    /// No character to learn from.
    EmptyText,
    /// A text of a single character has no pair (input, target).
    TextTooShort,
    /// More bytes of UTF-8 than allowed.
    TextTooLong { value: u64, limit: u64 },
    /// More distinct characters than allowed.
    VocabularyTooLarge { value: u64, limit: u64 },
    /// A character that the model has never seen.
    UnknownCharacter { position: usize },
    /// A text beyond what one call computes.
    TooManyCharacters { value: u64, limit: u64 },
    /// The settings need more memory than allowed; the largest batch size, then seq_len, that fits.
    TooMuchMemory { value: u64, limit: u64, batch_size: usize, seq_len: usize },
    /// A setting out of its range.
    OutOfRange { field: &'static str, value: f64, limit: f64 },
    /// A setting whose value is no number or no known name.
    BadValue { field: &'static str },
    /// A setting that does not exist.
    UnknownSetting { name: String },
    /// A hold, layer, unit or time step that the model does not have.
    NoSuchPlace { field: &'static str, value: i64, limit: i64 },
    /// A weights file that cannot be read: what is wrong and where.
    BadFile { reason: String },
    /// A checkpoint that cannot be read.
    BadCheckpoint { reason: String },
    /// A link that is longer than allowed.
    LinkTooLong { value: u64, limit: u64 },
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::EmptyText => write!(f, "the text is empty"),
            Error::TextTooShort => write!(f, "the text has only one character; the shortest text is 2 characters"),
            Error::TextTooLong { value, limit } => write!(f, "the text has {value} bytes; the limit is {limit}"),
            Error::VocabularyTooLarge { value, limit } => {
                write!(f, "the text has {value} distinct characters; the limit is {limit}")
            }
            Error::UnknownCharacter { position } => {
                write!(f, "character {position} does not occur in the text the model learned from")
            }
            Error::TooManyCharacters { value, limit } => write!(f, "{value} characters; one call takes at most {limit}"),
            Error::TooMuchMemory { value, limit, batch_size, seq_len } => write!(
                f,
                "these settings need {value} bytes of memory; the limit is {limit}; batch size {batch_size} with {seq_len} time steps would fit"
            ),
            Error::OutOfRange { field, value, limit } => write!(f, "{field} is {value}; the limit is {limit}"),
            Error::BadValue { field } => write!(f, "{field} has a value that cannot be read"),
            Error::UnknownSetting { name } => write!(f, "there is no setting named {name}"),
            Error::NoSuchPlace { field, value, limit } => write!(f, "there is no {field} {value}; the last is {limit}"),
            Error::BadFile { reason } => write!(f, "the weights file cannot be read: {reason}"),
            Error::BadCheckpoint { reason } => write!(f, "the checkpoint cannot be read: {reason}"),
            Error::LinkTooLong { value, limit } => write!(f, "the link has {value} characters; the limit is {limit}"),
        }
    }
}

impl std::error::Error for Error {}
