//! Canonicalises its arguments as phone numbers, or a few made-up ones, and scans a text for
//! identifiers.
//!
//! Only an example: it prints identifiers in full, which a program should not do.

#![allow(clippy::print_stdout, reason = "an example prints what it finds")]

use exposure_identifier::{Kind, Rules, Scanner};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Birth dates after this day are rejected. A program takes it from its clock.
    let rules = Rules::on(jiff::civil::date(2026, 1, 1));
    let mut cells: Vec<String> = std::env::args().skip(1).collect();
    if cells.is_empty() {
        cells = ["0086-154 0000 1234", "+44 7700 900123", "154****1234"].map(str::to_owned).into();
    }
    let phone = Kind::named("phone")?;
    for cell in &cells {
        match phone.canonicalise(cell, &rules).into_result() {
            Ok(identifiers) => {
                for identifier in identifiers {
                    println!("{cell}: {} (shown to people as {identifier:?})", identifier.hash_input());
                }
            }
            Err(rejection) => println!("{cell}: rejected as {rejection}, since {}", rejection.explain()),
        }
    }
    let text = "Call +44 20 7946 0123 or (020) 7946 0123.";
    Scanner::new(["GB"], &rules)?.scan(text, |found| println!("at byte {}: {:?}", found.at, found.identifier));
    Ok(())
}
