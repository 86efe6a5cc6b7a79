//! Items: positions that are missing, late, early or out of order.

use brookmark::engine::cursor::Kind;
use brookmark::engine::io::Input;
use brookmark::engine::position::Resume;
use brookmark::engine::protocol::poll::{Cursor, Missing, Slot, Top};

use crate::common::polls::*;
use crate::common::world::Hands;

#[test]
fn an_item_without_a_position_is_refused_or_passed_on_by_choice() {
    for seq in ["null", "\"\"", "{}", "[]"] {
        let body = format!("[{{\"id\":\"i1\",\"seq\":1}},{{\"id\":\"i2\",\"seq\":{seq}}}]");
        let mut world = polled(|_| {}).start();
        world.page(&body);
        assert_eq!((world.came(), world.errors()), (vec![1], vec!["bad-page"]), "{seq}");
        assert_eq!(world.stored().as_deref(), Some("1"), "{seq}");
        if seq == "null" {
            let mut world = polled(|config| config.form.missing = Missing::Keep).start();
            world.page(&body);
            assert_eq!((world.came(), world.errors()), (vec![1, 2], vec![]), "{seq}");
            assert_eq!(world.stored().as_deref(), Some("1"), "{seq}");
        }
    }
}

#[test]
fn a_position_is_never_replaced_by_nothing() {
    for next in ["null", "\"\"", "0", "\"0\""] {
        let mut world = named(|_| {}).start();
        world.page(&with(1..=1, r#""next":"17""#));
        world.page(&with(2..=2, &format!("\"next\":{next}")));
        assert_eq!(world.stored().as_deref(), Some("17"), "{next}");
        assert_eq!(world.errors(), ["bad-page"], "{next}: there is an item, and nothing to continue behind");
        assert_eq!(world.came(), [1], "{next}");
    }
}

#[test]
fn positions_stay_the_texts_that_they_are() {
    for (kind, seq, sent) in [
        (Kind::Decimal, "9007199254740993", "9007199254740993"),
        (Kind::Decimal, "18446744073709551617.0000000001", "18446744073709551617.0000000001"),
        (Kind::Rfc3339, "\"2026-11-20T14:40:00.123456789Z\"", "2026-11-20T14%3A40%3A00.123456789Z"),
        (Kind::Rfc3339, "\"2026-11-20T14:40:00.5+01:00\"", "2026-11-20T14%3A40%3A00.5%2B01%3A00"),
        (Kind::Opaque, "\"a b+c/d==\"", "a%20b%2Bc%2Fd%3D%3D"),
    ] {
        let mut world = polled(|config| config.form = form(kind)).start();
        world.page(&format!("[{{\"id\":\"i1\",\"seq\":{seq}}}]"));
        assert_eq!(world.asked(), format!("?since={sent}"));
        assert_eq!(world.stored().as_deref(), Some(seq.trim_matches('"')));
        assert_eq!(world.restart().asked(), format!("?since={sent}"));
    }
}

#[test]
fn a_time_in_another_unit_than_declared_is_no_position() {
    for (kind, seq) in
        [(SECONDS, "1795272000000"), (SECONDS, "\"2026-11-21T14:40:00Z\""), (Kind::Rfc3339, "1795272000")]
    {
        let mut world = polled(|config| config.form = form(kind)).start();
        world.page(&format!("[{{\"id\":\"i1\",\"seq\":{seq}}}]"));
        assert_eq!((world.came(), world.errors()), (vec![], vec!["bad-page"]), "{seq}");
        assert_eq!(world.stored(), None, "{seq}");
    }
}

#[test]
fn a_time_is_sent_in_the_format_that_the_source_reads_and_never_as_a_later_one() {
    let mut world = polled(|config| {
        config.form = form(Kind::Rfc3339);
        config.form.sent = SECONDS;
    })
    .start();
    world.page(r#"[{"id":"i1","seq":"2026-11-20T14:40:00.999Z"}]"#);
    assert_eq!(world.asked(), "?since=1795185600");
    assert_eq!(world.stored().as_deref(), Some("2026-11-20T14:40:00.999Z"));
    // The whole second comes again each time, and is dropped.
    world.page(r#"[{"id":"i1","seq":"2026-11-20T14:40:00.999Z"}]"#);
    assert_eq!((world.came(), world.is_connected(), world.errors()), (vec![1], false, vec![]));
}

#[test]
fn items_out_of_order_are_told_and_move_nothing_before_the_end_of_the_run() {
    let mut world = polled(|_| {}).start();
    world.hands = Hands::Slow;
    world.page(&items([1, 5, 3, 7]));
    for seq in [1, 5] {
        world.finish(&item(seq));
    }
    assert_eq!((world.errors(), world.stored().as_deref()), (vec!["out-of-order"], Some("5")));
    world.finish(&item(3));
    world.finish(&item(7));
    world.page("[]");
    assert_eq!(world.stored().as_deref(), Some("7"));
    assert_eq!(world.came(), [1, 5, 3, 7]);
}

#[test]
fn late_items_within_the_overlap_come_and_what_came_before_does_not() {
    let mut world = polled(|config| config.overlap = 10).start();
    world.page(&items([100, 105]));
    assert_eq!(world.asked(), "?since=105");
    world.page("[]");
    world.next_round();
    assert_eq!(world.asked(), "?since=95");
    world.page(&items([100, 103, 105, 106]));
    world.page("[]");
    assert_eq!((world.came(), world.errors()), (vec![100, 105, 103, 106], vec![]));
    assert_eq!(world.session().stats().repeats, 2);
    let mut world = world.restart();
    assert_eq!(world.asked(), "?since=96");
    world.page(&items([100, 103, 105, 106, 107]));
    assert_eq!(world.came(), [107], "the bookmark knows what was handled");
}

#[test]
fn an_overlap_larger_than_a_page_is_passed() {
    let mut world = polled(|config| config.overlap = 100).start();
    world.page(&items(201..=204));
    world.page("[]");
    world.next_round();
    // The source lists four items a page.
    assert_eq!(world.asked(), "?since=104");
    world.page(&items(201..=204));
    let mut world = world.restart();
    assert_eq!(world.asked(), "?since=104");
    world.page(&items(150..=153));
    assert_eq!(world.asked(), "?since=153", "all of it is behind the position, and is read");
    world.page(&items(201..=204));
    world.page(&items(205..=206));
    assert_eq!(world.came(), [150, 151, 152, 153, 205, 206]);
}

#[test]
fn a_page_that_ends_just_where_the_run_looked_back_from_is_not_the_last_one() {
    for tops in [vec![Top::Empty], vec![Top::Empty, Top::SamePosition]] {
        let mut world = polled(|config| {
            config.overlap = 3;
            config.tops.clone_from(&tops);
        })
        .start();
        world.page(&items(1..=6));
        world.page("[]");
        world.next_round();
        // The source lists three items a page, and has two new ones.
        assert_eq!(world.asked(), "?since=3");
        world.page(&items(4..=6));
        assert_eq!(world.asked(), "?since=6");
        world.page(&items(7..=8));
        world.page("[]");
        assert_eq!((world.came(), world.errors()), ((1..=8).collect(), vec![]));
    }
}

#[test]
fn an_overlap_is_looked_back_over_on_all_pages_of_a_query_and_on_no_later_query() {
    let mut world = polled(|config| {
        config.items = at("/items");
        config.overlap = 10;
        config.paging = Some(paged(Some(4)));
        config.tops = vec![Top::NoNext];
    })
    .start();
    world.page(&with([100], r#""rest":1"#));
    world.next_round();
    world.page(&with([100, 101], r#""page":"p2""#));
    assert_eq!(world.asked(), "?since=90&page=p2");
    world.page(&with([102, 103], r#""page":"p3""#));
    assert_eq!(world.asked(), "?since=102");
    world.page(&with([103, 104], r#""page":"q2""#));
    assert_eq!(world.asked(), "?since=102&page=q2");
}

#[test]
fn newest_first_is_told_oldest_first_up_to_what_was_seen() {
    let mut world = newest_first(|_| {}).start();
    world.page(&items([3, 2, 1]));
    assert_eq!((world.came(), world.stored().as_deref()), (vec![1, 2, 3], Some("3")));
    let mut world = world.restart();
    world.page(&items([5, 4, 3]));
    assert_eq!((world.came(), world.gaps.len()), (vec![4, 5], 0));
    world.next_round();
    world.page(&items([9, 8, 7]));
    assert_eq!(world.gaps[0].reason.name(), "overrun");
    world.page(&items([9, 8, 7]));
    assert_eq!((world.came(), world.stored().as_deref()), (vec![4, 5, 7, 8, 9], Some("9")));
}

#[test]
fn newest_first_goes_no_further_back_than_to_the_position_that_was_sought() {
    let mut world = newest_first(|_| {}).start();
    world.page(&items([3, 2, 1]));
    world.seek("2");
    world.page(&items([4, 3, 2, 1]));
    assert_eq!(world.gaps, []);
    assert_eq!(world.came()[3..], [2, 3, 4], "and what is at it may come again");
}

#[test]
fn a_first_look_that_finds_nothing_is_a_first_look_all_the_same() {
    let mut setup = polled(|_| {});
    setup.config.start = Resume::Latest;
    let mut world = setup.start();
    world.page("[]");
    world.next_round();
    world.page(&items(1..=2));
    world.page("[]");
    assert_eq!((world.came(), world.stored().as_deref()), (vec![1, 2], Some("2")));
}

#[test]
fn a_first_look_passes_over_all_that_is_there() {
    let mut setup = polled(|_| {});
    setup.config.start = Resume::Latest;
    let mut world = setup.start();
    world.page(&items(1..=2));
    assert_eq!((world.came(), world.asked()), (vec![], "?since=2"));
    world.page("[]");
    assert_eq!(world.stored().as_deref(), Some("2"));
    world.next_round();
    world.page(&items(3..=3));
    assert_eq!(world.came(), [3]);
}

#[test]
fn several_sources_keep_a_position_each() {
    let mut world = sources().start();
    world.page(&items(1..=2));
    assert_eq!(world.last_request().request.url, "https://example.org/a?since=2");
    world.page("[]");
    assert_eq!(world.last_request().request.url, "https://example.org/b");
    world.page(&items(11..=11));
    world.page("[]");
    assert_eq!((world.tops().len(), world.is_connected()), (1, false));
    assert_eq!(world.stored().as_deref(), Some(r#"{"a":"2","b":"11"}"#));
    let mut world = world.restart();
    world.page("[]");
    assert_eq!(world.last_request().request.url, "https://example.org/b?since=11");
}

#[test]
fn a_gap_in_one_of_several_sources_is_a_gap_in_that_one() {
    let mut world = sources().start();
    for body in [items(1..=2), "[]".into(), items(11..=11), "[]".into()] {
        world.page(&body);
    }
    world.next_round();
    world.respond(410, &[]);
    world.end();
    assert_eq!((world.gaps.len(), world.gaps[0].position.as_ref().unwrap().as_str()), (1, "2"));
    assert_eq!(world.last_request().request.url, "https://example.org/a", "from its beginning");
    world.page(&items(7..=7));
    world.page("[]");
    assert_eq!(world.last_request().request.url, "https://example.org/b?since=11", "as before");
    assert_eq!(world.stored().as_deref(), Some(r#"{"a":"7","b":"11"}"#));
}

pub fn sources() -> crate::common::world::Setup {
    polled(|config| {
        config.sources = ["a", "b"]
            .map(|name| brookmark::engine::protocol::poll::Source {
                name: name.into(),
                url: format!("https://example.org/{name}"),
            })
            .to_vec();
    })
}

#[test]
fn positions_go_into_paths_headers_and_bodies() {
    let mut world = polled(|config| {
        config.sources[0].url = "https://example.org/since/%7Bseq%7D/items".into();
        config.places = vec![Slot::Path("seq".into())];
        config.earliest = Some("0".into());
    })
    .start();
    assert_eq!(world.last_request().request.url, "https://example.org/since/0/items");
    world.page(&items(1..=2));
    assert_eq!(world.last_request().request.url, "https://example.org/since/2/items");
    let mut world = polled(|config| config.places = vec![Slot::Header("x-since".into())]).start();
    world.page(&items(1..=2));
    assert_eq!(world.sent_header("x-since"), Some("2"));
    let mut world = polled(|config| config.places = vec![Slot::Body { index: 0, is_number: true }]).start();
    world.page(&items(1..=2));
    assert_eq!(world.last_request().request.in_body, [(0, "2".to_string())]);
}

#[test]
fn draining_ends_at_the_top_with_everything_handled() {
    let mut world = polled(|_| {}).start();
    world.hands = Hands::Slow;
    world.input(Input::Drain);
    world.page(&items(1..=2));
    world.page("[]");
    assert!(!world.has_ended(), "two items are at hand");
    world.finish(&item(1));
    world.finish(&item(2));
    assert!(world.has_ended());
    assert_eq!((world.ended_by(), world.stored().as_deref()), (None, Some("2")));
    assert_eq!(world.tops()[0].delay, None);
}

#[test]
fn draining_while_at_rest_looks_once_more() {
    let mut world = polled(|_| {}).start();
    world.page(&items(1..=2));
    world.page("[]");
    world.input(Input::Drain);
    world.page(&items(3..=3));
    world.page("[]");
    assert!(world.has_ended());
    assert_eq!(world.came(), [1, 2, 3]);
}

#[test]
fn a_link_as_a_position_outlives_the_process() {
    let mut world = named(|config| {
        config.cursor = Cursor::Answer(body("/next"));
        config.places = vec![Slot::Url];
    })
    .start();
    world.page(&with(1..=1, r#""next":"https://example.org/events?at=1""#));
    world.page(r#"{"items":[],"next":"https://example.org/events?at=1"}"#);
    assert_eq!(world.restart().asked(), "?at=1");
}
