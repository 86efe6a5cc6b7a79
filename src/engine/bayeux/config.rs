//! How one client is set up.

use super::super::backoff::RetryPolicy;
use super::super::limits;
use super::super::time::Millis;

/// What a client can be told.
#[derive(Clone, Debug)]
pub struct Config {
    /// How attempts are spaced; `None`: the first failure is the end.
    pub retry: Option<RetryPolicy>,
    /// Whether refused credentials are worth another attempt with new ones.
    pub can_refresh: bool,
    /// How long to stay away where the server, or whoever pays for it, can take no more; `None`: as after any
    /// other failure.
    pub busy: Option<Millis>,
    /// How long a response may take. A connect may take as long as the server holds it, and a little more.
    pub connect_timeout: Millis,
    /// Whether a socket can be opened, where the server knows that transport.
    pub sockets: Sockets,
    /// Whether to ask for the extension with which the server sends again what did not arrive.
    pub ack: bool,
    /// Whether to ask for the server's clock.
    pub timesync: bool,
}

/// Whether a socket can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sockets {
    /// Events come by long polling alone.
    Never,
    /// They come by a socket, where the server offers it, and by long polling while there is none.
    Preferred,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            retry: Some(RetryPolicy::default()),
            can_refresh: false,
            busy: None,
            connect_timeout: limits::CONNECT_TIMEOUT,
            sockets: Sockets::Never,
            ack: false,
            timesync: false,
        }
    }
}
