//! Writes to the store: one at a time, the newest record next, the ones between left out.

use alloc::string::String;
use core::mem;

use super::position::Position;

/// A record that is to be written, with the position that it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsaved {
    /// The record.
    pub record: String,
    /// Its position.
    pub position: Position,
    /// Whether the known ids are to be written before it: behind a position nothing brings them again.
    pub ids: bool,
}

/// What the store is to write now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// The ids that are known by now.
    Ids,
    /// The bookmark.
    Bookmark(String),
}

/// ```text
///          save              save                saved
///  Clean ───────▶ Writing ─────────▶ Writing+next ─────▶ Writing
///    ▲  saved        │ refused
///    └───────────────┤
///                    ▼       save, retry
///                 Refused ────────────────▶ Writing
/// ```
#[derive(Debug, Default)]
pub enum Saver {
    /// The store has what there is.
    #[default]
    Clean,
    /// The store is at work on `now`; on its ids, as long as it has any.
    Writing {
        /// What is being written.
        now: Unsaved,
        /// What has to be written after it.
        next: Option<Unsaved>,
        /// The write before was refused.
        failing: bool,
    },
    /// The store has refused this record.
    Refused(Unsaved),
}

/// What the end of a write means.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The store now has this position.
    Saved(Position),
    /// The store has begun to refuse.
    Failed,
    /// The store goes on refusing, or the answer is to nothing that was asked.
    Nothing,
}

impl Saver {
    /// Wants `unsaved` to be written; returns the record to write now, if the store is free.
    pub fn save(&mut self, mut unsaved: Unsaved) -> Option<Write> {
        if let Self::Writing { next, .. } = self {
            unsaved.ids |= next.as_ref().is_some_and(|next| next.ids);
            *next = Some(unsaved);
            return None;
        }
        let failing = matches!(self, Self::Refused(_));
        unsaved.ids |= matches!(self, Self::Refused(Unsaved { ids: true, .. }));
        Some(self.write(unsaved, failing))
    }

    /// The store has answered. The second value is the record to write next, if any.
    pub fn answered(&mut self, taken: bool) -> (Outcome, Option<Write>) {
        match mem::take(self) {
            Self::Writing { now: now @ Unsaved { ids: true, .. }, next, failing } if taken => {
                let now = Unsaved { ids: false, ..now };
                let record = now.record.clone();
                *self = Self::Writing { now, next, failing };
                (Outcome::Nothing, Some(Write::Bookmark(record)))
            }
            Self::Writing { now, next, failing } => {
                let outcome = match (taken, failing) {
                    (true, _) => Outcome::Saved(now.position.clone()),
                    (false, false) => Outcome::Failed,
                    (false, true) => Outcome::Nothing,
                };
                let record = match next {
                    Some(next) => Some(self.write(Unsaved { ids: next.ids || now.ids, ..next }, !taken)),
                    None if taken => None,
                    None => {
                        *self = Self::Refused(now);
                        None
                    }
                };
                (outcome, record)
            }
            other @ (Self::Clean | Self::Refused(_)) => {
                *self = other;
                (Outcome::Nothing, None)
            }
        }
    }

    /// A last try for what the store has refused.
    pub fn retry(&mut self) -> Option<Write> {
        match mem::take(self) {
            Self::Refused(unsaved) => Some(self.write(unsaved, true)),
            other @ (Self::Clean | Self::Writing { .. }) => {
                *self = other;
                None
            }
        }
    }

    /// Whether the store is at work.
    pub const fn is_writing(&self) -> bool {
        matches!(self, Self::Writing { .. })
    }

    /// Whether the store lacks the newest record.
    pub const fn is_behind(&self) -> bool {
        matches!(self, Self::Writing { .. } | Self::Refused(_))
    }

    fn write(&mut self, now: Unsaved, failing: bool) -> Write {
        let write = if now.ids { Write::Ids } else { Write::Bookmark(now.record.clone()) };
        *self = Self::Writing { now, next: None, failing };
        write
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    fn unsaved(text: &str) -> Unsaved {
        Unsaved { record: text.into(), position: Position::new(text.into()), ids: false }
    }

    fn with_ids(text: &str) -> Unsaved {
        Unsaved { ids: true, ..unsaved(text) }
    }

    fn wrote(text: &str) -> Option<Write> {
        Some(Write::Bookmark(text.into()))
    }

    fn saved(text: &str) -> Outcome {
        Outcome::Saved(Position::new(text.into()))
    }

    #[test]
    fn writes_follow_each_other_and_the_newest_wins() {
        let mut saver = Saver::default();
        assert_eq!(saver.save(unsaved("1")), wrote("1"));
        assert_eq!(saver.save(unsaved("2")), None);
        assert_eq!(saver.save(unsaved("3")), None);
        assert_eq!(saver.answered(true), (saved("1"), wrote("3")));
        assert_eq!(saver.answered(true), (saved("3"), None));
        assert!(!saver.is_behind());
        assert_eq!(saver.answered(true), (Outcome::Nothing, None));
    }

    #[test]
    fn a_store_that_refuses_is_reported_once_and_asked_again() {
        let mut saver = Saver::default();
        saver.save(unsaved("1"));
        assert_eq!(saver.answered(false), (Outcome::Failed, None));
        assert!(saver.is_behind() && !saver.is_writing());
        assert_eq!(saver.save(unsaved("2")), wrote("2"));
        assert_eq!(saver.answered(false), (Outcome::Nothing, None));
        assert_eq!(saver.retry(), wrote("2"));
        assert_eq!(saver.retry(), None);
        assert_eq!(saver.answered(true), (saved("2"), None));
        saver.save(unsaved("3"));
        assert_eq!(saver.answered(false), (Outcome::Failed, None));
    }

    #[test]
    fn ids_are_written_before_the_bookmark_that_needs_them() {
        let mut saver = Saver::default();
        assert_eq!(saver.save(with_ids("1")), Some(Write::Ids));
        assert_eq!(saver.save(with_ids("2")), None);
        assert_eq!(saver.save(unsaved("3")), None);
        assert_eq!(saver.answered(true), (Outcome::Nothing, wrote("1")));
        assert_eq!(saver.answered(true), (saved("1"), Some(Write::Ids)));
        assert_eq!(saver.answered(false), (Outcome::Failed, None));
        assert_eq!(saver.save(unsaved("4")), Some(Write::Ids), "a bookmark does not overtake its ids");
        assert_eq!(saver.save(unsaved("5")), None);
        assert_eq!(saver.answered(false), (Outcome::Nothing, Some(Write::Ids)));
        assert_eq!(saver.answered(true), (Outcome::Nothing, wrote("5")));
        assert_eq!(saver.answered(true), (saved("5"), None));
        assert!(!saver.is_behind());
    }
}
