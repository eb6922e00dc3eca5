//! Dumps as clients of all kinds write them, with what they write around them.

use super::recorded;
use crate::format::sql::looks_like;

/// A column whose width says that it belongs to the same statement of every client.
const ROWS: [&str; 2] = [r#"i1 "15400001234" "a""#, r#"i2 "15400005678" "b""#];

/// Each text holds the two rows, and is taken for SQL.
#[track_caller]
fn holds_both_rows(name: &str, text: &str) {
    let lines = recorded(text).lines;
    let plain = |line: &&String| line.contains("154");
    assert_eq!(lines.iter().filter(plain).collect::<Vec<_>>(), ROWS, "{name}: {lines:#?}");
    assert!(!lines.contains(&"malformed".to_owned()), "{name}: {lines:#?}");
    let confidence = looks_like(text).unwrap_or_default();
    assert!(confidence >= 0.5, "{name}: {confidence}");
}

const INSERT: &str = "INSERT INTO `u` VALUES (1,'15400001234','a'),(2,'15400005678','b');\n";

#[test]
fn anything_may_stand_before_a_dump() {
    for before in [
        "/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19\n",
        "mysqldump: [Warning] Using a password on the command line interface can be insecure.\n",
        "Enter password: \n",
        "Enter password: -- MySQL dump 10.13\n",
        "Warning: A partial dump from a server that has GTIDs will by default include the GTIDs of all transactions\n",
        "PHP Deprecated:  Return type of A::b() should be compatible, it's old in /a.php on line 5\n",
        "\u{feff}",
        "\\restrict Kx9vQ2mZ7bT4rLw0\n\nSET NAMES utf8;\n",
        "/*\n Navicat Premium Data Transfer\n\n Source Server Type : MySQL\n Date: 11/05/2021 10:12:13\n*/\n\n",
        "/*\nSQLyog Ultimate v12.09 (64 bit)\n****\n*/\n\n/*!40101 SET NAMES utf8 */;\n",
        "REM INSERTING into USERS\nSET DEFINE OFF;\n",
        "prompt PL/SQL Developer import file\nset feedback off\nset define off\nprompt Loading the user's table...\n",
        "<html><body><pre>\n",
        "$ mysqldump -u root shop users\n",
        "time=\"2022-01-01\" level=info msg=\"dump begins, it's slow\"\npg_dump: last built-in OID is 16383\n",
        "# Database dump\n# it's from a friend\n\n",
        "-- begin metadata\n-- [site]\n-- end metadata\n-- \n",
        "@@@ leaked by somebody @@@\n\n",
    ] {
        holds_both_rows(before, &format!("{before}{INSERT}"));
    }
}

#[test]
fn statements_behind_prompts_and_time_stamps() {
    for prefix in
        ["mysql> ", "SQL> ", "shop=# ", "2022-06-01T10:00:00.000000Z\t   12 Query\t", "<pre>", "[INFO] Executing: "]
    {
        let line = |id: u32, tel: &str, name: &str| format!("{prefix}INSERT INTO u VALUES ({id},'{tel}','{name}')\n");
        let text = line(1, "15400001234", "a") + &line(2, "15400005678", "b");
        let rows = recorded(&text).lines;
        assert_eq!(rows.iter().filter(|line| line.contains("154")).collect::<Vec<_>>(), ROWS, "{prefix}: {rows:#?}");
        assert!(looks_like(&text).is_some(), "{prefix}");
    }
    let log = "2022-06-01 10:00:00 UPDATE u SET tel='15400001234' WHERE id=5\n2022-06-01 10:00:01 it's done\n\
        2022-06-01 10:00:02 SELECT * FROM u WHERE tel='15400005678'\n";
    assert_eq!(recorded(log).lines, ["u(tel,id)", r#""15400001234" i5"#, "(tel)", r#""15400005678""#]);
}

#[test]
fn clients_lay_out_their_rows_in_many_ways() {
    for (client, text) in [
        ("SQLyog", "insert  into `u`(`id`,`tel`,`n`) values \r\n(1,'15400001234','a'),\r\n(2,'15400005678','b');\r\n"),
        ("mydumper", "INSERT INTO `u` VALUES(1,\"15400001234\",\"a\")\n,(2,\"15400005678\",\"b\");\n"),
        (
            "Adminer",
            "INSERT INTO `u` (`id`, `tel`, `n`) VALUES\n(1,\t'15400001234',\t'a'),\n(2,\t'15400005678',\t'b');\n",
        ),
        (
            "HeidiSQL",
            "INSERT INTO `u` (`id`, `tel`, `n`) VALUES\n\t(1, '15400001234', 'a'),\n\t(2, '15400005678', 'b');\n",
        ),
        (
            "pg_dump --inserts",
            "INSERT INTO public.u VALUES\n\t(1, '15400001234', 'a'),\n\t(2, '15400005678', 'b')\nON CONFLICT DO NOTHING;\n",
        ),
        (
            "HSQLDB",
            "SET SCHEMA PUBLIC\nINSERT INTO U VALUES(1,'15400001234','a')\nINSERT INTO U VALUES(2,'15400005678','b')\n",
        ),
        (
            "SQLite",
            "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nINSERT INTO u VALUES(1,'15400001234','a');\nINSERT INTO u VALUES(2,'15400005678','b');\nCOMMIT;\n",
        ),
        (
            "SQL Developer",
            "Insert into CRM.U (ID,TEL,N) values (1,'15400001234','a');\nInsert into CRM.U (ID,TEL,N) values (2,'15400005678','b');\n",
        ),
        (
            "Toad",
            "Insert into U\n   (ID, TEL, N)\n Values\n   (1, '15400001234', 'a');\nInsert into U\n   (ID, TEL, N)\n Values\n   (2, '15400005678', 'b');\nCOMMIT;\n",
        ),
        (
            "Management Studio",
            "/****** Object:  Table [dbo].[U]    Script Date: 2022/6/1 ******/\nSET ANSI_NULLS ON\nGO\nINSERT [dbo].[U] ([Id], [Tel], [N]) VALUES (1, N'15400001234', N'a')\nINSERT [dbo].[U] ([Id], [Tel], [N]) VALUES (2, N'15400005678', N'b')\nGO\n",
        ),
        (
            "DB2",
            "CONNECT TO x;\nINSERT INTO \"S\".\"U\" (\"ID\",\"TEL\",\"N\") VALUES (1,'15400001234','a'), (2,'15400005678','b');\n",
        ),
        (
            "Firebird",
            "SET TERM ^ ;\nINSERT INTO U (ID, TEL, N) VALUES (1, '15400001234', 'a')^\nINSERT INTO U (ID, TEL, N) VALUES (2, '15400005678', 'b')^\nSET TERM ; ^\nCOMMIT WORK;\n",
        ),
        (
            "H2",
            "INSERT INTO \"PUBLIC\".\"U\" VALUES\n(1, '15400001234', STRINGDECODE('a')),\n(2, '15400005678', 'b');\n",
        ),
        (
            "CockroachDB",
            "INSERT INTO u (id, tel, n) VALUES\n\t(1:::INT8, '15400001234':::STRING, e'a'),\n\t(2, '15400005678', 'b');\n",
        ),
        ("a part of a dump that was split", "(1,'15400001234','a'),\n(2,'15400005678','b'),\n"),
        ("another part", "\n,(1,'15400001234','a')\n,(2,'15400005678','b');\n-- done\n"),
        ("ClickHouse", "(1,'15400001234','a'),(2,'15400005678','b')"),
        (
            "psql with echo",
            "SET\nINSERT INTO u VALUES (1,'15400001234','a');\nINSERT 0 1\nINSERT INTO u VALUES (2,'15400005678','b');\nINSERT 0 1\nUPDATE 5\n",
        ),
    ] {
        holds_both_rows(client, text);
    }
}

#[test]
fn other_texts_are_no_sql() {
    for text in [
        "id,name\n1,insert into\n",
        "COPY that, he said\n",
        "Update: the meeting is at 5.\nSelect one of them, with regards.\n",
        "Insert the key into the lock; then call 15400001234.\n",
        "(see below)\n(12 rows)\n",
        "{\"a\": 1}\n",
        "# a heading\n\n- an item\n",
    ] {
        assert_eq!(looks_like(text), None, "{text}");
        assert!(recorded(text).lines.is_empty(), "{text}: {:?}", recorded(text).lines);
    }
}

#[test]
fn a_statement_among_much_prose_is_plausible_but_not_likely() {
    let prose = "He said, call me at 15400001234, and then he left.\n".repeat(50);
    let confidence = looks_like(&format!("{prose}{INSERT}{prose}")).expect("a statement is there");
    assert!(confidence < 0.5, "{confidence}");
    assert!(looks_like(&format!("{prose}mysql> {INSERT}{prose}")).is_some());
}
