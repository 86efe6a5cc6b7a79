//! The fixtures: what is on the wire, and what that means.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// An event as plain texts; `id` is the last event id in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub kind: String,
    pub data: String,
    pub id: String,
}

/// What a stream means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meaning {
    pub events: Vec<Seen>,
    pub last_event_id: String,
    /// The reconnection times, as they were sent.
    pub retry: Vec<u64>,
}

#[derive(Clone, Debug)]
pub struct Fixture {
    pub name: String,
    pub wire: Vec<u8>,
    pub meaning: Meaning,
}

/// All cases of all files.
pub fn fixtures() -> Vec<Fixture> {
    let all: Vec<_> = cases("sse").iter().map(|(file, case)| fixture(file, case)).collect();
    assert!(all.len() > 50, "only {} fixtures", all.len());
    all
}

/// All cases in a folder, each with the name of its file.
pub fn cases(folder: &str) -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(folder);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut all = Vec::new();
    for file in files {
        let cases: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let name = file.file_stem().unwrap().to_str().unwrap();
        all.extend(cases.as_array().unwrap().iter().map(|case| (name.into(), case.clone())));
    }
    all
}

/// What a case has on the wire.
pub fn wire(case: &Value) -> Vec<u8> {
    let wire = case.get("wire").map(|wire| wire.as_str().unwrap().into());
    wire.unwrap_or_else(|| base64(case["wireBase64"].as_str().unwrap()))
}

fn fixture(file: &str, case: &Value) -> Fixture {
    let text = |value: &Value| value.as_str().unwrap().to_string();
    let events = case["events"].as_array().unwrap().iter();
    Fixture {
        name: format!("{file}: {}", text(&case["name"])),
        wire: wire(case),
        meaning: Meaning {
            events: events
                .map(|event| Seen {
                    kind: text(&event["type"]),
                    data: text(&event["data"]),
                    id: text(&event["id"]),
                })
                .collect(),
            last_event_id: text(&case["lastEventId"]),
            retry: case["retry"].as_array().unwrap().iter().map(|time| time.as_u64().unwrap()).collect(),
        },
    }
}

fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for digit in text.bytes().filter(|digit| *digit != b'=') {
        bits = bits << 6 | DIGITS.iter().position(|known| *known == digit).unwrap() as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}
