//! Moments, as exact as their texts.

use alloc::borrow::Cow;

use super::super::number;
use super::super::time::Millis;

/// A point in time. The fields are in the order in which two moments are compared.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment<'a> {
    seconds: i64,
    /// Whether it is in the leap second behind that second.
    is_leap: bool,
    /// Digits of the second, without zeros at the end: as texts they are in the order of their values.
    fraction: Cow<'a, str>,
}

impl<'a> Moment<'a> {
    /// So many seconds after 1970-01-01, and a fraction of a second as its digits.
    pub(super) fn new(seconds: i64, is_leap: bool, fraction: impl Into<Cow<'a, str>>) -> Self {
        let mut fraction = fraction.into();
        match &mut fraction {
            Cow::Borrowed(digits) => *digits = digits.trim_end_matches('0'),
            Cow::Owned(digits) => digits.truncate(digits.trim_end_matches('0').len()),
        }
        Self { seconds, is_leap, fraction }
    }

    /// The moment that is so many milliseconds after 1970-01-01.
    pub(super) fn from_millis(time: Millis) -> Self {
        // A thousandth of them is no more than an `i64` takes.
        Self::new((time.get() / 1_000) as i64, false, number::padded(time.get() % 1_000, 3))
    }

    /// Whole seconds after 1970-01-01. A leap second, which has no number, is taken for the one before.
    pub(super) const fn seconds(&self) -> i64 {
        self.seconds
    }

    /// The first `places` digits of the second.
    pub(super) fn fraction(&self, places: usize) -> impl Iterator<Item = char> + '_ {
        self.fraction.chars().chain(core::iter::repeat('0')).take(places)
    }

    /// The moment that is `span` milliseconds earlier; from a leap second, a second more than that.
    pub(super) fn back(&self, span: u64) -> Option<Self> {
        let millis =
            self.fraction(3).fold(0, |value, digit| value * 10 + i64::from(digit.to_digit(10).unwrap_or(0)));
        // Seconds are those of a year of four digits, far from the end of the numbers.
        let earlier = (self.seconds * 1_000 + millis).checked_sub_unsigned(span)?;
        let mut fraction = number::padded(earlier.rem_euclid(1_000).unsigned_abs(), 3);
        fraction.push_str(self.fraction.get(3..).unwrap_or_default());
        Some(Self::new(earlier.div_euclid(1_000), false, fraction))
    }
}
