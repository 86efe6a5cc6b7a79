//! Whatever a server says and whatever happens, a client comes to rest: with a session, or with its end.

use brookmark::engine::bayeux::{Config, ExchangeId, Input, Replay, SocketId, Sockets, SubscriberId};
use brookmark::engine::io::Fault;
use brookmark::engine::request::Head;
use brookmark::engine::time::Millis;
use serde_json::{json, Value};

use crate::world::{Sent, World};

/// The same rolls for the same seed.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(7).wrapping_add(1))
    }

    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }
}

const ERRORS: &[&str] = &[
    "401::Authentication invalid",
    "402::session_unknown",
    "403::Unknown client",
    "400::The replayId {7} you provided was invalid",
    "403::Forbidden channel",
    "503::Server is too busy",
    "503::x",
    "400::Authenticated user id does not match the session's user id",
    "",
    "403::Organization concurrent user limit exceeded",
];

fn advice(dice: &mut Dice) -> Value {
    match dice.roll(9) {
        0 => json!({ "reconnect": "retry", "interval": 0 }),
        1 => json!({ "reconnect": "handshake", "interval": 0 }),
        2 => json!({ "reconnect": "retry", "interval": 500, "timeout": 3000, "maxInterval": 2000 }),
        3 => json!({ "interval": "x", "timeout": null }),
        4 => json!([]),
        5 => json!({ "multiple-clients": true, "interval": 2000 }),
        _ => Value::Null,
    }
}

/// What a server says: where it is no `good` one, that may be anything.
fn answer(dice: &mut Dice, messages: &[Value], good: bool) -> Value {
    let mut all = Vec::new();
    for message in messages {
        let mut reply = json!({ "channel": message["channel"], "id": message["id"], "successful": true });
        if message["channel"] == "/meta/handshake" {
            reply["clientId"] = json!("c1");
            reply["supportedConnectionTypes"] = json!(["websocket", "long-polling"]);
            reply["ext"] = json!({ "ack": dice.roll(2) == 0 });
        }
        if !good {
            if dice.roll(4) == 0 {
                reply["successful"] = json!(false);
                reply["error"] = json!(ERRORS[dice.roll(ERRORS.len())]);
            }
            reply["advice"] = advice(dice);
            match dice.roll(20) {
                0 => continue,
                1 => reply["id"] = json!("9999"),
                2 => {
                    reply.as_object_mut().unwrap().remove("id");
                }
                3 => all.push(json!({ "channel": "/meta/disconnect", "successful": true })),
                4 => all.push(json!({ "channel": "/a", "data": 1 })),
                5 => all.push(json!(null)),
                _ => {}
            }
        }
        all.push(reply);
    }
    Value::Array(all)
}

/// Something happens.
fn step(world: &mut World, dice: &mut Dice, next: &mut u32, subscribed: &mut Vec<u32>, calls: &mut Vec<u32>) {
    match dice.roll(16) {
        0..=6 if !world.out.is_empty() => {
            let sent = world.out.remove(dice.roll(world.out.len()));
            match dice.roll(8) {
                0 => {
                    let status = [401, 403, 404, 413, 500, 503, 200, 302][dice.roll(8)];
                    let head = Head { status, headers: vec![("retry-after".into(), "7".into())] };
                    world.input(Input::Reply(ExchangeId(sent.id), head, b"<html>"));
                }
                1 => world.input(Input::Failed(
                    ExchangeId(sent.id),
                    [Fault::Network("x".into()), Fault::Auth("y".into())][dice.roll(2)].clone(),
                )),
                _ => {
                    let said = answer(dice, &sent.messages, false);
                    world.reply(&sent, &said);
                }
            }
        }
        7 => {
            *next += 1;
            let channel = ["/a", "/b", "/c"][dice.roll(3)];
            let replay = match channel {
                "/a" => Replay::Never,
                "/b" => Replay::After("5".into()),
                _ => Replay::Latest,
            };
            subscribed.push(*next);
            world.subscribe(*next, channel, replay);
        }
        8 if !subscribed.is_empty() => {
            let id = subscribed.remove(dice.roll(subscribed.len()));
            world.input(Input::Unsubscribe(SubscriberId(id)));
        }
        9 => {
            *next += 1;
            calls.push(*next);
            let within = (dice.roll(3) == 0).then_some(5_000);
            world.publish(*next, "/p", "1", within);
        }
        10 => match dice.roll(4) {
            0 => world.input(Input::Freeze),
            _ => world.input(Input::Thaw),
        },
        11 => world.input(Input::Wake),
        12 if !world.sockets.is_empty() => {
            let socket = world.sockets[dice.roll(world.sockets.len())];
            if dice.roll(2) == 0 {
                world.input(Input::SocketOpen(SocketId(socket)));
            } else {
                world.sockets.retain(|one| *one != socket);
                world.input(Input::SocketClosed(SocketId(socket)));
            }
        }
        13 if !world.texts.is_empty() && !world.sockets.is_empty() => {
            let text = world.texts.remove(dice.roll(world.texts.len()));
            let said = answer(dice, text.as_array().unwrap(), false);
            let socket = world.sockets[0];
            world.socket_text(socket, &said);
        }
        14 => world.pass([1, 100, 5_000, 40_000][dice.roll(4)]),
        _ => {}
    }
}

