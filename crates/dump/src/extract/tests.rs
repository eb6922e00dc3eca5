//! Formats, headers and columns of texts as they occur, by the report of a whole reading.

mod layouts;
mod strangers;

use super::identifiers::Identifiers;
use super::{Context, Extractor, KindOrder, Sink, member};
use crate::columns::column::ColumnSpec;
use crate::columns::mapping::Mapping;
use crate::container::{Content, Member};
use crate::error::DumpError;
use crate::limits::Limits;
use crate::report::PartReport;
use exposure_identifier::Rules;
use std::io;
use std::path::Path;
use std::sync::Mutex;

mod json;

pub(super) fn rules() -> Rules {
    Rules::on(jiff::civil::date(2026, 1, 1))
}

/// An ID with an area code that does not exist.
pub(super) fn id(n: u64) -> String {
    let body = format!("9901{:02}19{:02}{:02}{:02}{:03}", n % 100, 40 + n % 60, 1 + n % 12, 1 + n % 28, n % 1_000);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u64 = body.bytes().zip(weights).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum();
    format!("{body}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}

/// A valid mobile number, since others are not detected by values alone. Generated here and written
/// down nowhere.
pub(super) fn phone(n: u64) -> String {
    format!("139{:08}", n * 7_654_321 % 100_000_000)
}

fn lines(row: impl Fn(u64) -> String) -> String {
    (0..200).map(|n| row(n) + "\n").collect()
}

/// Keeps what is delivered.
#[derive(Default)]
struct Kept(Mutex<Vec<u8>>);

impl Sink for Kept {
    fn take(&self, identifiers: &Identifiers) -> io::Result<()> {
        self.0.lock().expect("no panic").extend_from_slice(identifiers.bytes());
        Ok(())
    }
}

/// Reads a text as one file that the operator has named; the report, and the canonical forms found.
fn read(text: &str, specs: &[&str], mapping: &str, region: &str) -> Result<(PartReport, Vec<String>), DumpError> {
    read_bytes(text.as_bytes(), specs, mapping, region, true)
}

/// The same for bytes, perhaps of a file that was found in a directory.
pub(super) fn read_bytes(
    text: &[u8],
    specs: &[&str],
    mapping: &str,
    region: &str,
    is_named: bool,
) -> Result<(PartReport, Vec<String>), DumpError> {
    let specs: Vec<ColumnSpec> = specs.iter().map(|spec| spec.parse().expect("a spec")).collect();
    let mapping = if mapping.is_empty() { Mapping::empty() } else { Mapping::parse(mapping).expect("a mapping") };
    let (order, kept, limits) = (KindOrder::default(), Kept::default(), Limits::default());
    let rules = Rules { region: region.parse().expect("a region"), ..rules() };
    let context = Context {
        extractor: Extractor { order: &order, sink: &kept, shows: 0 },
        limits: &limits,
        rules,
        mapping: &mapping,
        columns: &specs,
        is_preview: false,
    };
    let content = Content::Text(Box::new(text));
    let compression = String::new();
    let report = member(&context, Path::new("a"), is_named, Member { name: None, compression, content })?;
    assert!(report.is_accounted_for(), "{report:?}");
    let (bytes, mut found, mut at) = (kept.0.into_inner().expect("no panic"), Vec::new(), 0);
    while at < bytes.len() {
        let end = at + 1 + usize::from(bytes[at]);
        found.push(String::from_utf8(bytes[at + 2..end].to_vec()).expect("UTF-8"));
        at = end;
    }
    assert_eq!(found.len() as u64, report.accepted());
    Ok((report, found))
}

/// The format, and the columns that are read as a kind: name, kind and reason.
fn detected(text: &str, specs: &[&str], mapping: &str) -> (String, Vec<[String; 3]>) {
    match read(text, specs, mapping, "CN") {
        Ok((report, _)) => {
            let columns = report.columns.iter().filter(|column| column.is_of_a_kind() || column.because == "asked");
            let columns = columns.map(|column| [&column.name, &column.reads, &column.because].map(Clone::clone));
            (report.format.clone(), columns.collect())
        }
        Err(error) => (error.to_string(), Vec::new()),
    }
}

fn columns(expected: &[[&str; 3]]) -> Vec<[String; 3]> {
    expected.iter().map(|column| column.map(str::to_owned)).collect()
}

#[test]
fn any_delimiter_is_found() {
    for (delimiter, name) in [(",", "CSV"), ("\t", "TSV"), (";", ";"), ("|", "|"), (":", ":"), ("----", "----")]
        .into_iter()
        .chain(["|||", "~~", "@@@", "=>", "::"].map(|delimiter| (delimiter, delimiter)))
    {
        let text = lines(|n| [n.to_string(), "某人".to_owned(), id(n), "路 1 号".to_owned(), phone(n)].join(delimiter));
        let (format, found) = detected(&text, &[], "");
        assert!(format.ends_with(name), "{format}");
        assert_eq!(found, columns(&[["3", "cn.ric", "values"], ["5", "phone", "values"]]), "{delimiter}");
    }
}

#[test]
fn headers_vote_and_never_veto() {
    let table = |header: &str| format!("{header}\n{}", lines(|n| format!("{n},{},{}", id(n), phone(n))));
    let of = |header: &str| detected(&table(header), &[], "").1;
    assert_eq!(of("xh,sfzh,sjh"), columns(&[["sfzh", "cn.ric", "header"], ["sjh", "phone", "header"]]));
    // Two whole columns have each other's headers.
    let swapped = columns(&[["手机号", "cn.ric", "values"], ["身份证号", "phone", "values"]]);
    assert_eq!(of("xh,手机号,身份证号"), swapped);
    // Unknown headers are still headers, not data.
    let unknown = columns(&[["2", "cn.ric", "values"], ["3", "phone", "values"]]);
    assert_eq!(of("c1,c2,c3"), unknown);
    assert_eq!(read(&table("c1,c2,c3"), &[], "", "CN").expect("a table").0.rows, 200);
    // IDs have a check, so that no header speaks against them.
    assert_eq!(of("xh,id,账号").len(), 2, "{:?}", of("xh,id,账号"));
    // A column that is said to hold something else is set aside, and said to be.
    let (report, found) = read(&table("xh,sfzh,订单号"), &[], "", "CN").expect("a table");
    assert_eq!(found.len(), 200, "only the IDs");
    let order = report.columns.iter().find(|column| column.reads == "set aside").expect("a column");
    assert_eq!(order.kinds["phone"].set_aside.count, 200);
}

#[test]
fn a_word_in_a_first_row_of_data_is_not_a_header() {
    let text = lines(|n| format!("手机,{},{}", id(n), phone(n)));
    let (report, found) = read(&text, &[], "", "CN").expect("a table");
    assert_eq!((report.rows, found.len()), (200, 400), "{report:?}");
}

#[test]
fn timestamps_orders_and_cards_are_not_phones() {
    let text = lines(|n| {
        let (order, card) = (20_260_000_000_000_u64 + n * 977, 6_222_020_000_000_000_u64 + n * 7_919);
        format!("{},{},{order},{card},{}", 1_600_000_000 + n * 1_013, 1_600_000_000_000_u64 + n * 1_013, id(n))
    });
    let (report, found) = read(&text, &[], "", "CN").expect("a table");
    assert_eq!(detected(&text, &[], "").1, columns(&[["5", "cn.ric", "values"]]));
    assert_eq!((found.len(), report.not_read()), (200, 0), "{report:?}");
}

#[test]
fn running_text_is_not_a_table() {
    let text = lines(|n| format!("2026-01-02 10:{:02}:00 INFO user called {} about, well, {n}", n % 60, phone(n)));
    assert_eq!(detected(&text, &[], "").0, "running text");
    let prose =
        format!("他说, 打电话给我。\n没有人接。\n也没有人回, 也没有人来, 打{}也没有人问。\n", phone(1)).repeat(30);
    assert_eq!(detected(&prose, &[], "").0, "running text");
}

#[test]
fn requested_columns_come_before_detected_ones() {
    let text = format!("a,b\n{}", lines(|n| format!("{},{n}", phone(n))));
    assert_eq!(detected(&text, &["a=phone"], "").1, columns(&[["a", "phone", "asked"]]));
    assert_eq!(detected(&text, &["2=text"], "").1, columns(&[["1", "phone", "values"], ["2", "text", "asked"]]));
    let (report, found) = read(&text, &["a=none", "b=text"], "", "CN").expect("a table");
    assert_eq!((found.len(), report.columns.iter().filter(|column| column.is_read()).count()), (0, 1));
    assert!(detected(&text, &["tel=phone"], "").0.contains("“tel”"), "{:?}", detected(&text, &["tel=phone"], ""));
    let nothing = read("a,b\n1,2\n3,4\n", &[], "", "CN");
    assert!(matches!(nothing, Err(DumpError::NoKnownColumn { .. })), "{nothing:?}");
    let spaces = "version = 1\n[[file]]\nformat = \"delimited\"\ndelimiter = \" \"\n";
    let text = lines(|n| format!("{n} {}", phone(n)));
    assert_eq!(detected(&text, &[], spaces).1, columns(&[["2", "phone", "values"]]));
}

#[test]
fn a_table_with_swapped_rows_is_still_a_table() {
    let row =
        |n| if n % 2 == 0 { format!("{n},{},{}", id(n), phone(n)) } else { format!("{n},{},{}", phone(n), id(n)) };
    let text = format!("xh,sfzh,sjh\n{}", lines(row));
    let (report, found) = read(&text, &[], "", "CN").expect("a table");
    assert_eq!((report.format.as_str(), found.len()), ("CSV", 400));
    assert_eq!(report.columns[1].kinds["cn.ric"].swapped, 100);
}

#[test]
fn one_value_per_line() {
    assert_eq!(detected(&lines(id), &[], "").1, columns(&[["1", "cn.ric", "values"]]));
    let text = format!("手机号\n{}", lines(|n| format!("\"{}\"", phone(n))));
    let header = columns(&[["手机号", "phone", "header"]]);
    assert_eq!(detected(&text, &[], ""), ("one value per line".to_owned(), header));
    let asked = columns(&[["1", "phone", "asked"]]);
    assert_eq!(detected("15400001234\n15400001235\n", &["1=phone"], "").1, asked);
}

#[test]
fn columns_are_detected_as_a_whole() {
    let column = |region: &str, values: &[String]| {
        let text = ["mobile,x\n", &(values.join(",1\n") + ",1\n")].concat();
        read(&text, &[], "", region).expect("a table").0.columns.remove(0)
    };
    // Valid in Germany both ways; all of them begin with 49.
    let german: Vec<String> = (0..50).map(|n| format!("49151{:08}", n * 1_234_567 % 100_000_000)).collect();
    assert!(column("DE", &german).lacks_plus, "{:?}", column("DE", &german));
    assert!(column("CN", &german).lacks_plus);
    assert!(!column("CN", &(0..50).map(phone).collect::<Vec<_>>()).lacks_plus);
    let national: Vec<String> = (0..50).map(|n| format!("0151{:08}", n * 1_234_567 % 100_000_000)).collect();
    assert!(!column("DE", &national).lacks_plus);
    let rounded = |n| if n % 10 == 0 { format!("{}000", &id(n)[..15]) } else { id(n) };
    let text = format!("sfzh\n{}", (0..50).map(|n| rounded(n) + "\n").collect::<String>());
    let (report, _) = read(&text, &[], "", "CN").expect("a table");
    assert!(report.columns[0].is_rounded && report.columns[0].reads == "cn.ric");
    assert_eq!(report.columns[0].kinds["cn.ric"].rejected["float"].count, 5);
}

/// Cell by cell, whatever the column is: it decides only what is valid both ways.
#[test]
fn a_number_that_is_valid_only_behind_a_plus_needs_none() {
    let own = |n| phone(n % 3);
    let abroad = ["85291234567", "12125550123", "447700900123", "4915112345678", "86-852-91234567"];
    let text =
        format!("name,mobile\n{}", lines(|n| format!("x,{}", if n < 5 { abroad[n as usize].into() } else { own(n) })));
    let lacking = "version = 1\n[[file]]\n[[file.column]]\nname = \"mobile\"\nkind = \"phone\"\nlacks_plus = true\n";
    for mapping in ["", lacking] {
        let (report, mut found) = read(&text, &[], mapping, "CN").expect("a table");
        found.sort_unstable();
        found.dedup();
        let national = (0..3).map(|n| format!("+86{}", phone(n)));
        let abroad = ["+85291234567", "+12125550123", "+447700900123", "+4915112345678"].map(str::to_owned);
        let mut expected: Vec<String> = national.chain(abroad).collect();
        expected.sort_unstable();
        assert_eq!(found, expected, "{report:?}");
        assert_eq!(report.columns[0].lacks_plus, !mapping.is_empty());
    }
}

/// Everything that looks like an identifier is read, or it is said why not.
#[test]
fn what_is_not_read_is_counted_with_its_column_and_place() {
    // Three in ten look like phone numbers: order numbers under a header that says nothing.
    let number = |n| if n % 10 < 3 { phone(n) } else { format!("7{:09}", n * 7_654_321 % 1_000_000_000) };
    let text = format!("sfzh,nr\n{}", lines(|n| format!("{},{}", id(n), number(n))));
    let (report, found) = read(&text, &[], "", "CN").expect("a table");
    assert_eq!((found.len(), report.not_read()), (200, 60));
    let column = report.columns.iter().find(|column| column.reads == "undecided").expect("a column");
    assert_eq!((column.name.as_str(), column.kinds["phone"].not_read.first.len()), ("2", 3));
    // Asked for, they are read.
    assert!(read(&text, &["2=phone"], "", "CN").expect("a table").1.len() >= 260);
}

#[test]
fn words_for_nothing_do_not_speak_against_a_column() {
    for nothing in ["\\N", "NULL", "0", "-", "none", "", "154****0001"] {
        let text = lines(|n| format!("{},{}", id(n), if n % 10 < 7 { nothing.to_owned() } else { phone(n) }));
        assert_eq!(read(&text, &[], "", "CN").expect("a table").1.len(), 260, "{nothing}");
    }
}

#[test]
fn prose_beside_known_columns_is_read_as_running_text() {
    let text = format!("sfzh,memo\n{}", lines(|n| format!("{},家里电话{}，白天打", id(n), phone(n))));
    assert_eq!(read(&text, &[], "", "CN").expect("a table").1.len(), 400);
}

#[test]
fn a_header_is_found_below_banners_and_again_further_down() {
    let banner = "客户手机号清单\n\n# made 2026-01-01\n";
    let first = format!("{banner}name,sjh,sfzh\n{}", lines(|n| format!("某人,{},{}", phone(n), id(n))));
    let (report, found) = read(&first, &[], "", "CN").expect("a table");
    assert_eq!((report.rows, found.len()), (200, 400), "{report:?}");
    // A second table, with other columns in another order.
    let second = format!("sfzh,amount,mobile\n{}", lines(|n| format!("{},{n},{}", id(n + 500), phone(n + 500))));
    let (report, found) = read(&format!("{first}{second}"), &[], "", "CN").expect("tables");
    assert_eq!((report.rows, found.len(), report.other_width), (400, 800, 0), "{report:?}");
    assert!(report.columns.iter().all(|column| column.kinds.values().all(|kind| kind.rejected.is_empty())));
}

#[test]
fn rows_of_another_width_are_read() {
    let narrow = lines(|n| format!("{n},{},{}", id(n), phone(n)));
    let wide = lines(|n| format!("{n},x,{},y,{}", phone(n + 500), id(n + 500)));
    let (report, found) = read(&format!("{narrow}{wide}"), &[], "", "CN").expect("a table");
    assert_eq!((report.rows, report.malformed, found.len()), (400, 0, 800), "{report:?}");
    // A comma in an address, and fields missing at the end.
    let text = format!(
        "sjh,sfzh,addr,x\n{}",
        lines(|n| match n % 3 {
            0 => format!("{},{},路 1 号, 2 楼,z", phone(n), id(n)),
            1 => format!("{},{}", phone(n), id(n)),
            _ => format!("{},{},路,z", phone(n), id(n)),
        })
    );
    let (report, found) = read(&text, &[], "", "CN").expect("a table");
    assert_eq!(found.len(), 400, "{report:?}");
}

#[test]
fn a_column_that_begins_late_is_read() {
    let text: String = (0..5_000)
        .map(|n| [n.to_string(), id(n), if n < 2_000 { String::new() } else { phone(n) }].join(",") + "\n")
        .collect();
    assert_eq!(read(&text, &[], "", "CN").expect("a table").1.len(), 8_000);
}

#[test]
fn a_cell_that_is_not_exactly_one_number_is_searched() {
    for cell in [
        "A (home)",
        "A B",
        "A或B",
        "A or B",
        "=\"A\"",
        "{A}",
        "[\"\"A\"\", \"\"B\"\"]",
        "`A",
        "A&B",
        "A\u{0}\u{0}",
        "A<br>B",
        "a:2:{s:6:mobile;s:11:A;}",
        "A#B",
        "A(B)",
    ] {
        let text = format!(
            "name|mobile\n{}",
            lines(|n| { format!("某人|{}", cell.replace('A', &phone(n)).replace('B', &phone(n + 500))) })
        );
        let expected = 200 * if cell.contains('B') { 2 } else { 1 };
        let (report, found) = read(&text, &[], "", "CN").expect("a table");
        assert_eq!(found.len(), expected, "{cell}: {report:?}");
    }
}
