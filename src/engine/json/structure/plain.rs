//! Without vector code. JavaScript has no words of 64 bits, so the halves of a block are looked at one by
//! one.

use super::WIDTH;

/// Up to 64 bytes of a text. Behind its end are zeros.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    bytes: [u8; WIDTH],
    /// Where bytes of each kind are, in the two halves.
    kinds: [[u32; 2]; KINDS],
}

impl Block {
    pub(super) fn whole(bytes: &[u8; WIDTH]) -> Self {
        let mut kinds = [[0; 2]; KINDS];
        for (half, bytes) in bytes.chunks(WIDTH / 2).enumerate() {
            for (byte, index) in bytes.iter().zip(0..) {
                let kind = kind(*byte).and_then(|kind| kinds.get_mut(kind));
                if let Some(bits) = kind.and_then(|halves| halves.get_mut(half)) {
                    *bits |= 1 << index;
                }
            }
        }
        Self { bytes: *bytes, kinds }
    }

    /// Less than 64 bytes.
    pub(super) fn part(bytes: &[u8]) -> Self {
        let mut block = [0; WIDTH];
        for (to, from) in block.iter_mut().zip(bytes) {
            *to = *from;
        }
        Self::whole(&block)
    }

    /// Where `byte` is.
    pub(super) fn find(&self, byte: u8) -> u64 {
        match byte {
            b'"' | b'\\' | b',' | b':' => self.kind(byte),
            _ => {
                let mut halves = self.bytes.chunks(WIDTH / 2).map(|bytes| {
                    let bits = bytes.iter().zip(0..).map(|(other, index)| u32::from(*other == byte) << index);
                    bits.fold(0, |all, bit| all | bit)
                });
                word([halves.next(), halves.next()].map(Option::unwrap_or_default))
            }
        }
    }

    /// Where `byte` is, or what differs from it in the bit that tells braces from square brackets.
    pub(super) fn find_bracket(&self, byte: u8) -> u64 {
        self.kind(byte)
    }

    /// Bytes beyond ASCII.
    pub(super) fn high(&self) -> u64 {
        self.kind(0x80)
    }

    fn kind(&self, byte: u8) -> u64 {
        word(kind(byte).and_then(|kind| self.kinds.get(kind)).copied().unwrap_or_default())
    }
}

/// The kind of a byte, if it has one.
#[inline]
const fn kind(byte: u8) -> Option<usize> {
    match byte {
        b'"' => Some(0),
        b'\\' => Some(1),
        b',' => Some(2),
        b':' => Some(3),
        b'{' | b'[' => Some(4),
        b'}' | b']' => Some(5),
        0x80.. => Some(6),
        _ => None,
    }
}

const KINDS: usize = 7;

fn word([low, high]: [u32; 2]) -> u64 {
    u64::from(low) | u64::from(high) << 32
}
