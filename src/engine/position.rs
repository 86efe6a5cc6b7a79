//! Positions: where a source can be resumed, always the source's own text.

use alloc::string::String;

/// Where a source can be resumed: a last event id, a cursor, a `since` value, a replay id.
/// Kept as it is; what order some have, `cursor` knows. The empty text means that the source withdrew
/// the position that it gave before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position(String);

impl Position {
    /// The position whose text is `text`.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The position that the source wrote as `bytes`; malformed UTF-8 becomes U+FFFD, as it
    /// does in every decoder of the Encoding Standard.
    pub fn from_wire(bytes: &[u8]) -> Self {
        Self(String::from_utf8_lossy(bytes).into_owned())
    }

    /// The text, as the source wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// From where the next attempt asks the source to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resume {
    /// New events only.
    Latest,
    /// The oldest event that the source keeps.
    Earliest,
    /// The event behind this position.
    After(Position),
}

impl Resume {
    /// The position, where there is one.
    pub const fn position(&self) -> Option<&Position> {
        match self {
            Self::Latest | Self::Earliest => None,
            Self::After(position) => Some(position),
        }
    }
}
