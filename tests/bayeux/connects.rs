//! Handshakes, connects and advice.

use brookmark::engine::bayeux::{Config, Input, Replay};
use brookmark::engine::limits;
use serde_json::json;

use crate::world::{World, CLIENT};

#[test]
fn a_handshake_travels_alone_and_names_what_we_can() {
    let mut world = World::new(Config::default());
    world.publish(1, "/a", "1", None);
    world.input(Input::Start);
    assert_eq!(world.out.len(), 1);
    let handshake = &world.take("/meta/handshake").messages[0];
    assert_eq!(handshake["version"], "1.0");
    assert_eq!(handshake["supportedConnectionTypes"], json!(["long-polling"]));
    assert_eq!(handshake["ext"], json!({ "replay": true }));
    assert!(handshake["id"].is_string());
}

#[test]
fn the_first_connect_is_not_held_and_those_after_it_are() {
    let mut world = World::new(Config::default());
    world.input(Input::Start);
    world.handshake();
    let first = world.take("/meta/connect");
    assert_eq!(first.messages[0]["advice"], json!({ "timeout": 0 }));
    assert_eq!(first.messages[0]["clientId"], CLIENT);
    assert_eq!(world.states, ["connecting"]);
    world.grant(&first);
    assert_eq!(world.states, ["connecting", "open"]);
    let second = world.take("/meta/connect");
    assert_eq!(second.messages[0].get("advice"), None);
    world.grant(&second);
    assert!(world.is_out("/meta/connect"));
}

#[test]
fn a_reply_may_be_one_object() {
    let mut world = World::new(Config::default());
    world.input(Input::Start);
    let sent = world.take("/meta/handshake");
    world.reply(
        &sent,
        &json!({ "channel": "/meta/handshake", "successful": true, "clientId": "x", "supportedConnectionTypes": ["long-polling"] }),
    );
    assert_eq!(world.take("/meta/connect").messages[0]["clientId"], "x");
}

#[test]
fn the_interval_is_waited_for() {
    let mut world = World::new(Config::default());
    world.input(Input::Start);
    world.handshake_with(json!({ "advice": { "reconnect": "retry", "interval": 500 } }));
    world.connect();
    assert!(!world.is_out("/meta/connect"));
    world.pass(499);
    assert!(!world.is_out("/meta/connect"));
    world.pass(1);
    assert!(world.is_out("/meta/connect"));
}

#[test]
fn a_connect_may_take_as_long_as_the_server_holds_it_and_a_little_more() {
    let mut world = World::new(Config::default());
    world.input(Input::Start);
    world.handshake_with(json!({ "advice": { "timeout": 110_000, "maxInterval": 40_000 } }));
    world.connect();
    let held = world.take("/meta/connect");
    world.pass(119_999);
    assert!(world.aborted.is_empty());
    world.pass(1);
    assert_eq!((&world.aborted[..], &world.errors[..]), (&[held.id][..], &["connect-timeout"][..]));
    assert_eq!(world.states.last(), Some(&"waiting"));
    // Its answer, should it come after all, is no answer to the next.
    world.pass(2_000);
    let next = world.take("/meta/connect");
    assert_eq!(next.messages[0]["advice"], json!({ "timeout": 0 }));
    world.grant(&held);
    assert_eq!(world.states.last(), Some(&"connecting"));
    world.grant(&next);
    assert_eq!(world.states.last(), Some(&"open"));
}

#[test]
fn a_connect_that_fails_is_repeated_until_the_session_is_surely_gone() {
    let mut world = World::new(Config::default());
    world.input(Input::Start);
    world.handshake_with(json!({ "advice": { "timeout": 10_000, "maxInterval": 5_000 } }));
    world.connect();
    let begun = world.now;
    while !world.is_out("/meta/handshake") {
        if world.is_out("/meta/connect") {
            let sent = world.take("/meta/connect");
            world.fail(&sent);
        }
        world.pass(100);
    }
    assert!((15_000..60_000).contains(&(world.now - begun)), "{}", world.now - begun);
    assert!(world.delays.len() > 3 && world.errors.iter().all(|code| *code == "network"));
    // Each delay is longer than the one before could be at its shortest, and none is too short.
    assert!(world.delays.iter().all(|delay| *delay >= 1_000));
}

#[test]
fn a_connect_that_another_one_supersedes_is_no_outage() {
    let mut world = World::connected(Config::default());
    let sent = world.take("/meta/connect");
    world.status(&sent, 500, "");
    world.pass(3_000);
    world.connect();
    assert_eq!((world.client.stats().sessions, world.states.last()), (1, Some(&"open")));
}

