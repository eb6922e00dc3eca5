//! Numbers of any width, packed least significant bit first.

/// Packs numbers of any width, one after another.
#[derive(Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    pending: u128,
    pending_bits: u32,
}

impl BitWriter {
    /// Appends the low `width` bits (at most 64) of a value.
    pub(crate) fn push(&mut self, value: u64, width: u8) {
        self.pending |= u128::from(value) << self.pending_bits;
        self.pending_bits += u32::from(width);
        while self.pending_bits >= 8 {
            self.bytes.push(self.pending as u8);
            self.pending >>= 8;
            self.pending_bits -= 8;
        }
    }

    /// The packed bytes; unused bits of the last one are zero.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        if self.pending_bits > 0 {
            self.bytes.push(self.pending as u8);
        }
        self.bytes
    }
}

/// The widest number that fits a word of eight bytes together with up to seven bits before it.
const WORD_WIDTH_MAX: u8 = 57;

/// The number of `width` bits (at most 64) at bit offset `at`; bits after the end read as zero.
pub(crate) fn read(bytes: &[u8], at: usize, width: u8) -> u64 {
    let rest = bytes.get(at / 8..).unwrap_or_default();
    if let Some(word) = rest.first_chunk().filter(|_| width <= WORD_WIDTH_MAX) {
        return u64::from_le_bytes(*word) >> (at % 8) & ((1 << width) - 1);
    }
    let mut word = [0; 16];
    let available = rest.len().min(word.len());
    word[..available].copy_from_slice(&rest[..available]);
    let value = (u128::from_le_bytes(word) >> (at % 8)) as u64;
    if width == 64 { value } else { value & ((1 << width) - 1) }
}

/// Bytes needed for this many bits.
pub(crate) fn bytes_for(bits: usize) -> usize {
    bits.div_ceil(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_at_every_width_and_place() {
        for width in 0..=64_u8 {
            let mask = if width == 64 { u64::MAX } else { (1_u64 << width) - 1 };
            let values: Vec<u64> = (1..40_u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) & mask).collect();
            let mut writer = BitWriter::default();
            values.iter().for_each(|&value| writer.push(value, width));
            let bytes = writer.finish();
            assert_eq!(bytes.len(), bytes_for(values.len() * usize::from(width)));
            for (n, &value) in values.iter().enumerate() {
                assert_eq!(read(&bytes, n * usize::from(width), width), value, "width {width}, number {n}");
            }
        }
    }
}
