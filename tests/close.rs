//! The end: asked for or proper, prompt, and final.

mod common;

use brookmark::engine::event::Seq;
use brookmark::engine::io::{Fault, GapPolicy, HandlerPolicy, Input, Notice, StateName};
use brookmark::engine::position::Resume;
use common::world::{bookmarked, setup, Hands, Manner, World};

/// A world in each state that the session has, with the state's name.
fn worlds() -> Vec<(&'static str, World)> {
    let slow = || {
        bookmarked(|setup| {
            setup.hands = Hands::Slow;
            setup.gap = None;
            setup.sse.done = Some("[DONE]".into());
        })
    };
    let idle = slow().build();
    let mut loading = slow();
    loading.store.manner = Manner::Mute;
    let mut gapped = slow();
    gapped.store.record = Some("garbage".into());
    let opening = slow().start();
    let mut refused = slow().start();
    refused.respond(500, &[]);
    let mut streaming = slow().open();
    streaming.send("id: 1\ndata: a\n\n");
    let mut paused = slow().open();
    paused.input(Input::Pause);
    paused.send("id: 1\ndata: a\n\n");
    let mut cut = slow().open();
    cut.input(Input::Pause);
    cut.send("id: 1\ndata: a\n\n");
    cut.cut();
    let mut waiting = slow().start();
    waiting.cut_off();
    let mut suspended = slow().open();
    suspended.input(Input::Freeze);
    let mut finishing = slow().open();
    finishing.send("id: 1\ndata: a\n\ndata: [DONE]\n\n");
    vec![
        ("idle", idle),
        ("loading", loading.start()),
        ("gapped", gapped.start()),
        ("opening", opening),
        ("refused", refused),
        ("streaming", streaming),
        ("paused", paused),
        ("cut", cut),
        ("waiting", waiting),
        ("suspended", suspended),
        ("finishing", finishing),
    ]
}

#[test]
fn close_ends_every_state_at_once() {
    for (name, mut world) in worlds() {
        world.close();
        assert_eq!(world.ending(), Some(&None), "{name}");
        assert_eq!((world.state(), world.told_state()), (StateName::Closed, StateName::Closed), "{name}");
        assert!(!world.is_connected(), "{name}");
        assert_eq!(world.next_timer(), None, "{name}");
    }
}

#[test]
fn nothing_comes_after_the_end_whatever_happens() {
    for (_, mut world) in worlds() {
        world.close();
        let id = world.requests.last().map(|attempt| attempt.id).unwrap_or_default();
        // The world refuses any action after the end.
        world.input(Input::Start);
        world.load_answers(Ok(None));
        world.respond_to(id, 200, &[("content-type", "text/event-stream")]);
        world.send_under(id, "id: 5\ndata: x\n\n");
        world.end_under(id);
        world.input(Input::Failed(id, Fault::Network("late".into())));
        world.input(Input::Timeout);
        world.input(Input::Handled(Seq::new(0), Seq::new(9)));
        for policy in [HandlerPolicy::Stop, HandlerPolicy::Skip, HandlerPolicy::Retry] {
            world.input(Input::HandlerFailed(Seq::new(0), policy));
        }
        world.input(Input::Decide(GapPolicy::Latest));
        world.input(Input::Pause);
        world.input(Input::Resume);
        world.input(Input::Reconnect);
        world.input(Input::Seek(Resume::Earliest));
        world.input(Input::Wake);
        world.input(Input::Freeze);
        world.input(Input::Thaw);
        world.input(Input::Close);
        world.input(Input::Saved(Ok(())));
        assert_eq!(world.next_timer(), None);
        assert_eq!(world.state(), StateName::Closed);
    }
}

#[test]
fn close_waits_for_the_store_to_take_the_last_bookmark() {
    let mut world = bookmarked(|setup| setup.store.manner = Manner::Slow).open();
    world.send("id: 1\ndata: a\n\n");
    world.send("id: 2\ndata: b\n\n");
    world.close();
    assert!(!world.is_connected() && !world.has_ended());
    world.store_answers(Ok(()));
    assert!(!world.has_ended(), "the second bookmark is still to be written");
    world.store_answers(Ok(()));
    assert_eq!(world.ending(), Some(&None));
    assert_eq!(world.stored().as_deref(), Some("2"));
}

#[test]
fn close_gives_a_refused_bookmark_a_last_try() {
    let mut world = bookmarked(|setup| setup.store.manner = Manner::Full).open();
    world.send("id: 1\ndata: a\n\n");
    assert_eq!(world.writes.len(), 1);
    world.store.manner = Manner::Prompt;
    world.close();
    assert_eq!(world.stored().as_deref(), Some("1"));
    assert!(world.has_ended());
}

#[test]
fn a_store_that_still_refuses_the_last_bookmark_is_told_of_at_the_end() {
    let mut world = bookmarked(|setup| setup.store.manner = Manner::Full).open();
    world.send("id: 1\ndata: a\n\n");
    world.send("id: 2\ndata: b\n\n");
    assert_eq!(world.errors(), ["store-write"]);
    world.close();
    assert_eq!((world.errors(), world.ending()), (vec!["store-write"; 2], Some(&None)));
}

