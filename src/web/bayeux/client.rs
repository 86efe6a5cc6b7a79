//! Clients as their driver knows them: their options, and what each action is to the host.

use alloc::string::String;

use wasm_bindgen::JsValue;

use crate::engine::bayeux::{Action, Client, Config, Input, Notice, Request, Sockets};
use crate::engine::io::Report;
use crate::engine::limits;
use crate::engine::time::{Millis, Now};

use super::super::convert::{self, Options};
use super::super::driver::{Driver, Machine};
use super::super::host::Host;
use super::Piece;

impl Machine for Client {
    type Input<'a> = Input<'a>;
    type Action = Action;

    fn handle(&mut self, now: Now, input: Input<'_>) {
        self.handle(now, input);
    }

    fn poll(&mut self) -> Option<Action> {
        self.poll()
    }

    fn poll_timeout(&self) -> Option<Millis> {
        self.poll_timeout()
    }

    fn timeout<'a>() -> Input<'a> {
        Input::Timeout
    }

    fn perform(driver: &Driver<Self>, action: Action) {
        let host = &driver.host;
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
            Action::Tell(notice) => tell(host, notice),
        }
    }
}

fn tell(host: &Host, notice: Notice) {
    match notice {
        Notice::State(name) => host.state(name.name()),
        Notice::Error(report) => host.error(convert::report(host, Some(&report))),
        Notice::Retry { cause, attempt, delay } => {
            host.retry(convert::report(host, cause.as_ref()), attempt, delay.get() as f64);
        }
        Notice::Close(report) => host.close(convert::report(host, report.as_ref())),
    }
}

pub(super) fn config(options: &Options<'_>) -> Config {
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
