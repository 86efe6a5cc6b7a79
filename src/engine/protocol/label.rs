//! Events whose payload says what they are: an id that is not the position, and a type.

use alloc::string::String;
use alloc::vec::Vec;

use super::super::json::{Field, Pointer};

/// Where a payload, which is JSON, says what the event is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelFrom {
    /// The event's id. The position is no id then.
    pub id: Pointer,
    /// Its type.
    pub flag: Flag,
}

/// Two types, told apart by a flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// Where the flag is.
    pub pointer: Pointer,
    /// The type where that is `true`.
    pub set: String,
    /// The type elsewhere.
    pub unset: String,
}

impl Flag {
    /// The type of an event with this payload.
    pub(super) fn kind(&self, json: &[u8]) -> &[u8] {
        let value = self.pointer.find(json).and_then(|value| json.get(value));
        if value == Some(b"true") { &self.set } else { &self.unset }.as_bytes()
    }
}

/// What the payload that was read last says.
#[derive(Debug)]
pub(super) struct Label {
    id: Field,
    flag: Flag,
    kind: Vec<u8>,
}

impl Label {
    pub(super) fn new(from: &LabelFrom) -> Self {
        Self { id: Field::new(&from.id), flag: from.flag.clone(), kind: Vec::new() }
    }

    pub(super) fn read(&mut self, json: &[u8]) {
        self.id.read(json);
        self.kind.clear();
        self.kind.extend_from_slice(self.flag.kind(json));
    }

    pub(super) fn id(&self) -> &[u8] {
        self.id.get().unwrap_or_default()
    }

    pub(super) fn kind(&self) -> &[u8] {
        &self.kind
    }
}
