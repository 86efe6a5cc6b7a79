//! A world around one session: a virtual clock, a scripted source, a store and an application. It
//! drives the session as the shell does, and refuses what no shell could do.

mod application;
mod setup;
mod source;

use std::collections::VecDeque;
use std::mem;

use brookmark::engine::bookmark::ids_name;
use brookmark::engine::event::{Row, Seq};
use brookmark::engine::io::{Action, Attempt, AttemptId, Fault, Gap, GapPolicy, Input, Notice, StateName};
use brookmark::engine::position::Position;
use brookmark::engine::protocol::poll::PollConfig;
use brookmark::engine::protocol::{Json, Poll, Protocol, Sse};
use brookmark::engine::session::{Role, Session, Transport};
use brookmark::engine::time::{Millis, Now};

pub use setup::*;

/// An event as the application got it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    pub seq: Seq,
    pub kind: String,
    pub data: String,
    /// The last event id in force.
    pub id: String,
    /// The position, where it is a map.
    pub map: Option<String>,
    /// Number and offset of its record, in streaming JSON.
    pub origin: Option<(u32, u64)>,
}

/// What the source has sent and the client has not yet read.
#[derive(Debug)]
enum Wire {
    Bytes(Vec<u8>),
    End,
    Cut,
}

/// An input on its way to the session.
#[derive(Debug)]
enum Owed {
    Loaded(String, Result<Option<String>, String>),
    Saved(Result<(), String>),
    Handled(Seq, Seq),
    Decide(GapPolicy),
    Bytes(AttemptId, Vec<u8>),
    End(AttemptId),
    Failed(AttemptId, Fault),
}

#[derive(Debug)]
pub struct World {
    setup: Setup,
    session: Session,
    mono: u64,
    /// Wall time minus virtual time.
    epoch: u64,
    pub store: Store,
    pub hands: Hands,
    /// What the application answers to a gap; `None`: nothing yet.
    pub gap_policy: Option<GapPolicy>,
    owed: VecDeque<Owed>,
    request: Option<AttemptId>,
    reading: bool,
    wire: VecDeque<Wire>,
    /// The write that the store is at work on, and whether it is that of the ids.
    saving: Option<String>,
    saves_ids: bool,
    in_force: String,
    /// The position in force, where it is a map.
    map: Option<String>,
    /// How many rows with an id were handed out.
    pub id_rows: usize,
    /// The store has not answered the read.
    loading: bool,
    /// What the store was asked for last.
    last_load: String,
    /// The store says that it has taken what it has not: a fault, to prove that it shows.
    pub lying_store: bool,
    /// Commits that were told and are not in the store.
    pub false_commits: usize,
    /// The shell forgets the next read that it is told to make: a fault, to prove that it shows.
    pub forget_read: bool,
    told: StateName,
    pub requests: Vec<Attempt>,
    pub aborted: Vec<AttemptId>,
    pub delivered: Vec<Delivered>,
    pub redelivered: Vec<Seq>,
    pub comments: Vec<String>,
    pub notices: Vec<Notice>,
    pub gaps: Vec<Gap>,
    /// Every record that the store was asked to take.
    pub writes: Vec<String>,
    pub loads: usize,
}

/// Starting, time, and the session itself.
impl World {
    fn at(setup: Setup, mono: u64, epoch: u64) -> Self {
        let protocol = match (&setup.poll, &setup.json) {
            (Some(poll), _) => Protocol::Poll(Box::new(Poll::new(poll.clone(), setup.config.start.clone()))),
            (None, Some(json)) => Protocol::Json(Json::new(json.clone())),
            (None, None) => Protocol::Sse(Sse::new(setup.sse.clone())),
        };
        Self {
            session: Session::with_transports(setup.config.clone(), ways(&setup), setup.seed)
                .unwrap_or_else(|| Session::new(setup.config.clone(), protocol, setup.seed)),
            mono,
            epoch,
            store: setup.store.clone(),
            hands: setup.hands,
            gap_policy: setup.gap,
            owed: VecDeque::new(),
            request: None,
            reading: false,
            wire: VecDeque::new(),
            saving: None,
            saves_ids: false,
            in_force: String::new(),
            map: None,
            id_rows: 0,
            loading: false,
            last_load: String::new(),
            lying_store: false,
            false_commits: 0,
            forget_read: false,
            told: StateName::Idle,
            requests: Vec::new(),
            aborted: Vec::new(),
            delivered: Vec::new(),
            redelivered: Vec::new(),
            comments: Vec::new(),
            notices: Vec::new(),
            gaps: Vec::new(),
            writes: Vec::new(),
            loads: 0,
            setup,
        }
    }

