//! Where the strings and brackets of a JSON text are, 64 bytes at a time: one bit a byte.

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod plain;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod vector;

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
use plain::Block;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use vector::Block;

/// What one look at up to 64 bytes has found; bit 0 is the first byte.
#[derive(Clone, Copy, Debug)]
pub struct Marks {
    /// Quotes that begin or end a string.
    pub quotes: u64,
    /// `{` and `[` outside of strings.
    pub opens: u64,
    /// `}` and `]` outside of strings.
    pub closes: u64,
    /// Backslashes, wherever they are.
    pub backslashes: u64,
    /// Bytes beyond ASCII.
    pub high: u64,
    /// How many bytes were looked at.
    length: usize,
    /// Strings, each from the quote that begins it up to the one that ends it, which is not in it.
    inside: u64,
    block: Block,
}

impl Marks {
    /// Where `byte` is outside of strings.
    #[inline(always)]
    pub fn find(&self, byte: u8) -> u64 {
        if self.inside == u64::MAX {
            return 0;
        }
        self.block.find(byte) & !self.inside
    }

    /// Where `byte` is within strings, and the quotes that begin them.
    #[inline(always)]
    pub fn find_in_strings(&self, byte: u8) -> u64 {
        self.block.find(byte) & self.inside
    }

    /// Whether all of it lies in one string.
    #[inline(always)]
    const fn is_string(&self) -> bool {
        self.inside == u64::MAX && self.quotes == 0
    }
}

/// Looks at a text, piece by piece, and knows whether the next piece begins within a string.
///
/// A backslash escapes what is behind it outside of strings as well. No JSON text has one there, so
/// that this makes a difference only to what is malformed either way.
#[derive(Clone, Copy, Debug, Default)]
pub struct Structure {
    /// What is before this was looked at.
    pub searched: usize,
    /// How many brackets are open, of those that are counted.
    pub depth: usize,
    /// Where the last byte beyond ASCII ended.
    pub high: usize,
    /// All bits, if the next byte is within a string.
    inside: u64,
    /// 1, if the next byte is escaped.
    escape: u64,
}

impl Structure {
    /// Begins there, outside of strings.
    pub fn from(start: usize) -> Self {
        Self { searched: start, ..Self::default() }
    }

    /// Looks at what comes next in `text`, of which `searched` is the beginning. Passes over what cannot
    /// close all that is open: that is counted, and not shown. What is shown is for the caller to count,
    /// and to [pass](Self::pass).
    // Marks are many; called, this would write them to memory and cost a third more.
    #[inline(always)]
    pub fn next(&mut self, text: &[u8]) -> Option<Marks> {
        // In a copy, which can stay in registers.
        let mut here = *self;
        let marks = loop {
            let Some(rest) = text.get(here.searched..).filter(|rest| !rest.is_empty()) else {
                break None;
            };
            let marks = here.look(rest);
            let (opens, closes) = (marks.opens.count_ones() as usize, marks.closes.count_ones() as usize);
            if here.depth <= closes && !marks.is_string() {
                break Some(marks);
            }
            here.depth = here.depth + opens - closes;
            here.pass(&marks);
        };
        *self = here;
        marks
    }

    /// All of a look was seen.
    #[inline(always)]
    pub fn pass(&mut self, marks: &Marks) {
        self.note_high(marks.high);
        self.searched += marks.length;
    }

    /// There are such bytes beyond ASCII in what is looked at.
    #[inline(always)]
    pub fn note_high(&mut self, high: u64) {
        if let Some(last) = high.checked_ilog2() {
            self.high = self.searched + last as usize + 1;
        }
    }

    #[inline(always)]
    fn look(&mut self, bytes: &[u8]) -> Marks {
        match bytes.first_chunk() {
            Some(bytes) => self.marks(Block::whole(bytes), WIDTH),
            None => self.marks(Block::part(bytes), bytes.len()),
        }
    }

    #[inline(always)]
    fn marks(&mut self, block: Block, length: usize) -> Marks {
        let backslashes = block.find(b'\\');
        let quotes = block.find(b'"') & !self.escaped(backslashes, length);
        let inside = prefix_xor(quotes) ^ self.inside;
        // What is behind the last quote is behind the last byte too.
        self.inside = 0_u64.wrapping_sub(inside >> 63);
        let opens = block.find_bracket(b'{') & !inside;
        let closes = block.find_bracket(b'}') & !inside;
        Marks { quotes, opens, closes, backslashes, high: block.high(), length, inside, block }
    }

