//! Where the position goes, where it comes from, and what follows where it cannot travel.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

mod common;

use brookmark::engine::error::Reason;
use brookmark::engine::io::{Fault, GapPolicy, Input, StateName};
use brookmark::engine::position::{Position, Resume};
use brookmark::engine::protocol::{Place, PositionFrom};
use common::world::{bookmarked, setup, Setup, World, URL};

const TYPE: (&str, &str) = ("content-type", "text/event-stream");

/// A stream whose next request asks for the position 5.
fn at_five(change: impl FnOnce(&mut Setup)) -> World {
    bookmarked(|setup| {
        setup.config.start = Resume::After(Position::new("5".into()));
        change(setup);
    })
    .start()
}

fn reasons(world: &World) -> Vec<(Reason, Option<&str>)> {
    world.gaps.iter().map(|gap| (gap.reason, gap.position.as_ref().map(Position::as_str))).collect()
}

#[test]
fn an_answer_that_begins_elsewhere_is_a_gap_before_anything_is_read() {
    for (policy, asked) in [(GapPolicy::Earliest, Some("earliest")), (GapPolicy::Latest, None)] {
        let mut world = at_five(|setup| setup.gap = Some(policy));
        world.respond(200, &[TYPE, ("mercure-last-event-id", "earliest")]);
        assert_eq!(reasons(&world), [(Reason::PositionExpired, Some("5"))]);
        assert_eq!((world.requests.len(), world.asked_for(), world.aborted.len()), (2, asked, 1));
        // The same header on the answer to a request without a position says nothing.
        world.respond(200, &[TYPE, ("mercure-last-event-id", "1")]);
        world.send("id: 8\ndata: a\n\n");
        assert_eq!((world.data(), world.gaps.len()), (vec!["a"], 1));
        world.cut();
        world.pass(1_000);
        world.respond(200, &[TYPE, ("mercure-last-event-id", "8")]);
        assert_eq!((world.asked_for(), world.gaps.len(), world.state()), (Some("8"), 1, StateName::Open));
    }
}

#[test]
fn an_answer_that_begins_elsewhere_can_be_the_end() {
    let mut world = at_five(|setup| setup.gap = Some(GapPolicy::Fail));
    world.respond(200, &[TYPE, ("mercure-last-event-id", "4")]);
    assert_eq!(world.ended_by(), Some("position-expired"));
    let report = world.ending().unwrap().as_ref().unwrap();
    assert_eq!(report.error.refusal().unwrap().status, 200);
    assert!(!world.is_connected());
}

#[test]
fn a_refused_header_gives_way_to_the_query_at_once_and_for_good() {
    let either = Place::HeaderElseQuery("Last-Event-ID".into(), "last".into());
    let mut world = at_five(|setup| setup.sse.place = either);
    assert_eq!(world.asked_for(), Some("5"));
    world.fail_request(Fault::PositionRefused);
    assert_eq!((world.requests.len(), world.asked_for()), (2, None));
    assert_eq!(world.last_request().request.url, format!("{URL}?last=5"));
    assert_eq!((world.last_request().number, world.errors().len(), world.retries().len()), (1, 0, 0));
    world.accept();
    world.send("id: 6\ndata: a\n\n");
    world.cut();
    world.pass(1_000);
    assert_eq!(world.last_request().request.url, format!("{URL}?last=6"));
    assert_eq!(world.gaps.len(), 0);
}

#[test]
fn a_refused_header_without_another_way_is_a_gap_each_time_and_never_knocked_with_again() {
    for policy in [GapPolicy::Earliest, GapPolicy::Latest] {
        let mut world = at_five(|setup| setup.gap = Some(policy));
        world.fail_request(Fault::PositionRefused);
        assert_eq!(reasons(&world), [(Reason::PositionRefused, Some("5"))]);
        assert_eq!((world.requests.len(), world.asked_for()), (2, None));
        world.accept();
        world.send("id: 6\ndata: a\n\n");
        assert_eq!(world.stored().as_deref(), Some("6"));
        world.cut();
        world.pass(999);
        assert_eq!(world.gaps.len(), 1);
        world.pass(1);
        assert_eq!(reasons(&world)[1], (Reason::PositionRefused, Some("6")));
        assert_eq!((world.requests.len(), world.asked_for()), (3, None));
    }
}

#[test]
fn a_request_that_is_sent_once_may_go_another_way_since_it_never_arrived() {
    let mut world = at_five(|setup| {
        setup.sse.place = Place::HeaderElseQuery("Last-Event-ID".into(), "last".into());
        setup.config.retry = None;
    });
    world.fail_request(Fault::PositionRefused);
    world.accept();
    assert_eq!((world.requests.len(), world.state()), (2, StateName::Open));
}

