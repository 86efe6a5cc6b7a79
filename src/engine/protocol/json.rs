//! Streaming JSON over HTTP: bodies that are one JSON text after the other. None of the forms says where
//! an id is, or how to ask for what comes behind it; the application does.

use alloc::string::String;
use alloc::vec::Vec;
use core::mem;
use core::ops::Range;

use super::super::event::Origin;
use super::super::frame::{Framing, JsonFrames, Record};
use super::super::json::{unescape, Fields, Pointer};
use super::super::parts::{is_map, Order, Parts};
use super::super::position::{Position, Resume};
use super::super::request::{Head, Request, Verdict};
use super::super::time::Millis;
use super::answer::judge;
use super::label::{Label, LabelFrom};
use super::{Place, PositionFrom, Step};

/// How to talk to one source of streaming JSON.
#[derive(Clone, Debug)]
pub struct JsonConfig {
    /// The address.
    pub url: String,
    /// The method.
    pub method: String,
    /// How records are told apart; `None`: as the content type says.
    pub framing: Option<Framing>,
    /// Where the position is found. A record has no id but what a pointer finds in it.
    pub position: PositionFrom,
    /// Where the part of the source is found that a record belongs to, if each has its own position.
    pub part: Option<PartFrom>,
    /// What a record is.
    pub shape: Shape,
    /// Where a record says what the event is; `None`: its id is the position.
    pub label: Option<LabelFrom>,
    /// What tells a record that only says where the source stands.
    pub standing: Option<Standing>,
    /// Where the position goes.
    pub place: Place,
    /// The response header that says behind which position the body begins, in lower case.
    pub beginning: Option<String>,
    /// A record after which nothing follows.
    pub done: Option<String>,
    /// What follows a bad record; `None`: what the framing allows.
    pub bad_records: Option<BadRecords>,
    /// The largest record, in bytes.
    pub max_event_bytes: usize,
}

/// Where a record says which part of the source it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartFrom {
    /// In the record.
    pub pointer: Pointer,
    /// What is known of the ids of one part.
    pub order: Order,
}

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A payload.
    Payload,
    /// A payload with a comma behind it, so that neighbours stand as in an array; or without one, as a string, the
    /// type of the payloads that follow. This is what a client of many channels writes.
    Tagged,
}

/// A record that is no event, and says where the source stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Where its position is. A record that has something there is one, unless it also has
    pub pointer: Pointer,
    /// something there: it is a page of events, which is not what was asked for.
    pub unless: Pointer,
}

/// What follows a record that is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRecords {
    /// The stream ends before it.
    Stop,
    /// The stream goes on behind it.
    Skip,
}

/// One source of streaming JSON.
#[derive(Debug)]
pub struct Json {
    config: JsonConfig,
    frames: JsonFrames,
    fields: Fields,
    /// Where the payload lies that they were read from.
    payload: Range<usize>,
    /// The number of the id in a record.
    id: Option<usize>,
    /// That of its part.
    part: Option<usize>,
    /// Its type.
    kind: Vec<u8>,
    /// Whether all bytes are ASCII that stand between the payload before and the next one.
    is_plain: bool,
    label: Option<Label>,
    /// The number of the position in a record that is no event.
    standing: Option<usize>,
    /// Whether the record that came last is one.
    stands: bool,
}

impl Json {
    /// Nothing received yet.
    pub fn new(config: JsonConfig) -> Self {
        let frames = JsonFrames::new(config.framing.unwrap_or(Framing::Lines), config.max_event_bytes);
        let mut fields = Fields::default();
        let id = match &config.position {
            PositionFrom::Id | PositionFrom::Header(_) => None,
            PositionFrom::Pointer(pointer) => Some(fields.add(pointer)),
        };
        let part = config.part.as_ref().map(|part| fields.add(&part.pointer));
        let standing = config.standing.as_ref().map(|standing| fields.add(&standing.pointer));
        let label = config.label.as_ref().map(Label::new);
        Self {
            config,
            frames,
            fields,
            payload: 0..0,
            id,
            part,
            kind: Vec::new(),
            is_plain: true,
            label,
            standing,
            stands: false,
        }
    }

    pub(super) fn frames(&mut self) -> &mut JsonFrames {
        &mut self.frames
    }

    pub(super) const fn read(&self) -> &JsonFrames {
        &self.frames
    }

    /// What belongs to no part has no position.
    pub(super) fn id(&self) -> Option<&[u8]> {
        if self.stands {
            return self.field(self.standing);
        }
        let belongs = self.part.is_none() || self.part().is_some();
        self.field(self.id.filter(|_| belongs))
    }

    pub(super) fn part(&self) -> Option<&[u8]> {
        self.field(self.part)
    }

    fn field(&self, number: Option<usize>) -> Option<&[u8]> {
        self.fields.get(number?, self.frames.bytes().get(self.payload.clone())?)
    }

    pub(super) fn kind(&self) -> &[u8] {
        self.label.as_ref().map_or(&self.kind, Label::kind)
    }

