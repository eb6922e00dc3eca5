//! Numbers that look like identifiers and are none, and digits of a given width.

/// A number's last digits, with leading zeros.
pub(super) fn digits(out: &mut Vec<u8>, mut number: u64, width: usize) {
    let mut text = [0; 20];
    for digit in text[..width].iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
    out.extend_from_slice(&text[..width]);
}

/// Appends Luhn's check digit.
pub(super) fn with_luhn(out: &mut Vec<u8>, head: &[u8], number: u64, width: usize) {
    let start = out.len();
    out.extend_from_slice(head);
    digits(out, number, width);
    let mut sum = 0;
    for (place, digit) in out[start..].iter().rev().enumerate() {
        let value = digit - b'0';
        let doubled = if place % 2 == 0 { 2 * value } else { value };
        sum += u32::from(if doubled > 9 { doubled - 9 } else { doubled });
    }
    out.push(b'0' + ((10 - sum % 10) % 10) as u8);
}

/// Characters of company codes, GB 32100-2015; the position is the value.
const COMPANY_CHARACTERS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Powers of three modulo 31: the weights of GB 32100-2015.
const COMPANY_WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// A company's code, in an area that is in no list. The letters MA, which new codes have, keep it
/// from being an ID number.
pub(super) fn company(out: &mut Vec<u8>, mut number: u64) {
    let start = out.len();
    out.extend_from_slice(b"91990");
    digits(out, number % 1_000, 3);
    out.extend_from_slice(b"MA");
    for _ in 0..7 {
        out.push(COMPANY_CHARACTERS[(number % 31) as usize]);
        number /= 31;
    }
    let value = |c: &u8| COMPANY_CHARACTERS.iter().position(|other| other == c).unwrap_or(0) as u32;
    let sum: u32 = out[start..].iter().zip(COMPANY_WEIGHTS).map(|(c, weight)| value(c) * weight).sum();
    out.push(COMPANY_CHARACTERS[((31 - sum % 31) % 31) as usize]);
}
