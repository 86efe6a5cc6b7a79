//! Who hears which channel, and what each has not read yet.

use alloc::string::String;
use alloc::vec::Vec;

use super::super::json::in_one_line;
use super::super::limits;
use super::channel::{hears, is_pattern};
use super::io::{Replay, SubscriberId};
use super::message::Message;

/// One subscription of the application.
#[derive(Debug)]
pub(super) struct Subscriber {
    /// What it hears.
    pub(super) channel: String,
    /// From where.
    pub(super) replay: Replay,
    /// How far it has come.
    pub(super) stage: Stage,
    /// Whether it has heard anything.
    heard: bool,
    /// Messages that nobody has read yet, a line each.
    unread: Vec<u8>,
    /// The channel that was written last, in a line of its own before its messages.
    written: Vec<u8>,
    /// Whether the next bytes were asked for.
    is_reading: bool,
}

/// ```text
///  Wanted ──(sent)──▶ Asked ──(granted)──▶ Standing ──(session lost)──▶ Ending ──(all read)──▶ gone
///    ▲                  │                     │
///    └─(session lost)───┴─(the same, where the channel has no positions)
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The server is to be asked for it. `stood`: it had it before.
    Wanted {
        /// Whether the subscription stood in another session.
        stood: bool,
    },
    /// The server was asked, by the message of that number.
    Asked {
        /// The number of the message.
        message: u32,
        /// Whether the subscription stood in another session.
        stood: bool,
    },
    /// Events arrive.
    Standing,
    /// No more events arrive; what has arrived is still read.
    Ending,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Subscribers {
    /// In the order in which they came: there are few, and a map would be larger than all the rest of this.
    all: Vec<(SubscriberId, Subscriber)>,
    /// How many bytes nobody has read yet.
    unread: usize,
}

impl Subscribers {
    /// One more.
    pub(super) fn add(&mut self, id: SubscriberId, channel: String, replay: Replay, stage: Stage) {
        let subscriber = Subscriber {
            channel,
            replay,
            stage,
            heard: false,
            unread: Vec::new(),
            written: Vec::new(),
            is_reading: false,
        };
        self.all.push((id, subscriber));
    }

    /// One less.
    pub(super) fn remove(&mut self, id: SubscriberId) -> Option<Subscriber> {
        let index = self.all.iter().position(|(known, _)| *known == id)?;
        let (_, subscriber) = self.all.remove(index);
        self.unread -= subscriber.unread.len();
        Some(subscriber)
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = (SubscriberId, &Subscriber)> {
        self.all.iter().map(|(id, one)| (*id, one))
    }

    /// All of them, to be moved on.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (SubscriberId, &mut Subscriber)> {
        self.all.iter_mut().map(|(id, one)| (*id, one))
    }

    /// The stage of one that has the server's word on `channel`, or waits for it.
    pub(super) fn on(&self, channel: &str) -> Option<Stage> {
        let here =
            |one: &&(SubscriberId, Subscriber)| one.1.channel == channel && one.1.stage != Stage::Ending;
        self.all.iter().find(here).map(|(_, one)| one.stage)
    }

    /// Whether somebody with a position hears anything.
    pub(super) fn have_places(&self) -> bool {
        self.all.iter().any(|(_, one)| one.replay != Replay::Never && one.takes())
    }

    /// Whether the message of that number asks for a channel with positions.
    pub(super) fn asks_for_place(&self, number: u32) -> bool {
        let asks = |one: &Subscriber| matches!(one.stage, Stage::Asked { message, .. } if message == number);
        self.all.iter().any(|(_, one)| one.replay != Replay::Never && asks(one))
    }

    /// How many bytes nobody has read yet.
    pub(super) const fn unread(&self) -> usize {
        self.unread
    }

    /// An event for all who hear its channel; returns whether anybody does.
    pub(super) fn deliver(&mut self, event: &Message<'_>) -> bool {
        let channel = &*event.channel;
        let data = event.data.unwrap_or_default();
        // The one that asked for exactly this hears it; what has a filter only if there is none.
        let exact = self.all.iter().any(|(_, one)| one.channel == channel && one.takes());
        let mut heard = false;
        for (_, one) in self.all.iter_mut().filter(|(_, one)| one.takes()) {
            let is_exact = one.channel == channel;
            if is_exact || ((!exact || is_pattern(&one.channel)) && hears(&one.channel, channel)) {
                heard = true;
                one.heard = true;
                let before = one.unread.len();
                one.write(event.channel_text, data);
                self.unread += one.unread.len() - before;
            }
        }
        heard
    }

    /// Drops what has arrived for those who were not told yet that they are heard: it comes again.
    pub(super) fn forget_early(&mut self) {
        for (_, one) in &mut self.all {
            if let Stage::Wanted { stood: false } = one.stage {
                self.unread -= one.unread.len();
                one.unread = Vec::new();
                one.written = Vec::new();
            }
        }
    }

    /// The next bytes are wanted.
    pub(super) fn want(&mut self, id: SubscriberId) {
        if let Some((_, one)) = self.all.iter_mut().find(|(known, _)| *known == id) {
            one.is_reading = true;
        }
    }

