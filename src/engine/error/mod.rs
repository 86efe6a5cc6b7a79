//! Errors by culprit: who must act. Each has a stable code and a text for people, and no text
//! quotes a URL, a header that was sent, or a token.

mod message;
mod reason;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::time::Millis;

pub use reason::{Flaw, Reason};

/// Who can mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Culprit {
    /// The server.
    Peer,
    /// Whoever grants access.
    Auth,
    /// The network between.
    Transport,
    /// A limit that was set.
    Limit,
    /// The store of bookmarks.
    Store,
    /// The application's handler.
    Handler,
    /// Whoever calls.
    Misuse,
}

impl Culprit {
    /// The name that the API uses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Peer => "peer",
            Self::Auth => "auth",
            Self::Transport => "transport",
            Self::Limit => "limit",
            Self::Store => "store",
            Self::Handler => "handler",
            Self::Misuse => "misuse",
        }
    }
}

/// What is known of a response that could not be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// Response headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The beginning of the body.
    pub body: String,
}

/// What is known of a record that is no JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Its number in the body of the response, from 1.
    pub record: u32,
    /// Where in the body it begins.
    pub offset: u64,
    /// The beginning of it.
    pub body: String,
}

/// What is known of a way to ask a source that was left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turnoff {
    /// Its name.
    pub from: String,
    /// The name of the one that is taken instead.
    pub to: String,
    /// Why.
    pub cause: Error,
}

/// Everything that can go wrong in the core.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// A status that means nothing to us, or that repeating would not change.
    BadStatus(Box<Refusal>),
    /// A good status, but not the kind of body that was asked for.
    BadContentType(Box<Refusal>),
    /// 429, 408 or 425: later.
    TooManyRequests(Box<Refusal>),
    /// A status of the 500 class.
    ServerError(Box<Refusal>),
    /// The source no longer keeps our position: it says so with 410, or begins elsewhere.
    PositionExpired(Box<Refusal>),
    /// 401, and asking for a new token did not help.
    Unauthorized(Box<Refusal>),
    /// 403.
    Forbidden(Box<Refusal>),
    /// The application's headers or token function failed.
    AuthFailed(String),
    /// The source sent an id that cannot be sent back.
    UnsendablePosition,
    /// The source sent a record that is no JSON.
    BadRecord(Box<Misfit>),
    /// The source sent a page that cannot be read.
    BadPage(Flaw, Box<Refusal>),
    /// The source sent an error where items should be.
    SourceError(Box<Refusal>),
    /// A response that is not asked for again ended without the payload that ends the stream.
    Incomplete,
    /// The source answers as if nothing had been read, again and again.
    NoProgress,
    /// The source names a page on another server, which is not asked.
    BadLink,
    /// Items that should be sorted are not.
    OutOfOrder,
    /// An item is of a time that has not come.
    FuturePosition,
    /// A full run has found too few of the known items to tell which are gone.
    DeletionsDoubtful,
    /// The connection could not be made, or broke.
    Network(String),
    /// The response did not begin in time.
    ConnectTimeout(Millis),
    /// The open response was silent for too long.
    IdleTimeout(Millis),
    /// One way to ask the source has come to nothing, and another one is taken.
    TransportRefused(Box<Turnoff>),
    /// The retry policy gives up.
    RetriesExhausted(u32),
    /// An event beyond the limit, in bytes.
    EventTooLarge(usize),
    /// A page beyond the limit, in bytes.
    PageTooLarge(usize),
    /// More items may come again than are kept in mind.
    RepeatWindowFull,
    /// The ids of all items take more bytes than this.
    TooManyIds(usize),
    /// The store could not be read.
    StoreRead(String),
    /// The store did not take the bookmark.
    StoreWrite(String),
    /// Another stream has moved the bookmark.
    BookmarkConflict,
    /// The ids in the store are damaged, or of another source.
    IdsUnreadable,
    /// The source cannot continue from our position, and the policy is not to go on.
    Gap(Reason),
    /// The handler failed, and the policy is to stop. The shell knows what was thrown.
    Handler,
    /// An extension of the application's failed.
    ExtensionFailed(String),
    /// A response that should hold messages holds none.
    BadReply(Box<Refusal>),
    /// The server refused a message, with an error of its own.
    MessageRefused(Box<Refusal>),
    /// The cookies that the server sets do not come back to it.
    NoCookies(Box<Refusal>),
    /// The server offers no transport that can be used.
    NoTransport,
    /// The server sees more than one client of this browser.
    MultipleClients,
    /// The server had dropped the session, and the channel has no positions.
    SessionLost,
    /// So many bytes waited for slow handlers, and the channel has no positions.
    Backlog(usize),
    /// So many bytes wait to be sent.
    OutboxFull(usize),
    /// A message was not answered in time.
    AnswerTimeout(Millis),
    /// The application has closed the client.
    ClientClosed,
}

