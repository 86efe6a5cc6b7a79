//! Every buffer has a limit, and passing it has a name.

mod common;

use brookmark::engine::config::Oversize;
use brookmark::engine::limits;
use common::world::{bookmarked, setup, Hands, Setup, World};

fn small(oversize: Oversize) -> Setup {
    bookmarked(|setup| {
        setup.sse.max_event_bytes = 100;
        setup.config.oversize = oversize;
    })
}

#[test]
fn an_event_beyond_the_limit_ends_the_stream_before_it() {
    let mut world = small(Oversize::Stop).open();
    world.send(&format!("id: 1\ndata: a\n\nid: 2\ndata: {}\n\nid: 3\ndata: c\n\n", "x".repeat(100)));
    assert_eq!(world.data(), ["a"]);
    assert_eq!(world.ended_by(), Some("event-too-large"));
    assert_eq!(world.stored().as_deref(), Some("1"));
    assert!(!world.is_connected());
}

#[test]
fn an_event_beyond_the_limit_is_passed_over_with_a_word_and_its_id_counts() {
    let mut world = small(Oversize::Skip).open();
    world.send(&format!("id: 1\ndata: a\n\ndata: {}\nid: 2\n\n", "x".repeat(500)));
    assert_eq!(world.errors(), ["event-too-large"]);
    assert_eq!(world.stored().as_deref(), Some("2"));
    world.send("id: 3\ndata: c\n\n");
    assert_eq!(world.data(), ["a", "c"]);
    assert_eq!(world.stored().as_deref(), Some("3"));
}

#[test]
fn an_event_that_is_passed_over_waits_its_turn_in_the_commit() {
    let mut setup = small(Oversize::Skip);
    setup.hands = Hands::Slow;
    let mut world = setup.open();
    world.send(&format!("id: 1\ndata: a\n\nid: 2\ndata: {}\n\n", "x".repeat(500)));
    assert_eq!(world.stored(), None);
    world.finish("a");
    assert_eq!(world.stored().as_deref(), Some("2"));
}

#[test]
fn the_limit_is_the_same_whatever_the_chunks() {
    for size in 85..=100 {
        let wire = format!("id: 1\ndata: {}\n\nid: 2\ndata: b\n\n", "x".repeat(size));
        let mut whole = small(Oversize::Skip).open();
        whole.send(&wire);
        for cut in 1..wire.len() {
            let mut world = small(Oversize::Skip).open();
            world.send(&wire[..cut]);
            world.send(&wire[cut..]);
            assert_eq!(world.delivered, whole.delivered, "{size} cut at {cut}");
            assert_eq!(world.errors(), whole.errors(), "{size} cut at {cut}");
        }
    }
}

#[test]
fn a_comment_between_events_is_never_too_large() {
    let padding = ":".to_string() + &" ".repeat(2_048) + "\n";
    let wire = format!("{padding}\nid: 1\ndata: a\n\n{padding}{padding}id: 2\ndata: b\n\n");
    for size in [1, 7, 1_000, 10_000] {
        let mut world = small(Oversize::Stop).open();
        for chunk in wire.as_bytes().chunks(size) {
            if world.is_connected() {
                world.send_bytes(chunk);
            }
        }
        assert_eq!(world.ended_by(), None, "in chunks of {size}");
        assert_eq!(world.data(), ["a", "b"], "in chunks of {size}");
    }
}

#[test]
fn heartbeats_never_add_up_to_an_event() {
    let mut world = small(Oversize::Stop).open();
    for _ in 0..1_000 {
        world.send(": beat\n");
        world.send("unknown: field\n");
    }
    world.send("id: 1\ndata: a\n\n");
    assert_eq!(world.data(), ["a"]);
}

#[test]
fn passing_over_64_mib_takes_no_memory() {
    let mut world = bookmarked(|setup| setup.config.oversize = Oversize::Skip).open();
    world.send("id: 1\ndata: a\n\nid: 2\ndata: ");
    let chunk = vec![b'x'; 64 * 1024];
    let mut most = 0;
    for sent in 0..1_024 {
        world.send_bytes(&chunk);
        let buffered = world.session().stats().buffered;
        assert!(buffered <= (limits::MAX_EVENT_BYTES + chunk.len()) as u64, "{buffered}");
        if sent * chunk.len() > limits::MAX_EVENT_BYTES + chunk.len() {
            most = most.max(buffered);
        }
    }
    assert!(most <= 2 * limits::MAX_ID_BYTES as u64, "{most} bytes kept of what is passed over");
    world.send("\ndata: more\n\nid: 3\ndata: c\n\n");
    assert_eq!(world.errors(), ["event-too-large"]);
    assert_eq!(world.data(), ["a", "c"]);
}

