//! `Retry-After` (RFC 9110, 10.2.3): a number of seconds, or a date.

use super::header::BLANKS;
use super::http_date::http_date;
use super::number::is_digits;
use super::request::Head;
use super::time::Millis;

/// How long the server asks to wait. A date is measured from the server's own `Date` where it sends
/// one, since its clock may differ from ours; else from `wall`.
pub fn retry_after(head: &Head, wall: Millis) -> Option<Millis> {
    let value = head.header("retry-after")?.trim_matches(BLANKS);
    if is_digits(value) {
        let seconds = value.parse::<u64>().unwrap_or(u64::MAX);
        return Some(Millis::new(seconds.saturating_mul(1_000)));
    }
    let until = http_date(value)?;
    let from = head.header("date").and_then(http_date).unwrap_or(wall);
    Some(until.since(from))
}

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
