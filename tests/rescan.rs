//! Full runs of polled sources: what they read, what they find missing, and increments beside them.

#![allow(
    unreachable_pub,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail loudly"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use brookmark::engine::bookmark::{ids_name, read_ids, SourceId};
use brookmark::engine::config::Oversize;
use brookmark::engine::io::{HandlerPolicy, Input};
use brookmark::engine::limits;
use brookmark::engine::protocol::poll::{PollConfig, Source};
use common::polls::{self, EVERY};
use common::rng::{seeds, Dice};
use common::world::*;

/// Items of a page.
const PAGE: usize = 2;

/// Requests may be out for as long as a test likes.
fn polled(change: impl FnOnce(&mut PollConfig)) -> Setup {
    let mut setup = polls::polled(change);
    setup.config.connect_timeout = None;
    setup
}

fn with_deletions() -> Setup {
    polled(|config| config.deletions = true)
}

/// The rows at the source: positions by id.
#[derive(Default)]
struct Rows {
    rows: BTreeMap<String, u64>,
    last: u64,
}

impl Rows {
    fn of(ids: &[&str]) -> Self {
        let mut rows = Self::default();
        ids.iter().for_each(|id| rows.put(id));
        rows
    }

    /// Adds or changes a row.
    fn put(&mut self, id: &str) {
        self.last += 1;
        self.rows.insert(id.into(), self.last);
    }

    fn remove(&mut self, id: &str) {
        self.rows.remove(id).unwrap();
    }

    /// The page that is asked for.
    fn page(&self, url: &str) -> String {
        let since: u64 = url.split_once("since=").map_or(0, |(_, since)| since.parse().unwrap());
        let mut rows: Vec<_> = self.rows.iter().filter(|(_, seq)| **seq > since).collect();
        rows.sort_by_key(|(_, seq)| **seq);
        let items: Vec<_> = rows.iter().take(PAGE).map(|(id, seq)| item(id, **seq)).collect();
        format!("[{}]", items.join(","))
    }

    /// Answers the request that is out.
    fn answer(&self, world: &mut World) {
        let page = self.page(&world.last_request().request.url);
        world.page(&page);
    }

    /// Answers until the source has been read to its top.
    fn read(&self, world: &mut World) {
        for _ in 0..100 {
            if !world.is_connected() {
                return;
            }
            self.answer(world);
        }
        panic!("no end");
    }

    /// A full run, from the top to the top.
    fn rescan(&self, world: &mut World) {
        world.input(Input::Rescan);
        assert!(world.is_connected());
        self.read(world);
    }
}

