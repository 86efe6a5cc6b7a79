//! Positions that can be compared: numbers and times.
//!
//! A position is the source's own text, and stays it. What is computed here is computed digit by digit:
//! a double rounds ids of 64 bits, and a date of JavaScript has milliseconds where the source has
//! nanoseconds; either makes a source send the same again for ever, or pass over something.

mod decimal;
mod epoch;
mod moment;
mod pair;
mod rfc3339;

use alloc::string::String;
use core::cmp::Ordering;

use self::moment::Moment;
use self::rfc3339::Stamp;
use super::time::Millis;

pub use epoch::Unit;
pub use pair::{pair, split};

/// What the positions of a source look like, and so what order they have. It is declared, not guessed:
/// as texts, `9` is behind `10`, and one moment has many texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Anything that the source alone understands.
    Opaque,
    /// In the order of their bytes, which is that of their code points.
    Text,
    /// Decimals of any length, perhaps with a sign or a fraction; none with an exponent.
    Decimal,
    /// Dates with time and offset (RFC 3339), with any number of digits behind the point. The offset may
    /// lack its colon, as some services have it.
    Rfc3339,
    /// Time since 1970-01-01 in such units, perhaps with a fraction.
    Epoch(Unit),
}

impl Kind {
    /// Whether `text` looks like such a position. No position is empty.
    pub fn is(self, text: &str) -> bool {
        match self {
            Self::Opaque | Self::Text => !text.is_empty(),
            Self::Decimal => decimal::is_decimal(text),
            Self::Rfc3339 | Self::Epoch(_) => self.moment(text).is_some(),
        }
    }

    /// Which of the two comes first. `None` where that cannot be known: they are opaque, or one of them
    /// is no such position.
    pub fn compare(self, one: &str, two: &str) -> Option<Ordering> {
        match self {
            Self::Opaque => None,
            Self::Text => (self.is(one) && self.is(two)).then(|| one.cmp(two)),
            Self::Decimal => decimal::compare(one, two),
            Self::Rfc3339 | Self::Epoch(_) => Some(self.moment(one)?.cmp(&self.moment(two)?)),
        }
    }

    /// Whether they are moments.
    pub const fn is_time(self) -> bool {
        match self {
            Self::Rfc3339 | Self::Epoch(_) => true,
            Self::Opaque | Self::Text | Self::Decimal => false,
        }
    }

    /// The moment `time`, since 1970-01-01, as such a position: a date in UTC to the millisecond, or
    /// whole units.
    pub fn at(self, time: Millis) -> Option<String> {
        let moment = Moment::from_millis(time);
        match self {
            Self::Rfc3339 => rfc3339::in_utc(&moment, 3),
            Self::Epoch(unit) => epoch::write(&moment, unit, 0),
            Self::Opaque | Self::Text | Self::Decimal => None,
        }
    }

    /// The position that is `span` before `text`, in its style: a time by so many milliseconds, a number
    /// by so many units, but not from zero or above to below it. Where its last digit is coarser than
    /// what is left of `span`, a little earlier. `None` where there is none.
    pub fn back(self, text: &str, span: u64) -> Option<String> {
        match self {
            Self::Opaque | Self::Text => None,
            Self::Decimal => decimal::back(text, span),
            Self::Rfc3339 => {
                let stamp = Stamp::read(text)?;
                stamp.write(&stamp.moment().back(span)?)
            }
            Self::Epoch(unit) => {
                let moment = epoch::read(text, unit)?.back(span)?;
                epoch::write(&moment, unit, epoch::places(text))
            }
        }
    }

    /// The moment `text` as another kind of time: a date in UTC with the digits that the position has, or
    /// whole units. What the other kind cannot say is cut off, so that the moment is never a later one.
    /// `None` where one of the two is no time.
    pub fn write_as(self, text: &str, to: Self) -> Option<String> {
        if self == to {
            return self.is(text).then(|| text.into());
        }
        let moment = self.moment(text)?;
        match (self, to) {
            (Self::Epoch(unit), Self::Rfc3339) => {
                rfc3339::in_utc(&moment, unit.places() + epoch::places(text))
            }
            (_, Self::Epoch(unit)) => epoch::write(&moment, unit, 0),
            (..) => None,
        }
    }

