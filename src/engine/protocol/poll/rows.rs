//! Items, and what is to be known of each.

use alloc::string::String;
use alloc::vec::Vec;

use super::super::super::json::{Field, Pointer};
use super::super::super::print::{joined, print};
use super::super::Flag;
use super::config::{Cursor, PollConfig};

/// Reads what the configuration names in one item after the other.
#[derive(Debug)]
pub(super) struct Reader {
    id: Option<Field>,
    kind: Option<Field>,
    flag: Option<Flag>,
    position: Option<Field>,
    key: Option<Field>,
    unique: Vec<Field>,
    /// What leads to the page behind the last item.
    token: Option<Field>,
}

impl Reader {
    pub(super) fn new(config: &PollConfig, token: Option<&Pointer>) -> Self {
        let field = |pointer: &Option<Pointer>| pointer.clone().map(Field::new);
        let (position, key) = match &config.cursor {
            Cursor::Item { pointer, key, .. } => (Some(Field::new(pointer.clone())), field(key)),
            Cursor::Answer(_) | Cursor::Clock(_) => (None, None),
        };
        Self {
            id: field(&config.id),
            kind: field(&config.kind),
            flag: config.flag.clone(),
            position,
            key,
            unique: config.unique.iter().cloned().map(Field::new).collect(),
            token: token.cloned().map(Field::new),
        }
    }

    pub(super) fn read(&mut self, item: &[u8]) {
        let fields = self.id.iter_mut().chain(&mut self.kind).chain(&mut self.position).chain(&mut self.key);
        for field in fields.chain(&mut self.unique).chain(&mut self.token) {
            field.read(item);
        }
    }

    pub(super) fn id(&self) -> &[u8] {
        get(self.id.as_ref()).unwrap_or_default()
    }

    pub(super) fn kind(&self, item: &[u8]) -> &[u8] {
        let flagged = self.flag.as_ref().map(|flag| flag.kind(item));
        flagged.or_else(|| get(self.kind.as_ref())).unwrap_or_default()
    }

    /// The item's own position, and what tells it apart from others there.
    pub(super) fn position(&self) -> Option<(String, Option<String>)> {
        let position = text(self.position.as_ref())?;
        match &self.key {
            None => Some((position, None)),
            Some(key) => Some((position, Some(text(Some(key))?))),
        }
    }

    pub(super) fn token(&self) -> Option<String> {
        text(self.token.as_ref())
    }

    /// What recognises the item if it comes again, if anything does: what the application says; else its
    /// id, and with it what changes when the item does; else, where items have positions, all of it.
    pub(super) fn print(&self, item: &[u8]) -> Option<u64> {
        if !self.unique.is_empty() {
            let parts: Vec<&[u8]> = self.unique.iter().map(|field| field.get().unwrap_or_default()).collect();
            return Some(print(&parts));
        }
        let version = get(self.position.as_ref()).unwrap_or(item);
        match get(self.id.as_ref()) {
            Some(id) => Some(joined(print(&[id]), print(&[id, version]))),
            None => self.position.as_ref().map(|_| print(&[version, item])),
        }
    }
}

fn get(field: Option<&Field>) -> Option<&[u8]> {
    field?.get()
}

fn text(field: Option<&Field>) -> Option<String> {
    get(field).map(|text| String::from_utf8_lossy(text).into_owned())
}
