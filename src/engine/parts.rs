//! Sources with many parts, each with a position of its own: flows, channels.
//!
//! The position of such a source is a map, as the text of a JSON object: `{"part":"id",...}`, sorted by
//! part, so that one map has one text. A stream goes through it event by event like through any other
//! position; what is durable is the map at the last event of the handled prefix.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

use super::cursor::Kind;
use super::json::{is_json, members, quote, unescape};
use super::limits;
use super::position::Resume;

/// The last id of each part.
#[derive(Debug)]
pub struct Parts {
    /// Sorted by part.
    entries: Vec<(String, String)>,
    /// The same as a text.
    text: Vec<u8>,
    order: Order,
}

/// What is known of the ids of one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Nothing.
    Unknown,
    /// They are decimals, and each is greater than the one before.
    Ascending,
}

impl Parts {
    /// No part has a position.
    pub const fn new(order: Order) -> Self {
        Self { entries: Vec::new(), text: Vec::new(), order }
    }

    /// Whether ids alone tell what is a repeat.
    pub fn is_ascending(&self) -> bool {
        self.order == Order::Ascending
    }

    /// Goes on from where a request has asked to continue.
    pub fn restart(&mut self, resume: &Resume) {
        let entries = resume.position().and_then(|position| read(position.as_str()));
        self.entries = entries.unwrap_or_default();
        self.write();
    }

    /// Whether `id` is no greater than the last one of its part, where ids ascend.
    pub fn has(&self, part: &[u8], id: &[u8]) -> bool {
        let (part, id) = (String::from_utf8_lossy(part), String::from_utf8_lossy(id));
        let last = self.find(&part).ok().and_then(|index| self.entries.get(index));
        let order = last.and_then(|(_, last)| Kind::Decimal.compare(&id, last));
        self.is_ascending() && order.is_some_and(Ordering::is_le)
    }

    /// The map behind an event of `part` with that id, or `None` where it would grow too large: then it
    /// stays as it is.
    pub fn advance(&mut self, part: &[u8], id: &[u8]) -> Option<&[u8]> {
        let (part, id) = (String::from_utf8_lossy(part), String::from_utf8_lossy(id).into_owned());
        let before = match self.find(&part) {
            Ok(index) => self.entries.get_mut(index).map(|(_, last)| core::mem::replace(last, id)),
            Err(index) => {
                self.entries.insert(index, (part.clone().into_owned(), id));
                None
            }
        };
        self.write();
        if self.text.len() <= limits::MAX_MAP_BYTES {
            return Some(&self.text);
        }
        if let Ok(index) = self.find(&part) {
            match (before, self.entries.get_mut(index)) {
                (Some(before), Some((_, last))) => *last = before,
                (..) => drop(self.entries.remove(index)),
            }
        }
        self.write();
        None
    }

    /// The id of a part, if it has one.
    pub fn get(&self, part: &str) -> Option<&str> {
        self.entries.get(self.find(part).ok()?).map(|(_, id)| id.as_str())
    }

    /// The map as a text.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    fn find(&self, part: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|(known, _)| known.as_str().cmp(part))
    }

    fn write(&mut self) {
        self.text.clear();
        for (part, id) in &self.entries {
            self.text.push(if self.text.is_empty() { b'{' } else { b',' });
            quote(part, &mut self.text);
            self.text.push(b':');
            quote(id, &mut self.text);
        }
        if !self.text.is_empty() {
            self.text.push(b'}');
        }
    }
}

/// Whether `text` is a map of positions.
pub fn is_map(text: &str) -> bool {
    read(text).is_some()
}

