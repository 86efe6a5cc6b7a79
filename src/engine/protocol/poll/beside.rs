//! A full run takes its time. Between its pages, increments go on as they are due.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use core::cmp::Ordering;

use super::super::super::cursor::pair;
use super::super::super::error::Error;
use super::super::super::limits;
use super::super::super::time::Now;
use super::ask::compare;
use super::run::{Kind, Run};
use super::window::Window;
use super::{Every, Poll, PollConfig};

/// A full run that waits for its next page.
#[derive(Debug)]
pub(super) struct Aside {
    run: Run,
    /// The source that it reads.
    current: usize,
}

/// What increments have brought beside a full run.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    prints: Window,
    /// The position of each item, where these can be compared.
    positions: BTreeMap<Box<str>, String>,
    /// How much they take, in bytes.
    size: usize,
}

impl Fresh {
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Poll {
    /// Before a request: from the full run to increments that are due, or back from them.
    pub(super) fn change_over(&mut self, now: Now) {
        let Every::Wait { min, .. } = self.config.every else {
            return;
        };
        let may_wait = self.may_wait();
        match (self.run.take(), self.aside.take()) {
            (Some(run), None)
                if self.config.beside && run.kind == Kind::Full && run.pages > 0 && now.mono >= self.due =>
            {
                self.aside = Some(Aside { run, current: self.current });
                self.current = 0;
            }
            (None, Some(Aside { run, current })) if self.current == 0 => {
                self.run = Some(run);
                self.current = current;
                self.due = now.mono.after(self.rest.max(min));
            }
            // Whatever comes faster than it is read would leave nothing for the full run: in turn, then.
            (Some(increment), Some(Aside { run, current })) if may_wait => {
                self.total.events += increment.events;
                self.run = Some(run);
                self.current = current;
                self.due = now.mono;
            }
            (run, aside) => (self.run, self.aside) = (run, aside),
        }
    }

    /// Whether the run takes long, and another one could go on from the position.
    fn may_wait(&self) -> bool {
        let is_long = self.run.as_ref().is_some_and(|run| run.pages >= LEG);
        is_long
            && self.config.paging.is_none()
            && self.place().is_some_and(|place| place.at == self.reached())
    }

    /// The item that was just read has come by an increment beside a full run.
    pub(super) fn note_fresh(&mut self) {
        if self.aside.is_none() {
            return;
        }
        self.row.print.iter().for_each(|print| self.fresh.prints.add(*print));
        if let Some(position) = self.item_position().filter(|_| !self.row.id.is_empty()) {
            let Fresh { positions, size, .. } = &mut self.fresh;
            let id = self.row.id_text();
            let more = id.len() + position.len();
            if *size + more <= limits::FRESH_BYTES {
                *size += more;
                positions.insert(id.into(), position);
            } else if *size < limits::FRESH_BYTES {
                *size = limits::FRESH_BYTES;
                self.warnings.push(Error::RepeatWindowFull);
            }
        }
    }

    /// Whether an increment beside this full run has brought the item as it was just read, or a newer one.
    pub(super) fn is_outdated(&self) -> bool {
        let is_known = self.row.print.is_some_and(|print| self.fresh.prints.has(print));
        let fresh = self.fresh.positions.get(&*self.row.id_text());
        let is_older = |fresh: &String| {
            let own = self.item_position();
            own.and_then(|own| compare(&self.config.form, &own, fresh)) == Some(Ordering::Less)
        };
        is_known || fresh.is_some_and(is_older)
    }

    /// Whether no increment asks for the item that a full run has just read: it need not be kept in mind,
    /// where it would take the place of one that is asked for.
    pub(super) fn is_past(&self) -> bool {
        let Some(at) = self.own_position().filter(|_| self.is_full()) else {
            return false;
        };
        let PollConfig { form, overlap, .. } = &self.config;
        let earlier = form.kind.back(at.as_str(), *overlap).filter(|_| *overlap > 0);
        let earliest = earlier.as_deref().unwrap_or(at.as_str());
        self.item_position().and_then(|own| compare(form, &own, earliest)) == Some(Ordering::Less)
    }

    pub(super) fn item_position(&self) -> Option<String> {
        let (common, key) = self.reader.position()?;
        Some(key.as_ref().map_or_else(|| common.clone(), |key| pair(common, key)))
    }
}

/// Pages after which an increment lets the full run have one: more than it usually has.
const LEG: u32 = 4;
