//! People by number: affine maps spread the counter over the ranges of numbers without repetition.

/// Phone numbers of segment 154, which China assigns to nobody: 154 and eight digits.
const PHONES: u64 = 100_000_000;

/// Coprime to `PHONES`, so that the map is a bijection.
const PHONE_STEP: u64 = 61_234_567;

/// Areas 990000 to 990099, which are in no list.
const AREAS: u64 = 100;

/// Birthdays, as days from 1940-01-01: seventy years.
const DAYS: u64 = 25_567;

/// Sequence numbers 1 to 999.
const SEQUENCES: u64 = 999;

/// Coprime to the product of the above.
const ID_STEP: u64 = 1_234_567_891;

/// The weights of GB 11643-1999, table 1. The generator has its own check, so that it can find a
/// mistake in the program's.
const WEIGHTS: [u64; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// A fictional person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The canonical ID number.
    pub id: String,
    /// The national phone number, eleven digits; canonical after `+86`.
    pub phone: String,
}

/// Person n; defined up to a hundred million.
pub fn person(n: u64) -> Person {
    assert!(n < PHONES, "there are {PHONES} people");
    let phone = format!("154{:08}", (n * PHONE_STEP + 1_234) % PHONES);
    let mut cell = (n * ID_STEP + 99) % (AREAS * DAYS * SEQUENCES);
    let sequence = cell % SEQUENCES + 1;
    cell /= SEQUENCES;
    let (year, month, day) = date(cell % DAYS);
    let area = 990_000 + cell / DAYS;
    let body = format!("{area}{year:04}{month:02}{day:02}{sequence:03}");
    let id = format!("{body}{}", check(&body));
    Person { id, phone }
}

fn check(body: &str) -> char {
    let sum: u64 = body.bytes().zip(WEIGHTS).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum();
    char::from(b"10X98765432"[(sum % 11) as usize])
}

/// The date this many days after 1940-01-01.
fn date(mut days: u64) -> (u64, usize, u64) {
    let mut year = 1940;
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    loop {
        let length = 365 + u64::from(leap(year));
        if days < length {
            break;
        }
        days -= length;
        year += 1;
    }
    let lengths = [31, 28 + u64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while days >= lengths[month] {
        days -= lengths[month];
        month += 1;
    }
    (year, month + 1, days + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn nobody_shares_a_number() {
        let people: Vec<_> = (0..50_000).map(person).collect();
        assert_eq!(people.iter().map(|p| &p.id).collect::<HashSet<_>>().len(), people.len());
        assert_eq!(people.iter().map(|p| &p.phone).collect::<HashSet<_>>().len(), people.len());
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(date(0), (1940, 1, 1));
        assert_eq!(date(59), (1940, 2, 29));
        assert_eq!(date(DAYS - 1), (2009, 12, 30));
    }
}
