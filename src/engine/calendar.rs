//! The calendar that RFC 3339 and HTTP share: dates as days from 1970-01-01, and back.

/// A day of the Gregorian calendar, also before it was introduced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// 0 is the year before 1.
    pub year: i64,
    /// From 1.
    pub month: i64,
    /// From 1.
    pub day: i64,
}

/// Seconds in a day.
pub const DAY: i64 = 24 * 60 * 60;

impl Date {
    /// The date that is `days` behind 1970-01-01.
    pub const fn from_days(days: i64) -> Self {
        let days = days + DAYS_TO_EPOCH;
        let (cycle, day) = (days.div_euclid(CYCLE), days.rem_euclid(CYCLE));
        // Without the leap days that are behind, all years are alike; the last day of a cycle is one too.
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - year_start(year);
        let month = (5 * day + 2) / 153;
        let year = year + 400 * cycle;
        let day = day - month_start(month) + 1;
        if month < 10 {
            Self { year, month: month + 3, day }
        } else {
            Self { year: year + 1, month: month - 9, day }
        }
    }

    /// Days from 1970-01-01, or `None` where there is no such day in years of four digits.
    pub fn days(self) -> Option<i64> {
        let Self { year, month, day } = self;
        if !(0..=9_999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
        let days = year_start(year) + month_start(month) + day - 1 - DAYS_TO_EPOCH;
        (Self::from_days(days) == self).then_some(days)
    }
}

/// Days before a year, of which the first month is March, so that the leap day is the last one.
const fn year_start(year: i64) -> i64 {
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400)
}

/// Days of such a year before a month, counted from 0.
const fn month_start(month: i64) -> i64 {
    (153 * month + 2) / 5
}

/// Days from 0000-03-01 to 1970-01-01.
const DAYS_TO_EPOCH: i64 = 719_468;

/// Days after which the calendar repeats itself: 400 years.
const CYCLE: i64 = 146_097;

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    fn is_leap(year: i64) -> bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    fn length(year: i64, month: i64) -> i64 {
        match month {
            4 | 6 | 9 | 11 => 30,
            2 => 28 + i64::from(is_leap(year)),
            _ => 31,
        }
    }

    #[test]
    fn every_day_of_ten_thousand_years_has_its_number_and_the_number_its_day() {
        let mut days = -719_528;
        for year in 0..10_000 {
            for month in 1..=12 {
                for day in 1..=length(year, month) {
                    let date = Date { year, month, day };
                    assert_eq!(date.days(), Some(days), "{date:?}");
                    assert_eq!(Date::from_days(days), date);
                    days += 1;
                }
            }
        }
        assert_eq!(Date::from_days(days), Date { year: 10_000, month: 1, day: 1 });
        assert_eq!(Date::from_days(-719_529), Date { year: -1, month: 12, day: 31 });
        assert_eq!(Date { year: 1970, month: 1, day: 1 }.days(), Some(0));
    }

    #[test]
    fn a_day_that_does_not_exist_has_no_number() {
        for year in [0, 1900, 2000, 2023, 2024, 9_999] {
            for month in 1..=12 {
                for day in [0, length(year, month) + 1, 32] {
                    assert_eq!(Date { year, month, day }.days(), None, "{year}-{month}-{day}");
                }
            }
            assert_eq!(Date { year, month: 0, day: 1 }.days(), None);
            assert_eq!(Date { year, month: 13, day: 1 }.days(), None);
        }
        assert_eq!(Date { year: -1, month: 1, day: 1 }.days(), None);
        assert_eq!(Date { year: 10_000, month: 1, day: 1 }.days(), None);
    }
}
