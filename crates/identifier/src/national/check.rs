//! Check characters: each algorithm once, with parameters from the table of kinds.

use super::values::{Alphabet, Values};
use jiff::civil::Date;
use serde::Deserialize;

/// A check that a number must pass.
#[derive(Debug, Deserialize)]
#[serde(tag = "algorithm", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Check {
    Weighted(Weighted),
    Modulo(Modulo),
    /// ISO/IEC 7812-1, annex B.
    Luhn {
        #[serde(default)]
        from: usize,
    },
    /// Verhoeff, Error Detecting Decimal Codes (1969): the dihedral group of order 10.
    Verhoeff,
    /// ISO/IEC 7064, pure systems: the weighted sum of all characters is 1.
    #[serde(rename = "iso7064-pure")]
    Pure {
        modulus: u32,
        radix: u32,
        characters: Alphabet,
    },
    /// ISO/IEC 7064, hybrid systems.
    #[serde(rename = "iso7064-hybrid")]
    Hybrid {
        modulus: u32,
    },
    /// Belgium's: 97 less the remainder of the first nine digits, with a 2 in front of them for
    /// births from 2000 on.
    BeNn,
    /// Italy's: values by odd and even place (Decreto 23 dicembre 1976, art. 7).
    CodiceFiscale,
}

/// A weighted sum, and the check character for each remainder.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Weighted {
    weights: Box<[i32]>,
    #[serde(default)]
    plus: i32,
    modulus: i32,
    digits: Option<String>,
    equals: Option<i32>,
    at: Option<usize>,
    second: Option<Second>,
    #[serde(default, rename = "alphabet", alias = "letters")]
    values: Values,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Second {
    weights: Box<[i32]>,
    digits: String,
}

/// The remainder of a decimal number.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Modulo {
    over: Box<[(usize, usize)]>,
    modulus: i64,
    digits: Option<String>,
    width: Option<usize>,
    complement: Option<i64>,
    zero: Option<i64>,
    at: Option<usize>,
    #[serde(default, rename = "alphabet", alias = "letters")]
    values: Values,
}

impl Check {
    /// Whether the number passes.
    pub(crate) fn holds(&self, number: &[u8], today: Date) -> bool {
        match self {
            Self::Weighted(weighted) => weighted.holds(number),
            Self::Modulo(modulo) => modulo.holds(number),
            Self::Luhn { from } => luhn(number.get(*from..).unwrap_or_default()),
            Self::Verhoeff => verhoeff(number),
            Self::Pure { .. } | Self::Hybrid { .. } => number.last().copied() == self.expected(number),
            Self::BeNn => be_nn(number, today),
            Self::CodiceFiscale => codice_fiscale(number),
        }
    }

    /// The check character that belongs at the end of the number, whatever is there now; `None` if
    /// there is none, or if the check is not one character at the end.
    pub(crate) fn expected(&self, number: &[u8]) -> Option<u8> {
        let body = number.split_last()?.1;
        match self {
            Self::Pure { modulus, radix, characters } => {
                let mut sum = 0;
                for &c in body {
                    sum = (sum + characters.value(c)?) * radix;
                    // A division per character would dominate the cost.
                    if sum >= u32::MAX / (2 * radix) {
                        sum %= modulus;
                    }
                }
                characters.character((modulus + 1 - sum % modulus) % modulus)
            }
            Self::Hybrid { modulus } => {
                let product = body.iter().fold(*modulus, |product, c| {
                    // Both terms are at most the modulus, so a subtraction gives the remainder; 0
                    // is represented as the modulus.
                    let sum = product + u32::from(c - b'0');
                    let doubled = 2 * if sum > *modulus { sum - modulus } else { sum };
                    if doubled > *modulus { doubled - modulus - 1 } else { doubled }
                });
                Some(b'0' + ((modulus + 1 - product) % modulus) as u8)
            }
            Self::Weighted(weighted) if weighted.at.is_none() => weighted.expected(number),
            _ => None,
        }
    }
}

impl Weighted {
    fn holds(&self, number: &[u8]) -> bool {
        if let Some(remainder) = self.equals {
            return self.remainder(number, &self.weights) == remainder;
        }
        let at = self.at.unwrap_or(number.len() - 1);
        self.expected(number) == number.get(at).copied()
    }

    fn expected(&self, number: &[u8]) -> Option<u8> {
        let character =
            |digits: &str, weights| digits.as_bytes().get(self.remainder(number, weights) as usize).copied();
        let first = character(self.digits.as_deref()?, &self.weights)?;
        let found = match &self.second {
            Some(second) if first == b'>' => character(&second.digits, &second.weights)?,
            _ => first,
        };
        (found != b'!').then_some(found)
    }

    fn remainder(&self, number: &[u8], weights: &[i32]) -> i32 {
        let skipped = number.len().saturating_sub(weights.len());
        let weights = &weights[weights.len().saturating_sub(number.len())..];
        let parts = number[skipped..].iter().zip(weights).enumerate();
        let sum: i32 = parts.map(|(i, (&c, weight))| weight * i32::from(self.values.of(c, skipped + i))).sum();
        (self.plus + sum).rem_euclid(self.modulus)
    }
}

impl Modulo {
    fn holds(&self, number: &[u8]) -> bool {
        let mut value = 0_i64;
        for place in self.over.iter().flat_map(|&(from, until)| from..until) {
            value = value * 10 + i64::from(self.values.of(number[place], place));
        }
        let remainder = value.rem_euclid(self.modulus);
        let at = |width: usize| self.at.unwrap_or(number.len() - width);
        match (&self.digits, self.width) {
            (Some(digits), _) => digits.as_bytes().get(remainder as usize) == number.get(at(1)),
            (None, Some(width)) => {
                let check = match (self.complement, self.zero) {
                    (Some(complement), _) => complement - remainder,
                    (None, Some(zero)) if remainder == 0 => zero,
                    _ => remainder,
                };
                decimal(&number[at(width)..][..width]) == Some(check)
            }
            (None, None) => false,
        }
    }
}

