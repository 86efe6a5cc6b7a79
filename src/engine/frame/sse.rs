//! Server-Sent Events: bytes to blocks (HTML Standard, 9.2.5 and 9.2.6).

use alloc::vec::Vec;
use core::ops::Range;

use super::super::limits;
use super::super::text::{Bom, Buffer, Lines};

/// What a piece of the stream means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A block with data: an event. Its id and type are read from the frames until the next call.
    Event {
        /// Where its payload lies in the bytes.
        data: Range<usize>,
        /// Whether all bytes since the block before are ASCII.
        ascii: bool,
    },
    /// A block without data that still sets the last event id.
    IdOnly,
    /// The reconnection time, in milliseconds.
    Retry(u64),
    /// A comment, with its text in the bytes until the next call. Only where they are wanted.
    Comment(Range<usize>),
    /// The event that has begun is larger than the limit. What is left of it is passed over;
    /// if it sets an id, an [`Block::IdOnly`] follows.
    TooLarge,
}

/// The parser. Feed it with [`push`](Self::push), then take blocks with [`take`](Self::take)
/// until there is none.
///
/// The bytes of an unfinished block stay in one buffer. The value of its first `data` line stays
/// where it is; the values of further lines are moved down behind it, so that the payload is one
/// run of bytes. Each byte is searched once and moved at most once, whatever the chunking.
#[derive(Clone, Debug)]
pub struct SseFrames {
    bytes: Buffer,
    lines: Lines,
    limit: usize,
    /// How much of a comment is kept: nothing where they are not wanted.
    comment_keep: usize,
    stage: Stage,
    /// Where the unfinished block begins.
    block: usize,
    /// How many bytes of it were cut away, since they do not matter.
    cut_away: usize,
    /// The payload of the unfinished block, so far as it has one.
    data: Option<Range<usize>>,
    /// The fields `id` and `event` of the unfinished block, and of the block taken last.
    fields: Fields,
    taken: Fields,
}

#[derive(Clone, Debug, Default)]
struct Fields {
    id: Option<Place>,
    kind: Option<Place>,
}

/// Where the value of a field is.
#[derive(Clone, Debug)]
enum Place {
    Bytes(Range<usize>),
    /// Its place in the bytes was given up before it was needed.
    Saved(Vec<u8>),
}

/// ```text
///  Start ──(byte order mark, or none)──▶ Whole ──(limit passed)──▶ Passing
///                                          ▲                          │
///                                          └──────(blank line)────────┘
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The first bytes may be a byte order mark.
    Start,
    /// The block is kept whole.
    Whole,
    /// The block was too large: its data is passed over. `cut`: so was most of its unfinished line.
    Passing { cut: bool },
}

/// What is kept of a line while its block is passed over: enough for a field that matters.
const LINE_KEEP: usize = limits::MAX_ID_BYTES + 8;

impl SseFrames {
    /// A parser at the beginning of a stream, for events of up to `limit` bytes as sent.
    pub fn new(limit: usize) -> Self {
        Self {
            bytes: Buffer::default(),
            lines: Lines::default(),
            limit,
            comment_keep: 0,
            stage: Stage::Start,
            block: 0,
            cut_away: 0,
            data: None,
            fields: Fields::default(),
            taken: Fields::default(),
        }
    }

    /// The same, with comments as blocks; what a comment has beyond the limit is cut off.
    #[must_use]
    pub fn with_comments(self) -> Self {
        Self { comment_keep: self.limit, ..self }
    }

    /// Appends a chunk. The spans of blocks taken before stay valid.
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

    /// Gives back what lies before the unfinished block: spans taken before are void from here on.
    pub fn release(&mut self) {
        self.bytes.release(self.block, limits::BUFFER_KEEP);
        self.lines.shift(self.block);
        if let Some(data) = &mut self.data {
            *data = data.start - self.block..data.end - self.block;
        }
        for place in self.fields.places() {
            if let Place::Bytes(range) = place {
                *range = range.start - self.block..range.end - self.block;
            }
        }
        self.block = 0;
    }

    /// The size of the largest event, as sent.
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

    /// What the spans of blocks count in.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many bytes wait for their block to be taken or to become whole.
    pub fn waiting(&self) -> usize {
        self.bytes.len() - self.block
    }

