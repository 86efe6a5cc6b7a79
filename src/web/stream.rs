//! The options of a stream, as `src/js/options.js` writes them, and the words that JavaScript has for the core's.

use alloc::string::String;
use alloc::vec::Vec;

use wasm_bindgen::{JsCast, JsValue};

use crate::engine::bookmark::SourceId;
use crate::engine::config::{Config, IdleTimeout, Oversize, Repeated};
use crate::engine::io::{GapPolicy, HandlerPolicy};
use crate::engine::json::{quote, Pointer};
use crate::engine::limits;
use crate::engine::number::decimal;
use crate::engine::parts::Order;
use crate::engine::position::{Position, Resume};
use crate::engine::protocol::{
    BadRecords, Flag, Framing, Json, JsonConfig, LabelFrom, PartFrom, Place, PositionFrom, Protocol, Shape,
    Sse, SseConfig, Standing, Statuses,
};
use crate::engine::session::{Role, Session, Transport};
use crate::engine::sheet::Mixed;

use super::convert::{millis, Options};
#[cfg(feature = "poll")]
use super::poll::poll;

impl Options<'_> {
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).as_string()
    }

    pub(super) fn count(&self, name: &str, default: usize) -> usize {
        self.number(name).map_or(default, |count| count as usize)
    }

    pub(super) fn texts(&self, name: &str) -> Option<Vec<String>> {
        let array: js_sys::Array = self.get(name).dyn_into().ok()?;
        Some((0..array.length()).filter_map(|index| array.get(index).as_string()).collect())
    }

    pub(super) fn config(&self) -> Config {
        let kind = self.text("sourceKind").unwrap_or_else(|| self.kind().into());
        let source = SourceId::of(&[&kind, &self.text("identity").unwrap_or_default()]);
        let bookmark = self.text("bookmark");
        let defaults = if self.flag("standard") { Config::standard(source) } else { Config::new(source) };
        Config {
            // Whoever keeps a place wants each event once.
            repeated: if bookmark.is_some() { Repeated::Drop } else { defaults.repeated },
            bookmark,
            start: self.start(),
            retry: self
                .flag("repeatable")
                .then(|| self.retry_policy(defaults.retry.clone().unwrap_or_default())),
            can_refresh: self.flag("canRefresh"),
            connect_timeout: self.number("connectTimeout").map(millis).or(defaults.connect_timeout),
            idle_timeout: match self.number("idleTimeout") {
                None => defaults.idle_timeout,
                Some(span) if span.is_infinite() => IdleTimeout::Never,
                Some(span) => IdleTimeout::After(millis(span)),
            },
            high_water_mark: self.count("highWaterMark", defaults.high_water_mark),
            oversize: if self.flag("skipOversize") { Oversize::Skip } else { Oversize::Stop },
            incarnation: self.text("incarnationHeader"),
            ..defaults
        }
    }

    pub(super) fn start(&self) -> Resume {
        resume(self.text("start").as_deref(), self.text("startPosition"))
    }

    fn kind(&self) -> &'static str {
        match (self.flag("poll"), self.is_json()) {
            (true, _) => "poll",
            (false, true) => "json",
            (false, false) => "sse",
        }
    }

    /// The session, for a source that can be asked in one way or in several.
    pub(super) fn session(&self, seed: u64) -> Session {
        let transports = list(self, "transports", |own| {
            let role = if own.flag("beginning") { Role::Beginning } else { Role::Any };
            Some(Transport { name: own.text("name")?, protocol: own.protocol(), role })
        });
        Session::with_transports(self.config(), transports, seed)
            .unwrap_or_else(|| Session::new(self.config(), self.protocol(), seed))
    }

    fn protocol(&self) -> Protocol {
        #[cfg(feature = "poll")]
        if self.flag("poll") {
            return Protocol::Poll(poll(self).into());
        }
        let url = self.text("url").unwrap_or_default();
        let method = self.text("method").unwrap_or_default();
        let pointer = self.text("positionPointer").as_deref().and_then(Pointer::parse);
        let position = match (pointer, self.text("beginsHeader")) {
            (Some(pointer), _) => PositionFrom::Pointer(pointer),
            (None, Some(header)) => PositionFrom::Header(header),
            (None, None) => PositionFrom::Id,
        };
        let place = self.place();
        let done = self.text("done");
        let max_event_bytes = self.count("maxEventBytes", limits::MAX_EVENT_BYTES);
        if self.is_json() {
            let part = self.text("part").as_deref().and_then(Pointer::parse);
            let order = if self.flag("ascending") { Order::Ascending } else { Order::Unknown };
            let framing = self.text("framing").as_deref().and_then(framing);
            let bad_records = self.text("badRecords").as_deref().map(bad_records);
            Protocol::Json(Json::new(JsonConfig {
                url,
                method,
                framing,
                position,
                part: part.map(|pointer| PartFrom { pointer, order }),
                shape: if self.flag("tagged") { Shape::Tagged } else { Shape::Payload },
                label: self.label(),
                standing: self.standing(),
                place,
                beginning: self.text("beginningHeader"),
                done,
                bad_records,
                max_event_bytes,
            }))
        } else {
            Protocol::Sse(Sse::new(SseConfig {
                url,
                method,
                position,
                label: self.label(),
                place,
                skip_empty: self.flag("skipEmpty"),
                events: self.texts("events"),
                done,
                comments: self.flag("comments"),
                max_event_bytes,
                statuses: if self.flag("standard") { Statuses::Strict } else { Statuses::Lenient },
            }))
        }
    }

    fn label(&self) -> Option<LabelFrom> {
        Some(LabelFrom { id: pointer(self, "itemId")?, flag: child(self, "flag", flag)? })
    }

    fn standing(&self) -> Option<Standing> {
        Some(Standing { pointer: pointer(self, "standing")?, unless: pointer(self, "items")? })
    }

    fn is_json(&self) -> bool {
        self.flag("json")
    }

    fn place(&self) -> Place {
        match (self.text("positionHeader"), self.text("positionQuery"), self.text("positionBody")) {
            (Some(header), Some(query), _) => Place::HeaderElseQuery(header, query),
            (Some(header), None, _) => Place::Header(header),
            (None, Some(query), _) => Place::Query(query),
            (None, None, Some(kind)) => Place::Body { is_number: kind == "number" },
            (None, None, None) => Place::Nowhere,
        }
    }
}

