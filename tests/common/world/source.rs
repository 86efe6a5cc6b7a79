//! The source of a world: it answers requests and sends bytes.

use brookmark::engine::io::{Attempt, AttemptId, Fault, Input};
use brookmark::engine::request::Head;

use super::{Owed, Wire, World};

impl World {
    /// The request that was sent last.
    pub fn last_request(&self) -> &Attempt {
        self.requests.last().expect("no request was sent")
    }

    /// The header that carries the position in the request sent last.
    pub fn asked_for(&self) -> Option<&str> {
        let headers = &self.last_request().request.headers;
        headers.iter().find(|(name, _)| name == "Last-Event-ID").map(|(_, value)| value.as_str())
    }

    /// Whether a request is out, answered or not.
    pub fn is_connected(&self) -> bool {
        self.request.is_some()
    }

    /// Whether the client waits for bytes.
    pub fn is_reading(&self) -> bool {
        self.reading
    }

    /// Whether the store is at work.
    pub fn is_saving(&self) -> bool {
        self.saving.is_some()
    }

    pub fn accept(&mut self) {
        let kind = if self.setup.json.is_some() { "application/json" } else { "text/event-stream" };
        self.respond(200, &[("content-type", kind)]);
    }

    pub fn respond(&mut self, status: u16, headers: &[(&str, &str)]) {
        let id = self.request.expect("no request is out");
        self.respond_to(id, status, headers);
    }

    /// Answers a request, also one that was given up.
    pub fn respond_to(&mut self, id: AttemptId, status: u16, headers: &[(&str, &str)]) {
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        self.input(Input::Head(id, Head { status, headers }));
    }

    /// Refuses the request with a body.
    pub fn refuse(&mut self, status: u16, headers: &[(&str, &str)], body: &str) {
        self.respond(status, headers);
        self.send(body);
        self.end();
    }

    pub fn send(&mut self, text: &str) {
        self.send_bytes(text.as_bytes());
    }

    /// Bytes wait on the wire until the client reads.
    pub fn send_bytes(&mut self, bytes: &[u8]) {
        assert!(self.request.is_some(), "there is no connection");
        self.wire.push_back(Wire::Bytes(bytes.into()));
        self.flow();
    }

    /// The source ends the response.
    pub fn end(&mut self) {
        self.wire.push_back(Wire::End);
        self.flow();
    }

    /// The network fails behind what was sent so far.
    pub fn cut(&mut self) {
        self.wire.push_back(Wire::Cut);
        self.flow();
    }

    /// The request cannot be sent, or its headers could not be made.
    pub fn fail_request(&mut self, fault: Fault) {
        let id = self.request.expect("no request is out");
        self.request = None;
        self.input(Input::Failed(id, fault));
    }

    /// The network fails, and the client hears of it at once, whether it reads or not.
    pub fn cut_off(&mut self) {
        self.fail_request(Fault::Network("reset".into()));
    }

    /// Bytes under the number of any request.
    pub fn send_under(&mut self, id: AttemptId, text: &str) {
        self.input(Input::Bytes(id, text.as_bytes()));
    }

    pub fn end_under(&mut self, id: AttemptId) {
        self.input(Input::End(id));
    }

    fn flow(&mut self) {
        self.read();
        self.work();
    }

    /// Hands over one piece if the client has asked for it.
    pub(super) fn read(&mut self) {
        let (true, Some(id)) = (self.reading, self.request) else {
            return;
        };
        let Some(piece) = self.wire.pop_front() else {
            return;
        };
        self.reading = false;
        self.owed.push_back(match piece {
            Wire::Bytes(bytes) => Owed::Bytes(id, bytes),
            Wire::End => {
                self.request = None;
                Owed::End(id)
            }
            Wire::Cut => {
                self.request = None;
                Owed::Failed(id, Fault::Network("reset".into()))
            }
        });
    }
}
