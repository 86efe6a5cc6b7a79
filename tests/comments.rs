//! Comments, for those who want to hear them.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

mod common;

use brookmark::engine::config::Oversize;
use common::world::{bookmarked, setup, Hands, Setup};

fn hearing() -> Setup {
    setup(|setup| setup.sse.comments = true)
}

#[test]
fn comments_are_told_only_where_they_are_wanted() {
    let wire = ": one\n:two\n:  three\n:\n:ż\n\ndata: a\n: four\ndata: b\n\n:unfinished";
    let mut world = hearing().open();
    world.send(wire);
    assert_eq!(world.comments, ["one", "two", " three", "", "ż", "four"]);
    assert_eq!(world.data(), ["a\nb"]);
    let mut world = setup(|_| {}).open();
    world.send(wire);
    assert_eq!((world.comments.len(), world.data()), (0, vec!["a\nb"]));
}

#[test]
fn comments_are_the_same_whatever_the_chunks() {
    let wire = "\u{feff}: one\r\nid: 1\r: two\ndata: é\n:three\r\ndata: b\n\r\n:ż four\n\ndata: c\n\n";
    let mut whole = hearing().open();
    whole.send(wire);
    assert_eq!(whole.comments, ["one", "two", "three", "ż four"]);
    assert_eq!(whole.data(), ["é\nb", "c"]);
    for cut in 0..=wire.len() {
        let mut world = hearing().open();
        world.send_bytes(&wire.as_bytes()[..cut]);
        world.send_bytes(&wire.as_bytes()[cut..]);
        assert_eq!((&world.comments, &world.delivered), (&whole.comments, &whole.delivered), "cut at {cut}");
    }
}

#[test]
fn a_comment_is_neither_progress_nor_a_position_nor_an_event() {
    let mut world = bookmarked(|setup| setup.sse.comments = true).open();
    world.send(": a\n\n");
    assert_eq!((world.session().stats().events, world.writes.len()), (0, 0));
    world.cut();
    world.pass(1_000);
    world.accept();
    world.send(": a\n\n");
    world.cut();
    assert_eq!(world.retries(), [(2, 1_000), (3, 2_000)]);
}

#[test]
fn comments_wait_where_parsing_waits() {
    let mut setup = hearing();
    setup.hands = Hands::Slow;
    setup.config.high_water_mark = 1;
    let mut world = setup.open();
    world.send(": one\ndata: a\n\n: two\n");
    assert_eq!(world.comments, ["one"]);
    world.finish("a");
    assert_eq!(world.comments, ["one", "two"]);
}

#[test]
fn a_comment_is_kept_up_to_the_limit_of_an_event() {
    let mut setup = hearing();
    setup.sse.max_event_bytes = 100;
    let wire = format!(":{}\n: {}\ndata: b\n\n", "x".repeat(100), "y".repeat(400));
    for size in [1, 7, 90, 1_000] {
        let mut world = setup.clone().open();
        for chunk in wire.as_bytes().chunks(size) {
            world.send_bytes(chunk);
            assert!(world.session().stats().buffered < 210 + size as u64);
        }
        assert_eq!(world.comments, ["x".repeat(100), "y".repeat(99)], "in pieces of {size}");
        assert_eq!(world.data(), ["b"]);
    }
}

#[test]
fn a_comment_in_an_event_that_is_too_large_does_not_disturb() {
    let mut setup = hearing();
    setup.sse.max_event_bytes = 100;
    setup.config.oversize = Oversize::Skip;
    let mut world = setup.open();
    world.send(&format!("data: {}\n: one\nid: 7\n\n: two\ndata: b\n\n", "x".repeat(200)));
    assert_eq!(world.errors(), ["event-too-large"]);
    assert_eq!((world.comments.join(" "), world.data()), ("one two".into(), vec!["b"]));
}
