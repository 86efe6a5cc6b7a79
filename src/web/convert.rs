//! From JavaScript's options to the core's, and back from the core's types: what all machines share.

use alloc::string::String;
use alloc::vec::Vec;

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use crate::engine::backoff::RetryPolicy;
use crate::engine::io::{Fault, Report};
use crate::engine::position::Position;
use crate::engine::spacing::{Growth, Spacing, Spacings};
use crate::engine::time::{Millis, Now};

use super::host::{date_now, performance_now, Host};

/// Why a request failed, as `src/js/shell` tells of it.
pub(super) fn fault(auth: bool, denied: bool, why: String) -> Fault {
    match (auth, denied) {
        (true, true) => Fault::Denied(why),
        (true, false) => Fault::Auth(why),
        (false, _) => Fault::Network(why),
    }
}

/// The options as `src/js/options.js` checked them. What the application left out is undefined, and
/// takes the core's default.
pub(super) struct Options<'a>(pub(super) &'a JsValue);

impl Options<'_> {
    pub(super) fn get(&self, name: &str) -> JsValue {
        Reflect::get(self.0, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
    }

    pub(super) fn number(&self, name: &str) -> Option<f64> {
        self.get(name).as_f64()
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.get(name).is_truthy()
    }

    pub(super) fn span(&self, name: &str, default: Millis) -> Millis {
        self.number(name).map_or(default, millis)
    }

    pub(super) fn retry_policy(&self, defaults: RetryPolicy) -> RetryPolicy {
        RetryPolicy {
            min: self.span("retryMin", defaults.min),
            max: self.span("retryMax", defaults.max),
            factor: self.number("retryFactor").unwrap_or(defaults.factor),
            jitter: self.number("retryJitter").unwrap_or(defaults.jitter),
            attempts: self.number("retryAttempts").map(|most| most as u32),
            spacings: self.spacings(),
            ..defaults
        }
    }

    /// Delays by cause, where a connector sets them.
    fn spacings(&self) -> Option<Spacings> {
        let spacing = |name: &str| {
            let own = self.get(name);
            let own = Options(&own);
            Some(Spacing {
                min: millis(own.number("min")?),
                max: millis(own.number("max")?),
                growth: own.number("factor").map_or(Growth::Linear, Growth::Factor),
            })
        };
        Some(Spacings {
            network: spacing("retryNetwork")?,
            status: spacing("retryStatus")?,
            end: spacing("retryEnd")?,
        })
    }
}

pub(super) fn now() -> Now {
    Now { mono: millis(performance_now()), wall: millis(date_now()) }
}

/// Casts from floats saturate, so any number is a span.
pub(super) fn millis(span: f64) -> Millis {
    Millis::new(span as u64)
}

/// Headers as text, one a line. No header holds a line end, so nothing needs escaping.
pub(super) fn header_lines(headers: &[(String, String)]) -> String {
    let mut lines = String::new();
    for part in headers.iter().flat_map(|(name, value)| [name.as_str(), ":", value, "\n"]) {
        lines.push_str(part);
    }
    lines
}

/// The reverse, with names in lower case, as fetch has them.
pub(super) fn headers(lines: &str) -> Vec<(String, String)> {
    let split = |line: &str| line.split_once(':').map(|(name, value)| (name.into(), value.into()));
    lines.split('\n').filter_map(split).collect()
}

/// A position as the application sees it: one that the source has withdrawn is none.
pub(super) fn text(position: Option<&Position>) -> Option<String> {
    position.map(|position| String::from(position.as_str())).filter(|text| !text.is_empty())
}

pub(super) fn report(host: &Host, report: Option<&Report>) -> JsValue {
    let Some(Report { error, retryable, attempt, position }) = report else {
        return JsValue::NULL;
    };
    let culprit = error.culprit().name();
    let made =
        host.report(error.code(), culprit, &error.message(), *retryable, *attempt, text(position.as_ref()));
    if let Some(refusal) = error.refusal() {
        host.add_response(&made, refusal.status, &header_lines(&refusal.headers), &refusal.body);
    }
    if let Some(misfit) = error.misfit() {
        host.add_record(&made, misfit.record, misfit.offset as f64, &misfit.body);
    }
    made
}
