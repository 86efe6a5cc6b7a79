//! What is sent: messages as JSON texts.

use alloc::vec::Vec;

use super::super::json::quote;
use super::super::number::decimal;

/// An object that is being written.
#[derive(Clone, Debug)]
pub(super) struct Draft(Vec<u8>);

impl Draft {
    /// A message on `channel`.
    pub(super) fn on(channel: &str) -> Self {
        Self::empty().text("channel", channel)
    }

    /// An object without members.
    pub(super) fn empty() -> Self {
        Self(Vec::from(*b"{"))
    }

    /// With a member that is a string.
    #[must_use]
    pub(super) fn text(mut self, name: &str, value: &str) -> Self {
        self.name(name);
        quote(value, &mut self.0);
        self
    }

    /// With a member that is the JSON text `value`.
    #[must_use]
    pub(super) fn value(mut self, name: &str, value: &[u8]) -> Self {
        self.name(name);
        self.0.extend_from_slice(value);
        self
    }

    /// With a member that is a whole number.
    #[must_use]
    pub(super) fn number(self, name: &str, value: i64) -> Self {
        let digits = decimal(value.unsigned_abs());
        self.value(name, [if value < 0 { "-" } else { "" }, &digits].concat().as_bytes())
    }

    /// With a member, where there is one.
    #[must_use]
    pub(super) fn maybe(self, name: &str, value: Option<&[u8]>) -> Self {
        match value {
            Some(value) => self.value(name, value),
            None => self,
        }
    }

    /// The text of the object.
    pub(super) fn done(mut self) -> Vec<u8> {
        self.0.push(b'}');
        self.0
    }

    fn name(&mut self, name: &str) {
        if self.0.len() > 1 {
            self.0.push(b',');
        }
        quote(name, &mut self.0);
        self.0.push(b':');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    #[test]
    fn a_draft_is_json() {
        let inner = Draft::empty().number("n", -17).number("m", i64::MIN).done();
        let text = Draft::on("/a\"b").maybe("x", None).maybe("ext", Some(&inner)).value("d", b"[1]").done();
        let want = "{\"channel\":\"/a\\\"b\",\"ext\":{\"n\":-17,\"m\":-9223372036854775808},\"d\":[1]}";
        assert_eq!(String::from_utf8(text).unwrap(), want);
        assert_eq!(Draft::empty().done(), b"{}");
    }
}
