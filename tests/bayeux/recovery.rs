//! Sessions that are lost, and what becomes of the subscriptions.

use brookmark::engine::bayeux::{Config, ExchangeId, Input, Replay};
use brookmark::engine::error::Error;
use brookmark::engine::io::Fault;
use brookmark::engine::limits;
use brookmark::engine::time::Millis;
use serde_json::{json, Value};

use crate::world::World;

/// Two channels, one with positions.
fn two() -> World {
    let mut world = World::connected(Config::default());
    world.listen(1, "/placed", Replay::After("5".into()));
    world.listen(2, "/plain", Replay::Never);
    // A session is worth something once a held connect was answered.
    world.connect();
    world
}

/// What follows where the session is gone: a handshake, and both channels again.
fn comes_back(world: &mut World) {
    assert_eq!(world.heard(), ["2 warned session-lost", "1 ends"]);
    // The reader of the first asks anew, from where it is.
    world.subscribe(3, "/placed", Replay::After("6".into()));
    if !world.is_out("/meta/handshake") {
        world.pass(2_000);
    }
    world.handshake();
    let sent = world.take("/meta/subscribe");
    let asked: Vec<&Value> = sent.messages.iter().map(|message| &message["subscription"]).collect();
    assert_eq!(asked, ["/plain", "/placed"]);
    assert_eq!(sent.messages[1]["ext"]["replay"], json!({ "/placed": 6 }));
    world.grant(&sent);
    assert_eq!(world.heard(), ["3 stands"]);
    world.connect();
    world.deliver(&[("/plain", json!(1)), ("/placed", json!(2))]);
    assert_eq!(world.heard(), ["2 hears 1", "3 hears 2"]);
    assert_eq!(world.client.stats().sessions, 2);
}

#[test]
fn a_session_that_the_server_does_not_know_is_made_anew_in_every_dialect() {
    for (error, advice) in [
        ("401:c1:Unknown client", json!({ "reconnect": "handshake" })),
        ("402::session_unknown", json!({ "reconnect": "handshake" })),
        ("403::Unknown client", json!({ "reconnect": "handshake" })),
        ("403::Unknown client", json!({ "reconnect": "none" })),
        ("403::Unknown client", json!({})),
    ] {
        let mut world = two();
        let sent = world.take("/meta/connect");
        world.refuse(&sent, error, json!({ "advice": advice }));
        comes_back(&mut world);
    }
}

#[test]
fn a_disconnect_out_of_the_blue_means_a_new_session() {
    for beside in [false, true] {
        let mut world = two();
        let sent = world.take("/meta/connect");
        let mut messages = vec![json!({ "channel": "/meta/disconnect" })];
        if beside {
            let advice = json!({ "reconnect": "none" });
            messages.push(
                json!({ "channel": "/meta/connect", "successful": false, "error": "403::Unknown client", "advice": advice }),
            );
        }
        world.reply(&sent, &Value::Array(messages));
        comes_back(&mut world);
    }
}

#[test]
fn events_beside_the_news_that_the_session_is_gone_are_still_heard() {
    let mut world = two();
    let sent = world.take("/meta/connect");
    world.reply(
        &sent,
        &json!([
            { "channel": "/meta/connect", "successful": false, "error": "402::session_unknown" },
            { "channel": "/plain", "data": "a" }, { "channel": "/placed", "data": "b" },
        ]),
    );
    let mut heard = world.heard();
    heard.sort();
    assert_eq!(heard, ["1 ends", "1 hears \"b\"", "2 hears \"a\"", "2 warned session-lost"]);
}

#[test]
fn a_session_that_is_refused_again_and_again_is_asked_for_ever_more_slowly() {
    let mut world = World::new(Config::default());
    world.input(Input::Start);
    for _ in 0..6 {
        world.handshake();
        let sent = world.take("/meta/connect");
        world.refuse(&sent, "402::session_unknown", json!({ "advice": { "reconnect": "handshake" } }));
        assert!(world.out.is_empty());
        while !world.is_out("/meta/handshake") {
            world.pass(50);
        }
    }
    assert!(world.delays[5] > 8_000, "{:?}", world.delays);
}

#[test]
fn a_position_that_is_refused_is_told_each_time_it_is_asked_for() {
    let mut world = World::connected(Config::default());
    world.subscribe(1, "/a", Replay::After("5".into()));
    let sent = world.take("/meta/subscribe");
    let error = "400::The replayId {5} you provided was invalid. Please provide a valid ID, -2 or -1.";
    world.refuse(&sent, error, json!({}));
    assert_eq!(world.heard(), ["1 refused 410"]);
    world.subscribe(2, "/a", Replay::Earliest);
    let sent = world.take("/meta/subscribe");
    world.grant(&sent);
    let sent = world.take("/meta/connect");
    world.grant(&sent);
    let sent = world.take("/meta/connect");
    world.refuse(&sent, "403::Unknown client", json!({}));
    assert_eq!(world.heard(), ["2 stands", "2 ends"]);
    world.subscribe(3, "/a", Replay::After("7".into()));
    world.pass(2_000);
    world.handshake();
    let sent = world.take("/meta/subscribe");
    world.refuse(&sent, error, json!({}));
    assert_eq!(world.heard(), ["3 refused 410"]);
}

