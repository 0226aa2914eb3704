//! The recipe link: all that is needed to train the same model again, as readable `key=value` pairs with a checksum.
//! It refuses to guess: what is wrong in a link becomes a notice, and only a link whose checksum is right is called checked.
//!
//! Alphabet `[A-Za-z0-9=&_.-]`; `v` first; exactly one of `p`, `x`, `z`; `k`, the CRC-32 of all before it, last. [`Fragment`] takes the
//! address apart as `www/link.js` does before the engine is there; [`decode`] gives the pairs their meaning; [`encode`] writes them.
//! `tests/links.json` holds links of every kind and must be read the same for ever.

mod base64;
mod fragment;
mod keys;
mod plain;
mod read;
mod text;
mod view;
/// Weights of a small net inside the link (`w=`).
pub mod weights;
mod write;

use serde::{Deserialize, Serialize};

use crate::settings::Settings;

pub use fragment::{Fragment, Status};
pub use read::decode;
pub use write::encode;

/// The format, with its defaults, that this engine writes.
pub const VERSION: u32 = 2;
/// Characters of a link that are read at all; browsers take no longer address.
pub const MAX_LINK: usize = 2 << 20;
/// Pairs of a link that are read.
pub const MAX_PAIRS: usize = 256;
/// Bytes of `x=`, and of `z=` and `w=` after base64.
pub const MAX_BYTES: usize = 64 << 10;
/// Characters of base64 in `z=` and `w=`: what [`MAX_BYTES`] take.
pub const MAX_ENCODED: usize = (MAX_BYTES * 4).div_ceil(3);
/// Characters of any other value, known or not.
pub const MAX_SHORT_VALUE: usize = 1024;
/// Bytes of a text after it is inflated.
pub const MAX_TEXT: usize = 1 << 20;
/// Training steps that a link may replay.
pub const MAX_STEPS: u32 = 1_000_000;
/// Changes on the way that a link may hold.
pub const MAX_CHANGES: usize = 64;

/// Text + settings + seed + changes + number of training steps, and what the page shows of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Recipe {
    /// format and defaults version: [`VERSION`] unless the link says another
    pub version: u32,
    /// model and training
    pub settings: Settings,
    /// what is learned; None when the link names no text or none that can be read
    pub text: Option<RecipeText>,
    /// training steps to replay, 0..=[`MAX_STEPS`]
    pub steps: u32,
    /// stop at this loss, in bits per character
    #[serde(serialize_with = "plain::shortest_or_none")]
    pub target_loss: Option<f32>,
    /// changes of learning rate and clip on the way, ascending by training step
    pub changes: Vec<Change>,
    /// first 8 hex digits of the SHA-256 of the weights that the author saw
    pub digest: Option<String>,
    /// version of the engine that the author used
    pub engine: Option<String>,
    /// raw value of `w=`, for [`weights::decode`]
    pub weights: Option<String>,
    /// what the page shows, as (link key, value) in the order of the link
    #[serde(with = "plain::ordered_object")]
    pub view: Vec<(String, String)>,
    /// pairs that this engine does not know, kept for those that do
    pub unknown: Vec<(String, String)>,
}

/// What is learned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RecipeText {
    /// name of a text that the page has; the text of a name never changes
    Preset(String),
    /// the text itself
    Text(String),
}

/// A setting changed while it trained.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// training steps done when it was changed; it applies from the next
    pub step: u32,
    /// which setting
    pub key: ChangeKey,
    /// its new value
    #[serde(serialize_with = "crate::settings::shortest")]
    pub value: f32,
}

/// The settings that can change while it trains and that decide what is learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKey {
    /// learning rate
    #[serde(alias = "learningRate")]
    Lr,
    /// clip norm
    Clip,
}

impl ChangeKey {
    /// The link key of the setting.
    pub fn key(self) -> &'static str {
        match self {
            ChangeKey::Lr => "lr",
            ChangeKey::Clip => "clip",
        }
    }
}

/// A link as it was understood, and everything about it that the reader must know.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decoded {
    /// what the link says
    pub recipe: Recipe,
    /// what is wrong with it: first the link as a whole, then in the order of the link
    pub notices: Vec<Notice>,
    /// whether the link arrived as it was written; only a checked one may replay by itself
    pub status: Status,
}

/// One thing about a link that must not stay silent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// chooses the sentence
    pub kind: NoticeKind,
    /// link key that it is about
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// value as it arrived, at most 64 characters of it; of a text the number of characters that could be read
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// limit that was broken
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<f64>,
}

/// Kinds of notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NoticeKind {
    /// written by hand: there is nothing to check it with
    NotChecked,
    /// the end is missing; key and value are where it was cut (a setting there is not used, a text is offered as far as it came)
    Cut,
    /// the checksum is wrong: any value may be another one
    Damaged,
    /// a number out of its range, now at its limit
    Clamped,
    /// a value that cannot be read, not used
    BadValue,
    /// a text that can be read only so far
    TextDamaged,
    /// a text, or a link, above its limit, not read
    TextTooLong,
    /// made by a newer page
    Newer,
    /// a key that came before; the first counts
    Duplicate,
    /// a key that this engine does not know
    Unknown,
    /// no text in the link
    NoText,
}

impl Default for Recipe {
    fn default() -> Self {
        Recipe {
            version: VERSION,
            settings: Settings::default(),
            text: None,
            steps: 0,
            target_loss: None,
            changes: Vec::new(),
            digest: None,
            engine: None,
            weights: None,
            view: Vec::new(),
            unknown: Vec::new(),
        }
    }
}

/// CRC-32 as in zip and PNG.
static CRC_32: crc::Crc<u32> = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC);

/// The checksum of links and checkpoints.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    CRC_32.checksum(bytes)
}

/// CRC-32 (IEEE) of a link's text.
fn checksum(body: &str) -> String {
    format!("{:08x}", crc32(body.as_bytes()))
}
