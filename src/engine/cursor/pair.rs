//! Positions of two parts.

use alloc::string::String;
use alloc::vec::Vec;

use super::super::json::{elements, is_json, quote, unescape};

/// The position of an item that shares its time or number with others: that, and an id that tells them
/// apart. As the text of a JSON array, `["time","id"]`, so that neither needs a character that the other
/// lacks.
pub fn pair(first: &str, second: &str) -> String {
    let mut text = Vec::from(*b"[");
    quote(first, &mut text);
    text.push(b',');
    quote(second, &mut text);
    text.push(b']');
    String::from_utf8_lossy(&text).into_owned()
}

/// The two parts of such a position.
pub fn split(pair: &str) -> Option<(String, String)> {
    let json = pair.as_bytes();
    let elements = elements(json).filter(|_| is_json(json))?;
    let [first, second] = elements.as_slice() else {
        return None;
    };
    Some((text(json.get(first.clone())?)?, text(json.get(second.clone())?)?))
}

/// What a string stands for.
fn text(raw: &[u8]) -> Option<String> {
    let mut text = Vec::new();
    unescape(raw.strip_prefix(b"\"")?.strip_suffix(b"\"")?, &mut text)?;
    String::from_utf8(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    #[test]
    fn two_texts_are_one_and_two_again() {
        for (first, second, want) in [
            ("2026-11-21T14:40:00Z", "9007199254740993", r#"["2026-11-21T14:40:00Z","9007199254740993"]"#),
            ("", "", r#"["",""]"#),
            ("a\",\"b", "\\ ]", r#"["a\",\"b","\\ ]"]"#),
            ("ż\n", "\u{0}🐢", r#"["ż\u000a","\u0000🐢"]"#),
        ] {
            assert_eq!(pair(first, second), want);
            assert_eq!(split(want), Some((first.into(), second.into())));
            assert_eq!(serde_json::from_str::<[String; 2]>(want).unwrap(), [first, second]);
        }
        assert_eq!(split(" [ \"a\" , \"\\u0062\" ] "), Some(("a".into(), "b".into())));
    }

    #[test]
    fn what_is_no_pair_is_none() {
        for text in [
            "",
            "a",
            "17",
            "[]",
            r#"["a"]"#,
            r#"["a","b","c"]"#,
            r#"["a","b",null]"#,
            r#"["a",1]"#,
            r#"[1,"b"]"#,
            r#"["a",null]"#,
            r#"["a",["b"]]"#,
            r#"{"0":"a","1":"b"}"#,
            r#"["a","b"#,
            r#"["a","b"]x"#,
            r#"["a" "b"]"#,
            r#"["\x","b"]"#,
            r#""["a","b"]""#,
        ] {
            assert_eq!(split(text), None, "{text}");
        }
    }
}
