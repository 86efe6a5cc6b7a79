//! A run: from the position to the top, page by page.

use alloc::string::String;

use super::super::super::limits;
use super::super::super::position::Resume;
use super::ask::Validators;

/// What one run has come to so far.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) kind: Kind,
    /// Behind what its query asks.
    pub(super) base: Resume,
    /// Whether it asks for what is a little before that, too.
    pub(super) looks_back: bool,
    /// The request that its query began with.
    pub(super) query: Option<u64>,
    /// One of its requests, which is not to come again.
    milestone: Option<u64>,
    /// Pages read since the query began.
    leg: u32,
    /// The validators of its first page. They are of use only once all pages were read.
    pub(super) validators: Option<Validators>,
    /// What leads to the page that is asked for.
    pub(super) token: Option<String>,
    /// Pages read.
    pub(super) pages: u32,
    /// Items given to the application.
    pub(super) events: u64,
    /// Items read since the query began.
    pub(super) listed: u64,
    /// The greatest position so far.
    pub(super) highest: Option<String>,
    /// A later one, with which a page has ended: the next page may have more items there.
    pub(super) border: Option<String>,
    /// That of the last item that is not settled. Pages go on behind it, and no position comes behind it.
    pub(super) unsettled: Option<String>,
    /// Whether items are sorted, as far as they have been read.
    pub(super) is_sorted: bool,
    /// The moment up to which it reads.
    pub(super) until: Option<String>,
    /// An earlier moment, up to which that can be relied on.
    pub(super) settled: Option<String>,
    /// How often its query has begun anew since an item came.
    pub(super) restarts: u32,
    /// Whether an item was seen before.
    pub(super) has_met: bool,
    /// Items that come again: those too new to be relied on, and those before the position.
    pub(super) again: u64,
    /// Whether one of them is of the future, and new: that was told.
    pub(super) is_ahead: bool,
}

/// What a run reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// What is behind the position.
    Increment,
    /// The same, for nothing but the position.
    Silent,
    /// All items, whatever the position.
    Full,
    /// What a run before could not reach back far enough for.
    Rest,
}

impl Run {
    pub(super) fn new(kind: Kind, base: Resume) -> Self {
        Self {
            kind,
            base,
            looks_back: true,
            query: None,
            milestone: None,
            leg: 0,
            validators: None,
            token: None,
            pages: 0,
            events: 0,
            listed: 0,
            highest: None,
            border: None,
            unsettled: None,
            is_sorted: true,
            until: None,
            settled: None,
            restarts: 0,
            has_met: false,
            again: 0,
            is_ahead: false,
        }
    }

    /// The query begins anew behind `base`. What was read before may come again.
    pub(super) fn restart(&mut self, base: Resume) {
        let looks_back = self.looks_back && self.base == base;
        self.go_on_behind(base);
        self.looks_back = looks_back;
        self.listed = 0;
        self.highest = None;
        self.border = None;
        self.is_sorted = true;
        self.milestone = None;
        self.leg = 0;
    }

    /// The next page is what lies behind `base`, and no longer what lies before it.
    pub(super) fn go_on_behind(&mut self, base: Resume) {
        self.looks_back = false;
        self.base = base;
        self.token = None;
    }

    /// Whether it has read as many items that come again as can be known. The others are left for when these are settled.
    pub(super) const fn has_unsettled_enough(&self) -> bool {
        self.unsettled.is_some() && self.again >= limits::ROW_WINDOW as u64 / 2
    }

    /// Whether the next page was asked for before, by the same request. One of the requests is remembered,
    /// later and later ones, so that a ring of any length is found.
    pub(super) fn goes_round(&mut self, asked: u64, next: u64) -> bool {
        self.leg += 1;
        if self.leg.is_power_of_two() {
            self.milestone = Some(asked);
        }
        [Some(asked), self.query, self.milestone].contains(&Some(next))
    }
}
