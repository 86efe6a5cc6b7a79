//! Walks over a JSON text without understanding more of it than it has to.

use alloc::vec::Vec;
use core::ops::Range;

use memchr::memchr2;

use super::structure::Structure;

/// How far a string is searched byte by byte.
const SOON: usize = 24;

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

/// Walks once over the objects of the array that `json` is, or over the one object: tells of each member, with the
/// number of its object, where its name lies without its quotes, and where its value does. Returns where
/// each element lies; `None` where something is malformed.
pub fn objects(
    json: &[u8],
    mut member: impl FnMut(usize, Range<usize>, Range<usize>),
) -> Option<Vec<Range<usize>>> {
    let mut scanner = Scanner::new(json);
    let mut found = Vec::new();
    scanner.blanks();
    let is_array = scanner.take(b'[');
    scanner.blanks();
    let mut rest = !(is_array && scanner.take(b']'));
    while rest {
        scanner.blanks();
        let start = scanner.at();
        if scanner.take(b'{') {
            scanner.blanks();
            let mut more = !scanner.take(b'}');
            while more {
                let name = scanner.name()?;
                let value = scanner.value()?;
                member(found.len(), name, value);
                scanner.blanks();
                more = scanner.take(b',');
                if !more && !scanner.take(b'}') {
                    return None;
                }
            }
        } else {
            scanner.value()?;
        }
        found.push(start..scanner.at());
        scanner.blanks();
        rest = is_array && scanner.take(b',');
    }
    if is_array && !found.is_empty() && !scanner.take(b']') {
        return None;
    }
    scanner.blanks();
    scanner.peek().is_none().then_some(found)
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
            let rest = self.json.get(self.at..)?;
            // Most end soon, where a search by vectors is not worth its beginning.
            let soon = rest.iter().take(SOON).position(|byte| matches!(byte, b'"' | b'\\'));
            self.at += match soon {
                Some(found) => found,
                None => memchr2(b'"', b'\\', rest)?,
            };
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
        let mut structure = Structure::from(self.at);
        while let Some(marks) = structure.next(self.json) {
            let mut brackets = marks.opens | marks.closes;
            while brackets != 0 {
                let one = brackets & brackets.wrapping_neg();
                brackets ^= one;
                if one & marks.opens != 0 {
                    structure.depth += 1;
                } else if structure.depth > 1 {
                    structure.depth -= 1;
                } else {
                    self.at = structure.searched + one.trailing_zeros() as usize + 1;
                    return Some(());
                }
            }
            structure.pass(&marks);
        }
        None
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
    fn objects_are_walked_over_once() {
        let read = |json: &str| {
            let mut told = Vec::new();
            let found = objects(json.as_bytes(), |number, name, value| {
                told.push((number, String::from(&json[name]), String::from(&json[value])));
            })?;
            Some((found.into_iter().map(|span| String::from(&json[span])).collect::<Vec<_>>(), told))
        };
        let (found, told) = read(r#" [ {"a":[{"b":1}] , "c":"}"} , 2 ,{}, { "d" : null } ] "#).unwrap();
        assert_eq!(found, [r#"{"a":[{"b":1}] , "c":"}"}"#, "2", "{}", "{ \"d\" : null }"]);
        let told: Vec<_> =
            told.iter().map(|(at, name, value)| (*at, name.as_str(), value.as_str())).collect();
        assert_eq!(told, [(0, "a", "[{\"b\":1}]"), (0, "c", "\"}\""), (3, "d", "null")]);
        assert_eq!(read("{\"a\":1}").unwrap().0, ["{\"a\":1}"]);
        assert_eq!(read("[]").unwrap().0, [""; 0]);
        for json in [
            "",
            "[",
            "[{]",
            "[{\"a\"}]",
            "[{\"a\":1]",
            "[{\"a\":1}",
            "[{}}",
            "[{},]",
            "{}x",
            "[{}]{}",
            "[{\"a\":1,}]",
        ] {
            assert_eq!(read(json), None, "{json}");
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
