//! The driver of a client: its sole owner. It serves it as `super::super::driver` serves a session.

use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use wasm_bindgen::JsValue;

use crate::engine::bayeux::{Action, Client, Config, Input, Notice, Request, Sockets};
use crate::engine::io::Report;
use crate::engine::limits;
use crate::engine::time::Millis;

use super::super::convert::{self, Options};
use super::super::host::Host;
use super::Piece;

/// One client.
pub(super) struct Driver {
    client: RefCell<Client>,
    host: Host,
    actions: RefCell<VecDeque<Action>>,
    performing: Cell<bool>,
    /// For when the host's timer is set.
    armed: Cell<Option<Millis>>,
    /// The body of the next response, which JavaScript writes here.
    room: RefCell<Vec<u8>>,
}

impl Driver {
    pub(super) fn new(options: &JsValue, host: Host, seed: f64) -> Self {
        Self {
            client: RefCell::new(Client::new(config(&Options(options)), seed as u64)),
            host,
            actions: RefCell::default(),
            performing: Cell::new(false),
            armed: Cell::new(None),
            room: RefCell::default(),
        }
    }

    /// Something has happened.
    pub(super) fn input(&self, input: Input<'_>) {
        {
            let mut client = self.client.borrow_mut();
            client.handle(convert::now(), input);
            self.actions.borrow_mut().extend(core::iter::from_fn(|| client.poll()));
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

    /// Room for a body of that length.
    pub(super) fn room(&self, length: usize) -> *mut u8 {
        let mut room = self.room.borrow_mut();
        room.resize(length, 0);
        room.as_mut_ptr()
    }

    /// What was written into it.
    pub(super) fn take_room(&self) -> Vec<u8> {
        self.room.take()
    }

    /// The host's timer has gone off.
    pub(super) fn timeout(&self) {
        self.armed.set(None);
        self.input(Input::Timeout);
    }

    /// Reads from the client.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Client) -> T) -> T {
        read(&self.client.borrow())
    }

    fn next_action(&self) -> Option<Action> {
        self.actions.borrow_mut().pop_front()
    }

    fn perform(&self, action: Action) {
        let host = &self.host;
        match action {
            Action::Send(Request { id, body, number, refresh, is_last }) => {
                host.send(id.0, body, number, refresh, is_last);
            }
            Action::Abort(exchange) => host.abort(exchange.0),
            Action::OpenSocket(socket) => host.open_socket(socket.0),
            Action::SendText(socket, text) => host.send_text(socket.0, text),
            Action::CloseSocket(socket) => host.close_socket(socket.0),
            Action::ForgetCookies => host.forget_cookies(),
            Action::Subscribed(subscriber) => host.subscribed(subscriber.0),
            Action::Refused(subscriber, status, said, rest) => {
                host.refused(subscriber.0, status, &said, rest.map(|rest| rest.get() as f64));
            }
            Action::Bytes(subscriber, bytes) => host.piece(subscriber.0, Piece(bytes)),
            Action::Ended(subscriber) => host.ended(subscriber.0),
            Action::Warn(subscriber, error) => {
                let report = Report { error, retryable: true, attempt: 1, position: None };
                host.warn(subscriber.0, convert::report(host, Some(&report)));
            }
            Action::Settled(call, Ok(reply)) => {
                host.settled(call.0, Some(String::from_utf8_lossy(&reply).into_owned()), JsValue::NULL);
            }
            Action::Settled(call, Err(error)) => {
                let report = Report { error, retryable: false, attempt: 1, position: None };
                host.settled(call.0, None, convert::report(host, Some(&report)));
            }
            Action::Show(text) => host.show(&String::from_utf8_lossy(&text)),
            Action::Tell(notice) => self.tell(notice),
        }
    }

    fn tell(&self, notice: Notice) {
        let host = &self.host;
        match notice {
            Notice::State(name) => host.state(name.name()),
            Notice::Error(report) => host.error(convert::report(host, Some(&report))),
            Notice::Retry { cause, attempt, delay } => {
                host.retry(convert::report(host, cause.as_ref()), attempt, delay.get() as f64);
            }
            Notice::Close(report) => host.close(convert::report(host, report.as_ref())),
        }
    }

    /// Keeps one timer of the host for the client's earliest.
    fn arm(&self) {
        let wanted = self.read(Client::poll_timeout);
        if wanted != self.armed.replace(wanted) {
            let now = convert::now().mono;
            self.host.arm(wanted.map_or(f64::INFINITY, |at| at.since(now).get() as f64));
        }
    }
}

fn config(options: &Options<'_>) -> Config {
    let defaults = Config::default();
    Config {
        retry: options.flag("repeatable").then(|| options.retry_policy(defaults.retry.unwrap_or_default())),
        can_refresh: options.flag("canRefresh"),
        busy: options.number("busyWait").map(convert::millis),
        connect_timeout: options.span("connectTimeout", limits::CONNECT_TIMEOUT),
        sockets: if options.flag("sockets") { Sockets::Preferred } else { Sockets::Never },
        ack: options.flag("ack"),
        timesync: options.flag("timesync"),
    }
}
