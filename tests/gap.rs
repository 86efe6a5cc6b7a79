//! Where the source cannot continue from the position, the application hears of it and decides.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

mod common;

use brookmark::engine::bookmark::SourceId;
use brookmark::engine::error::Reason;
use brookmark::engine::io::{GapPolicy, StateName};
use common::world::{bookmarked, setup, Hands, Manner, Setup, World};

/// A world that was restarted with a bookmark at 5, and whose source no longer keeps that.
fn expired(policy: Option<GapPolicy>) -> World {
    let mut world = bookmarked(|setup| setup.gap = policy).open();
    world.send("id: 5\ndata: a\n\n");
    let mut world = world.restart_after(60_000);
    world.respond(410, &[]);
    world.send("gone");
    world.end();
    world
}

#[test]
fn an_expired_position_is_told_with_its_age_and_the_policy_is_followed() {
    for (policy, asked) in [(GapPolicy::Earliest, Some("earliest")), (GapPolicy::Latest, None)] {
        let mut world = expired(Some(policy));
        let [gap] = world.gaps.as_slice() else { panic!("{:?}", world.gaps) };
        assert_eq!(gap.reason, Reason::PositionExpired);
        assert_eq!(gap.position.as_ref().unwrap().as_str(), "5");
        assert_eq!(gap.age.unwrap().get(), 60_000);
        assert_eq!((world.asked_for(), world.requests.len()), (asked, 2));
        world.accept();
        world.send("id: 9\ndata: b\n\n");
        assert_eq!(world.stored().as_deref(), Some("9"));
        assert_eq!(world.session().stats().gaps, 1);
    }
}

#[test]
fn the_policy_to_fail_ends_the_stream_with_the_refusal() {
    let world = expired(Some(GapPolicy::Fail));
    assert_eq!(world.ended_by(), Some("position-expired"));
    let report = world.ending().unwrap().as_ref().unwrap();
    assert_eq!(report.error.refusal().unwrap().body, "gone");
    assert_eq!(report.position.as_ref().unwrap().as_str(), "5");
    // The bookmark stays, for whoever wants to look at it.
    assert_eq!(world.stored().as_deref(), Some("5"));
}

#[test]
fn nothing_is_requested_before_the_application_has_decided() {
    let mut world = expired(None);
    assert_eq!(world.state(), StateName::Loading);
    world.pass(10_000_000);
    assert_eq!(world.requests.len(), 1);
    world.input(brookmark::engine::io::Input::Decide(GapPolicy::Latest));
    assert_eq!(world.requests.len(), 2);
    world.input(brookmark::engine::io::Input::Decide(GapPolicy::Fail));
    assert_eq!(world.requests.len(), 2);
}

#[test]
fn every_reconnect_that_meets_a_gap_tells_it_again() {
    let mut world = bookmarked(|_| {}).open();
    for n in 1..=3 {
        world.send(&format!("id: {n}\ndata: {n}\n\n"));
        world.cut();
        world.pass(1_000);
        world.refuse(410, &[], "");
        assert_eq!(world.gaps.len(), n);
        assert_eq!(world.asked_for(), Some("earliest"));
        world.accept();
    }
}

#[test]
fn a_source_that_does_not_keep_its_own_beginning_ends_the_stream() {
    let mut world = expired(Some(GapPolicy::Earliest));
    world.refuse(410, &[], "");
    assert_eq!(world.ended_by(), Some("position-expired"));
    assert_eq!(world.gaps.len(), 1);
}

#[test]
fn a_position_that_was_received_but_not_committed_has_no_age() {
    let mut world = setup(|setup| setup.hands = Hands::Slow).open();
    world.send("id: 5\ndata: a\n\n");
    world.cut();
    world.pass(1_000);
    world.refuse(410, &[], "");
    assert_eq!(world.gaps[0].position.as_ref().unwrap().as_str(), "5");
    assert_eq!(world.gaps[0].age, None);
}

