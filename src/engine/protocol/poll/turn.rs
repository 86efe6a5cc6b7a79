//! What follows an answer: the next page, the next source, the top.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

use super::super::super::error::{Error, Flaw, Reason};
use super::super::super::limits;
use super::super::super::pace::interval_hint;
use super::super::super::position::Resume;
use super::super::super::print::print;
use super::super::super::request::Head;
use super::super::super::stats::Summit;
use super::super::super::time::{Millis, Now};
use super::ask::{compare, takes};
use super::run::{Kind, Run};
use super::{Answer, Cursor, Every, Found, Missing, Order, PageFrom, Poll, Round, Row, Slot, Stage, Top};

/// What follows an answer.
#[derive(Debug)]
pub enum Next {
    /// Another request, at once.
    Page,
    /// All sources have been read to their tops.
    Top(Summit),
    /// The same request, once more, since this is what has become of it; after so long, where that is known.
    Failed(Error, Option<Millis>),
    /// A source cannot go on from where it stands.
    Lost(Reason),
    /// Nothing.
    Stop(Error),
}

/// What follows an answer, while it is not asked for.
#[derive(Debug)]
pub(super) enum Outcome {
    Page,
    Top,
    Failed(Error),
    Lost(Reason),
    Stop(Error),
}

impl Poll {
    /// What follows an answer that has no more steps.
    pub fn next(&mut self, now: Now) -> Next {
        match core::mem::replace(&mut self.stage, Stage::Closing) {
            Stage::Spent(Outcome::Page) => Next::Page,
            Stage::Spent(Outcome::Failed(error)) => {
                self.cut();
                let patience = self.patience().filter(|_| error == Error::NoProgress);
                Next::Failed(error, patience)
            }
            Stage::Spent(Outcome::Stop(error)) => Next::Stop(error),
            Stage::Spent(Outcome::Lost(reason)) => {
                self.stage = Stage::Spent(Outcome::Lost(reason));
                Next::Lost(reason)
            }
            Stage::Spent(Outcome::Top)
            | Stage::Receiving
            | Stage::Giving
            | Stage::Telling(_)
            | Stage::Closing => {
                let mut summit = core::mem::take(&mut self.total);
                summit.delay = self.delay(now, summit.events);
                self.due = now.mono.after(self.rest);
                Next::Top(summit)
            }
        }
    }

    /// The source has said that nothing has changed. The position may have moved all the same: [`Poll::row`] has it.
    pub fn unchanged(&mut self, head: &Head, now: Now) -> Next {
        self.answer = Answer::new(&self.config, head.clone());
        self.row = Row::default();
        let outcome = if self.is_too_new() {
            Outcome::Page
        } else {
            self.total.pages += 1;
            let outcome = self.finish();
            self.row.position = self.untold();
            outcome
        };
        self.stage = Stage::Spent(outcome);
        self.next(now)
    }

    /// Another value than before says that this is not the source that the position is of.
    pub(super) fn check_incarnation(&mut self) -> Option<Outcome> {
        let value = self.answer.find(self.config.incarnation.as_ref()?)?;
        let value = Some(print(&[value.as_bytes()]));
        let place = self.places.get_mut(self.current)?;
        let before = core::mem::replace(&mut place.incarnation, value);
        let is_other = before.is_some() && before != value && place.at.position().is_some();
        is_other.then_some(Outcome::Lost(Reason::Recreated))
    }

