//! Dates with time and offset (RFC 3339, 5.6).

use alloc::string::String;

use super::super::calendar::{Date, DAY};
use super::super::number;
use super::moment::Moment;

/// A date as it is written.
pub(super) struct Stamp<'a> {
    /// What the clock shows, as seconds after 1970-01-01.
    local: i64,
    is_leap: bool,
    /// Digits of the second.
    fraction: &'a str,
    style: Style<'a>,
}

/// What of a date is taste, or the place of the clock.
struct Style<'a> {
    /// What is between date and time.
    separator: &'a str,
    /// What is behind the time.
    zone: &'a str,
    /// How far the clock is ahead of UTC, in seconds.
    offset: i64,
}

/// `moment` in UTC, with `places` digits of the second; the rest is cut off.
pub(super) fn in_utc(moment: &Moment<'_>, places: usize) -> Option<String> {
    Style { separator: "T", zone: "Z", offset: 0 }.write(moment, places)
}

impl<'a> Stamp<'a> {
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let (year, rest) = digits(text, 4)?;
        let (month, rest) = digits(rest.strip_prefix('-')?, 2)?;
        let (day, rest) = digits(rest.strip_prefix('-')?, 2)?;
        let (separator, rest) = rest.split_at_checked(1)?;
        let (hour, rest) = digits(rest, 2)?;
        let (minute, rest) = digits(rest.strip_prefix(':')?, 2)?;
        let (second, rest) = digits(rest.strip_prefix(':')?, 2)?;
        let (fraction, zone) = match rest.strip_prefix('.') {
            Some(rest) => rest.split_at_checked(rest.find(|next: char| !next.is_ascii_digit())?)?,
            None => ("", rest),
        };
        let is_leap = second == 60;
        let days = Date { year, month, day }.days()?;
        let local = days * DAY + (hour * 60 + minute) * 60 + second - i64::from(is_leap);
        let offset = offset(zone)?;
        // Leap seconds are at the end of a day in UTC, whatever the clock shows then.
        let valid = matches!(separator, "T" | "t" | " ")
            && hour < 24
            && minute < 60
            && second <= 60
            && (!is_leap || (local - offset).rem_euclid(DAY) == DAY - 1)
            && (!fraction.is_empty() || !rest.starts_with('.'));
        valid.then_some(Self { local, is_leap, fraction, style: Style { separator, zone, offset } })
    }

    pub(super) fn moment(&self) -> Moment<'a> {
        Moment::new(self.local - self.style.offset, self.is_leap, self.fraction)
    }

    /// `moment` as this one is written.
    pub(super) fn write(&self, moment: &Moment<'_>) -> Option<String> {
        self.style.write(moment, self.fraction.len())
    }
}

impl Style<'_> {
    fn write(&self, moment: &Moment<'_>, places: usize) -> Option<String> {
        let local = moment.seconds() + self.offset;
        let Date { year, month, day } = Date::from_days(local.div_euclid(DAY));
        let minutes = local.rem_euclid(DAY) / 60;
        if !(0..=9_999).contains(&year) {
            return None;
        }
        let mut text = String::new();
        for (before, value, width) in [
            ("", year, 4),
            ("-", month, 2),
            ("-", day, 2),
            (self.separator, minutes / 60, 2),
            (":", minutes % 60, 2),
            (":", local.rem_euclid(60), 2),
        ] {
            text.push_str(before);
            text.push_str(&number::padded(value.unsigned_abs(), width));
        }
        if places > 0 {
            text.push('.');
            text.extend(moment.fraction(places));
        }
        text.push_str(self.zone);
        Some(text)
    }
}

/// The number that is the first `width` digits of `text`, and what is behind it.
fn digits(text: &str, width: usize) -> Option<(i64, &str)> {
    let (digits, rest) = text.split_at_checked(width)?;
    let value =
        digits.chars().try_fold(0, |value, digit| Some(value * 10 + i64::from(digit.to_digit(10)?)))?;
    Some((value, rest))
}

/// How far `zone` is ahead of UTC, in seconds. An offset of `-00:00` says that the place is not known,
/// and means UTC too (RFC 3339, 4.3).
fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, rest) = digits(zone.strip_prefix(['+', '-'])?, 2)?;
    let (minutes, rest) = digits(rest.strip_prefix(':').unwrap_or(rest), 2)?;
    (rest.is_empty() && hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60)
}
