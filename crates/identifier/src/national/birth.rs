//! The date of birth in a number: where it is, what countries add to it, and whether it is
//! possible.

use super::words::{Condition, Words};
use crate::rejection::Rejection;
use jiff::civil::Date;
use serde::Deserialize;

/// The position and layout of the date.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(crate) enum Birth {
    Written(Written),
    Named {
        #[serde(rename = "named")]
        _named: Named,
    },
}

/// A date that no parameters describe.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Named {
    /// Italy's: a letter for the month, 40 added to the day for women, letters for digits if two
    /// codes would be equal.
    CodiceFiscale,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Written {
    at: usize,
    form: Layout,
    #[serde(default)]
    days: Vec<Offset>,
    #[serde(default)]
    months: Vec<Offset>,
    #[serde(default)]
    centuries: Vec<Century>,
}

/// The order of the fields. `Y` stands for a digit of the year, and so on.
#[derive(Clone, Copy, Debug, Deserialize)]
enum Layout {
    #[serde(rename = "YYYYMMDD")]
    Year4MonthDay,
    #[serde(rename = "YYMMDD")]
    Year2MonthDay,
    #[serde(rename = "DDMMYY")]
    DayMonthYear2,
    #[serde(rename = "DDMMYYY")]
    DayMonthYear3,
    #[serde(rename = "YYYY")]
    Year4,
    #[serde(rename = "YY")]
    Year2,
}

/// The offset of days or months that are among the words.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Offset {
    #[serde(rename = "in")]
    among: Words,
    minus: i16,
}

/// The years added to a short year if the conditions hold.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Century {
    #[serde(rename = "if", default)]
    conditions: Vec<Condition>,
    add: Years,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Years {
    One(i16),
    Any(Vec<i16>),
}

const MONTHS: i16 = 12;
const DAYS: i16 = 31;

/// A field: offset from the start of the date, and width.
type Field = (usize, usize);

impl Layout {
    /// The year, and the day and month if there are any.
    fn fields(self) -> (Field, Option<(Field, Field)>) {
        match self {
            Self::Year4MonthDay => ((0, 4), Some(((6, 2), (4, 2)))),
            Self::Year2MonthDay => ((0, 2), Some(((4, 2), (2, 2)))),
            Self::DayMonthYear2 => ((4, 2), Some(((0, 2), (2, 2)))),
            Self::DayMonthYear3 => ((4, 3), Some(((0, 2), (2, 2)))),
            Self::Year4 => ((0, 4), None),
            Self::Year2 => ((0, 2), None),
        }
    }
}

impl Birth {
    /// Whether a number may have this pair of digits at this place.
    pub(crate) fn may_have(&self, at: usize, pair: [u8; 2]) -> bool {
        match self {
            Self::Written(written) => written.may_have(at, pair),
            Self::Named { .. } => true,
        }
    }

    /// Verifies that somebody may have been born then, as of today.
    pub(crate) fn verify(&self, number: &[u8], today: Date) -> Result<(), Rejection> {
        match self {
            Self::Written(written) => written.verify(number, today),
            Self::Named { .. } => verify_codice_fiscale(number, today),
        }
    }
}

impl Written {
    /// Whether this pair may be at this place: where the day or the month is, it must be one.
    fn may_have(&self, at: usize, pair: [u8; 2]) -> bool {
        let Some((day, month)) = self.form.fields().1 else { return true };
        let may_be = |offsets: &[Offset], (from, _): Field, most: i16| {
            let minus = offsets.iter().find(|offset| offset.among.have(&pair, 0)).map_or(0, |o| o.minus);
            self.at + from != at || digits(&pair).is_some_and(|value| (1..=most).contains(&(value - minus)))
        };
        may_be(&self.days, day, DAYS) && may_be(&self.months, month, MONTHS)
    }

    fn verify(&self, number: &[u8], today: Date) -> Result<(), Rejection> {
        let (year, day_and_month) = self.form.fields();
        let field = |(from, width): Field| digits(number.get(self.at + from..self.at + from + width)?);
        let year = field(year).ok_or(Rejection::Date)?;
        let day_and_month = match day_and_month {
            None => None,
            Some((day, month)) => {
                let without = |offsets: &[Offset], (from, width): Field| {
                    let at = self.at + from;
                    let minus = offsets.iter().find(|offset| offset.among.have(number, at)).map_or(0, |o| o.minus);
                    Some(field((from, width))? - minus)
                };
                Some((
                    without(&self.days, day).ok_or(Rejection::Date)?,
                    without(&self.months, month).ok_or(Rejection::Date)?,
                ))
            }
        };
        let holds = |century: &&Century| century.conditions.iter().all(|condition| condition.holds(number));
        let years: &[i16] = match self.centuries.iter().find(holds).map(|century| &century.add) {
            Some(Years::One(add)) => &[*add],
            Some(Years::Any(adds)) => adds,
            None if self.centuries.is_empty() => &[0],
            None => return Err(Rejection::Date),
        };
        any_possible(years.iter().map(|add| add + year), day_and_month, today)
    }
}

