//! Says on standard error that a value may be a number of another country than the one it was read
//! in. The answer is about the one it was read in; nothing of the number is shown but its ends.

use exposure_identifier::{Identifier, Kind, Rules};

/// More would not be read.
const MAX_COUNTRIES: usize = 4;

/// One sentence, if there is a doubt. `read` is what the value was read as; `None` if it was
/// rejected.
pub(super) fn doubt(kind: &'static Kind, text: &str, read: Option<&Identifier>, rules: &Rules) -> Option<String> {
    let mut countries: Vec<String> = Vec::new();
    for other in kind.elsewhere(text, rules, &[]) {
        let country = other.country().map(str::to_owned);
        countries.extend(country.filter(|country| !countries.contains(country)));
    }
    let more = countries.len() > MAX_COUNTRIES;
    countries.truncate(MAX_COUNTRIES);
    if countries.is_empty() {
        return None;
    }
    let others = format!("{}{}", countries.join(", "), if more { " and others" } else { "" });
    let what = match read {
        Some(read) => {
            let country = read.country().unwrap_or("no country");
            format!("{} was read as a number of {country}; its digits are also one of {others}", read.masked())
        }
        None => format!("no number of {}, but its digits are one of {others}", rules.region),
    };
    Some(format!("{what}. To say which is meant, write + and the calling code, or name its --region"))
}
