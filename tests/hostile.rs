//! No input reaches a panic, and none makes the machine slow or large.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests fail loudly")]

mod common;

use std::time::Instant;

use brookmark::engine::bookmark::{self, SourceId};
use brookmark::engine::config::{Config, IdleTimeout, Oversize};
use brookmark::engine::event::Seq;
use brookmark::engine::frame::{Block, JsonFrames, Record, SseFrames};
use brookmark::engine::io::{Action, AttemptId, Fault, GapPolicy, HandlerPolicy, Input, Notice, StateName};
use brookmark::engine::json::{Field, Pointer};
use brookmark::engine::parser::Parser;
use brookmark::engine::parts::Order;
use brookmark::engine::position::{Position, Resume};
use brookmark::engine::protocol::{
    BadRecords, Flag, Framing, Json, JsonConfig, LabelFrom, PartFrom, Place, PositionFrom, Protocol, Shape,
    Sse, SseConfig, Standing, Statuses,
};
use brookmark::engine::request::Head;
use brookmark::engine::session::{Role, Session, Transport};
use brookmark::engine::time::{Millis, Now};
use common::rng::{for_each_seed, Dice};

fn noise(dice: &mut Dice, most: usize) -> Vec<u8> {
    const ALPHABET: &[u8] = b"\r\n\n\n:: dataideventretry0123\0\xef\xbb\xbf\xff\xc5\x1e\x1e[[]]{}\"\"\\,,";
    (0..dice.below(most + 1))
        .map(|_| if dice.chance(90) { *dice.pick(ALPHABET) } else { dice.word() as u8 })
        .collect()
}

#[test]
fn random_bytes_never_break_the_parser_nor_leave_its_buffer() {
    for_each_seed(5_000, |seed| {
        let mut dice = Dice::new(seed);
        let limit = *dice.pick(&[0, 1, 10, 100, 10_000]);
        let mut frames = SseFrames::new(limit);
        for _ in 0..dice.below(20) {
            let bytes = noise(&mut dice, 300);
            if dice.chance(80) {
                frames.release();
            }
            frames.push(&bytes);
            while let Some(block) = frames.take() {
                if let Block::Event { data, .. } = block {
                    assert!(data.start <= data.end && data.end <= frames.bytes().len());
                    assert!(data.len() <= limit, "{} bytes of {limit}", data.len());
                }
            }
            assert!(frames.waiting() <= frames.bytes().len());
        }
    });
}

#[test]
fn random_bytes_never_break_the_parser_of_records_nor_leave_its_buffer() {
    for_each_seed(5_000, |seed| {
        let mut dice = Dice::new(seed);
        let limit = *dice.pick(&[0, 1, 10, 100, 10_000]);
        let mut frames = JsonFrames::new(*dice.pick(&[Framing::Cr, Framing::Lines, Framing::Seq]), limit);
        for _ in 0..dice.below(20) {
            let bytes = noise(&mut dice, 300);
            if dice.chance(80) {
                frames.release();
            }
            frames.push(&bytes);
            if dice.chance(10) {
                frames.end();
            }
            while let Some(record) = frames.take() {
                if let Record::Text { data, .. } | Record::Bad(data) = record {
                    assert!(data.start < data.end && data.end <= frames.bytes().len());
                    assert!(data.len() <= limit, "{} bytes of {limit}", data.len());
                    let json = &frames.bytes()[data];
                    for pointer in ["", "/id", "/0/1"] {
                        Field::new(&Pointer::parse(pointer).unwrap()).read(json);
                    }
                }
            }
            assert!(frames.waiting() <= frames.bytes().len());
        }
    });
}

#[test]
fn a_parser_fed_for_ever_keeps_no_more_than_its_limit() {
    const LIMIT: usize = 1_000;
    for_each_seed(200, |seed| {
        let mut dice = Dice::new(seed);
        let mut frames = SseFrames::new(LIMIT);
        let pieces: &[&[u8]] = &[b"x", b"\n", b"data: x", b":", b"id: 1\n", b"retry: 5\n", b"event: e\n"];
        let piece = dice.pick(pieces).repeat(1 + dice.below(500));
        for _ in 0..500 {
            frames.release();
            frames.push(&piece);
            while frames.take().is_some() {}
            // What is kept of a line that is passed over is a little more than the largest id.
            assert!(frames.waiting() <= LIMIT.max(5_000) + piece.len(), "{}", frames.waiting());
        }
    });
}

/// Bytes for which a cost that grows with the square would show. Fast enough is fast enough for a build
/// without optimisation.
const MANY: usize = 4_000_000;

