//! Delimiters, headers and columns of texts as they occur.

use super::*;
use crate::columns::column::{Because, Reads};
use exposure_identifier::Rules;

fn rules() -> Rules {
    Rules::on(jiff::civil::date(2026, 1, 1))
}

/// An ID with an area code that does not exist.
fn id(n: u64) -> String {
    let body = format!("9901{:02}19{:02}{:02}{:02}{:03}", n % 100, 40 + n % 60, 1 + n % 12, 1 + n % 28, n % 1_000);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u64 = body.bytes().zip(weights).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum();
    format!("{body}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}

/// A valid mobile number, since others are not detected by values alone. Generated here and written
/// down nowhere.
fn phone(n: u64) -> String {
    format!("139{:08}", n * 7_654_321 % 100_000_000)
}

fn lines(row: impl Fn(u64) -> String) -> String {
    (0..200).map(|n| row(n) + "\n").collect()
}

/// The format, whether there is a header, and the columns by index, kind and reason.
fn detected(text: &str, specs: &[&str], asked: &Requested) -> (String, bool, Vec<(usize, &'static str, Because)>) {
    let specs: Vec<ColumnSpec> = specs.iter().map(|spec| spec.parse().expect("a spec")).collect();
    match detect(text, true, asked, &specs, &Detector::new(rules())) {
        Ok((Format::Delimited(table), _)) => {
            let columns = table.columns.iter().map(|(index, column)| (*index, column.reads.name(), column.because));
            (table.dialect.name(), table.has_header, columns.collect())
        }
        Ok((Format::Text, _)) => ("text".to_owned(), false, Vec::new()),
        Ok(_) => ("other".to_owned(), false, Vec::new()),
        Err(NotDetected::NoSuchColumn(column, fields)) => (format!("no {column} of {fields}"), false, Vec::new()),
        Err(NotDetected::NoKnownColumn(fields)) => (format!("none of {fields}"), false, Vec::new()),
    }
}

#[test]
fn any_delimiter_is_found() {
    for delimiter in [",", "\t", ";", "|", ":", "----", "|||", "~~", "@@@", "\u{1}", "=>", "::"] {
        let text = lines(|n| [n.to_string(), "某人".to_owned(), id(n), "路 1 号".to_owned(), phone(n)].join(delimiter));
        let (format, has_header, columns) = detected(&text, &[], &Requested::default());
        assert_eq!(format, Dialect::delimited(delimiter).name());
        assert!(!has_header);
        assert_eq!(columns, [(2, "cn.ric", Because::Values), (4, "phone", Because::Values)], "{delimiter}");
    }
}

#[test]
fn headers_count_unless_the_values_contradict_them() {
    let table = |header: &str| format!("{header}\n{}", lines(|n| format!("{n},{},{}", id(n), phone(n))));
    let columns = |header: &str| detected(&table(header), &[], &Requested::default());
    let (_, has_header, by_header) = columns("xh,sfzh,sjh");
    assert!(has_header);
    assert_eq!(by_header, [(1, "cn.ric", Because::Header), (2, "phone", Because::Header)]);
    // Two whole columns have each other's headers.
    let (_, _, swapped) = columns("xh,手机号,身份证号");
    assert_eq!(swapped, [(1, "cn.ric", Because::Values), (2, "phone", Because::Values)]);
    // Unknown headers are still headers, not data.
    assert_eq!(
        columns("c1,c2,c3"),
        ("CSV".to_owned(), true, vec![(1, "cn.ric", Because::Values), (2, "phone", Because::Values)])
    );
    // A column that is said to hold something else is not read, whatever its values look like.
    assert_eq!(columns("xh,sfzh,订单号").2, [(1, "cn.ric", Because::Header)]);
}

#[test]
fn a_word_in_a_first_row_of_data_is_not_a_header() {
    let text = lines(|n| format!("手机,{},{}", id(n), phone(n)));
    let (_, has_header, columns) = detected(&text, &[], &Requested::default());
    assert!(!has_header && columns.len() == 2, "{columns:?}");
}

#[test]
fn timestamps_orders_and_cards_are_not_phones() {
    let text = lines(|n| {
        let (order, card) = (20_260_000_000_000_u64 + n * 977, 6_222_020_000_000_000_u64 + n * 7_919);
        format!("{},{},{order},{card},{}", 1_600_000_000 + n * 1_013, 1_600_000_000_000_u64 + n * 1_013, id(n))
    });
    assert_eq!(detected(&text, &[], &Requested::default()).2, [(4, "cn.ric", Because::Values)]);
}

#[test]
fn running_text_is_not_a_table() {
    let text = lines(|n| format!("2026-01-02 10:{:02}:00 INFO user called {} about, well, {n}", n % 60, phone(n)));
    assert_eq!(detected(&text, &[], &Requested::default()).0, "text");
    let prose = "他说, 打电话给我。\n没有人接。\n也没有人回, 也没有人来, 也没有人问。\n".repeat(30);
    assert_eq!(detected(&prose, &[], &Requested::default()).0, "text");
}

#[test]
fn requested_columns_come_first() {
    let text = format!("a,b\n{}", lines(|n| format!("{},{n}", phone(n))));
    assert_eq!(detected(&text, &["a=phone"], &Requested::default()).2, [(0, "phone", Because::Asked)]);
    assert_eq!(detected(&text, &["2=text"], &Requested::default()).2, [(1, "text", Because::Asked)]);
    assert_eq!(detected(&text, &["tel=phone"], &Requested::default()).0, "no tel of 2");
    assert_eq!(detected("a,b\n1,2\n3,4\n", &[], &Requested::default()).0, "none of 2");
    let spaces =
        Requested { format: Some(FormatName::Delimited), delimiter: Some(" ".to_owned()), ..Requested::default() };
    let text = lines(|n| format!("{n} {}", phone(n)));
    assert_eq!(detected(&text, &[], &spaces).2, [(1, "phone", Because::Values)]);
}

#[test]
fn a_table_with_swapped_rows_is_still_a_table() {
    let row =
        |n| if n % 2 == 0 { format!("{n},{},{}", id(n), phone(n)) } else { format!("{n},{},{}", phone(n), id(n)) };
    let text = format!("xh,sfzh,sjh\n{}", lines(row));
    let (format, _, columns) = detected(&text, &[], &Requested::default());
    assert_eq!(
        (format.as_str(), columns),
        ("CSV", vec![(1, "cn.ric", Because::Header), (2, "phone", Because::Header)])
    );
}

#[test]
fn one_value_per_line() {
    assert_eq!(detected(&lines(id), &[], &Requested::default()).2, [(0, "cn.ric", Because::Values)]);
    let text = format!("手机号\n{}", lines(|n| format!("\"{}\"", phone(n))));
    assert_eq!(
        detected(&text, &[], &Requested::default()),
        ("one value per line".to_owned(), true, vec![(0, "phone", Because::Header)])
    );
    assert_eq!(
        detected("15400001234\n15400001235\n", &["1=phone"], &Requested::default()).2,
        [(0, "phone", Because::Asked)]
    );
}

#[test]
fn columns_are_detected_as_a_whole() {
    let column = |region: &str, values: Vec<String>| {
        let rules = Rules { region: region.parse().expect("a region"), ..rules() };
        let values: Vec<Cow<'_, str>> = values.into_iter().map(Cow::Owned).collect();
        Detector::new(rules).by_header_or_values(Some("mobile"), "1", &values).expect("a header that is known")
    };
    // Valid in Germany both ways; all of them begin with 49.
    let german: Vec<String> = (0..50).map(|n| format!("49151{:08}", n * 1_234_567 % 100_000_000)).collect();
    assert!(column("DE", german.clone()).lacks_plus);
    assert!(column("CN", german).lacks_plus);
    assert!(!column("CN", (0..50).map(phone).collect()).lacks_plus);
    let national: Vec<String> = (0..50).map(|n| format!("0151{:08}", n * 1_234_567 % 100_000_000)).collect();
    assert!(!column("DE", national).lacks_plus);
    let rounded: Vec<String> =
        (0..50).map(|n| if n % 10 == 0 { format!("{}000", &id(n)[..15]) } else { id(n) }).collect();
    let values: Vec<Cow<'_, str>> = rounded.into_iter().map(Cow::Owned).collect();
    let column =
        Detector::new(rules()).by_header_or_values(Some("sfzh"), "1", &values).expect("a header that is known");
    assert!(column.is_rounded && matches!(column.reads, Reads::Kind(kind) if kind.name == "cn.ric"));
}
