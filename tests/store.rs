//! The store may be slow, full, broken or absent; the stream goes on.

mod common;

use brookmark::engine::io::{Input, StateName};
use common::world::{bookmarked, setup, Hands, Manner, NAME};

#[test]
fn nothing_is_requested_before_the_bookmark_was_read() {
    let mut world = bookmarked(|setup| setup.store.manner = Manner::Mute).start();
    assert_eq!((world.state(), world.requests.len()), (StateName::Loading, 0));
    world.pass(29_999);
    assert_eq!(world.requests.len(), 0);
    world.load_answers(Ok(None));
    assert_eq!((world.state(), world.requests.len()), (StateName::Connecting, 1));
    world.load_answers(Ok(Some("garbage".into())));
    assert_eq!((world.loads, world.gaps.len(), world.requests.len()), (1, 0, 1));
}

#[test]
fn a_store_that_never_gives_the_bookmark_is_a_gap_in_the_end() {
    let mut world = bookmarked(|setup| setup.store.manner = Manner::Mute).start();
    world.pass(30_000);
    assert_eq!(world.errors(), ["store-read"]);
    assert_eq!((world.gaps.len(), world.requests.len()), (1, 1));
    world.load_answers(Ok(None));
    assert_eq!((world.gaps.len(), world.requests.len()), (1, 1));
}

#[test]
fn a_store_that_never_takes_the_bookmark_is_reported() {
    let mut world = bookmarked(|setup| setup.store.manner = Manner::Slow).open();
    world.send("id: 1\ndata: a\n\n");
    world.pass(29_999);
    assert_eq!(world.errors(), [""; 0]);
    world.pass(1);
    assert_eq!(world.errors(), ["store-write"]);
    world.store_answers(Ok(()));
    assert_eq!(world.commits(), ["1"]);
}

#[test]
fn without_a_bookmark_the_store_is_left_alone_but_commits_are_told() {
    let mut world = setup(|_| {}).open();
    world.send("id: 1\ndata: a\n\n");
    assert_eq!((world.loads, world.writes.len()), (0, 0));
    assert_eq!(world.commits(), ["1"]);
    assert_eq!(world.position(), Some("1"));
}

#[test]
fn a_slow_store_gets_one_write_at_a_time_and_the_newest_next() {
    let mut world = bookmarked(|setup| setup.store.manner = Manner::Slow).open();
    for n in 1..=5 {
        world.send(&format!("id: {n}\ndata: {n}\n\n"));
    }
    // The events are handled without waiting for the store.
    assert_eq!(world.data().len(), 5);
    assert_eq!((world.writes.len(), world.stored()), (1, None));
    world.store_answers(Ok(()));
    assert_eq!((world.writes.len(), world.stored().as_deref()), (2, Some("1")));
    world.store_answers(Ok(()));
    assert_eq!((world.writes.len(), world.stored().as_deref()), (2, Some("5")));
    assert_eq!(world.commits(), ["1", "5"]);
    assert_eq!(world.session().stats().commits, 2);
}

#[test]
fn a_commit_is_told_only_when_the_store_has_it() {
    let mut world = bookmarked(|setup| setup.store.manner = Manner::Slow).open();
    world.send("id: 1\ndata: a\n\n");
    assert_eq!(world.commits(), [""; 0]);
    world.store_answers(Ok(()));
    assert_eq!(world.commits(), ["1"]);
}

#[test]
fn a_full_store_is_reported_once_and_asked_again_with_each_commit() {
    let mut world = bookmarked(|setup| setup.store.manner = Manner::Full).open();
    for n in 1..=3 {
        world.send(&format!("id: {n}\ndata: {n}\n\n"));
    }
    assert_eq!(world.errors(), ["store-write"]);
    assert_eq!((world.writes.len(), world.data().len()), (3, 3));
    assert_eq!(world.commits(), [""; 0]);
    world.store.manner = Manner::Prompt;
    world.send("id: 4\ndata: 4\n\n");
    assert_eq!(world.stored().as_deref(), Some("4"));
    world.store.manner = Manner::Full;
    world.send("id: 5\ndata: 5\n\n");
    assert_eq!(world.errors(), ["store-write"; 2]);
}

#[test]
fn a_slow_store_that_refuses_gets_the_newest_record_at_once() {
    let mut world = bookmarked(|setup| setup.store.manner = Manner::Slow).open();
    world.send("id: 1\ndata: a\n\n");
    world.send("id: 2\ndata: b\n\n");
    world.store_answers(Err("locked".into()));
    assert_eq!(world.errors(), ["store-write"]);
    world.store_answers(Ok(()));
    assert_eq!(world.stored().as_deref(), Some("2"));
}

#[test]
fn a_kill_during_a_write_leaves_the_bookmark_before() {
    let mut world = bookmarked(|setup| setup.store.manner = Manner::Slow).open();
    world.send("id: 1\ndata: a\n\n");
    world.store_answers(Ok(()));
    world.send("id: 2\ndata: b\n\n");
    assert!(world.is_saving());
    let mut world = world.restart();
    assert_eq!(world.asked_for(), Some("1"));
    world.accept();
    world.send("id: 2\ndata: b\n\n");
    assert_eq!(world.data(), ["b"]);
}

#[test]
fn a_record_holds_neither_the_address_nor_a_header() {
    let mut world = bookmarked(|setup| {
        setup.sse.url = "https://user:secret@example.org/events?token=secret".into();
        setup.hands = Hands::Quick;
    })
    .open();
    world.send("id: 1\nevent: secret\ndata: secret\n\n");
    let record = world.store.record.unwrap();
    for word in ["secret", "example", "http", NAME] {
        assert!(!record.contains(word), "{word} in {record}");
    }
}

#[test]
fn a_record_stays_small_however_many_events_were_committed() {
    let mut world = bookmarked(|_| {}).open();
    for n in 0..1_000 {
        world.send(&format!("id: {n}\ndata: {n}\n\n"));
    }
    let longest = world.writes.iter().map(String::len).max().unwrap();
    assert!(longest < 1_200, "{longest}");
}

#[test]
fn a_bookmark_that_another_stream_has_moved_ends_this_one() {
    let mut world = bookmarked(|setup| setup.store.manner = Manner::Slow).open();
    world.send("id: 1\ndata: a\n\n");
    world.send("id: 2\ndata: b\n\n");
    world.input(Input::Overtaken);
    assert_eq!(world.ended_by(), Some("bookmark-conflict"));
    assert_eq!((world.commits().len(), world.writes.len(), world.aborted.len()), (0, 1, 1));
}

#[test]
fn a_bookmark_that_turns_out_to_be_moved_at_the_end_is_told() {
    let mut world = bookmarked(|setup| setup.store.manner = Manner::Slow).open();
    world.send("id: 1\ndata: a\n\n");
    world.close();
    assert!(!world.has_ended(), "the last bookmark is being written");
    world.input(Input::Overtaken);
    assert!(world.has_ended());
    assert_eq!((world.errors(), world.ended_by()), (vec!["bookmark-conflict"], None));
}
