//! What is said about a source that is polled.

use alloc::string::String;
use alloc::vec::Vec;

use super::super::super::cursor::Kind;
use super::super::super::json::Pointer;
use super::super::super::time::Millis;
use super::super::Flag;

/// How to poll one source, or several of one kind.
#[derive(Clone, Debug)]
pub struct PollConfig {
    /// What is asked, in this order, at least one.
    pub sources: Vec<Source>,
    /// The method.
    pub method: String,
    /// Scheme, host and port of the sources: no other is asked, whatever a link says.
    pub origin: String,
    /// Where in an answer the array of items is.
    pub items: Pointer,
    /// Where in an item its id is.
    pub id: Option<Pointer>,
    /// Where in an item its type is.
    pub kind: Option<Pointer>,
    /// Or its type is one of two.
    pub flag: Option<Flag>,
    /// What makes two items the same. Where nothing is named: id and position, or id and content.
    pub unique: Vec<Pointer>,
    /// Where positions come from.
    pub cursor: Cursor,
    /// What they look like.
    pub form: Form,
    /// Where a request carries one, a place for each of its components.
    pub places: Vec<Slot>,
    /// What is sent for the oldest item that the source keeps.
    pub earliest: Option<String>,
    /// What is sent for new items only. Without it, the first run passes over everything.
    pub latest: Option<String>,
    /// How the pages of a run follow each other, if not by the position.
    pub paging: Option<Paging>,
    /// Any of these means that the source has been read to its top.
    pub tops: Vec<Top>,
    /// Each run begins so much before the position: units of a number, milliseconds of a time.
    pub overlap: u64,
    /// What is newer than this on the source's clock may yet get company that is older.
    pub settle: Millis,
    /// What follows the top.
    pub every: Every,
    /// Whether a source is asked only for what has changed (RFC 9110, 13.1).
    pub conditional: bool,
    /// Statuses that mean that the position is gone.
    pub expired: Vec<u16>,
    /// Where an answer has an error, if it has.
    pub failure: Option<Pointer>,
    /// What changes when the source has been made anew.
    pub incarnation: Option<Found>,
    /// The source's word on how many seconds to wait at the top.
    pub interval: Option<Found>,
    /// After so many runs, all items are read again.
    pub rescan: Option<u32>,
    /// Whether items that such a run does not find are told as deleted.
    pub deletions: bool,
    /// Whether what is new is asked for between its pages.
    pub beside: bool,
    /// The largest item, in bytes.
    pub max_item_bytes: usize,
    /// The largest answer that is kept whole, in bytes.
    pub max_page_bytes: usize,
}

/// One address. Several of them have names, and a position each.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name in the position, empty where there is one source only.
    pub name: String,
    /// The address.
    pub url: String,
}

/// Where positions come from.
#[derive(Clone, Debug)]
pub enum Cursor {
    /// The answer names one, for all its items.
    Answer(Found),
    /// Each item has one.
    Item {
        /// Where in the item.
        pointer: Pointer,
        /// What tells items apart that share it: with it, the position is a pair.
        key: Option<Pointer>,
        /// How items are sorted.
        order: Order,
        /// Where an answer says where it ends, which may be behind its last item.
        end: Option<Found>,
    },
    /// Each run asks for what is not newer than a moment, and that is the position at its end.
    Clock(Slot),
}

/// How items with positions are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Each item moves the position.
    Ascending,
    /// The greatest position of a run is the one at its end.
    Unordered,
    /// From the newest back to what was seen already.
    NewestFirst,
}

/// What positions look like.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// As the source writes them.
    pub kind: Kind,
    /// As the source wants to read them.
    pub sent: Kind,
    /// Whether each is a pair: what items share, and what tells them apart.
    pub pair: bool,
    /// Whether the source sends what is at a position again.
    pub inclusive: bool,
    /// What follows where there is none.
    pub missing: Missing,
}

/// What follows an item or an answer without a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The answer is useless.
    Fail,
    /// The position stays.
    Keep,
}

/// Where something is in an answer.
#[derive(Clone, Debug)]
pub enum Found {
    /// In the body.
    Body(Pointer),
    /// In the header of that name, in lower case.
    Header(String),
    /// It is the target of the link with that relation (RFC 8288).
    Link(String),
}

/// Where a request carries something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slot {
    /// In the query parameter of that name.
    Query(String),
    /// In the header of that name.
    Header(String),
    /// In the body, at the place of that number, which the shell knows.
    Body {
        /// Number of the place.
        index: u32,
        /// Whether it is written as a number.
        is_number: bool,
    },
    /// In the address, in the place of that name in braces.
    Path(String),
    /// It is the address.
    Url,
}

/// How the pages of a run follow each other.
#[derive(Clone, Debug)]
pub struct Paging {
    /// Where an answer says what leads to the next one. Where it does not, there is none.
    pub from: PageFrom,
    /// Where the next request carries it.
    pub place: Slot,
    /// What the first request carries there.
    pub first: Option<String>,
    /// So many items the source lists, and no more; beyond, the query begins anew at the position.
    pub cap: Option<u64>,
}

/// Where an answer says what leads to the next one.
#[derive(Clone, Debug)]
pub enum PageFrom {
    /// In the answer.
    Answer(Found),
    /// In its last item.
    LastItem(Pointer),
}

/// What says that a source has been read to its top.
#[derive(Clone, Debug)]
pub enum Top {
    /// There stands `true`.
    Flag(Pointer),
    /// There are no items.
    Empty,
    /// There are fewer items than this.
    Short(u32),
    /// The position is the one that was asked for.
    SamePosition,
    /// Nothing leads to a next page.
    NoNext,
}

/// What follows the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// The end.
    Once,
    /// A wait, which grows to `max` while there is nothing new.
    Wait {
        /// The shortest.
        min: Millis,
        /// The longest.
        max: Millis,
    },
    /// The next request, which the source holds until there is something new.
    Hold,
}
