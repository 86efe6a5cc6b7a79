//! A seeded simulation on virtual time: a source that forgets, a network that cuts, a store that
//! fails, handlers that fail, and processes that are killed. After every step the promises must
//! hold. `SEED=7 cargo test --test sim` runs one seed.

#![allow(
    unreachable_pub,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "the model of a test fails loudly"
)]

#[path = "../common/mod.rs"]
mod common;
mod invariants;
mod model;
mod network;
mod polled;
mod steps;

use std::sync::Mutex;

use common::rng::for_each_seed;
use steps::{run, Fault, Totals};

#[test]
fn no_promise_is_broken_in_any_weather() {
    let totals = Mutex::new(Totals::default());
    for_each_seed(8_000, |seed| {
        let run = run(seed, Fault::None).unwrap_or_else(|what| panic!("SEED={seed}: {what}"));
        let mut totals = totals.lock().unwrap();
        totals.handled += run.handled;
        totals.kills += run.kills;
        totals.cuts += run.cuts;
        totals.refusals += run.refusals;
        totals.gaps += run.gaps;
        totals.repeats += run.repeats;
        totals.redeliveries += run.redeliveries;
        totals.closes += run.closes;
        totals.seeks += run.seeks;
    });
    let totals = totals.into_inner().unwrap();
    if std::env::var("SEED").is_err() {
        assert!(totals.handled > 100_000 && totals.kills > 10_000 && totals.cuts > 8_000, "{totals:?}");
        assert!(totals.refusals > 8_000 && totals.gaps > 2_000 && totals.repeats > 1_000, "{totals:?}");
        assert!(totals.redeliveries > 3_000 && totals.closes > 3_000 && totals.seeks > 1_000, "{totals:?}");
    }
}

#[test]
fn whatever_the_world_does_wrong_is_noticed() {
    for (fault, sign) in [
        (Fault::EarlyAck, "was handled"),
        (Fault::LyingStore, "the store has something else"),
        (Fault::LostPiece, "must come"),
        (Fault::DoublePiece, "must come"),
        (Fault::SilentGap, "must come"),
        (Fault::LostRead, "nothing leads on"),
        (Fault::LostBookmark, "asked for"),
    ] {
        let found = (0..200).find_map(|seed| run(seed, fault).err().filter(|what| what.contains(sign)));
        assert!(found.is_some(), "{fault:?} was never noticed by {sign:?}");
    }
}

#[test]
fn no_promise_is_broken_for_polled_sources() {
    for mode in polled::MODES {
        let totals = Mutex::new(polled::Totals::default());
        for_each_seed(2_000, |seed| {
            let run = polled::run(seed, mode, polled::Fault::None);
            let run = run.unwrap_or_else(|what| panic!("SEED={seed}: {what}"));
            let mut totals = totals.lock().unwrap();
            totals.handled += run.handled;
            totals.kills += run.kills;
            totals.cuts += run.cuts;
            totals.gaps += run.gaps;
            totals.repeats += run.repeats;
        });
        let totals = totals.into_inner().unwrap();
        if std::env::var("SEED").is_err() {
            assert!(totals.handled > 50_000 && totals.kills > 4_000, "{mode:?} {totals:?}");
            assert!(totals.cuts > 1_000, "{mode:?} {totals:?}");
            match mode {
                polled::Mode::Named => {}
                polled::Mode::Inclusive | polled::Mode::Shared | polled::Mode::Unordered => {
                    assert!(totals.repeats > 500, "{totals:?}")
                }
                polled::Mode::NewestFirst => assert!(totals.gaps > 100, "{totals:?}"),
            }
        }
    }
}

#[test]
fn whatever_is_wrong_with_a_polled_source_is_noticed() {
    for (fault, sign) in [
        (polled::Fault::EarlyAck, "not handled"),
        (polled::Fault::LostRow, "not handled"),
        (polled::Fault::NoIds, "came twice"),
    ] {
        for mode in polled::MODES.into_iter().skip(usize::from(fault == polled::Fault::NoIds)) {
            let mut runs = (0..300).map(|seed| polled::run(seed, mode, fault));
            let found = runs.find_map(|run| run.err().filter(|what| what.contains(sign)));
            assert!(found.is_some(), "{fault:?} of {mode:?} was never noticed by {sign:?}");
        }
    }
}
