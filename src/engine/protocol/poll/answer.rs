//! An answer: its head, and the page in its body.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::super::super::error::{Error, Flaw, Refusal};
use super::super::super::frame::{Item, Page as Shape, PageFrames};
use super::super::super::json::{Field, Pointer};
use super::super::super::limits;
use super::super::super::link::link;
use super::super::super::request::Head;
use super::config::{Found, PollConfig};

/// The answer that is being read.
#[derive(Debug)]
pub(super) struct Answer {
    frames: PageFrames,
    head: Head,
    has_ended: bool,
}

impl Answer {
    pub(super) fn new(config: &PollConfig, head: Head) -> Self {
        let frames = PageFrames::new(config.items.clone(), config.max_item_bytes, config.max_page_bytes);
        Self { frames, head, has_ended: false }
    }

    pub(super) const fn frames(&self) -> &PageFrames {
        &self.frames
    }

    pub(super) fn frames_mut(&mut self) -> &mut PageFrames {
        &mut self.frames
    }

    pub(super) const fn head(&self) -> &Head {
        &self.head
    }

    pub(super) fn end(&mut self) {
        self.has_ended = true;
        self.frames.end();
    }

    pub(super) const fn has_ended(&self) -> bool {
        self.has_ended
    }

    pub(super) fn take(&mut self) -> Option<Item> {
        self.frames.take()
    }

    pub(super) fn item(&self, data: &Range<usize>) -> &[u8] {
        self.frames.bytes().get(data.clone()).unwrap_or_default()
    }

    /// What is wrong with a body that has ended, if anything is.
    pub(super) fn flaw(&self, failure: Option<&Pointer>) -> Option<Error> {
        let flaw = match self.frames.page() {
            Shape::Whole | Shape::NoItems if self.has_failed(failure) => {
                return Some(Error::SourceError(self.quote()));
            }
            Shape::Whole => return None,
            Shape::Cut => Flaw::Cut,
            Shape::NotJson => Flaw::NotJson,
            Shape::NoItems => Flaw::NoItems,
        };
        Some(Error::BadPage(flaw, self.quote()))
    }

    /// A value that says nothing went wrong is none.
    fn has_failed(&self, failure: Option<&Pointer>) -> bool {
        let value = failure.and_then(|pointer| self.value(pointer));
        value.is_some_and(|value| !matches!(value, b"null" | b"false" | b"\"\"" | b"[]" | b"{}" | b"0"))
    }

    /// The answer, for an error: all but its items.
    pub(super) fn quote(&self) -> Box<Refusal> {
        let body = self.frames.skeleton();
        let body = body.get(..limits::REFUSAL_BYTES).unwrap_or(body);
        let Head { status, headers } = self.head.clone();
        Box::new(Refusal { status, headers, body: String::from_utf8_lossy(body).into_owned() })
    }

    /// Whether there stands `true`.
    pub(super) fn is_true(&self, pointer: &Pointer) -> bool {
        self.value(pointer) == Some(b"true")
    }

    /// The text that the answer has there, if it has one that is not empty.
    pub(super) fn find(&self, found: &Found) -> Option<String> {
        let text = match found {
            Found::Body(pointer) => {
                let mut field = Field::new(pointer);
                field.read(self.frames.skeleton());
                String::from_utf8_lossy(field.get()?).into_owned()
            }
            Found::Header(name) => self.head.text(name)?,
            Found::Link(rel) => {
                // Several headers of one name count as one with commas (RFC 9110, 5.3).
                let lines = self.head.headers.iter().filter(|(name, _)| name == "link");
                let lines: Vec<&str> = lines.map(|(_, value)| value.as_str()).collect();
                link(&lines.join(", "), rel)?.into()
            }
        };
        (!text.is_empty()).then_some(text)
    }

    fn value(&self, pointer: &Pointer) -> Option<&[u8]> {
        let skeleton = self.frames.skeleton();
        skeleton.get(pointer.find(skeleton)?)
    }
}
