//! A source that can be asked in several ways: which is taken, and that the place is the same in all.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests fail loudly")]

mod common;

use brookmark::engine::config::IdleTimeout;
use brookmark::engine::cursor::Kind;
use brookmark::engine::error::Reason;
use brookmark::engine::io::{Fault, Input, StateName};
use brookmark::engine::position::{Position, Resume};
use brookmark::engine::protocol::poll::{Cursor, Every, Form, Missing, Order, PollConfig, Source, Top};
use brookmark::engine::protocol::{
    Flag, Framing, JsonConfig, LabelFrom, Place, PositionFrom, SseConfig, Standing,
};
use brookmark::engine::session::Role;
use brookmark::engine::time::Millis;
use common::polls::{at, body, form, in_order};
use common::world::{bookmarked, json, setup, Setup, Way, World};

const EVENTS: &str = "https://example.org/?feed=eventsource";
const LINES: &str = "https://example.org/?feed=continuous";
const PAGES: &str = "https://example.org/?feed=normal";

fn flag() -> Flag {
    Flag { pointer: at("/deleted"), set: "deleted".into(), unset: "change".into() }
}

fn label() -> Option<LabelFrom> {
    Some(LabelFrom { id: at("/id"), flag: flag() })
}

fn events() -> Way {
    Way::Sse(SseConfig {
        url: EVENTS.into(),
        position: PositionFrom::Pointer(at("/seq")),
        label: label(),
        place: Place::Query("since".into()),
        events: Some(vec!["message".into()]),
        ..Setup::default().sse
    })
}

fn lines() -> Way {
    Way::Json(JsonConfig {
        url: LINES.into(),
        position: PositionFrom::Pointer(at("/seq")),
        label: label(),
        standing: Some(Standing { pointer: at("/last_seq"), unless: at("/results") }),
        place: Place::Query("since".into()),
        ..json(Framing::Lines)
    })
}

fn pages() -> Way {
    Way::Poll(Box::new(PollConfig {
        sources: vec![Source { name: String::new(), url: PAGES.into() }],
        items: at("/results"),
        flag: Some(flag()),
        cursor: Cursor::Item {
            pointer: at("/seq"),
            key: None,
            order: Order::Ascending,
            end: Some(body("/last_seq")),
        },
        form: Form { missing: Missing::Keep, ..form(Kind::Opaque) },
        earliest: Some("0".into()),
        latest: Some("now".into()),
        tops: vec![Top::Empty, Top::Short(2)],
        every: Every::Wait { min: Millis::new(5_000), max: Millis::new(5_000) },
        ..in_order()
    }))
}

fn with(setup: &mut Setup, ways: [(Way, Role); 3]) {
    setup.ways = ways.into();
    setup.config.start = Resume::Earliest;
}

/// All ways, and the bookmark at 5.
fn at_five() -> World {
    let mut world = bookmarked(|setup| with(setup, all())).start();
    page(&mut world, &["5"], "5");
    assert_eq!(world.stored().as_deref(), Some("5"));
    world
}

fn all() -> [(Way, Role); 3] {
    [(events(), Role::Any), (lines(), Role::Any), (pages(), Role::Any)]
}

fn row(seq: &str) -> String {
    format!("{{\"seq\":{seq},\"id\":\"d{seq}\"}}")
}

/// Answers with a page.
fn page(world: &mut World, rows: &[&str], last: &str) {
    world.respond(200, &[("content-type", "application/json")]);
    let rows: Vec<_> = rows.iter().map(|seq| row(seq)).collect();
    world.send(&format!("{{\"results\":[{}],\n\"last_seq\":{last}}}", rows.join(",")));
    world.end();
}

fn stream(world: &mut World) {
    world.respond(200, &[("content-type", "text/event-stream")]);
}

fn change(world: &mut World, seq: &str) {
    world.send(&format!("data: {}\nid: \"{seq}\"\n\n", row(seq)));
}

