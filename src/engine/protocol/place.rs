//! Where a position is found, and where a request carries it.

use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

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
    /// In the response's header of that name, in lower case, until an event has an id.
    Header(String),
}

/// Where a request carries the position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the header of that name.
    Header(String),
    /// In the header of that name; in the query parameter, where the header is not let through or
    /// cannot carry the position.
    HeaderElseQuery(String, String),
    /// In the query parameter of that name.
    Query(String),
    /// In the body, at a place that the shell knows. `is_number`: as a number, digit for digit.
    Body {
        /// Whether it is written as a number.
        is_number: bool,
    },
    /// Nowhere: the source cannot be asked to continue.
    Nowhere,
}

impl Place {
    /// A request that continues at `resume`, and takes bodies of the types in `accept`.
    pub(super) fn request(&self, method: &str, url: &str, accept: &str, resume: &Resume) -> Request {
        let mut request = Request {
            method: method.into(),
            url: url.into(),
            headers: Vec::from([(String::from("accept"), String::from(accept))]),
            in_body: Vec::new(),
        };
        let position = match resume {
            Resume::Latest => None,
            Resume::Earliest => Some(EARLIEST),
            Resume::After(position) => Some(position.as_str()),
        };
        if let Some(position) = position {
            match self {
                Self::HeaderElseQuery(_, name) if !fits_header(position.as_bytes()) => {
                    set_in_query(&mut request.url, name, position);
                }
                Self::Header(name) | Self::HeaderElseQuery(name, _) => {
                    request.headers.push((name.clone(), position.into()));
                }
                Self::Query(name) => set_in_query(&mut request.url, name, position),
                Self::Body { .. } => {
                    let position = self.has_room_for(position.as_bytes()).then(|| position.into());
                    request.in_body.extend(position.map(|position| (0, position)));
                }
                Self::Nowhere => {}
            }
        }
        request
    }

    /// Whether a request can ask for that. No number says `earliest`: what a source sends without any
    /// position is then as far back as it goes.
    pub(super) fn can_ask(&self, resume: &Resume) -> bool {
        match resume {
            Resume::Latest => true,
            Resume::Earliest => *self != Self::Nowhere,
            Resume::After(position) => {
                *self != Self::Nowhere && self.has_room_for(position.as_str().as_bytes())
            }
        }
    }

    /// The header is not let through.
    pub(super) fn refuse_header(&mut self) {
        *self = match mem::replace(self, Self::Nowhere) {
            Self::HeaderElseQuery(_, query) => Self::Query(query),
            Self::Header(_) => Self::Nowhere,
            other @ (Self::Query(_) | Self::Body { .. } | Self::Nowhere) => other,
        };
    }

    /// Whether an id can become a position. One that is too long for servers does not; what the
    /// application or a map asks for is their own matter.
    pub(super) fn can_carry(&self, id: &[u8]) -> bool {
        id.len() <= limits::MAX_ID_BYTES && self.has_room_for(id)
    }

    /// A query carries any text, and so does a body; a number is one as JSON has it. Where nothing can
    /// be sent, the bookmark is still kept.
    fn has_room_for(&self, position: &[u8]) -> bool {
        match self {
            Self::Header(_) => fits_header(position),
            Self::HeaderElseQuery(..) | Self::Query(_) | Self::Body { is_number: false } | Self::Nowhere => {
                true
            }
            Self::Body { is_number: true } => is_whole_number(position),
        }
    }
}

/// Fetch strips blanks from both ends of a header value and refuses some control characters; servers
/// refuse the others, and headers that are too long.
pub(super) fn fits_header(id: &[u8]) -> bool {
    let is_blank = |byte: Option<&u8>| byte.is_some_and(|byte| matches!(byte, b' ' | b'\t'));
    !is_blank(id.first())
        && !is_blank(id.last())
        && id.iter().all(|&byte| byte == b'\t' || (byte >= b' ' && byte != 0x7f))
}

/// Digits without a zero in front (RFC 8259, 6).
pub(super) fn is_whole_number(id: &[u8]) -> bool {
    let is_padded = id.len() > 1 && id.first() == Some(&b'0');
    !id.is_empty() && !is_padded && id.iter().all(u8::is_ascii_digit)
}

/// Puts a parameter into the query, instead of any of that name: of two, many servers read the first.
fn set_in_query(url: &mut String, name: &str, value: &str) {
    drop_from_query(url, name);
    add_to_query(url, name, value);
}