    /// Which record of the body an event is, where it is all of one.
    pub(super) fn origin(&self, data: &Range<usize>) -> Option<Origin> {
        let begins = self.frames.offset() + data.start as u64;
        (self.config.shape == Shape::Payload).then(|| Origin { record: self.frames.count(), offset: begins })
    }

    pub(super) const fn label(&self) -> Option<&Label> {
        self.label.as_ref()
    }

    pub(super) fn parts(&self) -> Option<Parts> {
        self.config.part.as_ref().map(|part| Parts::new(part.order))
    }

    pub(super) fn request(&self, resume: &Resume) -> Request {
        let JsonConfig { url, method, framing, place, .. } = &self.config;
        let accept = match framing {
            Some(Framing::Cr) => "application/json",
            Some(Framing::Lines) => "application/x-ndjson, application/jsonl, application/json;q=0.5",
            Some(Framing::Seq) => "application/json-seq",
            None => "application/json-seq, application/x-ndjson, application/jsonl, application/json;q=0.5",
        };
        place.request(method, url, accept, resume)
    }

    pub(super) fn judge(&self, head: &Head, resume: &Resume, wall: Millis) -> Verdict {
        judge(head, self.framing(head).is_some(), resume, wall)
    }

    pub(super) fn position_in(&self, head: &Head) -> Option<Position> {
        let named = head.header(self.config.beginning.as_ref()?)?;
        is_map(named).then(|| Position::new(named.into()))
    }

    pub(super) fn begin(&mut self, head: &Head) {
        let framing = self.framing(head).unwrap_or(self.frames.framing());
        self.frames = JsonFrames::new(framing, self.config.max_event_bytes);
    }

    pub(super) fn step(&mut self) -> Option<Step> {
        loop {
            let step = match self.frames.take()? {
                Record::Text { data, ascii } => self.read_text(data, ascii),
                Record::Bad(data) => Some(Step::BadRecord(data)),
                Record::TooLarge => Some(Step::TooLarge),
            };
            if step.is_some() {
                return step;
            }
        }
    }

    /// The step that a record is. The name of a type is none.
    fn read_text(&mut self, data: Range<usize>, ascii: bool) -> Option<Step> {
        let text = self.frames.bytes().get(data.clone()).unwrap_or_default();
        if self.config.done.as_ref().is_some_and(|done| text == done.as_bytes()) {
            return Some(Step::Done);
        }
        let payload = match self.config.shape {
            Shape::Payload => Some(text),
            Shape::Tagged => text.strip_suffix(b","),
        };
        let Some(text) = payload else {
            self.is_plain = ascii;
            self.kind.clear();
            let name = text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\""));
            let is_name = name.and_then(|name| unescape(name, &mut self.kind)).is_some();
            return (!is_name).then_some(Step::BadRecord(data));
        };
        let data = data.start..data.start + text.len();
        let ascii = mem::replace(&mut self.is_plain, true) && ascii;
        self.fields.read(text);
        self.payload = data.clone();
        if let Some(label) = &mut self.label {
            label.read(text);
        }
        self.stands = self.standing.is_some_and(|standing| self.fields.get(standing, text).is_some());
        let unless = self.config.standing.as_ref().map(|standing| &standing.unless);
        Some(if !self.stands && self.is_nameless() {
            Step::BadRecord(data)
        } else if !self.stands {
            Step::Event { data, ascii }
        } else if unless.is_some_and(|unless| unless.find(text).is_some()) {
            Step::BadRecord(data)
        } else {
            Step::Unheard
        })
    }

    /// Whether the record lacks the id that all events of the source have: it is a piece of something else.
    fn is_nameless(&self) -> bool {
        self.standing.is_some() && self.label.as_ref().is_some_and(|label| label.id().is_empty())
    }

    /// In a sequence, what follows a bad record is whole for certain, and parsing has to go on there
    /// (RFC 7464, 2.3). Elsewhere, whoever asked for nothing else learns that something is wrong.
    pub(super) const fn skips_bad_records(&self) -> bool {
        match self.config.bad_records {
            Some(BadRecords::Skip) => true,
            Some(BadRecords::Stop) => false,
            None => matches!(self.frames.framing(), Framing::Seq),
        }
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

    /// How the records of a body are told apart, if it is of a type that can be one. Where the application
    /// has said it, servers may call it what they like, as long as it is JSON or plain text.
    fn framing(&self, head: &Head) -> Option<Framing> {
        let (_, framing) = TYPES.iter().find(|(name, _)| head.is_type(name))?;
        self.config.framing.or(*framing)
    }
}

/// The types of bodies, with what each says of its records.
const TYPES: &[(&str, Option<Framing>)] = &[
    ("application/json", Some(Framing::Cr)),
    ("application/json-seq", Some(Framing::Seq)),
    ("application/x-ndjson", Some(Framing::Lines)),
    ("application/ndjson", Some(Framing::Lines)),
    ("application/jsonl", Some(Framing::Lines)),
    ("application/x-jsonlines", Some(Framing::Lines)),
    ("application/json-lines", Some(Framing::Lines)),
    ("application/stream+json", Some(Framing::Lines)),
    ("text/plain", None),
];

