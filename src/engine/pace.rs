//! What servers say about pace: when to come back, and how much is left of what they allow.
//!
//! In a page on another origin, headers can only be read where the server lets them be: each of them is a
//! hint. They are taken as they are; whoever uses them has bounds.

use super::header::{Reader, BLANKS};
use super::http_date::http_date;
use super::number::is_digits;
use super::request::Head;
use super::retry_after::retry_after;
use super::time::Millis;

/// How long to wait after a response that is no answer. Retry-After is the server's word on just that;
/// else all that is used up has to come back.
pub fn refusal_hint(head: &Head, wall: Millis) -> Option<Millis> {
    retry_after(head, wall).or_else(|| used_up(head, wall))
}

/// How long to wait after an answer, before the next question. Each hint is the least that is asked for,
/// so the longest counts.
pub fn interval_hint(head: &Head, wall: Millis) -> Option<Millis> {
    let asked = head.header("x-poll-interval").and_then(seconds);
    asked.max(retry_after(head, wall)).max(used_up(head, wall))
}

/// The time by the server's clock.
pub fn server_time(head: &Head) -> Option<Millis> {
    head.header("date").and_then(http_date)
}

/// Until all is there again of what the server allows, if something is used up. Times are measured from
/// the server's own, since its clock may differ from ours.
fn used_up(head: &Head, wall: Millis) -> Option<Millis> {
    let now = server_time(head).unwrap_or(wall);
    let named = PAIRS
        .iter()
        .filter_map(|(remaining, reset)| wait(head.header(remaining), head.header(reset), head.status, now));
    let listed = head.header("ratelimit").and_then(|list| listed(list, head.status, now));
    named.max().max(listed).max(hubspot(head, now))
}

/// How long to wait for one thing, where nothing is left of it. A refusal that is about pace says so too.
fn wait(remaining: Option<&str>, reset: Option<&str>, status: u16, now: Millis) -> Option<Millis> {
    let is_used_up = remaining.map_or(status == 429, is_zero);
    Some(until(seconds(reset.filter(|_| is_used_up)?)?, now))
}

/// The header `RateLimit`: each member is a thing, `"name";r=0;t=30`, as the drafts have it now
/// (draft-ietf-httpapi-ratelimit-headers-08 and later); or all of it is one, `limit=10, remaining=0, reset=30` (-07).
fn listed(list: &str, status: u16, now: Millis) -> Option<Millis> {
    let mut reader = Reader::new(list);
    let mut longest = None;
    let (mut remaining, mut reset) = (None, None);
    while let Some((name, value)) = reader.pair() {
        match &*name {
            "remaining" => remaining = Some(value),
            "reset" => reset = Some(value),
            _ => {}
        }
        let (mut r, mut t) = (None, None);
        while let Some((name, value)) = reader.parameter() {
            match &*name {
                "r" => r = Some(value),
                "t" => t = Some(value),
                _ => {}
            }
        }
        // With several of them, a refusal does not say which one it is about.
        if r.is_some() {
            longest = longest.max(wait(r.as_deref(), t.as_deref(), status, now));
        }
        reader.to_next();
    }
    longest.max(wait(remaining.as_deref(), reset.as_deref(), status, now))
}

/// HubSpot's own headers. It tells how long an interval is, and not when it began. A day of its own
/// ends at midnight in the account's time zone, which it does not tell either; midnights are at full hours.
fn hubspot(head: &Head, now: Millis) -> Option<Millis> {
    let is_used_up = |name: &str| head.header(name).is_some_and(is_zero);
    let interval = is_used_up("x-hubspot-ratelimit-remaining")
        .then(|| head.header("x-hubspot-ratelimit-interval-milliseconds")?.trim_matches(BLANKS).parse().ok());
    let day = is_used_up("x-hubspot-ratelimit-daily-remaining").then(|| HOUR - now.get() % HOUR);
    interval.flatten().max(day).map(Millis::new)
}

/// How long until `reset`, which is a span or, where it is too long for one, a time: since 1970, in seconds
/// or milliseconds.
fn until(reset: Millis, now: Millis) -> Millis {
    if reset < LONGEST_SPAN {
        reset
    } else if reset < LATEST_TIME {
        reset.since(now)
    } else {
        Millis::new(reset.get() / 1_000).since(now)
    }
}

fn is_zero(text: &str) -> bool {
    seconds(text) == Some(Millis::ZERO)
}