    /// Reads the position that the answer names, before any of its items is given out.
    pub(super) fn check_position(&mut self) -> Option<Outcome> {
        let found = match &self.config.cursor {
            Cursor::Answer(found) | Cursor::Item { end: Some(found), .. } => found,
            Cursor::Item { end: None, .. } | Cursor::Clock(_) => return None,
        };
        let form = self.config.form;
        let at = self.own_position().map(|at| String::from(at.as_str()));
        // Where a number was, and 0 is now, nothing is meant.
        let is_void = |text: &String| text == "0" && at.as_ref().is_some_and(|at| at != "0");
        let Some(named) = self.answer.find(found).filter(|text| !is_void(text)) else {
            let has_none = matches!(found, Found::Link(_)) || self.answer.frames().items() == 0;
            let is_wanted = form.missing == Missing::Fail && !has_none && self.next_token().is_none();
            return is_wanted.then(|| Outcome::Failed(self.bad_page(Flaw::NoPosition)));
        };
        if !self.can_carry(&named) {
            let leads_away = self.config.places.contains(&Slot::Url);
            let error = if leads_away { Error::BadLink } else { self.bad_page(Flaw::BadPosition) };
            return Some(if leads_away { Outcome::Stop(error) } else { Outcome::Failed(error) });
        }
        let is_full = self.run.as_ref().is_some_and(|run| run.kind == Kind::Full);
        let step = at.and_then(|at| compare(&form, &named, &at));
        if step == Some(Ordering::Less) && !is_full {
            return Some(Outcome::Lost(Reason::Regressed));
        }
        self.named = Some(named);
        None
    }

    /// What leads to the next page of the run, if it has pages of its own.
    pub(super) fn next_token(&self) -> Option<String> {
        match &self.config.paging.as_ref()?.from {
            PageFrom::Answer(found) => self.answer.find(found),
            PageFrom::LastItem(_) => {
                self.run.as_ref()?.token.clone().filter(|_| self.answer.frames().items() > 0)
            }
        }
    }

    /// Follows the position that the answer has named.
    pub(super) fn follow_answer(&mut self) {
        if let (Some(named), Some(run)) = (self.named.take(), &mut self.run) {
            run.highest = Some(named.clone());
            // What it is behind, is all that the run reads.
            if run.kind != Kind::Full && self.config.paging.is_none() {
                self.advance(named);
            }
        }
    }

    /// The answer has been read: the position to be told, if it has moved, and what follows.
    pub(super) fn close(&mut self) -> (Option<Vec<u8>>, Outcome) {
        self.total.pages += 1;
        self.follow_answer();
        self.end_border();
        let token = self.next_token();
        let outcome = if self.is_top(token.as_deref()) { self.finish() } else { self.go_on(token) };
        (self.untold(), outcome)
    }

    /// The position, where the application does not know it yet.
    pub(super) fn untold(&mut self) -> Option<Vec<u8>> {
        let place = self.places.iter_mut().find(|place| place.told != place.at)?;
        place.told = place.at.clone();
        self.position_text()
    }

    pub(super) fn is_top(&self, token: Option<&str>) -> bool {
        let items = self.answer.frames().items();
        let is_newest_first = matches!(self.config.cursor, Cursor::Item { order: Order::NewestFirst, .. });
        is_newest_first
            || self.run.as_ref().is_some_and(Run::has_unsettled_enough)
            || self.config.tops.iter().any(|top| match top {
                Top::Flag(pointer) => self.answer.is_true(pointer),
                Top::Empty => items == 0,
                Top::Short(size) => items < *size,
                // Where the query looked back, its page may have been full just there.
                Top::SamePosition => {
                    let has_moved = self.run.as_ref().is_some_and(|run| run.border.is_some());
                    let stands = !has_moved && self.reached() == self.asked.behind;
                    stands && (items == 0 || !self.has_looked_back())
                }
                Top::NoNext => match (&self.config.paging, &self.config.cursor) {
                    (Some(_), _) => token.is_none(),
                    (None, Cursor::Answer(found)) => self.answer.find(found).is_none(),
                    (None, Cursor::Item { .. } | Cursor::Clock(_)) => false,
                },
            })
    }

    /// The next page of the run. A request that has just been answered is no progress.
    pub(super) fn go_on(&mut self, token: Option<String>) -> Outcome {
        let stand = self.stand();
        let origin = &self.config.origin;
        let Some(run) = &mut self.run else {
            return Outcome::Top;
        };
        run.pages += 1;
        match &self.config.paging {
            Some(paging) if paging.cap.is_some_and(|cap| run.listed >= cap) => run.restart(stand),
            Some(paging) => {
                if token.as_ref().is_some_and(|token| !takes(&paging.place, origin, token)) {
                    return Outcome::Stop(Error::BadLink);
                }
                run.token = token;
            }
            None => run.go_on_behind(stand),
        }
        let (asked, next) = (self.asked.print, self.compose().print());
        if self.run.as_mut().is_some_and(|run| run.goes_round(asked, next)) {
            Outcome::Failed(Error::NoProgress)
        } else {
            Outcome::Page
        }
    }

