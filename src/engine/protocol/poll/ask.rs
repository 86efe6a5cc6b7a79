//! Requests: what goes where.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

use super::super::super::cursor::{split, Kind};
use super::super::super::limits;
use super::super::super::print::print;
use super::super::super::request::{Head, Request};
use super::super::place::{add_to_query, drop_from_query, fits_header, is_whole_number, percent_encode};
use super::config::{Form, Slot};

/// A request that is being put together.
pub(super) struct Ask<'a> {
    request: Request,
    origin: &'a str,
}

impl<'a> Ask<'a> {
    pub(super) fn new(method: &str, url: &str, origin: &'a str) -> Self {
        let accept = (String::from("accept"), String::from("application/json"));
        let request = Request {
            method: method.into(),
            url: url.into(),
            headers: Vec::from([accept]),
            in_body: Vec::new(),
        };
        Self { request, origin }
    }

    /// What does not fit is left out: see [`takes`].
    pub(super) fn put(&mut self, slot: &Slot, text: &str) {
        self.clear(slot);
        self.add(slot, text);
    }

    /// A parameter that the address has of itself gives way: of two, many servers read the first.
    fn clear(&mut self, slot: &Slot) {
        if let Slot::Query(name) = slot {
            drop_from_query(&mut self.request.url, name);
        }
    }

    fn add(&mut self, slot: &Slot, text: &str) {
        if !takes(slot, self.origin, text) {
            return;
        }
        match slot {
            Slot::Query(name) => add_to_query(&mut self.request.url, name, text),
            Slot::Header(name) => self.request.headers.push((name.clone(), text.into())),
            Slot::Body { index, .. } => self.request.in_body.push((*index, text.into())),
            Slot::Path(name) => {
                let mut value = String::new();
                percent_encode(&mut value, text);
                // As a URL parser writes braces.
                let place = ["%7B", name, "%7D"].concat();
                self.request.url = self.request.url.replace(&place, &value);
            }
            Slot::Url => self.request.url = text.into(),
        }
    }

    /// A position, each of its components in its own place.
    pub(super) fn put_position(&mut self, form: &Form, slots: &[Slot], text: &str) {
        slots.iter().for_each(|slot| self.clear(slot));
        for (slot, text) in slots.iter().zip(written(form, text)) {
            self.add(slot, &text);
        }
    }

    pub(super) fn header(&mut self, name: &str, value: &str) {
        self.request.headers.push((name.into(), value.into()));
    }

    /// What tells this request from others: all but validators, which come later.
    pub(super) fn print(&self) -> u64 {
        let Request { method, url, headers, in_body } = &self.request;
        let mut parts = Vec::from([method.as_bytes(), url.as_bytes()]);
        parts.extend(headers.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]));
        parts.extend(in_body.iter().map(|(_, text)| text.as_bytes()));
        print(&parts)
    }

    pub(super) fn done(self) -> Request {
        self.request
    }
}

/// Whether an address or a path stays with the server `origin`. Blanks and backslashes are what parsers
/// of URLs pass over or take for slashes.
fn is_within(origin: &str, target: &str) -> bool {
    let is_plain = !target.chars().any(|character| character.is_control() || matches!(character, ' ' | '\\'));
    let is_ours = behind_origin(origin, target)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
    let has_scheme = target.split(['/', '?', '#']).next().is_some_and(|start| start.contains(':'));
    is_plain && (is_ours || (!has_scheme && !target.starts_with("//")))
}

/// What is behind the origin that `target` begins with. Scheme and host are written in any case, and a port that goes
/// without saying may be said (RFC 3986, 6.2).
fn behind_origin<'a>(origin: &str, target: &'a str) -> Option<&'a str> {
    let (start, rest) = target.split_at_checked(origin.len())?;
    let port = if origin.starts_with("https:") { ":443" } else { ":80" };
    start.eq_ignore_ascii_case(origin).then(|| rest.strip_prefix(port).unwrap_or(rest))
}

/// The validators of an answer (RFC 9110, 8.8), for the request that got it.
#[derive(Debug, Default)]
pub(super) struct Validators {
    request: u64,
    tag: Option<String>,
    modified: Option<String>,
    /// How often in a row they have said that nothing changed.
    uses: u32,
}

impl Validators {
    pub(super) fn of(request: u64, head: &Head) -> Self {
        let header = |name| head.header(name).filter(|value| !value.is_empty()).map(String::from);
        Self { request, tag: header("etag"), modified: header("last-modified"), uses: 0 }
    }

    /// Makes the request conditional, if it is the one that they belong to. They may be stale for ever,
    /// so that from time to time it is not.
    pub(super) fn add_to(&mut self, ask: &mut Ask<'_>) -> bool {
        if ask.print() != self.request || (self.tag.is_none() && self.modified.is_none()) {
            return false;
        }
        if self.uses >= MOST_USES {
            self.uses = 0;
            return false;
        }
        self.uses += 1;
        match (&self.tag, &self.modified) {
            (Some(tag), _) => ask.header("if-none-match", tag),
            (None, Some(modified)) => ask.header("if-modified-since", modified),
            (None, None) => {}
        }
        true
    }
}

/// With the usual minute between polls, a validator that lies is found out within a quarter of an hour.
const MOST_USES: u32 = 12;

/// Whether a request can carry this position.
pub(super) fn can_carry(form: &Form, slots: &[Slot], origin: &str, text: &str) -> bool {
    let is_shaped = parts(form, text).is_some_and(|(common, _)| form.kind.is(&common));
    // A NUL ends the id before it in a row of the table.
    let is_sane = text.len() <= limits::MAX_ID_BYTES && !text.contains('\0');
    let fits = || slots.iter().zip(written(form, text)).all(|(slot, text)| takes(slot, origin, &text));
    is_shaped && is_sane && fits()
}

/// The components of a position, as the source wants to read them. What tells items apart that share a
/// position may be for us alone.
fn written(form: &Form, text: &str) -> impl Iterator<Item = String> {
    let (common, key) = parts(form, text).unwrap_or_default();
    form.kind.write_as(&common, form.sent).into_iter().chain(key)
}

/// Whether a place can hold a text. No other server is told what this one is.
pub(super) fn takes(slot: &Slot, origin: &str, text: &str) -> bool {
    match slot {
        Slot::Query(_) | Slot::Path(_) | Slot::Body { is_number: false, .. } => true,
        Slot::Header(_) => fits_header(text.as_bytes()),
        Slot::Body { is_number: true, .. } => is_whole_number(text.as_bytes()),
        Slot::Url => is_within(origin, text),
    }
}

/// What a position is made of.
pub(super) fn parts(form: &Form, text: &str) -> Option<(String, Option<String>)> {
    if form.pair {
        split(text).map(|(common, key)| (common, Some(key)))
    } else {
        Some((text.into(), None))
    }
}

/// Which of two positions is the later one, where they can be compared.
pub(super) fn compare(form: &Form, a: &str, b: &str) -> Option<Ordering> {
    let ((a, a_key), (b, b_key)) = (parts(form, a)?, parts(form, b)?);
    match form.kind.compare(&a, &b)? {
        Ordering::Equal => {
            let keys = a_key.as_deref().zip(b_key.as_deref());
            // Ids are numbers where they look like it.
            Some(keys.map_or(Ordering::Equal, |(a, b)| {
                Kind::Decimal.compare(a, b).or_else(|| Kind::Text.compare(a, b)).unwrap_or(Ordering::Equal)
            }))
        }
        order @ (Ordering::Less | Ordering::Greater) => Some(order),
    }
}