#[test]
fn a_long_field_costs_no_more_for_what_comes_behind_it() {
    let begun = Instant::now();
    let mut frames = SseFrames::new(usize::MAX);
    frames.push(b"data\nevent: ");
    frames.push(&b"x".repeat(MANY));
    frames.push(b"\n");
    // Each id is about to be overwritten by the value behind it.
    frames.push(&b"id:1\ndata\n".repeat(MANY / 10));
    frames.push(b"\n");
    assert!(matches!(frames.take(), Some(Block::Event { .. })));
    assert_eq!((frames.kind().len(), frames.id()), (MANY, Some(&b"1"[..])));
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}

#[test]
fn as_many_types_as_events_cost_no_more_than_their_bytes() {
    let begun = Instant::now();
    let wire: String = (0..MANY / 20).map(|number| format!("event:{number:06}\ndata\n\n")).collect();
    let mut parser = Parser::sse(MANY, false);
    parser.feed(wire.as_bytes());
    for (event, number) in parser.view().events().zip(0..) {
        assert_eq!(event.kind.parse(), Ok(number));
    }
    assert_eq!(parser.view().rows.len(), MANY / 20);
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}

#[test]
fn random_records_are_never_bookmarks() {
    let source = SourceId::of(&["sse", "x"]);
    for_each_seed(5_000, |seed| {
        let mut dice = Dice::new(seed);
        let mut record = String::from_utf8_lossy(&noise(&mut dice, 100)).into_owned();
        if dice.chance(70) {
            const BEGINNINGS: [&str; 3] =
                ["brookmark/1 ", "brookmark/2 ", "brookmark/1 0123456789abcdef 0 0 - "];
            record.insert_str(0, BEGINNINGS[dice.below(3)]);
        }
        assert!(bookmark::read(source, &record).is_err(), "{record:?}");
    });
}

fn session(dice: &mut Dice) -> Session {
    let source = SourceId::of(&["sse", "x"]);
    let mut config = if dice.chance(70) { Config::new(source) } else { Config::standard(source) };
    if dice.chance(70) {
        config.bookmark = Some("deals".into());
    }
    if dice.chance(20) {
        config.retry = None;
    }
    config.can_refresh = dice.chance(50);
    config.high_water_mark = 1 + dice.below(20);
    config.oversize = *dice.pick(&[Oversize::Stop, Oversize::Skip]);
    config.idle_timeout = *dice.pick(&[
        IdleTimeout::Default,
        IdleTimeout::Never,
        IdleTimeout::After(Millis::ZERO),
        IdleTimeout::After(Millis::new(u64::MAX)),
    ]);
    let place = *dice.pick(&["Last-Event-ID", "", "\u{0}"]);
    let pointer = *dice.pick(&["", "/0", "none", "none"]);
    let sse = SseConfig {
        url: (*dice.pick(&["https://example.org/?a#b", "", "?", "#"])).into(),
        method: "GET".into(),
        position: match Pointer::parse(pointer) {
            Some(pointer) => PositionFrom::Pointer(pointer),
            None => dice.pick(&[PositionFrom::Id, PositionFrom::Header(place.into())]).clone(),
        },
        label: label(dice),
        skip_empty: dice.chance(30),
        place: dice
            .pick(&[
                Place::Header(place.into()),
                Place::HeaderElseQuery(place.into(), place.into()),
                Place::Query(place.into()),
                Place::Body { is_number: true },
                Place::Nowhere,
            ])
            .clone(),
        events: dice.chance(20).then(Vec::new),
        done: dice.chance(20).then(|| "0".into()),
        comments: dice.chance(50),
        max_event_bytes: *dice.pick(&[0, 20, 1_000]),
        statuses: *dice.pick(&[Statuses::Lenient, Statuses::Strict]),
    };
    let part = *dice.pick(&["", "/1", "none"]);
    let json = JsonConfig {
        url: sse.url.clone(),
        method: sse.method.clone(),
        framing: *dice.pick(&[None, Some(Framing::Cr), Some(Framing::Lines), Some(Framing::Seq)]),
        position: sse.position.clone(),
        part: Pointer::parse(part)
            .map(|pointer| PartFrom { pointer, order: *dice.pick(&[Order::Unknown, Order::Ascending]) }),
        label: label(dice),
        standing: dice.chance(30).then(|| Standing {
            pointer: Pointer::parse("/1").unwrap(),
            unless: Pointer::parse("/2").unwrap(),
        }),
        place: sse.place.clone(),
        shape: *dice.pick(&[Shape::Payload, Shape::Tagged]),
        beginning: dice.chance(50).then(|| "retry-after".into()),
        done: sse.done.clone(),
        bad_records: *dice.pick(&[None, Some(BadRecords::Stop), Some(BadRecords::Skip)]),
        max_event_bytes: sse.max_event_bytes,
    };
    config.incarnation = dice.chance(30).then(|| "retry-after".into());
    let seed = dice.word();
    if dice.chance(30) {
        let protocols = [Protocol::Sse(Sse::new(sse)), Protocol::Json(Json::new(json))];
        let transports = protocols.map(|protocol| Transport {
            name: String::new(),
            protocol,
            role: *dice.pick(&[Role::Any, Role::Any, Role::Beginning]),
        });
        return Session::with_transports(config, transports.into(), seed).unwrap();
    }
    let protocol =
        if dice.chance(50) { Protocol::Sse(Sse::new(sse)) } else { Protocol::Json(Json::new(json)) };
    Session::new(config, protocol, seed)
}

