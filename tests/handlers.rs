//! The bookmark follows the handlers, and what happens when one fails.

mod common;

use brookmark::engine::event::Seq;
use brookmark::engine::io::{HandlerPolicy, Input};
use common::rng::{for_each_seed, Dice};
use common::world::{bookmarked, Hands, World};

fn three() -> World {
    let mut world = bookmarked(|setup| setup.hands = Hands::Slow).open();
    world.send("id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n");
    world
}

#[test]
fn a_bookmark_is_never_written_before_its_event_was_handled() {
    let mut world = three();
    assert_eq!((world.stored(), world.position()), (None, None));
    world.finish("a");
    assert_eq!((world.stored().as_deref(), world.position()), (Some("1"), Some("1")));
}

#[test]
fn handlers_that_finish_out_of_order_commit_the_longest_finished_prefix() {
    let mut world = three();
    world.finish("c");
    world.finish("b");
    assert_eq!(world.stored(), None);
    world.finish("a");
    assert_eq!(world.stored().as_deref(), Some("3"));
    assert_eq!(world.commits(), ["3"]);
    assert_eq!(world.writes.len(), 1);
}

#[test]
fn events_finished_together_are_committed_together() {
    let mut world = three();
    world.input(Input::Handled(Seq::new(0), Seq::new(2)));
    assert_eq!(world.writes.len(), 1);
    assert_eq!(world.stored().as_deref(), Some("3"));
}

#[test]
fn an_event_finished_twice_or_never_handed_out_changes_nothing() {
    let mut world = three();
    world.finish("a");
    world.finish("a");
    world.input(Input::Handled(Seq::new(7), Seq::new(u64::MAX)));
    world.input(Input::HandlerFailed(Seq::new(0), HandlerPolicy::Skip));
    world.input(Input::HandlerFailed(Seq::new(0), HandlerPolicy::Retry));
    world.input(Input::HandlerFailed(Seq::new(7), HandlerPolicy::Stop));
    assert!(!world.has_ended());
    assert_eq!(world.stored().as_deref(), Some("1"));
}

#[test]
fn a_handler_that_has_committed_its_event_can_still_end_the_stream() {
    let mut world = three();
    world.finish("a");
    world.input(Input::HandlerFailed(Seq::new(0), HandlerPolicy::Stop));
    assert_eq!(world.ended_by(), Some("handler"));
    assert_eq!(world.stored().as_deref(), Some("1"));
}

#[test]
fn a_handler_that_stops_ends_the_stream_before_its_event() {
    let mut world = three();
    world.finish("a");
    world.finish("c");
    world.fail("b", HandlerPolicy::Stop);
    assert_eq!(world.ended_by(), Some("handler"));
    assert!(!world.is_connected());
    assert_eq!(world.stored().as_deref(), Some("1"));
    assert_eq!(world.restart().asked_for(), Some("1"));
}

#[test]
fn a_handler_that_skips_commits_its_event() {
    let mut world = three();
    world.finish("a");
    world.fail("b", HandlerPolicy::Skip);
    assert_eq!(world.stored().as_deref(), Some("2"));
    assert_eq!(world.session().stats().errors, 1);
}

#[test]
fn a_handler_that_retries_gets_its_event_again_after_growing_delays() {
    let mut world = three();
    for delay in [1_000, 2_000, 4_000] {
        world.fail("b", HandlerPolicy::Retry);
        let before = world.redelivered.len();
        world.pass(delay - 1);
        assert_eq!(world.redelivered.len(), before);
        world.pass(1);
        assert_eq!(world.redelivered.len(), before + 1);
    }
    world.finish("a");
    assert_eq!(world.stored().as_deref(), Some("1"));
    world.finish("b");
    assert_eq!(world.stored().as_deref(), Some("2"));
    assert_eq!(world.redelivered, [Seq::new(1); 3]);
}

