//! The commit ledger: which events are handled, and how far the position may move.
//!
//! Events are entered in the source's order and may finish in any order. Only the longest prefix
//! that is finished without a hole is committed. [`Durable`] can be made nowhere else, and a
//! bookmark takes nothing else, so a position cannot be saved before its event was handled.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::event::Seq;
use super::position::Position;

/// A position up to which every event is handled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Durable(Position, Era);

/// Counts how often the source was found to be made anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Era(u32);

impl Durable {
    /// The position.
    pub const fn position(&self) -> &Position {
        &self.0
    }
}

/// What an event says of an item of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is there.
    There,
    /// It is gone.
    Gone,
}

/// What an event has said of an item, and the application has handled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handled {
    fate: Fate,
    id: Box<str>,
}

impl Handled {
    /// What the event said.
    pub const fn fate(&self) -> Fate {
        self.fate
    }

    /// The id of the item.
    pub const fn id(&self) -> &str {
        &self.id
    }
}

/// What is known of the events that were handed out and are not yet committed.
#[derive(Debug, Default)]
pub struct Ledger {
    entries: VecDeque<Entry>,
    /// Number of the event in front; entries that are no event count with the event behind them.
    front: Seq,
    /// Number of the next event to be entered.
    next: Seq,
    /// The position texts of the entries, one behind the other.
    marks: Vec<u8>,
    /// How many bytes in front of `marks` belong to entries already gone.
    spent: usize,
    /// What was durable last.
    last: Option<Durable>,
    /// What is entered now is of this one.
    era: Era,
    /// What is said of items, each with the number of the event behind those that say it.
    fates: VecDeque<(Seq, Handled)>,
}

#[derive(Debug)]
struct Entry {
    /// How many bytes of `marks` are this entry's position, if it has one.
    mark: Option<usize>,
    /// What recognises the event if the source repeats it.
    print: Option<u64>,
    stage: Stage,
    era: Era,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// A position without an event: there is nothing to handle.
    Bare,
    /// Handed out.
    Pending,
    /// The application is through with it and has not said that it is handled.
    Released,
    /// Handled.
    Done,
}

/// A step of the commit: what has become durable at once.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// The new position, where it moved.
    pub durable: Option<Durable>,
    /// The prints of the events that are now committed, in order.
    pub prints: Vec<u64>,
    /// What they have said of items.
    pub fates: Vec<Handled>,
}

impl Ledger {
    /// Enters an event that is handed out now. `mark` is the position behind it, if it has one.
    pub fn enter(&mut self, mark: Option<&[u8]>, print: Option<u64>) -> Seq {
        let seq = self.next;
        self.next = seq.plus(1);
        self.push(mark, print, Stage::Pending);
        seq
    }

    /// Enters a position that came without an event. It replaces one of its kind just before it,
    /// so that a source which only moves its position costs no memory.
    pub fn enter_bare(&mut self, mark: &[u8], print: Option<u64>) {
        if let Some(Entry { mark: Some(len), stage: Stage::Bare, .. }) = self.entries.back() {
            self.marks.truncate(self.marks.len() - len);
            self.entries.pop_back();
        }
        self.push(Some(mark), print, Stage::Bare);
    }

    /// Enters what was passed over: nothing but its print is kept.
    pub fn enter_passed(&mut self, print: u64) {
        self.push(None, Some(print), Stage::Bare);
    }

    /// The events entered so far say this of an item. It holds once all of them are handled.
    pub fn say(&mut self, fate: Fate, id: Box<str>) {
        self.fates.push_back((self.next, Handled { fate, id }));
    }

    /// The events from `first` to `last` are handled. Numbers that are not pending are passed over:
    /// they belong to events that were given up by a [`Ledger::restart`].
    pub fn finish(&mut self, first: Seq, last: Seq) {
        self.mark(first, last, |_| Stage::Done);
    }

    /// The application is through with the events from `first` to `last`, handled or not.
    pub fn release(&mut self, first: Seq, last: Seq) {
        self.mark(first, last, |stage| if stage == Stage::Pending { Stage::Released } else { stage });
    }

    fn mark(&mut self, first: Seq, last: Seq, next: impl Fn(Stage) -> Stage) {
        let mut seq = self.front;
        for entry in self.entries.iter_mut().filter(|entry| entry.stage != Stage::Bare) {
            if seq > last {
                break;
            }
            if seq >= first {
                entry.stage = next(entry.stage);
            }
            seq = seq.plus(1);
        }
    }

    /// Keeps no memory that it does not need.
    pub fn trim(&mut self) {
        self.marks.drain(..self.spent);
        self.spent = 0;
        self.marks.shrink_to_fit();
        self.entries.shrink_to_fit();
    }

