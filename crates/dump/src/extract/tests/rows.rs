//! Which lines are headers, and rows that are not as the others.

use super::{id, lines, phone, read};

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
