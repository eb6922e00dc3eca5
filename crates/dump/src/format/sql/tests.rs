//! Dumps of every product, in pieces of every size, and broken in many ways.

mod clauses;
mod outside;
mod property;
mod strangers;
mod values;

use super::reader::TABLES;
use super::*;
use crate::error::DumpError;
use crate::format::rows::recorder::Recorder;
use crate::format::rows::{Cell, Outside};
use crate::halt::Halt;
use std::borrow::Cow;

/// A reader that gives a few bytes at a time.
struct Dripping<'b>(&'b [u8], usize);

impl Read for Dripping<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = buffer.len().min(self.1);
        self.0.read(&mut buffer[..count])
    }
}

/// What was delivered, and what was handed on beside it.
#[derive(Default)]
struct Seen<'t> {
    recorder: Recorder,
    /// The text that was read.
    text: &'t [u8],
    /// Pieces of text outside of rows; those that follow one another are one.
    outside: Vec<(usize, usize, Outside)>,
}

impl Seen<'_> {
    /// The pieces, as `what: text`, without blanks around them.
    fn pieces(&self) -> Vec<String> {
        let what = |what: &Outside| match what {
            Outside::Malformed => "malformed".to_owned(),
            Outside::PassedOver(what) => (*what).to_owned(),
        };
        let text = |start, end| String::from_utf8_lossy(&self.text[start..end]).trim().to_owned();
        self.outside.iter().map(|(start, end, kind)| format!("{}: {}", what(kind), text(*start, *end))).collect()
    }
}

impl Rows for Seen<'_> {
    fn table(&mut self, name: &str, columns: &[Cow<'_, str>]) -> Result<(), Halt> {
        self.recorder.table(name, columns)
    }

    fn row(&mut self, at: u64, cells: &[Cell<'_>]) -> Result<(), Halt> {
        self.recorder.row(at, cells)
    }

    fn malformed(&mut self, at: u64) -> Result<(), Halt> {
        self.recorder.malformed(at)
    }

    fn outside(&mut self, at: u64, text: &[u8], what: Outside) -> Result<(), Halt> {
        let start = at as usize;
        assert!(self.text[start..].starts_with(text), "the text at {at} is another one");
        assert!(text.len() <= 64 << 10 && !text.trim_ascii().is_empty());
        match self.outside.last_mut() {
            Some((_, end, last)) if *end == start && *last == what => *end += text.len(),
            _ => self.outside.push((start, start + text.len(), what)),
        }
        Ok(())
    }
}

/// Reads a text whole and in small pieces, which must give the same result.
fn seen(text: &str) -> Seen<'_> {
    let begin = || Seen { text: text.as_bytes(), ..Seen::default() };
    let mut whole = begin();
    read(&mut text.as_bytes(), &Limits::default(), &mut whole).expect("memory");
    for piece in [1, 7] {
        let mut pieces = begin();
        read(&mut Dripping(text.as_bytes(), piece), &Limits::default(), &mut pieces).expect("memory");
        assert_eq!(pieces.recorder.text(), whole.recorder.text(), "in pieces of {piece}");
        assert_eq!(pieces.recorder.positions, whole.recorder.positions);
        assert_eq!(pieces.outside, whole.outside, "in pieces of {piece}");
    }
    whole
}

fn recorded(text: &str) -> Recorder {
    seen(text).recorder
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(recorded(text).lines, expected);
}

/// The lines of a recorder without tables that are the current one already.
fn without_repeated_tables(lines: &[String]) -> Vec<&str> {
    let (mut current, mut kept) = ("", Vec::new());
    for line in lines {
        let is_table = line.ends_with(')') && !line.contains(['"', ' ']);
        if is_table && line == current {
            continue;
        }
        if is_table {
            current = line;
        }
        kept.push(line.as_str());
    }
    kept
}

