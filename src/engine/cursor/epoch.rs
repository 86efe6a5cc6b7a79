//! Time since 1970-01-01, in one unit or another.

use alloc::borrow::Cow;
use alloc::string::String;
use core::ops::Range;

use super::super::number;
use super::decimal::unsigned;
use super::moment::Moment;

/// What time is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Thousandths of a second.
    Millis,
    /// Millionths.
    Micros,
    /// Billionths.
    Nanos,
}

impl Unit {
    /// How many of the last digits are digits of a second.
    pub(super) const fn places(self) -> usize {
        match self {
            Self::Seconds => 0,
            Self::Millis => 3,
            Self::Micros => 6,
            Self::Nanos => 9,
        }
    }
}

/// The moment `text`, if it is a number of such units that is worth believing.
pub(super) fn read(text: &str, unit: Unit) -> Option<Moment<'_>> {
    let (whole, fraction) = unsigned(text)?;
    let whole = whole.trim_start_matches('0');
    let (seconds, below) = whole.split_at_checked(whole.len().checked_sub(unit.places())?)?;
    let seconds = seconds.parse().ok().filter(|seconds| BELIEVED.contains(seconds))?;
    let digits =
        if fraction.is_empty() { Cow::from(below) } else { Cow::from(String::from(below) + fraction) };
    Some(Moment::new(seconds, false, digits))
}

/// `moment` in such units, with `places` digits behind the point; the rest is cut off. `None` where that
/// would not be believed.
pub(super) fn write(moment: &Moment<'_>, unit: Unit, places: usize) -> Option<String> {
    let seconds = Some(moment.seconds()).filter(|seconds| BELIEVED.contains(seconds))?;
    let mut text = number::decimal(seconds.unsigned_abs());
    let mut digits = moment.fraction(unit.places() + places);
    text.extend(digits.by_ref().take(unit.places()));
    if places > 0 {
        text.push('.');
        text.extend(digits);
    }
    Some(text)
}

/// How many digits `text` has behind the point.
pub(super) fn places(text: &str) -> usize {
    text.split_once('.').map_or(0, |(_, fraction)| fraction.len())
}

/// The years 1971 to 2199, in seconds. In another unit, none of their moments is in these years: so a
/// source that is said to count seconds and counts milliseconds is found out at the first position,
/// and not when every position lies in the future.
const BELIEVED: Range<i64> = 31_536_000..7_258_118_400;
