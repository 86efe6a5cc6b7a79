//! What a server sends, as spans of its bytes: nothing is built from them.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::json::{members, objects, unescape};

/// One message. Values are JSON texts, as they are written.
#[derive(Clone, Debug, Default)]
pub(super) struct Message<'a> {
    /// All of it.
    pub(super) text: &'a [u8],
    /// The channel, as the text that it stands for.
    pub(super) channel: Cow<'a, str>,
    /// The same as it is written.
    pub(super) channel_text: &'a [u8],
    /// The number of ours that it answers, or whatever else a publisher has called it.
    pub(super) id: Option<Cow<'a, str>>,
    /// The payload.
    pub(super) data: Option<&'a [u8]>,
    /// Whether a request has succeeded; in replies alone.
    pub(super) successful: Option<bool>,
    /// The session's name.
    pub(super) client_id: Option<&'a [u8]>,
    /// Why a request has failed.
    pub(super) error: Option<String>,
    /// How to go on.
    pub(super) advice: Option<&'a [u8]>,
    /// What extensions say.
    pub(super) ext: Option<&'a [u8]>,
    /// The transports that the server knows.
    pub(super) connection_types: Option<&'a [u8]>,
}

impl<'a> Message<'a> {
    /// The messages of a body, which is an array of them or one; `None` where it is malformed. What has no
    /// channel is no message.
    pub(super) fn all(body: &'a [u8]) -> Option<Vec<Self>> {
        let mut messages: Vec<Self> = Vec::new();
        // The numbers of their objects.
        let mut numbers = Vec::new();
        let spans = objects(body, |number, name, value| {
            if numbers.last() != Some(&number) {
                numbers.push(number);
                messages.push(Self::default());
            }
            if let (Some(message), Some(name), Some(value)) =
                (messages.last_mut(), body.get(name), body.get(value))
            {
                message.take(name, value);
            }
        })?;
        for (message, number) in messages.iter_mut().zip(numbers) {
            message.text = spans.get(number).and_then(|span| body.get(span.clone())).unwrap_or_default();
        }
        messages.retain(|message| !message.channel.is_empty());
        Some(messages)
    }

    fn take(&mut self, name: &[u8], value: &'a [u8]) {
        match name {
            b"channel" => {
                self.channel = string(value).unwrap_or_default();
                self.channel_text = value;
            }
            b"id" => self.id = string(value).or_else(|| bare(value)),
            b"data" => self.data = Some(value),
            b"successful" => self.successful = Some(value == b"true"),
            b"clientId" => self.client_id = Some(value),
            b"error" => self.error = string(value).map(Cow::into_owned),
            b"advice" => self.advice = Some(value),
            b"ext" => self.ext = Some(value),
            b"supportedConnectionTypes" => self.connection_types = Some(value),
            _ => {}
        }
    }

    /// Whether it is one of the protocol's own.
    pub(super) fn is_meta(&self) -> bool {
        self.channel.starts_with("/meta/")
    }

    /// Whether it is an event and no answer to a publication: by its content, since an event may carry the
    /// number that its publisher gave it, which may be one of ours.
    pub(super) fn is_event(&self) -> bool {
        !self.is_meta() && self.data.is_some() && self.successful.is_none()
    }
}

/// The value of a member of the object that `json` is; the last one counts, as in `JSON.parse`.
pub(super) fn member<'a>(json: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let found = members(json).filter(|(known, _)| json.get(known.clone()) == Some(name.as_bytes())).last();
    json.get(found?.1)
}

/// The text that a JSON string stands for.
pub(super) fn string(value: &[u8]) -> Option<Cow<'_, str>> {
    let raw = value.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    if !raw.contains(&b'\\') {
        return core::str::from_utf8(raw).ok().map(Cow::Borrowed);
    }
    let mut text = Vec::with_capacity(raw.len());
    unescape(raw, &mut text)?;
    String::from_utf8(text).ok().map(Cow::Owned)
}

/// A whole number; a fraction is cut off.
pub(super) fn integer(value: &[u8]) -> Option<i64> {
    let (is_negative, digits) = match value {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let mut number = 0_i64;
    for (index, &byte) in digits.iter().enumerate() {
        if !byte.is_ascii_digit() {
            return (index > 0 && byte == b'.').then_some(if is_negative { -number } else { number });
        }
        number = number.saturating_mul(10).saturating_add((byte - b'0').into());
    }
    (!digits.is_empty()).then_some(if is_negative { -number } else { number })
}

/// Some servers write ids as numbers.
fn bare(value: &[u8]) -> Option<Cow<'_, str>> {
    integer(value).and(core::str::from_utf8(value).ok()).map(Cow::Borrowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    fn one(text: &[u8]) -> Option<Message<'_>> {
        Message::all(text)?.pop()
    }

    #[test]
    fn the_messages_of_a_body_are_told_apart() {
        let body = br#"[{"id":"x"},{"channel":"/a"},7,{"channel":"/b","data":{"channel":"/c"}}]"#;
        let messages = Message::all(body).unwrap();
        let told: Vec<_> = messages.iter().map(|message| (&*message.channel, message.text.len())).collect();
        assert_eq!(told, [("/a", 16), ("/b", 40)]);
        assert!(Message::all(b"[{\"channel\":\"/a\"}").is_none());
        assert!(Message::all(b"<html>").unwrap().is_empty());
    }

    #[test]
    fn a_message_is_read_by_its_members() {
        let message = one(
            br#"{"channel":"\/a\/b","id":17,"data":{"x":[1]},"successful":false,"error":"402::gone","ext":{}}"#,
        )
        .unwrap();
        assert_eq!((&*message.channel, message.id.as_deref()), ("/a/b", Some("17")));
        assert_eq!(message.data, Some(&b"{\"x\":[1]}"[..]));
        assert_eq!((message.successful, message.error.as_deref()), (Some(false), Some("402::gone")));
        for text in ["{}", "[]", "1", "{\"channel\":1}", "{\"data\":1}", ""] {
            assert!(one(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn events_are_told_from_answers_by_their_content() {
        for (text, want) in [
            (r#"{"channel":"/a","data":null,"id":"3"}"#, true),
            (r#"{"channel":"/a","successful":true,"id":"3"}"#, false),
            (r#"{"channel":"/a","id":"3"}"#, false),
            (r#"{"channel":"/meta/connect","data":1}"#, false),
        ] {
            assert_eq!(one(text.as_bytes()).unwrap().is_event(), want, "{text}");
        }
    }

    #[test]
    fn numbers_are_whole() {
        for (text, want) in [
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("2000.75", Some(2_000)),
            ("99999999999999999999", Some(i64::MAX)),
            ("", None),
            ("-", None),
            (".5", None),
            ("\"1\"", None),
            ("1e3", None),
        ] {
            assert_eq!(integer(text.as_bytes()), want, "{text}");
        }
    }

    #[test]
    fn of_several_members_with_one_name_the_last_counts() {
        assert_eq!(member(br#"{"a":1,"b":2,"a":3}"#, "a"), Some(&b"3"[..]));
        assert_eq!(member(b"{}", "a"), None);
    }
}
