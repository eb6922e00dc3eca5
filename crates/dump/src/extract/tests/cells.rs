//! What is made of a cell.

use super::{id, lines, phone, read};

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
        "%2b86A",
        "tel%3DA%26x%3D1",
        "A%20B",
        "+86 A",
        "A ::: B",
        "A、B",
        "A\u{3000}B",
        "tel:A",
        "(A)",
        "A转801",
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
