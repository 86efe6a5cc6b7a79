//! A client on virtual time with a scripted server: what it sends is looked at, and answered by hand.

use brookmark::engine::bayeux::{
    Action, CallId, Client, Config, ExchangeId, Input, Notice, Publication, Replay, SocketId, SubscriberId,
};
use brookmark::engine::error::Error;
use brookmark::engine::io::Fault;
use brookmark::engine::request::Head;
use brookmark::engine::time::{Millis, Now};
use serde_json::{json, Value};

/// What a server of the wild says in the world's stories.
pub(crate) const CLIENT: &str = "c1";

/// A request that is out.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) id: u32,
    pub(crate) messages: Vec<Value>,
    pub(crate) refresh: bool,
    pub(crate) is_last: bool,
}

impl Sent {
    pub(crate) fn channel(&self) -> &str {
        self.messages[0]["channel"].as_str().unwrap()
    }
}

pub(crate) struct World {
    pub(crate) client: Client,
    pub(crate) now: u64,
    /// How far the calendar is ahead of the other clock.
    pub(crate) ahead: u64,
    /// Requests that nobody has answered or given up.
    pub(crate) out: Vec<Sent>,
    /// All requests there were.
    pub(crate) sent: Vec<Sent>,
    pub(crate) aborted: Vec<u32>,
    /// Sockets that are open or being opened.
    pub(crate) sockets: Vec<u32>,
    pub(crate) texts: Vec<Value>,
    /// What the subscriptions were told, each as a line.
    pub(crate) heard: Vec<String>,
    pub(crate) states: Vec<&'static str>,
    pub(crate) errors: Vec<&'static str>,
    pub(crate) delays: Vec<u64>,
    pub(crate) settled: Vec<(u32, Result<Value, &'static str>)>,
    pub(crate) closed: Option<Option<Error>>,
    /// How often the cookies were to be forgotten.
    pub(crate) forgotten: u32,
    /// A line that has not ended.
    pieces: Vec<u8>,
    /// Subscriptions whose bytes nobody asks for.
    unread: Vec<u32>,
}

impl World {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            client: Client::new(config, 7),
            now: 1_000,
            ahead: 1_700_000_000_000,
            out: Vec::new(),
            sent: Vec::new(),
            aborted: Vec::new(),
            sockets: Vec::new(),
            texts: Vec::new(),
            heard: Vec::new(),
            states: Vec::new(),
            errors: Vec::new(),
            delays: Vec::new(),
            settled: Vec::new(),
            closed: None,
            forgotten: 0,
            pieces: Vec::new(),
            unread: Vec::new(),
        }
    }

    /// A world whose client has a session, with its first held connect out.
    pub(crate) fn connected(config: Config) -> Self {
        let mut world = Self::new(config);
        world.input(Input::Start);
        world.handshake();
        world.connect();
        world
    }

    pub(crate) fn input(&mut self, input: Input<'_>) {
        let now = Now { mono: Millis::new(self.now), wall: Millis::new(self.now + self.ahead) };
        self.client.handle(now, input);
        while let Some(action) = self.client.poll() {
            self.perform(action);
        }
        let connects = self.out.iter().filter(|sent| sent.channel() == "/meta/connect").count();
        assert!(connects <= 1, "two connects are out");
        let alone = |sent: &Sent| sent.messages.len() == 1 || sent.channel() != "/meta/handshake";
        assert!(self.out.iter().all(alone), "a handshake does not travel alone");
    }

    fn perform(&mut self, action: Action) {
        match action {
            Action::Send(request) => {
                let Value::Array(messages) = serde_json::from_slice(&request.body).unwrap() else {
                    panic!("the body is no array");
                };
                assert!(!messages.is_empty());
                let sent =
                    Sent { id: request.id.0, messages, refresh: request.refresh, is_last: request.is_last };
                self.sent.push(sent.clone());
                self.out.push(sent);
            }
            Action::Abort(id) => {
                self.aborted.push(id.0);
                self.out.retain(|sent| sent.id != id.0);
            }
            Action::OpenSocket(socket) => self.sockets.push(socket.0),
            Action::CloseSocket(socket) => self.sockets.retain(|open| *open != socket.0),
            Action::SendText(_, text) => self.texts.push(serde_json::from_slice(&text).unwrap()),
            Action::Subscribed(id) => {
                self.heard.push(format!("{} stands", id.0));
                self.read(id);
            }
            Action::ForgetCookies => self.forgotten += 1,
            Action::Refused(id, status, said, rest) => {
                assert!(!said.is_empty());
                let rest = rest.map_or(String::new(), |rest| format!(" for {} ms", rest.get()));
                self.heard.push(format!("{} refused {status}{rest}", id.0));
            }
            Action::Bytes(id, bytes) => {
                self.pieces.extend(bytes);
                if self.pieces.ends_with(b"\n") {
                    let pieces = std::mem::take(&mut self.pieces);
                    for line in String::from_utf8(pieces).unwrap().lines() {
                        // The others are names of channels.
                        if let Some(data) = line.strip_suffix(',') {
                            self.heard.push(format!("{} hears {data}", id.0));
                        }
                    }
                }
                self.read(id);
            }
            Action::Ended(id) => self.heard.push(format!("{} ends", id.0)),
            Action::Warn(id, error) => self.heard.push(format!("{} warned {}", id.0, error.code())),
            Action::Settled(id, outcome) => {
                let outcome = outcome.map(|text| serde_json::from_slice(&text).unwrap());
                self.settled.push((id.0, outcome.map_err(|error| error.code())));
            }
            Action::Show(_) => {}
            Action::Tell(Notice::State(state)) => self.states.push(state.name()),
            Action::Tell(Notice::Error(report)) => self.errors.push(report.error.code()),
            Action::Tell(Notice::Retry { delay, .. }) => self.delays.push(delay.get()),
            Action::Tell(Notice::Close(report)) => self.closed = Some(report.map(|report| report.error)),
        }
    }

    /// Time passes, and timers go off when they are due.
    pub(crate) fn pass(&mut self, millis: u64) {
        let end = self.now + millis;
        while let Some(due) = self.client.poll_timeout().map(Millis::get).filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.input(Input::Timeout);
        }
        self.now = end;
    }

    /// Takes the request out that begins with a message on `channel`.
    pub(crate) fn take(&mut self, channel: &str) -> Sent {
        let index = self.out.iter().position(|sent| sent.channel() == channel);
        let index = index.unwrap_or_else(|| panic!("nothing is out on {channel}: {:?}", self.out));
        self.out.remove(index)
    }

    pub(crate) fn is_out(&self, channel: &str) -> bool {
        self.out.iter().any(|sent| sent.channel() == channel)
    }

    pub(crate) fn reply(&mut self, sent: &Sent, messages: &Value) {
        let head = Head { status: 200, headers: vec![("content-type".into(), "application/json".into())] };
        self.input(Input::Reply(ExchangeId(sent.id), head, messages.to_string().as_bytes()));
    }

    pub(crate) fn status(&mut self, sent: &Sent, status: u16, body: &str) {
        let head = Head { status, headers: Vec::new() };
        self.input(Input::Reply(ExchangeId(sent.id), head, body.as_bytes()));
    }

    pub(crate) fn fail(&mut self, sent: &Sent) {
        self.input(Input::Failed(ExchangeId(sent.id), Fault::Network("reset".into())));
    }

    /// Says yes to each message of a request.
    pub(crate) fn grant(&mut self, sent: &Sent) {
        let yes = |message: &Value| {
            json!({
                "channel": message["channel"], "id": message["id"], "successful": true,
                "subscription": message["subscription"],
            })
        };
        let replies = sent.messages.iter().map(yes).collect();
        self.reply(sent, &Value::Array(replies));
    }

    /// Says no to the first message of a request.
    pub(crate) fn refuse(&mut self, sent: &Sent, error: &str, more: Value) {
        let mut reply = json!({
            "channel": sent.messages[0]["channel"], "id": sent.messages[0]["id"], "successful": false,
            "error": error,
        });
        for (name, value) in more.as_object().unwrap() {
            reply[name] = value.clone();
        }
        self.reply(sent, &json!([reply]));
    }

    /// Grants the handshake that is out.
    pub(crate) fn handshake(&mut self) {
        self.handshake_with(json!({}));
    }

    pub(crate) fn handshake_with(&mut self, more: Value) {
        let sent = self.take("/meta/handshake");
        let mut reply = json!({
            "channel": "/meta/handshake", "id": sent.messages[0]["id"], "successful": true, "version": "1.0",
            "clientId": CLIENT, "supportedConnectionTypes": ["websocket", "long-polling"],
        });
        for (name, value) in more.as_object().unwrap() {
            reply[name] = value.clone();
        }
        self.reply(&sent, &json!([reply]));
    }

    /// Answers the connect that is out.
    pub(crate) fn connect(&mut self) {
        let sent = self.take("/meta/connect");
        self.grant(&sent);
    }

    /// Answers it with events before the answer.
    pub(crate) fn deliver(&mut self, events: &[(&str, Value)]) {
        let sent = self.take("/meta/connect");
        let mut messages: Vec<Value> =
            events.iter().map(|(channel, data)| json!({ "channel": channel, "data": data })).collect();
        messages
            .push(json!({ "channel": "/meta/connect", "id": sent.messages[0]["id"], "successful": true }));
        self.reply(&sent, &Value::Array(messages));
    }

    pub(crate) fn subscribe(&mut self, id: u32, channel: &str, replay: Replay) {
        self.input(Input::Subscribe(SubscriberId(id), channel.into(), replay));
    }

    /// A subscription that stands.
    pub(crate) fn listen(&mut self, id: u32, channel: &str, replay: Replay) {
        self.subscribe(id, channel, replay);
        let sent = self.take("/meta/subscribe");
        self.grant(&sent);
        assert_eq!(self.heard.pop(), Some(format!("{id} stands")));
    }

    pub(crate) fn publish(&mut self, call: u32, channel: &str, data: &str, within: Option<u64>) {
        let answer_within = within.map(Millis::new);
        let publication = Publication { channel, data: data.as_bytes(), answer_within };
        self.input(Input::Publish(CallId(call), publication));
    }

    fn read(&mut self, id: SubscriberId) {
        if !self.unread.contains(&id.0) {
            self.input(Input::Read(id));
        }
    }

    /// Nobody asks for what this subscription gets.
    pub(crate) fn leave_unread(&mut self, id: u32) {
        self.unread.push(id);
    }

    /// Somebody does.
    pub(crate) fn read_again(&mut self, id: u32) {
        self.unread.clear();
        self.input(Input::Read(SubscriberId(id)));
    }

    pub(crate) fn socket_text(&mut self, socket: u32, messages: &Value) {
        self.input(Input::SocketText(SocketId(socket), messages.to_string().as_bytes()));
    }

    /// What was heard since this was asked last.
    pub(crate) fn heard(&mut self) -> Vec<String> {
        std::mem::take(&mut self.heard)
    }
}
