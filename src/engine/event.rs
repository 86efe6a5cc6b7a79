//! Events on their way out: a table of fixed-size rows over the bytes they came in.
//!
//! The hot path never makes a text or an object per event in Rust. A row says where the event's
//! parts are; whoever needs texts decodes them from the bytes, many at a time. [`EventsView`] is
//! the plain reader for Rust; the shell hands the same three arrays to JavaScript.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::limits;

/// The number of an event within its session: consecutive, from 0, never used twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seq(u64);

impl Seq {
    /// The event number `number`.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The event `count` behind this one.
    #[must_use]
    pub const fn plus(self, count: u64) -> Self {
        Self(self.0 + count)
    }
}

/// One row. `u32` throughout, so that JavaScript reads the table as one typed array.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Where the payload begins in the bytes.
    pub data_start: u32,
    /// Where it ends.
    pub data_end: u32,
    /// Where the id begins in the id bytes, if the event has one of its own.
    pub id_start: u32,
    /// Where it ends.
    pub id_end: u32,
    /// Number of the event's type in [`Types`].
    pub kind: u32,
    /// Sum of the flags below.
    pub flags: u32,
}

impl Row {
    /// Number of `u32` in a row.
    pub const WORDS: usize = 6;
    /// The row is an event. Without it, the row only carries an id that is now in force.
    pub const EVENT: u32 = 1;
    /// The row has an id of its own; else the one before stays in force.
    pub const ID: u32 = 2;
    /// All bytes of the payload are ASCII, and so are those between it and the payload before, if that
    /// has the flag too.
    pub const ASCII: u32 = 4;
    /// The id cannot be sent back, so it is no position; the one before stays.
    pub const UNSENDABLE: u32 = 8;
    /// The position is not the id: it stands behind it, after a NUL, and has none itself.
    pub const MAP: u32 = 16;
    /// The row is the source's reconnection time: `data_end` milliseconds, as many as fit.
    pub const RETRY: u32 = 32;
    /// The row stands for an event that is too large and is passed over.
    pub const TOO_LARGE: u32 = 64;
    /// The record is certainly no JSON: it lacks its end, or its beginning.
    pub const BAD: u32 = 128;
    /// The row is a comment. Its text lies where other rows have their id.
    pub const COMMENT: u32 = 512;
}

/// Where in the body of its response an event was, if that has records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The number of its record, from 1.
    pub record: u32,
    /// Where that begins.
    pub offset: u64,
}

/// Event types, each with a number. Number 0 is `message`.
#[derive(Debug)]
pub struct Types {
    names: Vec<String>,
    /// Number of the name that was asked for last.
    last: usize,
    generation: u32,
}

impl Default for Types {
    fn default() -> Self {
        Self { names: Vec::from([String::from(MESSAGE)]), last: 0, generation: 0 }
    }
}

impl Types {
    /// A number for `name`, a new one where it has none.
    fn number(&mut self, name: &[u8]) -> u32 {
        // Most events have the type of the one before.
        if self.names.get(self.last).is_some_and(|known| is_same(known.as_bytes(), name)) {
            return self.last as u32;
        }
        let known = self.find(|known| is_same(known.as_bytes(), name));
        self.last = known.unwrap_or_else(|| {
            // A malformed name is known by what it decodes to.
            let name = String::from_utf8_lossy(name);
            self.find(|known| *known == name).unwrap_or_else(|| {
                self.names.push(name.into_owned());
                self.names.len() - 1
            })
        });
        self.last as u32
    }

    /// Not among all: beyond so many, a name has a number for each time that it comes, until all start
    /// again. So a table of nothing but new types costs no more than its rows.
    fn find(&self, is_wanted: impl FnMut(&String) -> bool) -> Option<usize> {
        self.names.iter().take(limits::MAX_TYPES).position(is_wanted)
    }

    /// Starts again once a source has used more types than any honest one does, so that memory
    /// stays bounded. Numbers given before are void then, and the generation says so.
    fn trim(&mut self) {
        if self.names.len() > limits::MAX_TYPES {
            self.names.truncate(1);
            self.generation = self.generation.wrapping_add(1);
        }
    }

    /// The name with that number.
    pub fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or(MESSAGE, String::as_str)
    }

    /// How many names there are.
    pub const fn count(&self) -> u32 {
        self.names.len() as u32
    }

    /// Changes whenever numbers have become void.
    pub const fn generation(&self) -> u32 {
        self.generation
    }
}

/// The comparison that `core` makes goes byte by byte in WebAssembly.
#[inline]
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let (words, others) = (one.as_chunks::<8>().0, other.as_chunks::<8>().0);
    one.len() == other.len()
        && words.iter().zip(others).all(|(a, b)| a == b)
        && match (one.last_chunk::<8>(), other.last_chunk::<8>()) {
            // Some of it was compared already; one word is still quicker than a byte each.
            (Some(a), Some(b)) => a == b,
            _ => one.iter().zip(other).all(|(a, b)| a == b),
        }
}

const MESSAGE: &str = "message";

/// Rows that wait to be handed out, and the ids they name.
#[derive(Debug, Default)]
pub struct Batch {
    rows: Vec<Row>,
    ids: Vec<u8>,
    /// Number and offset of the record of each event, where there are records. In doubles, as JavaScript
    /// counts.
    origins: Vec<[f64; 2]>,
    types: Types,
    /// Number of the first event among the rows.
    first: Seq,
}

impl Batch {
    /// Whether there is nothing to hand out.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Forgets the rows; the next event will have the number `first`.
    pub fn restart(&mut self, first: Seq) {
        self.rows.clear();
        self.ids.clear();
        self.origins.clear();
        self.types.trim();
        self.first = first;
    }

