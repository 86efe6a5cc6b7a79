//! Strings: what is between the quotes, and the text it stands for.

use alloc::vec::Vec;

use memchr::memchr2;

/// Appends the text that `raw`, the inside of a string, stands for. `None` where an escape or a
/// character is not allowed there (RFC 8259, 7); `into` then has a part of it. Half a surrogate pair
/// becomes U+FFFD, as it does wherever a JavaScript string becomes UTF-8.
pub fn unescape(raw: &[u8], into: &mut Vec<u8>) -> Option<()> {
    let mut rest = raw;
    loop {
        let (plain, behind) = rest.split_at_checked(count_plain(rest))?;
        into.extend_from_slice(plain);
        match behind.split_first() {
            None => return Some(()),
            Some((b'\\', behind)) => rest = escape(behind, into)?,
            Some(_) => return None,
        }
    }
}

/// How many bytes are in front that stand for themselves.
pub(super) fn count_plain(raw: &[u8]) -> usize {
    let is_plain = |byte: &u8| !matches!(byte, 0..=0x1f | b'"' | b'\\');
    // All 16 are looked at, so that it can be done at once.
    let are_plain = |bytes: &&[u8; 16]| bytes.iter().fold(true, |all, byte| all & is_plain(byte));
    let whole = 16 * raw.as_chunks().0.iter().take_while(are_plain).count();
    whole + raw.iter().skip(whole).take_while(|byte| is_plain(byte)).count()
}

/// Appends the value `json` in one line: line ends can only stand between its tokens, where a blank serves as
/// well.
pub fn in_one_line(json: &[u8], into: &mut Vec<u8>) {
    let mut rest = json;
    while let Some(at) = memchr2(b'\n', b'\r', rest) {
        let (line, behind) = rest.split_at_checked(at).unwrap_or_default();
        into.extend_from_slice(line);
        into.push(b' ');
        rest = behind.get(1..).unwrap_or_default();
    }
    into.extend_from_slice(rest);
}

/// Appends `text` as a string, quotes included, and without any character that a header refuses.
pub fn quote(text: &str, into: &mut Vec<u8>) {
    into.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => into.extend([b'\\', byte]),
            0..=0x1f | 0x7f => {
                into.extend(b"\\u00");
                into.extend(
                    [byte >> 4, byte & 15].map(|digit| digit + if digit < 10 { b'0' } else { b'a' - 10 }),
                );
            }
            _ => into.push(byte),
        }
    }
    into.push(b'"');
}

/// One escape, of which the backslash is gone; returns what is behind it.
fn escape<'a>(rest: &'a [u8], into: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (&kind, rest) = rest.split_first()?;
    let plain = match kind {
        b'"' | b'\\' | b'/' => kind,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'u' => return unit(rest, into),
        _ => return None,
    };
    into.push(plain);
    Some(rest)
}

/// The four digits behind `\u`, and those of the other half where they are the first half of a pair.
fn unit<'a>(rest: &'a [u8], into: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (first, rest) = digits(rest)?;
    let pair = (0xd800..0xdc00).contains(&first).then(|| {
        let (second, rest) = digits(rest.strip_prefix(b"\\u")?)?;
        let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        Some((0x1_0000 + ((first - 0xd800) << 10) + low, rest))
    });
    let (code, rest) = pair.flatten().unwrap_or((first, rest));
    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    into.extend(character.encode_utf8(&mut [0; 4]).bytes());
    Some(rest)
}

fn digits(rest: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, rest) = rest.split_at_checked(4)?;
    let value =
        digits.iter().try_fold(0, |value, &digit| Some(value * 16 + char::from(digit).to_digit(16)?))?;
    Some((value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    fn text(raw: &str) -> Option<String> {
        let mut text = Vec::new();
        unescape(raw.as_bytes(), &mut text)?;
        Some(String::from_utf8(text).unwrap())
    }

    #[test]
    fn every_escape_has_its_character() {
        assert_eq!(text(r#"\"\\\/\b\f\n\r\t"#).as_deref(), Some("\"\\/\u{8}\u{c}\n\r\t"));
        assert_eq!(text(r"\u0041\u00e9\u20AC\ud83d\udc22").as_deref(), Some("Aé€🐢"));
        assert_eq!(text("żółw").as_deref(), Some("żółw"));
    }

    #[test]
    fn half_a_pair_is_replaced_and_what_follows_it_kept() {
        for (raw, want) in [
            (r"\ud83d", "\u{fffd}"),
            (r"\udc22x", "\u{fffd}x"),
            (r"\ud83dx", "\u{fffd}x"),
            (r"\ud83d\n", "\u{fffd}\n"),
            (r"\ud83d\u0041", "\u{fffd}A"),
            (r"\ud83d\ud83d\udc22", "\u{fffd}🐢"),
        ] {
            assert_eq!(text(raw).as_deref(), Some(want), "{raw}");
        }
    }

    #[test]
    fn what_no_string_may_hold_gives_none() {
        for raw in [
            "\\",
            "\\x",
            "\\u",
            "\\u12",
            "\\u12g4",
            "\\u+123",
            "\\ud83d\\",
            "\\ud83d\\u12",
            "a\nb",
            "\0",
            "\"",
        ] {
            assert_eq!(text(raw), None, "{raw:?}");
        }
    }

    #[test]
    fn a_value_in_one_line_is_the_same_value() {
        let mut line = Vec::new();
        in_one_line(b"{\r\n\"a\" :\n1}", &mut line);
        assert_eq!(line, b"{  \"a\" : 1}");
    }

    #[test]
    fn what_is_quoted_is_read_back() {
        for plain in ["", "a\"b\\c", "\0\u{1f}\n\u{7f}", "żółw 🐢", "/"] {
            let mut quoted = Vec::new();
            quote(plain, &mut quoted);
            let quoted = String::from_utf8(quoted).unwrap();
            assert_eq!(serde_json::from_str::<String>(&quoted).unwrap(), plain);
            assert_eq!(text(&quoted[1..quoted.len() - 1]).as_deref(), Some(plain));
        }
    }
}
