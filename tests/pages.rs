//! Pages of JSON mean the same however they are cut, and what JSON says that they mean.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail loudly"
)]

mod common;

use brookmark::engine::frame::{Item, Page, PageFrames};
use brookmark::engine::json::Pointer;
use common::documents::{document, Writer};
use common::pages::{fixtures, parse, Body, Fixture, Got, Taking, TAKINGS, UNLIMITED};
use common::rng::{for_each_seed, Dice};
use serde_json::Value;

fn check(fixture: &Fixture, chunks: &[&[u8]]) {
    let Fixture { name, items, body, .. } = fixture;
    for taking in TAKINGS {
        assert_eq!(parse(items, UNLIMITED, chunks, taking), *body, "{name} as {chunks:x?}, {taking:?}");
    }
}

fn bytes(wire: &[u8]) -> Vec<&[u8]> {
    wire.chunks(1).collect()
}

#[test]
fn whole_and_byte_by_byte() {
    for fixture in fixtures() {
        check(&fixture, &[&fixture.wire]);
        check(&fixture, &bytes(&fixture.wire));
    }
}

#[test]
fn cut_at_every_byte_and_every_pair_of_bytes() {
    for fixture in fixtures() {
        let (wire, len) = (&fixture.wire, fixture.wire.len());
        for one in 0..=len {
            check(&fixture, &[&wire[..one], &[], &wire[one..]]);
            // A long one says nothing new.
            for two in one..=len.min(one + 150) {
                check(&fixture, &[&wire[..one], &wire[one..two], &wire[two..]]);
            }
        }
    }
}

#[test]
fn what_is_cut_short_is_never_whole() {
    for Fixture { name, items, wire, body } in fixtures() {
        let end = wire.trim_ascii_end().len();
        for at in 0..end {
            let cut = parse(&items, UNLIMITED, &[&wire[..at]], Taking::AtOnce);
            assert!(body.page != Page::Whole || cut.page == Page::Cut, "{name} at {at}: {:?}", cut.page);
            assert!(body.found.starts_with(&cut.found), "{name} at {at}: {:?}", cut.found);
        }
    }
}

/// What a text is to another parser; `None` where the two differ on purpose.
fn read(text: &str) -> Option<Option<Value>> {
    match serde_json::from_str(text) {
        Ok(value) => Some(Some(value)),
        // JavaScript takes both.
        Err(error) if error.to_string().contains("out of range") => None,
        Err(error) if error.to_string().contains("surrogate") => None,
        Err(_) => Some(None),
    }
}

fn values(body: &Body) -> Vec<Option<Value>> {
    let text = |got: &Got| match got {
        Got::Text(text, _) => read(text).flatten(),
        Got::TooLarge => None,
    };
    body.found.iter().map(text).collect()
}

/// Compares with what the other parser makes of all of it; says what the page was.
fn compare(wire: &[u8], pointer: &str, repeats: usize, dice: &mut Dice) -> Option<Page> {
    let text = String::from_utf8_lossy(wire);
    let whole = read(&text)?;
    let body = parse(
        &Pointer::parse(pointer).unwrap(),
        UNLIMITED,
        &dice.cut(wire),
        *dice.pick(&[Taking::AtOnce, Taking::Slowly, Taking::Late]),
    );
    let shown = format!("{pointer} of {text}: {body:?}");
    let found = values(&body);
    match (&whole, body.page) {
        (Some(whole), Page::Whole) => {
            let items: Vec<Value> = found.into_iter().map(Option::unwrap).collect();
            assert_eq!(whole.pointer(pointer), Some(&Value::Array(items)), "{shown}");
            let mut rest = whole.clone();
            *rest.pointer_mut(pointer).unwrap() = Value::Array(Vec::new());
            assert_eq!(read(&body.skeleton), Some(Some(rest)), "{shown}");
        }
        (Some(whole), Page::NoItems) => {
            assert!(!whole.pointer(pointer).is_some_and(Value::is_array), "{shown}");
            assert_eq!((body.skeleton.as_str(), found.len()), (&*text, 0));
        }
        (Some(_), Page::NotJson) => assert!(repeats > 0, "{shown}"),
        (Some(_), Page::Cut) => panic!("{shown}"),
        (None, Page::Whole) => assert!(found.contains(&None), "{shown}"),
        (None, Page::NoItems) => panic!("{shown}"),
        (None, Page::NotJson | Page::Cut) => {}
    }
    for got in &body.found {
        let Got::Text(said, offset) = got else { panic!("{shown}") };
        let at = *offset as usize;
        assert!(String::from_utf8_lossy(&wire[at..]).starts_with(said), "{shown}");
    }
    Some(body.page)
}