#[test]
fn a_channel_without_positions_that_is_refused_later_ends_and_is_told_why() {
    let mut world = two();
    let sent = world.take("/meta/connect");
    world.refuse(&sent, "403::Unknown client", json!({}));
    assert_eq!(world.heard(), ["2 warned session-lost", "1 ends"]);
    world.pass(2_000);
    world.handshake();
    let sent = world.take("/meta/subscribe");
    world.refuse(&sent, "403:/plain:denied", json!({}));
    assert_eq!(world.heard(), ["2 ends"]);
    world.subscribe(4, "/plain", Replay::Never);
    let sent = world.take("/meta/subscribe");
    world.refuse(&sent, "403:/plain:denied", json!({}));
    assert_eq!(world.heard(), ["4 refused 403"]);
}

#[test]
fn a_subscription_that_got_lost_on_its_way_is_asked_for_again() {
    let mut world = World::connected(Config::default());
    world.subscribe(1, "/a", Replay::Never);
    let sent = world.take("/meta/subscribe");
    world.fail(&sent);
    assert_eq!(world.errors, ["network"]);
    assert!(!world.is_out("/meta/subscribe"));
    world.pass(3_000);
    let sent = world.take("/meta/subscribe");
    world.grant(&sent);
    assert_eq!(world.heard(), ["1 stands"]);
}

#[test]
fn events_in_an_answer_that_is_lost_are_asked_for_again() {
    for how in 0..4 {
        let mut world = two();
        let sent = world.take("/meta/connect");
        match how {
            0 => world.fail(&sent),
            1 => world.status(&sent, 502, "<html>"),
            2 => world.status(&sent, 200, ""),
            _ => {
                world.out.push(sent);
                world.pass(limits::BAYEUX_TIMEOUT.get() + limits::BAYEUX_ALLOWANCE.get());
            }
        }
        comes_back(&mut world);
    }
}

#[test]
fn who_has_heard_nothing_has_no_position_and_is_told_so() {
    for heard in [false, true] {
        let mut world = World::connected(Config::default());
        world.listen(1, "/placed", Replay::Latest);
        if heard {
            world.deliver(&[("/placed", json!(1))]);
        } else {
            world.connect();
        }
        let sent = world.take("/meta/connect");
        world.fail(&sent);
        let told: &[&str] =
            if heard { &["1 hears 1", "1 ends"] } else { &["1 warned session-lost", "1 ends"] };
        assert_eq!(world.heard(), told);
    }
}

#[test]
fn a_server_that_counts_its_batches_sends_what_was_lost_by_itself() {
    let mut world = World::new(Config { ack: true, ..Config::default() });
    world.input(Input::Start);
    world.handshake_with(json!({ "ext": { "ack": true } }));
    world.connect();
    world.listen(1, "/placed", Replay::After("5".into()));
    let sent = world.take("/meta/connect");
    world.fail(&sent);
    world.pass(2_000);
    world.deliver(&[("/placed", json!(6))]);
    assert_eq!(world.heard(), ["1 hears 6"]);
    assert_eq!(world.client.stats().sessions, 1);
}

#[test]
fn a_position_whose_answer_got_lost_is_asked_for_in_another_session() {
    for how in 0..2 {
        let mut world = World::connected(Config::default());
        world.subscribe(1, "/placed", Replay::After("5".into()));
        let sent = world.take("/meta/subscribe");
        match how {
            0 => world.fail(&sent),
            _ => world.status(&sent, 200, "<html>"),
        }
        // The server may have heard it, and send what was asked for.
        assert!(!world.is_out("/meta/connect"));
        world.pass(2_000);
        world.handshake();
        let sent = world.take("/meta/subscribe");
        assert_eq!(sent.messages[0]["ext"]["replay"], json!({ "/placed": 5 }));
        world.grant(&sent);
        assert_eq!(world.heard(), ["1 stands"]);
    }
}

#[test]
fn a_subscription_to_a_client_that_has_ended_is_told_why() {
    let mut world = two();
    let sent = world.take("/meta/connect");
    world.refuse(&sent, "403::User not enabled for streaming", json!({ "advice": { "reconnect": "none" } }));
    assert_eq!(world.closed.as_ref().unwrap().as_ref().unwrap().code(), "forbidden");
    assert_eq!(world.heard(), ["2 warned session-lost", "1 ends", "2 ends"]);
    world.subscribe(3, "/placed", Replay::After("6".into()));
    assert_eq!(world.heard(), ["3 refused 403"]);
}