fn read(map: &str) -> Option<Vec<(String, String)>> {
    let map = map.as_bytes();
    if !is_json(map) || !map.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    let mut entries: Vec<(String, String)> = Vec::new();
    for (part, id) in members(map) {
        let part = text(map.get(part)?)?;
        let id = text(map.get(id)?.strip_prefix(b"\"")?.strip_suffix(b"\"")?)?;
        match entries.binary_search_by(|(known, _)| known.cmp(&part)) {
            Ok(index) => entries.get_mut(index)?.1 = id,
            Err(index) => entries.insert(index, (part, id)),
        }
    }
    (!entries.is_empty()).then_some(entries)
}

fn text(raw: &[u8]) -> Option<String> {
    let mut text = Vec::new();
    unescape(raw, &mut text)?;
    String::from_utf8(text).ok()
}

#[cfg(test)]
mod tests {
    use super::super::position::Position;
    use super::*;
    use std::prelude::v1::*;

    fn shown(parts: &Parts) -> &str {
        core::str::from_utf8(parts.text()).unwrap()
    }

    fn at(map: &str) -> Resume {
        Resume::After(Position::new(map.into()))
    }

    #[test]
    fn a_map_has_one_text_whatever_way_led_to_it() {
        let mut parts = Parts::new(Order::Unknown);
        assert_eq!(shown(&parts), "");
        for (part, id) in [("b", "1"), ("a/\"x\"", "7"), ("b", "2"), ("ż", "\u{7f}\u{0}")] {
            parts.advance(part.as_bytes(), id.as_bytes()).unwrap();
        }
        assert_eq!(shown(&parts), r#"{"a/\"x\"":"7","b":"2","ż":"\u007f\u0000"}"#);
        let mut again = Parts::new(Order::Unknown);
        again.restart(&at(r#" { "ż" : "\u007f\u0000", "b":"1", "a/\"x\"":"7" , "b":"2" } "#));
        assert_eq!(shown(&again), shown(&parts));
        again.restart(&Resume::Earliest);
        assert_eq!(shown(&again), "");
    }

    #[test]
    fn what_is_no_map_is_told() {
        for text in
            ["", "17", "{}", "[]", "{\"a\":1}", "{\"a\":\"1\"", "{\"a\":\"1\"}x", "{\"a\":\"1\",\"b\":null}"]
        {
            assert!(!is_map(text), "{text}");
            let mut parts = Parts::new(Order::Unknown);
            parts.restart(&at(text));
            assert_eq!(shown(&parts), "");
        }
        assert!(is_map("{\"a\":\"1\"}"));
    }

    #[test]
    fn decimals_of_any_length_ascend_within_their_part() {
        let mut parts = Parts::new(Order::Ascending);
        parts.advance(b"a", b"9007199254740993123456789").unwrap();
        for (part, id, wanted) in [
            ("a", "9007199254740993123456789", true),
            ("a", "9007199254740993123456788", true),
            ("a", "99", true),
            ("a", "009", true),
            ("a", "0", true),
            ("a", "9007199254740993123456790", false),
            ("a", "10000000000000000000000000", false),
            ("a", "x1", false),
            ("b", "1", false),
        ] {
            assert_eq!(parts.has(part.as_bytes(), id.as_bytes()), wanted, "{part} {id}");
        }
        let mut unknown = Parts::new(Order::Unknown);
        unknown.advance(b"a", b"5").unwrap();
        assert!(!unknown.has(b"a", b"5"));
    }

    #[test]
    fn a_map_that_would_grow_too_large_stays_as_it_is() {
        let mut parts = Parts::new(Order::Unknown);
        let mut refused = 0;
        for n in 0..10_000 {
            refused += usize::from(parts.advance(std::format!("part {n}").as_bytes(), b"1").is_none());
            assert!(parts.text().len() <= limits::MAX_MAP_BYTES);
        }
        assert!(refused > 0);
        let before = shown(&parts).to_string();
        assert!(parts.advance(b"part 0", "9".repeat(limits::MAX_MAP_BYTES).as_bytes()).is_none());
        assert_eq!(shown(&parts), before);
        assert!(parts.advance(b"part 0", b"2").is_some());
    }
}
