//! Times: late rows, rows of the future, clocks that differ.

use brookmark::engine::cursor::{Kind, Unit};
use brookmark::engine::io::Input;
use brookmark::engine::position::Resume;
use brookmark::engine::protocol::poll::{Cursor, Top};
use brookmark::engine::time::Millis;

use crate::common::polls::*;
use crate::common::rng::Dice;
use crate::common::world::{Setup, World, EPOCH};

/// Noon of the day, on the source's clock.
const NOON: u64 = EPOCH / 1_000;

fn row(id: u64, at: u64) -> String {
    format!("{{\"id\":\"i{id}\",\"seq\":{at}}}")
}

fn date(seconds: u64) -> String {
    let of_day = seconds % 86_400;
    assert_eq!(seconds / 86_400, NOON / 86_400);
    format!("Sat, 21 Nov 2026 {:02}:{:02}:{:02} GMT", of_day / 3_600, of_day / 60 % 60, of_day % 60)
}

#[test]
fn the_date_of_the_tests_is_right() {
    assert_eq!(date(NOON), "Sat, 21 Nov 2026 00:00:00 GMT");
}

fn timed(settle: u64) -> Setup {
    polled(|config| {
        config.form = form(SECONDS);
        config.settle = Millis::new(settle);
    })
}

#[test]
fn a_row_of_the_future_moves_nothing() {
    let mut world = timed(0).start();
    let far = NOON + 2_000_000_000;
    world.page(&format!("[{},{}]", row(1, NOON - 10), row(2, far)));
    assert_eq!((world.came(), world.errors()), (vec![1, 2], vec!["future-position"]));
    assert_eq!(
        (world.stored(), world.asked()),
        (Some((NOON - 10).to_string()), &*format!("?since={}", NOON - 10))
    );
    world.page(&format!("[{},{}]", row(3, NOON - 5), row(2, far)));
    world.page(&format!("[{}]", row(2, far)));
    world.next_round();
    world.page(&format!("[{}]", row(2, far)));
    assert_eq!(world.errors(), ["future-position"], "once");
    assert_eq!((world.came(), world.stored()), (vec![1, 2, 3], Some((NOON - 5).to_string())));
}

#[test]
fn rows_that_are_not_settled_come_at_once_and_move_nothing() {
    let mut world = timed(30_000).start();
    world.page(&format!("[{},{}]", row(1, NOON - 60), row(2, NOON - 10)));
    world.page(&format!("[{}]", row(2, NOON - 10)));
    assert_eq!((world.came(), world.stored()), (vec![1, 2], Some((NOON - 60).to_string())));
    assert_eq!(world.errors(), [""; 0]);
    world.next_round();
    // One that was committed late stands before it.
    world.page(&format!("[{},{}]", row(3, NOON - 20), row(2, NOON - 10)));
    assert_eq!((world.came(), world.stored()), (vec![1, 2, 3], Some((NOON - 10).to_string())));
}

#[test]
fn settling_goes_by_the_clock_of_the_source() {
    // Ours is an hour ahead of it.
    let mut world = timed(30_000).start();
    let now = NOON + 3_600;
    world.set_wall((now + 3_600) * 1_000);
    let mut world = world.restart();
    world.page_with(&[("date", &date(now))], &format!("[{},{}]", row(1, now - 60), row(2, now - 10)));
    assert_eq!(world.stored(), Some((now - 60).to_string()));
}

/// A source that is asked for what happened from one moment to another.
fn windows(settle: u64) -> World {
    windowed(settle).start()
}

fn windowed(settle: u64) -> Setup {
    polled(|config| {
        config.cursor = Cursor::Clock(query("until"));
        config.form = form(SECONDS);
        config.settle = Millis::new(settle);
        config.tops = vec![Top::Empty, Top::SamePosition];
    })
}

#[test]
fn windows_follow_each_other_without_a_gap() {
    let mut world = windows(10_000);
    assert_eq!(world.asked(), format!("?until={}", NOON - 10));
    world.page_with(&[("date", &date(NOON))], &format!("[{}]", row(1, NOON - 20)));
    assert_eq!(world.stored(), Some((NOON - 10).to_string()));
    world.next_round();
    let until: u64 =
        world.asked().strip_prefix(&format!("?since={}&until=", NOON - 10)).unwrap().parse().unwrap();
    assert!((NOON + 50..=NOON + 56).contains(&until), "ten seconds before this round");
    world.page_with(&[("date", &date(until + 10))], "[]");
    assert_eq!(world.came(), [1]);
}

#[test]
fn a_window_does_not_end_in_the_future_of_the_source() {
    // Our clock is an hour ahead, and nobody knows before the first answer.
    for ahead in [3_600, 1] {
        let mut world = windows(0);
        let now = NOON + 3_600;
        world.set_wall((now + ahead) * 1_000);
        let mut world = world.restart();
        world.page_with(&[("date", &date(now))], "[]");
        if world.is_connected() {
            assert_eq!(world.asked(), format!("?until={now}"));
            world.page_with(&[("date", &date(now))], "[]");
        }
        assert_eq!(world.stored(), Some(now.to_string()), "{ahead} seconds ahead");
    }
}