/// What Salesforce says when it has no room.
const BUSY: &str = "503::Server is too busy.  Please try your request again later.";

fn patient() -> Config {
    Config { busy: Some(Millis::new(120_000)), ..Config::default() }
}

/// The delays so far, as minutes.
fn minutes(world: &World) -> Vec<u64> {
    world.delays.iter().map(|delay| delay / 60_000).collect()
}

#[test]
fn where_there_is_no_room_the_next_handshake_waits_long() {
    for (error, more) in [
        ("403::Handshake denied", json!({ "ext": { "sfdc": { "failureReason": BUSY } } })),
        (
            "403::Handshake denied",
            json!({ "ext": { "sfdc": { "failureReason": "403::Organization concurrent user limit exceeded" } } }),
        ),
        ("403::Organization total events daily limit exceeded", json!({ "advice": { "reconnect": "none" } })),
    ] {
        let mut world = World::new(patient());
        world.input(Input::Start);
        let sent = world.take("/meta/handshake");
        world.refuse(&sent, error, more);
        assert_eq!((world.states.last(), minutes(&world)), (Some(&"waiting"), vec![2]));
        world.pass(119_000);
        assert!(!world.is_out("/meta/handshake"));
        world.pass(5_000);
        assert!(!world.take("/meta/handshake").refresh);
    }
}

#[test]
fn a_connect_that_meets_a_limit_leaves_and_comes_back_much_later() {
    for (error, more) in [
        (
            "401::Authentication invalid",
            json!({ "ext": { "sfdc": { "failureReason": BUSY } }, "advice": { "reconnect": "none" } }),
        ),
        ("403::Organization total events daily limit exceeded", json!({ "advice": { "reconnect": "none" } })),
    ] {
        let mut world = World::connected(patient());
        world.listen(1, "/placed", Replay::After("5".into()));
        let sent = world.take("/meta/connect");
        world.refuse(&sent, error, more);
        assert!(world.take("/meta/disconnect").is_last);
        assert_eq!(world.heard(), ["1 ends"]);
        assert_eq!(minutes(&world), [2]);
        world.pass(124_000);
        world.handshake();
        assert_eq!(world.closed, None);
    }
}

#[test]
fn a_subscription_that_meets_a_limit_is_told_how_long_to_wait() {
    let mut world = World::connected(patient());
    world.subscribe(1, "/a", Replay::Latest);
    let sent = world.take("/meta/subscribe");
    world.refuse(
        &sent,
        "403:denied_by_security_policy:subscribe_denied",
        json!({ "ext": { "sfdc": { "failureReason": BUSY } } }),
    );
    world.subscribe(2, "/b", Replay::Latest);
    let sent = world.take("/meta/subscribe");
    world.refuse(&sent, "403::Restricted channel", json!({}));
    assert_eq!(world.heard(), ["1 refused 503 for 120000 ms", "2 refused 403"]);
    assert!(world.is_out("/meta/connect"), "the others are heard all the while");
}

#[test]
fn somebody_elses_cookies_are_forgotten() {
    let error = "400::Authenticated user id does not match the session's user id";
    let mut world = two();
    let sent = world.take("/meta/connect");
    world.refuse(&sent, error, json!({ "advice": { "reconnect": "none" } }));
    assert_eq!(world.forgotten, 1);
    comes_back(&mut world);

    let mut world = World::new(Config::default());
    world.input(Input::Start);
    let sent = world.take("/meta/handshake");
    world.refuse(&sent, error, json!({}));
    assert_eq!(world.forgotten, 1);
    world.pass(2_000);
    world.handshake();
}

#[test]
fn cookies_that_do_not_come_back_are_the_end() {
    for channel in ["/meta/connect", "/meta/subscribe"] {
        let mut world = World::connected(Config::default());
        world.subscribe(1, "/a", Replay::Latest);
        let sent = world.take(channel);
        world.refuse(
            &sent,
            "400::Client c1 has established a session, but no BAYEUX_BROWSER cookie present",
            json!({ "advice": { "reconnect": "none" } }),
        );
        assert!(matches!(world.closed, Some(Some(Error::NoCookies(_)))), "{:?}", world.closed);
    }
}

#[test]
fn a_token_that_is_refused_for_good_is_the_end_and_another_failure_is_not() {
    let mut world = World::new(Config { can_refresh: true, ..Config::default() });
    world.input(Input::Start);
    let sent = world.take("/meta/handshake");
    world.input(Input::Failed(ExchangeId(sent.id), Fault::Auth("no network".into())));
    world.pass(2_000);
    let sent = world.take("/meta/handshake");
    assert_eq!(world.closed, None);
    world.input(Input::Failed(ExchangeId(sent.id), Fault::Denied("no".into())));
    assert_eq!(world.closed, Some(Some(Error::AuthFailed("no".into()))));
}
