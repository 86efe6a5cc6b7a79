//! What it means that a server refuses a message.
//!
//! `error` is a code, arguments and a text, with colons between them; the text may be anything, colons
//! included. The same failure has other words and codes at each server, and Salesforce puts the true one
//! into `ext.sfdc.failureReason`, which is looked at first.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;

use super::super::error::{Error, Refusal};
use super::super::limits;
use super::advice::Reconnect;
use super::message::{member, string, Message};

/// What may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cure {
    /// A new session.
    Handshake,
    /// A new session with new credentials.
    Authorize,
    /// Asking for another position.
    Gap,
    /// The same again, later.
    Later,
    /// The same again, much later.
    Rest,
    /// A new session, without the cookies of somebody else's.
    Clean,
    /// Cookies that come back.
    Cookies,
    /// Nothing.
    Nothing,
}

impl Cure {
    /// Whether it concerns the session, and not just what was asked for.
    pub(super) const fn is_of_session(self) -> bool {
        match self {
            Self::Handshake | Self::Authorize | Self::Clean | Self::Cookies => true,
            Self::Gap | Self::Later | Self::Rest | Self::Nothing => false,
        }
    }
}

/// A message that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// What may help.
    pub(super) cure: Cure,
    /// The code, or what comes closest to it among the statuses of HTTP.
    pub(super) status: u16,
    /// The beginning of the server's reply.
    pub(super) reply: String,
}

impl Verdict {
    /// What a reply means that says no. `reconnect` is the advice that it came with.
    pub(super) fn of(message: &Message<'_>, reconnect: Option<Reconnect>) -> Self {
        let sfdc = message.ext.and_then(|ext| member(ext, "sfdc"));
        let reason =
            sfdc.and_then(|sfdc| member(sfdc, "failureReason")).and_then(string).map(Cow::into_owned);
        let said = reason.or_else(|| message.error.clone()).unwrap_or_default();
        let code = code(&said);
        let has = |part: &str| says(&said, part);
        let is_denied = matches!(code, Some(401..=403));
        // The words come first: advice is given beside any of them.
        let cure = if is_denied && UNKNOWN.iter().any(|part| has(part)) {
            Cure::Handshake
        } else if BUSY.iter().any(|part| has(part)) {
            Cure::Rest
        } else if code == Some(401) && has("authentication") {
            Cure::Authorize
        } else if is_denied && reconnect == Some(Reconnect::Handshake) {
            Cure::Handshake
        } else if code == Some(401) {
            Cure::Authorize
        } else if code == Some(400) && has("replayid") && has("invalid") {
            Cure::Gap
        } else if has("not match the session") {
            Cure::Clean
        } else if has("no bayeux_browser cookie") {
            Cure::Cookies
        } else if matches!(code, Some(408 | 429 | 500..=599)) {
            Cure::Later
        } else {
            match reconnect {
                Some(Reconnect::Handshake) => Cure::Handshake,
                Some(Reconnect::Retry) => Cure::Later,
                Some(Reconnect::None) | None => Cure::Nothing,
            }
        };
        let status = match (cure, code) {
            (Cure::Gap, _) => 410,
            (Cure::Rest, code) => code.filter(|code| *code >= 408).unwrap_or(429),
            (Cure::Later, code) => code.filter(|code| *code >= 408).unwrap_or(503),
            (_, code) => code.filter(|code| (400..600).contains(code)).unwrap_or(400),
        };
        let quoted = message.text.get(..limits::REFUSAL_BYTES).unwrap_or(message.text);
        Self { cure, status, reply: String::from_utf8_lossy(quoted).into_owned() }
    }

    /// As an error.
    pub(super) fn error(self) -> Error {
        let Self { cure, status, reply } = self;
        let refusal = Box::new(Refusal { status, body: reply, ..Refusal::default() });
        match status {
            _ if cure == Cure::Cookies => Error::NoCookies(refusal),
            // Nothing was forbidden by it.
            _ if cure == Cure::Handshake => Error::MessageRefused(refusal),
            401 => Error::Unauthorized(refusal),
            403 => Error::Forbidden(refusal),
            429 => Error::TooManyRequests(refusal),
            500.. => Error::ServerError(refusal),
            _ => Error::MessageRefused(refusal),
        }
    }
}

