//! Between the core's types and JavaScript's.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::engine::backoff::RetryPolicy;
use crate::engine::bookmark::SourceId;
use crate::engine::config::{Config, IdleTimeout, Oversize};
use crate::engine::io::{Gap, GapPolicy, HandlerPolicy, Report};
use crate::engine::limits;
use crate::engine::position::{Position, Resume};
use crate::engine::protocol::{Place, Protocol, Sse, SseConfig};
use crate::engine::stats::Stats;
use crate::engine::time::Millis;

use super::host::Options;

pub(crate) fn config(options: &Options) -> Config {
    let defaults = Config::new(SourceId::of(&["sse", &options.identity()]));
    let oversize = if options.skip_oversize() { Oversize::Skip } else { Oversize::Stop };
    Config {
        bookmark: options.bookmark(),
        start: resume(options.start().as_deref(), options.start_position()),
        retry: options.repeatable().then(|| retry_policy(options)),
        can_refresh: options.can_refresh(),
        connect_timeout: options.connect_timeout().map_or(defaults.connect_timeout, millis),
        idle_timeout: match options.idle_timeout() {
            None => IdleTimeout::Default,
            Some(span) if span.is_infinite() => IdleTimeout::Never,
            Some(span) => IdleTimeout::After(millis(span)),
        },
        high_water_mark: options.high_water_mark().map_or(defaults.high_water_mark, |mark| mark as usize),
        oversize,
        ..defaults
    }
}

pub(crate) fn protocol(options: &Options) -> Protocol {
    let place = match (options.position_query(), options.position_header()) {
        (Some(name), _) => Place::Query(name),
        (None, name) => Place::Header(name.unwrap_or_else(|| "Last-Event-ID".into())),
    };
    Protocol::Sse(Sse::new(SseConfig {
        url: options.url(),
        method: options.method(),
        place,
        events: options.events().map(|names| names.iter().filter_map(|name| name.as_string()).collect()),
        done: options.done(),
        max_event_bytes: options.max_event_bytes().map_or(limits::MAX_EVENT_BYTES, |most| most as usize),
    }))
}

/// `position` where there is one, else what `word` says.
pub(crate) fn resume(word: Option<&str>, position: Option<String>) -> Resume {
    match (position, word) {
        (Some(position), _) => Resume::After(Position::new(position)),
        (None, Some("earliest")) => Resume::Earliest,
        (None, _) => Resume::Latest,
    }
}

fn retry_policy(options: &Options) -> RetryPolicy {
    let defaults = RetryPolicy::default();
    RetryPolicy {
        min: options.retry_min().map_or(defaults.min, millis),
        max: options.retry_max().map_or(defaults.max, millis),
        factor: options.retry_factor().unwrap_or(defaults.factor),
        jitter: options.retry_jitter().unwrap_or(defaults.jitter),
        // A count too large for `u32`, Infinity among them, is no end.
        attempts: options.retry_attempts().filter(|most| *most < f64::from(u32::MAX)).map(|most| most as u32),
    }
}

/// Casts from floats saturate, so any number that `src/js` lets through is a span.
pub(crate) fn millis(span: f64) -> Millis {
    Millis::new(span as u64)
}

pub(crate) fn number(value: u64) -> f64 {
    value as f64
}

pub(crate) fn gap_policy(name: &JsValue) -> GapPolicy {
    match name.as_string().as_deref() {
        Some("latest") => GapPolicy::Latest,
        Some("fail") => GapPolicy::Fail,
        _ => GapPolicy::Earliest,
    }
}

pub(crate) fn handler_policy(name: &str) -> HandlerPolicy {
    match name {
        "skip" => HandlerPolicy::Skip,
        "retry" => HandlerPolicy::Retry,
        _ => HandlerPolicy::Stop,
    }
}

pub(crate) fn gap(gap: &Gap) -> Object {
    let object = Object::new();
    set(&object, "reason", gap.reason.name());
    set(&object, "position", position(gap.position.as_ref()));
    set(&object, "age", gap.age.map_or(JsValue::NULL, |age| number(age.get()).into()));
    object
}

pub(crate) fn position(position: Option<&Position>) -> JsValue {
    let text = position.map(Position::as_str).filter(|text| !text.is_empty());
    text.map_or(JsValue::NULL, JsValue::from_str)
}

/// The fields of a `BrookmarkError`. `thrown` is what JavaScript threw underneath.
pub(crate) fn report(report: &Report, thrown: &JsValue) -> Object {
    let object = Object::new();
    set(&object, "code", report.error.code());
    set(&object, "culprit", report.error.culprit().name());
    set(&object, "message", report.error.to_string());
    set(&object, "retryable", report.retryable);
    set(&object, "attempt", report.attempt);
    set(&object, "position", position(report.position.as_ref()));
    if let Some(refusal) = report.error.refusal() {
        let headers = Object::new();
        for (name, value) in &refusal.headers {
            set(&headers, name, value.as_str());
        }
        set(&object, "status", refusal.status);
        set(&object, "headers", headers);
        set(&object, "body", refusal.body.as_str());
    }
    if !thrown.is_undefined() {
        set(&object, "cause", thrown);
    }
    object
}

pub(crate) fn stats(stats: &Stats) -> Object {
    let object = Object::new();
    for (name, value) in stats.named() {
        set(&object, name, number(value));
    }
    object
}

/// Sets a property of an object of ours, which cannot fail.
pub(crate) fn set(object: &Object, name: &str, value: impl Into<JsValue>) {
    let _ = Reflect::set(object, &JsValue::from_str(name), &value.into());
}

/// A property, undefined where there is none or reading it throws.
pub(crate) fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// A method, where there is one.
pub(crate) fn method(object: &JsValue, name: &str) -> Option<Function> {
    get(object, name).dyn_into().ok()
}

pub(crate) fn is_thenable(value: &JsValue) -> bool {
    value.is_object() && get(value, "then").is_function()
}

/// The pairs in an iterable of them; anything else in it is left out.
pub(crate) fn pairs(iterable: &JsValue) -> Vec<(String, String)> {
    let Ok(Some(items)) = js_sys::try_iter(iterable) else {
        return Vec::new();
    };
    items
        .filter_map(|item| {
            let pair: Array = item.ok()?.dyn_into().ok()?;
            Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
        })
        .collect()
}

/// What was thrown, in words. Anything can be thrown. `secret` is left out of them.
pub(crate) fn describe(thrown: &JsValue, secret: &str) -> String {
    let own = message(thrown);
    let text = match (own, message(&get(thrown, "cause"))) {
        (Some(own), Some(cause)) if cause != own => format!("{own} ({cause})"),
        (Some(own), _) => own,
        (None, _) => "it was not said why".into(),
    };
    if secret.is_empty() {
        text
    } else {
        text.replace(secret, "the URL")
    }
}

fn message(thrown: &JsValue) -> Option<String> {
    let text = thrown.as_string().or_else(|| get(thrown, "message").as_string());
    // Node puts the system's error into a cause that may have a code and no message.
    text.filter(|text| !text.is_empty()).or_else(|| get(thrown, "code").as_string())
}
