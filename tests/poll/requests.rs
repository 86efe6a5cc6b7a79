//! Validators, and what else is asked.

use brookmark::engine::protocol::poll::{Cursor, Found, Top};

use crate::common::polls::*;
use crate::common::world::World;

const TAG: &str = "if-none-match";

fn not_modified(world: &mut World) {
    world.respond(304, &[]);
}

#[test]
fn a_validator_is_used_for_its_own_request_only() {
    let mut world = polled(|config| config.conditional = true).start();
    world.page_with(&[("etag", "\"one\"")], &items(1..=2));
    assert_eq!((world.asked(), world.sent_header(TAG)), ("?since=2", None));
    world.page_with(&[("etag", "\"of a later page\"")], "[]");
    world.next_round();
    assert_eq!((world.asked(), world.sent_header(TAG)), ("?since=2", None));
    world.page_with(&[("etag", "\"two\"")], "[]");
    world.next_round();
    assert_eq!((world.asked(), world.sent_header(TAG)), ("?since=2", Some("\"two\"")));
    world.page_with(&[("etag", "\"three\"")], &items(3..=3));
    assert_eq!((world.asked(), world.sent_header(TAG)), ("?since=3", None));
    assert_eq!(world.came(), [1, 2, 3]);
}

#[test]
fn what_the_address_asks_for_by_itself_holds_until_there_is_something_else_to_ask_for() {
    let mut world = polled(|config| {
        config.sources[0].url += "?since=0&limit=2&page=1";
        config.items = at("/items");
        config.paging = Some(paged(None));
        config.tops = vec![Top::NoNext];
    })
    .start();
    assert_eq!(world.asked(), "?since=0&limit=2&page=1");
    world.page(&with(1..=2, "\"page\":\"2\""));
    assert_eq!(world.asked(), "?since=0&limit=2&page=2");
    world.page(&with(3..=3, "\"rest\":1"));
    world.next_round();
    assert_eq!(world.asked(), "?limit=2&page=1&since=3");
}

#[test]
fn not_modified_means_no_change_at_this_position_and_nothing_else() {
    let mut world = polled(|config| config.conditional = true).start();
    world.page(&items(1..=2));
    world.page("[]");
    world.next_round();
    world.page_with(&[("etag", "\"two\"")], "[]");
    world.next_round();
    not_modified(&mut world);
    world.next_round();
    assert_eq!((world.asked(), world.sent_header(TAG)), ("?since=2", Some("\"two\"")));
    assert_eq!((world.stored().as_deref(), world.errors()), (Some("2"), vec![]));
}

#[test]
fn not_modified_that_nobody_asked_for_is_an_error() {
    let mut world = polled(|_| {}).start();
    world.respond(304, &[]);
    world.end();
    assert_eq!(world.ended_by(), Some("bad-status"));
}

#[test]
fn a_stale_not_modified_is_found_out() {
    let mut world = polled(|config| config.conditional = true).start();
    world.page_with(&[("etag", "\"for ever\"")], "[]");
    let mut plain = 0;
    for _ in 0..60 {
        world.next_round();
        if world.sent_header(TAG).is_some() {
            not_modified(&mut world);
        } else {
            plain += 1;
            world.page_with(&[("etag", "\"for ever\"")], "[]");
        }
    }
    assert!((2..=15).contains(&plain), "{plain} requests of 60 without a validator");
}

#[test]
fn a_validator_of_a_page_that_was_cut_is_not_used() {
    let mut world = polled(|config| config.conditional = true).start();
    world.page_with(&[("etag", "\"cut\"")], "[{\"id\":\"i1\",\"seq\"");
    world.pass(5_000);
    assert_eq!(world.sent_header(TAG), None, "or the source says for ever that nothing has changed");
    world.page_with(&[("etag", "\"cut\"")], &items(1..=1));
    assert_eq!(world.came(), [1]);
}