#[test]
fn what_was_handed_out_before_a_gap_is_still_handled_and_committed() {
    let mut world = bookmarked(|setup| setup.hands = Hands::Slow).open();
    world.send("id: 5\ndata: a\n\n");
    world.cut();
    world.pass(1_000);
    world.refuse(410, &[], "");
    world.finish("a");
    assert_eq!(world.stored().as_deref(), Some("5"));
}

fn stored_as(change: impl Fn(&str) -> String) -> Setup {
    let mut world = bookmarked(|_| {}).open();
    world.send("id: 5\ndata: a\n\n");
    let record = world.store.record.unwrap();
    bookmarked(|setup| setup.store.record = Some(change(&record)))
}

#[test]
fn a_bookmark_that_cannot_be_used_is_a_gap_with_its_reason() {
    let damaged = stored_as(|record| record.replace('5', "6"));
    let garbage = stored_as(|_| "hello".into());
    let newer = stored_as(|record| record.replacen("brookmark/1", "brookmark/2", 1));
    let mut foreign = stored_as(str::to_owned);
    foreign.config.source = SourceId::of(&["sse", "https://example.org/others"]);
    for (setup, reason, position) in [
        (damaged, Reason::BookmarkUnreadable, None),
        (garbage, Reason::BookmarkUnreadable, None),
        (newer, Reason::BookmarkVersion, None),
        (foreign, Reason::BookmarkForeign, Some("5")),
    ] {
        for (policy, asked) in [(GapPolicy::Earliest, Some("earliest")), (GapPolicy::Latest, None)] {
            let mut setup = setup.clone();
            setup.gap = Some(policy);
            let world = setup.start();
            let [gap] = world.gaps.as_slice() else { panic!("{:?}", world.gaps) };
            assert_eq!(gap.reason, reason);
            assert_eq!(gap.position.as_ref().map(|position| position.as_str()), position);
            assert_eq!(gap.age.is_some(), position.is_some());
            assert_eq!((world.asked_for(), world.requests.len()), (asked, 1));
            assert_eq!(world.position(), None);
        }
        let mut setup = setup.clone();
        setup.gap = Some(GapPolicy::Fail);
        let world = setup.start();
        assert_eq!(world.ended_by(), Some(reason.name()));
        assert_eq!(world.requests.len(), 0);
    }
}

#[test]
fn a_store_that_cannot_be_read_is_reported_and_a_gap() {
    let world = bookmarked(|setup| setup.store.manner = Manner::Broken).start();
    assert_eq!(world.errors(), ["store-read"]);
    assert_eq!(world.gaps[0].reason, Reason::StoreRead);
    assert_eq!(world.asked_for(), Some("earliest"));

    let world = bookmarked(|setup| {
        setup.store.manner = Manner::Broken;
        setup.gap = Some(GapPolicy::Fail);
    })
    .start();
    assert_eq!(world.ended_by(), Some("store-read"));
}

#[test]
fn a_request_that_may_be_sent_once_is_not_sent_again_for_a_gap() {
    let mut world = stored_as(str::to_owned);
    world.config.retry = None;
    let mut world = world.start();
    assert_eq!(world.asked_for(), Some("5"));
    world.refuse(410, &[], "");
    assert_eq!(world.gaps.len(), 1);
    assert_eq!(world.ended_by(), Some("position-expired"));
    assert_eq!(world.requests.len(), 1);

    // But a bookmark that cannot be used has sent nothing yet.
    let mut world = stored_as(|_| "hello".into());
    world.config.retry = None;
    assert_eq!(world.start().requests.len(), 1);
}

#[test]
fn the_end_of_a_freshly_made_gap_is_kept_over_cuts_before_the_first_event() {
    let mut world = expired(Some(GapPolicy::Earliest));
    world.accept();
    world.cut();
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some("earliest"));
}
