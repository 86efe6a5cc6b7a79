//! What is to be published, until it is sent.

use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::limits;
use super::super::time::Millis;
use super::draft::Draft;
use super::io::CallId;

/// A message that is published.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    /// Who waits for the answer.
    pub(super) call: CallId,
    /// Where.
    pub(super) channel: String,
    /// The payload.
    pub(super) data: Vec<u8>,
    /// Where the answer is an event on the same channel: how long it may take.
    pub(super) answer_within: Option<Millis>,
}

impl Letter {
    /// As it is sent, all but what tells it from others.
    pub(super) fn draft(&self) -> Draft {
        Draft::on(&self.channel).value("data", &self.data)
    }
}

/// Letters in their order.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    letters: VecDeque<Letter>,
    bytes: usize,
    /// How many batches are open.
    depth: u32,
}

impl Outbox {
    /// One more, or back where there is no room.
    pub(super) fn push(&mut self, letter: Letter) -> Result<(), Letter> {
        if self.bytes + letter.data.len() > limits::BAYEUX_OUTBOX {
            return Err(letter);
        }
        self.bytes += letter.data.len();
        self.letters.push_back(letter);
        Ok(())
    }

    /// One that was sent for nothing, in front of the others.
    pub(super) fn put_back(&mut self, letter: Letter) {
        self.bytes += letter.data.len();
        self.letters.push_front(letter);
    }

    /// The next one.
    pub(super) fn take(&mut self) -> Option<Letter> {
        let letter = self.letters.pop_front()?;
        self.bytes -= letter.data.len();
        Some(letter)
    }

    /// Takes out the one that `call` waits for.
    pub(super) fn remove(&mut self, call: CallId) -> Option<Letter> {
        let index = self.letters.iter().position(|letter| letter.call == call)?;
        let letter = self.letters.remove(index)?;
        self.bytes -= letter.data.len();
        Some(letter)
    }

    /// Whether a batch is open, so that nothing is sent.
    pub(super) const fn is_held(&self) -> bool {
        self.depth > 0
    }

    /// All of them.
    pub(super) fn drain(&mut self) -> VecDeque<Letter> {
        self.bytes = 0;
        core::mem::take(&mut self.letters)
    }

    /// A batch begins.
    pub(super) fn hold(&mut self) {
        self.depth += 1;
    }

    /// It ends.
    pub(super) fn release(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }
}