/// Takes away the parameters of that name. The others stay as they are written.
pub(super) fn drop_from_query(url: &mut String, name: &str) {
    let fragment = url.find('#').map(|at| url.split_off(at));
    let query = url.find('?').map(|at| url.split_off(at)).unwrap_or_default();
    let mut joint = "?";
    let mut rest = query.strip_prefix('?');
    while let Some(parameters) = rest {
        let (parameter, behind) = match parameters.split_once('&') {
            Some((parameter, behind)) => (parameter, Some(behind)),
            None => (parameters, None),
        };
        rest = behind;
        if !is_named(parameter, name) {
            url.push_str(joint);
            url.push_str(parameter);
            joint = "&";
        }
    }
    url.push_str(&fragment.unwrap_or_default());
}

/// Whether a parameter has that name, however it is written.
fn is_named(parameter: &str, name: &str) -> bool {
    let mut rest = parameter.as_bytes();
    let hex = |digit: &u8| char::from(*digit).to_digit(16);
    for wanted in name.bytes() {
        let (byte, behind) = match rest {
            [] | [b'=', ..] => return false,
            [b'+', behind @ ..] => (u32::from(b' '), behind),
            [b'%', high, low, behind @ ..] => match (hex(high), hex(low)) {
                (Some(high), Some(low)) => (high << 4 | low, behind),
                (..) => return false,
            },
            [byte, behind @ ..] => (u32::from(*byte), behind),
        };
        if byte != u32::from(wanted) {
            return false;
        }
        rest = behind;
    }
    matches!(rest, [] | [b'=', ..])
}

/// Appends a parameter to the query, in front of the fragment.
pub(super) fn add_to_query(url: &mut String, name: &str, value: &str) {
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
pub(super) fn percent_encode(url: &mut String, text: &str) {
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
    fn where_the_header_cannot_carry_the_position_the_query_does() {
        let either = Place::HeaderElseQuery("Last-Event-ID".into(), "last".into());
        let sent = |place: &Place, position: &str| {
            let request = place.request("GET", "/", "text/event-stream", &at(position));
            (request.url.contains("last="), request.headers.len() > 1)
        };
        assert_eq!(sent(&either, "a b"), (false, true));
        assert_eq!(sent(&either, " a"), (true, false));
        let mut refused = either;
        refused.refuse_header();
        assert_eq!(sent(&refused, "a b"), (true, false));
    }

    #[test]
    fn a_body_takes_what_its_place_can_hold() {
        let sent = |is_number: bool, resume: &Resume| {
            let request = Place::Body { is_number }.request("POST", "/", "text/event-stream", resume);
            assert_eq!((request.headers.len(), request.url.as_str()), (1, "/"));
            request.in_body.into_iter().next().map(|(_, text)| text)
        };
        assert_eq!(sent(false, &at("7 x")).as_deref(), Some("7 x"));
        assert_eq!(sent(false, &Resume::Earliest).as_deref(), Some("earliest"));
        assert_eq!(sent(true, &at("9007199254740993")).as_deref(), Some("9007199254740993"));
        assert_eq!(sent(true, &Resume::Earliest), None);
        assert_eq!(sent(true, &Resume::Latest), None);
    }

    #[test]
    fn what_cannot_be_asked_for_is_known_before_it_is_asked() {
        let number = Place::Body { is_number: true };
        for (position, can) in
            [("0", true), ("70", true), ("007", false), ("-7", false), ("", false), ("a", false)]
        {
            assert_eq!(number.can_ask(&at(position)), can, "{position:?}");
        }
        assert!(number.can_ask(&Resume::Earliest) && Place::Nowhere.can_ask(&Resume::Latest));
        assert!(!Place::Nowhere.can_ask(&Resume::Earliest) && !Place::Nowhere.can_ask(&at("7")));
        let mut refused = header();
        refused.refuse_header();
        assert!(header().can_ask(&at("7")) && !refused.can_ask(&at("7")));
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
    fn a_parameter_takes_the_place_of_those_of_its_name() {
        for (url, name, want) in [
            ("/x?p=0", "p", "/x?p=1"),
            ("/x?p", "p", "/x?p=1"),
            ("/x?p=0&a=b&p=2#p=3&p", "p", "/x?a=b&p=1#p=3&p"),
            ("/x?pp=0&P=0&a=p&=p&%70%70", "p", "/x?pp=0&P=0&a=p&=p&%70%70&p=1"),
            ("/x?%70=0&&a%2", "p", "/x?&a%2&p=1"),
            ("/x#?p=0", "p", "/x?p=1#?p=0"),
            ("/x?a+b=0&a%20b=0&a[]=0", "a b", "/x?a[]=0&a%20b=1"),
            ("/x?%C5%BC=0&%zz=0", "ż", "/x?%zz=0&%C5%BC=1"),
        ] {
            let mut url = String::from(url);
            set_in_query(&mut url, name, "1");
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
