//! The cutter and the walker together: every layout, in every size of pieces, and malformed or huge
//! texts.

use super::block::Skipped;
use super::tree::Below;
use super::*;
use crate::columns::label::{Inherited, Label};
use crate::format::rows::{Parts, Tag};
use crate::limits::Limits;
use std::io::{self, Read};

mod conserved;
mod cut;

/// A reader that gives a few bytes at a time.
struct Dripping<'b>(&'b [u8], usize);

impl Read for Dripping<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(self.1);
        self.0.read(&mut buffer[..count])
    }
}

/// The result: the leaves, one per line, the records, and the malformed pieces.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    leaves: Vec<String>,
    ends: Vec<u64>,
    skipped: Skipped,
}

impl Leaves for Seen {
    fn leaf(&mut self, column: usize, (tag, text): Parts<'_>) {
        self.leaves.push(match tag {
            Tag::Nothing => format!("{column} -"),
            Tag::Text => format!("{column} {text}"),
            Tag::Integer => format!("{column} i{text}"),
            Tag::Float => format!("{column} f{text}"),
        });
    }

    fn end(&mut self, at: u64) {
        self.ends.push(at);
    }

    fn malformed(&mut self, at: u64, reason: Reason) {
        self.skipped.add(at, reason);
    }

    fn outside(&mut self, _: u64, _: &str) {}
}

fn limits(record: usize) -> Limits {
    Limits { record, depth: 16, ..Limits::default() }
}

fn read(text: impl Read, wanted: &Wanted<'_>, limits: &Limits) -> Seen {
    drain(Cutter::new(text, limits), wanted, limits)
}

fn drain(mut cutter: Cutter<impl Read>, wanted: &Wanted<'_>, limits: &Limits) -> Seen {
    let mut walker = Walker::new(wanted, limits);
    let mut seen = Seen::default();
    while let Some(block) = cutter.next().expect("memory") {
        walker.walk(&block, str::from_utf8(&block.text).expect("cut between characters"), &mut seen);
    }
    for (count, first, reason) in [
        (cutter.skipped().syntax, cutter.skipped().first_syntax, Reason::Syntax),
        (cutter.skipped().depth, cutter.skipped().first_depth, Reason::Depth),
        (cutter.skipped().record, cutter.skipped().first_record, Reason::Record),
    ] {
        (0..count).for_each(|_| seen.skipped.add(first.expect("one was counted"), reason));
    }
    seen
}

fn paths_of(paths: &[&str]) -> Vec<Vec<String>> {
    paths.iter().map(|path| path.split('.').map(str::to_owned).collect()).collect()
}

/// What `m` and `id` say, wherever they are.
const LABELS: [&str; 2] = ["m", "id"];

/// Only requested paths, if there are any; otherwise, or too, column 0 for `m`, 1 for `id`.
fn wanted(paths: &[&str], by_key: bool) -> Wanted<'static> {
    let below: Below = |_, key| {
        let key = key.rsplit_once('.').map_or(key, |(_, last)| last);
        Inherited::of(LABELS.iter().find(|known| **known == key).map(|known| Label::Other(known)))
    };
    Wanted::new(Layout {
        requested: paths_of(paths),
        paths: Vec::new(),
        below: if by_key { below } else { |above, _| above },
        of_label: &|label| LABELS.iter().position(|known| label == Label::Other(known)).map(|at| at as u32),
        later: 0..0,
        takes_all: vec![true; 8],
        may_hold: &|_| false,
        may_be: &|_| false,
        rows_are_arrays: false,
    })
}

/// Reads in one piece, in small pieces, and with little memory: the leaves must be the same, and in
/// the first two cases all else.
fn leaves(text: &str, paths: &[&str]) -> Seen {
    let wanted = wanted(paths, paths.is_empty());
    let whole = read(text.as_bytes(), &wanted, &limits(1 << 20));
    for step in [1, 7] {
        assert_eq!(read(Dripping(text.as_bytes(), step), &wanted, &limits(1 << 20)), whole);
    }
    for record in [64, 100, 300] {
        let small = read(text.as_bytes(), &wanted, &limits(record));
        assert_eq!(small.leaves, whole.leaves, "records of {record} bytes");
        assert_eq!(small, read(Dripping(text.as_bytes(), 1), &wanted, &limits(record)), "records of {record} bytes");
        assert_eq!(small.skipped, whole.skipped, "records of {record} bytes");
    }
    whole
}