    /// Whether the application is through with all that was handed out.
    pub fn is_through(&self) -> bool {
        self.entries.iter().all(|entry| entry.stage != Stage::Pending)
    }

    /// Whether `seq` is handed out and not handled.
    pub fn is_pending(&self, seq: Seq) -> bool {
        let Some(index) = seq.get().checked_sub(self.front.get()) else {
            return false;
        };
        let mut events = self.entries.iter().filter(|entry| entry.stage != Stage::Bare);
        events.nth(index as usize).is_some_and(|entry| entry.stage == Stage::Pending)
    }

    /// The source was made anew: positions entered before are none of what it is now.
    pub fn begin_era(&mut self) {
        self.era = Era(self.era.0.wrapping_add(1));
    }

    /// Whether `durable` is a position of the source as it is now.
    pub fn is_of_now(&self, durable: &Durable) -> bool {
        durable.1 == self.era
    }

    /// Takes the finished prefix away.
    pub fn settle(&mut self) -> Settled {
        let mut settled = Settled::default();
        let mut mark = None;
        let mut era = self.era;
        while let Some(entry) = self.entries.front() {
            match entry.stage {
                Stage::Pending | Stage::Released => break,
                Stage::Done => self.front = self.front.plus(1),
                Stage::Bare => {}
            }
            if let Some(len) = entry.mark {
                mark = Some(self.spent..self.spent + len);
                era = entry.era;
                self.spent += len;
            }
            settled.prints.extend(entry.print);
            self.entries.pop_front();
        }
        let count = self.fates.iter().take_while(|(behind, _)| *behind <= self.front).count();
        settled.fates.extend(self.fates.drain(..count).map(|(_, handled)| handled));
        let text = mark.and_then(|mark| self.marks.get(mark));
        settled.durable = text.map(|text| Durable(Position::from_wire(text), era));
        self.last = settled.durable.clone().or(self.last.take());
        self.compact();
        settled
    }

    /// Gives up all that is pending; the application has moved the position itself, and its word
    /// is as good as a commit.
    pub fn restart(&mut self, position: Option<Position>) -> Option<Durable> {
        self.entries.clear();
        self.fates.clear();
        self.marks.clear();
        self.spent = 0;
        self.front = self.next;
        self.last = position.map(|position| Durable(position, self.era));
        self.last.clone()
    }

    /// A bookmark was found: what it says was durable before.
    pub fn restore(&mut self, position: Position) {
        self.last = Some(Durable(position, self.era));
    }

    /// What was durable last.
    pub fn last(&self) -> Option<Durable> {
        self.last.clone()
    }

    /// How many events are handed out and not yet committed.
    pub fn pending(&self) -> usize {
        (self.next.get() - self.front.get()) as usize
    }

    /// The number that the next event will get.
    pub const fn next(&self) -> Seq {
        self.next
    }

    fn push(&mut self, mark: Option<&[u8]>, print: Option<u64>, stage: Stage) {
        self.marks.extend_from_slice(mark.unwrap_or_default());
        self.entries.push_back(Entry { mark: mark.map(<[u8]>::len), print, stage, era: self.era });
    }

