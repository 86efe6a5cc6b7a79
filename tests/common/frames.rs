//! What the library makes of a stream: the parser alone, and a whole session.

use brookmark::engine::backoff::RetryPolicy;
use brookmark::engine::frame::{Block, SseFrames};
use brookmark::engine::limits;
use brookmark::engine::time::Millis;

use super::fixtures::{Meaning, Seen};
use super::world::{setup, Hands};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What the parser gives for these chunks.
pub fn parse(chunks: &[&[u8]]) -> Meaning {
    let mut frames = SseFrames::new(limits::MAX_EVENT_BYTES);
    let mut meaning = Meaning::default();
    for chunk in chunks {
        frames.release();
        frames.push(chunk);
        while let Some(block) = frames.take() {
            if let Block::Retry(time) = block {
                meaning.retry.push(time);
                continue;
            }
            if let Some(id) = frames.id() {
                meaning.last_event_id = text(id);
            }
            if let Block::Event { data, ascii } = block {
                let payload = &frames.bytes()[data];
                assert!(!ascii || payload.is_ascii());
                let kind = if frames.kind().is_empty() { "message".into() } else { text(frames.kind()) };
                let id = meaning.last_event_id.clone();
                meaning.events.push(Seen { kind, data: text(payload), id });
            }
        }
    }
    meaning
}

/// What a session gives for these chunks, with at most `mark` events under way. Of the
/// reconnection times it only shows the last one, as the delay that follows: see [`delay`].
pub fn run(chunks: &[&[u8]], mark: usize) -> (Vec<Seen>, String, u64) {
    let mut world = setup(|setup| {
        setup.hands = if mark == usize::MAX { Hands::Quick } else { Hands::Slow };
        setup.config.high_water_mark = mark;
        setup.config.retry =
            Some(RetryPolicy { min: Millis::ZERO, max: LONGEST, jitter: 0.0, ..RetryPolicy::default() });
    })
    .open();
    for chunk in chunks {
        world.send_bytes(chunk);
    }
    world.end();
    let mut finished = 0;
    while world.hands == Hands::Slow && finished < world.delivered.len() {
        assert!(world.delivered.len() - finished <= mark);
        let data = world.delivered[finished].seq;
        world.input(brookmark::engine::io::Input::Handled(data, data));
        finished += 1;
    }
    let seen = |event: &super::world::Delivered| Seen {
        kind: event.kind.clone(),
        data: event.data.clone(),
        id: event.id.clone(),
    };
    let [(_, delay)] = world.retries()[..] else { panic!("one attempt, one retry") };
    (world.delivered.iter().map(seen).collect(), world.last_event_id().into(), delay)
}

/// The delay that the reconnection times of a stream lead to.
pub fn delay(meaning: &Meaning) -> u64 {
    let told = meaning.retry.last().copied().unwrap_or_default();
    told.clamp(limits::RETRY_FLOOR.get(), LONGEST.get())
}

const LONGEST: Millis = limits::RETRY_AFTER_MAX;
