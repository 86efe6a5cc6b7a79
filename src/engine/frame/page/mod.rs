//! Pages of JSON: a body that is one JSON text, in which an array of items stands. Where an item begins
//! and ends is all that is looked for; whether it is JSON is for the parser to say.

mod elements;

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::mem::size_of;
use core::ops::Range;

use super::super::json::{check, ArraySeek, Check, Pointer};
use super::super::limits;
use super::super::text::{Bom, Buffer};
use elements::{Elements, End, Found};

/// What a piece of the page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// What should be a JSON text.
    Text {
        /// Where it lies in the bytes, without the blanks around it.
        data: Range<usize>,
        /// Whether all bytes since the item before are ASCII; of the first, all of its own.
        ascii: bool,
    },
    /// The item is larger than the limit. It is passed over.
    TooLarge,
}

/// What a body was. The items themselves are not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// One JSON text, in which the items are an array.
    Whole,
    /// It ended too early, or was larger than the limit.
    Cut,
    /// Something has no place there in a JSON text. Or it is one, but names its items twice: to
    /// `JSON.parse` the last of members with one name counts, and items of the first were found.
    NotJson,
    /// One JSON text, without an array where the items should be.
    NoItems,
}

/// The parser of one body. Feed it with [`push`](Self::push), and take the items that are there with
/// [`take`](Self::take); where the body has ended properly, say so with [`end`](Self::end). Items are
/// found as bytes come: whether the page is one is known behind its last byte.
///
/// Each byte is searched once, whatever the chunking. What is not between the brackets of the array is
/// kept by itself, as the [skeleton](Self::skeleton).
#[derive(Debug)]
pub struct PageFrames {
    /// The items that were not given back yet, and what is between them.
    bytes: Buffer,
    /// Where these bytes begin in the body.
    offset: u64,
    item_limit: usize,
    page_limit: usize,
    seek: ArraySeek,
    stage: Stage,
    skeleton: Vec<u8>,
    /// What was found and not taken.
    found: VecDeque<Found>,
    /// How many items were found, and how many of them taken.
    items: u32,
    count: u32,
    /// Where the item taken last ended.
    taken: usize,
    /// What the body was, so far as is known.
    page: Page,
}

/// ```text
///  Start ──(byte order mark, or none)──▶ Before ──(its bracket)──▶ Within ──(its bracket)──▶ Behind
///                                          │                         │  └──(no array)──▶ Broken │
///                                          └──────(limit passed)─────┴─────────▶ Full ◀─────────┘
/// ```
#[derive(Debug)]
enum Stage {
    /// The first bytes may be a byte order mark.
    Start,
    /// The array has not begun.
    Before,
    /// In the array.
    Within {
        elements: Elements,
        /// Where the array begins in the skeleton.
        array: usize,
    },
    /// The array has ended.
    Behind { array: usize },
    /// What should have been the array is none. What follows is passed over.
    Broken,
    /// The page was too large. What follows is passed over.
    Full,
}

impl PageFrames {
    /// A parser of a body with an array at `items`, for items of up to `item_limit` bytes. Of the page, up
    /// to `page_limit` bytes are kept at a time.
    pub fn new(items: Pointer, item_limit: usize, page_limit: usize) -> Self {
        Self {
            bytes: Buffer::default(),
            offset: 0,
            item_limit,
            page_limit,
            seek: ArraySeek::new(items),
            stage: Stage::Start,
            skeleton: Vec::new(),
            found: VecDeque::new(),
            items: 0,
            count: 0,
            taken: 0,
            page: Page::Cut,
        }
    }

    /// Reads a chunk. The spans of items taken before stay valid.
    pub fn push(&mut self, chunk: &[u8]) {
        let new = self.bytes.len();
        self.bytes.push(chunk);
        self.read(new);
    }

    /// Room for a chunk of that length, to be written there and then [filled](Self::fill).
    pub fn room(&mut self, length: usize) -> &mut [u8] {
        self.bytes.room(length)
    }

    /// Reads what was written into the room.
    pub fn fill(&mut self, length: usize) {
        let new = self.bytes.len();
        self.bytes.fill(length);
        self.read(new);
    }

    /// Keeps a text behind a body that has ended, until it is given back like an item.
    pub fn append(&mut self, text: &[u8]) -> Range<usize> {
        let start = self.bytes.len();
        self.bytes.push(text);
        start..self.bytes.len()
    }

    /// The body has ended properly.
    pub fn end(&mut self) {
        self.page = match (&self.stage, check(&self.skeleton)) {
            (Stage::Full, _) => Page::Cut,
            (Stage::Broken, _) | (_, Check::NotJson) => Page::NotJson,
            (_, Check::Cut) => Page::Cut,
            (Stage::Behind { array }, Check::Whole) => {
                let found = self.seek.pointer().find(&self.skeleton);
                if found.is_some_and(|found| found.start == *array) {
                    Page::Whole
                } else {
                    Page::NotJson
                }
            }
            (Stage::Start | Stage::Before | Stage::Within { .. }, Check::Whole) => Page::NoItems,
        };
    }

    /// Gives back items that were taken: their spans are void from here on. While much is left behind them,
    /// that may wait, so that nothing is moved often.
    pub fn release(&mut self) {
        let free = self.free();
        if free < self.bytes.len() - free {
            return;
        }
        self.bytes.release(free, limits::BUFFER_KEEP);
        self.offset += free as u64;
        if let Stage::Within { elements, .. } = &mut self.stage {
            elements.shift(free);
        }
        for found in &mut self.found {
            if let Found::Text { data, .. } = found {
                *data = data.start - free..data.end - free;
            }
        }
        self.taken = 0;
    }

