//! However a stream is cut into chunks, it means the same.

#![allow(clippy::indexing_slicing, clippy::panic, reason = "helpers of tests fail loudly")]

mod common;

use brookmark::engine::frame::{Block, SseFrames};
use common::fixtures::{fixtures, Fixture};
use common::frames::{delay, parse, run};
use common::rng::{for_each_seed, Dice};

/// Pairs of cuts that are tried for one fixture: all of them up to 110 bytes, else so many.
const PAIRS: usize = 6_000;

fn check(fixture: &Fixture, chunks: &[&[u8]]) {
    assert_eq!(parse(chunks), fixture.meaning, "{} as {chunks:x?}", fixture.name);
}

fn check_session(fixture: &Fixture, chunks: &[&[u8]], mark: usize) {
    let meaning = &fixture.meaning;
    let wanted = (meaning.events.clone(), meaning.last_event_id.clone(), delay(meaning));
    assert_eq!(run(chunks, mark), wanted, "{} as {chunks:x?}", fixture.name);
}

fn bytes(wire: &[u8]) -> Vec<&[u8]> {
    wire.chunks(1).collect()
}

#[test]
fn whole_and_byte_by_byte() {
    for fixture in fixtures() {
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
    for (fixture, seed) in fixtures().into_iter().zip(0..) {
        let len = fixture.wire.len();
        let cut = |one: usize, two: usize| {
            let wire = &fixture.wire;
            check(&fixture, &[&wire[..one], &wire[one..two], &wire[two..]]);
        };
        if len * len / 2 <= PAIRS {
            for one in 0..=len {
                for two in one..=len {
                    cut(one, two);
                }
            }
        } else {
            let mut dice = Dice::new(seed);
            for _ in 0..PAIRS / 4 {
                let one = dice.below(len + 1);
                cut(one, one + dice.below(len + 1 - one));
            }
        }
    }
}

/// What a parser with a limit says, in words.
fn told(frames: &SseFrames, chunks: &[&[u8]]) -> Vec<String> {
    let mut frames = frames.clone();
    let mut told = Vec::new();
    for chunk in chunks {
        frames.release();
        frames.push(chunk);
        while let Some(block) = frames.take() {
            let id = frames.id().map(|id| id.escape_ascii().to_string());
            told.push(match block {
                Block::Event { data, .. } => {
                    format!("{id:?} {} {}", frames.kind().escape_ascii(), frames.bytes()[data].escape_ascii())
                }
                Block::IdOnly => format!("{id:?}"),
                Block::Retry(time) => time.to_string(),
                Block::Comment(text) => format!(": {}", frames.bytes()[text].escape_ascii()),
                Block::TooLarge => "too large".into(),
            });
        }
    }
    told
}

#[test]
fn what_is_too_large_is_the_same_however_the_stream_is_cut() {
    #[rustfmt::skip]
    const PIECES: &[&str] = &[
        "data: abc\n", "data\r", "id: 7\r\n", "event: deal\n", "retry: 5\n", "nothing: here\n", ": beat\n", ":", "data: ",
        "xyz", "\n", "\n\n", "\r\r", "\n",
    ];
    for_each_seed(5_000, |seed| {
        let mut dice = Dice::new(seed);
        let wire: String = (0..dice.below(40)).map(|_| *dice.pick(PIECES)).collect();
        let limit = 1 + dice.below(60);
        let chunks = dice.cut(wire.as_bytes());
        for frames in [SseFrames::new(limit), SseFrames::new(limit).with_comments()] {
            let whole = told(&frames, &[wire.as_bytes()]);
            assert_eq!(told(&frames, &bytes(wire.as_bytes())), whole, "byte by byte: {limit} of {wire:?}");
            assert_eq!(told(&frames, &chunks), whole, "{limit} of {wire:?} as {chunks:x?}");
        }
    });
}

/// Of an event that is passed over, only so much of a line is kept as may matter.
#[test]
fn a_long_line_of_what_is_too_large_is_the_same_however_the_stream_is_cut() {
    for length in 4_085..4_115 {
        for field in ["id: ", ": "] {
            let data = "x".repeat(5_000);
            let wire = format!("data: {data}\n{field}{}\n\ndata: 1\n\n", "x".repeat(length));
            for frames in [
                SseFrames::new(10),
                SseFrames::new(10).with_comments(),
                SseFrames::new(5_000).with_comments(),
            ] {
                let whole = told(&frames, &[wire.as_bytes()]);
                assert_eq!(told(&frames, &bytes(wire.as_bytes())), whole, "{field} {length}");
            }
        }
    }
}
