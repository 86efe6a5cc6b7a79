//! The driver: the sole owner of the session, and the fixed order in which it is served.
//!
//! Borrow, handle, take all actions, give back, then perform them. While actions are performed,
//! callbacks may bring new inputs; these are handled at once, and what follows from them is
//! performed after what was already waiting.

use alloc::collections::VecDeque;
use core::cell::{Cell, RefCell};

use wasm_bindgen::JsValue;

use crate::engine::io::{Action, Attempt, Input, Notice};
use crate::engine::session::Session;
use crate::engine::sheet::Mixed;
use crate::engine::time::Millis;

use super::convert::{self, Options};
use super::host::Host;
use super::page::Page;
use super::stream;

/// One stream.
pub(super) struct Driver {
    session: RefCell<Session>,
    host: Host,
    actions: RefCell<VecDeque<Action>>,
    performing: Cell<bool>,
    /// For when the host's timer is set.
    armed: Cell<Option<Millis>>,
}

impl Driver {
    pub(super) fn new(options: &JsValue, host: Host, seed: f64) -> Self {
        let options = Options(options);
        Self {
            session: RefCell::new(options.session(seed as u64)),
            host,
            actions: RefCell::default(),
            performing: Cell::new(false),
            armed: Cell::new(None),
        }
    }

    /// Something has happened.
    pub(super) fn input(&self, input: Input<'_>) {
        {
            let mut session = self.session.borrow_mut();
            session.handle(convert::now(), input);
            self.actions.borrow_mut().extend(core::iter::from_fn(|| session.poll()));
        }
        if self.performing.replace(true) {
            return;
        }
        while let Some(action) = self.next_action() {
            self.perform(action);
        }
        self.performing.set(false);
        self.arm();
    }

    /// The host's timer has gone off.
    pub(super) fn timeout(&self) {
        self.armed.set(None);
        self.input(Input::Timeout);
    }

    /// Reads from the session.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Session) -> T) -> T {
        read(&self.session.borrow())
    }

    fn next_action(&self) -> Option<Action> {
        self.actions.borrow_mut().pop_front()
    }

    fn perform(&self, action: Action) {
        let host = &self.host;
        match action {
            Action::Load(name) => host.load(&name),
            Action::Save(name, record) => host.save(&name, &record),
            Action::Open(Attempt { id, number, refresh, request }) => {
                let headers = convert::header_lines(&request.headers);
                let in_body = stream::in_body(&request.in_body);
                host.open(id.0, number, refresh, &request.method, &request.url, &headers, in_body);
            }
            Action::Read(attempt) => host.read(attempt.0),
            Action::Abort(attempt) => host.abort(attempt.0),
            Action::Deliver => self.deliver(),
            Action::Redeliver(seq) => host.redeliver(seq.get() as f64),
            Action::Gap(gap) => {
                let age = gap.age.map_or(-1.0, |age| age.get() as f64);
                host.gap(gap.reason.name(), convert::text(gap.position.as_ref()), age);
            }
            Action::Tell(notice) => self.tell(notice),
        }
    }

    fn deliver(&self) {
        let first = {
            let mut session = self.session.borrow_mut();
            let view = session.batch();
            (!view.rows.is_empty()).then_some(view.first)
        };
        if let Some(first) = first {
            self.host.deliver(first.get() as f64);
        }
    }

    /// Lays the table out that the host was just told to hand out, and returns its address.
    pub(super) fn lay_out(&self, page: &mut Page, mixed: Mixed) -> *const u32 {
        page.lay_out(self.session.borrow_mut().batch(), mixed)
    }

    fn tell(&self, notice: Notice) {
        let host = &self.host;
        match notice {
            Notice::State(name) => host.state(name.name()),
            Notice::Top(summit) => {
                let delay = summit.delay.map_or(-1.0, |delay| delay.get() as f64);
                host.top(summit.events as f64, summit.pages, delay);
            }
            Notice::Commit(position) => host.commit(position.as_str()),
            Notice::Error(report) => host.error(convert::report(host, Some(&report))),
            Notice::Retry { cause, attempt, delay } => {
                host.retry(convert::report(host, cause.as_ref()), attempt, delay.get() as f64);
            }
            Notice::Close(report) => host.close(convert::report(host, report.as_ref())),
        }
    }

    /// Keeps one timer of the host for the session's earliest.
    fn arm(&self) {
        let wanted = self.read(Session::poll_timeout);
        if wanted != self.armed.replace(wanted) {
            let now = convert::now().mono;
            self.host.arm(wanted.map_or(f64::INFINITY, |at| at.since(now).get() as f64));
        }
    }
}
