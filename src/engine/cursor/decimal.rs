//! Decimals of any length.

use alloc::string::String;
use core::cmp::Ordering;

use super::super::number::{self, is_digits};

struct Decimal<'a> {
    /// `+`, `-` or nothing.
    sign: &'a str,
    whole: &'a str,
    /// What is behind the point.
    fraction: &'a str,
}

/// Whether `text` is one.
pub(super) fn is_decimal(text: &str) -> bool {
    Decimal::read(text).is_some()
}

/// Which of the two is less.
pub(super) fn compare(one: &str, two: &str) -> Option<Ordering> {
    let (one, two) = (Decimal::read(one)?, Decimal::read(two)?);
    Some(match (one.is_below_zero(), two.is_below_zero()) {
        (false, false) => one.size().cmp(&two.size()),
        (true, true) => two.size().cmp(&one.size()),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    })
}

/// `text` less `span`, with as many digits behind the point. What is not below zero stops there.
pub(super) fn back(text: &str, span: u64) -> Option<String> {
    let number = Decimal::read(text)?;
    let is_below = number.is_below_zero();
    let Decimal { sign, whole, fraction } = number;
    let less = if is_below { Some(plus(whole, span)) } else { minus(whole, span) };
    let zeros = |digits: &str| "0".repeat(digits.len());
    let (less, fraction) =
        less.map_or_else(|| (zeros(whole), zeros(fraction)), |less| (less, fraction.into()));
    // Zeros in front are the source's style, or have just come about.
    let is_padded = whole.len() > 1 && whole.starts_with('0');
    let needless = if is_padded { 0 } else { zeros_before(&less) };
    let mut back = String::from(if is_below || sign == "+" { sign } else { "" });
    back.extend(less.chars().skip(needless));
    if !fraction.is_empty() {
        back.push('.');
        back.push_str(&fraction);
    }
    Some(back)
}

/// The digits before and behind the point of a number without sign.
pub(super) fn unsigned(text: &str) -> Option<(&str, &str)> {
    match text.split_once('.') {
        Some((whole, fraction)) => (is_digits(whole) && is_digits(fraction)).then_some((whole, fraction)),
        None => is_digits(text).then_some((text, "")),
    }
}

impl<'a> Decimal<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (whole, fraction) = unsigned(rest)?;
        Some(Self { sign: text.strip_suffix(rest)?, whole, fraction })
    }

    /// Zero has no sign.
    fn is_below_zero(&self) -> bool {
        self.sign == "-" && self.size() != (0, "", "")
    }

    /// What two numbers without sign are compared by, part after part.
    fn size(&self) -> (usize, &'a str, &'a str) {
        let whole = self.whole.trim_start_matches('0');
        (whole.len(), whole, self.fraction.trim_end_matches('0'))
    }
}

/// Zeros that are not needed in front.
fn zeros_before(digits: &str) -> usize {
    digits.len() - digits.trim_start_matches('0').len().max(1)
}

/// `digits` less `span`, in as many digits, or `None` where that is below zero.
fn minus(digits: &str, span: u64) -> Option<String> {
    let mut rest = span;
    let less = in_place(digits, |digit| {
        let (taken, is_borrowed) = ((rest % 10) as u8, u64::from(digit) < rest % 10);
        rest = rest / 10 + u64::from(is_borrowed);
        if is_borrowed {
            digit + 10 - taken
        } else {
            digit - taken
        }
    });
    (rest == 0).then_some(less)
}

/// `digits` and `span` together, in as many digits or more.
fn plus(digits: &str, span: u64) -> String {
    let mut rest = span;
    let more = in_place(digits, |digit| {
        let sum = digit + (rest % 10) as u8;
        rest = rest / 10 + u64::from(sum / 10);
        sum % 10
    });
    if rest == 0 {
        more
    } else {
        number::decimal(rest) + &more
    }
}

/// Each digit changed, from the last to the first.
fn in_place(digits: &str, mut change: impl FnMut(u8) -> u8) -> String {
    let mut changed = digits.as_bytes().to_vec();
    for digit in changed.iter_mut().rev() {
        *digit = b'0' + change(*digit - b'0');
    }
    changed.into_iter().map(char::from).collect()
}
