//! Random tables, and how programs write them.

use crate::extract::tests::{id_in_text, phone};
use proptest::prelude::*;
use std::fmt::Write as _;

/// What a cell holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value {
    Phone,
    Id,
    PhoneAmongWords,
    TwoPhones,
    Masked,
    Missing,
    Number,
    Word,
    Quote,
}

#[derive(Clone, Debug)]
pub(super) struct Table {
    headers: Vec<&'static str>,
    has_header: bool,
    /// By column: what most of its cells hold, what the others hold, and how many of ten are
    /// others.
    columns: Vec<(Value, Value, u8)>,
    rows: u64,
    delimiter: &'static str,
    line_end: &'static str,
    /// Whether numbers have no quotes where the layout has some for text.
    is_bare: bool,
}

/// How a table is written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Layout {
    Delimited,
    JsonLines,
    JsonList,
    JsonOfPairs,
    JsonRows,
    Sql,
    SqlOfManyRows,
    SqlSet,
    Vertical,
    Html,
    Xml,
    Prose,
}

fn value() -> impl Strategy<Value = Value> {
    use Value::{Id, Masked, Missing, Number, Phone, PhoneAmongWords, Quote, TwoPhones, Word};
    prop::sample::select(vec![Phone, Phone, Id, PhoneAmongWords, TwoPhones, Masked, Missing, Number, Word, Quote])
}

pub(super) fn table() -> impl Strategy<Value = Table> {
    let headers = vec!["手机号", "mobile", "sfzh", "订单号", "id", "memo", "c1", "账号", "name", "create_time"];
    let columns = prop::collection::vec((value(), value(), 0..10_u8), 1..6);
    let delimiter = prop::sample::select(vec![",", "\t", ";", "|", "----"]);
    let line_end = prop::sample::select(vec!["\n", "\r\n"]);
    (
        prop::sample::subsequence(headers, 6).prop_shuffle(),
        any::<bool>(),
        columns,
        1..120_u64,
        delimiter,
        line_end,
        any::<bool>(),
    )
        .prop_map(|(headers, has_header, columns, rows, delimiter, line_end, is_bare)| Table {
            headers,
            has_header,
            columns,
            rows,
            delimiter,
            line_end,
            is_bare,
        })
}

/// Half of them delimited, JSON and SQL as they are most often; else any.
pub(super) fn layout() -> impl Strategy<Value = Layout> {
    use Layout::{
        Delimited, Html, JsonLines, JsonList, JsonOfPairs, JsonRows, Prose, Sql, SqlOfManyRows, SqlSet, Vertical, Xml,
    };
    let rare = vec![JsonList, JsonOfPairs, JsonRows, SqlOfManyRows, SqlSet, Vertical, Html, Xml, Prose];
    prop_oneof![prop::sample::select(vec![Delimited, Delimited, JsonLines, Sql]), prop::sample::select(rare)]
}

impl Value {
    fn text(self, n: u64) -> String {
        match self {
            Self::Phone => phone(n),
            Self::Id => id_in_text(n),
            Self::PhoneAmongWords => format!("白天打 {} 找我", phone(n)),
            Self::TwoPhones => format!("{} / {}", phone(n), phone(n + 7_000)),
            Self::Masked => "139****0001".to_owned(),
            Self::Missing => ["NULL", "\\N", "0", "-", ""][n as usize % 5].to_owned(),
            Self::Number => format!("{}", 7_000_000_000 + n * 7_654_321),
            Self::Word => "某人".to_owned(),
            Self::Quote => "小\"明".to_owned(),
        }
    }
}

impl Table {
    pub(super) fn width(&self) -> usize {
        self.columns.len()
    }

    /// A name for each column, all of them different.
    pub(super) fn names(&self) -> Vec<String> {
        let name = |at: usize| format!("{}{}", self.headers[at], if at > 5 { at.to_string() } else { String::new() });
        (0..self.width()).map(name).collect()
    }