    /// Somebody who waits for bytes, with what there is for them; `None` where that is the end.
    pub(super) fn served(&mut self) -> Option<(SubscriberId, Option<Vec<u8>>)> {
        let ready =
            |one: &Subscriber| one.is_reading && (!one.unread.is_empty() || one.stage == Stage::Ending);
        let (id, one) = self.all.iter_mut().find(|(_, one)| ready(one))?;
        let id = *id;
        one.is_reading = false;
        if one.unread.is_empty() {
            self.remove(id);
            return Some((id, None));
        }
        let most = one.unread.len().min(limits::BAYEUX_PIECE);
        let bytes = if most == one.unread.len() {
            core::mem::take(&mut one.unread)
        } else {
            one.unread.drain(..most).collect()
        };
        self.unread -= bytes.len();
        Some((id, Some(bytes)))
    }
}

impl Subscriber {
    /// Whether nobody could say behind which event it is.
    pub(super) const fn is_nowhere(&self) -> bool {
        match self.replay {
            Replay::Never => true,
            Replay::Latest => !self.heard,
            Replay::Earliest | Replay::After(_) => false,
        }
    }

    /// Whether a message that arrives now can be for it: it may overtake the answer to the subscription.
    const fn takes(&self) -> bool {
        matches!(self.stage, Stage::Standing | Stage::Asked { .. })
    }

    /// A line for the channel where it is another one, and a line for the payload, with a comma.
    fn write(&mut self, channel: &[u8], data: &[u8]) {
        if self.written != channel {
            self.written.clear();
            self.written.extend_from_slice(channel);
            in_one_line(channel, &mut self.unread);
            self.unread.push(b'\n');
        }
        self.unread.reserve(data.len() + 2);
        in_one_line(data, &mut self.unread);
        self.unread.extend_from_slice(b",\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    fn with(channels: &[&str]) -> Subscribers {
        let mut all = Subscribers::default();
        for (index, channel) in channels.iter().enumerate() {
            let id = SubscriberId(index as u32);
            all.add(id, (*channel).into(), Replay::Never, Stage::Standing);
            all.want(id);
        }
        all
    }

    fn deliver(all: &mut Subscribers, channel: &str, data: &[u8]) -> bool {
        let text = [b"\"", channel.as_bytes(), b"\""].concat();
        let event =
            Message { channel: channel.into(), channel_text: &text, data: Some(data), ..Message::default() };
        all.deliver(&event)
    }

    fn heard(all: &mut Subscribers) -> Vec<(u32, String)> {
        core::iter::from_fn(|| all.served())
            .map(|(id, bytes)| (id.0, String::from_utf8(bytes.unwrap()).unwrap()))
            .collect()
    }

    #[test]
    fn each_who_hears_a_channel_gets_the_message_as_a_line() {
        let mut all = with(&["/a", "/a", "/*", "/b", "/a?x=1"]);
        assert!(deliver(&mut all, "/a", b"{\r\n1}"));
        assert_eq!(all.unread(), 3 * 12);
        assert_eq!(heard(&mut all), [0, 1, 2].map(|id| (id, String::from("\"/a\"\n{  1},\n"))));
        assert_eq!(all.unread(), 0);
        assert!(!deliver(&mut all, "/c/d", b"1"));
    }

    #[test]
    fn a_channel_is_named_where_it_is_not_the_one_before() {
        let mut all = with(&["/*"]);
        let id = SubscriberId(0);
        for (channel, data) in [("/a", b"1"), ("/a", b"2"), ("/b", b"3")] {
            deliver(&mut all, channel, data);
        }
        assert_eq!(heard(&mut all), [(0, String::from("\"/a\"\n1,\n2,\n\"/b\"\n3,\n"))]);
        all.want(id);
        deliver(&mut all, "/b", b"4");
        assert_eq!(heard(&mut all), [(0, String::from("4,\n"))]);
        // What is forgotten has named it in vain.
        deliver(&mut all, "/c", b"5");
        all.iter_mut().for_each(|(_, one)| one.stage = Stage::Wanted { stood: false });
        all.forget_early();
        all.iter_mut().for_each(|(_, one)| one.stage = Stage::Standing);
        all.want(id);
        deliver(&mut all, "/c", b"6");
        assert_eq!(heard(&mut all), [(0, String::from("\"/c\"\n6,\n"))]);
    }

    #[test]
    fn a_filter_hears_the_channel_where_nobody_has_it_by_name() {
        let mut all = with(&["/a?x=1", "/b"]);
        assert!(deliver(&mut all, "/a", b"1"));
        assert_eq!(heard(&mut all), [(0, String::from("\"/a\"\n1,\n"))]);
    }

    #[test]
    fn what_is_unread_is_read_before_the_end() {
        let mut all = with(&["/a"]);
        let id = SubscriberId(0);
        deliver(&mut all, "/a", b"1");
        all.iter_mut().for_each(|(_, one)| one.stage = Stage::Ending);
        assert!(!deliver(&mut all, "/a", b"2"));
        assert_eq!(all.served(), Some((id, Some(Vec::from(*b"\"/a\"\n1,\n")))));
        assert_eq!(all.served(), None);
        all.want(id);
        assert_eq!(all.served(), Some((id, None)));
        assert!(all.remove(id).is_none());
    }

    #[test]
    fn much_is_read_in_pieces() {
        let mut all = with(&["/a"]);
        deliver(&mut all, "/a", &std::vec![b'1'; limits::BAYEUX_PIECE + 5]);
        let (_, bytes) = all.served().unwrap();
        assert_eq!((bytes.unwrap().len(), all.unread()), (limits::BAYEUX_PIECE, 12));
        all.remove(SubscriberId(0));
        assert_eq!(all.unread(), 0);
    }
}
