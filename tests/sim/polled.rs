//! The same for sources that are polled, in each way in which positions are found: rows that come while pages
//! are read, pages that break, processes that are killed.

use std::collections::BTreeSet;

use brookmark::engine::cursor::Kind;
use brookmark::engine::event::Seq;
use brookmark::engine::io::Input;
use brookmark::engine::protocol::poll::{Order, PollConfig, Top};

use crate::common::polls::{by_item, form, named, newest_first, paged, polled};
use crate::common::rng::Dice;
use crate::common::world::{Hands, Manner, Setup, World};

/// How positions are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Each answer names one.
    Named,
    /// Each row has one, which it shares with its neighbour, and what is at a position is sent again.
    Inclusive,
    /// Each row has one, which it shares with two more, only what is behind a position is sent, and pages, which
    /// end anywhere, follow by tokens.
    Shared,
    /// Each row has one, rows are in no order, and pages follow by tokens.
    Unordered,
    /// Likewise; the newest come first, and only so many are listed.
    NewestFirst,
}

pub const MODES: [Mode; 5] = [Mode::Named, Mode::Inclusive, Mode::Shared, Mode::Unordered, Mode::NewestFirst];

/// What may be wrong with the world, to prove that it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// A handler says that it is done, and is not.
    EarlyAck,
    /// The source leaves a row out.
    LostRow,
    /// Items that come again are not known: they have no ids.
    NoIds,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    pub handled: usize,
    pub kills: usize,
    pub cuts: usize,
    pub gaps: usize,
    pub repeats: u64,
}

/// Rows a page.
const PAGE: u64 = 5;
/// Rows that the newest-first source lists.
const LISTED: u64 = 40;

struct Sim {
    dice: Dice,
    mode: Mode,
    fault: Fault,
    world: World,
    /// Rows are numbered from 1; this is the last.
    last: u64,
    handled: BTreeSet<u64>,
    /// Rows that were no longer listed when the list was first read, or read again after a gap.
    excused: u64,
    is_fresh: bool,
    /// Rows that came in this life.
    came: BTreeSet<u64>,
    at_hand: Vec<(Seq, u64)>,
    seen: usize,
    writes: usize,
    gaps: usize,
    totals: Totals,
}

pub fn run(seed: u64, mode: Mode, fault: Fault) -> Result<Totals, String> {
    let mut dice = Dice::new(seed);
    let mut world = setup(mode, fault, &mut dice).start();
    world.hands = Hands::Slow;
    let mut sim = Sim {
        dice,
        mode,
        fault,
        world,
        last: 0,
        handled: BTreeSet::new(),
        excused: 0,
        is_fresh: false,
        came: BTreeSet::new(),
        at_hand: Vec::new(),
        seen: 0,
        writes: 0,
        gaps: 0,
        totals: Totals::default(),
    };
    for _ in 0..150 {
        sim.step();
        sim.check()?;
    }
    sim.calm_down()?;
    sim.totals.handled = sim.handled.len();
    sim.totals.repeats += sim.world.session().stats().repeats;
    Ok(sim.totals)
}

fn setup(mode: Mode, fault: Fault, dice: &mut Dice) -> Setup {
    let mark = *dice.pick(&[1, 3, 512]);
    let pages = |config: &mut PollConfig| {
        config.items = crate::common::polls::at("/items");
        config.paging = Some(paged(None));
        config.tops = vec![Top::NoNext];
    };
    let mut setup = match mode {
        Mode::Named => named(|config| {
            config.form = form(Kind::Decimal);
            config.earliest = Some("0".into());
        }),
        Mode::Inclusive => polled(|config| {
            config.form.inclusive = true;
            config.tops = vec![Top::Short(PAGE as u32)];
        }),
        Mode::Shared => polled(pages),
        Mode::Unordered => polled(|config| {
            pages(config);
            config.cursor = by_item(Order::Unordered);
        }),
        Mode::NewestFirst => newest_first(pages),
    };
    if fault == Fault::NoIds {
        setup.poll.as_mut().unwrap().unique = vec![crate::common::polls::at("/salt")];
    }
    setup.config.high_water_mark = mark;
    setup
}

impl Sim {
    fn position(&self, row: u64) -> u64 {
        match self.mode {
            Mode::Inclusive => row / 2,
            Mode::Shared => row / 3,
            Mode::Named | Mode::Unordered | Mode::NewestFirst => row,
        }
    }

