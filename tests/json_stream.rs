//! Streaming JSON through a session.

mod common;

use brookmark::engine::config::{IdleTimeout, Oversize};
use brookmark::engine::io::StateName;
use brookmark::engine::protocol::{BadRecords, Framing, JsonConfig, Place, PositionFrom};
use brookmark::engine::time::Millis;
use common::world::{bookmarked, json, setup, Hands, Setup, World};

fn stream(framing: Framing, change: impl FnOnce(&mut JsonConfig)) -> Setup {
    bookmarked(|setup| {
        let mut json = json(framing);
        change(&mut json);
        setup.json = Some(json);
    })
}

fn lines() -> Setup {
    stream(Framing::Lines, |_| {})
}

fn ids(world: &World) -> Vec<&str> {
    world.delivered.iter().map(|event| event.id.as_str()).collect()
}

#[test]
fn a_record_moves_the_bookmark_when_it_is_handled() {
    let mut setup = lines();
    setup.hands = Hands::Slow;
    let mut world = setup.open();
    world.send("{\"id\":9007199254740993}\n{\"id\":\"\\u017c\"}\n");
    assert_eq!((ids(&world), world.stored()), (vec!["9007199254740993", "ż"], None));
    world.finish("{\"id\":9007199254740993}");
    assert_eq!(world.stored().as_deref(), Some("9007199254740993"));
    world.cut();
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some("ż"));
    let mut world = world.restart();
    assert_eq!(world.asked_for(), Some("9007199254740993"));
    world.accept();
    world.send("{\"id\":9007199254740993}\n{\"id\":\"\\u017c\"}\n");
    assert_eq!(ids(&world), ["ż"]);
}

#[test]
fn a_cut_drops_the_record_that_is_not_whole() {
    let mut world = lines().open();
    world.send("{\"id\":1}\n{\"id\":2}");
    world.cut();
    world.pass(1_000);
    assert_eq!((ids(&world), world.asked_for()), (vec!["1"], Some("1")));
    assert_eq!(world.errors(), ["network"]);
    world.accept();
    world.send("{\"id\":2}\n");
    assert_eq!(ids(&world), ["1", "2"]);
    assert_eq!(world.delivered[1].origin, Some((1, 0)));
}

#[test]
fn a_proper_end_gives_the_last_record() {
    let mut world = lines().open();
    world.send("{\"id\":1}\n{\"id\":2}");
    assert_eq!(ids(&world), ["1"]);
    world.end();
    assert_eq!(ids(&world), ["1", "2"]);
    assert_eq!((world.errors().len(), world.state()), (0, StateName::Waiting));
    assert_eq!(world.stored().as_deref(), Some("2"));
}

#[test]
fn a_proper_end_within_a_record_is_a_cut_and_is_told() {
    let mut world = lines().open();
    world.send("{\"id\":1}\n{\"id\":2");
    world.end();
    assert_eq!((ids(&world), world.errors()), (vec!["1"], vec!["network"]));
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some("1"));

    let mut setup = lines();
    setup.config.retry = None;
    let mut world = setup.open();
    world.send("{\"id\":");
    world.end();
    assert_eq!(world.ended_by(), Some("network"));
}

#[test]
fn a_proper_end_is_not_known_before_there_is_room_for_the_last_record() {
    let mut setup = lines();
    setup.hands = Hands::Slow;
    setup.config.high_water_mark = 1;
    let mut world = setup.open();
    world.send("{\"id\":1}\n{\"id\":2}");
    world.end();
    assert_eq!((ids(&world), world.state()), (vec!["1"], StateName::Open));
    world.finish("{\"id\":1}");
    assert_eq!((ids(&world), world.state()), (vec!["1", "2"], StateName::Open));
    world.finish("{\"id\":2}");
    assert_eq!(world.state(), StateName::Waiting);
}

#[test]
fn a_bad_record_ends_the_stream_or_is_passed_over() {
    let wire = "\u{1e}{\"id\":1}\n\u{1e}{\"id\":2\u{1e}{\"id\":3}\n";
    let mut world = stream(Framing::Seq, |_| {}).open();
    world.send(wire);
    assert_eq!((ids(&world), world.errors()), (vec!["1", "3"], vec!["bad-record"]));
    assert_eq!(world.stored().as_deref(), Some("3"));

    let mut setup = stream(Framing::Seq, |json| json.bad_records = Some(BadRecords::Stop));
    setup.hands = Hands::Slow;
    let mut world = setup.open();
    world.send(wire);
    assert_eq!((ids(&world), world.is_connected(), world.has_ended()), (vec!["1"], false, false));
    world.finish("{\"id\":1}");
    assert_eq!((world.ended_by(), world.stored().as_deref()), (Some("bad-record"), Some("1")));
    let report = world.ending().unwrap().clone().unwrap();
    let misfit = report.error.misfit().unwrap();
    assert_eq!((misfit.record, misfit.offset, misfit.body.as_str()), (2, 11, "{\"id\":2"));
    assert!(!report.retryable);
}

