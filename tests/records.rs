//! Streaming JSON in bytes: the fixtures in every cut, a second parser over random bodies, limits, cost.

#![allow(clippy::indexing_slicing, clippy::panic, reason = "helpers of tests fail loudly")]

mod common;

use std::sync::Mutex;

use brookmark::engine::frame::JsonFrames;
use brookmark::engine::protocol::Framing;
use common::records::{fixtures, naive, parse, run, Body, Fixture, Got, UNLIMITED};
use common::rng::{for_each_seed, Dice};

const FRAMINGS: [Framing; 3] = [Framing::Cr, Framing::Lines, Framing::Seq];

/// Pairs of cuts that are tried for one fixture: all of them up to 110 bytes.
const PAIRS: usize = 6_000;

fn check(fixture: &Fixture, chunks: &[&[u8]]) {
    let Fixture { name, framing, body, unended, .. } = fixture;
    assert_eq!(&parse(*framing, UNLIMITED, chunks, true), body, "{name} as {chunks:x?}");
    // A body that is cut gives no more than what has an end of its own.
    let ended = &body.records[..body.records.len() - unended];
    assert_eq!(parse(*framing, UNLIMITED, chunks, false).records, ended, "{name} as {chunks:x?}");
}

fn check_session(fixture: &Fixture, chunks: &[&[u8]], mark: usize) {
    let Fixture { name, framing, body, .. } = fixture;
    let is_text = |got: &&Got| matches!(got, Got::Text(..));
    let (texts, bad): (Vec<&Got>, Vec<&Got>) = body.records.iter().partition(is_text);
    let (delivered, told, cut) = run(*framing, chunks, mark);
    let found = (delivered.iter().collect(), told.iter().collect(), cut);
    assert_eq!(found, (texts, bad, body.cut), "{name} as {chunks:x?} with {mark}");
}

fn bytes(wire: &[u8]) -> Vec<&[u8]> {
    wire.chunks(1).collect()
}

#[test]
fn whole_and_byte_by_byte() {
    for fixture in fixtures() {
        assert_eq!(naive(fixture.framing, &fixture.wire), fixture.body, "{}", fixture.name);
        check(&fixture, &[&fixture.wire]);
        check(&fixture, &bytes(&fixture.wire));
        for mark in [1, 2, usize::MAX] {
            check_session(&fixture, &[&fixture.wire], mark);
            check_session(&fixture, &bytes(&fixture.wire), mark);
        }
    }
}

#[test]
fn cut_at_every_byte() {
    for fixture in fixtures() {
        for at in 0..=fixture.wire.len() {
            let (one, two) = fixture.wire.split_at(at);
            check(&fixture, &[one, two]);
            check(&fixture, &[one, &[], two]);
            check_session(&fixture, &[one, two], usize::MAX);
            check_session(&fixture, &[one, two], 1);
        }
    }
}

#[test]
fn cut_at_every_pair_of_bytes() {
    for fixture in fixtures() {
        let (wire, len) = (&fixture.wire, fixture.wire.len());
        assert!(len * len / 2 <= PAIRS, "{} is too long to try all cuts", fixture.name);
        for one in 0..=len {
            for two in one..=len {
                check(&fixture, &[&wire[..one], &wire[one..two], &wire[two..]]);
            }
        }
    }
}

/// What bodies are made of: whole records, and pieces that go wrong in every place.
#[rustfmt::skip]
const PIECES: &[&[u8]] = &[
    b"{\"a\":1}", b"[1,[2],{}]", b"\"x\\\"y\"", b"12", b"-1.5", b"true", b"nul", b"oops", b"\r", b"\n", b"\r\n", b"\x1e", b"\x1e",
    b"\x1e{\"a\":\n1}\n", b"\x1e12\n", b"{\"b\":2}\r", b"3\n", b" ", b"\t", b"{", b"}", b"[", b"]", b"\"", b"\\", b"\\\"", b":", b",",
    b"\xef\xbb\xbf", b"\xef\xbb", b"\xc5\xbc", b"\xff", b"\0",
];

