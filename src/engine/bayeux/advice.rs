//! The server's advice on how to go on.

use super::super::limits;
use super::super::time::Millis;
use super::message::{integer, member, string};

/// What is advised about the next connect. It holds for the reply that it came with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reconnect {
    /// Connect again.
    Retry,
    /// Begin a new session.
    Handshake,
    /// Do neither.
    None,
}

/// What was advised so far, merged over the defaults: a reply names what is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Advice {
    /// The least wait before the next connect; `None`: there is to be none.
    pub(super) interval: Option<Millis>,
    /// How long the server holds a connect.
    pub(super) timeout: Millis,
    /// How long the server keeps a session that does not connect.
    pub(super) max_interval: Millis,
    /// Whether the server sees more than one client of this browser, and no longer holds connects.
    pub(super) multiple_clients: bool,
}

impl Default for Advice {
    fn default() -> Self {
        Self {
            interval: Some(Millis::ZERO),
            timeout: limits::BAYEUX_TIMEOUT,
            max_interval: limits::BAYEUX_MAX_INTERVAL,
            multiple_clients: false,
        }
    }
}

impl Advice {
    /// Takes in an advice, and gives what it says about the next connect, if it does.
    pub(super) fn merge(&mut self, json: &[u8]) -> Option<Reconnect> {
        let number = |name| member(json, name).and_then(integer);
        // A server may ask for patience, but not for ever.
        let span = |number: i64| {
            u64::try_from(number).ok().map(|span| Millis::new(span).min(limits::RETRY_AFTER_MAX))
        };
        if let Some(interval) = number("interval") {
            self.interval = span(interval);
        }
        if let Some(timeout) = number("timeout").and_then(span) {
            self.timeout = timeout;
        }
        if let Some(most) = number("maxInterval").and_then(span) {
            self.max_interval = most;
        }
        if let Some(value) = member(json, "multiple-clients") {
            self.multiple_clients = value == b"true";
        }
        match &*string(member(json, "reconnect")?)? {
            "retry" => Some(Reconnect::Retry),
            "handshake" => Some(Reconnect::Handshake),
            "none" => Some(Reconnect::None),
            _ => None,
        }
    }

    /// How long we may send no connect, and the server certainly keeps the session.
    pub(super) fn leisure(&self) -> Millis {
        Millis::new(self.max_interval.get() / 2)
    }

    /// How long the server may keep a session without hearing of it.
    pub(super) fn patience(&self) -> Millis {
        self.timeout.after(self.interval.unwrap_or_default()).after(self.max_interval)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_stays_as_it_was() {
        let mut advice = Advice::default();
        let said = advice.merge(br#"{"reconnect":"retry","interval":100,"timeout":5000,"maxInterval":7000}"#);
        assert_eq!(said, Some(Reconnect::Retry));
        assert_eq!(advice.merge(br#"{"reconnect":"handshake"}"#), Some(Reconnect::Handshake));
        assert_eq!(advice.merge(br#"{"interval":2000,"multiple-clients":true}"#), None);
        assert_eq!(advice.interval, Some(Millis::new(2_000)));
        assert_eq!((advice.timeout, advice.multiple_clients), (Millis::new(5_000), true));
        assert_eq!(advice.patience(), Millis::new(14_000));
        assert_eq!(advice.leisure(), Millis::new(3_500));
    }

    #[test]
    fn a_negative_interval_means_no_connect_and_nonsense_nothing() {
        let mut advice = Advice::default();
        assert_eq!(advice.merge(br#"{"interval":-1,"reconnect":"none"}"#), Some(Reconnect::None));
        assert_eq!(advice.interval, None);
        let before = advice.clone();
        assert_eq!(advice.merge(br#"{"interval":"x","timeout":-5,"reconnect":7}"#), None);
        assert_eq!(advice.merge(b"null"), None);
        assert_eq!(advice, before);
        advice.merge(br#"{"interval":9007199254740993,"timeout":99999999999999999999}"#);
        assert_eq!(
            (advice.interval, advice.timeout),
            (Some(limits::RETRY_AFTER_MAX), limits::RETRY_AFTER_MAX)
        );
    }
}
