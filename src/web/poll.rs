//! The options of a source that is polled, as `src/js/poll-options.js` writes them.

use crate::engine::cursor::{Kind, Unit};
use crate::engine::json::Pointer;
use crate::engine::limits;
use crate::engine::protocol::poll::{
    Cursor, Every, Form, Found, Missing, Order, PageFrom, Paging, Poll, PollConfig, Slot, Source, Top,
};
use alloc::string::String;

use super::convert::{millis, Options};
use super::stream::{child, flag, list, pointer};

pub(super) fn poll(options: &Options<'_>) -> Poll {
    let config = PollConfig {
        sources: list(options, "sources", |source| {
            Some(Source { name: source.text("name")?, url: source.text("url")? })
        }),
        method: options.text("method").unwrap_or_default(),
        origin: options.text("origin").unwrap_or_default(),
        items: pointer(options, "items").unwrap_or_else(Pointer::root),
        id: pointer(options, "itemId"),
        kind: pointer(options, "itemType"),
        flag: child(options, "flag", flag),
        unique: options
            .texts("unique")
            .unwrap_or_default()
            .iter()
            .filter_map(|text| Pointer::parse(text))
            .collect(),
        cursor: cursor(options),
        form: form(options),
        places: list(options, "places", |place| slot(&place)),
        earliest: options.text("earliest"),
        latest: options.text("latest"),
        paging: child(options, "paging", paging),
        tops: list(options, "tops", |top| test(&top)),
        overlap: options.number("overlap").map_or(0, |overlap| overlap as u64),
        settle: millis(options.number("settle").unwrap_or(0.0)),
        every: every(options),
        conditional: options.flag("conditional"),
        expired: list(options, "expired", |status| Some(status.number("status")? as u16)),
        failure: pointer(options, "failure"),
        incarnation: child(options, "incarnation", found),
        interval: child(options, "interval", found),
        rescan: options.number("rescanEvery").map(|every| every as u32),
        deletions: options.flag("deletions"),
        beside: options.flag("beside"),
        max_item_bytes: options.count("maxEventBytes", limits::MAX_EVENT_BYTES),
        max_page_bytes: options.count("maxPageBytes", limits::MAX_PAGE_BYTES),
    };
    Poll::new(config, options.start())
}

fn cursor(options: &Options<'_>) -> Cursor {
    if let Some(pointer) = pointer(options, "itemPosition") {
        let order = match options.text("order").as_deref() {
            Some("unordered") => Order::Unordered,
            Some("newest-first") => Order::NewestFirst,
            _ => Order::Ascending,
        };
        let end = child(options, "position", found);
        return Cursor::Item { pointer, key: self::pointer(options, "itemKey"), order, end };
    }
    match (child(options, "until", slot), child(options, "position", found)) {
        (Some(slot), _) => Cursor::Clock(slot),
        (None, found) => Cursor::Answer(found.unwrap_or(Found::Link("next".into()))),
    }
}

fn form(options: &Options<'_>) -> Form {
    let kind = options.text("kind").map_or(Kind::Opaque, |name| kind(&name));
    Form {
        kind,
        sent: options.text("sent").map_or(kind, |name| self::kind(&name)),
        pair: options.text("itemKey").is_some(),
        inclusive: options.flag("inclusive"),
        missing: if options.flag("keepMissing") { Missing::Keep } else { Missing::Fail },
    }
}

fn kind(name: &str) -> Kind {
    match name {
        "text" => Kind::Text,
        "decimal" => Kind::Decimal,
        "rfc3339" => Kind::Rfc3339,
        "epoch-s" => Kind::Epoch(Unit::Seconds),
        "epoch-ms" => Kind::Epoch(Unit::Millis),
        "epoch-us" => Kind::Epoch(Unit::Micros),
        "epoch-ns" => Kind::Epoch(Unit::Nanos),
        _ => Kind::Opaque,
    }
}

fn paging(options: &Options<'_>) -> Option<Paging> {
    let from = match pointer(options, "item") {
        Some(pointer) => PageFrom::LastItem(pointer),
        None => PageFrom::Answer(found(options)?),
    };
    Some(Paging {
        from,
        place: child(options, "to", slot)?,
        first: options.text("first"),
        cap: options.number("cap").map(|cap| cap as u64),
    })
}

fn found(options: &Options<'_>) -> Option<Found> {
    let body = pointer(options, "body").map(Found::Body);
    body.or_else(|| options.text("header").map(Found::Header))
        .or_else(|| options.text("link").map(Found::Link))
}

fn slot(options: &Options<'_>) -> Option<Slot> {
    if let Some(index) = options.number("body") {
        return Some(Slot::Body { index: index as u32, is_number: options.flag("number") });
    }
    let named =
        [("query", Slot::Query as fn(String) -> Slot), ("header", Slot::Header), ("path", Slot::Path)];
    let mut slots = named.into_iter().filter_map(|(name, make)| options.text(name).map(make));
    slots.next().or_else(|| options.flag("url").then_some(Slot::Url))
}

fn test(options: &Options<'_>) -> Option<Top> {
    if let Some(pointer) = pointer(options, "flag") {
        return Some(Top::Flag(pointer));
    }
    if let Some(size) = options.number("short") {
        return Some(Top::Short(size as u32));
    }
    match options.text("word")?.as_str() {
        "empty" => Some(Top::Empty),
        "same-position" => Some(Top::SamePosition),
        "no-next" => Some(Top::NoNext),
        _ => None,
    }
}

fn every(options: &Options<'_>) -> Every {
    match (options.number("everyMin"), options.flag("hold")) {
        (_, true) => Every::Hold,
        (Some(min), false) => {
            Every::Wait { min: millis(min), max: millis(options.number("everyMax").unwrap_or(min)) }
        }
        (None, false) => Every::Once,
    }
}
