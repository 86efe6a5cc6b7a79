//! The parser by itself: bytes to events, with no session around it.

use super::event::{Batch, EventsView, Row, Seq};
use super::frame::{Block, SseFrames};

/// A parser of Server-Sent Events for those who bring their own bytes.
#[derive(Debug)]
pub struct Parser {
    frames: SseFrames,
    batch: Batch,
}

impl Parser {
    /// At the beginning of a stream, for events of up to `limit` bytes as sent.
    pub fn new(limit: usize) -> Self {
        Self { frames: SseFrames::new(limit), batch: Batch::default() }
    }

    /// Parses a chunk. What was read before is void.
    pub fn feed(&mut self, chunk: &[u8]) {
        self.frames.release();
        self.frames.push(chunk);
        self.batch.restart(Seq::default());
        while let Some(block) = self.frames.take() {
            let (data, flags) = match block {
                Block::Event { data, ascii: true } => (data, Row::EVENT | Row::ASCII),
                Block::Event { data, ascii: false } => (data, Row::EVENT),
                Block::IdOnly => (0..0, 0),
                Block::Retry(time) => {
                    let time = u32::try_from(time).unwrap_or(u32::MAX) as usize;
                    self.batch.push(0..time, None, b"", Row::RETRY);
                    continue;
                }
                Block::TooLarge => {
                    self.batch.push(0..0, None, b"", Row::TOO_LARGE);
                    continue;
                }
            };
            self.batch.push(data, self.frames.id(), self.frames.kind(), flags);
        }
    }

    /// What the chunk parsed last has brought.
    pub fn view(&self) -> EventsView<'_> {
        self.batch.view(self.frames.bytes())
    }
}
