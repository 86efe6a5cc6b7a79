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
    /// The store is at work on `now`. `failing`: the write before was refused.
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
    pub fn save(&mut self, unsaved: Unsaved) -> Option<String> {
        if let Self::Writing { next, .. } = self {
            *next = Some(unsaved);
            return None;
        }
        let failing = matches!(self, Self::Refused(_));
        Some(self.write(unsaved, failing))
    }

    /// The store has answered. The second value is the record to write next, if any.
    pub fn answered(&mut self, taken: bool) -> (Outcome, Option<String>) {
        match mem::take(self) {
            Self::Writing { now, next, failing } => {
                let outcome = match (taken, failing) {
                    (true, _) => Outcome::Saved(now.position.clone()),
                    (false, false) => Outcome::Failed,
                    (false, true) => Outcome::Nothing,
                };
                let record = match next {
                    Some(next) => Some(self.write(next, !taken)),
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
    pub fn retry(&mut self) -> Option<String> {
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

    fn write(&mut self, now: Unsaved, failing: bool) -> String {
        let record = now.record.clone();
        *self = Self::Writing { now, next: None, failing };
        record
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    fn unsaved(text: &str) -> Unsaved {
        Unsaved { record: text.into(), position: Position::new(text.into()) }
    }

    fn saved(text: &str) -> Outcome {
        Outcome::Saved(Position::new(text.into()))
    }

    #[test]
    fn writes_follow_each_other_and_the_newest_wins() {
        let mut saver = Saver::default();
        assert_eq!(saver.save(unsaved("1")), Some("1".into()));
        assert_eq!(saver.save(unsaved("2")), None);
        assert_eq!(saver.save(unsaved("3")), None);
        assert_eq!(saver.answered(true), (saved("1"), Some("3".into())));
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
        assert_eq!(saver.save(unsaved("2")), Some("2".into()));
        assert_eq!(saver.answered(false), (Outcome::Nothing, None));
        assert_eq!(saver.retry(), Some("2".into()));
        assert_eq!(saver.retry(), None);
        assert_eq!(saver.answered(true), (saved("2"), None));
        saver.save(unsaved("3"));
        assert_eq!(saver.answered(false), (Outcome::Failed, None));
    }
}
