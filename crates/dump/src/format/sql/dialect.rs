//! Detects the SQL dialect, which decides what a backslash in a string, a `#` and a `"` mean.
//!
//! Detected by the beginnings of statements, as they are read, never by values.

use super::beginnings::{Product, beginning_of};

/// Bytes of a statement or comment that are examined.
pub(super) const EVIDENCE_BYTES: usize = 256;

/// Whether a backslash escapes the next character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Backslash {
    Escapes,
    IsItself,
}

/// The evidence so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) product: Option<Product>,
    /// A setting that overrides the product's default.
    set: Option<Backslash>,
}

impl Dialect {
    /// Examines the beginning of a statement or a comment.
    pub(super) fn observe(&mut self, beginning: &[u8]) {
        let head = beginning[..beginning.len().min(EVIDENCE_BYTES)].to_ascii_uppercase();
        if self.product.is_none() {
            self.product = beginning_of(&head).and_then(|known| known.product).or_else(|| quoted_like(&head));
        }
        let has = |what: &[u8]| memchr::memmem::find(first_line(&head), what).is_some();
        if head.starts_with(b"SET STANDARD_CONFORMING_STRINGS") {
            self.set = if has(b"OFF") { Some(Backslash::Escapes) } else { None };
        } else if has(b"SQL_MODE") && (head.starts_with(b"SET ") || head.starts_with(b"/*!")) {
            self.set = has(b"NO_BACKSLASH_ESCAPES").then_some(Backslash::IsItself).or(self.set);
        }
    }

    /// Records syntax that only this product has.
    pub(super) fn observe_product(&mut self, product: Product) {
        self.product.get_or_insert(product);
    }

    /// What a backslash means in an ordinary string; `None` without evidence.
    pub(super) fn backslash(self) -> Option<Backslash> {
        self.set.or(match self.product? {
            Product::MySql => Some(Backslash::Escapes),
            Product::Postgres | Product::SqlServer | Product::Sqlite | Product::Oracle => Some(Backslash::IsItself),
        })
    }

    /// Without evidence they count as comments: only `MySQL`'s dumps have lines that begin so.
    pub(super) fn has_hash_comments(self) -> bool {
        matches!(self.product, None | Some(Product::MySql))
    }

    /// Whether `MySQL` wrote it, for sure.
    pub(super) fn is_mysql(self) -> bool {
        self.product == Some(Product::MySql)
    }

    /// Whether `$tag$` is a quote.
    pub(super) fn has_dollar_quotes(self) -> bool {
        matches!(self.product, None | Some(Product::Postgres))
    }

    /// Whether `[…]` is a name, and never a list.
    pub(super) fn has_bracket_names(self) -> bool {
        matches!(self.product, Some(Product::SqlServer | Product::Sqlite))
    }

    fn name(self) -> &'static str {
        match self.product {
            None => "SQL",
            Some(Product::MySql) => "MySQL",
            Some(Product::Postgres) => "PostgreSQL",
            Some(Product::SqlServer) => "SQL Server",
            Some(Product::Sqlite) => "SQLite",
            Some(Product::Oracle) => "Oracle",
        }
    }
}

/// The product, by the quotes around names in a statement, up to its values.
fn quoted_like(head: &[u8]) -> Option<Product> {
    let is_named = [&b"INSERT "[..], b"REPLACE ", b"UPDATE ", b"CREATE TABLE ", b"DROP TABLE ", b"ALTER TABLE "];
    if !is_named.iter().any(|start| head.starts_with(start)) {
        return None;
    }
    let end = memchr::memmem::find(head, b"VALUE").unwrap_or(head.len());
    let end = memchr::memchr(b'\'', &head[..end]).unwrap_or(end);
    let has = |what: &[u8]| memchr::memmem::find(&head[..end], what).is_some();
    if has(b"`") {
        Some(Product::MySql)
    } else if memchr::memmem::find_iter(&head[..end], b" [")
        .any(|at| head.get(at + 2).is_some_and(u8::is_ascii_alphabetic))
    {
        Some(Product::SqlServer)
    } else if has(b" PUBLIC.") {
        Some(Product::Postgres)
    } else {
        None
    }
}

/// The product, if only one writes names with this quote.
pub(super) fn product_by_quotes(name: &[u8]) -> Option<Product> {
    match name.first()? {
        b'`' => Some(Product::MySql),
        b'[' => Some(Product::SqlServer),
        _ => None,
    }
}

fn first_line(bytes: &[u8]) -> &[u8] {
    &bytes[..memchr::memchr(b'\n', bytes).unwrap_or(bytes.len())]
}

/// The product that wrote the dump that begins so, for the report.
pub(crate) fn dialect_name(head: &str) -> &'static str {
    let mut dialect = Dialect::default();
    for line in head.lines() {
        dialect.observe(line.trim_start().as_bytes());
        if line.starts_with("COPY ") && line.ends_with("FROM stdin;") {
            dialect.observe_product(Product::Postgres);
        }
    }
    dialect.name()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_detected_by_the_beginning_of_their_dumps() {
        for (head, name) in [
            ("-- MySQL dump 10.13\n", "MySQL"),
            ("/*!40101 SET NAMES utf8 */;\n", "MySQL"),
            ("INSERT INTO `a` VALUES (1)", "MySQL"),
            ("SET statement_timeout = 0;\n", "PostgreSQL"),
            ("COPY a (b) FROM stdin;\n", "PostgreSQL"),
            ("INSERT INTO public.a VALUES (1)", "PostgreSQL"),
            ("USE [a]\nGO\n", "SQL Server"),
            ("INSERT [dbo].[a] ([b]) VALUES (N'`')", "SQL Server"),
            ("PRAGMA foreign_keys=OFF;\n", "SQLite"),
            ("INSERT INTO a VALUES ('`[dbo] public.')", "SQL"),
            ("REM INSERTING into A\nSET DEFINE OFF;\n", "Oracle"),
            ("insert  into `a`(`b`) values \n(1)", "MySQL"),
        ] {
            assert_eq!(dialect_name(head), name, "{head}");
        }
    }

    #[test]
    fn settings_override_the_meaning_of_a_backslash() {
        let after = |statement: &str| {
            let mut dialect = Dialect::default();
            dialect.observe(statement.as_bytes());
            dialect.backslash()
        };
        assert_eq!(after("SET NAMES utf8;"), Some(Backslash::Escapes));
        assert_eq!(after("SET standard_conforming_strings = on;"), Some(Backslash::IsItself));
        assert_eq!(after("SET standard_conforming_strings = off;"), Some(Backslash::Escapes));
        assert_eq!(after("SET sql_mode = 'NO_BACKSLASH_ESCAPES';"), Some(Backslash::IsItself));
        assert_eq!(after("INSERT INTO a VALUES (1);"), None);
    }
}
