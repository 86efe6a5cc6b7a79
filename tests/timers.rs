//! Patience: how long each thing may take, and that no clock is left behind.

mod common;

use brookmark::engine::config::IdleTimeout;
use brookmark::engine::io::{Input, StateName};
use brookmark::engine::time::{Millis, Now};
use common::world::{setup, Hands, World, EPOCH};

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
    world.pass(299_999);
    assert_eq!(world.errors(), [""; 0]);
    world.pass(1);
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
    world.pass(1_000_000);
    assert_eq!((world.state(), world.requests.len()), (StateName::Open, 1));
}

/// A world whose open stream has a position.
fn placed() -> World {
    let mut world = setup(|setup| setup.config.idle_timeout = IdleTimeout::Never).open();
    world.send("id: 1\ndata: a\n\n");
    world
}

fn reconnected_at_once(mut world: World) {
    world.pass(0);
    assert_eq!(world.errors(), ["network"]);
    assert_eq!((world.retries(), world.aborted.len()), (vec![(1, 0)], 1));
    assert_eq!((world.requests.len(), world.asked_for()), (2, Some("1")));
}

#[test]
fn a_connection_that_was_slept_over_is_given_up_at_once() {
    let mut world = placed();
    world.pass(59_000);
    world.sleep(122_000);
    world.input(Input::Timeout);
    reconnected_at_once(world);
}

#[test]
fn a_sleep_that_only_the_wall_clock_noticed_counts_too() {
    let mut world = placed();
    world.set_wall(EPOCH + 180_001);
    world.pass(59_999);
    assert_eq!(world.requests.len(), 1);
    world.pass(1);
    reconnected_at_once(world);
}

#[test]
fn a_sign_of_waking_up_makes_the_clock_be_looked_at() {
    let mut world = placed();
    world.input(Input::Wake);
    assert_eq!(world.requests.len(), 1);
    world.set_wall(EPOCH + 180_001);
    world.input(Input::Wake);
    reconnected_at_once(world);
}

#[test]
fn timers_that_are_late_as_in_the_background_are_no_sleep() {
    let mut world = placed();
    for _ in 0..100 {
        world.sleep(180_000);
        world.input(Input::Timeout);
    }
    world.set_wall(EPOCH);
    world.pass(60_000);
    assert_eq!((world.requests.len(), world.notices.len()), (1, placed().notices.len()));
}

#[test]
fn a_sleep_ends_no_connection_that_could_not_be_continued() {
    let without_position = setup(|_| {}).open();
    let once = setup(|setup| setup.config.retry = None).open();
    for (mut world, wire) in [(without_position, "data: a\n\n"), (once, "id: 1\ndata: a\n\n")] {
        world.send(wire);
        world.set_wall(EPOCH + 1_000_000);
        world.input(Input::Wake);
        world.pass(100_000);
        assert_eq!((world.state(), world.requests.len()), (StateName::Open, 1));
    }
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
