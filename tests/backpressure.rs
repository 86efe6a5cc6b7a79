//! A slow handler stops the reading; nothing piles up.

mod common;

use brookmark::engine::io::{Input, StateName};
use common::rng::{for_each_seed, Dice};
use common::world::{setup, Hands, World};

fn slow(mark: usize) -> World {
    setup(|setup| {
        setup.hands = Hands::Slow;
        setup.config.high_water_mark = mark;
    })
    .open()
}

fn numbered(range: std::ops::Range<u32>) -> String {
    range.map(|n| format!("id: {n}\ndata: {n}\n\n")).collect()
}

#[test]
fn no_more_events_are_handed_out_than_the_mark_allows() {
    let mut world = slow(3);
    world.send(&numbered(0..10));
    assert_eq!(world.data(), ["0", "1", "2"]);
    assert!(!world.is_reading());
    world.finish("0");
    assert_eq!(world.data(), ["0", "1", "2", "3"]);
    assert!(!world.is_reading());
}

#[test]
fn an_event_finished_out_of_order_makes_no_room() {
    let mut world = slow(3);
    world.send(&numbered(0..10));
    world.finish("1");
    world.finish("2");
    assert_eq!(world.data().len(), 3);
    world.finish("0");
    assert_eq!(world.data().len(), 6);
}

#[test]
fn reading_goes_on_when_all_that_was_read_is_handed_out() {
    let mut world = slow(2);
    world.send(&numbered(0..3));
    world.finish("0");
    assert_eq!(world.data().len(), 3);
    assert!(!world.is_reading());
    world.finish("1");
    assert!(world.is_reading());
}

#[test]
fn a_paused_stream_hands_out_nothing_and_stops_reading() {
    let mut world = setup(|_| {}).open();
    world.input(Input::Pause);
    world.send(&numbered(0..5));
    world.send(&numbered(5..9));
    assert_eq!(world.data(), [""; 0]);
    assert_eq!(world.state(), StateName::Open);
    world.input(Input::Resume);
    assert_eq!(world.data().len(), 9);
}

#[test]
fn a_stream_paused_before_it_opens_reads_nothing() {
    let mut world = setup(|_| {}).start();
    world.input(Input::Pause);
    world.accept();
    assert!(!world.is_reading());
    world.input(Input::Resume);
    assert!(world.is_reading());
}

#[test]
fn what_was_received_before_a_cut_is_handed_out_before_the_next_attempt() {
    for ended in [false, true] {
        let mut world = slow(1);
        world.send(&numbered(0..3));
        for data in ["0", "1"] {
            world.finish(data);
        }
        if ended {
            world.end();
        } else {
            world.cut();
        }
        assert_eq!(world.state(), StateName::Open);
        world.finish("2");
        assert_eq!(world.state(), StateName::Waiting);
        world.pass(1_000);
        assert_eq!(world.asked_for(), Some("2"));
    }
}

#[test]
fn a_reconnect_asks_again_for_what_was_received_and_not_handed_out() {
    let mut world = slow(2);
    world.send(&numbered(0..9));
    world.input(Input::Reconnect);
    assert_eq!(world.asked_for(), Some("1"));
    world.accept();
    world.send(&numbered(2..9));
    world.finish("0");
    world.finish("1");
    assert_eq!(world.data(), ["0", "1", "2", "3"]);
}

#[test]
fn a_failure_that_is_heard_before_all_was_handed_out_loses_nothing() {
    let mut world = slow(1);
    world.send(&numbered(0..3));
    assert!(!world.is_reading());
    world.cut_off();
    for data in ["0", "1", "2"] {
        assert_eq!((world.state(), world.retries().len()), (StateName::Open, 0));
        world.finish(data);
    }
    assert_eq!(world.state(), StateName::Waiting);
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some("2"));
}

#[test]
fn the_silence_of_a_stream_that_is_not_read_does_not_count() {
    let mut world = slow(1);
    world.send(&numbered(0..1));
    world.finish("0");
    world.pass(299_999);
    world.send(&numbered(1..2));
    assert!(!world.is_reading());
    world.pass(10_000_000);
    assert_eq!(world.state(), StateName::Open);
    world.finish("1");
    assert!(world.is_reading());
    world.pass(299_999);
    assert_eq!(world.state(), StateName::Open);
    world.pass(1);
    assert_eq!(world.errors(), ["idle-timeout"]);
}

#[test]
fn the_window_holds_whatever_the_chunks_and_the_order_of_the_handlers() {
    for_each_seed(300, |seed| {
        let mut dice = Dice::new(seed);
        let mark = 1 + dice.below(6);
        let mut world = slow(mark);
        let wire = numbered(0..60);
        for piece in dice.cut(wire.as_bytes()) {
            world.send_bytes(piece);
        }
        let mut unfinished = Vec::new();
        let mut known = 0;
        while known < 60 || !unfinished.is_empty() {
            unfinished.extend(world.delivered[known..].iter().map(|event| event.seq));
            known = world.delivered.len();
            let pending = world.session().stats().pending;
            assert!(pending <= mark as u64, "{pending} of {mark}");
            let seq = unfinished.swap_remove(dice.below(unfinished.len()));
            world.input(Input::Handled(seq, seq));
        }
        let wanted: Vec<String> = (0..60).map(|n| n.to_string()).collect();
        assert_eq!(world.data(), wanted);
        assert_eq!(world.position(), Some("59"));
    });
}