/// Waits for the next request.
fn connect(world: &mut World) {
    while !world.is_connected() {
        world.pass(100);
    }
}

fn asked(world: &World) -> &str {
    &world.last_request().request.url
}

fn since(url: &str, position: &str) -> String {
    format!("{url}&since={position}")
}

#[test]
fn a_page_finds_the_beginning_and_the_most_wanted_way_goes_on_at_once() {
    for (start, word) in [(Resume::Earliest, "0"), (Resume::Latest, "now")] {
        let mut world = setup(|setup| {
            with(setup, all());
            setup.config.start = start;
        })
        .start();
        assert_eq!(asked(&world), since(PAGES, word));
        page(&mut world, &["1"], "2");
        assert_eq!(asked(&world), since(EVENTS, "2"));
        assert_eq!(world.session().state(), StateName::Open);
        stream(&mut world);
        change(&mut world, "3");
        let told: Vec<_> =
            world.delivered.iter().map(|event| (event.id.as_str(), event.map.as_deref())).collect();
        assert_eq!(told, [("d1", Some("1")), ("d3", Some("3"))]);
        assert!(world.errors().is_empty());
    }
}

#[test]
fn ids_types_and_positions_are_the_same_in_every_way() {
    let mut world = at_five();
    stream(&mut world);
    world.send("data: {\"seq\":6,\"id\":\"a\",\"deleted\":true}\nid: \"6\"\n\nevent: heartbeat\ndata: \n\n");
    world.cut();
    world.pass(1_000);
    world.refuse(400, &[], "");
    world.respond(200, &[("content-type", "application/json")]);
    world.send("\n{\"id\":\"b\",\"seq\":null}\n{\"seq\":7,\"id\":\"c\",\"deleted\":false}\n");
    let told: Vec<_> = world.delivered.iter().skip(1).collect();
    let told =
        told.iter().map(|event| (event.id.as_str(), event.kind.as_str(), event.map.as_deref().unwrap()));
    assert_eq!(told.collect::<Vec<_>>(), [("a", "deleted", "6"), ("b", "change", "6"), ("c", "change", "7")]);
    assert_eq!(world.stored().as_deref(), Some("7"));
}

#[test]
fn a_way_that_is_refused_gives_way_to_the_next_at_the_same_place() {
    for refuse in [
        |world: &mut World| world.refuse(400, &[], "no such feed"),
        |world: &mut World| world.refuse(406, &[], ""),
        |world: &mut World| {
            world.respond(200, &[("content-type", "text/html")]);
            world.send("sorry");
            world.end();
        },
    ] {
        let mut world = at_five();
        refuse(&mut world);
        assert_eq!(world.errors(), ["transport-refused"]);
        assert_eq!(asked(&world), since(LINES, "5"));
        refuse(&mut world);
        assert_eq!(asked(&world), since(PAGES, "5"));
        page(&mut world, &["6"], "6");
        assert_eq!(world.stored().as_deref(), Some("6"));
        assert!(world.retries().is_empty(), "a refusal is an answer");
    }
}

#[test]
fn the_last_way_has_none_behind_it() {
    let mut world = at_five();
    for _ in 0..3 {
        world.refuse(404, &[], "");
    }
    assert_eq!(world.state(), StateName::Closed);
    assert_eq!(world.errors(), ["transport-refused", "transport-refused"]);
}

#[test]
fn a_page_is_not_taken_for_lines() {
    for text in ["{\"results\":[{\"seq\":6,\"id\":\"d6\"}],\"last_seq\":6}\n", "{\"results\":[\n"] {
        let mut world = at_five();
        world.refuse(400, &[], "");
        world.respond(200, &[("content-type", "application/json")]);
        world.send(text);
        assert_eq!(asked(&world), since(PAGES, "5"));
        page(&mut world, &["6"], "6");
        assert_eq!(world.stored().as_deref(), Some("6"));
    }
}