#[test]
fn a_comment_of_64_mib_takes_no_memory_and_is_no_event() {
    let mut world = small(Oversize::Stop).open();
    world.send(":");
    let chunk = vec![b' '; 64 * 1024];
    for _ in 0..1_024 {
        world.send_bytes(&chunk);
        assert!(world.session().stats().buffered < 100);
    }
    world.send("\ndata: a\n\n");
    assert_eq!(world.data(), ["a"]);
}

/// Ids that no header carries: the position stays before them.
fn stays(world: &mut World, id: &str) {
    world.send("id: 1\ndata: a\n\n");
    world.send(&format!("id:{id}\ndata: b\n\ndata: c\n\n"));
    assert_eq!(world.data(), ["a", "b", "c"]);
    assert_eq!(world.errors(), ["unsendable-position"]);
    assert_eq!(world.stored().as_deref(), Some("1"));
    // It is told once for each response.
    world.send(&format!("id:{id}\ndata: d\n\n"));
    assert_eq!(world.errors().len(), 1);
    world.cut();
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some("1"));
}

#[test]
fn an_id_that_no_header_carries_is_no_position() {
    let long = "x".repeat(limits::MAX_ID_BYTES + 1);
    for id in [" \u{1}", "  leading", " trailing ", " trailing\t", " a\u{7f}b", long.as_str()] {
        let mut world = bookmarked(|_| {}).open();
        stays(&mut world, id);
        assert_eq!(world.delivered[1].id, id.strip_prefix(' ').unwrap_or(id), "the event itself has its id");
        world.accept();
        world.send("id: 9\ndata: e\n\n");
        assert_eq!(world.stored().as_deref(), Some("9"));
    }
}

#[test]
fn an_id_of_the_largest_size_is_a_position() {
    let id = "x".repeat(limits::MAX_ID_BYTES);
    let mut world = bookmarked(|_| {}).open();
    world.send(&format!("id: {id}\ndata: a\n\n"));
    assert_eq!(world.restart().asked_for(), Some(id.as_str()));
}

#[test]
fn a_bare_id_that_no_header_carries_moves_nothing() {
    let mut world = bookmarked(|_| {}).open();
    world.send("id: 1\n\nid:  blank\n\n");
    assert_eq!(world.stored().as_deref(), Some("1"));
    assert_eq!(world.errors(), ["unsendable-position"]);
}

#[test]
fn a_refusal_is_quoted_up_to_its_limit_and_read_no_further() {
    let mut world = setup(|_| {}).start();
    world.respond(403, &[]);
    world.send(&"x".repeat(1_500));
    assert!(world.is_reading());
    world.send(&"y".repeat(1_500));
    assert_eq!(world.ended_by(), Some("forbidden"));
    assert_eq!(world.aborted.len(), 1);
    let report = world.ending().unwrap().as_ref().unwrap();
    assert_eq!(report.error.refusal().unwrap().body.len(), limits::REFUSAL_BYTES);
}

#[test]
fn ids_without_end_cost_no_memory() {
    let mut world = bookmarked(|setup| setup.hands = Hands::Slow).open();
    world.send("id: 0\ndata: a\n\n");
    for n in 0..10_000 {
        world.send(&format!("id: {n}\n\n"));
    }
    assert_eq!(world.stored(), None);
    world.finish("a");
    assert_eq!(world.stored().as_deref(), Some("9999"));
    assert_eq!(world.writes.len(), 1);
}

#[test]
fn types_without_end_are_all_told_apart() {
    let mut world = setup(|_| {}).open();
    for n in 0..3 * limits::MAX_TYPES {
        world.send(&format!("event: type-{n}\ndata: {n}\n\n"));
    }
    for (n, event) in world.delivered.iter().enumerate() {
        assert_eq!((&event.kind, &event.data), (&format!("type-{n}"), &n.to_string()));
    }
}
