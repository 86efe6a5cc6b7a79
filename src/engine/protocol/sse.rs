//! Server-Sent Events over HTTP (HTML Standard, 9.2.3 and 9.2.4), with what the standard leaves to
//! the application: which refusals are worth another attempt, and a position that outlives the page.

use alloc::string::String;
use alloc::vec::Vec;

use super::super::error::Error;
use super::super::frame::{Block, SseFrames};
use super::super::json::Field;
use super::super::position::{Position, Resume};
use super::super::request::{Head, Remedy, Request, Verdict};
use super::super::time::Millis;
use super::answer::judge;
use super::label::{Label, LabelFrom};
use super::{Place, PositionFrom, Step};

/// How to talk to one source of Server-Sent Events.
#[derive(Clone, Debug)]
pub struct SseConfig {
    /// The address.
    pub url: String,
    /// The method.
    pub method: String,
    /// Where the position is found.
    pub position: PositionFrom,
    /// Where a payload says what the event is; `None`: its id is the position, its type the field.
    pub label: Option<LabelFrom>,
    /// Where the position goes.
    pub place: Place,
    /// Whether an event without data is none: JSON has no empty text, so what sends one only wants to
    /// say where it stands.
    pub skip_empty: bool,
    /// The event types to hear; `None`: all.
    pub events: Option<Vec<String>>,
    /// A payload after which nothing follows.
    pub done: Option<String>,
    /// Whether the application wants to hear comments.
    pub comments: bool,
    /// The largest event, in bytes as sent.
    pub max_event_bytes: usize,
    /// What a status other than 200 means.
    pub statuses: Statuses,
}

/// What a status other than 200 means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statuses {
    /// What it does elsewhere: some are worth another attempt, 410 is a gap.
    Lenient,
    /// The end, as in the standard, which gives up on all of them; but for 401 where the application
    /// can renew its credentials.
    Strict,
}

/// One source of Server-Sent Events.
#[derive(Debug)]
pub struct Sse {
    config: SseConfig,
    frames: SseFrames,
    /// The id in the payload, where that is its place.
    id: Option<Field>,
    label: Option<Label>,
}

impl Sse {
    /// Nothing received yet.
    pub fn new(config: SseConfig) -> Self {
        let frames = frames(&config);
        let id = match &config.position {
            PositionFrom::Id | PositionFrom::Header(_) => None,
            PositionFrom::Pointer(pointer) => Some(Field::new(pointer)),
        };
        let label = config.label.as_ref().map(Label::new);
        Self { config, frames, id, label }
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

    pub(super) const fn label(&self) -> Option<&Label> {
        self.label.as_ref()
    }

    pub(super) fn request(&self, resume: &Resume) -> Request {
        let SseConfig { url, method, place, .. } = &self.config;
        place.request(method, url, CONTENT_TYPE, resume)
    }

    pub(super) fn judge(&self, head: &Head, resume: &Resume, wall: Millis) -> Verdict {
        match (self.config.statuses, head.status) {
            (Statuses::Lenient, 200) if head.is_type(CONTENT_TYPE) && begins_elsewhere(head, resume) => {
                Verdict::Elsewhere
            }
            (Statuses::Lenient, _) | (Statuses::Strict, 200 | 204 | 401) => {
                judge(head, head.is_type(CONTENT_TYPE), resume, wall)
            }
            (Statuses::Strict, _) => Verdict::Refuse(Remedy::Stop(Error::BadStatus)),
        }
    }

    pub(super) fn begin(&mut self) {
        self.frames = frames(&self.config);
    }

    pub(super) fn step(&mut self) -> Option<Step> {
        let block = self.frames.take()?;
        if let (Some(label), Block::Event { data, .. }) = (&mut self.label, &block) {
            label.read(self.frames.bytes().get(data.clone()).unwrap_or_default());
        }
        if let Some(field) = &mut self.id {
            match &block {
                Block::Event { data, .. } => {
                    field.read(self.frames.bytes().get(data.clone()).unwrap_or_default());
                }
                Block::IdOnly | Block::Comment(_) | Block::Retry(_) | Block::TooLarge => field.clear(),
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
            Block::Comment(text) => Step::Comment(text),
            Block::Retry(time) => Step::ReconnectionTime(Millis::new(time)),
            Block::TooLarge => Step::TooLarge,
        })
    }

    fn hears(&self, kind: &[u8]) -> bool {
        let kind = if kind.is_empty() { b"message" } else { kind };
        self.config.events.as_ref().is_none_or(|events| events.iter().any(|known| known.as_bytes() == kind))
    }

    pub(super) fn can_send(&self, id: &[u8]) -> bool {
        self.config.place.can_carry(id)
    }

    pub(super) const fn says_done(&self) -> bool {
        self.config.done.is_some()
    }

    pub(super) const fn place(&self) -> &Place {
        &self.config.place
    }

    pub(super) fn place_mut(&mut self) -> &mut Place {
        &mut self.config.place
    }

    pub(super) fn position_in(&self, head: &Head) -> Option<Position> {
        match &self.config.position {
            PositionFrom::Id | PositionFrom::Pointer(_) => None,
            PositionFrom::Header(name) => head.text(name).filter(|text| !text.is_empty()).map(Position::new),
        }
    }
}

fn frames(config: &SseConfig) -> SseFrames {
    let frames = SseFrames::new(config.max_event_bytes);
    if config.comments {
        frames.with_comments()
    } else {
        frames
    }
}

/// Mercure names in a header the event behind which its answer begins. Where that is not the one
/// asked for, it no longer has what lay between. Blanks at the ends do not survive in a header.
fn begins_elsewhere(head: &Head, resume: &Resume) -> bool {
    let trim = |text: &str| String::from(text.trim_matches([' ', '\t']));
    let begins = head.text("mercure-last-event-id").map(|text| trim(&text));
    resume.position().is_some_and(|asked| begins.is_some_and(|begins| begins != trim(asked.as_str())))
}

const CONTENT_TYPE: &str = "text/event-stream";

#[cfg(test)]
mod tests {
    use super::super::super::limits;
    use super::super::super::position::Position;
    use super::super::super::request::Remedy;
    use super::*;
    use std::prelude::v1::*;

