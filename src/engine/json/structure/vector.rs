//! With vector code.

use core::arch::wasm32::{
    i64x2, i8x16, i8x16_add, i8x16_bitmask, i8x16_eq, i8x16_splat, i8x16_swizzle, v128, v128_any_true,
    v128_or,
};
use core::simd::u8x16;

use super::WIDTH;

/// Up to 64 bytes of a text. Behind its end are zeros.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block([v128; 4]);

impl Block {
    #[inline(always)]
    pub(super) fn whole(bytes: &[u8; WIDTH]) -> Self {
        match bytes.as_chunks() {
            (&[a, b, c, d], _) => Self([a, b, c, d].map(vector)),
            _ => Self([i8x16_splat(0); 4]),
        }
    }

    /// Less than 64 bytes. They go from register to register: what was just written in pieces is slow to
    /// be read as a whole.
    #[inline(always)]
    pub(super) fn part(bytes: &[u8]) -> Self {
        let (wholes, rest) = bytes.as_chunks();
        let last = match bytes.last_chunk() {
            // The last bytes of all, less those that are in front of the rest.
            Some(last) => {
                let places = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
                let shift = i8x16_splat(16 - rest.len() as i8);
                i8x16_swizzle(vector(*last), i8x16_add(places, shift))
            }
            None => few(bytes),
        };
        let quarter = |index: usize| match wholes.get(index) {
            Some(whole) => vector(*whole),
            None if index == wholes.len() => last,
            None => i8x16_splat(0),
        };
        Self([quarter(0), quarter(1), quarter(2), quarter(3)])
    }

    /// Where `byte` is.
    #[inline(always)]
    pub(super) fn find(&self, byte: u8) -> u64 {
        let byte = i8x16_splat(byte as i8);
        let [a, b, c, d] = self.0;
        bits([i8x16_eq(a, byte), i8x16_eq(b, byte), i8x16_eq(c, byte), i8x16_eq(d, byte)])
    }

    /// Where `byte` is, or what differs from it in the bit that tells braces from square brackets.
    #[inline(always)]
    pub(super) fn find_bracket(&self, byte: u8) -> u64 {
        let [a, b, c, d] = self.0;
        let bit = i8x16_splat(0x20);
        Self([v128_or(a, bit), v128_or(b, bit), v128_or(c, bit), v128_or(d, bit)]).find(byte)
    }

    /// Bytes beyond ASCII.
    #[inline(always)]
    pub(super) fn high(&self) -> u64 {
        let [a, b, c, d] = self.0;
        // Most blocks have none.
        if i8x16_bitmask(v128_or(v128_or(a, b), v128_or(c, d))) == 0 {
            return 0;
        }
        concat(self.0)
    }
}

#[inline(always)]
fn vector(bytes: [u8; 16]) -> v128 {
    u8x16::from_array(bytes).into()
}

/// Less than 16 bytes.
#[inline(always)]
fn few(bytes: &[u8]) -> v128 {
    let (low, high) = match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) => {
            let last = u128::from(u64::from_le_bytes(*last)) << (8 * (bytes.len() - 8));
            (u64::from_le_bytes(*first), (last >> 64) as u64)
        }
        _ => (bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0),
    };
    i64x2(low as i64, high as i64)
}

#[inline(always)]
fn bits(quarters: [v128; 4]) -> u64 {
    let [a, b, c, d] = quarters;
    if v128_any_true(v128_or(v128_or(a, b), v128_or(c, d))) {
        concat(quarters)
    } else {
        0
    }
}

#[inline(always)]
fn concat(quarters: [v128; 4]) -> u64 {
    let [a, b, c, d] = quarters;
    let bits = |quarter| u64::from(i8x16_bitmask(quarter));
    bits(a) | bits(b) << 16 | bits(c) << 32 | bits(d) << 48
}
