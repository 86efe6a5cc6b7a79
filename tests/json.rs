//! What the core reads out of JSON texts, against `serde_json`.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests fail loudly")]

mod common;

use std::sync::Mutex;

use brookmark::engine::json::{is_json, members, Field, Fields, Pointer};
use common::rng::{for_each_seed, Dice};
use serde_json::Value;

/// Names that meet each other often, as they are written.
const NAMES: &[&str] =
    &["a", "b", "", "0", "1", "a/b", "m~n", "\\u0061", "i\\\\j", "\\\"", "ż", "\\ud83d\\udc22"];
const BLANKS: &[&str] = &["", "", "", "", " ", "\n", "\r\n", "\t "];
const SCALARS: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-0",
    "17",
    "-1.5",
    "2e3",
    "9007199254740993",
    "0.10",
    "\"\"",
    "\"x\"",
    "\"a\\nb\"",
    "\"\\u017c\\ud83d\\udc22\"",
    "\"}\\\"]\"",
    "\"żółw\"",
];
const TOKENS: &[&str] =
    &["a", "a", "b", "", "0", "1", "2", "-", "01", "a~1b", "m~0n", "i\\j", "\"", "ż", "🐢", "none"];

fn word(dice: &mut Dice, words: &[&'static str]) -> &'static str {
    words[dice.below(words.len())]
}

fn document(dice: &mut Dice, depth: usize, json: &mut String) {
    let kind = if depth == 0 { 0 } else { dice.below(4) };
    json.push_str(word(dice, BLANKS));
    match kind {
        0 | 1 => json.push_str(word(dice, SCALARS)),
        _ => {
            json.push(if kind == 2 { '{' } else { '[' });
            for index in 0..dice.below(5) {
                if index > 0 {
                    json.push(',');
                }
                if kind == 2 {
                    let (before, name, behind) = (word(dice, BLANKS), word(dice, NAMES), word(dice, BLANKS));
                    json.extend([before, "\"", name, "\"", behind, ":"]);
                }
                document(dice, depth - 1, json);
            }
            json.push_str(word(dice, BLANKS));
            json.push(if kind == 2 { '}' } else { ']' });
        }
    }
    json.push_str(word(dice, BLANKS));
}

fn pointer(dice: &mut Dice) -> String {
    (0..dice.below(5)).map(|_| "/".to_string() + word(dice, TOKENS)).collect()
}

/// Changes a few bytes.
fn damage(dice: &mut Dice, json: &mut Vec<u8>) {
    const BYTES: &[u8] = b"{}[]\",:\\u01.-eE \n\x00\x1fn\xff\xc5";
    for _ in 0..=dice.below(3) {
        let at = dice.below(json.len() + 1);
        match dice.below(4) {
            0 => json.truncate(at),
            1 if at < json.len() => drop(json.remove(at)),
            2 if at < json.len() => json[at] = *dice.pick(BYTES),
            _ => json.insert(at, *dice.pick(BYTES)),
        }
    }
}

/// What is at a pointer, as a text, by the other library.
fn wanted(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => (!text.is_empty()).then(|| text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn read(pointer: &str, json: &[u8]) -> Option<String> {
    let mut field = Field::new(&Pointer::parse(pointer).unwrap());
    field.read(json);
    field.get().map(|text| String::from_utf8_lossy(text).into_owned())
}

/// The same, with numbers as the other library writes them.
fn normal(pointer: &str, json: &[u8]) -> Option<String> {
    let text = read(pointer, json)?;
    let found = Pointer::parse(pointer).unwrap().find(json).unwrap();
    let number = serde_json::from_slice::<Value>(&json[found]).unwrap();
    Some(if number.is_number() { number.to_string() } else { text })
}

#[test]
fn what_stands_at_a_pointer_is_what_the_other_library_finds_there() {
    let found = Mutex::new((0, 0));
    for_each_seed(40_000, |seed| {
        let mut dice = Dice::new(seed);
        let mut json = String::new();
        document(&mut dice, 4, &mut json);
        let value: Value = serde_json::from_str(&json).unwrap();
        assert!(is_json(json.as_bytes()), "{json}");
        for _ in 0..6 {
            let pointer = pointer(&mut dice);
            let wanted = wanted(value.pointer(&pointer));
            assert_eq!(normal(&pointer, json.as_bytes()), wanted, "{pointer} in {json}");
            let mut found = found.lock().unwrap();
            found.0 += usize::from(wanted.is_some());
            found.1 += usize::from(value.pointer(&pointer).is_some());
        }
        if let Value::Object(wanted) = &value {
            let read: serde_json::Map<String, Value> = members(json.as_bytes())
                .map(|(name, value)| {
                    let name = serde_json::from_str(&format!("\"{}\"", &json[name])).unwrap();
                    (name, serde_json::from_str(&json[value]).unwrap())
                })
                .collect();
            assert_eq!(&read, wanted);
        }
    });
    // Pointers that lead nowhere would prove little.
    let (texts, values) = found.into_inner().unwrap();
    assert!(std::env::var("SEED").is_ok() || (texts > 10_000 && values > 40_000), "{texts} of {values}");
}

#[test]
fn a_damaged_text_is_told_and_never_breaks_the_search() {
    let whole = Mutex::new((0, 0));
    for_each_seed(60_000, |seed| {
        let mut dice = Dice::new(seed);
        let mut json = String::new();
        document(&mut dice, 3, &mut json);
        let mut json = json.into_bytes();
        damage(&mut dice, &mut json);
        let shown = String::from_utf8_lossy(&json).into_owned();
        let value = serde_json::from_str::<Value>(&shown);
        // The other library wants whole surrogate pairs and numbers that a double can hold.
        let lenient = value.as_ref().err().is_some_and(|error| {
            let said = error.to_string();
            ["out of range", "surrogate", "hex escape"].iter().any(|word| said.contains(word))
        });
        if !lenient {
            assert_eq!(is_json(shown.as_bytes()), value.is_ok(), "{shown:?}");
        }
        for _ in 0..4 {
            let pointer = pointer(&mut dice);
            let span = Pointer::parse(&pointer).unwrap().find(&json);
            assert!(span.is_none_or(|span| span.start <= span.end && span.end <= json.len()));
            let text = read(&pointer, &json);
            if let (Ok(value), Ok(_)) = (&value, std::str::from_utf8(&json)) {
                assert_eq!(text.is_some(), wanted(value.pointer(&pointer)).is_some(), "{pointer} in {shown}");
            }
        }
        assert!(members(&json).count() <= json.len());
        let mut whole = whole.lock().unwrap();
        whole.0 += usize::from(value.is_ok());
        whole.1 += 1;
    });
    let (whole, all) = whole.into_inner().unwrap();
    assert!(std::env::var("SEED").is_ok() || (whole > all / 20 && whole < all / 2), "{whole} of {all}");
}

/// A long text, so that what is looked at together ends anywhere in it.
fn long_document(dice: &mut Dice) -> String {
    let mut json = String::from("{");
    for index in 0..dice.below(12) {
        json.push_str(if index > 0 { ",\"" } else { "\"" });
        json.extend([word(dice, NAMES), word(dice, NAMES), "\":"]);
        document(dice, 2, &mut json);
    }
    json.push('}');
    json
}

#[test]
fn several_pointers_find_what_each_finds_alone() {
    let found = Mutex::new((0, 0));
    for_each_seed(40_000, |seed| {
        let mut dice = Dice::new(seed);
        let mut fields = Fields::default();
        let pointers: Vec<String> = (0..dice.below(7)).map(|_| pointer(&mut dice)).collect();
        let numbers: Vec<usize> =
            pointers.iter().map(|pointer| fields.add(&Pointer::parse(pointer).unwrap())).collect();
        for _ in 0..3 {
            let mut json = String::new();
            if dice.chance(50) {
                document(&mut dice, 4, &mut json);
            } else {
                json = long_document(&mut dice);
            }
            let mut json = json.into_bytes();
            if dice.chance(50) {
                damage(&mut dice, &mut json);
            }
            fields.read(&json);
            for (pointer, number) in pointers.iter().zip(&numbers) {
                let text = fields.get(*number, &json).map(|text| String::from_utf8_lossy(text).into_owned());
                let shown = String::from_utf8_lossy(&json);
                assert_eq!(text, read(pointer, &json), "{pointer} of {pointers:?} in {shown}");
                let mut found = found.lock().unwrap();
                found.0 += usize::from(text.is_some());
                found.1 += 1;
            }
        }
    });
    let (texts, all) = found.into_inner().unwrap();
    assert!(std::env::var("SEED").is_ok() || texts > all / 50, "{texts} of {all}");
}

#[test]
fn pointers_that_are_alike_are_one_field_and_none_is_read_for_nothing() {
    let mut fields = Fields::default();
    fields.read(b"{}");
    assert_eq!(fields.get(0, b"{}"), None);
    let numbers = ["/a/b", "/a", "", "/a/b", "/a/0", "/a~1b"]
        .map(|pointer| fields.add(&Pointer::parse(pointer).unwrap()));
    assert_eq!(numbers, [0, 1, 2, 0, 3, 4]);
    let mut texts = |json: &[u8]| {
        fields.read(json);
        numbers.map(|number| fields.get(number, json).map(<[u8]>::to_vec))
    };
    let some = |text: &[u8]| Some(text.to_vec());
    let twice = texts(br#"{"a":"x","a":{"b":1,"b":2,"0":"y"},"a/b":3}"#);
    assert_eq!(twice, [some(b"2"), None, None, some(b"2"), some(b"y"), some(b"3")]);
    let void = texts(br#"{"a":{"b":1},"a":["z"]}"#);
    assert_eq!(void, [None, None, None, None, some(b"z"), None]);
    assert_eq!(texts(b" 17 "), [None, None, some(b"17"), None, None, None]);
    let escaped = texts(br#"{"a\/b":"\u00e9\n","a":["\"","plain"]}"#);
    assert_eq!(escaped, [None, None, None, None, some(b"\""), some("é\n".as_bytes())]);
    assert_eq!(texts(b"{}"), [const { None }; 6]);
}
