//! Whether a text is JSON, by the grammar of RFC 8259.

use alloc::vec::Vec;

use super::scanner::Scanner;

/// What the grammar says of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// It is one JSON value and nothing more: what `JSON.parse` takes.
    Whole,
    /// It is not, but with more behind it, it can be.
    Cut,
    /// No JSON text begins like this.
    NotJson,
}

/// Checks a text. Malformed UTF-8 is taken, since it is replaced before anybody parses it.
pub fn check(text: &[u8]) -> Check {
    read(text).err().unwrap_or(Check::Whole)
}

/// Whether `text` is one JSON value and nothing more.
pub fn is_json(text: &[u8]) -> bool {
    check(text) == Check::Whole
}

/// Whether `text` is a number (RFC 8259, 6).
pub(super) fn is_number(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let (whole, rest) = digits(text);
    let (fraction, rest) = match rest.strip_prefix(b".") {
        Some(rest) => digits(rest),
        None => (&b"0"[..], rest),
    };
    let (exponent, rest) = match rest {
        [b'e' | b'E', b'+' | b'-', rest @ ..] | [b'e' | b'E', rest @ ..] => digits(rest),
        _ => (&b"0"[..], rest),
    };
    let has_all = !whole.is_empty() && !fraction.is_empty() && !exponent.is_empty();
    has_all && rest.is_empty() && (whole == b"0" || !whole.starts_with(b"0"))
}

fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or_default()
}

/// Reads all of a text, or else says what it is instead.
fn read(text: &[u8]) -> Result<(), Check> {
    let mut scanner = Scanner::new(text);
    // What closes each object and array that is open.
    let mut open = Vec::new();
    loop {
        scanner.blanks();
        if scanner.take(b'{') {
            scanner.blanks();
            if !scanner.take(b'}') {
                name(&mut scanner, text)?;
                open.push(b'}');
                continue;
            }
        } else if scanner.take(b'[') {
            scanner.blanks();
            if !scanner.take(b']') {
                open.push(b']');
                continue;
            }
        } else {
            scalar(&mut scanner, text)?;
        }
        // A value is complete; so may be what it is the last part of.
        loop {
            scanner.blanks();
            let Some(&closing) = open.last() else {
                return scanner.peek().map_or(Ok(()), |_| Err(Check::NotJson));
            };
            if scanner.take(b',') {
                if closing == b'}' {
                    name(&mut scanner, text)?;
                }
                break;
            }
            expect(&mut scanner, closing)?;
            open.pop();
        }
    }
}

fn name(scanner: &mut Scanner<'_>, text: &[u8]) -> Result<(), Check> {
    scanner.blanks();
    if scanner.peek().is_some_and(|byte| byte != b'"') {
        return Err(Check::NotJson);
    }
    scalar(scanner, text)?;
    scanner.blanks();
    expect(scanner, b':')
}

fn expect(scanner: &mut Scanner<'_>, byte: u8) -> Result<(), Check> {
    if scanner.take(byte) {
        Ok(())
    } else {
        Err(scanner.peek().map_or(Check::Cut, |_| Check::NotJson))
    }
}

/// A string, number or word.
fn scalar(scanner: &mut Scanner<'_>, text: &[u8]) -> Result<(), Check> {
    let at = scanner.at();
    let is_whole = if scanner.peek() == Some(b'"') {
        scanner.string().and_then(|raw| text.get(raw)).is_some_and(|raw| is_string(raw.iter()))
    } else {
        let scalar = scanner.scalar().and_then(|scalar| text.get(scalar));
        scalar.is_some_and(|scalar| WORDS.contains(&scalar) || is_number(scalar))
    };
    if is_whole {
        Ok(())
    } else if text.get(at..).is_none_or(is_begun) {
        Err(Check::Cut)
    } else {
        Err(Check::NotJson)
    }
}

