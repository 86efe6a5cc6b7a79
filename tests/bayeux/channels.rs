//! Subscriptions and events.

use brookmark::engine::bayeux::{Config, Input, Replay, SubscriberId};
use brookmark::engine::limits;
use serde_json::{json, Value};

use crate::world::World;

#[test]
fn one_message_for_each_channel_and_all_of_them_in_one_request() {
    let mut world = World::new(Config::default());
    world.input(Input::Start);
    for (id, channel) in [(1, "/a"), (2, "/b/*"), (3, "/c/**")] {
        world.subscribe(id, channel, Replay::Never);
    }
    world.handshake();
    let sent = world.take("/meta/subscribe");
    let channels: Vec<&Value> = sent.messages.iter().map(|message| &message["subscription"]).collect();
    assert_eq!(channels, ["/a", "/b/*", "/c/**"]);
    assert!(sent.messages.iter().all(|message| message.get("ext").is_none()));
    world.grant(&sent);
    assert_eq!(world.heard(), ["1 stands", "2 stands", "3 stands"]);
    world.deliver(&[("/a", json!(1)), ("/b/x", json!(2)), ("/c/x/y", json!(3)), ("/d", json!(4))]);
    assert_eq!(world.heard(), ["1 hears 1", "2 hears 2", "3 hears 3"]);
    assert_eq!((world.client.stats().events, world.client.stats().unheard), (3, 1));
}

#[test]
fn one_channel_that_is_refused_takes_no_other_with_it() {
    let mut world = World::connected(Config::default());
    world.input(Input::BeginBatch);
    world.subscribe(1, "/a", Replay::Never);
    world.subscribe(2, "/b", Replay::Never);
    world.input(Input::EndBatch);
    let sent = world.take("/meta/subscribe");
    world.reply(
        &sent,
        &json!([
            { "channel": "/meta/subscribe", "id": sent.messages[0]["id"], "successful": false, "error": "403:/a:no: really" },
            { "channel": "/meta/subscribe", "id": sent.messages[1]["id"], "successful": true },
        ]),
    );
    assert_eq!(world.heard(), ["1 refused 403", "2 stands"]);
}

#[test]
fn events_in_the_response_to_the_subscription_are_heard_wherever_they_stand() {
    for event_is_first in [true, false] {
        let mut world = World::connected(Config::default());
        world.subscribe(1, "/a", Replay::Earliest);
        let sent = world.take("/meta/subscribe");
        let reply = json!({ "channel": "/meta/subscribe", "id": sent.messages[0]["id"], "successful": true });
        let event = json!({ "channel": "/a", "data": 7 });
        world.reply(&sent, &if event_is_first { json!([event, reply]) } else { json!([reply, event]) });
        assert_eq!(world.heard(), ["1 stands", "1 hears 7"]);
    }
}

#[test]
fn an_event_that_overtakes_the_answer_to_its_subscription_waits_for_it() {
    let mut world = World::connected(Config::default());
    world.subscribe(1, "/a", Replay::Earliest);
    world.deliver(&[("/a", json!(7))]);
    assert_eq!(world.heard(), [""; 0]);
    let sent = world.take("/meta/subscribe");
    world.grant(&sent);
    assert_eq!(world.heard(), ["1 stands", "1 hears 7"]);
}

#[test]
fn several_subscribers_share_what_the_server_knows() {
    let mut world = World::connected(Config::default());
    world.subscribe(1, "/a", Replay::Never);
    world.subscribe(2, "/a", Replay::Never);
    let sent = world.take("/meta/subscribe");
    assert_eq!(sent.messages.len(), 1);
    world.grant(&sent);
    world.subscribe(3, "/a", Replay::Never);
    assert_eq!(world.heard(), ["1 stands", "2 stands", "3 stands"]);
    world.deliver(&[("/a", json!(1))]);
    assert_eq!(world.heard(), ["1 hears 1", "2 hears 1", "3 hears 1"]);
    world.input(Input::Unsubscribe(SubscriberId(1)));
    world.input(Input::Unsubscribe(SubscriberId(2)));
    assert!(!world.is_out("/meta/unsubscribe"));
    world.input(Input::Unsubscribe(SubscriberId(3)));
    let sent = world.take("/meta/unsubscribe");
    assert_eq!(sent.messages[0]["subscription"], "/a");
}

#[test]
fn the_position_goes_along_as_it_is() {
    for (replay, want) in [
        (Replay::Latest, "-1"),
        (Replay::Earliest, "-2"),
        (Replay::After("9223372036854775809".into()), "9223372036854775809"),
        (Replay::After("x7".into()), "\"x7\""),
    ] {
        let mut world = World::connected(Config::default());
        world.subscribe(1, "/topic/T?F=1", replay);
        // A number beyond 64 bits is no Value: the text is looked at.
        let sent = world.take("/meta/subscribe");
        let ext = serde_json::to_string(&sent.messages[0]["ext"]).unwrap();
        let want: Value = serde_json::from_str(&format!("{{\"replay\":{{\"/topic/T\":{want}}}}}")).unwrap();
        assert_eq!(ext, want.to_string());
    }
}

