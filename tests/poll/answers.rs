//! Bodies that are none, or say something else than items.

use brookmark::engine::json::Pointer;
use brookmark::engine::protocol::poll::{Cursor, Order};

use crate::common::polls::*;

#[test]
fn a_body_with_a_broken_tail_is_no_page() {
    for body in [
        r#"{"items":[{"id":"i1"}],"next":"a""#,
        r#"{"items":[{"id":"i1"}],"ne"#,
        r#"{"items":[{"id":"i1"},{"id""#,
        r#"{"items":[{"id":"i1"}]"#,
        "",
        "{",
    ] {
        let mut world = named(|_| {}).start();
        world.page(body);
        assert_eq!((world.came(), world.errors()), (vec![], vec!["bad-page"]), "{body}");
        assert_eq!(world.stored(), None, "{body}");
        world.pass(2_000);
        assert_eq!(world.asked(), "", "{body}");
        world.page(r#"{"items":[{"id":"i1"}],"next":"a"}"#);
        assert_eq!(world.came(), [1], "{body}");
    }
}

#[test]
fn a_page_of_html_is_no_page() {
    let html = "<!doctype html><title>Sorry</title>";
    let mut world = named(|_| {}).start();
    world.respond(200, &[("content-type", "text/html")]);
    world.send(html);
    world.end();
    assert_eq!(world.errors(), ["bad-content-type"]);
    world.pass(2_000);
    world.page(html);
    assert_eq!(world.errors(), ["bad-content-type", "bad-page"], "whatever it says it is");
    world.pass(5_000);
    world.page(&with(1..=1, r#""next":"a""#));
    assert_eq!(world.came(), [1]);
}

#[test]
fn an_error_in_a_body_is_looked_at_before_its_items() {
    let mut world = named(|config| config.failure = Some(at("/error"))).start();
    world.page(r#"{"items":[],"next":"a","error":null}"#);
    assert_eq!(world.stored().as_deref(), Some("a"));
    world.next_round();
    world.page(&with(1..=1, r#""next":"b","error":{"code":7}"#));
    assert_eq!((world.came(), world.errors()), (vec![], vec!["source-error"]));
    assert_eq!(world.stored().as_deref(), Some("a"));
    world.pass(2_000);
    assert_eq!(world.asked(), "?since=a");
    world.page(r#"{"error":"busy"}"#);
    assert_eq!(world.errors(), ["source-error", "source-error"], "though there are no items");
}

#[test]
fn a_body_beyond_the_limit_ends_the_stream_and_takes_no_memory() {
    let mut world = named(|config| config.max_page_bytes = 1_000_000).start();
    world.respond(200, &[("content-type", "application/json")]);
    world.send("{\"items\":[");
    let piece = format!("{},", item(1)).repeat(1_000);
    let mut sent = 0;
    while !world.has_ended() {
        world.send(&piece);
        sent += piece.len();
        assert!(sent < 2_000_000, "it is read on");
    }
    assert_eq!(world.ended_by(), Some("page-too-large"));
    assert_eq!((world.came(), world.stored()), (vec![], None));
}

#[test]
fn a_body_of_a_hundred_megabytes_in_order_is_read_in_little_memory() {
    let mut world = polled(|config| config.max_page_bytes = 1_000_000).start();
    world.respond(200, &[("content-type", "application/json")]);
    world.send("[");
    let filler = "x".repeat(10_000);
    let mut most = 0;
    for seq in 0..10_000_u64 {
        let comma = if seq == 0 { "" } else { "," };
        world.send(&format!("{comma}{{\"seq\":{seq},\"id\":\"i{seq}\",\"filler\":\"{filler}\"}}"));
        most = most.max(world.session().stats().buffered);
        world.delivered.clear();
    }
    world.send("]");
    world.end();
    assert!(most < 100_000, "{most} bytes were kept");
    assert_eq!((world.stored().as_deref(), world.errors()), (Some("9999"), vec![]));
    assert_eq!(world.session().stats().events, 10_000);
}

#[test]
fn an_item_beyond_the_limit_ends_the_stream_before_it() {
    let mut world = polled(|config| config.max_item_bytes = 40).start();
    let large = format!("{{\"id\":\"i3\",\"seq\":2,\"x\":\"{}\"}}", "x".repeat(50));
    world.page(&format!("[{},{},{large}]", item(1), item(2)));
    assert_eq!((world.came(), world.ended_by()), (vec![1, 2], Some("event-too-large")));
    assert_eq!(
        world.stored().as_deref(),
        Some("1"),
        "nobody knows whether it shares the position of the second"
    );
}

#[test]
fn a_stash_of_newest_items_has_a_limit_too() {
    let mut world = newest_first(|config| {
        config.items = at("/items");
        config.paging = Some(paged(None));
        config.max_page_bytes = 5_000;
    })
    .start();
    let mut next = 1_000_000_u64;
    while !world.has_ended() && world.requests.len() < 1_000 {
        let body = with((next - 10..next).rev(), &format!("\"page\":\"{next}\""));
        next -= 10;
        world.page(&body);
    }
    assert_eq!(world.ended_by(), Some("page-too-large"));
    assert!(world.requests.len() < 100);
}

#[test]
fn a_long_list_of_newest_items_takes_no_longer_an_item() {
    let took = |count: u64| {
        let mut world = newest_first(|_| {}).start();
        let list = items((1..=count).rev());
        let begun = std::time::Instant::now();
        world.page(&list);
        assert_eq!(world.delivered.len() as u64, count);
        begun.elapsed()
    };
    let few = took(10_000);
    assert!(took(100_000) < few * 40, "ten times as many took {few:?} once");
}

#[test]
fn a_stash_is_given_back_when_its_items_were_told() {
    let mut world = newest_first(|config| {
        config.max_page_bytes = 5_000;
    })
    .start();
    for round in 0..100 {
        world.page(&items((round * 10..round * 10 + 11).rev()));
        assert!(!world.has_ended(), "after {round} rounds");
        world.next_round();
    }
    assert_eq!(world.came(), (0..1_001).collect::<Vec<_>>());
}

#[test]
fn a_position_that_is_garbage_is_not_taken_for_one() {
    let mut world = named(|config| config.form = form(brookmark::engine::cursor::Kind::Decimal)).start();
    world.page(&with(1..=1, r#""next":"banana""#));
    assert_eq!((world.came(), world.errors()), (vec![], vec!["bad-page"]));
    assert_eq!(world.stored(), None);
}

#[test]
fn items_that_are_named_twice_are_no_page() {
    let mut world = named(|_| {}).start();
    world.page(r#"{"items":[{"id":"i1"}],"next":"a","items":[]}"#);
    assert_eq!((world.came(), world.errors()), (vec![], vec!["bad-page"]));
}

#[test]
fn an_answer_without_content_is_the_top() {
    let mut world = polled(|_| {}).start();
    world.page(&items(1..=1));
    world.respond(204, &[]);
    assert_eq!((world.is_connected(), world.errors(), world.tops().len()), (false, vec![], 1));
    world.next_round();
    assert_eq!(world.asked(), "?since=1");
}

#[test]
fn pages_are_read_whatever_pieces_they_come_in() {
    let body = with([1, 2, 3], r#""next":"żółw \"a\"""#);
    for cursor in [Cursor::Answer(body_next()), by_item(Order::Ascending)] {
        for cut in 1..body.len() {
            let mut world = named(|config| {
                config.items = Pointer::parse("/items").unwrap();
                config.cursor = cursor.clone();
            })
            .start();
            world.respond(200, &[("content-type", "application/json")]);
            world.send_bytes(&body.as_bytes()[..cut]);
            world.send_bytes(&body.as_bytes()[cut..]);
            world.end();
            assert_eq!(world.came(), [1, 2, 3], "cut at {cut}");
        }
    }
}

fn body_next() -> brookmark::engine::protocol::poll::Found {
    body("/next")
}
