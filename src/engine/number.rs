//! Numbers as text, without the formatting machinery of `core`: nothing else in the core needs that,
//! and every page would have to download it.

use alloc::string::String;

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
    let mut digits = String::with_capacity(16);
    push_hex(value, &mut digits);
    digits
}

/// Appends that. Bookmarks have hundreds of them, and are written often.
pub fn push_hex(value: u64, into: &mut String) {
    let mut digits = [0; 16];
    for (digit, place) in digits.iter_mut().rev().zip(0..) {
        let value = (value >> (4 * place)) as u8 & 15;
        *digit = value + if value < 10 { b'0' } else { b'a' - 10 };
    }
    into.push_str(core::str::from_utf8(&digits).unwrap_or_default());
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
        for value in [0, 1, 9, 10, 255, 1_763_712_000_000, u64::MAX] {
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
