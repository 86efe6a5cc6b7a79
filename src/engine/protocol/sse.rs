//! Server-Sent Events over HTTP (HTML Standard, 9.2.3 and 9.2.4), with what the standard leaves to
//! the application: which refusals are worth another attempt, and a position that outlives the page.

use alloc::string::String;
use alloc::vec::Vec;

use super::super::error::Error;
use super::super::frame::{Block, SseFrames};
use super::super::json::{Field, Pointer};
use super::super::limits;
use super::super::position::Resume;
use super::super::request::{Head, Remedy, Request, Verdict};
use super::super::retry_after::retry_after;
use super::super::time::Millis;
use super::Step;

/// How to talk to one source of Server-Sent Events.
#[derive(Clone, Debug)]
pub struct SseConfig {
    /// The address.
    pub url: String,
    /// The method.
    pub method: String,
    /// Where the position is found.
    pub position: PositionFrom,
    /// Where the position goes.
    pub place: Place,
    /// Whether an event without data is none: JSON has no empty text, so what sends one only wants to
    /// say where it stands.
    pub skip_empty: bool,
    /// The event types to hear; `None`: all.
    pub events: Option<Vec<String>>,
    /// A payload after which nothing follows.
    pub done: Option<String>,
    /// The largest event, in bytes as sent.
    pub max_event_bytes: usize,
}

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
}

/// One source of Server-Sent Events.
#[derive(Debug)]
pub struct Sse {
    config: SseConfig,
    frames: SseFrames,
    /// The id in the payload, where that is its place.
    id: Option<Field>,
}

impl Sse {
    /// Nothing received yet.
    pub fn new(config: SseConfig) -> Self {
        let frames = SseFrames::new(config.max_event_bytes);
        let id = match &config.position {
            PositionFrom::Id => None,
            PositionFrom::Pointer(pointer) => Some(Field::new(pointer.clone())),
        };
        Self { config, frames, id }
    }

    pub(super) fn frames(&mut self) -> &mut SseFrames {
        &mut self.frames
    }

    pub(super) const fn read(&self) -> &SseFrames {
        &self.frames
    }

    pub(super) fn id(&self) -> Option<&[u8]> {
        match &self.id {
            None => self.frames.id(),
            Some(field) => field.get(),
        }
    }

    pub(super) fn request(&self, resume: &Resume) -> Request {
        let mut url = self.config.url.clone();
        let mut headers = Vec::from([(String::from("accept"), String::from(CONTENT_TYPE))]);
        let position = match resume {
            Resume::Latest => None,
            Resume::Earliest => Some(EARLIEST),
            Resume::After(position) => Some(position.as_str()),
        };
        if let Some(position) = position {
            match &self.config.place {
                Place::Header(name) => headers.push((name.clone(), position.into())),
                Place::Query(name) => add_to_query(&mut url, name, position),
            }
        }
        Request { method: self.config.method.clone(), url, headers }
    }

    /// The standard gives up on every status but 200. Going on after a failure of the server, or
    /// when it asks for patience, is ours.
    pub(super) fn judge(&self, head: &Head, resume: &Resume, wall: Millis) -> Verdict {
        let hint = retry_after(head, wall);
        Verdict::Refuse(match head.status {
            200 if head.is_type(CONTENT_TYPE) => return Verdict::Accept,
            200 => Remedy::Stop(Error::BadContentType),
            // "HTTP 204 No Content: a server can tell a client to stop reconnecting".
            204 => return Verdict::End,
            401 => Remedy::Authorize,
            403 => Remedy::Stop(Error::Forbidden),
            408 | 425 | 429 => Remedy::Retry { error: Error::TooManyRequests, hint },
            410 if resume.position().is_some() => Remedy::Gap,
            410 => Remedy::Stop(Error::PositionExpired),
            500..=599 => Remedy::Retry { error: Error::ServerError, hint },
            _ => Remedy::Stop(Error::BadStatus),
        })
    }

    pub(super) fn begin(&mut self) {
        self.frames = SseFrames::new(self.config.max_event_bytes);
    }

    #[cfg_attr(target_arch = "wasm32", optimize(speed))]
    pub(super) fn step(&mut self) -> Option<Step> {
        let block = self.frames.take()?;
        if let Some(field) = &mut self.id {
            match &block {
                Block::Event { data, .. } => {
                    field.read(self.frames.bytes().get(data.clone()).unwrap_or_default());
                }
                Block::IdOnly | Block::Retry(_) | Block::TooLarge => field.clear(),
            }
        }
        Some(match block {
            Block::Event { data, ascii } => {
                let payload = self.frames.bytes().get(data.clone());
                if self.config.done.as_ref().is_some_and(|done| payload == Some(done.as_bytes())) {
                    Step::Done
                } else if !(self.config.skip_empty && data.is_empty()) && self.hears(self.frames.kind()) {
                    Step::Event { data, ascii }
                } else {
                    Step::Unheard
                }
            }
            Block::IdOnly => Step::Unheard,
            Block::Retry(time) => Step::ReconnectionTime(Millis::new(time)),
            Block::TooLarge => Step::TooLarge,
        })
    }

    #[cfg_attr(target_arch = "wasm32", optimize(speed))]
    fn hears(&self, kind: &[u8]) -> bool {
        let kind = if kind.is_empty() { b"message" } else { kind };
        self.config.events.as_ref().is_none_or(|events| events.iter().any(|known| known.as_bytes() == kind))
    }

