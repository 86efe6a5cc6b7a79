//! The two objects that `src/js` hands over: the options, already checked, and the host, which
//! takes what the application is to get.

// Each getter has the name of its option, and `index.d.ts` says what that means.
#![allow(missing_docs)]

use alloc::string::String;

use js_sys::{Array, Function, Object};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The options of one stream, as `src/js/options.js` makes them. What the application left out
    /// is undefined, and takes the core's default.
    #[derive(Clone)]
    #[wasm_bindgen(js_name = Object)]
    pub type Options;

    #[wasm_bindgen(method, getter)]
    pub fn url(this: &Options) -> String;
    #[wasm_bindgen(method, getter)]
    pub fn method(this: &Options) -> String;
    /// What tells this source from others, without secrets.
    #[wasm_bindgen(method, getter)]
    pub fn identity(this: &Options) -> String;
    #[wasm_bindgen(method, getter, js_name = positionHeader)]
    pub fn position_header(this: &Options) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = positionQuery)]
    pub fn position_query(this: &Options) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    pub fn events(this: &Options) -> Option<Array>;
    #[wasm_bindgen(method, getter)]
    pub fn done(this: &Options) -> Option<String>;

    #[wasm_bindgen(method, getter)]
    pub fn bookmark(this: &Options) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    pub fn store(this: &Options) -> JsValue;
    /// `"latest"` or `"earliest"`.
    #[wasm_bindgen(method, getter)]
    pub fn start(this: &Options) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = startPosition)]
    pub fn start_position(this: &Options) -> Option<String>;

    /// Whether there is more than one attempt.
    #[wasm_bindgen(method, getter)]
    pub fn repeatable(this: &Options) -> bool;
    #[wasm_bindgen(method, getter, js_name = retryMin)]
    pub fn retry_min(this: &Options) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = retryMax)]
    pub fn retry_max(this: &Options) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = retryFactor)]
    pub fn retry_factor(this: &Options) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = retryJitter)]
    pub fn retry_jitter(this: &Options) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = retryAttempts)]
    pub fn retry_attempts(this: &Options) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = canRefresh)]
    pub fn can_refresh(this: &Options) -> bool;
    #[wasm_bindgen(method, getter, js_name = connectTimeout)]
    pub fn connect_timeout(this: &Options) -> Option<f64>;
    /// Infinity where the application wants none.
    #[wasm_bindgen(method, getter, js_name = idleTimeout)]
    pub fn idle_timeout(this: &Options) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = highWaterMark)]
    pub fn high_water_mark(this: &Options) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = maxEventBytes)]
    pub fn max_event_bytes(this: &Options) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = skipOversize)]
    pub fn skip_oversize(this: &Options) -> bool;

    #[wasm_bindgen(method, getter)]
    pub fn fetch(this: &Options) -> Function;
    /// What each request is sent with besides method, headers and signal.
    #[wasm_bindgen(method, getter)]
    pub fn init(this: &Options) -> Object;
    /// Whether this runtime's headers are strings of bytes, as the Fetch Standard has them, or text.
    #[wasm_bindgen(method, getter, js_name = byteHeaders)]
    pub fn byte_headers(this: &Options) -> bool;
}

#[wasm_bindgen]
extern "C" {
    /// Takes what the application is to get. None of its methods throws what a callback threw.
    #[derive(Clone)]
    #[wasm_bindgen(js_name = Object)]
    pub type Host;

    /// The application's headers for an attempt: pairs, or a promise of them.
    #[wasm_bindgen(method, catch)]
    pub fn headers(this: &Host, attempt: u32, refresh: bool) -> Result<JsValue, JsValue>;
    /// A table of events in linear memory, to be read before this returns.
    #[wasm_bindgen(method, catch)]
    #[allow(clippy::too_many_arguments)]
    pub fn deliver(
        this: &Host,
        rows: *const u32,
        count: u32,
        bytes: *const u8,
        ids: *const u8,
        ids_length: u32,
        generation: u32,
        first: f64,
    ) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn redeliver(this: &Host, seq: f64) -> Result<(), JsValue>;
    /// Returns the name of a policy.
    #[wasm_bindgen(method, catch)]
    pub fn gap(this: &Host, gap: &Object) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn state(this: &Host, name: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn retry(this: &Host, retry: &Object) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn commit(this: &Host, position: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn error(this: &Host, report: &Object) -> Result<(), JsValue>;
    /// `report` is null where the end is proper.
    #[wasm_bindgen(method, catch)]
    pub fn close(this: &Host, report: &JsValue) -> Result<(), JsValue>;
}
