//! Numbers in exponent notation: whether all digits are there.

/// Digits from which a number may be an identifier, so that none of them must be made up.
const DIGITS_OF_AN_IDENTIFIER: usize = 7;

/// Whether a number in exponent notation has lost digits: `1.38E+10` may be any of many numbers,
/// `1.3812345678E+10` is one.
pub(crate) fn lacks_digits(word: &str) -> bool {
    let Some((mantissa, exponent)) = word.split_once(['e', 'E']) else { return false };
    let Ok(exponent) = exponent.strip_prefix('+').unwrap_or(exponent).parse::<usize>() else { return false };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let whole = whole.trim_start_matches(['-', '+']);
    exponent > fraction.len() && whole.len().saturating_add(exponent) >= DIGITS_OF_AN_IDENTIFIER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_that_are_not_there_are_lost() {
        for lost in ["1.54E+10", "1.540000123e10", "154e8", "-1.5E6", "1e400", "9.90101199001E+17"] {
            assert!(lacks_digits(lost), "{lost}");
        }
        for whole in ["1.5400001234E+10", "1.54000012340e10", "15400001234", "1.5e3", "0e5", "1.5e-7", "e4", "1e", "E"]
        {
            assert!(!lacks_digits(whole), "{whole}");
        }
    }
}