/// As [`leaves`], for texts whose records all fit into memory: records must be the same too.
fn records(text: &str, paths: &[&str]) -> (Vec<String>, Vec<u64>) {
    let seen = leaves(text, paths);
    let wanted = wanted(paths, paths.is_empty());
    for record in [64, 100, 300] {
        assert_eq!(read(text.as_bytes(), &wanted, &limits(record)), seen, "records of {record} bytes");
    }
    assert_eq!(seen.skipped, Skipped::default());
    (seen.leaves, seen.ends)
}

#[test]
fn every_layout_gives_the_same_records() {
    let values: Vec<String> = (0..9).map(|n| format!("{{\"m\":\"1540000{n:04}\",\"x\":[{n},{{}}]}}")).collect();
    let expected: Vec<String> = (0..9).map(|n| format!("0 1540000{n:04}")).collect();
    let pretty = values.iter().map(|value| value.replace(',', ",\n  ").replace('{', "{\n  ").replace('}', "\n}"));
    let pretty: Vec<String> = pretty.collect();
    for text in [
        values.join("\n"),
        values.join("\r\n") + "\r\n",
        values.concat(),
        values.join(" \n\n\t "),
        values.join(",\n"),
        format!("\u{feff}{}", values.join("\n\u{feff}")),
        format!("\u{1e}{}\n", values.join("\n\u{1e}")),
        pretty.join("\n"),
        pretty.concat(),
        format!("[{}]", values.join(",")),
        format!("[\n{}\n]\n", values.join(",\n")),
        format!("[{}]\n[{}]", values[..4].join(","), values[4..].join(",")),
        format!("[{}]", pretty.join(",")),
    ] {
        for paths in [&["m"][..], &[]] {
            let (found, ends) = records(&text, paths);
            assert_eq!(found, expected, "{text}");
            let starts: Vec<u64> = text.match_indices("{\n  \"m\"").map(|(at, _)| at as u64).collect();
            let lines: Vec<u64> = text.match_indices("{\"m\"").map(|(at, _)| at as u64).collect();
            assert_eq!(ends, [starts, lines].concat(), "{text}");
        }
    }
}

#[test]
fn lists_of_records_are_delivered_in_parts_at_any_size() {
    let hits: Vec<String> = (0..9).map(|n| format!("{{\"_id\":{n},\"_source\":{{\"m\":\"{n}\"}}}}")).collect();
    for (open, close) in [
        ("{\"took\":1,\"hits\":{\"total\":{\"value\":9},\"hits\":[", "]}}"),
        ("[{\"took\":1,\"hits\":{\"hits\":[", "]}}]"),
        ("{\"docs\":[", "],\"x\":1}"),
        ("{\n\"RECORDS\":[\n", "\n]}"),
    ] {
        let text = format!("{open}{}{close}", hits.join(","));
        let starts: Vec<u64> = text.match_indices("{\"_id\"").map(|(at, _)| at as u64).collect();
        for paths in [&["_source.m"][..], &[]] {
            let (found, ends) = records(&text, paths);
            assert_eq!(found.len(), 9, "{text}");
            assert_eq!(ends, starts, "{text}");
        }
    }
    let text = format!("{{\"hits\":{{\"hits\":[{}]}}}}", hits.join(","));
    assert_eq!(leaves(&text, &["hits.hits._source.m"]).leaves.len(), 9);
}

