//! Delimiters, headers and columns of texts as they are found.

use super::*;
use crate::columns::column::{Because, Reads};
use exposure_identifier::Rules;

fn rules() -> Rules {
    Rules::on(jiff::civil::date(2026, 1, 1))
}

/// An ID of an area that no list has.
fn id(n: u64) -> String {
    let body = format!("9901{:02}19{:02}{:02}{:02}{:03}", n % 100, 40 + n % 60, 1 + n % 12, 1 + n % 28, n % 1_000);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u64 = body.bytes().zip(weights).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum();
    format!("{body}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}

/// A mobile number that is valid: by values alone others are not taken for phones. Made here and nowhere written down.
fn phone(n: u64) -> String {
    format!("139{:08}", n * 7_654_321 % 100_000_000)
}

fn lines(row: impl Fn(u64) -> String) -> String {
    (0..200).map(|n| row(n) + "\n").collect()
}

/// Format, whether there is a header, and the columns by place, kind and reason.
fn decided(text: &str, specs: &[&str], asked: &Asked) -> (String, bool, Vec<(usize, &'static str, Because)>) {
    let specs: Vec<ColumnSpec> = specs.iter().map(|spec| spec.parse().expect("a spec")).collect();
    match decide(text, true, asked, &specs, &Decider::new(rules())) {
        Ok((Shape::Delimited(table), _)) => {
            let columns = table.columns.iter().map(|(place, column)| (*place, column.reads.name(), column.because));
            (table.dialect.name(), table.has_header, columns.collect())
        }
        Ok((Shape::Text, _)) => ("text".to_owned(), false, Vec::new()),
        Ok(_) => ("other".to_owned(), false, Vec::new()),
        Err(Undecided::NoSuchColumn(column, fields)) => (format!("no {column} of {fields}"), false, Vec::new()),
        Err(Undecided::NoKnownColumn(fields)) => (format!("none of {fields}"), false, Vec::new()),
    }
}

#[test]
fn any_delimiter_is_found() {
    for delimiter in [",", "\t", ";", "|", ":", "----", "|||", "~~", "@@@", "\u{1}", "=>", "::"] {
        let text = lines(|n| [n.to_string(), "某人".to_owned(), id(n), "路 1 号".to_owned(), phone(n)].join(delimiter));
        let (format, has_header, columns) = decided(&text, &[], &Asked::default());
        assert_eq!(format, Dialect::delimited(delimiter).name());
        assert!(!has_header);
        assert_eq!(columns, [(2, "cn.ric", Because::Values), (4, "phone", Because::Values)], "{delimiter}");
    }
}

#[test]
fn headers_are_believed_unless_the_values_say_otherwise() {
    let table = |header: &str| format!("{header}\n{}", lines(|n| format!("{n},{},{}", id(n), phone(n))));
    let columns = |header: &str| decided(&table(header), &[], &Asked::default());
    let (_, has_header, by_header) = columns("xh,sfzh,sjh");
    assert!(has_header);
    assert_eq!(by_header, [(1, "cn.ric", Because::Header), (2, "phone", Because::Header)]);
    // The whole columns stand under each other's headers.
    let (_, _, swapped) = columns("xh,手机号,身份证号");
    assert_eq!(swapped, [(1, "cn.ric", Because::Values), (2, "phone", Because::Values)]);
    // Headers that nobody knows are headers, and are no data.
    assert_eq!(
        columns("c1,c2,c3"),
        ("CSV".to_owned(), true, vec![(1, "cn.ric", Because::Values), (2, "phone", Because::Values)])
    );
    // What is said to be something else is left alone, whatever it looks like.
    assert_eq!(columns("xh,sfzh,订单号").2, [(1, "cn.ric", Because::Header)]);
}

#[test]
fn a_word_in_the_first_row_is_no_header_beside_data() {
    let text = lines(|n| format!("手机,{},{}", id(n), phone(n)));
    let (_, has_header, columns) = decided(&text, &[], &Asked::default());
    assert!(!has_header && columns.len() == 2, "{columns:?}");
}

#[test]
fn timestamps_orders_and_cards_are_no_phones() {
    let text = lines(|n| {
        let (order, card) = (20_260_000_000_000_u64 + n * 977, 6_222_020_000_000_000_u64 + n * 7_919);
        format!("{},{},{order},{card},{}", 1_600_000_000 + n * 1_013, 1_600_000_000_000_u64 + n * 1_013, id(n))
    });
    assert_eq!(decided(&text, &[], &Asked::default()).2, [(4, "cn.ric", Because::Values)]);
}

#[test]
fn running_text_is_no_table() {
    let text = lines(|n| format!("2026-01-02 10:{:02}:00 INFO user called {} about, well, {n}", n % 60, phone(n)));
    assert_eq!(decided(&text, &[], &Asked::default()).0, "text");
    let prose = "他说, 打电话给我。\n没有人接。\n也没有人回, 也没有人来, 也没有人问。\n".repeat(30);
    assert_eq!(decided(&prose, &[], &Asked::default()).0, "text");
}

#[test]
fn wishes_come_first() {
    let text = format!("a,b\n{}", lines(|n| format!("{},{n}", phone(n))));
    assert_eq!(decided(&text, &["a=phone"], &Asked::default()).2, [(0, "phone", Because::Asked)]);
    assert_eq!(decided(&text, &["2=text"], &Asked::default()).2, [(1, "text", Because::Asked)]);
    assert_eq!(decided(&text, &["tel=phone"], &Asked::default()).0, "no tel of 2");
    assert_eq!(decided("a,b\n1,2\n3,4\n", &[], &Asked::default()).0, "none of 2");
    let spaces = Asked { format: Some(Format::Delimited), delimiter: Some(" ".to_owned()), ..Asked::default() };
    let text = lines(|n| format!("{n} {}", phone(n)));
    assert_eq!(decided(&text, &[], &spaces).2, [(1, "phone", Because::Values)]);
}

#[test]
fn a_table_with_swapped_rows_is_still_a_table() {
    let row =
        |n| if n % 2 == 0 { format!("{n},{},{}", id(n), phone(n)) } else { format!("{n},{},{}", phone(n), id(n)) };
    let text = format!("xh,sfzh,sjh\n{}", lines(row));
    let (format, _, columns) = decided(&text, &[], &Asked::default());
    assert_eq!(
        (format.as_str(), columns),
        ("CSV", vec![(1, "cn.ric", Because::Header), (2, "phone", Because::Header)])
    );
}

#[test]
fn a_value_a_line() {
    assert_eq!(decided(&lines(id), &[], &Asked::default()).2, [(0, "cn.ric", Because::Values)]);
    let text = format!("手机号\n{}", lines(|n| format!("\"{}\"", phone(n))));
    assert_eq!(
        decided(&text, &[], &Asked::default()),
        ("a value a line".to_owned(), true, vec![(0, "phone", Because::Header)])
    );
    assert_eq!(
        decided("15400001234\n15400001235\n", &["1=phone"], &Asked::default()).2,
        [(0, "phone", Because::Asked)]
    );
}

#[test]
fn a_column_is_decided_as_a_whole() {
    let column = |region: &str, values: Vec<String>| {
        let rules = Rules { region: region.parse().expect("a region"), ..rules() };
        let values: Vec<Cow<'_, str>> = values.into_iter().map(Cow::Owned).collect();
        Decider::new(rules).by_header_or_values(Some("mobile"), "1", &values).expect("a header that is known")
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
    let column = Decider::new(rules()).by_header_or_values(Some("sfzh"), "1", &values).expect("a header that is known");
    assert!(column.is_rounded && matches!(column.reads, Reads::Kind(kind) if kind.name == "cn.ric"));
}
