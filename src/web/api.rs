//! What JavaScript can call: an input each. Every method takes `&self`, so that a callback may call
//! another one.

use alloc::string::String;
use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use crate::engine::event::Seq;
use crate::engine::io::{AttemptId, Fault, Input};
use crate::engine::request::Head;
use crate::engine::session::Session;

use super::convert::{self, Options};
use super::driver::Driver;
use super::host::Host;
use super::page::Page;
use super::stream;

/// One stream, from the side of `src/js`.
#[wasm_bindgen]
pub struct Handle(Driver<Session>);

#[wasm_bindgen]
impl Handle {
    /// A stream that has not begun, with the options of `src/js/options.js`.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue, host: Host, seed: f64) -> Self {
        Self(Driver::new(Options(options).session(seed as u64), host))
    }

    /// Begins: reads the bookmark, then connects.
    pub fn start(&self) {
        self.0.input(Input::Start);
    }

    /// The store's record under that name, if it has one.
    pub fn loaded(&self, name: &str, record: Option<String>) {
        self.0.input(Input::Loaded(name, Ok(record.as_deref())));
    }

    /// The store could not be read.
    #[wasm_bindgen(js_name = loadFailed)]
    pub fn load_failed(&self, name: &str, why: String) {
        self.0.input(Input::Loaded(name, Err(why)));
    }

    /// The store has taken the record.
    pub fn saved(&self) {
        self.0.input(Input::Saved(Ok(())));
    }

    /// The store has not taken it.
    #[wasm_bindgen(js_name = saveFailed)]
    pub fn save_failed(&self, why: String) {
        self.0.input(Input::Saved(Err(why)));
    }

    /// Another stream has moved the bookmark, so that the store was not asked to take it.
    pub fn overtaken(&self) {
        self.0.input(Input::Overtaken);
    }

    /// A response has begun. `headers` has one a line.
    pub fn head(&self, attempt: u32, status: u16, headers: &str) {
        let head = Head { status, headers: convert::headers(headers) };
        self.0.input(Input::Head(AttemptId(attempt), head));
    }

    /// A piece of its body.
    pub fn bytes(&self, attempt: u32, bytes: &[u8]) {
        self.0.input(Input::Bytes(AttemptId(attempt), bytes));
    }

    /// The end of its body.
    pub fn end(&self, attempt: u32) {
        self.0.input(Input::End(AttemptId(attempt)));
    }

    /// The request failed, or its body. `auth`: the application's headers function did; `denied`: for good.
    pub fn failed(&self, attempt: u32, auth: bool, denied: bool, why: String) {
        let fault = convert::fault(auth, denied, why);
        self.0.input(Input::Failed(AttemptId(attempt), fault));
    }

    /// The request was not let through, and is without the header that carries the position.
    #[wasm_bindgen(js_name = positionRefused)]
    pub fn position_refused(&self, attempt: u32) {
        self.0.input(Input::Failed(AttemptId(attempt), Fault::PositionRefused));
    }

    /// The timer has gone off.
    pub fn timeout(&self) {
        self.0.timeout();
    }

    /// The application's word on a gap.
    pub fn decide(&self, policy: &str) {
        self.0.input(Input::Decide(stream::gap_policy(policy)));
    }

    /// The events from number `first` to `last` are handled.
    pub fn handled(&self, first: f64, last: f64) {
        self.0.input(Input::Handled(Seq::new(first as u64), Seq::new(last as u64)));
    }

    /// The application is through with the events from number `first` to `last`.
    pub fn released(&self, first: f64, last: f64) {
        self.0.input(Input::Released(Seq::new(first as u64), Seq::new(last as u64)));
    }

    /// The handler of an event has failed; `policy` is the name of what follows.
    #[wasm_bindgen(js_name = handlerFailed)]
    pub fn handler_failed(&self, number: f64, policy: &str) {
        self.0.input(Input::HandlerFailed(Seq::new(number as u64), stream::handler_policy(policy)));
    }

    /// Whether a record that turns out to be no JSON is passed over.
    #[wasm_bindgen(js_name = skipsBadRecords)]
    pub fn skips_bad_records(&self) -> bool {
        self.0.read(Session::skips_bad_records)
    }

    /// No more events for now.
    pub fn pause(&self) {
        self.0.input(Input::Pause);
    }

    /// Events again.
    pub fn resume(&self) {
        self.0.input(Input::Resume);
    }

    /// A new connection.
    pub fn reconnect(&self) {
        self.0.input(Input::Reconnect);
    }

    /// Goes on at `position`, or without one where `word` says.
    pub fn seek(&self, word: Option<String>, position: Option<String>) {
        self.0.input(Input::Seek(stream::resume(word.as_deref(), position)));
    }

    /// The stream of bytes begins anew.
    pub fn discard(&self) {
        self.0.input(Input::Discard);
    }

    /// What there is, and then the end.
    pub fn drain(&self) {
        self.0.input(Input::Drain);
    }

    /// All items once more.
    pub fn rescan(&self) {
        self.0.input(Input::Rescan);
    }

    /// The network may be back.
    pub fn wake(&self) {
        self.0.input(Input::Wake);
    }

    /// The page is put away.
    pub fn freeze(&self) {
        self.0.input(Input::Freeze);
    }

    /// The page is back.
    pub fn thaw(&self) {
        self.0.input(Input::Thaw);
    }

    /// The end.
    pub fn close(&self) {
        self.0.input(Input::Close);
    }

    /// The last committed position.
    pub fn position(&self) -> Option<String> {
        self.0.read(|session| convert::text(session.position()))
    }

    /// How long the source wants a client to wait before it comes back.
    #[wasm_bindgen(js_name = reconnectionTime)]
    pub fn reconnection_time(&self) -> f64 {
        self.0.read(|session| session.reconnection_time().get() as f64)
    }

    /// The counters.
    pub fn stats(&self) -> Vec<f64> {
        self.0.read(|session| session.stats().values().iter().map(|&value| value as f64).collect())
    }

    /// Lays the table out that `deliver` was just told of, and returns its address. `mixed` says what
    /// becomes of text beyond ASCII.
    #[wasm_bindgen(js_name = layOut)]
    pub fn lay_out(&self, page: &mut Page, mixed: u32) -> *const u32 {
        self.0.take(|session| page.lay_out(session.batch(), stream::mixed(mixed)))
    }

    /// The name of an event type, by its number in the table.
    #[wasm_bindgen(js_name = typeName)]
    pub fn type_name(&self, number: u32) -> String {
        self.0.read(|session| session.types().name(number).into())
    }
}
