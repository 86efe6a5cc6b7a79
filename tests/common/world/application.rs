//! The application and the store of a world, and what they were told.

use brookmark::engine::bookmark;
use brookmark::engine::event::Seq;
use brookmark::engine::io::{HandlerPolicy, Input, Notice, Report, StateName};
use brookmark::engine::position::{Position, Resume};

use super::{Owed, World};

impl World {
    /// The payloads of all events so far.
    pub fn data(&self) -> Vec<&str> {
        self.delivered.iter().map(|event| event.data.as_str()).collect()
    }

    /// The last event so far with that payload.
    pub fn seq_of(&self, data: &str) -> Seq {
        let event = self.delivered.iter().rev().find(|event| event.data == data);
        event.unwrap_or_else(|| panic!("no event {data}")).seq
    }

    /// The handler of the event with that payload has finished.
    pub fn finish(&mut self, data: &str) {
        let seq = self.seq_of(data);
        self.input(Input::Handled(seq, seq));
    }

    pub fn fail(&mut self, data: &str, policy: HandlerPolicy) {
        let seq = self.seq_of(data);
        self.input(Input::HandlerFailed(seq, policy));
    }

    pub fn close(&mut self) {
        self.input(Input::Close);
    }

    pub fn seek(&mut self, position: &str) {
        self.input(Input::Seek(Resume::After(Position::new(position.into()))));
    }

    /// The write that the store is at work on is done, but nobody has heard of it yet.
    pub fn write_lands(&mut self) {
        if let Some(record) = self.saving.clone() {
            self.store(record);
        }
    }

    /// Whether the store was asked for the bookmark and has not answered.
    pub fn is_loading(&self) -> bool {
        self.loading
    }

    /// The store answers the write it is at work on.
    pub fn store_answers(&mut self, answer: Result<(), String>) {
        let record = self.saving.take().expect("the store is not at work");
        if answer.is_ok() && !self.lying_store {
            self.store(record);
        }
        self.input(Input::Saved(answer));
    }

    /// The position in the store.
    pub fn stored(&self) -> Option<String> {
        self.store.record.as_deref().map(|record| self.position_in(record))
    }

    /// The position in a record.
    pub fn position_in(&self, record: &str) -> String {
        let found = bookmark::read(self.setup.config.source, record).expect("a record that can be read back");
        found.position.as_str().into()
    }

    /// The codes of the errors that the application heard of while the stream went on.
    pub fn errors(&self) -> Vec<&'static str> {
        let codes = self.notices.iter().map(|notice| match notice {
            Notice::Error(report) => Some(report.error.code()),
            Notice::State(_)
            | Notice::Top(_)
            | Notice::Retry { .. }
            | Notice::Commit(_)
            | Notice::Close(_) => None,
        });
        codes.flatten().collect()
    }

    /// The positions that the application was told are committed.
    pub fn commits(&self) -> Vec<&str> {
        let positions = self.notices.iter().map(|notice| match notice {
            Notice::Commit(position) => Some(position.as_str()),
            Notice::State(_)
            | Notice::Top(_)
            | Notice::Retry { .. }
            | Notice::Error(_)
            | Notice::Close(_) => None,
        });
        positions.flatten().collect()
    }

    /// Number and delay of each retry that the application was told of.
    pub fn retries(&self) -> Vec<(u32, u64)> {
        let retries = self.notices.iter().map(|notice| match notice {
            Notice::Retry { attempt, delay, .. } => Some((*attempt, delay.get())),
            Notice::State(_) | Notice::Top(_) | Notice::Commit(_) | Notice::Error(_) | Notice::Close(_) => {
                None
            }
        });
        retries.flatten().collect()
    }

    /// The states that the application was told of.
    pub fn states(&self) -> Vec<StateName> {
        let states = self.notices.iter().map(|notice| match notice {
            Notice::State(state) => Some(*state),
            Notice::Top(_)
            | Notice::Retry { .. }
            | Notice::Commit(_)
            | Notice::Error(_)
            | Notice::Close(_) => None,
        });
        states.flatten().collect()
    }

    /// How the stream ended; `None`: it has not.
    pub fn ending(&self) -> Option<&Option<Report>> {
        self.notices.iter().find_map(|notice| match notice {
            Notice::Close(report) => Some(report),
            Notice::State(_)
            | Notice::Top(_)
            | Notice::Retry { .. }
            | Notice::Commit(_)
            | Notice::Error(_) => None,
        })
    }

    pub fn has_ended(&self) -> bool {
        self.ending().is_some()
    }

    /// The code of the error that ended the stream.
    pub fn ended_by(&self) -> Option<&'static str> {
        self.ending()?.as_ref().map(|report| report.error.code())
    }

    /// The last event id in force, as the application knows it.
    pub fn last_event_id(&self) -> &str {
        &self.in_force
    }

    /// Lets the store do what it has not done yet.
    pub fn load_answers(&mut self, answer: Result<Option<String>, String>) {
        self.loading = false;
        self.load_answers_for(self.last_load.clone(), answer);
    }

    /// Lets the store answer what it may have been asked before.
    pub fn load_answers_for(&mut self, name: String, answer: Result<Option<String>, String>) {
        self.owed.push_back(Owed::Loaded(name, answer));
        self.work();
    }
}
