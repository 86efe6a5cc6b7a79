//! What a stream gives back once it has gone quiet: there may be very many that hardly ever speak.

use super::super::limits;
use super::super::timer::Timer;
use super::{Outbox, Session};

impl Session {
    /// More bytes were asked for. If none come soon, what the last ones needed is given back; not at
    /// once, since a busy stream would ask for it again.
    pub(super) fn expect_quiet(&mut self) {
        if self.protocol.capacity() > limits::QUIET_KEEP {
            self.timers.set(Timer::Quiet, self.now.mono.after(limits::QUIET_AFTER));
        }
    }

    pub(super) fn give_back(&mut self) {
        // Rows that nobody has taken yet still point into the bytes.
        if self.outbox == Outbox::Free {
            self.protocol.release();
            self.protocol.trim();
            self.batch.trim(self.ledger.next());
        }
        self.ledger.trim();
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::bookmark::SourceId;
    use super::super::super::config::Config;
    use super::super::super::io::{Action, AttemptId, Input};
    use super::super::super::protocol::{Place, PositionFrom, Protocol, Sse, SseConfig, Statuses};
    use super::super::super::request::Head;
    use super::super::super::time::{Millis, Now};
    use super::*;
    use std::prelude::v1::*;

    fn open() -> Session {
        let protocol = Protocol::Sse(Sse::new(SseConfig {
            url: "https://example.org/events".into(),
            method: "GET".into(),
            position: PositionFrom::Id,
            label: None,
            skip_empty: false,
            place: Place::Header("Last-Event-ID".into()),
            events: None,
            done: None,
            comments: false,
            max_event_bytes: limits::MAX_EVENT_BYTES,
            statuses: Statuses::Lenient,
        }));
        let mut session = Session::new(Config::new(SourceId::of(&["sse"])), protocol, 1);
        session.handle(at(0), Input::Start);
        let headers = Vec::from([("content-type".into(), "text/event-stream".into())]);
        session.handle(at(0), Input::Head(AttemptId(1), Head { status: 200, headers }));
        session
    }

    fn at(time: u64) -> Now {
        Now { mono: Millis::new(time), wall: Millis::new(time) }
    }

    /// Feeds bytes, and returns what they gave.
    fn feed(session: &mut Session, time: u64, bytes: &[u8]) -> Vec<String> {
        session.handle(at(time), Input::Bytes(AttemptId(1), bytes));
        let announced =
            core::iter::from_fn(|| session.poll()).any(|action| matches!(action, Action::Deliver));
        if !announced {
            return Vec::new();
        }
        let events: Vec<_> =
            session.batch().events().map(|event| (event.seq, event.data.into_owned())).collect();
        let (first, last) = (events[0].0, events[events.len() - 1].0);
        session.handle(at(time), Input::Handled(first, last));
        events.into_iter().map(|(_, data)| data).collect()
    }

    #[test]
    fn after_a_burst_and_a_second_of_silence_little_is_kept_and_nothing_lost() {
        let mut session = open();
        let burst = "id: 1\ndata: x\n\n".repeat(500);
        let chunk = [burst.as_bytes(), b"data: unfin"].concat();
        assert_eq!(feed(&mut session, 10, &chunk).len(), 500);
        assert!(session.protocol.capacity() > limits::QUIET_KEEP);
        session.handle(at(1_009), Input::Timeout);
        assert!(session.protocol.capacity() > limits::QUIET_KEEP);
        session.handle(at(1_010), Input::Timeout);
        assert!(session.protocol.capacity() < 64, "{}", session.protocol.capacity());
        assert_eq!(feed(&mut session, 1_500, b"ished\n\nid: 2\ndata: y\n\n"), ["unfinished", "y"]);
    }

    #[test]
    fn rows_that_nobody_has_taken_are_kept() {
        let mut session = open();
        session.handle(at(0), Input::Bytes(AttemptId(1), "data: x\n\n".repeat(500).as_bytes()));
        session.handle(at(5_000), Input::Timeout);
        assert_eq!(session.batch().events().filter(|event| event.data == "x").count(), 500);
    }
}
