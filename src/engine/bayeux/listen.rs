//! Subscriptions, on their way to the server and back.

use alloc::string::String;
use alloc::vec::Vec;

use super::super::error::Error;
use super::super::limits;
use super::super::number::decimal;
use super::super::time::Millis;
use super::draft::Draft;
use super::io::{Action, ExchangeId, Replay, SubscriberId};
use super::message::Message;
use super::post::{Flight, What};
use super::subscribers::{Stage, Subscriber};
use super::verdict::{Cure, Verdict};
use super::{Client, Connect, Link, State, Timer};

/// A channel that nobody wants to hear any more.
#[derive(Debug)]
pub(super) struct Leaving {
    channel: String,
    /// Whether it had positions.
    is_placed: bool,
    /// Whether the server had granted it.
    stood: bool,
    parting: Parting,
}

/// How far leaving a channel has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Parting {
    /// The server is to be told.
    Wanted,
    /// It was told, by the message of that number.
    Told(u32),
    /// It knows; what it had sent before may still be on its way. The last message by then had that number.
    Settling(u32),
}

impl Leaving {
    fn is_settling(&self) -> bool {
        matches!(self.parting, Parting::Settling(_))
    }

    /// Whether nothing of it comes behind the answer to the connect of that number. An older one may have been answered
    /// before the server knew, and what it did not bring is still to come.
    pub(super) fn is_settled_by(&self, connect: u32) -> bool {
        matches!(self.parting, Parting::Settling(last) if connect > last)
    }
}

impl Client {
    pub(super) fn subscribe(&mut self, id: SubscriberId, channel: String, replay: Replay) {
        match &self.state {
            State::Closed { status, said } => {
                self.actions.push_back(Action::Refused(id, *status, said.clone(), None));
                return;
            }
            State::Closing => {
                self.actions.push_back(Action::Refused(id, 400, Error::ClientClosed.message(), None));
                return;
            }
            State::Idle
            | State::Handshaking { .. }
            | State::Connected { .. }
            | State::Waiting { .. }
            | State::Full
            | State::Suspended => {}
        }
        let wanted = Stage::Wanted { stood: false };
        let stage = if replay == Replay::Never { self.joined(&channel).unwrap_or(wanted) } else { wanted };
        if stage == Stage::Standing {
            self.actions.push_back(Action::Subscribed(id));
        }
        self.subscribers.add(id, channel, replay, stage);
    }

    /// Where somebody else hears the channel already, or the server does not know yet that nobody does,
    /// nothing is asked for.
    fn joined(&mut self, channel: &str) -> Option<Stage> {
        let is_kept = |one: &Leaving| one.channel == channel && one.parting == Parting::Wanted && one.stood;
        if let Some(index) = self.leaving.iter().position(is_kept) {
            self.leaving.swap_remove(index);
            return Some(Stage::Standing);
        }
        match self.subscribers.on(channel)? {
            Stage::Asked { message, .. } => Some(Stage::Asked { message, stood: false }),
            Stage::Standing => Some(Stage::Standing),
            Stage::Wanted { .. } | Stage::Ending => None,
        }
    }

    pub(super) fn unsubscribe(&mut self, id: SubscriberId) {
        let Some(Subscriber { channel, replay, stage, .. }) = self.subscribers.remove(id) else {
            return;
        };
        let is_known = matches!(stage, Stage::Standing | Stage::Asked { .. });
        if is_known && self.subscribers.on(&channel).is_none() {
            let is_placed = replay != Replay::Never;
            let stood = stage == Stage::Standing;
            self.leaving.push(Leaving { channel, is_placed, stood, parting: Parting::Wanted });
        }
    }

    /// Messages for what is to be heard and no longer heard, written for `exchange`: one for each channel,
    /// since one that is refused must not take others with it.
    pub(super) fn wishes(&mut self, exchange: ExchangeId, client: &[u8]) -> Vec<Vec<u8>> {
        let mut messages = Vec::new();
        let mut size = 0;
        while messages.len() < self.most && size < limits::BAYEUX_REQUEST {
            let number = self.last_message.wrapping_add(1);
            let Some((draft, what)) = self.next_parting(number).or_else(|| self.next_wish(number)) else {
                break;
            };
            self.last_message = number;
            let text = draft.value("clientId", client).text("id", &decimal(number.into())).done();
            size += text.len();
            messages.push(text);
            self.flights.push(Flight { message: number, exchange: Some(exchange), what });
        }
        messages
    }