    /// The process is killed without warning, and a new one starts; only the store outlives it.
    pub fn restart(self) -> Self {
        self.restart_after(0)
    }

    /// As [`restart`](Self::restart), with so much wall time between.
    pub fn restart_after(self, span: u64) -> Self {
        let mut setup = self.setup;
        setup.store = self.store;
        setup.seed += 1;
        // The monotonic clock of a new process starts anywhere.
        let mut world = Self::at(setup, 7, self.epoch + self.mono + span - 7);
        world.input(Input::Start);
        world
    }

    pub fn now(&self) -> u64 {
        self.mono
    }

    /// The next time that the session wants to be woken at.
    pub fn next_timer(&self) -> Option<u64> {
        self.session.poll_timeout().map(Millis::get)
    }

    /// Lets time pass, waking the session whenever it wants to be.
    pub fn run_until(&mut self, time: u64) {
        let mut woken = 0;
        while let Some(at) = self.next_timer().filter(|at| *at <= time) {
            self.mono = self.mono.max(at);
            self.input(Input::Timeout);
            woken += 1;
            assert!(woken < 100_000, "the session wants to be woken without end at {at}");
        }
        self.mono = time.max(self.mono);
    }

    pub fn pass(&mut self, span: u64) {
        self.run_until(self.mono + span);
    }

    /// Time passes and nobody wakes the session, as when the machine sleeps.
    pub fn sleep(&mut self, span: u64) {
        self.mono += span;
    }

    pub fn into_session(self) -> Session {
        self.session
    }

    pub fn session(&self) -> &Session {
        &self.session
    }

    pub fn state(&self) -> StateName {
        self.session.state()
    }

    pub fn position(&self) -> Option<&str> {
        self.session.position().map(Position::as_str)
    }

    /// The state that the application was told last.
    pub fn told_state(&self) -> StateName {
        self.told
    }

    /// The wall clock jumps; the monotonic one does not.
    pub fn set_wall(&mut self, wall: u64) {
        self.epoch = wall.wrapping_sub(self.mono);
    }
}

/// Driving the session.
impl World {
    /// Something happens; what follows from it at once, happens too.
    pub fn input(&mut self, input: Input<'_>) {
        self.step(input);
        self.work();
    }

    fn work(&mut self) {
        while let Some(owed) = self.owed.pop_front() {
            match owed {
                Owed::Loaded(name, Ok(record)) => self.step(Input::Loaded(&name, Ok(record.as_deref()))),
                Owed::Loaded(name, Err(what)) => self.step(Input::Loaded(&name, Err(what))),
                Owed::Saved(answer) => self.step(Input::Saved(answer)),
                Owed::Handled(first, last) => self.step(Input::Handled(first, last)),
                Owed::Decide(policy) => self.step(Input::Decide(policy)),
                Owed::Bytes(id, bytes) => self.step(Input::Bytes(id, &bytes)),
                Owed::End(id) => self.step(Input::End(id)),
                Owed::Failed(id, fault) => self.step(Input::Failed(id, fault)),
            }
        }
    }

    fn step(&mut self, input: Input<'_>) {
        let now = Now { mono: Millis::new(self.mono), wall: Millis::new(self.epoch.wrapping_add(self.mono)) };
        self.session.handle(now, input);
        while let Some(action) = self.session.poll() {
            assert!(!self.has_ended(), "after the end: {action:?}");
            self.perform(action);
        }
    }