#[test]
fn advice_to_begin_anew_is_followed_and_advice_to_stop_is_the_end() {
    let mut world = World::connected(Config::default());
    let sent = world.take("/meta/connect");
    world.reply(
        &sent,
        &json!([{ "channel": "/meta/connect", "successful": true, "advice": { "reconnect": "handshake" } }]),
    );
    world.pass(2_000);
    world.handshake();
    world.connect();
    assert_eq!(world.client.stats().sessions, 2);

    for advice in [json!({ "reconnect": "none" }), json!({ "interval": -1 })] {
        let mut world = World::connected(Config::default());
        let sent = world.take("/meta/connect");
        world.reply(&sent, &json!([{ "channel": "/meta/connect", "successful": true, "advice": advice }]));
        assert_eq!(world.closed.unwrap().unwrap().code(), "message-refused");
        assert!(world.out.is_empty() && world.client.poll_timeout().is_none());
    }
}

#[test]
fn a_refused_handshake_is_negotiated_later_or_the_end() {
    let mut world = World::new(Config::default());
    world.input(Input::Start);
    let sent = world.take("/meta/handshake");
    world.refuse(
        &sent,
        "403::Handshake denied",
        json!({ "advice": { "reconnect": "retry", "interval": 9_000 } }),
    );
    assert_eq!((world.errors.as_slice(), world.states.last()), (&["server-error"][..], Some(&"waiting")));
    assert!(world.delays[0] >= 9_000);
    // The server has named the time.
    world.input(Input::Wake);
    assert!(world.out.is_empty());
    world.pass(10_000);
    let sent = world.take("/meta/handshake");
    world.refuse(&sent, "403::Handshake denied", json!({ "advice": { "reconnect": "none" } }));
    assert_eq!(world.closed.unwrap().unwrap().code(), "forbidden");
}

#[test]
fn a_server_without_a_common_transport_is_told_as_that() {
    let mut world = World::new(Config::default());
    world.input(Input::Start);
    world.handshake_with(json!({ "supportedConnectionTypes": ["callback-polling"] }));
    assert_eq!(world.closed.unwrap().unwrap().code(), "no-transport");
}

#[test]
fn what_is_no_bayeux_is_quoted_by_status_and_type() {
    let mut world = World::new(Config::default());
    world.input(Input::Start);
    let sent = world.take("/meta/handshake");
    world.status(&sent, 200, "<html>");
    assert_eq!(world.errors, ["bad-reply"]);
    world.pass(2_000);
    let sent = world.take("/meta/handshake");
    world.status(&sent, 404, "<html>");
    let error = world.closed.unwrap().unwrap();
    assert_eq!((error.code(), error.refusal().unwrap().status), ("bad-status", 404));
}

#[test]
fn who_is_not_let_in_tries_other_credentials_once() {
    for (can_refresh, attempts) in [(true, 2), (false, 1)] {
        let mut world = World::new(Config { can_refresh, ..Config::default() });
        world.input(Input::Start);
        for attempt in 1..=attempts {
            let sent = world.take("/meta/handshake");
            assert_eq!(sent.refresh, attempt == 2);
            world.status(&sent, 403, "<html>");
        }
        assert_eq!(world.closed.unwrap().unwrap().code(), "forbidden");
    }
}

#[test]
fn refused_credentials_are_renewed_once() {
    let mut world = World::new(Config { can_refresh: true, ..Config::default() });
    world.input(Input::Start);
    let sent = world.take("/meta/handshake");
    assert!(!sent.refresh);
    world.status(&sent, 401, "");
    assert!(world.out[0].refresh);
    world.handshake();
    world.connect();
    world.connect();
    let sent = world.take("/meta/connect");
    world.refuse(&sent, "401::Authentication invalid", json!({ "advice": { "reconnect": "none" } }));
    assert!(world.out[0].refresh);
    world.handshake();
    let sent = world.take("/meta/connect");
    world.refuse(&sent, "401::Authentication invalid", json!({ "advice": { "reconnect": "none" } }));
    assert_eq!(world.closed.unwrap().unwrap().code(), "unauthorized");
}

#[test]
fn a_handshake_that_refuses_credentials_is_followed_by_one_more() {
    let mut world = World::new(Config { can_refresh: true, ..Config::default() });
    world.input(Input::Start);
    let denied = "401::Authentication invalid";
    for refresh in [false, true] {
        let sent = world.take("/meta/handshake");
        assert_eq!((sent.refresh, &world.states[..]), (refresh, &["connecting"][..]));
        world.refuse(&sent, denied, json!({ "advice": { "reconnect": "none" } }));
    }
    assert_eq!(world.closed.unwrap().unwrap().code(), "unauthorized");
    assert_eq!(world.errors, ["unauthorized"]);
}

