//! The parser against what the standard says: by fixtures, and by a second parser that is slow and
//! obvious, over random streams.

#![allow(clippy::indexing_slicing, clippy::panic, reason = "helpers of tests fail loudly")]

mod common;

use common::fixtures::{fixtures, Meaning};
use common::frames::{delay, parse, run};
use common::naive;
use common::rng::{for_each_seed, Dice};

#[test]
fn the_fixtures_mean_what_they_say() {
    for fixture in fixtures() {
        assert_eq!(parse(&[&fixture.wire]), fixture.meaning, "{}", fixture.name);
    }
}

#[test]
fn the_second_parser_agrees_with_the_fixtures() {
    for fixture in fixtures() {
        assert_eq!(naive::read(&fixture.wire), fixture.meaning, "{}", fixture.name);
    }
}

/// What streams are made of: whole lines, and pieces that go wrong in every place.
#[rustfmt::skip]
const PIECES: &[&[u8]] = &[
    b"data:", b"data: ", b"data", b"data:a\n", b"data: b\r\n", b"data: c\r", b"data: \xc5\xbc\n", b"id: 1\n", b"id:2\r",
    b"id\n", b"id: \0\n", b"id: \xff\n", b"id: ", b"event: deal\n", b"event:\n", b"event: ", b"retry: 10\n",
    b"retry: 99999999999999999999\n", b"retry: 1x\n", b"retry:", b"\n", b"\n\n", b"\r\r", b"\r\n\r\n", b"\r", b"\n\r",
    b":", b": comment\n", b":\n", b" ", b"\t", b"\0", b"a", b"xyz", b"\xef\xbb\xbf", b"\xef\xbb", b"\xbf", b"\xf0\x9f\x90\xa2",
    b"\xf0\x9f", b"\x80", b"\xc0\xaf", b"\xed\xa0\x80", b"\xff", b"Data: no\n", b"data : no\n", b"unknown\n",
];

const BYTES: &[u8] = b"\r\r\n\n\n::  \0adtievnr1\xef\xbb\xbf\xff\xc5\xbc";

fn stream(dice: &mut Dice) -> Vec<u8> {
    let mut wire = Vec::new();
    if dice.chance(20) {
        wire.extend(b"\xef\xbb\xbf");
    }
    let by_pieces = dice.chance(85);
    for _ in 0..dice.below(60) {
        if by_pieces {
            wire.extend(*dice.pick(PIECES));
        } else {
            wire.push(*dice.pick(BYTES));
        }
    }
    wire
}

/// Whether an event comes again, which a session may take for a repeat.
fn goes_back(meaning: &Meaning) -> bool {
    let events = &meaning.events;
    (0..events.len()).any(|first| events[first + 1..].contains(&events[first]))
}

/// A header may not be able to carry an id; that changes positions, not what is delivered.
#[test]
fn both_parsers_agree_on_random_streams_in_random_chunks() {
    let seen = std::sync::Mutex::new(0);
    for_each_seed(20_000, |seed| {
        let mut dice = Dice::new(seed);
        let wire = stream(&mut dice);
        let wanted = naive::read(&wire);
        let chunks = dice.cut(&wire);
        assert_eq!(
            parse(&chunks),
            wanted,
            "SEED={seed}: {:?} as {chunks:x?}",
            wire.escape_ascii().to_string()
        );
        if seed % 4 == 0 && !goes_back(&wanted) {
            let mark = *dice.pick(&[1, 2, 3, 7, usize::MAX]);
            let Meaning { events, last_event_id, .. } = wanted.clone();
            let found = run(&chunks, mark);
            assert_eq!(found, (events, last_event_id, delay(&wanted)), "SEED={seed}: {mark}, {chunks:x?}");
        }
        *seen.lock().unwrap() += wanted.events.len();
    });
    // Streams that mean nothing would prove nothing.
    if std::env::var("SEED").is_err() {
        assert!(*seen.lock().unwrap() > 10_000, "{seen:?} events");
    }
}

#[test]
fn long_lines_cost_no_more_in_small_chunks() {
    let mut wire = b"data: ".to_vec();
    wire.resize(4 << 20, b'x');
    wire.extend(b"\n\n");
    let begun = std::time::Instant::now();
    let chunks: Vec<&[u8]> = wire.chunks(64).collect();
    let events = parse(&chunks).events;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].data.len(), (4 << 20) - 6);
    // Searching from the line's start each time would take minutes.
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}
