//! A server with a memory, a network that loses requests and answers, and a reader who keeps a place: it hears each event once,
//! and in order.

use brookmark::engine::bayeux::{Config, Input, Replay, SocketId, Sockets, SubscriberId};
use serde_json::{json, Value};

use crate::chaos::Dice;
use crate::world::{Sent, World};

/// What the server knows of a session.
#[derive(Default)]
struct Session {
    number: u32,
    is_subscribed: bool,
    queue: Vec<u64>,
    /// What was sent and not acknowledged, where that is agreed.
    batches: Option<Vec<(i64, Vec<u64>)>>,
    last_batch: i64,
}

#[derive(Default)]
struct Server {
    /// How many events there were; their ids are 1, 2, and so on.
    last: u64,
    sessions: u32,
    session: Option<Session>,
}

impl Server {
    fn publish(&mut self) {
        self.last += 1;
        if let Some(session) = self.session.as_mut().filter(|session| session.is_subscribed) {
            session.queue.push(self.last);
        }
    }

    /// Whether a connect is to be answered now.
    fn answers(&self, connect: &Value) -> bool {
        let is_held = connect["advice"]["timeout"].is_null();
        let is_quiet =
            |session: &Session| connect["clientId"] == name(session.number) && session.queue.is_empty();
        !(is_held && self.session.as_ref().is_some_and(is_quiet))
    }

    fn answer(&mut self, messages: &[Value]) -> Value {
        let all = messages.iter().flat_map(|message| self.reply(message));
        Value::Array(all.collect())
    }

    fn reply(&mut self, message: &Value) -> Vec<Value> {
        let mut reply = json!({ "channel": message["channel"], "id": message["id"], "successful": true });
        let channel = message["channel"].as_str().unwrap();
        if channel == "/meta/handshake" {
            self.sessions += 1;
            let acks = message["ext"]["ack"] == json!(true);
            self.session =
                Some(Session { number: self.sessions, batches: acks.then(Vec::new), ..Session::default() });
            reply["clientId"] = name(self.sessions);
            reply["supportedConnectionTypes"] = json!(["websocket", "long-polling"]);
            reply["ext"] = json!({ "ack": acks });
            return vec![reply];
        }
        let known = self.session.as_mut().filter(|session| message["clientId"] == name(session.number));
        let Some(session) = known else {
            reply["successful"] = json!(false);
            reply["error"] = json!("402::session_unknown");
            return vec![reply];
        };
        match channel {
            "/meta/subscribe" => {
                let from = message["ext"]["replay"]["/b"].as_u64().unwrap();
                session.is_subscribed = true;
                session.queue.extend(from + 1..=self.last);
            }
            "/meta/unsubscribe" => session.is_subscribed = false,
            "/meta/connect" => {
                let mut events = std::mem::take(&mut session.queue);
                if let Some(batches) = &mut session.batches {
                    let heard = message["ext"]["ack"].as_i64().unwrap();
                    batches.retain(|(batch, _)| *batch > heard);
                    session.last_batch += 1;
                    batches.push((session.last_batch, events));
                    events = batches.iter().flat_map(|(_, events)| events.clone()).collect();
                    reply["ext"] = json!({ "ack": session.last_batch });
                }
                let events = events.into_iter().map(|id| json!({ "channel": "/b", "data": id }));
                return events.chain([reply]).collect();
            }
            _ => {}
        }
        vec![reply]
    }
}

fn name(session: u32) -> Value {
    json!(format!("c{session}"))
}

/// Reads the channel from behind a place, and asks again where that ends.
struct Reader {
    id: u32,
    place: u64,
}

impl Reader {
    fn ask(&mut self, world: &mut World) {
        self.id += 1;
        world.subscribe(self.id, "/b", Replay::After(self.place.to_string()));
    }

    fn take_in(&mut self, world: &mut World, seed: u64) {
        loop {
            let heard = world.heard();
            if heard.is_empty() {
                return;
            }
            for line in heard {
                let (id, what) = line.split_once(' ').unwrap();
                assert_eq!(id, self.id.to_string(), "seed {seed}: {line}");
                if let Some(event) = what.strip_prefix("hears ") {
                    self.place += 1;
                    assert_eq!(event, self.place.to_string(), "seed {seed}: lost, twice, or out of order");
                } else if what == "ends" {
                    self.ask(world);
                } else {
                    assert_eq!(what, "stands", "seed {seed}");
                }
            }
        }
    }
}

/// What is on its way back, and to which request.
type Answers = Vec<(Sent, Value)>;

fn serve(world: &mut World, server: &mut Server, answers: &mut Answers, index: usize) {
    let is_busy =
        server.answers(&world.out[index].messages[0]) || world.out[index].channel() != "/meta/connect";
    if is_busy {
        let sent = world.out[index].clone();
        // The client counts it as out until the answer is there.
        if !answers.iter().any(|(known, _)| known.id == sent.id) {
            let answer = server.answer(&sent.messages);
            answers.push((sent, answer));
        }
    }
}

fn arrive(world: &mut World, answers: &mut Answers, index: usize, gets_lost: bool) {
    let (sent, answer) = answers.remove(index);
    let before = world.out.len();
    world.out.retain(|out| out.id != sent.id);
    if world.out.len() < before {
        if gets_lost {
            world.fail(&sent);
        } else {
            world.reply(&sent, &answer);
        }
    }
}

/// The socket: what is on its way over it, in order, and the connect that is held there.
#[derive(Default)]
struct Line {
    open: Option<u32>,
    answers: Vec<Value>,
    held: Vec<Value>,
}

