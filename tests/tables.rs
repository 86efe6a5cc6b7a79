//! Tables and sheets over real streams: whatever is moved, cut or passed over on the way, the texts that
//! come out are those that went in.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "helpers of tests fail loudly"
)]

mod common;

use brookmark::engine::config::{Config, Oversize};
use brookmark::engine::event::{EventsView, Row, Seq};
use brookmark::engine::frame::{Block, SseFrames};
use brookmark::engine::io::{Action, AttemptId, Input};
use brookmark::engine::parser::Parser;
use brookmark::engine::protocol::{BadRecords, Framing, Json, Protocol, Sse};
use brookmark::engine::request::Head;
use brookmark::engine::session::Session;
use brookmark::engine::sheet::{Mixed, Run, Sheet};
use brookmark::engine::time::Now;
use common::fixtures::Meaning;
use common::naive;
use common::rng::{for_each_seed, Dice};
use common::world::{json, setup};

/// Pieces that meet badly: values of several lines with fields between them, and text that is more than
/// a byte a character, well-formed or not.
const PIECES: &[&[u8]] = &[
    b"data: a",
    b"data",
    b"data:",
    b"data: plain text of some length, longer than a word",
    "data: żółw".as_bytes(),
    "data: \u{1f422}\u{1f422}\u{1f422}".as_bytes(),
    "data:\u{feff}€".as_bytes(),
    b"data: \xc5",
    b"data: \x80\x80\xbc",
    b"id: 7",
    b"id",
    "id: ż".as_bytes(),
    b"event: deal",
    "event: \u{1f422}".as_bytes(),
    b"retry: 5",
    b": beat",
    ": \u{1f422} \u{1f422}".as_bytes(),
    b":",
    b"\xbc\xbc: nothing",
    b"",
    b"",
    b"",
    b"",
];

fn stream(dice: &mut Dice, most: usize) -> Vec<u8> {
    let mut wire = Vec::new();
    if dice.chance(10) {
        wire.extend_from_slice(b"\xef\xbb\xbf");
    }
    for _ in 0..dice.below(most) {
        wire.extend(*dice.pick(PIECES));
        wire.extend(*dice.pick(&[&b"\n"[..], b"\n", b"\r\n", b"\r"]));
    }
    wire
}

fn records(dice: &mut Dice, framing: Framing) -> Vec<u8> {
    const RECORDS: &[&[u8]] = &[
        b"17",
        b"\"a\"",
        "\"ż\"".as_bytes(),
        "{\"id\":\"\u{1f422}\"}".as_bytes(),
        b"\"\xff\"",
        b"{\"id\":5}",
        b" ",
        b"junk",
    ];
    let mut wire = Vec::new();
    for _ in 0..dice.below(30) {
        if framing == Framing::Seq && dice.chance(90) {
            wire.push(0x1e);
        }
        wire.extend(*dice.pick(RECORDS));
        wire.extend_from_slice(if framing == Framing::Cr { b"\r\n" } else { b"\n" });
    }
    wire
}

