//! The retry policy: how long to wait before the next attempt. A change to the rule goes here.

use super::limits;
use super::rng::Rng;
use super::spacing::{grown, Cause, Failures, Spacings};
use super::time::Millis;

/// How attempts are spaced.
#[derive(Clone, Debug, PartialEq)]
pub struct RetryPolicy {
    /// The shortest delay; no hint of the server undercuts it.
    pub min: Millis,
    /// The longest delay of our own.
    pub max: Millis,
    /// What each failure multiplies the delay by, at least 1.
    pub factor: f64,
    /// Share of the delay that is random, 0 to 1.
    pub jitter: f64,
    /// Attempts in a row without progress before giving up; `None`: never.
    pub attempts: Option<u32>,
    /// How the server's own reconnection time is taken.
    pub reconnection: Reconnection,
    /// Delays of their own for each cause, instead of those above.
    pub spacings: Option<Spacings>,
}

/// How the server's own reconnection time (`retry:` of Server-Sent Events) is taken. No delay is shorter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reconnection {
    /// It moves the delay between `min` and `max`.
    Bounded,
    /// As the standard has it (HTML, 9.2.3): it may be longer than `max`. Until the server names one, it
    /// is this. Delays grow only while no connection comes about.
    Followed(Millis),
}

impl RetryPolicy {
    /// The policy of an `EventSource`.
    pub fn standard() -> Self {
        Self {
            min: limits::RECONNECTION_FLOOR,
            reconnection: Reconnection::Followed(limits::RECONNECTION_TIME),
            ..Self::default()
        }
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            min: limits::RETRY_MIN,
            max: limits::RETRY_MAX,
            factor: limits::RETRY_FACTOR,
            jitter: limits::RETRY_JITTER,
            attempts: None,
            reconnection: Reconnection::Bounded,
            spacings: None,
        }
    }
}

/// The spacing of attempts as it stands.
#[derive(Debug)]
pub struct Backoff {
    policy: RetryPolicy,
    /// The server's own reconnection time, as it was named.
    named: Option<Millis>,
    /// Attempts since the last one that made progress.
    attempts: u32,
    /// The same by cause.
    failures: Failures,
}

impl Backoff {
    /// Nothing tried yet.
    pub fn new(mut policy: RetryPolicy) -> Self {
        policy.min = policy.min.max(limits::RETRY_FLOOR);
        policy.max = policy.max.max(policy.min);
        Self { policy, named: None, attempts: 0, failures: Failures::default() }
    }

    /// The server says how long a client should wait before it comes back.
    pub fn set_base(&mut self, named: Millis) {
        self.named = Some(named);
    }

    /// How long a client should wait before it comes back: the server's word, else ours.
    pub fn reconnection_time(&self) -> Millis {
        self.named.unwrap_or(match self.policy.reconnection {
            Reconnection::Bounded => self.policy.min,
            Reconnection::Followed(time) => time,
        })
    }

    /// Number of the attempt that is about to be made, from 1.
    pub fn begin(&mut self) -> u32 {
        self.attempts = self.attempts.saturating_add(1);
        self.attempts
    }

    /// The attempt that has begun does not count: the server never heard of it.
    pub fn take_back(&mut self) {
        self.attempts = self.attempts.saturating_sub(1);
    }

    /// Number of the last attempt, since the one that made progress.
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The attempt has made progress: what failed before no longer counts.
    pub fn reset(&mut self) {
        self.attempts = 0;
        self.failures = Failures::default();
    }

    /// How long to wait now that `cause` has ended an attempt, or `None` where the policy gives up.
    pub fn delay_for(&mut self, cause: Cause, rng: &mut Rng) -> Option<Millis> {
        let Some(spacings) = self.policy.spacings else {
            return self.delay(rng);
        };
        let spacing = spacings.of(cause);
        let delay = spacing.delay(self.failures.count(cause));
        (!self.exhausted()).then(|| self.scattered(delay, spacing.delay(1), spacing.max, rng))
    }

    /// The attempt has become a connection. To the standard that is success enough; to us, a server
    /// that accepts and hangs up is failing.
    pub fn connected(&mut self) {
        if let Reconnection::Followed(_) = self.policy.reconnection {
            self.reset();
        }
    }