#[test]
fn values_too_large_to_hold_are_delivered_in_parts() {
    let people: Vec<String> = (0..9).map(|n| format!("\"k{n}\":{{\"m\":\"{n}\",\"y\":[1,2,3]}}")).collect();
    let text = format!("{{\"v\":1,\"users\":{{\"all\":{{{}}}}},\"m\":\"end\"}}", people.join(","));
    let seen = leaves(&text, &[]);
    assert_eq!(seen.leaves.len(), 10);
    let rows: Vec<String> = (0..40).map(|n| format!("[\"{n}\",{{\"m\":{n}}}]")).collect();
    let text = format!("{{\"data\":[{}],\"m\":7}}", rows.join(","));
    assert_eq!(leaves(&text, &["data.m"]).leaves.len(), 40);
    assert_eq!(leaves(&text, &["data"]).leaves.len(), 40);
    assert_eq!(leaves(&text, &[]).leaves.len(), 41);
}

#[test]
fn paths_reach_through_objects_arrays_and_dotted_keys() {
    let text = r#"{"_source":{"contacts":[{"m":"1"},{"m":2},{}]}}
{"_source.contacts.m":"3"}
{"_source":{"contacts":{"m":["4",[null]]}}}{"_source":{"contacts.m":"5"},"m":"no"}
{"_source":{"contacts":{"m":{"m":"no"},"\u006d":true}}} {"\u005fsource":{"contacts":[[{"m":6.50}]]}}"#;
    let seen = leaves(text, &["_source.contacts.m"]);
    assert_eq!(seen.leaves, ["0 1", "0 i2", "0 3", "0 4", "0 -", "0 5", "0 f6.5"]);
    assert_eq!(seen.ends.len(), 6);
}

