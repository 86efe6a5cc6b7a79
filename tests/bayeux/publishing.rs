//! Publications, batches and calls.

use brookmark::engine::bayeux::{Config, ExchangeId, Input, Replay};
use brookmark::engine::request::Head;
use serde_json::json;

use crate::world::World;

#[test]
fn what_comes_up_while_a_request_is_out_travels_together_in_its_order() {
    let mut world = World::connected(Config::default());
    for call in 1..=3 {
        world.publish(call, "/a", &call.to_string(), None);
    }
    let first = world.take("/a");
    assert_eq!(first.messages.len(), 1);
    world.grant(&first);
    let rest = world.take("/a");
    assert_eq!(rest.messages.iter().map(|message| message["data"].clone()).collect::<Vec<_>>(), [2, 3]);
    world.grant(&rest);
    assert_eq!(
        world.settled.iter().map(|(call, outcome)| (*call, outcome.is_ok())).collect::<Vec<_>>(),
        [(1, true), (2, true), (3, true)]
    );
}

#[test]
fn a_batch_is_one_request() {
    let mut world = World::connected(Config::default());
    world.input(Input::BeginBatch);
    world.publish(1, "/a", "1", None);
    world.publish(2, "/b", "2", None);
    assert!(!world.is_out("/a"));
    world.input(Input::EndBatch);
    assert_eq!(world.take("/a").messages.len(), 2);
}

#[test]
fn what_is_published_before_there_is_a_session_waits_for_it() {
    let mut world = World::new(Config::default());
    world.publish(1, "/a", "1", None);
    world.input(Input::Start);
    world.handshake();
    assert_eq!(world.take("/a").messages[0]["clientId"], "c1");
}

#[test]
fn an_event_that_carries_the_number_of_a_publication_is_not_its_answer() {
    let mut world = World::connected(Config::default());
    world.listen(1, "/a", Replay::Never);
    world.publish(1, "/a", "1", None);
    let sent = world.take("/a");
    let id = sent.messages[0]["id"].clone();
    let held = world.take("/meta/connect");
    world.reply(
        &held,
        &json!([{ "channel": "/a", "data": 1, "id": id }, { "channel": "/meta/connect", "successful": true }]),
    );
    assert_eq!((world.heard(), world.settled.len()), (vec!["1 hears 1".to_string()], 0));
    world.grant(&sent);
    assert_eq!(world.settled.len(), 1);
}

#[test]
fn a_publication_that_is_refused_or_lost_is_told_and_not_sent_twice() {
    let mut world = World::connected(Config::default());
    world.publish(1, "/a", "1", None);
    let sent = world.take("/a");
    world.refuse(&sent, "403:/a:create_denied", json!({}));
    world.publish(2, "/a", "2", None);
    let sent = world.take("/a");
    world.fail(&sent);
    world.pass(60_000);
    assert_eq!(world.settled, [(1, Err("forbidden")), (2, Err("network"))]);
    assert!(!world.is_out("/a"));
}

#[test]
fn what_an_unknown_session_published_is_published_in_the_next() {
    let mut world = World::connected(Config::default());
    world.connect();
    world.publish(1, "/a", "1", None);
    let sent = world.take("/a");
    world.refuse(&sent, "402::Unknown client", json!({ "advice": { "reconnect": "handshake" } }));
    world.handshake();
    let sent = world.take("/a");
    world.grant(&sent);
    assert!(matches!(world.settled[..], [(1, Ok(_))]));
}

#[test]
fn what_is_said_late_of_a_session_neither_holds_up_nor_ends_the_next() {
    let mut world = World::connected(Config::default());
    world.connect();
    world.publish(1, "/a", "1", None);
    let late = world.take("/a");
    let sent = world.take("/meta/connect");
    let unknown = ("402::Unknown client", json!({ "advice": { "reconnect": "handshake" } }));
    world.refuse(&sent, unknown.0, unknown.1.clone());
    world.handshake();
    world.listen(1, "/b", Replay::Never);
    world.refuse(&late, unknown.0, unknown.1);
    assert!(world.is_out("/meta/connect"));
    let sent = world.take("/a");
    world.grant(&sent);
    assert!(matches!(world.settled[..], [(1, Ok(_))]));
    assert_eq!(world.client.stats().sessions, 2);
}

