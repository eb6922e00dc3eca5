//! Every way to write a value.

use super::{check, recorded, seen};

/// The cells of one tuple, as the recorder writes them.
#[track_caller]
fn cells(tuple: &str, expected: &str) {
    for statement in [format!("INSERT INTO t VALUES ({tuple});"), format!("INSERT INTO t SELECT {tuple};")] {
        assert_eq!(recorded(&statement).lines, ["t()", expected], "{statement}");
    }
}

#[test]
fn strings_in_every_quote() {
    cells(r#"1,"15400001234",'it''s',N'手机',n'x',B'01'"#, r#"i1 "15400001234" "it's" "手机" "x" "01""#);
    cells(r"E'a\'b',_utf8mb4'c',_binary 'd',U&'\5F20\4F1F'", r#""a'b" "c" "d" "张伟""#);
    cells("q'[it's]',Q'{a}b}',nq'<c>',q'!d!'", r#""it's" "a}b" "c" "d""#);
    cells("$$it's$$,$tag$a$$b$tag$", r#""it's" "a$$b""#);
    cells("DATE '2020-01-02',TIMESTAMP'x',{d '2020-01-02'}", r#""2020-01-02" "x" "2020-01-02""#);
    cells("'C:\\\\',''", r#""C:\\" """#);
}

#[test]
fn bytes_in_digits_and_functions_around_them() {
    cells("0x3135343030,X'3135343030',x'3135'", r#""15400" "15400" "15""#);
    cells("UNHEX('3135'),HEXTORAW('3135'),decode('3135','hex'),decode('MTU=','base64')", r#""15" "15" "15" "15""#);
    cells("FROM_BASE64('MTU0MDA='),CONVERT(0x3135 USING utf8mb4),CAST(0x3135 AS CHAR(20))", r#""15400" "15" "15""#);
    cells("'\\\\x3135343030',E'\\\\x3135',0x31003500", r#""15400" "15" "15""#);
    // Bytes that are no text are no value.
    cells("0xff,UNHEX('ff'),0x,'\\\\xzz'", r#"- - "" "\\xzz""#);
}

#[test]
fn nuls_that_fill_a_column_are_no_part_of_the_value() {
    cells(r"_binary '15400001234\0\0\0\0',0x3135000000,'a\0b\0'", r#""15400001234" "15" "a b""#);
    check("INSERT INTO t VALUES ('15400001234\0\0\0');", &["t()", r#""15400001234""#]);
    check("COPY t FROM stdin;\n15\\000\\000\t\\\\x3135\n\\.\n", &["t()", r#""15" "15""#]);
}

#[test]
fn concatenations_are_put_together() {
    cells(
        "'154'||'0000'||'1234',N'154' + N'0000',CONCAT('154','00',1),CONCAT_WS('-','154','00')",
        r#""15400001234" "1540000" "154001" "154-00""#,
    );
    cells("CHR(49)||CHR(53),CHAR(49,53),'15'||CHR(52)", r#""15" "15" "154""#);
    cells("UNISTR('\\5F20')||'x',COALESCE('a','b'),NVL(NULL,'c')", r#""张x" "a" "c""#);
}

#[test]
fn lists_become_one_text() {
    cells("'{15400001234,15400005678}'", r#""{15400001234,15400005678}""#);
    cells("ARRAY['15400001234','15400005678']::text[]", r#""{15400001234,15400005678}""#);
    cells("['15400001234','15400005678'],['1'],array(1,2)", r#""{15400001234,15400005678}" "1" "{1,2}""#);
    cells("JSON_ARRAY('a','b'),ARRAY[]", r#""{a,b}" -"#);
    // In brackets, SQL Server has names.
    check("USE [x]\nGO\nINSERT [t] VALUES ([a], ['b'], N'c')\n", &["t()", r#"- - "c""#]);
}

#[test]
fn numbers_and_what_only_begins_like_one() {
    cells("15400001234,-1,+8615400001234,1.5,1e3,.5", "i15400001234 i-1 i+8615400001234 f1.5 f1000 f0.5");
    cells("154-0000-1234,2020-01-02,110101199001010A0X", r#""154-0000-1234" "2020-01-02" "110101199001010A0X""#);
    cells("1 - 2,- x,a.b,seq.nextval", "i1 - - -");
}

#[test]
fn a_query_in_place_of_a_value_is_none() {
    let statement = "INSERT INTO t VALUES (1,(SELECT id FROM u WHERE tel='15400001234' LIMIT 1),'x');";
    let seen = seen(statement);
    assert_eq!(seen.recorder.lines, ["t()", r#"i1 - "x""#]);
    assert_eq!(
        seen.pieces(),
        [
            "names of tables and columns: INSERT INTO t VALUES",
            "parts of expressions: (SELECT id FROM u WHERE tel='15400001234' LIMIT 1)"
        ]
    );
}

#[test]
fn bytes_that_are_no_utf_8_cost_only_themselves() {
    let mut seen = super::Recorder::default();
    let text = b"INSERT INTO t VALUES ('\xff\xfe','15400001234');";
    super::read(&mut &text[..], &super::Limits::default(), &mut seen).expect("memory");
    assert_eq!(seen.lines, ["t()", "\"\u{fffd}\u{fffd}\" \"15400001234\""]);
}

#[test]
fn marks_of_statements_in_values_end_nothing() {
    check(
        "INSERT INTO t VALUES ('a;\nb','c -- d','/* e','# f',\n'INSERT INTO x VALUES (1)'),\n(1,2,3,4,5);",
        &["t()", r##""a;\nb" "c -- d" "/* e" "# f" "INSERT INTO x VALUES (1)""##, "i1 i2 i3 i4 i5"],
    );
    check(
        "INSERT INTO t\n(a,\nb)\nVALUES\n(\n1,\n'x'\n)\n,\n(\n2,\n'y'\n)\n;\n",
        &["t(a,b)", r#"i1 "x""#, r#"i2 "y""#],
    );
}
