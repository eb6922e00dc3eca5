//! Checks a phone number with a service: `check http://127.0.0.1:8080 "+86 154 0000 1234"`.

#![allow(clippy::print_stdout, reason = "an example prints the outcome")]

use exposure_client::{Client, Outcome};
use exposure_identifier::{Kind, Rules};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(server), Some(number)) = (arguments.next(), arguments.next()) else {
        return Err("usage: check SERVER NUMBER".into());
    };
    // Birth dates matter for national IDs alone, so any day does for phone numbers.
    let rules = Rules::on(jiff::civil::date(2026, 1, 1));
    let identifiers = Kind::named("phone")?.canonicalise(&number, &rules).into_result()?;
    let mut client = Client::new(server).connect()?;
    for (identifier, outcome) in identifiers.iter().zip(client.check(&identifiers)) {
        match outcome? {
            Outcome::NotFound => println!("{identifier:?} is in no leak of this index"),
            Outcome::Found(slugs) => println!("{identifier:?} is in {}", slugs.join(", ")),
            Outcome::Undetermined => println!("{identifier:?} is in some leak of this index"),
        }
    }
    Ok(())
}
