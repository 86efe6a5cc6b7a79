//! The driver: the sole owner of the session, and the fixed order in which it is served.
//!
//! Borrow, handle, take all actions, give back, then perform them. While actions are performed,
//! callbacks may bring new inputs; these are handled at once, and what follows from them is
//! performed after what was already waiting.

use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use js_sys::Object;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{spawn_local, JsFuture};

use crate::engine::event::{Row, Seq};
use crate::engine::io::{Action, Attempt, AttemptId, Fault, Gap, Input, Notice};
use crate::engine::position::Position;
use crate::engine::session::Session;
use crate::engine::stats::Stats;

use super::convert;
use super::fetch::{Failure, Piece, Running};
use super::host::{Host, Options};
use super::page::{Listeners, PageEvent};
use super::store::{self, Store};
use super::timer::{self, Timeout};

/// One stream.
pub(crate) struct Driver {
    session: RefCell<Session>,
    options: Options,
    host: Host,
    store: Store,
    actions: RefCell<VecDeque<Action>>,
    performing: Cell<bool>,
    requests: RefCell<Vec<(AttemptId, Running)>>,
    timeout: RefCell<Option<Timeout>>,
    listeners: RefCell<Option<Listeners>>,
    /// What was thrown underneath the input that is being handled.
    thrown: RefCell<JsValue>,
}

impl Driver {
    pub(crate) fn new(options: Options, host: Host) -> Rc<Self> {
        let seed = (js_sys::Math::random() * 9_007_199_254_740_992.0) as u64;
        let session = Session::new(convert::config(&options), convert::protocol(&options), seed);
        let store = Store::new(options.store());
        Rc::new(Self {
            session: RefCell::new(session),
            options,
            host,
            store,
            actions: RefCell::default(),
            performing: Cell::new(false),
            requests: RefCell::default(),
            timeout: RefCell::default(),
            listeners: RefCell::default(),
            thrown: RefCell::new(JsValue::UNDEFINED),
        })
    }

    pub(crate) fn start(self: &Rc<Self>) {
        let driver = Rc::downgrade(self);
        let listeners = Listeners::new(move |event| {
            if let Some(driver) = driver.upgrade() {
                driver.input(match event {
                    PageEvent::Wake => Input::Wake,
                    PageEvent::Hide => Input::Freeze,
                    PageEvent::Show => Input::Thaw,
                });
            }
        });
        *self.listeners.borrow_mut() = Some(listeners);
        self.input(Input::Start);
    }