/// Seconds, perhaps with a fraction, of which more than milliseconds is rounded up.
fn seconds(text: &str) -> Option<Millis> {
    let text = text.trim_matches(BLANKS);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let (millis, finer) = fraction.split_at_checked(3).unwrap_or((fraction, ""));
    let millis =
        millis.bytes().chain([b'0'; 3]).take(3).fold(0, |value, digit| value * 10 + u64::from(digit - b'0'));
    let millis = millis + u64::from(finer.bytes().any(|digit| digit != b'0'));
    let whole = whole.parse::<u64>().unwrap_or(u64::MAX).saturating_mul(1_000);
    Some(Millis::new(whole.saturating_add(millis)))
}

/// Headers that come in twos: what is left, and when all is there again. First those of
/// draft-ietf-httpapi-ratelimit-headers-06, then what was customary before, in both spellings.
const PAIRS: [(&str, &str); 3] = [
    ("ratelimit-remaining", "ratelimit-reset"),
    ("x-ratelimit-remaining", "x-ratelimit-reset"),
    ("x-rate-limit-remaining", "x-rate-limit-reset"),
];

/// A year: nobody has to wait so long, and a time is at least so long after 1970.
const LONGEST_SPAN: Millis = Millis::new(365 * 24 * HOUR);

/// A thousand of them: no such time in seconds has come yet, and in milliseconds it is 1971.
const LATEST_TIME: Millis = Millis::new(1_000 * LONGEST_SPAN.get());

const HOUR: u64 = 60 * 60 * 1_000;

#[cfg(test)]
mod tests {
    use super::super::rng::Rng;
    use super::*;
    use std::prelude::v1::*;

    /// 2026-11-21T14:40:00Z.
    const NOW: u64 = 1_795_272_000_000;
    const DATE: (&str, &str) = ("date", "Sat, 21 Nov 2026 14:40:00 GMT");

    fn head(status: u16, headers: &[(&str, &str)]) -> Head {
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Head { status, headers }
    }

    fn refused(headers: &[(&str, &str)]) -> Option<u64> {
        refusal_hint(&head(429, headers), Millis::new(NOW)).map(Millis::get)
    }

    fn answered(headers: &[(&str, &str)]) -> Option<u64> {
        interval_hint(&head(200, headers), Millis::new(NOW)).map(Millis::get)
    }

