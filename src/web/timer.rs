//! One `setTimeout`, cleared on drop.

use wasm_bindgen::prelude::*;

use crate::engine::time::{Millis, Now};

use super::convert::millis;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &JsValue, delay: i32) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// The two clocks of the platform.
pub(crate) fn now() -> Now {
    Now { mono: millis(performance_now()), wall: millis(js_sys::Date::now()) }
}

/// A callback that is still to come.
pub(crate) struct Timeout {
    handle: JsValue,
    /// For when it goes off, on the monotonic clock.
    pub(crate) at: Millis,
    _callback: Closure<dyn FnMut()>,
}

impl Timeout {
    /// Calls `callback` at `at`, or earlier where that is further away than a timer can be.
    pub(crate) fn new(at: Millis, callback: impl FnMut() + 'static) -> Self {
        let callback = Closure::new(callback);
        // The monotonic clock is read in whole milliseconds, rounded down: one more is never early.
        let delay = at.since(now().mono).get().saturating_add(1);
        let delay = i32::try_from(delay).unwrap_or(i32::MAX);
        let handle = set_timeout(callback.as_ref(), delay);
        Self { handle, at, _callback: callback }
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        clear_timeout(&self.handle);
    }
}
