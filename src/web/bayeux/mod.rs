//! Bayeux clients, from the side of JavaScript: an input each.

mod client;
mod host;

use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;

use wasm_bindgen::prelude::*;

use crate::engine::bayeux::{
    CallId, Client, ExchangeId, Input, Listening, Publication, Replay, SocketId, SubscriberId,
};
use crate::engine::io::Fault;
use crate::engine::json::elements;
use crate::engine::request::Head;
use crate::engine::time::Millis;

use super::convert::{self, Options};
use super::driver::Driver;
use super::host::Host;

/// Bytes of a subscription, on their way to the session that reads it, in a module of its own. They stay in this
/// one's memory until they are copied into that one's.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Piece(Vec<u8>);

#[wasm_bindgen]
impl Piece {
    /// Where they are.
    pub fn address(&self) -> *const u8 {
        self.0.as_ptr()
    }

    /// How many.
    pub fn size(&self) -> usize {
        self.0.len()
    }
}

/// One client, from the side of `src/js`.
#[wasm_bindgen]
pub struct BayeuxHandle {
    driver: Driver<Client>,
    /// The body of the next response, which JavaScript writes here.
    room: RefCell<Vec<u8>>,
}

#[wasm_bindgen]
impl BayeuxHandle {
    /// A client that has not begun, with the options of `src/js/bayeux-options.js`.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue, host: Host, seed: f64) -> Self {
        let client = Client::new(client::config(&Options(options)), seed as u64);
        Self { driver: Driver::new(client, host), room: RefCell::default() }
    }

    /// Begins.
    pub fn start(&self) {
        self.driver.input(Input::Start);
    }

    /// The address of room for the body of a response, which is to be written there.
    pub fn room(&self, length: usize) -> *mut u8 {
        let mut room = self.room.borrow_mut();
        room.resize(length, 0);
        room.as_mut_ptr()
    }

    /// The response to a request is complete, its body in the room. `headers` has one a line.
    pub fn reply(&self, exchange: u32, status: u16, headers: &str) {
        let head = Head { status, headers: convert::headers(headers) };
        let body = self.room.take();
        self.driver.input(Input::Reply(ExchangeId(exchange), head, &body));
    }

    /// The request has failed. `auth`: the application's headers function did; `denied`: for good.
    pub fn failed(&self, exchange: u32, auth: bool, denied: bool, why: String) {
        let fault = convert::fault(auth, denied, why);
        self.driver.input(Input::Failed(ExchangeId(exchange), fault));
    }

    /// An extension has failed, on the request's way or its response's.
    #[wasm_bindgen(js_name = extensionFailed)]
    pub fn extension_failed(&self, exchange: u32, why: String) {
        self.driver.input(Input::Failed(ExchangeId(exchange), Fault::Extension(why)));
    }

    /// The socket is open.
    #[wasm_bindgen(js_name = socketOpen)]
    pub fn socket_open(&self, socket: u32) {
        self.driver.input(Input::SocketOpen(SocketId(socket)));
    }

    /// It has brought a text.
    #[wasm_bindgen(js_name = socketText)]
    pub fn socket_text(&self, socket: u32, text: &[u8]) {
        self.driver.input(Input::SocketText(SocketId(socket), text));
    }

    /// It is closed, or could not be opened.
    #[wasm_bindgen(js_name = socketClosed)]
    pub fn socket_closed(&self, socket: u32) {
        self.driver.input(Input::SocketClosed(SocketId(socket)));
    }

    /// The timer has gone off.
    pub fn timeout(&self) {
        self.driver.timeout();
    }

    /// A channel is to be heard: from behind `position`, or where `word` says; without either, it has no
    /// positions.
    pub fn subscribe(&self, id: u32, channel: String, word: Option<String>, position: Option<String>) {
        let replay = match (position, word.as_deref()) {
            (Some(position), _) => Replay::After(position),
            (None, Some("earliest")) => Replay::Earliest,
            (None, Some(_)) => Replay::Latest,
            (None, None) => Replay::Never,
        };
        self.driver.input(Input::Subscribe(SubscriberId(id), channel, replay));
    }

    /// And no more.
    pub fn unsubscribe(&self, id: u32) {
        self.driver.input(Input::Unsubscribe(SubscriberId(id)));
    }

    /// The next bytes of a subscription are wanted.
    pub fn read(&self, id: u32) {
        self.driver.input(Input::Read(SubscriberId(id)));
    }

    /// Publishes `data`, which is JSON. Where `within` is given, the answer is an event that comes within so
    /// many milliseconds.
    pub fn publish(&self, call: u32, channel: &str, data: &str, within: Option<f64>) {
        let answer_within = within.map(|span| Millis::new(span as u64));
        let publication = Publication { channel, data: data.as_bytes(), answer_within };
        self.driver.input(Input::Publish(CallId(call), publication));
    }

    /// Holds back what is to be sent.
    #[wasm_bindgen(js_name = beginBatch)]
    pub fn begin_batch(&self) {
        self.driver.input(Input::BeginBatch);
    }

    /// Sends it.
    #[wasm_bindgen(js_name = endBatch)]
    pub fn end_batch(&self) {
        self.driver.input(Input::EndBatch);
    }

    /// Which messages are to be shown: none, those of the protocol, all.
    pub fn listen(&self, level: u32) {
        self.driver.input(Input::Listen(match level {
            0 => Listening::Nothing,
            1 => Listening::Meta,
            _ => Listening::Everything,
        }));
    }

    /// The network may be back.
    pub fn wake(&self) {
        self.driver.input(Input::Wake);
    }

    /// The page is put away.
    pub fn freeze(&self) {
        self.driver.input(Input::Freeze);
    }

    /// The page is back.
    pub fn thaw(&self) {
        self.driver.input(Input::Thaw);
    }

    /// The end.
    pub fn close(&self) {
        self.driver.input(Input::Close);
    }

    /// The counters.
    pub fn stats(&self) -> Vec<f64> {
        self.driver.read(|client| client.stats().values().iter().map(|&value| value as f64).collect())
    }

    /// Lag and offset of the server's clock, where they are known.
    pub fn clock(&self) -> Vec<f64> {
        self.driver
            .read(Client::clock)
            .map_or_else(Vec::new, |(lag, offset)| Vec::from([lag as f64, offset as f64]))
    }

    /// Where each message of a body begins and ends; empty where it holds none.
    pub fn cut(&self, body: &[u8]) -> Vec<u32> {
        let found = elements(body).unwrap_or_default();
        found.into_iter().flat_map(|span| [span.start as u32, span.end as u32]).collect()
    }
}
