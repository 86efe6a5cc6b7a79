//! What has to be known about UTF-8 before a text is whole.
//!
//! Bytes are cut into lines and fields, never into characters: CR, LF, `:` and blank are no
//! part of any longer sequence, and a decoder that meets one in the middle of a sequence starts
//! afresh behind it. So decoding a field alone, when it is whole, gives what decoding the whole
//! stream would have given, U+FFFD included, and no decoder state crosses a chunk.

/// The byte order mark at the beginning of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bom {
    /// The stream begins with one, which is not part of the text.
    Present,
    /// The stream begins with something else.
    Absent,
    /// Too few bytes to tell.
    Undecided,
}

impl Bom {
    /// How many bytes the mark has.
    pub const LEN: usize = MARK.len();

    /// Looks at the first bytes of a stream.
    pub fn at_start_of(bytes: &[u8]) -> Self {
        if bytes.starts_with(&MARK) {
            Self::Present
        } else if MARK.starts_with(bytes) {
            Self::Undecided
        } else {
            Self::Absent
        }
    }
}

/// Whether all of `bytes` is ASCII. Written so that it becomes vector code, which it does word by word and
/// without an end in between; the one in `core` goes a machine word at a time, which is 4 bytes in WebAssembly.
pub fn is_ascii(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks();
    let word = words.iter().fold(0, |all, &word| all | u64::from_le_bytes(word));
    let byte = rest.iter().fold(0, |all, &byte| all | byte);
    (word | u64::from(byte)) & 0x8080_8080_8080_8080 == 0
}

const MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    #[test]
    fn a_mark_is_told_from_its_own_beginning() {
        for (bytes, want) in [
            (&b""[..], Bom::Undecided),
            (b"\xef", Bom::Undecided),
            (b"\xef\xbb", Bom::Undecided),
            (b"\xef\xbb\xbf", Bom::Present),
            (b"\xef\xbb\xbfdata", Bom::Present),
            (b"\xef\xbb\xbe", Bom::Absent),
            (b"d", Bom::Absent),
        ] {
            assert_eq!(Bom::at_start_of(bytes), want, "{bytes:x?}");
        }
    }

    #[test]
    fn one_byte_beyond_ascii_is_found_wherever_it_is() {
        for len in [0, 1, 63, 64, 65, 200] {
            assert!(is_ascii(&std::vec![0x7f; len]));
            for at in 0..len {
                let mut bytes = std::vec![b'a'; len];
                bytes[at] = 0x80;
                assert!(!is_ascii(&bytes), "{at} of {len}");
            }
        }
    }
}
