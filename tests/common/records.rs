//! Streaming JSON: the fixtures, what the library makes of bytes, and a second parser that is slow and
//! obvious.

use brookmark::engine::config::Oversize;
use brookmark::engine::frame::{JsonFrames, Record};
use brookmark::engine::io::{Input, Notice};
use brookmark::engine::limits;
use brookmark::engine::protocol::{BadRecords, Framing, PositionFrom};

use super::fixtures::{cases, wire};
use super::world::{json, setup, Hands};

/// A record: what it says, its number and its offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Got {
    Text(String, u32, u64),
    Bad(String, u32, u64),
    TooLarge(u32),
}

/// What a body means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    pub records: Vec<Got>,
    /// Whether it ended within a record.
    pub cut: bool,
}

pub struct Fixture {
    pub name: String,
    pub framing: Framing,
    pub wire: Vec<u8>,
    pub body: Body,
    /// How many records are there only because the body has ended properly.
    pub unended: usize,
}

/// All cases of all files.
pub fn fixtures() -> Vec<Fixture> {
    let all: Vec<_> = cases("json")
        .iter()
        .map(|(file, case)| {
            let records = case["records"].as_array().unwrap().iter().map(|record| {
                let number = record["record"].as_u64().unwrap() as u32;
                let offset = record["offset"].as_u64().unwrap();
                match record.get("text") {
                    Some(text) => Got::Text(text.as_str().unwrap().into(), number, offset),
                    None => Got::Bad(record["bad"].as_str().unwrap().into(), number, offset),
                }
            });
            Fixture {
                name: format!("{file}: {}", case["name"].as_str().unwrap()),
                framing: match case["framing"].as_str().unwrap() {
                    "cr" => Framing::Cr,
                    "lines" => Framing::Lines,
                    "json-seq" => Framing::Seq,
                    other => panic!("{other} is no framing"),
                },
                wire: wire(case),
                body: Body { records: records.collect(), cut: case["cut"].as_bool().unwrap() },
                unended: case["unended"].as_u64().unwrap() as usize,
            }
        })
        .collect();
    assert!(all.len() > 50, "only {} fixtures", all.len());
    all
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What the parser alone gives for these chunks. `ends`: the body ends properly behind them.
pub fn parse(framing: Framing, limit: usize, chunks: &[&[u8]], ends: bool) -> Body {
    let mut frames = JsonFrames::new(framing, limit);
    let mut records = Vec::new();
    let mut take = |frames: &mut JsonFrames| {
        // Neighbours that are all ASCII are decoded together.
        let mut run = None;
        while let Some(record) = frames.take() {
            let (count, offset) = (frames.count(), frames.offset());
            let bytes = frames.bytes();
            records.push(match record {
                Record::Text { data, ascii } => {
                    let start = run.filter(|_| ascii).unwrap_or(data.start);
                    assert!(!ascii || bytes[start..data.end].is_ascii());
                    run = ascii.then_some(data.end);
                    Got::Text(text(&bytes[data.clone()]), count, offset + data.start as u64)
                }
                Record::Bad(data) => Got::Bad(text(&bytes[data.clone()]), count, offset + data.start as u64),
                Record::TooLarge => Got::TooLarge(count),
            });
        }
    };
    for chunk in chunks {
        frames.release();
        frames.push(chunk);
        take(&mut frames);
        // What may become a byte order mark is kept besides.
        assert!(frames.waiting() <= limit.max(2));
    }
    if ends {
        frames.end();
        take(&mut frames);
    }
    Body { records, cut: frames.waiting() > 0 }
}

/// What a session gives for these chunks and a proper end, with at most `mark` events under way: the
/// records that it delivers, those that it tells are bad, and whether it takes the end for a cut.
pub fn run(framing: Framing, chunks: &[&[u8]], mark: usize) -> (Vec<Got>, Vec<Got>, bool) {
    let mut world = setup(|setup| {
        let mut json = json(framing);
        json.bad_records = Some(BadRecords::Skip);
        json.position = PositionFrom::Id;
        setup.json = Some(json);
        setup.hands = if mark == usize::MAX { Hands::Quick } else { Hands::Slow };
        setup.config.high_water_mark = mark;
        setup.config.oversize = Oversize::Skip;
        setup.config.retry = None;
    })
    .open();
    for chunk in chunks {
        world.send_bytes(chunk);
    }
    world.end();
    let mut finished = 0;
    while world.hands == Hands::Slow && finished < world.delivered.len() {
        assert!(world.delivered.len() - finished <= mark);
        let seq = world.delivered[finished].seq;
        world.input(Input::Handled(seq, seq));
        finished += 1;
    }
    let delivered = world.delivered.iter().map(|event| {
        let (record, offset) = event.origin.unwrap();
        Got::Text(event.data.clone(), record, offset)
    });
    let bad = world.notices.iter().filter_map(|notice| {
        let Notice::Error(report) = notice else { return None };
        let misfit = report.error.misfit()?;
        Some(Got::Bad(misfit.body.clone(), misfit.record, misfit.offset))
    });
    assert!(world.has_ended());
    (delivered.collect(), bad.collect(), world.ended_by() == Some("network"))
}

/// What a whole body means, by its definition: cut first, looked at then.
pub fn naive(framing: Framing, wire: &[u8]) -> Body {
    let mut at = if wire.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let mut body = Body { records: Vec::new(), cut: false };
    // Each piece with what is wrong with it, if it has an end; the last one may have none.
    let mut pieces: Vec<(usize, usize, Option<bool>)> = Vec::new();
    match framing {
        Framing::Cr | Framing::Lines => {
            let delimiter = if framing == Framing::Cr { b'\r' } else { b'\n' };
            while let Some(length) = wire[at..].iter().position(|byte| *byte == delimiter) {
                pieces.push((at, at + length, Some(true)));
                at += length + 1;
            }
            let rest = String::from_utf8_lossy(&wire[at..]).trim_matches(BLANKS).to_string();
            pieces.push((
                at,
                wire.len(),
                serde_json::from_str::<serde_json::Value>(&rest).ok().map(|_| true),
            ));
        }
        Framing::Seq => {
            let mut in_sequence = false;
            for element in wire[at..].split(|byte| *byte == 0x1e) {
                let end = at + element.len();
                elements(wire, at, end, in_sequence, &mut pieces);
                (in_sequence, at) = (true, end + 1);
            }
        }
    }
    let mut number = 0;
    for (start, end, verdict) in pieces {
        let blanks = wire[start..end].iter().take_while(|byte| b" \t\r\n".contains(byte)).count();
        let said = text(&wire[start + blanks..end]).trim_end_matches(BLANKS).to_string();
        if said.is_empty() {
            continue;
        }
        number += 1;
        let offset = (start + blanks) as u64;
        match verdict {
            Some(true) => body.records.push(Got::Text(said, number, offset)),
            Some(false) => body.records.push(Got::Bad(said, number, offset)),
            None => body.cut = true,
        }
    }
    body
}

/// The pieces of what is between two RS, the first of which may be missing.
fn elements(
    wire: &[u8],
    start: usize,
    end: usize,
    in_sequence: bool,
    pieces: &mut Vec<(usize, usize, Option<bool>)>,
) {
    let is_last = end == wire.len();
    if !in_sequence {
        return pieces.push((start, end, Some(false)));
    }
    let (whole, behind) = match value(&wire[start..end]) {
        // Nothing tells a number that is cut off from a whole one.
        None => return pieces.push((start, end, if is_last { None } else { Some(false) })),
        Some(length) => wire[start..end].split_at(length),
    };
    match behind.iter().position(|byte| !b" \t\r\n".contains(byte)) {
        None => pieces.push((start, end, Some(true))),
        // Once an LF has ended the element, what follows is for itself.
        Some(junk) => match behind[..junk].iter().position(|byte| *byte == b'\n') {
            None => pieces.push((start, end, Some(false))),
            Some(line_end) => {
                let cut = start + whole.len() + line_end;
                pieces.push((start, cut, Some(true)));
                pieces.push((cut + 1, end, Some(false)));
            }
        },
    }
}

/// The length of the value in front, if all of it is there for certain. Only its end is looked for.
fn value(bytes: &[u8]) -> Option<usize> {
    let begin = bytes.iter().position(|byte| !b" \t\r\n".contains(byte))?;
    if !b"{[\"".contains(&bytes[begin]) {
        return bytes[begin..].iter().position(|byte| b" \t\r\n".contains(byte)).map(|length| begin + length);
    }
    let (mut depth, mut quoted, mut at) = (0, false, begin);
    while at < bytes.len() {
        match (quoted, bytes[at]) {
            (true, b'\\') => at += 1,
            (_, b'"') => quoted = !quoted,
            (false, b'{' | b'[') => depth += 1,
            (false, b'}' | b']') => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 && !quoted && at <= bytes.len() {
            return Some(at);
        }
    }
    None
}

const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// No limit that any test comes near.
pub const UNLIMITED: usize = limits::MAX_EVENT_BYTES;
