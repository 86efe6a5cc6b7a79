//! Items that share a position, at a source that sends only what is behind one.

use brookmark::engine::config::Oversize;
use brookmark::engine::protocol::poll::{PollConfig, Top};

use crate::common::polls::*;
use crate::common::world::{Hands, World};

fn row(id: u64, seq: u64) -> String {
    format!("{{\"id\":\"i{id}\",\"seq\":{seq}}}")
}

fn rows(rows: &[(u64, u64)]) -> String {
    rows.iter().map(|(id, seq)| row(*id, *seq)).collect::<Vec<_>>().join(",")
}

fn by_token(config: &mut PollConfig) {
    config.items = at("/items");
    config.paging = Some(paged(None));
    config.tops = vec![Top::NoNext];
}

fn page(world: &mut World, items: &[(u64, u64)], more: &str) {
    world.page(&format!("{{\"items\":[{}],{more}}}", rows(items)));
}

#[test]
fn a_kill_among_items_of_one_position_loses_none_of_them() {
    let mut world = polled(|_| {}).start();
    world.hands = Hands::Slow;
    world.page(&format!("[{}]", rows(&[(1, 5), (2, 7), (3, 7), (4, 7), (5, 8)])));
    for (id, seq) in [(1, 5), (2, 7), (3, 7)] {
        world.finish(&row(id, seq));
    }
    let mut world = world.restart();
    assert_eq!(world.asked(), "?since=5");
    world.hands = Hands::Slow;
    world.page(&format!("[{}]", rows(&[(2, 7), (3, 7), (4, 7), (5, 8)])));
    assert_eq!(world.came(), [4, 5], "the bookmark knows what was handled");
    world.finish(&row(4, 7));
    assert_eq!(world.stored().as_deref(), Some("7"));
}

#[test]
fn an_item_that_is_too_large_is_no_border_between_items_of_one_position() {
    let mut setup = polled(|config| {
        config.max_item_bytes = 100;
        config.tops = vec![Top::Empty];
    });
    setup.config.oversize = Oversize::Skip;
    let mut world = setup.start();
    let large = format!("{{\"id\":\"{}\",\"seq\":5}}", "x".repeat(100));
    world.page(&format!("[{},{large}]", row(1, 5)));
    assert_eq!((world.asked(), world.errors()), ("?since=5", vec!["event-too-large"]));
    world.page(&format!("[{},{large},{large}]", row(2, 6)));
    assert_eq!(world.asked(), "?since=6");
    world.hands = Hands::Slow;
    world.page(&format!("[{},{large},{},{}]", row(3, 7), row(4, 7), row(5, 8)));
    world.finish(&row(3, 7));
    assert_eq!(world.stored().as_deref(), Some("6"));
    world.finish(&row(4, 7));
    assert_eq!(world.stored().as_deref(), Some("7"));
}

#[test]
fn a_cut_among_items_of_one_position_loses_none_of_them() {
    for is_end in [true, false] {
        let mut world = polled(|_| {}).start();
        world.respond(200, &[("content-type", "application/json")]);
        world.send(&format!("[{},{{\"id\":\"i4\",", rows(&[(1, 5), (2, 7), (3, 7)])));
        if is_end {
            world.end();
        } else {
            world.cut();
        }
        world.pass(2_000);
        assert_eq!(world.asked(), "?since=5");
        world.page(&format!("[{}]", rows(&[(2, 7), (3, 7), (4, 7), (5, 8)])));
        assert_eq!(world.came(), [1, 2, 3, 4, 5]);
    }
}

#[test]
fn items_of_one_position_may_be_on_both_sides_of_a_page_border() {
    let mut world = polled(by_token).start();
    page(&mut world, &[(1, 5), (2, 7)], r#""page":"p2""#);
    assert_eq!((world.came(), world.stored().as_deref()), (vec![1, 2], Some("5")));
    page(&mut world, &[(3, 7), (4, 7)], r#""page":"p3""#);
    assert_eq!((world.came(), world.stored().as_deref()), (vec![1, 2, 3, 4], Some("5")));
    page(&mut world, &[(5, 8), (6, 9)], r#""page":"p4""#);
    assert_eq!(world.stored().as_deref(), Some("8"));
    let mut killed = world.restart();
    assert_eq!(killed.asked(), "?since=8");
    page(&mut killed, &[(6, 9)], r#""rest":1"#);
    assert_eq!((killed.came(), killed.stored().as_deref()), (vec![], Some("9")), "the top is the end of all");
}

#[test]
fn a_border_is_left_as_soon_as_the_next_page_begins_elsewhere() {
    let mut world = polled(by_token).start();
    world.hands = Hands::Slow;
    page(&mut world, &[(1, 5), (2, 7)], r#""page":"p2""#);
    world.finish(&row(1, 5));
    world.finish(&row(2, 7));
    assert_eq!(world.stored().as_deref(), Some("5"));
    page(&mut world, &[(3, 8)], r#""page":"p3""#);
    assert_eq!(world.stored().as_deref(), Some("7"));
    world.finish(&row(3, 8));
    page(&mut world, &[], r#""rest":1"#);
    assert_eq!((world.stored().as_deref(), world.is_connected()), (Some("8"), false));
}

#[test]
fn a_cap_among_items_of_one_position_loses_none_of_them() {
    let mut world = polled(|config| {
        by_token(config);
        config.paging = Some(paged(Some(4)));
    })
    .start();
    page(&mut world, &[(1, 5), (2, 6)], r#""page":"p2""#);
    page(&mut world, &[(3, 7), (4, 7)], r#""page":"p3""#);
    assert_eq!(world.asked(), "?since=6");
    page(&mut world, &[(3, 7), (4, 7), (5, 7)], r#""rest":1"#);
    assert_eq!((world.came(), world.stored().as_deref()), (vec![1, 2, 3, 4, 5], Some("7")));
}

#[test]
fn one_moment_is_one_position_however_it_is_written() {
    let mut world = polled(|config| config.form = form(brookmark::engine::cursor::Kind::Rfc3339)).start();
    world.hands = Hands::Slow;
    let item = |id: u64, zone: &str| format!("{{\"id\":\"i{id}\",\"seq\":\"2026-11-20T14:40:00{zone}\"}}");
    world.page(&format!("[{},{}]", item(1, "Z"), item(2, ".000+00:00")));
    world.finish(&item(1, "Z"));
    assert_eq!(world.stored(), None);
    world.finish(&item(2, ".000+00:00"));
    assert_eq!(world.stored().as_deref(), Some("2026-11-20T14:40:00.000+00:00"));
}

#[test]
fn what_is_sent_again_need_not_be_waited_for() {
    let mut world = polled(|config| config.form.inclusive = true).start();
    world.respond(200, &[("content-type", "application/json")]);
    world.send(&format!("[{},", rows(&[(1, 5), (2, 7)])));
    assert_eq!((world.came(), world.stored().as_deref()), (vec![1, 2], Some("7")));
}
