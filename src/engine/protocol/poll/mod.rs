//! Polling: a source that is asked again and again, page by page until its top, then after a while.
//!
//! - `config`: what is said about a source;
//! - `query`: which request comes next; `ask`: what goes where in it;
//! - `judge`: what the head of an answer means; `answer`: what its body says;
//! - `rows`: what an item says; `items`: what is made of it; `ties`: items that share a position;
//! - `clock`: what the source's clock says about positions that are times;
//! - `run`: from the position to the top; `turn`: what follows a page, and the top;
//! - `stash`: items that come newest first; `window`: items that were seen;
//! - `beside`: increments between the pages of a full run; `gone`: items that it has not found;
//! - this file: the state, and the way of an answer through it.

mod answer;
mod ask;
mod beside;
mod clock;
mod config;
mod gone;
mod items;
mod judge;
mod query;
mod rows;
mod run;
mod stash;
mod ties;
mod turn;
mod window;

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::commit::Fate;
use super::super::error::{Error, Reason};
use super::super::event::Origin;
use super::super::known::Known;
use super::super::parts::Parts;
use super::super::position::{Position, Resume};
use super::super::repeats::Recent;
use super::super::request::Head;
use super::super::stats::Summit;
use super::super::time::{Millis, Now};
use super::Step;
use answer::Answer;
use ask::{can_carry, Validators};
use beside::{Aside, Fresh};
use gone::Gone;
use rows::Reader;
use run::{Kind, Run};
use stash::Stash;
use ties::Ahead;
use window::Window;

pub use config::{
    Cursor, Every, Form, Found, Missing, Order, PageFrom, Paging, PollConfig, Slot, Source, Top,
};
pub use turn::Next;

/// Sources that are polled, one after the other.
#[derive(Debug)]
pub struct Poll {
    config: PollConfig,
    places: Vec<Place>,
    /// Number of the source that is read.
    current: usize,
    /// The positions of all sources, where there are several.
    parts: Option<Parts>,
    /// Where a source begins that has no position.
    start: Resume,
    run: Option<Run>,
    /// How many rounds there were, each a run of every source.
    rounds: u32,
    round: Round,
    /// Whether the next round reads everything.
    is_rescan_due: bool,
    answer: Answer,
    stage: Stage,
    reader: Reader,
    ahead: Ahead,
    stash: Stash,
    window: Window,
    /// The items that the application knows, where deletions are wanted.
    known: Option<Known>,
    /// The full run, while increments go on between its pages.
    aside: Option<Aside>,
    /// What these increments have brought.
    fresh: Fresh,
    /// When the next of them is due.
    due: Millis,
    row: Row,
    asked: Asked,
    /// The position that the answer names.
    named: Option<String>,
    /// Later than this, positions of the answer's items may not be relied on.
    horizon: Option<String>,
    /// How far the source's clock is ahead of ours, and how far behind.
    skew: (Millis, Millis),
    /// How long to wait at the top, as the source has been lately.
    rest: Millis,
    /// What the runs since the last top have come to.
    total: Summit,
    /// The prints of items that were passed over, the oldest last.
    passed: Vec<u64>,
    /// What the application is still to be told.
    warnings: Vec<Error>,
}

/// What a round is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Round {
    /// Runs from where the sources stand.
    Increments,
    /// Runs that read everything.
    Full,
}

/// Where one source stands.
#[derive(Debug)]
struct Place {
    at: Resume,
    /// The position that the application was given last.
    told: Resume,
    incarnation: Option<u64>,
    validators: Validators,
}

/// The request that is out.
#[derive(Clone, Debug)]
struct Asked {
    print: u64,
    /// Where the source stood.
    behind: Resume,
    /// When.
    at: Now,
    /// What time it was on the source's clock, as far as is known.
    server: Millis,
    is_conditional: bool,
}

