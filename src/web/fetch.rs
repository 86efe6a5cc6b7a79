//! One request by fetch, given up on drop.

use alloc::rc::Rc;
use alloc::string::String;
use core::cell::RefCell;

use js_sys::{Function, Object, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{spawn_local, JsFuture};
use web_sys::{AbortController, Headers, ReadableStreamDefaultReader, Response};

use crate::engine::chunk::Chunk;
use crate::engine::io::Attempt;
use crate::engine::request::Head;

use super::convert::{get, pairs, set};
use super::host::{Host, Options};

/// A request and the body of its response.
pub(crate) struct Fetch {
    /// Missing only where the platform has no such thing: then nothing can be given up.
    controller: Option<AbortController>,
    reader: RefCell<Option<ReadableStreamDefaultReader>>,
}

/// Why a request failed, with what was thrown.
pub(crate) enum Failure {
    /// The application's headers function.
    Headers(JsValue),
    /// Everything else.
    Network(JsValue),
}

/// The next piece of a body.
pub(crate) enum Piece {
    /// Some bytes.
    Bytes(JsBytes),
    /// The proper end.
    End,
}

/// Bytes that still lie in JavaScript's memory.
pub(crate) struct JsBytes(Uint8Array);

impl Chunk for JsBytes {
    fn len(&self) -> usize {
        self.0.length() as usize
    }

    fn copy_to(&self, target: &mut [u8]) {
        self.0.copy_to(target);
    }
}

impl Fetch {
    /// Sends the request and waits for the beginning of the response.
    pub(crate) async fn open(
        &self,
        attempt: &Attempt,
        options: &Options,
        host: &Host,
    ) -> Result<Head, Failure> {
        let own = host.headers(attempt.number, attempt.refresh).map_err(Failure::Headers)?;
        let own = settled(own).await.map_err(Failure::Headers)?;
        let headers = request_headers(attempt, &own, options.byte_headers()).map_err(Failure::Headers)?;
        let response = self.send(attempt, options, &headers).await.map_err(Failure::Network)?;
        let head = Head { status: response.status(), headers: pairs(&response.headers()) };
        if let Some(body) = response.body() {
            let reader = body.get_reader().dyn_into::<ReadableStreamDefaultReader>();
            *self.reader.borrow_mut() = reader.ok();
        }
        Ok(head)
    }

    async fn send(
        &self,
        attempt: &Attempt,
        options: &Options,
        headers: &Headers,
    ) -> Result<Response, JsValue> {
        let init = Object::assign(&Object::new(), &options.init());
        set(&init, "method", attempt.request.method.as_str());
        set(&init, "headers", headers.clone());
        if let Some(controller) = &self.controller {
            set(&init, "signal", controller.signal());
        }
        let fetch: Function = options.fetch();
        let url = JsValue::from_str(&attempt.request.url);
        let response = settled(fetch.call2(&JsValue::UNDEFINED, &url, &init)?).await?;
        if get(&response, "status").as_f64().is_none() {
            return Err(JsValue::from_str("fetch gave something that is no response"));
        }
        Ok(response.unchecked_into())
    }

    /// Waits for the next piece of the body. An answer without a body is at its end.
    pub(crate) async fn read(&self) -> Result<Piece, JsValue> {
        let reader = self.reader.borrow().clone();
        let Some(reader) = reader else {
            return Ok(Piece::End);
        };
        let piece = JsFuture::from(reader.read()).await?;
        if get(&piece, "done").is_truthy() {
            return Ok(Piece::End);
        }
        let bytes = get(&piece, "value");
        if get(&bytes, "byteLength").as_f64().is_none() {
            return Err(JsValue::from_str("the body holds something that is no bytes"));
        }
        Ok(Piece::Bytes(JsBytes(bytes.unchecked_into())))
    }
}

/// Keeps a request going. On drop it is given up, whoever else still waits for it.
pub(crate) struct Running(Rc<Fetch>);

impl Running {
    pub(crate) fn new() -> Self {
        let controller = AbortController::new().ok();
        Self(Rc::new(Fetch { controller, reader: RefCell::new(None) }))
    }

    pub(crate) fn fetch(&self) -> Rc<Fetch> {
        Rc::clone(&self.0)
    }
}

impl Drop for Running {
    /// An aborted fetch cancels its body; the reader is cancelled as well for a fetch that does not
    /// listen to its signal. Nobody waits for either.
    fn drop(&mut self) {
        if let Some(controller) = &self.0.controller {
            controller.abort();
        }
        if let Some(reader) = self.0.reader.borrow_mut().take() {
            let cancelled = reader.cancel();
            spawn_local(async move {
                // A body that is broken already says so again.
                let _ = JsFuture::from(cancelled).await;
            });
        }
    }
}

/// What the protocol needs, then what the application wants, which may replace it.
fn request_headers(attempt: &Attempt, own: &JsValue, byte_headers: bool) -> Result<Headers, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in &attempt.request.headers {
        if byte_headers {
            headers.set(name, &byte_string(value))?;
        } else {
            headers.set(name, value)?;
        }
    }
    for (name, value) in pairs(own) {
        headers.set(&name, &value)?;
    }
    Ok(headers)
}

/// The UTF-8 of `text` as one character a byte, which is how fetch wants to be given bytes.
fn byte_string(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

async fn settled(value: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&value)).await
}
