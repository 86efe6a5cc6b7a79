//! The extension `timesync`: how far the server's clock is from ours.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::super::time::Millis;
use super::draft::Draft;
use super::message::{integer, member};

/// Samples that are averaged.
const SAMPLES: usize = 10;

/// What is known of the server's clock.
#[derive(Debug, Default)]
pub(super) struct Timesync(VecDeque<(i64, i64)>);

impl Timesync {
    /// What a request says.
    pub(super) fn asked(&self, wall: Millis) -> Vec<u8> {
        let (lag, offset) = self.read().unwrap_or_default();
        Draft::empty().number("tc", signed(wall)).number("l", lag).number("o", offset).done()
    }

    /// Takes in what a reply says: when we asked, when it was heard, and how long it was held.
    pub(super) fn answered(&mut self, json: &[u8], wall: Millis) {
        let number = |name| member(json, name).and_then(integer);
        let (Some(asked), Some(heard), Some(held)) = (number("tc"), number("ts"), number("p")) else {
            return;
        };
        let lag = signed(wall).saturating_sub(asked).saturating_sub(held) / 2;
        if self.0.len() == SAMPLES {
            self.0.pop_front();
        }
        self.0.push_back((lag, heard.saturating_sub(asked).saturating_sub(lag)));
    }

    /// How long a message takes, and how far the server's clock is ahead of ours, in milliseconds.
    pub(super) fn read(&self) -> Option<(i64, i64)> {
        let count = i64::try_from(self.0.len()).ok().filter(|count| *count > 0)?;
        let sum = self.0.iter().fold((0_i64, 0_i64), |(lag, offset), sample| {
            (lag.saturating_add(sample.0), offset.saturating_add(sample.1))
        });
        Some((sum.0 / count, sum.1 / count))
    }
}

fn signed(wall: Millis) -> i64 {
    i64::try_from(wall.get()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lag_and_offset_are_averages() {
        let mut clock = Timesync::default();
        assert_eq!(clock.asked(Millis::new(1_000)), b"{\"tc\":1000,\"l\":0,\"o\":0}");
        clock.answered(br#"{"tc":1000,"ts":5050,"p":20,"a":0}"#, Millis::new(1_120));
        assert_eq!(clock.read(), Some((50, 4_000)));
        clock.answered(br#"{"tc":1000,"ts":5070,"p":20,"a":0}"#, Millis::new(1_160));
        assert_eq!(clock.read(), Some((60, 4_000)));
        clock.answered(br#"{"tc":1000}"#, Millis::new(9_000));
        assert_eq!(clock.read(), Some((60, 4_000)));
        for _ in 0..20 {
            clock.answered(br#"{"tc":0,"ts":-10,"p":0}"#, Millis::ZERO);
        }
        assert_eq!(clock.read(), Some((0, -10)));
    }
}
