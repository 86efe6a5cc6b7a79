//! What JavaScript reads events from: addresses and lengths in linear memory. `src/js/table.js` knows
//! the order.

use wasm_bindgen::prelude::*;

use crate::engine::event::{EventsView, Row};
use crate::engine::sheet::{Mixed, Run, Sheet};

/// One table of events, laid out for JavaScript.
///
/// One serves all streams, since a table is read as soon as it is laid out.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Page {
    sheet: Sheet,
    words: [u32; 11],
}

const _: () = assert!(size_of::<Row>() == Row::WORDS * size_of::<u32>());
const _: () = assert!(size_of::<Run>() == Run::WORDS * size_of::<u32>());

#[wasm_bindgen]
impl Page {
    /// An empty one.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Page {
    /// Lays the table out, and returns the address of the words that describe it. They are void with the
    /// next change of the table.
    pub(super) fn lay_out(&mut self, view: EventsView<'_>, mixed: Mixed) -> *const u32 {
        self.sheet.lay_out(view, mixed);
        let sheet = &self.sheet;
        self.words = [
            sheet.rows().as_ptr() as u32,
            sheet.rows().len() as u32,
            sheet.runs().as_ptr() as u32,
            sheet.runs().len() as u32,
            view.bytes.as_ptr() as u32,
            sheet.wide().as_ptr() as u32,
            view.ids.as_ptr() as u32,
            view.ids.len() as u32,
            view.types.generation(),
            view.types.count(),
            view.origins.first().map_or(0, |origin| origin.as_ptr() as u32),
        ];
        self.words.as_ptr()
    }
}