#[test]
fn times_with_zones_and_fractions_are_compared_as_moments() {
    let mut world = polled(|config| config.form = form(Kind::Rfc3339)).start();
    world.page(
        r#"[{"id":"i1","seq":"2026-11-20T12:00:00Z"},{"id":"i2","seq":"2026-11-20T12:00:00.5Z"},
            {"id":"i3","seq":"2026-11-20T13:00:00.500001+01:00"}]"#,
    );
    assert_eq!((world.came(), world.errors()), (vec![1, 2, 3], vec![]));
    assert_eq!(world.stored().as_deref(), Some("2026-11-20T13:00:00.500001+01:00"));
}

#[test]
fn more_unsettled_rows_than_can_be_known_are_told() {
    let mut world = timed(3_600_000).start();
    let rows: Vec<_> = (0..600).map(|id| row(id, NOON - 10)).collect();
    world.page(&format!("[{}]", rows.join(",")));
    assert_eq!(world.errors(), ["repeat-window-full"]);
    assert_eq!(world.came().len(), 600);
}

#[test]
fn a_window_that_begins_now_does_not_reach_back_before_its_beginning() {
    let mut setup = windowed(0);
    setup.config.start = Resume::Latest;
    setup.poll.as_mut().unwrap().latest = Some((NOON + 1).to_string());
    let mut world = setup.build();
    world.set_wall((NOON + 2) * 1_000);
    world.input(Input::Start);
    assert_eq!(world.asked(), format!("?since={}&until={}", NOON + 1, NOON + 2));
    // Its clock, or what it tells of it, is a little behind.
    world.page_with(&[("date", &date(NOON))], "[]");
    assert_eq!(world.stored(), Some((NOON + 1).to_string()));
}

#[test]
fn a_window_that_begins_now_does_not_end_before_that_for_what_may_not_be_settled() {
    for headers in [vec![], vec![("date", date(NOON + 5))]] {
        let mut setup = windowed(60_000);
        setup.config.start = Resume::Latest;
        setup.poll.as_mut().unwrap().latest = Some(NOON.to_string());
        let mut world = setup.start();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        world.page_with(&headers, "[]");
        assert_eq!(world.stored(), Some(NOON.to_string()), "{headers:?}");
    }
}

#[test]
fn a_clock_that_is_set_while_an_answer_is_awaited_moves_no_end() {
    // It was ahead by so much as it is behind then.
    let mut world = windows(10_000);
    world.set_wall((NOON + 20) * 1_000);
    let mut world = world.restart();
    assert_eq!(world.asked(), format!("?until={}", NOON + 10));
    world.set_wall((NOON - 20) * 1_000);
    world.page_with(&[("date", &date(NOON))], "[]");
    assert_eq!((world.stored(), world.asked()), (None, &*format!("?until={}", NOON - 10)));
    world.page_with(&[("date", &date(NOON))], "[]");
    assert_eq!(world.stored(), Some((NOON - 10).to_string()));
}

#[test]
fn a_window_without_content_does_not_end_in_the_future_of_the_source_either() {
    let until = NOON + 3_600;
    let mut world = windows(0);
    world.set_wall(until * 1_000);
    let mut world = world.restart();
    assert_eq!(world.asked(), format!("?until={until}"));
    world.respond(204, &[("date", &date(NOON))]);
    assert_eq!(world.asked(), format!("?until={NOON}"));
    world.respond(204, &[("date", &date(NOON))]);
    assert_eq!((world.stored(), world.is_connected()), (Some(NOON.to_string()), false));
}