/// How servers say that they do not know the session: faye and Salesforce, then CometD.
const UNKNOWN: &[&str] = &["unknown client", "session_unknown", "not completed handshake"];

/// How Salesforce says that it, or the organization, has no room. A topic that is full is another matter: others
/// are not.
const BUSY: &[&str] =
    &["too busy", "concurrent user limit", "daily limit", "simultaneous connections per server"];

/// Whether an error has `part` in it, whatever its case.
fn says(error: &str, part: &str) -> bool {
    error.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

/// The digits in front of the first colon.
fn code(error: &str) -> Option<u16> {
    error.split(':').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    fn verdict(error: &str, reason: Option<&str>, reconnect: Option<Reconnect>) -> (Cure, u16) {
        let ext = reason
            .map_or("{}".into(), |reason| std::format!("{{\"sfdc\":{{\"failureReason\":\"{reason}\"}}}}"));
        let text = std::format!(
            "{{\"channel\":\"/meta/subscribe\",\"successful\":false,\"error\":\"{error}\",\"ext\":{ext}}}"
        );
        let verdict = Verdict::of(&Message::all(text.as_bytes()).unwrap()[0], reconnect);
        assert_eq!(verdict.reply, text);
        (verdict.cure, verdict.status)
    }

    #[test]
    fn an_unknown_client_is_known_in_every_dialect() {
        for error in
            ["401:3k2:Unknown client", "402::session_unknown", "402::Unknown client", "403::Unknown client"]
        {
            for reconnect in [None, Some(Reconnect::None), Some(Reconnect::Handshake)] {
                assert_eq!(verdict(error, None, reconnect).0, Cure::Handshake, "{error}");
            }
        }
        assert_eq!(verdict("402::x", None, Some(Reconnect::Handshake)).0, Cure::Handshake);
    }

    #[test]
    fn each_refusal_has_its_cure() {
        let none = Some(Reconnect::None);
        for (error, reconnect, want) in [
            ("401::Authentication invalid", none, (Cure::Authorize, 401)),
            ("400::The replayId {17} you provided was invalid. Please provide x", None, (Cure::Gap, 410)),
            ("400::The replayId for channel {/x} wasn't found using the map {}", None, (Cure::Nothing, 400)),
            ("403:/x:denied_by_security_policy:create_denied", None, (Cure::Nothing, 403)),
            ("503::Server is too busy", none, (Cure::Rest, 503)),
            ("503::Service Unavailable", none, (Cure::Later, 503)),
            ("403::Organization concurrent user limit exceeded", none, (Cure::Rest, 429)),
            ("403::Organization total events daily limit exceeded", none, (Cure::Rest, 429)),
            ("403::Subscription limit exceeded for this topic", None, (Cure::Nothing, 403)),
            ("403::Client has not completed handshake", None, (Cure::Handshake, 403)),
            ("400::Authenticated user id does not match the session's user id", none, (Cure::Clean, 400)),
            (
                "400::Client x has established a session, but no BAYEUX_BROWSER cookie present",
                none,
                (Cure::Cookies, 400),
            ),
            ("401::Authentication invalid", Some(Reconnect::Handshake), (Cure::Authorize, 401)),
            (
                "403::Organization concurrent user limit exceeded",
                Some(Reconnect::Handshake),
                (Cure::Rest, 429),
            ),
            ("404:/service/x:unknown: channel", None, (Cure::Nothing, 404)),
            ("400::x", Some(Reconnect::Retry), (Cure::Later, 503)),
            ("", None, (Cure::Nothing, 400)),
            ("no colon", None, (Cure::Nothing, 400)),
            ("99999::", None, (Cure::Nothing, 400)),
        ] {
            assert_eq!(verdict(error, None, reconnect), want, "{error}");
        }
    }

    #[test]
    fn the_reason_of_a_failure_comes_before_its_error() {
        let busy = "503::Server is too busy";
        assert_eq!(
            verdict("401::Authentication invalid", Some(busy), Some(Reconnect::None)),
            (Cure::Rest, 503)
        );
        assert_eq!(
            verdict("403:denied_by_security_policy:create_denied", Some(busy), None),
            (Cure::Rest, 503)
        );
        assert_eq!(
            verdict("403::Handshake denied", Some("401::Request requires authentication"), None),
            (Cure::Authorize, 401)
        );
    }
}