    fn step(&mut self) {
        if self.world.has_ended() {
            self.restart();
        }
        match self.dice.below(100) {
            0..=14 => self.last += self.dice.below(8) as u64,
            15..=49 => self.answer(),
            50..=74 => self.finish_one(),
            75..=84 => self.pass(),
            85 => self.world.input(Input::Reconnect),
            86 => self.world.input(Input::Freeze),
            87..=88 => self.world.input(Input::Thaw),
            90 => self.world.close(),
            91..=92 => {
                let manners = [Manner::Prompt, Manner::Prompt, Manner::Slow, Manner::Full];
                self.world.store.manner = *self.dice.pick(&manners);
            }
            93..=94 if self.world.is_saving() => self.world.store_answers(Ok(())),
            95..=97 => {
                self.totals.kills += 1;
                self.restart();
            }
            _ => {}
        }
    }

    fn pass(&mut self) {
        match self.world.next_timer().filter(|_| self.dice.chance(70)) {
            Some(at) => self.world.run_until(at),
            None => self.world.pass(500),
        }
    }

    fn finish_one(&mut self) {
        if self.at_hand.is_empty() {
            return;
        }
        let (seq, row) = self.at_hand.swap_remove(self.dice.below(self.at_hand.len()));
        if self.fault != Fault::EarlyAck || self.dice.chance(80) {
            self.handled.insert(row);
        }
        self.world.input(Input::Handled(seq, seq));
    }

    fn restart(&mut self) {
        self.totals.repeats += self.world.session().stats().repeats;
        if self.dice.chance(50) {
            self.world.write_lands();
        }
        let fresh = crate::common::world::bookmarked(|_| {}).build();
        let old = std::mem::replace(&mut self.world, fresh);
        self.world = old.restart_after(self.dice.below(100_000) as u64);
        self.world.hands = Hands::Slow;
        self.came.clear();
        self.at_hand.clear();
        (self.seen, self.writes, self.gaps) = (0, 0, 0);
    }

    /// The source answers, or does not.
    fn answer(&mut self) {
        if !self.world.is_connected()
            || self.world.session().state().name() == "open" && self.world.is_reading()
        {
            return;
        }
        match self.dice.below(12) {
            0 => {
                self.totals.cuts += 1;
                self.world.cut_off();
            }
            1 => self.refuse(503, &[]),
            2 => self.refuse(429, &[("retry-after", "9")]),
            3 if self.world.asked().contains("page=") => self.refuse(410, &[]),
            4 => {
                self.totals.cuts += 1;
                let body = self.body();
                let cut = self.dice.below(body.len());
                self.world.respond(200, &[("content-type", "application/json")]);
                self.world.send(&body[..cut]);
                if self.dice.chance(50) {
                    self.world.cut();
                } else {
                    self.world.end();
                }
            }
            _ => {
                let body = self.body();
                self.world.page(&body);
            }
        }
    }

    fn refuse(&mut self, status: u16, headers: &[(&str, &str)]) {
        self.world.respond(status, headers);
        self.world.end();
    }

    /// The page that was asked for, as it is now.
    fn body(&mut self) -> String {
        let asked = self.world.asked().trim_start_matches('?').to_string();
        let value = |name: &str| -> Option<u64> {
            asked.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
        };
        let (since, page) = (value("since"), value("page"));
        match self.mode {
            Mode::Named => {
                let since = since.unwrap_or(0);
                let end = (since + PAGE).min(self.last);
                let rows = self.rows(since + 1..=end);
                format!("{{\"items\":[{rows}],\"next\":{end}}}")
            }
            Mode::Inclusive => {
                let first = since.map_or(1, |since| since * 2).max(1);
                let end = (first + PAGE - 1).min(self.last);
                format!("[{}]", self.rows(first..=end))
            }
            // The token is the row that the query began to end with, and how many pages were read.
            Mode::Shared | Mode::Unordered => {
                let is_shared = self.mode == Mode::Shared;
                // Rows that share a position appear together.
                let last = if is_shared { ((self.last + 1) / 3 * 3).saturating_sub(1) } else { self.last };
                let (end, number) = page.map_or((last, 0), |page| (page / 1_000, page % 1_000));
                let behind = since.map_or(1, |since| if is_shared { since * 3 + 3 } else { since + 1 });
                let mut rows: Vec<u64> = (behind..=end).collect();
                if !is_shared {
                    rows.sort_by_key(|row| row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20);
                }
                let all = rows.len() as u64;
                let rows: Vec<u64> =
                    rows.into_iter().skip((number * PAGE) as usize).take(PAGE as usize).collect();
                let rows = self.rows(rows);
                let next = if (number + 1) * PAGE < all {
                    format!(",\"page\":{}", end * 1_000 + number + 1)
                } else {
                    String::new()
                };
                format!("{{\"items\":[{rows}]{next}}}")
            }
            // The list moves while its pages are read.
            Mode::NewestFirst => {
                let number = page.unwrap_or(0);
                let oldest = self.last.saturating_sub(LISTED) + 1;
                if number == 0 {
                    let gaps = self.world.gaps.len();
                    self.is_fresh = self.world.position().is_none() || gaps > self.gaps;
                    self.totals.gaps += gaps - self.gaps;
                    self.gaps = gaps;
                }
                if self.is_fresh {
                    self.excused = oldest - 1;
                }
                let newest = self.last.saturating_sub(number * PAGE);
                let end = newest.saturating_sub(PAGE).max(oldest - 1);
                let rows = self.rows((end + 1..=newest).rev());
                let next = if end >= oldest { format!(",\"page\":{}", number + 1) } else { String::new() };
                format!("{{\"items\":[{rows}]{next}}}")
            }
        }
    }

