//! How statements begin that occur in dumps: one table, by which SQL is recognised, its dialect is
//! known, and the next statement is found after broken or foreign text.

use super::word::is_of_word;

/// Bytes of lookahead to recognise the beginning of a statement or a tuple.
pub(super) const AHEAD_BYTES: usize = 64;

/// The product that wrote a dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Product {
    /// `MySQL` and `MariaDB`.
    MySql,
    Postgres,
    SqlServer,
    Sqlite,
    Oracle,
}

/// How far a statement reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// To its semicolon, or to the next statement.
    Semicolon,
    /// To the end of its line: a command of a client.
    Line,
    /// It is a comment.
    Comment,
}

/// The beginning of a statement.
#[derive(Debug)]
pub(super) struct Beginning {
    /// In capitals. A blank stands for any number of them.
    words: &'static str,
    pub(super) reach: Reach,
    /// Whether nothing else than SQL begins a line so: `UPDATE` may begin a sentence.
    pub(super) is_sure: bool,
    /// The only product that writes it.
    pub(super) product: Option<Product>,
}

const fn sure(words: &'static str) -> Beginning {
    Beginning { words, reach: Reach::Semicolon, is_sure: true, product: None }
}

const fn of(product: Product, words: &'static str) -> Beginning {
    Beginning { words, reach: Reach::Semicolon, is_sure: true, product: Some(product) }
}

const fn maybe(words: &'static str) -> Beginning {
    Beginning { words, reach: Reach::Semicolon, is_sure: false, product: None }
}

const fn line(product: Product, words: &'static str) -> Beginning {
    Beginning { words, reach: Reach::Line, is_sure: true, product: Some(product) }
}

const fn maybe_line(words: &'static str) -> Beginning {
    Beginning { words, reach: Reach::Line, is_sure: false, product: None }
}

const fn comment(product: Product, words: &'static str) -> Beginning {
    Beginning { words, reach: Reach::Comment, is_sure: true, product: Some(product) }
}