fn label(dice: &mut Dice) -> Option<LabelFrom> {
    let pointer = *dice.pick(&["", "/0", "none"]);
    let pointer = Pointer::parse(pointer)?;
    let flag = Flag { pointer: pointer.clone(), set: "\u{0}".into(), unset: String::new() };
    Some(LabelFrom { id: pointer, flag })
}

fn random_word(dice: &mut Dice) -> u64 {
    let near = dice.below(40) as u64;
    *dice.pick(&[near, near, near, u64::MAX, u64::MAX - near, 1 << 53])
}

/// What a store may be asked for.
const NAMES: [&str; 2] = ["deals#ids", "deals"];

/// One random input; `bytes` and `text` are what it may be about.
fn input<'a>(dice: &mut Dice, attempt: AttemptId, bytes: &'a &'a [u8], text: &'a str) -> Input<'a> {
    let attempt = if dice.chance(90) { attempt } else { AttemptId(dice.word() as u32) };
    let seq = Seq::new(random_word(dice));
    match dice.below(24) {
        0 => Input::Start,
        1 => Input::Loaded(dice.pick::<&str>(&NAMES), Ok(dice.chance(50).then_some(text))),
        2 => Input::Loaded(dice.pick::<&str>(&NAMES), Err(text.into())),
        3 => Input::Saved(if dice.chance(50) { Ok(()) } else { Err(text.into()) }),
        4..=6 => {
            let status = *dice.pick(&[200, 200, 200, 200, 204, 401, 410, 429, 503, 0, 999]);
            let kind = *dice.pick(&[
                "text/event-stream",
                "application/json",
                "application/json-seq",
                "text/plain",
                ";",
                "",
            ]);
            let begins = *dice.pick(&["mercure-last-event-id", "x"]);
            let headers = [("content-type", kind), ("retry-after", text), (begins, text), ("", text)];
            let headers = headers.map(|(name, value)| (name.into(), value.into())).into();
            Input::Head(attempt, Head { status, headers })
        }
        7..=11 => Input::Bytes(attempt, bytes),
        12 => Input::End(attempt),
        13 if dice.chance(20) => Input::Failed(attempt, Fault::PositionRefused),
        13 => Input::Failed(attempt, Fault::Network(text.into())),
        14 => Input::Timeout,
        15 => Input::Handled(seq, Seq::new(random_word(dice))),
        16 => Input::HandlerFailed(
            seq,
            *dice.pick(&[HandlerPolicy::Stop, HandlerPolicy::Skip, HandlerPolicy::Retry]),
        ),
        17 => Input::Decide(*dice.pick(&[GapPolicy::Earliest, GapPolicy::Latest, GapPolicy::Fail])),
        18 => Input::Pause,
        19 => Input::Resume,
        20 => Input::Reconnect,
        21 => Input::Seek(Resume::After(Position::new(text.into()))),
        22 => match dice.below(4) {
            0 => Input::Wake,
            1 => Input::Freeze,
            2 => Input::Thaw,
            _ => Input::Discard,
        },
        _ if dice.chance(20) => Input::Close,
        _ => Input::Seek(Resume::Latest),
    }
}

