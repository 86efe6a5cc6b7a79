//! Streaming JSON: bytes to records, each a JSON text. Where a record ends is all that is looked for;
//! whether it is JSON is for the parser to say.

mod element;

use core::ops::Range;

use memchr::memchr;

use super::super::json::{is_blank, is_json};
use super::super::limits;
use super::super::text::{is_ascii, Bom, Buffer};
use element::Elements;

/// How records are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Each ends with CR. LF is a blank, so that CRLF serves as well, and nothing waits for it.
    Cr,
    /// Each is a line that ends with LF, with or without a CR before it: NDJSON, JSON Lines.
    Lines,
    /// A JSON text sequence (RFC 7464): RS in front of each, LF behind it.
    Seq,
}

/// What a piece of the stream is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// What should be a JSON text.
    Text {
        /// Where it lies in the bytes, without the blanks around it.
        data: Range<usize>,
        /// Whether all bytes since the text before are ASCII.
        ascii: bool,
    },
    /// What certainly is none: it lacks its end, or its beginning.
    Bad(Range<usize>),
    /// The record that has begun is larger than the limit. What is left of it is passed over.
    TooLarge,
}

/// The parser. Feed it with [`push`](Self::push), then take records with [`take`](Self::take) until
/// there is none; where the body has ended properly, say so with [`end`](Self::end) and take the rest.
///
/// Each byte is searched once, whatever the chunking. CR, LF and RS are no part of a longer UTF-8
/// sequence, so bytes are cut and never characters.
#[derive(Debug)]
pub struct JsonFrames {
    bytes: Buffer,
    /// How many bytes of the body were before these.
    offset: u64,
    framing: Framing,
    elements: Elements,
    limit: usize,
    stage: Stage,
    /// Where the unfinished record begins.
    start: usize,
    /// No record ends between `start` and here.
    searched: usize,
    /// Where the text taken last ended.
    taken: usize,
    /// How many records there were.
    count: u32,
    has_ended: bool,
}

/// ```text
///  Start ──(byte order mark, or none)──▶ Whole ──(limit passed)──▶ Passing
///                                          ▲                          │
///                                          └────────(its end)─────────┘
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The first bytes may be a byte order mark.
    Start,
    /// The record is kept whole.
    Whole,
    /// The record was too large, and is passed over.
    Passing,
}

/// Where a record ends.
struct Cut {
    /// The byte that ends it.
    at: usize,
    /// Whether the record can be a JSON text.
    is_whole: bool,
}

impl JsonFrames {
    /// A parser at the beginning of a body, for records of up to `limit` bytes.
    pub fn new(framing: Framing, limit: usize) -> Self {
        Self {
            bytes: Buffer::default(),
            offset: 0,
            framing,
            elements: Elements::default(),
            limit,
            stage: Stage::Start,
            start: 0,
            searched: 0,
            taken: 0,
            count: 0,
            has_ended: false,
        }
    }

    /// Appends a chunk. The spans of records taken before stay valid.
    pub fn push(&mut self, chunk: &[u8]) {
        self.bytes.push(chunk);
    }

    /// Room for a chunk of that length, to be written there and then [filled](Self::fill).
    pub fn room(&mut self, length: usize) -> &mut [u8] {
        self.bytes.room(length)
    }

    /// Appends what was written into the room.
    pub fn fill(&mut self, length: usize) {
        self.bytes.fill(length);
    }

    /// The body has ended properly, so that its last record needs no end of its own.
    pub fn end(&mut self) {
        self.has_ended = true;
    }

    /// Gives back what lies before the unfinished record: spans taken before are void from here on.
    pub fn release(&mut self) {
        self.bytes.release(self.start, limits::BUFFER_KEEP);
        self.offset += self.start as u64;
        self.searched -= self.start;
        self.start = 0;
        self.taken = 0;
    }

    /// How records are told apart.
    pub const fn framing(&self) -> Framing {
        self.framing
    }

