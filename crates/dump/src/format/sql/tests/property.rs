//! The same rows, in every spelling that was thought of, are the same cells; and every number of a
//! text is in a row or outside of all, never in both and never in neither.

use super::{Seen, seen};
use std::collections::BTreeMap;

/// A small generator: the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }
}

/// A value as SQL writes it in one of its spellings.
fn spelled(value: &str, random: &mut Random) -> String {
    let quoted = value.replace('\'', "''");
    let hex = data_encoding::HEXLOWER.encode(value.as_bytes());
    match random.below(9) {
        0 => format!("N'{quoted}'"),
        1 if value.len() > 3 && value.is_ascii() => {
            format!("'{}'||'{}'", &value[..3].replace('\'', "''"), &value[3..].replace('\'', "''"))
        }
        2 => format!("CAST('{quoted}' AS varchar(20))"),
        3 if !value.is_empty() => format!("0x{hex}"),
        4 => format!("UNHEX('{hex}')"),
        5 => format!("/* a */ '{quoted}'"),
        6 => format!("COALESCE('{quoted}')"),
        _ => format!("'{quoted}'"),
    }
}

/// A statement with these rows of the columns `a`, `b`, `c`.
fn statement(rows: &[[String; 3]], random: &mut Random) -> String {
    let mut tuples: Vec<String> = rows
        .iter()
        .map(|row| {
            row.iter().map(|value| spelled(value, random)).collect::<Vec<_>>().join(random.one(&[",", ", ", "\n,"]))
        })
        .collect();
    let space = random.one(&[" ", "\n", "  "]);
    match random.below(7) {
        0 => format!("INSERT INTO t (a,b,c) VALUES{space}({});", tuples.join("),(")),
        1 => format!("insert into t (a, b, c){space}values ({})\n;", tuples.join(")\n,(")),
        2 => format!("INSERT INTO t (a,b,c) SELECT {};", tuples.join(&format!("{space}UNION ALL{space}SELECT "))),
        3 => format!("INSERT INTO t (a,b,c) VALUES ROW({});", tuples.join("), ROW(")),
        4 => format!(
            "INSERT ALL INTO t (a,b,c) VALUES ({}){space}SELECT 1 FROM dual;",
            tuples.join(") INTO t (a,b,c) VALUES (")
        ),
        5 => format!("REPLACE INTO t (a,b,c) VALUES ({});", tuples.join(");\nREPLACE INTO t (a,b,c) VALUES (")),
        _ => {
            tuples.clear();
            for row in rows {
                let [a, b, c] = [0, 1, 2].map(|index| spelled(&row[index], random));
                tuples.push(match random.below(3) {
                    0 => format!("INSERT INTO t SET a={a}, b = {b},c={c};"),
                    1 => format!("UPDATE t SET a={a},b={b} WHERE c = {c};\n"),
                    _ => format!("UPDATE t SET b={b}{space}WHERE a={a} AND c IN ({c})\n;"),
                });
            }
            tuples.concat()
        }
    }
}

fn value(random: &mut Random) -> String {
    match random.below(5) {
        0 => random.one(&["it's", "", "a;b", "-- c", "a,b)", "手机", "x (1"]).to_owned(),
        _ => format!("154{:08}", random.below(100_000_000)),
    }
}

#[test]
fn every_spelling_gives_the_same_cells() {
    for seed in 0..600 {
        let mut random = Random(seed);
        let rows: Vec<[String; 3]> = (0..=random.below(4)).map(|_| [0; 3].map(|_| value(&mut random))).collect();
        let text = format!("CREATE TABLE t (a text, b text, c text);\n{}", statement(&rows, &mut random));
        let found: Vec<String> = seen(&text).recorder.lines.into_iter().filter(|line| line.contains('"')).collect();
        let expected: Vec<String> =
            rows.iter().map(|row| row.iter().map(|value| format!("{value:?}")).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(found, expected, "seed {seed}: {text}");
    }
}

/// Numbers of five digits and more, and how often they occur.
fn numbers(text: &str, counts: &mut BTreeMap<String, i64>, by: i64) {
    for digits in text.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() >= 5) {
        *counts.entry(digits.to_owned()).or_default() += by;
    }
}

#[test]
fn every_number_is_in_a_row_or_outside() {
    // Pieces of statements, in any order: mostly broken.
    let pieces = [
        "INSERT INTO t (a,b) VALUES ",
        "INSERT INTO t SET a=",
        "UPDATE t SET a=",
        " WHERE b=",
        "(1,'15400001234')",
        ",",
        ";",
        "\n",
        "('it's 15400005678','x')",
        "-- 15400009999\n",
        "/* 15400008888 */",
        "COPY t (a,b) FROM stdin;\n",
        "1\t15400007777\n",
        "\\.\n",
        "CREATE TABLE t (a int DEFAULT '15400006666');",
        "SELECT '15400005555' AS a",
        " UNION ALL ",
        "GO\n",
        "MERGE INTO t USING (",
        ")",
        "WHEN MATCHED THEN ",
        "'15400004444'",
        "15400003333",
        " AND c IN (",
        "CALL p('15400002222')",
        "word ",
        "it's ",
        "$$",
        "`",
        "\"",
        "NULL",
        "f('15400001111','15400000000')",
        "INSERT ALL INTO t VALUES ",
        "CASE a WHEN 1 THEN ",
        " END",
        "q'[15400012345]'",
        "ON DUPLICATE KEY UPDATE a=",
        "EXEC p @a=",
        "2020-01-02 call 15400054321 ",
        "[",
        "{",
        "\\restrict 15400067890\n",
        "SET @a = 5;",
    ];
    for seed in 0..4_000 {
        let mut random = Random(seed);
        let text: String = (0..2 + random.below(14)).map(|_| random.one(&pieces)).collect();
        let Seen { recorder, outside, .. } = seen(&text);
        let mut counts = BTreeMap::new();
        numbers(&text, &mut counts, 1);
        outside.iter().for_each(|&(start, end, _)| numbers(&text[start..end], &mut counts, -1));
        recorder
            .lines
            .iter()
            .filter(|line| line.starts_with(['"', 'i', '-', 'f']))
            .for_each(|line| numbers(line, &mut counts, -1));
        // Names are names, however often.
        let is_named = |digits: &str| recorder.lines.iter().any(|line| line.ends_with(')') && line.contains(digits));
        counts.retain(|digits, count| *count != 0 && !(*count > 0 && is_named(digits)));
        assert!(counts.is_empty(), "seed {seed}: {counts:?} of {text:?} in {:#?} and {outside:?}", recorder.lines);
    }
}