/// The first one that fits counts: longer ones come before shorter ones.
const BEGINNINGS: &[Beginning] = &[
    sure("INSERT INTO"),
    sure("INSERT IGNORE"),
    sure("INSERT LOW_PRIORITY"),
    sure("INSERT HIGH_PRIORITY"),
    sure("INSERT DELAYED"),
    sure("INSERT OVERWRITE"),
    sure("INSERT OR"),
    sure("INSERT ALL"),
    sure("INSERT FIRST"),
    of(Product::SqlServer, "INSERT ["),
    of(Product::MySql, "INSERT `"),
    sure("INSERT \""),
    sure("REPLACE INTO"),
    sure("REPLACE LOW_PRIORITY"),
    sure("REPLACE DELAYED"),
    of(Product::MySql, "REPLACE `"),
    sure("UPSERT INTO"),
    sure("MERGE INTO"),
    of(Product::MySql, "UPDATE `"),
    of(Product::SqlServer, "UPDATE ["),
    of(Product::MySql, "DELETE FROM `"),
    of(Product::SqlServer, "DELETE FROM ["),
    sure("CREATE TABLE"),
    sure("CREATE TEMPORARY TABLE"),
    sure("CREATE GLOBAL TEMPORARY"),
    sure("CREATE COLUMN TABLE"),
    sure("CREATE MEMORY TABLE"),
    sure("CREATE CACHED TABLE"),
    sure("CREATE UNLOGGED TABLE"),
    sure("CREATE DATABASE"),
    sure("CREATE SCHEMA"),
    sure("CREATE OR REPLACE"),
    sure("CREATE UNIQUE"),
    sure("CREATE INDEX"),
    sure("CREATE SEQUENCE"),
    sure("CREATE TRIGGER"),
    sure("CREATE FUNCTION"),
    sure("CREATE PROCEDURE"),
    sure("CREATE EXTENSION"),
    sure("DROP TABLE"),
    sure("DROP DATABASE"),
    sure("DROP SCHEMA"),
    sure("DROP INDEX"),
    sure("DROP VIEW"),
    sure("DROP PROCEDURE"),
    sure("DROP FUNCTION"),
    sure("DROP TRIGGER"),
    sure("ALTER TABLE"),
    sure("ALTER DATABASE"),
    sure("ALTER SEQUENCE"),
    sure("TRUNCATE TABLE"),
    sure("COMMENT ON"),
    of(Product::MySql, "LOCK TABLES"),
    of(Product::MySql, "UNLOCK TABLES"),
    of(Product::MySql, "SET NAMES"),
    of(Product::MySql, "SET FOREIGN_KEY_CHECKS"),
    of(Product::MySql, "SET UNIQUE_CHECKS"),
    of(Product::MySql, "SET SQL_MODE"),
    of(Product::MySql, "SET @@"),
    of(Product::Postgres, "SET STANDARD_CONFORMING_STRINGS"),
    of(Product::Postgres, "SET STATEMENT_TIMEOUT"),
    of(Product::Postgres, "SET LOCK_TIMEOUT"),
    of(Product::Postgres, "SET CLIENT_ENCODING"),
    of(Product::Postgres, "SET CLIENT_MIN_MESSAGES"),
    of(Product::Postgres, "SET SEARCH_PATH"),
    of(Product::Postgres, "SET DEFAULT_TABLESPACE"),
    of(Product::Postgres, "SELECT PG_CATALOG"),
    of(Product::Postgres, "SELECT SETVAL"),
    line(Product::SqlServer, "SET IDENTITY_INSERT"),
    line(Product::SqlServer, "SET ANSI_NULLS"),
    line(Product::SqlServer, "SET ANSI_PADDING"),
    line(Product::SqlServer, "SET QUOTED_IDENTIFIER"),
    line(Product::SqlServer, "SET NOCOUNT"),
    line(Product::Oracle, "SET DEFINE"),
    line(Product::Oracle, "SET FEEDBACK"),
    line(Product::Oracle, "SET ECHO"),
    line(Product::Oracle, "SET SCAN"),
    line(Product::Oracle, "SET SQLBLANKLINES"),
    line(Product::Oracle, "SET SERVEROUTPUT"),
    line(Product::Oracle, "SET TERMOUT"),
    line(Product::Oracle, "SET HEADING"),
    line(Product::Oracle, "SET VERIFY"),
    line(Product::Oracle, "SET TIMING"),
    line(Product::Oracle, "SET LINESIZE"),
    line(Product::Oracle, "SET PAGESIZE"),
    line(Product::Oracle, "REM INSERTING"),
    line(Product::Oracle, "WHENEVER SQLERROR"),
    line(Product::Postgres, "\\CONNECT"),
    line(Product::Postgres, "\\RESTRICT"),
    line(Product::Postgres, "\\UNRESTRICT"),
    line(Product::MySql, "DELIMITER"),
    of(Product::SqlServer, "USE ["),
    of(Product::MySql, "USE `"),
    of(Product::Sqlite, "PRAGMA"),
    sure("START TRANSACTION"),
    sure("BEGIN TRANSACTION"),
    comment(Product::MySql, "/*!"),
    comment(Product::MySql, "/*M!"),
    comment(Product::MySql, "-- MYSQL DUMP"),
    comment(Product::MySql, "-- MARIADB DUMP"),
    comment(Product::MySql, "-- PHPMYADMIN SQL DUMP"),
    comment(Product::MySql, "-- ADMINER"),
    comment(Product::Postgres, "-- POSTGRESQL DATABASE"),
    comment(Product::SqlServer, "/****** OBJECT:"),
    maybe_line("REM"),
    maybe_line("REMARK"),
    maybe_line("PROMPT"),
    maybe_line("SPOOL"),
    maybe_line("GO"),
    maybe_line("EXIT"),
    maybe_line("QUIT"),
    maybe("INSERT"),
    maybe("INS"),
    maybe("REPLACE"),
    maybe("UPSERT"),
    maybe("MERGE"),
    maybe("UPDATE"),
    maybe("DELETE"),
    maybe("SELECT"),
    maybe("VALUES"),
    maybe("WITH"),
    maybe("CALL"),
    maybe("EXEC"),
    maybe("EXECUTE"),
    maybe("COPY"),
    maybe("CREATE"),
    maybe("DROP"),
    maybe("ALTER"),
    maybe("TRUNCATE"),
    maybe("SET"),
    maybe("USE"),
    maybe("BEGIN"),
    maybe("END"),
    maybe("COMMIT"),
    maybe("ROLLBACK"),
    maybe("START"),
    maybe("LOCK"),
    maybe("UNLOCK"),
    maybe("GRANT"),
    maybe("REVOKE"),
    maybe("COMMENT"),
    maybe("DECLARE"),
    maybe("IF"),
    maybe("PRINT"),
    maybe("ANALYZE"),
    maybe("VACUUM"),
    maybe("REINDEX"),
    maybe("FLUSH"),
    maybe("PREPARE"),
    maybe("DEALLOCATE"),
    maybe("SAVEPOINT"),
    maybe("RELEASE"),
    maybe("REFRESH"),
    maybe("CONNECT"),
    maybe("CHECKPOINT"),
    maybe("RENAME"),
    maybe("EXPLAIN"),
    maybe("DO"),
];

