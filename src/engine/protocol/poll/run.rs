//! A run: from the position to the top, page by page.

use alloc::string::String;

use super::super::super::position::Resume;

/// What one run has come to so far.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) kind: Kind,
    /// Behind what its query asks.
    pub(super) base: Resume,
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
    /// Whether items are sorted, as far as they have been read.
    pub(super) is_sorted: bool,
    /// The moment up to which it reads.
    pub(super) until: Option<String>,
    /// How often its query has begun anew since a page came.
    pub(super) restarts: u32,
    /// Whether an item was seen before.
    pub(super) has_met: bool,
    /// Items that are too new to be relied on.
    pub(super) beyond: u64,
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
            token: None,
            pages: 0,
            events: 0,
            listed: 0,
            highest: None,
            is_sorted: true,
            until: None,
            restarts: 0,
            has_met: false,
            beyond: 0,
        }
    }

    /// The query begins anew behind `base`.
    pub(super) fn restart(&mut self, base: Resume) {
        self.base = base;
        self.token = None;
        self.listed = 0;
    }
}