#[test]
fn a_line_that_says_where_the_source_stands_is_no_event() {
    let mut world = at_five();
    world.refuse(400, &[], "");
    world.respond(200, &[("content-type", "application/json")]);
    world.send("{\"last_seq\":\"9-x\",\"pending\":0}\n");
    world.end();
    assert_eq!(world.delivered.len(), 1);
    assert_eq!(world.stored().as_deref(), Some("9-x"));
    world.pass(1_000);
    assert_eq!(asked(&world), since(LINES, "9-x"));
}

#[test]
fn silence_is_enough_but_not_where_something_has_come() {
    let silent = |setup: &mut Setup| {
        with(setup, all());
        setup.config.idle_timeout = IdleTimeout::After(Millis::new(10_000));
    };
    for has_head in [true, false] {
        let mut world = setup(silent).start();
        page(&mut world, &["5"], "5");
        if has_head {
            stream(&mut world);
        }
        world.pass(31_000);
        assert_eq!(world.errors().last(), Some(&"transport-refused"), "{has_head}");
        assert_eq!(asked(&world), since(LINES, "5"));
    }
    let mut world = setup(silent).start();
    page(&mut world, &["5"], "5");
    stream(&mut world);
    world.send(": heartbeat\n\n");
    world.pass(12_000);
    assert_eq!(world.errors(), ["idle-timeout"]);
    assert_eq!(asked(&world), since(EVENTS, "5"));
}

#[test]
fn three_attempts_that_bring_nothing_are_enough_and_what_cannot_be_sent_does_not_count() {
    let mut world = at_five();
    for _ in 0..9 {
        world.fail_request(Fault::Network("no network".into()));
        connect(&mut world);
    }
    assert_eq!(asked(&world), since(EVENTS, "5"));
    stream(&mut world);
    change(&mut world, "6");
    world.cut();
    world.pass(1_000);
    for _ in 0..3 {
        assert_eq!(asked(&world), since(EVENTS, "6"));
        stream(&mut world);
        world.cut();
        connect(&mut world);
    }
    assert_eq!(asked(&world), since(LINES, "6"));
}

#[test]
fn the_most_wanted_way_is_tried_again_and_less_often_each_time() {
    let mut world = at_five();
    let mut waits = Vec::new();
    for _ in 0..9 {
        assert_eq!(asked(&world), since(EVENTS, "5"));
        world.refuse(400, &[], "");
        world.refuse(400, &[], "");
        let before = world.now();
        while asked(&world) == since(PAGES, "5") {
            page(&mut world, &[], "5");
            world.pass(6_000);
        }
        waits.push((world.now() - before) / 60_000);
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    // It works again, and from then on it is no longer doubted.
    stream(&mut world);
    change(&mut world, "6");
    world.end();
    world.pass(1_000);
    assert_eq!(asked(&world), since(EVENTS, "6"));
    world.refuse(400, &[], "");
    world.refuse(400, &[], "");
    let before = world.now();
    while asked(&world) == since(PAGES, "6") {
        page(&mut world, &[], "6");
        world.pass(6_000);
    }
    assert_eq!((world.now() - before) / 60_000, 1);
}

#[test]
fn a_new_connection_begins_with_the_most_wanted_way() {
    let mut world = at_five();
    world.refuse(400, &[], "");
    assert_eq!(asked(&world), since(LINES, "5"));
    world.input(Input::Reconnect);
    assert_eq!(asked(&world), since(EVENTS, "5"));
}

#[test]
fn a_way_for_the_beginning_is_no_way_for_the_rest() {
    let mut world = setup(|setup| {
        with(setup, all());
        setup.ways.remove(1);
        setup.ways[1].1 = Role::Beginning;
    })
    .start();
    page(&mut world, &["5"], "5");
    world.refuse(400, &[], "");
    assert_eq!(world.state(), StateName::Closed);
}

#[test]
fn what_came_one_way_and_comes_again_another_way_is_dropped() {
    let mut world = at_five();
    stream(&mut world);
    world.send("data: {\"seq\":null,\"id\":\"x\"}\n\n");
    world.cut();
    world.pass(1_000);
    world.refuse(400, &[], "");
    world.respond(200, &[("content-type", "application/json")]);
    world.send("{\"seq\":null,\"id\":\"x\"}\n");
    world.cut();
    world.pass(1_000);
    world.refuse(400, &[], "");
    world.respond(200, &[("content-type", "application/json")]);
    world.send("{\"results\":[{\"seq\":null,\"id\":\"x\"},{\"seq\":7,\"id\":\"y\"}],\"last_seq\":7}");
    world.end();
    let ids: Vec<_> = world.delivered.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids, ["d5", "x", "y"]);
}

