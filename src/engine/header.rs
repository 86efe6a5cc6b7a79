//! Header values that are lists of members with parameters: `member;name=value, member`. So are links
//! (RFC 8288) and the structured fields that are needed here (RFC 9651).

use alloc::borrow::Cow;
use alloc::string::String;

/// Reads such a value from left to right. What is malformed ends it.
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a str,
}

/// A name and a value, which is empty where there is none.
pub type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

impl<'a> Reader<'a> {
    /// A reader at the first member of `value`.
    pub fn new(value: &'a str) -> Self {
        Self { rest: value.trim_start_matches(BETWEEN) }
    }

    /// Goes from the end of a member to the next one. Empty ones count for nothing (RFC 9110, 5.6.1).
    pub fn to_next(&mut self) {
        self.rest = if self.take(',') { self.rest.trim_start_matches(BETWEEN) } else { "" };
    }

    /// What is between angle brackets here.
    pub fn target(&mut self) -> Option<&'a str> {
        let (target, rest) = self.rest.strip_prefix('<')?.split_once('>')?;
        self.rest = rest;
        Some(target)
    }

    /// The text here, quoted or not, and what is behind an `=`.
    pub fn pair(&mut self) -> Option<Pair<'a>> {
        let name = self.text(&['=', ';', ',']);
        let value = if self.take('=') { self.text(&[';', ',']) } else { Cow::default() };
        (!name.is_empty()).then_some((name, value))
    }

    /// The next parameter of this member.
    pub fn parameter(&mut self) -> Option<Pair<'a>> {
        if self.take(';') {
            self.pair()
        } else {
            None
        }
    }

    fn take(&mut self, mark: char) -> bool {
        let behind = self.rest.trim_start_matches(BLANKS).strip_prefix(mark);
        self.rest = behind.unwrap_or(self.rest);
        behind.is_some()
    }

    fn text(&mut self, ends: &[char]) -> Cow<'a, str> {
        self.rest = self.rest.trim_start_matches(BLANKS);
        if let Some(quoted) = self.rest.strip_prefix('"') {
            return self.quoted(quoted);
        }
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        text.trim_end_matches(BLANKS).into()
    }

    /// What is between quotes (RFC 9110, 5.6.4), or up to the end.
    fn quoted(&mut self, quoted: &'a str) -> Cow<'a, str> {
        if let Some((text, rest)) = quoted.split_once('"').filter(|(text, _)| !text.contains('\\')) {
            self.rest = rest;
            return text.into();
        }
        let mut text = String::new();
        let mut characters = quoted.chars();
        loop {
            match characters.next() {
                Some('"') | None => break,
                Some('\\') => text.extend(characters.next()),
                Some(character) => text.push(character),
            }
        }
        self.rest = characters.as_str();
        text.into()
    }
}

/// Blanks that may stand around a value and between its pieces.
pub const BLANKS: [char; 2] = [' ', '\t'];

/// What may stand between two members.
const BETWEEN: [char; 3] = [' ', '\t', ','];

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    fn members(value: &str) -> Vec<Vec<(String, String)>> {
        let owned = |(name, value): Pair<'_>| (name.into_owned(), value.into_owned());
        let mut reader = Reader::new(value);
        let mut members = Vec::new();
        loop {
            let Some(member) = reader.pair() else {
                return members;
            };
            let mut pairs = Vec::from([owned(member)]);
            pairs.extend(core::iter::from_fn(|| reader.parameter().map(owned)));
            members.push(pairs);
            reader.to_next();
        }
    }

    fn shown(value: &str) -> String {
        let shown = |pairs: &Vec<(String, String)>| {
            pairs.iter().map(|(name, value)| std::format!("{name}:{value}")).collect::<Vec<_>>().join(" ")
        };
        members(value).iter().map(shown).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn members_and_parameters_are_told_apart() {
        for (value, want) in [
            ("", ""),
            (" , ,\t", ""),
            ("a", "a:"),
            ("a, b,c", "a: | b: | c:"),
            ("a=1;b=2", "a:1 b:2"),
            ("\"a,b\";r=0 ; t = 5 ,, x", "a,b: r:0 t:5 | x:"),
            ("a;b=\"x;y,z\";c", "a: b:x;y,z c:"),
            (r#"a;b="x\"\\y\z",c"#, r#"a: b:x"\yz | c:"#),
            (r#"a;b="x\"#, "a: b:x"),
            ("a;b=\"x, y", "a: b:x, y"),
            ("a;b=c=d", "a: b:c=d"),
            ("a;;b, c", "a:"),
            ("\"a\"b, c", "a:"),
            ("a;b=\"c\"d, e", "a: b:c"),
            ("ż;ż=ż", "ż: ż:ż"),
            ("=1, a", ""),
            (";a", ""),
        ] {
            assert_eq!(shown(value), want, "{value}");
        }
    }
}