    /// The next item that is complete, or `None` where more bytes are needed.
    pub fn take(&mut self) -> Option<Item> {
        loop {
            let item = match self.found.pop_front()? {
                Found::Text { data, ascii } => {
                    self.taken = data.end;
                    Item::Text { data, ascii }
                }
                Found::TooLarge => Item::TooLarge,
                Found::Gap(length) => {
                    self.offset += length as u64;
                    continue;
                }
            };
            self.count += 1;
            return Some(item);
        }
    }

    /// The item that comes next, while it is not taken.
    pub fn ahead(&self) -> Option<Item> {
        self.found.iter().find_map(|found| match found {
            Found::Text { data, ascii } => Some(Item::Text { data: data.clone(), ascii: *ascii }),
            Found::TooLarge => Some(Item::TooLarge),
            Found::Gap(_) => None,
        })
    }

    /// What the body was. Known when it has [ended](Self::end); `Cut` until then.
    pub const fn page(&self) -> Page {
        self.page
    }

    /// The body without what is between the brackets of the items: a JSON text of its own, in which
    /// pointers lead to everything else. Complete when the body has [ended](Self::end).
    pub fn skeleton(&self) -> &[u8] {
        &self.skeleton
    }

    /// How many items were found so far.
    pub const fn items(&self) -> u32 {
        self.items
    }

    /// Whether more had to be kept than the limit allows: items that were not taken, with some bytes for
    /// each, and the skeleton. What has come since is passed over.
    pub const fn is_over_limit(&self) -> bool {
        matches!(self.stage, Stage::Full)
    }

    /// The size of the largest item.
    pub const fn limit(&self) -> usize {
        self.item_limit
    }

    /// How much memory the page takes.
    pub fn capacity(&self) -> usize {
        self.bytes.capacity() + self.skeleton.capacity() + self.found.capacity() * size_of::<Found>()
    }

    /// Keeps no more memory than is needed.
    pub fn trim(&mut self) {
        self.bytes.trim();
        self.skeleton.shrink_to_fit();
        self.found.shrink_to_fit();
    }

    /// What the spans of items count in.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where these bytes begin in the body, for the item taken last: what is too large is cut away
    /// between them.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// The number of the item taken last, from 1.
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// How many bytes wait for their item to be taken or to become whole.
    pub fn waiting(&self) -> usize {
        self.bytes.len() - self.free()
    }

    /// What is before this is not needed any longer.
    fn free(&self) -> usize {
        match &self.stage {
            _ if !self.found.is_empty() => self.taken,
            Stage::Within { elements, .. } => elements.start(),
            Stage::Start => 0,
            Stage::Before | Stage::Behind { .. } | Stage::Broken | Stage::Full => self.bytes.len(),
        }
    }

    /// Reads the bytes from `new` on.
    fn read(&mut self, new: usize) {
        if matches!(self.stage, Stage::Start) {
            match Bom::at_start_of(&self.bytes) {
                Bom::Undecided => return,
                Bom::Absent => self.seek(0),
                Bom::Present => self.seek(Bom::LEN),
            }
        } else if matches!(self.stage, Stage::Before) {
            self.seek(new);
        }
        match &mut self.stage {
            Stage::Within { elements, array } => {
                let before = self.found.len();
                let end = elements.scan(&self.bytes, &mut self.found);
                let new = self.found.iter().skip(before).filter(|found| !matches!(found, Found::Gap(_)));
                self.items += new.count() as u32;
                match end {
                    None => {
                        let end = elements.cut_away().unwrap_or(self.bytes.len());
                        self.bytes.truncate(end);
                    }
                    Some(End::Closed(at)) => {
                        self.stage = Stage::Behind { array: *array };
                        self.keep(at);
                    }
                    Some(End::Broken) => {
                        self.bytes.truncate(elements.start());
                        self.stage = Stage::Broken;
                    }
                }
            }
            Stage::Behind { .. } => self.keep(new),
            Stage::Start | Stage::Before => {}
            Stage::Broken | Stage::Full => self.bytes.truncate(new),
        }
        let kept = self.waiting() + self.skeleton.len() + self.found.len() * size_of::<Found>();
        if kept > self.page_limit {
            if let Stage::Within { elements, .. } = &self.stage {
                self.bytes.truncate(elements.start());
            }
            self.stage = Stage::Full;
        }
    }

    /// Looks for the array in the bytes from `new` on.
    fn seek(&mut self, new: usize) {
        self.skeleton.extend_from_slice(self.bytes.get(new..).unwrap_or_default());
        if let Some(array) = self.seek.next(&self.skeleton) {
            let behind = array + 1;
            let start = self.bytes.len() - (self.skeleton.len() - behind);
            self.skeleton.truncate(behind);
            self.stage = match check(&self.skeleton) {
                Check::Cut => {
                    let elements = Elements::new(start, self.item_limit);
                    Stage::Within { elements, array }
                }
                // What looks like an array in a text that is no JSON is not to be given out.
                Check::Whole | Check::NotJson => Stage::Broken,
            };
        } else {
            self.stage = Stage::Before;
            self.offset += self.bytes.len() as u64;
            self.bytes.truncate(0);
        }
    }

    /// What is there from `new` on is part of the skeleton.
    fn keep(&mut self, new: usize) {
        self.skeleton.extend_from_slice(self.bytes.get(new..).unwrap_or_default());
        self.bytes.truncate(new);
    }
}