/// Whether it is a connect that a server holds.
fn is_held(sent: &Sent) -> bool {
    sent.channel() == "/meta/connect" && sent.messages[0]["advice"].is_null()
}

/// Answers all that a good server answers at once. Returns how much it was.
fn serve(world: &mut World, dice: &mut Dice) -> usize {
    let mut count = 0;
    while let Some(index) = world.out.iter().position(|sent| !is_held(sent)) {
        let sent = world.out.remove(index);
        let said = answer(dice, &sent.messages, true);
        world.reply(&sent, &said);
        count += 1;
    }
    count
}

/// For five minutes all is well, but that sockets are silent.
fn recover(world: &mut World, dice: &mut Dice) {
    let mut count = 0;
    for round in 0..3_000 {
        count += serve(world, dice);
        world.pass(100);
        let held = world.out.iter().position(is_held).filter(|_| round % 250 == 0);
        if let Some(index) = held {
            let sent = world.out.remove(index);
            let said = answer(dice, &sent.messages, true);
            world.reply(&sent, &said);
        }
    }
    assert!(count < 1_000, "{count} requests in five minutes");
}

fn is_verdict(line: &str, id: u32) -> bool {
    let what = line.strip_prefix(&format!("{id} ")).unwrap_or_default();
    what == "stands" || what == "ends" || what.starts_with("refused")
}

#[test]
fn a_client_comes_to_rest() {
    for seed in 0..3_000 {
        let mut dice = Dice::new(seed);
        let config = Config {
            can_refresh: dice.roll(2) == 0,
            ack: dice.roll(2) == 0,
            sockets: [Sockets::Never, Sockets::Preferred][dice.roll(2)],
            busy: (dice.roll(2) == 0).then_some(Millis::new(9_000)),
            ..Config::default()
        };
        let mut world = World::new(config);
        let (mut next, mut subscribed, mut calls) = (0, Vec::new(), Vec::new());
        world.input(Input::Start);
        for _ in 0..120 {
            step(&mut world, &mut dice, &mut next, &mut subscribed, &mut calls);
        }
        world.input(Input::Thaw);
        recover(&mut world, &mut dice);
        for call in &calls {
            let told = world.settled.iter().filter(|(id, _)| id == call).count();
            assert_eq!(told, 1, "seed {seed}: call {call}");
        }
        for id in &subscribed {
            assert!(
                world.heard.iter().any(|line| is_verdict(line, *id)),
                "seed {seed}: {id} was told nothing"
            );
        }
        let state = world.client.state().name();
        assert_eq!(state, if world.closed.is_some() { "closed" } else { "open" }, "seed {seed}");
        assert!(world.closed.is_none() || world.out.is_empty(), "seed {seed}");
    }
}
