//! Runs that read everything.

use brookmark::engine::io::Input;
use brookmark::engine::protocol::poll::{Order, Top};

use crate::common::polls::*;

#[test]
fn a_rescan_reads_everything_and_leaves_the_position() {
    let mut world = polled(|_| {}).start();
    world.page(&items(1..=2));
    world.page(&items(3..=4));
    world.page("[]");
    world.input(Input::Rescan);
    assert_eq!(world.asked(), "");
    world.page(&items(1..=2));
    assert_eq!(world.asked(), "?since=2", "it goes on behind what it has read, not behind the position");
    world.page(&items(3..=4));
    world.page("[]");
    assert_eq!(world.came(), [1, 2, 3, 4, 1, 2, 3, 4]);
    assert_eq!(world.stored().as_deref(), Some("4"));
    world.next_round();
    assert_eq!(world.asked(), "?since=4");
}

#[test]
fn a_rescan_that_is_cut_goes_on_where_it_was() {
    let mut world = polled(|_| {}).start();
    world.page(&items(1..=4));
    world.page("[]");
    world.input(Input::Rescan);
    world.page(&items(1..=2));
    world.respond(200, &[("content-type", "application/json")]);
    world.send(&format!("[{},{},", item(3), item(4)));
    world.cut();
    world.pass(2_000);
    assert_eq!(world.asked(), "?since=3");
    world.page(&items(4..=4));
    world.page("[]");
    assert_eq!(world.came(), [1, 2, 3, 4, 1, 2, 3, 4]);
    assert_eq!(world.errors(), ["network"]);
}

#[test]
fn every_so_many_runs_all_is_read_again() {
    let mut world = polled(|config| {
        config.items = at("/items");
        config.cursor = by_item(Order::Unordered);
        config.paging = Some(paged(None));
        config.tops = vec![Top::NoNext];
        config.rescan = Some(3);
    })
    .start();
    let mut asked = Vec::new();
    for _ in 0..6 {
        asked.push(world.asked().to_string());
        world.page(&with([1], r#""rest":1"#));
        world.next_round();
    }
    assert_eq!(asked, ["", "?since=1", "", "?since=1", "?since=1", ""]);
    assert_eq!(world.came(), [1, 1, 1]);
}

#[test]
fn a_rescan_of_positions_that_answers_name_goes_on_too() {
    let mut world = named(|_| {}).start();
    world.page(&with([1], r#""next":"a""#));
    world.page(&with([2], r#""next":"b""#));
    world.page(r#"{"items":[],"next":"b"}"#);
    world.input(Input::Rescan);
    assert_eq!(world.asked(), "");
    world.page(&with([1], r#""next":"a""#));
    assert_eq!(world.asked(), "?since=a");
    world.page(&with([2], r#""next":"b""#));
    world.page(r#"{"items":[],"next":"b"}"#);
    assert_eq!((world.came(), world.stored().as_deref()), (vec![1, 2, 1, 2], Some("b")));
}

#[test]
fn a_rescan_reads_all_sources() {
    let mut world = crate::items::sources().start();
    let answers = |world: &mut crate::common::world::World| {
        let mut asked = Vec::new();
        while world.is_connected() {
            let url = world.last_request().request.url.clone();
            world.page(&if url.contains("since") {
                "[]".into()
            } else {
                items([if url.ends_with('a') { 1 } else { 2 }])
            });
            asked.push(url.strip_prefix("https://example.org/").unwrap().to_string());
        }
        asked
    };
    assert_eq!(answers(&mut world), ["a", "a?since=1", "b", "b?since=2"]);
    world.input(Input::Rescan);
    assert_eq!(answers(&mut world), ["a", "a?since=1", "b", "b?since=2"]);
    world.next_round();
    assert_eq!(answers(&mut world), ["a?since=1", "b?since=2"]);
    assert_eq!(world.came(), [1, 2, 1, 2]);
}

#[test]
fn a_rescan_of_a_list_that_is_interrupted_is_still_one() {
    let mut setup = newest_first(|_| {});
    setup.config.high_water_mark = 2;
    setup.hands = crate::common::world::Hands::Slow;
    let mut world = setup.start();
    let handle = |world: &mut crate::common::world::World, seqs: &[u64]| {
        for seq in seqs {
            world.finish(&item(*seq));
        }
    };
    world.page(&items([3, 2, 1]));
    handle(&mut world, &[1, 2, 3]);
    world.input(Input::Rescan);
    world.page(&items([3, 2, 1]));
    world.input(Input::Reconnect);
    world.page(&items([3, 2, 1]));
    handle(&mut world, &[1, 2]);
    assert_eq!(world.came(), [1, 2, 3, 1, 2, 1, 2, 3].as_slice()[..world.came().len()]);
    assert!(world.came().len() >= 7, "{:?}", world.came());
}