    fn next_parting(&mut self, number: u32) -> Option<(Draft, What)> {
        let one = self.leaving.iter_mut().find(|one| one.parting == Parting::Wanted)?;
        one.parting = Parting::Told(number);
        Some((Draft::on("/meta/unsubscribe").text("subscription", &one.channel), What::Unsubscribe))
    }

    fn next_wish(&mut self, number: u32) -> Option<(Draft, What)> {
        let leaving = &self.leaving;
        let (_, first) = self.subscribers.iter().find(|(_, one)| {
            matches!(one.stage, Stage::Wanted { .. })
                && !leaving.iter().any(|leaving| leaving.channel == one.channel)
        })?;
        let (channel, replay) = (first.channel.clone(), first.replay.clone());
        for (_, one) in self.subscribers.iter_mut() {
            if let (Stage::Wanted { stood }, true) = (one.stage, one.channel == channel) {
                one.stage = Stage::Asked { message: number, stood };
            }
        }
        let ext = place(&replay).map(|position| {
            // The filter of a channel is no part of the name that the server looks for.
            let name = channel.split_once('?').map_or(channel.as_str(), |(name, _)| name);
            let map = Draft::empty().value(name, position.as_bytes()).done();
            Draft::empty().value("replay", &map).done()
        });
        let draft = Draft::on("/meta/subscribe").text("subscription", &channel);
        Some((draft.maybe("ext", ext.as_deref()), What::Subscribe))
    }

    /// A subscription was granted or refused.
    pub(super) fn subscribed(&mut self, number: u32, message: &Message<'_>, verdict: Option<Verdict>) {
        let Some(verdict) = verdict.filter(|_| message.successful != Some(true)) else {
            let mut granted = Vec::new();
            for (id, one) in self.subscribers.iter_mut() {
                if let Stage::Asked { message: asked, stood } = one.stage {
                    if asked == number {
                        one.stage = Stage::Standing;
                        granted.extend((!stood).then_some(id));
                    }
                }
            }
            self.actions.extend(granted.into_iter().map(Action::Subscribed));
            return;
        };
        if verdict.cure.is_of_session() {
            self.ask_again(number);
            return self.session_refused(verdict);
        }
        let rest = self.config.busy.filter(|_| verdict.cure == Cure::Rest);
        let mut refused = Vec::new();
        for (id, one) in self.subscribers.iter_mut() {
            match one.stage {
                // It was granted before: whoever reads it is to ask anew, and will be told.
                Stage::Asked { message: asked, stood: true } if asked == number => one.stage = Stage::Ending,
                Stage::Asked { message: asked, stood: false } if asked == number => refused.push(id),
                Stage::Asked { .. } | Stage::Wanted { .. } | Stage::Standing | Stage::Ending => {}
            }
        }
        for id in refused {
            self.subscribers.remove(id);
            let reply = verdict.reply.clone();
            self.actions.push_back(Action::Refused(id, verdict.status, reply, rest));
        }
    }

    /// A channel was left, or was never heard.
    pub(super) fn parted(&mut self, number: u32) {
        let Some(index) = self.leaving.iter().position(|one| one.parting == Parting::Told(number)) else {
            return;
        };
        match self.leaving.get_mut(index) {
            Some(one) if one.is_placed => {
                one.parting = Parting::Settling(self.last_message);
                self.timers.set(Timer::Settle, self.now.mono.after(limits::BAYEUX_SETTLE));
            }
            Some(_) | None => {
                self.leaving.swap_remove(index);
            }
        }
    }

