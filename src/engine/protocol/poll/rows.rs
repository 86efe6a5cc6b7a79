//! Items, and what is to be known of each.

use alloc::string::String;
use alloc::vec::Vec;

use super::super::super::json::{Fields, Pointer};
use super::super::super::print::{joined, print, print_all};
use super::super::Flag;
use super::config::{Cursor, PollConfig};

/// Reads what the configuration names in one item after the other.
#[derive(Debug)]
pub(super) struct Reader {
    fields: Fields,
    flag: Option<Flag>,
    /// The numbers of the fields.
    id: Option<usize>,
    kind: Option<usize>,
    position: Option<usize>,
    key: Option<usize>,
    unique: Vec<usize>,
    /// What leads to the page behind the last item.
    token: Option<usize>,
    /// The item's own position, and what tells it apart from others there.
    own: Option<(String, Option<String>)>,
}

impl Reader {
    pub(super) fn new(config: &PollConfig, token: Option<&Pointer>) -> Self {
        let mut fields = Fields::default();
        let mut field = |pointer: &Pointer| fields.add(pointer);
        let (position, key) = match &config.cursor {
            Cursor::Item { pointer, key, .. } => (Some(field(pointer)), key.as_ref().map(&mut field)),
            Cursor::Answer(_) | Cursor::Clock(_) => (None, None),
        };
        Self {
            flag: config.flag.clone(),
            id: config.id.as_ref().map(&mut field),
            kind: config.kind.as_ref().map(&mut field),
            position,
            key,
            unique: config.unique.iter().map(&mut field).collect(),
            token: token.map(&mut field),
            own: None,
            fields,
        }
    }

    pub(super) fn read(&mut self, item: &[u8]) {
        self.fields.read(item);
        self.own = self.position.and_then(|position| {
            let position = self.text(position, item)?;
            match self.key {
                None => Some((position, None)),
                Some(key) => Some((position, Some(self.text(key, item)?))),
            }
        });
    }

    pub(super) fn id<'a>(&'a self, item: &'a [u8]) -> &'a [u8] {
        self.get(self.id, item).unwrap_or_default()
    }

    pub(super) fn kind<'a>(&'a self, item: &'a [u8]) -> &'a [u8] {
        let flagged = self.flag.as_ref().map(|flag| flag.kind(item));
        flagged.or_else(|| self.get(self.kind, item)).unwrap_or_default()
    }

    /// The item's own position, and what tells it apart from others there.
    pub(super) const fn position(&self) -> Option<&(String, Option<String>)> {
        self.own.as_ref()
    }

    pub(super) fn token(&self, item: &[u8]) -> Option<String> {
        self.text(self.token?, item)
    }

    /// What recognises the item if it comes again, if anything does: what the application says, where the item
    /// has any of it; else its id, and with it what changes when the item does; else, where items have positions,
    /// all of it.
    pub(super) fn print(&self, item: &[u8]) -> Option<u64> {
        let named = || self.unique.iter().map(|field| self.fields.value(*field, item));
        if named().any(|value| value.is_some()) {
            return Some(print_all(named().map(Option::unwrap_or_default)));
        }
        let version = self.get(self.position, item).unwrap_or(item);
        match self.get(self.id, item) {
            Some(id) => Some(joined(print(&[id]), print(&[id, version]))),
            None => self.position.map(|_| print(&[version, item])),
        }
    }

    fn get<'a>(&'a self, field: Option<usize>, item: &'a [u8]) -> Option<&'a [u8]> {
        self.fields.get(field?, item)
    }

    fn text(&self, field: usize, item: &[u8]) -> Option<String> {
        self.fields.get(field, item).map(|text| String::from_utf8_lossy(text).into_owned())
    }
}
