//! What a column is read as: by its header, by its values, as requested, or not at all.

use super::{columns, detected, id, lines, phone, read};
use crate::error::DumpError;
use crate::report::ReadAs;

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
    let order = report.columns.iter().find(|column| column.reads == ReadAs::SetAside).expect("a column");
    assert_eq!(order.kinds["phone"].set_aside.count, 200);
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
    assert!(report.columns[0].is_rounded && report.columns[0].reads.name() == "cn.ric");
    assert_eq!(report.columns[0].kinds["cn.ric"].rejected["float"].count, 5);
}

/// Everything that looks like an identifier is read, or it is said why not.
#[test]
fn what_is_not_read_is_counted_with_its_column_and_place() {
    // Three in ten look like phone numbers: order numbers under a header that says nothing.
    let number = |n| if n % 10 < 3 { phone(n) } else { format!("7{:09}", n * 7_654_321 % 1_000_000_000) };
    let text = format!("sfzh,nr\n{}", lines(|n| format!("{},{}", id(n), number(n))));
    let (report, found) = read(&text, &[], "", "CN").expect("a table");
    assert_eq!((found.len(), report.not_read()), (200, 60));
    let column = report.columns.iter().find(|column| column.reads == ReadAs::Undecided).expect("a column");
    assert_eq!((column.name.as_str(), column.kinds["phone"].not_read.first.len()), ("2", 3));
    // Asked for, they are read.
    assert!(read(&text, &["2=phone"], "", "CN").expect("a table").1.len() >= 260);
}

/// The first rows say nothing of a column, and blocks differ: the share of all values decides what
/// a block leaves, and a block whose values are mostly identifiers is read in any case.
#[test]
fn all_values_of_a_column_decide_what_its_blocks_leave() {
    const ROWS: u64 = 90_000;
    let unread_of = |passing_in_ten: fn(u64) -> u64| {
        let value = |n: u64| match n {
            0..2_000 => "NULL".to_owned(),
            _ if n % 10 < passing_in_ten(n) => phone(n),
            _ => format!("7{:09}", n * 7_654_321 % 1_000_000_000),
        };
        let rows = |row: &dyn Fn(u64) -> String| (0..ROWS).map(|n| row(n) + "\n").collect::<String>();
        let csv = read(&format!("sfzh,nr\n{}", rows(&|n| format!("{},{}", id(n), value(n)))), &[], "", "CN");
        let json = read(&rows(&|n| format!("{{\"sfzh\":\"{}\",\"nr\":\"{}\"}}", id(n), value(n))), &[], "", "CN");
        let sql = rows(&|n| format!("INSERT INTO `t` (`sfzh`,`nr`) VALUES ('{}','{}');", id(n), value(n)));
        let sql = read(&sql, &[], "", "CN");
        [csv, json, sql].map(|read| read.expect("a table").0.not_read())
    };
    // Seven in ten, then all.
    assert_eq!(unread_of(|n| if n < 40_000 { 7 } else { 10 }), [0; 3]);
    // All, then four in ten: up to the block in which that changes, all are read.
    let unread = unread_of(|n| if n < 20_000 { 10 } else { 4 });
    assert!(unread.iter().all(|unread| (20_000..36_000).contains(unread)), "{unread:?}");
}
