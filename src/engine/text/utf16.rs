//! UTF-8 to UTF-16, which is what JavaScript counts its texts in.

use super::scan::count_ascii;

/// ASCII is handled so many bytes at a time.
const WIDTH: usize = 16;

/// How many UTF-16 units well-formed UTF-8 becomes.
pub fn count_utf16(bytes: &[u8]) -> u32 {
    let (blocks, rest) = bytes.as_chunks();
    let whole: u32 = blocks.iter().map(|block| units_of(block).count_ones()).sum();
    let last = match bytes.last_chunk() {
        // Of the last bytes, those that are in no block yet.
        Some(last) => {
            let fresh = u16::MAX.checked_shl((WIDTH - rest.len()) as u32).unwrap_or(0);
            (units_of(last) & (u32::from(fresh) << WIDTH | u32::from(fresh))).count_ones()
        }
        None => rest.iter().map(|byte| u32::from(is_first(*byte)) + u32::from(is_pair(*byte))).sum(),
    };
    whole + last
}

/// Each character is counted at its first byte.
const fn is_first(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}

/// Those beyond the first plane become two units.
const fn is_pair(byte: u8) -> bool {
    byte >= 0xf0
}

/// A bit for each first byte, and 16 bits above, one for each that stands for two units.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline]
fn units_of(block: &[u8; WIDTH]) -> u32 {
    use core::arch::wasm32::{i8x16_bitmask, i8x16_gt, i8x16_splat, u8x16_ge, u8x16_splat, v128};
    use core::simd::u8x16;

    let bytes = v128::from(u8x16::from_array(*block));
    let firsts = i8x16_gt(bytes, i8x16_splat(-65));
    let pairs = u8x16_ge(bytes, u8x16_splat(0xf0));
    u32::from(i8x16_bitmask(firsts)) | u32::from(i8x16_bitmask(pairs)) << WIDTH
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
fn units_of(block: &[u8; WIDTH]) -> u32 {
    let bits = |(at, byte): (usize, &u8)| {
        u32::from(is_first(*byte)) << at | u32::from(is_pair(*byte)) << (WIDTH + at)
    };
    block.iter().enumerate().map(bits).sum()
}

/// Writes `bytes` as UTF-16 to the beginning of `units`, which has room for as many units as there are
/// bytes. Returns how many it wrote, or none where the bytes are malformed (Unicode Standard, table 3-7).
pub fn write_utf16(bytes: &[u8], units: &mut [u16]) -> Option<usize> {
    let (mut from, mut to) = (0, 0);
    while let Some(&first) = bytes.get(from) {
        if first < 0x80 {
            let ascii = widen(bytes.get(from..)?, units.get_mut(to..)?);
            from += ascii;
            to += ascii;
            continue;
        }
        let rest = |at: usize| {
            let byte = bytes.get(from + at).copied().filter(|byte| byte & 0xc0 == 0x80)?;
            Some(u32::from(byte & 0x3f))
        };
        let first = u32::from(first);
        let (code, length) = match first {
            0xc2..=0xdf => ((first & 0x1f) << 6 | rest(1)?, 2),
            0xe0..=0xef => ((first & 0x0f) << 12 | rest(1)? << 6 | rest(2)?, 3),
            0xf0..=0xf4 => ((first & 0x07) << 18 | rest(1)? << 12 | rest(2)? << 6 | rest(3)?, 4),
            _ => return None,
        };
        match (code, length) {
            (0x80..0xd800 | 0xe000..0x1_0000, 2) | (0x800..0xd800 | 0xe000..0x1_0000, 3) => {
                *units.get_mut(to)? = code as u16;
                to += 1;
            }
            (0x1_0000..0x11_0000, 4) => {
                let above = code - 0x1_0000;
                *units.get_mut(to)? = (0xd800 + (above >> 10)) as u16;
                *units.get_mut(to + 1)? = (0xdc00 + (above & 0x3ff)) as u16;
                to += 2;
            }
            _ => return None,
        }
        from += length;
    }
    Some(to)
}

/// Widens the ASCII in front. Returns how many bytes that were.
#[inline]
fn widen(bytes: &[u8], units: &mut [u16]) -> usize {
    let mut done = 0;
    let (blocks, rest) = (bytes.chunks_exact(WIDTH), units.chunks_exact_mut(WIDTH));
    for (block, room) in blocks.zip(rest) {
        // What this writes behind the ASCII is written over later.
        for (unit, byte) in room.iter_mut().zip(block) {
            *unit = u16::from(*byte);
        }
        let ascii = count_ascii(block);
        done += ascii;
        if ascii < WIDTH {
            return done;
        }
    }
    for (unit, byte) in units.iter_mut().zip(bytes).skip(done).take_while(|(_, byte)| **byte < 0x80) {
        *unit = u16::from(*byte);
        done += 1;
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    fn check(bytes: &[u8]) {
        let mut wide = std::vec![7; bytes.len()];
        let written = write_utf16(bytes, &mut wide);
        match core::str::from_utf8(bytes) {
            Ok(text) => {
                let want: Vec<u16> = text.encode_utf16().collect();
                assert_eq!(written, Some(want.len()), "{bytes:x?}");
                assert_eq!(wide[..want.len()], want, "{text}");
                assert_eq!(count_utf16(bytes) as usize, want.len(), "{text}");
            }
            Err(_) => assert_eq!(written, None, "{bytes:x?}"),
        }
    }

    #[test]
    fn every_character_is_right_at_every_place() {
        for code in (0..=0x0010_ffff).step_by(61).filter_map(char::from_u32) {
            check(std::format!("{code}{:n$}{code}ab", "", n = code as usize % 19).as_bytes());
        }
    }

    #[test]
    fn every_pair_and_triple_of_odd_bytes_is_judged_as_the_standard_library_does() {
        let odd = [
            0, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed,
            0xee, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff,
        ];
        for a in odd {
            for b in odd {
                for c in odd {
                    for d in odd {
                        check(&[a, b, c, d]);
                    }
                }
                let mut long = [b'x'; 40];
                (long[20], long[21]) = (a, b);
                check(&long);
            }
        }
    }
}