#[test]
fn a_page_means_what_json_says() {
    let seen = std::sync::Mutex::new([0; 4]);
    for_each_seed(30_000, |seed| {
        let mut dice = Dice::new(seed);
        let (text, pointer, repeats) = document(&mut dice);
        let page = compare(text.as_bytes(), pointer, repeats, &mut dice).unwrap();
        seen.lock().unwrap()[page as usize] += 1;
    });
    // Pages that are all of one kind would prove nothing.
    let [whole, cut, not_json, no_items] = seen.into_inner().unwrap();
    let is_mixed = whole > 15_000 && cut == 0 && not_json > 100 && no_items > 1_000;
    assert!(std::env::var("SEED").is_ok() || is_mixed, "{:?}", [whole, cut, not_json, no_items]);
}

#[test]
fn what_is_no_json_is_no_page_or_has_an_item_that_is_none() {
    let seen = std::sync::Mutex::new([0; 4]);
    for_each_seed(60_000, |seed| {
        let mut dice = Dice::new(seed);
        let (text, pointer, _) = document(&mut dice);
        let mut wire = text.into_bytes();
        for _ in 0..=dice.below(3) {
            let at = dice.below(wire.len() + 1);
            let more = *dice.pick(&b"[]{},:\"\\ \n\rx0-\x01\xc5"[..]);
            match dice.below(3) {
                0 => wire.insert(at, more),
                1 if at < wire.len() => wire[at] = more,
                _ if at < wire.len() => drop(wire.remove(at)),
                _ => wire.truncate(at),
            }
        }
        // A change may give two members one name.
        if let Some(page) = compare(&wire, pointer, 1, &mut dice) {
            seen.lock().unwrap()[page as usize] += 1;
        }
    });
    let seen = seen.into_inner().unwrap();
    assert!(std::env::var("SEED").is_ok() || seen.iter().all(|count| *count > 1_000), "{seen:?}");
}

#[test]
fn no_page_is_whole_before_its_last_byte() {
    for_each_seed(500, |seed| {
        let (text, pointer, repeats) = document(&mut Dice::new(seed));
        let (wire, pointer) = (text.trim_end().as_bytes(), Pointer::parse(pointer).unwrap());
        if !wire.ends_with(b"]") && !wire.ends_with(b"}") {
            // Of a number, each part may be all.
            return;
        }
        for at in 0..wire.len() {
            let page = parse(&pointer, UNLIMITED, &[&wire[..at]], Taking::Late).page;
            assert_eq!(page, Page::Cut, "{text} at {at}, {repeats} repeats");
        }
    });
}

fn told(limit: usize, chunks: &[&[u8]], taking: Taking) -> Body {
    parse(&Pointer::parse("/items").unwrap(), limit, chunks, taking)
}

#[test]
fn what_is_too_large_is_passed_over_alike_however_the_page_is_cut() {
    let seen = std::sync::Mutex::new(0);
    for_each_seed(10_000, |seed| {
        let mut dice = Dice::new(seed);
        let mut writer = Writer::new(&mut dice);
        writer.object(1, Some(&["items"]));
        let (text, limit) = (writer.text, 1 + dice.below(60));
        let wire = text.as_bytes();
        let whole = told(UNLIMITED, &[wire], Taking::AtOnce);
        let found = told(limit, &[wire], Taking::AtOnce);
        for taking in TAKINGS {
            assert_eq!(told(limit, &bytes(wire), taking), found, "{limit} of {text}, {taking:?}");
            assert_eq!(told(limit, &dice.cut(wire), taking), found, "{limit} of {text}, {taking:?}");
        }
        assert_eq!((found.page, &found.skeleton), (whole.page, &whole.skeleton), "{text}");
        assert_eq!(found.found.len(), whole.found.len(), "{text}");
        for (got, was) in found.found.iter().zip(&whole.found) {
            // The blanks behind a number may make it too large.
            let Got::Text(said, _) = was else { panic!("{was:?}") };
            assert!(got == was && said.len() <= limit || *got == Got::TooLarge, "{limit} of {text}");
            *seen.lock().unwrap() += usize::from(*got == Got::TooLarge);
        }
    });
    assert!(std::env::var("SEED").is_ok() || *seen.lock().unwrap() > 5_000);
}

fn frames(items: &str, item_limit: usize, page_limit: usize) -> PageFrames {
    PageFrames::new(Pointer::parse(items).unwrap(), item_limit, page_limit)
}

fn text(frames: &PageFrames, item: Option<Item>) -> String {
    match item {
        Some(Item::Text { data, .. }) => String::from_utf8_lossy(&frames.bytes()[data]).into(),
        Some(Item::TooLarge) => "too large".into(),
        None => "none".into(),
    }
}

