//! `Retry-After` (RFC 9110, 10.2.3): a number of seconds, or a date.

use super::request::Head;
use super::time::Millis;

/// How long the server asks to wait. A date is measured from the server's own `Date` where it sends
/// one, since its clock may differ from ours; else from `wall`.
pub fn retry_after(head: &Head, wall: Millis) -> Option<Millis> {
    let value = head.header("retry-after")?.trim_matches(BLANKS);
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = value.parse::<u64>().unwrap_or(u64::MAX);
        return Some(Millis::new(seconds.saturating_mul(1_000)));
    }
    let until = http_date(value)?;
    let from = head.header("date").and_then(http_date).unwrap_or(wall);
    Some(until.since(from))
}

/// Reads the one date format that senders may still produce, `Sun, 06 Nov 1994 08:49:37 GMT`
/// (RFC 9110, 5.6.7).
fn http_date(text: &str) -> Option<Millis> {
    let mut words = text.trim_matches(BLANKS).split(' ');
    let weekday = words.next()?;
    let day: u64 = words.next()?.parse().ok()?;
    let month = words.next()?;
    let month = MONTHS.iter().position(|known| *known == month)? as u64;
    let year: u64 = words.next()?.parse().ok()?;
    let mut clock = words.next()?.splitn(3, ':').map(|part| part.parse::<u64>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let valid = weekday.ends_with(',')
        && words.next() == Some("GMT")
        && words.next().is_none()
        && (1..=31).contains(&day)
        && (1970..=9999).contains(&year)
        && hour < 24
        && minute < 60
        && second <= 60;
    valid.then(|| {
        let days = days_from_epoch(year, month, day);
        Millis::new((((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000)
    })
}

/// Days since 1970-01-01. Years are counted from March, so that the leap day is the last one;
/// `month` counts from 0 for January.
fn days_from_epoch(year: u64, month: u64, day: u64) -> u64 {
    let (year, month) = if month < 2 { (year - 1, month + 10) } else { (year, month - 2) };
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + (153 * month + 2) / 5 + (day - 1) - DAYS_TO_EPOCH
}

/// Days from 0000-03-01 to 1970-01-01.
const DAYS_TO_EPOCH: u64 = 719_468;

/// Blanks that may surround a header's value.
const BLANKS: [char; 2] = [' ', '\t'];

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    fn asked(headers: &[(&str, &str)], wall: u64) -> Option<u64> {
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        retry_after(&Head { status: 429, headers }, Millis::new(wall)).map(Millis::get)
    }

    #[test]
    fn seconds_and_dates_are_understood() {
        assert_eq!(asked(&[("retry-after", "120")], 0), Some(120_000));
        assert_eq!(asked(&[("retry-after", " 0 ")], 0), Some(0));
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(asked(&[("retry-after", date)], 784_111_770_000), Some(7_000));
        assert_eq!(asked(&[("retry-after", date)], 999_999_999_999), Some(0));
        assert_eq!(
            asked(&[("retry-after", date), ("date", "Sun, 06 Nov 1994 08:49:07 GMT")], 5),
            Some(30_000)
        );
    }

    #[test]
    fn dates_count_from_the_epoch() {
        for (text, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600),
            ("Wed, 01 Mar 2000 00:00:00 GMT", 951_868_800),
            ("Sat, 21 Nov 2026 00:00:00 GMT", 1_795_219_200),
            ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
        ] {
            assert_eq!(http_date(text), Some(Millis::new(seconds * 1_000)), "{text}");
        }
    }

    #[test]
    fn absurd_values_are_no_hint_or_a_long_one_but_never_a_fault() {
        assert_eq!(asked(&[("retry-after", "99999999999999999999999")], 0), Some(u64::MAX));
        for value in [
            "",
            "-1",
            "1.5",
            "soon",
            "Sun, 99 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 25:49:37 GMT",
            ",,, :",
        ] {
            assert_eq!(asked(&[("retry-after", value)], 0), None, "{value}");
        }
        assert_eq!(asked(&[], 0), None);
    }
}