    fn sse() -> Sse {
        Sse::new(SseConfig {
            url: "https://example.org/events".into(),
            method: "GET".into(),
            position: PositionFrom::Id,
            label: None,
            place: Place::Header("Last-Event-ID".into()),
            skip_empty: false,
            events: None,
            done: None,
            comments: false,
            max_event_bytes: limits::MAX_EVENT_BYTES,
            statuses: Statuses::Lenient,
        })
    }

    fn at(position: &str) -> Resume {
        Resume::After(Position::new(position.into()))
    }

    #[test]
    fn each_answer_has_its_meaning() {
        let judge = |status: u16, kind: &str, resume: &Resume| {
            let headers =
                Vec::from([("content-type".into(), kind.into()), ("retry-after".into(), "2".into())]);
            match sse().judge(&Head { status, headers }, resume, Millis::ZERO) {
                Verdict::Accept => String::from("accept"),
                Verdict::Elsewhere => String::from("elsewhere"),
                Verdict::End => String::from("end"),
                Verdict::Unchanged => String::from("unchanged"),
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
    fn an_answer_that_begins_elsewhere_is_only_one_to_a_position() {
        let judge = |kind: &str, begins: &str, resume: &Resume| {
            let headers = [("content-type", kind), ("mercure-last-event-id", begins)];
            let headers = headers.map(|(name, value)| (name.into(), value.into())).into();
            sse().judge(&Head { status: 200, headers }, resume, Millis::ZERO)
        };
        for (begins, resume) in
            [("1", at("1")), ("1", Resume::Latest), ("1", Resume::Earliest), ("\u{c5}\u{bc}", at("ż"))]
        {
            assert!(matches!(judge(CONTENT_TYPE, begins, &resume), Verdict::Accept), "{begins} {resume:?}");
        }
        assert!(matches!(judge(CONTENT_TYPE, "1", &at("1 ")), Verdict::Accept));
        assert!(matches!(judge(CONTENT_TYPE, "earliest", &at("1")), Verdict::Elsewhere));
        assert!(matches!(judge("text/html", "earliest", &at("1")), Verdict::Refuse(Remedy::Stop(_))));
    }

    #[test]
    fn a_strict_source_has_no_second_chance() {
        let strict = Sse::new(SseConfig { statuses: Statuses::Strict, ..sse().config });
        let judge = |status: u16, kind: &str| {
            let headers =
                Vec::from([("content-type".into(), kind.into()), ("retry-after".into(), "2".into())]);
            strict.judge(&Head { status, headers }, &at("1"), Millis::ZERO)
        };
        assert!(matches!(judge(200, CONTENT_TYPE), Verdict::Accept));
        assert!(matches!(judge(204, CONTENT_TYPE), Verdict::End));
        assert!(matches!(judge(401, CONTENT_TYPE), Verdict::Refuse(Remedy::Authorize)));
        assert!(matches!(judge(200, "text/html"), Verdict::Refuse(Remedy::Stop(_))));
        for status in [205, 210, 299, 403, 404, 408, 410, 425, 429, 500, 503] {
            assert!(matches!(judge(status, CONTENT_TYPE), Verdict::Refuse(Remedy::Stop(_))), "{status}");
        }
    }

    #[test]
    fn types_that_are_not_heard_and_the_last_payload_are_told_apart() {
        let mut sse = Sse::new(SseConfig {
            events: Some(Vec::from(["message".into(), "deal".into()])),
            done: Some("[DONE]".into()),
            ..sse().config
        });
        sse.frames().push(
            b"data: 1\n\nevent: x\ndata: 2\n\nevent: deal\ndata: 3\n\nid: 7\n\nretry: 5\ndata: [DONE]\n\n",
        );
        let steps: Vec<&str> = core::iter::from_fn(|| sse.step())
            .map(|step| match step {
                Step::Event { .. } => "event",
                Step::Unheard => "unheard",
                Step::Comment(_) => "comment",
                Step::ReconnectionTime(_) => "time",
                Step::TooLarge => "too large",
                Step::BadRecord(_) => "bad record",
                Step::Done => "done",
                Step::Row { .. }
                | Step::Repeat
                | Step::Passed
                | Step::Moved
                | Step::Told(_)
                | Step::Broken(_) => "polled",
            })
            .collect();
        assert_eq!(steps, ["event", "unheard", "event", "unheard", "time", "done"]);
    }
}