#[test]
fn a_store_that_does_not_answer_holds_up_the_end_for_five_seconds_only() {
    let mut world = bookmarked(|setup| setup.store.manner = Manner::Slow).open();
    world.send("id: 1\ndata: a\n\n");
    world.close();
    assert_eq!(world.next_timer(), Some(5_000));
    world.pass(4_999);
    assert!(!world.has_ended());
    world.pass(1);
    assert_eq!(world.ending(), Some(&None));
    assert_eq!(world.errors(), ["store-write"]);
    assert_eq!(world.next_timer(), None);
}

#[test]
fn a_store_that_answers_after_the_end_is_not_heard() {
    for answer in [Ok(()), Err("full".to_string())] {
        for events in ["id: 1\ndata: a\n\n", "id: 1\ndata: a\n\nid: 2\n\n"] {
            let mut world = bookmarked(|setup| setup.store.manner = Manner::Slow).open();
            world.send(events);
            world.send("id: 3\ndata: b\n\n");
            world.close();
            world.pass(5_000);
            assert!(world.has_ended());
            // The world refuses any action after the end.
            world.store_answers(answer.clone());
        }
    }
}

#[test]
fn what_is_handled_after_close_is_not_committed() {
    let mut world = bookmarked(|setup| setup.hands = Hands::Slow).open();
    world.send("id: 1\ndata: a\n\nid: 2\ndata: b\n\n");
    world.finish("a");
    world.close();
    world.finish("b");
    assert_eq!(world.stored().as_deref(), Some("1"));
}

#[test]
fn no_commit_is_told_while_closing() {
    let mut world = bookmarked(|setup| setup.store.manner = Manner::Slow).open();
    world.send("id: 1\ndata: a\n\n");
    world.close();
    world.store_answers(Ok(()));
    assert_eq!(world.commits(), [""; 0]);
}

#[test]
fn a_source_that_ends_properly_is_handled_to_its_last_event_before_the_end() {
    let mut world = bookmarked(|setup| {
        setup.hands = Hands::Slow;
        setup.sse.done = Some("[DONE]".into());
    })
    .open();
    world.send("id: 1\ndata: a\n\nid: 2\ndata: b\n\ndata: [DONE]\n\nid: 3\ndata: after\n\n");
    assert!(!world.is_connected());
    assert_eq!(world.data(), ["a", "b"]);
    world.finish("b");
    assert!(!world.has_ended());
    world.finish("a");
    assert_eq!(world.ending(), Some(&None));
    assert_eq!(world.stored().as_deref(), Some("2"));
    let [.., state, close] = world.notices.as_slice() else { panic!("{:?}", world.notices) };
    assert_eq!((state, close), (&Notice::State(StateName::Closed), &Notice::Close(None)));
}

#[test]
fn the_last_commit_of_a_source_that_ends_by_itself_is_told() {
    let mut world = bookmarked(|setup| setup.sse.done = Some("[DONE]".into())).open();
    world.send("id: 1\ndata: a\n\ndata: [DONE]\n\n");
    assert!(world.has_ended());
    assert_eq!(world.commits(), ["1"]);
}

#[test]
fn an_error_that_ends_the_stream_lets_the_handlers_finish_too() {
    let mut world = bookmarked(|setup| setup.hands = Hands::Slow).open();
    world.send("id: 1\ndata: a\n\n");
    world.cut();
    world.pass(1_000);
    world.refuse(403, &[], "");
    assert!(!world.has_ended());
    world.finish("a");
    assert_eq!(world.ended_by(), Some("forbidden"));
    assert_eq!(world.stored().as_deref(), Some("1"));
}

#[test]
fn credentials_that_are_denied_for_good_are_the_end_however_long_a_handler_takes() {
    let mut world = bookmarked(|setup| setup.hands = Hands::Slow).open();
    world.send("id: 1\ndata: a\n\n");
    world.cut();
    world.pass(1_000);
    let id = world.requests.last().unwrap().id;
    world.input(Input::Failed(id, Fault::Denied("revoked".into())));
    assert_eq!(world.next_timer(), None);
    world.finish("a");
    assert_eq!(world.ended_by(), Some("auth-failed"));
    assert_eq!(world.stored().as_deref(), Some("1"));
}

#[test]
fn the_state_that_is_read_is_the_state_that_was_told() {
    let mut world = bookmarked(|setup| setup.hands = Hands::Slow).open();
    world.send("id: 1\ndata: a\n\n");
    world.cut();
    world.pass(1_000);
    world.respond(204, &[]);
    assert_eq!(world.state(), world.told_state(), "while the last event is handled");

    let mut world = bookmarked(|setup| setup.store.manner = Manner::Slow).open();
    world.send("id: 1\ndata: a\n\n");
    world.cut();
    world.close();
    assert_eq!(world.state(), world.told_state(), "while the bookmark is flushed");
}

#[test]
fn close_while_the_last_events_are_handled_does_not_wait_for_them() {
    let mut world = setup(|setup| {
        setup.hands = Hands::Slow;
        setup.sse.done = Some("[DONE]".into());
    })
    .open();
    world.send("data: a\n\ndata: [DONE]\n\n");
    assert!(!world.has_ended());
    world.close();
    assert!(world.has_ended());
}
