//! Patience: how long each thing may take, and that no clock is left behind.

mod common;

use brookmark::engine::config::IdleTimeout;
use brookmark::engine::io::{Input, StateName};
use brookmark::engine::time::{Millis, Now};
use common::world::{setup, Hands};

#[test]
fn a_response_that_does_not_begin_is_given_up() {
    let mut world = setup(|_| {}).start();
    world.pass(29_999);
    assert_eq!(world.state(), StateName::Connecting);
    world.pass(1);
    assert_eq!(world.errors(), ["connect-timeout"]);
    assert_eq!((world.aborted.len(), world.state()), (1, StateName::Waiting));
    world.pass(1_000);
    assert_eq!(world.requests.len(), 2);
}

#[test]
fn the_time_to_begin_is_over_once_it_has_begun() {
    let mut world = setup(|_| {}).open();
    assert_eq!(world.next_timer(), None);
    world.pass(1_000_000);
    assert_eq!(world.state(), StateName::Open);
}

#[test]
fn the_default_for_silence_applies_only_once_a_position_is_known() {
    let mut world = setup(|_| {}).open();
    world.send("data: a\n\n");
    assert_eq!(world.next_timer(), None);
    world.send("id: 1\ndata: b\n\n");
    assert_eq!(world.next_timer(), Some(300_000));
    world.pass(300_000);
    assert_eq!(world.errors(), ["idle-timeout"]);
    assert_eq!(world.aborted.len(), 1);
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some("1"));
}

#[test]
fn any_bytes_end_a_silence() {
    let mut world = setup(|setup| setup.config.idle_timeout = IdleTimeout::After(Millis::new(100))).open();
    for life in [":", "\n", "data: a", "\r", ": beat\n\n"] {
        world.pass(99);
        world.send(life);
    }
    assert_eq!(world.state(), StateName::Open);
    world.pass(100);
    assert_eq!(world.errors(), ["idle-timeout"]);
}

#[test]
fn silence_may_last_for_ever_if_that_is_wanted() {
    let mut world = setup(|setup| setup.config.idle_timeout = IdleTimeout::Never).open();
    world.send("id: 1\ndata: b\n\n");
    assert_eq!(world.next_timer(), None);
}

#[test]
fn a_refusal_that_does_not_say_why_is_not_waited_for() {
    let mut world = setup(|_| {}).start();
    world.respond(403, &[]);
    world.send("beca");
    world.pass(1_999);
    assert!(!world.has_ended());
    world.pass(1);
    assert_eq!(world.ended_by(), Some("forbidden"));
    assert_eq!(world.aborted.len(), 1);
    let report = world.ending().unwrap().as_ref().unwrap();
    assert_eq!(report.error.refusal().unwrap().body, "beca");
}

#[test]
fn a_refusal_that_breaks_off_counts_all_the_same() {
    let mut world = setup(|_| {}).start();
    world.respond(403, &[]);
    world.cut();
    assert_eq!(world.ended_by(), Some("forbidden"));
}

#[test]
fn a_response_that_ends_before_it_begins_is_a_cut() {
    let mut world = setup(|_| {}).start();
    let id = world.last_request().id;
    world.end_under(id);
    assert_eq!(world.errors(), ["network"]);
}

#[test]
fn a_timer_that_comes_early_or_twice_changes_nothing() {
    let mut world = setup(|_| {}).start();
    world.input(Input::Timeout);
    assert_eq!((world.state(), world.next_timer()), (StateName::Connecting, Some(30_000)));
    world.cut_off();
    world.pass(999);
    world.input(Input::Timeout);
    assert_eq!(world.requests.len(), 1);
    world.pass(1);
    world.input(Input::Timeout);
    assert_eq!(world.requests.len(), 2);
}

#[test]
fn a_timer_that_comes_late_is_no_harm() {
    let mut world = setup(|_| {}).start();
    world.sleep(10_000_000);
    world.input(Input::Timeout);
    assert_eq!(world.errors(), ["connect-timeout"]);
    assert_eq!(world.next_timer(), Some(10_001_000));
}

#[test]
fn a_wall_clock_that_jumps_moves_no_timer() {
    let mut world = setup(|_| {}).start();
    for wall in [0, u64::MAX / 2, 5] {
        world.set_wall(wall);
        world.input(Input::Timeout);
        assert_eq!((world.state(), world.next_timer()), (StateName::Connecting, Some(30_000)));
    }
}

#[test]
fn a_monotonic_clock_that_steps_back_is_not_followed() {
    let mut world = setup(|_| {}).start();
    world.pass(5_000);
    world.cut_off();
    let before = Now { mono: Millis::new(10), wall: Millis::ZERO };
    let mut session = world.into_session();
    session.handle(before, Input::Reconnect);
    assert_eq!(session.poll_timeout(), Some(Millis::new(35_000)));
}

#[test]
fn the_clock_stands_still_while_there_is_nothing_to_wait_for() {
    let mut world = setup(|setup| setup.hands = Hands::Slow).build();
    assert_eq!(world.next_timer(), None);
    world.input(Input::Start);
    world.accept();
    world.send("data: a\n\n");
    assert_eq!(world.next_timer(), None);
    world.input(Input::Freeze);
    assert_eq!(world.next_timer(), None);
    world.close();
    assert_eq!(world.next_timer(), None);
}
