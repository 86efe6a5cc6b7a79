//! The rows once more, laid out so that few decodes give all their texts.
//!
//! A decode has a cost of its own, whatever its length, and cutting a text apart costs little. So
//! neighbouring rows become a run, which is decoded at once; the spans of its rows count in
//! characters of that text, as JavaScript has them: in UTF-16 units.

use alloc::vec::Vec;

use super::event::{EventsView, Row};
use super::text::{count_utf16, write_utf16};

/// A piece of a text keeps all of it alive in today's engines. So a run is no longer than this, in
/// bytes, but for a single row; and neither is what an event can pin that the application keeps. It is a
/// chunk of 16 KiB, as networks and TLS like to give, along with what the one before has left behind.
pub const RUN_BYTES: usize = 20 * 1024;

/// Neighbouring rows, and the text that holds the payloads of all of them.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// How the text is to be decoded: one of the constants below.
    pub coding: u32,
    /// Where the text begins: in the bytes, or in the wide units where it is wide.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// How many rows.
    pub rows: u32,
}

impl Run {
    /// Number of `u32` in a run.
    pub const WORDS: usize = 4;
    /// Bytes that are all ASCII.
    pub const ASCII: u32 = 0;
    /// Bytes in UTF-8. Spans are right where there is no U+FFFD in what they decode to.
    pub const UTF8: u32 = 1;
    /// UTF-16 units, transcoded here.
    pub const WIDE: u32 = 2;
    /// One row alone, of whatever bytes: its payload is all of the text.
    pub const ALONE: u32 = 3;
}

/// What becomes of text beyond ASCII. Which is faster depends on the decoders of the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mixed {
    /// It is transcoded here.
    Wide,
    /// It is decoded there, together with its neighbours.
    Utf8,
    /// It is decoded there, row by row: right for malformed text as well.
    Alone,
}

/// The rows in runs.
#[derive(Debug, Default)]
pub struct Sheet {
    rows: Vec<Row>,
    runs: Vec<Run>,
    /// Grows only: room is not cleared before it is written.
    wide: Vec<u16>,
}

impl Sheet {
    /// Lays out anew.
    pub fn lay_out(&mut self, view: EventsView<'_>, mixed: Mixed) {
        self.rows.clear();
        self.runs.clear();
        self.rows.reserve(view.rows.len());
        let mut layout = Layout { sheet: self, bytes: view.bytes, mixed, widened: 0, chars: None };
        let mut rows = view.rows;
        while let Some((&row, behind)) = rows.split_first() {
            layout.add(row);
            rows = layout.join_ascii(behind);
        }
    }

    /// The rows; the spans of their payloads count in the text of their run.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The runs, which together have all rows.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// What the spans of wide runs count in.
    pub fn wide(&self) -> &[u16] {
        &self.wide
    }
}

/// The layout of one table.
struct Layout<'a> {
    sheet: &'a mut Sheet,
    bytes: &'a [u8],
    mixed: Mixed,
    /// How much of the wide units is used.
    widened: usize,
    /// How many characters the last run has, where more rows may join it.
    chars: Option<u32>,
}

