//! Sources that are polled: how they are set up, and how they answer.

use brookmark::engine::cursor::{Kind, Unit};
use brookmark::engine::io::Notice;
use brookmark::engine::json::Pointer;
use brookmark::engine::limits;
use brookmark::engine::position::Resume;
use brookmark::engine::protocol::poll::{
    Cursor, Every, Form, Found, Missing, Order, PageFrom, Paging, PollConfig, Slot, Source, Top,
};
use brookmark::engine::stats::Summit;
use brookmark::engine::time::Millis;

use super::world::{bookmarked, Setup, World, URL};

pub const SECONDS: Kind = Kind::Epoch(Unit::Seconds);
/// The pause at the top.
pub const EVERY: u64 = 60_000;

/// A source of items in order, each with its position, a decimal, at `/seq`. It is asked with `since` for
/// what is behind a position, and says with no items, or none that is new, that this is the top.
pub fn in_order() -> PollConfig {
    PollConfig {
        sources: vec![Source { name: String::new(), url: URL.into() }],
        method: "GET".into(),
        origin: "https://example.org".into(),
        items: Pointer::root(),
        id: Some(at("/id")),
        kind: None,
        flag: None,
        unique: Vec::new(),
        cursor: by_item(Order::Ascending),
        form: form(Kind::Decimal),
        places: vec![query("since")],
        earliest: None,
        latest: None,
        paging: None,
        tops: vec![Top::Empty, Top::SamePosition],
        overlap: 0,
        settle: Millis::ZERO,
        every: Every::Wait { min: Millis::new(EVERY), max: Millis::new(EVERY) },
        conditional: false,
        expired: vec![410],
        failure: None,
        incarnation: None,
        interval: None,
        rescan: None,
        deletions: false,
        beside: false,
        max_item_bytes: limits::MAX_EVENT_BYTES,
        max_page_bytes: limits::MAX_PAGE_BYTES,
    }
}

/// A stream over that source, with what else it is.
pub fn polled(change: impl FnOnce(&mut PollConfig)) -> Setup {
    let mut config = in_order();
    change(&mut config);
    bookmarked(|setup| {
        setup.poll = Some(config);
        setup.config.start = Resume::Earliest;
    })
}

/// The same where the body names the position at `/next`, opaque, beside its items at `/items`.
pub fn named(change: impl FnOnce(&mut PollConfig)) -> Setup {
    polled(|config| {
        config.items = at("/items");
        config.cursor = Cursor::Answer(body("/next"));
        config.form = form(Kind::Opaque);
        change(config);
    })
}

/// The same where the items come newest first, and no position is asked for.
pub fn newest_first(change: impl FnOnce(&mut PollConfig)) -> Setup {
    polled(|config| {
        config.cursor = by_item(Order::NewestFirst);
        config.places = Vec::new();
        change(config);
    })
}

pub fn at(pointer: &str) -> Pointer {
    Pointer::parse(pointer).unwrap()
}

pub fn query(name: &str) -> Slot {
    Slot::Query(name.into())
}

pub fn body(pointer: &str) -> Found {
    Found::Body(at(pointer))
}

pub fn form(kind: Kind) -> Form {
    Form { kind, sent: kind, pair: false, inclusive: false, missing: Missing::Fail }
}

pub fn by_item(order: Order) -> Cursor {
    Cursor::Item { pointer: at("/seq"), key: None, order, end: None }
}

/// The body says at `/page` what the query parameter `page` of the next request is.
pub fn paged(cap: Option<u64>) -> Paging {
    Paging { from: PageFrom::Answer(body("/page")), place: query("page"), first: None, cap }
}

/// An item with that position, and an id of its own.
pub fn item(seq: u64) -> String {
    format!("{{\"id\":\"i{seq}\",\"seq\":{seq}}}")
}

pub fn items(seqs: impl IntoIterator<Item = u64>) -> String {
    let items: Vec<_> = seqs.into_iter().map(item).collect();
    format!("[{}]", items.join(","))
}

/// Answers with the items at `/items` and whatever `more` says, such as `"next":"a"`.
pub fn with(seqs: impl IntoIterator<Item = u64>, more: &str) -> String {
    format!("{{\"items\":{},{more}}}", items(seqs))
}

impl World {
    /// Answers the request that is out with a page.
    pub fn page(&mut self, body: &str) {
        self.page_with(&[], body);
    }

    pub fn page_with(&mut self, headers: &[(&str, &str)], body: &str) {
        let kind = ("content-type", "application/json");
        self.respond(200, &[headers, &[kind]].concat());
        self.send(body);
        self.end();
    }

    /// Lets the pause at the top pass, so that the next request is out.
    pub fn next_round(&mut self) {
        let before = self.requests.len();
        assert!(!self.is_connected(), "a request is out");
        self.pass(EVERY + EVERY / 10);
        assert_eq!(self.requests.len(), before + 1, "one request a round");
    }

    /// What is behind the address in the request sent last.
    pub fn asked(&self) -> &str {
        self.last_request().request.url.strip_prefix(URL).unwrap()
    }

    pub fn sent_header(&self, name: &str) -> Option<&str> {
        let headers = &self.last_request().request.headers;
        headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The ids of the items that came, without their `i`.
    pub fn came(&self) -> Vec<u64> {
        self.delivered.iter().map(|event| event.id.trim_start_matches('i').parse().unwrap()).collect()
    }

    /// The tops that were told.
    pub fn tops(&self) -> Vec<Summit> {
        let tops = self.notices.iter().filter_map(|notice| {
            if let Notice::Top(summit) = notice {
                Some(*summit)
            } else {
                None
            }
        });
        tops.collect()
    }
}
