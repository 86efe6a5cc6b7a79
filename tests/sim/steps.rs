//! What may happen: the weather.

use brookmark::engine::config::{IdleTimeout, Oversize};
use brookmark::engine::event::Seq;
use brookmark::engine::io::{GapPolicy, HandlerPolicy, Input};
use brookmark::engine::position::{Position, Resume as Start};

use crate::common::rng::Dice;
use crate::common::world::{bookmarked, Hands, Manner, World};
use crate::invariants::{check, flushed, settled, GOING_ON};
use crate::model::{Model, Resume, Source, Style, LARGE};
use crate::network::Response;

/// Something that the world around the session does wrong, to prove that it would be noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// The application says that it has handled what it has only got.
    EarlyAck,
    /// The store says that it has taken what it has not.
    LyingStore,
    /// A piece of the stream goes missing without a cut.
    LostPiece,
    /// A piece of the stream comes twice.
    DoublePiece,
    /// The source goes on somewhere else instead of refusing a position.
    SilentGap,
    /// A read is never made.
    LostRead,
    /// The store loses the bookmark while nobody looks.
    LostBookmark,
}

/// What has happened, so that a simulation in which nothing happens cannot pass.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    pub handled: usize,
    pub kills: usize,
    pub cuts: usize,
    pub refusals: usize,
    pub gaps: usize,
    pub repeats: u64,
    pub redeliveries: usize,
    pub closes: usize,
    pub seeks: usize,
}

pub struct Sim {
    pub dice: Dice,
    pub fault: Fault,
    pub world: World,
    pub source: Source,
    pub model: Model,
    pub response: Option<Response>,
    start: GapPolicy,
    pub mark: usize,
    pub paused: bool,
    decided: usize,
    /// Events whose handlers are at work.
    pub at_hand: Vec<(Seq, u64)>,
    /// Events whose handlers have failed and want them again.
    pub failed: Vec<(Seq, u64)>,
    // How much of the world's records was checked.
    pub delivered: usize,
    pub redelivered: usize,
    pub id_rows: usize,
    pub requests: usize,
    pub writes: usize,
    /// Whether the application has moved the bookmark: the store may have an older one.
    sought: bool,
    pub totals: Totals,
}

const STEPS: usize = 160;

/// One simulation.
pub fn run(seed: u64, fault: Fault) -> Result<Totals, String> {
    let mut sim = Sim::new(seed, fault);
    for _ in 0..STEPS {
        sim.step()?;
        check(&mut sim)?;
    }
    sim.calm_down()?;
    sim.totals.handled = sim.model.handled.len();
    Ok(sim.totals)
}

impl Sim {
    fn new(seed: u64, fault: Fault) -> Self {
        let mut dice = Dice::new(seed);
        let line_end = *dice.pick(&["\n", "\r", "\r\n"]);
        // What has no id cannot be known again, nor can what was not heard.
        let style = *dice.pick(&[
            Style { ids: 100, unheard: 0, overlap: 0, large: 0, line_end },
            Style { ids: 100, unheard: 0, overlap: 3, large: 0, line_end },
            Style { ids: 60, unheard: 0, overlap: 0, large: 0, line_end },
            Style { ids: 80, unheard: 30, overlap: 0, large: 0, line_end },
            Style { ids: 80, unheard: 10, overlap: 0, large: 20, line_end },
        ]);
        let start = *dice.pick(&GOING_ON);
        let mark = 1 + dice.below(8);
        let setup = bookmarked(|setup| {
            setup.seed = seed;
            setup.hands = Hands::Slow;
            setup.gap = None;
            setup.sse.events = Some(vec!["deal".into()]);
            setup.sse.max_event_bytes = LARGE;
            setup.config.oversize = Oversize::Skip;
            setup.config.high_water_mark = mark;
            setup.config.can_refresh = true;
            setup.config.start = if start == GapPolicy::Earliest { Start::Earliest } else { Start::Latest };
            setup.config.retry = Some(Default::default());
            if dice.chance(20) {
                setup.config.idle_timeout = IdleTimeout::Never;
            }
        });
        Self {
            dice,
            fault,
            world: setup.start(),
            source: Source::new(style),
            model: Model::new(start),
            response: None,
            start,
            mark,
            paused: false,
            decided: 0,
            at_hand: Vec::new(),
            failed: Vec::new(),
            delivered: 0,
            redelivered: 0,
            id_rows: 0,
            requests: 0,
            writes: 0,
            sought: false,
            totals: Totals::default(),
        }
    }

