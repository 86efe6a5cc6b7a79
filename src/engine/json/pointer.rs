//! JSON Pointer (RFC 6901).

use alloc::vec::Vec;
use core::ops::Range;

use super::paths::Paths;
use super::scanner::Scanner;
use super::seek::Way;

/// The way to one value of a JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer(Vec<Token>);

/// One step of the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    name: Vec<u8>,
    /// What the name means to an array, if it is a number as RFC 6901, 4 wants it.
    index: Option<usize>,
}

impl Pointer {
    /// The pointer that `text` is, if it is one.
    pub fn parse(text: &str) -> Option<Self> {
        let mut names = text.as_bytes().split(|byte| *byte == b'/');
        if names.next() != Some(b"") {
            return None;
        }
        let mut tokens = Vec::new();
        for name in names {
            tokens.push(Token::parse(name)?);
        }
        Some(Self(tokens))
    }

    /// The way to the whole text.
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// Where the value lies. Of several members with one name the last counts, as `JSON.parse` has it.
    /// What has to be passed over on the way is not checked; where it is malformed, there may be none.
    pub fn find(&self, json: &[u8]) -> Option<Range<usize>> {
        let (mut paths, mut way) = (Paths::new(), Way::default());
        let goal = paths.add(self);
        way.walk(&paths, json);
        let mut scanner = Scanner::new(json);
        scanner.go_to(way.found(goal)?);
        scanner.value()
    }

    /// Its steps.
    pub(super) fn tokens(&self) -> &[Token] {
        &self.0
    }
}

impl Token {
    fn parse(text: &[u8]) -> Option<Self> {
        let mut name = Vec::new();
        let mut bytes = text.iter();
        while let Some(&byte) = bytes.next() {
            name.push(match byte {
                b'~' => match bytes.next() {
                    Some(b'0') => b'~',
                    Some(b'1') => b'/',
                    _ => return None,
                },
                _ => byte,
            });
        }
        Some(Self { index: index(&name), name })
    }

    /// Whether it leads to the member with this name.
    // As a loop: names are short, and a comparison is called.
    #[inline]
    pub(super) fn is_name(&self, name: &[u8]) -> bool {
        self.name.len() == name.len() && self.name.iter().zip(name).all(|(own, byte)| own == byte)
    }

    /// The length of the name in its quotes, without escapes.
    pub(super) fn quoted_length(&self) -> u32 {
        u32::try_from(self.name.len() + 2).unwrap_or(u32::MAX)
    }

    /// Whether it leads to the element behind so many others.
    pub(super) fn is_index(&self, index: usize) -> bool {
        self.index == Some(index)
    }
}

/// A number without zeros in front of it.
fn index(name: &[u8]) -> Option<usize> {
    if name.is_empty() || (name.len() > 1 && name.starts_with(b"0")) {
        return None;
    }
    name.iter().try_fold(0_usize, |index, digit| {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
        index.checked_mul(10)?.checked_add(digit.into())
    })
}

#[cfg(test)]
mod tests {
    use super::super::Field;
    use super::*;
    use std::prelude::v1::*;

    fn found<'a>(pointer: &str, json: &'a str) -> Option<&'a str> {
        Pointer::parse(pointer).unwrap().find(json.as_bytes()).map(|value| &json[value])
    }

    fn text(pointer: &str, json: &str) -> Option<String> {
        let mut field = Field::new(&Pointer::parse(pointer).unwrap());
        field.read(b"{\"id\":\"what was there before\"}");
        field.read(json.as_bytes());
        field.get().map(|text| String::from_utf8(text.to_vec()).unwrap())
    }

    #[test]
    fn the_examples_of_the_standard() {
        let json =
            r#"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}"#;
        for (pointer, want) in [
            ("", json),
            ("/foo", r#"["bar","baz"]"#),
            ("/foo/0", "\"bar\""),
            ("/foo/1", "\"baz\""),
            ("/", "0"),
            ("/a~1b", "1"),
            ("/c%d", "2"),
            ("/e^f", "3"),
            ("/g|h", "4"),
            ("/i\\j", "5"),
            ("/k\"l", "6"),
            ("/ ", "7"),
            ("/m~0n", "8"),
        ] {
            assert_eq!(found(pointer, json), Some(want), "{pointer}");
        }
        for pointer in
            ["/bar", "/foo/2", "/foo/00", "/foo/01", "/foo/-", "/foo/0x", "/foo/+0", "/foo/0/1", "/foo/"]
        {
            assert_eq!(found(pointer, json), None, "{pointer}");
        }
    }

    #[test]
    fn what_is_no_pointer_is_none() {
        for pointer in ["id", "~", "/~", "/~2", "/a~", "#/a", " /a"] {
            assert_eq!(Pointer::parse(pointer), None, "{pointer}");
        }
        assert_eq!(found("/~01", r#"{"~1":1,"/":2}"#), Some("1"));
    }

    #[test]
    fn of_several_members_with_one_name_the_last_counts() {
        assert_eq!(found("/a", r#"{"a":1,"b":2,"a":3}"#), Some("3"));
        assert_eq!(found("/a/b", r#"{"a":{"b":1},"a":{"c":2}}"#), None);
        assert_eq!(found("/a", r#"{"\u0061":1,"\u0061":2,"x":3}"#), Some("2"));
    }

    #[test]
    fn blanks_may_stand_anywhere_between() {
        assert_eq!(found("/a/1", " {\r\n\t\"a\" : [ 1 , { } ] , \"b\" : 0 } "), Some("{ }"));
    }

    #[test]
    fn a_text_is_a_string_or_the_digits_of_a_number() {
        for (json, want) in [
            (r#"{"id":"a\u00e9\n"}"#, Some("aé\n")),
            (r#"{"id":9007199254740993}"#, Some("9007199254740993")),
            (r#"{"id":-1.50E+400}"#, Some("-1.50E+400")),
            (r#"{"id":""}"#, None),
            (r#"{"id":01}"#, None),
            (r#"{"id":1.}"#, None),
            (r#"{"id":"\x"}"#, None),
            (r#"{"id":null}"#, None),
            (r#"{"id":true}"#, None),
            (r#"{"id":[1]}"#, None),
            (r#"{"id":{}}"#, None),
            (r#"{"id":"1"#, None),
            (r#"{"id":"1","x""#, None),
            ("17", None),
            ("", None),
        ] {
            assert_eq!(text("/id", json).as_deref(), want, "{json}");
        }
        assert_eq!(text("", "17").as_deref(), Some("17"));
    }

    #[test]
    fn no_depth_is_too_much() {
        let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
        assert_eq!(found("/b", &std::format!("{{\"a\":{deep},\"b\":1}}")), Some("1"));
        assert_eq!(found("/0/0", &deep), Some(&deep[2..deep.len() - 2]));
        assert_eq!(found("/0", &"[".repeat(1_000_000)), None);
        assert_eq!(found(&"/0".repeat(100_000), &deep).map(str::len), Some(1_800_000));
    }
}