    fn perform(&mut self, action: Action) {
        match action {
            Action::Load(name) => {
                let record = if is_ids(&name) { self.store.ids.clone() } else { self.store.record.clone() };
                self.loads += 1;
                self.last_load.clone_from(&name);
                match self.store.manner {
                    Manner::Prompt | Manner::Slow | Manner::Full => {
                        self.owed.push_back(Owed::Loaded(name, Ok(record)));
                    }
                    Manner::Broken => self.owed.push_back(Owed::Loaded(name, Err("broken".into()))),
                    Manner::Mute => self.loading = true,
                }
            }
            Action::Save(name, record) => self.save(&name, record),
            Action::Open(attempt) => {
                assert_eq!(self.request, None, "two requests at once");
                self.request = Some(attempt.id);
                self.reading = false;
                self.wire.clear();
                self.requests.push(attempt);
            }
            Action::Read(id) => {
                assert_eq!(self.request, Some(id), "read of a response that is gone");
                assert!(!self.reading, "read before the piece before has come");
                self.reading = !mem::take(&mut self.forget_read);
                self.read();
            }
            Action::Abort(id) => {
                assert_eq!(self.last_request().id, id, "abort of an older request");
                self.aborted.push(id);
                self.request = None;
                self.reading = false;
                self.wire.clear();
            }
            Action::Deliver => self.deliver(),
            Action::Redeliver(seq) => self.redelivered.push(seq),
            Action::Gap(gap) => {
                self.gaps.push(gap);
                self.owed.extend(self.gap_policy.map(Owed::Decide));
            }
            Action::Tell(notice) => {
                if let Notice::State(state) = notice {
                    assert_ne!(state, self.told, "told twice");
                    self.told = state;
                }
                if let (Notice::Commit(position), true) = (&notice, self.setup.config.bookmark.is_some()) {
                    self.false_commits += usize::from(self.stored().as_deref() != Some(position.as_str()));
                }
                self.notices.push(notice);
            }
        }
    }

    fn save(&mut self, name: &str, record: String) {
        self.saves_ids = is_ids(name);
        assert_eq!(self.saving, None, "a write before the answer to the one before");
        self.writes.push(record.clone());
        match self.store.manner {
            Manner::Prompt => {
                self.store(record);
                self.owed.push_back(Owed::Saved(Ok(())));
            }
            Manner::Full => self.owed.push_back(Owed::Saved(Err("full".into()))),
            Manner::Slow | Manner::Mute | Manner::Broken => self.saving = Some(record),
        }
    }

    /// The store has taken what it was at work on.
    fn store(&mut self, record: String) {
        let place = if self.saves_ids { &mut self.store.ids } else { &mut self.store.record };
        *place = Some(record);
    }

    fn deliver(&mut self) {
        let view = self.session.batch();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut seq = view.first;
        let mut run = None;
        for row in view.rows {
            // Rows of a run are decoded together: all that lies between their payloads is ASCII too.
            let is_ascii = row.flags & Row::ASCII != 0;
            let start = run.filter(|_| is_ascii).unwrap_or(row.data_start) as usize;
            assert!(!is_ascii || view.bytes[start..row.data_end as usize].is_ascii());
            run = is_ascii.then_some(row.data_end);
            if row.flags & Row::ID != 0 {
                self.id_rows += 1;
                self.in_force = view.id(row).into();
                self.map = view.map(row).map(text).or(mem::take(&mut self.map));
            }
            if row.flags & Row::COMMENT != 0 {
                self.comments.push(text(&view.ids[row.id_start as usize..row.id_end as usize]));
            }
            if row.flags & Row::EVENT != 0 {
                let data = &view.bytes[row.data_start as usize..row.data_end as usize];
                let origin = view.origins.get((seq.get() - view.first.get()) as usize);
                self.delivered.push(Delivered {
                    seq,
                    kind: view.types.name(row.kind).into(),
                    data: text(data),
                    id: self.in_force.clone(),
                    map: self.map.clone(),
                    origin: origin.map(|[record, offset]| (*record as u32, *offset as u64)),
                });
                seq = seq.plus(1);
            }
        }
        if self.hands == Hands::Quick && seq > view.first {
            self.owed.push_back(Owed::Handled(view.first, Seq::new(seq.get() - 1)));
        }
    }
}

/// Whether that is the name of the ids beside the bookmark, and not its own.
fn is_ids(name: &str) -> bool {
    let is_ids = name == ids_name(NAME);
    assert!(is_ids || name == NAME, "{name}");
    is_ids
}

/// Names are numbers, from 1.
fn ways(setup: &Setup) -> Vec<Transport> {
    let start = &setup.config.start;
    let transport = |(number, (way, role)): (usize, &(Way, Role))| Transport {
        name: (number + 1).to_string(),
        protocol: match way {
            Way::Sse(sse) => Protocol::Sse(Sse::new(sse.clone())),
            Way::Json(json) => Protocol::Json(Json::new(json.clone())),
            Way::Poll(poll) => Protocol::Poll(Box::new(Poll::new(PollConfig::clone(poll), start.clone()))),
        },
        role: *role,
    };
    setup.ways.iter().enumerate().map(transport).collect()
}
