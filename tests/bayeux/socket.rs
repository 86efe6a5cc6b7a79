//! The socket, and long polling while there is none.

use brookmark::engine::bayeux::{Config, Input, Replay, SocketId, Sockets};
use brookmark::engine::limits;
use serde_json::{json, Value};

use crate::world::World;

fn config() -> Config {
    Config { sockets: Sockets::Preferred, ..Config::default() }
}

/// A client with an open socket, whose connect is out over it.
fn over_socket() -> (World, u32) {
    let mut world = World::new(config());
    world.input(Input::Start);
    world.handshake();
    let socket = world.sockets[0];
    world.connect();
    assert!(!world.is_out("/meta/connect"));
    world.input(Input::SocketOpen(SocketId(socket)));
    assert_eq!(world.texts[0][0]["connectionType"], "websocket");
    (world, socket)
}

fn yes(message: &Value) -> Value {
    json!({ "channel": message["channel"], "id": message["id"], "successful": true })
}

#[test]
fn a_socket_is_used_where_the_server_offers_it() {
    let (mut world, socket) = over_socket();
    assert_eq!(world.sent[0].messages[0]["supportedConnectionTypes"], json!(["websocket", "long-polling"]));
    world.subscribe(1, "/a", Replay::Never);
    world.publish(1, "/a", "1", None);
    let asked = world.texts[1][0].clone();
    assert_eq!(asked["channel"], "/meta/subscribe");
    // What is answered makes room for what has come up meanwhile.
    world.socket_text(socket, &json!([yes(&asked)]));
    let published = world.texts[2][0].clone();
    world.socket_text(socket, &json!([{ "channel": "/a", "data": 1, "id": published["id"] }]));
    world.socket_text(socket, &json!([yes(&published)]));
    assert_eq!((world.heard(), world.settled.len()), (vec!["1 stands".into(), "1 hears 1".into()], 1));
    let connect = world.texts[0][0].clone();
    world.socket_text(socket, &json!([yes(&connect)]));
    assert_eq!(world.texts[3][0]["channel"], "/meta/connect");
    assert!(world.out.is_empty());
}

#[test]
fn nothing_is_opened_where_the_server_does_not_offer_it() {
    let mut world = World::new(config());
    world.input(Input::Start);
    world.handshake_with(json!({ "supportedConnectionTypes": ["long-polling"] }));
    assert!(world.sockets.is_empty());
}

#[test]
fn a_socket_that_breaks_is_replaced_by_long_polling_at_once_and_tried_again_later() {
    let (mut world, socket) = over_socket();
    world.subscribe(1, "/a", Replay::Never);
    let asked = world.texts[1][0].clone();
    world.socket_text(socket, &json!([yes(&asked)]));
    assert_eq!(world.heard(), ["1 stands"]);
    world.publish(1, "/a", "1", None);
    world.input(Input::SocketClosed(SocketId(socket)));
    assert_eq!((&world.errors[..], &world.settled[..]), (&["network"][..], &[(1, Err("network"))][..]));
    let sent = world.take("/meta/connect");
    assert_eq!(sent.messages[0]["connectionType"], "long-polling");
    assert_eq!(sent.messages[0]["advice"], json!({ "timeout": 0 }));
    world.grant(&sent);
    world.deliver(&[("/a", json!(2))]);
    assert_eq!(world.heard(), ["1 hears 2"]);
    world.sockets.clear();
    world.pass(limits::SOCKET_RETRY.0.get() * 2);
    let again = world.sockets[0];
    world.input(Input::SocketOpen(SocketId(again)));
    // The connect that is held is not given up for it.
    let before = world.texts.len();
    world.connect();
    assert_eq!(world.texts[before][0]["connectionType"], "websocket");
    assert_eq!(world.client.stats().sessions, 1);
}

#[test]
fn a_socket_that_does_not_open_holds_nothing_up_for_long() {
    let mut world = World::new(config());
    world.input(Input::Start);
    world.handshake();
    world.connect();
    assert!(!world.is_out("/meta/connect"));
    world.pass(limits::SOCKET_PATIENCE.get());
    assert!(world.is_out("/meta/connect") && world.sockets.is_empty());
}