/// Types that are told apart by a flag.
pub(super) fn flag(options: &Options<'_>) -> Option<Flag> {
    Some(Flag {
        pointer: pointer(options, "pointer")?,
        set: options.text("set")?,
        unset: options.text("unset")?,
    })
}

pub(super) fn pointer(options: &Options<'_>, name: &str) -> Option<Pointer> {
    Pointer::parse(&options.text(name)?)
}

/// What `read` makes of the object called `name`, if there is one.
pub(super) fn child<T>(
    options: &Options<'_>,
    name: &str,
    read: impl FnOnce(&Options<'_>) -> Option<T>,
) -> Option<T> {
    let value = options.get(name);
    value.is_object().then(|| read(&Options(&value)))?
}

/// What `read` makes of the objects in the array called `name`.
pub(super) fn list<T>(options: &Options<'_>, name: &str, read: impl Fn(Options<'_>) -> Option<T>) -> Vec<T> {
    let Ok(array) = options.get(name).dyn_into::<js_sys::Array>() else {
        return Vec::new();
    };
    let values: Vec<JsValue> = array.iter().collect();
    values.iter().filter_map(|value| read(Options(value))).collect()
}

/// `position` where there is one, else what `word` says.
pub(super) fn resume(word: Option<&str>, position: Option<String>) -> Resume {
    match (position, word) {
        (Some(position), _) => Resume::After(Position::new(position)),
        (None, Some("earliest")) => Resume::Earliest,
        (None, _) => Resume::Latest,
    }
}

/// The number with which JavaScript says how text beyond ASCII is laid out.
pub(super) const fn mixed(number: u32) -> Mixed {
    match number {
        0 => Mixed::Wide,
        1 => Mixed::Utf8,
        _ => Mixed::Alone,
    }
}

pub(super) fn gap_policy(name: &str) -> GapPolicy {
    match name {
        "latest" => GapPolicy::Latest,
        "fail" => GapPolicy::Fail,
        _ => GapPolicy::Earliest,
    }
}

pub(super) fn handler_policy(name: &str) -> HandlerPolicy {
    match name {
        "skip" => HandlerPolicy::Skip,
        "retry" => HandlerPolicy::Retry,
        _ => HandlerPolicy::Stop,
    }
}

/// `None`: as the content type says.
pub(super) fn framing(name: &str) -> Option<Framing> {
    match name {
        "cr" => Some(Framing::Cr),
        "lines" => Some(Framing::Lines),
        "json-seq" => Some(Framing::Seq),
        _ => None,
    }
}

fn bad_records(name: &str) -> BadRecords {
    match name {
        "skip" => BadRecords::Skip,
        _ => BadRecords::Stop,
    }
}

/// Texts for the body, as a JSON object by the numbers of their places.
pub(super) fn in_body(texts: &[(u32, String)]) -> Option<String> {
    let mut json = Vec::from(*b"{");
    for (index, text) in texts {
        if json.len() > 1 {
            json.push(b',');
        }
        quote(&decimal((*index).into()), &mut json);
        json.push(b':');
        quote(text, &mut json);
    }
    json.push(b'}');
    String::from_utf8(json).ok().filter(|_| !texts.is_empty())
}
