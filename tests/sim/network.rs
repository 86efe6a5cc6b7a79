//! The network and the source at its other end.

use brookmark::engine::io::AttemptId;

use crate::model::Resume;
use crate::steps::{Fault, Sim};

const TYPE: (&str, &str) = ("content-type", "text/event-stream");
/// Where Mercure says at which event an answer begins.
const BEGINS: &str = "mercure-last-event-id";

/// A response that is being sent.
#[derive(Debug)]
pub struct Response {
    attempt: AttemptId,
    /// The next event to send.
    cursor: u64,
    /// Bytes of the events before it that are not sent.
    rest: Vec<u8>,
    hung_up: bool,
}

impl Sim {
    /// Whether the request that is out has got its answer.
    pub fn is_answered(&self) -> bool {
        let last = self.world.requests.last().map(|attempt| attempt.id);
        self.response.as_ref().is_some_and(|response| Some(response.attempt) == last)
    }

    pub fn network(&mut self) {
        if !self.world.is_connected() {
            return;
        }
        if self.is_answered() {
            return self.send_piece();
        }
        match self.dice.below(20) {
            0 => {
                self.totals.cuts += 1;
                self.world.cut_off();
            }
            1 => self.refuse(503, &[]),
            2 => self.refuse(429, &[("retry-after", "90")]),
            3 => self.refuse(401, &[]),
            4 if self.dice.chance(20) => self.refuse(204, &[]),
            _ => self.accept(),
        }
    }

    fn refuse(&mut self, status: u16, headers: &[(&str, &str)]) {
        self.totals.refusals += 1;
        self.world.respond(status, headers);
        if self.world.is_reading() {
            self.world.send("not now");
            self.world.end();
        }
    }

    pub fn accept(&mut self) {
        let resume = self.model.resume.clone();
        let begin = match self.source.begin(&resume) {
            Some(begin) => begin,
            None if self.fault == Fault::SilentGap => self.source.oldest,
            None => {
                self.totals.gaps += 1;
                return if self.dice.chance(50) {
                    self.refuse(410, &[]);
                } else {
                    self.world.respond(200, &[TYPE, (BEGINS, "earliest")]);
                };
            }
        };
        if let Resume::Fresh(_) = resume {
            let (at_hand, failed) = (&self.at_hand, &self.failed);
            self.model.excuse_before(begin, |number| {
                at_hand.iter().chain(failed).any(|(_, known)| *known == number)
            });
        }
        if let Resume::After(number) = resume {
            self.model.next = number + 1;
        } else {
            self.model.next = begin;
        }
        let cursor = self.source.serve_from(&resume, begin);
        let attempt = self.world.last_request().id;
        self.response = Some(Response { attempt, cursor, rest: Vec::new(), hung_up: false });
        self.world.forget_read = self.fault == Fault::LostRead && self.dice.chance(10);
        match self.world.asked_for().map(String::from).filter(|_| self.dice.chance(50)) {
            Some(asked) => self.world.respond(200, &[TYPE, (BEGINS, &asked)]),
            None => self.world.accept(),
        }
    }

    pub fn send_piece(&mut self) {
        // What is on the wire and not read is the source's to hold back.
        if !self.world.is_reading() && self.dice.chance(70) {
            return;
        }
        let Some(response) = self.response.as_mut().filter(|response| !response.hung_up) else {
            return;
        };
        if response.cursor < self.source.oldest {
            return self.hang_up();
        }
        for _ in 0..self.dice.below(6) {
            if response.cursor < self.source.end() {
                response.rest.extend(self.source.entry(response.cursor).wire.as_bytes());
                response.cursor += 1;
            }
        }
        let count = self.dice.below(response.rest.len() + 1);
        let count = if self.dice.chance(50) { response.rest.len() } else { count };
        let piece: Vec<u8> = response.rest.drain(..count).collect();
        if self.fault == Fault::LostPiece && self.dice.chance(5) {
            return;
        }
        if self.fault == Fault::DoublePiece && self.dice.chance(5) {
            self.world.send_bytes(&piece);
        }
        for part in self.dice.cut(&piece) {
            if self.world.is_connected() {
                self.world.send_bytes(part);
            }
        }
    }

    pub fn hang_up(&mut self) {
        let answered = self.world.is_connected() && self.is_answered();
        if let Some(response) = self.response.as_mut().filter(|response| answered && !response.hung_up) {
            response.hung_up = true;
            self.totals.cuts += 1;
            if self.dice.chance(30) {
                self.world.end();
            } else {
                self.world.cut();
            }
        }
    }

    pub fn has_more_to_send(&self) -> bool {
        let more = |response: &Response| {
            !response.hung_up && (!response.rest.is_empty() || response.cursor < self.source.end())
        };
        self.world.is_connected() && self.is_answered() && self.response.as_ref().is_some_and(more)
    }
}
