//! Tables as programs of strangers write them: floats, rows wider than their header, delimiters
//! that cut numbers apart, columns that lack the trunk zero.

use super::{id, id_in_text, lines, phone, read};

/// What is found in a text, sorted.
fn found(text: &str, region: &str) -> Vec<String> {
    let mut found = read(text, &[], "", region).expect("a text").1;
    found.sort();
    found
}

/// The canonical forms of phone numbers that `phone` makes, sorted.
fn phones(numbers: impl Iterator<Item = u64>) -> Vec<String> {
    let mut phones: Vec<String> = numbers.map(|n| format!("+86{}", phone(n))).collect();
    phones.sort();
    phones
}

#[test]
fn bare_cells_in_other_spellings_are_read_without_a_label() {
    let arabic = |text: &str| -> String {
        text.chars().map(|c| c.to_digit(10).and_then(|d| char::from_u32(0x660 + d)).unwrap_or(c)).collect()
    };
    let spellings: [(&str, &dyn Fn(u64) -> String); 6] = [
        ("float", &|n| phone(n) + ".0"),
        ("exponent", &|n| format!("{}.{}E10", &phone(n)[..1], &phone(n)[1..])),
        ("script", &|n| arabic(&phone(n))),
        ("hyphen", &|n| format!("{}-{}", phone(n), id_in_text(n))),
        ("plus", &|n| format!("{}+{}", phone(n), phone(n))),
        ("missing", &|n| if n % 3 == 0 { "nan".to_owned() } else { phone(n) + ".0" }),
    ];
    for (what, spelled) in spellings {
        let text = format!("xh,foo,sjh\n{}", lines(|n| format!("a{n},{},{}", spelled(n), phone(n + 1_000))));
        let found = found(&text, "CN");
        let missing: Vec<u64> = (0..200)
            .filter(|n| what != "missing" || n % 3 > 0)
            .filter(|&n| found.binary_search(&format!("+86{}", phone(n))).is_err())
            .collect();
        assert!(missing.is_empty(), "{what}: {missing:?}");
        if what == "hyphen" {
            assert!((0..200).all(|n| found.binary_search(&id_in_text(n)).is_ok()), "{what}");
        }
    }
}

#[test]
fn a_float_that_does_not_hold_its_digits_is_no_number() {
    let text = format!("xh,foo,sjh\n{}", lines(|n| format!("a{n},1.39E+10,{}", phone(n))));
    assert_eq!(found(&text, "CN"), phones(0..200));
    let text = format!("xh,foo,sjh\n{}", lines(|n| format!("a{n},{}.5,{}", phone(n + 1_000), phone(n))));
    assert_eq!(found(&text, "CN"), phones(0..200));
}

#[test]
fn a_header_above_wider_rows_is_moved_to_what_it_names() {
    // R writes no name above the names of rows.
    let text = format!("sjh\torder_no\tx\n{}", lines(|n| format!("{n}\t{}\t{}\ta", phone(n), phone(n + 1_000))));
    assert_eq!(found(&text, "CN"), phones(0..200));
    // Each row is between delimiters, the header is not.
    let text = format!("xm|sjh|order_no\n{}", lines(|n| format!("|某人|{}|{}|", phone(n), phone(n + 1_000))));
    assert_eq!(found(&text, "CN"), phones(0..200));
    // Nothing shows that it is not where it is.
    let text = format!("sjh,x\n{}", lines(|n| format!("{},a,{}", phone(n), phone(n + 1_000))));
    assert_eq!(read(&text, &[], "", "CN").expect("a table").0.columns[0].name, "sjh");
}

#[test]
fn a_delimiter_that_cuts_numbers_apart_is_none() {
    for spelled in
        [|n| format!("x{n} (0755)-26{n:06}"), |n| format!("\u{1b}[32mx\u{1b}[0m=\u{1b}[1m{}\u{1b}[0m", phone(n))]
    {
        let text = lines(spelled);
        let (report, found) = read(&text, &[], "", "CN").expect("a text");
        assert_eq!((report.format.as_str(), found.len()), ("running text", 200), "{text:.60}");
    }
}

#[test]
fn delimiters_of_dates_are_delimiters_where_nothing_else_is() {
    for delimiter in ["-", "_", "+", "."] {
        let text = lines(|n| [(10_000 + n).to_string(), phone(n), id(n)].join(delimiter));
        let found = read(&text, &[], "", "CN").expect("a table").1;
        assert_eq!(found.len(), 400, "{delimiter}");
    }
}

#[test]
fn few_numbers_without_their_trunk_zero_are_not_of_another_country() {
    // A spreadsheet has removed the zero, and chance makes them valid in Texas.
    let german = |n: u64| format!("151230{:05}", n * 7_919 % 100_000);
    let text = format!("Name;Handynummer\n{}", (0..20).map(|n| ["a;", &german(n), "\n"].concat()).collect::<String>());
    assert!(found(&text, "DE").iter().all(|number| number.starts_with("+49151230")));
}