#[test]
fn an_object_is_there_before_what_follows_it_and_a_number_is_not() {
    let mut frames = frames("/items", 100, 1_000);
    for (chunk, wanted) in [
        ("{\"items\":[{\"a\":1", "none"),
        ("}", "{\"a\":1}"),
        ("\r\n\r\n", "none"),
        (",[2]", "[2]"),
        (",3", "none"),
        ("4", "none"),
        (",", "34"),
        ("\"x\"", "none"),
        ("]", "\"x\""),
    ] {
        frames.push(chunk.as_bytes());
        let item = frames.take();
        assert_eq!(text(&frames, item), wanted, "{chunk}");
        frames.release();
    }
    assert_eq!((frames.items(), frames.count(), frames.waiting()), (4, 4, 0));
    assert_eq!((frames.page(), frames.skeleton()), (Page::Cut, &b"{\"items\":[]"[..]));
    frames.push(b"}");
    frames.end();
    assert_eq!((frames.page(), frames.skeleton()), (Page::Whole, &b"{\"items\":[]}"[..]));
}

#[test]
fn blanks_in_the_array_are_not_kept() {
    let mut frames = frames("", 100, 1_000);
    frames.push(b"[");
    for _ in 0..1_000 {
        frames.push(b"\r\n");
        frames.release();
        assert_eq!((frames.waiting(), frames.bytes().len()), (0, 0));
    }
    frames.push(b"{}");
    assert_eq!(frames.take(), Some(Item::Text { data: 0..2, ascii: true }));
    assert_eq!(frames.offset(), 2_001);
    for _ in 0..1_000 {
        frames.push(b"\r\n");
        frames.release();
        assert_eq!((frames.waiting(), frames.bytes().len()), (0, 0));
    }
    frames.push(b"]");
    frames.end();
    assert_eq!((frames.page(), frames.is_over_limit()), (Page::Whole, false));
}

#[test]
fn more_than_the_limit_is_not_kept() {
    let fed = |start: &str, piece: &str, taking: bool| {
        let mut frames = frames("/items", 300, 1_000);
        frames.push(start.as_bytes());
        for _ in 0..10_000 {
            frames.release();
            frames.push(piece.as_bytes());
            while taking && frames.take().is_some() {}
            assert!(frames.waiting() + frames.skeleton().len() <= 1_000 + piece.len());
            assert!(frames.bytes().len() <= 2_000 + piece.len());
        }
        (frames.is_over_limit(), frames)
    };
    assert!(fed("", "{\"x\":[1,2],", true).0, "the array never begins");
    assert!(fed("{\"items\":[0", ",{\"a\":1}", false).0, "items are not taken");
    assert!(fed("{\"items\":[0", ",1", false).0, "small items are not taken");
    assert!(!fed("{\"items\":[0", ",{\"a\":1}", true).0, "items are taken");
    assert!(!fed("{\"items\":[0,\"", "what never ends ", true).0, "one item never ends");
    assert!(!fed("{\"items\":[{},\"", "what never ends ", false).0, "one item never ends, and none is taken");
    assert!(!fed("{\"items\":[0}", "x", true).0, "what is no page");
    let (is_over, mut frames) = fed("{\"items\":[{\"a\":1}]", ",\"a\":1", false);
    assert!(is_over, "what is behind the array never ends");
    let item = frames.take();
    assert_eq!(text(&frames, item), "{\"a\":1}");
    frames.end();
    assert_eq!((frames.take(), frames.page()), (None, Page::Cut));
}

#[test]
fn long_pages_cost_no_more_in_small_chunks() {
    let long = "x".repeat(4 << 20);
    let many = "{\"a\":[1,{}]},\r\n".repeat(300_000);
    for (wire, items) in [
        (format!("{{\"x\":\"{long}\",\"items\":[1]}}"), 1),
        (format!("{{\"x\":[{many}0],\"items\":[1]}}"), 1),
        (format!("{{\"items\":[\"{long}\"]}}"), 1),
        (format!("{{\"items\":[1],\"x\":[{many}0]}}"), 1),
        (format!("{{\"items\":[{many}0]}}"), 300_001),
        (format!("{{\"items\":[1{}]}}", " ".repeat(4 << 20)), 1),
    ] {
        for taking in TAKINGS {
            let begun = std::time::Instant::now();
            let chunks: Vec<&[u8]> = wire.as_bytes().chunks(64).collect();
            let body = told(UNLIMITED, &chunks, taking);
            assert_eq!((body.page, body.found.len()), (Page::Whole, items));
            // Searching from the start each time, or moving all that is left, would take minutes.
            assert!(begun.elapsed().as_secs() < 5, "{taking:?}: {:?}", begun.elapsed());
        }
    }
}

#[test]
fn no_depth_is_too_much() {
    let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
    let wire = format!("{{\"a\":{deep},\"items\":[{deep},{deep}]}}");
    let body = told(UNLIMITED, &[wire.as_bytes()], Taking::Late);
    assert_eq!((body.page, body.found.len()), (Page::Whole, 2));
    let pointer = Pointer::parse(&"/0".repeat(100_000)).unwrap();
    assert_eq!(parse(&pointer, UNLIMITED, &[deep.as_bytes()], Taking::Late).found.len(), 1);
}