#[test]
fn a_channel_with_positions_is_asked_for_again_only_when_nothing_of_before_can_arrive() {
    let mut world = World::connected(Config::default());
    world.listen(1, "/a", Replay::After("1".into()));
    world.input(Input::Unsubscribe(SubscriberId(1)));
    world.subscribe(2, "/a", Replay::After("1".into()));
    let sent = world.take("/meta/unsubscribe");
    assert_eq!(sent.messages.len(), 1);
    world.grant(&sent);
    assert!(!world.is_out("/meta/subscribe"));
    // That connect may have been answered before the server knew; what came up between the two is in the next answer.
    world.deliver(&[("/a", json!("late"))]);
    assert!(!world.is_out("/meta/subscribe"));
    world.deliver(&[("/a", json!("later"))]);
    assert!(world.is_out("/meta/subscribe"));
    assert_eq!(world.heard(), [""; 0]);

    // Where no connect returns, a moment is enough.
    let mut world = World::connected(Config::default());
    world.listen(1, "/a", Replay::Latest);
    world.input(Input::Unsubscribe(SubscriberId(1)));
    world.subscribe(2, "/a", Replay::Latest);
    let sent = world.take("/meta/unsubscribe");
    world.grant(&sent);
    world.pass(limits::BAYEUX_SETTLE.get());
    assert!(world.is_out("/meta/subscribe"));
}

#[test]
fn much_at_once_is_read_before_more_is_asked_for() {
    let mut world = World::connected(Config::default());
    world.leave_unread(1);
    world.listen(1, "/a", Replay::Never);
    let big = "x".repeat(limits::BAYEUX_BACKLOG);
    world.deliver(&[("/a", json!(big)), ("/a", json!(1))]);
    assert!(!world.is_out("/meta/connect"));
    world.pass(limits::BAYEUX_MAX_INTERVAL.get() / 2 - 1);
    world.heard();
    world.read_again(1);
    assert_eq!(world.heard().last().map(String::as_str), Some("1 hears 1"));
    assert!(world.is_out("/meta/connect"));
    world.pass(limits::BAYEUX_MAX_INTERVAL.get());
    assert_eq!((world.heard().len(), world.states.last()), (0, Some(&"open")));
}

#[test]
fn slow_readers_make_the_client_leave_before_the_server_throws_it_out() {
    let mut world = World::connected(Config::default());
    world.leave_unread(1);
    world.listen(1, "/slow", Replay::Latest);
    world.listen(2, "/quick", Replay::Never);
    let big = "x".repeat(limits::BAYEUX_BACKLOG / 4);
    for round in 0..4 {
        assert_eq!((round, world.states.last()), (round, Some(&"open")));
        world.deliver(&[("/slow", json!(big)), ("/quick", json!(round))]);
    }
    assert!(!world.is_out("/meta/connect"));
    // Half of what the server bears.
    world.pass(limits::BAYEUX_MAX_INTERVAL.get() / 2 - 1);
    assert_eq!((world.heard().len(), world.states.last()), (4, Some(&"open")));
    world.pass(1);
    assert_eq!(world.states.last(), Some(&"full"));
    assert!(world.is_out("/meta/disconnect") && !world.is_out("/meta/connect"));
    assert_eq!(world.heard(), ["2 warned backlog"]);
    world.pass(60_000);
    assert!(!world.is_out("/meta/handshake"));
    // Half of it is read, and the client comes back; the channel without positions is asked for at once.
    world.read_again(1);
    assert_eq!(world.heard().last().unwrap(), "1 ends");
    world.handshake();
    let sent = world.take("/meta/subscribe");
    assert_eq!(sent.messages[0]["subscription"], "/quick");
}

#[test]
fn a_channel_that_cannot_be_asked_for_is_asked_for_ever_more_slowly() {
    let mut world = World::connected(Config::default());
    world.subscribe(1, "/plain", Replay::Never);
    for attempt in 0..6 {
        let sent = world.take("/meta/subscribe");
        match attempt {
            5 => world.grant(&sent),
            _ => world.status(&sent, 500, "<html>"),
        }
        assert!(!world.is_out("/meta/subscribe"));
        let asked = world.now;
        while attempt < 5 && !world.is_out("/meta/subscribe") {
            world.pass(50);
        }
        assert!(attempt == 5 || world.now - asked >= 400 << attempt, "{attempt}: {}", world.now - asked);
    }
    assert_eq!(world.heard(), ["1 stands"]);
    assert_eq!(world.client.stats().sessions, 1);
}

#[test]
fn who_takes_the_place_of_one_that_was_not_granted_yet_is_told_what_the_server_says() {
    let mut world = World::connected(Config::default());
    world.subscribe(1, "/a", Replay::Never);
    world.input(Input::Unsubscribe(SubscriberId(1)));
    world.subscribe(2, "/a", Replay::Never);
    let sent = world.take("/meta/subscribe");
    world.refuse(&sent, "403::Forbidden channel", json!({}));
    let sent = world.take("/meta/unsubscribe");
    world.grant(&sent);
    let sent = world.take("/meta/subscribe");
    world.refuse(&sent, "403::Forbidden channel", json!({}));
    assert_eq!(world.heard(), ["2 refused 403"]);
}
