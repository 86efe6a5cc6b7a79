//! What a protocol asks the transport for, and what it makes of the answer.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::error::{Error, Refusal};
use super::time::Millis;

/// An HTTP request. The application's own headers, token and body are added by the shell: the
/// core never sees them, so it cannot keep them anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method, as the application gave it.
    pub method: String,
    /// The address.
    pub url: String,
    /// Headers that the protocol needs. Values are text; they travel as UTF-8.
    pub headers: Vec<(String, String)>,
    /// Texts that go into the application's body, with the numbers of their places there: the shell knows
    /// both, and writes them.
    pub in_body: Vec<(u32, String)>,
}

/// The beginning of a response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// HTTP status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
}

impl Head {
    /// The value of the header called `name`, which is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a header that is text. Fetch gives each byte as a character of its own; what is
    /// UTF-8 then, was meant as such.
    pub fn text(&self, name: &str) -> Option<String> {
        let value = self.header(name)?;
        let bytes = value.chars().map(|character| u8::try_from(u32::from(character)).ok());
        let decoded = bytes.collect::<Option<Vec<u8>>>().and_then(|bytes| String::from_utf8(bytes).ok());
        Some(decoded.unwrap_or_else(|| value.into()))
    }

    /// Whether the body is of the type `essence` (RFC 9110, 8.3.1): parameters do not count, nor
    /// does the case.
    pub fn is_type(&self, essence: &str) -> bool {
        let value = self.header("content-type").unwrap_or_default();
        let value = value.split(';').next().unwrap_or_default();
        value.trim_matches([' ', '\t']).eq_ignore_ascii_case(essence)
    }
}

/// What a protocol makes of the beginning of a response.
#[derive(Clone, Copy, Debug)]
pub enum Verdict {
    /// The body is what was asked for.
    Accept,
    /// The body is of the kind that was asked for, and begins elsewhere than at the position.
    Elsewhere,
    /// The source has properly ended.
    End,
    /// There is nothing new, and no body.
    Unchanged,
    /// The body may say why it is not; what follows is decided by `Remedy`.
    Refuse(Remedy),
}

/// What follows a response that cannot be used.
#[derive(Clone, Copy, Debug)]
pub enum Remedy {
    /// Trying again later may help, after `hint` if the server has said when.
    Retry {
        /// What to report.
        error: fn(Box<Refusal>) -> Error,
        /// The server's own word on when.
        hint: Option<Millis>,
    },
    /// A new token may help, once.
    Authorize,
    /// The position is no longer kept.
    Gap,
    /// Nothing helps.
    Stop(fn(Box<Refusal>) -> Error),
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    #[test]
    fn text_in_a_header_is_read_however_the_platform_gives_it() {
        for (given, text) in [("a1", "a1"), ("\u{c5}\u{bc}", "ż"), ("ż", "ż"), ("\u{e9}", "é"), ("", "")]
        {
            let head = Head { status: 200, headers: Vec::from([("x".into(), given.into())]) };
            assert_eq!(head.text("x").as_deref(), Some(text));
        }
        assert_eq!(Head::default().text("x"), None);
    }
}
