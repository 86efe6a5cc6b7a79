//! Whether a text is JSON, by the grammar of RFC 8259.

use alloc::vec::Vec;

use super::scanner::Scanner;

/// Whether `text` is one JSON value and nothing more: what `JSON.parse` takes. Malformed UTF-8 is
/// taken, since it is replaced before anybody parses it.
pub fn is_json(text: &[u8]) -> bool {
    check(text).is_some()
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

fn check(text: &[u8]) -> Option<()> {
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
        } else if scanner.peek()? == b'"' {
            let raw = scanner.string()?;
            is_string(text.get(raw)?).then_some(())?;
        } else {
            let scalar = scanner.scalar()?;
            let scalar = text.get(scalar)?;
            (matches!(scalar, b"true" | b"false" | b"null") || is_number(scalar)).then_some(())?;
        }
        // A value is complete; so may be what it is the last part of.
        loop {
            scanner.blanks();
            let Some(&closing) = open.last() else {
                return scanner.peek().is_none().then_some(());
            };
            if scanner.take(b',') {
                if closing == b'}' {
                    name(&mut scanner, text)?;
                }
                break;
            }
            scanner.take(closing).then_some(())?;
            open.pop();
        }
    }
}

fn name(scanner: &mut Scanner<'_>, text: &[u8]) -> Option<()> {
    let raw = scanner.name()?;
    is_string(text.get(raw)?).then_some(())
}

/// Whether `raw` may stand between quotes.
fn is_string(raw: &[u8]) -> bool {
    let mut bytes = raw.iter();
    while let Some(&byte) = bytes.next() {
        let is_allowed = match byte {
            0..=0x1f => false,
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
    fn no_depth_is_too_much() {
        let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
        assert!(is_json(deep.as_bytes()));
        assert!(!is_json(&deep.as_bytes()[1..]));
    }
}