#[test]
fn a_bad_record_is_quoted_no_more_than_a_refusal() {
    let mut world = stream(Framing::Seq, |json| json.bad_records = Some(BadRecords::Stop)).open();
    world.send(&("junk".repeat(10_000) + "\u{1e}"));
    let report = world.ending().unwrap().clone().unwrap();
    assert_eq!(report.error.misfit().unwrap().body.len(), 2_048);
}

#[test]
fn offsets_count_from_the_beginning_of_each_body() {
    let mut world = lines().open();
    for id in 0..100 {
        world.send(&format!("{{\"id\":{}}}\n\r\n", 1_000 + id));
    }
    assert!(world.delivered.iter().zip(0..).all(|(event, n)| event.origin == Some((n as u32 + 1, n * 14))));
    world.cut();
    world.pass(1_000);
    world.accept();
    world.send("\n{\"id\":1100}\n");
    assert_eq!(world.delivered[100].origin, Some((1, 1)));
}

#[test]
fn what_is_too_large_ends_the_stream_or_is_passed_over() {
    for framing in [Framing::Cr, Framing::Lines, Framing::Seq] {
        let record = |id: u32, rest: &str| {
            format!("\u{1e}{{\"id\":{id},\"x\":\"{rest}\"}}\n\r")
                .replace('\u{1e}', if framing == Framing::Seq { "\u{1e}" } else { "" })
        };
        let wire = record(1, "") + &record(2, &"x".repeat(500)) + &record(3, "");
        let mut setup = stream(framing, |json| json.max_event_bytes = 100);
        let mut world = setup.clone().open();
        world.send(&wire);
        assert_eq!((ids(&world), world.ended_by()), (vec!["1"], Some("event-too-large")));
        setup.config.oversize = Oversize::Skip;
        let mut world = setup.open();
        for chunk in wire.as_bytes().chunks(7) {
            world.send_bytes(chunk);
        }
        assert_eq!((ids(&world), world.errors()), (vec!["1", "3"], vec!["event-too-large"]));
        assert_eq!(world.delivered[1].origin.unwrap().0, 3);
    }
}

#[test]
fn blanks_between_records_are_signs_of_life() {
    let mut setup = lines();
    setup.config.idle_timeout = IdleTimeout::After(Millis::new(1_000));
    let mut world = setup.open();
    for _ in 0..10 {
        world.pass(900);
        world.send("\n");
    }
    assert_eq!((world.state(), world.errors().len()), (StateName::Open, 0));
    world.pass(1_000);
    assert_eq!(world.errors(), ["idle-timeout"]);
}

#[test]
fn done_ends_the_stream() {
    let mut world = stream(Framing::Cr, |json| json.done = Some("\"done\"".into())).open();
    world.send("{\"id\":1}\r\n \"done\" \r\n{\"id\":2}\r\n");
    assert_eq!((ids(&world), world.has_ended(), world.ended_by()), (vec!["1"], true, None));
    assert_eq!(world.stored().as_deref(), Some("1"));
}

#[test]
fn repeats_are_dropped_and_a_record_without_an_id_is_none() {
    let mut world = lines().open();
    world.send("{\"id\":1}\n{\"tick\":1}\n");
    world.cut();
    world.pass(1_000);
    world.accept();
    world.send("{\"id\":1}\n{\"tick\":1}\n{\"id\":2}\n");
    assert_eq!(world.data(), ["{\"id\":1}", "{\"tick\":1}", "{\"tick\":1}", "{\"id\":2}"]);
    assert_eq!(world.session().stats().repeats, 1);
}

#[test]
fn a_stream_without_a_position_goes_on_with_what_is_new() {
    let change = |json: &mut JsonConfig| (json.position, json.place) = (PositionFrom::Id, Place::Nowhere);
    let mut world = stream(Framing::Lines, change).open();
    world.send("{\"id\":1}\n");
    world.cut();
    world.pass(1_000);
    assert_eq!(world.last_request().request.headers.len(), 1);
    assert_eq!((world.stored(), world.data().len()), (None, 1));
}

#[test]
fn an_answer_of_another_type_is_refused() {
    let mut world = setup(|setup| {
        setup.json = Some(JsonConfig { framing: None, ..json(Framing::Lines) });
    })
    .start();
    world.refuse(200, &[("content-type", "text/event-stream")], "data: 1\n\n");
    assert_eq!(world.ended_by(), Some("bad-content-type"));
}

#[test]
fn the_framing_may_change_with_each_answer() {
    let mut world = setup(|setup| {
        setup.json = Some(JsonConfig { framing: None, ..json(Framing::Lines) });
    })
    .start();
    world.respond(200, &[("content-type", "application/json")]);
    world.send("{\"id\":1}\r[\n2]\r");
    world.cut();
    world.pass(1_000);
    world.respond(200, &[("content-type", "application/x-ndjson")]);
    world.send("{\"id\":3}\n[\r4]\n");
    world.cut();
    world.pass(1_000);
    world.respond(200, &[("content-type", "application/json-seq")]);
    world.send("\u{1e}{\"id\":5}\n");
    assert_eq!(world.data(), ["{\"id\":1}", "[\n2]", "{\"id\":3}", "[\r4]", "{\"id\":5}"]);
}
