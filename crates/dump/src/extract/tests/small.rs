//! Tables and files so small that each alone says nothing, and columns that say nothing for long.

use super::{id, phone, read};
use std::collections::BTreeSet;

/// As many people as there are tables.
const PEOPLE: u64 = 150;

fn phones(people: impl Iterator<Item = u64>) -> BTreeSet<String> {
    people.map(|n| format!("+86{}", phone(n))).collect()
}

/// A number that looks like a phone number in one case of ten.
fn code(n: u64) -> String {
    if n.is_multiple_of(10) { phone(n + 40_000) } else { format!("7{:09}", n * 7_654_321 % 1_000_000_000) }
}

/// Tables of two shapes, a row or two in each: accounts with phone numbers, and codes of which a
/// few look like some. In each format that has several tables.
fn sharded(rows: u64) -> [(&'static str, String); 3] {
    let (mut sql, mut html, mut xml) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..PEOPLE {
        let mut shard = |name: &str, columns: [&str; 2], value: &dyn Fn(u64) -> String| {
            let rows: Vec<[String; 2]> = (0..rows).map(|row| [format!("x{row}"), value(n * rows + row)]).collect();
            let all = |row: &dyn Fn(&[String; 2]) -> String| rows.iter().map(row).collect::<Vec<_>>();
            let [a, b] = columns;
            sql.push(format!("CREATE TABLE `{name}_{n:03}` (`{a}` varchar(20), `{b}` varchar(20));\n"));
            let tuples = all(&|[a, b]| format!("('{a}','{b}')")).join(",");
            sql.push(format!("INSERT INTO `{name}_{n:03}` VALUES {tuples};\n"));
            let cells = all(&|[a, b]| format!("<tr><td>{a}</td><td>{b}</td></tr>")).concat();
            html.push(format!("<table><tr><th>{a}</th><th>{b}</th></tr>{cells}</table>\n"));
            let fields = all(&|[one, two]| {
                format!("<row><field name=\"{a}\">{one}</field><field name=\"{b}\">{two}</field></row>\n")
            });
            xml.push(format!("<table_data name=\"{name}_{n:03}\">\n{}</table_data>\n", fields.concat()));
        };
        shard("user", ["nick", "c_no"], &phone);
        shard("job", ["step", "nr"], &code);
    }
    [
        ("SQL", sql.concat()),
        ("HTML", html.concat()),
        (
            "XML",
            format!(
                "<?xml version=\"1.0\"?>\n<mysqldump><database name=\"d\">\n{}</database></mysqldump>",
                xml.concat()
            ),
        ),
    ]
}

#[test]
fn small_tables_of_one_shape_are_decided_together() {
    for rows in [1, 2] {
        for (format, text) in sharded(rows) {
            let (report, found) = read(&text, &[], "", "CN").expect("tables");
            let expected = phones(0..PEOPLE * rows);
            let found: BTreeSet<String> = found.into_iter().collect();
            assert_eq!(found, expected, "{format} of {rows}, as {}", report.format);
            // One table of codes alone may be a phone number; all of them are not.
            assert_eq!(report.not_read(), PEOPLE * rows / 10, "{format} of {rows}");
        }
    }
}

#[test]
fn a_file_of_one_row_or_two_is_read() {
    for rows in [1, 2, 3] {
        for (header, delimiter) in [("", ","), ("", "\t"), ("", "|"), ("", "----"), ("name,c1,c2\n", ",")] {
            let row = |n: u64| ["某人".to_owned(), phone(n), id(n)].join(delimiter) + "\n";
            let text = header.to_owned() + &(0..rows).map(row).collect::<String>();
            for text in [&text[..], text.trim_end()] {
                let (report, found) = read(text, &[], "", "CN").expect("a table");
                assert_eq!(found.len() as u64, rows * 2, "{rows} rows between {delimiter}: {report:?}");
            }
        }
        for text in [
            (0..rows).map(|n| phone(n) + "\n").collect::<String>(),
            (0..rows).map(|n| ["{\"a\":\"", &phone(n), "\"}\n"].concat()).collect(),
            format!("[{}]", (0..rows).map(|n| format!("[\"x\",\"{}\"]", phone(n))).collect::<Vec<_>>().join(",")),
            format!(
                "INSERT INTO t VALUES {};",
                (0..rows).map(|n| format!("({n},'{}')", phone(n))).collect::<Vec<_>>().join(",")
            ),
        ] {
            let (report, found) = read(&text, &[], "", "CN").expect("a table");
            assert_eq!(found.len() as u64, rows, "{text}: {report:?}");
        }
    }
}

/// Rows at the beginning whose column says nothing.
const SILENT: u64 = 5_000;

#[test]
fn a_column_that_says_nothing_for_thousands_of_rows_is_read() {
    for nothing in ["", "NULL", "\\N", "0", "-", "none"] {
        let value = |n: u64| if n < SILENT { nothing.to_owned() } else { phone(n) };
        let rows = |row: &dyn Fn(u64) -> String| (0..SILENT + 600).map(row).collect::<String>();
        let json = |text: &str| serde_json::Value::from(text).to_string();
        for (format, text) in [
            ("CSV", rows(&|n| format!("{n},某人,{}\n", value(n)))),
            ("a header that nobody knows", format!("nr,wer,wo\n{}", rows(&|n| format!("{n},某人,{}\n", value(n))))),
            ("tabs", rows(&|n| format!("{n}\t{}\t{}\n", id(n), value(n)))),
            ("JSON", rows(&|n| format!("{{\"nr\":{n},\"wo\":{}}}\n", json(&value(n))))),
            ("arrays", rows(&|n| format!("[{n},\"某人\",{}]\n", json(&value(n))))),
            ("SQL", rows(&|n| format!("INSERT INTO t VALUES ({n},'某人','{}');\n", value(n).replace('\\', "\\\\")))),
            ("HTML", format!("<table>{}</table>", rows(&|n| format!("<tr><td>{n}</td><td>{}</td></tr>\n", value(n))))),
        ] {
            let (report, found) = read(&text, &[], "", "CN").expect("a table");
            let found: BTreeSet<String> = found.into_iter().filter(|one| one.starts_with('+')).collect();
            let expected = phones(SILENT..SILENT + 600);
            assert_eq!(found.len(), expected.len(), "{format} with “{nothing}”: {:?}", report.columns);
            assert_eq!(found, expected, "{format} with “{nothing}”");
        }
    }
}