/// The statement that begins at the start of this text, if it is known.
pub(super) fn beginning_of(text: &[u8]) -> Option<&'static Beginning> {
    let first = text.first()?.to_ascii_uppercase();
    BEGINNINGS.iter().find(|known| known.words.as_bytes()[0] == first && known.begins(text))
}

/// Whether this line surely begins a statement: reading may continue there after broken text.
pub(super) fn begins_statement(line: &[u8]) -> bool {
    let is_copy = |known: &Beginning| known.words == "COPY" && line.starts_with(b"COPY ");
    let is_go = |known: &Beginning| known.words == "GO" && matches!(line.get(2), None | Some(b'\r' | b'\n'));
    let is_statement = |known: &Beginning| known.is_sure && known.reach != Reach::Comment;
    beginning_of(line).is_some_and(|known| is_statement(known) || is_copy(known) || is_go(known))
}

impl Beginning {
    fn begins(&self, text: &[u8]) -> bool {
        let mut at = 0;
        for &wanted in self.words.as_bytes() {
            let blanks = text[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            match text.get(at) {
                _ if wanted == b' ' && blanks > 0 => at += blanks,
                Some(byte) if byte.to_ascii_uppercase() == wanted => at += 1,
                _ => return false,
            }
        }
        let ends_with_word = text[at - 1].is_ascii_alphanumeric();
        !ends_with_word || text.get(at).is_none_or(|&next| !is_of_word(next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_capitals_do_not_matter() {
        for text in ["insert  into `a`", "Insert\n into A", "INSERT INTO(a)", "rem INSERTING into A", "/*!40101 SET"] {
            assert!(beginning_of(text.as_bytes()).is_some_and(|known| known.is_sure), "{text}");
        }
        for text in ["insertion into", "Inserted into", "settle", "go on", "REMEMBER", "-- a comment", ""] {
            assert!(!begins_statement(text.as_bytes()), "{text}");
        }
        assert!(begins_statement(b"GO\r\n") && begins_statement(b"go") && !begins_statement(b"GO home"));
    }

    #[test]
    fn the_first_entry_that_fits_is_the_most_telling_one() {
        for (index, known) in BEGINNINGS.iter().enumerate() {
            let found = beginning_of(known.words.as_bytes()).expect("itself");
            assert_eq!(found.words, known.words, "entry {index} is never found");
        }
    }
}
