//! What the head of an answer means.

use super::super::super::error::Error;
use super::super::super::pace::{refusal_hint, server_time};
use super::super::super::position::Resume;
use super::super::super::request::{Head, Remedy, Verdict};
use super::super::super::time::Now;
use super::run::Kind;
use super::Poll;

impl Poll {
    /// What the beginning of an answer means.
    pub fn judge(&mut self, head: &Head, now: Now) -> Verdict {
        let wall = now.wall;
        if let Some(server) = server_time(head) {
            self.skew = (server.since(wall), wall.since(server));
            // Our clock may have been set since.
            self.asked.server = server.since(now.mono.since(self.asked.at.mono));
        }
        let hint = refusal_hint(head, wall);
        let is_after = self.run.as_ref().is_some_and(|run| run.base.position().is_some());
        let has_token = self.run.as_ref().is_some_and(|run| run.token.is_some());
        Verdict::Refuse(match head.status {
            200..=203 | 206 if is_json(head) => return Verdict::Accept,
            // A proxy in between, or a page that says sorry.
            200..=203 | 206 => Remedy::Retry { error: Error::BadContentType, hint },
            204 => return Verdict::Unchanged,
            304 if self.asked.is_conditional => return Verdict::Unchanged,
            401 => Remedy::Authorize,
            status if is_after && !has_token && self.config.expired.contains(&status) => Remedy::Gap,
            408 | 425 | 429 => Remedy::Retry { error: Error::TooManyRequests, hint },
            403 if hint.is_some() => Remedy::Retry { error: Error::TooManyRequests, hint },
            403 => Remedy::Stop(Error::Forbidden),
            400 | 404 | 410 | 422 if has_token && self.begin_query_anew() => {
                Remedy::Retry { error: Error::BadStatus, hint }
            }
            410 => Remedy::Stop(Error::PositionExpired),
            477 | 500..=599 => Remedy::Retry { error: Error::ServerError, hint },
            _ => Remedy::Stop(Error::BadStatus),
        })
    }

    /// What led to the next page is no longer good. Twice in a row without any progress is enough.
    fn begin_query_anew(&mut self) -> bool {
        let at = self.place().map_or(Resume::Latest, |place| place.at.clone());
        self.stash.clear();
        let Some(run) = &mut self.run else {
            return false;
        };
        let base = if run.kind == Kind::Increment { at } else { run.base.clone() };
        run.restart(base);
        run.restarts += 1;
        run.restarts <= MOST_RESTARTS
    }
}

fn is_json(head: &Head) -> bool {
    let value = head.header("content-type").unwrap_or_default();
    let value = value.split(';').next().unwrap_or_default().trim_matches([' ', '\t']);
    // Servers that do not know better say plain text, or nothing; the body will tell.
    value.is_empty()
        || value.eq_ignore_ascii_case("text/plain")
        || value.eq_ignore_ascii_case("application/json")
        || value.rsplit_once('+').is_some_and(|(_, suffix)| suffix.eq_ignore_ascii_case("json"))
}

/// How often a query begins anew, in a row, because its pages were refused.
const MOST_RESTARTS: u32 = 2;
