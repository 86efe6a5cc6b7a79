//! What is wrong with a page, and why a position leads nowhere.

/// What is wrong with a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It ends too early.
    Cut,
    /// It is no JSON.
    NotJson,
    /// It has no items where they should be.
    NoItems,
    /// It, or an item of it, has no position where that should be.
    NoPosition,
    /// What stands there is none.
    BadPosition,
}

/// Why a source cannot continue from our position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The source no longer keeps it.
    PositionExpired,
    /// No request can carry it to the source.
    PositionRefused,
    /// The store could not be read.
    StoreRead,
    /// The record in the store is damaged.
    BookmarkUnreadable,
    /// The record is of another version of the format.
    BookmarkVersion,
    /// The record belongs to another source.
    BookmarkForeign,
    /// The source stands before the position: it was restored, or made anew.
    Regressed,
    /// The source was made anew.
    Recreated,
    /// More has happened since the last look than the source lists.
    Overrun,
}

impl Reason {
    /// The name that the API uses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PositionExpired => "position-expired",
            Self::PositionRefused => "position-refused",
            Self::StoreRead => "store-read",
            Self::BookmarkUnreadable => "bookmark-unreadable",
            Self::BookmarkVersion => "bookmark-version",
            Self::BookmarkForeign => "bookmark-foreign",
            Self::Regressed => "position-regressed",
            Self::Recreated => "recreated",
            Self::Overrun => "overrun",
        }
    }

    pub(super) const fn message(self) -> &'static str {
        match self {
            Self::PositionExpired => "events may have been lost: the source no longer keeps the position",
            Self::PositionRefused => {
                "events may have been lost: no request can carry the position to the source"
            }
            Self::StoreRead => "events may have been lost: the bookmark could not be read from its store",
            Self::BookmarkUnreadable => "events may have been lost: the stored bookmark is damaged",
            Self::BookmarkVersion => {
                "events may have been lost: the stored bookmark is of another version of the format"
            }
            Self::BookmarkForeign => "the stored bookmark belongs to another source",
            Self::Regressed => "events may have been lost: the source stands before the position",
            Self::Recreated => "events may have been lost: the source was made anew",
            Self::Overrun => {
                "events may have been lost: more has happened since the last look than the source lists"
            }
        }
    }
}

impl Flaw {
    pub(super) const fn message(self) -> &'static str {
        match self {
            Self::Cut => "the page ended too early",
            Self::NotJson => "the page is no JSON",
            Self::NoItems => "the page has no array of items where it should be",
            Self::NoPosition => "the page, or an item of it, has no position where it should be",
            Self::BadPosition => "the page, or an item of it, has something for a position that is none",
        }
    }
}
