//! How often a source is asked.

use brookmark::engine::io::Input;
use brookmark::engine::protocol::poll::Every;
use brookmark::engine::time::Millis;

use crate::common::polls::*;
use crate::common::world::World;

/// How long it is until the next request, the source having nothing new.
fn pause(world: &mut World) -> u64 {
    let (before, at) = (world.requests.len(), world.now());
    while world.requests.len() == before {
        let next = world.next_timer().unwrap();
        world.run_until(next);
    }
    world.now() - at
}

#[test]
fn an_idle_source_is_asked_once_a_round() {
    let mut world = polled(|_| {}).start();
    world.page("[]");
    for round in 2..50 {
        let pause = pause(&mut world);
        assert!((EVERY..=EVERY + EVERY / 10).contains(&pause), "{pause} ms");
        world.page("[]");
        assert_eq!(world.requests.len(), round);
    }
    assert_eq!(world.writes.len(), 0);
}

#[test]
fn the_pause_grows_while_there_is_nothing_and_is_short_again_when_there_is() {
    let mut world = polled(|config| {
        config.every = Every::Wait { min: Millis::new(1_000), max: Millis::new(4_000) };
    })
    .start();
    let mut pauses = Vec::new();
    world.page("[]");
    for _ in 0..6 {
        pauses.push(pause(&mut world));
        world.page("[]");
    }
    assert!(pauses.is_sorted_by_key(|pause| pause / 500), "{pauses:?}");
    assert!(pauses[0] < 1_200 && (4_000..=4_400).contains(&pauses[5]), "{pauses:?}");
    pause(&mut world);
    world.page(&items(1..=1));
    world.page("[]");
    assert!(pause(&mut world) < 1_200);
}

#[test]
fn no_pause_at_all_is_no_hammering() {
    let mut world = polled(|config| {
        config.every = Every::Wait { min: Millis::ZERO, max: Millis::ZERO };
    })
    .start();
    world.page("[]");
    assert!(pause(&mut world) >= 10);
}

#[test]
fn a_source_that_is_not_asked_again_is_the_end() {
    let mut world = polled(|config| config.every = Every::Once).start();
    world.page(&items(1..=1));
    world.page("[]");
    assert_eq!((world.ended_by(), world.has_ended(), world.came()), (None, true, vec![1]));
}

#[test]
fn what_the_source_says_about_pace_counts() {
    for (name, value, least) in [
        ("x-poll-interval", "120", 120_000),
        ("retry-after", "90", 90_000),
        ("x-ratelimit-remaining", "0", EVERY),
        ("ratelimit", "\"default\";r=0;t=300", 300_000),
        ("ratelimit", "limit=10, remaining=0, reset=200", 200_000),
    ] {
        let mut world = polled(|_| {}).start();
        world.page_with(&[(name, value)], "[]");
        let pause = pause(&mut world);
        assert!((least..=least + least / 10).contains(&pause), "{name}: {value} gave {pause} ms");
    }
    let mut world = polled(|_| {}).start();
    world.page_with(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "77")], "[]");
    assert!((77_000..=84_700).contains(&pause(&mut world)));
}

#[test]
fn the_body_may_name_the_pause() {
    let mut world = named(|config| config.interval = Some(body("/poll"))).start();
    world.page(r#"{"items":[],"next":"a","poll":100.5}"#);
    assert!((100_500..=110_550).contains(&pause(&mut world)));
    world.page(r#"{"items":[],"next":"a","poll":99999999999999}"#);
    assert!(pause(&mut world) <= 27 * 3_600_000, "no patience is for ever");
}

#[test]
fn patience_that_was_asked_for_does_not_eat_retry_attempts() {
    let mut setup = polled(|_| {});
    setup.config.retry.as_mut().unwrap().attempts = Some(3);
    let mut world = setup.start();
    for _ in 0..10 {
        world.respond(429, &[("retry-after", "7")]);
        world.end();
        assert_eq!(pause(&mut world), 7_000);
    }
    world.page(&items(1..=1));
    assert_eq!((world.came(), world.has_ended()), (vec![1], false));
}

#[test]
fn refusals_that_name_no_time_are_spaced_more_and_more() {
    let mut world = polled(|_| {}).start();
    let mut pauses = Vec::new();
    for _ in 0..6 {
        world.respond(429, &[]);
        world.end();
        pauses.push(pause(&mut world));
    }
    assert_eq!(pauses, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
}

#[test]
fn a_long_poll_that_is_held_is_asked_again_at_once() {
    let mut world = polled(|config| config.every = Every::Hold).start();
    for _ in 0..5 {
        world.pass(20_000);
        world.page("[]");
        assert!(pause(&mut world) < 50);
    }
}

#[test]
fn a_long_poll_that_is_not_held_is_no_hammering() {
    let mut world = polled(|config| config.every = Every::Hold).start();
    let before = world.now();
    for _ in 0..100 {
        world.page("[]");
        pause(&mut world);
    }
    assert!(world.now() - before > 300_000, "a hundred requests in {} ms", world.now() - before);
}

#[test]
fn neither_a_sign_of_waking_up_nor_a_pause_of_the_page_shortens_the_pause() {
    let mut world = polled(|_| {}).start();
    world.page("[]");
    for input in [Input::Wake, Input::Freeze, Input::Thaw, Input::Wake] {
        world.input(input);
        assert_eq!(world.requests.len(), 1);
    }
    assert!(pause(&mut world) >= EVERY);
}

#[test]
fn a_source_that_fails_for_days_is_asked_once_a_minute_at_most() {
    let mut world = polled(|_| {}).start();
    let mut asked = 0;
    while world.now() < 24 * 3_600_000 {
        world.respond(503, &[]);
        world.end();
        pause(&mut world);
        asked += 1;
    }
    assert!(asked < 24 * 60 + 20, "{asked}");
}