/// ```text
///               (items of their own, in order)
///                 ┌────────────┐
///                 ▼            │
///  Receiving ──────────────▶ (rows) ────────────────┐
///     │                                              ▼
///     └──(whole)──▶ Giving ──▶ (rows) ──▶ Closing ──▶ Spent
///                     │                      ▲
///                     └──(a full run's top)──┴▶ Telling ──▶ (rows)
/// ```
/// Where something is wrong, every stage leads to `Spent`.
#[derive(Debug)]
enum Stage {
    /// The body is coming.
    Receiving,
    /// It is whole, and its items are given out.
    Giving,
    /// All of them are, and what the run has not found is told.
    Telling(Gone),
    /// All of it is.
    Closing,
    /// This is what follows.
    Spent(turn::Outcome),
}

/// What is known of an item.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Its id.
    pub id: Vec<u8>,
    /// Its type.
    pub kind: Vec<u8>,
    /// The position behind it, if it moves that.
    pub position: Option<Vec<u8>>,
    /// What recognises it.
    pub print: Option<u64>,
    /// Where in its answer it was.
    pub origin: Origin,
    /// What becomes of it among the known items, if that is news.
    pub fate: Option<Fate>,
}

impl Row {
    /// Its id as the application gets it.
    pub fn id_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.id)
    }
}

impl Poll {
    /// Nothing asked yet; where nothing is known of a source, it is read from `start` on.
    pub fn new(config: PollConfig, start: Resume) -> Self {
        let token = match &config.paging {
            Some(Paging { from: PageFrom::LastItem(pointer), .. }) => Some(pointer),
            Some(Paging { from: PageFrom::Answer(_), .. }) | None => None,
        };
        let has_names = config.sources.iter().any(|source| !source.name.is_empty());
        let place = || Place {
            at: start.clone(),
            told: start.clone(),
            incarnation: None,
            validators: Validators::default(),
        };
        let mut poll = Self {
            places: config.sources.iter().map(|_| place()).collect(),
            current: 0,
            parts: has_names.then(|| Parts::new(super::super::parts::Order::Unknown)),
            start: Resume::Latest,
            run: None,
            rounds: 0,
            round: Round::Increments,
            is_rescan_due: false,
            answer: Answer::new(&config, Head::default()),
            stage: Stage::Closing,
            reader: Reader::new(&config, token),
            ahead: Ahead::new(Reader::new(&config, token)),
            stash: Stash::default(),
            window: Window::default(),
            known: config.deletions.then(Known::default),
            aside: None,
            fresh: Fresh::default(),
            due: Millis::ZERO,
            row: Row::default(),
            asked: Asked {
                print: 0,
                behind: start.clone(),
                at: Now::default(),
                server: Millis::ZERO,
                is_conditional: false,
            },
            named: None,
            horizon: None,
            total: Summit::default(),
            skew: (Millis::ZERO, Millis::ZERO),
            rest: Millis::ZERO,
            passed: Vec::new(),
            warnings: Vec::new(),
            config,
        };
        poll.start = if start.position().is_none() { start.clone() } else { Resume::Earliest };
        poll.aim(&start);
        poll
    }

    /// All sources are to be continued there; what was begun is void.
    pub fn aim(&mut self, resume: &Resume) {
        self.stage = Stage::Closing;
        if let Some(parts) = &mut self.parts {
            parts.restart(resume);
        }
        for (place, source) in self.places.iter_mut().zip(&self.config.sources) {
            place.at = match (&self.parts, resume) {
                (Some(parts), Resume::After(_)) => {
                    let own = parts.get(&source.name);
                    own.map_or(self.start.clone(), |own| Resume::After(Position::new(own.into())))
                }
                (Some(_) | None, resume) => resume.clone(),
            };
            place.told = place.at.clone();
            place.validators = Validators::default();
        }
        self.current = 0;
        self.break_off();
        self.total = Summit::default();
        self.stash.clear();
        self.passed.clear();
    }

    /// The run is void. What was to be read in full still is.
    fn break_off(&mut self) {
        self.run = None;
        self.aside = None;
        self.is_rescan_due |= core::mem::replace(&mut self.round, Round::Increments) == Round::Full;
    }

