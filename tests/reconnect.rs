//! Refusals, failures, and when the next attempt comes.

mod common;

use brookmark::engine::backoff::RetryPolicy;
use brookmark::engine::io::{Fault, Input, StateName};
use brookmark::engine::spacing::{Growth, Spacing, Spacings};
use brookmark::engine::time::Millis;
use common::world::{bookmarked, setup, Hands, World};

fn attempts(world: &mut World, attempts: Option<u32>) -> Vec<(u32, u64)> {
    for _ in 0..attempts.unwrap_or(8) {
        if world.has_ended() {
            break;
        }
        world.cut_off();
        if let Some(at) = world.next_timer() {
            world.run_until(at);
        }
    }
    world.retries()
}

#[test]
fn delays_double_up_to_the_ceiling_and_begin_again_after_progress() {
    let mut world = setup(|_| {}).start();
    let delays: Vec<u64> = attempts(&mut world, None).into_iter().map(|(_, delay)| delay).collect();
    assert_eq!(delays, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    world.accept();
    world.send("id: 1\ndata: a\n\n");
    world.cut();
    assert_eq!(world.retries().last(), Some(&(1, 1_000)));
}

#[test]
fn a_connection_that_brings_nothing_new_is_no_progress() {
    let mut world = setup(|_| {}).open();
    world.send("id: 1\ndata: a\n\n");
    for _ in 0..3 {
        world.cut();
        world.run_until(world.next_timer().unwrap());
        world.accept();
        world.send(": hello\n\nid: 1\ndata: a\n\n");
    }
    let delays: Vec<u64> = world.retries().into_iter().map(|(_, delay)| delay).collect();
    assert_eq!(delays, [1_000, 1_000, 2_000]);
}

#[test]
fn a_source_that_only_repeats_its_position_makes_no_progress() {
    let mut world = setup(|_| {}).open();
    world.send("id: 1\n\n");
    for _ in 0..4 {
        world.cut();
        world.run_until(world.next_timer().unwrap());
        world.accept();
        world.send("id: 1\n\n");
    }
    let delays: Vec<u64> = world.retries().into_iter().map(|(_, delay)| delay).collect();
    assert_eq!(delays, [1_000, 1_000, 2_000, 4_000]);
}

#[test]
fn where_each_cause_has_a_spacing_of_its_own_the_cause_decides() {
    let spacing = |min, growth| Spacing { min: Millis::new(min), max: Millis::new(10_000), growth };
    let mut world = setup(|setup| {
        let spacings = Spacings {
            network: spacing(200, Growth::Linear),
            status: spacing(2_000, Growth::Factor(2.0)),
            end: spacing(10, Growth::Factor(2.0)),
        };
        let policy = RetryPolicy { jitter: 0.0, spacings: Some(spacings), ..RetryPolicy::default() };
        setup.config.retry = Some(policy);
    })
    .start();
    let wait = |world: &mut World| world.run_until(world.next_timer().unwrap());
    for _ in 0..2 {
        world.cut_off();
        wait(&mut world);
        world.refuse(503, &[], "");
        wait(&mut world);
        world.accept();
        world.end();
        wait(&mut world);
    }
    world.refuse(429, &[("retry-after", "7")], "");
    wait(&mut world);
    world.accept();
    world.send("id: 1\ndata: a\n\n");
    world.cut();
    let delays: Vec<u64> = world.retries().into_iter().map(|(_, delay)| delay).collect();
    assert_eq!(delays, [200, 2_000, 10, 400, 4_000, 20, 7_000, 200]);
}

#[test]
fn each_retry_is_told_with_its_cause_number_and_delay() {
    let mut world = setup(|_| {}).start();
    assert_eq!(attempts(&mut world, Some(3)), [(2, 1_000), (3, 2_000), (4, 4_000)]);
    assert_eq!(world.errors(), ["network"; 3]);
    assert_eq!(world.last_request().number, 4);
}

#[test]
fn a_policy_with_an_end_ends_the_stream() {
    let mut world = setup(|setup| {
        let policy = RetryPolicy { attempts: Some(3), jitter: 0.0, ..RetryPolicy::default() };
        setup.config.retry = Some(policy);
    })
    .start();
    attempts(&mut world, Some(10));
    assert_eq!(world.requests.len(), 3);
    assert_eq!(world.ended_by(), Some("retries-exhausted"));
}

#[test]
fn jitter_never_undercuts_the_floor_nor_passes_the_ceiling() {
    let mut seen = Vec::new();
    for seed in 0..200 {
        let mut world = setup(|setup| {
            setup.seed = seed;
            setup.config.retry = Some(RetryPolicy::default());
        })
        .start();
        seen.extend(attempts(&mut world, Some(9)).into_iter().map(|(_, delay)| delay));
    }
    assert!(seen.iter().all(|delay| (1_000..=60_000).contains(delay)));
    seen.sort_unstable();
    seen.dedup();
    assert!(seen.len() > 1_000, "{} different delays", seen.len());
}

#[test]
fn the_servers_reconnection_time_is_heard_and_clamped() {
    for (told, delay) in [("2500", 2_500), ("0", 1_000), ("99999999999999999999999", 60_000), ("+5", 1_000)] {
        let mut world = setup(|_| {}).open();
        world.send(&format!("retry: {told}\n"));
        world.cut();
        assert_eq!(world.retries(), [(2, delay)], "{told}");
    }
}

#[test]
fn refusals_that_may_pass_are_retried() {
    for (status, code) in [
        (429, "too-many-requests"),
        (408, "too-many-requests"),
        (425, "too-many-requests"),
        (500, "server-error"),
        (502, "server-error"),
        (503, "server-error"),
    ] {
        let mut world = setup(|_| {}).start();
        world.refuse(status, &[], "later");
        assert_eq!(world.errors(), [code]);
        assert_eq!(world.state(), StateName::Waiting, "{status}");
        world.pass(1_000);
        assert_eq!(world.requests.len(), 2);
    }
}

#[test]
fn refusals_that_will_not_pass_end_the_stream_with_what_the_server_said() {
    for (status, kind, code) in [
        (200, "text/html", "bad-content-type"),
        (201, "text/event-stream", "bad-status"),
        (205, "text/event-stream", "bad-status"),
        (304, "", "bad-status"),
        (403, "text/plain", "forbidden"),
        (404, "text/plain", "bad-status"),
        (410, "text/plain", "position-expired"),
    ] {
        let mut world = setup(|_| {}).start();
        world.refuse(status, &[("content-type", kind), ("x-why", "so")], "because");
        assert_eq!(world.ended_by(), Some(code));
        let report = world.ending().unwrap().as_ref().unwrap();
        let refusal = report.error.refusal().unwrap();
        assert_eq!((refusal.status, refusal.body.as_str()), (status, "because"));
        assert!(refusal.headers.contains(&("x-why".into(), "so".into())));
        assert!(!report.retryable);
        assert!(!world.is_connected());
    }
}

#[test]
fn no_content_is_a_proper_end() {
    let mut world = setup(|_| {}).start();
    world.respond(204, &[]);
    assert_eq!(world.ending(), Some(&None));
    assert_eq!(world.aborted.len(), 1);
    assert_eq!(world.next_timer(), None);
}

#[test]
fn retry_after_beats_the_ceiling() {
    let mut world = setup(|_| {}).start();
    world.refuse(503, &[("retry-after", "600")], "");
    assert_eq!(world.retries(), [(2, 600_000)]);
    world.pass(599_999);
    assert_eq!(world.requests.len(), 1);
    world.pass(1);
    assert_eq!(world.requests.len(), 2);
}

#[test]
fn retry_after_may_be_a_date_but_not_undercut_the_floor_nor_last_for_ever() {
    for (value, delay) in [
        ("Sat, 21 Nov 2026 00:00:20 GMT", 20_000),
        ("Fri, 20 Nov 2026 00:00:00 GMT", 1_000),
        ("0", 1_000),
        ("99999999999", 86_400_000),
    ] {
        let mut world = setup(|_| {}).start();
        world.refuse(429, &[("retry-after", value)], "");
        assert_eq!(world.retries(), [(2, delay)], "{value}");
    }
}

#[test]
fn a_sign_that_the_network_is_back_ends_a_wait_but_not_one_that_the_server_has_named() {
    let mut world = setup(|_| {}).start();
    world.cut_off();
    world.input(Input::Wake);
    assert_eq!(world.requests.len(), 2);
    world.refuse(429, &[("retry-after", "30")], "");
    world.input(Input::Wake);
    assert_eq!(world.requests.len(), 2);
    assert_eq!(world.state(), StateName::Waiting);
    world.pass(30_000);
    assert_eq!(world.requests.len(), 3);
}

#[test]
fn reconnect_goes_at_once_to_the_same_position() {
    let mut world = setup(|_| {}).open();
    world.send("id: 1\ndata: a\n\n");
    world.input(Input::Reconnect);
    assert_eq!((world.aborted.len(), world.requests.len()), (1, 2));
    assert_eq!(world.asked_for(), Some("1"));
    world.input(Input::Reconnect);
    assert_eq!((world.aborted.len(), world.requests.len()), (2, 3));
    world.respond(500, &[]);
    world.input(Input::Reconnect);
    assert_eq!((world.aborted.len(), world.requests.len()), (3, 4));
    world.cut_off();
    world.input(Input::Reconnect);
    assert_eq!((world.aborted.len(), world.requests.len()), (3, 5));
    // The wait that it cut short does not come on top.
    world.accept();
    world.pass(10_000);
    assert_eq!(world.requests.len(), 5);
}

#[test]
fn what_arrives_for_a_request_that_was_given_up_is_passed_over() {
    let mut world = bookmarked(|_| {}).open();
    let old = world.last_request().id;
    world.input(Input::Reconnect);
    world.respond_to(old, 204, &[]);
    world.send_under(old, "id: 9\ndata: ghost\n\n");
    world.end_under(old);
    world.input(Input::Failed(old, Fault::Network("late".into())));
    assert_eq!(world.state(), StateName::Connecting);
    world.accept();
    world.send_under(old, "id: 9\ndata: ghost\n\n");
    world.end_under(old);
    world.send("id: 1\ndata: a\n\n");
    assert_eq!(world.data(), ["a"]);
    assert_eq!(world.stored().as_deref(), Some("1"));
    assert_eq!(world.errors(), [""; 0]);
}

#[test]
fn half_an_event_of_a_cut_response_does_not_leak_into_the_next() {
    let mut world = setup(|_| {}).open();
    world.send("id: 9\nevent: x\ndata: half");
    world.cut();
    world.pass(1_000);
    world.accept();
    world.send("data: a\n\n");
    assert_eq!(world.data(), ["a"]);
    assert_eq!(world.delivered[0].kind, "message");
    assert_eq!(world.delivered[0].id, "");
}

#[test]
fn credentials_are_renewed_once_and_the_position_kept() {
    let mut world = bookmarked(|setup| setup.config.can_refresh = true).open();
    world.send("id: 1\ndata: a\n\n");
    world.cut();
    world.pass(1_000);
    assert!(!world.last_request().refresh);
    world.respond(401, &[]);
    assert!(world.last_request().refresh);
    assert_eq!(world.asked_for(), Some("1"));
    world.accept();
    world.send("id: 2\ndata: b\n\n");
    world.cut();
    world.pass(1_000);
    // Much later they have run out again.
    world.respond(401, &[]);
    assert!(world.last_request().refresh);
    world.refuse(401, &[("www-authenticate", "Bearer")], "no");
    assert_eq!(world.ended_by(), Some("unauthorized"));
    assert_eq!(world.requests.len(), 5);
}

#[test]
fn without_a_way_to_renew_credentials_a_401_is_the_end() {
    let mut world = setup(|_| {}).start();
    world.refuse(401, &[], "");
    assert_eq!(world.ended_by(), Some("unauthorized"));
    assert_eq!(world.requests.len(), 1);
}

#[test]
fn a_headers_function_that_fails_is_reported_and_asked_again() {
    let mut world = setup(|_| {}).start();
    world.fail_request(Fault::Auth("no token".into()));
    assert_eq!(world.errors(), ["auth-failed"]);
    world.pass(1_000);
    assert_eq!(world.requests.len(), 2);
}

#[test]
fn what_may_be_sent_once_is_sent_once() {
    let once = || setup(|setup| setup.config.retry = None);

    let mut cut = once().open();
    cut.send("id: 1\ndata: a\n\n");
    cut.cut();
    assert_eq!(cut.ended_by(), Some("network"));

    let mut ended = once().open();
    ended.end();
    assert_eq!(ended.ending(), Some(&None));

    let mut refused = once().start();
    refused.refuse(503, &[("retry-after", "1")], "");
    assert_eq!(refused.ended_by(), Some("server-error"));

    let mut mute = once().start();
    mute.pass(30_000);
    assert_eq!(mute.ended_by(), Some("connect-timeout"));

    let mut frozen = once().open();
    frozen.input(Input::Freeze);
    frozen.input(Input::Thaw);
    frozen.send("data: a\n\n");
    assert_eq!(frozen.data(), ["a"]);

    for world in [cut, ended, refused, mute, frozen] {
        assert_eq!(world.requests.len(), 1);
        assert_eq!(world.retries(), []);
    }
}

#[test]
fn what_is_sent_once_is_whole_only_with_the_payload_that_ends_it() {
    let setup = |retries: bool| {
        setup(|setup| {
            setup.sse.done = Some("[DONE]".into());
            setup.config.retry = setup.config.retry.take().filter(|_| retries);
        })
    };
    let mut whole = setup(false).open();
    whole.send("data: a\n\ndata: [DONE]\n\n");
    assert_eq!(whole.ending(), Some(&None));

    let mut partial = setup(false).open();
    partial.send("data: a\n\n");
    partial.end();
    assert_eq!((partial.data(), partial.ended_by()), (vec!["a"], Some("incomplete")));

    let mut goes_on = setup(true).open();
    goes_on.end();
    assert_eq!((goes_on.errors().len(), goes_on.state()), (0, StateName::Waiting));
}

#[test]
fn a_frozen_page_has_no_connection_and_a_thawed_one_resumes() {
    let mut world = bookmarked(|_| {}).open();
    world.send("id: 1\ndata: a\n\n");
    world.input(Input::Freeze);
    assert_eq!((world.state(), world.is_connected()), (StateName::Suspended, false));
    world.input(Input::Wake);
    world.pass(1_000_000);
    assert_eq!((world.requests.len(), world.next_timer()), (1, None));
    world.input(Input::Thaw);
    assert_eq!(world.asked_for(), Some("1"));
    world.accept();
    assert_eq!(world.states(), {
        use StateName::{Connecting, Loading, Open, Suspended};
        [Loading, Connecting, Open, Suspended, Connecting, Open]
    });
}

#[test]
fn freezing_gives_up_a_request_a_refusal_and_a_wait() {
    let mut opening = setup(|_| {}).start();
    opening.input(Input::Freeze);
    let mut refused = setup(|_| {}).start();
    refused.respond(500, &[]);
    refused.input(Input::Freeze);
    let mut waiting = setup(|_| {}).start();
    waiting.cut_off();
    waiting.input(Input::Freeze);
    for mut world in [opening, refused, waiting] {
        assert_eq!((world.state(), world.next_timer()), (StateName::Suspended, None));
        assert!(!world.is_connected());
        world.input(Input::Thaw);
        assert_eq!((world.state(), world.requests.len()), (StateName::Connecting, 2));
    }
}

#[test]
fn a_thaw_does_not_shorten_a_wait_that_the_server_has_named() {
    let mut world = setup(|_| {}).start();
    world.refuse(429, &[("retry-after", "600")], "");
    world.input(Input::Freeze);
    world.pass(10_000);
    world.input(Input::Thaw);
    assert_eq!(world.requests.len(), 1, "the server asked for ten minutes");
    world.pass(590_000);
    assert_eq!(world.requests.len(), 2);
}

#[test]
fn a_stream_that_begins_while_the_page_is_away_waits_for_it() {
    let mut world = bookmarked(|_| {}).build();
    world.input(Input::Freeze);
    world.input(Input::Start);
    assert_eq!((world.state(), world.requests.len(), world.loads), (StateName::Suspended, 0, 1));
    world.input(Input::Thaw);
    assert_eq!((world.state(), world.requests.len()), (StateName::Connecting, 1));
}

#[test]
fn who_asks_for_a_connection_while_the_page_is_away_gets_one() {
    let mut world = setup(|_| {}).open();
    world.input(Input::Freeze);
    world.input(Input::Reconnect);
    world.accept();
    world.cut();
    world.pass(2_000);
    assert_eq!((world.state(), world.requests.len()), (StateName::Connecting, 3));
}

#[test]
fn a_wait_that_the_server_has_named_outlasts_a_page_that_is_away() {
    let mut world = setup(|_| {}).start();
    world.refuse(503, &[("retry-after", "5")], "");
    world.input(Input::Freeze);
    world.pass(6_000);
    assert_eq!((world.state(), world.requests.len()), (StateName::Suspended, 1));
    world.input(Input::Thaw);
    assert_eq!(world.requests.len(), 2);
}

#[test]
fn events_that_are_still_being_handled_survive_a_cut() {
    let mut world = bookmarked(|setup| setup.hands = Hands::Slow).open();
    world.send("id: 1\ndata: a\n\nid: 2\ndata: b\n\n");
    world.cut();
    world.pass(1_000);
    assert_eq!(world.asked_for(), Some("2"));
    world.accept();
    world.send("id: 3\ndata: c\n\n");
    world.finish("b");
    world.finish("c");
    assert_eq!(world.stored(), None);
    world.finish("a");
    assert_eq!(world.stored().as_deref(), Some("3"));
}