    /// Whether the delay is the server's own, which nothing cuts short.
    pub fn is_followed(&self) -> bool {
        matches!(self.policy.reconnection, Reconnection::Followed(_)) && self.attempts <= 1
    }

    /// How long to wait now, or `None` where the policy gives up.
    pub fn delay(&self, rng: &mut Rng) -> Option<Millis> {
        if self.exhausted() {
            return None;
        }
        let RetryPolicy { min, max, factor, reconnection, .. } = self.policy;
        // Clamped, since the server's word may be anything that fits into digits.
        let base = match reconnection {
            Reconnection::Bounded => self.reconnection_time().clamp(min, max),
            Reconnection::Followed(_) => self.reconnection_time().clamp(min, limits::RETRY_AFTER_MAX),
        };
        let max = max.max(base);
        let target = Millis::new(grown(base, factor, self.attempts, max)).clamp(base, max);
        Some(self.scattered(target, base, max, rng))
    }

    /// A delay around `target`, as far as policy, floor and ceiling let it be random.
    fn scattered(&self, target: Millis, min: Millis, max: Millis, rng: &mut Rng) -> Millis {
        let share = Millis::new((target.get() as f64 * self.policy.jitter) as u64);
        let low = target.since(share).max(min);
        rng.between(low, low.after(share).min(max).max(low))
    }

    /// How long to wait where the server has named a time of its own. Its word wins over the
    /// ceiling; a little jitter goes on top, since it told everybody the same.
    pub fn delay_after(&self, hint: Millis, rng: &mut Rng) -> Option<Millis> {
        if self.exhausted() {
            return None;
        }
        let hint = hint.min(limits::RETRY_AFTER_MAX);
        let share = Millis::new((self.policy.min.get() as f64 * self.policy.jitter) as u64);
        Some(rng.between(hint, hint.after(share)).max(self.policy.min))
    }

    fn exhausted(&self) -> bool {
        self.policy.attempts.is_some_and(|most| self.attempts >= most)
    }
}

#[cfg(test)]
mod tests {
    use super::super::spacing::{Growth, Spacing};
    use super::*;
    use std::prelude::v1::*;

    fn policy() -> RetryPolicy {
        RetryPolicy {
            min: Millis::new(100),
            max: Millis::new(1_000),
            factor: 2.0,
            jitter: 0.5,
            attempts: None,
            reconnection: Reconnection::Bounded,
            spacings: None,
        }
    }

    fn range(backoff: &Backoff) -> (u64, u64) {
        let mut rng = Rng::new(3);
        let delays: Vec<u64> = (0..2_000).map(|_| backoff.delay(&mut rng).unwrap().get()).collect();
        (*delays.iter().min().unwrap(), *delays.iter().max().unwrap())
    }

    #[test]
    fn delays_grow_with_each_failure_between_floor_and_ceiling() {
        let mut backoff = Backoff::new(policy());
        let mut seen = Vec::new();
        for _ in 0..6 {
            backoff.begin();
            seen.push(range(&backoff));
        }
        assert_eq!(seen, [(100, 150), (100, 200), (200, 400), (400, 800), (500, 1_000), (500, 1_000)]);
        backoff.reset();
        backoff.begin();
        assert_eq!(range(&backoff), (100, 150));
    }

    #[test]
    fn absurd_reconnection_times_are_clamped() {
        for (told, low, high) in [(0, 100, 150), (u64::MAX, 1_000, 1_000), (3_000_000_000, 1_000, 1_000)] {
            let mut backoff = Backoff::new(policy());
            backoff.set_base(Millis::new(told));
            backoff.begin();
            assert_eq!(range(&backoff), (low, high), "retry: {told}");
        }
    }

    #[test]
    fn the_standard_never_comes_back_before_the_reconnection_time() {
        for (told, low, high) in [
            (None, 3_000, 4_500),
            (Some(0), 500, 750),
            (Some(700), 700, 1_050),
            (Some(90_000), 90_000, 90_000),
            (Some(u64::MAX), 86_400_000, 86_400_000),
        ] {
            let mut backoff = Backoff::new(RetryPolicy::standard());
            if let Some(told) = told {
                backoff.set_base(Millis::new(told));
                assert_eq!(backoff.reconnection_time(), Millis::new(told));
            }
            backoff.begin();
            assert_eq!(range(&backoff), (low, high), "retry: {told:?}");
        }
    }