#[cfg(test)]
mod tests {
    use super::super::super::limits;
    use super::super::super::request::Remedy;
    use super::*;
    use std::prelude::v1::*;

    fn json(framing: Option<Framing>) -> Json {
        Json::new(JsonConfig {
            url: "https://example.org/stream".into(),
            method: "GET".into(),
            framing,
            position: PositionFrom::Id,
            part: None,
            shape: Shape::Payload,
            label: None,
            standing: None,
            place: Place::Nowhere,
            beginning: None,
            done: Some("\"done\"".into()),
            bad_records: None,
            max_event_bytes: limits::MAX_EVENT_BYTES,
        })
    }

    fn head(status: u16, kind: &str) -> Head {
        Head { status, headers: Vec::from([("content-type".into(), kind.into())]) }
    }

    #[test]
    fn the_content_type_says_how_records_are_told_apart_unless_the_application_does() {
        for (kind, auto, told) in [
            ("application/json; charset=utf-8", Some(Framing::Cr), true),
            ("application/json-seq", Some(Framing::Seq), true),
            ("Application/X-NDJSON", Some(Framing::Lines), true),
            ("application/ndjson", Some(Framing::Lines), true),
            ("application/jsonl", Some(Framing::Lines), true),
            ("application/x-jsonlines", Some(Framing::Lines), true),
            ("application/json-lines", Some(Framing::Lines), true),
            ("application/stream+json;x=1", Some(Framing::Lines), true),
            ("text/plain", None, true),
            ("text/html", None, false),
            ("text/event-stream", None, false),
            ("application/jsonx", None, false),
            ("", None, false),
        ] {
            let head = head(200, kind);
            assert_eq!(json(None).framing(&head), auto, "{kind}");
            let seq = json(Some(Framing::Seq));
            assert_eq!(seq.framing(&head), told.then_some(Framing::Seq), "{kind}");
            let verdict = seq.judge(&head, &Resume::Latest, Millis::ZERO);
            assert_eq!(matches!(verdict, Verdict::Accept), told, "{kind}");
            assert_eq!(matches!(verdict, Verdict::Refuse(Remedy::Stop(_))), !told, "{kind}");
        }
    }

    #[test]
    fn each_framing_asks_for_its_types() {
        for (framing, wanted) in [
            (Some(Framing::Cr), "application/json"),
            (Some(Framing::Lines), "application/x-ndjson"),
            (Some(Framing::Seq), "application/json-seq"),
            (None, "application/json-seq"),
        ] {
            let request = json(framing).request(&Resume::Latest);
            let (name, accept) = &request.headers[0];
            assert_eq!((name.as_str(), request.headers.len()), ("accept", 1));
            assert!(accept.starts_with(wanted));
            // More of it, or other characters, and a request to another origin needs a preflight.
            assert!(accept.len() <= 128 && !accept.contains(['"', '(', ')', ':', '<', '>', '?', '@']));
        }
    }

    #[test]
    fn only_a_sequence_passes_over_bad_records_unasked() {
        for framing in [Framing::Cr, Framing::Lines, Framing::Seq] {
            let mut json = json(Some(framing));
            assert_eq!(json.skips_bad_records(), framing == Framing::Seq);
            json.config.bad_records = Some(BadRecords::Skip);
            assert!(json.skips_bad_records());
            json.config.bad_records = Some(BadRecords::Stop);
            assert!(!json.skips_bad_records());
        }
        let mut auto = json(None);
        auto.begin(&head(200, "application/json-seq"));
        assert!(auto.skips_bad_records());
    }

    #[test]
    fn a_tag_is_the_type_of_what_is_behind_it() {
        let mut json = json(Some(Framing::Lines));
        json.config.shape = Shape::Tagged;
        json.frames().push("\"\\/a\"\n{\"x\":1},\n2,\n\"/ä\"\n3,\n4,\n\"b\n".as_bytes());
        for (data, ascii, kind) in
            [(6..13, true, "/a"), (15..16, true, "/a"), (24..25, false, "/ä"), (27..28, true, "/ä")]
        {
            assert_eq!(json.step(), Some(Step::Event { data: data.clone(), ascii }));
            assert_eq!(json.kind(), kind.as_bytes());
            assert!(json.origin(&data).is_none());
        }
        assert_eq!(json.step(), Some(Step::BadRecord(30..32)));
        assert_eq!(json.step(), None);
    }

    #[test]
    fn the_last_record_is_told_from_the_others() {
        let mut json = json(Some(Framing::Lines));
        json.frames().push(b"1\n \"done\" \r\n2\n");
        assert_eq!(json.step(), Some(Step::Event { data: 0..1, ascii: true }));
        assert_eq!(json.step(), Some(Step::Done));
    }
}