#[test]
fn a_handler_retries_for_ever_whatever_the_policy_for_connections_says() {
    let mut world = bookmarked(|setup| {
        setup.hands = Hands::Slow;
        setup.config.retry.as_mut().unwrap().attempts = Some(1);
    })
    .open();
    world.send("id: 1\ndata: a\n\n");
    for _ in 0..5 {
        world.fail("a", HandlerPolicy::Retry);
        world.pass(60_000);
    }
    assert_eq!(world.redelivered.len(), 5);
    assert!(!world.has_ended());
}

#[test]
fn several_failed_handlers_have_a_delay_each() {
    let mut world = three();
    world.fail("a", HandlerPolicy::Retry);
    world.pass(500);
    world.fail("c", HandlerPolicy::Retry);
    world.pass(500);
    assert_eq!(world.redelivered, [Seq::new(0)]);
    world.pass(500);
    assert_eq!(world.redelivered, [Seq::new(0), Seq::new(2)]);
}

#[test]
fn a_redelivery_outlives_a_cut_but_not_a_seek_or_the_end() {
    let mut cut = three();
    cut.fail("b", HandlerPolicy::Retry);
    cut.cut();
    cut.pass(1_000);
    assert_eq!(cut.redelivered, [Seq::new(1)]);

    let mut sought = three();
    sought.fail("b", HandlerPolicy::Retry);
    sought.seek("0");
    sought.pass(1_000);
    assert_eq!(sought.redelivered, []);

    let mut closed = three();
    closed.fail("b", HandlerPolicy::Retry);
    closed.close();
    closed.pass(1_000);
    assert_eq!(closed.redelivered, []);
}

#[test]
fn a_stream_whose_source_has_ended_still_retries_its_handlers() {
    let mut world = three();
    world.finish("a");
    world.finish("b");
    world.cut();
    world.pass(1_000);
    world.respond(204, &[]);
    world.fail("c", HandlerPolicy::Retry);
    world.pass(1_000);
    assert_eq!(world.redelivered, [Seq::new(2)]);
    world.finish("c");
    assert_eq!(world.ending(), Some(&None));
    assert_eq!(world.stored().as_deref(), Some("3"));
}

#[test]
fn a_paused_stream_hands_no_failed_event_out_again() {
    let mut world = three();
    world.fail("a", HandlerPolicy::Retry);
    world.input(Input::Pause);
    world.pass(60_000);
    assert_eq!(world.redelivered, [], "while paused");
    world.input(Input::Resume);
    world.pass(60_000);
    assert_eq!(world.redelivered, [Seq::new(0)]);
}

#[test]
fn events_without_a_position_are_committed_with_the_next_one_that_has() {
    let mut world = bookmarked(|setup| setup.hands = Hands::Slow).open();
    world.send("id: 1\ndata: a\n\ndata: b\n\nid: 3\ndata: c\n\n");
    world.finish("a");
    assert_eq!(world.stored().as_deref(), Some("1"));
    world.finish("b");
    assert_eq!(world.writes.len(), 1);
    world.finish("c");
    assert_eq!(world.stored().as_deref(), Some("3"));
}

#[test]
fn whatever_the_order_the_bookmark_is_the_end_of_the_finished_prefix() {
    for_each_seed(300, |seed| {
        let mut dice = Dice::new(seed);
        let mut world = bookmarked(|setup| setup.hands = Hands::Slow).open();
        let count = 1 + dice.below(30);
        let wire: String = (0..count).map(|n| format!("id: {n}\ndata: {n}\n\n")).collect();
        world.send(&wire);
        let mut finished = vec![false; count];
        while finished.contains(&false) {
            let first = dice.below(count);
            let last = (first + dice.below(3)).min(count - 1);
            finished[first..=last].fill(true);
            world.input(Input::Handled(Seq::new(first as u64), Seq::new(last as u64)));
            let prefix = finished.iter().take_while(|finished| **finished).count();
            let wanted = prefix.checked_sub(1).map(|n| n.to_string());
            assert_eq!(world.stored(), wanted);
        }
    });
}