impl Error {
    /// The name that programs switch on. It never changes its meaning.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadStatus(_) => "bad-status",
            Self::BadContentType(_) => "bad-content-type",
            Self::TooManyRequests(_) => "too-many-requests",
            Self::ServerError(_) => "server-error",
            Self::PositionExpired(_) => "position-expired",
            Self::Unauthorized(_) => "unauthorized",
            Self::Forbidden(_) => "forbidden",
            Self::AuthFailed(_) => "auth-failed",
            Self::UnsendablePosition => "unsendable-position",
            Self::BadRecord(_) => "bad-record",
            Self::BadPage(..) => "bad-page",
            Self::SourceError(_) => "source-error",
            Self::Incomplete => "incomplete",
            Self::NoProgress => "no-progress",
            Self::BadLink => "bad-link",
            Self::OutOfOrder => "out-of-order",
            Self::FuturePosition => "future-position",
            Self::DeletionsDoubtful => "deletions-doubtful",
            Self::Network(_) => "network",
            Self::ConnectTimeout(_) => "connect-timeout",
            Self::IdleTimeout(_) => "idle-timeout",
            Self::TransportRefused(_) => "transport-refused",
            Self::RetriesExhausted(_) => "retries-exhausted",
            Self::EventTooLarge(_) => "event-too-large",
            Self::PageTooLarge(_) => "page-too-large",
            Self::RepeatWindowFull => "repeat-window-full",
            Self::TooManyIds(_) => "too-many-ids",
            Self::StoreRead(_) => "store-read",
            Self::StoreWrite(_) => "store-write",
            Self::BookmarkConflict => "bookmark-conflict",
            Self::IdsUnreadable => "ids-unreadable",
            Self::Gap(reason) => reason.name(),
            Self::Handler => "handler",
            Self::ExtensionFailed(_) => "extension-failed",
            Self::BadReply(_) => "bad-reply",
            Self::MessageRefused(_) => "message-refused",
            Self::NoCookies(_) => "no-cookies",
            Self::NoTransport => "no-transport",
            Self::MultipleClients => "multiple-clients",
            Self::SessionLost => "session-lost",
            Self::Backlog(_) => "backlog",
            Self::OutboxFull(_) => "outbox-full",
            Self::AnswerTimeout(_) => "answer-timeout",
            Self::ClientClosed => "closed",
        }
    }

    /// Who can mend it.
    pub const fn culprit(&self) -> Culprit {
        match self {
            Self::BadStatus(_)
            | Self::BadContentType(_)
            | Self::TooManyRequests(_)
            | Self::ServerError(_)
            | Self::PositionExpired(_)
            | Self::UnsendablePosition
            | Self::BadRecord(_)
            | Self::BadPage(..)
            | Self::SourceError(_)
            | Self::Incomplete
            | Self::NoProgress
            | Self::BadLink
            | Self::OutOfOrder
            | Self::FuturePosition
            | Self::BadReply(_)
            | Self::MessageRefused(_)
            | Self::NoTransport
            | Self::SessionLost
            | Self::DeletionsDoubtful
            | Self::Gap(
                Reason::PositionExpired
                | Reason::PositionRefused
                | Reason::Regressed
                | Reason::Recreated
                | Reason::Overrun,
            ) => Culprit::Peer,
            Self::Unauthorized(_) | Self::Forbidden(_) | Self::AuthFailed(_) => Culprit::Auth,
            Self::Network(_)
            | Self::ConnectTimeout(_)
            | Self::IdleTimeout(_)
            | Self::TransportRefused(_)
            | Self::RetriesExhausted(_)
            | Self::AnswerTimeout(_) => Culprit::Transport,
            Self::EventTooLarge(_)
            | Self::PageTooLarge(_)
            | Self::RepeatWindowFull
            | Self::TooManyIds(_)
            | Self::Backlog(_)
            | Self::OutboxFull(_) => Culprit::Limit,
            Self::NoCookies(_) | Self::MultipleClients | Self::ClientClosed => Culprit::Misuse,
            Self::StoreRead(_)
            | Self::StoreWrite(_)
            | Self::BookmarkConflict
            | Self::IdsUnreadable
            | Self::Gap(
                Reason::StoreRead
                | Reason::BookmarkUnreadable
                | Reason::BookmarkVersion
                | Reason::BookmarkForeign,
            ) => Culprit::Store,
            Self::Handler | Self::ExtensionFailed(_) => Culprit::Handler,
        }
    }

    /// The record behind it, where there is one.
    pub fn misfit(&self) -> Option<&Misfit> {
        if let Self::BadRecord(misfit) = self {
            Some(misfit)
        } else {
            None
        }
    }

    /// The response behind it, where there is one.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::BadStatus(refusal)
            | Self::BadContentType(refusal)
            | Self::TooManyRequests(refusal)
            | Self::ServerError(refusal)
            | Self::PositionExpired(refusal)
            | Self::Unauthorized(refusal)
            | Self::Forbidden(refusal)
            | Self::BadPage(_, refusal)
            | Self::SourceError(refusal)
            | Self::BadReply(refusal)
            | Self::MessageRefused(refusal)
            | Self::NoCookies(refusal) => Some(refusal),
            Self::TransportRefused(turnoff) => turnoff.cause.refusal(),
            Self::AuthFailed(_)
            | Self::UnsendablePosition
            | Self::BadRecord(_)
            | Self::Incomplete
            | Self::NoProgress
            | Self::BadLink
            | Self::OutOfOrder
            | Self::FuturePosition
            | Self::DeletionsDoubtful
            | Self::PageTooLarge(_)
            | Self::RepeatWindowFull
            | Self::TooManyIds(_)
            | Self::Network(_)
            | Self::ConnectTimeout(_)
            | Self::IdleTimeout(_)
            | Self::RetriesExhausted(_)
            | Self::EventTooLarge(_)
            | Self::StoreRead(_)
            | Self::StoreWrite(_)
            | Self::BookmarkConflict
            | Self::IdsUnreadable
            | Self::Gap(_)
            | Self::Handler
            | Self::ExtensionFailed(_)
            | Self::NoTransport
            | Self::MultipleClients
            | Self::SessionLost
            | Self::Backlog(_)
            | Self::OutboxFull(_)
            | Self::AnswerTimeout(_)
            | Self::ClientClosed => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    fn refusal(status: u16) -> Box<Refusal> {
        Box::new(Refusal { status, headers: Vec::new(), body: String::from("secret page") })
    }

    fn all() -> Vec<(Error, &'static str, Culprit, &'static str)> {
        let html = Refusal {
            status: 200,
            headers: Vec::from([("content-type".into(), "text/html".into())]),
            body: String::new(),
        };
        let ms = Millis::new(250);
        Vec::from([
            (
                Error::BadStatus(refusal(404)),
                "bad-status",
                Culprit::Peer,
                "the server answered with status 404",
            ),
            (
                Error::BadContentType(Box::new(html)),
                "bad-content-type",
                Culprit::Peer,
                "the response is of a type that was not asked for: text/html",
            ),
            (
                Error::TooManyRequests(refusal(429)),
                "too-many-requests",
                Culprit::Peer,
                "the server asks for patience with status 429",
            ),
            (
                Error::ServerError(refusal(503)),
                "server-error",
                Culprit::Peer,
                "the server failed with status 503",
            ),
            (
                Error::PositionExpired(refusal(410)),
                "position-expired",
                Culprit::Peer,
                "the server no longer keeps the position (status 410)",
            ),
            (
                Error::Unauthorized(refusal(401)),
                "unauthorized",
                Culprit::Auth,
                "the server refused the credentials (status 401)",
            ),
            (
                Error::Forbidden(refusal(403)),
                "forbidden",
                Culprit::Auth,
                "the server denied access (status 403)",
            ),
            (
                Error::AuthFailed("no session".into()),
                "auth-failed",
                Culprit::Auth,
                "the headers or auth function failed: no session",
            ),
            (
                Error::UnsendablePosition,
                "unsendable-position",
                Culprit::Peer,
                "the source sent an id that cannot be sent back; the position stays at the id before it",
            ),
            (
                Error::BadRecord(Box::new(Misfit { record: 3, offset: 120, body: "secret {".into() })),
                "bad-record",
                Culprit::Peer,
                "record 3, at byte 120 of the response, is no JSON",
            ),
            (
                Error::BadPage(Flaw::NotJson, refusal(200)),
                "bad-page",
                Culprit::Peer,
                "the page is no JSON",
            ),
            (
                Error::SourceError(refusal(200)),
                "source-error",
                Culprit::Peer,
                "the source answered with an error where items should be",
            ),
            (
                Error::Incomplete,
                "incomplete",
                Culprit::Peer,
                "the response ended without the payload that ends the stream",
            ),
            (
                Error::NoProgress,
                "no-progress",
                Culprit::Peer,
                "the source answers as if nothing had been read: more items share one position than it lists",
            ),
            (
                Error::BadLink,
                "bad-link",
                Culprit::Peer,
                "the source names a page on another server, which is not asked",
            ),
            (
                Error::OutOfOrder,
                "out-of-order",
                Culprit::Peer,
                "the source's items are not sorted; the bookmark moves only when all have been read",
            ),
            (
                Error::FuturePosition,
                "future-position",
                Culprit::Peer,
                "the source sent an item of a time that has not come, and the bookmark does not follow it",
            ),
            (Error::Network("reset".into()), "network", Culprit::Transport, "the connection failed: reset"),
            (
                Error::ConnectTimeout(ms),
                "connect-timeout",
                Culprit::Transport,
                "no response began within 250 ms",
            ),
            (
                Error::IdleTimeout(ms),
                "idle-timeout",
                Culprit::Transport,
                "the connection was silent for 250 ms",
            ),
            (
                Error::TransportRefused(Box::new(Turnoff {
                    from: "eventsource".into(),
                    to: "longpoll".into(),
                    cause: Error::BadStatus(refusal(400)),
                })),
                "transport-refused",
                Culprit::Transport,
                "eventsource is given up for longpoll: the server answered with status 400",
            ),
            (
                Error::RetriesExhausted(3),
                "retries-exhausted",
                Culprit::Transport,
                "gave up after 3 attempts in a row without progress",
            ),
            (Error::EventTooLarge(10), "event-too-large", Culprit::Limit, "an event is larger than 10 bytes"),
            (Error::PageTooLarge(10), "page-too-large", Culprit::Limit, "a page is larger than 10 bytes"),
            (
                Error::RepeatWindowFull,
                "repeat-window-full",
                Culprit::Limit,
                "more items may come again than are kept in mind, so some may be delivered twice",
            ),
            (Error::StoreRead("x".into()), "store-read", Culprit::Store, "the store could not be read: x"),
            (
                Error::StoreWrite("full".into()),
                "store-write",
                Culprit::Store,
                "the store did not take the bookmark: full",
            ),
            (
                Error::BookmarkConflict,
                "bookmark-conflict",
                Culprit::Store,
                "another stream has moved the bookmark, so this one stops: each would undo what the other has kept",
            ),
            (
                Error::DeletionsDoubtful,
                "deletions-doubtful",
                Culprit::Peer,
                "the source lists so little of what is known that no item counts as deleted",
            ),
            (
                Error::TooManyIds(10),
                "too-many-ids",
                Culprit::Limit,
                "the ids of the items take more than 10 bytes: no deletion is told until a full run finds fewer",
            ),
            (
                Error::IdsUnreadable,
                "ids-unreadable",
                Culprit::Store,
                "the stored ids of the items are damaged, or of another source: what was deleted since is not told",
            ),
            (
                Error::Gap(Reason::PositionRefused),
                "position-refused",
                Culprit::Peer,
                "events may have been lost: no request can carry the position to the source",
            ),
            (
                Error::Gap(Reason::BookmarkUnreadable),
                "bookmark-unreadable",
                Culprit::Store,
                "events may have been lost: the stored bookmark is damaged",
            ),
            (
                Error::Gap(Reason::BookmarkVersion),
                "bookmark-version",
                Culprit::Store,
                "events may have been lost: the stored bookmark is of another version of the format",
            ),
            (
                Error::Gap(Reason::BookmarkForeign),
                "bookmark-foreign",
                Culprit::Store,
                "the stored bookmark belongs to another source",
            ),
            (Error::Handler, "handler", Culprit::Handler, "the handler failed"),
            (
                Error::ExtensionFailed("a bug".into()),
                "extension-failed",
                Culprit::Handler,
                "an extension failed: a bug",
            ),
            (
                Error::BadReply(refusal(502)),
                "bad-reply",
                Culprit::Peer,
                "the response holds no messages (status 502, no content type)",
            ),
            (
                Error::MessageRefused(refusal(404)),
                "message-refused",
                Culprit::Peer,
                "the server refused a message with error 404",
            ),
            (
                Error::NoCookies(refusal(400)),
                "no-cookies",
                Culprit::Misuse,
                "the server's cookies do not come back to it: a page needs credentials \"include\", and elsewhere fetch has to show what is set",
            ),
            (
                Error::NoTransport,
                "no-transport",
                Culprit::Peer,
                "the server offers no transport that can be used",
            ),
            (
                Error::MultipleClients,
                "multiple-clients",
                Culprit::Misuse,
                "the server sees more than one client of this browser, and no longer holds connects",
            ),
            (
                Error::SessionLost,
                "session-lost",
                Culprit::Peer,
                "events may have been lost: the session is gone, and there is no position to go on from",
            ),
            (
                Error::Backlog(10),
                "backlog",
                Culprit::Limit,
                "events may have been lost: more than 10 bytes waited for handlers, and the channel has no positions",
            ),
            (
                Error::OutboxFull(10),
                "outbox-full",
                Culprit::Limit,
                "more than 10 bytes wait to be published",
            ),
            (
                Error::AnswerTimeout(ms),
                "answer-timeout",
                Culprit::Transport,
                "no answer came within 250 ms",
            ),
            (
                Error::ClientClosed,
                "closed",
                Culprit::Misuse,
                "the client was closed before the server answered",
            ),
        ])
    }

    #[test]
    fn each_error_has_its_code_its_culprit_and_its_text() {
        for (error, code, culprit, text) in all() {
            assert_eq!((error.code(), error.culprit()), (code, culprit));
            assert_eq!(std::format!("{error}"), text);
        }
    }

    #[test]
    fn the_types_list_each_code_under_its_culprit() {
        let types = include_str!("../../js/index.d.ts");
        let (_, codes) = types.split_once("export type ErrorCode =").unwrap();
        let (codes, _) = codes.split_once(';').unwrap();
        let mut own = "";
        let mut listed = Vec::new();
        for line in codes.lines() {
            match line.trim().strip_prefix("| ") {
                Some(code) => listed.push((code.trim_matches('"'), own)),
                // A comment of one word is the name of a culprit.
                None => own = Some(line.trim()).filter(|line| line.split(' ').count() == 3).unwrap_or(own),
            }
        }
        for (_, code, culprit, _) in all() {
            let culprit = std::format!("/* {} */", culprit.name());
            assert!(listed.contains(&(code, &culprit)), "{code} {culprit}");
        }
    }

    #[test]
    fn codes_are_distinct() {
        let mut codes: Vec<_> = all().into_iter().map(|(_, code, ..)| code).collect();
        codes.sort_unstable();
        let count = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), count);
    }

    #[test]
    fn a_text_never_quotes_the_body() {
        for (error, ..) in all() {
            assert!(!std::format!("{error}").contains("secret"));
        }
    }
}