#[test]
fn keys_are_recognised_at_any_depth() {
    let text = r#"{"a":{"id":"1","x":"2"},"m":["3",{"m":4}],"b.c.m":"5"}"#;
    assert_eq!(leaves(text, &[]).leaves, ["1 1", "0 3", "0 i4", "0 5"]);
    // Paths take precedence over keys.
    let wanted = wanted(&["x", "y", "a.m"], true);
    let seen = read(&br#"{"a":{"m":1,"id":2},"m":3}"#[..], &wanted, &limits(1_000));
    assert_eq!(seen.leaves, ["2 i1", "1 i2", "0 i3"]);
}

#[test]
fn json_in_strings_is_walked() {
    let text = r#"{"m":"1","x":"{\"m\":\"2\",\"y\":\"[{\\\"m\\\":3}]\"}","z":" [\"{\", 1"}
{"m":"[\"4\",5]"}
{"m":"[6] no","x":"{\"m\":"}"#;
    assert_eq!(leaves(text, &[]).leaves, ["0 1", "0 2", "0 i3", "0 4", "0 i5", "0 [6] no"]);
    assert_eq!(leaves(text, &["x.y.m"]).leaves, ["0 i3"]);
}

#[test]
fn every_digit_is_kept() {
    let text = r#"{"m":990000199001011234567890123}{"m":-0}{"m":1.54e10}{"m":1.5400001234e10}{"m":NaN}{"m":false}{"m":"\u0031\n\ud83d"}"#;
    assert_eq!(
        leaves(text, &["m"]).leaves,
        ["0 i990000199001011234567890123", "0 i-0", "0 1.54e10", "0 f15400001234", "0 1\n\u{fffd}"]
    );
}

#[test]
fn malformed_text_costs_only_its_line() {
    for (text, expected, syntax) in [
        ("{\"m\":1}\n{\"m\":\n[]\n\n{\"m\":2}\n", &["0 i1", "0 i2"][..], 1),
        // A string that is never closed ends with its line.
        ("{\"m\":1}\n{\"m\":\"2\n{\"m\":3}\n{\"m\":4", &["0 i1", "0 i3"], 2),
        ("{\"m\":1,\"x\":{\"m\":2}\n{\"m\":3}\n", &["0 i3"], 1),
        ("{\"m\":1} and {\"m\":2}\n{\"m\":3}", &["0 i1", "0 i3"], 1),
        ("connected\n{\"m\":1}", &["0 i1"], 1),
        ("{\"m\":1}\n]}\n{\"m\":2,}\n[{\"m\":3},]", &["0 i1", "0 i2", "0 i3"], 0),
        ("[{\"m\":1},{\"m\":2}\n{\"m\":3}", &["0 i1", "0 i2", "0 i3"], 1),
        ("[{\"m\":1},{\"m\":2},\n{\"m\" 3},\n{\"m\":4}]", &["0 i1", "0 i2", "0 i4"], 1),
        ("{m 1}\n{'m' 2}\n{\"m\":3}", &["0 i3"], 2),
        ("{m:1}\n{'m':2}\n{\"m\":3}", &["0 i1", "0 i2", "0 i3"], 0),
        ("{\"m\":\"a\\\n{\"m\":3}", &["0 i3"], 1),
        ("{\"m\":1", &[], 1),
        ("{\"m\":\"\\", &[], 1),
        ("[{\"m\":1}", &["0 i1"], 1),
        // A character whose first bytes are those of a byte order mark.
        ("{\"m\":1}\u{fffd}\n{\"m\":2}\n\u{fffd}\u{fffd}", &["0 i1", "0 i2"], 2),
    ] {
        let seen = leaves(text, &["m"]);
        let found: Vec<&str> = seen.leaves.iter().map(String::as_str).collect();
        assert_eq!((&found[..], seen.skipped.syntax), (expected, syntax), "{text}");
    }
}

#[test]
fn a_damaged_record_does_not_cost_a_list_that_is_one_line() {
    let mut people: Vec<String> = (0..100).map(|n| format!("{{\"m\":{n},\"x\":\"{n:>20}\"}}")).collect();
    people[10] = "{\"m\":10,\"x\":}".to_owned();
    let seen = read(format!("[{}]", people.join(",")).as_bytes(), &wanted(&["m"], false), &limits(100));
    assert_eq!(seen.skipped.syntax, 1);
    assert!(seen.leaves.len() > 90, "{} of 100", seen.leaves.len());
}

#[test]
fn action_lines_are_not_records() {
    let text = "{\"index\":{\"_index\":\"p\"}}\n{\"m\":1}\n{ \"create\" : { } }\n{\"index\":{\"m\":2}}\n{\"delete\":{\"_id\":\"3\"}}\n";
    let seen = leaves(text, &["m"]);
    assert_eq!((seen.leaves.len(), seen.ends), (1, vec![25, 52]));
    assert_eq!(leaves(text, &["delete._id"]).ends, [25, 52, 70]);
}

#[test]
fn depth_and_size_are_bounded_and_say_so() {
    let wanted = wanted(&["m", "x.m"], false);
    let deep = "{\"m\":1,\"x\":".to_owned()
        + &"[".repeat(1_000)
        + "\"]\""
        + &"]".repeat(1_000)
        + ",\"x\":{\"m\":2}}\n{\"m\":3}";
    for record in [1 << 20, 100] {
        let seen = read(deep.as_bytes(), &wanted, &limits(record));
        assert_eq!(seen.leaves, ["0 i1", "1 i2", "0 i3"], "records of {record} bytes");
        assert_eq!((seen.skipped.depth, seen.skipped.first_depth, seen.skipped.total()), (1, Some(26), 1));
    }
    let long =
        format!("{{\"m\":1,\"x\":\"{}\",\"{}\":[{{}}],\"m\":2}}\n{{\"m\":3}}", "\\\"}{".repeat(99), "k".repeat(200));
    let seen = read(long.as_bytes(), &wanted, &limits(100));
    assert_eq!(seen.leaves, ["0 i1", "0 i2", "0 i3"]);
    assert_eq!((seen.skipped.record, seen.skipped.first_record, seen.skipped.total()), (2, Some(7), 2));
}

#[test]
fn huge_values_need_little_memory() {
    let wanted = wanted(&["m"], false);
    let megabytes = |pattern: &'static [u8], count: u64| Repeating { pattern, at: 0 }.take(count << 20);
    let small = Limits::default();
    for (head, body, tail, skipped) in [
        (&b"{\"m\":1,\"x\":\""[..], megabytes(b"15400001234 ", 32), &b"\",\"m\":2}"[..], Reason::Record),
        (b"{\"m\":1,\"x\":", megabytes(b"[", 16), b"", Reason::Depth),
        (b"{\"m\":1},{\"m\":2,\"x\":", megabytes(b"{\"a\":", 16), b"", Reason::Depth),
        (b"{\"m\":1}{\"m\":2}x", megabytes(b"\"\\\n ]:", 16), b"", Reason::Syntax),
    ] {
        let mut cutter = Cutter::new(head.chain(body).chain(tail), &small);
        let mut seen = Seen::default();
        let mut walker = Walker::new(&wanted, &small);
        while let Some(block) = cutter.next().expect("memory") {
            assert!(block.text.len() <= 2 << 20);
            walker.walk(&block, str::from_utf8(&block.text).expect("ASCII"), &mut seen);
        }
        assert!(cutter.room() <= 4 << 20, "the buffer grew to {}", cutter.room());
        assert_eq!(seen.leaves, ["0 i1", "0 i2"][..seen.leaves.len()]);
        assert!(!seen.leaves.is_empty());
        let Skipped { syntax, depth, record, .. } = *cutter.skipped();
        let expected = match skipped {
            Reason::Syntax => (1, 0, 0),
            Reason::Depth => (0, 1, 0),
            Reason::Record => (0, 0, 1),
        };
        assert_eq!((syntax, depth, record), expected);
    }
}

/// Endless.
struct Repeating {
    pattern: &'static [u8],
    at: usize,
}

impl Read for Repeating {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let start = self.at % self.pattern.len();
        let repeated = self.pattern.iter().cycle().skip(start);
        buffer.iter_mut().zip(repeated).for_each(|(to, from)| *to = *from);
        self.at = start + buffer.len();
        Ok(buffer.len())
    }
}

