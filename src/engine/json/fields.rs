//! The texts at some pointers.

use alloc::vec::Vec;

use super::check::is_number;
use super::paths::Paths;
use super::pointer::Pointer;
use super::scanner::Scanner;
use super::seek::Way;
use super::text::unescape;

/// The texts at some pointers, in one JSON text after the other, each of which is gone through once.
#[derive(Debug)]
pub struct Fields {
    paths: Paths,
    way: Way,
    texts: Vec<Vec<u8>>,
}

impl Default for Fields {
    fn default() -> Self {
        Self { paths: Paths::new(), way: Way::default(), texts: Vec::new() }
    }
}

impl Fields {
    /// Adds the field that `pointer` leads to, and gives its number.
    pub fn add(&mut self, pointer: &Pointer) -> usize {
        let number = self.paths.add(pointer);
        self.texts.resize(self.paths.goals(), Vec::new());
        number
    }

    /// Reads them from `json`: a string as the text it stands for, a number as it is written, so that
    /// none is too long. Everything else is no text, and neither is an empty string. Of several members with
    /// one name the last counts, as `JSON.parse` has it.
    pub fn read(&mut self, json: &[u8]) {
        if self.texts.is_empty() {
            return;
        }
        self.way.walk(&self.paths, json);
        for (number, text) in self.texts.iter_mut().enumerate() {
            text.clear();
            if let Some(at) = self.way.found(number) {
                read(json, at, text);
            }
        }
    }

    /// There is nothing to read.
    pub fn clear(&mut self) {
        self.texts.iter_mut().for_each(Vec::clear);
    }

    /// What a field was last, if it was a text.
    pub fn get(&self, number: usize) -> Option<&[u8]> {
        self.texts.get(number).map(Vec::as_slice).filter(|text| !text.is_empty())
    }
}

/// Appends the text that the value behind `at` is, if it is one.
fn read(json: &[u8], at: usize, into: &mut Vec<u8>) {
    let mut scanner = Scanner::new(json);
    scanner.go_to(at);
    scanner.blanks();
    if scanner.peek() == Some(b'"') {
        let raw = scanner.string().and_then(|raw| json.get(raw));
        if raw.is_some_and(|raw| unescape(raw, into).is_none()) {
            into.clear();
        }
    } else if let Some(number) = scanner.scalar().and_then(|value| json.get(value)) {
        if is_number(number) {
            into.extend_from_slice(number);
        }
    }
}

/// The text at a pointer, in one JSON text after the other.
#[derive(Debug)]
pub struct Field(Fields);

impl Field {
    /// The field that `pointer` leads to.
    pub fn new(pointer: &Pointer) -> Self {
        let mut fields = Fields::default();
        fields.add(pointer);
        Self(fields)
    }

    /// Reads it from `json`, as [`Fields`] do.
    pub fn read(&mut self, json: &[u8]) {
        self.0.read(json);
    }

    /// There is nothing to read.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// What was read last, if it is a text.
    pub fn get(&self) -> Option<&[u8]> {
        self.0.get(0)
    }
}
