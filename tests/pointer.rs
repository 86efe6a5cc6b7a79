//! Positions that stand in the payload.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

mod common;

use brookmark::engine::io::{GapPolicy, Input};
use brookmark::engine::json::Pointer;
use brookmark::engine::protocol::PositionFrom;
use common::world::{bookmarked, Hands, Setup, World};

fn pointed(pointer: &str) -> Setup {
    bookmarked(|setup| setup.sse.position = PositionFrom::Pointer(Pointer::parse(pointer).unwrap()))
}

fn ids(world: &World) -> Vec<&str> {
    world.delivered.iter().map(|event| event.id.as_str()).collect()
}

#[test]
fn what_the_pointer_finds_is_the_id_and_the_position() {
    let mut world = pointed("/meta/seq").open();
    world.send("id: x\ndata: {\"meta\": {\n");
    world.send("data: \"seq\": 9007199254740993}}\n\ndata: {\"meta\":{\"seq\":\"a\\u017c\"}}\n\n");
    assert_eq!(ids(&world), ["9007199254740993", "aż"]);
    assert_eq!(world.stored().as_deref(), Some("aż"));
    world.cut();
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some("aż"));
    assert_eq!(world.restart().asked_for(), Some("aż"));
}

#[test]
fn an_event_without_it_leaves_the_position_and_a_field_id_means_nothing() {
    let mut world = pointed("/seq").open();
    world.send("data: {\"seq\":1}\n\nid: 7\ndata: no json\n\nid: 8\n\ndata: {\"seq\":\"\"}\n\n");
    assert_eq!(ids(&world), ["1", "1", "1"]);
    assert_eq!(world.stored().as_deref(), Some("1"));
    world.cut();
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some("1"));
}

#[test]
fn it_is_committed_only_when_its_event_is_handled() {
    let mut setup = pointed("/seq");
    setup.hands = Hands::Slow;
    let mut world = setup.open();
    world.send("data: {\"seq\":1}\n\ndata: {\"seq\":2}\n\n");
    assert_eq!(world.stored(), None);
    world.finish("{\"seq\":1}");
    let mut world = world.restart();
    assert_eq!(world.asked_for(), Some("1"));
    world.accept();
    world.send("data: {\"seq\":1}\n\ndata: {\"seq\":2}\n\n");
    assert_eq!(world.data(), ["{\"seq\":2}"]);
}

#[test]
fn events_that_are_not_heard_move_it_and_one_that_cannot_be_sent_does_not() {
    let mut setup = pointed("/seq");
    setup.sse.events = Some(vec!["deal".into()]);
    let mut world = setup.open();
    world.send("event: deal\ndata: {\"seq\":1}\n\ndata: {\"seq\":2}\n\n");
    assert_eq!(world.stored().as_deref(), Some("2"));
    world.send("event: deal\ndata: {\"seq\":\"3 \"}\n\n");
    assert_eq!(world.errors(), ["unsendable-position"]);
    assert_eq!(world.stored().as_deref(), Some("2"));
}

#[test]
fn an_event_that_is_too_large_has_none() {
    let mut setup = pointed("/seq");
    setup.sse.max_event_bytes = 60;
    setup.config.oversize = brookmark::engine::config::Oversize::Skip;
    let mut world = setup.open();
    world.send("data: {\"seq\":1}\n\n");
    world.send(&format!("id: 9\ndata: {{\"seq\":2,\"x\":\"{}\"}}\n\n", "x".repeat(100)));
    assert_eq!(world.stored().as_deref(), Some("1"));
    world.send("data: {\"seq\":3}\n\n");
    assert_eq!(world.stored().as_deref(), Some("3"));
}

#[test]
fn a_source_that_forgot_it_makes_a_gap() {
    let mut setup = pointed("/seq");
    setup.gap = None;
    let mut world = setup.open();
    world.send("data: {\"seq\":1}\n\n");
    world.cut();
    world.pass(1_000);
    world.refuse(410, &[], "");
    assert_eq!(world.gaps.len(), 1);
    world.input(Input::Decide(GapPolicy::Earliest));
    assert_eq!(world.asked_for(), Some("earliest"));
}

#[test]
fn an_empty_event_that_only_says_where_the_source_stands_is_not_delivered() {
    let mut world = bookmarked(|setup| setup.sse.skip_empty = true).open();
    world.send("id: 1\ndata:\n\n");
    assert_eq!(world.stored().as_deref(), Some("1"));
    world.send("id: 2\ndata: 0\n\ndata\n\n");
    assert_eq!(world.data(), ["0"]);
    world.cut();
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some("2"));
}