    /// The id that the block taken last sets, if it sets one.
    pub fn id(&self) -> Option<&[u8]> {
        self.value(self.taken.id.as_ref()?)
    }

    /// The type of the event taken last, empty where it names none.
    #[inline]
    pub fn kind(&self) -> &[u8] {
        self.taken.kind.as_ref().and_then(|place| self.value(place)).unwrap_or_default()
    }

    #[inline]
    fn value<'a>(&'a self, place: &'a Place) -> Option<&'a [u8]> {
        match place {
            Place::Bytes(range) => self.bytes.get(range.clone()),
            Place::Saved(value) => Some(value),
        }
    }

    /// The next block, or `None` where more bytes are needed. A block that is unfinished when the
    /// stream ends is never delivered (9.2.6), so there is nothing to ask for then.
    #[inline]
    pub fn take(&mut self) -> Option<Block> {
        if self.stage == Stage::Start {
            match Bom::at_start_of(&self.bytes) {
                Bom::Undecided => return None,
                Bom::Absent => {}
                Bom::Present => {
                    self.lines.restart(Bom::LEN);
                    self.begin_block(Bom::LEN);
                }
            }
            self.stage = Stage::Whole;
        }
        while let Some(line) = self.lines.next(&self.bytes) {
            if self.is_too_large(line.start, line.end) {
                self.lines.restart(line.start);
                return Some(self.pass());
            }
            let block = if line.is_empty() { self.dispatch(line.end) } else { self.field(line) };
            if block.is_some() {
                return block;
            }
        }
        self.starve()
    }

    /// The buffer holds no whole line: keeps of the unfinished one only what may matter.
    fn starve(&mut self) -> Option<Block> {
        let start = self.lines.start();
        let comment_end = start.saturating_add(1 + self.comment_keep);
        if self.is_comment(start) && self.bytes.len() > comment_end {
            self.cut(comment_end);
        }
        match self.stage {
            Stage::Whole if self.is_too_large(start, self.bytes.len()) => Some(self.pass()),
            Stage::Passing { .. } => {
                self.begin_block(start);
                if self.bytes.len() - start > LINE_KEEP && !self.is_comment(start) {
                    self.cut(start + LINE_KEEP);
                    self.stage = Stage::Passing { cut: true };
                }
                None
            }
            Stage::Start | Stage::Whole => None,
        }
    }

    #[inline]
    fn begin_block(&mut self, at: usize) {
        self.block = at;
        self.cut_away = 0;
    }

    /// Whether the block is larger than the limit, up to the end of the line at `start`. Heartbeats
    /// before a block are none of it.
    #[inline]
    fn is_too_large(&self, start: usize, end: usize) -> bool {
        end - self.block + self.cut_away > self.limit
            && self.stage == Stage::Whole
            && !(self.is_unbegun() && self.is_comment(start))
    }

    #[inline]
    fn is_comment(&self, start: usize) -> bool {
        self.bytes.get(start) == Some(&b':')
    }

    /// Whether no line of the block means anything so far.
    #[inline]
    fn is_unbegun(&self) -> bool {
        self.data.is_none() && self.fields.id.is_none() && self.fields.kind.is_none()
    }

    fn cut(&mut self, end: usize) {
        self.cut_away += self.bytes.len().saturating_sub(end);
        self.bytes.truncate(end);
        self.lines.cut(end);
    }

    fn pass(&mut self) -> Block {
        self.stage = Stage::Passing { cut: false };
        self.data = None;
        self.save_fields(0);
        Block::TooLarge
    }

    /// A blank line: the block is whole.
    #[inline]
    fn dispatch(&mut self, end: usize) -> Option<Block> {
        self.stage = Stage::Whole;
        self.begin_block(self.lines.start());
        self.taken = core::mem::take(&mut self.fields);
        match self.data.take() {
            Some(data) => Some(Block::Event { data, ascii: self.lines.take_ascii(end) }),
            None => self.taken.id.is_some().then_some(Block::IdOnly),
        }
    }