/// The payloads as a shell reads them: each run decoded in one piece, and cut by its rows.
fn read(sheet: &Sheet, bytes: &[u8]) -> Option<Vec<String>> {
    let mut rows = sheet.rows().iter();
    let mut texts = Vec::new();
    for run in sheet.runs() {
        let span = run.start as usize..run.end as usize;
        let text: Vec<u16> = match run.coding {
            Run::WIDE => sheet.wide()[span].to_vec(),
            Run::ASCII => {
                assert!(bytes[span.clone()].is_ascii(), "{:?}", bytes[span].escape_ascii().to_string());
                bytes[span].iter().map(|byte| u16::from(*byte)).collect()
            }
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

/// The same payloads in each way to lay them out.
fn check(sheet: &mut Sheet, view: EventsView<'_>) {
    let wanted: Vec<String> = view.events().map(|event| event.data.into_owned()).collect();
    for mixed in [Mixed::Wide, Mixed::Utf8, Mixed::Alone] {
        sheet.lay_out(view, mixed);
        let texts = read(sheet, view.bytes).unwrap_or_else(|| {
            sheet.lay_out(view, Mixed::Alone);
            read(sheet, view.bytes).unwrap()
        });
        assert_eq!(texts, wanted, "{mixed:?}");
    }
}

#[test]
fn text_behind_a_payload_does_not_move_the_one_that_follows() {
    let mut parser = Parser::sse(1_000, false);
    for wire in ["data: a\nevent: żółw\n\ndata: b\n\n", "data: żółw\ndata: żółw\n\ndata: b\n\n"] {
        parser.feed(wire.as_bytes());
        check(&mut Sheet::default(), parser.view());
    }
}

/// What is passed over has no row in a session, so the events around it are neighbours.
#[test]
fn events_around_one_that_is_too_large_are_ascii_only_if_that_is() {
    let mut frames = SseFrames::new(20);
    frames.push("data: a\n\ndata: żółw\ndata: more than that\n\ndata: b\n\n".as_bytes());
    assert_eq!(frames.take(), Some(Block::Event { data: 6..7, ascii: true }));
    assert_eq!(frames.take(), Some(Block::TooLarge));
    assert!(matches!(frames.take(), Some(Block::Event { ascii: false, .. })));
}

#[test]
fn spans_stay_valid_until_they_are_released_whenever_that_is() {
    for_each_seed(3_000, |seed| {
        let mut dice = Dice::new(seed);
        let wire = stream(&mut dice, 60);
        let mut frames = SseFrames::new(100_000);
        if dice.chance(50) {
            frames = frames.with_comments();
        }
        let releases = *dice.pick(&[0, 20, 100]);
        // What was taken since the last release, and where; nothing of it may change.
        let mut taken = Vec::new();
        let mut meaning = Meaning::default();
        // Where the neighbours end that are all ASCII, and are read together.
        let mut run = None;
        for chunk in dice.cut(&wire) {
            if dice.chance(releases) {
                frames.release();
                taken.clear();
                run = None;
            }
            frames.push(chunk);
            while let Some(block) = frames.take() {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                if let (Some(id), Block::Event { .. } | Block::IdOnly) = (frames.id(), &block) {
                    meaning.last_event_id = text(id);
                }
                match block {
                    Block::Event { data, ascii } => {
                        let start = run.filter(|_| ascii).unwrap_or(data.start);
                        assert!(!ascii || frames.bytes()[start..data.end].is_ascii());
                        run = ascii.then_some(data.end);
                        let payload = frames.bytes()[data.clone()].to_vec();
                        let kind = frames.kind();
                        meaning.events.push(common::fixtures::Seen {
                            kind: if kind.is_empty() { "message".into() } else { text(kind) },
                            data: text(&payload),
                            id: meaning.last_event_id.clone(),
                        });
                        taken.push((data, payload));
                    }
                    Block::Retry(time) => meaning.retry.push(time),
                    Block::IdOnly | Block::Comment(_) => {}
                    Block::TooLarge => panic!("nothing is too large"),
                }
            }
            for (span, payload) in &taken {
                assert_eq!(&frames.bytes()[span.clone()], payload.as_slice());
            }
        }
        assert_eq!(meaning, naive::read(&wire), "{:?}", wire.escape_ascii().to_string());
    });
}

#[test]
fn a_parser_gives_the_same_texts_in_each_layout() {
    for_each_seed(2_000, |seed| {
        let mut dice = Dice::new(seed);
        let limit = *dice.pick(&[5, 20, 50, 100_000]);
        let (mut parser, wire) = if dice.chance(70) {
            (Parser::sse(limit, dice.chance(50)), stream(&mut dice, 200))
        } else {
            let framing = *dice.pick(&[Framing::Cr, Framing::Lines, Framing::Seq]);
            (Parser::json(framing, limit), records(&mut dice, framing))
        };
        let mut sheet = Sheet::default();
        for chunk in dice.cut(&wire) {
            parser.feed(chunk);
            check(&mut sheet, parser.view());
        }
    });
}

/// A session has its own reasons to leave something out of the table.
#[test]
fn a_session_gives_the_same_texts_in_each_layout() {
    for_each_seed(3_000, |seed| {
        let mut dice = Dice::new(seed);
        let mut setup = setup(|_| {});
        let limit = *dice.pick(&[10, 20, 50, 100_000]);
        let (protocol, kind, wire) = if dice.chance(70) {
            setup.sse.max_event_bytes = limit;
            setup.sse.comments = dice.chance(50);
            setup.sse.skip_empty = dice.chance(30);
            setup.sse.events = dice.chance(30).then(|| vec!["deal".into()]);
            (Protocol::Sse(Sse::new(setup.sse)), "text/event-stream", stream(&mut dice, 200))
        } else {
            let mut json = json(*dice.pick(&[Framing::Cr, Framing::Lines, Framing::Seq]));
            json.max_event_bytes = limit;
            json.bad_records = Some(BadRecords::Skip);
            let wire = records(&mut dice, json.framing.unwrap());
            (Protocol::Json(Json::new(json)), "application/json", wire)
        };
        let config = Config {
            oversize: Oversize::Skip,
            high_water_mark: 1 + dice.below(40),
            ..Config::new(setup.config.source)
        };
        let mut session = Session::new(config, protocol, seed);
        let mut sheet = Sheet::default();
        let mut run = |session: &mut Session, input: Input<'_>| {
            session.handle(Now::default(), input);
            while let Some(action) = session.poll() {
                if let Action::Deliver = action {
                    check(&mut sheet, session.batch());
                }
            }
        };
        let attempt = AttemptId(1);
        run(&mut session, Input::Start);
        let headers = vec![("content-type".into(), kind.into())];
        run(&mut session, Input::Head(attempt, Head { status: 200, headers }));
        for chunk in dice.cut(&wire) {
            run(&mut session, Input::Bytes(attempt, chunk));
            let mut handled = 0;
            while session.stats().pending > 0 {
                assert!(handled < 10_000);
                handled += 1;
                run(&mut session, Input::Handled(Seq::new(0), Seq::new(u64::MAX)));
            }
        }
    });
}
