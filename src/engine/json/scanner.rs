//! Walks over a JSON text without understanding more of it than it has to.

use alloc::vec::Vec;
use core::ops::Range;

use memchr::memchr2;

/// Whether `byte` may stand between the tokens of a JSON text (RFC 8259, 2).
pub const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// The members of the object that `json` is: where the name of each lies, without its quotes, and where
/// its value does. Ends where the object does, or where it is malformed.
pub fn members(json: &[u8]) -> impl Iterator<Item = (Range<usize>, Range<usize>)> + '_ {
    let mut scanner = Scanner::new(json);
    scanner.blanks();
    let mut rest = scanner.take(b'{');
    core::iter::from_fn(move || {
        let name = rest.then(|| scanner.name()).flatten()?;
        let value = scanner.value()?;
        scanner.blanks();
        rest = scanner.take(b',');
        Some((name, value))
    })
}

/// Where each element of the array lies that `json` is; any other value is the only one of itself. `None`
/// where it is malformed, or not alone.
pub fn elements(json: &[u8]) -> Option<Vec<Range<usize>>> {
    let mut scanner = Scanner::new(json);
    let mut elements = Vec::new();
    scanner.blanks();
    if scanner.take(b'[') {
        scanner.blanks();
        let mut rest = !scanner.take(b']');
        while rest {
            elements.push(scanner.value()?);
            scanner.blanks();
            rest = scanner.take(b',');
            if !rest && !scanner.take(b']') {
                return None;
            }
        }
    } else {
        elements.push(scanner.value()?);
    }
    scanner.blanks();
    scanner.peek().is_none().then_some(elements)
}

/// A place in a JSON text.
#[derive(Clone, Debug)]
pub(super) struct Scanner<'a> {
    json: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) const fn new(json: &'a [u8]) -> Self {
        Self { json, at: 0 }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// Goes to a place where a value may begin.
    pub(super) fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.json.get(self.at).copied()
    }

    pub(super) fn blanks(&mut self) {
        while self.peek().is_some_and(is_blank) {
            self.at += 1;
        }
    }

    /// Passes over `byte` if it comes next.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let comes = self.peek() == Some(byte);
        self.at += usize::from(comes);
        comes
    }

    /// A member's name with the colon behind it.
    pub(super) fn name(&mut self) -> Option<Range<usize>> {
        self.blanks();
        let name = self.string()?;
        self.blanks();
        self.take(b':').then_some(name)
    }

    /// A string, without its quotes.
    pub(super) fn string(&mut self) -> Option<Range<usize>> {
        if !self.take(b'"') {
            return None;
        }
        let start = self.at;
        loop {
            self.at += memchr2(b'"', b'\\', self.json.get(self.at..)?)?;
            if self.take(b'"') {
                return Some(start..self.at - 1);
            }
            // A backslash, and whatever it escapes.
            self.at += 2;
        }
    }

    /// A value of any kind, with the blanks before it passed over. What is inside of it is not checked.
    pub(super) fn value(&mut self) -> Option<Range<usize>> {
        self.blanks();
        let start = self.at;
        match self.peek()? {
            b'"' => {
                self.string()?;
            }
            b'{' | b'[' => self.nested()?,
            _ => {
                self.scalar()?;
            }
        }
        Some(start..self.at)
    }

    /// A number, `true`, `false` or `null`, or anything else up to where such a value has to end.
    pub(super) fn scalar(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        while self.peek().is_some_and(|byte| !is_blank(byte) && !matches!(byte, b',' | b':' | b']' | b'}')) {
            self.at += 1;
        }
        (self.at > start).then_some(start..self.at)
    }

    /// An object or an array, by counting: which of the two closes which is not asked.
    fn nested(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    fn read(json: &str) -> Vec<(&str, &str)> {
        members(json.as_bytes()).map(|(name, value)| (&json[name], &json[value])).collect()
    }

    #[test]
    fn members_come_in_their_order_as_they_are_written() {
        assert_eq!(
            read(r#" { "a" : 1 , "b\"" : [ {"c": "]"} , 2 ] , "" : "x" } "#),
            [("a", "1"), ("b\\\"", r#"[ {"c": "]"} , 2 ]"#), ("", "\"x\"")]
        );
    }

    #[test]
    fn elements_are_those_of_an_array_or_a_value_by_itself() {
        let read = |json: &str| -> Option<Vec<String>> {
            let found = elements(json.as_bytes())?;
            Some(found.into_iter().map(|element| json[element].into()).collect())
        };
        for (json, want) in [
            ("[]", Some(&[][..])),
            (" [ { \"a\" : [1] } , 2 ] ", Some(&["{ \"a\" : [1] }", "2"])),
            ("{\"a\":1}", Some(&["{\"a\":1}"])),
            ("[1,]", None),
            ("[1", None),
            ("[{\"a\":1}", None),
            ("[1]x", None),
            ("", None),
        ] {
            let want = want.map(|texts| texts.iter().map(|text| String::from(*text)).collect());
            assert_eq!(read(json), want, "{json}");
        }
    }

    #[test]
    fn what_is_no_object_has_no_members_and_a_broken_one_those_before_the_break() {
        for json in ["", "{", "{}", "[]", "1", "\"a\"", "{a:1}", "{\"a\"}", "{\"a\":}", "{\"a"] {
            assert_eq!(read(json), [], "{json}");
        }
        assert_eq!(read(r#"{"a":1,"b":"#), [("a", "1")]);
    }
}
