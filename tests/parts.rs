//! Sources with many parts, each with its own position.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "the model of a test fails loudly"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use brookmark::engine::error::Reason;
use brookmark::engine::io::{GapPolicy, Input};
use brookmark::engine::json::Pointer;
use brookmark::engine::parts::Order;
use brookmark::engine::position::{Position, Resume};
use brookmark::engine::protocol::{Framing, PartFrom};
use common::rng::{for_each_seed, Dice};
use common::world::{bookmarked, json, Hands, Setup, World};

fn parted(order: Order, hands: Hands) -> Setup {
    bookmarked(|setup| {
        let mut json = json(Framing::Lines);
        json.part = Some(PartFrom { pointer: Pointer::parse("/flow").unwrap(), order });
        setup.json = Some(json);
        setup.hands = hands;
    })
}

fn record(flow: &str, id: u64) -> String {
    format!("{{\"flow\":\"{flow}\",\"id\":{id}}}\n")
}

fn finish(world: &mut World, flow: &str, id: u64) {
    world.finish(record(flow, id).trim_end());
}

fn heard(world: &World) -> Vec<(&str, &str)> {
    world.delivered.iter().map(|event| (event.id.as_str(), event.map.as_deref().unwrap_or("none"))).collect()
}

#[test]
fn an_event_has_its_own_id_and_the_position_of_all_parts() {
    let mut world = parted(Order::Unknown, Hands::Quick).open();
    world.send(&(record("b", 5) + &record("a", 1) + &record("b", 6)));
    assert_eq!(
        heard(&world),
        [("5", r#"{"b":"5"}"#), ("1", r#"{"a":"1","b":"5"}"#), ("6", r#"{"a":"1","b":"6"}"#)]
    );
    assert_eq!(world.stored().as_deref(), Some(r#"{"a":"1","b":"6"}"#));
    world.cut();
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some(r#"{"a":"1","b":"6"}"#));
    world.accept();
    world.send(&record("a", 2));
    assert_eq!(world.stored().as_deref(), Some(r#"{"a":"2","b":"6"}"#));
    assert_eq!(world.restart().asked_for(), Some(r#"{"a":"2","b":"6"}"#));
}

#[test]
fn only_the_handled_prefix_counts_whatever_its_parts() {
    let mut world = parted(Order::Ascending, Hands::Slow).open();
    world.send(&(record("a", 1) + &record("b", 1) + &record("a", 2) + &record("b", 2)));
    finish(&mut world, "b", 1);
    finish(&mut world, "a", 2);
    assert_eq!(world.stored(), None);
    finish(&mut world, "a", 1);
    assert_eq!(world.stored().as_deref(), Some(r#"{"a":"2","b":"1"}"#));
    // Within the process, what was received is not asked for again.
    world.cut();
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some(r#"{"a":"2","b":"2"}"#));
    // After a kill, it is.
    let mut world = world.restart();
    assert_eq!(world.asked_for(), Some(r#"{"a":"2","b":"1"}"#));
    world.accept();
    world.send(&(record("a", 2) + &record("b", 2) + &record("b", 1) + &record("c", 1)));
    assert_eq!(heard(&world), [("2", r#"{"a":"2","b":"2"}"#), ("1", r#"{"a":"2","b":"2","c":"1"}"#)]);
}

#[test]
fn ids_that_ascend_are_all_that_is_needed_to_know_a_repeat() {
    let mut world = parted(Order::Ascending, Hands::Quick).open();
    let all: String = (1..=500).map(|id| record("a", id)).collect();
    world.send(&all);
    world.cut();
    world.pass(1_000);
    world.accept();
    // Farther back than any window, and with other content.
    world.send("{\"flow\":\"a\",\"id\":3,\"edited\":true}\n");
    world.send(&(all + &record("b", 3) + &record("a", 501)));
    assert_eq!(world.delivered.len(), 502);
    assert_eq!(world.session().stats().repeats, 501);
}

#[test]
fn without_an_order_of_ids_repeats_are_found_as_everywhere() {
    let mut world = parted(Order::Unknown, Hands::Quick).open();
    world.send(&(record("a", 2) + &record("b", 1)));
    world.cut();
    world.pass(1_000);
    world.accept();
    world.send(&(record("b", 1) + &record("a", 2) + &record("a", 1)));
    assert_eq!(world.delivered.len(), 3);
    assert_eq!(world.stored().as_deref(), Some(r#"{"a":"1","b":"1"}"#));
}

#[test]
fn a_record_without_id_or_part_is_delivered_and_moves_nothing() {
    let mut world = parted(Order::Ascending, Hands::Quick).open();
    world.send(&(record("a", 1) + "{\"flow\":\"b\"}\n{\"id\":7}\n7\n"));
    assert_eq!(heard(&world), [("1", r#"{"a":"1"}"#); 4]);
    assert_eq!(world.stored().as_deref(), Some(r#"{"a":"1"}"#));
}

#[test]
fn a_bookmark_that_is_no_map_is_damaged() {
    let mut world = bookmarked(|setup| setup.json = Some(json(Framing::Lines))).open();
    world.send("{\"id\":17}\n");
    let mut setup = parted(Order::Ascending, Hands::Quick);
    setup.store = world.store.clone();
    setup.gap = None;
    let mut world = setup.start();
    assert_eq!(world.gaps[0].reason, Reason::BookmarkUnreadable);
    world.input(Input::Decide(GapPolicy::Latest));
    world.accept();
    world.send(&record("a", 1));
    assert_eq!(world.stored().as_deref(), Some(r#"{"a":"1"}"#));
}

#[test]
fn a_gap_and_a_seek_begin_anew() {
    let mut world = parted(Order::Ascending, Hands::Quick).open();
    world.send(&(record("a", 5) + &record("b", 5)));
    world.cut();
    world.pass(1_000);
    world.refuse(410, &[], "");
    assert_eq!(world.asked_for(), Some("earliest"));
    world.accept();
    world.send(&record("a", 3));
    assert_eq!(world.stored().as_deref(), Some(r#"{"a":"3"}"#));
    world.input(Input::Seek(Resume::After(Position::new(r#"{"b":"1"}"#.into()))));
    world.accept();
    world.send(&(record("a", 1) + &record("b", 1) + &record("b", 2)));
    assert_eq!(world.stored().as_deref(), Some(r#"{"a":"1","b":"2"}"#));
}

#[test]
fn parts_beyond_the_limit_are_delivered_and_told_once() {
    let mut world = parted(Order::Ascending, Hands::Quick).open();
    for n in 0..1_000 {
        world.send(&record(&format!("a part with a long name {n}"), 1));
    }
    assert_eq!(world.delivered.len(), 1_000);
    assert_eq!(world.errors(), ["unsendable-position"]);
    let stored = world.stored().unwrap();
    world.send(&record("a part with a long name 0", 2));
    assert_eq!(world.stored().unwrap().len(), stored.len());
    // As long as a map may be, it can be asked for.
    let stored = world.stored();
    world.cut();
    world.pass(1_000);
    assert_eq!((world.gaps.len(), world.asked_for()), (0, stored.as_deref()));
    let world = world.restart();
    assert_eq!((world.gaps.len(), world.asked_for()), (0, stored.as_deref()));
}

/// A source that keeps the records of each part, and sends again some of what a client knows.
struct Source {
    logs: Vec<u64>,
}

const FLOWS: [&str; 4] = ["a", "b/c", "\\\"d\\\"", "ż"];

impl Source {
    /// What follows a position, part by part, in any order of parts.
    fn after(&self, map: Option<&str>, dice: &mut Dice) -> Vec<(usize, u64)> {
        let known: BTreeMap<String, String> =
            map.map_or_else(BTreeMap::new, |map| serde_json::from_str(map).unwrap());
        let mut next: Vec<u64> = FLOWS
            .iter()
            .map(|flow| {
                let last = known.get(&flow.replace('\\', "")).map_or(0, |id| id.parse().unwrap());
                u64::saturating_sub(last, dice.below(4) as u64)
            })
            .collect();
        let mut all = Vec::new();
        while let Some(flow) =
            (0..FLOWS.len()).cycle().skip(dice.below(4)).take(4).find(|flow| next[*flow] < self.logs[*flow])
        {
            next[flow] += 1;
            all.push((flow, next[flow]));
        }
        all
    }
}

fn wire(records: &[(usize, u64)]) -> String {
    records.iter().map(|(flow, id)| record(FLOWS[*flow], *id)).collect()
}

#[test]
fn nothing_is_lost_and_nothing_comes_after_its_commit_in_any_weather() {
    let totals = Mutex::new([0_usize; 4]);
    for_each_seed(2_000, |seed| {
        let mut dice = Dice::new(seed);
        let mut source = Source { logs: vec![0; FLOWS.len()] };
        let mut world = parted(Order::Ascending, Hands::Slow).open();
        let (mut handled, mut seen, mut running) = (BTreeSet::new(), 0, Vec::new());
        let mut own = [0_usize; 4];
        for step in 0..150 {
            // In the end all is well, and what is owed comes.
            let is_last = step == 149;
            match if is_last { 9 } else { dice.below(10) } {
                0..=3 => {
                    let flow = dice.below(FLOWS.len());
                    source.logs[flow] += 1;
                    if world.is_connected() {
                        world.send(&record(FLOWS[flow], source.logs[flow]));
                    }
                }
                4..=6 if !running.is_empty() => {
                    let (seq, what) = running.swap_remove(dice.below(running.len()));
                    world.input(Input::Handled(seq, seq));
                    assert!(handled.insert(what), "SEED={seed}: {what:?} was handled twice in one life");
                }
                7 | 9 => {
                    if world.is_connected() {
                        world.cut_off();
                    }
                    let retry = world.next_timer().unwrap();
                    world.run_until(retry);
                    world.accept();
                    let again = source.after(world.asked_for().map(String::from).as_deref(), &mut dice);
                    let text = wire(&again);
                    for chunk in dice.cut(text.as_bytes()) {
                        world.send_bytes(chunk);
                    }
                    own[0] += 1;
                }
                8 => {
                    // What was committed must not come again; all else may.
                    let stored = world.stored();
                    let known: BTreeMap<String, u64> = stored.as_deref().map_or_else(BTreeMap::new, |map| {
                        let map: BTreeMap<String, String> = serde_json::from_str(map).unwrap();
                        map.into_iter().map(|(flow, id)| (flow, id.parse().unwrap())).collect()
                    });
                    let is_known = |(flow, id): &(usize, u64)| {
                        known.get(&FLOWS[*flow].replace('\\', "")).is_some_and(|last| id <= last)
                    };
                    for (flow, log) in source.logs.iter().enumerate() {
                        for id in (1..=*log).filter(|id| is_known(&(flow, *id))) {
                            assert!(
                                handled.contains(&(flow, id)),
                                "SEED={seed}: {flow} {id} is committed unhandled"
                            );
                        }
                    }
                    handled.retain(is_known);
                    world = world.restart();
                    world.accept();
                    (seen, running) = (0, Vec::new());
                    let again = source.after(world.asked_for().map(String::from).as_deref(), &mut dice);
                    world.send(&wire(&again));
                    own[1] += 1;
                }
                _ => {}
            }
            for event in &world.delivered[seen..] {
                let value: serde_json::Value = serde_json::from_str(&event.data).unwrap();
                let flow = FLOWS.iter().position(|flow| flow.replace('\\', "") == value["flow"]).unwrap();
                let what = (flow, value["id"].as_u64().unwrap());
                assert!(!handled.contains(&what), "SEED={seed}: {what:?} came after it was handled");
                assert!(running.iter().all(|(_, known)| *known != what), "SEED={seed}: {what:?} came twice");
                // Within a part, nothing is passed over.
                let before = (flow, what.1 - 1);
                let has_come = handled.contains(&before) || running.iter().any(|(_, known)| *known == before);
                assert!(what.1 == 1 || has_come, "SEED={seed}: {what:?} came too early");
                running.push((event.seq, what));
                own[2] += 1;
            }
            seen = world.delivered.len();
        }
        own[3] = world.session().stats().repeats as usize;
        let owed: u64 = source.logs.iter().sum();
        assert_eq!((handled.len() + running.len()) as u64, owed, "SEED={seed}: something is lost");
        for (total, own) in totals.lock().unwrap().iter_mut().zip(own) {
            *total += own;
        }
    });
    let totals = totals.into_inner().unwrap();
    assert!(std::env::var("SEED").is_ok() || totals.iter().all(|count| *count > 5_000), "{totals:?}");
}

#[test]
fn where_a_response_says_that_it_begins_is_a_position_before_any_event() {
    let mut setup = parted(Order::Ascending, Hands::Slow);
    setup.json.as_mut().unwrap().beginning = Some("x-beginning".into());
    let begin = |world: &mut World, map: &str| {
        world.respond(200, &[("content-type", "application/json"), ("x-beginning", map)]);
    };
    let mut world = setup.start();
    begin(&mut world, r#"{ "b":"7", "a":"0" }"#);
    assert_eq!(world.stored().as_deref(), Some(r#"{"a":"0","b":"7"}"#));
    // A cut before the first event loses nothing, nor does a kill.
    world.cut();
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some(r#"{"a":"0","b":"7"}"#));
    let mut world = world.restart();
    assert_eq!(world.asked_for(), Some(r#"{"a":"0","b":"7"}"#));
    // What is heard already is a repeat, and an event without a position stands where the beginning is.
    begin(&mut world, r#"{"a":"0","b":"7","c":"3"}"#);
    world.send(&(record("b", 7) + "{}\n" + &record("b", 8)));
    assert_eq!(heard(&world), [("", r#"{"a":"0","b":"7","c":"3"}"#), ("8", r#"{"a":"0","b":"8","c":"3"}"#)]);
    finish(&mut world, "b", 8);
    assert_eq!(world.stored().as_deref(), Some(r#"{"a":"0","b":"7","c":"3"}"#));
    // A beginning waits for the handlers of what came before it.
    world.cut();
    world.pass(1_000);
    begin(&mut world, r#"{"a":"0","b":"8","c":"3","d":"1"}"#);
    assert_eq!(world.stored().as_deref(), Some(r#"{"a":"0","b":"7","c":"3"}"#));
    world.finish("{}");
    assert_eq!(world.stored().as_deref(), Some(r#"{"a":"0","b":"8","c":"3","d":"1"}"#));
    // What is no map says nothing.
    world.cut();
    world.pass(1_000);
    begin(&mut world, "17");
    assert_eq!(world.position(), Some(r#"{"a":"0","b":"8","c":"3","d":"1"}"#));
}