fn luhn(number: &[u8]) -> bool {
    let value = |c: u8| if c.is_ascii_digit() { c - b'0' } else { c - b'A' + 10 };
    let doubled = |value: u8| if value > 4 { value * 2 - 9 } else { value * 2 };
    let from_the_right = number.iter().rev().enumerate();
    let sum =
        from_the_right.map(|(i, &c)| u32::from(if i % 2 == 1 { doubled(value(c)) } else { value(c) })).sum::<u32>();
    sum.is_multiple_of(10)
}

/// Verhoeff's permutation of a digit, by its position from the right, with a period of eight.
const PERMUTED: [[u8; 10]; 8] = permuted();

const fn permuted() -> [[u8; 10]; 8] {
    const ONCE: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let mut table = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]; 8];
    let mut place = 1;
    while place < 8 {
        let mut digit = 0;
        while digit < 10 {
            table[place][digit] = ONCE[table[place - 1][digit] as usize];
            digit += 1;
        }
        place += 1;
    }
    table
}

fn verhoeff(number: &[u8]) -> bool {
    let from_the_right = number.iter().rev().zip(PERMUTED.iter().cycle());
    from_the_right.fold(0, |sum, (c, permuted)| dihedral(sum, permuted[usize::from(c - b'0')])) == 0
}

/// The product in the dihedral group of order 10: 0–4 are rotations of a pentagon, 5–9 reflections.
fn dihedral(a: u8, b: u8) -> u8 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

fn be_nn(number: &[u8], today: Date) -> bool {
    const MODULUS: i64 = 97;
    /// A 2 in front of nine digits.
    const FROM_2000: i64 = 2_000_000_000;
    let (Some(body), Some(check), Some(year)) = (decimal(&number[..9]), decimal(&number[9..]), decimal(&number[..2]))
    else {
        return false;
    };
    let fits = |body: i64| MODULUS - body % MODULUS == check;
    fits(body) || (2000 + year <= i64::from(today.year()) && fits(FROM_2000 + body))
}

fn codice_fiscale(number: &[u8]) -> bool {
    /// By the value of the character, at the first, third, fifth … place.
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let value = |c: u8| if c.is_ascii_digit() { c - b'0' } else { c - b'A' };
    let Some((check, body)) = number.split_last() else { return false };
    let counted = body.iter().enumerate().map(|(place, &c)| match place % 2 {
        0 => ODD[usize::from(value(c))],
        _ => u32::from(value(c)),
    });
    u32::from(*check - b'A') == counted.sum::<u32>() % 26
}

fn decimal(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |value, c| c.is_ascii_digit().then(|| value * 10 + i64::from(c - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(check: &str, number: &str) -> bool {
        let check: Check = serde_json::from_str(check).expect("a check");
        check.holds(number.as_bytes(), jiff::civil::date(2026, 1, 1))
    }

    /// Each with the number that the standard, the law or the authority prints, and one that
    /// differs in a digit.
    #[test]
    fn published_examples() {
        let pure = r#"{"algorithm": "iso7064-pure", "modulus": 11, "radix": 2, "characters": "0123456789X"}"#;
        let hybrid = r#"{"algorithm": "iso7064-hybrid", "modulus": 10}"#;
        let luhn = r#"{"algorithm": "luhn"}"#;
        let verhoeff = r#"{"algorithm": "verhoeff"}"#;
        let isbn =
            r#"{"algorithm": "weighted", "weights": [10,9,8,7,6,5,4,3,2,0], "modulus": 11, "digits": "0X987654321"}"#;
        for (check, right, wrong) in [
            (pure, "11010519491231002X", "110105194912310020"), // GB 11643-1999, annex A
            (pure, "07940", "07941"),                           // ISO 7064:1983, MOD 11-2
            (hybrid, "07945", "07946"),                         // ISO 7064:1983, MOD 11,10
            (luhn, "79927398713", "79927398710"),               // the example of ISO/IEC 7812's literature
            (verhoeff, "2363", "2364"),                         // Verhoeff's worked example
            (verhoeff, "123451", "123456"),
            (isbn, "0306406152", "0306406153"), // ISO 2108, ISBN-10
        ] {
            assert!(holds(check, right), "{check} {right}");
            assert!(!holds(check, wrong), "{check} {wrong}");
        }
    }

    #[test]
    fn letters_have_the_values_that_the_table_gives() {
        let nie = r#"{"algorithm": "modulo", "over": [[0, 8]], "modulus": 23, "letters": {"X": 0, "Y": 1, "Z": 2},
            "digits": "TRWAGMYFPDXBNJZSQVHLCKE"}"#;
        assert!(holds(nie, "X0000000T") && holds(nie, "Y0000000Z") && !holds(nie, "Z0000000T"));
        let first =
            r#"{"algorithm": "weighted", "weights": [1, 1], "modulus": 10, "equals": 3, "letters": [{"A": 2}]}"#;
        assert!(holds(first, "A1"));
    }

    #[test]
    fn a_second_set_of_weights_is_used_where_the_first_has_no_digit() {
        let check = r#"{"algorithm": "weighted", "weights": [1, 0], "modulus": 11, "digits": "0123456>>>>",
            "second": {"weights": [2, 0], "digits": "0123456789!"}}"#;
        assert!(holds(check, "55") && holds(check, "73") && !holds(check, "77"));
    }
}
