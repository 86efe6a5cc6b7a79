//! What a page or a worker goes through: online, visible, put away, back.

use alloc::vec::Vec;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::convert::{get, method};

/// What has happened to the page.
#[derive(Clone, Copy)]
pub(crate) enum PageEvent {
    /// The network may be back, or somebody looks again.
    Wake,
    /// The page is put away.
    Hide,
    /// The page is back from there.
    Show,
}

/// Event listeners, removed on drop.
pub(crate) struct Listeners(Vec<Listener>);

struct Listener {
    target: JsValue,
    name: &'static str,
    callback: Closure<dyn FnMut()>,
}

impl Listeners {
    /// Listens where there is something to hear: in pages, and in workers that know whether they
    /// are online. Elsewhere the list stays empty.
    pub(crate) fn new(on: impl Fn(PageEvent) + Clone + 'static) -> Self {
        let mut listeners = Self(Vec::new());
        let global = JsValue::from(js_sys::global());
        if get(&get(&global, "navigator"), "onLine").as_bool().is_none() {
            return listeners;
        }
        let told = |event| {
            let on = on.clone();
            move || on(event)
        };
        listeners.add(&global, "online", told(PageEvent::Wake));
        let document = get(&global, "document");
        if document.is_object() {
            listeners.add(&global, "pagehide", told(PageEvent::Hide));
            listeners.add(&global, "pageshow", told(PageEvent::Show));
            let (target, on) = (document.clone(), on.clone());
            listeners.add(&document, "visibilitychange", move || {
                if get(&target, "visibilityState").as_string().as_deref() == Some("visible") {
                    on(PageEvent::Wake);
                }
            });
        }
        listeners
    }

    fn add(&mut self, target: &JsValue, name: &'static str, callback: impl FnMut() + 'static) {
        let callback = Closure::new(callback);
        let listener = Listener { target: target.clone(), name, callback };
        listener.call("addEventListener");
        self.0.push(listener);
    }
}

impl Listener {
    fn call(&self, name: &str) {
        let function: Option<Function> = method(&self.target, name);
        if let Some(function) = function {
            // A host without these events is no worse off without them.
            let _ = function.call2(&self.target, &JsValue::from_str(self.name), self.callback.as_ref());
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.call("removeEventListener");
    }
}
