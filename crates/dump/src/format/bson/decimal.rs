//! Decimal numbers of 128 bits (IEEE 754-2008, binary integer significand).

/// The exponent that means one.
const BIAS: i32 = 6_176;

/// The digits, and how many of them are behind the point; `None` if it is no number.
pub(super) fn decimal128(bits: u128) -> Option<(i128, i32)> {
    let top = (bits >> 122) as u8 & 0x1f;
    // Eleven in front means that two bits of the significand are implied, which no valid number of
    // 34 digits has, or that it is no number at all.
    if top >> 3 == 3 {
        return None;
    }
    let exponent = i32::try_from(bits >> 113 & 0x3fff).ok()? - BIAS;
    let significand = i128::try_from(bits & ((1 << 113) - 1)).ok()?;
    Some((if bits >> 127 == 1 { -significand } else { significand }, -exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_scale() {
        let bits = |significand: u128, exponent: i32| (u128::from((exponent + BIAS) as u32) << 113) | significand;
        assert_eq!(decimal128(bits(15_400_001_234, 0)), Some((15_400_001_234, 0)));
        assert_eq!(decimal128(bits(154, 8)), Some((154, -8)));
        assert_eq!(decimal128(bits(15, -1) | 1 << 127), Some((-15, 1)));
        assert_eq!(decimal128(0x1f << 122), None, "no number");
        assert_eq!(decimal128(0x1e << 122), None, "infinite");
    }
}
