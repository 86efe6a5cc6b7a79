//! Bytes on their way in.

use alloc::vec::Vec;

/// A piece of a response body, wherever it lies. The core copies it once, to where it is parsed.
pub trait Chunk {
    /// How many bytes it has.
    fn len(&self) -> usize;

    /// Whether it has none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `target`, which is as long as the chunk.
    fn copy_to(&self, target: &mut [u8]);
}

impl Chunk for &[u8] {
    fn len(&self) -> usize {
        <[u8]>::len(self)
    }

    fn copy_to(&self, target: &mut [u8]) {
        target.copy_from_slice(self);
    }
}

/// Appends `chunk` to `bytes`.
#[cfg_attr(target_arch = "wasm32", optimize(speed))]
pub fn append(bytes: &mut Vec<u8>, chunk: &dyn Chunk) {
    let start = bytes.len();
    bytes.resize(start + chunk.len(), 0);
    if let Some(target) = bytes.get_mut(start..) {
        chunk.copy_to(target);
    }
}
