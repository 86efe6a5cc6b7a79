//! Where a position is found, and where a request carries it.

use alloc::string::String;
use alloc::vec::Vec;

use super::super::json::Pointer;
use super::super::limits;
use super::super::position::Resume;
use super::super::request::Request;

/// Where a source says how far it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PositionFrom {
    /// In the event's `id` field.
    Id,
    /// In the payload, which is JSON. What is found there is the event's id; the field counts no more.
    Pointer(Pointer),
}

/// Where a request carries the position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the header of that name.
    Header(String),
    /// In the query parameter of that name.
    Query(String),
    /// Nowhere: the source cannot be asked to continue.
    Nowhere,
}

impl Place {
    /// A request that continues at `resume`, and takes bodies of the types in `accept`.
    pub(super) fn request(&self, method: &str, url: &str, accept: &str, resume: &Resume) -> Request {
        let mut url = String::from(url);
        let mut headers = Vec::from([(String::from("accept"), String::from(accept))]);
        let position = match resume {
            Resume::Latest => None,
            Resume::Earliest => Some(EARLIEST),
            Resume::After(position) => Some(position.as_str()),
        };
        if let Some(position) = position {
            match self {
                Self::Header(name) => headers.push((name.clone(), position.into())),
                Self::Query(name) => add_to_query(&mut url, name, position),
                Self::Nowhere => {}
            }
        }
        Request { method: method.into(), url, headers }
    }

    /// Fetch strips blanks from both ends of a header value and refuses some control characters;
    /// servers refuse the others, and headers that are too long. A query carries any text.
    pub(super) fn can_carry(&self, id: &[u8]) -> bool {
        let is_blank = |byte: Option<&u8>| byte.is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        match self {
            Self::Query(_) | Self::Nowhere => id.len() <= limits::MAX_ID_BYTES,
            Self::Header(_) => {
                id.len() <= limits::MAX_ID_BYTES
                    && !is_blank(id.first())
                    && !is_blank(id.last())
                    && id.iter().all(|&byte| byte == b'\t' || (byte >= b' ' && byte != 0x7f))
            }
        }
    }
}

/// Appends a parameter to the query, in front of the fragment.
fn add_to_query(url: &mut String, name: &str, value: &str) {
    let fragment = url.find('#').map(|at| url.split_off(at));
    let joint = match url.find('?') {
        None => "?",
        Some(at) if at + 1 == url.len() || url.ends_with('&') => "",
        Some(_) => "&",
    };
    url.push_str(joint);
    percent_encode(url, name);
    url.push('=');
    percent_encode(url, value);
    url.push_str(&fragment.unwrap_or_default());
}

/// All but the unreserved characters (RFC 3986, 2.3), so that `+`, `/` and `=` arrive as they are.
fn percent_encode(url: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            url.push(char::from(byte));
        } else {
            let digit =
                |value: u8| char::from_digit(value.into(), 16).map(|digit| digit.to_ascii_uppercase());
            url.push('%');
            url.extend(digit(byte >> 4));
            url.extend(digit(byte & 15));
        }
    }
}

/// The word with which Mercure asks for the whole history; no standard has one.
const EARLIEST: &str = "earliest";

#[cfg(test)]
mod tests {
    use super::super::super::position::Position;
    use super::*;
    use std::prelude::v1::*;

    fn header() -> Place {
        Place::Header("Last-Event-ID".into())
    }

    fn at(position: &str) -> Resume {
        Resume::After(Position::new(position.into()))
    }

    #[test]
    fn the_position_goes_where_it_was_asked_to() {
        let plain = String::from("https://example.org/events?a=1#top");
        let sent = |place: &Place, resume: &Resume| {
            let request = place.request("GET", &plain, "text/event-stream", resume);
            (request.url, request.headers.into_iter().nth(1).map(|(_, value)| value))
        };
        assert_eq!(sent(&header(), &Resume::Latest), (plain.clone(), None));
        assert_eq!(sent(&header(), &Resume::Earliest), (plain.clone(), Some("earliest".into())));
        assert_eq!(sent(&header(), &at("ż 1")), (plain.clone(), Some("ż 1".into())));
        assert_eq!(sent(&Place::Nowhere, &at("1")), (plain.clone(), None));
        let query = Place::Query("last_event_id".into());
        assert_eq!(
            sent(&query, &at("a+/=ż")).0,
            "https://example.org/events?a=1&last_event_id=a%2B%2F%3D%C5%BC#top"
        );
    }

    #[test]
    fn a_parameter_is_appended_without_harm_to_the_rest() {
        for (url, want) in [
            ("/x", "/x?p=1"),
            ("/x?", "/x?p=1"),
            ("/x?a", "/x?a&p=1"),
            ("/x?a&", "/x?a&p=1"),
            ("/x#?", "/x?p=1#?"),
        ] {
            let mut url = String::from(url);
            add_to_query(&mut url, "p", "1");
            assert_eq!(url, want);
        }
    }

    #[test]
    fn ids_that_a_header_would_change_cannot_be_sent_in_one() {
        let (header, query) = (header(), Place::Query("q".into()));
        for id in ["1", "a b", "a\tb", "ż", "{\"a\":1}", ""] {
            assert!(header.can_carry(id.as_bytes()), "{id:?}");
        }
        let long = "x".repeat(limits::MAX_ID_BYTES + 1);
        for id in [" 1", "1 ", "\t1", "a\u{1}b", "a\u{7f}"] {
            assert!(!header.can_carry(id.as_bytes()), "{id:?}");
            assert!(query.can_carry(id.as_bytes()), "{id:?}");
        }
        assert!(!header.can_carry(long.as_bytes()) && !query.can_carry(long.as_bytes()));
    }
}
