//! Files of one value per line with truncated lines: each costs itself and nothing else, wherever
//! it is truncated.

use super::*;

/// Truncated lines and lines that are not JSON, with the leaves that they have nevertheless.
const CUTS: [(&str, &[&str]); 18] = [
    // In a string, a key, an escape, a word.
    (r#"{"m":"154000"#, &[]),
    (r#"{"a":{"c":"d","m"#, &[]),
    (r#"{"m":"154\"#, &[]),
    (r#"{"m":"154\u00"#, &[]),
    (r#"{"a":fal"#, &[]),
    // Where the next line is taken for the missing value.
    (r#"{"_id":"7","_source":{"order":"#, &[]),
    (r#"{"a":"b","m": "#, &[]),
    (r#"{"a":{"b":["#, &[]),
    (r#"{"a":{"b":[{"m":1},"#, &[]),
    (r#"{"a":[[["#, &[]),
    // Where a comma, a colon, a key or a bracket is missing.
    (r#"{"m":1,"a":[{"m":2}"#, &[]),
    (r#"{"m":1,"a":{"m":2}"#, &[]),
    (r#"{"a":1,"#, &[]),
    (r#"{"a""#, &[]),
    ("{", &[]),
    // Not JSON.
    ("connection reset by peer", &[]),
    (r"{m 1}", &[]),
    (r#"{"m":7} and "m""#, &["0 i7"]),
];

/// Deep enough for several truncated lines inside each other.
fn limits(record: usize) -> Limits {
    Limits { record, ..Limits::default() }
}

fn good(n: usize) -> String {
    format!("{{\"m\":\"15400{n:06}\",\"a\":{{\"b\":[{{\"x\":{n}}}]}}}}")
}

fn good_leaf(n: usize) -> String {
    format!("0 15400{n:06}")
}

/// The leaves of lines of which some are truncated, and how many count as damaged. A line that does
/// not even begin as a value forms one piece with the damage before it.
fn expected(lines: &[String]) -> (Vec<String>, u64) {
    let (mut leaves, mut skipped, mut was_cut) = (Vec::new(), 0, false);
    for line in lines {
        let cut = CUTS.iter().find(|(cut, _)| cut == line);
        let is_text = cut.is_some_and(|(cut, _)| !cut.starts_with('{'));
        match cut {
            Some((_, its_own)) => leaves.extend(its_own.iter().map(|&leaf| leaf.to_owned())),
            None => leaves.push(format!("0 {}", &line[6..17])),
        }
        skipped += u64::from(cut.is_some() && !(is_text && was_cut));
        was_cut = cut.is_some();
    }
    (leaves, skipped)
}

/// Reads lines in one piece, in small pieces, by structure alone, and in blocks of any size.
fn check(text: &str, expected: &(Vec<String>, u64)) {
    let wanted = wanted(&["m"], false);
    let whole = read(text.as_bytes(), &wanted, &limits(1 << 20));
    let differs = whole.leaves.iter().zip(&expected.0).position(|(one, other)| one != other);
    assert!(
        (differs, whole.leaves.len(), whole.skipped.total()) == (None, expected.0.len(), expected.1),
        "leaf {differs:?}, {} of {}, {} malformed of {}: {:?}",
        whole.leaves.len(),
        expected.0.len(),
        whole.skipped.total(),
        expected.1,
        text.get(..1_000).unwrap_or(text)
    );
    for record in [1_000, 10_007, 1 << 20] {
        assert!(read(Dripping(text.as_bytes(), 61), &wanted, &limits(record)) == whole, "records of {record} bytes");
    }
    for target in [1, 100, 5_000] {
        let alone = Cutter::with_blocks_of(target, Dripping(text.as_bytes(), 127), &limits(1 << 20));
        assert!(drain(alone, &wanted, &limits(1 << 20)) == whole, "blocks of {target} bytes");
    }
}

#[test]
fn a_truncated_line_costs_no_other() {
    for (cut, _) in CUTS {
        for (count, behind) in [(1, 0), (1, 1), (1, 2), (2, 1), (3, 2)] {
            let cuts = std::iter::repeat_n(cut.to_owned(), count);
            let lines: Vec<String> =
                [good(0), good(1)].into_iter().chain(cuts).chain((2..).map(good).take(behind)).collect();
            let expected = expected(&lines);
            check(&lines.join("\n"), &expected);
            check(&(lines.join("\r\n") + "\r\n"), &expected);
        }
    }
}

#[test]
fn lines_truncated_in_every_way_among_many_cost_no_other() {
    let mut lines = Vec::new();
    let mut state = 7_u64;
    for n in 0..20_000 {
        lines.push(good(n));
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        let random = (state >> 33) as usize;
        let cuts = CUTS.iter().cycle().skip(random % CUTS.len()).step_by(1 + random / 64 % 17);
        lines.extend(cuts.take([0, 0, 0, 0, 0, 1, 2, 5][random / 4_096 % 8]).map(|&(cut, _)| cut.to_owned()));
    }
    check(&lines.join("\n"), &expected(&lines));
}

#[test]
fn surplus_brackets_cost_nothing() {
    let text = format!("{}}}\n{}}}}}]\n}}\n{}\n", good(0), good(1), good(2));
    check(&text, &((0..3).map(good_leaf).collect(), 0));
}

/// An array with one element per line has commas after them.
#[test]
fn a_truncated_element_costs_no_other() {
    for cut in ["{\"m\":", "{\"m\":\"154", "{\"a\":[", "{\"a\":{\"b\":[{\"x\":1},", "{"] {
        let text = format!("[\n{},\n{cut}\n{},\n{cut}\n{}\n{},\n{}\n]\n", good(0), good(1), good(2), good(3), good(4));
        check(&text, &((0..5).map(good_leaf).collect(), 2));
        check(&text.replace("[\n", "{\"RECORDS\":[\n").replace("\n]", "\n]}"), &((0..5).map(good_leaf).collect(), 2));
    }
}

/// No line may begin a value by itself, so the search takes as long as a record may be.
#[test]
fn indented_elements_are_found_again() {
    for (one, between) in
        [(good(7), ",\n  "), (good(7), ", \n "), (good(7).replace(',', ",\n    ").replace('{', "{\n    "), ",\r\n  ")]
    {
        let mut elements = vec![one; 100];
        elements[10] = "{\"m\":".to_owned();
        let text = format!("[\n  {}\n]\n", elements.join(between));
        let wanted = wanted(&["m"], false);
        let seen = read(text.as_bytes(), &wanted, &limits(500));
        assert_eq!(seen.skipped.syntax, 1);
        assert!((80..99).contains(&seen.leaves.len()), "{} of 99", seen.leaves.len());
        for step in [1, 7, 61] {
            assert!(read(Dripping(text.as_bytes(), step), &wanted, &limits(500)) == seen, "{step} bytes at a time");
        }
    }
}

#[test]
fn sequences_of_rfc_7464_go_on_at_their_separators() {
    let text = format!("\u{1e}{}\n\u{1e}{{\"a\":\n\u{1e}{}\n\u{1e}{{\"m\":\"1\n\u{1e}{}\n", good(0), good(1), good(2));
    check(&text, &((0..3).map(good_leaf).collect(), 2));
}

/// A value of many lines is parsed as one, even if lines in it begin with brackets.
#[test]
fn lines_that_begin_with_brackets_may_be_within_a_value() {
    for text in [
        "{\"a\":\n{\"m\":1},\n\"b\":\n[\n[\n{\"m\":2}\n]\n]\n}\n{\"a\":[\n{\"m\":3},\n{\"m\":4}\n]}\n",
        "[\n{\"m\":1,\"b\":\n[\n{\"m\":2}\n]},\n{\"a\":{\"m\":3}}\n,\n{\"m\":\n[\n4\n]\n}\n]\n",
    ] {
        let seen = leaves(text, &[]);
        assert_eq!(seen.leaves, ["0 i1", "0 i2", "0 i3", "0 i4"], "{text}");
        assert_eq!((seen.ends.len(), seen.skipped), (if text.starts_with('{') { 2 } else { 3 }, Skipped::default()));
    }
}

/// Of a damaged value, the values that begin lines in it are read.
#[test]
fn a_damaged_value_of_many_lines_gives_its_parts() {
    let text = "{\"a\":\n{\"m\":1},\n\"b\":\n[\n{\"m\":2}\n],\"m\":x y\n}\n{\"m\":3}\n";
    let seen = leaves(text, &[]);
    assert_eq!(seen.leaves, ["0 i1", "0 i2", "0 i3"]);
    assert_eq!((seen.skipped.syntax, seen.skipped.first_syntax), (3, Some(0)));
    // A value of many lines after a truncated line.
    let text = "{\"m\":1,\"x\":\n{\n\"m\":2,\"a\":[\n{\"m\":3},\n{\"m\":4}\n]\n}\n{\"m\":5}\n";
    let seen = leaves(text, &["m"]);
    assert_eq!((&seen.leaves[..], seen.skipped.syntax), (&["0 i2".to_owned(), "0 i5".to_owned()][..], 1));
}

/// Each line is truncated where the next one could be the value: backtracking must not take
/// quadratic time.
#[test]
fn backtracking_takes_linear_time() {
    let wanted = wanted(&["m"], false);
    let started = std::time::Instant::now();
    for line in ["{\"a\":\n", "[\n", "{\"a\":[\n{},\n", "{\"a\":[{},\n[],[\n", "{\"a\":1,\"b\":[\n"] {
        // Below the record limit, and above it.
        for length in [900 << 10, 4 << 20] {
            let text = (line.repeat(length / line.len()) + "x x\n").repeat((4 << 20) / length);
            for target in [1, 256 << 10] {
                let limits = Limits::default();
                let seen = drain(Cutter::with_blocks_of(target, text.as_bytes(), &limits), &wanted, &limits);
                assert!(seen.skipped.total() > 0 && seen.leaves.is_empty());
            }
        }
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

/// A text, and then an error.
struct Failing<'t>(&'t [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(buffer)?;
        if count == 0 { Err(io::Error::other("damaged")) } else { Ok(count) }
    }
}

#[test]
fn all_that_was_read_before_an_error_is_delivered_before_it() {
    let limits = limits(1 << 20);
    for (text, whole) in [("{\"m\":1}\n{\"m\":2}\n", 16), ("[{\"m\":1},\n{\"m\":2},\n{\"m\":\"1540000", 19)] {
        for target in [1, 1 << 18] {
            let mut cutter = Cutter::with_blocks_of(target, Failing(text.as_bytes()), &limits);
            let mut seen = 0;
            let error = loop {
                match cutter.next() {
                    Ok(Some(block)) => seen = block.at as usize + block.text.len(),
                    Ok(None) => panic!("the error is lost"),
                    Err(error) => break error,
                }
            };
            assert_eq!(error.to_string(), "damaged");
            // The number that is cut is no number.
            let is_short = target > 1 && !text.ends_with('\n');
            assert!(seen >= whole && seen <= text.len() - usize::from(is_short) * 7, "{seen} of {text}");
            assert!(cutter.next().is_ok_and(|block| block.is_none()), "and nothing follows it");
        }
    }
}
