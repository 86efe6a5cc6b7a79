//! The application's store, whichever of the two customary shapes it has.

use alloc::string::{String, ToString};

use js_sys::Function;
use wasm_bindgen::JsValue;

use super::convert::method;

/// A store, by the names of its methods.
pub(crate) struct Store {
    store: JsValue,
    read: Option<Function>,
    write: Option<Function>,
}

impl Store {
    /// A store with `getItem` and `setItem`, or with `get` and `put`.
    pub(crate) fn new(store: JsValue) -> Self {
        let read = method(&store, "getItem").or_else(|| method(&store, "get"));
        let write = method(&store, "setItem").or_else(|| method(&store, "put"));
        Self { store, read, write }
    }

    /// The record, a promise of it, or what was thrown.
    pub(crate) fn read(&self, name: &str) -> Result<JsValue, JsValue> {
        call(&self.read, |read| read.call1(&self.store, &key(name)))
    }

    /// Anything, a promise of it, or what was thrown.
    pub(crate) fn write(&self, name: &str, record: &str) -> Result<JsValue, JsValue> {
        call(&self.write, |write| write.call2(&self.store, &key(name), &JsValue::from_str(record)))
    }
}

/// What the store gave, as a record. Whatever is no text was not written by us; it must not pass
/// for an empty store.
pub(crate) fn record(value: &JsValue) -> Option<String> {
    if value.is_null() || value.is_undefined() {
        None
    } else {
        Some(value.as_string().unwrap_or_default())
    }
}

fn call(
    function: &Option<Function>,
    with: impl FnOnce(&Function) -> Result<JsValue, JsValue>,
) -> Result<JsValue, JsValue> {
    function.as_ref().map_or_else(|| Err(JsValue::from_str("there is no store")), with)
}

/// Bookmarks share a store with whatever else is in it.
fn key(name: &str) -> JsValue {
    JsValue::from_str(&("brookmark:".to_string() + name))
}