    /// Forgets the rows, and keeps no memory for more. The next event will have the number `first`.
    pub fn trim(&mut self, first: Seq) {
        self.restart(first);
        self.rows = Vec::new();
        self.ids = Vec::new();
        self.origins = Vec::new();
    }

    /// Adds a row: an event where `flags` say so. An empty `kind` means `message`.
    pub fn push(&mut self, data: Range<usize>, id: Option<&[u8]>, kind: &[u8], flags: u32) {
        let id_start = self.ids.len();
        if let Some(id) = id {
            self.ids.extend_from_slice(id);
        }
        self.rows.push(Row {
            data_start: data.start as u32,
            data_end: data.end as u32,
            id_start: id_start as u32,
            id_end: self.ids.len() as u32,
            kind: if kind.is_empty() { 0 } else { self.types.number(kind) },
            flags: flags | if id.is_some() { Row::ID } else { 0 },
        });
    }

    /// Adds the position of the last row, where it is a map.
    pub fn push_map(&mut self, map: &[u8]) {
        self.ids.push(0);
        self.ids.extend_from_slice(map);
        if let Some(row) = self.rows.last_mut() {
            row.id_end = self.ids.len() as u32;
            row.flags |= Row::MAP;
        }
    }

    /// Adds where the event of the last row was.
    pub fn push_origin(&mut self, origin: Origin) {
        self.origins.push([f64::from(origin.record), origin.offset as f64]);
    }

    /// Adds a comment. Its text is copied: payloads may yet be moved over where it lies.
    pub fn push_comment(&mut self, text: &[u8]) {
        let id_start = self.ids.len() as u32;
        self.ids.extend_from_slice(text);
        let id_end = self.ids.len() as u32;
        self.rows.push(Row { id_start, id_end, flags: Row::COMMENT, ..Row::default() });
    }

    /// Adds a row that is nothing. It keeps the rows around it from being read as one run.
    pub fn push_break(&mut self) {
        self.push(0..0, None, b"", 0);
    }

    /// The types that rows name by number.
    pub const fn types(&self) -> &Types {
        &self.types
    }

    /// The table as it is, over the bytes that it was made from.
    pub fn view<'a>(&'a self, bytes: &'a [u8]) -> EventsView<'a> {
        let Self { rows, ids, origins, types, first } = self;
        EventsView { rows, ids, bytes, origins, types, first: *first }
    }
}

/// A table of events, with all that is needed to read it.
#[derive(Clone, Copy, Debug)]
pub struct EventsView<'a> {
    /// The table.
    pub rows: &'a [Row],
    /// What `id_start` and `id_end` count in.
    pub ids: &'a [u8],
    /// What `data_start` and `data_end` count in.
    pub bytes: &'a [u8],
    /// Number and offset of the record of each event, where there are records.
    pub origins: &'a [[f64; 2]],
    /// What `kind` counts in.
    pub types: &'a Types,
    /// Number of the first event among the rows.
    pub first: Seq,
}

/// One event as plain texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// Its number.
    pub seq: Seq,
    /// Its type.
    pub kind: &'a str,
    /// Its payload.
    pub data: Cow<'a, str>,
    /// The id that it brought, if any.
    pub id: Option<Cow<'a, str>>,
}

impl<'a> EventsView<'a> {
    /// The events one by one. Rows that are no event are passed over.
    pub fn events(self) -> impl Iterator<Item = Event<'a>> {
        self.rows.iter().filter(|row| row.flags & Row::EVENT != 0).zip(0..).map(move |(row, index)| Event {
            seq: self.first.plus(index),
            kind: self.types.name(row.kind),
            data: text(self.bytes, row.data_start, row.data_end),
            id: (row.flags & Row::ID != 0).then(|| self.id(row)),
        })
    }
}

impl<'a> EventsView<'a> {
    /// The id that a row brings.
    pub fn id(self, row: &Row) -> Cow<'a, str> {
        text(self.ids, row.id_start, row.id_end - self.map(row).map_or(0, |map| map.len() as u32 + 1))
    }

    /// The position that a row brings, where it is a map.
    pub fn map(self, row: &Row) -> Option<&'a [u8]> {
        let ids = self.ids.get(row.id_start as usize..row.id_end as usize)?;
        let end = ids.iter().rposition(|byte| *byte == 0).filter(|_| row.flags & Row::MAP != 0)?;
        ids.get(end + 1..)
    }
}

fn text(bytes: &[u8], start: u32, end: u32) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes.get(start as usize..end as usize).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    #[test]
    fn types_are_numbered_once_and_never_without_bound() {
        let mut batch = Batch::default();
        let kinds = |batch: &Batch| batch.rows.iter().map(|row| row.kind).collect::<Vec<_>>();
        for kind in [&b""[..], b"message", b"deal", b"__proto__", b"deal", b"\xff", b"\xff"] {
            batch.push(0..0, None, kind, Row::EVENT);
        }
        assert_eq!(kinds(&batch), [0, 0, 1, 2, 1, 3, 3]);
        assert_eq!(batch.types.name(3), "\u{fffd}");
        for n in 0..3 * limits::MAX_TYPES {
            batch.restart(Seq::new(0));
            let kind = std::format!("type-{n}");
            batch.push(0..0, None, kind.as_bytes(), Row::EVENT);
            assert_eq!(batch.view(b"").events().next().unwrap().kind, kind);
            assert!(batch.types.names.len() <= limits::MAX_TYPES + 1);
        }
        assert!(batch.types.generation() > 0);
    }
}
