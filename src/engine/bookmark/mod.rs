//! Bookmarks: the durable record of a position, as text.
//!
//! ```text
//! brookmark/1 <check> <source> <committed at> <prints> <position>
//! ```
//!
//! `check` is the print of all that is behind it, `source` names what the position belongs to,
//! `committed at` is in milliseconds since the Unix epoch, `prints` are the events committed last,
//! 16 hexadecimal digits each, `-` without any; where the source says which incarnation it is, the print of
//! that is behind them and a colon. The position comes last and runs to the end, so that
//! no text of a source needs escaping. Neither URL nor headers are in it.

mod ids;

use alloc::string::String;

use super::commit::Durable;
use super::limits;
use super::number::{decimal, hex, hex_all};
use super::position::Position;
use super::print::print;
use super::repeats::Recent;
use super::time::Millis;

pub use ids::{ids_name, read_ids, write_ids};

/// What identifies a source, so that a bookmark is not used for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceId(u64);

impl SourceId {
    /// The source that `parts` describe: its protocol and address, without secrets.
    pub fn of(parts: &[&str]) -> Self {
        Self(parts.iter().fold(0, |id, part| print(&[&id.to_le_bytes(), part.as_bytes()])))
    }
}

/// A bookmark that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bookmark {
    /// Where the source resumes.
    pub position: Position,
    /// When that was committed.
    pub at: Millis,
    /// The events committed last.
    pub seen: Recent,
    /// The print of the source's incarnation, where it has named one.
    pub incarnation: Option<u64>,
}

/// Why a record is no bookmark of this source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// It is damaged, or was never a bookmark.
    Unreadable,
    /// It was written by another version of the format.
    Version,
    /// It is whole, but of another source.
    Foreign(Bookmark),
}

/// The record that says that `source` resumes at `durable`.
pub fn write(
    source: SourceId,
    durable: &Durable,
    at: Millis,
    seen: &Recent,
    incarnation: Option<u64>,
) -> String {
    let mut prints = hex_all(seen.iter());
    if prints.is_empty() {
        prints.push_str(NO_PRINTS);
    }
    if let Some(incarnation) = incarnation {
        prints.push(':');
        prints.push_str(&hex(incarnation));
    }
    let body = [&hex(source.0), &decimal(at.get()), &prints, durable.position().as_str()].join(" ");
    seal(PREFIX, &body)
}

/// A record with that body, and a check in front of it.
fn seal(prefix: &str, body: &str) -> String {
    [prefix, VERSION, " ", &hex(print(&[body.as_bytes()])), " ", body].concat()
}

/// Reads a record back.
pub fn read(source: SourceId, record: &str) -> Result<Bookmark, Unusable> {
    let (owner, bookmark) = parse(unseal(PREFIX, record)?).ok_or(Unusable::Unreadable)?;
    if owner == source.0 {
        Ok(bookmark)
    } else {
        Err(Unusable::Foreign(bookmark))
    }
}

/// The body of a record that is whole.
fn unseal<'a>(prefix: &str, record: &'a str) -> Result<&'a str, Unusable> {
    let rest = record.strip_prefix(prefix).ok_or(Unusable::Unreadable)?;
    let (version, rest) = rest.split_once(' ').ok_or(Unusable::Unreadable)?;
    if version != VERSION {
        let is_number = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
        return Err(if is_number { Unusable::Version } else { Unusable::Unreadable });
    }
    let (check, body) = rest.split_once(' ').ok_or(Unusable::Unreadable)?;
    if unhex(check) == Some(print(&[body.as_bytes()])) {
        Ok(body)
    } else {
        Err(Unusable::Unreadable)
    }
}

fn parse(body: &str) -> Option<(u64, Bookmark)> {
    let mut fields = body.splitn(4, ' ');
    let owner = unhex(fields.next()?)?;
    let at = Millis::new(fields.next()?.parse().ok()?);
    let prints = fields.next()?;
    let (prints, incarnation) = match prints.split_once(':') {
        Some((prints, incarnation)) => (prints, Some(unhex(incarnation)?)),
        None => (prints, None),
    };
    let mut seen = Recent::of(limits::ROW_WINDOW);
    if prints != NO_PRINTS {
        for digits in prints.as_bytes().chunks(16) {
            seen.add(unhex(core::str::from_utf8(digits).ok()?)?);
        }
    }
    let position = Position::new(fields.next()?.into());
    Some((owner, Bookmark { position, at, seen, incarnation }))
}

fn unhex(digits: &str) -> Option<u64> {
    (digits.len() == 16).then(|| u64::from_str_radix(digits, 16).ok()).flatten()
}

const PREFIX: &str = "brookmark/";
const VERSION: &str = "1";
const NO_PRINTS: &str = "-";

#[cfg(test)]
mod tests {
    use super::super::commit::Ledger;
    use super::*;
    use std::prelude::v1::*;

    fn durable(text: &str) -> Durable {
        Ledger::default().restart(Some(Position::new(text.into()))).unwrap()
    }

    fn source() -> SourceId {
        SourceId::of(&["sse", "https://example.org/events"])
    }

    #[test]
    fn what_is_written_is_read_back_exactly() {
        let mut seen = Recent::of(limits::ROW_WINDOW);
        for text in ["42", "", " two  blanks ", "9007199254740993", "żółw\u{0}\n🐢", "a b c d e f"] {
            let incarnation = seen.iter().next();
            let record = write(source(), &durable(text), Millis::new(1_763_712_000_000), &seen, incarnation);
            let bookmark = read(source(), &record).unwrap();
            assert_eq!(bookmark.incarnation, incarnation);
            assert_eq!(bookmark.position.as_str(), text);
            assert_eq!(bookmark.at.get(), 1_763_712_000_000);
            assert_eq!((bookmark.seen, bookmark.incarnation), (seen.clone(), incarnation));
            seen.add(print(&[text.as_bytes()]));
        }
    }

    #[test]
    fn a_record_cut_or_changed_anywhere_is_refused() {
        let mut seen = Recent::of(limits::ROW_WINDOW);
        seen.add(7);
        let record = write(source(), &durable("1234"), Millis::new(5), &seen, Some(9));
        for cut in 0..record.len() {
            assert!(read(source(), &record[..cut]).is_err(), "cut at {cut}");
            let mut changed = record.clone().into_bytes();
            changed[cut] ^= 1;
            let changed = String::from_utf8(changed).unwrap();
            assert!(read(source(), &changed).is_err(), "{changed}");
        }
        assert!(read(source(), &(record + "5")).is_err());
    }

    #[test]
    fn each_reason_has_its_name() {
        let record = write(source(), &durable("9"), Millis::new(5), &Recent::default(), None);
        for garbage in ["", "null", "{\"position\":9}", "brookmark/", "brookmark/x y", "brookmark/1 0 0"] {
            assert_eq!(read(source(), garbage), Err(Unusable::Unreadable), "{garbage}");
        }
        assert_eq!(read(source(), &record.replacen("/1 ", "/2 ", 1)), Err(Unusable::Version));
        let other = SourceId::of(&["sse", "https://example.org/other"]);
        assert!(matches!(read(other, &record), Err(Unusable::Foreign(_))));
    }

    #[test]
    fn sources_differ_by_every_part() {
        assert_ne!(SourceId::of(&["sse", "ab"]), SourceId::of(&["ssea", "b"]));
        assert_ne!(SourceId::of(&["sse", "ab"]), SourceId::of(&["sse", "ab", ""]));
    }
}