#[test]
fn a_validator_waits_for_the_end_of_its_run() {
    let mut world = newest_first(|config| {
        config.conditional = true;
        config.paging = Some(brookmark::engine::protocol::poll::Paging {
            from: brookmark::engine::protocol::poll::PageFrom::Answer(Found::Header("x-next".into())),
            place: query("page"),
            first: None,
            cap: None,
        });
    })
    .start();
    world.page_with(&[("etag", "\"a\""), ("x-next", "2")], &items([4, 3]));
    assert_eq!(world.asked(), "?page=2");
    world.input(brookmark::engine::io::Input::Reconnect);
    assert_eq!((world.asked(), world.sent_header(TAG)), ("?page=2", None));
    world.respond(404, &[]);
    world.end();
    world.pass(5_000);
    assert_eq!((world.asked(), world.sent_header(TAG)), ("", None), "the first page has not been told yet");
    world.page_with(&[("etag", "\"a\""), ("x-next", "2")], &items([4, 3]));
    world.page(&items([2, 1]));
    assert_eq!(world.came(), [1, 2, 3, 4]);
    world.next_round();
    assert_eq!(world.sent_header(TAG), Some("\"a\""));
}

#[test]
fn last_modified_is_used_where_there_is_no_tag() {
    let mut world = polled(|config| config.conditional = true).start();
    world.page_with(&[("last-modified", "Sat, 21 Nov 2026 00:00:00 GMT")], "[]");
    world.next_round();
    assert_eq!(world.sent_header("if-modified-since"), Some("Sat, 21 Nov 2026 00:00:00 GMT"));
}

#[test]
fn an_empty_page_with_a_new_position_is_committed_and_passed_without_a_pause() {
    let mut world = named(|config| config.tops = vec![Top::Flag(at("/top"))]).start();
    world.page(r#"{"items":[],"next":"a==","top":false}"#);
    assert_eq!((world.asked(), world.stored().as_deref()), ("?since=a%3D%3D", Some("a==")));
    world.page(&with(1..=1, r#""next":"b+/","top":false"#));
    assert_eq!(world.asked(), "?since=b%2B%2F");
    world.page(r#"{"items":[],"next":"c","top":true}"#);
    assert!(!world.is_connected());
    assert_eq!((world.stored().as_deref(), world.tops()[0].pages), (Some("c"), 3));
}

#[test]
fn links_lead_no_further_than_to_their_own_server() {
    for target in [
        "https://evil.example/next",
        "//evil.example/next",
        "https://example.org@evil.example/",
        "https://example.org.evil.example/",
        "https://example.org:443@evil.example/",
        "https://example.org:4433/",
        "https://example.org:80/",
        "http://example.org/",
        "\\\\evil.example/next",
        "javascript:alert(1)",
    ] {
        let mut world = named(|config| {
            config.cursor = Cursor::Answer(body("/next"));
            config.places = vec![brookmark::engine::protocol::poll::Slot::Url];
        })
        .start();
        world.page(&format!("{{\"items\":[],\"next\":{}}}", serde_json::to_string(target).unwrap()));
        assert_eq!(world.ended_by(), Some("bad-link"), "{target}");
        assert_eq!(world.requests.len(), 1, "{target}");
    }
}

#[test]
fn a_link_may_write_its_own_server_in_other_ways() {
    for target in ["https://example.org/b", "HTTPS://Example.ORG/b", "https://example.org:443/b", "/b", "?b"]
    {
        let mut world = named(|config| {
            config.cursor = Cursor::Answer(body("/next"));
            config.places = vec![brookmark::engine::protocol::poll::Slot::Url];
            config.tops = vec![Top::NoNext];
        })
        .start();
        world.page(&with([1], &format!("\"next\":\"{target}\"")));
        assert_eq!((world.ended_by(), world.last_request().request.url.as_str()), (None, target));
    }
}

#[test]
fn a_next_link_that_is_always_there_is_followed_until_a_page_is_empty() {
    let mut world = polled(|config| {
        config.cursor = Cursor::Answer(Found::Link("next".into()));
        config.form = form(brookmark::engine::cursor::Kind::Opaque);
        config.places = vec![brookmark::engine::protocol::poll::Slot::Url];
        config.tops = vec![Top::Empty, Top::SamePosition, Top::NoNext];
    })
    .start();
    world.page_with(&[("link", "<https://example.org/events?after=1>; rel=\"next\"")], &items(1..=1));
    assert_eq!(world.asked(), "?after=1");
    world.page_with(&[("link", "<https://example.org/events?after=1>; rel=\"next\"")], "[]");
    assert!(!world.is_connected());
    world.next_round();
    assert_eq!(world.asked(), "?after=1");
    assert_eq!(world.stored().as_deref(), Some("https://example.org/events?after=1"));
}
