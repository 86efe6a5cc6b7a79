//! Positions that stand in the payload.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests fail loudly")]

mod common;

use brookmark::engine::io::{GapPolicy, Input};
use brookmark::engine::json::Pointer;
use brookmark::engine::protocol::PositionFrom;
use common::documents::{Writer, NAMES};
use common::rng::{for_each_seed, Dice};
use common::world::{bookmarked, Hands, Setup, World};
use serde_json::Value;

fn pointed(pointer: &str) -> Setup {
    bookmarked(|setup| setup.sse.position = PositionFrom::Pointer(Pointer::parse(pointer).unwrap()))
}

fn ids(world: &World) -> Vec<&str> {
    world.delivered.iter().map(|event| event.id.as_str()).collect()
}

#[test]
fn what_the_pointer_finds_is_the_id_and_the_position() {
    let mut world = pointed("/meta/seq").open();
    world.send("id: x\ndata: {\"meta\": {\n");
    world.send("data: \"seq\": 9007199254740993}}\n\ndata: {\"meta\":{\"seq\":\"a\\u017c\"}}\n\n");
    assert_eq!(ids(&world), ["9007199254740993", "aż"]);
    assert_eq!(world.stored().as_deref(), Some("aż"));
    world.cut();
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some("aż"));
    assert_eq!(world.restart().asked_for(), Some("aż"));
}

#[test]
fn an_event_without_it_leaves_the_position_and_a_field_id_means_nothing() {
    let mut world = pointed("/seq").open();
    world.send("data: {\"seq\":1}\n\nid: 7\ndata: no json\n\nid: 8\n\ndata: {\"seq\":\"\"}\n\n");
    assert_eq!(ids(&world), ["1", "1", "1"]);
    assert_eq!(world.stored().as_deref(), Some("1"));
    world.cut();
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some("1"));
}

#[test]
fn it_is_committed_only_when_its_event_is_handled() {
    let mut setup = pointed("/seq");
    setup.hands = Hands::Slow;
    let mut world = setup.open();
    world.send("data: {\"seq\":1}\n\ndata: {\"seq\":2}\n\n");
    assert_eq!(world.stored(), None);
    world.finish("{\"seq\":1}");
    let mut world = world.restart();
    assert_eq!(world.asked_for(), Some("1"));
    world.accept();
    world.send("data: {\"seq\":1}\n\ndata: {\"seq\":2}\n\n");
    assert_eq!(world.data(), ["{\"seq\":2}"]);
}

#[test]
fn events_that_are_not_heard_move_it_and_one_that_cannot_be_sent_does_not() {
    let mut setup = pointed("/seq");
    setup.sse.events = Some(vec!["deal".into()]);
    let mut world = setup.open();
    world.send("event: deal\ndata: {\"seq\":1}\n\ndata: {\"seq\":2}\n\n");
    assert_eq!(world.stored().as_deref(), Some("2"));
    world.send("event: deal\ndata: {\"seq\":\"3 \"}\n\n");
    assert_eq!(world.errors(), ["unsendable-position"]);
    assert_eq!(world.stored().as_deref(), Some("2"));
}

#[test]
fn an_event_that_is_too_large_has_none() {
    let mut setup = pointed("/seq");
    setup.sse.max_event_bytes = 60;
    setup.config.oversize = brookmark::engine::config::Oversize::Skip;
    let mut world = setup.open();
    world.send("data: {\"seq\":1}\n\n");
    world.send(&format!("id: 9\ndata: {{\"seq\":2,\"x\":\"{}\"}}\n\n", "x".repeat(100)));
    assert_eq!(world.stored().as_deref(), Some("1"));
    world.send("data: {\"seq\":3}\n\n");
    assert_eq!(world.stored().as_deref(), Some("3"));
}

#[test]
fn a_source_that_forgot_it_makes_a_gap() {
    let mut setup = pointed("/seq");
    setup.gap = None;
    let mut world = setup.open();
    world.send("data: {\"seq\":1}\n\n");
    world.cut();
    world.pass(1_000);
    world.refuse(410, &[], "");
    assert_eq!(world.gaps.len(), 1);
    world.input(Input::Decide(GapPolicy::Earliest));
    assert_eq!(world.asked_for(), Some("earliest"));
}

#[test]
fn an_empty_event_that_only_says_where_the_source_stands_is_not_delivered() {
    let mut world = bookmarked(|setup| setup.sse.skip_empty = true).open();
    world.send("id: 1\ndata:\n\n");
    assert_eq!(world.stored().as_deref(), Some("1"));
    world.send("id: 2\ndata: 0\n\ndata\n\n");
    assert_eq!(world.data(), ["0"]);
    world.cut();
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some("2"));
}

/// A way that may lead somewhere in `value`, as a pointer.
fn way(value: &Value, dice: &mut Dice) -> String {
    let mut pointer = String::new();
    let mut place = Some(value);
    while dice.chance(80) {
        let name = match place {
            Some(Value::Object(members)) if !members.is_empty() && dice.chance(90) => {
                members.keys().nth(dice.below(members.len())).unwrap().clone()
            }
            Some(Value::Array(elements)) => dice.below(elements.len() + 1).to_string(),
            _ => dice.pick(NAMES).to_string(),
        };
        pointer += &format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        place = value.pointer(&pointer);
    }
    pointer
}

#[test]
fn what_a_pointer_finds_is_what_another_parser_finds() {
    let seen = std::sync::Mutex::new([0; 2]);
    for_each_seed(30_000, |seed| {
        let mut dice = Dice::new(seed);
        let mut writer = Writer::new(&mut dice);
        writer.value(5);
        // Some with a name that is written with an escape.
        let text = match seed % 3 {
            0 => writer.text.replace("\"data\"", "\"d\\u0061ta\"").replace("\"x\"", "\"\\u0078\""),
            _ => writer.text,
        };
        let value: Value = serde_json::from_str(&text).unwrap();
        for _ in 0..5 {
            let pointer = way(&value, &mut dice);
            let found = Pointer::parse(&pointer).unwrap().find(text.as_bytes());
            let read = found.clone().map(|found| serde_json::from_str::<Value>(&text[found]).unwrap());
            assert_eq!(read.as_ref(), value.pointer(&pointer), "{pointer} of {text}");
            seen.lock().unwrap()[usize::from(read.is_some())] += 1;
        }
    });
    let seen = seen.into_inner().unwrap();
    assert!(std::env::var("SEED").is_ok() || seen.iter().all(|count| *count > 10_000), "{seen:?}");
}

/// A value that is cut short is none.
#[test]
fn a_pointer_finds_nothing_in_what_is_cut_short() {
    for_each_seed(300, |seed| {
        let mut dice = Dice::new(seed);
        let mut writer = Writer::new(&mut dice);
        writer.object(4, None);
        let text = writer.text;
        let value: Value = serde_json::from_str(&text).unwrap();
        for _ in 0..5 {
            let pointer = way(&value, &mut dice);
            if pointer.is_empty() {
                continue;
            }
            for at in 0..text.len() {
                let found = Pointer::parse(&pointer).unwrap().find(&text.as_bytes()[..at]);
                assert_eq!(found, None, "{pointer} of {text} at {at}");
            }
        }
    });
}
