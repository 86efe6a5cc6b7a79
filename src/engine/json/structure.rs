//! Where the strings and brackets of a JSON text are, 64 bytes at a time: one bit a byte.

/// What one look at up to 64 bytes has found; bit 0 is the first byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Quotes that begin or end a string.
    pub quotes: u64,
    /// Strings, each from the quote that begins it up to the one that ends it, which is not in it.
    pub inside: u64,
    /// `{` and `[` outside of strings.
    pub opens: u64,
    /// `}` and `]` outside of strings.
    pub closes: u64,
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
    pub const WIDTH: usize = 64;

    /// Looks at the first bytes, as many as a look takes in. The next look is at those behind them.
    #[inline]
    pub fn look(&mut self, bytes: &[u8]) -> Marks {
        match bytes.first_chunk() {
            Some(block) => self.marks(&find(block), Self::WIDTH),
            None => self.marks(&find(&padded(bytes)), bytes.len()),
        }
    }

    #[inline]
    fn marks(&mut self, found: &Found, length: usize) -> Marks {
        let quotes = found.quotes & !self.escaped(found.backslashes, length);
        let inside = prefix_xor(quotes) ^ self.inside;
        // What is behind the last quote is behind the last byte too.
        self.inside = 0_u64.wrapping_sub(inside >> 63);
        Marks { quotes, inside, opens: found.opens & !inside, closes: found.closes & !inside }
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
        self.escape = if length < Self::WIDTH { escaped >> length & 1 } else { overflow.into() };
        escaped
    }
}

/// Where `byte` is in the first 64 of `bytes`.
#[inline]
pub fn find_byte(bytes: &[u8], byte: u8) -> u64 {
    match bytes.first_chunk() {
        Some(block) => equal(block, byte),
        None => equal(&padded(bytes), byte),
    }
}

const WIDTH: usize = Structure::WIDTH;

/// What is to be found, whether it is in a string or not.
struct Found {
    quotes: u64,
    backslashes: u64,
    opens: u64,
    closes: u64,
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

fn padded(bytes: &[u8]) -> [u8; WIDTH] {
    let mut block = [0; WIDTH];
    for (to, from) in block.iter_mut().zip(bytes) {
        *to = *from;
    }
    block
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline]
fn find(block: &[u8; WIDTH]) -> Found {
    use core::arch::wasm32::{i8x16_eq, i8x16_splat, v128, v128_or};

    let quarters = quarters(block);
    let equal = |quarter, byte: u8| i8x16_eq(quarter, i8x16_splat(byte as i8));
    // The two kinds of brackets differ in one bit.
    let braces = quarters.map(|quarter: v128| v128_or(quarter, i8x16_splat(0x20)));
    Found {
        quotes: bits(quarters.map(|quarter| equal(quarter, b'"'))),
        backslashes: bits(quarters.map(|quarter| equal(quarter, b'\\'))),
        opens: bits(braces.map(|quarter| equal(quarter, b'{'))),
        closes: bits(braces.map(|quarter| equal(quarter, b'}'))),
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline]
fn equal(block: &[u8; WIDTH], byte: u8) -> u64 {
    use core::arch::wasm32::{i8x16_eq, i8x16_splat};

    bits(quarters(block).map(|quarter| i8x16_eq(quarter, i8x16_splat(byte as i8))))
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline]
fn quarters(block: &[u8; WIDTH]) -> [core::arch::wasm32::v128; 4] {
    use core::arch::wasm32::{i8x16_splat, v128};
    use core::simd::u8x16;

    match block.as_chunks::<16>() {
        (&[a, b, c, d], _) => [a, b, c, d].map(|bytes| v128::from(u8x16::from_array(bytes))),
        _ => [i8x16_splat(0); 4],
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline]
fn bits([a, b, c, d]: [core::arch::wasm32::v128; 4]) -> u64 {
    use core::arch::wasm32::{i8x16_bitmask, v128_any_true, v128_or};

    let bits = |quarter| u64::from(i8x16_bitmask(quarter));
    if v128_any_true(v128_or(v128_or(a, b), v128_or(c, d))) {
        bits(a) | bits(b) << 16 | bits(c) << 32 | bits(d) << 48
    } else {
        0
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
fn find(block: &[u8; WIDTH]) -> Found {
    let mut found = Found { quotes: 0, backslashes: 0, opens: 0, closes: 0 };
    for (index, byte) in block.iter().enumerate() {
        match byte {
            b'"' => found.quotes |= 1 << index,
            b'\\' => found.backslashes |= 1 << index,
            b'{' | b'[' => found.opens |= 1 << index,
            b'}' | b']' => found.closes |= 1 << index,
            _ => {}
        }
    }
    found
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
fn equal(block: &[u8; WIDTH], byte: u8) -> u64 {
    block.iter().zip(0..).fold(0, |bits, (other, index)| bits | u64::from(*other == byte) << index)
}

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
            let Marks { quotes, inside, opens, closes } = structure.look(piece);
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
        for length in [1, 63, 64, 100] {
            for at in 0..length {
                let mut bytes = std::vec![b'a'; length];
                bytes[at] = b',';
                let wanted = if at < 64 { 1 << at } else { 0 };
                assert_eq!(find_byte(&bytes, b','), wanted, "{at} of {length}");
            }
        }
    }
}