/// The answers come in any order, for any request, and again.
#[test]
fn random_inputs_never_break_a_session_and_nothing_follows_its_end() {
    let begun = Instant::now();
    for_each_seed(5_000, |seed| {
        let mut dice = Dice::new(seed);
        let mut session = session(&mut dice);
        let (mut attempt, mut ended) = (AttemptId::default(), false);
        for _ in 0..dice.below(120) {
            let bytes = noise(&mut dice, 200);
            let text = String::from_utf8_lossy(&noise(&mut dice, 20)).into_owned();
            // The wall clock may say anything; the monotonic one is a count that a double can hold.
            let mono = Millis::new(random_word(&mut dice).min(1 << 53));
            let now = Now { mono, wall: Millis::new(dice.word()) };
            session.handle(now, input(&mut dice, attempt, &bytes.as_slice(), &text));
            while let Some(action) = session.poll() {
                assert!(!ended, "after the end: {action:?}");
                match action {
                    Action::Open(open) => attempt = open.id,
                    Action::Deliver => {
                        let view = session.batch();
                        assert!(view.events().count() <= view.rows.len());
                    }
                    Action::Tell(Notice::Close(_)) => ended = true,
                    Action::Load(_)
                    | Action::Save(..)
                    | Action::Read(_)
                    | Action::Abort(_)
                    | Action::Redeliver(_)
                    | Action::Gap(_)
                    | Action::Tell(_) => {}
                }
            }
            let stats = session.stats();
            assert!(stats.pending <= 20, "{stats:?}");
        }
    });
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

/// What a shell knows of a session.
#[derive(Default)]
struct Shell {
    attempt: AttemptId,
    /// The type that the last request asks for.
    accepted: String,
    reading: bool,
    closed: bool,
}

impl Shell {
    fn input(&mut self, session: &mut Session, mono: u64, input: Input<'_>) {
        if let Input::Bytes(attempt, _) | Input::End(attempt) | Input::Failed(attempt, _) = &input {
            self.reading &= *attempt != self.attempt;
        }
        session.handle(Now { mono: Millis::new(mono), wall: Millis::new(mono) }, input);
        while let Some(action) = session.poll() {
            match action {
                Action::Open(open) => {
                    self.accepted = open.request.headers[0].1.split(',').next().unwrap().into();
                    (self.attempt, self.reading) = (open.id, false);
                }
                Action::Read(attempt) => self.reading = attempt == self.attempt,
                Action::Abort(_) => self.reading = false,
                Action::Deliver => drop(session.batch().events().count()),
                Action::Tell(Notice::Close(_)) => self.closed = true,
                Action::Load(_)
                | Action::Save(..)
                | Action::Redeliver(_)
                | Action::Gap(_)
                | Action::Tell(_) => {}
            }
        }
    }
}

/// Whatever has happened: once the network is there again, the stream reads on, or has ended.
#[test]
fn a_session_never_hangs_after_random_inputs() {
    let ends = std::sync::Mutex::new([0; 2]);
    for_each_seed(5_000, |seed| {
        let mut dice = Dice::new(seed);
        let mut session = session(&mut dice);
        let (mut shell, mut mono) = (Shell::default(), 0);
        for _ in 0..dice.below(60) {
            let bytes = noise(&mut dice, 200);
            let text = String::from_utf8_lossy(&noise(&mut dice, 20)).into_owned();
            mono += dice.below(100_000) as u64;
            let attempt = shell.attempt;
            let bytes = bytes.as_slice();
            let random = input(&mut dice, attempt, &bytes, &text);
            if !matches!(random, Input::Close) {
                shell.input(&mut session, mono, random);
            }
        }
        for round in 0.. {
            assert!(round < 100, "{session:?}");
            if shell.closed || shell.reading && session.state() == StateName::Open {
                break;
            }
            let all = || (Seq::new(0), Seq::new(u64::MAX));
            shell.input(&mut session, mono, Input::Start);
            for name in NAMES {
                shell.input(&mut session, mono, Input::Loaded(name, Ok(None)));
            }
            shell.input(&mut session, mono, Input::Saved(Ok(())));
            shell.input(&mut session, mono, Input::Thaw);
            shell.input(&mut session, mono, Input::Resume);
            shell.input(&mut session, mono, Input::Decide(GapPolicy::Latest));
            shell.input(&mut session, mono, Input::Handled(all().0, all().1));
            let attempt = shell.attempt;
            if session.state() == StateName::Connecting && shell.reading {
                shell.input(&mut session, mono, Input::End(attempt));
            } else if session.state() == StateName::Connecting && round % 3 > 0 {
                let headers = [("content-type".into(), shell.accepted.clone())].into();
                shell.input(&mut session, mono, Input::Head(attempt, Head { status: 200, headers }));
            } else if let Some(at) = session.poll_timeout() {
                mono = mono.max(at.get().min(1 << 53));
                shell.input(&mut session, mono, Input::Timeout);
            }
        }
        ends.lock().unwrap()[usize::from(shell.closed)] += 1;
    });
    let [open, closed] = *ends.lock().unwrap();
    assert!(open > 500 && closed > 500, "{open} {closed}");
}