#[test]
fn a_socket_that_falls_silent_is_left_and_the_same_session_goes_on_by_long_polling() {
    let (mut world, socket) = over_socket();
    // The first connect is not held, so that it is known soon whether the socket carries anything.
    assert_eq!(world.texts[0][0]["advice"], json!({ "timeout": 0 }));
    let connect = world.texts[0][0].clone();
    world.socket_text(socket, &json!([yes(&connect)]));
    assert_eq!(world.texts[1][0]["advice"], json!(null));
    world.pass(limits::BAYEUX_TIMEOUT.get() + limits::BAYEUX_ALLOWANCE.get());
    assert_eq!((&world.errors[..], world.sockets.len()), (&["connect-timeout"][..], 0));
    assert_eq!(world.take("/meta/connect").messages[0]["connectionType"], "long-polling");
    assert_eq!(world.client.stats().sessions, 1);
}

#[test]
fn a_socket_that_opens_and_says_nothing_is_no_reason_to_hear_nothing() {
    let mut world = World::new(config());
    world.input(Input::Start);
    world.handshake();
    world.connect();
    world.input(Input::SocketOpen(SocketId(world.sockets[0])));
    world.subscribe(1, "/a", Replay::After("1".into()));
    world.pass(limits::BAYEUX_ALLOWANCE.get());
    assert_eq!(world.errors, ["connect-timeout"]);
    // Nobody knows whether the subscription has arrived, so that there is another session: without a socket at first.
    world.pass(2_000);
    world.handshake();
    assert_eq!(world.sockets.len(), 0);
    let sent = world.take("/meta/subscribe");
    world.grant(&sent);
    world.connect();
    world.deliver(&[("/a", json!(2))]);
    assert_eq!(world.heard(), ["1 stands", "1 hears 2"]);
}

#[test]
fn a_position_that_was_asked_for_over_a_socket_that_breaks_is_asked_for_in_another_session() {
    let (mut world, socket) = over_socket();
    world.subscribe(1, "/a", Replay::After("1".into()));
    world.input(Input::SocketClosed(SocketId(socket)));
    assert!(world.out.is_empty());
    world.pass(2_000);
    world.handshake();
    assert!(world.is_out("/meta/subscribe"));
}

#[test]
fn a_socket_that_leads_to_a_server_without_the_session_does_not_end_it() {
    let (mut world, socket) = over_socket();
    world.subscribe(1, "/a", Replay::Never);
    let connect = world.texts[0][0].clone();
    let unknown = json!({
        "channel": "/meta/connect", "id": connect["id"], "successful": false, "error": "402::session_unknown",
        "advice": { "reconnect": "handshake" },
    });
    world.socket_text(socket, &json!([unknown]));
    assert_eq!((&world.errors[..], world.sockets.len()), (&["message-refused"][..], 0));
    world.connect();
    let sent = world.take("/meta/subscribe");
    world.grant(&sent);
    assert_eq!((world.heard(), world.client.stats().sessions), (vec!["1 stands".into()], 1));
}

#[test]
fn what_was_published_over_a_socket_is_told_of_where_the_session_ends() {
    let (mut world, socket) = over_socket();
    world.publish(1, "/a", "1", None);
    world.socket_text(socket, &json!([{ "channel": "/meta/disconnect", "successful": true }]));
    assert_eq!(world.settled, [(1, Err("network"))]);
}

#[test]
fn a_farewell_goes_by_request() {
    let (mut world, socket) = over_socket();
    world.input(Input::Close);
    assert!(world.take("/meta/disconnect").is_last);
    assert!(!world.sockets.contains(&socket));
}

#[test]
fn what_a_socket_brings_was_not_asked_for_so_too_much_of_it_ends_the_session_at_once() {
    let (mut world, socket) = over_socket();
    world.leave_unread(1);
    world.subscribe(1, "/a", Replay::Never);
    let asked = world.texts[1][0].clone();
    world.socket_text(socket, &json!([yes(&asked)]));
    let big = "x".repeat(limits::BAYEUX_BACKLOG);
    world.socket_text(socket, &json!([{ "channel": "/a", "data": big }]));
    assert_eq!(world.states.last(), Some(&"full"));
    assert!(world.is_out("/meta/disconnect"));
}
