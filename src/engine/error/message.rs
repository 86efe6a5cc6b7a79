//! What went wrong, in words.

use alloc::string::String;
use core::fmt;

use super::super::number::decimal;
use super::{Error, Refusal, Turnoff};

impl Error {
    /// What went wrong, for people.
    pub fn message(&self) -> String {
        let join = |parts: &[&str]| parts.concat();
        let status = |refusal: &Refusal| decimal(refusal.status.into());
        match self {
            Self::BadStatus(refusal) => join(&["the server answered with status ", &status(refusal)]),
            Self::BadContentType(refusal) => {
                join(&["the response is of a type that was not asked for: ", kind(refusal)])
            }
            Self::TooManyRequests(refusal) => {
                join(&["the server asks for patience with status ", &status(refusal)])
            }
            Self::ServerError(refusal) => join(&["the server failed with status ", &status(refusal)]),
            Self::PositionExpired(refusal) => {
                join(&["the server no longer keeps the position (status ", &status(refusal), ")"])
            }
            Self::Unauthorized(_) => "the server refused the credentials (status 401)".into(),
            Self::Forbidden(_) => "the server denied access (status 403)".into(),
            Self::AuthFailed(what) => join(&["the headers or auth function failed: ", what]),
            Self::UnsendablePosition => {
                "the source sent an id that cannot be sent back; the position stays at the id before it"
                    .into()
            }
            Self::BadRecord(misfit) => {
                let (record, offset) = (decimal(misfit.record.into()), decimal(misfit.offset));
                join(&["record ", &record, ", at byte ", &offset, " of the response, is no JSON"])
            }
            Self::BadPage(flaw, _) => flaw.message().into(),
            Self::SourceError(_) => "the source answered with an error where items should be".into(),
            Self::Incomplete => "the response ended without the payload that ends the stream".into(),
            Self::NoProgress => {
                "the source answers as if nothing had been read: more items share one position than it lists"
                    .into()
            }
            Self::BadLink => "the source names a page on another server, which is not asked".into(),
            Self::OutOfOrder => {
                "the source's items are not sorted; the bookmark moves only when all have been read".into()
            }
            Self::FuturePosition => {
                "the source sent an item of a time that has not come, and the bookmark does not follow it"
                    .into()
            }
            Self::DeletionsDoubtful => {
                "the source lists so little of what is known that no item counts as deleted".into()
            }
            Self::Network(what) => join(&["the connection failed: ", what]),
            Self::ConnectTimeout(after) => join(&["no response began within ", &decimal(after.get()), " ms"]),
            Self::IdleTimeout(after) => {
                join(&["the connection was silent for ", &decimal(after.get()), " ms"])
            }
            Self::TransportRefused(turnoff) => {
                let Turnoff { from, to, cause } = &**turnoff;
                join(&[from, " is given up for ", to, ": ", &cause.message()])
            }
            Self::RetriesExhausted(attempts) => {
                join(&["gave up after ", &decimal((*attempts).into()), " attempts in a row without progress"])
            }
            Self::EventTooLarge(limit) => {
                join(&["an event is larger than ", &decimal(*limit as u64), " bytes"])
            }
            Self::PageTooLarge(limit) => join(&["a page is larger than ", &decimal(*limit as u64), " bytes"]),
            Self::RepeatWindowFull => {
                "more items may come again than are kept in mind, so some may be delivered twice".into()
            }
            Self::TooManyIds(limit) => join(&[
                "the ids of the items take more than ",
                &decimal(*limit as u64),
                " bytes: no deletion is told until a full run finds fewer",
            ]),
            Self::StoreRead(what) => join(&["the store could not be read: ", what]),
            Self::StoreWrite(what) => join(&["the store did not take the bookmark: ", what]),
            Self::BookmarkConflict => {
                "another stream has moved the bookmark, so this one stops: each would undo what the other has kept"
                    .into()
            }
            Self::IdsUnreadable => {
                "the stored ids of the items are damaged, or of another source: what was deleted since is not told"
                    .into()
            }
            Self::Gap(reason) => reason.message().into(),
            Self::Handler => "the handler failed".into(),
            Self::ExtensionFailed(what) => join(&["an extension failed: ", what]),
            Self::BadReply(refusal) => {
                join(&["the response holds no messages (status ", &status(refusal), ", ", kind(refusal), ")"])
            }
            Self::MessageRefused(refusal) => {
                join(&["the server refused a message with error ", &status(refusal)])
            }
            Self::NoCookies(_) => {
                "the server's cookies do not come back to it: a page needs credentials \"include\", and elsewhere fetch has to show what is set".into()
            }
            Self::NoTransport => "the server offers no transport that can be used".into(),
            Self::MultipleClients => {
                "the server sees more than one client of this browser, and no longer holds connects".into()
            }
            Self::SessionLost => {
                "events may have been lost: the session is gone, and there is no position to go on from".into()
            }
            Self::Backlog(limit) => join(&[
                "events may have been lost: more than ",
                &decimal(*limit as u64),
                " bytes waited for handlers, and the channel has no positions",
            ]),
            Self::OutboxFull(limit) => {
                join(&["more than ", &decimal(*limit as u64), " bytes wait to be published"])
            }
            Self::AnswerTimeout(after) => join(&["no answer came within ", &decimal(after.get()), " ms"]),
            Self::ClientClosed => "the client was closed before the server answered".into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

fn kind(refusal: &Refusal) -> &str {
    let sent = refusal.headers.iter().find(|(name, _)| name == "content-type");
    sent.map_or("no content type", |(_, value)| value)
}