impl Layout<'_> {
    fn add(&mut self, row: Row) {
        if row.flags & Row::EVENT == 0 {
            // What lies before it and what lies behind it may not be taken together.
            self.chars = None;
            match self.sheet.runs.last_mut() {
                Some(run) => run.rows += 1,
                None => self.sheet.runs.push(Run { coding: Run::ALONE, rows: 1, ..Run::default() }),
            }
            self.sheet.rows.push(row);
        } else if row.flags & Row::ASCII != 0 {
            self.place(row, Run::ASCII);
        } else {
            match self.mixed {
                Mixed::Wide => self.widen(row),
                Mixed::Utf8 => self.place(row, Run::UTF8),
                Mixed::Alone => self.alone(row),
            }
        }
    }

    /// Most rows are ASCII, and join others that are: as many as may are taken from the front at once.
    fn join_ascii<'r>(&mut self, rows: &'r [Row]) -> &'r [Row] {
        let last = self.sheet.runs.last_mut().filter(|run| run.coding == Run::ASCII);
        let (Some(_), Some(run)) = (self.chars, last) else {
            return rows;
        };
        let start = run.start;
        let is_ascii = |row: &Row| row.flags & (Row::EVENT | Row::ASCII) == Row::EVENT | Row::ASCII;
        let joins = |row: &&Row| is_ascii(row) && (row.data_end - start) as usize <= RUN_BYTES;
        let count = rows.iter().take_while(joins).count();
        let (joining, behind) = rows.split_at_checked(count).unwrap_or((&[], rows));
        let shifted =
            |row: &Row| Row { data_start: row.data_start - start, data_end: row.data_end - start, ..*row };
        self.sheet.rows.extend(joining.iter().map(shifted));
        if let Some(row) = joining.last() {
            run.rows += count as u32;
            run.end = row.data_end;
            self.chars = Some(row.data_end - start);
        }
        behind
    }

    /// Text that is decoded from where it lies, with what is between it and the row before.
    fn place(&mut self, row: Row, coding: u32) {
        let joins = self.chars.is_some() && self.last().is_some_and(|run| may_join(run, row, self.mixed));
        if !joins {
            let (start, end) = (row.data_start, row.data_start);
            self.sheet.runs.push(Run { coding, start, end, rows: 0 });
            self.chars = None;
        }
        let chars = self.chars.unwrap_or(0);
        let bytes = self.bytes;
        let count = |start: u32, end: u32, coding: u32| match coding {
            Run::ASCII => end - start,
            _ => bytes.get(start as usize..end as usize).map_or(0, count_utf16),
        };
        let Some(run) = self.sheet.runs.last_mut() else {
            return;
        };
        // Between two payloads is more than ASCII also where it belongs to the event before.
        let data_start = chars + count(run.end, row.data_start, run.coding.max(coding));
        let data_end = data_start + count(row.data_start, row.data_end, coding);
        run.rows += 1;
        run.end = row.data_end;
        run.coding = run.coding.max(coding);
        self.sheet.rows.push(Row { data_start, data_end, ..row });
        self.chars = Some(data_end);
    }

    /// Text that is transcoded, with a comma between two: so they are an array, where they are items of one.
    fn widen(&mut self, row: Row) {
        let payload = self.bytes.get(row.data_start as usize..row.data_end as usize).unwrap_or_default();
        let room = self.widened + 1 + payload.len();
        if self.sheet.wide.len() < room {
            self.sheet.wide.resize(room.next_power_of_two(), 0);
        }
        if let Some(comma) = self.sheet.wide.get_mut(self.widened) {
            *comma = b','.into();
            self.widened += 1;
        }
        let Some(count) = self.sheet.wide.get_mut(self.widened..).and_then(|room| write_utf16(payload, room))
        else {
            return self.alone(row);
        };
        let start = self.widened as u32;
        self.widened += count;
        let end = self.widened as u32;
        let joins = |run: &Run| run.coding == Run::WIDE && (end - run.start) as usize <= RUN_BYTES / 2;
        if self.chars.is_none() || !self.last().is_some_and(joins) {
            self.sheet.runs.push(Run { coding: Run::WIDE, start, end, rows: 0 });
        }
        let Some(run) = self.sheet.runs.last_mut() else {
            return;
        };
        run.rows += 1;
        run.end = end;
        let (data_start, data_end) = (start - run.start, end - run.start);
        self.sheet.rows.push(Row { data_start, data_end, ..row });
        self.chars = Some(data_end);
    }

    fn last(&self) -> Option<&Run> {
        self.sheet.runs.last()
    }

    fn alone(&mut self, row: Row) {
        let (start, end) = (row.data_start, row.data_end);
        self.sheet.runs.push(Run { coding: Run::ALONE, start, end, rows: 1 });
        self.sheet.rows.push(Row { data_start: 0, data_end: u32::MAX, ..row });
        self.chars = None;
    }
}

/// Whether a row may be decoded together with the run.
fn may_join(run: &Run, row: Row, mixed: Mixed) -> bool {
    // What was kept until its order was known may lie the other way round.
    let is_near = row.data_start >= run.end && (row.data_end - run.start) as usize <= RUN_BYTES;
    is_near && (run.coding == Run::ASCII && row.flags & Row::ASCII != 0 || mixed == Mixed::Utf8)
}

#[cfg(test)]
mod tests {
    use super::super::event::{Batch, Seq};
    use super::*;
    use std::prelude::v1::*;

    /// The payloads as a shell reads them: each run decoded in one piece, and cut by its rows.
    fn read(sheet: &Sheet, bytes: &[u8]) -> Option<Vec<String>> {
        let mut rows = sheet.rows().iter();
        let mut texts = Vec::new();
        for run in sheet.runs() {
            let span = run.start as usize..run.end as usize;
            let text: Vec<u16> = match run.coding {
                Run::WIDE => sheet.wide()[span].to_vec(),
                Run::ASCII => bytes[span].iter().map(|byte| u16::from(*byte)).collect(),
                _ => String::from_utf8_lossy(&bytes[span]).encode_utf16().collect(),
            };
            if run.coding == Run::UTF8 && text.contains(&0xfffd) {
                return None;
            }
            for row in rows.by_ref().take(run.rows as usize).filter(|row| row.flags & Row::EVENT != 0) {
                let end = text.len().min(row.data_end as usize);
                texts.push(String::from_utf16(&text[row.data_start as usize..end]).unwrap());
            }
        }
        assert_eq!(rows.count(), 0);
        Some(texts)
    }