#[test]
fn cuts_never_change_the_result() {
    // A small generator; every text consists of what matters to the grammar.
    let pieces = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"m\"",
        "\"",
        "\\",
        "\n",
        " ",
        "1",
        "null",
        "{\"m\":1}",
        "\n{",
        "}\n",
        "[[",
        "\"x\":",
        "hits",
        "{\"hits\":{\"hits\":[",
        "\"x\":\n{",
        "\n[",
        "\u{1e}",
        "\"{\\\"m\\\":1}\"",
        "\u{feff}",
        "é",
    ];
    let wanted = wanted(&[], true);
    let mut state = 7_u64;
    for round in 0..20_000 {
        let depth = [16, 3][round / 40 % 2];
        let limits = |record| Limits { depth, ..limits(record) };
        let mut text = String::new();
        for _ in 0..round % 40 {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            text.push_str(pieces[(state >> 33) as usize % pieces.len()]);
        }
        let whole = read(text.as_bytes(), &wanted, &limits(1 << 20));
        assert_eq!(read(Dripping(text.as_bytes(), 1), &wanted, &limits(1 << 20)), whole, "{text:?}");
        let small = limits(48);
        let opened = read(text.as_bytes(), &wanted, &small);
        assert_eq!(read(Dripping(text.as_bytes(), 1), &wanted, &small), opened, "{text:?}");
        // Without cutting at lines: the structure alone must give the same result.
        let alone = drain(Cutter::with_blocks_of(1, text.as_bytes(), &limits(1 << 20)), &wanted, &limits(1 << 20));
        assert_eq!(
            (alone.leaves, alone.ends, alone.skipped.total()),
            (whole.leaves, whole.ends, whole.skipped.total()),
            "{text:?}"
        );
    }
}

#[test]
fn json_is_detected_by_its_beginning() {
    for json in
        ["{\"a\": 1}", " [\n {", "\u{feff}{\"a\":", "{", "[1, 2]", "[\"a\",", "{}", "[[1,2]]", "\u{1e}{\"a\":1}"]
    {
        assert!(looks_like(json).is_some(), "{json}");
    }
    for other in [
        "",
        "a,b",
        "[2022-01-01 10:00] INFO",
        "{{ template }}",
        "{a b: 1}",
        "{'a', 1}",
        "[INFO] x",
        "1,2",
        "{\"a\"}",
        "[section]\na=1",
    ] {
        assert!(looks_like(other).is_none(), "{other}");
    }
}
