//! Numbers as text that says what they hold: all digits, or in exponent notation that some are
//! lost.

/// Digits that every double holds, and every single-precision number.
const DOUBLE_DIGITS: usize = 15;
const SINGLE_DIGITS: usize = 7;

/// A double: its shortest decimal notation if it holds all of those digits; otherwise the first
/// digits with an exponent. Empty if it is not finite.
pub(super) fn double_text(number: f64) -> String {
    if !number.is_finite() {
        return String::new();
    }
    let plain = number.to_string();
    if digits_before_point(&plain) > DOUBLE_DIGITS { format!("{number:.14e}") } else { plain }
}

/// The same for a single-precision number, which holds seven digits: fewer than any phone number
/// has.
pub(crate) fn single_text(number: f32) -> String {
    if !number.is_finite() {
        return String::new();
    }
    let plain = number.to_string();
    if digits_before_point(&plain) > SINGLE_DIGITS { format!("{number:.6e}") } else { plain }
}

fn digits_before_point(plain: &str) -> usize {
    plain.split('.').next().unwrap_or(plain).trim_start_matches('-').len()
}

/// A decimal with this many digits after the point, or, if negative, zeros before it; without
/// trailing zeros after the point. `None` if it has more digits than an identifier.
pub(crate) fn decimal_text(unscaled: i128, scale: i32) -> Option<String> {
    let sign = if unscaled < 0 { "-" } else { "" };
    let unit = 10_u128.checked_pow(scale.unsigned_abs())?;
    if scale <= 0 {
        return Some(format!("{sign}{}", unscaled.unsigned_abs().checked_mul(unit)?));
    }
    let (whole, fraction) = (unscaled.unsigned_abs() / unit, unscaled.unsigned_abs() % unit);
    if fraction == 0 {
        return Some(format!("{sign}{whole}"));
    }
    let digits = format!("{fraction:0width$}", width = scale as usize);
    Some(format!("{sign}{whole}.{}", digits.trim_end_matches('0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_that_are_lost_are_not_made_up() {
        assert_eq!(double_text(15_400_001_234.0), "15400001234");
        assert_eq!(double_text(-1.5), "-1.5");
        assert_eq!(double_text(999_999_999_999_999.0), "999999999999999");
        assert_eq!(double_text(1_000_000_000_000_000.0), "1.00000000000000e15");
        assert_eq!(double_text(f64::INFINITY), "");
        assert_eq!(single_text(15_400_001_234.0), "1.540000e10");
        assert_eq!(single_text(1_234_567.0), "1234567");
        assert_eq!(single_text(0.1), "0.1");
        assert_eq!(single_text(f32::NAN), "");
    }

    #[test]
    fn decimals_keep_every_digit() {
        assert_eq!(decimal_text(154_000_012_340, 1).as_deref(), Some("15400001234"));
        assert_eq!(decimal_text(-1_205, 3).as_deref(), Some("-1.205"));
        assert_eq!(decimal_text(7, -2).as_deref(), Some("700"));
        assert_eq!(decimal_text(0, 2).as_deref(), Some("0"));
        assert_eq!(decimal_text(1, 40), None);
        assert_eq!(decimal_text(i128::MAX, -10), None);
    }
}