    /// Only the source that is being read is to be continued there.
    pub fn aim_current(&mut self, resume: &Resume) {
        let accepts = matches!(&self.stage, Stage::Spent(turn::Outcome::Lost(Reason::Overrun)));
        self.stage = Stage::Closing;
        self.break_off();
        self.stash.clear();
        if let (true, Resume::Earliest) = (accepts, resume) {
            // What the source still lists is all that there is.
            let base = self.place().map_or(Resume::Latest, |place| place.at.clone());
            self.run = Some(Run::new(Kind::Rest, base));
            return;
        }
        if let Some(place) = self.places.get_mut(self.current) {
            place.at = resume.clone();
            place.incarnation = None;
            place.validators = Validators::default();
        }
    }

    /// What tells the source from one that was made anew, if it says so.
    pub fn incarnation(&self) -> Option<u64> {
        self.place()?.incarnation
    }

    /// Items that were handled before this session, and what the source was then.
    pub fn restore(&mut self, seen: &Recent, incarnation: Option<u64>) {
        if let Some(place) = self.places.get_mut(self.current) {
            place.incarnation = incarnation;
        }
        self.window.clear();
        for print in seen.iter() {
            self.window.add(print);
        }
    }

    /// What was seen may come again; what was told and not handled will.
    pub fn forget(&mut self) {
        self.window.clear();
        self.known.iter_mut().for_each(Known::restart);
    }

    /// The items that the application knows, where deletions are wanted.
    pub fn known(&mut self) -> Option<&mut Known> {
        self.known.as_mut()
    }

    /// The next round reads all items, whatever the position.
    pub fn rescan(&mut self) {
        self.is_rescan_due = true;
    }

    /// Whether all items are read, or are to be next.
    pub fn reads_all(&self) -> bool {
        self.is_rescan_due || self.round == Round::Full
    }

