//! Items that come again: what makes them the same, and how long they are known.

use brookmark::engine::limits;
use brookmark::engine::position::Resume;
use brookmark::engine::protocol::poll::Order;

use crate::common::polls::*;
use crate::common::world::EPOCH;

#[test]
fn an_item_that_goes_back_to_what_it_was_is_no_repeat() {
    let mut world = named(|_| {}).start();
    let lamp = |state: &str| format!("{{\"id\":\"i1\",\"on\":{state}}}");
    world.page(&format!("{{\"items\":[{},{}],\"next\":\"a\"}}", lamp("true"), lamp("false")));
    world.page(&format!("{{\"items\":[{}],\"next\":\"b\"}}", lamp("true")));
    assert_eq!(world.data(), [lamp("true"), lamp("false"), lamp("true")]);
}

#[test]
fn what_makes_two_items_the_same_can_be_said() {
    let mut world = named(|config| config.unique = vec![at("/id"), at("/version")]).start();
    world.page(r#"{"items":[{"id":"i1","version":1,"sent":1}],"next":"a"}"#);
    world.page(r#"{"items":[{"id":"i1","version":1,"sent":2},{"id":"i1","version":2,"sent":3}],"next":"b"}"#);
    assert_eq!(world.delivered.len(), 2);
    assert_eq!(world.session().stats().repeats, 1);
}

#[test]
fn whatever_value_makes_an_item_another_one_counts() {
    let mut world = named(|config| config.unique = vec![at("/id"), at("/state")]).start();
    for (page, state) in ["true", "false", "null", "{\"a\":1}", "[1]", "[2]"].iter().enumerate() {
        let item = format!("{{\"id\":\"i1\",\"state\":{state}}}");
        world.page(&format!("{{\"items\":[{item},{item}],\"next\":\"{page}\"}}"));
    }
    assert_eq!((world.delivered.len(), world.session().stats().repeats), (6, 6));
}

#[test]
fn items_that_have_nothing_to_tell_them_apart_are_not_all_the_same() {
    let mut world = named(|config| config.unique = vec![at("/uuid"), at("/version")]).start();
    world.page(r#"{"items":[{"id":"i1"},{"id":"i2"},{"id":"i1"},{"uuid":"u","id":"i3"}],"next":"a"}"#);
    assert_eq!(world.came(), [1, 2, 3], "then their ids do");
}

#[test]
fn newest_first_does_not_come_back_later_to_what_is_before_the_position_that_was_sought() {
    let mut world = newest_first(|_| {}).start();
    world.page(&items([3, 2, 1]));
    world.seek("2");
    world.page(&items([4, 3, 2, 1]));
    world.next_round();
    world.page(&items([5, 4, 3, 2, 1]));
    assert_eq!(world.came()[3..], [2, 3, 4, 5]);
    let mut world = world.restart();
    world.page(&items([6, 5, 4, 3, 2, 1]));
    assert_eq!(world.came(), [6]);
}

#[test]
fn what_was_there_before_the_beginning_does_not_come_after_a_restart() {
    for order in [Order::NewestFirst, Order::Ascending, Order::Unordered] {
        let mut setup = polled(|config| {
            config.cursor = by_item(order);
            config.overlap = if order == Order::NewestFirst { 0 } else { 10 };
        });
        setup.config.start = Resume::Latest;
        let listed = |seqs: std::ops::RangeInclusive<u64>| match order {
            Order::NewestFirst => items(seqs.rev()),
            Order::Ascending | Order::Unordered => items(seqs),
        };
        let mut world = setup.start();
        world.page(&listed(1..=3));
        if world.is_connected() {
            world.page("[]");
        }
        for last in [3, 4] {
            world = world.restart();
            world.page(&listed(1..=last));
            let news: Vec<u64> = (4..=last).collect();
            assert_eq!(world.came(), news, "{order:?}");
        }
    }
}

#[test]
fn what_comes_again_and_again_is_not_forgotten_for_what_is_new() {
    let mut world = polled(|config| config.form = form(SECONDS)).start();
    let row = |id: u64, at: u64| format!("{{\"id\":\"i{id}\",\"seq\":{at}}}");
    let noon = EPOCH / 1_000;
    let far = row(0, noon + 1_000_000_000);
    for round in 0..8 {
        let rows: Vec<_> = (1..300).map(|n| round * 300 + n).map(|n| row(n, noon - 10_000 + n)).collect();
        world.page(&format!("[{},{far}]", rows.join(",")));
        world.page(&format!("[{far}]"));
        world.next_round();
    }
    assert_eq!(world.came().iter().filter(|id| **id == 0).count(), 1, "the row of the future");
}

#[test]
fn an_overlap_of_more_items_than_can_be_known_is_told() {
    for (count, told) in [(limits::ROW_WINDOW as u64 - 1, 0), (2_000, 3)] {
        let mut world = polled(|config| config.overlap = 10_000).start();
        world.page(&items(10_001..=10_000 + count));
        world.page("[]");
        for _ in 0..3 {
            world.next_round();
            world.page(&items(10_001..=10_000 + count));
            world.page("[]");
        }
        assert_eq!(world.errors(), vec!["repeat-window-full"; told], "{count}");
        assert_eq!(world.delivered.len() as u64 == count, told == 0);
    }
}
