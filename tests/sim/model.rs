//! What should happen: a source that numbers its events and keeps them for a while, and what the
//! application is owed.

use std::collections::BTreeSet;

use brookmark::engine::io::GapPolicy;

use crate::common::rng::Dice;

/// The largest event that the application allows.
pub const LARGE: usize = 300;

/// How a source writes its events.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Share of events with an id of their own, in a hundred; the others have none.
    pub ids: u64,
    /// Share of events that the application does not want to hear.
    pub unheard: u64,
    /// How many events a source sends again in front of those that were asked for.
    pub overlap: u64,
    /// Share of events that are larger than the application allows.
    pub large: u64,
    pub line_end: &'static str,
}

#[derive(Debug)]
pub struct Entry {
    pub has_id: bool,
    /// Whether the application gets to see it.
    pub heard: bool,
    pub wire: String,
}

/// The source. Its events are numbered from 1.
#[derive(Debug)]
pub struct Source {
    style: Style,
    log: Vec<Entry>,
    /// The first event that is still kept.
    pub oldest: u64,
    /// Where the client first read without naming a position: it knows nothing before that.
    begun: u64,
}

/// From where a request should ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resume {
    Fresh(GapPolicy),
    After(u64),
}

impl Resume {
    /// The header that says so.
    pub fn header(&self) -> Option<String> {
        match self {
            Self::Fresh(GapPolicy::Earliest) => Some("earliest".into()),
            Self::Fresh(GapPolicy::Latest | GapPolicy::Fail) => None,
            Self::After(number) => Some(number.to_string()),
        }
    }
}

impl Source {
    pub fn new(style: Style) -> Self {
        Self { style, log: Vec::new(), oldest: 1, begun: 1 }
    }

    /// The number that the next event will get.
    pub fn end(&self) -> u64 {
        self.log.len() as u64 + 1
    }

    pub fn entry(&self, number: u64) -> &Entry {
        &self.log[number as usize - 1]
    }

    /// Something happens at the source.
    pub fn emit(&mut self, dice: &mut Dice) {
        let number = self.end();
        let Style { ids, unheard, large, line_end, .. } = self.style;
        let (has_id, wanted, large) = (dice.chance(ids), !dice.chance(unheard), dice.chance(large));
        let mut lines = vec![format!("event: {}", if wanted { "deal" } else { "other" })];
        lines.push(format!("data: {number}"));
        if large {
            lines.push("data: ".to_string() + &"x".repeat(LARGE));
        }
        if has_id {
            lines.insert(dice.below(3), format!("id: {number}"));
        }
        if dice.chance(10) {
            lines.insert(0, ": beat".into());
        }
        lines.push(String::new());
        if !has_id && dice.chance(30) {
            // A position without an event of its own.
            lines.extend([format!("id: {number}"), String::new()]);
        }
        let wire = lines.into_iter().map(|line| line + line_end).collect();
        self.log.push(Entry { has_id, heard: wanted && !large, wire });
    }

    pub fn repeats_nothing(&self) -> bool {
        self.style.overlap == 0
    }

    /// The source forgets its oldest events.
    pub fn forget(&mut self, count: u64) {
        self.oldest = (self.oldest + count).min(self.end());
    }

    /// The first number that answers `resume`, or `None` where the position is no longer kept.
    pub fn begin(&self, resume: &Resume) -> Option<u64> {
        match resume {
            Resume::Fresh(GapPolicy::Earliest) => Some(self.oldest),
            Resume::Fresh(GapPolicy::Latest | GapPolicy::Fail) => Some(self.end()),
            Resume::After(number) => (number + 1 >= self.oldest).then_some(number + 1),
        }
    }

    /// The first number that is sent: events that the client knows may come again.
    pub fn serve_from(&mut self, resume: &Resume, begin: u64) -> u64 {
        match resume {
            Resume::Fresh(_) => {
                // A bookmark from before may know no more than it did.
                self.begun = self.begun.max(begin);
                begin
            }
            Resume::After(_) => {
                begin.saturating_sub(self.style.overlap).max(self.begun).max(self.oldest).min(begin)
            }
        }
    }
}

/// What the application has got, over all its lives.
#[derive(Debug)]
pub struct Model {
    pub handled: BTreeSet<u64>,
    /// Events that the application was told it would miss, or never asked for.
    pub excused: BTreeSet<u64>,
    /// The first event that is neither.
    pub frontier: u64,
    /// The event that must come next.
    pub next: u64,
    pub resume: Resume,
}

impl Model {
    pub fn new(start: GapPolicy) -> Self {
        Self {
            handled: BTreeSet::new(),
            excused: BTreeSet::new(),
            frontier: 1,
            next: 1,
            resume: Resume::Fresh(start),
        }
    }

    /// Events before `begin` will not come, except those that are at hand.
    pub fn excuse_before(&mut self, begin: u64, at_hand: impl Fn(u64) -> bool) {
        let missed =
            (self.frontier..begin).filter(|number| !self.handled.contains(number) && !at_hand(*number));
        self.excused.extend(missed);
    }

    /// The application wants all behind `number`, whatever it has got, and nothing before.
    pub fn seek(&mut self, number: u64) {
        self.handled.retain(|known| *known <= number);
        self.excused = (1..=number).filter(|known| !self.handled.contains(known)).collect();
        self.frontier = number + 1;
        self.resume = Resume::After(number);
    }

    pub fn advance(&mut self, source: &Source) {
        while self.frontier < source.end()
            && (self.handled.contains(&self.frontier)
                || self.excused.contains(&self.frontier)
                || !source.entry(self.frontier).heard)
        {
            self.frontier += 1;
        }
    }
}
