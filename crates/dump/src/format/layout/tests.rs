//! Random records, written in each format, are read back; and whatever a text is, no number in it
//! disappears. Numbers are assigned to nobody.

use super::*;
use crate::format::rows::{Cell, Outside};
use crate::halt::Halt;
use proptest::prelude::*;
use std::borrow::Cow;
use std::fmt::Write as _;

/// Receives rows as pairs of column and value, and all other text.
#[derive(Default)]
struct Pairs {
    columns: Vec<String>,
    values: Vec<(String, String)>,
    text: String,
}

impl Rows for Pairs {
    fn table(&mut self, _: &str, columns: &[Cow<'_, str>]) -> Result<(), Halt> {
        self.columns = columns.iter().map(|name| name.clone().into_owned()).collect();
        Ok(())
    }

    fn row(&mut self, _: u64, cells: &[Cell<'_>]) -> Result<(), Halt> {
        for (index, cell) in cells.iter().enumerate() {
            let value = cell.parts().1;
            self.text.push_str(value);
            self.text.push('\n');
            if !value.is_empty() {
                let column = self.columns.get(index).cloned().unwrap_or_default();
                self.values.push((column, value.to_owned()));
            }
        }
        Ok(())
    }

    fn malformed(&mut self, _: u64) -> Result<(), Halt> {
        Ok(())
    }

    fn outside(&mut self, _: u64, text: &[u8], _: Outside) -> Result<(), Halt> {
        self.text.push_str(&String::from_utf8_lossy(text));
        self.text.push('\n');
        Ok(())
    }
}

fn read(layout: Layout, text: &str) -> Pairs {
    let mut pairs = Pairs::default();
    layout.read(&mut text.as_bytes(), &Limits::default(), &mut pairs).expect("no limit");
    pairs
}

/// A record: name, phone numbers, a note.
type Person = (String, Vec<u32>, String);

fn people() -> impl Strategy<Value = Vec<Person>> {
    let words = prop::sample::select(vec!["张三", "a", "李 四", "x & y", "", "o'b", "v<w", "100 %", "好"]);
    let person = (words.clone(), prop::collection::vec(0_u32..100_000_000, 0..4), words);
    let person = person.prop_map(|(name, numbers, note)| (name.to_owned(), numbers, note.to_owned()));
    prop::collection::vec(person, 2..20)
}

fn number(n: u32) -> String {
    format!("154{n:08}")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn write(layout: Layout, people: &[Person]) -> String {
    let mut text = String::new();
    for (name, numbers, note) in people {
        let all: Vec<String> = numbers.iter().map(|&n| number(n)).collect();
        let of = |before: &str, behind: &str| {
            all.iter().map(|n| format!("{before}{n}{behind}")).collect::<Vec<_>>().concat()
        };
        let _ = match layout {
            Layout::Cards => {
                write!(
                    text,
                    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\n{}NOTE:{note}\r\nEND:VCARD\r\n",
                    of("TEL;TYPE=CELL:", "\r\n")
                )
            }
            Layout::Directory => write!(text, "dn: cn={name}\n{}description: {note}\n\n", of("mobile: ", "\n")),
            Layout::Html => {
                let numbers = all.join("<br>");
                let (name, note) = (escaped(name), escaped(note));
                write!(text, "<tr><td>{name}<td>{numbers}</td><td>{note}</td></tr>")
            }
            Layout::Xml => {
                let (name, note) = (escaped(name), escaped(note));
                writeln!(text, "<person><name>{name}</name>{}<note>{note}</note></person>", of("<mobile>", "</mobile>"))
            }
            Layout::Ruled => writeln!(text, "| {name} | {} | {note} |", all.join(" ")),
            Layout::Vertical => write!(text, "姓名：{name}\n{}备注：{note}\n\n", of("手机：", "\n")),
        };
    }
    match layout {
        Layout::Html => format!("<html><table><tr><th>name<th>mobile<th>note</tr>{text}</table></html>"),
        Layout::Xml => format!("<?xml version=\"1.0\"?>\n<people>{text}</people>"),
        Layout::Ruled => format!("+--+--+--+\n| name | mobile | note |\n+--+--+--+\n{text}+--+--+--+\n"),
        _ => text,
    }
}

/// The column of the numbers.
fn column(layout: Layout) -> &'static str {
    match layout {
        Layout::Cards => "TEL",
        Layout::Vertical => "手机",
        _ => "mobile",
    }
}

/// Runs of so many digits that they may be numbers.
fn numbers(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() >= 7).collect()
}

/// Whether every number in a text comes out of reading it, in a row or beside.
fn assert_nothing_is_lost(layout: Layout, text: &str) {
    if layout == Layout::Directory && text.contains("::") {
        // What is encoded is another text.
        return;
    }
    let seen = read(layout, text).text;
    for number in numbers(text) {
        assert!(seen.contains(number), "{layout:?} lost {number} of {text:?}");
    }
}

proptest! {
    // The same texts every time, so that a change is judged by what it changes.
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(15),
        ..ProptestConfig::with_cases(128)
    })]

    #[test]
    fn records_come_back(people in people()) {
        let mut expected: Vec<String> = people.iter().flat_map(|(_, numbers, _)| numbers).map(|&n| number(n)).collect();
        expected.sort();
        for layout in Layout::ALL {
            let text = write(layout, &people);
            let found = read(layout, &text).values.into_iter().filter(|(key, _)| key == column(layout));
            let mut found: Vec<String> =
                found.flat_map(|(_, value)| value.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect();
            found.sort();
            prop_assert_eq!(&found, &expected, "{:?}", layout);
        }
    }

    #[test]
    fn no_number_disappears_from_a_damaged_text(
        people in people(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, prop::sample::select(vec![
            "", "<", ">", "\"", "'", "&", "\n", "|", "+--+", ": ", "：", "\n\n", "-- --\n", "<td>", "</tr>", "<table>", "<!--", "-->",
            "BEGIN:VCARD\n", "END:VCARD\n", "dn: a=b\n", "\n ", "x", " ", "\t", "<a b='", "/>", "</person>", "<![CDATA[", "]]>", "\\",
            "15400009999", "<15400009998", "</15400009997>", "=", "<th>", "<key>", "*** 1. row ***\n", "-[ RECORD 1 ]-\n",
        ])), 1..12),
    ) {
        for layout in Layout::ALL {
            let mut text: Vec<char> = write(layout, &people).chars().collect();
            for (place, deleted, inserted) in &changes {
                let at = place.index(text.len());
                let end = (at + deleted).min(text.len());
                text.splice(at..end, inserted.chars());
            }
            let text: String = text.into_iter().collect();
            for layout in Layout::ALL {
                assert_nothing_is_lost(layout, &text);
            }
        }
    }
}

#[test]
fn each_format_is_detected_as_itself() {
    let people: Vec<Person> = (0..20).map(|n| ("张三".to_owned(), vec![n], "a".to_owned())).collect();
    for layout in Layout::ALL {
        let text = write(layout, &people);
        let sure = |other: Layout| other.looks_like(&text).unwrap_or_default();
        let best = Layout::ALL.into_iter().rev().max_by(|a, b| sure(*a).total_cmp(&sure(*b)));
        assert_eq!(best, Some(layout), "{text}");
        let csv = "name,mobile\na,15400001234\n".repeat(20);
        assert_eq!(layout.looks_like(&csv), None);
    }
}
