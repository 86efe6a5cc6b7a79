//! Positions that are times, and the source's clock, by which they are judged.

use alloc::string::String;
use core::cmp::Ordering;

use super::super::super::position::Resume;
use super::super::super::time::{Millis, Now};
use super::run::Run;
use super::{Cursor, Poll, PollConfig};

impl Poll {
    /// The run asks for what is no newer than a moment, on the source's clock.
    pub(super) fn set_until(&mut self, now: Now) {
        let Cursor::Clock(_) = self.config.cursor else {
            return;
        };
        let moment = self.server_now(now).since(self.config.settle);
        if let Some(run @ Run { until: None, .. }) = &mut self.run {
            run.until = self.config.form.kind.at(moment);
        }
    }

    /// What time it is on the source's clock, as far as is known.
    pub(super) fn server_now(&self, now: Now) -> Millis {
        let (ahead, behind) = self.skew;
        now.wall.after(ahead).since(behind)
    }

    /// What the source's clock has not come to is no position, whatever an item says; nor is what may yet
    /// get company that is older.
    pub(super) fn horizon(&self) -> Option<String> {
        let PollConfig { form, settle, .. } = &self.config;
        let now = self.asked.server;
        let moment = if *settle == Millis::ZERO { now.after(FUTURE) } else { now.since(*settle) };
        form.kind.at(moment).filter(|_| form.kind.is_time())
    }

    /// Whether the run has asked for moments that the source's clock has not come to, or that are not
    /// settled: the answer tells what time it is there.
    pub(super) fn is_too_new(&mut self) -> bool {
        let PollConfig { cursor: Cursor::Clock(_), form, settle, .. } = &self.config else {
            return false;
        };
        let settled = self.asked.server.since(*settle);
        let limit = form.kind.at(settled.after(SKEW));
        let (Some(run), Some(settled), Some(limit)) = (&mut self.run, form.kind.at(settled), limit) else {
            return false;
        };
        if run.pages > 0 {
            return false;
        }
        let until = run.until.clone().unwrap_or_default();
        if form.kind.compare(&until, &limit) == Some(Ordering::Greater) {
            run.until = None;
            return true;
        }
        if form.kind.compare(&until, &settled) == Some(Ordering::Greater) {
            run.settled = Some(settled);
        }
        false
    }

    /// Where a window has ended. What was there before the stream began with new items, is not one of them.
    pub(super) fn window_end(&self, run: &Run) -> Option<String> {
        let end = run.settled.as_ref().or(run.until.as_ref())?;
        let word = self.config.latest.clone().filter(|_| run.base == Resume::Latest);
        let is_before = |word: &String| self.config.form.kind.compare(end, word) == Some(Ordering::Less);
        Some(word.filter(is_before).unwrap_or_else(|| end.clone()))
    }
}

/// Clocks of servers show whole seconds, and answers take their time.
const SKEW: Millis = Millis::new(2_000);
/// Clocks of those who write items may be ahead of the source's by so much.
const FUTURE: Millis = Millis::new(60_000);