#[test]
fn other_clients_of_the_browser_are_told_once_and_polling_follows_the_interval() {
    let mut world = World::new(Config::default());
    world.input(Input::Start);
    world.handshake();
    for _ in 0..3 {
        let sent = world.take("/meta/connect");
        let advice = json!({ "reconnect": "retry", "interval": 2_000, "multiple-clients": true });
        world.reply(&sent, &json!([{ "channel": "/meta/connect", "successful": true, "advice": advice }]));
        assert!(!world.is_out("/meta/connect"));
        world.pass(2_000);
    }
    assert_eq!(world.errors, ["multiple-clients"]);
}

#[test]
fn the_farewell_carries_what_was_to_be_published_and_outlives_the_page() {
    let mut world = World::connected(Config::default());
    let held = world.take("/meta/connect");
    world.input(Input::BeginBatch);
    world.publish(1, "/a", "1", None);
    world.input(Input::Close);
    let last = world.take("/a");
    assert_eq!((last.messages[1]["channel"].as_str(), last.is_last), (Some("/meta/disconnect"), true));
    assert_eq!(world.aborted, [held.id]);
    world.grant(&last);
    assert_eq!((world.closed, world.settled.len()), (Some(None), 1));
    assert_eq!(world.client.poll_timeout(), None);
}

#[test]
fn the_farewell_of_a_client_that_is_closed_takes_all_along() {
    let mut world = World::connected(Config::default());
    let big = json!("x".repeat(limits::BAYEUX_REQUEST / 2)).to_string();
    for call in 1..=9 {
        world.publish(call, "/a", &big, None);
    }
    let first = world.take("/a");
    world.input(Input::Close);
    let last = world.take("/a");
    assert_eq!((first.messages.len() + last.messages.len(), last.is_last), (10, true));
}

#[test]
fn a_server_that_does_not_hear_the_farewell_is_left_all_the_same() {
    let mut world = World::connected(Config::default());
    world.input(Input::Close);
    assert_eq!(world.closed, None);
    world.pass(5_000);
    assert_eq!(world.closed, Some(None));
}

#[test]
fn a_page_that_is_put_away_leaves_and_comes_back() {
    let mut world = World::connected(Config::default());
    world.input(Input::Freeze);
    assert!(world.take("/meta/disconnect").is_last);
    assert_eq!(world.states.last(), Some(&"suspended"));
    world.pass(100_000);
    assert!(world.out.is_empty());
    world.input(Input::Thaw);
    world.handshake();
    world.connect();
    assert_eq!(world.states.last(), Some(&"open"));
}

#[test]
fn a_machine_that_slept_connects_anew_at_once() {
    let mut world = World::connected(Config::default());
    let held = world.take("/meta/connect");
    world.ahead += 600_000;
    world.input(Input::Wake);
    assert_eq!(world.aborted, [held.id]);
    assert!(world.is_out("/meta/connect"));
}

#[test]
fn without_retry_the_first_failure_is_the_end() {
    let mut world = World::new(Config { retry: None, ..Config::default() });
    world.input(Input::Start);
    let sent = world.take("/meta/handshake");
    world.fail(&sent);
    assert_eq!(world.closed.unwrap().unwrap().code(), "network");
}

#[test]
fn advice_for_a_session_that_is_gone_is_none_for_the_next() {
    let mut world = World::connected(Config::default());
    world.connect();
    let sent = world.take("/meta/connect");
    let id = &sent.messages[0]["id"];
    let advice = json!({ "reconnect": "none", "interval": -1 });
    world.reply(
        &sent,
        &json!([
            { "channel": "/meta/disconnect", "successful": true },
            { "channel": "/meta/connect", "id": id, "successful": false, "error": "403::Unknown client", "advice": advice },
        ]),
    );
    world.handshake();
    world.connect();
    assert_eq!((&world.closed, world.is_out("/meta/connect")), (&None, true));
}

#[test]
fn a_server_that_holds_no_connect_and_brings_nothing_is_not_asked_without_a_pause() {
    let mut world = World::connected(Config::default());
    world.listen(1, "/a", Replay::Never);
    // Where each brings something, all is well.
    for _ in 0..100 {
        world.deliver(&[("/a", json!(1))]);
    }
    let mut count = 0;
    while world.is_out("/meta/connect") {
        world.connect();
        count += 1;
    }
    assert_eq!((count, world.states.last()), (limits::BAYEUX_HASTY, Some(&"open")));
    world.pass(limits::RETRY_MIN.get());
    world.connect();
    assert!(!world.is_out("/meta/connect"));
    // One that is held is followed by the next at once.
    world.pass(limits::RETRY_MIN.get());
    world.pass(limits::BAYEUX_HASTE.get());
    world.connect();
    assert!(world.is_out("/meta/connect"));
}