    fn rows(&mut self, rows: impl IntoIterator<Item = u64>) -> String {
        let mut texts = Vec::new();
        for row in rows {
            if self.fault == Fault::LostRow && self.dice.chance(3) {
                continue;
            }
            let salt = if self.fault == Fault::NoIds { self.dice.word() % 1_000_000 } else { 0 };
            let position = self.position(row);
            texts.push(format!("{{\"id\":\"i{row}\",\"seq\":{position},\"salt\":{salt}}}"));
        }
        texts.join(",")
    }

    fn check(&mut self) -> Result<(), String> {
        let mode = self.mode;
        for event in &self.world.delivered[self.seen..] {
            let row: u64 = event.id.trim_start_matches('i').parse().unwrap();
            if !self.came.insert(row) {
                return Err(format!("{mode:?}: row {row} came twice"));
            }
            self.at_hand.push((event.seq, row));
        }
        if matches!(mode, Mode::Named | Mode::Inclusive | Mode::Shared) {
            let rows: Vec<u64> = self.world.delivered[self.seen.saturating_sub(1)..]
                .iter()
                .map(|event| event.id.trim_start_matches('i').parse().unwrap())
                .collect();
            if !rows.is_sorted() {
                return Err(format!("{mode:?}: rows came as {rows:?}"));
            }
        }
        self.seen = self.world.delivered.len();
        for record in &self.world.writes[self.writes..] {
            let position: u64 = self.world.position_in(record).parse().unwrap();
            let behind = match mode {
                Mode::Inclusive => position * 2,
                Mode::Shared => position * 3 + 3,
                Mode::Named | Mode::Unordered | Mode::NewestFirst => position + 1,
            };
            if let Some(row) = (self.excused + 1..behind).find(|row| !self.handled.contains(row)) {
                return Err(format!("{mode:?}: bookmark {position} was written, and row {row} not handled"));
            }
        }
        self.writes = self.world.writes.len();
        if let Some(error) = self.world.errors().into_iter().find(|code| {
            !matches!(
                *code,
                "network"
                    | "connect-timeout"
                    | "idle-timeout"
                    | "server-error"
                    | "too-many-requests"
                    | "bad-page"
                    | "bad-status"
                    | "store-write"
            )
        }) {
            return Err(format!("{mode:?}: {error}"));
        }
        Ok(())
    }

    /// The weather clears; every row must have been handled in the end.
    fn calm_down(&mut self) -> Result<(), String> {
        self.last += if self.mode == Mode::Shared { 3 - (self.last + 1) % 3 } else { 1 };
        for _ in 0..2_000 {
            self.world.store.manner = Manner::Prompt;
            if self.world.has_ended() {
                self.restart();
            }
            self.world.input(Input::Thaw);
            if self.world.is_saving() {
                self.world.store_answers(Ok(()));
            }
            self.check()?;
            while !self.at_hand.is_empty() {
                self.finish_one();
                self.check()?;
            }
            if (self.excused + 1..=self.last).all(|row| self.handled.contains(&row)) {
                return Ok(());
            }
            if self.world.is_connected() && !self.world.is_reading() {
                let body = self.body();
                self.world.page(&body);
            } else if self.world.is_connected() {
                self.world.cut();
            } else if let Some(at) = self.world.next_timer() {
                self.world.run_until(at);
            }
            self.check()?;
        }
        let lost = (self.excused + 1..=self.last).find(|row| !self.handled.contains(row));
        Err(format!("{:?}: row {lost:?} of {} was never handled", self.mode, self.last))
    }
}