#[test]
fn mysql_as_mysqldump_and_phpmyadmin_write_it() {
    let text = r"-- MySQL dump 10.13  Distrib 8.0.36
/*!40101 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `users`;
/*!40101 SET character_set_client = utf8 */;
CREATE TABLE `users` (
  `id` int(11) NOT NULL AUTO_INCREMENT COMMENT 'a; (b, it''s)',
  `mobile` varchar(20) DEFAULT NULL,
  `na``me` text,
  PRIMARY KEY (`id`),
  KEY `k` (`mobile`(4),`na``me`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
LOCK TABLES `users` WRITE;
/*!40000 ALTER TABLE `users` DISABLE KEYS */;
INSERT INTO `users` VALUES (1,'15400001234','O\'Brien, (a)'),(2,NULL,'C:\\'),
(3,'a\nb\tc\0\Z\%',''),(-4,'it''s',_binary 'x');
INSERT IGNORE INTO `d`.`users` (`mobile`, `id`) VALUES ('15400001235', 5) ON DUPLICATE KEY UPDATE id=VALUES(id);
# a comment; INSERT INTO `users` VALUES (9)
/*!50001 INSERT INTO t VALUES (1) */;
REPLACE INTO u VALUE (0x31, X'3132', 1.50, 1e3, TRUE, DEFAULT);
";
    check(
        text,
        &[
            "users(id,mobile,na`me)",
            r#"i1 "15400001234" "O'Brien, (a)""#,
            r#"i2 - "C:\\""#,
            r#"i3 "a\nb\tc \u{1a}\\%" """#,
            r#"i-4 "it's" "x""#,
            "users(mobile,id)",
            r#""15400001235" i5"#,
            "t()",
            "i1",
            "u()",
            r#""1" "12" f1.5 f1000 "true" -"#,
        ],
    );
}

#[test]
fn postgresql_as_pg_dump_writes_it() {
    let text = "--\n-- PostgreSQL database dump\n--\nSET standard_conforming_strings = on;\n\
        SELECT pg_catalog.set_config('search_path', '', false);\n\
        CREATE FUNCTION public.f() RETURNS void LANGUAGE plpgsql AS $_$ begin it's; INSERT INTO x VALUES (1); end $_$;\n\
        CREATE TABLE public.users (\n    id bigint NOT NULL,\n    key character varying(20),\n    \"full name\" text,\n\
        CONSTRAINT c CHECK ((id > 0))\n);\n\
        INSERT INTO public.users VALUES (1, 'C:\\', 'a''b');\nINSERT INTO public.users VALUES (2, E'it\\'s', 'x'::text);\n\
        COPY public.users (id, key, \"full name\") FROM stdin;\n1\t15400001234\ta\\tb\\\\\n2\t\\N\t\\101\\x42\n3\tshort\n\\.\n\n\
        COPY public.users FROM stdin WITH (FORMAT csv, HEADER);\nid,key,name\n4,\"a, \"\"b\"\"\nc\",\n\\.\n";
    check(
        text,
        &[
            "users(id,key,full name)",
            r#"i1 "C:\\" "a'b""#,
            r#"i2 "it's" "x""#,
            "users(id,key,full name)",
            r#""1" "15400001234" "a\tb\\""#,
            r#""2" - "AB""#,
            "malformed",
            "users(id,key,full name)",
            r#""4" "a, \"b\"\nc" -"#,
        ],
    );
}

#[test]
fn sql_server_as_management_studio_writes_it() {
    let text = "USE [a]\r\nGO\r\nSET ANSI_NULLS ON\r\nGO\r\nCREATE TABLE [dbo].[T](\r\n\t[Id] [int] IDENTITY(1,1) NOT NULL,\r\n\
        \t[Name] [nvarchar](50) NULL,\r\n CONSTRAINT [PK] PRIMARY KEY CLUSTERED ([Id] ASC)\r\n) ON [PRIMARY]\r\nGO\r\n\
        SET IDENTITY_INSERT [dbo].[T] ON \r\n\r\nINSERT [dbo].[T] ([Id], [Name], [At]) VALUES (1, N'C:\\', CAST(N'2020-01-02' AS Date))\r\n\
        INSERT [dbo].[T] ([Id], [Name], [At]) VALUES (2, N'it''s', CAST(15400001234.00 AS Decimal(18, 2)))\r\nGO\r\n\
        INSERT [dbo].[T] VALUES (3, NULL)\r\nGO\r\n";
    check(text, &["T(Id,Name,At)", r#"i1 "C:\\" "2020-01-02""#, r#"i2 "it's" f15400001234"#, "T(Id,Name)", "i3 -"]);
}

#[test]
fn without_evidence_of_a_dialect_the_width_decides() {
    check("INSERT INTO t VALUES (1,'C:\\','x');", &["t()", r#"i1 "C:\\" "x""#]);
    check("INSERT INTO t VALUES (1,'it\\'s','x');", &["t()", r#"i1 "it's" "x""#]);
    // Parsed as MySQL does, the first tuple would be `C:',2),(2,` and swallow the second.
    check("INSERT INTO t (a,b) VALUES ('C:\\',2),('D',3);", &["t(a,b)", r#""C:\\" i2"#, r#""D" i3"#]);
    check("INSERT INTO t (a,b) VALUES ('\\',','b');", &["t(a,b)", r#""'," "b""#]);
}

#[test]
fn expressions_are_their_first_literal() {
    check(
        "INSERT INTO t VALUES (now(), md5('a'), ((1)), 'a' || 'b', -1 + 2, x, TO_DATE('1,2)', 'y') , f(g(), N'c'));",
        &["t()", r#"- "a" i1 "ab" i-1 - "1,2)" "c""#],
    );
}

#[test]
fn broken_text_costs_only_itself() {
    // A quote that is not doubled; one that is not closed; too many parentheses; another width; a
    // truncated statement.
    check("INSERT INTO t (a,b) VALUES (1,'it's'),(2,'b');", &["t(a,b)", "malformed", r#"i2 "b""#]);
    check("INSERT INTO t (a,b) VALUES (1,'a),(2,'b'),(3,'c');", &["t(a,b)", "malformed", r#"i2 "b""#, r#"i3 "c""#]);
    check("INSERT INTO t (a,b) VALUES (1,'a')),(2,'b');", &["t(a,b)", r#"i1 "a""#, "malformed", r#"i2 "b""#]);
    // A tuple of another width is delivered: what it means is decided elsewhere.
    check("INSERT INTO t (a,b) VALUES (1),(2,'b'),(3,4,5);", &["t(a,b)", "i1", r#"i2 "b""#, "i3 i4 i5"]);
    check("INSERT INTO t (a,b) VALUES (1,'a'),(2,'b", &["t(a,b)", r#"i1 "a""#, "malformed"]);
    let cut = "INSERT INTO t (a,b) VALUES (1,'a'),(2,'b\nINSERT INTO u (c) VALUES (3);\n";
    check(cut, &["t(a,b)", r#"i1 "a""#, "malformed", "u(c)", "i3"]);
    check("SELECT 'open;\nINSERT INTO u VALUES (3);", &["malformed", "u()", "i3"]);
    check("INSERT INTO (;\nINSERT INTO u VALUES (3);", &["malformed", "u()", "i3"]);
    let lost_end = "CREATE TABLE t (a int,\nINSERT INTO u VALUES (3);\n";
    check(lost_end, &["u()", "i3"]);
    let lost_end = "COPY t (a,b) FROM stdin;\n1\t2\nCOPY u (c) FROM stdin;\n3\n\\.\n";
    check(lost_end, &["t(a,b)", r#""1" "2""#, "u(c)", r#""3""#]);
}

#[test]
fn positions_are_where_records_begin() {
    let text = "é;INSERT INTO t VALUES (1), (2,'x'y),(3);\nCOPY t FROM stdin;\n4\n\\.\n";
    let found: Vec<_> =
        recorded(text).positions.iter().map(|&at| text[at as usize..].chars().take(2).collect::<String>()).collect();
    assert_eq!(found, ["(1", "(2", "(3", "4\n"]);
}

#[test]
fn a_tuple_that_exceeds_the_record_limit_is_skipped() {
    let limits = Limits { record: 1_000, ..Limits::default() };
    for long in ["x".repeat(2_000), "x".repeat(700_000)] {
        let text = format!("INSERT INTO t VALUES (1,'{long}'),(2,'b');COPY t FROM stdin;\n{long}\n3\t4\n\\.\n");
        let mut recorder = Recorder::default();
        read(&mut text.as_bytes(), &limits, &mut recorder).expect("memory");
        assert_eq!(recorder.text(), "t()\nmalformed\ni2 \"b\"\nt()\nmalformed\n\"3\" \"4\"");
    }
}

#[test]
fn statements_without_values_are_passed_over() {
    let text = "CREATE TRIGGER a BEFORE INSERT ON b FOR EACH ROW SET x = ';';\nDELIMITER ;;\nCREATE PROCEDURE p() BEGIN SELECT 1; END ;;\n\
        DELIMITER ;\nINSERT INTO a SELECT * FROM b;\nINSERT INTO a (SELECT 1);\n\
        INSERT INTO a SET b=1;\nINSERT INTO a DEFAULT VALUES;\n\\connect x\nINSERT INTO a VALUES (1);";
    assert_eq!(recorded(text).lines, ["a()", "i1", "a(b)", "i1", "a()", "i1"]);
}

#[test]
fn names_are_remembered_for_so_many_tables() {
    let created: Vec<_> = (0..=TABLES).map(|n| format!("CREATE TABLE t{n} (a int);\n")).collect();
    let text =
        format!("{}INSERT INTO t{} VALUES (1);INSERT INTO T{TABLES} VALUES (2,3);", created.concat(), TABLES - 1);
    let mut recorder = Recorder::default();
    read(&mut text.as_bytes(), &Limits::default(), &mut recorder).expect("memory");
    assert_eq!(recorder.lines, ["t999(a)", "i1", "T1000()", "i2 i3"]);
}

#[test]
fn errors_of_the_input_and_of_the_receiver_stay_apart() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the input is cut"))
        }
    }
    struct Refusing;
    impl Rows for Refusing {
        fn table(&mut self, _: &str, _: &[Cow<'_, str>]) -> Result<(), Halt> {
            Err(DumpError::Sink.into())
        }
        fn row(&mut self, _: u64, _: &[Cell<'_>]) -> Result<(), Halt> {
            Ok(())
        }
        fn malformed(&mut self, _: u64) -> Result<(), Halt> {
            Ok(())
        }
    }
    let text = "INSERT INTO t VALUES (1),(2";
    let mut recorder = Recorder::default();
    let stopped = read(&mut text.as_bytes().chain(Failing), &Limits::default(), &mut recorder);
    assert!(matches!(stopped, Err(Stopped::Input(_))));
    assert_eq!(recorder.lines, ["t()", "i1", "malformed"]);
    let stopped = read(&mut text.as_bytes(), &Limits::default(), &mut Refusing);
    assert!(matches!(stopped, Err(Stopped::Run(Halt::Failed(DumpError::Sink)))));
}
