//! The parsers by themselves: bytes to events, with no session around them.

use core::ops::Range;

use super::event::{Batch, EventsView, Origin, Row, Seq};
use super::frame::{Block, Framing, JsonFrames, Record, SseFrames};

/// A parser for those who bring their own bytes.
#[derive(Debug)]
pub struct Parser {
    frames: Frames,
    batch: Batch,
}

#[derive(Debug)]
enum Frames {
    Sse(SseFrames),
    Json(JsonFrames),
}

impl Parser {
    /// For Server-Sent Events of up to `limit` bytes as sent.
    pub fn sse(limit: usize, comments: bool) -> Self {
        let frames = SseFrames::new(limit);
        let frames = if comments { frames.with_comments() } else { frames };
        Self { frames: Frames::Sse(frames), batch: Batch::default() }
    }

    /// For streaming JSON, with records of up to `limit` bytes.
    pub fn json(framing: Framing, limit: usize) -> Self {
        Self { frames: Frames::Json(JsonFrames::new(framing, limit)), batch: Batch::default() }
    }

    /// Parses a chunk. What was read before is void.
    pub fn feed(&mut self, chunk: &[u8]) {
        self.room(chunk.len()).copy_from_slice(chunk);
        self.parse(chunk.len());
    }

    /// Room for a chunk of that length, to be written there and then [parsed](Self::parse). What was read
    /// before is void.
    pub fn room(&mut self, length: usize) -> &mut [u8] {
        self.batch.restart(Seq::default());
        match &mut self.frames {
            Frames::Sse(frames) => {
                frames.release();
                frames.room(length)
            }
            Frames::Json(frames) => {
                frames.release();
                frames.room(length)
            }
        }
    }

    /// Parses the chunk that was written into the room.
    pub fn parse(&mut self, length: usize) {
        match &mut self.frames {
            Frames::Sse(frames) => {
                frames.fill(length);
                take_blocks(frames, &mut self.batch);
            }
            Frames::Json(frames) => {
                frames.fill(length);
                take_records(frames, &mut self.batch);
            }
        }
    }

    /// Parses what is left where the bytes have ended properly. What was read before is void.
    pub fn end(&mut self) {
        self.batch.restart(Seq::default());
        match &mut self.frames {
            // An event that has no blank line behind it is none (HTML Standard, 9.2.6).
            Frames::Sse(_) => {}
            Frames::Json(frames) => {
                frames.release();
                frames.end();
                take_records(frames, &mut self.batch);
                // A session asks for it again; here, what is cut short is not to vanish.
                let rest = frames.bytes().len() - frames.waiting()..frames.bytes().len();
                if !rest.is_empty() {
                    push_record(frames, frames.count() + 1, &mut self.batch, rest, Row::BAD);
                }
            }
        }
    }

    /// What the chunk parsed last has brought.
    pub fn view(&self) -> EventsView<'_> {
        self.batch.view(match &self.frames {
            Frames::Sse(frames) => frames.bytes(),
            Frames::Json(frames) => frames.bytes(),
        })
    }
}

fn take_blocks(frames: &mut SseFrames, batch: &mut Batch) {
    while let Some(block) = frames.take() {
        match block {
            Block::Event { data, ascii } => {
                let flags = if ascii { Row::EVENT | Row::ASCII } else { Row::EVENT };
                batch.push(data, frames.id(), frames.kind(), flags);
            }
            Block::IdOnly => batch.push(0..0, frames.id(), b"", 0),
            Block::Retry(time) => {
                let time = u32::try_from(time).unwrap_or(u32::MAX);
                batch.push(0..time as usize, None, b"", Row::RETRY);
            }
            Block::Comment(text) => batch.push_comment(frames.bytes().get(text).unwrap_or_default()),
            Block::TooLarge => batch.push(0..0, None, b"", Row::TOO_LARGE),
        }
    }
}

fn take_records(frames: &mut JsonFrames, batch: &mut Batch) {
    while let Some(record) = frames.take() {
        match record {
            Record::Text { data, ascii: true } => {
                push_record(frames, frames.count(), batch, data, Row::ASCII)
            }
            Record::Text { data, ascii: false } => push_record(frames, frames.count(), batch, data, 0),
            Record::Bad(data) => push_record(frames, frames.count(), batch, data, Row::BAD),
            Record::TooLarge => batch.push(0..0, None, b"", Row::TOO_LARGE),
        }
    }
}

fn push_record(frames: &JsonFrames, record: u32, batch: &mut Batch, data: Range<usize>, flags: u32) {
    let origin = Origin { record, offset: frames.offset() + data.start as u64 };
    batch.push(data, None, b"", Row::EVENT | flags);
    batch.push_origin(origin);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    fn read(parser: &Parser) -> Vec<(String, u32, Option<[f64; 2]>)> {
        let view = parser.view();
        let mut origins = view.origins.iter().copied();
        let flags = view.rows.iter().filter(|row| row.flags & Row::EVENT != 0).map(|row| row.flags);
        view.events().zip(flags).map(|(event, flags)| (event.data.into(), flags, origins.next())).collect()
    }

    #[test]
    fn what_is_no_event_has_a_row_of_its_own() {
        let mut parser = Parser::sse(20, false);
        parser.feed(b"retry: 99999999999\nid: 1\n\ndata: x\n\ndata: 123456789012345678901234567890\n\n");
        let rows: Vec<(u32, u32)> =
            parser.view().rows.iter().map(|row| (row.flags & !Row::ASCII, row.data_end)).collect();
        assert_eq!(rows[0], (Row::RETRY, u32::MAX));
        assert_eq!(rows[1], (Row::ID, 0));
        assert_eq!(rows[2].0, Row::EVENT);
        assert_eq!(rows[3], (Row::TOO_LARGE, 0));
        assert_eq!(rows.len(), 4);
    }

    #[test]
    fn comments_have_their_place_among_the_events_where_they_are_wanted() {
        let mut parser = Parser::sse(20, true);
        parser.feed(b": one\ndata: a\n:two\n\n");
        let view = parser.view();
        assert_eq!(
            view.rows.iter().map(|row| row.flags).collect::<Vec<_>>(),
            [Row::COMMENT, Row::COMMENT, Row::EVENT | Row::ASCII,]
        );
        assert_eq!(view.ids, b"onetwo");
    }

    #[test]
    fn records_say_where_they_were_and_whether_they_are_cut_short() {
        let mut parser = Parser::json(Framing::Seq, 100);
        parser.feed(b"junk\x1e{\"a\":1}\n\x1e12");
        assert_eq!(
            read(&parser),
            [
                ("junk".into(), Row::EVENT | Row::BAD, Some([1.0, 0.0])),
                ("{\"a\":1}".into(), Row::EVENT | Row::ASCII, Some([2.0, 5.0])),
            ]
        );
        parser.end();
        assert_eq!(read(&parser), [("12".into(), Row::EVENT | Row::BAD, Some([3.0, 14.0]))]);
    }
}
