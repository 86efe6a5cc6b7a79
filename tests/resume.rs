//! After a cut, a restart or a kill, the stream goes on behind the last event that was handled.

mod common;

use brookmark::engine::io::{Input, StateName};
use brookmark::engine::position::Resume;
use common::world::{bookmarked, setup, Hands};

#[test]
fn a_cut_stream_asks_for_what_follows_the_last_event() {
    let mut world = setup(|_| {}).open();
    assert_eq!(world.asked_for(), None);
    world.send("id: 1\ndata: a\n\nid: 2\ndata: b\n\n");
    world.cut();
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some("2"));
    world.accept();
    world.send("id: 3\ndata: c\n\n");
    assert_eq!(world.data(), ["a", "b", "c"]);
}

#[test]
fn a_properly_ended_response_is_followed_by_another_as_well() {
    let mut world = setup(|_| {}).open();
    world.send("id: 1\ndata: a\n\n");
    world.end();
    assert_eq!(world.state(), StateName::Waiting);
    assert_eq!(world.errors(), [""; 0]);
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some("1"));
}

#[test]
fn a_restart_goes_on_behind_the_last_handled_event() {
    let mut world = bookmarked(|setup| setup.hands = Hands::Slow).open();
    world.send("id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n");
    world.finish("a");
    world.finish("b");
    let mut world = world.restart();
    assert_eq!(world.asked_for(), Some("2"));
    assert_eq!(world.position(), Some("2"));
    world.accept();
    world.send("id: 3\ndata: c\n\n");
    assert_eq!(world.data(), ["c"]);
}

#[test]
fn a_restart_before_anything_was_handled_begins_where_the_configuration_says() {
    for (start, asked) in [
        (Resume::Latest, None),
        (Resume::Earliest, Some("earliest")),
        (Resume::After(brookmark::engine::position::Position::new("77".into())), Some("77")),
    ] {
        let mut world = bookmarked(|setup| {
            setup.config.start = start;
            setup.hands = Hands::Slow;
        })
        .open();
        assert_eq!(world.asked_for(), asked);
        world.send("id: 1\ndata: a\n\n");
        assert_eq!(world.restart().asked_for(), asked);
    }
}

#[test]
fn a_bookmark_wins_over_the_configured_start() {
    let mut world = bookmarked(|setup| setup.config.start = Resume::Earliest).open();
    world.send("id: 1\ndata: a\n\n");
    assert_eq!(world.restart().asked_for(), Some("1"));
}

#[test]
fn the_position_stays_over_events_and_responses_without_an_id() {
    let mut world = bookmarked(|_| {}).open();
    world.send("id: 7\ndata: a\n\ndata: b\n\n");
    world.cut();
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some("7"));
    world.accept();
    world.send("data: c\n\n");
    world.cut();
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some("7"));
    let ids: Vec<&str> = world.delivered.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids, ["7", "7", "7"]);
}

#[test]
fn an_empty_id_takes_the_position_back() {
    let mut world = bookmarked(|_| {}).open();
    world.send("id: 7\ndata: a\n\nid\ndata: b\n\n");
    assert_eq!(world.stored().as_deref(), Some(""));
    world.cut();
    world.pass(1_000);
    assert_eq!(world.asked_for(), None);
    assert_eq!(world.restart().asked_for(), None);
}

#[test]
fn a_bare_position_is_committed_at_once_or_behind_the_events_before_it() {
    let mut world = bookmarked(|setup| setup.hands = Hands::Slow).open();
    world.send("id: 1\n\n");
    assert_eq!(world.stored().as_deref(), Some("1"));
    world.send("id: 2\ndata: a\n\nid: 3\n\n");
    assert_eq!(world.stored().as_deref(), Some("1"));
    world.finish("a");
    assert_eq!(world.stored().as_deref(), Some("3"));
    world.cut();
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some("3"));
}

#[test]
fn an_unfinished_event_is_neither_delivered_nor_a_position() {
    let mut world = bookmarked(|_| {}).open();
    world.send("id: 1\ndata: a\n\nid: 2\ndata: b\n");
    world.cut();
    world.pass(1_000);
    assert_eq!(world.data(), ["a"]);
    assert_eq!(world.asked_for(), Some("1"));
}

#[test]
fn ids_come_back_exactly_as_they_were_sent() {
    for id in ["9223372036854775807", "1700000000000000001", "a+/=", "żółw 🐢", "{\"a\": 1}", "0007", "1.0"]
    {
        let mut world = bookmarked(|_| {}).open();
        world.send(&format!("id: {id}\ndata: a\n\n"));
        let mut world = world.restart();
        assert_eq!(world.asked_for(), Some(id));
        assert_eq!(world.position(), Some(id));
        world.accept();
        world.cut();
        world.pass(1_000);
        assert_eq!(world.asked_for(), Some(id));
    }
}