    /// Whether the application has yet to decide about a gap.
    pub fn undecided(&self) -> bool {
        self.world.gaps.len() > self.decided
    }

    fn step(&mut self) -> Result<(), String> {
        if self.world.has_ended() {
            flushed(self)?;
            self.restart();
            return Ok(());
        }
        match self.dice.below(100) {
            0..=13 => {
                for _ in 0..=self.dice.below(4) {
                    self.source.emit(&mut self.dice);
                }
            }
            14..=47 => self.network(),
            48..=66 => self.finish_one(),
            67..=70 => self.fail_one(),
            71..=73 => self.hang_up(),
            74..=79 => self.time(),
            80..=84 => self.store(),
            85..=86 => self.source.forget(self.dice.below(8) as u64),
            87..=88 => self.pause(!self.paused),
            89 => self.world.input(Input::Reconnect),
            90 => self.world.input(Input::Wake),
            91 => self.world.input(Input::Freeze),
            92..=93 => self.world.input(Input::Thaw),
            94..=95 => {
                self.totals.kills += 1;
                self.restart();
            }
            96 => {
                self.totals.closes += 1;
                self.world.close();
            }
            97 => {
                self.load();
                // A store that missed the seek knows nothing of what the source then repeats.
                if self.source.repeats_nothing() && self.dice.chance(30) {
                    self.seek();
                }
            }
            _ => {
                let policy = *self.dice.pick(&[GapPolicy::Earliest, GapPolicy::Latest, GapPolicy::Fail]);
                self.decide(policy);
            }
        }
        Ok(())
    }

    fn finish_one(&mut self) {
        if self.at_hand.is_empty() {
            return;
        }
        let (seq, number) = self.at_hand.swap_remove(self.dice.below(self.at_hand.len()));
        if self.fault == Fault::EarlyAck && self.dice.chance(20) {
            self.world.input(Input::Handled(seq, seq));
            return;
        }
        self.model.handled.insert(number);
        self.model.advance(&self.source);
        self.world.input(Input::Handled(seq, seq));
    }

    fn fail_one(&mut self) {
        if self.at_hand.is_empty() {
            return;
        }
        let (seq, number) = self.at_hand.swap_remove(self.dice.below(self.at_hand.len()));
        match self.dice.below(10) {
            0 => self.world.input(Input::HandlerFailed(seq, HandlerPolicy::Stop)),
            1..=3 => {
                self.model.handled.insert(number);
                self.model.advance(&self.source);
                self.world.input(Input::HandlerFailed(seq, HandlerPolicy::Skip));
            }
            _ => {
                self.totals.redeliveries += 1;
                self.failed.push((seq, number));
                self.world.input(Input::HandlerFailed(seq, HandlerPolicy::Retry));
            }
        }
    }

    fn time(&mut self) {
        match self.world.next_timer().filter(|_| self.dice.chance(60)) {
            Some(_) if self.dice.chance(10) => {
                self.world.sleep(200_000);
                self.world.pass(0);
            }
            Some(at) => self.world.run_until(at),
            None => self.world.pass(self.dice.below(3_000) as u64),
        }
    }

