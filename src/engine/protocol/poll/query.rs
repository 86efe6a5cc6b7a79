//! Which request comes next.

use alloc::string::String;

use super::super::super::known::Known;
use super::super::super::position::{Position, Resume};
use super::super::super::request::Request;
use super::super::super::time::Now;
use super::ask::Ask;
use super::run::{Kind, Run};
use super::{Asked, Cursor, Order, Poll, PollConfig, Round, Stage};

impl Poll {
    /// The next request.
    pub fn request(&mut self, now: Now) -> Request {
        if let Stage::Receiving | Stage::Giving | Stage::Telling(_) = self.stage {
            // The answer before was given up in the middle.
            self.cut();
        }
        self.change_over(now);
        if self.run.is_none() {
            self.begin_run();
        }
        self.set_until(now);
        let mut validators =
            self.places.get_mut(self.current).map(|place| core::mem::take(&mut place.validators));
        let mut ask = self.compose();
        let print = ask.print();
        let is_first = self.run.as_ref().is_some_and(|run| run.pages == 0 && run.kind == Kind::Increment);
        let is_conditional = self.config.conditional
            && is_first
            && validators.as_mut().is_some_and(|validators| validators.add_to(&mut ask));
        let request = ask.done();
        if let (Some(place), Some(validators)) = (self.places.get_mut(self.current), validators) {
            place.validators = validators;
        }
        if let Some(run @ Run { token: None, .. }) = &mut self.run {
            run.query = Some(print);
        }
        let behind = self.reached();
        self.asked = Asked { print, behind, at: now, server: self.server_now(now), is_conditional };
        request
    }

    pub(super) fn begin_run(&mut self) {
        if self.current == 0 && self.aside.is_none() {
            self.begin_round();
        }
        let is_full = self.round == Round::Full && self.aside.is_none();
        let at = self.place().map_or(Resume::Latest, |place| place.at.clone());
        let run = match at {
            Resume::After(_) if is_full => {
                self.fresh.clear();
                self.known.iter_mut().for_each(Known::begin_look);
                Run::new(Kind::Full, Resume::Earliest)
            }
            Resume::Latest if self.config.latest.is_none() => Run::new(Kind::Silent, Resume::Earliest),
            at @ (Resume::Latest | Resume::Earliest | Resume::After(_)) => Run::new(Kind::Increment, at),
        };
        self.run = Some(run);
    }

    fn begin_round(&mut self) {
        self.rounds = self.rounds.wrapping_add(1);
        let is_its_turn = self.config.rescan.is_some_and(|every| self.rounds.is_multiple_of(every.max(1)));
        let is_due = core::mem::take(&mut self.is_rescan_due) || is_its_turn;
        self.round = if is_due { Round::Full } else { Round::Increments };
    }

    /// The request for the page that the run has come to.
    pub(super) fn compose(&self) -> Ask<'_> {
        let PollConfig { method, origin, form, places, paging, cursor, .. } = &self.config;
        let url = self.config.sources.get(self.current).map_or("", |source| source.url.as_str());
        let mut ask = Ask::new(method, url, origin);
        let Some(run) = &self.run else {
            return ask;
        };
        let word = match &run.base {
            Resume::Latest => self.config.latest.as_deref(),
            Resume::Earliest => self.config.earliest.as_deref(),
            Resume::After(_) => None,
        };
        match (word, places.first(), &run.base) {
            (Some(word), Some(slot), _) => ask.put(slot, word),
            (None, _, Resume::After(position)) => {
                let earlier = self.earlier(position.as_str());
                ask.put_position(form, places, earlier.as_deref().unwrap_or(position.as_str()));
            }
            (Some(_), None, _) | (None, _, Resume::Latest | Resume::Earliest) => {}
        }
        if let (Cursor::Clock(slot), Some(until)) = (cursor, &run.until) {
            ask.put(slot, &form.kind.write_as(until, form.sent).unwrap_or_default());
        }
        if let Some(paging) = paging {
            if let Some(token) = run.token.as_ref().or(paging.first.as_ref()) {
                ask.put(&paging.place, token);
            }
        }
        ask
    }

    /// A run looks back a little, but not its later queries.
    fn earlier(&self, position: &str) -> Option<String> {
        let looks_back = self.run.as_ref().is_some_and(|run| run.looks_back);
        let PollConfig { form, overlap, .. } = &self.config;
        if !looks_back || *overlap == 0 {
            None
        } else {
            form.kind.back(position, *overlap)
        }
    }

    /// Whether the page that was read began before the position.
    pub(super) fn has_looked_back(&self) -> bool {
        let base = self.run.as_ref().and_then(|run| run.base.position());
        base.is_some_and(|base| self.earlier(base.as_str()).is_some())
    }

    /// The position that the run has come to, whatever that is good for.
    pub(super) fn reached(&self) -> Resume {
        let Some(run) = &self.run else {
            return Resume::Latest;
        };
        let after = |position: &Option<String>| position.clone().map(|at| Resume::After(Position::new(at)));
        let highest = || after(&run.highest);
        let is_increment = matches!(run.kind, Kind::Increment | Kind::Silent);
        let at = || self.place().map(|place| place.at.clone()).filter(|_| is_increment);
        let reached = match self.config.cursor {
            Cursor::Item { order: Order::Ascending, .. } if run.is_sorted => {
                after(&run.unsettled).or_else(highest)
            }
            Cursor::Item { order: Order::Ascending, .. } => at(),
            Cursor::Answer(_) => highest(),
            Cursor::Item { order: Order::Unordered | Order::NewestFirst, .. } | Cursor::Clock(_) => None,
        };
        reached.unwrap_or_else(|| run.base.clone())
    }

    /// Behind what the run goes on where nothing else leads on. A position that stands beside pages is that
    /// of all of them.
    pub(super) fn stand(&self) -> Resume {
        match (&self.config.cursor, &self.config.paging, &self.run) {
            (Cursor::Answer(_), Some(_), Some(run)) => run.base.clone(),
            (Cursor::Answer(_) | Cursor::Item { .. } | Cursor::Clock(_), ..) => self.reached(),
        }
    }
}