#[test]
fn a_source_made_anew_is_a_gap_also_after_a_restart_and_what_looks_alike_is_new() {
    let answer = |world: &mut World, incarnation: &str| {
        world.respond(200, &[("content-type", "application/json"), ("x-made", incarnation)]);
        world.send(&format!("{{\"results\":[{}],\"last_seq\":5}}", row("5")));
        world.end();
    };
    let mut world = bookmarked(|setup| {
        with(setup, all());
        setup.config.incarnation = Some("x-made".into());
    })
    .start();
    answer(&mut world, "one");
    let mut world = world.restart();
    world.respond(200, &[("content-type", "text/event-stream"), ("x-made", "one")]);
    assert!(world.gaps.is_empty());
    let mut world = world.restart();
    world.respond(200, &[("content-type", "text/event-stream"), ("x-made", "two")]);
    assert_eq!(world.gaps[0].reason, Reason::Recreated);
    assert_eq!(world.gaps[0].position.as_ref().unwrap().as_str(), "5");
    assert_eq!(asked(&world), since(PAGES, "0"));
    answer(&mut world, "two");
    assert_eq!(world.delivered.len(), 1);
    let world = world.restart();
    let mut world = world;
    world.respond(200, &[("content-type", "text/event-stream"), ("x-made", "two")]);
    assert!(world.gaps.is_empty());
}

#[test]
fn to_drain_it_pages_are_read() {
    let mut world = at_five();
    stream(&mut world);
    change(&mut world, "6");
    world.input(Input::Drain);
    assert_eq!(asked(&world), since(PAGES, "6"));
    page(&mut world, &["7", "8"], "8");
    page(&mut world, &[], "8");
    assert_eq!(world.state(), StateName::Closed);
    assert_eq!(world.stored().as_deref(), Some("8"));
}

#[test]
fn to_read_all_pages_are_read_and_then_the_most_wanted_way_goes_on() {
    let mut world = at_five();
    stream(&mut world);
    change(&mut world, "6");
    world.input(Input::Rescan);
    assert_eq!(asked(&world), since(PAGES, "0"));
    page(&mut world, &["5", "6"], "6");
    assert_eq!(asked(&world), since(PAGES, "6"));
    world.cut_off();
    connect(&mut world);
    assert_eq!(asked(&world), since(PAGES, "6"), "it is not given up for the other way");
    page(&mut world, &[], "6");
    assert_eq!(asked(&world), since(EVENTS, "6"));
    let came: Vec<_> = world.delivered.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(came, ["d5", "d6", "d5", "d6"]);
}

#[test]
fn a_position_of_no_such_source_is_a_gap_at_once() {
    let mut world = setup(|setup| {
        with(setup, all());
        setup.config.incarnation = Some("x-made".into());
        setup.config.start = Resume::After(Position::new("99".into()));
    })
    .start();
    world.respond(200, &[("content-type", "text/event-stream"), ("x-made", "")]);
    assert_eq!(world.gaps[0].reason, Reason::Recreated);
    assert_eq!(asked(&world), since(PAGES, "0"));
    page(&mut world, &["1"], "1");
    assert_eq!((world.delivered.len(), world.gaps.len()), (1, 1));
}