/// Succeeds if in one of the years the date exists and is not in the future.
fn any_possible(
    years: impl Iterator<Item = i16>,
    day_and_month: Option<(i16, i16)>,
    today: Date,
) -> Result<(), Rejection> {
    let mut reason = Rejection::Date;
    for year in years {
        let (Some(born), true) = (date(year, day_and_month), year > 0) else { continue };
        if born <= today {
            return Ok(());
        }
        reason = Rejection::FutureDate;
    }
    Err(reason)
}

/// The date, or the first day of a year alone.
fn date(year: i16, day_and_month: Option<(i16, i16)>) -> Option<Date> {
    let (day, month) = day_and_month.unwrap_or((1, 1));
    // Most digits in running text are no date, and an error of the library costs more than a date.
    if !(1..=MONTHS).contains(&month) || !(1..=DAYS).contains(&day) {
        return None;
    }
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

fn verify_codice_fiscale(number: &[u8], today: Date) -> Result<(), Rejection> {
    /// Letters for 0 to 9, used if the code would equal another person's (Decreto 23 dicembre 1976,
    /// art. 6).
    const FOR_DIGITS: &[u8] = b"LMNPQRSTUV";
    const MONTHS: &[u8] = b"ABCDEHLMPRST";
    /// Added to the day of birth of women.
    const FEMALE: i16 = 40;
    let place = |list: &[u8], c: u8| list.iter().zip(0..).find(|(letter, _)| **letter == c).map(|(_, place)| place);
    let digit = |at: usize| {
        let c = number[at];
        if c.is_ascii_digit() { Some(i16::from(c - b'0')) } else { place(FOR_DIGITS, c) }
    };
    let read = || {
        let year = digit(6)? * 10 + digit(7)?;
        let month = place(MONTHS, number[8])? + 1;
        let day = digit(9)? * 10 + digit(10)?;
        Some((year, month, if day > FEMALE { day - FEMALE } else { day }))
    };
    let (year, month, day) = read().ok_or(Rejection::Date)?;
    any_possible([1900 + year, 2000 + year].into_iter(), Some((day, month)), today)
}

fn digits(text: &[u8]) -> Option<i16> {
    text.iter().try_fold(0, |value, c| c.is_ascii_digit().then(|| value * 10 + i16::from(c - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(birth: &str, number: &str) -> Result<(), Rejection> {
        let birth: Birth = serde_json::from_str(birth).expect("a birth");
        birth.verify(number.as_bytes(), jiff::civil::date(2026, 1, 1))
    }

    #[test]
    fn days_that_do_not_exist_and_days_to_come() {
        let birth = r#"{"at": 0, "form": "YYYYMMDD"}"#;
        for (date, expected) in [
            ("20240229", Ok(())),
            ("20230229", Err(Rejection::Date)),
            ("20260101", Ok(())),
            ("20260102", Err(Rejection::FutureDate)),
            ("00000101", Err(Rejection::Date)),
        ] {
            assert_eq!(verdict(birth, date), expected, "{date}");
        }
    }

    #[test]
    fn sex_and_century_are_taken_off() {
        let birth = r#"{"at": 0, "form": "YYMMDD", "months": [{"in": "21-32", "minus": 20}],
            "centuries": [{"if": [{"at": 2, "in": "21-32"}], "add": 2000}, {"add": 1900}]}"#;
        assert_eq!(verdict(birth, "003129"), Ok(()), "November 2000");
        assert_eq!(verdict(birth, "002229"), Ok(()), "2000 had a 29 February");
        assert_eq!(verdict(birth, "000229"), Err(Rejection::Date), "1900 had none");
        assert_eq!(verdict(birth, "302101"), Err(Rejection::FutureDate));
        let either = r#"{"at": 0, "form": "YYMMDD", "centuries": [{"add": [1900, 2000]}]}"#;
        assert_eq!(verdict(either, "000229"), Ok(()));
        assert_eq!(verdict(either, "990101"), Ok(()), "1999 has been, though 2099 has not");
    }
}