/// Whether a string, number or word begins like `rest`, which is all that there is.
fn is_begun(rest: &[u8]) -> bool {
    if let Some(raw) = rest.strip_prefix(b"\"") {
        // What completes the escape that it may end within.
        let ends: [&[u8]; 6] = [b"", b"\\", b"0", b"00", b"000", b"0000"];
        return ends.iter().any(|end| is_string(raw.iter().chain(*end)));
    }
    WORDS.iter().any(|word| word.starts_with(rest)) || is_number(&[rest, b"0"].concat())
}

/// Whether `bytes` may stand between quotes.
fn is_string<'a>(mut bytes: impl Iterator<Item = &'a u8>) -> bool {
    while let Some(&byte) = bytes.next() {
        let is_allowed = match byte {
            0..=0x1f | b'"' => false,
            b'\\' => match bytes.next() {
                Some(b'u') => bytes.by_ref().take(4).filter(|digit| digit.is_ascii_hexdigit()).count() == 4,
                escape => matches!(escape, Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't')),
            },
            _ => true,
        };
        if !is_allowed {
            return false;
        }
    }
    true
}

const WORDS: [&[u8]; 3] = [b"true", b"false", b"null"];

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    #[test]
    fn json_is_told_from_what_only_looks_like_it() {
        for json in [
            "0",
            "-0",
            "-1.5e+10",
            "1E2",
            "true",
            " null ",
            "\"\"",
            "\"a\\u0041\\\"\"",
            "[]",
            "{}",
            "[[],{}]",
            "{\"a\":[1,{\"b\":null}],\"a\":2}",
            "\r\n[\t1 , 2 ]\n",
            "\"\u{7f}\u{2028}\"",
        ] {
            assert!(is_json(json.as_bytes()), "{json}");
        }
        for text in [
            "",
            " ",
            "01",
            "-",
            "1.",
            ".5",
            "+1",
            "1e",
            "1e+",
            "0x1",
            "NaN",
            "tru",
            "nulll",
            "\"",
            "\"\n\"",
            "\"\\x\"",
            "\"\\u00g0\"",
            "\"\\u00\"",
            "[",
            "]",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[1}",
            "{]",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\":1 \"b\":2}",
            "{1:2}",
            "1 2",
            "{}{}",
            "[]x",
            "'a'",
        ] {
            assert!(!is_json(text.as_bytes()), "{text}");
        }
        assert!(is_json(b"\"\xff\xc5\""));
    }

    #[test]
    fn what_may_go_on_is_told_from_what_may_not() {
        for (text, want) in [
            ("", Check::Cut),
            (" \n", Check::Cut),
            ("1", Check::Whole),
            ("-", Check::Cut),
            ("1.", Check::Cut),
            ("1e", Check::Cut),
            ("1e+", Check::Cut),
            ("t", Check::Cut),
            ("nul", Check::Cut),
            ("[nul", Check::Cut),
            ("\"", Check::Cut),
            ("\"\\", Check::Cut),
            ("\"\\u", Check::Cut),
            ("\"\\u00e", Check::Cut),
            ("{", Check::Cut),
            ("{\"a\"", Check::Cut),
            ("{\"a\":", Check::Cut),
            ("{\"a\":1,", Check::Cut),
            ("[1", Check::Cut),
            ("[[],", Check::Cut),
            ("<html>", Check::NotJson),
            ("01", Check::NotJson),
            ("1 2", Check::NotJson),
            ("nulk", Check::NotJson),
            ("nul ", Check::NotJson),
            ("1. ", Check::NotJson),
            ("\"\n", Check::NotJson),
            ("\"\\x", Check::NotJson),
            ("\"\\ug", Check::NotJson),
            ("[}", Check::NotJson),
            ("[1}", Check::NotJson),
            ("[,", Check::NotJson),
            ("[1,]", Check::NotJson),
            ("{,", Check::NotJson),
            ("{1", Check::NotJson),
            ("{\"a\" 1", Check::NotJson),
            ("[] x", Check::NotJson),
            ("]", Check::NotJson),
        ] {
            assert_eq!(check(text.as_bytes()), want, "{text}");
        }
    }

    #[test]
    fn no_depth_is_too_much() {
        let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
        assert!(is_json(deep.as_bytes()));
        assert!(!is_json(&deep.as_bytes()[1..]));
    }
}