    /// Something has happened.
    pub(crate) fn input(self: &Rc<Self>, input: Input<'_>) {
        {
            let mut session = self.session.borrow_mut();
            session.handle(timer::now(), input);
            let mut actions = self.actions.borrow_mut();
            actions.extend(core::iter::from_fn(|| session.poll()));
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

    /// As [`input`](Self::input), for what comes from something thrown.
    fn input_thrown(self: &Rc<Self>, input: Input<'_>, thrown: JsValue) {
        *self.thrown.borrow_mut() = thrown;
        self.input(input);
        *self.thrown.borrow_mut() = JsValue::UNDEFINED;
    }

    pub(crate) fn position(&self) -> Option<String> {
        self.session.borrow().position().map(|position: &Position| position.as_str().into())
    }

    pub(crate) fn stats(&self) -> Stats {
        self.session.borrow().stats()
    }

    pub(crate) fn type_name(&self, number: u32) -> String {
        self.session.borrow().types().name(number).into()
    }

    fn next_action(&self) -> Option<Action> {
        self.actions.borrow_mut().pop_front()
    }

    fn perform(self: &Rc<Self>, action: Action) {
        match action {
            Action::Load(name) => self.load(&name),
            Action::Save(name, record) => self.save(&name, &record),
            Action::Open(attempt) => self.open(attempt),
            Action::Read(attempt) => self.read(attempt),
            Action::Abort(attempt) => self.forget(attempt),
            Action::Deliver => self.deliver(),
            Action::Redeliver(seq) => surface(self.host.redeliver(convert::number(seq.get()))),
            Action::Gap(gap) => self.gap(&gap),
            Action::Tell(notice) => self.tell(notice),
        }
    }

    fn load(self: &Rc<Self>, name: &str) {
        let answer = self.store.read(name);
        self.when_settled(answer, |driver, answer| match answer {
            Ok(value) => driver.input(Input::Loaded(Ok(store::record(&value).as_deref()))),
            Err(thrown) => {
                driver.input_thrown(Input::Loaded(Err(convert::describe(&thrown, ""))), thrown);
            }
        });
    }

    fn save(self: &Rc<Self>, name: &str, record: &str) {
        let answer = self.store.write(name, record);
        self.when_settled(answer, |driver, answer| match answer {
            Ok(_) => driver.input(Input::Saved(Ok(()))),
            Err(thrown) => {
                driver.input_thrown(Input::Saved(Err(convert::describe(&thrown, ""))), thrown);
            }
        });
    }

    /// Goes on at once where the answer is there, so that a synchronous store is written before the
    /// page can go away; else when the promise has settled.
    fn when_settled(
        self: &Rc<Self>,
        answer: Result<JsValue, JsValue>,
        then: impl FnOnce(&Rc<Self>, Result<JsValue, JsValue>) + 'static,
    ) {
        match answer {
            Ok(value) if convert::is_thenable(&value) => {
                let driver = Rc::clone(self);
                spawn_local(async move {
                    let promise = js_sys::Promise::resolve(&value);
                    then(&driver, JsFuture::from(promise).await);
                });
            }
            answer => then(self, answer),
        }
    }

    fn open(self: &Rc<Self>, attempt: Attempt) {
        let running = Running::new();
        let fetch = running.fetch();
        self.requests.borrow_mut().push((attempt.id, running));
        let driver = Rc::clone(self);
        spawn_local(async move {
            match fetch.open(&attempt, &driver.options, &driver.host).await {
                Ok(head) => driver.input(Input::Head(attempt.id, head)),
                Err(Failure::Headers(thrown)) => driver.failed(attempt.id, Fault::Auth, thrown),
                Err(Failure::Network(thrown)) => driver.failed(attempt.id, Fault::Network, thrown),
            }
        });
    }

    fn read(self: &Rc<Self>, attempt: AttemptId) {
        let fetch =
            self.requests.borrow().iter().find(|(id, _)| *id == attempt).map(|(_, running)| running.fetch());
        let Some(fetch) = fetch else {
            return;
        };
        let driver = Rc::clone(self);
        spawn_local(async move {
            match fetch.read().await {
                Ok(Piece::Bytes(bytes)) => driver.input(Input::Bytes(attempt, &bytes)),
                Ok(Piece::End) => {
                    driver.forget(attempt);
                    driver.input(Input::End(attempt));
                }
                Err(thrown) => driver.failed(attempt, Fault::Network, thrown),
            }
        });
    }

    fn failed(self: &Rc<Self>, attempt: AttemptId, fault: fn(String) -> Fault, thrown: JsValue) {
        self.forget(attempt);
        let what = convert::describe(&thrown, &self.options.url());
        self.input_thrown(Input::Failed(attempt, fault(what)), thrown);
    }

    fn forget(&self, attempt: AttemptId) {
        self.requests.borrow_mut().retain(|(id, _)| *id != attempt);
    }

    fn deliver(&self) {
        let (rows, count, bytes, ids, ids_length, generation, first) = {
            let mut session = self.session.borrow_mut();
            let view = session.batch();
            (
                view.rows.as_ptr().cast::<u32>(),
                view.rows.len() as u32,
                view.bytes.as_ptr(),
                view.ids.as_ptr(),
                view.ids.len() as u32,
                view.types.generation(),
                convert::number(view.first.get()),
            )
        };
        const _: () = assert!(size_of::<Row>() == Row::WORDS * size_of::<u32>());
        if count > 0 {
            surface(self.host.deliver(rows, count, bytes, ids, ids_length, generation, first));
        }
    }

    fn gap(self: &Rc<Self>, gap: &Gap) {
        let policy = self.host.gap(&convert::gap(gap)).unwrap_or(JsValue::UNDEFINED);
        self.input(Input::Decide(convert::gap_policy(&policy)));
    }

    fn tell(&self, notice: Notice) {
        let thrown = self.thrown.borrow().clone();
        surface(match notice {
            Notice::State(name) => self.host.state(name.name()),
            Notice::Commit(position) => self.host.commit(position.as_str()),
            Notice::Error(report) => self.host.error(&convert::report(&report, &thrown)),
            Notice::Retry { cause, attempt, delay } => {
                let retry = Object::new();
                let cause = cause.map_or(JsValue::NULL, |report| convert::report(&report, &thrown).into());
                convert::set(&retry, "cause", cause);
                convert::set(&retry, "attempt", attempt);
                convert::set(&retry, "delay", convert::number(delay.get()));
                self.host.retry(&retry)
            }
            Notice::Close(report) => {
                self.release();
                let report = report.map_or(JsValue::NULL, |report| convert::report(&report, &thrown).into());
                self.host.close(&report)
            }
        });
    }

    /// Keeps one `setTimeout` for the session's earliest timer.
    fn arm(self: &Rc<Self>) {
        let wanted = self.session.borrow().poll_timeout();
        let armed = self.timeout.borrow().as_ref().map(|timeout| timeout.at);
        if wanted == armed {
            return;
        }
        let timeout = wanted.map(|at| {
            let driver = Rc::downgrade(self);
            Timeout::new(at, move || {
                if let Some(driver) = driver.upgrade() {
                    driver.wake_up();
                }
            })
        });
        *self.timeout.borrow_mut() = timeout;
    }

    /// The callback that runs here belongs to the timeout, so that one is kept until the end.
    fn wake_up(self: &Rc<Self>) {
        let spent = self.timeout.borrow_mut().take();
        self.input(Input::Timeout);
        drop(spent);
    }

    fn release(&self) {
        self.requests.borrow_mut().clear();
        *self.timeout.borrow_mut() = None;
        *self.listeners.borrow_mut() = None;
    }
}

/// A range of events, as JavaScript numbers them.
pub(crate) fn seq(number: f64) -> Seq {
    Seq::new(number as u64)
}

/// The host's methods throw only where the shell itself is at fault; that must not pass unseen.
fn surface(result: Result<(), JsValue>) {
    if let Err(thrown) = result {
        spawn_local(async move { wasm_bindgen::throw_val(thrown) });
    }
}