#[test]
fn the_end_of_a_run_is_kept_where_its_last_page_has_no_content() {
    let mut setup = windowed(0);
    let config = setup.poll.as_mut().unwrap();
    config.items = at("/items");
    config.paging = Some(paged(None));
    config.tops = vec![Top::NoNext];
    let mut world = setup.start();
    world.page(&with([1, 2], r#""page":"p2""#));
    let until = world.asked().split_once("until=").unwrap().1.split('&').next().unwrap().to_string();
    world.respond(204, &[]);
    assert_eq!((world.stored(), world.tops().len()), (Some(until.clone()), 1));
    world.next_round();
    assert!(world.asked().starts_with(&format!("?since={until}&until=")), "{}", world.asked());
}

#[test]
fn more_unsettled_rows_than_a_page_has_come_at_once_too() {
    for tops in [vec![Top::Short(2)], vec![Top::Empty, Top::SamePosition]] {
        let mut setup = timed(30_000);
        setup.poll.as_mut().unwrap().tops.clone_from(&tops);
        let mut world = setup.start();
        world.page(&format!("[{},{}]", row(1, NOON - 60), row(2, NOON - 10)));
        assert_eq!(world.asked(), format!("?since={}", NOON - 10));
        world.page(&format!("[{},{}]", row(3, NOON - 8), row(4, NOON - 7)));
        assert_eq!(world.asked(), format!("?since={}", NOON - 7));
        world.page("[]");
        assert_eq!((world.came(), world.errors()), (vec![1, 2, 3, 4], vec![]), "{tops:?}");
        assert_eq!(world.stored(), Some((NOON - 60).to_string()));
        world.next_round();
        assert_eq!(world.asked(), format!("?since={}", NOON - 60));
        world.page(&format!("[{},{}]", row(2, NOON - 10), row(5, NOON - 9)));
        world.page(&format!("[{},{}]", row(3, NOON - 8), row(4, NOON - 7)));
        world.page("[]");
        assert_eq!((world.came(), world.stored()), (vec![1, 2, 3, 4, 5], Some((NOON - 7).to_string())));
    }
}

#[test]
fn a_cut_among_unsettled_rows_moves_nothing() {
    let mut world = timed(30_000).start();
    world.page(&format!("[{},{}]", row(1, NOON - 60), row(2, NOON - 10)));
    while world.now() < 25_000 {
        world.cut_off();
        world.run_until(world.next_timer().unwrap());
        assert_eq!(world.asked(), format!("?since={}", NOON - 10));
    }
    // By now they are old enough, but what is older may have come since the first page.
    world.page(&format!("[{}]", row(3, NOON - 8)));
    world.page("[]");
    assert_eq!((world.came(), world.stored()), (vec![1, 2, 3], Some((NOON - 60).to_string())));
}

#[test]
fn no_more_unsettled_rows_are_read_than_can_be_known() {
    let mut world = timed(30_000).start();
    let mut answers = 0;
    for round in 1..=3 {
        while world.is_connected() {
            let since = world.asked().strip_prefix("?since=").map_or(0, |since| since.parse().unwrap());
            // A hundred rows a page, four a second.
            let page: Vec<_> =
                (0..20_000).map(|n| (n, NOON - 20 + n / 4)).filter(|(_, at)| *at > since).take(100).collect();
            let page: Vec<_> = page.into_iter().map(|(n, at)| row(n, at)).collect();
            world.page(&format!("[{}]", page.join(",")));
            answers += 1;
        }
        assert_eq!((world.tops().len(), world.errors()), (round, vec![]));
        world.next_round();
    }
    let mut came = world.came();
    came.dedup();
    assert_eq!(came, (0..came.len() as u64).collect::<Vec<_>>(), "each once, in order");
    assert!(answers < 20, "{answers}");
}

#[test]
fn rows_that_appear_late_but_settle_come_once_in_any_weather() {
    const SETTLE: u64 = 30_000;
    let millis = Kind::Epoch(Unit::Millis);
    for seed in 0..300 {
        let mut dice = Dice::new(seed);
        let size = 2 + dice.below(5);
        let tops =
            if dice.chance(50) { vec![Top::Short(size as u32)] } else { vec![Top::Empty, Top::SamePosition] };
        let mut world = polled(|config| {
            config.form = form(millis);
            config.settle = Millis::new(SETTLE);
            config.tops = tops;
        })
        .start();
        // There is a position, so that the bookmark knows what was handled.
        let mut rows = vec![(EPOCH - 2 * SETTLE, 0)];
        world.page(&format!("[{}]", row(0, rows[0].0)));
        let (mut came, mut seen, mut wall) = (Vec::new(), 0, EPOCH);
        for step in 0..300 {
            let is_calm = step >= 200;
            if !is_calm {
                for _ in 0..dice.below(3) {
                    // Several share a moment, and it is long past when they appear.
                    let at = (wall - dice.below(SETTLE as usize - 1_000) as u64) / 1_000 * 1_000;
                    rows.push((at, rows.len() as u64));
                }
            }
            let body = |world: &World| {
                let since = world.asked().strip_prefix("?since=").map_or(0, |since| since.parse().unwrap());
                let mut page: Vec<_> = rows.iter().filter(|(at, _)| *at > since).collect();
                page.sort();
                // No moment is on two pages.
                let last = page.get(size - 1).map_or(u64::MAX, |(at, _)| *at);
                let page: Vec<_> =
                    page.iter().take_while(|(at, _)| *at <= last).map(|(at, id)| row(*id, *at)).collect();
                format!("[{}]", page.join(","))
            };
            match dice.below(10) {
                0 if !is_calm && world.is_connected() => world.cut_off(),
                1 if !is_calm && world.is_connected() => {
                    let body = body(&world);
                    world.respond(200, &[("content-type", "application/json")]);
                    world.send(&body[..dice.below(body.len())]);
                    world.cut();
                }
                _ if world.is_connected() => {
                    let body = body(&world);
                    world.page(&body);
                }
                _ => {
                    let before = world.now();
                    match world.next_timer() {
                        Some(at) => world.run_until(at),
                        None => world.pass(1_000),
                    }
                    wall += world.now() - before;
                }
            }
            came.extend_from_slice(&world.came()[seen..]);
            seen = world.delivered.len();
            if !is_calm && dice.chance(4) {
                world = world.restart();
                seen = 0;
            }
        }
        came.sort_unstable();
        assert_eq!(came, (0..rows.len() as u64).collect::<Vec<_>>(), "SEED={seed}");
    }
}