    /// Whether the run has begun, so that the next request is one of its later pages.
    pub fn is_under_way(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.pages > 0)
    }

    /// Whether requests can ask for where all sources stand.
    pub fn can_ask(&self) -> bool {
        self.places.iter().all(|place| match &place.at {
            Resume::Latest | Resume::Earliest => true,
            Resume::After(position) => self.can_carry(position.as_str()),
        })
    }

    fn can_carry(&self, position: &str) -> bool {
        let PollConfig { form, places, origin, .. } = &self.config;
        can_carry(form, places, origin, position)
    }

    /// Where all sources are to be continued.
    pub fn resume(&self) -> Resume {
        match (&self.parts, self.place()) {
            (None, Some(place)) => place.at.clone(),
            (Some(parts), _) if !parts.text().is_empty() => Resume::After(Position::from_wire(parts.text())),
            (Some(_), _) | (None, None) => self.start.clone(),
        }
    }

    /// The position of the source that is being read.
    pub fn own_position(&self) -> Option<&Position> {
        self.place()?.at.position()
    }

    /// The positions of all sources, as one text.
    fn position_text(&self) -> Option<Vec<u8>> {
        match &self.parts {
            Some(parts) => Some(parts.text().to_vec()),
            None => Some(self.own_position()?.as_str().as_bytes().to_vec()),
        }
    }

    fn place(&self) -> Option<&Place> {
        self.places.get(self.current)
    }

    /// The body has begun.
    pub fn begin(&mut self, head: &Head) {
        self.answer = Answer::new(&self.config, head.clone());
        self.stage = Stage::Receiving;
        self.ahead.clear();
        self.named = None;
        self.horizon = self.horizon();
        if self.is_too_new() {
            self.stage = Stage::Spent(turn::Outcome::Page);
        } else if let Some(Found::Header(_) | Found::Link(_)) = self.config.incarnation {
            // Before any item is given out.
            if let Some(outcome) = self.check_incarnation() {
                self.stage = Stage::Spent(outcome);
            }
        }
    }

    /// A piece of the body.
    pub fn push(&mut self, chunk: &[u8]) {
        self.answer.frames_mut().push(chunk);
    }

    /// The body has ended properly.
    pub fn end(&mut self) {
        self.answer.end();
    }

    /// The request or its body has failed: what was given out of it counts.
    pub fn cut(&mut self) {
        let stand = self.stand();
        if let (true, Some(run)) = (self.gives_as_it_comes(), &mut self.run) {
            run.restart(stand);
        } else if let (Stage::Giving, Cursor::Item { order: Order::NewestFirst, .. }) =
            (&self.stage, &self.config.cursor)
        {
            // The older ones were given; the newer ones are listed again.
            self.stash.clear();
            self.is_rescan_due |= self.run.take().is_some_and(|run| run.kind == Kind::Full);
        }
        self.stage = Stage::Closing;
    }

    /// Items with positions of their own, in order, need not wait for the answer's end.
    fn gives_as_it_comes(&self) -> bool {
        let is_sorted = matches!(self.config.cursor, Cursor::Item { order: Order::Ascending, .. });
        is_sorted && !matches!(self.config.incarnation, Some(Found::Body(_)))
    }

    /// The next step of the answer.
    pub fn step(&mut self) -> Option<Step> {
        loop {
            if let Some(warning) = self.warnings.pop() {
                return Some(Step::Told(warning));
            }
            if let Some(print) = self.passed.pop() {
                self.row.print = Some(print);
                self.note_row();
                return Some(Step::Passed);
            }
            match &self.stage {
                Stage::Receiving if self.answer.frames().is_over_limit() => {
                    return Some(Step::Broken(Error::PageTooLarge(self.config.max_page_bytes)));
                }
                Stage::Receiving => {
                    if self.gives_as_it_comes() {
                        if let Some(step) = self.next_item() {
                            return Some(step);
                        }
                        if let Stage::Spent(_) = self.stage {
                            return None;
                        }
                    }
                    if !self.answer.has_ended() {
                        return None;
                    }
                    self.stage = self.check().map_or(Stage::Giving, Stage::Spent);
                }
                Stage::Giving => match self.next_item() {
                    Some(step) => return Some(step),
                    None if matches!(self.stage, Stage::Giving) => {
                        self.stage = self.gone().map_or(Stage::Closing, Stage::Telling);
                    }
                    None => return None,
                },
                Stage::Telling(_) => match self.next_gone() {
                    Some(step) => return Some(step),
                    None => self.stage = Stage::Closing,
                },
                Stage::Closing => {
                    let (moved, outcome) = self.close();
                    self.stage = Stage::Spent(outcome);
                    if let Some(position) = moved {
                        self.row = Row { position: Some(position), ..Row::default() };
                        return Some(Step::Moved);
                    }
                }
                Stage::Spent(_) => return None,
            }
        }
    }

    /// The item that the last step is about.
    pub const fn row(&self) -> &Row {
        &self.row
    }

    /// What spans of steps count in.
    pub fn bytes(&self) -> &[u8] {
        match self.config.cursor {
            Cursor::Item { order: Order::NewestFirst, .. } => self.stash.bytes(),
            Cursor::Item { .. } | Cursor::Answer(_) | Cursor::Clock(_) => self.answer.frames().bytes(),
        }
    }

    /// Spans handed out before are no longer needed.
    pub fn release(&mut self) {
        self.answer.frames_mut().release();
        self.stash.release();
    }

    /// How much memory the bytes take.
    pub fn capacity(&self) -> usize {
        self.answer.frames().capacity()
    }

    /// Keeps no more memory for bytes than there are.
    pub fn trim(&mut self) {
        self.answer.frames_mut().trim();
    }

    /// How many bytes have not become steps.
    pub fn waiting(&self) -> usize {
        self.answer.frames().waiting()
    }

    /// The size of the largest item, in bytes.
    pub const fn limit(&self) -> usize {
        self.config.max_item_bytes
    }

    /// What is wrong with an answer that has all come, or what else follows it than its items.
    fn check(&mut self) -> Option<turn::Outcome> {
        if let Some(error) = self.answer.flaw(self.config.failure.as_ref()) {
            return Some(turn::Outcome::Failed(error));
        }
        let outcome = self.check_incarnation().or_else(|| self.check_position());
        if outcome.is_some() {
            return outcome;
        }
        if let Some(run @ Run { kind: Kind::Increment, pages: 0, .. }) = &mut self.run {
            run.validators = Some(Validators::of(self.asked.print, self.answer.head()));
        }
        self.gather()
    }
}
