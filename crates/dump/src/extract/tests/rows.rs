//! Which lines are headers, and rows that are not as the others.

use super::{id, lines, phone, read};
use std::collections::BTreeSet;

#[test]
fn a_word_in_a_first_row_of_data_is_not_a_header() {
    let text = lines(|n| format!("手机,{},{}", id(n), phone(n)));
    let (report, found) = read(&text, &[], "", "CN").expect("a table");
    assert_eq!((report.rows, found.len()), (200, 400), "{report:?}");
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
fn settings_titles_and_comments_before_a_header_are_no_header() {
    let header = "name;sjh;sfzh\n";
    let rows = lines(|n| format!("某人;{};{}", phone(n), id(n)));
    for before in [
        "sep=;\n",
        "\u{feff}sep=;\r\n\r\n",
        "# made by a tool\n# for somebody\n",
        "客户资料\n\n",
        "\"Report; all\";;\n;;\n",
    ] {
        let (report, found) = read(&format!("{before}{header}{rows}"), &[], "", "CN").expect("a table");
        let named = |name: &str| report.columns.iter().any(|column| column.name == name && column.is_of_a_kind());
        assert_eq!(found.len(), 400, "{before:?}: {report:?}");
        assert!(named("sjh") && named("sfzh"), "{before:?}: {:?}", report.columns);
        // What stands before it is found by a flag as well.
        let (_, found) =
            read(&format!("{before}{header}{rows}"), &["sjh=phone", "sfzh=none"], "", "CN").expect("asked");
        assert_eq!(found.len(), 200, "{before:?}");
    }
}

#[test]
fn a_quote_that_quotes_nothing_swallows_no_row() {
    let stray: [fn(u64) -> &'static str; 4] = [
        |n| if n == 100 { "\"nick" } else { "x" },
        |n| match n {
            100 => "\"nick",
            130 => "nick\"",
            _ => "x",
        },
        |n| if n.is_multiple_of(40) { "5\"7 \"tall" } else { "x" },
        |n| if n.is_multiple_of(7) { "\"" } else { "x" },
    ];
    for delimiter in [",", "\t", "|", "----"] {
        for (number, nick) in stray.iter().enumerate() {
            for header in ["", "nr,nick,mobile,sfzh\n"] {
                let row = |n: u64| [n.to_string(), nick(n).to_owned(), phone(n), id(n)].join(delimiter);
                let text = header.replace(',', delimiter) + &lines(row);
                let (report, found) = read(&text, &[], "", "CN").expect("a table");
                assert_eq!((report.rows, found.len()), (200, 400), "{number} with {delimiter}: {report:?}");
            }
        }
    }
}

#[test]
fn a_quoted_field_of_many_lines_is_one_field() {
    let address = "\"路 1 号,\n2 楼 \"\"东\"\"\n\"";
    let row = |n: u64| format!("{n},{},{},{}", if n.is_multiple_of(9) { address } else { "路" }, phone(n), id(n));
    let text = format!("nr,addr,mobile,sfzh\n{}", lines(row));
    let (report, found) = read(&text, &[], "", "CN").expect("a table");
    assert_eq!((report.rows, report.malformed, report.other_width, found.len()), (200, 0, 0, 400), "{report:?}");
}

/// A statement, a header or a row may follow text of any kind.
#[test]
fn what_follows_a_long_preface_is_read_as_what_it_is() {
    let preface = "Dear all,\nplease find the list below; it is as of 2026-01-02 10:00:00.\n\n".repeat(3);
    let expected: BTreeSet<String> = (0..200).flat_map(|n| [format!("+86{}", phone(n)), id(n)]).collect();
    let orders = |n: u64| phone(n + 60_000);
    for (format, text) in [
        ("CSV", format!("nr,order_no,mobile,sfzh\n{}", lines(|n| format!("{n},{},{},{}", orders(n), phone(n), id(n))))),
        (
            "SQL",
            lines(|n| {
                let values = format!("{n},'{}','{}','{}'", orders(n), phone(n), id(n));
                format!("INSERT INTO `t` (`nr`,`order_no`,`mobile`,`sfzh`) VALUES ({values});")
            }),
        ),
    ] {
        let (report, found) = read(&(preface.clone() + &text), &[], "", "CN").expect("it is read");
        assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected, "{format}: {report:?}");
        assert_eq!((report.set_aside(), report.not_read()), (200, 0), "{format}: the order numbers");
    }
}