#[test]
fn what_a_source_repeats_is_dropped_after_a_cut() {
    let mut world = setup(|_| {}).open();
    world.send("id: 1\ndata: a\n\nid: 2\ndata: b\n\n");
    world.cut();
    world.pass(1_000);
    world.accept();
    world.send("id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n");
    assert_eq!(world.data(), ["a", "b", "c"]);
    assert_eq!(world.session().stats().repeats, 2);
}

#[test]
fn what_a_source_repeats_is_dropped_after_a_restart_if_it_was_committed() {
    let mut world = bookmarked(|setup| setup.hands = Hands::Slow).open();
    world.send("id: 1\ndata: a\n\nid: 2\ndata: b\n\n");
    world.finish("a");
    let mut world = world.restart();
    world.accept();
    world.send("id: 1\ndata: a\n\nid: 2\ndata: b\n\n");
    assert_eq!(world.data(), ["b"]);
}

#[test]
fn an_event_with_an_old_id_and_new_content_is_no_repeat() {
    let mut world = setup(|_| {}).open();
    world.send("id: 1\ndata: a\n\n");
    world.cut();
    world.pass(1_000);
    world.accept();
    world.send("id: 1\ndata: A\n\nid: 1\nevent: x\ndata: a\n\n");
    assert_eq!(world.data(), ["a", "A", "a"]);
}

#[test]
fn equal_events_of_one_response_are_all_delivered_whatever_their_id() {
    for id in ["id: 1\n", "id:\n", "id:  blank\n", ""] {
        let mut world = setup(|_| {}).open();
        world.send(&format!("{id}data: tick\n\n").repeat(3));
        world.send(&format!("{id}data: tick\n\n"));
        assert_eq!(world.data(), ["tick"; 4], "with {id:?}");
    }
}

#[test]
fn an_id_that_comes_back_alone_is_in_force_again() {
    let mut world = setup(|_| {}).open();
    world.send("id: 1\n\nid:  blank\ndata: a\n\nid: 1\n\ndata: b\n\n");
    let ids: Vec<&str> = world.delivered.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids, [" blank", "1"]);
}

#[test]
fn events_that_are_not_heard_move_the_position() {
    let mut world = bookmarked(|setup| setup.sse.events = Some(vec!["deal".into()])).open();
    world.send("id: 1\nevent: deal\ndata: a\n\nid: 2\nevent: other\ndata: b\n\nid: 3\ndata: c\n\n");
    assert_eq!(world.data(), ["a"]);
    assert_eq!(world.stored().as_deref(), Some("3"));
    assert_eq!(world.restart().asked_for(), Some("3"));
}

#[test]
fn seek_moves_the_bookmark_and_connects_there() {
    let mut world = bookmarked(|setup| setup.hands = Hands::Slow).open();
    world.send("id: 5\ndata: a\n\nid: 6\ndata: b\n\n");
    world.seek("3");
    assert_eq!(world.stored().as_deref(), Some("3"));
    assert_eq!(world.asked_for(), Some("3"));
    assert_eq!(world.position(), Some("3"));
    // A handler that was still at it changes nothing any more.
    world.finish("b");
    assert_eq!(world.stored().as_deref(), Some("3"));
    // What comes again is wanted again.
    world.accept();
    world.send("id: 5\ndata: a\n\n");
    world.finish("a");
    assert_eq!(world.data(), ["a", "b", "a"]);
    assert_eq!(world.stored().as_deref(), Some("5"));
}

#[test]
fn seek_leads_on_from_every_state_but_the_end() {
    let mut idle = setup(|_| {}).build();
    idle.seek("3");
    assert_eq!(idle.asked_for(), Some("3"));

    let mut waiting = setup(|_| {}).open();
    waiting.cut();
    waiting.seek("3");
    assert_eq!((waiting.asked_for(), waiting.next_timer()), (Some("3"), Some(30_000)));

    let mut suspended = setup(|_| {}).open();
    suspended.input(Input::Freeze);
    suspended.seek("3");
    assert_eq!(suspended.asked_for(), Some("3"));

    let mut finishing = setup(|setup| {
        setup.hands = Hands::Slow;
        setup.sse.done = Some("[DONE]".into());
    })
    .open();
    finishing.send("data: a\n\ndata: [DONE]\n\n");
    finishing.seek("3");
    assert_eq!(finishing.asked_for(), Some("3"));

    let mut closed = setup(|_| {}).open();
    closed.close();
    closed.seek("3");
    assert_eq!(closed.requests.len(), 1);
}

#[test]
fn seek_to_an_end_of_the_source_asks_for_it() {
    let mut world = bookmarked(|_| {}).open();
    world.send("id: 5\ndata: a\n\n");
    world.input(Input::Seek(Resume::Earliest));
    assert_eq!(world.asked_for(), Some("earliest"));
    world.input(Input::Seek(Resume::Latest));
    assert_eq!(world.asked_for(), None);
    assert_eq!(world.aborted.len(), 2);
}
