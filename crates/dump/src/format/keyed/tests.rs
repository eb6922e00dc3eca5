//! Which tables and columns keys become.

use super::*;
use crate::format::rows::recorder::Recorder;

fn record(fields: &[(&str, &str)]) -> Record {
    let mut record = Record::default();
    (100..).zip(fields).for_each(|(at, (key, value))| record.push_text(at, key, value));
    record
}

#[test]
fn columns_are_the_keys_of_all_records() {
    let mut seen = Recorder::default();
    let mut keyed = Keyed::new(&mut seen);
    keyed.malformed(7).expect("no limit");
    keyed.record("t", 1, &record(&[("a", "1"), ("b", "2")])).expect("no limit");
    keyed.record("u", 2, &record(&[("x", "3")])).expect("no limit");
    keyed.record("t", 3, &record(&[("c", "4"), ("a", "5"), ("c", "6"), ("c", "7")])).expect("no limit");
    keyed.finish().expect("no limit");
    let expected = "t(a,b,c)\n\"1\" \"2\" -\n\"5\" - \"4\"\n- - \"6\"\n- - \"7\"\nmalformed\nu(x)\n\"3\"";
    assert_eq!(seen.text(), expected);
    assert_eq!(seen.positions, [1, 3, 102, 103, 7, 2]);
}

#[test]
fn keys_without_end_become_values() {
    let mut seen = Recorder::default();
    let mut keyed = Keyed::new(&mut seen);
    for n in 0..100_000_u64 {
        keyed.record(&format!("t{}", n % 500), n, &record(&[(&format!("k{n}"), "1")])).expect("no limit");
    }
    keyed.finish().expect("no limit");
    assert_eq!(seen.rows, 100_000);
    let tables = seen.lines.iter().filter(|line| line.ends_with(')')).collect::<std::collections::HashSet<_>>();
    assert!(tables.len() < 8_200, "{}", tables.len());
    assert!(seen.lines.contains(&"other keys(key,value)".to_owned()));
}
