//! The elements of a JSON text sequence (RFC 7464).

use super::Cut;

/// Finds where elements end. An element begins behind RS, which is nowhere in a JSON text. It ends at the
/// LF behind its value, so that nobody has to wait for the next one, or else at the next RS; an LF within
/// the value ends nothing.
#[derive(Debug, Default)]
pub(super) struct Elements {
    state: State,
}

/// ```text
///                    ┌──────────────────────(LF)───────────────────────┐
///                    ▼                                                 │
///  Outside ──(RS)──▶ Blank ──(brace, bracket, quote)──▶ Nested ──────▶ Whole
///     │                │                                               ▲  │
///     │                └──(anything else)──▶ Scalar ──(blank)──────────┘  │
///     └──────────(no blank)──────────▶ Junk ◀────────(no blank)───────────┘
/// ```
/// RS leads from every state to `Blank`; behind an LF that ends an element is `Outside`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// No element has begun since the last one ended.
    #[default]
    Outside,
    /// RS was read, and nothing of a value.
    Blank,
    /// In a value that says itself where it ends.
    Nested { depth: usize, string: Quotes },
    /// In a value that does not: only what is behind it tells that it is whole.
    Scalar,
    /// The value is whole.
    Whole,
    /// What was read since the last RS is no JSON text.
    Junk,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quotes {
    Outside,
    Inside,
    /// Behind a backslash.
    Escape,
}

impl Elements {
    /// The next end of an element in `bytes`, of which all before `from` was searched already.
    pub(super) fn next(&mut self, bytes: &[u8], from: usize) -> Option<Cut> {
        for (at, &byte) in bytes.iter().enumerate().skip(from) {
            if byte == RS {
                let is_whole = self.is_whole();
                self.state = State::Blank;
                return Some(Cut { at, is_whole });
            }
            self.state = self.state.behind(byte);
            if byte == b'\n' && self.state == State::Whole {
                self.state = State::Outside;
                return Some(Cut { at, is_whole: true });
            }
        }
        None
    }

    /// Whether the element that has begun has all of its value.
    pub(super) fn is_whole(&self) -> bool {
        self.state == State::Whole
    }

    /// Whether what was read last cannot become a JSON text any more.
    pub(super) fn is_junk(&self) -> bool {
        self.state == State::Junk
    }
}

impl State {
    fn behind(self, byte: u8) -> Self {
        let is_blank = super::is_blank(byte);
        match self {
            Self::Outside | Self::Blank | Self::Whole if is_blank => self,
            Self::Outside | Self::Whole | Self::Junk => Self::Junk,
            Self::Blank => match byte {
                b'{' | b'[' => Self::Nested { depth: 1, string: Quotes::Outside },
                b'"' => Self::Nested { depth: 0, string: Quotes::Inside },
                _ => Self::Scalar,
            },
            Self::Scalar if is_blank => Self::Whole,
            Self::Scalar => Self::Scalar,
            Self::Nested { depth, string: Quotes::Outside } => match byte {
                b'"' => Self::Nested { depth, string: Quotes::Inside },
                b'{' | b'[' => Self::Nested { depth: depth + 1, string: Quotes::Outside },
                b'}' | b']' if depth == 1 => Self::Whole,
                b'}' | b']' => Self::Nested { depth: depth - 1, string: Quotes::Outside },
                _ => self,
            },
            Self::Nested { depth, string: Quotes::Inside } => match byte {
                b'"' if depth == 0 => Self::Whole,
                b'"' => Self::Nested { depth, string: Quotes::Outside },
                b'\\' => Self::Nested { depth, string: Quotes::Escape },
                _ => self,
            },
            Self::Nested { depth, string: Quotes::Escape } => Self::Nested { depth, string: Quotes::Inside },
        }
    }
}

/// The record separator.
const RS: u8 = 0x1e;
