//! Sources that cannot go on from the position, or are others than before.

use brookmark::engine::bookmark::SourceId;
use brookmark::engine::cursor::Kind;
use brookmark::engine::io::GapPolicy;
use brookmark::engine::protocol::poll::Found;

use crate::common::polls::*;
use crate::common::world::{Setup, World};

fn gone(mut setup: Setup, policy: GapPolicy) -> World {
    setup.gap = Some(policy);
    let mut world = setup.start();
    world.page(&items(1..=2));
    world.page("[]");
    let mut world = world.restart_after(60_000);
    assert_eq!(world.asked(), "?since=2");
    world.respond(410, &[]);
    world.send("gone");
    world.end();
    world
}

#[test]
fn a_position_that_is_gone_is_a_gap_with_a_policy() {
    let mut world = gone(polled(|_| {}), GapPolicy::Earliest);
    let [gap] = world.gaps.as_slice() else { panic!("{:?}", world.gaps) };
    assert_eq!((gap.reason.name(), gap.position.as_ref().unwrap().as_str()), ("position-expired", "2"));
    assert_eq!(gap.age.unwrap().get(), 60_000);
    assert_eq!(world.asked(), "");
    world.page(&items(2..=4));
    world.page("[]");
    assert_eq!((world.came(), world.stored().as_deref()), (vec![3, 4], Some("4")));

    let mut world = gone(polled(|_| {}), GapPolicy::Latest);
    world.page(&items(2..=4));
    world.page("[]");
    assert_eq!((world.came(), world.stored().as_deref()), (vec![], Some("4")));
    world.next_round();
    world.page(&items(5..=5));
    assert_eq!(world.came(), [5]);

    let world = gone(polled(|_| {}), GapPolicy::Fail);
    assert_eq!((world.ended_by(), world.stored().as_deref()), (Some("position-expired"), Some("2")));
}

#[test]
fn a_source_that_has_words_for_its_ends_is_asked_in_them() {
    let words = |policy| {
        gone(
            polled(|config| {
                config.earliest = Some("tail".into());
                config.latest = Some("top".into());
            }),
            policy,
        )
    };
    assert_eq!(words(GapPolicy::Earliest).asked(), "?since=tail");
    assert_eq!(words(GapPolicy::Latest).asked(), "?since=top");
}

#[test]
fn a_gap_in_the_middle_of_a_run_keeps_what_was_handled() {
    for (policy, asked) in [(GapPolicy::Earliest, "?since=tail"), (GapPolicy::Latest, "?since=top")] {
        let mut setup = polled(|config| {
            config.earliest = Some("tail".into());
            config.latest = Some("top".into());
        });
        setup.gap = Some(policy);
        let mut world = setup.start();
        world.page(&items(1..=2));
        world.respond(410, &[]);
        world.end();
        assert_eq!((world.gaps.len(), world.asked()), (1, asked));
        assert_eq!(world.stored().as_deref(), Some("2"));
        world.page(&items(7..=7));
        assert_eq!((world.came(), world.stored().as_deref()), (vec![1, 2, 7], Some("7")));
    }
}

#[test]
fn other_statuses_can_mean_that_the_position_is_gone() {
    let mut world = polled(|config| config.expired = vec![400, 404]).start();
    world.page(&items(1..=2));
    world.page("[]");
    world.next_round();
    world.respond(404, &[]);
    world.end();
    assert_eq!(world.gaps[0].reason.name(), "position-expired");
}

#[test]
fn without_a_position_a_refusal_is_no_gap() {
    let mut world = polled(|_| {}).start();
    world.respond(410, &[]);
    world.end();
    assert_eq!((world.gaps.len(), world.ended_by()), (0, Some("position-expired")));
}

#[test]
fn a_position_that_regresses_is_a_gap() {
    let mut world = named(|config| config.form = form(Kind::Decimal)).start();
    world.page(&with([1], r#""next":100"#));
    world.page(&with([2], r#""next":40"#));
    assert_eq!(world.gaps[0].reason.name(), "position-regressed");
    assert_eq!(world.came(), [1], "nothing of such a page is told before the decision");
    assert_eq!(world.asked(), "", "the policy is earliest");
    world.page(&with([1, 2], r#""next":40"#));
    assert_eq!(world.came(), [1, 1, 2], "what the source has now may have the ids of other items");
    assert_eq!(world.stored().as_deref(), Some("40"));
}

#[test]
fn a_source_made_anew_is_a_gap_and_its_items_are_new() {
    let setup = || {
        polled(|config| {
            config.incarnation = Some(Found::Header("x-generation".into()));
        })
    };
    let mut world = setup().start();
    world.page_with(&[("x-generation", "one")], &items(1..=2));
    world.page_with(&[("x-generation", "one")], "[]");
    world.next_round();
    world.page_with(&[("x-generation", "two")], "[]");
    assert_eq!(world.gaps[0].reason.name(), "recreated");
    world.page_with(&[("x-generation", "two")], &items(1..=1));
    assert_eq!(world.came(), [1, 2, 1]);
    world.page_with(&[("x-generation", "two")], "[]");
    assert_eq!((world.stored().as_deref(), world.gaps.len()), (Some("1"), 1));
}

#[test]
fn a_source_made_anew_while_nobody_looked_is_a_gap_too() {
    let mut world = polled(|config| config.incarnation = Some(Found::Header("x-generation".into()))).start();
    world.page_with(&[("x-generation", "one")], &items(1..=2));
    world.page_with(&[("x-generation", "one")], "[]");
    let mut world = world.restart();
    world.page_with(&[("x-generation", "one")], "[]");
    assert_eq!(world.gaps, []);
    let mut world = world.restart();
    world.page_with(&[("x-generation", "two")], "[]");
    assert_eq!(world.gaps.len(), 1);
    assert_eq!((world.gaps[0].reason.name(), world.asked()), ("recreated", ""));
}

#[test]
fn the_bookmark_of_a_changed_definition_is_not_used_silently() {
    let mut world = polled(|_| {}).start();
    world.page(&items(1..=2));
    let record = world.store.record.clone();
    let mut changed = polled(|config| config.places = vec![query("from")]);
    changed.config.source = SourceId::of(&["poll", "another definition"]);
    changed.store.record = record;
    let world = changed.start();
    assert_eq!(world.gaps[0].reason.name(), "bookmark-foreign");
    assert_eq!(world.gaps[0].position.as_ref().unwrap().as_str(), "2");
    assert_eq!(world.asked(), "");
}

#[test]
fn a_list_that_ends_before_what_was_seen_is_a_gap() {
    for (policy, came) in [(GapPolicy::Earliest, vec![1, 8, 9]), (GapPolicy::Latest, vec![1])] {
        let mut setup = newest_first(|_| {});
        setup.gap = Some(policy);
        let mut world = setup.start();
        world.page(&items([1]));
        world.next_round();
        world.page(&items([9, 8]));
        assert_eq!(world.gaps[0].reason.name(), "overrun");
        world.page(&items([9, 8]));
        assert_eq!((world.came(), world.stored().as_deref()), (came, Some("9")), "{policy:?}");
    }
}
