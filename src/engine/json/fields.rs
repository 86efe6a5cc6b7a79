//! The texts at some pointers.

use alloc::vec::Vec;
use core::ops::Range;

use super::check::is_number;
use super::paths::Paths;
use super::pointer::Pointer;
use super::scanner::Scanner;
use super::seek::Way;
use super::text::{count_plain, unescape};

/// The texts at some pointers, in one JSON text after the other, each of which is gone through once.
#[derive(Debug)]
pub struct Fields {
    paths: Paths,
    way: Way,
    texts: Vec<Text>,
    /// The texts that had escapes, without them.
    unescaped: Vec<u8>,
}

/// Where a text is. Most are just as they are written, and are not copied.
#[derive(Clone, Debug)]
enum Text {
    None,
    Written(Range<usize>),
    Unescaped(Range<usize>),
}

impl Default for Fields {
    fn default() -> Self {
        Self { paths: Paths::new(), way: Way::default(), texts: Vec::new(), unescaped: Vec::new() }
    }
}

impl Fields {
    /// Adds the field that `pointer` leads to, and gives its number.
    pub fn add(&mut self, pointer: &Pointer) -> usize {
        let number = self.paths.add(pointer);
        self.texts.resize(self.paths.goals(), Text::None);
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
        self.unescaped.clear();
        for (number, text) in self.texts.iter_mut().enumerate() {
            let found = self.way.found(number).and_then(|at| read(json, at, &mut self.unescaped));
            *text = found.unwrap_or(Text::None);
        }
    }

    /// What a field was last, if it was a text. `json` is what was read.
    pub fn get<'a>(&'a self, number: usize, json: &'a [u8]) -> Option<&'a [u8]> {
        let text = match self.texts.get(number)? {
            Text::None => None,
            Text::Written(at) => json.get(at.clone()),
            Text::Unescaped(at) => self.unescaped.get(at.clone()),
        };
        text.filter(|text| !text.is_empty())
    }

    /// What stands at a field, as it is written where it is no text. `json` is what was read.
    pub fn value<'a>(&'a self, number: usize, json: &'a [u8]) -> Option<&'a [u8]> {
        self.get(number, json).or_else(|| {
            let mut scanner = Scanner::new(json);
            scanner.go_to(self.way.found(number)?);
            json.get(scanner.value()?)
        })
    }
}

/// The text that the value behind `at` is, if it is one.
fn read(json: &[u8], at: usize, unescaped: &mut Vec<u8>) -> Option<Text> {
    let mut scanner = Scanner::new(json);
    scanner.go_to(at);
    scanner.blanks();
    if scanner.peek() != Some(b'"') {
        let number = scanner.scalar()?;
        return is_number(json.get(number.clone())?).then_some(Text::Written(number));
    }
    let start = scanner.at() + 1;
    let end = start + count_plain(json.get(start..)?);
    if json.get(end) == Some(&b'"') {
        return Some(Text::Written(start..end));
    }
    let start = unescaped.len();
    unescape(json.get(scanner.string()?)?, unescaped)?;
    Some(Text::Unescaped(start..unescaped.len()))
}

/// The text at a pointer, in one JSON text after the other.
#[derive(Debug)]
pub struct Field {
    fields: Fields,
    text: Vec<u8>,
}

impl Field {
    /// The field that `pointer` leads to.
    pub fn new(pointer: &Pointer) -> Self {
        let mut fields = Fields::default();
        fields.add(pointer);
        Self { fields, text: Vec::new() }
    }

    /// Reads it from `json`, as [`Fields`] do.
    pub fn read(&mut self, json: &[u8]) {
        self.clear();
        self.fields.read(json);
        self.text.extend_from_slice(self.fields.get(0, json).unwrap_or_default());
    }

    /// There is nothing to read.
    pub fn clear(&mut self) {
        self.text.clear();
    }

    /// What was read last, if it is a text.
    pub fn get(&self) -> Option<&[u8]> {
        Some(self.text.as_slice()).filter(|text| !text.is_empty())
    }
}
