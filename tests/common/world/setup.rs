//! How a world is made.

use brookmark::engine::bookmark::SourceId;
use brookmark::engine::config::Config;
use brookmark::engine::io::{GapPolicy, Input};
use brookmark::engine::json::Pointer;
use brookmark::engine::limits;
use brookmark::engine::protocol::poll::PollConfig;
use brookmark::engine::protocol::{Framing, JsonConfig, Place, PositionFrom, Shape, SseConfig, Statuses};

use brookmark::engine::session::Role;

use super::World;

/// How a world is made. Delays have no random share, unless a test wants one.
#[derive(Clone, Debug)]
pub struct Setup {
    pub config: Config,
    pub sse: SseConfig,
    /// In place of Server-Sent Events.
    pub json: Option<JsonConfig>,
    /// In place of both.
    pub poll: Option<PollConfig>,
    /// In place of both, several ways to ask the source.
    pub ways: Vec<(Way, Role)>,
    pub store: Store,
    pub hands: Hands,
    pub gap: Option<GapPolicy>,
    pub seed: u64,
}

/// A way to ask a source.
#[derive(Clone, Debug)]
pub enum Way {
    Sse(SseConfig),
    Json(JsonConfig),
    Poll(Box<PollConfig>),
}

/// Where the bookmark is kept.
#[derive(Clone, Debug)]
pub struct Store {
    pub record: Option<String>,
    /// The record of the ids beside it.
    pub ids: Option<String>,
    pub manner: Manner,
}

/// How the store answers a write; a read it answers at once, unless it is `Mute` or `Broken`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// At once.
    Prompt,
    /// When the test says so.
    Slow,
    /// It is full.
    Full,
    /// It cannot be read.
    Broken,
    /// It answers neither reads nor writes before the test says so.
    Mute,
}

/// How the application handles events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hands {
    /// At once.
    Quick,
    /// When the test says so.
    Slow,
}

pub const URL: &str = "https://example.org/events";
pub const NAME: &str = "deals";
pub const EPOCH: u64 = 1_795_219_200_000;

impl Default for Setup {
    fn default() -> Self {
        let mut config = Config::new(SourceId::of(&["sse", URL]));
        let retry = config.retry.as_mut().unwrap();
        retry.jitter = 0.0;
        Self {
            config,
            sse: SseConfig {
                url: URL.into(),
                method: "GET".into(),
                position: PositionFrom::Id,
                label: None,
                skip_empty: false,
                place: Place::Header("Last-Event-ID".into()),
                events: None,
                done: None,
                comments: false,
                max_event_bytes: limits::MAX_EVENT_BYTES,
                statuses: Statuses::Lenient,
            },
            json: None,
            poll: None,
            ways: Vec::new(),
            store: Store { record: None, ids: None, manner: Manner::Prompt },
            hands: Hands::Quick,
            gap: Some(GapPolicy::Earliest),
            seed: 1,
        }
    }
}

/// A setup that differs from the default as `change` says.
pub fn setup(change: impl FnOnce(&mut Setup)) -> Setup {
    let mut setup = Setup::default();
    change(&mut setup);
    setup
}

/// A setup with a bookmark.
pub fn bookmarked(change: impl FnOnce(&mut Setup)) -> Setup {
    setup(|setup| {
        setup.config.bookmark = Some(NAME.into());
        change(setup);
    })
}

/// Streaming JSON with the position at `/id`.
pub fn json(framing: Framing) -> JsonConfig {
    JsonConfig {
        url: URL.into(),
        method: "GET".into(),
        framing: Some(framing),
        position: PositionFrom::Pointer(Pointer::parse("/id").unwrap()),
        part: None,
        label: None,
        standing: None,
        place: Place::Header("Last-Event-ID".into()),
        shape: Shape::Payload,
        beginning: None,
        done: None,
        bad_records: None,
        max_event_bytes: limits::MAX_EVENT_BYTES,
    }
}

impl Setup {
    /// A world where nothing has happened.
    pub fn build(self) -> World {
        World::at(self, 0, EPOCH)
    }

    /// A world whose stream has been started.
    pub fn start(self) -> World {
        let mut world = self.build();
        world.input(Input::Start);
        world
    }

    /// A world whose stream is open.
    pub fn open(self) -> World {
        let mut world = self.start();
        world.accept();
        world
    }
}
