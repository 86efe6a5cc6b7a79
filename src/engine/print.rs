//! Prints: 64-bit hashes that recognise a text seen before. Not for secrets, not against an enemy.

/// The print of several texts in a row; where one ends and the next begins counts.
pub fn print(parts: &[&[u8]]) -> u64 {
    print_all(parts.iter().copied())
}

/// The same of texts that are not in one place.
pub fn print_all<'a>(parts: impl Iterator<Item = &'a [u8]>) -> u64 {
    parts.fold(SEED, add)
}

fn add(state: u64, part: &[u8]) -> u64 {
    let state = mix(state ^ (part.len() as u64));
    let (words, rest) = part.as_chunks::<8>();
    let state = words.iter().fold(state, |state, word| step(state, u64::from_le_bytes(*word)));
    mix(step(state, rest.iter().fold(0, |value, &byte| (value << 8) | u64::from(byte))))
}

/// The print of a version of an item: of all of them, the upper half is the same, so that a window can know
/// the last one only. What goes back to what it was before, is not that again.
pub const fn joined(item: u64, version: u64) -> u64 {
    let lower = u32::MAX as u64;
    item & !lower | version & lower
}

const SEED: u64 = 0x6272_6f6f_6b6d_6172;

fn step(state: u64, word: u64) -> u64 {
    (state.rotate_left(23) ^ word).wrapping_mul(0x9fb2_1c65_1e98_df25)
}

fn mix(state: u64) -> u64 {
    let state = (state ^ (state >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    state ^ (state >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::prelude::v1::*;

    #[test]
    fn prints_differ_where_texts_or_their_borders_differ() {
        let cases: &[&[&[u8]]] = &[
            &[b""],
            &[b"", b""],
            &[b"a", b"b"],
            &[b"ab", b""],
            &[b"", b"ab"],
            &[b"ab"],
            &[b"12345678"],
            &[b"12345678\0"],
            &[b"1234567890"],
            &[b"1234567809"],
        ];
        let prints: HashSet<u64> = cases.iter().map(|parts| print(parts)).collect();
        assert_eq!(prints.len(), cases.len());
    }

    #[test]
    fn numbered_texts_do_not_collide() {
        let prints: HashSet<u64> =
            (0..100_000).map(|n: u32| print(&[n.to_string().as_bytes(), b"deal"])).collect();
        assert_eq!(prints.len(), 100_000);
    }
}