    #[inline]
    fn field(&mut self, line: Range<usize>) -> Option<Block> {
        if let Stage::Passing { cut } = self.stage {
            // Such a line is passed over also where it came in one piece.
            if cut || line.len() > LINE_KEEP && !self.is_comment(line.start) {
                self.stage = Stage::Passing { cut: false };
                return None;
            }
        }
        let bytes = self.bytes.get(line.clone())?;
        // The name ends at the first colon, and none of these has one.
        let mut block = None;
        match Name::of(bytes) {
            Some(Name::Data) => {
                let value = value_of(bytes, 4);
                self.data(line.end - value..line.end);
            }
            Some(Name::Event) => {
                let value = value_of(bytes, 5);
                self.fields.kind = (value > 0).then_some(Place::Bytes(line.end - value..line.end));
            }
            Some(Name::Id) => {
                let value = line.end - value_of(bytes, 2)..line.end;
                // "If the field value does not contain U+0000 NULL".
                if self.bytes.get(value.clone()).is_some_and(|bytes| !bytes.contains(&0)) {
                    self.fields.id = Some(Place::Bytes(value));
                }
            }
            Some(Name::Retry) => {
                let value = value_of(bytes, 5);
                block = bytes.get(bytes.len() - value..).and_then(milliseconds).map(Block::Retry);
            }
            None if self.comment_keep > 0 && bytes.starts_with(b":") => block = Some(self.comment(line)),
            None => {}
        }
        if self.stage != Stage::Whole {
            self.save_fields(0);
        }
        if self.is_unbegun() {
            // So heartbeats and the like never add up to a block that is too large.
            self.begin_block(self.lines.start());
        }
        block
    }

    fn comment(&self, line: Range<usize>) -> Block {
        let end = line.end.min((line.start + 1).saturating_add(self.comment_keep));
        let blank =
            usize::from(self.bytes.get(line.start + 1..end).is_some_and(|text| text.starts_with(b" ")));
        Block::Comment(line.start + 1 + blank..end)
    }

    /// Appends a value to the payload, with the LF that stands between two.
    #[inline]
    fn data(&mut self, value: Range<usize>) {
        if self.stage != Stage::Whole {
            return;
        }
        let Some(data) = &mut self.data else {
            self.data = Some(value);
            return;
        };
        // At least `data` and a line end lie between the two, so this never runs into the value.
        let start = data.end + 1;
        let end = start + value.len();
        let from = data.end;
        data.end = end;
        self.save_fields(from);
        if let Some(byte) = self.bytes.get_mut(from) {
            *byte = b'\n';
        }
        self.bytes.copy_within(value, start);
        // What is left behind it may be decoded along with it, and must not begin within a character.
        for byte in self.bytes.iter_mut().skip(end).take_while(|byte| **byte & 0xc0 == 0x80) {
            *byte = b' ';
        }
    }

    /// Copies the values of fields that lie behind `from`, where they are about to be overwritten.
    fn save_fields(&mut self, from: usize) {
        for place in self.fields.places() {
            if let Place::Bytes(range) = place {
                if range.start >= from {
                    *place = Place::Saved(self.bytes.get(range.clone()).unwrap_or_default().to_vec());
                }
            }
        }
    }
}

impl Fields {
    fn places(&mut self) -> impl Iterator<Item = &mut Place> {
        self.id.iter_mut().chain(&mut self.kind)
    }
}

/// The names that mean something.
enum Name {
    Data,
    Event,
    Id,
    Retry,
}

impl Name {
    /// The name of the field in a line; it ends at the first colon.
    #[inline]
    fn of(line: &[u8]) -> Option<Self> {
        match line {
            [b'd', b'a', b't', b'a'] | [b'd', b'a', b't', b'a', b':', ..] => Some(Self::Data),
            [b'e', b'v', b'e', b'n', b't'] | [b'e', b'v', b'e', b'n', b't', b':', ..] => Some(Self::Event),
            [b'i', b'd'] | [b'i', b'd', b':', ..] => Some(Self::Id),
            [b'r', b'e', b't', b'r', b'y'] | [b'r', b'e', b't', b'r', b'y', b':', ..] => Some(Self::Retry),
            _ => None,
        }
    }
}

/// How long the value is in a line with a name of that length: what is behind the colon, and behind one
/// blank after it.
#[inline]
fn value_of(line: &[u8], name: usize) -> usize {
    line.len().saturating_sub(name + 1 + usize::from(line.get(name + 1) == Some(&b' ')))
}

/// "If the field value consists of only ASCII digits": a number in base ten, as large as it gets.
fn milliseconds(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let add = |value: u64, digit: &u8| value.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
    Some(digits.iter().fold(0, add))
}
