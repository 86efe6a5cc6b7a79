//! What JavaScript does for a client, besides what it does for every machine. `src/js/shell/bayeux-host.js`
//! has it.

use alloc::string::String;
use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use super::super::host::Host;
use super::Piece;

#[wasm_bindgen]
extern "C" {
    /// Send a request; answer with `reply` or `failed`.
    #[wasm_bindgen(method)]
    pub(super) fn send(this: &Host, exchange: u32, body: Vec<u8>, number: u32, refresh: bool, last: bool);
    /// Open a socket; answer with `socketOpen` or `socketClosed`.
    #[wasm_bindgen(method, js_name = openSocket)]
    pub(super) fn open_socket(this: &Host, socket: u32);
    /// Send a text over it.
    #[wasm_bindgen(method, js_name = sendText)]
    pub(super) fn send_text(this: &Host, socket: u32, text: Vec<u8>);
    /// Close it.
    #[wasm_bindgen(method, js_name = closeSocket)]
    pub(super) fn close_socket(this: &Host, socket: u32);
    /// Forget the cookies.
    #[wasm_bindgen(method, js_name = forgetCookies)]
    pub(super) fn forget_cookies(this: &Host);
    /// The subscription stands.
    #[wasm_bindgen(method)]
    pub(super) fn subscribed(this: &Host, subscriber: u32);
    /// It was refused, with a status as of HTTP, and is not to be asked for again for so many milliseconds.
    #[wasm_bindgen(method)]
    pub(super) fn refused(this: &Host, subscriber: u32, status: u16, said: &str, rest: Option<f64>);
    /// A piece of it.
    #[wasm_bindgen(method)]
    pub(super) fn piece(this: &Host, subscriber: u32, piece: Piece);
    /// There are no more.
    #[wasm_bindgen(method)]
    pub(super) fn ended(this: &Host, subscriber: u32);
    /// Something went wrong with it.
    #[wasm_bindgen(method)]
    pub(super) fn warn(this: &Host, subscriber: u32, error: JsValue);
    /// A publication was answered: with a message, or with an error.
    #[wasm_bindgen(method)]
    pub(super) fn settled(this: &Host, call: u32, reply: Option<String>, error: JsValue);
    /// A message that the application wants to see.
    #[wasm_bindgen(method)]
    pub(super) fn show(this: &Host, text: &str);
}
