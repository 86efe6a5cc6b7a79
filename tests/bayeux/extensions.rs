//! The extensions that the core knows.

use brookmark::engine::bayeux::{Config, Input, Replay};
use serde_json::json;

use crate::world::World;

#[test]
fn batches_are_acknowledged_once_they_have_arrived() {
    for granted in [json!(true), json!({ "enabled": true, "batch": 0 })] {
        let mut world = World::new(Config { ack: true, ..Config::default() });
        world.input(Input::Start);
        assert_eq!(world.out[0].messages[0]["ext"]["ack"], true);
        world.handshake_with(json!({ "ext": { "ack": granted } }));
        let sent = world.take("/meta/connect");
        assert_eq!(sent.messages[0]["ext"], json!({ "ack": -1 }));
        world.grant(&sent);
        world.listen(1, "/a", Replay::Never);
        let sent = world.take("/meta/connect");
        assert_eq!(sent.messages[0]["ext"], json!({ "ack": -1 }));
        let reply = json!([{ "channel": "/a", "data": 1 }, { "channel": "/meta/connect", "successful": true, "ext": { "ack": 4 } }]);
        world.reply(&sent, &reply);
        assert_eq!(world.heard(), ["1 hears 1"]);
        // The next one gets lost, so that nothing is acknowledged by the one after it.
        let sent = world.take("/meta/connect");
        assert_eq!(sent.messages[0]["ext"], json!({ "ack": 4 }));
        world.fail(&sent);
        world.pass(3_000);
        assert_eq!(world.take("/meta/connect").messages[0]["ext"], json!({ "ack": 4 }));
    }
}

#[test]
fn a_server_that_does_not_grant_acknowledgements_gets_none() {
    for granted in [json!({}), json!({ "ack": false }), json!({ "ack": { "enabled": false } })] {
        let mut world = World::new(Config { ack: true, ..Config::default() });
        world.input(Input::Start);
        world.handshake_with(json!({ "ext": granted }));
        assert_eq!(world.take("/meta/connect").messages[0].get("ext"), None);
    }
}

#[test]
fn the_servers_clock_is_learnt_from_handshakes_and_connects() {
    let mut world = World::new(Config { timesync: true, ..Config::default() });
    world.input(Input::Start);
    let asked = world.out[0].messages[0]["ext"]["timesync"]["tc"].as_u64().unwrap();
    assert_eq!(asked, world.now + world.ahead);
    world.pass(100);
    world.handshake_with(
        json!({ "ext": { "timesync": { "tc": asked, "ts": asked + 1_040, "p": 20, "a": 0 } } }),
    );
    assert_eq!(world.client.clock(), Some((40, 1_000)));
    let sync = &world.take("/meta/connect").messages[0]["ext"]["timesync"];
    assert_eq!((&sync["l"], &sync["o"]), (&json!(40), &json!(1_000)));
}