    fn moment(self, text: &str) -> Option<Moment<'_>> {
        match self {
            Self::Rfc3339 => Stamp::read(text).map(|stamp| stamp.moment()),
            Self::Epoch(unit) => epoch::read(text, unit),
            Self::Opaque | Self::Text | Self::Decimal => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rng::Rng;
    use super::*;
    use std::prelude::v1::*;
    use std::{format, vec};

    const SECONDS: Kind = Kind::Epoch(Unit::Seconds);
    const MILLIS: Kind = Kind::Epoch(Unit::Millis);
    const MICROS: Kind = Kind::Epoch(Unit::Micros);
    const NANOS: Kind = Kind::Epoch(Unit::Nanos);
    const KINDS: [Kind; 8] =
        [Kind::Opaque, Kind::Text, Kind::Decimal, Kind::Rfc3339, SECONDS, MILLIS, MICROS, NANOS];

    #[test]
    fn a_position_looks_like_its_kind() {
        for (kind, good, bad) in [
            (Kind::Opaque, vec!["x", " ", "ż"], vec![""]),
            (Kind::Text, vec!["x", " ", "ż"], vec![""]),
            (
                Kind::Decimal,
                vec![
                    "0",
                    "-0",
                    "+7",
                    "007",
                    "1.50",
                    "-1.5",
                    "9007199254740993",
                    "340282366920938463463374607431768211456",
                ],
                vec![
                    "", "-", "+", ".", ".5", "5.", "1e3", "1.2.3", "--1", "-+1", " 1", "1 ", "0x1", "1,5",
                    "٣", "null", "NaN",
                ],
            ),
            (
                Kind::Rfc3339,
                vec![
                    "2026-11-21T14:40:00Z",
                    "2026-11-21t14:40:00z",
                    "2026-11-21 14:40:00Z",
                    "2026-11-21T14:40:00.1Z",
                    "2026-11-21T14:40:00.123456789012345678901Z",
                    "2026-11-21T14:40:00+05:30",
                    "2026-11-21T14:40:00.000+0000",
                    "2026-11-21T14:40:00-00:00",
                    "0000-01-01T00:00:00+23:59",
                    "9999-12-31T23:59:59-23:59",
                    "2024-02-29T00:00:00Z",
                    "1990-12-31T23:59:60Z",
                    "1991-01-01T05:29:60.5+05:30",
                ],
                vec![
                    "",
                    "2026-11-21",
                    "2026-11-21T14:40Z",
                    "2026-11-21T14:40:00",
                    "2026-11-21T14:40:00.123",
                    "2026-11-21T14:40:00.Z",
                    "2026-11-21T14:40:00,5Z",
                    "2026-11-21T14:40:00+05",
                    "2026-11-21T14:40:00+24:00",
                    "2026-11-21T14:40:00+05:60",
                    "2026-11-21T14:40:00+05:30Z",
                    "2026-11-21T14:40:00Z ",
                    " 2026-11-21T14:40:00Z",
                    "2026-11-21_14:40:00Z",
                    "2026-11-21żż14:40:00Z",
                    "2026-11-21T14:40:00ż",
                    "2026-00-21T14:40:00Z",
                    "2026-13-21T14:40:00Z",
                    "2026-11-31T14:40:00Z",
                    "2023-02-29T14:40:00Z",
                    "2026-11-21T24:00:00Z",
                    "2026-11-21T14:60:00Z",
                    "2026-11-21T14:40:61Z",
                    "2026-11-21T14:40:60Z",
                    "1991-01-01T05:30:60+05:30",
                    "+026-11-21T14:40:00Z",
                    "2026-1-21T14:40:00Z",
                    "12026-11-21T14:40:00Z",
                    "Sat, 21 Nov 2026 14:40:00 GMT",
                    "1795272000",
                ],
            ),
            (
                SECONDS,
                vec!["31536000", "1795272000", "1795272000.5", "7258118399.999", "0001795272000"],
                vec![
                    "",
                    "0",
                    "31535999.9",
                    "7258118400",
                    "-1795272000",
                    "+1795272000",
                    "1795272000.",
                    "17952720e2",
                ],
            ),
            (
                MILLIS,
                vec!["31536000000", "1795272000000", "1795272000000.25"],
                vec!["0", "31535999999", "1795272000"],
            ),
            (MICROS, vec!["31536000000000", "1795272000000000"], vec!["1795272000", "1795272000000", "999"]),
            (
                NANOS,
                vec!["31536000000000000", "7258118399999999999"],
                vec![
                    "1795272000",
                    "9223372036854775807",
                    "18446744073709551616",
                    "99999999999999999999999999999",
                ],
            ),
        ] {
            for text in good {
                assert!(kind.is(text), "{kind:?} {text}");
            }
            for text in bad {
                assert!(!kind.is(text), "{kind:?} {text}");
                assert_eq!(kind.compare(text, text), None, "{kind:?} {text}");
                assert_eq!(kind.back(text, 0), None, "{kind:?} {text}");
                assert_eq!(kind.write_as(text, kind), None, "{kind:?} {text}");
            }
        }
    }

    #[test]
    fn no_moment_is_believed_in_two_units() {
        for text in [
            "1795272000",
            "1795272000000",
            "1795272000000000",
            "1795272000000000000",
            "31536000",
            "7258118399",
        ] {
            let units = [SECONDS, MILLIS, MICROS, NANOS];
            assert_eq!(units.iter().filter(|unit| unit.is(text)).count(), 1, "{text}");
        }
    }

    #[test]
    fn positions_are_in_the_order_of_what_they_mean() {
        use Ordering::{Equal, Greater, Less};
        for (kind, one, two, want) in [
            (Kind::Text, "9", "10", Greater),
            (Kind::Text, "\u{ffff}", "\u{10000}", Less),
            (Kind::Text, "a", "aa", Less),
            (Kind::Decimal, "9", "10", Less),
            (Kind::Decimal, "9007199254740993", "9007199254740992", Greater),
            (Kind::Decimal, "18446744073709551616", "18446744073709551615", Greater),
            (Kind::Decimal, "007", "7.000", Equal),
            (Kind::Decimal, "1.5", "1.49", Greater),
            (Kind::Decimal, "1.5", "1.50", Equal),
            (Kind::Decimal, "-1.5", "-1.49", Less),
            (Kind::Decimal, "-10", "-9", Less),
            (Kind::Decimal, "-1", "0", Less),
            (Kind::Decimal, "-0.0", "+0", Equal),
            (Kind::Rfc3339, "2026-11-21T14:40:00Z", "2026-11-21T14:40:00.5Z", Less),
            (Kind::Rfc3339, "2026-11-21T14:40:00Z", "2026-11-21T14:40:00+00:00", Equal),
            (Kind::Rfc3339, "2026-11-21T14:40:00.000Z", "2026-11-21 14:40:00-00:00", Equal),
            (Kind::Rfc3339, "2026-11-21T14:40:00+05:30", "2026-11-21T09:10:00Z", Equal),
            (Kind::Rfc3339, "2026-11-21T23:00:00-02:00", "2026-11-22T00:30:00Z", Greater),
            (Kind::Rfc3339, "2026-11-21T14:40:00.000000001Z", "2026-11-21T14:40:00.000000002Z", Less),
            (Kind::Rfc3339, "2016-12-31T23:59:59.9Z", "2016-12-31T23:59:60Z", Less),
            (Kind::Rfc3339, "2016-12-31T23:59:60.9Z", "2017-01-01T00:00:00Z", Less),
            (SECONDS, "999999999", "1000000000", Less),
            (SECONDS, "1795272000", "1795272000.0", Equal),
            (MICROS, "1795272000123456", "1795272000123455.9", Greater),
            (NANOS, "1795272000123456789", "1795272000123456788", Greater),
        ] {
            assert_eq!(kind.compare(one, two), Some(want), "{kind:?} {one} {two}");
            assert_eq!(kind.compare(two, one), Some(want.reverse()), "{kind:?} {two} {one}");
        }
        assert_eq!(Kind::Opaque.compare("1", "2"), None);
        assert_eq!(Kind::Decimal.compare("1", "x"), None);
        assert_eq!(Kind::Decimal.compare("x", "1"), None);
    }

    #[test]
    fn a_moment_is_written_as_any_kind_of_time() {
        let time = Millis::new(1_795_272_000_007);
        for (kind, want) in [
            (Kind::Opaque, None),
            (Kind::Text, None),
            (Kind::Decimal, None),
            (Kind::Rfc3339, Some("2026-11-21T14:40:00.007Z")),
            (SECONDS, Some("1795272000")),
            (MILLIS, Some("1795272000007")),
            (MICROS, Some("1795272000007000")),
            (NANOS, Some("1795272000007000000")),
        ] {
            assert_eq!(kind.at(time).as_deref(), want, "{kind:?}");
            assert_eq!(kind.is_time(), want.is_some());
            assert_eq!(kind.at(Millis::new(u64::MAX)), None, "{kind:?}");
        }
        assert_eq!(Kind::Rfc3339.at(Millis::ZERO).as_deref(), Some("1970-01-01T00:00:00.000Z"));
        assert_eq!(SECONDS.at(Millis::ZERO), None);
        assert_eq!(
            Kind::Rfc3339.at(Millis::new(253_402_300_799_999)).as_deref(),
            Some("9999-12-31T23:59:59.999Z")
        );
        assert_eq!(Kind::Rfc3339.at(Millis::new(253_402_300_800_000)), None);
    }

    #[test]
    fn an_earlier_position_keeps_the_style() {
        for (kind, text, span, want) in [
            (Kind::Opaque, "17", 1, None),
            (Kind::Text, "17", 1, None),
            (Kind::Decimal, "9007199254740993", 1, Some("9007199254740992")),
            (Kind::Decimal, "36893488147419103232", u64::MAX, Some("18446744073709551617")),
            (Kind::Decimal, "10", 1, Some("9")),
            (Kind::Decimal, "0010", 1, Some("0009")),
            (Kind::Decimal, "10.50", 3, Some("7.50")),
            (Kind::Decimal, "3.50", 3, Some("0.50")),
            (Kind::Decimal, "2.75", 3, Some("0.00")),
            (Kind::Decimal, "5", u64::MAX, Some("0")),
            (Kind::Decimal, "005", 6, Some("000")),
            (Kind::Decimal, "+5", 2, Some("+3")),
            (Kind::Decimal, "-0", 2, Some("0")),
            (Kind::Decimal, "-2.75", 3, Some("-5.75")),
            (Kind::Decimal, "-9", 1, Some("-10")),
            (Kind::Decimal, "-9", u64::MAX, Some("-18446744073709551624")),
            (Kind::Decimal, "-09", 1, Some("-10")),
            (Kind::Rfc3339, "2026-11-21T14:40:00Z", 60_000, Some("2026-11-21T14:39:00Z")),
            (Kind::Rfc3339, "2026-11-21T14:40:00Z", 1, Some("2026-11-21T14:39:59Z")),
            (Kind::Rfc3339, "2026-11-21T14:40:00.5Z", 1, Some("2026-11-21T14:40:00.4Z")),
            (Kind::Rfc3339, "2026-11-21T14:40:00.123456789Z", 124, Some("2026-11-21T14:39:59.999456789Z")),
            (Kind::Rfc3339, "2026-03-01 00:30:00.000+0530", 3_600_000, Some("2026-02-28 23:30:00.000+0530")),
            (Kind::Rfc3339, "2026-11-21t14:40:00z", 0, Some("2026-11-21t14:40:00z")),
            (Kind::Rfc3339, "2016-12-31T23:59:60.5Z", 500, Some("2016-12-31T23:59:59.0Z")),
            (Kind::Rfc3339, "0000-01-01T00:00:00-01:00", 1, None),
            (Kind::Rfc3339, "2026-11-21T14:40:00Z", u64::MAX, None),
            (Kind::Rfc3339, "2026-11-21T14:40:00Z", i64::MAX as u64, None),
            (SECONDS, "1795272000", 1, Some("1795271999")),
            (SECONDS, "1795272000", 1_000, Some("1795271999")),
            (SECONDS, "1795272000.5000", 1, Some("1795272000.4990")),
            (SECONDS, "31536000", 1, None),
            (MILLIS, "1795272000000", 1, Some("1795271999999")),
            (MILLIS, "1795272000000.25", 1, Some("1795271999999.25")),
            (MICROS, "1795272000123456", 124, Some("1795271999999456")),
            (NANOS, "1795272000123456789", 1, Some("1795272000122456789")),
            (NANOS, "1795272000123456789", u64::MAX, None),
        ] {
            assert_eq!(kind.back(text, span).as_deref(), want, "{kind:?} {text} {span}");
        }
    }

    #[test]
    fn a_time_is_read_in_one_format_and_sent_in_another_and_never_a_later_one() {
        for (from, text, to, want) in [
            (Kind::Rfc3339, "2026-11-21T15:40:00.9999+01:00", MILLIS, Some("1795272000999")),
            (Kind::Rfc3339, "2026-11-21T15:40:00.9999+01:00", SECONDS, Some("1795272000")),
            (Kind::Rfc3339, "2026-11-21T15:40:00.9999+01:00", NANOS, Some("1795272000999900000")),
            (
                Kind::Rfc3339,
                "2026-11-21T15:40:00.9999+01:00",
                Kind::Rfc3339,
                Some("2026-11-21T15:40:00.9999+01:00"),
            ),
            (Kind::Rfc3339, "9999-12-31T00:00:00Z", MILLIS, None),
            (Kind::Rfc3339, "2016-12-31T23:59:60Z", SECONDS, Some("1483228799")),
            (SECONDS, "1795272000", Kind::Rfc3339, Some("2026-11-21T14:40:00Z")),
            (SECONDS, "1795272000.25", Kind::Rfc3339, Some("2026-11-21T14:40:00.25Z")),
            (SECONDS, "1795272000.25", MILLIS, Some("1795272000250")),
            (SECONDS, "1795272000.25", SECONDS, Some("1795272000.25")),
            (MILLIS, "1795272000000", Kind::Rfc3339, Some("2026-11-21T14:40:00.000Z")),
            (NANOS, "1795272000123456789", Kind::Rfc3339, Some("2026-11-21T14:40:00.123456789Z")),
            (NANOS, "1795272000123456789", MICROS, Some("1795272000123456")),
            (MICROS, "1795272000123456", NANOS, Some("1795272000123456000")),
        ] {
            assert_eq!(from.write_as(text, to).as_deref(), want, "{from:?} {text} {to:?}");
        }
        for from in KINDS {
            for to in KINDS {
                let text = if from.is_time() {
                    from.at(Millis::new(1_795_272_000_000)).unwrap()
                } else {
                    "17".into()
                };
                let possible = from == to || (from.is_time() && to.is_time());
                assert_eq!(from.write_as(&text, to).is_some(), possible, "{from:?} {to:?}");
            }
        }
    }

    // The same once more, with numbers of 128 bits and a calendar that counts.

    fn below(rng: &mut Rng, end: u64) -> u64 {
        rng.between(Millis::ZERO, Millis::new(end - 1)).get()
    }

    /// A decimal text with up to nine digits behind the point, in billionths.
    fn billionths(text: &str) -> i128 {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{}{fraction:0<9}", whole.trim_start_matches(['+', '-']));
        digits.parse::<i128>().unwrap() * if text.starts_with('-') { -1 } else { 1 }
    }

    fn number(rng: &mut Rng) -> String {
        let digits = |rng: &mut Rng, most| {
            let count = below(rng, most) as usize;
            // Few digits, so that parts are often alike, and borrows and carries go far.
            (0..count).map(|_| ["0", "9", "5"][below(rng, 3) as usize]).collect::<String>()
        };
        let sign = ["", "", "-", "+"][below(rng, 4) as usize];
        let point = if below(rng, 2) == 0 { String::new() } else { format!(".{}0", digits(rng, 9)) };
        format!("{sign}{}7{point}", digits(rng, 22))
    }

    #[test]
    fn decimals_do_what_numbers_of_128_bits_do() {
        let mut rng = Rng::new(1);
        for _ in 0..50_000 {
            let (one, two) = (number(&mut rng), number(&mut rng));
            let (first, second) = (billionths(&one), billionths(&two));
            assert_eq!(Kind::Decimal.compare(&one, &two), Some(first.cmp(&second)), "{one} {two}");
            let bound = [2, 100, 10_000, u64::MAX][below(&mut rng, 4) as usize];
            let span = below(&mut rng, bound);
            let back = Kind::Decimal.back(&one, span).unwrap();
            let less = first - i128::from(span) * 1_000_000_000;
            assert_eq!(billionths(&back), if first < 0 { less } else { less.max(0) }, "{one} {span} {back}");
            let places = |text: &str| text.split_once('.').map(|(_, fraction)| fraction.len());
            assert_eq!(places(&back), places(&one), "{one} {back}");
            assert_eq!(Kind::Decimal.compare(&back, &one), Some(billionths(&back).cmp(&first)));
        }
    }

    const LENGTHS: [i128; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    fn days_of(year: i128, month: usize) -> i128 {
        let is_leap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0;
        LENGTHS[month] + i128::from(is_leap && month == 1)
    }

    /// A moment in billionths of a second, by a clock so many minutes ahead.
    fn date(moment: i128, places: usize, minutes: i128, zone: &str) -> String {
        let local = moment + minutes * 60_000_000_000;
        let (mut days, rest) = (local / 86_400_000_000_000, local % 86_400_000_000_000);
        let (mut year, mut month) = (1970, 0);
        while days >= days_of(year, month) {
            days -= days_of(year, month);
            (year, month) = if month == 11 { (year + 1, 0) } else { (year, month + 1) };
        }
        let (seconds, nanos) = (rest / 1_000_000_000, format!("{:09}", rest % 1_000_000_000));
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        let fraction = if places == 0 { String::new() } else { format!(".{}", &nanos[..places]) };
        format!(
            "{year:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}{fraction}{zone}",
            month + 1,
            days + 1
        )
    }

    /// A moment cut off behind so many digits of the second.
    fn cut(moment: i128, places: usize) -> i128 {
        let unit = 10_i128.pow(9 - places as u32);
        moment / unit * unit
    }

    /// One kind of time with a number of digits, and a moment in it.
    fn written(rng: &mut Rng, moment: i128) -> (Kind, usize, String, impl Fn(i128) -> String) {
        let which = below(rng, 5) as usize;
        let unit = [0, 3, 6, 9, 0][which];
        let extra = below(rng, 10 - unit as u64) as usize;
        let minutes = i128::from(below(rng, 2_879)) - 1_439;
        let zone = match minutes {
            0 => "Z".into(),
            _ => format!(
                "{}{:02}:{:02}",
                if minutes < 0 { '-' } else { '+' },
                minutes.abs() / 60,
                minutes.abs() % 60
            ),
        };
        let kind = [SECONDS, MILLIS, MICROS, NANOS, Kind::Rfc3339][which];
        let write = move |moment: i128| {
            if kind == Kind::Rfc3339 {
                return date(moment, extra, minutes, &zone);
            }
            let digits = format!("{moment:010}");
            let (whole, fraction) = digits.split_at(digits.len() - 9 + unit);
            if extra == 0 {
                whole.into()
            } else {
                format!("{whole}.{}", &fraction[..extra])
            }
        };
        (kind, unit + extra, write(moment), write)
    }

    #[test]
    fn times_do_what_a_calendar_that_counts_does() {
        let mut rng = Rng::new(2);
        // From 1971 to 2199, with a few days to go back and to be ahead.
        let first = 31_536_000 + 90_000_000;
        for _ in 0..20_000 {
            let seconds = first + below(&mut rng, 7_258_000_000 - first);
            let moment = i128::from(seconds) * 1_000_000_000 + i128::from(below(&mut rng, 1_000_000_000));
            let (kind, places, text, write) = written(&mut rng, moment);
            assert!(kind.is(&text), "{kind:?} {text}");

            let bound = [2, 2_000, 90_000_000_000][below(&mut rng, 3) as usize];
            let span = below(&mut rng, bound);
            let earlier = cut(moment, places) - i128::from(span) * 1_000_000;
            let back = kind.back(&text, span).unwrap();
            assert_eq!(back, write(cut(earlier, places)), "{kind:?} {text} {span}");
            let order = cut(earlier, places).cmp(&cut(moment, places));
            assert_eq!(kind.compare(&back, &text), Some(order), "{kind:?} {back} {text}");

            for (to, digits) in [(SECONDS, 0), (MILLIS, 3), (MICROS, 6), (NANOS, 9)] {
                let want = cut(cut(moment, places), digits) / 10_i128.pow(9 - digits as u32);
                let want = if to == kind { text.clone() } else { want.to_string() };
                assert_eq!(kind.write_as(&text, to), Some(want), "{kind:?} {text} {to:?}");
            }
            let want = if kind == Kind::Rfc3339 { text.clone() } else { date(moment, places, 0, "Z") };
            assert_eq!(kind.write_as(&text, Kind::Rfc3339), Some(want), "{kind:?} {text}");
        }
    }

    #[test]
    fn dates_with_any_offset_are_in_the_order_of_their_moments() {
        let mut rng = Rng::new(3);
        for _ in 0..20_000 {
            let near = 1_795_272_000_000_000_000;
            let pick = |rng: &mut Rng| {
                let width = [3, 2_000_000_000, 4_000_000_000_000][below(rng, 3) as usize];
                let moment = near + i128::from(below(rng, width));
                let minutes = i128::from(below(rng, 3)) * 30;
                (moment, date(moment, 9, minutes, &format!("+{:02}{:02}", minutes / 60, minutes % 60)))
            };
            let ((one, first), (two, second)) = (pick(&mut rng), pick(&mut rng));
            assert_eq!(Kind::Rfc3339.compare(&first, &second), Some(one.cmp(&two)), "{first} {second}");
        }
    }

    #[test]
    fn no_text_is_a_fault() {
        let mut rng = Rng::new(4);
        let alphabet: Vec<char> = "00112395-+.:TZtz ż\u{301}".chars().collect();
        let seed: Vec<char> = "2026-11-21T14:40:00.123+01:00".chars().collect();
        for _ in 0..20_000 {
            let mut text = if below(&mut rng, 2) == 0 { seed.clone() } else { Vec::new() };
            for _ in 0..below(&mut rng, 6) {
                let at = below(&mut rng, text.len() as u64 + 1) as usize;
                text.insert(at, alphabet[below(&mut rng, alphabet.len() as u64) as usize]);
            }
            text.truncate(below(&mut rng, 40) as usize);
            let text: String = text.into_iter().collect();
            for kind in KINDS {
                let is = kind.is(&text);
                assert_eq!(
                    kind.compare(&text, &text).is_some(),
                    is && kind != Kind::Opaque,
                    "{kind:?} {text}"
                );
                assert!(is || kind.back(&text, 1).is_none(), "{kind:?} {text}");
                for to in KINDS {
                    let sent = kind.write_as(&text, to);
                    assert!(sent.is_none_or(|sent| is && to.is(&sent)), "{kind:?} {text} {to:?}");
                }
            }
        }
    }
}
