//! Named timers: those of a session, and the table that any machine keeps. The shell arms a single clock for the earliest of them.

use alloc::vec::Vec;

use super::event::Seq;
use super::time::Millis;

/// Why the machine wants to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// The response to the request has not begun.
    Connect,
    /// The open response has been silent.
    Idle,
    /// Time for a look at the clock, which tells whether the machine has slept.
    Watch,
    /// The open response has been silent for a moment: time to give memory back.
    Quiet,
    /// A refused response has not finished saying why.
    Refusal,
    /// The next attempt is due.
    Retry,
    /// The handler gets this event again.
    Redeliver(Seq),
    /// The store has not answered, or has refused the bookmark and is asked again.
    Store,
    /// The store has not taken the last bookmark of a closing stream.
    Flush,
}

/// The timers of one machine that are set.
#[derive(Debug)]
pub struct Timers<T = Timer>(Vec<(T, Millis)>);

impl<T> Default for Timers<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy + PartialEq> Timers<T> {
    /// Sets `timer` to go off at `at`, instead of when it was set to before.
    pub fn set(&mut self, timer: T, at: Millis) {
        self.clear(timer);
        self.0.push((timer, at));
    }

    /// Unsets `timer`.
    pub fn clear(&mut self, timer: T) {
        self.0.retain(|(set, _)| *set != timer);
    }

    /// Unsets all timers.
    pub fn clear_all(&mut self) {
        self.0.clear();
    }

    /// Whether `timer` is set.
    pub fn is_set(&self, timer: T) -> bool {
        self.0.iter().any(|(set, _)| *set == timer)
    }

    /// When the earliest timer goes off.
    pub fn next(&self) -> Option<Millis> {
        self.0.iter().map(|(_, at)| *at).min()
    }

    /// Unsets and returns a timer that is due, the earliest first.
    pub fn pop_due(&mut self, now: Millis) -> Option<T> {
        let (timer, at) = self.0.iter().copied().min_by_key(|(_, at)| *at)?;
        (at <= now).then(|| {
            self.clear(timer);
            timer
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    #[test]
    fn timers_go_off_in_order_and_once() {
        let mut timers = Timers::default();
        timers.set(Timer::Idle, Millis::new(30));
        timers.set(Timer::Retry, Millis::new(10));
        timers.set(Timer::Redeliver(Seq::new(4)), Millis::new(20));
        assert_eq!(timers.next(), Some(Millis::new(10)));
        assert_eq!(timers.pop_due(Millis::new(9)), None);
        assert_eq!(timers.pop_due(Millis::new(25)), Some(Timer::Retry));
        assert_eq!(timers.pop_due(Millis::new(25)), Some(Timer::Redeliver(Seq::new(4))));
        assert_eq!(timers.pop_due(Millis::new(25)), None);
        timers.set(Timer::Idle, Millis::new(40));
        assert_eq!(timers.next(), Some(Millis::new(40)));
        timers.clear_all();
        assert_eq!(timers.next(), None);
    }
}