    #[test]
    fn quotas_that_are_used_up_are_waited_for() {
        for (headers, want) in [
            // The drafts: spans.
            (&[("ratelimit-remaining", "0"), ("ratelimit-reset", "30")][..], Some(30_000)),
            (&[("ratelimit-remaining", "1"), ("ratelimit-reset", "30")], None),
            (&[("ratelimit-remaining", "0")], None),
            (&[("ratelimit", "\"default\";r=0;t=30")], Some(30_000)),
            (&[("ratelimit", "default; r=0; t=30; pk=:YQ==:")], Some(30_000)),
            (&[("ratelimit", "\"default\";r=1;t=30")], None),
            (&[("ratelimit", "\"default\";r=0")], None),
            (&[("ratelimit", "\"a,b;r=0\";r=5;t=9, \"day\";r=0;t=600,\"hour\";t=60;r=0")], Some(600_000)),
            (&[("ratelimit", "limit=10, remaining=0, reset=30")], Some(30_000)),
            (&[("ratelimit", "limit=10, remaining=3, reset=30")], None),
            // GitHub: a time, by the server's clock.
            (&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1795272060")], Some(60_000)),
            (
                &[
                    ("x-ratelimit-remaining", "0"),
                    ("x-ratelimit-reset", "1795272060"),
                    ("date", "Sat, 21 Nov 2026 14:39:00 GMT"),
                ],
                Some(120_000),
            ),
            (&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1795271999")], Some(0)),
            (&[("x-ratelimit-remaining", "17"), ("x-ratelimit-reset", "1795272060")], None),
            // Other ways: spans, milliseconds, fractions, another spelling.
            (&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "45")], Some(45_000)),
            (&[("x-ratelimit-remaining", "0.0"), ("x-ratelimit-reset", "1.0001")], Some(1_001)),
            (&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1795272060.25")], Some(60_250)),
            (&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1795272060000")], Some(60_000)),
            (&[("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", "1795272060")], Some(60_000)),
            // All that is used up has to come back.
            (
                &[
                    ("ratelimit-remaining", "0"),
                    ("ratelimit-reset", "30"),
                    ("x-ratelimit-remaining", "0"),
                    ("x-ratelimit-reset", "90"),
                ],
                Some(90_000),
            ),
            // HubSpot: an interval, and a day that ends at a full hour.
            (
                &[
                    ("x-hubspot-ratelimit-remaining", "0"),
                    ("x-hubspot-ratelimit-interval-milliseconds", "10000"),
                    ("x-hubspot-ratelimit-daily-remaining", "249000"),
                ],
                Some(10_000),
            ),
            (
                &[
                    ("x-hubspot-ratelimit-remaining", "0"),
                    ("x-hubspot-ratelimit-interval-milliseconds", "10000"),
                    ("x-hubspot-ratelimit-daily-remaining", "0"),
                    DATE,
                ],
                Some(20 * 60_000),
            ),
            (
                &[
                    ("x-hubspot-ratelimit-remaining", "5"),
                    ("x-hubspot-ratelimit-interval-milliseconds", "10000"),
                ],
                None,
            ),
            (&[("x-hubspot-ratelimit-remaining", "0")], None),
            (&[], None),
        ] {
            assert_eq!(refused(headers), want, "{headers:?}");
            assert_eq!(answered(headers), want, "{headers:?}");
        }
    }

    #[test]
    fn a_refusal_about_pace_need_not_say_that_nothing_is_left() {
        for headers in [
            &[("ratelimit-reset", "30")][..],
            &[("x-ratelimit-reset", "1795272030")],
            &[("ratelimit", "limit=10, reset=30")],
        ] {
            assert_eq!(refused(headers), Some(30_000), "{headers:?}");
            assert_eq!(answered(headers), None, "{headers:?}");
            assert_eq!(refusal_hint(&head(503, headers), Millis::new(NOW)), None, "{headers:?}");
        }
        assert_eq!(refused(&[("ratelimit", "\"hour\";t=600, \"day\";t=9000;r=4")]), None);
    }

    #[test]
    fn retry_after_wins_after_a_refusal_and_the_longest_hint_after_an_answer() {
        let both = [("retry-after", "5"), ("ratelimit", "\"default\";r=0;t=30"), ("x-poll-interval", "60")];
        assert_eq!(refused(&both), Some(5_000));
        assert_eq!(answered(&both), Some(60_000));
        assert_eq!(answered(&both[..2]), Some(30_000));
        assert_eq!(answered(&both[..1]), Some(5_000));
        assert_eq!(answered(&[("x-poll-interval", " 60 ")]), Some(60_000));
        assert_eq!(refused(&[("x-poll-interval", "60")]), None);
        assert_eq!(
            refused(&[("retry-after", "soon"), ("ratelimit-remaining", "0"), ("ratelimit-reset", "7")]),
            Some(7_000)
        );
    }

    #[test]
    fn the_server_has_a_clock() {
        assert_eq!(server_time(&head(200, &[DATE])), Some(Millis::new(NOW)));
        assert_eq!(server_time(&head(200, &[("date", "today")])), None);
        assert_eq!(server_time(&head(200, &[])), None);
    }

    #[test]
    fn garbage_is_no_hint_and_absurd_values_are_long_ones() {
        for value in ["", "-1", "+1", "soon", ".", "1.", ".5", "1e3", "0x1", "1 2", "٣", "NaN", "30, 30"] {
            assert_eq!(answered(&[("x-poll-interval", value)]), None, "{value}");
            assert_eq!(
                answered(&[("ratelimit-remaining", "0"), ("ratelimit-reset", value)]),
                None,
                "{value}"
            );
            assert_eq!(
                answered(&[("ratelimit-remaining", value), ("ratelimit-reset", "30")]),
                None,
                "{value}"
            );
        }
        let long = "9".repeat(1_000);
        assert_eq!(answered(&[("x-poll-interval", &long)]), Some(u64::MAX));
        assert!(refused(&[("ratelimit-reset", &long)]).is_some());
        for list in
            ["", ",", ";", "=", ";r=0;t=5", "\"", "\"a\"x;r=0;t=5", "a;r=0;t=x", "a;r=x;t=5", "(a b);r=1;t=5"]
        {
            assert_eq!(answered(&[("ratelimit", list)]), None, "{list}");
        }
        let alphabet: Vec<char> = "rt=0;,\" \\15ż".chars().collect();
        let mut rng = Rng::new(1);
        let mut below = |end: usize| rng.between(Millis::ZERO, Millis::new(end as u64 - 1)).get() as usize;
        for _ in 0..20_000 {
            let list: String = (0..below(16)).map(|_| alphabet[below(alphabet.len())]).collect();
            let hint = answered(&[("ratelimit", &list)]);
            assert!(hint.is_none() || list.contains("r="), "{list}");
        }
    }
}