    #[test]
    fn the_standard_grows_only_while_no_connection_comes_about() {
        let mut backoff = Backoff::new(RetryPolicy { jitter: 0.0, ..RetryPolicy::standard() });
        let mut seen = Vec::new();
        for _ in 0..6 {
            backoff.begin();
            seen.push(range(&backoff).0);
        }
        assert_eq!(seen, [3_000, 6_000, 12_000, 24_000, 48_000, 60_000]);
        assert!(!backoff.is_followed());
        backoff.begin();
        backoff.connected();
        assert!(backoff.is_followed());
        assert_eq!(range(&backoff), (3_000, 3_000));
        let mut ours = Backoff::new(policy());
        ours.begin();
        ours.connected();
        assert_eq!((ours.attempts(), ours.is_followed()), (1, false));
    }

    #[test]
    fn no_delay_is_shorter_than_the_reconnection_time() {
        let mut backoff = Backoff::new(policy());
        backoff.set_base(Millis::new(300));
        let mut seen = Vec::new();
        for _ in 0..3 {
            backoff.begin();
            seen.push(range(&backoff));
        }
        assert_eq!(seen, [(300, 450), (300, 600), (500, 1_000)]);
    }

    #[test]
    fn a_policy_cannot_go_below_the_floor_nor_turn_itself_round() {
        let absurd = RetryPolicy { min: Millis::ZERO, max: Millis::ZERO, ..policy() };
        let mut backoff = Backoff::new(absurd);
        backoff.begin();
        assert_eq!(range(&backoff), (10, 10));
    }

    #[test]
    fn a_hint_of_the_server_wins_over_the_ceiling_but_not_over_the_floor() {
        let mut backoff = Backoff::new(policy());
        backoff.begin();
        let mut rng = Rng::new(1);
        let long = backoff.delay_after(Millis::new(5_000), &mut rng).unwrap().get();
        assert!((5_000..=5_050).contains(&long), "{long}");
        assert!(backoff.delay_after(Millis::ZERO, &mut rng).unwrap() >= Millis::new(100));
        let never = backoff.delay_after(Millis::new(u64::MAX), &mut rng).unwrap();
        assert!(never <= limits::RETRY_AFTER_MAX.after(Millis::new(50)));
    }

    #[test]
    fn a_cause_with_a_spacing_of_its_own_has_its_own_delays_until_there_is_progress() {
        let spacing = |min, growth| Spacing { min: Millis::new(min), max: Millis::new(10_000), growth };
        let spacings = Spacings {
            network: spacing(200, Growth::Linear),
            status: spacing(2_000, Growth::Factor(2.0)),
            end: spacing(0, Growth::Factor(2.0)),
        };
        let mut rng = Rng::new(1);
        let mut backoff = Backoff::new(RetryPolicy { jitter: 0.0, spacings: Some(spacings), ..policy() });
        for reset in [false, true] {
            for (cause, want) in [
                (Cause::End, 10),
                (Cause::Network, 200),
                (Cause::Status, 2_000),
                (Cause::Network, 400),
                (Cause::Status, 4_000),
                (Cause::Network, 600),
                (Cause::End, 20),
            ] {
                backoff.begin();
                assert_eq!(backoff.delay_for(cause, &mut rng), Some(Millis::new(want)), "{cause:?} {reset}");
            }
            backoff.reset();
        }
        let mut few = Backoff::new(RetryPolicy { attempts: Some(1), spacings: Some(spacings), ..policy() });
        few.begin();
        assert_eq!(few.delay_for(Cause::End, &mut rng), None);
        let mut random = Backoff::new(RetryPolicy { jitter: 0.5, spacings: Some(spacings), ..policy() });
        random.begin();
        let delay = random.delay_for(Cause::Status, &mut rng).unwrap().get();
        assert!((2_000..=3_000).contains(&delay), "{delay}");
    }

    #[test]
    fn attempts_are_counted_and_run_out() {
        let mut backoff = Backoff::new(RetryPolicy { attempts: Some(2), ..policy() });
        let mut rng = Rng::new(1);
        assert_eq!(backoff.begin(), 1);
        assert!(backoff.delay(&mut rng).is_some());
        assert_eq!(backoff.begin(), 2);
        assert_eq!(backoff.delay(&mut rng), None);
        assert_eq!(backoff.delay_after(Millis::new(5), &mut rng), None);
    }
}