    /// Gives back the texts of entries that are gone, seldom enough to cost nothing.
    fn compact(&mut self) {
        if self.entries.is_empty() {
            self.marks.clear();
            self.spent = 0;
        } else if self.spent > 4096 && self.spent * 2 > self.marks.len() {
            self.marks.drain(..self.spent);
            self.spent = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    fn ledger(events: u64) -> Ledger {
        let mut ledger = Ledger::default();
        for n in 0..events {
            let seq = ledger.enter(Some(std::format!("p{n}").as_bytes()), Some(n));
            assert_eq!(seq, Seq::new(n));
        }
        ledger
    }

    fn position(settled: &Settled) -> Option<&str> {
        settled.durable.as_ref().map(|durable| durable.position().as_str())
    }

    #[test]
    fn only_the_longest_finished_prefix_is_committed() {
        let mut ledger = ledger(5);
        ledger.finish(Seq::new(1), Seq::new(3));
        assert_eq!(ledger.settle(), Settled::default());
        assert_eq!(ledger.pending(), 5);
        assert!(
            ledger.is_pending(Seq::new(0))
                && !ledger.is_pending(Seq::new(2))
                && ledger.is_pending(Seq::new(4))
        );
        ledger.finish(Seq::new(0), Seq::new(0));
        let settled = ledger.settle();
        assert_eq!(position(&settled), Some("p3"));
        assert_eq!(settled.prints, [0, 1, 2, 3]);
        assert_eq!(ledger.pending(), 1);
        assert_eq!(ledger.settle(), Settled::default());
    }

    #[test]
    fn an_event_without_a_position_moves_nothing_and_holds_back_what_is_behind_it() {
        let mut ledger = Ledger::default();
        ledger.enter(Some(b"1"), None);
        ledger.enter(None, None);
        ledger.enter(Some(b"3"), None);
        ledger.finish(Seq::new(0), Seq::new(0));
        assert_eq!(position(&ledger.settle()), Some("1"));
        ledger.finish(Seq::new(2), Seq::new(2));
        assert_eq!(position(&ledger.settle()), None);
        ledger.finish(Seq::new(1), Seq::new(1));
        assert_eq!(position(&ledger.settle()), Some("3"));
    }

    #[test]
    fn what_is_released_is_not_committed_but_can_be_later() {
        let mut ledger = ledger(3);
        ledger.finish(Seq::new(0), Seq::new(0));
        ledger.release(Seq::new(0), Seq::new(1));
        assert_eq!(position(&ledger.settle()), Some("p0"));
        assert!(!ledger.is_through() && !ledger.is_pending(Seq::new(1)));
        ledger.finish(Seq::new(2), Seq::new(2));
        assert!(ledger.is_through());
        assert_eq!(ledger.settle(), Settled::default());
        ledger.finish(Seq::new(1), Seq::new(1));
        assert_eq!(position(&ledger.settle()), Some("p2"));
    }

    #[test]
    fn a_bare_position_waits_for_the_events_before_it() {
        let mut ledger = Ledger::default();
        ledger.enter(Some(b"1"), None);
        ledger.enter_bare(b"bare", Some(7));
        assert_eq!(position(&ledger.settle()), None);
        ledger.finish(Seq::new(0), Seq::new(0));
        assert_eq!(position(&ledger.settle()), Some("bare"));
        ledger.enter_bare(b"", Some(8));
        assert_eq!(position(&ledger.settle()), Some(""));
    }

    #[test]
    fn what_is_said_of_an_item_holds_once_all_events_so_far_are_handled() {
        let said = |ledger: &mut Ledger| {
            let fates = ledger.settle().fates;
            fates.iter().map(|handled| (handled.fate(), String::from(handled.id()))).collect::<Vec<_>>()
        };
        let mut ledger = Ledger::default();
        ledger.say(Fate::There, "known".into());
        assert_eq!(said(&mut ledger), [(Fate::There, "known".into())]);
        ledger.enter(Some(b"1"), None);
        ledger.say(Fate::There, "a".into());
        ledger.enter(None, None);
        ledger.say(Fate::Gone, "a".into());
        ledger.say(Fate::There, "b".into());
        ledger.finish(Seq::new(1), Seq::new(1));
        assert_eq!(said(&mut ledger), []);
        ledger.finish(Seq::new(0), Seq::new(0));
        let all = [(Fate::There, "a".into()), (Fate::Gone, "a".into()), (Fate::There, "b".into())];
        assert_eq!(said(&mut ledger), all);
        ledger.enter(None, None);
        ledger.say(Fate::There, "c".into());
        ledger.restart(None);
        assert_eq!(said(&mut ledger), []);
    }

    #[test]
    fn finishing_what_was_given_up_or_never_existed_changes_nothing() {
        let mut ledger = ledger(3);
        let durable = ledger.restart(Some(Position::new("there".into()))).unwrap();
        assert_eq!(durable.position().as_str(), "there");
        ledger.finish(Seq::new(0), Seq::new(99));
        assert_eq!(ledger.settle(), Settled::default());
        assert!(!ledger.is_pending(Seq::new(1)));
        assert_eq!(ledger.enter(Some(b"4"), None), Seq::new(3));
        ledger.finish(Seq::new(0), Seq::new(2));
        assert_eq!(position(&ledger.settle()), None);
        ledger.finish(Seq::new(3), Seq::new(3));
        assert_eq!(position(&ledger.settle()), Some("4"));
    }

    #[test]
    fn memory_does_not_grow_with_the_number_of_events() {
        let mut ledger = Ledger::default();
        let seq = ledger.enter(Some(b"0"), None);
        assert_eq!(seq, Seq::new(0));
        for n in 1..100_000 {
            ledger.enter(Some(b"a position of some length"), None);
            ledger.finish(Seq::new(n - 1), Seq::new(n - 1));
            ledger.settle();
        }
        for n in 0..100_000 {
            ledger.enter_bare(std::format!("{n}").as_bytes(), Some(n));
        }
        assert!(ledger.marks.capacity() < 64 * 1024, "{}", ledger.marks.capacity());
        assert!(ledger.entries.len() < 10);
        assert_eq!(ledger.pending(), 1);
    }
}
