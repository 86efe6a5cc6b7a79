//! Numbers as text, without the formatting machinery of `core`: nothing else in the core needs that,
//! and every page would have to download it.

use alloc::string::String;
use alloc::vec::Vec;

/// `value` in base ten.
pub fn decimal(value: u64) -> String {
    in_base(10, value, 1)
}

/// `value` in base ten, with zeros in front up to `width` digits.
pub fn padded(value: u64, width: usize) -> String {
    in_base(10, value, width)
}

/// `value` in base sixteen, as 16 digits.
pub fn hex(value: u64) -> String {
    hex_all(core::iter::once(value))
}

/// All of `values`, one behind the other. Bookmarks have hundreds of them, and are written often.
pub fn hex_all(values: impl Iterator<Item = u64>) -> String {
    let mut digits = Vec::with_capacity(16 * values.size_hint().0);
    for value in values {
        digits.extend_from_slice(&digits_of((value >> 32) as u32));
        digits.extend_from_slice(&digits_of(value as u32));
    }
    String::from_utf8(digits).unwrap_or_default()
}

/// A byte for each half of a byte, all eight at once.
const fn digits_of(value: u32) -> [u8; 8] {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let halves = value as u64;
    let halves = (halves | halves << 16) & 0x0000_ffff_0000_ffff;
    let halves = (halves | halves << 8) & 0x00ff_00ff_00ff_00ff;
    let halves = (halves | halves << 4) & (0x0f * ONES);
    // Beyond 9, six more carry into the bit above.
    let letters = (halves + 6 * ONES) >> 4 & ONES;
    (halves + b'0' as u64 * ONES + (b'a' - b'0' - 10) as u64 * letters).to_be_bytes()
}

/// Whether `text` is digits of base ten and nothing else.
pub fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn in_base(base: u64, mut value: u64, least: usize) -> String {
    let mut digits = [b'0'; 20];
    let mut count = 0;
    for digit in digits.iter_mut().rev() {
        if value == 0 && count >= least {
            break;
        }
        // A digit is below the base, so it is one.
        *digit = char::from_digit((value % base) as u32, base as u32).map_or(b'0', |digit| digit as u8);
        value /= base;
        count += 1;
    }
    digits.iter().skip(digits.len() - count).map(|&digit| char::from(digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    #[test]
    fn numbers_read_as_the_standard_library_writes_them() {
        for value in [0, 1, 9, 10, 255, 1_763_712_000_000, 0x0123_4567_89ab_cdef, u64::MAX] {
            assert_eq!(decimal(value), std::format!("{value}"));
            assert_eq!(padded(value, 4), std::format!("{value:04}"));
            assert_eq!(hex(value), std::format!("{value:016x}"));
        }
    }

    #[test]
    fn digits_are_those_of_ascii() {
        for (text, want) in
            [("0", true), ("0123456789", true), ("", false), ("1a", false), ("-1", false), ("٣", false)]
        {
            assert_eq!(is_digits(text), want, "{text}");
        }
    }
}