    fn store(&mut self) {
        if self.world.is_saving() {
            let answer = if self.dice.chance(70) { Ok(()) } else { Err("full".into()) };
            self.world.lying_store = self.fault == Fault::LyingStore;
            self.world.store_answers(answer);
        } else {
            let manners = [Manner::Prompt, Manner::Slow, Manner::Full, Manner::Mute];
            self.world.store.manner = *self.dice.pick(&manners);
        }
    }

    fn load(&mut self) {
        if self.world.is_loading() {
            let record = self.world.store.record.clone();
            self.world.load_answers(Ok(record));
        }
    }

    fn decide(&mut self, policy: GapPolicy) {
        if self.undecided() {
            self.decided = self.world.gaps.len();
            self.model.resume = Resume::Fresh(policy);
            self.world.input(Input::Decide(policy));
        }
    }

    fn seek(&mut self) {
        let number = self.dice.below(self.source.end() as usize) as u64;
        let position = Position::new(number.to_string());
        self.world.input(Input::Seek(Start::After(position)));
        // A stream that is closing is not moved any more.
        if self.world.requests.len() > self.requests {
            self.totals.seeks += 1;
            self.sought = true;
            self.decided = self.world.gaps.len();
            self.at_hand.clear();
            self.failed.clear();
            self.model.seek(number);
        }
    }

    fn pause(&mut self, paused: bool) {
        self.paused = paused;
        self.world.input(if paused { Input::Pause } else { Input::Resume });
    }

    /// The process is killed, whatever it was at, and another one starts.
    fn restart(&mut self) {
        self.totals.repeats += self.world.session().stats().repeats;
        if self.dice.chance(50) {
            self.world.write_lands();
        }
        let stored = self.world.stored();
        if self.fault == Fault::LostBookmark {
            self.world.store.record = None;
        }
        if self.dice.chance(5) {
            self.world.store.manner = Manner::Broken;
        }
        // What was at hand is lost with the process; a new world has its own records.
        let (fresh, old) = (self.source_of_worlds(), &mut self.world);
        *old = std::mem::replace(old, fresh).restart_after(self.dice.below(100_000) as u64);
        self.response = None;
        self.paused = false;
        self.at_hand.clear();
        self.failed.clear();
        (self.decided, self.delivered, self.redelivered, self.id_rows) = (0, 0, 0, 0);
        (self.requests, self.writes) = (0, 0);
        self.model.resume = match stored {
            Some(position) => {
                let number = position.parse().unwrap();
                if std::mem::take(&mut self.sought) {
                    self.model.excuse_before(number + 1, |_| false);
                }
                Resume::After(number)
            }
            None => Resume::Fresh(self.start),
        };
    }

    /// A world to stand in while the one before is consumed.
    fn source_of_worlds(&self) -> World {
        bookmarked(|_| {}).build()
    }

    /// The weather clears; all that is owed must be paid.
    fn calm_down(&mut self) -> Result<(), String> {
        for _ in 0..3 {
            self.source.emit(&mut self.dice);
        }
        for _ in 0..3_000 {
            self.world.store.manner = Manner::Prompt;
            if self.world.has_ended() {
                self.restart();
            }
            if self.paused {
                self.pause(false);
            }
            self.world.input(Input::Thaw);
            self.load();
            self.decide(GapPolicy::Earliest);
            if self.world.is_saving() {
                self.world.store_answers(Ok(()));
            }
            check(self)?;
            while !self.at_hand.is_empty() {
                self.finish_one();
                check(self)?;
            }
            if self.world.is_connected() && !self.is_answered() {
                self.accept();
            } else if self.has_more_to_send() {
                self.send_piece();
            } else if settled(self).is_ok() && self.world.is_reading() && !self.world.is_saving() {
                self.totals.repeats += self.world.session().stats().repeats;
                self.world.close();
                check(self)?;
                return if self.world.has_ended() { flushed(self) } else { Err("does not close".into()) };
            } else if let Some(at) = self.world.next_timer() {
                self.world.run_until(at);
            }
            check(self)?;
        }
        settled(self)?;
        Err("does not come to rest".into())
    }
}