    fn check(payloads: &[&[u8]], mixed: Mixed) -> Vec<(u32, u32)> {
        let (mut bytes, mut batch, mut sheet) = (Vec::new(), Batch::default(), Sheet::default());
        batch.restart(Seq::default());
        for (index, payload) in payloads.iter().enumerate() {
            bytes.extend_from_slice(b"\n\ndata: ");
            let start = bytes.len();
            bytes.extend_from_slice(payload);
            let ascii = if payload.is_ascii() { Row::ASCII } else { 0 };
            batch.push(start..bytes.len(), Some(b"1"), b"", Row::EVENT | ascii);
            if index % 7 == 6 {
                batch.push_break();
            }
        }
        sheet.lay_out(batch.view(&bytes), mixed);
        let want: Vec<String> = payloads.iter().map(|text| String::from_utf8_lossy(text).into()).collect();
        let texts = read(&sheet, &bytes).unwrap_or_else(|| {
            assert!(payloads.iter().any(|text| String::from_utf8_lossy(text).contains('\u{fffd}')));
            sheet.lay_out(batch.view(&bytes), Mixed::Alone);
            read(&sheet, &bytes).unwrap()
        });
        assert_eq!(texts, want, "{mixed:?}");
        sheet.runs().iter().map(|run| (run.coding, run.rows)).collect()
    }

    #[test]
    fn rows_of_a_kind_become_one_run() {
        let rows: &[&[u8]] = &[b"one", b"two", "trzy ż".as_bytes(), "четыре".as_bytes(), b"five"];
        assert_eq!(check(rows, Mixed::Wide), [(Run::ASCII, 2), (Run::WIDE, 2), (Run::ASCII, 1)]);
        assert_eq!(check(rows, Mixed::Utf8), [(Run::UTF8, 5)]);
        assert_eq!(
            check(rows, Mixed::Alone),
            [(Run::ASCII, 2), (Run::ALONE, 1), (Run::ALONE, 1), (Run::ASCII, 1)]
        );
    }

    #[test]
    fn rows_that_lie_the_other_way_round_read_the_same() {
        let bytes = "große kleine".as_bytes();
        for mixed in [Mixed::Wide, Mixed::Utf8, Mixed::Alone] {
            let (mut batch, mut sheet) = (Batch::default(), Sheet::default());
            batch.restart(Seq::default());
            for span in [7..13, 0..7] {
                batch.push(span, Some(b"1"), b"", Row::EVENT);
            }
            sheet.lay_out(batch.view(bytes), mixed);
            assert_eq!(read(&sheet, bytes).unwrap(), ["kleine", "große "], "{mixed:?}");
        }
    }

    #[test]
    fn malformed_text_stands_alone() {
        let rows: &[&[u8]] = &[b"one", b"\xff", "\u{1f600}".as_bytes(), b"a\x80b"];
        let alone = (Run::ALONE, 1);
        assert_eq!(check(rows, Mixed::Wide), [(Run::ASCII, 1), alone, (Run::WIDE, 1), alone]);
        // Two faults that make up for each other in the count.
        check(&[b"\xf5", b"x", b"\x80", "ż".as_bytes()], Mixed::Utf8);
    }

    #[test]
    fn no_run_keeps_more_alive_than_it_may() {
        let long = std::vec![b'x'; RUN_BYTES / 3];
        let wide = "ż".repeat(RUN_BYTES / 6);
        let huge = std::vec![b'x'; 3 * RUN_BYTES];
        for mixed in [Mixed::Wide, Mixed::Utf8, Mixed::Alone] {
            let (long, wide): (&[u8], &[u8]) = (&long, wide.as_bytes());
            let runs = check(&[long, long, long, long, &huge, wide, wide, wide, wide, b"x"], mixed);
            assert!(runs.iter().all(|(_, rows)| *rows <= 3), "{runs:?}");
        }
    }

    #[test]
    fn any_mixture_reads_the_same_in_each_way() {
        let kinds: [&[u8]; 7] = [
            b"",
            b"plain",
            "Łódź".as_bytes(),
            "\u{1f4c8}x".as_bytes(),
            b"\xc3",
            b"{\"a\":1}",
            "\u{fffd}".as_bytes(),
        ];
        let mut state = 1_u32;
        for _ in 0..300 {
            let payloads: Vec<&[u8]> = (0..20)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    kinds[(state >> 16) as usize % kinds.len()]
                })
                .collect();
            for mixed in [Mixed::Wide, Mixed::Utf8, Mixed::Alone] {
                check(&payloads, mixed);
            }
        }
    }
}