    /// Channels that were left are settled once a connect that is held has brought nothing for a moment. One that failed
    /// may have taken with it what the server sends again.
    pub(super) fn settle_channels(&mut self) {
        let mut quiet = Millis::ZERO;
        if let State::Connected { link: Link::Up, connect: Connect::Out { since, .. }, .. } = &self.state {
            quiet = self.now.mono.since(since.mono);
        }
        if quiet >= limits::BAYEUX_SETTLE {
            self.leaving.retain(|one| !one.is_settling());
        } else if self.leaving.iter().any(Leaving::is_settling) {
            self.timers.set(Timer::Settle, self.now.mono.after(limits::BAYEUX_SETTLE.since(quiet)));
        }
    }

    /// The message of that number was not answered, and asks again.
    pub(super) fn ask_again(&mut self, number: u32) {
        for (_, one) in self.subscribers.iter_mut() {
            if let Stage::Asked { message, stood } = one.stage {
                if message == number {
                    one.stage = Stage::Wanted { stood };
                }
            }
        }
        for one in self.leaving.iter_mut().filter(|one| one.parting == Parting::Told(number)) {
            one.parting = Parting::Wanted;
        }
    }

    /// The session has ended. Whoever has a position reads what has arrived and asks again from behind it;
    /// where the channel has none, it is asked for again here. Returns those who may have lost something by it.
    pub(super) fn interrupt(&mut self) -> Vec<SubscriberId> {
        let mut losers = Vec::new();
        for (id, one) in self.subscribers.iter_mut() {
            if one.stage == Stage::Standing && one.is_nowhere() {
                losers.push(id);
            }
            one.stage = match (one.stage, &one.replay) {
                (Stage::Standing, Replay::Never) => Stage::Wanted { stood: true },
                (Stage::Standing, _) => Stage::Ending,
                (Stage::Asked { stood, .. }, _) => Stage::Wanted { stood },
                (stage @ (Stage::Wanted { .. } | Stage::Ending), _) => stage,
            };
        }
        self.subscribers.forget_early();
        losers
    }

    /// Nobody hears anything any more; whoever still reads is to ask anew, and will be told why not.
    pub(super) fn abandon(&mut self, status: u16, said: &str) {
        let mut refused = Vec::new();
        for (id, one) in self.subscribers.iter_mut() {
            match one.stage {
                Stage::Wanted { stood: false } | Stage::Asked { stood: false, .. } => refused.push(id),
                Stage::Wanted { stood: true }
                | Stage::Asked { stood: true, .. }
                | Stage::Standing
                | Stage::Ending => one.stage = Stage::Ending,
            }
        }
        for id in refused {
            self.subscribers.remove(id);
            self.actions.push_back(Action::Refused(id, status, said.into(), None));
        }
    }

    /// Hands out what was asked for, and looks whether too much is left.
    pub(super) fn serve(&mut self) {
        while let Some((id, bytes)) = self.subscribers.served() {
            self.actions.push_back(match bytes {
                Some(bytes) => Action::Bytes(id, bytes),
                None => Action::Ended(id),
            });
        }
        self.check_backlog();
    }
}

/// What the extension `replay` says for a position: a number as it is, any other text as a string.
fn place(replay: &Replay) -> Option<String> {
    match replay {
        Replay::Never => None,
        Replay::Latest => Some("-1".into()),
        Replay::Earliest => Some("-2".into()),
        Replay::After(position) => {
            let digits = position.strip_prefix('-').unwrap_or(position);
            // JSON has no numbers with zeros in front.
            let is_number = digits == "0" || !digits.is_empty() && !digits.starts_with('0');
            let is_number = is_number && digits.bytes().all(|byte| byte.is_ascii_digit());
            if is_number {
                return Some(position.clone());
            }
            let mut quoted = Vec::new();
            super::super::json::quote(position, &mut quoted);
            String::from_utf8(quoted).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    #[test]
    fn a_position_is_sent_as_it_was_read() {
        for (position, want) in [
            ("17", "17"),
            ("9223372036854775807123", "9223372036854775807123"),
            ("a\"b", "\"a\\\"b\""),
            ("", "\"\""),
            ("1.5", "\"1.5\""),
            ("0", "0"),
            ("007", "\"007\""),
        ] {
            assert_eq!(place(&Replay::After(position.into())).as_deref(), Some(want));
        }
        assert_eq!(place(&Replay::Never), None);
    }
}
