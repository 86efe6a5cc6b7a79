//! The parsers by themselves, for those who bring their own bytes.

use alloc::string::String;

use wasm_bindgen::prelude::*;

use crate::engine::parser;

use super::page::Page;
use super::stream;

/// A parser of Server-Sent Events or of streaming JSON. It calls nobody.
#[wasm_bindgen]
pub struct Parser(parser::Parser);

#[wasm_bindgen]
impl Parser {
    /// At the beginning of a stream, for events or records of up to `limit` bytes. `framing` is that of
    /// streaming JSON; without one, it is Server-Sent Events.
    #[wasm_bindgen(constructor)]
    pub fn new(limit: f64, framing: Option<String>, comments: bool) -> Self {
        let limit = limit as usize;
        Self(match framing.as_deref().and_then(stream::framing) {
            Some(framing) => parser::Parser::json(framing, limit),
            None => parser::Parser::sse(limit, comments),
        })
    }

    /// The address of room for a chunk of that length, which is to be written there.
    pub fn room(&mut self, length: usize) -> *mut u8 {
        self.0.room(length).as_mut_ptr()
    }

    /// Parses the chunk in the room.
    pub fn parse(&mut self, length: usize) {
        self.0.parse(length);
    }

    /// Parses what is left where the stream has ended properly.
    pub fn end(&mut self) {
        self.0.end();
    }

    /// Lays out what was parsed last, and returns the address. `mixed` says what becomes of text beyond
    /// ASCII.
    #[wasm_bindgen(js_name = layOut)]
    pub fn lay_out(&self, page: &mut Page, mixed: u32) -> *const u32 {
        page.lay_out(self.0.view(), stream::mixed(mixed))
    }

    /// The name of an event type, by its number in the table.
    #[wasm_bindgen(js_name = typeName)]
    pub fn type_name(&self, number: u32) -> String {
        self.0.view().types.name(number).into()
    }
}
