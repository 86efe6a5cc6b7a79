//! What JavaScript can call. Every method takes `&self`, so that a callback may call another one.

use alloc::rc::Rc;
use alloc::string::String;

use js_sys::Object;
use wasm_bindgen::prelude::*;

use crate::engine::io::Input;

use super::convert;
use super::driver::{seq, Driver};
use super::host::{Host, Options};

/// One stream, from the side of `src/js`.
#[wasm_bindgen]
pub struct Handle(Rc<Driver>);

#[wasm_bindgen]
impl Handle {
    /// A stream that has not begun.
    #[wasm_bindgen(constructor)]
    pub fn new(options: Options, host: Host) -> Self {
        Self(Driver::new(options, host))
    }

    /// Begins: reads the bookmark, then connects.
    pub fn start(&self) {
        self.0.start();
    }

    /// The events from number `first` to `last` are handled.
    pub fn handled(&self, first: f64, last: f64) {
        self.0.input(Input::Handled(seq(first), seq(last)));
    }

    /// The handler of event number `number` has failed; `policy` is the name of what follows.
    #[wasm_bindgen(js_name = handlerFailed)]
    pub fn handler_failed(&self, number: f64, policy: &str) {
        self.0.input(Input::HandlerFailed(seq(number), convert::handler_policy(policy)));
    }

    /// Asks for no more events.
    pub fn pause(&self) {
        self.0.input(Input::Pause);
    }

    /// Asks for events again.
    pub fn resume(&self) {
        self.0.input(Input::Resume);
    }

    /// Connects anew.
    pub fn reconnect(&self) {
        self.0.input(Input::Reconnect);
    }

    /// Goes on at `position`, or without one where `word` says.
    pub fn seek(&self, word: Option<String>, position: Option<String>) {
        self.0.input(Input::Seek(convert::resume(word.as_deref(), position)));
    }

    /// Ends.
    pub fn close(&self) {
        self.0.input(Input::Close);
    }

    /// The last committed position.
    pub fn position(&self) -> Option<String> {
        self.0.position()
    }

    /// The counters.
    pub fn stats(&self) -> Object {
        convert::stats(&self.0.stats())
    }

    /// The name of an event type, by its number in the table.
    #[wasm_bindgen(js_name = typeName)]
    pub fn type_name(&self, number: u32) -> String {
        self.0.type_name(number)
    }
}