    /// Fetch strips blanks from both ends of a header value and refuses some control characters;
    /// servers refuse the others, and headers that are too long. A query carries any text.
    #[cfg_attr(target_arch = "wasm32", optimize(speed))]
    pub(super) fn can_send(&self, id: &[u8]) -> bool {
        let is_blank = |byte: Option<&u8>| byte.is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        match self.config.place {
            Place::Query(_) => id.len() <= limits::MAX_ID_BYTES,
            Place::Header(_) => {
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

const CONTENT_TYPE: &str = "text/event-stream";
/// The word with which Mercure asks for the whole history; the standard has none.
const EARLIEST: &str = "earliest";

#[cfg(test)]
mod tests {
    use super::super::super::position::Position;
    use super::*;
    use std::prelude::v1::*;

    fn sse(place: Place) -> Sse {
        Sse::new(SseConfig {
            url: "https://example.org/events?a=1#top".into(),
            method: "GET".into(),
            position: PositionFrom::Id,
            place,
            skip_empty: false,
            events: None,
            done: None,
            max_event_bytes: limits::MAX_EVENT_BYTES,
        })
    }

    fn header() -> Sse {
        sse(Place::Header("Last-Event-ID".into()))
    }

    fn at(position: &str) -> Resume {
        Resume::After(Position::new(position.into()))
    }

    #[test]
    fn the_position_goes_where_it_was_asked_to() {
        let sent = |sse: &Sse, resume: &Resume| {
            let request = sse.request(resume);
            (request.url, request.headers.into_iter().nth(1).map(|(_, value)| value))
        };
        let plain = String::from("https://example.org/events?a=1#top");
        assert_eq!(sent(&header(), &Resume::Latest), (plain.clone(), None));
        assert_eq!(sent(&header(), &Resume::Earliest), (plain.clone(), Some("earliest".into())));
        assert_eq!(sent(&header(), &at("ż 1")), (plain, Some("ż 1".into())));
        let query = sse(Place::Query("last_event_id".into()));
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
    fn each_answer_has_its_meaning() {
        let judge = |status: u16, kind: &str, resume: &Resume| {
            let headers =
                Vec::from([("content-type".into(), kind.into()), ("retry-after".into(), "2".into())]);
            match header().judge(&Head { status, headers }, resume, Millis::ZERO) {
                Verdict::Accept => String::from("accept"),
                Verdict::End => String::from("end"),
                Verdict::Refuse(Remedy::Authorize) => String::from("authorize"),
                Verdict::Refuse(Remedy::Gap) => String::from("gap"),
                Verdict::Refuse(Remedy::Stop(error)) => std::format!("stop {}", error(Box::default()).code()),
                Verdict::Refuse(Remedy::Retry { error, hint }) => {
                    std::format!("retry {} {:?}", error(Box::default()).code(), hint.map(Millis::get))
                }
            }
        };

        for (kind, want) in [
            ("text/event-stream", "accept"),
            ("TEXT/Event-Stream;charset=windows-1252", "accept"),
            ("text/event-stream;", "accept"),
            (" text/event-stream ; x", "accept"),
            ("text/event-streamfoo", "stop bad-content-type"),
            ("text/html", "stop bad-content-type"),
            ("", "stop bad-content-type"),
        ] {
            assert_eq!(judge(200, kind, &Resume::Latest), want, "{kind}");
        }
        for (status, want) in [
            (201, "stop bad-status"),
            (204, "end"),
            (205, "stop bad-status"),
            (206, "stop bad-status"),
            (301, "stop bad-status"),
            (304, "stop bad-status"),
            (401, "authorize"),
            (403, "stop forbidden"),
            (404, "stop bad-status"),
            (410, "stop position-expired"),
            (429, "retry too-many-requests Some(2000)"),
            (500, "retry server-error Some(2000)"),
            (503, "retry server-error Some(2000)"),
            (600, "stop bad-status"),
        ] {
            assert_eq!(judge(status, "text/event-stream", &Resume::Latest), want, "{status}");
        }
        assert_eq!(judge(410, "text/event-stream", &at("1")), "gap");
    }

    #[test]
    fn ids_that_a_header_would_change_cannot_be_sent_in_one() {
        let (header, query) = (header(), sse(Place::Query("q".into())));
        for id in ["1", "a b", "a\tb", "ż", "{\"a\":1}", ""] {
            assert!(header.can_send(id.as_bytes()), "{id:?}");
        }
        let long = "x".repeat(limits::MAX_ID_BYTES + 1);
        for id in [" 1", "1 ", "\t1", "a\u{1}b", "a\u{7f}"] {
            assert!(!header.can_send(id.as_bytes()), "{id:?}");
            assert!(query.can_send(id.as_bytes()), "{id:?}");
        }
        assert!(!header.can_send(long.as_bytes()) && !query.can_send(long.as_bytes()));
    }

    #[test]
    fn types_that_are_not_heard_and_the_last_payload_are_told_apart() {
        let mut sse = Sse::new(SseConfig {
            events: Some(Vec::from(["message".into(), "deal".into()])),
            done: Some("[DONE]".into()),
            ..header().config
        });
        sse.frames().push(
            b"data: 1\n\nevent: x\ndata: 2\n\nevent: deal\ndata: 3\n\nid: 7\n\nretry: 5\ndata: [DONE]\n\n",
        );
        let steps: Vec<&str> = core::iter::from_fn(|| sse.step())
            .map(|step| match step {
                Step::Event { .. } => "event",
                Step::Unheard => "unheard",
                Step::ReconnectionTime(_) => "time",
                Step::TooLarge => "too large",
                Step::Done => "done",
            })
            .collect();
        assert_eq!(steps, ["event", "unheard", "event", "unheard", "time", "done"]);
    }
}