    /// The size of the largest record.
    pub const fn limit(&self) -> usize {
        self.limit
    }

    /// How much memory the bytes take.
    pub fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// Keeps no more memory for bytes than there are.
    pub fn trim(&mut self) {
        self.bytes.trim();
    }

    /// What the spans of records count in.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where these bytes begin in the body.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// The number of the record taken last, from 1. Blanks between records do not count.
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// How many bytes wait for their record to be taken or to become whole.
    pub fn waiting(&self) -> usize {
        self.bytes.len() - self.start
    }

    /// The next record, or `None` where more bytes are needed.
    pub fn take(&mut self) -> Option<Record> {
        if self.stage == Stage::Start {
            match Bom::at_start_of(&self.bytes) {
                Bom::Undecided if !self.has_ended => return None,
                Bom::Undecided | Bom::Absent => {}
                Bom::Present => self.begin_at(Bom::LEN),
            }
            self.stage = Stage::Whole;
        }
        while let Some(cut) = self.next_cut() {
            let record = self.cut(&cut);
            self.begin_at(cut.at + 1);
            if record.is_some() {
                return record;
            }
        }
        self.searched = self.bytes.len();
        self.starve()
    }

    fn next_cut(&mut self) -> Option<Cut> {
        let end = match self.framing {
            Framing::Cr => b'\r',
            Framing::Lines => b'\n',
            Framing::Seq => return self.elements.next(&self.bytes, self.searched),
        };
        let found = memchr(end, self.bytes.get(self.searched..)?)?;
        Some(Cut { at: self.searched + found, is_whole: true })
    }

    fn begin_at(&mut self, at: usize) {
        self.start = at;
        self.searched = at;
    }

    /// The record that ends there, if it is one.
    fn cut(&mut self, cut: &Cut) -> Option<Record> {
        if self.stage == Stage::Passing {
            self.stage = Stage::Whole;
            return None;
        }
        self.pass_blanks(cut.at);
        if self.start == cut.at {
            return None;
        }
        // The blanks behind it count, since they do while its end is not known.
        if cut.at - self.start > self.limit {
            self.count += 1;
            return Some(Record::TooLarge);
        }
        self.record(cut.at, cut.is_whole)
    }

    fn record(&mut self, end: usize, is_whole: bool) -> Option<Record> {
        self.count += 1;
        let blanks =
            self.bytes.get(self.start..end)?.iter().rev().take_while(|byte| is_blank(**byte)).count();
        let data = self.start..end - blanks;
        if !is_whole {
            return Some(Record::Bad(data));
        }
        let ascii = is_ascii(self.bytes.get(self.taken..data.end)?);
        self.taken = data.end;
        Some(Record::Text { data, ascii })
    }

    /// Blanks in front of a record are none of it.
    fn pass_blanks(&mut self, end: usize) {
        while self.start < end && self.bytes.get(self.start).is_some_and(|&byte| is_blank(byte)) {
            self.start += 1;
        }
    }

    /// The buffer holds no end of a record.
    fn starve(&mut self) -> Option<Record> {
        let end = self.bytes.len();
        self.pass_blanks(end);
        if self.stage == Stage::Passing {
            self.start = end;
            return None;
        }
        if self.waiting() > self.limit {
            self.stage = Stage::Passing;
            self.start = end;
            self.count += 1;
            return Some(Record::TooLarge);
        }
        if self.waiting() == 0 || !self.has_ended {
            return None;
        }
        let (is_text, is_bad) = match self.framing {
            Framing::Cr | Framing::Lines => (is_json(self.bytes.get(self.start..)?), false),
            Framing::Seq => (self.elements.is_whole(), self.elements.is_junk()),
        };
        if !is_text && !is_bad {
            // The body ended within it.
            return None;
        }
        let record = self.record(end, is_text);
        self.start = end;
        record
    }
}