fn item(id: &str, seq: u64) -> String {
    format!(r#"{{"id":"{id}","seq":{seq}}}"#)
}

/// What came, by id; what was deleted has a minus before it.
fn came(world: &World) -> Vec<String> {
    let name = |event: &Delivered| match (event.kind.as_str(), event.data.as_str()) {
        ("deleted", "null") => format!("-{}", event.id),
        ("message", _) => event.id.clone(),
        other => panic!("{other:?}"),
    };
    world.delivered.iter().map(name).collect()
}

/// The same since the last time that this was asked.
fn news(world: &mut World) -> Vec<String> {
    let came = came(world);
    world.delivered.clear();
    came
}

/// What is behind the address in the requests so far.
fn asked(world: &World) -> Vec<&str> {
    world.requests.iter().map(|attempt| attempt.request.url.strip_prefix(URL).unwrap()).collect()
}

#[test]
fn a_full_run_goes_on_behind_what_it_has_read_and_leaves_the_position() {
    let mut rows = Rows::of(&["a", "b", "c"]);
    let mut world = polled(|_| {}).start();
    rows.read(&mut world);
    rows.put("d");
    rows.rescan(&mut world);
    assert_eq!(asked(&world), ["", "?since=2", "?since=3", "", "?since=2", "?since=4"]);
    assert_eq!(came(&world), ["a", "b", "c", "a", "b", "c", "d"]);
    assert_eq!(world.stored().as_deref(), Some("4"), "it moves at the end of a full run, and only ahead");
    rows.remove("d");
    rows.rescan(&mut world);
    assert_eq!(world.stored().as_deref(), Some("4"));
}

#[test]
fn a_full_round_reads_every_source_in_full() {
    let source = |name: &str| Source { name: name.into(), url: format!("{URL}/{name}") };
    let mut world = polled(|config| {
        config.sources = vec![source("x"), source("y")];
        config.rescan = Some(2);
    })
    .start();
    let rows = Rows::of(&["a"]);
    rows.read(&mut world);
    world.pass(EVERY * 2);
    rows.read(&mut world);
    rows.rescan(&mut world);
    let round = ["/x", "/x?since=1", "/y", "/y?since=1"];
    assert_eq!(asked(&world), [round, round, round].concat());
}

#[test]
fn a_full_run_that_is_broken_off_begins_anew() {
    let rows = Rows::of(&["a", "b", "c"]);
    let mut world = polled(|_| {}).start();
    rows.read(&mut world);
    world.input(Input::Rescan);
    rows.answer(&mut world);
    world.seek("2");
    rows.read(&mut world);
    assert_eq!(asked(&world)[3..], ["", "?since=2", "", "?since=2", "?since=3"]);
}

#[test]
fn what_a_full_run_does_not_find_is_told_as_deleted_in_the_order_of_ids() {
    let mut rows = Rows::of(&["e", "a", "d", "b", "c"]);
    let mut world = with_deletions().start();
    rows.read(&mut world);
    rows.rescan(&mut world);
    assert_eq!(news(&mut world), ["e", "a", "d", "b", "c", "e", "a", "d", "b", "c"]);
    rows.remove("d");
    rows.remove("a");
    rows.put("f");
    rows.rescan(&mut world);
    assert_eq!(news(&mut world), ["e", "b", "c", "f", "-a", "-d"]);
    assert_eq!(world.stored().as_deref(), Some("6"));
    rows.rescan(&mut world);
    assert_eq!(news(&mut world), ["e", "b", "c", "f"], "once is enough");
    rows.put("a");
    rows.rescan(&mut world);
    rows.remove("a");
    rows.rescan(&mut world);
    assert_eq!(news(&mut world), ["e", "b", "c", "f", "a", "e", "b", "c", "f", "-a"], "it had come back");
}

#[test]
fn only_a_full_run_that_has_come_to_the_top_tells_of_deletions() {
    let mut rows = Rows::of(&["a", "b", "c", "d"]);
    let mut world = with_deletions().start();
    rows.read(&mut world);
    rows.remove("d");
    world.pass(EVERY * 2);
    rows.read(&mut world);
    assert_eq!(news(&mut world), ["a", "b", "c", "d"]);
    world.input(Input::Rescan);
    rows.answer(&mut world);
    world.refuse(500, &[], "no");
    world.pass(5_000);
    world.page("[{\"id\":\"c\",");
    world.pass(5_000);
    assert_eq!(news(&mut world), ["a", "b"]);
    rows.read(&mut world);
    assert_eq!(news(&mut world), ["c", "-d"]);
}

#[test]
fn an_empty_or_shrunken_source_deletes_nothing_and_says_so() {
    let all = Rows::of(&["a", "b", "c", "d", "e"]);
    for left in [&[][..], &["a"], &["a", "b"]] {
        let mut world = with_deletions().start();
        all.read(&mut world);
        news(&mut world);
        Rows::of(left).rescan(&mut world);
        assert_eq!((news(&mut world).len(), world.errors()), (left.len(), vec!["deletions-doubtful"]));
        all.rescan(&mut world);
        assert_eq!(news(&mut world), ["a", "b", "c", "d", "e"]);
        Rows::of(&["a", "b", "c"]).rescan(&mut world);
        assert_eq!(news(&mut world), ["a", "b", "c", "-d", "-e"]);
    }
}

#[test]
fn a_full_run_that_cannot_tell_one_item_tells_of_no_deletion() {
    let all = Rows::of(&["a", "b", "c"]);
    for odd in [r#"{"seq":9}"#.into(), format!(r#"{{"id":"c","seq":9,"x":"{}"}}"#, "x".repeat(200))] {
        let mut setup = with_deletions();
        setup.poll.as_mut().unwrap().max_item_bytes = 100;
        setup.config.oversize = Oversize::Skip;
        let mut world = setup.start();
        all.read(&mut world);
        news(&mut world);
        world.input(Input::Rescan);
        world.page(&format!("[{},{},{odd}]", item("a", 1), item("b", 2)));
        world.page("[]");
        assert!(!came(&world).iter().any(|id| id.starts_with('-')));
        assert_eq!(world.errors().last(), Some(&"deletions-doubtful"));
    }
}

#[test]
fn known_items_outlive_the_process() {
    let mut rows = Rows::of(&["a", "b", "c", "ż 1"]);
    let mut world = with_deletions().start();
    rows.read(&mut world);
    let mut world = world.restart();
    rows.read(&mut world);
    rows.remove("ż 1");
    rows.rescan(&mut world);
    assert_eq!(news(&mut world), ["a", "b", "c", "-ż 1"]);
    let mut world = world.restart();
    rows.read(&mut world);
    rows.rescan(&mut world);
    assert_eq!(news(&mut world), ["a", "b", "c"]);
    assert_eq!(world.errors(), [""; 0]);
}

#[test]
fn a_deletion_is_only_forgotten_once_it_is_handled() {
    let mut rows = Rows::of(&["a", "b", "c", "d"]);
    let mut world = with_deletions().start();
    rows.read(&mut world);
    rows.remove("d");
    rows.remove("c");
    world.hands = Hands::Slow;
    news(&mut world);
    rows.rescan(&mut world);
    assert_eq!(news(&mut world), ["a", "b", "-c", "-d"]);
    // Killed before any of them is handled.
    let mut world = world.restart();
    world.hands = Hands::Slow;
    rows.read(&mut world);
    rows.rescan(&mut world);
    assert_eq!(came(&world), ["a", "b", "-c", "-d"]);
    // Killed when some are, of which one is behind a hole.
    let seqs: Vec<_> = world.delivered.iter().map(|event| event.seq).collect();
    world.input(Input::Handled(seqs[0], seqs[2]));
    let mut world = world.restart();
    rows.read(&mut world);
    rows.rescan(&mut world);
    assert_eq!(news(&mut world), ["a", "b", "-d"]);
}

#[test]
fn an_item_that_was_never_handled_is_never_deleted() {
    let mut rows = Rows::of(&["a", "b", "c"]);
    let mut setup = with_deletions();
    setup.hands = Hands::Slow;
    let mut world = setup.start();
    rows.read(&mut world);
    let seqs: Vec<_> = world.delivered.iter().map(|event| event.seq).collect();
    world.input(Input::Handled(seqs[0], seqs[1]));
    let mut world = world.restart();
    rows.remove("c");
    world.hands = Hands::Quick;
    rows.read(&mut world);
    rows.rescan(&mut world);
    assert_eq!(news(&mut world), ["a", "b"]);
}

#[test]
fn an_item_that_comes_back_before_its_deletion_is_handled_stays_known() {
    let mut rows = Rows::of(&["a", "b", "c"]);
    let mut world = with_deletions().start();
    rows.read(&mut world);
    rows.remove("c");
    world.hands = Hands::Slow;
    rows.rescan(&mut world);
    rows.put("c");
    world.pass(EVERY * 2);
    rows.read(&mut world);
    assert_eq!(came(&world)[3..], ["a", "b", "-c", "c"]);
    let last = world.delivered.last().unwrap().seq;
    world.input(Input::Handled(world.delivered[3].seq, last));
    let mut world = world.restart();
    rows.read(&mut world);
    rows.remove("c");
    rows.rescan(&mut world);
    assert_eq!(news(&mut world), ["a", "b", "-c"]);
}

#[test]
fn the_handler_of_a_deletion_may_fail_like_any_other() {
    let mut rows = Rows::of(&["a", "b"]);
    let mut world = with_deletions().start();
    rows.read(&mut world);
    rows.remove("b");
    world.hands = Hands::Slow;
    rows.rescan(&mut world);
    world.finish(r#"{"id":"a","seq":1}"#);
    world.fail("null", HandlerPolicy::Stop);
    assert_eq!(world.ended_by(), Some("handler"));
    let mut world = world.restart();
    rows.read(&mut world);
    world.hands = Hands::Quick;
    rows.rescan(&mut world);
    assert_eq!(news(&mut world), ["a", "-b"]);
}

#[test]
fn the_ids_are_written_before_the_position_that_passes_them() {
    let rows = Rows::of(&["a", "b", "c"]);
    let mut setup = with_deletions();
    setup.store.manner = Manner::Slow;
    let mut world = setup.start();
    rows.answer(&mut world);
    assert_eq!((world.is_saving(), world.stored()), (true, None));
    // Killed between the two writes: the items come again, and are known.
    world.store_answers(Ok(()));
    let (ids, record) = (world.store.ids.clone(), world.stored());
    assert!(ids.is_some() && record.is_none());
    let mut world = world.restart();
    assert_eq!(asked(&world), [""]);
    world.store.manner = Manner::Prompt;
    rows.read(&mut world);
    Rows::of(&["b", "a"]).rescan(&mut world);
    assert_eq!(news(&mut world), ["a", "b", "c", "b", "a", "-c"]);
}

#[test]
fn a_store_that_takes_no_ids_gets_no_position_either_and_both_when_it_recovers() {
    let rows = Rows::of(&["a", "b"]);
    let mut setup = with_deletions();
    setup.store.manner = Manner::Full;
    let mut world = setup.start();
    rows.read(&mut world);
    assert_eq!((world.stored(), world.errors()), (None, vec!["store-write"]));
    world.store.manner = Manner::Prompt;
    world.pass(limits::STORE_RETRY.get());
    assert_eq!(world.stored().as_deref(), Some("2"));
    let mut world = world.restart();
    rows.read(&mut world);
    Rows::of(&["a"]).rescan(&mut world);
    assert_eq!(news(&mut world), ["a", "-b"]);
}

#[test]
fn ids_that_are_damaged_or_of_another_source_are_told_and_not_used() {
    let rows = Rows::of(&["a", "b"]);
    let mut world = with_deletions().start();
    rows.read(&mut world);
    let ids = world.store.ids.clone().unwrap();
    let foreign = {
        let mut setup = with_deletions();
        setup.config.source = SourceId::of(&["other"]);
        let mut other = setup.start();
        rows.read(&mut other);
        other.store.ids.clone().unwrap()
    };
    for ids in [ids[..ids.len() - 1].into(), foreign, "rubbish".into(), String::new()] {
        let mut setup = with_deletions();
        setup.store = world.store.clone();
        setup.store.ids = Some(ids);
        let mut world = setup.start();
        rows.read(&mut world);
        Rows::of(&["a"]).rescan(&mut world);
        assert_eq!((news(&mut world), world.errors()), (vec!["a".into()], vec!["ids-unreadable"]));
    }
}

#[test]
fn ids_that_are_read_too_late_are_not_taken_for_the_bookmark() {
    let rows = Rows::of(&["a"]);
    let mut world = with_deletions().start();
    rows.read(&mut world);
    let (ids, record) = (world.store.ids.clone(), world.store.record.clone());
    let mut setup = with_deletions();
    setup.store.manner = Manner::Mute;
    let mut world = setup.start();
    world.pass(30_000);
    assert_eq!((world.loads, world.errors()), (2, vec!["store-read"]));
    world.load_answers_for(ids_name(NAME), Ok(ids));
    assert_eq!((world.gaps.len(), world.requests.len()), (0, 0));
    world.load_answers(Ok(record));
    assert_eq!((world.gaps.len(), asked(&world)), (0, vec!["?since=1"]));
}

#[test]
fn ids_beyond_the_limit_are_told_once_and_detection_comes_back() {
    let long = |n: usize| format!("{n}{}", "x".repeat(limits::KNOWN_BYTES / 4));
    let ids: Vec<_> = (0..5).map(long).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut rows = Rows::of(&ids);
    let mut world = with_deletions().start();
    for _ in 0..3 {
        rows.read(&mut world);
        world.input(Input::Rescan);
    }
    rows.read(&mut world);
    assert_eq!(world.errors(), ["too-many-ids"]);
    rows.remove(ids[0]);
    rows.remove(ids[1]);
    rows.remove(ids[2]);
    rows.rescan(&mut world);
    assert!(news(&mut world).iter().all(|id| !id.starts_with('-')));
    rows.remove(ids[3]);
    rows.rescan(&mut world);
    assert_eq!(news(&mut world), [ids[4], &format!("-{}", ids[3])]);
}

#[test]
fn a_seek_forgets_what_was_told_and_not_handled() {
    let mut rows = Rows::of(&["a", "b", "c"]);
    let mut world = with_deletions().start();
    rows.read(&mut world);
    rows.remove("c");
    world.hands = Hands::Slow;
    rows.put("d");
    rows.rescan(&mut world);
    assert_eq!(came(&world)[3..], ["a", "b", "d", "-c"]);
    world.hands = Hands::Quick;
    rows.remove("d");
    world.seek("3");
    rows.read(&mut world);
    news(&mut world);
    rows.rescan(&mut world);
    assert_eq!(news(&mut world), ["a", "b", "-c"]);
}

fn beside() -> Setup {
    polled(|config| {
        config.deletions = true;
        config.beside = true;
    })
}

#[test]
fn a_long_full_run_does_not_hold_up_what_is_new() {
    let mut rows = Rows::of(&["a", "b", "c", "d", "e"]);
    let mut world = beside().start();
    rows.read(&mut world);
    news(&mut world);
    let before = world.requests.len();
    world.input(Input::Rescan);
    rows.answer(&mut world);
    assert_eq!(asked(&world)[before..], ["", "?since=2"], "no increment is due yet");
    world.pass(EVERY);
    rows.put("f");
    rows.answer(&mut world);
    assert_eq!(asked(&world)[before + 2..], ["?since=5"], "an increment");
    rows.answer(&mut world);
    assert_eq!(news(&mut world), ["a", "b", "c", "d", "f"]);
    assert_eq!(world.stored().as_deref(), Some("6"));
    rows.answer(&mut world);
    assert_eq!(asked(&world)[before + 2..], ["?since=5", "?since=6", "?since=4"], "and the full run goes on");
    rows.read(&mut world);
    assert_eq!(news(&mut world), ["e"], "what the increment has brought is not brought again");
    assert_eq!((world.stored().as_deref(), world.errors().len()), (Some("6"), 0));
}

#[test]
fn a_source_that_changes_all_the_time_leaves_the_full_run_its_turn() {
    let mut rows = Rows::of(&["a", "b", "c", "d", "e", "f", "g"]);
    let mut world = beside().start();
    rows.read(&mut world);
    rows.remove("d");
    world.input(Input::Rescan);
    world.pass(EVERY);
    news(&mut world);
    let before = world.requests.len();
    for _ in 0..12 {
        rows.put("g");
        rows.answer(&mut world);
    }
    let full = ["?since=2", "?since=5"];
    let pages = asked(&world)[before..].iter().filter(|asked| full.contains(asked)).count();
    assert_eq!(pages, 2, "pages of the full run, between those of an increment that comes to no top");
    rows.read(&mut world);
    assert_eq!(news(&mut world).last().map(String::as_str), Some("-d"));
}

#[test]
fn an_increment_that_fails_is_repeated_before_the_full_run_goes_on() {
    let mut rows = Rows::of(&["a", "b", "c"]);
    let mut world = beside().start();
    rows.read(&mut world);
    world.input(Input::Rescan);
    world.pass(EVERY);
    rows.put("d");
    rows.answer(&mut world);
    let before = world.requests.len();
    world.refuse(503, &[], "");
    world.pass(5_000);
    rows.read(&mut world);
    assert_eq!(asked(&world)[before - 1..], ["?since=3", "?since=3", "?since=4", "?since=2", "?since=4"]);
    assert_eq!(came(&world), ["a", "b", "c", "a", "b", "d", "c"]);
}

#[test]
fn an_older_copy_of_what_came_meanwhile_is_dropped_and_a_newer_one_is_not() {
    let rows = Rows::of(&["a", "b", "c", "d"]);
    for (copy, want) in [(4, &["c"][..]), (5, &["c"]), (6, &["c", "d"])] {
        let mut world = beside().start();
        rows.read(&mut world);
        world.input(Input::Rescan);
        world.pass(EVERY);
        rows.answer(&mut world);
        world.page(&format!("[{}]", item("d", 5)));
        world.page("[]");
        news(&mut world);
        // This server answers from a copy that lags behind, or is ahead.
        world.page(&format!("[{},{}]", item("c", 3), item("d", copy)));
        world.page("[]");
        assert_eq!(news(&mut world), want, "{copy}");
    }
}

#[test]
fn what_increments_bring_meanwhile_is_not_deleted() {
    let mut rows = Rows::of(&["a", "b", "c", "d", "e"]);
    let mut world = beside().start();
    rows.read(&mut world);
    news(&mut world);
    world.input(Input::Rescan);
    world.pass(EVERY);
    rows.answer(&mut world);
    rows.put("e");
    rows.remove("d");
    rows.answer(&mut world);
    rows.answer(&mut world);
    assert_eq!(news(&mut world), ["a", "b", "e"]);
    // What the full run lists does not have the changed item yet, nor the old one any more.
    world.page(&format!("[{}]", item("c", 3)));
    world.page("[]");
    assert_eq!(news(&mut world), ["c", "-d"]);
}

#[test]
fn a_full_run_does_not_push_out_what_increments_ask_for_again() {
    let many: Vec<String> = (0..3_000).map(|n| format!("i{n:04}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let rows = Rows::of(&many);
    let mut setup = polled(|config| {
        config.beside = true;
        config.overlap = 3;
    });
    setup.config.high_water_mark = 10_000;
    let all: Vec<String> = many.iter().zip(1..).map(|(id, seq)| item(id, seq)).collect();
    let mut world = setup.start();
    world.page(&format!("[{}]", all.join(",")));
    world.page("[]");
    world.input(Input::Rescan);
    world.pass(EVERY);
    world.page(&format!("[{}]", all[..2_900].join(",")));
    news(&mut world);
    assert_eq!(asked(&world).last(), Some(&"?since=2997"));
    world.page(&rows.page("?since=2997").replace("]", &format!(",{}]", all[2_999])));
    assert_eq!(news(&mut world), [""; 0], "an increment knows them although the full run has read thousands");
}

/// Rows change at random, the process is killed at random instants with a store that may lag, and in the end
/// what the application has is what the source has.
#[test]
fn across_kills_no_deletion_is_lost_and_none_is_invented() {
    for seed in seeds(300) {
        let mut dice = Dice::new(seed);
        let mut rows = Rows::default();
        (0..3).for_each(|n| rows.put(&format!("s{n}")));
        (0..9).for_each(|n| rows.put(&format!("r{n}")));
        let mut setup = if dice.chance(50) { beside() } else { with_deletions() };
        setup.config.high_water_mark = 3;
        setup.hands = Hands::Slow;
        setup.store.manner = Manner::Slow;
        let mut world = setup.clone().start();
        let mut table: BTreeMap<String, String> = BTreeMap::new();
        let mut handled = 0;
        // Items whose handling was not committed when the process was killed: to the stream, it never was.
        let mut unsure: BTreeSet<String> = BTreeSet::new();
        for step in 0..400 {
            let is_calm = step >= 340;
            match if is_calm { 4 + dice.below(6) } else { dice.below(12) } {
                0 => rows.put(&format!("r{}", dice.below(12))),
                1 if rows.rows.len() > 10 => {
                    // Those that begin with an `s` stay for ever.
                    let id = rows.rows.keys().nth(dice.below(rows.rows.len() - 3)).unwrap().clone();
                    rows.remove(&id);
                }
                2 if dice.chance(25) => {
                    if dice.chance(50) {
                        world.write_lands();
                    }
                    let source = setup.config.source;
                    let ids = world.store.ids.as_ref().map(|ids| read_ids(source, ids).unwrap());
                    let ids = ids.unwrap_or_default();
                    unsure
                        .extend(table.keys().filter(|id| !ids.iter().any(|known| **known == ***id)).cloned());
                    world = world.restart();
                    handled = 0;
                }
                3 => world.input(Input::Rescan),
                4 | 5 if world.is_connected() => rows.answer(&mut world),
                6 => world.pass(EVERY / 3),
                7 if world.is_saving() => world.store_answers(Ok(())),
                _ => {
                    if let Some(event) = world.delivered.get(handled).cloned() {
                        apply(&mut table, &event, seed);
                        unsure.remove(&event.id);
                        handled += 1;
                        world.input(Input::Handled(event.seq, event.seq));
                    }
                }
            }
        }
        // Whatever was going on comes to its end; then all is read once more, twice.
        let mut settle = |world: &mut World| {
            for _ in 0..500 {
                if world.is_saving() {
                    world.store_answers(Ok(()));
                } else if let Some(event) = world.delivered.get(handled).cloned() {
                    apply(&mut table, &event, seed);
                    unsure.remove(&event.id);
                    handled += 1;
                    world.input(Input::Handled(event.seq, event.seq));
                } else if world.is_connected() {
                    rows.answer(world);
                } else {
                    return;
                }
            }
            panic!("no end with seed {seed}");
        };
        settle(&mut world);
        world.input(Input::Rescan);
        settle(&mut world);
        let want: Vec<_> = rows.rows.iter().map(|(id, seq)| (id.clone(), item(id, *seq))).collect();
        let sure = table.into_iter().filter(|(id, _)| !unsure.contains(id));
        assert_eq!(sure.collect::<Vec<_>>(), want, "seed {seed}");
        // The store takes its time.
        assert!(world.errors().iter().all(|code| *code == "store-write"), "seed {seed}");
    }
}

/// The application's own table.
fn apply(table: &mut BTreeMap<String, String>, event: &Delivered, seed: u64) {
    if event.kind == "deleted" {
        assert!(!event.id.starts_with('s'), "{} was never deleted, seed {seed}", event.id);
        table.remove(&event.id);
    } else {
        table.insert(event.id.clone(), event.data.clone());
    }
}
