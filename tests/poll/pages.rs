//! Pages of a run: loops, caps, tokens that expire, pages that break.

use brookmark::engine::cursor::Kind;
use brookmark::engine::io::Input;
use brookmark::engine::protocol::poll::{Cursor, Order, PageFrom, Paging, PollConfig, Top};

use crate::common::polls::*;
use crate::common::world::{Hands, World};

/// Items of a query in order, in pages by token, as search APIs have them.
fn search(config: &mut PollConfig) {
    config.items = at("/items");
    config.paging = Some(paged(None));
    config.tops = vec![Top::NoNext];
}

/// The greatest position counts at the end of the run only.
fn unordered(config: &mut PollConfig) {
    search(config);
    config.cursor = by_item(Order::Unordered);
}

/// Answers each request alike, for so long.
fn answer_alike(world: &mut World, span: u64, body: impl Fn(&str) -> String) -> usize {
    let before = world.requests.len();
    let until = world.now() + span;
    while world.now() < until {
        if world.is_connected() {
            let body = body(world.asked());
            world.page(&body);
            assert!(world.requests.len() - before < 1_000, "it hammers");
        } else {
            world.pass(500);
        }
    }
    world.requests.len() - before
}

#[test]
fn a_next_page_that_is_this_page_is_noticed() {
    let mut world = polled(search).start();
    let asked = answer_alike(&mut world, 600_000, |_| with(1..=2, r#""page":"1""#));
    assert!(asked < 60, "{asked} requests in ten minutes");
    assert!(world.errors().contains(&"no-progress"));
    assert_eq!(world.came(), [1, 2]);
}

#[test]
fn a_ring_of_pages_is_noticed() {
    let mut world = polled(search).start();
    let asked = answer_alike(&mut world, 600_000, |asked| {
        let next = if asked.ends_with("page=b") { "a" } else { "b" };
        with(1..=2, &format!("\"page\":\"{next}\""))
    });
    assert!(asked < 200, "{asked} requests in ten minutes");
    assert!(world.errors().contains(&"no-progress"));
}

#[test]
fn a_ring_of_positions_is_noticed() {
    let mut world = named(|config| config.tops = vec![Top::Empty]).start();
    let asked = answer_alike(&mut world, 600_000, |asked| {
        with(1..=1, if asked.ends_with("=b") { r#""next":"a""# } else { r#""next":"b""# })
    });
    assert!(asked < 200, "{asked} requests in ten minutes");
    assert!(world.errors().contains(&"no-progress"));
}

#[test]
fn a_page_full_of_one_position_is_no_endless_loop() {
    let mut world = polled(|config| config.tops = vec![Top::Short(3)]).start();
    let asked = answer_alike(&mut world, 600_000, |_| {
        r#"[{"id":"i1","seq":7},{"id":"i2","seq":7},{"id":"i3","seq":7}]"#.into()
    });
    assert!(asked < 60, "{asked} requests in ten minutes");
    assert!(world.errors().contains(&"no-progress"));
    assert_eq!(world.came(), [1, 2, 3]);
}

#[test]
fn equal_positions_on_both_sides_of_a_page_border_all_come_once() {
    let mut world = polled(|config| {
        config.form.inclusive = true;
        config.tops = vec![Top::Short(2)];
    })
    .start();
    world.page(r#"[{"id":"i1","seq":5},{"id":"i2","seq":7}]"#);
    assert_eq!(world.asked(), "?since=7");
    world.page(r#"[{"id":"i2","seq":7},{"id":"i3","seq":7}]"#);
    // Nothing more can be asked for that way: the plateau is as large as a page.
    assert_eq!(world.errors(), ["no-progress"]);
    world.pass(EVERY);
    world.page(r#"[{"id":"i3","seq":7},{"id":"i4","seq":8}]"#);
    assert_eq!(world.asked(), "?since=8");
    world.page(r#"[{"id":"i4","seq":8}]"#);
    assert_eq!(world.came(), [1, 2, 3, 4]);
    assert_eq!(world.session().stats().repeats, 3);
}

#[test]
fn composite_positions_pass_a_plateau() {
    let mut world = polled(|config| {
        config.cursor =
            Cursor::Item { pointer: at("/seq"), key: Some(at("/id")), order: Order::Ascending, end: None };
        config.form.pair = true;
        config.places = vec![query("since"), query("id")];
    })
    .start();
    world.page(r#"[{"id":9,"seq":7},{"id":10,"seq":7}]"#);
    assert_eq!(world.asked(), "?since=7&id=10");
    world.page(r#"[{"id":11,"seq":7},{"id":1,"seq":8}]"#);
    assert_eq!(world.asked(), "?since=8&id=1");
    world.page("[]");
    assert_eq!((world.came(), world.errors()), (vec![9, 10, 11, 1], vec![]));
    assert_eq!(world.stored().as_deref(), Some(r#"["8","1"]"#));
    let world = world.restart();
    assert_eq!(world.asked(), "?since=8&id=1");
}

#[test]
fn a_cap_is_passed_by_a_new_query_from_the_last_position() {
    let mut world = polled(|config| {
        search(config);
        config.paging = Some(paged(Some(4)));
    })
    .start();
    world.page(&with([1, 2], r#""page":"p2""#));
    assert_eq!(world.asked(), "?page=p2");
    world.page(&with([3, 4], r#""page":"p3""#));
    assert_eq!(
        world.asked(),
        "?since=3",
        "the source refuses the third page, which may begin with the last position"
    );
    world.page(&with([4, 5], r#""rest":1"#));
    assert_eq!((world.came(), world.errors()), (vec![1, 2, 3, 4, 5], vec![]));
}

#[test]
fn more_items_of_one_position_than_the_cap_are_no_endless_loop() {
    let mut world = polled(|config| {
        search(config);
        config.paging = Some(paged(Some(4)));
    })
    .start();
    let asked = answer_alike(&mut world, 600_000, |asked| {
        let (first, second, page) = if asked.contains("page=") { (3, 4, "p3") } else { (1, 2, "p2") };
        format!(
            "{{\"items\":[{{\"id\":\"i{first}\",\"seq\":7}},{{\"id\":\"i{second}\",\"seq\":7}}],\"page\":\"{page}\"}}"
        )
    });
    assert!(asked < 100, "{asked} requests in ten minutes");
    assert!(world.errors().contains(&"no-progress"));
    assert_eq!(world.came(), [1, 2, 3, 4]);
}

#[test]
fn a_cap_on_items_that_are_not_sorted_is_an_error_and_no_end() {
    let mut world = polled(|config| {
        unordered(config);
        config.paging = Some(paged(Some(2)));
    })
    .start();
    let asked = answer_alike(&mut world, 600_000, |_| with([9, 1], r#""page":"2""#));
    assert!(asked < 100, "{asked} requests in ten minutes");
    assert!(world.errors().contains(&"no-progress"));
    assert_eq!(world.stored(), None);
}

#[test]
fn a_token_that_expires_between_pages_begins_the_query_anew() {
    let mut world = polled(unordered).start();
    world.page(&with([3, 1], r#""page":"p2""#));
    world.respond(410, &[]);
    world.end();
    world.pass(2_000);
    assert_eq!((world.asked(), world.gaps.len()), ("", 0), "it is the token, not the position");
    world.page(&with([3, 1], r#""page":"q2""#));
    world.page(&with([2], r#""rest":1"#));
    assert_eq!(world.came(), [3, 1, 2]);
    assert_eq!(world.stored().as_deref(), Some("3"));
}

#[test]
fn a_token_that_is_always_refused_is_an_end_that_is_told() {
    let mut world = polled(unordered).start();
    for _ in 0..20 {
        if world.has_ended() {
            break;
        }
        if world.asked().contains("page=") {
            world.respond(400, &[]);
            world.end();
        } else {
            world.page(&with([3, 1], r#""page":"p2""#));
        }
        if !world.is_connected() {
            world.pass(61_000);
        }
    }
    assert_eq!(world.ended_by(), Some("bad-status"));
    assert_eq!(world.came(), [3, 1]);
}

#[test]
fn what_leads_on_in_the_last_item_leads_on() {
    let mut world = polled(|config| {
        config.cursor = by_item(Order::Unordered);
        config.paging = Some(Paging {
            from: PageFrom::LastItem(at("/id")),
            place: query("after"),
            first: None,
            cap: None,
        });
        config.tops = vec![Top::Empty];
    })
    .start();
    world.page(&items([7, 3]));
    assert_eq!(world.asked(), "?after=i3");
    world.page("[]");
    assert_eq!(world.stored().as_deref(), Some("7"));
}

#[test]
fn the_greatest_position_is_not_kept_before_the_run_has_ended() {
    let mut world = polled(unordered).start();
    world.page(&with([9, 1], r#""page":"p2""#));
    assert_eq!((world.came(), world.stored()), (vec![9, 1], None), "there may be less on the next page");
    let mut world = world.restart();
    assert_eq!(world.asked(), "");
    world.page(&with([9, 1], r#""page":"p2""#));
    world.page(&with([4], r#""rest":1"#));
    assert_eq!(world.stored().as_deref(), Some("9"));
}

#[test]
fn a_position_beside_pages_is_not_kept_before_the_last_of_them() {
    let mut world = named(|config| {
        config.paging = Some(paged(None));
        config.tops = vec![Top::NoNext];
    })
    .start();
    world.page(&with([1], r#""next":"a""#));
    assert_eq!(world.stored().as_deref(), Some("a"));
    world.next_round();
    world.page(&with([2], r#""next":"b","page":"p2""#));
    assert_eq!(world.asked(), "?since=a&page=p2");
    assert_eq!(world.stored().as_deref(), Some("a"), "or a crash loses the other pages");
    world.page(&with([3], r#""next":"b""#));
    assert_eq!(world.stored().as_deref(), Some("b"));
}

#[test]
fn a_crash_in_the_middle_of_a_page_repeats_little() {
    let mut world = polled(unordered).start();
    world.page(&with([1], r#""rest":1"#));
    world.next_round();
    world.hands = Hands::Slow;
    world.page(&with([5, 3, 4, 2], r#""rest":1"#));
    for data in [item(5), item(3)] {
        world.finish(&data);
    }
    assert_eq!(world.stored().as_deref(), Some("1"));
    let mut world = world.restart();
    assert_eq!(world.asked(), "?since=1");
    world.page(&with([5, 3, 4, 2], r#""rest":1"#));
    assert_eq!(world.came(), [4, 2], "the bookmark knows what was handled");
    world.finish(&item(4));
    world.finish(&item(2));
    assert_eq!(world.stored().as_deref(), Some("5"));
}

#[test]
fn rows_before_the_break_of_a_page_in_order_count() {
    let mut world = polled(|_| {}).start();
    world.respond(200, &[("content-type", "application/json")]);
    world.send(&format!("[{},{},{},{{\"id\":\"i4\",\"se", item(1), item(2), item(3)));
    assert_eq!(
        (world.came(), world.stored().as_deref()),
        (vec![1, 2], Some("2")),
        "the fourth may share the third's"
    );
    world.cut();
    world.pass(2_000);
    assert_eq!(world.asked(), "?since=2");
    world.page(&items(3..=4));
    assert_eq!((world.came(), world.errors()), (vec![1, 2, 3, 4], vec!["network"]));
}

#[test]
fn of_a_broken_page_without_an_order_nothing_counts() {
    let mut world = polled(unordered).start();
    world.page("{\"items\":[{\"id\":\"i1\",\"seq\":1},{\"id\":\"i2\",\"seq\":2}");
    assert_eq!((world.came(), world.stored(), world.errors()), (vec![], None, vec!["bad-page"]));
    world.pass(2_000);
    world.page(&with([2, 1], r#""rest":1"#));
    assert_eq!(world.came(), [2, 1]);
}

#[test]
fn a_page_that_is_asked_for_again_is_no_page_out_of_order() {
    for interrupt in [Input::Reconnect, Input::Freeze] {
        let mut world = polled(|config| config.overlap = 10).start();
        world.page(&items(100..=103));
        world.page("[]");
        world.next_round();
        assert_eq!(world.asked(), "?since=93");
        world.respond(200, &[("content-type", "application/json")]);
        world.send(
            "[{\"id\":\"i103\",\"seq\":103},{\"id\":\"i104\",\"seq\":104},{\"id\":\"i105\",\"seq\":105},",
        );
        world.input(interrupt);
        world.input(Input::Thaw);
        world.page(&items(101..=106));
        assert_eq!(world.errors(), [""; 0]);
        assert_eq!(world.stored().as_deref(), Some("106"));
        assert_eq!(world.came(), [100, 101, 102, 103, 104, 105, 106]);
    }
}

#[test]
fn a_page_that_is_read_when_the_stream_is_interrupted_keeps_its_order() {
    for order in [Order::NewestFirst, Order::Unordered] {
        let mut setup = polled(|config| {
            config.cursor = by_item(order);
            if order == Order::NewestFirst {
                config.places = Vec::new();
            }
        });
        setup.hands = Hands::Slow;
        setup.config.high_water_mark = 2;
        let mut world = setup.start();
        let body = |last: u64| match order {
            Order::NewestFirst => items((1..=last).rev()),
            Order::Ascending | Order::Unordered => items(1..=last),
        };
        world.page(&body(5));
        assert_eq!(world.came(), [1, 2]);
        world.input(Input::Freeze);
        world.input(Input::Thaw);
        world.page(&body(7));
        for seq in 1..=7 {
            world.finish(&item(seq));
        }
        assert_eq!(world.came(), [1, 2, 3, 4, 5, 6, 7], "{order:?}");
        assert_eq!(world.stored().as_deref(), Some("7"), "{order:?}");
    }
}

#[test]
fn a_text_position_is_compared_as_what_it_is_said_to_be() {
    let mut world = polled(|config| config.form = form(Kind::Decimal)).start();
    world.page(r#"[{"id":"i1","seq":"9"},{"id":"i2","seq":"10"}]"#);
    assert_eq!((world.asked(), world.errors()), ("?since=10", vec![]));
    let mut world = polled(|config| config.form = form(Kind::Text)).start();
    world.page(r#"[{"id":"i1","seq":"10"},{"id":"i2","seq":"9"}]"#);
    assert_eq!((world.asked(), world.errors()), ("?since=9", vec![]));
}
