//! Server-Sent Events: bytes to blocks (HTML Standard, 9.2.5 and 9.2.6).

use alloc::vec::Vec;
use core::ops::Range;

use memchr::memchr;

use super::super::limits;
use super::super::text::{is_ascii, Bom, Lines};

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
#[derive(Debug)]
pub struct SseFrames {
    bytes: Vec<u8>,
    lines: Lines,
    limit: usize,
    stage: Stage,
    /// Where the unfinished block begins.
    block: usize,
    /// How many bytes of it were cut away, since they do not matter.
    cut_away: usize,
    /// Where the block taken last ended.
    taken: usize,
    /// The payload of the unfinished block, so far as it has one.
    data: Option<Range<usize>>,
    /// The fields `id` and `event` of the unfinished block, and of the block taken last. They are
    /// copied, since moving data may overwrite them.
    fields: Fields,
    taken_fields: Fields,
}

#[derive(Debug, Default)]
struct Fields {
    id: Vec<u8>,
    has_id: bool,
    kind: Vec<u8>,
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
            bytes: Vec::new(),
            lines: Lines::default(),
            limit,
            stage: Stage::Start,
            block: 0,
            cut_away: 0,
            taken: 0,
            data: None,
            fields: Fields::default(),
            taken_fields: Fields::default(),
        }
    }

    /// Appends a chunk. The spans of blocks taken before stay valid.
    pub fn push(&mut self, chunk: &[u8]) {
        self.bytes.extend_from_slice(chunk);
    }

    /// Gives back what lies before the unfinished block: spans taken before are void from here on.
    pub fn release(&mut self) {
        self.bytes.drain(..self.block);
        self.lines.shift(self.block);
        if let Some(data) = &mut self.data {
            *data = data.start - self.block..data.end - self.block;
        }
        self.block = 0;
        self.taken = 0;
        if self.bytes.capacity() > limits::BUFFER_KEEP {
            self.bytes.shrink_to(limits::BUFFER_KEEP);
        }
    }

    /// The size of the largest event, as sent.
    pub const fn limit(&self) -> usize {
        self.limit
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
        self.taken_fields.has_id.then_some(self.taken_fields.id.as_slice())
    }

    /// The type of the event taken last, empty where it names none.
    pub fn kind(&self) -> &[u8] {
        &self.taken_fields.kind
    }

    /// The next block, or `None` where more bytes are needed. A block that is unfinished when the
    /// stream ends is never delivered (9.2.6), so there is nothing to ask for then.
    #[cfg_attr(target_arch = "wasm32", optimize(speed))]
    pub fn take(&mut self) -> Option<Block> {
        if self.stage == Stage::Start {
            match Bom::at_start_of(&self.bytes) {
                Bom::Undecided => return None,
                Bom::Absent => {}
                Bom::Present => {
                    self.lines.restart(Bom::LEN);
                    self.begin_block(Bom::LEN);
                    self.taken = Bom::LEN;
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
    #[cfg_attr(target_arch = "wasm32", optimize(speed))]
    fn starve(&mut self) -> Option<Block> {
        let start = self.lines.start();
        if self.bytes.get(start) == Some(&b':') {
            self.cut(start + 1);
        }
        match self.stage {
            Stage::Whole if self.is_too_large(start, self.bytes.len()) => Some(self.pass()),
            Stage::Passing { .. } => {
                self.begin_block(start);
                if self.bytes.len() - start > LINE_KEEP {
                    self.cut(start + LINE_KEEP);
                    self.stage = Stage::Passing { cut: true };
                }
                None
            }
            Stage::Start | Stage::Whole => None,
        }
    }

    #[cfg_attr(target_arch = "wasm32", optimize(speed))]
    fn begin_block(&mut self, at: usize) {
        self.block = at;
        self.cut_away = 0;
    }

    /// Whether the block is larger than the limit, up to the end of the line at `start`. Heartbeats
    /// before a block are none of it.
    #[cfg_attr(target_arch = "wasm32", optimize(speed))]
    fn is_too_large(&self, start: usize, end: usize) -> bool {
        let is_heartbeat = self.is_unbegun() && self.bytes.get(start) == Some(&b':');
        self.stage == Stage::Whole && !is_heartbeat && end - self.block + self.cut_away > self.limit
    }

    /// Whether no line of the block means anything so far.
    #[cfg_attr(target_arch = "wasm32", optimize(speed))]
    fn is_unbegun(&self) -> bool {
        self.data.is_none() && !self.fields.has_id && self.fields.kind.is_empty()
    }

    fn cut(&mut self, end: usize) {
        self.cut_away += self.bytes.len().saturating_sub(end);
        self.bytes.truncate(end);
        self.lines.cut(end);
    }

    fn pass(&mut self) -> Block {
        self.stage = Stage::Passing { cut: false };
        self.data = None;
        Block::TooLarge
    }

    /// A blank line: the block is whole.
    #[cfg_attr(target_arch = "wasm32", optimize(speed))]
    fn dispatch(&mut self, end: usize) -> Option<Block> {
        self.stage = Stage::Whole;
        self.begin_block(self.lines.start());
        core::mem::swap(&mut self.fields, &mut self.taken_fields);
        self.fields.clear();
        let block = match self.data.take() {
            Some(data) => Block::Event { data, ascii: is_ascii(self.bytes.get(self.taken..end)?) },
            None if self.taken_fields.has_id => Block::IdOnly,
            None => return None,
        };
        self.taken = end;
        Some(block)
    }

    #[cfg_attr(target_arch = "wasm32", optimize(speed))]
    fn field(&mut self, line: Range<usize>) -> Option<Block> {
        if let Stage::Passing { cut: true } = self.stage {
            self.stage = Stage::Passing { cut: false };
            return None;
        }
        let bytes = self.bytes.get(line.clone())?;
        // No name that matters is longer than five bytes.
        let colon = bytes.iter().take(6).position(|&byte| byte == b':');
        let name = bytes.get(..colon.unwrap_or(bytes.len()))?;
        let value = bytes.get(name.len() + 1..).unwrap_or_default();
        let value = value.strip_prefix(b" ").unwrap_or(value);
        let mut block = None;
        match name {
            b"data" => {
                let value = line.end - value.len()..line.end;
                self.data(value);
            }
            // "If the field value does not contain U+0000 NULL".
            b"id" if memchr(0, value).is_none() => {
                self.fields.id.clear();
                self.fields.id.extend_from_slice(value);
                self.fields.has_id = true;
            }
            b"event" => {
                self.fields.kind.clear();
                self.fields.kind.extend_from_slice(value);
            }
            b"retry" => block = milliseconds(value).map(Block::Retry),
            _ => {}
        }
        if self.is_unbegun() {
            // So heartbeats and the like never add up to a block that is too large.
            self.begin_block(self.lines.start());
        }
        block
    }

    /// Appends a value to the payload, with the LF that stands between two.
    #[cfg_attr(target_arch = "wasm32", optimize(speed))]
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
        if let Some(byte) = self.bytes.get_mut(data.end) {
            *byte = b'\n';
        }
        data.end = start + value.len();
        self.bytes.copy_within(value, start);
    }
}

impl Fields {
    fn clear(&mut self) {
        self.id.clear();
        self.has_id = false;
        self.kind.clear();
    }
}

/// "If the field value consists of only ASCII digits": a number in base ten, as large as it gets.
fn milliseconds(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let add = |value: u64, digit: &u8| value.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
    Some(digits.iter().fold(0, add))
}