    /// The cells of each row, behind a header if there is one.
    pub(super) fn with_header(&self) -> impl Iterator<Item = Vec<String>> {
        self.has_header.then(|| self.names()).into_iter().chain(self.rows())
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Vec<String>> {
        (0..self.rows).map(|n| self.cells(n))
    }

    fn cells(&self, n: u64) -> Vec<String> {
        let cell = |(at, &(most, other, share)): (usize, &(Value, Value, u8))| {
            let is_other = (n * 7 + at as u64) % 10 < u64::from(share) / 2;
            (if is_other { other } else { most }).text(n * 16 + at as u64)
        };
        self.columns.iter().enumerate().map(cell).collect()
    }

    /// Whether a cell is written as a number.
    pub(super) fn is_number(&self, cell: &str) -> bool {
        self.is_bare && (1..16).contains(&cell.len()) && cell.bytes().all(|byte| byte.is_ascii_digit())
    }

    pub(super) fn text(&self, layout: Layout) -> String {
        let mut text = String::new();
        let mut line = |line: &str| text += &[line, self.line_end].concat();
        match layout {
            Layout::Delimited => self.with_header().for_each(|row| line(&row.join(self.delimiter))),
            Layout::JsonLines => self.rows().for_each(|row| line(&self.object(&row))),
            Layout::JsonList => {
                let rows: Vec<String> = self.rows().map(|row| self.object(&row)).collect();
                line(&format!("[{}]", rows.join(&format!(",{}", self.line_end))));
            }
            Layout::JsonOfPairs => self.rows().for_each(|row| {
                let pair =
                    |(name, cell): (String, &String)| format!("{{\"type\":\"{name}\",\"value\":{}}}", self.json(cell));
                let pairs: Vec<String> = self.names().into_iter().zip(&row).map(pair).collect();
                line(&format!("{{\"user\":{{\"list\":[{}]}}}}", pairs.join(", ")));
            }),
            Layout::JsonRows => {
                let row = |row: Vec<String>| row.iter().map(|cell| self.json(cell)).collect::<Vec<_>>().join(",");
                let rows: Vec<String> = self.with_header().map(|cells| format!("[{}]", row(cells))).collect();
                line(&format!("{{\"rows\":[{}]}}", rows.join(",")));
            }
            Layout::Sql => self.rows().for_each(|row| line(&format!("INSERT INTO t VALUES {};", self.tuple(&row)))),
            Layout::SqlOfManyRows => {
                let (names, rows) = (self.names().join("`,`"), self.rows().collect::<Vec<_>>());
                for rows in rows.chunks(7) {
                    line(&format!("INSERT INTO `t` (`{names}`) VALUES"));
                    let tuples: Vec<String> = rows.iter().map(|row| self.tuple(row)).collect();
                    line(&format!("{};", tuples.join(&format!(",{}", self.line_end))));
                }
            }
            Layout::SqlSet => (0..).zip(self.rows()).for_each(|(n, row)| {
                let set = |(name, cell): (String, &String)| format!("`{name}` = {}", self.sql(cell));
                let sets: Vec<String> = self.names().into_iter().zip(&row).map(set).collect();
                line(&format!("UPDATE `t` SET {} WHERE `key` = {n};", sets.join(", ")));
            }),
            Layout::Vertical => (1..).zip(self.rows()).for_each(|(n, row)| {
                line(&format!("*************************** {n}. row ***************************"));
                self.names().iter().zip(&row).for_each(|(name, cell)| line(&format!("{name:>12}: {cell}")));
            }),
            Layout::Html => {
                line("<table>");
                for row in self.with_header() {
                    let cells = row.iter().fold(String::new(), |mut cells, cell| {
                        let _ = write!(cells, "<td>{}</td>", marked_up(cell));
                        cells
                    });
                    line(&format!("<tr>{cells}</tr>"));
                }
                line("</table>");
            }
            Layout::Xml => {
                line("<data>");
                for row in self.rows() {
                    let cells = self.names().iter().zip(&row).fold(String::new(), |mut cells, (name, cell)| {
                        let _ = write!(cells, "<field name=\"{name}\">{}</field>", marked_up(cell));
                        cells
                    });
                    line(&format!("<row>{cells}</row>"));
                }
                line("</data>");
            }
            Layout::Prose => self.rows().for_each(|row| line(&format!("他说: {}。", row.join("和")))),
        }
        text
    }

    fn object(&self, row: &[String]) -> String {
        let member = |(name, cell): (String, &String)| format!("\"{name}\":{}", self.json(cell));
        format!("{{{}}}", self.names().into_iter().zip(row).map(member).collect::<Vec<_>>().join(","))
    }

    fn json(&self, cell: &str) -> String {
        if self.is_number(cell) { cell.to_owned() } else { serde_json::Value::from(cell).to_string() }
    }

    fn tuple(&self, row: &[String]) -> String {
        format!("({})", row.iter().map(|cell| self.sql(cell)).collect::<Vec<_>>().join(","))
    }

    fn sql(&self, cell: &str) -> String {
        if self.is_number(cell) { cell.to_owned() } else { format!("'{}'", cell.replace('\'', "''")) }
    }
}

/// A text as it is in a document of XML or HTML.
pub(super) fn marked_up(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
