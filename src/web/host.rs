//! What JavaScript does for the core: one method for each action. `src/js/shell/host.js` has them.

use alloc::string::String;

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The host of one stream. A method that throws is at fault, and ends the stream.
    #[wasm_bindgen(js_name = Object)]
    pub type Host;

    /// Read the record under this bookmark's name; answer with `loaded` or `loadFailed`.
    #[wasm_bindgen(method)]
    pub(super) fn load(this: &Host, name: &str);
    /// Write it; answer with `saved`, `saveFailed` or `overtaken`.
    #[wasm_bindgen(method)]
    pub(super) fn save(this: &Host, name: &str, record: &str);
    /// Send a request; answer with `head` or `failed`. `headers` has one a line, as HTTP/1.1 has.
    /// `in_body` are texts to be written into the body, as a JSON object by the numbers of their places.
    #[wasm_bindgen(method)]
    #[allow(clippy::too_many_arguments)]
    pub(super) fn open(
        this: &Host,
        attempt: u32,
        number: u32,
        refresh: bool,
        method: &str,
        url: &str,
        headers: &str,
        in_body: Option<String>,
    );
    /// Read the next piece of its body; answer with `bytes`, `end` or `failed`.
    #[wasm_bindgen(method)]
    pub(super) fn read(this: &Host, attempt: u32);
    /// Give it up.
    #[wasm_bindgen(method)]
    pub(super) fn abort(this: &Host, attempt: u32);
    /// Call `timeout` after so many milliseconds, instead of when it was wanted before; never
    /// where that is infinite.
    #[wasm_bindgen(method)]
    pub(super) fn arm(this: &Host, delay: f64);
    /// Hand out a table of events, of which `layOut` gives the address, before this returns. The
    /// first of them has that number.
    #[wasm_bindgen(method)]
    pub(super) fn deliver(this: &Host, first: f64);
    /// Hand out this event again.
    #[wasm_bindgen(method)]
    pub(super) fn redeliver(this: &Host, seq: f64);
    /// Ask about a gap; answer with `decide`. `age` is negative where it is not known.
    #[wasm_bindgen(method)]
    pub(super) fn gap(this: &Host, reason: &str, position: Option<String>, age: f64);
    /// Tell of a state.
    #[wasm_bindgen(method)]
    pub(super) fn state(this: &Host, name: &str);
    /// Tell of the next attempt. `cause` is an error, or null.
    #[wasm_bindgen(method)]
    pub(super) fn retry(this: &Host, cause: JsValue, attempt: u32, delay: f64);
    /// Tell that all has been read. `delay` is negative where nothing follows.
    #[wasm_bindgen(method)]
    pub(super) fn top(this: &Host, events: f64, pages: u32, delay: f64);
    /// Tell of a commit.
    #[wasm_bindgen(method)]
    pub(super) fn commit(this: &Host, position: &str);
    /// Tell of an error.
    #[wasm_bindgen(method)]
    pub(super) fn error(this: &Host, error: JsValue);
    /// Tell of the end. `error` is null where it is proper.
    #[wasm_bindgen(method)]
    pub(super) fn close(this: &Host, error: JsValue);
    /// Makes an error.
    #[wasm_bindgen(method)]
    pub(super) fn report(
        this: &Host,
        code: &str,
        culprit: &str,
        message: &str,
        retryable: bool,
        attempt: u32,
        position: Option<String>,
    ) -> JsValue;
    /// Adds to an error the response that it comes from.
    #[wasm_bindgen(method, js_name = addResponse)]
    pub(super) fn add_response(this: &Host, error: &JsValue, status: u16, headers: &str, body: &str);
    /// Adds to an error the record that it is about.
    #[wasm_bindgen(method, js_name = addRecord)]
    pub(super) fn add_record(this: &Host, error: &JsValue, record: u32, offset: f64, body: &str);
}

#[wasm_bindgen]
extern "C" {
    /// The platform's monotonic clock.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    pub(super) fn performance_now() -> f64;
    /// The platform's calendar clock.
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    pub(super) fn date_now() -> f64;
}