fn body(dice: &mut Dice) -> Vec<u8> {
    let mut wire = Vec::new();
    if dice.chance(10) {
        wire.extend(b"\xef\xbb\xbf");
    }
    for _ in 0..dice.below(30) {
        wire.extend(*dice.pick(PIECES));
    }
    wire
}

#[test]
fn both_parsers_agree_on_random_bodies_in_random_chunks() {
    let seen = Mutex::new([0; 3]);
    for_each_seed(60_000, |seed| {
        let mut dice = Dice::new(seed);
        let wire = body(&mut dice);
        let framing = *dice.pick(&FRAMINGS);
        let wanted = naive(framing, &wire);
        let chunks = dice.cut(&wire);
        let shown = wire.escape_ascii().to_string();
        assert_eq!(parse(framing, UNLIMITED, &chunks, true), wanted, "{framing:?} {shown} as {chunks:x?}");
        let mut seen = seen.lock().unwrap();
        for got in &wanted.records {
            seen[usize::from(matches!(got, Got::Bad(..)))] += 1;
        }
        seen[2] += usize::from(wanted.cut);
    });
    // Bodies that mean nothing would prove nothing.
    let seen = seen.into_inner().unwrap();
    assert!(std::env::var("SEED").is_ok() || seen.iter().all(|count| *count > 10_000), "{seen:?}");
}

#[test]
fn what_is_too_large_is_the_same_however_the_body_is_cut() {
    let seen = Mutex::new(0);
    for_each_seed(20_000, |seed| {
        let mut dice = Dice::new(seed);
        let (wire, framing, limit) = (body(&mut dice), *dice.pick(&FRAMINGS), 1 + dice.below(30));
        let whole = parse(framing, UNLIMITED, &[&wire], true);
        let found = parse(framing, limit, &[&wire], true);
        let large = |got: &Got| matches!(got, Got::TooLarge(_));
        assert_eq!(parse(framing, limit, &bytes(&wire), true), found, "{limit} of {wire:x?}");
        assert_eq!(parse(framing, limit, &dice.cut(&wire), true), found, "{limit} of {wire:x?}");
        // What is not too large is as it is without a limit.
        let kept: Vec<&Got> = found.records.iter().filter(|got| !large(got)).collect();
        assert!(kept.iter().all(|got| whole.records.contains(got)), "{kept:?} of {whole:?}");
        *seen.lock().unwrap() += found.records.iter().filter(|got| large(got)).count();
    });
    assert!(std::env::var("SEED").is_ok() || *seen.lock().unwrap() > 10_000);
}

#[test]
fn long_records_cost_no_more_in_small_chunks() {
    for framing in FRAMINGS {
        let mut wire = b"\x1e\"".to_vec();
        wire.resize(4 << 20, b'x');
        wire.extend(b"\"\n\r");
        if framing != Framing::Seq {
            wire[0] = b' ';
        }
        let begun = std::time::Instant::now();
        let chunks: Vec<&[u8]> = wire.chunks(64).collect();
        let Body { records, cut } = parse(framing, UNLIMITED, &chunks, false);
        let [Got::Text(text, 1, 1)] = &records[..] else { panic!("{} records", records.len()) };
        assert_eq!((text.len(), cut), ((4 << 20), false));
        // Searching from the record's start each time would take minutes.
        assert!(begun.elapsed().as_secs() < 5, "{framing:?}: {:?}", begun.elapsed());
    }
}

#[test]
fn a_parser_fed_for_ever_keeps_no_more_than_its_limit() {
    const LIMIT: usize = 1_000;
    for_each_seed(300, |seed| {
        let mut dice = Dice::new(seed);
        let mut frames = JsonFrames::new(*dice.pick(&FRAMINGS), LIMIT);
        let piece = dice.pick(PIECES).repeat(1 + dice.below(500));
        for _ in 0..500 {
            frames.release();
            frames.push(&piece);
            while frames.take().is_some() {}
            assert!(frames.waiting() <= LIMIT, "{}", frames.waiting());
        }
        assert!(frames.bytes().len() <= LIMIT + piece.len());
    });
}
