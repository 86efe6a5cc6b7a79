//! The parser by itself, for those who bring their own bytes.

use alloc::string::String;

use wasm_bindgen::prelude::*;

use crate::engine::parser;

use super::convert;
use super::page::Page;

/// A parser of Server-Sent Events. It calls nobody.
#[wasm_bindgen]
pub struct Parser(parser::Parser);

#[wasm_bindgen]
impl Parser {
    /// At the beginning of a stream, for events of up to `limit` bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(limit: f64) -> Self {
        Self(parser::Parser::new(limit as usize))
    }

    /// Parses a chunk.
    pub fn feed(&mut self, chunk: &[u8]) {
        self.0.feed(chunk);
    }

    /// Lays out what the chunk has brought, and returns the address. `mixed` says what becomes of text
    /// beyond ASCII.
    #[wasm_bindgen(js_name = layOut)]
    pub fn lay_out(&self, page: &mut Page, mixed: u32) -> *const u32 {
        page.lay_out(self.0.view(), convert::mixed(mixed))
    }

    /// The name of an event type, by its number in the table.
    #[wasm_bindgen(js_name = typeName)]
    pub fn type_name(&self, number: u32) -> String {
        self.0.view().types.name(number).into()
    }
}