impl Line {
    /// What was on its way over a socket that is closed is lost.
    fn check(&mut self, world: &mut World) {
        if self.open.is_some_and(|open| !world.sockets.contains(&open)) {
            world.texts.clear();
            *self = Self::default();
        }
    }

    fn turn(&mut self, world: &mut World, opens: bool) {
        self.check(world);
        let Some(socket) = world.sockets.first().copied() else {
            return;
        };
        if opens && self.open.is_none() {
            self.open = Some(socket);
            world.input(Input::SocketOpen(SocketId(socket)));
        } else if !opens {
            world.sockets.clear();
            self.check(world);
            world.input(Input::SocketClosed(SocketId(socket)));
        }
        self.check(world);
    }

    /// The server reads the next text, and looks after the connect that it holds.
    fn serve(&mut self, world: &mut World, server: &mut Server) -> bool {
        self.check(world);
        if self.open.is_none() {
            return false;
        }
        if !world.texts.is_empty() {
            let text = world.texts.remove(0);
            if text[0]["channel"] == "/meta/connect" {
                self.held = vec![text];
            } else {
                self.answers.push(server.answer(text.as_array().unwrap()));
            }
        }
        if self.held.first().is_some_and(|text| server.answers(&text[0])) {
            let text = self.held.remove(0);
            self.answers.push(server.answer(text.as_array().unwrap()));
        }
        !self.answers.is_empty()
    }

    fn arrive(&mut self, world: &mut World) {
        self.check(world);
        if let (Some(socket), false) = (self.open, self.answers.is_empty()) {
            let answer = self.answers.remove(0);
            world.socket_text(socket, &answer);
            self.check(world);
        }
    }
}

/// Time passes, and whatever comes up is answered at once.
fn settle(
    world: &mut World,
    server: &mut Server,
    line: &mut Line,
    reader: &mut Reader,
    seed: u64,
    millis: u64,
) {
    let end = world.now + millis;
    while world.now < end {
        answer_all(world, server, line, reader, seed);
        world.pass(100.min(end - world.now));
        reader.take_in(world, seed);
    }
}

fn answer_all(world: &mut World, server: &mut Server, line: &mut Line, reader: &mut Reader, seed: u64) {
    let mut answers = Answers::new();
    for _ in 0..200 {
        for index in 0..world.out.len() {
            serve(world, server, &mut answers, index);
        }
        if line.serve(world, server) {
            line.arrive(world);
            reader.take_in(world, seed);
        } else if world.texts.is_empty() || line.open.is_none() {
            if answers.is_empty() {
                break;
            }
            arrive(world, &mut answers, 0, false);
            reader.take_in(world, seed);
        }
    }
}

#[test]
fn each_event_is_heard_once_and_in_order() {
    for seed in 0..2_000 {
        let mut dice = Dice::new(seed);
        let mut world = World::new(Config {
            ack: dice.roll(2) == 0,
            sockets: [Sockets::Never, Sockets::Preferred][dice.roll(2)],
            ..Config::default()
        });
        let mut line = Line::default();
        let (mut server, mut reader) = (Server::default(), Reader { id: 0, place: 0 });
        let mut answers = Answers::new();
        world.input(Input::Start);
        reader.ask(&mut world);
        for _ in 0..150 {
            line.check(&mut world);
            match dice.roll(16) {
                12 => line.turn(&mut world, dice.roll(4) > 0),
                13 => {
                    line.serve(&mut world, &mut server);
                }
                14 | 15 => line.arrive(&mut world),
                0..=3 if !world.out.is_empty() => {
                    let index = dice.roll(world.out.len());
                    serve(&mut world, &mut server, &mut answers, index);
                }
                4..=6 if !answers.is_empty() => {
                    let index = dice.roll(answers.len());
                    let gets_lost = dice.roll(8) == 0;
                    arrive(&mut world, &mut answers, index, gets_lost);
                }
                7 | 8 => server.publish(),
                9 if dice.roll(3) == 0 => {
                    world.input(Input::Unsubscribe(SubscriberId(reader.id)));
                    reader.ask(&mut world);
                }
                10 => match dice.roll(12) {
                    0 => server.session = None,
                    1 => world.input(Input::Wake),
                    2 => world.input(Input::Freeze),
                    3 => world.input(Input::Thaw),
                    _ => {}
                },
                11 => {
                    while !answers.is_empty() {
                        arrive(&mut world, &mut answers, 0, dice.roll(8) == 0);
                        reader.take_in(&mut world, seed);
                    }
                    while line.serve(&mut world, &mut server) {
                        line.arrive(&mut world);
                        reader.take_in(&mut world, seed);
                    }
                    let millis = [10, 1_000, 5_000][dice.roll(3)];
                    settle(&mut world, &mut server, &mut line, &mut reader, seed, millis);
                }
                _ => {}
            }
            reader.take_in(&mut world, seed);
        }
        while !answers.is_empty() {
            arrive(&mut world, &mut answers, 0, false);
            reader.take_in(&mut world, seed);
        }
        world.input(Input::Thaw);
        // Sockets are of no use any more.
        for _ in 0..10 {
            line.turn(&mut world, false);
            settle(&mut world, &mut server, &mut line, &mut reader, seed, 20_000);
            // No connect is held for ever.
            if let Some(index) = world.out.iter().position(|sent| sent.channel() == "/meta/connect") {
                let sent = world.out[index].clone();
                answers.push((sent.clone(), server.answer(&sent.messages)));
                arrive(&mut world, &mut answers, 0, false);
                reader.take_in(&mut world, seed);
            }
        }
        server.publish();
        settle(&mut world, &mut server, &mut line, &mut reader, seed, 10_000);
        assert_eq!((reader.place, &world.closed), (server.last, &None), "seed {seed}: {:?}", world.client);
    }
}
