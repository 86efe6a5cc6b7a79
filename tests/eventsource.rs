//! What the standard prescribes for an `EventSource` (HTML, 9.2.3), where it differs from what serves a
//! place that is kept.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

mod common;

use brookmark::engine::config::Config;
use brookmark::engine::io::{Input, StateName};
use brookmark::engine::protocol::Statuses;
use brookmark::engine::time::Millis;
use common::world::{setup, Setup, World};

/// The setup of an `EventSource`. Delays have no random share.
fn standard(change: impl FnOnce(&mut Setup)) -> Setup {
    setup(|setup| {
        setup.config = Config::standard(setup.config.source);
        setup.config.retry.as_mut().unwrap().jitter = 0.0;
        setup.sse.statuses = Statuses::Strict;
        change(setup);
    })
}

/// The delay of the last retry.
fn delay(world: &World) -> u64 {
    world.retries().last().unwrap().1
}

/// Lets the time of the next attempt come, and the server accept it.
fn come_back(world: &mut World) {
    world.run_until(world.next_timer().unwrap());
    world.accept();
}

#[test]
fn a_refusal_is_the_end_and_is_told_without_its_body() {
    for status in [205, 299, 403, 404, 408, 410, 429, 500, 503] {
        let mut world = standard(|_| {}).open();
        world.send("id: 1\ndata: a\n\n");
        world.end();
        world.run_until(world.next_timer().unwrap());
        world.respond(status, &[("retry-after", "1")]);
        assert_eq!((world.ended_by(), world.next_timer()), (Some("bad-status"), None), "{status}");
        assert_eq!((world.aborted.len(), world.gaps.len()), (1, 0), "{status}");
    }
    let mut world = standard(|_| {}).start();
    world.respond(200, &[("content-type", "text/html")]);
    assert_eq!((world.ended_by(), world.is_reading()), (Some("bad-content-type"), false));
    let mut world = standard(|_| {}).start();
    world.respond(204, &[]);
    assert!(world.has_ended() && world.ended_by().is_none());
}

#[test]
fn a_401_is_another_refusal_unless_credentials_can_be_renewed() {
    let mut world = standard(|_| {}).start();
    world.respond(401, &[]);
    assert_eq!((world.ended_by(), world.requests.len()), (Some("unauthorized"), 1));
    let mut world = standard(|setup| setup.config.can_refresh = true).start();
    world.respond(401, &[]);
    assert!(world.last_request().refresh);
    world.respond(401, &[]);
    assert_eq!((world.ended_by(), world.requests.len()), (Some("unauthorized"), 2));
}

#[test]
fn no_clock_runs_while_connecting_or_open() {
    let mut world = standard(|_| {}).start();
    assert_eq!(world.next_timer(), None);
    world.accept();
    world.send("id: 1\ndata: a\n\n");
    assert_eq!(world.next_timer(), None);
    world.pass(u64::MAX / 2);
    assert_eq!(world.state(), StateName::Open);
}

#[test]
fn what_comes_twice_is_delivered_twice() {
    let mut world = standard(|_| {}).open();
    let twice = "id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 1\ndata: a\n\n";
    world.send(twice);
    world.end();
    come_back(&mut world);
    world.send(twice);
    assert_eq!(world.data(), ["a", "b", "a", "a", "b", "a"]);
}

#[test]
fn an_id_alone_counts_also_where_it_goes_back() {
    let mut world = standard(|_| {}).open();
    world.send("id: 1\n\nid: 2\n\nid: 1\n\n");
    assert_eq!(world.last_event_id(), "1");
    world.end();
    come_back(&mut world);
    assert_eq!(world.asked_for(), Some("1"));
}

#[test]
fn the_reconnection_time_begins_with_three_seconds_and_is_the_servers() {
    let mut world = standard(|_| {}).open();
    assert_eq!(world.session().reconnection_time(), Millis::new(3_000));
    world.end();
    assert_eq!(delay(&world), 3_000);
    for (told, delayed) in [("700", 700), ("0", 500), ("120000", 120_000), ("3000000000", 86_400_000)] {
        come_back(&mut world);
        world.send(&format!("retry: {told}\n"));
        assert_eq!(world.session().reconnection_time().get().to_string(), told);
        world.end();
        assert_eq!(delay(&world), delayed, "retry: {told}");
    }
}

#[test]
fn a_server_that_accepts_and_hangs_up_is_asked_at_its_own_pace() {
    let mut world = standard(|_| {}).open();
    for _ in 0..5 {
        world.end();
        assert_eq!(delay(&world), 3_000);
        come_back(&mut world);
    }
}

#[test]
fn delays_grow_while_no_connection_comes_about() {
    let mut world = standard(|_| {}).start();
    let mut delays = Vec::new();
    for _ in 0..7 {
        world.cut_off();
        delays.push(delay(&world));
        world.run_until(world.next_timer().unwrap());
    }
    assert_eq!(delays, [3_000, 6_000, 12_000, 24_000, 48_000, 60_000, 60_000]);
    world.accept();
    world.end();
    assert_eq!(delay(&world), 3_000);
}

#[test]
fn a_network_that_is_back_cuts_short_what_has_grown_but_not_the_reconnection_time() {
    let mut world = standard(|_| {}).open();
    world.end();
    world.input(Input::Wake);
    assert_eq!(world.requests.len(), 1);
    world.run_until(world.next_timer().unwrap());
    world.cut_off();
    world.run_until(world.next_timer().unwrap());
    world.cut_off();
    assert_eq!((delay(&world), world.requests.len()), (6_000, 3));
    world.input(Input::Wake);
    assert_eq!(world.requests.len(), 4);
}

#[test]
fn bytes_that_begin_anew_void_what_is_unfinished() {
    let mut world = standard(|_| {}).open();
    world.send("id: 1\ndata: a\n\nid: 2\ndata: unfin");
    world.input(Input::Discard);
    world.send("\u{feff}data: b\n\n");
    assert_eq!((world.data(), world.last_event_id()), (vec!["a", "b"], "1"));
}

#[test]
fn bytes_can_begin_anew_only_where_there_are_some() {
    let mut world = standard(|_| {}).start();
    world.input(Input::Discard);
    world.accept();
    world.send("data: a\n\n");
    world.end();
    world.input(Input::Discard);
    assert_eq!((world.data(), world.state()), (vec!["a"], StateName::Waiting));
}