#[test]
fn a_request_that_is_too_large_is_split() {
    let mut world = World::connected(Config::default());
    world.input(Input::BeginBatch);
    for call in 1..=4 {
        world.publish(call, "/a", "1", None);
    }
    world.input(Input::EndBatch);
    let sent = world.take("/a");
    world.status(&sent, 413, "");
    for _ in 0..2 {
        let sent = world.take("/a");
        assert_eq!(sent.messages.len(), 2);
        world.grant(&sent);
    }
    assert_eq!(world.settled.iter().map(|(call, _)| *call).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert!(world.settled.iter().all(|(_, outcome)| outcome.is_ok()));
}

#[test]
fn requests_stay_below_what_servers_take() {
    let mut world = World::connected(Config::default());
    world.input(Input::BeginBatch);
    let data = format!("\"{}\"", "x".repeat(10_000));
    for call in 1..=5 {
        world.publish(call, "/a", &data, None);
    }
    world.input(Input::EndBatch);
    let sent = world.take("/a");
    assert_eq!(sent.messages.len(), 3);
    world.grant(&sent);
    assert_eq!(world.take("/a").messages.len(), 2);
}

#[test]
fn a_call_is_answered_by_an_event_with_its_number() {
    let mut world = World::connected(Config::default());
    world.publish(1, "/service/sum", "[1,2]", Some(5_000));
    let sent = world.take("/service/sum");
    world.grant(&sent);
    assert_eq!(world.settled, []);
    let id = sent.messages[0]["id"].clone();
    world.deliver(&[("/service/sum", json!("not for us"))]);
    let held = world.take("/meta/connect");
    world.reply(&held, &json!([{ "channel": "/service/sum", "id": id, "data": 3 }, { "channel": "/meta/connect", "successful": true }]));
    let (_, outcome) = &world.settled[0];
    assert_eq!(outcome.as_ref().unwrap()["data"], 3);
    world.pass(10_000);
    assert_eq!(world.settled.len(), 1);
}

#[test]
fn a_call_that_nobody_answers_is_over_in_time() {
    let mut world = World::connected(Config::default());
    world.publish(1, "/service/sum", "1", Some(5_000));
    let sent = world.take("/service/sum");
    world.grant(&sent);
    world.pass(5_000);
    assert_eq!(world.settled, [(1, Err("answer-timeout"))]);
}

#[test]
fn what_nobody_will_answer_is_told_at_the_end() {
    let mut world = World::new(Config::default());
    world.input(Input::Start);
    world.publish(1, "/a", "1", None);
    world.input(Input::Close);
    world.publish(2, "/a", "1", None);
    assert_eq!(world.settled, [(1, Err("closed")), (2, Err("closed"))]);
}

#[test]
fn a_status_that_comes_late_for_a_session_does_not_end_the_next() {
    let mut world = World::connected(Config { can_refresh: true, ..Config::default() });
    world.publish(1, "/a", "1", None);
    let late = world.take("/a");
    let sent = world.take("/meta/connect");
    world.status(&sent, 401, "");
    assert!(world.out.iter().any(|sent| sent.channel() == "/meta/handshake" && sent.refresh));
    world.handshake();
    world.status(&late, 401, "");
    assert_eq!((&world.closed, world.is_out("/meta/connect")), (&None, true));
    // Nobody has heard it.
    let sent = world.take("/a");
    world.grant(&sent);
    assert!(matches!(world.settled[..], [(1, Ok(_))]));
}

#[test]
fn what_a_server_asks_of_one_session_does_not_hold_up_the_next() {
    let mut world = World::connected(Config::default());
    world.connect();
    world.listen(1, "/a", Replay::Never);
    world.publish(1, "/b", "1", None);
    let sent = world.take("/b");
    let head = Head { status: 503, headers: vec![("retry-after".into(), "3600".into())] };
    world.input(Input::Reply(ExchangeId(sent.id), head, b""));
    let sent = world.take("/meta/connect");
    world.refuse(&sent, "402::Unknown client", json!({}));
    world.handshake();
    assert!(world.is_out("/meta/subscribe"));
}

#[test]
fn what_went_along_with_a_farewell_that_fails_is_told() {
    let mut world = World::connected(Config::default());
    world.publish(1, "/a", "1", None);
    world.publish(2, "/a", "2", None);
    world.input(Input::Freeze);
    let farewell = world.out.iter().position(|sent| sent.is_last).unwrap();
    let farewell = world.out.remove(farewell);
    assert_eq!(farewell.messages.len(), 2);
    world.fail(&farewell);
    assert_eq!(world.settled, [(2, Err("network"))]);
}

#[test]
fn what_was_on_its_way_when_the_page_was_put_away_is_told_of() {
    let mut world = World::connected(Config::default());
    world.connect();
    world.publish(1, "/a", "1", None);
    let sent = world.take("/meta/connect");
    world.refuse(&sent, "402::Unknown client", json!({}));
    world.input(Input::Freeze);
    assert!(!world.is_out("/meta/handshake"));
    let sent = world.take("/a");
    world.fail(&sent);
    assert_eq!(world.settled, [(1, Err("network"))]);
}