    /// The bytes that are escaped: those behind an odd number of backslashes.
    #[inline(always)]
    fn escaped(&mut self, backslashes: u64, length: usize) -> u64 {
        if backslashes == 0 {
            return core::mem::take(&mut self.escape);
        }
        let backslashes = backslashes & !self.escape;
        let behind = backslashes << 1 | self.escape;
        // Adding carries through a run that begins at an odd place, and so turns over the bits of what
        // it escapes.
        let odd_starts = backslashes & !EVEN & !behind;
        let (carried, overflow) = odd_starts.overflowing_add(backslashes);
        let escaped = (EVEN ^ carried << 1) & behind;
        self.escape = if length < WIDTH { escaped >> length & 1 } else { overflow.into() };
        escaped
    }
}

/// The bit of each byte, and of all before it, turned over.
#[inline(always)]
const fn prefix_xor(mut bits: u64) -> u64 {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^ bits << 32
}

/// How many bytes one look takes in.
const WIDTH: usize = 64;

/// The first byte of each two.
const EVEN: u64 = 0x5555_5555_5555_5555;

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    /// The same, one byte after the other, as `"`, `s`, `o`, `c` and `.`.
    fn slowly(bytes: &[u8]) -> String {
        let (mut escaped, mut inside) = (false, false);
        let mut kinds = String::new();
        for byte in bytes {
            let is_escaped = escaped;
            escaped = *byte == b'\\' && !is_escaped;
            kinds.push(match byte {
                b'"' if !is_escaped => {
                    inside = !inside;
                    '"'
                }
                _ if inside => 's',
                b'{' | b'[' => 'o',
                b'}' | b']' => 'c',
                _ => '.',
            });
        }
        kinds
    }

    fn looked_at(pieces: &[&[u8]]) -> String {
        let mut structure = Structure::default();
        let mut kinds = String::new();
        for piece in pieces.iter().flat_map(|piece| piece.chunks(WIDTH)) {
            let Marks { quotes, inside, opens, closes, .. } = structure.look(piece);
            for at in 0..piece.len() {
                let is = |bits: u64| bits >> at & 1 == 1;
                let kind = [(quotes, '"'), (inside, 's'), (opens, 'o'), (closes, 'c')];
                kinds.push(kind.iter().find(|(bits, _)| is(*bits)).map_or('.', |(_, kind)| *kind));
            }
            assert_eq!((quotes | opens | closes).checked_shr(piece.len() as u32).unwrap_or(0), 0);
        }
        kinds
    }

    /// A text of bytes that matter.
    fn text(seed: u64) -> Vec<u8> {
        let mut word = seed;
        let mut byte = || {
            word = word.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            b"\"\\\\\\{}[]a\x7f;<>|~\xdb"[(word >> 40) as usize % 16]
        };
        (0..300).map(|_| byte()).collect()
    }

    #[test]
    fn each_byte_is_what_it_is_alone_however_the_text_is_cut() {
        for seed in 0..200 {
            let text = text(seed);
            let wanted = slowly(&text);
            assert_eq!(looked_at(&[&text]), wanted, "{}", text.escape_ascii());
            for at in 0..text.len() {
                let (one, two) = text.split_at(at);
                assert_eq!(looked_at(&[one, two]), wanted, "{} at {at}", text.escape_ascii());
            }
            assert_eq!(looked_at(&text.chunks(1).collect::<Vec<_>>()), wanted);
        }
    }

    #[test]
    fn what_is_passed_over_is_counted_and_closes_nothing() {
        let mut shown = 0;
        for seed in 0..200 {
            let text = text(seed);
            let kinds = slowly(&text);
            let mut structure = Structure { depth: seed as usize % 30, ..Structure::default() };
            let mut depth = structure.depth as isize;
            let mut from = 0;
            while let Some(marks) = structure.next(&text) {
                let passed = &kinds[from..structure.searched];
                for kind in passed.chars() {
                    depth += isize::from(kind == 'o') - isize::from(kind == 'c');
                    assert!(depth > 0 || kind != 'c', "{kinds}");
                }
                assert_eq!(structure.depth as isize, depth, "{kinds}");
                shown += 1;
                // As if nothing in it counted.
                structure.pass(&marks);
                from = structure.searched;
            }
            assert_eq!(structure.searched, text.len());
            assert_eq!(structure.high, text.iter().rposition(|byte| !byte.is_ascii()).map_or(0, |at| at + 1));
        }
        assert!(shown > 100, "{shown}");
    }

    #[test]
    fn a_byte_is_found_where_it_is() {
        for length in 1..=WIDTH {
            for at in 0..length {
                let mut bytes = std::vec![b'a'; length];
                let mut look = |byte| {
                    bytes[at] = byte;
                    Structure::default().look(&bytes)
                };
                assert_eq!(look(b',').find(b','), 1 << at, "{at} of {length}");
                assert_eq!(look(0xff).high, 1 << at, "{at} of {length}");
                assert_eq!((look(0x7f).find(b','), look(0x7f).high), (0, 0));
            }
        }
    }
}
