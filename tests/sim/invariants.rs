//! What must hold after every step.

use brookmark::engine::io::{GapPolicy, StateName};

use crate::model::Resume;
use crate::steps::Sim;

/// The first promise that is broken.
pub fn check(sim: &mut Sim) -> Result<(), String> {
    deliveries(sim)?;
    requests(sim)?;
    sim.model.advance(&sim.source);
    writes(sim)?;
    window(sim)?;
    liveness(sim)
}

/// No loss, no repeat, no other order: each event that comes is the one that must come next.
fn deliveries(sim: &mut Sim) -> Result<(), String> {
    for event in &sim.world.delivered[sim.delivered..] {
        while sim.model.next < sim.source.end() && !sim.source.entry(sim.model.next).heard {
            sim.model.next += 1;
        }
        if event.data != sim.model.next.to_string() {
            return Err(format!("event {} came where {} must come", event.data, sim.model.next));
        }
        if sim.source.entry(sim.model.next).has_id && event.id != event.data {
            return Err(format!("event {} came with the id {}", event.data, event.id));
        }
        sim.at_hand.push((event.seq, sim.model.next));
        sim.model.next += 1;
    }
    sim.delivered = sim.world.delivered.len();
    for seq in &sim.world.redelivered[sim.redelivered..] {
        let index = sim.failed.iter().position(|(failed, _)| failed == seq);
        let index = index.ok_or_else(|| format!("{seq:?} came again and had not failed"))?;
        sim.at_hand.push(sim.failed.swap_remove(index));
    }
    sim.redelivered = sim.world.redelivered.len();
    Ok(())
}

/// No silent loss: each request asks for what follows what was received; it asks for anything else
/// only at the beginning, or after a gap that was told.
fn requests(sim: &mut Sim) -> Result<(), String> {
    if sim.world.id_rows > sim.id_rows {
        sim.id_rows = sim.world.id_rows;
        sim.model.resume = Resume::After(sim.world.last_event_id().parse().unwrap());
    }
    if sim.world.requests.len() > sim.requests {
        sim.requests = sim.world.requests.len();
        let (asked, wanted) = (sim.world.asked_for(), sim.model.resume.header());
        if asked != wanted.as_deref() {
            return Err(format!("asked for {asked:?} instead of {wanted:?}"));
        }
    }
    Ok(())
}

/// The bookmark never passes an event that was not handled, and what is told to be committed is.
fn writes(sim: &mut Sim) -> Result<(), String> {
    for record in &sim.world.writes[sim.writes..] {
        let position: u64 = sim.world.position_in(record).parse().unwrap();
        if position >= sim.model.frontier {
            return Err(format!("bookmark {position} was written before {} was handled", sim.model.frontier));
        }
    }
    sim.writes = sim.world.writes.len();
    if sim.world.false_commits > 0 {
        return Err("a commit was told, but the store has something else".into());
    }
    Ok(())
}

fn window(sim: &Sim) -> Result<(), String> {
    let (pending, at_hand) = (sim.world.session().stats().pending, sim.at_hand.len() + sim.failed.len());
    if pending > sim.mark as u64 || at_hand > sim.mark {
        return Err(format!("{pending} events are pending, {at_hand} at hand, {} allowed", sim.mark));
    }
    Ok(())
}

/// There is always something that leads on, or it is the end.
fn liveness(sim: &Sim) -> Result<(), String> {
    let world = &sim.world;
    let awaited = world.is_connected() && (world.is_reading() || !sim.is_answered());
    let waiting = world.next_timer().is_some() || awaited || world.is_saving() || world.is_loading();
    let held = sim.paused || sim.undecided() || !sim.at_hand.is_empty() || !sim.failed.is_empty();
    let still = matches!(world.state(), StateName::Suspended | StateName::Closed);
    if waiting || held || still {
        Ok(())
    } else {
        Err(format!("nothing leads on from {:?}", world.state()))
    }
}

/// At the end nothing is owed: all that the source kept was handled.
pub fn settled(sim: &Sim) -> Result<(), String> {
    if sim.model.frontier < sim.source.end() {
        return Err(format!("event {} was never handled", sim.model.frontier));
    }
    Ok(())
}

/// An end that was asked for leaves nothing unsaved, if the store is well.
pub fn flushed(sim: &Sim) -> Result<(), String> {
    let position = sim.world.position();
    let well = sim.world.store.manner == crate::common::world::Manner::Prompt && !sim.world.is_saving();
    if well && position.is_some() && sim.world.stored().as_deref() != position {
        return Err(format!("closed at {position:?} with {:?} in the store", sim.world.stored()));
    }
    Ok(())
}

/// The policies that go on.
pub const GOING_ON: [GapPolicy; 2] = [GapPolicy::Earliest, GapPolicy::Latest];
