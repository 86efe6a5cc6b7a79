//! Pages of JSON: the fixtures, and what the parser makes of bytes.

use brookmark::engine::frame::{Item, Page, PageFrames};
use brookmark::engine::json::Pointer;

use super::fixtures::{cases, wire};

/// An item: what it says and its offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Got {
    Text(String, u64),
    TooLarge,
}

/// What a body means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    pub found: Vec<Got>,
    pub page: Page,
    pub skeleton: String,
}

pub struct Fixture {
    pub name: String,
    pub items: Pointer,
    pub wire: Vec<u8>,
    pub body: Body,
}

/// When items are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taking {
    /// All that are there, behind each chunk.
    AtOnce,
    /// One behind each chunk, and all others in the end.
    Slowly,
    /// All in the end.
    Late,
}

pub const TAKINGS: [Taking; 3] = [Taking::AtOnce, Taking::Slowly, Taking::Late];

/// All cases of all files.
pub fn fixtures() -> Vec<Fixture> {
    let all: Vec<_> = cases("page")
        .iter()
        .map(|(file, case)| {
            let text = |name: &str| case[name].as_str().unwrap().to_string();
            let found = case["found"].as_array().unwrap().iter().map(|item| {
                Got::Text(item["text"].as_str().unwrap().into(), item["offset"].as_u64().unwrap())
            });
            Fixture {
                name: format!("{file}: {}", text("name")),
                items: Pointer::parse(&text("items")).unwrap(),
                wire: wire(case),
                body: Body {
                    found: found.collect(),
                    page: match text("page").as_str() {
                        "whole" => Page::Whole,
                        "cut" => Page::Cut,
                        "not-json" => Page::NotJson,
                        "no-items" => Page::NoItems,
                        other => panic!("{other} is no page"),
                    },
                    skeleton: text("skeleton"),
                },
            }
        })
        .collect();
    assert!(all.len() > 50, "only {} fixtures", all.len());
    all
}

/// What the parser gives for these chunks, whose end is proper.
pub fn parse(items: &Pointer, limit: usize, chunks: &[&[u8]], taking: Taking) -> Body {
    let mut frames = PageFrames::new(items.clone(), limit, UNLIMITED);
    let mut taker = Taker::default();
    for chunk in chunks {
        frames.release();
        taker.run = None;
        frames.push(chunk);
        match taking {
            Taking::AtOnce => {
                while taker.take(&mut frames) {}
                // What may become a byte order mark is kept besides.
                assert!(frames.waiting() <= limit.max(2), "{} wait", frames.waiting());
            }
            Taking::Slowly => drop(taker.take(&mut frames)),
            Taking::Late => {}
        }
    }
    assert_eq!(frames.page(), Page::Cut);
    frames.end();
    let (page, skeleton) = (frames.page(), text(frames.skeleton()));
    while taker.take(&mut frames) {
        if taking == Taking::Slowly {
            frames.release();
            taker.run = None;
        }
    }
    assert_eq!((frames.items(), frames.count()), (taker.found.len() as u32, taker.found.len() as u32));
    assert!(!frames.is_over_limit());
    Body { found: taker.found, page, skeleton }
}

#[derive(Default)]
struct Taker {
    found: Vec<Got>,
    /// Where the item before ended, if its bytes are still there.
    run: Option<usize>,
}

impl Taker {
    fn take(&mut self, frames: &mut PageFrames) -> bool {
        let Some(item) = frames.take() else { return false };
        self.found.push(match item {
            Item::Text { data, ascii } => {
                let bytes = frames.bytes();
                // Neighbours that are all ASCII are decoded together.
                let start = self.run.filter(|_| ascii).unwrap_or(data.start);
                assert!(!ascii || bytes[start..data.end].is_ascii());
                assert!(ascii || !bytes[start..data.end].is_ascii() || self.found.contains(&Got::TooLarge));
                self.run = Some(data.end);
                Got::Text(text(&bytes[data.clone()]), frames.offset() + data.start as u64)
            }
            Item::TooLarge => Got::TooLarge,
        });
        assert_eq!(frames.count() as usize, self.found.len());
        true
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// No limit that any test comes near.
pub const UNLIMITED: usize = 1 << 30;
