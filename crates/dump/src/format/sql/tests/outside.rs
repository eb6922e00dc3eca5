//! Text that is in no row is handed on, whatever it is.

use super::{Limits, Outside, Seen, read, seen};

#[track_caller]
fn pieces(text: &str, expected: &[&str]) {
    assert_eq!(seen(text).pieces(), expected);
}

#[test]
fn comments_and_statements_without_rows() {
    pieces(
        "-- 15400001234\n/* 15400005678\n */ GRANT SELECT ON t TO x; # a\nCREATE VIEW v AS SELECT 1;\n\
         CREATE TABLE t (tel text DEFAULT '15400009999' COMMENT 'a;b');\nINSERT INTO t VALUES (/* 15400000000 */ 'x');\n",
        &[
            "comments: -- 15400001234\n/* 15400005678\n */",
            "statements without rows: GRANT SELECT ON t TO x;",
            "comments: # a",
            "statements without rows: CREATE VIEW v AS SELECT 1;\nCREATE TABLE t (tel text DEFAULT '15400009999' COMMENT 'a;b');",
            "names of tables and columns: INSERT INTO t VALUES",
            "parts of expressions: /* 15400000000 */",
        ],
    );
}

#[test]
fn bodies_of_routines() {
    pieces(
        "CREATE FUNCTION f() AS $$ begin perform '15400001234'; end $$;\nDO $x$ 15400005678; $x$;",
        &[
            "statements without rows: CREATE FUNCTION f() AS $$ begin perform '15400001234'; end $$;\nDO $x$ 15400005678; $x$;",
        ],
    );
}

#[test]
fn text_before_and_between_statements() {
    pieces(
        "Enter password: \nmysqldump: [Warning] call 15400001234, it's insecure.\nINSERT INTO t VALUES (1);\nQuery OK, 15400005678\n",
        &[
            "text between statements: Enter password: \nmysqldump: [Warning] call 15400001234, it's insecure.",
            "names of tables and columns: INSERT INTO t VALUES",
            "text between statements: Query OK, 15400005678",
        ],
    );
}

#[test]
fn malformed_records_with_their_text() {
    pieces(
        "INSERT INTO t (a,b) VALUES (1,'it's 15400001234'),(2,'b');",
        &["names of tables and columns: INSERT INTO t (a,b) VALUES", "malformed: (1,'it's 15400001234'),"],
    );
    pieces(
        "COPY t (a,b) FROM stdin;\n1\t2\t15400001234\npg_dump: 15400005678\n1\t2\n\\.\n",
        &[
            "names of tables and columns: COPY t (a,b) FROM stdin;",
            "malformed: 1\t2\t15400001234\npg_dump: 15400005678",
        ],
    );
    pieces("INSERT INTO (15400001234;\n", &["malformed: INSERT INTO (15400001234;"]);
}

#[test]
fn parts_of_expressions_that_are_no_value() {
    let text = "INSERT INTO t VALUES (COALESCE('15400001234','15400005678'),REPLACE('1','2','3'),f15400009999(1));";
    let seen = seen(text);
    assert_eq!(seen.recorder.lines, ["t()", r#""15400001234" "1" i1"#]);
    assert_eq!(seen.pieces()[1..], ["parts of expressions: '15400005678'", "parts of expressions: f15400009999"]);
}

#[test]
fn a_huge_statement_is_handed_on_in_small_pieces() {
    let limits = Limits { record: 1_000, ..Limits::default() };
    for text in [
        format!("CREATE VIEW v AS SELECT {} 1;", "x = 'it''s 154 0000 1234' OR\n".repeat(9_000)),
        format!("/* {} */", "154 0000 1234, ".repeat(20_000)),
        format!("INSERT INTO t VALUES (1,'{}');", "154 0000 1234, ".repeat(20_000)),
        format!("UPDATE t SET a = '{}' WHERE b = 1;", "154 0000 1234, ".repeat(20_000)),
        format!("INSERT INTO t SELECT f({});", "'154 0000 1234', ".repeat(20_000)),
        "154 0000 1234 words\n".repeat(20_000),
    ] {
        let mut seen = Seen { text: text.as_bytes(), ..Seen::default() };
        read(&mut text.as_bytes(), &limits, &mut seen).expect("memory");
        let numbers = |text: &str| text.matches("154 0000 1234").count();
        let found: usize = seen.outside.iter().map(|&(start, end, _)| numbers(&text[start..end])).sum();
        assert_eq!(found, numbers(&text), "{}", &text[..40]);
        assert!(seen.outside.iter().all(|(_, _, what)| matches!(what, Outside::Malformed | Outside::PassedOver(_))));
    }
}
