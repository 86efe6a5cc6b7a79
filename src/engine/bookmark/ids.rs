//! The record beside a bookmark: the ids of the items that the application knows.
//!
//! ```text
//! brookmark-ids/1 <check> <source> <length> <id><length> <id>...
//! ```
//!
//! `check` and `source` are those of a bookmark; lengths are in bytes, so that no id needs escaping.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::known::Known;
use super::super::number::{decimal, hex};
use super::{seal, unhex, unseal, SourceId};

/// The name under which the ids beside a bookmark are kept. No bookmark has such a name.
pub fn ids_name(bookmark: &str) -> String {
    [bookmark, SUFFIX].concat()
}

/// The record that says that these items of `source` are known.
pub fn write_ids(source: SourceId, known: &Known) -> String {
    let mut body = hex(source.0);
    body.push(' ');
    for id in known.handled() {
        for part in [&*decimal(id.len() as u64), " ", id] {
            body.push_str(part);
        }
    }
    seal(PREFIX, &body)
}

/// Reads a record back; `None`: it is damaged, or of another source.
pub fn read_ids(source: SourceId, record: &str) -> Option<Vec<Box<str>>> {
    let (owner, mut rest) = unseal(PREFIX, record).ok()?.split_once(' ')?;
    if unhex(owner)? != source.0 {
        return None;
    }
    let mut ids = Vec::new();
    while !rest.is_empty() {
        let (length, behind) = rest.split_once(' ')?;
        let (id, behind) = behind.split_at_checked(length.parse().ok()?)?;
        ids.push(id.into());
        rest = behind;
    }
    Some(ids)
}

const PREFIX: &str = "brookmark-ids/";
const SUFFIX: &str = "#ids";

#[cfg(test)]
mod tests {
    use super::super::super::commit::{Fate, Ledger};
    use super::*;
    use std::prelude::v1::*;

    fn known(ids: &[&str]) -> Known {
        let (mut known, mut ledger) = (Known::default(), Ledger::default());
        for id in ids {
            known.see(id);
            ledger.say(Fate::There, (*id).into());
        }
        for handled in ledger.settle().fates {
            known.settle(&handled);
        }
        known.see("told, and not handled");
        known
    }

    #[test]
    fn what_is_handled_is_written_and_read_back_exactly() {
        let source = SourceId::of(&["poll", "https://example.org/rows"]);
        for ids in [&[][..], &["7"], &["", " ", "12 34", "9007199254740993", "\u{0}\n", "żółw 🐢"]] {
            let record = write_ids(source, &known(ids));
            let mut want: Vec<Box<str>> = ids.iter().map(|id| (*id).into()).collect();
            want.sort();
            assert_eq!(read_ids(source, &record), Some(want));
            assert_eq!(read_ids(SourceId::of(&["poll", "other"]), &record), None);
            assert!(super::super::read(source, &record).is_err());
            for cut in 0..record.len() {
                assert_eq!(record.get(..cut).and_then(|cut| read_ids(source, cut)), None, "{cut}");
            }
        }
    }
}
