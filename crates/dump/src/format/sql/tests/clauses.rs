//! Statements that carry values otherwise than in tuples.

use super::{recorded, seen, without_repeated_tables};

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(without_repeated_tables(&recorded(text).lines), expected);
}

#[test]
fn assignments_are_rows_by_their_names() {
    check("INSERT INTO `t` SET `id`=1, `tel`='15400001234', n=NULL;", &["t(id,tel)", r#"i1 "15400001234""#]);
    check("REPLACE INTO t SET a = 'x', b = CONCAT('1','2');\n", &["t(a,b)", r#""x" "12""#]);
    // The columns of the table, where it is known, so that all its rows are one table.
    check(
        "CREATE TABLE u (id int, name text, tel text);\nINSERT INTO u VALUES (1,'a','15400001234');\n\
         INSERT INTO u SET tel='15400005678', ID=2;\nUPDATE d.u SET u.tel='15400009999' WHERE id=3;\n",
        &["u(id,name,tel)", r#"i1 "a" "15400001234""#, r#"i2 - "15400005678""#, r#"i3 - "15400009999""#],
    );
    check(
        "INSERT INTO u (id, tel) VALUES (1,'15400001234');\nUPDATE u SET tel='15400005678' WHERE id=2;\n",
        &["u(id,tel)", r#"i1 "15400001234""#, r#"i2 "15400005678""#],
    );
}

#[test]
fn updates_have_values_on_both_sides() {
    check(
        "UPDATE t SET tel='15400001234', order_no='15400005555' WHERE tel='15400009999' AND id IN (7,8);",
        &["t(tel,order_no,id)", r#""15400001234" "15400005555" i7"#, r#""15400009999" - i8"#],
    );
    check("UPDATE LOW_PRIORITY `t` AS x SET x.a='1' WHERE x.b LIKE '%2%' LIMIT 5;", &["t(a,b)", r#""1" "%2%""#]);
    check("DELETE FROM t WHERE LOWER(mail) = 'x' OR tel = '15400001234'", &["t(mail,tel)", r#""x" "15400001234""#]);
    check(
        "UPDATE t SET tel = CASE id WHEN 1 THEN '15400001234' WHEN 2 THEN '15400005678' END WHERE id IN (1,2)",
        &["t(id,tel)", r#"i1 "15400001234""#, r#"i2 "15400005678""#, "i1 -", "i2 -"],
    );
    check("UPDATE t SET a = a + 1, b = 'x' FROM u WHERE d BETWEEN '1' AND '2'", &["t(b,d)", r#""x" "1""#, r#"- "2""#]);
}

#[test]
fn a_value_never_comes_out_under_another_name() {
    for statement in [
        "UPDATE t SET (order_no, tel) = ('15400005555', '15400001234') WHERE id = 1;",
        "UPDATE t SET id = 1 WHERE IFNULL(tel, order_no) = '15400005555' OR 5 = '15400001234';",
        "UPDATE t SET id = 1 WHERE data->>'tel' = '15400005555' LIMIT 15400001234;",
    ] {
        let seen = seen(statement);
        assert_eq!(seen.recorder.lines, ["t(id)", "i1"], "{statement}");
        let pieces = seen.pieces().concat();
        assert!(pieces.contains("15400005555") && pieces.contains("15400001234"), "{pieces}");
    }
}

#[test]
fn statements_without_a_semicolon_end_where_the_next_one_begins() {
    check(
        "UPDATE t SET tel='15400001234' WHERE id=1\nUPDATE t SET tel='15400005678' WHERE id=2\nGO\nINSERT t (a) VALUES (1)\n\
         EXEC p 'x', 5\nEXEC p 'y', 6\nDELETE FROM t WHERE a=2\n",
        &[
            "t(tel,id)",
            r#""15400001234" i1"#,
            r#""15400005678" i2"#,
            "t(a)",
            "i1",
            "p()",
            r#""x" i5"#,
            r#""y" i6"#,
            "t(a)",
            "i2",
        ],
    );
}

#[test]
fn selected_values_are_rows_of_the_table() {
    let expected = &["t(id,tel)", r#"i1 "15400001234""#, r#"i2 "15400005678""#];
    for statement in [
        "INSERT INTO t (id,tel) SELECT 1,'15400001234' UNION ALL SELECT 2,'15400005678';",
        "INSERT INTO t (id,tel)\nSELECT 1, '15400001234' FROM dual UNION\nSELECT 2, '15400005678' FROM dual;",
        "INSERT INTO t (id,tel) (SELECT 1 AS x,'15400001234' y) UNION (SELECT 2,'15400005678');",
        "INSERT INTO t (id,tel) SELECT * FROM (SELECT 1,'15400001234' UNION ALL SELECT 2,'15400005678') AS z;",
        "INSERT INTO t (id,tel) VALUES ROW(1,'15400001234'), ROW(2,'15400005678');",
        "INSERT INTO t (id,tel) VALUES (1,'15400001234'),\nVALUES (2,'15400005678');",
        "INSERT INTO t (id,tel) OUTPUT INSERTED.id VALUES (1,'15400001234'),(2,'15400005678')",
        "INSERT INTO t (id,tel) FORMAT Values (1,'15400001234')(2,'15400005678')",
        "INSERT ALL INTO t (id,tel) VALUES (1,'15400001234')\n  INTO t (id,tel) VALUES (2,'15400005678')\nSELECT * FROM dual;",
        "INSERT ALL WHEN 1=1 THEN INTO t (id,tel) VALUES (1,'15400001234') ELSE INTO t (id,tel) VALUES (2,'15400005678') SELECT * FROM dual",
        "UPDATE OR INSERT INTO t (id,tel) VALUES (1,'15400001234') MATCHING (id);UPSERT INTO t (id,tel) VALUES (2,'15400005678');",
        "WITH z AS (SELECT a FROM b) INSERT INTO t (id,tel) VALUES (1,'15400001234'),(2,'15400005678')",
    ] {
        let lines = recorded(statement).lines;
        assert_eq!(without_repeated_tables(&lines), expected, "{statement}");
    }
    check(
        "INSERT INTO t SELECT '15400001234' AS tel, 5 AS id UNION ALL SELECT '15400005678', 6;",
        &["t(tel,id)", r#""15400001234" i5"#, r#""15400005678" i6"#],
    );
    check(
        "INSERT INTO t SELECT '1','15400001234' FROM dual WHERE NOT EXISTS (SELECT 1 FROM t WHERE tel = '15400001234');",
        &["t()", r#""1" "15400001234""#, "t(tel)", r#""15400001234""#],
    );
    check("INSERT OVERWRITE TABLE t PARTITION (dt='2020-01-02') VALUES (1,'x')", &["t()", r#"i1 "x""#]);
    check("CREATE TABLE t AS SELECT '15400001234' AS tel;", &["t(tel)", r#""15400001234""#]);
}

#[test]
fn merges_have_a_source_with_columns_of_its_own() {
    check(
        "MERGE INTO t USING (SELECT '15400001234' AS tel, 5 AS id FROM dual) s ON (t.id = s.id)\nWHEN MATCHED THEN\n  \
         UPDATE SET tel = '15400005678', t.x = s.x WHEN NOT MATCHED THEN INSERT (id, tel) VALUES (6, '15400009999');",
        &["t(tel,id)", r#""15400001234" i5"#, "t(tel)", r#""15400005678""#, "t(id,tel)", r#"i6 "15400009999""#],
    );
    check(
        "MERGE t AS x USING (VALUES (1,'15400001234'),(2,'15400005678')) AS s (id, tel) ON x.id = s.id WHEN MATCHED THEN DELETE;",
        &["t(id,tel)", r#"i1 "15400001234""#, r#"i2 "15400005678""#],
    );
    check(
        "INSERT INTO t (a, b) SELECT x, y FROM (VALUES ('1', 2), ('3', 4)) AS v(x, y);",
        &["t(x,y)", r#""1" i2"#, r#""3" i4"#],
    );
}

#[test]
fn what_follows_tuples_has_values_too() {
    check(
        "INSERT INTO t (id,tel) VALUES (1,'15400001234') ON DUPLICATE KEY\nUPDATE tel='15400005678', id=VALUES(id);\n\
         INSERT INTO t (id,tel) VALUES (2,'x') ON CONFLICT (id) DO UPDATE SET tel = EXCLUDED.tel WHERE t.id = 9;",
        &["t(id,tel)", r#"i1 "15400001234""#, r#"- "15400005678""#, r#"i2 "x""#, "i9 -"],
    );
}

#[test]
fn calls_are_rows_without_a_table() {
    check("CALL add_user('15400001234', 5);\n", &["add_user()", r#""15400001234" i5"#]);
    check("EXEC [dbo].[add_user] @tel = N'15400001234', @id = 5\nGO\n", &["add_user(@tel,@id)", r#""15400001234" i5"#]);
    check("EXECUTE PROCEDURE add_user('15400001234');", &["add_user()", r#""15400001234""#]);
    check("EXECUTE stmt USING @a;\nCALL p();\nCALL me at 15400001234\n", &[]);
    check(
        "SELECT '15400001234' AS tel, 'x' name\nUNION ALL SELECT '15400005678', 'y';",
        &["(tel,name)", r#""15400001234" "x""#, r#""15400005678" "y""#],
    );
    check("SELECT pg_catalog.setval('public.t_id_seq', 15400001234, true);SELECT a, 'x' FROM t;", &[]);
    check("SELECT * FROM t WHERE tel='15400001234';", &["(tel)", r#""15400001234""#]);
    check("VALUES ('15400001234', 1), ('15400005678', 2);", &["()", r#""15400001234" i1"#, r#""15400005678" i2"#]);
}