#[test]
fn a_refused_header_can_be_the_end() {
    let mut world = at_five(|setup| setup.gap = Some(GapPolicy::Fail));
    world.fail_request(Fault::PositionRefused);
    assert_eq!((world.ended_by(), world.requests.len()), (Some("position-refused"), 1));
}

#[test]
fn a_start_from_the_oldest_event_that_cannot_be_asked_for_is_told() {
    let mut world = setup(|setup| setup.config.start = Resume::Earliest).start();
    world.fail_request(Fault::PositionRefused);
    assert_eq!(reasons(&world), [(Reason::PositionRefused, None)]);
    world.accept();
    assert_eq!((world.state(), world.requests.len()), (StateName::Open, 2));
}

#[test]
fn a_refusal_of_the_header_under_an_old_number_is_passed_over() {
    let mut world = at_five(|_| {});
    let old = world.last_request().id;
    world.input(Input::Reconnect);
    world.input(Input::Failed(old, Fault::PositionRefused));
    world.accept();
    world.input(Input::Failed(world.last_request().id, Fault::PositionRefused));
    assert_eq!((world.requests.len(), world.gaps.len(), world.state()), (2, 0, StateName::Open));
}

#[test]
fn a_bookmark_that_the_place_cannot_hold_is_a_gap_not_a_wrong_request() {
    let mut world = bookmarked(|_| {}).open();
    world.send("id: a1\ndata: a\n\n");
    let record = world.store.record.clone();
    let mut world = bookmarked(|setup| {
        setup.sse.place = Place::Body { is_number: true };
        setup.store.record = record;
    })
    .open();
    assert_eq!(reasons(&world), [(Reason::PositionRefused, Some("a1"))]);
    world.send("id: 12\ndata: b\n\nid: 013\ndata: c\n\n");
    assert_eq!((world.stored().as_deref(), world.errors()), (Some("12"), vec!["unsendable-position"]));
    world.cut();
    world.pass(1_000);
    assert_eq!(world.last_request().request.in_body, [(0, String::from("12"))]);
}

/// A stream whose responses name their beginning in a header.
fn headed() -> Setup {
    bookmarked(|setup| setup.sse.position = PositionFrom::Header("x-begins".into()))
}

#[test]
fn a_response_can_say_where_it_begins() {
    let mut world = headed().start();
    world.respond(200, &[TYPE, ("x-begins", "\u{c5}\u{bc}1")]);
    assert_eq!((world.stored().as_deref(), world.last_event_id()), (Some("ż1"), "ż1"));
    world.send("data: a\n\n");
    assert_eq!(world.delivered[0].id, "ż1");
    world.cut();
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some("ż1"));
    world.respond(200, &[TYPE, ("x-begins", "ż1")]);
    world.send("id: 2\ndata: b\n\ndata: c\n\n");
    assert_eq!((world.data(), world.delivered[2].id.as_str()), (vec!["a", "b", "c"], "2"));
    assert_eq!(world.stored().as_deref(), Some("2"));
}

#[test]
fn a_beginning_is_committed_behind_the_events_before_it() {
    let mut setup = headed();
    setup.hands = common::world::Hands::Slow;
    let mut world = setup.open();
    world.send("id: 1\ndata: a\n\n");
    world.cut();
    world.pass(1_000);
    world.respond(200, &[TYPE, ("x-begins", "4")]);
    assert_eq!(world.stored(), None);
    world.finish("a");
    assert_eq!(world.stored().as_deref(), Some("4"));
}

#[test]
fn a_beginning_that_cannot_be_sent_back_is_told_and_one_that_is_missing_is_not() {
    for (value, errors) in [(" 4", 1), ("", 0)] {
        let mut world = headed().start();
        world.respond(200, &[TYPE, ("x-begins", value)]);
        world.send("data: a\n\n");
        assert_eq!((world.errors().len(), world.stored(), world.last_event_id()), (errors, None, ""));
    }
}

#[test]
fn a_server_that_names_its_beginning_and_hangs_up_makes_no_progress() {
    let mut world = headed().start();
    for _ in 0..3 {
        world.respond(200, &[TYPE, ("x-begins", "4")]);
        world.cut();
        world.pass(4_000);
    }
    assert_eq!(world.retries(), [(2, 1_000), (3, 2_000), (4, 4_000)]);
}