    /// The source has been read to its top.
    fn finish(&mut self) -> Outcome {
        let Some(run) = self.run.take() else {
            return Outcome::Top;
        };
        self.total.events += run.events;
        let base = run.base.position().filter(|_| run.unsettled.is_none());
        let base = || base.map(|base| base.as_str().into());
        let reached = match self.config.cursor {
            Cursor::Clock(_) => self.window_end(&run),
            Cursor::Item { end: None, .. } => run.border.or(run.highest).or_else(base),
            Cursor::Answer(_) => run.highest,
            Cursor::Item { end: Some(_), .. } => run.highest.filter(|_| run.kind == Kind::Full),
        };
        if let Some(position) = reached.filter(|position| self.is_ahead(position)) {
            self.advance(position);
        }
        if let Some(place) = self.places.get_mut(self.current) {
            place.validators = run.validators.unwrap_or_else(|| core::mem::take(&mut place.validators));
            if place.at == Resume::Latest && run.kind == Kind::Silent {
                // There was nothing, so that all that comes is new.
                (place.at, place.told) = (Resume::Earliest, Resume::Earliest);
            }
        }
        self.current += 1;
        if self.current < self.places.len() {
            return Outcome::Page;
        }
        self.current = 0;
        // The full run that these increments were beside goes on.
        if self.aside.is_some() {
            return Outcome::Page;
        }
        self.round = Round::Increments;
        Outcome::Top
    }

    /// How long a source is left in peace that leads nowhere: its pages count as an answer, so that delays
    /// would not grow.
    const fn patience(&self) -> Option<Millis> {
        match self.config.every {
            Every::Once => None,
            Every::Wait { max, .. } => Some(max),
            Every::Hold => Some(HOLD_MAX),
        }
    }

    fn delay(&mut self, now: Now, events: u64) -> Option<Millis> {
        let head = self.answer.head();
        let own = self.config.interval.as_ref().and_then(|found| seconds(&self.answer.find(found)?));
        let hint = own.max(interval_hint(head, now.wall)).unwrap_or(Millis::ZERO);
        let grown = |least: Millis, most: Millis| {
            let grown = Millis::new(self.rest.get().saturating_mul(3) / 2);
            grown.max(least).min(most)
        };
        self.rest = match self.config.every {
            Every::Once => return None,
            Every::Wait { min, .. } if events > 0 => min.max(limits::RETRY_FLOOR),
            Every::Wait { min, max } if self.rest == Millis::ZERO => min.min(max).max(limits::RETRY_FLOOR),
            Every::Wait { min, max } => grown(min, max).max(limits::RETRY_FLOOR),
            // Whoever has been held may come back at once; whoever was sent away would hammer.
            Every::Hold if events > 0 || now.mono.since(self.asked.at.mono) >= HELD => Millis::ZERO,
            Every::Hold => grown(HOLD_MIN, HOLD_MAX),
        };
        Some(self.rest.max(hint.min(limits::RETRY_AFTER_MAX)))
    }
}

/// A number of seconds, perhaps with a fraction.
fn seconds(text: &str) -> Option<Millis> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: u64 = whole.parse().ok()?;
    let millis: u64 = [fraction, "000"].concat().get(..3)?.parse().ok()?;
    Some(Millis::new(whole.saturating_mul(1_000).saturating_add(millis)))
}

/// An answer that took this long was held.
const HELD: Millis = Millis::new(1_000);
/// The delays after one that was not.
const HOLD_MIN: Millis = Millis::new(250);
const HOLD_MAX: Millis = Millis::new(5_000);
