//! What an answer means, whatever its body is.

use super::super::error::Error;
use super::super::position::Resume;
use super::super::request::{Head, Remedy, Verdict};
use super::super::retry_after::retry_after;
use super::super::time::Millis;

/// What follows the beginning of a response. `is_wanted`: its body is of a type that was asked for.
///
/// The HTML Standard gives up on every status but 200. Going on after a failure of the server, or when it
/// asks for patience, is ours.
pub(super) fn judge(head: &Head, is_wanted: bool, resume: &Resume, wall: Millis) -> Verdict {
    let hint = retry_after(head, wall);
    Verdict::Refuse(match head.status {
        200 if is_wanted => return Verdict::Accept,
        200 => Remedy::Stop(Error::BadContentType),
        // "HTTP 204 No Content: a server can tell a client to stop reconnecting".
        204 => return Verdict::End,
        401 => Remedy::Authorize,
        403 => Remedy::Stop(Error::Forbidden),
        408 | 425 | 429 => Remedy::Retry { error: Error::TooManyRequests, hint },
        410 if resume.position().is_some() => Remedy::Gap,
        410 => Remedy::Stop(Error::PositionExpired),
        500..=599 => Remedy::Retry { error: Error::ServerError, hint },
        _ => Remedy::Stop(Error::BadStatus),
    })
}
