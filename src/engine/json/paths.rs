//! Several pointers as one tree, so that what they have in common is followed once.

use alloc::vec::Vec;

use super::pointer::{Pointer, Token};
use super::text::unescape;

/// Where some pointers lead. Each place that one of them ends at is a goal, with a number.
#[derive(Debug)]
pub(super) struct Paths {
    /// The first one is the whole text.
    nodes: Vec<Node>,
    goals: usize,
}

/// A value that is on the way, or at its end.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// The steps from here, each with the number of the node that it leads to.
    steps: Vec<(Token, usize)>,
    /// The goal that this is, if it is one.
    pub(super) goal: Option<usize>,
    /// Those that this leads to, itself among them.
    pub(super) goals: Vec<usize>,
}

impl Paths {
    pub(super) fn new() -> Self {
        Self { nodes: Vec::from([Node::default()]), goals: 0 }
    }

    /// Adds a pointer, and gives the number of its goal: that of an equal one, if there was one.
    pub(super) fn add(&mut self, pointer: &Pointer) -> usize {
        let mut way = Vec::from([0]);
        let mut last = 0;
        for token in pointer.tokens() {
            last = self.step(last, token);
            way.push(last);
        }
        let goals = self.goals;
        let goal = *self.nodes.get_mut(last).map_or(&mut None, |node| &mut node.goal).get_or_insert(goals);
        if goal == goals {
            self.goals += 1;
            for node in way {
                if let Some(node) = self.nodes.get_mut(node) {
                    node.goals.push(goal);
                }
            }
        }
        goal
    }

    /// How many goals there are.
    pub(super) const fn goals(&self) -> usize {
        self.goals
    }

    #[inline]
    pub(super) fn node(&self, number: usize) -> Option<&Node> {
        self.nodes.get(number)
    }

    /// The node that a step leads to, a new one where there was none.
    fn step(&mut self, from: usize, token: &Token) -> usize {
        let new = self.nodes.len();
        let Some(node) = self.nodes.get_mut(from) else {
            return from;
        };
        if let Some((_, known)) = node.steps.iter().find(|(known, _)| known == token) {
            return *known;
        }
        node.steps.push((token.clone(), new));
        self.nodes.push(Node::default());
        new
    }
}

impl Node {
    /// Whether no step leads on.
    pub(super) const fn is_end(&self) -> bool {
        self.steps.is_empty()
    }

    /// The node of the member with this name, of which `raw` is what stands between the quotes.
    pub(super) fn member(&self, raw: &[u8]) -> Option<usize> {
        // As a loop: a search for one byte is called, and most names are shorter than that takes.
        if raw.iter().all(|byte| *byte != b'\\') {
            return self.find(|token| token.is_name(raw));
        }
        let mut name = Vec::new();
        unescape(raw, &mut name)?;
        self.find(|token| token.is_name(&name))
    }

    /// The node of the element behind so many others.
    pub(super) fn element(&self, index: usize) -> Option<usize> {
        self.find(|token| token.is_index(index))
    }

    /// The bytes behind the names that are looked for, of those which begin at one of `quotes`.
    #[inline]
    pub(super) fn ends(&self, quotes: u64) -> u64 {
        let behind = |(token, _): &(Token, usize)| quotes.checked_shl(token.quoted_length()).unwrap_or(0);
        self.steps.iter().map(behind).fold(0, |all, ends| all | ends)
    }

    #[inline(always)]
    fn find(&self, is_wanted: impl Fn(&Token) -> bool) -> Option<usize> {
        self.steps.iter().find(|(token, _)| is_wanted(token)).map(|(_, node)| *node)
    }
}
