//! Where the line ends of a piece of text are, 64 bytes at a time: one bit a byte.

/// How many bytes one look takes in.
pub(super) const WIDTH: usize = 64;

/// What a look at up to 64 bytes has found; bit 0 is the first byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// CR and LF.
    pub(super) ends: u64,
    /// Bytes beyond ASCII.
    pub(super) high: u64,
}

impl Marks {
    /// The offset of the next line end, which is used up by this.
    #[inline]
    pub(super) fn next_end(&mut self) -> Option<usize> {
        let offset = self.ends.trailing_zeros();
        self.ends &= self.ends.wrapping_sub(1);
        (offset < u64::BITS).then_some(offset as usize)
    }

    /// Whether one of the first `count` bytes is beyond ASCII.
    #[inline]
    pub(super) const fn is_high_before(self, count: usize) -> bool {
        self.high & !Self::from(count) != 0
    }

    /// The first `count` bytes are no longer to be called beyond ASCII.
    #[inline]
    pub(super) const fn forget_high_before(&mut self, count: usize) {
        self.high &= Self::from(count);
    }

    /// The marks of what follows the first `count` bytes.
    pub(super) const fn without(self, count: usize) -> Self {
        let kept = Self::from(count);
        let by = (count % WIDTH) as u32;
        Self { ends: (self.ends & kept) >> by, high: (self.high & kept) >> by }
    }

    /// The bits of all bytes but the first `count`.
    #[inline]
    const fn from(count: usize) -> u64 {
        if count < WIDTH {
            u64::MAX << count
        } else {
            0
        }
    }
}

/// Looks at the first bytes.
#[inline]
pub(super) fn look(bytes: &[u8]) -> Marks {
    match bytes.first_chunk::<WIDTH>() {
        Some(block) => marks(block),
        None => {
            let mut block = [0; WIDTH];
            for (to, from) in block.iter_mut().zip(bytes) {
                *to = *from;
            }
            marks(&block)
        }
    }
}

/// How many bytes are in front, in whole looks, without anything that [`look`] would find.
#[inline]
pub(super) fn count_plain(bytes: &[u8]) -> usize {
    bytes.as_chunks().0.iter().take_while(|block| is_plain(block)).count() * WIDTH
}

/// How many ASCII bytes are in front of up to 16 bytes.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline]
pub(super) fn count_ascii(bytes: &[u8]) -> usize {
    use core::arch::wasm32::{i8x16_bitmask, v128};
    use core::simd::u8x16;

    let Some(block) = bytes.first_chunk() else {
        return bytes.iter().take_while(|byte| byte.is_ascii()).count();
    };
    let bytes = v128::from(u8x16::from_array(*block));
    (u32::from(i8x16_bitmask(bytes)) | 1 << 16).trailing_zeros() as usize
}

/// How many ASCII bytes are in front.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub(super) fn count_ascii(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii()).count()
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline(always)]
fn marks(block: &[u8; WIDTH]) -> Marks {
    use core::arch::wasm32::{i8x16_bitmask, i8x16_eq, i8x16_splat, v128, v128_and, v128_any_true, v128_or};
    use core::simd::u8x16;

    let (&[a, b, c, d], _) = block.as_chunks::<16>() else {
        return Marks::default();
    };
    let quarters = [a, b, c, d].map(|bytes| v128::from(u8x16::from_array(bytes)));
    let bits = |[a, b, c, d]: [v128; 4]| {
        let bits = |quarter| u64::from(i8x16_bitmask(quarter));
        // Most blocks have none.
        if v128_any_true(v128_or(v128_or(a, b), v128_or(c, d))) {
            bits(a) | bits(b) << 16 | bits(c) << 32 | bits(d) << 48
        } else {
            0
        }
    };
    let is_end = |quarter| {
        let is = |byte: u8| i8x16_eq(quarter, i8x16_splat(byte as i8));
        v128_or(is(b'\n'), is(b'\r'))
    };
    let sign = |quarter| v128_and(quarter, i8x16_splat(-128));
    Marks { ends: bits(quarters.map(is_end)), high: bits(quarters.map(sign)) }
}

/// Whether there is certainly nothing to find: all bytes are ASCII, and behind CR.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline]
fn is_plain(block: &[u8; WIDTH]) -> bool {
    use core::arch::wasm32::{i8x16_all_true, i8x16_gt, i8x16_min, i8x16_splat, v128};
    use core::simd::u8x16;

    let (&[a, b, c, d], _) = block.as_chunks::<16>() else {
        return false;
    };
    // With a sign, what is beyond ASCII is negative.
    let [a, b, c, d] = [a, b, c, d].map(|bytes| v128::from(u8x16::from_array(bytes)));
    let least = i8x16_min(i8x16_min(a, b), i8x16_min(c, d));
    i8x16_all_true(i8x16_gt(least, i8x16_splat(b'\r' as i8)))
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
fn is_plain(block: &[u8; WIDTH]) -> bool {
    block.iter().all(|byte| (b'\r' + 1..0x80).contains(byte))
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
fn marks(block: &[u8; WIDTH]) -> Marks {
    let mut marks = Marks::default();
    for (index, &byte) in block.iter().enumerate() {
        marks.ends |= u64::from(byte == b'\n' || byte == b'\r') << index;
        marks.high |= u64::from(byte >> 7) << index;
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_has_its_bit() {
        let mut bytes = [b'a'; WIDTH];
        for at in 0..WIDTH {
            for (byte, want) in [
                (b'\n', Marks { ends: 1 << at, high: 0 }),
                (b'\r', Marks { ends: 1 << at, high: 0 }),
                (0x80, Marks { ends: 0, high: 1 << at }),
                (0xff, Marks { ends: 0, high: 1 << at }),
                (0x8a, Marks { ends: 0, high: 1 << at }),
                (b'\x0b', Marks::default()),
            ] {
                bytes[at] = byte;
                assert_eq!(look(&bytes), want, "{byte} at {at}");
                let short = Marks { ends: look(&bytes[..=at]).ends, high: look(&bytes[..=at]).high };
                assert_eq!(short, want, "{byte} at the end of {at}");
                assert_eq!(look(&bytes[..at]), Marks::default());
            }
            bytes[at] = b'a';
        }
    }

    #[test]
    fn what_is_plain_has_no_marks() {
        for at in 0..2 * WIDTH {
            let mut bytes = [b'a'; 2 * WIDTH + 7];
            for byte in 0..=u8::MAX {
                bytes[at] = byte;
                let plain = count_plain(&bytes);
                assert!(
                    plain.is_multiple_of(WIDTH) && (plain > at) == (b'\r' + 1..0x80).contains(&byte),
                    "{byte} at {at}"
                );
            }
        }
        assert_eq!(count_plain(&[b'a'; WIDTH - 1]), 0);
    }
}
