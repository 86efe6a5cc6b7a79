//! Where the strings and brackets of a JSON text are, 64 bytes at a time: one bit a byte.

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod plain;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod vector;

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
use plain::Block;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use vector::Block;

/// What one look at up to 64 bytes has found; bit 0 is the first byte.
#[derive(Clone, Copy, Debug)]
pub struct Marks {
    /// Quotes that begin or end a string.
    pub quotes: u64,
    /// `{` and `[` outside of strings.
    pub opens: u64,
    /// `}` and `]` outside of strings.
    pub closes: u64,
    /// Backslashes, wherever they are.
    pub backslashes: u64,
    /// Strings, each from the quote that begins it up to the one that ends it, which is not in it.
    inside: u64,
    block: Block,
}

impl Marks {
    /// Where `byte` is outside of strings.
    #[inline]
    pub fn find(&self, byte: u8) -> u64 {
        self.block.find(byte) & !self.inside
    }

    /// Bytes beyond ASCII.
    #[inline]
    pub fn high(&self) -> u64 {
        self.block.high()
    }
}

/// Looks at a text, piece by piece, and knows whether the next piece begins within a string.
///
/// A backslash escapes what is behind it outside of strings as well. No JSON text has one there, so
/// that this makes a difference only to what is malformed either way.
#[derive(Clone, Copy, Debug, Default)]
pub struct Structure {
    /// All bits, if the next byte is within a string.
    inside: u64,
    /// 1, if the next byte is escaped.
    escape: u64,
}

impl Structure {
    /// How many bytes one look takes in.
    pub const WIDTH: usize = WIDTH;

    /// Looks at the first bytes, as many as a look takes in. The next look is at those behind them.
    #[inline]
    pub fn look(&mut self, bytes: &[u8]) -> Marks {
        match bytes.first_chunk() {
            Some(bytes) => self.marks(Block::whole(bytes), WIDTH),
            None => self.marks(Block::part(bytes), bytes.len()),
        }
    }

    #[inline]
    fn marks(&mut self, block: Block, length: usize) -> Marks {
        let backslashes = block.find(b'\\');
        let quotes = block.find(b'"') & !self.escaped(backslashes, length);
        let inside = prefix_xor(quotes) ^ self.inside;
        // What is behind the last quote is behind the last byte too.
        self.inside = 0_u64.wrapping_sub(inside >> 63);
        let opens = block.find_bracket(b'{') & !inside;
        let closes = block.find_bracket(b'}') & !inside;
        Marks { quotes, opens, closes, backslashes, inside, block }
    }

    /// The bytes that are escaped: those behind an odd number of backslashes.
    #[inline]
    fn escaped(&mut self, backslashes: u64, length: usize) -> u64 {
        if backslashes == 0 {
            return core::mem::take(&mut self.escape);
        }
        let backslashes = backslashes & !self.escape;
        let behind = backslashes << 1 | self.escape;
        // Adding carries through a run that begins at an odd place, and so turns over the bits of what
        // it escapes.
        let odd_starts = backslashes & !EVEN & !behind;
        let (carried, overflow) = odd_starts.overflowing_add(backslashes);
        let escaped = (EVEN ^ carried << 1) & behind;
        self.escape = if length < WIDTH { escaped >> length & 1 } else { overflow.into() };
        escaped
    }
}

/// The bit of each byte, and of all before it, turned over.
#[inline]
const fn prefix_xor(mut bits: u64) -> u64 {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^ bits << 32
}

/// How many bytes one look takes in.
const WIDTH: usize = 64;

/// The first byte of each two.
const EVEN: u64 = 0x5555_5555_5555_5555;

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    /// The same, one byte after the other, as `"`, `s`, `o`, `c` and `.`.
    fn slowly(bytes: &[u8]) -> String {
        let (mut escaped, mut inside) = (false, false);
        let mut kinds = String::new();
        for byte in bytes {
            let is_escaped = escaped;
            escaped = *byte == b'\\' && !is_escaped;
            kinds.push(match byte {
                b'"' if !is_escaped => {
                    inside = !inside;
                    '"'
                }
                _ if inside => 's',
                b'{' | b'[' => 'o',
                b'}' | b']' => 'c',
                _ => '.',
            });
        }
        kinds
    }

    fn looked_at(pieces: &[&[u8]]) -> String {
        let mut structure = Structure::default();
        let mut kinds = String::new();
        for piece in pieces.iter().flat_map(|piece| piece.chunks(Structure::WIDTH)) {
            let Marks { quotes, inside, opens, closes, .. } = structure.look(piece);
            for at in 0..piece.len() {
                let is = |bits: u64| bits >> at & 1 == 1;
                let kind = [(quotes, '"'), (inside, 's'), (opens, 'o'), (closes, 'c')];
                kinds.push(kind.iter().find(|(bits, _)| is(*bits)).map_or('.', |(_, kind)| *kind));
            }
            assert_eq!((quotes | opens | closes).checked_shr(piece.len() as u32).unwrap_or(0), 0);
        }
        kinds
    }

    #[test]
    fn each_byte_is_what_it_is_alone_however_the_text_is_cut() {
        let mut word = 1_u64;
        for _ in 0..200 {
            let text: Vec<u8> = (0..300)
                .map(|_| {
                    word = word.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
                    b"\"\\\\\\{}[]a\x7f;<>|~\xdb"[(word >> 40) as usize % 16]
                })
                .collect();
            let wanted = slowly(&text);
            assert_eq!(looked_at(&[&text]), wanted, "{}", text.escape_ascii());
            for at in 0..text.len() {
                let (one, two) = text.split_at(at);
                assert_eq!(looked_at(&[one, two]), wanted, "{} at {at}", text.escape_ascii());
            }
            assert_eq!(looked_at(&text.chunks(1).collect::<Vec<_>>()), wanted);
        }
    }

    #[test]
    fn a_byte_is_found_where_it_is() {
        for length in 1..=Structure::WIDTH {
            for at in 0..length {
                let mut bytes = std::vec![b'a'; length];
                let mut look = |byte| {
                    bytes[at] = byte;
                    Structure::default().look(&bytes)
                };
                assert_eq!(look(b',').find(b','), 1 << at, "{at} of {length}");
                assert_eq!(look(0xff).high(), 1 << at, "{at} of {length}");
                assert_eq!((look(0x7f).find(b','), look(0x7f).high()), (0, 0));
            }
        }
    }
}
